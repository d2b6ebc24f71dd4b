"""A walk through the door: what a family does at a kiosk, and what happens around it meanwhile."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

from kiosk.rules.party import Group
from kiosk.rules.printing import PrintState

from .hands import Finger, Hand

FOUR = ("18-59:f", "18-59:m", "6-11:f", "0-5:x")
PEOPLE = (Group("18-59", "f", 1), Group("6-11", "m", 2))  # of who came before


@dataclass
class Walk:
    """`house`: the day behind the page, where it is in this process; then its printer is the walker's to move."""

    page: Page
    language: str
    house: Any = None
    hand: Hand = field(init=False)
    presses: int = 0

    def __post_init__(self) -> None:
        self.hand = Finger(self.page)

    def press(self, *selectors: str) -> None:
        for selector in selectors:
            self.page.wait_for_selector("body:not(.asking)")
            self.hand.press(selector)
            self.presses += 1

    def back(self) -> None:
        self.page.wait_for_selector("body:not(.asking)")
        self.hand.back()
        self.presses += 1

    def at(self, step: str) -> None:
        self.page.wait_for_selector(f"[data-step={step}]")
        self.page.wait_for_selector("body:not(.asking)")

    def shows(self, selector: str) -> None:
        self.page.wait_for_selector(selector)

    def holds(self, field: str, at_least: int = 1) -> None:
        """Hidden fields of what was said so far."""
        self.page.wait_for_function(
            "([field, least]) => document.querySelectorAll(field).length >= least", arg=[field, at_least]
        )

    # What most ways begin and end with

    def begin(self) -> None:
        self.press(".attract")
        self.at("language")
        self.speak()

    def speak(self) -> None:
        self.press(f"button[value={self.language}]")
        self.at("family")

    def count(self, figures: tuple[str, ...] = FOUR) -> None:
        for place, figure in enumerate(figures, 1):
            self.press(f"button[value='more:{figure}']")
            self.shows(f".portrait-tile:nth-child({place})")

    def print(self) -> None:
        self.press("button[value=print]")
        self.at("sheet")

    def printed(self) -> None:
        """The printer takes what waits for it, and says that it is on paper."""
        if self.house is not None:
            for job in self.house.day.view.jobs.values():
                if job.state is PrintState.QUEUED:
                    self.house.day.move_job(job.job, PrintState.SENT)
                    self.house.day.move_job(job.job, PrintState.CONFIRMED)
        self.page.wait_for_function(
            "() => [...document.querySelectorAll('.job')].every((job) => job.dataset.mood === 'done')"
        )
        self.shows("body:not(.asking)")

    def end(self) -> None:
        self.press("#done")
        self.at("start")

    # Who was there before, and what it holds

    def before(self) -> str:
        """The badge of a party that has its sheet already."""
        came = self.house.day.check_in(PEOPLE, self.language)
        for state in (PrintState.SENT, PrintState.CONFIRMED):
            self.house.day.move_job(came.job, state)
        badge: str = came.party.badge
        return badge

    def scan(self, line: str, step: str) -> None:
        self.house.services.scans.put(1, line)
        self.at(step)

    def type(self, letters: str) -> None:
        """Each letter shows before the next; the last of sixteen sends them."""
        shown = self.page.locator("[name=typed]").input_value()
        for letter in letters:
            shown += letter
            self.press(f".key[value={letter}]")
            if len(shown) < 16:
                self.page.wait_for_function(
                    "(shown) => document.querySelector('[name=typed]')?.value === shown", arg=shown
                )
