"""What the notebook on losses trains, measures and draws."""

import numpy as np
import pytest

from course_lessons import losses as lesson
from course_lessons.figures import Live
from course_lib import losses
from course_lib.gradient_check import numerical_gradient
from course_lib.plots import Picture


@pytest.mark.parametrize("behind", [lesson.after_sigmoid, lesson.after_softmax])
def test_a_loss_behind_an_output_function_has_the_gradient_of_the_scores(behind) -> None:
    rng = np.random.default_rng(0)
    u, t = rng.normal(size=(2, 3, 4))
    loss = behind(losses.squared_error)
    numerical = numerical_gradient(lambda u: loss(u, t)[0], u, 1e-6)
    np.testing.assert_allclose(loss(u, t)[1], numerical, atol=1e-8)


def test_a_confident_error_behind_a_sigmoid_has_almost_no_gradient() -> None:
    value, slope = lesson.at_score(lesson.after_sigmoid(losses.squared_error), -10)
    assert value == pytest.approx(0.5, abs=1e-4) and -1e-4 < slope < 0
    assert lesson.at_score(losses.bce_with_logits, -10)[1] == pytest.approx(-1, abs=1e-3)


def test_the_best_constants_are_mean_and_median() -> None:
    for typed_wrong in (0, 20):
        t = lesson.patients(typed_wrong)
        best = lesson.best_constant(losses.squared_error, t)
        assert best == pytest.approx(t.mean(), abs=1)
        best = lesson.best_constant(losses.mean_absolute_error, t)
        assert best == pytest.approx(np.median(t), abs=1)


def test_records_lie_around_the_planted_line_and_say_what_is_known() -> None:
    found = lesson.delays(np.random.default_rng(0), slope=-2.0, n=6000)
    low, high = found["low"], found["high"]
    assert (low <= high).all() and 0.4 < np.mean(low == high) < 0.6
    assert (np.isinf(high) & ~np.isinf(low)).mean() > 0.1
    assert found["w"][1] == -2.0
    # The median of the delays is the line's, and a record says no more than its delay.
    below = (high < found["x"] @ found["w"][:, None]).mean()
    above = (low > found["x"] @ found["w"][:, None]).mean()
    assert below < 0.5 and above < 0.5


def test_the_squared_error_of_exact_records_finds_the_line_that_was_planted() -> None:
    """With the steps that suit a logistic noise; the tolerance is five standard errors."""
    rng = np.random.default_rng(1)
    found = lesson.delays(rng, n=3000)
    t = (found["x"] @ found["w"])[:, None] + found["s"] * rng.logistic(size=(3000, 1))

    def squared(u, low, high, s):
        return 0.0, (u - low) / s**2 / (2 * len(u))

    w = lesson.fit_line(squared, found | {"low": t, "high": t})
    np.testing.assert_allclose(w, found["w"], atol=0.25)


def test_step_ten_gives_the_wrong_classes_no_gradient(capsys: pytest.CaptureFixture[str]) -> None:
    measured, by_rule, delta = lesson.step_ten(losses.softmax_cross_entropy)
    np.testing.assert_allclose(measured, delta, atol=1e-9)
    assert np.flatnonzero(by_rule).tolist() == [1] and by_rule[1] == pytest.approx(delta[1])
    lesson.print_step_ten(losses.softmax_cross_entropy)
    lesson.print_other_lines(losses.softmax_cross_entropy)
    said = capsys.readouterr().out
    assert "3 entries, as printed 4" in said and "target −1: -4.99" in said


def test_a_softmax_with_squared_error_learns_only_digits_with_a_high_bias() -> None:
    high, low = lesson.accuracy_by_bias(lesson.after_softmax(losses.squared_error), 1.0)
    assert high > 0.95 and low < 0.05


def test_a_training_that_diverges_is_guessing() -> None:
    assert lesson.digits_accuracy(lambda u, t: (np.inf, u), 1.0, 0) == 0.1


def test_each_figure_says_what_it_shows() -> None:
    reached = {
        (pair, start): np.full((7, 3), 0.5) for pair in lesson.PAIRS for start in lesson.INITIAL
    }
    figures = {
        "as recorded, one: 152": lesson.draw_constants({"one": losses.squared_error}),
        "bad initialisation: 0.50": lesson.draw_race(reached),
    }
    for words, figure in figures.items():
        assert isinstance(figure, Picture) and words in figure.alt
    moving = lesson.draw_two_losses(losses.squared_error, losses.bce_with_logits)
    assert isinstance(moving, Live)
