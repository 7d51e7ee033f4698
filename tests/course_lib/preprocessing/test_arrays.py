"""one_hot and pairwise_sq_dists: what the first problem set writes."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.preprocessing import one_hot, pairwise_sq_dists


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.int64, np.uint64])
def test_one_hot_rows_have_a_single_one_in_the_labels_place(dtype: Any) -> None:
    labels = rng().integers(0, 5, 20)
    t = one_hot(labels.astype(dtype), 5)
    assert t.shape == (20, 5)
    assert t.dtype == np.float64
    np.testing.assert_array_equal(np.argmax(t, axis=1), labels)
    np.testing.assert_array_equal(np.sort(t, axis=1), np.tile([0, 0, 0, 0, 1], (20, 1)))


def test_one_hot_of_few_labels() -> None:
    np.testing.assert_array_equal(one_hot(np.array([2]), 3), [[0, 0, 1]])
    np.testing.assert_array_equal(one_hot(np.array([0, 0]), 1), [[1], [1]])
    assert one_hot(np.zeros(0, dtype=int), 3).shape == (0, 3)


@pytest.mark.parametrize(
    ("labels", "n_classes", "error", "message"),
    [
        ([0, 3], 3, ValueError, "labels run from 0 to 3, but n_classes is 3"),
        ([-1, 0], 3, ValueError, "labels run from -1 to 0"),
        ([0.0, 1.0], 3, TypeError, "labels must be integers"),
        ([[0], [1]], 3, ValueError, r"expected \(N,\)"),
        ([0], 0, ValueError, "n_classes is 0"),
    ],
)
def test_impossible_labels_are_refused(
    labels: Any, n_classes: int, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        one_hot(np.array(labels), n_classes)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(N=st.integers(0, 6), M=st.integers(0, 6), D=st.integers(0, 5))
def test_distances_agree_with_the_loop(N: int, M: int, D: int) -> None:
    x, y = rng(1).normal(size=(N, D)), rng(2).normal(size=(M, D))
    d = pairwise_sq_dists(x, y)
    assert d.shape == (N, M)
    for n in range(N):
        for m in range(M):
            # Rounding is relative to the squared lengths, about 10 here.
            assert d[n, m] == pytest.approx(sum((x[n] - y[m]) ** 2), rel=1e-10, abs=1e-13)


def test_distances_are_those_of_geometry() -> None:
    x, y = rng(1).normal(size=(7, 3)), rng(2).normal(size=(5, 3))
    d = pairwise_sq_dists(x, y)
    np.testing.assert_allclose(pairwise_sq_dists(y, x), d.T, rtol=1e-10, atol=1e-13)
    Q, _ = np.linalg.qr(rng(3).normal(size=(3, 3)))
    np.testing.assert_allclose(pairwise_sq_dists(x @ Q + 1, y @ Q + 1), d, rtol=1e-10, atol=1e-12)
    own = pairwise_sq_dists(x, x)
    np.testing.assert_allclose(np.diag(own), 0.0, atol=1e-13)
    assert own.min() >= 0.0
    sides = np.sqrt(own)
    assert np.all(sides[:, :, None] <= sides[:, None, :] + sides.T[None, :, :] + 1e-6)


def test_distances_far_from_the_origin_keep_their_digits() -> None:
    x, y = rng(1).normal(size=(7, 3)), rng(2).normal(size=(5, 3))
    d = pairwise_sq_dists(x, y)
    # Written out without moving the points, |x|^2 of 1e6 in single precision is off by 0.06.
    far = pairwise_sq_dists((x + 1000).astype(np.float32), (y + 1000).astype(np.float32))
    assert far.dtype == np.float32
    np.testing.assert_allclose(far, d, atol=0.01)


def test_distances_of_single_precision_keep_their_digits_between_clusters() -> None:
    x = np.array([[0.0, 0.0], [1e6, 3.0]], np.float32)
    found = pairwise_sq_dists(x, x + np.array([[1.0, 0.0]], np.float32))
    assert found.dtype == np.float32
    np.testing.assert_allclose(np.diag(found), 1.0, rtol=1e-6)


def test_impossible_points_are_refused() -> None:
    with pytest.raises(ValueError, match="D is 3 in x"):
        pairwise_sq_dists(np.ones((2, 3)), np.ones((2, 4)))
    with pytest.raises(TypeError, match="y has dtype uint8"):
        pairwise_sq_dists(np.ones((2, 3)), np.ones((2, 3), dtype=np.uint8))


@pytest.mark.parametrize(
    ("function", "arrays", "rest"),
    [
        (one_hot, [rng().integers(0, 4, 6)], [4]),
        (pairwise_sq_dists, [rng(1).normal(size=(6, 3)), rng(2).normal(size=(4, 3))], []),
    ],
)
def test_pure_for_every_layout(function: Any, arrays: list[Any], rest: Any) -> None:
    before = [a.copy() for a in arrays]
    result = function(*arrays, *rest)
    assert not any(np.shares_memory(result, a) for a in arrays)
    scattered = function(*(np.repeat(a, 2, axis=0)[::2] for a in arrays), *rest)
    np.testing.assert_allclose(scattered, result, rtol=1e-12, atol=1e-13)
    for a, b in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(a, b)
    if arrays[0].dtype == np.float64:
        assert function(*(a.astype(np.float32) for a in arrays), *rest).dtype == np.float32
