"""Kills an agent that is scanned at and pressed, again and again, and looks at what it leaves. Run by test_agent.py.

    python killing_agent.py FOLDER ROUNDS SEED

A child runs the whole agent: a scanner on a pty, buttons on its input, a panel that prints to a pipe, a plan, and no
hub to be reached. It is killed with SIGKILL just before a beep, just before a statement of SQL, mostly of a press, or
at a random moment, also while it starts. Then its log must be whole, hold all that was told through the pipe, and be
made of whole scans and presses, each of them what the booth, as the log before it says, makes of it: so also the first
after each start. Prints a JSON summary; ends with an AssertionError where anything is missing or more than was done.
"""

import json
import logging
import os
import random
import select
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import IO, Any

from firmware import config, enrolling
from firmware.agent import Agent
from firmware.memory import Memory, Told
from firmware.outbox import Outbox, fingerprint
from firmware.standin import DayClock, PrintedPanel, PtyScanner
from firmware.wire import booth, token
from firmware.wire.booth import CALLED, DONE, NEXT, START, Booth, Move
from firmware.wire.card import Card
from firmware.wire.passage import ARRIVE, ENTER, PAUSE, RESUME, UNDO, Passage
from firmware.wire.plan import KINDS, Plan

STATION, ATELIER = "robots", "robots"
EVENT_KEY, DEVICE_KEY = bytes(range(32)), bytes(range(32, 64))
ROUNDS_OF_A_LOG = 20
DAY_MS = 1_668_866_400_000
SPEED = 40.0  # so that another batch may start, and nobody is forgotten
HAND_S = 0.2  # how long it works at most before a kill at a random moment
WORDS = (NEXT, NEXT, START, START, DONE, DONE, UNDO, PAUSE)
BEEP, STATEMENT, MOMENT = "beep", "statement", "moment"

_LATE_S = 60.0


@dataclass
class Known:
    """A log as far as it was looked at: its live passages, and the booth by them."""

    plan: Plan
    takers: dict[str, int]
    seen: int = 0
    live: dict[int, tuple[int, ...]] = field(default_factory=dict)  # number: those of its scan or press
    passages: list[Passage] = field(default_factory=list)
    here: Booth = field(init=False)

    def __post_init__(self) -> None:
        self.here = Booth(self.plan)

    def take(self, together: list[Passage], scanned: set[str]) -> None:
        """The next scan or press of the log. Raises AssertionError where it is not a whole one."""
        first = together[0]
        now_ms = first.boot_ms
        seqs = tuple(passage.seq for passage in together)
        assert len({passage.wall_ms for passage in together}) == 1, f"not one moment: {seqs}"
        if first.of is not None:
            self._take_back({passage.of for passage in together}, seqs)
            self.passages += together
            self.here = self._after(Booth(self.plan), self.passages)
        else:
            if first.badge is not None:
                made = [Move(passage.kind, passage.badge, passage.by) for passage in together]
                assert self._is_scan(made, now_ms, scanned) or made in self._presses(now_ms), (
                    f"no press and no scan comes to {made} at {self.here.settled(now_ms)}"
                )
            else:
                assert len(together) == 1 and first.kind in (PAUSE, RESUME), f"{first.kind} among others"
            self.passages += together
            self.live |= dict.fromkeys(seqs, seqs)
            self.here = self._after(self.here, together)

    def _take_back(self, mistaken: set[int | None], seqs: tuple[int, ...]) -> None:
        for seq in mistaken:
            assert seq in self.live, f"{seqs} take back {seq}, which is not there to be taken back"
            assert mistaken.issuperset(self.live[seq]), f"{seqs} take back {seq}, not all of {self.live[seq]}"
        for seq in mistaken:
            del self.live[seq]

    def _is_scan(self, made: list[Move], now_ms: int, scanned: set[str]) -> bool:
        (move, *others) = made
        if others or move.badge not in scanned:
            return False
        standing = self.here.settled(now_ms).of(move.badge)
        return move.kind == (ENTER if standing and standing.state == CALLED else ARRIVE)

    def _presses(self, now_ms: int) -> Iterator[list[Move]]:
        return (list(booth.moves(self.here, act, now_ms)) for act in (NEXT, START, DONE))

    def _after(self, here: Booth, passages: Iterable[Passage]) -> Booth:
        told = ((passage, passage.boot_ms, True) for passage in passages)
        return booth.replayed(here, told, self.takers, ATELIER)


