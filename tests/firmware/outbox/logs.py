"""Opening the log of a station, and writing in it."""

from firmware.outbox import Outbox

BADGE, OTHER_BADGE = "CFBXKCNGBKHTJKGJ", "CBBBBBBBRXXCLVKF"
BOOT, OTHER_BOOT = "b" * 32, "c" * 32


def opened(folder, station="vr-1", owner="event", **options):
    return Outbox(folder, station, owner, now_ms=lambda: 1234, **options)


def scans(outbox, count):
    return [
        outbox.append("enter", BADGE, "vr", boot=BOOT, boot_ms=1000 * n, wall_ms=5_000_000 + n)
        for n in range(count)
    ]


def press(outbox, *entries):
    return outbox.commit(entries, "vr", boot=BOOT, boot_ms=7000, wall_ms=1)


def damaged_copies(folder):
    return sorted(folder.glob("passages-damaged-*.sqlite"))
