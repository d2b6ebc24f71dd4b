"""The route sheet as a layout: what stands on it, in which order, and that it fits the paper."""

import unicodedata
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kiosk.eventfile
from kiosk.paper.blocks import (
    CELL_DOTS,
    COLUMNS,
    INDENT,
    Code,
    Cut,
    Glyph,
    Rule,
    Sheet,
    Stamps,
    Tear,
    Text,
    TickRow,
)
from kiosk.paper.face import DrawnFace, PrinterFace
from kiosk.paper.letters import CODE_PAGE, loses, printable
from kiosk.paper.sheet import FULL_ROWS, layout
from kiosk.rules.event import Atelier, Event, Kind
from kiosk.rules.facts import Advised
from kiosk.rules.party import Group, Nickname, Party
from kiosk.rules.waits import Wait
from kiosk.texts import texts

BADGE = "BCDFGHJKLNPRSTVX"
WIDTHS = sorted(COLUMNS)
ROUBAIX = Path(kiosk.eventfile.__file__).parents[1] / "events" / "roubaix-2022.toml"


@pytest.fixture(scope="module", name="event")
def _event() -> Event:
    return kiosk.eventfile.load(ROUBAIX)


def party(event: Event, number: int = 193, language: str = "fr", clock: time = time(13, 52)) -> Party:
    people = (Group(event.bands[0].id, "f", 2), Group(event.bands[-1].id, "m", 1))
    return Party(number, BADGE, people, language, event.at(clock))


def advise(event: Event, wait_minutes: int = 7) -> tuple[Advised, ...]:
    start_ms = event.at(time(14, 0))
    return tuple(Advised(a.id, start_ms + n * 900_000, wait_minutes) for n, a in enumerate(event.ateliers))


def sheet_of(event: Event, width_mm: int = 80, language: str = "fr", **more: object) -> Sheet:
    route = more.get("route", advise(event))
    return layout(event, party(event, language=language), route, texts(language), width_mm)  # type: ignore[arg-type]


def one_line(sheet: Sheet) -> str:
    return " ".join(" ".join(sheet.lines).split())


def rows(sheet: Sheet) -> list[TickRow]:
    return [block for block in sheet.blocks if isinstance(block, TickRow)]


def check_fits(sheet: Sheet) -> None:
    columns = COLUMNS[sheet.width_mm]
    room = columns * CELL_DOTS
    face = DrawnFace(sheet.script) if sheet.script else PrinterFace()
    for block in sheet.blocks:
        if isinstance(block, Text):
            assert not block.native or block.text.encode(CODE_PAGE)
            own = PrinterFace() if block.native else face
            assert 0 < own.dots(block.text, block.width, block.height, block.bold) <= room, block
            assert block.text == block.text.rstrip(), block
        elif isinstance(block, TickRow):
            for bold, lines in ((True, block.title), (False, block.details)):
                assert all(face.dots(line, 1, 1, bold) <= room - INDENT * CELL_DOTS for line in lines), block
        elif isinstance(block, Glyph):
            count = len(block.names)
            assert count * block.dots + (count - 1) * block.dots // 3 <= room
        elif isinstance(block, Stamps):
            assert len(block.icons) * block.dots * 21 // 20 <= room
    for line in sheet.lines:
        assert sheet.script or line.encode(CODE_PAGE)
        assert not any(unicodedata.category(letter) == "Cc" for letter in line), line
    assert isinstance(sheet.blocks[-1], Cut)
    assert sum(isinstance(block, Cut) for block in sheet.blocks) == 1
    assert [block.content for block in sheet.blocks if isinstance(block, Code)] == [BADGE]


@pytest.mark.parametrize("width_mm", WIDTHS)
@pytest.mark.parametrize(
    "language, expected",
    [
        (
            "fr",
            ("Chat 7", "3 personnes", "Commencez par", "À faire, dans cet ordre", "Attente 5 à 10 min",
             "Les ateliers ferment à 17 h.", "Attentes prévues à 13 h 52 ;", "Faites scanner ce code"),
        ),
        (
            "en",
            ("Cat 7", "3 people", "Start with", "To do, in this order", "5–10 min",
             "The ateliers close at 17:00.", "Waits as expected at 13:52;", "Have this code scanned"),
        ),
    ],
)  # fmt: skip
def test_the_sheet_says_all_that_a_family_needs(event, width_mm, language, expected):
    sheet = sheet_of(event, width_mm, language)
    check_fits(sheet)
    said = one_line(sheet)
    for words in (*expected, event.name, "BCDF GHJK LNPR STVX"):
        assert words in said
    for atelier, row in zip(event.ateliers, rows(sheet), strict=True):
        assert row.icon == atelier.icon
        assert atelier.names[language].replace("’", "") in " ".join(row.title).replace("’", "")
        details = " ".join(row.details)
        assert texts(language).text("sheet.lasts", minutes=f"{atelier.minutes} min") in details
        assert atelier.room in details
        limit = {"fr": f"dès {atelier.min_age} ans", "en": f"from age {atelier.min_age}"}[language]
        assert (limit in details) == (atelier.min_age > 0)


