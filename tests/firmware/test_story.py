"""Each kind of atelier played through by a real agent: what is scanned and pressed, and who stands where then.

The same stories are told by buttons alone and by the station's page alone, and give the same passages.
"""

import time
from dataclasses import replace

import pytest

from firmware.wire.booth import TWICE_MS
from firmware.wire.card import Card
from firmware.wire.receipt import Advice
from firmware.wire.screen import ref

PLACES = 2
STATES = ("waiting", "called", "inside")


@pytest.fixture
def crowd(badges):
    """Twelve parties that a hub has told of."""
    return [Card(badge, "fox", at, 1, 1) for at, badge in enumerate(badges[:12], start=1)]


@pytest.fixture
def atelier(station, hub, plan_of, crowd, port, eventually):
    """Makes a station of an atelier whose plan it has, with a page."""

    def make(kind="continuous", name="s", **fields):
        scanners = fields.pop("scanners", None)
        hub.plan, hub.cards = plan_of(kind, **fields), crowd
        one = station(hub.address, name, scanners=scanners, screen__port=port).start().ready()
        eventually(lambda: one.ask_page("state")[0] == 200, "a plan")
        eventually(lambda: one.status()["problem"] == "", "a hub")
        return one

    return make


class Buttons:
    """The two buttons of the panel."""

    def __init__(self, one):
        self.one = one

    def press(self, act):
        word = {"next": "left", "start": "left", "done": "right", "undo": "left-hold", "pause": "right-hold"}
        self.one.press(word.get(act, act))
        return self.one.wait_for()


class Screen:
    """The page that the station serves."""

    def __init__(self, one):
        self.one = one

    def press(self, act):
        self.one.act(act)
        return self.one.wait_for()


HANDS = {"buttons": Buttons, "screen": Screen}


def kinds(one, badges):
    """What is in the log: each kind with the place of its badge in `badges`."""
    return [(p["kind"], badges.index(p["badge"]) if p["badge"] else None) for p in one.log()]


def come(one, badges, eventually):
    """One after the other, as people do: further apart than clocks err."""
    for badge in badges:
        one.scan(badge, signal="kept", kind="arrive")
        eventually(lambda: one.status()["backlog"] == 0)


def queue_and_call(one, hand, badges, eventually):
    come(one, badges[:5], eventually)
    hand.press("next")
    one.shows([3, 4, 5], [1, 2], [])
    called_ms = one.state()["called"][0]["since_ms"]
    eventually(lambda: one.state()["at_ms"] - called_ms > TWICE_MS, "their way to the atelier")
    hand.press("next")
    one.shows([3, 4, 5], [], [1, 2])
    hand.press("done")
    hand.press("next")
    one.shows([4, 5], [3], [2])
    hand.press("undo")
    one.shows([3, 4, 5], [], [2])
    hand.press("pause")
    one.wait_for(signal="status", status="paused")


def batch(one, hand, badges, eventually):
    come(one, badges[:3], eventually)
    hand.press("start")
    one.shows([3], [], [1, 2])
    come(one, badges[3:4], eventually)
    hand.press("done")
    one.shows([3, 4], [], [])
    hand.press("start")
    hand.press("undo")
    one.shows([3, 4], [], [])
    come(one, badges[:1], eventually)  # a tournament: it returns
    one.shows([3, 4, 1], [], [])


def session(one, hand, badges, eventually):
    come(one, badges[:2], eventually)
    hand.press("start")
    one.shows([], [], [1, 2])
    hand.press("done")
    one.shows([], [], [])


STORIES = {"continuous": queue_and_call, "batch": batch, "session": session}


@pytest.mark.parametrize("kind", STORIES)
def test_a_story_by_buttons_alone_and_by_the_page_alone(atelier, hub, badges, kind, port, eventually):
    told = {}
    for name, hand in HANDS.items():
        one = atelier(kind, name, places=PLACES)
        STORIES[kind](one, hand(one), badges, eventually)
        told[name] = kinds(one, badges)
        last = len(told[name])
        eventually(lambda one=one: one.status()["backlog"] == 0)
        floor = [(standing.badge, standing.state) for standing in hub.floor()]
        mine = [(party["ref"], state) for state in STATES for party in one.state()[state]]
        assert sorted((ref(badge), state) for badge, state in floor) == sorted(mine), "station and hub differ"
        assert one.stop() == 0
        assert len(one.log()) == last
        hub.kept.clear()
        hub.held.clear()
        hub.epoch = "0c" * 8
    assert told["buttons"] == told["screen"]


def test_the_passages_of_one_press_are_committed_and_undone_as_one(atelier, badges):
    one = atelier(places=3)
    for badge in badges[:3]:
        one.scan(badge)
    one.press("left")
    for _ in range(3):
        one.wait_for(signal="kept", kind="call")
    one.press("undo")
    for _ in range(3):
        one.wait_for(signal="kept", kind="undo")
    log = one.log()
    calls, undos = log[3:6], log[6:9]
    assert len({(p["boot"], p["boot_ms"], p["wall_ms"]) for p in calls}) == 1
    assert sorted(p["of"] for p in undos) == [4, 5, 6]
    one.shows([1, 2, 3], [], [])
    assert one.state()["can_undo"]


