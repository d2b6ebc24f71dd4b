"""What people read: complete, used, and in step with the documents."""

import re
from dataclasses import fields
from pathlib import Path

import firmware
from firmware import config, messages

ROOT = Path(firmware.__file__).parents[1]
SOURCES = [path for path in (ROOT / "firmware").glob("*.py") if path.name != "messages.py"]
TEXTS = {name: text for name, text in vars(messages).items() if name.isupper()}


def test_every_message_is_said_somewhere():
    code = "".join(path.read_text(encoding="utf-8") for path in SOURCES)
    assert [name for name in TEXTS if f"messages.{name}" not in code] == []


def test_every_message_that_is_said_exists():
    code = "".join(path.read_text(encoding="utf-8") for path in SOURCES)
    assert set(re.findall(r"messages\.([A-Z_]+)", code)) <= set(TEXTS)


def test_the_wiring_page_names_every_pin_and_every_setting():
    page = (ROOT / "docs" / "wiring.md").read_text(encoding="utf-8")
    for name in config.PINS:
        bcm = getattr(config.PanelSettings(), name)
        assert re.search(rf"\| `{name}` \| {'–' if bcm is None else bcm} \|", page), name
    for table in (config.ScannerSettings, config.ScreenSettings, config.UplinkSettings, config.Standin):
        for field in fields(table):
            assert f".{field.name}`" in page, field.name
    for field in fields(config.Config):
        assert f"`{field.name.removesuffix('s')}" in page, field.name


def test_the_wiring_in_the_code_and_on_the_page_agree():
    page = (ROOT / "docs" / "wiring.md").read_text(encoding="utf-8")
    docstring = (ROOT / "firmware" / "panel.py").read_text(encoding="utf-8")
    for name, bcm, header in re.findall(
        r"^    (green|amber|red|buzzer|left|right) +(\d+) +(\d+) ", docstring, re.M
    ):
        assert getattr(config.PanelSettings(), name) == int(bcm)
        assert f"| `{name}` | {bcm} | {header} |" in page
