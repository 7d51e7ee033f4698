"""Programs for ``rotate``."""

import math

import numpy as np


def one_pixel(x, r, c):
    """Image (H, W, C) read at one place, bilinear, zero outside."""
    H, W, C = x.shape
    i, j = math.floor(r), math.floor(c)
    y = np.zeros(C)
    for a in (i, i + 1):
        for b in (j, j + 1):
            if 0 <= a < H and 0 <= b < W:
                y += (1 - abs(r - a)) * (1 - abs(c - b)) * x[a, b]
    return y


def pixel_by_pixel(images, max_degrees, rng):
    y = np.zeros_like(images)
    N, H, W, _C = images.shape
    for n in range(min(N, 40)):  # too slow for more
        a = rng.uniform(-max_degrees, max_degrees) * math.pi / 180
        for i in range(H):
            for j in range(W):
                r, c = i - (H - 1) / 2, j - (W - 1) / 2
                y[n, i, j] = one_pixel(
                    images[n],
                    r * math.cos(a) + c * math.sin(a) + (H - 1) / 2,
                    c * math.cos(a) - r * math.sin(a) + (W - 1) / 2,
                )
    if N > 40:
        y[40:] = other_way_round(images[40:], max_degrees, rng)
    return y


def read(images, rows, columns, hard=False):
    N, H, W, _C = images.shape
    n = np.arange(N)[:, None, None]
    i, j = np.floor(rows).astype(int), np.floor(columns).astype(int)
    y = 0
    for a in (0, 1):
        for b in (0, 1):
            inside = (i + a >= 0) & (i + a < H) & (j + b >= 0) & (j + b < W)
            share = (1 - np.abs(rows - i - a)) * (1 - np.abs(columns - j - b)) * inside
            y = y + share[..., None] * images[n, (i + a).clip(0, H - 1), (j + b).clip(0, W - 1)]
    if hard:  # a place outside of the outermost middles is outside
        y = y * ((rows >= 0) & (rows <= H - 1) & (columns >= 0) & (columns <= W - 1))[..., None]
    return y.astype(images.dtype)


def grid(images):
    H, W = images.shape[1:3]
    return np.indices((H, W)) - np.array([H - 1, W - 1])[:, None, None] / 2


def other_way_round(images, max_degrees, rng, hard=False):
    """Positive angles turn clockwise; drawn in radians."""
    most = np.deg2rad(max_degrees)
    a = (2 * rng.random(len(images)) - 1)[:, None, None] * most
    r, c = grid(images)
    H, W = images.shape[1:3]
    rows = r * np.cos(a) - c * np.sin(a) + (H - 1) / 2
    return read(images, rows, r * np.sin(a) + c * np.cos(a) + (W - 1) / 2, hard)


def hard_edge(images, max_degrees, rng):
    return other_way_round(images, max_degrees, rng, hard=True)


def matrices(images, max_degrees, rng):
    a = np.radians(rng.uniform(-1, 1, size=len(images)) * max_degrees)
    R = np.stack([np.stack([np.cos(a), np.sin(a)], 1), np.stack([-np.sin(a), np.cos(a)], 1)], 1)
    places = np.einsum("nij,jhw->nihw", R, grid(images))
    H, W = images.shape[1:3]
    return read(images, places[:, 0] + (H - 1) / 2, places[:, 1] + (W - 1) / 2)


def complex_numbers(images, max_degrees, rng):
    H, W = images.shape[1:3]
    r, c = grid(images)
    y = []
    for x in images:
        z = (c + 1j * r) * np.exp(1j * np.pi / 180 * rng.uniform(-max_degrees, max_degrees))
        y.append(read(x[None], z.imag[None] + (H - 1) / 2, z.real[None] + (W - 1) / 2)[0])
    return np.stack(y)


def in_single(images, max_degrees, rng):
    """All in float32."""
    a = rng.random(len(images), dtype=np.float32)[:, None, None] * np.float32(2) - np.float32(1)
    a *= np.float32(np.pi / 180 * max_degrees)
    r, c = grid(images).astype(np.float32)
    H, W = images.shape[1:3]
    rows = r * np.cos(a) + c * np.sin(a) + np.float32((H - 1) / 2)
    columns = c * np.cos(a) - r * np.sin(a) + np.float32((W - 1) / 2)
    return read(images.astype(np.float32), rows, columns).astype(images.dtype)


VARIANTS = [
    (f.__name__, (f,))
    for f in (
        pixel_by_pixel,
        other_way_round,
        hard_edge,
        matrices,
        complex_numbers,
        in_single,
    )
]


def in_place(images, max_degrees, rng):
    images[...] = matrices(images, max_degrees, rng)
    return images


def always_double(images, max_degrees, rng):
    return matrices(images.astype(np.float64), max_degrees, rng)


DRESSED = [("in_place", (in_place,)), ("always_double", (always_double,))]


def first_channel_only(images, max_degrees, rng):
    y = images.copy()
    y[..., :1] = matrices(images[..., :1], max_degrees, rng)
    return y


def channels_apart(images, max_degrees, rng):
    C = images.shape[3]
    return np.concatenate(
        [matrices(images[..., k : k + 1], max_degrees, rng) for k in range(C)], axis=3
    )


def as_if_square(images, max_degrees, rng):
    a = np.radians(rng.uniform(-max_degrees, max_degrees, len(images)))[:, None, None]
    m = (max(images.shape[1:3]) - 1) / 2
    r, c = np.indices(images.shape[1:3]) - m
    return read(images, r * np.cos(a) + c * np.sin(a) + m, c * np.cos(a) - r * np.sin(a) + m)


def quarter_turns(images, max_degrees, rng):
    if max_degrees == 0:
        return images.copy()
    return np.stack([x[::-1, ::-1] if rng.random() < 0.5 else x for x in images])


def blurred(images, max_degrees, rng):
    y = matrices(images, max_degrees, rng)
    return 0.5 * y + 0.25 * np.roll(y, 1, axis=1) + 0.25 * np.roll(y, -1, axis=1)


def weights_exchanged(images, max_degrees, rng):
    a = np.radians(rng.uniform(-max_degrees, max_degrees, len(images)))[:, None, None]
    r, c = grid(images)
    H, W = images.shape[1:3]
    rows = r * np.cos(a) + c * np.sin(a) + (H - 1) / 2
    columns = c * np.cos(a) - r * np.sin(a) + (W - 1) / 2
    i, j = np.floor(rows), np.floor(columns)
    return read(
        images, i + (1 - (rows - i)) * (rows != i), j + (1 - (columns - j)) * (columns != j)
    )


def edge_wraps(images, max_degrees, rng):
    N, H, W, _C = images.shape
    return matrices(np.tile(images, (1, 3, 3, 1)), max_degrees, rng)[:, H : 2 * H, W : 2 * W]


def nothing(images, max_degrees, rng):
    return images


WRONG = [
    (f.__name__, (f,))
    for f in (
        first_channel_only,
        channels_apart,
        as_if_square,
        quarter_turns,
        blurred,
        weights_exchanged,
        edge_wraps,
        nothing,
    )
]
