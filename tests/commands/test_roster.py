"""`ronde stations`, the real command, beside a running hub: the table, pairing, and what an organiser changes."""

import codecs
import http.client
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from contextlib import closing

import pytest

from firmware.wire import enrolment, pairing, signature
from firmware.wire.batch import NO_HUB, Batch, Health
from kiosk.registry import Wanted

from ..qrcodes import qr_codes
from .conftest import EVENT, PATIENCE_S


def command(settings, *arguments):
    return [sys.executable, "-m", "kiosk.cli", "stations", *arguments, "--config", str(settings)]


def stations(settings, *arguments, typed="", code=0):
    """What the command prints, with plain spaces."""
    done = subprocess.run(
        command(settings, *arguments), capture_output=True, text=True, timeout=60, input=typed
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return plain(done.stdout + done.stderr)


def plain(text):
    return text.replace("\xa0", " ").replace("\u202f", " ")


class Terminal:
    """The command in a terminal of 80 columns."""

    def __init__(self, settings, *arguments):
        self._end, other = pty.openpty()
        self.process = subprocess.Popen(
            command(settings, *arguments), stdin=other, stdout=other, stderr=other, start_new_session=True
        )
        os.close(other)
        self.said = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def until(self, pattern):
        end = time.monotonic() + PATIENCE_S
        while not (found := re.search(pattern, plain(self.said))):
            assert time.monotonic() < end, self.said
            if select.select([self._end], [], [], 0.2)[0]:
                try:
                    self.said += self._decoder.decode(os.read(self._end, 65536))
                except OSError:
                    found = re.search(pattern, plain(self.said))
                    assert found, self.said
                    return found
        return found

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._end)


@pytest.fixture
def terminal(hub, settings):
    opened = []

    def open_one(*arguments):
        opened.append(Terminal(settings, *arguments))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


