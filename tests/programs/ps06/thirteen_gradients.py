"""Solutions of ``thirteen_gradients(v) -> d``: thirteen gradients in a dictionary."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(v):
    d, N, rows = {}, len(v["t"]), np.arange(len(v["t"]))
    d["l"] = np.ones(N) / N
    d["q"] = -d["l"] / v["q"]
    d["p"] = np.zeros(v["p"].shape)
    d["p"][rows, v["t"]] = d["q"]
    d["s"] = (d["p"] * -v["e"] / v["s"] ** 2).sum(axis=1)[:, None]
    d["e"] = d["s"] + d["p"] / v["s"]
    d["y"] = np.exp(v["y"]) * d["e"]
    d["V"], d["c"], d["z"] = v["z"].T @ d["y"], d["y"].sum(axis=0), d["y"] @ v["V"].T
    d["u"] = d["z"] / np.cosh(v["u"]) ** 2
    d["W"], d["b"], d["x"] = v["x"].T @ d["u"], d["u"].sum(axis=0), d["u"] @ v["W"].T
    return d


@right
def shortened(v):
    # dy by the short formula, and the lines before it with everything that cancels left out.
    N, K = v["p"].shape
    t = np.eye(K)[v["t"]]
    dy = (v["p"] - t) / N
    dz = dy @ v["V"].T
    du = dz - dz * v["z"] ** 2
    d = {"x": du @ v["W"].T, "W": (du.T @ v["x"]).T, "b": du.sum(axis=0), "u": du, "z": dz, "y": dy}
    d |= {"V": (dy.T @ v["z"]).T, "c": dy.sum(axis=0), "e": dy / v["e"], "s": 1 / (N * v["s"])}
    return d | {"p": -t / v["p"] / N, "q": -np.exp(v["l"]) / N, "l": np.full(N, 1 / N)}


@right
def number_by_number(v):
    N, K = v["p"].shape
    J, D = len(v["b"]), v["x"].shape[1]
    d = {name: np.zeros(v[name].shape) for name in "lqpseyzVcuWbx"}
    for n in range(N):
        m = v["t"][n]
        d["l"][n] = 1 / N
        d["q"][n] = -d["l"][n] / v["q"][n]
        d["p"][n, m] = d["q"][n]
        for k in range(K):
            d["s"][n, 0] -= d["p"][n, k] * v["e"][n, k] / v["s"][n, 0] ** 2
        for k in range(K):
            d["e"][n, k] = d["p"][n, k] / v["s"][n, 0] + d["s"][n, 0]
            d["y"][n, k] = d["e"][n, k] * math.exp(v["y"][n, k])
            d["c"][k] += d["y"][n, k]
            for j in range(J):
                d["z"][n, j] += v["V"][j, k] * d["y"][n, k]
                d["V"][j, k] += v["z"][n, j] * d["y"][n, k]
        for j in range(J):
            d["u"][n, j] = d["z"][n, j] * (1 - math.tanh(v["u"][n, j]) ** 2)
            d["b"][j] += d["u"][n, j]
            for i in range(D):
                d["x"][n, i] += v["W"][i, j] * d["u"][n, j]
                d["W"][i, j] += v["x"][n, i] * d["u"][n, j]
    return d


# --- right values in a deviating form ---------------------------------------------------------

form.edit("one_row_of_biases", textbook, 'd["u"].sum(axis=0)', 'd["u"].sum(axis=0, keepdims=True)')
form.edit("sums_without_their_axis", textbook, "return d", "return d | {'s': d['s'][:, 0]}")

# --- wrong ------------------------------------------------------------------------------------


@wrong
def mean_of_the_first_call(v, kept=[]):  # noqa: B006
    d = textbook(v)
    kept.append(len(v["t"]))
    return d | {"l": np.full(len(v["t"]), 1 / kept[0])}


@wrong
def transposed_where_square(v):
    d = textbook(v)
    return {name: a.T if len(set(a.shape)) == 1 else a for name, a in d.items()}


@wrong
def only_the_loss(v):
    d = textbook(v)
    return {name: d[name] for name in "lqpsey"}


@wrong
def zeros_after_the_first_lines(v):
    # Zeros follow from zeros, which must not earn the points of the lines after them.
    d = textbook(v)
    return {name: a if name in "lq" else 0 * a for name, a in d.items()}


@wrong
def without_what_they_follow_from(v):
    d = textbook(v)
    return {name: d[name] for name in "zVcuWbx"}


programs.beside_the_point = [
    "return {name: np.ones_like(v[name]) for name in 'lqpseyzVcuWbx'}",
    "return {name: 0 * v[name] for name in 'lqpseyzVcuWbx'}",
    "return {name: a for name, a in right(v).items() if name in 'zVcuWbx'}",
]
