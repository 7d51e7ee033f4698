"""Limits on time and memory, for what the grader does itself and for what a notebook starts.

:mod:`grader.grading.process.limited_process` ends a step for good, whatever it does.
:func:`time_limit` and :func:`limited_memory` are gentler: they interrupt a step that is plain
Python, and something else stands in its place, such as a note that a text was left out.
:class:`MemoryWatch` bounds all processes of a notebook together.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

AGAIN = 0.5  # seconds until the next interrupt, for code that catches the first one
PROC = Path("/proc")
WATCH_SECONDS = 0.1
# What stands in the place of outputs that exceed a limit.
REST_LEFT_OUT = "the rest of what this cell printed is left out"
TOO_LARGE = "left out: too large"


class TimeLimit(BaseException):
    """The step took too long. No ``Exception``, so that no library takes it for its own."""


class time_limit:  # noqa: N801 (used as a function, in a with statement)
    """Raise :class:`TimeLimit` in the block after ``seconds``, or when an outer limit is reached.

    They are seconds of processor time, so that what else the machine does changes no result.
    Without signals (Windows, or in another thread than the main one) there is no limit.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._set = False

    def __enter__(self) -> None:
        if (
            not hasattr(signal, "setitimer")
            or threading.current_thread() is not threading.main_thread()
        ):
            return
        self._set = True
        self._started = time.process_time()
        self._before = signal.signal(signal.SIGPROF, self._interrupt)
        self._outer, _ = signal.setitimer(signal.ITIMER_PROF, self._seconds, AGAIN)
        if self._outer and self._outer < self._seconds:
            signal.setitimer(signal.ITIMER_PROF, self._outer, AGAIN)

    def __exit__(self, *_: object) -> None:
        if not self._set:
            return
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, self._before)
        if self._outer:
            left = self._outer - (time.process_time() - self._started)
            signal.setitimer(signal.ITIMER_PROF, max(left, 0.001), AGAIN)

    def _interrupt(self, _number: int, frame: FrameType | None) -> None:
        # Raised in one of these two, it would leave the timer set. The block has not begun then, or
        # has ended; if it has not begun, the next interrupt comes soon.
        while frame is not None:
            if frame.f_code in ENTER_AND_EXIT:
                return
            frame = frame.f_back
        raise TimeLimit


ENTER_AND_EXIT = {time_limit.__enter__.__code__, time_limit.__exit__.__code__}


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


def computed_by(pid: int) -> float:
    """Seconds of processor time of a process and its family, with those of it that have ended."""
    ticks = 0
    for one in family(pid):
        # After the name in brackets, which may hold anything: state, …, four times from the 12th.
        times = _read(PROC / str(one) / "stat").rpartition(")")[2].split()[11:15]
        ticks += sum(map(int, times))
    return ticks / os.sysconf("SC_CLK_TCK")


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


@contextlib.contextmanager
def stopped(pid: int) -> Iterator[None]:
    """Within it, a process and all that descend from it stand still."""
    with contextlib.ExitStack() as stack:
        held: dict[int, int] = {}
        seen: set[int] = set()
        while new := set(family(pid)) - seen:
            seen |= new
            for one in new:
                with contextlib.suppress(OSError):  # it has ended meanwhile
                    held[one] = os.pidfd_open(one)
                    stack.callback(os.close, held[one])
            for one in new & set(held) & set(family(pid)):  # their numbers are still their own
                stack.callback(_send, held[one], signal.SIGCONT)
                _send(held[one], signal.SIGSTOP)
        yield


def _send(process: int, number: signal.Signals) -> None:
    with contextlib.suppress(OSError):  # it has ended meanwhile
        signal.pidfd_send_signal(process, number)


class MemoryWatch:
    """Calls ``end`` once if the process and its family use more than ``most`` bytes.

    A limit on a process does not bound what sixty of them take. A cgroup would, but it can be made
    only with rights that graders seldom have. Looking every tenth of a second, and more often once
    they use much, needs none. They are stopped while it is counted exactly, which takes long enough
    to fill gigabytes.
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
        used = 0
        while not self._over.wait(WATCH_SECONDS if used < self._most / 4 else WATCH_SECONDS / 5):
            used = memory_of(self._pid)
            if used <= self._most:
                continue
            with stopped(self._pid):
                used = shares_of(self._pid)
                if used > self._most:
                    self.exceeded = True
                    self._end()
                    return
