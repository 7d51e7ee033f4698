"""Answers made out of exercises alone go through the same stages as written ones."""

import nbformat
import pytest

from course_lib import functional as F
from grader.authoring.build import build
from grader.authoring.fill import answers_of, fill
from grader.authoring.generate import mistake_answers, reference_answers
from grader.authoring.reference import student_source
from grader.authoring.release import release
from grader.authoring.run_cells import run_cells
from grader.checking.contract.registry import find
from grader.problems import AuthoringError
from tests.authoring.course import write_course

PAIR = ("linear_forward", "linear_backward")


def test_reference_answers_fill_a_written_notebook(tmp_path):
    path = release("ps98", write_course(tmp_path))
    notebook = nbformat.read(path, as_version=4)
    exercises = [find(name) for name in PAIR]
    scores, errors = run_cells(fill(notebook, reference_answers(exercises)))
    assert errors == []
    assert scores["check_linear_backward"] == pytest.approx(exercises[1].points)


@pytest.mark.slow
def test_every_listed_mistake_with_a_source_can_be_handed_in(tmp_path):
    solution = nbformat.read(build("ps98", write_course(tmp_path)), as_version=4)
    exercise = find("linear_backward")
    of_every_pair = {"shared cache", "upstream ignored", "sign", "in place"}  # made by a function
    written = [mistake for mistake in exercise.mistakes if mistake.name not in of_every_pair]
    for mistake in written:
        scores, errors = run_cells(fill(solution, mistake_answers(exercise, mistake)))
        assert errors == []
        assert scores["check_linear_backward"] < exercise.points, str(mistake)
        assert scores["check_linear_forward"] == pytest.approx(find("linear_forward").points)


def test_a_mistake_that_is_a_function_is_written_down_without_its_hint():
    exercise = find("gradient_descent")
    (mistake,) = [mistake for mistake in exercise.mistakes if str(mistake) == "refuses_to_climb"]
    source = mistake_answers(exercise, mistake)["gradient_descent"]
    assert "\ndef gradient_descent(" in source and "diverges" not in source
    assert "rate /= 2" in source


def test_a_mistake_that_wraps_the_reference_is_not_written_down_as_the_right_answer():
    exercise = find("linear_backward")
    (shared,) = [mistake for mistake in exercise.mistakes if "shared" in str(mistake)]
    with pytest.raises(AuthoringError, match="no source to write down"):
        mistake_answers(exercise, shared)


def test_answers_taken_out_of_a_solution_carry_no_marks(tmp_path):
    solution = nbformat.read(build("ps98", write_course(tmp_path)), as_version=4)
    answers = answers_of(solution)
    assert set(answers) == {"linear_forward", "linear_backward", "answer_rows", "manual_why"}
    assert not any("SOLUTION" in source for source in answers.values())


def test_what_is_absent_while_grading_is_written_out():
    pool, name = F.avg_pool2d_forward, "avg_pool2d_forward"
    source = student_source(name, pool, {"course_lib.functional.slide", pool.__module__})
    assert "def window_count" in source
    assert "functional.slide" not in source
    present = student_source(name, pool, {pool.__module__}, present=["window_count"])
    assert "def window_count" not in present
    assert "import window_count" not in present


def test_a_reference_without_a_source_is_an_error():
    with pytest.raises(AuthoringError, match="has no source to write down"):
        student_source("sum", sum, ())
