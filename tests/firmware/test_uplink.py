"""The uplink in this process, one exchange at a time, against a hub on loopback."""

import random
import socket
import threading
from dataclasses import replace

import pytest

from firmware.clock import Clock
from firmware.config import UplinkSettings
from firmware.courier import Courier
from firmware.errors import HubRefused, HubUnbelievable, HubUnreachable, OutboxDamaged
from firmware.hubtime import HubTime
from firmware.memory import Memory
from firmware.outbox import Outbox
from firmware.uplink import Uplink
from firmware.wire import schema, signature
from firmware.wire.anchor import MOST_IN_A_BATCH, Anchor
from firmware.wire.batch import Health
from firmware.wire.booth import Standing
from firmware.wire.card import Card

BADGE = "CFBXKCNGBKHTJKGJ"
HUB_MS = 1_668_866_400_000


class HandClock(Clock):
    """A clock that is moved by hand."""

    def __init__(self):
        self.boot = "b" * 32
        self.ms = 10_000

    def boot_ms(self):
        return self.ms

    def wall_ms(self):
        return 0


@pytest.fixture
def clock():
    return HandClock()


@pytest.fixture
def outbox(tmp_path):
    with Outbox(tmp_path / "data", "vr-1", "event", now_ms=lambda: 0) as made:
        yield made


@pytest.fixture
def dated_hub(hub, clock):
    hub.now_ms = lambda: HUB_MS + clock.ms
    return hub


@pytest.fixture
def contacts():
    return []


@pytest.fixture
def memory(outbox, clock):
    return Memory(outbox.folder, "vr-1 event", clock.boot_ms)


@pytest.fixture
def uplink(dated_hub, outbox, memory, clock, device_key, contacts):
    made = Uplink(
        dated_hub.address,
        signature.device_keys(device_key),
        outbox,
        memory,
        HubTime(clock, outbox),
        clock,
        UplinkSettings(timeout_s=2),
        health=lambda: Health(0, True, "0.1.0", temperature_c=48, trouble="no cable"),
        on_contact=contacts.append,
        chance=random.Random(1),
    )
    yield made
    made.stop()


def scans(outbox, clock, count, boots=None):
    for n in range(count):
        boot = f"{n % boots:032x}" if boots else clock.boot
        outbox.append("enter", BADGE, "vr", boot=boot, boot_ms=clock.ms + n, wall_ms=0)


def exchanges(uplink, most=50):
    for count in range(1, most + 1):
        if not uplink.exchange():
            return count
    raise AssertionError("it never comes to rest")


def test_what_a_batch_says_of_the_station(uplink, hub, outbox, clock):
    scans(outbox, clock, 3)
    uplink.exchange()
    (found,) = hub.batches
    assert (found.station, found.epoch, found.boot, found.boot_ms) == (
        "vr-1",
        outbox.epoch,
        clock.boot,
        10_000,
    )
    assert (found.health.backlog, found.health.scanner, found.health.version) == (3, True, "0.1.0")
    assert (found.first, found.passages, found.anchors, found.hub) == (1, (), (), "0" * 16)
    told = found.health
    assert (told.up_s, told.last_scan_s, told.temperature_c, told.trouble) == (10, 0, 48, "no cable")
    assert (told.wall_offset_ms, told.clock_error_ms) == (None, None)
    clock.ms += 20_000
    uplink.exchange()
    told = hub.batches[-1].health
    assert (told.last_scan_s, told.wall_offset_ms, told.clock_error_ms) == (19, -HUB_MS - clock.ms, 2)


def test_the_plan_is_asked_for_when_a_receipt_names_another(uplink, hub, memory, contacts, plan_of):
    hub.plan = plan_of(places=3)
    uplink.exchange()
    assert (memory.told.plan, contacts[-1].told.plan) == (hub.plan, hub.plan)
    uplink.exchange()
    assert hub.plans == 1
    hub.plan = plan_of(places=4)
    uplink.exchange()
    assert (memory.told.plan, hub.plans) == (hub.plan, 2)


