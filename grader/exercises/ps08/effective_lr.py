"""``effective_lr(lr, mu) -> rate``: of the plain descent that goes as far in the long run."""

from typing import Any

import numpy as np

from course_lib.optimizers import effective_lr
from grader.checking import Case, Exercise, Mistake, _, case, shapes, values


def cases(rng: np.random.Generator) -> list[Case]:
    def pairs(about: str, low: float, high: float) -> Case:
        return case(
            about,
            lr=rng.uniform(0.03, 0.12, size=3).tolist(),
            mu=rng.uniform(low, high, size=3).tolist(),
        )

    return [
        pairs("mu = 0", 0.0, 0.0),
        pairs("mu near 0.2", 0.15, 0.25),
        pairs("mu near 0.6", 0.55, 0.65),
        pairs("mu near 0.9", 0.86, 0.94),
        pairs("mu near 0.98", 0.97, 0.985),
    ]


def run(effective_lr: Any, case: Case) -> dict[str, Any]:
    pairs = zip(case["lr"], case["mu"], strict=True)
    return {f"rate {k + 1}": effective_lr(lr, mu) for k, (lr, mu) in enumerate(pairs)}


def multiplied(lr: float, mu: float) -> float:
    return lr * (1 - mu)


def plus(lr: float, mu: float) -> float:
    return lr / (1 + mu)


def two_terms(lr: float, mu: float) -> float:
    return lr * (1 + mu)


def ten_terms(lr: float, mu: float) -> float:
    return lr * sum(mu**k for k in range(10))


def hundred_terms(lr: float, mu: float) -> float:
    return lr * sum(mu**k for k in range(100))


def without_the_first_term(lr: float, mu: float) -> float:
    return lr * mu / (1 - mu)


def only_the_factor(lr: float, mu: float) -> float:
    return 1 / (1 - mu)


def swapped(lr: float, mu: float) -> float:
    return mu / (1 - lr)


def square(lr: float, mu: float) -> float:
    return lr / (1 - mu**2)


def lr_itself(lr: float, mu: float) -> float:
    return lr


def upside_down(lr: float, mu: float) -> float:
    return (1 - mu) / lr


def by_mu(lr: float, mu: float) -> float:
    return lr / mu if mu else lr


def brackets(lr: float, mu: float) -> float:
    return lr / 1 - mu


exercise = Exercise(
    name="effective_lr",
    takes=("effective_lr",),
    points=1,
    reference=(effective_lr,),
    cases=cases,
    run=run,
    judge=[
        # Form, since a function that returns lr would meet it.
        values(cases="mu = 0", form=True, title=_("mu = 0 leaves the rate as it is")),
        values(
            weight=3,
            cases=("mu near 0.2", "mu near 0.6"),
            title=_("the rate for small and medium mu"),
        ),
        values(
            weight=3,
            cases=("mu near 0.9", "mu near 0.98"),
            title=_("the rate for mu near 1"),
        ),
        shapes(title=_("one number comes back")),
    ],
    mistakes=[
        Mistake(
            multiplied,
            hint=_(
                "With more momentum your rate falls. On a long even slope, does the ball get "
                "faster or slower than plain descent?"
            ),
        ),
        Mistake(
            plus,
            hint=_(
                "Your rate is below lr. Put the step into v = mu·v − lr·g once more: which sign?"
            ),
        ),
        Mistake(
            two_terms,
            hint=_(
                "This is the speed after two steps. It goes on growing: to what does the sum "
                "1 + mu + mu² + … come?"
            ),
        ),
        Mistake(
            ten_terms,
            hint=_(
                "The sum stops after ten terms. With mu near 1, what is left out is most of it. "
                "The whole sum has a short formula."
            ),
        ),
        Mistake(
            hundred_terms,
            hint=_(
                "The sum stops after a hundred terms, and with mu = 0.98 that is too early. The "
                "whole sum has a short formula."
            ),
        ),
        Mistake(
            without_the_first_term,
            hint=_(
                "With mu = 0 you get 0, though plain descent does move. The first term of the sum "
                "is today's own push."
            ),
        ),
        Mistake(
            only_the_factor, hint=_("This is how many times faster it gets. Faster than what?")
        ),
        Mistake(swapped, hint=_("`lr` and `mu` are in each other's place.")),
        Mistake(
            square,
            hint=_(
                "In your sum every second term is missing: 1 + mu² + mu⁴ + …. What remains of a "
                "push after ONE step?"
            ),
        ),
        Mistake(
            lr_itself,
            hint=_("`mu` is not used. What does the last step add, on a long even slope?"),
        ),
        Mistake(
            upside_down,
            hint=_("The fraction is upside down: a larger lr makes your rate smaller."),
        ),
        Mistake(
            by_mu,
            hint=_("Your rate grows as mu falls towards 0, where it should come down to lr."),
        ),
        Mistake(
            brackets,
            hint=_("The result can be negative. Python divides before it subtracts."),
        ),
    ],
    answers=(
        "course_lib.optimizers.effective_lr",
        "course_lib.optimizers.momentum",
        "course_lib.optimizers.nesterov",
        "course_lib.optimizers.sgd",
    ),
    returns="the rate, one number",
    hints=(
        _("On a slope that never changes, when does v = mu·v − lr·g leave v as it is?"),
        _("Solve v = mu·v − lr·g for v, and compare with a plain step, which is −(rate)·g."),
        _(
            "Smaller: lr = 0.1, mu = 0.5, g = 1. v is −0.1, −0.15, −0.175, −0.1875, …, and comes "
            "as close to −0.2 as you like."
        ),
    ),
)
