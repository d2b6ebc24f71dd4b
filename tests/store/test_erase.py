"""What is erased is gone from the folder, whole, whenever the power goes while it is done."""

import os
import random
import shutil
import signal
import warnings
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from kiosk import erasure
from kiosk.day import EVENT_KEY, Day
from kiosk.errors import NotErased
from kiosk.rules.party import Group
from kiosk.store import erase
from kiosk.store.erase import Remains
from kiosk.store.journal import Journal

FAMILY = (Group("6-11", "f", 2), Group("18-59", "m", 1))
STEPS = ("fsync", "unlink", "replace", "rename", "open", "ftruncate")
MOST_STEPS = 200


@pytest.fixture
def kept(tmp_path, roubaix, clock):
    """The folder of a hub that was killed on the day: a journal with its log, copies, one set aside, sheets."""
    folder = tmp_path / "data"
    live = tmp_path / "live"
    with closing(Day(Journal.open(live / "journal.db"), roubaix, clock, random.Random(7).randrange)) as day:
        for _ in range(8):
            day.check_in(FAMILY, "fr", ("vr",))
        day.back_up(live / "backups")
        clock.at_ms += 60_000
        day.back_up(live / "backups")
        day.check_in(FAMILY, "ar", ("vr",))
        badges = list(day.view.badges)
        (key,) = day.between(lambda journal: [journal.secret(EVENT_KEY)])
        shutil.copytree(live, folder)
    for suffix in ("", "-wal"):
        shutil.copyfile(folder / f"journal.db{suffix}", folder / f"journal.db.damaged-1{suffix}")
    (folder / "sheets").mkdir()
    (folder / "sheets" / "0001.escpos").write_text(badges[0])
    (folder / "sheets" / "holidays.png").write_text("not ours")
    (folder / "printed").write_text(badges[1])
    return folder, [badge.encode() for badge in badges] + [key]


def remains(folder: Path) -> Remains:
    return Remains(folder / "journal.db", folder / "backups", folder / "sheets", folder / "printed")


def holds(folder: Path, secrets: list[bytes]) -> set[str]:
    """The files in whose bytes one of these stands."""
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and any(secret in path.read_bytes() for secret in (*secrets, b'"people"', b"6-11"))
        if not path.name.startswith("totals-")
    }


def test_nothing_is_touched_before_it_is_ordered(kept):
    folder, secrets = kept
    before = holds(folder, secrets)
    assert {"journal.db-wal", "journal.db.damaged-1-wal", "sheets/0001.escpos", "printed"} <= before
    assert not erase.carry_out(remains(folder))
    assert holds(folder, secrets) == before


def test_no_badge_no_key_and_no_party_is_left_in_any_byte(kept):
    folder, secrets = kept
    erase.order(remains(folder))
    assert erase.carry_out(remains(folder))
    assert holds(folder, secrets) == set()
    assert sorted(path.name for path in folder.rglob("*")) == ["backups", "holidays.png", "sheets"]


def test_what_stood_in_a_file_is_written_over_before_it_is_removed(kept, monkeypatch):
    folder, _ = kept
    seen: list[bytes] = []
    unlink = os.unlink

    def look(path, **more):
        seen.append(Path(path).read_bytes())
        unlink(path, **more)

    erase.order(remains(folder))
    monkeypatch.setattr(os, "unlink", look)
    erase.carry_out(remains(folder))
    assert len(seen) > 6
    assert not any(b"".join(seen))


def test_a_link_is_removed_and_what_it_points_to_is_left(kept, tmp_path):
    folder, _ = kept
    (tmp_path / "elsewhere").write_text("not ours")
    (folder / "journal.db.copy").symlink_to(tmp_path / "elsewhere")
    erase.order(remains(folder))
    erase.carry_out(remains(folder))
    assert not (folder / "journal.db.copy").is_symlink()
    assert (tmp_path / "elsewhere").read_text() == "not ours"


def test_killed_at_any_step_it_is_whole_or_it_is_erased_at_the_next_start(kept, tmp_path, roubaix, clock):
    """A child ends itself before its first step that touches the disk, then before its second, and so on."""
    folder, secrets = kept
    everything = holds(folder, secrets)
    at_ms = erasure.due_ms(roubaix, erasure.folded(roubaix, remains(copied(folder, tmp_path))), clock())
    outcomes = []
    for step in range(1, MOST_STEPS):
        there = copied(folder, tmp_path)
        killed = in_a_child_that_dies_at(
            step, lambda there=there: erasure.at_rest(roubaix, remains(there), at_ms, roubaix.name)
        )
        whole = not remains(there).ordered and bool(holds(there, secrets))
        if whole:
            assert holds(there, secrets) >= everything - {"journal.db-wal"}
            assert len(erasure.folded(roubaix, remains(there)).parties) == 9
        else:
            erasure.finish(remains(there))  # as a hub does before it opens its journal
            assert holds(there, secrets) == set()
            assert {path.name for path in there.glob("totals-*")} == {
                f"totals-{roubaix.id}.csv",
                f"totals-{roubaix.id}.json",
            }
        outcomes.append(whole)
        if not killed:
            break
    assert not killed and len(outcomes) > 20
    assert outcomes == sorted(outcomes, reverse=True)  # whole at first, then erased, and never back
    assert outcomes[0] and not outcomes[-1]


def test_where_the_disk_refuses_nothing_is_ordered(kept, roubaix, clock, monkeypatch):
    folder, secrets = kept
    view = erasure.folded(roubaix, remains(folder))
    before = holds(folder, secrets)

    def full(path, content):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(erase, "write", full)
    with pytest.raises(NotErased, match="full"):
        erasure.order(roubaix, view, remains(folder), clock())
    assert not remains(folder).ordered
    assert holds(folder, secrets) == before


def test_what_cannot_be_erased_stays_ordered_and_says_which_file_it_is(kept, monkeypatch):
    folder, secrets = kept
    erase.order(remains(folder))

    def broken(path):
        raise OSError(5, "Input/output error", str(path))

    with monkeypatch.context() as patched:
        patched.setattr(erase, "_wipe", broken)
        with pytest.raises(NotErased, match="backups"):
            erasure.finish(remains(folder))
    assert remains(folder).ordered
    erasure.finish(remains(folder))
    assert holds(folder, secrets) == set()


def copied(folder: Path, tmp_path: Path) -> Path:
    there = tmp_path / "copy"
    shutil.rmtree(there, ignore_errors=True)
    return Path(shutil.copytree(folder, there))


def in_a_child_that_dies_at(step: int, work: Callable[[], object]) -> bool:
    """Whether it was killed before it was done."""
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", DeprecationWarning
        )  # threads of other tests: the child needs none of them
        child = os.fork()
    if not child:
        left = step

        def counted(name: str) -> Callable[..., object]:
            real = getattr(os, name)

            def call(*arguments, **more):
                nonlocal left
                left -= 1
                if not left:
                    os.kill(os.getpid(), signal.SIGKILL)
                return real(*arguments, **more)

            return call

        for name in STEPS:
            setattr(os, name, counted(name))
        try:
            work()
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0
    return False
