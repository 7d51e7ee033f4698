"""The same notebook earns the same at home, under plain nbgrader, and in the sandbox.

What is said of a mistake is the same, too.
"""

import copy
import linecache
import textwrap
from functools import cache, cached_property, partial
from itertools import islice
from pathlib import Path
from types import CodeType

import nbclient
import nbformat
import numpy as np
import pytest
from nbgrader.utils import determine_grade, is_grade

from grader.authoring import rules
from grader.authoring.assignments import assignments
from grader.authoring.build import solution_notebook
from grader.authoring.fill import answers_of, fill
from grader.authoring.generate import mistake_answers
from grader.authoring.release import released
from grader.authoring.run_cells import run_cells
from grader.checking.contract.exercise import Exercise
from grader.checking.contract.registry import find, names
from grader.checking.judging import judge
from grader.checking.judging.judge import Expected
from grader.checking.report.as_html import as_html
from grader.exercises import capstone_training
from grader.exercises.ps21 import own_changes
from grader.grading.submission.practice import is_practice
from grader.problems import AuthoringError
from tests.authoring.course import points_of
from tests.environments.elsewhere import SAME_SEEDS
from tests.gates.drawn import DEAR, drawn, once
from tests.grading.in_sandbox import SEED, in_the_sandbox, judged_in_the_sandbox, keyed
from tests.sizes import LONG, mostly_long

ROOT = Path(__file__).parents[2]
WRITTEN = assignments(ROOT)
# Of each family of exercises at least one set, and all whose exercises build on each other.
STEPPED = (
    *("ps00", "ps06", "ps07", "ps13", "ps14", "ps15"),
    *("ps16", "ps17", "ps20", "ps21", "ps23", "ps24"),
)
STEPS = [(one, one in STEPPED) for one in WRITTEN]
STEPS += [pytest.param(one, True, marks=pytest.mark.slow) for one in WRITTEN if one not in STEPPED]


class Course:
    """One problem set: its solution, its release, and who takes which functions."""

    def __init__(self, which: str) -> None:
        self.exercises = [find(name) for name in names(which)]
        self.solution = solution_notebook(which, ROOT)
        self.answers = answers_of(self.solution)
        self.release = released(self.solution)
        self.points = points_of(self.solution)

    @cached_property
    def mistakes(self) -> list[list[dict[str, str]]]:
        """The first mistakes of each exercise as a student's source, as far as they fit together.

        A mistake that brings its own forward replaces the forward of the whole notebook, so a
        pair is there with the mistakes of its backward only.
        """
        taken = {name for exercise in self.exercises for name in exercise.takes}
        graded_by_pair = {name for e in self.exercises for name in e.takes[:-1]}
        found = []
        for exercise in self.exercises:
            if exercise.name not in graded_by_pair:
                written = (written_down(exercise, one, taken) for one in exercise.mistakes)
                sources = list(islice(filter(None, written), 3 if LONG else 1))
                sources = sources or [one_world_for_all(exercise)]
                assert sources, exercise.name
                found.append(sources)
        return found

    def called_by(self, exercise: Exercise) -> set[str]:
        """The answers that an exercise's functions call, themselves or through what is given."""
        reached, waiting = set[str](), list(exercise.takes)
        while waiting:
            new = self.calls.get(waiting.pop(), set()) & self.calls.keys() - reached
            reached |= new
            waiting += new
        return reached & self.answers.keys()

    @cached_property
    def calls(self) -> dict[str, set[str]]:
        """The names that each function of the notebook uses."""
        cells = self.filled(**self.answers).cells
        sources = (cell.source for cell in cells if cell.cell_type == "code")
        return {name: used for one in sources for name, used in calls_in(one).items()}

    def filled(self, **answers: str):
        """The release with these answers, and without what is not run while grading."""
        notebook = fill(self.release, answers)
        notebook.cells = [cell for cell in notebook.cells if not is_practice(cell)]
        return notebook

    def with_checks(self, exercises: list[Exercise], **answers: str):
        """The same, of whose graded cells only these exercises' are left."""
        notebook, left = self.filled(**answers), {f"check_{one.name}" for one in exercises}
        notebook.cells = [
            cell
            for cell in notebook.cells
            if not is_grade(cell) or cell.metadata.nbgrader["grade_id"] in left
        ]
        return notebook


