"""The real panel on gpiozero's mock pins."""

import itertools
import subprocess
import sys
import threading
from dataclasses import replace

import pytest
from gpiozero.pins.mock import MockFactory, MockPWMPin

from firmware import beats, panel
from firmware.config import PanelSettings
from firmware.errors import PanelUnavailable
from firmware.panel import Panel
from firmware.wire.passage import CHAIN_START, Passage

PINS = PanelSettings(hold_s=0.3)
FOUR = replace(PINS, undo=13, pause=19)
FINGER_S = 0.05  # how long a quick press lasts


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
    with Panel(PINS, pressed.append, factory=factory) as made:
        yield made


@pytest.fixture
def four(factory, pressed):
    with Panel(FOUR, pressed.append, factory=factory) as made:
        yield made


@pytest.fixture
def quick(monkeypatch):
    """The same beats, ten times as fast."""
    for name, found in vars(beats).items():
        if name.isupper() and isinstance(found, tuple) and isinstance(found[0], beats.Beat):
            fast = tuple(replace(beat, seconds=beat.seconds / 10) for beat in found)
            monkeypatch.setattr(beats, name, fast)


def passage(kind="enter"):
    return Passage("vr-1", "e" * 16, 1, "vr", kind, None, "b" * 32, 1, 1, CHAIN_START)


def changes(pin):
    """What the pin went through since it was cleared, without what did not change."""
    states = [state.state for state in pin.states]
    return [states[0], *(now for before, now in itertools.pairwise(states) if now != before)]


def _settled(pins):
    before = [len(pin.states) for pin in pins]
    threading.Event().wait(0.15)
    return before == [len(pin.states) for pin in pins]


LOUD, SOFT = 0.5, 0.04


@pytest.mark.parametrize(
    ("show", "light", "flashes", "sounds"),
    [
        (lambda panel: panel.kept([passage()]), "green", 1, [LOUD]),
        (lambda panel: panel.kept([passage("leave"), passage("call")]), "green", 2, [LOUD, LOUD]),
        (lambda panel: panel.kept([passage("undo")]), "green", 2, [LOUD, LOUD]),
        (lambda panel: panel.kept([passage("pause")]), "amber", 3, [LOUD, LOUD, LOUD]),
        (lambda panel: panel.repeat(passage()), "green", 2, [SOFT, SOFT]),
        (lambda panel: panel.refused("foreign badge"), "red", 4, [LOUD, LOUD, LOUD]),
        (lambda panel: panel.nothing(), "amber", 1, [SOFT]),
    ],
    ids=["kept", "called", "undone", "paused", "repeat", "refused", "nothing"],
)
def test_a_signal_is_on_the_pins(shown, quick, factory, eventually, show, light, flashes, sounds):
    names = ("green", "amber", "red")
    pins = {name: factory.pin(getattr(PINS, name)) for name in (*names, "buzzer")}
    for pin in pins.values():
        pin.clear_states()
    show(shown)
    eventually(lambda: changes(pins[light]) == [0, *[1, 0] * flashes])
    eventually(lambda: changes(pins["buzzer"]).count(0) == len(sounds) + 1)
    assert [changes(pins[name]) for name in names if name != light] == [[0], [0]]
    heard = [duty for duty in changes(pins["buzzer"]) if duty]
    assert [duty for duty in heard if duty != LOUD] == [duty for duty in sounds if duty != LOUD]
    eventually(lambda: _settled(pins.values()))
    assert not any(pin.state for pin in pins.values())


def test_the_pitch_is_that_of_the_beat(shown, factory, eventually):
    buzzer = factory.pin(PINS.buzzer)
    shown.kept([passage()])
    eventually(lambda: buzzer.frequency == pytest.approx(880))


