"""Notebook 10's module: its trainings, activation functions and figures."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

from course_lessons import deep_networks
from course_lessons import initialisation as lesson
from course_lib.gradient_check import numerical_gradient
from course_lib.initializers import he_normal
from course_lib.plots.pictures import Picture


def test_layers_have_the_variance_that_is_asked_for() -> None:
    x, weights = lesson.layers(0.01, [300, 200, 100], seed=3)
    assert x.shape == (100, 300) and x.var() == pytest.approx(1, rel=0.05)
    for W, shape in zip(weights, [(300, 200), (200, 100)], strict=True):
        assert W.shape == shape
        assert W.var() == pytest.approx(0.01, rel=0.05)


def test_the_digits_are_standardised_with_the_training_images() -> None:
    x, t, x_val, t_val = lesson.digits()
    assert (len(x), len(x_val)) == (len(t), len(t_val)) == (1437, 360)
    assert np.abs(x.mean(axis=0)).max() < 1e-5
    assert 0 < np.abs(x_val.mean(axis=0)).max() < 0.3


def test_a_shallow_network_learns_and_a_rate_that_overflows_gives_0() -> None:
    found = lesson.accuracy(he_normal, 0.1, 0, depth=1)
    assert found > 0.9
    assert lesson.accuracy(he_normal, 0.1, 0, depth=1) == found
    assert lesson.accuracy(he_normal, 100.0, 0, depth=1) == 0


def test_a_training_depends_on_each_of_its_arguments() -> None:
    found = [
        lesson.sines(*arguments) for arguments in [(1.1, 0.2, 0), (0.8, 0.2, 0), (1.1, 0.4, 0)]
    ]
    assert found[0] > 0.7
    assert len({*found, lesson.sines(1.1, 0.2, 1)}) == 4


def test_a_trial_trains_at_the_best_rate_of_its_gain() -> None:
    for gain in (lesson.GAINS[0], lesson.GAINS[-1]):
        assert lesson.train(gain, 0) == lesson.sines(gain, lesson.BEST_RATE, 0)


def test_a_variance_keeps_its_size_at_the_gain_of_relu() -> None:
    path = lesson.variance_by_layer(lambda u: np.maximum(u, 0), 2**0.5, 0.7)
    np.testing.assert_allclose(path, 0.7, rtol=1e-3)


@pytest.mark.parametrize("kind", ["leaky", "tanh", "sine"])
def test_an_activation_function_has_its_derivative(kind: str) -> None:
    f, df = lesson.activation(kind, 1.3, 0.4, 0.7)
    u = np.linspace(-3, 3, 40)
    np.testing.assert_allclose(df(u), (f(u + 1e-6) - f(u - 1e-6)) / 2e-6, rtol=1e-6)


def test_the_layers_of_one_more_network_fit_together() -> None:
    layers, variances = lesson.one_more_network()
    widths = [layers[0]["n_in"], *(layer["n_out"] for layer in layers)]
    for k, layer in enumerate(layers):
        assert all(widths[i] == layer["n_in"] and i <= k for i in layer["inputs"])
    assert any(len(layer["inputs"]) > 1 for layer in layers) and (variances > 0).all()


def of_one_more_network() -> tuple[list[dict[str, Any]], list[float]]:
    layers, _ = lesson.one_more_network()
    return layers, [0.1] * len(layers)


def test_the_gradients_of_a_drawn_network_are_those_of_finite_differences() -> None:
    layers, s = of_one_more_network()
    rng = np.random.default_rng(0)
    network = lesson.DrawnNetwork(layers, s, rng)
    x = rng.normal(size=(3, layers[0]["n_in"]))
    arrays, us = network.forward(x)
    dz = rng.normal(size=arrays[-1].shape) * 1e6
    dx, dus = network.backward(us, dz)

    def loss(x: np.ndarray) -> float:
        return float((dz * network.forward(x)[0][-1]).sum())

    towards, small = rng.normal(size=x.shape), 1e-5
    found = (loss(x + small * towards) - loss(x - small * towards)) / (2 * small)
    assert (dx * towards).sum() == pytest.approx(found, rel=1e-4)
    k = 4  # a bias of one of the three outputs that are added
    network.b[k][0] += small
    more = loss(x)
    network.b[k][0] -= 2 * small
    assert dus[k].sum(axis=0)[0] == pytest.approx((more - loss(x)) / (2 * small), rel=1e-4)


def test_drawn_passes_measure_both_and_a_training_uses_its_deviations() -> None:
    layers, s = of_one_more_network()
    of_u, back = lesson.drawn_passes(layers, s, draws=2)
    assert of_u.shape == (len(layers),) and (of_u > 0).all() and back > 0
    twice, _ = lesson.drawn_passes(layers, [0.2, *s[1:]], draws=2)
    assert twice[0] == pytest.approx(2 * of_u[0])
    assert lesson.train_drawn(layers, [0.01] * len(layers), 0.01, 0) < 0.3


ROWS = np.linspace(0.1, 0.9, 12).reshape(6, 2)
FIGURES: dict[str, Callable[[], Any]] = {
    "fifty": lambda: lesson.draw_fifty_layers({k: [np.ones(51)] for k in ("a", "b", "c")}),
    "rates": lambda: lesson.draw_rates({1: {"a": ROWS, "b": ROWS}, 16: {"a": ROWS, "b": ROWS}}),
    "fixed points": lambda: lesson.draw_fixed_points({"a": [np.ones(17)], "b": [np.ones(17)]}),
    "both passes": lambda: lesson.draw_both_passes([0.5] * 8, [2.0] * 8),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_has_titles_labels_and_words(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    picture = FIGURES[name]()
    assert isinstance(picture, Picture) and picture.alt.endswith(".")
    assert not re.search(r"\bnan\b|  ", picture.alt)
    for module in (lesson, deep_networks):
        monkeypatch.setattr(module, "with_alt", lambda figure, alt: figure)
    figure = FIGURES[name]()
    assert all(ax.get_xlabel() for ax in figure.axes) and figure.axes[0].get_ylabel()
    assert figure.get_suptitle() or all(ax.get_title(loc="left") for ax in figure.axes)


def test_weight_gradients_are_those_of_finite_differences() -> None:
    x, weights = lesson.layers(0.3, [3, 4, 2, 5], seed=1)
    dz = np.random.default_rng(2).normal(size=(len(x), 5))

    def loss(at: int, changed: np.ndarray) -> float:
        z = x
        for W in [*weights[:at], changed, *weights[at + 1 :]]:
            z = np.sin(z @ W)
        return float((dz * z).sum())

    gradients = [numerical_gradient(partial(loss, at), W, 1e-5) for at, W in enumerate(weights)]
    sizes = [np.sqrt(np.mean(dW**2)) for dW in gradients]
    us, z = [], x
    for W in weights:
        us.append(z @ W)
        z = np.sin(us[-1])
    found = lesson.weight_gradient_rms(x, us, weights, dz, np.sin, np.cos)
    assert found == pytest.approx(sizes, rel=1e-6)
