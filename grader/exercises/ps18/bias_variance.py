"""``bias_variance(predictions, t) -> (bias_squared, variance)``: the parts of the squared error."""

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


def bias_variance(predictions, t):
    mean = predictions.mean(axis=0)
    bias_squared = np.mean((mean - t) ** 2)
    variance = np.mean((predictions - mean) ** 2)
    return bias_squared, variance


SEVERAL = "several models"
ONE_INPUT = "a single input"
ALONE = "one model alone has no variance"


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    def fits(about: str, M: int, N: int, bias: float, spread: float) -> Case:
        """Predictions whose errors have both signs, at each input and from input to input."""
        t = rng.uniform(1.0, 4.0, size=N)
        off = bias * np.where(np.arange(N) % 3 == 1, -1, 1) * rng.uniform(0.6, 1.4, size=N)
        deviations = spread * rng.uniform(0.5, 2.0, size=(M, N)) * rng.choice([-1, 1], size=(M, N))
        return case(about, predictions=t + off + deviations, t=t)

    return {
        SEVERAL: [
            fits("two models", 2, 3, 0.6, 0.8),
            fits("more models than inputs", 6, 4, 0.3, 0.7),
            fits("more inputs than models", 3, 8, 0.9, 0.4),
            fits("M = N", 5, 5, 0.5, 0.5),
            float32(fits("float32", 4, 6, 0.7, 0.6)),
        ],
        ONE_INPUT: [fits("", 4, 1, 0.5, 0.6)],
        ALONE: [fits("", 1, 5, 0.8, 0.3)],
    }


