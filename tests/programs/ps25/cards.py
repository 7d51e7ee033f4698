"""Programs for ``cards``."""

import numpy as np

from grader.exercises.ps25.cards import cards as reference
from grader.exercises.ps25.new_pairs_interval import new_pairs_interval
from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds
right.add("reference", reference)

WIDER = [0.061, 0.006, 0.114, 0.15, -0.009, 0.032, 0.032, 0.016, 0.077, 0.084, 0.006, 0.022]
BATCHES = [0.045, 0.032, 0.058, 0.105, 0.025, 0.038, 0.052, 0.041, 0.048, 0.019, -0.003, 0.01]
FASTER = [n / 1000 for n in (-125, -35, -68, -22, -28, -29, -3, -22, -106, 13, -68, -35)]


def card(change, d, low=None, high=None):
    if low is None:
        low, high = new_pairs_interval(d, 6, 1.36)
    return {"change": change, "d": d, "low": low, "high": high}


@right
def a_tuple_in_another_order():
    return (
        card({"batch_size": 25.0}, tuple(BATCHES)),
        card({"channels": (6,)}, np.array(WIDER)),
    )


@right
def typed_with_three_decimals():
    return [one | {end: round(one[end], 3) for end in ("low", "high")} for one in reference()]


@right
def numbers_of_numpy():
    return [
        one
        | {"d": np.array(one["d"], np.float32)}
        | {"low": np.float32(one["low"]), "high": np.array(one["high"])}
        for one in reference()
    ]


@right
def the_formula_written_out():
    two = []
    for one in reference():
        d = np.array(one["d"])
        half = 1.36 * np.sqrt(d.var(ddof=1) / 12 + d.var(ddof=1) / 6)
        two.append(one | {"low": d.mean() - half, "high": d.mean() + half})
    return two


def with_intervals(ends):
    """Two cards with ends(mean, s)."""
    two = []
    for one in reference():
        low, high = ends(np.mean(one["d"]), np.std(one["d"], ddof=1))
        two.append(one | {"low": low, "high": high})
    return two


def to_each_side(factor):
    return lambda: with_intervals(lambda mean, s: (mean - factor(s), mean + factor(s)))


wrong.add("the mean and two hundredths", to_each_side(lambda s: 0.02))
wrong.add("two standard errors", to_each_side(lambda s: 2 * s / np.sqrt(12)))
wrong.add("own mean taken as exact", to_each_side(lambda s: 1.36 * s / np.sqrt(6)))
wrong.add("as if six pairs were measured", to_each_side(lambda s: 1.36 * s / np.sqrt(3)))
wrong.add("one new pair", to_each_side(lambda s: 1.36 * s * np.sqrt(1 + 1 / 12)))
wrong.add("for 95 %", to_each_side(lambda s: 2.2 * s * np.sqrt(1 / 12 + 1 / 6)))
wrong.add("without t", to_each_side(lambda s: s * np.sqrt(1 / 12 + 1 / 6)))


@wrong
def smallest_and_largest():
    return [one | {"low": min(one["d"]), "high": max(one["d"])} for one in reference()]


@wrong
def around_zero():
    return with_intervals(lambda mean, s: (-s * 0.603, s * 0.603))


@wrong
def the_differences_the_wrong_way_round():
    """And the intervals follow from them."""
    return [card(one["change"], [-number for number in one["d"]]) for one in reference()]


@wrong
def one_mean_12_times():
    return [card(one["change"], [np.mean(one["d"])] * 12) for one in reference()]


@wrong
def rules_of_thumb_without_a_measurement():
    return [
        card({"channels": [6]}, [0.05] * 12, 0.01, 0.09),
        card({"batch_size": 25}, [0.05] * 12, 0.01, 0.09),
    ]


@wrong
def the_differences_of_another_change():
    """A faster rate is worse, and its card has those of a card that is right."""
    first, second = reference()
    return [first, second | {"change": {"lr": 0.03}}]


@wrong
def a_harm_as_it_was_measured():
    return [reference()[0], card({"lr": 0.03}, FASTER)]


def changed(number, **entries):
    cards = reference()
    cards[number] |= entries
    return cards


wrong.add("a setting of section 4", lambda: changed(1, change={"init": "lecun_normal"}))
wrong.add("a dictionary of cards", lambda: dict(enumerate(reference())))
wrong.add("nothing is changed", lambda: changed(0, change={"lr": 0.01}))
wrong.add("an entry that BASE does not use", lambda: changed(0, change={"momentum": 0.9}))
wrong.add("more computing", lambda: changed(0, change={"channels": [8]}))
wrong.add("an unknown entry", lambda: changed(0, change={"colour": "red"}))
wrong.add("the interval upside down", lambda: changed(0, low=0.1, high=-0.1))
wrong.add("per cent", lambda: changed(0, low=-3, high=3))
wrong.add("differences in per cent", lambda: changed(0, d=[100 * x for x in reference()[0]["d"]]))
wrong.add("no number among the differences", lambda: changed(0, d=[None] * 12))
wrong.add("no interval", lambda: [{"change": {"lr": 0.1}}] * 2)
wrong.add("the text of the cards", lambda: str(reference()))

programs.beside_the_point = [
    "return [card | {'low': -1, 'high': 1} for card in right()]",
    "return right()[:1]",
    "smallest_and_largest",
    "rules_of_thumb_without_a_measurement",
]
