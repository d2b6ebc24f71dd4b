"""`ronde demo`: play the day, show how it goes, and say whether the hub and the families agree."""

import signal
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import time
from pathlib import Path

from rich.console import Console

from ..errors import RondeError
from ..eventfile import load
from ..rules.event import Event
from ..texts import Texts
from ..twin.families import Family
from .progress import Progress
from .rehearsal import Rehearsal, coming
from .stage import Ports, StageError, Stopped, free_port
from .truth import Difference

AGREED, DIFFERENT, FAILED, NOBODY, INTERRUPTED = 0, 1, 1, 2, 130
USUAL_PORTS = Ports(8080, 8081)
MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Options:
    """`port`: of the hub's pages, the door's is the next one; None: the usual ones if they are free.

    `data`: where everything is left for a look afterwards; None: nothing is left. `leave`: do not stay up at the
    end of the day.
    """

    event: Path
    words: Texts
    speed: float = 60.0
    seed: int = 0
    people: int = 264
    compliance: float = 0.7
    missed: float = 0.0
    port: int | None = None
    data: Path | None = None
    begins: time | None = None
    ends: time | None = None
    quiet: bool = False
    leave: bool = False


def play(options: Options, console: Console | None = None) -> int:
    """The exit code: 0 when hub and families agree, 1 when not or when it could not be played, 2 where nobody would
    come between the two clocks, 130 after Ctrl-C."""
    console = console or Console(highlight=False, soft_wrap=True)
    words = options.words
    stop = threading.Event()
    with ExitStack() as opened:
        opened.enter_context(_heeding(stop))
        try:
            event = load(options.event, words.language)
            if nobody := _nobody(options, event):
                console.print(nobody, style="red", markup=False)
                return NOBODY
            folder = options.data or Path(
                opened.enter_context(tempfile.TemporaryDirectory(prefix="ronde-demo-"))
            )
            rehearsal = opened.enter_context(_made(options, event, folder, stop, console))
            rehearsal.start()
            return _played(options, rehearsal, stop, console)
        except Stopped:
            console.print(words.text("cli.demo.stopped"))
            return INTERRUPTED
        except (RondeError, OSError) as error:
            console.print(words.text("cli.demo.failed", reason=error), style="red", markup=False)
            return FAILED


def _nobody(options: Options, event: Event) -> str:
    """What to say where the day as it was asked for would be empty; "" where somebody comes."""
    words = options.words
    from_ms = event.at(options.begins) if options.begins else None
    until_ms = event.at(options.ends) if options.ends else event.closes_ms

    def let_in_ms(family: Family) -> int:
        window = event.window_at(family.at_door_ms)
        return max(family.at_door_ms, window.opens_ms) if window else family.at_door_ms

    if any(let_in_ms(family) < until_ms for family in coming(event, options.people, options.seed, from_ms)):
        return ""
    whole = coming(event, options.people, options.seed)
    first, last = (words.clock(at_ms, event.zone) for at_ms in (let_in_ms(whole[0]), whole[-1].at_door_ms))
    return words.text("cli.demo.nobody", first=first, last=last)


def _made(options: Options, event: Event, folder: Path, stop: threading.Event, console: Console) -> Rehearsal:
    ports = _ports(options, console)
    return Rehearsal(
        options.event,
        folder,
        speed=options.speed,
        seed=options.seed,
        people=options.people,
        compliance=options.compliance,
        missed=options.missed,
        ports=ports,
        from_ms=event.at(options.begins) if options.begins else None,
        stop=stop,
    )


def _played(options: Options, rehearsal: Rehearsal, stop: threading.Event, console: Console) -> int:
    words, stage = options.words, rehearsal.stage
    _say_addresses(options, rehearsal, console)
    ends_ms = rehearsal.event.at(options.ends) if options.ends else None
    if options.quiet:
        differences = rehearsal.play(ends_ms)
    else:
        with Progress(rehearsal, words, console, ends_ms):
            differences = rehearsal.play(ends_ms)
    _say_summary(rehearsal, differences, words, console)
    if not options.leave and console.is_terminal:
        console.print(words.text("cli.demo.stays", address=f"http://127.0.0.1:{stage.port}/"))
        stop.wait()
    return DIFFERENT if differences and not rehearsal.missed and not _visitors(rehearsal) else AGREED


def _visitors(rehearsal: Rehearsal) -> int:
    """Parties that somebody checked in by hand while the day was played: the families know nothing of them."""
    came: int = rehearsal.board["came"]["parties"]
    return max(0, came - len(rehearsal.truth.parties))


def _say_addresses(options: Options, rehearsal: Rehearsal, console: Console) -> None:
    words, stage = options.words, rehearsal.stage
    here = f"http://127.0.0.1:{stage.port}"
    console.print(words.text("cli.demo.open", address=f"{here}/"), style="bold")
    for key, address in (
        ("cli.demo.flow", f"{here}/flow"),
        ("cli.demo.door", f"http://127.0.0.1:{stage.door_port}/door"),
        ("cli.demo.paper", f"{here}/paper"),
    ):
        console.print(f"  {words.text(key)} : {address}")
    people = sum(family.size for family in rehearsal.families)
    console.print(
        words.text(
            "cli.demo.plan",
            event=rehearsal.event.name,
            people=words.plural("door.people", people),
            stations=words.number(len(stage.posts)),
            speed=words.number(options.speed),
        ),
        markup=False,
    )
    if options.data is not None:
        console.print(words.text("cli.demo.kept", folder=options.data), markup=False)


def _say_summary(
    rehearsal: Rehearsal, differences: Sequence[Difference], words: Texts, console: Console
) -> None:
    truth, tally = rehearsal.truth, rehearsal.hall.tally
    console.print(
        " · ".join(
            [
                words.plural("door.people", truth.people),
                words.plural("cli.demo.parties", len(truth.parties)),
                words.plural("cli.demo.sheets", tally.on_paper),
                words.plural("cli.demo.scans", truth.scans),
                *([words.plural("cli.demo.missed_scans", truth.missed)] if truth.missed else []),
            ]
        ),
        style="bold",
    )
    if differences and _visitors(rehearsal):
        console.print(words.plural("cli.demo.visitors", _visitors(rehearsal)), style="yellow")
        return
    for at_ms, found in [(look.at_ms, look.differences) for look in rehearsal.looks if look.differences]:
        clock = words.clock(at_ms, rehearsal.event.zone)
        console.print(words.plural("cli.demo.look", len(found), clock=clock), style="yellow")
    if not differences:
        console.print(words.text("cli.demo.agree"), style="green")
        return
    console.print(words.plural("cli.demo.differ", len(differences)), style="red")
    for difference in differences[:MOST_SHOWN]:
        where = "" if difference.party is None else f"{difference.party} : "
        told = words.text("cli.demo.difference", expected=difference.expected, found=difference.found)
        console.print(f"  {where}{difference.what} — {told}", markup=False)
    if truth.missed:
        console.print(words.text("cli.demo.missed_why"))


def _ports(options: Options, console: Console) -> Ports:
    """Those that were asked for, or else the usual ones, or else any. Raises StageError."""
    if options.port is not None:
        return Ports(free_port(options.port), free_port(options.port + 1))
    try:
        return Ports(free_port(USUAL_PORTS.hub), free_port(USUAL_PORTS.door))
    except StageError as error:
        console.print(options.words.text("cli.demo.other_port", reason=error), style="yellow", markup=False)
        return Ports()


@contextmanager
def _heeding(stop: threading.Event) -> Iterator[None]:
    """Ctrl-C and SIGTERM set `stop`, so that all is ended in its order."""
    before = {
        number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