def paired(hub, letters, nonce="00" * 16):
    """What a device does with the letters that were typed there."""
    code = pairing.parse(letters)
    key = pairing.key_of(code)
    asked = pairing.ask(code, key, nonce)
    with closing(http.client.HTTPConnection("127.0.0.1", hub.port, timeout=60)) as connection:
        connection.request("POST", "/api/enrol", asked.encode(), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        body = answer.read()
    assert answer.status == 200, body
    return pairing.take(body, asked, key)


def beats(hub, made, **health):
    said = {"backlog": 0, "scanner": True, "version": "0.1"} | health
    batch = Batch(
        made.station, "ab" * 8, NO_HUB, "cd" * 8, "ef" * 8, 1000, 0, 1, (), (), Health(**said)
    )  # fmt: skip
    keys = signature.device_keys(made.device_key)
    hub.stations.receive(batch.encode(), signature.sign(keys.up, batch.encode()), 5)


# The table


def test_the_stations_are_listed_with_where_they_stand_and_how_they_are(hub, settings):
    beats(hub, hub.stations.enrol("vr", "http://127.0.0.1:1"), scanner=False)
    hub.stations.registry.set(Wanted("vr", label="Le casque, au fond à gauche"))
    hub.stations.enrol("arts", "http://127.0.0.1:1")
    told = stations(settings)
    lines = {line.split()[0]: " ".join(line.split()) for line in told.splitlines() if line.strip()}
    assert all(station.id in told for station in EVENT.stations)
    assert lines["robotique"] == "robotique robotique arrive pas encore inscrite –"
    assert lines["arts"] == "arts arts arrive pas encore vue –"
    assert "lecteur débranché" in told
    assert max(map(len, told.splitlines())) <= 80


def test_a_station_that_calls_itself_by_what_means_something_to_a_terminal_is_shown_as_it_is(hub, settings):
    beats(hub, hub.stations.enrol("vr", "http://127.0.0.1:1"), trouble="[red]aïe[/red] [bold")
    assert "[red]aïe[/red]" in " ".join(stations(settings).split())


def test_without_a_hub_it_says_so(settings):
    assert "l’accueil ne tourne pas" in stations(settings, code=1)


# Pairing


def test_a_station_is_paired_by_the_letters_and_the_command_ends(hub, terminal):
    shown = terminal("add", "vr", "--hub", "http://10.0.0.1:8080/")
    letters = shown.until(r"[^\n]*: ((?:[B-X]{4} ){3}[B-X]{4})")[1]
    assert "http://10.0.0.1:8080" in shown.said
    shown.until(r"Encore 4:5\d")
    made = paired(hub, letters)
    assert (made.station, made.hub) == ("vr", "http://10.0.0.1:8080")
    shown.until("est inscrite")
    assert shown.process.wait(60) == 0


def test_the_code_is_drawn_in_the_terminal_so_that_a_scanner_reads_it(hub, terminal):
    from PIL import Image

    shown = terminal("add", "vr")
    letters = shown.until(r": ((?:[B-X]{4} ){3}[B-X]{4})")[1]
    rows = [
        re.sub(r"\x1b\[[0-9;]*m", "", line).strip("\r")
        for line in shown.said.splitlines()
        if line.startswith("\x1b[97;40m")
    ]
    assert rows and len(rows[0]) <= 80
    picture = Image.new("L", (len(rows[0]), 2 * len(rows)))
    for y, row in enumerate(rows):
        for x, block in enumerate(row):
            picture.putpixel((x, 2 * y), 255 if block in "█▀" else 0)
            picture.putpixel((x, 2 * y + 1), 255 if block in "█▄" else 0)
    (found,) = qr_codes(picture.resize((8 * picture.width, 8 * picture.height), 0))
    invitation = pairing.invitation(found.text)
    assert invitation.code == pairing.parse(letters)
    assert invitation.hub == f"http://127.0.0.1:{hub.port}"  # where this hub listens


def test_giving_up_makes_the_code_void_and_changes_nothing(hub, terminal):
    version = hub.day.view.version
    shown = terminal("add", "phone-1", "--atelier", "vr", "--steps", "enter, leave", "--label", "Sam")
    shown.until("Encore")
    os.killpg(shown.process.pid, signal.SIGINT)
    shown.until("Rien n’a changé")
    assert shown.process.wait(60) == 1
    assert hub.stations.pairings.of("phone-1").state == "cancelled"
    assert hub.day.view.version == version


def test_a_phone_is_added_with_all_that_was_said_of_it(hub, terminal):
    shown = terminal(
        "add", "phone-1", "--atelier", "vr", "--steps", "enter,leave", "--buttons", "--label", "Sam"
    )
    made = paired(hub, shown.until(r": ((?:[B-X]{4} ){3}[B-X]{4})")[1])
    assert (made.atelier, made.steps) == ("vr", ("enter", "leave"))
    station = hub.day.event.stations[-1]
    assert (station.id, station.buttons, station.label) == ("phone-1", True, "Sam")
    shown.until("est inscrite")


def test_a_newer_code_ends_the_older_command(hub, terminal):
    shown = terminal("add", "vr")
    shown.until("Encore")
    hub.stations.invite(Wanted("vr"), "http://10.0.0.1:1")
    shown.until("plus récent")
    assert shown.process.wait(60) == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("add", "sauna"), "pour une de plus, dites son atelier avec --atelier"),
        (("add", "sauna", "--atelier", "spa"), "il n’y a pas d’atelier « spa »"),
        (("add", "Sauna", "--atelier", "vr"), "« Sauna » ne peut pas être le nom d’une station"),
        (
            ("add", "vr", "--steps", "jump"),
            "« jump » n’est pas un pas : il faut arrive, call, enter ou leave",
        ),
        (("add", "vr", "--steps", ","), "une station doit avoir au moins un pas"),
        (("add", "vr", "--hub", "10.0.0.1"), "« 10.0.0.1 » n’est pas l’adresse d’un accueil"),
        (("rename", "sauna", "x"), "l’événement n’a pas de station « sauna »"),
        (("rename", "vr", "x" * 41), "une ligne, 40 lettres au plus"),
        (("move", "vr", "spa"), "il n’y a pas d’atelier « spa »"),
        (("revoke", "sauna", "--yes"), "l’événement n’a pas de station « sauna »"),
    ],
)
def test_what_makes_no_sense_is_refused_in_plain_words(hub, settings, arguments, told):
    version = hub.day.view.version
    assert told in stations(settings, *arguments, code=1)
    assert hub.day.view.version == version


# Changes


def test_a_station_is_renamed_and_moved(hub, settings):
    stations(settings, "rename", "vr", "Le casque")
    stations(settings, "move", "vr", "arts", "--steps", "arrive,leave")
    found = next(each for each in hub.day.event.stations if each.id == "vr")
    assert (found.label, found.atelier, found.steps) == ("Le casque", "arts", ("arrive", "leave"))


def test_revoking_asks_first(hub, settings):
    hub.stations.enrol("vr", "http://127.0.0.1:1")
    assert "Continuer" in stations(settings, "revoke", "vr", typed="n\n", code=1)
    assert "vr" in hub.stations.registry.paired
    stations(settings, "revoke", "vr", typed="o\n")
    assert "vr" not in hub.stations.registry.paired
    assert "vr" not in {each.id for each in hub.day.event.stations}
    stations(settings, "revoke", "arts", "--yes")


def test_a_card_is_prepared_beside_a_hub_that_runs_and_one_that_is_stopped(hub, settings):
    hub.stations.registry.set(Wanted("vr", atelier="arts"))
    line = stations(settings, "card", "vr", "--hub", "http://10.0.0.1:8080").strip()
    hub.stop()
    assert stations(settings, "card", "vr", "--hub", "http://10.0.0.1:8080").strip() == line
    assert enrolment.decode(line).atelier == "arts"
