import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.wire import announcement, receipt, signature
from firmware.wire.announcement import Announcement
from firmware.wire.card import Card
from firmware.wire.errors import BadSignature, Malformed, UnknownVersion


def test_the_golden_receipt_reads_and_signs_as_it_always_did(golden):
    case = golden("receipt")
    body = case["body"].encode()
    keys = signature.device_keys(bytes.fromhex(case["device_key"]))
    assert keys.down.hex() == case["down_key"]
    signature.check(keys.down, body, case["signature"])
    found = receipt.decode(body)
    assert found.to_json() == case["receipt"]
    assert found.encode() == body


def test_no_bit_of_a_receipt_can_be_flipped(golden):
    case = golden("receipt")
    body, key = case["body"].encode(), bytes.fromhex(case["down_key"])
    for at in range(8 * len(body)):
        flipped = bytearray(body)
        flipped[at // 8] ^= 1 << at % 8
        with pytest.raises(BadSignature):
            signature.check(key, bytes(flipped), case["signature"])


def test_the_key_of_the_other_direction_does_not_fit(golden):
    case = golden("receipt")
    keys = signature.device_keys(bytes.fromhex(case["device_key"]))
    with pytest.raises(BadSignature):
        signature.check(keys.up, case["body"].encode(), case["signature"])


@pytest.mark.parametrize("given", ["", "0" * 64, "é", "\ud800", "0" * 63])
def test_a_signature_that_is_none_is_refused(golden, given):
    case = golden("receipt")
    with pytest.raises(BadSignature):
        signature.check(bytes.fromhex(case["down_key"]), case["body"].encode(), given)


def changed(golden, **fields):
    return json.dumps(golden("receipt")["receipt"] | fields).encode()


def test_unknown_fields_are_ignored(golden):
    assert receipt.decode(changed(golden, weather=["rain"])) == receipt.decode(changed(golden))


ADVICE = receipt.Advice("CBCDFGHJKLNPRSTV", "go", "vr", "Chat\u00a07 → Casque, 5 à 10\u00a0min")
WAITS = (receipt.Wait("vr", "Casque", 5, 10), receipt.Wait("arts", "Arts", 0, 0))


@pytest.fixture
def told(golden):
    """A receipt that says where to go."""
    return replace(receipt.decode(changed(golden)), advice=(ADVICE,), board=WAITS)


def test_advice_and_waits_are_read_as_they_were_written(told):
    assert receipt.decode(told.encode()) == told


def test_a_receipt_of_a_hub_that_gives_no_advice_has_none(golden):
    found = receipt.decode(changed(golden))
    assert (found.advice, found.board) == ((), ())


def test_a_station_that_knows_of_no_advice_reads_all_else(told, golden):
    """What an older station reads: the fields that it knows, and no others."""
    known = golden("receipt")["receipt"]
    assert {name: value for name, value in told.to_json().items() if name in known} == known


@pytest.mark.parametrize(
    "entry",
    [
        None,
        "vr",
        [],
        {},
        ADVICE.to_json() | {"badge": "CHAT7"},
        ADVICE.to_json() | {"verb": "GO"},
        ADVICE.to_json() | {"atelier": "../vr"},
        ADVICE.to_json() | {"words": ""},
        ADVICE.to_json() | {"words": "\x1b[2J"},
        ADVICE.to_json() | {"words": "\ud800"},
        ADVICE.to_json() | {"words": "x" * 161},
    ],
)
def test_advice_that_cannot_be_read_is_left_out_and_the_receipt_holds(told, golden, entry):
    found = receipt.decode(
        changed(golden, advice=[entry, ADVICE.to_json()], board=[entry, WAITS[0].to_json()])
    )
    assert (found.advice, found.board) == ((ADVICE,), WAITS[:1])
    assert found.held == told.held


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inside: st.lists(inside) | st.dictionaries(st.text(), inside),
    )
)
def test_no_advice_whatever_makes_a_receipt_unreadable(golden, value):
    plain = receipt.decode(changed(golden))
    assert receipt.decode(changed(golden, advice=value, board=value)) == plain


SNACK = Announcement(
    1_668_866_400_000,
    1_668_867_300_000,
    (("fr", "Le goûter est servi."), ("ar", "الوجبة الخفيفة جاهزة."), ("pt_BR", "<b>Lanche</b>")),
)


def test_the_golden_receipt_that_announces_reads_as_it_always_did(golden):
    case = golden("announcing")
    body = case["body"].encode()
    signature.check(bytes.fromhex(golden("receipt")["down_key"]), body, case["signature"])
    found = receipt.decode(body)
    assert found.to_json() == case["receipt"]
    assert found.encode() == body
    assert [dict(one.words)["fr"] for one in found.announcements] == [
        "Le goûter est servi.",
        "Nous fermons bientôt.",
    ]


