"""What was changed of the event as it was planned: stations, sessions, places and minutes, as it comes."""

from collections.abc import Callable, ItemsView
from dataclasses import replace

from .amended import Shift, amended
from .event import Event
from .facts import AtelierLimited, Named, StationSet
from .statuses import Source


class Changes:
    """`counts` tells of a source whether what it said was neither struck nor withdrawn."""

    def __init__(self, planned: Event, counts: Callable[[Source], bool]) -> None:
        self._planned = planned
        self._counts = counts
        self._stations: dict[str, tuple[int, StationSet]] = {}
        self._shifts: dict[Source, Shift] = {}
        self._undoes: dict[Source, Named] = {}
        self._limits: list[tuple[int, Source, AtelierLimited]] = []

    def limit(self, source: Source, fact: AtelierLimited, at_ms: int) -> None:
        self._limits.append((at_ms, source, fact))

    def shift(self, source: Source, shift: Shift, of: Named | None = None) -> None:
        """`of`: the shift that this one takes back, however long ago."""
        self._shifts[source] = shift
        if of is not None:
            self._undoes[source] = of

    def redate(self, source: Source, at_ms: int) -> bool:
        """The same shift, said at another moment: the earliest holds. Whether that changes anything."""
        shift = self._shifts.get(source)
        if shift is None or at_ms >= shift.at_ms:
            return False
        self._shifts[source] = replace(shift, at_ms=at_ms)
        return True

    def stand(self, fact: StationSet, at_ms: int) -> None:
        """The last that was said of a station holds."""
        known = self._stations.get(fact.station)
        if known is None or (at_ms, repr(fact)) >= (known[0], repr(known[1])):
            self._stations[fact.station] = (at_ms, fact)

    def every_shift(self) -> ItemsView[Source, Shift]:
        """Whether it counts or not."""
        return self._shifts.items()

    def counting(self) -> list[tuple[Source, Shift]]:
        return [(source, shift) for source, shift in self._shifts.items() if self._counts(source)]

    def shifts(self) -> list[Shift]:
        """Those that count, without what was taken back and what took it back."""
        counting = self.counting()
        known = {source[:3] for source, _ in counting}
        undoes = {source: of for source, of in self._undoes.items() if source[:3] in known and of in known}
        over = {*undoes.values(), *(source[:3] for source in undoes)}
        return [shift for source, shift in counting if source[:3] not in over]

    def event(self) -> Event:
        """As it holds by now."""
        said = sorted((each for each in self._limits if self._counts(each[1])), key=repr)
        limits = (limit for _, _, limit in sorted(said, key=lambda each: each[0]))
        stations = (fact for _, fact in self._stations.values())
        return amended(self._planned, stations, self.shifts(), limits)
