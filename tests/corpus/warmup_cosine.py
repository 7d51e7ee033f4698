"""Solutions of ``warmup_cosine(t, *, lr, warmup, total) -> float``: a rise, half a cosine, 0."""

import cmath
import functools
import math

import numpy as np

from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(t, *, lr, warmup, total):
    if t < warmup:
        return lr * t / warmup
    if t >= total:
        return 0.0
    return 0.5 * lr * (1 + math.cos(math.pi * (t - warmup) / (total - warmup)))


@put(RIGHT)
def squared_cosine(t, *, lr, warmup, total):
    if t < warmup:
        return t / warmup * lr
    if t > total - 1:
        return 0.0
    return lr * np.cos(np.pi / 2 * (t - warmup) / (total - warmup)) ** 2


@put(RIGHT)
def squared_sine_of_what_is_left(t, *, lr, warmup, total):
    if warmup > t:
        return float(lr) / warmup * t
    left = max(total - t, 0) / max(total - warmup, 1)
    return lr * math.sin(math.pi / 2 * left) ** 2


@put(RIGHT)
def progress_clipped(t, *, lr=0.1, warmup=10, total=100):
    if t < warmup:
        return lr * (t / warmup)
    s = np.clip((t - warmup) / (total - warmup), 0, 1) if total > warmup else 1.0
    return (lr + lr * np.cos(s * np.pi)) / 2


@put(RIGHT)
def complex_exponential(t, *, lr, warmup, total):
    if t >= total:
        return 0.0
    if t < warmup:
        return lr - lr * (warmup - t) / warmup
    return lr * abs(1 + cmath.exp(1j * math.pi * (t - warmup) / (total - warmup))) ** 2 / 4


@put(RIGHT)
def three_pieces(t, *, floor=0.0, **options):
    lr, warmup, total = (options[key] for key in ("lr", "warmup", "total"))

    def rise():
        return lr * t / warmup

    def fall():
        return floor + (lr - floor) * (1 - math.cos(math.pi * (total - t) / (total - warmup))) / 2

    return np.asarray(rise() if t < warmup else fall() if t < total else floor)


RIGHT["partially_applied"] = (functools.partial(three_pieces, floor=0),)


@put(FORM)
def list_of_one(t, *, lr, warmup, total):  # [rate]
    return [textbook(t, lr=lr, warmup=warmup, total=total)]


@put(FORM)
def array_of_shape_one(t, *, lr, warmup, total):  # (1,)
    return np.atleast_1d(textbook(t, lr=lr, warmup=warmup, total=total))


@put(FORM)
def comma_too_many(t, *, lr, warmup, total):  # (rate,)
    return (textbook(t, lr=lr, warmup=warmup, total=total),)


@put(EITHER)
def single_precision(t, *, lr, warmup, total):
    return np.float32(textbook(t, lr=lr, warmup=warmup, total=total))


# A whole number for the end.
@put(EITHER)
def whole_zero(t, *, lr, warmup, total):
    return 0 if t >= total else textbook(t, lr=lr, warmup=warmup, total=total)


# Whether a rise may take all the steps is not said: here it divides by zero at t = total.
@put(EITHER)
def after_total_only(t, *, lr, warmup, total):
    if t < warmup:
        return lr * t / warmup
    if t > total:
        return 0.0
    return 0.5 * lr * (1 + math.cos(math.pi * (t - warmup) / (total - warmup)))


# Whether there may be no rise at all is not said: here it divides by zero.
@put(EITHER)
def rise_by_the_minimum(t, *, lr, warmup, total):
    return min(t / warmup, 1) * textbook(max(t, warmup), lr=lr, warmup=warmup, total=total)


# --- wrong ------------------------------------------------------------------------------------


@put(WRONG)
def negative(t, *, lr, warmup, total):
    return -textbook(t, lr=lr, warmup=warmup, total=total)


@put(WRONG)
def one_step_late(t, *, lr, warmup, total):
    return textbook(max(t - 1, 0), lr=lr, warmup=warmup, total=total)


@put(WRONG)
def one_step_early(t, *, lr, warmup, total):
    return textbook(t + 1, lr=lr, warmup=warmup, total=total)


@put(WRONG)
def text(t, *, lr, warmup, total):
    return str(textbook(t, lr=lr, warmup=warmup, total=total))


