"""``newton_step(loss, w, g, H) -> w``: a step of Newton's method that always lowers the loss."""

from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    function,
    holds,
    mistake,
    shapes,
    slip,
    slips,
    step,
    unchanged_inputs,
    values,
)


def newton_step(loss, w, g, H):
    newton = -np.linalg.solve(H, g)
    d = newton if g @ newton < 0 or loss(w + newton) < loss(w) else -g
    while loss(w + d) >= loss(w):
        d /= 2
    return w + d


# The loss is ½ w·A w - b·w + c Σ log cosh(B w). With c = 0 it is a quadratic. With A near 0 and
# c > 0, Newton's method overshoots far from the minimum.


def loss_at(w: Any, case: Case) -> float:
    u = np.abs(case["B"] @ w)  # log cosh u without overflow
    smooth = np.sum(u + np.log1p(np.exp(-2 * u)) - np.log(2))
    return float(w @ case["A"] @ w / 2 - case["b"] @ w + case["c"] * smooth)


def derivatives(w: Any, case: Case) -> tuple[Any, Any]:
    z = np.tanh(case["B"] @ w)
    g = case["A"] @ w - case["b"] + case["c"] * (case["B"].T @ z)
    return g, case["A"] + case["c"] * (case["B"].T * (1 - z**2)) @ case["B"]


def place(
    rng: np.random.Generator,
    about: str,
    curvatures: list[float],
    c: float = 0.0,
    far: float = 1.0,
    wanted: Any = None,
) -> Case:
    """A place w of size ``far`` for which ``wanted(case)`` holds."""
    n = len(curvatures)
    while True:
        Q, _R = np.linalg.qr(rng.normal(size=(n, n)))
        A = (Q * (np.array(curvatures) * rng.uniform(0.8, 1.25, size=n))) @ Q.T
        found = case(
            about,
            A=(A + A.T) / 2,
            B=np.linalg.qr(rng.normal(size=(n, n)))[0],
            b=rng.uniform(0.1, 0.5, size=n),
            c=c,
            w=far * rng.uniform(0.6, 1.2, size=n) * rng.choice([-1.0, 1.0], size=n),
        )
        found["g"], found["H"] = derivatives(found["w"], found)
        if wanted is None or wanted(found):
            return found


def overshoots(case: Case) -> bool:
    """Downhill, but the whole step raises the loss by much."""
    g, d = case["g"], -np.linalg.solve(case["H"], case["g"])
    return bool(g @ d < 0 and loss_at(case["w"] + d, case) > loss_at(case["w"], case) + 1)


def good(case: Case) -> bool:
    """The whole step lowers the loss by much, but does not reach the minimum."""
    there = case["w"] - np.linalg.solve(case["H"], case["g"])
    left, _ = derivatives(there, case)
    falls = loss_at(case["w"], case) - loss_at(there, case)
    return bool(falls > 0.1 and np.linalg.norm(left) > 0.01)


def uphill(case: Case) -> bool:
    """The step of Newton's method leads uphill."""
    return bool(0.2 < -case["g"] @ np.linalg.solve(case["H"], case["g"]) < 0.9)


QUADRATIC = "a quadratic: one step to the minimum"
GOOD = "the whole step lowers the loss"
FAR = "the whole step raises the loss"
SADDLE = "curvatures of both signs"


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    return {
        QUADRATIC: [
            place(rng, "one weight", [2.0]),
            place(rng, "three weights", [4.0, 1.0, 0.3]),
        ],
        GOOD: [place(rng, "near the minimum", [0.5, 0.3, 0.2], c=1.0, wanted=good)],
        FAR: [
            place(rng, "far from the minimum", [0.02, 0.03], c=1.0, far=4.0, wanted=overshoots),
            place(rng, "farther away", [0.02, 0.03, 0.02], c=2.0, far=5.0, wanted=overshoots),
        ],
        SADDLE: [
            place(rng, "near a saddle", [-1.0, 2.0], wanted=uphill),
            place(rng, "near a hilltop", [-1.0, -2.0, 0.5], wanted=uphill),
        ],
    }


