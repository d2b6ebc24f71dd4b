import json

import pytest

from firmware.wire import batch, passage, signature
from firmware.wire.batch import Garbled
from firmware.wire.errors import Malformed, UnknownVersion


@pytest.mark.parametrize("name", ["batch", "heartbeat"])
def test_the_golden_batch_reads_and_signs_as_it_always_did(golden, name):
    case = golden(name)
    body = case["body"].encode()
    keys = signature.device_keys(bytes.fromhex(case["device_key"]))
    assert keys.up.hex() == case["up_key"]
    signature.check(keys.up, body, case["signature"])
    assert batch.decode(body).encode() == body


def test_the_golden_batch_carries_the_golden_passages(golden):
    found = batch.decode(golden("batch")["body"].encode())
    assert [p.to_json() for p in found.passages] == [case["json"] for case in golden("passages")]


def changed(golden, **fields):
    return json.dumps(json.loads(golden("batch")["body"]) | fields).encode()


def test_unknown_fields_are_ignored(golden):
    found = batch.decode(changed(golden, weather="rain"))
    assert found == batch.decode(golden("batch")["body"].encode())


@pytest.mark.parametrize("version", [0, 2])
def test_an_unknown_version_is_refused(golden, version):
    with pytest.raises(UnknownVersion):
        batch.decode(changed(golden, v=version))


def test_a_passage_that_cannot_be_read_keeps_its_place(golden):
    passages = json.loads(golden("batch")["body"])["passages"]
    passages[1] = {"v": 1, "nonsense": [1, 2, 3]}
    passages[2] = passages[2] | {"v": 9}
    passages[3] = passages[3] | {"seq": 77}
    passages[4] = passages[4] | {"station": "another"}
    found = batch.decode(changed(golden, passages=passages)).passages
    assert [isinstance(p, Garbled) for p in found] == [False, True, True, True, True, False]
    assert [p.seq for p in found] == [1, 2, 3, 4, 5, 6]
    assert json.loads(found[1].raw) == passages[1]


def test_a_batch_with_garbled_passages_is_written_as_it_came(golden):
    passages = json.loads(golden("batch")["body"])["passages"]
    passages[1] = ["what", 1.5, None]
    body = changed(golden, passages=passages)
    assert json.loads(batch.decode(body).encode()) == json.loads(body)


def test_too_much_at_once_is_refused(golden):
    one = golden("passages")[0]["json"]
    with pytest.raises(Malformed, match="passages"):
        batch.decode(changed(golden, passages=[one] * (batch.MOST_PASSAGES + 1)))
    with pytest.raises(Malformed, match="bytes"):
        batch.decode(changed(golden, padding="x" * batch.MOST_BYTES))


def test_the_biggest_batch_that_a_station_makes_fits(golden):
    one = passage.from_json(golden("passages")[0]["json"])
    name = "n" * 32
    wide = passage.Passage(
        name,
        "f" * 64,
        2**53 - 1,
        name,
        "k" * 16,
        one.badge,
        "b" * 64,
        2**53 - 1,
        -(2**53) + 1,
        "e" * 64,
        2**53 - 1,
    )
    assert batch.MOST_PASSAGES * len(json.dumps(wide.to_json())) < batch.MOST_BYTES


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b"null", b"\xff\xfe", b'{"v": 1', b'{"v": NaN}', b"[" * 5000]
)
def test_what_is_no_batch_is_refused(body):
    with pytest.raises(Malformed):
        batch.decode(body)