def test_every_exercise_is_in_a_notebook():
    assert {name for one in WRITTEN for name in names(one)} == set(names())


@pytest.fixture(scope="module", params=WRITTEN)
def course(request):
    with pytest.MonkeyPatch.context() as patch:  # other draws of all cases: test_the_course.py
        patch.setattr(rules, "_cases_problem", lambda exercise: "")
        return Course(request.param)


SAME_CASES = f"""{SAME_SEEDS}
import numpy
from grader.checking.contract.exercise import Exercise
Exercise.draw_at_home = lambda e: e.draw(numpy.random.default_rng({SEED}))"""


@pytest.fixture
def same_cases(monkeypatch):
    """A check at home draws the cases of :func:`in_the_sandbox`; SAME_CASES does so in a kernel."""
    monkeypatch.setattr(Exercise, "draw_at_home", lambda e: e.draw(np.random.default_rng(SEED)))
    monkeypatch.setattr(capstone_training, "draw_seeds", lambda rng: (1, 2, 3))


def in_plain_nbgrader(notebook):
    """A kernel runs every cell, and nbgrader itself reads the grades."""
    executed = copy.deepcopy(notebook)
    executed.cells.insert(0, nbformat.v4.new_code_cell(SAME_CASES))
    nbclient.NotebookClient(
        executed, timeout=120, allow_errors=True, kernel_name="python3"
    ).execute()
    return {
        cell.metadata.nbgrader["grade_id"]: determine_grade(cell)[0]
        for cell in executed.cells
        if cell.cell_type == "code" and is_grade(cell)
    }


def mistaken(course: Course, turn: int) -> dict[str, str]:
    """Answers in which every exercise has one of its mistakes."""
    answers = dict(course.answers)
    for written in course.mistakes:
        answers |= written[turn % len(written)]
    return answers


def written_down(exercise, mistake, taken) -> dict[str, str]:
    """The mistake as a student's source; empty for one that is made by a function."""
    try:
        return mistake_answers(exercise, mistake, present=taken)
    except AuthoringError:
        return {}


def one_world_for_all(exercise) -> dict[str, str]:
    """A plan that keeps the answer of its first world: of experiments no mistakes are listed."""
    (name,) = exercise.takes
    source = textwrap.dedent(exercise.sources.texts[-1]).replace(f"def {name}(", "def asked_once(")
    return {
        name: f"{source}\n\nkept = []\n\n\ndef {name}(trial):\n"
        "    kept.append(kept[0] if kept else asked_once(trial))\n    return kept[0]"
    }


def half(course: Course) -> dict[str, str]:
    """Every other function is written."""
    return {name: text for i, (name, text) in enumerate(course.answers.items()) if i % 2 == 0}


def foundations(course: Course) -> dict[str, str]:
    """Right answers, but for a mistake in each function that others build on, or in all."""
    answers = dict(course.answers)
    lower = {name for exercise in course.exercises for name in exercise.foundations}
    for exercise in course.exercises:
        if exercise.name in lower and not lower & {*exercise.foundations}:
            taken = {exercise.name}
            written = (written_down(exercise, one, taken) for one in exercise.mistakes)
            answers |= next(filter(None, written), {})
    return answers if answers != course.answers else mistaken(course, 0)


SUBMISSIONS = {
    "untouched": lambda course: {},
    "solved": lambda course: course.answers,
    "half": half,
    "first mistakes": lambda course: mistaken(course, 0),
    "second mistakes": lambda course: mistaken(course, 1),
    "third mistakes": lambda course: mistaken(course, 2),
}
CLASS = {"what others build on": foundations} | {
    kind: made for kind, made in SUBMISSIONS.items() if "mistakes" in kind
}
FAILING = ("partial", "wrong")


@pytest.mark.sandbox
def test_the_solution_earns_everything_in_the_sandbox(course):
    solved = keyed(course.filled(**course.answers), course.solution)
    assert in_the_sandbox(solved) == pytest.approx(course.points)


