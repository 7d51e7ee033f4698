"""The course's own notebooks: they run through, keep their promises, and stay readable."""

import ast
import copy
from itertools import pairwise
from pathlib import Path

import pytest

from grader.authoring import assignments, leaks, released, solution_notebook
from grader.authoring.source import read_source
from grader.checking import names
from tests.authoring.course import points_of, run_cells

ROOT = Path(__file__).parents[2]
NOTEBOOKS = assignments(ROOT)
SCREEN = 45  # lines of code that a student sees without scrolling

# What the student's path may import; torch only behind a question whether it is there.
STUDENT_PATH = {"course_lib", "grader.checking", "importlib", "math", "matplotlib", "numpy",
                "subprocess", "sys", "torch"}  # fmt: skip


@pytest.fixture(scope="module", params=NOTEBOOKS)
def assignment(request):
    return request.param


@pytest.fixture(scope="module")
def solution(assignment):
    return solution_notebook(assignment, ROOT)


@pytest.fixture(scope="module")
def release(solution):
    return released(solution)


def test_untouched_it_runs_through_and_scores_nothing(release):
    scores, errors = run_cells(release)
    assert errors == []
    assert set(scores.values()) == {0.0}


def test_solved_it_runs_through_and_scores_everything(solution):
    scores, errors = run_cells(solution)
    assert errors == []
    assert scores == pytest.approx(points_of(solution))


def test_grading_needs_none_of_its_practice_cells(solution):
    graded = copy.deepcopy(solution)
    for cell in graded.cells:
        if "practice" in cell.metadata.get("tags", []):
            cell.source = ""
    scores, errors = run_cells(graded)
    assert errors == []
    assert scores == pytest.approx(points_of(solution))


def test_every_exercise_of_the_problem_set_is_checked(assignment, solution):
    checks = {name for name in points_of(solution) if name.startswith("check_")}
    assert checks == {f"check_{name}" for name in names(assignment)}


def test_the_release_shows_no_solution(release, solution):
    assert leaks(release, solution) == []


def test_every_check_stands_right_under_its_function(assignment):
    cells = read_source(next((ROOT / "solutions" / assignment).glob("*.py")))
    for before, cell in pairwise(cells):
        if cell.kind == "check":
            assert (before.kind, before.name) == ("solution", cell.name), cell.where


def test_code_cells_fit_one_screen(solution):
    for cell in solution.cells:
        if cell.cell_type == "code":
            assert len(cell.source.splitlines()) <= SCREEN, cell.source[:80]


def test_every_picture_is_said_in_words_below(solution):
    for cell, below in pairwise(solution.cells):
        if cell.cell_type == "code" and "plt.show()" in cell.source:
            assert below.cell_type == "markdown", cell.source[:80]
            assert below.source.startswith("*In words:"), below.source[:80]


def test_pictures_have_a_title(solution):
    for cell in solution.cells:
        if "plt.subplots(" in cell.source:
            assert "title" in cell.source, cell.source[:80]


def test_students_import_only_what_is_there_everywhere(solution):
    for cell in solution.cells:
        if cell.cell_type == "code":
            for node in ast.walk(ast.parse(cell.source)):
                imported = [a.name for a in node.names] if isinstance(node, ast.Import) else []
                imported += [node.module] if isinstance(node, ast.ImportFrom) else []
                for name in imported:
                    parts = name.split(".")
                    assert {parts[0], ".".join(parts[:2])} & STUDENT_PATH, name


def test_what_needs_a_students_function_asks_first_whether_it_is_ready(solution):
    """In a practice cell, a graded function is used under `if ready(...)`, or inside a function."""
    graded = {name.removeprefix("check_") for name in points_of(solution)}
    for cell in solution.cells:
        if "practice" not in cell.metadata.get("tags", []):
            continue
        for statement in ast.parse(cell.source).body:
            if isinstance(statement, ast.FunctionDef | ast.If):
                continue
            used = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
            assert not used & graded, cell.source[:200]
