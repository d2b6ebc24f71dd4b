"""What to do now, on the organisers' page: each line with its reason and its button, and what becomes of it."""

import dataclasses
import re
from urllib.parse import urlencode

import pytest

from firmware.wire.batch import Health
from kiosk.rules.facts import Announced, AtelierLimited, BadgeIssued, QueueEnds
from kiosk.rules.floor import Status
from kiosk.rules.party import Group
from kiosk.rules.situations import PrinterSign, Remedy, StationSign, situations
from kiosk.texts import texts, whole_languages
from kiosk.web import todo
from kiosk.web.frame import station_signs

MINUTE_MS = 60_000
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def plain(words):
    return re.sub("[\u00a0\u202f]", " ", words)


@pytest.fixture
def late(house):
    """Half past four, and fifteen parties of two wait for the two headsets."""
    house.clock.at_ms = house.event.closes_ms - 30 * MINUTE_MS
    for _ in range(15):
        came = house.day.check_in([Group("12-17", "m", 2)], "fr")
        house.scan("vr", "arrive", came.party.badge)
    return house


def frame(house):
    """As it is by the clock of the test, which no real second moves."""
    house.live._composed_s = float("-inf")
    return house.live.frame().shown["fr"]


def tasks(house):
    return frame(house)["tasks"]


def post(house, path, **fields):
    return house.ask("POST", path, urlencode(fields).encode(), FORM | {"Accept": "application/json"})[0]


def pressed(task, kind=None):
    """What the form of a task sends."""
    return {"key": task["key"]} | task["remedy"] | ({"kind": kind} if kind else {})


def only(house, kind):
    found = [each for each in tasks(house) if each["kind"] == kind]
    assert len(found) == 1, tasks(house)
    return found[0]


def test_a_queue_to_be_closed_is_told_with_its_forecast_and_closed_by_one_button(late):
    task = only(late, "close")
    found = next(each for each in situations(late.day.view, late.day.floor()) if each.kind == "close")
    words, zone = texts("fr"), late.event.zone
    at, by, low, high = (
        plain(words.clock(found.values[name], zone)) for name in ("at_ms", "by_ms", "low_ms", "high_ms")
    )
    assert task["urgency"] == "soon"
    assert plain(task["what"]) == f"Casque de réalité virtuelle : fermez la file à {at}"
    assert plain(task["why"]) == (
        f"La dernière personne sortirait alors vers {by}. "
        f"Rien que ceux qui sont là finiraient entre {low} et {high}."
    )
    assert post(late, "/flow/do", **pressed(task)) == 200
    assert late.day.view.acts[-1].fact == QueueEnds("vr", found.remedy.at_ms)
    assert "close" not in [each["kind"] for each in tasks(late)]
    late.clock.at_ms = found.remedy.at_ms
    assert late.day.view.statuses.of("vr", late.clock()) is Status.CLOSED


def test_a_queue_that_is_open_for_too_long_is_to_be_closed_at_once(house):
    house.clock.at_ms = house.event.closes_ms - 25 * MINUTE_MS
    for _ in range(20):
        came = house.day.check_in([Group("12-17", "m", 2)], "fr")
        house.scan("impression-3d", "arrive", came.party.badge)
    task = only(house, "close")
    assert task["urgency"] == "now"
    assert plain(task["what"]) == "Porte-clés en impression 3D : fermez la file"
    assert "alors qu’il faut finir à 17 h." in plain(task["why"])


def test_what_was_done_can_be_undone_and_then_is_to_be_done_again(late):
    assert post(late, "/flow/do", **pressed(only(late, "close"))) == 200
    done = frame(late)["lately"]
    assert len(done) == 1
    assert plain(done[0]["what"]).startswith("Casque de réalité virtuelle : la file ferme à 16 h")
    assert post(late, "/flow/undo", act=done[0]["act"]) == 200
    assert frame(late)["lately"] == []
    assert only(late, "close")


