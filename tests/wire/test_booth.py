"""The booth: what a press comes to, whatever the atelier, and what time alone does to who stands there."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.wire.booth import (
    ACTS,
    AGAIN_MS,
    CALLED,
    FORGET_MS,
    INSIDE,
    OVERDUE_MS,
    STATES,
    TWICE_MS,
    WAITING,
    Booth,
    Move,
    Standing,
    booth,
    moves,
    replayed,
)
from firmware.wire.errors import Malformed
from firmware.wire.passage import ABSENT, ARRIVE, CALL, CHAIN_START, ENTER, LEAVE, SHIFT, UNDO, Passage
from firmware.wire.plan import BATCH, CONTINUOUS, KINDS, SESSION, TABLE, Plan
from firmware.wire.token import ALPHABET

MINUTE_MS = 60_000
NOW_MS = 1_668_850_000_000


def plan(kind=CONTINUOUS, places=2, minutes=4, **more):
    return Plan(
        *("vr", "Casque", "roubaix", "Journée", "fr", "vr", "Casque", "vr-cardboard", "Salle 1"),
        kind=kind,
        places=places,
        minutes=minutes,
        steps=(ARRIVE,),
        buttons=True,
        **more,
    )


def badge(number):
    return "C" + "".join(ALPHABET[number >> shift & 15] for shift in range(56, -4, -4))


def queue(here, *takers, at_ms=NOW_MS):
    """Parties 0, 1, … arrive, a second apart, each with so many takers."""
    for number, taking in enumerate(takers):
        here = here.moved(ARRIVE, badge(number), at_ms + 1000 * number, taking)
    return here


def pressed(here, act, at_ms=NOW_MS + 10 * MINUTE_MS, **details):
    """The moves of a press, and the booth after them."""
    made = moves(here, act, at_ms, **details)
    for move in made:
        takers = here.of(move.badge).takers if move.badge and here.of(move.badge) else 1
        here = here.moved(move.kind, move.badge, at_ms, takers) if move.badge else here
    return made, here


def faces(standings):
    return [one.badge for one in standings]


# Queue and call


def test_next_calls_as_many_as_there_are_places_and_done_frees_one():
    here = queue(booth(plan(), ()), 1, 1, 1)
    made, here = pressed(here, "next")
    assert made == (Move(CALL, badge(0)), Move(CALL, badge(1)))
    assert here.free == 0, "who is called has a place"
    made, here = pressed(here, "next", NOW_MS + 11 * MINUTE_MS)
    assert made == (Move(ENTER, badge(0)), Move(ENTER, badge(1)))
    made, here = pressed(here, "done")
    assert made == (Move(LEAVE, badge(0)),)
    made, here = pressed(here, "next")
    assert made == (Move(CALL, badge(2)),)


def test_next_pressed_twice_by_a_bouncing_button_does_nothing_more():
    here = queue(booth(plan(places=1), ()), 1, 1)
    _, here = pressed(here, "next", NOW_MS + MINUTE_MS)
    assert moves(here, "next", NOW_MS + MINUTE_MS + TWICE_MS - 1) == ()
    assert moves(here, "next", NOW_MS + MINUTE_MS + TWICE_MS) == (Move(ENTER, badge(0)),)


def test_next_calls_for_a_place_that_came_free_while_others_are_on_their_way():
    here = queue(booth(plan(places=2), ()), 1)
    _, here = pressed(here, "next", NOW_MS + MINUTE_MS)
    here = here.moved(ARRIVE, badge(1), NOW_MS + MINUTE_MS + 1000, 1)
    assert moves(here, "next", NOW_MS + MINUTE_MS + 2000) == (Move(CALL, badge(1)),)


def test_done_means_a_called_party_where_nobody_is_inside():
    _, here = pressed(queue(booth(plan(), ()), 1), "next")
    made, here = pressed(here, "done")
    assert made == (Move(ENTER, badge(0)), Move(LEAVE, badge(0)))
    assert here.standings == ()


def test_who_does_not_come_gives_its_place_to_the_next():
    _, here = pressed(queue(booth(plan(places=1), ()), 1, 1), "next")
    made, here = pressed(here, "absent", badge=badge(0))
    assert made == (Move(ABSENT, badge(0)),)
    made, here = pressed(here, "next")
    assert made == (Move(CALL, badge(1)),)


def test_a_party_larger_than_the_places_takes_its_turns_one_by_one():
    _, here = pressed(queue(booth(plan(places=2), ()), 5, 1), "next")
    assert faces(here.called) == [badge(0)]


def test_at_a_table_a_party_waits_for_a_seat_for_each_and_is_not_overtaken():
    here = queue(booth(plan(TABLE, places=4), ()), 3, 3, 1)
    _, here = pressed(here, "next")
    assert faces(here.called) == [badge(0)]
    _, here = pressed(here, "done")
    _, here = pressed(here, "next")
    assert faces(here.called) == [badge(1), badge(2)]


def test_a_class_of_24_gets_the_whole_table():
    made, here = pressed(queue(booth(plan(TABLE, places=8), ()), 24), "next")
    assert made == (Move(CALL, badge(0)),)
    assert here.free == 0


@pytest.mark.parametrize("act, kind", [("call", CALL), ("enter", ENTER), ("leave", LEAVE)])
def test_a_press_on_a_card_means_that_party_out_of_its_turn(act, kind):
    here = queue(booth(plan(), ()), 1, 1)
    assert moves(here, act, NOW_MS, badge=badge(1)) == (Move(kind, badge(1)),)


@pytest.mark.parametrize("act", ["call", "enter", "leave", "absent"])
def test_a_press_on_the_card_of_somebody_who_has_gone_does_nothing(act):
    assert moves(booth(plan(), ()), act, NOW_MS, badge=badge(1)) == ()


@pytest.mark.parametrize("act", ["next", "start", "done"])
def test_with_nobody_there_nothing_is_done(act):
    assert moves(booth(plan(), ()), act, NOW_MS) == ()


# Batches and sessions


def test_start_closes_the_batch_and_done_ends_it_for_all():
    here = queue(booth(plan(BATCH, places=4), ()), 2, 1, 2, 1)
    made, here = pressed(here, "start")
    assert made == (Move(ENTER, badge(0)), Move(ENTER, badge(1)), Move(ENTER, badge(3))), "filled up"
    made, here = pressed(here, "done", NOW_MS + 20 * MINUTE_MS)
    assert {move.kind for move in made} == {LEAVE}
    assert faces(here.standings) == [badge(2)], "who came too late is in the next one"


def test_a_start_while_a_batch_runs_ends_that_one():
    here = queue(booth(plan(BATCH, places=2), ()), 2, 2)
    _, here = pressed(here, "start")
    made, here = pressed(here, "start", NOW_MS + 20 * MINUTE_MS)
    assert made == (Move(LEAVE, badge(0)), Move(ENTER, badge(1)))


def test_a_start_that_bounces_ends_nothing():
    here = queue(booth(plan(BATCH, places=2), ()), 2, 2)
    _, here = pressed(here, "start")
    assert moves(here, "start", NOW_MS + 10 * MINUTE_MS + AGAIN_MS - 1) == ()


def test_a_start_without_anybody_waiting_ends_nothing():
    _, here = pressed(queue(booth(plan(BATCH), ()), 1), "start")
    assert moves(here, "start", NOW_MS + 30 * MINUTE_MS) == ()


def test_a_party_may_come_back_for_its_next_round():
    here = queue(booth(plan(BATCH), ()), 1)
    _, here = pressed(here, "start")
    here = here.moved(ARRIVE, badge(0), NOW_MS + 20 * MINUTE_MS, 1)
    assert [(one.state, one.key_ms) for one in here.standings] == [(WAITING, NOW_MS + 20 * MINUTE_MS)]


def test_a_session_takes_all_who_wait_and_lets_all_go():
    here = queue(booth(plan(SESSION, places=40), ()), *[2] * 9)
    _, here = pressed(here, "start")
    assert len(here.inside) == 9
    _, here = pressed(here, "done")
    assert here.standings == ()


@pytest.mark.parametrize("by", [None, 0, 721, -721, True])
def test_a_shift_without_minutes_that_make_sense_is_refused(by):
    with pytest.raises(Malformed):
        moves(booth(plan(SESSION), ()), SHIFT, NOW_MS, by=by)


def test_a_press_that_is_unknown_is_refused():
    with pytest.raises(Malformed, match="one of next"):
        moves(booth(plan(), ()), "explode", NOW_MS)


# Time


def test_a_turn_is_over_by_itself_where_nobody_sees_its_end():
    here = booth(plan(minutes=4, sees_out=False), [Standing(badge(0), INSIDE, NOW_MS, NOW_MS)])
    assert here.settled(NOW_MS + 4 * MINUTE_MS - 1) is here
    assert here.settled(NOW_MS + 4 * MINUTE_MS).standings == ()


def test_where_somebody_sees_its_end_a_turn_may_be_long():
    here = booth(plan(minutes=4), [Standing(badge(0), INSIDE, NOW_MS, NOW_MS)])
    assert here.settled(NOW_MS + OVERDUE_MS - 1) is here
    assert here.settled(NOW_MS + OVERDUE_MS).standings == ()


def test_nobody_queues_for_ever():
    assert queue(booth(plan(), ()), 1).settled(NOW_MS + FORGET_MS).standings == ()


# The log


def logged(*told):
    """Passages of one log, a minute apart, from kind and party; an UNDO from the number it takes back."""
    return [
        (
            Passage(
                station="vr",
                epoch="ab" * 8,
                seq=seq,
                atelier=rest[0] if rest else "vr",
                kind=kind,
                badge=badge(0 if kind == UNDO else who),
                boot="cd" * 8,
                boot_ms=0,
                wall_ms=0,
                prev=CHAIN_START,
                of=who if kind == UNDO else None,
            ),
            NOW_MS + seq * MINUTE_MS,
            False,
        )
        for seq, (kind, who, *rest) in enumerate(told, start=1)
    ]


def test_a_log_gives_the_booth_back_after_a_restart():
    here = replayed(
        booth(plan(), ()), logged((ARRIVE, 0), (ARRIVE, 1), (CALL, 0), (ENTER, 0)), {badge(1): 3}, "vr"
    )
    assert [(one.badge, one.state, one.takers) for one in here.standings] == [
        (badge(0), INSIDE, 1),
        (badge(1), WAITING, 3),
    ]


def test_what_was_taken_back_has_not_happened():
    here = replayed(booth(plan(), ()), logged((ARRIVE, 0), (CALL, 0), (UNDO, 2)), {}, "vr")
    assert [one.state for one in here.standings] == [WAITING]


def test_passages_of_the_atelier_where_the_station_stood_before_are_not_of_this_one():
    assert replayed(booth(plan(), ()), logged((ARRIVE, 0, "arts")), {}, "vr").standings == ()


# Laws

badges = st.integers(0, 12).map(badge)
presses = st.one_of(
    st.tuples(st.just(ARRIVE), badges, st.integers(0, 30)),
    st.tuples(st.sampled_from(ACTS), st.none() | badges, st.sampled_from([None, 5, -5])),
)
plans = st.builds(
    plan, st.sampled_from(KINDS), st.integers(1, 12), st.integers(1, 30), sees_out=st.booleans()
)


@given(plans, st.lists(st.tuples(presses, st.integers(0, 20 * MINUTE_MS)), max_size=40))
def test_whatever_is_pressed_the_booth_stays_within_its_places(a_plan, pressing):
    here, now_ms = booth(a_plan, ()), NOW_MS
    for (act, who, detail), after_ms in pressing:
        now_ms += after_ms
        here = here.settled(now_ms)
        if act == ARRIVE:
            here = here.moved(ARRIVE, who, now_ms, detail)
            continue
        by_hand = act in ("call", "enter")
        try:
            made, after = pressed(here, act, now_ms, badge=who, by=detail if act == SHIFT else None)
        except Malformed:
            assert who is None or act == SHIFT
            continue
        assert len({(move.kind, move.badge) for move in made}) == len(made), "nobody twice"
        before = {one.badge for one in here.standings}
        assert {move.badge for move in made if move.badge} <= before, "only who is there"
        entering = (*after.called, *after.inside)
        if a_plan.kind != CONTINUOUS and not by_hand and len(entering) > len((*here.called, *here.inside)):
            assert sum(max(1, min(one.takers, a_plan.places)) for one in entering) <= a_plan.places
        here = after
        assert [one.badge for one in here.standings] == [
            one.badge for one in sorted(here.standings, key=lambda one: (one.key_ms, one.badge))
        ]
        assert len({one.badge for one in here.standings}) == len(here.standings)
        assert 0 <= here.free <= a_plan.places


@given(plans, st.lists(st.tuples(badges, st.integers(0, 9)), max_size=12))
def test_starting_again_and_again_serves_everybody(a_plan, coming):
    here = booth(a_plan, ())
    for number, (who, takers) in enumerate(coming):
        here = here.moved(ARRIVE, who, NOW_MS + number, takers)
    now_ms, rounds = NOW_MS + MINUTE_MS, 0
    while here.waiting:
        for act in ("next", "next", "done") if a_plan.kind in (CONTINUOUS, TABLE) else ("start", "done"):
            now_ms += MINUTE_MS
            _, here = pressed(here.settled(now_ms), act, now_ms)
        rounds += 1
        assert rounds <= 13
    assert not here.waiting


@given(
    st.lists(
        st.builds(
            Standing,
            badges,
            st.sampled_from(STATES),
            st.integers(0, NOW_MS),
            st.integers(0, NOW_MS),
            st.integers(0, 1000),
            st.booleans(),
        ),
        unique_by=lambda one: one.badge,
    ),
    st.randoms(),
)
def test_a_booth_is_the_same_in_whatever_order_it_is_told_and_survives_its_json(standings, chance):
    shuffled = list(standings)
    chance.shuffle(shuffled)
    again = [Standing.from_json(one.to_json()) for one in shuffled]
    assert booth(plan(), again) == booth(plan(), standings)


@pytest.mark.parametrize(
    "wrong", [{"state": "gone"}, {"badge": "A" * 16}, {"badge": 7}, {"since_ms": -1}, {"takers": None}]
)
def test_a_standing_that_is_none_is_refused(wrong):
    with pytest.raises(Malformed):
        Standing.from_json(Standing(badge(1), CALLED, 1, 1).to_json() | wrong)


def test_an_empty_booth_has_all_its_places_free():
    assert Booth(replace(plan(), places=7)).free == 7
