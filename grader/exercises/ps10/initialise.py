"""``initialise(shape, rng, *, rule, distribution) -> W``: the weights of LeCun, Glorot and He.

The weights of every right program have the required mean, variance and distribution.
"""

from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    drawn_anew,
    random,
    shapes,
    slips,
    step,
    values,
)
from grader.exercises.drawn_weights import (
    DRAWS,
    KIND,
    LIMIT,
    MEAN,
    RULES,
    SHAPE,
    SMALL,
    VARIANCE,
    observe,
)


def initialise(shape, rng, *, rule, distribution):
    n_in, n_out = shape
    variance = {"lecun": 1 / n_in, "glorot": 2 / (n_in + n_out), "he": 2 / n_in}[rule]
    deviation = np.sqrt(variance)
    a = np.sqrt(3) * deviation
    normal = distribution == "normal"
    W = rng.normal(0, deviation, size=shape) if normal else rng.uniform(-a, a, size=shape)
    return W


# With these widths, no two variances that mistakes lead to are closer than 6 %.
WIDTHS = {"normal": ([95, 427], [5, 6400]), "uniform": ([427, 95], [5, 6400])}
# A title and a message do not say the formula, which the student derives.
NORMAL = {rule: f"{rule!r}, normal: the variance" for rule in RULES}
UNIFORM = {rule: f"{rule!r}, uniform: the variance, from −a to a" for rule in RULES}
GROUPS = {"normal": NORMAL, "uniform": UNIFORM}
BIG = (*NORMAL.values(), *UNIFORM.values())
IN_SHAPE = "W has the given shape"
KINDS = "the weights have the distribution that is asked for"
WITHOUT_MEAN = "the weights have mean 0"
DRAWN_ANEW = "every call draws new numbers, from rng alone"


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    """Matrices with so many numbers that chance does not show, and small ones drawn twice."""

    def drawn(about: str, shape: list[int], **how: str) -> Case:
        return case(about, shape=shape, seed=int(rng.integers(2**31)), **how)

    return {
        GROUPS[kind][rule]: [
            drawn(f"{rule}, {kind}, {n} inputs, {m} outputs", [n, m], rule=rule, distribution=kind)
            for n, m in widths
        ]
        for kind, widths in WIDTHS.items()
        for rule in RULES
    } | {
        SMALL: [drawn(f"{SMALL}, {kind}", [4, 6], rule="he", distribution=kind) for kind in WIDTHS]
    }


def run(initialise: Any, case: Case) -> dict[str, Any]:
    shape, rng = tuple(case["shape"]), np.random.default_rng(case["seed"])
    how = {"rule": case["rule"], "distribution": case["distribution"]}
    W = initialise(shape, rng, **how)
    if not case["about"].startswith("two small layers"):
        return {"W": W}
    W = np.array(W)  # a copy: a function that returns one array twice must show
    later = initialise(shape, rng, **how)
    again = initialise(shape, np.random.default_rng(case["seed"]), **how)
    return {"W": W, "later": later, "again": again}


