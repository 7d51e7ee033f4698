"""``gain_of(f) -> float``: 1 / √E f(u)² for u ~ N(0, 1), the gain that an activation needs."""

from typing import Any

import numpy as np

from grader.checking.contract import Case, case, function, shapes, slips, values


def gain_of(f):
    u = np.linspace(-8, 8, 1601)
    density = np.exp(-(u**2) / 2)
    mean_square = np.sum(density * f(u) ** 2) / np.sum(density)
    return 1 / np.sqrt(mean_square)


SYMMETRIC = "functions of mean 0: lines and tanh"
STEEP = "a function that grows fast: u³"
LEANING = "functions with another mean: ReLU and its relatives"


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    def made(about: str, kind: str, low: float, high: float) -> Case:
        return case(about, kind=kind, c=float(rng.uniform(low, high)))

    return {
        SYMMETRIC: [
            made("a line, f(u) = c u", "line", 0.02, 0.05),
            made("a steep line", "line", 30.0, 60.0),
            made("f(u) = tanh(c u)", "tanh", 1.2, 1.8),
            made("a steep tanh", "tanh", 5.0, 6.0),
        ],
        STEEP: [made("f(u) = c u³", "cube", 0.2, 0.6)],
        LEANING: [
            made("f(u) = c max(0, u)", "relu", 1.3, 1.9),
            made("a leaky ReLU", "leaky", 0.1, 0.4),
            made("f(u) = u + c", "shifted", 0.5, 1.5),
        ],
    }


def run(gain_of: Any, case: Case) -> dict[str, Any]:
    c = case["c"]
    f = {
        "line": lambda u: c * u,
        "tanh": lambda u: np.tanh(c * u),
        "relu": lambda u: c * np.maximum(u, 0),
        "leaky": lambda u: np.where(np.asarray(u) > 0, u, c * u),
        "cube": lambda u: c * np.asarray(u) ** 3,
        "shifted": lambda u: u + c,
    }[case["kind"]]
    return {"gain": gain_of(f)}


exercise = function(
    gain_of,
    returns="gain",
    points=3,
    cases=cases,
    run=run,
    judge=[
        values(
            "gain",
            weight=1,
            rtol=1e-2,
            cases=SYMMETRIC,
            help=(
                "For f(u) = u the mean square of f(u) is 1, because u has the variance 1. What "
                "does your code return for `lambda u: u`? If it is not 1, do the weights of your "
                "mean add up to 1, and do the points of the grid lie close to each other?",
            ),
        ),
        values(
            "gain",
            weight=1,
            rtol=1e-2,
            cases=STEEP,
            help="The mean square of u³ is the mean of u⁶. Which values of u contribute most? "
            "Does your code see enough of them?",
        ),
        values(
            "gain",
            weight=2,
            rtol=1e-2,
            cases=LEANING,
            help="The next layer multiplies by E f(u)², the mean square. For ReLU it is ½. What "
            "does your code find? Has its grid positive and negative u?",
        ),
    ],
    form=[shapes("gain", title="a single number")],
    without=("in place",),  # it is given a function
    answers=("course_lib.initializers",),
    hints="""
    The formula of section 2 becomes Var(u) = g² E f(u)². Which g makes it 1?

    E f(u)² is a mean with weights: each point u of the grid counts with the density at u.

    Divide the sum of density · f(u)² by the sum of the density. Then neither the constant of the
    density nor the distance of the points matters.

    A smaller example: if f(u)² had the mean 1/9, the gain would be 3.
    """,
    mistakes=slips("""
return 1 / mean_square
    You return the factor of the variance. The gain multiplies the weights themselves, and therefore
    their standard deviation.
return np.sqrt(mean_square)
    You return the RMS of f(u), the factor by which the signal changes. The gain compensates for
    this factor.
return mean_square
    You return the mean square of f(u). Which factor of the weights makes it 1 again?
return np.sqrt(2)
    You return √2 for every f. That is the gain of ReLU; compute the mean square of the f that you
    are given.
return 1.0
    You return 1 for every f. Compute the mean square of the f that you are given.
mean_square = np.average(f(u)) ** 2
    You square the mean of f(u), and all points count the same. Which mean does your formula have?
return 1 / np.std(f(u))
    The standard deviation of f(u) subtracts its mean, and here it counts all points the same.
mean_square = np.mean(f(u) ** 2)
    All points of your grid count the same. u is normal: points near 0 are more frequent, so weight
    each of them by the density.
mean_square = np.average((f(u) - np.average(f(u), weights=density)) ** 2, weights=density)
    You use the variance of f(u). Section 2 shows which quantity the next layer needs.
mean_square = (np.sum(density * f(u)) / np.sum(density)) ** 2
    You square the mean of f(u). The task asks for the mean of the square.
mean_square = (np.sum(density * np.abs(f(u))) / np.sum(density)) ** 2
    You square the mean of |f(u)|. The task asks for the mean of the square.
mean_square = np.sum(density * f(u)) / np.sum(density)
    The square is missing: you use the mean of f(u).
mean_square = np.sum((density * f(u)) ** 2) / np.sum(density)
    You square the density, too. Square f(u) alone.
mean_square = np.sum(density * f(u) ** 2)
    You add up without dividing by the sum of the weights, so the result depends on the number of
    grid points.
mean_square = np.sum(density * f(u) ** 2) * (u[1] - u[0])
    Your weights do not add up to 1: the density has a constant before exp(−u²/2). You may also
    divide by the sum of the weights.
mean_square = np.sum(density * f(u) ** 2) / np.sqrt(2 * np.pi)
    You add up the density times f(u)², but an integral also needs the distance of the points: a
    finer grid has more terms.
u = np.linspace(-10, 10, 1001)
mean_square = np.sum(density * f(u) ** 2) / np.sqrt(2 * np.pi)
    Your sum counts each of the 1001 points as if they were 1 apart. What would twice as many points
    make of it?
u = np.linspace(-10, 10, 10001)
mean_square = np.sum(density * f(u) ** 2) / np.sqrt(2 * np.pi)
    Your sum over 10001 points grows with their number. By what is a weighted sum divided, so that
    the number of points does not matter?
u = np.linspace(-8, 8, 1001)
mean_square = np.sum(density * f(u) ** 2) / np.sqrt(2 * np.pi)
    You sum over 1001 points, but do not divide by the sum of the weights, which depends on how
    close the points are.
mean_square = np.mean(density * f(u) ** 2)
    You divide by the number of grid points. Divide by the sum of the weights instead.
density = np.exp(-(u**2))
    The density of a standard normal number is proportional to exp(−u²/2). Where is your ½?
density = np.exp(-np.abs(u) / 2)
    The density of a standard normal number is proportional to exp(−u²/2). You do not square u.
u = np.linspace(0, 8, 1601)
    Your grid has no negative u. Half of all u are negative, and there ReLU is 0.
u = np.linspace(-1, 1, 1601)
    Your grid ends at ±1, but a third of all normal numbers are farther from 0. How far must it
    reach?
u = np.linspace(-2, 2, 1601)
    Your grid ends at ±2, where u² times the density is still large. How far must it reach?
u = np.linspace(-3, 3, 1601)
    Your grid ends at ±3, where u² times the density is not yet negligible: the gain is off by more
    than one percent. How far must it reach?
u = np.linspace(-4, 4, 1601)
    Your grid ends at ±4. This is enough for lines, but with f(u) = u³ the mean square weights u⁶:
    where does u⁶ times the density become negligible?
"""),
)
