"""Penalties on weights: values, gradients, and what they do to a minimum."""

from typing import Any

import numpy as np
import pytest

from course_lib.gradient_check import check_gradient
from course_lib.regularizers import elastic_net_penalty, l1_penalty, l2_penalty

PENALTIES: list[Any] = [
    pytest.param(lambda weights: l1_penalty(weights, 0.3), id="l1"),
    pytest.param(lambda weights: l2_penalty(weights, 0.3), id="l2"),
    pytest.param(lambda weights: elastic_net_penalty(weights, 0.3, 0.7), id="elastic net"),
]

LOOPS: list[Any] = [
    pytest.param(lambda W: l1_penalty(W, 0.3), lambda w: 0.3 * abs(w), id="l1"),
    pytest.param(lambda W: l2_penalty(W, 0.3), lambda w: 0.3 * w**2, id="l2"),
    pytest.param(
        lambda W: elastic_net_penalty(W, 0.3, 0.7),
        lambda w: 0.3 * (0.7 * w**2 + abs(w)),
        id="elastic net",
    ),
]


def weights(seed: int = 0) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in [(3, 4), (4, 1), (2, 3, 2, 2)]]


@pytest.mark.parametrize(("penalty", "term"), LOOPS)
def test_value_is_the_sum_over_every_weight(penalty: Any, term: Any) -> None:
    value, _ = penalty(weights())
    assert type(value) is float
    assert value == pytest.approx(sum(term(w) for W in weights() for w in W.flat), rel=1e-12)


@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("seed", range(3))
def test_gradients_agree_with_differences(penalty: Any, seed: int) -> None:
    given = weights(seed)
    _, gradients = penalty(given)
    assert [g.shape for g in gradients] == [W.shape for W in given]
    for i, W in enumerate(given):

        def value(V: Any, i: int = i) -> float:
            return float(penalty([*given[:i], V, *given[i + 1 :]])[0])

        assert check_gradient(value, W, gradients[i], np.random.default_rng(seed + 1))


@pytest.mark.parametrize("penalty", PENALTIES)
def test_pure_and_precise(penalty: Any) -> None:
    given = weights()
    before = [W.copy() for W in given]
    _, gradients = penalty(given)
    for W, b, g in zip(given, before, gradients, strict=True):
        np.testing.assert_array_equal(W, b)
        assert not np.shares_memory(W, g)
    _, single = penalty([W.astype(np.float32) for W in given])
    assert {g.dtype for g in single} == {np.dtype(np.float32)}
    _, strided = penalty([np.asfortranarray(W)[::-1] for W in given])
    for g, s in zip(gradients, strided, strict=True):
        np.testing.assert_array_equal(s, g[::-1])
    assert penalty([]) == (0.0, [])


def test_at_zero_the_subgradient_is_a_finite_one() -> None:
    for penalty, bound in [
        (l1_penalty([np.zeros(3)], 0.3), 0.3),
        (elastic_net_penalty([np.zeros(3)], 0.3, 0.7), 0.3),
    ]:
        value, (gradient,) = penalty
        assert value == 0.0
        assert np.all(np.abs(gradient) <= bound)


def test_the_elastic_net_lies_between_its_two_ends() -> None:
    given = weights()
    for both, alone in [
        (elastic_net_penalty(given, 0.3, 0.0), l1_penalty(given, 0.3)),
        (elastic_net_penalty(given, 1e-9, 0.3e9), l2_penalty(given, 0.3)),
    ]:
        assert both[0] == pytest.approx(alone[0], rel=1e-7)
        for a, b in zip(both[1], alone[1], strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("lam", [-0.1, float("nan")])
def test_a_negative_strength_is_refused(lam: float) -> None:
    for call in (
        lambda: l1_penalty(weights(), lam),
        lambda: l2_penalty(weights(), lam),
        lambda: elastic_net_penalty(weights(), lam, 0.5),
    ):
        with pytest.raises(ValueError, match="lam is"):
            call()
    with pytest.raises(ValueError, match="beta is"):
        elastic_net_penalty(weights(), 0.1, lam)


def regression(penalty: Any) -> np.ndarray:
    """Least squares of 10 weights, of which two count, by descent on loss and penalty."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 10))
    t = x[:, 0] - 2 * x[:, 1] + 0.1 * rng.normal(size=200)
    w = np.zeros(10)
    for _ in range(2000):
        _, (gradient,) = penalty([w])
        w = w - 0.01 * (x.T @ (x @ w - t) / 200 + gradient)
    return w


def test_l1_switches_useless_weights_off_and_l2_makes_all_smaller() -> None:
    free = regression(lambda w: (0.0, [0.0 * w[0]]))
    sparse = regression(lambda w: l1_penalty(w, 0.1))
    small = regression(lambda w: l2_penalty(w, 0.1))
    # A subgradient step jumps over zero by at most lr * lam = 0.001.
    assert np.all(np.abs(sparse[2:]) < 0.002)
    assert np.all(np.abs(sparse[:2]) > 0.8)
    assert np.max(np.abs(small[2:])) > 0.002
    # Near x'x/N = 1 the minimum of w^2/2 - w w0 + lam w^2 is w0 / (1 + 2 lam): smaller by a share.
    np.testing.assert_allclose(small[:2] / free[:2], 1 / 1.2, rtol=0.05)
    # That of w^2/2 - w w0 + lam |w| is w0 - lam: smaller by an amount.
    np.testing.assert_allclose(np.abs(free[:2]) - np.abs(sparse[:2]), 0.1, atol=0.03)
