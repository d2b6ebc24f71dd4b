"""Pairing codes: right ones are always taken, once; wrong ones are counted, told and slowed down."""

import random
import threading

import pytest

from firmware.wire import pairing, signature
from firmware.wire.errors import BadSignature, Malformed, UnknownVersion
from firmware.wire.schema import canonical, read
from kiosk import pairings as module
from kiosk.errors import CodeOver, JournalUnavailable, Refused, TooManyTries, UnknownAtelier, UnknownCode
from kiosk.errors import UnknownStation as NoStation
from kiosk.pairings import MOST_WRONG, REMEMBERED_S
from kiosk.registry import Wanted
from kiosk.tries import HOUR_S, MOST_A_DEVICE, MOST_IN_ALL

from .device import HUB, Station, answered

NONCE = "00112233445566778899aabbccddeeff"
ADDRESS = "192.168.1.33"
LIFE_S = pairing.LIFE_MS / 1000


class Device:
    """What reads a code: it makes the key of it once, and asks."""

    def __init__(self, code, nonce=NONCE):
        self.key = pairing.key_of(code)
        self.ask = pairing.ask(code, self.key, nonce)

    def asks(self, hub, address=ADDRESS):
        return pairing.take(hub.pairings.answer(self.ask.encode(), address), self.ask, self.key)


def drawn(hub, wanted=None):
    return hub.invite(wanted or Wanted("vr"), HUB)


def code_of(shown):
    return shown.invitation.code


def wrong(code, nonce=NONCE):
    """An ask that knows the beginning of the code only."""
    return pairing.ask(code, b"x" * 32, nonce).encode()


CHANCE = random.Random(5)


def unknown(hub):
    """An ask for a code that nobody was shown."""
    while (code := pairing.new_code(CHANCE.randrange))[:4] in hub.pairings._drawn:
        pass
    return wrong(code)


# The right code


def test_a_device_that_knows_the_code_is_given_all_that_it_must_know(hub):
    shown = drawn(hub)
    assert (shown.station, shown.state, shown.left_s) == ("vr", "waiting", LIFE_S)
    read_by_scanner = pairing.invitation(shown.invitation.encode())
    assert read_by_scanner.hub == HUB
    made = Device(read_by_scanner.code).asks(hub)
    assert (made.hub, made.station, made.atelier) == (HUB, "vr", "vr")
    assert made.event_key == hub._day.event_key
    assert hub.pairings.of("vr").state == "paired"
    station = Station(made)
    assert answered(hub, station, station.batch()).held == 0


def test_each_device_has_a_key_of_its_own_and_the_one_before_is_believed_no_more(hub):
    first = Station(Device(code_of(drawn(hub))).asks(hub))
    answered(hub, first, first.batch())
    second = Station(Device(code_of(drawn(hub))).asks(hub))
    assert second.enrolment.device_key != first.enrolment.device_key
    assert "vr" not in hub.seen
    with pytest.raises(BadSignature):
        hub.receive(*first.post(first.batch()), 20)
    answered(hub, second, second.batch())


def test_the_key_of_a_paired_device_survives_a_restart(hub, open_hub):
    station = Station(Device(code_of(drawn(hub))).asks(hub))
    assert answered(open_hub(), station, station.batch()).held == 0


def test_a_code_is_good_for_one_device_but_the_same_ask_is_answered_alike(hub):
    """The answer may have been lost on its way."""
    code = code_of(drawn(hub))
    device = Device(code)
    made = device.asks(hub)
    assert device.asks(hub) == made
    with pytest.raises(CodeOver, match="was used"):
        Device(code, nonce="ff" * 16).asks(hub)


def test_a_used_code_is_not_answered_for_ever(hub, stopwatch):
    device = Device(code_of(drawn(hub)))
    device.asks(hub)
    stopwatch.now_s += LIFE_S
    with pytest.raises(CodeOver, match="was used"):
        device.asks(hub)


