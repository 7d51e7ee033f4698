"""Nesterov's momentum: the gradient is evaluated at the look-ahead point (S3; Nesterov 1983)."""

from collections.abc import Callable
from typing import Any

from course_lib.backend import Array, array_namespace, in_precision_of
from course_lib.optimizers.group import Parameters
from course_lib.optimizers.optimizer import Optimizer
from course_lib.parameter import Parameter
from course_lib.shapes import require_shapes
from course_lib.transfers import in_main_memory


def nesterov_step(
    w: Array, grad_fn: Callable[[Array], Array], v: Array, *, lr: float, mu: float
) -> tuple[Array, Array]:
    """Look ahead, then step: ``v = mu * v - lr * grad_fn(w + mu * v)``, then ``w = w + v``.

    Momentum evaluates the gradient at w. Nesterov's method evaluates it at ``w + mu * v``, the
    point that the old velocity alone would reach.

    Parameters
    ----------
    w : any shape
    grad_fn : takes an array like w, returns the gradient of the loss there; called once
    v : shape of w, the last step; zeros at first
    lr : learning rate
    mu : share of the last step that is kept, in [0, 1)

    Returns
    -------
    w, v : the new ones

    Raises
    ------
    ValueError
        If the shapes differ, that of the gradient among them.
    """
    lr, mu = float(lr), float(mu)
    if w.shape != v.shape:
        require_shapes("nesterov_step", w=(w, "..."), v=(v, "..."))
    dw = grad_fn(w + mu * v)
    if w.shape != dw.shape:
        require_shapes("nesterov_step", w=(w, "..."), dw=(dw, "..."))
    v = mu * v - lr * dw
    return w + v, v


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
    params : the parameters to train, or groups of them (see `Optimizer`)
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
        params: Parameters,
        *,
        lr: float,
        momentum: float = 0.9,
        step: Callable[..., Any] | None = None,
    ) -> None:
        super().__init__(params, lr, momentum=momentum)
        self._require_below_one("momentum")
        self.rule = step
        self.v = self._zeros()

    def step(self) -> None:
        """Update every parameter once."""
        rule = self.rule or nesterov_step
        for i, p, settings in self._each_parameter():
            lr, mu = settings["lr"], float(settings["momentum"])
            self._require_state_beside(p, [self.v[i]])
            ahead = mu * self.v[i]
            gradient = self._gradient_at(p, ahead)
            w, v = rule(p.data - ahead, gradient, self.v[i], lr=lr, mu=mu)
            self.v[i] = in_precision_of(p.data, v)
            self._move(p, w + mu * self.v[i])

    def _gradient_at(self, p: Parameter, ahead: Array) -> Callable[[Array], Array]:
        """The gradient as a function that may only be evaluated at the point where it was computed.

        The library's own step needs no such check, and on a GPU it would be a transfer.
        """
        if self.rule is None or not in_main_memory(p.data):
            return lambda point: p.grad
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
