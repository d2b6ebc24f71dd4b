"""`RONDE_LONG=1` kills the hub 1,000 times, otherwise 30."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk import eventfile

ROUNDS = 1000 if os.environ.get("RONDE_LONG") == "1" else 30
ROOT = Path(eventfile.__file__).parents[2]
KILLING = Path(__file__).with_name("killing.py")


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_killed_hub_has_kept_all_that_it_answered_and_nothing_by_halves(tmp_path):
    done = subprocess.run(
        [sys.executable, KILLING, ROOT / "kiosk/events/roubaix-2022.toml", tmp_path, str(ROUNDS), "1"],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["rounds"] == ROUNDS
    assert summary["statements"] > 20
    assert summary["begun"] > ROUNDS / 2
    assert summary["answers"] > ROUNDS * 3
