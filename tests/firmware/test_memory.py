"""What the hub told, kept beside the log: whole or not at all, of this station and event only."""

import hashlib
import json
import random
from dataclasses import replace

import pytest

from firmware.memory import CARDS, FILES, NEWS_MS, PLAN, SPACING_MS, TOLD, Memory, Told
from firmware.wire.announcement import Announcement
from firmware.wire.booth import Standing
from firmware.wire.card import Card
from firmware.wire.receipt import Receipt, Wait

BADGE, OTHER = "CFBXKCNGBKHTJKGJ", "CBBBBBBBRXXCLVKF"
OWNER = "vr-1 event"
HUB, OTHER_HUB = "0a" * 8, "0b" * 8
STANDING = Standing(BADGE, "waiting", 1000, 900, 2, True)


class Time:
    ms = 0

    def __call__(self):
        return self.ms


@pytest.fixture
def now():
    return Time()


@pytest.fixture
def memory(tmp_path, now):
    return Memory(tmp_path, OWNER, now)


@pytest.fixture
def told(plan_of):
    plan = plan_of()
    return (
        Told().planned(plan).after(receipt(plan=plan.digest, cards=(card(1), card(2)), standings=(STANDING,)))
    )


def card(number, badge=BADGE):
    return Card(badge, "fox", number, 3, 2)


def receipt(hub=HUB, held=4, **fields):
    board = (Wait("arts", "Arts", 0, 5),)
    return Receipt(hub, "vr-1", "e" * 16, "f" * 16, held, 5000, board=board, **fields)


def again(tmp_path):
    return Memory(tmp_path, OWNER, lambda: 0).told


def test_nothing_is_known_at_first(memory):
    assert memory.told == Told()


def test_what_was_told_is_there_after_a_restart(memory, told, tmp_path):
    memory.keep(told)
    assert again(tmp_path) == told
    assert (told.held, told.now_ms, told.standings, len(told.cards)) == (4, 5000, (STANDING,), 2)


def test_what_comes_with_each_receipt_is_written_every_few_seconds_only(memory, told, tmp_path, now):
    memory.keep(told)
    for after_ms, held, written in ((SPACING_MS - 1, 5, 4), (1, 6, 6), (1, 7, 6)):
        now.ms += after_ms
        memory.keep(told.after(receipt(held=held, plan=told.plan.digest, standings=())))
        assert (memory.told.held, again(tmp_path).held) == (held, written)
    memory.close()
    assert again(tmp_path).held == 7


def test_the_time_and_the_waits_alone_are_written_once_a_minute(memory, told, tmp_path, now):
    memory.keep(told)
    for after_ms, now_ms, written in ((NEWS_MS - 1, 6000, 5000), (1, 7000, 7000), (1, 8000, 7000)):
        now.ms += after_ms
        memory.keep(replace(memory.told, now_ms=now_ms, board=()))
        assert again(tmp_path).now_ms == written
    memory.close()
    assert again(tmp_path).now_ms == 8000


SNACK = Announcement(4000, 900_000, (("fr", "Le goûter est servi."), ("ar", "الوجبة الخفيفة")))


def test_an_announcement_and_its_end_are_written_at_once(memory, told, tmp_path, now):
    memory.keep(told)
    memory.keep(told.after(receipt(plan=told.plan.digest, announcements=(SNACK,))))
    assert again(tmp_path).announcements == (SNACK,)
    memory.keep(memory.told.after(receipt(plan="ef" * 8)))  # whatever plan holds: it is for everybody
    assert again(tmp_path).announcements == ()


def test_what_an_earlier_version_kept_is_read_without_announcements(memory, told, tmp_path):
    memory.keep(told)
    memory.close()
    path = tmp_path / TOLD
    fields = json.loads(path.read_bytes().partition(b"\n")[2])
    del fields["announcements"]
    body = json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()
    path.write_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
    assert again(tmp_path) == told


def test_a_file_that_is_as_it_was_is_not_written(memory, told, tmp_path, now):
    memory.keep(told)
    written = {name: (tmp_path / name).stat().st_mtime_ns for name in FILES}
    inodes = {name: (tmp_path / name).stat().st_ino for name in FILES}
    now.ms = 10 * SPACING_MS
    memory.keep(told)
    assert {name: (tmp_path / name).stat().st_mtime_ns for name in FILES} == written
    assert {name: (tmp_path / name).stat().st_ino for name in FILES} == inodes


