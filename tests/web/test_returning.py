"""Who has a sheet already comes back to the door: its badge says who it is, the page where to go now."""

import pytest

from kiosk.rules.facts import REST, AdviceGiven
from kiosk.rules.party import Group, Nickname
from kiosk.rules.printing import PrintState
from kiosk.texts import texts

from ..axe import Axe
from .visitor import Visitor, entered, people_of

MINUTE_MS = 60_000
SIZES = [(800, 480), (720, 1280)]
FINGER = {480: 78, 1280: 124}  # 15 mm on the official displays
FAMILY = (Group("6-11", "m", 2), Group("18-59", "f", 1))
STAGE = "(({scrollHeight, clientHeight}) => [scrollHeight, clientHeight])(document.getElementById('stage'))"
PRINTED = (PrintState.SENT, PrintState.CONFIRMED)


def printed(house, job):
    for state in PRINTED:
        house.day.move_job(job, state)


@pytest.fixture
def party(house):
    """A party that came at 14:35 and has its sheet."""
    came = house.day.check_in(FAMILY, "fr")
    printed(house, came.job)
    return came.party


@pytest.fixture
def door(house, open_page):
    return open_page(house.door_url + "/door", has_touch=True)


def type_in(page, badge):
    page.click("a[href^='/door/back']")
    page.wait_for_selector(".keys")
    for letter in badge:
        page.click(f".key[value={letter}]")


def come_back(house, page, badge):
    house.services.scans.put(1, badge)
    page.wait_for_selector("[data-step=guest]")


def told(house, party):
    return house.day.view.guest_of(party.number).advice.advice


def said(page, selector):
    return page.text_content(selector).strip()


def test_a_family_that_comes_back_reads_where_to_go_and_why(house, party, door):
    type_in(door, party.badge)
    door.wait_for_selector("[data-step=guest]")
    shown = said(door, ".guest-now")
    atelier = house.event.by_id[told(house, party).atelier]
    assert said(door, "h1") == texts("fr").nickname(party.nickname)
    assert atelier.name("fr") in shown
    assert atelier.room in shown
    assert texts("fr").text(f"reason.{told(house, party).reason}") in shown
    assert len(house.day.view.guest_of(party.number).told) == 1, "what it was told still stood"


def test_it_is_spoken_to_in_its_own_language(house, door):
    party = house.day.check_in(FAMILY, "ar").party
    come_back(house, door, party.badge)
    assert door.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]
    assert texts("ar").text("door.go") in said(door, ".guest-now")


def test_another_idea_is_another_atelier_and_the_first_does_not_come_back(house, party, door):
    come_back(house, door, party.badge)
    ateliers = [told(house, party).atelier]
    for count in (2, 3):
        door.click("#another")
        door.wait_for_selector(f"input[name=said][value='{count}']", state="attached")
        ateliers.append(told(house, party).atelier)
        assert house.event.by_id[ateliers[-1]].name("fr") in said(door, ".guest-now")
        assert door.evaluate("document.activeElement.id") == "another"
    assert len(set(ateliers)) == 3


def test_a_double_tap_refuses_one_idea(house, party, door):
    come_back(house, door, party.badge)
    for _ in range(2):
        door.request.post(
            house.door_url + "/door/another", form={"said": "1"}, headers={"Sec-Fetch-Site": "same-origin"}
        )
    assert len(house.day.view.guest_of(party.number).told) == 2


def test_a_place_that_is_kept_is_said_with_when_to_come(house, party, door):
    now_ms = house.clock()
    house.day._record(
        AdviceGiven(party.number, REST, "arts", now_ms + 4 * MINUTE_MS, 20, "kept", "arts", now_ms)
    )
    come_back(house, door, party.badge)
    kept = said(door, ".stop-kept").replace("\u00a0", " ").replace("\u202f", " ")
    assert kept == "Votre place est gardée : Arts numériques. Venez vers 14 h 35."


