"""Solutions of ``binary_hinge(f, t) -> (value, df)`` with targets -1 and +1.

Where ``t f = 1`` any number between 0 and -t/N is right in the gradient.
"""

import numpy as np

from tests.programs.catalogue import Catalogue
from tests.programs.losses import made_of

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(f, t):
    m = t * f
    return np.maximum(0, 1 - m).sum() / len(f), -t * (m < 1) / len(f)


@right
def full_slope_at_the_kink(f, t):
    short = 1 - t * f
    inside = (short >= 0).astype(f.dtype)
    return np.sum(short * inside) / len(f), (-t * inside).astype(f.dtype) / len(f)


@right
def half_slope_at_the_kink(f, t):
    short = 1 - f * t
    step = np.heaviside(short, 0.5)
    value = np.clip(short, 0, None).reshape(len(f), -1).sum(axis=1).mean()
    return value, (-t * step / len(f)).astype(f.dtype)


@right
def boolean_assignment(f, t):
    losses = np.array(1 - t * f, dtype=f.dtype)
    grad = np.array(-t, dtype=f.dtype) / len(f)
    grad[losses <= 0] = 0
    losses[losses < 0] = 0
    return float(losses.sum()) / len(losses), grad


# --- wrong ------------------------------------------------------------------------------------

wrong.edit("too_steep_at_the_kink", textbook, "(m < 1)", "np.where(m == 1, 5, m < 1)")


@wrong
def average_over_all_calls(f, t, seen=[0, 0.0]):  # noqa: B006
    value, grad = textbook(f, t)
    seen[0], seen[1] = seen[0] + 1, seen[1] + value
    return seen[1] / seen[0], grad


# With the same sign drawn twice, which is not rare, the gradient of the call before is right.
made_of(programs, textbook, without=["gradient_of_the_call_before"])
