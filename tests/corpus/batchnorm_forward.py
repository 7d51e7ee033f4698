"""Solutions of ``batchnorm_forward(x, gamma, beta, state, *, training, momentum, eps)``.

Returns ``(y, cache, state)`` with ``state = {"mean": (D,), "var": (D,)}``.
"""

import functools
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


def refuse_single(x):
    if x.shape[0] < 2:
        raise ValueError(f"batch norm needs two rows in training, got {x.shape[0]}")


@put(RIGHT)
def textbook(x, gamma, beta, state, *, training, momentum, eps):
    if not training:
        x_hat = (x - state["mean"]) / np.sqrt(state["var"] + eps)
        return gamma * x_hat + beta, (x_hat, gamma, state["var"], eps, False), state
    refuse_single(x)
    mu, var = x.mean(axis=0), x.var(axis=0)
    x_hat = (x - mu) / np.sqrt(var + eps)
    new = {
        "mean": (1 - momentum) * state["mean"] + momentum * mu,
        "var": (1 - momentum) * state["var"] + momentum * x.var(axis=0, ddof=1),
    }
    return gamma * x_hat + beta, (x_hat, gamma, var, eps, True), new


@put(RIGHT)
def step_by_step(x, gamma, beta, state, *, training=True, momentum=0.1, eps=1e-5):
    N, D = x.shape
    running_mean, running_var = state["mean"].copy(), state["var"].copy()
    if training:
        if N < 2:
            raise ValueError("need at least 2 examples")
        sample_mean = np.sum(x, axis=0) / N
        xc = x - sample_mean
        sample_var = np.sum(xc**2, axis=0) / N
        std = (sample_var + eps) ** 0.5
        xn = xc / std
        out = gamma * xn + beta
        running_mean = running_mean * (1 - momentum) + momentum * sample_mean
        running_var = running_var * (1 - momentum) + momentum * sample_var * N / (N - 1)
        cache = {"mode": "train", "xc": xc, "std": std, "xn": xn, "gamma": gamma}
    else:
        std = np.sqrt(running_var + eps)
        xn = (x - running_mean) / std
        out = gamma * xn + beta
        cache = {"mode": "test", "std": std, "xn": xn, "gamma": gamma}
    return out, cache, {"mean": running_mean, "var": running_var}


@put(RIGHT)
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


@put(RIGHT)
def column_by_column(x, gamma, beta, state, *, training, momentum, eps):
    if training and len(x) < 2:
        raise ValueError(len(x))
    y = np.empty_like(x)
    new = {"mean": np.array(state["mean"]), "var": np.array(state["var"])}
    for d in range(x.shape[1]):
        column = x[:, d]
        mu, var = (
            (np.mean(column), np.var(column)) if training else (state["mean"][d], state["var"][d])
        )
        y[:, d] = gamma[d] * (column - mu) / np.sqrt(var + eps) + beta[d]
        if training:
            new["mean"][d] = (1 - momentum) * new["mean"][d] + momentum * mu
            new["var"][d] = (1 - momentum) * new["var"][d] + momentum * np.var(column, ddof=1)
    return y, (x, gamma), new


@put(RIGHT)
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


@put(RIGHT)
def own_helpers(x, gamma, beta, state, **options):
    eps, momentum = options["eps"], options["momentum"]

    def normalise(mean, var):
        return (x - mean) * gamma / np.sqrt(var + eps) + beta

    def mix(old, new):
        return old * (1.0 - momentum) + new * momentum

    if not options["training"]:
        return normalise(**state), {}, state
    if len(x) == 1:
        raise ValueError("a batch of one")
    mean, var, sample_var = x.mean(axis=0), np.var(x, axis=0), np.var(x, axis=0, ddof=1)
    running = {"mean": mix(state["mean"], mean), "var": mix(state["var"], sample_var)}
    return normalise(mean, var), {}, running


@put(RIGHT)
def rows_kept_two_dimensional_inside(x, gamma, beta, state, *, training, momentum, eps):
    if training:
        refuse_single(x)
        mu = x.mean(axis=0, keepdims=True)
        var = ((x - mu) ** 2).mean(axis=0, keepdims=True)
    else:
        mu, var = state["mean"][None, :], state["var"][None, :]
    y = gamma * ((x - mu) / np.sqrt(var + eps)) + beta
    if not training:
        return y, (), state
    bessel = x.shape[0] / (x.shape[0] - 1)
    new_mean = (1 - momentum) * state["mean"] + momentum * np.squeeze(mu, axis=0)
    new_var = (1 - momentum) * state["var"] + momentum * bessel * np.squeeze(var, axis=0)
    return y, (), {"var": new_var, "mean": new_mean}


