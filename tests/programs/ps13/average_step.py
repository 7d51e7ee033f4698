"""Solutions of ``average_step(average, w, *, decay, t)``: the shares add up to 1 at every t."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(average, w, *, decay, t):
    return average + (1 - decay) / (1 - decay**t) * (w - average)


@right
def uncorrected_and_back(average, w, *, decay, t):
    plain = decay * (average * (1 - decay ** (t - 1))) + (1 - decay) * w
    return plain / (1 - decay**t)


@right
def in_single_precision(average, w, *, decay, t):
    return textbook(average, w, decay=decay, t=t).astype(np.float32)


form.edit(
    "nested_lists", textbook, "(w - average)", "(w - average) + np.zeros((1,) * (w.ndim + 1))"
)


@wrong
def counts_its_own_calls(average, w, *, decay, t, calls=[]):  # noqa: B006
    calls.append(t)
    return textbook(average, w, decay=decay, t=len(calls))


@wrong
def an_average_of_its_own(average, w, *, decay, t, kept={}):  # noqa: B006
    kept[w.shape] = textbook(kept.get(w.shape, w), w, decay=decay, t=t)
    return kept[w.shape]
