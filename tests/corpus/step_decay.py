"""Solutions of ``step_decay(t, *, lr, factor, every) -> float``: lr factor^floor(t / every)."""

import functools
import math

import numpy as np

from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(t, *, lr, factor, every):
    return lr * factor ** (t // every)


@put(RIGHT)
def floor(t, *, lr, factor, every):
    return lr * math.pow(factor, math.floor(t / every))


@put(FORM)
def loop(t, *, lr, factor, every):  # t as a float raises TypeError
    for _ in range(every, t + 1, every):
        lr = lr * factor
    return float(lr)


@put(FORM)
def reduced(t, *, lr, factor, every):  # t as a float raises TypeError
    return functools.reduce(lambda rate, _: factor * rate, range(t // every), lr)


@put(RIGHT)
def quotient_and_rest(t, *, lr=0.1, factor=0.5, every=10):
    drops, _ = divmod(t, every)
    return np.float64(lr) * np.power(float(factor), drops)


@put(FORM)
def steps_counted(t, *, lr, factor, every):  # t as a float raises TypeError
    return lr * math.prod(factor for s in range(1, t + 1) if s % every == 0)


@put(RIGHT)
def rest_taken_away(t, *, every, **options):
    return np.asarray(options["lr"] * options["factor"] ** ((t - t % every) / every))


RIGHT["partially_applied"] = (functools.partial(quotient_and_rest, lr=0.3),)


@put(FORM)
def list_of_one(t, *, lr, factor, every):  # [rate]
    return [textbook(t, lr=lr, factor=factor, every=every)]


@put(FORM)
def array_of_shape_one(t, *, lr, factor, every):  # (1,)
    return np.atleast_1d(textbook(t, lr=lr, factor=factor, every=every))


@put(FORM)
def comma_too_many(t, *, lr, factor, every):  # (rate,)
    return (textbook(t, lr=lr, factor=factor, every=every),)


@put(EITHER)
def single_precision(t, *, lr, factor, every):
    return np.float32(textbook(t, lr=lr, factor=factor, every=every))


# --- wrong ------------------------------------------------------------------------------------


@put(WRONG)
def negative(t, *, lr, factor, every):
    return -textbook(t, lr=lr, factor=factor, every=every)


@put(WRONG)
def all_rates_so_far(t, *, lr, factor, every):
    return [textbook(s, lr=lr, factor=factor, every=every) for s in range(1, t + 2)]


@put(WRONG)
def one_step_late(t, *, lr, factor, every):
    return textbook(max(t - 1, 0), lr=lr, factor=factor, every=every)


@put(WRONG)
def one_step_early(t, *, lr, factor, every):
    return textbook(t + 1, lr=lr, factor=factor, every=every)


@put(WRONG)
def rounded(t, *, lr, factor, every):
    return round(textbook(t, lr=lr, factor=factor, every=every), 1)


@put(WRONG)
def text(t, *, lr, factor, every):
    return str(textbook(t, lr=lr, factor=factor, every=every))


@put(WRONG)
def printed(t, *, lr, factor, every):
    print(textbook(t, lr=lr, factor=factor, every=every))


for name, formula in {
    "smooth": lambda t, *, lr, factor, every: lr * factor ** (t / every),
    "rounded_to_the_nearest": lambda t, *, lr, factor, every: lr * factor ** round(t / every),
    "rounded_up": lambda t, *, lr, factor, every: lr * factor ** math.ceil(t / every),
    "every_step": lambda t, *, lr, factor, every: lr * factor**t,
    "product_for_power": lambda t, *, lr, factor, every: lr * factor * (t // every),
    "once_only": lambda t, *, lr, factor, every: lr * factor if t >= every else lr,
    "at_multiples_only": lambda t, *, lr, factor, every: lr * factor if t % every == 0 else lr,
    "rest_for_quotient": lambda t, *, lr, factor, every: lr * factor ** (t % every),
    "drop_from_the_start": lambda t, *, lr, factor, every: lr * factor ** (t // every + 1),
    "factor_taken_off": lambda t, *, lr, factor, every: lr * (1 - factor) ** (t // every),
    "divided": lambda t, *, lr, factor, every: lr / factor ** (t // every),
    "subtracted": lambda t, *, lr, factor, every: lr - factor * (t // every),
    "rate_in_the_power": lambda t, *, lr, factor, every: (lr * factor) ** (t // every),
    "rate_ignored": lambda t, *, lr, factor, every: factor ** (t // every),
    "factor_of_its_own": lambda t, *, lr, factor, every: lr * 0.5 ** (t // every),
    "interval_of_its_own": lambda t, *, lr, factor, every: lr * factor ** (t // 10),
    "quotient_upside_down": lambda t, *, lr, factor, every: lr * factor ** (every // (t + 1)),
    "constant": lambda t, *, lr, factor, every: float(lr),
    "two_drops_at_most": lambda t, *, lr, factor, every: lr * factor ** min(t // every, 2),
    "inverse_of_the_number": lambda t, *, lr, factor, every: lr / (1 + factor * (t // every)),
    "linear_down": lambda t, *, lr, factor, every: lr * max(0.0, 1 - (1 - factor) * t / every),
}.items():
    WRONG[name] = (formula,)
