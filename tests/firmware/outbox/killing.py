"""Kills a process that scans, again and again, and looks at what it leaves. Run by test_killed.py.

    python killing.py FOLDER ROUNDS SEED

A child commits presses of one to four passages and, after each commit, writes the number of the last to a pipe: the
beep. It is killed with SIGKILL at a random moment, also while it starts. Then the log must be whole, hold every number
that came through the pipe, and every press whole or not at all. Prints a JSON summary; ends with an AssertionError when
anything is missing.
"""

import itertools
import json
import os
import random
import select
import signal
import sys
import time
from pathlib import Path

from firmware.outbox import Entry, Outbox

BADGE, BOOT = "CFBXKCNGBKHTJKGJ", "b" * 32
ROUNDS_OF_A_LOG = 20  # a longer log only takes longer to prove


def open_outbox(folder: Path) -> Outbox:
    return Outbox(folder, "vr-1", "event", now_ms=lambda: 0)


def scan(folder: Path, pipe: int) -> None:
    with open_outbox(folder) as outbox:
        while True:
            press = [Entry("enter", BADGE)] * (1 + outbox.last_seq % 4)
            made = outbox.commit(press, "vr", boot=BOOT, boot_ms=outbox.last_seq, wall_ms=len(press))
            os.write(pipe, b"%d\n" % made[-1].seq)
            outbox.mark_heard(made[-1].seq)


def one_round(folder: Path, chance: random.Random) -> list[int]:
    """The numbers that were signalled before the kill."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            scan(folder, writing)
        finally:
            os._exit(1)
    os.close(writing)
    if chance.random() < 0.8:
        select.select([reading], [], [], 20)  # it has begun
    time.sleep(chance.random() * 0.02)  # the random moment is the point
    os.kill(child, signal.SIGKILL)
    with os.fdopen(reading, "rb") as pipe:
        heard = [int(line) for line in pipe.read().split(b"\n")[:-1]]
    os.waitpid(child, 0)
    return heard


def main(root: Path, rounds: int, seed: str) -> None:
    chance = random.Random(seed)
    epoch = ""
    summary = dict.fromkeys(("rounds", "passages", "heard", "unheard"), 0)
    for at in range(rounds):
        folder = root / str(at // ROUNDS_OF_A_LOG)
        fresh = at % ROUNDS_OF_A_LOG == 0
        heard = one_round(folder, chance)
        with open_outbox(folder) as outbox:  # opening it proves the chain, page by page and link by link
            assert fresh or outbox.epoch == epoch, "a new log was begun"
            epoch = outbox.epoch
            known = list(outbox.passages())
            for _, press in itertools.groupby(known, key=lambda passage: passage.boot_ms):
                together = list(press)
                assert len(together) == together[0].wall_ms, "half a press"
            seqs = [passage.seq for passage in known]
            assert seqs == list(range(1, len(seqs) + 1)), "a gap"
            assert not heard or heard[-1] <= len(seqs), f"{heard[-1]} was signalled, {len(seqs)} are there"
            summary["unheard"] += outbox.unheard(BOOT) is not None
            summary["heard"] += len(heard)
            summary["rounds"] += 1
        if (at + 1) % ROUNDS_OF_A_LOG == 0 or at + 1 == rounds:
            summary["passages"] += len(seqs)
    sys.stdout.write(json.dumps(summary) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
