"""Solutions of ``initial_deviations(layers, variances) -> s``: the size of initial weights."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(100)


def expectation(function, v):
    return float(np.average(function(np.sqrt(v) * NODES), weights=WEIGHTS))


@right
def with_variances_and_covariances(layers, variances):
    """The covariances of all arrays in one matrix."""

    def tried(v):
        second, s = np.ones((1, 1)), []
        first = [0.0]
        for layer in layers:
            mean = expectation(layer["f"], v)
            inputs = np.array(layer["inputs"])
            s.append((v / layer["n_in"] / second[np.ix_(inputs, inputs)].sum()) ** 0.5)
            new = np.array([m * mean for m in first])[:, None]
            square = expectation(lambda u, f=layer["f"]: f(u) ** 2, v)
            second = np.block([[second, new], [new.T, np.array([[square]])]])
            first.append(mean)
        gradients = {len(layers): 1.0}
        for k in range(len(layers), 0, -1):
            layer = layers[k - 1]
            slope = expectation(lambda u, df=layer["df"]: df(u) ** 2, v)
            for i in layer["inputs"]:
                part = gradients[k] * slope * layer["n_out"] * s[k - 1] ** 2
                gradients[i] = gradients.get(i, 0.0) + part
        return max(gradients[0], 1 / gradients[0]), s

    return min(map(tried, variances), key=lambda pair: pair[0])[1]


@right
def from_many_normal_numbers(layers, variances):
    """Means over random numbers; outputs that are added as random numbers, too."""
    normal = np.random.default_rng(0).normal(size=(len(layers) + 1, 40_000))

    def tried(v):
        s, back = [], np.zeros(len(layers) + 1)
        arrays = [normal[0]]
        slopes = []
        for layer, e in zip(layers, normal[1:], strict=True):
            z = sum(arrays[i] for i in layer["inputs"])
            s.append(np.sqrt(v / layer["n_in"] / np.mean(z**2)))
            arrays.append(layer["f"](np.sqrt(v) * e))
            slopes.append(np.mean(layer["df"](np.sqrt(v) * e) ** 2))
        back[-1] = 1
        for k in range(len(layers) - 1, -1, -1):
            back[layers[k]["inputs"]] += layers[k]["n_out"] * s[k] ** 2 * slopes[k] * back[k + 1]
        return abs(np.log(back[0])), s

    return min((tried(v) for v in variances), key=lambda pair: pair[0])[1]


@right
def between_the_variances(layers, variances):
    """Solves for the variance at which the gradient at x has the size of that at the output."""

    def deviations(v):
        means, squares, s = [0.0], [1.0], []
        for layer in layers:
            m = [means[i] for i in layer["inputs"]]
            cross = sum(a * b for i, a in enumerate(m) for j, b in enumerate(m) if i != j)
            total = sum(squares[i] for i in layer["inputs"]) + cross
            s.append(np.sqrt(v / total / layer["n_in"]))
            means.append(expectation(layer["f"], v))
            squares.append(expectation(lambda u, f=layer["f"]: f(u) ** 2, v))
        return s

    def gradient(v):
        s, parts = deviations(v), [0.0] * len(layers) + [1.0]
        for k, layer in reversed(list(enumerate(layers))):
            slope = expectation(lambda u, df=layer["df"]: df(u) ** 2, v)
            for i in layer["inputs"]:
                parts[i] += parts[k + 1] * slope * layer["n_out"] * s[k] ** 2
        return parts[0]

    low, high = 0.005, 60.0
    for _ in range(30):
        middle = (low * high) ** 0.5
        low, high = (middle, high) if gradient(middle) < 1 else (low, middle)
    return np.array(deviations(low))


@form
def with_an_axis_more(layers, variances):
    return np.array(with_variances_and_covariances(layers, variances))[None]


@wrong
def of_the_first_call(layers, variances, kept=[]):  # noqa: B006
    kept.append(between_the_variances(layers, variances))
    return kept[0]


def gain_of(f):
    return 1 / np.sqrt(expectation(lambda u: f(u) ** 2, 1.0))


@wrong
def gains_of_the_inputs(layers, variances):
    """Section 5 alone: the gain of what a layer reads, for Var(u) = 1, without sums."""
    s = []
    for layer in layers:
        before = layers[layer["inputs"][0] - 1]["f"] if layer["inputs"][0] else lambda u: u
        s.append(gain_of(before) / np.sqrt(layer["n_in"]))
    return s


programs.beside_the_point = [
    "return np.full(len(layers), 0.1)",
    "return [np.sqrt(2 / layer['n_in']) for layer in layers]",
    "return [np.sqrt(2 / (layer['n_in'] + layer['n_out'])) for layer in layers]",
    "return np.random.default_rng(0).uniform(0.05, 0.2, size=len(layers))",
    "gains_of_the_inputs",
]

programs.equivalent = changes("""
s, means, squares = ([], [0.0], [1.0]) -> s, means, squares = ([], [1], [1.0])
    x alone has the mean square 1, whatever its mean is
""")
