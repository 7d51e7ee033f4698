"""Solutions of ``shear(images, max_shear, rng)``: rows shifted in proportion to their height."""

import functools

import numpy as np

from tests.programs import readers
from tests.programs.catalogue import Catalogue
from tests.programs.readers import centred, middle, read

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(images, max_shear, rng):
    slanted = []
    for image in images:
        s = rng.uniform(-max_shear, max_shear)
        H, W, _ = image.shape
        r, c = centred(image)
        slanted.append(read(image, r + (H - 1) / 2, c - s * r + (W - 1) / 2))
    return np.stack(slanted)


@right
def tents(images, max_shear, rng):
    # Every old pixel of the row counts by max(0, 1 - distance).
    N, H, W, _ = images.shape
    s = rng.uniform(low=-max_shear, high=max_shear, size=(N, 1, 1, 1))
    r = (np.arange(H) - (H - 1) / 2)[:, None, None]
    at = np.arange(W)[:, None] - s * r
    weights = np.maximum(0, 1 - np.abs(at - np.arange(W)))
    return np.einsum("nrij,nrjc->nric", weights, images).astype(images.dtype)


@right
def gathered(images, max_shear, rng):
    N, H, W, _ = images.shape
    s = float(max_shear) * (2 * rng.random((N, 1, 1)) - 1)
    c = np.arange(W) + s * (np.arange(H)[:, None] - (H - 1) / 2)
    left = np.floor(c).astype(int)
    n, i = np.arange(N)[:, None, None], np.arange(H)[None, :, None]

    def pixels(j):
        inside = (j >= 0) & (j < W)
        return images[n, i, np.clip(j, 0, W - 1)] * inside[..., None]

    share = (c - left)[..., None].astype(images.dtype)
    return pixels(left) + share * (pixels(left + 1) - pixels(left))


@open_
def places_outside_are_black(images, max_shear, rng):
    # A place beyond the middle of the last pixel is 0; mixing it with 0 is the other reading.
    return spoilt(images, max_shear, rng, reader=hard_edge)


def hard_edge(image, r, c):
    _, W, _ = image.shape
    near = 1e-5  # rounding at the very edge
    inside = (c >= -near) & (c <= W - 1 + near)
    return read(image, r, c.clip(0, W - 1)) * inside[..., None]


def slant(r, c, s):
    return r, c - s * r


def spoilt(images, max_shear, rng, reader):
    """A shear that reads values between pixels by ``reader``."""
    _, H, W, _ = images.shape
    y, x = middle(H, W)
    out = []
    for image in images:
        s = rng.uniform(-max_shear, max_shear)
        r, c = slant(np.arange(H)[:, None] - y, np.arange(W)[None, :] - x, s)
        out.append(reader(image, *np.broadcast_arrays(r + y, c + x)))
    return np.stack(out).astype(images.dtype)


for name, reader in readers.WRONG.items():
    wrong.add(name, functools.partial(spoilt, reader=reader))
