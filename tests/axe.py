"""What axe finds on a page, again and again: its half a megabyte of script is handed to each document once.

A page is looked at while nothing in it moves: half way through a fade, letters have the contrast of neither end.
"""

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe as Whole
from playwright.sync_api import Page

MOVES = "matchMedia('(prefers-reduced-motion: no-preference)').matches"


class Axe(Whole):
    def run(self, page: Page) -> AxeResults:
        if page.evaluate("typeof axe === 'undefined'"):
            page.evaluate(self.axe_script)
        moves = page.evaluate(MOVES)
        if moves:
            page.emulate_media(reduced_motion="reduce")
        found = AxeResults(page.evaluate("axe.run({ resultTypes: ['violations'] })"))
        if moves:
            page.emulate_media(reduced_motion="no-preference")
        return found
