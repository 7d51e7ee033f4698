"""Solutions of ``soft_threshold(w, amount) -> z``: sign(w) times max(|w| - amount, 0)."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(w, amount):
    return np.sign(w) * np.maximum(np.abs(w) - amount, 0)


@right
def without_what_clip_keeps(w, amount):
    return w - np.clip(w, -amount, amount)


@right
def half_of_two_distances(w, amount):
    z = w + (np.abs(w - amount) - np.abs(w + amount)) / 2
    return z


@form
def in_place(w, amount):
    w -= np.clip(w, -amount, amount)
    return w


@wrong
def garrote(w, amount):
    return np.where(np.abs(w) > amount, w - amount**2 / np.where(w == 0, 1, w), 0)


@wrong
def smooth_near_zero(w, amount):
    return w - amount * np.tanh(w / amount)


@wrong
def gradient_step_of_the_penalty(w, amount, lr=0.01):
    for _ in range(round(1 / lr)):
        w = w - lr * amount * np.sign(w)
    return w


@wrong
def stops_at_the_first_small_one(w, amount):
    z = w.copy().ravel()
    for i, one in enumerate(z):
        if abs(one) <= amount:
            z[i] = 0
            break
        z[i] = one - amount if one > 0 else one + amount
    return z.reshape(w.shape)


@wrong
def largest_moves_and_the_rest_follows(w, amount):
    return w * max(1 - amount / np.abs(w).max(), 0)


@wrong
def multiples_of_amount(w, amount):
    return np.trunc(w / amount) * amount


@wrong
def moves_by_the_amount_of_the_first_call(w, amount, kept=[]):  # noqa: B006
    kept.append(amount)
    return textbook(w, kept[0])
