import stat
import tomllib

import pytest

from firmware import config
from firmware.errors import ConfigError
from firmware.wire.enrolment import Enrolment

GOOD = {
    "station": "vr-1",
    "atelier": "vr",
    "steps": ["arrive", "enter"],
    "hub": "http://hub.local:8080",
    "device_key": "01" * 32,
    "event_key": "02" * 32,
}


def changed(**fields):
    return GOOD | fields


def test_the_least_that_a_station_needs():
    found = config.parse(GOOD)
    assert found.steps == ("arrive", "enter")
    (scanner,) = found.scanners
    assert (scanner.name, scanner.kind, scanner.port, scanner.steps) == ("", "serial", "auto", ())
    assert scanner.repeat_s == 10
    assert (found.uplink.beat_s, found.uplink.backoff_min_s, found.uplink.backoff_max_s) == (2, 1, 30)
    assert (found.panel.green, found.panel.left, found.panel.undo, found.panel.volume) == (17, 5, None, 3)
    assert (found.screen.address, found.screen.port) == ("127.0.0.1", 8090)
    assert found.standin.panel is None and found.standin.clock is None
    assert str(found.data) == config.DEFAULT_DATA


def test_all_that_can_be_set(tmp_path):
    path = tmp_path / "station.toml"
    path.write_text(
        f"""
        station = "vr-1"
        atelier = "vr"
        steps = ["enter", "leave"]
        hub = "https://[::1]:8443/"
        device_key = "{"01" * 32}"
        event_key = "{"02" * 32}"
        data = "/srv/ronde"
        [scanner]
        port = "/dev/serial/by-id/usb-Acme"
        baud = 115200
        repeat_s = 5
        name = "table"
        kind = "keyboard"
        steps = ["leave"]
        prefix = "]Q1"
        [panel]
        green = 1
        amber = 2
        red = 3
        buzzer = 4
        left = 5
        right = 6
        undo = 7
        pause = 8
        volume = 0
        hold_s = 2
        [screen]
        address = "0.0.0.0"
        port = 0
        [uplink]
        beat_s = 2.5
        backoff_min_s = 0.5
        backoff_max_s = 9
        timeout_s = 3
        [standin]
        panel = "print"
        clock = {{ day_ms = 5, real_ms = 6, speed = 60 }}
        """
    )
    found = config.read(path)
    assert found.hub == "https://[::1]:8443"
    assert found.scanners == (
        config.ScannerSettings(
            "table", "keyboard", "/dev/serial/by-id/usb-Acme", 115200, ("leave",), "]Q1", 5
        ),
    )
    assert found.panel == config.PanelSettings(1, 2, 3, 4, 5, 6, 7, 8, 0, 2.0)
    assert found.screen == config.ScreenSettings("0.0.0.0", 0)
    assert found.uplink == config.UplinkSettings(2.5, 0.5, 9, 3)
    assert found.standin == config.Standin("print", config.StandinClock(5, 6, 60))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (changed(colour="blue"), "« colour »"),
        (changed(scanner={"speed": 1}), "« scanner.speed »"),
        (changed(scanner={"speed": 1}), "baud, kind, name, port, prefix, repeat_s, steps"),
        (changed(standin={"clock": {"day": 1}}), "« standin.clock.day »"),
        (changed(scanner=3), "scanner = 3"),
        (changed(station="VR 1"), "station = 'VR 1'"),
        (changed(steps=[]), "steps = []"),
        (changed(steps=["enter", "enter"]), "steps"),
        (changed(steps=["dance"]), "arrive, call, enter, leave"),
        (changed(hub="hub.local"), "http://hub.local:8080"),
        (changed(hub="http://[::1"), "hub"),
        (changed(hub="http://hub:99999"), "hub"),
        (changed(hub="http://hub/path"), "hub"),
        (changed(hub="http://user@hub"), "hub"),
        (changed(scanner={"baud": True}), "scanner.baud"),
        (changed(scanner={"kind": "usb"}), "scanner.kind = 'usb'"),
        (changed(scanner={"steps": ["dance"]}), "scanner.steps"),
        (changed(scanner={"prefix": "\r"}), "scanner.prefix"),
        (changed(scanner=[{"name": "a"}, {"name": "b", "baud": 1}]), "scanner[1].baud = 1"),
        (changed(scanner=[{"name": "a"}, {"name": "a"}]), "le nom « a »"),
        (changed(scanner=[{}, {}]), "le nom «  »"),
        (changed(scanner=[{"name": "a", "port": "/x"}, {"port": "/x"}]), "le même port /x"),
        (changed(scanner=["a"]), "scanner[0]"),
        (changed(scanner=[{"name": "a", "steps": ["arrive"]}, {"name": "b"}]), "à chacun son « port »"),
        (changed(panel={"volume": 4}), "panel.volume = 4"),
        (changed(panel={"undo": 5}), "la broche 5"),
        (changed(panel={"hold_s": 0}), "panel.hold_s"),
        (changed(screen={"port": 70000}), "screen.port"),
        (changed(screen={"address": "a b"}), "screen.address"),
        (changed(uplink={"beat_s": "1"}), "uplink.beat_s"),
        (changed(uplink={"timeout_s": 0}), "uplink.timeout_s"),
        (changed(panel={"red": 99}), "panel.red = 99"),
        (changed(panel={"red": 17}), "la broche 17"),
        (changed(standin={"panel": "mock"}), "standin.panel"),
        (changed(standin={"clock": {"day_ms": 1, "real_ms": 1, "speed": 0}}), "standin.clock.speed"),
        ({key: value for key, value in GOOD.items() if key != "atelier"}, "« atelier »"),
    ],
)
def test_what_is_wrong_is_named(values, said):
    with pytest.raises(ConfigError) as caught:
        config.parse(values)
    assert said in str(caught.value)


