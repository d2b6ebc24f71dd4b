"""The figures on the organisers' page are those of the journal: a replay of it says the same of any moment."""

import json
import random
import shutil
from contextlib import closing

import pytest

from kiosk.replay import exported, replay
from kiosk.rules.board import board
from kiosk.rules.floor import Status
from kiosk.rules.party import Group
from kiosk.store.journal import Journal

MINUTE_MS = 60_000
MOMENTS = 50


@pytest.fixture
def drawn_day(lively_day):
    """The lively day goes on for an hour: families come, are scanned where they like, and organisers act."""
    house, chance = lively_day, random.Random(23)
    day, event = house.day, house.event
    acts = (
        lambda now_ms: day.set_status("borne-arcade", chance.choice(list(Status)), "organiser 1"),
        lambda now_ms: day.limit("arts", chance.randrange(6, 20), chance.randrange(10, 25), "organiser 1"),
        lambda now_ms: day.end_queue("vr", now_ms + chance.randrange(1, 20) * MINUTE_MS, "organiser 2"),
        lambda now_ms: day.see_off(chance.choice(list(day.view.parties)), "organiser 2"),
        lambda now_ms: day.replace_badge(chance.choice(list(day.view.parties)), "organiser 1"),
        lambda now_ms: day.withdraw(chance.choice(day.view.acts).id, "organiser 1"),
        lambda now_ms: day.announce({"fr": "Bientôt la tombola"}, now_ms + 9 * MINUTE_MS, "organiser 1"),
    )

    def go_on():
        """The next minute or so of it."""
        house.clock.at_ms += chance.randrange(20_000, 120_000)
        now_ms = house.clock()
        if chance.random() < 0.5:
            people = [Group("18-59", "f", 1), Group("6-11", "m", chance.randrange(1, 3))]
            day.check_in(people, chance.choice(event.languages), ("vr",))
        for _ in range(chance.randrange(1, 4)):  # one at least: a frame shows every fact at once
            badge = chance.choice(list(day.view.badges))
            station = chance.choice(event.stations)
            house.scan(station.atelier, chance.choice(sorted(station.seen)), badge, now_ms)
        if chance.random() < 0.3:
            chance.choice(acts)(now_ms)

    return house, go_on


def export(journal, folder):
    """As `ronde export` does, of a copy of the files: the hub holds its journal open, and nobody writes now."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for file in journal.parent.glob(journal.name + "*"):
        shutil.copy(file, folder)
    with closing(Journal.open(folder / journal.name)) as opened:
        return [json.dumps(line, separators=(",", ":")) for line in exported(opened.read())]


def test_at_fifty_moments_of_a_day_the_page_says_what_a_replay_of_its_journal_says(drawn_day, tmp_path):
    house, go_on = drawn_day
    moments = set(random.Random(5).sample(range(80), MOMENTS))
    compared = set()
    for number in range(80):
        go_on()
        if number not in moments:
            continue
        shown = house.live.frame().data["board"]
        lines = export(tmp_path / "0" / "journal.db", tmp_path / "copy")
        again = replay(house.event, lines, shown["at_ms"])
        assert not again.unread
        assert shown == board(again.view, shown["at_ms"])
        compared.add(shown["at_ms"])
    assert len(compared) == MOMENTS
