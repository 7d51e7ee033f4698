"""What holds for every augmentation: draws of its own per image, no side effects."""

from typing import Any

import numpy as np
import pytest

from course_lib.augmentation import (
    cutout,
    horizontal_flip,
    random_crop,
    random_scale,
    rotate,
    shear,
    translate,
)
from course_lib.layers import Linear
from course_lib.losses import softmax_cross_entropy
from course_lib.optimizers import SGD
from course_lib.training import fit
from tests.catalogue.augmentation import AUGMENTATIONS
from tests.catalogue.operation import Operation


def resnet(images: Any, rng: Any) -> Any:
    return random_crop(random_scale(images, (6, 12), rng), 6, rng, 0)


def call(row: Operation) -> Any:
    """images (N, C, H, W), rng -> images."""
    rest = row.given()[1]
    return lambda images, rng: row.find(row.function)(images, **{**rest, "rng": rng})


ALL: list[Any] = [  # an augmentation, and whether it only moves whole pixels
    *(
        pytest.param(call(row), not row.unlike, id=row.name)
        for row in AUGMENTATIONS
        if row.name != "random_scale"
    ),
    pytest.param(resnet, False, id="random_scale and random_crop"),
]
each = pytest.mark.parametrize(("augment", "whole_pixels"), ALL)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def images(N: int = 5, H: int = 7, W: int = 6, C: int = 3) -> np.ndarray:
    return rng(9).normal(size=(N, C, H, W))


@each
def test_the_generator_decides_and_every_image_has_draws_of_its_own(
    augment: Any, whole_pixels: bool
) -> None:
    same = np.repeat(images(1), 40, axis=0)
    augmented = augment(same, rng(3))
    np.testing.assert_array_equal(augment(same, rng(3)), augmented)
    assert not np.array_equal(augment(same, rng(4)), augmented)
    assert len({image.tobytes() for image in augmented}) > 1


@each
def test_all_channels_move_together(augment: Any, whole_pixels: bool) -> None:
    grey = np.repeat(images(C=1), 3, axis=1)
    augmented = augment(grey, rng())
    for channel in (1, 2):
        np.testing.assert_array_equal(augmented[:, channel], augmented[:, 0])


@each
def test_one_image_one_channel_and_few_pixels(augment: Any, whole_pixels: bool) -> None:
    for N, H, W, C in [(1, 7, 6, 1), (1, 7, 6, 3), (4, 7, 6, 1), (3, 12, 3, 3), (3, 3, 12, 3)]:
        augmented = augment(images(N, H, W, C), rng())
        assert augmented.shape[:2] == (N, C)
        assert np.all(np.isfinite(augmented))


@each
def test_integers_are_moved_as_they_are_or_refused(augment: Any, whole_pixels: bool) -> None:
    integers = rng(1).integers(1, 256, (5, 3, 7, 6)).astype(np.uint8)
    if whole_pixels:
        augmented = augment(integers, rng())
        assert augmented.dtype == np.uint8
        # The same places as for floating-point images of the same seed.
        np.testing.assert_array_equal(augmented, augment(integers.astype(np.float32), rng()))
    else:
        with pytest.raises(TypeError, match="divide by 255"):
            augment(integers, rng())


@each
def test_trains_in_fit(augment: Any, whole_pixels: bool) -> None:
    class Flat(Linear):
        def forward(self, x: Any, *, training: bool) -> Any:
            shapes.append(x.shape)
            return super().forward(x[:, :, :6, :6].reshape(len(x), -1), training=training)

    shapes: list[Any] = []
    x = images(8).astype(np.float32)
    layer = Flat(3 * 6 * 6, 2, rng=rng())
    history = fit(
        layer, x, np.arange(8) % 2, loss=softmax_cross_entropy,
        optimizer=SGD(layer.parameters(), lr=0.01), epochs=2, batch_size=4, rng=rng(),
        augment=augment, progress=False,
    )  # fmt: skip
    assert np.all(np.isfinite(history.loss))
    assert {shape[:2] for shape in shapes} == {(4, 3)}
    assert layer.W.data.dtype == np.float32


def test_empty_batches_stay_empty() -> None:
    empty = images()[:0]
    assert horizontal_flip(empty, rng(), 0.5).shape == (0, 3, 7, 6)
    assert random_crop(empty, 4, rng(), 0).shape == (0, 3, 4, 4)
    assert cutout(empty, 2, rng()).shape == (0, 3, 7, 6)
    assert translate(empty, 2, rng()).shape == (0, 3, 7, 6)
    assert rotate(empty, 20.0, rng()).shape == (0, 3, 7, 6)
    assert shear(empty, 0.5, rng()).shape == (0, 3, 7, 6)
    assert random_scale(empty, (3, 5), rng()) == []
