"""Solutions of ``perceptron_loss(f, t) -> (value, df)`` with targets -1 and +1.

Where ``f = 0`` any number between 0 and -t/N is right in the gradient.
"""

import math

import numpy as np

from tests.programs.catalogue import Catalogue
from tests.programs.losses import made_of

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(f, t):
    m = t * f
    return np.maximum(0, -m).sum() / len(f), -t * (m <= 0) / len(f)


@right
def nothing_at_the_kink(f, t):
    wrong = (t * f < 0).astype(f.dtype)
    return np.sum(-t * f * wrong) / f.shape[0], (-t * wrong).astype(f.dtype) / f.shape[0]


@right
def half_at_the_kink(f, t):
    # -t (1 - sign(t f)) / 2
    grad = (np.sign(f) - t) / 2 / len(f)
    return (np.abs(f) - t * f).sum() / 2 / len(f), grad.astype(f.dtype)


@right
def classes_apart(f, t):
    N, grad = len(f), np.zeros_like(f)
    missed, false_alarm = (t > 0) & (f < 0), (t < 0) & (f >= 0)
    grad[missed], grad[false_alarm] = -1 / N, 1 / N
    return (f[false_alarm].sum() - f[missed].sum()) / N, grad


@right
def entry_by_entry(f, t):
    total, grad = [], np.zeros_like(f)
    for i, v in np.ndenumerate(f):
        if t[i] * v <= 0:
            total.append(-float(t[i]) * float(v))
            grad[i] = -t[i] / f.shape[0]
    return math.fsum(total) / f.shape[0], grad


@right
def linear_in_the_outputs(f, t):
    # The loss is homogeneous: its value is the scalar product of gradient and outputs.
    grad = (np.heaviside(-t * f, 0.25) * -t).astype(f.dtype) / len(f)
    return float(np.vdot(grad, f)), grad


@right
def difference_of_positive_parts(f, t):
    positive, negative = (1 + t) / 2, (1 - t) / 2
    value = (positive * np.maximum(-f, 0) + negative * np.maximum(f, 0)).sum() / len(f)
    grad = (negative * (f > 0) - positive * (f < 0)) / len(f)
    return value, grad.astype(f.dtype)


# --- wrong ------------------------------------------------------------------------------------

wrong.edit("too_steep_at_the_kink", textbook, "(m <= 0)", "np.where(m == 0, 2, m < 0)")


@open_
def leading_axis(f, t):
    # Which subgradient is taken at the kink is only looked at where the shape is right.
    value, df = textbook(f, t)
    return value, df[None]


# With the same sign drawn twice, which is not rare, the gradient of the call before is right.
made_of(programs, textbook, without=["leading_axis", "gradient_of_the_call_before"])
