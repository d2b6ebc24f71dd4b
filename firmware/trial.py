"""The test of the evening before: each part in turn, and what was seen and heard of it.

Whoever sits at the terminal answers for eyes and ears; buttons, scanners and the machine answer for themselves. The
service must not run meanwhile: pins and scanners are taken by one program only. The log is not touched.
"""

import contextlib
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO, Protocol

from . import beats, health, inquiry, inspection, messages
from .beats import AMBER, GREEN, LIGHTS, RED, Beat, Beats
from .clock import Clock
from .config import KEYBOARD, PRINT, SERIAL, Config, ScannerSettings
from .console import AGAIN, NO, YES, Console, Typed
from .errors import PanelUnavailable, StationError
from .header import HEADER
from .inspection import FINE, SKIPPED, UNKNOWN, WRONG, Finding
from .lines import Codes
from .ports import Ports
from .scanner import Scanner
from .signals import LEFT, LEFT_HOLD, PAUSE, RIGHT, RIGHT_HOLD, UNDO
from .wire import enrolment, pairing, token
from .wire.errors import BadBadge, ForeignBadge

PRESS_S = 30.0  # for a button to be found and pressed
PLUG_S = 5.0  # for a scanner to be found
SCAN_S = 60.0

INTERRUPTED = 130

_LONG_S = 3600.0  # a light that waits for its answer
_SHOWN = 60  # characters of a code that is not ours
_SIGNALS = (signal.SIGTERM, signal.SIGHUP)


class Panel(Protocol):
    """What of a real panel is tried."""

    def show(self, shown: Beats) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Pressed:
    word: str


@dataclass(frozen=True, slots=True)
class Read:
    scanner: str
    text: str


@dataclass(frozen=True, slots=True)
class Present:
    scanner: str
    present: bool


Word = Pressed | Read | Present

_LIGHTS = {GREEN: messages.TEST_GREEN, AMBER: messages.TEST_AMBER, RED: messages.TEST_RED}
_BUTTONS = {"left": (LEFT, LEFT_HOLD), "right": (RIGHT, RIGHT_HOLD), "undo": (UNDO,), "pause": (PAUSE,)}
_BUTTON_NAMES = {
    "left": messages.TEST_LEFT,
    "right": messages.TEST_RIGHT,
    "undo": messages.TEST_UNDO,
    "pause": messages.TEST_PAUSE,
}
_VERDICTS = {
    FINE: messages.TEST_FINE,
    WRONG: messages.TEST_WRONG,
    SKIPPED: messages.TEST_SKIPPED,
    UNKNOWN: messages.TEST_UNKNOWN,
}


