"""Families that said they would come: lists as spreadsheets write them, and lists that nobody should send."""

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import eventfile
from kiosk.intake import MOST_PEOPLE, MOST_WISHES
from kiosk.registration import MOST_ROWS, Row, model, read
from kiosk.registration.csvtext import MOST_BYTES
from kiosk.rules.party import Group
from kiosk.saying import told
from kiosk.texts import texts

TOML = """
name = "Fête"
organiser = "Nous"
date = 2022-11-19
languages = ["fr", "en", "ar"]
[[sessions]]
opens = "10:00"
closes = "12:00"
[[age_bands]]
id = "0-5"
names = { fr = "0 à 5 ans", en = "0 to 5 years", ar = "من 0 إلى 5 سنوات" }
min = 0
max = 5
[[age_bands]]
id = "6-11"
names = { fr = "6 à 11 ans", en = "6 to 11 years", ar = "من 6 إلى 11 سنة" }
min = 6
max = 11
[[age_bands]]
id = "12-plus"
names = { fr = "12 ans et plus", en = "12 years and over", ar = "12 سنة فما فوق" }
min = 12
[[ateliers]]
id = "vr"
names = { fr = "Casque de réalité virtuelle", en = "Virtual reality", ar = "الواقع الافتراضي" }
icon = "vr-cardboard"
room = "Salle 1"
kind = "continuous"
places = 2
minutes = 4
[[ateliers]]
id = "robots"
names = { fr = "Robots, capteurs", en = "Robots", ar = "روبوتات" }
icon = "robot"
room = "Salle 2"
kind = "table"
places = 8
minutes = 20
[[ateliers]]
id = "arts"
names = { fr = "Arts", en = "Arts", ar = "فنون" }
icon = "palette"
room = "Salle 2"
kind = "table"
places = 8
minutes = 20
[[ateliers]]
id = "jeux"
names = { fr = "Jeux", en = "Games", ar = "ألعاب" }
icon = "gamepad"
room = "Salle 2"
kind = "table"
places = 8
minutes = 20
"""
EVENT = eventfile.load_text(TOML, "fete")


def rows(text, encoding="utf-8"):
    found = read(EVENT, text.encode(encoding))
    assert not found.faults, faults(text, encoding)
    return found.rows


def faults(data, encoding="utf-8", language="fr"):
    found = read(EVENT, data if isinstance(data, bytes) else data.encode(encoding))
    assert not found.rows
    return [(fault.row, plain(told(fault.what, texts(language)))) for fault in found.faults]


def plain(text):
    return text.replace("\xa0", " ").replace("\u202f", " ")


def groups(*people):
    return tuple(Group(*each) for each in people)


def test_a_row_is_a_family_of_counts_wishes_and_a_language():
    assert rows("0-5;6-11 f;12-plus m;envies;langue\n;2;1;vr|robots;ar\n") == (
        Row(2, groups(("6-11", "f", 2), ("12-plus", "m", 1)), ("vr", "robots"), "ar"),
    )


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_any_spreadsheet_may_have_written_it(separator, encoding, ending):
    lines = (
        separator.join(("6 à 11 ans", "12 ans et plus", "Envies")),
        separator.join(("2", "1", "Casque de réalité virtuelle")),
    )
    assert rows(ending.join(lines) + ending, encoding) == (
        Row(2, groups(("6-11", "x", 2), ("12-plus", "x", 1)), ("vr",), ""),
    )


@pytest.mark.parametrize(
    ("heading", "band", "gender"),
    [
        ("6-11", "6-11", "x"),
        ("6 à 11 ans", "6-11", "x"),
        ("6 A 11 ANS", "6-11", "x"),
        ("6 to 11 years", "6-11", "x"),
        ("من 6 إلى 11 سنة", "6-11", "x"),
        ("6-11 f", "6-11", "f"),
        ("6-11 (Filles)", "6-11", "f"),
        ("Garçons 6 à 11 ans", "6-11", "m"),
        ("GARCONS - 6 à 11 ans", "6-11", "m"),
        ("6 to 11 years: girls", "6-11", "f"),
        ("12-plus H", "12-plus", "m"),
        ("12 ans et plus, femmes", "12-plus", "f"),
        ("0 à 5 ans x", "0-5", "x"),
        ("  6  à\n11 ans ", "6-11", "x"),
    ],
)
def test_a_heading_is_an_age_in_any_language_of_the_event_with_or_without_a_gender(heading, band, gender):
    written = io.StringIO()
    csv.writer(written, delimiter=";").writerows([[heading, "Langue"], ["3", ""]])
    (row,) = rows(written.getvalue())
    assert row.people == groups((band, gender, 3))


