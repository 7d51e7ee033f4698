"""Nothing in a report is false: what is said to particular wrong programs."""

import inspect
from itertools import pairwise

import numpy as np
import pytest

from grader.checking.contract.registry import find
from grader.checking.home.judged_in_notebook import judge_in_notebook
from grader.checking.judging.apply import apply
from grader.checking.judging.judge import make_cases, outcomes_of, verdict
from tests.reports import text_of


def report(name, *functions, seed=0):
    """The report on ``functions``; those before them are the reference's."""
    exercise = find(name)
    taken = (*exercise.reference[: -len(functions)], *functions)
    cases = make_cases(exercise, seed)
    return text_of(verdict(exercise, cases, outcomes_of(exercise, taken, cases)))


@pytest.mark.parametrize("name", ["decayed"])
def test_a_schedule_that_takes_no_float_is_not_said_to_take_one(name):
    right = find(name).reference[0]

    def whole_steps_only(t, **settings):
        return right(len(range(t)), **settings)

    text = report(name, whole_steps_only)
    assert "✗ t may be a float such as 12.0\n" in text
    assert "TypeError: 'float' object cannot be interpreted as an integer" in text


def unscaled(x, drop_prob, rng, *, training):
    mask = rng.random(x.shape) >= (drop_prob if training else 0)
    return x * mask, mask.astype(x.dtype)


def test_a_forward_pass_without_the_factor_is_not_charged_to_the_backward_pass():
    assert "all checks pass" in report("dropout_backward", unscaled, lambda dy, mask: dy * mask)
    text = report("dropout_backward", unscaled, lambda dy, mask: 2 * dy * mask)
    assert "✗ the gradient has the factor of the forward pass" in text


def test_a_dropout_that_drops_everything_or_nothing_earns_nothing():
    def all_dropped(x, drop_prob, rng, *, training):
        return x * 0, None

    def none_dropped(x, drop_prob, rng, *, training):
        return x.copy(), None

    for forward, backward in (
        (all_dropped, lambda dy, cache: dy * 0),
        (none_dropped, lambda dy, cache: dy.copy()),
    ):
        assert "0 of 2 points" in report("dropout_backward", forward, backward)


def test_a_function_that_calls_an_unwritten_one_is_not_said_to_be_unwritten():
    names: dict = {"np": np}
    cells = [
        "def pass_back(operation, dy, y, inputs):\n    raise NotImplementedError",
        "def backprop(graph, values, output):\n"
        "    return {n: pass_back(graph[n][0], 1, 2, []) for n in graph}",
    ]
    for number, cell in enumerate(cells):
        exec(compile(cell, f"cell {number}", "exec"), names)
    text = report("backprop", names["backprop"])
    assert "calls pass_back, which is not written yet (0 of 3 points)" in text
    assert "Write that function first" in text


def test_a_line_is_told_with_the_function_that_it_is_in():
    names: dict = {"np": np}
    cells = [
        "def affine(x, W, b):\n    return x @ W + b.nonsense",
        "def linear_forward(x, W, b):\n    # mine\n\n    return affine(x, W, b), (x, W)",
    ]
    for number, cell in enumerate(cells):
        exec(compile(cell, f"cell {number}", "exec"), names)
    exercise = find("linear_forward")
    outcome = apply(exercise.run, [names["linear_forward"]], make_cases(exercise, 0)[0])
    assert outcome.failure is not None
    assert (outcome.failure.function, outcome.failure.line) == ("affine", 2)


def sigmoid(u):
    return 1 / (1 + np.exp(-u))


def test_a_clip_in_the_cross_entropy_is_told_from_an_overflow():
    def clipped(u, t):
        p = np.clip(sigmoid(u), 1e-15, 1 - 1e-15)
        return -np.sum(t * np.log(p) + (1 - t) * np.log(1 - p)) / len(u), (sigmoid(u) - t) / len(u)

    def overflowing(u, t):
        softplus = np.log1p(np.exp(-u))
        return np.sum(t * softplus + (1 - t) * (u + softplus)) / len(u), (sigmoid(u) - t) / len(u)

    assert "something limits the probability" in report("bce_with_logits", clipped)
    text = report("bce_with_logits", overflowing)
    assert "0·inf and inf − inf are nan" in text and "clip" not in text


def rounded_split(n, fractions, rng):
    order = rng.permutation(n)
    stops = np.cumsum([0, *(round(n * f) for f in fractions)])
    return tuple(order[a:b] for a, b in pairwise(stops))


def test_a_lost_index_is_not_said_to_be_in_exactly_one_part():
    text = report("split_indices", rounded_split)
    assert "✗ every index is in exactly one part" in text
    assert "Every size is rounded to the nearest whole number" in text


def test_what_chance_decides_is_open_where_indices_are_lost():
    def floors(n, fractions, rng):
        order = rng.permutation(n)
        stops = np.cumsum([0, *(int(n * f) for f in fractions)])
        return tuple(order[a:b] for a, b in pairwise(stops))

    assert "? the parts are drawn at random" in report("split_indices", floors)


def test_a_std_of_rounding_errors_counts_as_zero():
    def exactly_zero(x_train, x_new):
        std = x_train.std(axis=0)
        std[std == 0] = 1
        return (x_train - x_train.mean(axis=0)) / std, (x_new - x_train.mean(axis=0)) / std

    text = report("standardize", exactly_zero)
    assert "✗ also where the mean of equal numbers is rounded\n" in text
    assert "Equal numbers do not always have a std of exactly 0" in text


def test_one_slip_is_charged_once():
    exercise = find("EarlyStopping")
    (later,) = [m for m in exercise.mistakes if str(m) == "stop = self.failed > self.patience"]
    text = report("EarlyStopping", *exercise.with_mistakes(later))
    assert "EarlyStopping: 1.6 of 3 points" in text


