"""Solutions of ``translate(images, max_shift, rng)``: whole pixels, zeros come in."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(images, max_shift, rng):
    m = max_shift
    _, H, W, _ = images.shape
    padded = np.pad(images, ((0, 0), (m, m), (m, m), (0, 0)))
    out = np.empty_like(images)
    for n in range(len(images)):
        top, left = rng.integers(0, 2 * m + 1, size=2)
        out[n] = padded[n, top : top + H, left : left + W]
    return out


@right
def shift_matrices(images, max_shift, rng):
    # eye(H, k) @ image moves the rows.
    _, H, W, _ = images.shape
    downs, rights = rng.integers(-max_shift, max_shift + 1, (2, len(images)))
    rows = np.stack([np.eye(H, k=-int(d), dtype=images.dtype) for d in downs])
    columns = np.stack([np.eye(W, k=-int(r), dtype=images.dtype) for r in rights])
    return np.einsum("nij,njkc,nlk->nilc", rows, images, columns)


@right
def gathered(images, max_shift, rng):
    N, H, W, _ = images.shape
    # One of the (2 m + 1)^2 shifts.
    side = 2 * max_shift + 1
    down, right = np.divmod((rng.random(N) * side**2).astype(int), side)
    i = np.arange(H)[None, :] - (down - max_shift)[:, None]
    j = np.arange(W)[None, :] - (right - max_shift)[:, None]
    inside = ((i >= 0) & (i < H))[:, :, None] & ((j >= 0) & (j < W))[:, None, :]
    n = np.arange(N)[:, None, None]
    pixels = images[n, i.clip(0, H - 1)[:, :, None], j.clip(0, W - 1)[:, None, :]]
    return np.where(inside[..., None], pixels, np.zeros((), images.dtype))


@form
def in_place(images, max_shift, rng):  # images are changed
    images[...] = textbook(images, max_shift, rng)
    return images
