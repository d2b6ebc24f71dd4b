"""Where to send a family while the hub is out of reach: a guess, from the waits that it told last.

Pure: no file, no clock.
"""

from .wire.receipt import Wait

FRESH_MS = 20 * 60_000  # older waits say nothing about now
ADDED_MINUTES = 5  # by each family that is sent to an atelier; else all of them were sent to the same one


class Guide:
    """Moments are of the boot's clock."""

    def __init__(self) -> None:
        self._board: tuple[Wait, ...] = ()
        self._told_ms = 0
        self._sent: dict[str, list[str]] = {}  # where each badge was sent, since the hub was heard of

    def take(self, board: tuple[Wait, ...], boot_ms: int) -> None:
        """What the hub says of the waits now."""
        self._board, self._told_ms = board, boot_ms
        self._sent.clear()

    def guess(self, here: str, badge: str, boot_ms: int) -> Wait | None:
        """The least wait elsewhere than at the atelier `here`.

        None where nothing is known any more, or the badge was sent everywhere.
        """
        if boot_ms - self._told_ms > FRESH_MS:
            return None
        before = self._sent.setdefault(badge, [])
        left = [wait for wait in self._board if wait.atelier not in (here, *before)]
        best = min(left, key=self._expected_minutes, default=None)
        if best is not None:
            before.append(best.atelier)
        return best

    def _expected_minutes(self, wait: Wait) -> int:
        sent = sum(wait.atelier in ateliers for ateliers in self._sent.values())
        return wait.low_minutes + wait.high_minutes + 2 * ADDED_MINUTES * sent
