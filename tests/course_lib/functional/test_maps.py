"""What is special to a network, a shortcut, flattening and a folded norm."""

from typing import Any

import numpy as np
import pytest

from course_lib import functional as F


def normal(*shape: int, seed: int = 0) -> Any:
    return np.random.default_rng(seed).normal(size=shape)


def test_layers_that_do_not_fit_and_no_layers_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one pair"):
        F.mlp_forward(np.ones((2, 3)), [])
    params = [(np.ones((3, 4)), np.ones(4)), (np.ones((5, 2)), np.ones(2))]
    with pytest.raises(ValueError, match="n_in is 4 in x"):
        F.mlp_forward(np.ones((2, 3)), params)


def test_a_shortcut_around_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match=r"residual_forward: .*\(5, 3\)"):
        F.residual_forward(np.ones((5, 3)), lambda x: (x[:, :1], None))


@pytest.mark.parametrize("shape", [(2,), (2, 3), (0, 3, 4)])
def test_flattening_there_and_back_again(shape: tuple[int, ...]) -> None:
    x = normal(*shape)
    y, cache = F.flatten_forward(x)
    assert y.shape == (shape[0], int(np.prod(shape[1:])))
    np.testing.assert_array_equal(F.flatten_backward(y, cache), x)


@pytest.mark.parametrize("axes", [2, 4])
def test_a_folded_norm_does_what_two_layers_did(axes: int) -> None:
    x, W = (normal(5, 3), normal(3, 4)) if axes == 2 else (normal(2, 3, 5, 5), normal(4, 3, 3, 3))
    b, gamma, beta, mean = (normal(4, seed=seed) for seed in range(1, 5))
    var = 0.5 + normal(4, seed=5) ** 2
    layer = F.linear_forward if axes == 2 else F.conv2d_forward
    norm = F.batchnorm_forward if axes == 2 else F.spatial_batchnorm_forward
    how: dict[str, Any] = {"training": False, "momentum": 0.1, "eps": 0.02}
    expected = norm(layer(x, W, b)[0], gamma, beta, {"mean": mean, "var": var}, **how)[0]
    folded = F.fold_batchnorm(W, b, gamma, beta, mean, var, 0.02)
    # The same sums in another order.
    np.testing.assert_allclose(layer(x, *folded)[0], expected, rtol=1e-11, atol=1e-12)
