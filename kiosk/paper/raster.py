"""A ticket as a picture, as a 203 dpi thermal head would burn it. For the stand-in printer's last sheets."""

import io
from functools import lru_cache
from importlib import resources

import qrcode
from PIL import Image, ImageChops, ImageDraw, ImageFont

from kiosk.paper.ticket import Columns, Feed, Line, QrCode, Raster, Run, Style, Ticket
from kiosk.paper.transport import DOTS

_CELLS = {"A": (12, 24), "B": (9, 17)}
_MARGIN_DOTS = 24
_CORRECTIONS = {
    "L": qrcode.constants.ERROR_CORRECT_L,
    "M": qrcode.constants.ERROR_CORRECT_M,
    "Q": qrcode.constants.ERROR_CORRECT_Q,
    "H": qrcode.constants.ERROR_CORRECT_H,
}
_WHITE = 255


def picture(ticket: Ticket, width_mm: int = 80) -> Image.Image:
    """The ticket in shades of grey, 576 dots wide (80 mm) or 384 (58 mm), with a small margin around."""
    width = DOTS[width_mm]
    bands = [band for element in ticket.elements for band in _bands(element, width)]
    height = sum(band.height for band in bands)
    paper = Image.new("L", (width + 2 * _MARGIN_DOTS, height + 2 * _MARGIN_DOTS), _WHITE)
    top = _MARGIN_DOTS
    for band in bands:
        paper.paste(band, (_MARGIN_DOTS, top))
        top += band.height
    return paper


def length(ticket: Ticket, width_mm: int = 80) -> int:
    """How long the ticket is, in dots; a centimetre has 80."""
    return sum(band.height for element in ticket.elements for band in _bands(element, DOTS[width_mm]))


def png(ticket: Ticket, width_mm: int = 80) -> bytes:
    """The picture as a PNG file."""
    out = io.BytesIO()
    picture(ticket, width_mm).save(out, "PNG")
    return out.getvalue()


def _bands(element: Line | Feed | QrCode | Raster, width: int) -> list[Image.Image]:
    match element:
        case Feed(dots):
            return [Image.new("L", (width, dots), _WHITE)]
        case Line():
            return _lines(element, width)
        case QrCode():
            return [_placed(_qr(element), element.align, width)]
        case Raster():
            return [_placed(_image(element), element.align, width)]


def _lines(line: Line, width: int) -> list[Image.Image]:
    """A line, broken where the paper ends, as printers do."""
    rows: list[list[Image.Image]] = [[]]
    used = 0
    for run in line.runs:
        for character in _characters(run):
            if used + character.width > width:
                rows.append([])
                used = 0
            rows[-1].append(character)
            used += character.width
    bands = []
    for row in rows:
        height = max([character.height for character in row], default=0)
        content = Image.new("L", (sum(character.width for character in row), height), _WHITE)
        left = 0
        for character in row:
            content.paste(character, (left, height - character.height))
            left += character.width
        band = Image.new("L", (width, max(height, line.spacing)), _WHITE)
        band.paste(_placed(content, line.align, width), (0, 0))
        bands.append(band)
    return bands


def _characters(run: Run | Columns) -> list[Image.Image]:
    if isinstance(run, Columns):
        return [_columns(run)] if run.bits else []
    return [_cell(character, run.style) for character in run.text]


@lru_cache(maxsize=1024)
def _cell(character: str, style: Style) -> Image.Image:
    cell_width, cell_height = _CELLS[style.font]
    height = cell_height * style.height
    natural = cell_width * style.height
    cell = Image.new("L", (natural, height), _WHITE)
    draw = ImageDraw.Draw(cell)
    font = _font(round(height * 0.83), style.bold)
    advance = font.getlength(character)
    draw.text(((natural - advance) / 2, height * 0.8), character, fill=0, font=font, anchor="ls")
    if style.width != style.height:
        cell = cell.resize((cell_width * style.width, height), Image.Resampling.LANCZOS)
    if style.underline:
        ImageDraw.Draw(cell).rectangle((0, height - 2, cell.width, height), fill=0)
    return ImageChops.invert(cell) if style.reverse else cell


@lru_cache(maxsize=32)
def _font(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    name = "DejaVuSansMono-Bold.ttf" if bold else "DejaVuSansMono.ttf"
    try:
        return ImageFont.truetype(name, size)
    except OSError:  # no such font on this machine: python-escpos brings one, through python-barcode
        return ImageFont.truetype(str(resources.files("barcode") / "fonts" / "DejaVuSansMono.ttf"), size)


def _qr(code: QrCode) -> Image.Image:
    drawing = qrcode.QRCode(
        error_correction=_CORRECTIONS[code.correction], box_size=code.module_dots, border=0
    )
    drawing.add_data(code.payload)
    drawing.make(fit=True)
    return drawing.make_image().get_image().convert("L")


def _columns(columns: Columns) -> Image.Image:
    count = len(columns.bits) * 8 // columns.height
    sideways = Image.frombytes("1", (columns.height, count), columns.bits).convert("L")
    image = ImageChops.invert(sideways.transpose(Image.Transpose.TRANSPOSE))
    size = (image.width * columns.scale_x, image.height * columns.scale_y)
    return image.resize(size, Image.Resampling.NEAREST)


def _image(raster: Raster) -> Image.Image:
    size = (raster.width_bytes * 8, raster.height)
    if not all(size):
        return Image.new("L", (0, 0), _WHITE)
    image = ImageChops.invert(Image.frombytes("1", size, raster.bits).convert("L"))
    return image.resize((size[0] * raster.scale_x, size[1] * raster.scale_y), Image.Resampling.NEAREST)


def _placed(content: Image.Image, align: str, width: int) -> Image.Image:
    left = {"left": 0, "center": (width - content.width) // 2, "right": width - content.width}[align]
    band = Image.new("L", (width, content.height), _WHITE)
    band.paste(content, (max(0, left), 0))
    return band
