"""What decisions need first: that a party is here, a badge that nobody else has, a name for an act."""

from collections.abc import Callable

from firmware.wire import token

from .errors import UnknownParty
from .rules.ledger import Ledger


def known(ledger: Ledger, party: int) -> None:
    """Raises UnknownParty."""
    if not ledger.register.is_here(party):
        raise UnknownParty(f"no party has number {party}")


def new_badge(ledger: Ledger, event_key: bytes, below: Callable[[int], int]) -> str:
    """`below(n)` draws from 0..n-1."""
    while ledger.register.is_made(badge := token.issue(event_key, below)):
        pass
    return badge


def new_act(ledger: Ledger, below: Callable[[int], int]) -> str:
    """A name that no act has, here or in another hub's journal."""
    while ledger.acts.knows(act := f"{below(1 << 64):016x}"):
        pass
    return act
