from typing import Any

import numpy as np
import pytest

from course_lib.functional import (
    batchnorm_forward,
    spatial_batchnorm_backward,
    spatial_batchnorm_forward,
)

SETTINGS: dict[str, Any] = {"momentum": 0.3, "eps": 0.02}


def data(*shape: int) -> tuple[Any, ...]:
    rng = np.random.default_rng(0)
    C = shape[1]
    state = {"mean": rng.normal(size=C), "var": 0.5 + rng.random(C)}
    return 3.0 + 2.0 * rng.normal(size=shape), rng.normal(size=C), rng.normal(size=C), state


def test_agrees_with_a_loop_over_channels() -> None:
    x, gamma, beta, state = data(4, 3, 5, 2)
    y, _, new = spatial_batchnorm_forward(x, gamma, beta, state, training=True, **SETTINGS)
    for c in range(3):
        mean, var = x[:, c].mean(), x[:, c].var()
        expected = gamma[c] * (x[:, c] - mean) / (var + 0.02) ** 0.5 + beta[c]
        np.testing.assert_allclose(y[:, c], expected, rtol=1e-11, atol=1e-12)
        assert new["mean"][c] == pytest.approx(0.7 * state["mean"][c] + 0.3 * mean)
        assert new["var"][c] == pytest.approx(0.7 * state["var"][c] + 0.3 * var * 40 / 39)


def test_images_of_one_pixel_are_rows() -> None:
    x, gamma, beta, state = data(6, 3, 1, 1)
    for training in (True, False):
        y, _, new = spatial_batchnorm_forward(x, gamma, beta, state, training=training, **SETTINGS)
        y2, _, new2 = batchnorm_forward(
            x[:, :, 0, 0], gamma, beta, state, training=training, **SETTINGS
        )
        np.testing.assert_array_equal(y[:, :, 0, 0], y2)
        np.testing.assert_array_equal(new["var"], new2["var"])


def test_training_does_not_see_where_a_pixel_is() -> None:
    x, gamma, beta, state = data(4, 3, 5, 2)
    order = np.random.default_rng(1).permutation(10)
    shuffled = x.reshape(4, 3, 10)[:, :, order].reshape(x.shape)
    y = spatial_batchnorm_forward(x, gamma, beta, state, training=True, **SETTINGS)[0]
    y2 = spatial_batchnorm_forward(shuffled, gamma, beta, state, training=True, **SETTINGS)[0]
    expected = y.reshape(4, 3, 10)[:, :, order].reshape(x.shape)
    np.testing.assert_allclose(y2, expected, rtol=1e-11, atol=1e-12)


def test_the_gradient_is_orthogonal_to_a_shift_of_a_channel() -> None:
    x, gamma, beta, state = data(4, 3, 5, 2)
    y, cache, _ = spatial_batchnorm_forward(x, gamma, beta, state, training=True, **SETTINGS)
    dx, _, dbeta = spatial_batchnorm_backward(np.random.default_rng(1).normal(size=y.shape), cache)
    np.testing.assert_allclose(dx.sum(axis=(0, 2, 3)), 0.0, atol=1e-12)
    assert dbeta.shape == (3,)


def test_one_image_is_enough_but_one_pixel_is_not() -> None:
    x, gamma, beta, state = data(1, 3, 2, 1)
    spatial_batchnorm_forward(x, gamma, beta, state, training=True, **SETTINGS)
    with pytest.raises(ValueError, match="one value per column has no variance"):
        spatial_batchnorm_forward(x[:, :, :1], gamma, beta, state, training=True, **SETTINGS)


def test_shapes_are_checked() -> None:
    x, gamma, beta, state = data(4, 3, 5, 2)
    with pytest.raises(ValueError, match=r"expected \(N, C, H, W\)"):
        spatial_batchnorm_forward(x[:, :, 0], gamma, beta, state, training=True, **SETTINGS)
    with pytest.raises(ValueError, match="C is 3 in x"):
        spatial_batchnorm_forward(x, gamma[:2], beta, state, training=True, **SETTINGS)
