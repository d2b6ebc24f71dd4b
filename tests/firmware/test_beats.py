"""That no two signals are alike: not to the ear, not to the eye, and not by their rhythm alone."""

import itertools
import math

import pytest

from firmware import beats
from firmware.beats import AMBER, GREEN, LIGHTS, RED, Beat
from firmware.wire.passage import CHAIN_START, Passage
from firmware.wire.receipt import CLOSED, OPEN, PAUSED

SOUNDING = {
    "kept": beats.KEPT,
    "repeat": beats.REPEAT,
    "called": beats.CALLED,
    "started": beats.STARTED,
    "ended": beats.ENDED,
    "resumed": beats.RESUMED,
    "paused": beats.HALTED,
    "closed": beats.SHUT,
    "undone": beats.UNDONE,
    "nothing": beats.NOTHING,
    "refused": beats.REFUSED,
}
STANDING = {
    "backlog": beats.BACKLOG,
    "pausing": beats.PAUSING,
    "closing": beats.CLOSING,
    "no scanner": beats.NO_SCANNER,
    "pairing": beats.PAIRING,
}
PAIRS = list(itertools.combinations(SOUNDING, 2))
ALL_PAIRS = list(itertools.combinations({**SOUNDING, **STANDING}, 2))

HORIZON_MS = 4000  # a standing signal is watched for so long
CLEARLY = 2.0  # times as long: a beat that is another one, not the same one played badly
EAR_MS, EYE_MS = 80, 200  # for so long one sounds, or shines, while the other does not
THIRD = 2 ** (3.9 / 12)  # of tones: two that many people tell apart


def unrolled(name):
    found = SOUNDING.get(name) or STANDING[name] * math.ceil(HORIZON_MS / 2000)
    assert name in SOUNDING or sum(beat.seconds for beat in STANDING[name]) == pytest.approx(2.0)
    return found


def over_time(name, said_by):
    """What `said_by` tells of each beat, millisecond by millisecond."""
    line = [value for beat in unrolled(name) for value in [said_by(beat)] * round(beat.seconds * 1000)]
    return (line + [said_by(beats.QUIET)] * HORIZON_MS)[:HORIZON_MS]


def runs(line):
    """The durations for which it is on and off, from its first on to its last."""
    found = [(on, len(list(same))) for on, same in itertools.groupby(map(bool, line))]
    return [length for _, length in found[not found[0][0] : len(found) - (not found[-1][0])]]


def aligned(line):
    """From its first on."""
    begun = next((at for at, on in enumerate(line) if on), 0)
    return line[begun:] + line[:begun]


def apart(one, other):
    """Whether the rhythm of one is not that of the other, however badly it is played or heard."""
    first, second = runs(one), runs(other)
    if len(first) != len(second):
        return True
    return any(max(a, b) >= CLEARLY * min(a, b) for a, b in zip(first, second, strict=True))


def milliseconds_unlike(one, other):
    return sum(a != b for a, b in zip(aligned(one), aligned(other), strict=True))


def tune(name):
    """Its notes: pitch, whether it is soft, and whether it is long."""
    return [(beat.hertz, beat.soft) for beat in unrolled(name) if beat.hertz]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_two_signals_differ_to_the_ear(one, other):
    first, second = tune(one), tune(other)
    higher = (max(a, b) / min(a, b) >= THIRD for (a, _), (b, _) in zip(first, second, strict=False))
    assert len(first) != len(second) or any(higher)


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_two_signals_differ_in_the_rhythm_of_their_sound_alone(one, other):
    sounds = [over_time(name, lambda beat: beat.hertz is not None) for name in (one, other)]
    assert apart(*sounds)
    assert milliseconds_unlike(*sounds) >= EAR_MS


@pytest.mark.parametrize(("one", "other"), ALL_PAIRS)
def test_two_signals_differ_to_the_eye(one, other):
    lights = [over_time(name, lambda beat: beat.lights) for name in (one, other)]
    assert milliseconds_unlike(*lights) >= EYE_MS


