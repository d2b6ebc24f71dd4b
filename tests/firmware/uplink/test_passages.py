"""Each passage reaches the hub, in batches, whatever the hub had or lost before."""

import socket
from dataclasses import replace

from .exchanges import HUB_MS, exchanges, scans


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


def test_a_connection_is_kept_and_an_old_one_is_replaced_at_once(uplink, hub, serve, outbox, clock):
    uplink.exchange()
    uplink.exchange()
    (server,) = serve.made
    assert len(server.channels) == 1
    for channel in server.channels:
        channel.shutdown(socket.SHUT_RDWR)
    uplink.exchange()
    assert len(server.channels) == 2


def test_a_new_passage_is_sent_at_once(uplink, hub, outbox, clock, eventually):
    uplink._settings = replace(uplink._settings, beat_s=60)
    uplink.start()
    eventually(lambda: len(hub.batches) == 1)
    scans(outbox, clock, 1)
    uplink.wake()
    eventually(lambda: hub.seqs == [1], patience_s=5)
