"""A station that its hub refuses: it says so, keeps what is scanned, and takes a new code by its own scanner."""

from dataclasses import replace

import pytest

from firmware import config
from firmware.wire import signature
from firmware.wire.enrolment import Enrolment

CODE = "BCDFGHJKLNPRSTVX"
NEW_KEY = bytes(range(64, 96))


@pytest.fixture
def refusing(hub, plan_of):
    """A hub that has taken the station's key away, once it was told to."""
    hub.plan = plan_of(steps=("arrive",))
    hub.refused = 0
    hub.script = lambda found, given: (hub.refused, {}, b"{}") if hub.refused else "as usual"
    return hub


@pytest.fixture
def running(station, refusing, port, eventually):
    """With all that its page needs."""
    one = station(refusing.address, screen__port=port).start().ready()
    eventually(lambda: one.ask_page("state")[0] == 200)
    return one


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_station_takes_a_new_code_by_its_scanner_and_keeps_its_log(
    running, refusing, badges, event_key, eventually, status
):
    running.scan(badges[0])
    eventually(lambda: refusing.seqs == [1])
    refusing.refused = status
    running.wait_for(signal="pairing", waiting=True)
    running.scan(badges[1])
    eventually(lambda: running.state()["trouble"].startswith("Rattachement refusé : scannez un nouveau code"))
    assert running.state()["hub"]
    assert f"({status})" in running.command("status").stdout
    made = Enrolment(refusing.address, "vr-1", "vr", ("arrive",), NEW_KEY, event_key)
    line = refusing.invite(CODE, made)
    refusing.keys, refusing.refused = signature.device_keys(NEW_KEY), 0
    refusing.take = _checked(refusing)
    running.scanner.scan(line)
    running.wait_for(signal="pairing", waiting=False)
    running.ready()
    eventually(lambda: refusing.seqs == [1, 2])
    assert running.scan(badges[2])["seq"] == 3
    eventually(lambda: refusing.seqs == [1, 2, 3] and not running.state()["trouble"])
    assert len({epoch for _, epoch, _ in refusing.kept}) == 1
    assert config.read(running.config).device_key == NEW_KEY
    assert running.stop() == 0
    assert "Traceback" not in running.errors.read_text()


def _checked(hub):
    """What is signed with another key is refused, as by a hub."""
    genuine = hub.take

    def take(body, signed):
        try:
            signature.check(hub.keys.up, body, signed)
        except ValueError:
            return 403, {}, b"{}"
        return genuine(body, signed)

    return take


def test_a_station_that_is_believed_again_says_so(running, refusing):
    refusing.refused = 401
    running.wait_for(signal="pairing", waiting=True)
    refusing.refused = 0
    running.wait_for(signal="pairing", waiting=False)


def test_a_hub_that_is_gone_after_it_refused_has_still_refused(running, refusing, serve, eventually):
    refusing.refused = 401
    running.wait_for(signal="pairing", waiting=True)
    serve.made[0].stop()
    eventually(lambda: not running.state()["hub"])
    assert running.state()["trouble"].startswith("Rattachement refusé")


def test_a_code_that_is_over_is_told_and_the_station_goes_on(
    running, refusing, badges, device_key, event_key, eventually
):
    line = refusing.invite(
        CODE, Enrolment(refusing.address, "vr-1", "vr", ("arrive",), device_key, event_key)
    )
    refusing.spent[CODE] = None, b""
    refusing.refused = 401
    running.wait_for(signal="pairing", waiting=True)
    assert running.scan(line, signal="refused")["reason"] == "pairing refused"
    eventually(lambda: (said := running.state()["said"]) and "demandez-en un nouveau" in said["words"])
    running.scan(badges[0])


def test_a_station_that_is_not_refused_turns_a_code_down_in_words(
    running, refusing, device_key, event_key, eventually
):
    made = Enrolment(refusing.address, "vr-1", "vr", ("arrive",), device_key, event_key)
    for line in (refusing.invite(CODE, made), replace(made, station="vr-2").encode()):
        assert running.scan(line, signal="refused")["reason"] == "already enrolled"
        eventually(
            lambda: (said := running.state()["said"]) and "cette station est déjà rattachée" in said["words"]
        )
    assert config.read(running.config).station == "vr-1"
    assert CODE not in running.errors.read_text()
