"""Which stations there are: renamed, moved, revoked, each by a fact; and the keys by which they are believed."""

import sqlite3
from contextlib import closing

import pytest

from kiosk.errors import Refused, UnknownAtelier, UnknownStation
from kiosk.registry import Wanted, enrolment, standing
from kiosk.store.journal import Journal

from .device import HUB, Station, answered


def stands(hub, name):
    return next(each for each in hub._day.event.stations if each.id == name)


def test_a_station_is_renamed_for_people_and_stays_what_it_was(hub):
    before = stands(hub, "vr")
    hub.registry.set(Wanted("vr", label="  Le  casque "))
    after = stands(hub, "vr")
    assert after.label == "Le casque"
    assert (after.atelier, after.steps, after.buttons) == (before.atelier, before.steps, before.buttons)
    hub.registry.set(Wanted("vr", label=""))
    assert stands(hub, "vr") == before


def test_a_station_that_is_moved_keeps_its_log_and_what_it_sends_late_counts_where_it_was_scanned(
    hub, station, badge
):
    station.scan(badge)
    hub.registry.set(Wanted("arts", atelier="vr"))
    assert stands(hub, "arts").atelier == "vr"
    station.scan(badge, "enter")  # it has not heard of it
    assert answered(hub, station, station.batch()).held == 2
    stays = hub._day.view.guest_of(1).journey.stays
    assert [stay.atelier for stay in stays] == ["arts"]
    assert hub._day.view.forks == 0


def test_where_a_station_stands_survives_a_restart(hub, open_hub):
    hub.registry.set(Wanted("vr", atelier="arts", steps=("leave", "arrive", "leave"), buttons=True))
    found = stands(open_hub(), "vr")
    assert (found.atelier, found.steps, found.buttons) == ("arts", ("leave", "arrive"), True)


def test_one_more_station_does_as_the_others_of_its_atelier(hub):
    for name in ("vr", "vr-file"):
        hub.registry.set(Wanted(name, steps=("arrive",), buttons=name == "vr"))
    made = hub.registry.admit(Wanted("vr-2", atelier="vr"), HUB)
    assert made.steps == ("arrive",)
    assert (stands(hub, "vr-2").steps, stands(hub, "vr-2").buttons) == (("arrive",), True)


def test_one_more_station_may_still_be_given_steps_of_its_own(hub):
    hub.registry.set(Wanted("vr", buttons=True))
    wanted = Wanted("vr-2", atelier="vr", steps=("leave",), buttons=False)
    assert hub.registry.admit(wanted, HUB).steps == ("leave",)
    assert not stands(hub, "vr-2").buttons


def test_what_is_as_wanted_is_not_recorded_again(hub):
    hub.registry.set(Wanted("vr", atelier="arts"))
    version = hub._day.view.version
    hub.registry.set(Wanted("vr", atelier="arts"))
    assert hub._day.view.version == version


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        (Wanted("sauna", label="x"), UnknownStation),
        (Wanted("sauna", atelier="vr"), UnknownStation),
        (Wanted("vr", atelier="spa"), UnknownAtelier),
        (Wanted("vr", steps=("arrive", "jump")), Refused),
        (Wanted("vr", label="line\nfeed\x07"), Refused),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(hub, wanted, error):
    version = hub._day.view.version
    with pytest.raises(error):
        hub.registry.set(wanted)
    assert hub._day.view.version == version


def test_a_revoked_station_is_believed_no_more_not_even_after_a_restart(hub, station, badge, open_hub):
    station.scan(badge)
    answered(hub, station, station.batch())
    hub.revoke("arts")
    assert "arts" not in {each.id for each in hub._day.event.stations}
    assert "arts" not in hub.seen
    for start in (lambda: hub, open_hub):
        running = start()
        with pytest.raises(UnknownStation, match="enrol it again"):
            running.receive(*station.post(station.batch()), 20)
        with pytest.raises(UnknownStation):
            running.enrol("arts", HUB)
    assert running._day.view.passages == 1  # what it sent before stays true


def test_nothing_is_left_of_the_key_of_a_revoked_station(hub, station, tmp_path):
    key = station.enrolment.device_key
    assert found(tmp_path, key)
    hub.revoke("arts")
    assert not found(tmp_path, key)
    with closing(sqlite3.connect(f"file:{tmp_path / 'journal.db'}?mode=ro&immutable=1", uri=True)) as kept:
        assert not kept.execute("SELECT name FROM secrets WHERE name = 'station/arts'").fetchall()


def found(folder, key):
    return any(key in path.read_bytes() for path in folder.glob("journal.db*"))


def test_a_code_that_is_shown_for_a_revoked_station_is_void(hub):
    hub.invite(Wanted("vr"), HUB)
    hub.revoke("vr")
    assert hub.pairings.of("vr").state == "cancelled"


def test_a_planned_station_that_was_revoked_may_come_back_as_it_was_planned(hub):
    before = stands(hub, "vr")
    hub.revoke("vr")
    with pytest.raises(UnknownStation):
        hub.revoke("vr")
    hub.registry.admit(Wanted("vr"), HUB)
    assert stands(hub, "vr") == before


def test_when_the_last_passage_of_each_station_was_is_known_of_all_its_logs(hub, station, badge):
    assert hub.registry.passed_ms() == {}
    station.scan(badge)
    answered(hub, station, station.batch())
    other = Station(station.enrolment, epoch="cc" * 8, boot="ee" * 8, boot_ms=5)
    other.scan(badge, "enter")
    hub._day.clock.at_ms += 60_000
    answered(hub, other, other.batch())
    (last_ms,) = hub.registry.passed_ms().values()
    assert last_ms == max(log.last_at_ms for log in hub._day._ledger.logs.values())


def test_without_a_hub_a_line_is_written_for_the_stations_as_they_stand(hub, event, open_hub, tmp_path):
    hub.registry.set(Wanted("vr", atelier="arts"))
    hub.revoke("mario-kart")
    key = hub.enrol("vr", HUB).device_key
    open_hub("another.db")
    with closing(Journal.open(tmp_path / "journal.db")) as journal:
        by_now = standing(event, journal.read())
        made = enrolment(by_now, journal, "vr", HUB)
        assert (made.atelier, made.device_key) == ("arts", key)
        with pytest.raises(UnknownStation):
            enrolment(by_now, journal, "mario-kart", HUB)
