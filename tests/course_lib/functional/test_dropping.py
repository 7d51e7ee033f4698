"""What dropout, its vanilla form and DropConnect do on average, and with their generator."""

from typing import Any

import numpy as np
import pytest

from course_lib import functional as F
from tests.catalogue.maps import DROPPING
from tests.catalogue.operation import Pair

NAMES = ["dropout", "vanilla_dropout", "dropconnect"]


def factors(name: str, drop_prob: float, draw: Any, n: int = 200, dtype: Any = float) -> Any:
    """What each value, or weight, is multiplied by."""
    arguments = [np.eye(n, dtype=dtype)] if name == "dropconnect" else []
    arguments += [np.ones((n, n), dtype)]
    arguments += [np.zeros(n, dtype)] if name == "dropconnect" else []
    return getattr(F, f"{name}_forward")(*arguments, drop_prob, draw, training=True)[0]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("drop_prob", [0.0, 0.2, 0.5, 0.9])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_drops_the_right_share_independently(name: str, drop_prob: float, dtype: Any) -> None:
    used = factors(name, drop_prob, np.random.default_rng(0), dtype=dtype)
    dropped = used == 0
    # Six standard deviations of a share of 40,000 independent elements, and of rows of 200.
    sigma = (drop_prob * (1 - drop_prob)) ** 0.5
    assert abs(dropped.mean() - drop_prob) <= 6 * sigma / 200
    kept = 1.0 if name == "vanilla_dropout" else 1.0 / (1.0 - drop_prob)
    np.testing.assert_allclose(used[~dropped], kept, rtol=1e-6)
    for axis in (0, 1):
        shares = dropped.mean(axis=axis)
        assert np.abs(shares - drop_prob).max() <= 6 * sigma / 200**0.5
        assert drop_prob == 0 or 0.7 < shares.std() * 200**0.5 / sigma < 1.3


@pytest.mark.parametrize("row", DROPPING, ids=str)
def test_the_generator_moves_on_in_training_and_rests_in_evaluation(row: Pair) -> None:
    inputs, rest = row.given(6)
    draw = rest.pop("rng")
    before, forward = draw.bit_generator.state, row.find(row.called)
    first, second = (forward(*inputs, rng=draw, **rest)[0] for _ in range(2))
    assert np.array_equal(first, second) == (not rest["training"])
    assert (draw.bit_generator.state == before) == (not rest["training"])


@pytest.mark.torch
def test_the_probability_is_that_of_dropping_as_theirs_is(torch: Any) -> None:
    theirs = torch.nn.functional.dropout(torch.ones(200, 200), 0.3, training=True).numpy()
    ours = factors("dropout", 0.3, np.random.default_rng(0), dtype=np.float32)
    np.testing.assert_allclose(np.unique(ours), np.unique(theirs), rtol=1e-6)
    # Two shares of 40,000: each spreads by sqrt(0.3 * 0.7 / 40000) = 0.0023; six of both.
    assert np.mean(ours == 0) == pytest.approx(np.mean(theirs == 0), abs=6 * 0.0033)
