import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.wire import passage, schema
from firmware.wire.errors import Malformed, UnknownVersion


def test_the_golden_passages_read_and_hash_as_they_always_did(golden):
    before = passage.CHAIN_START
    for case in golden("passages"):
        found = passage.from_json(case["json"])
        assert found.to_json() == case["json"]
        assert schema.canonical(found.to_json()).decode() == case["canonical"]
        assert found.digest == case["digest"]
        assert found.prev == before
        before = found.digest


def test_unknown_fields_are_ignored(golden):
    known = golden("passages")[0]
    found = passage.from_json(known["json"] | {"colour": "blue", "nested": {"a": [1]}})
    assert found.digest == known["digest"]


@pytest.mark.parametrize("version", [0, 2, 99])
def test_an_unknown_version_is_refused(golden, version):
    with pytest.raises(UnknownVersion, match=str(version)):
        passage.from_json(golden("passages")[0]["json"] | {"v": version})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("v", "1"),
        ("v", True),
        ("station", "VR"),
        ("station", ""),
        ("epoch", "xyz"),
        ("seq", 0),
        ("seq", 1.0),
        ("seq", 2**53),
        ("atelier", None),
        ("kind", "ENTER"),
        ("kind", "é"),
        ("badge", "cfbxkcngbkhtjkgj"),
        ("badge", 7),
        ("badge", ""),
        ("boot", 12),
        ("boot_ms", -1),
        ("wall_ms", "now"),
        ("prev", "0"),
        ("of", 0),
        ("of", "1"),
    ],
)
def test_a_wrong_field_is_named(golden, field, value):
    with pytest.raises(Malformed, match=f"^{field}"):
        passage.from_json(golden("passages")[0]["json"] | {field: value})


@pytest.mark.parametrize(
    "field", ["v", "station", "epoch", "seq", "atelier", "kind", "boot", "boot_ms", "prev"]
)
def test_a_missing_field_is_named(golden, field):
    value = golden("passages")[0]["json"]
    del value[field]
    with pytest.raises(Malformed, match=f"^{field}"):
        passage.from_json(value)


def test_a_kind_of_later_is_kept_for_the_rules_to_judge(golden):
    assert passage.from_json(golden("passages")[0]["json"] | {"kind": "dance"}).kind == "dance"


def test_any_change_of_a_passage_changes_its_digest(golden):
    value = golden("passages")[0]["json"]
    changes = {
        "station": "vr-2",
        "epoch": "1" * 16,
        "seq": 7,
        "atelier": "arts",
        "kind": "leave",
        "badge": None,
        "boot": "2" * 32,
        "boot_ms": 1,
        "wall_ms": 1,
        "prev": "3" * 64,
        "of": 4,
    }
    assert set(changes) == set(value) - {"v"}
    digests = {passage.from_json(value | {field: changed}).digest for field, changed in changes.items()}
    assert len(digests | {passage.from_json(value).digest}) == len(changes) + 1


@given(
    badge=st.none() | st.just("CBVCJLNRRBNJBSLD"),
    of=st.none() | st.integers(1, schema.BIGGEST_INTEGER),
    seq=st.integers(1, schema.BIGGEST_INTEGER),
    wall_ms=st.integers(-schema.BIGGEST_INTEGER, schema.BIGGEST_INTEGER),
    kind=st.from_regex(schema.WORD, fullmatch=True),
    station=st.from_regex(schema.IDENTIFIER, fullmatch=True),
)
def test_the_digest_is_over_the_canonical_json(badge, of, seq, wall_ms, kind, station):
    boot = "ab" * 16
    made = passage.Passage(station, "cd" * 8, seq, "vr", kind, badge, boot, seq, wall_ms, "0" * 64, of)
    assert made.digest == hashlib.sha256(schema.canonical(made.to_json())).hexdigest()
