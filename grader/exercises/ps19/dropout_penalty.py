"""``dropout_penalty(x, w, drop_prob) -> float``: what dropout adds to the squared error."""

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    float32,
    function,
    shapes,
    slips,
    unchanged_inputs,
    values,
)


def dropout_penalty(x, w, drop_prob):
    strength = drop_prob / (1 - drop_prob)
    terms = (w * x) ** 2
    penalty = strength * np.sum(terms) / len(x)
    return penalty


def linear_model(
    rng: np.random.Generator, about: str, shape: tuple[int, int], low: float, high: float
) -> Case:
    """Inputs and weights of both signs, none near 0, and a probability from that range.

    Numbers of one sign are more frequent, so that neither the sums of the rows nor the means of the
    columns are near 0.
    """

    def numbers(*of: int) -> np.ndarray:
        signs = np.where(np.arange(np.prod(of)) % 3 == 1, -1.0, 1.0).reshape(of)
        return np.asarray(signs * rng.uniform(0.5, 1.5, size=of))

    drop_prob = float(rng.uniform(low, high))
    return case(about, x=numbers(*shape), w=numbers(shape[1]), drop_prob=drop_prob)


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    zeros = linear_model(rng, "", (4, 3), 0.2, 0.4)
    zeros["x"][:, 1], zeros["w"][2] = 0.0, 0.0
    none_dropped = linear_model(rng, "", (3, 2), 0.2, 0.3)
    none_dropped["drop_prob"] = 0.0
    return {
        "one sample": [
            linear_model(rng, "one input", (1, 1), 0.15, 0.3),
            linear_model(rng, "three inputs", (1, 3), 0.6, 0.8),
        ],
        "several samples": [
            linear_model(rng, "more samples than inputs", (5, 2), 0.15, 0.3),
            linear_model(rng, "as many samples as inputs", (4, 4), 0.6, 0.8),
            linear_model(rng, "more inputs", (3, 7), 0.3, 0.4),
            float32(linear_model(rng, "float32", (6, 4), 0.25, 0.3)),
        ],
        "almost everything is dropped": [linear_model(rng, "", (3, 4), 0.97, 0.99)],
        "inputs and weights of 0": [zeros],
        "drop_prob = 0 adds nothing": [none_dropped],
    }


