"""What a Dask worker does for the grader: it hands each job to a process with limits.

Nothing of a submission is read or run in the worker itself. So if a worker dies, that says nothing
about the submission: Dask gives the job to another worker.
"""

from __future__ import annotations

import platform
import queue
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from distributed import Worker, WorkerPlugin, get_worker

import course_lib
import grader
from grader.files import digest_of, package_folder, visible_files
from grader.grading.process.frames import Closed
from grader.grading.process.limited_process import LimitedProcess
from grader.settings import FILE

P = ParamSpec("P")
T = TypeVar("T")
PACKAGES = ("distributed", "ipython", "nbconvert", "nbformat", "nbgrader", "numpy")
VERSIONS = ("Python", *PACKAGES)


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
