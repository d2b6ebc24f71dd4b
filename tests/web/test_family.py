"""Who is there: figures tapped into a picture and out of it, and classes counted on a pad."""

from dataclasses import replace

import pytest

from kiosk.intake import MOST_PEOPLE
from kiosk.rules.event import AgeBand
from kiosk.rules.party import Group
from kiosk.web.family import MOST_WISHES, Family, figures, picture
from kiosk.web.paging import leaf
from kiosk.web.welcome import MANY

from .conftest import afternoon
from .visitor import FAMILY, Visitor, begin, count, only_party, people_of, print_it, said

CLASS = Family({"18-59:f": 2, "6-11:x": 24})


@pytest.fixture
def page(house, open_page):
    opened = open_page(house.door_url + "/door")
    begin(opened)
    return opened


# The value


def test_a_family_is_told_again_by_its_session_as_it_was_said():
    family = Family({"18-59:f": 1, "6-11:m": 2}, ("vr", "arts"), {"6-11:m": 1})
    assert Family.from_json(family.to_json()) == family


def test_a_family_never_is_more_than_a_party_may_be():
    family = CLASS.with_count("12-17:x", 500)
    assert family.size == MOST_PEOPLE
    assert family.one_more("0-5:f") == family


def test_nobody_is_taken_away_who_is_not_there():
    assert CLASS.one_fewer("0-5:f") == CLASS
    assert CLASS.with_count("18-59:f", 1).one_fewer("18-59:f").counts == {"6-11:x": 24}


def test_hearts_go_to_the_first_ones_and_leave_when_they_are_touched_again():
    family = Family()
    for atelier in ("vr", "arts", "robotique", "usages"):
        family = family.tapped(atelier)
    assert family.wishes == ("vr", "arts", "robotique") and len(family.wishes) == MOST_WISHES
    assert family.tapped("vr").wishes == ("arts", "robotique")


def test_children_who_may_go_alone_have_the_second_sheet_and_the_small_stay_with_the_grown(roubaix):
    family = Family({"60-plus:f": 1, "18-59:m": 1, "12-17:x": 1, "6-11:f": 2, "0-5:m": 1}).parted(roubaix)
    assert family.second == {"12-17:x": 1, "6-11:f": 2}
    assert family.first == {"60-plus:f": 1, "18-59:m": 1, "0-5:m": 1}


def test_where_all_children_are_small_one_adult_goes_with_them(roubaix):
    family = Family({"60-plus:f": 1, "18-59:m": 1, "0-5:m": 2}).parted(roubaix)
    assert (family.first, family.second) == ({"60-plus:f": 1}, {"18-59:m": 1, "0-5:m": 2})
    alike = Family({"18-59:m": 3, "0-5:m": 2}).parted(roubaix)
    assert (alike.first, alike.second) == ({"18-59:m": 2}, {"18-59:m": 1, "0-5:m": 2})


@pytest.mark.parametrize(("oldest", "goes"), [(7, False), (8, True)])
def test_children_go_without_adults_where_their_band_goes_as_far_as_eight_years(roubaix, oldest, goes):
    bands = (AgeBand("kids", {"fr": "Enfants"}, 3, oldest), AgeBand("all", {"fr": "Adultes"}, 18, 99))
    event = replace(roubaix, bands=bands)
    assert Family({"all:x": 1, "kids:x": 1}).may_part(event) == goes
    assert (Family({"all:x": 2, "kids:x": 1}).parted(event).second == {"kids:x": 1}) == goes


def test_only_adults_with_children_may_go_apart(roubaix):
    assert Family({"18-59:f": 1, "6-11:m": 1}).may_part(roubaix)
    assert not Family({"18-59:f": 1, "60-plus:m": 1}).may_part(roubaix)
    assert not Family({"0-5:f": 1, "12-17:m": 1}).may_part(roubaix)


def test_one_adult_with_small_children_only_is_not_offered_to_part(roubaix):
    alone = Family({"18-59:m": 1, "0-5:m": 2})
    assert not alone.may_part(roubaix) and alone.parted(roubaix) == alone
    assert alone.one_more("60-plus:f").may_part(roubaix)
    assert alone.one_more("6-11:f").may_part(roubaix)


