"""``learn_noisy_labels(x, t, rng) -> parameters``: four of ten training labels are wrong.

The judge draws the images, shuffles their pixels and their classes, and keeps the fresh ones. So
neither more images of the lesson nor weights that were made before are of any use.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from course_lessons.penalties import WRONG, noisy_digits
from grader.checking.contract import Case, Exercise, OwnRun, case, holds
from grader.exercises.fresh_images import Fresh, answers_of, problem_of, share_earns
from grader.exercises.ps08.own_network import OwnNetwork
from grader.exercises.ps08.train_step import train_step

LOWER, UPPER = 0.65, 0.69  # accuracy on fresh images that earns nothing, and everything
SETS = 5
WIDTHS = (49, 100, 10)


def learn_noisy_labels(x, t, rng):
    network = OwnNetwork([49, 100, 10], rng)
    lr, lam = 0.01, 0.1
    for _ in range(60):
        order = rng.permutation(len(x))
        for start in range(0, len(x), 32):
            rows = order[start : start + 32]
            train_step(network, x[rows], t[rows], lr)
            for W in network.parameters[::2]:
                W *= 1 - 2 * lr * lam
    return network.parameters


def hidden_set(rng: np.random.Generator) -> dict[str, Any]:
    """A set of the lesson with its pixels and classes in another order, and fresh images."""
    x, t, x_new, t_new = noisy_digits(rng)
    pixels, classes = rng.permutation(x.shape[1]), rng.permutation(10)
    fresh = Fresh(x=x_new[:, pixels], t=classes[t_new])
    return {"x": x[:, pixels], "t": classes[t], "seed": int(rng.integers(1 << 30)), "fresh": fresh}


def cases(rng: np.random.Generator) -> list[Case]:
    return [case(f"{SETS} sets", sets=[hidden_set(rng) for _ in range(SETS)])]


def run(learn_noisy_labels: Any, case: Case) -> dict[str, Any]:
    found = []
    for one in case["sets"]:
        rng = np.random.default_rng(one["seed"])
        parameters = learn_noisy_labels(one["x"].copy(), one["t"].copy(), rng)
        found.append([np.array(p) for p in parameters])
    return {"parameters": found}


def observe(case: Case, out: dict[str, Any]) -> dict[str, Any]:
    """Mean shares over the sets: of fresh images that are right, of training labels predicted."""
    shares: dict[str, list[float]] = {"fresh": [], "known": [], "standardised": [], "one": []}
    shares["scaled"] = []
    sizes = []
    for parameters, one in zip(out["parameters"], case["sets"], strict=True):
        if problem := problem_of(parameters, WIDTHS):
            return {"problem": problem}
        x, t, fresh = one["x"], one["t"], one["fresh"]
        if not all(np.isfinite(p).all() for p in parameters):
            return {"problem": "Some parameters are nan or infinite."}
        labels = answers_of(parameters, fresh.x)
        alone = (fresh.x - x.mean(axis=0)) / x.std(axis=0)
        shares["fresh"].append(np.mean(labels == fresh.t))
        shares["known"].append(np.mean(answers_of(parameters, x) == t))
        shares["standardised"].append(np.mean(answers_of(parameters, alone) == fresh.t))
        shares["scaled"].append(np.mean(answers_of(parameters, fresh.x / 10) == fresh.t))
        shares["one"].append(np.mean(labels == np.bincount(labels).argmax()))
        sizes.append(np.abs(parameters[0]).max())
    means = {name: float(np.mean(values)) for name, values in shares.items()}
    same = all(map(np.array_equal, *out["parameters"][:2]))
    return {"problem": "", **means, "size": float(max(sizes)), "same": same}


def accuracy(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Any:
    if got["problem"]:
        return got["problem"]
    of = f"the fresh images are right in the mean of {SETS} sets"
    known = f" Of the given training labels, {got['known']:.2f} are predicted."
    return share_earns(got["fresh"], LOWER, UPPER, of, known)


def recognised(case: Case, got: Mapping[str, Any]) -> Sequence[str]:
    """What is wrong, where the shares and the weights show it."""
    known = f"{got.get('known', 0):.2f}"
    if "nan" in got["problem"]:
        return (
            "The training diverged. The pixels go up to 10, so a gradient of W1 is ten times as "
            "large as with pixels up to 1. Which learning rate suits that?",
        )
    if got["problem"] or got["fresh"] >= UPPER:
        return ()
    if got["same"]:
        return (
            "Two sets got the same parameters. Each set has its pixels and its classes in another "
            "order: make a network in the function, and train it on the x and t of this call.",
        )
    if got["standardised"] > got["fresh"] + 0.1:
        return (
            "Your network expects standardised images. It is judged on images as they are in x: "
            "train it on x itself.",
        )
    if got["scaled"] > got["fresh"] + 0.1:
        return (
            "Your network expects pixels up to 1. It is judged on images as they are in x: train "
            "it on x itself, or divide W1 by 10 at the end.",
        )
    if got["size"] < 0.02:
        return (
            "All your weights are near 0: the penalty is stronger than the loss. Which λ₂ keeps "
            "the network from wrong labels, and lets it learn the others?",
        )
    if got["one"] > 0.9:
        return (
            "Your network gives one label to nearly all images. Large steps can make all hidden "
            "units inactive. Is the learning rate too large for pixels up to 10?",
        )
    if got["size"] > 20:
        return (
            f"Your largest weight in W1 is {got['size']:.3g}. A penalty makes weights smaller in "
            "each step. Which sign has it in yours?",
        )
    if got["known"] > 0.74:
        return (
            f"Your network predicts {known} of its training labels, and {WRONG:g} of them are "
            "wrong: it has memorised. What keeps its weights small, or ends the training early? If "
            "you keep the best epoch: is it a copy, `p.copy()`, that later steps do not change?",
        )
    if got["known"] < 0.16:
        return (
            f"Your network predicts only {known} of its training labels, nearly by chance. Does "
            "it make enough steps, and do the rows of x and t that a step gets belong together?",
        )
    if got["known"] > 0.66:
        return (
            f"Your network predicts {known} of its training labels. Only {1 - WRONG:g} of them are "
            "right, so it has learned many wrong ones. Try a stronger penalty, or stop earlier.",
        )
    if got["known"] < 0.5 and got["fresh"] < LOWER:
        return (
            f"Your network predicts {known} of its training labels, but {1 - WRONG:g} of them are "
            "right: it has learned too little. Is the penalty too strong, the end too early, or "
            "the rate too large for pixels up to 10?",
        )
    return (
        "Your network has learned few wrong labels, but its last steps may have been too large: "
        "with a smaller learning rate they disturb less. A penalty can be added, too.",
    )


exercise = Exercise(
    points=5,
    reference=(learn_noisy_labels,),
    returns="[W1, b1, W2, b2]",
    cases=cases,
    run=OwnRun(run),
    observe=observe,
    compares=False,
    recognise=recognised,
    judge=[holds("accuracy on fresh images", accuracy)],
    answers=("grader.exercises.ps18.learn_noisy_labels",),
    uses=("OwnNetwork", "train_step"),
    hints="""
    Draw a set with `lesson.noisy_digits(rng)`: its fresh images have right labels. So you can
    measure what the check measures.

    With an L2 penalty, each step also subtracts η · 2λ₂w from each weight: `W *= 1 - 2 * lr * lam`
    after `train_step`. Biases have no penalty.

    To stop early, hold some of the 600 images out of the training. Their labels are as wrong as the
    others, but a network that learns wrong labels does not predict theirs.
    """,
)
