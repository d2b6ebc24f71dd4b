"""The end of what was kept: when it is due and by which clock, and that a hub then begins anew on nothing."""

import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kiosk import erasure, eventfile
from kiosk.config import Config
from kiosk.control import ask
from kiosk.day import EVENT_KEY, Day
from kiosk.erasure import Erasure, Stage
from kiosk.errors import HubAway, Refused
from kiosk.hub import Hub
from kiosk.rules.event import Event, Retention
from kiosk.rules.party import Group
from kiosk.store.journal import Journal

from .clocks import Clock

EXAMPLE = Path(eventfile.__file__).parents[1] / "events" / "roubaix-2022.toml"
EVENT = eventfile.load(EXAMPLE)
FAMILY = (Group("6-11", "f", 2), Group("18-59", "m", 1))
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
READY_S = 60.0


def moment(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=EVENT.zone).timestamp() * 1000)


@pytest.fixture
def config(tmp_path) -> Config:
    return Config(
        event=EXAMPLE, data=tmp_path / "data", address="127.0.0.1", port=0, door_port=0, https_port=0
    )


@pytest.fixture
def settings(tmp_path, config) -> Path:
    path = tmp_path / "hub.toml"
    path.write_text(
        f'event = "{EXAMPLE}"\ndata = "{config.data}"\naddress = "127.0.0.1"\nport = 0\ndoor_port = 0\nhttps_port = 0\n'
    )
    return path


@pytest.fixture
def open_day(config):
    """The day on its journal, by a clock that is told what time it is; closed in the end."""
    opened: list[Day] = []

    def open_(at_ms: int = EVENT.opens_ms + HOUR_MS, event: Event = EVENT) -> Day:
        journal = Journal.open(config.journal_path)
        opened.append(Day(journal, event, Clock(at_ms), random.Random(3).randrange))
        return opened[-1]

    yield open_
    for day in opened:
        day.close()


def welcomed(day: Day, config: Config, parties: int = 7) -> list[bytes]:
    """What must be nowhere afterwards: the badges of families that were welcomed, and the key of all."""
    came = [day.check_in(FAMILY, "fr", ("vr",)).party.badge for _ in range(parties)]
    day.announce({"fr": "Le petit Léo attend ses parents à l’accueil"}, day.clock() + HOUR_MS)
    day.back_up(config.backups_path)
    key = day.between(lambda journal: journal.secret(EVENT_KEY))
    return [*(badge.encode() for badge in came), key, b"Le petit L", b'"people":[', b"18-59"]


def found_in(folder: Path, secrets: list[bytes]) -> list[str]:
    """The files in whose bytes one of them stands; totals name age bands, and nothing else of these."""
    return [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for content in [path.read_bytes()]
        if any(
            secret in content
            for secret in secrets
            if not (path.stem.startswith("totals-") and secret == b"18-59")
        )
    ]


# When


@pytest.mark.parametrize(
    ("retention", "due"),
    [
        (Retention(7, 30), "2022-11-26T18:00"),
        (Retention(30, 2), "2022-11-21T18:00"),
        (Retention(0, 30), "2022-11-19T18:00"),
    ],
)
def test_all_goes_with_what_goes_first_an_hour_after_the_doors_have_closed(open_day, retention, due):
    event = replace(EVENT, retention=retention)
    assert erasure.due_ms(event, open_day(event=event).view, EVENT.opens_ms) == moment(due)


def test_the_same_evening_stays_the_same_evening_where_doors_close_at_night(open_day):
    late = replace(EVENT.windows[-1], closes_ms=moment("2022-11-19T23:30"))
    event = replace(EVENT, windows=(late,), retention=Retention(0, 0))
    assert erasure.due_ms(event, open_day(event=event).view, EVENT.opens_ms) == moment("2022-11-19T23:30")


def test_a_day_of_another_length_is_one_day(open_day):
    event = replace(EVENT, retention=Retention(130, 130))  # over the night when clocks go forward
    due = EVENT.local(erasure.due_ms(event, open_day(event=event).view, EVENT.opens_ms))
    assert (due.hour, due.minute, due.utcoffset()) == (18, 0, timedelta(hours=2))


def test_who_checked_in_long_after_the_event_tried_things_out_and_has_days_of_its_own(open_day, config):
    day = open_day(moment("2026-03-01T10:00"))
    welcomed(day, config)
    now_ms = moment("2026-03-01T11:00")
    assert erasure.stage(EVENT, day.view, now_ms, damaged=False) is Stage.WAITING
    assert erasure.due_ms(EVENT, day.view, now_ms) == moment("2026-03-08T10:00")


def test_a_day_that_went_by_on_a_clock_years_ahead_goes_when_the_event_says(open_day, config):
    day = open_day(moment("2035-03-01T10:00"))
    welcomed(day, config)
    now_ms = moment("2022-11-26T19:00")
    assert erasure.stage(EVENT, day.view, now_ms, damaged=False) is Stage.DUE


