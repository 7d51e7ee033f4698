"""Solutions of ``ensemble_predict(probabilities)``: (M, N, C) -> (N, C), the mean over members."""

import functools
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(probabilities):
    return probabilities.mean(axis=0)


@put(RIGHT)
def sum_over_members(probabilities):
    return np.sum(probabilities, axis=0) / len(probabilities)


@put(RIGHT)
def running_mean(probabilities):
    p = np.zeros_like(probabilities[0])
    for m, member in enumerate(probabilities, start=1):
        p += (member - p) / m
    return p


@put(RIGHT)
def einsum(probabilities):
    M = probabilities.shape[0]
    return np.einsum("mnc->nc", probabilities) / M


@put(RIGHT)
def weights_times_members(probabilities):
    M, N, C = probabilities.shape
    w = np.full((1, M), 1 / M, dtype=probabilities.dtype)
    return (w @ probabilities.reshape(M, N * C)).reshape(N, C)


@put(RIGHT)
def entry_by_entry(probabilities):
    M, N, C = probabilities.shape
    p = np.empty((N, C), dtype=probabilities.dtype)
    for n in range(N):
        for c in range(C):
            p[n, c] = sum(float(probabilities[m, n, c]) for m in range(M)) / M
    return p


@put(RIGHT)
def recursive(probabilities):
    M = len(probabilities)
    if M == 1:
        return probabilities[0].copy()
    half = M // 2
    left, right = recursive(probabilities[:half]), recursive(probabilities[half:])
    return (half * left + (M - half) * right) / M


@put(RIGHT)
def members_last(probabilities, weights=None):
    return np.average(np.moveaxis(probabilities, 0, -1), axis=-1, weights=weights)


@put(RIGHT)
def folded(probabilities):
    total = functools.reduce(np.add, [p / len(probabilities) for p in probabilities])
    return np.asarray(total)


@put(EITHER)
def normalised_again(probabilities):
    # Rows that sum to one stay as they are; whether all rows do is open.
    p = probabilities.sum(axis=0)
    return p / p.sum(axis=1, keepdims=True)


@put(FORM)
def leading_axis(probabilities):  # (1, N, C)
    return probabilities.mean(axis=0, keepdims=True)


@put(FORM)
def nested_lists(probabilities):  # lists
    return textbook(probabilities).tolist()


@put(FORM)
def double_precision(probabilities):  # float64 from float32
    return probabilities.mean(axis=0, dtype=float)


@put(FORM)
def divided_in_place(probabilities):  # the input is changed
    probabilities /= len(probabilities)
    return probabilities.sum(axis=0)


def votes(probabilities):
    return np.eye(probabilities.shape[-1])[probabilities.argmax(axis=-1)]


def normalised(p):
    return (p / p.sum(axis=-1, keepdims=True)).astype(p.dtype)


for name, function in {
    "sum_not_mean": lambda P: P.sum(axis=0),
    "mean_over_samples": lambda P: P.mean(axis=1),
    "mean_over_classes": lambda P: P.mean(axis=2),
    "mean_over_everything": lambda P: np.full_like(P[0], P.mean()),
    "plain_number": lambda P: P.mean(),
    "labels": lambda P: P.mean(axis=0).argmax(axis=1),
    "one_hot_of_the_mean": lambda P: votes(P.mean(axis=0)).astype(P.dtype),
    "majority": lambda P: votes(votes(P).sum(axis=0)).astype(P.dtype),
    "shares_of_votes": lambda P: votes(P).mean(axis=0).astype(P.dtype),
    "median": lambda P: np.median(P, axis=0),
    "largest": lambda P: P.max(axis=0),
    "largest_normalised": lambda P: normalised(P.max(axis=0)),
    "product": lambda P: P.prod(axis=0),
    "product_normalised": lambda P: normalised(P.prod(axis=0) + 1e-30),
    "geometric_mean_normalised": lambda P: normalised(np.exp(np.log(P + 1e-12).mean(axis=0))),
    "geometric_mean": lambda P: np.exp(np.log(P + 1e-12).mean(axis=0)),
    "root_mean_square": lambda P: np.sqrt((P**2).mean(axis=0)),
    "harmonic_mean": lambda P: 1 / (1 / (P + 1e-12)).mean(axis=0),
    "first_member": lambda P: P[0].copy(),
    "last_member": lambda P: P[-1].copy(),
    "last_member_forgotten": lambda P: P[:-1].sum(axis=0) / len(P),
    "mean_without_the_last": lambda P: P[:-1].mean(axis=0) if len(P) > 1 else P[0].copy(),
    "one_less_in_the_denominator": lambda P: P.sum(axis=0) / max(len(P) - 1, 1),
    "divided_by_samples": lambda P: P.sum(axis=0) / P.shape[1],
    "divided_by_classes": lambda P: P.sum(axis=0) / P.shape[2],
    "always_halved": lambda P: P.sum(axis=0) / 2,
    "softmax_of_the_mean": lambda P: normalised(np.exp(P.mean(axis=0))),
    "transposed": lambda P: P.mean(axis=0).T,
    "middle_of_extremes": lambda P: (P.max(axis=0) + P.min(axis=0)) / 2,
    "uniform": lambda P: np.full_like(P[0], 1 / P.shape[-1]),
    "rounded": lambda P: P.mean(axis=0).round(1),
    "newest_counts_half": lambda P: functools.reduce(lambda p, q: (p + q) / 2, P[1:], P[0]),
    "surest_member": lambda P: np.take_along_axis(
        P, P.max(axis=2, keepdims=True).argmax(axis=0, keepdims=True), axis=0
    )[0],
    "reshaped_wrongly": lambda P: P.reshape(*P.shape[1:], -1).mean(axis=-1),
    "no_mean": lambda P: P.copy(),
}.items():
    WRONG[name] = (function,)


@put(WRONG)
def weighted_by_confidence(probabilities):
    # The surer a member, the more it counts.
    w = probabilities.max(axis=2, keepdims=True)
    return ((w * probabilities).sum(axis=0) / w.sum(axis=0)).astype(probabilities.dtype)


more: Any = carried(RIGHT["textbook"])
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
