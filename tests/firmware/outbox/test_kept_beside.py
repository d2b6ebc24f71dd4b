"""What is kept beside the passages: what the hub holds, the anchors of time, the last beep."""

import itertools

import pytest

from firmware.outbox import MOST_ANCHORS_OF_A_BOOT
from firmware.wire.anchor import Anchor
from firmware.wire.batch import NO_HUB

from .logs import BOOT, OTHER_BOOT, opened, scans


def test_what_the_hub_holds_is_remembered_with_the_next_anchor(folder):
    with opened(folder) as outbox:
        assert (outbox.hub, outbox.held, outbox.backlog) == (NO_HUB, 0, 0)
        scans(outbox, 5)
        outbox.note_held("0a" * 8, 3)
        assert (outbox.hub, outbox.held, outbox.backlog) == ("0a" * 8, 3, 2)
        outbox.keep_anchor(Anchor(BOOT, 1, 2, 3))
        outbox.note_held("0b" * 8, 0)
    with opened(folder) as outbox:
        assert (outbox.hub, outbox.held, outbox.backlog) == ("0b" * 8, 0, 5)


def test_anchors_are_durable_and_belong_to_their_boot(folder):
    one, two, other = Anchor(BOOT, 10, 20, 1), Anchor(BOOT, 30, 40, 2), Anchor(OTHER_BOOT, 5, 6, 3)
    with opened(folder) as outbox:
        for found in (two, one, other, one):
            outbox.keep_anchor(found)
    with opened(folder) as outbox:
        assert outbox.anchors(BOOT) == [one, two]
        assert outbox.anchors(OTHER_BOOT) == [other]
        assert outbox.anchors("d" * 32) == []


def test_of_many_anchors_the_first_the_last_and_some_between_stay(folder):
    with opened(folder) as outbox:
        for minute in range(600):
            outbox.keep_anchor(Anchor(BOOT, minute * 60_000, minute, 1))
            kept = [a.hub_ms for a in outbox.anchors(BOOT)]
            assert kept[0] == 0 and kept[-1] == minute
            assert len(kept) <= MOST_ANCHORS_OF_A_BOOT
            gaps = [after - before for before, after in itertools.pairwise(kept)]
            assert not gaps or max(gaps) <= max(1, 3 * minute / MOST_ANCHORS_OF_A_BOOT)


def test_a_passage_without_its_beep_is_known_after_a_restart(folder):
    with opened(folder) as outbox:
        first, second = scans(outbox, 2)
        outbox.mark_heard(first.seq)
    with opened(folder) as outbox:
        assert outbox.unheard(BOOT) == second
        assert outbox.unheard(OTHER_BOOT) is None, "after a reboot the marker may be older than the beeps"
        outbox.mark_heard(second.seq)
    with opened(folder) as outbox:
        assert outbox.unheard(BOOT) is None


@pytest.mark.parametrize("content", [b"", b"\0" * 38, b"garbage", b"0123456789abcdef 00000000000000000001\n"])
def test_a_marker_that_says_nothing_is_not_believed(folder, content):
    with opened(folder) as outbox:
        scans(outbox, 2)
    (folder / "heard").write_bytes(content)
    with opened(folder) as outbox:
        assert outbox.unheard(BOOT) is None
