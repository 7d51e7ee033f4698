"""Solutions of ``margin_loss(f, t, margin) -> (value, df)`` with labels 0 and 1.

Exactly at the margin any number between both one-sided derivatives is right in the gradient.
"""

import numpy as np

from tests.programs.catalogue import Catalogue, changes
from tests.programs.losses import made_of

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(f, t, margin):
    sign = np.where(t == 1, 1.0, -1.0)
    m = sign * f
    return np.maximum(0, margin - m).sum() / len(f), -sign * (m < margin) / len(f)


@right
def full_slope_at_the_kink(f, t, margin):
    sign = 2 * t - 1
    short = margin - sign * f
    inside = (short >= 0).astype(f.dtype)
    return np.mean(short * inside), (-sign * inside).astype(f.dtype) / len(f)


@right
def each_label_apart(f, t, margin):
    yes, grad, total = t == 1, np.zeros_like(f), 0.0
    for mine, sign in ((yes, 1), (~yes, -1)):
        short = np.clip(margin - sign * f[mine], 0, None)
        grad[mine] = -sign * np.heaviside(short, 0.0) / len(f)
        total += short.sum()
    return total / len(f), grad


@right
def sample_by_sample(f, t, margin):
    value, grad = 0.0, np.zeros_like(f)
    for n in range(len(f)):
        sign = 1 if t[n] else -1
        if sign * f[n] < margin:
            value += (margin - sign * f[n]) / len(f)
            grad[n] = -sign / len(f)
    return value, grad


# --- wrong ------------------------------------------------------------------------------------

wrong.edit(
    "too_steep_at_the_kink", textbook, "(m < margin)", "np.where(m == margin, 5, m < margin)"
)

wrong.edit("scores_up_to_10", textbook, "m = sign * f", "m = np.clip(sign * f, -10, 10)")


@wrong(chance="the gradient is right where no score lies between both margins")
def margin_of_the_first_call(f, t, margin, kept=[]):  # noqa: B006
    kept.append(margin)
    return textbook(f, t, kept[0])


made_of(programs, textbook, without=["gradient_of_the_call_before"])


@wrong
def mean_of_the_positive_ones(f, t, margin):
    short = margin - np.where(t == 1, f, -f)
    near = short > 0
    with np.errstate(invalid="ignore"):
        value = np.sum(short[near]) / near.sum() * near.mean()
    return value, textbook(f, t, margin)[1]


programs.beside_the_point = [
    "return np.mean((f - t) ** 2), (f - t) / len(f)",
    "return 0.0, 0 * f",
]

programs.equivalent = changes("""
df = -side * (short > 0) / len(f) -> df = -side * (short >= 0) / len(f)
    at the kink any subgradient is right
""")
