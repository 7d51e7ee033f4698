"""Graphs and gradient checks: errors of differences, drawings, and a trial of checks."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from course_lessons.digits import mixed
from course_lessons.unknown_layer import SORTS, UnknownLayer, draw_layer
from course_lib.gradient_check import relative_error
from course_lib.graph import evaluate_graph
from course_lib.graph.backprop import Graph
from course_lib.plots import Picture, label_lines, theme, with_alt

Values = Mapping[str, np.ndarray]
EPSILON = {"float64": 1.1e-16, "float32": 6e-8}  # the largest relative rounding error
STEPS = np.logspace(-15, 0, 46)


def small_network(dtype: str, seed: int = 0) -> tuple[Callable[[Any], Any], np.ndarray, np.ndarray]:
    """The loss of a network as a function of its twelve weights, these weights, and its gradient.

    One tanh layer and half the squared error. The loss is computed in ``dtype``; the gradient is
    that of notebook 06, in float64.
    """
    rng = np.random.default_rng(seed)
    x, W, t = (rng.normal(size=shape).astype(dtype) for shape in ((5, 4), (4, 3), (5, 3)))

    def loss(weights: Any) -> Any:
        z = np.tanh(x @ weights.astype(dtype))
        return 0.5 * np.sum((z - t) ** 2) / x.dtype.type(5)

    exact = [a.astype("float64") for a in (x, W, t)]
    z = np.tanh(exact[0] @ exact[1])
    return loss, W, exact[0].T @ ((z - exact[2]) * (1 - z**2)) / 5


def error_curves(numerical_gradient: Callable[..., Any]) -> dict[str, np.ndarray]:
    """For each float type, the relative error of the measured gradient at each of ``STEPS``."""
    curves = {}
    for dtype in EPSILON:
        loss, W, exact = small_network(dtype)
        found = [np.asarray(numerical_gradient(loss, W, h), float) for h in STEPS]
        curves[dtype] = np.array([relative_error(one, exact) for one in found])
    return curves


def best_step(dtype: str) -> float:
    """The step at which h² / 6 + ε / h is smallest."""
    return float((3 * EPSILON[dtype]) ** (1 / 3))


def draw_errors(numerical_gradient: Callable[..., Any]) -> Picture:
    """The relative error of a measured gradient over the step, in float64 and in float32."""
    import matplotlib.pyplot as plt

    curves = error_curves(numerical_gradient)
    with theme.style():
        figure, ax = plt.subplots(figsize=(7.5, 3.3))
        for (dtype, curve), look in zip(curves.items(), ("-", "--"), strict=True):
            colour = theme.GRADIENT if dtype == "float64" else theme.CYCLE[2]
            ax.loglog(STEPS, curve, look, color=colour, label=dtype)
            ax.axvline(best_step(dtype), color=colour, linestyle=":", linewidth=1.2)
        ax.set(xlabel="step h", ylabel="relative error", ylim=(1e-12, 5))
        ax.set_title(r"Error of central differences (dotted: $h=\sqrt[3]{3\varepsilon}$)")
        label_lines(ax)
    lowest = {n: (STEPS[c.argmin()], c.min()) for n, c in curves.items()}
    said = ", ".join(f"{n} lowest at h = {h:.0e} with {e:.0e}" for n, (h, e) in lowest.items())
    return with_alt(
        figure, f"Two curves shaped like a V over the step, on logarithmic axes: {said}."
    )


# --- A small graph -------------------------------------------------------------------------------

SMALL: Graph = {
    "s": ("input", ()),
    "a": ("mul", ("s", "s")),
    "e": ("add", ("s", "s")),
    "L": ("add", ("a", "e")),
}


def draw_small_graph() -> Picture:
    """The graph of L = s · s + (s + s) with its values, and the gradient at each edge."""
    import matplotlib.pyplot as plt

    places = {"s": (0.0, 0.0), "a": (3.0, 0.8), "e": (3.0, -0.8), "L": (6.0, 0.0)}
    edges = (  # from, to, bend of the edge, gradient passed back along it, where both are written
        *(("s", "a", 0.3, "3", (1.35, 1.0)), ("s", "a", 0, "3", (1.75, 0.22))),
        *(("s", "e", -0.3, "1", (1.35, -1.2)), ("s", "e", 0, "1", (1.75, -0.42))),
        *(("a", "L", 0, "1", (4.65, 0.62)), ("e", "L", 0, "1", (4.65, -0.8))),
    )
    texts = {"s": "s = 3", "a": "a = s · s\n= 9", "e": "e = s + s\n= 6", "L": "L = a + e\n= 15"}
    with theme.style():
        figure, ax = plt.subplots(figsize=(8, 3))
        for start, end, bend, gradient, where in edges:
            edge = {"arrowstyle": "-|>", "color": theme.FORWARD, "shrinkA": 26, "shrinkB": 34}
            edge |= {"connectionstyle": f"arc3,rad={-bend}", "linewidth": 1.5}
            ax.annotate("", places[end], places[start], arrowprops=edge)
            ax.text(*where, f"← {gradient}", color=theme.GRADIENT, ha="center", size=13)
        for node, text in texts.items():
            frame = {"boxstyle": "round,pad=0.4", "facecolor": "white", "edgecolor": theme.FORWARD}
            ax.text(*places[node], text, color=theme.FORWARD, ha="center", va="center", bbox=frame)
        ax.text(-0.1, -0.72, "ds = 3 + 3\n+ 1 + 1 = 8", color=theme.GRADIENT, ha="center", size=11)
        ax.text(6, -0.72, "dL = 1", color=theme.GRADIENT, ha="center", size=11)
        ax.set(xlim=(-0.9, 6.9), ylim=(-1.35, 1.35))
        ax.set_title("A small graph with its values (blue) and gradients (orange)")
        ax.axis("off")
    return with_alt(
        figure,
        "Four boxes, s = 3, a = s·s = 9, e = s + s = 6 and L = 15. Blue edges lead from s to a "
        "twice, from s to e twice, and from a and e to L. An orange number at each edge is the "
        "gradient that is passed back along it: 1 and 1 from L, 3 twice from a, 1 twice from e. "
        "The sum is ds = 8.",
    )


# --- One weight, many uses -----------------------------------------------------------------------


def chain(uses: Sequence[str]) -> tuple[Graph, dict[str, np.ndarray], str]:
    """The graph, the values and the output of S3's chain: z = sigmoid(z @ W), again and again.

    Parameters
    ----------
    uses : the leaf that use k of W reads; all these leaves hold the same numbers
    """
    rng = np.random.default_rng(5)
    leaves = {"x": rng.normal(size=(4, 2)), "dy": rng.normal(size=(4, 2))}
    leaves |= {"half": np.asarray(0.5)}
    leaves |= {name: np.array([[2.0, -1.5], [1.0, 2.5]]) for name in uses}
    graph: dict[str, tuple[str, tuple[str, ...]]] = dict.fromkeys(leaves, ("input", ()))
    z = "x"
    for k, name in enumerate(uses, start=1):  # sigmoid(u) = 1/2 + 1/2 tanh(u/2)
        graph |= {f"u{k}": ("matmul", (z, name)), f"v{k}": ("mul", ("half", f"u{k}"))}
        graph |= {f"t{k}": ("tanh", (f"v{k}",)), f"q{k}": ("mul", ("half", f"t{k}"))}
        graph[f"z{k}"] = ("add", ("half", f"q{k}"))
        z = f"z{k}"
    graph |= {"product": ("mul", (z, "dy")), "L": ("sum", ("product",))}
    found = evaluate_graph(graph, leaves)
    return graph, {name: np.asarray(value) for name, value in found.items()}, "L"


def gradients_of_uses(backprop: Callable[..., Any], n: int) -> tuple[list[np.ndarray], np.ndarray]:
    """The gradient of each use of W in a chain of n uses, and that of one W that is shared.

    Each use first reads a leaf of its own, with the same numbers; then all read the same leaf.
    """
    names = [f"W{k}" for k in range(1, n + 1)]
    d = backprop(*chain(names))
    return [d[name] for name in names], backprop(*chain(["W"] * n))["W"]


def draw_uses(backprop: Callable[..., Any]) -> Picture:
    """The gradients of three uses of W beside that of a shared W, and their sizes in a long chain.

    Parameters
    ----------
    backprop : ``backprop(graph, values, output)`` -> node -> gradient
    """
    import matplotlib.pyplot as plt

    terms, shared = gradients_of_uses(backprop, 3)
    norms = [float(np.linalg.norm(term)) for term in gradients_of_uses(backprop, 12)[0]]
    with theme.style():
        figure, axes = plt.subplots(1, 2, figsize=(9, 3.3), width_ratios=(1.5, 1))
        names = ("W₁₁", "W₁₂", "W₂₁", "W₂₂")
        shades = (*("#E69F00", "#CC79A7", "#56B4E9")[: len(terms)], theme.GRADIENT)
        bars = [*terms, np.sum(terms, axis=0)]
        for k, (term, colour) in enumerate(zip(bars, shades, strict=True)):
            at, heights = np.arange(4) * 5.5 + k, np.ravel(term)
            axes[0].bar(at, heights, color=colour)
            label = "sum" if k == len(terms) else f"{k + 1}"
            for x, height in zip(at, heights, strict=True):
                axes[0].annotate(
                    label,
                    (x, height),
                    xytext=(0, np.sign(height) * (6 if label == "sum" else 2)),
                    textcoords="offset points",
                    size=9,
                    ha="center",
                    va="bottom" if height > 0 else "top",
                )
        axes[0].plot(np.arange(4) * 5.5 + len(terms), np.ravel(shared), "x", color=theme.INK)
        axes[0].axhline(0, color=theme.INK, linewidth=0.8)
        axes[0].set_xticks(np.arange(4) * 5.5 + 1.5, names)
        axes[0].margins(y=0.15)
        axes[0].set(xlabel="entry of W", ylabel="gradient")
        axes[0].set_title("Three uses, their sum, shared W (×)")
        axes[1].semilogy(range(1, len(norms) + 1), norms, "o-", color=theme.GRADIENT)
        axes[1].set(xlabel="use of W", ylabel="norm of its gradient")
        axes[1].set_title(f"A chain of {len(norms)} uses")
    return with_alt(
        figure,
        "Left: for each of the four entries of W four bars, the gradients of the three uses of W "
        "and their sum; a cross, the gradient of a shared W, lies at the end of the sum's bar. "
        f"Right: the norm of the gradient of each use in a chain of {len(norms)} uses, from "
        f"{norms[0]:.0e} for the first to {norms[-1]:.0e} for the last.",
    )


def digits() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """600 images of digits with one-hot targets to train with, 360 with their digits to test."""
    x, t = mixed("float64")
    return x[:600], np.eye(10)[t[:600]], x[-360:], t[-360:]


def initial_weights(seed: int) -> dict[str, np.ndarray]:
    """Random weights V (64, 32), W (32, 32) and C (32, 10).

    Their variance is 1 / (number of inputs).
    """
    rng = np.random.default_rng(seed)
    shapes = {"V": (64, 32), "W": (32, 32), "C": (32, 10)}
    return {name: rng.normal(size=s) / np.sqrt(s[0]) for name, s in shapes.items()}


def train(
    backprop: Callable[..., Any],
    kept: Sequence[int],
    seed: int,
    *,
    steps: int = 150,
    lr: float = 0.5,
) -> float:
    """Test accuracy of a network whose second layer is applied three times with the same W.

    Gradient descent on all training images. The loss is the mean cross-entropy.

    Parameters
    ----------
    backprop : ``backprop(graph, values, output)`` -> node -> gradient
    kept : the uses of W, out of 0, 1 and 2, whose gradients are added to that of W
    """
    x, t, x_test, t_test = digits()
    weights = initial_weights(seed)
    given = {"x": x, "t": t, "ones": np.ones((10, 1)), "1/N": np.asarray(1 / len(x))}
    graph = _network(given)
    for _ in range(steps):
        d = backprop(graph, _forward(weights, given), "L")
        gradients = {"V": d["V"], "C": d["C"], "W": sum(d[f"W{k}"] for k in kept)}
        weights = {name: weights[name] - lr * gradients[name] for name in weights}
    scores = _forward(weights, given | {"x": x_test, "t": np.eye(10)[t_test]})["u"]
    return float(np.mean(scores.argmax(axis=1) == t_test))


def _network(given: Values) -> Graph:
    """The graph of the loss in :func:`train`, with a leaf for each use of W."""
    leaves = (*given, "V", "C", "W0", "W1", "W2")
    graph: dict[str, tuple[str, tuple[str, ...]]] = dict.fromkeys(leaves, ("input", ()))
    graph["a"] = ("matmul", ("x", "V"))
    graph["z0"] = ("tanh", ("a",))
    for k in range(3):
        graph |= {f"u{k}": ("matmul", (f"z{k}", f"W{k}")), f"z{k + 1}": ("tanh", (f"u{k}",))}
    graph |= {"u": ("matmul", ("z3", "C")), "e": ("exp", ("u",))}
    graph |= {"s": ("matmul", ("e", "ones")), "y": ("log", ("s",))}
    graph |= {"short": ("sub", ("y", "u")), "terms": ("mul", ("t", "short"))}
    graph |= {"all": ("sum", ("terms",)), "L": ("mul", ("all", "1/N"))}
    return graph


def compare_trainings(backprop: Callable[..., Any]) -> dict[str, list[float]]:
    """Print and return test accuracies with dW from all uses of W, from the first, and with 0."""
    reached = {}
    for name, kept in (("from all uses", (0, 1, 2)), ("from first use", (0,)), ("= 0", ())):
        reached[name] = [train(backprop, kept, seed) for seed in range(3)]
        said = ", ".join(f"{one:.3f}" for one in reached[name])
        print(f"dW {name:14}: test accuracy {said} (seeds 0, 1, 2)")
    return reached


def _forward(weights: Values, given: Values) -> dict[str, np.ndarray]:
    """The value of each node of the network in :func:`train`."""
    v = {**given, "V": weights["V"], "C": weights["C"]}
    v |= {f"W{k}": weights["W"] for k in range(3)}
    v["a"] = v["x"] @ v["V"]
    v["z0"] = np.tanh(v["a"])
    for k in range(3):
        v[f"u{k}"] = v[f"z{k}"] @ v[f"W{k}"]
        v[f"z{k + 1}"] = np.tanh(v[f"u{k}"])
    v["u"] = v["z3"] @ v["C"]
    v["e"] = np.exp(v["u"])
    v["s"] = v["e"] @ v["ones"]
    v["y"] = np.log(v["s"])
    v["short"] = v["y"] - v["u"]
    v["terms"] = v["t"] * v["short"]
    v["all"] = np.asarray(v["terms"].sum())
    v["L"] = v["all"] * v["1/N"]
    return v


# --- Gradient checks -----------------------------------------------------------------------------


def try_check(
    check: Callable[[UnknownLayer], Any], *, layers: int = 15, seed: int = 0
) -> dict[str, tuple[float, float]]:
    """Try a gradient check on right layers, and on layers without the derivative of f.

    Parameters
    ----------
    layers : of each sort, and as many faulty ones

    Returns
    -------
    rates : for each sort of layers, the share of right layers that are accepted, and the share of
        faulty ones that are rejected; both are printed
    """
    rng, rates = np.random.default_rng(seed), {}
    try:
        check(UnknownLayer(draw_layer(rng, SORTS[0], "no derivative")))
    except NotImplementedError:
        print("The check is not written yet.")
        return {}
    print("                  right: accepted   faulty: rejected")
    for sort in SORTS:
        drawn = [draw_layer(rng, sort, "no derivative") for _ in range(layers)]
        accepted = np.mean([bool(check(UnknownLayer(one | {"fault": ""}))) for one in drawn])
        rejected = np.mean([not check(UnknownLayer(one)) for one in drawn])
        rates[sort] = float(accepted), float(rejected)
        print(f"{sort:16}  {accepted:15.0%}   {rejected:16.0%}")
    return rates


class LayerOnGraph:
    """The layer y = u · tanh(u), u = x @ W + b, whose backward pass is a ``backprop``.

    Parameters
    ----------
    backprop : ``backprop(graph, values, output)`` -> node -> gradient
    keeps_all : whether u gets the gradients of both its uses, or only the one that arrives last
    """

    dtype = "float64"

    def __init__(self, backprop: Callable[..., Any], keeps_all: bool) -> None:
        self.backprop, self.keeps_all = backprop, keeps_all

    def forward(self, x: Any, W: Any, b: Any) -> np.ndarray:
        """The output, of shape (n, 3)."""
        u = x @ W + b
        return np.asarray(u * np.tanh(u))

    def backward(self, dy: Any, x: Any, W: Any, b: Any) -> list[np.ndarray]:
        """The gradients [dx, dW, db] of a loss with the gradient ``dy`` (n, 3) at the output."""
        # Without the first of its gradients, u is a constant in the product.
        leaves = {"x": x, "W": W, "b": b, "dy": dy, "constant": x @ W + b}
        graph: dict[str, tuple[str, tuple[str, ...]]] = dict.fromkeys(leaves, ("input", ()))
        graph |= {"p": ("matmul", ("x", "W")), "u": ("add", ("p", "b")), "t": ("tanh", ("u",))}
        graph["y"] = ("mul", ("u" if self.keeps_all else "constant", "t"))
        graph |= {"product": ("mul", ("y", "dy")), "L": ("sum", ("product",))}
        values = {n: np.asarray(v) for n, v in evaluate_graph(graph, leaves).items()}
        d = self.backprop(graph, values, "L")
        return [d["x"], d["W"], d["b"]]


def check_backprop(check: Callable[[Any], Any], backprop: Callable[..., Any]) -> tuple[bool, bool]:
    """Print and return whether a gradient check accepts ``backprop``, and one with `=`."""
    verdicts = []
    for name, keeps_all in (("your backprop", True), ("with = in place of adding", False)):
        verdicts.append(bool(check(LayerOnGraph(backprop, keeps_all))))
        print(f"{name:25}: {'accepted' if verdicts[-1] else 'rejected'}")
    return verdicts[0], verdicts[1]
