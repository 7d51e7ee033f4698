"""What the optimizers' exercises share: their cases, and the mistakes of Adam and AdamW."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from grader.checking.contract import Case, case

Range = tuple[float, float]
OF_MOTION = ("course_lib.optimizers.sgd", "course_lib.optimizers.nesterov")
MEANS: dict[str, Range] = {"m": (-2, 2), "v": (0.1, 2)}  # Adam's state and its own settings
BETAS: dict[str, Any] = {"beta1": (0.8, 0.85), "beta2": (0.95, 0.98)}


def away_from_zero(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """Numbers of either sign, none of them small."""
    return rng.uniform(0.6, 2, size=shape) * rng.choice([-1.0, 1.0], size=shape)


def gradients(rng: np.random.Generator, n: int, shape: tuple[int, ...]) -> Any:
    """Gradients of n steps, far from 0, of both signs; the first coordinate's are above 1."""
    dw = rng.uniform(0.2, 2, size=(n, *shape))
    dw.reshape(n, -1)[:, 0] = rng.uniform(1.5, 2, size=n)  # a gradient cut off at 1 shows
    signed = dw * rng.choice([-1.0, 1.0], size=dw.shape)
    signed.reshape(n, -1)[0, 1] *= -np.sign(signed.reshape(n, -1)[0, :2].prod())  # one of each
    return signed


def in_motion(
    rng: np.random.Generator, own: Callable[[int, tuple[int, ...]], Mapping[str, Any]]
) -> dict[str, list[Case]]:
    """Steps from rest and in motion, each with its own rate and mu; no array unpacks as a pair.

    ``own`` gives what a method adds, for n steps of weights of a shape.
    """

    def some(about: str, n: int, shape: tuple[int, ...], **given: Any) -> Case:
        usual = {
            "w": away_from_zero(rng, shape),
            "v": away_from_zero(rng, shape),
            "lr": rng.uniform(0.05, 0.12, size=n).tolist(),
            "mu": rng.uniform(0.6, 0.8, size=n).tolist(),
        }
        return case(about, **usual | given, **own(n, shape))

    return {
        "w after one step from rest": [some("one step from rest", 1, (3,), v=np.zeros(3))],
        "w after steps in motion": [
            some("one step in motion", 1, (3,)),
            some("one step in motion, mu = 0", 1, (3,), mu=[0.0]),
            some("four steps from rest", 4, (3,), v=np.zeros(3)),
            some("five steps of a matrix in motion", 5, (4, 2)),
        ],
    }


def first_and_later(
    rng: np.random.Generator,
    state: Mapping[str, Range],
    *,
    counted: bool = False,
    also: Mapping[str, Mapping[str, Any]] | None = None,
    **settings: Range,
) -> dict[str, list[Case]]:
    """Steps from a state of zeros and from one of earlier steps.

    Parameters
    ----------
    state, settings : from where to where a part of the state lies, and a setting of the optimizer
    counted : whether a step takes its number t; then a step after thousands is among the later
        ones, for means so slow that their correction has not ended
    also : groups of one case each, by what is special in it
    """
    ranges = {"lr": (0.05, 0.2), "eps": (0.02, 0.05)} | settings

    def some(about: str, n: int, shape: tuple[int, ...], t: int, **given: Any) -> Case:
        usual = {"w": away_from_zero(rng, shape), "dw": gradients(rng, n, shape)}
        for name, (low, high) in state.items():
            usual[name] = np.zeros(shape) if t == 1 else rng.uniform(low, high, size=shape)
        usual |= {"t": t} if counted else {}
        usual |= {name: float(rng.uniform(low, high)) for name, (low, high) in ranges.items()}
        return case(about, **usual | given)

    slow = {name: float(1 - rng.uniform(1, 2) / 5000) for name in settings if "beta" in name}
    long = [some("after thousands of steps", 2, (3,), 5000, **slow)] if counted else []
    return {
        "w after the first step": [
            some("the first step", 1, (3,), 1),
            # A step is as long as the rate, so it is seen beside weights as small.
            some("a tiny rate", 1, (3,), 1, lr=1e-10, w=1e-10 * away_from_zero(rng, (3,))),
            some("tiny gradients", 1, (3,), 1, dw=1e-7 * gradients(rng, 1, (3,)), eps=1e-9),
        ],
        **{title: [some("", 2, (3,), 2, **given)] for title, given in (also or {}).items()},
        "w after later steps": [
            some("the first four steps", 4, (2,), 1),
            some("after earlier steps", 3, (4,), 7),
            some("a matrix, after earlier steps", 2, (3, 2), 20),
            *long,
        ],
    }


