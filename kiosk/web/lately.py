"""The families that were checked in last, by this device and elsewhere: which they are, and what became of their
sheets.

A cookie holds the numbers of those of this device and nothing else; whoever sends one must have entered the PIN, and
may look anybody up.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from flask import request
from werkzeug.wrappers import Response as Answer

from kiosk.rules.guest import Guest
from kiosk.rules.ledger import View
from kiosk.rules.party import Party
from kiosk.rules.printing import HANDED_OVER, REPLACED, PrintJob, PrintState
from kiosk.texts import Texts

COOKIE = "ronde_express"
PATH = "/express"
MOST = 8  # of this device
MOST_ELSEWHERE = 4
MOST_LARGE_ELSEWHERE = 2  # beyond these, as long as they may be undone
LARGE = 30  # people; more than these are one party seldom, and by mistake often
KEPT = 100
LASTS_S = 12 * 3600

_MOODS = {
    PrintState.QUEUED: "busy",
    PrintState.SENT: "busy",
    PrintState.CONFIRMED: "done",
    PrintState.UNKNOWN: "unsure",
    PrintState.FAILED: "failed",
    PrintState.CANCELLED: "none",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """`mood`: busy, waiting, done, unsure, failed or none. `queued`: it can still be called off."""

    mood: str
    words: str
    queued: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    party: Party
    sheet: Sheet
    people: str
    may_undo: bool
    large: bool


def numbers() -> list[int]:
    said = request.cookies.get(COOKIE, "").split(".")
    return [int(each) for each in said if each.isascii() and each.isdigit() and len(each) < 7][:KEPT]


def remember(answer: Answer, party: int) -> Answer:
    kept = [party, *(number for number in numbers() if number != party)][:KEPT]
    answer.set_cookie(
        COOKIE,
        ".".join(map(str, kept)),
        max_age=LASTS_S,
        path=PATH,
        secure=request.is_secure,
        httponly=True,
        samesite="Strict",
    )
    return answer


def entries(view: View, trouble: str, words: Texts) -> list[Entry]:
    """Those that this device checked in last, the newest first."""
    own = [view.parties[number] for number in numbers() if number in view.parties]
    return [entry(view, party, trouble, words) for party in own[:MOST]]


def elsewhere(view: View, trouble: str, words: Texts) -> list[Entry]:
    """Those that were checked in last at the kiosks and on other devices, the newest first.

    A large one stays beyond the newest few until it is scanned: a check-in by mistake is not pushed out of sight.
    """
    own = numbers()
    oldest = min(own) if len(own) == KEPT else 0  # before it, this device does not know its own
    others = [
        view.parties[each] for each in sorted(view.parties, reverse=True) if each > oldest and each not in own
    ]
    newest, older = others[:MOST_ELSEWHERE], others[MOST_ELSEWHERE:]
    large = (party for party in older if is_large(party) and may_undo(view.guest_of(party.number)))
    shown = [*newest, *islice(large, MOST_LARGE_ELSEWHERE)]
    return [entry(view, party, trouble, words) for party in shown]


def entry(view: View, party: Party, trouble: str, words: Texts) -> Entry:
    guest = view.guest_of(party.number)
    job = newest_job(view, party.number)
    told = sheet(job, trouble, words) if job or not party.sign else Sheet("none", _replaced(words))
    people = words.plural("express.people", party.size)
    return Entry(party, told, people, may_undo(guest), is_large(party))


def is_large(party: Party) -> bool:
    return party.size > LARGE


def may_undo(guest: Guest) -> bool:
    return not guest.journey.stays


def newest_job(view: View, party: int) -> PrintJob | None:
    own = (job for job in view.jobs.values() if job.party == party)
    return max(own, key=lambda job: job.job, default=None)


def sheet(job: PrintJob | None, trouble: str, words: Texts) -> Sheet:
    """What became of a sheet. `trouble`: the printer's now."""
    if job is None:
        return Sheet("none", words.text("express.sheet.none"))
    if job.state is PrintState.CANCELLED:
        return Sheet("none", _replaced(words) if job.detail == REPLACED else words.text("express.sheet.none"))
    if job.state is PrintState.QUEUED and (job.detail or trouble):
        return Sheet("waiting", words.text("express.sheet.waiting"), queued=True)
    if job.state is PrintState.SENT and job.detail == HANDED_OVER:
        return Sheet("unsure", words.text("express.sheet.unsure"))
    mood = _MOODS[job.state]
    return Sheet(mood, words.text(f"express.sheet.{mood}"), queued=job.state is PrintState.QUEUED)


def _replaced(words: Texts) -> str:
    return words.text("express.sheet.replaced")


def languages(event_languages: Iterable[str], parties: Mapping[int, Party]) -> list[str]:
    """Those of the event, the last used first."""
    used = [parties[number].language for number in numbers() if number in parties]
    return list(dict.fromkeys([*(each for each in used if each in set(event_languages)), *event_languages]))
