"""The test of the evening before, as it is met: in a terminal, with pins, scanners on ptys, and a hub or none."""

import signal

import pytest

from firmware import messages, trial
from firmware.wire.pairing import Invitation

from .terminal import ALL_PINS, PINS, ready


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
