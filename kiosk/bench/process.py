"""What the kernel knows of a process: its memory, its threads, its descriptors, its time on the processors."""

import os
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Sample:
    """`resident_mb` counts what it shares with others whole, `own_mb` (PSS) only its part of that."""

    resident_mb: float
    own_mb: float
    threads: int
    descriptors: int
    cpu_s: float


def sample(pid: int) -> Sample:
    """Raises FileNotFoundError or ProcessLookupError where it has ended."""
    folder = Path(f"/proc/{pid}")
    memory = _fields(folder / "smaps_rollup")
    state = (folder / "stat").read_text("ascii").rpartition(")")[2].split()
    return Sample(
        resident_mb=memory["Rss"] / 1024,
        own_mb=memory["Pss"] / 1024,
        threads=_fields(folder / "status")["Threads"],
        descriptors=len(list((folder / "fd").iterdir())),
        cpu_s=(int(state[11]) + int(state[12])) / TICKS,
    )


def _fields(path: Path) -> dict[str, int]:
    """The lines "Name: 123 kB" of a file."""
    found = {}
    for line in path.read_text("utf-8", "replace").splitlines():
        name, colon, value = line.partition(":")
        words = value.split()
        if colon and words and words[0].isdigit():
            found[name] = int(words[0])
    return found