@pytest.mark.parametrize("heading", ["envies", "Envies", "ENVIES", "wishes", "Wishes "])
def test_wishes_are_ateliers_by_their_id_or_name_each_once(heading):
    (row,) = rows(f"6-11;{heading}\n1; Robots, capteurs | VR |virtual reality|\n")
    assert row.wishes == ("robots", "vr")


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("ar", "ar"),
        ("AR", "ar"),
        ("العربية", "ar"),
        ("arabe", "ar"),
        ("Arabic", "ar"),
        ("Français", "fr"),
        ("", ""),
    ],
)
def test_a_language_is_said_by_its_code_or_its_name(said, language):
    (row,) = rows(f"6-11;langue\n1;{said}\n")
    assert row.language == language


def test_rows_have_the_numbers_that_a_spreadsheet_shows():
    found = rows('6-11;envies\n1;\n\n;\n2;"vr"\n')
    assert [row.number for row in found] == [2, 5]
    found = rows('"6-11\nf";envies\n1;\n2;\n')
    assert [row.number for row in found] == [2, 3]
    assert [row.number for row in rows("sep=,\r\n6-11,envies\r\n1,\r\n")] == [2]


def test_the_model_is_read_back_and_opens_in_excel():
    data = model(EVENT)
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig").strip() == "0 à 5 ans;6 à 11 ans;12 ans et plus;envies;langue"
    assert read(EVENT, data + b"1;2;;vr;fr\r\n").rows == (
        Row(2, groups(("0-5", "x", 1), ("6-11", "x", 2)), ("vr",), "fr"),
    )


@pytest.mark.parametrize("name", ["=1+1", "+33", "-5 ans", "@cmd", "6 à 11 ans"])
def test_the_model_holds_no_formula_and_no_heading_that_means_two_things(name):
    first, *others = EVENT.bands
    hostile = replace(EVENT, bands=(replace(first, names={"fr": name}), *others))
    heading = model(hostile).decode("utf-8-sig").split(";")
    assert heading[0] == "0-5"
    assert not read(hostile, model(hostile) + b"1;1;1;;\n").faults


@pytest.mark.parametrize(
    "heading", ["Nom", "Prénom", "name", "Téléphone", "6-11 Dupont", "Remarque", "06-nov", "f"]
)
def test_a_column_that_could_hold_a_name_is_refused(heading):
    ((row, what),) = faults(f"6-11;{heading}\n1;Dupont\n")
    assert row == 1
    assert f": {heading}. Aucun nom ne doit entrer ici" in what
    assert "0 à 5 ans, 6 à 11 ans, 12 ans et plus, envies, langue" in what
    assert "Dupont" not in what or heading == "6-11 Dupont"


def test_every_fault_is_told_with_its_row_and_then_nothing_is_taken():
    data = (
        "6-11;12-plus;envies;langue\n"
        "1;2;vr;fr\n"
        "-1;1;;\n"
        "deux;1;vr|manège;\n"
        ";;vr;\n"
        "200;1;;\n"
        "201;;;\n"
        "1;;vr|robots|arts|jeux;klingon\n"
        "1;;;;Dupont\n"
        '=1+1;;"=cmd|vr";\n'
    )
    assert [(row, what.split(".")[0].split(":")[0].strip()) for row, what in faults(data)] == [
        (3, f"« -1 » n’est pas un nombre entier de 0 à {MOST_PEOPLE}"),
        (4, f"« deux » n’est pas un nombre entier de 0 à {MOST_PEOPLE}"),
        (4, "« manège » n’est pas un atelier d’ici"),
        (5, "personne n’est compté"),
        (6, "201 personnes"),
        (7, f"« 201 » n’est pas un nombre entier de 0 à {MOST_PEOPLE}"),
        (8, "4 envies"),
        (8, "« klingon » n’est pas une langue de cet événement"),
        (9, "« Dupont » n’est sous aucun titre de colonne"),
        (10, f"« =1+1 » n’est pas un nombre entier de 0 à {MOST_PEOPLE}"),
        (10, "« =cmd » n’est pas un atelier d’ici"),
    ]


