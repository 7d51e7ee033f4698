"""``dropout_backward(dy, cache) -> dx``: the way back passes where the way forward did."""

from typing import Any

import numpy as np

from course_lib.functional import dropout_backward, dropout_forward
from grader.checking import (
    Case,
    Exercise,
    Mistake,
    _,
    dtype,
    shapes,
    unchanged_inputs,
    values,
)
from grader.exercises.ps12.dropout_forward import TRAINING, batch, blank, in_shape, one_number
from grader.exercises.ps12.dropout_forward import cases as forward_cases
from grader.exercises.shared_cache import shared_cache

SQUARE, RELU = "as many rows as columns", "x after a ReLU"
ALL_TRAINING = (*TRAINING, SQUARE, RELU)


def cases(rng: np.random.Generator) -> list[Case]:
    """Those of the way forward, and two that tell more about the way back."""
    open_or_zero = batch(rng, RELU, 0.3, training=True)
    open_or_zero["x"] = np.maximum(open_or_zero["x"], 0)
    return [*forward_cases(rng), batch(rng, SQUARE, 0.5, training=True, n=60), open_or_zero]


def run(dropout_forward: Any, dropout_backward: Any, case: Case) -> dict[str, Any]:
    x, drop_prob, dy = case["x"], case["drop_prob"], case["dy"]
    training = case["training"]
    # A whole pass before and a forward pass in between: what is kept outside of the calls shows.
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
    try:  # the same way back again draws no new mask; a cache that is used up may refuse it
        again = dropout_backward(dy.copy(), cache)
    except Exception:
        again = dx
    return {"y": y, "ones": ones, "later": later, "dx": dx, "again": again}


PLACES, FACTOR = "the place where the gradient passes", "the factor of the gradient"


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """The gradient beside what this mask makes of dy: the mask itself is the student's draw."""
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
    fixed = np.array_equal(np.asarray(outputs["again"]), outputs["dx"], equal_nan=True)
    same.append("at other places than in the forward pass" if fixed else "drawn anew each time")
    factor: Any = "always 0"
    if passed.any():
        factor = np.nan if np.isnan(dx).any() else one_number(dx[passed] / case["dy"][passed])
        if same_number(factor, one_number((y / case["x"])[(y != 0) & (case["x"] != 0)])):
            factor = 1 / (1 - case["drop_prob"])  # right for this forward pass, whatever its factor
    return {"dx": blank(outputs["dx"]), PLACES: same[0], FACTOR: factor}


UNKNOWN = "unknown, dx is no array like dy"


def same_number(one: Any, other: Any) -> bool:
    return not isinstance(one, str) and not isinstance(other, str) and abs(one - other) < 1e-3


def passes_everything(dy: Any, cache: Any) -> Any:
    return dy * 1.0


def mask_without_factor(dy: Any, cache: Any) -> Any:
    return dy * (cache != 0)


def everywhere_with_factor(dy: Any, cache: Any) -> Any:
    return dy * np.max(cache)


def draws_again(dy: Any, cache: Any) -> Any:
    factor = np.max(cache)
    return dy * (np.random.default_rng().random(dy.shape) < 1 / factor) * factor


def factor_twice(dy: Any, cache: Any) -> Any:
    return dy * cache**2


def times_the_value(dy: Any, y: Any) -> Any:
    return dy * y


def mask_read_off_y(dy: Any, cache: Any) -> Any:
    return dy * cache


def masked_forward(x: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    """Inverted dropout whose cache is the mask, which the wrong ways back build on."""
    keep = 1 - drop_prob if training else 1.0
    mask = (rng.random(x.shape) < keep) / np.asarray(keep, x.dtype)
    return x * mask, mask


def forward_with(wrong: Any, hint: str, keeps: Any = lambda y, mask: mask) -> Mistake:
    """The mistake ``wrong`` on the way back, behind a right forward whose cache is the mask."""

    def dropout_forward(x: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
        y, mask = masked_forward(x, drop_prob, rng, training=training)
        return y, keeps(y, mask)

    def dropout_backward(dy: Any, cache: Any) -> Any:
        return wrong(dy, cache)

    return Mistake((dropout_forward, dropout_backward), hint=hint, name=wrong.__name__)


exercise = Exercise(
    name="dropout_backward",
    takes=("dropout_forward", "dropout_backward"),
    points=3,
    reference=(dropout_forward, dropout_backward),
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values(
            PLACES,
            weight=4,
            cases=ALL_TRAINING,
            title=_("dropped values pass no gradient, kept do"),
        ),
        values(
            FACTOR,
            weight=4,
            cases=ALL_TRAINING,
            title=_("the gradient has the forward's factor"),
        ),
        # Form: handing back dy meets these two.
        values("dx", cases="drop_prob = 0", form=True, title=_("drop_prob = 0 changes nothing")),
        values("dx", weight=2, cases="test mode", form=True, title=_("test mode is the identity")),
        shapes("dx"),
        dtype("dx"),
        unchanged_inputs(),
    ],
    mistakes=[
        forward_with(
            passes_everything,
            _("The gradient passes everywhere. Where y = 0 was put, x has no say: dx = 0 there."),
        ),
        forward_with(
            mask_without_factor,
            _("The factor 1/(1 − drop_prob) is missing: y = x·mask/(1 − drop_prob), so dx has it."),
        ),
        forward_with(
            everywhere_with_factor,
            _("The factor is right, but dropped values pass a gradient too: multiply by the mask."),
        ),
        forward_with(
            draws_again,
            _("A new mask is drawn on the way back. Use the very mask of the forward pass."),
        ),
        forward_with(
            factor_twice,
            _(
                "The factor 1/(1 − drop_prob) is applied twice: the cached mask may hold it "
                "already."
            ),
        ),
        forward_with(
            times_the_value,
            _(
                "The gradient is multiplied by the value of x or y. In y = m·x it is m, the mask "
                "with its factor, that says how much y moves when x does."
            ),
            keeps=lambda y, mask: y,
        ),
        forward_with(
            mask_read_off_y,
            _(
                "The mask is read off y. Where x itself was 0, as after a ReLU, y is 0 although "
                "nothing was dropped, and the gradient does pass. Keep the mask in the cache."
            ),
            keeps=lambda y, mask: (y != 0) * np.max(mask),
        ),
        shared_cache(dropout_forward, dropout_backward),
    ],
    answers=(
        "course_lib.functional.dropout",
        "course_lib.functional.vanilla_dropout",
        "course_lib.functional.dropconnect",
    ),
    returns="dx",
    hints=(
        _("For each value y = m·x with a number m fixed by the draw. What is dy/dx?"),
        _("Put into the cache what the forward pass multiplied by, factor included."),
        _("Smaller: x = [3, 3] became y = [0, 6]. With dy = [1, 1] the gradient is dx = [0, 2]."),
    ),
)
