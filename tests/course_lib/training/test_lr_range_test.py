from typing import Any

import numpy as np
import pytest

from course_lib.layers import Linear
from course_lib.losses import softmax_cross_entropy, squared_error
from course_lib.optimizers import SGD
from course_lib.training import RangeTest, fit, lr_range_test
from tests.course_lib.training.runs import data, start


def on_a_quadratic(curvature: float, *, noise: float = 0.3, **changes: Any) -> RangeTest:
    """Loss ``curvature / 2 * mean((w - t)**2)``, whose highest stable rate is ``2 / curvature``.

    The targets are 1 and noise: without noise it would stand still, once it has arrived exactly.
    """
    x = np.ones((64, 1))
    t = 1.0 + noise * np.random.default_rng(1).normal(size=(64, 1))
    layer = Linear(1, 1, rng=np.random.default_rng(0), init=lambda s, r: np.zeros(s))
    layer.parameters = lambda: [layer.W]  # type: ignore[method-assign]

    def loss(y: Any, t: Any) -> Any:
        value, dy = squared_error(y, t)
        return curvature * value, curvature * dy

    settings: dict[str, Any] = {"batch_size": 8, "steps": 200, "lowest": 1e-6, "highest": 1e4}
    return lr_range_test(
        layer, x, t, loss=loss, optimizer=SGD([layer.W], lr=9.0), rng=np.random.default_rng(0),
        **{**settings, **changes},
    )  # fmt: skip


@pytest.mark.parametrize("curvature", [0.1, 1.0, 100.0])
def test_the_suggestion_follows_the_curvature(curvature: float) -> None:
    found = on_a_quadratic(curvature)
    assert found.diverged
    assert found.suggestion is not None
    # Below the highest stable rate, and not so far below that nothing would happen.
    assert 0.01 * 2 / curvature < found.suggestion < 2 / curvature
    # It went on until the rate was too high, and stopped soon: within a factor 10.
    assert 2 / curvature < found.rates[-1] < 10 * 2 / curvature


def test_rates_are_geometric_from_lowest_to_highest() -> None:
    found = on_a_quadratic(1.0, lowest=1e-5, highest=1e-1, steps=9)
    assert not found.diverged
    assert found.rates[0] == pytest.approx(1e-5)
    assert found.rates[-1] == pytest.approx(1e-1)
    ratios = np.divide(found.rates[1:], found.rates[:-1])
    np.testing.assert_allclose(ratios, ratios[0], rtol=1e-12)
    assert len(found.losses) == len(found.smoothed) == 9


def test_the_losses_are_those_of_training_at_these_rates() -> None:
    found = on_a_quadratic(1.0, noise=0.0, lowest=0.1, highest=1.0, steps=5)
    w = 0.0
    for lr, loss in zip(found.rates, found.losses, strict=True):
        assert loss == pytest.approx(0.5 * (w - 1.0) ** 2, rel=1e-5, abs=1e-12)  # float32
        w -= lr * (w - 1.0)


def test_nothing_is_changed_and_the_suggested_rate_trains() -> None:
    model, optimizer, rng = start()
    samples = data()
    before = [tree.state_dict() for tree in (model, optimizer)]
    state = rng.bit_generator.state
    found = lr_range_test(
        model, samples["x"], samples["t"], loss=softmax_cross_entropy, optimizer=optimizer,
        batch_size=25, rng=rng,
    )  # fmt: skip
    after = [tree.state_dict() for tree in (model, optimizer)]
    np.testing.assert_equal(after, before)
    assert rng.bit_generator.state == state
    assert found.suggestion is not None
    optimizer.lr = found.suggestion
    history = fit(
        model, samples["x"], samples["t"], loss=softmax_cross_entropy, optimizer=optimizer,
        epochs=15, batch_size=25, rng=rng, progress=False,
    )  # fmt: skip
    assert history.loss[-1] < 0.8 * history.loss[0]


def test_a_gradient_that_is_turned_round_suggests_nothing() -> None:
    def turned(y: Any, t: Any) -> Any:
        value, dy = squared_error(y, t)
        return value, -dy

    layer = Linear(1, 1, rng=np.random.default_rng(0))
    found = lr_range_test(
        layer, np.ones((4, 1)), np.zeros((4, 1)), loss=turned, batch_size=4,
        optimizer=SGD(layer.parameters(), lr=1.0), rng=np.random.default_rng(0),
    )  # fmt: skip
    assert found.suggestion is None
    assert found.diverged


def test_impossible_settings() -> None:
    for changes, message in [
        ({"lowest": 1.0, "highest": 0.1}, "expected 0 < lowest < highest"),
        ({"lowest": 0.0}, "expected 0 < lowest < highest"),
        ({"steps": 1}, "steps is 1, expected 2 or more"),
        ({"batch_size": 0}, "batch_size is 0, expected 1 or more"),
    ]:
        with pytest.raises(ValueError, match=message):
            on_a_quadratic(1.0, **changes)
    with pytest.raises(ValueError, match="the first loss is not finite"):
        on_a_quadratic(float("nan"))
