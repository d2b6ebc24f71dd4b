"""A scanner that types as a keyboard does, read from its input device and grabbed: nothing else hears it type.

Which letter a key means is a matter of settings, so a key that was pressed is kept as one character of Unicode's
private area, and the whole line is looked at under each layout (see firmware.lines). Letters of a badge have the same
keys on all of them. "Alt and the number of the letter on the keypad" is understood too.
"""

import errno
import fcntl
import itertools
import os
import select
import struct
from collections.abc import Callable
from pathlib import Path

EVENT = struct.Struct("@llHHi")  # struct input_event: seconds, microseconds, type, code, value
EVIOCGRAB = 0x40044590  # _IOW('E', 0x90, int)
EV_SYN, EV_KEY = 0, 1
SYN_REPORT, SYN_DROPPED = 0, 3
RELEASED, PRESSED = 0, 1
ENTER, KEYPAD_ENTER, TAB, CAPS_LOCK = 28, 96, 15, 58
LEFT_SHIFT, RIGHT_SHIFT, LEFT_CTRL, RIGHT_CTRL, LEFT_ALT, RIGHT_ALT = 42, 54, 29, 97, 56, 100

STROKE = 0xE000  # a key that was pressed: this, plus its code, plus what was held
SHIFT, CAPS, ALT_GR = 0x100, 0x200, 0x400

_HELD = (LEFT_SHIFT, RIGHT_SHIFT, LEFT_CTRL, RIGHT_CTRL, LEFT_ALT, RIGHT_ALT)
_TYPED = (41, *range(2, 14), *range(16, 28), *range(30, 41), 43, 86, *range(44, 54), 57)
_KEYPAD = dict(zip((*range(71, 84), 55, 98), "789-456+1230.*/", strict=True))
_ENDS = {ENTER: "\r", KEYPAD_ENTER: "\r", TAB: "\t"}
_LOST = "\ufffd"  # the kernel dropped keys: the line that they stood in is no line
_READ_BYTES = 64 * EVENT.size


def _layout(plain: str, shifted: str, alt_gr: str = "") -> dict[int, str]:
    """`plain` and `shifted`: what the keys of _TYPED mean. `alt_gr`: keys of it with their meanings, by turns."""
    made = {}
    for code, low, high in zip(_TYPED, plain, shifted, strict=True):
        for caps, (shift, meaning) in itertools.product((0, CAPS), ((0, low), (SHIFT, high))):
            turned = meaning.swapcase() if caps and len(meaning.swapcase()) == 1 else meaning
            made[STROKE + code + shift + caps] = turned
    for key, meaning in zip(alt_gr[::2], alt_gr[1::2], strict=True):
        for caps in (0, CAPS):
            made[STROKE + _TYPED[plain.index(key)] + ALT_GR + caps] = meaning
    for code, meaning in _KEYPAD.items():
        for held in range(0, 2 * ALT_GR, SHIFT):
            made[STROKE + code + held] = meaning
    return made


QWERTY = _layout(
    "`1234567890-=qwertyuiop[]asdfghjkl;'\\\\zxcvbnm,./ ",
    '~!@#$%^&*()_+QWERTYUIOP{}ASDFGHJKL:"||ZXCVBNM<>? ',
)
AZERTY = _layout(
    "²&é\"'(-è_çà)=azertyuiop^$qsdfghjklmù*<wxcvbn,;:! ",
    "~1234567890°+AZERTYUIOP¨£QSDFGHJKLM%µ>WXCVBN?./§ ",
    alt_gr="é~\"#'{([-|è`_\\ç^à@)]=}",
)
QWERTZ = _layout(
    "^1234567890ß´qwertzuiopü+asdfghjklöä#<yxcvbnm,.- ",
    "°!\"§$%&/()=?`QWERTZUIOPÜ*ASDFGHJKLÖÄ'>YXCVBNM;:_ ",
    alt_gr="7{8[9]0}ß\\q@+~<|",
)
LAYOUTS = (QWERTY, AZERTY, QWERTZ)


class Keys:
    """The bytes of an input device in, characters out."""

    def __init__(self) -> None:
        self._torn = b""
        self._held: set[int] = set()
        self._caps = False
        self._number = ""  # of a letter, while Alt is held
        self._dropping = False

    def feed(self, data: bytes) -> str:
        data = self._torn + data
        whole = len(data) // EVENT.size * EVENT.size
        self._torn = data[whole:]
        return "".join(self._event(*fields[2:]) for fields in EVENT.iter_unpack(data[:whole]))

    def _event(self, kind: int, code: int, value: int) -> str:
        if kind == EV_SYN and code == SYN_DROPPED:
            self._dropping = True
            self._held.clear()
            return _LOST
        if kind == EV_SYN:
            self._dropping = False
        if kind != EV_KEY or self._dropping:
            return ""
        if code in _HELD:
            return self._hold(code, value)
        return self._press(code) if value == PRESSED else ""

    def _hold(self, code: int, value: int) -> str:
        if value:
            self._held.add(code)
            return ""
        self._held.discard(code)
        if code != LEFT_ALT or not self._number:
            return ""
        number, self._number = int(self._number), ""
        return chr(number) if number < 128 else _LOST

    def _press(self, code: int) -> str:
        if code == CAPS_LOCK:
            self._caps = not self._caps
            return ""
        if LEFT_ALT in self._held and _KEYPAD.get(code, "").isdigit():
            self._number = (self._number + _KEYPAD[code])[:4]
            return ""
        if not self._held.isdisjoint((LEFT_CTRL, RIGHT_CTRL)):
            letter = QWERTY.get(STROKE + code, " ").upper()
            return chr(ord(letter) - 64) if "A" <= letter <= "_" else ""
        if code in _ENDS:
            return _ENDS[code]
        if code not in _TYPED and code not in _KEYPAD:
            return ""
        shift = SHIFT if not self._held.isdisjoint((LEFT_SHIFT, RIGHT_SHIFT)) else 0
        alt_gr = ALT_GR if RIGHT_ALT in self._held else 0
        return chr(STROKE + code + shift + alt_gr + (CAPS if self._caps else 0))


def _open(path: Path) -> int:
    return os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)


def _grab(handle: int, ours: bool) -> None:
    fcntl.ioctl(handle, EVIOCGRAB, int(ours))


class Keyboard:
    """The input device at `path`, ours alone until it is closed. `opener` and `grab` are for tests.

    Raises OSError: EBUSY where another program has grabbed it.
    """

    def __init__(
        self,
        path: Path,
        *,
        opener: Callable[[Path], int] = _open,
        grab: Callable[[int, bool], None] = _grab,
    ) -> None:
        self._keys = Keys()
        self._grab = grab
        self._handle = opener(path)
        try:
            grab(self._handle, True)
        except OSError:
            os.close(self._handle)
            raise
        self._poll = select.poll()
        self._poll.register(self._handle, select.POLLIN)

    def read(self, wait_s: float) -> str:
        """What was typed; "" where nothing was for `wait_s`. Raises OSError when it is gone."""
        if not self._poll.poll(wait_s * 1000):
            return ""
        try:
            data = os.read(self._handle, _READ_BYTES)
        except BlockingIOError:  # what woke us is no key
            return ""
        if not data:
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))
        return self._keys.feed(data)

    def close(self) -> None:
        """Released, so that whatever it is can type again."""
        try:
            self._grab(self._handle, False)
        except OSError:  # it is gone, and its grab with it
            pass
        finally:
            os.close(self._handle)
