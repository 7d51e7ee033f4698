"""Adagrad: a rate per coordinate, from all its squared gradients (S2, S3; Duchi et al. 2011)."""

from collections.abc import Callable
from typing import Any

from course_lib.backend import Array, array_namespace
from course_lib.optimizers.group import Parameters
from course_lib.optimizers.optimizer import Optimizer
from course_lib.shapes import require_shapes


def adagrad_step(
    w: Array, dw: Array, cache: Array, *, lr: float, eps: float
) -> tuple[Array, Array]:
    """One step of Adagrad: ``cache = cache + dw**2``, ``w = w - lr * dw / (sqrt(cache) + eps)``.

    The cache only grows, so the steps become ever shorter.

    Parameters
    ----------
    w : any shape
    dw : shape of w, gradient of the loss
    cache : shape of w, sum of the squared gradients so far; zeros at first
    lr : learning rate
    eps : keeps the division defined, positive; outside the root

    Returns
    -------
    w, cache : the new ones

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    xp = array_namespace(w, dw, cache)
    if not w.shape == dw.shape == cache.shape:
        require_shapes("adagrad_step", w=(w, "..."), dw=(dw, "..."), cache=(cache, "..."))
    lr, eps = float(lr), float(eps)
    cache = cache + dw * dw
    return w - lr * dw / (xp.sqrt(cache) + eps), cache


class Adagrad(Optimizer):
    """Apply `adagrad_step` to every parameter.

    Parameters
    ----------
    params : the parameters to train, or groups of them (see `Optimizer`)
    lr, eps : as in `adagrad_step`
    step : a function to use instead of `adagrad_step`, with its signature

    Raises
    ------
    ValueError
        As in `Optimizer`.
    """

    def __init__(
        self,
        params: Parameters,
        *,
        lr: float = 1e-2,
        eps: float = 1e-8,
        step: Callable[..., Any] | None = None,
    ) -> None:
        super().__init__(params, lr, eps=eps)
        self.rule = step or adagrad_step
        self.cache = self._zeros()

    def step(self) -> None:
        """Update every parameter once."""
        for i, p, settings in self._each_parameter():
            self._update(self.rule, i, p, [self.cache], **settings)
