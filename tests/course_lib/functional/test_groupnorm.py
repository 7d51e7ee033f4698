from typing import Any

import numpy as np
import pytest

from course_lib.functional import groupnorm_backward, groupnorm_forward, layernorm_forward


def data(*shape: int) -> tuple[Any, ...]:
    rng = np.random.default_rng(0)
    C = shape[1]
    return 3.0 + 2.0 * rng.normal(size=shape), rng.normal(size=C), rng.normal(size=C)


def test_agrees_with_loops_over_samples_and_groups() -> None:
    x, gamma, beta = data(3, 6, 2, 4)
    y, _ = groupnorm_forward(x, gamma, beta, groups=3, eps=0.02)
    for n in range(3):
        for first in (0, 2, 4):
            values = [x[n, c, i, j] for c in (first, first + 1) for i in range(2) for j in range(4)]
            mean = sum(values) / len(values)
            var = sum((value - mean) ** 2 for value in values) / len(values)
            for c in (first, first + 1):
                expected = gamma[c] * (x[n, c] - mean) / (var + 0.02) ** 0.5 + beta[c]
                np.testing.assert_allclose(y[n, c], expected, rtol=1e-11, atol=1e-12)


def test_one_group_of_rows_is_layer_norm() -> None:
    x, gamma, beta = data(5, 6)
    y, _ = groupnorm_forward(x, gamma, beta, groups=1, eps=0.02)
    np.testing.assert_allclose(y, layernorm_forward(x, gamma, beta, eps=0.02)[0], rtol=1e-12)


def test_a_group_for_each_channel_normalises_each_image_of_each_channel() -> None:
    x, gamma, beta = data(3, 4, 5, 5)
    y, _ = groupnorm_forward(x, gamma, beta, groups=4, eps=1e-12)
    for n in range(3):
        for c in range(4):
            np.testing.assert_allclose(y[n, c].mean(), beta[c], atol=1e-12)
            np.testing.assert_allclose(y[n, c].std(), abs(gamma[c]), rtol=1e-10)


def test_samples_and_groups_do_not_see_each_other() -> None:
    x, gamma, beta = data(3, 6, 2)
    y, cache = groupnorm_forward(x, gamma, beta, groups=2, eps=0.02)
    dy = np.zeros_like(y)
    dy[1, 4] = np.random.default_rng(1).normal(size=2)  # sample 1, second group
    dx, dgamma, _ = groupnorm_backward(dy, cache)
    touched = np.zeros(x.shape, dtype=bool)
    touched[1, 3:] = True
    assert np.all(dx[~touched] == 0)
    assert np.all(dx[touched] != 0)
    np.testing.assert_array_equal(np.nonzero(dgamma)[0], [4])


def test_the_gradient_is_orthogonal_to_shift_and_scale_of_a_group() -> None:
    x, gamma, beta = data(3, 6, 2)
    y, cache = groupnorm_forward(x, gamma, beta, groups=2, eps=1e-12)
    dx, _, _ = groupnorm_backward(np.random.default_rng(1).normal(size=y.shape), cache)
    dx, grouped = dx.reshape(3, 2, 6), x.reshape(3, 2, 6)
    np.testing.assert_allclose(dx.sum(axis=2), 0.0, atol=1e-12)
    centred = grouped - grouped.mean(axis=2, keepdims=True)
    np.testing.assert_allclose((dx * centred).sum(axis=2), 0.0, atol=1e-9)


def test_impossible_groups_and_shapes_are_refused() -> None:
    x, gamma, beta = data(3, 6, 2)
    for groups in (0, -2, 4, 12):
        with pytest.raises(ValueError, match=f"groups is {groups}, expected a divisor of the 6"):
            groupnorm_forward(x, gamma, beta, groups=groups, eps=0.02)
    with pytest.raises(ValueError, match="C is 6 in x"):
        groupnorm_forward(x, gamma[:3], beta, groups=2, eps=0.02)
    with pytest.raises(ValueError, match="a group without values has no mean"):
        groupnorm_forward(x[:, :, :0], gamma, beta, groups=2, eps=0.02)
    with pytest.raises(ValueError, match=r"expected \(N, C, ...\)"):
        groupnorm_forward(x[:, 0, 0], gamma, beta, groups=2, eps=0.02)
