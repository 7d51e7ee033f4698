"""A limit on the time of one step of grading, where the step is plain Python.

:mod:`grader.grading.limited_process` ends a step for good, whatever it does. This limit is gentler:
the step is interrupted and something else stands in its place, as a note that a text was left out.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

AGAIN = 0.5  # seconds until the next interrupt, for code that catches the first one


class TimeLimit(BaseException):
    """The step took too long. No ``Exception``, so that no library takes it for its own."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise :class:`TimeLimit` in the block after ``seconds``, or when an outer limit is reached.

    Without signals (Windows, or in another thread than the main one) there is no limit.
    """
    if (
        not hasattr(signal, "setitimer")
        or threading.current_thread() is not threading.main_thread()
    ):
        yield
        return

    def interrupt(*_: Any) -> None:
        raise TimeLimit

    started = time.monotonic()
    before = signal.signal(signal.SIGALRM, interrupt)
    outer, _ = signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
    if outer and outer < seconds:
        signal.setitimer(signal.ITIMER_REAL, outer, AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if outer:
            left = outer - (time.monotonic() - started)
            signal.setitimer(signal.ITIMER_REAL, max(left, 0.001), AGAIN)
