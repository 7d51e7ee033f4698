"""What stops a function, or makes its result unusable, is told in words that help."""

import linecache
from textwrap import indent
from typing import Any

import numpy as np
import pytest

from grader.checking.contract.registry import find
from grader.checking.contract.wire import from_bytes, to_bytes
from grader.checking.judging.apply import Outcome
from grader.checking.judging.judge import make_cases, outcomes_of, verdict
from tests.reports import text_of


def of_linear(source: str, above: str = "") -> str:
    """The report on a student's linear_forward with this body, in a cell that errors can quote."""
    namespace: dict[str, Any] = {"np": np}
    body = f"def linear_forward(x, W, b):\n{indent(source, '    ')}"
    for name, cell in (("<above>", above), ("<cell>", body)):
        linecache.cache[name] = (len(cell), None, cell.splitlines(keepends=True), name)
        exec(compile(cell, name, "exec"), namespace)
    exercise = find("linear_forward")
    cases = make_cases(exercise, 0)
    outcomes = outcomes_of(exercise, [namespace["linear_forward"]], cases)
    # What crosses the pipe of the sandbox says the same as what is judged at home.
    sent = [Outcome.from_plain(from_bytes(to_bytes(o.to_plain()))) for o in outcomes]
    text = text_of(verdict(exercise, cases, sent))
    assert text == text_of(verdict(exercise, cases, outcomes))
    return text


@pytest.mark.parametrize(
    ("source", "returned"),
    [
        ("return x @ W + b", "one array"),
        ("u = x @ W + b", "nothing (`None`)"),
        ("return x @ W + b, x, W", "3 values"),
        ("return (x @ W + b,)", "1 value in a tuple"),
        ("return 2.5", "a single number"),
    ],
)
def test_what_was_returned_is_told_in_words_with_the_form_that_is_asked_for(source, returned):
    text = of_linear(source)
    assert f"`linear_forward` returned {returned}. It has to return 2 values, so its last" in text
    assert "the form `return u, cache`." in text
    assert "could not be used" not in text and "unpack" not in text and text.count("case “") == 1


def test_a_usable_number_of_results_is_not_blamed():
    text = of_linear("return [x, W], 3j").replace("\n", " ")
    assert "It has to return" not in text


def test_a_changed_first_line_is_told_with_the_given_one():
    exercise = find("momentum_step")
    cases = make_cases(exercise, 0)

    def momentum_step(w, dw, v, learning_rate, mu):
        return w, v

    text = text_of(verdict(exercise, cases, outcomes_of(exercise, [momentum_step], cases)))
    assert "`momentum_step` could not be called (TypeError: " in text
    assert "as it was given: `def momentum_step(w, dw, v, *, lr, mu):`" in text


def test_a_type_error_inside_of_the_function_is_told_with_its_line():
    text = of_linear("return x @ W + len(b, b), (x, W)")
    assert "could not be called" not in text
    assert "line 2 of linear_forward: return x @ W + len(b, b), (x, W)" in text


