"""The bytes of a route sheet, read back by our own stand-in and by emupos, which others wrote."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import kiosk.eventfile
from kiosk.paper import glyph
from kiosk.paper.blocks import COLUMNS, Cut, Sheet, Text, TickRow
from kiosk.paper.commands import Tokenizer
from kiosk.paper.render import PaperSettings, render
from kiosk.paper.sheet import layout
from kiosk.paper.slip import slip
from kiosk.rules.event import Event
from kiosk.rules.facts import Advised
from kiosk.rules.party import PICTURES, Group, Nickname, Party
from kiosk.texts import texts

from .. import corpus
from ..qrcodes import qr_codes

ROOT = Path(kiosk.eventfile.__file__).parents[2]
ROUBAIX = ROOT / "kiosk" / "events" / "roubaix-2022.toml"
BADGE = "BCDFGHJKLNPRSTVX"
MODULE_DOTS = 8  # a millimetre
START = b"\x1b@\x1c.\x1bt\x10"  # reset, no Chinese, page 16 is CP1252
OURS = {"", "\n", "\x1b@", "\x1c.", "\x1bt", "\x1ba", "\x1bE", "\x1bJ", "\x1b3", "\x1b2", "\x1bd", "\x1b*",
        "\x1d!", "\x1dv0", "\x1d(", "\x1dV"}  # fmt: skip

INJECTIONS = (
    "\x1b@",  # reset
    "\x1b=\x02",  # deselect the printer: everything after is lost
    "\x1dV\x00",  # cut
    "\x1bp\x00\x19\xfa",  # open the cash drawer
    "\x1d(k\x04\x001A2\x00",  # a QR code of one's own
    "\x1dv0\x00\xff\xff\xff\xff",  # a picture that swallows the rest of the sheet
    "\x1b*\x21\xff\xff",
    "\x1d(L\xff\xff",
    "\x1d8L\xff\xff\xff\xff",
    "\x1b&\x03  ",
    "\x1bL\x0c",  # page mode
    "\x1c&\x1cp\x01\x00",  # Chinese, stored pictures
    "\x10\x04\x01",  # a status request: an answer nobody waits for
    "\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08",  # clear the buffers
    "\x1d:\x1d^\x05\x01\x00",  # macros
    "\x00\x07\x08\t\n\x0b\x0c\r\x18\x7f",
    "\x1b\x1b\x1b",
    "\x9b2J\x90\x85\x84",  # C1
    "\u2028\u2029\u202e\ufeff\u200b",
    "\ud800",
    "\x1bt\x00é",
    *corpus.STEERING,
    *corpus.LINES,
)


@pytest.fixture(scope="module", name="event")
def _event() -> Event:
    return kiosk.eventfile.load(ROUBAIX)


def make_sheet(
    event: Event, width_mm: int = 80, language: str = "fr", stops: int = 99, number: int = 193, **more: Any
) -> Sheet:
    people = (Group(event.bands[0].id, "f", 2), Group(event.bands[-1].id, "m", 1))
    party = Party(number, BADGE, people, language, event.at(time(13, 52)))
    start_ms = event.at(time(14, 0))
    route = [Advised(a.id, start_ms + n * 900_000, 7 * n) for n, a in enumerate(event.ateliers[:stops])]
    return layout(event, party, route, texts(language), width_mm, **more)


def names_of(ticket: bytes) -> set[str]:
    tokenizer = Tokenizer()
    commands = list(tokenizer.feed(ticket))
    assert sum(len(command.raw) for command in commands) == len(ticket), "the last command is not whole"
    return {command.name for command in commands}


def read_codes(picture: Image.Image) -> list[str]:
    return [code.text for code in qr_codes(picture)]


def squeezed(lines: list[str]) -> list[str]:
    return [" ".join(line.replace("’", "'").split()) for line in lines if line.strip()]


@pytest.mark.parametrize("native_qr", [True, False])
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("width_mm", sorted(COLUMNS))
def test_an_independent_printer_shows_every_line_and_a_code_that_scans(
    emupos, event, width_mm, language, native_qr
):
    sheet = make_sheet(event, width_mm, language)
    picture = emupos.print_and_png(render(sheet, PaperSettings(native_qr=native_qr)), width_mm)
    assert read_codes(picture) == [BADGE]
    assert picture.width == COLUMNS[width_mm] * 12
    assert picture.height < 480 * MODULE_DOTS  # 48 cm, with the keepsake
    printed = emupos.text(emupos.receipts(width_mm)[0], width_mm).splitlines()
    words = [line for line in printed if not line.startswith("[")]
    words = [line.split("]")[-1] for line in words] if native_qr else words
    shown = squeezed([line for line in words if not line.startswith("[")])
    for line in squeezed(list(sheet.lines)):
        assert any(line in one for one in shown + squeezed(printed)), line


@pytest.mark.parametrize("width_mm", sorted(COLUMNS))
def test_the_modules_of_the_code_are_wider_than_a_millimetre_with_a_quiet_zone(emupos, event, width_mm):
    for native_qr in (True, False):
        picture = emupos.print_and_png(
            render(make_sheet(event, width_mm), PaperSettings(native_qr)), width_mm
        )
        code = qr_codes(picture)[0]
        assert code.ec_level == "M"
        left, right = code.position.top_left.x, code.position.top_right.x
        top, bottom = code.position.top_left.y, code.position.bottom_left.y
        module = (right - left) / 21
        assert module >= MODULE_DOTS
        quiet = round(3.5 * module)
        around = picture.crop((left - quiet, top - quiet, right + quiet, bottom + quiet))
        around.paste(255, (quiet - 3, quiet - 3, around.width - quiet + 3, around.height - quiet + 3))
        assert around.getextrema() == (255, 255)
        assert abs((left + right) / 2 - picture.width / 2) < module


def test_tick_boxes_are_big_enough_for_a_pen_and_closed(emupos, event):
    sheet = Sheet(80, (TickRow("robot", ("1. Robotique",), ("Salle 1",)), Cut()))
    picture = emupos.print_and_png(render(sheet)).point(lambda grey: 255 if grey > 127 else 0)
    box = picture.crop((0, 0, 48, 48))
    for edge in ((0, 0, 48, 2), (0, 46, 48, 48), (0, 0, 2, 48), (46, 0, 48, 48)):
        assert box.crop(edge).getextrema() == (0, 0), edge
    assert box.crop((5, 5, 43, 43)).getextrema() == (255, 255)
    icon = picture.crop((60, 0, 108, 48))
    ink = icon.point(lambda grey: 255 - grey).getbbox()
    drawn = glyph.glyph("robot", 44).convert("L").point(lambda grey: 255 - grey).getbbox()
    assert ink is not None and drawn is not None
    assert all(abs(seen - 2 - expected) <= 1 for seen, expected in zip(ink, drawn, strict=True)), (ink, drawn)


def test_accents_come_out_right_after_whatever_was_sent_before(emupos):
    wanted = "éèêëàâçîïôùûüÿœæÉÈÀÇŒÆ€«»…—’ñßø"
    sheet = Sheet(80, (Text(wanted), Cut()))
    dirty = b"\x1bt\x02\x1d!\x33\x1bE\x01\x1ba\x02"  # another page, large, bold, to the right
    picture = emupos.print_and_png(dirty + render(sheet))
    assert emupos.text(emupos.receipts()[0]).strip() == wanted
    assert picture.tobytes() == emupos.print_and_png(render(sheet)).tobytes()


@pytest.mark.parametrize("width_mm", sorted(COLUMNS))
def test_a_sheet_is_small(event, width_mm):
    """A byte takes ten bits: 11,520 are a second at 115,200 baud."""
    assert len(render(make_sheet(event, width_mm))) < 10_500
    assert len(render(make_sheet(event, width_mm), PaperSettings(native_qr=False))) < 11_500
    assert len(render(make_sheet(event, width_mm, stops=0))) < 4_000
    assert len(render(make_sheet(event, width_mm, keep=False))) < 6_200


def test_the_bytes_start_by_a_reset_and_end_by_the_cut(event):
    ticket = render(make_sheet(event))
    assert ticket.startswith(START)
    assert ticket.endswith(b"\x1dVB\x00")
    assert ticket.count(b"\x1dV") == ticket.count(b"\x1b@") == 1
    assert names_of(ticket) <= OURS


def test_a_printer_without_a_knife_feeds_paper_to_tear(event):
    ticket = render(make_sheet(event), PaperSettings(cutter=False))
    assert b"\x1dV" not in ticket
    assert ticket.endswith(b"\x1bd\x05")


@pytest.mark.parametrize("hostile", INJECTIONS, ids=lambda text: text.encode("utf-8", "replace").hex())
def test_no_text_of_the_event_file_reaches_the_printer_as_a_command(event, hostile):
    names = {"fr": f"Robots{hostile}", "en": hostile}
    atelier = replace(event.ateliers[0], names=names, room=f"{hostile}Salle{hostile}", icon=f"robot{hostile}")
    day = replace(event, name=hostile + "Fête" + hostile, ateliers=(atelier, event.ateliers[1]))
    mild = replace(
        day, name="Fête", ateliers=(replace(atelier, names={"fr": "Robots"}, room="Salle"), day.ateliers[1])
    )
    for width_mm in COLUMNS:
        ticket = render(make_sheet(day, width_mm))
        assert names_of(ticket) <= OURS
        assert names_of(render(slip(day, BADGE, Nickname("cat", 1), texts("fr"), width_mm))) <= OURS
        for command in (b"\x1d(k", b"\x1dV", b"\x1b@", b"\x1bt"):
            assert ticket.count(command) == render(make_sheet(mild, width_mm)).count(command)


@pytest.mark.parametrize("hostile", INJECTIONS, ids=lambda text: text.encode("utf-8", "replace").hex())
def test_even_a_layout_that_was_not_cleaned_sends_no_command(hostile):
    sheet = Sheet(80, (Text(hostile + "a"), TickRow("robot", (hostile,), (hostile,)), Cut()))
    assert names_of(render(sheet)) <= OURS


def test_hostile_names_print_as_text_on_an_independent_printer(emupos, event):
    hostile = "".join(INJECTIONS)
    atelier = replace(event.ateliers[0], names={"fr": f"Robots{hostile}"}, room=hostile)
    picture = emupos.print_and_png(render(make_sheet(replace(event, name=hostile, ateliers=(atelier,)))))
    assert read_codes(picture) == [BADGE]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.sampled_from(sorted(COLUMNS)))
def test_random_names_give_whole_tickets_of_known_commands(event, name, width_mm):
    atelier = replace(event.ateliers[0], names={"fr": name}, room=name, icon=name)
    ticket = render(make_sheet(replace(event, name=name, ateliers=(atelier,)), width_mm))
    assert names_of(ticket) <= OURS
    assert ticket.startswith(START) and ticket.endswith(b"\x1dVB\x00")


def test_every_nickname_has_its_picture():
    drawn = {name: glyph.glyph(name, 80).tobytes() for name in PICTURES}
    assert len(set(drawn.values())) == len(PICTURES)
    assert glyph.glyph(glyph.FALLBACK, 80).tobytes() not in drawn.values()
    for name in PICTURES:
        assert name in glyph.codepoints()
        edge = glyph.glyph(name, 80).convert("L")
        inside = edge.point(lambda grey: 255 - grey).getbbox()
        assert inside is not None and max(inside[2] - inside[0], inside[3] - inside[1]) >= 70


def test_an_icon_that_the_font_lacks_is_a_pin():
    assert glyph.glyph("no such icon", 44).tobytes() == glyph.glyph(glyph.FALLBACK, 44).tobytes()


def test_printing_starts_without_escpos_and_leaves_nothing_behind(tmp_path):
    program = """if True:
        import logging, sys
        import kiosk.paper.render as render
        from kiosk.paper.blocks import Cut, Sheet, Text
        assert "escpos" not in sys.modules
        ticket = render.render(Sheet(80, (Text("é"), Cut())))
        assert ticket.endswith(b"\\xe9\\n\\x1dVB\\x00"), ticket
        assert logging.root.handlers == []
    """
    env = os.environ | {"TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [sys.executable, "-W", "error", "-X", "dev", "-c", program],
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 0 and run.stderr == "", run.stderr
    assert list(tmp_path.iterdir()) == []
