"""`ronde rehearse`: its options, what it reads and what it writes. What it plays is `kiosk.twin`."""

import json
import os
import sys
import tempfile
import tomllib
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .errors import Refused
from .saying import say, why
from .texts import spoken

if TYPE_CHECKING:
    from .rules.event import Event
    from .rules.ledger import View
    from .twin.runs import Runs
    from .twin.scenario import Scenario

_words = spoken()
_ = _words.text
_FILE = click.Path(path_type=Path, dir_okay=False)
_SCENARIOS = Path(__file__).with_name("scenarios")
_NAMES = ", ".join(sorted(path.stem for path in _SCENARIOS.glob("*.toml")))
_TRIES = 3  # days for the changes, for each of the forecast
INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Options:
    """As on the command line; see docs/commands.md."""

    scenario: str
    people: int | None
    runs: int
    seed: int
    compliance: float | None
    jobs: int | None
    html: Path | None
    json: Path | None
    no_changes: bool


@click.command(help=_("cli.rehearse.help"))
@click.argument("event", type=_FILE, required=False)
@click.option(
    "--scenario", default="roubaix", show_default=True, help=_("cli.rehearse.scenario", names=_NAMES)
)
@click.option("--people", type=click.IntRange(1, 50_000), help=_("cli.rehearse.people"))
@click.option(
    "--runs", type=click.IntRange(1, 10_000), default=200, show_default=True, help=_("cli.rehearse.runs")
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help=_("cli.rehearse.seed"))
@click.option("--compliance", type=click.FloatRange(0, 1), help=_("cli.rehearse.compliance"))
@click.option("--jobs", type=click.IntRange(1, 256), help=_("cli.rehearse.jobs"))
@click.option("--html", type=_FILE, help=_("cli.rehearse.html"))
@click.option("--json", type=_FILE, help=_("cli.rehearse.json"))
@click.option("--compare", type=_FILE, nargs=2, metavar="A B", help=_("cli.rehearse.compare"))
@click.option("--from-journal", type=click.Path(path_type=Path), help=_("cli.rehearse.from_journal"))
@click.option("--write-scenario", type=_FILE, help=_("cli.rehearse.write_scenario"))
@click.option("--no-changes", is_flag=True, help=_("cli.rehearse.no_changes"))
def rehearse(
    event: Path | None,
    compare: tuple[Path, Path] | None,
    from_journal: Path | None,
    write_scenario: Path | None,
    **given: Any,
) -> None:
    if any(find_spec(package) is None for package in ("simpy", "matplotlib")):
        raise Refused(say("error.rehearse_lacking"))
    if event is not None and compare:
        raise click.UsageError(_("cli.rehearse.compare_alone", event=event))
    if from_journal is not None and compare:
        raise click.UsageError(_("cli.rehearse.journal_alone"))
    if from_journal is not None and event is None:
        raise click.UsageError(_("cli.rehearse.journal_of"))
    if event is None and not compare:
        raise click.UsageError(_("cli.rehearse.one_of"))
    if write_scenario is not None and from_journal is None:
        raise click.UsageError(_("cli.rehearse.scenario_alone"))
    rehearsal = Rehearsal(Options(**given))
    try:
        if compare:
            rehearsal.compare(*compare)
        elif event is not None and from_journal is not None:
            rehearsal.learn(event, from_journal, write_scenario)
        elif event is not None:
            rehearsal.foresee(event)
    except KeyboardInterrupt:
        click.echo(_("cli.rehearse.stopped"), err=True)
        sys.exit(INTERRUPTED)


