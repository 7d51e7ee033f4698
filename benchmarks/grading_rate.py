"""How fast a class is graded: beside plain nbgrader, with two jobs beside one, and many at once.

    python -m benchmarks.grading_rate [ps06] [--rounds 3] [--each 10] [--many 100] [--write]

All submissions are the solution with its practice cells. Every comparison takes the sides in turn,
each on a class of its own, for a number of rounds (``--rounds``, of ``--each`` submissions), after
one that is not counted. A rate per core is measured on one core: all processes may use only that
one. The last part grades ``--many`` submissions with a job for each core, and looks at the time and
at the memory of each fifth of them. ``--write`` writes ``grading.md``.
"""

from __future__ import annotations

import argparse
import logging
import os
import statistics
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import nbformat
import psutil
from nbgrader.converters import Autograde as PlainAutograde
from nbgrader.converters import GenerateFeedback as PlainFeedback
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from benchmarks.machine import processor, software
from grader.authoring.build import solution_notebook
from grader.authoring.fill import answers_of, fill
from grader.authoring.release import release
from grader.classroom.course_config import class_config
from grader.classroom.gradebook.store import gradebook_url
from grader.classroom.nbgrader_adapter import Autograde, GenerateFeedback
from grader.classroom.record import autograde
from grader.classroom.school_class import Class
from grader.find_tools import find_tools
from grader.grading.sandbox.notebook_process import NotebookProcess
from grader.grading.sandbox.sandbox import Sandbox
from grader.settings import Settings, load_settings

warnings.simplefilter("ignore")
CORES = sorted(os.sched_getaffinity(0))
FIFTHS = 5  # parts of a large class, and times that a group is larger when jobs are compared


def plain_config(settings: Settings, classroom: Path) -> Config:
    """nbgrader as it comes, with only its folders named."""
    ours, config = class_config(settings, classroom), Config()
    config.CourseDirectory = ours.CourseDirectory
    config.Execute.kernel_name = "python3"
    return config


def our_config(settings: Settings, classroom: Path, **options: Any) -> Config:
    """The configuration of ``python -m grader``, with options of the step that grades."""
    config = class_config(settings, classroom)
    config.Autograde.update(options)
    return config


def prepared(settings: Settings, folder: Path, assignment: str, groups: int, each: int) -> Path:
    """A class that handed in the solution; its students are named ``0-0000``, ``0-0001`` and so on.

    Parameters
    ----------
    groups, each : groups of students, and students in each
    """
    folder.mkdir()
    url = gradebook_url(folder)
    released = release(assignment, settings.root, folder / "release", gradebook=url)
    answers = answers_of(solution_notebook(assignment, settings.root))
    content = nbformat.writes(fill(nbformat.read(released, 4), answers))
    for group in range(groups):
        for number in range(each):
            place = folder / "submitted" / f"{group}-{number:04}" / assignment
            place.mkdir(parents=True)
            (place / released.name).write_text(content, encoding="utf-8")
    return folder


@contextmanager
def cores(number: int) -> Iterator[None]:
    """Within it, this process and those that it starts use so many cores."""
    os.sched_setaffinity(0, CORES[:number])
    try:
        yield
    finally:
        os.sched_setaffinity(0, CORES)


def converted(converter: Any, config: Config, assignment: str, students: str) -> float:
    """Seconds that a step of nbgrader takes for the students whose names fit."""
    log = logging.Logger("quiet", logging.CRITICAL)
    course = CourseDirectory(config=config, log=log)
    course.assignment_id, course.student_id = assignment, students
    started = time.perf_counter()
    converter(coursedir=course, config=config, log=log).start()
    return time.perf_counter() - started


def rates(
    sides: dict[str, tuple[Any, Config, int]], assignment: str, rounds: int, each: int
) -> dict[str, list[float]]:
    """Submissions in a second, for each side and round; a side is a step, a class, and cores."""
    found: dict[str, list[float]] = {name: [] for name in sides}
    for turn in range(rounds + 1):
        for name, (converter, config, number) in sides.items():
            with cores(number):
                taken = converted(converter, config, assignment, f"{turn}-*")
            if turn:  # the first is not counted
                found[name].append(each / taken)
    return found


def beside(found: dict[str, list[float]], ours: str, other: str) -> str:
    """How many times the rate of ``other`` is that of ``ours``: the median round, and all."""
    ratios = sorted(a / b for a, b in zip(found[ours], found[other], strict=True))
    return f"{statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"