def test_who_queues_reads_in_which_queue_and_what_it_has_done(house, party, door):
    for step in ("arrive", "enter", "leave"):
        house.scan("arts", step, party.badge)
        house.clock.at_ms += 10 * MINUTE_MS
    house.scan("robotique", "arrive", party.badge)
    come_back(house, door, party.badge)
    assert texts("fr").text("door.stay") in said(door, ".guest-now")
    assert "Robotique" in said(door, ".guest-now")
    assert "Arts numériques" in said(door, ".been")


def test_the_rest_of_the_family_is_shown_with_where_it_is(house, door):
    parents, children = house.day.check_in_apart([FAMILY[1:], FAMILY[:1]], "fr")
    house.scan("robotique", "arrive", children.party.badge)
    come_back(house, door, parents.party.badge)
    assert texts("fr").nickname(children.party.nickname) in said(door, ".kin")
    assert "Robotique" in said(door, ".kin")


def test_the_sheet_is_printed_once_more_with_the_same_badge_and_the_route_as_it_is_now(house, party, door):
    for step in ("arrive", "enter", "leave"):
        house.scan("arts", step, party.badge)
        house.clock.at_ms += 10 * MINUTE_MS
    come_back(house, door, party.badge)
    door.click("#reprint")
    door.wait_for_selector("[data-step=sheet]")
    job = house.day.view.jobs[2]
    assert (job.party, house.day.view.parties[party.number].badge) == (party.number, party.badge)
    assert "arts" not in [stop.atelier for stop in job.route]
    printed(house, 2)
    door.wait_for_selector("[data-mood=done]")
    assert door.locator("#again-1").count() == 0


def test_three_sheets_are_enough_and_then_a_volunteer_is_asked(house, party, door):
    for job in (2, 3):
        assert house.day.print_again(party.number) == job
        printed(house, job)
    come_back(house, door, party.badge)
    assert door.locator("#reprint").count() == 0
    door.click("#ask")
    door.wait_for_selector("[data-step=help]")
    (call,) = house.day.view.help
    assert (call.subject, call.party) == ("sheet", party.number)
    assert house.day.sheets_of(party.number) == 3


def test_a_reprint_that_is_sent_twice_is_one_sheet_and_one_too_many_is_refused(house, party):
    visitor = Visitor(house)
    visitor.ask("POST", "/door/back", typed=party.badge)
    for _ in range(2):
        assert visitor.ask("POST", "/door/reprint", nth=1)[1] == "/door/sheet"
    assert house.day.sheets_of(party.number) == 2
    printed(house, 2)
    house.day.print_again(party.number)
    printed(house, 3)
    assert visitor.ask("POST", "/door/reprint", nth=3)[0] == 400
    assert house.day.sheets_of(party.number) == 3


def test_without_a_printer_its_code_is_shown(house, party, door):
    house.printer.says("no_printer", house.clock())
    come_back(house, door, party.badge)
    door.click("#reprint")
    door.wait_for_selector(".photo")
    assert len(house.day.view.jobs) == 1


def test_one_more_person_and_one_fewer(house, party, door):
    come_back(house, door, party.badge)
    door.click("#people")
    door.wait_for_selector("[data-step=people]")
    door.click("button[value='more:18-59:m']")
    door.click(".portrait-tile[value='fewer:6-11:m'] >> nth=0")
    door.click("button[value=save]")
    door.wait_for_selector("[data-step=guest]")
    now = house.day.view.parties[party.number]
    assert people_of(now) == {("18-59", "f", 1), ("18-59", "m", 1), ("6-11", "m", 1)}
    assert (now.badge, now.number) == (party.badge, party.number)


