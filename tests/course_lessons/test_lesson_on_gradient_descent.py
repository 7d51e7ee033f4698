"""What the notebook on gradient descent trains, measures and draws."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from course_lessons import gradient_descent as lesson
from course_lib.losses import softmax_cross_entropy

Gradient = Callable[..., Any]


def along(grad: Gradient, w: np.ndarray, v: np.ndarray) -> float:
    """How much H at w stretches v, in place of the student's largest curvature."""
    v = v / np.linalg.norm(v)
    return float(np.linalg.norm(grad(w + 1e-4 * v) - grad(w - 1e-4 * v)) / 2e-4)


def test_a_gradient_is_the_slope_of_its_loss() -> None:
    rng = np.random.default_rng(0)
    w, d = 0.3 * rng.normal(size=(2, 2410))
    x, t, _, _ = lesson._images()

    def loss(w: np.ndarray) -> float:
        W1, b1, W2, b2 = lesson._parts(w)
        return float(softmax_cross_entropy(np.tanh(x @ W1 + b1) @ W2 + b2, t)[0])

    difference = (loss(w + 1e-5 * d) - loss(w - 1e-5 * d)) / 2e-5
    assert lesson.network_grad(w) @ d == pytest.approx(difference, rel=1e-6)


def test_the_slope_of_the_two_valleys_is_right() -> None:
    w = np.linspace(-2, 2, 9)
    both = [np.asarray(lesson.two_valleys(w + s)) for s in (1e-6, -1e-6)]
    slopes = (both[0] - both[1]) / 2e-6
    np.testing.assert_allclose(lesson.slope_of_two_valleys(w), slopes, atol=1e-8)


def test_the_starts_are_the_same_weights_in_two_sizes() -> None:
    small, large = (lesson.initial(name, 3) for name in ("small", "large"))
    np.testing.assert_allclose(large, small * 2 / 0.3)
    assert small.shape == (2410,)


def test_the_limit_is_followed_while_the_network_trains() -> None:
    limits = lesson.limits_while_training(along, "small", 0.5)
    assert limits.shape == (11,) and np.all(limits > 0)


def test_each_figure_says_what_it_shows() -> None:
    path = np.array([[1.0, 2.0], [0.5, -1.0]])
    figures = {
        "0.3 at slow, 2 at fast": lesson.draw_two_rates(
            {"slow": np.array([1, 0.3]), "fast": np.array([1.0, 2.0])}
        ),
        "3 panels: a, b, c": lesson.draw_valley(np.diag([1.0, 4.0]), dict.fromkeys("abc", path)),
        "1 end near -1.00": lesson.draw_valleys([np.array([-1.0, -1.0]), np.array([1.0, 1.0])]),
        "small begins at 4": lesson.draw_limits(
            {"small": np.array([4.0, 1.0]), "large": np.array([0.3, 1.0])}, 0.5
        ),
    }
    for words, figure in figures.items():
        assert words in figure.alt, figure.alt
