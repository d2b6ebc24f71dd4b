"""The plan of a station: written, read, bounded; only what can be a drawing or a word gets through."""

from dataclasses import replace

import pytest

from firmware.wire import plan as wire_plan
from firmware.wire.errors import Malformed
from firmware.wire.plan import Plan

PLAN = Plan(
    station="vr",
    label="Casque, près des fauteuils",
    event="roubaix-2022",
    event_name="Journée du numérique",
    language="fr",
    atelier="vr",
    name="Casque de réalité virtuelle",
    icon="vr-cardboard",
    room="Salle 1",
    kind="continuous",
    places=2,
    minutes=4,
    steps=("arrive",),
    buttons=True,
    times_ms=(5, 7),
    utc_offset_minutes=60,
    words={"said.call": "{who}\u00a0: appelé", "picture.cat": "Chat"},
    shapes={"cat": ("0 0 512 512", ("M1 2 L3-4Z",))},
)


def test_a_plan_comes_back_as_it_went():
    found = wire_plan.decode(PLAN.encode())
    assert found == PLAN
    assert found.digest == PLAN.digest
    assert len(PLAN.digest) == 16


def test_any_change_of_it_changes_its_digest():
    assert replace(PLAN, times_ms=(5, 8)).digest != PLAN.digest
    assert replace(PLAN, words={}).digest != PLAN.digest


def test_words_are_filled_in_and_never_formatted():
    hostile = replace(PLAN, words={"said.call": "{who} {0.__class__} {missing}"})
    assert hostile.text("said.call", who="{other}", other="x") == "x {0.__class__} {missing}"
    assert PLAN.text("no.such.words") == "no.such.words"


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "sauna"},
        {"places": 0},
        {"minutes": 0},
        {"steps": ["dance"]},
        {"words": {"<b>": "x"}},
        {"words": {"a": 7}},
        {"words": {"a": "x" * 401}},
        {"words": {str(n): "" for n in range(501)}},
        {"shapes": {"cat": ["0 0 1 1", ['M1"><script>']]}},
        {"shapes": {"cat": ["0 0 1 1", "M1"]}},
        {"shapes": {'"': ["0 0 1 1", []]}},
        {"shapes": []},
        {"times_ms": [-1]},
        {"name": "two\nlines"},
        {"language": "français"},
        {"v": 2},
    ],
)
def test_what_is_no_plan_is_refused(wrong):
    with pytest.raises(Malformed):
        wire_plan.from_json(PLAN.to_json() | wrong)


def test_a_plan_of_any_size_is_not_read():
    with pytest.raises(Malformed, match="at most"):
        wire_plan.decode(b" " * (wire_plan.MOST_BYTES + 1))
