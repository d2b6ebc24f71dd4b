"""A family at the door: in a browser's page, or as the bare requests of one."""

import http.client
import re
from urllib.parse import urlencode

FAMILY = (("18-59:f", 1), ("6-11:m", 2))
PEOPLE = {("18-59", "f", 1), ("6-11", "m", 2)}


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
