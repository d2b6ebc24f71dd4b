"""Cases drawn by chance, and what the phone's modules make of them in Chromium."""

import random
from typing import Any

from playwright.sync_api import Page

from firmware.wire import token
from firmware.wire.booth import STATES, Booth, Standing
from firmware.wire.passage import (
    CHAIN_START,
    CLOSE,
    PAUSE,
    RESUME,
    SHIFT,
    STEPS,
    UNDO,
    Passage,
)
from firmware.wire.plan import KINDS, Plan

CASES = 1500
NOW_MS = 1_668_864_900_000
MINUTE_MS = 60_000
EVENT_KEY = bytes(range(32))
AS_THEY_ARE = ("hub", "station", "epoch", "nonce", "held", "now_ms", "status", "plan", "cards_from")
WORDS = (
    "é",
    "“ ”",
    "\u202f?",
    "\u2028",
    "𝄞 clef",
    "\x7f",
    '"\\/',
    "\n\t\r\b\f\x00",
    "ا",
    "日本",
    "ÿ",
    "\ud800",
)


def run(page: Page, body: str, cases: Any) -> Any:
    """What the function body `body` returns for `cases`; it may import from the modules."""
    return page.evaluate(f"async (cases) => {{ {body} }}", cases)


def drawn_badge(chance: random.Random) -> str:
    return token.issue(EVENT_KEY, chance.randrange)


def drawn_plan(chance: random.Random, kind: str | None = None) -> Plan:
    return Plan(
        station="vr",
        label="VR",
        event="fete",
        event_name="Fête",
        language="fr",
        atelier="vr",
        name="Réalité virtuelle",
        icon="vr-cardboard",
        room="Salle 2",
        kind=kind or chance.choice(KINDS),
        places=chance.choice([1, 2, 3, 6, 12]),
        minutes=chance.choice([1, 5, 8, 20, 45]),
        steps=tuple(sorted(chance.sample(STEPS, chance.randrange(1, 4)), key=STEPS.index)),
        queues=chance.random() < 0.7,
        sees_out=chance.random() < 0.6,
        times_ms=tuple(
            sorted(NOW_MS + chance.randrange(-300, 300) * MINUTE_MS for _ in range(chance.randrange(4)))
        ),
        words={
            "unknown_badge": "Badge …{letters}",
            "common.nickname": "{picture} {number}",
            "picture.cat": "Chat",
            "picture.fox": "Renard $& {number}",
            **{
                f"said.{kind}": f"{kind} « {{who}} » {{by}}"
                for kind in (*STEPS, SHIFT, PAUSE, UNDO, "repeat")
            },
        },
        shapes={"cat": ("0 0 512 512", ("M0 0L5 5z",))},
    )


def drawn_standings(chance: random.Random, badges: list[str]) -> list[Standing]:
    found = []
    for badge in badges:
        since_ms = NOW_MS - chance.choice(
            [0, 3, 2_999, 3_000, 9_999, 10_000, 61_000, 20 * MINUTE_MS, 3 * 60 * MINUTE_MS, 250 * MINUTE_MS]
        )
        found.append(
            Standing(
                badge,
                chance.choice(STATES),
                since_ms,
                since_ms - chance.choice([0, 0, 60_000]),
                chance.choice([0, 1, 1, 2, 3, 7, 20]),
                chance.random() < 0.1,
            )
        )
    return found


def standings_of(here: Booth) -> list[dict[str, Any]]:
    return [one.to_json() for one in here.standings]


def drawn_log(
    chance: random.Random, badges: list[str], count: int, kinds: list[str], boot: str = "ab" * 16
) -> list[Passage]:
    made: list[Passage] = []
    boot_ms, prev = chance.randrange(100_000), CHAIN_START
    for seq in range(1, count + 1):
        boot_ms += chance.choice([0, 1, 900, 9_000, 10_000, 10_001, 300_000, 3_000_000, 100 * MINUTE_MS])
        if chance.random() < 0.05:
            boot, boot_ms = f"{chance.randrange(16**32):032x}", chance.randrange(5000)
        kind = chance.choice(kinds)
        badge: str | None = chance.choice(badges)
        of, by = None, None
        if kind == UNDO:
            of = chance.randrange(1, seq + 1)
            badge = next((one.badge for one in made if one.seq == of), badge)
        elif kind in (PAUSE, RESUME, CLOSE, SHIFT):
            badge = None
            of = chance.randrange(1, seq + 1) if chance.random() < 0.2 else None
            by = chance.choice([-15, -1, 5, 720]) if kind == SHIFT else None
        made.append(
            Passage(
                "vr", "8f0e61d7c2a94b35", seq, "vr" if chance.random() < 0.95 else "arts", kind, badge, boot,
                boot_ms, NOW_MS + chance.randrange(-(10**7), 10**7), prev, of, by,
            )
        )  # fmt: skip
        prev = made[-1].digest
    return made
