"""What the documentation promises is there, and what is there is documented."""

import argparse
import dataclasses
import json
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import click
import pytest
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

import firmware.cli
import firmware.config
import kiosk.cli
import kiosk.config
import kiosk.launcher

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]
HELP = {"--help", "-h"}
REQUIRED = "—"

_FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)>\s]+)>?(?: \"[^\"]*\")?\)|(?:src|href)=\"([^\"]+)\"")
_OUTSIDE = re.compile(r"[a-z][a-z0-9+.-]*:")


@cache
def text(page: Path) -> str:
    return page.read_text("utf-8")


def links(page: Path) -> list[str]:
    prose = re.sub(r"`[^`\n]*`", "", _FENCE.sub("", text(page)))
    return [one or other for one, other in _LINK.findall(prose)]


@cache
def anchors(page: Path) -> set[str]:
    """The anchors that a forge makes of a page's titles."""
    titles = re.findall(r"^#+ +(.+?)\s*$", _FENCE.sub("", text(page)), re.MULTILINE)
    words = (
        re.sub(r"[^\w\- ]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title.lower())) for title in titles
    )
    return {each.replace(" ", "-") for each in words}


def section(page: Path, title: str) -> str:
    """What stands under a title of a page, up to the next one of its level or above; "" where there is none."""
    found = re.search(rf"^(#+) {re.escape(title)}\s*$", text(page), re.MULTILINE)
    if not found:
        return ""
    rest = text(page)[found.end() :]
    end = re.search(rf"^#{{1,{len(found[1])}}} ", rest, re.MULTILINE)
    return rest[: end.start()] if end else rest


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = []
    for link in links(page):
        if _OUTSIDE.match(link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            broken.append(link)
    assert not broken


def test_every_page_can_be_reached_from_the_readme() -> None:
    seen: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md" or not page.is_file():
            continue
        seen.add(page)
        waiting += [
            (page.parent / link.partition("#")[0]).resolve() for link in links(page) if link[0] != "#"
        ]
    assert {str(page.relative_to(ROOT)) for page in set(PAGES) - seen} == set()


# ---- commands

COMMANDS = DOCS / "commands.md"


def hub_commands(command: click.Command, name: str = "ronde") -> Iterator[tuple[str, set[str]]]:
    """Each command of `ronde` with its options, by their longest names."""
    options = {max(p.opts, key=len) for p in command.params if isinstance(p, click.Option)} - HELP
    yield name, options
    for sub, below in getattr(command, "commands", {}).items():
        yield from hub_commands(below, f"{name} {sub}")


def station_commands() -> Iterator[tuple[str, set[str]]]:
    parser = firmware.cli._parser()
    yield "ronde-station", set(parser._option_string_actions) - HELP
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                yield f"ronde-station {name}", set(below._option_string_actions) - HELP


def kiosk_commands() -> Iterator[tuple[str, set[str]]]:
    yield "ronde-kiosk", set(kiosk.launcher.parser()._option_string_actions) - HELP


def deploy_commands() -> Iterator[tuple[str, set[str]]]:
    script = text(ROOT / "deploy.sh")
    usage = re.search(r"^usage\(\) \{(.*?)^\}", script, re.MULTILINE | re.DOTALL)
    assert usage
    for line in usage[1].splitlines():
        if found := re.match(r" *(?:sudo )?\./deploy\.sh (\w+)(.*?)(?:  |$)", line):
            yield f"deploy.sh {found[1]}", set(re.findall(r"--[a-z-]+", found[2]))


@pytest.mark.parametrize(
    ("name", "options"),
    [*hub_commands(kiosk.cli.main), *station_commands(), *kiosk_commands(), *deploy_commands()],
)
def test_every_command_and_option_is_documented(name: str, options: set[str]) -> None:
    said = section(COMMANDS, f"`{name}`")
    assert said, f"docs/commands.md has no section `{name}`"
    missing = [option for option in options if not re.search(rf"{option}(?![\w-])", said)]
    assert not missing, f"docs/commands.md says nothing of {missing} under `{name}`"


def test_no_command_is_documented_that_does_not_exist() -> None:
    commands = [*hub_commands(kiosk.cli.main), *station_commands(), *kiosk_commands(), *deploy_commands()]
    real = {name for name, _ in commands}
    titles = set(re.findall(r"^#+ `(.+?)`\s*$", text(COMMANDS), re.MULTILINE))
    assert titles <= real


# ---- settings

SETTINGS = DOCS / "settings.md"


def hub_settings(model: type[BaseModel], above: str = "") -> Iterator[tuple[str, Any]]:
    """Each key with its default, REQUIRED where there is none."""
    for name, field in model.model_fields.items():
        table = next((t for t in _types(field.annotation) if issubclass(t, BaseModel)), None)
        if table:
            yield from hub_settings(table, f"{above}{name}.")
        else:
            yield f"{above}{name}", REQUIRED if field.default is PydanticUndefined else field.default


def station_settings(shape: type, above: str = "") -> Iterator[tuple[str, Any]]:
    for field in dataclasses.fields(shape):
        table = next((t for t in _types(field.type) if dataclasses.is_dataclass(t)), None)
        if table:  # of several scanners, each is a table [[scanner]]
            yield from station_settings(table, f"{above}{field.name.removesuffix('s')}.")
        elif f"{above}{field.name}" == "data":
            yield "data", firmware.config.DEFAULT_DATA
        else:
            yield (
                f"{above}{field.name}",
                REQUIRED if field.default is dataclasses.MISSING else field.default,
            )


def _types(annotation: Any) -> list[type]:
    """The classes in an annotation such as `Table | None`."""
    inside = getattr(annotation, "__args__", ())
    if isinstance(annotation, type) and not inside:
        return [annotation]
    return [found for each in inside for found in _types(each)]


def _documented(title: str) -> dict[str, str]:
    """Key to default, from the tables under a title."""
    rows = re.findall(r"^\| `([\w.]+)` \| (.+?) \|", section(SETTINGS, title), re.MULTILINE)
    return {key: default.strip().strip("`") for key, default in rows}


def _shown(default: Any) -> str:
    if default is None or default == REQUIRED:
        return REQUIRED
    return json.dumps(str(default) if isinstance(default, Path) else default)


@pytest.mark.parametrize(
    ("title", "settings"),
    [
        ("The hub: `hub.toml`", dict(hub_settings(kiosk.config.Config))),
        ("The station: `station.toml`", dict(station_settings(firmware.config.Config))),
    ],
    ids=["hub", "station"],
)
def test_every_setting_is_documented_with_its_default(title: str, settings: dict[str, Any]) -> None:
    assert _documented(title) == {key: _shown(default) for key, default in settings.items()}


# ---- dependencies


def test_every_dependency_is_documented_and_no_other() -> None:
    project = tomllib.loads(text(ROOT / "pyproject.toml"))
    wanted = list(project["build-system"]["requires"])
    for extra in project["project"]["optional-dependencies"].values():
        wanted += extra
    names = {re.split(r"[\[<>=!~; ]", each)[0] for each in wanted} - {"ronde"}
    page = section(DOCS / "dependencies.md", "Python packages")
    assert set(re.findall(r"^\| `([\w.-]+)` \|", page, re.MULTILINE)) == names


def test_every_package_that_deploy_asks_debian_for_is_documented() -> None:
    script = text(ROOT / "deploy.sh")
    wanted = set(re.findall(r"missing\+=\(([\w.+-]+)\)", script))
    for packages in re.findall(r"apt_install ((?:[a-z][\w.+-]* ?)+)", script):
        wanted |= set(packages.split())
    page = section(DOCS / "dependencies.md", "Debian packages")
    assert set(re.findall(r"^\| `([\w.+-]+)` \|", page, re.MULTILINE)) == wanted


# ---- the rest


def test_the_changelog_speaks_of_this_version() -> None:
    changes = text(ROOT / "CHANGELOG.md")
    assert re.search(rf"^## \[(Unreleased|{re.escape(firmware.__version__)})\]", changes, re.MULTILINE)


@pytest.mark.parametrize("page", sorted((DOCS / "decisions").glob("[0-9]*.md")), ids=lambda page: page.stem)
def test_a_decision_says_why_what_and_what_follows(page: Path) -> None:
    for title in ("Context", "Choice", "Consequence"):
        assert section(page, title).strip(), f"{page.name} has no {title}"
