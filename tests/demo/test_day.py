"""The Roubaix day against the real parts: left alone, and with hub and stations failing.

Real processes, ptys and sockets at a great speed. The same seed lives the same day twice where nobody listens to
advice, so what the hub says in the end must be the same, whatever was killed meanwhile.
"""

import os
import threading
from datetime import time
from io import BytesIO

import pytest
from PIL import Image

from firmware.wire import token
from kiosk.demo.rehearsal import Rehearsal
from kiosk.demo.tray import bears
from kiosk.rules.party import Nickname
from kiosk.texts import texts
from kiosk.twin.play import play
from kiosk.twin.policies import BY_NAME
from kiosk.twin.scenario import ROUBAIX, Habits

from ..qrcodes import qr_codes

SPEED = 600
SEED = 2022
BACK_S = 0.3  # of our time, before what was killed is started again
SHEETS = 1 if os.environ.get("RONDE_LONG") == "1" else 4  # of so many one is printed by the other printer


@pytest.fixture(scope="module")
def calm(tmp_path_factory, roubaix_file):
    """The day without disturbance, played to its end and closed."""
    with Rehearsal(
        roubaix_file, tmp_path_factory.mktemp("calm") / "day", speed=SPEED, seed=SEED, compliance=0.0
    ) as rehearsal:
        rehearsal.start()
        rehearsal.differences = rehearsal.play()
    return rehearsal


def by_party(rehearsal):
    return {
        journey["party"]: [(stay["atelier"], stay["state"]) for stay in journey["stays"]]
        for journey in rehearsal.journeys
    }


def counts(rehearsal):
    fields = ("id", "queue", "inside", "done", "left")
    return {
        "came": rehearsal.board["came"],
        "ateliers": [{name: here[name] for name in fields} for here in rehearsal.board["ateliers"]],
    }


def test_hub_and_families_agree_about_each_party_at_the_end(calm):
    assert calm.differences == []
    assert calm.board["came"] == {"parties": len(calm.families), "people": 264}
    assert calm.board["passages"] == calm.truth.scans > 500
    assert by_party(calm) == calm.truth.states()
    assert calm.board["unknown_badges"] == calm.board["set_aside"] == calm.board["forks"] == 0
    assert calm.board["estimated"] == 0


def test_they_agree_at_each_half_hour_of_the_day(calm):
    assert len(calm.looks) >= 12
    assert [(look.at_ms, look.differences) for look in calm.looks if look.differences] == []


def test_the_twin_plays_the_very_same_day(calm, roubaix):
    """Nobody listens to advice, so the real hub and the rules alone make no difference to what families do."""
    habits = Habits(compliance=0.0, missed=0.0, tries_again=False)
    played = play(roubaix, ROUBAIX, habits, SEED, BY_NAME["P0"])
    assert [(day.party, day.stands, day.refusals, day.left_ms) for day in calm.world.days] == [
        (day.party, day.stands, day.refusals, day.left_ms) for day in played.families
    ]


def test_no_scan_was_taken_for_a_repeat_and_no_badge_refused(calm):
    tally = calm.hall.tally
    assert (tally.repeats, tally.refused, tally.hub_away, tally.station_away) == (0, 0, 0, 0)


def test_each_family_went_with_the_badge_of_its_own_printed_sheet(calm):
    badges = {journey["party"]: journey["badge"] for journey in calm.journeys}
    assert calm.hall.printed == badges
    assert len(calm.stage.tray.tickets) == len(badges)
    for ticket in calm.stage.tray.tickets:
        (badge,) = ticket.qr_payloads
        party = next(party for party, own in badges.items() if own == badge)
        language = calm.families[party - 1].language
        assert bears(ticket, texts(language).nickname(Nickname.of(party)))
        assert token.grouped(badge) in ticket.text


def test_the_pictures_of_the_last_sheets_are_kept(calm):
    pictures = sorted(calm.stage.sheets.glob("*.png"))
    assert len(pictures) == len(calm.stage.tray.tickets)
    (code,) = qr_codes(Image.open(pictures[-1]))
    assert code.text == calm.stage.tray.tickets[-1].qr_payloads[0]


def test_an_independent_printer_prints_the_sheets_the_same(calm, emupos):
    """emupos draws each sheet from the bytes that left the hub; zxing reads its code."""
    for number, ticket in list(enumerate(calm.stage.tray.tickets, 1))[::SHEETS]:
        raw = (calm.stage.sheets / f"{number:04}.escpos").read_bytes()
        assert raw == ticket.raw
        picture = emupos.print_and_png(raw, 80)
        picture = Image.open(BytesIO(picture)) if isinstance(picture, bytes) else picture
        assert [code.text for code in qr_codes(picture)] == list(ticket.qr_payloads)


@pytest.fixture(scope="module")
def disturbed(calm, tmp_path_factory, roubaix_file):
    """The same day, with the hub and a station killed in the afternoon, and another cut off for two hours."""
    threads = []

    def later(start):
        """A moment after, as somebody would who has to walk there."""
        thread = threading.Timer(BACK_S, start)
        threads.append(thread)
        thread.start()

    with Rehearsal(
        roubaix_file, tmp_path_factory.mktemp("disturbed") / "day", speed=SPEED, seed=SEED, compliance=0.0
    ) as rehearsal:
        stage, world, event = rehearsal.stage, rehearsal.world, rehearsal.event

        def kill_hub():
            stage.kill_hub()
            later(stage.start_hub)

        def kill_station():
            stage.kill_station("mario-kart")
            later(lambda: stage.start_station("mario-kart"))

        world.at(event.at(time(14, 10)), lambda: stage.cut("arts"))
        print_ms = min(day.came_ms for day in calm.world.days if day.came_ms > event.at(time(15, 18)))
        world.at(print_ms - 1, kill_hub)  # a family is at the kiosk, and about to press
        world.at(event.at(time(15, 47)), kill_station)
        world.at(event.at(time(16, 10)), lambda: stage.join("arts"))
        rehearsal.start()
        try:
            rehearsal.differences = rehearsal.play()
        finally:
            for thread in threads:
                thread.join()
        rehearsal.disturbances = len(threads)
    return rehearsal


def test_a_day_of_faults_ends_as_the_same_day_without(calm, disturbed):
    assert disturbed.disturbances == 2
    assert disturbed.differences == []
    assert disturbed.board["came"] == {"parties": len(calm.families), "people": 264}
    assert by_party(disturbed) == by_party(calm)
    assert counts(disturbed) == counts(calm)
    assert disturbed.truth.states() == calm.truth.states()


def test_the_faults_were_felt(disturbed):
    """A test of the test: somebody stood at a door or a station that did not answer."""
    assert disturbed.board["passages"] >= disturbed.truth.scans
    assert disturbed.hall.tally.hub_away > 0
    assert disturbed.hall.tally.station_away > 0
    assert len(disturbed.looks) < 16  # with a station cut off there is nothing to compare
