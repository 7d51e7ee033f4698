"""``fold_pair(first, second) -> layer or None``: a norm in test mode, taken over by its neighbour.

``run`` folds whole networks with it. What counts is what they compute on fresh inputs, and how many
norms are left.
"""

from typing import Any

import numpy as np

from course_lessons.batch_normalisation import outputs
from grader.checking.contract import (
    Case,
    case,
    function,
    holds,
    mistake,
    slip,
    slips,
    step,
    unchanged_inputs,
)
from grader.checking.contract.properties import Answer, PartialCredit
from grader.exercises.kept_seeds import Seeds


def fold_pair(first, second):
    behind = second[0] == "norm" and first[0] in ("linear", "conv")
    inner = second[0] == "linear" or (second[0] == "conv" and second[3] == 0)
    if not (behind or (first[0] == "norm" and inner)):
        return None
    norm, (kind, W, b, *padding) = (second, first) if behind else (first, second)
    gamma, beta, mean, var, eps = norm[1:]
    a = gamma / np.sqrt(var + eps)
    k = beta - a * mean
    if behind:
        wide = a[:, None, None, None] if kind == "conv" else a
        b_new = a * b + k
    else:
        wide = a[:, None, None] if kind == "conv" else a[:, None]
        through = W.sum(axis=(2, 3)) @ k if kind == "conv" else k @ W
        b_new = b + through
    layer = [kind, W * wide, b_new, *padding]
    return tuple(layer)


SIZE = 7  # height and width of the images
SMALL = 1e-6  # a difference of the outputs beside the largest; rounding in float64 leaves 1e-13

# A plan names the layers: l linear, c and p convolutions without and with padding, n norm, k norm
# whose constants are nearly 0, r ReLU.
# The place of a convolution in its plan decides its kernel (kh, kw) and its padding, if it has one.
KERNELS = ((3, 3, 1), (2, 3, 2), (3, 3, 1), (3, 3, 1), (1, 1, 1))
BEHIND, IN_FRONT = "behind a linear layer", "in front of a linear layer"
SEVERAL = "several norms in a row"
BEHIND_CONV, IN_FRONT_CONV = "behind a convolution", "in front of a convolution without padding"
STAYS = "norms that stay between two ReLUs"
PADDED = "norms that stay in front of padding"
WHOLE = "whole networks"
PLANS = {
    BEHIND: ("lnrl", "lnrlnrl", "lrln"),
    IN_FRONT: ("nlrl", "lrnl", "nlrnlrl"),
    SEVERAL: ("lnnrl", "lrnnl", "nnlnrnl"),
    BEHIND_CONV: ("cnrc", "pnrpnr", "crpn"),
    IN_FRONT_CONV: ("ncrc", "crncr", "prncrnc"),
    STAYS: ("lnrnrl", "lrnrnl", "nrlnrnrl"),
    PADDED: ("cnrnp", "nprnc", "prkpn"),
    WHOLE: ("nlnrlrnlrnrlnn", "ncnrprnprncrnpnr", "npnnrcrnnc"),
}


def network(rng: np.random.Generator, plan: str) -> list[list[Any]]:
    """The layers of a plan with drawn parameters; some layers leave the width as it was."""
    n = int(rng.integers(3, 6))
    layers: list[list[Any]] = []
    for letter in plan:
        m = n if rng.random() < 0.25 else int(rng.integers(3, 6))
        if letter == "l":
            layers.append(["linear", rng.normal(size=(n, m)), rng.normal(size=m)])
        elif letter in "cp":
            kh, kw, padding = KERNELS[len(layers) % len(KERNELS)]
            W = rng.normal(size=(m, n, kh, kw)) * 1.5 / (kh * kw) ** 0.5
            layers.append(["conv", W, rng.normal(size=m), padding * (letter == "p")])
        elif letter == "r":
            layers.append(["relu"])
        else:
            gamma = rng.uniform(0.5, 2, size=n)
            if sum(layer[0] == "norm" for layer in layers) % 2 == 0:  # else all are positive
                gamma *= rng.permutation([-1.0, 1.0, 1.0, 1.0, -1.0][:n])
                gamma[rng.integers(n)] *= rng.random() < 0.7  # else 0
            mean, beta = rng.normal(size=(2, n))
            eps, var = float(rng.uniform(0.01, 0.1)), rng.uniform(0.05, 2, size=n)
            if letter == "k":
                beta = gamma / np.sqrt(var + eps) * mean + 1e-3 * rng.uniform(1, 3, size=n)
                gamma[0] = beta[0] = 0  # one k is 0
            layers.append(["norm", gamma, beta, mean, var, eps])
        n = m if letter in "lcp" else n
    return layers


