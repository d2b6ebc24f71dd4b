"""What a scan, a press and a screen come to on a phone, against the Python: drawn cases, compared to the letter."""

import random
from dataclasses import asdict
from typing import Any

from playwright.sync_api import Page

from firmware.steps import Steps
from firmware.wire import booth, screen
from firmware.wire.booth import ACTS
from firmware.wire.card import Card
from firmware.wire.errors import Malformed
from firmware.wire.passage import (
    ABSENT,
    PAUSE,
    RESUME,
    SHIFT,
    STEPS,
    UNDO,
)
from firmware.wire.plan import BATCH, CONTINUOUS

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


def test_a_booth_moves_alike(bare: Page, chance: random.Random) -> None:
    """Every act, on booths of every kind: the same moves, in the same order."""
    cases, expected = [], []
    for _ in range(2 * CASES):
        plan = drawn_plan(chance)
        badges = [drawn_badge(chance) for _ in range(chance.randrange(9))]
        here = booth.booth(plan, drawn_standings(chance, badges))
        act = chance.choice(ACTS)
        badge = chance.choice([None, *badges])
        by = chance.choice([None, 0, 5, -10, 720, 721, -721])
        now_ms = NOW_MS + chance.choice([0, 5_000, 10_000, 30 * MINUTE_MS])
        try:
            moved: Any = [[m.kind, m.badge, m.by] for m in booth.moves(here, act, now_ms, badge=badge, by=by)]
        except Malformed:
            moved = "Malformed"
        settled = here.settled(now_ms)
        expected.append([moved, standings_of(settled), here.free, [one.badge for one in here.inside]])
        cases.append(
            {"plan": plan.to_json(), "standings": [one.to_json() for one in here.standings[::-1]], "act": act,
             "badge": badge, "by": by, "now": now_ms}
        )  # fmt: skip
    found = run(
        bare,
        """const { Booth, moves, standing } = await import("/wire/booth.js");
        const { Malformed } = await import("/wire/schema.js");
        return cases.map(({ plan, standings, act, badge, by, now }) => {
          const here = new Booth(plan, standings.map(standing));
          let moved = "Malformed";
          try { moved = moves(here, act, now, { badge, by }).map((move) => [move.kind, move.badge, move.by]); }
          catch (error) { if (!(error instanceof Malformed)) throw error; }
          return [moved, here.settled(now).standings, here.free, here.inside.map((one) => one.badge)];
        });""",
        cases,
    )
    assert found == expected
    assert {len(moved) for moved, *_ in expected if moved != "Malformed"} > {0, 1, 2, 3}


