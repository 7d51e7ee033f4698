"""Initial weights: zero mean, and a variance that preserves the variance of signals (S0, S3, S4).

A unit with ``fan_in`` inputs is a sum of that many products, so weights of variance ``1 / fan_in``
preserve the variance in the forward pass (LeCun). ReLU halves the mean square, so its weights need
the variance ``2 / fan_in`` (He et al. 2015). The variance ``2 / (fan_in + fan_out)`` is a
compromise between the forward pass and the backward pass (Glorot and Bengio 2010).

`initialise` has all three rules, with normal and with uniform weights. The others take
``(shape, rng)``, so that a layer can be given one. shape is (n_in, n_out) for a matrix, or
(C_out, C_in, kh, kw) for a convolution, where ``fan_in = C_in * kh * kw`` and
``fan_out = C_out * kh * kw``.

`linear_output_variance` and `linear_gradient_variance` are the formulas behind them, for the
forward pass and the backward pass. `gain_of` is the factor for an activation function.
"""

import math
from collections.abc import Callable

import numpy as np

from course_lib.backend import Array, Generator
from course_lib.requirements import require_generator


def initialise(
    shape: tuple[int, ...], rng: Generator, *, rule: str, distribution: str = "normal"
) -> Array:
    """Random weights of the variance that ``rule`` asks for.

    Parameters
    ----------
    shape : (n_in, n_out), or (C_out, C_in, kh, kw) for a convolution
    rng : a generator of NumPy or CuPy
    rule : ``"lecun"``: variance ``1 / fan_in``; ``"glorot"``: ``2 / (fan_in + fan_out)``;
        ``"he"``: ``2 / fan_in``
    distribution : ``"normal"``, or ``"uniform"`` between two limits -a and a

    Returns
    -------
    W : array of the generator's library in its default precision

    Raises
    ------
    ValueError
        If the shape, the rule or the distribution is not one of these.
    """
    fan_in, fan_out = _fans(shape)
    variances = {"lecun": 1.0 / fan_in, "glorot": 2.0 / (fan_in + fan_out), "he": 2.0 / fan_in}
    if rule not in variances or distribution not in ("normal", "uniform"):
        raise ValueError(
            f"initialise: rule is {rule!r} and distribution {distribution!r}, choose one of "
            f"{sorted(variances)} and one of ['normal', 'uniform']"
        )
    require_generator("initialise", rng)
    if distribution == "normal":
        return math.sqrt(variances[rule]) * rng.standard_normal(shape)
    limit = math.sqrt(3.0 * variances[rule])  # U(-a, a) has variance a^2 / 3
    return limit * (2.0 * rng.random(shape) - 1.0)


def lecun_normal(shape: tuple[int, ...], rng: Generator) -> Array:
    """Normal with variance ``1 / fan_in``."""
    return initialise(shape, rng, rule="lecun")


def glorot_uniform(shape: tuple[int, ...], rng: Generator) -> Array:
    """Uniform with variance ``2 / (fan_in + fan_out)``."""
    return initialise(shape, rng, rule="glorot", distribution="uniform")


def glorot_normal(shape: tuple[int, ...], rng: Generator) -> Array:
    """Normal with variance ``2 / (fan_in + fan_out)``."""
    return initialise(shape, rng, rule="glorot")


def he_uniform(shape: tuple[int, ...], rng: Generator) -> Array:
    """Uniform with variance ``2 / fan_in``."""
    return initialise(shape, rng, rule="he", distribution="uniform")


def he_normal(shape: tuple[int, ...], rng: Generator) -> Array:
    """Normal with variance ``2 / fan_in``."""
    return initialise(shape, rng, rule="he")


def linear_output_variance(n_in: int, var_w: float, mean_square_z: float) -> float:
    """Variance of ``u = sum_i w_i z_i`` over random weights: ``n_in * var_w * mean_square_z``.

    The weights are independent of each other and of z, with mean 0. The formula has the mean square
    of z and not its variance, because activations such as ReLU's do not have mean 0.

    Parameters
    ----------
    n_in : number of inputs of a unit, 1 or more
    var_w : variance of a weight, not negative
    mean_square_z : mean of ``z**2`` over the inputs, not negative

    Returns
    -------
    var_u : the same for every unit of the layer

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    if n_in < 1 or not var_w >= 0.0 or not mean_square_z >= 0.0:
        raise ValueError(
            f"linear_output_variance: n_in is {n_in}, var_w {var_w} and mean_square_z "
            f"{mean_square_z}, expected n_in of 1 or more and the others of 0 or more"
        )
    return float(n_in * var_w * mean_square_z)


def linear_gradient_variance(n_out: int, var_w: float, var_du: float) -> float:
    """Variance of ``dz_i = sum_j w_ij du_j`` over random weights: ``n_out * var_w * var_du``.

    It is the counterpart of :func:`linear_output_variance` for the backward pass (He et al. 2015,
    section 2.2): an input receives one term from each of the n_out units. The weights are
    independent of each other and of du, with mean 0, and du has mean 0. If a ReLU follows the
    layer, half of its units are inactive and have du = 0. This halves var_du; the formula has no
    further factor for it.

    Parameters
    ----------
    n_out : number of units that an input is connected to, 1 or more
    var_w : variance of a weight, not negative
    var_du : variance of the gradient with respect to the pre-activation u, not negative

    Returns
    -------
    var_dz : variance of the gradient with respect to the layer's input, the same for every input

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    if n_out < 1 or not var_w >= 0.0 or not var_du >= 0.0:
        raise ValueError(
            f"linear_gradient_variance: n_out is {n_out}, var_w {var_w} and var_du {var_du}, "
            "expected n_out of 1 or more and the others of 0 or more"
        )
    return float(n_out * var_w * var_du)


def gain_of(f: Callable[[Array], Array]) -> float:
    """Gain that an activation function needs: ``1 / sqrt(E f(u)^2)`` for u ~ N(0, 1).

    Weights of standard deviation ``gain / sqrt(fan_in)`` keep a variance of 1 from layer to layer.
    For ReLU the gain is sqrt(2). The mean is a sum over a grid from -10 to 10, its weights are the
    density. PyTorch's 5/3 for tanh and 1 for the sigmoid are conventions and not this number.

    Parameters
    ----------
    f : takes a NumPy array and returns the array of its values

    Returns
    -------
    gain : a float

    Raises
    ------
    ValueError
        If f is 0 everywhere, or not finite somewhere on the grid.
    """
    u = np.linspace(-10.0, 10.0, 4001)
    weight = np.exp(-(u**2) / 2)
    mean_square = float(np.sum(weight * f(u) ** 2) / np.sum(weight))
    if not 0.0 < mean_square < math.inf:
        raise ValueError(f"gain_of: the mean of f(u)^2 is {mean_square}, expected a number above 0")
    return 1.0 / math.sqrt(mean_square)


def _fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """Number of inputs of a unit, and number of units that an input is connected to."""
    if len(shape) == 2:
        return shape[0], shape[1]
    if len(shape) == 4:
        C_out, C_in, kh, kw = shape
        return C_in * kh * kw, C_out * kh * kw
    raise ValueError(
        f"initialise was asked for shape {shape}; expected (n_in, n_out) or "
        "(C_out, C_in, kh, kw). Initialise biases with zeros"
    )
