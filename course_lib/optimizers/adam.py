"""The optimizer Adam."""

from collections.abc import Callable, Iterable
from typing import Any

from course_lib.backend import array_namespace
from course_lib.optimizers.optimizer import Optimizer
from course_lib.parameter import Parameter


class Adam(Optimizer):
    """Apply `adam_step` to every parameter.

    Parameters
    ----------
    params : the parameters to train
    lr, beta1, beta2, eps : as in `adam_step`
    step : a function to use instead of `adam_step`, with its signature

    Attributes
    ----------
    t : number of steps taken

    Raises
    ------
    ValueError
        If beta1 or beta2 is not in [0, 1), or as in `Optimizer`.
    """

    def __init__(
        self,
        params: Iterable[Parameter],
        *,
        lr: float = 1e-3,
        beta1: float = 0.9,
        beta2: float = 0.999,
        eps: float = 1e-8,
        step: Callable[..., Any] | None = None,
    ) -> None:
        super().__init__(params, lr)
        for name, beta in (("beta1", beta1), ("beta2", beta2)):
            if not 0.0 <= beta < 1.0:
                raise ValueError(f"Adam: {name} is {beta}, expected 0 <= {name} < 1")
        self.beta1 = beta1
        self.beta2 = beta2
        self.eps = eps
        self.rule = step
        self.t = 0
        self.m = [array_namespace(p.data).zeros_like(p.data) for p in self.params]
        self.v = [array_namespace(p.data).zeros_like(p.data) for p in self.params]

    def step(self) -> None:
        """Update every parameter once."""
        from course_lib.optimizers import steps  # imported here: the class itself needs no formula

        rule = self.rule or steps.adam_step
        self.t += 1
        for i, p in enumerate(self.params):
            w, self.m[i], self.v[i] = rule(
                p.data,
                p.grad,
                self.m[i],
                self.v[i],
                self.t,
                lr=self.lr,
                beta1=self.beta1,
                beta2=self.beta2,
                eps=self.eps,
            )
            self._move(p, w)
