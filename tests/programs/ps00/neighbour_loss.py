"""Solutions of ``neighbour_loss(x, t, known, t_known)``: weights ``(N, M)``, and a loss."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(x, t, known, t_known):
    mean, std = known.mean(axis=0), known.std(axis=0)
    a, b = (x - mean) / std, (known - mean) / std
    d = ((a[:, None, :] - b) ** 2).sum(axis=2)
    e = np.exp(-d)
    p = e / e.sum(axis=1, keepdims=True)
    return p, np.mean((p @ t_known - t) ** 2)


@right
def multiplied_out(x, t, known, t_known):
    a, b = x / known.std(axis=0), known / known.std(axis=0)  # the mean cancels
    d = (a**2).sum(axis=1)[:, None] - 2 * a @ b.T + (b**2).sum(axis=1)
    p = np.exp(-d) / np.exp(-d).sum(axis=1)[:, None]
    r = p @ t_known - t
    return p, r @ r / len(r)


@right
def number_by_number(x, t, known, t_known):
    std = [math.sqrt(sum((v - sum(c) / len(c)) ** 2 for v in c) / len(c)) for c in known.T.tolist()]
    p, total = [], 0.0
    for row, target in zip(x.tolist(), t.tolist(), strict=True):
        e = []
        for other in known.tolist():
            d = sum(((u - v) / s) ** 2 for u, v, s in zip(row, other, std, strict=True))
            e.append(math.exp(-d))
        p.append([one / sum(e) for one in e])
        total += (sum(w * v for w, v in zip(p[-1], t_known.tolist(), strict=True)) - target) ** 2
    return np.array(p), total / len(p)


# --- right values in a deviating form ---------------------------------------------------------


form.edit("weights_with_another_axis", textbook, "return p,", "return p[:, None],")


# --- wrong ------------------------------------------------------------------------------------


@wrong
def transposed_where_square(x, t, known, t_known):
    p, loss = textbook(x, t, known, t_known)
    return (p.T if len(x) == len(known) else p), loss


@wrong
def settings_of_the_first_call(x, t, known, t_known, kept={}):  # noqa: B006
    return textbook(x, t, kept.setdefault(known.shape, known.copy()), t_known)
