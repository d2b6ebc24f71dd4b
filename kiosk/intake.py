"""What comes in, put right before it is kept: the people of a party, and a station's batch as facts."""

from collections.abc import Sequence

from firmware.wire import anchor
from firmware.wire.anchor import Moment
from firmware.wire.batch import Batch, Garbled
from firmware.wire.passage import Passage

from .errors import Refused
from .rules.event import Event
from .rules.facts import Passed, SetAside
from .rules.logs import Log
from .rules.party import GENDERS, Group

MOST_PEOPLE = 200  # in one party
MOST_WISHES = 3  # of one party: its hearts


def grouped(event: Event, people: Sequence[Group]) -> list[Group]:
    """Each band and gender once. Raises Refused where the people make no party of this event."""
    counts: dict[tuple[str, str], int] = {}
    for group in people:
        if group.band not in event.bands_by_id or group.gender not in GENDERS or group.count < 1:
            raise Refused(f"no such people on this day: {group}")
        counts[group.band, group.gender] = counts.get((group.band, group.gender), 0) + group.count
    if not 0 < sum(counts.values()) <= MOST_PEOPLE:
        raise Refused(f"a party has 1 to {MOST_PEOPLE} people, not {sum(counts.values())}")
    return [Group(band, gender, count) for (band, gender), count in counts.items()]


def unheld(batch: Batch, log: Log, now_ms: int) -> list[Passed | SetAside]:
    """The facts that a batch amounts to beyond what is held of its log: dated by its anchors, each once."""
    return [fact for fact in _dated(batch, log, now_ms) if not _holds(log, fact)]


def _holds(log: Log, fact: Passed | SetAside) -> bool:
    seq = fact.passage.seq if isinstance(fact, Passed) else fact.seq
    return log.holds(seq, fact.digest)


def _dated(batch: Batch, log: Log, now_ms: int) -> list[Passed | SetAside]:
    readable = [passage for passage in batch.passages if isinstance(passage, Passage)]
    before_ms = log.last_at_ms if batch.first > log.last_seq else None
    moments = iter(anchor.date(readable, batch.anchors, before_ms, now_ms))
    return [
        _set_aside(batch, passage) if isinstance(passage, Garbled) else _passed(passage, next(moments))
        for passage in batch.passages
    ]


def _passed(passage: Passage, moment: Moment) -> Passed:
    return Passed(passage, moment, passage.digest)


def _set_aside(batch: Batch, garbled: Garbled) -> SetAside:
    return SetAside(batch.station, batch.epoch, garbled.seq, garbled.raw, garbled.reason, garbled.digest)
