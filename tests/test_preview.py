"""`ronde sheet`: a picture of the sheet, as its bytes print, in each language and on both papers."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from kiosk.cli import main
from kiosk.paper.blocks import CELL_DOTS, COLUMNS
from kiosk.texts import languages

from .qrcodes import qr_codes

FESTIVAL = Path(__file__).parents[1] / "kiosk" / "events" / "festival.toml"
MARGIN_DOTS = 24


def drawn(tmp_path: Path, *options: str) -> Image.Image:
    out = tmp_path / "sheet.png"
    done = CliRunner().invoke(main, ["sheet", "--out", str(out), *options], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    with Image.open(out) as picture:
        return picture.convert("L")


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("width_mm", sorted(COLUMNS))
def test_the_sheet_of_each_language_is_a_picture_whose_code_scans(tmp_path, language, width_mm):
    picture = drawn(tmp_path, "--language", language, "--width", str(width_mm))
    assert picture.width == COLUMNS[width_mm] * CELL_DOTS + 2 * MARGIN_DOTS
    assert len(qr_codes(picture)) == 1


def test_it_is_of_the_event_that_was_asked_for(tmp_path):
    assert drawn(tmp_path).tobytes() != drawn(tmp_path, str(FESTIVAL)).tobytes()
    assert drawn(tmp_path).tobytes() == drawn(tmp_path).tobytes()


def test_a_language_without_a_catalogue_is_refused_with_those_that_there_are(tmp_path):
    done = CliRunner().invoke(main, ["sheet", "--language", "tlh", "--out", str(tmp_path / "a.png")])
    assert done.exit_code != 0
    assert "tlh" in done.output and "uk" in done.output
    assert list(tmp_path.iterdir()) == []
