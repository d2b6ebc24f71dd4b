"""Whatever is sent to the hub, in whatever place: it answers in its own words, and what came is no more than text."""

import inspect
import json
import re
from collections.abc import Iterator
from itertools import cycle, islice
from urllib.parse import quote, urljoin, urlsplit

import pytest
from flask import redirect

from kiosk.web import acts, kiosks, roles
from kiosk.web.acts import _ACTS, create_acts
from kiosk.web.roles import Role
from kiosk.web.way import way

from .. import corpus
from .conftest import PHRASE
from .roles.table import answered, routes
from .tour import door, liven, office
from .walker import Page, Walker, encoded, fields_of, octets, texts_in

PLAIN = "Mots"
ENDS = str.maketrans("", "", "\r\n\0")  # of a line: no header has them
EACH_FIELD = 6  # of the corpus, another slice in each field


ELSEWHERE = (
    "http://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
    "/\t/evil.example", "/%09/evil.example", "/flow\r\nSet-Cookie: x=y", "/flow?a\r\nSet-Cookie: x=y",
    "javascript:alert(1)", "/flow#//evil", "/flow?x=//evil.example", " /flow", "/./flow", "/../flow", "https:/flow",
    "/static/..//evil.example", "/phone/..//evil.example", "/.//evil.example", "/flow?a\r\nb",
)  # fmt: skip
ASKED = {
    "station": "vr", "atelier": "vr", "party": "Chat 1", "texts": {"fr": "x"}, "minutes": 5, "status": "open",
    "hub": "http://10.0.0.1", "epoch": "ab" * 8, "seq": 1, "phrase": "short", "count": 1,
}  # fmt: skip


@pytest.fixture
def house(open_house, roubaix):
    house = open_house(roubaix, roubaix.opens_ms)
    liven(house, PLAIN)
    return house


def sound(answer, where):
    """An answer of ours, whatever was sent: no fault of the hub, no header and no element of somebody else's."""
    assert answer.status_code < 500 or answer.status_code == 503, (where, answer.status)
    for name, value in answer.headers:
        assert "\r" not in value and "\n" not in value, (where, name)
    if "Location" in answer.headers:
        to = answer.headers["Location"]
        assert to.startswith(("/", "http://127.0.0.1:")) and not to.startswith("//"), (where, to)
    if answer.mimetype not in ("text/html", "application/json"):
        return
    said = answer.get_data(as_text=True)
    for tag, attributes in Page("".join(texts_in(json.loads(said))) if answer.is_json else said).elements:
        assert tag != "base" and not [name for name in attributes if name.startswith("on")], (where, tag)
        assert tag != "script" or "src" in attributes or "type" in attributes, where


def forms(house) -> Iterator[tuple[Walker, Page]]:
    """Each page with forms, and who is on it."""
    for tour, port in ((office, house.port), (door, house.door_port)):
        for _, page in tour(house):
            if page.forms:
                yield port, page


def test_every_field_of_every_form_takes_anything(house):
    """Hidden ones too, and what buttons say."""
    texts = cycle(corpus.EVERY)
    tried = {}
    for port, page in forms(house):
        for form, button, name in fields_of(page):
            tried.setdefault((form.action.partition("?")[0], name, port), (form, button))
    assert len(tried) > 60
    family = Walker(house.app, house.door_port)
    family.get("/door/language")
    family.press("fr")
    walkers = {house.door_port: family, house.port: Walker(house.app, house.port)}
    for (action, name, port), (form, button) in tried.items():
        for text in islice(texts, EACH_FIELD):
            changed = [(each, text if each == name else value) for each, value in form.sent(button)]
            sent = encoded(changed)
            if form.method == "POST":
                answer = walkers[port].ask("POST", form.action, sent)
            else:
                answer = walkers[port].ask("GET", f"{form.action}?{sent}")
            sound(answer, (action, name, text[:40]))
    for _, page in (*office(house), *door(house)):  # and all that came of it is words
        assert not [each for _, attributes in page.elements for each in attributes if each.startswith("on")]


def test_every_address_takes_anything_behind_its_question_mark(house):
    names = {name for _, page in forms(house) for form in page.forms for name, _ in form.fields}
    names |= {
        "lang",
        "to",
        "page",
        "ask",
        "done",
        "was",
        "came",
        "undone",
        "at",
        "typed",
        "figure",
        "party",
        "number",
    }
    for at, ((method, rule), path) in enumerate(sorted(routes(house).items())):
        if method == "GET" and not rule.endswith("events"):
            for text in islice(cycle(corpus.EVERY), at % 9, len(corpus.EVERY), 9):
                query = "&".join(f"{octets(name)}={octets(text[:300])}" for name in sorted(names))
                for port in (house.port, house.door_port):
                    sound(answered(house, "GET", f"{path}?{query}", {}, port), (rule, text[:40]))


def test_every_part_of_an_address_takes_anything(house):
    for (method, rule), path in sorted(routes(house).items()):
        if "<" in rule and not rule.endswith("events"):
            start = path[: rule.index("<")]
            for text in corpus.EVERY[::2]:
                for port in (house.port, house.door_port):
                    where = f"{start}{quote(text[:300].encode('utf-8', 'surrogatepass'))}"
                    sound(answered(house, method, where, {}, port), (rule, text[:40]))


