"""The hub's side of the wire: what is authentic is kept and answered, and nothing else changes anything."""

import random
from dataclasses import replace

import pytest

from firmware.wire import enrolment as wire_enrolment
from firmware.wire import receipt as wire_receipt
from firmware.wire import signature
from firmware.wire.anchor import Anchor
from firmware.wire.batch import NO_HUB, Health
from firmware.wire.card import MOST, Card
from firmware.wire.errors import BadSignature, Malformed, UnknownVersion, WireError
from firmware.wire.schema import canonical, read
from kiosk.errors import UnknownStation
from kiosk.registry import Wanted
from kiosk.rules.board import board, journeys
from kiosk.rules.floor import Status
from kiosk.rules.party import Group
from kiosk.stations import Stations

from .device import HUB, Station, answered

FAMILY = (Group("6-11", "f", 2),)


def state(hub: Stations) -> tuple[object, ...]:
    day = hub._day
    at_ms = day.event.opens_ms + 3_600_000
    return board(day.view, at_ms), journeys(day.view, at_ms), day.view.version, hub.seen


# Enrolment


def test_an_enrolment_tells_a_station_all_it_must_know(hub, event):
    made = hub.enrol("vr-file", HUB)
    assert (made.hub, made.station, made.atelier, made.steps) == (HUB, "vr-file", "vr", ("arrive",))
    assert made.event_key == hub._day.event_key
    assert wire_enrolment.decode(made.encode()) == made


def test_a_station_enrolled_again_keeps_its_key_also_after_a_restart(hub, open_hub):
    made = hub.enrol("arts", HUB)
    assert hub.enrol("arts", "http://other:1").device_key == made.device_key
    assert hub.enrol("vr", HUB).device_key != made.device_key
    assert open_hub().enrol("arts", HUB).device_key == made.device_key


def test_a_station_that_the_event_does_not_have_is_told_with_those_it_has(hub):
    with pytest.raises(UnknownStation, match=r"“sauna”: mario-kart, .*vr-file, vr"):
        hub.enrol("sauna", HUB)


# Batches and receipts


def test_a_batch_is_kept_and_answered_with_what_is_held(hub, station, badge):
    station.scan(badge)
    sent = station.batch()
    found = answered(hub, station, sent)
    assert (found.held, found.nonce, found.station, found.epoch) == (1, sent.nonce, "arts", station.epoch)
    assert found.hub == hub._day.epoch
    assert found.status == "open"
    station.scan(badge, "enter")
    assert answered(hub, station, station.batch(first=2)).held == 2
    assert hub._day.view.passages == 2


def test_an_empty_batch_is_a_sign_of_life(hub, station):
    assert hub.seen == {}
    assert answered(hub, station, station.batch()).held == 0
    seen = hub.seen["arts"]
    assert (seen.health, seen.boot, seen.boot_ms) == (Health(3, True, "0.1"), station.boot, station.boot_ms)


def test_the_receipt_tells_a_pause(hub, station):
    hub._day.set_status("arts", Status.PAUSED)
    assert answered(hub, station, station.batch()).status == "paused"


def test_a_receipt_is_given_after_the_commit(hub, station, badge, open_hub):
    station.scan(badge)
    answered(hub, station, station.batch())
    assert open_hub()._day.view.passages == 1


def test_passages_are_dated_by_the_anchors_of_their_batch(hub, station, badge, event):
    station.scan(badge)
    hub._day.clock.at_ms = event.opens_ms + 600_000
    answered(hub, station, station.batch(anchors=(Anchor(station.boot, 0, event.opens_ms + 60_000, 4),)))
    stay = hub._day.view.guest_of(1).journey.stays[0]
    assert stay.arrived_ms == event.opens_ms + 60_000 + 1000


def test_another_journal_answers_with_another_name_and_holds_nothing(hub, station, badge, open_hub):
    station.scan(badge)
    first = answered(hub, station, station.batch())
    other = open_hub("another.db")
    other._day.between(lambda journal: journal.set_secret("station/arts", station.enrolment.device_key))
    found = answered(Stations(other._day), station, replace(station.batch(first=2), passages=()))
    assert found.hub != first.hub
    assert found.held == 0


# What is not to be believed


def test_a_stranger_is_told_to_enrol(hub, station):
    with pytest.raises(UnknownStation, match="enrol it again"):
        hub.receive(*station.post(replace(station.batch(), station="vr")), 20)


@pytest.mark.parametrize("signed", ["", "0" * 64, "é", "\ud800", "x" * 10_000])
def test_a_wrong_signature_changes_nothing(hub, station, badge, signed):
    station.scan(badge)
    body, _ = station.post(station.batch())
    before = state(hub)
    with pytest.raises(BadSignature):
        hub.receive(body, signed, 20)
    assert state(hub) == before


def test_what_the_hub_signs_with_is_no_signature_of_a_station(hub, station):
    body = station.batch().encode()
    with pytest.raises(BadSignature):
        hub.receive(body, signature.sign(station.keys.down, body), 20)


