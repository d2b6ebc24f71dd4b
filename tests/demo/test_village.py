"""Another event: one session, three stations, steps of their own, and families that follow their sheets."""

import pytest

from kiosk.demo.rehearsal import Rehearsal
from kiosk.demo.stage import StageError


@pytest.fixture(scope="module")
def played(tmp_path_factory, village_file):
    with Rehearsal(
        village_file,
        tmp_path_factory.mktemp("village") / "day",
        speed=800,
        seed=4,
        people=70,
        compliance=1.0,
    ) as rehearsal:
        rehearsal.start()
        rehearsal.differences = rehearsal.play()
    return rehearsal


def test_hub_and_families_agree(played):
    assert played.differences == []
    assert played.board["came"]["people"] == 70
    assert {look.differences for look in played.looks} <= {()}


def test_families_read_their_route_from_their_sheet(played):
    routes = {guest.badge.route for guest in played.world.guests}
    assert any(routes)
    assert {atelier for route in routes for atelier in route} <= {"photo", "drone", "arnaques"}


def test_families_begin_with_the_first_stop_of_their_sheet(played):
    """But for those whose talk is too far off to wait for, who find a long queue, or who were told to rest first."""
    began = [
        (guest.day.stands[0].atelier, guest.badge.route[0])
        for guest in played.world.guests
        if guest.day.stands and guest.badge.route[:1] not in ((), ("arnaques",)) and not guest.day.refusals
    ]
    assert len(began) > 5
    assert sum(first == told for first, told in began) >= 0.8 * len(began)


def test_all_four_steps_reached_the_hub(played):
    called = [
        stay
        for journey in played.journeys
        for stay in journey["stays"]
        if stay["atelier"] == "drone" and stay["state"] == "done"
    ]
    assert called
    assert all(stay["called_ms"] and not stay["inferred"] for stay in called)


def test_a_folder_that_holds_a_day_is_not_played_over(played, village_file):
    with pytest.raises(StageError, match="holds a rehearsal already"):
        Rehearsal(village_file, played.stage.folder)
