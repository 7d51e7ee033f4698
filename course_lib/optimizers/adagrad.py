"""The optimizer Adagrad."""

from collections.abc import Callable, Iterable
from typing import Any

from course_lib.backend import array_namespace
from course_lib.optimizers.optimizer import Optimizer
from course_lib.parameter import Parameter


class Adagrad(Optimizer):
    """Apply `adagrad_step` to every parameter.

    Parameters
    ----------
    params : the parameters to train
    lr, eps : as in `adagrad_step`
    step : a function to use instead of `adagrad_step`, with its signature

    Raises
    ------
    ValueError
        As in `Optimizer`.
    """

    def __init__(
        self,
        params: Iterable[Parameter],
        *,
        lr: float = 1e-2,
        eps: float = 1e-8,
        step: Callable[..., Any] | None = None,
    ) -> None:
        super().__init__(params, lr)
        self.eps = eps
        self.rule = step
        self.cache = [array_namespace(p.data).zeros_like(p.data) for p in self.params]

    def step(self) -> None:
        """Update every parameter once."""
        from course_lib.optimizers import steps  # imported here: the class itself needs no formula

        rule = self.rule or steps.adagrad_step
        for i, p in enumerate(self.params):
            w, self.cache[i] = rule(p.data, p.grad, self.cache[i], lr=self.lr, eps=self.eps)
            self._move(p, w)
