"""One thread writes: what waits together is committed together, and each asker gets its own answer."""

import threading

import pytest

from kiosk.errors import JournalUnavailable
from kiosk.rules.facts import AtelierSet, PartyLeft
from kiosk.store.journal import Journal
from kiosk.store.writer import MOST_AT_ONCE, Decision, Writer


class Folder:
    """Notes what the writer tells it."""

    def __init__(self) -> None:
        self.told: list[object] = []

    def apply(self, fact, at_ms):
        self.told.append((at_ms, fact))

    def committed(self):
        self.told.append("committed")

    def lost(self):
        self.told.append("lost")


class Held:
    """A writer that does nothing before `go`, so that what is submitted until then is one group."""

    def __init__(self, journal, folder):
        self.go = threading.Event()
        busy = threading.Event()
        self.writer = Writer(journal, lambda: 7, folder)

        def decide(now_ms):
            busy.set()
            assert self.go.wait(60)
            return Decision((), lambda: None)

        self.writer.submit(decide)
        assert busy.wait(60)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.go.set()
        self.writer.close()


@pytest.fixture
def journal(tmp_path):
    opened = Journal.open(tmp_path / "j.db")
    yield opened
    opened.close()


@pytest.fixture
def commits(journal):
    """One for each transaction that ends."""
    ends = []
    journal._db.conn.set_trace_callback(
        lambda sql: ends.append(sql) if sql.upper().startswith("COMMIT") else None
    )
    return ends


def keeping(number, folder=None):
    return lambda now_ms: Decision(
        [PartyLeft(number)], lambda: (number, list(folder.told) if folder else None)
    )


def test_what_waits_together_is_committed_in_one_transaction(journal, commits):
    with Held(journal, Folder()) as held:
        futures = [held.writer.submit(keeping(number)) for number in range(1, 101)]
        held.go.set()
        assert [future.result(20)[0] for future in futures] == list(range(1, 101))
    assert len(commits) == 1
    assert len(journal) == 100


def test_no_group_grows_without_end(journal, commits):
    with Held(journal, Folder()) as held:
        futures = [held.writer.submit(keeping(number)) for number in range(1, 2 * MOST_AT_ONCE + 2)]
        held.go.set()
        for future in futures:
            future.result(20)
    assert len(commits) == 3


def test_an_answer_comes_after_the_commit(journal):
    folder = Folder()
    with Held(journal, folder) as held:
        first, second = (held.writer.submit(keeping(number, folder)) for number in (1, 2))
        held.go.set()
        told = [(7, PartyLeft(1)), (7, PartyLeft(2)), "committed"]
        assert first.result(20) == (1, told)
        assert second.result(20) == (2, told)


def test_each_decision_sees_what_those_before_it_decided(journal):
    folder = Folder()
    seen = []

    def decide(now_ms):
        seen.append(len(folder.told))
        return Decision([PartyLeft(1)], lambda: None)

    with Held(journal, folder) as held:
        futures = [held.writer.submit(decide) for _ in range(3)]
        held.go.set()
        for future in futures:
            future.result(20)
    assert seen == [0, 1, 2]


def test_a_decision_that_fails_does_not_hurt_its_neighbours(journal, commits):
    def failing(now_ms):
        raise LookupError("no such party")

    def answering_badly(now_ms):
        return Decision([PartyLeft(3)], lambda: 1 // 0)

    with Held(journal, Folder()) as held:
        asked = [keeping(1), failing, answering_badly, keeping(4)]
        one, bad, worse, four = (held.writer.submit(decide) for decide in asked)
        held.go.set()
        assert one.result(20)[0] == 1
        assert four.result(20)[0] == 4
        with pytest.raises(LookupError, match="no such party"):
            bad.result(20)
        with pytest.raises(ZeroDivisionError):
            worse.result(20)
        assert held.writer.submit(keeping(5)).result(20)[0] == 5
    assert [fact.party for _, fact in journal.read()] == [1, 3, 4, 5]
    assert len(commits) == 2


def test_a_decision_without_facts_costs_no_commit(journal, commits):
    with Held(journal, Folder()) as held:
        held.go.set()
        assert held.writer.submit(lambda now_ms: Decision((), lambda: now_ms)).result(20) == 7
    assert not commits


def test_what_could_not_be_committed_is_unfolded_and_nobody_is_told_otherwise(journal, monkeypatch):
    folder = Folder()
    with Held(journal, folder) as held:
        futures = [held.writer.submit(keeping(number)) for number in (1, 2)]
        real = Journal.append

        def refused(self, entries):
            raise JournalUnavailable("the disk is full")

        monkeypatch.setattr(Journal, "append", refused)
        held.go.set()
        for future in futures:
            with pytest.raises(JournalUnavailable):
                future.result(20)
        assert folder.told[-1] == "lost"
        monkeypatch.setattr(Journal, "append", real)
        assert held.writer.submit(keeping(3)).result(20)[0] == 3
    assert [fact.party for _, fact in journal.read()] == [3]


def test_while_the_disk_refuses_nothing_is_folded_anew_each_time(journal, monkeypatch):
    folder = Folder()

    def refused(*_):
        raise JournalUnavailable("the disk is full")

    with Held(journal, folder) as held, monkeypatch.context() as full:
        held.go.set()
        full.setattr(Journal, "append", refused)
        full.setattr(Journal, "try_writing", refused)
        for number in range(1, 6):
            with pytest.raises(JournalUnavailable):
                held.writer.submit(keeping(number)).result(20)
        assert folder.told == [(7, PartyLeft(1)), "lost"]
        full.undo()
        assert held.writer.submit(keeping(6)).result(20)[0] == 6
    assert [fact.party for _, fact in journal.read()] == [6]


def test_what_was_submitted_before_the_end_is_kept_and_nothing_after(journal):
    with Held(journal, Folder()) as held:
        last = held.writer.submit(lambda now_ms: Decision([AtelierSet("vr", "paused")], lambda: "kept"))
        held.go.set()
        held.writer.close()
        assert last.result(0) == "kept"
        with pytest.raises(JournalUnavailable, match="stopping"):
            held.writer.submit(keeping(1))
        held.writer.close()
        assert not held.writer.alive


def test_a_fact_may_follow_from_those_before_it_in_the_same_decision(journal):
    folder = Folder()

    def following():
        yield PartyLeft(1)
        yield PartyLeft(1 + len(folder.told))

    with Held(journal, folder) as held:
        future = held.writer.submit(lambda now_ms: Decision(following(), lambda: "kept"))
        held.go.set()
        assert future.result(20) == "kept"
    assert [fact.party for _, fact in journal.read()] == [1, 2]


def test_of_a_decision_that_fails_half_way_nothing_is_kept_and_of_the_others_all(journal):
    folder = Folder()

    def failing():
        yield PartyLeft(2)
        raise ValueError("no second fact")

    with Held(journal, folder) as held:
        first = held.writer.submit(keeping(1))
        wrong = held.writer.submit(lambda now_ms: Decision(failing(), lambda: None))
        last = held.writer.submit(keeping(3))
        held.go.set()
        with pytest.raises(ValueError, match="no second fact"):
            wrong.result(20)
        assert (first.result(20)[0], last.result(20)[0]) == (1, 3)
    assert [fact.party for _, fact in journal.read()] == [1, 3]
    lost = folder.told.index("lost")
    assert folder.told[lost + 1 :] == [(7, PartyLeft(1)), (7, PartyLeft(3)), "committed"]
