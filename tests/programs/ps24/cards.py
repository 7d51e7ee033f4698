"""Programs for ``cards``."""

import numpy as np

from grader.exercises.ps24.cards import cards as reference
from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds
right.add("reference", reference)


def card(change, low, high, verdict):
    return {"change": change, "low": low, "high": high, "verdict": verdict}


@right
def other_changes():
    return (
        card({"epochs": 1}, -0.18, -0.1, "worse"),
        card({"epochs": 16}, 0.02, 0.08, "better"),
        card({"optimizer": "sgd"}, -0.19, -0.07, "worse"),
        card({"dropout": 0.3}, -0.04, 0.01, "no difference"),
        card({"shift": 1}, -0.04, 0.04, "no difference"),
    )


@right
def numbers_of_numpy():
    return [
        one | {"low": np.float32(one["low"]), "high": np.array(one["high"])} for one in reference()
    ]


@wrong
def all_verdicts_upside_down():
    others = ["worse", "no difference", "worse", "better", "better"]
    return [
        one | {"verdict": other, "low": -one["high"], "high": -one["low"]}
        if one["verdict"] != "no difference"
        else one | {"verdict": other, "low": -0.3, "high": -0.2}
        for one, other in zip(reference(), others, strict=True)
    ]


@wrong
def everything_is_possible():
    verdicts = ["worse", "worse", "no difference", "better", "better"]
    return [
        one | {"low": -1, "high": 1, "verdict": verdict}
        for one, verdict in zip(reference(), verdicts, strict=True)
    ]


def changed(number, **entries):
    cards = reference()
    cards[number] |= entries
    return cards


def absurd(change):
    return card(change, -0.25, -0.1, "worse")


@wrong
def four_ruined_trainings():
    ruined = map(absurd, ({"lr": 1e-5}, {"lr": 10.0}, {"epochs": 1}, {"batch_size": 600}))
    return [*ruined, card({"epochs": 60}, 0.0, 0.11, "better")]


wrong.add("a dictionary of cards", lambda: dict(enumerate(reference())))
wrong.add("nothing is changed", lambda: changed(0, change={"lr": 0.01}))
wrong.add("an entry that BASE does not use", lambda: changed(0, change={"momentum": 0.9}))
wrong.add("over a card's budget", lambda: changed(0, change={"channels": [64, 64]}))
wrong.add("an unknown entry", lambda: changed(0, change={"colour": "red"}))
wrong.add("the interval upside down", lambda: changed(0, low=0.1, high=-0.1))
wrong.add("per cent", lambda: changed(0, low=-3, high=3))
wrong.add("no interval", lambda: [{"change": {"flip": 0.5}, "verdict": "better"}] * 5)
wrong.add("the text of the cards", lambda: str(reference()))