@pytest.mark.sandbox
@pytest.mark.usefixtures("same_cases")
@pytest.mark.parametrize("kind", mostly_long(SUBMISSIONS, ("first mistakes",)))
def test_the_three_places_agree(course, kind):
    answers = SUBMISSIONS[kind](course)
    with_keys = keyed(course.filled(**answers), course.solution)
    sandboxed = in_the_sandbox(with_keys)
    assert in_plain_nbgrader(with_keys) == pytest.approx(sandboxed)
    # The key of a multiple choice is not in what students have: only the graders know it.
    unkeyed = {n: 0.0 if n.startswith("choice") else s for n, s in sandboxed.items()}
    at_home, _errors = run_cells(course.filled(**answers))
    assert at_home == pytest.approx(unkeyed)
    earned, most = sum(sandboxed.values()), sum(course.points.values())
    ends = {"untouched": 0, "solved": most}
    assert earned == ends[kind] if kind in ends else 0 < earned < most, (earned, most)


@pytest.mark.sandbox
@pytest.mark.usefixtures("same_cases")
@pytest.mark.parametrize("kind", mostly_long(CLASS, ("what others build on",)))
@pytest.mark.parametrize("course", mostly_long(WRITTEN, ("ps06", "ps16", "ps15")), indirect=True)
def test_the_page_says_of_a_mistake_what_the_check_says_at_home(course, kind):
    notebook = course.filled(**CLASS[kind](course))
    judged = {one.cell: one for one in judged_in_the_sandbox(keyed(notebook, course.solution))}
    for number, cell in enumerate(notebook.cells, 1):  # errors quote their lines
        lines = cell.source.splitlines(keepends=True)
        linecache.cache[f"cell {number}"] = (len(cell.source), None, lines, f"cell {number}")
    at_home, _errors = run_cells(notebook)
    wrong = {n for n, one in judged.items() if n.startswith("check") and one.status in FAILING}
    assert wrong
    for name in wrong & at_home.keys():
        assert as_html(at_home[name].report) == judged[name].outputs[0].data["text/html"], name


@pytest.fixture
def drawn_once(course, monkeypatch):
    """All checks of an exercise at home have the same cases, in which the same is right.

    They are those of the other gates, but for what trains less here.
    """
    kept = cache(partial(Exercise.draw, rng=np.random.default_rng(SEED)))
    given = {e.name: drawn(e.name, 0).cases for e in course.exercises if e.name not in DEAR}
    monkeypatch.setattr(Exercise, "draw", lambda e, rng: given.get(e.name) or kept(e))
    monkeypatch.setattr(judge, "Expected", once(Expected))


# The steps of other sets between the first and the last are in `make test-all`.
@pytest.mark.usefixtures("drawn_once")
@pytest.mark.parametrize(("course", "each"), STEPS, indirect=["course"])
def test_functions_filled_in_one_at_a_time_earn_exactly_what_is_complete(course, each, monkeypatch):
    """The last one first, so that no check leans on a function above that it does not call."""
    # One training of an entry, and of changes; in the sandbox all of them judge.
    monkeypatch.setattr(capstone_training, "draw_seeds", lambda rng: (1,))
    monkeypatch.setattr(own_changes, "SETS", 1)
    scores, errors = run_cells(course.filled())
    assert errors == [] and set(scores.values()) == {0.0}
    there: dict[str, str] = {}
    open_ones = list(course.exercises) if each else []
    for name, source in reversed(course.answers.items()):
        there[name] = source
        if not any(name in exercise.takes for exercise in open_ones):
            continue
        scores, _errors = run_cells(course.with_checks(open_ones, **there))
        for exercise in list(open_ones):
            earned, written = scores[f"check_{exercise.name}"], set(exercise.takes) <= there.keys()
            if written and course.called_by(exercise) <= there.keys():
                assert earned == exercise.points, (name, exercise.name)
                open_ones.remove(exercise)  # no function that is still to come changes it
            else:
                assert earned < exercise.points if written else earned == 0, (name, exercise.name)
    scores, errors = run_cells(keyed(course.filled(**there), course.solution))
    assert errors == [] and scores == pytest.approx(course.points)


def calls_in(source: str) -> dict[str, set[str]]:
    """The names that each function of a cell uses."""
    functions = compile(source, "cell", "exec").co_consts
    return {code.co_name: names_in(code) for code in functions if isinstance(code, CodeType)}


def names_in(code: CodeType) -> set[str]:
    """The names that a function uses, and those that the functions in it use."""
    inside = (names_in(one) for one in code.co_consts if isinstance(one, CodeType))
    return set(code.co_names).union(*inside)
