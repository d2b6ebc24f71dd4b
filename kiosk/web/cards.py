"""An atelier at a glance, in words: its queue, its places, its waits now and soon, and how old all that is. Pure."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from kiosk import condition, phrases
from kiosk.rules.board import session_ms
from kiosk.rules.event import Event
from kiosk.texts import Texts

DASH = "—"
WATCH, CALM, SOME = "watch", "calm", "some"
SIFTED = (WATCH, CALM)
ENOUGH_TURNS = 3  # before these, a turn takes what the event file says


def card(
    event: Event, here: Mapping[str, Any], more: Mapping[str, Any], at_ms: int, words: Texts
) -> dict[str, str]:
    """`here`: of the board. `more`: what is foreseen of it, planned for it, and estimated in it; see `frame`."""
    next_ms = here["next_session_ms"]
    window = event.window_at(at_ms)
    opens = words.clock(window.opens_ms, event.zone) if window else ""
    queue, inside = words.number(here["queue"]["people"]), words.number(here["places_taken"])
    return {
        "status": words.text(f"common.status.{here['status']}", clock=opens),
        "ends": words.text("flow.ends", clock=words.clock(more["ends_ms"], event.zone))
        if more["ends_ms"]
        else "",
        "queue": _about(queue, more["queue_estimated"], words) if here["queue_is_seen"] else DASH,
        "queue_parties": words.plural("flow.parties", here["queue"]["parties"])
        if here["queue_is_seen"] and here["queue"]["parties"]
        else "",
        "inside": words.text(
            "flow.of_places",
            taken=_about(inside, more["inside_estimated"], words),
            places=words.number(here["places"]),
        ),
        "inside_parties": words.plural("flow.parties", here["inside"]["parties"])
        if here["inside"]["parties"]
        else "",
        "wait": _wait(event, here, at_ms, words),
        "soon": _soon(event, here, more, words),
        "age": words.text("flow.stale", clock=words.clock(more["since_ms"], event.zone))
        if more["since_ms"]
        else "",
        "trend": _trend(here, more, words),
        "done": words.number(here["done"]["people"]),
        "on_the_way": words.plural("flow.on_the_way", here["on_the_way"]) if here["on_the_way"] else "",
        "kept": words.plural("flow.kept", here["kept"]) if here["kept"] else "",
        "turn": words.text("flow.turn", minutes=words.minutes(round(here["turn_minutes"])))
        if here["turns_seen"] >= ENOUGH_TURNS
        else "",
        "next": words.text("flow.next_session", clock=words.clock(next_ms, event.zone)) if next_ms else "",
    }


def moods(
    event: Event, data: Mapping[str, Any], states: Mapping[str, str], named: Collection[str]
) -> dict[str, str]:
    """Of each atelier: whether somebody should look after it, or it is calm, or neither. `named`: those of which
    something is to be done; `states`: as on the page.
    """
    at_ms = data["board"]["at_ms"]
    window = event.window_at(at_ms)
    is_on = window is not None and at_ms in window
    return {
        here["id"]: _mood(event, here, states, here["id"] in named, is_on)
        for here in data["board"]["ateliers"]
    }


def _mood(event: Event, here: Mapping[str, Any], states: Mapping[str, str], named: bool, is_on: bool) -> str:
    key = f"atelier.{here['id']}"
    unwell = states[f"{key}.health"] == "trouble" or states[f"{key}.age"] == "old"
    if named or (is_on and (unwell or here["status"] != "open")):
        return WATCH
    wait = here["wait"]
    calm = here["status"] == "open" and here["queue_is_seen"] and wait is not None
    return CALM if calm and wait["high_minutes"] <= event.alerts.calm_minutes else SOME


def health(stations: Iterable[Mapping[str, Any]], words: Texts) -> tuple[str, str]:
    """Of the stations of one atelier: ok, trouble, never or none, and what is wrong, if anything."""
    there = list(stations)
    if not there:
        return "none", words.text("flow.health.none")
    if len(there) == 1 and there[0]["state"] not in (condition.OK, condition.NEVER):
        return "trouble", words.text("flow.health.one", how=condition.words(there[0], words))
    wrong = [each for each in there if each["state"] not in (condition.OK, condition.NEVER)]
    if wrong:
        told = (f"{each['label'] or each['id']} : {condition.words(each, words)}" for each in wrong)
        return "trouble", " · ".join(each.replace(" : ", "\u00a0: ") for each in told)
    if all(each["state"] == condition.NEVER for each in there):
        return "never", words.text("flow.health.never")
    return "ok", words.text("flow.health.ok")


def _about(number: str, estimated: bool, words: Texts) -> str:
    return words.text("flow.about", n=number) if estimated else number


def _wait(event: Event, here: Mapping[str, Any], at_ms: int, words: Texts) -> str:
    """A range, never a false minute, or by a timetable the hour; a dash where the queue is not seen or nobody is let in
    now.
    """
    wait = here["wait"]
    if not here["queue_is_seen"] or here["status"] != "open":
        return DASH
    if wait is None:
        return words.text("flow.no_turn")
    start_ms = session_ms(event, here, at_ms)
    if start_ms is not None:
        return words.text("screen.session", clock=words.clock(start_ms, event.zone))
    return phrases.waited(wait["low_minutes"], wait["high_minutes"], words)


def _soon(event: Event, here: Mapping[str, Any], more: Mapping[str, Any], words: Texts) -> str:
    """The wait in half an hour: a forecast, unless a timetable says it."""
    if more["over"]:
        return words.text("flow.no_turn")
    if more["low_minutes"] is None or not here["queue_is_seen"]:
        return DASH
    if more["session_ms"] is not None:
        return words.text("screen.session", clock=words.clock(more["session_ms"], event.zone))
    return words.text("flow.about", n=phrases.waited(more["low_minutes"], more["high_minutes"], words))


def _trend(here: Mapping[str, Any], more: Mapping[str, Any], words: Texts) -> str:
    """The line in words: an hour ago, half an hour ago, now."""
    if not here["queue_is_seen"] or None in more["trend"]:
        return DASH
    first, then = (words.number(people) for people in more["trend"])
    return words.text("flow.trend.words", first=first, then=then, now=words.number(here["queue"]["people"]))
