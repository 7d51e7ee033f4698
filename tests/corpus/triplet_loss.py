"""Solutions of ``triplet_loss(anchor, positive, negative, margin) -> (value, da, dp, dn)``.

Mean of ``max(0, d(a, p) - d(a, n) + margin)`` with the Euclidean distance, not squared.
"""

import functools
import math
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


def euclidean(a, b):
    return np.sqrt(((a - b) ** 2).sum(axis=1))


def unit(a, b):
    d = euclidean(a, b)
    return (a - b) / np.where(d > 0, d, 1)[:, None]


@put(RIGHT)
def textbook(anchor, positive, negative, margin):
    N = len(anchor)
    short = euclidean(anchor, positive) - euclidean(anchor, negative) + margin
    active = (short > 0).astype(anchor.dtype)[:, None] / N
    to_p, to_n = unit(anchor, positive), unit(anchor, negative)
    value = np.maximum(short, 0).mean()
    return value, active * (to_p - to_n), -active * to_p, active * to_n


@put(RIGHT)
def small_number_in_the_denominator(a, p, n, margin):
    ap, an = a - p, a - n
    d_ap = np.linalg.norm(ap, axis=1, keepdims=True)
    d_an = np.linalg.norm(an, axis=1, keepdims=True)
    losses = np.maximum(0, d_ap - d_an + margin)
    ap, an = ap / (d_ap + 1e-12), an / (d_an + 1e-12)
    mask = losses > 0
    da, dp, dn = (np.where(mask, g, 0) / len(a) for g in (ap - an, -ap, an))
    return float(losses.sum()) / len(a), da, dp, dn


@put(RIGHT)
def triplet_by_triplet(anchor, positive, negative, margin):
    da, dp, dn = (np.zeros_like(v) for v in (anchor, positive, negative))
    N, total = anchor.shape[0], 0.0
    for i in range(N):
        r, s = anchor[i] - positive[i], anchor[i] - negative[i]
        d, e = np.sqrt(r @ r), np.sqrt(s @ s)
        loss = d - e + margin
        if loss <= 0:
            continue
        total += loss
        if d > 0:
            da[i] += r / d / N
            dp[i] -= r / d / N
        if e > 0:
            da[i] -= s / e / N
            dn[i] += s / e / N
    return total / N, da, dp, dn


@put(RIGHT)
def pure_python(anchor, positive, negative, margin):
    losses, rows = [], []
    for a, p, n in zip(anchor.tolist(), positive.tolist(), negative.tolist(), strict=True):
        d, e = math.dist(a, p), math.dist(a, n)
        loss = max(0.0, d - e + float(margin))
        on = 1 / len(anchor) if loss else 0.0
        u = [on * (x - y) / (d or 1) for x, y in zip(a, p, strict=True)]
        v = [on * (x - y) / (e or 1) for x, y in zip(a, n, strict=True)]
        losses.append(loss)
        rows.append([[x - y for x, y in zip(u, v, strict=True)], [-x for x in u], v])
    grads = np.array(rows, dtype=anchor.dtype).reshape(len(anchor), 3, -1)
    return math.fsum(losses) / len(losses), grads[:, 0], grads[:, 1], grads[:, 2]


@put(RIGHT)
def anchor_from_the_others(a, p, n, margin):
    # Moving all three together changes nothing: the gradients sum to zero.
    d, e = np.hypot.reduce(a - p, axis=1), np.hypot.reduce(a - n, axis=1)
    on = (d + margin >= e) / len(a)
    dp = ((p - a) * (on / np.maximum(d, 1e-30))[:, None]).astype(a.dtype)
    dn = ((a - n) * (on / np.maximum(e, 1e-30))[:, None]).astype(a.dtype)
    return np.sum(np.clip(d - e + margin, 0, None)) / len(a), -dp - dn, dp, dn


@put(RIGHT)
def active_rows_only(anchor, positive, negative, margin):
    d, e = euclidean(anchor, positive), euclidean(anchor, negative)
    rows = np.flatnonzero(d + margin > e)
    da, dp, dn = np.zeros_like(anchor), np.zeros_like(positive), np.zeros_like(negative)
    u, v = unit(anchor[rows], positive[rows]), unit(anchor[rows], negative[rows])
    da[rows], dp[rows], dn[rows] = u - v, -u, v
    value = (d[rows] - e[rows] + margin).sum() / len(anchor)
    return [value, da / len(anchor), dp / len(anchor), dn / len(anchor)]


@put(RIGHT)
def through_relu_and_distance(anchor, positive, negative, margin, *, tiny=0.0):
    # Small functions with a backward each.
    def distance(x, y):
        r = x - y
        d = np.sqrt(np.einsum("nd,nd->n", r, r) + tiny)
        return d, lambda g: (g / np.where(d == 0, 1, d))[:, None] * r

    d, back_d = distance(anchor, positive)
    e, back_e = distance(anchor, negative)
    u = d - e + margin
    g = (0.5 * (1 + np.sign(u)) / u.size).astype(anchor.dtype)
    gd, ge = back_d(g), back_e(-g)
    return float(np.mean(u * (u > 0))), gd + ge, -gd, -ge


