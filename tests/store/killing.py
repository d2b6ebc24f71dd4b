"""Kills a hub that welcomes families and takes batches, again and again, and looks at what it leaves.

    python killing.py EVENT FOLDER ROUNDS SEED

A child checks parties in and receives batches, from several threads, and writes each answer to a pipe once it has
it. It is killed with SIGKILL a random moment after a random number of answers; before that, one is at each statement
of its very first start. Then everything that was answered must be there, and each party with its badge and its print
job, or not at all.
Prints a JSON summary; ends with an AssertionError where anything is missing. Run by test_killed.py.
"""

import json
import os
import random
import select
import signal
import sqlite3
import sys
import threading
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

from firmware.wire.batch import Batch, Health
from firmware.wire.passage import CHAIN_START, Passage
from kiosk import eventfile
from kiosk.day import Day
from kiosk.rules.event import Event
from kiosk.rules.party import Group
from kiosk.store import backup

EPOCH = "ab" * 8
PATIENCE_S = 20
FAMILY = (Group("6-11", "f", 2), Group("18-59", "m", 1))


class Noon:
    def __init__(self, event: Event) -> None:
        self.at_ms = event.closes_ms - 3_600_000

    def __call__(self) -> int:
        return self.at_ms

    def not_before(self, at_ms: int) -> None:
        pass


def opened(event: Event, folder: Path) -> Day:
    journal, mended = backup.open_or_restore(folder / "j.db", folder / "backups")
    assert mended is None, mended
    return Day(journal, event, Noon(event))


def tell(pipe: int, *words: object) -> None:
    os.write(pipe, (" ".join(map(str, words)) + "\n").encode())


def welcome(day: Day, pipe: int) -> None:
    while True:
        came = day.check_in(FAMILY, "fr")
        tell(pipe, "party", came.party.number, came.party.badge, came.job)


def scan(day: Day, pipe: int, station: str) -> None:
    log = day._ledger.logs.get((station, EPOCH))
    held = log.prefix if log else 0
    while True:
        badges = [*day.view.badges, None]
        passages = tuple(
            Passage(
                station,
                EPOCH,
                seq,
                "arts",
                "arrive",
                badges[seq % len(badges)],
                "0" * 16,
                seq,
                0,
                CHAIN_START,
            )
            for seq in range(held + 1, held + 8)
        )
        batch = Batch(
            station, EPOCH, "0" * 16, "c" * 16, "0" * 16, 9, 0, held + 1, passages, (), Health(0, True, "1")
        )
        held = day.receive(batch).result(20).prefix
        tell(pipe, "held", station, held)


def hub(event: Event, folder: Path, pipe: int) -> None:
    day = opened(event, folder)
    tell(pipe, "ready")
    work = [
        (welcome, day, pipe), (welcome, day, pipe), (scan, day, pipe, "vr"), (scan, day, pipe, "arts"),
    ]  # fmt: skip
    threads = [threading.Thread(target=target, args=args, daemon=True) for target, *args in work]
    for thread in threads:
        thread.start()
    since = day.view.version
    while True:
        since = day.changed(since, 20).version
        day.back_up(folder / "backups")


def start_for(event: Event, place: Path, statements: int) -> None:
    """Start a hub that dies after so many statements of SQL."""
    left = iter(range(statements))
    connect = sqlite3.connect

    def count(sql: str) -> None:
        if next(left, None) is None:
            os._exit(3)

    def connected(*args: Any, **more: Any) -> sqlite3.Connection:
        connection = connect(*args, **more)
        connection.set_trace_callback(count)
        return connection

    sqlite3.connect = connected
    opened(event, place)


def first_starts(event: Event, folder: Path) -> int:
    """Kill a hub at each statement of its very first start, until it gets through; how many that were."""
    for statements in range(1000):
        place = folder / f"first-{statements}"
        child = os.fork()
        if child == 0:
            start_for(event, place, statements)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        opened(event, place).close()
        if os.waitstatus_to_exitcode(status) == 0:
            return statements
    raise AssertionError("a hub never starts")


def one_round(event: Event, folder: Path, chance: random.Random) -> list[list[str]]:
    """The answers that were given before the kill."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            hub(event, folder, writing)
        finally:
            os._exit(1)
    os.close(writing)
    told, awaited = b"", chance.randrange(1, 15) if chance.random() < 0.85 else 0
    while told.count(b"\n") < awaited and select.select([reading], [], [], PATIENCE_S)[0]:
        told += os.read(reading, 1 << 16) or b"\n" * awaited  # it has ended by itself
    time.sleep(chance.random() * 0.02)  # the random moment is the point
    os.kill(child, signal.SIGKILL)
    with os.fdopen(reading, "rb") as pipe:
        answers = [line.decode().split() for line in (told + pipe.read()).split(b"\n")[:-1]]
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL, "the hub ended by itself"
    return answers


def check(event: Event, folder: Path, answers: list[list[str]]) -> None:
    with closing(opened(event, folder)) as day:
        view = day.view
        jobs_of = Counter(job.party for job in view.jobs.values())
        badges_of = Counter(view.badges.values())
        for number in view.parties.keys() | set(jobs_of) | set(badges_of):
            assert number in view.parties and jobs_of[number] == badges_of[number] == 1, number
        assert set(view.parties) == set(range(1, len(view.parties) + 1))
        for what, *words in answers:
            if what == "party":
                number, badge, job = words
                assert view.badges[badge] == int(number)
                assert view.jobs[int(job)].party == int(number)
            elif what == "held":
                station, held = words
                assert day._ledger.logs[station, EPOCH].prefix >= int(held)
        logs = day._ledger.logs.values()
        assert view.passages == sum(log.prefix for log in logs) == sum(log.last_seq for log in logs)


def main(event: Event, folder: Path, rounds: int, seed: str) -> None:
    chance = random.Random(seed)
    statements = first_starts(event, folder)
    told = begun = 0
    place = folder / "0"
    for number in range(rounds):
        if number % 20 == 0:
            place = folder / str(number)
        answers = one_round(event, place, chance)
        check(event, place, answers)
        told += len(answers)
        begun += bool(answers)
    print(json.dumps({"rounds": rounds, "begun": begun, "answers": told, "statements": statements}))  # noqa: T201


if __name__ == "__main__":
    main(eventfile.load(Path(sys.argv[1])), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
