"""Solutions of ``horizontal_flip(images, rng, p)``: left and right exchanged with probability p."""

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


@open_
def exact_number_flipped(images, rng, p):
    # Each image is flipped with probability p, but not independently.
    N = len(images)
    out = images.copy()
    chosen = rng.permutation(N)[: int(p * N + rng.random())]
    out[chosen] = images[chosen][:, :, ::-1]
    return out


@form
def in_place(images, rng, p):  # images are changed
    chosen = rng.random(len(images)) < p
    images[chosen] = images[chosen][:, :, ::-1]
    return images


SQUARED = "(rng.random((len(images), 2)) < p).all(axis=1)"
wrong.edit("squared_probability", textbook, "rng.random(len(images)) < p", SQUARED)


programs.carry(right.programs["textbook"])
# Whole pixels stay as they are, also when they are rounded.
del wrong.programs["three_decimals"]
