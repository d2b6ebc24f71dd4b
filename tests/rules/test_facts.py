"""The JSON forms of facts: each reads back as itself, and whatever else comes is Malformed."""

import json
import random
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.wire.anchor import Moment
from firmware.wire.errors import Malformed
from firmware.wire.passage import CHAIN_START, Passage
from kiosk.rules import facts, recorded
from kiosk.rules.facts import (
    Acted,
    AdviceGiven,
    Advised,
    Announced,
    AtelierLimited,
    AtelierSet,
    BadgeIssued,
    BadgePrinted,
    HelpAsked,
    HelpGiven,
    Noted,
    PartyCame,
    PartyChanged,
    PartyLeft,
    PartyUndone,
    Passed,
    PrintAsked,
    PrintMoved,
    QueueEnds,
    SentOn,
    SessionShifted,
    SetAside,
    StationSet,
    Struck,
    Withdrawn,
)
from kiosk.rules.party import Group

PASSAGE = Passage(
    "vr-file", "ab" * 8, 7, "vr", "arrive", "CFBXKCNGBKHTJKGJ", "0" * 16, 12, -5, CHAIN_START, None
)
EXAMPLES = [
    PartyCame(
        3,
        (Group("6-11", "f", 2), Group("18-59", "x", 1)),
        "fr",
        ("vr", "arts"),
        (Advised("vr", 1_668_850_000_000, 4),),
    ),
    PartyCame(1, (), "ar", (), ()),
    BadgeIssued("CFBXKCNGBKHTJKGJ", 3),
    Passed(PASSAGE, Moment(1_668_850_000_000, 12), PASSAGE.digest),
    Passed(PASSAGE, Moment(-1, None), PASSAGE.digest),
    SetAside("vr", "ab" * 8, 8, '{"v":2}', "passage: version 2", "cd" * 32),
    PartyCame(4, (Group("0-5", "m", 1),), "uk", (), (), "form", linked=3),
    PartyChanged(3, (Group("6-11", "f", 3),), ("vr",)),
    PartyUndone(3),
    BadgePrinted("CFBXKCNGBKHTJKGJ", 1601),
    BadgePrinted("CFBXKCNGBKHTJKGJ", 1602, (Group("6-11", "x", 24),), ("vr",), "ar", 12),
    HelpAsked("Borne 2", "printer", 3),
    HelpGiven("Borne 2"),
    PrintAsked(1, 3),
    PrintAsked(2, 3, "form", (Advised("vr", 1_668_850_000_000, 4),), "wish-1"),
    PrintAsked(3, 3, "form", ()),
    PrintAsked(4, 0, badge="CFBXKCNGBKHTJKGJ"),
    PrintMoved(1, "unknown", "paper_out"),
    PrintMoved(1, "a state of a later version"),
    AtelierSet("vr", "paused"),
    Announced(
        {"fr": "Goûter à 16 h ! «\u00a0crêpes\u00a0»", "en": "\ud800 \x00 \u202e <b>"}, 1_668_850_000_000
    ),
    Struck("vr", "ab" * 8, 7),
    PartyLeft(3),
    AdviceGiven(3, "go", "vr", 1_668_850_000_000, 7, "wish-1"),
    AdviceGiven(3, "rest", "vr", 1_668_850_000_000, 12, "kept", "vr", 1_668_849_000_000),
    AdviceGiven(3, "end", "", 1_668_850_000_000, 0, "nothing-left"),
    StationSet("vr-2", "vr", ("arrive",), True, "Casque, 2e file"),
    StationSet("vr-2", "vr", ("enter", "leave"), active=False),
    QueueEnds("vr", 1_668_850_000_000),
    SentOn("vr", (3, 12)),
    AtelierLimited("impression-3d", 12, 15),
    SessionShifted("usages", 1_668_850_000_000, -5),
    Noted("queue-ends/vr/1668850000000", 1_668_850_000_000),
    Acted("ab" * 8, "organiser", AtelierSet("vr", "paused")),
    Acted("cd" * 8, "hub", Announced({"fr": "Goûter"}, 5, "send/arts")),
    Withdrawn("ab" * 8, "organiser 2"),
]

ADVICE = AdviceGiven(1, "go", "vr", 5, 0, "calm").to_json()
PARTY = {"party": 1, "people": [], "language": "fr", "wishes": [], "route": []}


