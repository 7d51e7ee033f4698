"""Stochastic gradient descent, plain or with momentum, also called the heavy-ball method.

S0–S4, momentum in the form of S2; Polyak 1964.
"""

from collections.abc import Callable
from typing import Any

from course_lib.backend import Array
from course_lib.optimizers.group import Parameters
from course_lib.optimizers.optimizer import Optimizer
from course_lib.shapes import require_shapes


def sgd_step(w: Array, dw: Array, *, lr: float) -> Array:
    """Step against the gradient: ``w = w - lr * dw``.

    Parameters
    ----------
    w : any shape
    dw : shape of w, gradient of the loss
    lr : learning rate

    Returns
    -------
    w : the new one

    Raises
    ------
    ValueError
        If dw does not have the shape of w.
    """
    if w.shape != dw.shape:
        require_shapes("sgd_step", w=(w, "..."), dw=(dw, "..."))
    return w - float(lr) * dw


def momentum_step(w: Array, dw: Array, v: Array, *, lr: float, mu: float) -> tuple[Array, Array]:
    """Step with momentum: ``v = mu * v - lr * dw``, then ``w = w + v``.

    Parameters
    ----------
    w : any shape
    dw : shape of w, gradient of the loss
    v : shape of w, the last step; zeros at first
    lr : learning rate
    mu : share of the last step that is kept, in [0, 1)

    Returns
    -------
    w, v : the new ones

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    if not w.shape == dw.shape == v.shape:
        require_shapes("momentum_step", w=(w, "..."), dw=(dw, "..."), v=(v, "..."))
    lr, mu = float(lr), float(mu)
    v = mu * v - lr * dw
    return w + v, v


class SGD(Optimizer):
    """Apply `sgd_step`, or with momentum `momentum_step`, to every parameter.

    The velocity contains the learning rate. PyTorch multiplies by it afterwards (v = mu v + dw and
    w = w - lr v), which is the same at a constant rate, and differs while a schedule changes it.

    Parameters
    ----------
    params : the parameters to train, or groups of them (see `Optimizer`)
    lr : learning rate
    momentum : mu, the share of the last step that is kept, in [0, 1); 0 for the plain step
    step : a function to use instead of the library's, with the signature of `sgd_step` if momentum
        is 0, else of `momentum_step`

    Raises
    ------
    ValueError
        If momentum is not in [0, 1), or as in `Optimizer`.
    """

    def __init__(
        self,
        params: Parameters,
        *,
        lr: float,
        momentum: float = 0.0,
        step: Callable[..., Any] | None = None,
    ) -> None:
        super().__init__(params, lr, momentum=momentum)
        self._require_below_one("momentum")
        self.rule = step
        self.v = self._zeros()

    def step(self) -> None:
        """Update every parameter once."""
        for i, p, settings in self._each_parameter():
            lr, mu = settings["lr"], settings["momentum"]
            if mu == 0.0:
                self._update(self.rule or sgd_step, i, p, [], lr=lr)
            else:
                self._update(self.rule or momentum_step, i, p, [self.v], lr=lr, mu=mu)