def test_the_nickname_and_the_first_atelier_are_the_largest_things_on_it(event):
    sheet = sheet_of(event)
    sizes = {b.text: (b.width, b.height) for b in reversed(sheet.blocks) if isinstance(b, Text)}
    assert sizes["Chat 7"] == (4, 4)
    pictures = [block for block in sheet.blocks if isinstance(block, Glyph)]
    assert [picture.names for picture in pictures] == [
        ("cat",),
        ("1", "arrow-right", event.ateliers[0].icon),
        ("cat",),
    ]
    first = sheet.blocks.index(pictures[1])
    assert any(isinstance(b, Text) and b.width == 2 and b.bold for b in sheet.blocks[first : first + 4])


def test_a_session_is_told_by_its_time_and_not_by_a_wait(event):
    session = next(atelier for atelier in event.ateliers if atelier.kind is Kind.SESSION)
    start_ms = session.times_ms[-1]
    sheet = sheet_of(event, route=(Advised(session.id, start_ms - 600_000, 10),))
    clock = texts("fr").clock(start_ms, event.zone).replace("\xa0", " ").replace("\u202f", " ")
    assert f"Séance à {clock}" in " ".join(rows(sheet)[0].title)
    assert "Attente " not in one_line(sheet)


@pytest.mark.parametrize("width_mm", WIDTHS)
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    "reason", ["kept", "wish-1", "wish-2", "wish-3", "session", "closing", "calm", "soonest"]
)
def test_the_first_atelier_comes_with_the_reason_for_it(event, width_mm, language, reason):
    words = texts(language)
    sheet = layout(event, party(event, language=language), advise(event), words, width_mm, reason)
    check_fits(sheet)
    assert printable(words.text(f"reason.{reason}")) in one_line(sheet)


def test_a_wait_on_paper_is_as_wide_a_range_as_on_the_screen(event):
    route = (Advised("arts", event.at(time(14, 0)), 30),)
    low, high = Wait(0, 30 * 60_000, 0).range_minutes
    assert f"Attente {low} à {high} min" in one_line(sheet_of(event, route=route))


def test_a_party_of_the_morning_reads_when_the_doors_open_again(event):
    morning = layout(event, party(event, clock=time(10, 5)), advise(event), texts("fr"))
    assert "Les ateliers ferment à 12 h. Ils rouvrent de 14 h à 17 h." in one_line(morning)
    late = layout(event, party(event, clock=time(18, 0)), (), texts("fr"))
    assert "Les ateliers ferment à 17 h." in one_line(late)


@pytest.mark.parametrize("width_mm", WIDTHS)
def test_a_sheet_without_ateliers_still_has_its_badge_and_kind_words(event, width_mm):
    sheet = sheet_of(event, width_mm, route=())
    check_fits(sheet)
    assert rows(sheet) == []
    assert "Profitez du lieu !" in one_line(sheet)
    assert "Attentes prévues" not in one_line(sheet)


@pytest.mark.parametrize("width_mm", WIDTHS)
def test_forty_ateliers_fit_one_sheet_and_the_far_ones_promise_no_wait(event, width_mm):
    ateliers = tuple(
        replace(event.ateliers[n % len(event.ateliers)], id=f"a{n}", kind=Kind.TABLE, times_ms=())
        for n in range(40)
    )
    large = replace(event, ateliers=ateliers)
    sheet = sheet_of(large, width_mm)
    check_fits(sheet)
    assert len(rows(sheet)) == 40
    promised = [any("Attente" in line for line in row.details) for row in rows(sheet)]
    assert promised == [True] * FULL_ROWS + [False] * (40 - FULL_ROWS)


