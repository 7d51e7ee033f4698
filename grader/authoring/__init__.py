"""From py:percent sources to solution notebooks, to releases, and the tools to test them.

``build``, ``release``, ``compare`` and ``outdated`` work on a course folder; ``exercise_notebook``
makes a notebook out of exercises alone; ``fill`` puts answers into a release; ``leaks`` says what
a release gives away; ``run_cells`` runs a notebook in this process, and ``run_solved`` a solved one
with the claims of its text. ``configure`` gives nbgrader's own commands the same settings.
"""

from grader.authoring.build import assignments, build, solution_notebook, source_of
from grader.authoring.claims import run_solved
from grader.authoring.clear import configure
from grader.authoring.compare import compare, outdated
from grader.authoring.fill import answers_of, fill
from grader.authoring.generate import (
    exercise_notebook,
    generate,
    mistake_answers,
    reference_answers,
)
from grader.authoring.leaks import leaks
from grader.authoring.notebook import to_bytes
from grader.authoring.release import release, released
from grader.authoring.run_cells import run_cells
from grader.problems import AuthoringError

__all__ = [
    "AuthoringError",
    "answers_of",
    "assignments",
    "build",
    "compare",
    "configure",
    "exercise_notebook",
    "fill",
    "generate",
    "leaks",
    "mistake_answers",
    "outdated",
    "reference_answers",
    "release",
    "released",
    "run_cells",
    "run_solved",
    "solution_notebook",
    "source_of",
    "to_bytes",
]
