"""Programs for ``gelu_backward``, some with the error function, some in the tanh form."""

import math

import numpy as np

ROOT = np.sqrt(2 / np.pi)


def erf(u):
    return np.vectorize(math.erf, otypes=[float])(u)


def tanh_form(u):
    a = np.tanh(ROOT * (u + 0.044715 * u**3))
    return 0.5 * u * (1 + a), (u, a)


def exact_form(u):
    Phi = 0.5 * (1 + erf(u / np.sqrt(2)))
    return u * Phi, {"u": u, "Phi": Phi}


def product_rule(dz, cache):
    u, a = cache
    return dz * (0.5 * (1 + a) + 0.5 * u * (1 - a**2) * ROOT * (1 + 3 * 0.044715 * u**2))


def by_cosh(dz, cache):
    u, _a = cache
    v = 0.79788456 * u + 0.035677408 * u**3
    inner = 0.79788456 + 0.107032224 * u**2
    return dz * (0.5 * np.tanh(v) + inner * u / (2 * np.cosh(v) ** 2) + 0.5)


def by_sigmoid(dz, cache):
    u, _a = cache
    s = 1 / (1 + np.exp(-2 * ROOT * (u + 0.044715 * u**3)))
    return dz * (s + u * s * (1 - s) * 2 * ROOT * (1 + 0.134145 * u * u))


def by_the_bell(dz, cache):
    u = cache["u"]
    return dz * (cache["Phi"] + u * np.exp(-(u**2) / 2) / np.sqrt(2 * np.pi))


def central_difference(dz, cache):
    u, h = cache[0], 1e-5
    return dz * (tanh_form(u + h)[0] - tanh_form(u - h)[0]) / (2 * h)


def central_difference_exact(dz, cache):
    u, h = cache["u"], 1e-5
    return dz * (exact_form(u + h)[0] - exact_form(u - h)[0]) / (2 * h)


def number_by_number(dz, cache):
    du = np.zeros_like(dz)
    for index, u in np.ndenumerate(cache["u"]):
        Phi = 0.5 * math.erfc(-u / math.sqrt(2))
        phi = math.exp(-u * u / 2) / math.sqrt(2 * math.pi)
        du[index] = dz[index] * (Phi + u * phi)
    return du


def keeps_slope(u):
    a = np.tanh(ROOT * (u + 0.044715 * u**3))
    slope = 0.5 * (1 + a + u * (1 - a * a) * ROOT * (1 + 0.134145 * u**2))
    return 0.5 * u * (1 + a), slope


def kept_slope(dz, slope):
    return dz * slope


VARIANTS = [
    *((f.__name__, (tanh_form, f)) for f in (product_rule, by_cosh, by_sigmoid)),
    ("central_difference", (tanh_form, central_difference)),
    ("by_the_bell", (exact_form, by_the_bell)),
    ("central_difference_exact", (exact_form, central_difference_exact)),
    ("number_by_number", (exact_form, number_by_number)),
    ("kept_slope", (keeps_slope, kept_slope)),
]


def nested_lists(dz, cache):
    return product_rule(dz, cache).tolist()


def over_dz(dz, cache):
    dz[...] = by_the_bell(dz, cache)
    return dz


def keeps_u_in_tanh_form(u):
    return tanh_form(u)[0], {"u": u, "Phi": exact_form(u)[1]["Phi"]}


def keeps_both_in_exact_form(u):
    return exact_form(u)[0], tanh_form(u)[1]


DRESSED = [
    ("nested_lists", (tanh_form, nested_lists)),
    ("over_dz", (exact_form, over_dz)),
    ("bell behind tanh", (keeps_u_in_tanh_form, by_the_bell)),
    ("tanh behind erf", (keeps_both_in_exact_form, product_rule)),
]


def share_of_z(dz, cache):
    return product_rule(dz, (tanh_form(cache[0])[0], cache[1]))


def minus(dz, cache):
    u, a = cache
    return dz * (0.5 * (1 + a) - 0.5 * u * (1 - a**2) * ROOT * (1 + 3 * 0.044715 * u**2))


def u_squared(dz, cache):
    u, a = cache
    return dz * (0.5 * (1 + a) + 0.5 * u**2 * (1 - a**2) * ROOT * (1 + 3 * 0.044715 * u**2))


def relu(dz, cache):
    return dz * (cache[0] > 0)


def rough_behind_tanh(dz, cache):
    s = 1 / (1 + np.exp(-1.702 * cache[0]))
    return dz * (s + 1.702 * cache[0] * s * (1 - s))


def bell_of_variance_half(dz, cache):
    u = cache["u"]
    return dz * (cache["Phi"] + u * np.exp(-(u**2)) / np.sqrt(np.pi))


def derivative_of_erf_alone(dz, cache):
    u = cache["u"]
    return dz * (cache["Phi"] + u * 2 / np.sqrt(np.pi) * np.exp(-(u**2) / 2))


def forms_mixed(dz, cache):
    u, a = cache
    return dz * (0.5 * (1 + a) + u * np.exp(-(u**2) / 2) / np.sqrt(2 * np.pi))


WRONG = [
    *((f.__name__, (tanh_form, f)) for f in (share_of_z, minus, u_squared, relu)),
    *((f.__name__, (tanh_form, f)) for f in (rough_behind_tanh, forms_mixed)),
    *((f.__name__, (exact_form, f)) for f in (bell_of_variance_half, derivative_of_erf_alone)),
]
