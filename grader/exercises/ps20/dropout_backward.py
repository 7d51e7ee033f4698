"""``dropout_backward(dy, cache) -> dx``: the gradient for the mask of the forward pass."""

from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    dtype,
    pair,
    shapes,
    slip,
    slips,
    step,
    unchanged_inputs,
    values,
)
from grader.exercises.drawn_arrays import blank, in_shape
from grader.exercises.dropout_masks import ANY_SHAPE, TEST_MODE, TRAINING, batch, one_number
from grader.exercises.dropout_masks import cases as mask_cases
from grader.exercises.ps20.dropout_forward import dropout_forward


def dropout_backward(dy, cache):
    mask = cache
    return dy * mask


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    """Those of the forward pass, and two that show more of the backward pass."""
    rectified = batch(rng, "x of three axes, after a ReLU", 0.3, training=True, row=(6, 10))
    rectified["x"] = np.maximum(rectified["x"], 0)
    groups = mask_cases(rng)
    del groups[ANY_SHAPE]
    groups[TRAINING] += [
        batch(rng, "as many rows as columns", 0.5, training=True, n=60),
        rectified,
    ]
    return groups


def run(dropout_forward, dropout_backward, case):
    x, drop_prob, dy = case["x"], case["drop_prob"], case["dy"]
    training = case["training"]
    # A whole pass before and a forward pass in between show what is kept between calls.
    rng = np.random.default_rng(case["seed"] + 1)
    _y, earlier = dropout_forward(x + 1, drop_prob, rng, training=training)
    dropout_backward(dy + 1, earlier)
    # What the same draws do to ones: it shows the mask also where x is 0.
    rng = np.random.default_rng(case["seed"])
    ones, _cache = dropout_forward(x * 0 + 1, drop_prob, rng, training=training)
    rng = np.random.default_rng(case["seed"])
    y, cache = dropout_forward(x.copy(), drop_prob, rng, training=training)
    later, _cache = dropout_forward(x * 0 + 1, drop_prob, rng, training=training)
    dx = dropout_backward(dy, cache)
    try:  # repeated, it must draw no new mask; it may fail if its cache is used up
        again = dropout_backward(2 * dy, cache)
    except Exception:
        again = 2 * np.asarray(dx)
    return {"y": y, "ones": ones, "later": later, "dx": dx, "again": again}


PLACES, FACTOR = "the place where the gradient passes", "the factor of the gradient"


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """Compare the gradient with that for this mask, because the mask is the student's draw."""
    if not case["training"] or case["drop_prob"] == 0:
        return {"dx": outputs["dx"]}
    dx = in_shape(outputs["dx"], case["dy"])
    y, ones, later = (in_shape(outputs[name], case["x"]) for name in ("y", "ones", "later"))
    if dx is None or y is None or ones is None or later is None:
        return {"dx": outputs["dx"], PLACES: UNKNOWN, FACTOR: UNKNOWN}
    passed = (dx != 0) & ~np.isnan(dx)
    mask, seen = y != 0, case["x"] != 0
    if np.array_equal((ones != 0)[seen], mask[seen]):
        # The forward pass draws from rng alone, so its mask is known also where x is 0.
        mask, seen = ones != 0, np.ones_like(seen)
    if mask[seen].all() or not mask[seen].any():
        drops = "everything" if not mask[seen].any() else "nothing"
        return {"dx": blank(outputs["dx"])} | dict.fromkeys(
            (PLACES, FACTOR), f"unknown, the forward pass drops {drops}"
        )
    places = {
        "where the forward pass kept its values": mask,
        "everywhere": np.ones_like(mask),
        "where the forward pass dropped its values": ~mask,
        "where y is not 0": y != 0,
        "where a later forward pass kept its values": later != 0,
    }
    same = [text for text, there in places.items() if np.array_equal(passed[seen], there[seen])]
    again = np.asarray(outputs["again"])
    fixed = np.array_equal(again, 2 * dx, equal_nan=True)
    same.append("at other places than in the forward pass" if fixed else "new in each call")
    if passed.any() and np.array_equal(again, dx):  # such as the mask itself
        same.insert(0, "the same for every dy")
    factor: Any = "always 0"
    if passed.any():
        factor = np.nan if np.isnan(dx).any() else one_number(dx[passed] / case["dy"][passed])
        if same_number(factor, one_number((y / case["x"])[(y != 0) & (case["x"] != 0)])):
            factor = 1 / (1 - case["drop_prob"])  # right for this forward pass, with any factor
    return {"dx": blank(outputs["dx"]), PLACES: same[0], FACTOR: factor}


