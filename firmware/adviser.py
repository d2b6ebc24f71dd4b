"""The adviser: tells parties whose visit is over where to go; what the hub says, or a guess while it is away."""

from collections.abc import Sequence

from . import messages
from .clock import Clock
from .counter import Counter
from .display import Display
from .guide import Guide
from .signals import Signals
from .wire.passage import ENTER, LEAVE, Passage
from .wire.receipt import Advice, Receipt, Wait

MOST_UNADVISED = 16


class Adviser:
    """Used by the agent's thread. `board`: the waits of `board_ago_ms` ago, where any are known."""

    def __init__(
        self,
        clock: Clock,
        counter: Counter,
        display: Display,
        signals: Signals,
        *,
        board: tuple[Wait, ...],
        board_ago_ms: int,
    ) -> None:
        self._clock = clock
        self._counter = counter
        self._display = display
        self._signals = signals
        self._unadvised: list[Passage] = []  # ends of visits that the hub has not answered yet
        self.last = ""  # that was given, in words
        self._guide = Guide()
        self._guide.take(board, clock.boot_ms() - board_ago_ms)

    def note(self, passages: Sequence[Passage]) -> None:
        """These are in the log now. What was told for a scan that is taken back is withdrawn."""
        undone = {passage.of for passage in passages if passage.of is not None}
        badges = {passage.badge for passage in passages if passage.of is not None and passage.badge}
        self._unadvised = [passage for passage in self._unadvised if passage.seq not in undone]
        self._display.withdraw(badges)
        ended = [passage for passage in passages if self._ends(passage.kind)]
        self._unadvised = (self._unadvised + ended)[-MOST_UNADVISED:]

    def take(self, receipt: Receipt) -> None:
        """What the hub says."""
        self._unadvised = [passage for passage in self._unadvised if passage.seq > receipt.held]
        self._guide.take(receipt.board, self._clock.boot_ms())
        for advice in receipt.advice:
            self._give(advice, advice.words, guess=False)

    def guess(self) -> None:
        """No hub says it: guess for everybody who waits for a word."""
        for passage in self._unadvised:
            badge = passage.badge or ""
            wait = self._guide.guess(self._counter.atelier, badge, self._clock.boot_ms())
            if wait is not None:
                named = {"name": wait.name, "wait": _range(wait)}
                face = self._display.face(badge)
                words = messages.GUESS.format(**named)
                shown = messages.GUESS_OF.format(face=face, **named) if face else words
                self._give(Advice(badge, "go", wait.atelier, words), shown, guess=True)
        self._unadvised = []

    def _give(self, advice: Advice, shown: str, *, guess: bool) -> None:
        self.last = advice.words
        self._signals.advice(advice, guess=guess)
        self._display.direct(advice.badge, shown, guess=guess)

    def _ends(self, kind: str) -> bool:
        """Whether a visit is over after it, or is begun here and seen to its end by nobody."""
        plan = self._counter.plan
        seen_out = plan.sees_out if plan else self._counter.steps[-1] != ENTER
        return kind == LEAVE or (kind == ENTER and not seen_out)


def _range(wait: Wait) -> str:
    if wait.high_minutes == 0:
        return messages.GUESS_AT_ONCE
    form = messages.GUESS_RANGE if wait.low_minutes else messages.GUESS_UNDER
    return form.format(low=wait.low_minutes, high=wait.high_minutes)