class Trial:
    """The test of the station that `config` describes, at the terminal of `console`.

    `panel` makes the panel from what to call with the word of a press. `root`: where the machine's files are.
    """

    def __init__(
        self,
        config: Config,
        console: Console[Word],
        panel: Callable[[Callable[[str], None]], Panel],
        *,
        clock: Clock,
        ports: Ports,
        root: Path = health.ROOT,
    ) -> None:
        self._config = config
        self._console = console
        self._make_panel = panel
        self._clock = clock
        self._ports = ports
        self._root = root
        self._found: list[Finding] = []

    def run(self) -> bool:
        """Whether all is well. Raises StationError where the service runs, EOFError, KeyboardInterrupt."""
        self._refuse_while_it_runs()
        say = self._console.say
        say(messages.TEST_TITLE.format(station=self._config.station, atelier=self._config.atelier))
        for part in (self._panel(), self._scanners(), self._machine()):
            with contextlib.closing(part):  # off and released, wherever it was broken off
                for finding in part:
                    self._found.append(finding)
                    say(f"  {_line(finding)}")
        return self._sum_up()

    def _refuse_while_it_runs(self) -> None:
        try:
            list(inquiry.ask(self._config.data, "status"))
        except ConnectionRefusedError:
            return
        except OSError as error:
            raise StationError(messages.NO_ANSWER.format(reason=error)) from error
        raise StationError(messages.TEST_RUNNING)

    def _sum_up(self) -> bool:
        say = self._console.say
        say(f"\n{messages.TEST_SUMMARY}")
        for verdict in (FINE, UNKNOWN, SKIPPED, WRONG):  # what is to be done stands last, where it is read
            for finding in self._found:
                if finding.verdict == verdict:
                    say(f"  {_line(finding)}")
        open_ends = sum(finding.verdict in (WRONG, SKIPPED) for finding in self._found)
        say(messages.TEST_TO_DO.format(count=open_ends) if open_ends else messages.TEST_READY)
        say(messages.TEST_NEXT)
        return not open_ends

    # -- lights, buzzer, buttons

    def _panel(self) -> Iterator[Finding]:
        say = self._console.say
        say(f"\n{messages.TEST_PANEL}")
        if self._config.standin.panel == PRINT:
            yield Finding(messages.TEST_PANEL, SKIPPED, messages.TEST_PANEL_PRINTS)
            return
        try:
            panel = self._make_panel(lambda word: self._console.tell(Pressed(word)))
        except PanelUnavailable as error:
            yield Finding(messages.TEST_PANEL, WRONG, str(error))
            return
        with contextlib.closing(panel):
            for light in LIGHTS:
                yield self._light(panel, light)
            yield self._buzzer(panel)
            yield from self._buttons(panel)

    def _light(self, panel: Panel, light: str) -> Finding:
        name = _LIGHTS[light]
        panel.show((Beat(_LONG_S, (light,)),))
        answer = self._ask(messages.TEST_LIGHT.format(name=name), lambda: None)
        panel.show((beats.QUIET,))
        part = messages.TEST_LIGHT_PART.format(name=name)
        if answer == YES:
            return Finding(part, FINE)
        return Finding(part, WRONG, messages.TEST_LIGHT_WRONG.format(pin=self._pin(light)))

    def _buzzer(self, panel: Panel) -> Finding:
        volume = self._config.panel.volume
        if not volume:
            return Finding(messages.TEST_BUZZER, FINE, messages.TEST_MUTE)
        for shown, question, trouble in (
            (beats.KEPT, messages.TEST_LOUD, messages.TEST_LOUD_WRONG),
            (beats.REPEAT, messages.TEST_SOFT, messages.TEST_SOFT_WRONG),
        ):
            panel.show(shown)
            answer = self._ask(question, lambda shown=shown: panel.show(shown))
            if answer == NO:
                return Finding(
                    messages.TEST_BUZZER, WRONG, trouble.format(pin=self._pin("buzzer"), volume=volume)
                )
        return Finding(messages.TEST_BUZZER, FINE, messages.TEST_VOLUME.format(volume=volume))

    def _buttons(self, panel: Panel) -> Iterator[Finding]:
        for name, words in _BUTTONS.items():
            if getattr(self._config.panel, name) is not None:
                yield self._button(panel, name, words)

    def _button(self, panel: Panel, name: str, words: tuple[str, ...]) -> Finding:
        part = _BUTTON_NAMES[name]
        self._console.forget()
        self._console.say(messages.TEST_PRESS.format(name=part, seconds=round(PRESS_S)))
        heard = self._heard(PRESS_S, lambda word: isinstance(word, Pressed))
        if isinstance(heard, Typed):
            return Finding(part, SKIPPED)
        if not isinstance(heard, Pressed):
            return Finding(part, WRONG, messages.TEST_PRESS_NONE.format(pin=self._pin(name)))
        if heard.word not in words:
            other = next(_BUTTON_NAMES[each] for each, known in _BUTTONS.items() if heard.word in known)
            return Finding(part, WRONG, messages.TEST_PRESS_OTHER.format(other=other))
        panel.show(beats.KEPT)
        return Finding(part, FINE)

    def _pin(self, name: str) -> str:
        bcm = getattr(self._config.panel, name)
        return messages.TEST_PIN.format(header=HEADER.get(bcm, "?"), bcm=bcm)

    # -- scanners

    def _scanners(self) -> Iterator[Finding]:
        self._console.say(f"\n{messages.TEST_SCANNERS}")
        scanners = [
            Scanner(
                settings,
                lambda name, text: self._console.tell(Read(name, text)),
                lambda name, present: self._console.tell(Present(name, present)),
                ports=self._ports,
            )
            for settings in self._config.scanners
        ]
        try:
            for scanner in scanners:
                scanner.start()
            for scanner in scanners:
                yield self._scanner(scanner)
        finally:
            for scanner in scanners:
                scanner.stop()

    def _scanner(self, scanner: Scanner) -> Finding:
        name = scanner.settings.name
        part = messages.TEST_SCANNER_NAMED.format(name=name) if name else messages.TEST_SCANNER
        if not scanner.present:
            self._heard(PLUG_S, lambda word: word == Present(name, True))
        if not scanner.present:
            return Finding(part, WRONG, scanner.trouble)
        self._console.forget()
        self._console.say(messages.TEST_SCAN.format(name=part, seconds=round(SCAN_S)))
        heard = self._heard(SCAN_S, lambda word: isinstance(word, Read) and self._is_of(word, name))
        if isinstance(heard, Typed):
            return self._typed(part, scanner.settings, heard.line)
        if not isinstance(heard, Read):
            return Finding(part, WRONG, scanner.trouble or messages.TEST_SCAN_NONE)
        known = self._known(heard.text)
        if known:
            return Finding(part, FINE, known)
        if scanner.trouble:
            return Finding(part, WRONG, scanner.trouble)
        return self._unknown(part, heard.text)

    def _is_of(self, word: Read, name: str) -> bool:
        if word.scanner != name:
            self._console.say(messages.TEST_SCAN_OTHER.format(name=word.scanner))
        return word.scanner == name

    def _known(self, text: str) -> str:
        """What was read, in words, where it is a code of Ronde."""
        if text.startswith((enrolment.PREFIX, pairing.PREFIX)):
            return messages.TEST_READ_ENROLMENT
        try:
            token.verify(self._config.event_key, text)
        except ForeignBadge:
            return messages.TEST_READ_FOREIGN
        except BadBadge:
            return ""
        return messages.TEST_READ_BADGE

    def _unknown(self, part: str, text: str) -> Finding:
        shown = "".join(each if each.isprintable() else "·" for each in text)[:_SHOWN]
        if self._ask(messages.TEST_READ_OTHER.format(text=shown), lambda: None) == YES:
            return Finding(part, FINE, messages.TEST_READ_RIGHT)
        return Finding(part, WRONG, messages.TEST_READ_WRONG)

    def _typed(self, part: str, settings: ScannerSettings, line: str) -> Finding:
        """Something stands at the terminal: a scanner that types into it, or whoever goes on without."""
        if not Codes(settings.prefix).of(line):
            return Finding(part, SKIPPED)
        form = messages.TEST_TYPES if settings.kind == SERIAL else messages.TEST_TYPES_FREELY
        return Finding(part, WRONG, form.format(kind=KEYBOARD))

    # -- the machine

    def _machine(self) -> Iterator[Finding]:
        self._console.say(f"\n{messages.TEST_MACHINE}")
        found = health.readings(self._config.data, root=self._root)
        yield inspection.card(self._config.data, found)
        yield inspection.temperature(found)
        yield inspection.power(found)
        yield from inspection.hub(self._config, self._clock)

    # -- common to all

    def _ask(self, question: str, again: Callable[[], None]) -> str:
        """YES or NO; `again` shows it once more."""
        while (answer := self._console.ask(f"  {question}")) == AGAIN:
            again()
        return answer

    def _heard(self, seconds: float, wanted: Callable[[Word], bool]) -> Typed | Word | None:
        """The first word that is `wanted`, or the line that is typed instead; None where there is neither in time."""
        until = time.monotonic() + seconds
        while (heard := self._console.listen(max(0.0, until - time.monotonic()))) is not None:
            if isinstance(heard, Typed) or wanted(heard):
                return heard
        return None


