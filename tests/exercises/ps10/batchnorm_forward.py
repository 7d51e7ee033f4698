"""Programs for ``batchnorm_forward``."""

import numpy as np


def textbook(x, gamma, beta, state, *, training, momentum, eps):
    if not training:
        x_hat = (x - state["mean"]) / np.sqrt(state["var"] + eps)
        return gamma * x_hat + beta, (x_hat, gamma), state
    if x.shape[0] < 2:
        raise ValueError("at least two rows are needed")
    mu, var = np.mean(x, axis=0), np.var(x, axis=0)
    x_hat = (x - mu) / np.sqrt(var + eps)
    n = x.shape[0]
    new = {
        "mean": (1 - momentum) * state["mean"] + momentum * mu,
        "var": (1 - momentum) * state["var"] + momentum * var * n / (n - 1),
    }
    return gamma * x_hat + beta, {"x_hat": x_hat, "gamma": gamma}, new


def moments_of_columns(x, gamma, beta, state, *, training, momentum, eps):
    """E[x²] − E[x]², a copied state, and a scale and shift worked out once."""
    state = {name: value.copy() for name, value in state.items()}
    mean, var = state["mean"], state["var"]
    if training:
        N = len(x)
        if N == 1:
            raise ValueError("one row")
        mean = x.sum(axis=0) / N
        var = (x * x).sum(axis=0) / N - mean**2
        state["mean"] += momentum * (mean - state["mean"])
        state["var"] += momentum * (N / (N - 1) * var - state["var"])
    scale = gamma / (var + eps) ** 0.5
    return x * scale + (beta - mean * scale), None, state


def column_by_column(x, gamma, beta, state, *, training, momentum, eps):
    N, D = x.shape
    if training and N <= 1:
        raise ValueError("a batch of one")
    y = np.empty_like(x)
    new = {"mean": np.array(state["mean"]), "var": np.array(state["var"])}
    for d in range(D):
        mean, var = state["mean"][d], state["var"][d]
        if training:
            mean = sum(x[:, d]) / N
            squares = sum((value - mean) ** 2 for value in x[:, d])
            var = squares / N
            new["mean"][d] = (1 - momentum) * new["mean"][d] + momentum * mean
            new["var"][d] = (1 - momentum) * new["var"][d] + momentum * squares / (N - 1)
        for n in range(N):
            y[n, d] = gamma[d] * (x[n, d] - mean) / (var + eps) ** 0.5 + beta[d]
    return y, [x, gamma, beta], new


def with_ddof(x, gamma, beta, state, *, training, momentum, eps):
    """Keeps its axes, and the unbiased variance first."""
    if training:
        if x[:, 0].size < 2:
            raise ValueError(f"{x.shape[0]} row")
        mean = x.mean(axis=0, keepdims=True)
        unbiased = x.var(axis=0, ddof=1, keepdims=True)
        var = unbiased * (1 - 1 / len(x))
        state = {
            "mean": momentum * mean[0] + (1 - momentum) * state["mean"],
            "var": momentum * unbiased[0] + (1 - momentum) * state["var"],
        }
    else:
        mean, var = state["mean"][None], state["var"][None]
    return np.multiply(gamma, (x - mean) * (var + eps) ** -0.5) + beta, (), state


VARIANTS = [(f.__name__, (f,)) for f in (textbook, moments_of_columns, column_by_column, with_ddof)]


def state_as_rows(*arguments, **settings):
    y, cache, state = textbook(*arguments, **settings)
    return y, cache, {name: value[None] for name, value in state.items()}


def state_in_place(x, gamma, beta, state, **settings):
    y, cache, new = textbook(x, gamma, beta, state, **settings)
    state.update(new)
    return y, cache, state


def statistics_in_place(x, gamma, beta, state, **settings):
    y, cache, new = textbook(x, gamma, beta, state, **settings)
    for name in state:
        state[name][...] = new[name]
    return y, cache, state


def centres_x(x, gamma, beta, state, **settings):
    y, cache, new = textbook(x, gamma, beta, state, **settings)
    x -= x.mean(axis=0)
    return y, cache, new


def always_double(*arguments, **settings):
    y, cache, state = textbook(*arguments, **settings)
    return y.astype(np.float64), cache, state


def accepts_one_row(x, gamma, beta, state, *, training, momentum, eps):
    settings = {"momentum": momentum, "eps": eps}
    return textbook(x, gamma, beta, state, training=training and len(x) > 1, **settings)


def another_error(x, *arguments, **settings):
    if settings["training"]:
        assert len(x) > 1, "one row"
    return textbook(x, *arguments, **settings)


DRESSED = [
    (f.__name__, (f,))
    for f in (
        state_as_rows,
        state_in_place,
        statistics_in_place,
        centres_x,
        always_double,
        accepts_one_row,
        another_error,
    )
]


def refuses_everything(*arguments, **settings):
    raise ValueError("no")


def default_momentum(*arguments, training, momentum, eps):
    return textbook(*arguments, training=training, momentum=0.1, eps=eps)


def default_eps(*arguments, training, momentum, eps):
    return textbook(*arguments, training=training, momentum=momentum, eps=1e-5)


def absolute_deviation(x, gamma, beta, state, **settings):
    y, cache, new = textbook(x, gamma, beta, state, **settings)
    if settings["training"]:
        spread = np.abs(x - x.mean(axis=0)).mean(axis=0)
        y = gamma * (x - x.mean(axis=0)) / np.sqrt(spread**2 + settings["eps"]) + beta
    return y, cache, new


def running_before_batch(x, gamma, beta, state, **settings):
    _y, cache, new = textbook(x, gamma, beta, state, **settings)
    return textbook(x, gamma, beta, new, **{**settings, "training": False})[0], cache, new


def variance_not_moved(x, gamma, beta, state, **settings):
    y, cache, new = textbook(x, gamma, beta, state, **settings)
    return y, cache, {"mean": new["mean"], "var": state["var"]}


def median(x, gamma, beta, state, **settings):
    y, cache, new = textbook(x, gamma, beta, state, **settings)
    if settings["training"]:
        y = y + gamma * (x.mean(axis=0) - np.median(x, axis=0))
    return y, cache, new


def first_column_for_all(x, gamma, beta, state, **settings):
    return textbook(x, gamma[:1] * np.ones_like(gamma), beta, state, **settings)


WRONG = [
    (f.__name__, (f,))
    for f in (
        refuses_everything,
        default_momentum,
        default_eps,
        absolute_deviation,
        running_before_batch,
        variance_not_moved,
        median,
        first_column_for_all,
    )
]
