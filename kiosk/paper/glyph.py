"""Icons as black and white pictures, from the icon font that the screens use too."""

import json
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FALLBACK = "location-dot"  # for an icon that the installed font does not have
_FONT = "webfonts/fa-solid-900.ttf"
_METADATA = "metadata/icons.json"


@cache
def codepoints() -> dict[str, int]:
    """The character of each solid icon, by its names, old ones included."""
    icons = json.loads(_package(_METADATA).read_text("utf-8"))
    found: dict[str, int] = {}
    for name, icon in icons.items():
        if "solid" in icon["free"]:
            for alias in icon.get("aliases", {}).get("names", ()):
                found.setdefault(alias, int(icon["unicode"], 16))
            found[name] = int(icon["unicode"], 16)
    return found


@lru_cache(maxsize=256)
def glyph(name: str, dots: int) -> Image.Image:
    """The icon, as large as fits, centred in a square of `dots`; mode "1", 0 is black. Not to be changed."""
    known = codepoints()
    letter = chr(known.get(name, known[FALLBACK]))
    square = Image.new("L", (dots, dots), 255)
    draw = ImageDraw.Draw(square)
    font = ImageFont.truetype(str(font_file()), dots)
    left, top, right, bottom = draw.textbbox((0, 0), letter, font=font)
    size = int(dots * min(1.0, dots / max(right - left, bottom - top)))
    font = ImageFont.truetype(str(font_file()), size)
    left, top, right, bottom = draw.textbbox((0, 0), letter, font=font)
    at = (dots - right - left) / 2, (dots - bottom - top) / 2
    draw.text(at, letter, fill=0, font=font)
    return square.point(lambda grey: 255 if grey > 127 else 0).convert("1")


def strip(names: tuple[str, ...], dots: int) -> Image.Image:
    """Icons side by side with gaps of a third of their height."""
    gap = dots // 3
    whole = Image.new("1", (len(names) * dots + (len(names) - 1) * gap, dots), 1)
    for place, name in enumerate(names):
        whole.paste(glyph(name, dots), (place * (dots + gap), 0))
    return whole


def font_file() -> Path:
    """The font of the solid icons."""
    return _package(_FONT)


def _package(path: str) -> Path:
    return Path(str(resources.files("fontawesomefree"))) / "static" / "fontawesomefree" / path
