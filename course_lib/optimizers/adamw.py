"""AdamW: Adam with weight decay that is separate from the gradient (Loshchilov and Hutter 2019)."""

from collections.abc import Callable
from typing import Any

from course_lib.backend import Array, array_namespace
from course_lib.optimizers.group import Parameters, is_weight
from course_lib.optimizers.optimizer import Optimizer
from course_lib.shapes import require_shapes


def adamw_step(
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
    weight_decay: float,
) -> tuple[Array, Array, Array]:
    """One step of Adam that also shrinks w: ``w = w - lr * weight_decay * w - (step of Adam)``.

    The step of Adam is ``lr * m_hat / (sqrt(v_hat) + eps)`` with the running means
    ``m = beta1 * m + (1 - beta1) * dw`` and ``v = beta2 * v + (1 - beta2) * dw**2``, each divided
    by ``1 - beta**t``. A penalty ``lam * sum(w**2)`` would be part of dw and be divided by the
    root, too: weights with large gradients would then shrink less. Here all shrink by the same
    factor.

    Parameters
    ----------
    w : any shape
    dw : shape of w, gradient of the loss without a penalty
    m, v : shape of w; zeros at first
    t : number of this step, counted from 1
    lr : learning rate, of the step and of the decay
    beta1, beta2 : decay rates of the running means, in [0, 1)
    eps : keeps the division defined, positive
    weight_decay : share of w that is taken away per unit of lr, not negative

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
        require_shapes("adamw_step", w=(w, "..."), dw=(dw, "..."), m=(m, "..."), v=(v, "..."))
    if t < 1:
        raise ValueError(f"adamw_step: t is {t}; steps are counted from 1")
    lr, beta1, beta2, eps = float(lr), float(beta1), float(beta2), float(eps)
    m = beta1 * m + (1.0 - beta1) * dw
    v = beta2 * v + (1.0 - beta2) * dw * dw
    m_hat = m / (1.0 - beta1 ** int(t))
    v_hat = v / (1.0 - beta2 ** int(t))
    return w - lr * float(weight_decay) * w - lr * m_hat / (xp.sqrt(v_hat) + eps), m, v


class AdamW(Optimizer):
    """Apply `adamw_step` to every parameter; biases, gamma and beta do not decay.

    Parameters
    ----------
    params : the parameters to train, or groups of them (see `Optimizer`)
    lr, eps : as in `adamw_step`
    betas : beta1 and beta2 of `adamw_step`
    weight_decay : as in `adamw_step` for weights (`is_weight`); the other parameters get 0. A group
        with a ``"weight_decay"`` of its own applies that to all of its parameters.
    step : a function to use instead of `adamw_step`, with its signature

    Attributes
    ----------
    t : number of steps taken

    Raises
    ------
    ValueError
        If one of the betas is not in [0, 1) or weight_decay negative, or as in `Optimizer`.
    """

    def __init__(
        self,
        params: Parameters,
        *,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        step: Callable[..., Any] | None = None,
    ) -> None:
        super().__init__(params, lr, betas=betas, eps=eps, weight_decay=None)
        self._require_pair("betas")
        for decay in [weight_decay, *(group.settings["weight_decay"] for group in self.groups)]:
            if decay is not None and not decay >= 0.0:
                raise ValueError(f"AdamW: weight_decay is {decay}, expected 0 or more")
        self.weight_decay = weight_decay
        self.rule = step or adamw_step
        self.t = 0
        self.m = self._zeros()
        self.v = self._zeros()

    def step(self) -> None:
        """Update every parameter once."""
        self.t += 1
        for i, p, settings in self._each_parameter():
            beta1, beta2 = settings["betas"]
            decay = settings["weight_decay"]
            if decay is None:  # the group has none of its own
                decay = self.weight_decay if is_weight(p) else 0.0
            more = {"beta1": beta1, "beta2": beta2, "eps": settings["eps"], "weight_decay": decay}
            self._update(self.rule, i, p, [self.m, self.v], self.t, lr=settings["lr"], **more)
