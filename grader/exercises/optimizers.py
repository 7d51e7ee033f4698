"""What the optimizers' exercises share: their cases, and the mistakes of Adam and AdamW."""

from typing import Any

import numpy as np

from grader.checking.contract import Case, case


def gradients(rng: np.random.Generator, n: int, shape: tuple[int, ...]) -> np.ndarray:
    """Gradients of n steps, far from 0, of both signs; the first coordinate's are above 1."""
    dw = rng.uniform(0.2, 2, size=(n, *shape))
    dw.reshape(n, -1)[:, 0] = rng.uniform(1.5, 2, size=n)  # a gradient cut off at 1 shows
    signed: np.ndarray = dw * rng.choice([-1.0, 1.0], size=dw.shape)
    signed.reshape(n, -1)[0, 1] *= -np.sign(signed.reshape(n, -1)[0, :2].prod())  # one of each
    return signed


def steps_with_cache(
    rng: np.random.Generator, about: str, shape: tuple[int, ...], n: int, *, fresh: bool, **own: Any
) -> Case:
    """N steps, from a cache of zeros (fresh) or of earlier steps.

    Optimizers that build on Adagrad add to it what is their ``own``.
    """
    return case(
        about,
        w=rng.normal(size=shape),
        dw=gradients(rng, n, shape),
        cache=np.zeros(shape) if fresh else rng.uniform(0.5, 3, size=shape),
        **{"lr": float(rng.uniform(0.05, 0.2)), "eps": float(rng.uniform(0.02, 0.05))} | own,
    )


def steps_with_moments(
    rng: np.random.Generator,
    about: str,
    shape: tuple[int, ...],
    t: int,
    n: int,
    *,
    fresh: bool,
    **own: Any,
) -> Case:
    """The first of n steps is number t; its running means are zero (fresh) or already moved.

    AdamW adds to it what is its ``own``.
    """
    usual = {
        "w": rng.normal(size=shape),
        "dw": gradients(rng, n, shape),
        "m": np.zeros(shape) if fresh else rng.normal(size=shape),
        "v": np.zeros(shape) if fresh else rng.uniform(0.1, 2, size=shape),
        "t": t,
        "lr": float(rng.uniform(0.05, 0.2)),
        "beta1": float(rng.uniform(0.8, 0.85)),
        "beta2": float(rng.uniform(0.95, 0.98)),
        "eps": float(rng.uniform(0.02, 0.05)),
    }
    return case(about, **usual | own)


_MEANS = """beta1 * m + (1 - beta1) * dw
    new_v = beta2 * v + (1 - beta2) * dw**2"""
_CORRECTED = "new_m / (1 - beta1**t), new_v / (1 - beta2**t)"
ADAM_SLIPS = (  # old, new, hint, for textbooks that have these lines
    (
        _CORRECTED,
        "new_m, new_v",
        "The bias correction is missing: m and v begin at zero and are too small at first. By how "
        "much, after t steps on a constant gradient?",
    ),
    (
        "beta2 * v + (1 - beta2)",
        "beta1 * v + (1 - beta1)",
        "`v` is averaged with beta1, as `m` is. What is the second beta for?",
    ),
    (
        "beta2 * v +",
        "v +",
        "The old `v` is kept whole, and a share of dw² comes on top: it never gets smaller. In a "
        "mean, the weights of old and new sum to 1.",
    ),
    (
        "new_v / (1 - beta2**t)",
        "new_v / (1 - beta1**t)",
        "`v` is corrected with beta1. How much is missing in `v` depends on how it was averaged.",
    ),
    (
        "    new_m = ",
        "    beta1, beta2 = 0.9, 0.999\n    new_m = ",
        "The results do not depend on beta1 and beta2: 0.9 and 0.999 stand in their place. Both "
        "are arguments.",
    ),
    (
        "new_v / (1 - beta2**t)",
        "new_v",
        "`m` is corrected for its start at zero, `v` is not. Both began there.",
    ),
    (
        "new_m / (1 - beta1**t)",
        "new_m",
        "`v` is corrected for its start at zero, `m` is not. Both began there.",
    ),
    (
        _CORRECTED,
        "new_m / (1 - beta1 ** (t + 1)), new_v / (1 - beta2 ** (t + 1))",
        "t is counted from 1 and arrives ready to use: no 1 has to be added to it.",
    ),
    (
        _CORRECTED,
        "new_m / (1 - beta1), new_v / (1 - beta2)",
        "The correction is that of the first step, whatever `t` is. It has to fade: with many "
        "steps behind, m and v are no longer too small.",
    ),
    (
        _CORRECTED,
        "new_m / (1 - beta1**2), new_v / (1 - beta2**2)",
        "The exponent is fixed at 2. It is the number of the step.",
    ),
    (
        _CORRECTED,
        "new_m / (1 - beta1) ** t, new_v / (1 - beta2) ** t",
        "The brackets are off: the power belongs to beta alone, before the subtraction.",
    ),
    (
        _CORRECTED,
        "new_m / (1 - beta1 * t), new_v / (1 - beta2 * t)",
        "beta is multiplied by t. What is left of the start at zero shrinks by beta a step.",
    ),
    (
        _CORRECTED,
        "new_m * (1 - beta1**t), new_v * (1 - beta2**t)",
        "The correction goes the wrong way: m and v are too SMALL at first.",
    ),
    (
        "(np.sqrt(v_hat) + eps)",
        "np.sqrt(v_hat) + eps",
        "eps is added to the whole step: `a / b + eps` is (a/b) + eps in Python, so w drifts even "
        "where m is 0. What is eps to be added to?",
    ),
    (
        "np.sqrt(v_hat) + eps",
        "np.sqrt(v_hat + eps)",
        "eps stands inside the root. In Adam it is added to the root.",
    ),
    (
        "np.sqrt(v_hat)",
        "v_hat",
        "The step is divided by v, a square. In which unit should the step be?",
    ),
    (
        _MEANS,
        "beta2 * m + (1 - beta2) * dw\n    new_v = beta1 * v + (1 - beta1) * dw**2",
        "The betas are swapped: beta1 belongs to m, beta2 to v.",
    ),
    (
        _MEANS,
        "(1 - beta1) * m + beta1 * dw\n    new_v = (1 - beta2) * v + beta2 * dw**2",
        "beta is how much of the old mean is KEPT; the new gradient gets the small rest.",
    ),
    (
        _MEANS,
        "beta1 * m + dw\n    new_v = beta2 * v + dw**2",
        "m and v are too large: in a mean, the weights of old and new sum to 1. (Plain momentum "
        "does without; Adam's correction counts on it.)",
    ),
    (
        "dw**2",
        "dw",
        "`v` follows the gradient itself. It should know its size, whatever its sign.",
    ),
    (
        "dw**2",
        "new_m**2",
        "`v` is the mean of the squared gradient, not of the squared `m`.",
    ),
    (
        "beta2 * v + (1 - beta2) * dw**2",
        "v + dw**2",
        "`v` only grows, as in Adagrad. Adam forgets: the old v fades by beta2.",
    ),
    (
        "eps), new_m, new_v",
        "eps), m_hat, v_hat",
        "The corrected means are handed back. Correct copies for this one step; the next step goes "
        "on from the uncorrected m and v.",
    ),
    (
        _CORRECTED,
        "m / (1 - beta1**t), v / (1 - beta2**t)",
        "w moves by the old m and v. Take today's gradient in first, then move.",
    ),
    (
        "lr * m_hat",
        "lr * dw",
        "w moves by the gradient of this step alone, as in RMSProp. What is m for?",
    ),
)
