"""What the hub knows at one moment, as an immutable value that readers may keep."""

from collections.abc import Mapping
from dataclasses import dataclass

from .acts import Act
from .announcements import Announcement
from .event import Event
from .facts import BadgePrinted, Named, PartyCame
from .floor import Floor
from .floors import Floors
from .guest import Guest
from .helpcalls import Help
from .party import Party
from .printing import PrintJob
from .statuses import Statuses
from .strikes import Wrong


@dataclass(frozen=True)
class View:
    """What the hub knew when `version` facts were folded. Mappings are never changed after they are given out.

    `blank`: badges that were printed and that nobody has yet. `notes`: situations that need not be told until then.
    `wrong`: the passages that were ever struck, as far as they are known. `floors`: shared with the views before it.
    """

    event: Event
    version: int
    guests: Mapping[str, Guest]
    parties: Mapping[int, Party]
    badges: Mapping[str, int]
    jobs: Mapping[int, PrintJob]
    statuses: Statuses
    announcements: tuple[Announcement, ...]
    routes: Mapping[int, PartyCame]
    passages: int
    set_aside: int
    forks: int
    blank: Mapping[str, BadgePrinted]
    help: tuple[Help, ...]
    acts: tuple[Act, ...]
    wrong: Mapping[Named, Wrong]
    notes: Mapping[str, int]
    floors: Floors

    def floor(self, now_ms: int) -> Floor:
        return self.floors.of(self.event, self.guests, self.statuses.at(now_ms), now_ms)

    def guest_of(self, party: int) -> Guest:
        """Raises KeyError."""
        return self.guests[f"party/{party}"]

    def announcements_at(self, now_ms: int) -> tuple[Announcement, ...]:
        """By time, the newest last; what was said twice is said once."""
        up = [each for each in self.announcements if each.texts and now_ms < each.until_ms]
        return tuple(
            each for place, each in enumerate(up) if all(each.texts != of.texts for of in up[place + 1 :])
        )