def test_a_press_that_comes_to_nothing_is_told_and_logged_nowhere(atelier):
    one = atelier()
    for word in ("left", "right"):
        one.press(word)
        one.wait_for(signal="nothing")
    assert one.act("done")["said"]["tone"] == "nothing"
    one.press("undo")
    assert one.wait_for(signal="refused")["reason"] == "nothing to undo"
    assert one.log() == []


def test_who_was_called_comes_in_by_a_scan_of_any_scanner(atelier, badges):
    one = atelier(steps=("arrive",))
    one.scan(badges[0])
    one.press("left")
    one.wait_for(kind="call")
    one.scan(badges[0], signal="kept", kind="enter")
    one.scan(badges[1], signal="kept", kind="arrive")
    one.shows([2], [], [1])


def test_two_scanners_each_with_its_own_steps(atelier, badges):
    one = atelier(
        scanners={"file": {"steps": ["arrive"]}, "main": {"steps": ["enter", "leave"]}},
        steps=("arrive", "enter", "leave"),
        buttons=False,
    )
    at_queue, at_hand = one.scanners["file"], one.scanners["main"]
    kept = []
    for scanner, badge in (
        *((at_queue, 0), (at_queue, 1), (at_hand, 0), (at_hand, 2)),
        *((at_hand, 0), (at_queue, 0), (at_hand, 1)),
    ):
        scanner.scan(badges[badge])
        kept.append((badge, one.wait_for(signal="kept")["kind"]))
    assert kept == [
        *((0, "arrive"), (1, "arrive"), (0, "enter"), (2, "enter")),
        *((0, "leave"), (0, "arrive"), (1, "enter")),
    ]
    assert [scanner["name"] for scanner in one.state()["scanners"]] == ["file", "main"]
    at_queue.unplug()
    one.wait_for(signal="scanner", present=False)
    assert {s["name"]: s["present"] for s in one.status()["scanners"]} == {"file": False, "main": True}


def test_an_hour_offline_a_kill_and_a_restart_give_the_same_booth(
    station, new_hub, serve, plan_of, crowd, badges, port, eventually
):
    real_ms = time.time_ns() // 1_000_000
    day = {"day_ms": 1_668_866_400_000, "real_ms": real_ms, "speed": 600.0}
    hub = new_hub(now_ms=lambda: round(day["day_ms"] + (time.time() * 1000 - real_ms) * day["speed"]))
    hub.plan, hub.cards = plan_of(places=PLACES, minutes=60, steps=("arrive", "enter", "leave")), crowd
    server = serve(hub)
    one = station(hub.address, screen__port=port, standin__clock=day, uplink__timeout_s=1.0).start().ready()
    for badge in badges[:4]:
        one.scan(badge)
    eventually(lambda: one.ask_page("state")[0] == 200 and one.status()["backlog"] == 0)
    eventually(lambda: len(one.standing()[0]) == 4)
    told_ms = one.state()["at_ms"]
    server.stop()
    one.press("left")
    one.wait_for(kind="call")
    one.scan(badges[4])
    one.scan(badges[0], kind="enter")
    one.press("undo")  # of a scan that no hub has heard of
    one.wait_for(kind="undo")
    eventually(lambda: one.state()["at_ms"] > told_ms + 3_600_000, "an hour", patience_s=30)
    before = one.state()
    one.shows([3, 4, 5], [1, 2], [])
    one.kill()
    one.start().ready()
    eventually(lambda: one.ask_page("state")[0] == 200)
    after = one.state()
    for state in STATES:
        assert [p["face"] for p in after[state]] == [p["face"] for p in before[state]]
        for now, then in zip(after[state], before[state], strict=True):
            assert abs(now["since_ms"] - then["since_ms"]) < 60_000
    assert (after["hub"], after["clock_estimated"]) == (False, False)


def test_an_undone_scan_that_the_hub_holds_is_undone_offline_too(atelier, hub, serve, badges, eventually):
    one = atelier(steps=("arrive", "enter"))
    one.scan(badges[0])
    one.scan(badges[0], kind="enter")
    eventually(lambda: one.status()["backlog"] == 0)
    one.shows([], [], [1])
    serve.made[0].stop()
    eventually(lambda: one.status()["problem"])
    one.press("undo")
    one.wait_for(kind="undo")
    one.shows([1], [], [])


def test_what_others_do_at_the_atelier_is_seen_here(atelier, hub, badges, eventually):
    one = atelier()
    one.scan(badges[0])
    eventually(lambda: one.status()["backlog"] == 0)
    from firmware.wire.passage import CHAIN_START, Passage

    def pressed(kind):
        made = Passage("desk", "d" * 16, 1, "vr", kind, badges[0], "e" * 16, 0, 0, CHAIN_START)
        hub.pressed.append((made, hub.now_ms()))

    pressed("call")
    one.shows([], [1], [])
    one.scan(badges[0], kind="enter")
    one.shows([], [], [1])