def test_announcements_are_read_as_they_were_written(golden, told):
    announced = replace(told, announcements=(SNACK, replace(SNACK, until_ms=0)))
    assert receipt.decode(announced.encode()) == announced


def test_a_receipt_of_a_hub_that_announces_nothing_says_nothing_of_it(golden, told):
    """As an older hub, which knows of none; and what an older station reads is the same with and without them."""
    assert "announcements" not in told.to_json()
    assert receipt.decode(changed(golden)).announcements == ()
    announced = replace(told, announcements=(SNACK,)).to_json()
    assert announced.pop("announcements")
    assert announced == told.to_json()


@pytest.mark.parametrize(
    "entry",
    [
        None,
        "Le goûter",
        [],
        {},
        SNACK.to_json() | {"at_ms": -1},
        SNACK.to_json() | {"until_ms": "soon"},
        SNACK.to_json() | {"until_ms": 2**53},
        SNACK.to_json() | {"words": []},
        SNACK.to_json() | {"words": {}},
        SNACK.to_json() | {"words": [["fr"]]},
        SNACK.to_json() | {"words": [["fr", ""]]},
        SNACK.to_json() | {"words": [["fr", "x" * 301]]},
        SNACK.to_json() | {"words": [["fr", "\x1b@\x1dV\x00"]]},
        SNACK.to_json() | {"words": [["fr", "deux\nlignes"]]},
        SNACK.to_json() | {"words": [["fr", "\u202eelttes"]]},
        SNACK.to_json() | {"words": [["fr", "elttes\u2066"]]},
        SNACK.to_json() | {"words": [["fr", "\ud800"]]},
        SNACK.to_json() | {"words": [['fr" onclick=', "Le goûter"]]},
        SNACK.to_json() | {"words": [["fr", "Le goûter"], ["../en", "Snacks"]]},
        SNACK.to_json() | {"words": [["fr", "Le goûter"]] * 5},
    ],
)
def test_an_announcement_that_cannot_be_read_is_left_out_and_the_receipt_holds(golden, entry):
    found = receipt.decode(changed(golden, announcements=[entry, SNACK.to_json()]))
    assert found == replace(receipt.decode(changed(golden)), announcements=(SNACK,))


def test_three_hundred_letters_are_announced_whole(golden):
    said = replace(SNACK, words=(("fr", "é" * 300),))
    assert receipt.decode(changed(golden, announcements=[said.to_json()])).announcements == (said,)


def test_of_many_announcements_the_newest_are_told(told):
    many = tuple(replace(SNACK, at_ms=at_ms) for at_ms in range(20))
    found = receipt.decode(replace(told, announcements=many).encode())
    assert found.announcements == many[-announcement.MOST :]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inside: (
            st.lists(inside) | st.dictionaries(st.sampled_from(("at_ms", "until_ms", "words")), inside)
        ),
    )
)
def test_no_announcement_whatever_makes_a_receipt_unreadable(golden, value):
    plain = receipt.decode(changed(golden))
    found = receipt.decode(changed(golden, announcements=value))
    assert replace(found, announcements=()) == plain
    for one in found.announcements:
        assert Announcement.from_json(one.to_json()) == one


def test_a_receipt_stays_small(told):
    crowd = replace(told, advice=(ADVICE,) * 200, board=WAITS * 200)
    found = receipt.decode(crowd.encode())
    assert (len(found.advice), len(found.board)) == (receipt.MOST_ADVICE, receipt.MOST_WAITS)
    assert len(crowd.encode()) < 16 * 1024


def test_an_unknown_version_is_refused(golden):
    with pytest.raises(UnknownVersion):
        receipt.decode(changed(golden, v=2))


@pytest.mark.parametrize(
    ("field", "value"), [("held", -1), ("held", "6"), ("status", "asleep"), ("nonce", ""), ("now_ms", 1.5)]
)
def test_a_wrong_field_is_named(golden, field, value):
    with pytest.raises(Malformed, match=f"^{field}"):
        receipt.decode(changed(golden, **{field: value}))


def test_the_first_cards_of_a_hub_are_told_as_the_first():
    told = receipt.Receipt(
        "0a" * 8, "vr", "e" * 8, "f" * 8, 0, 0, cards=(Card("CFBXKCNGBKHTJKGJ", "fox", 1, 2, 2),)
    )
    assert told.to_json()["cards_from"] == 0
    assert receipt.decode(told.encode()) == told