@pytest.mark.parametrize(("one", "other"), ALL_PAIRS)
def test_two_signals_differ_in_the_rhythm_of_their_light_alone(one, other):
    """For who cannot tell the colours, from wherever the lights cannot be told apart by their places."""
    lights = [over_time(name, lambda beat: bool(beat.lights)) for name in (one, other)]
    assert apart(*lights)
    assert milliseconds_unlike(*lights) >= EYE_MS


def test_the_signals_that_are_promised():
    assert [beat.hertz for beat in beats.KEPT if beat.hertz] == [880.0]
    assert {light for beat in beats.KEPT for light in beat.lights} == {GREEN}
    low = [beat.hertz for beat in beats.REFUSED if beat.hertz]
    assert low == [220.0] * 3 and low[0] == min(
        beat.hertz for b in SOUNDING.values() for beat in b if beat.hertz
    )
    assert all(beat.soft for beat in beats.REPEAT if beat.hertz)
    assert beats.BACKLOG[0].lights == (AMBER,)


def test_red_is_kept_for_what_is_not_recorded():
    with_red = {
        name
        for name in (*SOUNDING, *STANDING)
        if name != "pairing" and any(RED in beat.lights for beat in unrolled(name))
    }
    assert with_red == {"refused", "no scanner"}


def test_rising_and_falling_are_what_they_are_called():
    for name, sign in (
        ("called", 1),
        ("started", 1),
        ("resumed", 1),
        ("undone", -1),
        ("paused", -1),
        ("closed", -1),
    ):
        pitches = [pitch for pitch, _ in tune(name)]
        assert pitches == sorted(set(pitches), reverse=sign < 0), name


def test_no_signal_takes_longer_than_a_breath():
    for name, found in SOUNDING.items():
        assert sum(beat.seconds for beat in found) <= 2.0, name
        assert all(100 <= beat.hertz <= 1760 for beat in found if beat.hertz)
        assert {light for beat in found for light in beat.lights} <= set(LIGHTS)


def passages(*kinds):
    return [
        Passage("vr-1", "e" * 16, seq, "vr", kind, None, "b" * 32, 1, 1, CHAIN_START)
        for seq, kind in enumerate(kinds, 1)
    ]


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (["arrive"], "KEPT"),
        (["enter"], "KEPT"),
        (["leave"], "KEPT"),
        (["absent"], "KEPT"),
        (["shift"], "KEPT"),
        (["call"], "CALLED"),
        (["enter", "enter", "call", "call"], "CALLED"),
        (["enter", "enter"], "STARTED"),
        (["leave", "leave", "enter"], "STARTED"),
        (["leave", "leave", "leave"], "ENDED"),
        (["enter", "leave"], "ENDED"),
        (["pause"], "HALTED"),
        (["resume"], "RESUMED"),
        (["close"], "SHUT"),
        (["undo"], "UNDONE"),
        (["undo", "undo", "undo"], "UNDONE"),
    ],
)  # fmt: skip
def test_what_was_kept_says_what_it_came_to(kinds, expected):
    assert beats.kept(passages(*kinds)) == getattr(beats, expected)


def test_what_stands_is_shown_side_by_side():
    well = {"status": OPEN, "backlog": False, "scanner": True, "pairing": False}
    assert beats.standing(**well) == ()
    assert beats.standing(**well | {"backlog": True}) == beats.BACKLOG
    assert beats.standing(**well | {"backlog": True, "status": PAUSED}) == beats.PAUSING
    assert beats.standing(**well | {"status": CLOSED}) == beats.CLOSING
    assert beats.standing(**well | {"scanner": False}) == beats.NO_SCANNER
    assert beats.standing(**well | {"scanner": False, "status": PAUSED, "pairing": True}) == beats.PAIRING
    both = beats.standing(**well | {"scanner": False, "status": PAUSED})
    assert [(pytest.approx(beat.seconds), set(beat.lights)) for beat in both] == [
        (0.1, {AMBER, RED}),
        (0.4, {AMBER}),
        (0.5, set()),
        (0.5, {AMBER}),
        (0.5, set()),
    ]


def test_signals_of_two_lengths_do_not_show_together():
    with pytest.raises(ValueError, match="equally long"):
        beats.together((Beat(1.0),), (Beat(2.0),))