def many(settings: Settings, classroom: Path, assignment: str) -> list[tuple[float, int, int]]:
    """For each fifth of a class: seconds, and megabytes of the command and of its largest process.

    The command's process records; of those that it starts, each executes submissions.
    """
    here, peaks, ended = psutil.Process(), [0, 0], threading.Event()

    def watch() -> None:
        while not ended.wait(0.2):
            peaks[0] = max(peaks[0], here.memory_info().rss)
            for child in here.children():
                try:
                    peaks[1] = max(peaks[1], child.memory_info().rss)
                except psutil.NoSuchProcess:
                    continue

    group = Class(settings, classroom, jobs=len(CORES))
    students = len(group.students(assignment))
    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    found: list[tuple[float, int, int]] = []
    started, count = time.perf_counter(), 0

    def progress(student: str, why: str) -> None:
        nonlocal started, count
        count += 1
        if count * FIFTHS >= students * (len(found) + 1):
            now = time.perf_counter()
            found.append((now - started, peaks[0] >> 20, peaks[1] >> 20))
            started, peaks[:] = now, [0, 0]

    autograde(group, assignment, progress)
    ended.set()
    watcher.join()
    return found


def seconds(action: Callable[[], object]) -> float:
    """Wall time of a call."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def machine() -> str:
    """The processor, the cores that may be used, the load before, and versions."""
    load = f"load {os.getloadavg()[0]:.1f} before the start"
    return f"{processor()}, {len(CORES)} cores, {load}; {software('numpy', 'nbgrader')}"


def main() -> None:
    """Measure, print a table, and write it if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("assignment", nargs="?", default="ps06")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--each", type=int, default=10)
    parser.add_argument("--many", type=int, default=100)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    about = machine()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # kernels greet on standard error
    settings = load_settings(Path(__file__).parents[1])
    find_tools()
    settings.build.mkdir(exist_ok=True)
    name, rounds, each = asked.assignment, asked.rounds, asked.each
    with tempfile.TemporaryDirectory(dir=settings.build) as temporary:

        def new_class(title: str, groups: int = rounds + 1, size: int = each) -> Path:
            return prepared(settings, Path(temporary) / title, name, groups, size)

        ours, plain = new_class("ours"), new_class("plain")
        again = new_class("again")
        # More of them: what two jobs need to start must not count.
        one, two = (new_class(title, size=FIFTHS * each) for title in ("one", "two"))
        sides = {
            "plain nbgrader": (PlainAutograde, plain_config(settings, plain), 1),
            "ours, practice cells skipped": (Autograde, our_config(settings, ours), 1),
            "ours, all cells": (Autograde, our_config(settings, again, rerun_all=True), 1),
        }
        executed = rates(sides, name, rounds, each)
        pages = rates(
            {
                "plain nbgrader, pages": (PlainFeedback, plain_config(settings, plain), 1),
                "ours, pages": (GenerateFeedback, our_config(settings, ours), 1),
            },
            name,
            rounds,
            each,
        )
        jobs = rates(
            {
                "one job on one core": (Autograde, our_config(settings, one, jobs=1), 1),
                "two jobs on two cores": (Autograde, our_config(settings, two, jobs=2), 2),
            },
            name,
            rounds,
            FIFTHS * each,
        )
        fifths = many(settings, new_class("many", 1, asked.many), name)
    sandbox = Sandbox(settings.limits)
    ready = [seconds(lambda: NotebookProcess(sandbox).close()) for _ in range(10)]

    lines: list[str] = [
        f"# How fast {name} is graded",
        "",
        f"{about}. Every submission is the solution. Rounds: {rounds}, of {each} submissions each "
        f"({FIFTHS * each} where jobs are compared), the sides in turn; a rate is the median "
        "round.",
        "",
        "| side | submissions a minute |",
        "|---|---|",
    ]
    for title, found in (executed | pages | jobs).items():
        lines.append(f"| {title} | {60 * statistics.median(found):.0f} |")
    lines += ["", "| rates compared | times (all rounds) |", "|---|---|"]
    skipped, everything = "ours, practice cells skipped", "ours, all cells"
    for title, found, left, right in (
        ("per core, practice cells skipped", executed, skipped, "plain nbgrader"),
        ("per core, all cells", executed, everything, "plain nbgrader"),
        ("per core, pages", pages, "ours, pages", "plain nbgrader, pages"),
        ("two jobs beside one", jobs, "two jobs on two cores", "one job on one core"),
    ):
        lines.append(f"| {title} | {beside(found, left, right)} |")
    lines += [
        "",
        f"{asked.many} submissions with {len(CORES)} jobs:",
        "",
        "| fifth | seconds | MB, the command | MB, largest process that executes |",
        "|---|---|---|---|",
    ]
    for number, (taken, command, executing) in enumerate(fifths, 1):
        lines.append(f"| {number} | {taken:.1f} | {command} | {executing} |")
    middle = statistics.median(ready)
    lines += ["", f"An isolated notebook process, from its start to its end: {middle:.3f} s."]
    print("\n".join(lines))
    if asked.write:
        Path(__file__).with_name("grading.md").write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
