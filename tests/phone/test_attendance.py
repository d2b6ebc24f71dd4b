"""Who is there and what time it is, as a phone knows it without the network, beside `firmware.attendance`."""

import random
from dataclasses import asdict, dataclass, field
from typing import Any, cast

import pytest
from playwright.sync_api import Page

from firmware.attendance import Attendance
from firmware.clock import Clock
from firmware.guide import Guide
from firmware.hubtime import HubTime
from firmware.memory import Told
from firmware.outbox import Outbox
from firmware.wire.anchor import Anchor
from firmware.wire.card import Card
from firmware.wire.passage import ABSENT, ARRIVE, CALL, ENTER, LEAVE, PAUSE, SHIFT, UNDO, Passage
from firmware.wire.receipt import Wait

from .cases import (
    CASES,
    MINUTE_MS,
    NOW_MS,
    drawn_badge,
    drawn_log,
    drawn_plan,
    drawn_standings,
    run,
    standings_of,
)

BOOT = "cd" * 16


@dataclass
class Log:
    """What an outbox says of itself."""

    epoch: str
    passages: list[Passage]
    all: list[Anchor] = field(default_factory=list)

    def read(self, first: int, most: int) -> list[Passage]:
        return self.passages[first - 1 : first - 1 + most]

    def anchors(self, boot: str) -> list[Anchor]:
        return sorted((one for one in self.all if one.boot == boot), key=lambda one: one.boot_ms)


@dataclass
class Standing:
    """A clock that stands still."""

    boot: str
    at_ms: int
    wall: int
    speed: float = 1.0

    def boot_ms(self) -> int:
        return self.at_ms

    def wall_ms(self) -> int:
        return self.wall


# The same two for the modules of the phone.
FAKES = """
const standing = ({ boot, at_ms, wall }) => ({ moment: () => ({ boot, boot_ms: at_ms, wall_ms: wall }) });
const logged = ({ epoch, passages, all }) => ({
  epoch,
  lastSeq: passages.length,
  read: (first, most = Infinity) => passages.slice(first - 1, first - 1 + most),
  anchors: (boot) => all.filter((one) => one.boot === boot).sort((one, other) => one.boot_ms - other.boot_ms),
});
"""


