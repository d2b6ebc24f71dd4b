"""The systemd units: sound for systemd, and true to the programs that they run."""

import configparser
import re
import subprocess
from pathlib import Path

import pytest

import firmware.cli
import kiosk.cli
import kiosk.hub

ROOT = Path(__file__).parent.parent.parent
UNITS = sorted((ROOT / "systemd").glob("*.service"))
OURS = [unit for unit in UNITS if unit.stem != "ronde-kiosk"]  # a browser has other needs than a service
KIOSK = ROOT / "systemd" / "ronde-kiosk.service"
INPUT, GPIO, SERIAL_USB, SERIAL_ACM, SERIAL_PI, USB_PRINTER = (
    "char-input",
    "char-gpiochip",
    "char-188",
    "char-166",
    "char-204",
    "char-180",
)


def read(unit: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(unit)
    return parser


def values(unit: Path, key: str) -> list[str]:
    return re.findall(rf"^{key}=(.*)$", unit.read_text(), re.MULTILINE)


@pytest.fixture(params=UNITS, ids=lambda unit: unit.stem)
def unit(request: pytest.FixtureRequest) -> Path:
    return request.param


def test_systemd_finds_nothing_wrong(unit: Path, tmp_path: Path) -> None:
    rendered = tmp_path / unit.name  # with a program that exists: the real one is there once it is installed
    rendered.write_text(
        re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", unit.read_text(), flags=re.MULTILINE)
    )
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(rendered)],
        capture_output=True,
        text=True,
        check=False,
    )
    said = [line for line in done.stderr.splitlines() if unit.name in line]
    assert (done.returncode, said) == (0, []), done.stderr


def test_it_is_restarted_for_ever_and_watched(unit: Path) -> None:
    service = read(unit)["Service"]
    assert (service["Type"], service["Restart"]) == ("notify", "always")
    assert read(unit)["Unit"]["StartLimitIntervalSec"] == "0"
    assert int(service["WatchdogSec"]) >= 3 * kiosk.hub.BEAT_S


@pytest.mark.parametrize("unit", OURS, ids=lambda unit: unit.stem)
def test_it_runs_as_a_user_of_its_own_and_may_write_its_data_only(unit: Path) -> None:
    service = read(unit)["Service"]
    assert service["User"] == service["Group"] == "ronde"
    assert service["ProtectSystem"] == "strict"
    assert service["NoNewPrivileges"] == service["PrivateTmp"] == "yes"
    assert service["WorkingDirectory"] == f"/var/lib/{service['StateDirectory']}"


def test_a_station_may_write_its_settings_too_and_runs_before_it_has_any() -> None:
    """It waits for its enrolment by itself."""
    allowed = {unit.stem: values(unit, "ReadWritePaths") for unit in OURS}
    assert allowed == {"ronde-hub": [], "ronde-station": ["-/etc/ronde"]}
    assert values(ROOT / "systemd" / "ronde-station.service", "ConditionPathExists") == []


def test_a_hall_without_network_keeps_nothing_waiting(unit: Path) -> None:
    waits = [*values(unit, "After"), *values(unit, "Wants"), *values(unit, "Requires")]
    assert not [each for each in waits if "network" in each or "time-sync" in each]


def test_devices_that_are_plugged_in_later_can_be_reached() -> None:
    allowed = {unit.stem: set(values(unit, "DeviceAllow")) for unit in OURS}
    serial = {f"{each} rw" for each in (SERIAL_USB, SERIAL_ACM, SERIAL_PI)}
    assert allowed["ronde-hub"] >= serial | {f"{USB_PRINTER} rw"}
    assert allowed["ronde-station"] >= serial | {f"{GPIO} rw", f"{INPUT} r"}
    assert not [each for each in allowed["ronde-hub"] if INPUT in each], (
        "what is typed is nobody's business there"
    )
    assert all("PrivateDevices" not in unit.read_text() for unit in UNITS)


def test_the_station_unit_speaks_the_station_command() -> None:
    (line,) = values(ROOT / "systemd" / "ronde-station.service", "ExecStart")
    program, *arguments = line.split()
    options = firmware.cli._parser().parse_args(arguments)
    assert program == "/opt/ronde/current/bin/ronde-station"
    assert options.config == Path("/etc/ronde/station.toml")


def test_the_hub_unit_speaks_the_hub_command() -> None:
    (line,) = values(ROOT / "systemd" / "ronde-hub.service", "ExecStart")
    program, *arguments = line.split()
    assert program == "/opt/ronde/current/bin/ronde"
    context = kiosk.cli.hub.make_context("hub", arguments[1:])
    assert arguments[0] == "hub"
    assert context.params["config"] == Path("/etc/ronde/hub.toml")


def test_the_browser_of_the_kiosk_may_read_nothing_of_the_hub() -> None:
    service = read(KIOSK)["Service"]
    assert service["User"] == service["Group"] == "ronde-kiosk"
    assert service["NoNewPrivileges"] == service["PrivateTmp"] == service["ProtectHome"] == "yes"
    assert service["WorkingDirectory"] == "/var/lib/ronde-kiosk"
    assert service["StateDirectoryMode"] == "0700"


def test_the_kiosk_unit_speaks_the_kiosk_command_as_a_child_of_the_compositor() -> None:
    (line,) = values(KIOSK, "ExecStart")
    compositor, _, command = line.partition(" -- ")
    assert compositor == "/usr/bin/cage -d"
    assert command == "/opt/ronde/current/bin/ronde-kiosk ${HUB}"
    assert read(KIOSK)["Service"]["NotifyAccess"] == "all"
    assert (
        values(KIOSK, "ConditionPathExists") == values(KIOSK, "EnvironmentFile") == ["/etc/ronde/kiosk.env"]
    )
