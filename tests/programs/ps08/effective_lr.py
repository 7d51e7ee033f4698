"""Solutions of ``effective_lr(lr, mu) -> float``: lr / (1 - mu)."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(lr, mu):
    return lr / (1 - mu)


for name, rate in {
    "times_the_inverse": "float(lr * (1.0 - mu) ** -1)",
    "zero_dimensional_array": "np.asarray(lr / (1 - mu))",
    "single_precision": "np.float32(lr) / (np.float32(1) - np.float32(mu))",
    "long_sum": "lr * sum(mu**k for k in range(3000))",
    "linear_equation": "np.linalg.solve([[1.0 - mu]], [float(lr)])[0]",
}.items():
    right.edit(name, textbook, "lr / (1 - mu)", rate)


@right
def products_of_powers(lr, mu):
    # 1 + mu + mu^2 + … = (1 + mu)(1 + mu^2)(1 + mu^4) …
    rate = float(lr)
    for k in range(40):
        rate *= 1 + mu ** (2**k)
    return rate


@right
def steps_until_steady(lr, mu):
    v, last = 0.0, 1.0
    while abs(v - last) > 1e-15:
        last, v = v, mu * v - lr * 1.0
    return -v


@right
def bisection(lr, mu):
    low, high = 0.0, 1e3
    for _ in range(100):
        rate = (low + high) / 2
        low, high = (rate, high) if mu * rate + lr > rate else (low, rate)
    return np.array(low)


form.edit("list_of_one", textbook, "lr / (1 - mu)", "[lr / (1 - mu)]")

for name, rate in {
    "at_most_one": "min(1.0, lr / (1 - mu))",
    "plain_rate_for_small_mu": "lr / (1 - mu) if mu > 0.5 else lr",
}.items():
    wrong.edit(name, textbook, "lr / (1 - mu)", rate)
