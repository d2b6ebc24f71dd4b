"""The hub's time, moved by a test."""


class SetClock:
    """Goes on when it is told to, whatever the journal knows of later."""

    def __init__(self, at_ms: int) -> None:
        self.at_ms = at_ms

    def __call__(self) -> int:
        return self.at_ms

    def not_before(self, at_ms: int) -> None:
        pass


class Clock(SetClock):
    """Goes on when it is told to, and is never before what the journal knows."""

    def not_before(self, at_ms: int) -> None:
        self.at_ms = max(self.at_ms, at_ms)