def test_a_code_expires_and_after_an_hour_nobody_knows_it(hub, stopwatch):
    device = Device(code_of(drawn(hub)))
    stopwatch.now_s += LIFE_S - 1
    assert hub.pairings.of("vr").left_s == 1
    stopwatch.now_s += 1
    assert (hub.pairings.of("vr").state, hub.pairings.of("vr").left_s) == ("expired", 0)
    with pytest.raises(CodeOver, match="has expired"):
        device.asks(hub)
    stopwatch.now_s += REMEMBERED_S
    with pytest.raises(UnknownCode):
        device.asks(hub)
    assert hub.pairings.of("vr") is None


def test_a_newer_code_of_the_station_takes_the_place_of_the_older_and_of_no_other(hub):
    old, other, new = drawn(hub), drawn(hub, Wanted("arts")), drawn(hub)
    with pytest.raises(CodeOver, match="newer"):
        Device(code_of(old)).asks(hub)
    assert Device(code_of(new)).asks(hub).station == "vr"
    assert Device(code_of(other)).asks(hub).station == "arts"


def test_a_code_may_be_cancelled(hub):
    shown = drawn(hub)
    hub.pairings.cancel("vr")
    assert hub.pairings.of("vr").state == "cancelled"
    with pytest.raises(CodeOver, match="cancelled"):
        Device(code_of(shown)).asks(hub)


def test_where_nothing_can_be_kept_the_code_is_as_good_as_before(hub, monkeypatch):
    device = Device(code_of(drawn(hub)))
    with monkeypatch.context() as patch:

        def full(*_):
            raise JournalUnavailable("disk full")

        patch.setattr(hub._day, "between", full)
        with pytest.raises(JournalUnavailable):
            device.asks(hub)
    assert hub.pairings.of("vr").state == "waiting"
    assert device.asks(hub).station == "vr"


def test_a_phone_is_a_station_that_the_event_file_does_not_have(hub, event):
    before = hub._day.view.version
    shown = drawn(hub, Wanted("phone-1", atelier="vr", steps=("enter", "leave"), label="Téléphone de Sam"))
    assert hub._day.view.version == before  # a code that nobody takes leaves nothing
    made = Device(code_of(shown)).asks(hub)
    assert (made.station, made.atelier, made.steps) == ("phone-1", "vr", ("enter", "leave"))
    assert hub._day.event.stations[-1].label == "Téléphone de Sam"
    assert [each.id for each in event.stations] == [each.id for each in hub._day.event.stations[:-1]]


def test_a_station_that_was_moved_while_its_code_was_shown_stays_where_it_was_moved(hub):
    shown = drawn(hub)
    hub.registry.set(Wanted("vr", atelier="arts"))
    assert Device(code_of(shown)).asks(hub).atelier == "arts"


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        (Wanted("sauna"), NoStation),
        (Wanted("sauna", atelier="spa"), UnknownAtelier),
        (Wanted("desk", atelier="vr"), Refused),
        (Wanted("Sauna !", atelier="vr"), Refused),
        (Wanted("vr", steps=("jump",)), Refused),
        (Wanted("vr", steps=()), Refused),
        (Wanted("vr", label="x" * 41), Refused),
        (Wanted("vr", label="a\u202eb"), Refused),
    ],
)
def test_no_code_is_shown_for_what_makes_no_sense(hub, wanted, error):
    with pytest.raises(error):
        drawn(hub, wanted)
    assert hub.pairings.of(wanted.name) is None


def test_an_invitation_to_what_is_no_address_is_refused(hub):
    with pytest.raises(Refused, match=r"“10\.0\.0\.1” is not the address"):
        hub.invite(Wanted("vr"), "10.0.0.1")


# Wrong ones


def test_five_wrong_proofs_make_a_code_void(hub):
    code = code_of(drawn(hub))
    for _ in range(MOST_WRONG):
        with pytest.raises(BadSignature):
            hub.pairings.answer(wrong(code), ADDRESS)
    assert hub.pairings.of("vr").state == "void"
    with pytest.raises(CodeOver, match="mistyped"):
        Device(code).asks(hub)


