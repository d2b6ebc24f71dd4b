"""What a family is told of its sheet is what became of it, in every state and for every trouble."""

import pytest

from kiosk.rules.printing import HANDED_OVER, PrintJob, PrintState
from kiosk.texts import languages, texts
from kiosk.web.progress import TROUBLES, progress, settled


def told(state, detail="", trouble="", ahead=0, language="fr"):
    return progress(PrintJob(7, 1, PrintState(state), detail, 0), trouble, ahead, texts(language))


def test_a_sheet_on_its_way_is_not_called_printed():
    for state in ("queued", "sent"):
        assert (told(state).mood, told(state).ended, told(state).offer) == ("busy", False, False)
    assert "imprimée" not in told("sent").headline


def test_the_sheets_before_are_counted():
    assert "2 feuilles" in told("queued", ahead=2).words.replace("\xa0", " ")


def test_confirmed_alone_is_called_printed():
    assert (told("confirmed").mood, told("confirmed").headline) == ("done", "Votre feuille est imprimée")
    assert told("confirmed").ended


def test_a_printer_that_cannot_answer_is_left_to_the_family_to_look_at():
    there = told("sent", HANDED_OVER)
    assert (there.mood, there.offer, there.unseen, there.ended) == ("take", False, True, True)


def test_the_family_may_say_that_nothing_came_out_of_it():
    there = progress(PrintJob(7, 1, PrintState.SENT, HANDED_OVER, 0), "", 0, texts("fr"), missing=True)
    assert (there.offer, there.again, there.unseen, there.ended) == (True, True, False, True)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("trouble", TROUBLES)
def test_each_trouble_has_its_words_and_offers_the_badge(language, trouble):
    waiting = told("queued", trouble, language=language)
    if trouble != "no_printer":
        assert waiting.mood == "waiting"
    for there in (
        waiting,
        told("unknown", trouble, language=language),
        told("failed", trouble, language=language),
    ):
        assert there.offer
        assert texts(language).text(f"door.trouble.{trouble}") in there.words


def test_the_printer_s_trouble_is_told_before_the_spooler_has_noted_it_on_the_job():
    assert told("queued", trouble="paper_out").mood == "waiting"
    assert told("queued", trouble="paper_out").words.startswith("L’imprimante n’a plus de papier")


def test_a_trouble_without_words_of_its_own_is_a_fault():
    assert texts("fr").text("door.trouble.error") in told("queued", "flux_capacitor").words


def test_another_print_may_be_asked_for_where_nobody_has_the_sheet_and_the_printer_is_well():
    assert told("unknown", "stalled").again
    assert told("failed", "not_composed").again
    assert not told("unknown", "stalled", trouble="paper_out").again
    assert not any(told(state).again for state in ("queued", "sent", "confirmed", "cancelled"))


@pytest.mark.parametrize("trouble", ["none", "no_printer"])
def test_without_a_printer_the_badge_is_all(trouble):
    assert told("queued", trouble=trouble).mood == "none"
    there = progress(None, trouble, 0, texts("fr"))
    assert (there.mood, there.offer, there.ended) == ("none", True, True)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("how", ["photo", "taken"])
def test_who_needs_no_sheet_is_told_that_all_is_well(language, how):
    there = settled(how, texts(language))
    assert (there.mood, there.offer, there.again, there.ended) == ("done", False, False, True)
    assert there.headline == texts(language).text(f"door.job.{how}")
