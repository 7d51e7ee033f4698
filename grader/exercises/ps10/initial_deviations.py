"""``initial_deviations(layers, variances) -> s``: the size of the weights of a drawn network.

The mean squares of the signal and of the gradient are expectations over the weights, which the
judge computes for the returned numbers, so no draw of weights decides.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from course_lessons.initialisation import activation
from grader.checking.contract import (
    Case,
    case,
    function,
    holds,
    shapes,
    slip,
    slips,
    step,
    unchanged_inputs,
)
from grader.checking.contract.compare import as_numbers
from grader.checking.contract.properties import Answer, earns


def mean_over_u(f, power, v):
    u = np.linspace(-8, 8, 1601)
    return np.average(f(np.sqrt(v) * u) ** power, weights=np.exp(-(u**2) / 2))


def initial_deviations(layers, variances):
    found = []
    for v in variances:
        s, means, squares = [], [0.0], [1.0]
        for layer in layers:
            both = sum(means[i] for i in layer["inputs"]) ** 2
            alone = sum(squares[i] - means[i] ** 2 for i in layer["inputs"])
            s.append(np.sqrt(v / (layer["n_in"] * (both + alone))))
            means.append(mean_over_u(layer["f"], 1, v))
            squares.append(mean_over_u(layer["f"], 2, v))
        back = [0.0] * len(layers) + [1.0]
        for k, layer in reversed([*enumerate(layers)]):
            du = back[k + 1] * mean_over_u(layer["df"], 2, v)
            for i in layer["inputs"]:
                back[i] += layer["n_out"] * s[k] ** 2 * du
        found.append((abs(np.log(back[0])), s))
    return min(found, key=lambda one: one[0])[1]


GRID = np.linspace(-7, 7, 561)
DENSITY = np.exp(-(GRID**2) / 2) / np.exp(-(GRID**2) / 2).sum()
CHAIN, BRANCHES, SHORTCUT = "a chain", "three branches", "shortcuts"
DEPTH = 12
FULL, NONE = 1.06, 1.13  # the largest RMS of u over the smallest: full points, and none
NEAR, FAR = 1.5, 2.0  # the RMS of the gradient at x, or its inverse: full points, and none
APART = 0.75  # between the logarithms of the gradients of two variances
Layers = Sequence[Mapping[str, Any]]
Numbers = Sequence[float] | np.ndarray


def mean_square(inputs: Sequence[int], means: Numbers, squares: Numbers) -> float:
    """Of a sum of outputs, whose parts above their means are independent."""
    return sum(means[i] for i in inputs) ** 2 + sum(squares[i] - means[i] ** 2 for i in inputs)


def plain_sum(inputs: Sequence[int], means: Numbers, squares: Numbers) -> float:
    """As if the means were 0."""
    return sum(squares[i] for i in inputs)


def abs_sum(inputs: Sequence[int], means: Numbers, squares: Numbers) -> float:
    """As if no mean were negative."""
    return mean_square(inputs, np.abs(means), squares)


def passes(
    layers: Layers,
    s: Numbers = (),
    *,
    v: float = 1.0,
    added: Callable[..., float] = mean_square,
    once: bool = False,
    in_line: bool = False,
) -> tuple[np.ndarray, float, np.ndarray]:
    """What deviations ``s`` do, or else those with which each u has the variance ``v``.

    Returns the RMS of u in each layer, the logarithm of the RMS of the gradient at x, if it is 1 at
    the output, and the deviations. ``once``: of several layers that read an array, only that with
    the largest gradient passes it one. ``in_line``: as if every layer read the one before it.
    """
    means, squares, slopes, used, of_u = [0.0], [1.0], [], [], []
    for k, layer in enumerate(layers):
        q = layer["n_in"] * added(layer["inputs"], means, squares)
        used.append(s[k] if len(s) else np.sqrt(v / q))
        of_u.append(np.sqrt(q) * used[-1])
        f, df = activation(*layer["function"])
        u = of_u[-1] * GRID
        means.append(float(DENSITY @ f(u)))
        squares.append(float(DENSITY @ f(u) ** 2))
        slopes.append(float(DENSITY @ df(u) ** 2))
    back = np.zeros(len(layers) + 1)
    back[-1] = 1
    for k in reversed(range(len(layers))):
        for i in [k] if in_line else layers[k]["inputs"]:
            dz = layers[k]["n_out"] * used[k] ** 2 * slopes[k] * back[k + 1]
            back[i] = max(back[i], dz) if once else back[i] + dz
    return np.array(of_u), float(np.log(back[0]) / 2), np.array(used)


def ratio(of_u: np.ndarray) -> float:
    return float(of_u.max() / of_u.min())


def of_ratio(of_u: np.ndarray) -> float:
    """The share of the points for the RMS of u; 1 or more is full."""
    return (NONE - ratio(of_u)) / (NONE - FULL)


def drawn(rng: np.random.Generator, kind: str, *, small: bool) -> Layers:
    """Layers of mixed widths with three activation functions, two of which have another mean."""
    n = [int(m) for m in rng.integers(100, 200, size=DEPTH + 1)]
    n[-1] = int(n[0] * rng.uniform(2.5, 4))
    functions = [["leaky", float(rng.uniform(0.5, 2)), 0.0, float(rng.uniform(0.02, 0.08))]]
    sign = rng.choice([-1, 1])
    for name, steepest in (("tanh", 1.3), ("sine", 1.0)):
        a, c = rng.uniform(0.5, 2), rng.uniform(0.6, 1) * steepest
        b = sign * a * rng.uniform(*((0.02, 0.15) if small else (0.25, 0.5)))
        sign = -sign if kind == BRANCHES else sign
        functions.append([name, float(a), float(b), float(c)])
    inputs, chosen = [[k] for k in range(DEPTH)], [int(k) for k in rng.integers(3, size=DEPTH)]
    at = int(rng.integers(3, 7))
    if kind == BRANCHES:  # layers at + 1 to at + 3 read the same array
        inputs[at : at + 4] = [at], [at], [at], [at + 1, at + 2, at + 3]
        n[at + 2] = n[at + 3] = n[at + 1]
        chosen[at : at + 3] = (0, 0, 0) if small else (1, 2, 1)
    if kind == SHORTCUT:  # layer at + 3 reads the outputs of the three layers before it
        inputs[at + 2] = [at, at + 1, at + 2]
        n[at + 1] = n[at + 2] = n[at]
        chosen[at - 1 : at + 2] = [int(k) for k in rng.integers(1, 3, size=3)]
    return [
        {
            "inputs": inputs[k],
            "n_in": n[inputs[k][0]],
            "n_out": n[k + 1],
            "function": functions[chosen[k]],
        }
        for k in range(DEPTH)
    ]


def network(rng: np.random.Generator, kind: str, *, small: bool) -> Case:
    """A network whose gradient passes at a variance of u clearly below 1, or above it.

    Where outputs are added, their mean squares do not add up.
    """
    grid = np.geomspace(0.02, 40, 16)
    while True:
        layers = drawn(rng, kind, small=small)
        at_one = passes(layers)[1]
        if not 1.2 < (at_one if small else -at_one) < 4:
            continue
        # Of three branches, a small network sees sums without the means, a large one their signs.
        added = abs_sum if kind == BRANCHES and not small else plain_sum
        of_u, _, _ = passes(layers, passes(layers, added=added)[2])
        once = passes(layers, once=True)[1]
        if (kind != CHAIN and ratio(of_u) < 1.22) or (kind == BRANCHES and once > at_one - 0.45):
            continue
        logs = np.array([passes(layers, v=v)[1] for v in grid])
        if np.any(np.diff(logs) <= 0) or not logs[0] < -0.2 < 0.2 < logs[-1]:
            continue
        first = rng.integers(1, 4) if small else rng.integers(3, 6)
        # The best gradient is below 1 where u is small, and above it where u is large.
        apart, start = APART, rng.uniform(0.03, 0.1, size=8) * (-1 if small else 1)
        if kind == CHAIN and small:  # 1.4 is nearer to 1 than 0.6, but not by the difference
            apart, start = 0.81, np.full(8, rng.uniform(0.34, 0.35))
        wanted = apart * (np.arange(8) - first) + start
        wanted = wanted[(wanted > logs[0]) & (wanted < logs[-1])]
        variances = np.exp(rng.permutation(np.interp(wanted, logs, np.log(grid))))
        best, *others = (
            np.argmin([abs(passes(layers, v=v, once=once, in_line=in_line)[1]) for v in variances])
            for once, in_line in ((False, False), (True, False), (False, True))
        )
        if kind != CHAIN and best in others:
            continue
        if kind == BRANCHES and small and others[0] == others[1]:  # two mistakes look alike
            continue
        return case(
            f"{kind}, {'small' if small else 'large'} u", layers=layers, variances=variances
        )


GROUPS = {CHAIN: (True, False), BRANCHES: (True, False), SHORTCUT: (False,)}


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    return {kind: [network(rng, kind, small=one) for one in of] for kind, of in GROUPS.items()}


def run(initial_deviations: Any, case: Case) -> dict[str, Any]:
    from course_lessons.initialisation import with_functions

    # A first call with another network shows what is kept between calls.
    first = {"inputs": [0], "n_in": 30, "n_out": 90, "function": ["leaky", 1.5, 0.0, 0.2]}
    initial_deviations(with_functions([first]), np.array([0.5, 2.0]))
    layers = with_functions(case["layers"])
    return {"s": np.asarray(initial_deviations(layers, case["variances"]))}


def measured(case: Case, got: dict[str, Any]) -> tuple[np.ndarray, float] | str:
    """What the returned deviations do, or what is wrong with them."""
    s, L = as_numbers(got["s"]), len(case["layers"])
    if s is None or s.size != L:
        found = "no numbers" if s is None else f"{s.size} numbers"
        return f"s has {found}; expected are {L}, a standard deviation for each layer"
    s = s.ravel().astype(float)
    if not (np.isfinite(s).all() and (s > 0).all()):
        return f"s is {s.min():.3g} in one layer; standard deviations are positive and finite"
    of_u, log, _ = passes(case["layers"], s)
    return of_u, log


def signal(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Answer:
    """One RMS of u in all layers."""
    found = measured(case, got)
    if isinstance(found, str):
        return found
    of_u, _ = found
    low, high = int(of_u.argmin()), int(of_u.argmax())
    words = f"the RMS of u is {of_u[high]:.3g} in layer {high + 1} and {of_u[low]:.3g} in layer "
    words += f"{low + 1}, a ratio of {ratio(of_u):.3g}"
    return earns(of_ratio(of_u), words)


def gradient(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Answer:
    """About the same RMS of the gradient at x and at the output."""
    found = measured(case, got)
    if isinstance(found, str):
        return found
    if ratio(found[0]) >= NONE:
        return "judged once the RMS of u is nearly the same in all layers"
    far, near = np.log(FAR), np.log(NEAR)
    words = f"the RMS of the gradient at x is {np.exp(found[1]):.3g} times that at the output"
    share = min((far - abs(found[1])) / (far - near), 1)
    return earns(max(share, 0) * min(of_ratio(found[0]), 1), words)


def of_gradient(kind: str) -> str:
    return f"the gradient, {kind}"


exercise = function(
    initial_deviations,
    returns="s",
    points=5,
    cases=cases,
    run=run,
    judge=[
        holds(
            CHAIN,
            signal,
            cases=CHAIN,
            help="Section 2: Var(u) = n_in Var(w) E(z²), and z is the input of this layer. Which "
            "function made it?",
        ),
        holds(
            BRANCHES,
            signal,
            cases=BRANCHES,
            help="E((z₁ + z₂)²) has the term 2 E(z₁ z₂). For independent weights it is "
            "2 E(z₁) E(z₂). For which functions is it not 0?",
        ),
        holds(
            SHORTCUT,
            signal,
            cases=SHORTCUT,
            help="Here, too, the outputs have independent weights. What is E((z₁ + z₂ + z₃)²)?",
        ),
        holds(
            of_gradient(CHAIN),
            gradient,
            weight=4,
            cases=CHAIN,
            help="Section 3: going back through f multiplies the mean square of the gradient by "
            "E f'(u)², and going back through W by n_out Var(w). Which of the variances makes the "
            "product over all layers about 1?",
        ),
        holds(
            of_gradient(BRANCHES),
            gradient,
            weight=4,
            cases=BRANCHES,
            help="An array that several layers read gets a gradient from each of them.",
        ),
        holds(of_gradient(SHORTCUT), gradient, weight=4, cases=SHORTCUT),
    ],
    form=(shapes(), unchanged_inputs()),
    without=("in place",),  # it is given functions
    answers=("grader.exercises.ps10.initial_deviations",),
    hints=(
        step(
            "Keep two lists, the mean and the mean square of each array: x has 0 and 1, and each "
            "layer appends those of its f(u).",
            CHAIN,
            BRANCHES,
            SHORTCUT,
        ),
        step(
            "A smaller example: two outputs, each with the mean ½ and the mean square 1. Their sum "
            "has the mean square 1 + 1 + 2 · ½ · ½ = 2.5.",
            BRANCHES,
            SHORTCUT,
        ),
        step(
            "For the gradient, keep a list with a mean square for x and for each output. Begin "
            "with 1 at the last one, go through the layers in reverse order, and add what a layer "
            "passes to each of its inputs.",
            of_gradient(CHAIN),
            of_gradient(BRANCHES),
            of_gradient(SHORTCUT),
        ),
        step(
            "Compute the gradient at x for every variance. The best one has the smallest |log|.",
            of_gradient(CHAIN),
            of_gradient(BRANCHES),
            of_gradient(SHORTCUT),
        ),
    ),
    mistakes=(
        *slips("""