exercise = random(
    initialise,
    returns="an array of the given shape",
    points=3,
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        *(values(VARIANCE, title=group, weight=4, cases=group) for group in NORMAL.values()),
        *(
            values(VARIANCE, LIMIT, title=group, weight=2, cases=group)
            for group in UNIFORM.values()
        ),
        # Zeros, and weights of a wrong size, satisfy them.
        values(KIND, title=KINDS, weight=2, cases=BIG, alone=False),
        values(MEAN, title=WITHOUT_MEAN, cases=BIG, alone=False),
        drawn_anew(values(DRAWS, title=DRAWN_ANEW, weight=2, cases=SMALL, alone=False)),
    ],
    form=(
        values(SHAPE, alone=False, title=IN_SHAPE),
        shapes("W", title="W is an array"),
    ),
    without=("fixed seed",),
    answers=("course_lib.initializers",),
    hints=(
        step(
            "How many rows and columns does `shape` give, and how many does your W have?", IN_SHAPE
        ),
        step(
            "Look at a histogram of many weights. A normal one is highest at 0, a uniform one is "
            "flat between two limits. Which of the two does `distribution` ask for?",
            KINDS,
        ),
        step("Are negative weights as likely as positive ones in your W?", WITHOUT_MEAN),
        step(
            "Draw all random numbers from `rng`. Then the same seed gives the same weights, and "
            "the next call gives new ones.",
            DRAWN_ANEW,
        ),
        step(
            "First compute the variance that the rule asks for, then what `rng.normal` and "
            "`rng.uniform` expect for this variance.",
            *BIG,
        ),
        step(
            "A smaller example: for shape (6, 2), Glorot's variance is 1/4. The standard deviation "
            "is then 1/2, and uniform weights reach up to √(3/4) = 0.87.",
            *BIG,
        ),
    ),
    mistakes=slips("""
    variance = {"lecun": 1 / n_in, "glorot": 2 / (n_in + n_out), "he": 1 / n_in}[rule]
        For 'he' the variance is 1 / n_in, as for 'lecun'. A ReLU halves the mean square. Which
        factor of the variance compensates for it?
    variance = {"lecun": 1 / n_in, "glorot": 2 / (n_in + n_out), "he": 1 / (2 * n_in)}[rule]
        For 'he' the variance is 1 / (2 n_in). A ReLU halves the mean square. Do the weights have
        to be smaller or larger to make up for it?
    variance = {"lecun": 1 / n_in, "glorot": 2 / (n_in + n_out), "he": 1 / (0.34 * n_in)}[rule]
        For 'he' you divide by 0.34, the share of the variance that a ReLU leaves. Which quantity
        of its output does the formula of section 2 contain?
    variance = {"lecun": 1 / n_in, "glorot": 2 / (n_in + n_out), "he": 2 / (n_in + n_out)}[rule]
        For 'he' the variance is 2 / (n_in + n_out), Glorot's compromise. He's rule considers only
        the forward pass.
    variance = {"lecun": 1 / n_in, "glorot": 2 / (n_in + n_out), "he": 2 / n_out}[rule]
        For 'he' the variance depends on the number of outputs. Which entry of `shape` is the
        number of products that a unit adds up?
    variance = {"lecun": 1 / n_out, "glorot": 2 / (n_in + n_out), "he": 2 / n_in}[rule]
        For 'lecun' the variance depends on the number of outputs. Which entry of `shape` is the
        number of products that a unit adds up?
    variance = {"lecun": 1 / n_in, "glorot": 1 / n_in, "he": 2 / n_in}[rule]
        For 'glorot' the variance is 1 / n_in, which suits the forward pass. Glorot's rule also
        considers the backward pass, where the gradient of every input is a sum over n_out weights.
    variance = {"lecun": 1 / n_in, "glorot": 2 / n_in, "he": 2 / n_in}[rule]
        For 'glorot' the denominator contains only the inputs: that is He's rule. Which other
        number belongs in the compromise?
    variance = {"lecun": 1 / n_in, "glorot": 1 / n_out, "he": 2 / n_in}[rule]
        For 'glorot' the variance is 1 / n_out, which suits only the backward pass. The compromise
        considers both passes.
    variance = {"lecun": 1 / n_in, "glorot": 2 / (n_in * n_out), "he": 2 / n_in}[rule]
        For 'glorot' you divide by the product of n_in and n_out. Glorot's variance has their sum.
    variance = {"lecun": 1 / n_in, "glorot": 1 / (n_in + n_out), "he": 2 / n_in}[rule]
        For 'glorot' the variance is half of what it should be. The denominator of Glorot's
        variance 1/mean is the mean of n_in and n_out, but yours is their sum.
    variance = {"lecun": 1 / n_in, "glorot": (1 / n_in + 1 / n_out) / 2, "he": 2 / n_in}[rule]
        For 'glorot' the variance is the mean of 1 / n_in and 1 / n_out. Glorot's rule is 1 over a
        mean. The mean of which two numbers?
    variance = {"lecun": 1 / n_out, "glorot": 2 / (n_in + n_out), "he": 2 / n_out}[rule]
        The variances of 'lecun' and 'he' depend on the number of outputs. Which entry of `shape`
        is the number of products that a unit adds up?
    variance = {"lecun": 2 / n_in, "glorot": 2 / (n_in + n_out), "he": 1 / n_in}[rule]
        'lecun' gets the variance of 'he', and 'he' that of 'lecun'. Which of the two rules is for
        ReLU, which halves the mean square?
    rule = "lecun"
        All three rules give the variance of 'lecun'. Does your code use `rule`? (`rule == "a" or
        "b"` is always true.)
    rule = "glorot"
        All three rules give the variance of 'glorot'. Does your code use `rule`? (`rule == "a" or
        "b"` is always true.)
    rule = "he"
        All three rules give the variance of 'he'. Does your code use `rule`? (`rule == "a" or "b"`
        is always true.)
    variance = {"lecun": 1 / n_in, "glorot": 2 / n_in + n_out, "he": 2 / n_in}[rule]
        For 'glorot' the weights grow with the number of outputs. A fraction on one line needs
        brackets around its denominator. What does your code divide by what?
    variance = {"lecun": 1 / n_in, "glorot": 4 / (n_in + n_out), "he": 4 / n_in}[rule]
        For 'glorot' and 'he' the variance is twice too large. A factor before a root is squared in
        the variance. Is your whole fraction under the root?
    variance = {"lecun": 1 / n_in**2, "glorot": 2 / (n_in + n_out) ** 2, "he": 2 / n_in**2}[rule]
        The weights are far too small in wide layers, because you take the root of the numerator
        alone. What else belongs under the root?
    deviation = 1 / np.sqrt(variance)
        Your weights grow with the number of inputs. With more inputs a unit adds up more products.
        Do they have to become larger or smaller?
    deviation = variance**0.25
        The weights are far too large: their variance is the root of the required one. One root
        turns a variance into a standard deviation. How many roots does your code take?
    deviation = variance
    a = 3 * variance
        You use the variance itself as the standard deviation and, times 3, as a². Which root is
        missing, in both distributions?
    deviation = variance
    a = variance
        You use the variance as the standard deviation of normal weights and as the limit of
        uniform ones. `rng.normal` expects the standard deviation s, with the variance s². Which
        variance has a uniform distribution from −a to a?
    W = rng.normal(0, variance, size=shape) if normal else rng.uniform(-a, a, size=shape)
        The standard deviation of your normal weights has the value that their variance should
        have, so they are far too small. Does `rng.normal` take the variance or the standard
        deviation?
    W = rng.normal(0, a, size=shape) if normal else rng.uniform(-a, a, size=shape)
        The variance of your normal weights is three times too large: their standard deviation is
        the limit of a uniform distribution with the right variance. How large is this limit,
        compared with the standard deviation?
    W = rng.normal(deviation, size=shape) if normal else rng.uniform(-a, a, size=shape)
        The variance of your normal weights is 1, and their mean has the value that the standard
        deviation should have. The first argument of `rng.normal` is the mean. Which one is the
        standard deviation?
    a = deviation
        Your uniform weights reach up to the standard deviation, so their variance is a third of
        what it should be. How is the variance of a uniform distribution related to a²?
    a = 3 * variance
        The limit of your uniform weights is a², without the root, so they are far too small in
        wide layers. The variance is a² / 3; solve this for a.
    a = deviation / np.sqrt(3)
        Your uniform weights are too small: their limit is the standard deviation divided by √3.
        The variance is a² / 3; solve this for a.
    a = 3 * deviation
        Your uniform weights are too large: you multiply by 3 instead of √3. The variance is a² /
        3; solve this for a.
    a = np.sqrt(12) * deviation
        The limits of your uniform weights are twice too large. The root of 12 times the variance
        is the whole width, from −a to a.
    a = np.sqrt(6 / (n_in + n_out))
        Your uniform weights have the variance of 'glorot' for every rule. Does your limit a depend
        on `rule`?
    W = rng.normal(0, deviation, size=shape) if normal else rng.uniform(0, a, size=shape)
        No uniform weight of yours is negative, so their mean is not 0. Your interval starts at 0;
        it has to go from −a to a.
    a = np.sqrt(3) * deviation / 2
        The limits of your uniform weights are half of what they should be. An interval of width 1
        around 0 ends at ½. By what do you have to multiply its numbers for the interval from −a to
        a?
    W = rng.normal(0, deviation, size=shape) if normal else rng.uniform(-a, size=shape)
        Your largest uniform weights are near 1 for every shape. Which two limits does your uniform
        distribution have, and what is the upper one if you do not give it?
    normal = True
        Your weights are normal even if `distribution` is 'uniform'. Does your code use
        `distribution`?
    normal = False
        Your weights are uniform even if `distribution` is 'normal'. Does your code use
        `distribution`?
    normal = distribution != "normal"
        'normal' gives uniform weights, and 'uniform' gives normal ones. Which branch of your code
        is for which distribution?
    W = rng.normal(0, deviation, size=shape) if normal else rng.normal(0, a, size=shape)
        For 'uniform' there are two mistakes. Your weights are normal, and you use the limit a as
        their standard deviation. `rng.uniform` takes limits.
    W = rng.normal(0, deviation, size=shape) if normal else rng.normal(-a, a, size=shape)
        For 'uniform' your weights are normal, with the mean −a and the standard deviation a.
        `rng.normal` takes a mean and a standard deviation; which method of `rng` takes two limits?
    W = rng.standard_normal(shape) if normal else rng.uniform(-1, 1, size=shape)
        The weights have the same size for every shape and every rule, because the layer width is
        not used. By which number do you multiply the random numbers?
    deviation = 0.01
        The weights have the same standard deviation in every layer. A fixed number such as 0.01 or
        0.1 suits one width at most; compute it from `shape`.
    return np.abs(W)
        No weight is negative, so their mean is not 0. Both distributions here have both signs.
        Which step of your code removes the negative ones?
    return np.clip(W, -2 * deviation, 2 * deviation)
        No normal weight is farther from 0 than two standard deviations, so their variance is a
        little too small. The task has no such limit.
    return W.T
        Your W has outputs in its rows, as in books and libraries with `u = W z`. Here W has
        exactly the given shape, (n_in, n_out).
    return W[0, 0]
        You return a single number. W holds one number for each pair of an input and an output.
        Which argument says how many numbers to draw?
    return W[0]
        W has a single axis: one number for each output. Each unit needs a weight for every input,
        too. Which argument says how many numbers to draw?
    return np.ones((n_in, 1)) * W[0]
        All rows are equal, because you draw one row and repeat it. Draw in the full shape, with
        `size=shape`.
    return np.zeros(shape)
        All weights are 0. Draw each of them independently.
    return np.full(shape, W[0, 0])
        All weights are the same number, so all units stay equal during training. Draw each weight
        independently.
    rng = np.random.default_rng(0)
        Every call gives the same weights, because you make a new generator inside the function, or
        set `rng` back. Draw from the argument `rng`, whose state advances from call to call.
    """),
)
