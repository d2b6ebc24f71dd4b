"""Somebody at the terminal of `ronde-station test`, on pins that another process can press and look at."""

import json
import os
import pty
import subprocess
import sys
import threading

from firmware import config, messages
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


def ready(station, hub, *, pins=True, **settings):
    """A station whose folder is there, on real pins as far as it knows."""
    made = station(hub, **settings)
    if pins:
        made.config.write_text(made.config.read_text().replace('panel = "print"\n', ""))
    (made.folder / "data").mkdir()
    return made
