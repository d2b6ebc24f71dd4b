"""The catalogues: every key that is used is there, in every language, in good words; and what fills them."""

import ast
import re
import string
import warnings
from datetime import date
from gettext import c2py
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.pofile import read_po

from kiosk import texts as module
from kiosk.rules.party import PICTURES, Nickname
from kiosk.texts import (
    CATALOGUES,
    FAMILIES,
    MissingText,
    Texts,
    languages,
    spoken,
    texts,
    whole_languages,
    working,
)

KIOSK = Path(module.__file__).parent
PARIS = ZoneInfo("Europe/Paris")
NARROW, WIDE = "\u202f", "\u00a0"

ASKING = {"text", "plural", "_", "wrong", "odd", "Allowed", "say", "Saying"}  # calls whose keys must exist
IN_TEMPLATE = re.compile(r"""\b(?:text|plural|_)\(\s*(["'])([^"'\n]*)\1\s*(~)?""")
QUOTED = re.compile(r"""(["'`])([a-z]+(?:\.[a-z0-9_-]*)+)(?=\1|\$\{)""")


def catalogue(language):
    with (CATALOGUES / language / "LC_MESSAGES" / "ronde.po").open("rb") as file:
        return {
            message.id if isinstance(message.id, str) else message.id[0]: message
            for message in read_po(file, locale=language, abort_invalid=True)
            if message.id
        }


def words(message):
    return message.string if isinstance(message.string, tuple) else (message.string,)


