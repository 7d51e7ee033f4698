"""Nesterov's momentum for minibatches, where the gradient comes from a backward pass."""

from collections.abc import Callable, Iterable
from typing import Any

from course_lib.backend import Array, array_namespace
from course_lib.optimizers.optimizer import Optimizer
from course_lib.parameter import Parameter


class Nesterov(Optimizer):
    """Apply `nesterov_step` to every parameter.

    The formula needs the gradient at ``w + mu * v``, but a backward pass computes it at the
    parameters. So between two steps ``p.data`` holds ``w + mu * v``. A step computes
    ``w = p.data - mu * v``, applies the formula with the gradient of the last backward pass, and
    stores ``w + mu * v`` with the new w and v. This is exact for every schedule. With the library's
    formula the result is ``p.data = p.data - lr * dw + mu * v`` with the new v.

    During training, and so in validation, the parameters therefore differ from w by ``mu * v``, as
    in PyTorch. The difference vanishes as the steps become short.

    Parameters
    ----------
    params : the parameters to train
    lr : learning rate
    momentum : mu, the share of the last step that is kept, in [0, 1)
    step : a function to use instead of `nesterov_step`, with its signature; it may evaluate the
        gradient only at ``w + mu * v``

    Raises
    ------
    ValueError
        If momentum is not in [0, 1), or as in `Optimizer`; in a step, if your function evaluates
        the gradient elsewhere.
    """

    def __init__(
        self,
        params: Iterable[Parameter],
        *,
        lr: float,
        momentum: float = 0.9,
        step: Callable[..., Any] | None = None,
    ) -> None:
        super().__init__(params, lr)
        if not 0.0 <= momentum < 1.0:
            raise ValueError(f"Nesterov: momentum is {momentum}, expected 0 <= momentum < 1")
        self.momentum = momentum
        self.rule = step
        self.v = [array_namespace(p.data).zeros_like(p.data) for p in self.params]

    def step(self) -> None:
        """Update every parameter once."""
        from course_lib.optimizers import steps  # imported here: the class itself needs no formula

        rule = self.rule or steps.nesterov_step
        mu = float(self.momentum)
        for i, p in enumerate(self.params):
            ahead = mu * self.v[i]
            gradient = _gradient_only_at(p, ahead) if self.rule else _gradient_anywhere(p)
            w, self.v[i] = rule(p.data - ahead, gradient, self.v[i], lr=self.lr, mu=mu)
            self._move(p, w + mu * self.v[i])


def _gradient_anywhere(p: Parameter) -> Callable[[Array], Array]:
    return lambda point: p.grad


def _gradient_only_at(p: Parameter, ahead: Array) -> Callable[[Array], Array]:
    """The gradient as a function that may only be evaluated at the point where it was computed."""
    xp = array_namespace(p.data)
    # Half of the look-ahead distinguishes w + mu v from w; the second term allows for rounding.
    near = 0.5 * float(xp.max(xp.abs(ahead))) + 1e-5 * float(xp.max(xp.abs(p.data)))

    def gradient(point: Array) -> Array:
        distance = float(xp.max(xp.abs(point - p.data)))
        if distance > near:
            raise ValueError(
                f"Nesterov: your step function evaluated the gradient {distance:.1e} away from "
                "w + mu * v; in minibatch training it is known only at that point"
            )
        return p.grad

    return gradient