def test_who_is_moved_is_on_the_other_sheet_and_no_sheet_is_left_empty(roubaix):
    family = Family({"18-59:f": 1, "6-11:m": 2}).parted(roubaix)
    assert family.moved("6-11:m", to_second=False).second == {"6-11:m": 1}
    assert family.moved("6-11:m", to_second=False).moved("6-11:m", to_second=False).second == {"6-11:m": 1}
    assert family.moved("18-59:f", to_second=True) == family


def test_a_crowd_moves_as_one(roubaix):
    family = replace(CLASS, second={"6-11:x": 24}).moved("18-59:f", to_second=True)
    assert family.second == {"6-11:x": 24, "18-59:f": 1}
    assert family.moved("6-11:x", to_second=False).second == {"18-59:f": 1}


def test_who_goes_with_whom_is_said_anew_where_other_people_come(roubaix):
    family = Family({"18-59:f": 1, "6-11:m": 2}).parted(roubaix)
    assert family.counting({"18-59:f": 1, "6-11:m": 2, "0-5:x": 0}).second == {"6-11:m": 2}
    assert family.one_more("6-11:m").second == {}


def test_few_are_drawn_one_by_one_and_many_by_their_figure(roubaix):
    few = picture(roubaix, {"6-11:m": 2, "18-59:f": 1})
    assert [(each.figure.id, each.count) for each in few] == [("18-59:f", 1), ("6-11:m", 1), ("6-11:m", 1)]
    many = picture(roubaix, CLASS.counts)
    assert [(each.figure.id, each.count) for each in many] == [("18-59:f", 2), ("6-11:x", 24)]


def test_figures_look_their_age(roubaix):
    ages = [figure.age for figure in figures(roubaix).values() if figure.gender == "x"]
    assert ages == ["tiny", "small", "young", "grown", "old"]


def test_people_who_were_announced_are_a_family():
    people = (Group("6-11", "m", 1), Group("6-11", "m", 1), Group("18-59", "f", 1))
    assert Family.expected(people, ("vr",)) == Family({"6-11:m": 2, "18-59:f": 1}, ("vr",))


@pytest.mark.parametrize(
    ("asked", "shown"),
    [("", (1, "abc")), ("2", (2, "def")), ("3", (3, "g")), ("9", (3, "g")), ("x", (1, "abc"))],
)
def test_a_page_is_the_one_that_is_asked_for_or_the_nearest(asked, shown):
    page = leaf("abcdefg", 3, asked)
    assert (page.number, "".join(page.things)) == shown
    assert (page.before, page.after) == (shown[0] - 1 or None, shown[0] + 1 if shown[0] < 3 else None)


# The page


def test_figures_join_the_picture_and_leave_it_and_the_total_says_so(page):
    assert said(page, ".total b") == "Personne pour l’instant"
    assert page.is_disabled("button[value=print]") and page.is_disabled("button[value=choose]")
    count(page)
    assert said(page, ".total b") == "3 personnes"
    assert page.locator(".portrait-tile").count() == 3
    assert page.is_enabled("button[value=print]")
    page.click("button[value='fewer:18-59:f']")
    assert said(page, ".total b") == "2 personnes"
    assert page.get_attribute(".total b", "role") == "status"
    assert page.evaluate("document.activeElement.className").startswith("tile portrait-tile")


def test_figures_are_named_for_who_does_not_see_them(page):
    count(page, (("18-59:f", 1), ("0-5:x", 9)))
    for name in (
        "Ajouter\xa0: femme, 18 à 59 ans",
        "Ajouter\xa0: garçon, 6 à 11 ans",
        "Retirer\xa0: femme, 18 à 59 ans",
    ):
        assert page.get_by_role("button", name=name, exact=True).count() == 1, name
    assert page.get_by_role("button", name="Retirer\xa0: 9 × personne, 0 à 5 ans", exact=True).count() == 1


