"""Signs of life, and two devices under one name: told soon, forgotten in time, and nothing of theirs discarded."""

import random
from dataclasses import replace

import pytest

from firmware.wire.batch import Health
from kiosk.registry import Wanted
from kiosk.signs import TWINS_S

from .device import HUB, answered

BEAT_S = 2.0


def twin(station, boot="ee" * 8):
    """A clone of its card: the same keys and the same log, in another machine."""
    return replace(station, log=list(station.log), boot=boot, boot_ms=500)


def beat(hub, station, **health):
    answered(
        hub, station, replace(station.batch(len(station.log) + 1), health=Health(0, True, "1", **health))
    )


def test_one_device_is_one_however_often_it_starts_again(hub, station, badge):
    for at in range(20):
        station.boot, station.boot_ms = f"{at:016x}", 0
        for _ in range(3):
            station.scan(badge)
            answered(hub, station, station.batch())
    assert hub.twins == frozenset()


def test_two_clones_that_only_give_signs_of_life_are_told_of_within_two_beats(hub, station, stopwatch):
    clone = twin(station)
    beat(hub, station)
    for _ in range(5):
        stopwatch.now_s += BEAT_S
        beat(hub, station)
    beat(hub, clone)
    began_s = stopwatch.now_s
    assert hub.twins == frozenset()
    while not hub.twins:
        stopwatch.now_s += BEAT_S / 2
        beat(hub, station)
        stopwatch.now_s += BEAT_S / 2
        beat(hub, clone)
    assert stopwatch.now_s - began_s <= 10
    assert hub.twins == {"arts"}


@pytest.mark.parametrize("seed", range(20))
def test_two_streams_under_one_name_are_both_kept_whole_and_told_of(hub, station, stopwatch, seed, event):
    """Each scans and sends by itself, in any interleaving; all that either was acknowledged is in the journal."""
    chance = random.Random(seed)
    badges = [hub._day.check_in(_family(), "fr").party.badge for _ in range(6)]
    for badge in badges[:3]:
        station.scan(badge)
    answered(hub, station, station.batch())
    clone = twin(station)
    began_s = None
    alarm_s = None
    for _ in range(60):
        stopwatch.now_s += BEAT_S / 2
        one = chance.choice([station, clone])
        if chance.random() < 0.6:
            one.scan(chance.choice(badges), chance.choice(["arrive", "enter", "leave"]))
        answered(hub, one, one.batch())
        if one is clone and began_s is None:
            began_s = stopwatch.now_s
        if hub.twins and alarm_s is None:
            alarm_s = stopwatch.now_s
    for one in (station, clone):
        answered(hub, one, one.batch())
    assert alarm_s is not None and began_s is not None
    assert alarm_s - began_s <= 10
    everything = {passage.digest[:16] for one in (station, clone) for passage in one.log}
    kept = hub._day._ledger.logs["arts", station.epoch]
    assert {digest for seq in range(1, kept.last_seq + 1) for digest in _held(kept, seq)} == everything
    assert hub._day.view.passages == len(everything)


def _held(log, seq):
    found = log._digests[seq]
    return {found} if isinstance(found, str) else found


def _family():
    from kiosk.rules.party import Group

    return (Group("18-59", "f", 1),)


def test_a_clone_that_was_offline_for_long_is_told_of_by_its_log_alone(hub, station, stopwatch, badge):
    clone = twin(station)
    station.scan(badge)
    beat(hub, station)
    answered(hub, station, station.batch())
    clone.scan(badge, "enter")
    answered(hub, clone, clone.batch())
    assert hub.twins == {"arts"}


def test_it_is_told_no_more_once_one_of_them_is_silent_for_some_minutes(hub, station, stopwatch):
    clone = twin(station)
    for one in (station, clone, station):
        beat(hub, one)
    for _ in range(round(TWINS_S / BEAT_S) - 1):
        stopwatch.now_s += BEAT_S
        beat(hub, station)
        assert hub.twins == {"arts"}
    stopwatch.now_s += BEAT_S
    assert hub.twins == frozenset()


def test_it_is_told_no_more_once_the_station_is_revoked_or_paired_anew(hub, station):
    clone = twin(station)
    for one in (station, clone, station):
        beat(hub, one)
    assert hub.twins
    hub.pairings._admit(Wanted("arts"), HUB)
    assert not hub.twins
    station.enrolment = hub.enrol("arts", HUB)
    clone.enrolment = station.enrolment
    for one in (station, clone, station):
        beat(hub, one)
    assert hub.twins
    hub.revoke("arts")
    assert not hub.twins


def test_what_is_played_again_makes_no_twin(hub, station):
    old = [station.post(station.batch()) for _ in range(3)]
    for each in old:
        hub.receive(*each, 20)
    station.boot, station.boot_ms = "ef" * 8, 0
    beat(hub, station)
    for each in old:
        hub.receive(*each, 20)
    beat(hub, station)
    assert not hub.twins


def test_the_first_sign_of_a_boot_is_remembered(hub, station):
    beat(hub, station)
    since_ms = hub.seen["arts"].at_ms
    hub._day.clock.at_ms += 60_000
    beat(hub, station)
    assert hub.seen["arts"].since_ms == since_ms < hub.seen["arts"].at_ms
