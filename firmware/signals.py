"""What a panel is to the agent, whatever it is made of: what it is told, and the words of its presses."""

from collections.abc import Sequence
from typing import Protocol

from .wire import passage
from .wire.passage import Passage
from .wire.receipt import Advice

LEFT, RIGHT, LEFT_HOLD, RIGHT_HOLD = "left", "right", "left-hold", "right-hold"
UNDO, PAUSE = passage.UNDO, passage.PAUSE

# What a panel calls its presses; what they come to at this atelier is for the agent to say.
PRESSES = (LEFT, RIGHT, LEFT_HOLD, RIGHT_HOLD, UNDO, PAUSE)


class Signals(Protocol):
    """What the agent tells whoever sits at the atelier. No call waits for a light or a sound.

    `kept`: all passages of one scan or one press, never none. `nothing`: it was pressed, and there is nothing to do.
    `pairing`: whether the station waits for the code on the hub's screen.
    """

    @property
    def alive(self) -> bool: ...

    def kept(self, passages: Sequence[Passage]) -> None: ...

    def repeat(self, passage: Passage) -> None: ...

    def refused(self, reason: str) -> None: ...

    def nothing(self) -> None: ...

    def backlog(self, count: int) -> None: ...

    def status(self, status: str) -> None: ...

    def scanner(self, present: bool) -> None: ...

    def pairing(self, waiting: bool) -> None: ...

    def advice(self, advice: Advice, *, guess: bool) -> None: ...

    def close(self) -> None: ...
