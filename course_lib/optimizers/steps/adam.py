"""Adam: momentum with a rate per coordinate, from squared gradients (S2; Kingma and Ba 2015)."""

from course_lib.backend import Array, array_namespace
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
    require_shapes("adam_step", w=(w, "..."), dw=(dw, "..."), m=(m, "..."), v=(v, "..."))
    if t < 1:
        raise ValueError(f"adam_step: t is {t}; steps are counted from 1")
    xp = array_namespace(w, dw, m, v)
    lr, beta1, beta2, eps = float(lr), float(beta1), float(beta2), float(eps)
    m = beta1 * m + (1.0 - beta1) * dw
    v = beta2 * v + (1.0 - beta2) * dw * dw
    m_hat = m / (1.0 - beta1 ** int(t))
    v_hat = v / (1.0 - beta2 ** int(t))
    return w - lr * m_hat / (xp.sqrt(v_hat) + eps), m, v
