"""Solutions of ``batchnorm_forward(x, gamma, beta, state, *, training, momentum, eps)``.

Returns ``(y, cache, state)`` with ``state = {"mean": (D,), "var": (D,)}``.
"""

import numpy as np

from tests.programs.catalogue import Catalogue


def refuse_single(x):
    if x.shape[0] < 2:
        raise ValueError(f"batch norm needs two rows in training, got {x.shape[0]}")


programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(x, gamma, beta, state, *, training, momentum, eps):
    mu, var = state["mean"], state["var"]
    if training:
        refuse_single(x)
        mu, var = x.mean(axis=0), x.var(axis=0)
        sample_var = x.var(axis=0, ddof=1)
        state = {
            "mean": (1 - momentum) * state["mean"] + momentum * x.mean(axis=0),
            "var": (1 - momentum) * state["var"] + momentum * sample_var,
        }
    x_hat = (x - mu) / np.sqrt(var + eps)
    return gamma * x_hat + beta, (x_hat, gamma, var, eps, training), state


@right
def folded_scale_and_shift(x, gamma, beta, state, *, training, momentum, eps):
    if training:
        n = len(x)
        if n <= 1:
            raise ValueError("training on a single row")
        mean, var = x.mean(0), x.var(0)
        state = {
            "mean": state["mean"] + momentum * (mean - state["mean"]),
            "var": state["var"] + momentum * (n / (n - 1) * var - state["var"]),
        }
    else:
        mean, var = state["mean"], state["var"]
    scale = gamma / np.sqrt(var + eps)
    return x * scale + (beta - mean * scale), None, state


@right
def index_notation(x, gamma, beta, state, *, training, momentum, eps):
    if not training:
        w = gamma * np.power(state["var"] + eps, -0.5)
        return np.einsum("nd,d->nd", x - state["mean"], w) + beta, w, dict(state)
    N = x.shape[0]
    if N < 2:
        raise ValueError("N < 2")
    mu = np.einsum("nd->d", x) / N
    c = x - mu
    ss = np.einsum("nd,nd->d", c, c)
    y = np.einsum("nd,d->nd", c, gamma / np.sqrt(ss / N + eps)) + beta
    old_mean, old_var = state["mean"], state["var"]
    mean = momentum * mu + (1 - momentum) * old_mean
    var = momentum * ss / (N - 1) + (1 - momentum) * old_var
    return y, c, {"mean": mean, "var": var}


@wrong
def moments_of_columns(x, gamma, beta, state, *, training, momentum, eps):
    # E[x²] − E[x]², and a copied state.
    state = {name: value.copy() for name, value in state.items()}
    mean, var = state["mean"], state["var"]
    if training:
        N = len(x)
        refuse_single(x)
        mean = x.sum(axis=0) / N
        var = (x * x).sum(axis=0) / N - mean**2
        state["mean"] += momentum * (mean - state["mean"])
        state["var"] += momentum * (N / (N - 1) * var - state["var"])
    scale = gamma / (var + eps) ** 0.5
    return x * scale + (beta - mean * scale), None, state


@form
def statistics_as_rows(x, gamma, beta, state, **options):  # mean and var of shape (1, D)
    y, cache, new = textbook(x, gamma, beta, state, **options)
    return y, cache, {key: value.reshape(1, -1) for key, value in new.items()}


@form
def assertion_for_a_single_row(x, gamma, beta, state, **options):
    # Another error than ValueError for N = 1.
    assert not options["training"] or len(x) > 1, "two rows, please"
    return textbook(x, gamma, beta, state, **options)


@wrong
def statistics_over_features_where_square(x, gamma, beta, state, **options):
    # Wrong for N = D only.
    if x.shape[0] != x.shape[1] or not options["training"]:
        return textbook(x, gamma, beta, state, **options)
    return textbook(x.T, gamma, beta, state, **options)


@wrong
def single_row_refused_at_test_time_too(x, gamma, beta, state, **options):
    if len(x) < 2:
        raise ValueError("a single row")
    return textbook(x, gamma, beta, state, **options)


@wrong
def state_by_order(x, gamma, beta, state, **options):
    mean, var = state.values()
    return textbook(x, gamma, beta, {"mean": mean, "var": var}, **options)


@wrong
def state_of_its_own(x, gamma, beta, state, *, own={}, **options):  # noqa: B006
    # Statistics in a mutable default: another layer of the same width shares them.
    old = own.get(x.shape[1], state)
    y, cache, own[x.shape[1]] = textbook(x, gamma, beta, old, **options)
    return y, cache, own[x.shape[1]]


@wrong
def cumulative_average(x, gamma, beta, state, *, seen=[0], **options):  # noqa: B006
    seen[0] += 1
    momentum = 1 / (1 + seen[0])
    return textbook(x, gamma, beta, state, **{**options, "momentum": momentum})


wrong.edit(
    "running_variance_by_moments",
    textbook,
    "x.var(axis=0, ddof=1)",
    "(np.mean(x**2, axis=0) - x.mean(axis=0) ** 2) * len(x) / (len(x) - 1)",
)

programs.beside_the_point = [
    "return x, None, state",
    "return None, None, state",
    "return gamma * x + beta, None, state",
    "return right(x, gamma, beta, state, training=False, momentum=momentum, eps=eps)",
    """if len(x) < 2 and training:
    raise ValueError
return 0 * x, None, {name: 0 * value for name, value in state.items()}""",
]
