"""``effective_lr(lr, mu) -> rate``: of the plain descent that goes as far in the long run."""

import numpy as np

from grader.checking.contract import Case, case, function, shapes, step, values


def effective_lr(lr, mu):
    return lr / (1 - mu)


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


def run(effective_lr, case):
    pairs = zip(case["lr"], case["mu"], strict=True)
    return {f"rate {k + 1}": effective_lr(lr, mu) for k, (lr, mu) in enumerate(pairs)}


SMALL, LARGE = "the rate for small and medium mu", "the rate for mu near 1"

exercise = function(
    effective_lr,
    returns="the rate, one number",
    points=1,
    cases=cases,
    run=run,
    judge=[
        # Form, since a function that returns lr would meet it.
        values(cases="mu = 0", form=True, title="mu = 0 leaves the rate as it is"),
        values(
            weight=3,
            cases=("mu near 0.2", "mu near 0.6"),
            title=SMALL,
        ),
        values(
            weight=3,
            cases=("mu near 0.9", "mu near 0.98"),
            title=LARGE,
        ),
    ],
    form=(shapes(title="one number comes back"),),
    answers=(
        "course_lib.optimizers.effective_lr",
        "course_lib.optimizers.momentum",
        "course_lib.optimizers.nesterov",
        "course_lib.optimizers.sgd",
    ),
    hints=(
        step("On a slope that never changes, when does v = mu·v − lr·g leave v as it is?", SMALL),
        step(
            "With mu near 1, a push from long ago is still felt. After how many steps may one stop "
            "adding them up?",
            LARGE,
        ),
        "Solve v = mu·v − lr·g for v, and compare with a plain step, which is −(rate)·g.",
        "Smaller: lr = 0.1, mu = 0.5, g = 1. v is −0.1, −0.15, −0.175, −0.1875, …, and comes "
        "as close to −0.2 as you like.",
    ),
)

exercise.slip(
    "lr / (1 - mu)",
    "lr * (1 - mu)",
    "With more momentum your rate falls. On a long even slope, does the ball get faster or slower "
    "than plain descent?",
)
exercise.slip(
    "1 - mu",
    "1 + mu",
    "Your rate is below lr. Put the step into v = mu·v − lr·g once more: which sign?",
)
exercise.slip(
    "lr / (1 - mu)",
    "lr * (1 + mu)",
    "This is the speed after two steps. It goes on growing: to what does the sum 1 + mu + mu² + … "
    "come?",
)
exercise.slip(
    "lr / (1 - mu)",
    "lr * sum(mu**k for k in range(10))",
    "The sum stops after ten terms. With mu near 1, what is left out is most of it. The whole sum "
    "has a short formula.",
)
exercise.slip(
    "lr / (1 - mu)",
    "lr * sum(mu**k for k in range(100))",
    "The sum stops after a hundred terms, and with mu = 0.98 that is too early. The whole sum has "
    "a short formula.",
)
exercise.slip(
    "lr / (1 - mu)",
    "lr * mu / (1 - mu)",
    "With mu = 0 you get 0, though plain descent does move. The first term of the sum is today's "
    "own push.",
)
exercise.slip(
    "lr / (1 - mu)",
    "1 / (1 - mu)",
    "This is how many times faster it gets. Faster than what?",
)
exercise.slip(
    "lr / (1 - mu)",
    "mu / (1 - lr)",
    "`lr` and `mu` are in each other's place.",
)
exercise.slip(
    "1 - mu",
    "1 - mu**2",
    "In your sum every second term is missing: 1 + mu² + mu⁴ + …. What remains of a push after ONE "
    "step?",
)
exercise.slip(
    "lr / (1 - mu)",
    "lr",
    "`mu` is not used. What does the last step add, on a long even slope?",
)
exercise.slip(
    "lr / (1 - mu)",
    "(1 - mu) / lr",
    "The fraction is upside down: a larger lr makes your rate smaller.",
)
exercise.slip(
    "lr / (1 - mu)",
    "lr / mu if mu else lr",
    "Your rate grows as mu falls towards 0, where it should come down to lr.",
)
exercise.slip(
    "lr / (1 - mu)",
    "lr / 1 - mu",
    "The result can be negative. Python divides before it subtracts.",
)