def test_what_is_put_off_comes_back_and_what_was_seen_does_not(late):
    task = only(late, "close")
    assert post(late, "/flow/do", **pressed(task, "later")) == 200
    assert not [each for each in tasks(late) if each["kind"] == "close"]
    late.clock.at_ms += late.event.alerts.snooze_minutes * MINUTE_MS + 1
    late.day.check_in([Group("18-59", "f", 1)], "fr")
    task = only(late, "close")
    assert post(late, "/flow/do", **pressed(task, "seen")) == 200
    late.clock.at_ms += 2 * late.event.alerts.snooze_minutes * MINUTE_MS
    assert not [each for each in tasks(late) if each["kind"] == "close"]


def test_who_goes_to_a_silent_station_is_told_again_if_it_stays_silent(house):
    house.post_passages(*house.logs["vr"].batch([], house.clock(), Health(0, True, "1")))
    assert tasks(house) == []
    house.clock.at_ms += 7 * MINUTE_MS
    task = only(house, "silent")
    assert plain(task["what"]) == "Casque de réalité virtuelle : la station vr se tait"
    assert "Pas un mot depuis 7 min : les chiffres sont de 14 h 35." in plain(task["why"])
    assert not task["later"]
    assert post(house, "/flow/do", **pressed(task)) == 200
    assert tasks(house) == []
    said = frame(house)["lately"][0]
    assert plain(said["what"]) == "Quelqu’un y va : station muette · Casque de réalité virtuelle"
    house.clock.at_ms += (house.event.alerts.snooze_minutes + 1) * MINUTE_MS
    assert only(house, "silent")["key"] == task["key"]


def test_a_fast_clock_makes_no_station_silent(house):
    house.services = dataclasses.replace(house.services, speed=60.0)
    house.post_passages(*house.logs["vr"].batch([], house.clock(), Health(0, True, "1")))
    later_ms = house.clock() + 7 * MINUTE_MS
    heard = {sign.station: sign.heard_ms for sign in station_signs(house.services, later_ms)}
    assert heard["vr"] == later_ms
    assert heard["arts"] is None


def test_a_new_badge_is_asked_about_before_it_is_given_and_given_once(house):
    came = house.day.check_in([Group("18-59", "f", 1)], "fr")
    fields = {"kind": "reissue", "party": came.party.number, "key": "two-places/1/1"}
    status, _, page = house.ask("POST", "/flow/do", urlencode(fields).encode(), FORM)
    assert status == 200
    assert "L’imprimer" in page.decode()
    assert house.day.view.acts == ()
    assert post(house, "/flow/do", **fields, sure=1, form="abc") == 200
    assert isinstance(house.day.view.acts[-1].fact, BadgeIssued)
    assert house.day.view.parties[1].badge != came.party.badge


def test_more_places_and_free_places_are_one_button_each(house):
    assert post(house, "/flow/do", kind="limit", atelier="impression-3d", places=16, key="long/x/8") == 200
    limited = house.day.view.acts[-1].fact
    assert limited == AtelierLimited("impression-3d", 16, None)
    assert post(house, "/flow/do", kind="announce", atelier="robotique", key="send/robotique") == 200
    announced = house.day.view.acts[-1].fact
    assert isinstance(announced, Announced)
    assert announced.texts["fr"].startswith("Il y a de la place maintenant")
    assert announced.texts.keys() == set(house.event.languages)
    assert announced.answers == "send/robotique"


def test_free_places_that_are_taken_back_are_to_be_told_again(house):
    """One act, one line of the log: with the words goes the note that somebody saw to it."""
    post(house, "/flow/do", kind="announce", atelier="robotique", key="send/robotique")
    (act,) = house.day.view.acts
    assert house.day.view.notes == {"send/robotique": act.fact.until_ms}
    assert post(house, "/flow/undo", act=act.id) == 200
    assert house.day.view.notes == {}
    assert house.day.view.announcements_at(house.clock()) == ()


def test_who_was_told_that_it_is_too_late_waits_no_more_and_is_told_where_to_go(house):
    came = house.day.check_in([Group("18-59", "f", 2)], "fr", ("vr", "arts"))
    party = came.party.number
    house.scan("vr", "arrive", came.party.badge)
    house.clock.at_ms += 20 * MINUTE_MS
    assert house.day.view.guest_of(party).stay.state == "queued"
    assert post(house, "/flow/do", kind="send-on", atelier="vr", parties=f"{party}", key="late/vr/1") == 200
    guest = house.day.view.guest_of(party)
    assert guest.stay is None
    assert guest.advice.advice.atelier != "vr"
    assert "vr" in guest.refused(house.clock())
    (act,) = house.day.view.acts
    assert post(house, "/flow/undo", act=act.id) == 200
    assert house.day.view.guest_of(party).stay.state == "queued"