def run(config: Config, keyboard: IO[str], out: IO[str]) -> int:
    """0: all is well. 1: something is to be done. INTERRUPTED: it was broken off; everything is off all the same.

    Raises StationError where the service runs.
    """
    console: Console[Word] = Console(keyboard.fileno(), out)
    ports = Ports(config.scanners)
    previous = {number: signal.signal(number, _interrupt) for number in _SIGNALS}
    try:
        trial = Trial(config, console, _wired(config), clock=Clock(), ports=ports)
        return 0 if trial.run() else 1
    except (KeyboardInterrupt, EOFError):
        with contextlib.suppress(OSError):  # the terminal may be gone
            console.say(f"\n{messages.TEST_BROKEN_OFF}")
        return INTERRUPTED
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        console.close()


def _wired(config: Config) -> Callable[[Callable[[str], None]], Panel]:
    def make(on_press: Callable[[str], None]) -> Panel:
        os.environ.setdefault("LG_WD", tempfile.gettempdir())  # lgpio makes a pipe where it is imported
        from .panel import Panel as Wired

        return Wired(config.panel, on_press)

    return make


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _line(finding: Finding) -> str:
    words = f" : {finding.words}" if finding.words else ""
    return f"{_VERDICTS[finding.verdict]:<9} {finding.part}{words}"