exercise = function(
    bias_variance,
    returns="bias_squared, variance",
    points=3,
    cases=cases,
    judge=[
        values(
            "bias_squared",
            weight=4,
            cases=SEVERAL,
            title="the squared bias",
            help="""Each input has its own bias: the mean prediction of all models for it, minus its
            target. In which order do you square and average over the inputs?""",
        ),
        values(
            "variance",
            weight=4,
            cases=SEVERAL,
            title="the variance",
            help="""Each input has its own variance: the mean squared distance of its M predictions
            from their mean. Over which axis is this mean, and which mean comes last?""",
        ),
        # What confuses sums and means over the inputs is right here.
        values(
            "bias_squared",
            "variance",
            cases=ONE_INPUT,
            alone=False,
            help="With a single input, axis 1 has length 1. What do your means divide by?",
        ),
        # Any function that calls the error of one model its bias is right here.
        values("bias_squared", "variance", cases=ALONE, alone=False),
    ],
    form=(shapes(title="two numbers come back"), unchanged_inputs()),
    answers=("course_lib.ensembles",),
    hints="""
    mean[n] = (1/M) Σ_m predictions[m, n] has one entry per input. Both results are means over the
    inputs.

    bias² = (1/N) Σ_n (mean[n] − t[n])²

    variance = (1/(M·N)) Σ_m Σ_n (predictions[m, n] − mean[n])²

    A smaller example: predictions = [[1, 4], [3, 4]] and t = [1, 2]. The means are [2, 4] and the
    biases 1 and 2, so bias² is 2.5. The variances are 1 and 0, so the variance is 0.5. Test: their
    sum is the mean of (predictions − t)² = 0, 4, 4, 4, which is 3.
    """,
    mistakes=slips("""
mean = predictions.mean(axis=1)
    You average over axis 1, which belongs to the inputs. Over which axis are the models?
mean = predictions.mean(axis=1, keepdims=True)
    Your mean is that of each model over all inputs. Which axis belongs to the models?
mean = predictions.mean()
    Your mean is a single number, over all models and all inputs. Each input has a mean of its own.
mean = np.median(predictions, axis=0)
    You take the median of the models. With it, squared bias and variance do not add up to the mean
    squared error.
mean = predictions[0]
    You use the first model in place of the mean of all.
mean = predictions[1:].sum(axis=0) / len(predictions)
    Your mean lacks the first model. Axis 0 begins at index 0.
mean = predictions.sum(axis=0)
    You add up the models, but do not divide by their number.
mean = predictions.sum(axis=0) / len(t)
    Your sum over the models is divided by the number of inputs.
bias_squared = np.mean(mean - t) ** 2
    You average the biases over the inputs and then square, so biases of opposite sign cancel. In
    which order do the square and the mean stand in the formula?
bias_squared = np.mean(mean - t)
    The squared bias may not be negative. Where do you square?
bias_squared = np.mean(np.abs(mean - t))
    You take the absolute bias. The squared one belongs to the squared error.
bias_squared = np.sqrt(np.mean((mean - t) ** 2))
    You take a root at the end. The squared bias has the unit of t squared.
bias_squared = np.sum((mean - t) ** 2)
    You add up over the inputs. The result should not grow with their number.
bias_squared = np.mean((predictions - t) ** 2)
    This is the whole mean squared error, with the variance in it. Take the mean prediction before
    you compare it with the target.
bias_squared = np.mean((predictions[0] - t) ** 2)
    You compare only the first model with the targets. The bias belongs to the mean of all models.
bias_squared = np.mean((mean - np.mean(t)) ** 2)
    You compare with the mean of all targets. Each input has a target of its own.
bias_squared = np.mean((mean[:, None] - t) ** 2)
    You compare each mean with every target, not only with its own: (N, 1) − (N,) is a matrix of
    shape (N, N).
bias_squared = np.mean(mean**2) - np.mean(t**2)
    You subtract squares. (a − b)² is not a² − b².
bias_squared = np.mean(mean) ** 2
    `t` is not used. A bias is the distance from the target.
bias_squared = (mean - t) ** 2
    You return a squared bias for each input. Average over the inputs.
bias_squared = np.var(mean - t)
    You subtract the mean of the biases before you square. An error that all inputs share is a bias,
    too.
variance = np.var(predictions)
    You measure how far the predictions are from one mean over all inputs, so it counts that the
    inputs differ. Compare the models at one input.
variance = np.mean(np.var(predictions, axis=1))
    You measure how the predictions of one model differ from input to input. Compare the models at
    one input: which axis is that?
variance = np.var(mean)
    You take the variance of the mean prediction over the inputs. How much do the models differ from
    each other?
variance = np.mean((predictions - mean) ** 2) * len(predictions) / max(len(predictions) - 1, 1)
    You divide by M − 1, as `ddof=1` does. Then the two parts do not add up to the mean squared
    error.
variance = np.mean(np.std(predictions, axis=0))
    You average standard deviations. The variance is their square.
variance = np.sqrt(np.mean((predictions - mean) ** 2))
    You take a root of the variance. Its unit is that of t squared.
variance = np.mean(np.abs(predictions - mean))
    You take absolute deviations. The variance is a mean of squares.
variance = np.sum((predictions - mean) ** 2)
    You add up over models and inputs without dividing by their numbers.
variance = np.sum((predictions - mean) ** 2) / len(t)
    You divide by the number of inputs alone, so the result grows with the number of models.
variance = np.sum((predictions - mean) ** 2) / len(predictions)
    You divide by the number of models alone, so the result grows with the number of inputs.
variance = np.mean((predictions - t) ** 2)
    You measure the variance from the targets, so the bias is in it. Variance is measured from the
    mean of the models.
variance = np.var((predictions - t) ** 2)
    This is the variance of the squared errors. Asked is that of the predictions.
variance = np.mean((predictions - mean) ** 2) / len(predictions)
    You divide by M twice. This would be the variance of the mean of M models.
variance = np.mean((predictions[:, None] - predictions) ** 2)
    You take the mean over all pairs of models. Their squared distance contains the variance of both
    of them.
variance = np.var(predictions, axis=0)
    You return a variance for each input. Average over the inputs.
variance = np.mean((predictions[-1] - mean) ** 2)
    Only the last model is in your variance. What happens to the others?
variance = np.mean(predictions - mean) ** 2
    Your variance is 0: deviations from a mean cancel. Square each of them first.
bias_squared = np.mean((predictions - t).mean(axis=1) ** 2)
variance = np.mean((predictions - t).var(axis=1))
    You compute a bias and a variance of each model, over the inputs. The bias compares the mean of
    all models with the target of one input, and the variance is that of the models at this input.
bias_squared = np.mean((mean - t) ** 2) / 2
variance = np.mean((predictions - mean) ** 2) / 2
    Both parts are half of what they should be. Here the squared error has no factor ½.
return variance, bias_squared
    The two results are exchanged.
"""),
)
