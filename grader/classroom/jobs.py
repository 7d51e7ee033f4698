"""Jobs side by side, through Dask: on this machine's cores, or on the workers of a cluster.

On this machine, scheduler and worker live in the command's own process, and their threads wait for
one process with limits each. So nothing can be reached from outside of the process. That matters,
because anyone who reaches a scheduler's port can run code as the grader.

A worker hands each job to a process with limits. Nothing of a submission is read or run in the
worker itself, so its death says nothing about the submission: Dask gives the job to another worker.
"""

from __future__ import annotations

import logging
import platform
import queue
import tempfile
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

import dask
from dask.system import CPU_COUNT
from distributed import (
    CancelledError,
    Client,
    Future,
    KilledWorker,
    Scheduler,
    Security,
    SpecCluster,
    Worker,
    WorkerPlugin,
    as_completed,
    get_worker,
)
from distributed.comm.core import connect
from distributed.utils import LoopRunner, silence_logging_cmgr

import course_lib
import grader
from grader.exercises.own_folder import folder_of
from grader.files import digest_of, package_folder, visible_files
from grader.grading.process.fault import GraderFault, NotDone, described
from grader.grading.process.frames import Closed
from grader.grading.process.limited_process import LimitedProcess
from grader.problems import Problem
from grader.settings import FILE

ALL_CORES = CPU_COUNT
CONNECT_SECONDS = 5
LOOPBACK = "127.0.0.1:0"
OURS = {
    "distributed.worker.profile.enabled": False,
    # A worker and a scheduler always open a port for web pages. Ours have no page.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
}
PACKAGES = ("distributed", "ipython", "nbconvert", "nbformat", "nbgrader", "numpy")
VERSIONS = ("Python", *PACKAGES)

K = TypeVar("K")
P = ParamSpec("P")
T = TypeVar("T")


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
    threads : of all workers: so many jobs are done at once
    """

    client: Client
    plugin: str
    threads: int

    def done(self, jobs: Iterable[Job[K]]) -> Iterator[tuple[K, Callable[[], Any]]]:
        """Each job's key, and a call that gives its result, in the order in which they end.

        ``jobs`` are asked for as workers need them: two for each thread, so that a worker has the
        next one while the last result is recorded. What they hold in memory does not grow with
        their number.

        The call raises NotDone if the job raised it or the workers died that had it, Problem if no
        worker can do anything, and GraderFault if the job raised anything else.
        """
        waiting, ended, keys = iter(jobs), as_completed(loop=self.client.loop), dict[Any, K]()

        def hand_out(most: int) -> None:
            for job in islice(waiting, most):
                words = (self.plugin, job.function, *job.arguments)
                future = self.client.submit(in_process, *words, pure=False)
                keys[future.key] = job.key
                ended.add(future)

        hand_out(2 * self.threads)
        for future in ended:
            hand_out(1)
            yield keys.pop(future.key), partial(_result, future)


def _result(future: Future[Any]) -> Any:
    try:
        return future.result()
    except KilledWorker as error:
        tried = error.allowed_failures + 1
        raise NotDone(f"not done, because the worker died that did it (tries: {tried})") from None
    except CancelledError:
        raise Problem(
            "the connection to the cluster's scheduler was lost; what was recorded before is kept, "
            "and the same command goes on with the others"
        ) from None
    except WrongWorker as error:
        raise Problem(str(error)) from None
    except (NotDone, GraderFault):
        raise
    except Exception as error:  # submissions are handled in processes of their own
        raise GraderFault(described(error)) from error


@contextmanager
def workers(number: int, cluster: str, course: Path, classroom: Path) -> Iterator[Jobs]:
    """Workers for a class.

    Parameters
    ----------
    number : of jobs at once, on this machine
    cluster : address of a Dask scheduler whose workers are used instead; "" for none
    course, classroom : folders that every worker must reach at the same path

    Raises
    ------
    Problem
        The cluster cannot be reached, has no workers, or one that is not fit.
    """
    with ExitStack() as stack:
        scratch = stack.enter_context(tempfile.TemporaryDirectory(prefix="grading-"))
        stack.enter_context(dask.config.set({**OURS, "temporary-directory": scratch}))
        stack.enter_context(silence_logging_cmgr(logging.CRITICAL))
        if cluster:
            client = stack.enter_context(_connected(cluster))
        else:
            client = stack.enter_context(_local(number))
        threads = sum(client.nthreads().values())
        if not threads:
            raise Problem(
                f"the cluster {cluster} has no workers; start some: dask worker {cluster}"
            )
        plugin = LimitedProcesses(course, classroom, made_from(course, classroom))
        name = f"grading-{uuid.uuid4()}"
        stack.callback(_forget, client, name)
        try:
            client.register_plugin(plugin, name=name)
        except WrongWorker as error:
            raise Problem(str(error)) from None
        except Exception as error:
            raise Problem(
                f"a worker of {cluster} cannot load the grader ({type(error).__name__}: {error}); "
                "install this version of the course there"
            ) from None
        yield Jobs(client, name, threads)


@contextmanager
def _local(number: int) -> Iterator[Client]:
    node: dict[str, Any] = {
        "protocol": "inproc://",
        "dashboard": False,
        "dashboard_address": LOOPBACK,  # the port is opened even so
    }
    worker = {**node, "nthreads": number, "memory_limit": 0}
    with (
        SpecCluster(
            scheduler={"cls": Scheduler, "options": node},
            workers={0: {"cls": Worker, "options": worker}},
            silence_logs=logging.CRITICAL,
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield client


@contextmanager
def _connected(cluster: str) -> Iterator[Client]:
    try:  # first without a client, because that would go on trying
        LoopRunner(asynchronous=False).run_sync(_reach, cluster)
        client = Client(cluster, timeout=CONNECT_SECONDS, set_as_default=False)
    except Exception as error:
        words = " ".join(str(error).split())
        raise Problem(
            f"no Dask scheduler answers at {cluster} ({type(error).__name__}: {words}). An address "
            "looks like tcp://host:8786; for tls://host:8786, Dask's configuration names the "
            "certificates"
        ) from None
    with client:
        yield client


async def _reach(cluster: str) -> None:
    arguments = Security().get_connection_args("client")
    comm = await connect(cluster, timeout=CONNECT_SECONDS, **arguments)
    await comm.close()


def _forget(client: Client, plugin: str) -> None:
    """End the workers' processes with limits, whatever they are doing."""
    with suppress(Exception):  # the connection may be lost
        client.unregister_worker_plugin(plugin)


