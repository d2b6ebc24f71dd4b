"""Wrong event files: each is told by its line, its key, the value found and what is allowed."""

import tomllib
from pathlib import Path

import pytest

from kiosk import eventfile
from kiosk.errors import EventFileError
from kiosk.rules.event import Event

HERE = Path(__file__).parent
GOOD = (HERE / "good.toml").read_text(encoding="utf-8")
CASES = tomllib.loads((HERE / "cases.toml").read_text(encoding="utf-8"))

ATELIERS = GOOD[GOOD.index("[[ateliers]]") : GOOD.index("[[stations]]")]
BIG = [
    # what, old, new, where, key, code, allowed
    ("no atelier at all", ATELIERS, "", 1, "ateliers", "missing", "[[ateliers]]"),
    ("a name too long", '"Course"', f'"{"x" * 61}"', "xxx", "ateliers.course.names.fr", "wrong_value", "60"),
    (
        "a number without end",
        "places = 8",
        "places = " + "9" * 5000,
        "999",
        "ateliers.places",
        "syntax_any",
        "=",
    ),
    ("lists without end", "places = 8", "places = " + "[" * 5000, 1, "", "too_deep", "exemple"),
    ("deep tables", "places = 8", "a" + ".a" * 50 + " = 1", "a.a.a", "", "too_deep", "exemple"),
]
NAMES = ("what", "old", "new", "where", "key", "code", "allowed")
WRONG = [*CASES["wrong"], *(dict(zip(NAMES, row, strict=True)) for row in BIG)]


def changed(case):
    """The good file with the change of the case, and the line that must be named."""
    assert case["old"] in GOOD
    text = GOOD.replace(case["old"], case["new"], 1)
    where = case["where"]
    return text, where if isinstance(where, int) else text[: text.index(where)].count("\n") + 1


@pytest.mark.parametrize("case", WRONG, ids=lambda case: case["what"])
def test_a_wrong_file_is_told_by_line_key_and_what_is_allowed(case):
    text, line = changed(case)
    for language in ("fr", "en"):
        found = [each for each in eventfile.check_text(text, language) if each.code == case["code"]]
        assert [(each.line, each.key, each.severity) for each in found[:1]] == [(line, case["key"], "error")]
    finding = next(each for each in eventfile.check_text(text) if each.code == case["code"])
    assert case["allowed"] in finding.allowed
    assert finding.message
    with pytest.raises(EventFileError, match=f"ligne {line}"):
        eventfile.load_text(text, "fete")


@pytest.mark.parametrize("case", CASES["odd"], ids=lambda case: case["what"])
def test_what_is_only_odd_is_a_warning_and_the_event_can_be_held(case):
    text, line = changed(case)
    findings = eventfile.check_text(text)
    assert [(each.line, each.key, each.code, each.severity) for each in findings] == [
        (line, case["key"], case["code"], "warning")
    ]
    assert eventfile.exit_code(findings) == 0
    assert isinstance(eventfile.load_text(text, "fete"), Event)


def test_all_findings_come_at_once_in_the_order_of_lines_past_errors_of_syntax():
    text = (
        GOOD.replace('"Centre social"', "Centre social")
        .replace("min = 18", "min = 16")
        .replace("places = 2", "place = 2")
        .replace('"Salle 2"\nkind', "Salle 2\nkind")
        .replace('"batch"', '"lot"')
    )
    findings = eventfile.check_text(text)
    assert [f.code for f in findings] == [
        "syntax_value", "bands_overlap", "missing", "unknown_key", "syntax_value", "wrong_value",
    ]  # fmt: skip
    assert [f.line for f in findings] == sorted(f.line for f in findings)
    assert eventfile.exit_code(findings) == 1


def test_what_is_not_known_is_shown_with_what_was_probably_meant():
    (finding,) = (
        f for f in eventfile.check_text(GOOD.replace("places = 2", "place = 2")) if f.code == "unknown_key"
    )
    assert "«\u202fplace\u202f»" in finding.message
    assert "«\u202fplaces\u202f»" in finding.message
    assert finding.value == "2"


def test_the_report_says_everything_and_counts():
    text = GOOD.replace("places = 2", 'places = "deux"').replace(', en = "Race"', "")
    lines = eventfile.report(eventfile.check_text(text))
    assert lines[0] == "ERREUR — ligne 26 · ateliers.vr.places"
    assert '  Trouvé\u202f: "deux"' in lines
    assert "  Permis\u202f: un nombre entier de 1 à 1000, sans guillemets" in lines
    assert lines[-2:] == ("1 erreur à corriger.", "1 point à vérifier.")
    assert eventfile.report(()) == ("Rien à corriger\u202f: le fichier est bon.",)
    assert eventfile.report((), "en") == ("Nothing to mend: the file is good.",)


def test_a_finding_cannot_steer_the_terminal():
    text = GOOD.replace('"Course"', '"\\u001b]0;x\\u0007\\u009b2J\\u202e"') + '"\\u001b[2J" = 1\n'
    for line in eventfile.report(eventfile.check_text(text)):
        assert line.isprintable() or line.replace("\u202f", " ").replace("\u00a0", " ").isprintable()


@pytest.mark.parametrize(
    ("code", "make"),
    [
        ("no_file", lambda path: None),
        ("not_a_file", lambda path: path.mkdir()),
        ("too_big", lambda path: path.write_bytes(b"#" * 300_000)),
        ("not_utf8", lambda path: path.write_bytes("name = 'Journée'".encode("utf-16"))),
    ],
)
def test_a_file_that_cannot_be_read_is_a_finding_too(tmp_path, code, make):
    path = tmp_path / "fete.toml"
    make(path)
    (finding,) = eventfile.check(path)
    assert (finding.code, finding.line) == (code, 1 if code == "not_utf8" else 0)
    assert "UTF-8" in finding.allowed
    with pytest.raises(EventFileError):
        eventfile.load(path)


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b"])
def test_a_path_that_no_disk_takes_is_a_finding_too(name):
    (finding,) = eventfile.check(Path(name))
    assert finding.code in ("unreadable", "no_file")
