"""A rehearsal as a page of its own, to be looked at, printed or kept; and as JSON."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from firmware import __version__

from ..rules.event import MINUTE_MS
from ..texts import Texts
from .charts import Charts
from .comparison import Comparison
from .days import REFUSALS, Day
from .differences import differences
from .forecast import LATE_MINUTES, Forecast
from .intervals import Band, Interval
from .phrases import Phrases
from .ranking import Gain, visit_minutes
from .screen import about

TEMPLATES = Path(__file__).with_name("templates")
TABLE_MINUTES = 30  # between two rows of the tables that say what the pictures show


class Report:
    """The page of a rehearsal. `gains`: None where nobody asked for changes."""

    def __init__(self, words: Texts) -> None:
        self._words = words
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=select_autoescape(),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(
            text=words.text, plural=words.plural, words=words, round=round, version=__version__
        )

    def page(self, forecast: Forecast, gains: Sequence[Gain] | None) -> str:
        phrases = Phrases(forecast.event, self._words)
        charts = Charts(forecast.event, self._words)
        most = max((spot.wait.high for spots in forecast.waits.values() for spot in spots), default=1.0)
        return self._environment.get_template("rehearsal.html").render(
            forecast=forecast,
            gains=gains,
            scale=max((abs(bound) for gain in gains or () for bound in _drawn(gain.worth)), default=1.0),
            visit_minutes=visit_minutes(forecast),
            phrases=phrases,
            about=about(forecast, self._words),
            summary=phrases.summary(forecast),
            waits=[
                (
                    atelier,
                    Markup(
                        charts.waits(
                            atelier, forecast.waits[atelier.id], most, self._wait(forecast, phrases, atelier)
                        )
                    ),
                )
                for atelier, _ in forecast.by_peak
            ],
            on_site=Markup(
                charts.on_site(
                    forecast.on_site, self._words.text("rehearse.on_site"), self._crowd(forecast, phrases)
                )
            ),
            closings=[
                (
                    window,
                    own,
                    Markup(
                        charts.closures(
                            own, window, self._words.text("rehearse.closing"), self._said(own, phrases)
                        )
                    ),
                )
                for window in forecast.event.windows
                if (own := [closure for closure in forecast.closures if closure.window == window])
            ],
            half_hours=_half_hours(forecast),
            refusals=REFUSALS,
            late_minutes=LATE_MINUTES,
            left_out=forecast.figure(lambda day: day.left_out),
            tiles=self._tiles(forecast, phrases),
            spared=self._spared(forecast, phrases),
        )

    def comparison(self, comparison: Comparison, files: tuple[str, str]) -> str:
        """`files`: the names of both."""
        return self._environment.get_template("comparison.html").render(
            comparison=comparison,
            files=files,
            differ=differences(comparison.first.event, comparison.second.event, self._words),
            phrases=Phrases(comparison.first.event, self._words),
            about=about(comparison.first, self._words),
        )

    def _tiles(self, forecast: Forecast, phrases: Phrases) -> list[tuple[str, str]]:
        figure = forecast.figure
        return [
            ("lost", phrases.minutes_band(figure(lambda day: day.lost_minutes))),
            ("visits", phrases.decimal(figure(lambda day: day.measures.visits).mid)),
            ("top_wish", phrases.percent(figure(lambda day: day.measures.top_wish).mid)),
            ("left_out", phrases.count_band(figure(lambda day: day.left_out))),
            ("door", phrases.minutes_band(figure(lambda day: day.door_minutes))),
        ]

    def _spared(self, forecast: Forecast, phrases: Phrases) -> str:
        """What closing the queues in time brings, where that is sure."""
        spared = forecast.spared
        if spared.low <= 0 or spared.mean < 0.5:
            return ""
        return self._words.plural("rehearse.spared", round(spared.mean))

    def _wait(self, forecast: Forecast, phrases: Phrases, atelier: Any) -> str:
        spot = forecast.peak(atelier)
        assert spot is not None
        return self._words.text(
            "rehearse.wait_said",
            mean=phrases.minutes(forecast.mean_wait(atelier)),
            clock=phrases.clock(spot.at_ms),
            wait=phrases.minutes_band(spot.wait),
        )

    def _crowd(self, forecast: Forecast, phrases: Phrases) -> str:
        at_ms, most = max(forecast.on_site, key=lambda each: each[1].mid)
        return self._words.text(
            "rehearse.crowd_said", clock=phrases.clock(at_ms), people=phrases.count_band(most)
        )

    def _said(self, closures: Sequence[Any], phrases: Phrases) -> str:
        return self._words.text("common.then").join(
            self._words.text(
                "rehearse.change_and_gain",
                change=phrases.name(closure.atelier),
                gain=phrases.closure(closure),
            )
            for closure in closures
        )


def as_json(forecast: Forecast, gains: Sequence[Gain] | None) -> dict[str, Any]:
    """The whole forecast. Moments are milliseconds since 1970; docs/repetition.md says what each figure is."""
    event = forecast.event
    told: dict[str, Any] = {
        "version": __version__,
        "event": {
            "id": event.id,
            "name": event.name,
            "day": event.day.isoformat(),
            "timezone": event.timezone,
        },
        "scenario": scenario_json(forecast),
        "days": [day_json(forecast, day) for day in forecast.open],
        "closed_days": [day_json(forecast, day) for day in forecast.closed],
        "waits": {
            id: [{"at_ms": spot.at_ms} | asdict(spot.wait) for spot in spots]
            for id, spots in forecast.waits.items()
        },
        "on_site": [{"at_ms": at_ms} | asdict(people) for at_ms, people in forecast.on_site],
        "refused": {
            why: asdict(forecast.refused(why))
            | {
                "ateliers": {
                    atelier.id: asdict(forecast.refused(why, atelier.id)) for atelier in event.ateliers
                }
            }
            for why in REFUSALS
        },
        "left_out": asdict(forecast.figure(lambda day: day.left_out)),
        "closings": [
            {
                "atelier": closure.atelier.id,
                "closes_ms": closure.window.closes_ms,
                "share": closure.share,
                "at_ms": asdict(closure.at_ms),
            }
            for closure in forecast.closures
        ],
        "endings": [
            {
                "closes_ms": ending.window.closes_ms,
                "late": {
                    str(minutes): share for minutes, share in zip(LATE_MINUTES, ending.late, strict=True)
                },
                "minutes": asdict(ending.minutes),
                "minutes_when_closed": asdict(ending.closed),
                "last": ending.last.id if ending.last else None,
            }
            for ending in forecast.endings
        ],
    }
    if gains is not None:
        told["visit_minutes"] = visit_minutes(forecast)
        told["changes"] = [gain_json(gain) for gain in gains]
    return told


def scenario_json(forecast: Forecast) -> dict[str, Any]:
    scenario = forecast.scenario
    return {
        "name": scenario.name,
        "people": scenario.crowd.people,
        "seed": forecast.seed,
        "runs": len(forecast.open),
        "compliance": scenario.habits.compliance,
        "missed": scenario.habits.missed,
        "kiosks": scenario.habits.kiosks,
    }


def day_json(forecast: Forecast, day: Day) -> dict[str, Any]:
    return {
        "seed": day.seed,
        "families": day.families,
        "people": day.people,
        "door": day.door_minutes,
        **asdict(day.measures),
        "left_out": day.left_out,
        "vain": day.vain,
        "ends": [day.end_minutes(place) for place in range(len(forecast.event.windows))],
    }


def gain_json(gain: Gain) -> dict[str, Any]:
    change = gain.change
    return {
        "change": change.code,
        "atelier": change.atelier.id if change.atelier else None,
        "values": dict(change.values),
        "excludes": [band.id for band in change.excludes],
        "helps": gain.helps,
        "days": gain.days,
        "worth": asdict(gain.worth),
        "minutes": asdict(gain.minutes),
        "visits": asdict(gain.visits),
        "left_out": asdict(gain.left_out),
        "vain": asdict(gain.vain),
        "wishes": asdict(gain.wishes),
        "final": gain.final,
    }


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    return {
        "version": __version__,
        "a": comparison.first.event.id,
        "b": comparison.second.event.id,
        "scenario": scenario_json(comparison.first),
        "same_families": comparison.same_families,
        "figures": {
            row.name: {"a": row.first, "b": row.second, "difference": asdict(row.difference)}
            for row in comparison.rows
        },
    }


def _drawn(interval: Interval) -> tuple[float, float]:
    return interval.low, interval.high


def _half_hours(forecast: Forecast) -> list[tuple[int, dict[str, Band], Band | None]]:
    """The pictures as a table: each half hour, the wait at each atelier, and the people on site."""
    waits = {id: {spot.at_ms: spot.wait for spot in spots} for id, spots in forecast.waits.items()}
    on_site = dict(forecast.on_site)
    rows = []
    for window in forecast.event.windows:
        for at_ms in range(window.opens_ms, window.closes_ms, TABLE_MINUTES * MINUTE_MS):
            row = {id: told[at_ms] for id, told in waits.items() if at_ms in told}
            rows.append((at_ms, row, on_site.get(at_ms)))
    return rows
