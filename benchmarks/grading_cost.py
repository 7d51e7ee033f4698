"""What grading one submission costs: our sandboxed worker beside plain nbgrader's kernel.

    python benchmarks/grading_cost.py [ps04] [tens of submissions]

Both take the same submissions (the solution, without the practice cells, which only plain nbgrader
would run) through nbgrader's own steps into a gradebook of their own, ten by ten in turn, so that a
busy machine slows both, and write the pages. Then the parts: an isolated process that does
nothing, an isolated worker until it can take a request, and the whole submission in it.
"""

from __future__ import annotations

import logging
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.converters import Autograde as PlainAutograde
from nbgrader.converters import GenerateFeedback as PlainFeedback
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from grader.authoring import answers_of, fill, release, solution_notebook
from grader.classroom.course_config import class_config, find_tools
from grader.classroom.gradebook import gradebook_url
from grader.classroom.nbgrader_adapter import Autograde, GenerateFeedback
from grader.grading.bubblewrap import bubblewrap
from grader.grading.grade_notebook import is_practice
from grader.grading.sandbox import Sandbox
from grader.grading.worker_process import WorkerProcess
from grader.settings import Settings, load_settings

warnings.simplefilter("ignore")


def plain_config(settings: Settings, classroom: Path) -> Config:
    """nbgrader as it comes, with only its folders named."""
    ours, config = class_config(settings, classroom), Config()
    config.CourseDirectory = ours.CourseDirectory
    config.Execute.kernel_name = "python3"
    return config


def prepared(settings: Settings, folder: Path, assignment: str, count: int) -> Path:
    """A class in which ``count`` students handed in the solution."""
    folder.mkdir()
    url = gradebook_url(folder)
    released = release(assignment, settings.root, folder / "release", gradebook=url)
    answers = answers_of(solution_notebook(assignment, settings.root))
    notebook = fill(nbformat.read(released, 4), answers)
    notebook.cells = [cell for cell in notebook.cells if not is_practice(cell)]
    content = nbformat.writes(notebook)
    for number in range(count):
        place = folder / "submitted" / f"student-{number:02}" / assignment
        place.mkdir(parents=True)
        (place / released.name).write_text(content, encoding="utf-8")
    return folder


def converted(converter: Any, config: Config, assignment: str, students: str) -> float:
    """Seconds that a step takes for the students whose names fit."""
    log = logging.Logger("quiet", logging.CRITICAL)
    course = CourseDirectory(config=config, log=log)
    course.assignment_id, course.student_id = assignment, students
    started = time.perf_counter()
    converter(coursedir=course, config=config, log=log).start()
    return time.perf_counter() - started


def seconds(action: Callable[[], object]) -> float:
    """Wall time of a call."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def told(title: str, times: list[float]) -> str:
    """A line with the median, and the spread in brackets."""
    middle = statistics.median(times)
    return f"{title:<42}{middle:7.3f} s   ({min(times):.3f} to {max(times):.3f})"


def main(assignment: str = "ps04", tens: int = 2) -> None:
    """Measure and print."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # kernels greet on standard error
    settings = load_settings(Path(__file__).parents[1])
    find_tools()
    sandbox = Sandbox(settings.limits)
    settings.build.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.build) as temporary:
        classes = {
            name: prepared(settings, Path(temporary) / name, assignment, 10 * (tens + 1))
            for name in ("ours", "plain")
        }
        ours = class_config(settings, classes["ours"], batch=True)
        plain = plain_config(settings, classes["plain"])
        times: dict[str, list[float]] = {"ours": [], "plain": [], "our page": [], "plain page": []}
        for ten in range(tens + 1):  # the first of each is not counted
            students = f"student-{ten}?"  # ten of them: a command is not started for one
            times["ours"].append(converted(Autograde, ours, assignment, students) / 10)
            times["plain"].append(converted(PlainAutograde, plain, assignment, students) / 10)
            times["our page"].append(converted(GenerateFeedback, ours, assignment, students) / 10)
            times["plain page"].append(converted(PlainFeedback, plain, assignment, students) / 10)
    ended = [*bubblewrap(None), "--", "/bin/true"]
    bare = [seconds(lambda: subprocess.run(ended, check=True)) for _ in range(10)]
    ready = [seconds(lambda: WorkerProcess(sandbox).close()) for _ in range(10)]

    print(f"{platform.machine()}, Python {platform.python_version()}, {assignment}")
    print(told("an isolated process that does nothing", bare))
    print(told("an isolated worker, ready and ended", ready))
    for title, name in {
        "a submission, ours": "ours",
        "a submission, plain nbgrader": "plain",
        "a page, ours": "our page",
        "a page, plain nbgrader": "plain page",
    }.items():
        print(told(title, times[name][1:]))
    ratios = [a / b for a, b in zip(times["ours"][1:], times["plain"][1:], strict=True)]
    print(
        f"ours costs {statistics.median(ratios):.2f} times plain nbgrader "
        f"({min(ratios):.2f} to {max(ratios):.2f})"
    )


if __name__ == "__main__":
    main(*sys.argv[1:2], *map(int, sys.argv[2:3]))
