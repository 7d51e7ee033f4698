"""What a normalisation does not see, and its running statistics."""

from typing import Any

import numpy as np
import pytest

from tests.catalogue.norms import NORMS, Norm

of_batches = [norm for norm in NORMS if not norm.name.endswith("evaluation")]
every_norm = pytest.mark.parametrize("norm", of_batches, ids=str)


def normalised(norm: Norm, x: Any, **changes: Any) -> tuple[Any, Any]:
    (_, *learned), rest = norm.given(6)
    y, cache, *_ = norm.call(x, *learned, **{**rest, **changes})
    return y, cache


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


@every_norm
def test_units_do_not_see_each_other(norm: Norm) -> None:
    x = norm.given(6)[0][0]
    y, cache = normalised(norm, x)
    other = norm.units(x).copy()
    other[0] = 7 * other[0] ** 2
    y2, _ = normalised(norm, norm.back(other, x.shape))
    np.testing.assert_allclose(norm.units(y2)[1:], norm.units(y)[1:], rtol=1e-12)
    dy = np.zeros_like(norm.units(x))
    dy[1] = rng().normal(size=dy.shape[1])
    dx = norm.units(norm.gradients(norm.back(dy, x.shape), cache)[0])
    assert np.all(np.delete(dx, 1, axis=0) == 0) and np.all(dx[1] != 0)


@every_norm
def test_scale_and_shift_of_a_unit_are_not_seen_and_the_gradient_is_orthogonal(norm: Norm) -> None:
    x = norm.given(6)[0][0]
    y, cache = normalised(norm, x, eps=1e-12)
    u = norm.units(x)
    n = np.arange(len(u))[:, None]
    scaled, shifted = norm.back((1 + n) * u, x.shape), norm.back(5 + n + u, x.shape)
    # eps / var changes by 1e-12
    np.testing.assert_allclose(normalised(norm, scaled, eps=1e-12)[0], y, atol=1e-9)
    assert np.allclose(normalised(norm, shifted, eps=1e-12)[0], y, atol=1e-9) == norm.centred
    dx = norm.units(norm.gradients(rng().normal(size=y.shape), cache)[0])
    centre = u.mean(axis=1, keepdims=True) if norm.centred else 0
    np.testing.assert_allclose((dx * (u - centre)).sum(axis=1), 0, atol=1e-9)
    assert not norm.centred or np.allclose(dx.sum(axis=1), 0, atol=1e-11)


@every_norm
def test_a_constant_unit_is_not_divided_by_zero(norm: Norm) -> None:
    x, *learned = norm.given(6)[0]
    x = np.full(x.shape, 2.5 if norm.centred else 0.0)
    y, cache = normalised(norm, x)
    expected = norm.per_channel(learned[1], x) if norm.centred else 0.0
    np.testing.assert_allclose(y, np.broadcast_to(expected, y.shape), rtol=1e-12)
    assert all(np.all(np.isfinite(g)) for g in norm.gradients(np.ones_like(y), cache))


@pytest.mark.parametrize("norm", NORMS[:4], ids=str)
def test_running_statistics_are_new_in_training_and_kept_in_evaluation(norm: Norm) -> None:
    inputs, rest = norm.given()
    state = norm.call(*inputs, **rest)[2]
    for key in ("mean", "var"):
        assert (state[key] is rest["state"][key]) == (not rest["training"])


def test_one_image_is_enough_to_train_on() -> None:
    norm = next(norm for norm in NORMS if norm.name == "spatial_batchnorm in training")
    inputs, rest = norm.given(1)
    assert np.all(np.isfinite(norm.call(inputs[0][:, :, :2, :1], *inputs[1:], **rest)[0]))
