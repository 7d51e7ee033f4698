"""Jobs on the workers of a Dask scheduler.

A worker hands each job to a process with limits. Nothing of a submission is read or run in the
worker itself, so its death says nothing about the submission: Dask gives the job to another worker.
"""

from __future__ import annotations

import logging
import platform
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager, suppress
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from distributed import Client, KilledWorker, Security, Worker, WorkerPlugin, get_worker
from distributed.comm.core import connect
from distributed.utils import LoopRunner, silence_logging_cmgr

from grader.classroom.jobs import Jobs, Processes
from grader.exercises.own_folder import folder_of
from grader.files import PACKAGES, digest_of, package_folder, visible_files
from grader.grading.process.fault import NotDone
from grader.problems import Problem
from grader.settings import FILE

CONNECT_SECONDS = 5
INSTALLED = ("distributed", "ipython", "nbconvert", "nbformat", "nbgrader", "numpy")
VERSIONS = ("Python", *INSTALLED)


class ClusterJobs(Jobs):
    """Jobs whose worker may die, be of another version, or be out of reach."""

    def result(self, future: Future[Any]) -> Any:
        try:
            return future.result()
        except KilledWorker as error:
            tried = error.allowed_failures + 1
            raise NotDone(
                f"not done, because the worker died that did it (tries: {tried})"
            ) from None
        except CancelledError:
            raise Problem(
                "the connection to the cluster's scheduler was lost; what was recorded before is "
                "kept, and the same command goes on with the others"
            ) from None
        except WrongWorker as error:
            raise Problem(str(error)) from None
        except Exception:
            return super().result(future)


@contextmanager
def connected(address: str, course: Path, classroom: Path) -> Iterator[Jobs]:
    """The workers of a Dask scheduler.

    Parameters
    ----------
    course, classroom : folders that every worker must reach at the same path

    Raises
    ------
    Problem
        The scheduler cannot be reached, has no workers, or one that is not fit.
    """
    with silence_logging_cmgr(logging.CRITICAL), _client(address) as client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise Problem(
                f"the cluster {address} has no workers; start some: dask worker {address}"
            )
        plugin = LimitedProcesses(course, classroom, made_from(course, classroom))
        name = f"grading-{uuid.uuid4()}"
        try:
            try:
                client.register_plugin(plugin, name=name)
            except WrongWorker as error:
                raise Problem(str(error)) from None
            except Exception as error:
                raise Problem(
                    f"a worker of {address} cannot load the grader ({type(error).__name__}: "
                    f"{error}); install this version of the course there"
                ) from None
            yield ClusterJobs(client.get_executor(pure=False), partial(in_process, name), threads)
        finally:
            with suppress(Exception):  # the connection may be lost
                client.unregister_worker_plugin(name)


@contextmanager
def _client(address: str) -> Iterator[Client]:
    try:  # first without a client, because that would go on trying
        LoopRunner(asynchronous=False).run_sync(_reach, address)
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except Exception as error:
        words = " ".join(str(error).split())
        raise Problem(
            f"no Dask scheduler answers at {address} ({type(error).__name__}: {words}). An address "
            "looks like tcp://host:8786; for tls://host:8786, Dask's configuration names the "
            "certificates"
        ) from None
    with client:
        yield client


async def _reach(address: str) -> None:
    arguments = Security().get_connection_args("client")
    comm = await connect(address, timeout=CONNECT_SECONDS, **arguments)
    await comm.close()


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
    versions = {name: version(name) for name in INSTALLED}
    sources = {
        f"the package {package}": digest_of(visible_files(package_folder(package)))
        for package in PACKAGES
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
    """Gives each thread of a worker a process with limits, which is kept for the next job.

    Parameters
    ----------
    course, classroom : as for :func:`made_from`; the same on every machine
    expected : what :func:`made_from` gives where the command runs
    """

    def __init__(self, course: Path, classroom: Path, expected: Mapping[str, str]) -> None:
        self.course, self.classroom, self.expected = course, classroom, expected

    def setup(self, worker: Worker) -> None:
        self._processes = Processes()
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

    def call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Do a job, if this worker can."""
        if self._problem:
            raise WrongWorker(self._problem)
        return self._processes.call(function, *arguments)

    def teardown(self, worker: Worker) -> None:
        self._processes.close()


def in_process(plugin: str, function: Callable[..., Any], *arguments: Any) -> Any:
    """A job, in a worker: call ``function`` with a process with limits and these arguments."""
    processes: Any = get_worker().plugins[plugin]
    return processes.call(function, *arguments)
