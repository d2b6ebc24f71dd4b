"""What the animator's screen is told: faces and not badges, words and not codes."""

import json
from dataclasses import replace

import pytest

from firmware.wire import screen
from firmware.wire.booth import CALLED, INSIDE, WAITING, Standing, booth
from firmware.wire.card import Card
from firmware.wire.errors import Malformed
from firmware.wire.passage import CALL, CHAIN_START, ENTER, SHIFT, Passage
from firmware.wire.plan import Plan

BADGES = ("CBCDFGHJKLNPRSTV", "CCCDFGHJKLNPRSTV", "CDCDFGHJKLNPRSTV")
CARDS = {BADGES[0]: Card(BADGES[0], "cat", 7, 4, 3), BADGES[1]: Card(BADGES[1], "moon", 1, 2, 2)}
PLAN = Plan(
    *(
        "vr",
        "Casque",
        "roubaix",
        "Journée",
        "fr",
        "vr",
        "Casque",
        "vr-cardboard",
        "Salle 1",
        "continuous",
        2,
        4,
    ),
    steps=("arrive",),
    words={
        "common.nickname": "{picture} {number}",
        "picture.cat": "Chat",
        "picture.moon": "Lune",
        "unknown_badge": "Badge …{letters}",
        "said.call": "Appelés\u00a0: {who}",
        "said.enter": "{who}\u00a0: c’est parti",
        "said.repeat": "{who} vient de passer",
        "said.shift": "Séance décalée de {by}\u00a0min",
    },
)


def passage(kind, badge=None, by=None):
    return Passage("vr", "ab" * 8, 1, "vr", kind, badge, "cd" * 8, 0, 0, CHAIN_START, by=by)


def test_no_badge_is_on_a_screen():
    here = booth(
        PLAN,
        [
            Standing(badge, state, 5, 5)
            for badge, state in zip(BADGES, (WAITING, CALLED, INSIDE), strict=True)
        ],
    )
    shown = json.dumps(screen.state(PLAN, here, CARDS, status="open", now_ms=9), ensure_ascii=False)
    assert not any(badge in shown for badge in BADGES)
    assert "Chat 7" in shown
    assert "Badge …RSTV" in shown, "a badge that the hub has not told of is named by its last letters"


def test_each_party_has_a_reference_of_its_own():
    assert len({screen.ref(badge) for badge in BADGES}) == 3


def test_a_press_is_said_in_words():
    said = screen.said(
        PLAN,
        CARDS,
        [passage(ENTER, BADGES[0]), passage(CALL, BADGES[1]), passage(CALL, BADGES[2])],
        "kept",
        3,
    )
    assert said.words == "Chat 7\u00a0: c’est parti · Appelés\u00a0: Lune 1, Badge …RSTV"
    assert (
        screen.said(PLAN, CARDS, [passage(ENTER, BADGES[0])], "repeat", 3).words == "Chat 7 vient de passer"
    )
    assert (
        screen.said(PLAN, CARDS, [passage(SHIFT, by=-5)], "kept", 3).words == "Séance décalée de -5\u00a0min"
    )


@pytest.mark.parametrize(
    "kind, queues, buttons",
    [
        ("continuous", True, ("next", "done")),
        ("table", True, ("next", "done")),
        ("continuous", False, ("done",)),
        ("batch", True, ("start", "done")),
        ("session", True, ("start", "done")),
    ],
)
def test_each_kind_of_atelier_has_its_buttons(kind, queues, buttons):
    assert screen.buttons(replace(PLAN, kind=kind, queues=queues)) == buttons


def test_a_session_that_runs_is_the_next_until_it_has_ended():
    talk = replace(PLAN, kind="session", minutes=30, times_ms=(0, 3_600_000))
    here = booth(talk, ())
    assert screen.state(talk, here, {}, status="open", now_ms=60_000)["next_session_ms"] == 0
    assert screen.state(talk, here, {}, status="open", now_ms=1_800_000)["next_session_ms"] == 3_600_000
    assert screen.state(talk, here, {}, status="open", now_ms=9_000_000)["next_session_ms"] is None


def test_a_card_comes_back_as_it_went():
    assert Card.from_json(json.loads(json.dumps(CARDS[BADGES[0]].to_json()))) == CARDS[BADGES[0]]


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        {},
        None,
        [BADGES[0], "cat", 7, 4],
        ["A" * 16, "cat", 7, 4, 3],
        [BADGES[0], "<b>", 7, 4, 3],
        [BADGES[0], "cat", 0, 4, 3],
        [BADGES[0], "cat", 7, 0, 3],
        [BADGES[0], "cat", True, 1, 3],
    ],
)
def test_what_is_no_card_is_refused(wrong):
    with pytest.raises(Malformed):
        Card.from_json(wrong)
