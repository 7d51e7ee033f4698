import numpy as np
import pytest

from course_lib.functional import (
    linear_backward,
    linear_forward,
    shared_chain_backward,
    shared_chain_forward,
    sigmoid_backward,
    sigmoid_forward,
)
from course_lib.gradient_check import check_gradient, relative_error


def data(N: int = 5, D: int = 3) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.normal(size=(N, D)), rng.normal(size=(D, D)), rng.normal(size=(N, D))


@pytest.mark.parametrize("n", [1, 2, 5])
def test_is_the_step_written_n_times(n: int) -> None:
    x, W, _ = data()
    y, _ = shared_chain_forward(x, W, n)
    z = x
    for _ in range(n):
        z = 1.0 / (1.0 + np.exp(-(z @ W)))
    np.testing.assert_allclose(y, z, rtol=1e-13)


def gradients_of_three_copies() -> list[np.ndarray]:
    """dW of three links in a row, each with a copy of W of its own."""
    x, W, dy = data()
    z, caches = x, []
    for _ in range(3):
        u, linear_cache = linear_forward(z, W.copy(), np.zeros(3))
        z, sigmoid_cache = sigmoid_forward(u)
        caches.append((linear_cache, sigmoid_cache))
    dz, contributions = dy, []
    for linear_cache, sigmoid_cache in reversed(caches):
        dz, dW, _ = linear_backward(sigmoid_backward(dz, sigmoid_cache), linear_cache)
        contributions.append(dW)
    return contributions


def test_the_gradient_is_the_sum_over_all_uses_of_the_weight() -> None:
    x, W, dy = data()
    _, dW = shared_chain_backward(dy, shared_chain_forward(x, W, 3)[1])
    np.testing.assert_allclose(dW, sum(gradients_of_three_copies()), rtol=1e-12)


def test_no_single_contribution_is_the_gradient() -> None:
    # S3's slide prints three dL/dW for one W and does not add them.
    x, W, dy = data()

    def loss(W: np.ndarray) -> float:
        return float(np.sum(dy * shared_chain_forward(x, W, 3)[0]))

    _, dW = shared_chain_backward(dy, shared_chain_forward(x, W, 3)[1])
    assert check_gradient(loss, W, dW, np.random.default_rng(1))
    for contribution in gradients_of_three_copies():
        assert relative_error(contribution, dW) > 1e-3
        assert not check_gradient(loss, W, contribution, np.random.default_rng(1))


def test_the_backward_pass_can_run_twice() -> None:
    x, W, dy = data()
    _, cache = shared_chain_forward(x, W, 4)
    for first, second in zip(
        shared_chain_backward(dy, cache), shared_chain_backward(dy, cache), strict=True
    ):
        np.testing.assert_array_equal(first, second)


def test_impossible_arguments_are_refused() -> None:
    x, W, _ = data()
    for n in (0, -1):
        with pytest.raises(ValueError, match=f"n is {n}, expected 1 or more"):
            shared_chain_forward(x, W, n)
    with pytest.raises(ValueError, match="D is 3 in x"):
        shared_chain_forward(x, W[:, :2], 2)
