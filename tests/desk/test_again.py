"""A press that comes again, because its answer was lost, is done once, whatever became of the hub meanwhile."""

import pytest

from firmware.wire import screen
from kiosk.errors import JournalUnavailable
from kiosk.rules.facts import Passed, read
from kiosk.store.journal import Journal

from .hub import MINUTE_MS, kinds


def pressed(hub, act):
    if act == "undo":
        return hub.desk.undo("vr", "a press")
    return hub.desk.press("vr", act, form="a press")


@pytest.mark.parametrize("act", ["next", "pause", "undo"])
def test_after_a_restart_of_the_hub_it_is_answered_as_before_and_does_nothing_more(hub, act):
    hub.queue("vr", *hub.families(1, 1, 1))
    first = pressed(hub, act)
    kept = hub.log()
    hub.restart()
    hub.clock.at_ms += MINUTE_MS
    assert pressed(hub, act) == first
    assert hub.log() == kept


def test_another_press_is_another_one_after_a_restart(hub):
    hub.queue("vr", *hub.families(1, 1, 1))
    hub.desk.press("vr", "next", form="a press")
    hub.restart()
    hub.clock.at_ms += MINUTE_MS
    press = hub.desk.press("vr", "next", form="another press")
    assert (press.tone, [kind for kind, _ in kinds(press)]) == (screen.KEPT, ["enter", "enter"])


def test_what_the_disk_refused_was_not_pressed(hub, monkeypatch):
    def full(journal, entries):
        raise JournalUnavailable("full")

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "append", full)
        with pytest.raises(JournalUnavailable):
            hub.desk.press("vr", "pause", form="a press")
    hub.restart()
    assert kinds(hub.desk.press("vr", "pause", form="a press")) == [("pause", None)]


def test_the_name_of_a_press_is_read_back_as_it_was_written(hub):
    hub.desk.press("vr", "pause", form="a press")
    hub.desk.press("vr", "resume")
    facts = hub.day.between(lambda journal: [fact for _, fact in journal.read()])
    named, nameless = (fact for fact in facts if isinstance(fact, Passed))
    assert (named.form, nameless.form, "form" in nameless.to_json()) == ("a press", "", False)
    assert read(Passed.KIND, named.to_json()) == named
