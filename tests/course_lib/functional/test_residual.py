from typing import Any

import numpy as np
import pytest

from course_lib.functional import (
    linear_backward,
    linear_forward,
    residual_backward,
    residual_forward,
    sigmoid_backward,
    sigmoid_forward,
)


def data() -> tuple[Any, ...]:
    rng = np.random.default_rng(0)
    return rng.normal(size=(5, 3)), rng.normal(size=(3, 3)), rng.normal(size=(5, 3))


def test_two_paths_add_up_forwards_and_backwards() -> None:
    x, W, dy = data()
    y, cache = residual_forward(x, lambda x: linear_forward(x, W, np.zeros(3)))
    np.testing.assert_allclose(y, x @ (np.eye(3) + W), rtol=1e-12)
    dx = residual_backward(dy, cache, lambda dz, f_cache: linear_backward(dz, f_cache)[0])
    np.testing.assert_allclose(dx, dy @ (np.eye(3) + W).T, rtol=1e-12)


def test_a_block_that_adds_nothing_is_the_identity() -> None:
    x, _W, dy = data()
    y, cache = residual_forward(x, lambda x: (0.0 * x, None))
    np.testing.assert_array_equal(y, x)
    np.testing.assert_array_equal(residual_backward(dy, cache, lambda dz, _: 0.0 * dz), dy)


def test_the_block_is_called_once_and_nothing_is_changed() -> None:
    x, _W, dy = data()
    called: list[str] = []

    def f_forward(x: Any) -> Any:
        called.append("forward")
        return sigmoid_forward(x)

    def f_backward(dz: Any, f_cache: Any) -> Any:
        called.append("backward")
        return sigmoid_backward(dz, f_cache)

    before = x.copy(), dy.copy()
    residual_backward(dy, residual_forward(x, f_forward)[1], f_backward)
    assert called == ["forward", "backward"]
    np.testing.assert_array_equal(np.stack([x, dy]), np.stack(before))


def test_a_block_that_changes_the_shape_is_refused() -> None:
    x, _W, _dy = data()
    with pytest.raises(ValueError, match=r"residual_forward: .*\(5, 3\)"):
        residual_forward(x, lambda x: (x[:, :1], None))
