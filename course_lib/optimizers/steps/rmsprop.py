"""RMSProp: Adagrad with a running mean in place of the sum (S2, S3; Tieleman and Hinton 2012)."""

from course_lib.backend import Array, array_namespace
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
    require_shapes("rmsprop_step", w=(w, "..."), dw=(dw, "..."), cache=(cache, "..."))
    xp = array_namespace(w, dw, cache)
    lr, decay, eps = float(lr), float(decay), float(eps)
    cache = decay * cache + (1.0 - decay) * dw * dw
    return w - lr * dw / (xp.sqrt(cache) + eps), cache
