"""How a family hears what the hub tells it: fresh after a scan, never for ever, and not at all without a hub."""

import pytest

from kiosk.demo.advice import Adviser
from kiosk.errors import HubAway
from kiosk.rules.facts import AdviceGiven
from kiosk.twin.world import Badge

BADGE = Badge(7, "CBBBBBBBJKLNPRST")


def given(atelier, at_ms=0, **more):
    return AdviceGiven(7, "go", atelier, at_ms, 5, "calm", **more)


class Hub:
    """A stage whose hub answers `advice` with what `says` gives, one after the other; the last stands. Of the
    stations in `away` it has nothing."""

    def __init__(self, says, something_else=None, what_now=None, away=()):
        self.says = list(says)
        self.answers = {True: something_else, False: what_now}
        self.asked = []
        self.mended = 0
        self.away = away

    def ask(self, act, *, badge, another=True):
        assert badge == BADGE.token
        self.asked.append(act)
        said = self.answers[another] if act == "ask" else self._next()
        if isinstance(said, Exception):
            raise said
        return said and said.to_json()

    def _next(self):
        return self.says.pop(0) if self.says[1:] else self.says[0]

    def settled(self, station):
        self.asked.append(station)
        return station not in self.away

    def mend(self):
        self.mended += 1


def test_what_stands_is_told_at_once():
    hub = Hub([given("vr")])
    assert Adviser(hub).told(BADGE) == given("vr")
    assert hub.asked == ["advice"]


def test_after_a_scan_it_is_what_the_hub_says_of_that_scan():
    hub = Hub([given("vr"), given("arts")])
    adviser = Adviser(hub)
    adviser.told(BADGE)
    adviser.scanned(BADGE, "vr")
    assert adviser.told(BADGE) == adviser.heard(BADGE) == given("arts")
    assert hub.asked == ["advice", "vr", "advice"]  # once the hub has the scan


@pytest.mark.parametrize("nothing_new", [None, given("vr")])
def test_a_scan_to_which_the_hub_says_nothing_tells_nothing(nothing_new):
    hub = Hub([given("vr"), nothing_new])
    adviser = Adviser(hub)
    adviser.told(BADGE)
    adviser.scanned(BADGE, "vr")
    assert adviser.told(BADGE) is None


def test_a_station_that_is_cut_off_has_nothing_to_tell():
    hub = Hub([given("vr")], away={"vr"})
    adviser = Adviser(hub)
    adviser.scanned(BADGE, "vr")
    assert adviser.told(BADGE) is None
    assert "advice" not in hub.asked


def test_without_a_hub_nothing_is_told_and_somebody_starts_it_again():
    hub = Hub([HubAway("killed")], something_else=HubAway("killed"))
    adviser = Adviser(hub)
    assert adviser.told(BADGE) is adviser.another(BADGE) is None
    assert hub.mended == 3


def test_who_asks_gets_something_else_than_it_was_told():
    hub = Hub([given("vr")], something_else=given("arts", instead_of="vr"))
    adviser = Adviser(hub)
    adviser.told(BADGE)
    assert adviser.another(BADGE).atelier == "arts"
    assert hub.asked == ["advice", "advice", "ask"]


def test_who_asks_gets_what_was_said_meanwhile_if_anything_was():
    hub = Hub([given("vr"), given("arts")])
    adviser = Adviser(hub)
    adviser.told(BADGE)
    assert adviser.another(BADGE) == given("arts")
    assert hub.asked == ["advice", "advice"]


def test_after_a_rest_it_asks_what_now_and_not_for_something_else():
    """To want something else would be to give up the place that the rest was for."""
    rest = AdviceGiven(7, "rest", "vr", 0, 12, "kept", keeps="vr")
    hub = Hub([rest], something_else=given("arts"), what_now=given("vr", keeps="vr"))
    adviser = Adviser(hub)
    adviser.told(BADGE)
    assert adviser.another(BADGE) == given("vr", keeps="vr")
    assert adviser.another(BADGE) == rest  # said meanwhile


def test_a_badge_that_was_told_nothing_has_heard_nothing():
    adviser = Adviser(Hub([None]))
    assert adviser.told(BADGE) is adviser.heard(BADGE) is None
