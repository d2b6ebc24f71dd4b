"""An animator's browser, without the browser; and what its page names."""

import json

from kiosk.rules.facts import Passed
from kiosk.rules.party import Group
from kiosk.rules.presses import DESK
from kiosk.web.roles import Role

MINUTE_MS = 60_000
JSON = {"Content-Type": "application/json"}


class Phone:
    """An animator's browser, without the browser."""

    def __init__(self, house) -> None:
        self.house = house
        self.carried = {}

    def enter(self):
        self.carried = self.house.enter(Role.ANIMATOR)
        return self

    def headers(self):
        return self.carried

    def get(self, path):
        status, _, body = self.house.ask("GET", path, headers=self.headers())
        assert status == 200, body
        return json.loads(body)

    def state(self, atelier):
        return self.get(f"/atelier/{atelier}/state")

    def act(self, atelier, act, **fields):
        """(status, answer)."""
        body = json.dumps({"act": act} | fields).encode()
        status, _, answer = self.house.ask("POST", f"/atelier/{atelier}/act", body, JSON | self.headers())
        return status, json.loads(answer)


def family(house, people=1):
    house.clock.at_ms += 1000
    return house.day.check_in([Group("18-59", "f", people)], "fr", sheet=False).party


def face(house, party):
    return house.services.desk.plan("vr").text(
        "common.nickname",
        picture=house.services.desk.plan("vr").text(f"picture.{party.nickname.picture}"),
        number=party.nickname.number,
    )


def faces(cards):
    return [card["face"] for card in cards]


def desk_log(house):
    facts = house.day.between(lambda journal: [fact for _, fact in journal.read()])
    return [fact.passage for fact in facts if isinstance(fact, Passed) and fact.passage.station == DESK]