RIGHT["partially_applied"] = (functools.partial(through_relu_and_distance, tiny=0),)


@put(RIGHT)
def stacked(anchor, positive, negative, margin):
    r = anchor[None] - np.stack([positive, negative])
    d = np.linalg.norm(r, axis=2)
    r = np.divide(r, d[..., None], out=np.zeros_like(r), where=d[..., None] != 0)
    short = np.array([1, -1]) @ d + margin
    on = np.heaviside(short, 0)[:, None] / len(anchor)
    u, v = (on * r).astype(anchor.dtype)
    return np.clip(short, 0, np.inf).mean(), u - v, -u, v


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM)
def nested_lists(anchor, positive, negative, margin):  # lists
    value, *grads = textbook(anchor, positive, negative, margin)
    return value, *(d.tolist() for d in grads)


@put(FORM)
def leading_axis(anchor, positive, negative, margin):  # (1, N, D)
    value, *grads = textbook(anchor, positive, negative, margin)
    return value, *(d[None] for d in grads)


@put(FORM)
def differences_in_place(anchor, positive, negative, margin):  # positive and negative are changed
    results = textbook(anchor, positive, negative, margin)
    positive -= anchor
    negative -= anchor
    return results


# --- left open --------------------------------------------------------------------------------


@put(EITHER)
def double_precision(anchor, positive, negative, margin):  # float64 from float32
    return textbook(anchor.astype(float), positive.astype(float), negative.astype(float), margin)


# A point that is its own positive: the distance has a kink there, and this one says nan.
@put(EITHER)
def not_a_number_at_the_kink(anchor, positive, negative, margin):
    value, da, dp, dn = textbook(anchor, positive, negative, margin)
    for other, d in ((positive, dp), (negative, dn)):
        together = ~(anchor != other).any(axis=1)
        da[together] = d[together] = np.nan
    return value, da, dp, dn


# --- wrong ------------------------------------------------------------------------------------


def variant(
    anchor,
    positive,
    negative,
    margin,
    *,
    distance=euclidean,
    direction=unit,
    short=lambda d, e, m: d - e + m,
    loss=lambda s: np.maximum(s, 0),
    on=lambda s: s > 0,
    share=lambda a, s: 1 / len(a),
    end=lambda value, u, v: (value, u - v, -u, v),
):
    """The loss with places to go wrong."""
    d, e = distance(anchor, positive), distance(anchor, negative)
    s = short(d, e, margin)
    value = np.sum(loss(s)) * share(anchor, s)
    weight = (on(s) * share(anchor, s)).astype(anchor.dtype)[:, None]
    return end(value, weight * direction(anchor, positive), weight * direction(anchor, negative))


def squared(a, b):
    return ((a - b) ** 2).sum(axis=1)


