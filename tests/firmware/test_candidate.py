"""A station that no hub knows: it waits for a code, and becomes the station that the code says, by itself."""

import subprocess
import sys

import pytest

from firmware import config, enrolling
from firmware.errors import CodeRefused, HubUnreachable
from firmware.wire.enrolment import Enrolment

CODE = "BCDFGHJKLNPRSTVX"


@pytest.fixture
def made(hub, device_key, event_key):
    return Enrolment(hub.address, "vr-1", "vr", ("arrive", "enter"), device_key, event_key)


@pytest.fixture
def waiting(station, port):
    """A station that runs and waits."""
    return station("", screen__port=port, uplink__beat_s=0.2).start().ready()


def test_one_scan_of_the_hubs_code_makes_it_a_station(waiting, hub, made, badges, eventually):
    waiting.scanner.scan(hub.invite(CODE, made))
    waiting.wait_for(signal="pairing", waiting=False)
    waiting.ready()
    assert waiting.scan(badges[0])["kind"] == "arrive"
    eventually(lambda: hub.seqs == [1])
    assert config.read(waiting.config).station == "vr-1"
    assert waiting.config.stat().st_mode & 0o777 == 0o600
    assert waiting.stop() == 0
    assert "Traceback" not in waiting.errors.read_text()


def test_it_says_that_it_waits_and_refuses_what_is_no_code(waiting, hub, made, badges):
    assert {"signal": "pairing", "waiting": True} in waiting.seen
    assert waiting.scan(badges[0], signal="refused")["reason"] == "not a pairing code"
    assert badges[0] not in waiting.errors.read_text()
    assert not (waiting.folder / "data").exists()
    waiting.scanner.scan(made.encode())  # a whole line does as well, without asking anybody
    waiting.wait_for(signal="pairing", waiting=False)
    waiting.ready()


def test_a_code_that_is_over_is_told_and_it_waits_on(waiting, hub, made, eventually):
    line = hub.invite(CODE, made)
    hub.spent[CODE] = None, b""
    waiting.scanner.scan(line)
    assert waiting.wait_for(signal="refused")["reason"] == "pairing refused"
    eventually(lambda: "demandez-en un nouveau" in waiting.errors.read_text())
    hub.spent.clear()
    waiting.scanner.scan(line)
    waiting.wait_for(signal="pairing", waiting=False)
    waiting.ready()


def test_a_hub_that_is_away_is_told_and_it_waits_on(waiting, hub, made, serve, eventually):
    line = hub.invite(CODE, made)
    serve.made[0].stop()
    waiting.scanner.scan(line)
    assert waiting.wait_for(signal="refused")["reason"] == "pairing refused"
    eventually(lambda: "n'a pas répondu" in waiting.errors.read_text())


def test_letters_may_be_typed_on_its_page(waiting, hub, made, badges, eventually):
    status, text = waiting.ask_page("")
    assert (status, "enrol.js" in text) == (200, True)
    hub.invite(CODE, made)
    typed = " ".join((CODE[:4], CODE[4:8], CODE[8:12], CODE[12:])).lower()
    status, told = waiting.ask_page("enrol", {"code": typed[:-1] + "b", "hub": hub.address})
    assert status == 409
    assert "relisez les 16 lettres" in told["error"]
    status, told = waiting.ask_page("enrol", {"code": typed, "hub": f"{hub.address}/"})
    assert (status, "« vr-1 »" in told["words"]) == (200, True)
    waiting.wait_for(signal="pairing", waiting=False)
    waiting.ready()
    waiting.scan(badges[0])
    eventually(lambda: "pas encore joint" in waiting.ask_page("")[1])


@pytest.mark.parametrize(
    "fields", [{}, {"code": 1, "hub": 2}, {"code": CODE}, {"code": CODE, "hub": "file:///etc"}]
)
def test_a_page_that_posts_nonsense_is_refused(waiting, fields):
    status, told = waiting.ask_page("enrol", fields)
    assert (status, list(told)) == (409, ["error"])


def test_a_folder_that_cannot_be_written_is_told(waiting, hub, made, eventually):
    waiting.config.unlink()
    waiting.config.mkdir()  # nothing can be renamed onto it
    waiting.scanner.scan(hub.invite(CODE, made))
    assert waiting.wait_for(signal="refused")["reason"] == "pairing refused"


