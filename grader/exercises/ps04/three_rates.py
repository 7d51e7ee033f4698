"""``three_rates() -> rates``: rates for three full-batch steps, judged by the loss they reach."""

import math
from functools import cache
from typing import Any

import numpy as np

from course_lib.datasets import load_digits
from grader.checking.contract import Case, case, earns, function, holds, slips
from grader.checking.contract.compare import described
from grader.checking.contract.properties import Held, PartialCredit
from grader.checking.contract.plain_numbers import finite_number


def three_rates():
    rates = [32.0, 2.0, 4.0]
    return rates


# The loss that earns nothing, about what the best constant rate reaches, and the one that earns
# everything: two halvings.
LOWER, UPPER = 1.28, 0.32


@cache
def training_images() -> tuple[np.ndarray, np.ndarray]:
    """The training images of the notebook with a column of ones, and their labels."""
    digits = load_digits("float64")
    order = np.random.default_rng(0).permutation(len(digits.x))
    x = np.hstack([digits.x, np.ones((len(digits.x), 1))])[order]
    train = np.arange(len(order)) % 5 != 0
    return x[train], digits.t[order][train]


def losses_after(rates: list[float]) -> list[float]:
    """The loss of softmax regression after each step with all training images, from W = 0."""
    x, t = training_images()
    W, targets, losses = np.zeros((x.shape[1], 10)), np.eye(10)[t], []
    for rate in (*rates, 0.0):  # a last pass, for the loss after the last step
        u = x @ W
        u = u - u.max(axis=1, keepdims=True)
        total = np.exp(u).sum(axis=1, keepdims=True)
        losses.append(float(np.mean(np.log(total[:, 0]) - u[np.arange(len(t)), t])))
        W = W - rate * (x.T @ (np.exp(u) / total - targets)) / len(x)
    return losses[1:]


def cases(rng: np.random.Generator) -> list[Case]:
    return [case("three steps from W = 0")]


def run(three_rates: Any, case: Case) -> dict[str, Any]:
    return {"rates": three_rates()}


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """The three rates as numbers, or why they cannot be used."""
    returned = outputs["rates"]
    given = returned.tolist() if isinstance(returned, np.ndarray) else returned
    if not isinstance(given, list) or len(given) != 3:
        return {"problem": f"three_rates() returned {described(returned)}; expected three numbers"}
    rates = [finite_number(rate) for rate in given]
    for rate, entry in zip(rates, given, strict=True):
        if rate is None or rate < 0:
            found = described(entry)
            return {"problem": f"one of the rates is {found}; expected a number, 0 or more"}
    return {"problem": "", "rates": rates}


def earned(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | PartialCredit | Held:
    """Half of the points for each halving of the loss between the two published ones."""
    if got["problem"]:
        return f"Nothing was trained: {got['problem']}."
    losses = losses_after(got["rates"])
    shown = ", ".join(f"{loss:.3f}" for loss in losses)
    if not math.isfinite(losses[-1]):
        return f"The weights overflow (loss after each step: {shown}). Take smaller rates."
    share = math.log(LOWER / losses[-1]) / math.log(LOWER / UPPER)
    words = (
        f"The loss after each of the three steps is {shown}; a last loss of {LOWER} earns nothing, "
        f"{UPPER} earns all points."
    )
    return earns(share, words, advice(got["rates"], losses))


def advice(rates: list[float], losses: list[float]) -> str:
    """What to try next."""
    if len(set(rates)) == 1:
        return "All three rates are equal. Change one of them while the other two stay."
    risen = [k + 2 for k in range(2) if losses[k + 1] > losses[k]]
    if risen:
        return (
            f"Step {risen[0]} raises the loss. Is its own rate too large, or does the step before "
            "it end where the curvature is larger?"
        )
    return (
        "Change one rate at a time, by factors of 1.5 up and down, and go round the three "
        "several times. If no change of a single rate helps, search again from another start, for "
        "example from 3, 3, 3."
    )


exercise = function(
    three_rates,
    returns="a list of three rates",
    outputs="rates",
    points=2,
    cases=cases,
    run=run,
    observe=observe,
    judge=[holds("loss after three steps with all images", earned)],
    form=(),
    without=("in place",),
    answers=("grader.exercises.ps04.three_rates",),
    hints="""
    `loss_after` in the notebook computes what is judged. Which loss does a single step reach, for
    rates from 1 to 100? And how does it go on from there?

    Let loops do the search: try all combinations of three rates out of a grid in which each rate is
    twice the one before, then make the grid finer around the best combination.

    A smaller example, ½·w², has curvature 1 everywhere, so one step of rate 1 is enough. Here the
    curvature is largest at W = 0 and at large errors, and smaller where the probabilities are
    confident. Why might a first step far beyond 2/λmax then be a good one?
    """,
    mistakes=slips("""
rates = [3.2, 3.2, 3.2]
    All three rates are the best constant one after three epochs. Does the first step need the same
    rate as the last one?
rates = [32.0, 32.0, 32.0]
    A rate that is good for the first step is used for all three. Look at the loss after each step.
rates = [4.0, 2.0, 32.0]
    The largest rate comes last. Where along the three steps is the gradient largest?
rates = [1.7, 1.7, 1.7]
    All three rates are below 2/λmax at W = 0. The curvature changes as W moves: try larger ones.
return rates[0]
    The function returns a single rate. Return three, in the order of the steps.
return rates, 0.31
    Return only the three rates, without the loss.
# return rates
    The function ends without `return`, so it returns None.
"""),
)
