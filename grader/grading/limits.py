"""Limits on time and memory, for what the grader does itself and for a worker's processes.

:mod:`grader.grading.limited_process` ends a step for good, whatever it does. :func:`time_limit` and
:func:`limited_memory` are gentler: they interrupt a step that is plain Python, and something else
stands in its place, such as a note that a text was left out. :class:`MemoryWatch` bounds all
processes of a worker together.
"""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

AGAIN = 0.5  # seconds until the next interrupt, for code that catches the first one
PROC = Path("/proc")
WATCH_SECONDS = 0.1


class TimeLimit(BaseException):
    """The step took too long. No ``Exception``, so that no library takes it for its own."""


@contextlib.contextmanager
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


@contextlib.contextmanager
def limited_memory(more: int) -> Iterator[None]:
    """Within it, this process gets ``more`` bytes at most: beyond, Python raises MemoryError."""
    if sys.platform != "linux":
        yield
        return
    import resource

    used = int(_read(PROC / "self" / "statm").split()[0]) * resource.getpagesize()
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    limits = [limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min([used + more, *limits]), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def family(pid: int) -> list[int]:
    """A process and all that descend from it; orphans are adopted inside of the sandbox."""
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        with contextlib.suppress(OSError):  # it has ended meanwhile
            for children in (PROC / str(one) / "task").glob("*/children"):
                waiting += [int(child) for child in _read(children).split()]
    return found


def memory_of(pid: int) -> int:
    """Bytes of the process's own memory and its family's; a shared page counts for all who use it.

    Reading this is quick. :func:`shares_of` is exact and slow, for when this is too much.
    """
    return sum(map(_used, family(pid)))


def shares_of(pid: int) -> int:
    """As :func:`memory_of`, with each page divided among those who use it, where that is told."""
    return sum(
        _fields(f"{one}/smaps_rollup", "Pss_Anon:", "Pss_Shmem:") or _used(one)
        for one in family(pid)
    )


def _used(pid: int) -> int:
    return _fields(f"{pid}/status", "RssAnon:", "RssShmem:")


def _fields(file: str, *names: str) -> int:
    lines = _read(PROC / file).splitlines()
    return sum(int(line.split()[1]) << 10 for line in lines if line.startswith(names))


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # it has ended meanwhile
        return ""


class MemoryWatch:
    """Calls ``end`` once if the process and its family use more than ``most`` bytes.

    A limit on a process does not bound what sixty of them take. A cgroup would, but it can be made
    only with rights that graders seldom have. Looking every tenth of a second needs none.
    """

    def __init__(self, pid: int, most: int, end: Callable[[], None]) -> None:
        self.exceeded = False
        self._pid, self._most, self._end = pid, most, end
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Look no more; to be called before the process's number can be given to another."""
        self._over.set()
        if self._thread is not threading.current_thread():
            self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(WATCH_SECONDS):
            if memory_of(self._pid) > self._most and shares_of(self._pid) > self._most:
                self.exceeded = True
                self._end()
                return
