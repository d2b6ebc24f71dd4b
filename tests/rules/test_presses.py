"""What was pressed on the hub's pages, as the ledger remembers it: by epoch, in any order."""

import itertools

import pytest

from firmware.wire.passage import CHAIN_START, Passage
from kiosk.rules.floor import Status
from kiosk.rules.presses import DESK, Presses

EPOCH = "ab" * 8


def passage(seq, kind="call", badge="CFBXKCNGBKHTJKGJ", at=1, of=None, **more):
    fields = {"station": DESK, "epoch": EPOCH, "atelier": "vr"} | more
    return Passage(
        seq=seq, kind=kind, badge=badge, boot="0" * 16, boot_ms=at, wall_ms=at, prev=CHAIN_START, of=of, **fields
    )  # fmt: skip


@pytest.fixture
def log():
    """Two called together, one who comes in, which is taken back, and somebody at another atelier."""
    return [
        passage(1, at=10),
        passage(2, at=10, badge="CGBXKCNGBKHTJKGJ"),
        passage(3, "enter", at=20),
        passage(4, "undo", at=30, of=3),
        passage(5, "arrive", at=40, atelier="arts"),
    ]


def test_the_newest_press_is_the_same_whatever_order_it_is_told_in(log):
    for order in itertools.permutations(log):
        presses = Presses()
        for each in (*order, order[0]):
            presses.add(each)
        assert [each.seq for each in presses.newest(EPOCH, "vr")] == [2, 1]
        assert [each.seq for each in presses.newest(EPOCH, "arts")] == [5]
        assert presses.newest(EPOCH, "kart") == ()
        assert presses.last(EPOCH) == log[4]
        assert presses.newest_of(EPOCH, "vr", "CFBXKCNGBKHTJKGJ") == log[0]


def test_what_stations_write_and_what_another_hub_wrote_is_not_its_own(log):
    presses = Presses()
    presses.add(passage(1, station="vr"))
    presses.add(passage(1, epoch="cd" * 8))
    assert presses.last(EPOCH) is None
    assert presses.newest(EPOCH, "vr") == ()


def test_what_would_hold_without_a_press_counts_neither_what_was_taken_back_nor_what_took_it_back(hall):
    def told(seq, when, kind, of=None, station=DESK):
        return hall.passed(None, f"{when} {kind} vr", station=station, seq=seq, of=of)

    closed = told(2, "10:10", "close")
    ledger = hall.ledger([
        (0, told(1, "10:05", "pause", station="vr")),
        (0, told(1, "10:07", "resume")),
        (0, closed),
    ])  # fmt: skip
    assert ledger.status_without(closed.passage) is Status.OPEN
    back, first = told(3, "10:12", "resume", of=2), told(1, "10:07", "resume")
    ledger.apply(back, 0)
    assert ledger.status_without(first.passage) is Status.PAUSED
