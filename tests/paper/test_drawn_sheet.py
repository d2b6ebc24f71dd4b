"""Sheets in scripts that the printer does not have: from the right in Arabic, on both papers, quick, and readable by
others: their codes, from tired printers too, and their route, by the team.
"""

import random
from datetime import time
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter

import kiosk.eventfile
from kiosk.demo.tray import bears, route
from kiosk.paper.blocks import CELL_DOTS, COLUMNS, INDENT, Cut, Glyph, Sheet, Stamps, Text, TickRow
from kiosk.paper.commands import Tokenizer
from kiosk.paper.raster import picture
from kiosk.paper.render import BOX_DOTS, PaperSettings, render
from kiosk.paper.script import Script
from kiosk.paper.sheet import layout
from kiosk.paper.slip import slip
from kiosk.paper.ticket import Strip, Ticket
from kiosk.rules.event import Event
from kiosk.rules.facts import Advised
from kiosk.rules.party import Group, Nickname, Party
from kiosk.texts import languages, texts

from ..qrcodes import qr_codes

ROUBAIX = Path(kiosk.eventfile.__file__).parents[1] / "events" / "roubaix-2022.toml"
BADGE = "BCDFGHJKLNPRSTVX"
WIDTHS = sorted(COLUMNS)
NATIVE = ("fr", "en", "es", "pt")
DRAWN = ("ar", "tr", "uk")
BYTES_PER_S = 115_200 / 10
ARABIC = "الروبوتات والفنون الرقمية"


@pytest.fixture(scope="module", name="event")
def _event() -> Event:
    return kiosk.eventfile.load(ROUBAIX)


def sheet_of(event: Event, language: str, width_mm: int = 80, **more: object) -> Sheet:
    people = (Group(event.bands[0].id, "f", 2), Group(event.bands[-1].id, "m", 1))
    party = Party(193, BADGE, people, language, event.at(time(13, 52)))
    start_ms = event.at(time(14, 0))
    advised = [Advised(a.id, start_ms + n * 900_000, 7 * n) for n, a in enumerate(event.ateliers)]
    linked = (Nickname("fish", 8),)
    return layout(event, party, advised, texts(language), width_mm, "calm", linked=linked, **more)  # type: ignore[arg-type]


def printed(sheet: Sheet, settings: PaperSettings | None = None) -> Ticket:
    strip = Strip()
    assert [strip.put(command) for command in Tokenizer().feed(render(sheet, settings))][-1]
    return strip.tear_off(1)


def ink(image: Image.Image) -> Image.Image:
    return image.convert("L").point(lambda grey: 255 if grey < 128 else 0)


@pytest.mark.parametrize("language", languages())
def test_only_what_the_printer_cannot_write_is_drawn_and_then_all_of_it(event, language):
    sheet = sheet_of(event, language)
    assert (sheet.script is not None) == (language not in NATIVE)
    assert sheet.script is None or sheet.script.rtl == (texts(language).direction == "rtl")


@pytest.mark.parametrize("width_mm", WIDTHS)
@pytest.mark.parametrize("language", ["fr", "en", *DRAWN])
def test_an_independent_printer_shows_it_whole_and_its_code_scans(emupos, event, language, width_mm):
    for native_qr in (True, False):
        settings = PaperSettings(native_qr=native_qr)
        theirs = emupos.print_and_png(render(sheet_of(event, language, width_mm), settings), width_mm)
        assert theirs.width == COLUMNS[width_mm] * CELL_DOTS
        assert [code.text for code in qr_codes(theirs)] == [BADGE]
    ours = ink(picture(printed(sheet_of(event, language, width_mm)), width_mm)).crop().getbbox()
    assert ours is not None and ours[3] - ours[1] == pytest.approx(theirs.height, abs=160)  # to the knife


@pytest.mark.parametrize("width_mm", WIDTHS)
@pytest.mark.parametrize("language", DRAWN)
def test_a_drawn_sheet_is_on_paper_within_three_seconds(event, language, width_mm):
    settings = PaperSettings(native_qr=False)
    assert len(render(sheet_of(event, language, width_mm), settings)) <= 3 * BYTES_PER_S


