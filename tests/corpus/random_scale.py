"""Solutions of ``random_scale(images, short_sides, rng)``: a list of N images (H_i, W_i, C).

The shorter side is drawn from the whole numbers of ``short_sides``, both bounds included; pixels
are little squares that cover the image, mixed bilinearly.
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


def places(new, old):
    """Where the middles of the new pixels lie among the old ones."""
    return np.clip((np.arange(new) + 0.5) * old / new - 0.5, 0, old - 1)


def resized(image, h, w, where=places):
    """Bilinear, with the four neighbours."""
    H, W, _ = image.shape
    r, c = where(h, H), where(w, W)
    i, j = np.floor(r).astype(int), np.floor(c).astype(int)
    k, m = np.minimum(i + 1, H - 1), np.minimum(j + 1, W - 1)
    a, b = (r - i)[:, None, None], (c - j)[None, :, None]
    above = (1 - b) * image[i][:, j] + b * image[i][:, m]
    below = (1 - b) * image[k][:, j] + b * image[k][:, m]
    return np.ascontiguousarray((1 - a) * above + a * below, dtype=image.dtype)


def lengths(H, W, side):
    return round(H * side / min(H, W)), round(W * side / min(H, W))


@put(RIGHT)
def textbook(images, short_sides, rng):
    low, high = short_sides
    scaled = []
    for image in images:
        side = int(rng.integers(low, high + 1))
        H, W, _ = image.shape
        scaled.append(resized(image, *lengths(H, W, side)))
    return scaled


@put(RIGHT)
def weight_matrices(images, short_sides, rng):
    # A @ image @ B with tents as weights.
    def tents(new, old):
        return np.maximum(0, 1 - np.abs(places(new, old)[:, None] - np.arange(old)))

    _, H, W, _ = images.shape
    sides = rng.integers(*short_sides, size=len(images), endpoint=True)
    scaled = []
    for image, side in zip(images, sides, strict=True):
        h, w = lengths(H, W, int(side))
        new = np.einsum("ri,ijc,sj->rsc", tents(h, H), image, tents(w, W), optimize=True)
        scaled.append(new.astype(image.dtype))
    return scaled


@put(RIGHT)
def interpolated_along_axes(images, short_sides, rng):
    def along(line, new):
        old = len(line)
        return np.interp((np.arange(new) + 0.5) * old / new - 0.5, np.arange(old), line)

    _, H, W, _ = images.shape
    out = []
    for image in images[::-1]:
        side = int(rng.choice(np.arange(short_sides[0], short_sides[1] + 1)))
        h, w = lengths(H, W, side)
        tall = np.apply_along_axis(along, 0, image, h)
        out.append(np.apply_along_axis(along, 1, tall, w).astype(image.dtype))
    return out[::-1]


@put(RIGHT)
def pixel_by_pixel(images, short_sides, rng):
    low, high = (int(bound) for bound in short_sides)
    _, H, W, C = images.shape
    scaled = []
    for image in images:
        h, w = lengths(H, W, low + int(rng.random() * (high - low + 1)))
        new = np.zeros((h, w, C), image.dtype)
        for i, r in enumerate(places(h, H)):
            for j, c in enumerate(places(w, W)):
                top, left = min(int(r), max(H - 2, 0)), min(int(c), max(W - 2, 0))
                square = image[top : top + 2, left : left + 2].astype(float)
                rows = np.array([1 - (r - top), r - top])[: len(square)]
                columns = np.array([1 - (c - left), c - left])[: square.shape[1]]
                new[i, j] = np.einsum("a,b,abc->c", rows, columns, square)
        scaled.append(new)
    return scaled


@put(RIGHT)
def edge_padded(images, short_sides, rng, pad=1):
    # A rim that repeats the edge takes the place of clipping.
    def stretch(image, new):
        old = len(image)
        rim = np.pad(image, ((pad, pad), (0, 0), (0, 0)), mode="edge")
        at = (np.arange(new) + 0.5) * (old / new) - 0.5 + pad
        below = np.floor(at).astype(int)
        share = (at - below).astype(image.dtype)[:, None, None]
        return rim[below] + share * (rim[below + 1] - rim[below])

    scaled = []
    for image in images:
        side = rng.permutation(range(short_sides[0], short_sides[1] + 1))[0]
        h, w = lengths(*image.shape[:2], int(side))
        scaled.append(stretch(stretch(image, h).swapaxes(0, 1), w).swapaxes(0, 1))
    return scaled


@put(RIGHT)
def width_first(images, short_sides, rng):
    def squeeze(image, new, axis):
        old = image.shape[axis]
        at = places(new, old)
        i = at.astype(int)
        share = np.expand_dims(at - i, tuple({0, 1, 2} - {axis}))
        here, there = np.take(image, i, axis), np.take(image, i + 1, axis, mode="clip")
        return (here * (1 - share) + there * share).astype(image.dtype)

    out = []
    for image in images:
        side = int(rng.integers(short_sides[0], short_sides[1], endpoint=True))
        h, w = lengths(*image.shape[:2], side)
        out.append(squeeze(squeeze(image, w, 1), h, 0))
    return out


@put(RIGHT)
def long_side_from_the_ratio(images, short_sides, rng):
    def scale(image):
        side = int(rng.integers(short_sides[0], short_sides[1] + 1))
        H, W = image.shape[:2]
        if H <= W:
            return resized(image, side, round(side * W / H))
        return resized(image.transpose(1, 0, 2), side, round(side * H / W)).transpose(1, 0, 2)

    return list(map(scale, images))


@put(EITHER)
def tuple_of_images(images, short_sides, rng):
    # A tuple is as good as a list to go through.
    return tuple(textbook(images, short_sides, rng))


@put(EITHER)
def halves_rounded_up(images, short_sides, rng):
    # round() goes to the even number; the rounding of halves is open.
    return variant(
        images,
        short_sides,
        rng,
        size=lambda H, W, s: (int(H * s / min(H, W) + 0.5), int(W * s / min(H, W) + 0.5)),
    )


@put(FORM)
def double_precision(images, short_sides, rng):  # float64 from float32
    return textbook(images.astype(float), short_sides, rng)


@put(FORM)
def nested_lists(images, short_sides, rng):  # lists of lists
    return [image.tolist() for image in textbook(images, short_sides, rng)]


@put(FORM)
def leading_axes(images, short_sides, rng):  # (1, H_i, W_i, C)
    return [image[None] for image in textbook(images, short_sides, rng)]


@put(FORM)
def images_wiped(images, short_sides, rng):  # images are changed
    scaled = textbook(images, short_sides, rng)
    images *= 0
    return scaled


def variant(
    images,
    short_sides,
    rng,
    draw=lambda rng, low, high: rng.integers(low, high + 1),
    size=lengths,
    change=resized,
):
    """Scaling with places to go wrong."""
    _, H, W, _ = images.shape
    return [change(image, *size(H, W, int(draw(rng, *short_sides)))) for image in images]


def at_places(where):
    return lambda image, h, w: resized(image, h, w, where=where)


def nearest(image, h, w):
    H, W, _ = image.shape
    return image[np.arange(h) * H // h][:, np.arange(w) * W // w]


def zero_outside(image, h, w):
    H, W, _ = image.shape
    rim = np.pad(image, ((1, 1), (1, 1), (0, 0)))

    def shifted(new, old):
        return (np.arange(new) + 0.5) * (old - 2) / new + 0.5

    return resized(rim, h, w, where=shifted)


def averaged(image, h, w):
    # Means over the squares when it shrinks.
    H, W, _ = image.shape
    fine = np.repeat(np.repeat(image, h, axis=0), w, axis=1)
    return fine.reshape(h, H, w, W, -1).mean(axis=(1, 3)).astype(image.dtype)


def cut_or_padded(image, h, w):
    H, W, _ = image.shape
    return np.pad(image, ((0, max(h - H, 0)), (0, max(w - W, 0)), (0, 0)))[:h, :w]


def global_side(rng, low, high):
    return np.random.randint(low, high + 1)  # noqa: NPY002


for name, spoilt in {
    "highest_never": {"draw": lambda rng, low, high: rng.integers(low, max(high, low + 1))},
    "lowest_never": {"draw": lambda rng, low, high: rng.integers(min(low + 1, high), high + 1)},
    "one_too_many": {"draw": lambda rng, low, high: rng.integers(low, high + 2)},
    "bounds_only": {"draw": lambda rng, low, high: rng.choice([low, high])},
    "always_the_lowest": {"draw": lambda rng, low, high: low},
    "always_the_highest": {"draw": lambda rng, low, high: high},
    "middle": {"draw": lambda rng, low, high: (low + high) // 2},
    "from_one": {"draw": lambda rng, low, high: rng.integers(1, high + 1)},
    "truncated_floats": {"draw": lambda rng, low, high: rng.uniform(low, high)},
    "same_sides_every_time": {
        "draw": lambda rng, low, high: np.random.default_rng(0).integers(low, high + 1)
    },
    "fresh_generator": {
        "draw": lambda rng, low, high: np.random.default_rng().integers(low, high + 1)
    },
    "global_random_state": {"draw": global_side},
    "square": {"size": lambda H, W, side: (side, side)},
    "long_side_drawn": {
        "size": lambda H, W, s: (round(H * s / max(H, W)), round(W * s / max(H, W))),
    },
    "height_drawn": {
        # Right for images that are not taller than wide.
        "size": lambda H, W, s: (s, round(W * s / H))
    },
    "width_drawn": {"size": lambda H, W, s: (round(H * s / W), s)},
    "long_side_rounded_down": {
        "size": lambda H, W, s: (H * s // min(H, W), W * s // min(H, W)),
    },
    "long_side_rounded_up": {
        "size": lambda H, W, s: (-(-H * s // min(H, W)), -(-W * s // min(H, W))),
    },
    "long_side_kept": {"size": lambda H, W, s: (s, W) if H <= W else (H, s)},
    "sides_exchanged": {"size": lambda H, W, s: lengths(H, W, s)[::-1]},
    "whole_factor": {
        "size": lambda H, W, s: (
            H * max(s // min(H, W), 1),
            W * max(s // min(H, W), 1),
        )
    },
    "nearest_pixel": {"change": nearest},
    "corners_on_corners": {
        "change": at_places(lambda new, old: np.linspace(0, old - 1, new)),
    },
    "without_the_half": {
        "change": at_places(lambda new, old: np.minimum(np.arange(new) * old / new, old - 1)),
    },
    "half_forgotten_at_the_end": {
        "change": at_places(
            lambda new, old: np.clip((np.arange(new) + 0.5) * old / new, 0, old - 1)
        ),
    },
    "factor_upside_down": {
        "change": at_places(
            lambda new, old: np.clip((np.arange(new) + 0.5) * new / old - 0.5, 0, old - 1)
        ),
    },
    "zeros_beyond_the_edge": {"change": zero_outside},
    "averaged": {"change": averaged},
    "cut_or_padded": {"change": cut_or_padded},
    "numpy_resize": {"change": lambda image, h, w: np.resize(image, (h, w, image.shape[-1]))},
    "flipped": {"change": lambda image, h, w: resized(image, h, w)[:, ::-1]},
}.items():
    WRONG[name] = (functools.partial(variant, **spoilt),)  # type: ignore[arg-type]


@put(WRONG)
def one_side_for_the_batch(images, short_sides, rng):
    # Right for N = 1.
    side = rng.integers(short_sides[0], short_sides[1] + 1)
    return variant(images, short_sides, rng, draw=lambda rng, low, high: side)


@put(WRONG)
def first_image_only(images, short_sides, rng):
    return textbook(images[:1], short_sides, rng)


@put(WRONG)
def sides_drawn_apart(images, short_sides, rng):
    # Height and width each for itself: proportions are lost.
    low, high = short_sides
    return [resized(image, *rng.integers(low, high + 1, size=2)) for image in images]


@put(WRONG)
def sizes_only(images, short_sides, rng):
    return [image.shape for image in textbook(images, short_sides, rng)]


@put(WRONG)
def fitted_into_one_array(images, short_sides, rng):
    # All in one array as large as the largest, the rest zero.
    scaled = textbook(images, short_sides, rng)
    h, w = (max(image.shape[axis] for image in scaled) for axis in (0, 1))
    return np.stack([cut_or_padded(image, h, w) for image in scaled])


more: Any = carried(RIGHT["textbook"])
RIGHT |= more[0]
WRONG |= more[1]
# Pictures are not complex: whether zeros beside them are let pass is nobody's business.
more[2].pop("carried_as_complex_without_imaginary_part")
EITHER |= more[2]
