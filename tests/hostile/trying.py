"""Grade one kind of submission, and hold what came of it against what must come of it."""

import os
import time

from grader.grading.process.limits import family
from grader.grading.sandbox.notebook_process import NotebookProcesses
from tests.hostile.course import IMPATIENT, LIMITS, Canaries, Course, Graded
from tests.hostile.kinds import Kind


def try_kind(
    kind: Kind,
    course: Course,
    processes: NotebookProcesses,
    honest: dict[str, float],
    planted: Canaries,
) -> None:
    submission = planted.fill_in(kind.make(course).decode("latin-1")).encode("latin-1")
    limits = LIMITS if kind.earns == "everything" else IMPATIENT
    graded = course.grade(submission, processes, limits)
    told = " ".join([*graded.repairs, graded.refused])
    assert graded.score == honest[kind.earns], [j for j in graded.judged if j.score != j.points]
    assert bool(graded.refused) == (kind.earns == "refused")
    assert kind.says in told
    assert planted.touched() == []
    assert f"content {planted.word}" not in graded.shown
    assert_bounded(graded)
    assert_no_processes_left(planted)


def assert_bounded(graded: Graded) -> None:
    assert len(graded.shown) < 5_000_000
    graded.shown.encode("utf-8")  # nothing in it that no file can hold


def assert_no_processes_left(planted: Canaries) -> None:
    until = time.monotonic() + 10
    expected = {os.getpid(), planted.process.pid}
    while (left := set(family(os.getpid())) - expected) and time.monotonic() < until:
        time.sleep(0.05)
    assert not left
