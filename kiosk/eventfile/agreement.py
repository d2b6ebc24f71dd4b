"""What the keys of an event file say about each other.

The tables come as TOML gave them, without the values that were refused already or could not be read. What is
sound is compared all the same; nothing is complained of that what is missing may put right.
"""

from collections.abc import Iterator, Sequence
from datetime import time
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from firmware.wire.passage import STEPS
from kiosk.rules.event import Kind
from kiosk.rules.presses import DESK
from kiosk.texts import SOURCE, languages

from .icons import icons, suggested
from .places import Path
from .problem import Problem, odd, wrong
from .shape import HIDDEN, Known
from .tables import OLDEST, Allowed, clock

Tables = Sequence[Known]

_STATIONED = ("ateliers", "stations")  # an atelier may give its id to its station


def disagreements(event: Known) -> Iterator[Problem]:
    """All of them, in no order."""
    sessions, ateliers, bands, stations = (
        event.get(name, [HIDDEN] if event.hides(name) else [])
        for name in ("sessions", "ateliers", "age_bands", "stations")
    )
    codes = event.get("languages")
    yield from _timezone(event.get("timezone", "UTC"))
    yield from _languages(codes or [])
    yield from _sessions(sessions)
    for where, tables in (("ateliers", ateliers), ("age_bands", bands), ("stations", stations)):
        yield from _ids(where, tables)
    for where, tables in (("ateliers", ateliers), ("age_bands", bands)):
        for at, table in enumerate(tables):
            yield from _names((where, at), table, codes)
    yield from _bands(bands)
    for at, atelier in enumerate(ateliers):
        yield from _atelier(("ateliers", at), atelier, sessions)
    yield from _stations(stations, ateliers)
    yield from _walks(event.get("walking", {}).get("between", []), ateliers)


def _timezone(name: str) -> Iterator[Problem]:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield wrong(("timezone",), "check.unknown_timezone", among=available_timezones())


def _languages(codes: Sequence[str | None]) -> Iterator[Problem]:
    for at, code in enumerate(codes):
        if code is None:
            continue
        if code not in languages():
            allowed = Allowed("check.allowed.one_of", choices=languages())
            yield wrong(("languages", at), "check.no_catalogue", allowed=allowed)
        elif code in codes[:at]:
            yield wrong(("languages", at), "check.twice", other=("languages", codes.index(code)))


def _sessions(sessions: Tables) -> Iterator[Problem]:
    for at, (opens, closes) in enumerate(_spans(sessions)):
        if opens and closes and closes <= opens:
            past_midnight = opens.hour >= 12 and closes.hour < 6
            code = "check.past_midnight" if past_midnight else "check.closes_before_opening"
            yield wrong(("sessions", at, "closes"), code, opens=opens.strftime("%H:%M"))
    for at, (before, after) in enumerate(pairwise(_spans(sessions)), 1):
        here: Path = ("sessions", at, "opens")
        if before[0] and after[0] and after[0] < before[0]:
            yield wrong(here, "check.sessions_unordered", other=("sessions", at - 1))
        elif before[1] and after[0] and after[0] < before[1]:
            yield wrong(here, "check.sessions_overlap", other=("sessions", at - 1))


def _ids(where: str, tables: Tables) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for at, table in enumerate(tables):
        if "id" in table and seen.setdefault(table["id"], at) != at:
            yield wrong((where, at, "id"), "check.twice", other=(where, seen[table["id"]], "id"))
        if where in _STATIONED and table.get("id") == DESK:
            yield wrong((where, at, "id"), "check.reserved", taken=DESK)


def _names(where: Path, table: Known, codes: Sequence[str | None] | None) -> Iterator[Problem]:
    """`codes`: the languages of the event; None where they are not known."""
    names = table.get("names")
    if names is None:
        return
    if SOURCE not in names and not names.hides(SOURCE):
        yield wrong((*where, "names", SOURCE), "check.no_french_name")
    if codes is None:
        return
    for code in codes:
        if code in languages() and code not in names and not names.hides(code) and code != SOURCE:
            yield odd((*where, "names", code), "check.no_name", language=code)
    for code in names:
        if code not in codes and code != SOURCE and None not in codes:
            yield odd((*where, "names", code), "check.name_not_shown", language=code)


def _bands(bands: Tables) -> Iterator[Problem]:
    known = []
    for at, band in enumerate(bands):
        if "min" in band and not band.hides("max"):
            low, high = band["min"], band.get("max", OLDEST)
            if low > high:
                yield wrong(("age_bands", at, "min"), "check.ages_reversed", high=high)
            else:
                known.append((low, high, at))
    known.sort()
    end, last = -1, None
    for low, high, at in known:
        here: Path = ("age_bands", at, "min")
        if low <= end and last is not None:
            yield wrong(here, "check.bands_overlap", other=("age_bands", last), end=end)
        elif low > end + 1 and len(known) == len(bands):
            yield odd(here, "check.bands_gap", low=end + 1, high=low - 1)
        if high > end:
            end, last = high, at
    if last is not None and end < 99 and len(known) == len(bands):
        yield odd(("age_bands", last, "max"), "check.bands_gap", low=end + 1, high=OLDEST)