def test_it_stops_when_it_is_told_to(waiting):
    assert waiting.stop() == 0
    assert "Traceback" not in waiting.errors.read_text()


def test_settings_that_are_made_already_are_kept(waiting, hub, made):
    waiting.scanner.scan(hub.invite(CODE, made))
    waiting.wait_for(signal="pairing", waiting=False)
    kept = config.read(waiting.config)
    assert (kept.uplink.beat_s, kept.scanners[0].port) == (0.2, str(waiting.scanner.path))


# -- the code by itself


def test_an_answer_that_was_lost_is_asked_for_once_more(hub, made):
    line = hub.invite(CODE, made)
    genuine, answers = hub.enrol, []

    def lost(body):
        answers.append(genuine(body))
        return None if len(answers) == 1 else answers[-1]

    hub.enrol = lost
    assert enrolling.obtain(enrolling.read(line)) == made
    assert answers[0] == answers[1]


def test_an_answer_of_another_hub_is_not_believed(hub, made):
    line = hub.invite(CODE, made)
    hub.enrol = lambda body: (
        200,
        {},
        b'{"v":1,"nonce":"%s","sealed":"00","proof":"%s"}' % (b"0" * 32, b"0" * 64),
    )
    with pytest.raises(CodeRefused, match="pas accepté"):
        enrolling.obtain(enrolling.read(line))


@pytest.mark.parametrize(
    ("status", "words"),
    [(403, "relisez les 16"), (404, "quatre premières"), (410, "nouveau"), (429, "attendez"), (500, "500")],
)
def test_what_a_hub_refuses_is_said_in_words(hub, made, status, words):
    line = hub.invite(CODE, made)
    hub.enrol = lambda body: (status, {}, b"{}")
    with pytest.raises(CodeRefused, match=words):
        enrolling.obtain(enrolling.read(line))


def test_a_hub_that_is_not_there_is_named(made):
    with pytest.raises(HubUnreachable, match=r"http://127\.0\.0\.1:9 .*personne ne répond à cette adresse"):
        enrolling.obtain(enrolling.read(CODE, "http://127.0.0.1:9"), timeout_s=0.5)


def test_letters_need_the_hubs_address():
    with pytest.raises(CodeRefused, match=r"il manque l'adresse de l'accueil, comme http"):
        enrolling.read(CODE)
    with pytest.raises(CodeRefused, match=r"l'accueil \(--hub\), comme"):
        enrolling.read(CODE, option="--hub")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("192.168.1.10", "http://192.168.1.10:8080"),
        (" hub.local/ ", "http://hub.local:8080"),
        ("hub.local:81", "http://hub.local:81"),
        ("[fe80::1]", "http://[fe80::1]:8080"),
        ("http://hub.local", "http://hub.local"),
        ("https://hub.local:8443", "https://hub.local:8443"),
    ],
)
def test_what_a_hand_leaves_out_of_the_address_is_put_in(typed, meant):
    assert enrolling.read(CODE, typed).hub == meant


@pytest.mark.parametrize(
    "typed", ["hub.local:port", "hub.local:99999", "hub/stations", "ftp://hub.local", "http://:80"]
)
def test_what_is_no_address_is_refused(typed):
    with pytest.raises(CodeRefused, match="il manque l'adresse"):
        enrolling.read(CODE, typed)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (CODE[:-1], "16 lettres : il y en a 15 ici"),
        ("A" * 16, "que des lettres parmi BCDF"),
        (f"RONDE2.{CODE}.nowhere", "ne peut pas être lu"),
        (f"RONDE2.{CODE}.http://hub:99999", "ne peut pas être lu"),
        ("RONDE1.eyJ2Ijo5fQ", "autre version"),
    ],
)
def test_a_code_that_cannot_be_read_is_told_in_french(typed, words):
    with pytest.raises(CodeRefused, match=words) as refused:
        enrolling.read(typed, "hub.local")
    assert "pairing" not in str(refused.value)


def test_the_command_takes_letters_in_groups(hub, made, tmp_path, environment):
    hub.invite(CODE, made)
    settings = tmp_path / "station.toml"
    command = [sys.executable, "-m", "firmware", "enrol", "--config", str(settings), "--hub", hub.address]
    ended = subprocess.run(
        [*command, "bcdf", "ghjk-lnpr", "STVX"], capture_output=True, text=True, env=environment, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert config.read(settings).station == "vr-1"
    assert settings.stat().st_mode & 0o777 == 0o600
