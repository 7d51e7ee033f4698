"""Solutions of ``bce_with_logits(u, t) -> (value, du)``, targets 0 and 1.

The sum over the outputs, the mean over the N samples, for scores of any size.
"""

import numpy as np

from tests.programs.catalogue import Catalogue, changes
from tests.programs.losses import made_of

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


def sigmoid(u):
    e = np.exp(-np.abs(u))
    return np.where(u >= 0, 1 / (1 + e), e / (1 + e))


@right
def textbook(u, t):
    losses = np.maximum(u, 0) - u * t + np.log1p(np.exp(-np.abs(u)))
    return losses.sum() / len(u), (sigmoid(u) - t) / len(u)


@right
def as_two_classes(u, t):
    # Softmax of the scores (0, u), target (1 - t, t).
    both = np.stack([np.zeros_like(u), u], axis=-1)
    log_p = both - np.logaddexp.reduce(both, axis=-1, keepdims=True)
    value = -((1 - t) * log_p[..., 0] + t * log_p[..., 1]).sum() / len(u)
    return float(value), (np.exp(log_p[..., 1]) - t) / len(u)


@right
def clipped_exponent_for_the_gradient(u, t):
    # exp(-80) is below the rounding of 1 in both precisions.
    y = 1 / (1 + np.exp(-np.clip(u, -80, 80)))
    return np.array((np.logaddexp(0, u) - u * t).sum() / len(u)), (y - t) / len(u)


# Whether targets may lie between 0 and 1 is not said, only that they are 0 and 1.
@open_
def hard_targets_only(u, t):
    signed = np.where(t == 1, u, -u)
    value = np.logaddexp(0, -signed).sum() / len(u)
    return value, (sigmoid(u) - (t == 1)).astype(u.dtype) / len(u)


# --- wrong ------------------------------------------------------------------------------------

wrong.edit(
    "line_from_15_on",
    textbook,
    "np.log1p(np.exp(-np.abs(u)))",
    "np.where(np.abs(u) < 15, np.log1p(np.exp(-np.abs(u))), 0)",
)
wrong.edit(
    "sure_from_10_on",
    textbook,
    "(sigmoid(u) - t)",
    "(np.where(np.abs(u) < 10, sigmoid(u), u > 0) - t)",
)

# Wrong for N = 1 only.
wrong.edit("single_row_forgotten", textbook, "(sigmoid(u) - t)", "(sigmoid(u) - t) * (len(u) > 1)")


@wrong
def entropy_subtracted(u, t):
    # The divergence of the two distributions: right for targets 0 and 1.
    value, du = textbook(u, t)
    inside = np.where((t > 0) & (t < 1), t, 0.5)
    entropy = -inside * np.log(inside) - (1 - inside) * np.log(1 - inside)
    return value - np.sum(np.where((t > 0) & (t < 1), entropy, 0)) / len(u), du


made_of(programs, textbook)

programs.beside_the_point = [
    "return np.mean((u - t) ** 2), (u - t) / len(u)",
    "t = 1 - t",
]

programs.equivalent = changes("""
y = np.where(u >= 0, 1, e) / (1 + e) -> y = np.where(u > 0, 1, e) / (1 + e)
    both branches are equal at 0
""")