@pytest.mark.parametrize("volume", [0, 1, 2, 3])
def test_the_volume_is_that_of_the_settings(factory, quick, eventually, volume):
    with Panel(replace(PINS, volume=volume), print, factory=factory) as made:
        buzzer, green, red = (factory.pin(number) for number in (PINS.buzzer, PINS.green, PINS.red))
        loudest = []
        for show, light in ((lambda: made.kept([passage()]), green), (lambda: made.repeat(passage()), green)):
            for pin in (buzzer, light):
                pin.clear_states()
            show()
            eventually(lambda light=light: 1 in changes(light) and not light.state)
            loudest.append([state.state for state in buzzer.states if state.state not in (0, LOUD)])
        assert not red.state
    kept, repeated = ({*heard} for heard in loudest)
    if volume == 0:
        assert not kept and not repeated and buzzer.frequency is None
    else:
        assert max(kept, default=LOUD) > 2 * max(repeated) > 0
        assert max(kept, default=LOUD) == [0, 0.06, 0.2, 0.5][volume]


def test_a_newer_signal_cuts_the_older_short(shown, factory, eventually):
    green, red = factory.pin(PINS.green), factory.pin(PINS.red)
    shown.kept([passage()])
    eventually(lambda: green.state)
    shown.refused("not a badge")
    eventually(lambda: red.state and not green.state, patience_s=0.8)


def test_amber_is_steady_for_a_backlog_and_blinks_for_a_pause(shown, factory, eventually):
    amber = factory.pin(PINS.amber)
    shown.backlog(3)
    eventually(lambda: amber.state)
    shown.backlog(0)
    eventually(lambda: not amber.state)
    shown.backlog(1)
    shown.status("paused")
    amber.clear_states()
    eventually(lambda: len(changes(amber)) >= 3)
    shown.status("open")
    eventually(lambda: amber.state)
    amber.clear_states()
    for count in (2, 3, 2):
        shown.backlog(count)
    threading.Event().wait(0.1)
    assert changes(amber) == [True], "the backlog is still there"


def test_a_backlog_stays_in_sight_while_green_says_that_a_scan_is_kept(shown, quick, factory, eventually):
    green, amber = factory.pin(PINS.green), factory.pin(PINS.amber)
    shown.backlog(3)
    eventually(lambda: amber.state)
    amber.clear_states()
    green.clear_states()
    shown.kept([passage()])
    eventually(lambda: changes(green) == [0, 1, 0])
    assert changes(amber) == [True]
    shown.nothing()
    eventually(lambda: changes(amber) == [1, 0, 1, 0, 1])


def test_a_missing_scanner_shows_between_the_signals(shown, quick, factory, eventually):
    red, green = factory.pin(PINS.red), factory.pin(PINS.green)
    shown.scanner(False)
    eventually(lambda: red.state)
    shown.kept([passage()])
    eventually(lambda: green.state and not red.state)
    eventually(lambda: red.state)
    shown.scanner(True)
    eventually(lambda: not red.state)


def test_a_station_that_waits_for_its_code_lets_its_lights_run(shown, quick, factory, eventually):
    pins = [factory.pin(number) for number in (PINS.green, PINS.amber, PINS.red)]
    shown.pairing(True)
    eventually(lambda: all(changes(pin)[:3] == [0, 1, 0] for pin in pins))
    shown.pairing(False)
    eventually(lambda: not any(pin.state for pin in pins) and _settled(pins))


# ---- the buttons


def hold(pin, seconds):
    """A finger that comes, stays and goes."""
    pin.drive_low()
    threading.Event().wait(seconds)
    pin.drive_high()


def bounce(pin, times=5):
    """A contact that closes and opens for less than a finger could, and is as it was in the end."""
    closed = not pin.state
    for _ in range(times):
        (pin.drive_high if closed else pin.drive_low)()
        (pin.drive_low if closed else pin.drive_high)()


