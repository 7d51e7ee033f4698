"""Solutions of ``max_stable_lr(H)``: 2 over the largest eigenvalue."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(H):
    return 2 / np.linalg.eigvalsh(H).max()


for name, value in {
    "general_eigenvalues": "np.max(np.linalg.eigvals(H).real)",
    "eigenvectors_as_well": "max(np.linalg.eigh(H)[0])",
    "spectral_norm": "np.linalg.norm(H, 2)",
    "root_of_the_squared_matrix": "np.sqrt(np.linalg.eigvalsh(H.T @ H).max())",
    "eigenvalues_of_the_inverse": "(1 / np.linalg.eigvalsh(np.linalg.inv(H)).min())",
    "in_single_precision": "np.linalg.eigvalsh(H.astype(np.float32))[-1]",
}.items():
    right.edit(name, textbook, "np.linalg.eigvalsh(H).max()", value)


@right
def bisection(H):
    # Between the stable rates and the others: is 2 I - lr H still positive?
    def stable(lr):
        try:
            np.linalg.cholesky(2 * np.eye(len(H)) - lr * H)
        except np.linalg.LinAlgError:
            return False
        return True

    low, high = 0.0, 1.0
    while stable(high):
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if stable(middle) else (low, middle)
    return low


# --- wrong ------------------------------------------------------------------------------------


@wrong
def kept_from_the_first_call(H, results={}):  # noqa: B006
    return results.setdefault(len(H), textbook(H))
