"""Whatever comes in, a decoder gives a value or raises WireError; nothing else, and it never accepts a forgery."""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.wire import (
    anchor,
    announcement,
    batch,
    booth,
    card,
    enrolment,
    passage,
    plan,
    receipt,
    schema,
    token,
)
from firmware.wire.errors import WireError

SLICE, CAMPAIGN = 20_000, 1_000_000

NASTY = [
    *(b"null", b"true", b"-0", b"1e999", b"NaN", b"Infinity", b"1.0", b"9" * 30, b"9" * 5000, b"-1", b'""'),
    *(
        b'"\\ud800"',
        b'"\\u0000"',
        b"\xff",
        b"\x00",
        b"\xef\xbb\xbf",
        b"{}",
        b"[]",
        b"[" * 300,
        b'{"a":' * 300,
    ),
    *(b'"v":2,', b'"v":1,"v":1,', b"//", b"\\", b'"', b",", b"}", b"\r", b"\n", b"\x1b@", "é".encode()),
]
VALUES = [None, True, -1, 0, 1.5, 2**53, 2**64, "", "x" * 200, "\ud800", [], {}, [[]] * 9, {"v": 1}, "é"]

ADVISING = receipt.Receipt(
    *("ab" * 8, "arts", "cd" * 8, "ef" * 8, 3, 4),
    advice=(receipt.Advice("CBCDFGHJKLNPRSTV", "rest", "", "Chat 7 : pause"),),
    board=(receipt.Wait("vr", "Casque", 5, 10),),
    plan="ab" * 8,
    cards_from=3,
    cards=(card.Card("CBCDFGHJKLNPRSTV", "cat", 7, 4, 3),),
    standings=(booth.Standing("CBCDFGHJKLNPRSTV", "called", 5, 4, 3, True),),
    announcements=(announcement.Announcement(5, 9, (("fr", "Le goûter"), ("en", "<b>Snacks"))),),
).encode()
PLAN = plan.Plan(
    *(
        "vr",
        "Casque",
        "roubaix",
        "Journée",
        "fr",
        "vr",
        "Casque",
        "robot",
        "Salle 1",
        "session",
        2,
        4,
        ("arrive",),
    ),
    times_ms=(5, 9),
    words={"said.call": "Appelés"},
    shapes={"cat": ("0 0 512 512", ("M1 2 L3-4Z",))},
).encode()

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(), children, max_size=4),
    max_leaves=12,
)


def mangled(chance: random.Random, data: bytes) -> bytes:
    """`data` after a few accidents of bytes."""
    out = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        at, to = sorted(chance.randrange(len(out) + 1) for _ in range(2))
        match chance.randrange(6):
            case 0 if at < len(out):
                out[at] ^= 1 << chance.randrange(8)
            case 1:
                del out[at : min(to, at + 20)]
            case 2:
                out[at:at] = chance.choice(NASTY)
            case 3:
                out[at:at] = out[at : min(to, at + 60)]
            case 4:
                out[at : at + chance.randrange(12)] = chance.choice(NASTY)
            case 5:
                del out[at:]
    return bytes(out)


def misshapen(chance: random.Random, data: bytes) -> bytes:
    """`data` with one value of its JSON replaced or dropped."""
    value = json.loads(data)
    here: Any = value
    while True:
        key = chance.choice(list(here) if isinstance(here, dict) else range(len(here)))
        if not here[key] or not isinstance(here[key], dict | list) or chance.random() < 0.3:
            break
        here = here[key]
    if chance.random() < 0.2:
        del here[key]
    else:
        here[key] = chance.choice(VALUES)
    return json.dumps(value).encode()


def mutants(chance: random.Random, seeds: list[bytes], count: int) -> Iterator[bytes]:
    for _ in range(count):
        seed = chance.choice(seeds)
        yield misshapen(chance, seed) if chance.random() < 0.4 else mangled(chance, seed)


def only_wire_errors(decode: Callable[[bytes], Any], data: bytes) -> bool:
    try:
        decode(data)
    except WireError:
        return False
    return True


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("what", ["batch", "receipt", "passage", "enrolment", "plan"])
def test_a_mangled_message_is_read_or_refused(golden, long, what):
    decode, seeds = {
        "batch": (batch.decode, [golden("batch")["body"], golden("heartbeat")["body"]]),
        "receipt": (receipt.decode, [golden("receipt")["body"], ADVISING.decode()]),
        "passage": (
            lambda data: passage.from_json(schema.read(data)),
            [c["canonical"] for c in golden("passages")],
        ),
        "plan": (plan.decode, [PLAN.decode()]),
        "enrolment": (
            lambda data: enrolment.decode(enrolment.PREFIX + data.decode("latin-1")),
            [golden("enrolment")["line"].removeprefix(enrolment.PREFIX)],
        ),
    }[what]
    chance = random.Random(f"mangled {what}")
    seeds = [seed.encode() for seed in seeds]
    count = (CAMPAIGN if long else SLICE) // 4
    stream = (
        (mangled(chance, seeds[0]) for _ in range(count))
        if what == "enrolment"
        else mutants(chance, seeds, count)
    )
    read = sum(only_wire_errors(decode, data) for data in stream)
    assert 0 < read < count, "the mutants must lie on both sides of the line"


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_no_mangled_badge_line_is_accepted(long):
    key = bytes(range(32))
    chance = random.Random("mangled badge")
    real = token.issue(key, chance.randrange)
    for _ in range(CAMPAIGN if long else SLICE):
        line = mangled(chance, chance.choice((real, token.grouped(real), f"{real}\r\n")).encode())
        try:
            found = token.verify(key, line.decode("ascii", "replace"))
        except WireError:
            continue
        assert found == real


@pytest.mark.parametrize("place", ["v", "passages", "health", "unknown"])
def test_nesting_of_any_depth_is_read_or_refused(golden, place):
    body = json.loads(golden("batch")["body"]) | {place: "HERE"}
    for depth in (1, 10, 100, *range(300, 340), *range(880, 1000), 5000):
        for start, end in (("[", "]"), ('{"a":', "}")):
            nested = start * depth + "1" + end * depth
            if place == "passages":
                nested = f"[{nested}]"
            only_wire_errors(batch.decode, json.dumps(body).replace('"HERE"', nested).encode())


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data):
    for decode in (batch.decode, receipt.decode):
        assert not only_wire_errors(decode, data)


@given(json_values)
def test_any_json_is_read_or_refused(value):
    for decode in (passage.from_json, anchor.from_json):
        only_wire_errors(decode, value)


@given(st.text(max_size=300))
def test_any_line_is_read_or_refused(line):
    only_wire_errors(enrolment.decode, enrolment.PREFIX + line)
    only_wire_errors(token.parse, line)
