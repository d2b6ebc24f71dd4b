"""What a station sends, and until when."""

BADGE = "CFBXKCNGBKHTJKGJ"
HUB_MS = 1_668_866_400_000


def scans(outbox, clock, count, boots=None):
    for n in range(count):
        boot = f"{n % boots:032x}" if boots else clock.boot
        outbox.append("enter", BADGE, "vr", boot=boot, boot_ms=clock.ms + n, wall_ms=0)


def exchanges(uplink, most=50):
    for count in range(1, most + 1):
        if not uplink.exchange():
            return count
    raise AssertionError("it never comes to rest")