both = 0.0
alone = sum(squares[i] for i in layer["inputs"])
    Where outputs are added, you add their mean squares. That is right if one of each two has the
    mean 0. What is E(z₁ z₂) otherwise?
both = sum(abs(means[i]) for i in layer["inputs"]) ** 2
    You add the means without their signs. What is E(z₁) E(z₂) if one of them is negative?
both = 0.0
    You use the variance of what a layer reads. Which quantity of z does the formula of section 2
    contain?
both = sum(np.sqrt(squares[i]) for i in layer["inputs"]) ** 2
alone = 0.0
    You add the RMS of the outputs, as if they were proportional to each other. They have
    independent weights.
both = means[layer["inputs"][0]] ** 2
alone = squares[layer["inputs"][0]] - both
    You use the first of the inputs alone. A layer reads the sum of all of them.
s.append(np.sqrt(v / (layer["n_in"] * mean_over_u(layer["f"], 2, v))))
    You divide by the mean square of the layer's own f(u). Its weights multiply what it reads, the
    outputs of the layers before it.
s.append(np.sqrt(v / (layer["n_out"] * (both + alone))))
    You divide by the number of outputs. How many products does one u add up?
s.append(v / (layer["n_in"] * (both + alone)))
    You return variances. The task asks for standard deviations.
