"""An animator's phone as a station, in Chromium, against a real hub over its HTTPS."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from firmware.wire.booth import INSIDE, Standing
from firmware.wire.passage import ARRIVE, CALL, ENTER, LEAVE, PAUSE, UNDO
from kiosk.registry import Wanted
from kiosk.rules import booths
from kiosk.store import backup
from kiosk.web.reader import Reader

from .conftest import Filming
from .phones import PATIENCE_MS, Fete, Phone

OpenPhone = Callable[..., Phone]
STATION = "phone-1"
SIZES = [(320, 568), (360, 640), (390, 844), (844, 390), (820, 1180)]

# As a phone whose browser reads codes by itself.
DETECTOR = """globalThis.BarcodeDetector = class {
  static getSupportedFormats = async () => ["qr_code"];
  #canvas = new OffscreenCanvas(640, 480);
  async detect(video) {
    this.#canvas.getContext("2d").drawImage(video, 0, 0, 640, 480);
    const blob = await this.#canvas.convertToBlob({ type: "image/jpeg" });
    const letters = String.fromCharCode(...new Uint8Array(await blob.arrayBuffer()));
    return (await readPicture(btoa(letters))).map((rawValue) => ({ rawValue }));
  }
};"""

# Once `deaf` is set, what is on the disk is not heard of: the page lives on and does nothing with it.
NO_BEEP = """{
  const { get, set } = Object.getOwnPropertyDescriptor(IDBTransaction.prototype, "oncomplete");
  Object.defineProperty(IDBTransaction.prototype, "oncomplete", {
    get,
    set(handler) {
      set.call(this, (event) => {
        if (globalThis.deaf && this.durability === "strict") globalThis.withheld = true;
        else handler(event);
      });
    },
  });
}"""

# Takes all the room that the browser gives this origin, in a store beside the station's.
FILL = """async () => {
  const db = await new Promise((resolve) => {
    const asked = indexedDB.open("filler", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("all", { autoIncrement: true });
    asked.onsuccess = () => resolve(asked.result);
  });
  const put = (size) => new Promise((resolve) => {
    const writing = db.transaction("all", "readwrite");
    writing.objectStore("all").put(crypto.getRandomValues(new Uint8Array(size)));
    writing.oncomplete = () => resolve(true);
    writing.onabort = () => resolve(false);
  });
  let count = 0;
  for (const size of [60_000, 6_000, 600, 60]) while (await put(size)) count += 1;
  db.close();
  return count;
}"""

# What would be heard and felt.
LISTENING = """
globalThis.notes = [];
globalThis.shakes = [];
const { start } = OscillatorNode.prototype;
OscillatorNode.prototype.start = function (...when) {
  notes.push(Math.round(this.frequency.value));
  return start.apply(this, when);
};
navigator.vibrate = (pattern) => shakes.push(pattern.map(Math.round));
"""


def read_picture(_: object, letters: str) -> list[str]:
    return Reader().texts(base64.b64decode(letters))


@pytest.fixture
def station(phone: Phone, fete: Fete) -> Phone:
    """A phone that is a station of the atelier `vr`: arrive, enter, leave."""
    phone.enrol(fete.code(STATION, "vr"))
    return phone


# -- becoming one


def test_a_phone_is_enrolled_by_letters_that_are_typed(phone: Phone, fete: Fete) -> None:
    code = fete.code(STATION, "vr")
    phone.enrol(f" {code[:4].lower()}-{code[4:8]} {code[8:]}")
    expect(phone.page.get_by_role("heading", level=1)).to_have_text(fete.day.event.by_id["vr"].name("fr"))
    assert phone.page.evaluate("location.hash") == ""


def test_a_link_with_a_code_behind_it_enrols_at_once(phone: Phone, fete: Fete) -> None:
    """As the phone's own camera reads it from the hub's screen."""
    code = fete.code(STATION, "vr")
    asked: list[str] = []
    phone.context.on("request", lambda request: asked.append(request.url))
    phone.page.close()
    phone.open(f"#{code}")
    phone.ready()
    assert not [url for url in asked if code in url], "the code went to the server"
    assert code not in phone.page.url


def test_the_code_that_stations_scan_is_read_by_the_camera(
    open_phone: OpenPhone, fete: Fete, filming: Filming
) -> None:
    """One code on the hub's screen for stations and phones alike."""
    shown = fete.hub.stations.invite(Wanted(STATION, "vr", (ARRIVE, ENTER)), "http://192.168.1.10:8080")
    with filming([shown.invitation.encode()]) as browser:
        phone = open_phone(browser=browser, init=DETECTOR, readPicture=read_picture)
        phone.page.get_by_role("button", name="Lire le QR code avec la caméra").click()
        phone.ready()
        assert phone.kept("enrolment")["steps"] == [ARRIVE, ENTER]


def test_a_code_that_is_wrong_or_over_is_said_to_be(phone: Phone, fete: Fete) -> None:
    code = fete.code(STATION, "vr")
    field, said = phone.page.get_by_label("Les 16 lettres du code"), phone.page.locator("#enrol-said")
    send = phone.page.get_by_role("button", name="Rattacher ce téléphone")
    for typed, words in (
        ("BCDF", "16 lettres"),
        ("http://example.org/BCDFGHJKLNPRSTVX", "16 lettres"),
        (code[:-1] + ("B" if code[-1] != "B" else "C"), "Ce n’est pas le code"),
    ):
        field.fill(typed)
        send.click()
        expect(said).to_contain_text(words)
    fete.hub.stations.pairings.cancel(STATION)
    field.fill(code)
    send.click()
    expect(said).to_contain_text("ne vaut plus")
    assert phone.page.evaluate("indexedDB.databases().then((all) => all.length)") == 1


def test_the_keys_cannot_be_read_out_of_the_browser(station: Phone) -> None:
    found = station.page.evaluate(
        """() => new Promise((resolve) => {
          const asked = indexedDB.open("ronde-station");
          asked.onsuccess = () => {
            const got = asked.result.transaction("meta").objectStore("meta").get("enrolment");
            got.onsuccess = async () => {
              const { keys, event, ...others } = got.result;
              const all = [keys.up, keys.down, event];
              const read = await Promise.allSettled(all.map((key) => crypto.subtle.exportKey("raw", key)));
              asked.result.close();
              resolve([read.map((each) => each.status), Object.keys(others).sort()]);
            };
          };
        })"""
    )
    assert found == [["rejected"] * 3, ["atelier", "owner", "station", "steps"]]


def test_a_second_page_waits_for_its_turn(station: Phone) -> None:
    first = station.page
    second = station.open()
    expect(second.locator("#moment-words")).to_contain_text("autre onglet")
    first.close()
    station.ready()


# -- being one


def test_a_phone_reads_badges_with_its_camera(open_phone: OpenPhone, fete: Fete, filming: Filming) -> None:
    """This Chromium reads no codes by itself: the hub reads them for it."""
    badges = [fete.badge(), fete.badge()]
    with filming([*badges, "https://example.org/not-a-badge"]) as browser:
        phone = open_phone(browser=browser)
        phone.enrol(fete.code(STATION, "vr"))
        phone.page.get_by_role("button", name="Scanner").click()
        said = phone.page.locator("#scan-said")
        for _ in badges:
            phone.signalled("kept")
            expect(said).to_have_attribute("data-tone", "kept")
        phone.signalled("refused")
        expect(said).to_contain_text("Ce n’est pas un badge")
        expect(phone.page.locator("#scan-hub")).to_be_visible()
        phone.page.get_by_role("button", name="Fermer la caméra").click()
        phone.held()
        assert not phone.page.evaluate("document.getElementById('scan-video').srcObject")
    steps = fete.steps(STATION)
    assert sorted(badge for _, kind, badge in steps if kind == ARRIVE) == sorted(badges)
    assert [seq for seq, _, _ in steps] == list(range(1, len(steps) + 1))


def test_a_browser_that_reads_codes_needs_no_hub_for_it(
    open_phone: OpenPhone, fete: Fete, filming: Filming
) -> None:
    """BarcodeDetector, where a phone has it, stood in for by the reader of the tests."""
    badge = fete.badge()
    with filming([badge]) as browser:
        phone = open_phone(browser=browser, init=DETECTOR, readPicture=read_picture)
        phone.enrol(fete.code(STATION, "vr"))
        phone.context.set_offline(True)
        phone.page.get_by_role("button", name="Scanner").click()
        phone.signalled("kept")
        phone.context.set_offline(False)
        phone.held()
    assert fete.steps(STATION)[0] == (1, ARRIVE, badge)


def test_without_the_network_all_goes_on_and_arrives_once_and_in_order(station: Phone, fete: Fete) -> None:
    badges = [fete.badge() for _ in range(4)]
    station.type(badges[0])
    station.signalled("kept")
    station.held()
    station.context.set_offline(True)
    for badge in badges[1:]:
        station.type(badge)
        station.signalled("kept")
    station.press("next")
    station.signalled("called")
    called = station.page.locator('#station .card[data-state="called"]')
    expect(called).not_to_have_count(0)
    station.press("undo")
    station.signalled("undone")
    expect(called).to_have_count(0)
    station.press("next")
    station.signalled("called")
    station.type(badges[0])
    station.signalled("kept")
    station.press("pause")
    station.signalled("paused")
    own = [(one["seq"], one["kind"], one["badge"]) for one in station.log()]
    assert fete.steps(STATION) == own[:1]
    station.context.set_offline(False)
    station.held()
    assert fete.steps(STATION) == own
    assert {kind for _, kind, _ in own} >= {ARRIVE, CALL, ENTER, UNDO, PAUSE}
    assert all(not fact.moment.estimated for fact in fete.passages(STATION))
    assert fete.day.view.statuses["vr"].value == "paused"
    inside = [standing for standing in standings(fete) if standing.state == INSIDE]
    assert [standing.badge for standing in inside] == [badges[0]]


def test_the_page_knows_who_is_there_after_it_was_closed_without_a_network(
    open_phone: OpenPhone, fete: Fete
) -> None:
    station = open_phone(workers="allow")
    station.enrol(fete.code(STATION, "vr"))
    badges = [fete.badge() for _ in range(3)]
    for badge in badges:
        station.type(badge)
        station.signalled("kept")
    station.held()
    station.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    station.context.set_offline(True)
    station.type(badges[0])
    station.signalled("repeat")
    station.page.close()
    station.open()  # from the browser's own cache
    station.ready()
    expect(station.page.locator("#station .waiting .card:not(.more)")).to_have_count(3)
    station.type(fete.badge())
    station.signalled("kept")
    expect(station.page.locator("#station .waiting .card:not(.more)")).to_have_count(4)
    station.context.set_offline(False)
    station.held()
    assert [kind for _, kind, _ in fete.steps(STATION)] == [ARRIVE] * 5


def test_a_scan_cut_off_between_store_and_beep_is_kept_once_and_not_counted_twice(
    open_phone: OpenPhone, fete: Fete
) -> None:
    """The page dies when the passage is on the disk and nothing has sounded yet; the family scans once more."""
    phone = open_phone(init=NO_BEEP)
    phone.enrol(fete.code(STATION, "vr"))
    badge = fete.badge()
    phone.page.evaluate("globalThis.deaf = true")
    phone.type(badge)
    phone.page.wait_for_function("() => globalThis.withheld === true")
    assert phone.page.locator("#lamp").get_attribute("data-signal") is None
    phone.page.close()
    phone.open()
    phone.ready()
    phone.type(badge)
    phone.signalled("repeat")
    phone.held()
    assert fete.steps(STATION) == [(1, ARRIVE, badge), (2, ARRIVE, badge)]
    assert [standing.badge for standing in standings(fete)] == [badge]


def test_a_full_store_is_said_and_does_not_beep(phone: Phone, fete: Fete) -> None:
    origin = phone.page.evaluate("location.origin")
    phone.page.goto("about:blank")
    tools = phone.context.new_cdp_session(phone.page)
    tools.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": 2_000_000})
    phone.page.goto(phone.url)
    phone.enrol(fete.code(STATION, "vr"))
    assert phone.page.evaluate(FILL) > 0
    badge = fete.badge()
    phone.type(badge)
    phone.signalled("refused")
    expect(phone.page.locator("dialog.pad .wrong")).to_contain_text("plein")
    assert phone.log() == []
    phone.page.evaluate(
        "() => new Promise((done) => { indexedDB.deleteDatabase('filler').onsuccess = done; })"
    )
    phone.page.locator("dialog.pad .send").click()
    phone.signalled("kept")
    phone.held()
    assert fete.steps(STATION) == [(1, ARRIVE, badge)]


def test_what_is_kept_and_what_is_not_differ_to_the_ear_and_to_the_hand(
    open_phone: OpenPhone, fete: Fete
) -> None:
    phone = open_phone(init=LISTENING)
    phone.enrol(fete.code(STATION, "vr"))
    badge, heard = fete.badge(), []
    for text, signal in ((badge, "kept"), (badge, "repeat"), ("BCDFGHJKLNPRSTVX", "refused")):
        phone.type(text)
        phone.signalled(signal)
        heard.append(phone.page.evaluate("() => [globalThis.notes.splice(0), globalThis.shakes.splice(0)]"))
        phone.page.keyboard.press("Escape")
    assert heard == [
        [[880], [[130]]],
        [[659, 659], [[40, 110, 40]]],
        [[220] * 3, [[130, 110, 130, 110, 130]]],
    ]


def test_foreign_badges_and_junk_are_refused_and_leave_no_trace(station: Phone, fete: Fete) -> None:
    for text in ("BCDFGHJKLNPRSTVX", "CBBBBBBBBBBBBBBB"):
        station.type(text)
        station.signalled("refused")
        station.page.keyboard.press("Escape")
    assert station.log() == []


# -- the hub's word


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


# -- a log that is not whole


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


# Both stores lose their last passage.
CUT = """async (names) => {
  const spare = (await navigator.storageBuckets.open("spare")).indexedDB;
  await Promise.all([indexedDB, spare].map((factory) => new Promise((resolve) => {
    const asked = factory.open("ronde-station");
    asked.onsuccess = () => {
      const all = asked.result.transaction(["passages", "meta"], "readwrite");
      const log = all.objectStore("passages");
      log.openCursor(null, "prev").onsuccess = (event) => event.target.result.delete();
      names.forEach((name) => all.objectStore("meta").delete(name));
      all.oncomplete = () => { asked.result.close(); resolve(); };
    };
  })));
}"""


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


# -- to look at


@pytest.mark.parametrize("size", SIZES)
def test_its_pages_are_fit_for_all(open_phone: OpenPhone, fete: Fete, size: tuple[int, int]) -> None:
    phone = open_phone(*size)
    page = phone.page
    _fits(page)
    phone.enrol(fete.code(STATION, "vr"))
    phone.type(fete.badge())
    phone.signalled("kept")
    _fits(page)
    page.get_by_role("button", name="Scanner").click()
    expect(page.locator("#scan")).to_be_visible()
    page.wait_for_function("() => document.getElementById('scan-video').readyState >= 2")
    _fits(page)


def _fits(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def standings(fete: Fete, atelier: str = "vr") -> tuple[Standing, ...]:
    """Who is at an atelier, as the hub tells stations."""
    return booths.standings(fete.day.floor().by_id[atelier])
