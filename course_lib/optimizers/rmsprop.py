"""The optimizer RMSProp."""

from collections.abc import Callable, Iterable
from typing import Any

from course_lib.backend import array_namespace
from course_lib.optimizers.optimizer import Optimizer
from course_lib.parameter import Parameter


class RMSProp(Optimizer):
    """Apply `rmsprop_step` to every parameter.

    Parameters
    ----------
    params : the parameters to train
    lr, decay, eps : as in `rmsprop_step`
    step : a function to use instead of `rmsprop_step`, with its signature

    Raises
    ------
    ValueError
        If decay is not in [0, 1), or as in `Optimizer`.
    """

    def __init__(
        self,
        params: Iterable[Parameter],
        *,
        lr: float = 1e-2,
        decay: float = 0.99,
        eps: float = 1e-8,
        step: Callable[..., Any] | None = None,
    ) -> None:
        super().__init__(params, lr)
        if not 0.0 <= decay < 1.0:
            raise ValueError(f"RMSProp: decay is {decay}, expected 0 <= decay < 1")
        self.decay = decay
        self.eps = eps
        self.rule = step
        self.cache = [array_namespace(p.data).zeros_like(p.data) for p in self.params]

    def step(self) -> None:
        """Update every parameter once."""
        from course_lib.optimizers import steps  # imported here: the class itself needs no formula

        rule = self.rule or steps.rmsprop_step
        for i, p in enumerate(self.params):
            w, self.cache[i] = rule(
                p.data, p.grad, self.cache[i], lr=self.lr, decay=self.decay, eps=self.eps
            )
            self._move(p, w)
