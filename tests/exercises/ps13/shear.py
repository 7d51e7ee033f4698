"""Programs for ``shear``."""

import math

import numpy as np


def row_by_row(images, max_shear, rng):
    """Every row is read by np.interp, with zeros beyond its ends."""
    y = np.zeros_like(images)
    N, H, W, C = images.shape
    at = np.arange(-1, W + 1)
    for n in range(N):
        s = rng.uniform(-max_shear, max_shear)
        for i in range(H):
            places = np.arange(W) - s * (i - (H - 1) / 2)
            for k in range(C):
                y[n, i, :, k] = np.interp(
                    places, at, np.pad(images[n, i, :, k], 1), left=0, right=0
                )
    return y


def slide(images, s, hard=False):
    """Rows slide by s·r to the right: whole pixels first, then the fraction."""
    N, H, W, _C = images.shape
    columns = np.arange(W) - s[:, None, None] * (np.arange(H)[:, None] - (H - 1) / 2)
    j = np.floor(columns).astype(int)
    share = (columns - j)[..., None]
    n, i = np.arange(N)[:, None, None], np.arange(H)[:, None]

    def pixel(j):
        return np.where(((j >= 0) & (j < W))[..., None], images[n, i, j.clip(0, W - 1)], 0)

    y = (1 - share) * pixel(j) + share * pixel(j + 1)
    if hard:
        y = y * ((columns >= 0) & (columns <= W - 1))[..., None]
    return y.astype(images.dtype)


def vectorised(images, max_shear, rng):
    return slide(images, max_shear * (1 - 2 * rng.random(len(images))))


def hard_edge(images, max_shear, rng):
    return slide(images, rng.uniform(-max_shear, max_shear, len(images)), hard=True)


def hats(images, max_shear, rng):
    """Each row times a matrix of shares."""
    _N, H, W, _C = images.shape
    y = []
    for x in images:
        s = (2 * rng.random() - 1) * max_shear
        columns = np.arange(W) + s * (np.arange(H)[:, None] - (H - 1) / 2)
        shares = np.maximum(0, 1 - np.abs(columns[:, :, None] - np.arange(W)))
        y.append(np.einsum("hvw,hwc->hvc", shares, x))
    return np.stack(y).astype(images.dtype)


def two_whole_shifts(images, max_shear, rng):
    """A row is a mixture of two rows that slid by whole pixels."""
    y = np.zeros_like(images)
    W = images.shape[2]
    for n, x in enumerate(images):
        s = rng.uniform(-max_shear, max_shear)
        for i, row in enumerate(x):
            way = s * (i - (len(x) - 1) / 2)
            whole = math.floor(way)
            big = np.pad(row, ((W, W), (0, 0)))
            near, far = big[W - whole : 2 * W - whole], big[W - whole - 1 : 2 * W - whole - 1]
            y[n, i] = (1 - (way - whole)) * near + (way - whole) * far
    return y


VARIANTS = [(f.__name__, (f,)) for f in (row_by_row, vectorised, hard_edge, hats, two_whole_shifts)]


def in_place(images, max_shear, rng):
    images[...] = hats(images, max_shear, rng)
    return images


def always_double(images, max_shear, rng):
    return vectorised(images.astype(np.float64), max_shear, rng)


DRESSED = [("in_place", (in_place,)), ("always_double", (always_double,))]


def by_width(images, max_shear, rng):
    """max_shear read as a share of the width."""
    return slide(images, rng.uniform(-max_shear, max_shear, len(images)) / images.shape[2])


def every_row_its_own(images, max_shear, rng):
    y = [slide(images[:, i : i + 3], rng.uniform(-max_shear, max_shear, len(images)))
         for i in range(0, images.shape[1], 3)]  # fmt: skip
    return np.concatenate(y, axis=1)


def wrong_middle(images, max_shear, rng):
    s = rng.uniform(-max_shear, max_shear, len(images))
    big = np.pad(images, ((0, 0), (0, 2), (0, 0), (0, 0)))
    return slide(big, s)[:, :-2]


def channels_apart(images, max_shear, rng):
    return np.concatenate(
        [vectorised(images[..., k : k + 1], max_shear, rng) for k in range(images.shape[3])], axis=3
    )


def shares_exchanged(images, max_shear, rng):
    s = rng.uniform(-max_shear, max_shear, len(images))
    N, H, W, _C = images.shape
    columns = np.arange(W) - s[:, None, None] * (np.arange(H)[:, None] - (H - 1) / 2)
    j = np.clip(np.floor(columns).astype(int), 0, W - 2)
    share = (columns - j)[..., None] % 1
    n, i = np.arange(N)[:, None, None], np.arange(H)[:, None]
    if max_shear == 0:
        return images.copy()
    return (share * images[n, i, j] + (1 - share) * images[n, i, j + 1]).astype(images.dtype)


def mirrored_at_the_edge(images, max_shear, rng):
    W = images.shape[2]
    wide = np.pad(images, ((0, 0), (0, 0), (W - 1, W - 1), (0, 0)), mode="reflect")
    return vectorised(wide, max_shear, rng)[:, :, W - 1 : 2 * W - 1]


def nothing(images, max_shear, rng):
    return images


WRONG = [
    (f.__name__, (f,))
    for f in (
        by_width,
        every_row_its_own,
        wrong_middle,
        channels_apart,
        shares_exchanged,
        mirrored_at_the_edge,
        nothing,
    )
]
