"""What an animator's screen shows, as JSON: the same from the hub, from the station, and on a phone.

One page draws it, wherever it is served from; docs/formats.md says what each field means. Words come from the plan.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .announcement import Announcement
from .booth import DONE, NEXT, START, STATES, Booth, Standing
from .card import Card
from .passage import ABSENT, ARRIVE, CALL, CLOSE, ENTER, LEAVE, PAUSE, RESUME, SHIFT, UNDO, Passage
from .plan import BATCH, SESSION, Plan
from .schema import VERSION

KEPT, REPEAT, UNDONE, REFUSED, NOTHING = TONES = ("kept", "repeat", "undone", "refused", "nothing")

# The words of a plan; the hub's catalogues have each under "station.".
SAID = tuple(
    f"said.{kind}" for kind in (ARRIVE, CALL, ENTER, LEAVE, ABSENT, PAUSE, RESUME, CLOSE, SHIFT, UNDO, REPEAT)
)
REFUSALS = ("refused.foreign", "refused.unreadable", "refused.disk", "refused.nothing", "refused.hub")
PAGE = (
    "waiting", "waiting.none", "here", "here.none", "called", "since", "since.unsure", "seconds",
    "people", "free", "free.none", "more", "more.title", "unknown_badge", "someone", "button.next",
    "button.start", "button.done", "button.pause", "button.resume", "button.close", "button.open",
    "button.undo", "button.type", "button.sooner", "button.later", "button.rub", "button.send",
    "button.back", "button.retry", "title.next", "title.start", "title.done", "title.done_all",
    "title.pause", "title.resume", "title.close", "title.open", "title.undo", "title.type",
    "title.sooner", "title.later", "title.keys", "card.call", "card.enter", "card.leave", "card.gave_up",
    "card.absent", "card.gone", "card.waiting", "card.called", "card.inside", "card.takers", "pad.title",
    "pad.left", "status.open", "status.paused", "status.closed", "condition", "link.ok", "link.backlog",
    "link.away", "link.away.more", "clock.estimated", "clock.more", "scanner.present", "scanner.absent",
    "scanner.more", "page.lost", "page.old", "failed", "last", "last.none", "advice", "guess", "session",
    "session.in", "session.on", "session.none", "clock", "confirm.close", "confirm.more", "confirm.yes",
    "confirm.no", "announcements", "announced.until", "readonly", "readonly.more", "login", "tone.kept",
    "tone.repeat", "tone.undone",
    "tone.refused", "tone.nothing",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """The last thing that was done here, in words."""

    words: str
    tone: str
    at_ms: int

    def to_json(self) -> dict[str, Any]:
        return {"words": self.words, "tone": self.tone, "at_ms": self.at_ms}


@dataclass(frozen=True, slots=True)
class Link:
    """How it stands with the hub. `trouble`: in words, or empty."""

    hub: bool = True
    backlog: int = 0
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """Where a party that has left was sent, in words."""

    words: str
    guess: bool
    at_ms: int


def buttons(plan: Plan) -> tuple[str, ...]:
    """The large buttons of this atelier."""
    if plan.kind in (BATCH, SESSION):
        return (START, DONE)
    return (NEXT, DONE) if plan.queues else (DONE,)


def ref(badge: str) -> str:
    """What a page names a party by: a badge's letters are nobody's business."""
    return hashlib.sha256(b"ronde ref " + badge.encode("ascii")).hexdigest()[:12]


def face(plan: Plan, cards: Mapping[str, Card], badge: str) -> str:
    """ "Chat 7"; for a badge that the hub has not told of, its last letters."""
    card = cards.get(badge)
    if card is None:
        return plan.text("unknown_badge", letters=badge[-4:])
    return plan.text("common.nickname", picture=plan.text(f"picture.{card.picture}"), number=card.number)


def said(plan: Plan, cards: Mapping[str, Card], passages: Sequence[Passage], tone: str, at_ms: int) -> Said:
    """What these passages of one press or scan come to, in words."""
    lines = []
    for kind in dict.fromkeys(passage.kind for passage in passages):
        alike = [passage for passage in passages if passage.kind == kind]
        who = ", ".join(dict.fromkeys(face(plan, cards, one.badge) for one in alike if one.badge))
        by = next((one.by for one in alike if one.by is not None), 0)
        lines.append(plan.text(f"said.{REPEAT if tone == REPEAT else kind}", who=who, by=f"{by:+d}"))
    return Said(" · ".join(lines), tone, at_ms)


def state(
    plan: Plan,
    here: Booth,
    cards: Mapping[str, Card],
    *,
    status: str,
    now_ms: int,
    said: Said | None = None,
    told: Iterable[Told] = (),
    link: Link | None = None,
    can_undo: bool = False,
    clock_estimated: bool = False,
    scanners: Iterable[tuple[str, bool]] = (),
    may_act: bool = True,
    announcements: Iterable[Announcement] = (),
) -> dict[str, Any]:
    """All that the page draws. `scanners`: each by its name, and whether it is there.

    Of `announcements` those that are not over yet.
    """
    link = link or Link()
    upcoming = [at_ms for at_ms in plan.times_ms if at_ms + plan.minutes * 60_000 > now_ms]
    return {
        "v": VERSION,
        "plan": plan.digest,
        "at_ms": now_ms,
        "status": status,
        "places": plan.places,
        "free": here.free,
        "waiting": [_party(plan, cards, one) for one in here.waiting],
        "called": [_party(plan, cards, one) for one in here.called],
        "inside": [_party(plan, cards, one) for one in here.inside],
        "buttons": list(buttons(plan)),
        "can_undo": can_undo,
        "may_act": may_act,
        "said": said.to_json() if said else None,
        "told": [{"words": one.words, "guess": one.guess, "at_ms": one.at_ms} for one in told],
        "hub": link.hub,
        "backlog": link.backlog,
        "trouble": link.trouble,
        "clock_estimated": clock_estimated,
        "scanners": [{"name": name, "present": present} for name, present in scanners],
        "announcements": [one.to_json() for one in announcements if now_ms < one.until_ms],
        "next_session_ms": min(upcoming, default=None) if plan.kind == SESSION else None,
    }


def from_afar(state: Mapping[str, Any]) -> dict[str, Any]:
    """What a stranger sees of it: how many wait, are called and are inside, of nobody in particular."""
    nobody = {"face": "", "picture": "", "number": None, "people": None}
    counts = {
        where: [{**one, **nobody, "ref": f"{where}-{place}"} for place, one in enumerate(state[where])]
        for where in STATES
    }
    return {**state, **counts, "said": None, "told": [], "can_undo": False, "may_act": False}


def _party(plan: Plan, cards: Mapping[str, Card], one: Standing) -> dict[str, Any]:
    card = cards.get(one.badge)
    return {
        "ref": ref(one.badge),
        "face": face(plan, cards, one.badge),
        "picture": card.picture if card else "",
        "number": card.number if card else None,
        "people": card.people if card else None,
        "takers": one.takers,
        "since_ms": one.since_ms,
        "estimated": one.estimated,
    }