@pytest.mark.parametrize("flaw", ["signature", "nonce", "station", "status", "junk"])
def test_a_plan_that_cannot_be_believed_is_not_taken_and_holds_nothing_up(
    uplink, hub, memory, outbox, clock, plan_of, flaw, monkeypatch
):
    hub.plan = plan_of()
    genuine = hub.give_plan

    def flawed(body, signed):
        if flaw == "status":
            return 503, {}, b""
        if flaw == "signature":
            return 200, {}, genuine(body, signed)[2]
        if flaw == "junk":
            return 200, {signature.HEADER: signature.sign(hub.keys.down, b"[]")}, b"[]"
        other = {"nonce": b"a" * 32, "station": b"vr-2"}[flaw]
        answer = genuine(body, signed)[2]
        known = schema.read(body)[flaw].encode()
        answer = answer.replace(
            b'"%s":"%s","plan"' % (flaw.encode(), known), b'"%s":"%s","plan"' % (flaw.encode(), other)
        )
        answer = answer.replace(b'"station":"%s","v":1}' % known, b'"station":"%s","v":1}' % other)
        return 200, {signature.HEADER: signature.sign(hub.keys.down, answer)}, answer

    hub.give_plan = flawed
    scans(outbox, clock, 3)
    exchanges(uplink)
    assert hub.seqs == [1, 2, 3]
    assert memory.told.plan is None
    asked = hub.plans
    uplink.exchange()
    assert hub.plans == asked, "not again at once"
    hub.give_plan = genuine
    clock.ms += 60_000
    uplink.exchange()
    assert memory.told.plan == hub.plan


def test_who_is_at_the_booth_is_not_taken_for_a_plan_that_is_not_here(uplink, hub, memory, plan_of, clock):
    hub.plan = plan_of()
    uplink.exchange()
    assert memory.told.standings == ()
    hub.plan, hub.refuse_plan = plan_of(atelier="arts"), 503
    hub.floor = lambda: (standing(),)
    uplink.exchange()
    assert memory.told.standings == ()
    hub.refuse_plan = 0
    clock.ms += 60_000
    uplink.exchange()
    assert memory.told.standings == (standing(),)


def standing():
    return Standing(BADGE, "waiting", HUB_MS, HUB_MS)


def test_cards_come_in_turn_and_anew_from_another_hub(uplink, hub, memory, plan_of):
    hub.plan = plan_of()
    hub.cards = [Card(BADGE, "fox", number, 1, 1) for number in range(1, 251)]
    for held in (100, 200, 250, 250):
        uplink.exchange()
        assert len(memory.told.cards) == held
    hub.restore("0b" * 8)
    hub.cards = hub.cards[:50]
    uplink.exchange()
    assert memory.told.cards == tuple(hub.cards)


def test_everything_goes_in_batches_of_two_hundred_at_most(uplink, hub, outbox, clock):
    scans(outbox, clock, 450)
    assert exchanges(uplink) == 4
    assert [len(b.passages) for b in hub.batches] == [0, 200, 200, 50]
    assert outbox.backlog == 0
    assert len({b.nonce for b in hub.batches}) == 4


def test_at_rest_a_heartbeat_is_empty(uplink, hub, outbox, clock):
    scans(outbox, clock, 1)
    exchanges(uplink)
    assert not uplink.exchange()
    assert (hub.batches[-1].first, hub.batches[-1].passages) == (2, ())
    assert len(hub.batches[-1].anchors) == 1


def test_an_exchange_gives_an_anchor_half_way(uplink, hub, outbox, clock):
    def script(found, given):
        clock.ms += 300
        answer = hub.usual(found, replace(given, now_ms=HUB_MS + 10_250))
        clock.ms += 100
        return answer

    hub.script = script
    uplink.exchange()
    (found,) = outbox.anchors(clock.boot)
    assert (found.boot_ms, found.hub_ms, found.error_ms) == (10_200, HUB_MS + 10_250, 200)


