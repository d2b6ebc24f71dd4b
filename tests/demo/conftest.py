"""Events and whole days that the tests of the demo share."""

import importlib.util
import sys
from pathlib import Path

import pytest

from kiosk import eventfile

ROUBAIX = Path(eventfile.__file__).parents[1] / "events" / "roubaix-2022.toml"
VILLAGE = Path(__file__).parents[1] / "twin" / "village.toml"


@pytest.fixture(scope="session")
def roubaix_file():
    return ROUBAIX


@pytest.fixture(scope="session")
def roubaix():
    return eventfile.load(ROUBAIX)


@pytest.fixture(scope="session")
def village_file():
    return VILLAGE


@pytest.fixture(scope="session")
def village(village_file):
    return eventfile.load(village_file)


@pytest.fixture(scope="session")
def emupos():
    """A running emupos: an independent eye on the sheets. See tests/paper/emupos.py."""
    name = "ronde_emupos"
    if name not in sys.modules:
        path = Path(__file__).parents[1] / "paper" / "emupos.py"
        spec = importlib.util.spec_from_file_location(name, path)
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    module = sys.modules[name]
    with module.Emupos(module.command()) as running:
        yield running
