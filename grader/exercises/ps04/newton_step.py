"""``newton_step(loss, w, g, H) -> w``: a step of Newton's method that always lowers the loss."""

from collections.abc import Callable
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
from grader.checking.contract.compare import as_numbers


def newton_step(loss, w, g, H):
    newton = -np.linalg.solve(H, g)
    d = newton if g @ newton < 0 or loss(w + newton) < loss(w) else -g
    while loss(w + d) >= loss(w):
        d /= 2
    return w + d


# The loss is ½ v·A v - b·v + c Σ log cosh(B v) with v = w - m. With c = 0 it is a quadratic. With A
# near 0 and c > 0, Newton's method overshoots far from the minimum. In a unit that is a million
# times smaller, loss, gradient and H are a million times larger, and the Newton step is the same.


USUAL = (-1.0, 0.0, 0.5, 1.0, 2.0, 1e6)  # what functions return that compute nothing


def loss_at(w: Any, case: Case) -> float:
    v = w - case["m"]
    u = np.abs(case["B"] @ v)  # log cosh u without overflow
    smooth = np.sum(u + np.log1p(np.exp(-2 * u)) - np.log(2))
    return float(v @ case["A"] @ v / 2 - case["b"] @ v + case["c"] * smooth)


def derivatives(w: Any, case: Case) -> tuple[Any, Any]:
    v = w - case["m"]
    z = np.tanh(case["B"] @ v)
    g = case["A"] @ v - case["b"] + case["c"] * (case["B"].T @ z)
    return g, case["A"] + case["c"] * (case["B"].T * (1 - z**2)) @ case["B"]


def place(
    rng: np.random.Generator,
    about: str,
    curvatures: list[float],
    c: float = 0.0,
    far: float = 1.0,
    away: float = 0.0,
    unit: float = 1.0,
    wanted: Any = None,
) -> Case:
    """A place w for which ``wanted(case)`` holds, ``far`` from m, which is ``away`` from 0.

    ``unit`` is that of the loss, in the end.
    """
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
            m=away * rng.uniform(0.8, 1.2, size=n) * rng.choice([-1.0, 1.0], size=n),
            w=far * rng.uniform(0.6, 1.2, size=n) * rng.choice([-1.0, 1.0], size=n),
        )
        found["w"] += found["m"]
        found["g"], found["H"] = derivatives(found["w"], found)
        if away and any(loss_at(np.full(n, k), found) < loss_at(found["w"], found) for k in USUAL):
            continue  # a step there would lower the loss, whatever the function is given
        if wanted is None or wanted(found):
            return found | {name: found[name] / unit for name in ("A", "b", "c", "g", "H")}


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
    there = case["w"] - np.linalg.solve(case["H"], case["g"])
    rises = loss_at(there, case) > loss_at(case["w"], case) + 0.05
    return bool(0.2 < -case["g"] @ np.linalg.solve(case["H"], case["g"]) < 0.9 and rises)


def steep_saddle(case: Case) -> bool:
    """Uphill, and the curvature along the gradient is large: only a short step against it helps."""
    g, H = case["g"], case["H"]
    return bool(uphill(case) and g @ H @ g > 10 * (g @ g))


def falls_by_luck(case: Case) -> bool:
    """H is indefinite, and yet the whole step lowers the loss by much."""
    g, H = case["g"], case["H"]
    there = case["w"] - np.linalg.solve(H, g)
    lam = np.linalg.eigvalsh(H)
    falls = loss_at(case["w"], case) - loss_at(there, case)
    return bool(lam[0] < -0.1 and lam[-1] > 0.1 and falls > 0.2)


def over_the_hill(case: Case) -> bool:
    """To first order the whole step leads uphill, and yet it lowers the loss: beyond the hill."""
    g, H = case["g"], case["H"]
    d = -np.linalg.solve(H, g)
    falls = loss_at(case["w"], case) - loss_at(case["w"] + d, case)
    return bool(g @ d > 0.1 and falls > 0.2 and np.abs(d).max() < 30)


QUADRATIC = "a quadratic: one step to the minimum"
GOOD = "the whole step lowers the loss"
FAR = "the whole step raises the loss"
SADDLE = "curvatures of both signs"
TAKEN = "the whole step lowers the loss, although curvatures are negative"
LOWERS = "the loss"  # in words, because a number would be searched for a factor


