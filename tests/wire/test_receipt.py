import json

import pytest

from firmware.wire import receipt, signature
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
    assert receipt.decode(changed(golden, advice=["vr"])) == receipt.decode(changed(golden))


def test_an_unknown_version_is_refused(golden):
    with pytest.raises(UnknownVersion):
        receipt.decode(changed(golden, v=2))


@pytest.mark.parametrize(
    ("field", "value"), [("held", -1), ("held", "6"), ("status", "asleep"), ("nonce", ""), ("now_ms", 1.5)]
)
def test_a_wrong_field_is_named(golden, field, value):
    with pytest.raises(Malformed, match=f"^{field}"):
        receipt.decode(changed(golden, **{field: value}))