@pytest.mark.parametrize("name", FILES)
def test_any_damage_drops_the_file_and_nothing_else(memory, told, tmp_path, name, caplog):
    memory.keep(told)
    whole = (tmp_path / name).read_bytes()
    chance = random.Random(name)
    for turn in range(60):
        damaged = bytearray(whole)
        at = chance.randrange(len(damaged) * 8)
        damaged[at // 8] ^= 1 << at % 8
        content = bytes(damaged) if turn % 3 else whole[: chance.randrange(len(whole))]
        (tmp_path / name).write_bytes(content)
        found = again(tmp_path)
        assert not (tmp_path / name).exists()
        assert (found.plan is None) == (name == PLAN)
        assert found.standings is None if name in (PLAN, TOLD) else found.standings == (STANDING,)
        assert found.cards == ()  # they hang on the atelier, and on which hub it was
    assert "l'accueil le redira" in caplog.text


def test_what_another_station_or_event_was_told_is_dropped(memory, told, tmp_path):
    memory.keep(told)
    assert Memory(tmp_path, "vr-2 event", lambda: 0).told == Told()
    assert not list(tmp_path.glob("*.json"))


def test_a_form_that_is_not_known_is_dropped(memory, told, tmp_path):
    memory.keep(told)
    for name in FILES:
        body = (tmp_path / name).read_bytes().partition(b"\n")[2]
        changed = json.dumps(json.loads(body) | {"v": 9, "cards": [1], "standings": 7}).encode()
        (tmp_path / name).write_bytes(hashlib.sha256(changed).hexdigest().encode() + b"\n" + changed)
    assert again(tmp_path) == Told()


def test_a_full_card_takes_nothing_from_what_is_known(disk, fill, told, caplog, now):
    place = disk(64)
    memory = Memory(place, OWNER, now)
    fill(place)
    memory.keep(told)
    assert memory.told == told
    assert "n'a pas pu être écrit" in caplog.text
    assert not list(place.glob(".*.json"))


# -- what a receipt says


def test_cards_follow_each_other(told):
    digest = told.plan.digest
    more = told.after(receipt(plan=digest, cards_from=2, cards=(card(3),)))
    assert [one.number for one in more.cards] == [1, 2, 3]
    assert told.after(receipt(plan=digest, cards_from=3, cards=(card(9),))).cards == told.cards, "a gap"
    assert [one.number for one in told.after(receipt(plan=digest, cards_from=1, cards=(card(5),))).cards] == [
        1,
        5,
    ]


def test_another_hub_tells_all_cards_anew(told):
    digest = told.plan.digest
    assert told.after(receipt(OTHER_HUB, plan=digest, cards_from=2, cards=(card(3),))).cards == ()
    assert told.after(receipt(OTHER_HUB, plan=digest, cards=(card(7),))).cards == (card(7),)


def test_of_a_plan_that_is_not_here_no_booth_is_taken(told, plan_of):
    elsewhere = plan_of(atelier="arts")
    said = receipt(held=9, plan=elsewhere.digest, standings=(), cards_from=2, cards=(card(3),))
    assert (told.after(said).standings, told.after(said).held, told.after(said).cards) == (
        (STANDING,),
        4,
        told.cards,
    )
    moved = told.planned(elsewhere)
    assert (moved.standings, moved.cards) == (None, ())
    assert (moved.after(said).standings, moved.after(said).held) == ((), 9)


def test_the_same_atelier_with_another_plan_keeps_who_is_there(told, plan_of):
    assert told.planned(plan_of(places=9)).standings == (STANDING,)


def test_a_booth_or_cards_of_another_atelier_are_not_read_back(memory, told, plan_of, tmp_path, now):
    """A power cut between two files."""
    memory.keep(told)
    kept = {name: (tmp_path / name).read_bytes() for name in (CARDS, TOLD)}
    memory.keep(told.planned(plan_of(atelier="arts")))
    for name, content in kept.items():
        (tmp_path / name).write_bytes(content)
    found = again(tmp_path)
    assert (found.plan.atelier, found.standings, found.cards) == ("arts", None, ())
