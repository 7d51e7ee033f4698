"""Solutions of ``stopped_minimum(a, h, lr, t) -> w``: a times (1 - (1 - lr h)**t)."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(a, h, lr, t):
    return a * (1 - (1 - lr * h) ** t)


@right
def sum_of_the_steps(a, h, lr, t):
    # The steps are a geometric series.
    return lr * h * a * np.sum((1 - lr * h) ** np.arange(t))


@right
def by_squaring(a, h, lr, t):
    distance, factor = a, 1 - lr * h
    while t:
        distance, factor, t = distance * factor if t % 2 else distance, factor * factor, t // 2
    return a - distance


@right
def numpy_power(a, h, lr, t):
    return np.subtract(a, a * np.power(1.0 - lr * h, t))


@wrong
def start_at_a_random_weight(a, h, lr, t, rng=np.random.default_rng(0)):  # noqa: B008
    w = rng.normal()
    for _ in range(t):
        w -= lr * h * (w - a)
    return w


@wrong
def stops_when_it_is_near(a, h, lr, t):
    w = 0.0
    for _ in range(t):
        if abs(w - a) < 1e-3 * abs(a):
            break
        w -= lr * h * (w - a)
    return w


@wrong
def goes_on_from_the_last_call(a, h, lr, t, kept=[0.0]):  # noqa: B006
    for _ in range(t):
        kept[0] -= lr * h * (kept[0] - a)
    return kept[0]


@wrong
def with_momentum(a, h, lr, t):
    w = v = 0.0
    for _ in range(t):
        v = 0.9 * v - lr * h * (w - a)
        w += v
    return w


@wrong
def implicit_steps(a, h, lr, t):
    return a * (1 - (1 + lr * h) ** -float(t))


@wrong
def steps_of_adam(a, h, lr, t):
    w = 0.0
    for _ in range(t):
        w -= lr * np.sign(w - a)
    return w


@wrong
def penalty_in_each_step(a, h, lr, t):
    w, lam = 0.0, 1 / (2 * lr * max(t, 1))
    for _ in range(t):
        w -= lr * (h * (w - a) + 2 * lam * w)
    return w


@wrong
def at_most_ten_steps(a, h, lr, t):
    return textbook(a, h, lr, min(t, 10))


@wrong
def only_positive_weights(a, h, lr, t):
    return max(textbook(a, h, lr, t), 0.0)


@wrong
def averaged_over_two_steps(a, h, lr, t):
    return (textbook(a, h, lr, t) + textbook(a, h, lr, max(t - 1, 0))) / 2


wrong.edit(
    "arrived_after_many_steps",
    textbook,
    "(1 - (1 - lr * h) ** t)",
    "(1 - (t < 9000) * (1 - lr * h) ** t)",
)
wrong.edit(
    "an_exponential_for_small_steps",
    textbook,
    "(1 - lr * h) ** t",
    "(np.exp(-lr * h * t) if lr * h < 0.01 else (1 - lr * h) ** t)",
)
wrong.edit("single_precision", textbook, "(1 - lr * h) ** t", "np.float32(1 - lr * h) ** t")

programs.beside_the_point = [
    "return a",
    "return a * t * lr * h",
    "return a * h / (h + 1 / (lr * max(t, 1e-9)))",
    "return a * (1 - np.exp(-lr * h * t))",
]
