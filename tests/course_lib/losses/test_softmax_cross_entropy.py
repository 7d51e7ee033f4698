from typing import Any

import numpy as np
import pytest

from course_lib.functional import softmax
from course_lib.gradient_check import check_gradient
from course_lib.losses import softmax_cross_entropy


def data(seed: int = 0, N: int = 6, K: int = 4) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores, labels, rows of probabilities."""
    rng = np.random.default_rng(seed)
    t = rng.random((N, K))
    return 2.0 * rng.normal(size=(N, K)), rng.integers(0, K, N), t / t.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("kind", ["labels", "rows"])
@pytest.mark.parametrize(("N", "K"), [(6, 4), (1, 4), (6, 1), (5, 5)])
def test_gradient_agrees_with_differences(kind: str, N: int, K: int) -> None:
    u, labels, rows = data(1, N, K)
    target = labels if kind == "labels" else rows
    _, du = softmax_cross_entropy(u, target)
    check = check_gradient(
        lambda v: softmax_cross_entropy(v, target)[0], u, du, np.random.default_rng(2)
    )
    assert check, str(check)


def test_value_is_the_mean_of_the_logarithms_written_out() -> None:
    u, labels, rows = data()
    y = softmax(u)
    by_label = -sum(np.log(y[n, labels[n]]) for n in range(6)) / 6
    assert softmax_cross_entropy(u, labels)[0] == pytest.approx(by_label, rel=1e-12)
    by_rows = -sum(rows[n, k] * np.log(y[n, k]) for n in range(6) for k in range(4)) / 6
    assert softmax_cross_entropy(u, rows)[0] == pytest.approx(by_rows, rel=1e-12)


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.int64])
def test_a_label_is_a_row_with_a_one(dtype: Any) -> None:
    u, labels, _ = data()
    value, du = softmax_cross_entropy(u, labels.astype(dtype))
    value2, du2 = softmax_cross_entropy(u, np.eye(4)[labels])
    assert value == value2
    np.testing.assert_array_equal(du, du2)


def test_repeating_the_batch_changes_the_value_not_at_all() -> None:
    u, labels, _ = data()
    value, du = softmax_cross_entropy(u, labels)
    value2, du2 = softmax_cross_entropy(np.tile(u, (3, 1)), np.tile(labels, 3))
    assert value2 == pytest.approx(value, rel=1e-12)
    np.testing.assert_allclose(du2[:6], du / 3, rtol=1e-12)


def test_is_smallest_where_the_probabilities_are_the_targets() -> None:
    _, _, rows = data()
    value, du = softmax_cross_entropy(np.log(rows), rows)
    np.testing.assert_allclose(du, 0.0, atol=1e-15)
    assert value == pytest.approx(-(rows * np.log(rows)).sum() / 6)  # their entropy


def test_gradient_rows_sum_to_zero() -> None:
    u, labels, _ = data()
    np.testing.assert_allclose(softmax_cross_entropy(u, labels)[1].sum(axis=1), 0.0, atol=1e-15)


def test_large_scores_stay_finite_and_single_precision_single() -> None:
    u = np.array([[1000.0, -1000.0], [-1000.0, 1000.0]], dtype=np.float32)
    value, du = softmax_cross_entropy(u, np.array([1, 1]))
    assert value == pytest.approx(1000.0)
    assert du.dtype == np.float32
    np.testing.assert_array_equal(du, np.array([[0.5, -0.5], [0.0, 0.0]], dtype=np.float32))


def test_value_is_a_python_number_and_inputs_stay() -> None:
    u, labels, rows = data()
    for target in (labels, rows):
        before = u.copy(), target.copy()
        assert type(softmax_cross_entropy(u, target)[0]) is float
        np.testing.assert_array_equal(u, before[0])
        np.testing.assert_array_equal(target, before[1])


@pytest.mark.parametrize(
    ("target", "error", "message"),
    [
        (np.array([0, 4]), ValueError, "labels run from 0 to 4, but u has 4 columns"),
        (np.array([-1, 2]), ValueError, "labels run from -1 to 2"),
        (np.array([0.0, 1.0]), TypeError, "labels must be integers"),
        (np.array([0, 1, 2]), ValueError, "N is 2 in u"),
        (np.full((2, 3), 1 / 3), ValueError, "K is 4 in u"),
        (np.array([[1.5, -0.5, 0, 0], [1, 0, 0, 0]]), ValueError, "from -0.5 to 1.5"),
        (np.array([[np.nan, 1, 0, 0], [1, 0, 0, 0]]), ValueError, "from nan to nan"),
        (np.array([[0.5, 0.1, 0, 0], [1, 0, 0, 0]]), ValueError, "differs from 1 by 0.4"),
        ([0, 1], TypeError, "target is a list"),
    ],
)
def test_impossible_targets_are_refused(
    target: object, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        softmax_cross_entropy(np.zeros((2, 4)), target)


def test_an_empty_batch_has_no_mean() -> None:
    with pytest.raises(ValueError, match="empty"):
        softmax_cross_entropy(np.zeros((0, 4)), np.zeros(0, dtype=int))


def weighted_case() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    t = rng.integers(0, 4, size=12)
    t[[2, 7]] = -1
    return rng.normal(size=(12, 4)), t, np.array([0.5, 2.0, 0.0, 1.0])


def test_weights_and_an_ignored_label_are_a_weighted_mean() -> None:
    u, t, weight = weighted_case()
    value, du = softmax_cross_entropy(u, t, weight=weight, ignore=-1)
    single = [
        (softmax_cross_entropy(u[n : n + 1], t[n : n + 1]), weight[t[n]])
        for n in range(12)
        if t[n] >= 0
    ]
    whole = sum(w for _, w in single)
    assert value == pytest.approx(sum(w * v for (v, _), w in single) / whole)
    assert not du[t == -1].any() and not du[t == 2].any()
    kept = du[t >= 0]
    assert np.allclose(kept, np.concatenate([w * d / whole for (_, d), w in single]))
    assert softmax_cross_entropy(u, np.full(12, -1), ignore=-1)[0] == 0.0
    assert softmax_cross_entropy(u, abs(t), weight=np.ones(4))[0] == pytest.approx(
        softmax_cross_entropy(u, abs(t))[0]
    )


@pytest.mark.torch
def test_weights_agree_with_pytorch() -> None:
    torch = pytest.importorskip("torch")
    u, t, weight = weighted_case()
    scores = torch.tensor(u, requires_grad=True)
    loss = torch.nn.functional.cross_entropy(
        scores, torch.tensor(t), weight=torch.tensor(weight), ignore_index=-1
    )
    loss.backward()
    value, du = softmax_cross_entropy(u, t, weight=weight, ignore=-1)
    assert value == pytest.approx(loss.item(), rel=1e-12)
    assert np.allclose(du, scores.grad.numpy(), rtol=1e-12)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"weight": np.ones(3)}, "weight"),
        ({"weight": -np.ones(4)}, "a weight is negative"),
        ({"ignore": -2}, "labels run from -1"),
        ({"ignore": -1, "target": np.full((12, 4), 0.25)}, "are for labels"),
    ],
)
def test_wrong_weights_are_told(changes: dict[str, Any], words: str) -> None:
    u, t, weight = weighted_case()
    with pytest.raises(ValueError, match=words):
        softmax_cross_entropy(u, changes.pop("target", t), **{"weight": weight, **changes})
