from typing import Any

import numpy as np
import pytest

from course_lib.losses import contrastive_loss, info_nce, softmax_cross_entropy, triplet_loss


def points(seed: int, N: int = 6, D: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(N, D))


def distance(a: Any, b: Any) -> float:
    return float(np.linalg.norm(a - b))


def test_contrastive_loss_written_out() -> None:
    a, b, same = points(0), points(1), np.array([1, 0, 1, 0, 0, 1])
    total = 0.0
    for n in range(6):
        d = distance(a[n], b[n])
        total += 0.5 * d**2 if same[n] else 0.5 * max(0.0, 2.5 - d) ** 2
    assert contrastive_loss(a, b, same, 2.5)[0] == pytest.approx(total / 6, rel=1e-12)
    for truth in (same.astype(bool), same.astype(np.uint8), same.astype(float)):
        assert contrastive_loss(a, b, truth, 2.5)[0] == pytest.approx(total / 6, rel=1e-12)


def test_descent_on_the_contrastive_loss_joins_the_same_and_parts_the_others() -> None:
    a, b, same = 0.3 * points(0), 0.3 * points(1), np.array([1, 0, 1, 0, 0, 1])
    for _ in range(200):
        _, da, db = contrastive_loss(a, b, same, 2.0)
        a, b = a - da, b - db
    d = np.linalg.norm(a - b, axis=1)
    np.testing.assert_allclose(d, np.where(same, 0.0, 2.0), atol=1e-6)


def test_triplet_loss_written_out() -> None:
    a, p, n = points(0), points(1), points(2)
    total = sum(max(0.0, distance(a[i], p[i]) - distance(a[i], n[i]) + 0.5) for i in range(6))
    assert triplet_loss(a, p, n, 0.5)[0] == pytest.approx(total / 6, rel=1e-12)


def test_triplets_that_keep_the_margin_are_left_alone() -> None:
    a = points(0)
    p, n = a + 0.01, a + 5.0
    value, *gradients = triplet_loss(a, p, n, 1.0)
    assert value == 0.0
    for gradient in gradients:
        np.testing.assert_array_equal(gradient, 0.0)


