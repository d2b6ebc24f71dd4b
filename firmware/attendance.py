"""Who is at the booth, as this station knows it: what the hub told, and what its own log has since.

So it is right while the network is away, and after a reboot without one. Where the hub has told nothing, the whole log
says it.
"""

from collections.abc import Iterable, Sequence

from .hubtime import HubTime
from .logfile import CHUNK
from .memory import Told
from .outbox import Outbox
from .wire.anchor import Moment
from .wire.booth import Booth, booth, replayed
from .wire.passage import Passage
from .wire.plan import Plan


class Attendance:
    """`note` every passage, `take` what the hub tells; `booth()` is as of now, None where no plan is known."""

    def __init__(self, outbox: Outbox, time: HubTime, told: Told) -> None:
        self._outbox = outbox
        self._time = time
        self._told = told
        self._takers = _takers(told)
        self._known: Booth | None = None
        self._estimated = True

    @property
    def now(self) -> Moment:
        """The hub's time, as far as it is known."""
        return self._time.now()

    def take(self, told: Told) -> None:
        if _basis(told) != _basis(self._told):
            self._known = None
            self._takers = _takers(told)
        self._told = told

    def note(self, passages: Sequence[Passage]) -> None:
        """These are in the log now."""
        if self._known is not None and any(passage.of is not None for passage in passages):
            self._known = None  # what is taken back never was: all is to be looked at anew
        elif self._known is not None:
            self._known = self._after(self._known, passages)

    def booth(self) -> Booth | None:
        plan = self._told.plan
        if plan is None:
            return None
        now = self._time.now()
        if self._known is None or self._estimated != now.estimated:
            self._known = self._looked_up(plan)
            self._estimated = now.estimated
        self._known = self._known.settled(now.at_ms)
        return self._known

    def _looked_up(self, plan: Plan) -> Booth:
        told = self._told
        if told.standings is None:
            return self._after(booth(plan, ()), self._since(1))
        held = told.held if told.epoch == self._outbox.epoch else 0
        passages, standings = self._since(held + 1), told.standings
        doubtful = {passage.badge for passage in passages if passage.of is not None and passage.of <= held}
        if doubtful:  # what the hub told of them was taken back since: the log alone says how they stand
            passages = [one for one in self._since(1) if one.seq > held or one.badge in doubtful]
            standings = tuple(one for one in standings if one.badge not in doubtful)
        return self._after(booth(plan, standings), passages)

    def _since(self, first: int) -> list[Passage]:
        found: list[Passage] = []
        while chunk := self._outbox.read(first + len(found), CHUNK):
            found += chunk
        return found

    def _after(self, here: Booth, passages: Iterable[Passage]) -> Booth:
        known = list(passages)
        dated = zip(known, self._time.dates(known), strict=True)
        moments = ((passage, moment.at_ms, moment.estimated) for passage, moment in dated)
        return replayed(here, moments, self._takers, here.plan.atelier)


def _basis(told: Told) -> tuple[object, ...]:
    """What a booth is built on."""
    return (told.plan, told.cards, told.standings, told.epoch, told.held)


def _takers(told: Told) -> dict[str, int]:
    return {card.badge: card.takers for card in told.cards}
