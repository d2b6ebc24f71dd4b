"""What a running hub need not hold in memory, it does not load: some Pis have one gigabyte for everything."""

import re
import subprocess
import sys
from pathlib import Path

from kiosk.bench.hub import AS_A_SERVICE

HEAVY = ("cryptography", "matplotlib", "numpy", "rich", "simpy", "fpdf", "kiosk.twin", "kiosk.charts")


def test_a_hub_that_starts_loads_nothing_that_it_may_never_need():
    started = f"import kiosk.cli, kiosk.hub, sys; print(*(set({HEAVY}) & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", started], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []


def test_what_is_kept_from_the_journal_is_there_for_the_charts():
    """numpy is hidden while sqlite-utils is loaded, and not any longer."""
    asked = "import kiosk.store.tables, numpy; print(numpy.arange(3).sum())"
    found = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["3"]


def test_the_hub_that_is_measured_has_the_environment_of_the_service():
    unit = (Path(__file__).parent.parent / "systemd" / "ronde-hub.service").read_text("utf-8")
    told = dict(each.split("=", 1) for each in re.findall("^Environment=(.+)$", unit, re.MULTILINE))
    assert {name: told.get(name) for name in AS_A_SERVICE} == AS_A_SERVICE
