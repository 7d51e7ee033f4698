"""The optimizer Adadelta."""

from collections.abc import Callable, Iterable
from typing import Any

from course_lib.backend import array_namespace
from course_lib.optimizers.optimizer import Optimizer
from course_lib.parameter import Parameter


class Adadelta(Optimizer):
    """Apply `adadelta_step` to every parameter.

    Parameters
    ----------
    params : the parameters to train
    lr, rho, eps : as in `adadelta_step`
    step : a function to use instead of `adadelta_step`, with its signature

    Raises
    ------
    ValueError
        If rho is not in [0, 1), or as in `Optimizer`.
    """

    def __init__(
        self,
        params: Iterable[Parameter],
        *,
        lr: float = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        step: Callable[..., Any] | None = None,
    ) -> None:
        super().__init__(params, lr)
        if not 0.0 <= rho < 1.0:
            raise ValueError(f"Adadelta: rho is {rho}, expected 0 <= rho < 1")
        self.rho = rho
        self.eps = eps
        self.rule = step
        self.cache = [array_namespace(p.data).zeros_like(p.data) for p in self.params]
        self.delta = [array_namespace(p.data).zeros_like(p.data) for p in self.params]

    def step(self) -> None:
        """Update every parameter once."""
        from course_lib.optimizers import steps  # imported here: the class itself needs no formula

        rule = self.rule or steps.adadelta_step
        for i, p in enumerate(self.params):
            w, self.cache[i], self.delta[i] = rule(
                p.data,
                p.grad,
                self.cache[i],
                self.delta[i],
                lr=self.lr,
                rho=self.rho,
                eps=self.eps,
            )
            self._move(p, w)
