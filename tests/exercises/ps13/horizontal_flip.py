"""Programs for ``horizontal_flip``."""

import numpy as np


def loop(images, rng, p):
    y = images.copy()
    for n in range(len(y)):
        if rng.random() < p:
            y[n] = images[n, :, ::-1]
    return y


def keeps_above(images, rng, p):
    stay = rng.uniform(size=len(images)) > p
    return np.stack([x if s else np.fliplr(x) for x, s in zip(images, stay, strict=True)])


def binomial(images, rng, p):
    chosen = rng.binomial(1, p, size=len(images)).astype(bool)
    y = np.array(images)
    y[chosen] = np.flip(y[chosen], axis=2)
    return y


def by_columns(images, rng, p):
    W = images.shape[2]
    columns = np.tile(np.arange(W), (len(images), 1))
    columns[rng.random(len(images)) < p] = np.arange(W)[::-1]
    return np.take_along_axis(images, columns[:, None, :, None], axis=2)


def weights(images, rng, p):
    m = (rng.random(len(images)) < p).astype(images.dtype).reshape(-1, 1, 1, 1)
    return m * images[:, :, ::-1] + (1 - m) * images


def choice(images, rng, p):
    flips = rng.choice([True, False], size=len(images), p=[p, 1 - p])
    return np.array([x[:, ::-1, :] if f else x for x, f in zip(images, flips, strict=True)])


VARIANTS = [(f.__name__, (f,)) for f in (loop, keeps_above, binomial, by_columns, weights, choice)]


def in_place(images, rng, p):
    for n in range(len(images)):
        if rng.random() < p:
            images[n] = images[n, :, ::-1].copy()
    return images


def a_list(images, rng, p):
    return [x[:, ::-1] if rng.random() < p else x for x in images]


def always_double(images, rng, p):
    return loop(images.astype(np.float64), rng, p)


DRESSED = [(f.__name__, (f,)) for f in (in_place, a_list, always_double)]


def flips_pixels_of_channels(images, rng, p):
    chosen = rng.random((len(images), 1, 1, images.shape[3])) < p
    return np.where(chosen, images[:, :, ::-1], images)


def squared_p(images, rng, p):
    return loop(images, rng, p * p)


def pairs(images, rng, p):
    chosen = np.repeat(rng.random((len(images) + 1) // 2) < p, 2)[: len(images)]
    return np.where(chosen[:, None, None, None], images[:, :, ::-1], images)


def shifted_by_one(images, rng, p):
    chosen = rng.random((len(images), 1, 1, 1)) < p
    return np.where(chosen, np.roll(images[:, :, ::-1], 1, axis=2), images)


def rotated(images, rng, p):
    return np.stack([np.rot90(x, 2) if rng.random() < p else x for x in images])


def ints(images, rng, p):
    return loop(images, rng, int(rng.integers(0, 2)))


def nothing(images, rng, p):
    return images


WRONG = [
    (f.__name__, (f,))
    for f in (
        flips_pixels_of_channels,
        squared_p,
        pairs,
        shifted_by_one,
        rotated,
        ints,
        nothing,
    )
]
