"""The plan, the cards and who is at the booth come with the receipts."""

import pytest

from firmware.wire import schema, signature
from firmware.wire.booth import Standing
from firmware.wire.card import Card

from .exchanges import BADGE, HUB_MS, exchanges, scans


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
