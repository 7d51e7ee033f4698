"""Solutions of ``horizontal_flip(images, rng, p)``: left and right exchanged with probability p."""

import functools
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(images, rng, p):
    flipped = images.copy()
    chosen = rng.random(len(images)) < p
    flipped[chosen] = flipped[chosen, :, ::-1]
    return flipped


@put(RIGHT)
def image_by_image(images, rng, p):
    return np.stack([np.fliplr(image) if rng.random() < p else image for image in images])


@put(RIGHT)
def where(images, rng, p=0.5):
    chosen = rng.binomial(1, p, size=(len(images), 1, 1, 1)).astype(bool)
    return np.where(chosen, np.flip(images, axis=2), images)


@put(RIGHT)
def columns_gathered(images, rng, p):
    N, H, W, C = images.shape
    chosen = 1 - rng.uniform(size=N) <= p
    along = np.arange(W)
    columns = np.where(chosen[:, None], W - 1 - along, along)
    return np.take_along_axis(images, columns[:, None, :, None], axis=2)


@put(RIGHT)
def backwards_through_the_batch(images, rng, p):
    out = np.empty_like(images)
    for n in reversed(range(len(images))):
        step = -1 if rng.random() < p else 1
        out[n] = images[n, :, ::step]
    return out


@put(RIGHT)
def columns_exchanged(images, rng, p):
    # Two columns at a time; many draws that are not needed.
    out = np.array(images)
    chosen = rng.random((len(images), 3))[:, 1] < p
    W = images.shape[2]
    for j in range(W // 2):
        out[chosen, :, j] = images[chosen, :, W - 1 - j]
        out[chosen, :, W - 1 - j] = images[chosen, :, j]
    return out


@put(RIGHT)
def recursive(images, rng, p):
    if len(images) == 0:
        return images.copy()
    chosen = rng.choice([True, False], p=[p, 1 - p])
    first = images[:1, :, ::-1] if chosen else images[:1]
    return np.concatenate([first, recursive(images[1:], rng, p)])


@put(RIGHT)
def list_of_indices(images, rng, p):
    mirrored = images[..., ::-1, :]
    both = np.stack([images, mirrored])
    return both[(rng.random(len(images)) < p).astype(int), np.arange(len(images))]


@put(EITHER)
def exact_number_flipped(images, rng, p):
    # Each image is flipped with probability p, but not independently.
    N = len(images)
    out = images.copy()
    chosen = rng.permutation(N)[: int(p * N + rng.random())]
    out[chosen] = images[chosen][:, :, ::-1]
    return out


@put(FORM)
def list_of_images(images, rng, p):  # a list
    return list(textbook(images, rng, p))


@put(FORM)
def in_place(images, rng, p):  # images are changed
    chosen = rng.random(len(images)) < p
    images[chosen] = images[chosen][:, :, ::-1]
    return images


@put(FORM)
def double_precision(images, rng, p):  # float64 from float32
    chosen = (rng.random(len(images)) < p)[:, None, None, None]
    return np.where(chosen, images[:, :, ::-1], images).astype(float)


@put(FORM)
def leading_axis(images, rng, p):  # (1, N, H, W, C)
    return textbook(images, rng, p)[None]


def variant(
    images,
    rng,
    p,
    flip=lambda image: image[:, ::-1],
    chosen=lambda rng, N, p: rng.random(N) < p,
):
    """A flip with places to go wrong."""
    pick = chosen(rng, len(images), p)
    return np.stack([flip(x) if yes else x for x, yes in zip(images, pick, strict=True)])


for name, spoilt in {
    "upside_down": {"flip": lambda image: image[::-1]},
    "half_a_turn": {"flip": lambda image: image[::-1, ::-1]},
    "channels_exchanged": {"flip": lambda image: image[..., ::-1]},
    "channels_exchanged_too": {"flip": lambda image: image[:, ::-1, ::-1]},
    "transposed": {"flip": lambda image: image.transpose(1, 0, 2)},
    "rolled_by_one": {"flip": lambda image: np.roll(image[:, ::-1], 1, axis=1)},
    "sorted_columns": {"flip": lambda image: np.sort(image, axis=1)[:, ::-1]},
    "left_half_mirrored": {
        "flip": lambda image: np.where(
            (np.arange(image.shape[1]) < image.shape[1] // 2)[:, None], image, image[:, ::-1]
        )
    },
    "negative": {"flip": lambda image: image.max() - image},
    "blend_of_both": {"flip": lambda image: image // 2 + image[:, ::-1] // 2},
    "first_row_only": {"flip": lambda image: np.concatenate([image[:1, ::-1], image[1:]])},
    "probability_of_staying": {"chosen": lambda rng, N, p: rng.random(N) >= p},
    "one_coin_for_the_batch": {"chosen": lambda rng, N, p: np.full(N, rng.random() < p)},
    "always": {"chosen": lambda rng, N, p: np.ones(N)},
    "never": {"chosen": lambda rng, N, p: np.zeros(N)},
    "always_one_half": {"chosen": lambda rng, N, p: rng.random(N) < 0.5},
    "normal_numbers": {"chosen": lambda rng, N, p: rng.normal(size=N) < p},
    "same_coins_every_time": {"chosen": lambda rng, N, p: np.random.default_rng(0).random(N) < p},
    "fresh_generator": {"chosen": lambda rng, N, p: np.random.default_rng().random(N) < p},
    "global_random_state": {"chosen": lambda rng, N, p: np.random.rand(N) < p},  # noqa: NPY002
    "first_images_of_the_batch": {"chosen": lambda rng, N, p: np.arange(N) < p * N},
    "squared_probability": {"chosen": lambda rng, N, p: (rng.random((N, 2)) < p).all(axis=1)},
    "first_image_never": {
        "chosen": lambda rng, N, p: (rng.random(N) < p) & (np.arange(N) > 0),
    },
    "pairs_share_a_coin": {
        "chosen": lambda rng, N, p: np.repeat(rng.random((N + 1) // 2) < p, 2)[:N],
    },
}.items():
    WRONG[name] = (functools.partial(variant, **spoilt),)  # type: ignore[arg-type]


@put(WRONG)
def coin_for_every_row(images, rng, p):
    chosen = rng.random((*images.shape[:2], 1, 1)) < p
    return np.where(chosen, images[:, :, ::-1], images)


@put(WRONG)
def coin_for_every_pixel(images, rng, p):
    return np.where(rng.random(images.shape) < p, images[:, :, ::-1], images)


@put(WRONG)
def order_of_the_batch(images, rng, p):
    return images[::-1].copy() if rng.random() < p else images.copy()


@put(WRONG)
def only_the_chosen(images, rng, p):
    return images[rng.random(len(images)) < p][:, :, ::-1]


@put(WRONG)
def both_appended(images, rng, p):
    return np.concatenate([images, textbook(images, rng, p)])


@put(WRONG)
def axes_of_layers(images, rng, p):
    # Takes the images for (N, C, H, W): the channels are exchanged.
    chosen = rng.random((len(images), 1, 1, 1)) < p
    return np.where(chosen, images[..., ::-1], images)


@put(WRONG)
def view_written_while_read(images, rng, p):
    # The second half is copied from a first half that has changed already.
    out = images.copy()
    W = images.shape[2]
    for n in np.flatnonzero(rng.random(len(images)) < p):
        for j in range(W):
            out[n, :, j] = out[n, :, W - 1 - j]
    return out


more: Any = carried(RIGHT["textbook"])
RIGHT |= more[0]
# Whole pixels stay as they are, also when they are rounded.
WRONG |= {name: functions for name, functions in more[1].items() if name != "three_decimals"}
# Pictures are not complex: whether zeros beside them are let pass is nobody's business.
more[2].pop("carried_as_complex_without_imaginary_part")
EITHER |= more[2]