@pytest.mark.parametrize("width_mm", WIDTHS)
def test_a_row_in_arabic_is_the_mirror_of_one_in_ukrainian(event, width_mm):
    """The box outside, the icon beside it, text up to it; from the right."""
    dots = COLUMNS[width_mm] * CELL_DOTS
    for rtl, title in ((True, ARABIC), (False, "Робототехніка")):
        script = Script.of(title, rtl=rtl)
        row = Sheet(width_mm, (TickRow("robot", (title,), ("5", "10"), onward=True), Cut()), script)
        seen = ink(picture(printed(row), width_mm)).crop((24, 24, 24 + dots, 24 + BOX_DOTS + 4))
        seen = seen.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if rtl else seen
        box = seen.crop((0, 0, BOX_DOTS, seen.height))
        assert box.getbbox() == (0, 4, BOX_DOTS, BOX_DOTS + 4)
        assert seen.crop((BOX_DOTS, 0, BOX_DOTS + CELL_DOTS, seen.height)).getbbox() is None
        assert seen.crop((BOX_DOTS + CELL_DOTS, 0, INDENT * CELL_DOTS - 8, seen.height)).getbbox() is not None
        first = seen.crop((INDENT * CELL_DOTS - 4, 0, dots, seen.height)).getbbox()
        assert first is not None and first[0] <= 12


def test_arrow_and_order_go_the_way_of_the_language(event):
    icons = tuple(atelier.icon for atelier in event.ateliers)
    for language, step in (("ar", -1), ("uk", 1), ("fr", 1)):
        blocks = sheet_of(event, language).blocks
        first = [block.names for block in blocks if isinstance(block, Glyph)][2]
        assert first[::step] == ("1", "arrow-left" if step < 0 else "arrow-right", icons[0])
        rings = [icon for block in blocks if isinstance(block, Stamps) for icon in block.icons[::step]]
        assert tuple(rings) == icons


@pytest.mark.parametrize("width_mm", WIDTHS)
@pytest.mark.parametrize("language", languages())
def test_the_team_and_the_families_of_a_rehearsal_read_any_sheet(event, language, width_mm):
    ticket = printed(sheet_of(event, language, width_mm))
    assert ticket.qr_payloads == (BADGE,)
    assert "BCDF GHJK LNPR STVX" in ticket.text
    assert bears(ticket, texts(language).nickname(Nickname("cat", 7)))
    for other in (Nickname("cat", 8), Nickname("fish", 8)):  # the fish is on it too: the same family's
        assert not bears(ticket, texts(language).nickname(other))
    assert route(event, ticket, language) == tuple(atelier.id for atelier in event.ateliers)


@pytest.mark.parametrize("width_mm", WIDTHS)
def test_drawn_text_never_leaves_the_paper(event, width_mm):
    """With a margin around it, nothing of the picture is cut: what would be is what its measure did not foresee."""
    room = COLUMNS[width_mm] * CELL_DOTS
    for language in DRAWN:
        sheet = sheet_of(event, language, width_mm)
        for block in sheet.blocks:
            if isinstance(block, Text) and not block.native:
                line = sheet.script.line(block.text, block.width, block.height, bold=block.bold)
                assert 2 * line.width <= room, block


def tired(page: Image.Image, seed: int) -> Image.Image:
    """A page as a worn head prints it, photographed askew: dead dots across, grey, blurred."""
    chance = random.Random(seed)
    worn = page.copy()
    draw = ImageDraw.Draw(worn)
    for _ in range(worn.width // 24):
        left = chance.randrange(worn.width)
        draw.rectangle((left, 0, left + chance.randrange(2), worn.height), fill=255)
    pale = worn.point(lambda grey: 110 + grey * 120 // 255)
    specks = Image.effect_noise(pale.size, 40).point(lambda grey: 128 + (grey - 128) // 2)
    noisy = ImageChops.add(pale, specks, 1, -128)
    return noisy.filter(ImageFilter.GaussianBlur(1.5)).rotate(
        chance.uniform(-6, 6), Image.Resampling.BICUBIC, expand=True, fillcolor=225
    )


@pytest.mark.parametrize("width_mm", WIDTHS)
@pytest.mark.parametrize("language", ["fr", "en", "ar"])
def test_the_code_is_read_where_the_head_is_tired(emupos, event, language, width_mm):
    page = emupos.print_and_png(render(sheet_of(event, language, width_mm)), width_mm)
    for seed in range(5):
        assert [code.text for code in qr_codes(tired(page, seed))] == [BADGE], seed


@pytest.mark.parametrize("width_mm", WIDTHS)
@pytest.mark.parametrize("language", languages())
def test_a_slip_has_picture_number_letters_and_code(event, language, width_mm):
    sheet = slip(event, BADGE, Nickname("rocket", 4), texts(language), width_mm)
    ticket = printed(sheet)
    said = " ".join(" ".join(sheet.lines).replace("\xa0", " ").split())
    for words in (
        texts(language).nickname(Nickname("rocket", 4)),
        texts(language).text("sheet.slip"),
        event.name,
    ):
        assert " ".join(words.split()) in said
    assert ("rocket",) in [block.names for block in sheet.blocks if isinstance(block, Glyph)]
    assert ticket.qr_payloads == (BADGE,)
    assert "BCDF GHJK LNPR STVX" in ticket.text
