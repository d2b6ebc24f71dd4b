"""A scanner that types: the events of its device, and the device itself, of which a pseudo-terminal stands for one."""

import errno
import os
import random
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware import keyboard
from firmware.keyboard import AZERTY, LAYOUTS, QWERTY, QWERTZ, Keyboard, Keys
from firmware.lines import Codes
from firmware.standin import KeyboardScanner
from firmware.wire import pairing, token

chance = random.Random(2)
BADGE = token.issue(bytes(32), chance.randrange)
INVITATION = pairing.Invitation("http://ma-quay-wz.local:8067", pairing.new_code(chance.randrange)).encode()


def event(kind, code, value):
    return struct.pack("llHHi", 1_700_000_000, 999_999, kind, code, value)


def key(code, *values):
    return b"".join(event(4, 4, 458_000 + code) + event(1, code, value) + event(0, 0, 0) for value in values)


def tap(*codes):
    return b"".join(key(code, 1, 0) for code in codes)


def held(code, inside):
    return key(code, 1) + inside + key(code, 0)


def read(data, layout=QWERTY):
    return Keys().feed(data).translate(layout)


def _iow(group, number, size):
    """The number of an ioctl that writes `size` bytes, as asm-generic/ioctl.h makes it."""
    return (1 << 30) | (size << 16) | (ord(group) << 8) | number


@pytest.fixture
def typist(tmp_path):
    made = []

    def make(layout=QWERTY, name="usb-Acme_Barcode_Scanner-event-kbd"):
        made.append(KeyboardScanner(tmp_path / name, layout))
        return made[-1]

    yield make
    for one in made:
        one.close()


def events(typist, text):
    return b"".join(map(typist.typed, text))


@pytest.mark.parametrize(
    "text", [BADGE, INVITATION, "azertyuiop QSDFGHJKLM 0123456789 ~!@#$%^&*()_+{}|:\"<>?`-=[]\\;',./"]
)
def test_what_is_typed_on_an_american_keyboard_is_read(typist, text):
    assert read(events(typist(), text + "\r")) == text + "\r"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_invitation_is_read_whatever_keyboard_the_scanner_believes_in(typist, layout):
    assert Codes("", LAYOUTS).of(Keys().feed(events(typist(layout), INVITATION))) == (INVITATION,)


@pytest.mark.parametrize("typed", LAYOUTS)
@pytest.mark.parametrize("heard", LAYOUTS)
def test_the_letters_of_a_badge_have_the_same_keys_everywhere(typist, typed, heard):
    assert read(events(typist(typed), BADGE + BADGE.lower()), heard) == BADGE + BADGE.lower()


@pytest.mark.parametrize("layout", [AZERTY, QWERTZ])
def test_the_kind_of_code_is_typed_with_alt_gr(typist, layout):
    assert Codes("", LAYOUTS).of(Keys().feed(events(typist(layout), "]Q1" + INVITATION))) == (INVITATION,)


def test_the_codes_are_those_of_linux():
    """linux/input-event-codes.h: KEY_C, KEY_2, KEY_LEFTSHIFT, KEY_DOT, KEY_KP5, KEY_ENTER, KEY_KPENTER, KEY_TAB."""
    assert read(tap(46) + held(42, tap(46)) + tap(3, 52, 76, 28, 96, 15)) == "cC2.5\r\r\t"
    assert keyboard.EVENT.size == 24
    assert _iow("E", 0x90, 4) == keyboard.EVIOCGRAB


def test_either_shift_counts_for_as_long_as_it_is_held():
    assert read(key(42, 1) + tap(30) + key(54, 1) + key(42, 0) + tap(30) + key(54, 0) + tap(30)) == "AAa"


def test_a_scanner_that_locks_its_letters_types_digits_as_ever():
    assert read(tap(58) + tap(30, 3) + held(42, tap(30)) + tap(58) + tap(30)) == "A2aa"


