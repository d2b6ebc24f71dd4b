"""`ronde badges` and `ronde expect`: badges made before anybody comes, as a PDF or on the hub's own printer."""

import io
import sys
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from .control import ask
from .errors import Refused
from .options import CONFIG
from .outfile import STANDARD_OUTPUT, claimed
from .saying import say, told, why
from .texts import spoken, texts

if TYPE_CHECKING:
    from .registration import Listing
    from .rules.event import Event

_words = spoken()
_ = _words.text

A4, ROLL = FORMATS = ("a4", "roll")
WIDTHS = ("80", "62")
MOST_SLIPS = 100  # families wait behind them
FAULTS_SHOWN = 20

_FILE = click.Path(path_type=Path, dir_okay=False, allow_dash=True)
_OUT = click.option("--out", type=_FILE, help=_("badges.option.out"))
_FORMAT = click.option("--format", "form", type=click.Choice(FORMATS), help=_("badges.option.format"))
_WIDTH = click.option("--width", type=click.Choice(WIDTHS), help=_("badges.option.width"))
_FORCE = click.option("--force", is_flag=True, help=_("badges.option.force"))


@click.command(help=_("badges.help"))
@click.option("--count", type=int, help=_("badges.option.count"))
@click.option("--again", is_flag=True, help=_("badges.option.again"))
@click.option("--slips", is_flag=True, help=_("badges.option.slips", most=MOST_SLIPS))
@_OUT
@_FORMAT
@_WIDTH
@_FORCE
@CONFIG
def badges(
    count: int | None,
    again: bool,
    slips: bool,
    out: Path | None,
    form: str | None,
    width: str | None,
    force: bool,
    config: Path,
) -> None:
    from .reception import MOST_BADGES

    if (count is None) != again:
        raise click.UsageError(_("badges.one_of"))
    if slips and (out or form or width):
        raise click.UsageError(_("badges.slips_alone"))
    if count is not None and not 0 < count <= MOST_BADGES:
        raise Refused(say("badges.count", most=_words.number(MOST_BADGES)))
    if count is not None and slips and count > MOST_SLIPS:
        raise Refused(say("badges.many_slips", most=_words.number(MOST_SLIPS)))
    desk = _Desk(config)
    if slips:
        desk.print(desk.blank() if again else desk.ask("make-badges", count=count, slips=True))
        return
    sheet = _Sheet(desk, out, form, width)
    if again:
        made = desk.blank()
        with claimed(sheet.path, force=force) as file:
            sheet.draw(made, file)
    else:
        sheet.make(lambda: desk.ask("make-badges", count=count), force)
    sheet.tell()


@click.command(help=_("badges.expect.help"))
@click.argument("file", type=_FILE)
@click.option("--check", is_flag=True, help=_("badges.option.check"))
@click.option("--model", is_flag=True, help=_("badges.option.model"))
@click.option("--more", is_flag=True, help=_("badges.option.more"))
@_OUT
@_FORMAT
@_WIDTH
@_FORCE
@CONFIG
def expect(
    file: Path,
    check: bool,
    model: bool,
    more: bool,
    out: Path | None,
    form: str | None,
    width: str | None,
    force: bool,
    config: Path,
) -> None:
    from . import registration

    desk = _Desk(config)
    if model:
        with claimed(file, force=force) as empty:
            empty.write(registration.model(desk.event()))
        if file != STANDARD_OUTPUT:
            click.echo(_("badges.model_written", path=file), err=True)
        return
    listing = registration.read(desk.event(), _bytes(file))
    if listing.faults:
        _tell_faults(listing, file)
        sys.exit(1)
    click.echo(_summary(listing), err=True)
    if check:
        return
    sheet = _Sheet(desk, out, form, width)
    rows = [
        {
            "row": row.number,
            "people": [group.to_json() for group in row.people],
            "wishes": row.wishes,
            "language": row.language,
        }
        for row in listing.rows
    ]
    sheet.make(lambda: desk.ask("expect", rows=rows, more=more), force)
    sheet.tell()


