import pytest

from kiosk.paper.status import (
    ONE_WAY,
    SILENT,
    UNREACHABLE,
    ReplySorter,
    is_paper_reply,
    is_realtime_reply,
    parse_paper,
    parse_realtime,
)

WELL = {1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12}


def test_a_well_printer():
    status = parse_realtime(WELL)
    assert (status.online, status.paper, status.cover, status.error, status.answered) == (
        True,
        "ok",
        "closed",
        False,
        True,
    )
    assert status.trouble == ""


@pytest.mark.parametrize(
    ("change", "trouble"),
    [
        ({1: 0x1A, 4: 0x7E}, "paper_out"),
        ({1: 0x1A, 2: 0x32}, "paper_out"),
        ({1: 0x1A, 2: 0x16}, "cover_open"),
        ({1: 0x1A, 2: 0x52}, "error"),
        ({3: 0x1A}, "error"),
        ({3: 0x32}, "error"),
        ({1: 0x1A}, "offline"),
        ({4: 0x1E}, ""),
    ],
)
def test_what_speaks_against_printing(change, trouble):
    assert parse_realtime(WELL | change).trouble == trouble


def test_near_the_end_of_the_roll():
    assert parse_realtime(WELL | {4: 0x1E}).paper == "low"


def test_silence_is_unknown_never_plenty():
    assert parse_realtime({}) == SILENT
    assert SILENT.paper == "unknown" and SILENT.trouble == "no_answer"
    assert UNREACHABLE.trouble == "unreachable"
    assert ONE_WAY.trouble == "" and ONE_WAY.paper == "unknown"


@pytest.mark.parametrize("byte", [0x00, 0xFF, 0x13, 0x11, 0x92, 0x02, 0x10])
def test_garbage_is_unknown(byte):
    assert parse_realtime(dict.fromkeys((1, 2, 3, 4), byte)) == SILENT


def test_part_of_the_answers_leaves_the_rest_unknown():
    status = parse_realtime({1: 0x12})
    assert status.online and status.paper == "unknown" and status.cover == "unknown"


@pytest.mark.parametrize(
    ("byte", "paper"),
    [(0x00, "ok"), (0x03, "low"), (0x0F, "out"), (0x0C, "out"), (0x12, "unknown"), (0x80, "unknown")],
)
def test_the_roll_as_told_in_turn(byte, paper):
    assert parse_paper(byte) == paper


def test_no_byte_is_both_kinds_of_answer_and_flow_control_is_neither():
    assert not any(is_realtime_reply(byte) and is_paper_reply(byte) for byte in range(256))
    for flow_control in (0x11, 0x13):
        assert not is_realtime_reply(flow_control) and not is_paper_reply(flow_control)


def test_an_unasked_report_is_dropped_whole_however_it_is_split():
    stream = b"\x12\x14\x00\x0c\x0f\x00\x11\x12"  # answer, report of four bytes, answer in turn, XON, answer
    for cut in range(len(stream)):
        sorter = ReplySorter()
        parts = [sorter.sort(stream[:cut]), sorter.sort(stream[cut:])]
        assert b"".join(realtime for realtime, _ in parts) == b"\x12\x12"
        assert b"".join(in_turn for _, in_turn in parts) == b"\x00"