@dataclass(frozen=True)
class Day:
    """What one log is about: a plan, and parties with their badges."""

    folder: Path
    plan: Plan
    cards: tuple[Card, ...]
    known: Known

    @property
    def badges(self) -> list[str]:
        return [card.badge for card in self.cards]

    @property
    def settings(self) -> config.Config:
        return config.parse(
            {
                "station": STATION,
                "atelier": ATELIER,
                "steps": [ARRIVE],
                "hub": "http://127.0.0.1:9",
                "device_key": DEVICE_KEY.hex(),
                "event_key": EVENT_KEY.hex(),
                "data": str(self.folder / "data"),
                "scanner": {"port": str(self.folder / "scanner"), "repeat_s": 0},
                "screen": {"port": 0},
                "standin": {"panel": "print"},
            }
        )


def begun(folder: Path, chance: random.Random) -> Day:
    """A day of any kind of atelier, as a station remembers it that met the hub once."""
    plan = Plan(
        station=STATION,
        label="Robots",
        event="day",
        event_name="Journée",
        language="fr",
        atelier=ATELIER,
        name="Robotique",
        icon="robot",
        room="Salle 2",
        kind=chance.choice(KINDS),
        places=chance.randint(2, 16),
        minutes=15,
        steps=(ARRIVE,),
        buttons=True,
    )
    cards = tuple(
        Card(token.issue(EVENT_KEY, chance.randrange), "fox", number, 4, chance.choice((1, 1, 2, 4)))
        for number in range(1, 31)
    )
    (folder / "data").mkdir(parents=True)
    with closing(Memory(folder / "data", f"{STATION} {fingerprint(EVENT_KEY)}", lambda: 0)) as memory:
        memory.keep(replace(Told(), plan=plan, cards=cards, now_ms=DAY_MS))
    return Day(folder, plan, cards, Known(plan, {card.badge: card.takers for card in cards}))


class Deadly:
    """Where the panel prints. It dies instead of saying that the passages of scan or press number `beep` are kept."""

    def __init__(self, file: IO[str], beep: int) -> None:
        self._file = file
        self._left = beep

    def write(self, text: str) -> None:
        self._left -= text.startswith(('{"signal": "kept"', '{"signal": "repeat"'))
        if not self._left:
            os.kill(os.getpid(), signal.SIGKILL)
        self._file.write(text)

    def flush(self) -> None:
        self._file.flush()


class Countdown:
    """Kills this process before statement number `statement` of SQL after press number `press`; 0: of all."""

    def __init__(self, press: int, statement: int) -> None:
        self._presses, self._statements = press, statement
        self._connect = sqlite3.connect
        sqlite3.connect = self._connected  # type: ignore[assignment]

    def pressed(self) -> None:
        self._presses -= 1

    def _connected(self, *args: Any, **more: Any) -> sqlite3.Connection:
        connection = self._connect(*args, **more)
        connection.set_trace_callback(self._count)
        return connection

    def _count(self, sql: str) -> None:
        if self._presses <= 0:
            self._statements -= 1
            if not self._statements:
                os.kill(os.getpid(), signal.SIGKILL)


def live(day: Day, clock: DayClock, given: int, told: int, *, beep: int, press: int, statement: int) -> None:
    """The agent, in the child. It lives on where there is no such beep or statement; those of number 0 never are."""
    logging.basicConfig(filename=day.folder / "stderr", level=logging.INFO)
    countdown = Countdown(press, statement)
    out, buttons = Deadly(os.fdopen(told, "w"), beep), os.fdopen(given, "rb")

    def panel(on_press: Callable[[str], None]) -> PrintedPanel:
        def pressed(word: str) -> None:
            countdown.pressed()
            on_press(word)

        return PrintedPanel(pressed, out=out, buttons=buttons)

    become = partial(enrolling.become, day.folder / "station.toml")
    Agent(day.settings, clock, panel, become).run()


