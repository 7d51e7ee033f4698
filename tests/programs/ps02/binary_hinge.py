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
def absolute_value(f, t):
    # max(0, a) = (a + |a|) / 2
    a = 1 - t * f
    grad = -t * (1 + np.sign(a)) / 2 / f.shape[0]
    return (a + np.abs(a)).sum() / 2 / f.shape[0], grad.astype(f.dtype)


@right
def both_classes_apart(f, t):
    N = f.shape[0]
    grad = np.zeros_like(f)
    grad[(t == 1) & (f < 1)] = -1 / N
    grad[(t == -1) & (f > -1)] = 1 / N
    value = np.maximum(1 - f[t == 1], 0).sum() + np.maximum(1 + f[t == -1], 0).sum()
    return value / N, grad


@right
def entry_by_entry(f, t):
    value, grad = 0.0, np.zeros_like(f)
    for i in np.ndindex(f.shape):
        short = 1 - float(t[i]) * float(f[i])
        if short > 0:
            value += short
            grad[i] = -t[i] / len(f)
    return value / len(f), grad


@right
def value_from_the_gradient(f, t):
    # The loss is linear where the gradient is not 0: sum of g (f - t).
    grad = np.where(np.sign(t * f - 1) < 0, -t, np.zeros_like(f)).astype(f.dtype) / f.shape[0]
    return np.vdot(grad, (f - t).astype(f.dtype)), grad


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
