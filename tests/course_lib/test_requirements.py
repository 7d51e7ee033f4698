"""What is asked for at the public edge, and whether the messages say what to change."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from course_lib import functional as F
from course_lib import initializers, losses
from course_lib.augmentation import cutout, mixup
from course_lib.layers import Conv2d, DropConnect, Dropout, Linear
from course_lib.models import mlp, small_cnn
from course_lib.optimizers import SGD
from course_lib.preprocessing import minibatch_indices, split_indices
from course_lib.search import random_search
from course_lib.training import evaluate, fit

X = np.ones((4, 3))
SEED: Any = 7


@pytest.mark.parametrize(
    ("where", "call"),
    [
        ("initialise", lambda: initializers.he_normal((3, 2), SEED)),
        ("initialise", lambda: initializers.he_uniform((3, 2), SEED)),
        ("Linear", lambda: Linear(3, 2, rng=SEED)),
        ("Conv2d", lambda: Conv2d(3, 2, 3, rng=SEED, init=lambda shape, rng: np.ones(shape))),
        ("Dropout", lambda: Dropout(0.5, rng=SEED)),
        ("dropout_forward", lambda: F.dropout_forward(X, 0.5, SEED, training=True)),
        ("vanilla_dropout_forward", lambda: F.vanilla_dropout_forward(X, 0.5, SEED, training=True)),
        (
            "dropconnect_forward",
            lambda: F.dropconnect_forward(X, X.T, np.ones(4), 0.5, SEED, training=True),
        ),
        ("minibatch_indices", lambda: minibatch_indices(4, 2, SEED)),
        ("split_indices", lambda: split_indices(4, (0.5, 0.5), SEED)),
        ("mixup", lambda: mixup(X, X, SEED, 1.0)),
        ("cutout", lambda: cutout(np.ones((2, 4, 4, 1)), 2, SEED)),
        ("random_search", lambda: random_search({"a": [1]}, lambda c: 0.0, 1, SEED)),
    ],
)
def test_a_seed_in_place_of_a_generator_is_refused(where: str, call: Callable[[], Any]) -> None:
    with pytest.raises(TypeError, match=rf"^{where}: rng is 7, .*default_rng\(7\) makes one"):
        call()


def test_fit_and_evaluate_say_what_they_need() -> None:
    rng = np.random.default_rng(0)
    model, t = mlp([3, 2], rng=rng, dtype="float64"), np.array([0, 1, 0, 1])
    settings: dict[str, Any] = {
        "loss": losses.softmax_cross_entropy, "optimizer": SGD(model.parameters(), lr=0.1),
        "epochs": 1, "batch_size": 2, "progress": False,
    }  # fmt: skip
    with pytest.raises(TypeError, match="fit: rng is 7, expected"):
        fit(model, X, t, rng=SEED, **settings)
    with pytest.raises(ValueError, match=r"labels run from \d to 2, but u has 2 columns"):
        fit(model, X, np.array([0, 1, 0, 2]), rng=rng, **settings)
    with pytest.raises(ValueError, match="evaluate: batch_size is 0"):
        evaluate(model, X, t, loss=losses.softmax_cross_entropy, batch_size=0)


@pytest.mark.parametrize("drop_prob", [1.0, -0.1, float("nan")])
def test_a_layer_refuses_a_wrong_probability_when_it_is_made(drop_prob: float) -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match=r"^Dropout: drop_prob is"):
        Dropout(drop_prob, rng=rng)
    with pytest.raises(ValueError, match=r"^DropConnect: drop_prob is"):
        DropConnect(3, 2, drop_prob, rng=rng)


def test_a_network_refuses_integer_images() -> None:
    model = small_cnn((1, 8, 8), 2, rng=np.random.default_rng(0))
    with pytest.raises(TypeError, match=r"x has dtype uint8; make images .* / 255"):
        model(np.ones((2, 1, 8, 8), dtype=np.uint8))