def test_what_makes_no_sense_is_refused_in_words(house):
    for path, fields in (
        ("/flow/do", {"kind": "limit", "atelier": "nowhere", "places": 3}),
        ("/flow/do", {"kind": "limit", "atelier": "vr", "places": 0}),
        ("/flow/do", {"kind": "later", "key": "no-such-kind/1"}),
        ("/flow/do", {"kind": "seen", "key": "close/" + 300 * "x"}),
        ("/flow/do", {"kind": "reissue", "party": 99, "sure": 1}),
        ("/flow/do", {"kind": "end-queue", "atelier": "nowhere", "at_ms": 1}),
        ("/flow/do", {"kind": "send-on", "atelier": "vr", "parties": "99"}),
        ("/flow/do", {"kind": "send-on", "atelier": "vr", "parties": ""}),
        ("/flow/do", {"kind": "send-on", "atelier": "vr", "parties": "1,2"}),
        ("/flow/undo", {"act": "0123456789abcdef"}),
        ("/flow/undo", {"station": "vr", "epoch": "ab", "seq": 7}),
    ):
        assert post(house, path, **fields) == 409, fields
    assert post(house, "/flow/do", kind="dance") == 400
    assert house.day.view.acts == ()


def test_help_that_somebody_else_gave_already_is_given(house):
    assert post(house, "/flow/do", kind="help", place="") == 200


@pytest.mark.parametrize("language", whole_languages())
def test_every_kind_of_situation_has_its_words(late, language):
    """With the values that the rules give them, in each language of who works there."""
    words, view = texts(language), late.day.view
    signs = [StationSign("vr", "vr", late.clock() - 9 * MINUTE_MS)]
    found = list(situations(view, late.day.floor(), signs, PrinterSign("paper_out", late.clock(), False, 2)))
    found += situations(view, late.day.floor(), [], PrinterSign(low=True))
    values = {
        "help": {"place": "", "subject": "sheet"},
        "network": {"stations": 7, "all": 8, "minutes": 9},
        "crowded": {"atelier": "vr", "people": 5, "places": 2},
        "stalled": {"atelier": "vr", "minutes": 20, "people": 7},
        "too-few": {"atelier": "vr", "minutes": 20, "people": 2, "takers": 1, "least": 3},
        "long": {"atelier": "vr", "places": 2, "low_minutes": 30, "high_minutes": 45},
        "send": {"atelier": "vr", "places": 2, "from": "arts", "low_minutes": 30, "high_minutes": 45},
        "overdue": {"party": 1, "atelier": "vr", "minutes": 40, "told": 0, "late": 30},
        "two-places": {"party": 1},
        "move": {"atelier": "vr", "at_ms": 0, "by_ms": 0, "ends_ms": 0, "low_ms": 0, "high_ms": 0},
        "reopen": {"atelier": "vr", "at_ms": 0, "by_ms": 0, "people": 6, "low_ms": 0, "high_ms": 0},
        "late": {"atelier": "vr", "by_ms": 0, "to": "arts", "low_ms": 0, "high_ms": 0},
    }
    known = {each.kind for each in found}
    example = next(each for each in found if each.kind == "close")
    remedies = {
        "help": "help",
        "crowded": "limit",
        "long": "limit",
        "send": "announce",
        "too-few": "announce",
        "two-places": "reissue",
        "move": "end-queue",
        "reopen": "end-queue",
        "late": "send-on",
    }
    for kind, said in values.items():
        parties = (1,) if kind == "late" else ()
        remedy = dataclasses.replace(example.remedy, kind=remedies.get(kind, "go"), party=1, parties=parties)
        found.append(dataclasses.replace(example, kind=kind, key=f"{kind}/vr", values=said, remedy=remedy))
    assert known | values.keys() == todo.GLYPHS.keys()
    for task in todo.tasks(view, found, words):
        assert task["what"], task
        assert task["button"], task
        assert "{" not in task["what"] + task["why"] + task["button"] + task["asks"]
        assert todo.named(task["key"], late.event, words)


