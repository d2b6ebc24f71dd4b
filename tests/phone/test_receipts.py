"""What a phone believes of the hub, and what it does with a log that is not whole."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from firmware.wire.passage import ARRIVE, CALL, LEAVE
from kiosk.registry import Wanted
from kiosk.store import backup

from .phones import PATIENCE_MS, STATION, Fete, Phone
from .scripts import CUT


@pytest.mark.parametrize(
    "forge",
    [
        lambda body, headers: (body.replace(b'"held":', b'"held":1'), headers),
        lambda body, headers: (body, headers | {"ronde-signature": "0" * 64}),
        lambda body, headers: (
            body,
            {name: value for name, value in headers.items() if name != "ronde-signature"},
        ),
        lambda body, headers: (b"{}", headers),
    ],
    ids=["altered", "forged", "unsigned", "empty"],
)
def test_a_receipt_that_is_not_the_hubs_is_not_believed(
    station: Phone, fete: Fete, forge: Callable[[bytes, dict[str, str]], tuple[bytes, dict[str, str]]]
) -> None:
    def spoil(route: Route) -> None:
        answer = route.fetch()
        body, headers = forge(answer.body(), answer.headers)
        route.fulfill(status=answer.status, headers=headers, body=body)

    station.context.route("**/api/passages", spoil)
    badge = fete.badge()
    station.type(badge)
    station.signalled("kept")
    expect(station.page.locator("#station .condition")).to_contain_text("ignorée", timeout=PATIENCE_MS)
    assert station.kept("held")["held"] == 0
    station.context.unroute("**/api/passages")
    station.held()
    assert fete.steps(STATION) == [(1, ARRIVE, badge)]


def test_an_old_receipt_played_again_is_not_believed(station: Phone, fete: Fete) -> None:
    old: list[Any] = []

    def replay(route: Route) -> None:
        if not old:
            answer = route.fetch()
            old.append((answer.body(), answer.headers))
        body, headers = old[0]
        route.fulfill(status=200, headers=headers, body=body)

    station.context.route("**/api/passages", replay)
    badge = fete.badge()
    station.type(badge)
    station.signalled("kept")
    expect(station.page.locator("#station .condition")).to_contain_text("ignorée", timeout=PATIENCE_MS)
    station.context.unroute("**/api/passages")
    station.held()
    assert fete.steps(STATION) == [(1, ARRIVE, badge)]


def test_a_lost_answer_is_made_good(station: Phone, fete: Fete) -> None:
    """The hub has kept it, and its word is lost on the way: it is sent again, and counts once."""
    lost: list[int] = []

    def lose(route: Route) -> None:
        lost.append(route.fetch().status)
        route.abort()

    station.context.route("**/api/passages", lose, times=2)
    badge = fete.badge()
    station.type(badge)
    station.signalled("kept")
    station.held()
    assert lost and set(lost) == {200}
    assert fete.steps(STATION) == [(1, ARRIVE, badge)]


def test_a_hub_that_was_restored_is_told_everything_again(station: Phone, fete: Fete) -> None:
    copies = fete.hub.config.backups_path
    fete.day.back_up(copies)
    wanted = backup.copies(copies)[0]
    badges = [fete.badge() for _ in range(3)]
    for badge in badges:
        station.type(badge)
        station.signalled("kept")
    station.held()
    before, epoch = fete.steps(STATION), fete.day.epoch
    fete.stop()
    journal = fete.hub.config.journal_path
    for copy in backup.copies(copies):
        if copy != wanted:
            copy.unlink()
    journal.write_bytes(b"\xff" * journal.stat().st_size)
    station.type(badges[0])
    station.signalled("repeat")
    fete.start()
    assert fete.day.epoch != epoch
    assert fete.steps(STATION) == []
    station.page.evaluate("dispatchEvent(new Event('online'))")
    station.held()
    assert fete.steps(STATION) == [*before, (4, ARRIVE, badges[0])]


def test_a_station_that_is_moved_keeps_its_log(station: Phone, fete: Fete) -> None:
    badge = fete.badge()
    station.type(badge)
    station.signalled("kept")
    station.held()
    fete.hub.stations.registry.set(
        Wanted(STATION, "robotics" if "robotics" in fete.day.event.by_id else "arts")
    )
    moved = next(each for each in fete.day.event.stations if each.id == STATION).atelier
    name = fete.day.event.by_id[moved].name("fr")
    expect(station.page.get_by_role("heading", level=1)).to_have_text(name, timeout=PATIENCE_MS)
    station.type(badge)
    station.signalled("kept")
    station.held()
    logs = {(fact.passage.epoch, fact.passage.seq, fact.passage.atelier) for fact in fete.passages(STATION)}
    assert logs == {(station.log()[0]["epoch"], 1, "vr"), (station.log()[0]["epoch"], 2, moved)}


def test_a_revoked_station_says_so_and_loses_nothing(station: Phone, fete: Fete) -> None:
    fete.hub.stations.revoke(STATION)
    badge = fete.badge()
    station.type(badge)
    station.signalled("kept")
    expect(station.page.locator("#station .condition")).to_contain_text(
        "ne reconnaît pas", timeout=PATIENCE_MS
    )
    station.page.close()
    station.open(f"#{fete.code(STATION, 'vr')}")
    said = station.page.locator("#enrol-said")
    expect(said).to_contain_text("1 passage")  # it is not taken away unasked
    station.page.get_by_role("button", name="Rattacher ce téléphone").click()
    station.ready()
    station.held()
    assert [step[1:] for step in fete.steps(STATION)] == [(ARRIVE, badge)]


def test_buttons_do_at_a_phone_what_they_do_at_a_station(station: Phone, fete: Fete) -> None:
    badges = [fete.badge() for _ in range(3)]
    for badge in badges:
        station.type(badge)
        station.signalled("kept")
    station.press("next")
    station.signalled("called")
    called = station.page.locator('#station .card[data-state="called"] button')
    called.first.click()
    station.page.locator("dialog.party-panel, dialog.party").get_by_role("button").first.click()
    station.held()
    kinds = [kind for _, kind, _ in fete.steps(STATION)]
    assert kinds[:3] == [ARRIVE] * 3
    assert kinds[3] == CALL
    assert LEAVE not in kinds[:4]


def test_a_store_that_the_browser_threw_away_is_had_again_from_the_other(station: Phone, fete: Fete) -> None:
    """As Chromium does with one that was torn by a kill. Nothing is asked of anybody."""
    badge = fete.badge()
    station.context.set_offline(True)
    station.type(badge)
    station.signalled("kept")
    before = station.log()
    station.context.set_offline(False)
    station.page.goto(station.url.removesuffix("/phone") + "/phone/phone.css")
    gone = "() => new Promise((done) => { indexedDB.deleteDatabase('ronde-station').onsuccess = () => done(true); })"
    assert station.page.evaluate(gone)
    station.page.goto(station.url)
    station.ready()
    station.held()
    assert station.log() == before
    assert fete.steps(STATION) == [(1, ARRIVE, badge)]


@pytest.mark.parametrize("forgotten", [[], ["heard", "held"]], ids=["known here", "known at the hub"])
def test_a_log_that_lost_its_end_is_set_aside_and_a_new_one_begins(
    station: Phone, fete: Fete, forgotten: list[str]
) -> None:
    """As a phone whose store was put back to an earlier day. What the hub holds stays; no number comes twice."""
    badges = [fete.badge() for _ in range(3)]
    for badge in badges[:2]:
        station.type(badge)
        station.signalled("kept")
    station.held()
    first = station.kept("log")["epoch"]
    station.page.goto("about:blank")
    station.page.goto(station.url.removesuffix("/phone") + "/phone/phone.css")
    station.page.evaluate(CUT, forgotten)
    station.page.goto(station.url)
    station.until(lambda: station.kept("log")["epoch"] != first)
    expect(station.page.locator("#moment")).to_be_hidden(timeout=PATIENCE_MS)
    station.ready()
    station.type(badges[2])
    station.signalled("kept")
    station.until(lambda: len(fete.passages(STATION)) == 3)
    logs = {
        (fact.passage.epoch == first, fact.passage.seq, fact.passage.badge) for fact in fete.passages(STATION)
    }
    assert logs == {(True, 1, badges[0]), (True, 2, badges[1]), (False, 1, badges[2])}
    assert [one["epoch"] == first for one in station.log()].count(True) == 1  # nothing was deleted
