"""Solutions of ``random_patch(images, size, short_sides, p, rng)``: flips, crops and scales."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


def read(image, rows, columns):
    """An image (C, H, W) at rows (h,) and columns (w,), one direction after the other."""
    for axis, places in ((1, rows), (2, columns)):
        last = image.shape[axis] - 1
        places = np.clip(places, 0, last)
        i = np.floor(places).astype(int)
        share = np.expand_dims(places - i, 2 - axis)
        here, there = (np.take(image, np.minimum(k, last), axis) for k in (i, i + 1))
        image = (1 - share) * here + share * there
    return image


@right
def image_by_image(images, size, short_sides, p, rng):
    # The edge is continued, and lengths are rounded to the nearest pixel.
    _, H, W = images.shape[1:]
    patches = []
    for image in images:
        L = rng.integers(short_sides[0], short_sides[1], endpoint=True)
        h, w = (round(side * L / min(H, W)) for side in (H, W))
        top, left = rng.integers(h - size, endpoint=True), rng.integers(w - size, endpoint=True)
        rows = (top + np.arange(size) + 0.5) * H / h - 0.5
        columns = (left + np.arange(size) + 0.5) * W / w - 0.5
        patch = read(image, rows, columns)
        patches.append(patch[:, :, ::-1] if rng.random() < p else patch)
    return np.stack(patches).astype(images.dtype)


@right
def scaled_first(images, size, short_sides, p, rng):
    # The flip first, then the whole scaled image, then the crop.
    out = np.empty((*images.shape[:2], size, size), images.dtype)
    for n, image in enumerate(images):
        image = image[..., ::-1] if rng.uniform() < p else image
        short = min(image.shape[1:])
        L = short_sides[0] + int(rng.random() * (short_sides[1] - short_sides[0] + 1))
        places = []
        for side in image.shape[1:]:
            new = side * L // short
            places.append((np.arange(new) + 0.5) * side / new - 0.5)
        big = read(image, *places)
        i, j = (int(rng.random() * (n_pixels - size + 1)) for n_pixels in big.shape[1:])
        out[n] = big[:, i : i + size, j : j + size]
    return out


@right
def long_side_rounded_up(images, size, short_sides, p, rng):
    # Places by matrices of weights, zero outside.
    N, _, H, W = images.shape
    L = rng.choice(np.arange(short_sides[0], short_sides[1] + 1), size=N)
    weights = []
    for side in (H, W):
        new = -(-side * L // min(H, W))
        first, step = rng.integers(0, new - size + 1), side / new
        places = (first[:, None] + np.arange(size) + 0.5) * step[:, None] - 0.5
        weights.append(np.maximum(0, 1 - np.abs(places[..., None] - np.arange(side))))
    patches = np.einsum("nih,njw,nchw->ncij", *weights, images, optimize=True)
    turned = rng.binomial(1, p, size=N).astype(bool)
    patches[turned] = patches[turned][..., ::-1]
    return patches.astype(images.dtype)


@right
def one_scale_for_both_sides(images, size, short_sides, p, rng):
    # The long side of the scaled image is not rounded; a patch is mirrored where it was cut out.
    N, _, H, W = images.shape
    L = rng.integers(*short_sides, size=N, endpoint=True)
    out = np.empty((*images.shape[:2], size, size), images.dtype)
    for n, scale in enumerate(min(H, W) / L):
        first = [rng.integers(side * L[n] // min(H, W) - size + 1) for side in (H, W)]
        rows, columns = ((one + np.arange(size) + 0.5) * scale - 0.5 for one in first)
        out[n] = read(images[n], rows, columns[::-1] if rng.random() < p else columns)
    return out


@wrong
def lengths_of_the_first_call(images, size, short_sides, p, rng, kept={}):  # noqa: B006
    # Each batch has the scale that the first one of its size had.
    key = len(images), tuple(short_sides)
    L = kept.setdefault(key, int(rng.integers(short_sides[0], short_sides[1] + 1)))
    return image_by_image(images, size, (L, L), p, rng)


def with_draws(images, size, short_sides, p, rng, change):
    """``one_scale_for_both_sides`` after ``change(top, left, flip, room, rng)`` of its draws."""
    N, _, H, W = images.shape
    L = rng.integers(*short_sides, size=N, endpoint=True)
    room = np.stack([side * L // min(H, W) - size for side in (H, W)])
    top, left, flip = change(*rng.integers(room + 1), rng.random(N) < p, room, rng)
    out = np.empty((*images.shape[:2], size, size), images.dtype)
    for n, scale in enumerate(min(H, W) / L):
        rows, columns = ((one + np.arange(size) + 0.5) * scale - 0.5 for one in (top[n], left[n]))
        columns = W - 1 - columns if flip[n] else columns
        out[n] = read(images[n], rows, columns)
    return out


@wrong
def first_corner_is_always_the_same(images, size, short_sides, p, rng):
    def change(top, left, flip, room, rng):
        top[0] = left[0] = 0
        return top, left, flip

    return with_draws(images, size, short_sides, p, rng, change)


@wrong
def as_many_flips_in_every_batch(images, size, short_sides, p, rng):
    def change(top, left, flip, room, rng):
        return top, left, rng.permutation(len(flip)) < p * len(flip)

    return with_draws(images, size, short_sides, p, rng, change)


@wrong
def flipped_where_the_corner_is_left(images, size, short_sides, p, rng):
    def change(top, left, flip, room, rng):
        return top, left, (left + rng.random(len(left))) / (room[1] + 1) < p

    return with_draws(images, size, short_sides, p, rng, change)


programs.beside_the_point = [
    "return images[:, :, :size, :size]",
    "return 0 * right(images, size, short_sides, p, rng)",
]

programs.equivalent = changes("""
mirrored = rng.random((N, 1, 1)) < p -> mirrored = rng.random((N, 1, 1)) <= p
    a number exactly equal to the probability is never drawn
h, w = (H * L // min(H, W), W * L // min(H, W)) -> h, w = (H * L / min(H, W), W * L // min(H, W))
h, w = (H * L // min(H, W), W * L // min(H, W)) -> h, w = (H * L // min(H, W), W * L / min(H, W))
    the long side need not be rounded: the corner is a whole number of its pixels
""")
