"""What each exchange says of the time."""

from dataclasses import replace

from firmware.wire.anchor import MOST_IN_A_BATCH, Anchor

from .exchanges import HUB_MS, exchanges, scans


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
