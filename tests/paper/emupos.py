"""emupos, an ESC/POS printer emulator written by others: an independent eye on our tickets.

It needs Python 3.13 or later, so it lives in a virtual environment of its own, made once:

    python tests/paper/emupos.py        install if need be, and print where the command is

RONDE_EMUPOS names an emupos command that is installed already. Otherwise the environment is made in
$XDG_CACHE_HOME/ronde/emupos (~/.cache by default) with the first Python >= 3.13 found on PATH or under pyenv.
"""

import contextlib
import fcntl
import io
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from PIL import Image

REQUIREMENT = "emupos>=0.4,<0.5"
OLDEST_PYTHON = (3, 13)
START_S = 30.0
_BARRIER = b"\x1d\x72\x01"  # GS r 1: answered once all before it is printed

_PROFILE = """\
type: printer
name: Ronde {width_mm} mm
dpi: 203
width_dots: {width_dots}
font_a: {{ width: 12, height: 24 }}
font_b: {{ width: 9, height: 17 }}
code_pages: {{ 0: PC437, 2: PC850, 16: WPC1252, 19: PC858 }}
default_code_page: 0
drawer_sensor_open_level: high
"""
_DOTS = {80: 576, 58: 384}


class EmuposUnavailable(RuntimeError):
    """emupos cannot be had; the message says what to install."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt that emupos completed. `boundary`: cut, connection-closed or idle-timeout."""

    id: str
    boundary: str


def command() -> Path:
    """The emupos command, installed first if need be. Raises EmuposUnavailable."""
    if given := os.environ.get("RONDE_EMUPOS"):
        if not os.access(given, os.X_OK):
            raise EmuposUnavailable(f"RONDE_EMUPOS is {given!r}, which cannot be run")
        return Path(given)
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ronde" / "emupos"
    home.parent.mkdir(parents=True, exist_ok=True)
    with (home.parent / "emupos.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two test runs at once install once
        found = home / "bin" / "emupos"
        if not _works(found):
            _install(home)
        return found


def _works(path: Path) -> bool:
    try:
        return (
            subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False).returncode == 0
        )
    except (OSError, subprocess.TimeoutExpired):
        return False


def _install(home: Path) -> None:
    python = find_python()
    if python is None:
        raise EmuposUnavailable(
            "emupos needs Python 3.13 or later, and none was found on PATH or under pyenv. Install one "
            "(`pyenv install 3.13`, or your system's package python3.13 with python3.13-venv), "
            "or set RONDE_EMUPOS to an installed emupos command"
        )
    shutil.rmtree(home, ignore_errors=True)
    steps = (
        [python, "-m", "venv", str(home)],
        [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", REQUIREMENT],
    )
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True, check=False)
        if done.returncode:
            shutil.rmtree(home, ignore_errors=True)
            said = (done.stderr or done.stdout).strip()[-800:]
            raise EmuposUnavailable(f"emupos could not be installed: `{' '.join(step)}` said:\n{said}")


def find_python() -> str | None:
    """A Python >= 3.13 that runs, as an absolute path; None when there is none."""
    names = [f"python3.{minor}" for minor in range(20, OLDEST_PYTHON[1] - 1, -1)]
    found = [sys.executable, *(path for name in [*names, "python3"] if (path := shutil.which(name)))]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    with contextlib.suppress(PermissionError):  # somebody else's pyenv
        found += [str(path) for path in sorted(pyenv.glob("versions/3.*/bin/python"), reverse=True)]
    return next((real for path in found if (real := _recent(path))), None)


