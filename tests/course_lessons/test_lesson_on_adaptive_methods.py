"""What the notebook on adaptive methods runs, trains and draws."""

import importlib

import numpy as np
import pytest

from course_lessons import adaptive_methods as lesson
from course_lib import optimizers
from course_lib.plots import Picture


def test_a_training_is_repeated_by_its_seed_and_may_use_another_step() -> None:
    made: list[float] = []

    def step(w, dw, cache, *, lr, eps):
        made.append(lr)
        return optimizers.adagrad_step(w, dw, cache, lr=lr, eps=eps)

    first = lesson.train("Adagrad", 0.1, seed=5)
    assert lesson.trainer({"Adagrad": step}, scale=1)("Adagrad", 0.1, 5) == first < 0.3
    assert set(made) == {0.1}


@pytest.mark.parametrize("method", lesson.OPTIONS["method"])
def test_each_method_learns_at_one_of_the_rates(method: str) -> None:
    assert lesson.train(method, lesson.BEST[method], seed=1) < 0.4


@pytest.mark.parametrize("method", [m for m in lesson.BEST if m != "Adadelta"])
def test_the_best_rate_moves_with_the_scale_of_the_loss_or_it_does_not(method: str) -> None:
    best = lesson.BEST[method]
    rates = (best / 10, best) if method in ("SGD", "momentum", "Nesterov") else (best, best / 10)
    right, other = (lesson.train(method, lr, 1, scale=10.0) for lr in rates)
    assert right == pytest.approx(lesson.train(method, best, 1), abs=0.02)
    assert other > right + 0.2


def test_a_training_that_overflows_counts_as_guessing() -> None:
    assert lesson.train("SGD", 50.0, seed=0) == pytest.approx(np.log(10))


def test_invented_losses_have_the_difference_that_the_notebook_states() -> None:
    def difference(of_momentum: float, of_adam: float) -> float:
        pairs = [(("momentum", of_momentum), ("Adam", of_adam), s) for s in range(200)]
        return float(np.mean([lesson.made_up(*a, s) - lesson.made_up(*b, s) for a, b, s in pairs]))

    assert difference(0.1, 0.005) == pytest.approx(-0.05, abs=0.01)
    assert difference(0.01, 0.01) == pytest.approx(0.35, abs=0.01)
    for method, best in (("momentum", 0.1), ("Adam", 0.005)):
        losses = [lesson.made_up(method, lr, 0) for lr in lesson.OPTIONS["lr"]]
        assert lesson.OPTIONS["lr"][int(np.argmin(losses))] == best


def test_the_rotated_valley_has_the_same_curvatures_and_the_same_loss_at_the_start() -> None:
    (H, start), (turned, moved) = lesson.valley(0), lesson.valley(30)
    np.testing.assert_allclose(np.linalg.eigvalsh(turned), np.linalg.eigvalsh(H))
    assert moved @ turned @ moved == pytest.approx(start @ H @ start)


def test_a_loss_that_is_too_small_to_matter_is_shown_by_a_bound() -> None:
    assert lesson.shown(2.9e-244) == "below 1e-12" and lesson.shown(0.0287) == "3e-02"


def test_a_path_begins_at_the_start_and_takes_the_steps_of_the_method() -> None:
    points = lesson.path("momentum", lambda w: w, [1.0, 2.0], 2, lr=0.1, mu=0.5)
    np.testing.assert_allclose(points[:, 0], [1, 0.9, 0.76])
    assert lesson.path("Adam", lambda w: w, [3.0], 4, lr=0.1).shape == (5, 1)


def test_steps_under_a_constant_gradient_have_their_lengths() -> None:
    k = np.arange(1, 3001)
    np.testing.assert_allclose(lesson.step_lengths("Adagrad"), k**-0.5, rtol=1e-6)
    assert lesson.step_lengths("RMSProp", decay=0.99)[0] == pytest.approx(10)


def test_the_last_version_is_adam() -> None:
    w, m, v = np.array([-2.1, 1.4]), np.zeros(2), np.zeros(2)
    given = {"lr": 0.4, "beta1": 0.7, "beta2": 0.97, "eps": 1e-8}
    points = [w]
    for t in range(1, 26):
        w, m, v = optimizers.adam_step(w, np.array([1, 25]) * w, m, v, t, **given)
        points.append(w)
    np.testing.assert_allclose(lesson.path_of_version("4  corrected means: Adam"), points)


@pytest.mark.torch
def test_the_library_agrees_with_pytorch(capsys: pytest.CaptureFixture[str]) -> None:
    o = optimizers
    torch = importlib.import_module("torch")
    lesson.compare_with(torch, o.adagrad_step, o.adam_step, o.adamw_step)
    gaps = [float(line.split()[-1]) for line in capsys.readouterr().out.splitlines()]
    assert len(gaps) == 4 and max(gaps) < 1e-12


def test_each_figure_says_what_it_shows() -> None:
    best = {name: np.full(6, 1e-3) for name in lesson.COMPARED}
    figures = {
        "Adagrad at κ = 20: 1e-03 and 1e-03": lesson.draw_rotation({10: best, 20: best}),
        "one: 3.0 to 1.00": lesson.draw_lengths({"one": np.array([3.0, 2.0, 1.0])}),
        "zigzag": lesson.draw_versions(),
        "at the rate 0.1": lesson.draw_rates(lesson.made_up, ("momentum",), range(9)),
    }
    for words, figure in figures.items():
        assert isinstance(figure, Picture) and words in figure.alt


def test_two_weights_shrink_alike_only_beside_the_step() -> None:
    large, little = lesson.two_weights(optimizers.adam_step).mean(axis=0)
    assert large > 10 * little
    assert np.ptp(lesson.two_weights(optimizers.adamw_step, weight_decay=1.0).mean(axis=0)) < 0.05
