"""A family that goes apart has two sheets, each told by itself and seen whole."""

import pytest

from kiosk.rules.printing import PrintState
from kiosk.texts import texts

from ...door.looks import laid_out
from .families import PARENTS, SIZES, apart, said


def test_a_family_that_goes_apart_has_two_sheets_each_told_by_itself(house, door):
    apart(door)
    first, second = sorted(house.day.view.parties.values(), key=lambda party: party.number)
    assert first.linked == (second.number,)
    names = door.eval_on_selector_all(".part h2.who-name", "all => all.map(each => each.textContent)")
    assert names == [texts("fr").nickname(each.nickname) for each in (first, second)]
    for state in (PrintState.SENT, PrintState.CONFIRMED):
        house.day.move_job(1, state)
    door.wait_for_selector(".part:nth-of-type(1) [data-mood=done]")
    assert said(door, ".job-headline") == texts("fr").text("door.both.busy")
    house.printer.says("paper_out", house.clock())
    door.wait_for_selector(".part:nth-of-type(2) .code")
    assert door.locator(".part:nth-of-type(1) .code").count() == 0
    assert said(door, ".job-headline") == texts("fr").text("door.job.held")
    door.click("#photographed")
    door.wait_for_selector(".part:nth-of-type(2) [data-mood=done]")
    assert house.day.view.jobs[2].state is PrintState.CANCELLED
    assert said(door, ".job-headline") == texts("fr").text("door.both.done")
    door.click("#done")
    door.wait_for_selector(".attract")


def test_of_two_sheets_that_wait_each_takes_a_badge_in_turn(house, door):
    blanks = house.day.make_badges(2)
    house.printer.says("paper_out", house.clock())
    apart(door)
    for blank in blanks:
        house.clock.at_ms += 1000
        with door.expect_response("**/door/scanned"):
            house.services.scans.put(1, blank.badge)
        door.wait_for_function(
            "name => [...document.querySelectorAll('.who-name')].some(each => each.textContent === name)",
            arg=texts("fr").nickname(house.day.view.parties[1 + blanks.index(blank)].nickname),
        )
    assert [party.badge for party in house.day.view.parties.values()] == [each.badge for each in blanks]


@pytest.mark.parametrize("calm", [False, True])
@pytest.mark.parametrize("size", SIZES)
def test_two_sheets_are_seen_whole_in_each_state(house, open_page, size, calm):
    """However large the letters, and however long the names."""
    for _ in range(21):
        house.day.check_in(PARENTS, "fr", sheet=False)
    house.day.make_badges(1)
    page = open_page(house.door_url + "/door", *size, reduced_motion="reduce")
    if calm:
        page.click("form[action='/door/calm'] button")
        page.wait_for_selector("body.calm")
    apart(page)
    first, second = sorted(house.day.view.jobs)
    marked(page, "busy", "busy")
    house.printer.says("paper_out", house.clock())
    marked(page, "waiting", "waiting")
    house.day.move_job(first, PrintState.SENT)
    house.day.move_job(first, PrintState.UNKNOWN, "paper_out")
    marked(page, "unsure", "waiting")
    house.day.move_job(second, PrintState.SENT)
    house.day.move_job(second, PrintState.UNKNOWN, "no_answer")
    marked(page, "unsure", "unsure")
    house.printer.says("", house.clock())
    page.wait_for_selector("#again")
    marked(page, "unsure", "unsure")
    page.click("#again")
    marked(page, "busy", "busy")
    house.printer.says("none", house.clock())
    marked(page, "none", "none")
    page.click("#photographed")
    marked(page, "done", "done")


def marked(page, *moods):
    """So it is with each of the sheets, and all of it is seen."""
    page.wait_for_function(
        "moods => [...document.querySelectorAll('.part-mark')].map(each => each.dataset.mood).join() === moods",
        arg=",".join(moods),
    )
    page.wait_for_selector("body:not(.asking)")
    laid_out(page, "-".join(moods))