def test_several_scanners_each_with_its_own_step():
    found = config.parse(
        changed(
            scanner=[
                {"name": "file", "steps": ["arrive"]},
                {"name": "main", "kind": "keyboard", "steps": ["enter", "leave"]},
            ]
        )
    )
    assert [(one.name, one.kind, one.steps) for one in found.scanners] == [
        ("file", "serial", ("arrive",)),
        ("main", "keyboard", ("enter", "leave")),
    ]


def test_scanners_that_mean_the_same_may_share_what_is_plugged_in():
    found = config.parse(changed(scanner=[{"name": "a"}, {"name": "b"}, {"name": "c", "kind": "keyboard"}]))
    assert {one.port for one in found.scanners} == {"auto"}


def test_a_station_may_have_no_scanner():
    assert config.parse(changed(scanner=[])).scanners == ()


@pytest.mark.parametrize("key", ["device_key", "event_key"])
def test_a_wrong_key_is_not_repeated(key):
    with pytest.raises(ConfigError) as caught:
        config.parse(changed(**{key: "ABCDEF"}))
    assert key in str(caught.value)
    assert "ABCDEF" not in str(caught.value)


def test_a_file_that_is_missing_or_no_toml_is_explained(tmp_path):
    with pytest.raises(ConfigError, match="ronde-station enrol"):
        config.read(tmp_path / "station.toml")
    (tmp_path / "station.toml").write_text("station = ")
    with pytest.raises(ConfigError, match="TOML"):
        config.read(tmp_path / "station.toml")
    with pytest.raises(ConfigError, match=r"station\.toml"):
        config.read(tmp_path / "station.toml" / "deeper")


ENROLMENT = Enrolment(
    "http://10.0.0.1:8080", "arts-2", "arts", ("enter", "leave"), bytes(32), bytes(range(32))
)


def test_enrolling_writes_a_private_file(tmp_path):
    path = tmp_path / "etc" / "station.toml"
    found = config.enrol(path, ENROLMENT)
    assert config.read(path) == found
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (found.station, found.hub, found.event_key) == ("arts-2", "http://10.0.0.1:8080", bytes(range(32)))
    assert [entry.name for entry in path.parent.iterdir()] == ["station.toml"]


def test_enrolling_again_keeps_the_other_settings(tmp_path):
    path = tmp_path / "station.toml"
    config.enrol(path, ENROLMENT)
    path.write_text(
        path.read_text()
        + '[panel]\ngreen = 23\n[scanner]\nport = "/dev/é\\"\\\\\\u007f"\n'
        + "[standin]\nclock = { day_ms = 1, real_ms = 2, speed = 1.5 }\n"
    )
    before = config.read(path)
    path.chmod(0o644)
    after = config.enrol(path, Enrolment("http://hub", "vr-1", "vr", ("enter",), bytes(32), bytes(32)))
    assert (after.panel, after.scanners, after.standin) == (before.panel, before.scanners, before.standin)
    assert (after.station, after.steps) == ("vr-1", ("enter",))
    assert config.read(path) == after
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert tomllib.loads(path.read_text())["panel"] == {"green": 23}


def test_enrolling_again_keeps_every_scanner(tmp_path):
    path = tmp_path / "station.toml"
    config.enrol(path, ENROLMENT)
    path.write_text(
        path.read_text()
        + '[[scanner]]\nname = "file d\'attente"\nsteps = ["arrive"]\n'
        + '[[scanner]]\nname = "main"\nport = "/dev/b"\nprefix = "]Q1"\n'
    )
    before = config.read(path)
    assert [one.name for one in before.scanners] == ["file d'attente", "main"]
    assert config.enrol(path, ENROLMENT).scanners == before.scanners == config.read(path).scanners
    path.write_text(path.read_text().partition("[[")[0].replace("atelier", "scanner = []\natelier"))
    assert config.enrol(path, ENROLMENT).scanners == config.read(path).scanners == ()


def test_enrolling_over_wrong_settings_changes_nothing(tmp_path):
    path = tmp_path / "station.toml"
    path.write_text("colour = 1\n")
    with pytest.raises(ConfigError, match="colour"):
        config.enrol(path, ENROLMENT)
    assert path.read_text() == "colour = 1\n"
