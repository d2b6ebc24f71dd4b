"""The small drawings of the organisers' pages, as the paths of SVG: pure, and the same in every language.

Each is drawn in a box of its own and stretched to its place; the words beside it say the numbers.
"""

from collections.abc import Iterator

from kiosk.rules.course import Course
from kiosk.rules.event import HOUR_MS, MINUTE_MS, Event
from kiosk.rules.history import QUARTER_MS, History

WIDTH, HEIGHT = 1000, 100
STEP_MS, TREND_STEP_MS = 5 * MINUTE_MS, 2 * MINUTE_MS
BEFORE_MS, AFTER_MS = (
    15 * MINUTE_MS,
    30 * MINUTE_MS,
)  # of what comes before the doors open, and after they close
LEAST = 6  # people that fill a drawing at least: three who queue are no mountain
MOST_BARS = 20


def span(event: Event) -> tuple[int, int]:
    """From when until when the day is drawn."""
    return event.opens_ms - BEFORE_MS, event.closes_ms + AFTER_MS


def hours(event: Event) -> range:
    """The full hours of the day."""
    return event.hours(*span(event))


def figures(event: Event, past: History) -> dict[str, str]:
    """The drawings of the day in figures, for who cannot see them: how many people at each of the hours until now.

    Nothing is said, nor drawn, of a queue that nobody scans who joins.
    """
    courses = {"on_site": past.on_site}
    for id, here in past.ateliers.items():
        courses |= {f"queue.{id}": here.queue} if event.sees_queue(id) else {}
        courses |= {f"inside.{id}": here.inside}
    known = [at_ms for at_ms in hours(event) if at_ms <= past.at_ms]
    return {
        f"figures.{name}": " ".join(
            "" if (count := course.at(at_ms)) is None else str(count.people) for at_ms in known
        )
        for name, course in courses.items()
    }


def lines(event: Event, past: History) -> dict[str, str]:
    """All drawings by their name: arrivals, and arrivals.now for the quarter of an hour that is not over; on_site;
    now; doors; and of each atelier its queue, inside, sessions, and trend, the queue of the last hour.
    """
    now_ms = past.at_ms
    whole, running = _arrivals(past)
    drawn = {
        "arrivals": whole,
        "arrivals.now": running,
        "on_site": area(past.on_site, *span(event), _most(past.on_site)),
        "roaming": area(past.roaming, *span(event), _most(past.on_site)),
        "now": f"M{_x(event, now_ms)} 0V{HEIGHT}",
        "doors": "".join(
            f"M{_x(event, each.opens_ms)} 0V{HEIGHT}H{_x(event, each.closes_ms)}V0Z" for each in event.windows
        ),
    }
    longest = max([LEAST, *(_most(here.queue) for here in past.ateliers.values())])
    for id, here in past.ateliers.items():
        is_seen = event.sees_queue(id)
        drawn[f"queue.{id}"] = area(here.queue, *span(event), longest) if is_seen else ""
        drawn[f"inside.{id}"] = area(here.inside, *span(event), max(here.atelier.places, _most(here.inside)))
        drawn[f"sessions.{id}"] = "".join(
            f"M{_x(event, at_ms)} {HEIGHT}V{HEIGHT - 40}" for at_ms in here.atelier.times_ms
        )
        drawn[f"trend.{id}"] = line(here.queue, now_ms - HOUR_MS, now_ms) if is_seen else ""
    return drawn


def area(course: Course, from_ms: int, until_ms: int, most: int) -> str:
    """What lies under a course; nothing where there never was anybody. It ends where it is not known."""
    if course.most is None:
        return ""
    points = [
        (round(WIDTH * (at_ms - from_ms) / (until_ms - from_ms)), _y(people, most))
        for at_ms, people in _samples(course, from_ms, until_ms, STEP_MS)
    ]
    if not points:
        return ""
    stairs = "".join(f"H{x}V{y}" for x, y in points)
    return f"M{points[0][0]} {HEIGHT}{stairs}V{HEIGHT}Z"


def line(course: Course, from_ms: int, until_ms: int) -> str:
    """A course as a line, from one side to the other; no lower than LEAST people fill it."""
    samples = list(_samples(course, from_ms, until_ms, TREND_STEP_MS))
    most = max([LEAST, *(people for _, people in samples)])
    points = [
        f"{round(WIDTH * (at_ms - from_ms) / (until_ms - from_ms))} {_y(people, most)}"
        for at_ms, people in samples
    ]
    return "M" + "L".join(points) if points else ""


def _samples(course: Course, from_ms: int, until_ms: int, step_ms: int) -> Iterator[tuple[int, int]]:
    """Every so often, and at the end of what is known."""
    last_ms = min(until_ms, course.until_ms)
    for at_ms in (*range(from_ms, last_ms, step_ms), last_ms):
        count = course.at(at_ms)
        if count is not None and from_ms <= at_ms:
            yield at_ms, count.people


def _arrivals(past: History) -> tuple[str, str]:
    """The latest quarters of an hour as bars, side by side."""
    latest = past.arrivals[-MOST_BARS:]
    most = max([LEAST, *(each.count.people for each in latest)])
    wide = WIDTH // MOST_BARS
    whole, running = "", ""
    for place, each in enumerate(latest):
        left, top = (MOST_BARS - len(latest) + place) * wide, _y(each.count.people, most)
        bar = f"M{left + 6} {HEIGHT}V{top}H{left + wide - 6}V{HEIGHT}Z"
        if each.from_ms + QUARTER_MS <= past.at_ms:
            whole += bar
        else:
            running += bar
    return whole, running


def _most(course: Course) -> int:
    return course.most[1].people if course.most else 1


def _x(event: Event, at_ms: int) -> int:
    from_ms, until_ms = span(event)
    return round(WIDTH * (min(max(at_ms, from_ms), until_ms) - from_ms) / (until_ms - from_ms))


def _y(people: int, most: int) -> int:
    return HEIGHT - round((HEIGHT - 4) * people / max(1, most))
