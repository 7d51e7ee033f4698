"""Solutions of ``bias_variance(predictions, t) -> (bias_squared, variance)``, for (M, N) and (N,).

The variance is taken over the M models with 1/M; both are means over the N inputs.
"""

import math
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
def rest_of_the_squared_error(predictions, t):
    error = np.mean((predictions - t) ** 2)
    bias_squared = np.mean((predictions.mean(axis=0) - t) ** 2)
    return bias_squared, error - bias_squared


@right
def input_by_input(predictions, t):
    M, N = predictions.shape
    bias_squared = variance = 0.0
    for n in range(N):
        column = [float(p) for p in predictions[:, n]]
        mean = math.fsum(column) / M
        bias_squared += (mean - float(t[n])) ** 2 / N
        variance += sum((p - mean) ** 2 for p in column) / (M * N)
    return bias_squared, variance


@right
def python_statistics(predictions, t):
    columns = predictions.T.astype(float).tolist()
    bias_squared = statistics.fmean(
        (statistics.fmean(column) - float(target)) ** 2
        for column, target in zip(columns, t, strict=True)
    )
    return bias_squared, statistics.fmean(map(statistics.pvariance, columns))


@right
def mean_of_squares_minus_square_of_mean(predictions, t):
    p = predictions.astype(float)
    mean = p.mean(axis=0)
    return np.mean(mean**2 - 2 * mean * t + t**2), np.mean(p**2) - np.mean(mean**2)


@right
def from_the_errors(predictions, t):
    # Subtracting t moves all models alike, so the variance of the errors is that of predictions.
    errors = predictions - t[None, :]
    return np.square(errors.sum(axis=0) / len(errors)).mean(), errors.var(axis=0, ddof=0).mean()


@right
def pairs_of_models(predictions, t):
    # Half the mean squared distance of two models, each also with itself, is the variance.
    apart = predictions[:, None] - predictions[None, :]
    errors = (predictions - t) @ (predictions - t).T
    return errors.mean() / predictions.shape[1], np.mean(apart**2) / 2


@right
def running_mean(predictions, t):
    # Welford: mean and sum of squares, model by model.
    mean, squares = np.zeros(len(t)), np.zeros(len(t))
    for m, p in enumerate(predictions.astype(float), start=1):
        before = p - mean
        mean = mean + before / m
        squares = squares + before * (p - mean)
    return float(((mean - t) ** 2).mean()), float(squares.mean() / len(predictions))


@right
def projection(predictions, t):
    M, N = predictions.shape
    centre = np.eye(M) - np.full((M, M), 1 / M)
    spread = np.linalg.norm(centre @ predictions) ** 2
    return np.linalg.norm(np.full(M, 1 / M) @ predictions - t) ** 2 / N, spread / (M * N)


@form
def arrays_of_one(predictions, t):
    return tuple(np.array([value]) for value in textbook(predictions, t))


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
