"""``configuration() -> dict``: a network described by plain data, judged by training it."""

from typing import Any

import numpy as np

from grader.checking import Case, Exercise, Mistake, _, case, holds
from grader.checking.properties import Partly
from grader.exercises import capstone


def cases(rng: np.random.Generator) -> list[Case]:
    seeds = rng.choice(capstone.POOL, size=capstone.N_TRAININGS, replace=False)
    return [case("three trainings", seeds=sorted(seeds.tolist()))]


def run(configuration: Any, case: Case) -> dict[str, Any]:
    return {"configuration": configuration()}


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """What came of training it, or why it was not trained."""
    try:
        settings = capstone.within_budget(capstone.read(outputs["configuration"]))
    except capstone.ConfigurationError as problem:
        return {"problem": str(problem)}
    results = [capstone.measure(settings, seed) for seed in case["seeds"]]
    how = [result.how for result in results]
    seen: dict[str, Any] = {
        "problem": "",
        "test": np.array([result.test for result in results]),
        "how": how,
    }
    if "trained" in how:  # what learned nothing is the same whatever the network
        seen["training"] = np.array([result.training for result in results])
        seen["used"] = capstone.budget_used(settings)
    return seen


def earned(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | Partly | None:
    """Points in proportion to the mean test accuracy between the two published ones."""
    if got["problem"]:
        return str(got["problem"])
    reached = float(np.mean(got["test"]))
    share = (reached - capstone.LOWER) / (capstone.UPPER - capstone.LOWER)
    if share >= 1:
        return None
    words = _(
        "{reached:.3f} on average ({each}); points begin at {lower} and are full at {upper}. {more}"
    ).format(
        reached=reached,
        each=", ".join(f"{value:.3f}" for value in got["test"]),
        lower=capstone.LOWER,
        upper=capstone.UPPER,
        more=advice(got, reached),
    )
    return Partly(max(share, 0.0), words)


def advice(got: dict[str, Any], reached: float) -> str:
    """What the numbers say about the next thing to try."""
    if "diverged" in got["how"]:
        return _("The loss grew beyond all numbers in {n} of {of} trainings.").format(
            n=got["how"].count("diverged"), of=len(got["how"])
        )
    if "learned nothing" in got["how"]:
        return _("In {n} of {of} trainings nothing was learned.").format(
            n=got["how"].count("learned nothing"), of=len(got["how"])
        )
    training = float(np.mean(got["training"]))
    used = _("It used {used:.0%} of the budget.").format(used=got["used"])
    if training - reached > 0.06:
        return _(
            "On its own training images it reaches {training:.3f}: it knows those far better than "
            "new ones. What makes 1,000 images look like more? {used}"
        ).format(training=training, used=used)
    return _(
        "On its own training images it reaches {training:.3f}, no better than that: it has not "
        "learned even those yet. {used}"
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


def rate_100_times_too_high() -> dict[str, Any]:
    return {"layers": [100], "lr": 20.0, "momentum": 0.9, "epochs": 5, "shift": 1}


def one_epoch_only() -> dict[str, Any]:
    return {"layers": [128], "optimizer": "adam", "lr": 0.001, "epochs": 1, "shift": 2}


def deep_sigmoid() -> dict[str, Any]:
    return {"layers": [64, 64, 64, 64], "activation": "sigmoid", "epochs": 6, "lr": 0.1}


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
            rate_100_times_too_high,
            hint=_(
                "Every training blew up. Which entry says how far a step goes? Draw the loss for "
                "rates a factor of 3 apart, over one epoch each."
            ),
        ),
        Mistake(
            one_epoch_only,
            hint=_(
                "One look at each image is little: hardly anything of the budget is used. What "
                "does the loss do in the next epochs?"
            ),
        ),
        Mistake(
            deep_sigmoid,
            hint=_(
                "It says the same for every image, as a net does whose first layers hear nothing "
                "of the loss. How much of a gradient is left after four slopes of a quarter at "
                "most (notebook 06)?"
            ),
        ),
        Mistake(
            over_budget,
            hint=_(
                "Nothing was trained. The cost is known beforehand: `budget_used` in the notebook "
                "tells it. Is the larger network worth fewer epochs, or the other way round?"
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
                "`random_search` gives back a pair, the configuration and its score. Which of the "
                "two is asked for here?"
            ),
        ),
        Mistake(
            inputs_and_outputs_among_the_layers,
            hint=_(
                "The 784 pixels and the 10 digits are there anyway: `layers` lists what lies "
                "between them."
            ),
        ),
        Mistake(
            number_as_text,
            hint=_("Between quotes a number is a text, with which nobody can compute."),
        ),
        Mistake(
            returns_nothing,
            hint=_("The function ends without `return`, so it gives back None."),
        ),
    ],
    answers=("grader.exercises.ps14.configuration",),
    returns="a dictionary of names, numbers and lists",
    hints=(
        _(
            "Begin with what was measured: is the training accuracy low (not learned yet), or is "
            "it far above the test accuracy (learned by heart)? The remedies are opposite."
        ),
        _(
            "One change, one number. The order that pays: the rate, then the number of epochs and "
            "a schedule, then what makes 1,000 images look like more, then the size."
        ),
        _(
            "Smaller: with 500 training images and 30 epochs, try shift = 0, 1, 2, 3 from two "
            "starts each and write down the mean on validation images. Which of the four would "
            "you hand in, and is the difference larger than that between the starts?"
        ),
    ),
)
