"""The states of a print job, and the moves between them."""

import pytest

from kiosk.rules.printing import HANDED_OVER, MOVES, PrintJob, PrintState


@pytest.mark.parametrize("state", list(PrintState))
def test_what_ended_never_moves_again(state):
    job = PrintJob(1, 1, state, HANDED_OVER if state is PrintState.SENT else "", 0)
    if state is PrintState.QUEUED:
        assert not job.ended
        return
    assert job.ended and not job.interrupted
    assert not any(job.may_move(other) for other in [*PrintState, "of a later version"])
    assert job.moved("queued", "x") is job
    assert state in MOVES
