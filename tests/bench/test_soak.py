"""`ronde bench soak`: a moment of it, on a real hub; and what is made of two hours."""

import csv
import os
from dataclasses import replace
from pathlib import Path

from kiosk.bench.process import Sample, sample
from kiosk.bench.soak import HABITS, STEADY, Line, _Soak, figures

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
        found = {figure.name: figure for figure in figures(lines(lost), again)}
        beyond = found["more than that, an hour of the soak"]
        assert abs(beyond.value - lost) < 0.2 * (1 + lost)
        assert beyond.reached is reached
        assert found["threads, most less fewest"].reached


def test_the_kernel_knows_what_a_process_takes():
    mine = sample(os.getpid())
    assert mine.resident_mb >= mine.own_mb > 1
    assert mine.threads >= 1
    with Path(os.devnull).open() as one_more:
        assert sample(os.getpid()).descriptors >= mine.descriptors
        assert one_more.fileno() >= 0