@put(WRONG)
def printed(t, *, lr, warmup, total):
    print(textbook(t, lr=lr, warmup=warmup, total=total))


def variant(
    t,
    *,
    lr,
    warmup,
    total,
    rise=lambda t, lr, w, n: lr * t / w,
    fall=lambda t, lr, w, n: lr / 2 * (1 + math.cos(math.pi * (t - w) / (n - w))),
    end=lambda t, lr, w, n: 0.0,
):
    """With places to go wrong."""
    part = rise if t < warmup else fall if t < total else end
    return float(part(t, lr, warmup, total))


def cosine(s):
    return (1 + math.cos(math.pi * s)) / 2


for name, spoilt in {
    "no_rise": {"rise": lambda t, lr, w, n: lr},
    "rise_from_one": {"rise": lambda t, lr, w, n: lr * (t + 1) / w},
    "rise_one_step_longer": {"rise": lambda t, lr, w, n: lr * t / (w + 1)},
    "rise_of_a_cosine": {"rise": lambda t, lr, w, n: lr * (1 - cosine(t / w))},
    "rise_over_all_steps": {"rise": lambda t, lr, w, n: lr * t / n},
    "rise_without_the_rate": {"rise": lambda t, lr, w, n: t / w},
    "rise_by_squares": {"rise": lambda t, lr, w, n: lr * (t / w) ** 2},
    "rise_downwards": {"rise": lambda t, lr, w, n: lr * (1 - t / w)},
    "zeros_at_first": {"rise": lambda t, lr, w, n: 0.0},
    "cosine_from_the_start": {"fall": lambda t, lr, w, n: lr * cosine(t / n)},
    "cosine_over_all_steps": {"fall": lambda t, lr, w, n: lr * cosine((t - w) / n)},
    "cosine_of_half_the_angle": {
        "fall": lambda t, lr, w, n: lr * math.cos(math.pi / 2 * (t - w) / (n - w))
    },
    "half_forgotten": {"fall": lambda t, lr, w, n: 2 * lr * cosine((t - w) / (n - w))},
    "one_forgotten": {"fall": lambda t, lr, w, n: lr / 2 * math.cos(math.pi * (t - w) / (n - w))},
    "whole_turn": {"fall": lambda t, lr, w, n: lr * cosine(2 * (t - w) / (n - w))},
    "degrees": {"fall": lambda t, lr, w, n: lr / 2 * (1 + math.cos(180 * (t - w) / (n - w)))},
    "pi_forgotten": {"fall": lambda t, lr, w, n: lr / 2 * (1 + math.cos((t - w) / (n - w)))},
    "cosine_upwards": {"fall": lambda t, lr, w, n: lr * (1 - cosine((t - w) / (n - w)))},
    "straight_down": {"fall": lambda t, lr, w, n: lr * (n - t) / (n - w)},
    "brackets_forgotten": {"fall": lambda t, lr, w, n: lr / 2 * (1 + math.cos(math.pi * t - w))},
    "last_step_is_zero_already": {
        "fall": lambda t, lr, w, n: lr * cosine((t - w) / max(n - w - 1, 1))
    },
    "floor_of_one_percent": {"end": lambda t, lr, w, n: 0.01 * lr},
    "rises_again_after_the_end": {
        "end": lambda t, lr, w, n: lr * cosine((t - w) / (n - w)) if n > w else 0.0
    },
    "rate_after_the_end": {"end": lambda t, lr, w, n: lr},
    "constant_after_the_rise": {"fall": lambda t, lr, w, n: lr},
}.items():
    WRONG[name] = (functools.partial(variant, **spoilt),)


@put(WRONG)
def starts_anew_after_the_end(t, *, lr, warmup, total):
    return textbook(t % total, lr=lr, warmup=warmup, total=total)


@put(WRONG)
def product_of_both(t, *, lr, warmup, total):
    # The cosine over all steps, damped by the rise.
    return lr * min(1.0, t / max(warmup, 1)) * cosine(min(t, total) / total)


@put(WRONG)
def total_after_the_rise(t, *, lr, warmup, total):
    # As if total did not count the steps of the rise.
    return textbook(t, lr=lr, warmup=warmup, total=warmup + total)


@put(WRONG)
def no_warm_up(t, *, lr, warmup, total):
    return lr * cosine(min(t, total) / total)
