"""What a family is told of its sheet: the truth about the print job, in words, and whether to offer another way."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kiosk.paper.printer import DETAILS
from kiosk.paper.spooler import NOT_COMPOSED
from kiosk.rules.printing import HANDED_OVER, INTERRUPTED, PrintJob, PrintState
from kiosk.texts import Texts

NO_PRINTER = frozenset({"none", "no_printer"})
OFFERS = ("waiting", "none", "unsure")  # moods of several sheets, the first of them is told
GOING = ("busy", "take", "done")
TROUBLES = (*filter(None, DETAILS), NOT_COMPOSED, INTERRUPTED)


@dataclass(frozen=True, slots=True)
class Progress:
    """`mood`: busy, done, waiting, unsure or none, for colour and picture. `offer`: show at once how to do without.

    `again`: another print may be asked for. `ended`: it changes no more by itself. `unseen`: nobody but the family
    knows whether it came out. `trouble`: what is wrong with the printer, as part of the words, or empty.
    """

    mood: str
    headline: str
    words: str
    offer: bool = False
    again: bool = False
    ended: bool = False
    unseen: bool = False
    trouble: str = ""

    def without_again(self) -> "Progress":
        return replace(self, again=False)


def settled(how: str, words: Texts) -> Progress:
    """Its party needs no sheet: it took a badge, or a picture of its code."""
    return Progress("done", words.text(f"door.job.{how}"), words.text(f"door.job.{how}_more"), ended=True)


def progress(
    job: PrintJob | None, trouble: str, ahead: int, words: Texts, *, missing: bool = False
) -> Progress:
    """`job`: None where there is no printer. `trouble`: the printer's now. `ahead`: sheets to come before.

    `missing`: the family says that nothing came out of a printer that cannot tell.
    """
    if job is None or (job.state is PrintState.QUEUED and trouble in NO_PRINTER):
        return Progress(
            "none", words.text("door.job.none"), words.text("door.job.none_more"), offer=True, ended=True
        )
    detail = job.detail
    match job.state:
        case PrintState.QUEUED if detail or trouble:
            return Progress(
                "waiting",
                words.text("door.job.held"),
                _trouble(detail or trouble, words) + " " + words.text("door.job.held_more"),
                offer=True,
                trouble=_trouble(detail or trouble, words),
            )
        case PrintState.QUEUED:
            more = words.plural("door.job.ahead", ahead) if ahead else words.text("door.job.queued_more")
            return Progress("busy", words.text("door.job.queued"), more)
        case PrintState.SENT if detail == HANDED_OVER and missing:
            headline, more = words.text("door.missing"), words.text("door.job.failed_more")
            return Progress("none", headline, more, offer=True, again=not trouble, ended=True)
        case PrintState.SENT if detail == HANDED_OVER:
            return Progress(
                "take",
                words.text("door.job.handed"),
                words.text("door.job.handed_more"),
                ended=True,
                unseen=True,
            )
        case PrintState.SENT:
            return Progress("busy", words.text("door.job.sent"), words.text("door.job.sent_more"))
        case PrintState.CONFIRMED:
            return Progress(
                "done", words.text("door.job.confirmed"), words.text("door.job.confirmed_more"), ended=True
            )
        case PrintState.UNKNOWN:
            headline, more, mood = "door.job.unknown", "door.job.unknown_more", "unsure"
        case PrintState.FAILED:
            headline, more, mood = "door.job.failed", "door.job.failed_more", "none"
        case _:
            headline, more, mood = "door.job.cancelled", "door.job.failed_more", "none"
    why = _trouble(detail, words) if detail else ""
    told = f"{why} {words.text(more)}" if why else words.text(more)
    again = not trouble and job.state in (PrintState.UNKNOWN, PrintState.FAILED)
    return Progress(mood, words.text(headline), told, offer=True, again=again, ended=True, trouble=why)


def of_both(each: Sequence[Progress], words: Texts) -> Progress:
    """Of the sheets of one family, in one line: first of all what is to be done without them."""
    offered = [one for one in each if one.offer]
    if len(offered) == 1:
        (one,) = offered
        waits = f"{one.trouble} {words.text('door.job.failed_more')}"
        return replace(one, words=waits) if one.mood == "waiting" else one
    moods = {one.mood for one in offered or each}
    mood = next(mood for mood in (OFFERS if offered else GOING) if mood in moods)
    why = next((one.trouble for one in offered if one.trouble and mood != "unsure"), "")
    more = words.text(f"door.both.{mood}_more")
    told = f"{why} {more}" if why else more
    return Progress(mood, words.text(f"door.both.{mood}"), told, offer=bool(offered), trouble=why)


def _trouble(detail: str, words: Texts) -> str:
    return words.text(f"door.trouble.{detail if detail in TROUBLES else 'error'}")
