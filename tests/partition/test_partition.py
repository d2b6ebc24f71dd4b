"""Three hours without a network. `RONDE_LONG=1`: ten stations and 5,000 passages each; otherwise a few of each."""

import logging
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby, pairwise

import pytest

from firmware.wire.booth import DONE, NEXT, START

from .hall import floor, held

THREE_HOURS_MS = 3 * 3_600_000
DRAINED_S = 60.0
RIGHT_MS = 2000
SCANS_OF_A_PARTY = 20  # four visits and more
PRESSES = 0.05  # for each scan

_log = logging.getLogger(__name__)


def work(post, badges, scans, until_s, chance):
    """Badges as they come, until `until_s` or a little longer, and a press now and then where there are buttons."""
    pause = threading.Event()
    for left in range(scans, 0, -1):
        post.scan(chance.choice(badges))
        if post.buttons and chance.random() < PRESSES:
            post.press(chance.choice((NEXT, START, DONE)))
        pause.wait(max(0.0, until_s - time.monotonic()) * chance.random() * 2 / left)


def by_log(passages):
    """In the order in which the journal has them."""

    def log(one):
        return one.passage.station, one.passage.epoch

    return {name: list(found) for name, found in groupby(sorted(passages, key=log), key=log)}


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_stations_that_are_cut_off_lose_nothing_and_drain_in_a_minute(open_hall, long):
    """The day runs fast, and with it the messages seem slow by which its clocks are set: so are times less exact."""
    speed, uplink = (60.0, {}) if long else (1.0, {"timeout_s": 1, "backoff_max_s": 2})
    scans, stations = (5000, ()) if long else (300, ("arcade", "vr", "robots"))
    parties = (len(stations) or 10) * scans // SCANS_OF_A_PARTY
    hall = open_hall(parties=parties, speed=speed, stations=stations, uplink=uplink)
    hall.start()

    hall.cut()
    began_ms = hall.clock()
    for post in hall.posts:
        post.scan(hall.badges[-1])
    for post in hall.posts:
        post.wait_for(lambda post=post: post.backlog == 1, "amber light")
    until_s = (
        time.monotonic() + max(0, began_ms + (THREE_HOURS_MS if long else 0) - hall.clock()) / 1000 / speed
    )
    with ThreadPoolExecutor(len(hall.posts)) as families:
        for done in [
            families.submit(work, post, hall.badges, scans - 1, until_s, random.Random(post.id))
            for post in hall.posts
        ]:
            done.result()
    away_ms = hall.clock() - began_ms
    kept_here = sum(len(post.beeps) for post in hall.posts)
    assert kept_here > len(hall.posts) * (1 + scans), "no press came to anything"
    for post in hall.posts:
        post.wait_for(lambda post=post: post.backlog == len(post.beeps) - 1, "backlog of all of it")
    assert hall.passages == len(hall.posts), "something came through"

    hall.join()
    joined_s = time.monotonic()
    for post in hall.posts:
        post.wait_for(lambda post=post: post.backlog == 0, "end of its backlog", DRAINED_S)
    drained_s = time.monotonic() - joined_s
    assert drained_s <= DRAINED_S

    told = hall.ask("journeys")
    beeps = {post.id: post.beeps for post in hall.posts}
    hall.close()
    logs = {post.id: log for post in hall.posts for log in post.logs()}
    facts = hall.facts()
    kept = by_log(held(facts))

    assert sum(map(len, kept.values())) == told["board"]["passages"] == kept_here
    assert {station: [one.passage for one in found] for (station, _), found in kept.items()} == logs
    late_ms = []
    for (station, _), found in kept.items():
        moments = [one.moment.at_ms for one in found]
        assert all(before <= after for before, after in pairwise(moments))
        assert all(one.moment.error_ms is not None for one in found)
        for one, beep in zip(found, beeps[station], strict=True):
            assert (one.passage.badge, one.passage.kind, one.passage.seq) == (beep.badge, beep.kind, beep.seq)
            late_ms.append(abs(one.moment.at_ms - beep.at_ms))
    late_ms.sort()
    _log.info(
        "%d passages of %d stations, %.2f h away, drained in %.1f s; times off by %d ms p50, %d ms p99, %d ms at most",
        len(late_ms),
        len(hall.posts),
        away_ms / 3_600_000,
        drained_s,
        *(late_ms[(len(late_ms) - 1) * share // 100] for share in (50, 99, 100)),
    )
    assert late_ms[len(late_ms) * 99 // 100] <= RIGHT_MS

    assert floor(hall.event, facts, told["board"]["at_ms"]) == told
