"""The page that describes the formats: its examples are what the programs read and show."""

import json
import re
from pathlib import Path

import pytest

from firmware.wire import batch as wire_batch
from firmware.wire import pairing
from firmware.wire import passage as wire_passage
from firmware.wire import receipt as wire_receipt
from kiosk import eventfile
from kiosk.replay import moment_of, replay
from kiosk.rules.board import board, journeys
from kiosk.rules.event import Event

ROOT = Path(eventfile.__file__).parents[2]
FORMATS = ROOT / "docs" / "formats.md"


@pytest.fixture(scope="module")
def event() -> Event:
    return eventfile.load(ROOT / "kiosk" / "events" / "roubaix-2022.toml")


def examples(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", FORMATS.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def test_the_example_of_the_page_runs_and_gives_what_the_page_shows(event):
    (lines,) = (each for each in examples("jsonl") if "party" in each)
    done = replay(event, lines.splitlines(), moment_of(event, "10:30"))
    assert not done.unread
    found = board(done.view, done.at_ms) | {"unread": 0, "journeys": journeys(done.view, done.at_ms)}
    shown_there = json.loads(next(each for each in examples("json") if '"ateliers"' in each))
    atelier = shown_there.pop("ateliers")
    assert {key: found[key] for key in shown_there} == shown_there
    assert [each for each in found["ateliers"] if each["id"] == atelier[0]["id"]] == atelier
    assert found.keys() == {*shown_there, "ateliers"}


def test_the_examples_of_the_wire_on_the_page_are_of_the_wire():
    told = [json.loads(each) for each in examples("json")]
    (passage,) = (wire_passage.from_json(each) for each in told if "prev" in each)
    assert passage.digest in FORMATS.read_text("utf-8")
    (batch,) = (wire_batch.decode(json.dumps(each).encode()) for each in told if "anchors" in each)
    assert batch.passages == (passage,)
    (receipt,) = (wire_receipt.decode(json.dumps(each).encode()) for each in told if "held" in each)
    assert (receipt.nonce, receipt.held) == (batch.nonce, 1)


def test_the_example_of_pairing_on_the_page_proves_its_code():
    (told,) = (each for each in examples("json") if '"CKFP"' in each)
    code = re.search(r"here with the code `(\w+)`", FORMATS.read_text("utf-8"))[1]
    asked = pairing.asked(told.encode())
    pairing.check(asked, pairing.key_of(code))
    assert asked.name == pairing.name_of(code)
