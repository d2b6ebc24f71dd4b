"""Who may import whom, and how long a module may be: docs/decisions and docs/developer.md say why."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MOST_LINES = 400
VERSION = "firmware.__version__"  # the distribution has one version, kept on the side that can be alone
READER = {
    "firmware.config",
    "firmware.ports",
    "firmware.scanner",
}  # of codes; kiosk.doorscanner alone may use it

ON_RULES = {"kiosk.errors", "kiosk.plain", "kiosk.rules", "kiosk.saying", "kiosk.texts", "firmware.wire"}
ON_DAY = ON_RULES | {
    "kiosk.clock",
    "kiosk.collector",
    "kiosk.condition",
    "kiosk.day",
    "kiosk.desk",
    "kiosk.glyphs",
    "kiosk.intake",
    "kiosk.lan",
    "kiosk.pairings",
    "kiosk.plans",
    "kiosk.office",
    "kiosk.reception",
    "kiosk.registry",
    "kiosk.signs",
    "kiosk.stations",
}
WEB = ON_DAY | {
    "kiosk.paper",
    "kiosk.passwords",
    "kiosk.tries",
    "kiosk.words",
    "kiosk.bilan",
    "kiosk.charts",
    "kiosk.eventfile",
    "kiosk.figures",
    "kiosk.announced",
    "kiosk.phrases",
    "kiosk.printroom",
    "kiosk.voice",
    "kiosk.erasure",
}
HUB = WEB | {
    "kiosk.config",
    "kiosk.doorscanner",
    "kiosk.https",
    "kiosk.hub",
    "kiosk.notary",
    "kiosk.replay",
    "kiosk.store",
    "kiosk.web",
    "kiosk.control",
    "kiosk.worldtime",
    VERSION,
}

# Each part, and what it may import beside itself, the standard library and the packages of THIRD_PARTY.
PARTS: dict[str, set[str]] = {
    "firmware": {"firmware"},
    "firmware.wire": set(),
    "kiosk.rules": {"firmware.wire"},
    "kiosk.errors": set(),
    "kiosk.plain": set(),
    "kiosk.clock": {"firmware.wire"},
    "kiosk.collector": set(),
    "kiosk.texts": {"kiosk.rules"},
    "kiosk.saying": {"kiosk.plain", "kiosk.texts"},
    "kiosk.eventfile": ON_RULES,
    "kiosk.store": ON_RULES,
    "kiosk.paper": ON_RULES,
    "kiosk.drawing": ON_RULES,
    "kiosk.charts": ON_RULES | {"kiosk.drawing", "kiosk.figures"},
    "kiosk.figures": ON_RULES,
    "kiosk.twin": ON_RULES | {"kiosk.drawing", "kiosk.eventfile", VERSION},
    "kiosk.bilan": ON_RULES,
    "kiosk.replay": ON_RULES | {"kiosk.collector"},
    "kiosk.config": {"kiosk.errors", "kiosk.paper", "kiosk.saying"},
    "kiosk.control": {"kiosk.errors", "kiosk.saying"},
    "kiosk.doorscanner": {"kiosk.config", *READER},
    "kiosk.intake": ON_RULES,
    "kiosk.issue": ON_RULES,
    "kiosk.reception": ON_RULES | {"kiosk.store", "kiosk.intake", "kiosk.issue"},
    "kiosk.office": ON_RULES | {"kiosk.store", "kiosk.issue"},
    "kiosk.day": ON_RULES
    | {"kiosk.store", "kiosk.collector", "kiosk.intake", "kiosk.office", "kiosk.reception"},
    "kiosk.announced": ON_RULES,
    "kiosk.phrases": ON_RULES,
    "kiosk.glyphs": {"kiosk.eventfile"},
    "kiosk.plans": ON_RULES | {"kiosk.glyphs"},
    "kiosk.signs": ON_RULES,
    "kiosk.condition": ON_RULES | {"kiosk.signs"},
    "kiosk.tries": {"kiosk.errors"},
    "kiosk.passwords": {"kiosk.errors", "kiosk.saying"},
    "kiosk.words": set(),
    "kiosk.voice": set(),
    "kiosk.chromium": set(),
    "kiosk.launcher": {"kiosk.chromium", "firmware.wire"},
    "kiosk.registry": ON_RULES | {"kiosk.day", "kiosk.store"},
    "kiosk.pairings": ON_RULES | {"kiosk.registry", "kiosk.tries"},
    "kiosk.stations": ON_DAY | {"kiosk.announced", "kiosk.phrases"},
    "kiosk.lan": set(),
    "kiosk.certificate": {"kiosk.errors", "kiosk.lan", "kiosk.saying"},
    "kiosk.notary": {"kiosk.errors", "kiosk.lan", "kiosk.saying"},
    "kiosk.https": {"kiosk.errors"},
    "kiosk.options": {"kiosk.texts"},
    "kiosk.worldtime": set(),
    "kiosk.erasure": ON_DAY | {"kiosk.config", "kiosk.store"},
    "kiosk.eraser": HUB | {"kiosk.options"},
    "kiosk.roster": HUB | {"kiosk.options"},
    "kiosk.passphrase": HUB | {"kiosk.options"},
    "kiosk.outfile": {"kiosk.errors", "kiosk.saying"},
    "kiosk.registration": ON_RULES | {"kiosk.intake"},
    "kiosk.badges": HUB | {"kiosk.options", "kiosk.outfile", "kiosk.registration", "kiosk.twin"},
    "kiosk.preview": ON_RULES | {"kiosk.eventfile", "kiosk.options", "kiosk.outfile", "kiosk.paper"},
    "kiosk.desk": ON_RULES | {"kiosk.day", "kiosk.plans", "kiosk.store"},
    "kiosk.printroom": ON_DAY | {"kiosk.paper"},
    "kiosk.web": WEB | {VERSION},
    "kiosk.hub": HUB,
    "kiosk.bench": HUB | {"kiosk.chromium", "kiosk.twin"},
    "kiosk.demo": HUB | {"kiosk.twin", "firmware.standin"},
    "kiosk.rehearse": ON_RULES | {"kiosk.eventfile", "kiosk.replay", "kiosk.store", "kiosk.twin"},
    "kiosk.cli": HUB
    | {
        "kiosk.badges",
        "kiosk.bench",
        "kiosk.demo",
        "kiosk.eraser",
        "kiosk.options",
        "kiosk.preview",
        "kiosk.rehearse",
        "kiosk.passphrase",
        "kiosk.passwords",
        "kiosk.roster",
        "kiosk.twin",
    },
}

FIRMWARE_THIRD_PARTY = {"gpiozero", "serial", "lgpio"}
STANDARD_LIBRARY_ONLY = ("firmware.wire", "kiosk.rules", "kiosk.errors", "kiosk.clock")
COMES_WITH_FLASK = {"werkzeug", "markupsafe", "jinja2"}
NEVER_IMPORTED = {
    "fontawesomefree": "its files are read as resources",
    "tzdata": "zoneinfo reads it where the system has no time zones",
    "lgpio": "gpiozero loads it",
    "uharfbuzz": "fpdf2 loads it",
}

MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for top in ("kiosk", "firmware")
    for path in sorted((ROOT / top).rglob("*.py"))
}


@cache
def imports(module: str) -> list[tuple[int, str]]:
    """Each name that a module imports, whole, with its line."""
    return list(_imports(module))


def _imports(module: str) -> Iterator[tuple[int, str]]:
    path = MODULES[module]
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            source = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                yield node.lineno, f"{source}.{alias.name}"


def part_of(module: str) -> str:
    """The longest name of PARTS that a module is in."""
    return max((part for part in PARTS if within(module, part)), key=len, default="")


def modules_of(part: str) -> list[str]:
    return [module for module in MODULES if part_of(module) == part]


def within(name: str, part: str) -> bool:
    return name == part or name.startswith(part + ".")


def ours(name: str) -> bool:
    return name.split(".")[0] in ("kiosk", "firmware")


def complaints(kept: str) -> str:
    return f"\n{kept}\nMove what is shared to where both may reach it, or hand it over as an argument."


def test_every_module_is_in_a_part() -> None:
    lost = [module for module in MODULES if not part_of(module) and module != "kiosk"]
    assert not lost, f"say in PARTS what {lost} may import"
    assert not imports("kiosk")


@pytest.mark.parametrize("part", PARTS)
def test_a_module_imports_only_what_its_part_may(part: str) -> None:
    allowed = {part} | PARTS[part]
    wrong = [
        f"{MODULES[module].relative_to(ROOT)}:{line} imports {name}"
        for module in modules_of(part)
        for line, name in imports(module)
        if ours(name) and not any(within(name, each) for each in allowed)
    ]
    assert not wrong, complaints("\n".join(wrong))


@pytest.mark.parametrize("part", [part for part in PARTS if within(part, "kiosk")])
def test_the_hub_knows_nothing_of_the_firmware_but_the_wire(part: str) -> None:
    for module in modules_of(part):
        stand_ins = {"firmware.standin"} if within(module, "kiosk.demo") else set()
        reader = READER if module == "kiosk.doorscanner" else set()
        allowed = {"firmware.wire", VERSION} | stand_ins | reader
        wrong = [
            name
            for _, name in imports(module)
            if within(name, "firmware") and not any(within(name, each) for each in allowed)
        ]
        assert not wrong, complaints(f"{module} imports {', '.join(wrong)}")


@pytest.mark.parametrize("part", PARTS)
def test_packages_of_others_stay_where_they_may_be(part: str) -> None:
    for module in modules_of(part):
        names = {name.split(".")[0] for _, name in imports(module) if not ours(name)}
        names -= sys.stdlib_module_names
        if any(within(module, only) for only in STANDARD_LIBRARY_ONLY):
            assert not names, f"{module} must do with the standard library, not {names}"
        elif within(module, "firmware"):
            assert names <= FIRMWARE_THIRD_PARTY, f"{module}: a station has only {FIRMWARE_THIRD_PARTY}"
        else:
            allowed = import_names("hub") | COMES_WITH_FLASK
            assert names <= allowed, f"{module} imports {names - allowed}, which [hub] does not bring"


@pytest.mark.parametrize("extra", ["hub", "station"])
def test_no_dependency_is_carried_for_nothing(extra: str) -> None:
    used = {
        name.split(".")[0]
        for module in MODULES
        if within(module, "firmware" if extra == "station" else "kiosk")
        or (extra == "hub" and module in READER)
        for _, name in imports(module)
    }
    unused = [
        wanted
        for wanted in requirements(extra)
        if wanted not in NEVER_IMPORTED and not used & import_names_of(wanted)
    ]
    assert not unused, f"[{extra}] asks for {unused}, and nothing imports it"


def test_a_module_is_one_noun() -> None:
    said = [
        str(path.relative_to(ROOT))
        for path in MODULES.values()
        if path.stem in {"utils", "util", "helpers", "helper", "manager", "common", "misc"}
    ]
    assert not said, f"of what are {said}?"
    lines = {path.relative_to(ROOT): path.read_text("utf-8").count("\n") for path in MODULES.values()}
    long = {str(path): many for path, many in lines.items() if many > MOST_LINES}
    assert not long, f"lines of more than one thing: {long}"


def test_the_parts_exist() -> None:
    later = {"kiosk.bilan"}
    gone = [part for part in PARTS if part not in MODULES and part not in later]
    assert not gone, f"PARTS speaks of {gone}"


def requirements(extra: str) -> list[str]:
    """The names of the distributions that an extra asks for itself."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = [
        re.match(r"[A-Za-z0-9._-]+", each)[0].lower()  # type: ignore[index]
        for each in project["optional-dependencies"][extra]
    ]
    return [name for name in names if name != "ronde"]


@cache
def import_names(extra: str) -> set[str]:
    return {name for wanted in requirements(extra) for name in import_names_of(wanted)}


@cache
def import_names_of(distribution: str) -> set[str]:
    wanted = distribution.replace("_", "-").lower()
    return {
        name
        for name, distributions in packages_distributions().items()
        if wanted in {each.replace("_", "-").lower() for each in distributions}
    }
