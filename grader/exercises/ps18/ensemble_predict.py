"""``ensemble_predict(probabilities) -> (N, C)``: the mean prediction of several models."""

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    dtype,
    float32,
    function,
    shapes,
    slips,
    unchanged_inputs,
    values,
)


def ensemble_predict(probabilities):
    p = probabilities.sum(axis=0) / len(probabilities)
    return p


def members(rng: np.random.Generator, about: str, M: int, N: int, C: int) -> Case:
    """Rows of probabilities, all above 0; with several members they disagree about each sample.

    One member is sure of another class than the rest are in favour of, who by more than half are
    of one opinion: votes and probabilities then say different things.
    """
    p = rng.uniform(0.5, 1.5, size=(M, N, C))
    first = rng.integers(C, size=N)
    other = (first + 1) % C
    rows = np.arange(N)
    p[:, rows, first] = rng.uniform(2.0, 2.6, size=(M, N))
    if M > 1:
        p[1, rows, other] = 30 * M
    return case(about, probabilities=p / p.sum(axis=2, keepdims=True))


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    return {
        "the prediction of several models": [
            members(rng, "two models", 2, 3, 4),
            members(rng, "three models", 3, 5, 4),
            members(rng, "many models", 7, 4, 3),
            members(rng, "M = N = C", 3, 3, 3),
            float32(members(rng, "float32", 3, 4, 2)),
        ],
        "a single sample": [members(rng, "", 4, 1, 3)],
        "one model alone gives its own prediction": [members(rng, "one model", 1, 4, 3)],
    }


def votes(p):
    """A 1 at the most probable class of each row, and zeros."""
    return np.eye(p.shape[-1])[p.argmax(axis=-1)]


def normalised(p):
    """The rows divided by their sums."""
    return p / p.sum(axis=-1, keepdims=True)


def running_mean(probabilities):
    """The mean of two, taken repeatedly: later models have a larger weight."""
    p = probabilities[0]
    for member in probabilities[1:]:
        p = (p + member) / 2
    return p


exercise = function(
    ensemble_predict,
    returns="p",
    points=1,
    cases=cases,
    judge=[
        values(
            "p",
            weight=5,
            cases="the prediction of several models",
            help="""For one sample and one class there are M probabilities, one from each model. How
            do you combine them, and do all of them have the same weight?""",
        ),
        values(
            "p",
            cases="a single sample",
            after="the prediction of several models",
            help="With a single sample, axis 1 has length 1. Keep this axis.",
        ),
        # A function that returns its input is right here, too.
        values("p", cases="one model alone gives its own prediction", alone=False),
    ],
    form=(
        shapes(
            help="""Axis 0 belongs to the models, axis 1 to the samples, axis 2 to the classes. Over
            which axis do you have to average?""",
        ),
        dtype(cases="float32"),
        unchanged_inputs(),
    ),
    answers=("course_lib.ensembles",),
    hints="""
    p[n, c] = (1/M) Σ_m probabilities[m, n, c]

    A smaller example: two models, one sample, two classes, [[[0.9, 0.1]], [[0.4, 0.6]]]. The
    ensemble predicts [[0.65, 0.35]], although the second model prefers the other class.
    """,
    mistakes=slips("""
p = probabilities.sum(axis=0)
    You add up the models without dividing, so the rows do not sum to 1.
p = probabilities.mean(axis=1)
    You average over the samples. Which axis belongs to the models?
p = probabilities.mean(axis=2)
    You average over the classes, which always gives 1/C. Which axis belongs to the models?
p = probabilities.mean()
    You return a single number. Average over only one of the three axes.
p = votes(probabilities).mean(axis=0)
    These are shares of votes: you use only the most probable class of each model. Average the
    probabilities.
p = votes(probabilities).sum(axis=0)
    These are numbers of votes. Average the probabilities instead.
p = votes(votes(probabilities).sum(axis=0))
    Your rows have a 1 at the class with the most votes and zeros elsewhere, so the confidence of
    the models is lost. Average their probabilities.
p = probabilities.mean(axis=0).argmax(axis=1)
    You return only the most probable class, of shape (N,). Return the probabilities (N, C).
p = votes(probabilities).sum(axis=0).argmax(axis=1)
    You return the class with the most votes, of shape (N,). Return the mean probabilities (N, C).
p = votes(probabilities.mean(axis=0))
    You round the means to 0 and 1, so the confidence of the ensemble is lost.
p = probabilities.prod(axis=0)
    You multiply the probabilities, as if all models had to be right. S2 averages them.
p = normalised(probabilities.prod(axis=0))
    You multiply the probabilities and normalise them to sum 1, which makes the ensemble
    overconfident. S2 averages them.
p = np.exp(np.log(probabilities).mean(axis=0))
    This is the exponential of the mean of the logarithms, so the rows do not sum to 1. Take the
    arithmetic mean.
p = normalised(np.exp(np.log(probabilities).mean(axis=0)))
    This is the geometric mean, normalised to sum 1. There, one model with a probability near 0
    decides the result. Take the arithmetic mean.
p = np.log(probabilities).mean(axis=0)
    Your numbers are negative, because you average logarithms of probabilities. Average the
    probabilities.
p = np.median(probabilities, axis=0)
    This is the median, whose rows need not sum to 1. Take the mean.
p = probabilities.max(axis=0)
    You take the highest probability of each class, so the rows sum to more than 1. Take the mean.
p = normalised(np.exp(probabilities.mean(axis=0)))
    You apply a softmax to the mean. The inputs are already probabilities, and the mean of rows that
    sum to 1 sums to 1, too.
p = normalised(np.exp(probabilities)).mean(axis=0)
    You apply a softmax to each model. The inputs are already probabilities, not scores.
p = probabilities[0]
    You use only the first model. Average over all of them.
p = probabilities[-1]
    You use only the last model. What does your loop do with the others?
p = probabilities[: max(len(probabilities) - 1, 1)].mean(axis=0)
    You leave out the last model. Where does your loop end?
p = running_mean(probabilities)
    Later models have a larger weight, because you average the result so far with each new model.
    All models should have the same weight.
p = probabilities[probabilities.max(axis=2).argmax(axis=0), np.arange(probabilities.shape[1])]
    For each sample you use only the most confident model. Average over all models.
p = probabilities.sum(axis=0) / probabilities.shape[1]
    You divide the sum over the models by the number of samples.
p = probabilities.sum(axis=0) / probabilities.shape[2]
    You divide the sum over the models by the number of classes.
p = probabilities[1:].sum(axis=0) / len(probabilities)
    The sum lacks the first model. Where does your loop start?
"""),
)
