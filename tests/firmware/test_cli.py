import os
import pty
import subprocess
import sys

import pytest

from firmware import __version__, cli, config
from firmware.wire.enrolment import Enrolment

ENROLMENT = Enrolment(
    "http://10.0.0.1:8080", "arts-2", "arts", ("enter", "leave"), bytes(32), bytes(range(32))
)


@pytest.fixture
def settings(tmp_path):
    return tmp_path / "station.toml"


def test_the_version_is_told(capsys):
    with pytest.raises(SystemExit, match="0"):
        cli.main(["--version"])
    assert capsys.readouterr().out == f"ronde-station {__version__}\n"


def test_enrolling_says_what_comes_next(settings, capsys):
    assert cli.main(["enrol", ENROLMENT.encode(), "--config", str(settings)]) == 0
    said = capsys.readouterr().out
    assert "« arts-2 »" in said and "http://10.0.0.1:8080" in said
    assert "systemctl restart ronde-station" in said
    assert config.read(settings).station == "arts-2"
    for secret in (bytes(32).hex(), bytes(range(32)).hex()):
        assert secret not in said


@pytest.mark.parametrize("code", ["", "hello", ENROLMENT.encode()[:-5]])
def test_a_wrong_code_changes_nothing(settings, capsys, code):
    assert cli.main(["enrol", code, "--config", str(settings)]) == 1
    assert "inscription" in capsys.readouterr().err
    assert not settings.exists()


def test_a_place_that_cannot_be_written_is_explained(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    target = tmp_path / "file" / "station.toml"
    assert cli.main(["enrol", ENROLMENT.encode(), "--config", str(target)]) == 1
    assert "sudo" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["log", "status"])
def test_without_settings_every_command_says_how_to_get_them(settings, capsys, command):
    assert cli.main([command, "--config", str(settings)]) == 1
    assert "ronde-station enrol" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", 'data = "/nowhere"\n'])
def test_status_says_that_the_station_waits_to_be_paired(settings, capsys, text):
    settings.write_text(text)
    assert cli.main(["status", "--config", str(settings)]) == 1
    said = capsys.readouterr().err
    assert "attend d'être rattachée" in said and "scannez-le" in said
    assert "clé" not in said


def test_status_says_how_the_station_is(station, hub, plan_of, badges, eventually):
    hub.plan = plan_of(steps=("arrive", "enter"))
    one = station(hub.address, scanners={"file d'attente": {}, "main": {}}).start().ready()
    for scan in (0, 1, 1):
        one.scan(badges[scan])
    eventually(lambda: one.status()["backlog"] == 0 and one.status()["inside"] == 1)
    one.scanners["main"].unplug()
    one.wait_for(signal="scanner", present=False)
    said = one.command("status").stdout
    for words in (
        "La station « vr-1 » (atelier « vr ») tourne.",
        "Atelier ouvert.",
        "1 en attente ou appelés ; 1 à l'intérieur",
        "Lecteur « file d'attente » : branché.",
        "Lecteur « main » : ",
        "Passages gardés ici : 3, dont 0",
        "Horloge : à l'heure de l'accueil, à 0,",
        "Place libre sur la carte : ",
    ):
        assert words in said, said
    assert "main » : branché" not in said


def test_without_a_hub_the_clock_is_said_to_be_estimated(station, new_hub, serve):
    hub = new_hub()
    serve(hub).stop()
    one = station(hub.address).start().ready()
    said = one.command("status").stdout
    assert "Horloge : estimée" in said
    assert "personne ne répond à cette adresse" in said
    assert "Errno" not in said


def test_before_the_first_start_there_is_no_log(settings, tmp_path, capsys):
    settings.write_text(f'data = "{tmp_path}"\n')
    cli.main(["enrol", ENROLMENT.encode(), "--config", str(settings)])
    capsys.readouterr()
    assert cli.main(["log", "--config", str(settings)]) == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Aucun passage" in captured.err
    assert cli.main(["status", "--config", str(settings)]) == 1


def test_a_reader_that_leaves_early_is_no_accident(station, hub, badges, environment):
    one = station(hub.address, steps=["arrive"]).start().ready()
    for badge in badges:
        one.scan(badge)
    one.stop()
    command = [sys.executable, "-m", "firmware", "log", "--config", str(one.config)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment | {"PYTHONUNBUFFERED": "1"}
    ) as process:
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) in (0, 1)


def test_the_help_is_in_french_and_names_every_command(capsys):
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    said = capsys.readouterr().out
    for word in ("run", "enrol", "log", "status", "atelier"):
        assert word in said


def test_an_agent_on_a_terminal_ends_by_control_c(station, hub, environment):
    """As the demonstration runs it: in the foreground, with a keyboard that nobody uses."""
    one = station(hub.address)
    master, slave = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "firmware", "run", "--config", str(one.config)],
        stdin=slave,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        start_new_session=True,
    ) as process:
        os.close(slave)
        assert b'"scanner"' in process.stdout.readline()
        os.killpg(process.pid, 2)
        assert process.wait(60) == 0
    os.close(master)