@pytest.mark.parametrize(
    ("at", "stage"),
    [
        ("1970-01-01T02:00", Stage.TO_COME),
        ("2022-11-12T10:00", Stage.TO_COME),
        ("2022-11-19T15:00", Stage.RUNNING),
        ("2022-11-19T18:00", Stage.WAITING),
        ("2022-11-26T17:59", Stage.WAITING),
        ("2022-11-26T18:00", Stage.DUE),
        ("2035-01-01T00:00", Stage.DUE),
    ],
)
def test_what_comes_next_follows_from_the_moment(open_day, config, at, stage):
    day = open_day()
    assert erasure.stage(EVENT, day.view, moment(at), damaged=False) is Stage.NOTHING
    assert erasure.stage(EVENT, day.view, moment("2035-01-01T00:00"), damaged=True) is Stage.DUE
    welcomed(day, config)
    assert erasure.stage(EVENT, day.view, moment(at), damaged=False) is stage


# By which clock


@pytest.mark.parametrize(
    ("world", "ordered"),
    [
        (None, False),  # no time server has set it: it may be any day
        ("1970-01-01T02:00", False),
        ("2022-11-26T17:59", False),
        ("2022-11-26T18:00", True),
    ],
)
def test_a_hub_erases_by_itself_only_by_a_clock_that_is_believed(open_day, config, world, ordered):
    day = open_day(moment("2022-11-19T12:00"))
    welcomed(day, config)
    day.clock.at_ms = moment("2035-01-01T00:00")  # what the machine believes
    kept = erasure.remains(config)
    looking = Erasure(day, kept, lambda: moment(world) if world else None)
    looking.look()
    assert looking.ordered.is_set() is kept.ordered is ordered


def test_what_is_due_by_a_clock_that_nobody_believes_is_said_once_a_day(open_day, config, caplog):
    day = open_day(moment("2022-11-19T12:00"))
    welcomed(day, config)
    looking = Erasure(day, erasure.remains(config), lambda: None)
    for hours in (0, 1, 23, 24, 25):
        day.clock.at_ms = moment("2022-12-01T12:00") + hours * HOUR_MS
        looking.look()
    assert [record.message.count("time server") for record in caplog.records] == [1, 1]


def test_families_of_an_earlier_event_are_told_of_before_the_next_and_not_erased(open_day, config, caplog):
    day = open_day(moment("2022-11-19T12:00"))
    welcomed(day, config)
    shift_ms = 364 * DAY_MS
    later = replace(
        EVENT,
        windows=tuple(
            replace(window, opens_ms=window.opens_ms + shift_ms, closes_ms=window.closes_ms + shift_ms)
            for window in EVENT.windows
        ),
    )
    assert erasure.stage(later, day.view, moment("2023-11-01T12:00"), damaged=False) is Stage.EARLIER
    assert erasure.stage(later, day.view, moment("2022-11-20T12:00"), damaged=False) is Stage.TO_COME
    day.close()
    looking = Erasure(open_day(event=later), erasure.remains(config), lambda: moment("2023-11-01T12:00"))
    looking.look()
    assert not looking.ordered.is_set()
    assert "earlier event" in caplog.text


def test_a_clock_is_believed_where_the_system_says_that_a_time_server_set_it(tmp_path, monkeypatch):
    from kiosk.worldtime import world_ms

    says = tmp_path / "timedatectl"
    monkeypatch.setenv("PATH", str(tmp_path))
    assert world_ms() is None
    for answer, believed in (("yes", True), ("no", False), ("", False)):
        says.write_text(f'#!/bin/sh\n[ "$1" = show ] && echo {answer}\n')
        says.chmod(0o755)
        assert (world_ms() is not None) is believed


# That it goes


def test_totals_stay_as_json_and_as_a_table_and_the_same_are_not_kept_twice(open_day, config):
    day = open_day()
    welcomed(day, config)
    kept = erasure.remains(config)
    for _ in range(2):
        erasure.order(EVENT, day.view, kept, EVENT.closes_ms)
    day.check_in(FAMILY, "fr")
    erasure.order(EVENT, day.view, kept, EVENT.closes_ms)
    names = sorted(path.name for path in config.data.glob("totals-*"))
    assert names == [f"totals-{EVENT.id}{more}.{form}" for more in ("-2", "") for form in ("csv", "json")]
    told = json.loads((config.data / f"totals-{EVENT.id}.json").read_text())
    assert (told["parties"], told["people"]) == (7, 21)
    assert told["door"][0]["came"] == 21
    assert told["door"][0]["from"].startswith("2022-11-19T")
    table = (config.data / f"totals-{EVENT.id}.csv").read_text().splitlines()
    assert table[0].startswith("table,name,from,to") and "band,6-11,,,14,,," in table


