"""Flips, crops, shifts and cuts: which pixels go where, and how often."""

from typing import Any

import numpy as np
import pytest

from course_lib.augmentation import cutout, horizontal_flip, random_crop, translate


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def numbered(N: int, H: int, W: int) -> np.ndarray:
    """Images with a different positive number in every pixel."""
    return 1.0 + np.arange(N * H * W * 2.0).reshape(N, 2, H, W)


def assert_uniform(places: list[Any], expected: set[Any]) -> None:
    """Every place occurs, and none more often than six standard deviations allow."""
    n, share = len(places), 1 / len(expected)
    assert set(places) == expected
    for place in expected:
        assert abs(places.count(place) - n * share) < 6 * (n * share * (1 - share)) ** 0.5


def test_flip_exchanges_left_and_right_only() -> None:
    images = numbered(3, 4, 5)
    flipped = horizontal_flip(images, rng(), 1.0)
    np.testing.assert_array_equal(flipped, images[..., ::-1])
    np.testing.assert_array_equal(horizontal_flip(images, rng(), 0.0), images)


@pytest.mark.parametrize("p", [0.2, 0.5, 0.9])
def test_flip_happens_with_probability_p_to_whole_images(p: float) -> None:
    images = numbered(4000, 2, 3)
    augmented = horizontal_flip(images, rng(), p)
    flipped = np.all(augmented == images[..., ::-1], axis=(1, 2, 3))
    kept = np.all(augmented == images, axis=(1, 2, 3))
    assert np.all(flipped ^ kept)
    assert abs(flipped.mean() - p) < 6 * (p * (1 - p) / 4000) ** 0.5
    # Neighbours are independent: how often both flip.
    both = (flipped[1:] & flipped[:-1]).mean()
    assert abs(both - p**2) < 6 * (p**2 * (1 - p**2) / 2000) ** 0.5


def places_of_crops(image: Any, crops: Any, pad: int) -> list[tuple[int, int]]:
    """Where in the image with its rim each crop was cut out."""
    size = crops.shape[2]
    rimmed = np.pad(image, ((0, 0), (pad, pad), (pad, pad)))
    windows = {
        rimmed[:, r : r + size, c : c + size].tobytes(): (r, c)
        for r in range(rimmed.shape[1] - size + 1)
        for c in range(rimmed.shape[2] - size + 1)
    }
    return [windows[crop.tobytes()] for crop in crops]


@pytest.mark.parametrize(("size", "pad"), [(4, 0), (4, 1), (5, 2)])
def test_crop_cuts_out_every_window_equally_often(size: int, pad: int) -> None:
    image = numbered(1, 5, 6)
    crops = random_crop(np.repeat(image, 4000, axis=0), size, rng(), pad)
    assert crops.shape == (4000, 2, size, size)
    rows, columns = range(5 + 2 * pad - size + 1), range(6 + 2 * pad - size + 1)
    everywhere = {(r, c) for r in rows for c in columns}
    assert_uniform(places_of_crops(image[0], crops, pad), everywhere)


def test_crop_takes_a_list_of_images_of_many_sizes() -> None:
    sizes = [(4, 9), (7, 4), (4, 4), (12, 5)]
    images = [numbered(1, H, W)[0] for H, W in sizes]
    crops = random_crop(images, 4, rng(), 0)
    assert crops.shape == (4, 2, 4, 4)
    for image, crop in zip(images, crops, strict=True):
        assert places_of_crops(image, crop[None], 0)
    many = random_crop([images[0]] * 1500, 4, rng(), 0)
    assert_uniform(places_of_crops(images[0], many, 0), {(0, c) for c in range(6)})


def shifted(image: Any, down: int, right: int) -> np.ndarray:
    """The definition, pixel by pixel."""
    _, H, W = image.shape
    result = np.zeros_like(image)
    for r in range(H):
        for c in range(W):
            if 0 <= r - down < H and 0 <= c - right < W:
                result[:, r, c] = image[:, r - down, c - right]
    return result


def test_translate_shifts_by_every_pair_equally_often_and_fills_with_zeros() -> None:
    image = numbered(1, 5, 4)[0]
    by_content = {
        shifted(image, down, right).tobytes(): (down, right)
        for down in range(-2, 3)
        for right in range(-2, 3)
    }
    moved = translate(np.repeat(image[None], 5000, axis=0), 2, rng())
    assert_uniform([by_content[m.tobytes()] for m in moved], set(by_content.values()))


def test_translate_may_move_an_image_out_of_sight_or_not_at_all() -> None:
    images = numbered(200, 2, 2)
    moved = translate(images, 5, rng())
    assert np.any(np.all(moved == 0, axis=(1, 2, 3)))
    np.testing.assert_array_equal(translate(images, 0, rng()), images)


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
def test_every_pixel_is_the_centre_of_a_cut_equally_often(H: int, W: int, size: int) -> None:
    image = numbered(1, H, W)[0]
    centres = {erased_at(image, r, c, size).tobytes(): (r, c) for r in range(H) for c in range(W)}
    assert len(centres) == H * W  # the place shows the centre, also when it is clipped
    erased = cutout(np.repeat(image[None], 6000, axis=0), size, rng())
    assert_uniform([centres[each.tobytes()] for each in erased], set(centres.values()))


def test_a_square_larger_than_the_image_may_erase_all_of_it() -> None:
    assert not cutout(numbered(50, 3, 4), 9, rng()).any()
