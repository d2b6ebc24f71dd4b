"""A station asks for its plan: signed both ways, and answered for this very question."""

import pytest

from firmware.wire import plan as wire_plan
from firmware.wire import signature
from firmware.wire.errors import BadSignature, Malformed, UnknownVersion, WireError
from firmware.wire.schema import canonical, read
from kiosk.errors import UnknownStation
from kiosk.registry import Wanted

from .device import HUB, answered

NONCE = "5b1f2c70aa34d9e1"


def question(station, nonce=NONCE, **other):
    body = canonical({"v": 1, "station": station.enrolment.station, "nonce": nonce} | other)
    return body, signature.sign(station.keys.up, body)


def asked(hub, station):
    body, signed = hub.plan(*question(station))
    signature.check(station.keys.down, body, signed)
    told = read(body)
    assert (told["v"], told["station"], told["nonce"]) == (1, station.enrolment.station, NONCE)
    return wire_plan.from_json(told["plan"])


def test_the_plan_is_the_one_that_receipts_name(hub, station):
    found = asked(hub, station)
    assert (found.station, found.atelier) == ("arts", "arts")
    assert answered(hub, station, station.batch()).plan == found.digest


def test_a_station_that_was_moved_is_given_its_new_atelier(hub, station):
    hub.registry.set(Wanted("arts", atelier="vr", steps=("enter", "leave"), label="Le grand écran"))
    found = asked(hub, station)
    assert (found.atelier, found.steps, found.label) == ("vr", ("enter", "leave"), "Le grand écran")


def test_a_question_that_is_played_again_changes_nothing_and_is_answered_to_its_own_nonce_only(hub, station):
    body, signed = question(station)
    first = hub.plan(body, signed)
    version, seen = hub._day.view.version, hub.seen
    assert hub.plan(body, signed) == first
    assert (hub._day.view.version, hub.seen) == (version, seen)
    assert hub.plan(*question(station, "00" * 8)) != first


@pytest.mark.parametrize("signed", ["", "0" * 64, "é", "x" * 10_000])
def test_a_wrong_signature_is_refused(hub, station, signed):
    with pytest.raises(BadSignature):
        hub.plan(question(station)[0], signed)


def test_a_receipt_key_and_another_station_s_key_ask_nothing(hub, station):
    body, _ = question(station)
    other = signature.device_keys(hub.enrol("vr", HUB).device_key)
    for key in (station.keys.down, other.up):
        with pytest.raises(BadSignature):
            hub.plan(body, signature.sign(key, body))


def test_every_flipped_bit_is_noticed(hub, station):
    body, signed = question(station)
    for at in range(8 * len(body)):
        altered = bytearray(body)
        altered[at // 8] ^= 1 << at % 8
        with pytest.raises((WireError, UnknownStation)):
            hub.plan(bytes(altered), signed)


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"\xff", b'{"v":1}', b'{"v":1,"station":"arts"}'])
def test_what_is_no_question_is_malformed(hub, station, body):
    with pytest.raises(Malformed):
        hub.plan(body, signature.sign(station.keys.up, body))


def test_a_question_of_a_later_version_is_told(hub, station):
    with pytest.raises(UnknownVersion):
        hub.plan(*question(station, v=2))


def test_a_station_that_is_not_enrolled_or_not_of_this_day_gets_none(hub, station):
    hub.revoke("arts")
    with pytest.raises(UnknownStation, match="enrol it again"):
        hub.plan(*question(station))
