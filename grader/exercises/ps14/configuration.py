"""``configuration() -> dict``: a network described by plain data, judged by training it."""

import json
from typing import Any

import numpy as np

from grader.checking.contract import Case, case, function, holds
from grader.checking.contract.properties import Held, PartialCredit
from grader.exercises import capstone


def configuration():
    best = {
        "layers": [128],
        "optimizer": "adam",
        "lr": 0.004,
        "schedule": "warmup_cosine",
        "batch_size": 50,
        "epochs": 36,
        "shift": 2,
    }
    return best


def cases(rng: np.random.Generator) -> list[Case]:
    seeds = capstone.Seeds("kept by the judge", capstone.draw_seeds(rng))
    return [case("three trainings", seeds=seeds)]


def run(configuration: Any, case: Case) -> dict[str, Any]:
    return {"configuration": configuration()}


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """The settings to train, or why they are refused. Nothing is trained here."""
    try:
        settings = capstone.within_budget(capstone.read(outputs["configuration"]))
    except capstone.ConfigurationError as problem:
        return {"problem": str(problem)}
    return {"problem": "", "settings": json.dumps(settings)}


def earned(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | PartialCredit | Held:
    """Points proportional to the mean test accuracy between the two published accuracies."""
    if got["problem"]:
        return f"Nothing was trained: {got['problem']}"
    settings = json.loads(got["settings"])
    results = [capstone.measure(settings, seed) for seed in case["seeds"].numbers]
    return judged(settings, results)


def judged(settings: capstone.Settings, results: list[capstone.Result]) -> PartialCredit | Held:
    """The points for the trainings, with advice based on their accuracies."""
    reached = float(np.mean([result.test for result in results]))
    share = (reached - capstone.LOWER) / (capstone.UPPER - capstone.LOWER)
    each = ", ".join(f"{result.test:.3f}" for result in results)
    words = (
        f"The mean accuracy is {reached:.3f} ({each}); points start at {capstone.LOWER} and are "
        f"full at {capstone.UPPER}."
    )
    if share >= 1:
        return Held(words)
    return PartialCredit(max(share, 0.0), f"{words} {advice(settings, results)}")


def advice(settings: capstone.Settings, results: list[capstone.Result]) -> str:
    """Advice on what to try next, based on the accuracies."""
    how, of = [result.how for result in results], len(results)
    if n := how.count("diverged"):
        return (
            f"The loss diverged in {n} of {of} trainings. Which entry sets the size of a step? "
            "Plot the loss for several learning rates, each three times the one before, over "
            "one epoch."
        )
    if n := how.count("learned nothing"):
        return (
            f"In {n} of {of} trainings the network learned nothing: it gives the same answer for "
            "every image. Are the gradients of its first layers close to 0 (notebook 06), or is "
            "the learning rate far too low?"
        )
    reached, training = (
        float(np.mean([getattr(result, part) for result in results]))
        for part in ("test", "training")
    )
    used = f"It used {capstone.budget_used(settings):.0%} of the budget."
    if training - reached > 0.06:
        return (
            f"On its own training images it reaches {training:.3f}: the network overfits. How "
            f"can you get more variety from 1,000 images? {used}"
        )
    return (
        f"On its own training images it reaches {training:.3f}, hardly more than on new ones: "
        f"the network underfits. How do both accuracies change with more epochs? {used}"
    )


exercise = function(
    configuration,
    returns="a dictionary of names, numbers and lists",
    outputs="configuration",
    points=6,
    cases=cases,
    run=run,
    observe=observe,
    judge=[holds("mean test accuracy of three trainings", earned)],
    form=(),
    class_wide=True,
    answers=("grader.exercises.ps14.configuration",),
    hints="""
    Was the network trained? If not, the message says why: `configuration()` is called without
    arguments and returns one dictionary. If it was, compare its two accuracies: is the training
    accuracy low (underfitting), or far above the test accuracy (overfitting)? The remedies are
    opposite.

    Change one entry at a time and write down the validation accuracy. An order that works: the
    learning rate, then the number of epochs and a schedule, then augmentation and regularisation,
    then the size.

    A smaller example: train with 500 images for 30 epochs with shift = 0, 1, 2, 3, from two random
    seeds each, and write down the mean validation accuracy. Which of the four would you hand in,
    and is its advantage larger than the difference between the two seeds?
    """,
)

exercise.slips("""
return {"layers": [512, 512], "optimizer": "adam", "lr": 0.001, "epochs": 60, "shift": 2}
    The cost is known before any training: `budget_used` in the notebook computes it. Is a larger
    network worth fewer epochs, or the other way round?
return best | {"learning_rate": 0.004}
    Use the names of the entries in the table of the notebook.
return best | {"optimizer": ["sgd", "adam"]}
    This is the space of a search. Return one configuration out of it. Which one was the best on the
    validation split?
return best, 0.951
    `random_search` returns a pair, the configuration and its score. Return only the configuration.
return best | {"layers": [784, 128, 10]}
    The 784 inputs and the 10 outputs are fixed: `layers` lists only the hidden layers.
return best | {"lr": "0.001"}
    A number between quotes is a text. Write it without the quotes.
# return best
    The function ends without `return`, so it returns None.
""")
