"""From nothing to a graded class, in a folder of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat

from grader.authoring.assignments import require_known
from grader.authoring.build import solved_at
from grader.authoring.release import release
from grader.classroom.jobs import all_cores
from grader.classroom.record import autograde, generate_feedback
from grader.classroom.report.page import Row, report_on
from grader.classroom.sample_class import Sample, sample_class, write_class
from grader.classroom.school_class import Class
from grader.problems import AuthoringError, Problem
from grader.settings import Settings

Step = Callable[[str, int], Callable[[str], None]]


@dataclass(frozen=True)
class Demo:
    """What a demo made, and where it is."""

    rows: list[Row]
    left_out: list[Sample]
    gradebook: Path
    feedback: Path
    report: Path


def run_demo(settings: Settings, assignment: str, step: Step, *, unsafe: bool = False) -> Demo:
    """Build ``assignment``, make a class in ``build/demo``, grade it, write feedback and report.

    Parameters
    ----------
    step : called with a title and a number of steps; gives back what is called for each step
    unsafe : grade without isolation; hostile samples are left out then
    """
    require_known(settings, assignment)
    folder = settings.build / "demo"
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    group = Class(settings, folder, unsafe, jobs=all_cores())
    step(f"building {assignment}", 1)("")
    try:
        released = release(assignment, settings.root, folder / "release", gradebook=group.gradebook)
        if not (settings.notebooks / assignment).is_dir():  # grading reads what students were given
            release(assignment, settings.root)
    except AuthoringError as error:
        raise Problem(f"{assignment} cannot be built: {error.problems[0]}") from None
    solution = solved_at(assignment, settings.root)
    samples = sample_class(nbformat.read(released, 4), nbformat.read(solution, 4))
    left_out = [sample for sample in samples if unsafe and sample.hostile]
    taken = [sample for sample in samples if sample not in left_out]
    write_class(taken, assignment, released.stem, folder / "submitted")

    grading = step("grading", len(taken))
    results = autograde(group, assignment, lambda student, _: grading(student))
    writing = step("writing feedback", len(taken))
    feedback = generate_feedback(group, assignment, lambda student, _: writing(student))
    table, report = report_on(group, assignment, results)
    return Demo(table, left_out, folder / "gradebook.db", feedback, report)
