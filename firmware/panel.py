"""Three lights, a buzzer and two buttons at the atelier, and what they say.

    ========  ===  ===========  ============================================================
    part      BCM  header pin   wiring
    ========  ===  ===========  ============================================================
    green      17  11           GPIO to 330 ohm to LED (long leg); LED (short leg) to ground
    amber      27  13           the same
    red        22  15           the same
    buzzer     12  32           passive piezo between GPIO and ground
    left        5  29           push button between GPIO and ground (pull-up inside the Pi)
    right       6  31           the same
    ground      -  9, 25, 39    shared
    ========  ===  ===========  ============================================================

Every signal differs by sound, by light and by rhythm, for who cannot hear or cannot tell the colours:

    ============  ======================  =====================================================
    kept          one short high beep     green, steady for a second
    repeat        two soft ticks          green, two flashes
    undone        two falling notes       green, one flash for each
    refused       three low beeps         red with each, then steady for a second: NOT recorded
    backlog       none                    amber, steady: the hub does not hold everything yet
    paused        none                    amber, blinking slowly
    no scanner    none                    red, a short flash every two seconds
    ============  ======================  =====================================================
"""

import os
import threading
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gpiozero

from . import messages
from .config import PanelSettings
from .errors import PanelUnavailable
from .wire.passage import UNDO, Passage
from .wire.receipt import OPEN, Advice

_BLINK_S = 0.6
_BOUNCE_S = 0.05
_LOUD, _SOFT = 0.5, 0.04  # duty cycle: the only volume that a piezo on a pin has


@dataclass(frozen=True, slots=True)
class Beat:
    """So many seconds of one sound and two lights."""

    seconds: float
    green: bool = False
    red: bool = False
    hertz: float | None = None
    duty: float = _LOUD


KEPT = (Beat(0.12, green=True, hertz=880), Beat(0.88, green=True))
REPEAT = (
    Beat(0.04, green=True, hertz=659, duty=_SOFT),
    Beat(0.12),
    Beat(0.04, green=True, hertz=659, duty=_SOFT),
    Beat(0.12),
)
UNDONE = (Beat(0.15, green=True, hertz=660), Beat(0.05), Beat(0.25, green=True, hertz=440))
REFUSED = (
    *(Beat(0.15, red=True, hertz=220), Beat(0.1)),
    *(Beat(0.15, red=True, hertz=220), Beat(0.1)),
    *(Beat(0.15, red=True, hertz=220), Beat(1.0, red=True)),
)
NO_SCANNER = (Beat(0.1, red=True), Beat(1.9))
QUIET = Beat(0.0)


class Panel:
    """The real panel. `on_undo` and `on_pause` are called when a button is pressed.

    `factory` is for tests; otherwise gpiozero chooses, as GPIOZERO_PIN_FACTORY says. Mock pins are taken only
    where that variable says "mock". Raises PanelUnavailable.
    """

    def __init__(
        self,
        pins: PanelSettings,
        on_undo: Callable[[], None],
        on_pause: Callable[[], None],
        *,
        factory: Any = None,
    ) -> None:
        self._devices: list[Any] = []
        self._lock = threading.Lock()
        self._news = threading.Event()
        self._next: tuple[Beat, ...] = ()
        self._scanner = True
        self._closing = False
        self._backlog = 0
        self._status = OPEN
        self._amber_shows = ""
        try:
            factory = factory or _factory()
            self._green = self._add(gpiozero.LED(pins.green, pin_factory=factory))
            self._amber = self._add(gpiozero.LED(pins.amber, pin_factory=factory))
            self._red = self._add(gpiozero.LED(pins.red, pin_factory=factory))
            self._buzzer = self._add(gpiozero.TonalBuzzer(pins.buzzer, octaves=2, pin_factory=factory))
            for pin, pressed in ((pins.left, on_undo), (pins.right, on_pause)):
                button = self._add(gpiozero.Button(pin, bounce_time=_BOUNCE_S, pin_factory=factory))
                button.when_pressed = pressed
        except (gpiozero.GPIOZeroError, ImportError, OSError) as error:
            self._close_devices()
            raise PanelUnavailable(messages.NO_PINS.format(reason=error)) from error
        self._player = threading.Thread(target=self._play, name="panel")
        self._player.start()

    @property
    def alive(self) -> bool:
        return self._player.is_alive()

    def kept(self, passage: Passage) -> None:
        self._signal(UNDONE if passage.kind == UNDO else KEPT)

    def repeat(self, passage: Passage) -> None:
        self._signal(REPEAT)

    def refused(self, reason: str) -> None:
        self._signal(REFUSED)

    def backlog(self, count: int) -> None:
        with self._lock:
            self._backlog = count
            self._show_amber()

    def status(self, status: str) -> None:
        with self._lock:
            self._status = status
            self._show_amber()

    def scanner(self, present: bool) -> None:
        with self._lock:
            self._scanner = present
        self._news.set()

    def advice(self, advice: Advice, *, guess: bool) -> None:
        """Lights cannot say where to go."""

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

    def _signal(self, beats: tuple[Beat, ...]) -> None:
        with self._lock:
            self._next = beats
        self._news.set()

    def _show_amber(self) -> None:
        shows = "blink" if self._status != OPEN else "on" if self._backlog else "off"
        if shows == self._amber_shows or self._closing:
            return
        self._amber_shows = shows
        if shows == "blink":
            self._amber.blink(_BLINK_S, _BLINK_S)
        elif shows == "on":
            self._amber.on()
        else:
            self._amber.off()

    def _play(self) -> None:
        """A newer signal cuts the one before short; between signals, the missing scanner shows."""
        while True:
            self._news.clear()
            with self._lock:
                beats, self._next = self._next, ()
                closing, idle = self._closing, NO_SCANNER if not self._scanner else ()
            if closing:
                break
            for beat in beats or idle:
                self._set(beat)
                if self._interrupted(beat.seconds, idle=not beats):
                    break
            else:
                if not idle or beats:
                    self._set(QUIET)
                if not idle:
                    self._news.wait()
        self._set(QUIET)

    def _interrupted(self, seconds: float, *, idle: bool) -> bool:
        """Let `seconds` pass. True as soon as something newer has to be shown instead."""
        until = time.monotonic() + seconds
        while self._news.wait(max(0.0, until - time.monotonic())):
            self._news.clear()
            with self._lock:
                if self._next or self._closing or idle:
                    return True
        return False

    def _set(self, beat: Beat) -> None:
        self._green.value = beat.green
        self._red.value = beat.red
        if beat.hertz is None:
            self._buzzer.stop()
        else:
            self._buzzer.play(gpiozero.tones.Tone.from_frequency(beat.hertz))
            if beat.duty != _LOUD:
                self._buzzer.pwm_device.value = beat.duty

    def _add(self, device: Any) -> Any:
        self._devices.append(device)
        return device

    def _close_devices(self) -> None:
        while self._devices:
            self._devices.pop().close()


def _factory() -> Any:
    """gpiozero's own choice; mock pins get a class that can drive a buzzer."""
    if os.environ.get("GPIOZERO_PIN_FACTORY", "").lower() == "mock":
        os.environ.setdefault("GPIOZERO_MOCK_PIN_CLASS", "mockpwmpin")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", gpiozero.PinFactoryFallback)  # the last failure is reported instead
        gpiozero.Device.ensure_pin_factory()
    return gpiozero.Device.pin_factory
