"""What a family is told of its sheet: the truth about the print job, in words, and whether to offer another way."""

from dataclasses import dataclass, replace

from kiosk.paper.printer import DETAILS
from kiosk.paper.spooler import NOT_COMPOSED
from kiosk.rules.printing import HANDED_OVER, INTERRUPTED, PrintJob, PrintState
from kiosk.texts import Texts

NO_PRINTER = frozenset({"none", "no_printer"})
TROUBLES = (*filter(None, DETAILS), NOT_COMPOSED, INTERRUPTED)


@dataclass(frozen=True, slots=True)
class Progress:
    """`mood`: busy, done, waiting, unsure or none, for colour and picture. `offer`: show at once how to do without.

    `again`: another print may be asked for. `ended`: it changes no more by itself. `unseen`: nobody but the family
    knows whether it came out.
    """

    mood: str
    headline: str
    words: str
    offer: bool = False
    again: bool = False
    ended: bool = False
    unseen: bool = False

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
    told = f"{_trouble(detail, words)} {words.text(more)}" if detail else words.text(more)
    again = not trouble and job.state in (PrintState.UNKNOWN, PrintState.FAILED)
    return Progress(mood, words.text(headline), told, offer=True, again=again, ended=True)


def _trouble(detail: str, words: Texts) -> str:
    return words.text(f"door.trouble.{detail if detail in TROUBLES else 'error'}")
