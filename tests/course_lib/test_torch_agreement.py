"""Networks, initial weights and interpolation are PyTorch's; single operations: test_operations.py.

In double precision, where the two differ by rounding only: tolerances leave room for sums in
another order over 50 steps and none for another formula.
"""

import math
from typing import Any

import numpy as np
import pytest

from course_lib import initializers, layers
from course_lib.augmentation import random_scale
from course_lib.losses import softmax_cross_entropy
from course_lib.models import Sequential
from course_lib.optimizers import SGD

pytestmark = pytest.mark.torch


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


DOUBLE = {"dtype": "float64"}
DRAWN = {"rng": rng(), **DOUBLE}
# The name on both sides, arguments by place and by name, and what only ours are asked.
NETWORK: list[tuple[str, tuple[Any, ...], dict[str, Any], dict[str, Any]]] = [
    ("Conv2d", (2, 4, (3, 2), (1, 2), (1, 0)), {"bias": False}, DRAWN),
    ("GroupNorm", (2, 4), {"eps": 0.01}, DOUBLE),
    ("LeakyReLU", (), {"negative_slope": 0.3}, {}),
    ("MaxPool2d", (), {"kernel_size": (2, 1), "stride": 1}, {}),
    ("Conv2d", (), {"in_channels": 4, "out_channels": 3, "kernel_size": 2, "padding": 1}, DRAWN),
    ("BatchNorm", (), {"num_features": 3, "eps": 0.02, "momentum": 0.3}, DOUBLE),
    ("ReLU", (), {}, {}),
    ("AvgPool2d", ((1, 2),), {}, {}),
    ("Flatten", (), {}, {}),
    ("Linear", (), {"in_features": 42, "out_features": 6, "bias": False}, DRAWN),
    ("LayerNorm", (), {"normalized_shape": 6, "eps": 0.03}, DOUBLE),
    ("Linear", (6, 5), {}, DRAWN),
]
THEIR_NAMES = {
    "W": "weight",
    "b": "bias",
    "gamma": "weight",
    "beta": "bias",
    "BatchNorm": "BatchNorm2d",
}


def as_theirs(W: Any) -> Any:
    return W.T if W.ndim == 2 else W  # torch keeps the W of a linear layer transposed


def test_a_network_made_with_the_same_arguments_trains_the_same(torch: Any) -> None:
    ours = Sequential(
        *(getattr(layers, name)(*places, **names, **own) for name, places, names, own in NETWORK)
    )
    theirs = torch.nn.Sequential(
        *(
            getattr(torch.nn, THEIR_NAMES.get(name, name))(*places, **names)
            for name, places, names, _ in NETWORK
        )
    ).double()
    state = {}
    for name, array in ours.state_dict().items():
        layer, _, letter = name.partition(".")
        state[f"{layer}.{THEIR_NAMES.get(letter, letter)}"] = torch.tensor(as_theirs(array))
    counts = [name for name in theirs.state_dict() if name.endswith("num_batches_tracked")]
    assert list(state) == [name for name in theirs.state_dict() if name not in counts]
    theirs.load_state_dict(state, strict=False)
    optimizer = SGD(ours.parameters(), lr=0.05, momentum=0.9)
    their_optimizer = torch.optim.SGD(theirs.parameters(), lr=0.05, momentum=0.9)
    for step in range(50):
        x, t = rng(step).normal(size=(6, 2, 7, 8)), rng(step + 100).integers(0, 5, 6)
        y, backward = ours.forward(x, training=True)
        value, dy = softmax_cross_entropy(y, t)
        optimizer.zero_grad()
        dx = backward(dy)
        optimizer.step()
        their_x = torch.tensor(x, requires_grad=True)
        their_value = torch.nn.functional.cross_entropy(theirs(their_x), torch.tensor(t))
        their_optimizer.zero_grad()
        their_value.backward()
        their_optimizer.step()
        assert value == pytest.approx(their_value.item(), rel=1e-7)
        np.testing.assert_allclose(dx, their_x.grad.numpy(), rtol=1e-6, atol=1e-9)
    trained = theirs.state_dict()
    for name, array in zip(state, ours.state_dict().values(), strict=True):
        # Rounding grows along a path; 1e-6 is far above it and far below one step.
        np.testing.assert_allclose(as_theirs(array), trained[name].numpy(), rtol=1e-6, atol=1e-8)
    expected = theirs.eval()(torch.tensor(x)).detach().numpy()
    np.testing.assert_allclose(ours(x), expected, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("side", [3, 5, 6, 13])
def test_scaling_is_their_interpolate(torch: Any, side: int) -> None:
    given = rng(9).normal(size=(2, 3, 6, 9))
    theirs = torch.nn.functional.interpolate(
        torch.tensor(given), size=(side, round(side * 1.5)), mode="bilinear"
    )
    ours = random_scale(given, (side, side), rng())
    np.testing.assert_allclose(np.stack(ours), theirs.numpy(), atol=1e-10)


def test_gains_that_follow_from_the_function_are_theirs(torch: Any) -> None:
    functions = {"linear": lambda u: u, "relu": lambda u: np.maximum(u, 0)}
    for name, f in functions.items():
        theirs = torch.nn.init.calculate_gain(name)
        assert initializers.gain_of(f) == pytest.approx(theirs, rel=1e-10)


def test_he_weights_are_theirs_and_their_default_is_another_one(torch: Any) -> None:
    """U(-1/sqrt(n_in), 1/sqrt(n_in)): a third of LeCun's variance, whatever slides say."""
    torch.manual_seed(0)
    W = torch.nn.Linear(200, 300).weight.detach().numpy()
    assert np.abs(W).max() == pytest.approx(1 / math.sqrt(200), rel=0.002)
    ours = initializers.lecun_normal((200, 300), rng())
    assert ours.var() / W.var() == pytest.approx(3.0, rel=0.1)
    theirs = torch.nn.init.kaiming_uniform_(torch.empty(300, 200), nonlinearity="relu")
    ours = initializers.he_uniform((200, 300), rng())
    # Of 60,000 values the outermost lie within 0.1 % of the limits.
    np.testing.assert_allclose([ours.min(), ours.max()], [theirs.min(), theirs.max()], rtol=0.002)
