"""What ``mine`` has while a submission is graded: references of the problem sets before its own.

At home it has the student's functions there, which are not handed in. In the sandbox there are no
exercises, so the references travel as their sources; those of the submission's own problem set and
of later ones do not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from nbformat import NotebookNode

from grader.checking.contract.registry import find, is_exercise, problem_set
from grader.checking.contract.standalone import standalone
from grader.checking.home import mine
from grader.grading.process.fault import charged_to_grader
from grader.grading.submission.graded_call import CheckCall, graded_call
from grader.grading.submission.practice import Carried


def stand_ins_of_mine(cells: Sequence[NotebookNode]) -> list[Carried]:
    """What runs before all these cells with code: a statement, if one of them uses ``mine``."""
    words = {word for cell in cells for word in re.findall(r"\w+", cell.source)}
    if "mine" not in words:
        return []
    graded = (cell for cell in cells if cell.metadata.get("nbgrader", {}).get("grade"))
    calls = [call for cell in graded if isinstance(call := graded_call(cell.source), CheckCall)]
    own = [problem_set(call.exercise) for call in calls if is_exercise(call.exercise)]
    first = min(own, default="")
    earlier = sorted(name for name in words if is_exercise(name) and problem_set(name) < first)
    with charged_to_grader():
        sources = {name: standalone(find(name).reference[-1:]) for name in earlier}
    code = f"__import__({mine.__name__!r}, fromlist=['give']).give({sources!r})"
    return [Carried(code, 0, frozenset(), frozenset(), "")]
