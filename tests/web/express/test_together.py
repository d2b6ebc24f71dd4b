"""Kiosks and desks at the same moments."""

import os
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from kiosk.rules.printing import PrintState

from .. import visitor
from .desks import Volunteer, count

TIMES = 10 if os.environ.get("RONDE_LONG") == "1" else 3


@pytest.mark.long
def test_two_kiosks_and_a_desk_at_once_give_each_family_its_own(house, desk, open_page):
    """In three browsers, time after time: a family at each sends what it said at the same moment as the other two."""
    here = open_page(house.door_url + "/door")
    there = open_page(house.url + "/pin?to=/kiosk")
    there.fill("#pin", house.services.access.pin)
    there.click("button[name=number][value='2']")
    express = desk(1024, 768)
    for each in range(1, TIMES + 1):
        visitor.begin(here)
        visitor.begin(there)
        visitor.count(here, (("18-59:f", 1),))
        visitor.count(there, (("6-11:m", 1), ("18-59:f", 1)))
        count(express, {"60-plus": 3})
        for page, button in ((here, "[value=print]"), (there, "[value=print]"), (express, ".print")):
            page.evaluate("button => { setTimeout(() => document.querySelector(button).click()); }", button)
        for page in (here, there):
            page.click("#done")
            page.wait_for_selector(".attract")
        express.wait_for_function(
            "many => document.querySelectorAll('#lately .entry').length === Math.min(many, 8)"
            " && document.querySelectorAll('#outbox .entry').length === 0",
            arg=each,
        )
    view = house.day.view
    assert sorted(view.parties) == list(range(1, 3 * TIMES + 1))
    assert Counter(party.size for party in view.parties.values()) == {1: TIMES, 2: TIMES, 3: TIMES}
    assert len({party.badge for party in view.parties.values()}) == 3 * TIMES
    assert len({party.nickname for party in view.parties.values()}) == 3 * TIMES
    assert Counter(job.party for job in view.jobs.values()) == dict.fromkeys(view.parties, 1)
    assert {job.state for job in view.jobs.values()} == {PrintState.QUEUED}


def test_three_desks_at_once_give_thirty_families_each_its_own(house):
    """Each posts ten families at the same moments as the others, and each of them twice, as on a bad network."""
    house.day.make_badges(40)
    start = threading.Barrier(3)

    def work(place):
        device, answers = Volunteer(house), []
        for each in range(10):
            start.wait(timeout=30)
            more = {"do": "give", "next": f"{('cat', 'rocket', 'fish')[place]} 51"} if each == 5 else {}
            twice = [device.come(f"form-{place}-{each}", {"18-59": 1 + place}, **more) for _ in range(2)]
            answers.append(twice)
        return answers

    with ThreadPoolExecutor(3) as pool:
        worked = list(pool.map(work, range(3)))
    view = house.day.view
    assert all(first == second and first[0] == 200 for each in worked for first, second in each)
    numbers = [first[1]["party"] for each in worked for first, _ in each]
    assert sorted(numbers) == sorted(view.parties) and len(set(numbers)) == 30
    assert len({party.badge for party in view.parties.values()}) == 30
    assert len({party.nickname for party in view.parties.values()}) == 30
    assert Counter(party.size for party in view.parties.values()) == {1: 10, 2: 10, 3: 10}
    given = {party.number for party in view.parties.values() if party.sign}
    assert len(given) == 3
    assert Counter(job.party for job in view.jobs.values()) == Counter(set(numbers) - given)