@pytest.mark.parametrize("width_mm", WIDTHS)
def test_long_names_and_rooms_break_on_words_and_nothing_is_cut(event, width_mm):
    name = "Parentalité et usages du numérique : échange entre parents !"
    room = "Grande salle polyvalente du premier étage, aile gauche, B 12"
    atelier = replace(event.ateliers[0], names={"fr": name}, room=room)
    sheet = sheet_of(replace(event, ateliers=(atelier,)), width_mm)
    check_fits(sheet)
    title, details = " ".join(rows(sheet)[0].title), " ".join(" ".join(rows(sheet)[0].details).split())
    assert title == f"1. {name}"
    assert all(word in details.split() for word in room.split())
    assert not any(line.startswith((":", "!")) for line in rows(sheet)[0].title)


def test_an_endless_word_goes_on_in_the_next_line(event):
    atelier = replace(event.ateliers[0], names={"fr": "x" * 60}, room="y" * 60)
    for width_mm in WIDTHS:
        sheet = sheet_of(replace(event, ateliers=(atelier,)), width_mm)
        check_fits(sheet)
        assert "".join(rows(sheet)[0].title).count("x") == 60
        assert "".join(rows(sheet)[0].details).count("y") == 60


def test_a_stop_at_an_atelier_that_is_gone_is_left_out(event):
    sheet = sheet_of(event, route=(Advised("gone", 0, 5), *advise(event)))
    assert len(rows(sheet)) == len(event.ateliers)


def test_a_name_without_the_sheets_language_is_given_in_one_that_it_has(event):
    atelier = replace(event.ateliers[0], names={"fr": "Couture"})
    assert "Couture" in one_line(sheet_of(replace(event, ateliers=(atelier,)), language="en"))


def test_other_paper_is_refused(event):
    with pytest.raises(ValueError, match="mm wide, not 112"):
        sheet_of(event, 112)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Fête à 14\u202fh\u202f30 — l’été", "Fête à 14\xa0h\xa030 — l’été"),
        ("Łódź, Çığ, ő, ﬁn", "Lódz, Çig, o, fin"),
        ("Ёлка и Щука, Έλλη", "Elka i Shchuka, Elli"),
        ("🎮 Jeux 👩‍💻", "Jeux"),
        ("№ 5 → 6 ≥ 4", "No 5 -> 6 >= 4"),
        ("مرحبا", "?????"),
        ("e\u0301cole", "école"),
        ("a\x1b@b\x9bc\x00\x7f", "a@bc"),
        ("two\nlines\tand\x85more", "two lines and more"),
    ],
)
def test_any_text_becomes_letters_that_the_printer_has(text, expected):
    assert printable(text) == expected


@given(st.text())
def test_no_text_holds_a_command_once_it_is_printable(text):
    printed = printable(text).encode(CODE_PAGE)
    assert not any(byte < 0x20 or byte == 0x7F for byte in printed)


_WORDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=60)


@st.composite
def _days(draw: st.DrawFn, event: Event) -> tuple[Event, Party, tuple[Advised, ...]]:
    def atelier(number: int) -> Atelier:
        names = draw(st.dictionaries(st.sampled_from(["fr", "en", "ar"]), _WORDS))
        times = tuple(event.opens_ms + n * 3_600_000 for n in range(draw(st.integers(0, 3))))
        return replace(
            event.ateliers[0],
            id=f"a{number}",
            names=names,
            room=draw(_WORDS),
            icon=draw(st.sampled_from(["robot", "no such icon", ""])),
            minutes=draw(st.integers(1, 1000)),
            times_ms=times,
        )

    ateliers = tuple(atelier(number) for number in range(draw(st.integers(0, 6))))
    day = replace(event, name=draw(_WORDS), ateliers=ateliers)
    route = tuple(
        Advised(a.id, event.opens_ms + draw(st.integers(0, 30_000_000)), draw(st.integers(-5, 600)))
        for a in draw(st.permutations(ateliers))
    )
    number = draw(st.integers(1, 10_000))
    return day, party(event, number, clock=draw(st.times(max_value=time(23)))), route


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_the_event_file_holds_the_sheet_fits(event, data):
    day, guests, route = data.draw(_days(event))
    width_mm = data.draw(st.sampled_from(WIDTHS))
    sheet = layout(day, guests, route, texts(data.draw(st.sampled_from(["fr", "en"]))), width_mm)
    check_fits(sheet)
    assert [row.icon for row in rows(sheet)] == [day.by_id[stop.atelier].icon for stop in route]
    assert sum(isinstance(block, Rule) for block in sheet.blocks) == (5 if route else 4)
    assert [icon for b in sheet.blocks if isinstance(b, Stamps) for icon in b.icons] == [
        r.icon for r in rows(sheet)
    ]
    told = (day.name, *(day.by_id[stop.atelier].room for stop in route))
    assert sheet.script or not any(map(loses, told))