def fresh(layers: list[list[Any]], seed: int) -> np.ndarray:
    """Inputs for a network: 12 rows or 4 images."""
    kind, W, *_ = next(layer for layer in layers if layer[0] in ("linear", "conv"))
    size = (12, len(W)) if kind == "linear" else (4, W.shape[1], SIZE, SIZE)
    return np.random.default_rng(seed).normal(size=size)


def drawn(rng: np.random.Generator, about: str) -> Case:
    """A network of each plan of a group, whose outputs differ between the inputs."""
    networks, seeds = [], []
    for plan in PLANS[about]:
        while True:
            layers, seed = network(rng, plan), int(rng.integers(1 << 30))
            y = outputs(layers, fresh(layers, seed))
            if np.mean(y.std(axis=0) > 0.05 * np.abs(y).max()) > 0.5:
                break
        networks.append(layers)
        seeds.append(seed)
    return case(about, networks=networks, inputs=Seeds("kept by the check", tuple(seeds)))


def run(fold_pair: Any, case: dict[str, Any]) -> dict[str, Any]:
    """The networks after all pairs with a norm have been shown to the function."""

    def read(layer):
        if not isinstance(layer, tuple | list) or not isinstance(layer[0], str):
            raise TypeError(
                f"fold_pair returned {type(layer).__name__}; expected None or a layer such as "
                '("linear", W, b)'
            )
        kind, *parts = layer
        arrays = [np.array(part) for part in parts]
        padding = [int(part.ravel()[0]) for part in arrays[2:]] if kind == "conv" else arrays[2:]
        return (kind, *arrays[:2], *padding)

    networks = []
    for given in case["networks"]:
        layers, place = [tuple(layer) for layer in given], 0
        while place + 1 < len(layers):
            pair = layers[place : place + 2]
            one = fold_pair(*pair) if "norm" in (pair[0][0], pair[1][0]) else None
            if one is None:
                place += 1
            else:
                layers[place : place + 2] = [read(one)]
                place = max(place - 1, 0)
        networks.append([list(layer) for layer in layers])
    return {"networks": networks}


def form_of(layers: Any, given: list[list[Any]]) -> str:
    """What is wrong with the layers, apart from their numbers; empty if nothing is."""
    rest = [layer for layer in layers if layer[0] != "norm"]
    wanted = [layer for layer in given if layer[0] != "norm"]
    kinds, names = ([layer[0] for layer in one] for one in (rest, wanted))
    if kinds != names:
        return f"without norms, its layers are {', '.join(kinds)}; expected {', '.join(names)}"
    for layer, one in zip(rest, wanted, strict=True):
        if len(layer) != len(one):
            return f"a layer {one[0]!r} has {len(layer)} entries; expected {len(one)}"
        if layer[3:] != one[3:]:
            return f"a convolution has the padding {layer[3]}; expected {one[3]}"
        shapes = [[np.shape(a) for a in of[1:3]] for of in (layer, one)]
        if shapes[0] != shapes[1]:
            return f"a layer {one[0]!r} has the shapes {shapes[0]}; expected {shapes[1]}"
    return ""


def observe(case: Case, out: dict[str, Any]) -> dict[str, Any]:
    """For each network what is wrong with its form, its norms, and its outputs on fresh inputs."""
    found: dict[str, Any] = {"form": [], "norms": [], "outputs": []}
    for layers, given, seed in zip(
        out["networks"], case["networks"], case["inputs"].numbers, strict=True
    ):
        problem, y = "", None
        try:
            problem = form_of(layers, given)
            y = None if problem else outputs(layers, fresh(given, seed))
        except (IndexError, TypeError, ValueError) as error:
            problem = f"it cannot be computed ({type(error).__name__}: {error})"
        found["form"].append(problem)
        found["norms"].append(-1 if problem else sum(layer[0] == "norm" for layer in layers))
        found["outputs"].append(y)
    return found


