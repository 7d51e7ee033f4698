"""What the notebook on minibatches trains, measures and draws."""

import numpy as np
import pytest

from course_lessons import minibatches as lesson
from course_lib.plots import Picture
from grader.exercises.ps05.batch_error import batch_error
from grader.exercises.ps05.expected_gaps import expected_gaps


def test_a_training_is_repeated_by_its_seed_and_uses_the_given_epoch() -> None:
    sizes = []

    def epoch(w, x, t, batch_size, lr, gradient, rng):
        sizes.append(batch_size)
        return lesson.minibatch_epoch(w, x, t, batch_size, lr, gradient, rng)

    first = lesson.trained(5, batch_size=64, lr=1.0)
    np.testing.assert_array_equal(lesson.trained(5, batch_size=64, lr=1.0, epoch=epoch), first)
    assert sizes == [64] * 3 and lesson.test_accuracy(first) > 0.85


def test_the_gradient_agrees_with_finite_differences() -> None:
    x, t, _, _ = lesson.digits()
    w, d = lesson.trained(0, epochs=1), np.random.default_rng(0).normal(size=2410)
    slope = (lesson.loss(w + 1e-5 * d) - lesson.loss(w - 1e-5 * d)) / 2e-5
    assert slope == pytest.approx(d @ lesson.gradient(w, x, t), rel=1e-5)
    np.testing.assert_allclose(lesson.gradients_of_all(w).mean(axis=0), lesson.gradient(w, x, t))


def test_measured_errors_agree_with_the_formula() -> None:
    each = np.random.default_rng(0).normal(size=(40, 3))
    for replace in (True, False):
        found = lesson.measured_error(each, 10, replace=replace, draws=2000)
        assert found == pytest.approx(batch_error(each, 10, replace), rel=0.05)
    assert lesson.measured_error(each, 40, replace=False, draws=5) == pytest.approx(0, abs=1e-12)


def test_only_batches_that_point_uphill_raise_the_loss() -> None:
    each = np.array([[3.0, 1.0], [2.0, -1.0], [-1.0, 0.0]])
    assert lesson.raised(each, 1) == pytest.approx(1 / 3, abs=0.05)
    assert lesson.raised(each, 3) == 0


def test_the_patients_are_a_quadratic_whose_floor_the_formula_gives() -> None:
    best, directions, squares, curvatures, variances = lesson.patients_as_quadratic()
    x, t = lesson.patients()
    gap = 0.5 * np.mean((x @ (0 * best) - t) ** 2) - 0.5 * np.mean((x @ best - t) ** 2)
    assert np.sum(curvatures * squares) / 2 == pytest.approx(gap)
    rates = [0.004] * 3000
    measured = lesson.measured_gaps(rates, 2, start="best")[-1000:].mean()
    expected = expected_gaps(0 * squares, curvatures, variances, [2] * 3000, rates)[-1000:].mean()
    assert measured == pytest.approx(expected, rel=0.15)
    np.testing.assert_allclose(directions.T @ directions, np.eye(11), atol=1e-12)


def test_the_best_plan_without_change_is_the_best_of_those_that_the_recursion_tries() -> None:
    _, _, squares, curvatures, variances = lesson.patients_as_quadratic()
    found = lesson.best_without_change(squares, curvatures, variances, 50, 5000)
    ends = [
        expected_gaps(squares, curvatures, variances, [B] * K, [share / curvatures.max()] * K)[-1]
        for B in (4, 8, 16, 32, 64)
        for share in 0.5 ** np.arange(8)
        for K in [5000 // (50 + B)]
    ]
    assert 0.85 * min(ends) < found <= min(ends) * 1.02


def test_gaps_are_measured_with_a_batch_size_for_each_step() -> None:
    same = lesson.measured_gaps([0.05] * 6, 3)
    np.testing.assert_array_equal(lesson.measured_gaps([0.05] * 6, [3] * 6), same)
    changing = lesson.measured_gaps([0.05] * 6, [3, 3, 3, 500, 500, 500])
    np.testing.assert_array_equal(changing[:3], same[:3])
    assert not np.array_equal(changing, same)


def test_shares_are_printed_for_a_batch_size_and_for_each_rate(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lesson.print_raised([np.array([[3.0, 1.0], [2.0, -1.0]])], 2)
    lesson.print_by_rate({"step 11 adds up": np.array([0.9, 0.95, 0.95, 0.1, 0.1])})
    printed = capsys.readouterr().out
    assert printed.count("for 0%") == 1
    assert "0.1    0.3    1.0    3.0   10.0" in printed
    assert "0.90   0.95   0.95   0.10   0.10" in printed


def test_steps_that_begin_anew_do_not_learn() -> None:
    once, again = lesson.losses_by_step_0(lesson.minibatch_epoch, epochs=2)
    assert once[-1] < 0.5 and min(again) > 1.5


def test_more_steps_of_the_full_batch_lower_its_loss() -> None:
    few, many = lesson.losses_at_best_rate(lesson.minibatch_epoch, 1437, (3, 30), seeds=1)
    assert few.shape == (1,) and many < 0.6 * few


def test_a_path_has_a_place_before_each_step_and_one_at_the_end() -> None:
    places = lesson.path(lesson.minibatch_epoch, 100, epochs=2)
    assert places.shape == (11, 2) and places[0].tolist() == [-40, 200]


def test_each_figure_says_what_it_shows() -> None:
    sizes, gaps = (1, 10), np.linspace(1, 0.5, 884)
    names = ("0.05", "0.01", "0.05 / (1 + k)")
    figures = {
        "tangle": lesson.draw_paths(
            {B: lesson.path(lesson.minibatch_epoch, B, epochs=1) for B in (50, 32, 442)}
        ),
        "full gradient": lesson.draw_errors(
            sizes,
            {"with": [2.0, 1.0], "without": [2.0, 0.0]},
            {"with": [2.1, 0.9], "without": [1.9, 0.0]},
            0.5,
        ),
        "three sequences": lesson.draw_gaps(
            dict.fromkeys(names, gaps), dict.fromkeys(names, 0.9 * gaps)
        ),
        "from 2 to 5": lesson.draw_plan([2, 3, 5], [0.3, 0.3, 0.1]),
        "linear scaling rule": lesson.draw_best_rates(np.minimum(0.2 * np.array(lesson.SIZES), 4)),
    }
    for words, figure in figures.items():
        assert isinstance(figure, Picture) and words in figure.alt
