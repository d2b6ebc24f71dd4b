"""`ronde stations`: the stations as this machine's organiser sees them, and how they come and go."""

import contextlib
import sys
import threading
from pathlib import Path
from typing import Any

import click

from .control import ask
from .errors import HubAway
from .options import CONFIG
from .texts import spoken

_words = spoken()
_ = _words.text

WIDTH = 80
LOOK_S = 1.0
DASH = "–"
WAITING, PAIRED = "waiting", "paired"  # states of a code


@click.group(help=_("cli.stations.help"), invoke_without_command=True)
@CONFIG
@click.pass_context
def stations(context: click.Context, config: Path) -> None:
    if context.invoked_subcommand is None:
        _print_roll(_asked(config, "stations"))


@stations.command("add", help=_("cli.stations.add.help"))
@click.argument("name")
@click.option("--atelier", help=_("cli.stations.add.atelier"))
@click.option("--steps", help=_("cli.stations.steps"))
@click.option("--buttons/--no-buttons", default=None, help=_("cli.stations.add.buttons"))
@click.option("--label", help=_("cli.stations.add.label"))
@click.option("--hub", help=_("cli.stations.add.hub"))
@CONFIG
def add(
    name: str,
    atelier: str | None,
    steps: str | None,
    buttons: bool | None,
    label: str | None,
    hub: str | None,
    config: Path,
) -> None:
    shown = _asked(
        config,
        "pair",
        station=name,
        atelier=atelier,
        steps=_split(steps),
        buttons=buttons,
        label=label,
        hub=hub,
    )
    click.echo(_("cli.stations.add.scan", station=name, hub=shown["hub"]))
    click.echo(_drawn(shown["invitation"]))
    click.echo(_("cli.stations.add.letters", letters=shown["letters"]))
    try:
        state = _watch(config, name, shown)
    except KeyboardInterrupt:
        _asked(config, "cancel-pairing", station=name)
        state = "cancelled"
    click.echo(_(f"cli.stations.add.{state}", station=name))
    sys.exit(0 if state == PAIRED else 1)


@stations.command("rename", help=_("cli.stations.rename.help"))
@click.argument("name")
@click.argument("label")
@CONFIG
def rename(name: str, label: str, config: Path) -> None:
    _asked(config, "set-station", station=name, label=label)
    click.echo(_("cli.done"))


@stations.command("move", help=_("cli.stations.move.help"))
@click.argument("name")
@click.argument("atelier")
@click.option("--steps", help=_("cli.stations.steps"))
@CONFIG
def move(name: str, atelier: str, steps: str | None, config: Path) -> None:
    _asked(config, "set-station", station=name, atelier=atelier, steps=_split(steps))
    click.echo(_("cli.done"))


@stations.command("revoke", help=_("cli.stations.revoke.help"))
@click.argument("name")
@click.option("--yes", is_flag=True, help=_("cli.stations.revoke.yes"))
@CONFIG
def revoke(name: str, yes: bool, config: Path) -> None:
    if not (yes or _agreed(_("cli.stations.revoke.ask", station=name))):
        sys.exit(1)
    _asked(config, "revoke", station=name)
    click.echo(_("cli.done"))


@stations.command("card", help=_("cli.stations.card.help"))
@click.argument("name")
@click.option("--hub", required=True, help=_("cli.stations.card.hub"))
@CONFIG
def card(name: str, hub: str, config: Path) -> None:
    try:
        line = _asked(config, "enrol", station=name, hub=hub)
    except HubAway:
        line = _without_a_hub(config, name, hub)
    click.echo(line)


def _agreed(question: str) -> bool:
    said = click.prompt(question, default="", show_default=False, prompt_suffix=" ")
    return bool(said) and said.strip().lower() in (_("cli.yes"), _("cli.yes")[0])


def _without_a_hub(config: Path, name: str, hub: str) -> str:
    from . import config as settings
    from . import eventfile
    from .registry import enrolment, standing
    from .store.journal import Journal

    chosen = settings.load(config)
    planned = eventfile.load(chosen.event, _words.language)
    with contextlib.closing(Journal.open(chosen.journal_path)) as journal:
        return enrolment(standing(planned, journal.read()), journal, name, hub).encode()


def _asked(config: Path, act: str, **body: Any) -> Any:
    from . import config as settings

    return ask(settings.load(config).control_path, act, in_language=_words.language, **body)


def _split(steps: str | None) -> list[str] | None:
    return None if steps is None else [step.strip() for step in steps.split(",") if step.strip()]


def _watch(config: Path, name: str, shown: dict[str, Any]) -> str:
    """Count down until the code was used, or can be no more; how it ended."""
    waiting = threading.Event()
    counts = sys.stdout.isatty()
    letters = shown["letters"]
    while shown["state"] == WAITING:
        if counts:
            minutes, seconds = divmod(shown["left_s"], 60)
            click.echo("\r" + _("cli.stations.add.left", left=f"{minutes}:{seconds:02d}") + " ", nl=False)
        waiting.wait(LOOK_S)
        found = _asked(config, "pairing", station=name)
        ours = found is not None and found["letters"] == letters
        shown = found if ours else shown | {"state": "replaced"}
    if counts:
        click.echo()
    return str(shown["state"])


def _drawn(text: str) -> str:
    """A QR code in half blocks, dark on light whatever the colours of the terminal are."""
    from qrcode import QRCode
    from qrcode.constants import ERROR_CORRECT_L

    code = QRCode(error_correction=ERROR_CORRECT_L)
    code.add_data(text)
    rows = code.get_matrix()
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    blocks = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}
    lines = [
        "".join(blocks[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    ]
    if sys.stdout.isatty():
        lines = [f"\x1b[97;40m{line}\x1b[0m" for line in lines]
    return "\n".join(lines)


def _print_roll(rows: list[dict[str, Any]]) -> None:
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE, pad_edge=False)
    for column in ("station", "atelier", "steps", "state", "passed"):
        table.add_column(_(f"cli.stations.column.{column}"), overflow="fold")
    for row in rows:
        name = f"{row['label']}\n({row['id']})" if row["label"] else row["id"]
        steps = "\n".join((*row["steps"], *([_("cli.stations.buttons")] if row["buttons"] else [])))
        style = {"ok": "green", "never": "", "unpaired": ""}.get(row["state"], "bold yellow")
        cells = (name, row["atelier"], steps)
        table.add_row(
            *map(Text, cells),
            Text(row["words"].replace(" · ", "\n"), style=style),
            Text(row["passed"] or DASH),
        )
    Console(width=WIDTH).print(table)