def test_an_error_is_followed_by_no_hint_on_the_formula():
    def misspelt(x, W, b):
        return x @ W + c, (x, W)  # noqa: F821

    text = report("linear_forward", misspelt)
    assert "NameError: name 'c' is not defined" in text and "Help" not in text
    wrong = report("linear_forward", lambda x, W, b: (x @ W + 17 * b**2, (x, W)))
    assert f"Help: {find('linear_forward').steps[0].text}" in wrong


def test_general_help_is_not_shown_where_a_line_says_why():
    """Text cannot fold it, so it would stand there as if it were found in this program."""
    right = find("predict_descent").reference[0]

    def seven_steps(grad, w, lr, left):
        return *right(grad, w, lr, left)[:2], 7

    def overwrites(grad, w, lr, left):
        found = right(grad, w, lr, left)
        w *= 2
        return found

    for function, why in (
        (seven_steps, "steps is 7, and gradient descent gives"),
        (overwrites, "had other values"),
    ):
        text = report("predict_descent", function)
        assert why in text and "Help" not in text
    lines = report("predict_descent", overwrites).splitlines()
    assert next(line for line in lines if "✗" in line) == "  ✗ inputs and results stay as they were"


def test_layers_in_the_wrong_order_are_not_said_to_be_transposed():
    right = find("repaired_backward").reference[-1]

    def last_layer_first(dy, cache):
        dx, gradients = right(dy, cache)
        return dx, gradients[::-1]

    assert "looks transposed" not in report("repaired_backward", last_layer_first)


def test_a_float64_says_where_it_may_come_from():
    text = report("linear_forward", lambda x, W, b: (x @ W + b * np.ones(b.shape), (x, W)))
    assert "`np.zeros(shape)` turn float32 into float64" in text


def test_a_step_that_is_not_h_is_noticed():
    def numerical_gradient(f, x, h):
        gradient = np.zeros(x.shape)
        for i in np.ndindex(*x.shape):
            step = np.zeros(x.shape)
            step[i] = 1e-4
            gradient[i] = (f(x + step) - f(x - step)) / 2e-4
        return gradient

    text = report("numerical_gradient", numerical_gradient)
    assert "✗ the step h is used\n" in text
    assert "with half the step  “the same gradient”  “another gradient”" in text


WITH_SOFT_MINIMUM = (
    "low = ways.min()\n            value, weights = soft_minimum(ways, gamma)\n"
    "            R[i, j] = cost[i - 1, j - 1] + value"
)
CALLS = (
    ("low = ways.min()", WITH_SOFT_MINIMUM),
    ("            weights = np.exp((low - ways) / gamma)\n", ""),
    ("            R[i, j] = cost[i - 1, j - 1] + low - gamma * np.log(weights.sum())\n", ""),
)
PLAIN_MEAN = """
def soft_minimum(costs, gamma):
    e = np.exp((costs.min() - costs) / gamma)
    return costs.min() - gamma * np.log(e.mean()), e / e.sum()
"""
REFUSES = """
def soft_minimum(costs, gamma):
    if np.any(costs[np.isfinite(costs)] > 800):
        raise ValueError("too large")
    e = np.exp((costs.min() - costs) / gamma)
    return costs.min() - gamma * np.log(e.sum()), e / e.sum()
"""


def at_home(name: str, *changes: tuple[str, str], lower: str) -> str:
    """The report on the reference with changes in its text, below an earlier function."""
    exercise = find(name)
    upper = inspect.getsource(exercise.reference[-1])
    for old, new in changes:
        assert upper.count(old) == 1
        upper = upper.replace(old, new)
    namespace = dict(exercise.reference[-1].__globals__)
    for number, cell in enumerate((lower, upper)):
        exec(compile(cell, f"cell {number}", "exec"), namespace)
    given = [namespace[function] for function in exercise.takes]
    return text_of(judge_in_notebook(exercise, given))


def test_a_mistake_in_an_earlier_function_is_told_and_nothing_false_of_the_later_one():
    text = at_home("soft_dtw", *CALLS, lower=PLAIN_MEAN)
    hints = [line.strip() for line in text.splitlines() if "Hint" in line]
    assert hints == [
        "Hint: With a correct `soft_minimum` this function passes all checks. Repair "
        "`soft_minimum` first."
    ]
    both = at_home("soft_dtw", *CALLS, ("slope = 2 * r", "slope = r"), lower=PLAIN_MEAN)
    assert "Repair `soft_minimum` first. The next hint is about `soft_dtw` with" in both
    (slip,) = [one for one in find("soft_dtw").mistakes if str(one) == "slope = r"]
    assert f"Hint: {slip.hint}" in both and "a sum of exponentials, not a mean" not in both


def test_an_error_inside_of_an_earlier_function_that_holds_is_told():
    """Its own check has no case like this one."""
    text = at_home("soft_dtw", *CALLS, lower=REFUSES)
    assert "ValueError: too large. It is raised in your `soft_minimum`." in text
    assert "With a correct `soft_minimum` this function passes all checks" in text
    assert "all checks pass" in at_home("soft_dtw", *CALLS, lower=REFUSES.replace("800", "1e9"))


def test_a_complex_result_is_judged_without_a_warning_of_numpy():
    def growth(lr, mu, curvature):
        c = 1 + mu - lr * curvature
        d = np.sqrt(complex(c * c - 4 * mu))
        return max((c + d) / 2, (c - d) / 2, key=abs)

    text = report("growth", growth)  # a warning is an error here
    assert "It has an imaginary part" in text
    assert "What is the absolute value of a complex root" in text
