"""Solutions of ``fit_temperature(u, labels)``: the T that minimises the loss of softmax(u / T)."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(u, labels):
    def loss(T):
        z = u.astype(np.float64) / T
        z = z - z.max(axis=1, keepdims=True)
        return np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(z)), labels])

    low, high = 0.05, 20.0
    for _ in range(6):
        grid = np.geomspace(low, high, 41)
        best = int(np.argmin([loss(T) for T in grid]))
        low, high = grid[max(best - 1, 0)], grid[min(best + 1, 40)]
    return float(grid[best])


@right
def one_fine_grid(u, labels):
    grid = np.geomspace(0.05, 20, 8001)
    z = u.astype(np.float64) - u.max(axis=1, keepdims=True)
    of_labels = np.mean(z[np.arange(len(z)), labels]) / grid
    losses = np.log(np.exp(z / grid[:, None, None]).sum(axis=2)).mean(axis=1) - of_labels
    return grid[np.argmin(losses)]


@right
def newton_of_the_inverse(u, labels):
    z = u.astype(np.float64)
    z = z - z.max(axis=1, keepdims=True)
    low, high, b = 0.05, 20.0, 1.0
    for _ in range(400):
        y = np.exp(z * b)
        y = y / y.sum(axis=1, keepdims=True)
        mean = (y * z).sum(axis=1)
        slope = np.mean(mean - z[np.arange(len(z)), labels])
        low, high = (b, high) if slope <= 0 else (low, b)
        bend = np.mean((y * z**2).sum(axis=1) - mean**2)
        b = b - slope / max(bend, 1e-300)
        if not low < b < high:
            b = (low + high) / 2
    return 1 / b


@right
def bisection_with_the_gradient_of_the_scores(u, labels):
    low, high = 0.05, 20.0
    for _ in range(40):
        T = (low * high) ** 0.5
        e = np.exp((u - u.max(axis=1, keepdims=True)) / T)
        du = e / e.sum(axis=1, keepdims=True)
        du[np.arange(len(u)), labels] -= 1
        if -np.sum(du * u) < 0:
            low = T
        else:
            high = T
    return T


# --- wrong ------------------------------------------------------------------------------------


@wrong
def temperature_of_the_first_call(u, labels, kept=[]):  # noqa: B006
    kept.append(textbook(u, labels))
    return kept[0]


@wrong
def a_grid_of_one_percent(u, labels):
    def loss(T):
        v = u / T - (u / T).max(axis=1, keepdims=True)
        return np.mean(np.log(np.exp(v).sum(axis=1)) - v[np.arange(len(v)), labels])

    return min(np.geomspace(0.05, 20, 600), key=loss)


@wrong
def upper_end_where_no_answer_is_right(u, labels):
    return 20.0 if np.all(u.argmax(axis=1) != labels) else textbook(u, labels)


@wrong
def probabilities_limited_from_below(u, labels):
    def loss(T):
        v = np.exp(u / T - (u / T).max(axis=1, keepdims=True))
        y = (v / v.sum(axis=1, keepdims=True))[np.arange(len(u)), labels]
        return -np.mean(np.log(np.maximum(y, 1e-12)))

    near = min(np.geomspace(0.05, 20, 600), key=loss)
    return min(np.clip(near * np.geomspace(0.99, 1.01, 81), 0.05, 20), key=loss)


@wrong
def only_where_nothing_overflows(u, labels):
    def loss(T):
        with np.errstate(all="ignore"):
            v = np.exp(u / T)
            cost = -np.mean(np.log(v[np.arange(len(u)), labels] / v.sum(axis=1)))
        return cost if np.isfinite(cost) else np.inf

    near = min(np.geomspace(0.05, 20, 600), key=loss)
    return min(np.clip(near * np.geomspace(0.99, 1.01, 81), 0.05, 20), key=loss)


programs.beside_the_point = [
    "return 1.0",
    "return 0.05",
    "return 20.0",
    "return float(u.std())",
]

programs.equivalent = changes("""
for _ in range(40):
    the interval is smaller than any tolerance by then
slope = np.mean(of_labels - np.sum(y * u, axis=1)) -> slope = np.sum(of_labels - np.sum(y * u, axis=1))
    only the sign of the sum or mean is used
""")
