"""Simulated power cuts: what a disk may hold when the power goes, rebuilt from the writes of a real journal.

Nobody has cut real cards. A process that keeps facts is traced; a cut is put anywhere among its writes; of what was
not synced by then each sector of 512 bytes reached the disk, or not, or holds rubbish. The journal that is opened
from such a disk must hold every fact that was answered, and each group of facts wholly or not at all, and must not
be taken for damaged. `RONDE_LONG=1` rebuilds 20,000 disks, otherwise some hundreds.
"""

import os
import random
import re
import shutil
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kiosk import eventfile
from kiosk.rules.facts import Announced, Fact, PartyLeft
from kiosk.store import backup
from kiosk.store.journal import Journal

LONG = os.environ.get("RONDE_LONG") == "1"
GROUPS = 130
SECTOR = 512

KEEPING = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from test_power_cut import GROUPS, group
from kiosk.store.journal import Journal
folder = Path(sys.argv[2])
journal = Journal.open(folder / "j.db")
journal._db.conn.execute("PRAGMA wal_autocheckpoint=40")  # so that the log is written over, often
answered = os.open(folder / "answered", os.O_WRONLY | os.O_CREAT)
for number in range(1, GROUPS):
    journal.append((number, fact) for fact in group(number))
    os.write(answered, b"%d " % number)
os._exit(0)
"""


def group(number: int) -> list[Fact]:
    """The facts of a group: few or many, small or of several pages."""
    words = Announced({"fr": f"Goûter {number} " * (number % 7 * 90)}, number)
    return [PartyLeft(number + 1)] * (1 + number % 5) + [words] * (number % 2)


def held_groups(journal: Journal) -> int:
    """How many groups, from the first, are there; nothing else may be."""
    facts = list(journal.read())
    count = facts[-1][0] if facts else 0
    assert facts == [(number, fact) for number in range(1, count + 1) for fact in group(number)]
    return count


def check(folder: Path, answered: int) -> None:
    journal, mended = backup.open_or_restore(folder / "j.db", folder / "backups")
    with closing(journal):
        assert mended is None
        assert answered <= held_groups(journal) <= answered + 1


@dataclass
class File:
    """What is on the disk for sure, and what was written since the last sync."""

    synced: bytearray = field(default_factory=bytearray)
    since: list[tuple[int, bytes | None]] = field(default_factory=list)  # None: cut off there

    def sync(self) -> None:
        for at, data in self.since:
            place(self.synced, at, data)
        self.since.clear()

    def after_a_cut(self, chance: random.Random) -> bytes:
        found = bytearray(self.synced)
        reached = chance.choice((0.0, 0.1, 0.5, 0.9, 1.0))
        for at, data in self.since:
            if data is None:
                if chance.random() < reached:
                    place(found, at, None)
                continue
            for start in range(0, len(data), SECTOR):
                sector = data[start : start + SECTOR]
                if chance.random() < 0.02:
                    sector = chance.randbytes(len(sector))
                elif chance.random() >= reached:
                    continue
                place(found, at + start, sector)
        return bytes(found)


def place(content: bytearray, at: int, data: bytes | None) -> None:
    if data is None:
        del content[at:]
        return
    if len(content) < at:
        content.extend(bytes(at - len(content)))
    content[at : at + len(data)] = data


CALL = re.compile(
    r"^(?:\d+ +)?(?P<call>pwrite64|write|fdatasync|fsync|ftruncate)\(\d+<(?P<path>[^>]*)>"
    r'(?:, "(?P<data>[^"]*)"(?:\.\.\.)?, \d+(?:, (?P<at>\d+))?|, (?P<size>\d+))?\) += (?P<done>-?\d+)'
)


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str, bytes, int]]:
    """Each write and sync of the journal's files, and each answer, in their order: call, file, data, place."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.fail("needs strace (apt install strace)")
    folder = tmp_path_factory.mktemp("traced")
    out = folder / "trace"
    calls = "trace=pwrite64,write,fdatasync,fsync,ftruncate"
    root = Path(eventfile.__file__).parents[2]
    watched = [strace, "-f", "-y", "-xx", "-s", "99999", "-e", calls, "-e", "signal=none", "-o", out]
    done = subprocess.run(
        [*watched, sys.executable, "-c", KEEPING, str(Path(__file__).parent), str(folder)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(root)},
    )
    if "ptrace" in done.stderr and done.returncode:
        pytest.skip(f"strace may not trace here: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    told = []
    for line in out.read_text().splitlines():
        call = CALL.match(line)
        path = (
            bytes.fromhex(call["path"].replace("\\x", "")).decode()
            if call and "\\x" in call["path"]
            else None
        )
        path = path or (call["path"] if call else "")
        if call and Path(path).parent == folder and path != str(out):
            data = bytes.fromhex((call["data"] or "").replace("\\x", ""))
            assert call["call"] != "pwrite64" or len(data) == int(call["done"])
            told.append((call["call"], Path(path).name, data, int(call["at"] or call["size"] or 0)))
    assert sum(name == "answered" for _, name, _, _ in told) == GROUPS - 1
    return told


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_no_answered_fact_is_lost_wherever_the_power_goes(trace, tmp_path):
    chance = random.Random(1)
    disks = 20_000 if LONG else 300
    cuts = sorted(chance.choices(range(len(trace)), k=disks))
    files: dict[str, File] = {}
    answered = done = 0
    for cut in cuts:
        for call, name, data, at in trace[done:cut]:
            file = files.setdefault(name, File())
            if name == "answered":
                answered = int(data)
            elif call == "pwrite64":
                file.since.append((at, data))
            elif call == "ftruncate":
                file.since.append((at, None))
            elif call in ("fdatasync", "fsync"):
                file.sync()
        done = max(done, cut)
        if not answered:
            continue  # nobody was promised anything yet
        folder = tmp_path / "disk"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name in ("j.db", "j.db-wal"):
            if name in files:
                (folder / name).write_bytes(files[name].after_a_cut(chance))
        check(folder, answered)
    assert answered > GROUPS / 2


def test_a_log_whose_unsynced_end_is_torn_loses_nothing_that_was_answered(tmp_path):
    """The same where nothing can be traced: each group is torn while it is added to the log."""
    source = tmp_path / "source"
    chance = random.Random(2)
    with closing(Journal.open(source / "j.db")) as journal:
        for number in range(1, 40):
            before = (source / "j.db-wal").read_bytes()
            journal.append((number, fact) for fact in group(number))
            after = (source / "j.db-wal").read_bytes()
            assert after.startswith(before), "the log was begun again: more groups than this test is for"
            for _ in range(5):
                folder = tmp_path / "disk"
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                shutil.copy(source / "j.db", folder)
                file = File(bytearray(before), [(len(before), after[len(before) :])])
                torn = file.after_a_cut(chance)
                if chance.random() < 0.5:
                    torn = torn[: chance.randint(len(before), max(len(torn), len(before)))]
                (folder / "j.db-wal").write_bytes(torn)
                check(folder, number - 1)
