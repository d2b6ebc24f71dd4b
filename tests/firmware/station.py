"""A real agent in a process of its own, with all that it is driven by and all that it says."""

import json
import os
import queue
import subprocess
import sys
import threading
import time
import tomllib
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

import firmware
from firmware import inquiry
from firmware.standin import PtyScanner

from ..patience import PATIENCE_S, until
from .hub import DEVICE_KEY, EVENT_KEY

ROOT = Path(firmware.__file__).parents[1]


def child_environment() -> dict[str, str]:
    """For processes that import what the tests import, from wherever they are run. No pins are preset."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GPIOZERO")}
    return kept | {"PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, [kept.get("PYTHONPATH")])])}


class Station:
    """A real agent in a process of its own, with a scanner on a pty and a panel that prints.

    `hub` is "" for a station that is not enrolled. `scanners`: the settings of several, by name.
    """

    def __init__(
        self, folder: Path, hub: str, scanners: dict[str, dict[str, Any]] | None = None, **settings: Any
    ) -> None:
        self.folder = folder
        self.config = folder / "station.toml"
        self.scanners = {name: PtyScanner(folder / f"scanner{name}") for name in scanners or {"": {}}}
        self.scanner = next(iter(self.scanners.values()))
        self.signals: queue.Queue[dict[str, Any]] = queue.Queue()
        self.seen: list[dict[str, Any]] = []
        self.process: subprocess.Popen[bytes] | None = None
        self.errors = folder / "stderr"
        values = {
            "station": "vr-1",
            "atelier": "vr",
            "steps": ["arrive", "enter"],
            "hub": hub,
            "device_key": DEVICE_KEY.hex(),
            "event_key": EVENT_KEY.hex(),
            "data": str(folder / "data"),
        }
        if not hub:
            values = {"data": str(folder / "data")}
        tables: dict[str, Any] = {
            "uplink": {"beat_s": 0.2, "backoff_min_s": 0.05, "backoff_max_s": 0.2, "timeout_s": 2.0},
            "screen": {"port": 0},
            "standin": {"panel": "print"},
        }
        for name, value in settings.items():
            table, _, key = name.partition("__")
            if key:
                tables.setdefault(table, {})[key] = value
            else:
                values[name] = value
        usual = {"repeat_s": 0.0} | tables.pop("scanner", {})
        lines = [f"{key} = {json.dumps(value)}" for key, value in values.items()]
        for name, own in (scanners or {"": {}}).items():
            table = {"name": name, "port": str(self.scanners[name].path), **usual, **own}
            lines += ["[[scanner]]", *(f"{key} = {_toml(value)}" for key, value in table.items())]
        for name, table in tables.items():
            lines += [f"[{name}]", *(f"{key} = {_toml(value)}" for key, value in table.items())]
        self.config.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def start(self, **environment: str) -> "Station":
        with self.errors.open("ab") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "firmware", "run", "--config", str(self.config)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=child_environment() | {"PYTHONWARNINGS": "error"} | environment,
            )
        self._reader = threading.Thread(target=self._read, args=(self.process,))
        self._reader.start()
        return self

    def ready(self) -> "Station":
        """Wait until it has found its scanner."""
        self.wait_for(signal="scanner", present=True)
        return self

    def _read(self, process: "subprocess.Popen[bytes]") -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.signals.put(json.loads(line))

    def wait_for(self, **expected: Any) -> dict[str, Any]:
        """The next signal that has these fields; others before it are passed over."""
        deadline_s = time.monotonic() + PATIENCE_S
        while True:
            try:
                found = self.signals.get(timeout=max(0.01, deadline_s - time.monotonic()))
            except queue.Empty:
                pytest.fail(f"no signal {expected}; seen {self.seen[-5:]}; {self.errors.read_text()}")
            self.seen.append(found)
            if expected.items() <= found.items():
                return found

    def scan(self, text: str, **expected: Any) -> dict[str, Any]:
        self.scanner.scan(text)
        return self.wait_for(**(expected or {"signal": "kept"}))

    def press(self, button: str) -> None:
        assert self.process is not None and self.process.stdin is not None
        self.process.stdin.write(f"{button}\n".encode())
        self.process.stdin.flush()

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self._end()

    def stop(self) -> int:
        assert self.process is not None
        if self.process.poll() is None:
            self.process.terminate()
        return self._end()

    def _end(self) -> int:
        assert self.process is not None and self.process.stdin is not None and self.process.stdout is not None
        code = self.process.wait(PATIENCE_S)
        self._reader.join()
        self.process.stdin.close()
        self.process.stdout.close()
        return code

    def command(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "firmware", *arguments, "--config", str(self.config)],
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            env=child_environment(),
        )

    def log(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.command("log").stdout.splitlines()]

    def close(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
        if self.process is not None and not self.process.stdout.closed:  # type: ignore[union-attr]
            self._end()
        for scanner in self.scanners.values():
            scanner.close()

    def status(self) -> dict[str, Any]:
        """What the agent says of itself."""
        (found,) = inquiry.ask(self.folder / "data", "status")
        return found

    # -- its page

    @property
    def page(self) -> str:
        return f"http://127.0.0.1:{tomllib.loads(self.config.read_text())['screen']['port']}"

    def ask_page(self, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """The status and the JSON, or else the text, that its page answers; a post where there is a body."""
        usual = {"Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.page}/{path}", data, usual | headers)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                return answer.status, _read(answer.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, _read(error.read().decode())

    def state(self) -> dict[str, Any]:
        status, found = self.ask_page("state")
        assert status == 200, found
        return found

    def standing(self) -> list[list[int | None]]:
        """Who waits, is called, and is inside, by the number of each party."""
        found = self.state()
        return [[party["number"] for party in found[state]] for state in ("waiting", "called", "inside")]

    def shows(self, *expected: list[int]) -> None:
        """Its page shows this in a moment: a button is answered by its beep first."""
        until(lambda: self.standing() == list(expected), f"{expected} on the page")

    def act(self, act: str, **fields: Any) -> dict[str, Any]:
        status, told = self.ask_page("act", {"act": act, **fields})
        assert status == 200, told
        return told


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {json.dumps(item)}" for key, item in value.items()) + " }"
    return json.dumps(value)
