"""What the kiosk's touchscreen does for a family: opens the pages of the door, presses their buttons, reads."""

import http.client
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from firmware.wire.token import ALPHABET

from ..errors import RondeError
from ..rules.party import Nickname
from ..texts import texts
from ..twin.families import Family
from ..web.family import MOST_WISHES

_BADGE = re.compile(rf"(?<![A-Z])(?:[{ALPHABET}]{{4}} ){{3}}[{ALPHABET}]{{4}}(?![A-Z])")
_MOST_PARTIES = 5000
_HOPS = 5

Form = Mapping[str, str | Sequence[str]]


class DoorError(RondeError, RuntimeError):
    """The door's pages are not what a family expects; the message says what was there."""


@dataclass(frozen=True, slots=True)
class Welcome:
    """What the last page says. `badge`: the letters under the code on the screen."""

    nickname: str
    party: int
    badge: str


@dataclass(frozen=True, slots=True)
class Page:
    """`fields` are the inputs of its forms; `headings` the text of each h1; `text` all of it."""

    path: str
    fields: Mapping[str, str]
    headings: tuple[str, ...]
    text: str


class Browser:
    """The browser of the kiosk, on its one listener. All methods raise OSError while the hub is away."""

    def __init__(self, port: int, timeout_s: float = 10.0) -> None:
        self._origin = f"http://127.0.0.1:{port}"
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_s)
        self._cookies: SimpleCookie = SimpleCookie()
        self._pending: dict[str, str] | None = None

    def check_in(self, family: Family) -> Welcome:
        """From the start page to the page of the sheet. Every other family takes the surprise.

        Called again after an OSError it sends the same forms once more, if it had come that far: what the hub
        took in is not taken twice. Raises DoorError.
        """
        if self._pending is None:
            self._cookies.clear()
            self._open("GET", "/door")
            self._open("GET", "/door/language")
            page = self._open("POST", "/door/language", {"language": family.language})
            self._pending = dict(page.fields)
            for group in family.people:
                self._pending[f"n:{group.band}:{group.gender}"] = str(group.count)
        wishes = family.wishes[:MOST_WISHES] if family.number % 2 else ()
        page = self._open("POST", "/door/family", self._pending | {"do": "choose" if wishes else "print"})
        if page.path == "/door/dreams":
            page = self._open("POST", "/door/dreams", {**page.fields, "wish": wishes, "do": "print"})
        self._pending = None
        if page.path != "/door/sheet":
            raise DoorError(f"the door led to {page.path} instead of the sheet: {page.text[:200]}")
        return _read(page, family.language)

    def leave(self) -> None:
        """Press the button that makes place for the next family."""
        try:
            self._open("POST", "/door/end", {})
        finally:
            self._connection.close()  # the hub would, before the next one comes

    def offered(self) -> bool:
        """Whether the screen offers the badge to be photographed, since the paper may not come."""
        return (
            "party" in self._open("GET", "/door/sheet").fields
        )  # that of the button "I have taken a picture"

    def close(self) -> None:
        self._connection.close()

    def _open(self, method: str, path: str, form: Form | None = None) -> Page:
        for _ in range(_HOPS):
            answer, body = self._ask(method, path, form)
            location = answer.headers.get("Location")
            if answer.status == 303 and location:
                method, path, form = "GET", location.removeprefix(self._origin), None
                continue
            if answer.status == 503:
                raise ConnectionError(f"the hub cannot take anybody in at the moment ({path})")
            if answer.status != 200:
                raise DoorError(f"{method} {path} was answered with {answer.status}")
            return _page(path, body.decode("utf-8"))
        raise DoorError(f"the door leads from page to page without end, last to {path}")

    def _ask(
        self, method: str, path: str, form: Form | None = None
    ) -> tuple[http.client.HTTPResponse, bytes]:
        headers = {"Sec-Fetch-Site": "same-origin", "Origin": self._origin}
        if self._cookies:
            headers["Cookie"] = "; ".join(
                f"{name}={each.coded_value}" for name, each in self._cookies.items()
            )
        body = None
        if form is not None:
            body = urlencode(form, doseq=True)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
            content = answer.read()
        except (http.client.HTTPException, OSError) as error:
            self._connection.close()
            raise ConnectionError(f"the hub is away: {error!r}") from error
        for cookie in answer.headers.get_all("Set-Cookie", []):
            self._cookies.load(cookie)
        return answer, content


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.headings: list[str] = []
        self.words: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        name = given.get("name")
        if tag == "input" and name:
            self.fields[name] = given.get("value") or ""
        elif tag in ("h1", "script", "style", "svg"):
            self._inside.append(tag)
            if tag == "h1":
                self.headings.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._inside:
            self._inside.remove(tag)

    def handle_data(self, data: str) -> None:
        if not {"script", "style", "svg"} & set(self._inside):
            self.words.append(data)
            if "h1" in self._inside:
                self.headings[-1] += data


def _page(path: str, html: str) -> Page:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    headings = tuple(" ".join(heading.split()) for heading in reader.headings)
    return Page(path, reader.fields, headings, " ".join(" ".join(reader.words).split()))


def _read(page: Page, language: str) -> Welcome:
    words = texts(language)
    letters = _BADGE.search(page.text)
    if letters is None or not page.headings:
        raise DoorError(f"the page of the sheet shows no badge or no nickname: {page.text[:200]}")
    shown = page.headings[0]
    for party in range(1, _MOST_PARTIES):
        nickname = words.nickname(Nickname.of(party))
        if " ".join(nickname.split()) == shown:
            return Welcome(nickname, party, letters.group().replace(" ", ""))
    raise DoorError(f"the page of the sheet greets {shown!r}, which is no nickname")