@put(RIGHT)
def object_that_computes(x, gamma, beta, state, *, training, momentum, eps):
    class Moments:
        def __init__(self, rows):
            if len(rows) < 2:
                raise ValueError("too few rows")
            self.mean = rows.mean(axis=0)
            self.centred = rows - self.mean
            self.var = (self.centred**2).mean(axis=0)
            self.unbiased = (self.centred**2).sum(axis=0) / (len(rows) - 1)

    if training:
        batch = Moments(x)
        y = batch.centred / np.sqrt(batch.var + eps) * gamma + beta
        state = {
            key: (1 - momentum) * state[key] + momentum * value
            for key, value in (("mean", batch.mean), ("var", batch.unbiased))
        }
        return y, batch, state
    return (x - state["mean"]) / np.sqrt(state["var"] + eps) * gamma + beta, state, state


@put(RIGHT)
def list_instead_of_tuple(x, gamma, beta, state, **options):
    return [*textbook(x, gamma, beta, state, **options)]


RIGHT["partially_applied"] = (functools.partial(textbook),)


@put(RIGHT)
def copy_of_the_dict_updated(x, gamma, beta, state, *, training, momentum, eps):
    state = {key: value.copy() for key, value in state.items()}
    if training:
        refuse_single(x)
        mu, var = np.mean(x, axis=0), np.var(x, axis=0)
        for key, value in {"mean": mu, "var": np.var(x, axis=0, ddof=1)}.items():
            state[key] *= 1 - momentum
            state[key] += momentum * value
    else:
        mu, var = state["mean"], state["var"]
    return (x - mu) / np.sqrt(var + eps) * gamma + beta, (x, mu, var), state


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM)
def state_updated_in_place(x, gamma, beta, state, **options):  # the given state is changed
    y, cache, new = textbook(x, gamma, beta, state, **options)
    if options["training"]:
        state["mean"][...] = new["mean"]
        state["var"][...] = new["var"]
    return y, cache, state


@put(FORM)
def entries_of_the_state_replaced(x, gamma, beta, state, **options):  # the given dict is changed
    y, cache, new = textbook(x, gamma, beta, state, **options)
    state["mean"] = new["mean"]
    state["var"] = new["var"]
    return y, cache, state


@put(FORM)
def centred_in_place(x, gamma, beta, state, **options):  # x is changed
    result = textbook(x, gamma, beta, state, **options)
    x -= x.mean(axis=0)
    return result


@put(FORM)
def statistics_as_rows(x, gamma, beta, state, **options):  # mean and var of shape (1, D)
    y, cache, new = textbook(x, gamma, beta, state, **options)
    return y, cache, {key: value.reshape(1, -1) for key, value in new.items()}


@put(FORM)
def nested_lists(x, gamma, beta, state, **options):  # lists
    y, cache, new = textbook(x, gamma, beta, state, **options)
    return y.tolist(), cache, {key: value.tolist() for key, value in new.items()}


@put(FORM)
def double_precision(x, gamma, beta, state, **options):  # float64 from float32
    return textbook(x.astype(np.float64), gamma, beta, state, **options)


@put(EITHER)
def counter_in_the_state(x, gamma, beta, state, **options):
    y, cache, new = textbook(x, gamma, beta, state, **options)
    return y, cache, {**new, "count": 1}


# --- wrong ------------------------------------------------------------------------------------


def variant(x, gamma, beta, state, *, training, momentum, eps, **spoilt):
    """Batch norm with places to go wrong."""
    N = len(x)
    if N < 2 and training and not spoilt.get("single"):
        raise ValueError("N < 2")
    if training:
        mu = spoilt.get("mean", lambda a: a.mean(axis=0))(x)
        var = spoilt.get("var", lambda a: a.var(axis=0))(x)
        into = spoilt.get("into", lambda a: a.var(axis=0, ddof=1) if N > 1 else a.var(axis=0))(x)
        mix = spoilt.get("mix", lambda old, new: (1 - momentum) * old + momentum * new)
        new = {"mean": mix(state["mean"], mu), "var": mix(state["var"], into)}
    else:
        mu, var, new = state["mean"], state["var"], state
    scale = spoilt.get("scale", lambda v, e: np.sqrt(v + e))
    test_scale = spoilt.get("test_scale", scale)
    x_hat = (x - mu) / (scale if training else test_scale)(var, eps)
    return gamma * x_hat + beta, (x_hat, gamma), new