def test_a_station_cannot_speak_for_another(hub, station, badge):
    other = Station(hub.enrol("vr", HUB))
    other.scan(badge)
    body, signed = other.post(replace(other.batch(), station="arts"))
    with pytest.raises(BadSignature):
        hub.receive(body, signed, 20)


def test_every_flipped_bit_is_noticed(hub, station, badge):
    station.scan(badge)
    body, signed = station.post(station.batch())
    before = state(hub)
    for at in range(8 * len(body)):
        altered = bytearray(body)
        altered[at // 8] ^= 1 << at % 8
        with pytest.raises((WireError, UnknownStation)):
            hub.receive(bytes(altered), signed, 20)
    assert state(hub) == before
    assert answered(hub, station, station.batch()).held == 1


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"\xff", b'{"v":1}', b'{"v":1,"station":"arts"}', b"1" * 300_000]
)
def test_what_is_no_batch_is_malformed(hub, body):
    with pytest.raises(Malformed):
        hub.receive(body, "0" * 64, 20)


def test_a_batch_of_a_later_version_is_told(hub, station):
    with pytest.raises(UnknownVersion):
        hub.receive(canonical(read(station.batch().encode()) | {"v": 2}), "0" * 64, 20)


# What was sent before


def test_a_replayed_batch_changes_nothing_not_even_the_last_sign_of_life(hub, station, badge):
    station.scan(badge)
    old = station.post(station.batch())
    hub.receive(*old, 20)
    station.scan(badge, "enter")
    answered(hub, station, station.batch())
    before = state(hub)
    for _ in range(3):
        hub.receive(*old, 20)
    assert state(hub) == before


def test_a_batch_of_an_earlier_boot_gives_no_sign_of_life(hub, station, badge):
    """Else a recording makes a station look alive that is not."""
    station.scan(badge)
    old = station.post(station.batch())
    hub.receive(*old, 20)
    station.boot, station.boot_ms = "ef" * 8, 0
    answered(hub, station, station.batch())
    before = state(hub)
    hub.receive(*old, 20)
    assert state(hub) == before
    assert hub.seen["arts"].boot == "ef" * 8


def test_signs_of_life_that_overtake_each_other_leave_the_latest(hub, station):
    sent = [station.post(station.batch()) for _ in range(3)]
    for at in (1, 2, 0):
        hub.receive(*sent[at], 20)
    assert hub.seen["arts"].boot_ms == station.boot_ms


