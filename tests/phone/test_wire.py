"""The phone's side of the wire against the Python that it follows: drawn cases, compared to the letter."""

import hashlib
import json
import random
import string
from dataclasses import asdict, replace
from typing import Any

import pytest
from playwright.sync_api import Page

from firmware.wire import anchor, enrolment, pairing, schema, screen, signature, token
from firmware.wire import receipt as wire_receipt
from firmware.wire.anchor import Anchor
from firmware.wire.announcement import Announcement
from firmware.wire.card import Card
from firmware.wire.enrolment import Enrolment
from firmware.wire.errors import BadBadge, ForeignBadge, Malformed
from firmware.wire.passage import (
    ABSENT,
    ARRIVE,
    CALL,
    CHAIN_START,
    ENTER,
    LEAVE,
    PAUSE,
    SHIFT,
    UNDO,
    Passage,
)
from firmware.wire.receipt import Advice, Receipt, Wait

from .cases import (
    AS_THEY_ARE,
    CASES,
    EVENT_KEY,
    NOW_MS,
    WORDS,
    drawn_badge,
    drawn_log,
    drawn_plan,
    drawn_standings,
    run,
)


def test_json_is_spelled_alike(bare: Page, chance: random.Random) -> None:
    def value(depth: int) -> Any:
        kind = chance.randrange(7 if depth else 5)
        if kind == 0:
            return chance.choice([0, 1, -1, 2**53 - 1, -(2**53 - 1), chance.randrange(-(10**12), 10**12)])
        if kind == 1:
            return chance.choice([None, True, False])
        if kind < 5:
            return "".join(chance.choice([*WORDS, *string.printable]) for _ in range(chance.randrange(6)))
        if kind == 5:
            return [value(depth - 1) for _ in range(chance.randrange(4))]
        return {
            value(0) if chance.random() < 0.5 else chance.choice(WORDS): value(depth - 1) for _ in range(4)
        }

    def named(one: Any) -> Any:
        if isinstance(one, dict):
            return {str(name): named(each) for name, each in one.items()}
        return [named(each) for each in one] if isinstance(one, list) else one

    cases = [named(value(3)) for _ in range(CASES)] + [{"ﬀ": 1, "𝄞": 2, "e": 3, "é": 4, "\ue000": 5}]
    spelled = [schema.canonical(case).decode("ascii") for case in cases]
    # As JSON text: what carries values into the page has no lone surrogates.
    found = run(
        bare,
        """const { canonical } = await import("/wire/schema.js");
        return cases.map((each) => canonical(JSON.parse(each)));""",
        [json.dumps(case) for case in cases],
    )
    assert found == spelled


def test_passages_have_the_same_digest(bare: Page, chance: random.Random) -> None:
    badges = [drawn_badge(chance) for _ in range(9)]
    log = drawn_log(chance, badges, CASES, [ARRIVE, CALL, ENTER, LEAVE, ABSENT, UNDO, PAUSE, SHIFT])
    found = run(
        bare,
        """const { digest, made } = await import("/wire/passage.js");
        return Promise.all(cases.map((each) => digest(made(each))));""",
        [passage.to_json() for passage in log],
    )
    assert found == [passage.digest for passage in log]


def test_badges_are_believed_alike(bare: Page, chance: random.Random) -> None:
    def expected(text: str) -> str:
        try:
            return token.verify(EVENT_KEY, text)
        except ForeignBadge:
            return "ForeignBadge"
        except BadBadge:
            return "BadBadge"

    cases = []
    for _ in range(CASES):
        badge = drawn_badge(chance)
        at = chance.randrange(16)
        cases.append(
            chance.choice(
                [
                    badge,
                    token.grouped(badge).lower(),
                    f"\t{badge}\r\n",
                    badge[:at] + chance.choice(token.ALPHABET) + badge[at + 1 :],
                    badge[:at] + chance.choice("AEÉ0-*ſ") + badge[at + 1 :],
                    badge + chance.choice(token.ALPHABET),
                    token.issue(bytes(32), chance.randrange),
                    "".join(chance.choice(token.ALPHABET) for _ in range(16)),
                    "",
                ]
            )
        )
    found = run(
        bare,
        """const { key } = await import("/wire/hash.js");
        const { ForeignBadge, ref, verify } = await import("/wire/token.js");
        const event = await key(Uint8Array.from({ length: 32 }, (_, at) => at));
        return Promise.all(cases.map(async (each) => {
          try { const badge = await verify(event, each); return [badge, await ref(badge)]; }
          catch (error) { return [error instanceof ForeignBadge ? "ForeignBadge" : "BadBadge", ""]; }
        }));""",
        cases,
    )
    assert [each for each, _ in found] == [expected(case) for case in cases]
    assert all(ref == screen.ref(badge) for badge, ref in found if ref)
    assert {"ForeignBadge", "BadBadge"} < {each for each, _ in found}


