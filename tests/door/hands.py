"""How somebody presses what is on the screen: with a finger, with a keyboard, or with a switch of two keys."""

from pathlib import Path
from typing import Protocol

from playwright.sync_api import Page

MOST_STEPS = 120  # of the focus, to anything on a page

_FOCUS = Path(__file__).with_name("focus.js").read_text("utf-8")


class Hand(Protocol):
    def press(self, selector: str) -> None: ...

    def back(self) -> None:
        """As the rail's first button says."""


class Finger:
    def __init__(self, page: Page) -> None:
        self._page = page

    def press(self, selector: str) -> None:
        self._page.locator(selector).first.click()

    def back(self) -> None:
        self.press("#rail-back")


class Keys:
    """Tab to go there, Enter or Space by turns to press, Escape to go back."""

    presses = ("Enter", "Space")

    def __init__(self, page: Page) -> None:
        self._page = page
        self._pressed = 0

    def press(self, selector: str) -> None:
        link = self._page.locator(selector).first.evaluate("each => each.matches('a')")
        self._reach(selector)
        key = "Enter" if link else self.presses[self._pressed % len(self.presses)]
        self._pressed += 1
        self._page.keyboard.press(key)

    def back(self) -> None:
        self._page.keyboard.press("Escape")

    def _reach(self, selector: str) -> None:
        found, wrong = self._page.evaluate(_FOCUS, selector)
        lost = 0
        for _ in range(MOST_STEPS):
            if found == "found":
                assert not wrong, f"the focus {wrong}"
                return
            self._page.keyboard.press("Tab")
            found, wrong = self._page.evaluate(_FOCUS, selector)
            assert not wrong, f"the focus {wrong}"
            lost += not found
            assert lost <= 1, f"the focus is nowhere, twice on the way to {selector}"
        raise AssertionError(f"no way by Tab to {selector}")


class Switch(Keys):
    """One key to go on, one to press, and no other."""

    presses = ("Enter",)

    def back(self) -> None:
        self.press("#rail-back")