def _recent(path: str) -> str | None:
    # A pyenv shim exists for every version but runs only the selected one: ask each what it is.
    ask = "import sys, ensurepip; print(*sys.version_info[:2], sys.executable)"
    try:
        done = subprocess.run([path, "-c", ask], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.fullmatch(r"(\d+) (\d+) (.+)", done.stdout.strip())
    if done.returncode or not match or (int(match[1]), int(match[2])) < OLDEST_PYTHON:
        return None
    return match[3]


class Emupos:
    """A running emulator with an 80 mm and a 58 mm printer on loopback ports. A context manager."""

    def __init__(self, executable: Path) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="ronde-emupos-")
        folder = Path(self._folder.name)
        self._reserved = [_reserved() for _ in range(1 + len(_DOTS))]
        api, *ports = [one.getsockname()[1] for one in self._reserved]
        self._api = f"http://127.0.0.1:{api}/api/v1"
        self.ports = dict(zip(_DOTS, ports, strict=True))
        devices = []
        for width_mm, port in self.ports.items():
            profile = folder / f"paper{width_mm}.profile.yaml"
            profile.write_text(_PROFILE.format(width_mm=width_mm, width_dots=_DOTS[width_mm]))
            devices.append(
                {
                    "id": f"paper{width_mm}",
                    "type": "printer",
                    "profile": str(profile),
                    "connections": [{"tcp": {"port": port}}],
                    "receipts_dir": str(folder / f"receipts{width_mm}"),
                }
            )
        config = folder / "emupos.yaml"  # JSON is YAML
        config.write_text(json.dumps({"schema": 1, "api": {"port": api}, "devices": devices}))
        self._log = (folder / "emupos.log").open("w+")
        self._process = subprocess.Popen(
            [executable, "run", "--config", config],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        try:
            self._wait_until_ready()
        except BaseException:
            self.close()
            raise

    def print_and_png(self, data: bytes, width_mm: int = 80) -> "Image.Image":
        """Print the bytes of one ticket; the receipt that its cut completed, as a grey picture."""
        before = {receipt.id for receipt in self.receipts(width_mm)}
        with socket.create_connection(("127.0.0.1", self.ports[width_mm]), timeout=60) as printer:
            printer.sendall(data + _BARRIER)
            if not printer.recv(1):
                raise AssertionError("emupos closed the connection")
        new = [r for r in self.receipts(width_mm) if r.id not in before and r.boundary == "cut"]
        if len(new) != 1:
            raise AssertionError(f"emupos cut {len(new)} receipts, not one")
        return self.picture(new[0], width_mm)

    def receipts(self, width_mm: int = 80) -> list[Receipt]:
        """The receipts so far, newest first."""
        listed = json.loads(self._call("GET", f"paper{width_mm}/receipts"))
        return [Receipt(one["id"], one["boundary"]) for one in listed]

    def picture(self, receipt: Receipt, width_mm: int = 80) -> "Image.Image":
        """A receipt as a grey picture."""
        from PIL import Image

        with Image.open(
            io.BytesIO(self._call("GET", f"paper{width_mm}/receipts/{receipt.id}/image"))
        ) as image:
            return image.convert("L")

    def text(self, receipt: Receipt, width_mm: int = 80) -> str:
        """What emupos read on a receipt: its lines, with [qr ...] and [image WxH] in their places."""
        return self._call("GET", f"paper{width_mm}/receipts/{receipt.id}/text").decode()

    @contextlib.contextmanager
    def fault(self, name: str, width_mm: int = 80) -> Iterator[None]:
        """paper-out, paper-near-end, cover-open or offline, for as long as the block lasts."""
        self._call("PUT", f"paper{width_mm}/faults/{name}")
        try:
            yield
        finally:
            self._call("DELETE", f"paper{width_mm}/faults/{name}")

    def close(self) -> None:
        """Stop the emulator and forget its receipts."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        for one in self._reserved:
            one.close()
        self._log.close()
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _wait_until_ready(self) -> None:
        end = time.monotonic() + START_S
        pause = threading.Event()
        while True:
            try:
                with urllib.request.urlopen(f"{self._api}/health", timeout=2):
                    return
            except OSError:
                if self._process.poll() is not None or time.monotonic() > end:
                    self._log.seek(0)
                    said = self._log.read()[-2000:]
                    raise EmuposUnavailable(f"emupos did not start:\n{said}") from None
            pause.wait(0.05)

    def _call(self, method: str, path: str) -> bytes:
        request = urllib.request.Request(f"{self._api}/devices/{path}", method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                body: Any = answer.read()
                return bytes(body)
        except urllib.error.HTTPError as error:
            with error:
                raise AssertionError(f"emupos refused {method} {path}: {error.read().decode()}") from None


def _reserved() -> socket.socket:
    """Bound, never listening: nobody else is given the port before emupos takes it."""
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    one.bind(("127.0.0.1", 0))
    return one


if __name__ == "__main__":
    try:
        sys.stdout.write(f"{command()}\n")
    except EmuposUnavailable as problem:
        sys.exit(f"error: {problem}")
