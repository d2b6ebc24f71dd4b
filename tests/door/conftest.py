"""The door as a whole. What a house is, and how pages are opened, is in tests/web."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, TypeVar

import pytest

from kiosk.paper.conversation import Patience
from kiosk.paper.printer import Printer
from kiosk.paper.render import PaperSettings
from kiosk.paper.spooler import Pace, PrinterState, Spooler
from kiosk.paper.standin import StandinPrinter
from kiosk.printroom import PrintRoom
from kiosk.rules.party import Group

from ..web.conftest import House, afternoon, house, open_house, open_page, real_house, roubaix

__all__ = ["House", "afternoon", "house", "open_house", "open_page", "real_house", "roubaix"]

LONG = os.environ.get("RONDE_LONG") == "1"
LANGUAGES = ("fr", "ar", "en", "tr", "pt", "es", "uk")
SIZES = ((800, 480), (720, 1280))
SCHEMES = ("light", "dark")
FAMILY = (Group("18-59", "f", 2),)

T = TypeVar("T")


def slice_of(first: tuple[T, ...], *others: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """Each of the first once, the others by turns: each of theirs, and in time each pair of them, comes up."""
    for place, each in enumerate(first):
        turns, place_of = [], place
        for other in others:
            turns.append(other[place_of % len(other)])
            place_of = place if len(other) % 2 else place_of // 2
        yield each, *turns


@pytest.fixture
def plug_in(house) -> Iterator[Callable[..., StandinPrinter]]:
    """Puts a printer at the end of a cable, behind the real spooler; the pages show what that says of it."""
    with ExitStack() as plugged:

        def plug(**more) -> StandinPrinter:
            standin = plugged.enter_context(StandinPrinter(**more))
            device = Printer(standin.settings, patience=Patience(confirm_s=2.0, stall_s=1.0))
            room = PrintRoom(house.day, 80, PaperSettings())
            pace = Pace(look_s=0.1, first_s=0.1, most_look_s=0.2, most_try_s=0.2)
            plugged.enter_context(Spooler(device, room, room.compose, house.clock, publish, pace))
            came = house.day.check_in(FAMILY, "fr")  # once one is printed it is known what answers mean
            assert standin.wait_for_tickets(1, 20)[0].qr_payloads == (came.party.badge,)
            return standin

        def publish(state: PrinterState) -> None:
            house.printer.state = state

        yield plug