class Rehearsal:
    """What the command does, in one of its three ways."""

    def __init__(self, options: Options) -> None:
        from rich.console import Console

        from .twin.progress import Stages

        self._options = options
        self._console = Console(highlight=False)
        self._stages = Stages(Console(stderr=True, highlight=False), _words)

    def foresee(self, event_file: Path) -> None:
        from .twin import report
        from .twin.changes import changes
        from .twin.forecast import forecast, tasks
        from .twin.ranking import cost, rank
        from .twin.screen import Screen

        options, event, scenario = self._options, _event(event_file), self._scenario(event_file)
        _writable(options.html, options.json)
        gains = None
        with self._runs() as players:
            total = sum(map(len, tasks(event, scenario, options.seed, options.runs)))
            with self._stages.stage(_("cli.rehearse.days"), total) as done:
                foreseen = forecast(event, scenario, options.seed, options.runs, players, done)
            if not options.no_changes:
                tried, budget = changes(foreseen), _TRIES * options.runs
                whole = total + cost(foreseen, len(tried), budget)
                with self._stages.stage(_("cli.rehearse.tries"), whole, total) as done:
                    gains = rank(foreseen, tried, budget, players, done)
        Screen(self._console, _words).show(foreseen, gains)
        self._write(
            (options.html, lambda: report.Report(_words).page(foreseen, gains)),
            (options.json, lambda: _dumped(report.as_json(foreseen, gains))),
        )

    def compare(self, first_file: Path, second_file: Path) -> None:
        from .twin import report
        from .twin.comparison import compare
        from .twin.screen import Screen

        options, scenario = self._options, self._scenario()
        first, second = _event(first_file), _event(second_file)
        _writable(options.html, options.json)
        with (
            self._runs() as players,
            self._stages.stage(_("cli.rehearse.days"), 2 * options.runs) as done,
        ):
            compared = compare(first, second, scenario, options.seed, options.runs, players, done)
        files = first_file.name, second_file.name
        Screen(self._console, _words).compare(compared, files)
        self._write(
            (options.html, lambda: report.Report(_words).comparison(compared, files)),
            (options.json, lambda: _dumped(report.comparison_json(compared))),
        )

    def learn(self, event_file: Path, journal: Path, scenario_file: Path | None) -> None:
        from .twin.calibration import DAYS, ROUNDS, calibrate
        from .twin.findings import Findings

        event, scenario = _event(event_file), self._scenario()
        _writable(scenario_file)
        view = _past(event, journal)
        with self._runs() as players, self._stages.stage(_("cli.rehearse.fits"), ROUNDS * DAYS) as done:
            fit = calibrate(event, view, scenario, players, done)
        findings = Findings(fit, _words)
        findings.show(self._console)
        beside = scenario_file.parent if scenario_file else Path()
        written = findings.toml(event_file, beside)
        if scenario_file is None:
            self._console.print()
            self._console.out(written, end="")
        self._write((scenario_file, lambda: written))
        if scenario_file is not None:
            self._console.print(
                _("rehearse.fit.next", event=event_file, scenario=scenario_file), soft_wrap=True
            )

    def _runs(self) -> "AbstractContextManager[Runs]":
        from .twin.runs import runs

        return runs(self._options.jobs)

    def _scenario(self, played: Path | None = None) -> "Scenario":
        """The scenario, with what the command line says otherwise. `played`: the event that it is for."""
        from .twin.scenario import load, named

        options, name = self._options, self._options.scenario
        if name not in named() and _is_event(Path(name)):
            raise click.UsageError(_("cli.rehearse.scenario_is_event", path=name))
        scenario = load(name)
        if played is not None and name not in named() and scenario.event_file.resolve() != played.resolve():
            click.echo(_("cli.rehearse.other_event", scenario=name, event=played), err=True)
        if options.people is not None:
            scenario = replace(scenario, crowd=replace(scenario.crowd, people=options.people))
        if options.compliance is not None:
            scenario = replace(scenario, habits=replace(scenario.habits, compliance=options.compliance))
        return scenario

    def _write(self, *files: tuple[Path | None, Callable[[], str]]) -> None:
        for path, made in files:
            if path is not None:
                _written(path, made())
                self._console.print(_("cli.rehearse.written", path=path), soft_wrap=True)


def _is_event(path: Path) -> bool:
    """Whether this file is an event's, where a scenario's should be."""
    try:
        return "ateliers" in tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return False  # what is wrong with it is told where it is read


def _event(path: Path) -> "Event":
    from . import eventfile

    return eventfile.load(path, _words.language)


def _past(event: "Event", path: Path) -> "View":
    """What a journal, a data folder or an export says of the day. Raises Refused, and what a journal raises."""
    from .replay import exported, replay
    from .store.journal import Journal

    if path.is_dir():
        path /= "journal.db"
    if not path.is_file():
        raise Refused(say("error.no_journal_there", path=path))
    try:
        with path.open("rb") as file:
            is_journal = file.read(16) == b"SQLite format 3\0"
        if is_journal:
            with closing(Journal.open(path)) as journal:
                lines = [json.dumps(line, ensure_ascii=False) for line in exported(journal.read())]
        else:
            lines = path.read_text("utf-8-sig", errors="replace").splitlines()
    except OSError as error:
        raise Refused(say("error.unread", path=path, reason=why(error))) from error
    done = replay(event, lines)
    if done.unread:
        click.echo(_words.plural("cli.rehearse.unread", len(done.unread)), err=True)
    if not done.view.parties:
        raise Refused(say("error.nothing_happened", path=path))
    return done.view


def _dumped(told: dict[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _writable(*paths: Path | None) -> None:
    """Say now, and not after minutes of play, that a file cannot be written. Raises Refused."""
    for path in paths:
        if path is not None and not (path.parent.is_dir() and os.access(path.parent, os.W_OK)):
            raise Refused(say("error.no_folder_to_write", path=path, folder=path.parent))


def _written(path: Path, text: str) -> None:
    """Whole, or not at all. Raises Refused."""
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".ronde-") as folder:
            whole = Path(folder) / path.name
            whole.write_text(text, "utf-8")
            whole.replace(path)
    except OSError as error:
        raise Refused(say("error.unwritten", path=path, reason=why(error))) from error
