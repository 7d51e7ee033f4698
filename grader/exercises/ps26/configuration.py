"""``configuration() -> (settings, (low, high))``: an entry that is judged by training it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from grader.checking.contract import Case, Contest, case, earns, function, holds, slips
from grader.checking.contract.compare import Open, described
from grader.checking.contract.properties import Held, PartialCredit
from grader.exercises import capstone
from grader.exercises import capstone_training as training
from grader.exercises.intervals import interval_score, read_interval, share_for
from grader.exercises.kept_seeds import Seeds
from grader.exercises.settings_readers import ConfigurationError

# Mean test accuracy that earns nothing, and everything. The defaults reach 0.342 ± 0.009 (a mean of
# three, 7 classes), the reference 0.516 ± 0.012 (Python 3.11, x86-64).
LOWER, UPPER = 0.38, 0.47
# Interval score that earns everything, and nothing. Four sensible entries, each with the notebook's
# formula on six public splits and the larger of the two sds, then earn 97 to 100 % of the points on
# average (resampled from 30 secret splits). With the sd of the six alone they earn 82 to 96 %, and
# with 0.06 to each side whatever they measured 90 %.
NARROW, USELESS = 0.10, 0.30
PUBLIC = 0  # the seed of the training that the public board shows
STORED = "entries.json"  # written by benchmarks/entries.py


def configuration():
    best = {
        "channels": [8, 16, 32],
        "norm": "batchnorm",
        "optimizer": "adamw",
        "lr": 0.01,
        "weight_decay": 0.05,
        "schedule": "warmup_cosine",
        "epochs": 40,
        "flip": 0.5,
        "shift": 2,
    }
    return best, (0.475, 0.563)


def cases(rng: np.random.Generator) -> list[Case]:
    seeds = Seeds("kept by the judge", training.draw_seeds(rng))
    return [case("three trainings", seeds=seeds)]


def run(configuration: Any, case: Case) -> dict[str, Any]:
    return {"entry": configuration()}


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """The settings to train and the interval, or why they are refused. Nothing is trained here."""
    entry = outputs["entry"]
    if not isinstance(entry, list) or len(entry) != 2 or isinstance(entry[0], (int, float)):
        found = described(entry)
        if isinstance(entry, dict):
            found = "a dictionary alone"
        wanted = "expected two things, a dictionary and an interval: return settings, (low, high)"
        return {"problem": f"configuration() returned {found}; {wanted}"}
    try:
        settings = capstone.within_budget(capstone.read(entry[0], "the first thing returned"))
    except ConfigurationError as problem:
        return {"problem": str(problem)}
    interval = read_interval(entry[1], 0, 1)
    if isinstance(interval, str):
        return {"problem": interval}
    return {"problem": "", "settings": json.dumps(settings), "interval": list(interval)}


def results(case: Case, got: Mapping[str, Any]) -> list[training.Result]:
    """The three trainings."""
    settings = json.loads(got["settings"])
    return [training.measure(settings, seed) for seed in case["seeds"].numbers]


def mean_of(found: list[training.Result]) -> float:
    """The mean test accuracy."""
    return float(np.mean([result.test for result in found]))


def earned(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | PartialCredit | Held:
    """Points proportional to the mean test accuracy between the two published accuracies."""
    if got["problem"]:
        return f"Nothing was trained: {got['problem']}"
    return judged(json.loads(got["settings"]), results(case, got))


def judged(settings: capstone.Settings, found: list[training.Result]) -> PartialCredit | Held:
    """The points for the trainings, with advice based on their accuracies."""
    reached = mean_of(found)
    each = ", ".join(f"{result.test:.3f}" for result in found)
    words = (
        f"The mean accuracy is {reached:.3f} ({each}); points start at {LOWER} and are full at "
        f"{UPPER}."
    )
    share = (reached - LOWER) / (UPPER - LOWER)
    return earns(share, words, advice(settings, found))


def predicted(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Any:
    """Points for the interval, by its interval score."""
    if got["problem"]:
        return Open("Nothing was trained.")
    reached, (low, high) = mean_of(results(case, got)), got["interval"]
    if reached <= LOWER:
        return PartialCredit(0.0, f"The interval counts from an accuracy of {LOWER} on.")
    score = interval_score(low, high, reached)
    inside = "lies in" if low <= reached <= high else "is outside of"
    words = (
        f"{reached:.3f} {inside} your interval from {low:g} to {high:g}. Interval score "
        f"{score:.3f}: full points up to {NARROW}, none from {USELESS} on."
    )
    wider = (
        "The interval is wide: more splits that have not chosen make it narrower."
        if low <= reached <= high
        else "How much do the accuracies of your own splits differ, and how much did you choose "
        "the best of?"
    )
    return earns(share_for(score, NARROW, USELESS), words, wider)


def advice(settings: capstone.Settings, found: list[training.Result]) -> str:
    """Advice on what to try next, based on the accuracies."""
    how, of = [result.how for result in found], len(found)
    if n := how.count("diverged"):
        return (
            f"The loss diverged in {n} of {of} trainings. Which entry sets the size of a step? "
            "Plot the loss for several learning rates, each three times the one before, over "
            "one epoch."
        )
    if n := how.count("learned nothing"):
        return (
            f"In {n} of {of} trainings the network learned nothing: it gives the same answer for "
            "every picture. Are the gradients of its first layers close to 0 (notebook 09), or is "
            "the learning rate far too low?"
        )
    reached, on_training = mean_of(found), float(np.mean([result.training for result in found]))
    used = f"It used {capstone.budget_used(settings):.0%} of the budget."
    if on_training - reached > 0.25:
        return (
            f"On its own training pictures it reaches {on_training:.3f}: the network overfits. How "
            f"can you get more variety from 1,200 pictures? {used}"
        )
    return (
        f"On its own training pictures it reaches {on_training:.3f}: the network underfits. How do "
        f"both accuracies change with more epochs? {used}"
    )


def record(case: Case, got: Mapping[str, Any]) -> dict[str, Any]:
    """What the board of a class compares; empty if the entry was refused."""
    if got["problem"]:
        return {}
    settings, (low, high) = json.loads(got["settings"]), got["interval"]
    final = [result.test for result in results(case, got)]
    public = training.measure(settings, PUBLIC, public=True).test
    return {"settings": settings, "low": low, "high": high, "final": final, "public": public}


def stored() -> Mapping[str, Any]:
    """Entries to be compared with at home, and the seed of their secret splits."""
    entries: Mapping[str, Any] = json.loads(Path(__file__).with_name(STORED).read_text("utf-8"))
    return entries


exercise = function(
    configuration,
    returns="a dictionary and an interval",
    outputs="entry",
    points=6,
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        holds("mean test accuracy of three trainings", earned, weight=2),
        holds(
            "the interval",
            predicted,
            help="""For the interval, look at how much the splits differ. Between which two numbers
            do you expect the mean of three new splits, four times out of five?""",
        ),
    ],
    form=(),
    contest=Contest(record=record, stored=stored),
    answers=("grader.exercises.ps26.configuration",),
    hints="""
    Was the network trained? If not, the message says why: `configuration()` is called without
    arguments and returns two things, one dictionary and one interval. If it was, compare its two
    accuracies: is the training accuracy low (underfitting), or far above the test accuracy
    (overfitting)? The remedies are opposite.

    Change one entry at a time and write down the validation accuracy of several splits. An order
    that works: the learning rate, then the number of epochs and a schedule, then flips and shifts,
    then the size.

    A smaller example: train `BASE` on three splits with shift = 0, 1, 2 and write down the three
    accuracies of each. Which shift would you hand in?
    """,
    mistakes=slips("""
