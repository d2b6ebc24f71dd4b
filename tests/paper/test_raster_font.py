"""French on the pictures of sheets, also on a machine that has no fonts."""

import pytest
from PIL import ImageFont

from kiosk.paper import raster


@pytest.mark.parametrize("bold", [False, True])
def test_accents_are_drawn_on_a_machine_without_fonts(monkeypatch: pytest.MonkeyPatch, bold: bool) -> None:
    load = ImageFont.truetype

    def from_file_only(name: str, size: float) -> ImageFont.FreeTypeFont:
        if "/" not in name:
            raise OSError("cannot open resource")
        return load(name, size)

    monkeypatch.setattr(ImageFont, "truetype", from_file_only)
    font = raster._font.__wrapped__(24, bold)
    drawn = {letter: bytes(font.getmask(letter)) for letter in "éèêàçùœ€—’e\uffff"}
    assert len(set(drawn.values())) == len(drawn)  # none is the box that stands for what a font lacks
