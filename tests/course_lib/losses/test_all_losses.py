"""What holds for every loss: right gradients, any layout, no side effects."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib import losses
from course_lib.gradient_check import check_gradient
from tests.course_lib.exports import exports
from tests.course_lib.losses.table import LOSSES, Row

each_loss = pytest.mark.parametrize("loss", LOSSES, ids=str)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def changed(arguments: Any, change: Any) -> list[Any]:
    """The arguments with a change made to those that are arrays."""
    return [change(a) if isinstance(a, np.ndarray) else a for a in arguments]


def test_every_loss_is_in_the_table() -> None:
    makes_targets = {"smooth_labels"}
    assert {row.name for row in LOSSES} == set(exports(losses)) - makes_targets


def assert_gradients_agree_with_differences(loss: Row, N: int, D: int, seed: int) -> None:
    # Default tolerances: 1e-6 relative, while differences are good to 1e-9 here and a wrong factor
    # is off by more than 1e-2. Directions across a kink are set aside.
    moving, fixed = loss.arguments(rng(seed), N, D)
    _, gradients = loss(*moving, *fixed)
    assert len(gradients) == len(moving)
    for i, gradient in enumerate(gradients):

        def f(a: Any, i: int = i) -> float:
            return loss(*moving[:i], a, *moving[i + 1 :], *fixed)[0]

        check = check_gradient(f, moving[i], gradient, rng(seed + 10))
        assert check, str(check)


@each_loss
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("N", "D"), [(6, 4), (4, 4), (1, 4), (6, 1), (1, 1)])
def test_gradients_agree_with_differences(loss: Row, N: int, D: int, seed: int) -> None:
    assert_gradients_agree_with_differences(loss, N, D, seed)


@each_loss
@settings(max_examples=10, deadline=None, derandomize=True)
@given(N=st.integers(1, 9), D=st.integers(1, 9), seed=st.integers(0, 100))
def test_gradients_agree_with_differences_for_other_shapes(
    loss: Row, N: int, D: int, seed: int
) -> None:
    assert_gradients_agree_with_differences(loss, N, D, seed)


@pytest.mark.parametrize("loss", [row for row in LOSSES if row.is_mean_over_samples], ids=str)
def test_is_a_mean_over_samples(loss: Row) -> None:
    moving, fixed = loss.arguments(rng(), 6, 4)
    value, gradients = loss(*moving, *fixed)
    tiled = changed([*moving, *fixed], lambda a: np.concatenate([a, a, a]))
    value3, gradients3 = loss(*tiled)
    assert value3 == pytest.approx(value, rel=1e-12)
    for thrice, once in zip(gradients3, gradients, strict=True):
        np.testing.assert_allclose(thrice[:6], once / 3, rtol=1e-12)
    singles = [loss(*changed([*moving, *fixed], lambda a, n=n: a[n : n + 1]))[0] for n in range(6)]
    assert value == pytest.approx(sum(singles) / 6, rel=1e-12)


@each_loss
@pytest.mark.parametrize(
    "disguise",
    [np.asfortranarray, lambda a: np.repeat(a, 2, axis=0)[::2], lambda a: a[::-1].copy()[::-1]],
    ids=["Fortran order", "every other row", "negative strides"],
)
def test_memory_layout_does_not_matter(loss: Row, disguise: Any) -> None:
    moving, fixed = loss.arguments(rng(), 6, 4)
    value, gradients = loss(*moving, *fixed)
    value2, gradients2 = loss(*changed([*moving, *fixed], disguise))
    # Sums may run in another order: equal up to rounding, 1e-12 is thousands of roundings.
    assert value2 == pytest.approx(value, rel=1e-12)
    for a, b in zip(gradients2, gradients, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-14)


@each_loss
def test_single_precision_stays_single_precision(loss: Row) -> None:
    moving, fixed = loss.arguments(rng(), 6, 4)
    value, gradients = loss(*moving, *fixed)
    single = [a.astype(np.float32) for a in moving]
    for targets in (
        fixed,
        changed(fixed, lambda a: a.astype(np.float32) if a.dtype == float else a),
    ):
        if loss.name == "soft_dtw" and targets is fixed:
            continue  # both sequences have the precision they have
        value2, gradients2 = loss(*single, *targets)
        # Single precision rounds at 6e-8; these are sums of some 50 terms.
        assert value2 == pytest.approx(value, rel=1e-5)
        for a, b in zip(gradients2, gradients, strict=True):
            assert a.dtype == np.float32
            np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


@each_loss
def test_arguments_are_not_changed_and_gradients_share_no_memory(loss: Row) -> None:
    moving, fixed = loss.arguments(rng(), 6, 4)
    arguments = [*moving, *fixed]
    before = changed(arguments, np.copy)
    _, gradients = loss(*arguments)
    for a, b in zip(arguments, before, strict=True):
        np.testing.assert_array_equal(a, b)
    arrays = [a for a in arguments if isinstance(a, np.ndarray)]
    assert not any(np.shares_memory(g, a) for g in gradients for a in arrays)
    assert not any(np.shares_memory(g, h) for i, g in enumerate(gradients) for h in gradients[:i])


@each_loss
def test_an_empty_batch_is_refused(loss: Row) -> None:
    moving, fixed = loss.arguments(rng(), 6, 4)
    message = "expected 1 or more" if loss.name == "soft_dtw" else r"the batch is empty \(N = 0\)"
    with pytest.raises(ValueError, match=f"^{loss.name}: .*{message}"):
        loss(*changed([*moving, *fixed], lambda a: a[:0]))


@each_loss
def test_integer_outputs_are_refused(loss: Row) -> None:
    moving, fixed = loss.arguments(rng(), 6, 4)
    with pytest.raises(TypeError, match=rf"^{loss.name}: \w+ has dtype int64"):
        loss(moving[0].astype(np.int64), *moving[1:], *fixed)


@each_loss
def test_arrays_that_do_not_fit_are_refused(loss: Row) -> None:
    moving, fixed = loss.arguments(rng(), 6, 4)
    if loss.name == "soft_dtw":
        moving[0] = moving[0][:, :1]
    else:
        moving[0] = moving[0][:1]  # would silently be stretched
    with pytest.raises(ValueError, match=rf"^{loss.name}: "):
        loss(*moving, *fixed)
    with pytest.raises(TypeError, match=r"is a list.*numpy\.asarray"):
        loss(moving[0].tolist(), *moving[1:], *fixed)
