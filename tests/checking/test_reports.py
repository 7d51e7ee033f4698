"""Nothing in a report is false: what is said to particular wrong programs."""

import pytest

from grader.checking import find, make_cases, outcomes_of, render_text, verdict


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