HEADERS = (
    "Accept", "Accept-Language", "Authorization", "Content-Type", "Cookie", "Forwarded", "Host", "If-Modified-Since",
    "If-None-Match", "Origin", "Range", "Referer", "User-Agent", "X-Forwarded-For", "X-Forwarded-Host",
    "X-Forwarded-Proto", roles.HEADER, "Sec-Fetch-Site", "Ronde-Station", "X-Ronde-Signature",
)  # fmt: skip


def test_every_header_takes_anything_that_can_be_sent_in_one(house):
    """As the server hands it on: bytes as they came, without the ends of lines, which no header has."""
    asked = (("GET", "/pin"), ("GET", "/door"), ("POST", "/express"), ("GET", "/static/ronde.css"), ("GET", "/kiosk"),
             ("POST", "/api/passages"), ("GET", "/nothing"))  # fmt: skip
    for header in HEADERS:
        for at, text in enumerate(corpus.EVERY):
            said = text[:300].encode("utf-8", "surrogatepass").decode("latin-1").translate(ENDS)
            method, path = asked[at % len(asked)]
            for port in (house.port, house.door_port):
                sound(answered(house, method, path, {header: said}, port), (header, text[:40]))


def test_no_cookie_is_believed_that_the_hub_did_not_write(real_house):
    house = real_house
    access = house.services.access
    mine = access.enter(Role.ORGANISER, PHRASE, "10.0.0.7")
    forged = [mine[:at] + ("0" if mine[at] != "0" else "1") + mine[at + 1 :] for at in range(len(mine))] + [
        mine[:at] for at in range(len(mine))
    ]
    for said in (
        *forged,
        *corpus.EVERY,
        "organiser.1.99999999999999.",
        f"organiser.٣.9.{'0' * 64}",
        "." * 4000,
    ):
        assert not access.session(said).role, said
        assert access.csrf(said) == ""
    assert access.session(mine).role is Role.ORGANISER
    names = (roles.COOKIE, kiosks.COOKIE, "ronde_door", "ronde_lately", "session")
    for text in corpus.EVERY:
        said = "; ".join(f"{name}={quote(text[:300].encode('utf-8', 'surrogatepass'))}" for name in names)
        for path in ("/flow", "/door", "/express", "/kiosk"):
            answer = answered(house, "GET", path, {"Cookie": said})
            sound(answer, (path, text[:40]))
            assert answer.status_code in (303, 403), path


def test_every_body_is_read_or_refused(house):
    """Forms of every sort, and what is none."""
    kinds = ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data",
             "application/json", "text/plain; charset=nonsense", "image/jpeg", "")  # fmt: skip
    whole = '--x\r\nContent-Disposition: form-data; name="do"; filename="../../x"\r\n\r\n{}\r\n--x--\r\n'
    posts = [path for (method, _), path in routes(house).items() if method == "POST"]
    texts = cycle(corpus.EVERY)
    for path in posts:
        for kind in kinds:
            for body in (
                next(texts),
                whole.format(next(texts)),
                '{"act": ' + json.dumps(next(texts)) + "}",
                "&=&=;%zz%",
                "[" * 3000,
            ):
                for port in (house.port, house.door_port):
                    client = house.app.test_client(use_cookies=False)
                    answer = client.post(
                        path, data=body.encode("utf-8", "surrogatepass"), base_url=f"http://127.0.0.1:{port}",
                        headers={"Content-Type": kind},
                    )  # fmt: skip
                    sound(answer, (path, kind, body[:40]))


def test_every_act_of_the_command_line_takes_anything(house):
    """Over the hub's own socket: each is done, or refused in words."""
    client = create_acts(house.services).test_client()
    names = set(
        re.findall(r'(?:_text\(body, |body\.get\(|schema\.\w+\(body, )"(\w+)"', inspect.getsource(acts))
    )
    assert len(names) > 10
    texts, others = cycle(corpus.EVERY), cycle((-1, 1.5, None, True, [], 2**70, ["vr"]))
    for act in (*_ACTS, "no-such-act"):
        for name in sorted(names):
            for value in (next(texts), {"fr": next(texts)}, next(others)):
                spoken = next(texts)[:200].encode("utf-8", "replace").decode("latin-1").translate(ENDS)
                answer = client.post(
                    f"/acts/{act}",
                    data=json.dumps(ASKED | {name: value}),
                    headers={"Accept-Language": spoken},
                )
                assert answer.status_code in (200, 400), (act, name, value)
                if answer.status_code == 400:
                    assert corpus.is_line(answer.json["error"]), (act, name, value)


@pytest.mark.parametrize("login", ["/passphrase", "/pin"])
def test_who_comes_in_is_led_to_a_page_of_this_hub_whatever_is_asked(real_house, login):
    app = real_house.app
    wanted = [f"{start}{text}" for text in corpus.EVERY for start in ("", "/flow", "/flow?")]
    for to in (*ELSEWHERE, *wanted):
        with app.test_request_context(f"{login}?to={octets(to)}", base_url="http://hub:8080"):
            answer = redirect(way())
            sound(answer, (login, to[:60]))
            where = urlsplit(urljoin("http://hub:8080/pin", answer.headers["Location"]))
            assert (where.scheme, where.netloc) == ("http", "hub:8080"), to
    typed = (
        f"phrase={PHRASE.replace(' ', '+')}"
        if login == "/passphrase"
        else f"pin={real_house.services.access.pin}"
    )
    answer = Walker(app, real_house.port).ask("POST", login, f"{typed}&to={octets(ELSEWHERE[-1])}")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