class _Desk:
    """The hub that runs on this machine, and the event that it was given."""

    def __init__(self, config: Path) -> None:
        from . import config as settings

        self._settings = settings.load(config)

    def event(self) -> "Event":
        from . import eventfile

        return eventfile.load(self._settings.event, _words.language)

    def ask(self, act: str, **body: Any) -> Any:
        return ask(self._settings.control_path, act, in_language=_words.language, **body)

    def blank(self) -> list[dict[str, Any]]:
        """The badges that nobody has yet. Raises Refused where there are none."""
        found: list[dict[str, Any]] = self.ask("badges")
        if not found:
            raise Refused(say("badges.none"))
        return found

    def print(self, made: list[dict[str, Any]]) -> None:
        """On the hub's own printer."""
        if len(made) > MOST_SLIPS:
            raise Refused(say("badges.many_slips", most=_words.number(MOST_SLIPS)))
        asked = self.ask("print-slips", badges=[badge["badge"] for badge in made])
        click.echo(_words.plural("badges.slips", asked))


class _Sheet:
    """The PDF of one run."""

    def __init__(self, desk: _Desk, out: Path | None, form: str | None, width: str | None) -> None:
        from .paper.card import PAPERS

        if width and form != ROLL:
            raise click.UsageError(_("badges.width_of_roll"))
        self.path = out or Path("badges.pdf")
        self._desk = desk
        self._cuts = form != ROLL
        self._paper = PAPERS[A4 if self._cuts else width or WIDTHS[0]]
        self._drawn = 0
        self._lacking: Iterable[str] = ()

    def make(self, made: Callable[[], list[dict[str, Any]]], force: bool) -> None:
        """Have badges made, once it is sure that the file can be written; what is made is kept, whatever follows."""
        kept = written = False
        try:
            with claimed(self.path, force=force) as file:
                found = made()
                kept = True
                self.draw(found, file)
            written = True
        finally:
            if kept and not written:
                click.echo(_("badges.kept"), err=True)

    def draw(self, made: list[dict[str, Any]], file: BinaryIO) -> None:
        from rich.console import Console

        from .paper.badgesheet import Badge, write
        from .rules.party import Nickname
        from .twin.progress import Stages

        event = self._desk.event()
        language = event.languages[0]
        first = texts(language)
        shown = []
        for badge in made:
            nickname = Nickname.of(badge["sign"])
            shown.append(Badge(badge["badge"], nickname.picture, first.nickname(nickname), _note(badge)))
        whole = io.BytesIO()
        stages = Stages(Console(stderr=True, highlight=False), _words)
        quiet = nullcontext(lambda: None)
        many = len(shown) > 10 * self._paper.places
        with stages.stage(_("badges.drawing"), len(shown)) if many else quiet as drawn:
            self._lacking = write(whole, shown, self._paper, event.name, language, drawn)
        file.write(whole.getbuffer())
        self._drawn = len(shown)

    def tell(self) -> None:
        pages = -(-self._drawn // self._paper.places)
        drawn, sheets = _words.plural("badges.made", self._drawn), _words.plural("badges.pages", pages)
        click.echo(_("badges.written", badges=drawn, pages=sheets, path=self.path), err=True)
        click.echo(_("badges.cut" if self._cuts else "badges.peel"), err=True)
        if self._lacking:
            letters = " ".join(sorted(self._lacking))
            click.echo(_("badges.lacking", letters=letters), err=True)


def _note(badge: dict[str, Any]) -> str:
    """For whoever hands it over: whose it is, without a name."""
    if not badge["row"]:
        return ""
    people = _words.plural("sheet.people", badge["people"])
    return _("badges.note", row=badge["row"], people=people)


def _bytes(file: Path) -> bytes:
    """What is in the file, up to a little more than a list may have. Raises Refused."""
    from .registration.csvtext import MOST_BYTES

    try:
        with nullcontext(sys.stdin.buffer) if str(file) == "-" else file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise Refused(say("error.unread", path=file, reason=why(error))) from error


def _tell_faults(listing: "Listing", file: Path) -> None:
    for fault in listing.faults[:FAULTS_SHOWN]:
        what = told(fault.what, _words)
        click.echo(_("badges.fault", row=fault.row, what=what) if fault.row else what, err=True)
    if len(listing.faults) > FAULTS_SHOWN:
        click.echo(_words.plural("badges.more_faults", len(listing.faults) - FAULTS_SHOWN), err=True)
    click.echo(_("badges.nothing_kept", path=file), err=True)


def _summary(listing: "Listing") -> str:
    people = sum(group.count for row in listing.rows for group in row.people)
    families = _words.plural("badges.families", len(listing.rows))
    return _("badges.read", families=families, people=_words.plural("sheet.people", people))
