"""Goes through the pages as a browser without scripts does: reads their forms, fills them in, presses their buttons."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from flask import Flask
from werkzeug.test import TestResponse

VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
FIELDS = frozenset({"input", "textarea", "select"})


@dataclass
class Form:
    """`fields`: their names and values. `buttons`: those that send it, each with its own name and value."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def sent(self, button: tuple[str, str] | None = None, **changed: str) -> list[tuple[str, str]]:
        """What a browser sends that pressed this button; `changed`: what was typed instead."""
        found = [(name, changed.get(name, value)) for name, value in self.fields]
        found += [(name, value) for name, value in changed.items() if name not in dict(self.fields)]
        return found + ([button] if button and button[0] else [])


class Page(HTMLParser):
    """`elements`: each by its tag and the names of its attributes. `words`: all that is to be read, attributes too."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.words: list[str] = []
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.title = ""
        self._open: list[str] = []
        self._by_id: dict[str, Form] = {}
        self._late: list[tuple[str, tuple[str, str], str]] = []
        self._inside: Form | None = None
        self.feed(html)
        self.close()
        for of, said, where in self._late:
            if of in self._by_id:
                getattr(self._by_id[of], where).append(said)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.elements.append((tag, tuple(sorted(found))))
        self.words += found.values()
        if tag not in VOID:
            self._open.append(tag)
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        if tag == "form":
            self._inside = Form(found.get("action", ""), found.get("method", "get").upper())
            self.forms.append(self._inside)
            if "id" in found:
                self._by_id[found["id"]] = self._inside
        if tag == "button" and found.get("type") != "button":
            self._note(found, "buttons")
        if tag in FIELDS and found.get("name") and (found.get("type") != "radio" or "checked" in found):
            self._note(found, "fields")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = None
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if "title" in self._open:
            self.title += data

    def handle_comment(self, data: str) -> None:
        self.elements.append(("!--", ()))

    def _note(self, found: Mapping[str, str], where: str) -> None:
        said = (found.get("name", ""), found.get("value", ""))
        if "form" in found:
            self._late.append((found["form"], said, where))
        elif self._inside is not None:
            getattr(self._inside, where).append(said)

    def button(self, value: str) -> tuple[Form, tuple[str, str]]:
        """The form and the button whose value begins so."""
        return next((form, each) for form in self.forms for each in form.buttons if each[1].startswith(value))


class Walker:
    """A browser's cookies and the page that it is on. `headers`: what each of its requests carries."""

    def __init__(self, app: Flask, port: int, headers: Mapping[str, str] | None = None) -> None:
        self._client = app.test_client()
        self._base = f"http://127.0.0.1:{port}"
        self._headers = dict(headers or {})
        self.at = "/"
        self.status = 0
        self.page = Page("")

    def get(self, path: str) -> Page:
        return self._follow("GET", path)

    def post(self, path: str, **fields: str) -> Page:
        return self._follow("POST", path, encoded(list(fields.items())))

    def press(self, value: str = "", action: str = "", **changed: str) -> Page:
        """The button whose value begins so; without one, the first of the form that goes to `action`."""
        if value:
            form, button = self.page.button(value)
        else:
            form = next(form for form in self.page.forms if form.action.startswith(action))
            button = form.buttons[0]
        return self.send(form, button, **changed)

    def send(self, form: Form, button: tuple[str, str] | None = None, **changed: str) -> Page:
        sent = encoded(form.sent(button, **changed))
        path = urljoin(self.at, form.action)
        return (
            self._follow("POST", path, sent)
            if form.method == "POST"
            else self._follow("GET", f"{path}?{sent}")
        )

    def _follow(self, method: str, path: str, body: str | None = None) -> Page:
        answer = self.ask(method, path, body)
        while answer.status_code in (301, 302, 303):
            path = urljoin(path, answer.headers["Location"])
            answer = self.ask("GET", path)
        self.at, self.status = path, answer.status_code
        said = answer.get_data(as_text=True)
        self.page = Page("".join(texts_in(json.loads(said))) if answer.is_json else said)
        return self.page

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> TestResponse:
        parts = urlsplit(path)
        return self._client.open(
            parts.path + (f"?{parts.query}" if parts.query else ""),
            method=method,
            base_url=self._base,
            data=body,
            headers=self._headers | headers,
            content_type="application/x-www-form-urlencoded" if body is not None else None,
        )


def texts_in(value: Any) -> Iterator[str]:
    """Every text in a JSON value."""
    if isinstance(value, str):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts_in(each)


def encoded(fields: list[tuple[str, str]]) -> str:
    """As a form is sent, whatever its fields hold."""
    return "&".join(f"{octets(name)}={octets(value)}" for name, value in fields)


def octets(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def fields_of(page: Page) -> Iterator[tuple[Form, tuple[str, str] | None, str]]:
    """Each field of each form, hidden ones too, and what each button says, with the button that sends it."""
    for form in page.forms:
        for button in form.buttons or [None]:
            for name in dict.fromkeys((*(name for name, _ in form.fields), *([button[0]] if button else []))):
                if name:
                    yield form, button, name
