"""The real parts as families meet them: the clock on the wall, the touchscreen and its paper, the scanners, the hub's
advice."""

from dataclasses import dataclass

from ..rules.facts import AdviceGiven
from ..twin.families import Family
from ..twin.world import Badge, Hint
from .advice import Adviser
from .browser import Browser, DoorError, Welcome
from .stage import REPEAT_S, Stage, Stopped
from .tray import route

PAPER_S = 8.0  # how long a family waits for its sheet before it takes the badge on the screen
PAPER_LOOK_S = 0.3
RETRY_S = 0.2
SIGNAL_S = 30.0
APART_S = 0.1  # the clocks of two stations agree to within this, whatever the speed


@dataclass(slots=True)
class Tally:
    """What went on, for whoever watches. `most_behind_ms`: how late the world was at most.

    `unheard`: how often a family looked for advice at the end of a visit, and found none.
    """

    checked_in: int = 0
    on_paper: int = 0
    on_screen: int = 0
    hub_away: int = 0
    station_away: int = 0
    refused: int = 0
    repeats: int = 0
    unheard: int = 0
    most_behind_ms: int = 0


class RealHall:
    """The stage's `stop` ends every wait with Stopped. `printed`: the badge of each party, as read from its paper.

    `listening`: whether families hear the hub's advice. Where they do not, nothing that the hub says changes what
    they do, and so nothing that becomes of the hub.
    """

    def __init__(self, stage: Stage, *, listening: bool = True) -> None:
        self.tally = Tally()
        self.printed: dict[int, str] = {}
        self._stage = stage
        self._stop = stage.stop
        self._browser = Browser(stage.door_port)
        self._adviser = Adviser(stage) if listening else None
        self._last_scan_ms: dict[int, int] = {}
        self._unsettled: set[str] = set()
        self._apart_ms = max(round(1.5 * REPEAT_S * 1000), round(APART_S * stage.clock.speed * 1000))

    def wait_until(self, at_ms: int) -> None:
        """Let the day go on until then, once the hub has heard of all that was scanned before."""
        for station in self._unsettled:
            self._stage.settled(station)
        self._unsettled.clear()
        left_ms = self._go_on_until(at_ms)
        if self._stop.is_set():
            raise Stopped
        self.tally.most_behind_ms = max(-left_ms, self.tally.most_behind_ms)

    def check_in(self, family: Family) -> Badge:
        welcome = self._welcomed(family)
        self.tally.checked_in += 1
        ticket = None
        for _ in range(int(PAPER_S / PAPER_LOOK_S)):
            ticket = self._stage.tray.take(welcome.nickname, PAPER_LOOK_S)
            if ticket is not None or self._offered():
                break
            if self._stop.is_set():
                raise Stopped
        self._leave()
        if ticket is None:
            self.tally.on_screen += 1
            return Badge(welcome.party, welcome.badge)
        if len(ticket.qr_payloads) != 1:
            raise DoorError(f"the sheet of {welcome.nickname} has {len(ticket.qr_payloads)} codes, not one")
        self.tally.on_paper += 1
        self.printed[welcome.party] = ticket.qr_payloads[0]
        return Badge(welcome.party, ticket.qr_payloads[0], route(self._stage.event, ticket, family.language))

    def scan(self, station: str, badge: Badge, step: str) -> None:
        """Have it scanned, again where nobody heard it: the station may be off, and on again later.

        Which step it is, the station knows by itself; where it is not one that it scans, the animator presses it.
        """
        last_ms = self._last_scan_ms.get(badge.party)
        if last_ms is not None:
            self._go_on_until(last_ms + self._apart_ms)
        post = self._stage.posts[station]
        self.tally.station_away += not post.ready
        while True:
            while not post.wait_ready(RETRY_S):
                self._pause(0)
                self._stage.mend()
            deaths = post.deaths
            if step not in post.steps:
                if post.press(step, badge.token, SIGNAL_S):
                    break
                self._pause(RETRY_S)
                continue
            match post.scan(badge.token, SIGNAL_S):
                case "kept":
                    break
                case "repeat":
                    self.tally.repeats += 1
                    break
                case "refused":
                    self.tally.refused += 1
                    self._pause(RETRY_S)
                case _ if post.deaths != deaths or not post.ready:
                    self.tally.station_away += 1
                case _:
                    raise DoorError(
                        f"station {station} gave no signal for {SIGNAL_S:g} s:\n{self._stage.complaints()}"
                    )
        self._last_scan_ms[badge.party] = self._stage.clock()
        self._unsettled.add(station)
        if self._adviser is not None:
            self._adviser.scanned(badge, station)

    def told(self, badge: Badge) -> Hint | None:
        if self._adviser is None:
            return None
        told = self._adviser.told(badge)
        self.tally.unheard += told is None
        return _hint(told)

    def ask(self, badge: Badge) -> Hint | None:
        return _hint(self._adviser.another(badge)) if self._adviser is not None else None

    def board(self) -> None:
        """The families see the queues themselves."""

    def place(self, badge: Badge, atelier: str, now_ms: int) -> int:
        kept = self._adviser.heard(badge) if self._adviser is not None else None
        return kept.since_ms if kept is not None and kept.keeps == atelier else now_ms

    def promise(self, badge: Badge, atelier: str, people: int) -> None:
        """Nobody writes down what was promised."""

    def close(self) -> None:
        self._browser.close()

    def _welcomed(self, family: Family) -> Welcome:
        while True:
            try:
                return self._browser.check_in(family)
            except OSError:
                self.tally.hub_away += 1
                self._pause(RETRY_S)
                self._stage.mend()

    def _offered(self) -> bool:
        try:
            return self._browser.offered()
        except OSError:
            return False

    def _leave(self) -> None:
        try:
            self._browser.leave()
        except OSError:
            self.tally.hub_away += 1

    def _go_on_until(self, at_ms: int) -> int:
        """Returns what is left until then: nothing, or less."""
        clock = self._stage.clock
        self._stage.allow(at_ms)
        while (left_ms := at_ms - clock()) > 0:
            self._pause(left_ms / 1000 / clock.speed)
        return left_ms

    def _pause(self, seconds: float) -> None:
        if self._stop.wait(seconds):
            raise Stopped


def _hint(told: AdviceGiven | None) -> Hint | None:
    return Hint(told.verb, told.atelier, told.at_ms) if told is not None else None
