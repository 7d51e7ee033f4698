"""``learn_distance(a, b, rng) -> embed``: train an embedding, which then sees new pictures.

The judge draws two cameras, and shows new pictures of groups that the training pictures did not
have. Which of the new pictures belong together stays with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_lessons.distances import share_found, two_cameras
from grader.checking.contract import Case, Exercise, OwnRun, case, holds, unchanged_inputs
from grader.checking.contract.wire import Kept
from grader.exercises.fresh_images import share_earns
from grader.exercises.ps08.own_network import OwnNetwork
from grader.exercises.ps13.adam_step import adam_step
from grader.exercises.ps22.info_nce import info_nce

LOWER, UPPER = 0.35, 0.7  # share that earns nothing, and everything
TRAININGS = ("first pair of cameras", "second pair of cameras")


@dataclass(frozen=True, repr=False)
class Order(Kept):
    """For each new picture of the first camera, the row of the second that shows the same."""

    rows: tuple[int, ...] = ()


def learn_distance(a, b, rng):
    network = OwnNetwork([a.shape[1], 64, 32], rng)
    moments = [(0 * p, 0 * p) for p in network.parameters]
    settings = {"lr": 0.003, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
    for t in range(1, 401):
        rows = rng.choice(len(a), 64, replace=False)
        z = network.forward(np.concatenate([a[rows], b[rows]]))
        _, da, db = info_nce(z[:64], z[64:], 0.2)
        gradients = network.backward(np.concatenate([da, db]))
        for k, (p, dp) in enumerate(zip(network.parameters, gradients, strict=True)):
            p[...], *moments[k] = adam_step(p, dp, *moments[k], t, **settings)
    return network.forward


def cases(rng: np.random.Generator) -> list[Case]:
    found = []
    for name in TRAININGS:
        a, b, new_a, new_b = two_cameras(rng)
        order = rng.permutation(len(new_b))
        given = {"a": a, "b": b, "new_a": new_a, "new_b": new_b[order]}
        truth = Order("kept by the judge", tuple(np.argsort(order).tolist()))
        found.append(case(name, **given, seed=int(rng.integers(1 << 30)), truth=truth))
    return found


def run(learn_distance: Any, case: dict[str, Any]) -> dict[str, Any]:
    pictures = {"a": case["a"][:300].copy(), "b": case["b"][:300].copy()}
    embed = learn_distance(case["a"], case["b"], np.random.default_rng(case["seed"]))
    if not callable(embed):
        raise TypeError(
            f"learn_distance returned {type(embed).__name__}; expected a function embed, which "
            "takes rows of pixels (M, 192) and returns their points (M, K)"
        )
    pictures |= {name: case[name] for name in ("new_a", "new_b")}
    return {name: np.array(embed(rows)) for name, rows in pictures.items()}


def observe(case: Case, out: dict[str, Any]) -> dict[str, Any]:
    """The shares that are found, of the new pictures and of 300 training pictures."""
    points = {name: np.asarray(value) for name, value in out.items()}
    for rows in points.values():
        shaped = rows.ndim == 2 and rows.shape == (300, points["a"].shape[-1])
        if not shaped or rows.dtype.kind not in "iuf":
            what = f"an array of {rows.dtype} with the shape {rows.shape}"
            return {"problem": f"embed returned {what} for 300 rows; expected (300, K) numbers."}
        if not np.isfinite(rows).all():
            return {"problem": "Some points are nan or infinite.", "infinite": True}
    lengths = {name: np.linalg.norm(rows, axis=1, keepdims=True) for name, rows in points.items()}
    unit = {name: rows / np.maximum(lengths[name], 1e-12) for name, rows in points.items()}
    truth = np.array(case["truth"].rows)
    return {
        "problem": "",
        "share": share_found(unit["new_a"], unit["new_b"][truth]),
        "training": share_found(unit["a"], unit["b"]),
        "alike": float((unit["new_a"] @ unit["new_a"].T).mean()),
        "together": float(np.sum(unit["a"] * unit["b"], axis=1).mean()),
        "pixels": points["a"].size == 300 * 192 and np.allclose(points["a"], case["a"][:300]),
    }


def found_again(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Any:
    if got["problem"]:
        return got["problem"]
    return share_earns(got["share"], LOWER, UPPER, "300 new pictures are found")


def recognised(case: Case, got: Mapping[str, Any]) -> Sequence[str]:
    """What is wrong, where the points show it."""
    if got["problem"]:
        too_large = (
            "The points overflow: the rate is too large, or you divide by a length that is 0.",
        )
        return too_large if got.get("infinite") else ()
    if got["share"] >= UPPER:
        return ()
    if got["pixels"]:
        return ("embed returns the pixels. Train a network, and return its points.",)
    if got["alike"] > 0.95:
        return (
            "All pictures have nearly the same point. Your loss pulls together, but which part of "
            "it pushes apart?",
        )
    if got["training"] < 0.1 and got["together"] > 0.9:
        return (
            "Both pictures of a pair have near points, but so have others: too little is pushed "
            "apart.",
        )
    if got["training"] < 0.1:
        return (
            "Even of the training pictures hardly any is found. Do the steps change the "
            "parameters, does each picture of the first camera stand beside its own one of the "
            "second, are both gradients used, and with the right sign?",
        )
    if got["training"] > got["share"] + 0.25:
        return (
            f"Of 300 training pictures {got['training']:.2f} are found, of the new ones much "
            "fewer. Use all pairs, draw them anew in each step, and take fewer units or steps.",
        )
    return (
        f"Of 300 training pictures {got['training']:.2f} are found, too. Train for more steps, "
        "with another rate, or with negatives that still teach (sections 3 and 4). If this changes "
        "little: do the gradients of both pictures go back, and are all pairs used?",
    )


exercise = Exercise(
    points=5,
    reference=(learn_distance,),
    returns="embed",
    cases=cases,
    run=OwnRun(run),
    observe=observe,
    compares=False,
    recognise=recognised,
    judge=[
        *(holds(f"new pictures found, {name}", found_again, cases=name) for name in TRAININGS),
        unchanged_inputs(),
    ],
    answers=("grader.exercises.ps22.learn_distance",),
    uses=("info_nce", "contrastive_loss", "hard_negatives"),
    hints="""
    Print the loss every 50 steps. If it does not fall, look at one step: does the second half of
    the points show the same pictures as the first, in the same order? Are both gradients used?

    Each parameter needs its own m and v: a list of pairs, as long as `parameters`. Do they change
    in each step?

    InfoNCE takes all other pictures of the batch as negatives. With Adam (notebook 13) it needs no
    search for a rate. Some hundred steps do.
    """,
)
