"""A forecast in words, for a volunteer: ranges, clocks, "seven days in ten"; never a false minute."""

from collections.abc import Iterator

from ..rules.event import Atelier, Event
from ..texts import Texts
from .changes import Change
from .comparison import Comparison
from .days import Day
from .forecast import Closure, Ending, Forecast
from .intervals import Band, Interval
from .ranking import ENOUGH_DAYS, NET_FAMILIES, NET_MINUTES, NET_VISITS, Gain

MINUTES = {"lost", "standing", "sitting", "door", "overrun"}  # figures that are minutes
FEW_MINUTES = 2.0  # less makes no sentence
_CLOCKED = ("opens_ms", "before_ms", "start_ms")


class Phrases:
    def __init__(self, event: Event, words: Texts) -> None:
        self.event = event
        self.words = words

    def name(self, atelier: Atelier) -> str:
        return atelier.name(self.words.language)

    def clock(self, at_ms: float) -> str:
        return self.words.clock(round(at_ms), self.event.zone)

    def minutes(self, minutes: float) -> str:
        return self.words.minutes(round(minutes))

    def minutes_band(self, band: Band) -> str:
        """Such as "5 à 12 min"."""
        return self.words.duration_range(round(band.low), round(band.high))

    def count_band(self, band: Band) -> str:
        """Such as "2 à 5"."""
        low, high = round(band.low), round(band.high)
        if low == high:
            return self.words.number(high)
        return self.words.text("rehearse.range", low=self.words.number(low), high=self.words.number(high))

    def decimal(self, value: float, places: int = 1) -> str:
        return self.words.number(round(value, places) + 0.0).replace("-", "−")

    def percent(self, share: float) -> str:
        return self.words.text("rehearse.percent", n=self.words.number(round(100 * share)))

    def clock_range(self, band: Band) -> str:
        """Such as "11 h 35 – 11 h 48", for tables."""
        low, high = self.clock(band.low), self.clock(band.high)
        return high if low == high else self.words.text("rehearse.clock_range", low=low, high=high)

    def chance(self, share: float) -> str:
        """Such as "7 journées sur 10"."""
        tenths = round(share * 10)
        if share in (0.0, 1.0):
            return self.words.text("rehearse.never" if share == 0 else "rehearse.always")
        if tenths in (0, 10):
            return self.words.text("rehearse.hardly" if tenths == 0 else "rehearse.nearly")
        return self.words.text("rehearse.times", n=self.words.number(tenths))

    # What is said of the day

    def summary(self, forecast: Forecast) -> tuple[str, str, str]:
        """Three sentences: how it flows, who is left out, how it ends."""
        return self._flow(forecast), self._left_out(forecast), self._end(forecast)

    def _flow(self, forecast: Forecast) -> str:
        values = {
            "visits": self.amount("rehearse.visits", forecast.mean(lambda day: day.measures.visits).mean),
            "lost": self.minutes(forecast.mean(_lost).mean),
        }
        if not forecast.by_peak or forecast.by_peak[0][1].wait.high < FEW_MINUTES:
            return self.words.text("rehearse.summary.calm", **values)
        atelier, spot = forecast.by_peak[0]
        return self.words.text(
            "rehearse.summary.flow",
            atelier=self.name(atelier),
            clock=self.clock(spot.at_ms),
            wait=self.minutes_band(spot.wait),
            **values,
        )

    def _left_out(self, forecast: Forecast) -> str:
        few = forecast.figure(lambda day: day.left_out)
        vain = forecast.figure(lambda day: day.vain)
        families = round(forecast.families)
        if not round(few.high) and not round(vain.high):
            return self.words.plural("rehearse.summary.nobody", families)
        return self.words.plural(
            "rehearse.summary.left_out",
            families,
            few=self.count_band(few),
            vain=self.count_band(vain),
        )

    def _end(self, forecast: Forecast) -> str:
        ending = max(forecast.endings, key=lambda each: each.minutes.mid)
        end = self.ending(ending)
        if not forecast.closures:
            return self.words.text("rehearse.summary.end", end=end)
        first = forecast.closures[0]
        return self.words.text(
            "rehearse.summary.close",
            end=end,
            atelier=self.name(first.atelier),
            by=self.clock(first.by_ms),
        )

    def ending(self, ending: Ending) -> str:
        """When the last turn of a window is over."""
        closes = self.clock(ending.window.closes_ms)
        if ending.last is None or ending.minutes.high < 1:
            return self.words.text("rehearse.ends_on_time", closes=closes)
        return self.words.text(
            "rehearse.ends_late",
            closes=closes,
            minutes=self.minutes_band(ending.minutes),
            atelier=self.name(ending.last),
        )

    def closure(self, closure: Closure) -> str:
        """Such as "16 h 50 (selon les journées, 16 h 48 – 17 h 02)"."""
        text = self.words.text(
            "rehearse.close_by", by=self.clock(closure.by_ms), range=self.clock_range(closure.at_ms)
        )
        if closure.share > 0.95:
            return text
        return self.words.text("rehearse.on_some_days", what=text, chance=self.chance(closure.share))

    # What is said of changes

    def change(self, change: Change) -> str:
        """The change itself, as one would tell a colleague."""
        values: dict[str, object] = {
            name: self.clock(value) if name in _CLOCKED else self.words.number(value)
            for name, value in change.values.items()
        }
        if change.atelier is not None:
            values["atelier"] = self.name(change.atelier)
        return self.words.text(f"rehearse.change.{change.code}", **values)

    def gain(self, gain: Gain) -> str:
        """What it brings: "environ 2 min de moins par personne (0 à 4)", "+0,3 atelier par personne"; what else it
        does for sure is said by `also`.
        """
        said = self._effects(gain)
        if said:
            return said[0]
        if gain.worth.sure and abs(gain.worth.mean) >= NET_MINUTES:
            key = "rehearse.gain.both_less" if gain.worth.mean > 0 else "rehearse.gain.both_more"
            return self.words.text(key, **self._about(gain.worth))
        if gain.known:
            return self.words.text("rehearse.gain.none")
        return self.words.text("rehearse.gain.unknown")

    def also(self, gain: Gain) -> tuple[str, ...]:
        """What else it does for sure: visits, and families that are turned away."""
        return tuple(self._effects(gain)[1:])

    def _effects(self, gain: Gain) -> list[str]:
        """What is sure, the good first."""
        return [text for _, text in sorted(self._sure(gain), key=lambda each: not each[0])]

    def _sure(self, gain: Gain) -> Iterator[tuple[bool, str]]:
        """Whether it is good, and how to say it."""
        text, plural = self.words.text, self.words.plural
        if gain.minutes.sure and abs(gain.minutes.mean) >= NET_MINUTES:
            good = gain.minutes.mean > 0
            key = "rehearse.gain.less" if good else "rehearse.gain.more"
            yield good, text(key, **self._about(gain.minutes))
        if gain.visits.sure and abs(gain.visits.mean) >= NET_VISITS:
            said = self.amount("rehearse.gain.visits", gain.visits.mean, signed=True)
            yield gain.visits.mean > 0, said
        if gain.left_out.sure and abs(gain.left_out.mean) >= NET_FAMILIES:
            good = gain.left_out.mean > 0
            key = "rehearse.gain.left_out_fewer" if good else "rehearse.gain.left_out_more"
            yield good, plural(key, _whole(gain.left_out.mean))
        if gain.vain.sure and abs(gain.vain.mean) >= 1:
            good = gain.vain.mean > 0
            key = "rehearse.gain.vain_fewer" if good else "rehearse.gain.vain_more"
            yield good, plural(key, _whole(gain.vain.mean))
        if gain.wishes.sure and abs(gain.wishes.mean) >= NET_FAMILIES:
            good = gain.wishes.mean > 0
            key = "rehearse.gain.wishes_more" if good else "rehearse.gain.wishes_fewer"
            yield good, plural(key, _whole(gain.wishes.mean))

    def excluded(self, change: Change) -> str:
        """Such as "n’y auraient plus accès : Moins de 6 ans"."""
        names = [band.name(self.words.language) for band in change.excludes]
        return self.words.text("rehearse.excludes", ages=self.words.text("common.then").join(names))

    def amount(self, key: str, value: float, signed: bool = False) -> str:
        """A message with a count that may be broken, in its form: "1,8 atelier", "2,1 ateliers"."""
        shown = round(abs(value), 1)
        one = self.words.locale.plural_form(shown) == "one"
        return self.words.plural(
            key, 1 if one else 2, n=self.signed(value) if signed else self.decimal(value)
        )

    def price(self, minutes: float) -> str:
        """What a visit counts for, where changes are ranked."""
        return self.words.text("rehearse.visit_price", minutes=self.minutes(minutes))

    def _about(self, interval: Interval) -> dict[str, str]:
        """The mean and both ends of what is saved or lost, without its sign where that is the same for all."""
        sign = 1 if interval.mean > 0 else -1
        low, high = sorted((sign * interval.low, sign * interval.high))
        places = 0 if abs(interval.mean) >= 2 else 1
        told = {"mean": sign * interval.mean, "low": low, "high": high}
        return {name: self.decimal(value, places) for name, value in told.items()}

    # What is said of two events

    def verdict(self, comparison: Comparison) -> str:
        """Which of two does better, visits and minutes together; or that nobody knows."""
        worth = comparison.worth
        if worth.sure and abs(worth.mean) >= NET_MINUTES:
            key = "rehearse.compare.b_better" if worth.mean > 0 else "rehearse.compare.a_better"
            return self.words.text(key, **self._about(worth))
        if worth.count < ENOUGH_DAYS:
            return self.words.plural("rehearse.compare.unknown", worth.count)
        return self.words.text("rehearse.compare.alike")

    def figure(self, name: str, value: float) -> str:
        """With its unit: "4,2 min", "78 %"; a count stands alone, its name says of what."""
        if name in MINUTES:
            return self.words.text("common.minutes", n=self.decimal(value))
        if name == "top_wish":
            return self.words.text("rehearse.percent", n=self.decimal(value, 0))
        return self.decimal(value)

    def interval(self, interval: Interval) -> str:
        """Such as "+2,1 (0,3 à 4,0)", for tables."""
        mean = self.signed(interval.mean)
        if interval.count < 2:
            return mean  # of one day nothing more is known
        low, high = self.decimal(interval.low), self.decimal(interval.high)
        return self.words.text("rehearse.interval", mean=mean, low=low, high=high)

    def signed(self, value: float) -> str:
        text = self.decimal(abs(value))
        return text if not round(value, 1) else ("+" if value > 0 else "−") + text


def _lost(day: Day) -> float:
    return day.lost_minutes


def _whole(families: float) -> int:
    """As a count, without its sign; what is worth saying is one family at least."""
    return max(1, round(abs(families)))
