"""A copied SD card: two devices say that they are the same station. Both are heard, and it is told."""

import logging
import random
import time
from contextlib import suppress
from itertools import cycle

from .hall import held

ALARM_S = 10.0
SCANS = 25  # of each, before and after the copy

_log = logging.getLogger(__name__)


def scan(post, badge):
    """Hold the badge under the scanner until it beeps; who serves the agent starts it again where it has ended."""
    while True:
        if not post.alive:
            post.stop()
            post.start()
            post.ready()
        with suppress(ChildProcessError):
            post.scan(badge)
            return


def test_two_devices_with_one_identity_are_told_of_and_nothing_of_either_is_lost(open_hall):
    hall = open_hall(parties=40, speed=1.0, stations=["vr"])
    (first,) = hall.posts
    chance = random.Random(1)
    hall.start()
    for _ in range(SCANS - 1):
        first.scan(chance.choice(hall.badges))
    hall.wait_for(lambda: hall.passages == SCANS, "all of one device")
    assert not twins(hall)

    first.stop()
    second = hall.clone(first, "copy")
    first.start()
    first.ready()
    second.start()
    began_s = time.monotonic()
    told_s = 0.0
    for post, _ in zip(cycle((first, second)), range(2 * SCANS), strict=False):
        scan(post, chance.choice(hall.badges))
        if not told_s and twins(hall):
            told_s = time.monotonic() - began_s
    hall.wait_for(lambda: twins(hall), "alarm", ALARM_S)
    told_s = told_s or time.monotonic() - began_s
    _log.info("the alarm came after %.1f s", told_s)
    assert told_s <= ALARM_S

    beeps = [*first.beeps, *second.beeps]
    hall.wait_for(lambda: hall.passages >= len(beeps) == 3 * SCANS, "all of both devices")
    hall.close()
    kept = [passed.passage for passed in held(hall.facts())]
    logs = [*first.logs(), *second.logs()]
    assert len(kept) == len(set(kept))
    assert set(kept) == {passage for log in logs for passage in log}
    told = {(passage.badge, passage.kind, passage.seq, passage.wall_ms) for passage in kept}
    assert told.issuperset((beep.badge, beep.kind, beep.seq, beep.at_ms) for beep in beeps)


def twins(hall):
    """Whether the hub says to its organisers that there are two."""
    (vr,) = (told for told in hall.ask("stations") if told["id"] == "vr")
    return "two_devices" in vr.get("troubles", ())
