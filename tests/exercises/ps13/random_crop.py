"""Programs for ``random_crop``."""

import numpy as np


def loop(images, size, rng, pad):
    crops = []
    for x in images:
        x = np.pad(x, ((pad, pad), (pad, pad), (0, 0)))
        i = rng.integers(x.shape[0] - size + 1)
        j = rng.integers(x.shape[1] - size + 1)
        crops.append(x[i : i + size, j : j + size])
    return np.stack(crops)


def into_zeros(images, size, rng, pad):
    C = images[0].shape[2]
    y = np.zeros((len(images), size, size, C), dtype=images[0].dtype)
    for n, x in enumerate(images):
        H, W, _C = x.shape
        top = int(rng.integers(-pad, H + pad - size, endpoint=True))
        left = int(rng.integers(-pad, W + pad - size, endpoint=True))
        for i in range(max(0, top), min(H, top + size)):
            a, b = max(0, left), min(W, left + size)
            y[n, i - top, a - left : b - left] = x[i, a:b]
    return y


def all_windows(images, size, rng, pad):
    crops = []
    for x in images:
        x = np.pad(x, [(pad, pad), (pad, pad), (0, 0)])
        views = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(0, 1))
        i, j = divmod(int(rng.integers(views.shape[0] * views.shape[1])), views.shape[1])
        crops.append(np.moveaxis(views[i, j], 0, -1))
    return np.array(crops)


def two_ways(images, size, rng, pad):
    if isinstance(images, (list, tuple)):
        return np.concatenate([two_ways(x[None], size, rng, pad) for x in images])
    N, H, W, _C = images.shape
    big = np.pad(images, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    rows = rng.integers(0, H + 2 * pad - size + 1, N)[:, None] + np.arange(size)
    columns = rng.integers(0, W + 2 * pad - size + 1, N)[:, None] + np.arange(size)
    return big[np.arange(N)[:, None, None], rows[:, :, None], columns[:, None, :]]


def random_floor(images, size, rng, pad):
    def place(side):
        return int(rng.random() * (side + 2 * pad - size + 1))

    crops = []
    for x in images:
        big = np.zeros((x.shape[0] + 2 * pad, x.shape[1] + 2 * pad, x.shape[2]), x.dtype)
        big[pad : pad + x.shape[0], pad : pad + x.shape[1]] = x
        j, i = place(x.shape[1]), place(x.shape[0])
        crops.append(big[i:, j:][:size, :size])
    return np.stack(crops)


VARIANTS = [(f.__name__, (f,)) for f in (loop, into_zeros, all_windows, two_ways, random_floor)]


def a_list(images, size, rng, pad):
    return list(loop(images, size, rng, pad))


def always_double(images, size, rng, pad):
    return loop(images, size, rng, pad).astype(np.float64)


DRESSED = [(f.__name__, (f,)) for f in (a_list, always_double)]


def with_places(draw):
    """``draw(number of places along one axis, rng)`` in place of a uniform one."""

    def random_crop(images, size, rng, pad):
        crops = []
        for x in images:
            x = np.pad(x, ((pad, pad), (pad, pad), (0, 0)))
            i, j = (int(draw(side - size + 1, rng)) for side in x.shape[:2])
            crops.append(x[i : i + size, j : j + size])
        return np.stack(crops)

    return random_crop


def first_excluded(images, size, rng, pad):
    return with_places(lambda n, rng: rng.integers(min(1, n - 1), n))(images, size, rng, pad)


def channel_padded(images, size, rng, pad):
    return loop([np.pad(x, ((0, 0), (0, 0), (pad, pad))) for x in images], size, rng, pad)


def upside_down(images, size, rng, pad):
    return loop(images, size, rng, pad)[:, ::-1]


def pixels_mixed(images, size, rng, pad):
    y = np.zeros((len(images), size, size, images[0].shape[2]), dtype=images[0].dtype)
    for n, x in enumerate(images):
        H, W, _C = x.shape
        y[n] = x[np.sort(rng.integers(H, size=size))][:, np.sort(rng.integers(W, size=size))]
    return y


def first_image_only(images, size, rng, pad):
    return loop([images[0]] * len(images), size, rng, pad)


WRONG = [
    ("first_excluded", (first_excluded,)),
    ("channel_padded", (channel_padded,)),
    ("upside_down", (upside_down,)),
    ("pixels_mixed", (pixels_mixed,)),
    ("first_image_only", (first_image_only,)),
    ("corners", (with_places(lambda n, rng: rng.choice([0, n - 1])),)),
    ("triangular", (with_places(lambda n, rng: (rng.integers(n) + rng.integers(n)) // 2),)),
]
