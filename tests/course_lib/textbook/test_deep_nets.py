"""Textbook behaviour of initialisation, normalisation and dropout in networks."""

from typing import Any

import numpy as np
import pytest

from course_lib.datasets import load_digits
from course_lib.functional import relu_forward
from course_lib.initializers import he_normal, he_uniform, lecun_normal
from course_lib.layers import BatchNorm, Dropout, Linear
from course_lib.losses import softmax_cross_entropy
from course_lib.models import Sequential, mlp
from course_lib.optimizers import SGD
from course_lib.training import evaluate, fit


def mean_square_after(init: Any, layers: int, seed: int) -> float:
    """Twice the mean square of z after ReLU layers (half is lost), for inputs of mean square 1."""
    rng = np.random.default_rng(seed)
    z = rng.normal(size=(8, 400))
    for _ in range(layers):
        z, _ = relu_forward(z @ init((400, 400), rng))
    return float(2.0 * np.mean(z**2))


@pytest.mark.parametrize("init", [he_normal, he_uniform])
def test_he_keeps_the_signal_through_20_relu_layers(init: Any) -> None:
    # Given its input, the mean square after a layer of n units has a relative variance of 5/n, so
    # after 20 layers the logarithm spreads by sqrt(20 * 5 / 400) = 0.5. Six of these: a factor 20.
    value = mean_square_after(init, 20, seed=0)
    assert 1 / 20 < value < 20
    # Weights of half the variance lose half in every layer: 2**-20, a millionth.
    assert mean_square_after(lecun_normal, 20, seed=0) < 20 * 2.0**-20


def test_with_batchnorm_a_rate_works_at_which_the_plain_net_learns_nothing() -> None:
    # Measured over 6 seeds: 0.08 … 0.12 without and 0.89 … 0.97 with batch norm.
    data = load_digits()
    for seed in range(2):
        shares = []
        for norm in (None, BatchNorm):
            rng = np.random.default_rng(seed)
            order = rng.permutation(len(data.x))
            train, rest = order[:1024], order[1024:]
            model = mlp([64, 64, 64, 10], rng=rng, norm=norm)
            try:
                fit(
                    model, data.x[train], data.t[train], loss=softmax_cross_entropy,
                    optimizer=SGD(model.parameters(), lr=2.0), epochs=5, batch_size=64, rng=rng,
                    progress=False,
                )  # fmt: skip
            except FloatingPointError:
                shares.append(0.0)
                continue
            shares.append(
                evaluate(model, data.x[rest], data.t[rest], loss=softmax_cross_entropy)[1] or 0.0
            )
        assert shares[0] < 0.2
        assert shares[1] > 0.8


@pytest.mark.parametrize("drop_prob", [0.2, 0.5])
def test_what_follows_dropout_sees_on_average_what_it_sees_in_evaluation(drop_prob: float) -> None:
    rng = np.random.default_rng(0)
    model = Sequential(Dropout(drop_prob, rng=rng), Linear(30, 4, rng=rng, dtype="float64"))
    x = rng.normal(size=(1, 30))
    outputs, _ = model.forward(np.repeat(x, 20_000, axis=0), training=True)
    error = outputs.std(axis=0) / 20_000**0.5
    assert np.all(np.abs(outputs.mean(axis=0) - model(x)[0]) < 6 * error)
    assert np.all(error < 0.02 * np.abs(outputs).max())  # or the line above would say nothing
