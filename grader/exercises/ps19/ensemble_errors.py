"""``ensemble_errors(predictions, s, M) -> errors``: of M independent fits, from K of them."""

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


def ensemble_errors(predictions, s, M):
    mean = predictions.mean(axis=1, keepdims=True)
    bias_squared = np.mean((mean - s) ** 2, axis=(1, 2))
    variance = np.mean((predictions - mean) ** 2, axis=(1, 2))
    errors = bias_squared + variance / M
    return errors


SEVERAL = "several fits"
ONE = "a single fit"
MANY = "very many fits"


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    def fits(about: str, L: int, K: int, N: int, M: int) -> Case:
        """Strengths with other parts each; errors of both signs, at each input and over them."""
        s = rng.uniform(1.0, 4.0, size=N)
        bias = rng.uniform(0.4, 0.9, size=(L, 1, 1))
        spread = rng.uniform(0.3, 0.9, size=(L, 1, 1))
        off = bias * np.where(np.arange(N) % 3 == 1, -1, 1) * rng.uniform(0.6, 1.4, size=N)
        signs = rng.choice([-1, 1], size=(L, K, N))
        own = spread * rng.uniform(0.5, 2.0, size=(L, K, N)) * signs
        return case(about, predictions=s + off + own, s=s, M=M)

    return {
        SEVERAL: [
            fits("one strength, two fits, M = 3", 1, 2, 3, 3),
            fits("three strengths, M below K", 3, 6, 4, 2),
            fits("more strengths than fits, M above K", 5, 3, 8, 7),
            fits("L = K = N", 5, 5, 5, 3),
            float32(fits("float32", 2, 4, 6, 4)),
        ],
        ONE: [fits("", 3, 4, 5, 1)],
        MANY: [fits("", 3, 4, 5, 10**9)],
    }


