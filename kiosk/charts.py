"""The pictures of a day as it stands, as files: what was, and nothing foreseen.

Each says its own numbers in words or figures beside the lines, and tells apart by place, hatches and labels, never by
colour alone. Where a station is silent a course ends, hatched from there on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import matplotlib.ticker
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .drawing import PAPER, figure, hours, legible, peak, png, settle, standalone, svg
from .figures import AFTER_MS
from .rules.cells import shown
from .rules.course import Course
from .rules.event import MINUTE_MS, Atelier, Event, Kind
from .rules.history import QUARTER_MS, AtelierHistory, History
from .texts import Texts

NAMES = ("on-site", "arrivals", "queues", "waits", "ages")
WIDTH = 10.0
LONGEST_NAME, LONGEST_TITLE, LONGEST_EVENT = 30, 46, 80


@dataclass(frozen=True, slots=True)
class Chart:
    """`name`: of NAMES. `said`: what there is to see, in words."""

    name: str
    title: str
    said: str
    svg: bytes
    png: bytes


class DayCharts:
    """Draws the charts of one moment, in one language."""

    def __init__(self, event: Event, past: History, words: Texts) -> None:
        self.event = event
        self.past = past
        self.words = words

    def draw(self, name: str) -> Chart:
        """The chart of this name. Raises KeyError where there is none."""
        drawing = {
            "on-site": (4.6, self._on_site),
            "arrivals": (4.2, self._arrivals),
            "queues": (1.4 + 0.62 * max(1, len(self._queued)), self._queues),
            "waits": (1.4 + 1.75 * -(-max(1, len(self._queued)) // 2), self._waits),
            "ages": (1.9 + 0.4 * len(self.past.ateliers), self._ages),
        }
        height, paint = drawing[name]
        key = name.replace("-", "_")
        title = self.words.text(f"charts.{key}.title")
        with figure(WIDTH, height, PAPER) as drawn:
            said = paint(drawn)
            self._head(drawn, title, said)
            settle(drawn)
            return Chart(name, title, said, standalone(svg(drawn, name, title, said)).encode(), png(drawn))

    def _head(self, drawn: Figure, title: str, said: str) -> None:
        """The title, and below it whose day it is, as of when, and what there is to see."""
        event, words = self.event, self.words
        seen = event.local(self.past.at_ms).date()
        about = words.text(
            "charts.about" if seen == event.day else "charts.about_later",
            event=_short(event.name, LONGEST_EVENT),
            day=words.day(event.day),
            seen=words.day(seen),
            clock=words.clock(self.past.at_ms, event.zone),
        )
        height = drawn.get_figheight()
        for line, down, size, weight, colour in (
            (title, 0.14, 15, "bold", PAPER.ink),
            (said, 0.44, 10, "normal", PAPER.ink),
            (about, 0.68, 9, "normal", PAPER.ink_2),
        ):
            drawn.text(
                0.012, 1 - down / height, line, fontsize=size, fontweight=weight, color=colour, va="top"
            ).set_in_layout(False)
        drawn.get_layout_engine().set(rect=(0.005, 0, 0.985, 1 - 0.98 / height), wspace=0.05)  # type: ignore[union-attr,call-arg]

    # The charts: each paints, and says what there is to see

    def _on_site(self, drawn: Figure) -> str:
        axes, words = drawn.add_subplot(), self.words
        self._day(axes, told=True)
        at, people = _stairs(self.past.on_site)
        roaming_at, roaming = _stairs(self.past.roaming)
        axes.fill_between(at, people, step="post", color=PAPER.band, linewidth=0)
        axes.step(at, people, where="post", color=PAPER.accent)
        axes.fill_between(
            roaming_at,
            roaming,
            step="post",
            facecolor="none",
            edgecolor=PAPER.ink_2,
            hatch="////",
            linewidth=0,
        )
        axes.step(roaming_at, roaming, where="post", color=PAPER.ink_2, linewidth=1.2, linestyle=(0, (3, 2)))
        most = self.past.on_site.most
        top = (most[1].people if most else 1) * 1.18
        sessions = [each for each in self.event.ateliers if each.kind is Kind.SESSION and each.times_ms]
        self._whole(axes, top)
        axes.set_ylim(0, top * (1 + 0.15 * len(sessions[:6])))
        self._sessions(axes, sessions[:6], top)
        self._label(axes, at, people, words.text("charts.on_site.people"), PAPER.accent, 6)
        self._label(axes, roaming_at, roaming, words.text("charts.on_site.roaming"), PAPER.ink_2, -6)
        if most is None:
            return words.text("charts.nobody")
        axes.plot(most[0], most[1].people, "o", color=PAPER.accent, markersize=6)
        clock = words.clock(most[0], self.event.zone)
        peak(
            axes, (most[0], most[1].people), f"{words.number(most[1].people)} · {clock}", self.past.at_ms, 7,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1, "alpha": 0.85},
        )  # fmt: skip
        now = self.past.on_site.at(self.past.at_ms)
        return words.text(
            "charts.on_site.said",
            now=words.plural("charts.people", now.people if now else 0),
            most=words.number(most[1].people),
            clock=clock,
        )

    def _arrivals(self, drawn: Figure) -> str:
        axes, words = drawn.add_subplot(), self.words
        self._day(axes, told=True)
        arrivals = self.past.arrivals
        most = max((each.count.people for each in arrivals), default=0)
        for each in arrivals:
            whole = each.from_ms + QUARTER_MS <= self.past.at_ms
            axes.bar(
                each.from_ms + QUARTER_MS / 2, each.count.people, QUARTER_MS * 0.86,
                facecolor=PAPER.accent if whole else PAPER.band, edgecolor=PAPER.accent,
                hatch=None if whole else "////", linewidth=0.8,
            )  # fmt: skip
            if each.count.people:
                axes.annotate(
                    words.number(each.count.people), (each.from_ms + QUARTER_MS / 2, each.count.people), (0, 3),
                    textcoords="offset points", ha="center", fontsize=8, color=PAPER.ink,
                )  # fmt: skip
        axes.set_ylim(0, max(1, most) * 1.15)
        self._whole(axes, max(1, most) * 1.15)
        first = min([self.event.opens_ms, *(each.from_ms for each in arrivals if each.count.people)])
        axes.set_xlim(left=first)
        if not most:
            return words.text("charts.nobody")
        best = max(arrivals, key=lambda each: each.count.people)
        return words.text(
            "charts.arrivals.said",
            all=words.plural("charts.people", sum(each.count.people for each in arrivals)),
            most=words.number(most),
            clock=words.clock(best.from_ms, self.event.zone),
        )

    def _queues(self, drawn: Figure) -> str:
        """A band for each atelier, all on one scale."""
        words = self.words
        rows = drawn.subplots(max(1, len(self._queued)), 1, sharex=True, squeeze=False)[:, 0]
        courses = [self.past.ateliers[atelier.id].queue for atelier in self._queued]
        most = max([1, *(course.most[1].people for course in courses if course.most)])
        for axes, atelier, course in zip(rows, self._queued, courses, strict=False):
            at, people = _stairs(course)
            axes.fill_between(at, people, step="post", color=PAPER.band, linewidth=0)
            axes.step(at, people, where="post", color=PAPER.accent, linewidth=1.3)
            axes.set_ylim(0, most * 1.25)
            axes.set_yticks([])
            axes.grid(False, axis="y")
            axes.spines["bottom"].set_visible(True)
            self._named(axes, atelier)
            self._day(axes)
            self._silence(axes, course)
            if course.most:
                at_ms, count = course.most
                peak(axes, (at_ms, count.people), words.number(count.people), self.past.at_ms, 2, fontsize=8)
        longest = max(
            (
                (course.most, atelier)
                for course, atelier in zip(courses, self._queued, strict=True)
                if course.most
            ),
            key=lambda each: each[0][1].people,
            default=None,
        )
        if longest is None:
            return words.text("charts.queues.none")
        (at_ms, count), atelier = longest
        return words.text(
            "charts.queues.said",
            atelier=_short(atelier.name(words.language)),
            most=words.plural("charts.people", count.people),
            clock=words.clock(at_ms, self.event.zone),
        )

    def _waits(self, drawn: Figure) -> str:
        """Every wait as a dot where the party came, and the median of each quarter of an hour as a line."""
        words = self.words
        lines = -(-max(1, len(self._queued)) // 2)
        grid = drawn.subplots(lines, 2, sharex=True, sharey=True, squeeze=False)
        ateliers = [self.past.ateliers[atelier.id] for atelier in self._queued]
        longest = max([10.0, *(waited / MINUTE_MS for here in ateliers for _, waited in here.waits)])
        for place, axes in enumerate(grid.flat):
            if place >= len(ateliers):
                axes.set_axis_off()
                continue
            here = ateliers[place]
            axes.plot(
                [came_ms for came_ms, _ in here.waits], [waited / MINUTE_MS for _, waited in here.waits],
                "o", color=PAPER.accent, alpha=0.35, markersize=3.2, markeredgewidth=0,
            )  # fmt: skip
            for part in _medians(here):
                axes.plot(
                    *zip(*part, strict=True), color=PAPER.ink, linewidth=1.6, marker="s", markersize=2.6
                )
            axes.set_ylim(0, longest * 1.08)
            axes.yaxis.set_major_locator(matplotlib.ticker.MaxNLocator(3, integer=True))
            title = _short(here.atelier.name(words.language), LONGEST_TITLE)
            axes.set_title(title, fontsize=10, color=PAPER.ink, pad=3)
            self._day(axes)
            self._silence(axes, here.queue)
            if not here.waits:
                axes.text(
                    0.5, 0.5, words.text("charts.waits.none"), transform=axes.transAxes, ha="center", va="center",
                    fontsize=9, color=PAPER.ink_2,
                )  # fmt: skip
        drawn.supylabel(words.text("charts.waits.minutes"), fontsize=9, color=PAPER.ink_2)
        return words.text("charts.waits.said")

    def _ages(self, drawn: Figure) -> str:
        """A table: counts as figures, and as bars of ink below them."""
        words, event = self.words, self.event
        axes = drawn.add_subplot()
        bands = [
            band for band in event.bands if any(band.id in each.ages for each in self.past.ateliers.values())
        ]
        rows = list(self.past.ateliers.values())
        counts = [shown(here.ages) for here in rows]
        most = max([1, *(count for row in counts for count in row.values() if count)])
        for line, row in enumerate(counts):
            for column, band in enumerate(bands):
                if band.id not in row:
                    text, colour = "–", PAPER.ink_2
                elif row[band.id] is None:
                    text, colour = words.text("charts.ages.few"), PAPER.ink_2
                else:
                    count = row[band.id] or 0
                    text, colour = words.number(count), PAPER.ink
                    axes.barh(
                        line + 0.3,
                        0.8 * count / most,
                        0.16,
                        left=column - 0.4,
                        color=PAPER.accent,
                        linewidth=0,
                    )
                axes.text(column - 0.4, line - 0.05, text, ha="left", va="center", fontsize=10, color=colour)
        axes.set_xlim(-0.5, max(1, len(bands)) - 0.45)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_xticks(
            [column - 0.4 for column in range(len(bands))],
            [_short(band.name(words.language), 18) for band in bands], ha="left", color=PAPER.ink, fontsize=9,
        )  # fmt: skip
        axes.tick_params(axis="x", length=0)
        axes.xaxis.tick_top()
        axes.set_yticks(
            range(len(rows)), [_short(here.atelier.name(words.language)) for here in rows], color=PAPER.ink
        )
        axes.grid(False)
        for line in range(len(rows)):
            axes.axhline(line + 0.5, color=PAPER.line, linewidth=0.8)
        axes.spines["bottom"].set_visible(False)
        return words.text("charts.ages.said")

    # What they share

    @property
    def _queued(self) -> list[Atelier]:
        """The ateliers that people queue for, where somebody scans who joins."""
        return [
            atelier
            for atelier in self.event.ateliers
            if atelier.kind is not Kind.SESSION and self.event.sees_queue(atelier.id)
        ]

    def _day(self, axes: Axes, told: bool = False) -> None:
        """The hours below; the doors closed, as a paler band; now, as a dotted line, with its hour where `told`."""
        event = self.event
        hours(axes, event, self.words)
        axes.set_xlim(event.opens_ms, max(event.closes_ms, min(self.past.at_ms, event.closes_ms + AFTER_MS)))
        for before, after in zip(event.windows, event.windows[1:], strict=False):
            axes.axvspan(before.closes_ms, after.opens_ms, facecolor="#f4f1ea", linewidth=0, zorder=0)
        if self.past.at_ms < event.closes_ms:
            axes.axvline(self.past.at_ms, color=PAPER.other, linewidth=1.2, linestyle=(0, (1, 1.5)))
            if told:
                axes.annotate(
                    self.words.clock(self.past.at_ms, event.zone), (self.past.at_ms, 1), (0, 2),
                    ("data", "axes fraction"), "offset points", ha="center", fontsize=8, color=PAPER.other,
                )  # fmt: skip

    def _sessions(self, axes: Axes, sessions: Sequence[Atelier], top: float) -> None:
        """Above the people: when each timetabled atelier was on."""
        for line, atelier in enumerate(sessions):
            height = top * (1 + 0.15 * line)
            spans = [(start_ms, atelier.turn_ms) for start_ms in atelier.times_ms]
            axes.broken_barh(
                spans,
                (height, top * 0.055),
                facecolor="white",
                edgecolor=PAPER.ink_2,
                hatch="...",
                linewidth=0.8,
            )
            axes.annotate(
                _short(atelier.name(self.words.language)), (atelier.times_ms[0], height + top * 0.055), (0, 2),
                textcoords="offset points", va="bottom", fontsize=8, color=PAPER.ink_2,
            )  # fmt: skip

    def _silence(self, axes: Axes, course: Course) -> None:
        """Where nothing was heard any more. Once the doors are closed stations are taken down, which says nothing."""
        until_ms = min(self.past.at_ms, self.event.closes_ms)
        if course.until_ms >= until_ms:
            return
        axes.axvspan(
            course.until_ms,
            until_ms,
            facecolor="none",
            edgecolor=PAPER.other,
            hatch="xxx",
            linewidth=0,
            alpha=0.5,
        )
        left_ms, right_ms = axes.get_xlim()
        late = course.until_ms - left_ms > (right_ms - left_ms) / 2
        axes.annotate(
            self.words.text("charts.silent"), (until_ms if late else course.until_ms, 1), (-3 if late else 3, 0),
            ("data", "axes fraction"), "offset points", fontsize=8, color=PAPER.other, va="top",
            ha="right" if late else "left", bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )  # fmt: skip

    def _named(self, axes: Axes, atelier: Atelier) -> None:
        axes.set_ylabel(
            _short(atelier.name(self.words.language)),
            rotation=0, ha="right", va="center", color=PAPER.ink, fontsize=9,
        )  # fmt: skip

    def _label(
        self, axes: Axes, at: Sequence[int], people: Sequence[int], label: str, colour: str, lift: int
    ) -> None:
        """The name of a course at its end, in place of a legend; `lift`: so many points above it."""
        if at:
            end_ms = min(at[-1], axes.get_xlim()[1])
            there = max(place for place, at_ms in enumerate(at) if at_ms <= end_ms)
            axes.annotate(
                label, (end_ms, people[there]), (5, lift), textcoords="offset points", va="center", fontsize=9,
                color=colour, annotation_clip=False,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.85},
            )  # fmt: skip

    @staticmethod
    def _whole(axes: Axes, top: float) -> None:
        """Whole numbers on the scale, up to `top`."""
        ticks = matplotlib.ticker.MaxNLocator(5, integer=True).tick_values(0, top)
        axes.set_yticks([tick for tick in ticks if 0 <= tick <= top])


def _stairs(course: Course) -> tuple[list[int], list[int]]:
    """The moments of a course and the people from each on, up to where it is known."""
    at, people = list(course.moments), [count.people for count in course.counts]
    if at and at[-1] < course.until_ms:
        at.append(course.until_ms)
        people.append(people[-1])
    return at, people


def _medians(here: AtelierHistory) -> Iterator[list[tuple[float, float]]]:
    """The median wait of each quarter of an hour, in its middle; a quarter without any breaks the line."""
    part: list[tuple[float, float]] = []
    for from_ms, minutes in here.median_waits:
        middle = from_ms + QUARTER_MS / 2
        if part and middle - part[-1][0] > QUARTER_MS:
            yield part
            part = []
        part.append((middle, minutes))
    if part:
        yield part


def _short(name: str, most: int = LONGEST_NAME) -> str:
    name = legible(name)
    return name if len(name) <= most else f"{name[: most - 1].rstrip()}…"