def test_four_wrong_proofs_do_not(hub):
    code = code_of(drawn(hub))
    for _ in range(MOST_WRONG - 1):
        with pytest.raises(BadSignature):
            hub.pairings.answer(wrong(code), ADDRESS)
    assert Device(code).asks(hub).station == "vr"


def test_whoever_sends_many_wrong_codes_has_to_wait_and_their_right_code_is_taken_all_the_same(
    hub, stopwatch
):
    code = code_of(drawn(hub))
    for _ in range(MOST_A_DEVICE):
        with pytest.raises(UnknownCode):
            hub.pairings.answer(unknown(hub), ADDRESS)
    with pytest.raises(TooManyTries) as told:
        hub.pairings.answer(unknown(hub), ADDRESS)
    assert 0 < told.value.again_s <= HOUR_S
    for _ in range(100):  # looked at by nobody: they do not make the code void
        with pytest.raises(TooManyTries):
            hub.pairings.answer(wrong(code), ADDRESS)
    with pytest.raises(UnknownCode):  # another device does not wait
        hub.pairings.answer(unknown(hub), "192.168.1.44")
    assert Device(code).asks(hub).station == "vr"
    stopwatch.now_s += told.value.again_s
    with pytest.raises(UnknownCode):
        hub.pairings.answer(unknown(hub), ADDRESS)


def test_a_flood_from_everywhere_is_slowed_in_all_and_blocks_no_right_code(hub):
    looked_at = 0
    for at in range(5000):
        try:
            hub.pairings.answer(unknown(hub), f"10.0.{at // 250}.{at % 250}")
        except UnknownCode:
            looked_at += 1
        except TooManyTries:
            pass
    assert looked_at == MOST_IN_ALL
    code = code_of(drawn(hub))
    for at in range(1000):  # not even by who knows how it begins
        with pytest.raises(TooManyTries):
            hub.pairings.answer(wrong(code), f"10.1.{at // 250}.{at % 250}")
    assert Device(code).asks(hub, "10.0.0.1").station == "vr"


def test_the_slow_part_is_done_once_a_code_and_not_for_who_asks(hub, monkeypatch):
    made = []
    slow = pairing.key_of

    def counted(code):
        made.append(code)
        return slow(code)

    monkeypatch.setattr(module.pairing, "key_of", counted)
    code = code_of(drawn(hub))
    for _ in range(50):
        with pytest.raises((BadSignature, CodeOver, TooManyTries)):
            hub.pairings.answer(wrong(code), ADDRESS)
    assert made == [code]


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"\xff", b'{"v":1}', b"[" * 10_000, b"x" * 100_000])
def test_what_asks_for_nothing_is_malformed(hub, body):
    with pytest.raises(Malformed):
        hub.pairings.answer(body, ADDRESS)


def test_an_ask_of_a_later_version_is_told(hub):
    body = canonical(read(wrong(code_of(drawn(hub)))) | {"v": 2})
    with pytest.raises(UnknownVersion):
        hub.pairings.answer(body, ADDRESS)


def test_every_flipped_bit_of_an_ask_is_noticed_and_gives_no_key(hub, stopwatch):
    code = code_of(drawn(hub))
    body = Device(code).ask.encode()
    kept = hub._day.between(lambda journal: journal.secrets("station/"))
    for at in range(0, 8 * len(body), 3):
        altered = bytearray(body)
        altered[at // 8] ^= 1 << at % 8
        with pytest.raises((Malformed, UnknownVersion, BadSignature, UnknownCode, CodeOver, TooManyTries)):
            hub.pairings.answer(bytes(altered), ADDRESS)
    assert hub._day.between(lambda journal: journal.secrets("station/")) == kept


def test_of_many_devices_that_read_one_code_at_once_one_gets_the_name(hub):
    code = code_of(drawn(hub))
    devices = [Device(code, nonce=f"{at:032x}") for at in range(8)]
    made, over = [], []

    def ask(device):
        try:
            made.append(device.asks(hub))
        except CodeOver:
            over.append(device)

    threads = [threading.Thread(target=ask, args=[device]) for device in devices]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(made), len(over)) == (1, 7)
    assert hub.registry.keys_of("vr") == signature.device_keys(made[0].device_key)
