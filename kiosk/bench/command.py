"""`ronde bench`: the machine; with `soak`: the hub for hours; with `routes`, `waits`, `outlook`, `decisions`: the
rules, on played days."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ..texts import spoken

_ = spoken().text
_FILE = click.Path(path_type=Path, dir_okay=False)
_JSON = click.option("--json", "json_file", type=_FILE, help=_("cli.bench.json"))


def _days(seeds: int, *, jobs: bool = True) -> Callable[[Any], Any]:
    """The options of whatever plays days."""

    def add(command: Any) -> Any:
        options = [
            click.option("--first-seed", default=20_000, show_default=True, help=_("cli.bench.first_seed")),
            click.option(
                "--seeds", type=click.IntRange(1), default=seeds, show_default=True, help=_("cli.bench.seeds")
            ),
        ]
        if jobs:
            options.append(click.option("--jobs", type=click.IntRange(1), help=_("cli.bench.jobs")))
        for option in options:
            command = option(command)
        return _JSON(command)

    return add


def _scenarios(*default: str) -> Any:
    return click.option(
        "--scenario",
        "scenarios",
        multiple=True,
        default=default,
        show_default=True,
        help=_("cli.bench.scenario"),
    )


def _policies(*default: str) -> Any:
    return click.option(
        "--policy", "policies", multiple=True, default=default, show_default=True, help=_("cli.bench.policy")
    )


@click.group(help=_("cli.bench.help"), invoke_without_command=True)
@_JSON
@click.option("--quick", is_flag=True, help=_("cli.bench.quick"))
@click.pass_context
def bench(ctx: click.Context, json_file: Path | None, quick: bool) -> None:
    if ctx.invoked_subcommand is None:
        from .main import run

        run(json_file, quick)


@bench.command(help=_("cli.bench.routes.help"))
@_scenarios("roubaix")
@click.option(
    "--compliance",
    "compliances",
    type=click.FloatRange(0, 1),
    multiple=True,
    default=(0.7,),
    show_default=True,
    help=_("cli.bench.compliance"),
)
@_policies("P0", "P0d", "P1", "P2", "P2c", "P3", "P4", "P7", "P8")
@_days(100)
def routes(
    scenarios: tuple[str, ...],
    compliances: tuple[float, ...],
    policies: tuple[str, ...],
    json_file: Path | None,
    seeds: int,
    first_seed: int,
    jobs: int | None,
) -> None:
    from .routes import run

    run(scenarios, compliances, tuple(dict.fromkeys(policies)), seeds, first_seed, jobs, json_file)


@bench.command(help=_("cli.bench.waits.help"))
@click.option("--scenario", default="roubaix", show_default=True, help=_("cli.bench.scenario"))
@click.option(
    "--compliance",
    type=click.FloatRange(0, 1),
    default=0.7,
    show_default=True,
    help=_("cli.bench.compliance"),
)
@_policies("P7", "P8")
@_days(40)
def waits(
    scenario: str,
    compliance: float,
    policies: tuple[str, ...],
    json_file: Path | None,
    seeds: int,
    first_seed: int,
    jobs: int | None,
) -> None:
    from .waits import run

    run(scenario, compliance, tuple(dict.fromkeys(policies)), seeds, first_seed, jobs, json_file)


@bench.command(help=_("cli.bench.outlook.help"))
@_scenarios("quiet", "roubaix", "saturated", "festival")
@_days(20)
def outlook(
    scenarios: tuple[str, ...], json_file: Path | None, seeds: int, first_seed: int, jobs: int | None
) -> None:
    from .outlook import run

    run(scenarios, seeds, first_seed, jobs, json_file)


@bench.command(help=_("cli.bench.decisions.help"))
@_scenarios("roubaix", "festival")
@_days(2, jobs=False)
def decisions(scenarios: tuple[str, ...], json_file: Path | None, seeds: int, first_seed: int) -> None:
    from .decisions import run

    run(scenarios, seeds, first_seed, json_file)


@bench.command(help=_("cli.bench.soak.help"))
@click.option(
    "--minutes", type=click.FloatRange(1, 170), default=120, show_default=True, help=_("cli.bench.minutes")
)
@click.option("--csv", "csv_file", type=_FILE, help=_("cli.bench.csv"))
@_JSON
def soak(minutes: float, csv_file: Path | None, json_file: Path | None) -> None:
    from .soak import run

    run(minutes, csv_file, json_file)
