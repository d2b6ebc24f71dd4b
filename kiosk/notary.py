"""The hub's certificate, looked after by a process of its own: what makes one takes 7 MB, once in two years."""

import json
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from .errors import ConfigError
from .lan import Names, own_names
from .saying import say

PATIENCE_S = 60.0  # of the hub: a Pi that starts has other things to do


class Notary:
    """As `certificate.Certificate`. `now_s`: the machine's clock."""

    def __init__(
        self, folder: Path, names: Callable[[], Names] = own_names, now_s: Callable[[], float] = time.time
    ) -> None:
        self._folder = folder
        self._names = names
        self._now_s = now_s
        self._known: Names | None = None
        self._good_until_s = 0.0

    @property
    def files(self) -> tuple[Path, Path]:
        """The certificate and its key, for a server."""
        return self._folder / "hub.pem", self._folder / "hub.key"

    @property
    def authority(self) -> bytes:
        """The certificate of the authority, as phones install it."""
        return ssl.PEM_cert_to_DER_cert((self._folder / "ca.pem").read_text("ascii"))

    def renew(self) -> bool:
        """Have made what is missing, or does not fit any more. Returns whether the hub's own is another now.

        Raises ConfigError.
        """
        names = self._names()
        whole = all(path.exists() for path in (*self.files, self._folder / "ca.pem"))
        if whole and names == self._known and self._now_s() < self._good_until_s:
            return False
        told = self._ask()
        self._known, self._good_until_s = names, float(told["good_until_s"])
        return bool(told["anew"])

    def _ask(self) -> dict[str, float]:
        asked = [sys.executable, "-m", "kiosk.certificate", str(self._folder)]
        try:
            done = subprocess.run(asked, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise self._refused(error) from error
        if done.returncode:
            raise self._refused(done.stderr.strip().rpartition("\n")[2] or done.returncode)
        told: dict[str, float] = json.loads(done.stdout)
        return told

    def _refused(self, reason: object) -> ConfigError:
        return ConfigError(say("error.certificate", path=self._folder, reason=reason))
