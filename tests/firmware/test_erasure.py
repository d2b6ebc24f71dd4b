"""The end of what a station keeps: by the hub's time as heard in this boot, or on somebody's word, and all of it."""

import os
import signal
import warnings
from dataclasses import dataclass
from pathlib import Path

import pytest

from firmware import erasure, messages
from firmware.clock import Clock
from firmware.erasure import DAY_MS, ORDER, Erasure
from firmware.errors import StationError
from firmware.hubtime import HubTime
from firmware.outbox import LOG, Outbox
from firmware.wire.anchor import Anchor

BADGE = "CFBXKCNGBKHTJKGJ"
HUB = "0a" * 8
THEN_MS = 1_700_000_000_000
BOOT, NEXT_BOOT = "b" * 32, "c" * 32


@dataclass
class Boot(Clock):
    """One boot of a machine whose wall clock says anything."""

    boot: str
    since_ms: int = 5_000

    def boot_ms(self) -> int:
        return self.since_ms

    def wall_ms(self) -> int:
        return 7


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "data"


def opened(folder: Path, owner: str = "event") -> Outbox:
    return Outbox(folder, "vr-1", owner, now_ms=lambda: 1234)


def event_day(folder: Path, *, held: int = 3, anchored: bool = True, owner: str = "event") -> None:
    """Three passages at THEN_MS, of which the hub holds so many."""
    with opened(folder, owner) as outbox:
        for n in range(3):
            outbox.append("enter", BADGE, "vr", boot=BOOT, boot_ms=1000 * n, wall_ms=7)
        if anchored:
            outbox.keep_anchor(Anchor(BOOT, 2000, THEN_MS, 1))
        outbox.note_held(HUB, held)
    (folder / "cards.json").write_text(BADGE)
    (folder / "told.json").write_text(BADGE)


def later(folder: Path, days: float | None, *, clock: Boot | None = None, told_ms: int = 0) -> bool:
    """A boot on a later day, or one that does not hear the hub: whether all of it is to be erased."""
    clock = clock or Boot(NEXT_BOOT)
    with opened(folder) as outbox:
        time = HubTime(clock, outbox)
        if days is not None:
            time.take(round(THEN_MS + days * DAY_MS), clock.boot_ms(), clock.boot_ms() + 2)
        ordered = Erasure(outbox, time, clock, 7, told_ms).look()
    assert ordered is (folder / ORDER).exists()
    return ordered


def anywhere(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if BADGE.encode() in path.read_bytes())


@pytest.mark.parametrize(
    ("days", "over"), [(6.9, False), (7.1, True), (4000, True), (-5000, False), (None, False)]
)
def test_a_log_goes_once_its_newest_passage_is_so_old_by_the_time_that_the_hub_told(folder, days, over):
    event_day(folder)
    assert later(folder, days) is over


def test_a_log_of_which_the_hub_lacks_a_passage_is_never_erased_by_itself(folder):
    event_day(folder, held=2)
    assert not later(folder, 400)


def test_of_a_boot_that_still_goes_on_the_boots_own_clock_is_enough(folder):
    event_day(folder)
    assert not later(folder, 9000, clock=Boot(BOOT, 2000 + 7 * DAY_MS))  # whatever the hub thinks
    assert later(folder, 0, clock=Boot(BOOT, 2001 + 7 * DAY_MS))


def test_where_no_passage_is_dated_the_hubs_last_word_is(folder):
    event_day(folder, anchored=False)
    assert not later(folder, 8)
    assert not later(folder, 8, told_ms=THEN_MS + 2 * DAY_MS)
    assert later(folder, 8, told_ms=THEN_MS)


def test_what_the_hub_told_goes_too_where_nobody_was_ever_scanned(folder):
    opened(folder).close()
    assert not later(folder, 8)
    assert later(folder, 8, told_ms=THEN_MS)


def test_all_goes_and_nothing_of_it_is_left_in_any_byte(folder):
    event_day(folder, owner="an earlier event")
    event_day(folder)
    (folder / f"{LOG}-wal-as-found").write_text(BADGE)
    assert len(anywhere(folder)) == 5
    assert not erasure.finish(folder)
    erasure.order(folder)
    assert erasure.finish(folder)
    assert anywhere(folder) == []
    assert sorted(path.name for path in folder.iterdir()) == ["ballast"]
    with opened(folder) as outbox:
        assert outbox.last is None


def test_killed_at_any_step_it_is_finished_at_the_next_start(folder):
    event_day(folder)
    erasure.order(folder)
    for step in range(1, 100):
        if not _killed_at(step, folder):
            break
        with opened_after(folder) as outbox:
            assert outbox.last is None
        assert anywhere(folder) == []
        event_day(folder)
        erasure.order(folder)
    assert 8 < step < 99


