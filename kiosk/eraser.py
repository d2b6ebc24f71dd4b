"""`ronde erase`: what was kept of people, when it goes, and, on an organiser's word, that it goes now."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .control import ask
from .errors import HubAway, Refused
from .options import CONFIG
from .saying import say
from .texts import spoken

if TYPE_CHECKING:
    from .config import Config
    from .erasure import Survey
    from .rules.event import Event

LOOK_S = 0.5
ENOUGH_S = 90.0  # for the hub to begin anew

_words = spoken()
_ = _words.text


@click.command(help=_("erase.help"))
@click.option("--check", is_flag=True, help=_("erase.check"))
@click.option("--now", is_flag=True, help=_("erase.now"))
@click.option("--yes", metavar="NAME", help=_("erase.yes"))
@CONFIG
def erase(check: bool, now: bool, yes: str | None, config: Path) -> None:
    from . import config as settings
    from . import eventfile

    chosen = settings.load(config)
    event = eventfile.load(chosen.event, _words.language)
    runs, found = _survey(chosen, event)
    for line in _told(found, event):
        click.echo(line)
    if check or not now or found.stage == "nothing":
        return
    name = yes if yes is not None else click.prompt(_("erase.type", name=event.name), prompt_suffix=" ")
    if runs:
        _ask(chosen, "erase", name=name)
        if not _gone(chosen):
            raise Refused(say("erase.not_yet"))
    else:
        from . import erasure

        erasure.at_rest(event, erasure.remains(chosen), found.now_ms, name)
    click.echo(_("erase.done", folder=chosen.data))


def _survey(chosen: "Config", event: "Event") -> tuple[bool, "Survey"]:
    """Whether a hub runs, and what it has kept, or one that is stopped."""
    from . import erasure
    from .worldtime import world_ms

    try:
        return True, erasure.Survey.from_json(_ask(chosen, "erase-survey"))
    except HubAway:
        remains = erasure.remains(chosen)
        view = erasure.folded(event, remains)
        return False, erasure.survey(event, view, remains, world_ms())


def _gone(chosen: "Config") -> bool:
    """Wait until the hub has begun anew, with nothing kept."""
    pause = threading.Event()
    for _each in range(round(ENOUGH_S / LOOK_S)):
        pause.wait(LOOK_S)
        try:
            if _ask(chosen, "erase-survey")["stage"] == "nothing":
                return True
        except HubAway:
            continue
    return False


def _ask(chosen: "Config", act: str, **body: Any) -> Any:
    return ask(chosen.control_path, act, in_language=_words.language, **body)


def _told(found: "Survey", event: "Event") -> list[str]:
    kept = (
        _words.plural("erase.parties", found.parties),
        _words.plural("erase.passages", found.passages),
        _words.plural("erase.badges", found.badges),
        _words.plural("erase.files", found.files, size=_words.number(round(found.size / 1e6, 1))),
    )
    due = {
        "day": _words.day(event.local(found.due_ms).date()),
        "clock": _words.clock(found.due_ms, event.zone),
    }
    lines = [
        _("erase.event", name=event.name, day=_words.day(event.day)),
        _("erase.kept", kept=_("erase.comma").join(kept)),
        _(f"erase.stage.{found.stage.replace('-', '_')}", **due),
    ]
    if found.stage == "nothing":
        return lines
    if not found.believed:
        today = _words.day(event.local(found.now_ms).date())
        lines.append(_("erase.unbelieved", day=today, clock=_words.clock(found.now_ms, event.zone)))
    lines.append(_("erase.goes"))
    lines.append(_("erase.stays"))
    if found.beside:
        lines.append(_("erase.beside", names=_("erase.comma").join(found.beside)))
    return lines
