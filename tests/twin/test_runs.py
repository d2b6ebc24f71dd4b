"""Processes that do tasks: in order, in other processes, and none left behind."""

import multiprocessing
import os

import pytest

from kiosk.twin import runs as module
from kiosk.twin.runs import RunLost, runs


def double(number):
    return 2 * number


def where(_):
    return os.getpid()


def fall(_):
    os._exit(9)


@pytest.mark.parametrize("jobs", [1, 2])
def test_answers_come_in_the_order_of_the_tasks_and_each_is_told_of(jobs):
    told = []
    with runs(jobs) as players:
        assert players.map(double, range(7), lambda: told.append(1)) == [0, 2, 4, 6, 8, 10, 12]
    assert len(told) == 7
    assert not multiprocessing.active_children()


def test_one_at_a_time_is_done_here_and_more_are_done_elsewhere():
    with runs(1) as players:
        assert players.map(where, [0]) == [os.getpid()]
    with runs(2) as players:
        assert os.getpid() not in players.map(where, range(4))


def test_a_process_that_is_killed_is_told_in_words():
    with pytest.raises(RunLost, match="--jobs"), runs(2) as players:
        players.map(fall, [0])
    assert not multiprocessing.active_children()


def test_on_the_way_out_nothing_goes_on():
    with pytest.raises(KeyboardInterrupt), runs(2) as players:
        players.map(where, [0])
        raise KeyboardInterrupt
    assert not multiprocessing.active_children()


def test_all_processors_that_this_program_may_use_are_used():
    assert module.processors() == len(os.sched_getaffinity(0))