for name, spoilt in {
    "squared_distances": {"distance": squared, "direction": lambda a, b: 2 * (a - b)},
    "squared_distances_in_the_value": {"distance": squared},
    "gradient_of_squared_distances": {"direction": lambda a, b: 2 * (a - b)},
    "manhattan_distance": {
        "distance": lambda a, b: np.abs(a - b).sum(1),
        "direction": lambda a, b: np.sign(a - b),
    },
    "mean_distance": {
        "distance": lambda a, b: np.sqrt(((a - b) ** 2).mean(1)),
        "direction": lambda a, b: unit(a, b) / np.sqrt(a.shape[1]),
    },
    "one_distance_for_all": {"distance": lambda a, b: np.full(len(a), np.linalg.norm(a - b))},
    "distance_with_sign": {"distance": lambda a, b: (a - b).sum(1)},
    "direction_not_normed": {"direction": lambda a, b: a - b},
    "direction_over_the_square": {
        "direction": lambda a, b: (a - b) / np.maximum(squared(a, b), 1e-12)[:, None]
    },
    "small_number_in_the_root": {"distance": lambda a, b: np.sqrt(squared(a, b) + 1e-2)},
    "exchanged": {"short": lambda d, e, m: e - d + m},
    "margin_subtracted": {"short": lambda d, e, m: d - e - m},
    "margin_forgotten": {"short": lambda d, e, m: d - e},
    "margin_of_one": {"short": lambda d, e, m: d - e + 1.0},
    "margin_outside": {"short": lambda d, e, m: d - e, "loss": lambda s: np.maximum(s, 0) + 0.1},
    "distances_added": {"short": lambda d, e, m: d + e + m},
    "ratio": {"short": lambda d, e, m: d / np.maximum(e, 1e-9) - 1 + m},
    "hinge_on_the_negative_only": {"short": lambda d, e, m: d + np.maximum(m - e, 0)},
    "no_maximum": {"loss": lambda s: s, "on": np.ones_like},
    "no_maximum_in_the_value": {"loss": lambda s: s},
    "no_mask_in_the_gradient": {"on": np.ones_like},
    "mask_reversed": {"on": lambda s: s <= 0},
    "gradient_weighted_by_the_loss": {"on": lambda s: np.maximum(s, 0)},
    "one_mask_for_all": {"on": lambda s: np.full(s.shape, s.mean() > 0)},
    "softplus": {"loss": lambda s: np.logaddexp(0, s), "on": lambda s: 1 / (1 + np.exp(-s))},
    "squared_hinge": {
        "loss": lambda s: np.maximum(s, 0) ** 2 / 2,
        "on": lambda s: np.maximum(s, 0),
    },
    "absolute_value": {"loss": np.abs, "on": np.sign},
    "half": {"loss": lambda s: np.maximum(s, 0) / 2, "on": lambda s: (s > 0) / 2},
    "maximum_of_the_mean": {"loss": lambda s: np.full(s.shape, max(s.mean(), 0))},
    "hardest_triplet_only": {"loss": lambda s: np.maximum(s, 0) * (s == s.max()) * s.size},
    "sum_over_the_triplets": {"share": lambda a, s: 1.0},
    "mean_over_the_active": {"share": lambda a, s: 1 / max((s > 0).sum(), 1)},
    "mean_over_the_entries": {"share": lambda a, s: 1 / a.size},
    "batch_forgotten_in_the_gradient": {
        "end": lambda value, u, v: (value, (u - v) * len(u), -u * len(u), v * len(u))
    },
    "anchor_by_the_positive_only": {"end": lambda value, u, v: (value, u, -u, v)},
    "anchor_by_the_negative_only": {"end": lambda value, u, v: (value, -v, -u, v)},
    "anchor_adds_both": {"end": lambda value, u, v: (value, u + v, -u, v)},
    "anchor_zero": {"end": lambda value, u, v: (value, 0 * u, -u, v)},
    "anchor_sign": {"end": lambda value, u, v: (value, v - u, -u, v)},
    "positive_sign": {"end": lambda value, u, v: (value, u - v, u, v)},
    "negative_sign": {"end": lambda value, u, v: (value, u - v, -u, -v)},
    "all_signs": {"end": lambda value, u, v: (value, v - u, u, -v)},
    "positive_and_negative_exchanged": {"end": lambda value, u, v: (value, u - v, v, -u)},
    "anchor_last": {"end": lambda value, u, v: (value, -u, v, u - v)},
    "value_last": {"end": lambda value, u, v: (u - v, -u, v, value)},
    "without_value": {"end": lambda value, u, v: (u - v, -u, v)},
    "value_only": {"end": lambda value, u, v: value},
    "one_stacked_array": {"end": lambda value, u, v: (value, np.stack([u - v, -u, v]))},
    "summed_over_the_batch": {
        "end": lambda value, u, v: (value, (u - v).sum(0), -u.sum(0), v.sum(0))
    },
}.items():
    WRONG[name] = (functools.partial(variant, **spoilt),)


@put(WRONG)
def positive_to_negative(anchor, positive, negative, margin):
    # d(p, n) in place of d(a, n).
    d, e = euclidean(anchor, positive), euclidean(positive, negative)
    on = (d - e + margin > 0)[:, None] / len(anchor)
    u, v = on * unit(anchor, positive), on * unit(positive, negative)
    return np.maximum(d - e + margin, 0).mean(), u, -u - v, v


@put(WRONG)
def arguments_exchanged(anchor, positive, negative, margin):
    return textbook(anchor, negative, positive, margin)


@put(WRONG)
def losses_not_averaged(anchor, positive, negative, margin):
    _, *grads = textbook(anchor, positive, negative, margin)
    losses = np.maximum(euclidean(anchor, positive) - euclidean(anchor, negative) + margin, 0)
    return losses, *grads


@put(WRONG)
def embeddings_normed(anchor, positive, negative, margin):
    # To length one first, as face recognition does.
    a, p, n = (
        v / np.maximum(np.linalg.norm(v, axis=1, keepdims=True), 1e-12)
        for v in (anchor, positive, negative)
    )
    return textbook(a, p, n, margin)


@put(WRONG)
def negatives_shifted(anchor, positive, negative, margin):
    # Right for N = 1.
    return textbook(anchor, positive, np.roll(negative, 1, axis=0), margin)


@put(WRONG)
def added_over_calls(anchor, positive, negative, margin, total=[0.0]):  # noqa: B006
    value, *grads = textbook(anchor, positive, negative, margin)
    total[0] += value
    return total[0], *grads


@put(WRONG)
def two_mistakes(anchor, positive, negative, margin):
    return variant(anchor, positive, negative, margin, distance=squared, share=lambda a, s: 1.0)


more: Any = carried(RIGHT["textbook"], n=4)
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
