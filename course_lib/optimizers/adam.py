"""Adam: momentum with a rate per coordinate, from squared gradients (S2; Kingma and Ba 2015)."""

from collections.abc import Callable
from typing import Any

from course_lib.backend import Array, array_namespace
from course_lib.optimizers.group import Parameters
from course_lib.optimizers.optimizer import Optimizer
from course_lib.shapes import require_shapes


def adam_step(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    *,
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
) -> tuple[Array, Array, Array]:
    """One step of Adam.

    ``m = beta1 * m + (1 - beta1) * dw`` and ``v = beta2 * v + (1 - beta2) * dw**2`` are running
    means that start at zero; dividing by ``1 - beta**t`` removes the bias this gives them. Then
    ``w = w - lr * m_hat / (sqrt(v_hat) + eps)``.

    Parameters
    ----------
    w : any shape
    dw : shape of w, gradient of the loss
    m, v : shape of w; zeros at first
    t : number of this step, counted from 1
    lr : learning rate
    beta1, beta2 : decay rates of the running means, in [0, 1)
    eps : keeps the division defined, positive

    Returns
    -------
    w, m, v : the new ones

    Raises
    ------
    ValueError
        If t is less than 1 (there the bias correction divides by zero), or if the shapes differ.
    """
    xp = array_namespace(w, dw, m, v)
    if not w.shape == dw.shape == m.shape == v.shape:
        require_shapes("adam_step", w=(w, "..."), dw=(dw, "..."), m=(m, "..."), v=(v, "..."))
    if t < 1:
        raise ValueError(f"adam_step: t is {t}; steps are counted from 1")
    lr, beta1, beta2, eps = float(lr), float(beta1), float(beta2), float(eps)
    m = beta1 * m + (1.0 - beta1) * dw
    v = beta2 * v + (1.0 - beta2) * dw * dw
    m_hat = m / (1.0 - beta1 ** int(t))
    v_hat = v / (1.0 - beta2 ** int(t))
    return w - lr * m_hat / (xp.sqrt(v_hat) + eps), m, v


class Adam(Optimizer):
    """Apply `adam_step` to every parameter.

    Parameters
    ----------
    params : the parameters to train, or groups of them (see `Optimizer`)
    lr, eps : as in `adam_step`
    betas : beta1 and beta2 of `adam_step`
    step : a function to use instead of `adam_step`, with its signature

    Attributes
    ----------
    t : number of steps taken

    Raises
    ------
    ValueError
        If one of the betas is not in [0, 1), or as in `Optimizer`.
    """

    def __init__(
        self,
        params: Parameters,
        *,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        step: Callable[..., Any] | None = None,
    ) -> None:
        super().__init__(params, lr, betas=betas, eps=eps)
        self._require_pair("betas")
        self.rule = step or adam_step
        self.t = 0
        self.m = self._zeros()
        self.v = self._zeros()

    def step(self) -> None:
        """Update every parameter once."""
        self.t += 1
        for i, p, settings in self._each_parameter():
            beta1, beta2 = settings["betas"]
            more = {"beta1": beta1, "beta2": beta2, "eps": settings["eps"]}
            self._update(self.rule, i, p, [self.m, self.v], self.t, lr=settings["lr"], **more)
