"""``ensemble_predict(probabilities) -> (N, C)``: several models answer together."""

from typing import Any

import numpy as np

from course_lib.ensembles import ensemble_predict
from grader.checking import (
    Case,
    Exercise,
    Mistake,
    _,
    case,
    dtype,
    shapes,
    unchanged_inputs,
    values,
)


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
        p[-1, rows, other] = 30 * M
    return case(about, probabilities=p / p.sum(axis=2, keepdims=True))


def cases(rng: np.random.Generator) -> list[Case]:
    single = members(rng, "float32", 3, 4, 2)
    single["probabilities"] = single["probabilities"].astype(np.float32)
    return [
        members(rng, "two models", 2, 3, 4),
        members(rng, "three models", 3, 5, 4),
        members(rng, "one sample", 4, 1, 3),
        members(rng, "one model", 1, 4, 3),
        members(rng, "many models", 7, 4, 3),
        members(rng, "M = N = C", 3, 3, 3),
        single,
    ]


USUAL = ("two models", "three models", "many models", "M = N = C", "float32")


def run(ensemble_predict: Any, case: Case) -> dict[str, Any]:
    # A first call with other numbers: what is kept outside of the call would show.
    ensemble_predict(case["probabilities"][:, :, ::-1].copy())
    return {"p": ensemble_predict(case["probabilities"])}


def summed(probabilities: Any) -> Any:
    return probabilities.sum(axis=0)


def over_samples(probabilities: Any) -> Any:
    return probabilities.mean(axis=1)


def over_classes(probabilities: Any) -> Any:
    return probabilities.mean(axis=2)


def over_everything(probabilities: Any) -> Any:
    return probabilities.mean()


def divided_by_samples(probabilities: Any) -> Any:
    return probabilities.sum(axis=0) / probabilities.shape[1]


def divided_by_classes(probabilities: Any) -> Any:
    return probabilities.sum(axis=0) / probabilities.shape[2]


def votes(probabilities: Any) -> Any:
    C = probabilities.shape[2]
    return np.eye(C)[probabilities.argmax(axis=2)].mean(axis=0)


def count_of_votes(probabilities: Any) -> Any:
    C = probabilities.shape[2]
    return np.eye(C)[probabilities.argmax(axis=2)].sum(axis=0)


def winner_of_votes(probabilities: Any) -> Any:
    C = probabilities.shape[2]
    given = np.eye(C)[probabilities.argmax(axis=2)].sum(axis=0)
    return np.eye(C)[given.argmax(axis=1)]


def label(probabilities: Any) -> Any:
    return probabilities.mean(axis=0).argmax(axis=1)


def label_of_votes(probabilities: Any) -> Any:
    C = probabilities.shape[2]
    return np.eye(C)[probabilities.argmax(axis=2)].sum(axis=0).argmax(axis=1)


def row_of_label(probabilities: Any) -> Any:
    p = probabilities.mean(axis=0)
    return np.eye(p.shape[1])[p.argmax(axis=1)]


def product(probabilities: Any) -> Any:
    return np.prod(probabilities, axis=0)


def product_normalised(probabilities: Any) -> Any:
    p = np.prod(probabilities, axis=0)
    return p / p.sum(axis=1, keepdims=True)


def geometric_mean(probabilities: Any) -> Any:
    return np.exp(np.mean(np.log(probabilities), axis=0))


def geometric_mean_normalised(probabilities: Any) -> Any:
    p = np.exp(np.mean(np.log(probabilities), axis=0))
    return p / p.sum(axis=1, keepdims=True)


def mean_of_logarithms(probabilities: Any) -> Any:
    return np.mean(np.log(probabilities), axis=0)


def median(probabilities: Any) -> Any:
    return np.median(probabilities, axis=0)


def highest(probabilities: Any) -> Any:
    return probabilities.max(axis=0)


def softmax_of_mean(probabilities: Any) -> Any:
    e = np.exp(probabilities.mean(axis=0))
    return e / e.sum(axis=1, keepdims=True)


def mean_of_softmax(probabilities: Any) -> Any:
    e = np.exp(probabilities)
    return (e / e.sum(axis=2, keepdims=True)).mean(axis=0)


def first_member(probabilities: Any) -> Any:
    return probabilities[0]


def all_but_the_last(probabilities: Any) -> Any:
    return probabilities[: max(len(probabilities) - 1, 1)].mean(axis=0)


def running_mean(probabilities: Any) -> Any:
    p = probabilities[0]
    for member in probabilities[1:]:
        p = (p + member) / 2
    return p


def most_confident(probabilities: Any) -> Any:
    sure = probabilities.max(axis=2).argmax(axis=0)
    return probabilities[sure, np.arange(probabilities.shape[1])]


