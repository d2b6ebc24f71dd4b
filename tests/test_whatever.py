"""Files that somebody wrote, and pictures that somebody sent: each is read, or refused with what to do.

What else is read from outside has its own such tests: the event file (`eventfile/test_whatever`), lists of families
(`test_registration`), facts to replay (`test_replay`), what stations post (`wire/test_fuzz`), what scanners read
(`firmware/test_lines`), requests (`web/test_entries`).
"""

import io
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from kiosk import config
from kiosk.errors import ConfigError, Refused
from kiosk.saying import told
from kiosk.texts import texts
from kiosk.twin import scenario
from kiosk.web.reader import NotAPicture, Reader

from . import corpus

SETTINGS = """event = "e.toml"
port = 80
backup_minutes = 3
[printer]
kind = "tcp"
host = "192.168.1.50"
width_mm = 58
[[scanner]]
name = "left"
port = "/dev/ttyACM0"
kiosk = 2
[rehearsal]
day_ms = 1668848400000
real_ms = 1700000000000
speed = 60
"""
SCENARIO = (scenario.SCENARIOS / "saturated.toml").read_text("utf-8")
VALUES = st.sampled_from(
    ['"x"', '""', "0", "-1", "3", "1e999", "9" * 5000, "1.5", "nan", "inf", "true", "[]", "{}", "[[]]", "[{}]",
     '"\\u0000"',
     "[" * 2000, "[" * 2000 + "]" * 2000, "1979-05-27", '"""\na\n"""', "{ a.b = [{ c = 1 }] }", '"' + "x" * 5000 + '"']
)  # fmt: skip
TEXT = st.sampled_from(corpus.EVERY) | st.text(max_size=20)


@st.composite
def spoilt(draw: st.DrawFn, good: str) -> bytes:
    """A good file after a few accidents."""
    lines = good.splitlines()
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(["delete", "repeat", "value", "text", "key", "noise"])):
            case "delete" if len(lines) > 1:
                del lines[at]
            case "repeat":
                lines.insert(draw(st.integers(0, len(lines))), lines[at])
            case "value":
                lines[at] = f"{lines[at].partition('=')[0]}= {draw(VALUES)}"
            case "text":
                lines[at] = f'{lines[at].partition("=")[0]}= "{draw(TEXT)}"'
            case "key":
                lines[at] = (
                    draw(st.sampled_from(["x", "a.b", '"é"', "[x]", "[[printer]]", "[scanner]", "[event]"]))
                    + " = 1"
                )
            case "noise":
                lines[at] += draw(TEXT)
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def clear(error: Exception) -> None:
    """What went wrong is said in both languages of who works there, in lines that steer nothing."""
    for language in ("fr", "en"):
        said = told(error, texts(language))
        assert said and corpus.is_line(said)


@given(spoilt(SETTINGS) | st.binary(max_size=200))
@settings(max_examples=400)
@example(("port = " + "9" * 5000).encode())
@example(b"port = " + b"[" * 5000)
@example(b"\xff\xfe")
def test_any_settings_are_read_or_refused(data):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hub.toml"
        path.write_bytes(data)
        try:
            found = config.load(path)
        except ConfigError as error:
            clear(error)
        else:
            assert isinstance(found.event, Path)


@given(spoilt(SCENARIO) | st.binary(max_size=200))
@settings(max_examples=300)
@example(("people = " + "9" * 5000).encode())
@example(b"people = " + b"[" * 5000)
def test_any_scenario_is_read_or_refused(data):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "day.toml"
        path.write_bytes(data)
        try:
            found = scenario.load(str(path))
        except Refused as error:
            clear(error)
        else:
            assert found.crowd.people > 0


def jpeg(side: int) -> bytes:
    written = io.BytesIO()
    Image.new("L", (side, side), 128).save(written, "JPEG")
    return written.getvalue()


PICTURE = jpeg(64)


@given(
    st.binary(max_size=300)
    | st.lists(st.tuples(st.integers(0, len(PICTURE) - 1), st.integers(0, 255)), max_size=6).map(
        lambda changes: bytes(dict(changes).get(at, byte) for at, byte in enumerate(PICTURE))
    )
    | st.integers(0, len(PICTURE)).map(lambda end: PICTURE[:end])
)
@settings(max_examples=300)
def test_any_bytes_are_a_picture_or_are_none(data):
    reader = Reader()
    for _ in range(3):  # and a fault keeps no place
        with suppress(NotAPicture):
            assert reader.texts(data) == []


def test_a_picture_of_any_size_costs_no_more_than_it_may():
    with pytest.raises(NotAPicture):
        Reader().texts(jpeg(1025))
    assert Reader().texts(jpeg(1024)) == []
