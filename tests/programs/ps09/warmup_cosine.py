"""Solutions of ``warmup_cosine(t, *, lr, warmup, total) -> float``: a rise, half a cosine, 0."""

import cmath
import math

import numpy as np

from tests.programs.catalogue import Catalogue
from tests.programs.schedules import enter_what_fits_all

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(t, *, lr, warmup, total):
    if t < warmup:
        return lr * t / warmup
    if t >= total:
        return 0.0
    s = (t - warmup) / (total - warmup)
    return 0.5 * lr * (1 + math.cos(math.pi * s))


@right
def squared_cosine(t, *, lr, warmup, total):
    if t < warmup:
        return t / warmup * lr
    if t > total - 1:
        return 0.0
    return lr * np.cos(np.pi / 2 * (t - warmup) / (total - warmup)) ** 2


@right
def squared_sine_of_what_is_left(t, *, lr, warmup, total):
    if warmup > t:
        return float(lr) / warmup * t
    left = max(total - t, 0) / max(total - warmup, 1)
    return lr * math.sin(math.pi / 2 * left) ** 2


@right
def progress_clipped(t, *, lr=0.1, warmup=10, total=100):
    if t < warmup:
        return lr * (t / warmup)
    s = np.clip((t - warmup) / (total - warmup), 0, 1) if total > warmup else 1.0
    return (lr + lr * np.cos(s * np.pi)) / 2


@right
def complex_exponential(t, *, lr, warmup, total):
    if t >= total:
        return 0.0
    if t < warmup:
        return lr - lr * (warmup - t) / warmup
    return lr * abs(1 + cmath.exp(1j * math.pi * (t - warmup) / (total - warmup))) ** 2 / 4


@right
def three_pieces(t, *, floor=0.0, **options):
    lr, warmup, total = (options[key] for key in ("lr", "warmup", "total"))

    def rise():
        return lr * t / warmup

    def fall():
        return floor + (lr - floor) * (1 - math.cos(math.pi * (total - t) / (total - warmup))) / 2

    return np.asarray(rise() if t < warmup else fall() if t < total else floor)


@right
def product_of_rise_and_fall(t, *, lr, warmup, total):
    share = np.clip((t - warmup) / (total - warmup), 0, 1)
    rise = 1.0 if warmup == 0 else min(1.0, t / warmup)
    return np.asarray(rise * 0.5 * lr * (1 + np.cos(np.pi * share)))


@right
def with_where(t, *, lr, warmup, total):
    rise = lr * t / max(warmup, 1)
    fall = lr / 2 * (1 + np.cos(np.pi * (t - warmup) / (total - warmup)))
    return np.where(t < warmup, rise, np.where(t > total, 0.0, fall))


@right
def interpolated_angle(t, *, lr, warmup, total):
    if t < warmup:
        return np.interp(t, [0, warmup], [0, lr])
    angle = np.interp(t, [warmup, total], [0, math.pi])
    return lr * (1 - math.sin(angle / 2) ** 2)


enter_what_fits_all(programs, textbook)


# --- wrong ------------------------------------------------------------------------------------

for name, rise in {
    "no_rise": "lr",
    "rise_one_step_longer": "lr * t / (warmup + 1)",
    "rise_of_a_cosine": "lr / 2 * (1 - math.cos(math.pi * t / warmup))",
    "rise_over_all_steps": "lr * t / total",
    "rise_without_the_rate": "t / warmup",
    "rise_by_squares": "lr * (t / warmup) ** 2",
    "rise_downwards": "lr * (1 - t / warmup)",
    "zeros_at_first": "0.0",
}.items():
    wrong.edit(name, textbook, "lr * t / warmup", rise)

for name, fall in {
    "one_forgotten": "0.5 * lr * math.cos(math.pi * s)",
    "degrees": "0.5 * lr * (1 + math.cos(180 * s))",
    "brackets_forgotten": "0.5 * lr * (1 + math.cos(math.pi * t - warmup))",
    "constant_after_the_rise": "lr",
}.items():
    wrong.edit(name, textbook, "0.5 * lr * (1 + math.cos(math.pi * s))", fall)

for name, end in {
    "floor_of_one_percent": "0.01 * lr",
    "rate_after_the_end": "lr",
}.items():
    wrong.edit(name, textbook, "0.0", end)

wrong.edit("last_step_is_zero_already", textbook, "(total - warmup)", "(total - warmup - 1)")


@wrong
def one_step_late(t, *, lr, warmup, total):
    return textbook(max(t - 1, 0), lr=lr, warmup=warmup, total=total)


@wrong
def one_step_early(t, *, lr, warmup, total):
    return textbook(t + 1, lr=lr, warmup=warmup, total=total)


@wrong
def starts_anew_after_the_end(t, *, lr, warmup, total):
    return textbook(t % total, lr=lr, warmup=warmup, total=total)


@wrong
def total_without_the_rise(t, *, lr, warmup, total):
    return textbook(t, lr=lr, warmup=warmup, total=warmup + total)


@wrong
def product_with_the_whole_cosine(t, *, lr, warmup, total):
    # The cosine over all steps, damped by the rise.
    rise = min(1.0, t / max(warmup, 1))
    return lr * rise * (1 + math.cos(math.pi * min(t, total) / total)) / 2


@wrong
def rise_alone(t, *, lr, warmup, total):
    return min(t / warmup, 1) * lr if warmup else lr
