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
from grader.exercises.ps12.dropout_forward import TRAINING, cases


def run(dropout_forward: Any, dropout_backward: Any, case: Case) -> dict[str, Any]:
    rng = np.random.default_rng(case["seed"])
    y, cache = dropout_forward(case["x"], case["drop_prob"], rng, training=case["training"])
    # A second forward pass in between: a mask kept outside of the call would be overwritten.
    dropout_forward(case["x"], case["drop_prob"], rng, training=case["training"])
    return {"y": y, "dx": dropout_backward(case["dy"], cache)}


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """The gradient beside what this mask makes of dy: the mask itself is the student's draw."""
    dx = np.asarray(outputs["dx"])
    if not case["training"] or case["drop_prob"] == 0:
        return {"dx": outputs["dx"]}
    if dx.shape != case["dy"].shape:
        return {"form": outputs["dx"], "where": "another shape", "factor": dx}
    kept, passed = np.asarray(outputs["y"]) != 0, dx != 0
    ratio = dx[passed] / case["dy"][passed]
    return {
        "form": np.zeros_like(dx),
        "where": where_in_words(kept, passed),
        "factor": ratio.mean() if np.ptp(ratio) < 1e-3 else np.nan,
    }


def where_in_words(kept: np.ndarray, passed: np.ndarray) -> str:
    if np.array_equal(kept, passed):
        return "where the forward pass kept its values"
    if passed.all():
        return "everywhere"
    if np.array_equal(~kept, passed):
        return "where the forward pass dropped its values"
    return "at other places than in the forward pass"


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


def masked_forward(x: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
    """Inverted dropout whose cache is the mask, which the wrong ways back build on."""
    keep = 1 - drop_prob if training else 1.0
    mask = (rng.random(x.shape) < keep) / np.asarray(keep, x.dtype)
    return x * mask, mask


def forward_with(wrong: Any, hint: str) -> Mistake:
    """The mistake ``wrong`` on the way back, behind a right forward whose cache is the mask."""

    def dropout_forward(x: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
        return masked_forward(x, drop_prob, rng, training=training)

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
            "where", weight=4, cases=TRAINING, title=_("dropped values pass no gradient, kept do")
        ),
        values(
            "factor", weight=4, cases=TRAINING, title=_("the gradient has the forward's factor")
        ),
        values("dx", weight=1, cases="drop_prob = 0", title=_("drop_prob = 0 changes nothing")),
        values("dx", weight=2, cases="test mode", title=_("test mode is the identity")),
        shapes("dx", "form"),
        dtype("dx", "form"),
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
    ],
    answers=("course_lib.functional.dropout",),
    returns="dx",
    hints=(
        _("For each value y = m·x with a number m fixed by the draw. What is dy/dx?"),
        _("Put into the cache what the forward pass multiplied by, factor included."),
        _("Smaller: x = [3, 3] became y = [0, 6]. With dy = [1, 1] the gradient is dx = [0, 2]."),
    ),
)
