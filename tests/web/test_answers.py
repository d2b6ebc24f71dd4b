"""A form that is sent twice does its work once."""

import threading

import pytest

from kiosk.errors import JournalUnavailable
from kiosk.web import answers as module
from kiosk.web.answers import Answers


def test_the_second_sending_gets_the_answer_of_the_first():
    done = []
    answers: Answers[int] = Answers()
    assert [answers.once("a", lambda: done.append(1) or len(done)) for _ in range(3)] == [1, 1, 1]
    assert answers.once("b", lambda: 7) == 7


def test_two_at_the_same_moment_do_the_work_once():
    answers: Answers[int] = Answers()
    begun, go = threading.Event(), threading.Event()
    done: list[int] = []
    got: list[int] = []

    def work() -> int:
        begun.set()
        go.wait(5)
        done.append(1)
        return 42

    threads = [threading.Thread(target=lambda: got.append(answers.once("a", work))) for _ in range(8)]
    threads[0].start()
    begun.wait(5)
    for thread in threads[1:]:
        thread.start()
    go.set()
    for thread in threads:
        thread.join()
    assert (done, got) == ([1], [42] * 8)


def test_what_kept_nothing_may_be_tried_again():
    answers: Answers[int] = Answers()

    def refuse() -> int:
        raise JournalUnavailable("disk full")

    with pytest.raises(JournalUnavailable):
        answers.once("a", refuse)
    assert answers.once("a", lambda: 1) == 1


def test_what_may_have_been_kept_is_not_tried_again():
    answers: Answers[int] = Answers()

    def hang() -> int:
        raise TimeoutError

    for work in (hang, lambda: 1):
        with pytest.raises(TimeoutError):
            answers.once("a", work)


def test_old_forms_are_forgotten(monkeypatch):
    monkeypatch.setattr(module, "MOST", 3)
    answers: Answers[int] = Answers()
    for form in "abcd":
        answers.once(form, lambda: 1)
    assert answers.once("d", lambda: 2) == 1
    assert answers.once("a", lambda: 2) == 2
