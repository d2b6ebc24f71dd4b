"""A look at a screen of the door: how it is laid out, what axe finds, what a screen reader makes of it."""

import re
from pathlib import Path

from playwright.sync_api import Page

from ..axe import Axe

_HERE = Path(__file__).parent
SPOKEN = _HERE / "spoken"
HEADINGS = SPOKEN / "headings-ar.yml"
_LAYOUT = (_HERE / "layout.js").read_text("utf-8")
_MIRRORED = (_HERE / "mirrored.js").read_text("utf-8")
_LETTERS = re.compile(r"(?<![A-Z])(?:[BCDFGHJKLNPRSTVX][ \u00a0\u202f]?){16}(?![A-Z])")


def spoken(page: Page) -> str:
    """The accessibility tree, but for the letters of a badge, which are another's each time."""
    parts = (page.locator(part).aria_snapshot() for part in ("#rail", "#stage"))
    return _LETTERS.sub("(letters)", "\n".join(parts)) + "\n"


def headings(page: Page, screen: str) -> str:
    tree = page.locator("body").aria_snapshot()
    found = re.findall(r'heading "(.*?)"(?: \[active\])? \[level=\d\]', tree)
    return "".join(f"{line}\n" for line in (f"{screen}:", *(f"- {each}" for each in found)))


def laid_out(page: Page, screen: str) -> None:
    wrong = page.evaluate(_LAYOUT)
    assert wrong == [], f"{screen}: " + "\n".join(wrong)


def mirrored(page: Page, screen: str) -> None:
    right_to_left = page.get_attribute("html", "dir") == "rtl"
    size = page.viewport_size
    assert size is not None
    side, arrows = page.evaluate(_MIRRORED)
    expected = "below" if size["height"] > size["width"] else "right" if right_to_left else "left"
    assert side == expected, f"{screen}: the rail is {side}"
    assert set(arrows) <= {-1 if right_to_left else 1}, f"{screen}: arrows {arrows}"


def without_violations(page: Page, screen: str) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, f"{screen}: {found.generate_report()}"
