"""The figures of the day as CSV, for a spreadsheet: docs/formats.md says what each column is.

In UTF-8 with its mark and with semicolons, as French spreadsheets expect them; whole numbers only, so that no decimal
sign is in question. What could be taken for a formula is text.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from .rules.cells import shown
from .rules.event import MINUTE_MS, Event
from .rules.floor import Count
from .rules.history import History
from .texts import Texts

STEP_MS = 5 * MINUTE_MS
AFTER_MS = 60 * MINUTE_MS  # of what comes after the last doors, so much is told
_FORMULA = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "\uff1d",
    "\uff0b",
    "\uff0d",
    "\uff20",
)  # also the wide ones


def figures(event: Event, past: History, words: Texts) -> bytes:
    """A row each five minutes, from the opening to now, or to an hour after the last doors: people and parties on site,
    and by atelier. An empty cell: not known, or nothing to tell.
    """
    arrivals = {each.from_ms: each.count for each in past.arrivals}
    heads = [words.text("charts.csv.day"), words.text("charts.csv.clock")]
    for key in ("on_site", "roaming", "came"):
        heads += _both(key, words)
    heads += _both("arrivals", words)
    for here in past.ateliers.values():
        name = here.atelier.name(words.language)
        for key in ("queue", "inside", "done"):
            heads += (f"{name} : {head}" for head in _both(key, words))
        heads.append(f"{name} : {words.text('charts.csv.wait')}")

    waits = {
        id: {from_ms: round(minutes) for from_ms, minutes in here.median_waits}
        for id, here in past.ateliers.items()
    }

    def rows() -> Iterator[list[object]]:
        first = min((past.came.moments[:1] or (event.opens_ms,))[0], event.opens_ms)
        last = min(past.at_ms, event.closes_ms + AFTER_MS)
        for at_ms in range(first // STEP_MS * STEP_MS, last + 1, STEP_MS):
            local = event.local(at_ms)
            row: list[object] = [f"{local:%Y-%m-%d}", f"{local:%H:%M}"]
            for course in (past.on_site, past.roaming, past.came):
                row += _cells(course.at(at_ms))
            row += _cells(arrivals.get(at_ms))
            for here in past.ateliers.values():
                queue = here.queue.at(at_ms) if event.sees_queue(here.atelier.id) else None
                row += _cells(queue)
                for course in (here.inside, here.done):
                    row += _cells(course.at(at_ms))
                row.append(waits[here.atelier.id].get(at_ms, ""))
            yield row

    return _csv(heads, rows())


def ages(event: Event, past: History, words: Texts) -> bytes:
    """A row for each atelier and age band: how many of that age had a turn, so far."""
    heads = [words.text(f"charts.csv.{key}") for key in ("atelier", "age", "had_turn")]
    withheld = words.text("charts.csv.withheld")

    def rows() -> Iterator[list[object]]:
        for here in past.ateliers.values():
            counts = shown(here.ages)
            for band in event.bands:
                if band.id in counts:
                    count = counts[band.id]
                    names = (each.name(words.language) for each in (here.atelier, band))
                    yield [*names, withheld if count is None else count]

    return _csv(heads, rows())


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _both(key: str, words: Texts) -> tuple[str, str]:
    what = words.text(f"charts.csv.{key}")
    return (
        words.text("charts.csv.parties", what=what),
        words.text("charts.csv.people", what=what),
    )


def _cells(count: Count | None) -> Sequence[object]:
    return ("", "") if count is None else (count.parties, count.people)


def _csv(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    written = StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow([safe(head) for head in heads])
    writer.writerows([safe(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")