for name, spoilt in {
    "epsilon_outside_the_root": {"scale": lambda v, e: np.sqrt(v) + e},
    "epsilon_outside_the_root_at_test_time": {"test_scale": lambda v, e: np.sqrt(v) + e},
    "epsilon_missing": {"scale": lambda v, e: np.sqrt(np.maximum(v, 1e-12))},
    "epsilon_missing_at_test_time": {"test_scale": lambda v, e: np.sqrt(v)},
    "epsilon_of_its_own": {"scale": lambda v, e: np.sqrt(v + 1e-5)},
    "epsilon_squared": {"scale": lambda v, e: np.sqrt(v + e**2)},
    "root_forgotten": {"scale": lambda v, e: v + e},
    "root_forgotten_at_test_time": {"test_scale": lambda v, e: v + e},
    "unbiased_variance_normalises": {"var": lambda a: a.var(axis=0, ddof=1)},
    "biased_variance_runs": {"into": lambda a: a.var(axis=0)},
    "both_variances_exchanged": {
        "var": lambda a: a.var(axis=0, ddof=1),
        "into": lambda a: a.var(axis=0),
    },
    "standard_deviation_runs": {"into": lambda a: a.std(axis=0, ddof=1)},
    "second_moment_about_zero": {"var": lambda a: (a**2).mean(axis=0)},
    "second_moment_runs": {"into": lambda a: (a**2).sum(axis=0) / (len(a) - 1)},
    "mean_of_everything": {"mean": lambda a: np.full(a.shape[1], a.mean())},
    "variance_of_everything": {"var": lambda a: np.full(a.shape[1], a.var())},
    "mean_absolute_deviation": {"var": lambda a: np.abs(a - a.mean(axis=0)).mean(axis=0) ** 2},
    "median_for_mean": {"mean": lambda a: np.median(a, axis=0)},
    "running_sum": {"mix": lambda old, new: old + new},
    "running_mean_of_two": {"mix": lambda old, new: (old + new) / 2},
    "batch_statistics_kept": {"mix": lambda old, new: new},
    "statistics_not_updated": {"mix": lambda old, new: old},
    "momentum_of_its_own": {"mix": lambda old, new: 0.9 * old + 0.1 * new},
}.items():
    WRONG[name] = (functools.partial(variant, **spoilt),)  # type: ignore[arg-type]


@put(FORM)
def single_row_accepted(x, gamma, beta, state, **options):  # no ValueError for N = 1
    return variant(x, gamma, beta, state, **options, single=True)


@put(WRONG)
def momentum_of_the_other_convention(x, gamma, beta, state, **options):
    return textbook(x, gamma, beta, state, **{**options, "momentum": 1 - options["momentum"]})


@put(WRONG)
def running_variance_frozen(x, gamma, beta, state, **options):
    y, cache, new = textbook(x, gamma, beta, state, **options)
    return y, cache, {"mean": new["mean"], "var": state["var"].copy()}


@put(WRONG)
def running_mean_used_in_training(x, gamma, beta, state, **options):
    if not options["training"]:
        return textbook(x, gamma, beta, state, **options)
    _, cache, new = textbook(x, gamma, beta, state, **options)
    y = gamma * (x - new["mean"]) / np.sqrt(new["var"] + options["eps"]) + beta
    return y, cache, new


@put(WRONG)
def batch_statistics_at_test_time(x, gamma, beta, state, **options):
    if options["training"]:
        return textbook(x, gamma, beta, state, **options)
    x_hat = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + options["eps"])
    return gamma * x_hat + beta, (x_hat, gamma), state


@put(WRONG)
def fixed_mean_only_at_test_time(x, gamma, beta, state, **options):
    # "A single fixed empirical mean": the batch's own variance.
    if options["training"]:
        return textbook(x, gamma, beta, state, **options)
    x_hat = (x - state["mean"]) / np.sqrt(x.var(axis=0) + options["eps"])
    return gamma * x_hat + beta, (x_hat, gamma), state


@put(WRONG)
def state_moves_at_test_time(x, gamma, beta, state, **options):
    if options["training"]:
        return textbook(x, gamma, beta, state, **options)
    m = options["momentum"]
    y, cache, _ = textbook(x, gamma, beta, state, **options)
    return y, cache, {"mean": (1 - m) * state["mean"] + m * x.mean(axis=0), "var": state["var"]}


@put(WRONG)
def no_scale_and_shift_at_test_time(x, gamma, beta, state, **options):
    if options["training"]:
        return textbook(x, gamma, beta, state, **options)
    x_hat = (x - state["mean"]) / np.sqrt(state["var"] + options["eps"])
    return x_hat, (x_hat, gamma), state


@put(WRONG)
def scale_forgotten(x, gamma, beta, state, **options):
    return textbook(x, np.ones_like(gamma), beta, state, **options)


