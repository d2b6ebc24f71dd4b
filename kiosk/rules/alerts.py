"""When organisers are told that something should be done: the thresholds of an event."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Alerts:
    """All of it in minutes, but for `stall_turns`.

    close_notice: how long before a queue has to be closed that is told · silent: a station without a word · calm: a
    wait up to this leaves room for others · long: a wait from this on is too long · overdue: a party that waits so much
    longer than it was told, or too few for a batch who wait beyond its hold · stall_turns: nobody was let in for so
    many turns · snooze: how long something is put off.
    """

    close_notice_minutes: int = 15
    silent_minutes: int = 6
    calm_minutes: int = 5
    long_minutes: int = 30
    overdue_minutes: int = 10
    stall_turns: int = 3
    snooze_minutes: int = 10


ALERTS = Alerts()
