"""The hub's settings: each wrong key is named, and nothing is guessed."""

from pathlib import Path

import pytest

from kiosk import config
from kiosk.errors import ConfigError


def loaded(folder: Path, text: str) -> config.Config:
    path = folder / "hub.toml"
    path.write_text(text, encoding="utf-8")
    return config.load(path)


def test_the_event_file_is_all_that_must_be_said(tmp_path):
    found = loaded(tmp_path, 'event = "/etc/ronde/event.toml"')
    assert found.event == Path("/etc/ronde/event.toml")
    assert found.journal_path == Path("/var/lib/ronde/journal.db")
    assert found.backups_path.parent == found.data
    assert (found.port, found.door_port, found.https_port) == (8080, 8081, 8443)
    assert (found.printer.kind, found.rehearsal) == ("none", None)


def test_everything_can_be_said(tmp_path):
    found = loaded(
        tmp_path,
        """
        event = "e.toml"
        data = "/srv/ronde"
        address = "192.168.1.10"
        port = 80
        door_port = 8081
        backup_minutes = 3
        [printer]
        kind = "tcp"
        host = "192.168.1.50"
        width_mm = 58
        back_channel = false
        [rehearsal]
        day_ms = 1668848400000
        real_ms = 1700000000000
        speed = 60
        seed = 7
        """,
    )
    assert found.journal_path == Path("/srv/ronde/journal.db")
    assert (found.printer.settings.host, found.printer.settings.port) == ("192.168.1.50", 9100)
    assert (found.printer.settings.width_mm, found.printer.settings.answers) == (58, False)
    assert (found.rehearsal.speed, found.rehearsal.seed) == (60, 7)


def test_there_may_be_no_scanner_one_or_several(tmp_path):
    assert loaded(tmp_path, 'event = "e"').scanner == ()
    (one,) = loaded(tmp_path, 'event = "e"\n[scanner]\nport = "/dev/ttyACM0"').scanner
    assert (one.name, one.port, one.baud, one.kiosk) == ("", "/dev/ttyACM0", 9600, 1)
    text = 'event = "e"\n[[scanner]]\nname = "left"\n[[scanner]]\nname = "right"\nkiosk = 2'
    assert [(each.name, each.kiosk) for each in loaded(tmp_path, text).scanner] == [
        ("left", 1),
        ("right", 2),
    ]


def test_settings_cannot_change_while_the_hub_runs(tmp_path):
    found = loaded(tmp_path, 'event = "e.toml"')
    with pytest.raises(ValueError, match="frozen"):
        found.port = 1


@pytest.mark.parametrize(
    "text, told",
    [
        ("", ": event is missing"),
        ('event = "e"\nprot = 8080', ": prot is not a setting"),
        ('event = "e"\nport = 70000', "port is 70000: at most 65535"),
        ('event = "e"\nport = -1', "port is -1: at least 0"),
        ('event = "e"\nport = "http"', 'port is "http": a whole number'),
        ('event = "e"\nbackup_minutes = 0', "backup_minutes is 0: at least 1"),
        (
            'event = "e"\n[printer]\nkind = "laser"',
            'printer.kind is "laser": "none", "file", "usb", "serial", or "tcp"',
        ),
        ('event = "e"\n[printer]\nkind = "tcp"', "printer host is empty"),
        ('event = "e"\n[printer]\nkind = "usb"', "printer path is empty; .*/dev/usb/lp0"),
        ('event = "e"\n[printer]\nwidth_mm = 72', "printer.width_mm is 72: 58 or 80"),
        ('event = "e"\n[printer]\nkind = "serial"\npath = "/dev/ttyS0"\nbaud = 9601', "printer baud is 9601"),
        ('event = "e"\n[printer]\ncolour = true', "printer.colour is not a setting"),
        ('event = "e"\n[rehearsal]\nday_ms = 1', "rehearsal.real_ms is missing"),
        ('event = "e"\n[rehearsal]\nday_ms = 1\nreal_ms = 1\nspeed = 0', "rehearsal.speed is 0: more than 0"),
        ('event = "e\nport = 1', "line 1"),
        ('event = "a"\nevent = "b"\n', "line 2: this is no TOML; .*each key once"),
        ('event = "a"\nprinter = 3', "printer is 3: a table is needed"),
        ('event = "a"\nprinter.cutter = "oui"', 'printer.cutter is "oui": true or false'),
        ('event = "a"\n[scanner]\nbaud = 50', "scanner.0.baud is 50: at least 300"),
        ('event = "a"\n[scanner]\nkind = "keyboard"', "scanner.0.kind is not a setting"),
        ('event = "a"\nscanner = 3', "scanner is 3: a table is needed"),
        ('event = "a"\n[[scanner]]\n[[scanner]]', 'scanner.name is "" twice'),
        (
            'event = "a"\n[[scanner]]\nname = "a"\nport = "/dev/p"\n[[scanner]]\nname = "b"\nport = "/dev/p"',
            'scanner.port is "/dev/p" twice',
        ),
        ("event = 3", "event is 3: a text in quotes"),
        ('event = "a"\nprinter = {', "line 2: this is no TOML"),
    ],
)
def test_a_wrong_key_is_named_with_what_was_found(tmp_path, text, told):
    with pytest.raises(ConfigError, match=rf"hub.toml.*{told}"):
        loaded(tmp_path, text)


def test_all_wrong_keys_are_named_at_once(tmp_path):
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, "port = -1\ncolour = 3")
    assert all(name in str(caught.value) for name in ("event is missing", "port is -1", "colour is not"))


def test_settings_that_are_not_there_or_no_text_are_told(tmp_path):
    with pytest.raises(ConfigError, match="there is no such file"):
        config.load(tmp_path / "hub.toml")
    with pytest.raises(ConfigError, match="it is a folder"):
        config.load(tmp_path)
    (tmp_path / "hub.toml").write_bytes(b'event = "\xe9"')
    with pytest.raises(ConfigError, match="UTF-8"):
        config.load(tmp_path / "hub.toml")
