from typing import Any

import numpy as np
import pytest

from course_lib.preprocessing import (
    standardize,
    standardize_apply,
    standardize_fit,
    whiten_apply,
    whiten_fit,
)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def mixed(N: int = 50, D: int = 4, seed: int = 0) -> np.ndarray:
    """Correlated features of different scales and means."""
    return rng(seed).normal(size=(N, D)) @ rng(9).normal(size=(D, D)) + 3.0 * rng(8).normal(size=D)


def covariance(z: np.ndarray) -> np.ndarray:
    r = z - z.mean(axis=0)
    return r.T @ r / len(z)


def test_standardised_features_have_mean_0_and_variance_1() -> None:
    x = mixed() * [1.0, 1e-6, 1e6, 50.0]
    z = standardize_apply(x, standardize_fit(x))
    np.testing.assert_allclose(z.mean(axis=0), 0.0, atol=1e-13)
    np.testing.assert_allclose((z**2).mean(axis=0), 1.0, rtol=1e-12)  # over N, not N - 1


def test_standardising_does_not_feel_units() -> None:
    x = mixed()
    y = x * [2.0, 1e3, 0.1, 7.0] + [5.0, -1.0, 0.0, 2.0]
    a, b = (standardize_apply(data, standardize_fit(data)) for data in (x, y))
    np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("constant", [0.0, 0.1, 1e8])
def test_a_constant_feature_becomes_zero(dtype: Any, constant: float) -> None:
    x = mixed().astype(dtype)
    x[:, 1] = constant  # its mean is rounded, so its deviation is not exactly 0
    stats = standardize_fit(x)
    assert stats["std"][1] == 1.0
    # In single precision the mean, a sum in double precision, is rounded to the number itself.
    rounding = 1e-14 * constant if dtype is np.float64 else 0.0
    np.testing.assert_allclose(standardize_apply(x, stats)[:, 1], 0.0, atol=rounding)


@pytest.mark.parametrize(("scale", "shift"), [(1.0, 1e6), (1e-30, 0.0), (1e30, 0.0)])
def test_statistics_of_single_precision_are_right_to_its_last_digits(
    scale: float, shift: float
) -> None:
    x = (scale * mixed(20_000) + shift).astype(np.float32)
    stats, expected = standardize_fit(x), standardize_fit(x.astype(np.float64))
    for name in stats:
        np.testing.assert_allclose(stats[name], expected[name], rtol=2e-7)


def test_one_sample_is_constant_in_every_feature() -> None:
    x = mixed(1)
    stats = standardize_fit(x)
    np.testing.assert_array_equal(stats["std"], 1.0)
    np.testing.assert_array_equal(standardize_apply(x, stats), 0.0)


def test_new_data_are_scaled_by_the_old_statistics() -> None:
    x, new = mixed(), mixed(7, seed=1)
    stats = standardize_fit(x)
    assert set(stats) == {"mean", "std"}
    np.testing.assert_allclose(standardize_apply(new, stats), (new - x.mean(0)) / x.std(0))
    both = standardize(x, new)
    np.testing.assert_array_equal(both[0], standardize_apply(x, stats))
    np.testing.assert_array_equal(both[1], standardize_apply(new, stats))
    white = whiten_fit(x, 0.0)
    np.testing.assert_allclose(
        whiten_apply(np.concatenate([x, new]), white)[50:], whiten_apply(new, white), rtol=1e-12
    )


def test_white_data_have_mean_0_and_covariance_1() -> None:
    x = mixed() * [1.0, 0.01, 1.0, 50.0]
    z = whiten_apply(x, whiten_fit(x, 0.0))
    np.testing.assert_allclose(z.mean(axis=0), 0.0, atol=1e-10)
    np.testing.assert_allclose(covariance(z), np.eye(4), atol=1e-8)


def test_eps_is_added_to_the_eigenvalues() -> None:
    x, eps = mixed(), 0.7
    z = whiten_apply(x, whiten_fit(x, eps))
    lam, V = np.linalg.eigh(covariance(x))
    np.testing.assert_allclose(covariance(z), V @ np.diag(lam / (lam + eps)) @ V.T, atol=1e-12)


def test_of_all_ways_to_whiten_it_moves_the_data_least() -> None:
    x = mixed()
    stats = whiten_fit(x, 0.0)
    np.testing.assert_allclose(stats["W"], stats["W"].T, rtol=1e-9)
    r = x - x.mean(axis=0)
    zca = whiten_apply(x, stats)
    for seed in range(20):
        Q, _ = np.linalg.qr(rng(seed).normal(size=(4, 4)))
        assert np.sum((zca - r) ** 2) < np.sum((zca @ Q - r) ** 2)


def test_features_that_depend_on_each_other_need_eps() -> None:
    x = mixed()
    x[:, 3] = x[:, 0] - 2 * x[:, 1]
    for data in (x, x.astype(np.float32), mixed(3)):  # three points lie in a plane
        with pytest.raises(ValueError, match="pass a positive eps"):
            whiten_fit(data, 0.0)
        z = whiten_apply(data, whiten_fit(data, 1e-3))
        assert np.all(np.isfinite(z))
        assert np.linalg.eigvalsh(covariance(z)).max() < 1.001


@pytest.mark.parametrize("seed", range(5))
def test_a_tiny_eps_is_not_lost_among_eigenvalues_rounded_below_zero(seed: int) -> None:
    x = (1000 * mixed(10, 3, seed) @ rng(seed).normal(size=(3, 8))).astype(np.float32)
    r = (x - x.mean(axis=0)).T @ (x - x.mean(axis=0)) / 10
    assert np.linalg.eigvalsh(r)[0] < -1e-6
    assert np.all(np.isfinite(whiten_fit(x, 1e-9)["W"]))


@pytest.mark.parametrize(
    ("fit", "apply"),
    [
        (standardize_fit, standardize_apply),
        (lambda x: whiten_fit(x, 0.01), whiten_apply),
    ],
    ids=["standardize", "whiten"],
)
def test_pure_and_as_precise_as_the_data(fit: Any, apply: Any) -> None:
    x = mixed()
    before = x.copy()
    stats = fit(x)
    z = apply(x, stats)
    np.testing.assert_array_equal(x, before)
    assert not np.shares_memory(z, x)
    np.testing.assert_allclose(apply(x, fit(np.asfortranarray(x))), z, rtol=1e-9, atol=1e-10)
    single = x.astype(np.float32)
    z_single = apply(single, fit(single))
    assert z_single.dtype == np.float32
    np.testing.assert_allclose(z_single, z, rtol=0, atol=1e-3)
    column = x[:, :1]
    assert apply(column, fit(column)).shape == (50, 1)


@pytest.mark.parametrize("fit", [standardize_fit, lambda x: whiten_fit(x, 0.01)])
def test_impossible_data_are_refused(fit: Any) -> None:
    with pytest.raises(ValueError, match="empty"):
        fit(np.ones((0, 3)))
    with pytest.raises(TypeError, match="x has dtype uint8"):
        fit(np.ones((4, 3), dtype=np.uint8))
    with pytest.raises(ValueError, match=r"expected \(N, D\)"):
        fit(np.ones((4, 3, 2)))


def test_impossible_statistics_are_refused() -> None:
    with pytest.raises(ValueError, match="D is 3 in x"):
        standardize_apply(np.ones((4, 3)), standardize_fit(mixed()))
    with pytest.raises(ValueError, match="D is 3 in x"):
        whiten_apply(np.ones((4, 3)), whiten_fit(mixed(), 0.1))
    with pytest.raises(ValueError, match="eps is -1"):
        whiten_fit(mixed(), -1.0)