def test_a_station_that_was_moved_goes_on_at_the_other_atelier_and_keeps_its_log(
    atelier, hub, plan_of, badges, eventually
):
    one = atelier(steps=("arrive", "enter"))
    one.scan(badges[0])
    hub.plan = plan_of("batch", atelier="arts", name="Arts", steps=("enter", "leave"))
    eventually(lambda: one.status()["atelier"] == "arts")
    assert "« arts »" in one.errors.read_text()
    assert one.scan(badges[0])["kind"] == "enter"
    assert [(p["seq"], p["atelier"], p["kind"]) for p in one.log()] == [
        (1, "vr", "arrive"),
        (2, "arts", "enter"),
    ]
    one.kill()
    one.start().ready()
    assert one.scan(badges[0])["kind"] == "leave"
    assert one.status()["atelier"] == "arts"


def test_without_a_plan_the_station_keeps_scans_and_its_page_says_what_is_missing(
    station, hub, badges, port, eventually
):
    one = station(hub.address, screen__port=port).start().ready()
    one.scan(badges[0])
    status, text = one.ask_page("")
    assert status == 200
    assert "pas encore joint" in text
    status, told = one.ask_page("state")
    assert status == 503
    assert "pas encore joint" in told["error"]
    one.press("right")
    assert one.wait_for(signal="kept")["kind"] == "pause"


def test_a_plan_that_cannot_be_had_holds_no_passage_up(station, hub, plan_of, badges, eventually):
    hub.plan, hub.refuse_plan = plan_of(), 503
    one = station(hub.address).start().ready()
    for badge in badges[:5]:
        one.scan(badge)
    eventually(lambda: hub.seqs == [1, 2, 3, 4, 5])
    eventually(lambda: hub.plans > 1)
    hub.refuse_plan = 0
    eventually(lambda: one.status()["waiting"] == 5)


def test_cards_come_once_each_and_again_from_a_hub_that_was_restored(atelier, hub, badges, eventually):
    one = atelier()
    for badge in badges[:3]:
        one.scan(badge)
    one.shows([1, 2, 3], [], [])
    eventually(lambda: hub.batches[-1].cards == 12)
    hub.cards = [Card(badge, "fox", 20 + at, 1, 1) for at, badge in enumerate(badges[:3])]
    hub.restore("0b" * 8)
    one.shows([20, 21, 22], [], [])


def test_letters_that_are_typed_are_a_scan(atelier, badges, foreign_badge):
    one = atelier()
    assert one.act("scan", badge=badges[0].lower())["said"]["tone"] == "kept"
    assert one.wait_for(signal="kept")["kind"] == "arrive"
    status, told = one.ask_page("act", {"act": "scan", "badge": foreign_badge})
    assert (status, told["error"]) == (409, "refused.foreign {who} {by} {letters}")
    assert one.wait_for(signal="refused")["reason"] == "foreign badge"


def test_acts_of_one_party_and_of_the_queue(atelier, badges):
    one = atelier("session", times_ms=(1_668_866_400_000,))
    for badge in badges[:2]:
        one.scan(badge)
    first, second = ref(badges[0]), ref(badges[1])
    one.act("call", ref=first)
    one.act("absent", ref=first)
    one.act("enter", ref=second)
    one.shows([], [], [2])
    one.act("leave", ref=second)
    assert one.act("leave", ref=second)["said"]["tone"] == "nothing"
    one.act("shift", by=10)
    one.act("undo")
    one.act("close")
    assert one.state()["status"] == "closed"
    assert one.act("close")["said"]["tone"] == "nothing"
    one.act("undo")
    assert one.state()["status"] == "open"
    told = [(p["kind"], p.get("by"), p["of"]) for p in one.log()][6:]
    assert told == [("shift", 10, None), ("shift", -10, 7), ("close", None, None), ("resume", None, 9)]


def test_a_family_that_has_not_left_after_all_is_sent_nowhere(atelier, hub, badges, eventually):
    one = atelier(places=1)
    words = "fox 1 → Arts, 5 min"

    def script(found, given):
        left = [passage.badge for passage in found.passages if passage.kind == "leave"]
        told = tuple(Advice(badge, "go", "arts", words) for badge in left)
        return hub.usual(found, replace(given, advice=told))

    hub.script = script
    come(one, badges[:1], eventually)
    one.act("enter", ref=ref(badges[0]))
    one.act("leave", ref=ref(badges[0]))
    eventually(lambda: [told["words"] for told in one.state()["told"]] == [words], "where to go")
    one.act("undo")
    assert one.state()["told"] == []
    assert [party["ref"] for party in one.state()["inside"]] == [ref(badges[0])]


def test_a_press_of_the_page_that_is_sent_again_is_answered_as_before_and_not_done_again(atelier, crowd):
    one = atelier("continuous", places=PLACES)
    for card in crowd[:3]:
        one.scan(card.badge)
    said = one.act("next", form="a press")
    assert one.act("next", form="a press") == said
    assert one.act("undo", form="another") != said
