"""Three lights, a buzzer and the buttons at the atelier, on the pins of a Raspberry Pi.

    ========  ===  ===========  ============================================================
    part      BCM  header pin   wiring
    ========  ===  ===========  ============================================================
    green      17  11           GPIO to 330 ohm to LED (long leg); LED (short leg) to ground
    amber      27  13           the same
    red        22  15           the same
    buzzer     12  32           passive piezo between GPIO and ground
    left        5  29           push button between GPIO and ground (pull-up inside the Pi)
    right       6  31           the same
    undo        -  -            the same, for who wires four buttons; 33 (BCM 13) is near
    pause       -  -            the same; 35 (BCM 19) is near
    ground      -  9, 34, 39    shared
    ========  ===  ===========  ============================================================

What the signals are: firmware.beats.
"""

import os
import threading
import time
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import gpiozero

from . import beats, messages
from .beats import AMBER, LIGHTS, QUIET, Beat, Beats
from .config import PanelSettings
from .errors import PanelUnavailable
from .signals import LEFT, LEFT_HOLD, PAUSE, RIGHT, RIGHT_HOLD, UNDO
from .wire.passage import Passage
from .wire.receipt import OPEN, Advice

_BOUNCE_S = 0.01  # a level that lasts for less is none, where the pins can tell
_SETTLE_S = 0.02  # a contact that closes for less was not a finger
_APART_S = 0.04  # after a finger has left, the contact may bounce for so long

# Duty cycles, the only volume that a piezo on a pin has: of a sound, and of a soft one.
_VOLUMES = ((0.0, 0.0), (0.06, 0.02), (0.2, 0.03), (0.5, 0.04))


class Panel:
    """The real panel. `on_press` is called with one of `signals.PRESSES`, on a thread of its own.

    `factory` is for tests; otherwise gpiozero chooses, as GPIOZERO_PIN_FACTORY says. Mock pins are taken only
    where that variable says "mock". Raises PanelUnavailable.
    """

    def __init__(
        self, settings: PanelSettings, on_press: Callable[[str], None], *, factory: Any = None
    ) -> None:
        self._devices: list[Any] = []
        self._loud, self._soft = _VOLUMES[settings.volume]
        self._lock = threading.Lock()
        self._news = threading.Event()
        self._next: Beats = ()
        self._closing = False
        self._holds: dict[str, Any] = {"status": OPEN, "backlog": False, "scanner": True, "pairing": False}
        self._standing: Beats = ()
        try:
            factory = factory or _factory()
            self._lights = {
                light: self._add(gpiozero.LED(getattr(settings, light), pin_factory=factory))
                for light in LIGHTS
            }
            self._buzzer = self._add(gpiozero.TonalBuzzer(settings.buzzer, octaves=2, pin_factory=factory))
            for pin, short, long in (
                (settings.left, LEFT, LEFT_HOLD),
                (settings.right, RIGHT, RIGHT_HOLD),
                (settings.undo, UNDO, None),
                (settings.pause, PAUSE, None),
            ):
                if pin is not None:
                    button = gpiozero.Button(
                        pin, bounce_time=_BOUNCE_S, hold_time=settings.hold_s, pin_factory=factory
                    )
                    _Finger(short, long, on_press).watch(self._add(button))
        except (gpiozero.GPIOZeroError, ImportError, OSError) as error:
            self._close_devices()
            raise PanelUnavailable(messages.NO_PINS) from error
        self._player = threading.Thread(target=self._play, name="panel")
        self._player.start()

    @property
    def alive(self) -> bool:
        return self._player.is_alive()

    def kept(self, passages: Sequence[Passage]) -> None:
        self.show(beats.kept(passages))

    def repeat(self, passage: Passage) -> None:
        self.show(beats.REPEAT)

    def refused(self, reason: str) -> None:
        self.show(beats.REFUSED)

    def nothing(self) -> None:
        self.show(beats.NOTHING)

    def backlog(self, count: int) -> None:
        self._hold("backlog", count > 0)

    def status(self, status: str) -> None:
        self._hold("status", status)

    def scanner(self, present: bool) -> None:
        self._hold("scanner", present)

    def pairing(self, waiting: bool) -> None:
        self._hold("pairing", waiting)

    def advice(self, advice: Advice, *, guess: bool) -> None:
        """Lights cannot say where to go."""

    def show(self, shown: Beats) -> None:
        """Play these beats now; whatever was being played is cut short."""
        with self._lock:
            self._next = shown
        self._news.set()

    def close(self) -> None:
        """Everything off. May be called twice."""
        with self._lock:
            self._closing = True
        self._news.set()
        self._player.join()
        self._close_devices()

    def __enter__(self) -> "Panel":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _hold(self, what: str, value: Any) -> None:
        with self._lock:
            self._holds[what] = value
            now = beats.standing(**self._holds)
            if now == self._standing:
                return
            self._standing = now
        self._news.set()

    def _play(self) -> None:
        """A newer signal cuts the one before short; between signals shows what stands."""
        while True:
            self._news.clear()
            with self._lock:
                shown, self._next = self._next, ()
                closing, standing = self._closing, self._standing
            if closing:
                break
            amber = standing == beats.BACKLOG and not any(AMBER in beat.lights for beat in shown)
            for beat in shown or standing:
                self._set(beat, amber=amber)
                if self._interrupted(beat.seconds, standing=not shown):
                    break
            else:
                if not standing:
                    self._set(QUIET)
                    self._news.wait()
        self._set(QUIET)

    def _interrupted(self, seconds: float, *, standing: bool) -> bool:
        """Let `seconds` pass. True as soon as something newer has to be shown instead."""
        until = time.monotonic() + seconds
        while self._news.wait(max(0.0, until - time.monotonic())):
            self._news.clear()
            with self._lock:
                if self._next or self._closing or standing:
                    return True
        return False

    def _set(self, beat: Beat, *, amber: bool = False) -> None:
        for light, device in self._lights.items():
            device.value = light in beat.lights or (amber and light == AMBER)
        duty = self._soft if beat.soft else self._loud
        if beat.hertz is None or not duty:
            self._buzzer.stop()
        else:
            self._buzzer.play(gpiozero.tones.Tone.from_frequency(beat.hertz))
            self._buzzer.pwm_device.value = duty

    def _add(self, device: Any) -> Any:
        self._devices.append(device)
        return device

    def _close_devices(self) -> None:
        while self._devices:
            self._devices.pop().close()


