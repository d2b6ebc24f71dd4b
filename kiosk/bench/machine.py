"""What a figure was measured on."""

import os
import platform
import sqlite3
from pathlib import Path
from typing import Any


def machine(folder: Path) -> dict[str, Any]:
    """The processor, the system, and the disk under `folder`."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "system": platform.platform(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "filesystem": _filesystem(folder),
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        name, _, value = line.partition(":")
        if name.strip() in ("model name", "Model"):
            return value.strip()
    return platform.machine()


def _filesystem(folder: Path) -> str:
    mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text("utf-8").splitlines()]
    here = str(folder.resolve())
    under = [(mount, kind) for mount, kind in mounts if here.startswith(mount.rstrip("/") + "/")]
    return max(under, key=lambda entry: len(entry[0]), default=("", "unknown"))[1]
