"""What holds for every augmentation: draws of its own per image, channels that move together."""

from typing import Any

import numpy as np
import pytest

from course_lib.augmentation import random_crop, random_scale
from tests.catalogue.augmentation import AUGMENTATIONS
from tests.catalogue.operation import Operation


def resnet(images: Any, rng: Any) -> Any:
    return random_crop(random_scale(images, (6, 12), rng), 6, rng, 0)


def call(row: Operation) -> Any:
    """images (N, C, H, W), rng -> images."""
    rest = row.given()[1]
    return lambda images, rng: row.find(row.function)(images, **{**rest, "rng": rng})


ALL: dict[str, Any] = {row.name: call(row) for row in AUGMENTATIONS if row.name != "random_scale"}
ALL["random_scale and random_crop"] = resnet
each = pytest.mark.parametrize("augment", ALL.values(), ids=ALL)
whole_pixels = [row for row in AUGMENTATIONS if not row.unlike]


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def images(N: int = 5, H: int = 7, W: int = 6, C: int = 3) -> np.ndarray:
    return rng(9).normal(size=(N, C, H, W))


@each
def test_the_generator_decides_and_every_image_has_draws_of_its_own(augment: Any) -> None:
    same = np.repeat(images(1), 40, axis=0)
    augmented = augment(same, rng(3))
    np.testing.assert_array_equal(augment(same, rng(3)), augmented)
    assert not np.array_equal(augment(same, rng(4)), augmented)
    assert len({image.tobytes() for image in augmented}) > 1


@each
def test_all_channels_move_together(augment: Any) -> None:
    grey = np.repeat(images(C=1), 3, axis=1)
    augmented = augment(grey, rng())
    for channel in (1, 2):
        np.testing.assert_array_equal(augmented[:, channel], augmented[:, 0])


@each
def test_one_image_one_channel_and_few_pixels(augment: Any) -> None:
    for N, H, W, C in [(1, 7, 6, 1), (1, 7, 6, 3), (4, 7, 6, 1), (3, 12, 3, 3), (3, 3, 12, 3)]:
        augmented = augment(images(N, H, W, C), rng())
        assert augmented.shape[:2] == (N, C)
        assert np.all(np.isfinite(augmented))


@pytest.mark.parametrize("row", whole_pixels, ids=str)
def test_integers_are_moved_as_they_are(row: Operation) -> None:
    integers = rng(1).integers(1, 256, (5, 3, 7, 6)).astype(np.uint8)
    augmented = call(row)(integers, rng())
    assert augmented.dtype == np.uint8
    # The same places as for floating-point images of the same seed.
    np.testing.assert_array_equal(augmented, call(row)(integers.astype(np.float32), rng()))


@pytest.mark.parametrize("row", AUGMENTATIONS, ids=str)
def test_empty_batches_stay_empty(row: Operation) -> None:
    empty = call(row)(images()[:0], rng())
    assert len(empty) == 0
    assert isinstance(empty, list) or empty.shape[1] == 3
