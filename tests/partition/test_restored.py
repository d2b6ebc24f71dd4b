"""What becomes of the hub while the stations are cut off: restored from an older backup, or told that one has moved."""

import random
import shutil
import signal
from dataclasses import replace
from itertools import cycle, pairwise

import pytest

from firmware.wire.booth import DONE, NEXT
from kiosk.rules.facts import Passed

from .hall import floor, held

STATIONS = ("arcade", "vr", "robots")
QUICK = {"beat_s": 0.5, "timeout_s": 1, "backoff_max_s": 1}
SPEED = 1.0
RIGHT_MS = 2000
HEADER_BYTES = 100  # of an SQLite file: without them it is none


@pytest.fixture
def hall(open_hall):
    made = open_hall(parties=80, speed=SPEED, stations=STATIONS, uplink=QUICK)
    made.start()
    return made


def work(hall, coming, scans, chance):
    for _ in range(scans):
        for post in hall.posts:
            post.scan(next(coming))
            if post.buttons and chance.random() < 0.3:
                post.press(chance.choice((NEXT, DONE)))


def drained(hall):
    hall.wait_for(lambda: hall.passages == sum(len(post.beeps) for post in hall.posts), "all that was kept")


def test_after_an_older_backup_was_restored_the_floor_is_as_if_nothing_had_happened(hall):
    coming, chance = cycle(hall.badges), random.Random(1)
    work(hall, coming, 40, chance)
    drained(hall)
    hall.cut()
    for post in hall.posts:
        post.scan(next(coming))
        post.wait_for(lambda post=post: post.backlog > 0, "amber light")
    hall.stop_hub(signal.SIGKILL)
    whole = hall.folder / "whole.db"
    for suffix in ("", "-wal"):
        shutil.copyfile(f"{hall.journal_path}{suffix}", f"{whole}{suffix}")
    with hall.journal_path.open("r+b") as journal:
        journal.write(bytes(HEADER_BYTES))
    hall.journal_path.with_name("journal.db-wal").unlink()
    work(hall, coming, 40, chance)
    hall.start_hub()
    assert hall.passages == 0, "the backup is not an old one"
    work(hall, coming, 10, chance)

    hall.join()
    drained(hall)
    told = hall.ask("journeys")
    hall.close()
    facts = hall.facts()
    assert sorted(passed.passage.digest for passed in held(facts)) == sorted(
        passage.digest for post in hall.posts for log in post.logs() for passage in log
    )
    assert floor(hall.event, facts, told["board"]["at_ms"]) == told

    known = {passed.key: passed.moment for passed in held(hall.facts(whole))}
    again = {passed.key: passed.moment for passed in held(facts)}
    assert 0 < len(known) < len(again)
    assert max(abs(again[key].at_ms - moment.at_ms) for key, moment in known.items()) <= RIGHT_MS
    since = [(at_ms, fact) for at_ms, fact in facts if isinstance(fact, Passed) and fact.key not in known]
    as_if = floor(hall.event, [*dated(hall.facts(whole), again), *since], told["board"]["at_ms"])
    assert stays(as_if) == stays(told)


def dated(facts, moments):
    """As the hub dates them now: who is at two stations within the error of two clocks was at either of them first."""
    return [
        (at_ms, replace(fact, moment=moments[fact.key]) if isinstance(fact, Passed) else fact)
        for at_ms, fact in facts
    ]


def stays(shown):
    return {
        journey["badge"]: [(stay["atelier"], stay["state"]) for stay in journey["stays"]]
        for journey in shown["journeys"]
    }


def test_a_station_that_is_moved_while_it_is_cut_off_keeps_its_log_and_goes_on_elsewhere(hall):
    coming, chance = cycle(hall.badges), random.Random(2)
    work(hall, coming, 10, chance)
    drained(hall)
    moved = hall.posts[-1]
    assert moved.id == "robots"
    hall.cut()
    work(hall, coming, 20, chance)
    hall.ask("set-station", station="robots", atelier="print", steps=["arrive", "enter", "leave"])
    work(hall, coming, 5, chance)
    old = len(moved.beeps)

    hall.join()
    drained(hall)
    hall.wait_for(lambda: "print" in moved.errors.read_text(), "word of the move at the station")
    work(hall, coming, 20, chance)
    drained(hall)
    told = hall.ask("journeys")
    hall.close()
    ((*log,),) = moved.logs()
    assert [passage.seq for passage in log] == list(range(1, len(moved.beeps) + 1))
    assert all(after.prev == before.digest for before, after in pairwise(log))
    assert {passage.atelier for passage in log[:old]} == {"robots"}
    assert {passage.atelier for passage in log[old:]} == {"print"}
    assert floor(hall.event, hall.facts(), told["board"]["at_ms"]) == told
