"""RMSProp: Adagrad with a running mean in place of the sum (S2, S3; Tieleman and Hinton 2012)."""

from collections.abc import Callable
from typing import Any

from course_lib.backend import Array, array_namespace
from course_lib.optimizers.group import Parameters
from course_lib.optimizers.optimizer import Optimizer
from course_lib.shapes import require_shapes


def rmsprop_step(
    w: Array, dw: Array, cache: Array, *, lr: float, decay: float, eps: float
) -> tuple[Array, Array]:
    """One step of RMSProp.

    ``cache = decay * cache + (1 - decay) * dw**2`` is a running mean of the squared gradients, and
    ``w = w - lr * dw / (sqrt(cache) + eps)``. The mean starts at zero and is too small at first, so
    the first steps are up to ``1 / sqrt(1 - decay)`` times longer than lr; Adam corrects this.

    Parameters
    ----------
    w : any shape
    dw : shape of w, gradient of the loss
    cache : shape of w, not negative; zeros at first
    lr : learning rate
    decay : decay rate of the running mean, in [0, 1)
    eps : keeps the division defined, positive; outside the root

    Returns
    -------
    w, cache : the new ones

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    xp = array_namespace(w, dw, cache)
    if not w.shape == dw.shape == cache.shape:
        require_shapes("rmsprop_step", w=(w, "..."), dw=(dw, "..."), cache=(cache, "..."))
    lr, decay, eps = float(lr), float(decay), float(eps)
    cache = decay * cache + (1.0 - decay) * dw * dw
    return w - lr * dw / (xp.sqrt(cache) + eps), cache


class RMSprop(Optimizer):
    """Apply `rmsprop_step` to every parameter.

    Parameters
    ----------
    params : the parameters to train, or groups of them (see `Optimizer`)
    lr, eps : as in `rmsprop_step`
    alpha : decay of `rmsprop_step`
    step : a function to use instead of `rmsprop_step`, with its signature

    Raises
    ------
    ValueError
        If alpha is not in [0, 1), or as in `Optimizer`.
    """

    def __init__(
        self,
        params: Parameters,
        *,
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        step: Callable[..., Any] | None = None,
    ) -> None:
        super().__init__(params, lr, alpha=alpha, eps=eps)
        self._require_below_one("alpha")
        self.rule = step or rmsprop_step
        self.cache = self._zeros()

    def step(self) -> None:
        """Update every parameter once."""
        for i, p, settings in self._each_parameter():
            lr, decay, eps = (settings[name] for name in ("lr", "alpha", "eps"))
            self._update(self.rule, i, p, [self.cache], lr=lr, decay=decay, eps=eps)