# The curvatures, and the arguments of `place` that are not the usual ones of the group.
WHOLE_STEP_RAISES: dict[str, tuple[list[float], dict[str, float]]] = {
    "far from the minimum": ([0.02, 0.03], {"far": 4.0}),
    "farther away": ([0.002, 0.003], {"c": 2.0, "far": 6.0}),
    "a large loss": ([0.02, 0.03], {"far": 4.0, "unit": 1e-6}),
    "a huge loss": ([0.02, 0.03], {"far": 4.0, "unit": 3e-8}),
    "almost no curvature": ([2e-7], {"far": 16.0}),
}
WHOLE_STEP_CLIMBS: dict[str, tuple[list[float], float, Callable[[Case], bool]]] = {
    "near a saddle": ([-1.0, 2.0], 1.0, uphill),
    "near a hilltop": ([-1.0, -2.0, 0.5], 1.0, uphill),
    "near a steep saddle": ([-1.0, 40.0], 1.0, steep_saddle),
    "a large loss near a saddle": ([-1.0, 30.0], 1e-6, steep_saddle),
    "a huge loss near a saddle": ([-1.0, 30.0], 3e-8, steep_saddle),
}


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    return {
        QUADRATIC: [
            place(rng, "one weight", [2.0]),
            place(rng, "three weights", [4.0, 1.0, 0.3]),
            place(rng, "a long way to the minimum", [4.0, 1.0, 0.3], far=1000.0),
        ],
        GOOD: [
            place(rng, "near the minimum", [0.5, 0.3, 0.2], c=1.0, wanted=good),
            place(rng, "a tiny loss", [0.5, 0.3, 0.2], c=1.0, unit=1e8, wanted=good),
        ],
        FAR: [
            place(rng, about, curvatures, **{"c": 1.0} | given, away=30.0, wanted=overshoots)
            for about, (curvatures, given) in WHOLE_STEP_RAISES.items()
        ],
        SADDLE: [
            place(rng, about, curvatures, unit=unit, away=30.0, wanted=wanted)
            for about, (curvatures, unit, wanted) in WHOLE_STEP_CLIMBS.items()
        ],
        TAKEN: [
            place(rng, "to a saddle, and yet down", [-1.0, 20.0], wanted=falls_by_luck),
            place(rng, "no quadratic", [-1.0, 3.0, 5.0], c=0.5, wanted=falls_by_luck),
            place(rng, "over a hill", [-1.0], c=2.0, far=1.2, wanted=over_the_hill),
        ],
    }


def run(newton_step: Any, case: Case) -> dict[str, Any]:
    # In here: this source is sent to where the student's function is.
    def of(w: Any) -> Any:
        v = w - case["m"]
        u = np.abs(case["B"] @ v)
        smooth = np.sum(u + np.log1p(np.exp(-2 * u)) - np.log(2))
        return v @ case["A"] @ v / 2 - case["b"] @ v + case["c"] * smooth

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
    return {"w": newton_step(counted(of), w, g, H)}


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """Where several steps are right, only whether the loss falls."""
    if case["group"] not in (FAR, SADDLE):
        return outputs
    start, end = case["w"], as_numbers(outputs["w"])
    if end is None or end.size != start.size:
        return {LOWERS: "not lower than at w"}
    before = loss_at(start, case)
    after = loss_at(end.reshape(start.shape), case)
    lower = after < before - 1e-5 * max(1, abs(before))  # more than a change of w by 1e-7
    return {LOWERS: "lower than at w" if lower else "not lower than at w"}


def falls(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | None:
    if got[LOWERS] == want[LOWERS]:
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


def fixed_rate(loss, w, g, H):
    """Where the Newton step does not help, you take a gradient step at a fixed rate. No rate is
    small enough for every curvature. How can `loss` tell that a step is short enough?
    """
    there = w - np.linalg.solve(H, g)
    return there if loss(there) < loss(w) else w - 0.1 * g


def few_halvings(loss, w, g, H):
    """You shorten the step a few times, and then take it, even if it does not lower the loss yet.
    How long does the loop have to go on?
    """
    d = -np.linalg.solve(H, g)
    if g @ d >= 0 and loss(w + d) >= loss(w):
        d = -g
    for _ in range(5):
        if loss(w + d) >= loss(w):
            d = d / 2
    return w + d


def only_in_bowls(loss, w, g, H):
    """You look at the signs of the curvatures before you try the whole step. It is taken wherever
    it lowers the loss, also if a curvature is negative. What do you have to compare first?
    """
    d = -np.linalg.solve(H, g) if np.linalg.eigvalsh(H)[0] > 0 else -g
    while loss(w + d) >= loss(w):
        d = d / 2
    return w + d


def only_downhill(loss, w, g, H):
    """You look at the sign of g·d before you try the whole step. It says where the first piece of
    the step leads, not where its end is. What do you have to compare first?
    """
    d = -np.linalg.solve(H, g)
    d = d if g @ d < 0 else -g
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
        values("w", cases=QUADRATIC),
        values(
            "w",
            cases=GOOD,
            help="The Newton step lowers the loss here. Do you return w plus the whole step?",
        ),
        values(
            "w",
            weight=2,
            cases=TAKEN,
            help="Some curvatures are negative here, and yet the whole step lowers the loss. Do "
            "you try it before you look at anything else?",
        ),
        holds(
            "the loss falls, although the whole step raises it",
            falls,
            weight=4,
            cases=FAR,
            help="The direction is right, the step is too long. What does a shorter one do?",
        ),
        holds(
            "the loss falls where curvatures are negative",
            falls,
            weight=4,
            cases=SADDLE,
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
while loss(w + d) > loss(w) + 1e20:
    Your step may raise the loss. How could the function notice this?
"""),
        slip(
            "newton if g @ newton < 0 or loss(w + newton) < loss(w) else -g",
            "newton",
            "Where the Newton step leads uphill, every shorter one does, too, and the loop never "
            "ends. Which number tells that a direction leads uphill?",
        ),
        mistake(down_the_gradient),
        mistake(fixed_rate),
        mistake(few_halvings),
        mistake(only_in_bowls),
        mistake(only_downhill),
        mistake(fixed_share),
    ),
)
