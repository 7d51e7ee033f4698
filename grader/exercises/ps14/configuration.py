"""``configuration() -> dict``: a network described by plain data, judged by training it."""

import json
from typing import Any

import numpy as np

from grader.checking import Case, Exercise, Mistake, _, case, holds
from grader.checking.properties import Held, Partly
from grader.exercises import capstone


def cases(rng: np.random.Generator) -> list[Case]:
    seeds = capstone.Seeds(_("kept by the judge"), capstone.draw_seeds(rng))
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


def earned(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | Partly | Held:
    """Points in proportion to the mean test accuracy between the two published ones."""
    if got["problem"]:
        return _("Nothing was trained: {problem}").format(problem=got["problem"])
    settings = json.loads(got["settings"])
    results = [capstone.measure(settings, seed) for seed in case["seeds"].numbers]
    return judged(settings, results)


def judged(settings: capstone.Settings, results: list[capstone.Result]) -> Partly | Held:
    """What the trainings earn, and what their numbers say."""
    reached = float(np.mean([result.test for result in results]))
    share = (reached - capstone.LOWER) / (capstone.UPPER - capstone.LOWER)
    words = _(
        "{reached:.3f} on average ({each}); points begin at {lower} and are full at {upper}."
    ).format(
        reached=reached,
        each=", ".join(f"{result.test:.3f}" for result in results),
        lower=capstone.LOWER,
        upper=capstone.UPPER,
    )
    if share >= 1:
        return Held(words)
    return Partly(max(share, 0.0), f"{words} {advice(settings, results)}")


def advice(settings: capstone.Settings, results: list[capstone.Result]) -> str:
    """What the numbers say about the next thing to try."""
    how = [result.how for result in results]
    if "diverged" in how:
        return _(
            "The loss diverged in {n} of {of} trainings. Which entry sets the size of a step? Plot "
            "the loss for learning rates a factor of 3 apart, over one epoch each."
        ).format(n=how.count("diverged"), of=len(how))
    if "learned nothing" in how:
        return _(
            "In {n} of {of} trainings nothing was learned: the network gives the same answer for "
            "every image. Are the gradients of its first layers close to 0 (notebook 06), or is "
            "the learning rate far too low?"
        ).format(n=how.count("learned nothing"), of=len(how))
    reached, training = (
        float(np.mean([getattr(result, part) for result in results]))
        for part in ("test", "training")
    )
    used = _("It used {used:.0%} of the budget.").format(used=capstone.budget_used(settings))
    if training - reached > 0.06:
        return _(
            "On its own training images it reaches {training:.3f}: the network overfits. How can "
            "1,000 images be made to look like more? {used}"
        ).format(training=training, used=used)
    return _(
        "On its own training images it reaches {training:.3f}, hardly more than on new ones: it "
        "underfits. What happens to both with more epochs? {used}"
    ).format(training=training, used=used)


def configuration() -> dict[str, Any]:
    """A hidden layer, shifted images, Adam, and a rate that falls to zero."""
    return {
        "layers": [128],
        "optimizer": "adam",
        "lr": 0.004,
        "schedule": "warmup_cosine",
        "batch_size": 50,
        "epochs": 36,
        "shift": 2,
    }


def over_budget() -> dict[str, Any]:
    return {"layers": [512, 512], "optimizer": "adam", "lr": 0.001, "epochs": 60, "shift": 2}


def learning_rate_spelled_out() -> dict[str, Any]:
    return {"layers": [128], "optimizer": "adam", "learning_rate": 0.004, "shift": 2}


def search_space() -> dict[str, Any]:
    return {"layers": [128], "optimizer": ["sgd", "adam"], "lr": [0.1, 0.01, 0.001]}


def best_of_a_search() -> Any:
    return {"layers": [128], "optimizer": "adam", "lr": 0.004, "shift": 2}, 0.951


def inputs_and_outputs_among_the_layers() -> dict[str, Any]:
    return {"layers": [784, 128, 10], "optimizer": "adam", "lr": 0.004, "shift": 2}


def number_as_text() -> dict[str, Any]:
    return {"layers": [128], "optimizer": "adam", "lr": "0.001", "shift": 2}


def returns_nothing() -> None:
    best = {"layers": [128], "optimizer": "adam", "lr": 0.004, "shift": 2}
    print(best)


exercise = Exercise(
    name="configuration",
    takes=("configuration",),
    points=6,
    reference=(configuration,),
    cases=cases,
    run=run,
    observe=observe,
    judge=[holds(_("mean test accuracy of three trainings"), earned)],
    mistakes=[
        Mistake(
            over_budget,
            hint=_(
                "The cost is known before any training: `budget_used` in the notebook computes it. "
                "Is a larger network worth fewer epochs, or the other way round?"
            ),
        ),
        Mistake(
            learning_rate_spelled_out,
            hint=_("The names of the entries are those of the table in the notebook."),
        ),
        Mistake(
            search_space,
            hint=_(
                "That is the space of a search. To be judged it takes one configuration out of "
                "it: which one was the best on the validation split?"
            ),
        ),
        Mistake(
            best_of_a_search,
            hint=_(
                "`random_search` returns a pair, the configuration and its score. Which of the "
                "two is asked for here?"
            ),
        ),
        Mistake(
            inputs_and_outputs_among_the_layers,
            hint=_(
                "The 784 inputs and the 10 outputs are always there: `layers` lists the hidden "
                "layers alone."
            ),
        ),
        Mistake(
            number_as_text,
            hint=_("A number between quotes is a text. Write it without the quotes."),
        ),
        Mistake(
            returns_nothing,
            hint=_("The function ends without `return`, so it returns None."),
        ),
    ],
    answers=("grader.exercises.ps14.configuration",),
    returns="a dictionary of names, numbers and lists",
    hints=(
        _(
            "Was it trained? If not, the message names the entry to repair. If it was, compare its "
            "two accuracies: is the one on training images low (underfitting), or far above the "
            "one on test images (overfitting)? The remedies are opposite."
        ),
        _(
            "Change one entry at a time and write down the validation accuracy. An order that "
            "works: the learning rate, then the number of epochs and a schedule, then what makes "
            "1,000 images look like more, then the size."
        ),
        _(
            "A smaller example: train with 500 images for 30 epochs with shift = 0, 1, 2, 3, from "
            "two random seeds each, and write down the mean validation accuracy. Which of the four "
            "would you hand in, and is its lead larger than the difference between the two seeds?"
        ),
    ),
)
