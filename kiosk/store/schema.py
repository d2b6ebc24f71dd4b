"""The tables of the journal, and how they came to be. A migration is one transaction."""

import secrets
from typing import Any

from sqlite_utils import Migrations

migrations = Migrations("ronde")


@migrations()
def create_facts(db: Any) -> None:
    """`facts` is append-only: `seq` gives the order, `key` makes a second telling of one fact a nothing."""
    db["facts"].create(
        {"seq": int, "at_ms": int, "kind": str, "key": str, "body": str},
        pk="seq",
        not_null={"at_ms", "kind", "body"},
    )
    db["facts"].create_index(["key"], unique=True)


@migrations()
def create_secrets(db: Any) -> None:
    """`secrets` holds keys: of the event, of each station. They are backed up with the facts, never exported."""
    db["secrets"].create({"name": str, "value": bytes}, pk="name", not_null={"value"})


@migrations()
def create_identity(db: Any) -> None:
    """`identity` names this journal. A restored one takes a new epoch, so that stations send all again."""
    db["identity"].create({"name": str, "value": str}, pk="name", not_null={"value"})
    db["identity"].insert({"name": "epoch", "value": secrets.token_hex(8)})