class _Finger:
    """Tells what is meant at one button: `short` where it is let go, `long` where it is held; never both.

    Where there is no `long`, `short` is said at once. Whatever a contact does while it bounces, a finger that comes
    and goes is one press. Moments are those of the pins, not of the thread that hears of them late.
    """

    def __init__(self, short: str, long: str | None, on_press: Callable[[str], None]) -> None:
        self._short, self._long, self._on_press = short, long, on_press
        self._lock = threading.Lock()
        self._since_s: float | None = None  # when the press began that has said nothing yet
        self._left_s = -_APART_S

    def watch(self, button: Any) -> None:
        button.when_pressed = self._down
        button.when_released = self._up
        if self._long:
            button.when_held = self._held

    def _down(self, button: Any) -> None:
        at_s = time.monotonic() - (button.active_time or 0.0)
        with self._lock:
            if at_s - self._left_s < _APART_S:
                return
            if self._long:
                self._since_s = at_s
                return
        self._on_press(self._short)

    def _up(self, button: Any) -> None:
        at_s = time.monotonic() - (button.inactive_time or 0.0)
        with self._lock:
            since_s, self._since_s = self._since_s, None
            if since_s is not None and at_s - since_s < _SETTLE_S:
                return
            self._left_s = at_s
        if since_s is not None:
            self._on_press(self._short)

    def _held(self, button: Any) -> None:
        with self._lock:
            if self._since_s is None:
                return
            self._since_s = None
        self._on_press(self._long or self._short)


def _factory() -> Any:
    """gpiozero's own choice; mock pins get a class that can drive a buzzer."""
    if os.environ.get("GPIOZERO_PIN_FACTORY", "").lower() == "mock":
        os.environ.setdefault("GPIOZERO_MOCK_PIN_CLASS", "mockpwmpin")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", gpiozero.PinFactoryFallback)  # the last failure is reported instead
        gpiozero.Device.ensure_pin_factory()
    return gpiozero.Device.pin_factory
