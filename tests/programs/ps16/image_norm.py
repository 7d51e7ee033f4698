"""Solutions of ``image_norm(x, gamma, beta, state, *, training, momentum, eps)``."""

import numpy as np

from tests.programs.catalogue import Catalogue
from tests.programs.ps16.batchnorm_forward import textbook

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def columns_and_back(x, gamma, beta, state, **settings):
    last = np.moveaxis(x, 1, -1)
    y, cache, state = textbook(last.reshape(-1, len(gamma)), gamma, beta, state, **settings)
    return np.moveaxis(y.reshape(last.shape), -1, 1), cache, state


@right
def channel_by_channel(x, gamma, beta, state, **settings):
    y, new, caches = np.empty_like(x), {"mean": [], "var": []}, []
    for c in range(x.shape[1]):
        one = {name: value[c : c + 1] for name, value in state.items()}
        column = x[:, c].reshape(-1, 1)
        made, cache, one = textbook(column, gamma[c : c + 1], beta[c : c + 1], one, **settings)
        caches.append(cache)
        y[:, c] = made.reshape(x[:, c].shape)
        for name, value in one.items():
            new[name].append(value[0])
    x_hat = np.concatenate([cache[0] for cache in caches], axis=1)
    return y, (x_hat, gamma), {name: np.array(value) for name, value in new.items()}


@right
def over_three_axes(x, gamma, beta, state, *, training, momentum, eps):
    mean, var = state["mean"], state["var"]
    if training:
        count = x.size / x.shape[1]
        mean, var = x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3))
        batch = {"mean": mean, "var": var * count / (count - 1)}
        state = {name: (1 - momentum) * state[name] + momentum * batch[name] for name in batch}
    wide = (slice(None), None, None)
    x_hat = (x - mean[wide]) / np.sqrt(var[wide] + eps)
    cache = np.moveaxis(x_hat, 1, -1).reshape(-1, len(gamma)), gamma
    return gamma[wide] * x_hat + beta[wide], cache if training else None, state


@wrong
def images_count_as_samples(x, gamma, beta, state, *, training, momentum, eps):
    y, cache, new = over_three_axes(
        x, gamma, beta, state, training=training, momentum=momentum, eps=eps
    )
    if training:
        n = len(x)
        var = x.var(axis=(0, 2, 3)) * n / max(n - 1, 1)
        new["var"] = (1 - momentum) * state["var"] + momentum * var
    return y, cache, new


@wrong
def each_image_alone(x, gamma, beta, state, *, training, momentum, eps):
    settings = {"training": training, "momentum": momentum, "eps": eps}
    y = np.concatenate(
        [over_three_axes(x[n : n + 1], gamma, beta, state, **settings)[0] for n in range(len(x))]
    )
    return y, *over_three_axes(x, gamma, beta, state, **settings)[1:]


@wrong
def a_cache_of_images(x, gamma, beta, state, **settings):
    y, cache, state = columns_and_back(x, gamma, beta, state, **settings)
    return y, cache and [np.reshape(a, x.shape) if a.ndim > 1 else a for a in cache], state


@wrong
def with_the_statistics_of_the_first_call(x, gamma, beta, state, *, kept=[], **settings):  # noqa: B006
    y, cache, new = over_three_axes(x, gamma, beta, state, **settings)
    kept.append(new)
    return y, cache, kept[0]


programs.beside_the_point = [
    "return x, None, state",
    "return gamma[:, None, None] * x + beta[:, None, None], None, state",
]
