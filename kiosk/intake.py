"""A station's batch as facts: dated by its anchors, each once."""

from firmware.wire import anchor
from firmware.wire.anchor import Moment
from firmware.wire.batch import Batch, Garbled
from firmware.wire.passage import Passage

from .rules.facts import Passed, SetAside
from .rules.ledger import Log


def unheld(batch: Batch, log: Log, now_ms: int) -> list[Passed | SetAside]:
    """The facts that a batch amounts to beyond what is held of its log."""
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