exercise = function(
    dropout_penalty,
    returns="penalty",
    points=2,
    cases=cases,
    judge=[
        values(
            "penalty",
            weight=3,
            cases="one sample",
            help="""What is the variance of m/(1 − p), if m is 0 with probability p and otherwise 1?
            The output adds up D terms w_i x_i m_i/(1 − p) that do not depend on each other.""",
        ),
        values(
            "penalty",
            weight=5,
            cases="several samples",
            help="""Each sample has its own sum over the inputs. The penalty is the mean of these
            sums over the samples.""",
        ),
        values(
            "penalty",
            cases="almost everything is dropped",
            help="With p = 0.98 the factor p/(1 − p) is 49. Which factor does your code have?",
        ),
        # A function that returns 0 satisfies the last one, and many formulas both.
        values(
            "penalty",
            cases="inputs and weights of 0",
            alone=False,
            help="An input of 0 adds no noise, whatever its weight is. Do you divide by one?",
        ),
        values(
            "penalty",
            cases="drop_prob = 0 adds nothing",
            alone=False,
            help="Without drops y is the same in every pass. What does your factor give for p = 0?",
        ),
    ],
    form=(shapes("penalty"), unchanged_inputs()),
    answers=("course_lib.regularizers",),
    hints="""
    E(y − t)² = (E y − t)² + Var y, and dropout changes only the variance. Var y is the sum of the
    variances of w_i x_i m_i/(1 − p), and (w_i x_i)² comes out of each of them.

    A smaller example: x = [[1, 2], [3, 0]], w = [2, 1], p = 0.2. The squares (w_i x_i)² are 4 and 4
    in the first row, 36 and 0 in the second. The mean of 8 and 36 is 22, and p/(1 − p) = 1/4: 5.5.
    """,
    mistakes=slips("""
strength = drop_prob * (1 - drop_prob)
    The factor p(1 − p) is the variance of m alone, as in vanilla dropout. Inverted dropout divides
    m by 1 − p. What happens to a variance when the variable is divided by a number?
strength = (1 - drop_prob) / drop_prob
    With a small drop_prob your penalty is large. In this course `drop_prob` is the probability of
    dropping, so the penalty has to go to 0 with it.
strength = drop_prob
    The penalty is proportional to p and stays finite for p near 1. Which factor does the division
    by 1 − p in inverted dropout add?
strength = 1 / (1 - drop_prob)
    For p = 0 your penalty is not 0. 1/(1 − p) belongs to the mean of the squares, E y². From this
    the square of the mean has to be subtracted.
strength = drop_prob / (1 - drop_prob) ** 2
    Your factor has (1 − p)² below. The variance of m is not p: compute E m² − (E m)².
strength = 1
    `drop_prob` is not used. Does dropout of many inputs add more noise than that of few?
strength = drop_prob / (1 - drop_prob) / 2
    The penalty is half of what it should be. The ½ belongs to the loss ½(y − t)². Here the squared
    error has no ½.
strength = np.sqrt(drop_prob / (1 - drop_prob))
    The factor is the standard deviation of m/(1 − p). The squared error rises by a variance.
penalty = strength * np.sum(terms)
    You add up over the samples. The penalty is a mean over them, so that twice as many samples do
    not double it.
penalty = strength * np.mean(terms)
    `np.mean` also divides by the number of inputs. The noise of all inputs of a sample adds up in
    its output; only over the samples is the mean taken.
penalty = strength * np.sum(terms) / len(w)
    You divide by the number of inputs. The sum is over the inputs, the mean over the samples. Which
    of the two does `len(x)` count?
penalty = strength * np.sum(terms, axis=1)
    You return a penalty for each sample. Return their mean, one number.
penalty = strength * np.mean(terms, axis=0)
    You return what each weight adds. The penalty is the sum over the weights, one number.
penalty = strength * terms
    You return a whole matrix. Sum over the inputs, then take the mean over the samples.
terms = (x @ w) ** 2
    You square the output: the products w_i x_i are added up first, so those of opposite sign
    cancel. The masks of the inputs are independent. Which of the two adds up, the numbers or their
    variances?
terms = w * x
    You add up w_i x_i without the square. Is the variance of w·m proportional to w or to w²?
terms = np.abs(w * x)
    You add up |w_i x_i|. Is the variance of w·m proportional to |w| or to w²?
terms = w * x**2
    The weights are not squared, so those of opposite sign cancel. By which factor does the variance
    grow when w doubles?
terms = w**2 * x
    The inputs are not squared. By which factor does the variance grow when x doubles?
terms = w**2 * np.ones_like(x)
    The inputs are missing: this is the L2 penalty with the same strength for all weights. How much
    noise does dropout of an input of 0 add?
terms = x**2
    The weights are missing. How much noise does an input add if its weight is 0?
terms = len(x) * np.mean(w * x, axis=0) ** 2
    You square the mean of the inputs. Inputs of opposite sign cancel in it, but their noise does
    not: take the mean of the squares.
terms = (w * (x - x.mean(axis=0))) ** 2
    You use the variance of the inputs over the samples. The noise comes from the masks. An input
    that is the same in all samples is dropped, too.
penalty = strength * np.sum(terms) / len(x) + np.mean((x @ w) ** 2)
    Your result contains the square of the mean output x·w, too. That part is there without dropout.
    Which part of E y² = (E y)² + Var y does dropout add?
penalty = -strength * np.sum(terms) / len(x)
    Your penalty is negative. Noise in the output makes the squared error larger on average.
"""),
)
