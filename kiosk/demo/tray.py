"""The tray of the stand-in printer: sheets come out, families take theirs, and each is photographed for `/paper`."""

import queue
import re
import threading
from functools import lru_cache
from pathlib import Path

from ..paper.letters import loses, printable
from ..paper.raster import png
from ..paper.sheet import of_the_team
from ..paper.ticket import Line, Run, Ticket
from ..rules.event import Event
from ..rules.party import PICTURES, Nickname
from ..texts import languages, texts

MOST_PICTURES = 96  # the older ones are thrown away


class Tray:
    """`drop` may be called from the printer's thread. `tickets` are all that ever came out, in order.

    In `folder` each sheet is kept as it was sent (NNNN.escpos) and, a moment later, as a picture (NNNN.png).
    """

    def __init__(self, folder: Path, width_mm: int = 80) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._width_mm = width_mm
        self._state = threading.Condition()
        self._tickets: list[Ticket] = []
        self._untaken: list[Ticket] = []
        self._to_draw: queue.SimpleQueue[Ticket | None] = queue.SimpleQueue()
        self._drawer = threading.Thread(target=self._draw, name="pictures of sheets", daemon=True)
        self._drawer.start()

    @property
    def tickets(self) -> tuple[Ticket, ...]:
        with self._state:
            return tuple(self._tickets)

    def drop(self, ticket: Ticket) -> None:
        with self._state:
            self._tickets.append(ticket)
            self._untaken.append(ticket)
            self._state.notify_all()
        self._to_draw.put(ticket)

    def take(self, nickname: str, timeout_s: float) -> Ticket | None:
        """The newest sheet that bears this nickname, as soon as it is there; None after `timeout_s`."""

        def found() -> Ticket | None:
            return next((ticket for ticket in reversed(self._untaken) if bears(ticket, nickname)), None)

        with self._state:
            ticket = self._state.wait_for(found, timeout_s)
            if ticket is not None:
                self._untaken.remove(ticket)
            return ticket

    def close(self) -> None:
        """Draw what is still to draw, and stop. May be called twice."""
        self._to_draw.put(None)
        self._drawer.join()

    def _draw(self) -> None:
        while (ticket := self._to_draw.get()) is not None:
            path = self._folder / f"{ticket.number:04}.png"
            path.with_suffix(".escpos").write_bytes(ticket.raw)
            draft = path.with_suffix(".draft")
            draft.write_bytes(png(ticket, self._width_mm))
            draft.replace(path)
            if ticket.number > MOST_PICTURES:
                (self._folder / f"{ticket.number - MOST_PICTURES:04}.png").unlink(missing_ok=True)


def bears(ticket: Ticket, nickname: str) -> bool:
    """Whether it is the sheet of this nickname: on a drawn one, by what it says to the team.

    Its own stands in tall letters, those of the family's other sheets do not.
    """
    lines = (element for element in ticket.elements if isinstance(element, Line))
    tall = (
        line.text for line in lines if any(isinstance(run, Run) and run.style.height > 1 for run in line.runs)
    )
    printed = _plain(" ".join(tall))
    return any(re.search(rf"(?<!\S){re.escape(words)}(?!\S)", printed) for words in _said(nickname))


def route(event: Event, ticket: Ticket, language: str) -> tuple[str, ...]:
    """The ateliers that the sheet says to visit, in its order: "1. …", "2. …" as they are printed.

    The words of a drawn sheet are pictures; what it says to the team is not.
    """
    printed = _plain(ticket.text)
    stops: list[str] = []
    for number in range(1, len(event.ateliers) + 1):
        titles = {
            _plain(
                words.text("sheet.step", n=words.number(number), name=atelier.name(words.language))
            ): atelier.id
            for words in (texts(language), of_the_team(event))
            for atelier in event.ateliers
        }
        found = max((title for title in titles if title in printed), key=len, default=None)
        if found is None:
            break
        stops.append(titles[found])
    return tuple(stops)


@lru_cache(maxsize=1024)
def _said(nickname: str) -> frozenset[str]:
    """The nickname as it is printed, in any language that can be: "Chat 7" for "قط 7" too."""
    numbers = re.findall(r"\d+", nickname)
    names = (Nickname(picture, int(number)) for picture in PICTURES for number in numbers)
    meant = {name for name in names if any(texts(each).nickname(name) == nickname for each in languages())}
    words = (texts(each).nickname(name) for name in meant for each in languages())
    return frozenset(_plain(said) for said in (nickname, *words) if not loses(said))


def _plain(text: str) -> str:
    """Words as the printer has them, with single spaces."""
    return " ".join(printable(text.replace("\n", " ")).split())
