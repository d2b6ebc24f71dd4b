"""The day in pictures and in figures, as it stands, to download: each alone, or all of it in one file."""

import threading
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from flask import Blueprint, Response, abort, request
from werkzeug.exceptions import ServiceUnavailable

from kiosk import figures
from kiosk.rules.event import MINUTE_MS, Event
from kiosk.rules.history import History, history
from kiosk.texts import Texts, working

from .guard import same_site_only
from .roles import organisers
from .services import Services
from .silence import silent

if TYPE_CHECKING:
    from kiosk.charts import Chart

NAMES = ("on-site", "arrivals", "queues", "waits", "ages")
KINDS = {"svg": "image/svg+xml", "png": "image/png"}
CSV = "text/csv"
PATIENCE_S = 20.0  # of who asks for a picture while another is drawn


class Busy(ServiceUnavailable):
    description = "another picture is being drawn"


@dataclass(frozen=True, slots=True)
class Moment:
    """The day as it stood, for who reads `words`."""

    event: Event
    past: History
    words: Texts

    def file_name(self, what: str, ending: str) -> str:
        """Such as "roubaix-2022-2022-11-19-1540-sur-place.svg"."""
        stamp = f"{self.event.local(self.past.at_ms):%Y-%m-%d-%H%M}"
        return f"{self.event.id}-{stamp}-{self.words.text(f'charts.file.{what}')}.{ending}"


class Studio:
    """Draws, one picture at a time, on the thread of who asks. What was drawn of this minute is not drawn again.

    matplotlib is loaded by the first picture, so that a hub of which nobody wants one does without.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._drawing = threading.Lock()
        self._key: tuple[object, ...] = ()
        self._drawn: dict[str, Chart] = {}

    def moment(self, words: Texts) -> Moment:
        view, now_ms = self._services.day.view, self._services.day.clock()
        return Moment(view.event, history(view, now_ms, silent(self._services, now_ms)), words)

    def chart(self, name: str, moment: Moment) -> "Chart":
        """Raises Busy."""
        if not self._drawing.acquire(timeout=PATIENCE_S):
            raise Busy
        try:
            past = moment.past
            key = (
                moment.event,
                past.at_ms // MINUTE_MS,
                past.came,
                past.on_site,
                past.ateliers,
                moment.words,
            )
            if key != self._key:
                self._key, self._drawn = key, {}
            if name not in self._drawn:
                from kiosk.charts import DayCharts

                self._drawn[name] = DayCharts(moment.event, past, moment.words).draw(name)
            return self._drawn[name]
        finally:
            self._drawing.release()


def pages(services: Services) -> Blueprint:
    charts = Blueprint("charts", __name__, url_prefix="/flow")
    same_site_only(charts)
    organisers(charts, services)
    spoken = {words.language: words for words in working(services.day.event.languages)}
    studio = Studio(services)

    def moment() -> Moment:
        asked = request.args.get("lang", "")
        return studio.moment(spoken.get(asked) or next(iter(spoken.values())))

    @charts.get("/charts/<name>.<ending>")
    def chart(name: str, ending: str) -> Response:
        if name not in NAMES or ending not in KINDS:
            abort(404)
        now = moment()
        drawn = studio.chart(name, now)
        content = drawn.svg if ending == "svg" else drawn.png
        return _download(content, KINDS[ending], now.file_name(_key(name), ending))

    @charts.get("/figures.csv")
    def figures_csv() -> Response:
        now = moment()
        return _download(_figures(now), CSV, now.file_name("figures", "csv"))

    @charts.get("/ages.csv")
    def ages_csv() -> Response:
        now = moment()
        return _download(_ages(now), CSV, now.file_name("ages", "csv"))

    @charts.get("/charts.zip")
    def everything() -> Response:
        now = moment()
        files = {
            now.file_name("figures", "csv"): _figures(now),
            now.file_name("ages", "csv"): _ages(now),
        }
        for name in NAMES:
            drawn = studio.chart(name, now)
            files[now.file_name(_key(name), "svg")] = drawn.svg
            files[now.file_name(_key(name), "png")] = drawn.png
        return _download(_zipped(now, files), "application/zip", now.file_name("day", "zip"))

    return charts


def _key(name: str) -> str:
    return name.replace("-", "_")


def _figures(now: Moment) -> bytes:
    return figures.figures(now.event, now.past, now.words)


def _ages(now: Moment) -> bytes:
    return figures.ages(now.event, now.past, now.words)


def _zipped(now: Moment, files: dict[str, bytes]) -> bytes:
    """`files` by name; they are as old as the moment that they are of."""
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as packed:
        for name, content in files.items():
            made = now.event.local(now.past.at_ms)
            entry = ZipInfo(name, (made.year, made.month, made.day, made.hour, made.minute, made.second))
            entry.compress_type = ZIP_DEFLATED
            packed.writestr(entry, content)
    return written.getvalue()


def _download(content: bytes, mimetype: str, name: str) -> Response:
    answer = Response(content, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