def placeholders(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def section(key):
    return key.partition(".")[0]


def expected(language):
    """The French messages that a catalogue has to have."""
    return {key: message for key, message in catalogue("fr").items()
            if texts(language).whole or section(key) in FAMILIES}  # fmt: skip


SECTIONS = {section(key) for key in catalogue("fr")}


def key_like(text):
    return section(text) in SECTIONS and "." in text


def keys_in(node):
    """The keys, and the beginnings of keys, that stand in a piece of Python; (text, whole key or not)."""
    if isinstance(node, ast.JoinedStr):
        first = node.values[0] if node.values else None
        if isinstance(first, ast.Constant) and key_like(str(first.value)):
            yield first.value, False
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and key_like(node.value):
        yield node.value, not node.value.endswith(".")
    for child in ast.iter_child_nodes(node):
        yield from keys_in(child)


def asked():
    """What the program asks the catalogues for: (file, key or its beginning, whole key or not)."""
    for path in KIOSK.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", None) or getattr(node.func, "id", "")
                if name in ASKING:
                    for argument in node.args:
                        for key, whole in keys_in(argument):
                            yield str(path.relative_to(KIOSK)), key, whole
    for path in KIOSK.rglob("templates/**/*"):
        if path.is_file():
            for match in IN_TEMPLATE.finditer(path.read_text(encoding="utf-8")):
                yield str(path.relative_to(KIOSK)), match[2], not match[3]


def mentioned():
    """All that looks like a key, or the beginning of one, anywhere in the program."""
    for path in KIOSK.rglob("*.py"):
        yield from keys_in(ast.parse(path.read_text(encoding="utf-8")))
    for path in [*KIOSK.rglob("templates/**/*"), *KIOSK.rglob("static/**/*.js")]:
        if path.is_file():
            for match in QUOTED.finditer(path.read_text(encoding="utf-8")):
                yield match[2], not match[2].endswith((".", "_"))


def test_french_is_the_source_and_english_is_there():
    assert languages()[0] == "fr"
    assert "en" in languages()


def test_the_languages_of_the_door_are_there_and_the_organisers_ones_among_them():
    assert {"fr", "en", "ar", "tr", "pt", "es", "uk"} <= set(languages())
    assert {"fr", "en"} <= set(whole_languages()) <= set(languages())
    assert set(FAMILIES) <= SECTIONS


@pytest.mark.parametrize("language", whole_languages())
def test_every_key_that_the_program_asks_for_is_in_the_catalogue(language):
    known = catalogue(language)
    lacking = {
        f"{file}: {key}"
        for file, key, whole in asked()
        if not (key in known if whole else any(each.startswith(key) for each in known))
    }
    assert lacking == set()


def test_no_catalogue_has_a_key_that_nothing_uses():
    whole = {key for key, is_whole in mentioned() if is_whole}
    beginnings = tuple(key for key, is_whole in mentioned() if not is_whole and not key.endswith(".."))
    unused = {key for key in catalogue("fr") if key not in whole and not key.startswith(beginnings)}
    assert unused == set()


FOR_FAMILIES = re.compile(
    r"web/templates/(door/|hall|screen|told)|web/screen\.py|paper/sheet\.py|phrases\.py"
)


def test_what_families_read_is_in_words_that_every_catalogue_has():
    elsewhere = {
        f"{file}: {key}"
        for file, key, _ in asked()
        if FOR_FAMILIES.match(file) and section(key) not in FAMILIES
    }
    assert elsewhere == set()


@pytest.mark.parametrize("language", languages())
def test_each_catalogue_has_exactly_the_keys_of_its_scope_translated_and_none_fuzzy(language):
    source, known = expected(language), catalogue(language)
    assert known.keys() == source.keys()
    assert [key for key, message in known.items() if not all(words(message))] == []
    assert [key for key, message in known.items() if message.fuzzy] == []
    assert [key for key, message in known.items() if message.pluralizable != source[key].pluralizable] == []


@pytest.mark.parametrize("language", languages())
def test_placeholders_agree_between_languages(language):
    source = catalogue("fr")
    for key, message in catalogue(language).items():
        fills = set().union(*map(placeholders, words(source[key])))
        for form in words(message):
            extra = {"n"} if message.pluralizable else set()
            assert placeholders(form) | extra == fills | extra, key


@pytest.mark.parametrize("language", languages())
def test_numbers_share_a_plural_form_where_they_do_in_the_language(language):
    with (CATALOGUES / language / "LC_MESSAGES" / "ronde.po").open("rb") as file:
        heading = read_po(file, abort_invalid=True)
    form = c2py(heading.plural_expr)
    kind = texts(language).locale.plural_form
    numbers = range(300)
    assert {form(n) for n in numbers} == set(range(heading.num_plurals))
    assert (
        len({(form(n), kind(n)) for n in numbers}) == heading.num_plurals == len({kind(n) for n in numbers})
    )


def test_french_typography_is_right():
    wrong = []
    for key, message in catalogue("fr").items():
        for form in words(message):
            bare = re.sub(r"\{\w*\}|\"[^\"]*\"|https?://\S+", "x", form)
            if (
                re.search(r"[A-Za-zÀ-ÿ]'[A-Za-zÀ-ÿ{]", bare)
                or re.search(r"(?<![\s\d:])[;!?»]", bare)
                or re.search(r" [:;!?»]|« ", bare)
                or re.search(rf"«(?![{NARROW}{WIDE}])", bare)
                or "..." in bare
            ):
                wrong.append((key, form))
    assert wrong == []


def test_every_picture_of_a_nickname_has_a_word_of_its_own():
    for language in languages():
        names = [texts(language).text(f"picture.{picture}") for picture in PICTURES]
        assert len(set(names)) == len(PICTURES)
    assert texts("fr").nickname(Nickname("cat", 7)) == f"Chat{WIDE}7"
    assert texts("en").nickname(Nickname("apple-whole", 2)) == f"Apple{WIDE}2"


def test_no_word_names_two_pictures_whatever_its_language():
    """An organiser may type a nickname in any language of the event."""
    meant = {}
    for words in map(texts, languages()):
        for picture in PICTURES:
            meant.setdefault(words.text(f"picture.{picture}").casefold(), set()).add(picture)
    assert [word for word, pictures in meant.items() if len(pictures) > 1] == []


def test_clocks_days_and_durations_are_those_of_the_language():
    half_past_two, ten = 1668864600000, 1668848400000
    assert texts("fr").clock(half_past_two, PARIS) == f"14{WIDE}h{WIDE}30"
    assert texts("fr").clock(ten, PARIS) == f"10{WIDE}h"
    assert texts("en").clock(half_past_two, PARIS) == "14:30"
    assert texts("en").clock(ten, PARIS) == "10:00"
    assert {texts(code).clock(half_past_two, PARIS) for code in ("ar", "tr", "pt", "es", "uk")} == {"14:30"}
    assert texts("fr").day(date(2022, 11, 19)) == "samedi 19 novembre 2022"
    assert texts("fr").duration_range(5, 10) == f"5 à 10{WIDE}min"
    assert texts("fr").duration_range(0, 5) == f"moins de 5{WIDE}min"
    assert texts("fr").duration_range(10, 10) == f"10{WIDE}min"
    assert texts("en").duration_range(5, 10).replace(WIDE, " ") == "5–10 min"
    assert texts("fr").number(1234.5) == f"1{NARROW}234,5"
    assert texts("fr").one_of(["a", "b", "c"]) == "a, b ou c"


def test_numbers_and_days_are_those_of_the_language_and_of_its_country():
    assert texts("ar").number(1234) == "1,234"
    assert texts("pt").day(date(2022, 11, 19)) == "sábado, 19 de novembro de 2022"
    assert texts("pt").plural("sheet.people", 0).replace(WIDE, " ") == "0 pessoas"
    assert texts("uk").day(date(2022, 11, 19)).startswith("субота, 19 листопада 2022")
    assert texts("tr").day(date(2022, 11, 19)) == "19 Kasım 2022 Cumartesi"


def test_a_plural_takes_each_of_its_forms():
    arabic = [texts("ar").plural("sheet.people", n) for n in (1, 2, 3, 11, 100)]
    assert arabic == ["شخص واحد", "شخصان", "3 أشخاص", "11 شخصًا", "100 شخص"]
    ukrainian = [texts("uk").plural("sheet.people", n) for n in (1, 2, 5, 11, 21, 24)]
    assert ukrainian == ["1 особа", "2 особи", "5 осіб", "11 осіб", "21 особа", "24 особи"]


def test_how_long_something_is_is_said_roughly_in_the_language():
    hours, years = 3 * 3_600_000, 7 * 365 * 86_400_000
    assert [texts("fr").span(each).replace(WIDE, " ") for each in (40_000, hours, years)] == [
        "40 secondes", "3 heures", "7 ans",
    ]  # fmt: skip
    assert texts("en").span(-hours) == "3 hours"


def test_a_template_keeps_its_blanks_for_somebody_else():
    assert texts("en").template("common.minutes") == "{n} min"
    with pytest.raises(MissingText, match=r"common\.none"):
        texts("fr").template("common.none")


def test_a_plural_takes_the_form_of_its_language():
    assert [texts("fr").plural("check.report.errors", n) for n in (0, 1, 2)] == [
        "0 erreur à corriger.", "1 erreur à corriger.", "2 erreurs à corriger.",
    ]  # fmt: skip
    assert [texts("en").plural("check.report.errors", n) for n in (0, 1, 2)] == [
        "0 errors to mend.", "1 error to mend.", "2 errors to mend.",
    ]  # fmt: skip


def test_a_language_calls_itself_by_its_own_name():
    names = {
        "fr": "Français",
        "en": "English",
        "ar": "العربية",
        "tr": "Türkçe",
        "pt": "Português",
        "es": "Español",
        "uk": "Українська",
    }
    assert {code: texts(code).own_name for code in names} == names
    assert [code for code in names if texts(code).direction == "rtl"] == ["ar"]


def test_who_works_there_reads_a_whole_language_whatever_families_speak(monkeypatch):
    assert [words.language for words in working(("ar", "en", "uk", "fr"))] == ["en", "fr"]
    assert [words.language for words in working(("ar", "uk"))] == ["fr"]
    monkeypatch.setenv("LC_ALL", "ar_MA.UTF-8")
    assert spoken().language == "fr"
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    assert spoken().language == "en"


def test_the_docs_list_the_catalogues_and_those_that_await_a_native_speaker():
    listed = (KIOSK.parent / "docs" / "translations.md").read_text(encoding="utf-8")
    rows = {
        code: rest
        for code, *rest in re.findall(r"^\| `(\w+)` \| (.*) \| (.*) \| (.*) \|$", listed, re.MULTILINE)
    }
    assert rows == {
        words.language: [words.own_name, "whole" if words.whole else "families", words.review or "—"]
        for words in map(texts, languages())
    }


def test_the_docs_name_the_sections_for_families():
    listed = (KIOSK.parent / "docs" / "translations.md").read_text(encoding="utf-8")
    named = re.search(r"which is the sections (.*?), and nothing", listed, re.DOTALL)[1]
    assert tuple(re.findall(r"`(\w+)`", named)) == FAMILIES


def test_a_language_without_catalogue_gets_the_french_words():
    assert texts("xx").text("picture.cat") == "Chat"
    assert texts("xx") is texts("xx")


@pytest.fixture
def half_translated(tmp_path, monkeypatch):
    """Catalogues where Arabic lacks a key and the two agree on nothing else."""
    monkeypatch.setattr(module, "CATALOGUES", tmp_path)
    bodies = {
        "fr": ("nplurals=2; plural=(n > 1);", [("a.one", '"Un"'), ("a.two", '"Deux {x}"')]),
        "ar": ("nplurals=2; plural=(n > 1);", [("a.one", '"واحد"'), ("a.two", '""')]),
    }
    for code, (plural, messages) in bodies.items():
        folder = tmp_path / code / "LC_MESSAGES"
        folder.mkdir(parents=True)
        head = f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {plural}\\n"\n\n'
        body = "".join(f'msgid "{key}"\nmsgstr {text}\n\n' for key, text in messages)
        (folder / "ronde.po").write_text(head + body, encoding="utf-8")


def test_a_third_language_needs_its_catalogue_only(half_translated):
    arabic = Texts("ar")
    assert (arabic.text("a.one"), arabic.direction, arabic.own_name) == ("واحد", "rtl", "العربية")


def test_a_missing_key_is_an_error_under_the_tests(half_translated):
    with pytest.raises(MissingText, match=r"a\.two"):
        Texts("ar").text("a.two", x=1)
    with pytest.raises(MissingText, match=r"a\.three"):
        Texts("fr").text("a.three")


def test_a_missing_key_shows_french_words_or_nothing_on_the_day(half_translated):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MissingText)
        assert Texts("ar").text("a.two", x="<b>{y}") == "Deux <b>{y}"
        assert Texts("ar").plural("a.three", 3) == ""
        assert Texts("fr").text("a.three") == ""