def slow(hub, clock, milliseconds):
    def script(found, given):
        clock.ms += milliseconds
        return "as usual"

    hub.script = script


def test_a_slow_exchange_is_not_used_where_there_is_a_better_one(uplink, hub, outbox, clock):
    uplink.exchange()
    slow(hub, clock, 2001)
    scans(outbox, clock, 1)
    for _ in range(3):
        clock.ms += 100_000
        uplink.exchange()
    assert [a.error_ms for a in outbox.anchors(clock.boot)] == [0]
    assert hub.seqs == [1]


def test_where_every_exchange_is_slow_the_passages_still_leave_with_an_honest_error(
    uplink, hub, outbox, clock
):
    slow(hub, clock, 5000)
    scans(outbox, clock, 1)
    assert exchanges(uplink) == 4
    assert hub.seqs == [1]
    assert [a.error_ms for a in outbox.anchors(clock.boot)] == [2500]
    assert hub.batches[-1].anchors


def test_anchors_are_stored_once_a_minute_but_the_newest_is_always_sent(uplink, hub, outbox, clock):
    for _ in range(20):
        clock.ms += 10_000
        uplink.exchange()
    times = [a.boot_ms for a in outbox.anchors(clock.boot)]
    assert times == [20_000, 80_000, 140_000, 200_000]
    assert hub.batches[-1].anchors[0].boot_ms == clock.ms - 10_000


def test_the_anchors_of_every_boot_in_the_batch_go_with_it(uplink, hub, outbox, clock):
    scans(outbox, clock, 100, boots=40)
    own = {f"{n:032x}" for n in range(40)}
    for boot in own:
        for minute in range(30):
            outbox.keep_anchor(Anchor(boot, minute * 60_000, HUB_MS + minute * 60_000, 1))
    exchanges(uplink)
    assert hub.seqs == list(range(1, 101))
    for found in hub.batches:
        assert len(found.anchors) <= MOST_IN_A_BATCH
        for boot in {p.boot for p in found.passages}:
            times = [a.boot_ms for a in found.anchors if a.boot == boot]
            assert {times[0], times[-1]} == {0, 29 * 60_000}


def test_a_hub_that_does_not_move_on_is_not_hammered(uplink, hub, outbox, clock):
    hub.script = lambda found, given: hub.signed(given)
    scans(outbox, clock, 5)
    assert exchanges(uplink) == 2


def test_a_hub_that_went_back_is_told_again(uplink, hub, outbox, clock):
    scans(outbox, clock, 5)
    exchanges(uplink)
    hub.held = dict.fromkeys(hub.held, 2)
    hub.kept = {key: value for key, value in hub.kept.items() if key[2] <= 2}
    exchanges(uplink)
    assert hub.batches[-1].first in (3, 6)
    assert hub.seqs == [1, 2, 3, 4, 5]


def test_a_changed_hub_is_told_all_from_the_first_in_batches(uplink, hub, outbox, clock):
    scans(outbox, clock, 450)
    exchanges(uplink)
    hub.restore("0b" * 8)
    start = len(hub.batches)
    exchanges(uplink)
    sent = [(b.first, len(b.passages)) for b in hub.batches[start:] if b.passages]
    assert sent == [(1, 200), (201, 200), (401, 50)]
    assert outbox.hub == "0b" * 8


def test_a_log_that_the_hub_knows_more_of_is_told_whole_then_condemned(uplink, hub, outbox, clock):
    scans(outbox, clock, 3)
    exchanges(uplink)
    hub.held = dict.fromkeys(hub.held, 7)
    start = len(hub.batches)
    with pytest.raises(OutboxDamaged, match="7 passages"):
        exchanges(uplink)
    assert [p.seq for b in hub.batches[start:] for p in b.passages] == [1, 2, 3]
    assert (outbox.folder / "condemned").exists()


def test_a_thread_that_ended_says_why(uplink, hub, outbox, clock, eventually):
    hub.held[("vr-1", outbox.epoch)] = 5
    uplink.start()
    eventually(lambda: not uplink.is_alive())
    assert isinstance(uplink.failure, OutboxDamaged)


