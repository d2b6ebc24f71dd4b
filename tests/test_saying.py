"""What the hub says in whichever language is wanted, and in English where text is wanted."""

import ast
import errno
import sqlite3
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import saying
from kiosk.errors import JournalInUse, PrinterUnreachable, Refused, RondeError
from kiosk.saying import Saying, say, told, why
from kiosk.texts import texts

KIOSK = Path(saying.__file__).parent
FR, EN = texts("fr"), texts("en")


def said() -> Iterator[tuple[str, str, set[str | None]]]:
    """Each `say("key", name=…)` of the program: its place, its key, and the names that it fills."""
    for path in KIOSK.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say" and node.args:
                key = node.args[0]
                assert isinstance(key, ast.Constant), f"{path.name}:{node.lineno}"
                yield f"{path.name}:{node.lineno}", key.value, {each.arg for each in node.keywords}


@pytest.mark.parametrize("error", [RondeError, Refused, JournalInUse, PrinterUnreachable])
def test_an_error_is_english_as_text_and_anything_to_a_user(error):
    raised = error(say("error.unknown_party", name="Chat 9"))
    assert (
        str(raised)
        == f"{raised}"
        == "no party is called “Chat 9” here: the name stands on its sheet, such as Cat 7"
    )
    assert told(raised, FR).startswith("personne ne s’appelle «\u202fChat 9\u202f» ici")


def test_an_error_without_a_saying_is_told_as_it_stands():
    assert told(Refused("print job 3 is queued"), FR) == "print job 3 is queued"
    assert told(OSError(errno.EIO, "Input/output error"), FR) == "[Errno 5] Input/output error"


def test_what_is_in_a_saying_is_told_in_the_same_language():
    missing = say("error.setting.missing", name="event")
    other = say("error.setting.one_of", name="kind", found=3, choices=("a", "b", "c"))
    whole = say("error.settings", path=Path("h.toml"), faults=(missing, other))
    assert told(whole, FR).replace("\u202f", " ").replace("\xa0", " ") == (
        "h.toml : il manque « event » ; « kind » vaut 3 : il faut a, b ou c"
    )
    assert str(whole) == "h.toml: event is missing; kind is 3: a, b, or c is needed"


@pytest.mark.parametrize(
    ("error", "french"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/x"), "il n’y a plus de place sur le disque"),
        (FileNotFoundError(errno.ENOENT, "No such file or directory"), "il n’existe pas"),
        (TimeoutError("timed out"), "rien n’est venu à temps"),
        (OSError(errno.ELOOP, "Too many levels of symbolic links"), "Too many levels of symbolic links"),
        (sqlite3.OperationalError("no code"), "no code"),
    ],
)
def test_what_the_system_says_is_told_in_words_of_ours_where_there_are_some(error, french):
    assert told(why(error), FR) == french


def test_what_sqlite_says_is_told_in_words_of_ours(tmp_path):
    with pytest.raises(sqlite3.OperationalError) as caught:
        sqlite3.connect(tmp_path)
    assert told(why(caught.value), FR) == "le fichier ne s’ouvre pas"


def test_every_saying_of_the_program_fills_what_its_message_holds():
    wrong = []
    for place, key, names in said():
        if None in names:  # a **mapping, whose keys nobody knows here
            continue
        holes = {name for _, name, _, _ in string.Formatter().parse(FR._messages.gettext(key)) if name}
        if holes != names:
            wrong.append((place, key, holes, names))
    assert wrong == []
    assert len(list(said())) > 20


def test_a_saying_can_be_told_in_every_way_that_the_system_may_fail():
    for key in {*saying._ERRNOS.values(), *saying._SQLITE.values()}:
        assert told(Saying(key, {}), FR) != told(Saying(key, {}), EN)
