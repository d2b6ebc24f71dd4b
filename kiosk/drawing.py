"""How charts are drawn, wherever they are: one hue, words as text, a plain frame. matplotlib is imported here and in
the modules that draw, and only when a picture is wanted: it is slow to import, and its settings are everybody's.

A chart is drawn in the colours of a page (`PAGE`: they stand for `var(--…)`, so that a picture is dark where the page
is), or of paper (`PAPER`), for a file.
"""

import html
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from functools import cache
from io import BytesIO, StringIO
from typing import Any
from unicodedata import category

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont, get_font
from matplotlib.text import Annotation

from .rules.event import HOUR_MS, Event
from .texts import Texts

DOTS_AN_INCH = 160
REPLACED = "\ufffd"
HALF_A_LETTER = 0.005  # of the width of a drawing
_JOINING, _SIGNS = frozenset({"Cf"}), frozenset({"So", "Sk", "Mn", "Me"})


@dataclass(frozen=True, slots=True)
class Palette:
    ink: str
    ink_2: str
    line: str
    accent: str
    band: str
    other: str


PAGE = Palette("#010101", "#020202", "#030303", "#040404", "#050505", "#060606")
PAPER = Palette("#1c2430", "#535c69", "#ddd6c8", "#0b6b67", "#a5d3cf", "#c05a00")
_NAMES = ("ink", "ink-2", "line", "accent", "band", "other")


@contextmanager
def figure(width: float, height: float, palette: Palette = PAGE) -> Iterator[Figure]:
    """A figure of so many inches. Nobody else draws meanwhile: matplotlib has one set of settings for all."""
    with matplotlib.rc_context(_style(palette)):
        yield Figure(figsize=(width, height), layout="constrained", facecolor=_ground(palette))


def _ground(palette: Palette) -> str:
    return "#ffffff" if palette is PAPER else "none"


def _style(palette: Palette) -> dict[str, Any]:
    return {
        "svg.fonttype": "none",
        "svg.hashsalt": "ronde",
        "text.parse_math": False,
        "font.family": "sans-serif",
        "font.size": 10,
        "text.color": palette.ink,
        "axes.edgecolor": palette.line,
        "axes.labelcolor": palette.ink_2,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.spines.left": False,
        "axes.grid": True,
        "axes.grid.axis": "y",
        "axes.axisbelow": True,
        "axes.titlelocation": "left",
        "axes.titlesize": 11,
        "axes.titleweight": "bold",
        "grid.color": palette.line,
        "grid.linewidth": 0.8,
        "hatch.linewidth": 0.7,
        "xtick.color": palette.line,
        "ytick.color": palette.line,
        "xtick.labelcolor": palette.ink_2,
        "ytick.labelcolor": palette.ink_2,
        "ytick.major.size": 0,
        "lines.linewidth": 2.0,
        "lines.solid_capstyle": "round",
        "axes.facecolor": "none",
        "savefig.facecolor": "auto",
        "legend.frameon": False,
    }


def legible(name: str) -> str:
    """A name as any picture can hold it: a letter that cannot be drawn stands as a sign that there was something, and
    other signs than letters, as emoji are, are left out.
    """
    drawable = _drawable()
    shown = "".join(
        "" if category(letter) in _JOINING else letter if ord(letter) in drawable else _instead(letter)
        for letter in name
    )
    return " ".join(shown.split()) or REPLACED


def _instead(letter: str) -> str:
    return "" if category(letter) in _SIGNS else REPLACED


@cache
def _drawable() -> frozenset[int]:
    """What the letters of pictures can draw: those that come with matplotlib."""
    return frozenset(get_font(findfont("DejaVu Sans")).get_charmap())


def hours(axes: Axes, event: Event, words: Texts) -> None:
    """The hours of the day below, from the first doors to the last."""
    axes.set_xlim(event.opens_ms, event.closes_ms)
    step = 1 if event.closes_ms - event.opens_ms <= 8 * HOUR_MS else 2
    clocks(axes, event.hours(event.opens_ms, event.closes_ms + 1, step), event, words)


def clocks(axes: Axes, ticks: Sequence[int], event: Event, words: Texts) -> None:
    axes.set_xticks(list(ticks), [words.clock(tick, event.zone) for tick in ticks])


def peak(
    axes: Axes, at: tuple[float, float], said: str, until: float, lift: float, **looks: Any
) -> Annotation:
    """What is said of a peak stands above it, and not across `until`, where something else is written."""
    left, right = axes.get_xlim()
    near = min(until, right) - at[0] < len(said) * HALF_A_LETTER * (right - left)
    return axes.annotate(
        said, at, (0, lift), textcoords="offset points", ha="right" if near else "center", fontweight="bold",
        color=PAPER.ink, **looks,
    )  # fmt: skip


def settle(drawn: Figure) -> None:
    """Place all that is in it, once: it is written more than once, and each time would place it again."""
    drawn.draw_without_rendering()
    drawn.set_layout_engine("none")


def png(drawn: Figure) -> bytes:
    written = BytesIO()
    drawn.savefig(written, format="png", dpi=DOTS_AN_INCH, metadata={"Software": None})
    return written.getvalue()


def svg(drawn: Figure, name: str, title: str, said: str) -> str:
    """The figure as an element of a page, with its title and description; ids are its own, colours the page's."""
    written = StringIO()
    drawn.savefig(
        written, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
    )
    text = written.getvalue()
    box = re.search(r'viewBox="([^"]+)"', text)
    assert box is not None
    inside = text[text.index(">", text.index("<svg")) + 1 : text.rindex("</svg>")]
    inside = re.sub(r"<metadata>.*?</metadata>", "", inside, flags=re.DOTALL)
    inside = re.sub(r'\bid="', f'id="{name}-', inside)
    inside = re.sub(r'(url\(|href=")#', rf"\1#{name}-", inside)
    inside = re.sub(r"font: ((?:bold |\d+ )*[\d.]+px)[^;\"]*", r"font: \1 var(--font, inherit)", inside)
    for colour, token in zip(astuple(PAGE), _NAMES, strict=True):
        inside = inside.replace(colour, f"var(--{token})")
    return (
        f'<svg role="img" aria-labelledby="{name}-title {name}-desc" viewBox="{box[1]}">'
        f'<title id="{name}-title">{html.escape(title)}</title>'
        f'<desc id="{name}-desc">{html.escape(said)}</desc>{inside.strip()}</svg>'
    )


def standalone(picture: str) -> str:
    """The picture as a file: light colours, on white, with fonts that are everywhere."""
    for colour, name in zip(astuple(PAPER), _NAMES, strict=True):
        picture = picture.replace(f"var(--{name})", colour)
    picture = picture.replace("var(--font, inherit)", "'Noto Sans', 'DejaVu Sans', sans-serif")
    head, _, body = picture.partition(">")
    namespace = ' xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    fonts = " style=\"font-family: system-ui, 'Noto Sans', 'DejaVu Sans', sans-serif; background: #fff\""
    return f"{head}{namespace}{fonts}>{body}\n"
