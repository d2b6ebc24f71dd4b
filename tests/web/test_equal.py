"""The figures on the organisers' page are those of the journal: a replay of it says the same of any moment."""

import json
import random
import shutil
from contextlib import closing, suppress

import pytest

from kiosk import eventfile
from kiosk.errors import Refused
from kiosk.replay import exported, replay
from kiosk.rules.board import board
from kiosk.rules.floor import Status
from kiosk.rules.party import Group
from kiosk.store.journal import Journal

MINUTE_MS = 60_000
MOMENTS = 50


MARSH = """
name = "Fête du marais"
organiser = "Les amis du marais"
date = 2026-06-13
languages = ["fr", "tr"]
sessions = [{ opens = "09:00", closes = "11:00" }, { opens = "12:00", closes = "14:30" }, { opens = "15:00", closes = "19:00" }]
age_bands = [
  { id = "petits", names = { fr = "Moins de 12 ans" }, min = 0, max = 11 },
  { id = "grands", names = { fr = "12 ans et plus" }, min = 12 },
]
stations = [
  { id = "un-file", atelier = "un", steps = ["arrive"], buttons = true },
  { id = "jeu", atelier = "jeu", steps = ["arrive"], buttons = true },
]
ateliers = [
  { id = "un", names = { fr = "Une place" }, icon = "star", room = "1", kind = "continuous", places = 1, minutes = 7 },
  { id = "acts", names = { fr = "Débat" }, icon = "star", room = "2", kind = "session", places = 30, minutes = 30, times = ["12:30", "13:00", "16:00", "17:00"] },
  { id = "jeu", names = { fr = "Grand jeu" }, icon = "star", room = "3", kind = "batch", places = 8, minutes = 12, min_fill = 4, hold_minutes = 5, returns = true },
  { id = "arc", names = { fr = "Tir à l’arc" }, icon = "star", room = "4", kind = "continuous", places = 3, minutes = 5, closing = "drain" },
  { id = "argile", names = { fr = "Argile" }, icon = "star", room = "4", kind = "table", places = 12, minutes = 25 },
  { id = "contes", names = { fr = "Contes" }, icon = "star", room = "5", kind = "table", places = 10, minutes = 15, max_age = 11 },
]
[alerts]
silent_minutes = 2
long_minutes = 12
overdue_minutes = 4
"""  # noqa: E501


@pytest.fixture(params=["roubaix", "marsh"])
def drawn_day(request, open_house, tmp_path):
    """A day that goes on for an hour and a half: families come, are scanned where they like and when they like, also
    with badges they had lost and by stations that were cut off, and organisers and animators act."""
    if request.param == "roubaix":
        house = request.getfixturevalue("lively_day")
    else:
        file = tmp_path / "marsh.toml"
        file.write_text(MARSH, "utf-8")
        event = eventfile.load(file)
        house = open_house(event, event.windows[1].opens_ms + 40 * MINUTE_MS)
    chance, day, desk = random.Random(23), house.day, house.services.desk
    bands = [band.id for band in house.event.bands]

    def people():
        return [Group(bands[-1], "f", 1), Group(bands[0], "m", chance.randrange(1, 3))]

    def somewhere():
        return chance.choice(house.event.ateliers).id

    def shift(now_ms):
        talk = next(each for each in day.event.ateliers if each.times_ms)
        coming = [each for each in talk.times_ms if each > now_ms]
        day.shift_session(talk.id, chance.choice(coming), chance.choice((-5, 5, 10)), "organiser 1")

    def strike(now_ms):
        step = chance.choice(day.steps_of(chance.choice(list(day.view.parties))))
        day.strike(step.station, step.epoch, step.seq, "organiser 2")

    acts = (
        lambda now_ms: day.set_status(somewhere(), chance.choice(list(Status)), "organiser 1"),
        lambda now_ms: day.limit(somewhere(), places=chance.randrange(1, 20), by="organiser 1"),
        lambda now_ms: day.limit(somewhere(), minutes=chance.randrange(3, 25), by="organiser 2"),
        lambda now_ms: day.end_queue(
            somewhere(), now_ms + chance.randrange(-3, 20) * MINUTE_MS, "organiser 2"
        ),
        lambda now_ms: day.see_off(chance.choice(list(day.view.parties)), "organiser 2"),
        lambda now_ms: day.replace_badge(chance.choice(list(day.view.parties)), "organiser 1"),
        lambda now_ms: day.withdraw(chance.choice(day.view.acts).id, "organiser 1"),
        lambda now_ms: day.announce({"fr": "Bientôt la tombola"}, now_ms + 9 * MINUTE_MS, "organiser 1"),
        lambda now_ms: day.send_on(somewhere(), [chance.choice(list(day.view.parties))], "organiser 1"),
        lambda now_ms: day.change(chance.choice(list(day.view.parties)), people(), ()),
        lambda now_ms: day.undo_check_in(chance.choice(list(day.view.parties))),
        lambda now_ms: desk.press(somewhere(), chance.choice(("next", "done", "pause", "resume"))),
        lambda now_ms: desk.undo(somewhere()),
        shift,
        strike,
    )

    def go_on():
        """The next minute or so of it."""
        house.clock.at_ms += chance.randrange(20_000, 120_000)
        now_ms = house.clock()
        if chance.random() < 0.5 or not day.view.badges:
            day.check_in(people(), chance.choice(house.event.languages))
        for _ in range(chance.randrange(1, 4)):  # one at least: a frame shows every fact at once
            badge = chance.choice(list(day.view.badges))
            station = chance.choice(house.event.stations)
            late_ms = chance.choice((0, 0, 0, 4, 17)) * MINUTE_MS
            house.scan(station.atelier, chance.choice(sorted(station.steps)), badge, now_ms - late_ms)
        if chance.random() < 0.6:
            with suppress(Refused, IndexError):  # there is nothing of that sort to do just now
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
        lines = export(house.folder / "journal.db", tmp_path / "copy")
        again = replay(house.event, lines, shown["at_ms"])
        assert not again.unread
        assert shown == board(again.view, shown["at_ms"])
        compared.add(shown["at_ms"])
    assert len(compared) == MOMENTS
    acts = house.day.view.acts
    assert len({type(act.fact) for act in acts}) >= 8 and not all(act.holds for act in acts)
