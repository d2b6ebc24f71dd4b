"""`ronde rehearse`, as an organiser types it."""

import json
import os
import signal
import subprocess
import sys
import tomllib
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk.cli import main
from kiosk.rules.facts import BadgeIssued, PartyCame
from kiosk.rules.party import Group
from kiosk.store.journal import Journal
from kiosk.twin.scenario import EVENTS, load

from ..patience import until

NEIGHBOURS = Path(__file__).parent / "neighbours.toml"
WIDE = "\u00a0"
QUICK = ["--people", "40", "--runs", "2", "--jobs", "1"]


def rehearse(*arguments, jobs=QUICK):
    return CliRunner().invoke(main, ["rehearse", *map(str, (*arguments, *jobs))], terminal_width=200)


@pytest.fixture(scope="module")
def told():
    """What a whole rehearsal says, with the search for changes."""
    return rehearse(NEIGHBOURS)


def test_it_says_the_day_the_waits_and_what_to_change_and_fits_a_screen(told):
    assert told.exit_code == 0, told.output
    for words in ("L’après-midi des voisins", "2 journées jouées", "Réparer son vélo", "changer"):
        assert words in told.output
    assert len(told.stdout.splitlines()) <= 40


def test_a_day_with_a_lunch_break_names_its_ateliers_in_eighty_columns():
    told = rehearse(EVENTS / "roubaix-2022.toml", "--no-changes")
    rows = {line.split("  ")[0].replace(WIDE, " ") for line in told.stdout.splitlines()}
    assert {"Robotique", "Borne d’arcade", "Arts numériques"} <= rows


def test_progress_goes_to_where_errors_go_so_that_what_is_told_can_be_kept(told):
    assert f"Journées jouées{WIDE}: 3 sur 3" in told.stderr
    assert "Journées jouées, changements compris" in told.stderr
    assert "Journées jouées" not in told.stdout


def test_the_same_seed_says_the_same(told):
    assert rehearse(NEIGHBOURS).stdout == told.stdout
    assert rehearse(NEIGHBOURS, "--no-changes").stdout != told.stdout
    one, other = (rehearse(NEIGHBOURS, "--no-changes", "--seed", seed).stdout for seed in (1, 2))
    assert one != other


def test_the_page_and_the_figures_are_written_whole(tmp_path):
    page, figures = tmp_path / "page.html", tmp_path / "figures.json"
    said = rehearse(NEIGHBOURS, "--no-changes", "--html", page, "--json", figures)
    assert said.exit_code == 0, said.output
    assert page.read_text("utf-8").rstrip().endswith("</html>")
    told = json.loads(figures.read_text("utf-8"))
    assert (told["scenario"]["people"], told["scenario"]["runs"], told["event"]["id"]) == (
        40,
        2,
        "neighbours",
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["figures.json", "page.html"]


def test_who_comes_can_be_said_otherwise(tmp_path):
    figures = tmp_path / "figures.json"
    rehearse(NEIGHBOURS, "--no-changes", "--json", figures, "--scenario", "quiet", "--compliance", "0.25")
    told = json.loads(figures.read_text("utf-8"))["scenario"]
    assert (told["name"], told["compliance"], told["people"]) == ("quiet", 0.25, 40)


def test_two_events_are_compared_on_the_same_families(tmp_path):
    wide = tmp_path / "large.toml"
    wide.write_text(NEIGHBOURS.read_text("utf-8").replace("places = 8", "places = 16"), "utf-8")
    page = tmp_path / "page.html"
    said = rehearse("--compare", NEIGHBOURS, wide, "--html", page)
    assert said.exit_code == 0, said.output
    assert "Les mêmes familles viennent à A et à B" in said.stdout
    assert page.exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "il manque le fichier d’événement"),
        ([NEIGHBOURS, "--compare", NEIGHBOURS, NEIGHBOURS], "est de trop"),
        (["--from-journal", "x"], "demande aussi le fichier"),
        ([NEIGHBOURS, "--scenario", NEIGHBOURS], "pas un scénario"),
        (
            ["--compare", NEIGHBOURS, NEIGHBOURS, "--from-journal", "x"],
            "ne vont pas ensemble",
        ),
        ([NEIGHBOURS, "--write-scenario", "x.toml"], "va avec --from-journal"),
        ([NEIGHBOURS, "--scenario", "rubaix"], "rubaix"),
        ([NEIGHBOURS, "--html", "/nulle/part/page.html"], "n’existe pas"),
        ([NEIGHBOURS, "--from-journal", "/nulle/part"], "n’est ni un fichier"),
        (["/nulle/part.toml"], "/nulle/part.toml"),
    ],
)
def test_what_cannot_be_is_said_in_french_before_anything_is_played(arguments, words):
    said = rehearse(*arguments)
    assert said.exit_code != 0
    assert any(each in said.stderr for each in words.split("|")), said.output
    assert "Traceback" not in said.output
    assert "Journées" not in said.output