exercise = Exercise(
    name="ensemble_predict",
    takes=("ensemble_predict",),
    points=1,
    reference=(ensemble_predict,),
    cases=cases,
    run=run,
    judge=[
        values("p", weight=5, cases=USUAL, title=_("what several models say together")),
        values("p", cases="one sample", title=_("a single sample")),
        # Giving back what came in is right here, too.
        values("p", cases="one model", title=_("one model alone says what it says"), form=True),
        shapes(cases=(*USUAL, "one sample", "one model")),
        dtype(cases="float32"),
        unchanged_inputs(),
    ],
    mistakes=[
        Mistake(
            summed,
            hint=_("The rows add up to M in place of 1: you have the sum over the models."),
        ),
        Mistake(
            over_samples,
            hint=_("You averaged over the samples. Which axis counts the models?"),
        ),
        Mistake(
            over_classes,
            hint=_(
                "You averaged over the classes, where the mean is always 1/C. Which axis counts "
                "the models?"
            ),
        ),
        Mistake(
            over_everything,
            hint=_("A single number is left. Only one of the three axes should go."),
        ),
        Mistake(
            divided_by_samples,
            hint=_("The sum over the models is divided by the number of samples."),
        ),
        Mistake(
            divided_by_classes,
            hint=_("The sum over the models is divided by the number of classes."),
        ),
        Mistake(
            votes,
            hint=_(
                "These are shares of votes: each member counts with its favourite class only, sure "
                "or not. Here its probabilities are asked for."
            ),
        ),
        Mistake(
            count_of_votes,
            hint=_("These are counted votes, whole numbers. Average the probabilities."),
        ),
        Mistake(
            winner_of_votes,
            hint=_(
                "Rows of zeros with a 1 at the class that won a vote: how sure the members were "
                "has been lost. Keep their probabilities, and average those."
            ),
        ),
        Mistake(
            label,
            hint=_(
                "The most probable class alone is left, (N,). Return the probabilities; whoever "
                "wants the class takes the argmax."
            ),
        ),
        Mistake(
            label_of_votes,
            hint=_(
                "The class with the most votes is left, (N,). Asked for are probabilities (N, C), "
                "made of those that the members give."
            ),
        ),
        Mistake(
            row_of_label,
            hint=_("The means are rounded to 0 and 1. How sure the ensemble is has been lost."),
        ),
        Mistake(
            product,
            hint=_(
                "The probabilities are multiplied, as if all had to be right. S2 says: average."
            ),
        ),
        Mistake(
            product_normalised,
            hint=_(
                "The probabilities are multiplied and brought back to sum 1, which makes them very "
                "sure of themselves. S2 says: average."
            ),
        ),
        Mistake(
            geometric_mean,
            hint=_(
                "This is the mean of logarithms, and its exponential: the rows no longer sum to 1. "
                "Asked for is the plain mean."
            ),
        ),
        Mistake(
            geometric_mean_normalised,
            hint=_(
                "This is the geometric mean, brought back to sum 1. One member who is sure that it "
                "is not so has a veto there. Asked for is the plain mean."
            ),
        ),
        Mistake(
            mean_of_logarithms,
            hint=_("Negative numbers: you have averaged logarithms of probabilities."),
        ),
        Mistake(
            median,
            hint=_(
                "This is the median. It ignores how far off the others are, and its rows need not "
                "sum to 1."
            ),
        ),
        Mistake(
            highest,
            hint=_("For each class the highest probability wins: the rows sum to more than 1."),
        ),
        Mistake(
            softmax_of_mean,
            hint=_(
                "A softmax is applied behind the mean. What comes in are probabilities already, "
                "and the mean of rows that sum to 1 sums to 1."
            ),
        ),
        Mistake(
            mean_of_softmax,
            hint=_(
                "A softmax is applied to each member. What comes in are probabilities already, "
                "not scores."
            ),
        ),
        Mistake(
            first_member,
            hint=_("Only the first model is heard."),
        ),
        Mistake(
            all_but_the_last,
            hint=_("The last model is not heard. Where does your loop end?"),
        ),
        Mistake(
            running_mean,
            hint=_(
                "The later a model comes, the more it counts: half of each turn is its own. All "
                "should count the same."
            ),
        ),
        Mistake(
            most_confident,
            hint=_("For each sample the most confident model speaks alone. Average them all."),
        ),
    ],
    answers=("course_lib.ensembles.ensemble_predict",),
    returns="an array (N, C)",
    hints=(
        _("Axis 0 counts the models, axis 1 the samples, axis 2 the classes. Which one has to go?"),
        _("p[n, c] = (1/M) Σ_m probabilities[m, n, c]"),
        _(
            "Smaller: two models, one sample, two classes, [[[0.9, 0.1]], [[0.4, 0.6]]]. Together "
            "they say [[0.65, 0.35]], although the second one is for the other class."
        ),
    ),
)
