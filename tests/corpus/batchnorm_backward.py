"""Solutions of ``batchnorm_backward(dy, cache) -> (dx, dgamma, dbeta)``, with their forwards."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, own, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


def batchnorm_forward(x, gamma, beta, state, *, training, momentum, eps):
    """A right forward whose cache has everything that a backward may want."""
    N = len(x)
    if training:
        if N < 2:
            raise ValueError("batch norm needs two rows in training")
        mu, var = x.mean(axis=0), x.var(axis=0)
        state = {
            "mean": (1 - momentum) * state["mean"] + momentum * mu,
            "var": (1 - momentum) * state["var"] + momentum * x.var(axis=0, ddof=1),
        }
    else:
        mu, var = state["mean"], state["var"]
    std = np.sqrt(var + eps)
    x_hat = (x - mu) / std
    cache = SimpleNamespace(
        x=x, mu=mu, var=var, std=std, x_hat=x_hat, gamma=gamma, eps=eps, training=training, N=N
    )
    return gamma * x_hat + beta, cache, state


right, form, wrong = (put(table, batchnorm_forward) for table in (RIGHT, FORM, WRONG))


@right
def textbook(dy, c):
    dbeta = dy.sum(axis=0)
    dgamma = (dy * c.x_hat).sum(axis=0)
    if not c.training:
        return dy * c.gamma / c.std, dgamma, dbeta
    dx = c.gamma / c.std * (dy - dbeta / c.N - c.x_hat * dgamma / c.N)
    return dx, dgamma, dbeta


@right
def means_of_the_upstream(dy, c):
    g = dy * c.gamma
    if c.training:
        g = g - g.mean(axis=0) - c.x_hat * (g * c.x_hat).mean(axis=0)
    return g / c.std, np.sum(dy * c.x_hat, axis=0), np.sum(dy, axis=0)


@right
def graph_step_by_step(dy, c):
    # Backwards through mean, centring, square, variance, root, division, scale.
    N = dy.shape[0]
    dbeta = np.sum(dy, axis=0)
    dgamma = np.sum(dy * c.x_hat, axis=0)
    dx_hat = dy * c.gamma
    xc = c.x - c.mu
    inverse = 1 / c.std
    if not c.training:
        return dx_hat * inverse, dgamma, dbeta
    dinverse = np.sum(dx_hat * xc, axis=0)
    dxc = dx_hat * inverse
    dstd = -dinverse * inverse**2
    dvar = 0.5 * dstd / np.sqrt(c.var + c.eps)
    dsquare = np.ones_like(dy) * dvar / N
    dxc = dxc + 2 * xc * dsquare
    dmu = -np.sum(dxc, axis=0)
    return dxc + np.ones_like(dy) * dmu / N, dgamma, dbeta


@right
def paper_formulas(dy, c):
    m = len(dy)
    dxh = dy * c.gamma
    dgamma, dbeta = (dy * c.x_hat).sum(0), dy.sum(0)
    if c.training is False:
        return dxh * (c.var + c.eps) ** -0.5, dgamma, dbeta
    dvar = (dxh * (c.x - c.mu) * -0.5 * (c.var + c.eps) ** -1.5).sum(0)
    dmu = (-dxh / c.std).sum(0) + dvar * (-2 * (c.x - c.mu)).mean(0)
    return dxh / c.std + dvar * 2 * (c.x - c.mu) / m + dmu / m, dgamma, dbeta


@right
def one_line_times_n(dy, c):
    N = c.N if c.training else 1
    correction = dy.sum(0) + c.x_hat * (dy * c.x_hat).sum(0) if c.training else 0
    dx = c.gamma / (N * c.std) * (N * dy - correction)
    return dx, np.einsum("nd,nd->d", dy, c.x_hat), np.einsum("nd->d", dy)


@right
def full_jacobians(dy, c):
    N, D = dy.shape
    dx = np.empty_like(dy)
    for d in range(D):
        h = c.x_hat[:, d]
        J = np.eye(N, dtype=dy.dtype)
        if c.training:
            J = J - 1 / N - np.outer(h, h) / N
        dx[:, d] = J @ (dy[:, d] * c.gamma[d]) / c.std[d]
    return dx, (dy * c.x_hat).sum(axis=0), dy.sum(axis=0)


@right
def two_projections(dy, c):
    def remove(g, direction):
        return g - direction * (g * direction).mean(axis=0)

    g = dy
    if c.training:
        g = remove(g, np.ones_like(g))
        g = remove(g, c.x_hat)
    return c.gamma * g / c.std, np.add.reduce(dy * c.x_hat), np.add.reduce(dy)


@right
def loops(dy, c):
    N, D = dy.shape
    dx, dgamma, dbeta = np.zeros_like(dy), np.zeros_like(dy[0]), np.zeros_like(dy[0])
    for d in range(D):
        for n in range(N):
            dbeta[d] += dy[n, d]
            dgamma[d] += dy[n, d] * c.x_hat[n, d]
        for n in range(N):
            g = dy[n, d]
            if c.training:
                g -= dbeta[d] / N + c.x_hat[n, d] * dgamma[d] / N
            dx[n, d] = c.gamma[d] / c.std[d] * g
    return dx, dgamma, dbeta


@right
def list_instead_of_tuple(dy, c):
    return list(textbook(dy, c))


@own(RIGHT)
def closure_cache():
    def forward(x, gamma, beta, state, *, training, momentum, eps):
        y, c, state = batchnorm_forward(
            x, gamma, beta, state, training=training, momentum=momentum, eps=eps
        )
        return y, (lambda dy: textbook(dy, c)), state

    return forward, lambda dy, cache: cache(dy)


@own(RIGHT)
def dict_cache_with_own_forward():
    def forward(x, gamma, beta, state, *, training, momentum, eps):
        if not training:
            inv = 1 / np.sqrt(state["var"] + eps)
            x_hat = (x - state["mean"]) * inv
            return gamma * x_hat + beta, {"inv": inv, "x_hat": x_hat, "gamma": gamma}, state
        n = x.shape[0]
        if n == 1:
            raise ValueError("N = 1")
        mean = x.sum(0) / n
        var = ((x - mean) ** 2).sum(0) / n
        inv = 1 / np.sqrt(var + eps)
        x_hat = (x - mean) * inv
        new = {
            "mean": state["mean"] * (1 - momentum) + mean * momentum,
            "var": state["var"] * (1 - momentum) + var * n / (n - 1) * momentum,
        }
        return gamma * x_hat + beta, {"inv": inv, "x_hat": x_hat, "gamma": gamma, "n": n}, new

    def backward(dy, cache):
        dgamma, dbeta = (dy * cache["x_hat"]).sum(0), dy.sum(0)
        g = dy
        if "n" in cache:
            g = dy - (dbeta + cache["x_hat"] * dgamma) / cache["n"]
        return cache["gamma"] * cache["inv"] * g, dgamma, dbeta

    return forward, backward


@own(RIGHT)
def recomputed_from_the_input():
    def forward(x, gamma, beta, state, *, training, momentum, eps):
        y, _, new = batchnorm_forward(
            x, gamma, beta, state, training=training, momentum=momentum, eps=eps
        )
        return y, (x.copy(), gamma, None if training else state, eps), new

    def backward(dy, cache):
        x, gamma, state, eps = cache
        mu = x.mean(axis=0) if state is None else state["mean"]
        var = x.var(axis=0) if state is None else state["var"]
        std = np.sqrt(var + eps)
        x_hat = (x - mu) / std
        g = gamma * dy
        if state is None:
            g = g - g.mean(axis=0) - x_hat * np.mean(g * x_hat, axis=0)
        return g / std, (dy * x_hat).sum(axis=0), dy.sum(axis=0)

    return forward, backward


# --- right values in a deviating form ---------------------------------------------------------


@form
def rows(dy, c):  # dgamma and dbeta of shape (1, D)
    dx, dgamma, dbeta = textbook(dy, c)
    return dx, dgamma[None], dbeta[None]


@form
def nested_lists(dy, c):  # lists
    return tuple(g.tolist() for g in textbook(dy, c))


@form
def upstream_scaled_in_place(dy, c):  # dy is changed
    result = textbook(dy, c)
    dy *= c.gamma
    return result


@form
def scale_overwritten(dy, c):  # gamma is changed
    result = textbook(dy, c)
    c.gamma -= 0.1 * result[1]
    return result


@form
def double_precision_loops(dy, c):  # float64 from float32
    dx, dgamma, dbeta = textbook(dy, c)
    return dx + np.zeros(dx.shape), dgamma + np.zeros(dgamma.shape), dbeta + np.zeros(dbeta.shape)


# --- wrong ------------------------------------------------------------------------------------


def spoilt_dx(make: Any) -> Any:
    """Right dgamma and dbeta; ``make`` gives dx in training. The eval backward is right."""

    def backward(dy, c):
        dx, dgamma, dbeta = textbook(dy, c)
        return (make(dy, c) if c.training else dx), dgamma, dbeta

    return backward


def enter(name: str, backward: Any) -> None:
    WRONG[name] = (batchnorm_forward, backward)


for name, make in {
    "mean_and_variance_constant": lambda dy, c: dy * c.gamma / c.std,
    "variance_constant": lambda dy, c: c.gamma / c.std * (dy - dy.mean(0)),
    "mean_constant": lambda dy, c: c.gamma / c.std * (dy - c.x_hat * (dy * c.x_hat).mean(0)),
    "scale_forgotten": lambda dy, c: textbook(dy, c)[0] / c.gamma,
    "scale_twice": lambda dy, c: textbook(dy, c)[0] * c.gamma,
    "deviation_forgotten": lambda dy, c: textbook(dy, c)[0] * c.std,
    "variance_for_deviation": lambda dy, c: textbook(dy, c)[0] / c.std,
    "epsilon_forgotten": lambda dy, c: textbook(dy, c)[0] * c.std / np.sqrt(c.var),
    "epsilon_in_the_projection": lambda dy, c: (
        c.gamma
        / c.std
        * (dy - dy.mean(0) - (c.x - c.mu) / c.var * (dy * (c.x - c.mu)).mean(0))
    ),
    "sums_for_means": lambda dy, c: (
        c.gamma / c.std * (dy - dy.sum(0) - c.x_hat * (dy * c.x_hat).sum(0))
    ),
    "divided_by_n_minus_one": lambda dy, c: (
        c.gamma / c.std * (dy - dy.mean(0) - c.x_hat * (dy * c.x_hat).sum(0) / (c.N - 1))
    ),
    "mean_by_n_minus_one": lambda dy, c: (
        c.gamma / c.std * (dy - (dy.sum(0) + c.x_hat * (dy * c.x_hat).sum(0)) / (c.N - 1))
    ),
    "plus_for_minus": lambda dy, c: (
        c.gamma / c.std * (dy - dy.mean(0) + c.x_hat * (dy * c.x_hat).mean(0))
    ),
    "half_the_variance_path": lambda dy, c: (
        c.gamma / c.std * (dy - dy.mean(0) - 0.5 * c.x_hat * (dy * c.x_hat).mean(0))
    ),
    "variance_path_twice": lambda dy, c: (
        c.gamma / c.std * (dy - dy.mean(0) - 2 * c.x_hat * (dy * c.x_hat).mean(0))
    ),
    "input_for_x_hat": lambda dy, c: (
        c.gamma / c.std * (dy - dy.mean(0) - c.x * (dy * c.x_hat).mean(0))
    ),
    "scale_outside_only_the_first_term": lambda dy, c: (
        (c.gamma * dy - dy.mean(0) - c.x_hat * (dy * c.x_hat).mean(0)) / c.std
    ),
    "means_over_features": lambda dy, c: (
        c.gamma
        / c.std
        * (
            dy
            - dy.mean(1, keepdims=True)
            - c.x_hat * (dy * c.x_hat).mean(1, keepdims=True)
        )
    ),
    "means_over_features_where_square": lambda dy, c: (
        textbook(dy, c)[0]
        if dy.shape[0] != dy.shape[1]
        else c.gamma / c.std * (dy - dy.mean(1) - c.x_hat * (dy * c.x_hat).mean(1))
    ),
    "means_of_everything": lambda dy, c: (
        c.gamma / c.std * (dy - dy.mean() - c.x_hat * (dy * c.x_hat).mean())
    ),
    "zero": lambda dy, c: np.zeros_like(dy),
    "zero_for_two_rows": lambda dy, c: (
        np.zeros_like(dy) if c.N == 2 else textbook(dy, c)[0]
    ),
    "batch_mean_of_the_gradient": lambda dy, c: textbook(dy, c)[0] / c.N,
    "n_times_too_large": lambda dy, c: textbook(dy, c)[0] * c.N,
    "sign": lambda dy, c: -textbook(dy, c)[0],
    "centred_only": lambda dy, c: dy - dy.mean(0),
    "mean_path_through_the_variance_sign": lambda dy, c: (
        c.gamma / c.std * (dy + dy.mean(0) - c.x_hat * (dy * c.x_hat).mean(0))
    ),
    "variance_path_without_centring": lambda dy, c: (
        # dvar's path goes through x in place of x - mu; then the mean's path is right.
        c.gamma
        / c.std
        * (dy - dy.mean(0) - (c.x / c.std) * (dy * c.x_hat).mean(0) * (c.N > 2)
           - c.x_hat * (dy * c.x_hat).mean(0) * (c.N == 2))
    ),
}.items():  # fmt: skip
    enter(f"dx_{name}", spoilt_dx(make))


@wrong
def scale_gradient_with_the_input(dy, c):
    dx, _, dbeta = textbook(dy, c)
    return dx, (dy * c.x).sum(axis=0), dbeta


@wrong
def scale_gradient_with_the_centred_input(dy, c):
    dx, _, dbeta = textbook(dy, c)
    return dx, (dy * (c.x - c.mu)).sum(axis=0), dbeta


@wrong
def scale_gradient_without_x_hat(dy, c):
    dx, _, dbeta = textbook(dy, c)
    return dx, dy.sum(axis=0), dbeta


@wrong
def scale_gradient_times_scale(dy, c):
    # Right for gamma = 1.
    dx, dgamma, dbeta = textbook(dy, c)
    return dx, dgamma * c.gamma, dbeta


@wrong
def parameter_gradients_averaged(dy, c):
    dx, dgamma, dbeta = textbook(dy, c)
    return dx, dgamma / c.N, dbeta / c.N


@wrong
def shift_gradient_of_the_centred_upstream(dy, c):
    # Always zero.
    dx, dgamma, _ = textbook(dy, c)
    return dx, dgamma, (dy - dy.mean(axis=0)).sum(axis=0)


@wrong
def shift_gradient_averaged(dy, c):
    dx, dgamma, dbeta = textbook(dy, c)
    return dx, dgamma, dy.mean(axis=0)


@wrong
def parameter_gradients_not_summed(dy, c):
    dx, _, _ = textbook(dy, c)
    return dx, dy * c.x_hat, dy


@wrong
def parameter_gradients_over_features_where_square(dy, c):
    # Wrong for N = D only.
    dx, dgamma, dbeta = textbook(dy, c)
    if dy.shape[0] == dy.shape[1]:
        return dx, (dy * c.x_hat).sum(axis=1), dy.sum(axis=1)
    return dx, dgamma, dbeta


@wrong
def parameter_gradients_exchanged(dy, c):
    dx, dgamma, dbeta = textbook(dy, c)
    return dx, dbeta, dgamma


@wrong
def eval_as_in_training(dy, c):
    # Wrong at test time only: the statistics are constants there.
    dx, dgamma, dbeta = textbook(dy, SimpleNamespace(**{**vars(c), "training": True}))
    return dx, dgamma, dbeta


@wrong
def eval_without_deviation(dy, c):
    dx, dgamma, dbeta = textbook(dy, c)
    return (dx if c.training else dy * c.gamma), dgamma, dbeta


@wrong
def eval_without_scale(dy, c):
    dx, dgamma, dbeta = textbook(dy, c)
    return (dx if c.training else dy / c.std), dgamma, dbeta


@wrong
def eval_parameters_frozen(dy, c):
    # gamma and beta have gradients at test time, too.
    dx, dgamma, dbeta = textbook(dy, c)
    if not c.training:
        return dx, np.zeros_like(dgamma), np.zeros_like(dbeta)
    return dx, dgamma, dbeta


@wrong
def eval_scale_gradient_of_the_batch(dy, c):
    dx, dgamma, dbeta = textbook(dy, c)
    if not c.training:
        x_hat = (c.x - c.x.mean(axis=0)) / np.sqrt(c.x.var(axis=0) + c.eps)
        dgamma = (dy * x_hat).sum(axis=0)
    return dx, dgamma, dbeta


@wrong
def eval_refused(dy, c):
    if not c.training:
        raise RuntimeError("backward is for training")
    return textbook(dy, c)


@wrong
def two_mistakes(dy, c):
    dgamma, dbeta = (dy * c.x).sum(axis=0), dy.sum(axis=0)
    return dy * c.gamma / c.std, dgamma, dbeta


@own(WRONG)
def global_cache():
    saved: dict[str, Any] = {}

    def forward(x, gamma, beta, state, **options):
        y, saved["c"], state = batchnorm_forward(x, gamma, beta, state, **options)
        return y, None, state

    def backward(dy, cache):
        return textbook(dy, saved["c"])

    return forward, backward


@own(WRONG)
def new_running_statistics_in_backward():
    def forward(x, gamma, beta, state, **options):
        y, c, state = batchnorm_forward(x, gamma, beta, state, **options)
        c.std = np.sqrt(state["var"] + c.eps)
        return y, c, state

    return forward, textbook


@own(WRONG)
def unbiased_variance_in_both():
    # Consistent with each other, and both wrong.
    def forward(x, gamma, beta, state, *, training, momentum, eps):
        y, c, new = batchnorm_forward(
            x, gamma, beta, state, training=training, momentum=momentum, eps=eps
        )
        if training:
            c.std = np.sqrt(x.var(axis=0, ddof=1) + eps)
            c.x_hat = (x - c.mu) / c.std
            y = gamma * c.x_hat + beta
        return y, c, new

    def backward(dy, c):
        g = dy * c.gamma
        if c.training:
            g = g - g.mean(0) - c.x_hat * (g * c.x_hat).sum(0) / (c.N - 1)
        return g / c.std, (dy * c.x_hat).sum(0), dy.sum(0)

    return forward, backward


more: Any = carried(RIGHT["textbook"], n=3)
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
