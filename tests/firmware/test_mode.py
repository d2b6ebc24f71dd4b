"""A scanner that is set wrongly is told by what it sends, and the words say which setting to change."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware import messages
from firmware.config import KEYBOARD, ScannerSettings
from firmware.mode import Mode
from firmware.wire import token
from firmware.wire.batch import LONGEST_TROUBLE

BADGE = token.issue(bytes(32), random.Random(3).randrange)
SERIAL_AT_9600, TYPING = ScannerSettings(), ScannerSettings(kind=KEYBOARD)
EAN = "3017620422003"


def after(*lines, settings=SERIAL_AT_9600):
    mode = Mode(settings)
    for line in lines:
        mode.refused(line, line.encode("ascii", "replace").decode())
    return mode.trouble


def seen_at(sent_baud, heard_baud, text):
    """What a receiver at `heard_baud` makes of 8N1 bytes at `sent_baud`: it samples each bit in its middle."""
    levels = []
    for byte in text.encode("ascii"):
        levels += [0, *((byte >> bit) & 1 for bit in range(8)), 1]
    levels += [1] * 20

    def level(moment):
        return levels[int(moment)] if moment < len(levels) else 1

    step, at, heard = sent_baud / heard_baud, 0.0, bytearray()
    while at < len(levels):
        if level(at):
            at += step / 16
            continue
        heard.append(sum(level(at + (bit + 1.5) * step) << bit for bit in range(8)))
        at += 9.5 * step
        while at < len(levels) and not level(at):
            at += step / 16
    return heard.decode("latin-1")


@pytest.mark.parametrize("heard", [9600, 19200, 38400, 57600, 115200])
@pytest.mark.parametrize("sent", [9600, 19200, 38400, 57600, 115200])
def test_another_speed_is_doubted_within_a_few_scans(sent, heard):
    lines = [
        line for line in seen_at(sent, heard, (BADGE + "\r") * 3).replace("\n", "\r").split("\r") if line
    ]
    trouble = after(*lines, settings=ScannerSettings(baud=heard))
    if sent == heard:
        assert lines == [BADGE] * 3
    else:
        assert f"à {heard} bauds" in trouble and "« baud »" in trouble


def test_seven_bits_and_parity_are_recognised():
    line = "".join(chr(ord(each) | (ord(each).bit_count() % 2) << 7) for each in BADGE + "\r")
    assert after(line) == messages.SCANNER_PARITY


@pytest.mark.parametrize(
    "line",
    [
        "Café à la crème, été",
        "日本語のメニュー",
        "BEGIN:VCARD\tN:Noël",
        "01034531200000111719112510ABCD\x1d2110",
    ],
)
def test_somebodys_text_with_accents_is_no_trouble(line):
    assert after(line.encode().decode("latin-1")) == ""


@pytest.mark.parametrize(
    "spelled",
    [
        "".join(f"{ord(each):02x}" for each in BADGE),
        " ".join(f"{ord(each):02X}" for each in BADGE),
        "".join(f"{ord(each):03d}" for each in BADGE),
        "".join(f"{ord(each):04d}" for each in BADGE.lower()),
    ],
)
@pytest.mark.parametrize("settings", [SERIAL_AT_9600, TYPING])
def test_numbers_in_place_of_letters_are_recognised(spelled, settings):
    assert after(spelled, settings=settings) == messages.SCANNER_SPELLS


def test_digits_only_are_doubted_at_the_third_line():
    assert after(EAN, EAN) == ""
    assert after(EAN, EAN, EAN) == messages.SCANNER_NUMBERS
    assert after(EAN, EAN, "https://example.org", EAN) == ""
    mode = Mode(SERIAL_AT_9600)
    for _ in range(5):
        mode.refused(EAN, EAN)
        mode.understood()
        mode.refused(EAN, EAN)
    assert mode.trouble == ""


@pytest.mark.parametrize("line", ["ronde1.eyjkzxzpy2vfa2v5", "RONDE1.EYJKZXZPY2VFA2V5"])
def test_a_changed_case_is_said_where_it_matters(line):
    assert after(line) == messages.SCANNER_CASE
    assert after("RONDE1.eyJkZXZpY2Vfa2V5") == ""


def test_a_keyboard_of_another_language_is_said():
    assert after("RONDE@<CDF", settings=TYPING) == messages.SCANNER_LAYOUT
    assert after("RONDE@<CDF") == ""


def test_a_code_that_is_well_read_ends_the_trouble():
    mode = Mode(SERIAL_AT_9600)
    mode.refused("\xff\x00\xf8\xfe", "????")
    assert mode.trouble
    mode.refused("\xff", "?")
    assert mode.trouble, "a crackle says nothing"
    mode.refused("https://example.org", "https://example.org")
    assert not mode.trouble
    mode.refused("\xff\x00\xf8\xfe", "????")
    mode.understood()
    assert not mode.trouble


@given(st.text(st.characters(max_codepoint=255), max_size=80), st.sampled_from([SERIAL_AT_9600, TYPING]))
def test_nothing_of_a_code_is_ever_repeated(line, settings):
    known = {text for name, text in vars(messages).items() if name.startswith("SCANNER_")}
    speed = messages.SCANNER_SPEED.format(baud=9600)
    assert after(line, settings=settings) in known | {"", speed}


def test_every_trouble_finds_room_in_a_sign_of_life():
    values = {
        "port": "/dev/serial/by-id/" + "x" * 50,
        "found": "y" * 50 + ", " + "y" * 50 + ", …",
        "baud": 115200,
    }
    values |= {"folder": "/dev/input/by-id", "kind": KEYBOARD, "group": "dialout", "reason": "z" * 40}
    for name, text in vars(messages).items():
        if name.startswith("SCANNER_") and name != "SCANNER_NAMED":
            told = messages.SCANNER_NAMED.format(name="n" * 32, words=text.format(**values))
            assert len(told) <= LONGEST_TROUBLE and told.isprintable(), name