@pytest.mark.parametrize(("places", "said"), [(1, "1 place"), (2, "2 places")])
def test_one_place_is_one_place(late, places, said):
    example = next(each for each in situations(late.day.view, late.day.floor()) if each.kind == "close")
    for kind, more in (("crowded", {"people": 4}), ("long", {"low_minutes": 30, "high_minutes": 45})):
        values = {"atelier": "vr", "places": places, **more}
        told = dataclasses.replace(example, kind=kind, values=values, remedy=Remedy("limit", "vr", places=4))
        (task,) = todo.tasks(late.day.view, [told], texts("fr"))
        assert f"pour {said}." in plain(task["why"])


def test_who_sends_more_to_a_batch_does_not_go_there_and_who_looks_after_a_queue_does():
    assert todo.goes("stalled/vr/1") and not todo.goes("too-few/vr/1")
    assert not todo.goes("send/vr") and not todo.goes("nonsense")


# On the page


def test_the_button_of_a_task_does_it_without_a_reload_and_undo_takes_it_back(late, open_page):
    page = open_page(late.url + "/flow", 390, 844)
    page.wait_for_selector("[data-live=live]")
    page.evaluate("window.kept = true")
    page.wait_for_timeout(500)
    close = page.locator(".task[data-kind=close]")
    assert close.locator(".is-soon").is_visible()
    assert close.locator(".is-now").is_hidden()
    close.locator(".first").click()
    close.wait_for(state="detached")
    assert page.evaluate("document.activeElement.id") == "tasks-title"
    page.wait_for_selector("#lately .done")
    page.wait_for_timeout(500)
    page.click("#lately .undo button")
    page.wait_for_selector("#lately .done", state="detached")
    close.wait_for()
    assert page.evaluate("window.kept")
    assert late.day.view.statuses.ends_ms("vr", late.clock()) is None


def test_without_scripts_every_button_is_a_form(late, open_page):
    page = open_page(late.url + "/flow?lang=en", 390, 844, java_script_enabled=False)
    page.click(".task[data-kind=close] .first")
    assert page.url.endswith("/flow?lang=en")
    assert page.locator(".task[data-kind=close]").count() == 0
    page.click("#lately .undo button")
    assert page.locator(".task[data-kind=close]").count() == 1


def test_what_cannot_be_taken_back_is_asked_about(house, open_page):
    came = house.day.check_in([Group("18-59", "f", 1)], "fr")
    page = open_page(f"{house.url}/flow/party/{came.party.number}", 390, 844)
    page.click("button[value=reissue]")
    page.wait_for_selector("#ask[open]")
    page.click("#ask button[value=no]")
    assert house.day.view.acts == ()
    page.click("button[value=reissue]")
    with page.expect_response("**/flow/party/*"):
        page.click("#ask button[value=yes]")
    assert isinstance(house.day.view.acts[-1].fact, BadgeIssued)


def test_nothing_to_do_is_said_kindly(house, open_page):
    page = open_page(house.url + "/flow", 390, 844)
    assert plain(page.inner_text(".calm")) == "Rien à faire : tout roule."


def test_only_the_first_few_are_in_sight_until_one_asks_for_more_and_what_is_urgent_always(house, open_page):
    def heard(*stations):
        for station in stations:
            house.post_passages(*house.logs[station].batch([], house.clock(), Health(0, True, "1")))

    quiet = ("vr", "arts", "robotique", "usages")
    heard(*quiet)
    house.clock.at_ms += 7 * MINUTE_MS
    heard(*house.logs.keys() - set(quiet))
    house.printer.says("", house.clock(), "low")
    page = open_page(house.url + "/flow", 390, 844)
    page.wait_for_selector("[data-live=live]")
    assert page.locator(".task").count() == 5
    assert page.locator(".task:visible").count() == 4
    assert plain(page.inner_text("#more")) == "et 1 autre"
    page.click("#more")
    assert page.locator(".task:visible").count() == 5
    page.click("#more")
    house.day.ask_help("")
    page.wait_for_selector(".task[data-kind=help]:visible")
    house.printer.says("paper_out", house.clock() - MINUTE_MS)
    page.wait_for_selector(".task[data-kind=printer]:visible")
