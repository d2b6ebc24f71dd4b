"""Passphrases of drawn words: short, common and French, without accents, so that every keyboard has their letters."""

import secrets
from collections.abc import Callable
from functools import cache
from importlib import resources

WORDS = 4  # of 1,024 words or more: 40 bits or more


def proposed(below: Callable[[int], int] = secrets.randbelow) -> str:
    """Four words, each drawn from all."""
    known = words()
    return " ".join(known[below(len(known))] for _ in range(WORDS))


@cache
def words() -> tuple[str, ...]:
    return tuple((resources.files("kiosk") / "words.txt").read_text("ascii").split())
