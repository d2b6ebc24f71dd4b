"""Fifty telephones lose the Wi-Fi without a word, and are back before the hub can know that they were away."""

import json
import logging
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from kiosk.hub import GONE_CLIENT_MS
from kiosk.web.live import MOST

from .hall import PORT

VIEWERS = Path(__file__).with_name("viewers.py")
BACK_S = 10.0
TRIES_S = 2 * GONE_CLIENT_MS / 1000 + 30

_log = logging.getLogger(__name__)


def test_all_are_back_at_once_and_the_dead_keep_nobody_out_for_long(open_hall):
    hall = open_hall(parties=1, speed=1.0)
    hall.start_hub()
    for machine in ("wifi", "again"):
        hall.network.add(machine)
    names = [f"page{number}" for number in range(MOST)]
    with watching(hall.network, "wifi", *names) as first:
        assert first == ["200"] * MOST
        with watching(hall.network, "again", "new") as crowded:
            assert crowded == ["503"]
        hall.network.pull("wifi")
        began_s = time.monotonic()
        with watching(hall.network, "again", *names[:50]) as back:
            back_s = time.monotonic() - began_s
            assert back == ["200"] * 50
            assert back_s < BACK_S
            statuses = []
            while statuses != ["200"]:
                with watching(hall.network, "again", "new") as statuses:
                    assert time.monotonic() - began_s < TRIES_S, "the dead keep their places"
    _log.info("50 back after %.2f s, a new page in after %.0f s", back_s, time.monotonic() - began_s)


@contextmanager
def watching(network, machine, *names):
    """The status that each was answered; they watch until the end."""
    process = subprocess.Popen(
        network.within(machine, sys.executable, str(VIEWERS), network.address, str(PORT), *names),
        stdout=subprocess.PIPE,
    )
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()
