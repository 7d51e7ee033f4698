"""Solutions of ``relative_error(a, b) -> float``: ``|a - b| / max(|a| + |b|, 1e-12)``."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(a, b):
    size = max(np.linalg.norm(a) + np.linalg.norm(b), 1e-12)
    return float(np.linalg.norm(a - b) / size)


@right
def numpy_number(a, b):
    norm = np.linalg.norm
    return norm(np.subtract(a, b)) / np.maximum(norm(a) + norm(b), 1e-12)


@right
def with_if(a, b):
    size = np.linalg.norm(a.reshape(-1)) + np.linalg.norm(b.reshape(-1))
    distance = np.linalg.norm((a - b).reshape(-1))
    if size < 1e-12:
        return np.array(distance * 1e12)
    return np.array(distance / size)


# --- wrong ------------------------------------------------------------------------------------


@wrong
def never_small(a, b):
    return max(textbook(a, b), 1e-3)


@wrong
def zero_for_one_zero(a, b):
    return 0.0 if not np.any(a) or not np.any(b) else textbook(a, b)


@wrong
def one_for_both_zero(a, b):
    return 1.0 if not np.any(a) and not np.any(b) else textbook(a, b)