exercise = function(
    ensemble_errors,
    returns="errors",
    points=3,
    cases=cases,
    judge=[
        values(
            weight=6,
            cases=SEVERAL,
            help="""Two parts are needed for each strength: the squared bias and the variance. What
            does a mean of M independent fits do to each of them?""",
        ),
        # What ignores M is right in one of them.
        values(
            cases=ONE,
            alone=False,
            help="For M = 1 the result is the mean squared error of a single fit.",
        ),
        values(
            cases=MANY, alone=False, help="With very many fits one of the two parts is left: which?"
        ),
    ],
    form=(shapes(title="one number for each strength comes back"), dtype(), unchanged_inputs()),
    answers=("grader.exercises.ps19.ensemble_errors", "course_lib.ensembles"),
    hints="""
    Begin with one strength: `predictions[0]` has the shape (K, N). Its mean over the fits has N
    entries. From them you get the squared bias, and from the deviations the variance.

    What do M independent fits have in common? Their bias. And the mean of M independent deviations
    varies less than one of them: think of the standard error in notebook 01, which is a root.

    A smaller example: one strength, one input, two fits: predictions = [[[2], [4]]], s = [1]. The
    mean is 3, the squared bias 4, the variance 1. One fit has the error 4 + 1 = 5, and an ensemble
    of four 4 + 0.25 = 4.25.
    """,
    mistakes=slips("""
mean = predictions.mean(axis=0, keepdims=True)
    You average over axis 0, which belongs to the strengths. Which axis belongs to the fits?
mean = predictions.mean(axis=2, keepdims=True)
    Your mean is that of each fit over all inputs. Which axis belongs to the fits?
mean = predictions.mean(axis=(1, 2), keepdims=True)
    Your mean is one number for each strength. Each input has a mean of its own.
mean = predictions.mean()
    Your mean is a single number, over strengths, fits and inputs. Each strength has a mean fit,
    with a value for each input.
mean = np.median(predictions, axis=1, keepdims=True)
    You take the median of the fits. With it, squared bias and variance do not add up to the mean
    squared error.
mean = predictions[:, :1]
    You use the first fit in place of the mean of all.
mean = predictions[:, :M].mean(axis=1, keepdims=True)
    You use only M of the K fits. All K tell what a fit is like on average.
mean = predictions[:, 1:].sum(axis=1, keepdims=True) / predictions.shape[1]
    Your mean lacks the first fit. The axis begins at index 0.
mean = predictions.sum(axis=1, keepdims=True)
    You add up the fits, but do not divide by their number.
mean = predictions.sum(axis=1, keepdims=True) / M
    Your sum over the fits is divided by M. You add up K of them.
bias_squared = np.mean(mean - s, axis=(1, 2)) ** 2
    You average the biases over the inputs and then square, so biases of opposite sign cancel.
bias_squared = np.mean(mean - s, axis=(1, 2))
    The squared bias may not be negative. Where do you square?
bias_squared = np.mean(np.abs(mean - s), axis=(1, 2))
    You take the absolute bias. The squared one belongs to the squared error.
bias_squared = np.sqrt(np.mean((mean - s) ** 2, axis=(1, 2)))
    You take a root of the squared bias. The parts add up as squares.
bias_squared = np.sum((mean - s) ** 2, axis=(1, 2))
    You add up the squared biases over the inputs. The result should not grow with their number.
bias_squared = np.mean((predictions - s) ** 2, axis=(1, 2))
    Your squared bias is the whole mean squared error, with the variance in it. Take the mean of the
    fits before you compare it with the truth.
bias_squared = np.mean((predictions[:, 0] - s) ** 2, axis=1)
    You compare only the first fit with the truth. The bias belongs to the mean of all.
bias_squared = np.mean((mean - np.mean(s)) ** 2, axis=(1, 2))
    You compare with the mean of the truth over all inputs. Each input has a value of its own.
bias_squared = np.mean((mean - s) ** 2)
    Your squared bias is one number, a mean over the strengths, too. Each strength has its own.
bias_squared = np.mean(mean, axis=(1, 2)) ** 2
    `s` is not used. A bias is the distance from the truth.
bias_squared = np.var(mean - s, axis=(1, 2))
    You subtract the mean of the biases before you square. An error that all inputs share is a bias,
    too.
variance = np.var(predictions, axis=(1, 2))
    You measure how far the predictions are from one mean over all inputs, so it counts that the
    inputs differ. Compare the fits at one input.
variance = np.mean(np.var(predictions, axis=2), axis=1)
    You measure how the predictions of one fit differ from input to input. Compare the fits at one
    input: which axis is that?
variance = np.mean(np.var(predictions, axis=0)) + 0 * bias_squared
    You measure how the strengths differ. Compare the fits of one strength.
variance = np.var(mean, axis=(1, 2))
    You take the variance of the mean fit over the inputs. How much do the fits differ from each
    other?
variance = np.mean(np.var(predictions, axis=1, ddof=1), axis=1)
    You divide by K − 1. The task asks for means that divide by K.
variance = np.mean(np.std(predictions, axis=1), axis=1)
    You average standard deviations. The variance is their square.
variance = np.sqrt(np.mean((predictions - mean) ** 2, axis=(1, 2)))
    You take a root of the variance. The parts add up as squares.
variance = np.mean(np.abs(predictions - mean), axis=(1, 2))
    You take absolute deviations. The variance is a mean of squares.
variance = np.sum((predictions - mean) ** 2, axis=(1, 2))
    You add up the deviations over fits and inputs without dividing by their numbers.
variance = np.sum((predictions - mean) ** 2, axis=(1, 2)) / len(s)
    You divide the deviations by the number of inputs alone, so the variance grows with K.
variance = np.sum((predictions - mean) ** 2, axis=(1, 2)) / predictions.shape[1]
    You divide the deviations by the number of fits alone, so the variance grows with the number of
    inputs.
variance = np.mean((predictions - s) ** 2, axis=(1, 2))
    You measure the variance from the truth, so the bias is in it. Variance is measured from the
    mean of the fits.
variance = np.mean((predictions - mean) ** 2)
    Your variance is one number, a mean over the strengths, too. Each strength has its own.
variance = np.mean((predictions[:, -1:] - mean) ** 2, axis=(1, 2))
    Only the last fit is in your variance. What happens to the others?
errors = bias_squared + variance
    `M` is not used: this is the error of a single fit. Which of the two parts does averaging
    reduce?
errors = bias_squared
    This is the squared bias alone, the limit of very many fits. What do M of them add? (If you have
    a variance: is it 0? Deviations from a mean cancel if they are not squared first.)
errors = variance / M
    You return the variance alone. What do all fits have in common?
errors = (bias_squared + variance) / M
    You divide both parts by M. If all fits are wrong in the same way, what does their mean gain?
errors = bias_squared / M + variance
    You divide the squared bias by M. Which of the two parts does averaging reduce?
errors = bias_squared + variance / M**2
    You divide the variance by M². That of a sum of M independent fits is M times that of one; that
    of their mean is the sum's over M².
errors = bias_squared + variance / np.sqrt(M)
    You divide the variance by √M. It is the standard deviation of a mean that is divided by √M.
errors = bias_squared + variance / predictions.shape[1]
    You divide by K, the fits that you have. The ensemble has M.
errors = bias_squared + variance / M * (predictions.shape[1] - M) / (predictions.shape[1] - 1)
    You predict for M of the K fits, drawn without putting back. The M fits of the task are
    independent, and may be more than K.
errors = np.mean((predictions[:, :M].mean(axis=1) - s) ** 2, axis=1)
    You measure one ensemble, of the first M fits. Predict from all of them, also for more than K.
errors = np.sqrt(bias_squared + variance / M)
    You take a root at the end. Asked is the mean squared error.
errors = np.mean(bias_squared + variance / M)
    You return one number. Each strength has an error of its own.
"""),
)
