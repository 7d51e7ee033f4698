"""A class to try things with: submissions made from a release, its solution and known mistakes."""

from __future__ import annotations

import copy
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
from nbformat import NotebookNode

from grader.authoring.fill import answers_of, fill
from grader.authoring.generate import mistake_answers
from grader.checking.contract.exercise import Exercise
from grader.checking.contract.mistakes import Mistake
from grader.checking.contract.registry import find
from grader.checking.judging.judge import make_cases, outcomes_of, verdict
from grader.grading.submission.graded_call import CheckCall, graded_call
from grader.grading.submission.judging import summary

MISTAKES = 6


@dataclass(frozen=True)
class Sample:
    """One submission: who, what is handed in, and what is the matter with it."""

    student: str
    content: bytes
    about: str
    hostile: bool = False


def sample_class(release: NotebookNode, solution: NotebookNode) -> list[Sample]:
    """At least twelve submissions of one assignment.

    Parameters
    ----------
    release : what students get
    solution : the same notebook with the answers
    """
    answers = answers_of(solution)
    perfect = fill(release, answers)
    exercises = checked(release)
    code = [exercise.name for exercise in exercises if exercise.name in answers]
    half = {name: answers[name] for name in code[: len(code) // 2]}
    last = code[-1]

    def changed(change: Callable[[NotebookNode], None]) -> bytes:
        notebook = copy.deepcopy(perfect)
        change(notebook)
        return _bytes(notebook)

    def with_answer(name: str, source: str) -> bytes:
        return _bytes(fill(release, {**answers, name: source}))

    samples = [
        Sample("ada-perfect", _bytes(perfect), "all answers right"),
        Sample("ben-untouched", _bytes(release), "handed in as it was given"),
        Sample("cleo-half-done", _bytes(fill(release, half)), "the first half only"),
        Sample(
            "dan-syntax-error",
            with_answer(code[0], answers[code[0]].replace("):", ")", 1)),
            f"a colon is missing in {code[0]}",
        ),
        Sample(
            "eve-endless-loop",
            with_answer(last, _endless(answers[last])),
            f"{last} never returns",
        ),
        Sample(
            "finn-deleted-check",
            changed(lambda notebook: _delete_check(notebook, exercises[0].name)),
            f"the check of {exercises[0].name} was deleted",
        ),
        Sample("gil-from-colab", changed(as_from_colab), "saved and downloaded by Colab"),
        Sample("hana-lost-names", changed(_strip), "every cell's metadata is gone"),
        Sample("ivan-warnings", changed(_warn), "right, with warnings on standard error"),
        Sample("jo-web-page", b"<!DOCTYPE html>\n<html><body>Sign in</body></html>", "no notebook"),
        Sample(
            "kim-forger", changed(_forge), "patches the checker and prints full marks", hostile=True
        ),
    ]
    chosen = list(_mistakes(exercises, tuple(answers)))[:MISTAKES]
    for number, (exercise, mistake) in enumerate(chosen, 1):
        wrong = {**answers, **mistake_answers(exercise, mistake, tuple(answers))}
        about = f"{exercise.name}: {mistake}"
        samples.append(Sample(f"mistake-{number}", _bytes(fill(release, wrong)), about))
    wrong = dict(answers)
    for exercise, mistake in (chosen[0], chosen[-1]):
        wrong[exercise.name] = mistake_answers(exercise, mistake, tuple(answers))[exercise.name]
    about = " and ".join(f"{e.name}: {m}" for e, m in (chosen[0], chosen[-1]))
    samples.append(Sample("mistakes-together", _bytes(fill(release, wrong)), about))
    return sorted(samples, key=lambda sample: sample.student)


def write_class(samples: list[Sample], assignment: str, notebook: str, submitted: Path) -> None:
    """Put every sample where nbgrader looks for submissions."""
    for sample in samples:
        folder = submitted / sample.student / assignment
        folder.mkdir(parents=True)
        (folder / f"{notebook}.ipynb").write_bytes(sample.content)


def checked(release: NotebookNode) -> list[Exercise]:
    """The exercises that a notebook checks, in its order."""
    calls = [graded_call(cell.source) for cell in release.cells if cell.cell_type == "code"]
    return [find(call.exercise) for call in calls if isinstance(call, CheckCall)]


def as_from_colab(notebook: NotebookNode) -> None:
    """What Colab does on save and download: its own ids in the metadata, format 4.0.

    It keeps what it does not know (nbgrader's metadata) and ignores the locks.
    """
    for cell in notebook.cells:
        digest = hashlib.sha256(cell.pop("id", "").encode()).hexdigest()[:12]
        kept = {key: cell.metadata[key] for key in ("nbgrader", "tags") if key in cell.metadata}
        cell.metadata = nbformat.from_dict({**kept, "id": digest, "colab": {"base_uri": "x"}})
        if cell.cell_type == "code":
            cell.metadata["outputId"] = digest[::-1]
            cell.metadata["executionInfo"] = {"status": "ok", "elapsed": 3, "user_tz": -60}
    notebook.nbformat_minor = 0
    notebook.metadata = nbformat.from_dict(
        {
            "colab": {"provenance": [], "toc_visible": True},
            "kernelspec": {"name": "python3", "display_name": "Python 3"},
            "language_info": {"name": "python"},
        }
    )


def _mistakes(
    exercises: list[Exercise], present: tuple[str, ...]
) -> Iterator[tuple[Exercise, Mistake]]:
    """The listed mistakes, in turn from every exercise, as far as they can be written down."""
    for number in range(max((len(exercise.mistakes) for exercise in exercises), default=0)):
        for exercise in exercises:
            if number < len(exercise.mistakes):
                mistake = exercise.mistakes[number]
                if _written_faithfully(exercise, mistake, present):
                    yield exercise, mistake


def _written_faithfully(exercise: Exercise, mistake: Mistake, present: tuple[str, ...]) -> bool:
    """Whether a mistake's text is judged as its functions are: closures lose what they hold."""
    namespace: dict[str, Any] = {}
    try:
        for source in mistake_answers(exercise, mistake, present).values():
            exec(source, namespace)
    except Exception:
        return False
    cases = make_cases(exercise, seed=1)
    right = dict(zip(exercise.takes, exercise.reference, strict=True))
    written = [namespace.get(name, right[name]) for name in exercise.takes]
    judged = []
    for functions in (written, exercise.with_mistakes(mistake)):
        with np.errstate(all="ignore"):
            outcomes = outcomes_of(exercise, functions, cases)
            judged.append(summary(verdict(exercise, cases, outcomes)))
    return judged[0] == judged[1] != ""


def _endless(source: str) -> str:
    return re.sub(r"(\n)( +)(?!.*def )", r"\1\2while True: pass\n\2", source, count=1)


def _delete_check(notebook: NotebookNode, name: str) -> None:
    notebook.cells = [
        cell
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") != f"check_{name}"
    ]


def _strip(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({})


def _insert(notebook: NotebookNode, source: str) -> None:
    notebook.cells.insert(1, nbformat.v4.new_code_cell(source, id="added"))


def _warn(notebook: NotebookNode) -> None:
    _insert(
        notebook,
        "import sys\nimport warnings\n\n"
        'print("a note to myself", file=sys.stderr)\nwarnings.warn("something is deprecated")',
    )


def _forge(notebook: NotebookNode) -> None:
    """Overwrites all functions by nothing, then tries to look as if all were right."""
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = re.sub(r"\n( +).*", r"\n\1pass", cell.source)
    _insert(
        notebook,
        "import numpy as np\n\nimport grader.checking as checking\n"
        "import grader.checking.judging.apply as apply\nfrom IPython import get_ipython\n\n"
        "np.allclose = np.array_equal = lambda *a, **k: True\n"
        "checking.check = lambda *a: 1e9\n"
        "apply.apply = lambda run, functions, case: apply.Outcome(outputs={})\n"
        "get_ipython().run_cell = lambda *a, **k: None\n"
        'try:\n    print(open("/etc/passwd").read(), __import__("grader.exercises"))\n'
        "except Exception as error:\n    print(error)",
    )


def _bytes(notebook: Any) -> bytes:
    return str(nbformat.writes(notebook)).encode("utf-8")