def test_so_many_that_were_not_here_before_are_asked_once(house, party):
    visitor = Visitor(house)
    visitor.ask("POST", "/door/back", typed=party.badge)
    people = {"n:6-11:m": 2, "n:18-59:f": 1, "n:12-17:x": 190}
    assert visitor.ask("POST", "/door/people", do="save", **people)[1] == "/door/people/sure"
    assert "193 personnes" in visitor.ask("GET", "/door/people/sure")[2]
    assert visitor.ask("POST", "/door/people/sure", do="print", people="30")[1] == "/door/people/sure"
    assert visitor.ask("POST", "/door/people/sure", do="correct", people="193")[1] == "/door/people"
    assert house.day.view.parties[party.number].size == 3
    for _ in range(2):
        assert visitor.ask("POST", "/door/people/sure", do="print", people="193")[1] == "/door/guest"
        assert house.day.view.parties[party.number].size == 193
    house.clock.at_ms += 1000
    fewer = people | {"n:12-17:x": 100}
    assert visitor.ask("POST", "/door/people", do="save", **fewer)[1] == "/door/guest"
    assert house.day.view.parties[party.number].size == 103


def test_nobody_at_all_is_not_taken_for_a_family(house, party, door):
    come_back(house, door, party.badge)
    door.click("#people")
    door.wait_for_selector("[data-step=people]")
    for _ in range(3):
        door.click(".portrait-tile >> nth=0")
    assert door.is_disabled("button[value=save]")
    door.click("#rail-back")
    door.wait_for_selector("[data-step=guest]")
    assert house.day.view.parties[party.number].people == party.people


def test_other_wishes_are_kept_and_change_where_it_is_sent(house, party, door):
    come_back(house, door, party.badge)
    door.click("#wishes")
    door.wait_for_selector("[data-step=wishes]")
    door.click("button[value='wish:robotique']")
    door.click("button[value=save]")
    door.wait_for_selector("[data-step=guest]")
    assert house.day.view.parties[party.number].wishes == ("robotique",)
    door.click("#wishes")
    door.wait_for_selector("[value='wish:robotique'][aria-pressed=true]")
    house.clock.at_ms += 1000
    door.click("button[value=surprise]")
    door.click("button[value=save]")
    door.wait_for_selector("[data-step=guest]")
    assert house.day.view.parties[party.number].wishes == ()


@pytest.mark.parametrize(
    ("wishes", "shown"), [(["robotique", "arts"], ["Robotique", "Arts numériques"]), ([], ["Surprise"])]
)
def test_changed_wishes_are_said_to_be_noted_once(house, party, wishes, shown):
    visitor = Visitor(house)
    visitor.ask("POST", "/door/back", typed=party.badge)
    assert "C’est noté" not in visitor.ask("GET", "/door/guest")[2]
    assert visitor.ask("POST", "/door/wishes", wish=wishes, do="save")[1] == "/door/guest"
    noted = visitor.ask("GET", "/door/guest")[2].partition('<div class="noted">')[2]
    items = noted.partition("</ul>")[0]
    assert "C’est noté" in items and items.count("<li>") == len(shown)
    assert all(name in items for name in shown)
    assert "C’est noté" not in visitor.ask("GET", "/door/guest")[2]


def test_nothing_is_known_of_a_family_once_it_has_gone(house, party, door):
    come_back(house, door, party.badge)
    door.click("#done")
    door.wait_for_selector("[data-step=start]")
    for page in ("guest", "people", "wishes", "sheet", "unread"):
        door.goto(f"{house.door_url}/door/{page}")
        assert door.is_visible(".attract")


@pytest.mark.parametrize("wrong", ["CBCDFGHJKLNPRSTV", "XBCDFGHJKLNPRSTV"])
def test_letters_that_are_no_badge_of_today_are_said_to_be_so_and_can_be_mended(house, party, door, wrong):
    type_in(door, wrong)
    door.wait_for_selector(".wrong span")
    assert "".join(door.locator(".letter").all_text_contents()) == wrong
    for _ in wrong:
        door.click(".rub")
    assert said(door, ".wrong") == ""
    for letter in party.badge:
        door.click(f".key[value={letter}]")
    door.wait_for_selector("[data-step=guest]")


def test_keys_lead_from_button_to_button_and_type_nothing(house, party, door):
    door.click("a[href^='/door/back']")
    door.wait_for_selector(".keys")
    door.keyboard.type(party.badge)
    assert door.input_value("input[name=typed]") == ""
    door.wait_for_timeout(300)  # what types fast is no person
    for letter in party.badge:
        door.focus(f".key[value={letter}]")
        door.keyboard.press("Enter")
    door.wait_for_selector("[data-step=guest]")