s.append(np.sqrt(3 * v / (layer["n_in"] * (both + alone))))
    You return the limit of uniform weights. The task asks for standard deviations.
s.append(np.sqrt(1 / layer["n_in"]))
    These are LeCun's weights. They keep Var(u) only if what a layer reads has the mean square
    Var(u).
s.append(np.sqrt(2 / layer["n_in"]))
    These are He's weights, for ReLUs. The functions here are others, and each has its own mean
    square.
s.append(np.sqrt(v / layer["n_in"]))
    You leave out the mean square of what a layer reads.
means.append(mean_over_u(layer["f"], 1, 1.0))
squares.append(mean_over_u(layer["f"], 2, 1.0))
du = back[k + 1] * mean_over_u(layer["df"], 2, 1.0)
    You take all means for Var(u) = 1, but then choose another variance. With v, u is normal with
    the standard deviation √v.
for v in (1.0,):
    You take Var(u) = 1 and try no other variance, as gain_of does. What becomes of the gradient?
for v in variances[:1]:
    You use the first of the variances alone.
du = back[k + 1]
    Your gradient passes the matrices, but not the activation functions. What does f' do to its mean
    square?
du = back[k + 1] * mean_over_u(layer["df"], 1, v) ** 2
    You square the mean of f'(u). The mean square of a product contains the mean of f'(u)².
du = back[k + 1] * mean_over_u(layer["f"], 2, v)
    The factor of an activation function in your backward pass is another one than f'(u)², for
    example f(u)². What multiplies a gradient there, and what its mean square?
back[i] += layer["n_in"] * s[k] ** 2 * du
    An entry of du @ W.T is a sum over the outputs of the layer. You count its inputs.
found.append((back[0], s))
    You choose the smallest gradient at x. It should be as large as that at the output.
found.append((-back[0], s))
    You choose the largest gradient at x. It should be as large as that at the output.
found.append((abs(np.sqrt(back[0]) - 1), s))
    You compare with 1 by a difference. But 2 and ½ are equally near, so a factor decides. Which
    function of both has the same size?
"""),
        slip(
            'for i in layer["inputs"]:',
            "for i in [k]:",
            "You pass the gradient of each layer to the one before it. To which arrays does a "
            "layer pass a gradient?",
        ),
        slip(
            "back[i] += layer",
            "back[i] = layer",
            "Where several layers read one array, you keep the gradient of one of them. The "
            "gradient of a value that is used several times is the sum (notebook 06).",
        ),
    ),
)