@pytest.mark.parametrize("javascript", [True, False])
def test_a_class_is_counted_in_few_touches_on_the_pad(house, open_page, javascript):
    page = open_page(house.door_url + "/door", java_script_enabled=javascript)
    begin(page)
    count(page, (("18-59:f", 1),))
    for touch in ("group", "12-17:x", "digit:2", "digit:4", "ok"):
        page.click(f"button[value='{touch}'], label:has([value='{touch}'])")
    page.wait_for_selector(".family")
    assert said(page, ".total b") == "25 personnes"
    print_it(page)
    assert people_of(only_party(house)) == {("18-59", "f", 1), ("12-17", "x", 24)}


def test_the_pad_counts_schoolchildren_unless_there_is_a_crowd_already(page):
    count(page, (("18-59:f", 2),))
    page.click("button[value=group]")
    page.wait_for_selector(".digits")
    assert page.get_attribute(":checked", "value") == "6-11:x"
    page.click("label:has([value='12-17:x'])")
    for touch in ("digit:2", "digit:4", "ok", "group"):
        page.click(f"button[value='{touch}']")
    page.wait_for_selector(".digits")
    assert page.get_attribute(":checked", "value") == "12-17:x"


@pytest.mark.parametrize("javascript", [True, False])
def test_no_more_are_typed_than_a_party_may_be_and_digits_can_be_taken_back(house, open_page, javascript):
    page = open_page(house.door_url + "/door", java_script_enabled=javascript)
    begin(page)
    page.click("button[value=group]")
    page.wait_for_selector(".digits")
    assert page.is_disabled(".ok")
    for touch in ("0", "9", "9", "9"):
        page.click(f"button[value='digit:{touch}']")
    assert said(page, ".typed-count") == str(MOST_PEOPLE)
    page.click("button[value=rub]")
    assert said(page, ".typed-count") == "20"
    page.click("#rail-back")
    page.wait_for_selector(".family")
    assert said(page, ".total b") == "Personne pour l’instant"


@pytest.mark.parametrize(("width", "height"), [(800, 480), (720, 1280)])
def test_twenty_ages_with_long_names_are_on_pages_and_nothing_is_cut(
    open_house, open_page, roubaix, width, height
):
    bands = tuple(
        AgeBand(f"b{age}", {"fr": f"Grundschulkinderbetreuungsangehörige {age}"}, 5 * age, 5 * age + 4)
        for age in range(20)
    )
    house = open_house(replace(roubaix, bands=bands), afternoon(roubaix))
    page = open_page(house.door_url + "/door", width, height)
    begin(page)
    count(page, (("b0:f", 1),))
    for number in range(2, 5):
        page.click(f"button[value='page:{number}'][aria-label='Page suivante']")
        page.wait_for_selector(f"[name=page][value='{number}']", state="attached")
        assert page.locator(".figures h2").count() == 5
        cut = page.eval_on_selector_all(
            ".figures h2", "all => all.filter((each) => each.scrollWidth > each.clientWidth + 1).length"
        )
        assert cut == 0
    count(page, (("b19:x", 2),))
    assert said(page, ".total b") == "3 personnes"
    page.click("button[value='fewer:b0:f']")
    print_it(page)
    assert people_of(only_party(house)) == {("b19", "x", 2)}


@pytest.mark.parametrize(("width", "height"), [(800, 480), (720, 1280)])
@pytest.mark.parametrize(
    "family", [(("18-59:f", 2), ("6-11:m", 4)), (("18-59:f", 5), ("6-11:m", 9), ("0-5:x", 15))]
)
def test_a_family_of_six_and_a_crowd_are_in_the_picture_without_scrolling(
    house, open_page, width, height, family
):
    page = open_page(house.door_url + "/door", width, height)
    begin(page)
    count(page, family)
    assert page.evaluate("(({scrollHeight, clientHeight}) => scrollHeight - clientHeight)(stage)") <= 0
    assert all(
        min(tile.bounding_box()["width"], tile.bounding_box()["height"])
        >= (78 if height == 480 else 124) - 0.5
        for tile in page.locator(".portrait-tile").all()
    )


