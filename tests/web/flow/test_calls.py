"""A call for help shows, rings where that was asked for, and is answered by organisers only."""

from kiosk.rules.party import Group

from ..conftest import PHRASE
from .page import open_flow


def test_a_call_for_help_shows_without_a_reload_and_is_said_to_screen_readers(house, open_page):
    page = open_flow(open_page, house)
    page.evaluate("window.kept = true")
    house.day.check_in([Group("18-59", "f", 1)], "fr")
    house.day.ask_help("", "sheet", 1)
    page.wait_for_selector(".task[data-kind=help]")
    task = page.locator(".task .task-words")
    words = [
        task.locator(f"{part}:visible").inner_text().replace("\xa0", " ")
        for part in (".task-what", ".urgency i", ".task-since", ".task-why")
    ]
    assert words == [
        "La borne de l’accueil appelle", "tout de suite", "depuis 14 h 35", "en attendant sa feuille · Chat 1",
    ]  # fmt: skip
    assert page.get_attribute("#task-said", "role") == "status"
    assert "La borne de l’accueil appelle" in page.text_content("#task-said")
    house.clock.at_ms += 1000
    house.day.ask_help("Borne 2", "of-another-version")
    page.wait_for_selector(".task:nth-child(2)")
    assert "Borne 2 appelle" in page.inner_text(".task:nth-child(2)").replace("\xa0", " ")
    assert "Borne 2" in page.text_content("#task-said")
    assert "accueil" not in page.text_content("#task-said"), "a call that was said before is not said again"
    house.day.give_help("")
    page.wait_for_selector(".task:nth-child(2)", state="detached")
    assert "Borne 2" in page.inner_text("#tasks")
    assert page.evaluate("window.kept")


def test_who_goes_to_help_has_entered_the_passphrase(real_house, open_page):
    house = real_house
    house.day.ask_help("")
    page = open_page(f"{house.url}/flow?lang=en")
    page.fill("#phrase", PHRASE)
    page.press("#phrase", "Enter")
    page.wait_for_selector(".task[data-kind=help]")
    assert page.get_attribute("html", "lang") == "en"
    page.wait_for_timeout(500)  # a list that has just moved takes no tap
    page.click(".task .first")
    page.wait_for_selector(".task", state="detached")
    assert house.day.view.help == ()
    assert house.day.view.acts[-1].by == "organiser 1"


def test_a_passer_by_cannot_send_the_volunteers_away(real_house):
    house = real_house
    house.day.ask_help("")
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for port in (house.port, house.door_port):
        status, answered, _ = house.ask("POST", "/flow/do", b"kind=help&place=", form, port=port)
        assert (status, answered["location"]) == (303, "/passphrase?to=/flow")
    foreign = form | {"Sec-Fetch-Site": "cross-site"}
    assert house.ask("POST", "/flow/do", b"kind=help&place=", foreign)[0] == 403
    assert len(house.day.view.help) == 1


def test_it_rings_only_where_that_was_asked_for(house, open_page):
    page = open_flow(open_page, house)
    page.evaluate(
        """() => { window.rung = 0; const start = OscillatorNode.prototype.start;
          OscillatorNode.prototype.start = function (...when) { window.rung += 1; start.apply(this, when); } }"""
    )
    house.day.ask_help("")
    page.wait_for_selector(".task")
    assert page.evaluate("window.rung") == 0
    page.click("#ring")
    page.wait_for_function("() => window.rung === 2")  # it is heard once, so that it is known how it sounds
    house.day.ask_help("Borne 2")
    page.wait_for_function("() => window.rung === 4")
    page.click("#ring")
    house.day.ask_help("Borne 3")
    page.wait_for_selector(".task:nth-child(3)")
    assert page.evaluate("window.rung") == 4