def _atelier(where: Path, atelier: Known, sessions: Tables) -> Iterator[Problem]:
    if "icon" in atelier and icons() and atelier["icon"] not in icons():
        yield wrong((*where, "icon"), "check.unknown_icon", among=suggested())
    high = atelier.get("max_age", OLDEST)
    if atelier.get("min_age", 0) > high:
        yield wrong((*where, "min_age"), "check.ages_reversed", high=high)
    places = atelier.get("places")
    if places and atelier.get("min_fill", 1) > places:
        allowed = Allowed("check.allowed.whole", {"low": 1, "high": places})
        yield wrong((*where, "min_fill"), "check.fill_over_places", allowed=allowed, places=places)
    longest = max((_minutes(opens, closes) for opens, closes in _spans(sessions)), default=0)
    if atelier.get("minutes", 0) > longest > 0:
        yield odd((*where, "minutes"), "check.longer_than_day", longest=longest)
    kind = atelier.get("kind")
    if kind is None:
        return
    if kind != Kind.BATCH:
        for key in ("min_fill", "hold_minutes"):
            if key in atelier:
                yield odd((*where, key), "check.batch_only", kind=kind)
    if kind == Kind.SESSION:
        yield from _times(where, atelier, sessions)
    elif "times" in atelier:
        yield wrong((*where, "times"), "check.session_only", kind=kind)


def _times(where: Path, atelier: Known, sessions: Tables) -> Iterator[Problem]:
    if atelier.hides("times"):
        return
    if not atelier.get("times"):
        yield wrong((*where, "times"), "check.no_times", allowed=Allowed("check.allowed.clocks"))
        return
    starts = [None if value is None else clock(value) for value in atelier["times"]]
    spans = _spans(sessions)
    sound = [(opens, closes) for opens, closes in spans if opens and closes and opens < closes]
    lasts = atelier.get("minutes", 1)
    for at, start in enumerate(starts):
        if start is None:
            continue
        here = (*where, "times", at)
        window = next((span for span in sound if span[0] <= start < span[1]), None)
        if start in starts[:at]:
            yield wrong(here, "check.twice", other=(*where, "times", starts.index(start)))
        elif window is None and len(sound) == len(spans):
            hours = ", ".join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in sound)
            allowed = Allowed("check.allowed.within", {"hours": hours})
            yield wrong(here, "check.time_outside", allowed=allowed)
        elif window and _minutes(start, window[1]) < lasts:
            closes = window[1].strftime("%H:%M")
            yield odd(here, "check.ends_after_closing", minutes=lasts, closes=closes)
    for earlier, later in pairwise(sorted({start for start in starts if start is not None})):
        if _minutes(earlier, later) < lasts:
            here = (*where, "times", starts.index(later))
            before = earlier.strftime("%H:%M")
            yield odd(here, "check.times_overlap", minutes=lasts, before=before)


def _stations(stations: Tables, ateliers: Tables) -> Iterator[Problem]:
    places = {atelier["id"]: at for at, atelier in reversed([*enumerate(ateliers)]) if "id" in atelier}
    served = {station.get("atelier") for station in stations}
    all_known = not any(station.hides("atelier") for station in stations)
    for at, station in enumerate(stations):
        atelier, name = station.get("atelier"), station.get("id")
        if atelier and atelier not in places and all("id" in each for each in ateliers):
            allowed = Allowed("check.allowed.one_of", choices=tuple(sorted(places)))
            yield wrong(("stations", at, "atelier"), "check.unknown_atelier", allowed=allowed)
        if name in places and name not in served and all_known:
            yield wrong(("stations", at, "id"), "check.station_of_other", other=("ateliers", places[name]))
        steps = station.get("steps", [])
        if None not in steps and [step for step in STEPS if step in steps] != steps:
            yield wrong(("stations", at, "steps"), "check.steps_unordered")


def _walks(walks: Tables, ateliers: Tables) -> Iterator[Problem]:
    rooms = {atelier["room"].strip() for atelier in ateliers if "room" in atelier}
    seen: dict[frozenset[str], int] = {}
    for at, walk in enumerate(walks):
        rooms_of = walk.get("rooms", [None])
        if None in rooms_of:
            continue
        pair = [room.strip() for room in rooms_of]
        here = ("walking", "between", at, "rooms")
        if len(set(pair)) < 2:
            yield wrong(here, "check.same_room")
        elif seen.setdefault(frozenset(pair), at) != at:
            yield wrong(here, "check.twice", other=("walking", "between", seen[frozenset(pair)]))
        if all("room" in atelier for atelier in ateliers):
            for side, room in enumerate(pair):
                if room not in rooms:
                    allowed = Allowed("check.allowed.one_of", choices=tuple(sorted(rooms)))
                    yield odd((*here, side), "check.unknown_room", allowed=allowed)


def _spans(sessions: Tables) -> list[tuple[time | None, time | None]]:
    return [
        (
            clock(table["opens"]) if "opens" in table else None,
            clock(table["closes"]) if "closes" in table else None,
        )
        for table in sessions
    ]


def _minutes(start: time | None, end: time | None) -> int:
    if start is None or end is None:
        return 0
    return (end.hour - start.hour) * 60 + end.minute - start.minute
