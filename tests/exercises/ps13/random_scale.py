"""Programs for ``random_scale``."""

import numpy as np


def size_of(x, side):
    H, W = x.shape[:2]
    return (side, int(np.rint(W * side / H))) if H < W else (int(np.rint(H * side / W)), side)


def pixel_by_pixel(images, short_sides, rng):
    scaled = []
    for x in images:
        H, W, C = x.shape
        h, w = size_of(x, int(rng.integers(short_sides[0], short_sides[1], endpoint=True)))
        y = np.zeros((h, w, C), dtype=x.dtype)
        for i in range(h):
            r = min(max((i + 0.5) * H / h - 0.5, 0), H - 1)
            a = int(r)
            b, s = min(a + 1, H - 1), r - a
            for j in range(w):
                c = min(max((j + 0.5) * W / w - 0.5, 0), W - 1)
                d = int(c)
                e, t = min(d + 1, W - 1), c - d
                above = (1 - t) * x[a, d] + t * x[a, e]
                y[i, j] = (1 - s) * above + s * ((1 - t) * x[b, d] + t * x[b, e])
        scaled.append(y)
    return scaled


def hats(new, old, dtype):
    """The matrix (new, old) of the shares of old pixels in new ones."""
    place = np.clip((np.arange(new) + 0.5) * old / new - 0.5, 0, old - 1)
    return np.maximum(0, 1 - np.abs(place[:, None] - np.arange(old))).astype(dtype)


def by_matrices(images, short_sides, rng):
    low, high = short_sides
    sides = rng.integers(low, high + 1, size=len(images))
    scaled = []
    for x, side in zip(images, sides, strict=True):
        h, w = size_of(x, int(side))
        rows, columns = hats(h, x.shape[0], x.dtype), hats(w, x.shape[1], x.dtype)
        scaled.append(np.einsum("ia,abc,jb->ijc", rows, x, columns))
    return scaled


def interpolated(images, short_sides, rng):
    def along(x, new):
        old = len(x)
        at = (np.arange(new) + 0.5) * old / new - 0.5
        flat = x.reshape(old, -1)
        out = np.stack([np.interp(at, np.arange(old), column) for column in flat.T], axis=1)
        return out.reshape(new, *x.shape[1:]).astype(x.dtype)

    scaled = []
    for x in images:
        h, w = size_of(x, int(rng.choice(np.arange(short_sides[0], short_sides[1] + 1))))
        scaled.append(np.swapaxes(along(np.swapaxes(along(x, h), 0, 1), w), 0, 1))
    return scaled


def one_factor(images, short_sides, rng):
    """The ratio of the short sides serves both directions."""
    scaled = []
    for x in images:
        side = short_sides[0] + int(rng.random() * (short_sides[1] - short_sides[0] + 1))
        factor = side / min(x.shape[:2])
        y = x.astype(np.float64)
        for axis in (0, 1):
            old = x.shape[axis]
            place = (np.arange(round(old * factor)) + 0.5) / factor - 0.5
            place = np.clip(place, 0, old - 1)
            i = np.floor(place).astype(int)
            share = (place - i).reshape((-1, 1, 1) if axis == 0 else (1, -1, 1))
            there = np.minimum(i + 1, old - 1)
            y = np.take(y, i, axis) * (1 - share) + np.take(y, there, axis) * share
        scaled.append(y.astype(x.dtype))
    return scaled


def edge_padded(images, short_sides, rng):
    scaled = []
    for x in images:
        H, W, _C = x.shape
        h, w = size_of(x, int(rng.integers(short_sides[0], short_sides[1] + 1)))
        big = np.pad(x, ((1, 1), (1, 1), (0, 0)), mode="edge")
        r, c = (np.arange(h) + 0.5) * H / h + 0.5, (np.arange(w) + 0.5) * W / w + 0.5
        i, j = r.astype(int)[:, None], c.astype(int)[None, :]
        s, t = (r % 1)[:, None, None], (c % 1)[None, :, None]
        y = (1 - s) * (1 - t) * big[i, j] + (1 - s) * t * big[i, j + 1]
        y = y + s * (1 - t) * big[i + 1, j] + s * t * big[i + 1, j + 1]
        scaled.append(y.astype(x.dtype))
    return scaled


VARIANTS = [
    (f.__name__, (f,)) for f in (pixel_by_pixel, by_matrices, interpolated, one_factor, edge_padded)
]


def always_double(images, short_sides, rng):
    return by_matrices(images.astype(np.float64), short_sides, rng)


def in_place(images, short_sides, rng):
    scaled = by_matrices(images, short_sides, rng)
    images *= 0
    return scaled


DRESSED = [("always_double", (always_double,)), ("in_place", (in_place,))]


def with_sides(draw):
    def random_scale(images, short_sides, rng):
        scaled = []
        for x in images:
            h, w = size_of(x, int(draw(*short_sides, rng)))
            rows, columns = hats(h, x.shape[0], x.dtype), hats(w, x.shape[1], x.dtype)
            scaled.append(np.einsum("ia,abc,jb->ijc", rows, x, columns))
        return scaled

    return random_scale


def repeated(images, short_sides, rng):
    factor = short_sides[0] // min(images.shape[1:3])
    return [x.repeat(factor, axis=0).repeat(factor, axis=1) for x in images]


def cropped_not_scaled(images, short_sides, rng):
    scaled = []
    for x in images:
        h, w = size_of(x, int(rng.integers(short_sides[0], short_sides[1] + 1)))
        scaled.append(np.pad(x, ((0, h), (0, w), (0, 0)))[:h, :w])
    return scaled


def smoothed(images, short_sides, rng):
    return [(y + y.mean()) / 2 for y in by_matrices(images, short_sides, rng)]


def turned_on_side(images, short_sides, rng):
    return [np.swapaxes(y, 0, 1) for y in by_matrices(images, short_sides, rng)]


def only_first(images, short_sides, rng):
    return by_matrices(images[:1], short_sides, rng)


def ceiling(images, short_sides, rng):
    scaled = []
    for x in images:
        side = int(rng.integers(short_sides[0], short_sides[1] + 1))
        h, w = (-(-length * side // min(x.shape[:2])) for length in x.shape[:2])
        rows, columns = hats(h, x.shape[0], x.dtype), hats(w, x.shape[1], x.dtype)
        scaled.append(np.einsum("ia,abc,jb->ijc", rows, x, columns))
    return scaled


WRONG = [
    ("one_too_far", (with_sides(lambda low, high, rng: rng.integers(low, high + 2)),)),
    (
        "not_the_lowest",
        (with_sides(lambda low, high, rng: rng.integers(min(low + 1, high), high + 1)),),
    ),
    ("always_highest", (with_sides(lambda low, high, rng: high),)),
    *((f.__name__, (f,)) for f in (repeated, cropped_not_scaled, smoothed)),
    *((f.__name__, (f,)) for f in (turned_on_side, only_first, ceiling)),
]