def opened_after(folder: Path) -> Outbox:
    """As an agent starts."""
    erasure.finish(folder)
    return opened(folder)


def _killed_at(step: int, folder: Path) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", DeprecationWarning
        )  # threads of other tests: the child needs none of them
        child = os.fork()
    if not child:
        left = step

        def counted(real):
            def call(*arguments, **more):
                nonlocal left
                left -= 1
                if not left:
                    os.kill(os.getpid(), signal.SIGKILL)
                return real(*arguments, **more)

            return call

        for name in ("fsync", "unlink", "fstat"):
            setattr(os, name, counted(getattr(os, name)))
        try:
            erasure.finish(folder)
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def test_a_log_of_an_earlier_event_goes_by_its_age_whoever_lacks_its_passages(folder):
    event_day(folder, owner="an earlier event", held=0)
    opened(folder).close()
    later(folder, 6.9)
    assert any(name.startswith("passages-of-") for name in anywhere(folder))
    later(folder, 7.1)
    assert not any(name.startswith("passages-") for name in anywhere(folder))
    assert not list(folder.glob("passages-*"))


def test_one_that_does_not_say_how_old_it_is_goes_so_long_after_it_was_first_seen(folder):
    opened(folder).close()
    damaged = folder / "passages-damaged-1.sqlite"
    damaged.write_text(f"not a database {BADGE}")
    for days in (0, 3, 7):
        later(folder, days)
        assert BADGE in damaged.read_text()
    later(folder, 7.1)
    assert not list(folder.glob("passages-*"))


def test_an_order_that_cannot_be_given_or_carried_out_is_said_with_the_file(folder, tmp_path, monkeypatch):
    with pytest.raises(StationError, match="nowhere"):
        erasure.order(tmp_path / "nowhere")
    event_day(folder)
    erasure.order(folder)

    def broken(path):
        raise OSError(5, "Input/output error", str(path))

    with monkeypatch.context() as patched:
        patched.setattr(erasure, "_wipe", broken)
        with pytest.raises(StationError, match=r"cards\.json"):
            erasure.finish(folder)
    assert erasure.finish(folder)


# On somebody's word


def begun_anew(one) -> bool:
    try:
        return one.status()["passages"] == 0
    except (ConnectionError, TimeoutError):  # between its end and its beginning
        return False


def test_a_running_station_erases_all_on_command_and_goes_on(station, hub, badges, eventually):
    one = station(hub.address).start().ready()
    for badge in badges[:3]:
        one.scan(badge)
    eventually(lambda: one.status()["backlog"] == 0)
    data = one.folder / "data"
    refused = one.command("erase")
    assert refused.returncode == 1
    assert "passages : 3, dont 0" in refused.stdout
    done = one.command("erase", "--yes")
    assert done.returncode == 0, done.stderr
    assert messages.ERASED in done.stdout
    eventually(lambda: begun_anew(one))
    assert not (data / ORDER).exists()
    assert not any(
        badge.encode() in path.read_bytes()
        for path in data.iterdir()
        if path.is_file()
        for badge in badges[:3]
    )
    assert one.process.poll() is None
    assert one.scan(badges[0])["seq"] == 1
    assert one.stop() == 0


def test_a_station_that_is_stopped_or_belongs_to_no_hub_is_erased_as_well(station, hub, badges):
    one = station(hub.address).start().ready()
    one.scan(badges[0])
    one.stop()
    data = one.folder / "data"
    assert "passages : 1," in one.command("erase", "--yes").stdout
    assert not list(data.glob("passages*"))
    nobodys = station("", name="nobody's")
    assert nobodys.command("erase", "--yes").returncode == 0
    (nobodys.folder / "data").mkdir()
    (nobodys.folder / "data" / "passages-of-x.sqlite").write_text(badges[0])
    assert nobodys.command("erase", "--yes").returncode == 0
    assert not list((nobodys.folder / "data").iterdir())


def test_a_station_that_was_put_away_for_weeks_begins_anew_once_it_hears_the_hub(
    station, hub, badges, eventually
):
    one = station(hub.address).start().ready()
    one.scan(badges[0])
    eventually(lambda: one.status()["backlog"] == 0)
    one.stop()
    real_ms = hub.now_ms
    hub.now_ms = lambda: real_ms() + 30 * DAY_MS
    # the clock of another boot: what is kept is of an earlier one
    moved = one.config.read_text().replace(
        'panel = "print"', 'panel = "print"\nclock = { day_ms = 0, real_ms = 0, speed = 1.0 }'
    )
    one.config.write_text(moved)
    one.start()
    eventually(lambda: messages.ERASED in one.errors.read_text())
    eventually(lambda: begun_anew(one))
    assert badges[0].encode() not in (one.folder / "data" / LOG).read_bytes()
    assert one.stop() == 0
