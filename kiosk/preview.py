"""`ronde sheet`: what a route sheet looks like, as a picture, before any paper is bought."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .errors import Refused
from .options import FILE
from .outfile import claimed
from .saying import say
from .texts import SOURCE, languages, spoken

if TYPE_CHECKING:
    from .paper.blocks import Sheet
    from .paper.render import PaperSettings
    from .paper.ticket import Ticket
    from .rules.event import Event
    from .rules.facts import Advised
    from .rules.party import Party

_words = spoken()
_ = _words.text
_OUT = click.Path(path_type=Path, dir_okay=False, allow_dash=True)
_EXAMPLE = Path(__file__).with_name("events") / "roubaix-2022.toml"

_NUMBER = 193  # "Chat 7"
_BADGE = "BCDFGHJKLNPRSTVX"
_CAME_AFTER = timedelta(minutes=8)
_WAITS_MINUTES = (3, 8, 5, 12, 20)  # as on a day that is neither empty nor full
_SESSION_WAIT_MINUTES = 10


@click.command(help=_("cli.sheet.help"))
@click.argument("event_file", metavar="[EVENT]", type=FILE, default=_EXAMPLE)
@click.option("--language", default=SOURCE, show_default=True, help=_("cli.sheet.language"))
@click.option(
    "--width", type=click.Choice(("80", "58")), default="80", show_default=True, help=_("cli.sheet.width")
)
@click.option("--out", type=_OUT, required=True, help=_("cli.sheet.out"))
def sheet(event_file: Path, language: str, width: str, out: Path) -> None:
    from . import eventfile

    if language not in languages():
        raise Refused(say("error.no_language", language=language, known=languages()))
    event = eventfile.load(event_file, _words.language)
    with claimed(out, force=True) as file:
        file.write(preview(event, language, int(width)))


def preview(event: "Event", language: str, width_mm: int) -> bytes:
    """The sheet of an example family in this language, as a PNG file: its bytes, printed by the stand-in printer."""
    from .paper.raster import png
    from .paper.render import PaperSettings

    return png(_printed(example(event, language, width_mm), PaperSettings()), width_mm)


def example(
    event: "Event",
    language: str,
    width_mm: int,
    *,
    keep: bool = True,
    route: "Iterable[Advised] | None" = None,
) -> "Sheet":
    """The sheet of an example family; `route`: that one instead of what it would be told."""
    from .paper.sheet import layout
    from .texts import texts

    party = _family(event, language)
    told = _route(event, party) if route is None else route
    return layout(event, party, told, texts(language), width_mm, keep=keep)


def length_dots(sheet: "Sheet", settings: "PaperSettings") -> int:
    """How much paper it takes."""
    from .paper.raster import length

    return length(_printed(sheet, settings), sheet.width_mm)


def _printed(sheet: "Sheet", settings: "PaperSettings") -> "Ticket":
    from .paper.commands import Tokenizer
    from .paper.render import render
    from .paper.ticket import Strip

    paper = Strip()
    for command in Tokenizer().feed(render(sheet, settings)):
        paper.put(command)
    return paper.tear_off(1)


def _family(event: "Event", language: str) -> "Party":
    """Two of the oldest but one age band, two of the second youngest, as far as there are bands."""
    from .rules.party import Group, Party

    grown, young = event.bands[-2:][0], event.bands[:2][-1]
    people = (
        Group(grown.id, "f", 1),
        Group(grown.id, "m", 1),
        Group(young.id, "f", 1),
        Group(young.id, "m", 1),
    )
    came_ms = event.windows[-1].opens_ms + int(_CAME_AFTER.total_seconds() * 1000)
    return Party(_NUMBER, _BADGE, people, language, came_ms)


def _route(event: "Event", party: "Party") -> "Iterator[Advised]":
    """All ateliers that somebody of the party may take, in the order of the event file, one after the other."""
    from .rules.event import MINUTE_MS
    from .rules.facts import Advised
    from .rules.routes import MOST_STOPS

    open_to = [atelier for atelier in event.ateliers if party.takers(event, atelier)][:MOST_STOPS]
    at_ms = party.came_ms
    for place, atelier in enumerate(open_to):
        wait_minutes = _WAITS_MINUTES[place % len(_WAITS_MINUTES)]
        if (session_ms := atelier.next_session_ms(at_ms)) is not None:
            wait_minutes = _SESSION_WAIT_MINUTES
            at_ms = session_ms - wait_minutes * MINUTE_MS
        elif atelier.times_ms:
            continue  # the last session has begun
        yield Advised(atelier.id, at_ms, wait_minutes)
        at_ms += wait_minutes * MINUTE_MS + atelier.turn_ms + event.walking_minutes * MINUTE_MS
