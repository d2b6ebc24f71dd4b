"""Events and whole days that the tests of the demo share."""

import importlib.util
import sys
from pathlib import Path

import pytest

from kiosk import eventfile

ROUBAIX = Path(eventfile.__file__).parents[1] / "events" / "roubaix-2022.toml"

VILLAGE = """
name = "Le bourg se connecte"
organiser = "Association du bourg"
date = 2025-03-08
timezone = "Europe/Paris"
languages = ["fr", "en"]

[[sessions]]
opens = "09:30"
closes = "11:00"

[[age_bands]]
id = "enfants"
names = { fr = "Enfants", en = "Children" }
min = 0
max = 14

[[age_bands]]
id = "grands"
names = { fr = "Grands", en = "Grown-ups" }
min = 15

[[ateliers]]
id = "photo"
names = { fr = "Retouche photo", en = "Photo editing" }
icon = "camera"
room = "Mairie"
kind = "table"
places = 10
minutes = 12
closing = "drain"

[[ateliers]]
id = "drone"
names = { fr = "Drone", en = "Drone" }
icon = "plane"
room = "Stade"
kind = "continuous"
places = 2
minutes = 6
min_age = 8

[[ateliers]]
id = "arnaques"
names = { fr = "Déjouer les arnaques", en = "Spotting scams" }
icon = "shield"
room = "Mairie"
kind = "session"
places = 20
minutes = 20
times = ["10:00", "10:35"]
min_age = 15

[[stations]]
id = "drone"
atelier = "drone"
steps = ["arrive", "call", "enter", "leave"]

[[stations]]
id = "photo"
atelier = "photo"
steps = ["enter", "leave"]
"""


@pytest.fixture(scope="session")
def roubaix_file():
    return ROUBAIX


@pytest.fixture(scope="session")
def roubaix():
    return eventfile.load(ROUBAIX)


@pytest.fixture(scope="session")
def village_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("village") / "village.toml"
    path.write_text(VILLAGE, "utf-8")
    return path


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
