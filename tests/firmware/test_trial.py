"""The test of the evening before, as it is met: in a terminal, with pins, scanners on ptys, and a hub or none."""

import http.server
import json
import os
import pty
import signal
import socket
import subprocess
import sys
import threading
from dataclasses import replace

import pytest

from firmware import config, inspection, messages, trial
from firmware.clock import Clock
from firmware.health import Readings
from firmware.wire import schema, signature
from firmware.wire.pairing import Invitation
from firmware.wire.plan import Plan

PINS = config.PanelSettings()
ALL_PINS = [PINS.green, PINS.amber, PINS.red, PINS.buzzer]
PLAN = Plan(
    station="vr-1", label="VR 1", event="fete", event_name="Fête", language="fr", atelier="vr",
    name="Réalité virtuelle", icon="vr", room="Salle 2", kind="continuous", places=2, minutes=10,
    steps=("arrive", "enter"),
)  # fmt: skip

# The command, on pins that another process can press and look at.
DRIVER = """
import json, os, sys, threading
import gpiozero
from gpiozero.pins.mock import MockFactory, MockPWMPin
from firmware import cli, trial

commands, answers, press_s, plug_s, scan_s, *arguments = sys.argv[1:]
os.close(os.open(os.ttyname(0), os.O_RDWR))  # so that Ctrl-C reaches us
trial.PRESS_S, trial.PLUG_S, trial.SCAN_S = float(press_s), float(plug_s), float(scan_s)
gpiozero.Device.pin_factory = factory = MockFactory(pin_class=MockPWMPin)

def tell(value):
    os.write(int(answers), json.dumps(value).encode() + b"\\n")

def obey():
    for line in os.fdopen(int(commands)):
        order, number = line.split()
        pin = factory.pin(int(number))
        if order == "press":
            pin.drive_low()
            threading.Event().wait(0.05)
            pin.drive_high()
        tell(float(pin.state))

threading.Thread(target=obey, daemon=True).start()
code = cli.main(arguments)
tell([[pin.info.name, pin.function, bool(pin.state)] for pin in factory.pins.values()])
os._exit(code)
"""


class Terminal:
    """Somebody at the terminal of `ronde-station test`."""

    def __init__(self, station, environment, eventually, *, press_s=20.0, plug_s=20.0, scan_s=20.0):
        self._eventually = eventually
        self._master, slave = pty.openpty()
        orders, self._orders = os.pipe()
        self._answers, answers = os.pipe()
        for handle in (orders, answers):
            os.set_inheritable(handle, True)
        times = [str(seconds) for seconds in (press_s, plug_s, scan_s)]
        command = [sys.executable, "-c", DRIVER, str(orders), str(answers), *times]
        self.process = subprocess.Popen(
            [*command, "test", "--config", str(station.config)],
            stdin=slave, stdout=slave, stderr=slave, pass_fds=(orders, answers), start_new_session=True,
            env=environment | {"PYTHONWARNINGS": "error"},
        )  # fmt: skip
        for handle in (slave, orders, answers):
            os.close(handle)
        self.seen = ""
        self._read_to = 0
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self):
        while True:
            try:
                data = os.read(self._master, 4096)
            except OSError:
                return
            if not data:
                return
            self.seen += data.decode()

    def expect(self, text):
        self._eventually(lambda: text in self.seen[self._read_to :] or not self._reader.is_alive())
        assert text in self.seen[self._read_to :], f"{text!r} was not said after {self.seen[-1500:]}"
        self._read_to = self.seen.index(text, self._read_to) + len(text)

    def type(self, text):
        os.write(self._master, text.encode())

    def answer(self, question, answer):
        self.expect(question)
        self.expect(messages.TEST_ANSWERS)
        self.type(f"{answer}\n")

    def order(self, order, pin):
        os.write(self._orders, f"{order} {pin}\n".encode())
        return self._told()

    def _told(self):
        line = b""
        while not line.endswith(b"\n"):
            byte = os.read(self._answers, 1)
            assert byte, self.seen
            line += byte
        return json.loads(line)

    def shines(self, pin):
        self._eventually(lambda: self.order("state", pin) == 1.0)

    def end(self):
        """The code that it ended with; everything is off then."""
        pins = self._told()
        assert all(function == "input" for _, function, _ in pins), pins
        assert len(pins) >= len(ALL_PINS)
        return self._over()

    def refused(self):
        """The code that it ended with before it took any pin."""
        assert self._told() == []
        return self._over()

    def _over(self):
        code = self.process.wait(60)
        self.close()
        return code

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self._master >= 0:
            self._reader.join()
            for handle in (self._master, self._orders, self._answers):
                os.close(handle)
            self._master = -1


