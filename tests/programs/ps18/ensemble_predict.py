"""Solutions of ``ensemble_predict(probabilities)``: (M, N, C) -> (N, C), the mean over members."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(probabilities):
    return probabilities.mean(axis=0)


@right
def running_mean(probabilities):
    p = np.zeros_like(probabilities[0])
    for m, member in enumerate(probabilities, start=1):
        p += (member - p) / m
    return p


@right
def weights_times_members(probabilities):
    M, N, C = probabilities.shape
    w = np.full((1, M), 1 / M, dtype=probabilities.dtype)
    return (w @ probabilities.reshape(M, N * C)).reshape(N, C)


@open_
def normalised_again(probabilities):
    # Rows that sum to one stay as they are; whether all rows do is open.
    p = probabilities.sum(axis=0)
    return p / p.sum(axis=1, keepdims=True)


@form
def divided_in_place(probabilities):  # the input is changed
    probabilities /= len(probabilities)
    return probabilities.sum(axis=0)


@form
def squeezed(probabilities):
    return np.squeeze(textbook(probabilities))
