from typing import Any

import numpy as np
import pytest

from course_lib.losses import binary_hinge, multiclass_hinge, perceptron_loss


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def outputs(seed: int = 0, N: int = 12) -> tuple[np.ndarray, np.ndarray]:
    return 2 * rng(seed).normal(size=N), rng(seed + 1).choice([-1, 1], N)


def test_values_written_out() -> None:
    f, t = outputs()
    assert binary_hinge(f, t)[0] == pytest.approx(
        sum(max(0.0, 1 - t[n] * f[n]) for n in range(12)) / 12
    )
    assert perceptron_loss(f, t)[0] == pytest.approx(
        sum(max(0.0, -t[n] * f[n]) for n in range(12)) / 12
    )


def test_hinge_is_the_perceptron_loss_with_a_margin_of_one() -> None:
    f, t = outputs()
    hinge, dhinge = binary_hinge(f, t)
    perceptron, dperceptron = perceptron_loss(f - t, t)
    assert hinge == pytest.approx(perceptron, rel=1e-12)
    np.testing.assert_array_equal(dhinge, dperceptron)


def test_hinge_wants_more_than_a_right_sign() -> None:
    f, t = np.array([0.5, 1.5]), np.array([1, 1])
    assert perceptron_loss(f, t)[0] == 0.0
    np.testing.assert_array_equal(perceptron_loss(f, t)[1], [0, 0])
    assert binary_hinge(f, t)[0] == 0.25
    np.testing.assert_array_equal(binary_hinge(f, t)[1], [-0.5, 0])


@pytest.mark.parametrize("loss", [binary_hinge, perceptron_loss])
def test_is_not_a_function_of_the_difference_of_target_and_output(loss: Any) -> None:
    # Both have t - f = -1.5; one is right, the other wrong (S4 writes l(y - f)).
    right, wrong = (loss(np.array([f]), np.array([t]))[0] for f, t in [(2.5, 1), (0.5, -1)])
    assert right == 0.0
    assert wrong >= 0.5


def test_a_perceptron_of_zero_weights_learns_what_can_be_separated() -> None:
    x = rng().normal(size=(40, 2))
    x = x[np.abs(x[:, 0] - x[:, 1]) > 0.2]
    t = np.sign(x[:, 0] - x[:, 1])
    w = np.zeros(2)
    for _ in range(1000):
        w = w - 0.1 * x.T @ perceptron_loss(x @ w, t)[1]
    assert np.all(np.sign(x @ w) == t)


def test_multiclass_hinge_written_out() -> None:
    scores, labels = rng().normal(size=(5, 4)), rng(1).integers(0, 4, 5)
    total, gradient = 0.0, np.zeros((5, 4))
    for n in range(5):
        for k in range(4):
            short = 0.6 + scores[n, k] - scores[n, labels[n]]
            if k != labels[n] and short > 0:
                total += short / 5
                gradient[n, k] += 1 / 5
                gradient[n, labels[n]] -= 1 / 5
    value, dscores = multiclass_hinge(scores, labels, 0.6)
    assert value == pytest.approx(total, rel=1e-12)
    np.testing.assert_allclose(dscores, gradient, rtol=1e-12, atol=1e-15)


def test_multiclass_hinge_of_two_classes_is_the_binary_one_of_their_difference() -> None:
    scores, t = rng().normal(size=(9, 2)), rng(1).choice([-1, 1], 9)
    value, dscores = multiclass_hinge(scores, (t + 1) // 2, 1.0)
    binary, df = binary_hinge(scores[:, 1] - scores[:, 0], t)
    assert value == pytest.approx(binary, rel=1e-12)
    np.testing.assert_allclose(dscores, np.stack([-df, df], axis=1), rtol=1e-12)


def test_multiclass_hinge_knows_differences_only_and_is_silent_beyond_the_margin() -> None:
    scores, labels = rng().normal(size=(5, 4)), rng(1).integers(0, 4, 5)
    value, dscores = multiclass_hinge(scores, labels, 0.6)
    shifted = multiclass_hinge(scores + rng(2).normal(size=(5, 1)), labels, 0.6)
    assert shifted[0] == pytest.approx(value, rel=1e-12)
    np.testing.assert_allclose(dscores.sum(axis=1), 0.0, atol=1e-15)
    value, dscores = multiclass_hinge(10.0 * np.eye(4), np.arange(4), 9.9)
    assert value == 0.0
    np.testing.assert_array_equal(dscores, 0.0)


@pytest.mark.parametrize("loss", [binary_hinge, perceptron_loss])
@pytest.mark.parametrize("t", [[0, 1], [1, 0.5], [np.nan, 1]])
def test_targets_are_signs(loss: Any, t: list[float]) -> None:
    with pytest.raises(ValueError, match=r"expected -1 and \+1 only; 2 \* t - 1"):
        loss(np.ones(2), np.array(t))


def test_impossible_arguments_of_the_multiclass_hinge_are_refused() -> None:
    with pytest.raises(ValueError, match="but scores has 3 columns"):
        multiclass_hinge(np.ones((2, 3)), np.array([0, 3]), 1.0)
    with pytest.raises(TypeError, match="labels must be integers"):
        multiclass_hinge(np.ones((2, 3)), np.ones(2), 1.0)
    with pytest.raises(ValueError, match="margin is -1"):
        multiclass_hinge(np.ones((2, 3)), np.array([0, 1]), -1.0)