def test_a_forward_pass_of_another_form_is_named_in_the_check_of_the_backward_pass():
    exercise = find("linear_backward")

    def linear_forward(x, W, b):
        return x @ W + b

    cases = make_cases(exercise, 0)
    functions = [linear_forward, exercise.reference[-1]]
    text = text_of(verdict(exercise, cases, outcomes_of(exercise, functions, cases)))
    assert "`linear_forward` returned one array. It has to return 2 values" in text
    assert "`return u, cache`" in text


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("return x.T @ W + b, (x, W)", "`x.T` has shape (2, 1) and `W` has shape (2, 3)"),
        ("return np.matmul(x, -W.T) + b, (x, W)", "`x` has shape (1, 2) and `-W.T` has shape"),
        ("u = (x @ W) @ W\nreturn u, (x, W)", "`x @ W` has shape (1, 3) and `W` has shape (2, 3)"),
        ("return x @ W[1:] + b, (x, W)", ""),  # what is not a name is not looked up
        ("return x @ W[1:] + x @ b, (x, W)", ""),  # the other product of the line came later
        ("return np.square(x) @ (x + 1), (x, W)", ""),
    ],
)
def test_a_product_that_does_not_fit_names_both_shapes(source, said):
    text = of_linear(source)
    assert "matmul: Input operand 1" in text and said in text
    assert "`@` needs as many columns on the left as there are rows on the right" in text
    assert said or "has shape" not in text


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            "return x * W + b, (x, W)",
            "`x` has shape (1, 2) and `W` has shape (2, 3). NumPy compares the shapes from their",
        ),
        ("return x @ W + 'b', (x, W)", "One of the two is a text, such as a name."),
        ("return x @ W + print(b), (x, W)", "`None` is what a function gives that ends without"),
        ("return [x, x] * W, (x, W)", ""),  # NumPy makes an array of the list: nothing is wrong
        ("return (x, x) * 2.0, (x, W)", "A list or a tuple is not an array"),
        ("return x @ W + (b if x > 0 else 0), (x, W)", "need one truth value"),
        ("return x @ W + b[7], (x, W)", "Indices begin at 0, so the last one is the size minus 1"),
    ],
)
def test_a_message_of_python_or_numpy_is_followed_by_what_it_means(source, said):
    assert said in of_linear(source)


@pytest.mark.parametrize(
    ("above", "source", "said"),
    [
        ("list = [1, 2]", "return list((x @ W + b, (x, W)))", "`list` is a name of Python, which"),
        ("np = 5", "return np.dot(x, W) + b, (x, W)", "`np` is a name of NumPy, which your code"),
        ("", "sum = 3\nreturn sum(x), (x, W)", "`sum` is a name of Python, which your code"),
        ("rate = 3", "return rate(x), (x, W)", ""),  # not a name that was there before
    ],
)
def test_a_name_that_was_taken_is_told_with_the_line_that_took_it(above, source, said):
    text = of_linear(source, above)
    line = above or source.partition("\n")[0]
    assert (f"something else: `{line}`. Rename it." in text) == bool(said) and said in text


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (set, "a set, which has no order"),
        (iter, "a generator, which gives its values only once"),
        (lambda members: {"members": None}.values(), "an object of type dict_values"),
    ],
)
def test_what_is_no_list_is_refused_by_its_name(make, what):
    exercise = find("choose_members")
    cases = make_cases(exercise, 0)
    right = exercise.reference[0]
    outcomes = outcomes_of(exercise, [lambda *given: make(right(*given))], cases)
    text = text_of(verdict(exercise, cases, outcomes))
    assert f"members is {what}; expected a list of " in text and "Unusable" not in text


def test_several_values_for_one_number_are_told():
    exercise = find("taylor_change")
    cases = make_cases(exercise, 0)
    outcomes = outcomes_of(exercise, [lambda *a, **k: (1.0, 2.0)], cases)
    text = text_of(verdict(exercise, cases, outcomes))
    assert "2 values  one number" in text and "axis" not in text


def test_a_product_with_a_number_says_so():
    assert "a single number is multiplied by `*`" in of_linear("return 2.0 @ x, (x, W)")


def test_a_function_without_return_is_told_what_none_means():
    def growth(lr, mu, curvature):
        abs(1 - lr * curvature)

    exercise = find("growth")
    cases = make_cases(exercise, 0)
    text = text_of(verdict(exercise, cases, outcomes_of(exercise, [growth], cases)))
    assert "`None` is what a function gives that ends without `return`:" in text


def test_the_same_error_in_several_cases_is_told_once():
    def momentum_step(w, dw, v, *, lr, mu):
        return w @ np.ones((2, 2)), v

    exercise = find("momentum_step")
    cases = make_cases(exercise, 0)
    text = text_of(verdict(exercise, cases, outcomes_of(exercise, [momentum_step], cases)))
    assert text.count("matmul: Input operand 1") == 1 and text.count("for the same reason") == 2
