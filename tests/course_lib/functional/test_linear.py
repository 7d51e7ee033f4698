import numpy as np
import pytest

from course_lib.functional import linear_backward, linear_forward


def test_agrees_with_the_sum_written_out() -> None:
    rng = np.random.default_rng(0)
    x, W, b = rng.normal(size=(3, 4)), rng.normal(size=(4, 2)), rng.normal(size=2)
    u, _ = linear_forward(x, W, b)
    for n in range(3):
        for j in range(2):
            total = b[j]
            for i in range(4):
                total += x[n, i] * W[i, j]
            assert u[n, j] == pytest.approx(total, rel=1e-12)


def test_the_bias_gradient_of_a_batch_is_the_sum_over_its_rows() -> None:
    rng = np.random.default_rng(0)
    x, W, b = rng.normal(size=(3, 4)), rng.normal(size=(4, 2)), rng.normal(size=2)
    du = rng.normal(size=(3, 2))
    whole = linear_backward(du, linear_forward(x, W, b)[1])
    rows = [linear_backward(du[n : n + 1], linear_forward(x[n : n + 1], W, b)[1]) for n in range(3)]
    np.testing.assert_allclose(whole[0], np.concatenate([dx for dx, _, _ in rows]), rtol=1e-12)
    np.testing.assert_allclose(whole[1], sum(dW for _, dW, _ in rows), rtol=1e-12)
    np.testing.assert_allclose(whole[2], sum(db for _, _, db in rows), rtol=1e-12)


def test_messages_name_the_arrays_that_do_not_fit() -> None:
    x, W, b = np.ones((5, 3)), np.ones((4, 2)), np.ones(2)
    with pytest.raises(ValueError, match=r"n_in is 3 in x of shape \(5, 3\) but 4 in W"):
        linear_forward(x, W, b)
    with pytest.raises(ValueError, match=r"x has shape \(3,\), expected \(N, n_in\)"):
        linear_forward(x[0], W, b)
    with pytest.raises(ValueError, match=r"b has shape \(1, 2\), expected \(n_out,\)"):
        linear_forward(x, W[:3], b[None, :])
    with pytest.raises(TypeError, match="x is a list"):
        linear_forward(x.tolist(), W, b)
