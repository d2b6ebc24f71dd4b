"""Who has entered the PIN may press; each press is done once, and seen by all."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from firmware.wire import screen, token
from firmware.wire.plan import decode
from kiosk.errors import JournalUnavailable
from kiosk.store.journal import Journal

from .phone import JSON, MINUTE_MS, desk_log, face, faces, family


def test_a_press_is_answered_in_words_and_seen_by_all(house, animator, stranger):
    first, second, third = (family(house) for _ in range(3))
    for party in (first, second, third):
        house.scan("vr", "arrive", party.badge)
        house.clock.at_ms += 1000
    status, answer = animator.act("vr", "next")
    assert status == 200
    assert answer["said"]["tone"] == screen.KEPT
    assert face(house, first) in answer["said"]["words"]
    assert face(house, third) not in answer["said"]["words"]
    state, afar = animator.state("vr"), stranger.state("vr")
    assert faces(state["called"]) == [face(house, first), face(house, second)]
    assert faces(state["waiting"]) == [face(house, third)]
    assert (state["free"], state["said"], state["can_undo"]) == (0, answer["said"], True)
    assert [len(afar[where]) for where in ("called", "waiting", "inside")] == [2, 1, 0]
    assert (afar["free"], afar["said"], afar["can_undo"]) == (0, None, False)
    house.clock.at_ms += 3 * MINUTE_MS
    assert animator.act("vr", "absent", ref=screen.ref(second.badge))[0] == 200
    state = animator.state("vr")
    assert (faces(state["called"]), state["free"]) == ([face(house, first)], 1)
    assert animator.act("vr", "undo")[1]["said"]["tone"] == screen.UNDONE
    assert len(animator.state("vr")["called"]) == 2


def test_what_comes_to_nothing_is_said(house, animator):
    status, answer = animator.act("vr", "next")
    assert (status, answer["said"]["tone"]) == (200, screen.NOTHING)
    assert answer["said"]["words"]
    assert animator.state("vr")["said"] is None


def test_letters_that_are_typed_are_a_scan(house, animator):
    party = family(house)
    status, answer = animator.act("vr", "scan", badge=token.grouped(party.badge).lower())
    assert (status, answer["said"]["tone"]) == (200, screen.KEPT)
    assert faces(animator.state("vr")["waiting"]) == [face(house, party)]
    assert animator.act("vr", "scan", badge=party.badge)[1]["said"]["tone"] == screen.REPEAT
    foreign, unreadable = token.issue(b"another event", lambda n: 3), "CHAT7"
    refused = [animator.act("vr", "scan", badge=letters) for letters in (foreign, unreadable)]
    assert [status for status, _ in refused] == [409, 409]
    assert len({answer["error"] for _, answer in refused} - {""}) == 2


def test_a_session_is_shifted_and_the_plan_with_it(house, animator):
    before = animator.state("usages")
    status, _ = animator.act("usages", "shift", by=10)
    assert status == 200
    after = animator.state("usages")
    assert after["next_session_ms"] == before["next_session_ms"] + 10 * MINUTE_MS
    assert after["plan"] != before["plan"]
    assert decode(house.ask("GET", "/atelier/usages/plan")[2]).digest == after["plan"]


def test_pause_and_close_are_said_of_the_atelier(house, animator):
    for act, status in (("pause", "paused"), ("close", "closed"), ("resume", "open")):
        house.clock.at_ms += 1000
        assert animator.act("vr", act)[0] == 200
        assert animator.state("vr")["status"] == status
    assert animator.act("vr", "resume")[1]["said"]["tone"] == screen.NOTHING


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"act": 3}', b'{"act": "dance"}', b'{"act": "call"}', b'{"act": "shift", "by": "x"}',
     b'{"act": "shift", "by": 100000}', b'{"act": "scan", "badge": ["x"]}', b"[" * 4000, b" " * 100_000],
)  # fmt: skip
def test_nonsense_is_answered_and_changes_nothing(house, animator, body):
    status, _, answer = house.ask("POST", "/atelier/vr/act", body, JSON | animator.headers())
    assert status in (400, 409)
    assert json.loads(answer)["error"]
    assert desk_log(house) == []


def test_where_nothing_can_be_kept_that_is_said(house, animator, monkeypatch):
    def full(journal, entries):
        raise JournalUnavailable("full")

    monkeypatch.setattr(Journal, "append", full)
    status, answer = animator.act("vr", "pause")
    assert (status, bool(answer["error"])) == (503, True)
    monkeypatch.undo()
    assert animator.act("vr", "pause")[0] == 200


def test_two_phones_that_press_at_once_call_nobody_twice(house, animator):
    parties = [family(house) for _ in range(6)]
    for party in parties:
        house.scan("vr", "arrive", party.badge)
    together = threading.Barrier(6)

    def press(_):
        together.wait()
        return animator.act("vr", "next")[0]

    with ThreadPoolExecutor(6) as many:
        assert set(many.map(press, range(6))) == {200}
    called = [passage.badge for passage in desk_log(house) if passage.kind == "call"]
    assert len(called) == len(set(called)) == 2
    state = animator.state("vr")
    assert len(state["called"]) + len(state["inside"]) == 2


def test_a_press_that_comes_again_is_answered_as_before_and_does_nothing_more(house, animator):
    for party in [family(house) for _ in range(3)]:
        house.scan("vr", "arrive", party.badge)
    house.clock.at_ms += 1000
    for act, more in (("next", {}), ("shift", {"by": 5}), ("undo", {}), ("pause", {})):
        at = "usages" if act == "shift" else "vr"
        before = len(desk_log(house))
        said = animator.act(at, act, form=f"a press of {act}", **more)
        house.clock.at_ms += 3000
        kept = len(desk_log(house))
        assert kept > before
        assert animator.act(at, act, form=f"a press of {act}", **more) == said
        assert len(desk_log(house)) == kept
    assert animator.act("vr", "resume", form="x" * 65)[0] == 400


def test_a_press_that_the_disk_refused_is_done_when_it_comes_again(house, animator, monkeypatch):
    def full(journal, entries):
        raise JournalUnavailable("full")

    monkeypatch.setattr(Journal, "append", full)
    assert animator.act("vr", "pause", form="a press")[0] == 503
    monkeypatch.undo()
    assert animator.act("vr", "pause", form="a press")[0] == 200
    assert [passage.kind for passage in desk_log(house)] == ["pause"]
