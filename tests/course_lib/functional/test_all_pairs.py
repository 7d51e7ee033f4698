"""What holds for every pair: right gradients, any layout, no side effects."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.gradient_check import check_op
from tests.course_lib.pairs import PAIRS, Pair, gradients

pytestmark = pytest.mark.parametrize("pair", PAIRS, ids=str)


def draw(seed: int = 0) -> Any:
    rng = np.random.default_rng(seed)
    return lambda *shape: rng.standard_normal(shape)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("N", "D"), [(5, 4), (4, 4), (1, 4), (5, 1), (1, 1)])
def test_gradients_agree_with_differences(pair: Pair, N: int, D: int, seed: int) -> None:
    # Default tolerances of check_op: 1e-6 relative. Central differences with h = 1e-5 in double
    # precision are good to about 1e-10 here; a wrong factor or a missing term is off by 1e-2.
    inputs = pair.inputs(draw(seed), max(N, pair.smallest_batch), D)
    checks = check_op(pair.op, inputs, np.random.default_rng(seed + 10))
    assert all(checks), [str(check) for check in checks]


@settings(max_examples=10, deadline=None, derandomize=True)
@given(N=st.integers(1, 9), D=st.integers(1, 9), seed=st.integers(20, 100))
def test_gradients_agree_with_differences_for_other_shapes(
    pair: Pair, N: int, D: int, seed: int
) -> None:
    inputs = pair.inputs(draw(seed), max(N, pair.smallest_batch), D)
    checks = check_op(pair.op, inputs, np.random.default_rng(seed + 10))
    assert all(checks), [str(check) for check in checks]


@pytest.mark.parametrize(
    "disguise",
    [np.asfortranarray, lambda a: np.repeat(a, 2, axis=0)[::2], lambda a: a[::-1].copy()[::-1]],
    ids=["Fortran order", "every other row", "negative strides"],
)
def test_memory_layout_does_not_matter(pair: Pair, disguise: Any) -> None:
    inputs = pair.inputs(draw(), 6, 4)
    y, cache = pair.op.forward(*inputs)
    dy = draw(1)(*y.shape)
    disguised = [disguise(a) for a in inputs]
    y2, cache2 = pair.op.forward(*disguised)
    # Sums may run in another order: equal up to rounding, 1e-12 is thousands of roundings.
    np.testing.assert_allclose(y2, y, rtol=1e-12, atol=1e-12)
    for a, b in zip(gradients(pair, disguise(dy), cache2), gradients(pair, dy, cache), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-12)


def test_single_precision_stays_single_precision(pair: Pair) -> None:
    inputs = [a.astype(np.float32) for a in pair.inputs(draw(), 5, 4)]
    y, cache = pair.op.forward(*inputs)
    assert y.dtype == np.float32
    assert [g.dtype for g in gradients(pair, np.ones_like(y), cache)] == [np.float32] * len(inputs)


def test_inputs_are_not_changed_and_outputs_share_no_memory_with_them(pair: Pair) -> None:
    inputs = pair.inputs(draw(), 5, 4)
    before = [a.copy() for a in inputs]
    y, cache = pair.op.forward(*inputs)
    dy = draw(1)(*y.shape)
    dy_before = dy.copy()
    results = (y, *gradients(pair, dy, cache))
    for a, b in zip([*inputs, dy], [*before, dy_before], strict=True):
        np.testing.assert_array_equal(a, b)
    assert not any(np.shares_memory(r, a) for r in results for a in [*inputs, dy])


def test_two_calls_can_be_undone_in_any_order(pair: Pair) -> None:
    first, second = pair.inputs(draw(2), 5, 4), pair.inputs(draw(3), 5, 4)
    y1, cache1 = pair.op.forward(*first)
    alone = gradients(pair, y1, cache1)
    y1, cache1 = pair.op.forward(*first)
    y2, cache2 = pair.op.forward(*second)
    gradients(pair, y2, cache2)
    for a, b in zip(gradients(pair, y1, cache1), alone, strict=True):
        np.testing.assert_array_equal(a, b)
