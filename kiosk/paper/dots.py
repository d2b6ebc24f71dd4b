"""Pictures as few bytes: each dot is printed double both ways, what is blank is fed, rows end where their ink does."""

from collections.abc import Iterator
from typing import Literal

from PIL import Image

Side = Literal["left", "center", "right"]

_SCALE = 2
_STRIP_BYTES = 40  # what one more picture must save: each is a step for the printer
_FEED_MOST = 255
_SIDE = {"left": b"\x1ba\x00", "center": b"\x1ba\x01", "right": b"\x1ba\x02"}


def align(side: str) -> bytes:
    """ESC a."""
    return _SIDE[side]


def feed(dots: int) -> bytes:
    """ESC J: blank paper."""
    return b"".join(b"\x1bJ" + bytes([min(_FEED_MOST, dots - fed)]) for fed in range(0, dots, _FEED_MOST))


def pictured(picture: Image.Image, side: Side) -> bytes:
    """GS v 0, several times: a picture (mode "1", 0 is black) at this side of the paper, which is ours to know and the
    caller's to set."""
    picture = _padded(picture, side)
    return b"".join(
        _raster(_cropped(picture, side, reach, top, bottom)) if reach else feed(_SCALE * (bottom - top))
        for top, bottom, reach in _strips(_reaches(picture, side))
    )


def columns(picture: Image.Image) -> Iterator[bytes]:
    """ESC * 32: a picture in bands of 24 dots within lines of text, each dot two wide and one high."""
    for top in range(0, picture.height, 24):
        # Columns from the left, three bytes each, the topmost dot first: the rows of the picture on its side.
        sideways = picture.crop((0, top, picture.width, top + 24)).transpose(Image.Transpose.TRANSPOSE)
        data = bytes(byte ^ 0xFF for byte in sideways.tobytes())
        yield b"\x1b*" + bytes([32, picture.width % 256, picture.width // 256]) + data


def _padded(picture: Image.Image, side: Side) -> Image.Image:
    """A whole number of bytes wide, on both sides of its middle where that is what is aligned."""
    unit = 16 if side == "center" else 8
    width = -(-picture.width // unit) * unit
    left = {"left": 0, "center": (width - picture.width) // 2, "right": width - picture.width}[side]
    whole = Image.new("1", (width, picture.height), 1)
    whole.paste(picture, (left, 0))
    return whole


def _reaches(picture: Image.Image, side: Side) -> list[int]:
    """How many bytes each row takes, from its side to the end of its ink."""
    ink = picture.convert("L").point(lambda grey: 255 - grey)
    reaches = []
    for row in range(picture.height):
        found = ink.crop((0, row, picture.width, row + 1)).getbbox()
        if found is None:
            reaches.append(0)
            continue
        left, right = found[0], picture.width - found[2]
        blank = {"left": right, "right": left, "center": min(left, right)}[side] // 8 * 8
        reaches.append(-(-(picture.width - blank * (2 if side == "center" else 1)) // 8))
    return reaches


def _strips(reaches: list[int]) -> list[tuple[int, int, int]]:
    """(first row, row after the last, bytes of each row), the cheapest way to cut the rows."""
    cheapest = [0]
    start = [0]
    for bottom in range(1, len(reaches) + 1):
        reach, best, at = 0, None, 0
        for top in range(bottom - 1, -1, -1):
            reach = max(reach, reaches[top])
            cost = cheapest[top] + reach * (bottom - top) + _STRIP_BYTES
            if best is None or cost < best:
                best, at = cost, top
        cheapest.append(best or 0)
        start.append(at)
    strips, bottom = [], len(reaches)
    while bottom:
        top = start[bottom]
        strips.append((top, bottom, max(reaches[top:bottom])))
        bottom = top
    return strips[::-1]


def _cropped(picture: Image.Image, side: Side, reach: int, top: int, bottom: int) -> Image.Image:
    width = reach * 8
    left = {"left": 0, "right": picture.width - width, "center": (picture.width - width) // 2}[side]
    strip = Image.new("1", (width, bottom - top), 1)
    strip.paste(picture.crop((left, top, min(picture.width, left + width), bottom)), (0, 0))
    return strip


def _raster(picture: Image.Image) -> bytes:
    data = bytes(byte ^ 0xFF for byte in picture.tobytes())
    across, down = picture.width // 8, picture.height
    return b"\x1dv0\x03" + bytes([across % 256, across // 256, down % 256, down // 256]) + data