def test_a_hub_that_finds_an_order_carries_it_out_before_it_opens_anything(open_day, config):
    day = open_day()
    secrets = welcomed(day, config)
    erasure.order(EVENT, day.view, erasure.remains(config), EVENT.closes_ms)
    day.close()
    assert found_in(config.data, secrets)
    hub = Hub(config)
    try:
        assert not hub.day.view.version
        assert hub.day.between(lambda journal: journal.secret(EVENT_KEY)) not in secrets
        assert found_in(config.data, secrets) == []
    finally:
        hub.day.close()
        for listening in (*hub._sockets, hub._control):
            listening.close()


def ronde(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kiosk.cli", *map(str, arguments)]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=120, env=os.environ | {"LANG": "fr_FR.UTF-8"}
    )
    assert "Traceback" not in done.stderr
    return done


def plain(text: str) -> str:
    return re.sub(r"[\u00a0\u202f]", " ", text)


@contextmanager
def running(settings: Path, config: Config, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """The hub as its service runs it."""
    command = [sys.executable, "-m", "kiosk.cli", "hub", "--config", str(settings)]
    process = subprocess.Popen(command, env=os.environ | environment)
    until = time.monotonic() + READY_S
    try:
        while True:
            try:
                ask(config.control_path, "erase-survey")
                break
            except HubAway:
                assert process.poll() is None and time.monotonic() < until
                threading.Event().wait(0.1)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


@pytest.fixture
def kept(open_day, config) -> list[bytes]:
    day = open_day()
    secrets = welcomed(day, config)
    day.close()
    assert found_in(config.data, secrets)
    return secrets


def test_on_an_organisers_word_a_running_hub_erases_all_and_goes_on(kept, settings, config):
    with running(settings, config) as process:
        said = plain(ronde("erase", "--config", settings).stdout)
        for words in (
            "Journée du numérique",
            "7 familles",
            "samedi 26 novembre 2022",
            "badges ne vaudront plus",
        ):
            assert words in said
        assert found_in(config.data, kept)
        with pytest.raises(Refused, match="not the event"):
            ask(config.control_path, "erase", name="Journée")
        done = ronde("erase", "--now", "--yes", EVENT.name.upper(), "--config", settings)
        assert done.returncode == 0, done.stderr
        assert "Effacé." in done.stdout
        assert process.poll() is None  # the same process, on nothing
        assert found_in(config.data, kept) == []
        assert "Rien à effacer." in plain(ronde("erase", "--check", "--config", settings).stdout)
    assert found_in(config.data, kept) == []
    assert json.loads((config.data / f"totals-{EVENT.id}.json").read_text())["people"] == 21


def test_a_hub_that_is_switched_on_too_late_erases_as_soon_as_its_clock_is_set(
    kept, settings, config, tmp_path
):
    (tmp_path / "bin").mkdir()
    says = tmp_path / "bin" / "timedatectl"
    says.write_text("#!/bin/sh\necho yes\n")
    says.chmod(0o755)
    with running(settings, config, PATH=f"{says.parent}:{os.environ['PATH']}") as process:
        until = time.monotonic() + READY_S
        while found_in(config.data, kept):
            assert time.monotonic() < until
            threading.Event().wait(0.1)
        assert process.poll() is None
    assert (config.data / f"totals-{EVENT.id}.json").exists()


def test_the_same_where_no_hub_runs(kept, settings, config):
    (config.data / "familles.csv").write_text("…")
    refused = ronde("erase", "--now", "--yes", "une autre fête", "--config", settings)
    assert refused.returncode == 1
    assert "rien n’est effacé" in refused.stderr
    assert "familles.csv" in refused.stdout
    assert found_in(config.data, kept)
    done = ronde("erase", "--now", "--yes", EVENT.name, "--config", settings)
    assert done.returncode == 0, done.stderr
    assert found_in(config.data, kept) == []
    again = ronde("erase", "--now", "--config", settings)  # which asks for nothing where there is nothing
    assert again.returncode == 0
    assert plain(again.stdout).endswith("Rien à effacer.\n")


def test_a_rehearsal_is_never_due_and_its_sheets_are_erased_with_it(tmp_path, config):
    from kiosk.config import Printer, Rehearsal
    from kiosk.worldtime import unknown

    assert unknown() is None
    rehearsed = config.model_copy(
        update={
            "rehearsal": Rehearsal(day_ms=0, real_ms=0, sheets=tmp_path / "sheets"),
            "printer": Printer(kind="file", path=str(tmp_path / "printed")),
        }
    )
    found = erasure.remains(rehearsed)
    assert (found.sheets, found.printed) == (tmp_path / "sheets", tmp_path / "printed")
    with closing(Journal.open(config.journal_path)):
        assert erasure.remains(config).files()
