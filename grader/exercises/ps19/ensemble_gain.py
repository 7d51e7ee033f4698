"""``ensemble_gain(probabilities, t) -> (accuracy, loss)``: an ensemble beside its mean member."""

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    function,
    shapes,
    slips,
    unchanged_inputs,
    values,
)


def ensemble_gain(probabilities, t):
    rows = np.arange(len(t))
    mean = probabilities.mean(axis=0)
    together = np.mean(mean.argmax(axis=1) == t)
    alone = np.mean(probabilities.argmax(axis=2) == t)
    accuracy = together - alone
    of_mean = -np.mean(np.log(mean[rows, t]))
    of_each = -np.mean(np.log(probabilities[:, rows, t]))
    loss = of_mean - of_each
    return accuracy, loss


def votes(p):
    """A 1 at the most probable class of each row, and zeros."""
    return np.eye(p.shape[-1])[p.argmax(axis=-1)]


SEVERAL = "several models"
ONE_SAMPLE = "a single sample"
ALONE = "one model alone gains nothing"


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    def members(about: str, M: int, N: int, C: int, *, sure: bool = False) -> Case:
        """Members that disagree: often one that is sure is right against the votes of the rest.

        Which rows the mean, the votes and the members have right is drawn anew, but where the sure
        one is always right.
        """
        p = rng.uniform(0.5, 1.5, size=(M, N, C))
        rows, first = np.arange(N), rng.integers(C, size=N)
        p[:, rows, first] = rng.uniform(2.0, 2.6, size=(M, N))
        other = (first + rng.integers(1, C, size=N)) % C
        if M > 1:
            p[0, rows, other] = 30 * M
        t = np.where(rng.random(N) < rng.uniform(0.45, 0.85), other, first)
        t[: N // 4] = rng.integers(C, size=N // 4)
        t = other if sure else t
        return case(about, probabilities=p / p.sum(axis=2, keepdims=True), t=t)

    sure = members("a member that is certain, and wrong", 4, 13, 3)
    sure["probabilities"][1, np.arange(13), sure["t"]] = 1e-30
    return {
        SEVERAL: [
            sure,
            members("three models", 3, 19, 4),
            members("five models", 5, 23, 3),
            members("many models", 7, 31, 5),
            members("M = N = C", 11, 11, 11),
            members("two models", 2, 29, 4),
        ],
        ONE_SAMPLE: [members("", 3, 1, 6, sure=True)],
        ALONE: [members("one model", 1, 7, 3)],
    }


exercise = function(
    ensemble_gain,
    returns="accuracy, loss",
    points=3,
    cases=cases,
    judge=[
        values(
            "accuracy",
            weight=4,
            cases=SEVERAL,
            title="the gain in accuracy",
            help="""First average the probabilities of one image over the models, then take the
            most probable class. The mean member is another number: what is it for two models that
            are right on 3 and 5 of 10 images?""",
        ),
        values(
            "loss",
            weight=4,
            cases=SEVERAL,
            title="the change of the loss",
            help="""The loss of one prediction is −log of the probability of the true class. Which
            comes first for the ensemble, the logarithm or the mean over the models, and which for
            the mean member?""",
        ),
        values("accuracy", "loss", cases=ONE_SAMPLE, alone=False),
        # Zeros are right here.
        values("accuracy", "loss", cases=ALONE, alone=False),
    ],
    form=(shapes(title="two numbers come back"), unchanged_inputs()),
    answers=("grader.exercises.ps19.ensemble_gain", "course_lib.ensembles"),
    hints="""
    Four numbers are needed: accuracy and loss of the mean prediction, and the mean accuracy and
    loss of the members. Axis 0 belongs to the models, axis 2 to the classes.

    `probabilities[:, np.arange(N), t]` has the shape (M, N): the probability that each model gives
    to the true class of each sample.

    A smaller example: two models, one sample, [[[0.9, 0.1]], [[0.4, 0.6]]] and t = [1]. The mean is
    [[0.65, 0.35]], so the ensemble is wrong, and one of two members is right: accuracy −0.5. The
    losses are −log 0.35 = 1.05 together and (2.30 + 0.51)/2 = 1.41 alone: loss −0.36.
    """,
    mistakes=slips("""
mean = probabilities.mean(axis=1)[:, None].repeat(len(t), 1)[0]
    You average over the samples. Which axis belongs to the models?
mean = probabilities[0]
    You take the first model for the ensemble. How are all of them combined?
mean = votes(probabilities).mean(axis=0) * 0.999 + 0.001
    You count votes: only the most probable class of each model matters. Average the probabilities.
mean = np.exp(np.log(probabilities).mean(axis=0))
    You average the logarithms. S2 averages the results of the models themselves.
mean = (lambda p: p / p.sum(axis=1, keepdims=True))(np.exp(np.log(probabilities).mean(axis=0)))
    You take the geometric mean of the probabilities and make it add up to 1 again. S2 averages the
    probabilities themselves.
mean = np.median(probabilities, axis=0)
    You take the median of the models. S2 averages them.
mean = probabilities.max(axis=0)
    You take the highest probability of each class. S2 averages over the models.
mean = probabilities.sum(axis=0)
    You add up the models, but do not divide by their number, so the probabilities do not sum to 1.
together = np.mean(votes(probabilities).sum(axis=0).argmax(axis=1) == t)
    Your accuracy is that of a vote. Take the most probable class of the mean.
together = np.max(np.mean(probabilities.argmax(axis=2) == t, axis=1))
    You take the accuracy of the best member for that of the ensemble.
together = np.mean((probabilities.argmax(axis=2) == t).any(axis=0))
    You count each image that any of the models classifies correctly. Nobody knows which model that
    is.
together = np.sum(mean.argmax(axis=1) == t)
    You count the right images of the ensemble. An accuracy is a share.
alone = np.mean(probabilities[0].argmax(axis=1) == t)
    You compare with the first model. Compare with the mean accuracy of all.
alone = np.max(np.mean(probabilities.argmax(axis=2) == t, axis=1))
    You compare with the best model. Compare with the mean accuracy of all: before the test nobody
    knows the best one.
alone = np.min(np.mean(probabilities.argmax(axis=2) == t, axis=1))
    You compare with the worst model. Compare with the mean accuracy of all.
alone = np.sum(probabilities.argmax(axis=2) == t) / len(t)
    You add up the accuracies of the models. Divide by their number, too.
accuracy = alone - together
    Your gain in accuracy has the wrong sign: it is that of the ensemble minus the mean of the
    members.
accuracy = together
    This is the accuracy of the ensemble. Subtract the mean accuracy of its members.
accuracy = 100 * (together - alone)
    You return percentage points. Return the difference of two shares.
accuracy = together / alone - 1
    You divide by the accuracy of the members. Asked is the difference.
loss = of_each - of_mean
    Your change of the loss has the wrong sign: it is that of the ensemble minus the mean of the
    members.
loss = of_mean
    This is the loss of the ensemble. Subtract the mean loss of its members.
of_mean = -np.mean(np.log(mean))
    You use the probabilities of all classes. The cross-entropy contains only the true class.
of_mean = -np.mean(np.log(mean))
of_each = -np.mean(np.log(probabilities))
    Both losses use the probabilities of all classes. The cross-entropy contains only the true
    class.
of_mean = -np.mean(np.log(mean[:, t]))
    `mean[:, t]` has N × N entries: for each image the classes of all images. Which index takes one
    class for each image?
of_mean = -np.mean(np.log(mean.max(axis=1)))
    You use the highest probability. The cross-entropy contains that of the true class.
of_mean = -np.mean(np.log(probabilities[:, rows, t]))
    Both of your losses are the same number. For the ensemble, which comes first: the mean over the
    models, or the logarithm? And for the mean member?
of_mean = -np.log(np.mean(mean[rows, t]))
    You average the probabilities over the samples and then take the logarithm. The loss is a mean
    of logarithms.
of_mean = -np.sum(np.log(mean[rows, t]))
    You add up the loss over the samples. The loss is their mean.
of_mean = -np.mean(np.log2(mean[rows, t]))
    You use another logarithm for the ensemble. The cross-entropy has the natural one.
of_each = -np.mean(np.log(probabilities[0, rows, t]))
    You compare with the loss of the first model. Compare with the mean loss of all.
of_each = -np.log(np.mean(probabilities[:, rows, t]))
    You average the probabilities of the members before the logarithm. Each member has a loss of its
    own; average these.
of_each = -np.sum(np.log(probabilities[:, rows, t])) / len(t)
    You add up the losses of the models. Divide by their number, too.
of_mean = np.mean((1 - mean[rows, t]) ** 2)
of_each = np.mean((1 - probabilities[:, rows, t]) ** 2)
    This is a squared error. The cross-entropy is −log of the probability of the true class.
return loss, accuracy
    The two results are exchanged.
"""),
)
