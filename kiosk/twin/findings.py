"""What a day taught, for a terminal, and as the scenario file of the next edition."""

import os
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from ..rules.event import MINUTE_MS
from ..texts import Texts
from .calibration import Fit, Found

QUARTER_MS = 15 * MINUTE_MS
PERCENTS = {"compliance", "missed"}
LISTS = {"sizes", "arrivals", "wishes", "pace"}


class Findings:
    def __init__(self, fit: Fit, words: Texts) -> None:
        self._fit = fit
        self._words = words

    def show(self, console: Console) -> None:
        text = self._words.text
        table = Table(box=None, pad_edge=False, header_style="bold")
        table.add_column(text("rehearse.fit.column.what"))
        table.add_column(text("rehearse.fit.column.value"))
        table.add_column(text("rehearse.fit.column.seen"), style="dim")
        for found in self._fit.found:
            table.add_row(text(f"rehearse.fit.{found.name}"), self._value(found), self._seen(found))
        for id, found in self._fit.turns.items():
            name = self._fit.event.by_id[id].name(self._words.language)
            table.add_row(text("rehearse.fit.turn", atelier=name), self._turn(id, found), self._seen(found))
        console.print(Group(Text(text("rehearse.fit.title"), style="bold"), "", table))

    def toml(self, event_file: Path, beside: Path) -> str:
        """The scenario, to stand in the folder `beside`; it names the event's file as seen from there."""
        return "\n".join(self._lines(os.path.relpath(event_file.resolve(), beside.resolve()))) + "\n"

    def _value(self, found: Found) -> str:
        text, number = self._words.text, self._words.number
        if not found.enough:
            return text("rehearse.fit.too_few")
        if found.name in LISTS or found.value is None:
            return text("rehearse.fit.see_below")
        if found.name in PERCENTS:
            return text("rehearse.percent", n=number(round(100 * found.value)))
        if found.name == "people":
            return number(round(found.value))
        return self._words.minutes(round(found.value))

    def _turn(self, id: str, found: Found) -> str:
        planned = self._words.minutes(self._fit.event.by_id[id].minutes)
        if not found.enough or found.value is None:
            return self._words.text("rehearse.fit.too_few")
        minutes = self._words.text("common.minutes", n=self._words.number(round(found.value, 1)))
        return self._words.text("rehearse.fit.suggested", minutes=minutes, planned=planned)

    def _seen(self, found: Found) -> str:
        return self._words.plural("rehearse.fit.seen", found.count)

    def _comment(self, name: str) -> str:
        """Behind a key: how many observations, or that they were too few and the figure is that of before."""
        found = next(each for each in self._fit.found if each.name == name)
        said = self._seen(found)
        return f"  # {said}" if found.enough else f"  # {said} : {self._words.text('rehearse.fit.too_few')}"

    def _lines(self, event: str) -> Iterator[str]:
        fit, text = self._fit, self._words.text
        crowd, habits = fit.scenario.crowd, fit.scenario.habits
        day = self._words.day(fit.event.day)
        yield "# " + text("rehearse.fit.comment", day=day, people=fit.people, families=fit.families)
        yield "#"
        yield "# " + text("rehearse.fit.comment_turns")
        for id, found in fit.turns.items():
            yield f"#   {id} : {self._turn(id, found)} · {self._seen(found)}"
        yield ""
        yield f"event = {_quoted(event)}"
        yield f"people = {crowd.people}"
        yield f"compliance = {habits.compliance:.2f}{self._comment('compliance')}"
        yield f"missed = {habits.missed:.3f}{self._comment('missed')}"
        yield f"patience_minutes = {crowd.patience_minutes:.1f}{self._comment('patience')}"
        yield f"patience_spread = {crowd.patience_spread:.1f}"
        stays = ", ".join(f"{minutes:.0f}" for minutes in crowd.stay_minutes)
        yield f"stay_minutes = [{stays}]{self._comment('stay_later')}"
        yield f"stay_spread = {crowd.stay_spread:.1f}"
        yield f"pace = [{habits.pace[0]:.2f}, {habits.pace[1]:.2f}]{self._comment('pace')}"
        yield f"pace_each = [{habits.pace_each[0]:.2f}, {habits.pace_each[1]:.2f}]"
        yield f"kiosks = {habits.kiosks}"
        if crowd.arrivals:
            yield f"arrivals = [{self._comment('arrivals')}"
            for quarter, share in crowd.arrivals:
                clock = self._words.clock(fit.event.opens_ms + quarter * QUARTER_MS, fit.event.zone)
                yield f"  [{quarter}, {share:g}],  # {clock}"
            yield "]"
        yield from ("", f"[sizes]{self._comment('sizes')}")
        yield from (f"{size} = {share:g}" for size, share in crowd.sizes.items())
        if crowd.wishes:
            yield from ("", f"[wishes]{self._comment('wishes')}")
            yield from (f"{_quoted(id)} = {dear:.1f}" for id, dear in crowd.wishes.items())


def _quoted(text: str) -> str:
    """As a TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
