"""The header, and the drawings of what is wired to it."""

import importlib.util
import re
import xml.etree.ElementTree as ET
from dataclasses import fields
from pathlib import Path

import pytest
from gpiozero.pins.mock import MockFactory

import firmware
from firmware.config import PINS, PanelSettings
from firmware.header import GROUNDS, HEADER, VOLTS_3, VOLTS_5

ROOT = Path(firmware.__file__).parents[1]
_found = importlib.util.spec_from_file_location("wiring", ROOT / "tests" / "wiring.py")
wiring = importlib.util.module_from_spec(_found)
_found.loader.exec_module(wiring)


def test_the_header_is_that_of_a_raspberry_pi():
    """As gpiozero knows it, by the name of each pin."""
    factory = MockFactory()
    (header,) = [found for found in factory.board_info.headers.values() if len(found.pins) == 40]
    names = {number: pin.name for number, pin in header.pins.items()}
    factory.reset()
    assert {f"GPIO{bcm}": number for bcm, number in HEADER.items()} == {
        name: number for number, name in names.items() if name.startswith("GPIO")
    }
    assert sorted(GROUNDS) == sorted(number for number, name in names.items() if name == "GND")
    assert [names[number] for number in (*VOLTS_3, *VOLTS_5)] == ["3V3", "3V3", "5V", "5V"]


@pytest.mark.parametrize("name", wiring.DRAWINGS)
def test_the_drawing_is_that_of_the_pins_as_they_are(name):
    """Else: python tests/wiring.py"""
    assert (wiring.PICTURES / name).read_text("utf-8") == wiring.drawing(wiring.DRAWINGS[name])


@pytest.mark.parametrize("name", wiring.DRAWINGS)
def test_a_drawing_names_each_pin_that_is_wired(name):
    panel = wiring.DRAWINGS[name]
    words = " ".join("".join(text.itertext()) for text in ET.fromstring(wiring.drawing(panel)))
    for part in PINS:
        bcm = getattr(panel, part)
        assert (bcm is None) == (f"{part} to pin" not in words)
        assert bcm is None or (f"GPIO{bcm} " in f"{words} " and f"{part} to pin {HEADER[bcm]}" in words)


def test_the_pages_table_has_the_header_pins_of_the_settings():
    page = (ROOT / "docs" / "wiring.md").read_text("utf-8")
    usual = PanelSettings()
    for part in (field.name for field in fields(PanelSettings) if field.name in PINS):
        bcm = getattr(usual, part)
        if bcm is not None:
            assert f"| `{part}` | {bcm} | {HEADER[bcm]} |" in page
    for part in ("undo", "pause"):
        bcm = getattr(wiring.FOUR, part)
        assert re.search(rf"`{part} = {bcm}`.*pin {HEADER[bcm]}", page), part
