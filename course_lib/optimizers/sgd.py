"""Stochastic gradient descent, plain or with momentum."""

from collections.abc import Callable, Iterable
from typing import Any

from course_lib.backend import array_namespace
from course_lib.optimizers.optimizer import Optimizer
from course_lib.parameter import Parameter


class SGD(Optimizer):
    """Apply `sgd_step`, or with momentum `momentum_step`, to every parameter.

    Parameters
    ----------
    params : the parameters to train
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
        params: Iterable[Parameter],
        *,
        lr: float,
        momentum: float = 0.0,
        step: Callable[..., Any] | None = None,
    ) -> None:
        super().__init__(params, lr)
        if not 0.0 <= momentum < 1.0:
            raise ValueError(f"SGD: momentum is {momentum}, expected 0 <= momentum < 1")
        self.momentum = momentum
        self.rule = step
        self.v = [array_namespace(p.data).zeros_like(p.data) for p in self.params]

    def step(self) -> None:
        """Update every parameter once."""
        from course_lib.optimizers import steps  # imported here: the class itself needs no formula

        if self.momentum == 0.0:
            rule = self.rule or steps.sgd_step
            for p in self.params:
                self._move(p, rule(p.data, p.grad, lr=self.lr))
        else:
            rule = self.rule or steps.momentum_step
            for i, p in enumerate(self.params):
                w, self.v[i] = rule(p.data, p.grad, self.v[i], lr=self.lr, mu=self.momentum)
                self._move(p, w)
