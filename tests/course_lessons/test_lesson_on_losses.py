"""What the notebook on losses trains, measures and draws."""

import numpy as np
import pytest

from course_lessons import losses as lesson
from course_lessons.figures import Live
from course_lib import losses
from course_lib.gradient_check import numerical_gradient
from course_lib.plots import Picture


@pytest.mark.parametrize("behind", [lesson.after_sigmoid, lesson.after_softmax, lesson.after_exp])
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


def test_a_training_is_repeated_by_its_seed_and_may_use_other_losses() -> None:
    asked: list[int] = []

    def poisson(u, t):
        asked.append(len(u))
        return losses.poisson_loss(u, t)

    train = lesson.trainer({"poisson": poisson})
    assert train("poisson", 0.03, 4) == lesson.train("poisson", 0.03, 4) < 2
    assert asked == [100] * 3 * 60


def test_twelve_counts_are_wrong_and_cost_the_poisson_loss_most() -> None:
    clean, order = lesson.counts(5, n_wrong=0)
    wrong, _ = lesson.counts(5)
    assert np.array_equal(wrong[order[12:]], clean[order[12:]])
    assert np.array_equal(wrong[order[:12]], 5 * clean[order[:12]])
    rise = {
        loss: lesson.train(loss, 0.03, 5) - lesson.train(loss, 0.03, 5, n_wrong=0)
        for loss in ("absolute", "poisson")
    }
    assert rise["poisson"] > rise["absolute"]


def test_a_training_that_overflows_has_the_largest_error() -> None:
    assert lesson.train("squared", 1.0, 0) == lesson.LARGEST


def test_invented_errors_have_the_gains_that_the_notebook_states() -> None:
    mean = {
        (loss, lr): np.mean([lesson.made_up(loss, lr, seed) for seed in range(200)])
        for loss, (_, best) in lesson.BEST_MADE_UP.items()
        for lr in (best, 0.01)
    }
    at_best = {loss: mean[loss, best] for loss, (_, best) in lesson.BEST_MADE_UP.items()}
    assert at_best["squared"] - at_best["absolute"] == pytest.approx(0.3, abs=0.03)
    assert at_best["squared"] - at_best["poisson"] == pytest.approx(0.2, abs=0.03)
    assert mean["squared", 0.01] - mean["poisson", 0.01] == pytest.approx(0.5, abs=0.03)


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
        "2 vertical intervals": lesson.draw_intervals([(0, 0.1), (0.2, 0.3)], {"one": 0.2}),
    }
    for words, figure in figures.items():
        assert isinstance(figure, Picture) and words in figure.alt
    moving = lesson.draw_two_losses(losses.squared_error, losses.bce_with_logits)
    assert isinstance(moving, Live)
