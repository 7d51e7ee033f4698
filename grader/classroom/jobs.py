"""Jobs side by side: threads that wait for one process with limits each.

Nothing of a submission is read or run in the command's own process, and nothing listens on a port.
A guest may give the same :class:`Jobs` with the workers of other machines.
"""

from __future__ import annotations

import math
import os
import queue
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Generic, TypeVar

from grader.grading.process.fault import GraderFault, NotDone, described
from grader.grading.process.frames import Closed
from grader.grading.process.limited_process import LimitedProcess

K = TypeVar("K")
CGROUP = Path("/sys/fs/cgroup/cpu.max")


@dataclass(frozen=True)
class Job(Generic[K]):
    """What a worker shall do: ``function(process, *arguments)``, ``process`` a limited one."""

    key: K
    function: Callable[..., Any]
    arguments: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Jobs:
    """Workers that are ready.

    Attributes
    ----------
    executor : what runs ``call``
    call : does a job where it runs: ``call(function, *arguments)``
    threads : of all workers: so many jobs are done at once
    """

    executor: Executor
    call: Callable[..., Any]
    threads: int

    def done(self, jobs: Iterable[Job[K]]) -> Iterator[tuple[K, Callable[[], Any]]]:
        """Each job's key, and a call that gives its result, in the order in which they end.

        ``jobs`` are asked for as workers need them: two for each thread, so that a worker has the
        next one while the last result is recorded. What they hold in memory does not grow with
        their number.

        The call raises NotDone if the job raised it or the workers died that had it, Problem if no
        worker can do anything, and GraderFault if the job raised anything else.
        """
        waiting, keys = iter(jobs), dict[Future[Any], K]()

        def hand_out(most: int) -> None:
            for job in islice(waiting, most):
                keys[self.executor.submit(self.call, job.function, *job.arguments)] = job.key

        hand_out(2 * self.threads)
        while keys:
            for future in wait(keys, return_when=FIRST_COMPLETED).done:
                hand_out(1)
                yield keys.pop(future), partial(self.result, future)

    def result(self, future: Future[Any]) -> Any:
        """What a job gave, or one of the errors of :meth:`done`."""
        try:
            return future.result()
        except (NotDone, GraderFault):
            raise
        except Exception as error:  # submissions are handled in processes of their own
            raise GraderFault(described(error)) from error


class Processes:
    """Processes with limits, each kept for the next job when its job has ended."""

    def __init__(self) -> None:
        self._idle: queue.SimpleQueue[LimitedProcess] = queue.SimpleQueue()
        self._all: list[LimitedProcess] = []
        self._closed = False

    def call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call ``function`` with a process that nobody else uses meanwhile, and the arguments."""
        try:
            process = self._idle.get_nowait()
        except queue.Empty:
            process = LimitedProcess()
            self._all.append(process)
        if self._closed:
            raise Closed("the worker has ended")
        try:
            return function(process, *arguments)
        finally:
            self._idle.put(process)

    def close(self) -> None:
        """End the processes, whatever they are doing."""
        self._closed = True
        for process in self._all:
            process.close()


@contextmanager
def workers(number: int) -> Iterator[Jobs]:
    """``number`` workers on this machine."""
    processes = Processes()
    executor = ThreadPoolExecutor(number)
    try:
        yield Jobs(executor, processes.call, number)
    finally:
        executor.shutdown(wait=False, cancel_futures=True)
        processes.close()
        executor.shutdown()


def all_cores() -> int:
    """How many cores this process may use, by its affinity and by the quota of a container."""
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # not Linux
        cores = os.cpu_count() or 1
    with suppress(OSError, ValueError):  # no such file, or no quota: "max 100000"
        quota, period = map(int, CGROUP.read_text("ascii").split())
        cores = min(cores, math.ceil(quota / period))
    return max(cores, 1)
