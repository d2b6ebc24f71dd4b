"""`ronde replay`: the floor from a file, whatever the order of its lines and whatever some of them hold."""

import json
import os
import random
import re
import subprocess
import sys
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from firmware.wire import token
from firmware.wire.anchor import Anchor
from firmware.wire.batch import Batch, Garbled, Health
from firmware.wire.passage import CHAIN_START, Passage
from kiosk import cli, eventfile
from kiosk.day import Day
from kiosk.errors import Refused
from kiosk.replay import exported, moment_of, replay
from kiosk.rules.board import board, journeys
from kiosk.rules.event import Event
from kiosk.rules.facts import AdviceGiven
from kiosk.rules.floor import Status
from kiosk.rules.party import Group
from kiosk.store.journal import Journal

from .clocks import SetClock

ROOT = Path(eventfile.__file__).parents[2]
ROUBAIX = ROOT / "kiosk" / "events" / "roubaix-2022.toml"
BADGE = "CFBXKCNGBKHTJKGJ"
OTHER = "CBCDFGHJKLNPRSTV"
LINES = 100_000 if os.environ.get("RONDE_LONG") == "1" else 10_000


@pytest.fixture(scope="session")
def event() -> Event:
    return eventfile.load(ROUBAIX)


def short(at: str, kind: str, atelier: str = "arts", badge: str | None = BADGE, **more: object) -> str:
    return json.dumps({"at": at, "kind": kind, "atelier": atelier, "badge": badge} | more)


def party(number: int = 1, at: str = "10:00", badge: str = BADGE, count: int = 3) -> str:
    people = [{"band": "6-11", "gender": "f", "count": count}]
    return json.dumps({"fact": "party", "party": number, "at": at, "badge": badge, "people": people})


def floor(event: Event, *lines: str, at: str | None = None):
    done = replay(event, lines, at and moment_of(event, at))
    assert not done.unread, done.unread
    return done.view.floor(done.at_ms)


def shown(event: Event, lines, at: str | None = None):
    done = replay(event, lines, at and moment_of(event, at))
    return board(done.view, done.at_ms), journeys(done.view, done.at_ms)


# Lines


def test_short_lines_are_a_day(event):
    found = floor(event, party(), short("10:05", "arrive"), short("10:10", "enter"))
    assert found.by_id["arts"].occupied.people == 3
    assert found.at_ms == event.at(moment("10:10"))


def moment(text: str) -> time:
    return time.fromisoformat(text)


def whole(seq: int, kind: str, prev: str = CHAIN_START) -> Passage:
    return Passage(
        "arts", "ab" * 8, seq, "arts", kind, BADGE, "cd" * 8, seq * 1000, 1_668_850_000_000 + seq, prev
    )


def test_lines_in_the_form_of_the_wire_are_read_with_or_without_their_moment(event):
    first = whole(1, "arrive")
    lines = [
        json.dumps(first.to_json()),
        json.dumps(whole(2, "enter", first.digest).to_json() | {"at_ms": 1_668_850_060_000}),
    ]
    done = replay(event, lines)
    assert not done.unread
    (guest,) = done.view.guests.values()
    stay = guest.journey.stays[0]
    assert (stay.arrived_ms, stay.entered_ms) == (1_668_850_000_001, 1_668_850_060_000)
    assert guest.journey.estimated  # the wall clock's word
    assert done.view.forks == 0


def test_other_facts_are_read(event):
    found = replay(
        event,
        [
            party(),
            json.dumps({"fact": "badge", "badge": OTHER, "party": 1, "at": "10:20"}),
            short("10:05", "enter"),
            short("10:21", "leave", badge=OTHER),
            json.dumps({"fact": "atelier", "atelier": "vr", "status": "closed", "at": "10:30"}),
            json.dumps({"fact": "party-left", "party": 1, "at": "10:40"}),
        ],
    )
    assert not found.unread
    assert [stay.state for stay in found.view.guest_of(1).journey.stays] == ["done"]
    assert found.view.statuses.at(found.at_ms) == {"vr": Status.CLOSED}
    assert found.view.floor(found.at_ms).gone.people == 3


def test_an_empty_file_is_the_hall_at_its_opening(event):
    done = replay(event, ["", "  \n"])
    assert (done.at_ms, done.unread, done.view.passages) == (event.opens_ms, (), 0)


