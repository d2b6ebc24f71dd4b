"""What stations send: kept once, dated by its anchors, and nothing holds up what is behind it."""

from dataclasses import replace

from firmware.wire.anchor import Anchor
from firmware.wire.batch import Garbled
from kiosk.rules.floor import Status

BOOT = "cd" * 8
MINUTE_MS = 60_000


def test_a_batch_again_changes_nothing(day, clock, batch, passage, shown, family):
    badge = day.check_in(family, "fr").party.badge
    clock.at_ms += MINUTE_MS
    sent = batch(passage(1, badge), passage(2, badge, "enter"))
    held = day.receive(sent).result(20)
    before = shown(day)
    clock_ms = clock()
    for again in (sent, replace(sent, passages=sent.passages[1:], first=2), replace(sent, nonce="aa" * 8)):
        assert day.receive(again).result(20).prefix == held.prefix == 2
    clock.at_ms = clock_ms
    assert shown(day) == before


def test_a_batch_with_a_gap_before_it_is_kept_and_the_prefix_tells_of_the_gap(day, batch, passage, family):
    badge = day.check_in(family, "fr").party.badge
    assert day.receive(batch(passage(3, badge, "leave"))).result(20).prefix == 0
    assert day.receive(batch(passage(1, badge))).result(20).prefix == 1
    assert day.receive(batch(passage(2, badge, "enter"))).result(20).prefix == 3
    assert day.view.passages == 3


def test_a_passage_that_cannot_be_read_holds_up_nothing_behind_it(day, clock, batch, passage, family):
    badge = day.check_in(family, "fr").party.badge
    clock.at_ms += MINUTE_MS
    sent = batch(
        passage(1, badge),
        Garbled(2, '{"v":2}', "version 2"),
        Garbled(3, "7", "no object"),
        passage(4, badge, "enter"),
    )
    assert day.receive(sent).result(20).prefix == 4
    assert day.receive(sent).result(20).prefix == 4
    assert (day.view.set_aside, day.view.passages, day.view.forks) == (2, 2, 0)
    assert day.floor().by_id["arts"].occupied.parties == 1


def test_two_stations_under_one_identity_are_both_kept_and_told(day, clock, batch, passage, family):
    one, other = (day.check_in(family, "fr").party.badge for _ in range(2))
    clock.at_ms += MINUTE_MS
    day.receive(batch(passage(1, one), passage(2, one, "enter"))).result(20)
    assert day.view.forks == 0
    assert day.receive(batch(passage(2, other))).result(20).prefix == 2
    assert day.view.forks == 1
    arts = day.floor().by_id["arts"]
    assert (arts.queued.parties, arts.occupied.parties) == (1, 1)


def test_passages_are_dated_by_their_anchors(day, clock, event, batch, passage, family):
    badge = day.check_in(family, "fr").party.badge
    clock.at_ms = event.opens_ms + 60 * MINUTE_MS
    anchors = (Anchor(BOOT, 0, event.opens_ms, 3), Anchor(BOOT, 100_000, event.opens_ms + 102_000, 9))
    day.receive(batch(passage(1, badge, boot_ms=50_000, wall_ms=5), anchors=anchors)).result(20)
    journey = day.view.guest_of(1).journey
    assert journey.stays[0].arrived_ms == event.opens_ms + 51_000
    assert not journey.estimated


def test_passages_of_a_boot_that_never_met_the_hub_are_estimates_and_never_later_than_now(
    day, clock, batch, passage, family
):
    badge = day.check_in(family, "fr").party.badge
    day.receive(batch(passage(1, badge, wall_ms=clock() + 10**9))).result(20)
    journey = day.view.guest_of(1).journey
    assert journey.stays[0].arrived_ms == clock()
    assert journey.estimated


def test_a_late_batch_is_dated_by_itself_and_not_by_what_came_after_it(
    day, clock, event, batch, passage, family
):
    """Number 3 came first; 1 and 2, hours late, must not be dated behind it."""
    badge = day.check_in(family, "fr").party.badge
    clock.at_ms = event.opens_ms + 120 * MINUTE_MS
    anchors = (Anchor(BOOT, 0, event.opens_ms, 5),)
    day.receive(batch(passage(3, badge, "leave", boot_ms=40 * MINUTE_MS), anchors=anchors)).result(20)
    day.receive(
        batch(
            passage(1, badge, boot_ms=5 * MINUTE_MS),
            passage(2, badge, "enter", boot_ms=20 * MINUTE_MS),
            anchors=anchors,
        )
    ).result(20)
    stay = day.view.guest_of(1).journey.stays[0]
    minutes = [
        (at_ms - event.opens_ms) / MINUTE_MS for at_ms in (stay.arrived_ms, stay.entered_ms, stay.left_ms)
    ]
    assert minutes == [5, 20, 40]


def test_a_log_that_goes_on_is_not_dated_before_its_last_passage(day, clock, event, batch, passage, family):
    badge = day.check_in(family, "fr").party.badge
    clock.at_ms = event.opens_ms + 60 * MINUTE_MS
    anchor = (Anchor(BOOT, 0, event.opens_ms, 5),)
    day.receive(batch(passage(1, badge, boot_ms=30 * MINUTE_MS), anchors=anchor)).result(20)
    unknown_boot = passage(2, badge, "enter", boot="ee" * 8, wall_ms=0)
    day.receive(batch(unknown_boot)).result(20)
    stay = day.view.guest_of(1).journey.stays[0]
    assert stay.entered_ms == stay.arrived_ms == event.opens_ms + 30 * MINUTE_MS


def test_the_answer_tells_how_the_atelier_of_the_station_stands(day, batch):
    assert day.receive(batch()).result(20).status is Status.OPEN
    day.set_status("arts", Status.CLOSED)
    assert day.receive(batch()).result(20).status is Status.CLOSED
    assert day.receive(batch(station="a-station-of-nothing")).result(20).status is Status.OPEN
