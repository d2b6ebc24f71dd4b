"""A family at the door: in a browser's page, or as the bare requests of one."""

import http.client
import re
import time
from urllib.parse import urlencode

FAMILY = (("18-59:f", 1), ("6-11:m", 2))
PEOPLE = {("18-59", "f", 1), ("6-11", "m", 2)}
PATIENCE_S = 60


# A step of the door goes by forms until its module has come; who waits for that asks for the module.
STEP_IS_THERE = """() => {
  const script = document.getElementById("stage")?.dataset.script;
  return script && import(script).then(() => {});
}"""


class Visitor:
    """A browser's session without the browser: it keeps its cookie, and fills in the form of the page."""

    def __init__(self, house):
        self.house, self.cookie = house, ""

    def ask(self, method, path, **fields):
        connection = http.client.HTTPConnection("127.0.0.1", self.house.door_port, timeout=60)
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request(method, path, urlencode(fields, doseq=True) or None, headers)
        answer = connection.getresponse()
        page = answer.read().decode()
        connection.close()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            self.cookie = cookie.partition(";")[0]
        return answer.status, answer.headers.get("Location"), page

    def ready(self, language="fr"):
        """Come as far as the page of the family; the name of its form."""
        self.ask("POST", "/door/language", language=language)
        page = self.ask("GET", "/door/family")[2]
        return re.search(r'name="form" value="([^"]+)"', page)[1]


def entered(page):
    """Once a page of the door is as its scripts make it."""
    page.evaluate(STEP_IS_THERE)


def begin(page, language="fr"):
    page.click(".attract")
    page.click(f"button[value={language}]")
    page.wait_for_selector(".figures")


def count(page, family=FAMILY):
    for who, times in family:
        for _ in range(times):
            page.click(f"button[value='more:{who}']")


def print_it(page):
    page.click("button[value=print]")
    page.wait_for_selector(".sheet")


def people_of(party):
    return {(group.band, group.gender, group.count) for group in party.people}


def only_party(house):
    (party,) = house.day.view.parties.values()
    return party


def said(page, selector):
    return " ".join(page.text_content(selector).split())


def until(page, condition):
    """Waits for what the hub does in its own time; the page goes on meanwhile."""
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        page.wait_for_timeout(20)


def stand_still(page):
    """The page's own time stands still from here on. Its clock must be one that may be moved."""
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 1)


def shown_after_ms(page, selector, most_ms=1_000):
    """How much of its own time a page that stands still takes to show something; what the network and the hub take is
    not its own."""
    under_way = set()
    page.on("request", lambda request: under_way.add(request))
    for end in ("requestfinished", "requestfailed"):
        page.on(end, lambda request: under_way.discard(request))
    for run_ms in range(0, most_ms + 1, 50):
        page.wait_for_timeout(30)
        while any(not request.url.endswith("/events") for request in under_way):
            page.wait_for_timeout(10)
        if page.locator(selector).count():
            return run_ms
        page.clock.run_for(50)
    raise AssertionError(f"{selector} does not show within {most_ms} ms")
