"""Solutions of ``horizontal_flip(images, rng, p)``: left and right exchanged with probability p."""

import functools

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(images, rng, p):
    flipped = images.copy()
    chosen = rng.random(len(images)) < p
    flipped[chosen] = flipped[chosen, :, ::-1]
    return flipped


@right
def where(images, rng, p=0.5):
    chosen = rng.binomial(1, p, size=(len(images), 1, 1, 1)).astype(bool)
    return np.where(chosen, np.flip(images, axis=2), images)


@right
def backwards_through_the_batch(images, rng, p):
    out = np.empty_like(images)
    for n in reversed(range(len(images))):
        step = -1 if rng.random() < p else 1
        out[n] = images[n, :, ::step]
    return out


@right
def columns_exchanged(images, rng, p):
    # Two columns at a time; many draws that are not needed.
    out = np.array(images)
    chosen = rng.random((len(images), 3))[:, 1] < p
    W = images.shape[2]
    for j in range(W // 2):
        out[chosen, :, j] = images[chosen, :, W - 1 - j]
        out[chosen, :, W - 1 - j] = images[chosen, :, j]
    return out


@open_
def exact_number_flipped(images, rng, p):
    # Each image is flipped with probability p, but not independently.
    N = len(images)
    out = images.copy()
    chosen = rng.permutation(N)[: int(p * N + rng.random())]
    out[chosen] = images[chosen][:, :, ::-1]
    return out


form.add("list_of_images", lambda *given: list(textbook(*given)))
form.add("double_precision", lambda *given: textbook(*given).astype(float))
form.add("leading_axis", lambda *given: textbook(*given)[None])  # (1, N, H, W, C)


@form
def in_place(images, rng, p):  # images are changed
    chosen = rng.random(len(images)) < p
    images[chosen] = images[chosen][:, :, ::-1]
    return images


def variant(
    images,
    rng,
    p,
    flip=lambda image: image[:, ::-1],
    chosen=lambda rng, N, p: rng.random(N) < p,
):
    """A flip with places to go wrong."""
    pick = chosen(rng, len(images), p)
    return np.stack([flip(x) if yes else x for x, yes in zip(images, pick, strict=True)])


for name, spoilt in {
    "squared_probability": {"chosen": lambda rng, N, p: (rng.random((N, 2)) < p).all(axis=1)},
}.items():
    wrong.add(name, functools.partial(variant, **spoilt))


programs.carry(right.programs["textbook"])
# Whole pixels stay as they are, also when they are rounded.
del wrong.programs["three_decimals"]
