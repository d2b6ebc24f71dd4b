"""Pairing: the keys reach who knows the code, and nobody who only listens, guesses or stands between."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.wire import pairing, schema
from firmware.wire.enrolment import Enrolment
from firmware.wire.errors import BadSignature, Malformed, WireError
from firmware.wire.pairing import Invitation

CODE = "BCDFGHJKLNPRSTVX"
NONCE = "0123456789abcdef" * 2
MADE = Enrolment("http://192.168.1.10:8080", "vr", "vr", ("arrive",), bytes(range(32)), bytes(32))


@pytest.fixture(scope="module")
def key():
    return pairing.key_of(CODE)


def test_the_device_that_knows_the_code_gets_its_keys(key):
    sent = pairing.ask(CODE, key, NONCE)
    heard = pairing.asked(sent.encode())
    assert heard == sent
    pairing.check(heard, key)
    given = pairing.give(MADE, heard, key)
    assert pairing.take(given.encode(), sent, key) == MADE


def test_what_travels_holds_neither_the_keys_nor_the_secret_of_the_code(key):
    sent = pairing.ask(CODE, key, NONCE)
    travelled = sent.encode() + pairing.give(MADE, sent, key).encode()
    for secret in (CODE[4:], MADE.device_key.hex(), MADE.event_key.hex(), key.hex(), MADE.encode()[8:40]):
        assert secret.encode() not in travelled


def test_whoever_guesses_the_code_is_refused(key):
    with pytest.raises(BadSignature):
        pairing.check(pairing.ask(CODE, pairing.key_of(CODE[:-1] + "B"), NONCE), key)


def test_an_answer_to_another_ask_is_refused(key):
    sent = pairing.ask(CODE, key, NONCE)
    old = pairing.give(MADE, replace(sent, nonce="f" * 32), key)
    with pytest.raises(BadSignature):
        pairing.take(old.encode(), sent, key)


def test_no_bit_of_the_answer_can_be_flipped(key):
    sent = pairing.ask(CODE, key, NONCE)
    body = pairing.give(MADE, sent, key).encode()
    for at in range(0, 8 * len(body), 3):
        flipped = bytearray(body)
        flipped[at // 8] ^= 1 << at % 8
        try:
            found = pairing.take(bytes(flipped), sent, key)
        except WireError:
            continue
        assert found == MADE, "a bit that means nothing"


def test_an_invitation_comes_back_as_it_went():
    line = Invitation("http://192.168.1.10:8080", CODE).encode()
    assert pairing.invitation(line + "\r\n") == Invitation("http://192.168.1.10:8080", CODE)
    assert pairing.name_of(CODE) == "BCDF"


@pytest.mark.parametrize(
    "line",
    ["", "RONDE1.abc", "RONDE2.", f"RONDE2.{CODE}", f"RONDE2.{CODE}.ftp://x", f"RONDE2.{CODE[1:]}.http://x"],
)
def test_a_line_that_is_no_invitation_is_refused(line):
    with pytest.raises(Malformed):
        pairing.invitation(line)


@pytest.mark.parametrize("typed", ["bcdf ghjk lnpr stvx", "BCDF-GHJK-LNPR-STVX", f" {CODE}\n"])
def test_a_code_that_a_hand_typed_is_forgiven_its_form(typed):
    assert pairing.parse(typed) == CODE


@pytest.mark.parametrize("typed", ["", CODE[1:], CODE + "B", "ACDFGHJKLNPRSTVX", "É" * 16])
def test_letters_that_are_no_code_are_refused(typed):
    with pytest.raises(Malformed):
        pairing.parse(typed)


def test_codes_are_drawn_from_all_letters():
    chance = random.Random(1)
    codes = {pairing.new_code(chance.randrange) for _ in range(100)}
    assert len(codes) == 100
    assert set("".join(codes)) == set(CODE)


@given(
    st.binary(max_size=400)
    | st.dictionaries(
        st.sampled_from(["v", "code", "nonce", "proof", "sealed"]), st.text() | st.integers()
    ).map(schema.canonical)
)
def test_any_bytes_are_read_or_refused(key, body):
    for read in (pairing.asked, lambda body: pairing.take(body, pairing.ask(CODE, key, NONCE), key)):
        with pytest.raises(WireError):
            read(body)


@given(st.text(max_size=200))
def test_any_line_is_read_or_refused(line):
    for read in (pairing.invitation, pairing.parse):
        try:
            read(line)
        except WireError:
            continue