UNKNOWN = "unknown, dx does not have the shape of dy"


def same_number(one: Any, other: Any) -> bool:
    return not isinstance(one, str) and not isinstance(other, str) and abs(one - other) < 1e-3


KEPT = "dropped values get no gradient, kept values do"
SCALED = "the gradient has the factor of the forward pass"

exercise = pair(
    dropout_forward,
    dropout_backward,
    returns="dx",
    points=2,
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values(PLACES, weight=8, cases=TRAINING, title=KEPT),
        values(FACTOR, weight=4, cases=TRAINING, title=SCALED),
        # A function that returns dy satisfies these two.
        values("dx", cases="drop_prob = 0 changes nothing", alone=False),
        values("dx", weight=3, cases=TEST_MODE, alone=False, title="test mode is the identity"),
    ],
    form=(shapes("dx"), dtype("dx"), unchanged_inputs()),
    answers=("course_lib.functional.dropout",),
    hints=(
        step(
            "For each value y = m·x with a number m fixed by the draw. What is dy/dx?",
            KEPT,
            SCALED,
        ),
        step(
            "In test mode, and with drop_prob = 0, y = x. What is the gradient then? What does "
            "your cache hold, and by what does your backward pass multiply?",
            "drop_prob = 0 changes nothing",
            "test mode is the identity",
        ),
        step(
            "Store in the cache the mask by which the forward pass multiplies, including its "
            "factor.",
            KEPT,
            SCALED,
        ),
        step(
            "A smaller example: x = [3, 3] became y = [0, 6]. With dy = [1, 1] the gradient is dx "
            "= [0, 2].",
            KEPT,
            SCALED,
        ),
    ),
    mistakes=(
        *slips("""
return dy * 1.0
    Your gradient passes everywhere. A dropped value does not affect y, so dx = 0 there.
return dy * (mask != 0)
    The factor 1/(1 − drop_prob) is missing: y = x·mask/(1 − drop_prob), so dx has it.
"""),
        *slips(
            """
return dy * np.max(mask)
    The factor is right, but dropped values get a gradient, too. Multiply by the mask.
""",
            needs=(SCALED,),
        ),
        *slips("""
return dy * np.random.default_rng().permuted(mask)
    You draw a new mask in the backward pass. Use the mask of the forward pass.
return dy * (mask if mask.all() else np.max(mask) - mask)
    Your gradient is not 0 where values were dropped, and 0 where they were kept. Which of the two
    does your mask mark?
return dy * (mask != 0) / np.max(mask)
    You scale the gradient by 1 − drop_prob. Does the forward pass scale the kept values up or down?
return dy * mask**2
    You apply the factor 1/(1 − drop_prob) twice. The cached mask may already contain it.
"""),
        slip(
            "return y, mask",
            "return y, mask * (x if (mask != 1).any() else 1)",
            "You multiply the gradient by the value of x or y. The derivative of y = m·x with "
            "respect to x is m, the mask with its factor.",
        ),
        slip(
            "return y, mask",
            "return y, mask if training else None",
            "In test mode your cache is None, and `dy` cannot be multiplied by None. There y = "
            "1·x: by what does the backward pass multiply then?",
        ),
        slip(
            "return y, mask",
            "return y, (y != 0) * np.max(mask)",
            "You determine the mask from y. Where x itself is 0, as after a ReLU, y is 0 "
            "although the value was kept and gets a gradient. Keep the mask in the cache.",
            needs=(SCALED,),
        ),
    ),
)
