"""Programs for ``translate``."""

import numpy as np


def windows(images, max_shift, rng):
    N, H, W, _C = images.shape
    m = max_shift
    big = np.pad(images, ((0, 0), (m, m), (m, m), (0, 0)))
    top, left = rng.integers(0, 2 * m + 1, size=(2, N))
    return np.stack([x[a : a + H, b : b + W] for x, a, b in zip(big, top, left, strict=True)])


def roll_then_blank(images, max_shift, rng):
    y = np.empty_like(images)
    for n, x in enumerate(images):
        a = int(rng.integers(-max_shift, max_shift, endpoint=True))
        b = int(rng.integers(-max_shift, max_shift, endpoint=True))
        z = np.roll(x, (a, b), axis=(0, 1))
        if a:
            z[slice(0, a) if a > 0 else slice(a, None)] = 0
        if b:
            z[:, slice(0, b) if b > 0 else slice(b, None)] = 0
        y[n] = z
    return y


def indices(images, max_shift, rng):
    N, H, W, _C = images.shape
    shift = rng.choice(np.arange(-max_shift, max_shift + 1), size=(N, 2))
    i = np.arange(H)[None, :, None] - shift[:, 0, None, None]
    j = np.arange(W)[None, None, :] - shift[:, 1, None, None]
    inside = (i >= 0) & (i < H) & (j >= 0) & (j < W)
    y = images[np.arange(N)[:, None, None], np.clip(i, 0, H - 1), np.clip(j, 0, W - 1)]
    return np.where(inside[..., None], y, 0).astype(images.dtype)


def matrices(images, max_shift, rng):
    N, H, W, _C = images.shape
    down, right = rng.integers(-max_shift, max_shift + 1, size=(2, N))
    rows = np.stack([np.eye(H, k=-a, dtype=images.dtype) for a in down])
    columns = np.stack([np.eye(W, k=-b, dtype=images.dtype) for b in right])
    return np.einsum("nij,njwc,nvw->nivc", rows, images, columns)


def floors(images, max_shift, rng):
    draws = np.floor(rng.random((len(images), 2)) * (2 * max_shift + 1)).astype(int) - max_shift
    y = np.zeros(images.shape, dtype=images.dtype)
    H, W = images.shape[1:3]
    for n, (a, b) in enumerate(draws):
        for i in range(max(a, 0), min(H + a, H)):
            y[n, i, max(b, 0) : min(W + b, W)] = images[n, i - a, max(-b, 0) : min(W - b, W)]
    return y


VARIANTS = [(f.__name__, (f,)) for f in (windows, roll_then_blank, indices, matrices, floors)]


def in_place(images, max_shift, rng):
    images[...] = windows(images, max_shift, rng)
    return images


def always_double(images, max_shift, rng):
    return windows(images.astype(np.float64), max_shift, rng)


def a_list(images, max_shift, rng):
    return list(windows(images, max_shift, rng))


DRESSED = [(f.__name__, (f,)) for f in (in_place, always_double, a_list)]


def with_shifts(draw):
    def translate(images, max_shift, rng):
        N, H, W, _C = images.shape
        m = max_shift + 1
        big = np.pad(images, ((0, 0), (m, m), (m, m), (0, 0)))
        down, right = draw(N, max_shift, rng)
        top, left = m - down, m - right
        return np.stack([x[a : a + H, b : b + W] for x, a, b in zip(big, top, left, strict=True)])

    return translate


def ones_come_in(images, max_shift, rng):
    m, (H, W) = max_shift, images.shape[1:3]
    big = np.pad(images, ((0, 0), (m, m), (m, m), (0, 0)), constant_values=1)
    top, left = rng.integers(0, 2 * m + 1, size=(2, len(images)))
    return np.stack([x[a : a + H, b : b + W] for x, a, b in zip(big, top, left, strict=True)])


def blank_one_too_many(images, max_shift, rng):
    y = windows(images, max_shift, rng)
    y[:, 0] = 0
    return y


def opposite(N, most, rng):
    right = rng.integers(-most, most + 1, N)
    return np.stack([-right, right])


WRONG = [
    ("ones_come_in", (ones_come_in,)),
    ("blank_one_too_many", (blank_one_too_many,)),
    ("never_zero", (with_shifts(lambda N, m, rng: rng.choice([-m, -1, 1, m], (2, N)) * (m > 0)),)),
    ("opposite", (with_shifts(opposite),)),
    ("not_lowest", (with_shifts(lambda N, m, rng: rng.integers(min(1 - m, 0), m + 1, (2, N))),)),
    ("binomial", (with_shifts(lambda N, m, rng: rng.binomial(2 * m, 0.5, (2, N)) - m),)),
    ("half", (with_shifts(lambda N, m, rng: rng.integers(-(m // 2), m // 2 + 1, (2, N))),)),
    ("nothing", (lambda images, max_shift, rng: images,)),
]
