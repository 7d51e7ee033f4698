"""Programs for ``cards``."""

import numpy as np

from grader.exercises.ps25.cards import cards as reference
from grader.exercises.ps25.new_pairs_interval import new_pairs_interval
from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds
right.add("reference", reference)

BATCHES = [0.045, 0.032, 0.058, 0.105, 0.025, 0.038, 0.052, 0.041, 0.048, 0.019, -0.003, 0.01]
SLOWER = [
    -0.051,
    -0.115,
    -0.046,
    -0.041,
    -0.16,
    -0.089,
    -0.039,
    -0.051,
    -0.135,
    -0.052,
    -0.13,
    -0.093,
]
WIDER = [0.054, 0.077, 0.159, 0.182, -0.006, 0.073, 0.032, 0.082, 0.087, 0.071, 0.026, 0.038]


def card(change, verdict, d, low=None, high=None):
    if low is None:
        low, high = new_pairs_interval(d, 6, 1.36)
    return {"change": change, "d": d, "low": low, "high": high, "verdict": verdict}


@right
def other_changes():
    return (
        card({"batch_size": 25}, "better", BATCHES),
        card({"channels": [8]}, "better", WIDER),
        card({"lr": 0.002}, "worse", SLOWER),
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
    three = []
    for one in reference():
        d = np.array(one["d"])
        half = 1.36 * np.sqrt(d.var(ddof=1) / 12 + d.var(ddof=1) / 6)
        three.append(one | {"low": d.mean() - half, "high": d.mean() + half})
    return three


def with_intervals(ends):
    """Three cards with ends(mean, s)."""
    three = []
    for one in reference():
        low, high = ends(np.mean(one["d"]), np.std(one["d"], ddof=1))
        three.append(one | {"low": low, "high": high})
    return three


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
def the_other_change_of_each_pair():
    """The differences the wrong way round, and intervals that follow from them."""
    return [
        card(one["change"], one["verdict"], [-number for number in one["d"]]) for one in reference()
    ]


@wrong
def one_mean_12_times():
    return [card(one["change"], one["verdict"], [np.mean(one["d"])] * 12) for one in reference()]


@wrong
def rules_of_thumb_without_a_measurement():
    return [
        card({"batch_size": 25}, "better", [0.05] * 12, 0.0, 0.1),
        card({"epochs": 16}, "better", [0.05] * 12, 0.0, 0.1),
        card({"lr": 0.001}, "worse", [-0.1] * 12, -0.15, -0.05),
    ]


@wrong
def a_harm_is_called_an_improvement():
    """Its pairs and interval are right: the first two cards only say "better"."""
    first, second, third = reference()
    harm = card(third["change"], "better", third["d"])
    return [harm, first, card({"batch_size": 25}, "better", BATCHES)]


@wrong
def the_third_verdict_upside_down():
    return [one | {"verdict": "better"} for one in reference()]


def changed(number, **entries):
    cards = reference()
    cards[number] |= entries
    return cards


wrong.add("a setting of section 4", lambda: changed(2, change={"init": "lecun_normal"}))
wrong.add("a dictionary of cards", lambda: dict(enumerate(reference())))
wrong.add("nothing is changed", lambda: changed(0, change={"lr": 0.01}))
wrong.add("an entry that BASE does not use", lambda: changed(0, change={"momentum": 0.9}))
wrong.add("over a card's budget", lambda: changed(1, change={"channels": [64, 64]}))
wrong.add("an unknown entry", lambda: changed(0, change={"colour": "red"}))
wrong.add("the interval upside down", lambda: changed(0, low=0.1, high=-0.1))
wrong.add("per cent", lambda: changed(0, low=-3, high=3))
wrong.add("differences in per cent", lambda: changed(0, d=[100 * x for x in reference()[0]["d"]]))
wrong.add("no number among the differences", lambda: changed(0, d=[None] * 12))
wrong.add("no interval", lambda: [{"change": {"lr": 0.1}, "verdict": "better"}] * 3)
wrong.add("the text of the cards", lambda: str(reference()))

programs.beside_the_point = [
    "return [card | {'low': -1, 'high': 1} for card in right()]",
    "return right()[:2]",
    "the mean and two hundredths",
    "rules_of_thumb_without_a_measurement",
]
