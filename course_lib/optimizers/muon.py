"""Muon: steps along the orthogonalised running mean of the gradient (Jordan et al. 2024)."""

from collections.abc import Callable
from typing import Any

from course_lib.backend import Array, array_namespace
from course_lib.optimizers.group import Parameters
from course_lib.optimizers.optimizer import Optimizer
from course_lib.settings import require_counts
from course_lib.shapes import require_shapes


def orthogonalise(G: Array, steps: int) -> Array:
    """Bring all singular values of a matrix near 1 and keep its singular vectors.

    Each step is ``X = 1.5 X - 0.5 X XᵀX``. It applies ``1.5 s - 0.5 s³`` to every singular value s,
    which has its fixed point at 1. At first G is divided by its Frobenius norm, so that no singular
    value is above 1. (Muon has a polynomial of degree 5, which needs fewer steps.)

    Parameters
    ----------
    G : (n_in, n_out); a matrix of zeros has no singular vectors and stays zero
    steps : number of Newton-Schulz steps; twelve bring all values above 0.02 of the norm near 1

    Returns
    -------
    X : shape of G

    Raises
    ------
    ValueError
        If G is not a matrix.
    """
    if G.ndim != 2:
        require_shapes("orthogonalise", G=(G, "n_in n_out"))
    xp = array_namespace(G)
    X = G
    for size in (lambda A: xp.max(xp.abs(A)), xp.linalg.vector_norm):  # squares do not overflow
        norm = size(X)
        X = X / xp.where(norm > 0, norm, xp.ones_like(norm))
    tall = G.shape[0] > G.shape[1]  # the smaller of XᵀX and XXᵀ is cheaper
    for _step in range(steps):
        X = 1.5 * X - 0.5 * (X @ (X.T @ X) if tall else (X @ X.T) @ X)
    return X


def muon_step(
    w: Array, dw: Array, v: Array, *, lr: float, mu: float, steps: int = 12
) -> tuple[Array, Array]:
    """Step of Muon: ``v = mu * v + (1 - mu) * dw``, then ``w = w - lr * orthogonalise(v)``.

    All singular values of a step are about ``lr``, whatever those of the gradient are. Filters
    (C_out, …) are a matrix with a row for each, and the step of a vector has the length ``lr``.

    Parameters
    ----------
    w : any shape
    dw : shape of w, gradient of the loss
    v : shape of w, running mean of the gradient; zeros at first
    lr : learning rate
    mu : share of the running mean that is kept, in [0, 1)
    steps : of `orthogonalise`

    Returns
    -------
    w, v : the new ones

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    if not w.shape == dw.shape == v.shape:
        require_shapes("muon_step", w=(w, "..."), dw=(dw, "..."), v=(v, "..."))
    xp = array_namespace(w, dw, v)
    v = float(mu) * v + (1.0 - float(mu)) * dw
    rows = xp.reshape(v, (w.shape[0] if w.ndim > 1 else 1, -1))
    return w - float(lr) * xp.reshape(orthogonalise(rows, steps), tuple(w.shape)), v


class Muon(Optimizer):
    """Apply `muon_step` to every parameter.

    Parameters
    ----------
    params : the parameters to train, or groups of them (see `Optimizer`)
    lr : learning rate, the singular values of a step
    momentum : mu, the share of the running mean that is kept, in [0, 1)
    ns_steps : Newton-Schulz steps of `orthogonalise`
    step : a function to use instead of `muon_step`, with its signature

    Raises
    ------
    ValueError
        If momentum is not in [0, 1), or as in `Optimizer`.
    """

    def __init__(
        self,
        params: Parameters,
        *,
        lr: float = 0.02,
        momentum: float = 0.95,
        ns_steps: int = 12,
        step: Callable[..., Any] | None = None,
    ) -> None:
        super().__init__(params, lr, momentum=momentum, ns_steps=ns_steps)
        self._require_below_one("momentum")
        for group in self.groups:
            require_counts("Muon", ns_steps=group.settings["ns_steps"])
        self.rule = step or muon_step
        self.v = self._zeros()

    def step(self) -> None:
        """Update every parameter once."""
        for i, p, settings in self._each_parameter():
            mu, steps = settings["momentum"], settings["ns_steps"]
            self._update(self.rule, i, p, [self.v], lr=settings["lr"], mu=mu, steps=steps)
