"""The pictures of a rehearsal, as SVG to stand in a page: no script, one hue, words as text.

Colours are those of the page (`var(--…)`), so a picture is dark where the page is. `standalone` gives a picture its
own colours, for a file. matplotlib is imported here and nowhere else, when a picture is wanted.
"""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import StringIO
from typing import Any

import matplotlib
import matplotlib.ticker
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from ..rules.event import MINUTE_MS, Atelier, Event, Window
from ..texts import Texts
from .forecast import Closure, Spot
from .intervals import Band

# Colours that stand for those of the page, and what they are in a file of its own.
INK, INK_2, LINE, ACCENT, BAND, OTHER = "#010101", "#020202", "#030303", "#040404", "#050505", "#060606"
_NAMES = {INK: "ink", INK_2: "ink-2", LINE: "line", ACCENT: "accent", BAND: "band", OTHER: "other"}
_LIGHT = {
    INK: "#1c2430",
    INK_2: "#535c69",
    LINE: "#ddd6c8",
    ACCENT: "#0b6b67",
    BAND: "#a5d3cf",
    OTHER: "#c05a00",
}
_STYLE: dict[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "ronde",
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": INK,
    "axes.edgecolor": LINE,
    "axes.labelcolor": INK_2,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "axes.titlelocation": "left",
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "grid.color": LINE,
    "grid.linewidth": 0.8,
    "xtick.color": LINE,
    "ytick.color": LINE,
    "xtick.labelcolor": INK_2,
    "ytick.labelcolor": INK_2,
    "ytick.major.size": 0,
    "lines.linewidth": 2.0,
    "lines.solid_capstyle": "round",
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "legend.frameon": False,
}
HOUR_MS = 60 * MINUTE_MS
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
        with _figure(8.2, 0.7 + 0.36 * len(closures)) as figure:
            axes = figure.add_subplot()
            names = [closure.atelier.name(self.words.language) for closure in closures]
            for place, closure in enumerate(reversed(closures)):
                low, high = closure.at_ms.low, closure.at_ms.high
                axes.plot([low, high], [place, place], color=BAND, linewidth=9)
                axes.plot([closure.by_ms], [place], "o", color=ACCENT, markersize=7)
            axes.set_yticks(range(len(names)), list(reversed(names)), color=INK)
            axes.axvline(window.closes_ms, color=INK_2, linewidth=1.2)
            axes.grid(axis="x")
            axes.grid(False, axis="y")
            first = min(min(closure.by_ms, closure.at_ms.low) for closure in closures)
            last = max(window.closes_ms, *(closure.at_ms.high for closure in closures))
            step_ms = 15 * MINUTE_MS if last - first < 2 * HOUR_MS else 30 * MINUTE_MS
            begin = int(first // step_ms * step_ms)
            ticks = range(begin, int(last) + step_ms, step_ms)
            axes.set_xlim(begin, int(last) + 4 * MINUTE_MS)
            self._clocks(axes, [tick for tick in ticks if tick <= last + 4 * MINUTE_MS])
            axes.set_ylim(-0.6, len(names) - 0.4)
            return _svg(figure, f"closing-{window.closes_ms}", title, said)

    def _over_the_day(
        self,
        name: str,
        title: str,
        said: str,
        values: Sequence[tuple[int, Band]],
        most: float,
        size: tuple[float, float],
    ) -> str:
        with _figure(*size) as figure:
            axes = figure.add_subplot()
            for part in _unbroken(values):
                at = [at_ms for at_ms, _ in part]
                axes.fill_between(
                    at, [b.low for _, b in part], [b.high for _, b in part], color=BAND, linewidth=0
                )
                axes.plot(at, [b.mid for _, b in part], color=ACCENT)
            self._day(axes)
            axes.set_ylim(0, max(most, 1.0) * 1.08)
            axes.yaxis.set_major_locator(matplotlib.ticker.MaxNLocator(4, integer=True))
            return _svg(figure, name, title, said)

    def _day(self, axes: Axes) -> None:
        """The hours of the day below; where doors open and close, a line."""
        event = self.event
        axes.set_xlim(event.opens_ms, event.closes_ms)
        for window in event.windows[1:]:
            axes.axvline(window.opens_ms, color=LINE, linewidth=1.2)
        for window in event.windows[:-1]:
            axes.axvline(window.closes_ms, color=LINE, linewidth=1.2)
        hours = (event.closes_ms - event.opens_ms) / HOUR_MS
        step_ms = HOUR_MS if hours <= 8 else 2 * HOUR_MS
        first = -(-event.opens_ms // HOUR_MS) * HOUR_MS
        self._clocks(axes, range(first, event.closes_ms + 1, step_ms))

    def _clocks(self, axes: Axes, ticks: Sequence[int]) -> None:
        axes.set_xticks(list(ticks), [self.words.clock(tick, self.event.zone) for tick in ticks])


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
    charts = Charts(event, words)
    rows = [atelier for atelier in event.ateliers if any(side.get(atelier.id) for side in sides.values())]
    most = max(people for side in sides.values() for queue in side.values() for _, people in queue)
    with _figure(9.6, 1.0 + 0.95 * len(rows)) as figure:
        grid = figure.subplots(len(rows), len(sides), sharex=True, sharey=True, squeeze=False)
        for column, (heading, side) in enumerate(sides.items()):
            colour = (OTHER, ACCENT)[column % 2]
            for row, atelier in enumerate(rows):
                axes = grid[row][column]
                at = [at_ms for at_ms, _ in side[atelier.id]]
                people = [many for _, many in side[atelier.id]]
                axes.fill_between(at, people, color=colour, alpha=0.25, linewidth=0, step="post")
                axes.step(at, people, color=colour, linewidth=1.4, where="post")
                axes.set_title(
                    atelier.name(words.language), fontsize=9, fontweight="normal", color=INK_2, pad=2
                )
                axes.set_xlim(window.opens_ms, window.closes_ms)
                axes.set_ylim(0, most * 1.1)
                axes.yaxis.set_major_locator(matplotlib.ticker.MaxNLocator(2, integer=True))
                if row == len(rows) - 1:
                    charts._clocks(axes, range(window.opens_ms, window.closes_ms + 1, HOUR_MS))
            for line, up, size, weight in ((heading[0], 36, 13, "bold"), (heading[1], 21, 10, "normal")):
                said_above = grid[0][column].annotate(
                    line, (0, 1), (0, up), "axes fraction", "offset points",
                    fontsize=size, fontweight=weight, color=colour,
                )  # fmt: skip
                said_above.set_in_layout(False)
        engine = figure.get_layout_engine()
        assert isinstance(engine, ConstrainedLayoutEngine)
        engine.set(rect=(0, 0, 1, 1 - 0.6 / figure.get_figheight()), wspace=0.06)
        figure.supylabel(unit, fontsize=9, color=INK_2)
        return standalone(_svg(figure, "versus", title, said))


def standalone(picture: str) -> str:
    """The picture as a file: light colours, on white, with fonts that are everywhere."""
    for colour, name in _NAMES.items():
        picture = picture.replace(f"var(--{name})", _LIGHT[colour])
    head, _, body = picture.partition(">")
    namespace = ' xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    fonts = " style=\"font-family: system-ui, 'Noto Sans', 'DejaVu Sans', sans-serif; background: #fff\""
    return f"{head}{namespace}{fonts}>{body}\n"


def _unbroken(values: Sequence[tuple[int, Band]]) -> Iterator[list[tuple[int, Band]]]:
    part: list[tuple[int, Band]] = []
    for value in values:
        if part and value[0] - part[-1][0] > HOLE_MS:
            yield part
            part = []
        part.append(value)
    if part:
        yield part


@contextmanager
def _figure(width: float, height: float) -> Iterator[Figure]:
    with matplotlib.rc_context(_STYLE):
        yield Figure(figsize=(width, height), layout="constrained")


def _svg(figure: Figure, name: str, title: str, said: str) -> str:
    """The figure as an element of a page, with its title and description; ids are its own, colours the page's."""
    written = StringIO()
    figure.savefig(
        written, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
    )
    drawn = written.getvalue()
    box = re.search(r'viewBox="([^"]+)"', drawn)
    assert box is not None
    inside = drawn[drawn.index(">", drawn.index("<svg")) + 1 : drawn.rindex("</svg>")]
    inside = re.sub(r"<metadata>.*?</metadata>", "", inside, flags=re.DOTALL)
    inside = re.sub(r'\bid="', f'id="{name}-', inside)
    inside = re.sub(r'(url\(|href=")#', rf"\1#{name}-", inside)
    inside = re.sub(r"font: ((?:bold |\d+ )*[\d.]+px)[^;\"]*", r"font: \1 var(--font, inherit)", inside)
    for colour, token in _NAMES.items():
        inside = inside.replace(colour, f"var(--{token})")
    return (
        f'<svg role="img" aria-labelledby="{name}-title {name}-desc" viewBox="{box[1]}">'
        f'<title id="{name}-title">{html.escape(title)}</title>'
        f'<desc id="{name}-desc">{html.escape(said)}</desc>{inside.strip()}</svg>'
    )
