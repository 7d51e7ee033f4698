"""Nothing in a report is false: what is said to particular wrong programs."""

import numpy as np
import pytest

from grader.checking import apply, find, make_cases, outcomes_of, render_text, verdict


def report(name, *functions, seed=0):
    """The report on ``functions``; those before them are the reference's."""
    exercise = find(name)
    taken = (*exercise.reference[: -len(functions)], *functions)
    cases = make_cases(exercise, seed)
    return render_text(verdict(exercise, cases, outcomes_of(exercise, taken, cases)))


def test_the_gradient_of_neither_form_is_not_said_to_fit_the_forward_pass():
    exercise = find("gelu_backward")
    (share,) = [m for m in exercise.mistakes if m.name == "only the share"]
    text = report("gelu_backward", *exercise.with_mistake(share))
    assert "? the gradient of your own gelu_forward, in the same form" in text
    assert "du is not yet the gradient of either form" in text


@pytest.mark.parametrize("name", ["step_decay", "exponential_decay", "inverse_time_decay"])
def test_a_schedule_that_takes_no_float_is_not_said_to_take_one(name):
    right = find(name).reference[0]

    def whole_steps_only(t, **settings):
        return right(len(range(t)), **settings)

    text = report(name, whole_steps_only)
    assert "✗ t may be a float such as 12.0 (costs" in text
    assert "TypeError: 'float' object cannot be interpreted as an integer" in text


def unscaled(x, drop_prob, rng, *, training):
    mask = rng.random(x.shape) >= (drop_prob if training else 0)
    return x * mask, mask.astype(x.dtype)


def test_a_forward_pass_without_the_factor_is_not_charged_to_the_backward_pass():
    assert "everything holds" in report("dropout_backward", unscaled, lambda dy, mask: dy * mask)
    text = report("dropout_backward", unscaled, lambda dy, mask: 2 * dy * mask)
    assert "✗ the gradient has the forward's factor" in text


def test_a_dropout_that_drops_everything_or_nothing_earns_nothing():
    def all_dropped(x, drop_prob, rng, *, training):
        return x * 0, None

    def none_dropped(x, drop_prob, rng, *, training):
        return x.copy(), None

    for forward, backward in (
        (all_dropped, lambda dy, cache: dy * 0),
        (none_dropped, lambda dy, cache: dy.copy()),
    ):
        assert "0 of 3 points" in report("dropout_backward", forward, backward)


def test_a_dropconnect_that_drops_everything_earns_nothing():
    def forward(x, W, b, drop_prob, rng, *, training):
        kept = W * 0 if training and drop_prob else W
        return x @ kept + b, (x, kept)

    def backward(dy, cache):
        x, kept = cache
        return dy @ kept.T, x.T @ dy * (kept != 0), dy.sum(axis=0)

    assert "0 of 3 points" in report("dropconnect_backward", forward, backward)


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
    assert "it calls pass_back, which is not written yet (0 of 3 points)" in text
    assert "Write that one first" in text


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
