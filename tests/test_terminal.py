"""What the commands say steers no terminal, whoever wrote what they tell of; and no line of the log is two."""

import json
import logging
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from firmware.wire.schema import canonical
from kiosk import eventfile
from kiosk.cli import main
from kiosk.plain import Lines, as_json, plain
from kiosk.saying import say, told
from kiosk.texts import texts

from . import corpus

ROUBAIX = Path(eventfile.__file__).parents[1] / "events" / "roubaix-2022.toml"
BADGE = "BCDFGHJKLNPRSTVX"


def tame(said: str) -> bool:
    return all(corpus.is_line(line) for line in said.split("\n"))


def ronde(*arguments: str, given: str | None = None) -> str:
    """All that the command says; it ends by itself, and not by a fault."""
    done = CliRunner().invoke(main, list(arguments), input=given)
    assert done.exception is None or isinstance(done.exception, SystemExit), (arguments, done.exception)
    assert tame(done.output), arguments
    return done.output


@given(st.text())
def test_whatever_the_words_are_they_are_letters_on_a_line(words):
    assert corpus.is_line(plain(words))
    assert json.loads(as_json([words])) == [words]
    assert tame(as_json({words: [words]}, indent=2))


@pytest.mark.parametrize("words", ["Chat 7", "d’été\u202f: 10\u00a0%", "الرابعة", "🐈", "a\u0300"])
def test_letters_of_every_script_stay_as_they_are(words):
    assert plain(words) == words
    assert as_json([words]) == f'["{words}"]'


@pytest.mark.parametrize("text", corpus.STEERING, ids=ascii)
def test_what_fills_a_message_steers_nothing(text):
    for language in ("fr", "en"):
        assert corpus.is_line(
            told(say("error.unknown_atelier", name=text, choices=(text, "vr")), texts(language))
        )
        assert corpus.is_line(
            told(
                say("error.unread", path=Path("/tmp") / text, reason=say("error.why.missing")),
                texts(language),
            )
        )


@pytest.mark.parametrize("text", corpus.STEERING, ids=ascii)
def test_a_line_of_the_log_is_one_line(text):
    try:
        raise ValueError(text)
    except ValueError as error:
        record = logging.LogRecord(
            "ronde", logging.ERROR, "", 0, "said %s", (text,), (type(error), error, error.__traceback__)
        )
    first, *trace = Lines("%(levelname)s %(message)s").format(record).split("\n")
    assert corpus.is_line(first) and first.startswith("ERROR said ")
    assert all(corpus.is_line(line) and line.startswith("  ") for line in trace)


@pytest.mark.parametrize(
    "text", (*corpus.STEERING, corpus.LONG, *corpus.TEMPLATES), ids=lambda text: ascii(text)[:20]
)
def test_no_command_says_what_it_was_given_as_it_was_given(tmp_path, monkeypatch, text):
    """Files that somebody sent, and words that somebody pasted."""
    monkeypatch.chdir(tmp_path)
    written = text.encode("utf-8", "surrogatepass")
    heads = ROUBAIX.read_bytes().replace(b'name = "Journ', b'name = "' + written + b"Journ", 1)
    Path("event.toml").write_bytes(heads + b"\n" + written + b" = 1\n")
    Path("list.csv").write_bytes(b'"' + written + b'",0-5\r\n"' + written + b'",1\r\n')
    facts = [
        {"fact": text, "at": "10:00"}, {"fact": "help", "place": text, "subject": text, "party": 0, "at": "10:00"},
        {"fact": "announcement", "texts": {"fr": text}, "until_ms": 1, "at": text},
        {"fact": "station", "station": text, "atelier": "vr", "label": text, "at": "10:00"},
        {"badge": text, "atelier": text, "kind": text, "at": "10:00"},
        {"badge": BADGE, "atelier": text, "kind": "arrive", "at": "10:00"},
    ]  # fmt: skip
    Path("facts.jsonl").write_bytes(b"\n".join(canonical(each) for each in facts) + b"\n" + written)
    Path("hub.toml").write_bytes(b'event = "' + written + b'"\n"' + written + b'" = 1\n')
    Path("journal.db").write_bytes(written)
    ronde("check", "event.toml")
    ronde("replay", "facts.jsonl", "--event", str(ROUBAIX), "--journeys")
    ronde("replay", "facts.jsonl", "--event", "event.toml")
    ronde("export", "journal.db")
    ronde("sheet", "event.toml")
    ronde("expect", "list.csv", "--config", "hub.toml")
    ronde("announce", "x", "--config", "hub.toml")
    word = text.replace("\0", "").encode("utf-8", "replace").decode()[:200]
    ronde("replay", "facts.jsonl", "--event", str(ROUBAIX), "--at", word or "x")
    ronde("rehearse", str(ROUBAIX), "--scenario", word or "x")
    ronde("check", word.replace("/", "") or "x")