@put(WRONG)
def shift_forgotten(x, gamma, beta, state, **options):
    return textbook(x, gamma, np.zeros_like(beta), state, **options)


@put(WRONG)
def scale_and_shift_exchanged(x, gamma, beta, state, **options):
    return textbook(x, beta, gamma, state, **options)


@put(WRONG)
def shift_scaled_too(x, gamma, beta, state, **options):
    y, cache, new = textbook(x, gamma, beta, state, **options)
    return y + (gamma - 1) * beta, cache, new


@put(WRONG)
def statistics_over_features_where_square(x, gamma, beta, state, **options):
    # Wrong for N = D only.
    if x.shape[0] != x.shape[1] or not options["training"]:
        return textbook(x, gamma, beta, state, **options)
    return textbook(x.T, gamma, beta, state, **options)


@put(WRONG)
def layer_norm(x, gamma, beta, state, **options):
    _, cache, new = textbook(x, gamma, beta, state, **options)
    centred = x - x.mean(axis=1, keepdims=True)
    x_hat = centred / np.sqrt(x.var(axis=1, keepdims=True) + options["eps"])
    return gamma * x_hat + beta, cache, new


@put(WRONG)
def single_row_refused_at_test_time_too(x, gamma, beta, state, **options):
    if len(x) < 2:
        raise ValueError("a single row")
    return textbook(x, gamma, beta, state, **options)


@put(FORM)
def single_row_without_statistics(x, gamma, beta, state, **options):
    # No ValueError for N = 1: y = beta, and the state stays.
    if len(x) == 1 and options["training"]:
        return np.tile(beta, (1, 1)), (x, gamma), state
    return textbook(x, gamma, beta, state, **options)


@put(FORM)
def assertion_for_a_single_row(x, gamma, beta, state, **options):
    # Another error than ValueError for N = 1.
    assert not options["training"] or len(x) > 1, "two rows, please"
    return textbook(x, gamma, beta, state, **options)


@put(WRONG)
def state_of_its_own(x, gamma, beta, state, *, own={}, **options):  # noqa: B006
    # Statistics in a mutable default: another layer of the same width shares them.
    old = own.get(x.shape[1], state)
    y, cache, own[x.shape[1]] = textbook(x, gamma, beta, old, **options)
    return y, cache, own[x.shape[1]]


@put(WRONG)
def cumulative_average(x, gamma, beta, state, *, seen=[0], **options):  # noqa: B006
    seen[0] += 1
    momentum = 1 / (1 + seen[0])
    return textbook(x, gamma, beta, state, **{**options, "momentum": momentum})


@put(WRONG)
def state_as_tuple(x, gamma, beta, state, **options):
    y, cache, new = textbook(x, gamma, beta, state, **options)
    return y, cache, (new["mean"], new["var"])


@put(WRONG)
def other_keys(x, gamma, beta, state, **options):
    y, cache, new = textbook(x, gamma, beta, state, **options)
    return y, cache, {"running_mean": new["mean"], "running_var": new["var"]}


@put(WRONG)
def state_not_returned(x, gamma, beta, state, **options):
    return textbook(x, gamma, beta, state, **options)[:2]


@put(WRONG)
def state_before_cache(x, gamma, beta, state, **options):
    y, cache, new = textbook(x, gamma, beta, state, **options)
    return y, new, cache


@put(WRONG)
def mean_and_variance_exchanged(x, gamma, beta, state, **options):
    y, cache, new = textbook(x, gamma, beta, state, **options)
    return y, cache, {"mean": new["var"], "var": new["mean"]}


@put(WRONG)
def two_mistakes(x, gamma, beta, state, *, training, momentum, eps):
    # eps outside the root and the biased variance in the running one.
    return variant(
        x, gamma, beta, state, training=training, momentum=momentum, eps=eps,
        scale=lambda v, e: np.sqrt(v) + e, into=lambda a: a.var(axis=0),
    )  # fmt: skip


@put(WRONG)
def training_ignored(x, gamma, beta, state, **options):
    return textbook(x, gamma, beta, state, **{**options, "training": True})


@put(WRONG)
def statistics_moved_half_way(x, gamma, beta, state, **options):
    y, cache, new = textbook(x, gamma, beta, state, **options)
    return y, cache, {key: (new[key] + state[key]) / 2 for key in new}


more: Any = carried(RIGHT["textbook"], outputs=(0,), n=3)
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
more = carried(RIGHT["textbook"], outputs=(2,), n=3)
RIGHT |= {f"state_{name}": functions for name, functions in more[0].items()}
WRONG |= {f"state_{name}": functions for name, functions in more[1].items()}
EITHER |= {f"state_{name}": functions for name, functions in more[2].items()}
