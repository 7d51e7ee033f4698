"""What dropout, its vanilla form and DropConnect do on average, and with their generator."""

from typing import Any

import numpy as np
import pytest

from course_lib import functional as F
from tests.catalogue import Pair
from tests.catalogue.maps import DROPPING

NAMES = ["dropout", "vanilla_dropout", "dropconnect"]
in_training = pytest.mark.parametrize("row", [r for r in DROPPING if "training" in r.name], ids=str)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


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
    used = factors(name, drop_prob, rng(), dtype=dtype)
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


@in_training
def test_evaluation_gives_the_mean_of_training(row: Pair) -> None:
    inputs, rest = row.given(6)
    draw, forward = rest.pop("rng"), row.find(row.called)
    runs = np.stack([forward(*inputs, rng=draw, **rest)[0] for _ in range(2000)])
    y, _ = forward(*inputs, rng=draw, **{**rest, "training": False})
    spread = runs.std(axis=0) / 2000**0.5
    assert np.all(np.abs(runs.mean(axis=0) - y) < 6 * spread)


def test_the_bias_of_dropconnect_is_kept() -> None:
    W, b = np.ones((4, 3)), np.arange(3.0)
    y, _ = F.dropconnect_forward(np.zeros((2, 4)), W, b, 0.9, rng(), training=True)
    np.testing.assert_array_equal(y, [b, b])


@pytest.mark.torch
def test_the_probability_is_that_of_dropping_as_theirs_is() -> None:
    torch = pytest.importorskip("torch")

    class Drawn:
        """A generator that draws what makes dropout keep the places of a mask."""

        def random(self, shape: tuple[int, ...], dtype: Any) -> Any:
            return mask.astype(dtype) * 0.999

    x = rng().normal(size=(30, 20))
    theirs = torch.nn.functional.dropout(torch.tensor(x), 0.3, training=True).numpy()
    mask = theirs != 0.0
    # 600 places: the share spreads by sqrt(0.3 * 0.7 / 600) = 0.019; six of these.
    assert mask.mean() == pytest.approx(0.7, abs=6 * 0.019)
    np.testing.assert_allclose(F.dropout_forward(x, 0.3, Drawn(), training=True)[0], theirs)
