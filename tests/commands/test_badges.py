"""`ronde badges` and `ronde expect`, the real commands, beside a running hub: what they make, and what they refuse."""

import json
import os
import subprocess
import sys
import time
import unicodedata
from pathlib import Path

import pypdfium2
import pytest
from click.testing import CliRunner

import kiosk
from firmware.wire import token
from kiosk.cli import main
from kiosk.config import Printer
from kiosk.control import ask
from kiosk.errors import Refused
from kiosk.rules.party import Group, Nickname
from kiosk.rules.printing import HANDED_OVER
from kiosk.texts import texts

from ..qrcodes import qr_codes
from .conftest import PATIENCE_S

ROOT = Path(kiosk.__file__).parents[1]


@pytest.fixture
def ronde(settings, tmp_path, monkeypatch):
    """Runs the command in a folder of its own; what it says, in plain spaces."""
    folder = tmp_path / "organiser"
    folder.mkdir()
    monkeypatch.chdir(folder)

    def run(*arguments, code=0, given=None):
        done = CliRunner().invoke(main, [*arguments, "--config", str(settings)], input=given)
        assert done.exit_code == code, done.output
        assert done.exception is None or isinstance(done.exception, SystemExit)
        return plain(done.output)

    run.folder = folder
    return run


def process(settings, *arguments, **options):
    """The same as a process of its own."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "kiosk.cli", *arguments, "--config", str(settings)]
    done = subprocess.run(
        command, stderr=subprocess.PIPE, timeout=120, env=environment, cwd=settings.parent, **options
    )
    said = plain(done.stderr.decode())
    assert "Traceback" not in said
    return done, said


def bare(text):
    """Without spaces and pictures, which are letters of their own font."""
    return "".join(letter for letter in text if not letter.isspace() and unicodedata.category(letter) != "Co")


def plain(text):
    return text.replace("\xa0", " ").replace("\u202f", " ")


def read(pdf):
    """The codes of each page."""
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        yield [found.text for found in qr_codes(page.render(scale=1.6, grayscale=True).to_pil())]


def blank(hub):
    return sorted(hub.day.view.blank.values(), key=lambda made: made.sign)


@pytest.mark.alone
def test_three_hundred_badges_are_made_and_each_of_them_is_in_the_journal(hub, settings):
    began = time.monotonic()
    done, said = process(settings, "badges", "--count", "300")
    assert done.returncode == 0, said
    assert time.monotonic() - began < 60
    assert "300 badges sur 30 pages : badges.pdf" in said
    assert "300 sur 300" in said  # progress
    pages = list(read(settings.parent / "badges.pdf"))
    assert [len(page) for page in pages] == [10] * 30
    found = [code for page in pages for code in page]
    made = blank(hub)
    assert sorted(found) == sorted(each.badge for each in made)
    assert len({each.badge for each in made}) == len({each.sign for each in made}) == 300
    assert all(token.verify(hub.day.event_key, code) == code for code in found)


def test_a_page_says_the_nicknames_in_the_first_language_of_the_event(hub, ronde):
    ronde("badges", "--count", "10", "--out", "dix.pdf")
    (page,) = pypdfium2.PdfDocument(ronde.folder / "dix.pdf")
    said = bare(page.get_textpage().get_text_bounded())
    for made in blank(hub):
        nickname = texts("fr").nickname(Nickname.of(made.sign))
        assert bare(nickname) in said
        assert made.badge[4:8] in said


def test_run_again_it_makes_others_and_again_draws_those_that_nobody_has(hub, ronde):
    ronde("badges", "--count", "4", "--out", "a.pdf")
    ronde("badges", "--count", "3", "--out", "b.pdf", "--format", "roll", "--width", "62")
    (first,), second = list(read(ronde.folder / "a.pdf")), list(read(ronde.folder / "b.pdf"))
    assert [len(page) for page in second] == [1, 1, 1]
    codes = {*first, *(code for page in second for code in page)}
    assert len(codes) == 7
    taken = blank(hub)[2].badge
    hub.day.check_in([Group("6-11", "x", 1)], "fr", badge=taken)
    said = ronde("badges", "--again", "--out", "c.pdf")
    assert "6 badges sur 1 page" in said
    assert set(next(read(ronde.folder / "c.pdf"))) == codes - {taken}
    assert len(blank(hub)) == 6


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--count", "0"), 1, "--count va de 1 à 10 000 badges"),
        (("--count", "10001"), 1, "--count va de 1 à 10 000 badges"),
        ((), 2, "dites combien de badges faire"),
        (("--count", "3", "--again"), 2, "dites combien de badges faire"),
        (("--again",), 1, "il n’y a pas de badge d’avance"),
        (("--count", "3", "--out", "no/where.pdf"), 1, "no/where.pdf ne peut pas être écrit"),
        (("--count", "3", "--out", "there.pdf"), 1, "there.pdf existe déjà"),
        (("--count", "3", "--width", "62"), 2, "--width va avec « --format roll »"),
        (("--count", "3", "--slips", "--out", "a.pdf"), 2, "--slips imprime à l’accueil"),
        (("--count", "101", "--slips"), 1, "pas plus de 100 badges à la fois"),
        (("--count", "3", "--slips"), 1, "l’accueil n’a pas d’imprimante"),
    ],
)
def test_what_cannot_be_is_told_before_a_badge_is_made(hub, ronde, arguments, code, said):
    (ronde.folder / "there.pdf").write_bytes(b"mine")
    assert said in ronde("badges", *arguments, code=code)
    assert blank(hub) == []
    assert (ronde.folder / "there.pdf").read_bytes() == b"mine"


def test_a_file_is_replaced_when_that_is_said(hub, ronde):
    (ronde.folder / "badges.pdf").write_bytes(b"older")
    ronde("badges", "--count", "2", "--force")
    assert len(next(read(ronde.folder / "badges.pdf"))) == 2


def test_the_pdf_can_go_to_the_standard_output(hub, settings):
    done, said = process(settings, "badges", "--count", "2", "--out", "-", stdout=subprocess.PIPE)
    assert "2 badges sur 1 page" in said
    assert len(next(read(done.stdout))) == 2


def test_without_a_hub_it_says_how_to_start_one(ronde):
    said = ronde("badges", "--count", "3", code=1)
    assert said.startswith("ronde : ") and "démarrez-le d’abord" in said
    assert not list(ronde.folder.iterdir())


def test_where_the_pdf_is_lost_after_all_the_badges_are_not(hub, settings):
    with Path("/dev/full").open("wb") as full:
        done, said = process(settings, "badges", "--count", "3", "--out", "-", stdout=full)
    assert done.returncode == 1
    assert "ronde badges --again" in said
    assert len(blank(hub)) == 3


def test_slips_are_jobs_of_the_hub_s_own_printer(start_hub, tmp_path, ronde):
    paper = tmp_path / "printer"
    paper.touch()
    running = start_hub(printer=Printer(kind="file", path=str(paper), back_channel=False))
    assert "2 badges s’impriment à l’accueil" in ronde("badges", "--count", "2", "--slips")
    end = time.monotonic() + PATIENCE_S
    while {job.detail for job in running.day.view.jobs.values()} != {HANDED_OVER}:
        assert time.monotonic() < end, running.day.view.jobs
        running.day.changed(running.day.view.version, 1)
    made = {each.badge for each in blank(running)}
    assert {job.badge for job in running.day.view.jobs.values()} == made
    printed = paper.read_bytes()
    assert all(badge.encode() in printed for badge in made)
    assert not list(ronde.folder.iterdir())


LIST = (
    "0 à 5 ans;6 à 11 ans filles;6-11 (M);18-59;Envies;Langue\r\n"
    "1;2;;2;Robotique | Casque de réalité virtuelle;français\r\n"
    ";;1;1;vr;anglais\r\n"
    "\r\n"
    ";;;3;;\r\n"
)


def test_each_family_of_a_list_is_expected_with_a_badge_that_shows_its_row(hub, ronde):
    (ronde.folder / "familles.csv").write_bytes(LIST.encode("cp1252"))
    assert "Tout est bon : 3 familles, 10 personnes." in ronde("expect", "familles.csv", "--check")
    assert blank(hub) == []
    assert "3 badges sur 1 page : pre.pdf" in ronde("expect", "familles.csv", "--out", "pre.pdf")
    expected = blank(hub)
    assert [(made.row, made.people, made.wishes, made.language) for made in expected] == [
        (2, (Group("0-5", "x", 1), Group("6-11", "f", 2), Group("18-59", "x", 2)), ("robotique", "vr"), "fr"),
        (3, (Group("6-11", "m", 1), Group("18-59", "x", 1)), ("vr",), "en"),
        (5, (Group("18-59", "x", 3),), (), ""),
    ]
    for name in ("pre.pdf", "again.pdf"):
        (page,) = pypdfium2.PdfDocument(ronde.folder / name)
        said = " ".join(page.get_textpage().get_text_bounded().split())
        assert all(f"ligne {row} · {people} personnes" in said for row, people in ((2, 5), (3, 2), (5, 3)))
        assert next(read(ronde.folder / name)) and set(next(read(ronde.folder / name))) == {
            made.badge for made in expected
        }
        if name == "pre.pdf":
            ronde("badges", "--again", "--out", "again.pdf")


def test_families_are_not_expected_twice_by_mistake(hub, ronde):
    (ronde.folder / "a.csv").write_text(LIST, "utf-8")
    ronde("expect", "a.csv")
    said = ronde("expect", "a.csv", "--out", "b.pdf", code=1)
    assert "l’accueil attend déjà des familles" in said and "--again" in said
    assert len(blank(hub)) == 3
    assert not (ronde.folder / "b.pdf").exists()
    ronde("expect", "a.csv", "--out", "b.pdf", "--more")
    assert len(blank(hub)) == 6


def test_a_list_with_one_fault_is_refused_whole(hub, ronde):
    (ronde.folder / "a.csv").write_text("Nom,6-11,vœux\nDupont,1,vr\n", "utf-8")
    said = ronde("expect", "a.csv", code=1)
    assert "ligne 1 : titre de colonne inconnu : Nom, vœux." in said
    assert "Rien n’est enregistré" in said
    assert blank(hub) == [] and not (ronde.folder / "badges.pdf").exists()
    many = "6-11\n" + "non\n" * 50
    said = ronde("expect", "-", code=1, given=many.encode())
    assert "ligne 21 : « non »" in said and "… et 30 autres fautes." in said


def test_the_model_is_a_list_to_fill_in_and_needs_no_hub(ronde):
    assert "sans aucun nom" in ronde("expect", "modele.csv", "--model")
    assert (ronde.folder / "modele.csv").read_text("utf-8-sig").startswith("0 à 5 ans;6 à 11 ans;")
    assert "existe déjà" in ronde("expect", "modele.csv", "--model", code=1)
    assert "aucune famille" in ronde("expect", "modele.csv", code=1)


def test_the_model_on_the_standard_output_is_alone_there(settings):
    done, said = process(settings, "expect", "-", "--model", stdout=subprocess.PIPE)
    assert done.stdout.decode("utf-8-sig").startswith("0 à 5 ans;6 à 11 ans;")
    assert said == ""


def test_a_list_that_is_not_there_is_said_not_to_be(ronde):
    assert "n’existe pas" in ronde("expect", "none.csv", code=1)


def test_a_family_that_the_hub_s_event_cannot_have_is_refused(hub, tmp_path):
    control = tmp_path / "data" / "control"
    row = {"row": 2, "people": [{"band": "6-11", "gender": "x", "count": 1}], "wishes": [], "language": ""}
    people = {"band": "1-2", "gender": "x", "count": 1}
    for wrong in ({"people": [people]}, {"wishes": ["manège"]}, {"language": "klingon"}, {"people": []}):
        with pytest.raises(Refused):
            ask(control, "expect", rows=[row, row | wrong])
    with pytest.raises(Refused):
        ask(control, "expect", rows=[])
    with pytest.raises(Refused):
        ask(control, "make-badges", count=10_001)
    assert blank(hub) == []
    assert json.dumps(ask(control, "expect", rows=[row])[0]["row"]) == "2"


@pytest.mark.alone
def test_ten_thousand_badges_are_made_at_once(hub, tmp_path):
    began = time.monotonic()
    made = ask(tmp_path / "data" / "control", "make-badges", count=10_000)
    assert len({each["badge"] for each in made}) == 10_000
    assert time.monotonic() - began < 10
