"""What happens at the small event, at random: the facts of a day, in an order that may be any."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import strategies as st

from firmware.wire.anchor import Moment
from firmware.wire.passage import ATELIER_KINDS, CHAIN_START, PARTY_KINDS, Passage
from kiosk.rules.event import (
    MINUTE_MS,
)
from kiosk.rules.facts import (
    VERBS,
    Acted,
    AdviceGiven,
    Advised,
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
    QueueEnds,
    SentOn,
    SessionShifted,
    SetAside,
    StationSet,
    Struck,
    Withdrawn,
)
from kiosk.rules.party import Group

from .hall import ATELIERS, Hall, Told, clock

_minutes = st.one_of(st.integers(0, 500), st.sampled_from([100, 110, 120, 120, 121, 135, 240]))
_seqs = st.integers(1, 6)
_stations = st.sampled_from(["vr", "kart"])
_places = st.sampled_from([each.id for each in ATELIERS] + ["sauna"])
_kinds = st.sampled_from([*PARTY_KINDS, "dance", *ATELIER_KINDS])


def _passages(badges: Sequence[str | None]) -> st.SearchStrategy[Passage]:
    """Of few stations and numbers, so that many of them share one, follow each other or take each other back."""
    return st.builds(
        Passage,
        station=_stations,
        epoch=st.sampled_from(["aa" * 4, "bb" * 4]),
        seq=_seqs,
        atelier=_places,
        kind=_kinds,
        badge=st.sampled_from(badges),
        boot=st.just("0" * 16),
        boot_ms=st.integers(0, 3),
        wall_ms=st.just(0),
        prev=st.just(CHAIN_START),
        of=st.none() | _seqs,
        by=st.none() | st.integers(-60, 60),
    )


_acts = st.sampled_from(["a1" * 4, "a2" * 4, "a3" * 4])


@st.composite
def days_of(draw: st.DrawFn) -> list[Told]:
    opens = clock("09:00")
    moments = _minutes.map(lambda minute: opens + minute * MINUTE_MS)
    badges = [None, *map(Hall.badge, (1, 1, 11, 2, 3))]
    logged = draw(st.lists(_passages(badges), max_size=9))
    told: list[Told] = []
    for at, passage in enumerate(logged):
        if at and draw(st.booleans()):
            passage = replace(passage, prev=logged[draw(st.integers(0, at - 1))].digest)
        for at_ms in draw(st.lists(moments, min_size=1, max_size=2)):
            error_ms = draw(st.sampled_from([0, 0, None]))
            told.append((at_ms, Passed(passage, Moment(at_ms, error_ms), passage.digest)))
    for badge, party in ((1, 1), (11, 1), (2, 2), (1, 2)):  # party 1 lost its first badge; 2 took that
        if draw(st.booleans()):
            told.append((draw(moments), BadgeIssued(Hall.badge(badge), party)))
    route = st.lists(st.builds(Advised, _places, moments, st.integers(0, 40)), max_size=2).map(tuple)
    for party in (1, 2):
        if draw(st.booleans()):
            people = (Group("6-11", "f", 2), Group("18-plus", "m", 1))
            linked = draw(st.sampled_from([0, 0, 1])) if party == 2 else 0
            told.append((draw(moments), PartyCame(party, people, "fr", (), draw(route), linked=linked)))
    for badge, sign in ((1, 1601), (11, 1602), (3, 1603)):
        if draw(st.booleans()):
            told.append((draw(moments), BadgePrinted(Hall.badge(badge), sign)))
    others = st.one_of(
        st.builds(Struck, _stations, st.just("aa" * 4), _seqs),
        st.builds(PartyLeft, st.integers(1, 3)),
        st.builds(PartyUndone, st.integers(1, 3)),
        st.builds(
            PartyChanged,
            st.integers(1, 3),
            st.sampled_from([(Group("6-11", "m", 1),), (Group("18-plus", "f", 4),)]),
            st.sampled_from([(), ("vr",)]),
        ),
        st.builds(Withdrawn, _acts, st.just("organiser")),
        st.builds(HelpAsked, st.sampled_from(["1", "2"]), st.sampled_from(["", "printer"])),
        st.builds(HelpGiven, st.sampled_from(["1", "2"])),
        st.builds(AtelierSet, st.sampled_from(["vr", "kart"]), st.sampled_from(["open", "paused", "closed"])),
        st.builds(
            StationSet,
            _stations,
            _places,
            st.sampled_from([("arrive",), ("enter", "leave")]),
            buttons=st.booleans(),
            active=st.booleans(),
        ),
        st.builds(
            SetAside, _stations, st.just("aa" * 4), _seqs, st.just("{}"), st.just(""), st.just("c" * 64)
        ),
    )
    told += draw(st.lists(st.tuples(moments, others), max_size=4))
    done = st.one_of(
        st.builds(AtelierSet, st.sampled_from(["vr", "kart"]), st.sampled_from(["open", "paused", "closed"])),
        st.builds(QueueEnds, _places, moments),
        st.builds(SentOn, _places, st.tuples(st.integers(1, 3))),
        st.builds(AtelierLimited, _places, st.integers(1, 9), st.integers(1, 30)),
        st.builds(SessionShifted, st.just("talk"), moments, st.sampled_from([-10, 15])),
        st.builds(Struck, _stations, st.just("aa" * 4), _seqs),
        st.builds(PartyLeft, st.integers(1, 3)),
        st.builds(BadgeIssued, st.sampled_from([Hall.badge(12), Hall.badge(13)]), st.integers(1, 2)),
        st.builds(HelpGiven, st.sampled_from(["1", "2"])),
        st.builds(Noted, st.sampled_from(["a", "b"]), moments),
    )
    for act in draw(st.lists(_acts, max_size=3, unique=True)):
        told.append((draw(moments), Acted(act, "organiser", draw(done))))
    advice = st.builds(
        AdviceGiven,
        party=st.integers(1, 3),
        verb=st.sampled_from(VERBS),
        atelier=_places,
        at_ms=moments,
        wait_minutes=st.integers(0, 40),
        reason=st.sampled_from(["calm", "soonest"]),
        keeps=st.just("") | _places,
        since_ms=moments,
    )
    for at_ms, one in draw(st.lists(st.tuples(moments, advice), max_size=4)):
        told.append((at_ms, one))
        if draw(st.booleans()):  # told twice in the same breath: something else, or nearly the same
            told.append((at_ms, replace(one, reason="calm", keeps=draw(st.just("") | _places))))
    return told
