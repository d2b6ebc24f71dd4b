"""A name within a sentence, where its letters may run the other way."""

from unicodedata import bidirectional

from kiosk.texts import Texts

_ASTRAY = {"ltr": frozenset({"R", "AL"}), "rtl": frozenset({"L"})}
_FIRST_STRONG, _END = "\u2068", "\u2069"


def apart(name: str, words: Texts) -> str:
    """Set apart from the figures that may follow it, which would else be drawn on its other side."""
    astray = _ASTRAY[words.direction]
    return f"{_FIRST_STRONG}{name}{_END}" if any(bidirectional(each) in astray for each in name) else name
