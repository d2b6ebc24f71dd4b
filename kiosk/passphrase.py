"""`ronde passphrase`: whether organisers have one, and another one, from the hub's own terminal."""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .control import ask
from .errors import HubAway, Refused
from .options import CONFIG
from .saying import say
from .texts import spoken
from .words import proposed

if TYPE_CHECKING:
    from .config import Config

_words = spoken()
_ = _words.text


@click.command(help=_("cli.passphrase.help"))
@click.option("--new", is_flag=True, help=_("cli.passphrase.new"))
@click.option("--draw", is_flag=True, help=_("cli.passphrase.draw"))
@CONFIG
def passphrase(new: bool, draw: bool, config: Path) -> None:
    from . import config as settings

    chosen = settings.load(config)
    if not new:
        click.echo(_("cli.passphrase.is_set" if _act(chosen) else "cli.passphrase.not_set"))
        return
    typed = (
        ""
        if draw
        else click.prompt(_("cli.passphrase.type"), default="", show_default=False, hide_input=True)
    )
    if typed and typed != click.prompt(_("cli.passphrase.again"), hide_input=True):
        raise Refused(say("cli.passphrase.differ"))
    phrase = typed or proposed()
    _act(chosen, phrase=phrase)
    if typed:
        click.echo(_("cli.passphrase.done"))
    else:
        click.echo(_("cli.passphrase.drawn"))
        click.echo(phrase)


def _act(chosen: "Config", **body: Any) -> Any:
    """Of the hub that runs, or of the journal of one that is stopped."""
    try:
        return ask(chosen.control_path, "passphrase", in_language=_words.language, **body)
    except HubAway:
        from . import passwords
        from .store.journal import Journal

        with contextlib.closing(Journal.open(chosen.journal_path)) as journal:
            if "phrase" in body:
                passwords.set_passphrase(journal, passwords.Passphrase.of(body["phrase"]))
            return passwords.passphrase(journal) is not None