def test_bodies_are_signed_alike_and_forged_ones_are_not_believed(bare: Page, chance: random.Random) -> None:
    cases = []
    for _ in range(200):
        device = chance.randbytes(32)
        body = chance.randbytes(chance.randrange(300))
        keys = signature.device_keys(device)
        down = signature.sign(keys.down, body)
        at = chance.randrange(64)
        altered = down[:at] + ("0" if down[at] != "0" else "1") + down[at + 1 :]
        wrong = [
            altered,
            down.upper() if down.upper() != down else "",
            down[:-1],
            "",
            signature.sign(keys.up, body),
        ]
        cases.append({"device": device.hex(), "body": body.hex(), "down": down, "wrong": wrong})
    found = run(
        bare,
        """const { unhex } = await import("/wire/hash.js");
        const { BadSignature, check, deviceKeys, sign } = await import("/wire/signature.js");
        const believed = async (key, body, digits) => {
          try { await check(key, body, digits); return true; }
          catch (error) { if (error instanceof BadSignature) return false; throw error; }
        };
        return Promise.all(cases.map(async (each) => {
          const keys = await deviceKeys(unhex(each.device));
          const body = unhex(each.body);
          return [await sign(keys.up, body), await believed(keys.down, body, each.down),
            await Promise.all(each.wrong.map((one) => believed(keys.down, body, one)))];
        }));""",
        cases,
    )
    for case, (up, right, wrong) in zip(cases, found, strict=True):
        keys = signature.device_keys(bytes.fromhex(case["device"]))
        assert (up, right, any(wrong)) == (signature.sign(keys.up, bytes.fromhex(case["body"])), True, False)


def test_scrypt_is_that_of_the_standard(bare: Page, chance: random.Random) -> None:
    shapes = [(2, 1, 1, 16), (16, 1, 1, 64), (64, 8, 1, 32), (32, 3, 2, 40), (1024, 8, 1, 64), (2, 8, 3, 32)]
    cases = [
        {"password": chance.randbytes(n).hex(), "salt": chance.randbytes(n % 7).hex(), "shape": shape}
        for n, shape in enumerate(shapes * 3)
    ]
    found = run(
        bare,
        """const { hex, unhex } = await import("/wire/hash.js");
        const { scrypt } = await import("/wire/scrypt.js");
        const made = [];
        for (const { password, salt, shape: [cost, blocks, parallel, length] } of cases) {
          made.push(hex(await scrypt(unhex(password), unhex(salt), { cost, blocks, parallel, length })));
        }
        return made;""",
        cases,
    )
    assert found == [
        hashlib.scrypt(
            bytes.fromhex(case["password"]),
            salt=bytes.fromhex(case["salt"]),
            n=shape[0],
            r=shape[1],
            p=shape[2],
            dklen=shape[3],
        ).hex()
        for case, shape in ((case, case["shape"]) for case in cases)
    ]


