"""In what two event files differ, in words: as much of it as a rehearsal plays."""

from collections.abc import Iterator

from ..rules.event import Atelier, Event
from ..texts import Texts

COUNTS = ("places", "minutes", "min_age", "max_age", "min_fill", "hold_minutes")


def differences(first: Event, second: Event, words: Texts) -> tuple[str, ...]:
    """A line for each; the hours first, then what is at each atelier."""
    return tuple(_lines(first, second, words))


def _lines(first: Event, second: Event, words: Texts) -> Iterator[str]:
    text = words.text
    hours = tuple(_hours(event, words) for event in (first, second))
    if hours[0] != hours[1]:
        yield text("rehearse.differs.hours", before=hours[0], after=hours[1])
    if first.bands != second.bands:
        yield text("rehearse.differs.bands")
    for atelier in first.ateliers:
        other = second.by_id.get(atelier.id)
        if other is None:
            yield text("rehearse.differs.only_a", atelier=atelier.name(words.language))
        else:
            yield from _of_atelier(first, atelier, other, words)
    for atelier in second.ateliers:
        if atelier.id not in first.by_id:
            yield text("rehearse.differs.only_b", atelier=atelier.name(words.language))


def _of_atelier(event: Event, atelier: Atelier, other: Atelier, words: Texts) -> Iterator[str]:
    name = atelier.name(words.language)
    for field in COUNTS:
        before, after = getattr(atelier, field), getattr(other, field)
        if before != after:
            yield words.text(
                f"rehearse.differs.{field}",
                atelier=name,
                before=words.number(before),
                after=words.number(after),
            )
    if atelier.times_ms != other.times_ms:
        before, after = (_clocks(each.times_ms, event, words) for each in (atelier, other))
        yield words.text("rehearse.differs.times", atelier=name, before=before, after=after)
    if atelier.kind is not other.kind or atelier.closing is not other.closing:
        before, after = (f"{each.kind}, {each.closing}" for each in (atelier, other))
        yield words.text("rehearse.differs.kind", atelier=name, before=before, after=after)


def _clocks(times_ms: tuple[int, ...], event: Event, words: Texts) -> str:
    return ", ".join(words.clock(at_ms, event.zone) for at_ms in times_ms) or "–"


def _hours(event: Event, words: Texts) -> str:
    return ", ".join(
        words.text(
            "rehearse.clock_range",
            low=words.clock(window.opens_ms, event.zone),
            high=words.clock(window.closes_ms, event.zone),
        )
        for window in event.windows
    )
