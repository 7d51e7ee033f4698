"""Solutions of ``gelu_backward(dz, cache) -> du``, each with its forward."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue

S, C = math.sqrt(2 / math.pi), 0.044715


def forward(u):
    a = np.tanh(S * (u + C * u**3))
    return 0.5 * u * (1 + a), (u, a)


def distribution(u):
    return 0.5 * (1 + np.vectorize(math.erf, otypes=[u.dtype])(u / math.sqrt(2)))


def density(u):
    return np.exp(-(u**2) / 2) / math.sqrt(2 * math.pi)


def forward_erf(u):
    Phi = distribution(u)
    return u * Phi, (u, Phi)


programs = Catalogue(forward)
right, form, wrong, open_ = programs.kinds


@right
def textbook(dz, cache):
    u, a = cache
    inner = S * (1 + 3 * C * u**2)
    return dz * (0.5 * (1 + a) + 0.5 * u * (1 - a**2) * inner)


@right.together
def input_kept_only():
    def keeps_input(u):
        return forward_erf(u)[0], u

    def backward(dz, u):
        erfc = np.vectorize(math.erfc, otypes=[u.dtype])
        return (0.5 * erfc(-u / math.sqrt(2)) + u * density(u)).astype(dz.dtype) * dz

    return keeps_input, backward


@right.together
def complex_steps():
    # The imaginary part of f(u + i h) is h f'(u).
    def keeps_input(u):
        return forward(u)[0], {"input": u}

    def backward(dz, cache):
        v = cache["input"] + 1e-30j
        return (dz * (forward(v)[0].imag / 1e-30)).astype(dz.dtype)

    return keeps_input, backward


@right
def central_difference(dz, cache):
    u, h = cache[0], 1e-5
    return dz * (forward(u + h)[0] - forward(u - h)[0]) / (2 * h)
