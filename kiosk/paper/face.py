"""How wide text comes out, which decides where its lines break: in the printer's own letters, or drawn."""

from dataclasses import dataclass, field
from typing import Protocol

from kiosk.paper.blocks import CELL_DOTS
from kiosk.paper.letters import loses, printable
from kiosk.paper.script import Script


class Face(Protocol):
    """`script`: None for the printer's own letters."""

    @property
    def script(self) -> Script | None: ...

    def clean(self, text: str) -> str:
        """The text in the letters that there are, without any control character."""

    def dots(self, text: str, width: int, height: int, bold: bool) -> int:
        """How wide it comes out."""


@dataclass(slots=True)
class PrinterFace:
    """Font A, where each character is as wide as the others.

    `letters`: those that were asked for; `loses`: whether one of them is more than the code page has.
    """

    script: None = None
    letters: set[str] = field(default_factory=set)
    loses: bool = False

    def clean(self, text: str) -> str:
        self.letters.update(text)
        self.loses = self.loses or loses(text)
        return printable(text)

    def dots(self, text: str, width: int, height: int, bold: bool) -> int:
        return len(text) * width * CELL_DOTS


@dataclass(frozen=True, slots=True)
class DrawnFace:
    script: Script

    def clean(self, text: str) -> str:
        return self.script.clean(text)

    def dots(self, text: str, width: int, height: int, bold: bool) -> int:
        return self.script.dots(text, width, height, bold=bold)