@pytest.mark.parametrize(("width", "height"), [(800, 480), (720, 1280)])
def test_with_text_of_twice_the_size_all_is_there_and_can_be_reached(house, open_page, width, height):
    page = open_page(house.door_url + "/door", width, height)
    begin(page)
    count(page, FAMILY)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    lost = page.evaluate(
        """() => [...document.querySelectorAll("#stage :is(button, h1, h2, p)")].filter((each) => {
          each.scrollIntoView();
          const box = each.getBoundingClientRect();
          return each.checkVisibility() && (box.left < 0 || box.right > innerWidth + 1 ||
            each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).overflowX !== "visible");
        }).map((each) => each.textContent.trim())"""
    )
    assert lost == []
    print_it(page)
    assert only_party(house)


# So many people


def crowd(page, digits, language="fr"):
    begin(page, language)
    page.click("button[value=group]")
    for touch in (*(f"digit:{digit}" for digit in digits), "ok"):
        page.click(f"button[value='{touch}']")
    page.wait_for_selector(".family")


def middle(box):
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.mark.parametrize("javascript", [True, False])
def test_very_many_are_asked_once_more_and_counted_again_or_printed(house, open_page, javascript):
    page = open_page(house.door_url + "/door", java_script_enabled=javascript)
    crowd(page, "195")
    page.click("button[value=print]")
    page.wait_for_selector(".sure")
    assert said(page, "h1") == "195 personnes, c’est bien ça ?"
    assert said(page, ".sure-picture .bubble") == "195"
    page.click("button[value=correct]:not(#rail-back)")
    page.wait_for_selector(".family")
    assert said(page, ".total b") == "195 personnes" and not house.day.view.parties
    page.click("button[value='more:18-59:f']")
    page.click("button[value=print]")
    page.wait_for_selector(".sure")
    print_it(page)
    assert people_of(only_party(house)) == {("6-11", "x", 195), ("18-59", "f", 1)}


def test_a_class_and_who_comes_with_it_are_not_asked(house):
    visitor = Visitor(house)
    said_so = {"form": visitor.ready(), "do": "print", "n:6-11:x": MANY - 2, "n:18-59:f": 2}
    assert visitor.ask("POST", "/door/family", **said_so)[1] == "/door/sheet"
    assert only_party(house).size == MANY


def test_an_answer_is_to_the_number_that_was_asked_and_is_taken_once(house):
    visitor = Visitor(house)
    form = visitor.ready()
    for many, asked in ((99, 100), (199, 200)):
        people = {"form": form, "do": "print", "n:6-11:x": many, "n:18-59:f": 1}
        assert visitor.ask("POST", "/door/family", **people)[1] == "/door/sure?at=family", asked
    answer = {"form": form, "at": "family", "do": "print"}
    for wrong in ({}, {"people": "100"}):
        assert visitor.ask("POST", "/door/sure", **answer, **wrong)[1] == "/door/sure?at=family"
    assert not house.day.view.parties
    for _ in range(2):
        assert visitor.ask("POST", "/door/sure", **answer, people="200")[1] == "/door/sheet"
    assert only_party(house).size == 200


@pytest.mark.parametrize("language", ["fr", "ar"])
@pytest.mark.parametrize(("width", "height"), [(800, 480), (720, 1280)])
def test_who_taps_on_in_one_place_does_not_answer(house, open_page, language, width, height):
    page = open_page(house.door_url + "/door", width, height)
    crowd(page, "99", language)
    places = [middle(page.locator("button[value=print]").bounding_box())]
    page.click("button[value=choose]")
    page.wait_for_selector(".dreams")
    places.append(middle(page.locator("button[value=print]").bounding_box()))
    page.click("button[value=print]")
    page.wait_for_selector(".sure")
    assert page.evaluate("(({scrollHeight, clientHeight}) => scrollHeight - clientHeight)(stage)") <= 0
    for x, y in places:
        assert not page.evaluate("([x, y]) => document.elementFromPoint(x, y).closest('button')", [x, y])
