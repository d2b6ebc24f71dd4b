"""What was answered to which form: one that is sent twice, by a double tap or a refresh, does its work once."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")

MOST = 512  # forms remembered: more than an hour of a busy door
PATIENCE_S = 15.0


class Answers(Generic[T]):
    """Thread-safe. Remembers in memory only: after a restart of the hub, a form is taken as new."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: OrderedDict[str, Future[T]] = OrderedDict()

    def once(self, form: str, work: Callable[[], T]) -> T:
        """What `work` returned to the first who came with this form; raises what it raised.

        After a failure that kept nothing the form may be tried again. After a TimeoutError nobody knows what
        was kept: the form stays refused.
        """
        with self._lock:
            answer = self._answers.get(form)
            mine = answer is None
            if answer is None:
                answer = self._answers[form] = Future()
                while len(self._answers) > MOST:
                    self._answers.popitem(last=False)
        if mine:
            self._work(form, answer, work)
        return answer.result(PATIENCE_S)

    def _work(self, form: str, answer: "Future[T]", work: Callable[[], T]) -> None:
        try:
            answer.set_result(work())
        except Exception as error:  # noqa: BLE001 - it is raised to each who waits for the answer
            if not isinstance(error, TimeoutError):
                with self._lock:
                    self._answers.pop(form, None)
            answer.set_exception(error)
