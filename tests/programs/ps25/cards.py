"""Programs for ``cards``."""

import numpy as np

from grader.exercises.ps25.cards import cards as reference
from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds
right.add("reference", reference)


OTHERS = ["no difference", "worse", "better", "better", "better"]


def card(change, low, high, verdict):
    return {"change": change, "low": low, "high": high, "verdict": verdict}


@right
def other_changes():
    return (
        card({"lr": 0.003}, -0.07, -0.03, "worse"),
        card({"epochs": 20}, 0.01, 0.08, "better"),
        card({"activation": "leaky_relu"}, -0.02, 0.02, "no difference"),
        card({"batch_size": 25}, 0.0, 0.06, "better"),
        card({"channels": [6]}, 0.01, 0.08, "better"),
    )


@right
def numbers_of_numpy():
    return [
        one | {"low": np.float32(one["low"]), "high": np.array(one["high"])} for one in reference()
    ]


@wrong
def all_verdicts_upside_down():
    return [
        one | {"verdict": other, "low": -one["high"] - 0.2, "high": -one["low"] - 0.2}
        for one, other in zip(reference(), OTHERS, strict=True)
    ]


@wrong
def everything_is_possible():
    return [
        one | {"low": -1, "high": 1, "verdict": other}
        for one, other in zip(reference(), OTHERS, strict=True)
    ]


def changed(number, **entries):
    cards = reference()
    cards[number] |= entries
    return cards


def absurd(change):
    return card(change, -0.25, -0.1, "worse")


@wrong
def four_ruined_trainings():
    ruined = map(absurd, ({"lr": 1e-5}, {"epochs": 1}, {"batch_size": 600}, {"shift": 4}))
    return [*ruined, card({"side": 32}, 0.0, 0.11, "better")]


@wrong
def two_cards_from_section_4_and_two_ruins():
    return [
        card({"weight_decay": 0.1}, -0.01, 0.01, "no difference"),
        card({"flip": 0.5}, -0.03, 0.03, "no difference"),
        card({"lr": 0.0003}, -0.23, -0.15, "worse"),
        card({"epochs": 2}, -0.15, -0.09, "worse"),
        card({"channels": [16]}, 0.03, 0.11, "better"),
    ]


@wrong
def common_advice_without_a_measurement():
    return [
        card({"norm": "batchnorm"}, 0.0, 0.1, "better"),
        card({"dropout": 0.3}, -0.06, 0.0, "worse"),
        card({"epochs": 30}, 0.0, 0.1, "better"),
        card({"init": "glorot_normal"}, -0.02, 0.02, "no difference"),
        card({"activation": "gelu"}, -0.02, 0.03, "no difference"),
    ]


@wrong
def more_computing_three_times():
    return [
        card({"channels": [16]}, 0.03, 0.11, "better"),
        card({"side": 32}, 0.01, 0.08, "better"),
        card({"epochs": 30}, 0.0, 0.08, "better"),
        card({"shift": 1}, -0.03, 0.03, "no difference"),
        card({"batch_size": 600}, -0.20, -0.10, "worse"),
    ]


@wrong(chance="a fourth verdict or a narrow interval is right on some divisions")
def usual_advice_at_the_same_cost():
    return [
        card({"lr": 0.05}, 0.0, 0.06, "better"),
        card({"shift": 2}, 0.0, 0.06, "better"),
        card({"epochs": 30}, 0.0, 0.08, "better"),
        card({"activation": "leaky_relu"}, -0.02, 0.02, "no difference"),
        card({"batch_size": 600}, -0.20, -0.10, "worse"),
    ]


@wrong
def rules_of_thumb_within_a_tenth():
    return [
        card({"channels": [6]}, 0.0, 0.1, "better"),
        card({"batch_size": 25}, 0.0, 0.1, "better"),
        card({"epochs": 16}, 0.0, 0.1, "better"),
        card({"activation": "leaky_relu"}, -0.05, 0.05, "no difference"),
        card({"lr": 0.001}, -0.15, -0.05, "worse"),
    ]


wrong.add("a setting of section 4", lambda: changed(3, change={"init": "lecun_normal"}))
wrong.add("a dictionary of cards", lambda: dict(enumerate(reference())))
wrong.add("nothing is changed", lambda: changed(0, change={"lr": 0.01}))
wrong.add("an entry that BASE does not use", lambda: changed(0, change={"momentum": 0.9}))
wrong.add("over a card's budget", lambda: changed(0, change={"channels": [64, 64]}))
wrong.add("an unknown entry", lambda: changed(0, change={"colour": "red"}))
wrong.add("the interval upside down", lambda: changed(0, low=0.1, high=-0.1))
wrong.add("per cent", lambda: changed(0, low=-3, high=3))
wrong.add("no interval", lambda: [{"change": {"flip": 0.5}, "verdict": "better"}] * 5)
wrong.add("the text of the cards", lambda: str(reference()))

programs.beside_the_point = [
    "return [card | {'low': -1, 'high': 1, 'verdict': other} for card, other in zip(right(), ['no difference', 'worse', 'better', 'better', 'better'])]",
    "return right()[:4]",
]
