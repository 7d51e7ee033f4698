"""Rotation, shear and scaling: what lies between the pixels, and how far they go."""

from typing import Any

import numpy as np
import pytest

from course_lib.augmentation import random_scale, rotate, sample, shear
from tests.catalogue.augmentation import bilinear


class Always:
    """A generator that draws one number only; 1.0 is the upper end of what is drawn."""

    def __init__(self, value: float) -> None:
        self.value = value

    def random(self, shape: Any, dtype: Any) -> np.ndarray:
        return np.full(shape, self.value, dtype=dtype)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def images(N: int = 3, H: int = 7, W: int = 6) -> np.ndarray:
    return rng(9).normal(size=(N, 2, H, W))


def test_sampling_far_outside_gives_zeros() -> None:
    far = np.array([[-1e30, 1e30], [-1.0, 7.0]])
    np.testing.assert_array_equal(sample(images(), far, 0 * far + 1), np.zeros((3, 2, 2, 2)))


@pytest.mark.filterwarnings("ignore:invalid value encountered in cast")
def test_a_coordinate_that_is_nan_gives_nan_there_only() -> None:
    given, rows = images(), np.array([[np.nan, 1.0], [0.0, 2.0]])
    read = sample(given, rows, np.ones((2, 2)))
    assert np.isnan(read[:, :, 0, 0]).all()
    np.testing.assert_array_equal(read[:, :, 1, 1], given[:, :, 2, 1])
    assert np.isfinite(read[:, :, 0, 1]).all() and np.isfinite(read[:, :, 1]).all()


@pytest.mark.parametrize("draw", [0.0, 0.3, 0.5, 0.9])
def test_rotation_and_shear_are_their_definitions_pixel_by_pixel(draw: float) -> None:
    given = images(1)
    turned = rotate(given, 70.0, Always(draw))
    slanted = shear(given, 0.8, Always(draw))
    a, s = np.radians(70.0) * (2 * draw - 1), 0.8 * (2 * draw - 1)
    for i in range(7):
        for j in range(6):
            r, c = i - 3.0, j - 2.5
            there = 3.0 + r * np.cos(a) + c * np.sin(a), 2.5 + c * np.cos(a) - r * np.sin(a)
            # A place within rounding of the edge has a neighbour or has none: weights of 1e-15.
            np.testing.assert_allclose(turned[0, :, i, j], bilinear(given[0], *there), atol=1e-12)
            there = i, 2.5 + c - s * r
            np.testing.assert_allclose(slanted[0, :, i, j], bilinear(given[0], *there), atol=1e-12)


@pytest.mark.parametrize("augment", [rotate, shear])
def test_without_strength_nothing_changes(augment: Any) -> None:
    np.testing.assert_array_equal(augment(images(), 0.0, rng()), images())


def planes(N: int) -> np.ndarray:
    """Images whose brightness is the column, and in the second channel the row, from the centre."""
    r, c = np.meshgrid(np.arange(5.0) - 2, np.arange(5.0) - 2, indexing="ij")
    return np.repeat(np.stack([c, r])[None], N, axis=0)


def test_angles_and_shears_are_uniform_up_to_the_largest() -> None:
    # Bilinear interpolation is exact on planes, so the pixel right of the centre shows where it
    # was read: (cos a, sin a). For the shear the pixel below: column -s.
    N = 4000
    beside = rotate(planes(N), 25.0, rng())[:, :, 2, 3]
    np.testing.assert_allclose((beside**2).sum(axis=1), 1.0, rtol=1e-9)
    angles = np.degrees(np.arctan2(beside[:, 1], beside[:, 0])) / 25
    shears = -shear(planes(N), 0.4, rng())[:, 0, 3, 2] / 0.4
    for drawn in (angles, shears):
        assert np.abs(drawn).max() <= 1 + 1e-9
        # Six standard errors: of the mean, and of the share in the middle half.
        assert abs(drawn.mean()) < 6 * (1 / 3 / N) ** 0.5
        assert abs((np.abs(drawn) < 0.5).mean() - 0.5) < 6 * (0.25 / N) ** 0.5
        assert abs((drawn > 0.8).mean() - 0.1) < 6 * (0.09 / N) ** 0.5


@pytest.mark.parametrize(("H", "W"), [(8, 8), (6, 9), (12, 6)])
def test_scaled_images_have_the_drawn_short_side_and_their_proportions(H: int, W: int) -> None:
    scaled = random_scale(images(1500, H, W), (5, 9), rng())
    assert len(scaled) == 1500
    shorts = [min(image.shape[1:]) for image in scaled]
    for side in range(5, 10):  # both ends included, all equally often: six standard deviations
        assert abs(shorts.count(side) - 300) < 6 * (1500 * 0.2 * 0.8) ** 0.5
    for image, short in zip(scaled, shorts, strict=True):
        C, h, w = image.shape
        assert C == 2
        assert (h - short) * (w - short) == 0
        assert (h < w) == (H < W)
        assert abs(max(h, w) - short * max(H, W) / min(H, W)) <= 0.5


def test_scaling_is_its_definition_pixel_by_pixel() -> None:
    given = images(1, 4, 6)
    for side in (2, 3, 4, 5, 11):
        (scaled,) = random_scale(given, (side, side), rng())
        _, h, w = scaled.shape
        for i in range(h):
            for j in range(w):
                r = np.clip((i + 0.5) * 4 / h - 0.5, 0, 3)
                c = np.clip((j + 0.5) * 6 / w - 0.5, 0, 5)
                np.testing.assert_allclose(scaled[:, i, j], bilinear(given[0], r, c), atol=1e-12)
