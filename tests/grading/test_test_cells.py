"""Ordinary test cells: in their place, and their hidden part nowhere near what is shown."""

import pytest
from nbformat.v4 import new_output

from grader.grading.submission.test_cells import (
    number_in,
    report_of_hidden,
    score_of,
)

SOURCE = """assert f(1) == 1, "f(1) is 1"
### BEGIN HIDDEN TESTS
secret = 42
assert f(2) == 4, "squares grow"
### END HIDDEN TESTS
assert f(0) == 0"""


def error(kind: str, message: str) -> list[object]:
    return [new_output("error", ename=kind, evalue=message, traceback=["secret = 42"])]


def result(text: str) -> list[object]:
    return [new_output("execute_result", data={"text/plain": text})]


@pytest.mark.parametrize("message", ["squares grow", "f(1) is 1"])
def test_messages_of_the_author_are_told(message: str) -> None:
    shown, found = report_of_hidden(SOURCE, error("AssertionError", message), 2.0)
    assert found == f"a test failed: AssertionError: {message}"
    assert "secret" not in str(shown)


@pytest.mark.parametrize(
    ("kind", "message"),
    [("AssertionError", "secret = 42"), ("secret = 42", ""), ("ValueError", "assert f(2) == 4")],
)
def test_what_a_submission_makes_up_is_not(kind: str, message: str) -> None:
    shown, found = report_of_hidden(SOURCE, error(kind, message), 2.0)
    assert "42" not in str(shown) + found and "f(2)" not in str(shown) + found
    assert found.startswith("a test failed")


def test_prints_of_a_cell_with_hidden_tests_are_not_shown() -> None:
    printed = [new_output("stream", text=SOURCE), *result("'secret = 42'")]
    shown, found = report_of_hidden(SOURCE, printed, 2.0)
    assert found == "" and "secret" not in str(shown)


@pytest.mark.parametrize(
    ("text", "score"),
    [("1.5", 1.5), ("np.float64(0.5)", 0.5), ("nan", 0), ("-3", 0), ("1e9", 2), ("'x'", 2)],
)
def test_numbers_are_partial_credit(text: str, score: float) -> None:
    assert score_of(result(text), 2.0) == score
    shown, found = report_of_hidden(SOURCE, result(text), 2.0)
    assert score_of(shown, 2.0) == score
    assert (found == "") == (score == 2)


def test_other_values_are_none() -> None:
    assert number_in("np.array([1])") is None and number_in("") is None
