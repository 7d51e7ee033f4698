"""What a matrix of drawn weights shows, in words: shape, mean, variance, distribution and range."""

from typing import Any

import numpy as np

from grader.checking.contract import Case, draws_in_words
from grader.exercises.drawn_arrays import blank, in_shape

RULES = {"lecun": "1 / n_in", "glorot": "2 / (n_in + n_out)", "he": "2 / n_in"}
SMALL = "two small layers from one generator"

SHAPE, MEAN, VARIANCE = "the shape of W", "the mean of W", "the variance of W"
KIND, LIMIT, DRAWS = "the distribution", "the range of W", "the second draw"

# 6.7 standard deviations: right code leaves this band with probability below 2.1e-11 a case.
BAND = 6.7

OF_RULE = "that of the rule"
FIXED = (1e-4, 1e-2, 0.0025, 1 / 300, 1 / 30000)  # variances of 0.01, 0.1 and 0.05, and of limits
FORMULAS = [
    *("1 / n_in", "2 / n_in", "1 / n_out", "2 / n_out", "1 / (n_in + n_out)"),
    *("2 / (n_in + n_out)", "1 / (2 * n_in)", "1 / (0.34 * n_in)", "4 / n_in"),
    *("4 / (n_in + n_out)", "2 / (n_in * n_out)", "(1 / n_in + 1 / n_out) / 2", "1", "1 / 3"),
]
OF_V = {"the square of": "v**2", "the root of": "v**0.5", "the inverse of": "1 / v"}
OF_V |= {"a third of": "v / 3", "a quarter of": "v / 4", "a sixth of": "v / 6"}
OF_V |= {"a twelfth of": "v / 12", "four times": "v * 4", "six times": "v * 6"}
OF_V |= {"three times": "v * 3", "three times the square of": "3 * v**2"}
OF_V |= {"half the square of": "v**2 / 2"}
CUT = {"at two standard deviations": 0.9205, "beyond two standard deviations": 0.7737}


def variances(rule: str, n_in: int, n_out: int) -> dict[str, float]:
    """The right variance first, then those that mistakes lead to."""

    def value(formula: str, v: float = 0.0) -> float:
        return float(eval(formula, {"n_in": n_in, "n_out": n_out, "v": v}))

    v = value(RULES[rule])
    found = {OF_RULE: v} | {formula: value(formula) for formula in FORMULAS}
    found |= {f"{what} {OF_RULE}": value(formula, v) for what, formula in OF_V.items()}
    return found | {f"{OF_RULE}, cut {where}": share * v for where, share in CUT.items()}


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """What all right programs have in common, in words."""
    shape, limited = tuple(case["shape"]), case["distribution"] == "uniform"
    keys = (MEAN, VARIANCE, KIND, *([LIMIT] if limited else []))
    keys = (DRAWS,) if case["about"].startswith(SMALL) else keys
    like, seen = np.empty(shape), {"W": blank(outputs["W"], np.float64), SHAPE: str(shape)}
    W = in_shape(outputs["W"], like)
    if W is None or not np.isfinite(W).all():
        why = f"unknown, since W is not an array of shape {shape}"
        return seen | {SHAPE: shape_in_words(outputs["W"], shape)} | dict.fromkeys(keys, why)
    if keys == (DRAWS,):
        again, later = (in_shape(outputs[name], like) for name in ("again", "later"))
        return seen | {DRAWS: draws_in_words(W, again, [later])}
    if fixed := pattern(W):
        return seen | dict.fromkeys(keys, f"unknown, since {fixed}")
    squares = (W.astype(np.float64) - W.mean(dtype=np.float64)) ** 2
    variance = float(np.mean(squares))
    # 3 for a normal distribution, 9/5 for a uniform one; `** 4` would take many times as long.
    kurtosis = float(np.mean(squares * squares)) / variance**2
    mean = float(W.mean(dtype=np.float64)) / np.sqrt(variance / W.size)
    seen[MEAN] = "0" if abs(mean) <= BAND else "above 0" if mean > 0 else "below 0"
    seen[KIND] = kind_in_words(W, kurtosis, np.sqrt(squares.max() / variance))
    if seen[KIND] == "uniform" and seen[MEAN] != "0" and abs(W.max() - 1) <= 30 / W.size:
        return seen | dict.fromkeys({*keys} - {KIND}, "that of numbers that reach up to 1")
    # By chance the variance of n numbers is off by the share ((kurtosis - 1) / n)^(1/2).
    band = BAND * float(np.sqrt((min(kurtosis, 3.5) - 1) / W.size))
    right = variances(case["rule"], *shape)
    seen[VARIANCE] = variance_in_words(variance, right, band)
    if limited:
        # Normal numbers have no limit: how far they reach says nothing.
        ends = np.array([-W.min(), W.max()]) / np.sqrt(3 * right[OF_RULE])
        seen[LIMIT] = "without limits" if seen[KIND] == "normal" else limit_in_words(ends, W.size)
    return seen


def shape_in_words(value: Any, shape: tuple[int, ...]) -> str:
    """The shape, or what else is wrong with W."""
    found = np.asarray(value)
    if found.shape != shape and found.dtype.kind in "biufc":
        return str(found.shape)
    return "that of an array with inf or nan" if found.dtype.kind in "fc" else "that of no numbers"


def pattern(W: np.ndarray) -> str:
    """What all weights have in common; empty if each is drawn on its own."""
    if np.ptp(W) == 0:
        return "all numbers in W are 0" if W[0, 0] == 0 else "all numbers in W are the same"
    if (W == W[:1]).all():
        return "all rows of W are the same"
    return "all columns of W are the same" if (W == W[:, :1]).all() else ""


def kind_in_words(W: np.ndarray, kurtosis: float, farthest: float) -> str:
    """The distribution, or why single weights are not drawn on their own."""
    if (W == 0).any():
        return "some weights are exactly 0"
    if np.unique(np.abs(W)).size < 0.9 * W.size:  # float32 numbers meet a few times
        return "many weights have the same size"
    if abs(kurtosis - 3) < 0.35:
        # Of 30,000 normal numbers, none lies so far away with probability below 1e-12.
        return "normal, but cut off" if farthest < 3.3 else "normal"
    return "uniform" if abs(kurtosis - 1.8) < 0.15 else "neither normal nor uniform"


def variance_in_words(found: float, variances: dict[str, float], band: float) -> str:
    """That of the rule if the variance is compatible with it, else the nearest formula."""
    far = {name: abs(found / variance - 1) for name, variance in variances.items()}
    if far[OF_RULE] <= band:
        return OF_RULE
    if min(abs(found / fixed - 1) for fixed in FIXED) <= min(band, *far.values()):
        return "the same for all shapes"
    # In a layer with few inputs, n_out and n_in + n_out are almost the same: the first counts.
    bound = min(band, min(far.values()) + 0.005)
    return next((name for name, by in far.items() if by <= bound), f"about {found:.2g}")


def limit_in_words(ends: np.ndarray, size: int) -> str:
    """Whether the limit is kept, and nearly reached on both sides."""
    if ends.max() > 1 + 1e-5:
        return "wider than from −a to a"
    # Right code stays this far below the limit on one of the sides with probability e^-30.
    return "from −a to a" if ends.min() >= 1 - 60 / size else "narrower than from −a to a"