@pytest.mark.parametrize("fact", EXAMPLES, ids=lambda fact: fact.KIND)
def test_a_fact_reads_back_as_itself(fact):
    body = json.loads(json.dumps(fact.to_json()))
    assert facts.read(fact.KIND, body) == fact


def test_there_is_an_example_of_each_kind():
    assert {fact.KIND for fact in EXAMPLES} == set(recorded._READERS)


@pytest.mark.parametrize("fact", EXAMPLES, ids=lambda fact: fact.KIND)
def test_fields_of_a_later_version_are_passed_over(fact):
    assert facts.read(fact.KIND, fact.to_json() | {"later": [1]}) == fact


def test_a_kind_of_a_later_version_is_passed_over():
    assert facts.read("fireworks", {"at": 1}) is None
    assert facts.read("fireworks", 7) is None


def test_only_facts_that_may_come_again_have_no_key():
    keyless = {fact.KIND for fact in EXAMPLES if fact.key is None}
    assert keyless == {
        *("print-state", "atelier", "announcement", "party-left", "advice", "station"),
        *("party-changed", "help", "help-given"),
        *("queue-ends", "sent-on", "atelier-limited", "session-shifted", "noted"),
    }
    keyed = [fact.key for fact in EXAMPLES if fact.key]
    assert len(keyed) - len(set(keyed)) == 2  # two moments, one passage; one badge, printed twice


@pytest.mark.parametrize(
    "kind, body",
    [
        ("party", PARTY | {"party": 0}),
        ("party", PARTY | {"party": True}),
        ("party", PARTY | {"people": [{"band": "a", "gender": "q", "count": 1}]}),
        ("party", PARTY | {"people": [{"band": "a", "gender": "f", "count": 0}]}),
        ("party", PARTY | {"people": [{"band": "a", "gender": "f"}], "route": [3]}),
        ("atelier", {"atelier": "vr", "status": "exploded"}),
        ("atelier", {"atelier": "vr", "status": None}),
        ("badge", {"badge": 4, "party": 1}),
        ("badge", {"badge": "CFBXKCNGBKHTJKGJ"}),
        ("struck", {"station": "vr", "epoch": "ab", "seq": 0}),
        ("print", {"job": 2**60, "party": 1}),
        ("announcement", {"texts": ["fr"], "until_ms": 1}),
        ("announcement", {"texts": {"fr": "x"}, "until_ms": "soon"}),
        ("announcement", {"texts": {"fr": "x"}, "until_ms": 1, "answers": 2}),
        ("passage", {"v": 1}),
        ("act", {"act": "ab" * 8, "by": "x", "does": "fireworks", "body": {}}),
        ("act", {"act": "ab" * 8, "by": "x", "does": "act", "body": {}}),
        ("act", {"act": "ab" * 8, "by": "x", "does": "atelier", "body": 7}),
        ("act", {"act": "no hex", "by": "x", "does": "party-left", "body": {"party": 1}}),
        ("atelier-limited", {"atelier": "vr", "places": 0, "minutes": 5}),
        ("session-shifted", {"atelier": "vr", "start_ms": 5, "minutes": 721}),
        ("party-left", []),
        ("party-left", None),
        ("advice", ADVICE | {"verb": "fly"}),
        ("advice", ADVICE | {"party": 0}),
        ("advice", ADVICE | {"wait_minutes": -1}),
        ("advice", ADVICE | {"at_ms": "soon"}),
        ("advice", {name: value for name, value in ADVICE.items() if name != "keeps"}),
    ],
)  # fmt: skip
def test_what_is_no_fact_is_malformed(kind, body):
    with pytest.raises(Malformed):
        facts.read(kind, body)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(kind=st.sampled_from(sorted(recorded._READERS)), body=values)
def test_whatever_comes_is_a_fact_or_malformed(kind, body):
    with suppress(Malformed):
        facts.read(kind, body)


@given(example=st.sampled_from(EXAMPLES), value=values, seed=st.integers())
def test_a_fact_with_one_field_spoilt_is_a_fact_or_malformed(example, value, seed):
    body = example.to_json()
    chance = random.Random(seed)
    name = chance.choice(sorted(body))
    body = (
        {key: field for key, field in body.items() if key != name}
        if chance.random() < 0.2
        else body | {name: value}
    )
    try:
        fact = facts.read(example.KIND, body)
    except Malformed:
        return
    assert facts.read(example.KIND, json.loads(json.dumps(fact.to_json()))) == fact
