"""Solutions of ``record_loss(u, low, high, s) -> (value, du)``."""

import numpy as np

from grader.exercises.ps02.record_loss import middle
from tests.programs.catalogue import Catalogue, changes
from tests.programs.losses import made_of

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


def softplus(z):
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


@right
def textbook(u, low, high, s):
    a, b = (low - u) / s, (high - u) / s
    cost = softplus(a) + softplus(-b)
    with np.errstate(divide="ignore"):
        cost = cost - np.where(low == high, -np.log(s), np.log(1 - np.exp(-(high - low) / s)))
    slope = (np.exp(-softplus(b)) - np.exp(-softplus(-a))) / s
    return np.sum(cost) / len(u), slope / len(u)


@right
def record_by_record(u, low, high, s):
    value, du = 0.0, np.zeros(u.shape)
    for place in np.ndindex(*u.shape):
        a, b = ((limit[place] - u[place]) / s[place] for limit in (low, high))
        log_p, slope = 0.0, 0.0
        if np.isfinite(a):
            log_p, slope = log_p - softplus(a), slope - np.exp(-softplus(-a))
        if np.isfinite(b):
            log_p, slope = log_p - softplus(-b), slope + np.exp(-softplus(b))
        if a == b:
            log_p -= np.log(s[place])
        elif np.isfinite(a) and np.isfinite(b):
            log_p += np.log(1 - np.exp(a - b))
        value -= log_p / len(u)
        du[place] = slope / s[place] / len(u)
    return value, du


@right
def one_kind_after_the_other(u, low, high, s):
    log_p = np.zeros(u.shape)
    z = (np.where(low == high, low, 0) - u) / s
    a, b = (low - u) / s, (high - u) / s
    log_s = np.log(s)
    kinds = (
        (low == high, lambda k: -softplus(z[k]) - softplus(-z[k]) - log_s[k]),
        ((low < high) & np.isinf(high), lambda k: -softplus(a[k])),
        ((low < high) & np.isinf(low), lambda k: -softplus(-b[k])),
        (
            np.isfinite(low) & np.isfinite(high) & (low < high),
            lambda k: -softplus(a[k]) - softplus(-b[k]) + np.log1p(-np.exp(a[k] - b[k])),
        ),
    )
    for k, log_of in kinds:
        log_p[k] = log_of(k)
    slope = (np.exp(-softplus(b)) - np.exp(-softplus(-a))) / s
    return -log_p.sum(axis=1).mean(), slope / len(u)


made_of(programs, textbook)


@wrong(chance="the fresh records, from which it recovers a part")
def of_normal_noise(u, low, high, s):
    t = middle({"low": low, "high": high})
    value = np.sum(0.5 * ((u - t) / s) ** 2 + np.log(s) + 0.919) / len(u)
    return value, (u - t) / s**2 / len(u)


@wrong(chance="the fresh records, from which it recovers a part")
def exact_records_only(u, low, high, s):
    exact = low == high
    t = np.where(exact, low, 0)
    _, du = textbook(u, t, t, s)
    value = sum(
        textbook(*(a[n : n + 1, k : k + 1] for a in (u, t, t, s)))[0]
        for n, k in zip(*np.nonzero(exact), strict=True)
    )
    return value / len(u), du * exact


@wrong
def nearly_exact(u, low, high, s):
    with np.errstate(invalid="ignore"):
        high = np.where(np.isclose(low, high), low, high)
    return textbook(u, low, high, s)


@wrong
def nothing_known_is_no_sample(u, low, high, s):
    """The mean over the rows that have a limit."""
    told = np.isfinite(np.stack([low, high])).any(axis=(0, 2)).sum()
    value, du = textbook(u, low, high, s)
    return value * len(u) / told, du * len(u) / told


@wrong
def slope_in_the_middle_of_a_short_range(u, low, high, s):
    value, du = textbook(u, low, high, s)
    t = np.where(np.isfinite(high - low), middle({"low": low, "high": high}), u)
    return value, np.where(high - low < 0.2 * s, textbook(u, t, t, s)[1], du)


programs.beside_the_point = [
    "squared",
    "as_if_exact",
    "of_normal_noise",
    "exact_records_only",
    "return np.sum(np.exp(u) - low * u) / len(u), (np.exp(u) - low) / len(u)",
]

programs.equivalent = changes("""
gap = np.where(exact, 1.0, (high - low) / s)
    for exact records the logarithm of this factor is not used
""")
