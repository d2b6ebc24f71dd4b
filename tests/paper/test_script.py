"""Text that is drawn: Arabic joined and from the right, with and without libfribidi0, and never an empty box."""

import logging
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kiosk.paper import script
from kiosk.paper.letters import loses
from kiosk.paper.script import SCALE, Script
from kiosk.paper.typeface import dejavu, letters

WELCOME = "مرحبا بكم"
SESSION = "الحصة في 14:30"


@pytest.fixture(params=["with libfribidi0", "without"], autouse=True)
def _machine(request, monkeypatch):
    """`script` on a machine that has the library, and on a bare one."""
    if request.param == "with libfribidi0":
        if not script._shapes():
            pytest.fail("Pillow finds no libfribidi0 here: install it")
    else:
        monkeypatch.setattr(script, "_shapes", lambda: False)
    forget()
    yield request.param
    forget()


def forget() -> None:
    """What was measured on the other kind of machine."""
    script._font.cache_clear()
    script._ink.cache_clear()


def drawn(text: str, *, rtl: bool = True) -> Image.Image:
    """A line, without what is blank around its ink."""
    line = Script.of(text, rtl=rtl).line(text)
    return line.crop(line.convert("L").point(lambda grey: 255 - grey).getbbox())


def columns(picture: Image.Image) -> list[int]:
    """How much ink there is in each column."""
    ink = picture.convert("L").point(lambda grey: 1 if grey < 128 else 0)
    return [sum(ink.crop((x, 0, x + 1, ink.height)).tobytes()) for x in range(ink.width)]


def gaps(picture: Image.Image) -> int:
    """How often the ink stops, from left to right: between letters that do not join, and between words."""
    inked = [count > 0 for count in columns(picture)]
    return sum(here and not after for here, after in zip(inked, [*inked[1:], True], strict=True))


def places(whole: Image.Image, part: Image.Image) -> list[int]:
    """The columns at which `part` stands in `whole`, from the left."""
    return [
        left
        for left in range(whole.width - part.width + 1)
        for top in range(whole.height - part.height + 1)
        if whole.crop((left, top, left + part.width, top + part.height)).tobytes() == part.tobytes()
    ]


def test_arabic_letters_join(_machine):
    assert gaps(drawn("سمسم")) == 0  # all four join
    assert gaps(drawn("دار")) >= 2  # none of these joins the next


def test_lam_and_alef_become_one(_machine):
    ligature = drawn("لا")
    apart = drawn("ل").width + drawn("ا").width
    assert ligature.width < apart


def test_both_kinds_of_machine_draw_arabic_alike(monkeypatch):
    pictures = {}
    for shapes in (True, False):
        monkeypatch.setattr(script, "_shapes", lambda shapes=shapes: shapes)
        forget()
        pictures[shapes] = [drawn(text) for text in (WELCOME, SESSION, "الأول", "سنوات")]
    for shaped, joined in zip(pictures[True], pictures[False], strict=True):
        assert abs(shaped.width - joined.width) <= 2 + shaped.width // 50
        assert abs(shaped.height - joined.height) <= 1


def test_a_time_within_arabic_keeps_its_order_and_stands_after_the_words(_machine):
    assert places(drawn(SESSION), drawn("14:30", rtl=False)) == [0]


def test_a_name_in_latin_letters_within_arabic_is_read_from_the_left(_machine):
    whole = drawn("مع Chat 7 هنا")
    found = [places(whole, drawn(letter, rtl=False)) for letter in "Ca7"]
    assert [len(each) for each in found] == [1, 1, 1]
    assert 0 < found[0][0] < found[1][0] < found[2][0] < whole.width - 12


def test_a_line_of_latin_alone_keeps_its_comma_at_its_end(_machine):
    assert drawn("numérique,").tobytes() == drawn("numérique,", rtl=False).tobytes()


@pytest.mark.parametrize(
    "text", ["Ağ, İş, çığ", "Ласкаво просимо, Її щока", "Καλώς ήρθατε", "ברוכים הבאים", "Łódź"]
)
@pytest.mark.parametrize("bold", [False, True])
def test_other_letters_are_drawn_each_as_itself(text, bold):
    own = Script.of(text, rtl=False)
    assert own.clean(text) == text
    pictures = {letter: own.line(letter, bold=bold).tobytes() for letter in set(text) if not letter.isspace()}
    assert len(set(pictures.values())) == len(pictures)


def test_what_no_font_has_is_spelled_or_left_out_and_told_of_once(monkeypatch, caplog):
    monkeypatch.setattr(script, "installed", lambda: ())
    monkeypatch.setattr(script, "_told", set())
    with caplog.at_level(logging.WARNING):
        own = Script.of("Ж漢字\U0001f9d1", rtl=False)
        Script.of("漢", rtl=False)
    assert [record.getMessage() for record in caplog.records] == [
        "no font here has 字漢: they are spelled in other letters; try fonts-noto-core"
    ]
    assert own.clean("Ж漢字\U0001f9d1 5") == "Ж?? 5"


def test_an_installed_font_is_taken_where_ours_lacks_letters(monkeypatch):
    serif = dejavu("DejaVuSerif")
    only_ours = letters(dejavu("DejaVuSans")) - {ord("Ж")}
    known = {dejavu("DejaVuSans"): only_ours}
    monkeypatch.setattr(script, "installed", lambda: (serif,))
    monkeypatch.setattr(script.typeface, "letters", lambda font: known.get(font) or letters(font))
    assert Script.of("Ж").regular == serif
    assert Script.of("é").regular == dejavu("DejaVuSans")


def test_forms_that_the_font_lacks_are_drawn_as_plain_letters(monkeypatch):
    monkeypatch.setattr(script, "_shapes", lambda: False)
    plain = letters(dejavu("DejaVuSans")) - set(range(0xFB50, 0xFF00))
    own = Script.of("سلام", rtl=True)
    joined = own.put("سلام", 16, False)[1]
    monkeypatch.setattr(script.typeface, "letters", lambda font: plain)
    apart = own.put("سلام", 16, False)[1]
    assert all(ord(form) >= 0xFB50 for form in joined)
    assert apart == "سلام"[::-1]


def test_a_file_that_is_no_font_has_no_letters(tmp_path: Path):
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no font")
    assert letters(broken) == frozenset()


@pytest.mark.parametrize(
    "text, lost",
    [
        ("Fête à 14\u202fh\u202f30 — l’été €", False),
        ("🎮 ﬁn № 5 → ½", False),
        ("ğ", True),
        ("İstanbul", True),
        ("Ласкаво", True),
        (WELCOME, True),
        ("e\u0301cole", False),
    ],
)
def test_a_sheet_is_drawn_only_where_the_printer_lacks_a_letter(text, lost):
    assert loses(text) is lost


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=30), st.booleans(), st.booleans())
def test_any_text_is_drawn_within_the_width_that_it_is_measured_to_have(text, rtl, bold):
    own = Script(dejavu("DejaVuSans"), dejavu("DejaVuSans-Bold"), rtl=rtl)
    cleaned = own.clean(text)
    assert not any(ord(letter) < 0x20 for letter in cleaned)
    picture = own.line(cleaned, bold=bold)
    assert picture.width * SCALE == max(SCALE, own.dots(cleaned, bold=bold))
