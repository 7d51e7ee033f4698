"""Ways to read an image between its pixels, for the programs of rotate and shear."""

import numpy as np


def read(image, r, c):
    """Bilinear, zero outside: a rim of two zeros, and places no further out than that."""
    H, W, _ = image.shape
    padded = np.pad(image, ((2, 2), (2, 2), (0, 0)))
    r, c = np.clip(r, -1.5, H + 0.5) + 2, np.clip(c, -1.5, W + 0.5) + 2
    i, j = np.floor(r).astype(int), np.floor(c).astype(int)
    a, b = (r - i)[..., None], (c - j)[..., None]
    above = (1 - b) * padded[i, j] + b * padded[i, j + 1]
    below = (1 - b) * padded[i + 1, j] + b * padded[i + 1, j + 1]
    return ((1 - a) * above + a * below).astype(image.dtype)


def centred(image):
    H, W, _ = image.shape
    return np.meshgrid(np.arange(H) - (H - 1) / 2, np.arange(W) - (W - 1) / 2, indexing="ij")


def nearest(image, r, c):
    H, W, _ = image.shape
    i, j = np.rint(r).astype(int), np.rint(c).astype(int)
    inside = (i >= 0) & (i < H) & (j >= 0) & (j < W)
    return image[i.clip(0, H - 1), j.clip(0, W - 1)] * inside[..., None]


def rounded_down(image, r, c):
    return nearest(image, np.floor(r), np.floor(c))


def weights_exchanged(image, r, c):
    # The nearer pixel counts less.
    i, j = np.floor(r), np.floor(c)
    return read(image, i + 1 - (r - i), j + 1 - (c - j))


def smoothed_twice(image, r, c):
    return (read(image, r, c) + read(image, r, c + 0.5)) / 2


def last_row_and_column_lost(image, r, c):
    # Zero as soon as one of the four neighbours is outside.
    H, W, _ = image.shape
    i, j = np.floor(r), np.floor(c)
    inside = (i >= 0) & (i + 1 < H) & (j >= 0) & (j + 1 < W)
    return read(image, r, c) * inside[..., None]


def middle(H, W):
    return (H - 1) / 2, (W - 1) / 2


WRONG = {
    "rounded_down": rounded_down,
    "bilinear_weights_exchanged": weights_exchanged,
    "smoothed_twice": smoothed_twice,
    "last_row_and_column_lost": last_row_and_column_lost,
}
