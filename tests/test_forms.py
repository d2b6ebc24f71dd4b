"""A form that is sent twice: by a double tap, or again after the power was cut before the answer."""

from contextlib import closing
from pathlib import Path

import pytest

from kiosk import eventfile
from kiosk.clock import DayClock
from kiosk.day import Day
from kiosk.rules.party import Group
from kiosk.rules.printing import PrintState
from kiosk.store.journal import Journal

EVENT = eventfile.load(Path(eventfile.__file__).parents[1] / "events" / "roubaix-2022.toml")
FAMILY = [Group(EVENT.bands[0].id, "x", 2), Group(EVENT.bands[-1].id, "f", 1)]


@pytest.fixture
def opened(tmp_path):
    def open_day() -> Day:
        return Day(Journal.open(tmp_path / "journal.db"), EVENT, DayClock(EVENT.opens_ms))

    return open_day


def test_a_form_sent_twice_is_one_party_with_one_sheet(opened):
    with closing(opened()) as day:
        first = day.check_in(FAMILY, "fr", form="one")
        again = day.check_in(FAMILY, "fr", form="one")
        other = day.check_in(FAMILY, "fr", form="two")
        assert again == first
        assert other.party.number != first.party.number
        assert len(day.view.parties) == len(day.view.jobs) == 2


def test_a_form_sent_again_to_a_hub_that_restarted_is_still_one_party(opened):
    with closing(opened()) as day:
        first = day.check_in(FAMILY, "fr", form="one")
    with closing(opened()) as day:
        assert day.check_in(FAMILY, "fr", form="one") == first
        assert len(day.view.parties) == len(day.view.jobs) == 1


def test_a_reprint_asked_for_twice_by_one_form_is_one_sheet_even_once_it_is_printed(opened):
    with closing(opened()) as day:
        came = day.check_in(FAMILY, "fr", form="one")
        day.move_job(came.job, PrintState.SENT)
        day.move_job(came.job, PrintState.CONFIRMED)
        again = day.print_again(came.party.number, form="one/1")
        day.move_job(again, PrintState.SENT)
        day.move_job(again, PrintState.CONFIRMED)
        assert day.print_again(came.party.number, form="one/1") == again
        assert day.print_again(came.party.number, form="one/2") not in (came.job, again)


def test_people_without_a_form_are_always_a_new_party(opened):
    with closing(opened()) as day:
        assert day.check_in(FAMILY, "fr").party != day.check_in(FAMILY, "fr").party
