"""One fault hides no other: as many as can be found are told in one run, and none that a first one only feigns."""

from pathlib import Path

import pytest

from kiosk import eventfile
from kiosk.eventfile.icons import icons, suggested

GOOD = Path(__file__).with_name("good.toml").read_text(encoding="utf-8")
OVERLAP, PLACES = ("min = 18", "min = 16"), ("places = 8", "places = 0")
TWO_MORE = [("age_bands.adultes.min", "bands_overlap"), ("ateliers.course.places", "wrong_value")]


def found(*changes: tuple[str, str]) -> list[tuple[str, str]]:
    text = GOOD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return [(each.key, each.code) for each in eventfile.check_text(text)]


@pytest.mark.parametrize(
    ("changes", "key", "code"),
    [
        ([('  "15:00",\n]', '  "15:00",\n')], "ateliers.times", "syntax_unclosed"),
        ([('"10:30",', '"10:30"')], "ateliers", "syntax_unclosed"),
        ([("[[stations]]", "[[stations]")], "stations", "syntax_bracket"),
        ([("[[stations]]", "[stations")], "stations", "syntax_bracket"),
        ([("[[ateliers]]", "[ateliers]")] * 3, "ateliers", "syntax_twice"),
        ([("[[walking.between]]", "[walking]")], "walking", "syntax_twice"),
        ([('room = "Salle 2"', 'room = """Salle 2')], "ateliers.room", "syntax_quote"),
        ([("places = 30", "places = " + "9" * 5000)], "ateliers.places", "syntax_any"),
        ([("places = 30", "places = [1, {a = 2}")], "ateliers.places", "syntax_unclosed"),
        ([("places = 30", "place = 30")], "ateliers.conte.place", "unknown_key"),
        ([('languages = ["fr", "en"]', 'languages = "fr"')], "languages", "wrong_value"),
    ],
)
def test_what_is_wrong_elsewhere_is_told_too(changes, key, code):
    told = found(*changes, OVERLAP, PLACES)
    assert (key, code) in told
    assert [each for each in told if each in TWO_MORE] == TWO_MORE


@pytest.mark.parametrize(
    "change",
    [
        ('"10:30",', '"10h30",'),
        ('languages = ["fr", "en"]', 'languages = "fr"'),
        ('languages = ["fr", "en"]', "languages = [1]"),
        ('languages = ["fr", "en"]\n', ""),
        ("max = 17", 'max = "x"'),
        ("max = 17", "max = dix-sept"),
        ("max = 17", "max 17"),
        ('fr = "Course"', "fr = 3"),
        ("names.fr = ", "names.fr = Conte # "),
        ('id = "conte"', "id = conte"),
        ('opens = "14:00"', 'opens = "quatorze"'),
        ('atelier = "vr"', "atelier = vr"),
        ('rooms = ["Salle 1", "Salle 2"]', 'rooms = ["Salle 1", 2]'),
        ('rooms = ["Salle 1", "Salle 2"]', 'rooms = ["Salle 1"]'),
        ('steps = ["arrive", "enter"]', 'steps = ["enter", "go"]'),
        ("[[stations]]", "[[stations]"),
        ("[[ateliers]]", "[[[ateliers]]"),
    ],
)
def test_one_fault_is_told_once_and_nothing_that_follows_from_it(change):
    assert len(found(change)) == 1


def test_a_key_that_lacks_is_told_beside_a_line_that_cannot_be_read():
    told = found(("places = 8\n", ""), ('organiser = "Centre social"', "organiser = Centre social"))
    assert told == [("organiser", "syntax_value"), ("ateliers.course.places", "missing")]


def test_the_good_times_of_a_list_are_compared_beside_a_bad_one():
    told = found(('"10:30",', '"10h30", "13:00",'))
    assert told == [("ateliers.conte.times[1]", "wrong_value"), ("ateliers.conte.times[2]", "time_outside")]


def test_the_good_names_are_looked_at_beside_a_bad_one():
    told = found(('{ fr = "Course", en = "Race" }', '{ fr = 3, de = "Rennen" }'))
    assert sorted(told) == [
        ("ateliers.course.names.de", "name_not_shown"),
        ("ateliers.course.names.en", "no_name"),
        ("ateliers.course.names.fr", "wrong_value"),
    ]


def test_a_file_of_another_encoding_is_read_all_the_same(tmp_path):
    path = tmp_path / "fete.toml"
    text = GOOD.replace("Portes ouvertes", "Journée").replace(*PLACES)
    path.write_bytes(text.encode("cp1252"))
    findings = eventfile.check(path)
    assert [(each.line, each.code) for each in findings] == [(1, "not_utf8"), (49, "wrong_value")]
    assert eventfile.exit_code(findings) == 1


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("coments", "comments"),
        ("robo", "robot"),
        ("gamepads", "gamepad"),
        ("pou", None),
        ("poop", None),
        ("gunn", None),
        ("jeu-video", None),
        ("zzz", None),
    ],
)
def test_only_a_close_and_decent_icon_is_suggested(written, meant):
    (finding,) = eventfile.check_text(GOOD.replace('"comments"', f'"{written}"')) or (None,)
    if written in icons():
        assert finding is None
    else:
        assert (f"«\u202f{meant}\u202f»" in finding.message) if meant else ("«" not in finding.message)


def test_most_icons_can_be_suggested():
    assert len(suggested()) > 0.9 * len(icons())
    assert not {"poo", "poo-storm", "gun", "hand-middle-finger", "cannabis"} & suggested()
