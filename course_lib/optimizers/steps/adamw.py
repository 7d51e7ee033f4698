"""AdamW: Adam with weight decay that is separate from the gradient (Loshchilov and Hutter 2019)."""

from course_lib.backend import Array, array_namespace
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
    require_shapes("adamw_step", w=(w, "..."), dw=(dw, "..."), m=(m, "..."), v=(v, "..."))
    if t < 1:
        raise ValueError(f"adamw_step: t is {t}; steps are counted from 1")
    xp = array_namespace(w, dw, m, v)
    lr, beta1, beta2, eps = float(lr), float(beta1), float(beta2), float(eps)
    m = beta1 * m + (1.0 - beta1) * dw
    v = beta2 * v + (1.0 - beta2) * dw * dw
    m_hat = m / (1.0 - beta1 ** int(t))
    v_hat = v / (1.0 - beta2 ** int(t))
    return w - lr * float(weight_decay) * w - lr * m_hat / (xp.sqrt(v_hat) + eps), m, v
