"""Erasing for good. Files are written over, then removed; what was ordered is finished at the next start.

The order is a file of its own beside the journal. Until it is on the disk nothing is touched; from then on nothing of
what it is about may be opened again, and after a power cut `carry_out` does the rest.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ORDER = "erasing"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Remains:
    """Where people's data lie: the journal, its copies, and what was printed, where it was printed to files.

    `sheets`: the folder of a stand-in printer; `printed`: the file that stands for a printer.
    """

    journal: Path
    backups: Path
    sheets: Path | None = None
    printed: Path | None = None

    @property
    def folder(self) -> Path:
        return self.journal.parent

    @property
    def ordered(self) -> bool:
        """Whether an erasing was begun, and is to be finished."""
        return (self.folder / ORDER).exists()

    @property
    def damaged(self) -> bool:
        """Whether a journal lies there that was set aside, whatever it holds."""
        return any(self.folder.glob(f"{self.journal.name}.damaged-*"))

    def files(self) -> list[Path]:
        """All that is erased."""
        return sorted(set(self._files()))

    @property
    def size(self) -> int:
        """In bytes, of all that is erased."""
        sizes = 0
        for path in self.files():
            with suppress(FileNotFoundError):  # an old copy of the journal goes when a new one comes
                sizes += path.stat().st_size
        return sizes

    def _files(self) -> Iterator[Path]:
        """The journal with all that ever stood beside it: its log, damaged ones, one that is being restored."""
        yield from self.folder.glob(f"{self.journal.name}*")
        yield from self.backups.glob("journal-*.db*")
        if self.sheets:
            for form in ("*.png", "*.escpos", "*.draft"):
                yield from (path for path in self.sheets.glob(form) if path.stem.isdecimal())
        if self.printed and self.printed.is_file():
            yield self.printed


def order(remains: Remains) -> None:
    """From now on it is to be erased. Durable on return. Raises OSError."""
    write(remains.folder / ORDER, b"")


def carry_out(remains: Remains) -> bool:
    """Erase what was ordered; False where nothing was. Raises OSError: then it is still ordered."""
    if not remains.ordered:
        return False
    for path in remains.files():
        _wipe(path)
    for folder in {remains.folder, remains.backups, remains.sheets} - {None}:
        if folder and folder.is_dir():
            _sync(folder)
    (remains.folder / ORDER).unlink()
    _sync(remains.folder)
    return True


def write(path: Path, content: bytes) -> None:
    """Have this file there, whole and durable, or not at all. Raises OSError."""
    draft = path.with_name(f"{path.name}.draft")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    _sync(path.parent)


def _wipe(path: Path) -> None:
    """Removing a file leaves on the disk what stood in it, for whoever reads the disk itself."""
    if path.is_symlink():
        path.unlink()
        return
    with path.open("r+b") as file:
        left = os.fstat(file.fileno()).st_size
        while left > 0:
            left -= file.write(bytes(min(left, _CHUNK)))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()


def _sync(folder: Path) -> None:
    """Make names in a folder durable."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