def test_it_all_works_without_javascript(house, party, open_page):
    page = open_page(house.door_url + "/door", java_script_enabled=False)
    type_in(page, party.badge[:3] + "B")
    page.click("[value=rub]")
    for letter in party.badge[3:]:
        page.click(f".key[value={letter}]")
    page.wait_for_selector("[data-step=guest]")
    page.click("#another")
    page.wait_for_selector("input[name=said][value='2']", state="attached")
    page.click("#people")
    page.click("button[value='more:0-5:x']")
    page.click("button[value=save]")
    house.clock.at_ms += 1000
    page.click("#wishes")
    page.click("button[value='wish:arts']")
    page.wait_for_selector("[value='wish:arts'][aria-pressed=true]")
    page.click("button[value=save]")
    page.wait_for_selector("[data-step=guest]")
    now = house.day.view.parties[party.number]
    assert (now.size, now.wishes) == (4, ("arts",))


@pytest.mark.parametrize("language", ["fr", "ar"])
@pytest.mark.parametrize("size", SIZES)
def test_all_is_seen_every_target_fits_a_finger_and_axe_finds_nothing(house, open_page, language, size):
    came = house.day.check_in_apart([FAMILY[1:], FAMILY[:1]], language)
    badge = came[0].party.badge
    for step in ("arrive", "enter", "leave"):
        house.scan("arts", step, badge)
    scheme = "dark" if language == "ar" else "light"
    page = open_page(house.door_url + "/door", *size, color_scheme=scheme, reduced_motion="reduce")
    page.click(".attract")
    page.click(f"button[value={language}]")
    page.wait_for_selector("[data-step=family]")
    page.goto(house.door_url + "/door/back")
    entered(page)
    looked_at(page, size)
    for letter in "CBCDFGHJKLNPRSTV":
        page.click(f".key[value={letter}]")
    page.wait_for_selector(".wrong span")
    looked_at(page, size)
    page.goto(house.door_url + "/door")
    type_in(page, badge)
    page.wait_for_selector("[data-step=guest]")
    looked_at(page, size)
    for step in ("people", "wishes"):
        page.click(f"#{step}")
        page.wait_for_selector(f"[data-step={step}]")
        looked_at(page, size)
        page.click("#rail-back")
        page.wait_for_selector("[data-step=guest]")


def looked_at(page, size):
    whole, seen = page.evaluate(STAGE)
    assert whole <= seen, page.url
    heights = page.eval_on_selector_all(
        "#stage button, #stage a", "all => all.map(each => each.getBoundingClientRect().height)"
    )
    assert min(heights) >= FINGER[size[1]], page.url
    assert Axe().run(page).violations_count == 0, Axe().run(page).generate_report()


def test_a_badge_of_nobody_is_said_to_be_the_familys_until_it_has_its_sheet(house):
    visitor, blank = Visitor(house), house.day.make_badges(1)[0]
    assert visitor.ask("POST", "/door/back", typed=blank.badge)[1] == "/door/language"
    name = {language: texts(language).nickname(Nickname.of(blank.sign)) for language in ("fr", "en")}
    assert f"{name['fr']}\u00a0: c’est votre badge" in visitor.ask("GET", "/door/language")[2]
    form = visitor.ready("en")
    assert f"{name['en']}: this is your badge" in visitor.ask("GET", "/door/family")[2]
    visitor.ask("POST", "/door/family", form=form, do="print", **{"n:18-59:f": 1})
    assert house.day.view.parties[1].badge == blank.badge
    other = Visitor(house)
    other.ready()
    assert "brought" not in other.ask("GET", "/door/family")[2]


def test_only_the_door_shows_it(house, party):
    for path in ("/door/back", "/door/guest", "/door/people", "/door/wishes", "/door/unread"):
        assert house.ask("GET", path)[0] == 403
    assert house.ask("POST", "/door/another", port=house.door_port)[0] == 303