@pytest.mark.parametrize(
    "line",
    [
        "not JSON", "[]", "7", "null", '{"at":"10:00"}', "{}", "\ufffd{}", "\ud800",
        short("25:00", "arrive"), short("now", "arrive"), short("10:00", "Arrive"),
        short("10:00", "arrive", badge="short"),
        short("10:00", "arrive", atelier="Salle 3"), short("10:00", "arrive", of=0), short("10:00", "arrive", v=2),
        short("9999-99-99T00:00", "arrive"), short("0001-01-01T00:00", "arrive"), short("9999-12-31T23:59", "arrive"),
        json.dumps({"badge": BADGE, "atelier": "vr", "kind": "arrive"}),
        json.dumps({"badge": BADGE, "atelier": "vr", "kind": "arrive", "at_ms": 10**15}),
        json.dumps({"badge": BADGE, "atelier": "vr", "kind": "arrive", "at_ms": -1}),
        json.dumps({"badge": BADGE, "atelier": "vr", "kind": "arrive", "at_ms": 1.5}),
        json.dumps({"badge": BADGE, "atelier": "vr", "kind": "arrive", "wall_ms": 10**15}),
        json.dumps({"fact": "party", "party": 1, "people": []}),
        json.dumps({"fact": "party", "party": 1, "people": [{"band": "6-11"}], "at": "10:00"}),
        json.dumps({"fact": "atelier", "atelier": "vr", "status": "on fire", "at": "10:00"}),
        json.dumps({"fact": "fireworks", "at": "10:00"}), json.dumps({"fact": [], "at": "10:00"}),
        json.dumps({"fact": "badge", "badge": BADGE, "party": 1}), '{"fact":' * 2000,
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_read_is_told_with_its_number_and_left_out(event, line):
    lines = [party(), "", line, short("10:05", "arrive")]
    done = replay(event, lines)
    assert [unread.line for unread in done.unread] == [3]
    assert done.unread[0].reason
    assert board(done.view, done.at_ms) == shown(event, [party(), short("10:05", "arrive")])[0]


@given(st.text())
def test_whatever_a_line_holds_it_is_a_fact_or_told(event, line):
    done = replay(event, [line, short("10:05", "arrive")])
    assert board(done.view, done.at_ms)["passages"] >= 1


NAMES = ["fact", "at", "at_ms", "badge", "atelier", "kind", "party", "people", "seq", "station", "of", "v"]

fields = st.dictionaries(
    st.sampled_from(NAMES),
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
    | st.sampled_from([BADGE, "vr", "arrive", "party", "badge", "10:00", "struck", "passage"])
    | st.lists(st.integers(), max_size=2),
)  # fmt: skip


@given(fields)
def test_whatever_its_fields_hold_a_line_is_a_fact_or_told(event, line):
    done = replay(event, [json.dumps(line)])
    board(done.view, done.at_ms), journeys(done.view, done.at_ms)


# Moments


@pytest.mark.parametrize(
    "text", ["15:30", "15:30:00", "2022-11-19T15:30", "2022-11-19T15:30:00+01:00", "2022-11-19T14:30:00Z"]
)
def test_a_moment_can_be_written_in_several_ways(event, text):
    assert moment_of(event, text) == event.at(moment("15:30"))


def test_an_hour_below_ten_needs_no_nought(event):
    assert moment_of(event, "9:05") == event.at(moment("09:05"))


@pytest.mark.parametrize(
    "text", ["", "half past three", "25:00", "2022-11-31T10:00", "15h30", "-1", "T", "9999999"]
)
def test_what_is_no_moment_is_told_with_what_would_be_one(event, text):
    with pytest.raises(Refused, match="15:30, or 2022-11-19T15:30, is expected"):
        moment_of(event, text)


def test_at_a_moment_later_lines_have_not_happened(event):
    lines = [party(), short("10:05", "arrive"), short("10:10", "enter"), short("10:20", "undo", of=1)]
    found = floor(event, *lines, at="10:07")
    assert (found.at_ms, found.by_id["arts"].queued.people) == (moment_of(event, "10:07"), 3)
    assert floor(event, *lines, at="09:00").came.people == 0
    assert floor(event, *lines, at="12:30").by_id["arts"].done.people == 3


# Order and duplicates


def random_day(event: Event, seed: int, count: int) -> list[str]:
    chance = random.Random(seed)
    badges = [
        token.ALPHABET[1] + "".join(chance.choices(token.ALPHABET, k=15)) for _ in range(max(3, count // 12))
    ]
    lines = [
        party(number, "10:00", badge, chance.randint(1, 6))
        for number, badge in enumerate(badges[:-1], start=1)
    ]
    while len(lines) < count:
        at = f"{chance.choice((10, 11, 14, 15, 16))}:{chance.randrange(60):02d}:{chance.randrange(60):02d}"
        kind = chance.choice(("arrive", "enter", "leave", "call"))
        lines.append(short(at, kind, chance.choice([*event.by_id, "sauna"]), chance.choice(badges)))
    return lines


@pytest.mark.parametrize("seed", range(5))
def test_a_shuffled_file_with_lines_told_twice_gives_the_same(event, seed):
    lines = random_day(event, seed, 300)
    lines += [
        json.dumps({"fact": "badge", "badge": OTHER, "party": number, "at": "11:00"}) for number in (1, 2)
    ]  # which party's it is, the file does not say: it must not depend on the order
    lines += [
        json.dumps({"fact": "atelier", "atelier": "vr", "status": status, "at": "11:00"})
        for status in ("open", "closed")
    ]
    lines.append(party(1, "10:00", BADGE, 9))
    shuffled = [*lines, *lines[::3]]
    random.Random(seed).shuffle(shuffled)
    for at in (None, "11:30", "16:00"):
        assert shown(event, lines, at) == shown(event, shuffled, at)


@pytest.mark.long
def test_a_day_of_very_many_lines_is_read_whole(event):
    done = replay(event, random_day(event, 1, LINES))
    assert not done.unread
    assert done.view.passages > 0.9 * LINES
    assert sum(here["done"]["parties"] for here in board(done.view, done.at_ms)["ateliers"]) > 0.01 * LINES


# What a hub kept, exported


def kept_day(folder: Path, event: Event) -> tuple[Path, object]:
    """A journal with a bit of everything, and what the hub showed in the end."""
    clock = SetClock(event.opens_ms)
    day = Day(Journal.open(folder / "journal.db"), event, clock, random.Random(1).randrange)
    people = (Group("6-11", "f", 2), Group("18-59", "m", 1))
    badges = [day.check_in(people, "fr", ["vr"]).party.badge for _ in range(3)]
    clock.at_ms += 1_800_000
    prev, passages = CHAIN_START, []
    for seq, (badge, kind) in enumerate(
        [(badges[0], "arrive"), (badges[1], "enter"), (badges[0], "enter"), (None, "pause")], start=1
    ):
        passages.append(replace(whole(seq, kind, prev), badge=badge, boot_ms=seq * 60_000))
        prev = passages[-1].digest
    garbled = Garbled(5, '{"v":3}', "version 3")
    anchors = (Anchor("cd" * 8, 0, event.opens_ms + 600_000, 3),)
    for batch in ((*passages, garbled), (replace(passages[3], kind="resume", prev="0" * 64),)):
        first = 1 if len(batch) > 1 else 4
        health = Health(0, True, "1")
        day.receive(
            Batch("arts", "ab" * 8, "0" * 16, "ef" * 8, "cd" * 8, 10**7, 0, first, batch, anchors, health)
        ).result(20)
    day.replace_badge(2)
    day.strike("arts", "ab" * 8, 1)
    day.see_off(3)
    day.set_status("vr", Status.CLOSED)
    at_ms = clock()
    kept = board(day.view, at_ms), journeys(day.view, at_ms)
    day.close()
    return folder / "journal.db", kept


def test_what_a_hub_exports_replays_to_what_it_showed(tmp_path, event):
    path, kept = kept_day(tmp_path, event)
    journal = Journal.open(path)
    lines = [json.dumps(line) for line in exported(journal.read())]
    journal.close()
    assert kept[0]["set_aside"] == kept[0]["forks"] == 1
    at = event.local(kept[0]["at_ms"]).isoformat()
    assert shown(event, lines, at) == kept
    random.Random(1).shuffle(lines)
    assert shown(event, lines, at) == kept


def test_what_a_party_was_told_is_exported_with_when_it_was_told_and_for_when(event):
    told_ms = event.opens_ms + 60_000
    told = AdviceGiven(1, "go", "vr", told_ms + 240_000, 5, "calm", keeps="arts", since_ms=told_ms)
    (line,) = exported([(told_ms, told)])
    assert line["at_ms"] == told_ms
    view = replay(event, [party(), json.dumps(line)]).view
    assert [(each.at_ms, each.advice) for each in view.guest_of(1).told] == [(told_ms, told)]


# The command itself


def command(*words: object, **more: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kiosk.cli", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=os.environ | {"LANG": "en_GB.UTF-8", "PYTHONIOENCODING": "utf-8"},
        **more,
    )


def test_the_command_prints_the_floor_and_tells_the_lines_it_left_out(tmp_path):
    file = tmp_path / "scans.jsonl"
    file.write_bytes(
        b"\xef\xbb\xbf" + "\r\n".join([party(), short("10:05", "arrive"), "oops"]).encode() + b"\n\xff\xfe\n"
    )
    done = command("replay", file, "--event", ROUBAIX, "--at", "10:30", "--journeys")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["at"], found["unread"], found["came"]) == (
        "2022-11-19T10:30:00+01:00", 2, {"parties": 1, "people": 3},
    )  # fmt: skip
    assert found["journeys"][0]["stays"][0]["state"] == "queued"
    assert [re.findall(r"\d+", line)[0] for line in done.stderr.splitlines()] == ["3", "4"]


def test_the_command_reads_what_the_command_exports(tmp_path, event):
    path, kept = kept_day(tmp_path, event)
    lines = command("export", path)
    assert lines.returncode == 0, lines.stderr
    at = event.local(kept[0]["at_ms"]).isoformat()
    done = command("replay", "-", "--event", ROUBAIX, "--at", at, "--journeys", input=lines.stdout)
    found = json.loads(done.stdout)
    assert found.pop("unread") == 0
    assert found.pop("journeys") == kept[1]
    assert found == json.loads(json.dumps(kept[0]))


@pytest.mark.parametrize(
    "words, told",
    [
        (["--at", "noon"], "15:30"),
        (["--event", "/nowhere.toml"], "nowhere"),
    ],
)
def test_the_command_says_what_is_wrong_in_words(tmp_path, words, told):
    file = tmp_path / "scans.jsonl"
    file.write_text(party())
    run = CliRunner().invoke(cli.main, ["replay", str(file), "--event", str(ROUBAIX), *words])
    assert run.exit_code == 1
    assert told in run.output
    assert "Traceback" not in run.output
