"""A scenario: an event, who comes to it, and what they and the animators are like.

Read from a TOML file; docs/repetition.md explains each key. The numbers of `roubaix` are a calibration to the report
of the day of 19 November 2022: 264 people, fifty of them at the door at 14:00, a smooth morning and a full afternoon.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..errors import Refused
from ..saying import Saying, say, why

SCENARIOS = Path(__file__).parents[1] / "scenarios"
EVENTS = Path(__file__).parents[1] / "events"


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who comes. `at_the_door`: the share of all people who stand there when a later window opens.

    `calm_first`: of what its length would bring comes to the first of several windows. `stay_minutes`: in the first
    window, and in the later ones. `arrivals`: quarters of an hour since the doors opened with the share of families
    that came in them, where a day was seen; `wishes`: how dear each atelier is, which counts only for an event of which
    it names them all.
    """

    people: int = 264
    sizes: Mapping[int, float] = field(default_factory=lambda: {2: 3, 3: 4, 4: 3, 5: 1})
    calm_first: float = 1.0
    at_the_door: float = 0.19
    patience_minutes: float = 32
    patience_spread: float = 9
    stay_minutes: tuple[float, float] = (105, 115)
    stay_spread: float = 25
    arrivals: tuple[tuple[int, float], ...] = ()
    wishes: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Habits:
    """`compliance`: how often a family does as it is told. `missed`: the share of scans that nobody makes.

    `pace`: how much longer than planned an atelier's turns take, on one day; `pace_each`: and each of them. `kiosks`:
    families that can check in at once. `tries_again`: who gave up a queue may stand in it once more, later.
    """

    compliance: float = 0.7
    missed: float = 0.03
    pace: tuple[float, float] = (0.85, 1.25)
    pace_each: tuple[float, float] = (0.85, 1.15)
    kiosks: int = 1
    tries_again: bool = True


ROUBAIX = Crowd()


@dataclass(frozen=True)
class Scenario:
    name: str
    event_file: Path
    crowd: Crowd = ROUBAIX
    habits: Habits = Habits()


_Share = Annotated[float, Field(ge=0, le=1)]
_Minutes = Annotated[float, Field(gt=0, le=600)]
_Pace = Annotated[float, Field(gt=0.1, lt=10)]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    event: str
    people: Annotated[int, Field(ge=1, le=50_000)] = ROUBAIX.people
    sizes: dict[Annotated[int, Field(ge=1, le=60)], Annotated[float, Field(gt=0)]] = dict(ROUBAIX.sizes)
    calm_first: Annotated[float, Field(gt=0, le=5)] = ROUBAIX.calm_first
    at_the_door: _Share = ROUBAIX.at_the_door
    patience_minutes: _Minutes = ROUBAIX.patience_minutes
    patience_spread: Annotated[float, Field(ge=0, le=120)] = ROUBAIX.patience_spread
    stay_minutes: tuple[_Minutes, _Minutes] = ROUBAIX.stay_minutes
    stay_spread: Annotated[float, Field(ge=0, le=240)] = ROUBAIX.stay_spread
    arrivals: list[tuple[Annotated[int, Field(ge=-16, le=96)], Annotated[float, Field(ge=0)]]] = []
    wishes: dict[str, Annotated[float, Field(ge=0)]] = {}
    compliance: _Share = Habits().compliance
    missed: _Share = Habits().missed
    pace: tuple[_Pace, _Pace] = Habits().pace
    pace_each: tuple[_Pace, _Pace] = Habits().pace_each
    kiosks: Annotated[int, Field(ge=1, le=100)] = 1


_HABITS = {"compliance", "missed", "pace", "pace_each", "kiosks"}


def named() -> tuple[str, ...]:
    """The scenarios that come with Ronde."""
    return tuple(sorted(path.stem for path in SCENARIOS.glob("*.toml")))


def load(name_or_file: str) -> Scenario:
    """A scenario by its name, or from a file. Raises Refused where it cannot be read."""
    path = SCENARIOS / f"{name_or_file}.toml" if name_or_file in named() else Path(name_or_file)
    if not path.is_file():
        raise Refused(say("error.no_scenario", name=name_or_file, names=named()))
    try:
        told = _File.model_validate(tomllib.loads(path.read_text("utf-8")))
    except OSError as error:
        raise Refused(say("error.unread", path=path, reason=why(error))) from error
    except ValidationError as error:
        faults = tuple(_fault(fault["loc"], fault["type"], fault["input"]) for fault in error.errors())
        raise Refused(say("error.scenario", path=path, faults=faults)) from error
    except (ValueError, RecursionError) as error:
        raise Refused(say("error.scenario_toml", path=path, reason=error)) from error
    return of(path.stem, _event_file(path, told.event), told.model_dump(exclude={"event"}))


def _fault(path: tuple[int | str, ...], kind: str, found: object) -> Saying:
    name = ".".join(map(str, path))
    if kind == "missing":
        return say("error.setting.missing", name=name)
    if kind == "extra_forbidden":
        return say("error.setting.unknown", name=name)
    return say("error.setting.wrong", name=name, found=found)


def of(name: str, event_file: Path, values: Mapping[str, object]) -> Scenario:
    habits = {key: value for key, value in values.items() if key in _HABITS}
    crowd = {key: value for key, value in values.items() if key not in _HABITS}
    if "arrivals" in crowd:
        crowd["arrivals"] = tuple(crowd["arrivals"])  # type: ignore[arg-type]
    return Scenario(name, event_file, Crowd(**crowd), Habits(**habits))  # type: ignore[arg-type]


def _event_file(scenario: Path, event: str) -> Path:
    """An event that comes with Ronde, by its name; else a file beside the scenario."""
    packaged = EVENTS / f"{event}.toml"
    return packaged if packaged.exists() else scenario.parent / event
