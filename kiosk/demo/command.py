"""`ronde demo`: its options. What it needs beside the hub is imported when it runs."""

import sys
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from ..texts import spoken

_words = spoken()
_ = _words.text
_ROUBAIX = Path(__file__).parents[1] / "events" / "roubaix-2022.toml"
_CLOCK = click.DateTime(["%H:%M"])
_SHARE = click.FloatRange(0, 1)
_OF_THE_STATIONS = ("gpiozero", "serial")  # packages that a hub does without


@click.command(help=_("cli.demo.help"))
@click.option(
    "--event",
    type=click.Path(path_type=Path, dir_okay=False),
    default=_ROUBAIX,
    show_default=_ROUBAIX.name,
    help=_("cli.demo.event"),
)
@click.option(
    "--speed", type=click.FloatRange(1, 1000), default=60, show_default=True, help=_("cli.demo.speed")
)
@click.option("--seed", type=int, default=0, show_default=True, help=_("cli.demo.seed"))
@click.option(
    "--people", type=click.IntRange(1, 5000), default=264, show_default=True, help=_("cli.demo.people")
)
@click.option("--compliance", type=_SHARE, default=0.7, show_default=True, help=_("cli.demo.compliance"))
@click.option("--missed", type=_SHARE, default=0.0, show_default=True, help=_("cli.demo.missed"))
@click.option("--port", type=click.IntRange(1, 65534), help=_("cli.demo.port"))
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help=_("cli.demo.data"))
@click.option("--from", "begins", type=_CLOCK, metavar="HH:MM", help=_("cli.demo.from"))
@click.option("--until", "ends", type=_CLOCK, metavar="HH:MM", help=_("cli.demo.until"))
@click.option("--quiet", is_flag=True, help=_("cli.demo.quiet"))
@click.option("--exit", "leave", is_flag=True, help=_("cli.demo.exit"))
def demo(begins: datetime | None, ends: datetime | None, **options: Any) -> None:
    if any(find_spec(package) is None for package in _OF_THE_STATIONS):
        raise click.ClickException(_("cli.demo.lacking"))
    from .main import Options, play

    sys.exit(
        play(
            Options(
                begins=begins.time() if begins else None,
                ends=ends.time() if ends else None,
                words=_words,
                **options,
            )
        )
    )
