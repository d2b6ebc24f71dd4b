"""Families at the door who want their sheet, and what it says of that sheet."""

from kiosk.rules.party import Group
from kiosk.texts import texts

from ..visitor import begin, count, print_it

SIZES = [(800, 480), (720, 1280)]
PARENTS = (Group("18-59", "f", 1),)


def check_in(page, language="fr"):
    begin(page, language)
    count(page)
    print_it(page)


def apart(page):
    begin(page)
    count(page)
    page.click("button[value=choose]")
    page.wait_for_selector("[data-step=dreams]")
    page.click("button[value=apart]")
    page.wait_for_selector("[data-step=apart]")
    page.click("button[value=print]")
    page.wait_for_selector(".sheet-pair")


def said(page, selector):
    return page.text_content(selector).strip()


def headline(page, key):
    page.wait_for_function(
        "words => document.querySelector('.job-headline')?.textContent === words", arg=texts("fr").text(key)
    )


def job_of(house):
    return max(house.day.view.jobs.values(), key=lambda job: job.job)


def sent(house, *states, detail=""):
    *before, last = states
    for state in before:
        house.day.move_job(job_of(house).job, state)
    house.day.move_job(job_of(house).job, last, detail)
