"""First values of weights: zero mean, and a variance that keeps signals alive (S0, S3, S4).

A layer with ``fan_in`` inputs adds up that many products, so weights of variance ``1 / fan_in``
keep the variance of what passes through (LeCun); ``2 / fan_in`` makes up for ReLU, which lets half
of it through (He et al. 2015); ``2 / (fan_in + fan_out)`` is the compromise between the way forward
and the way back (Glorot and Bengio 2010).

All take ``(shape, rng)`` and return an array of the generator's library in its default precision.
shape is (n_in, n_out) for a matrix, or (C_out, C_in, kh, kw) for a convolution, where
``fan_in = C_in * kh * kw`` and ``fan_out = C_out * kh * kw``.
"""

import math

from course_lib.backend import Array, Generator


def lecun_normal(shape: tuple[int, ...], rng: Generator) -> Array:
    """Normal with variance ``1 / fan_in``."""
    fan_in, _ = _fans(shape)
    return _normal(shape, rng, 1.0 / fan_in)


def glorot_uniform(shape: tuple[int, ...], rng: Generator) -> Array:
    """Uniform with variance ``2 / (fan_in + fan_out)``."""
    fan_in, fan_out = _fans(shape)
    return _uniform(shape, rng, 2.0 / (fan_in + fan_out))


def glorot_normal(shape: tuple[int, ...], rng: Generator) -> Array:
    """Normal with variance ``2 / (fan_in + fan_out)``."""
    fan_in, fan_out = _fans(shape)
    return _normal(shape, rng, 2.0 / (fan_in + fan_out))


def he_uniform(shape: tuple[int, ...], rng: Generator) -> Array:
    """Uniform with variance ``2 / fan_in``."""
    fan_in, _ = _fans(shape)
    return _uniform(shape, rng, 2.0 / fan_in)


def he_normal(shape: tuple[int, ...], rng: Generator) -> Array:
    """Normal with variance ``2 / fan_in``."""
    fan_in, _ = _fans(shape)
    return _normal(shape, rng, 2.0 / fan_in)


def _fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """How many inputs a unit adds up, and how many units an input reaches."""
    if len(shape) == 2:
        return shape[0], shape[1]
    if len(shape) == 4:
        C_out, C_in, kh, kw = shape
        return C_in * kh * kw, C_out * kh * kw
    raise ValueError(
        f"an initializer was asked for shape {shape}; expected (n_in, n_out) or "
        "(C_out, C_in, kh, kw). Biases start at zero"
    )


def _normal(shape: tuple[int, ...], rng: Generator, variance: float) -> Array:
    return math.sqrt(variance) * rng.standard_normal(shape)


def _uniform(shape: tuple[int, ...], rng: Generator, variance: float) -> Array:
    limit = math.sqrt(3.0 * variance)  # U(-a, a) has variance a^2 / 3
    return limit * (2.0 * rng.random(shape) - 1.0)
