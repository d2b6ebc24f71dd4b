import base64
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.lines import LONGEST_LINE, Codes, Lines
from firmware.wire import pairing, token
from firmware.wire.enrolment import Enrolment

chance = random.Random(1)
BADGE, OTHER = (token.issue(bytes(32), chance.randrange) for _ in range(2))
INVITATION = pairing.Invitation("http://192.168.1.20:8080", pairing.new_code(chance.randrange)).encode()
ENROLMENT = Enrolment(
    "http://hub.local:8080", "vr-1", "vr", ("arrive",), bytes(range(32)), bytes(range(32, 64))
).encode()
OURS = [(BADGE,), (INVITATION,), (ENROLMENT,)]


def reader(prefix=""):
    return Lines(Codes(prefix).whole)


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_a_line_ends_by_cr_lf_or_both(end):
    lines = reader()
    assert list(lines.feed("one" + end + "two" + end + "thr")) == ["one", "two"]
    assert list(lines.feed("ee" + end)) == ["three"]


@pytest.mark.parametrize("around", ["{}", "\x02{}\x03", "]Q1{}", "\x02]Q1{}\x03\x04"])
def test_a_scanner_that_sends_no_end_is_understood(around):
    lines, sent = reader(), around.format(BADGE)
    assert list(lines.feed(sent)) == []
    assert list(lines.silence(0.05)) == []
    assert list(lines.silence(0.1)) == [sent]
    assert list(lines.silence(5)) == []
    assert list(lines.feed("\r")) == []


def test_a_stutter_in_the_middle_of_a_badge_does_no_harm():
    lines = reader()
    assert list(lines.feed(BADGE[:7])) == []
    assert list(lines.silence(0.5)) == []
    assert list(lines.feed(BADGE[7:] + "\r")) == [BADGE]


def test_what_never_ends_is_given_up_so_that_it_is_refused_aloud():
    lines = reader()
    assert list(lines.feed(BADGE[:7])) == []
    assert list(lines.silence(1.0)) == [BADGE[:7]]


def test_an_invitation_is_not_cut_before_its_end():
    """Without the port it would be an invitation too, to another place."""
    lines = reader()
    assert list(lines.feed(INVITATION.removesuffix(":8080"))) == []
    assert list(lines.silence(0.9)) == []
    assert list(lines.feed(":8080\r")) == [INVITATION]


def test_the_frame_that_comes_after_a_silence_is_not_refused():
    lines = reader()
    assert list(lines.feed(BADGE)) == []
    assert list(lines.silence(0.2)) == [BADGE]
    assert list(lines.feed("\x03\t")) == []
    assert list(lines.silence(2)) == []


def test_an_endless_line_takes_no_room():
    lines = reader()
    for _ in range(1000):
        assert list(lines.feed("x" * 1000)) == []
    (line,) = lines.feed("\r")
    assert LONGEST_LINE < len(line) <= LONGEST_LINE + 1
    assert list(lines.feed(BADGE + "\r")) == [BADGE]


@given(st.lists(st.text(st.characters(max_codepoint=255), max_size=20)))
def test_the_cutting_of_a_stream_does_not_matter(pieces):
    whole, cut = reader(), reader()
    assert list(whole.feed("".join(pieces))) == [line for piece in pieces for line in cut.feed(piece)]


@pytest.mark.parametrize("ours", OURS)
@pytest.mark.parametrize("around", ["{}", "\x02{}\x03", "]Q1{}", "\x02]d2{}\x1d", " {}\t", "]Q1\x02{}"])
def test_what_a_scanner_puts_around_a_code_is_taken_away(ours, around):
    assert Codes().of(around.format(*ours)) == ours


@pytest.mark.parametrize("ours", OURS)
@pytest.mark.parametrize("around", ["S1:{}", "]Q1S1:{}", "S1:]Q1{}", "s1:{}", "{}"])
def test_a_prefix_that_it_is_set_to_send_is_taken_away(ours, around):
    assert Codes("S1: ").of(around.format(*ours)) == ours


def test_a_prefix_of_a_badges_letters_does_no_harm():
    assert Codes("C").of("C" + BADGE) == (BADGE,)
    assert Codes("C").of(BADGE) == (BADGE,)
    assert Codes("C").of("C" + BADGE + "C" + OTHER) == (BADGE, OTHER)


@pytest.mark.parametrize(
    "written", [BADGE.lower(), BADGE.swapcase(), token.grouped(BADGE), BADGE[:8] + "-" + BADGE[8:]]
)
def test_a_badge_is_given_as_it_ought_to_be_written(written):
    assert Codes().of(written) == (BADGE,)


@pytest.mark.parametrize("change", [str.lower, str.upper, str.swapcase])
def test_an_invitation_is_read_in_any_case(change):
    assert Codes().of(change(INVITATION)) == (INVITATION,)


def test_an_enrolment_whose_case_was_turned_over_is_turned_back():
    assert Codes().of(ENROLMENT.swapcase()) == (ENROLMENT,)
    assert Codes().of(ENROLMENT.lower()) == ()


@pytest.mark.parametrize("between", ["", "\t", "]Q1", "\x03\x02", "\x03\x02]Q1"])
def test_badges_that_ran_together_are_told_apart(between):
    assert Codes().of(BADGE + between + OTHER + between + BADGE) == (BADGE, OTHER, BADGE)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "https://example.org/menu",
        "3017620422003",
        BADGE[:15],
        BADGE + "B",
        "B" + BADGE[1:],
        BADGE + OTHER[:15],
        "RONDE2.",
        "RONDE2." + BADGE,
        INVITATION.replace("http:", "ftp:"),
        INVITATION + "/path?query",
        ENROLMENT[:-8],
        "RONDE1." + base64.urlsafe_b64encode(b"{}").decode(),
        "RONDE3." + BADGE,
        "]Q1",
    ],
)
def test_what_is_not_ours_stays_what_it_is(line):
    assert Codes("S1").of(line) == ()
    assert Codes("S1").plain(line) == line


def test_what_is_no_text_is_replaced_where_it_is_told():
    assert Codes().plain("a\xffb\x00") == "a\ufffdb\x00"


@given(st.text(st.characters(max_codepoint=255), max_size=80), st.text("CBX]Q1- ", max_size=4))
def test_whatever_comes_what_is_found_is_ours(line, prefix):
    for found in Codes(prefix).of(line):
        assert Codes().of(found) == (found,)


def test_a_long_line_that_resembles_badges_is_looked_at_once():
    assert Codes("C").of("C" * (LONGEST_LINE - 1) + "!") == ()
