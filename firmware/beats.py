"""The signals as beats: what each sounds and shows, beat by beat.

Any two differ to the ear, to the eye, and by their rhythm alone, for who cannot hear them or cannot tell the colours.
Those of the second table last as long as what they say, and make no sound. Red means that something was not recorded,
or cannot be: no other signal has it.

    ========  ==========================  ==========================================================================
    kept      one short high beep         green, steady for a second
    repeat    two soft ticks              green, two flashes
    called    short, long; rising         green, in time, the second one longer: parties were called
    started   long, short, short; rising  green, in time: a batch has begun, or those called have come in
    ended     two long notes, the same    green, in time: a batch is over
    resumed   short, long, short; rising  green, in time: the atelier goes on
    paused    long, short, long; falling  amber, in time: it pauses
    closed    three long notes, falling   amber, in time: its queue takes nobody more
    undone    long, short; falling        green, in time: the last scan or press does not count
    nothing   one soft low tick           amber, one blip: there was nothing to do
    refused   three low beeps             red with each, then steady a while: NOT recorded
    ========  ==========================  ==========================================================================

    ==========  ================================================================================
    backlog     amber, steady: the hub does not hold everything yet
    paused      amber, blinking slowly
    closed      amber, two flashes every two seconds
    no scanner  red, a short flash every two seconds
    pairing     green, amber, red, one after the other: it waits for the code of the hub's screen, or is refused
    ==========  ================================================================================
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from .wire.passage import CALL, CLOSE, ENTER, LEAVE, PAUSE, RESUME, UNDO, Passage
from .wire.receipt import CLOSED, PAUSED

GREEN, AMBER, RED = LIGHTS = ("green", "amber", "red")


@dataclass(frozen=True, slots=True)
class Beat:
    """So many seconds of these lights and one sound."""

    seconds: float
    lights: tuple[str, ...] = ()
    hertz: float | None = None
    soft: bool = False


Beats = tuple[Beat, ...]

_TICK_S, _SHORT_S, _LONG_S, _GAP_S = 0.08, 0.2, 0.46, 0.15
_LOOP_S = 2.0  # every standing signal fits into it whole


def _tune(light: str, *notes: tuple[float, float]) -> Beats:
    """Notes of (seconds, hertz), each with the light, and a gap between them."""
    beats = [beat for seconds, hertz in notes for beat in (Beat(seconds, (light,), hertz), Beat(_GAP_S))]
    return tuple(beats[:-1])


def _tick(light: str, hertz: float) -> Beats:
    """A soft one, whose light lasts long enough to be seen."""
    return (Beat(_TICK_S, (light,), hertz, soft=True), Beat(_SHORT_S - _TICK_S, (light,)))


_A3, _C4, _E4, _A4, _C5, _E5, _A5 = 220.0, 261.6, 329.6, 440.0, 523.3, 659.3, 880.0

KEPT = (Beat(_SHORT_S, (GREEN,), _A5), Beat(1.0 - _SHORT_S, (GREEN,)))
REPEAT = (*_tick(GREEN, _E5), Beat(_GAP_S), *_tick(GREEN, _E5))
CALLED = (*_tune(GREEN, (_SHORT_S, _E5), (_LONG_S, _A5)), Beat(_LONG_S, (GREEN,)))
STARTED = _tune(GREEN, (_LONG_S, _A4), (_SHORT_S, _E5), (_SHORT_S, _A5))
ENDED = _tune(GREEN, (_LONG_S, _C5), (_LONG_S, _C5))
RESUMED = _tune(GREEN, (_SHORT_S, _A4), (_LONG_S, _C5), (_SHORT_S, _A5))
HALTED = _tune(AMBER, (_LONG_S, _A4), (_SHORT_S, _E4), (_LONG_S, _A3))
SHUT = _tune(AMBER, (_LONG_S, _C5), (_LONG_S, _A4), (_LONG_S, _E4))
UNDONE = _tune(GREEN, (_LONG_S, _E5), (_SHORT_S, _A4))
NOTHING = (Beat(_GAP_S), *_tick(AMBER, _C4), Beat(_GAP_S))
REFUSED = (*_tune(RED, *[(_SHORT_S, _A3)] * 3), Beat(_GAP_S), Beat(0.9, (RED,)))

BACKLOG = (Beat(_LOOP_S, (AMBER,)),)
PAUSING = (Beat(0.5, (AMBER,)), Beat(0.5)) * 2
CLOSING = (Beat(0.15, (AMBER,)), Beat(0.15), Beat(0.15, (AMBER,)), Beat(1.55))
NO_SCANNER = (Beat(0.1, (RED,)), Beat(1.9))
PAIRING = (Beat(0.3, (GREEN,)), Beat(0.1), Beat(0.3, (AMBER,)), Beat(0.1), Beat(0.3, (RED,)), Beat(0.9))

QUIET = Beat(0.0)

_BY_KIND = {PAUSE: HALTED, RESUME: RESUMED, CLOSE: SHUT, CALL: CALLED, ENTER: STARTED, LEAVE: ENDED}


def kept(passages: Sequence[Passage]) -> Beats:
    """How it is said that these passages of one scan or press are kept. The last of them says what it came to."""
    kinds = [passage.kind for passage in passages]
    if UNDO in kinds:
        return UNDONE
    if len(kinds) == 1 and kinds[0] in (ENTER, LEAVE):
        return KEPT
    return _BY_KIND.get(kinds[-1], KEPT)


def standing(*, status: str, backlog: bool, scanner: bool, pairing: bool) -> Beats:
    """What shows for as long as this holds; nothing where all is well."""
    if pairing:
        return PAIRING
    amber = {PAUSED: PAUSING, CLOSED: CLOSING}.get(status, BACKLOG if backlog else ())
    red = () if scanner else NO_SCANNER
    return together(amber, red) if amber and red else amber or red


def together(one: Beats, other: Beats) -> Beats:
    """The lights of both, side by side. Raises ValueError where they do not last equally long."""
    edges = sorted({0.0, *_ends(one), *_ends(other)})
    if round(edges[-1], 6) != round(min(_ends(one)[-1], _ends(other)[-1]), 6):
        raise ValueError("two signals that show together last equally long")
    return tuple(
        Beat(end - begin, (*_lights_at(one, begin), *_lights_at(other, begin)))
        for begin, end in pairwise(edges)
    )


def _ends(beats: Beats) -> list[float]:
    return [round(end, 6) for end in accumulate(beat.seconds for beat in beats)]


def _lights_at(beats: Beats, moment: float) -> tuple[str, ...]:
    return next(beat.lights for beat, end in zip(beats, _ends(beats), strict=True) if moment < end)