@pytest.mark.alone
def test_a_phone_pairs_as_a_station_does(bare: Page, chance: random.Random) -> None:
    code = pairing.new_code(chance.randrange)
    key = pairing.key_of(code)
    nonce = chance.randbytes(16).hex()
    asked = pairing.ask(code, key, nonce)
    enrolled = Enrolment(
        "http://hub.local:8080", "vr", "vr", ("arrive", "enter"), chance.randbytes(32), EVENT_KEY
    )
    given = pairing.give(enrolled, asked, key)
    at = chance.randrange(len(given.sealed))
    sealed = given.sealed[:at] + ("0" if given.sealed[at] != "0" else "1") + given.sealed[at + 1 :]
    case = {
        "line": pairing.Invitation("http://hub.local:8080", code).encode(),
        "nonce": nonce,
        "given": given.encode().decode(),
        "forged": [
            replace(given, sealed=sealed).encode().decode(),
            replace(given, nonce="0" * 32).encode().decode(),
            replace(given, proof="0" * 64).encode().decode(),
        ],
    }
    found = run(
        bare,
        """const { hex } = await import("/wire/hash.js");
        const pairing = await import("/wire/pairing.js");
        const { bytes } = await import("/wire/schema.js");
        const { code, hub } = pairing.invitation(cases.line);
        const began = performance.now();
        const keys = await pairing.keysOf(pairing.parse(` ${code.toLowerCase().slice(0, 4)}-${code.slice(4)}`));
        const tookMs = performance.now() - began;
        const sent = await pairing.ask(code, keys, cases.nonce);
        const made = await pairing.take(bytes(cases.given), sent, keys);
        const forged = await Promise.all(cases.forged.map(async (each) => {
          try { await pairing.take(bytes(each), sent, keys); return "believed"; }
          catch (error) { return error.constructor.name; }
        }));
        return { hub, asked: new TextDecoder().decode(pairing.askBody(sent)), forged, tookMs,
          made: { ...made, deviceKey: hex(made.deviceKey), eventKey: hex(made.eventKey) } };""",
        case,
    )
    assert found["asked"] == asked.encode().decode()
    assert found["hub"] == "http://hub.local:8080"
    assert found["made"] == {
        "station": "vr",
        "atelier": "vr",
        "steps": ["arrive", "enter"],
        "deviceKey": enrolled.device_key.hex(),
        "eventKey": EVENT_KEY.hex(),
    }
    assert set(found["forged"]) == {"BadSignature"}
    assert found["tookMs"] < 3000
    assert enrolment.decode(enrolled.encode()) == enrolled


def test_time_is_corrected_alike(bare: Page, chance: random.Random) -> None:
    boots = [f"{n:032x}" for n in range(4)]
    cases, expected = [], []
    for _ in range(CASES):
        anchors = [
            Anchor(
                chance.choice(boots),
                chance.randrange(10**7),
                NOW_MS + chance.randrange(10**7),
                chance.randrange(900),
            )
            for _ in range(chance.randrange(6))
        ]
        passages = [
            Passage("vr", "ab" * 8, seq, "vr", ENTER, None, chance.choice(boots), chance.randrange(10**7),
                    NOW_MS + chance.randrange(-(10**9), 10**9), CHAIN_START)
            for seq in range(1, chance.randrange(1, 6))
        ]  # fmt: skip
        before = chance.choice([None, NOW_MS, NOW_MS + 5_000_000])
        now_ms = NOW_MS + chance.randrange(10**8)
        cases.append(
            {"passages": [one.to_json() for one in passages], "anchors": [one.to_json() for one in anchors],
             "before": before, "now": now_ms}
        )  # fmt: skip
        moments = anchor.date(passages, anchors, before, now_ms)
        expected.append([[moment.at_ms, moment.error_ms] for moment in moments])
    found = run(
        bare,
        """const { date } = await import("/wire/anchor.js");
        return cases.map((each) => date(each.passages, each.anchors, each.before, each.now)
          .map((moment) => [moment.at_ms, moment.error_ms]));""",
        cases,
    )
    assert found == expected


def drawn_announcement(chance: random.Random) -> Announcement:
    letters = [*"aé<&", "𝄞", "ا", "\u200f"]
    said = "".join(chance.choice(letters) for _ in range(chance.choice([1, 20, 299, 300])))
    at_ms = NOW_MS + chance.randrange(-(10**6), 10**6)
    return Announcement(at_ms, at_ms + chance.randrange(10**6), (("fr", said), ("pt_BR", said[:9])))