@pytest.mark.parametrize("width_mm", WIDTHS)
def test_the_sheets_of_one_family_name_each_other(event, width_mm):
    for count in (1, 2, 9):
        linked = tuple(Nickname.of(number) for number in range(2, 2 + count))
        sheet = layout(event, party(event), advise(event), texts("fr"), width_mm, linked=linked)
        check_fits(sheet)
        names = ", ".join(map(texts("fr").nickname, linked)).replace("\xa0", " ")
        assert f"Avec {names}" in one_line(sheet)
        pictures = [block.names for block in sheet.blocks if isinstance(block, Glyph)][1]
        assert pictures == tuple(nickname.picture for nickname in linked)[: len(pictures)]
        assert len(pictures) == count or len(pictures) >= 4


def test_a_later_sheet_says_when_it_was_made_and_counts_from_there(event):
    again = layout(event, party(event), advise(event), texts("fr"), at_ms=event.at(time(15, 5)))
    assert "Nouvelle feuille, faite à 15 h 05" in one_line(again)
    assert "Attentes prévues à 15 h 05" in one_line(again)
    assert "Nouvelle feuille" not in one_line(sheet_of(event))
    morning = party(event, clock=time(10, 5))
    again = layout(event, morning, advise(event), texts("fr"), at_ms=event.at(time(14, 5)))
    assert "Ils rouvrent" not in one_line(again)


@pytest.mark.parametrize(
    "low, high, words",
    [
        (0, 150, ""),
        (8, 150, "dès 8 ans"),
        (1, 150, "dès 1 an"),
        (0, 12, "jusqu’à 12 ans"),
        (8, 12, "de 8 à 12 ans"),
    ],
)
def test_the_limits_of_age_are_told(event, low, high, words):
    atelier = replace(event.ateliers[0], min_age=low, max_age=high)
    (row,) = rows(sheet_of(replace(event, ateliers=(atelier,))))
    told = " · ".join(row.details).split(" · ")
    assert told[:2] == [atelier.room, f"dure {atelier.minutes} min"]
    assert told[2:-1] == ([words] if words else [])


def test_the_time_of_a_session_is_as_strong_as_its_name(event):
    row = next(row for row in rows(sheet_of(event)) if row.icon == "comments")
    assert row.title[-1].startswith("Séance à ")


def test_arrows_lead_from_each_atelier_to_the_next(event):
    assert [row.onward for row in rows(sheet_of(event))] == [True] * (len(event.ateliers) - 1) + [False]


@pytest.mark.parametrize("width_mm", WIDTHS)
@pytest.mark.parametrize("count", [1, 3, 4, 5, 6, 7, 10])
def test_the_keepsake_has_a_ring_for_each_atelier_in_rows_of_about_the_same_length(event, width_mm, count):
    ateliers = tuple(replace(event.ateliers[n % len(event.ateliers)], id=f"a{n}") for n in range(count))
    sheet = sheet_of(replace(event, ateliers=ateliers), width_mm)
    check_fits(sheet)
    rings = [len(block.icons) for block in sheet.blocks if isinstance(block, Stamps)]
    assert sum(rings) == count
    assert max(rings) - min(rings) <= 1
    tear = next(place for place, block in enumerate(sheet.blocks) if isinstance(block, Tear))
    code = next(place for place, block in enumerate(sheet.blocks) if isinstance(block, Code))
    assert code < tear
    souvenir = " ".join(block.text for block in sheet.blocks[tear:] if isinstance(block, Text))
    assert "Chat 7" in souvenir and "samedi 19 novembre 2022" in souvenir and BADGE[:4] not in souvenir


def test_without_the_keepsake_the_sheet_ends_where_help_is_told(event):
    blocks = sheet_of(event).blocks
    short = layout(event, party(event), advise(event), texts("fr"), keep=False).blocks
    assert not any(isinstance(block, (Stamps, Tear)) for block in short)
    assert short[:-1] == blocks[: len(short) - 1]
