"""The files that a Raspberry Pi tells its health in, made by hand; and whatever else may stand in them."""

import os
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware import health
from firmware.health import Readings, readings


@pytest.fixture
def machine(tmp_path):
    """Writes a file under the root of a machine that has nothing yet."""

    def write(path, text):
        target = tmp_path / "root" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)

    write.root = tmp_path / "root"
    write.read = lambda: readings(tmp_path, root=write.root)
    return write


def a_raspberry_pi(machine, throttled="0", alarm="0"):
    machine("sys/class/thermal/thermal_zone0/temp", "48312\n")
    machine("sys/class/hwmon/hwmon0/name", "cpu_thermal\n")
    machine("sys/class/hwmon/hwmon0/in0_lcrit_alarm", "1\n")
    machine("sys/class/hwmon/hwmon1/name", "rpi_volt\n")
    machine("sys/class/hwmon/hwmon1/in0_lcrit_alarm", f"{alarm}\n")
    machine("sys/devices/platform/soc@107c000000/soc@107c000000:firmware/get_throttled", f"{throttled}\n")
    machine("proc/uptime", "3661.27 12003.11\n")


def test_a_raspberry_pi_that_is_well(machine, tmp_path):
    a_raspberry_pi(machine)
    found = machine.read()
    assert (found.temperature_c, found.undervoltage, found.up_s) == (48, False, 3661)
    disk = os.statvfs(tmp_path)
    assert found.free_mib == pytest.approx(disk.f_bavail * disk.f_frsize / 2**20, rel=0.05)


@pytest.mark.parametrize(
    ("throttled", "alarm", "expected"),
    [("0", "0", False), ("50005", "0", True), ("10000", "0", True), ("0", "1", True), ("80008", "0", False),
     ("?", "0", False), ("?", "?", None), ("1", "?", True)],
)  # fmt: skip
def test_too_low_a_voltage_is_told_by_either(machine, throttled, alarm, expected):
    """80008: hot, and hot before; it is not the power supply."""
    a_raspberry_pi(machine, throttled, alarm)
    assert machine.read().undervoltage is expected


def test_of_several_sensors_the_hottest_counts(machine):
    a_raspberry_pi(machine)
    machine("sys/class/thermal/thermal_zone1/temp", "61900\n")
    machine("sys/class/thermal/thermal_zone2/temp", "-274000\n")
    machine("sys/class/thermal/thermal_zone3/temp", "warm\n")
    assert machine.read().temperature_c == 62


def test_where_nothing_is_known_nothing_is_said(machine, tmp_path):
    assert readings(tmp_path / "no" / "such", root=machine.root) == Readings()


def test_a_sensor_that_answers_with_an_error_is_passed_over(machine):
    a_raspberry_pi(machine)
    path = machine.root / "sys/class/thermal/thermal_zone0/temp"
    path.unlink()
    path.mkdir()
    assert machine.read().temperature_c is None


def test_of_this_very_machine_at_least_card_and_boot_are_known(tmp_path):
    found = readings(tmp_path)
    assert found.free_mib is not None and found.free_mib >= 0
    assert found.up_s == pytest.approx(time.clock_gettime(time.CLOCK_BOOTTIME), abs=30)


@given(st.text())
def test_whatever_stands_in_the_files_is_read_or_unknown(text):
    degrees = health.celsius(text)
    assert degrees is None or -40 <= degrees <= 150
    assert health.alarm(text) in (None, True, False)
    assert health.throttled(text) in (None, True, False)
    seconds = health.uptime_s(text)
    assert seconds is None or seconds >= 0


@given(st.integers(-40_000, 150_000))
def test_degrees_are_those_of_the_sensor(thousandths):
    assert health.celsius(f"{thousandths}\n") == round(thousandths / 1000)


@given(st.integers(0, 2**20 - 1))
def test_the_flags_of_the_firmware_are_two_bits_of_many(flags):
    expected = bool(flags & 0x10001)
    assert health.throttled(f"{flags:x}\n") is expected
    assert health.throttled(f"0x{flags:x}") is expected


@given(st.floats(0, 1e9), st.floats(0, 1e9))
def test_the_uptime_is_the_first_of_two_numbers(up, idle):
    assert health.uptime_s(f"{up:.2f} {idle:.2f}\n") == int(f"{up:.2f}".split(".")[0])


@given(st.binary(max_size=64))
def test_bytes_that_are_no_text_are_no_reading(tmp_path_factory, data):
    root = tmp_path_factory.mktemp("root")
    for name in ("sys/class/thermal/thermal_zone0/temp", "proc/uptime"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    found = readings(root, root=root)
    assert found.undervoltage is None
    assert found.temperature_c is None or data.strip(b"- \t\r\n\x0b\x0c\x1c\x1d\x1e\x1f").isdigit()
