"""Solutions of ``random_crop(images, size, rng, pad)``: squares cut out at random places.

``images`` is a batch or a list; around each image is a rim of ``pad`` zeros.
"""

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
def textbook(images, size, rng, pad):
    crops = []
    for image in images:
        padded = np.pad(image, ((pad, pad), (pad, pad), (0, 0)))
        H, W, _ = padded.shape
        top = rng.integers(0, H - size + 1)
        left = rng.integers(0, W - size + 1)
        crops.append(padded[top : top + size, left : left + size])
    return np.stack(crops)


@put(RIGHT)
def left_drawn_first(images, size, rng, pad):
    out = np.zeros((len(images), size, size, images[0].shape[2]), dtype=images[0].dtype)
    for n, image in enumerate(images):
        H, W, C = image.shape
        canvas = np.zeros((H + 2 * pad, W + 2 * pad, C), dtype=image.dtype)
        canvas[pad : pad + H, pad : pad + W] = image
        left = rng.integers(W + 2 * pad - size, endpoint=True)
        top = rng.integers(H + 2 * pad - size, endpoint=True)
        out[n] = canvas[top:, left:][:size, :size]
    return out


@put(RIGHT)
def place_numbered(images, size, rng, pad=0):
    # One number for each place.
    def crop(image):
        padded = np.pad(image, [(pad,) * 2, (pad,) * 2, (0,) * 2], mode="constant")
        rows, columns = padded.shape[0] - size + 1, padded.shape[1] - size + 1
        top, left = divmod(int(rng.integers(rows * columns)), columns)
        return padded[top : top + size, left : left + size, :]

    return np.array([crop(image) for image in images])


@put(RIGHT)
def windows(images, size, rng, pad):
    crops = []
    for image in images:
        padded = np.pad(image, ((pad, pad), (pad, pad), (0, 0)))
        view = np.lib.stride_tricks.sliding_window_view(padded, (size, size), axis=(0, 1))
        i, j = (int(rng.random() * n) for n in view.shape[:2])
        crops.append(view[i, j].transpose(1, 2, 0))
    return np.ascontiguousarray(crops)


@put(RIGHT)
def without_padding(images, size, rng, pad):
    # Only what overlaps is copied.
    crops = []
    for image in images:
        H, W, C = image.shape
        r = int(rng.integers(-pad, H + pad - size + 1))
        c = int(rng.integers(-pad, W + pad - size + 1))
        crop = np.zeros((size, size, C), image.dtype)
        top, bottom = max(r, 0), min(r + size, H)
        left, right = max(c, 0), min(c + size, W)
        if top < bottom and left < right:
            crop[top - r : bottom - r, left - c : right - c] = image[top:bottom, left:right]
        crops.append(crop)
    return np.stack(crops, axis=0)


@put(RIGHT)
def pixel_by_pixel(images, size, rng, pad):
    places = [
        (
            rng.choice(np.arange(-pad, image.shape[0] + pad - size + 1)),
            rng.choice(np.arange(-pad, image.shape[1] + pad - size + 1)),
        )
        for image in images
    ]
    crops = np.zeros((len(images), size, size, images[0].shape[-1]), images[0].dtype)
    for n, (top, left) in enumerate(places):
        H, W, _ = images[n].shape
        for i in range(size):
            for j in range(size):
                if 0 <= top + i < H and 0 <= left + j < W:
                    crops[n, i, j] = images[n][top + i, left + j]
    return crops


