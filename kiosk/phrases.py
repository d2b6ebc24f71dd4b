"""What a party is told, in words: where to go, when, how long it will wait there, and why.

Waits are ranges, never a false minute. A party is named by its picture and number.
"""

from dataclasses import dataclass, replace

from .rules.event import MINUTE_MS, Atelier, Event
from .rules.facts import END, GO, AdviceGiven
from .rules.party import Party
from .rules.waits import Wait
from .texts import Texts, languages, texts

STAY = "stay"  # beside the verbs of advice
STEP_MS = 5 * MINUTE_MS  # as exact as a moment to come back is told


@dataclass(frozen=True, slots=True)
class Phrase:
    """`verb` as in the advice; `headline` is what to do. What does not apply is empty, or None.

    `when`: the wait there, the session, or when to look again. `kept`: of the place that is kept.
    """

    verb: str
    atelier: Atelier | None
    headline: str
    when: str
    reason: str
    kept: str


def phrase(event: Event, advice: AdviceGiven, words: Texts, kept_ms: int | None = None) -> Phrase:
    """`kept_ms`: when its turn comes where its place is kept."""
    atelier = event.by_id.get(advice.atelier) if advice.verb == GO else None
    told = Phrase(advice.verb, atelier, "", "", "", kept(event, advice, words, kept_ms))
    if atelier is not None:
        why = words.text(f"reason.{advice.reason}")
        return replace(
            told, headline=atelier.name(words.language), when=wait(event, atelier, advice, words), reason=why
        )
    if advice.verb == END:
        opens_ms = next((each.opens_ms for each in event.windows if each.opens_ms > advice.at_ms), None)
        if opens_ms is not None:
            when = words.text("advice.end_reopens", clock=words.clock(opens_ms, event.zone))
            return replace(told, headline=words.text("advice.end_for_now"), when=when)
        return replace(told, headline=words.text("advice.end"), when=words.text("advice.end_more"))
    clock = words.clock(advice.at_ms, event.zone)
    return replace(
        told, headline=words.text("advice.rest"), when=words.text("advice.rest_until", clock=clock)
    )


def queueing(atelier: Atelier, now_ms: int, turn_ms: int, words: Texts) -> Phrase:
    """To stay where it queues, until its turn comes."""
    when = waited(*Wait(now_ms, turn_ms, turn_ms).range_minutes, words)
    return Phrase(STAY, atelier, atelier.name(words.language), when, "", "")


def line(event: Event, party: Party, advice: AdviceGiven, words: Texts) -> str:
    """All of it in one line: "Chat 7 → Robotique, 5 à 10 min"."""
    told = phrase(event, advice, words)
    name = words.nickname(party.nickname)
    if told.atelier is not None:
        return words.text("advice.line_go", name=name, atelier=told.headline, when=told.when)
    return words.text("advice.line", name=name, headline=told.headline, when=told.when)


def wait(event: Event, atelier: Atelier, advice: AdviceGiven, words: Texts) -> str:
    """How long it waits there, or which session it sits down at."""
    start_ms = advice.at_ms + advice.wait_minutes * MINUTE_MS
    session_ms = atelier.session_about_ms(start_ms)
    if session_ms is not None:
        return words.text("advice.session", clock=words.clock(session_ms, event.zone))
    return waited(*Wait(advice.at_ms, start_ms, start_ms).range_minutes, words)


def waited(low_minutes: int, high_minutes: int, words: Texts) -> str:
    if high_minutes == 0:
        return words.text("advice.at_once")
    return words.duration_range(low_minutes, high_minutes)


def kept(event: Event, advice: AdviceGiven, words: Texts, kept_ms: int | None) -> str:
    """That its place is kept; nothing more need be said where it is told to go there now."""
    atelier = event.by_id.get(advice.keeps)
    if atelier is None or (advice.verb == GO and advice.atelier == advice.keeps):
        return ""
    name = atelier.name(words.language)
    if kept_ms is None:
        return words.text("advice.kept", atelier=name)
    return words.text("advice.kept_until", atelier=name, clock=words.clock(about(kept_ms), event.zone))


def about(at_ms: int) -> int:
    """The moment to say for this one: a little early, and no more exact than anybody can be."""
    return at_ms // STEP_MS * STEP_MS


ROOM, LAST, SNACK, CLOSING, LOST = READY = ("room", "last", "snack", "closing", "lost")
"""What organisers announce without writing: there is room, last call, the snack, that it closes soon, a lost child."""


def announcement(
    event: Event, ready: str, atelier: str = "", at_ms: int = 0, minutes: int = 0
) -> dict[str, str]:
    """A ready announcement in each language of the event that there are words for, else in French.

    `atelier`: where there is room, or the last call is. `at_ms`: of the last call. `minutes`: until it closes.
    """
    place = event.by_id.get(atelier)
    known = [code for code in event.languages if code in languages()] or event.languages[:1]
    return {
        code: texts(code).text(
            f"announce.{ready}",
            atelier=place.name(code) if place else "",
            room=place.room if place else "",
            clock=texts(code).clock(at_ms, event.zone),
            minutes=texts(code).minutes(minutes),
        )
        for code in known
    }