UNREADABLE = (
    *(None, [], {}, ["x"], 5, {"at_ms": -1, "until_ms": 2, "words": [["fr", "a"]]}),
    *(
        {"at_ms": 1, "until_ms": 2, "words": words}
        for words in (
            *([], [["fr", ""]], [["fr", "x" * 301]], [["fr", "𝄞" * 301]], [["fr", "a", "b"]]),
            *([["fr", "a\u202eb"]], [["fr", "a\n"]], [["fr\n", "a"]], [["fr", "a"]] * 5),
        )
    ),
)


def test_receipts_are_read_alike(bare: Page, chance: random.Random) -> None:
    cases, expected = [], []
    for _ in range(300):
        badges = [drawn_badge(chance) for _ in range(3)]
        made = Receipt(
            hub="4be1" * 4,
            station="vr",
            epoch="ab" * 8,
            nonce="cd" * 16,
            held=chance.randrange(1000),
            now_ms=NOW_MS,
            status=chance.choice(["open", "paused", "closed"]),
            advice=tuple(Advice(badge, "go", "arts", f"Chat → Éveil {badge[:2]}") for badge in badges[:2]),
            board=(Wait("arts", "Arts numériques", 0, 5), Wait("vr", "VR", 5, 20)),
            plan=chance.choice(["", "ab" * 8]),
            cards_from=chance.randrange(9),
            cards=tuple(Card(badge, "cat", 7, 3, chance.randrange(4)) for badge in badges),
            standings=chance.choice([None, tuple(drawn_standings(chance, badges))]),
            announcements=tuple(drawn_announcement(chance) for _ in range(chance.randrange(4))),
        )
        sent = made.to_json()
        lists = ["cards", "board", "advice", "announcements"]
        spoilt = chance.choice(["", "", *lists, "held", "status", "booth", "cards_from"])
        if spoilt == "announcements" and sent.get(spoilt):
            sent[spoilt][0] = chance.choice(UNREADABLE)
        elif spoilt in ("cards", "board", "advice") and sent.get(spoilt):
            sent[spoilt][0] = chance.choice([None, [], {}, ["x"], 5])
        elif spoilt:
            sent[spoilt] = chance.choice([None, -1, "x", [], 5])
        body = schema.canonical(sent)
        cases.append(body.decode())
        try:
            read = wire_receipt.decode(body)
        except Malformed:
            expected.append("Malformed")
        else:
            expected.append(
                {name: getattr(read, name) for name in AS_THEY_ARE}
                | {
                    "advice": [one.to_json() for one in read.advice],
                    "board": [one.to_json() for one in read.board],
                    "announcements": [one.to_json() for one in read.announcements],
                    "cards": [asdict(one) for one in read.cards],
                    "standings": None
                    if read.standings is None
                    else [one.to_json() for one in read.standings],
                }
            )
    found = run(
        bare,
        """const { decode } = await import("/wire/receipt.js");
        const { Malformed, bytes } = await import("/wire/schema.js");
        return cases.map((each) => {
          try { return decode(bytes(each)); }
          catch (error) { if (error instanceof Malformed) return "Malformed"; throw error; }
        });""",
        cases,
    )
    assert found == expected
    assert "Malformed" in expected


def test_plans_are_named_and_read_alike(bare: Page, chance: random.Random) -> None:
    plans = [drawn_plan(chance) for _ in range(100)]
    found = run(
        bare,
        """const { digest, fromJson, said } = await import("/wire/plan.js");
        return Promise.all(cases.map(async (each) => {
          const plan = fromJson(each);
          const named = said(plan, "common.nickname", { picture: "$& Chat", number: 3 });
          return [await digest(plan), named, said(plan, "no.key")];
        }));""",
        [plan.to_json() for plan in plans],
    )
    assert found == [
        [plan.digest, plan.text("common.nickname", picture="$& Chat", number=3), "no.key"] for plan in plans
    ]
