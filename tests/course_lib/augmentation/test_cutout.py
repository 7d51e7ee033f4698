"""Cutout: which pixels are erased, and how often."""

from typing import Any

import numpy as np
import pytest

from course_lib.augmentation import cutout


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def positive(N: int, H: int, W: int) -> np.ndarray:
    """Images without a zero, all alike."""
    return np.repeat(rng(9).uniform(1.0, 2.0, size=(1, 2, H, W)), N, axis=0)


def erased_at(image: Any, r: int, c: int, size: int) -> Any:
    """The definition, pixel by pixel."""
    result = image.copy()
    first_row, first_column = r - size // 2, c - size // 2
    for i in range(first_row, first_row + size):
        for j in range(first_column, first_column + size):
            if 0 <= i < image.shape[1] and 0 <= j < image.shape[2]:
                result[:, i, j] = 0
    return result


@pytest.mark.parametrize(("H", "W"), [(6, 5), (4, 7)])
@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_every_pixel_is_the_centre_equally_often(H: int, W: int, size: int) -> None:
    images = positive(6000, H, W)
    centres = {
        erased_at(images[0], r, c, size).tobytes(): (r, c) for r in range(H) for c in range(W)
    }
    assert len(centres) == H * W  # the place shows the centre, also when it is clipped
    found = [centres[image.tobytes()] for image in cutout(images, size, rng())]
    n, p = 6000, 1 / (H * W)
    for centre in centres.values():
        # Six standard deviations of a binomial count with a mean of at least 200. A right function
        # exceeds them with a probability below 1e-8 for one centre, and below 3e-7 for all 30.
        assert abs(found.count(centre) - n * p) < 6 * (n * p * (1 - p)) ** 0.5


def test_images_are_erased_independently() -> None:
    images = positive(8000, 3, 3)
    erased = cutout(images, 1, rng())[:, 0] == 0
    row, column = np.argwhere(erased)[:, 1], np.argwhere(erased)[:, 2]
    # Two neighbours share a row with probability 1/3, and an image has r = c with 1/3; pairs at an
    # even place only, so that they are independent. Six standard deviations.
    same_row = np.mean(row[::2] == row[1::2])
    assert abs(same_row - 1 / 3) < 6 * (2 / 9 / 4000) ** 0.5
    assert abs(np.mean(row == column) - 1 / 3) < 6 * (2 / 9 / 8000) ** 0.5


def test_a_square_larger_than_the_image_may_erase_all_of_it() -> None:
    images = positive(50, 3, 4)
    np.testing.assert_array_equal(cutout(images, 9, rng()), np.zeros_like(images))
    # A square of side 3 around the middle covers an image of 3×3 pixels. Around a pixel at an edge
    # it covers 2×3 pixels, and around a corner 2×2.
    left = cutout(positive(500, 3, 3), 3, rng()) != 0
    assert set(left[:, 0].sum(axis=(1, 2)).tolist()) == {0, 3, 5}
