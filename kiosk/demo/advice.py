"""What the hub tells a family, as it hears it: at the scan that ends a visit, when it asks, after a rest."""

from ..errors import HubAway, Refused
from ..rules.facts import REST, AdviceGiven
from ..twin.world import Badge
from .stage import Stage


class Adviser:
    """`heard`: what a badge was told last. Where the hub is out of reach nobody is told anything."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._heard: dict[str, AdviceGiven] = {}
        self._scanned: dict[str, str] = {}

    def heard(self, badge: Badge) -> AdviceGiven | None:
        return self._heard.get(badge.token)

    def scanned(self, badge: Badge, station: str) -> None:
        """What this badge was told before is over: the scan has to be answered first."""
        self._scanned[badge.token] = station

    def told(self, badge: Badge) -> AdviceGiven | None:
        """What stands to be told to it, once the hub has had its scan; None where it has not."""
        station = self._scanned.pop(badge.token, None)
        if station is None:
            return self._hear(badge, self._asked("advice", badge))
        if not self._stage.settled(station):
            return None
        told = self._asked("advice", badge)
        return None if told == self._heard.get(badge.token) else self._hear(badge, told)

    def another(self, badge: Badge) -> AdviceGiven | None:
        """What it is told when it is at a loss: what was said meanwhile, or else what it asks for.

        After a rest that is what now; else it wants something else than it was told.
        """
        before = self._heard.get(badge.token)
        told = self._asked("advice", badge)
        if told is None or told == before:
            told = self._asked("ask", badge, another=before is None or before.verb != REST)
        return self._hear(badge, told)

    def _hear(self, badge: Badge, told: AdviceGiven | None) -> AdviceGiven | None:
        if told is not None:
            self._heard[badge.token] = told
        return told

    def _asked(self, act: str, badge: Badge, **more: bool) -> AdviceGiven | None:
        try:
            told = self._stage.ask(act, badge=badge.token, **more)
        except (HubAway, Refused):
            self._stage.mend()
            return None
        return None if told is None else AdviceGiven.from_json(told)