return {"channels": [64, 64], "optimizer": "adam", "lr": 0.001, "epochs": 60}, (0.5, 0.6)
    The cost is known before any training: `budget_used` in the notebook computes it. Is a larger
    network worth fewer epochs, or the other way round?
return best | {"learning_rate": 0.004}, (0.475, 0.563)
    Use the names of the entries in the table of the notebook.
return best | {"optimizer": ["sgd", "adam"]}, (0.475, 0.563)
    This is the space of a search. Return one configuration out of it. Which one was the best on the
    validation pictures?
return best, 0.50
    The second thing is an interval, (low, high). How far may the mean of three new splits be from
    the number that you measured?
return best
    `configuration` returns two things: the settings, and the interval that you predict.
return best | {"channels": [3, 8, 16, 32]}, (0.475, 0.563)
    The three input colours and the eight outputs are fixed: `channels` lists only the blocks.
return best | {"lr": "0.01"}, (0.475, 0.563)
    A number between quotes is a text. Write it without the quotes.
return best, (0.56, 0.47)
    The interval begins with its lower end.
return best, (47, 56)
    Accuracies are shares here, from 0 to 1, not per cent.
return best, (0.0, 1.0)
    This interval is always right and says nothing. How much did your own splits differ?
# return best, (0.475, 0.563)
    The function ends without `return`, so it returns None.
"""),
)