def test_letters_by_their_numbers_are_understood_on_any_layout():
    keypad = dict(zip("789456123", (71, 72, 73, 75, 76, 77, 79, 80, 81), strict=True)) | {"0": 82}

    def by_number(letter):
        return held(56, tap(*(keypad[digit] for digit in f"{ord(letter):04d}")))

    for layout in LAYOUTS:
        assert read(b"".join(map(by_number, BADGE + "\r")), layout) == BADGE + "\r"


def test_control_characters_come_with_ctrl():
    assert read(held(29, tap(48)) + tap(46) + held(97, tap(46, 50))) == "\x02c\x03\r"


def test_what_is_no_character_says_nothing():
    assert read(tap(1, 59, 103, 113, 125, 183)) == ""
    assert read(key(46, 1, 2, 2, 2, 0)) == "c", "a key that repeats was pressed once"
    assert read(event(2, 0, 5) + event(1, 272, 1) + event(17, 1, 1)) == "", "a mouse, a light"


def test_where_the_kernel_lost_keys_the_line_is_no_line():
    data = key(42, 1) + tap(46) + event(0, 3, 0) + tap(46)[24:] + tap(48, 28)
    assert read(data)[:2] == "C\ufffd"
    assert read(data).endswith("b\r"), "and no shift is held for ever"
    assert Codes("", LAYOUTS).of(read(tap(46) + event(0, 3, 0) + event(0, 0, 0))) == ()


@given(st.data())
def test_the_cutting_of_the_bytes_does_not_matter(data):
    stream = data.draw(
        st.one_of(
            st.binary(max_size=200),
            st.lists(
                st.builds(
                    event,
                    st.sampled_from([0, 1, 1, 1, 4]),
                    st.sampled_from([*range(120)]),
                    st.sampled_from([0, 1, 1, 2, -1]),
                ),
                max_size=30,
            ).map(b"".join),
        )
    )
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=5)))
    cut = Keys()
    pieces = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert "".join(map(cut.feed, pieces)) == Keys().feed(stream)


class Grabs:
    """What the kernel does: the second to ask is refused."""

    def __init__(self):
        self.asked = []

    def __call__(self, handle, ours):
        os.fstat(handle)  # it is open
        if ours and self.asked and self.asked[-1]:
            raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))
        self.asked.append(ours)


def test_the_device_is_grabbed_before_it_is_read_and_released_at_the_end(typist):
    scanner, grabs = typist(), Grabs()
    device = Keyboard(scanner.path, grab=grabs)
    assert grabs.asked == [True]
    assert device.read(0) == ""
    scanner.scan(BADGE)
    text = ""
    while not text.endswith("\r"):
        text += device.read(5)
    assert text.translate(QWERTY) == BADGE + "\r"
    device.close()
    assert grabs.asked == [True, False]


def test_one_that_another_program_has_grabbed_is_left_alone(typist):
    scanner, grabs = typist(), Grabs()
    before = len(list(Path("/proc/self/fd").iterdir()))
    first = Keyboard(scanner.path, grab=grabs)
    with pytest.raises(OSError, match="busy"):
        Keyboard(scanner.path, grab=grabs)
    first.close()
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    assert grabs.asked == [True, False]


def test_what_cannot_be_grabbed_is_not_read(typist):
    """A terminal knows nothing of a grab; nor does a serial scanner's port."""
    with pytest.raises(OSError) as caught:
        Keyboard(typist().path)
    assert caught.value.errno in (errno.ENOTTY, errno.EINVAL)


def test_one_that_is_gone_is_said_to_be_gone_and_closes_in_peace(typist):
    scanner = typist()

    def grab(handle, ours):
        if not ours:
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))

    device = Keyboard(scanner.path, grab=grab)
    scanner.unplug()
    with pytest.raises(OSError):
        device.read(5)
    device.close()


def test_an_input_that_ends_is_gone(tmp_path):
    readable, writable = os.pipe()
    device = Keyboard(tmp_path, opener=lambda path: readable, grab=lambda handle, ours: None)
    os.write(writable, tap(46))
    os.close(writable)
    assert device.read(5).translate(QWERTY) == "c"
    with pytest.raises(OSError) as caught:
        device.read(5)
    assert caught.value.errno == errno.ENODEV
    device.close()
