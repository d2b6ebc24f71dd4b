"""`ronde bench routes`, `waits` and `decisions`, as they are run: few days, the real command."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk import eventfile
from kiosk.bench.waits import EYES, seen_by
from kiosk.cli import main
from kiosk.twin import scenario
from kiosk.twin.measures import gini, jain, measure
from kiosk.twin.play import play

PAGE = Path(__file__).parents[2] / "docs" / "routes.md"
(OWN,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


def ronde(*words: object) -> str:
    result = CliRunner().invoke(main, ["bench", *map(str, words)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(scope="module")
def quiet():
    return scenario.load("quiet")


def test_the_table_compares_policies_on_the_same_days(tmp_path: Path) -> None:
    told = tmp_path / "routes.json"
    shown = ronde("routes", "--scenario", "quiet", "--seeds", 3, "--jobs", 1, "--json", told,
                  "--policy", "P1", "--policy", "P8")  # fmt: skip
    (block,) = json.loads(told.read_text("utf-8"))
    first, ours = block["policies"]
    assert block["seeds"] == [20000, 20002]
    assert first["share_of_P1"]["lost"] == [1, 1, 1]
    low, share, high = (ours["share_of_P1"]["lost"][place] for place in (1, 0, 2))
    assert low < share < high < 1
    assert ours["mean"]["lost"] == pytest.approx(ours["mean"]["standing"] + ours["mean"]["sitting"], abs=1e-3)
    assert "quiet, p = 0.7, 3 days (seeds 20000–20002)" in shown
    assert f"{share:.3f}" in shown


def test_the_same_seeds_give_the_same_figures(quiet) -> None:
    event = eventfile.load(quiet.event_file)
    once, again = (measure(event, play(event, quiet.crowd, quiet.habits, 5)) for _ in range(2))
    assert once == again


def test_the_policy_of_the_page_is_played_as_it_stands(tmp_path: Path) -> None:
    own = tmp_path / "greedy.py"
    own.write_text(OWN, "utf-8")
    shown = ronde(
        "routes", "--scenario", "quiet", "--seeds", 1, "--jobs", 1, "--policy", "P1", "--policy", own
    )
    assert "greedy To the shortest queue" in shown


def test_a_policy_that_is_not_there_is_named(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["bench", "routes", "--policy", "P99"])
    assert result.exit_code != 0
    assert "P99" in result.output
    odd = tmp_path / "odd.py"
    for text, told in (
        ("def live(now)\n", "odd.py, ligne 1"),
        ("def live(now):\n    return 'go'\n", "Advice"),
    ):
        odd.write_text(text, "utf-8")
        result = CliRunner().invoke(
            main,
            ["bench", "routes", "--scenario", "quiet", "--seeds", "1", "--jobs", "1", "--policy", str(odd)],
        )
        assert result.exit_code != 0
        assert told in result.output
    empty = tmp_path / "empty.py"
    empty.write_text("", "utf-8")
    result = CliRunner().invoke(main, ["bench", "routes", "--policy", str(empty)])
    assert result.exit_code != 0
    assert "live" in result.output


def test_waits_are_told_for_each_kind_of_scans(tmp_path: Path) -> None:
    told = tmp_path / "waits.json"
    ronde("waits", "--scenario", "quiet", "--seeds", 1, "--jobs", 1, "--policy", "P7", "--json", told)
    rows = json.loads(told.read_text("utf-8"))
    assert [row["scans"] for row in rows] == [eyes.title for eyes in EYES]
    assert all(row["turns"] > 0 and abs(row["bias_minutes"]) <= row["mae_minutes"] for row in rows)


def test_a_station_that_scans_nothing_is_not_there(quiet) -> None:
    event = eventfile.load(quiet.event_file)
    starts = next(eyes for eyes in EYES if eyes.title == "starts only")
    seen = seen_by(event, starts)
    assert {step for station in seen.stations for step in station.steps} == {"enter"}
    assert "vr-file" not in {station.id for station in seen.stations}


def test_decisions_and_last_calls_are_timed() -> None:
    shown = ronde("decisions", "--scenario", "quiet", "--seeds", 1)
    assert "p99 ms" in shown


def test_jain_and_gini_are_those_of_the_books() -> None:
    assert jain([2, 2, 2]) == pytest.approx(1)
    assert jain([1, 0, 0, 0]) == pytest.approx(1 / 4)
    assert gini([5, 5, 5]) == pytest.approx(0)
    assert gini([0, 0, 0, 1]) == pytest.approx(3 / 4)
    assert gini([1, 2, 3, 4]) == pytest.approx(0.25)


def test_advice_saves_time_against_the_same_sheet_for_all(tmp_path: Path) -> None:
    """A slice of the table: on days not used to choose the weights, even few of them show it."""
    told = tmp_path / "routes.json"
    ronde("routes", "--scenario", "roubaix", "--seeds", 4, "--first-seed", 30000, "--jobs", 1, "--json", told,
          "--policy", "P1", "--policy", "P2", "--policy", "P8")  # fmt: skip
    (block,) = json.loads(told.read_text("utf-8"))
    shares = {line["policy"]: line["share_of_P1"]["lost"] for line in block["policies"]}
    _, _, high = shares["P8"]
    assert high < 1
    assert shares["P8"][0] < shares["P2"][0]