def folded(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Answer:
    """The share of the norms that can go and are gone, where the outputs are the same."""
    share, said = 0.0, ""
    for k, (given, y) in enumerate(zip(case["networks"], want["outputs"], strict=True)):
        norms = sum(layer[0] == "norm" for layer in given)
        kinds = " ".join(layer[0] for layer in given)
        if got["form"][k]:
            said = said or f"{kinds}: {got['form'][k]}."
            continue
        off = float(np.abs(got["outputs"][k] - y).max() / np.abs(y).max())
        if not off < SMALL:
            by = f"{off:.0%} of the largest" if off >= 0.01 else "less than 1% of the largest"
            said = said or f"{kinds}: outputs on fresh inputs change by {by}."
            continue
        gone = (norms - got["norms"][k]) / (norms - want["norms"][k])
        share += float(np.clip(gone, 0, 1)) / len(case["networks"])
        if gone < 1:
            said = said or f"{kinds}: {got['norms'][k]} norms are left; {want['norms'][k]} suffice."
    return PartialCredit(min(share, 0.99), said) if said else None


def only_behind(first, second):
    """You fold norms into the layer in front of them only. Where a ReLU stands in front and a layer
    behind, the layer behind can take the norm.
    """
    return None if first[0] == "norm" else fold_pair(first, second)


def only_in_front(first, second):
    """You fold norms into the layer behind them only. Where a layer stands in front and a ReLU
    behind, the layer in front can take the norm.
    """
    return None if second[0] == "norm" else fold_pair(first, second)


def left_out(first, second):
    """You leave out norms that no layer can take. They are part of what the network computes."""
    one = fold_pair(first, second)
    if one is None and second[0] == "norm":
        return first
    return one


def scales_past_the_relu(first, second):
    """You let a ReLU take over a norm. ReLU(a·u + k) is not a·ReLU(u) + k, so a norm beside a ReLU
    is not nothing.
    """
    kinds = first[0], second[0]
    return ("relu",) if kinds in (("relu", "norm"), ("norm", "relu")) else fold_pair(first, second)


def as_a_layer_of_its_own(first, second):
    """You replace norms by new layers. As many linear layers and convolutions are asked for as
    before, with the shapes that they had.
    """
    one = fold_pair(first, second)
    if one is None and second[0] == "norm":
        gamma, beta, mean, var, eps = second[1:]
        a = gamma / np.sqrt(var + eps)
        return "linear", np.diag(a), beta - a * mean
    return one


def two_norms_added(first, second):
    """Of two norms in a row, you add the factors and the constants. The second one takes the
    outputs of the first: a₂·(a₁·x + k₁) + k₂.
    """
    if first[0] == second[0] == "norm":
        lines = []
        for _, gamma, beta, mean, var, eps in (first, second):
            a = gamma / np.sqrt(var + eps)
            lines.append((a, beta - a * mean))
        (a, k), (c, m) = lines
        return "norm", a + c, k + m, 0 * a, 0 * a + 1, 0.0
    return fold_pair(first, second)


WEIGHT = {BEHIND: 2, IN_FRONT: 3, SEVERAL: 2, BEHIND_CONV: 2, IN_FRONT_CONV: 3, STAYS: 4, PADDED: 4}
WEIGHT[WHOLE] = 5
BESIDE = {
    BEHIND: """In test mode a norm computes y = a·u + k, with two numbers for each column. Put
    u = x W + b in: what multiplies x, and what is added?""",
    IN_FRONT: """Here the norm comes first: (a·x + k) W + b. Which rows or columns of W does a
    multiply, and what becomes of k W?""",
    SEVERAL: "Once a norm is folded, the next one stands beside the layer.",
    BEHIND_CONV: """Each channel has one a and one k, at all places of all images. Which axis of W
    belongs to the channels that the convolution makes?""",
    IN_FRONT_CONV: """Which axis of W belongs to the channels that arrive? At every place, k is
    added to all pixels of the window: how much does that add to the sum?""",
    STAYS: """ReLU(a·u + k) is not a·ReLU(u) + k, so no norm moves across a ReLU. Fold the others,
    and leave this one where it is.""",
    PADDED: """The zeros of the padding are put in behind the norm. If the convolution takes over
    the k, does it arrive there, too? Where a layer stands in front of the norm, use that one.""",
    WHOLE: "Which of the other groups is not right yet?",
}

exercise = function(
    fold_pair,
    returns="a layer or None",
    outputs="networks",
    points=5,
    cases=lambda rng: [drawn(rng, about) for about in PLANS],
    run=run,
    observe=observe,
    judge=[
        holds(about, folded, weight=WEIGHT[about], cases=about, help=help)
        for about, help in BESIDE.items()
    ],
    form=(unchanged_inputs(),),
    answers=("grader.exercises.ps16.fold_pair",),
    hints=(
        step(
            """Begin with a and k of the norm, so that y = a·x + k. Then write the case of a norm
            behind a linear layer, and return None in all other cases.""",
            BEHIND,
            SEVERAL,
        ),
        step(
            """For a convolution think of one output channel c: its filter is W[c], its bias b[c].
            For a norm in front think of one input channel: its weights are W[:, c].""",
            BEHIND_CONV,
            IN_FRONT_CONV,
        ),
        step(
            """A smaller example: one column, a = 2 and k = 3, and the layer 5·x + 1. With the norm
            behind it: 2·(5·x + 1) + 3 = 10·x + 5. With the norm in front: 5·(2·x + 3) + 1 =
            10·x + 16.""",
            BEHIND,
            IN_FRONT,
        ),
    ),
    mistakes=(
        *slips("""
a = gamma / (var + eps)
    You divide by the variance. The norm divides by the square root of variance plus ε.
a = gamma / np.sqrt(var)
    You leave out ε. Each norm has its own, and it is not small here.
a = gamma / np.sqrt(var + 1e-5)
    You use an ε of your own. Each norm has its own, the last entry of its tuple.
a = gamma / (np.sqrt(var) + eps)
    You add ε behind the root. It is added to the variance.
a = 1 / np.sqrt(var + eps)
    You leave γ out of the weights. It multiplies the normalised values.
a = np.abs(gamma) / np.sqrt(var + eps)
    You take γ without its sign. A negative γ turns the sign of its column.
k = beta
    You leave out the running mean. The norm subtracts it before it multiplies.
k = -a * mean
    You leave out β.
k = beta + a * mean
    You add the running mean. The norm subtracts it.
k = beta - mean
    The running mean is subtracted before the norm multiplies, so a multiplies it, too.
k = gamma * 0
    You change the weights only. What becomes of the constant that a norm adds?
through = k.sum()
    You add the constants of a norm in front to the bias. They pass through the weights first.
through = W.sum(axis=(2, 3)) @ (a * k) if kind == "conv" else (a * k) @ W
    The constant k of a norm in front passes through the weights W as they were: (a·x + k) W =
    (a·x) W + k W. You multiply it by a once more.
through = W.mean(axis=(2, 3)) @ k if kind == "conv" else k @ W
    The constant of a channel is added to every pixel of a window. A convolution sums over the
    window, and does not average.
through = W[:, :, W.shape[2] // 2, W.shape[3] // 2] @ k if kind == "conv" else k @ W
    The constant of a channel is added to every pixel of a window, not to its centre only.
inner = second[0] in ("linear", "conv")
    You fold a norm into a convolution with padding behind it. Look at the border of the outputs:
    is k added to the zeros of the padding, too?
inner = second[0] == "linear" or (second[0] == "conv" and second[3] != 1)
    Padding may be more than one row of zeros. You fold a norm into a convolution behind it whose
    padding is 2.
inner = second[0] == "linear" or (second[0] == "conv" and second[1].shape[2:] == (1, 1))
    You look at the size of the kernel. The padding decides: also beside a kernel of one pixel, the
    zeros are put in behind the norm.
layer = [kind, W * wide, b_new] if kind == "linear" else [kind, W * wide, b_new, 0]
    You set the padding to 0. A convolution keeps its padding, or its outputs have another shape.
inner = second[0] == "linear"
    You never fold a norm into a convolution behind it. Without padding it can take the norm.
behind = second[0] == "norm" and (first[0] == "linear" or (first[0] == "conv" and not first[3]))
    You keep a norm behind a convolution with padding. It sees no padding: the zeros were put in
    before the convolution.
behind = second[0] == "norm" and first[0] == "linear"
    You never fold a norm into a convolution in front of it. Each channel is one column.
"""),
        slip(
            "a * b + k",
            "b + k",
            "You add the bias as it was. A norm behind the layer multiplies the bias, too.",
        ),
        mistake(only_behind),
        mistake(only_in_front),
        mistake(left_out),
        mistake(scales_past_the_relu),
        mistake(as_a_layer_of_its_own),
        mistake(two_norms_added),
    ),
)
