"""The display: what is to be seen on the station's page, composed of what the station knows now."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from .attendance import Attendance
from .counter import WORDS, Counter, Outcome
from .memory import Told
from .page import PLAN, STATE, Page
from .wire import screen
from .wire.card import Card
from .wire.plan import Plan
from .wire.screen import NOTHING, Link, Said
from .wire.screen import Told as Directed

MOST_TOLD = 4  # of what parties were told last


class Display:
    """Used by the agent's thread. Nothing is shown before a plan is known."""

    def __init__(self, page: Page, counter: Counter, attendance: Attendance, told: Told) -> None:
        self._page = page
        self._counter = counter
        self._attendance = attendance
        self._said: Said | None = None
        self._directed: tuple[tuple[str, Directed], ...] = ()  # each with the badge that it is for
        self._state: Mapping[str, Any] = {}
        self._plan: Plan | None = None
        self.take(told)

    @property
    def state(self) -> Mapping[str, Any]:
        """What is shown by now; empty before a plan is known."""
        return self._state

    def take(self, told: Told) -> None:
        """What the hub told."""
        plan = told.plan
        if plan is not None and plan is not self._plan:
            self._page.show(PLAN, plan.to_json())
        self._plan = plan
        self._cards: dict[str, Card] = {card.badge: card for card in told.cards}
        self._announcements = told.announcements

    def say(self, outcome: Outcome) -> Said | None:
        """What a scan or press came to, in the words of the plan."""
        plan = self._plan
        if plan is None:
            return None
        now_ms = self._attendance.now.at_ms
        if outcome.passages:
            self._said = screen.said(plan, self._cards, outcome.passages, outcome.tone, now_ms)
        else:
            key = "refused.nothing" if outcome.tone == NOTHING else WORDS[outcome.reason]
            self._said = Said(plan.text(key), outcome.tone, now_ms)
        return self._said

    def tell(self, words: str, tone: str) -> None:
        """What the station says for itself."""
        self._said = Said(words, tone, self._attendance.now.at_ms)

    def direct(self, badge: str, words: str, *, guess: bool) -> None:
        """Where the party of a badge was sent: once, for each."""
        self.withdraw({badge})
        told = Directed(words, guess, self._attendance.now.at_ms)
        self._directed = (*self._directed, (badge, told))[-MOST_TOLD:]

    def withdraw(self, badges: Collection[str]) -> None:
        """These were sent nowhere after all."""
        self._directed = tuple(each for each in self._directed if each[0] not in badges)

    def face(self, badge: str) -> str:
        """What people call the party of this badge; "" where the hub has not told of it."""
        plan = self._plan
        return screen.face(plan, self._cards, badge) if plan and badge in self._cards else ""

    def badge(self, ref: str) -> str | None:
        """Whose card that is."""
        here = self._attendance.booth()
        return (
            next((one.badge for one in here.standings if screen.ref(one.badge) == ref), None)
            if here
            else None
        )

    def refresh(self, link: Link, scanners: Iterable[tuple[str, bool]]) -> None:
        """Show how it is now."""
        plan, here = self._plan, self._attendance.booth()
        if plan is None or here is None:
            return
        now = self._attendance.now
        self._state = screen.state(
            plan,
            here,
            self._cards,
            status=self._counter.status,
            now_ms=now.at_ms,
            said=self._said,
            told=[told for _, told in self._directed],
            link=link,
            can_undo=self._counter.can_undo,
            clock_estimated=now.estimated,
            scanners=scanners,
            announcements=self._announcements,
        )
        self._page.show(STATE, self._state)
