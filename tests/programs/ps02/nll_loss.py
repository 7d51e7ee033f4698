"""Solutions of ``nll_loss(log_p, labels) -> (value, dlog_p)``, mean over the N samples."""

import numpy as np

from tests.programs.catalogue import Catalogue
from tests.programs.losses import made_of

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(log_p, labels):
    rows = np.arange(len(log_p))
    p = log_p[rows, labels]
    d = np.zeros_like(log_p)
    d[rows, labels] = -1
    return -p.sum() / len(p), d / len(p)


@right
def boolean_mask(log_p, labels):
    mask = np.zeros(log_p.shape, dtype=bool)
    mask[range(len(labels)), labels] = True
    return float(-log_p[mask].sum() / len(labels)), -mask.astype(log_p.dtype) / len(labels)


# --- wrong ------------------------------------------------------------------------------------


@wrong
def gradient_added_up_over_calls(log_p, labels, sums={}):  # noqa: B006
    value, grad = textbook(log_p, labels)
    sums[grad.shape] = sums.get(grad.shape, 0) + grad
    return value, sums[grad.shape]


made_of(programs, textbook)
