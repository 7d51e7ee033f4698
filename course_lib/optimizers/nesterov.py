"""Nesterov's momentum for minibatches, where the gradient comes from a backward pass."""

from collections.abc import Callable, Iterable
from typing import Any

from course_lib.backend import Array, array_namespace
from course_lib.optimizers.optimizer import Optimizer
from course_lib.parameter import Parameter


class Nesterov(Optimizer):
    """Apply `nesterov_step` to every parameter.

    The formula wants the gradient at ``w + mu * v``, and a backward pass gives it where the
    parameters are. So they are kept there: between two steps ``p.data`` is ``w + mu * v``. A step
    finds ``w = p.data - mu * v``, applies the formula with the gradient that has just been
    computed, and puts the parameter ahead again. This is exact, whatever the schedule. For the
    library's formula it comes to ``p.data = p.data - lr * dw + mu * v`` with the new v.

    A network that is looked at during training (validation, too) is therefore one look-ahead
    ``mu * v`` away from w, as in PyTorch; the two meet as the steps become short.

    Parameters
    ----------
    params : the parameters to train
    lr : learning rate
    momentum : mu, the share of the last step that is kept, in [0, 1)
    step : a function to use instead of `nesterov_step`, with its signature; it may ask for the
        gradient at ``w + mu * v`` only

    Raises
    ------
    ValueError
        If momentum is not in [0, 1), or as in `Optimizer`; in a step, if your function asks for the
        gradient elsewhere.
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
        """Move every parameter once."""
        from course_lib.optimizers import steps  # asked for late: the formula may be yours

        rule = self.rule or steps.nesterov_step
        mu = float(self.momentum)
        for i, p in enumerate(self.params):
            ahead = mu * self.v[i]
            gradient = _known_at(p, ahead) if self.rule else _known(p)
            w, self.v[i] = rule(p.data - ahead, gradient, self.v[i], lr=self.lr, mu=mu)
            self._move(p, w + mu * self.v[i])


def _known(p: Parameter) -> Callable[[Array], Array]:
    return lambda point: p.grad


def _known_at(p: Parameter, ahead: Array) -> Callable[[Array], Array]:
    """The gradient, for whoever asks at the place where it was computed."""
    xp = array_namespace(p.data)
    # Half of the look-ahead tells w + mu v from w; the rest is room for rounding.
    near = 0.5 * float(xp.max(xp.abs(ahead))) + 1e-5 * float(xp.max(xp.abs(p.data)))

    def gradient(point: Array) -> Array:
        distance = float(xp.max(xp.abs(point - p.data)))
        if distance > near:
            raise ValueError(
                f"Nesterov: your step function asked for the gradient {distance:.1e} away from "
                "w + mu * v; in minibatch training it is known there only"
            )
        return p.grad

    return gradient
