"""`deploy.sh hub` and `station`, really installed, into a folder instead of the machine. Fetches packages."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from firmware.wire.enrolment import Enrolment

ROOT = Path(__file__).parent.parent.parent
EXAMPLE = ROOT / "kiosk" / "events" / "roubaix-2022.toml"
CODE = Enrolment("http://accueil.local:8080", "vr", "vr", ("enter", "leave"), bytes(32), bytes(32)).encode()
QUICK = {"PIP_NO_COMPILE": "1"}  # what is imported here is compiled then; the rest never
HUB_ONLY = ("flask", "sqlite_utils", "escpos", "PIL", "pydantic", "waitress", "click", "babel")


@dataclass(frozen=True, slots=True)
class Target:
    """A machine's root folder, and a clone that nobody edits meanwhile."""

    root: Path
    clone: Path

    def deploy(self, *arguments: str) -> str:
        done = subprocess.run(
            [str(self.clone / "deploy.sh"), *arguments],
            env={**os.environ, "RONDE_PREFIX": str(self.root), "RONDE_PYTHON": sys.executable, **QUICK},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=280,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @property
    def release(self) -> Path:
        return (self.root / "opt" / "ronde" / "current").resolve(strict=True)

    def python(self, code: str) -> str:
        return subprocess.run(
            [str(self.release / "bin" / "python"), "-c", code],
            cwd="/",
            env={"PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def etc(self, name: str) -> Path:
        return self.root / "etc" / "ronde" / name


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """A machine with a station, installed without a code and enrolled after that."""
    clone = tmp_path_factory.mktemp("a clone")
    for name in ("deploy.sh", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, clone / name)
    for name in ("kiosk", "firmware", "systemd"):
        shutil.copytree(ROOT / name, clone / name, ignore=shutil.ignore_patterns("__pycache__"))
    target = Target(tmp_path_factory.mktemp("a station"), clone)
    said = target.deploy("station")
    assert "scannez avec son lecteur le code que montre l'accueil" in said
    assert not target.etc("station.toml").exists()
    target.deploy("station", CODE)
    yield target


@pytest.fixture(scope="module")
def both(bare: Target) -> Target:
    """The same machine, made the hub too."""
    bare.deploy("hub")
    return bare


def test_a_station_is_enrolled_and_its_keys_are_nobody_elses(bare: Target) -> None:
    settings = bare.etc("station.toml")
    assert 'atelier = "vr"' in settings.read_text()
    assert settings.stat().st_mode & 0o777 == 0o600


def test_a_station_carries_nothing_of_the_hub(bare: Target) -> None:
    found = bare.python(
        "import importlib.util as u; "
        f"print([name for name in {HUB_ONLY!r} if u.find_spec(name)]); import firmware.cli, firmware.agent"
    )
    assert found.strip() == "[]"
    installed = bare.python(
        "from importlib.metadata import distributions; "
        "print(*sorted({d.metadata['Name'].lower() for d in distributions()}))"
    )
    assert set(installed.split()) - {"pip", "setuptools", "lgpio"} == {
        "colorzero",
        "gpiozero",
        "pyserial",
        "ronde",
    }


def test_a_second_time_changes_nothing(bare: Target) -> None:
    before = {path: path.stat().st_mtime_ns for path in bare.etc("").iterdir()}
    assert "déjà installée" in bare.deploy("station")
    assert {path: path.stat().st_mtime_ns for path in bare.etc("").iterdir()} == before


def test_the_hub_joins_the_station_in_one_release(both: Target) -> None:
    assert (
        len([each for each in (both.root / "opt" / "ronde").iterdir() if each.is_dir()]) == 2
    )  # and `current`
    both.python("import kiosk.hub, firmware.agent")
    units = both.root / "etc" / "systemd" / "system"
    wanted = {path.name for path in (units / "multi-user.target.wants").iterdir() if path.exists()}
    assert wanted == {"ronde-hub.service", "ronde-station.service"}


def test_every_file_of_the_sources_is_in_the_release(both: Target) -> None:
    packages = Path(both.python("import kiosk; print(kiosk.__path__[0])").strip()).parent

    def files(root: Path) -> dict[str, bytes]:
        return {
            str(path.relative_to(root)): path.read_bytes()
            for top in ("kiosk", "firmware")
            for path in (root / top).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }

    assert files(packages) == files(both.clone)


def test_the_hub_gets_the_example_day_and_settings_that_it_can_read(both: Target) -> None:
    assert both.etc("roubaix-2022.toml").read_bytes() == EXAMPLE.read_bytes()
    event = both.python(
        "import pathlib, kiosk.config; "
        f"print(kiosk.config.load(pathlib.Path({str(both.etc('hub.toml'))!r})).event)"
    )
    assert event == "/etc/ronde/roubaix-2022.toml\n"


def test_configuration_is_never_overwritten(both: Target, tmp_path: Path) -> None:
    settings, kept = both.etc("hub.toml"), both.etc("roubaix-2022.toml")
    settings.write_text(settings.read_text() + "# à nous\n")
    kept.write_text(kept.read_text() + "# à nous aussi\n")
    mine = tmp_path / "fete 2027.toml"
    mine.write_bytes(EXAMPLE.read_bytes())

    assert 'event = "/etc/ronde/fete 2027.toml"' in both.deploy("hub", "--event", str(mine))
    both.deploy("hub", "--event", str(EXAMPLE))

    assert settings.read_text().endswith("# à nous\n")
    assert kept.read_text().endswith("# à nous aussi\n")
    assert both.etc("fete 2027.toml").read_bytes() == EXAMPLE.read_bytes()
    assert both.etc("roubaix-2022.nouveau.toml").read_bytes() == EXAMPLE.read_bytes()


def test_a_wrong_event_file_stops_the_installation(both: Target, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text('name = "Fête"\n')
    with pytest.raises(AssertionError, match="est à corriger d'abord"):
        both.deploy("hub", "--event", str(wrong))
    assert not both.etc("wrong.toml").exists()


def test_a_code_that_is_no_code_is_told(both: Target) -> None:
    with pytest.raises(AssertionError, match="copiez-le en entier"):
        both.deploy("station", "RONDE1.nonsense")
