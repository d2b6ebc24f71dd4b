"""An organiser who looks at a played day each minute, and does, or does not, what is told."""

from collections import defaultdict
from dataclasses import dataclass, field

from kiosk import eventfile
from kiosk.rules.event import MINUTE_MS, Kind
from kiosk.rules.facts import Acted, QueueEnds, SentOn
from kiosk.rules.floor import Status
from kiosk.rules.situations import PrinterSign, Situation, StationSign, situations
from kiosk.twin import world as living
from kiosk.twin.families import draw
from kiosk.twin.hall import TwinHall
from kiosk.twin.policies import BY_NAME

LAST_CALLS = {"close", "move", "reopen", "late"}
"""What is told of a queue towards its end, one after the other."""

LONG_MINUTES = 15  # half of what is told as long: less is not, for whoever sees it


@dataclass
class Spell:
    """A situation, told each minute from `from_ms` to `until_ms`. `was_true`: how many of those minutes it was so."""

    told: Situation
    from_ms: int
    until_ms: int
    was_true: int = 0

    @property
    def minutes(self):
        return (self.until_ms - self.from_ms) // MINUTE_MS + 1


class Organiser:
    """Plays the day `seed` of a scenario and looks at it each minute.

    `follows(situation, now_ms)`: whether to do now as one says, of those to close a queue. `meddle(organiser)` may
    plan what goes wrong, and replace what stations and the printer say. `planned(event)`: the event as the hub has it,
    where that is another. It ends at the clock's `until`. `looks`: whether it looks at all.
    """

    def __init__(self, played, seed, *, follows=None, meddle=None, planned=None, until=None, looks=True):
        self.event = eventfile.load(played.event_file)
        families = draw(self.event, played.crowd, seed)
        self.hall = TwinHall(planned(self.event) if planned else self.event, BY_NAME["P8"])
        start_ms = min(self.event.opens_ms, *(family.at_door_ms for family in families))
        self.world = living.World(
            self.event, families, self.hall, played.habits, seed=seed, start_ms=start_ms
        )
        self.hall.now = lambda: self.world.now_ms
        self.spells = defaultdict(list)
        self.closed = {}
        self.done = []
        self._follows = follows or (lambda situation, now_ms: False)
        self._signs = self._all_well
        self._before = {}
        if meddle:
            meddle(self)
        for window in self.event.windows:
            if window.opens_ms > self.world.now_ms:
                self.world.at(window.opens_ms, self._obey)
        if looks:
            self.world.every(1, self._look)
        self.world.run(until and self.at(until))

    def at(self, clock):
        hour, minute = map(int, clock.split(":"))
        return self.event.opens_ms + ((hour - 10) * 60 + minute) * MINUTE_MS

    def told(self, kind, atelier=None):
        """All spells of a kind, by time."""
        return sorted(
            (
                spell
                for spells in self.spells.values()
                for spell in spells
                if spell.told.kind == kind and atelier in (None, spell.told.values.get("atelier"))
            ),
            key=lambda spell: spell.from_ms,
        )

    def kinds(self):
        return {spell.told.kind for spells in self.spells.values() for spell in spells}

    def last_out_ms(self, atelier, window):
        """When the last turn of those who came in this window was over."""
        return max(
            stand.ended_ms
            for day in self.world.days
            for stand in day.stands
            if stand.atelier == atelier and stand.started_ms is not None and stand.arrived_ms in window
        )

    def _all_well(self, now_ms):
        return [StationSign(each.id, each.atelier, now_ms) for each in self.event.stations], PrinterSign()

    def _look(self):
        now_ms, ledger = self.world.now_ms, self.hall.ledger
        stations, printer = self._signs(now_ms)
        found = situations(ledger.view(), ledger.floor(now_ms), stations, printer, self._before)
        self._before = {each.key: each.held_ms for each in found}
        assert len(self._before) == len(found)
        for each in found:
            spells = self.spells[each.key]
            if not spells or spells[-1].until_ms < now_ms - MINUTE_MS:
                spells.append(Spell(each, now_ms, now_ms))
            spells[-1].until_ms = now_ms
            spells[-1].was_true += self._is_true(each)
            if each.kind in LAST_CALLS and self._follows(each, now_ms):
                self._do(each, now_ms)

    def _is_true(self, each):
        """What somebody would see who went there to look."""
        booth = self.world.booths.get(each.values.get("atelier"))
        if each.kind == "overdue":
            return any(visit.party == each.values["party"] for visit in booth.queue)
        if each.kind == "stalled":
            return bool(booth.queue) and not self._served_since(booth, each.since_ms)
        if each.kind == "too-few":
            ready = sum(visit.people for visit in booth.queue)
            return not booth.inside and 0 < ready < each.values["least"]
        if each.kind == "send":
            return booth.free > 0 and len(booth.queue) <= 1
        if each.kind == "long":
            ahead = sum(visit.people for visit in booth.queue) / booth.atelier.places
            if booth.atelier.kind is Kind.BATCH and booth.inside:
                ahead += 0.5  # the rest of the one that runs
            return ahead * booth.atelier.turn_ms >= LONG_MINUTES * MINUTE_MS
        return True

    def _served_since(self, booth, since_ms):
        """Whether anybody's turn has begun there since."""
        return any(
            stand.started_ms is not None and stand.started_ms > since_ms
            for day in self.world.days
            for stand in day.stands
            if stand.atelier == booth.atelier.id
        )

    def _do(self, each, now_ms):
        """Press the button. Who queues where it is closed is served; who is told that it is too late goes."""
        remedy = each.remedy
        self.done.append((now_ms, each))
        if each.kind == "close":
            self.closed.setdefault(each.key, each)
        fact = (
            SentOn(remedy.atelier, remedy.parties)
            if remedy.kind == "send-on"
            else QueueEnds(remedy.atelier, remedy.at_ms)
        )
        self.hall.ledger.apply(Acted(f"{len(self.done):016x}", "organiser 1", fact), now_ms)
        booth = self.world.booths[remedy.atelier]
        if remedy.kind == "send-on":
            for visit in [visit for visit in booth.queue if visit.party in remedy.parties]:
                booth.queue.remove(visit)
                visit.turn.succeed(False)
            booth.attend()
            return
        self._obey()
        if remedy.at_ms > now_ms:
            self.world.at(remedy.at_ms, self._obey)

    def _obey(self):
        """At the queues they do as the hub says."""
        for here in self.hall.ledger.floor(self.world.now_ms).ateliers:
            booth = self.world.booths[here.atelier.id]
            closed = here.status is Status.CLOSED
            if closed != booth.closed:
                booth.close_queue() if closed else booth.open_queue()


@dataclass
class Presses:
    """Presses every button of a queue's last call at these ateliers (all, where none are named), `minutes` after it is
    shown.
    """

    minutes: int
    ateliers: frozenset[str] = frozenset()
    since: dict = field(default_factory=dict)

    def __call__(self, told, now_ms):
        if self.ateliers and told.remedy.atelier not in self.ateliers:
            return False
        if now_ms - self.since.setdefault(told.key, now_ms) < self.minutes * MINUTE_MS:
            return False
        del self.since[told.key]
        return True
