"""The pictures of a rehearsal, as SVG to stand in a page: no script, one hue, words as text."""

from collections.abc import Iterator, Mapping, Sequence

import matplotlib.ticker
from matplotlib.axes import Axes
from matplotlib.layout_engine import ConstrainedLayoutEngine

from ..drawing import PAGE, clocks, figure, hours, standalone, svg
from ..rules.event import HOUR_MS, MINUTE_MS, Atelier, Event, Window
from ..texts import Texts
from .forecast import Closure, Spot
from .intervals import Band

HOLE_MS = 20 * MINUTE_MS  # between two moments: longer, and no line is drawn from one to the other


class Charts:
    """Draws for one event, in one language."""

    def __init__(self, event: Event, words: Texts) -> None:
        self.event = event
        self.words = words

    def waits(self, atelier: Atelier, spots: Sequence[Spot], most: float, said: str) -> str:
        """The wait at an atelier over the day, up to `most` minutes on the scale; `said`: the same in words."""
        return self._over_the_day(
            f"wait-{atelier.id}",
            atelier.name(self.words.language),
            said,
            [(spot.at_ms, spot.wait) for spot in spots],
            most,
            (4.0, 1.9),
        )

    def on_site(self, people: Sequence[tuple[int, Band]], title: str, said: str) -> str:
        most = max((band.high for _, band in people), default=1.0)
        return self._over_the_day("on-site", title, said, people, most, (8.2, 2.2))

    def closures(self, closures: Sequence[Closure], window: Window, title: str, said: str) -> str:
        """When the queues have to be closed at the end of one window, each as a bar with the hour to keep."""
        with figure(8.2, 0.7 + 0.36 * len(closures)) as drawn:
            axes = drawn.add_subplot()
            names = [closure.atelier.name(self.words.language) for closure in closures]
            for place, closure in enumerate(reversed(closures)):
                low, high = closure.at_ms.low, closure.at_ms.high
                axes.plot([low, high], [place, place], color=PAGE.band, linewidth=9)
                axes.plot([closure.by_ms], [place], "o", color=PAGE.accent, markersize=7)
            axes.set_yticks(range(len(names)), list(reversed(names)), color=PAGE.ink)
            axes.axvline(window.closes_ms, color=PAGE.ink_2, linewidth=1.2)
            axes.grid(axis="x")
            axes.grid(False, axis="y")
            first = min(min(closure.by_ms, closure.at_ms.low) for closure in closures)
            last = max(window.closes_ms, *(closure.at_ms.high for closure in closures))
            step_ms = 15 * MINUTE_MS if last - first < 2 * HOUR_MS else 30 * MINUTE_MS
            begin = int(first // step_ms * step_ms)
            ticks = range(begin, int(last) + step_ms, step_ms)
            axes.set_xlim(begin, int(last) + 4 * MINUTE_MS)
            clocks(axes, [tick for tick in ticks if tick <= last + 4 * MINUTE_MS], self.event, self.words)
            axes.set_ylim(-0.6, len(names) - 0.4)
            return svg(drawn, f"closing-{window.closes_ms}", title, said)

    def _over_the_day(
        self,
        name: str,
        title: str,
        said: str,
        values: Sequence[tuple[int, Band]],
        most: float,
        size: tuple[float, float],
    ) -> str:
        with figure(*size) as drawn:
            axes = drawn.add_subplot()
            for part in _unbroken(values):
                at = [at_ms for at_ms, _ in part]
                axes.fill_between(
                    at, [b.low for _, b in part], [b.high for _, b in part], color=PAGE.band, linewidth=0
                )
                axes.plot(at, [b.mid for _, b in part], color=PAGE.accent)
            self._day(axes)
            axes.set_ylim(0, max(most, 1.0) * 1.08)
            axes.yaxis.set_major_locator(matplotlib.ticker.MaxNLocator(4, integer=True))
            return svg(drawn, name, title, said)

    def _day(self, axes: Axes) -> None:
        """The hours of the day below; where doors open and close, a line."""
        event = self.event
        for window in event.windows[1:]:
            axes.axvline(window.opens_ms, color=PAGE.line, linewidth=1.2)
        for window in event.windows[:-1]:
            axes.axvline(window.closes_ms, color=PAGE.line, linewidth=1.2)
        hours(axes, event, self.words)


def versus(
    event: Event,
    window: Window,
    sides: Mapping[tuple[str, str], Mapping[str, Sequence[tuple[int, int]]]],
    words: Texts,
    title: str,
    said: str,
    unit: str,
) -> str:
    """One afternoon twice, side by side, as a file of its own: people in each queue. `sides`: by the two lines above
    it, queues by atelier; the same rows and the same scale on both.
    """
    rows = [atelier for atelier in event.ateliers if any(side.get(atelier.id) for side in sides.values())]
    most = max(people for side in sides.values() for queue in side.values() for _, people in queue)
    with figure(9.6, 1.0 + 0.95 * len(rows)) as drawn:
        grid = drawn.subplots(len(rows), len(sides), sharex=True, sharey=True, squeeze=False)
        for column, (heading, side) in enumerate(sides.items()):
            colour = (PAGE.other, PAGE.accent)[column % 2]
            for row, atelier in enumerate(rows):
                axes = grid[row][column]
                at = [at_ms for at_ms, _ in side[atelier.id]]
                people = [many for _, many in side[atelier.id]]
                axes.fill_between(at, people, color=colour, alpha=0.25, linewidth=0, step="post")
                axes.step(at, people, color=colour, linewidth=1.4, where="post")
                axes.set_title(
                    atelier.name(words.language), fontsize=9, fontweight="normal", color=PAGE.ink_2, pad=2
                )
                axes.set_xlim(window.opens_ms, window.closes_ms)
                axes.set_ylim(0, most * 1.1)
                axes.yaxis.set_major_locator(matplotlib.ticker.MaxNLocator(2, integer=True))
                if row == len(rows) - 1:
                    clocks(axes, range(window.opens_ms, window.closes_ms + 1, HOUR_MS), event, words)
            for line, up, size, weight in ((heading[0], 36, 13, "bold"), (heading[1], 21, 10, "normal")):
                said_above = grid[0][column].annotate(
                    line, (0, 1), (0, up), "axes fraction", "offset points",
                    fontsize=size, fontweight=weight, color=colour,
                )  # fmt: skip
                said_above.set_in_layout(False)
        engine = drawn.get_layout_engine()
        assert isinstance(engine, ConstrainedLayoutEngine)
        engine.set(rect=(0, 0, 1, 1 - 0.6 / drawn.get_figheight()), wspace=0.06)
        drawn.supylabel(unit, fontsize=9, color=PAGE.ink_2)
        return standalone(svg(drawn, "versus", title, said))


def _unbroken(values: Sequence[tuple[int, Band]]) -> Iterator[list[tuple[int, Band]]]:
    part: list[tuple[int, Band]] = []
    for value in values:
        if part and value[0] - part[-1][0] > HOLE_MS:
            yield part
            part = []
        part.append(value)
    if part:
        yield part
