"""Adadelta: steps scaled by the size of earlier steps, so that lr can be 1 (S3; Zeiler 2012)."""

from collections.abc import Callable
from typing import Any

from course_lib.backend import Array, array_namespace
from course_lib.optimizers.group import Parameters
from course_lib.optimizers.optimizer import Optimizer
from course_lib.shapes import require_shapes


def adadelta_step(
    w: Array, dw: Array, cache: Array, delta: Array, *, lr: float, rho: float, eps: float
) -> tuple[Array, Array, Array]:
    """One step of Adadelta.

    ``cache = rho * cache + (1 - rho) * dw**2`` is a running mean of squared gradients,
    ``dx = -sqrt(delta + eps) / sqrt(cache + eps) * dw`` with the old delta,
    ``delta = rho * delta + (1 - rho) * dx**2`` a running mean of squared steps, and
    ``w = w + lr * dx``.

    Parameters
    ----------
    w : any shape
    dw : shape of w, gradient of the loss
    cache, delta : shape of w, not negative; zeros at first
    lr : factor on the steps, 1 in the paper; delta does not include it
    rho : decay rate of the running means, in [0, 1)
    eps : inside both square roots, positive; sqrt(eps) sets the size of the first steps

    Returns
    -------
    w, cache, delta : the new ones

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    xp = array_namespace(w, dw, cache, delta)
    if not w.shape == dw.shape == cache.shape == delta.shape:
        states = {"cache": (cache, "..."), "delta": (delta, "...")}
        require_shapes("adadelta_step", w=(w, "..."), dw=(dw, "..."), **states)
    lr, rho, eps = float(lr), float(rho), float(eps)
    cache = rho * cache + (1.0 - rho) * dw * dw
    dx = -xp.sqrt(delta + eps) / xp.sqrt(cache + eps) * dw
    delta = rho * delta + (1.0 - rho) * dx * dx
    return w + lr * dx, cache, delta


class Adadelta(Optimizer):
    """Apply `adadelta_step` to every parameter.

    Parameters
    ----------
    params : the parameters to train, or groups of them (see `Optimizer`)
    lr, rho, eps : as in `adadelta_step`
    step : a function to use instead of `adadelta_step`, with its signature

    Raises
    ------
    ValueError
        If rho is not in [0, 1), or as in `Optimizer`.
    """

    def __init__(
        self,
        params: Parameters,
        *,
        lr: float = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        step: Callable[..., Any] | None = None,
    ) -> None:
        super().__init__(params, lr, rho=rho, eps=eps)
        self._require_below_one("rho")
        self.rule = step or adadelta_step
        self.cache = self._zeros()
        self.delta = self._zeros()

    def step(self) -> None:
        """Update every parameter once."""
        for i, p, settings in self._each_parameter():
            self._update(self.rule, i, p, [self.cache, self.delta], **settings)
