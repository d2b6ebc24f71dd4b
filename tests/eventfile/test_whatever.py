"""Whatever the file holds, there is an answer; and each key has its line."""

import string
import tempfile
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from firmware.wire.schema import IDENTIFIER
from kiosk import eventfile
from kiosk.errors import EventFileError
from kiosk.eventfile.places import Places

ROUBAIX = Path(eventfile.__file__).parents[1] / "events" / "roubaix-2022.toml"
LINES = ROUBAIX.read_text(encoding="utf-8").splitlines()
VALUES = (
    '"x"', '""', "0", "-1", "3", "1e9", "99999999999999999999", "1.5", "nan", "true", "[]", "{}", "[[]]", "[{}]",
    "2022-11-19", "10:00:00", "2022-11-19T10:00:00Z", '["fr"]', "{ fr = 1 }", '"""\na\n"""', "'''b'''", "",
    '"\\ud800"', '"\\u0000"', "[1, 'a', {}]", "{ a.b = [{ c = 1 }] }",
)  # fmt: skip


@st.composite
def mutated(draw):
    lines = list(LINES)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(["delete", "repeat", "move", "value", "key", "noise", "cut"])):
            case "delete":
                del lines[at]
            case "repeat":
                lines.insert(draw(st.integers(0, len(lines))), lines[at])
            case "move":
                lines.insert(draw(st.integers(0, len(lines) - 1)), lines.pop(at))
            case "value":
                lines[at] = lines[at].partition("=")[0] + "= " + draw(st.sampled_from(VALUES))
            case "key":
                lines[at] = draw(st.sampled_from(["x", "id", "a.b", '"é"', "names", "stations"])) + " = 1"
            case "noise":
                column = draw(st.integers(0, len(lines[at])))
                noise = draw(
                    st.text(st.sampled_from("[]{}\"'=#,.\\\n\r\t\x00é" + string.printable), max_size=4)
                )
                lines[at] = lines[at][:column] + noise + lines[at][column:]
            case "cut":
                lines[at] = lines[at][: draw(st.integers(0, len(lines[at])))]
        if not lines:
            break
    return "\n".join(lines)


def held(text, findings):
    """What must be true of the findings of any text."""
    for finding in findings:
        assert 1 <= finding.line <= text.count("\n") + 1
        assert finding.message
        assert finding.allowed
        assert len(finding.value) <= 60
    if eventfile.exit_code(findings):
        with pytest.raises(EventFileError):
            eventfile.load_text(text, "fete")
        return
    event = eventfile.load_text(text, "fete")
    assert event.opens_ms < event.closes_ms
    assert all(IDENTIFIER.fullmatch(atelier.id) and atelier.name("en") for atelier in event.ateliers)
    assert len({station.id for station in event.stations}) == len(event.stations) >= len(event.ateliers)


@given(mutated())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_spoilt_roubaix_file_gives_findings_or_an_event_never_a_failure(text):
    held(text, eventfile.check_text(text))


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_gives_findings_never_a_failure(text):
    findings = eventfile.check_text(text)
    assert eventfile.exit_code(findings) == 1
    held(text, findings)


@given(st.lists(st.tuples(st.integers(0, 10**6), st.binary(max_size=3)), min_size=1, max_size=5))
@settings(max_examples=100, deadline=None)
def test_any_bytes_give_findings_or_an_event(changes):
    content = bytearray(ROUBAIX.read_bytes())
    for at, noise in changes:
        at %= len(content)
        content[at : at + len(noise)] = noise
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fete.toml"
        path.write_bytes(content)
        if eventfile.exit_code(eventfile.check(path)) == 0:
            assert eventfile.load(path).id == "fete"


# ---- lines ----------------------------------------------------------------------------------------------------

TEXTS = st.sampled_from(
    ['"a"', '""', "''", "'#'", '"]"', '"}\\""', '"""x\n"y" # z\n"""', '"""a""\\""""', "'''\n[b]\n'c''''", '""""a"""""',
     "12", "1979-05-27 07:32:00", "0x1F", "-inf", "true"]
)  # fmt: skip
NAMES = st.sampled_from(["a", "b-c", "0", '"a.b"', "'d # e'", '"\\u00e9"', '""'])
VALUE = st.recursive(
    TEXTS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda each: "[ # c\n" + ",\n  ".join(each) + "\n]"),
        st.lists(st.tuples(NAMES, inner), max_size=3).map(
            lambda each: (
                "{ " + ", ".join(f"{key}.k{n} = {value}" for n, (key, value) in enumerate(each)) + " }"
            )
        ),
    ),
    max_leaves=6,
)


@st.composite
def documents(draw):
    lines = []
    for count in range(draw(st.integers(1, 10))):
        name = draw(NAMES)
        lines += draw(
            st.sampled_from(
                [
                    [f"[t{count} . {name}] # c"],
                    [f"[[ s.{name} ]]"],
                    ["[[s]]"],
                    [f"[[s.u.{name}]]"],
                    ["", "# [x]"],
                    [],
                ]
            )
        )
        lines.append(f"  k{count} . {name}\t= {draw(VALUE)}")
    return "\n".join(lines)


def paths(value, path=()):
    if path:
        yield path
    if isinstance(value, dict):
        for key, each in value.items():
            yield from paths(each, (*path, key))
    if isinstance(value, list):
        for at, each in enumerate(value):
            yield from paths(each, (*path, at))


@given(documents())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
def test_each_key_that_toml_finds_has_its_line_and_no_other(text):
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        assume(False)
    places = Places(text)
    expected = set(paths(data))
    assert set(places) == expected
    lines = text.split("\n")
    for path in expected:
        if isinstance(path[-1], str) and path[-1].startswith(("k", "t")):
            assert path[-1] in lines[places.line(path) - 1]


def test_tables_written_apart_keep_their_lines():
    text = "[[a]]\nx = 1\n[b]\ny = 1\n[[a]]\nx = 2\n[a.c]\nz = 3\n[[a.d]]\nw = [\n  {v = 1},\n  {v = 2} ]\n"
    places = Places(text)
    assert [places.line(p) for p in (("a", 0, "x"), ("b", "y"), ("a", 1), ("a", 1, "x"), ("a", 1, "c", "z"))] == [
        2, 4, 5, 6, 8,
    ]  # fmt: skip
    assert places.line(("a", 1, "d", 0, "w", 1, "v")) == 12
    assert places.line(("a", 1, "nothing")) == 5
    assert places.line(("nothing",)) == 1
