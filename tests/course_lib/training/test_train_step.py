"""One training step, and the minibatches it is used on."""

from typing import Any

import numpy as np
import pytest

from course_lib.layers import Linear
from course_lib.losses import squared_error
from course_lib.optimizers import SGD, clip_by_norm
from course_lib.regularizers import l2_penalty
from course_lib.training import fit, minibatches, train_step


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def data() -> tuple[np.ndarray, np.ndarray]:
    return rng(1).normal(size=(20, 3)), rng(2).normal(size=(20, 2))


def linear() -> Linear:
    return Linear(3, 2, rng=rng(), dtype="float64")


def test_a_step_is_forward_loss_backward_update() -> None:
    x, t = data()
    layer = linear()
    W, b = layer.W.data, layer.b.data
    layer.W.add_grad(np.ones((3, 2)))  # of an earlier pass; it must not count
    value, y = train_step(
        layer, x, t, loss=squared_error, optimizer=SGD(layer.parameters(), lr=0.1)
    )
    expected, dy = squared_error(x @ W + b, t)
    assert value == pytest.approx(expected)
    assert type(value) is float
    np.testing.assert_allclose(y, x @ W + b, rtol=1e-12)
    np.testing.assert_allclose(layer.W.data, W - 0.1 * x.T @ dy, rtol=1e-12)
    np.testing.assert_allclose(layer.b.data, b - 0.1 * dy.sum(axis=0), rtol=1e-12)


def test_the_penalty_is_added_before_the_gradients_are_clipped() -> None:
    x, t = data()
    layer = linear()
    W, b = layer.W.data, layer.b.data
    train_step(
        layer, x, t, loss=squared_error, optimizer=SGD(layer.parameters(), lr=1.0),
        penalty=lambda weights: l2_penalty(weights, 0.5), clip_norm=0.25,
    )  # fmt: skip
    _, dy = squared_error(x @ W + b, t)
    (dW, db), norm = clip_by_norm([x.T @ dy + 2 * 0.5 * W, dy.sum(axis=0)], 0.25)
    assert norm > 0.5
    np.testing.assert_allclose(layer.W.data, W - dW, rtol=1e-12)
    np.testing.assert_allclose(layer.b.data, b - db, rtol=1e-12)
    step = np.concatenate([(layer.W.data - W).ravel(), layer.b.data - b])
    assert np.linalg.norm(step) == pytest.approx(0.25)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_loss_that_is_not_finite_changes_nothing(bad: float) -> None:
    x, t = data()
    layer = linear()
    before = [p.data for p in layer.parameters()]
    value, _ = train_step(
        layer, x, t, loss=lambda y, t: (bad, np.full_like(y, bad)),
        optimizer=SGD(layer.parameters(), lr=0.1),
    )  # fmt: skip
    assert not np.isfinite(value)
    for p, old in zip(layer.parameters(), before, strict=True):
        np.testing.assert_array_equal(p.data, old)


def test_fit_is_this_step_on_these_minibatches() -> None:
    x, t = data()
    layer, other = linear(), linear()
    settings: dict[str, Any] = {
        "loss": squared_error, "penalty": lambda weights: l2_penalty(weights, 0.1), "clip_norm": 0.5
    }  # fmt: skip
    history = fit(
        layer, x, t, optimizer=SGD(layer.parameters(), lr=0.1, momentum=0.9), epochs=3,
        batch_size=6, rng=rng(5), progress=False, **settings,
    )  # fmt: skip
    optimizer, order, losses = SGD(other.parameters(), lr=0.1, momentum=0.9), rng(5), []
    for _ in range(3):
        values = []
        for batch, targets in minibatches(x, t, 6, order):
            value, _ = train_step(other, batch, targets, optimizer=optimizer, **settings)
            values.append(len(batch) * value)
        losses.append(sum(values) / 20)
    assert history.loss == pytest.approx(losses)
    for a, b in zip(layer.parameters(), other.parameters(), strict=True):
        np.testing.assert_array_equal(a.data, b.data)


@pytest.mark.parametrize("drop_last", [False, True])
@pytest.mark.parametrize("size", [1, 6, 20, 50])
def test_minibatches_use_every_sample_once(size: int, drop_last: bool) -> None:
    x, t = np.arange(20.0), np.arange(20) * 10
    batches = list(minibatches(x, t, size, rng(), drop_last=drop_last))
    lengths = [min(size, 20 - start) for start in range(0, 20, size)]
    whole = [n for n in lengths if n == size]
    assert [len(batch) for batch, _ in batches] == (whole if drop_last else lengths)
    for batch, targets in batches:
        np.testing.assert_array_equal(targets, 10 * batch)
    if not drop_last:
        np.testing.assert_array_equal(np.sort(np.concatenate([b for b, _ in batches])), x)


def test_the_order_is_drawn_before_the_first_minibatch_and_once() -> None:
    order = rng()
    remaining = minibatches(np.arange(20), np.arange(20), 4, order)
    first, _ = next(remaining)
    state = order.bit_generator.state
    rest = [batch for batch, _ in remaining]
    assert order.bit_generator.state == state
    np.testing.assert_array_equal(np.concatenate([first, *rest]), rng().permutation(20))


def test_fit_refuses_an_impossible_clip_norm() -> None:
    x, t = data()
    layer = linear()
    with pytest.raises(ValueError, match="max_norm is 0"):
        fit(
            layer, x, t, loss=squared_error, optimizer=SGD(layer.parameters(), lr=0.1), epochs=1,
            batch_size=5, rng=rng(), clip_norm=0.0, progress=False,
        )  # fmt: skip


def test_minibatches_of_lists_that_do_not_fit_are_refused_at_the_call() -> None:
    x, rng = np.ones((100, 2)), np.random.default_rng(0)
    for t in (np.ones(200), np.ones(50)):
        with pytest.raises(
            ValueError, match=f"minibatches: there are 100 inputs and {len(t)} targets"
        ):
            minibatches(x, t, 10, rng)
