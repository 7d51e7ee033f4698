"""What the notebook on momentum measures, trains and draws."""

import numpy as np
import pytest

from course_lessons import momentum as lesson
from course_lessons.figures import Live
from course_lib import descent
from course_lib.optimizers import momentum_step, nesterov_step
from course_lib.plots import Picture


def nesterov_path(w, grad_fn, *, lr, mu, steps):  # type: ignore[no-untyped-def]
    v, points = np.zeros_like(w), [w]
    for _ in range(steps):
        w, v = nesterov_step(w, grad_fn, v, lr=lr, mu=mu)
        points.append(w)
    return np.array(points)


def test_the_largest_rate_is_the_one_of_theory() -> None:
    found = lesson.largest_rates((0.0, 0.5, 0.9))
    assert found == pytest.approx(0.02 * np.array([1, 1.5, 1.9]), rel=0.02)


def test_many_rates_at_once_take_the_paths_of_single_rates() -> None:
    together = lesson.valley_paths(np.array([0.005, 0.03]), 0.5, 20)
    for k, rate in enumerate((0.005, 0.03)):
        alone = lesson.path(lambda w: lesson.VALLEY * w, together[0, k], 20, lr=rate, mu=0.5)
        assert together[:, k] == pytest.approx(alone)


def test_only_the_form_without_the_rate_differs_when_the_rate_falls() -> None:
    apart = lesson.distances_of_forms(momentum_step)
    assert max(constant for constant, _ in apart.values()) < 1e-12
    assert [source for source, (_, falling) in apart.items() if falling > 1e-6] == ["S3"]


def test_the_printed_formula_is_nesterov_s_and_the_printed_code_is_momentum() -> None:
    apart = lesson.distances_from_S3(nesterov_path, momentum_step)
    assert apart["formula"][1] < 1e-12 < apart["formula"][0]
    assert apart["code"][0] < 1e-12 < apart["code"][1]


@pytest.mark.parametrize("product", [0.01, 2.0, 3.3, 3.45])
def test_a_path_has_the_growth_of_its_roots(product: float) -> None:
    wanted = descent.growth(1.0, 0.7, product)
    assert lesson.measured_growth(1.0, 0.7, product) == pytest.approx(wanted, rel=0.002)
    roots = lesson.roots(np.array([product]), 0.7, 1.0, momentum_step)
    assert np.abs(roots).max() == pytest.approx(wanted)


def test_momentum_damps_or_prolongs_an_oscillation() -> None:
    across = {mu: lesson.crossings(mu)[0][1] for mu in (0.0, 0.4, 0.9)}
    assert across[0.4] < across[0.0] < across[0.9]  # type: ignore[operator]
    assert lesson.arrival(np.array([True, False, True, True])) == 2
    assert lesson.arrival(np.array([True, False])) is None


def test_a_larger_rate_is_enough_where_nothing_is_steep(
    capsys: pytest.CaptureFixture[str],
) -> None:
    runs = lesson.runs(momentum_step, nesterov_path)
    steps = {key: lesson.steps_to_goal(points, key[0]) for key, points in runs.items()}
    assert steps["ravine", "control, rate 0.2"] is None
    assert steps["plateau", "control, rate 0.2"] < steps["plateau", "momentum"]  # type: ignore[operator]
    assert [steps["ravine", name] for name in lesson.TUNED] == [47, 14]
    lesson.print_arrivals(runs)
    assert "never" in capsys.readouterr().out
    assert isinstance(lesson.draw_race(runs), Picture)


def test_a_ball_at_rest_does_not_leave_its_valley(capsys: pytest.CaptureFixture[str]) -> None:
    between = np.linspace(lesson.TURNS[1], lesson.TURNS[2], 102)[1:-1]
    assert not lesson.ends_deep(between, 0.99).any()
    lesson.print_balls(momentum_step)
    lesson.print_speeds(momentum_step)
    said = capsys.readouterr().out
    assert "27%" in said and "54%" in said and "62%" in said and "-10.00" in said


def test_the_map_has_its_best_place_where_the_formula_says() -> None:
    digits = lesson.digit_map(descent.growth)
    row, column = np.unravel_index(digits.argmax(), digits.shape)
    assert (lesson.RATES[column], lesson.MOMENTA[row]) == pytest.approx(lesson.BEST)
    assert digits[0].max() == pytest.approx(-100 * np.log10(99 / 101))
    known = lesson.known_curvatures()
    lr, mu = lesson.best_setting(known[0], known[-1])
    best = max(descent.growth(lr, mu, c) for c in known)
    for other_mu in np.linspace(0, 0.99, 34):
        for other_lr in np.linspace(0.02, 1, 50) * 2 * (1 + other_mu) / known[-1]:
            other = max(descent.growth(other_lr, other_mu, c) for c in known)
            assert other >= best * (1 - 1e-5)  # a double root is right to the root of the rounding


def test_the_best_setting_of_the_known_curvatures_fails_elsewhere() -> None:
    known = lesson.known_curvatures()
    setting = lesson.best_setting(known[0], known[-1])
    margin = lesson.best_setting(known[0], 1.2 * known[-1])
    assert sum(lesson.train(*setting, seed) < lesson.MOST for seed in range(10)) == 2
    assert all(lesson.train(*margin, seed) < 100 for seed in range(10))


def test_the_noise_floor_is_that_of_the_recursion_of_the_second_moments() -> None:
    """The mean of w² has the limit lr (1 + mu) / (lam (1 - mu) (2 (1 + mu) - lr lam))."""
    for lr, mu in ((0.05, 0.0), (0.05, 0.9), (0.3, 0.5)):
        exact = lr * (1 + mu) / ((1 - mu) * (2 * (1 + mu) - lr))
        assert lesson.noise_floor(lr, mu) == pytest.approx(exact, rel=0.03)


def test_an_unseen_valley_has_the_curvatures_that_come_with_its_products() -> None:
    product, lam = lesson.unseen(3, 20.0, n=40)
    H = np.array([product(e) for e in np.eye(40)])
    np.testing.assert_allclose(H, H.T, atol=1e-9 * lam[-1])
    np.testing.assert_allclose(np.linalg.eigvalsh(H), lam, rtol=1e-9)
    assert lam[-1] / lam[0] == pytest.approx(20)
    assert lam[1] >= 2 * lam[0]


def test_steps_for_six_digits_are_none_where_the_path_diverges() -> None:
    lam = np.array([1.0, 4.0])
    assert lesson.steps_for_six_digits(lam, momentum_step, 0.6, 0.1) is None
    assert lesson.steps_for_six_digits(lam, momentum_step, 0.4, 0.0) == pytest.approx(27, abs=1)


def test_each_figure_says_what_it_shows() -> None:
    digits = np.linspace(-5, 9, len(lesson.RATES) * len(lesson.MOMENTA))
    shape = len(lesson.MOMENTA), len(lesson.RATES)
    live = lesson.draw_map(digits.reshape(shape), descent.growth, momentum_step)
    assert isinstance(live, Live)
    figures = {
        "0.038 at 0.9": lesson.draw_largest((0.0, 0.9), np.array([0.02, 0.038])),
        "Across the ravine": lesson.draw_both(nesterov_path, momentum_step),
    }
    for words, figure in figures.items():
        assert words in figure.alt