def test_every_flipped_bit_of_a_receipt_is_noticed(uplink, hub, outbox, clock):
    scans(outbox, clock, 1)
    uplink.exchange()
    chance = random.Random(3)
    for _ in range(100):

        def script(found, given):
            status, headers, body = hub.usual(found, given)
            at = chance.randrange(len(body) * 8)
            flipped = bytearray(body)
            flipped[at // 8] ^= 1 << at % 8
            return status, headers, bytes(flipped)

        hub.script = script
        with pytest.raises(HubUnbelievable):
            uplink.exchange()
    assert outbox.held == 0


def test_an_old_receipt_played_again_is_noticed(uplink, hub, outbox, clock):
    first = []
    hub.script = lambda found, given: first.append(hub.usual(found, given)) or first[0]
    uplink.exchange()
    with pytest.raises(HubUnbelievable, match="nonce"):
        uplink.exchange()


@pytest.mark.parametrize(("status", "said"), [(401, "enrol"), (403, "signature"), (404, "hub"), (503, "503")])
def test_a_refusal_says_what_to_do(uplink, hub, status, said):
    hub.script = lambda found, given: (status, {}, b"{}")
    with pytest.raises(HubRefused, match=said) as caught:
        uplink.exchange()
    assert caught.value.status == status


def test_a_connection_is_kept_and_an_old_one_is_replaced_at_once(uplink, hub, serve, outbox, clock):
    uplink.exchange()
    uplink.exchange()
    (server,) = serve.made
    assert len(server.channels) == 1
    for channel in server.channels:
        channel.shutdown(socket.SHUT_RDWR)
    uplink.exchange()
    assert len(server.channels) == 2


def test_back_off_grows_from_one_to_thirty_seconds_with_jitter(uplink):
    for failures, most_s in ((1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 30), (7, 30), (5000, 30)):
        pauses = [uplink._pause_s(failures) for _ in range(200)]
        assert most_s / 2 <= min(pauses) < max(pauses) <= most_s
        assert max(pauses) - min(pauses) > most_s / 4


def test_a_new_passage_is_sent_at_once(uplink, hub, outbox, clock, eventually):
    uplink._settings = replace(uplink._settings, beat_s=60)
    uplink.start()
    eventually(lambda: len(hub.batches) == 1)
    scans(outbox, clock, 1)
    uplink.wake()
    eventually(lambda: hub.seqs == [1], patience_s=5)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"rubbish\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n",
        b"\xff" * 70_000,
    ],
)
def test_nonsense_on_the_line_is_an_unreachable_hub(answer):
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def speak():
            channel, _ = listener.accept()
            with channel:
                channel.recv(65536)
                channel.sendall(answer)

        speaker = threading.Thread(target=speak)
        speaker.start()
        courier = Courier(f"http://127.0.0.1:{listener.getsockname()[1]}", 2)
        try:
            with pytest.raises(HubUnreachable):
                courier.post(b"{}", "")
        finally:
            speaker.join()
            courier.close()


def test_an_answer_that_drips_comes_to_an_end():
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def drip():
            channel, _ = listener.accept()
            with channel:
                channel.recv(65536)
                try:
                    channel.sendall(b"HTTP/1.1 200 OK\r\n")
                    while not ended.wait(0.05):
                        channel.sendall(b"X: y\r\n" if not ended.is_set() else b"")
                except OSError:
                    pass

        dripper = threading.Thread(target=drip)
        dripper.start()
        courier = Courier(f"http://127.0.0.1:{listener.getsockname()[1]}", 0.2)
        try:
            with pytest.raises(HubUnreachable):
                courier.post(b"{}", "")
        finally:
            ended.set()
            dripper.join()
            courier.close()


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "http://no-such-host.invalid"])
def test_nobody_there_is_an_unreachable_hub(address):
    courier = Courier(address, 0.5)
    with pytest.raises(HubUnreachable):
        courier.post(b"{}", "")
    courier.close()
