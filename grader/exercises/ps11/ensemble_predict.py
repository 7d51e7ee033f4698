"""``ensemble_predict(probabilities) -> (N, C)``: several models answer together."""

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    dtype,
    float32,
    function,
    shapes,
    step,
    unchanged_inputs,
    values,
)


def ensemble_predict(probabilities):
    return probabilities.sum(axis=0) / len(probabilities)


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


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        members(rng, "two models", 2, 3, 4),
        members(rng, "three models", 3, 5, 4),
        members(rng, "one sample", 4, 1, 3),
        members(rng, "one model", 1, 4, 3),
        members(rng, "many models", 7, 4, 3),
        members(rng, "M = N = C", 3, 3, 3),
        float32(members(rng, "float32", 3, 4, 2)),
    ]


USUAL = ("two models", "three models", "many models", "M = N = C", "float32")

TOGETHER, ONE_SAMPLE = "what several models say together", "a single sample"

exercise = function(
    ensemble_predict,
    returns="p",
    points=1,
    cases=cases,
    judge=[
        values("p", weight=5, cases=USUAL, title=TOGETHER),
        values("p", cases="one sample", title=ONE_SAMPLE, after=TOGETHER),
        # Giving back what came in is right here, too.
        values("p", cases="one model", title="one model alone says what it says", form=True),
    ],
    form=(
        shapes(cases=(*USUAL, "one sample", "one model")),
        dtype(cases="float32"),
        unchanged_inputs(),
    ),
    answers=("course_lib.ensembles.ensemble_predict",),
    hints=(
        step(
            "Axis 0 counts the models, axis 1 the samples, axis 2 the classes. Which one has to "
            "go?",
            "shapes",
        ),
        step(
            "For one sample and one class there are M probabilities, one from each model. What is "
            "made of them, and does each of them count the same?",
            TOGETHER,
        ),
        step("With a single sample, axis 1 has length 1. It has to stay.", ONE_SAMPLE),
        "p[n, c] = (1/M) Σ_m probabilities[m, n, c]",
        "Smaller: two models, one sample, two classes, [[[0.9, 0.1]], [[0.4, 0.6]]]. Together "
        "they say [[0.65, 0.35]], although the second one is for the other class.",
    ),
)


def votes(p):
    """A 1 at the most probable class of each row, and zeros."""
    return np.eye(p.shape[-1])[p.argmax(axis=-1)]


def normalised(p):
    """The rows divided by their sums."""
    return p / p.sum(axis=-1, keepdims=True)


def running_mean(probabilities):
    """The mean of two, taken again and again: the later a model comes, the more it counts."""
    p = probabilities[0]
    for member in probabilities[1:]:
        p = (p + member) / 2
    return p


def most_confident(probabilities):
    """For each sample the row of the model that is most sure of itself."""
    surest = probabilities.max(axis=2).argmax(axis=0)
    return probabilities[surest, np.arange(probabilities.shape[1])]


for written, hint in {
    "probabilities.sum(axis=0)": "The rows add up to M in place of 1: you have the sum over the "
    "models.",
    "probabilities.mean(axis=1)": "You averaged over the samples. Which axis counts the models?",
    "probabilities.mean(axis=2)": "You averaged over the classes, where the mean is always 1/C. "
    "Which axis counts the models?",
    "probabilities.mean()": "A single number is left. Only one of the three axes should go.",
    "votes(probabilities).mean(axis=0)": "These are shares of votes: each member counts with its "
    "favourite class only, sure or not. Here its probabilities are asked for.",
    "votes(probabilities).sum(axis=0)": "These are counted votes, whole numbers. Average the "
    "probabilities.",
    "votes(votes(probabilities).sum(axis=0))": "Rows of zeros with a 1 at the class that won a "
    "vote: how sure the members were has been lost. Keep their probabilities, and average those.",
    "probabilities.mean(axis=0).argmax(axis=1)": "The most probable class alone is left, (N,). "
    "Return the probabilities; if you want the class, take its argmax.",
    "votes(probabilities).sum(axis=0).argmax(axis=1)": "The class with the most votes is left, "
    "(N,). Asked for are probabilities (N, C), made of those that the members give.",
    "votes(probabilities.mean(axis=0))": "The means are rounded to 0 and 1. How sure the ensemble "
    "is has been lost.",
    "probabilities.prod(axis=0)": "The probabilities are multiplied, as if all had to be right. S2 "
    "says: average.",
    "normalised(probabilities.prod(axis=0))": "The probabilities are multiplied and brought back "
    "to sum 1, which makes them very sure of themselves. S2 says: average.",
    "np.exp(np.log(probabilities).mean(axis=0))": "This is the mean of logarithms, and its "
    "exponential: the rows no longer sum to 1. Asked for is the plain mean.",
    "normalised(np.exp(np.log(probabilities).mean(axis=0)))": "This is the geometric mean, brought "
    "back to sum 1. One member who is sure that it is not so has a veto there. Asked for is the "
    "plain mean.",
    "np.log(probabilities).mean(axis=0)": "Negative numbers: you have averaged logarithms of "
    "probabilities.",
    "np.median(probabilities, axis=0)": "This is the median. It ignores how far off the others "
    "are, and its rows need not sum to 1.",
    "probabilities.max(axis=0)": "For each class the highest probability wins: the rows sum to "
    "more than 1.",
    "normalised(np.exp(probabilities.mean(axis=0)))": "A softmax is applied behind the mean. What "
    "comes in are probabilities already, and the mean of rows that sum to 1 sums to 1.",
    "normalised(np.exp(probabilities)).mean(axis=0)": "A softmax is applied to each member. What "
    "comes in are probabilities already, not scores.",
    "probabilities[0]": "Only the first model is heard.",
    "probabilities[-1]": "Only the last model is heard. What happened to the others in your loop?",
    "probabilities[: max(len(probabilities) - 1, 1)].mean(axis=0)": "The last model is not heard. "
    "Where does your loop end?",
    "running_mean(probabilities)": "The later a model comes, the more it counts: half of each turn "
    "is its own. All should count the same.",
    "most_confident(probabilities)": "For each sample the most confident model speaks alone. "
    "Average them all.",
}.items():
    exercise.slip("probabilities.sum(axis=0) / len(probabilities)", written, hint)

for what in ("samples", "classes"):
    exercise.slip(
        "len(probabilities)",
        f"probabilities.shape[{1 + (what == 'classes')}]",
        f"The sum over the models is divided by the number of {what}.",
    )
exercise.slip(
    "probabilities.sum(",
    "probabilities[1:].sum(",
    "The first model is missing in the sum. Where does it begin?",
)
