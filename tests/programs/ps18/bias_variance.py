"""Solutions of ``bias_variance(predictions, t) -> (bias_squared, variance)``, for (M, N) and (N,).

The variance is taken over the M models with 1/M; both are means over the N inputs.
"""

import statistics

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(predictions, t):
    mean = predictions.mean(axis=0)
    return np.mean((mean - t) ** 2), np.mean((predictions - mean) ** 2)


@right
def numpy_var(predictions, t):
    bias = np.average(predictions, axis=0) - t
    return bias @ bias / len(bias), predictions.var(axis=0).mean()


@right
def python_statistics(predictions, t):
    columns = predictions.T.astype(float).tolist()
    bias_squared = statistics.fmean(
        (statistics.fmean(column) - float(target)) ** 2
        for column, target in zip(columns, t, strict=True)
    )
    return bias_squared, statistics.fmean(map(statistics.pvariance, columns))


@wrong
def exchanged_axes(predictions, t):
    return textbook(predictions.T, t[: len(predictions)].mean())


@wrong
def means_of_absolute_parts(predictions, t):
    mean = predictions.mean(axis=0)
    return np.mean(np.abs(mean - t)) ** 2, np.mean(np.abs(predictions - mean)) ** 2


@wrong
def best_model_for_the_mean(predictions, t):
    best = predictions[np.argmin(((predictions - t) ** 2).mean(axis=1))]
    return np.mean((best - t) ** 2), np.mean((predictions - best) ** 2)


@wrong
def added_over_calls(predictions, t, kept=[0.0, 0.0]):  # noqa: B006
    kept[:] = [k + value for k, value in zip(kept, textbook(predictions, t), strict=True)]
    return tuple(kept)


@wrong
def targets_of_the_first_call(predictions, t, kept={}):  # noqa: B006
    return textbook(predictions, kept.setdefault(len(t), t))


@wrong
def relative_parts(predictions, t):
    parts = np.array(textbook(predictions, t))
    return tuple(parts / parts.sum())


@wrong
def half_the_error_each(predictions, t):
    error = np.mean((predictions - t) ** 2)
    return error / 2, error / 2