def test_a_log_replays_alike(bare: Page, chance: random.Random) -> None:
    cases, expected = [], []
    for _ in range(CASES // 3):
        plan = drawn_plan(chance)
        badges = [drawn_badge(chance) for _ in range(5)]
        here = booth.booth(plan, drawn_standings(chance, badges[:2]))
        log = drawn_log(chance, badges, chance.randrange(25), [*STEPS, *STEPS, ABSENT, UNDO, PAUSE, SHIFT])
        at_ms = NOW_MS
        dated = []
        for passage in log:
            at_ms += chance.choice([0, 1000, 4 * MINUTE_MS, 30 * MINUTE_MS])
            dated.append((passage, at_ms, chance.random() < 0.2))
        takers = {badge: chance.randrange(5) for badge in badges if chance.random() < 0.7}
        expected.append(standings_of(booth.replayed(here, dated, takers, "vr")))
        cases.append(
            {"plan": plan.to_json(), "standings": standings_of(here), "takers": takers,
             "dated": [{"passage": p.to_json(), "at_ms": at, "estimated": e} for p, at, e in dated]}
        )  # fmt: skip
    found = run(
        bare,
        """const { Booth, replayed, standing } = await import("/wire/booth.js");
        return cases.map(({ plan, standings, takers, dated }) =>
          replayed(new Booth(plan, standings.map(standing)), dated, new Map(Object.entries(takers)), "vr")
            .standings);""",
        cases,
    )
    assert found == expected


def test_scans_mean_the_same_and_are_taken_back_alike(bare: Page, chance: random.Random) -> None:
    """`phone/steps.js` beside `firmware.steps`."""
    cases, expected = [], []
    for _ in range(CASES // 3):
        badges = [drawn_badge(chance) for _ in range(3)]
        log = drawn_log(
            chance, badges, chance.randrange(12), [*STEPS, *STEPS, ABSENT, UNDO, PAUSE, RESUME, SHIFT]
        )
        unheard = log[-1] if log and chance.random() < 0.3 else None
        cycle = sorted(chance.sample(STEPS, chance.randrange(1, 5)), key=STEPS.index)
        boot = log[-1].boot if log else "ab" * 16
        boot_ms = (log[-1].boot_ms if log else 0) + chance.choice([0, 9_000, 10_001, 40_000, 100 * MINUTE_MS])
        called = chance.random() < 0.1
        steps = Steps("vr", 10_000)
        steps.replay(log, unheard)
        step = steps.of(badges[0], cycle, boot, boot_ms, called=called)
        status = steps.status(len(log))
        expected.append(
            [step.kind, step.repeat, [one.seq for one in steps.newest()], status.seq if status else None]
        )
        cases.append(
            {"log": [one.to_json() for one in log], "unheard": unheard and unheard.to_json(), "cycle": cycle,
             "badge": badges[0], "moment": {"boot": boot, "boot_ms": boot_ms}, "called": called}
        )  # fmt: skip
    found = run(
        bare,
        """const { Steps } = await import("/phone/steps.js");
        return cases.map(({ log, unheard, cycle, badge, moment, called }) => {
          const steps = new Steps("vr", 10_000);
          steps.replay(log, unheard);
          const { kind, repeat } = steps.of(badge, cycle, moment, called);
          return [kind, repeat, steps.newest().map((one) => one.seq), steps.status(log.length)?.seq ?? null];
        });""",
        cases,
    )
    assert found == expected
    assert {repeat for _, repeat, *_ in expected} == {True, False}


def test_a_screen_shows_alike(bare: Page, chance: random.Random) -> None:
    cases, expected = [], []
    for _ in range(CASES // 3):
        plan = drawn_plan(chance, kind=chance.choice([BATCH, CONTINUOUS, "table", "session"]))
        badges = [drawn_badge(chance) for _ in range(5)]
        cards = {
            badge: Card(badge, chance.choice(["cat", "fox"]), chance.randrange(1, 20), 3, 2)
            for badge in badges[:3]
        }
        here = booth.booth(plan, drawn_standings(chance, badges))
        log = drawn_log(chance, badges, chance.randrange(1, 6), [*STEPS, PAUSE, SHIFT, UNDO])
        tone = chance.choice(["kept", "repeat", "undone"])
        words = screen.said(plan, cards, log, tone, NOW_MS)
        more = {
            "status": "open", "now_ms": NOW_MS, "can_undo": chance.random() < 0.5, "clock_estimated": True,
        }  # fmt: skip
        link = screen.Link(hub=False, backlog=7, trouble="Réseau ?")
        told = [screen.Told("Chat 7 → VR", True, NOW_MS)]
        expected.append(
            screen.state(
                plan, here, cards, said=words, told=told, link=link, scanners=[("Caméra", True)], **more
            )
        )
        cases.append(
            {"plan": plan.to_json(), "digest": plan.digest, "standings": standings_of(here),
             "cards": {badge: asdict(one) for badge, one in cards.items()}, "badges": badges,
             "log": [passage.to_json() for passage in log], "tone": tone,
             "more": more | {"hub": False, "backlog": 7, "trouble": "Réseau ?",
                             "told": [{"words": "Chat 7 → VR", "guess": True, "at_ms": NOW_MS}],
                             "scanners": [{"name": "Caméra", "present": True}]}}
        )  # fmt: skip
    found = run(
        bare,
        """const { Booth, standing } = await import("/wire/booth.js");
        const { said, state } = await import("/wire/screen.js");
        const { ref } = await import("/wire/token.js");
        return Promise.all(cases.map(async (each) => {
          const cards = new Map(Object.entries(each.cards));
          const refs = new Map(await Promise.all(each.badges.map(async (badge) => [badge, await ref(badge)])));
          const here = new Booth(each.plan, each.standings.map(standing));
          const words = said(each.plan, cards, each.log, each.tone, each.more.now_ms);
          return state(each.plan, each.digest, here, cards, refs, { ...each.more, said: words });
        }));""",
        cases,
    )
    assert found == expected
    assert any(one["inside"] for one in expected)