# For textbooks with the lines new_m, new_v, m_hat and v_hat, step, and the return.
ADAM_SLIPS = """
m_hat, v_hat = new_m, new_v
    The bias correction is missing: m and v start at zero and are too small at first. By which
    factor are they too small after t steps with a constant gradient?
new_v = beta1 * v + (1 - beta1) * dw**2
    You average `v` with beta1, like `m`. Which beta belongs to `v`?
new_v = v + (1 - beta2) * dw**2
    You keep the whole old `v` and add a share of dw², so `v` never becomes smaller. In a mean, the
    weights of old and new sum to 1.
m_hat, v_hat = new_m / (1 - beta1**t), new_v / (1 - beta1**t)
    You correct `v` with beta1. The correction has to use the beta with which you average `v`.
beta1, beta2 = 0.9, 0.999
    The results do not depend on beta1 and beta2: you use the fixed numbers 0.9 and 0.999 instead of
    these arguments.
m_hat, v_hat = new_m / (1 - beta1**t), new_v
    You correct `m` for its start at zero, but not `v`. Both start at zero.
m_hat, v_hat = new_m, new_v / (1 - beta2**t)
    You correct `v` for its start at zero, but not `m`. Both start at zero.
m_hat, v_hat = new_m / (1 - beta1 ** (t + 1)), new_v / (1 - beta2 ** (t + 1))
    t counts from 1, so do not add 1 to it.
m_hat, v_hat = new_m / (1 - beta1), new_v / (1 - beta2)
    You always use the correction of the first step. It has to depend on `t`: after many steps, m
    and v are no longer too small.
m_hat, v_hat = new_m / (1 - beta1**2), new_v / (1 - beta2**2)
    Your exponent is always 2. It should be the number of the step.
m_hat, v_hat = new_m / (1 - beta1) ** t, new_v / (1 - beta2) ** t
    Your brackets are wrong: raise only beta to the power, before the subtraction.
m_hat, v_hat = new_m / (1 - beta1 * t), new_v / (1 - beta2 * t)
    You multiply beta by t. The influence of the start at zero shrinks by the factor beta in every
    step.
m_hat, v_hat = new_m * (1 - beta1**t), new_v * (1 - beta2**t)
    Your correction has the wrong direction: m and v are too SMALL at first.
step = lr * m_hat / np.sqrt(v_hat) - eps
    eps is added to the whole step: `a / b + eps` is (a/b) + eps in Python, so w drifts even where m
    is 0. To what do you have to add eps?
step = lr * m_hat / np.sqrt(v_hat + eps)
    You add eps inside the root. In Adam it is added to the root.
step = lr * m_hat / (v_hat + eps)
    You divide the step by v, which is a mean of squares. Which function of v has the unit of the
    gradient?
new_m = beta2 * m + (1 - beta2) * dw
new_v = beta1 * v + (1 - beta1) * dw**2
    The betas are swapped: beta1 belongs to m, beta2 to v.
new_m = (1 - beta1) * m + beta1 * dw
new_v = (1 - beta2) * v + beta2 * dw**2
    beta is the weight of the OLD mean; the new gradient has the small weight 1 − beta.
new_m = beta1 * m + dw
new_v = beta2 * v + dw**2
    m and v are too large: in a mean, the weights of old and new sum to 1. (Momentum does not need
    this, but Adam's correction does.)
new_v = beta2 * v + (1 - beta2) * dw
    You update `v` with the gradient itself. It should measure its size, independent of its sign.
new_v = beta2 * v + (1 - beta2) * new_m**2
    `v` is the mean of the squared gradient, not of the squared `m`.
new_v = v + dw**2
    `v` only grows, as in Adagrad. In Adam the old v has the weight beta2.
return w, m_hat, v_hat
    You return the corrected means. Use them only for this step: the next step needs the uncorrected
    m and v.
m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    You compute the step with the old m and v. Update them with the current gradient first, then
    move w.
step = lr * dw / (np.sqrt(v_hat) + eps)
    w moves along the gradient of this step alone, as in RMSProp. In Adam it moves along m.
"""