def test_a_faulty_event_is_told_as_by_check(tmp_path):
    bad = tmp_path / "mauvais.toml"
    bad.write_text(NEIGHBOURS.read_text("utf-8").replace("places = 8", 'places = "huit"'), "utf-8")
    checked = CliRunner().invoke(main, ["check", str(bad)]).output.splitlines()
    said = rehearse(bad)
    assert said.exit_code == 1
    for line in checked:
        assert line.strip() in said.stderr


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A hub's data folder after a small day: thirty families came, and nobody scanned anything."""
    folder = tmp_path_factory.mktemp("data")
    opens_ms = 1792238400000
    with closing(Journal.open(folder / "journal.db")) as journal:
        for party in range(1, 31):
            people = (Group("enfants", "f", 1 + party % 3), Group("grands", "m", 1))
            came = PartyCame(party, people, "fr", ("velo", "crepes"), ())
            at_ms = opens_ms + party * 60_000
            journal.append([(at_ms, came), (at_ms, BadgeIssued(f"B{party}", party))])
    return folder


@pytest.mark.parametrize("where", ["", "journal.db"])
def test_a_day_that_was_is_learned_from_its_journal_or_its_folder(data, where, tmp_path):
    scenario = tmp_path / "suite.toml"
    said = rehearse(NEIGHBOURS, "--from-journal", data / where, "--write-scenario", scenario)
    assert said.exit_code == 0, said.output
    assert "trop peu pour conclure" in said.stdout
    assert "30 observations" in said.stdout
    found = load(str(scenario))
    assert found.crowd.people == 90
    assert found.crowd.sizes == {2: 10, 3: 10, 4: 10}
    assert found.event_file.resolve() == NEIGHBOURS
    assert sum(share for _, share in found.crowd.arrivals) == 30
    again = rehearse(NEIGHBOURS, "--no-changes", "--scenario", scenario)
    assert again.exit_code == 0, again.output


def test_an_export_is_learned_from_too_and_the_scenario_printed(data, tmp_path):
    lines = CliRunner().invoke(main, ["export", str(data / "journal.db")]).stdout
    export = tmp_path / "journee.jsonl"
    export.write_text(lines + "n’importe quoi\n", "utf-8")
    said = rehearse(NEIGHBOURS, "--from-journal", export)
    assert said.exit_code == 0, said.output
    assert "1 ligne n’a pas pu être lue" in said.stderr
    printed = said.stdout[said.stdout.index("# Réglé") :]
    assert tomllib.loads(printed)["people"] == 90


def test_an_empty_day_teaches_nothing(tmp_path):
    export = tmp_path / "vide.jsonl"
    export.write_text("", "utf-8")
    said = rehearse(NEIGHBOURS, "--from-journal", export)
    assert said.exit_code == 1
    assert "aucune famille" in said.stderr


def test_ctrl_c_ends_it_with_nothing_half_written_and_nobody_left(tmp_path):
    page = tmp_path / "page.html"
    command = [sys.executable, "-m", "kiosk.cli", "rehearse", NEIGHBOURS, "--runs", "5000", "--jobs", "2"]
    rehearsal = subprocess.Popen(
        [*map(str, command), "--people", "20", "--html", str(page)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    children = Path(f"/proc/{rehearsal.pid}/task/{rehearsal.pid}/children")
    assert rehearsal.stdout and rehearsal.stderr
    workers: list[str] = []
    while len(workers) < 3 and rehearsal.poll() is None:  # two that play, one that tracks what they share
        workers = children.read_text().split()
    os.killpg(rehearsal.pid, signal.SIGINT)
    out, err = rehearsal.communicate(timeout=60)
    assert rehearsal.returncode == 130, err
    assert "Arrêté. Rien n’a été écrit." in err
    assert "Traceback" not in err
    assert out == ""
    assert list(tmp_path.iterdir()) == []
    until(lambda: not any(map(_runs, workers)), "the end of all workers")


def _runs(process):
    """Whether it is there, and not only waits for somebody to hear of its end."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
