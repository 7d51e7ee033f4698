"""Backward passes, right and wrong: trainings, comparisons with differences, and figures."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from course_lessons.digits import divided
from course_lessons.figures import Player, slider
from course_lib.functional import linear_backward, relu_backward, relu_forward
from course_lib.gradient_check import numerical_gradient, relative_error
from course_lib.layers import Linear, ReLU
from course_lib.losses import softmax_cross_entropy
from course_lib.models import Sequential
from course_lib.op import Op
from course_lib.optimizers import SGD
from course_lib.plots import Picture, theme, with_alt
from course_lib.training import accuracy, fit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BackwardPass = tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]
"""Backward functions ``(dz, cache) -> …`` of the first layer, the ReLU and the second layer."""
CORRECT: BackwardPass = (linear_backward, relu_backward, linear_backward)
H = 1e-6  # the step of central differences
TOLERANCE = 1e-5  # of a relative error, in float64


class Split(NamedTuple):
    """The digits, shuffled: every fifth image is held out for the test."""

    x_train: np.ndarray
    t_train: np.ndarray
    x_test: np.ndarray
    t_test: np.ndarray


def digits() -> Split:
    """The 1,797 digits of 8 x 8 pixels as rows, in two sets."""
    return Split(*divided())


# --- Right and wrong backward passes --------------------------------------------------------------


def network_with(
    backward_pass: BackwardPass,
    linear_forward: Callable[..., Any],
    rng: np.random.Generator,
    dtype: str = "float32",
    hidden: int = 128,
) -> Sequential:
    """A network 64-hidden-10 with the given backward pass, right or wrong.

    Parameters
    ----------
    linear_forward : ``linear_forward(x, W, b) -> (u, cache)``, the student's; its cache is not
        used: the backward functions get that of course_lib
    """

    def forward(x: np.ndarray, W: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, Any]:
        return linear_forward(x, W, b)[0], (x, W)

    first, through_relu, second = backward_pass
    return Sequential(
        Linear(64, hidden, rng=rng, op=Op(forward, first), dtype=dtype),
        ReLU(op=Op(relu_forward, through_relu)),
        Linear(hidden, 10, rng=rng, op=Op(forward, second), dtype=dtype),
    )


def trained_accuracies(
    linear_forward: Callable[..., Any],
    passes: Mapping[str, BackwardPass],
    *,
    seeds: Sequence[int] = (0, 1, 2),
    epochs: int = 10,
) -> np.ndarray:
    """Test accuracies after training with each of the passes: an array (passes, seeds).

    Gradient descent with momentum on minibatches of 32. Where the loss overflows, the training ends
    and the accuracy is that of the last epoch.
    """
    found = [
        [_trained(given, linear_forward, seed, epochs) for seed in seeds]
        for given in passes.values()
    ]
    return np.array(found)


def _trained(
    backward_pass: BackwardPass, linear_forward: Callable[..., Any], seed: int, epochs: int
) -> float:
    data, reached = digits(), [0.0]
    rng = np.random.default_rng(seed)
    network = network_with(backward_pass, linear_forward, rng)
    with suppress(FloatingPointError):
        fit(
            network,
            data.x_train,
            data.t_train,
            loss=softmax_cross_entropy,
            optimizer=SGD(network.parameters(), lr=0.05, momentum=0.9),
            epochs=epochs,
            batch_size=32,
            rng=rng,
            validation=(data.x_test, data.t_test),
            callbacks=[lambda _, history: reached.append(history.validation_accuracy[-1])],
            progress=False,
        )
    return reached[-1]


def draw_accuracies(reached: np.ndarray, names: Sequence[str]) -> Picture:
    """Bars of the mean accuracies of six backward passes with a dot for each seed."""
    import matplotlib.pyplot as plt

    means = reached.mean(axis=1)
    rows = np.arange(len(names))[::-1]
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3))
        colours = [theme.FORWARD if name == "correct" else "0.75" for name in names]
        ax.barh(rows, means, color=colours)
        for row, accuracies in zip(rows, reached, strict=True):
            ax.plot(accuracies, np.full(len(accuracies), row), "o", color="black", markersize=4)
        ax.axvline(0.9, color=theme.INK, linestyle="--")
        ax.text(0.89, 5.6, "90 %", ha="right", va="center")
        ax.set_yticks(rows, names)
        ax.set(xlabel="test accuracy", ylabel="backward pass", xlim=(0, 1), ylim=(-0.6, 5.9))
        ax.grid(axis="y", visible=False)
        ax.set_title("Test accuracy with six backward passes (bar: mean, dots: seeds)")
    said = ", ".join(f"{name} {mean:.2f}" for name, mean in zip(names, means, strict=True))
    return with_alt(figure, f"A bar for each backward pass. Mean test accuracies: {said}.")


# --- One number through a graph ------------------------------------------------------------------

OPERATIONS = {"×": 1, "+": 3, "max(·, 0)": 5, "× ": 8.2, "+ ": 10.2, "½(· − t)²": 12.2}
HALF_WIDTHS = {"max(·, 0)": 0.62, "½(· − t)²": 0.62}  # of a box; 0.2 of all others
# Where each value flows: the ends of its arrow, and the place of its name.
FLOWS = {
    "x": (0.0, 0.8, 0.4),
    "a": (1.2, 2.8, 2.0),
    "u": (3.2, 4.38, 3.75),
    "z": (5.62, 8.0, 6.15),
    "g": (8.4, 10.0, 9.2),
    "y": (10.4, 11.58, 11.0),
    "L": (12.82, 13.6, 13.3),
}
FROM_ABOVE = {"w": 1, "b": 3, "r": 8.2, "t": 12.2}  # what enters a box from above
GIVEN = {"x": 2.0, "w": 3.0, "b": -1.0, "r": -2.0, "t": 1.0}
STEPS = (
    ("The input, the parameters and the target are given", ""),
    *((f"Forward pass: compute {name}", name) for name in "auzgyL"),
    ("Backward pass: the loss gives dy = y − t", "dy"),
    ("Backward pass: the sum passes dy on, so dg = dy and dz₂ = dy", "dg dz2"),
    ("Backward pass: the product gives dz₁ = dg · r and dr = dg · z", "dz1 dr"),
    ("Backward pass: z is used twice, so dz = dz₁ + dz₂", "dz"),
    ("Backward pass: u > 0, so the maximum gives du = dz", "du"),
    ("Backward pass: the sum passes du on, so da = du and db = du", "da db"),
    ("Backward pass: the product gives dx = da · w and dw = da · x", "dx dw"),
)
GRAPH = (
    "Six operations in a row: multiply, add, maximum with 0, multiply, add, half the squared "
    "difference. The input x = 2 enters on the left. From above, w = 3 enters the first "
    "multiplication, b = −1 the first addition, r = −2 the second multiplication, and t = 1 the "
    "loss. The arrows between the operations are named a, u, z, g and y. A branch leads z around "
    "the second multiplication, into the second addition. L leaves on the right."
)


def draw_graph() -> Picture:
    """The graph of the small network with its given numbers only."""
    title = "Graph of the small network with its input, parameters and target"
    return with_alt(_graph(GIVEN, title, ()), GRAPH, dpi=112)


def draw_steps(values: Mapping[str, Any]) -> Player:
    """The graph with a slider: the values of the forward pass, then the gradients, step by step.

    Parameters
    ----------
    values : by name: a, u, z, g, y, L and the gradients dy, dg, dz1, dz2, …
    """

    def drawn(step: int) -> "Figure":
        title, new = STEPS[step]
        known = " ".join(names for _, names in STEPS[: step + 1]).split()
        return _graph(GIVEN | {name: values[name] for name in known}, title, new.split())

    said = ", ".join(f"{name} = {values[name]:g}" for _, names in STEPS for name in names.split())
    return slider(
        drawn,
        range(len(STEPS)),
        name="step",
        alt=f"The graph of the small network. Values appear in this order: {said}.",
        dpi=112,
        stills=7,
        start=len(STEPS) - 1,
    )


def _graph(values: Mapping[str, Any], title: str, new: Sequence[str]) -> "Figure":
    """The graph with all values that are known; those named in `new` have a frame."""
    import matplotlib.pyplot as plt
    from matplotlib.patches import Rectangle

    with theme.style():
        figure, ax = plt.subplots(figsize=(8.6, 3.2))
    arrow = {"arrowstyle": "->", "linewidth": 1.5, "shrinkA": 0, "shrinkB": 0}
    ahead, back = {**arrow, "color": theme.FORWARD}, {**arrow, "color": theme.GRADIENT}
    forward: Any = {"color": theme.FORWARD}
    gradient: Any = {"color": theme.GRADIENT}
    for name, (left, right, place) in FLOWS.items():
        ax.annotate("", (right, 0.07), (left, 0.07), arrowprops=ahead)
        _name(ax, (place, 0.32), name, values, new, forward)
        _name(ax, (place, -0.36), f"d{name}", values, new, gradient)
        if f"d{name}" in values:
            start = 6.75 if name == "z" else right  # where the two uses of z join
            ax.annotate("", (left, -0.07), (start, -0.07), arrowprops=back)
    for name, x in FROM_ABOVE.items():
        ax.annotate("", (x - 0.08, 0.2), (x - 0.08, 0.75), arrowprops=ahead)
        _name(ax, (x, 1.32), name, values, new, forward)
        _name(ax, (x, 0.95), f"d{name}", values, new, gradient)
        if f"d{name}" in values:
            ax.annotate("", (x + 0.08, 0.75), (x + 0.08, 0.2), arrowprops=back)
    # The second use of z: a branch below the product, into the second sum.
    ax.plot([6.85, 6.85, 10.13], [0.07, -0.95, -0.95], linewidth=1.5, **forward)
    ax.annotate("", (10.13, -0.2), (10.13, -0.95), arrowprops=ahead)
    _name(ax, (7.5, -0.36), "dz1", values, new, gradient)
    _name(ax, (8.6, -1.36), "dz2", values, new, gradient)
    if "dz1" in values:
        ax.annotate("", (7.0, -0.07), (8.0, -0.07), arrowprops=back)
    if "dz2" in values:
        ax.plot([10.28, 10.28, 7.0], [-0.2, -1.08, -1.08], linewidth=1.5, **gradient)
        ax.annotate("", (7.0, -0.5), (7.0, -1.08), arrowprops=back)
    if "dz" in values:
        ax.text(5.8, -0.78, "dz = dz₁ + dz₂", ha="center", size=11, **gradient)
    for operation, x in OPERATIONS.items():
        half = HALF_WIDTHS.get(operation, 0.2)
        box = Rectangle((x - half, -0.2), 2 * half, 0.4, facecolor="white", edgecolor=theme.INK)
        ax.add_patch(box)
        ax.text(x, 0, operation.strip(), ha="center", va="center", size=10)
    ax.set(xlim=(-0.3, 13.9), ylim=(-1.6, 1.5))
    ax.set_title(title, loc="left")
    ax.axis("off")
    return figure


def _name(
    ax: "Axes",
    place: tuple[float, float],
    name: str,
    values: Mapping[str, Any],
    new: Sequence[str],
    look: Mapping[str, str],
) -> None:
    """A name with its value, if it is known; in a frame, if it is new."""
    if name not in values and name not in FLOWS:
        return
    known = theme.with_minus(f" = {values[name]:g}") if name in values else ""
    shown = {"dz1": "dz₁", "dz2": "dz₂"}.get(name, name)
    text = ax.text(*place, shown + known, size=11, ha="center", va="center", color=look["color"])
    if name in new:
        frame = {"boxstyle": "round,pad=0.2", "edgecolor": look["color"], "facecolor": "none"}
        text.set_bbox(frame)


# --- Deltas --------------------------------------------------------------------------------------

DELTAS = (
    "All arrows point to the left. On the right, the deltas of the K = 3 units of the next layer "
    "enter these units. From each unit k an arrow with the product of the weight w next j k and "
    "the delta next k leads to the sum at hidden unit j. The sum is multiplied by the derivative "
    "f′(u j), and the delta of unit j leaves on the left."
)


def draw_deltas() -> Picture:
    """How the delta of a hidden unit follows from the deltas of the next layer."""
    import matplotlib.pyplot as plt
    from matplotlib.patches import Circle, Rectangle

    with theme.style():
        figure, ax = plt.subplots(figsize=(7.4, 3.9))
    arrow = {"arrowstyle": "->", "linewidth": 1.8, "shrinkA": 0, "shrinkB": 0}
    back: Any = {**arrow, "color": theme.GRADIENT}
    circle: Any = {"facecolor": "white", "edgecolor": theme.INK, "zorder": 3}
    middle: Any = {"ha": "center", "va": "center", "zorder": 4}
    orange: Any = {**middle, "color": theme.GRADIENT, "size": 14}
    unit = 0.36
    for k, height in enumerate((1.45, 0.0, -1.45), start=1):
        path = np.array([3.3, height])
        step = path / np.hypot(*path)
        ax.annotate("", 0.42 * step, path - unit * step, arrowprops=back)
        aside = (-0.25, 0.42 * np.sign(height)) if height else (0, 0.3)  # beside the arrow
        x, y = 0.6 * path + aside
        ax.text(
            x,
            y,
            rf"$w^{{\rm next}}_{{j{k}}}\,\delta^{{\rm next}}_{k}$",
            **orange,
        )
        ax.add_patch(Circle((3.3, height), unit, **circle))
        ax.text(3.3, height, f"{k}", size=12, **middle)
        ax.annotate("", (3.3 + unit, height), (4.3, height), arrowprops=back)
        ax.text(4.65, height, rf"$\delta^{{\rm next}}_{k}$", **orange)
    ax.add_patch(Circle((0, 0), 0.42, **circle))
    ax.text(0, 0, r"$\Sigma$", size=16, **middle)
    ax.annotate("", (-1.1, 0), (-0.42, 0), arrowprops=back)
    ax.add_patch(Rectangle((-2.4, -0.36), 1.3, 0.72, **circle))
    ax.text(-1.75, 0, r"$\times\, f\,'(u_j)$", size=13, **middle)
    ax.annotate("", (-3.2, 0), (-2.4, 0), arrowprops=back)
    ax.text(-3.45, 0, r"$\delta_j$", **orange)
    ax.text(-1.0, -0.85, "hidden unit j", **middle)
    ax.text(3.3, 2.05, "next layer", **middle)
    ax.set(xlim=(-3.75, 4.8), ylim=(-2.0, 2.3), aspect="equal")
    ax.set_title("The delta of a hidden unit j is a sum over the K = 3 units of the next layer")
    ax.axis("off")
    return with_alt(figure, DELTAS)


# --- A whole network, line by line ---------------------------------------------------------------

FORWARD_STEPS: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "u": lambda v: v["x"] @ v["W"] + v["b"],
    "z": lambda v: np.tanh(v["u"]),
    "y": lambda v: v["z"] @ v["V"] + v["c"],
    "e": lambda v: np.exp(v["y"]),
    "s": lambda v: v["e"].sum(axis=1, keepdims=True),
    "p": lambda v: v["e"] / v["s"],
    "q": lambda v: v["p"][np.arange(len(v["t"])), v["t"]],
    "l": lambda v: -np.log(v["q"]),
    "L": lambda v: v["l"].mean(),
}


def five_samples() -> dict[str, Any]:
    """All values of the forward pass for five random samples, by their names."""
    rng = np.random.default_rng(9)
    v: dict[str, Any] = {"x": rng.normal(size=(5, 4)), "t": np.array([0, 2, 1, 1, 0])}
    v |= {"W": rng.normal(size=(4, 6)), "b": rng.normal(size=6)}
    v |= {"V": rng.normal(size=(6, 3)), "c": rng.normal(size=3)}
    for step, compute in FORWARD_STEPS.items():
        v[step] = compute(v)
    return v


def compare_lines(
    gradients: Callable[[Mapping[str, Any]], Mapping[str, Any]], v: Mapping[str, Any]
) -> None:
    """Print each gradient beside central differences, from the loss back, up to the first gap.

    Parameters
    ----------
    gradients : ``gradients(v)`` -> gradients by the names of the values, as far as written
    v : all values of the forward pass
    """
    try:
        found = gradients(v)
    except NotImplementedError:
        print("The raise line is still there. Replace it by your first line.")
        return
    for name in "lqpseyzVcuWbx":
        if name not in found:
            print(f'd{name} is next: write d["{name}"] = …, of shape {v[name].shape}')
            return
        mine = np.asarray(found[name])
        if mine.shape != v[name].shape:
            print(f"d{name} has shape {mine.shape}, expected {v[name].shape}")
            continue
        measured = _differences(partial(_loss_from, v, name), v[name])
        error = np.max(np.abs(mine - measured))
        verdict = "agrees " if error < H * (1 + np.max(np.abs(measured))) else "DIFFERS"
        print(f"d{name} {verdict} largest difference {error:.0e}")


def _differences(loss: Callable[[Any], float], value: np.ndarray) -> np.ndarray:
    return np.asarray(numerical_gradient(loss, value, H))


def _loss_from(v: Mapping[str, Any], name: str, value: Any) -> float:
    """The loss after `name` is set to `value` and all later steps are computed again."""
    moved, names = {**v, name: value}, list(FORWARD_STEPS)
    for step in names[names.index(name) + 1 if name in names else 0 :]:
        moved[step] = FORWARD_STEPS[step](moved)
    return float(moved["L"])


# --- The repair ----------------------------------------------------------------------------------


def compare_gradients(
    forward: Callable[..., Any],
    backward: Callable[..., Any],
    *,
    samples: int,
    widths: Sequence[int],
    with_dx: bool,
) -> dict[str, float]:
    """Print and return the relative error of each gradient, the last layer first.

    The network is random, with ReLU between its layers; the gradients are compared with central
    differences of the forward pass.

    Parameters
    ----------
    forward, backward : ``forward(x, params) -> (y, cache)``, ``backward(dy, cache) -> (dx,
        [(dW1, db1), …])``
    samples : number of rows of x
    widths : numbers of inputs, of the units of each hidden layer, and of outputs
    with_dx : whether dx is compared as well
    """
    rng = np.random.default_rng(0)
    x, dy = rng.normal(size=(samples, widths[0])), rng.normal(size=(samples, widths[-1]))
    net = [(rng.normal(size=shape), rng.normal(size=shape[1])) for shape in pairwise(widths)]
    dx, found = backward(dy, forward(x, net)[1])
    errors = {}
    for layer in range(len(net) - 1, -1, -1):
        for which, name in enumerate(("dW", "db")):

            def loss(moved: Any, layer: int = layer, which: int = which) -> float:
                pair = (moved, net[layer][1]) if which == 0 else (net[layer][0], moved)
                return float(np.sum(dy * forward(x, [*net[:layer], pair, *net[layer + 1 :]])[0]))

            measured = _differences(loss, net[layer][which])
            errors[f"{name}{layer + 1}"] = relative_error(found[layer][which], measured)
    if with_dx:
        measured = _differences(lambda a: float(np.sum(dy * forward(a, net)[0])), x)
        errors["dx"] = relative_error(dx, measured)
    for name, error in errors.items():
        print(f"{name:4}", "ok" if error < TOLERANCE else f"DIFFERS, relative error {error:.2f}")
    return errors


RATES = {1: 0.01, 32: 0.2}  # samples in each step -> learning rate


def compare_repair(
    forward: Callable[..., Any],
    before: Callable[..., Any],
    after: Callable[..., Any],
    *,
    seeds: Sequence[int] = (0, 1, 2),
    epochs: int = 5,
) -> dict[int, tuple[float, float]]:
    """Print and return mean test accuracies with both backward passes, by the samples of a step.

    Parameters
    ----------
    forward, before, after : ``forward(x, params) -> (y, cache)``, and the backward pass before and
        after the repair
    """
    reached = {}
    for samples in RATES:
        his, yours = (
            float(np.mean([_digits_with(forward, one, samples, s, epochs) for s in seeds]))
            for one in (before, after)
        )
        reached[samples] = his, yours
        print(f"steps on {samples:2}: test accuracy {his:.2f} with his, {yours:.2f} with yours")
    return reached


def _digits_with(
    forward: Callable[..., Any],
    backward: Callable[..., Any],
    samples: int,
    seed: int,
    epochs: int,
) -> float:
    data, rng = digits(), np.random.default_rng(seed)
    x, t = data.x_train.astype(float), data.t_train
    shapes = list(pairwise((64, 32, 32, 10)))
    net = [(rng.normal(size=s) * np.sqrt(2 / s[0]), np.zeros(s[1])) for s in shapes]
    for _ in range(epochs * len(x) // samples):
        rows = rng.integers(len(x), size=samples)
        y, cache = forward(x[rows], net)
        _loss, dy = softmax_cross_entropy(y, t[rows])
        pairs = zip(net, backward(dy, cache)[1], strict=True)
        net = [(W - RATES[samples] * dW, b - RATES[samples] * db) for (W, b), (dW, db) in pairs]
    return accuracy(forward(data.x_test.astype(float), net)[0], data.t_test)
