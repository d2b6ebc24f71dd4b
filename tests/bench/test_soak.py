"""`ronde bench soak`: a moment of it, on a real hub; and what is made of two hours."""

import csv
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from kiosk import eventfile
from kiosk.bench.hub import EXAMPLE
from kiosk.bench.process import Sample, sample
from kiosk.bench.soak import BLANK, HABITS, STEADY, Line, _Soak, figures, weight
from kiosk.clock import DayClock
from kiosk.day import Day
from kiosk.rules.party import Group
from kiosk.store.journal import Journal

MB = 100.0


def test_some_seconds_of_it_go_round_and_everybody_is_back_after_the_restart(tmp_path):
    soak = _Soak(0.2, tmp_path / "soak.csv")
    soak.run(tmp_path / "hub")
    with (tmp_path / "soak.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(soak.lines) + len(soak.again)
    assert soak.lines[-1].here >= 1
    assert soak.lines[-1].process.resident_mb > 10
    assert soak.streams[STEADY]["viewers"] == 40
    assert soak.streams[STEADY]["frames"] >= 40
    assert all(counts["turned_away"] == counts["backwards"] == 0 for counts in soak.streams.values())
    assert sum(counts["viewers"] for counts in soak.streams.values()) == len(HABITS)


def test_what_the_day_takes_is_no_loss_and_what_stays_beyond_it_is():
    def lines(lost_mb_an_hour: float, hours: float = 2.0) -> list[Line]:
        every = range(0, int(3600 * hours), 10)
        return [
            Line(
                at_s,
                80,
                at_s,
                at_s,
                53,
                0,
                Sample(MB + (1 + lost_mb_an_hour) * at_s / 3600, MB, 140, 73, at_s),
            )
            for at_s in every
        ]

    again = [replace(line, process=replace(line.process, resident_mb=MB + 2)) for line in lines(0)[:120]]
    for lost, reached in ((0.0, True), (1.5, True), (10.0, False)):
        found = {figure.name: figure for figure in figures(lines(lost), again, fact_mb=1 / 3600)}
        beyond = found["more than that, an hour of the soak"]
        assert abs(beyond.value - lost) < 0.2 * (1 + lost)
        assert abs(found["the rest of that growth"].value - lost) < 0.01
        assert abs(found["of that, what the facts weigh"].value - 1) < 0.01
        assert beyond.reached is reached
        assert found["threads, most less fewest"].reached


def test_what_is_peculiar_to_the_first_hour_is_no_growth():
    line = Line(0, 80, 0, 0, 53, 0, Sample(MB, MB, 140, 73, 0))
    lines = [
        replace(
            line, at_s=at_s, process=replace(line.process, resident_mb=MB + min(at_s, 3600) / 100, cpu_s=at_s)
        )
        for at_s in range(0, 7200, 10)
    ]
    found = {figure.name: figure for figure in figures(lines, lines[:48], fact_mb=0.0)}
    assert abs(found["the rest of that growth"].value) < 0.01
    assert found["memory at the end"].value == MB + 36


def test_a_journal_s_facts_are_weighed_without_the_badges_that_lie_ready(tmp_path):
    path = tmp_path / "journal.db"
    event = eventfile.load(EXAMPLE)

    def weighed_after(work: Callable[[Day], object]) -> float:
        day = Day(Journal.open(path), event, DayClock(event.opens_ms))
        work(day)
        day.close()
        return 1024 * weight(path)

    assert weighed_after(lambda day: day.make_badges(BLANK)) < 10
    families = 50
    kb = weighed_after(lambda day: [day.check_in([Group("18-59", "f", 1)], "fr") for _ in range(families)])
    assert 1 < kb / families < 10


def test_the_kernel_knows_what_a_process_takes():
    mine = sample(os.getpid())
    assert mine.resident_mb >= mine.own_mb > 1
    assert mine.threads >= 1
    with Path(os.devnull).open() as one_more:
        assert sample(os.getpid()).descriptors >= mine.descriptors
        assert one_more.fileno() >= 0
