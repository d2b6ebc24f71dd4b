"""The PDF of badges, looked at as a printer would: pages as pictures, every code read, every distance measured."""

import io
import random
import unicodedata
from dataclasses import replace
from itertools import combinations

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from PIL import ImageOps

from firmware.wire import token
from kiosk.paper.badgesheet import Badge, matrix, write
from kiosk.paper.card import MODULES, PAPERS, QUIET_MODULES
from kiosk.paper.typeface import dejavu, letters, others
from kiosk.rules.party import PICTURES, Nickname
from kiosk.texts import languages, texts

from .. import corpus
from ..qrcodes import qr_codes

POINT_MM = 25.4 / 72
KEY = b"k" * 32
TITLE = "Journée du numérique, 2e édition"
A4 = PAPERS["a4"]


def badges(count, language="fr", first=1, note="ligne {} · 4 personnes"):
    below = random.Random(count).randrange
    words = texts(language)
    for sign in range(first, first + count):
        nickname = Nickname.of(sign)
        yield Badge(token.issue(KEY, below), nickname.picture, words.nickname(nickname), note.format(sign))


def printed(wanted, paper=A4, title=TITLE, language="fr"):
    """The PDF, opened; and the characters that could not be shown."""
    file = io.BytesIO()
    lacking = write(file, wanted, paper, title, language)
    return pypdfium2.PdfDocument(file.getvalue()), lacking


def picture(page, dpi=200):
    return page.render(scale=dpi / 72, grayscale=True).to_pil()


def codes(image):
    return [found.text for found in qr_codes(image)]


def boxes(page, kind):
    """(left, top, right, bottom) in millimetres from the upper left corner of each object of one kind."""
    height = page.get_height()
    for thing in page.get_objects([kind]):
        left, bottom, right, top = thing.get_bounds()
        yield tuple(round(value * POINT_MM, 2) for value in (left, height - top, right, height - bottom))


def bare(text):
    """Without spaces and pictures, which are letters of their own font."""
    return "".join(letter for letter in text if not letter.isspace() and unicodedata.category(letter) != "Co")