def heard(pressed, eventually, *words):
    eventually(lambda: len(pressed) >= len(words))
    threading.Event().wait(2 * FINGER_S)
    assert pressed == list(words)


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_short_press_is_told_where_it_is_let_go(shown, factory, pressed, eventually, side):
    pin = factory.pin(getattr(PINS, side))
    pin.drive_low()
    threading.Event().wait(FINGER_S)
    assert pressed == []
    pin.drive_high()
    heard(pressed, eventually, side)


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_hold_is_not_also_a_short_press(shown, factory, pressed, eventually, side):
    pin = factory.pin(getattr(PINS, side))
    pin.drive_low()
    eventually(lambda: pressed)
    assert pressed == [f"{side}-hold"]
    pin.drive_high()
    heard(pressed, eventually, f"{side}-hold")
    hold(pin, FINGER_S)
    heard(pressed, eventually, f"{side}-hold", side)


@pytest.mark.parametrize("word", ["undo", "pause"])
def test_a_button_of_its_own_is_told_at_once_and_once(four, factory, pressed, eventually, word):
    pin = factory.pin(getattr(FOUR, word))
    pin.drive_low()
    assert pressed == [word]
    threading.Event().wait(2 * PINS.hold_s)
    pin.drive_high()
    heard(pressed, eventually, word)


@pytest.mark.parametrize("name", ["left", "undo"])
def test_a_bouncing_contact_is_one_press(four, factory, pressed, eventually, name):
    pin = factory.pin(getattr(FOUR, name))
    for count in (1, 2, 3):
        bounce(pin)
        pin.drive_low()
        bounce(pin)
        threading.Event().wait(FINGER_S)
        bounce(pin)
        pin.drive_high()
        bounce(pin)
        threading.Event().wait(2 * panel._APART_S)
        heard(pressed, eventually, *[name] * count)


def test_what_bounces_while_it_is_held_is_still_a_hold(shown, factory, pressed, eventually):
    pin = factory.pin(PINS.left)
    bounce(pin)
    hold(pin, 2 * PINS.hold_s)
    bounce(pin)
    heard(pressed, eventually, "left-hold")


def test_presses_in_turn_are_all_told(shown, factory, pressed, eventually):
    words = ["left", "right"] * 5
    for word in words:
        hold(factory.pin(getattr(PINS, word)), FINGER_S)
    heard(pressed, eventually, *words)


def test_a_button_that_is_down_when_the_station_starts_says_nothing(factory, pressed):
    factory.pin(PINS.left).drive_low()
    with Panel(PINS, pressed.append, factory=factory):
        factory.pin(PINS.left).drive_high()
        threading.Event().wait(0.05)
    assert pressed == []


def test_without_pins_of_their_own_undo_and_pause_take_none(factory):
    with Panel(PINS, print, factory=factory):
        factory.pin(FOUR.undo).function = "output"


def test_closing_puts_everything_out_and_can_be_done_twice(shown, factory):
    shown.backlog(1)
    shown.pairing(True)
    shown.refused("not a badge")
    assert shown.alive
    shown.close()
    shown.close()
    assert not shown.alive
    assert not any(
        pin.state for pin in (factory.pin(n) for n in (PINS.green, PINS.amber, PINS.red, PINS.buzzer))
    )


def test_a_pin_that_is_taken_is_explained_and_nothing_is_left_open(factory):
    with Panel(PINS, print, factory=factory), pytest.raises(PanelUnavailable, match="aucune broche"):
        Panel(PINS, print, factory=factory)


def test_pins_without_sound_are_not_taken():
    factory = MockFactory()
    with pytest.raises(PanelUnavailable):
        Panel(PINS, print, factory=factory)
    factory.reset()


def test_the_environment_variable_alone_gives_mock_pins(environment):
    script = (
        "from firmware.panel import Panel; from firmware.config import PanelSettings\n"
        "import gpiozero\n"
        "with Panel(PanelSettings(), print) as p: print(type(gpiozero.Device.pin_factory).__name__)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script],
        env=environment | {"GPIOZERO_PIN_FACTORY": "mock"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.stdout == "MockFactory\n", ended.stderr