@pytest.fixture
def sit_down(environment, eventually):
    """Begins the test of a station at a terminal of its own."""
    made = []

    def begin(station, **patience):
        made.append(Terminal(station, environment, eventually, **patience))
        return made[-1]

    yield begin
    for one in made:
        one.close()


@pytest.fixture
def planning(device_key):
    """A hub that gives out the plan; `plan` and `status` may be changed."""
    keys = signature.device_keys(device_key)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            signature.check(keys.up, body, self.headers[signature.HEADER])
            asked = json.loads(body)
            given = {
                "v": 1,
                "station": asked["station"],
                "nonce": asked["nonce"],
                "plan": server.plan.to_json(),
            }
            answer = schema.canonical(given)
            self.send_response(server.status if self.path == "/api/plan" else 404)
            self.send_header(signature.HEADER, signature.sign(keys.down, answer))
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def date_time_string(self, timestamp=None):
            return super().date_time_string(server.now_s()) if server.now_s else super().date_time_string()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.plan, server.status, server.now_s = PLAN, 200, None
    server.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def nowhere():
    """An address where nobody answers."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


def ready(station, hub, *, pins=True, **settings):
    """A station whose folder is there, on real pins as far as it knows."""
    made = station(hub, **settings)
    if pins:
        made.config.write_text(made.config.read_text().replace('panel = "print"\n', ""))
    (made.folder / "data").mkdir()
    return made


def through_the_panel(terminal):
    for name, pin in (("verte", PINS.green), ("orange", PINS.amber), ("rouge", PINS.red)):
        terminal.expect(f"La lumière {name} est-elle allumée")
        terminal.shines(pin)
        assert [other for other in ALL_PINS[:3] if terminal.order("state", other)] == [pin]
        terminal.answer("", "o")
    terminal.answer("un bip court", "o")
    terminal.answer("deux petits", "oui")
    for pin, name in ((PINS.left, "gauche"), (PINS.right, "droite")):
        terminal.expect(f"Bouton de {name} : appuyez")
        terminal.order("press", pin)
        terminal.expect(f"bien      Bouton de {name}")


def test_all_is_well(station, sit_down, planning, badges):
    one = ready(station, planning.address)
    terminal = sit_down(one)
    through_the_panel(terminal)
    terminal.expect("Lecteur : lisez un badge")
    one.scanner.scan(badges[0])
    terminal.expect("badge de cet événement, bien lu.")
    terminal.expect("Carte : ")
    terminal.expect("+0 s par rapport à l'accueil")
    terminal.expect("« VR 1 », atelier « Réalité virtuelle », Salle 2.")
    terminal.expect("Bilan")
    terminal.expect("Tout est prêt.")
    terminal.expect("sudo systemctl start ronde-station")
    assert terminal.end() == 0
    assert badges[0] not in terminal.seen
    assert list((one.folder / "data").iterdir()) == [], "the log was not touched"


def test_what_is_wrong_stands_last_with_what_to_do(station, sit_down, nowhere, foreign_badge):
    one = ready(station, nowhere)
    terminal = sit_down(one, press_s=2.0)
    terminal.answer("La lumière verte", "o")
    terminal.answer("La lumière orange", "n")
    terminal.answer("La lumière rouge", "o")
    terminal.answer("un bip court", "r")
    terminal.answer("un bip court", "peut-être")
    terminal.answer("un bip court", "n")
    terminal.expect("Bouton de gauche : appuyez")
    terminal.order("press", PINS.right)
    terminal.expect("c'est « Bouton de droite » qui a répondu")
    terminal.expect("Bouton de droite : appuyez")
    terminal.expect("aucun appui. broche 31 (BCM 6)")
    terminal.expect("Lecteur : lisez un badge")
    one.scanner.scan(foreign_badge)
    terminal.expect("badge d'un autre événement, bien lu.")
    terminal.expect("Bilan")
    terminal.expect("À RÉGLER  Lumière orange : broche 13 (BCM 27)")
    terminal.expect("À RÉGLER  Buzzer : broche 32 (BCM 12), volume 3 sur 3")
    terminal.expect("À RÉGLER  Accueil : personne ne répond")
    terminal.expect("À faire avant l'ouverture : 5.")
    assert terminal.end() == 1


def test_a_part_may_be_passed_over_and_is_told_so(station, sit_down, planning):
    one = ready(station, planning.address, panel__volume=0)
    one.scanner.unplug()
    terminal = sit_down(one, plug_s=0.5)
    for name in ("verte", "orange", "rouge"):
        terminal.answer(f"La lumière {name}", "o")
    terminal.expect("volume = 0")
    for name in ("gauche", "droite"):
        terminal.expect(f"Bouton de {name} : appuyez")
        terminal.type("\n")
    terminal.expect("À RÉGLER  Lecteur : lecteur de badges introuvable")
    terminal.expect("non vu    Bouton de gauche")
    terminal.expect("À faire avant l'ouverture : 3.")
    assert terminal.end() == 1


@pytest.mark.parametrize("end", ["control-c", "control-d", "SIGTERM", "SIGHUP"])
def test_whatever_breaks_it_off_leaves_everything_off(station, sit_down, nowhere, end):
    terminal = sit_down(ready(station, nowhere))
    terminal.expect("La lumière verte")
    terminal.shines(PINS.green)
    terminal.expect(messages.TEST_ANSWERS)
    if end.startswith("SIG"):
        terminal.process.send_signal(getattr(signal, end))
    else:
        terminal.type("\x03" if end == "control-c" else "\x04")
    terminal.expect("tout est éteint")
    assert terminal.end() == trial.INTERRUPTED


def test_control_c_while_a_scan_is_awaited_lets_the_scanner_go(station, sit_down, nowhere):
    one = ready(station, nowhere, pins=False)
    terminal = sit_down(one)
    terminal.expect("il n'y a rien à voir")
    terminal.expect("Lecteur : lisez un badge")
    terminal.type("\x03")
    assert terminal.refused() == trial.INTERRUPTED, "and no pin was ever taken"


def test_two_scanners_are_told_apart_by_their_names(station, sit_down, planning, badges):
    one = ready(station, planning.address, pins=False, scanners={"file": {}, "main": {}})
    terminal = sit_down(one)
    terminal.expect("Lecteur « file » : lisez un badge")
    one.scanners["main"].scan(badges[0])
    terminal.expect("C'est le lecteur « main » qui vient de lire.")
    one.scanners["file"].scan(Invitation("http://hub.local:8080", "BCDFGHJKLNPRSTVX").encode())
    terminal.expect("bien      Lecteur « file » : code d'inscription, bien lu.")
    terminal.expect("Lecteur « main » : lisez un badge")
    one.scanners["main"].scan("Bonjour")
    terminal.answer("Lu : Bonjour", "o")
    terminal.expect("Bilan")
    assert terminal.refused() == 1, "there was no panel to be seen"


def test_a_scanner_in_the_wrong_mode_is_told_which_setting_to_change(station, sit_down, planning, badges):
    one = ready(station, planning.address, pins=False)
    terminal = sit_down(one)
    terminal.expect("Lecteur : lisez un badge")
    one.scanner.scan("".join(f"{ord(letter):03d}" for letter in badges[0]))
    terminal.expect("À RÉGLER  Lecteur : le lecteur envoie le numéro des lettres")
    assert terminal.refused() == 1


def test_what_a_code_holds_cannot_steer_the_terminal(station, sit_down, planning):
    one = ready(station, planning.address, pins=False)
    terminal = sit_down(one)
    terminal.expect("Lecteur : lisez un badge")
    one.scanner.scan("red\x1b[31m alert")
    terminal.answer("Est-ce exactement ce que ce code contient ?", "n")
    terminal.expect("À RÉGLER  Lecteur")
    assert terminal.refused() == 1
    assert "\x1b" not in terminal.seen


def test_a_scanner_that_types_into_the_terminal_is_recognised(station, sit_down, planning, badges):
    one = ready(station, planning.address, pins=False)
    terminal = sit_down(one)
    terminal.expect("Lecteur : lisez un badge")
    terminal.type(f"{badges[0].lower()}\n")
    terminal.expect('ou mettez kind = "keyboard" sous [scanner]')
    assert terminal.refused() == 1


def test_while_the_service_runs_nothing_is_taken(station, sit_down, hub):
    one = station(hub.address).start().ready()
    terminal = sit_down(one)
    terminal.expect("sudo systemctl stop ronde-station")
    assert terminal.refused() == 1
    assert one.process.poll() is None
    assert one.stop() == 0


def test_without_a_terminal_it_says_so(station, nowhere):
    ended = ready(station, nowhere).command("test")
    assert ended.returncode == 1
    assert "dans un terminal" in ended.stderr and ended.stdout == ""


# ---- what needs nobody


@pytest.mark.parametrize(
    ("readings", "verdict", "words"),
    [
        (Readings(free_mib=5000), "fine", "5000 Mio"),
        (Readings(free_mib=99), "wrong", "Libérez"),
    ],
)
def test_the_card_needs_room(tmp_path, readings, verdict, words):
    found = inspection.card(tmp_path, readings)
    assert found.verdict == verdict and words in found.words
    assert list(tmp_path.iterdir()) == []


def test_a_card_that_cannot_be_written_is_wrong(tmp_path):
    found = inspection.card(tmp_path / "gone", Readings(free_mib=5000))
    assert found.verdict == "wrong" and "sudo" in found.words


def test_a_slow_card_is_wrong(tmp_path, monkeypatch):
    monkeypatch.setattr(inspection, "SLOWEST_MS", -1)
    assert inspection.card(tmp_path, Readings(free_mib=5000)).verdict == "wrong"


@pytest.mark.parametrize(
    ("degrees", "verdict"), [(None, "unknown"), (48, "fine"), (75, "fine"), (76, "wrong")]
)
def test_the_heat(degrees, verdict):
    assert inspection.temperature(Readings(temperature_c=degrees)).verdict == verdict


@pytest.mark.parametrize(("low", "verdict"), [(None, "unknown"), (False, "fine"), (True, "wrong")])
def test_the_power(low, verdict):
    assert inspection.power(Readings(undervoltage=low)).verdict == verdict


def asked(station, planning, **changes):
    one = config.read(ready(station, planning.address, **changes).config)
    return list(inspection.hub(one, Clock()))


@pytest.mark.parametrize(
    ("ahead_s", "words"),
    [(0, "+0 s par"), (30, "+30 s par"), (-45, "-45 s par"), (600, "+10 min 00 par"), (-7500, "-2 h 05 par"),
     (400 * 86400, "+400 j par")],
)  # fmt: skip
def test_our_clock_is_told_beside_the_hubs_and_does_no_harm(station, planning, ahead_s, words):
    ours = Clock()
    began_ms = ours.wall_ms()
    planning.now_s = lambda: began_ms // 1000 + 10_000 - ahead_s
    ours.wall_ms = lambda: began_ms // 1000 * 1000 + 10_000_500
    one = config.read(ready(station, planning.address).config)
    clock, found = inspection.hub(one, ours)
    assert words in clock.words and clock.verdict == found.verdict == "fine"
    assert ("Sans gravité" in clock.words) == (abs(ahead_s) >= 90)


def test_a_station_that_was_moved_is_told_where_it_belongs(station, planning):
    planning.plan = replace(PLAN, atelier="arts", name="Arts")
    _, found = asked(station, planning)
    assert found.verdict == "fine" and "« Arts »" in found.words and "« vr »" in found.words


@pytest.mark.parametrize(("status", "words"), [(401, "inscription"), (403, "clé"), (503, "débordé")])
def test_a_hub_that_says_no_is_told_with_what_to_do(station, planning, status, words):
    planning.status = status
    clock, found = asked(station, planning)
    assert clock.verdict == "unknown" and found.verdict == "wrong" and words in found.words


def test_an_answer_that_the_hub_did_not_sign_is_not_believed(station, planning):
    _, found = asked(station, planning, device_key="00" * 32)
    assert found.verdict == "wrong"
