"""Killed at any moment, it has kept whatever beeped. `RONDE_LONG=1` kills 10,000 times, otherwise 40."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_a_kill_at_any_moment_loses_nothing_that_was_signalled(tmp_path, long, environment):
    rounds = 10_000 if long else 40
    ended = subprocess.run(
        [
            sys.executable,
            str(Path(__file__).with_name("killing.py")),
            str(tmp_path / "data"),
            str(rounds),
            "1",
        ],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert ended.returncode == 0, ended.stderr
    found = json.loads(ended.stdout)
    assert found["rounds"] == rounds
    assert found["passages"] >= found["heard"] >= rounds // 2
    assert not list((tmp_path / "data").rglob("passages-damaged-*"))