# --- In a worker ------------------------------------------------------------------------------


class WrongWorker(Exception):
    """A worker cannot grade for this course; the text says why."""


def made_from(course: Path, classroom: Path) -> dict[str, str]:
    """What a mark depends on besides the submission, as it is where this runs.

    Parameters
    ----------
    course : the folder of ``course.toml``
    classroom : the folder of ``.secret``, which the random numbers of all cases are made from
    """
    versions = {name: version(name) for name in PACKAGES}
    sources = {
        f"the package {package.__name__}": digest_of(visible_files(package_folder(package)))
        for package in (course_lib, grader)
    }
    if own := folder_of(course):
        sources["the course's own exercises"] = digest_of(visible_files(own))
    files = {str(path): _digest(path) for path in (course / FILE, classroom / ".secret")}
    return {"Python": platform.python_version(), **versions, **sources, **files}


def _digest(path: Path) -> str:
    try:
        return digest_of([path])
    except OSError as error:
        return f"not to be read ({error.strerror})"


class LimitedProcesses(WorkerPlugin):
    """Gives each thread of a worker a :class:`LimitedProcess`, which is kept for the next job.

    Parameters
    ----------
    course, classroom : as for :func:`made_from`; the same on every machine
    expected : what :func:`made_from` gives where the command runs
    """

    def __init__(self, course: Path, classroom: Path, expected: Mapping[str, str]) -> None:
        self.course, self.classroom, self.expected = course, classroom, expected

    def setup(self, worker: Worker) -> None:
        self._idle: queue.SimpleQueue[LimitedProcess] = queue.SimpleQueue()
        self._all: list[LimitedProcess] = []
        self._closed = False
        here = made_from(self.course, self.classroom)
        differ = [
            f"{name} is {here.get(name)} instead of {value}" if name in VERSIONS else name
            for name, value in self.expected.items()
            if here.get(name) != value
        ]
        self._problem = ""
        if differ:
            self._problem = (
                f"the worker {worker.address} cannot grade for this course. Missing or different "
                f"there: {', '.join(differ)}. It needs the same versions, and the folders of the "
                "course and of the class at the same paths"
            )
            raise WrongWorker(self._problem)

    @contextmanager
    def one(self) -> Iterator[LimitedProcess]:
        """A process that nobody else uses meanwhile."""
        if self._problem:
            raise WrongWorker(self._problem)
        try:
            process = self._idle.get_nowait()
        except queue.Empty:
            process = LimitedProcess()
            self._all.append(process)
        if self._closed:
            raise Closed("the worker has ended")
        try:
            yield process
        finally:
            self._idle.put(process)

    def teardown(self, worker: Worker) -> None:
        self._closed = True
        for process in self._all:
            process.close()


def in_process(
    plugin: str,
    function: Callable[Concatenate[LimitedProcess, P], T],
    *arguments: P.args,
    **options: P.kwargs,
) -> T:
    """A job, in a worker: call ``function`` with a process with limits and these arguments."""
    processes: Any = get_worker().plugins[plugin]
    with processes.one() as process:
        return function(process, *arguments, **options)