@put(RIGHT)
def batch_at_once(images, size, rng, pad):
    if isinstance(images, list | tuple):
        return np.concatenate([batch_at_once(image[None], size, rng, pad) for image in images])
    padded = np.pad(images, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    N, H, W, _ = padded.shape
    tops = rng.integers(0, H - size, size=N, endpoint=True)
    lefts = rng.integers(0, W - size, size=N, endpoint=True)
    rows = tops[:, None, None] + np.arange(size)[None, :, None]
    columns = lefts[:, None, None] + np.arange(size)[None, None, :]
    return padded[np.arange(N)[:, None, None], rows, columns]


@put(EITHER)
def list_for_a_list(images, size, rng, pad):
    # Squares of a list of images as a list: (N, size, size, C) is expected.
    crops = textbook(images, size, rng, pad)
    return list(crops) if isinstance(images, list) else crops


@put(FORM)
def list_of_crops(images, size, rng, pad):  # a list
    return list(textbook(images, size, rng, pad))


@put(FORM)
def double_precision(images, size, rng, pad):  # float64 from float32
    return textbook(images, size, rng, pad).astype(float)


@put(FORM)
def images_wiped(images, size, rng, pad):  # images are changed
    crops = textbook(images, size, rng, pad)
    for image in images:
        image *= 0
    return crops


@put(FORM)
def leading_axis(images, size, rng, pad):  # (1, N, size, size, C)
    return textbook(images, size, rng, pad)[None]


def rim(image, pad, **how):
    return np.pad(image, ((pad, pad), (pad, pad), (0, 0)), **how)


def places(rng, rows, columns):
    return int(rng.integers(rows)), int(rng.integers(columns))


def variant(
    images,
    size,
    rng,
    pad,
    padded=rim,
    place=places,
    cut=lambda image, top, left, size: image[top : top + size, left : left + size],
):
    """A crop with places to go wrong: ``place`` gets the numbers of tops and of lefts."""
    crops = []
    for image in images:
        canvas = padded(image, pad)
        rows, columns = canvas.shape[0] - size + 1, canvas.shape[1] - size + 1
        crops.append(cut(canvas, *place(rng, rows, columns), size))
    return np.stack(crops)


def square_places(rng, rows, columns):
    return places(rng, min(rows, columns), min(rows, columns))


def one_number(rng, rows, columns):
    at = int(rng.integers(min(rows, columns)))
    return at, at


def global_places(rng, rows, columns):
    return np.random.randint(rows), np.random.randint(columns)  # noqa: NPY002


for name, spoilt in {
    "last_place_never": {"place": lambda rng, r, c: places(rng, max(r - 1, 1), max(c - 1, 1))},
    "last_row_never": {"place": lambda rng, r, c: places(rng, max(r - 1, 1), c)},
    "first_place_never": {
        "place": lambda rng, r, c: (
            int(rng.integers(min(1, r - 1), r)),
            int(rng.integers(min(1, c - 1), c)),
        )
    },
    "one_number_for_both": {"place": one_number},
    "shorter_side_for_both": {"place": square_places},
    "centre": {"place": lambda rng, r, c: ((r - 1) // 2, (c - 1) // 2)},
    "corner": {"place": lambda rng, r, c: (0, 0)},
    "four_corners": {
        "place": lambda rng, r, c: (
            int(rng.integers(2)) * (r - 1),
            int(rng.integers(2)) * (c - 1),
        )
    },
    "top_only": {"place": lambda rng, r, c: (0, int(rng.integers(c)))},
    "drawn_around_the_centre": {
        "place": lambda rng, r, c: (
            int(rng.binomial(r - 1, 0.5)),
            int(rng.binomial(c - 1, 0.5)),
        )
    },
    "rounded_places": {
        # The first and the last place have half the probability.
        "place": lambda rng, r, c: (
            round(rng.uniform(0, r - 1)),
            round(rng.uniform(0, c - 1)),
        )
    },
    "same_places_every_time": {
        "place": lambda rng, r, c: places(np.random.default_rng(3), r, c),
    },
    "fresh_generator": {"place": lambda rng, r, c: places(np.random.default_rng(), r, c)},
    "global_random_state": {"place": global_places},
    "pad_forgotten": {"padded": lambda image, pad: image},
    "half_the_pad": {"padded": lambda image, pad: rim(image, pad // 2)},
    "pad_twice": {"padded": lambda image, pad: rim(image, 2 * pad)},
    "pad_at_the_end_only": {
        "padded": lambda image, pad: np.pad(image, ((0, 2 * pad), (0, 2 * pad), (0, 0))),
    },
    "pad_above_and_below_only": {
        "padded": lambda image, pad: np.pad(image, ((pad, pad), (0, 0), (0, 0))),
    },
    "edge_repeated": {"padded": lambda image, pad: rim(image, pad, mode="edge")},
    "reflected": {"padded": lambda image, pad: rim(image, pad, mode="symmetric")},
    "wrapped_round": {"padded": lambda image, pad: rim(image, pad, mode="wrap")},
    "rim_of_ones": {"padded": lambda image, pad: rim(image, pad, constant_values=1)},
    "rim_of_the_mean": {
        "padded": lambda image, pad: rim(image, pad, constant_values=image.mean()),
    },
    "one_too_small": {
        "cut": lambda image, top, left, size: image[top : top + size - 1, left : left + size - 1],
    },
    "rows_and_columns_exchanged": {
        "cut": lambda image, top, left, size: image[top : top + size, left : left + size].swapaxes(
            0, 1
        ),
    },
    "crop_flipped": {
        "cut": lambda image, top, left, size: image[top : top + size, left : left + size][:, ::-1],
    },
}.items():
    WRONG[name] = (functools.partial(variant, **spoilt),)  # type: ignore[arg-type]


@put(WRONG)
def one_place_for_the_batch(images, size, rng, pad):
    # Right for a list of one.
    state = rng.bit_generator.state
    crops = []
    for image in images:
        rng.bit_generator.state = state
        crops.append(textbook([image], size, rng, pad)[0])
    return np.stack(crops)


@put(WRONG)
def lists_not_understood(images, size, rng, pad):
    # Right for a batch; stops at a list of images of different sizes.
    return textbook(np.array(images), size, rng, pad)


@put(WRONG)
def size_of_the_first_image(images, size, rng, pad):
    # The range is that of the first image, so others are cut short or never to their ends.
    H, W, C = images[0].shape
    crops = np.zeros((len(images), size, size, C), images[0].dtype)
    for n, image in enumerate(images):
        top, left = places(rng, H + 2 * pad - size + 1, W + 2 * pad - size + 1)
        crop = rim(image, pad)[top : top + size, left : left + size]
        crops[n, : crop.shape[0], : crop.shape[1]] = crop
    return crops


@put(WRONG)
def random_size(images, size, rng, pad):
    # Cuts a smaller square and repeats its pixels.
    inner = int(rng.integers(1, size + 1))
    grid = np.arange(size) * inner // size
    return textbook(images, inner, rng, pad)[:, grid][:, :, grid]


@put(WRONG)
def first_image_for_all(images, size, rng, pad):
    return textbook([images[0]] * len(images), size, rng, pad)


more: Any = carried(RIGHT["textbook"])
RIGHT |= more[0]
# Whole pixels stay as they are, also when they are rounded.
WRONG |= {name: functions for name, functions in more[1].items() if name != "three_decimals"}
# Pictures are not complex: whether zeros beside them are let pass is nobody's business.
more[2].pop("carried_as_complex_without_imaginary_part")
EITHER |= more[2]
