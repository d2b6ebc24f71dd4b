"""A file that only takes room: deleting it lets a full card be written again for the rest of the day."""

import logging
import os
import shutil
from pathlib import Path

from . import messages

SIZE = 4 * 1024 * 1024
_SPARE = 4  # a ballast is laid only where it takes at most a quarter of what is free

_log = logging.getLogger("ronde.station")


class Ballast:
    def __init__(self, path: Path, size: int = SIZE) -> None:
        self._path = path
        self._size = size

    @property
    def there(self) -> bool:
        return self._path.exists()

    def lay(self) -> None:
        """Make the file where there is room for it; say so where there is not."""
        if self.there:
            return
        if shutil.disk_usage(self._path.parent).free < _SPARE * self._size:
            self._complain()
            return
        draft = self._path.with_suffix(".draft")
        try:
            with draft.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, self._size)
            draft.replace(self._path)
        except OSError:
            draft.unlink(missing_ok=True)
            self._complain()

    def free(self) -> bool:
        """Give the room back. False where there was none to give."""
        try:
            self._path.unlink()
        except FileNotFoundError:
            return False
        _log.error(messages.OUTBOX_BALLAST_FREED.format(size_kib=self._size // 1024))
        return True

    def _complain(self) -> None:
        _log.warning(messages.OUTBOX_NO_BALLAST.format(size_kib=self._size // 1024, folder=self._path.parent))
