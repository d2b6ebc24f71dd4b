"""Options that several commands take."""

from pathlib import Path

import click

from .texts import spoken

FILE = click.Path(path_type=Path, dir_okay=False)
CONFIG = click.option(
    "--config",
    type=FILE,
    default=Path("/etc/ronde/hub.toml"),
    show_default=True,
    help=spoken().text("cli.config"),
)
