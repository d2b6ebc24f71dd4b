"""The command `ronde`. Each command imports what it needs when it runs: `ronde check` starts no server."""

import contextlib
import logging
import signal
import sys
import threading
from pathlib import Path
from typing import IO, Any

import click

from firmware import __version__

from .badges import badges, expect
from .control import ask
from .eraser import erase
from .errors import HubAway, RondeError
from .options import CONFIG, FILE
from .passphrase import passphrase
from .plain import Lines, as_json, plain
from .preview import sheet
from .roster import stations
from .rules.floor import Status
from .saying import told
from .texts import SOURCE, spoken

_words = spoken()
_ = _words.text


class _Failure(click.ClickException):
    """Told as `ronde: …`, in the user's language."""

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(_("cli.failed", what=self.message), file=file, err=file is None)


class _Told(click.Group):
    """What the hub foresees is told in one line; only what nobody foresaw leaves a trace."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except RondeError as error:
            raise _Failure(told(error, _words)) from error


@click.group(cls=_Told, help=_("cli.help"), context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="ronde")
def main() -> None:
    pass


@main.command(help=_("cli.check.help"))
@click.argument("event", type=FILE)
def check(event: Path) -> None:
    from . import eventfile

    findings = eventfile.check(event, _words.language)
    for line in eventfile.report(findings, _words.language):
        click.echo(line)
    sys.exit(eventfile.exit_code(findings))


@main.command(help=_("cli.hub.help"))
@CONFIG
def hub(config: Path) -> None:
    from . import config as settings
    from .hub import Hub

    to_stderr = logging.StreamHandler()
    to_stderr.setFormatter(Lines("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[to_stderr])
    chosen = settings.load(config)
    running = Hub(chosen)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    address = f"http://127.0.0.1:{running.door_port}"
    click.echo(_("cli.hub.ready", address=address, port=running.port))
    while running.run(stop):
        running = Hub(chosen)


@main.command(help=_("cli.pin.help"))
@click.option("--new", is_flag=True, help=_("cli.pin.new"))
@CONFIG
def pin(new: bool, config: Path) -> None:
    from . import config as settings
    from . import passwords
    from .store.journal import Journal

    chosen = settings.load(config)
    try:
        digits = ask(chosen.control_path, "pin", in_language=_words.language, new=new)
    except HubAway:
        with contextlib.closing(Journal.open(chosen.journal_path)) as journal:
            digits = (passwords.renew_pin(journal) if new else passwords.pin(journal)).digits
    click.echo(digits)


@main.command(help=_("cli.atelier.help"))
@click.argument("atelier")
@click.argument("status", type=click.Choice([status.value for status in Status]))
@CONFIG
def atelier(atelier: str, status: str, config: Path) -> None:
    _act(config, "status", atelier=atelier, status=status)


@main.command(help=_("cli.announce.help"))
@click.argument("text")
@click.option("--language", default=SOURCE, show_default=True, help=_("cli.announce.language"))
@click.option(
    "--minutes",
    type=click.IntRange(1, 24 * 60),
    default=15,
    show_default=True,
    help=_("cli.announce.minutes"),
)
@CONFIG
def announce(text: str, language: str, minutes: int, config: Path) -> None:
    _act(config, "announce", texts={language: text}, minutes=minutes)


@main.group(help=_("cli.party.help"))
def party() -> None:
    pass


def _party_command(name: str, act: str, told: str) -> None:
    @party.command(name, help=told)
    @click.argument("nickname", nargs=-1, required=True)
    @CONFIG
    def command(nickname: tuple[str, ...], config: Path) -> None:
        _act(config, act, party=" ".join(nickname))


_party_command("print", "print", _("cli.party.print"))
_party_command("gone", "see-off", _("cli.party.gone"))
_party_command("badge", "replace-badge", _("cli.party.badge"))


@main.command(help=_("cli.strike.help"))
@click.argument("station")
@click.argument("epoch")
@click.argument("number", type=click.IntRange(min=1))
@CONFIG
def strike(station: str, epoch: str, number: int, config: Path) -> None:
    _act(config, "strike", station=station, epoch=epoch, seq=number)


def _act(config: Path, act: str, **body: Any) -> None:
    from . import config as settings

    whom = ask(settings.load(config).control_path, act, in_language=_words.language, **body)
    click.echo(_("cli.done_for", whom=whom) if whom else _("cli.done"))


@main.command(help=_("cli.replay.help"))
@click.argument("file", type=click.File("r", encoding="utf-8-sig", errors="replace"))
@click.option("--event", "event_file", type=FILE, required=True, help=_("cli.event"))
@click.option("--at", "moment", metavar="TIME", help=_("cli.replay.at"))
@click.option("--journeys", is_flag=True, help=_("cli.replay.journeys"))
def replay(file: Any, event_file: Path, moment: str | None, journeys: bool) -> None:
    from . import eventfile
    from .replay import moment_of
    from .replay import replay as replayed
    from .rules import board

    event = eventfile.load(event_file, _words.language)
    done = replayed(event, file, moment_of(event, moment) if moment else None)
    for unread in done.unread:
        click.echo(_("cli.replay.unread", line=unread.line, reason=plain(unread.reason)), err=True)
    shown = board.board(done.view, done.at_ms) | {"unread": len(done.unread)}
    if journeys:
        shown["journeys"] = board.journeys(done.view, done.at_ms)
    click.echo(as_json(shown, indent=2))
    if done.unread and not done.view.version:
        raise _Failure(_("cli.replay.nothing"))


@main.command(help=_("cli.export.help"))
@click.argument("journal", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def export(journal: Path) -> None:
    from .replay import exported
    from .store.journal import Journal

    with contextlib.closing(Journal.open(journal)) as opened:
        for line in exported(opened.read()):
            click.echo(as_json(line, separators=(",", ":")))


def _add_bench() -> None:
    from .bench.command import bench

    main.add_command(bench)


_add_bench()


def _add_demo() -> None:
    """The rehearsal needs packages of its own; without them the command says how to get them."""
    from .demo.command import demo

    main.add_command(demo)


def _add_rehearse() -> None:
    from .rehearse import rehearse

    main.add_command(rehearse)


_add_demo()
_add_rehearse()
main.add_command(stations)
main.add_command(sheet)
main.add_command(badges)
main.add_command(expect)
main.add_command(erase)
main.add_command(passphrase)

if __name__ == "__main__":
    main()
