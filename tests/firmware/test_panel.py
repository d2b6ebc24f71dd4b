"""The real panel on gpiozero's mock pins."""

import itertools
import subprocess
import sys
import threading

import pytest
from gpiozero.pins.mock import MockFactory, MockPWMPin

from firmware import panel
from firmware.config import PanelSettings
from firmware.errors import PanelUnavailable
from firmware.panel import Beat, Panel
from firmware.wire.passage import CHAIN_START, Passage

PINS = PanelSettings()


@pytest.fixture
def factory():
    made = MockFactory(pin_class=MockPWMPin)
    yield made
    made.reset()


@pytest.fixture
def pressed():
    return []


@pytest.fixture
def shown(factory, pressed):
    with Panel(
        PINS, lambda: pressed.append("undo"), lambda: pressed.append("pause"), factory=factory
    ) as made:
        yield made


@pytest.fixture
def quick(monkeypatch):
    """The same beats, ten times as fast."""
    for name in ("KEPT", "REPEAT", "UNDONE", "REFUSED"):
        beats = getattr(panel, name)
        fast = tuple(Beat(b.seconds / 10, b.green, b.red, b.hertz, b.duty) for b in beats)
        monkeypatch.setattr(panel, name, fast)


def passage(kind="enter"):
    return Passage("vr-1", "e" * 16, 1, "vr", kind, None, "b" * 32, 1, 1, CHAIN_START)


def changes(pin):
    """What the pin went through since it was cleared, without what did not change."""
    states = [state.state for state in pin.states]
    return [states[0], *(now for before, now in itertools.pairwise(states) if now != before)]


def played(factory, eventually, show, silent=False):
    """The changes of green, red and buzzer that `show` makes until all is quiet again."""
    pins = [factory.pin(number) for number in (PINS.green, PINS.red, PINS.buzzer)]
    for pin in pins:
        pin.clear_states()
    show()
    eventually(lambda: any(len(pin.states) > 1 for pin in pins))
    eventually(lambda: len(pins[2].states) > 2 and not any(pin.state for pin in pins) and _settled(pins))
    return [changes(pin) for pin in pins]


def _settled(pins):
    before = [len(pin.states) for pin in pins]
    threading.Event().wait(0.15)
    return before == [len(pin.states) for pin in pins]


def test_kept_is_one_beep_and_green(shown, quick, factory, eventually):
    green, red, buzzer = played(factory, eventually, lambda: shown.kept(passage()))
    assert (green, red, buzzer) == ([0, 1, 0], [0], [0, 0.5, 0])


def test_repeat_is_two_soft_ticks_and_green_flashes(shown, quick, factory, eventually):
    green, red, buzzer = played(factory, eventually, lambda: shown.repeat(passage()))
    assert (green, red) == ([0, 1, 0, 1, 0], [0])
    assert buzzer.count(panel._SOFT) == 2


def test_refused_is_three_low_beeps_and_red(shown, quick, factory, eventually):
    green, red, buzzer = played(factory, eventually, lambda: shown.refused("foreign badge"))
    assert (green, red, buzzer) == ([0], [0, 1, 0, 1, 0, 1, 0], [0, 0.5, 0, 0.5, 0, 0.5, 0])
    assert {beat.hertz for beat in panel.REFUSED} == {None, 220}


def test_an_undo_sounds_unlike_a_scan(shown, quick, factory, eventually):
    green, red, buzzer = played(factory, eventually, lambda: shown.kept(passage("undo")))
    assert (green, red, buzzer) == ([0, 1, 0, 1, 0], [0], [0, 0.5, 0, 0.5, 0])


def test_no_two_signals_are_alike_to_the_ear_or_to_the_eye():
    signals = [panel.KEPT, panel.REPEAT, panel.UNDONE, panel.REFUSED]
    assert len({tuple((b.hertz, b.duty) for b in beats if b.hertz) for beats in signals}) == len(signals)
    assert len({tuple((b.green, b.red, b.seconds) for b in beats) for beats in signals}) == len(signals)


def test_a_newer_signal_cuts_the_older_short(shown, factory, eventually):
    green, red = factory.pin(PINS.green), factory.pin(PINS.red)
    shown.kept(passage())
    eventually(lambda: green.state)
    shown.refused("not a badge")
    eventually(lambda: red.state and not green.state, patience_s=0.8)


def test_amber_is_steady_for_a_backlog_and_blinks_for_a_pause(shown, factory, eventually):
    amber = factory.pin(PINS.amber)
    shown.backlog(3)
    assert amber.state
    shown.backlog(0)
    assert not amber.state
    shown.backlog(1)
    shown.status("paused")
    amber.clear_states()
    eventually(lambda: len(amber.states) >= 3)
    shown.status("open")
    assert amber.state, "the backlog is still there"
    amber.clear_states()
    threading.Event().wait(0.1)
    amber.assert_states([True])


def test_a_missing_scanner_shows_between_the_signals(shown, quick, factory, eventually):
    red, green = factory.pin(PINS.red), factory.pin(PINS.green)
    shown.scanner(False)
    eventually(lambda: red.state)
    shown.kept(passage())
    eventually(lambda: green.state and not red.state)
    eventually(lambda: red.state)
    shown.scanner(True)
    eventually(lambda: not red.state)


def test_the_buttons_are_heard(shown, factory, pressed, eventually):
    for number, name in ((PINS.left, "undo"), (PINS.right, "pause")):
        factory.pin(number).drive_low()
        eventually(lambda name=name: pressed and pressed[-1] == name)
        factory.pin(number).drive_high()
    assert pressed == ["undo", "pause"]


def test_closing_puts_everything_out_and_can_be_done_twice(shown, factory):
    shown.backlog(1)
    shown.refused("not a badge")
    assert shown.alive
    shown.close()
    shown.close()
    assert not shown.alive
    assert not any(pin.state for pin in (factory.pin(n) for n in (PINS.amber, PINS.red, PINS.buzzer)))


def test_a_pin_that_is_taken_is_explained_and_nothing_is_left_open(factory):
    with Panel(PINS, print, print, factory=factory), pytest.raises(PanelUnavailable, match="aucune broche"):
        Panel(PINS, print, print, factory=factory)


def test_pins_without_sound_are_not_taken():
    factory = MockFactory()
    with pytest.raises(PanelUnavailable):
        Panel(PINS, print, print, factory=factory)
    factory.reset()


def test_the_environment_variable_alone_gives_mock_pins(environment):
    script = (
        "from firmware.panel import Panel; from firmware.config import PanelSettings\n"
        "import gpiozero\n"
        "with Panel(PanelSettings(), print, print) as p: print(type(gpiozero.Device.pin_factory).__name__)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script],
        env=environment | {"GPIOZERO_PIN_FACTORY": "mock"},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert ended.stdout == "MockFactory\n", ended.stderr
