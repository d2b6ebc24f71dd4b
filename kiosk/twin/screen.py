"""A rehearsal on a terminal: what fits a screen; the page has it all."""

from collections.abc import Iterator, Sequence

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from ..texts import Texts
from .comparison import Comparison
from .differences import differences
from .forecast import Forecast
from .phrases import Phrases
from .ranking import Gain, visit_minutes

MOST_ATELIERS, MOST_CHANGES = 10, 6


class Screen:
    def __init__(self, console: Console, words: Texts) -> None:
        self._console = console
        self._words = words

    def show(self, forecast: Forecast, gains: Sequence[Gain] | None) -> None:
        """`gains`: None where nobody asked for changes."""
        phrases = Phrases(forecast.event, self._words)
        parts: list[RenderableType] = [Text(forecast.event.name, style="bold"), self._about(forecast), ""]
        parts += [Text(f"• {sentence}") for sentence in phrases.summary(forecast)]
        parts += ["", self._waits(forecast, phrases)]
        if gains is not None:
            parts += [
                "",
                Text(self._words.text("rehearse.changes"), style="bold"),
                *self._gains(forecast, gains, phrases),
            ]
        self._console.print(Group(*parts))

    def compare(self, comparison: Comparison, files: tuple[str, str]) -> None:
        """`files`: the names of both."""
        words, phrases = self._words, Phrases(comparison.first.event, self._words)
        table = Table(box=None, pad_edge=False, header_style="bold")
        table.add_column("")
        table.add_column("A", justify="right")
        table.add_column("B", justify="right")
        table.add_column(words.text("rehearse.compare.difference"), justify="right")
        for row in comparison.rows:
            style = "" if not row.difference.sure else "green" if row.better else "red"
            table.add_row(
                words.text(f"rehearse.figure.{row.name}"),
                phrases.figure(row.name, row.first),
                phrases.figure(row.name, row.second),
                Text(phrases.interval(row.difference), style=style),
            )
        same = "rehearse.compare.same" if comparison.same_families else "rehearse.compare.own"
        heading = words.text("rehearse.compare.title", a=files[0], b=files[1])
        said = Text(words.plural(same, len(comparison.first.open)), style="dim")
        differ = differences(comparison.first.event, comparison.second.event, words)
        lines = [Text(f"• {line}") for line in differ] or [Text(words.text("rehearse.differs.nothing"))]
        verdict = Text(phrases.verdict(comparison), style="bold")
        self._console.print(Group(Text(heading, style="bold"), said, *lines, "", table, "", verdict))

    def _about(self, forecast: Forecast) -> Text:
        return Text(about(forecast, self._words), style="dim")

    def _waits(self, forecast: Forecast, phrases: Phrases) -> Table:
        text = self._words.text
        table = Table(box=None, pad_edge=False, header_style="bold")
        table.add_column(text("rehearse.column.atelier"), min_width=18)
        table.add_column(text("rehearse.column.mean"), justify="right", no_wrap=True)
        table.add_column(text("rehearse.column.worst"), justify="right", no_wrap=True)
        calls = {(each.window, each.atelier.id): phrases.clock(each.by_ms) for each in forecast.closures}
        windows = [window for window in forecast.event.windows if any(key[0] == window for key in calls)]
        for window in windows:
            closes = phrases.clock(window.closes_ms)
            table.add_column(text("rehearse.column.last_before", clock=closes), justify="right", max_width=18)
        for atelier, spot in forecast.by_peak[:MOST_ATELIERS]:
            worst = phrases.minutes_band(spot.wait)
            last = [calls.get((window, atelier.id), "–") for window in windows]
            table.add_row(phrases.name(atelier), phrases.minutes(forecast.mean_wait(atelier)), worst, *last)
        return table

    def _gains(self, forecast: Forecast, gains: Sequence[Gain], phrases: Phrases) -> Iterator[RenderableType]:
        helping = [gain for gain in gains if gain.helps]
        for place, gain in enumerate(helping[:MOST_CHANGES], 1):
            effect = " · ".join((phrases.gain(gain), *phrases.also(gain)))
            line = self._words.text(
                "rehearse.change_and_gain", change=phrases.change(gain.change), gain=effect
            )
            yield Text(f"{place}. {line}")
        rest = len(gains) - len(helping)
        if not helping:
            yield Text(self._words.text("rehearse.nothing_helps"))
        if rest:
            yield Text(self._words.plural("rehearse.others", rest), style="dim")
        days = max((gain.days for gain in gains), default=0)
        if days:
            yield Text(self._words.plural("rehearse.tried_days", days), style="dim")
        if helping:
            yield Text(phrases.price(visit_minutes(forecast)), style="dim")


def about(forecast: Forecast, words: Texts) -> str:
    """What was assumed: who comes, how they follow, how many days were played."""
    return words.text(
        "rehearse.about",
        days=words.plural("rehearse.days_played", len(forecast.open)),
        people=words.plural("rehearse.people", forecast.scenario.crowd.people),
        percent=words.number(round(100 * forecast.scenario.habits.compliance)),
        scenario=forecast.scenario.name,
    )