def test_a_phone_knows_who_is_there_as_a_station_does(bare: Page, chance: random.Random) -> None:
    cases, expected = [], []
    for _ in range(CASES // 3):
        plan = drawn_plan(chance)
        badges = [drawn_badge(chance) for _ in range(5)]
        kinds = [ARRIVE, ARRIVE, CALL, ENTER, ENTER, LEAVE, ABSENT, UNDO, PAUSE, SHIFT]
        passages = drawn_log(chance, badges, chance.randrange(20), kinds, BOOT)
        boots = list(dict.fromkeys(one.boot for one in passages))
        now_boot = chance.choice([BOOT, *boots, "ef" * 16])
        last_ms = max((one.boot_ms for one in passages if one.boot == now_boot), default=0)
        clock = Standing(
            now_boot,
            last_ms + chance.randrange(40 * MINUTE_MS),
            NOW_MS + chance.choice([0, 10**7, 10**10, -(10**9)]),
        )
        log = Log("8f0e61d7c2a94b35", passages)
        for boot in (*boots, now_boot):
            log.all += [
                Anchor(boot, at_ms, NOW_MS - 10**7 + at_ms + chance.randrange(90), 5)
                for at_ms in sorted(chance.sample(range(10**7), chance.choice([0, 0, 1, 2])))
            ]
        told_ms = chance.choice([0, NOW_MS - 10**6])
        held = chance.randrange(len(passages) + 1)
        told = Told(
            hub="ab" * 8,
            epoch=chance.choice([log.epoch, log.epoch, "00" * 8]),
            held=held,
            now_ms=told_ms,
            plan=plan,
            cards=tuple(Card(badge, "cat", 3, 3, chance.randrange(4)) for badge in badges[:3]),
            standings=chance.choice([None, tuple(drawn_standings(chance, badges[:2]))]),
        )
        time = HubTime(cast(Clock, clock), cast(Outbox, log))
        time.guess_from(passages, told_ms)
        here = Attendance(cast(Outbox, log), time, told).booth()
        assert here is not None
        now = time.now()
        moments = [[one.at_ms, one.error_ms] for one in time.dates(passages)]
        expected.append([now.at_ms, now.error_ms, moments, standings_of(here)])
        cases.append(
            {
                "clock": asdict(clock),
                "log": {
                    "epoch": log.epoch,
                    "passages": [one.to_json() for one in passages],
                    "all": [one.to_json() for one in log.all],
                },
                "told": {
                    "epoch": told.epoch,
                    "held": held,
                    "now_ms": told_ms,
                    "plan": plan.to_json(),
                    "digest": plan.digest,
                    "cards": [asdict(one) for one in told.cards],
                    "standings": None
                    if told.standings is None
                    else [one.to_json() for one in told.standings],
                },
            }
        )
    found = run(
        bare,
        FAKES
        + """const { Attendance } = await import("/phone/attendance.js");
        const { HubTime } = await import("/phone/hubtime.js");
        return cases.map(({ clock, log, told }) => {
          const outbox = logged(log);
          const time = new HubTime(standing(clock), outbox, told.now_ms);
          const here = new Attendance(outbox, time, told).booth();
          const moments = time.dates(log.passages).map((one) => [one.at_ms, one.error_ms]);
          const { at_ms, error_ms } = time.now();
          return [at_ms, error_ms, moments, here.standings];
        });""",
        cases,
    )
    assert found == expected
    assert any(standings for *_, standings in expected)
    assert {error_ms is None for _, error_ms, *_ in expected} == {True, False}


def test_a_phone_guesses_where_to_go_as_a_station_does(bare: Page, chance: random.Random) -> None:
    cases, expected = [], []
    for _ in range(200):
        board = tuple(
            Wait(name, name, low, low + chance.randrange(20))
            for name in ("vr", "arts", "robots", "arcade")[: chance.randrange(5)]
            for low in [chance.randrange(30)]
        )
        asked: list[dict[str, Any]] = [
            {
                "badge": chance.choice("XYZ"),
                "at": chance.choice([0, 5, 19, 20, 21]) * MINUTE_MS + chance.randrange(2),
            }
            for _ in range(6)
        ]
        guide = Guide()
        guide.take(board, 0)
        guesses = [guide.guess("vr", one["badge"], one["at"]) for one in asked]
        expected.append([guess and guess.to_json() for guess in guesses])
        cases.append({"board": [one.to_json() for one in board], "asked": asked})
    found = run(
        bare,
        """const { Guide } = await import("/phone/guide.js");
        return cases.map(({ board, asked }) => {
          const guide = new Guide();
          guide.take(board, 0);
          return asked.map(({ badge, at }) => guide.guess("vr", badge, at));
        });""",
        cases,
    )
    assert found == expected


@pytest.mark.parametrize(("slept_ms", "same"), [(0, True), (1500, True), (3_600_000, False), (-5000, False)])
def test_a_phone_that_slept_begins_a_new_boot(bare: Page, slept_ms: int, same: bool) -> None:
    """Its counter stands still then: what was known of the time before says nothing about the time after."""
    found = run(
        bare,
        """const { Clock } = await import("/phone/clock.js");
        const now = { counter: 1000.7, wall: 1_668_864_900_000 };
        const clock = new Clock({ counter: () => now.counter, wall: () => now.wall });
        const pass = (ms, slept = 0) => { now.counter += ms; now.wall += ms + slept; return clock.moment(); };
        return [pass(500.5), pass(60_000), pass(1000, cases), pass(20)];""",
        slept_ms,
    )
    first, before, after, later = found
    assert (first["boot_ms"], before["boot_ms"]) == (500, 60_500)
    assert first["boot"] == before["boot"]
    assert (after["boot"] == before["boot"]) is same
    assert later["boot"] == after["boot"]
    assert after["boot_ms"] == (61_500 if same else 0)
    assert later["boot_ms"] - after["boot_ms"] == 20
    assert all(isinstance(one["boot_ms"], int) and len(one["boot"]) == 32 for one in found)


def test_a_code_in_view_is_one_scan_until_it_has_gone(bare: Page) -> None:
    views = [
        (0, ["A"]),
        (120, ["A"]),
        (240, []),
        (900, ["A", "B"]),
        (3000, ["B"]),
        (3500, ["A"]),
        (3600, ["A"]),
    ]
    found = run(
        bare,
        """const { Sightings } = await import("/phone/sightings.js");
        const sightings = new Sightings();
        return cases.map(([atMs, texts]) => sightings.fresh(texts, atMs));""",
        views,
    )
    assert found == [["A"], [], [], ["B"], [], ["A"], []]
