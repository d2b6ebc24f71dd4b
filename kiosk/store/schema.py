"""The tables of the journal, and how they came to be. A migration is one transaction.

Each row carries a `seal` over what it says: SQLite finds a broken page, but not a letter that changed in a text.
"""

import secrets
import zlib
from typing import Any

from .tables import Migrations

migrations = Migrations("ronde")


def sealed(*values: str | int | bytes | None) -> int:
    """The seal of a row with these values."""
    return zlib.crc32("\x1f".join(map(ascii, values)).encode("ascii"))


@migrations()
def create_facts(db: Any) -> None:
    """`facts` is append-only: `seq` gives the order, `key` makes a second telling of one fact a nothing."""
    db["facts"].create(
        {"seq": int, "at_ms": int, "kind": str, "key": str, "body": str, "seal": int},
        pk="seq",
        not_null={"at_ms", "kind", "body", "seal"},
    )
    db["facts"].create_index(["key"], unique=True)


@migrations()
def create_secrets(db: Any) -> None:
    """`secrets` holds keys: of the event, of each station. They are backed up with the facts, never exported."""
    db["secrets"].create({"name": str, "value": bytes, "seal": int}, pk="name", not_null={"value", "seal"})


@migrations()
def create_identity(db: Any) -> None:
    """`identity` names this journal. A restored one takes a new epoch, so that stations send all again."""
    db["identity"].create({"name": str, "value": str, "seal": int}, pk="name", not_null={"value", "seal"})
    epoch = secrets.token_hex(8)
    db["identity"].insert({"name": "epoch", "value": epoch, "seal": sealed("epoch", epoch)})