def run(newton_step: Any, case: Case) -> dict[str, Any]:
    # In here: this source is sent to where the student's function is.
    def of(w: Any) -> Any:
        u = np.abs(case["B"] @ w)
        smooth = np.sum(u + np.log1p(np.exp(-2 * u)) - np.log(2))
        return w @ case["A"] @ w / 2 - case["b"] @ w + case["c"] * smooth

    def counted(function: Any) -> Any:
        calls = [0]

        def loss(w: Any) -> Any:
            calls[0] += 1
            if calls[0] > 500:
                raise RuntimeError("loss was called more than 500 times: does your loop end?")
            return function(w)

        return loss

    w, g, H = case["w"], case["g"], case["H"]
    # A first step on another loss shows what is kept between calls.
    newton_step(counted(lambda v: v @ v), w + 1, 2 * (w + 1), 2 * np.eye(len(w)))
    there = newton_step(counted(of), w, g, H)
    lower = False
    if np.shape(there) == np.shape(w):
        lower = bool(of(np.asarray(there)) < of(w) - 1e-10)  # by more than rounding
    return {"w": there, "the loss falls": lower}


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """Where several steps are right, only whether the loss falls."""
    if case["about"] in ("far from the minimum", "farther away", "near a saddle", "near a hilltop"):
        return {"the loss falls": outputs["the loss falls"]}
    return {"w": outputs["w"]}


def falls(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | None:
    if got["the loss falls"] is True:
        return None
    return "the loss at the new weights is not lower than at w"


def down_the_gradient(loss, w, g, H):
    """Your step goes along the gradient. The Newton step is −H⁻¹g: does yours have this sign, and
    does it come from `np.linalg.solve`?
    """
    d = -g
    while loss(w + d) >= loss(w):
        d = d / 2
    return w + d


def fixed_share(loss, w, g, H):
    """Your step is always shortened. Take the whole Newton step where it lowers the loss."""
    d = -np.linalg.solve(H, g) / 2
    if g @ d >= 0:
        d = -g
    while loss(w + d) >= loss(w):
        d = d / 2
    return w + d


exercise = function(
    newton_step,
    returns="w",
    points=3,
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values("w", weight=3, cases=QUADRATIC),
        values(
            "w",
            weight=2,
            cases=GOOD,
            help="The Newton step lowers the loss here. Do you return w plus the whole step?",
        ),
        holds(
            "the loss falls, although the whole step raises it",
            falls,
            weight=2,
            cases=FAR,
            alone=False,
            help="The direction is right, the step is too long. What does a shorter one do?",
        ),
        holds(
            "the loss falls where curvatures are negative",
            falls,
            weight=2,
            cases=SADDLE,
            alone=False,
            help="The Newton step leads uphill here: g·d > 0. Which direction always leads down?",
        ),
    ],
    form=(shapes("w"), unchanged_inputs()),
    answers=("grader.exercises.ps04.newton_step",),
    without=("in place",),
    hints=(
        step(
            "`np.linalg.solve(H, g)` returns H⁻¹g. Which sign has the step?",
            QUADRATIC,
            GOOD,
        ),
        "To first order a step d changes the loss by g·d. If g·d < 0, a short enough step in the "
        "direction d lowers the loss. If g·d > 0, no short step in this direction does.",
        "A smaller example: L = ½(w₀² − w₁²) at w = [0.1, 1]. g = [0.1, −1], H = diag(1, −1), so "
        "d = [−0.1, −1] and g·d = 0.99: uphill, to the saddle at 0. The step −g = [−0.1, 1] lowers "
        "the loss from −0.495 to −2.",
    ),
    mistakes=(
        *slips("""
newton = -H @ g
    You multiply by H. The step divides by the curvature: it solves H d = −g.
newton = -g / np.diag(H)
    You divide by the diagonal of H only. The other entries belong to the curvature, too.
return d
    You return the step. The task asks for the new weights.
while loss(w + d) > loss(w) + 1e6:
    Your step may raise the loss. How could the function notice this?
"""),
        slip(
            "newton if g @ newton < 0 or loss(w + newton) < loss(w) else -g",
            "newton",
            "Where the Newton step leads uphill, every shorter one does, too, and the loop never "
            "ends. Which number tells that a direction leads uphill?",
        ),
        mistake(down_the_gradient),
        mistake(fixed_share),
    ),
)