def one_round(
    day: Day, clock: DayClock, scanner: PtyScanner, chance: random.Random
) -> tuple[list[Any], set[str]]:
    """The passages that were told before the kill, and the badges that were scanned."""
    way = chance.choice((BEEP, STATEMENT, MOMENT))
    limits = {
        "beep": chance.randint(1, 60) if way == BEEP else 0,
        "press": chance.randint(0, 20),
        "statement": chance.randint(1, 40) if way == STATEMENT else 0,
    }
    (given, giving), (telling, told) = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        os.close(giving)
        os.close(telling)
        try:
            live(day, clock, given, told, **limits)
        finally:
            os._exit(1)
    os.close(given)
    os.close(told)
    heard = b""
    scanned = set()
    with os.fdopen(telling, "rb", buffering=0) as pipe:
        ready = chance.random() < 0.9
        while ready and b'"present": true' not in heard and (read := _read(pipe, _LATE_S)):
            heard += read
        until = time.monotonic() + (chance.random() * HAND_S if way == MOMENT else _LATE_S)
        while time.monotonic() < until:
            scanned |= _hand(giving, scanner, day.badges, chance)
            read = _read(pipe, chance.random() * 0.01)
            if read == b"":
                break
            heard += read or b""
        os.kill(child, signal.SIGKILL)
        os.close(giving)
        heard += pipe.read()
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"it ended by itself: {(day.folder / 'stderr').read_text()[-2000:]}"
    lines = [json.loads(line) for line in heard.split(b"\n")[:-1]]
    return [line for line in lines if line["signal"] in ("kept", "repeat")], scanned


def _hand(giving: int, scanner: PtyScanner, badges: list[str], chance: random.Random) -> set[str]:
    """Some scans, then a press or none."""
    shown = chance.sample(badges, chance.randint(0, 4))
    for badge in shown:
        scanner.scan(badge)
    if chance.random() < 0.8:
        with suppress(BrokenPipeError):  # it is dead already
            os.write(giving, f"{chance.choice(WORDS)}\n".encode())
    return set(shown)


def _read(pipe: Any, wait_s: float) -> bytes | None:
    """What came within that time: None where nothing did, b"" at the end."""
    readable, _, _ = select.select([pipe], [], [], wait_s)
    return pipe.read(1 << 16) if readable else None


def look(day: Day, heard: list[Any], scanned: set[str], summary: dict[str, int]) -> None:
    """Prove the log, and each scan and press that came to it."""
    owner = fingerprint(EVENT_KEY)
    with Outbox(
        day.folder / "data", STATION, owner, now_ms=lambda: 0
    ) as outbox:  # opening it proves the chain
        log = list(outbox.passages())
        summary["unheard"] += outbox.unheard(log[-1].boot) is not None if log else 0
    assert [passage.seq for passage in log] == list(range(1, len(log) + 1)), "a gap"
    known = day.known
    assert log[: known.seen] == known.passages, "what was there is not there any more"
    for line in heard:
        assert line["seq"] <= len(log), f"{line} was told, {len(log)} are there"
        passage = log[line["seq"] - 1]
        assert (line["kind"], line["badge"]) == (passage.kind, passage.badge), f"{line}: {passage}"
    for _, together in groupby(log[known.seen :], key=lambda passage: (passage.boot, passage.boot_ms)):
        whole = list(together)
        known.take(whole, scanned)
        summary["presses"] += len(whole) > 1
        summary["longest"] = max(summary["longest"], len(whole))
    summary["passages"] += len(log) - known.seen
    known.seen = len(log)
    summary["heard"] += len(heard)
    summary["rounds"] += 1


def main(root: Path, rounds: int, seed: str) -> None:
    chance = random.Random(seed)
    clock = DayClock(DAY_MS, time.time_ns() // 1_000_000, SPEED)
    summary = dict.fromkeys(("rounds", "passages", "presses", "longest", "heard", "unheard"), 0)
    for first in range(0, rounds, ROUNDS_OF_A_LOG):
        day = begun(root / str(first), chance)
        with PtyScanner(day.folder / "scanner") as scanner:
            for _ in range(first, min(rounds, first + ROUNDS_OF_A_LOG)):
                look(day, *one_round(day, clock, scanner, chance), summary)
        assert not list((day.folder / "data").glob("*damaged*")), "a log was set aside"
    sys.stdout.write(json.dumps(summary) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
