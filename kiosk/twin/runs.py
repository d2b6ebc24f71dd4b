"""Many tasks done at once, each by a process of its own: days to play, as a rule.

The workers are new processes ("spawn"), so that what is open in this one is not open in them; they end with it,
whatever becomes of it.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TypeVar

from ..errors import RondeError
from ..saying import say

Told = TypeVar("Told")
Asked = TypeVar("Asked")


class RunLost(RondeError, RuntimeError):
    """A process that played days was ended from outside: out of memory, as a rule."""


class Runs:
    """Does tasks, at most `jobs` at once; one at a time in this very process where `jobs` is 1."""

    def __init__(self, jobs: int, pool: ProcessPoolExecutor | None) -> None:
        self.jobs = jobs
        self._pool = pool

    def map(
        self, act: Callable[[Asked], Told], tasks: Sequence[Asked], done: Callable[[], None] = lambda: None
    ) -> list[Told]:
        """What `act` made of each task, in their order; `done` is called as each is finished. Raises RunLost."""
        if self._pool is None:
            told = []
            for task in tasks:
                told.append(act(task))
                done()
            return told
        try:
            with _deaf():
                futures: list[Future[Told]] = [self._pool.submit(act, task) for task in tasks]
            for future in as_completed(futures):
                future.result()
                done()
            return [future.result() for future in futures]
        except BrokenProcessPool as error:
            raise RunLost(say("error.run_lost", jobs=self.jobs)) from error


def processors() -> int:
    """How many of this machine's this program may use."""
    return len(os.sched_getaffinity(0))


@contextmanager
def runs(jobs: int | None = None) -> Iterator[Runs]:
    """All processors where `jobs` is None. On the way out nothing is left running."""
    jobs = jobs or processors()
    if jobs == 1:
        yield Runs(1, None)
        return
    before = set(multiprocessing.active_children())
    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(jobs, mp_context=spawn, initializer=_settle)
    try:
        yield Runs(jobs, pool)
    except BaseException:
        for child in set(multiprocessing.active_children()) - before:
            child.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _deaf() -> Iterator[None]:
    """Workers are begun as tasks are handed over: a Ctrl-C is heard after that, and never by them."""
    heard: list[int] = []
    hearing = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGINT, lambda number, _: heard.append(number)) if hearing else None
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # a new process inherits it
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        if hearing:
            signal.signal(signal.SIGINT, before)
    if heard:
        raise KeyboardInterrupt


def _settle() -> None:
    """In a worker: it does not outlive the program."""
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