def test_lost_answers_batches_again_and_in_any_order_leave_the_same(hub, station, badge, open_hub):
    """Everything is sent twice, in slices, shuffled; each slice carries the anchors that date it."""
    kinds = ["arrive", "enter", "leave"]
    for at in range(24):
        station.scan(badge if at % 2 else "CFBXKCNGBKHTJKGJ", kinds[at // 2 % 3])
    anchors = (Anchor(station.boot, 0, hub._day.event.opens_ms, 2),)
    hub._day.clock.at_ms += 600_000
    answered(hub, station, station.batch(anchors=anchors))
    expected = state(hub)[:2]
    for seed in range(5):
        other = open_hub(f"{seed}.db")
        other._day.between(lambda journal: journal.set_secret("station/arts", station.enrolment.device_key))
        other = Stations(other._day)
        slices = [
            replace(
                station.batch(anchors=anchors),
                first=first,
                passages=tuple(station.log[first - 1 : first + 4]),
            )
            for first in range(1, 25, 3)
        ] * 2
        random.Random(seed).shuffle(slices)
        other._day.clock.at_ms += 600_000
        for each in slices:
            answered(other, station, each)
        shown = state(other)[:2]
        assert shown[0]["passages"] == 24
        assert shown[0]["forks"] == expected[0]["forks"] == 0
        assert {j["badge"]: j["stays"] for j in shown[1]} == {j["badge"]: j["stays"] for j in expected[1]}


# What only part of can be read


def test_garbled_passages_in_the_middle_are_set_aside_and_passed_over(hub, station, badge):
    for kind in ("arrive", "enter", "leave", "arrive"):
        station.scan(badge, kind)
    told = read(station.batch().encode())
    told["passages"][1] |= {"v": 2}
    told["passages"][2] = "what is this"
    body = canonical(told)
    receipt, _ = hub.receive(body, signature.sign(station.keys.up, body), 20)
    assert wire_receipt.decode(receipt).held == 4
    view = hub._day.view
    assert (view.passages, view.set_aside, view.forks) == (2, 2, 0)
    hub.receive(body, signature.sign(station.keys.up, body), 20)
    assert hub._day.view.set_aside == 2


def test_a_passage_that_can_be_read_at_last_is_folded(hub, station, badge):
    """A newer hub understands what an older one set aside; the old reading stays, and shows as a fork."""
    station.scan(badge)
    told = read(station.batch().encode())
    told["passages"][0] |= {"boot_ms": "unreadable"}
    body = canonical(told)
    hub.receive(body, signature.sign(station.keys.up, body), 20)
    assert hub._day.view.passages == 0
    answered(hub, station, station.batch())
    assert (hub._day.view.passages, hub._day.view.set_aside) == (1, 1)


def test_two_stations_with_one_identity_are_both_kept_and_an_alarm_is_raised(hub, station, badge):
    station.scan(badge)
    clone = replace(station, log=list(station.log), boot="ee" * 8)
    station.scan(badge, "enter")
    clone.scan("CFBXKCNGBKHTJKGJ")
    assert answered(hub, station, station.batch()).held == 2
    assert hub._day.view.forks == 0
    assert answered(hub, clone, clone.batch()).held == 2
    view = hub._day.view
    assert (view.passages, view.forks) == (3, 1)
    assert board(view, hub._day.clock())["forks"] == 1


def test_who_is_scanned_out_is_told_in_the_receipt_where_to_go_in_words(hub, station, event):
    party = hub._day.check_in(FAMILY, "en").party
    for kind in ("arrive", "enter", "leave"):
        station.scan(party.badge, kind)
    receipt = wire_receipt.decode(hub.receive(*station.post(station.batch()), 20)[0])
    (advice,) = receipt.advice
    assert (advice.badge, advice.verb) == (party.badge, "go")
    name = event.by_id[advice.atelier].name("fr")
    assert advice.words.replace("\u00a0", " ").startswith(f"Chat 1 → {name}, ")


def test_each_receipt_tells_the_waits_of_the_ateliers_that_are_open(hub, station, event):
    def board():
        return {wait.atelier: wait for wait in receipt_of(hub, station).board}

    assert board().keys() == event.by_id.keys()
    assert board()["arts"].name == event.by_id["arts"].name("fr")
    hub._day.set_status("arts", Status.CLOSED)
    hub._day.clock.at_ms += 11_000
    assert "arts" not in board()


def receipt_of(hub, station, known=NO_HUB, cards=0):
    """`known`: the journal that the station has met, and so many cards of it."""
    return answered(hub, station, replace(station.batch(), hub=known, cards=cards))


# What a station's own screen shows


def test_a_receipt_names_the_plan_that_holds_and_another_once_the_station_was_moved(hub, station):
    before = receipt_of(hub, station).plan
    assert receipt_of(hub, station).plan == before != ""
    hub.registry.set(Wanted("arts", atelier="vr"))
    assert receipt_of(hub, station).plan not in ("", before)


def test_a_station_that_the_event_has_no_more_is_told_of_no_plan_and_keeps_its_passages_here(
    hub, station, badge
):
    hub._day.decide(_gone("arts"))
    station.scan(badge)
    told = receipt_of(hub, station)
    assert (told.held, told.plan, told.cards, told.standings) == (1, "", (), None)


def _gone(name):
    from kiosk.rules.facts import StationSet
    from kiosk.store.writer import Decision

    return lambda ledger, now_ms: Decision(
        [StationSet(name, "arts", ("arrive",), active=False)], lambda: None
    )


def test_cards_come_in_the_order_of_the_badges_after_those_that_the_station_has(hub, station, event):
    """Only whom the atelier takes needs a place there: at the headset nobody under its age."""
    station.enrolment = hub.enrol("vr", HUB)
    parties = [
        hub._day.check_in([Group("0-5", "f", 1), Group("18-59", "m", n)], "fr").party for n in (1, 2, 3)
    ]
    told = receipt_of(hub, station, known=hub._day.epoch)
    assert told.cards_from == 0
    assert told.cards == tuple(
        Card(party.badge, party.nickname.picture, party.nickname.number, party.size, party.size - 1)
        for party in parties
    )
    assert event.by_id["vr"].min_age > 5
    told = receipt_of(hub, station, known=hub._day.epoch, cards=2)
    assert (told.cards_from, [card.badge for card in told.cards]) == (2, [parties[2].badge])
    assert receipt_of(hub, station, known=hub._day.epoch, cards=3).cards == ()
    assert receipt_of(hub, station, known=hub._day.epoch, cards=4000).cards == ()


def test_to_a_station_that_knows_another_journal_all_cards_are_new(hub, station, badge):
    told = receipt_of(hub, station, known="ab" * 8, cards=1)
    assert (told.cards_from, len(told.cards)) == (0, 1)


def test_many_cards_come_in_several_receipts_and_a_badge_that_was_replaced_keeps_its_face(hub, station):
    came = [hub._day.check_in(FAMILY, "fr").party for _ in range(MOST + 5)]
    badges = [party.badge for party in came] + [hub._day.replace_badge(1)]
    known = []
    while cards := receipt_of(hub, station, known=hub._day.epoch, cards=len(known)).cards:
        assert len(cards) <= MOST
        known += cards
    assert [card.badge for card in known] == badges
    assert (known[-1].picture, known[-1].number) == (known[0].picture, known[0].number)


def test_who_stands_at_the_atelier_is_told_by_what_is_held(hub, station, badge):
    assert receipt_of(hub, station).standings == ()
    station.scan(badge)
    (standing,) = receipt_of(hub, station).standings
    assert (standing.badge, standing.state, standing.takers) == (badge, "waiting", 2)
    station.scan(badge, "enter")
    (standing,) = receipt_of(hub, station).standings
    assert standing.state == "inside"