def meet(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def within(inner, outer):
    return inner[0] >= outer[0] and inner[1] >= outer[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def cell(paper, place):
    x, y = paper.corner(place)
    return x, y, x + paper.card.width, y + paper.card.height


def codes_square(paper, place):
    x, y = paper.corner(place)
    box = paper.card.code
    return x + box.left, y + box.top, x + box.left + box.width, y + box.top + box.height


@pytest.mark.parametrize("name", PAPERS)
def test_every_code_is_read_and_each_is_a_badge_of_its_own(name):
    paper = PAPERS[name]
    wanted = list(badges(43))
    document, lacking = printed(wanted, paper)
    assert not lacking
    assert len(document) == -(-43 // paper.places)
    read = [code for page in document for code in codes(picture(page, 110))]
    assert sorted(read) == sorted(badge.letters for badge in wanted)
    assert all(token.verify(KEY, code) == code for code in read)


def test_each_card_has_its_own_code_picture_name_and_letters():
    wanted = list(badges(14))
    document, _ = printed(wanted)
    for number, badge in enumerate(wanted):
        page = document[number // 10]
        left, top, right, bottom = (value / POINT_MM for value in cell(A4, number % 10))
        whole = picture(page)
        scale = 200 / 72
        card = whole.crop(tuple(round(value * scale) for value in (left, top, right, bottom)))
        assert codes(card) == [badge.letters]
        height = page.get_height()
        said = page.get_textpage().get_text_bounded(left, height - bottom, right, height - top)
        for words in (TITLE, badge.name, badge.note, token.grouped(badge.letters)):
            assert bare(words) in bare(said)


def test_the_modules_of_a_code_are_a_millimetre_and_more_at_level_m_with_a_quiet_zone():
    assert len(matrix("CBDFGHJKLNPRSTVX")) == MODULES
    for paper in PAPERS.values():
        assert paper.card.module_mm >= 1.2
        assert QUIET_MODULES * paper.card.module_mm >= 4.8
    (read,) = qr_codes(picture(printed(list(badges(1)))[0][0]))
    assert read.ec_level == "M"


@pytest.mark.parametrize("name", PAPERS)
def test_nothing_overlaps_and_nothing_leaves_its_card(name):
    paper = PAPERS[name]
    longest = max((texts("fr").nickname(Nickname(each, 313)) for each in PICTURES), key=len)
    wanted = [
        Badge("CBDFGHJKLNPRSTVX", each, longest, "ligne 10000 · 200 personnes") for each in PICTURES[:12]
    ]
    document, _ = printed(wanted, paper, title="La grande fête du quartier et de ses associations, " * 4)
    for number, page in enumerate(document):
        count = min(paper.places, len(wanted) - number * paper.places)
        cards = [cell(paper, place) for place in range(count)]
        squares = [codes_square(paper, place) for place in range(count)]
        words = list(boxes(page, pdfium.FPDF_PAGEOBJ_TEXT))
        assert len(words) >= 5 * count
        for box in words:
            (place,) = [place for place in range(count) if within(box, cards[place])]
            assert not any(meet(box, square) for square in squares)
            assert within(
                box, (cards[place][0] + 2, cards[place][1] + 2, cards[place][2] - 2, cards[place][3] - 2)
            )
        assert not [pair for pair in combinations(words, 2) if meet(*pair)]


def test_a_page_of_a4_has_ten_cards_of_the_size_of_a_bank_card_and_marks_to_cut_them():
    document, _ = printed(list(badges(10)))
    (page,) = document
    assert (round(page.get_width() * POINT_MM), round(page.get_height() * POINT_MM)) == (210, 297)
    assert (A4.card.width, A4.card.height, A4.places) == (85, 54, 10)
    corners = {(A4.left + x * 85, A4.top + y * 54) for x in range(3) for y in range(6)}
    left, top, right, bottom = A4.left, A4.top, A4.left + 170, A4.top + 270
    marks, drawn = [], set()
    for box in boxes(page, pdfium.FPDF_PAGEOBJ_PATH):
        square = any(within(box, codes_square(A4, place)) for place in range(10))
        middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        if square:
            continue
        if within(box, (left, top, right, bottom)):
            assert any(abs(middle[0] - x) < 0.1 and abs(middle[1] - y) < 0.1 for x, y in corners)
            assert max(box[2] - box[0], box[3] - box[1]) < 3.5
        else:
            marks.append(box)
            drawn.add((round(middle[0], 1), round(middle[1], 1)))
            assert within(box, (5, 5, 205, 292)), "most printers print nothing in the outer 5 mm"
            assert not meet(box, (left, top, right, bottom))
    assert len(marks) == len(drawn) == 2 * 3 + 2 * 6
    assert {x for x, y in drawn if y < top} == {x for x, y in drawn if y > bottom} == {20.0, 105.0, 190.0}
    rows = {round(top + 54 * row, 1) for row in range(6)}
    assert {y for x, y in drawn if x < left} == {y for x, y in drawn if x > right} == rows


def test_a_label_of_a_roll_has_the_width_of_the_roll_and_one_badge_in_black():
    for name in ("80", "62"):
        document, _ = printed(list(badges(3)), PAPERS[name])
        assert len(document) == 3
        assert round(document[0].get_width() * POINT_MM) == int(name)
        image = picture(document[0], 300)
        grey = sum(image.histogram()[60:200])
        assert grey < 0.02 * image.width * image.height  # the edges of letters only
        assert not [page for page in document for box in boxes(page, pdfium.FPDF_PAGEOBJ_PATH) if box[0] < 4]


@pytest.mark.parametrize("language", languages())
def test_every_nickname_is_whole_on_every_paper(language):
    wanted = [
        Badge("CBDFGHJKLNPRSTVX", each, texts(language).nickname(Nickname(each, 313))) for each in PICTURES
    ]
    for name in ("a4", "62"):  # a roll of 80 mm has more room
        document, lacking = printed(wanted, PAPERS[name], language=language)
        assert not lacking
        for page in document:
            assert "…" not in page.get_textpage().get_text_bounded()


def test_a_title_too_long_ends_in_dots_and_one_without_spaces_too():
    for title in ("Très " * 60, "É" * 300):
        document, _ = printed(list(badges(1)), title=title)
        assert "…" in document[0].get_textpage().get_text_bounded()


def name_alone(name, language):
    """The nickname as drawn, as columns of ink from left to right: the highest and lowest dark row of each."""
    document, _ = printed([Badge("CBDFGHJKLNPRSTVX", "cat", name)], PAPERS["80"], " ", language)
    box = PAPERS["80"].card.name
    scale = 600 / 25.4
    area = (box.left, box.top, box.left + box.width, box.top + box.height)
    image = picture(document[0], 600).crop(tuple(round(value * scale) for value in area))
    dark = ImageOps.invert(image).point(lambda value: 255 if value > 127 else 0)
    return [dark.crop((x, 0, x + 1, dark.height)).getbbox() for x in range(dark.width)]


def strokes(columns):
    return sum(1 for before, now in zip([None, *columns], columns, strict=False) if now and not before)


def test_arabic_letters_are_joined_and_run_from_right_to_left():
    assert strokes(name_alone("سسس", "ar")) == 1  # alone they would be three
    columns = [column for column in name_alone("ابب", "ar") if column]
    tallest = min(range(len(columns)), key=lambda at: columns[at][1])
    assert tallest > 0.8 * len(columns)  # the alef, which begins the word


def test_a_script_that_dejavu_lacks_takes_a_font_that_is_installed():
    lacked = next(
        chr(each)
        for each in sorted(letters(dejavu("STIXGeneral")) - letters(dejavu("DejaVuSans")))
        if each > 0xFF
    )
    assert [font.stem for font in others(["Chat 1"], dejavu("DejaVuSans"), [dejavu("x").parent])] == []
    (found, *_) = others([f"a {lacked}"], dejavu("DejaVuSans"), [dejavu("x").parent])
    assert ord(lacked) in letters(found)


def test_a_line_all_in_another_font_leaves_the_next_one_its_own(monkeypatch):
    """Otherwise letters of a name would be drawn as whatever that font has at their places, across the code too."""
    other = dejavu("STIXGeneral")
    lacked = next(
        chr(each)
        for each in sorted(letters(other) - letters(dejavu("DejaVuSans")))
        if unicodedata.category(chr(each)) == "Lu"
    )
    monkeypatch.setattr("kiosk.paper.badgesheet.others", lambda *_: [other])
    name = f"{lacked * 9} Éclaireuse"
    document, lacking = printed([Badge("CBDFGHJKLNPRSTVX", "cat", name)])
    assert lacking == frozenset()
    assert "Éclaireuse" in document[0].get_textpage().get_text_range()
    assert name.split()[0] in document[0].get_textpage().get_text_range()


def test_letters_that_no_font_has_are_left_out_and_told():
    nowhere = "\U000e0fff"
    document, lacking = printed(list(badges(2)), title=f"Fête {nowhere}")
    assert lacking == {nowhere}
    assert codes(picture(document[0]))


def test_an_icon_that_the_font_lacks_is_another_one():
    document, _ = printed([Badge("CBDFGHJKLNPRSTVX", "no-such-icon", "Chat 1")])
    assert codes(picture(document[0])) == ["CBDFGHJKLNPRSTVX"]


def test_it_is_told_of_each_badge_that_is_drawn():
    drawn = []
    write(io.BytesIO(), list(badges(12)), A4, TITLE, "fr", lambda: drawn.append(1))
    assert len(drawn) == 12


def test_a_font_that_cannot_be_read_has_no_letters(tmp_path):
    (tmp_path / "broken.ttf").write_bytes(b"not a font")
    assert letters(tmp_path / "broken.ttf") == letters(tmp_path / "none.ttf") == frozenset()


@pytest.mark.parametrize("at", range(0, len(corpus.EVERY), 8))
def test_hostile_words_are_ink_on_a_page_that_does_nothing(at):
    """No action, no link, no field: a reader of PDF has nothing to run, and each code is still read."""
    words = " ".join(text[:60] for text in corpus.EVERY[at : at + 8])
    wanted = [replace(each, name=words[:40], note=words[40:90]) for each in badges(2)]
    file = io.BytesIO()
    write(file, wanted, A4, words, "fr")
    document = pypdfium2.PdfDocument(file.getvalue())
    assert len(document) == 1
    assert codes(picture(document[0])) != []
    for name in (
        b"/JavaScript",
        b"/JS",
        b"/Launch",
        b"/URI",
        b"/OpenAction /S",
        b"/AA",
        b"/AcroForm",
        b"/EmbeddedFile",
    ):
        assert name not in file.getvalue()
    assert pdfium.FPDFPage_GetAnnotCount(document[0].raw) == 0
