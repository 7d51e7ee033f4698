"""Solutions of ``ensemble_predict(probabilities)``: (M, N, C) -> (N, C), the mean over members."""

import functools

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


@right
def entry_by_entry(probabilities):
    M, N, C = probabilities.shape
    p = np.empty((N, C), dtype=probabilities.dtype)
    for n in range(N):
        for c in range(C):
            p[n, c] = sum(float(probabilities[m, n, c]) for m in range(M)) / M
    return p


@right
def recursive(probabilities):
    M = len(probabilities)
    if M == 1:
        return probabilities[0].copy()
    half = M // 2
    left, right = recursive(probabilities[:half]), recursive(probabilities[half:])
    return (half * left + (M - half) * right) / M


@right
def folded(probabilities):
    total = functools.reduce(np.add, [p / len(probabilities) for p in probabilities])
    return np.asarray(total)


@right
def ones_times_members(probabilities):
    M, N, C = probabilities.shape
    weights = np.ones((1, M), dtype=probabilities.dtype)
    return (weights @ probabilities.reshape(M, N * C) / M).reshape(N, C)


@open_
def normalised_again(probabilities):
    # Rows that sum to one stay as they are; whether all rows do is open.
    p = probabilities.sum(axis=0)
    return p / p.sum(axis=1, keepdims=True)


@form
def leading_axis(probabilities):  # (1, N, C)
    return probabilities.mean(axis=0, keepdims=True)


@form
def nested_lists(probabilities):  # lists
    return textbook(probabilities).tolist()


@form
def double_precision(probabilities):  # float64 from float32
    return probabilities.mean(axis=0, dtype=float)


@form
def divided_in_place(probabilities):  # the input is changed
    probabilities /= len(probabilities)
    return probabilities.sum(axis=0)


@form
def squeezed(probabilities):
    return np.squeeze(textbook(probabilities))


def normalised(p):
    return (p / p.sum(axis=-1, keepdims=True)).astype(p.dtype)


for name, function in {
    "mean_over_everything": lambda P: np.full_like(P[0], P.mean()),
    "largest_normalised": lambda P: normalised(P.max(axis=0)),
    "root_mean_square": lambda P: np.sqrt((P**2).mean(axis=0)),
    "harmonic_mean": lambda P: 1 / (1 / (P + 1e-12)).mean(axis=0),
    "last_member_forgotten": lambda P: P[:-1].sum(axis=0) / len(P),
    "one_less_in_the_denominator": lambda P: P.sum(axis=0) / max(len(P) - 1, 1),
    "always_halved": lambda P: P.sum(axis=0) / 2,
    "transposed": lambda P: P.mean(axis=0).T,
    "middle_of_extremes": lambda P: (P.max(axis=0) + P.min(axis=0)) / 2,
    "rounded": lambda P: P.mean(axis=0).round(1),
    "reshaped_wrongly": lambda P: P.reshape(*P.shape[1:], -1).mean(axis=-1),
    "lowest": lambda P: P.min(axis=0),
    "first_two_only": lambda P: P[:2].mean(axis=0),
    "two_decimals": lambda P: P.mean(axis=0).round(2),
    "no_mean": lambda P: P.copy(),
}.items():
    wrong.add(name, function)


@wrong
def weighted_by_confidence(probabilities):
    # The surer a member, the more it counts.
    w = probabilities.max(axis=2, keepdims=True)
    return ((w * probabilities).sum(axis=0) / w.sum(axis=0)).astype(probabilities.dtype)


@wrong
def without_extremes(probabilities):
    """A trimmed mean."""
    if len(probabilities) < 3:
        return probabilities.mean(axis=0)
    return np.sort(probabilities, axis=0)[1:-1].mean(axis=0)


programs.carry(right.programs["textbook"])
