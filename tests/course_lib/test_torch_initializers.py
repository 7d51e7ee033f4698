"""Initial weights are distributed as PyTorch's: variance, range and gain."""

import math
from typing import Any

import numpy as np
import pytest

from course_lib import initializers

pytestmark = pytest.mark.torch

PAIRS = [  # ours, theirs, their settings
    ("lecun_normal", "kaiming_normal_", {"nonlinearity": "linear"}),
    ("glorot_uniform", "xavier_uniform_", {}),
    ("glorot_normal", "xavier_normal_", {}),
    ("he_uniform", "kaiming_uniform_", {"nonlinearity": "relu"}),
    ("he_normal", "kaiming_normal_", {"nonlinearity": "relu"}),
]


@pytest.fixture
def torch() -> Any:
    import torch

    torch.set_num_threads(1)
    return torch


@pytest.mark.parametrize(("ours", "theirs", "settings"), PAIRS)
@pytest.mark.parametrize("shape", [(300, 100), (100, 300), (64, 16, 5, 3)])
def test_variance_and_range(
    torch: Any, ours: str, theirs: str, settings: Any, shape: tuple[int, ...]
) -> None:
    W = getattr(initializers, ours)(shape, np.random.default_rng(0))
    # A matrix of theirs is (n_out, n_in); a convolution's weights lie as ours do.
    T = torch.empty(shape[::-1] if len(shape) == 2 else shape, dtype=torch.float64)
    getattr(torch.nn.init, theirs)(T, **settings, generator=torch.Generator().manual_seed(0))
    V = T.numpy()
    # The ratio of two variances of n >= 15,360 values each spreads by sqrt(4 / n) = 0.016 for
    # normal values and less for uniform ones; six of these. 1/fan_in for 2/fan_in is off by 2.
    assert W.var() / V.var() == pytest.approx(1.0, abs=6 * (4 / W.size) ** 0.5)
    assert abs(W.mean() - V.mean()) < 6 * (2 * V.var() / W.size) ** 0.5
    if "uniform" in ours:
        # All n values lie below 99.8 % of the limit with probability 0.998^15360 = 4e-14.
        assert np.abs(W).max() == pytest.approx(np.abs(V).max(), rel=0.002)


@pytest.mark.parametrize(
    ("nonlinearity", "f", "settings"),
    [
        ("linear", lambda u: u, ()),
        ("relu", lambda u: np.maximum(u, 0), ()),
        ("leaky_relu", lambda u: np.where(u > 0, u, 0.2 * u), (0.2,)),
    ],
)
def test_gains_that_follow_from_the_function(
    torch: Any, nonlinearity: str, f: Any, settings: tuple[float, ...]
) -> None:
    theirs = torch.nn.init.calculate_gain(nonlinearity, *settings)
    assert initializers.gain_of(f) == pytest.approx(theirs, rel=1e-10)


def test_their_default_for_a_linear_layer_is_another_one(torch: Any) -> None:
    """U(-1/sqrt(n_in), 1/sqrt(n_in)): a third of LeCun's variance, whatever slides say."""
    torch.manual_seed(0)
    W = torch.nn.Linear(200, 300).weight.detach().numpy()
    assert np.abs(W).max() == pytest.approx(1 / math.sqrt(200), rel=0.002)
    assert W.var() == pytest.approx(1 / (3 * 200), rel=6 * (2 / W.size) ** 0.5)
    ours = initializers.lecun_normal((200, 300), np.random.default_rng(0))
    assert ours.var() / W.var() == pytest.approx(3.0, rel=0.1)