@pytest.mark.parametrize(
    ("data", "row", "said"),
    [
        (b"", 0, "le fichier est vide"),
        (b"\xef\xbb\xbf\r\n;;\r\n", 0, "le fichier est vide"),
        (b"6-11;envies\n", 0, "aucune famille sous les titres"),
        (b"envies;langue\nvr;fr\n", 1, "aucune colonne ne dit combien"),
        (b"6-11;6 to 11 years\n1;1\n", 1, "en répète une autre"),
        (b"PK\x03\x04 a workbook", 0, "ce n’est pas un CSV"),
        (b"\xd0\xcf\x11\xe0 an older one", 0, "ce n’est pas un CSV"),
        (b"6-11;envies\n\x81;vr\n", 0, "n’est pas un texte lisible"),
        (b"6-11;\0\n1;\0\n", 0, "n’est pas un texte lisible"),
        (b"\xff\xfe\x00", 0, "n’est pas un texte lisible"),
        (b'6-11;envies\n1;"vr\n2;\n', 2, "des guillemets ouverts ne sont pas fermés"),
        (b"6-11\n" + b"1\n" * (MOST_ROWS + 1), 0, f"plus de {MOST_ROWS} familles"),
        (b"6" * (MOST_BYTES + 1), 0, "trop gros"),
    ],
)
def test_a_file_that_is_no_list_is_told_for_what_it_is(data, row, said):
    ((where, what),) = faults(data)
    assert (where, said in what) == (row, True), what


def test_what_is_shown_of_a_cell_is_short_and_obeyed_by_no_terminal():
    ((_, what),) = faults("6-11\n\x1b[2J\x07" + "A" * 5000 + "\n")
    assert plain(what).isprintable() and len(what) < 200
    ((_, what),) = faults(";".join(f"Nom{n}" for n in range(3000)) + "\n1\n")
    assert len(what) < 2000


def test_a_heading_made_to_keep_a_machine_busy_does_not():
    for heading in ("6-11" + "-" * 100_000 + "!", "a " * 60_000, " -" * 60_000 + "a"):
        read(EVENT, f"{heading}\n1\n".encode())


def test_faults_are_told_in_english_too():
    ((_, what),) = faults("6-11;Name\n1;Dupont\n", language="en")
    assert what.startswith("unknown heading of a column: Name.")


PIECES = st.sampled_from(
    [
        "6-11", "6 à 11 ans f", "0-5", "envies", "langue", "Nom", ";", ";", ",", "\t", "\n", "\n", "\r\n", '"', "|",
        "1", "2", "vr", "robots", "ar", "=1", "\0", "\ufeff", "é", "٣", " ", "sep=;\n",
    ]
)  # fmt: skip


@given(
    st.binary(max_size=400)
    | st.lists(PIECES, max_size=60).map("".join).map(str.encode)
    | st.tuples(st.lists(PIECES, max_size=60).map("".join), st.sampled_from(["utf-16", "latin-1"])).map(
        lambda said: said[0].encode(said[1], "replace")
    )
)
def test_any_bytes_are_rows_that_are_right_or_faults_that_are_clear(data):
    found = read(EVENT, data)
    assert bool(found.rows) != bool(found.faults)
    for fault in found.faults:
        for language in ("fr", "en"):
            said = told(fault.what, texts(language))
            assert said and plain(said).isprintable()
    for row in found.rows:
        assert 0 < sum(group.count for group in row.people) <= MOST_PEOPLE
        assert {group.band for group in row.people} <= EVENT.bands_by_id.keys()
        assert set(row.wishes) <= EVENT.by_id.keys() and len(row.wishes) <= MOST_WISHES
        assert row.language in ("", *EVENT.languages)


counts = st.integers(0, 60)
families = st.tuples(
    counts,
    counts,
    counts,
    st.lists(st.sampled_from(["vr", "robots", "arts", "jeux"]), max_size=3, unique=True),
)


@given(
    st.lists(families.filter(lambda family: sum(family[:3]) > 0), min_size=1, max_size=20),
    st.sampled_from([";", ",", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_whatever_a_spreadsheet_writes_comes_back_the_same(wanted, separator, encoding, quoting):
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, quoting=quoting)
    writer.writerow(["0 à 5 ans", "6 à 11 ans filles", "12-plus H", "Envies"])
    for small, girls, men, wishes in wanted:
        names = [EVENT.by_id[wish].name("fr") for wish in wishes]
        writer.writerow([small or "", girls, men, "|".join(names)])
    found = rows(text.getvalue(), encoding)
    assert [row.number for row in found] == list(range(2, 2 + len(wanted)))
    for row, (small, girls, men, wishes) in zip(found, wanted, strict=True):
        people = (("0-5", "x", small), ("6-11", "f", girls), ("12-plus", "m", men))
        assert row.people == groups(*(each for each in people if each[2]))
        assert row.wishes == tuple(wishes)