@pytest.mark.parametrize("name", ["contrastive_loss", "triplet_loss"])
def test_moving_all_points_together_changes_nothing(name: str) -> None:
    moving: list[Any] = [points(0), points(1)]
    rest: list[Any] = [np.array([1, 0, 1, 0, 0, 1]), 2.5]
    loss: Any = contrastive_loss
    if name == "triplet_loss":
        moving, rest, loss = [*moving, points(2)], [0.5], triplet_loss
    value, *gradients = loss(*moving, *rest)
    assert loss(*(m + points(3, 1) for m in moving), *rest)[0] == pytest.approx(value, rel=1e-12)
    np.testing.assert_allclose(sum(gradients), 0.0, atol=1e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_distance_of_zero_gives_no_nan(dtype: Any) -> None:
    a = points(0).astype(dtype)
    for same in (0, 1):
        value, da, db = contrastive_loss(a, a.copy(), np.full(6, same), 2.0)
        assert value == (0.0 if same else 2.0)
        np.testing.assert_array_equal(da, 0.0)
        np.testing.assert_array_equal(db, 0.0)
    value, da, dp, dn = triplet_loss(a, a.copy(), a.copy(), 0.5)
    assert value == 0.5
    assert np.all(np.isfinite([da, dp, dn]))
    # One of the two distances is zero: the other still pulls or pushes.
    _, da, dp, dn = triplet_loss(a, a + 1, a.copy(), 0.5)
    np.testing.assert_allclose(da, -1 / 3**0.5 / 6 * np.ones((6, 3)), rtol=1e-5)
    np.testing.assert_allclose(dp, -da, rtol=1e-12)
    np.testing.assert_array_equal(dn, 0.0)


def test_info_nce_written_out() -> None:
    a, b = points(0), points(1)
    s = [[a[i] @ b[j] / np.sqrt((a[i] @ a[i]) * (b[j] @ b[j])) / 0.3 for j in range(6)]
         for i in range(6)]  # fmt: skip
    total = sum(np.log(sum(np.exp(s[i][j]) for j in range(6))) - s[i][i] for i in range(6))
    assert info_nce(a, b, 0.3)[0] == pytest.approx(total / 6, rel=1e-12)


def test_info_nce_does_not_feel_lengths() -> None:
    a, b = points(0), points(1)
    lengths = np.exp(points(2)[:, :1])
    value, da, db = info_nce(a, b, 0.3)
    value2, da2, db2 = info_nce(a * lengths, b, 0.3)
    assert value2 == pytest.approx(value, rel=1e-12)
    np.testing.assert_allclose(da2, da / lengths, rtol=1e-10, atol=1e-14)
    np.testing.assert_allclose(db2, db, rtol=1e-10, atol=1e-14)
    np.testing.assert_allclose((a * da).sum(axis=1), 0.0, atol=1e-15)  # no pull along a row
    np.testing.assert_allclose((b * db).sum(axis=1), 0.0, atol=1e-15)


def test_info_nce_is_the_logarithm_of_the_choices_when_all_look_alike() -> None:
    a = np.tile(points(0, 1), (6, 1))
    assert info_nce(a, a.copy(), 0.1)[0] == pytest.approx(np.log(6), rel=1e-12)
    assert info_nce(points(0, 1), points(1, 1), 0.1)[0] == pytest.approx(0.0, abs=1e-15)


def test_info_nce_falls_when_partners_find_each_other() -> None:
    a, b = points(0, 6, 8), points(1, 6, 8)
    start = info_nce(a, b, 0.5)[0]
    for _ in range(300):
        _, da, db = info_nce(a, b, 0.5)
        a, b = a - da, b - db
    nearest = np.argmax(
        (a / np.linalg.norm(a, axis=1, keepdims=True))
        @ (b / np.linalg.norm(b, axis=1, keepdims=True)).T,
        axis=1,
    )
    np.testing.assert_array_equal(nearest, np.arange(6))
    assert info_nce(a, b, 0.5)[0] < 0.5 * start


def test_info_nce_of_a_row_of_zeros_gives_no_nan() -> None:
    a, b = points(0), points(1)
    a[2], b[4] = 0.0, 0.0
    value, da, db = info_nce(a, b, 0.3)
    assert np.isfinite(value)
    assert np.all(np.isfinite([da, db]))
    np.testing.assert_array_equal(da[2], 0.0)
    np.testing.assert_array_equal(db[4], 0.0)
    assert np.all(np.abs(da[[0, 1, 3, 4, 5]]).max(axis=1) > 0)


def test_info_nce_on_unit_rows_is_cross_entropy_with_the_partners_as_labels() -> None:
    a, b = (p / np.linalg.norm(p, axis=1, keepdims=True) for p in (points(0), points(1)))
    expected, _ = softmax_cross_entropy(a @ b.T / 0.3, np.arange(6))
    assert info_nce(a, b, 0.3)[0] == pytest.approx(expected, rel=1e-12)


def test_impossible_arguments_are_refused() -> None:
    a = points(0)
    with pytest.raises(ValueError, match="same has values from -1 to 1"):
        contrastive_loss(a, a, np.array([1, -1, 1, 1, 1, 1]), 1.0)
    with pytest.raises(ValueError, match="margin is 0"):
        contrastive_loss(a, a, np.ones(6), 0.0)
    with pytest.raises(ValueError, match=r"margin is -0\.1"):
        triplet_loss(a, a, a, -0.1)
    with pytest.raises(ValueError, match="temperature is 0"):
        info_nce(a, a, 0.0)
    with pytest.raises(TypeError, match="b has dtype int64"):
        contrastive_loss(a, np.ones((6, 3), dtype=np.int64), np.ones(6), 1.0)
