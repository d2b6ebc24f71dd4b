"""What is not believed, what is refused, and what ends the uplink."""

import random

import pytest

from firmware.errors import HubRefused, HubUnbelievable, OutboxDamaged

from .exchanges import exchanges, scans


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


def test_back_off_grows_from_one_to_thirty_seconds_with_jitter(uplink):
    for failures, most_s in ((1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 30), (7, 30), (5000, 30)):
        pauses = [uplink._pause_s(failures) for _ in range(200)]
        assert most_s / 2 <= min(pauses) < max(pauses) <= most_s
        assert max(pauses) - min(pauses) > most_s / 4
