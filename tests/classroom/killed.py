"""``python -m tests.classroom.killed ROOT [STEP NUMBER]``: grade ps98, and be killed at a step.

The steps are those at which something is on its way into a file or into the gradebook. Without one
the class is graded to the end.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from nbgrader import preprocessors

from grader.authoring.build import build
from grader.classroom import agreement, steps
from grader.classroom.converters import StudentGrades
from grader.classroom.record import autograde
from grader.classroom.school_class import Class
from grader.settings import load_settings


def kill_before(owner: Any, name: str, number: int) -> None:
    """Let the ``number``-th call of a function end this process, as ``kill -9`` does."""
    original, calls = getattr(owner, name), [0]

    def counted(*arguments: Any, **options: Any) -> Any:
        calls[0] += 1
        if calls[0] == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*arguments, **options)

    setattr(owner, name, counted)


STEPS = {
    "before the result is kept": (steps, "write_result"),
    "between result and gradebook": (StudentGrades, "record_notebook"),
    "between two cells": (preprocessors.SaveAutoGrades, "_add_score"),
    "before the penalty": (preprocessors.AssignLatePenalties, "preprocess"),
    "before the notebook": (StudentGrades, "write_single_notebook"),
    "before the note": (agreement.Agreement, "note_recorded"),
    "while a file is written": (os, "replace"),
}

if __name__ == "__main__":
    assert build
    settings = load_settings(Path(sys.argv[1]))
    if len(sys.argv) > 2:
        kill_before(*STEPS[sys.argv[2]], int(sys.argv[3]))
    group = Class(settings, settings.classroom, jobs=2)
    autograde(group, "ps98", lambda student, why: print(student, why))
