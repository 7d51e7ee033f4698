"""``adadelta_step(w, dw, cache, delta, *, lr, rho, eps) -> (w, cache, delta)``: one step."""

from typing import Any

import numpy as np

from course_lib.optimizers import adadelta_step
from grader.checking import Case, Exercise, Mistake, _, shapes, unchanged_inputs, values
from grader.exercises.ps09.adagrad_step import steps


def cases(rng: np.random.Generator) -> list[Case]:
    def some(about: str, shape: tuple[int, ...], n: int, *, fresh: bool) -> Case:
        """From running means of zeros (fresh) or ones that have moved already."""
        delta = np.zeros(shape) if fresh else rng.uniform(0.1, 0.4, size=shape)
        lr, rho = float(rng.uniform(0.4, 0.6)), float(rng.uniform(0.7, 0.8))
        return steps(rng, about, shape, n, fresh=fresh, delta=delta, lr=lr, rho=rho)

    return [
        some("the first step", (3,), 1, fresh=True),
        some("the first four steps", (2,), 4, fresh=True),
        some("means that have moved already", (4,), 3, fresh=False),
        some("a matrix", (3, 2), 2, fresh=False),
    ]


LATER = ("the first four steps", "means that have moved already", "a matrix")


def run(adadelta_step: Any, case: Case) -> dict[str, Any]:
    w, cache, delta = case["w"], case["cache"], case["delta"]
    settings = {name: case[name] for name in ("lr", "rho", "eps")}
    path: dict[str, Any] = {"w": {}, "cache": {}, "delta": {}}
    # A first call with other numbers: means kept outside of the call would show.
    adadelta_step(w + 1, case["dw"][0] + 1, cache + 1, delta + 1, **settings)
    for step, dw in enumerate(case["dw"], start=1):
        w, cache, delta = adadelta_step(w, dw, cache, delta, **settings)
        for name, value in (("w", w), ("cache", cache), ("delta", delta)):
            # A copy, because the next step may change the array in place.
            path[name][f"step {step}"] = np.array(value)
    return path


def means(old: Any, new: Any, rho: float) -> Any:
    return rho * old + (1 - rho) * new


def wrong(
    name: str,
    hint: str,
    *,
    take_in: Any = lambda cache, dw, rho: means(cache, dw**2, rho),
    direction: Any = lambda delta, cache, dw, eps: (
        -((delta + eps) ** 0.5) / (cache + eps) ** 0.5 * dw
    ),
    remember: Any = lambda delta, dx, rho, lr, dw: means(delta, dx**2, rho),
    move: Any = lambda w, dx, lr: w + lr * dx,
    back: Any = lambda new, old: new,
) -> Mistake:
    """Adadelta with one of its parts replaced by a wrong one."""

    def adadelta_step(
        w: Any, dw: Any, cache: Any, delta: Any, *, lr: float, rho: float, eps: float
    ) -> Any:
        old = w, cache, delta
        cache = take_in(cache, dw, rho)
        dx = direction(delta, cache, dw, eps)
        delta = remember(delta, dx, rho, lr, dw)
        return back((move(w, dx, lr), cache, delta), old)

    return Mistake(adadelta_step, hint, name=name)


def moves_first(
    w: Any, dw: Any, cache: Any, delta: Any, *, lr: float, rho: float, eps: float
) -> Any:
    dx = -((delta + eps) ** 0.5) / (cache + eps) ** 0.5 * dw
    return w + lr * dx, means(cache, dw**2, rho), means(delta, dx**2, rho)


def steps_again(
    w: Any, dw: Any, cache: Any, delta: Any, *, lr: float, rho: float, eps: float
) -> Any:
    _w, cache, delta = adadelta_step(w, dw, cache, delta, lr=lr, rho=rho, eps=eps)
    return w - lr * (delta + eps) ** 0.5 / (cache + eps) ** 0.5 * dw, cache, delta


exercise = Exercise(
    name="adadelta_step",
    takes=("adadelta_step",),
    points=2,
    reference=(adadelta_step,),
    cases=cases,
    run=run,
    # The float type is not judged, as in the other optimizers: they cast w back.
    judge=[
        values("cache", weight=2, title=_("cache, the running mean of the squared gradients")),
        values("delta", weight=3, title=_("delta, the running mean of the squared steps")),
        values("w", weight=2, cases="the first step", title=_("w after the first step")),
        values("w", weight=3, cases=LATER, title=_("w after later steps")),
        shapes(),
        unchanged_inputs(),
    ],
    mistakes=[
        wrong(
            "no eps on top",
            _(
                "w never moves, if delta begins at zero: without any step there is no size of "
                "steps to go by. What stands beside delta under its root?"
            ),
            direction=lambda delta, cache, dw, eps: -(delta**0.5) / (cache + eps) ** 0.5 * dw,
        ),
        wrong(
            "no eps below",
            _(
                "eps helps delta, but not the cache. It stands under both roots: a coordinate that "
                "never got a gradient would be divided by 0."
            ),
            direction=lambda delta, cache, dw, eps: -((delta + eps) ** 0.5) / cache**0.5 * dw,
        ),
        wrong(
            "eps outside of both roots",
            _(
                "eps is added to both roots, as in Adam. Adadelta is the exception: there it "
                "stands inside of them. What does that change for the size of the first step?"
            ),
            direction=lambda delta, cache, dw, eps: -(delta**0.5 + eps) / (cache**0.5 + eps) * dw,
        ),
        wrong(
            "eps outside below",
            _("Above, eps stands inside the root, below it is added to the root."),
            direction=lambda delta, cache, dw, eps: (
                -((delta + eps) ** 0.5) / (cache**0.5 + eps) * dw
            ),
        ),
        wrong(
            "no roots",
            _(
                "The roots are missing: the means are of squares. In which unit is the step now, "
                "and in which is w?"
            ),
            direction=lambda delta, cache, dw, eps: -(delta + eps) / (cache + eps) * dw,
        ),
        wrong(
            "upside down",
            _(
                "The ratio is upside down. Gradients ten times as large should leave the step as "
                "long as it was: where does their size have to stand?"
            ),
            direction=lambda delta, cache, dw, eps: -(((cache + eps) / (delta + eps)) ** 0.5) * dw,
        ),
        wrong(
            "as RMSProp",
            _(
                "This is the step of RMSProp: the size of earlier steps is not used. What is "
                "delta for?"
            ),
            direction=lambda delta, cache, dw, eps: -dw / (cache + eps) ** 0.5,
        ),
        wrong(
            "the rate inside delta",
            _(
                "delta remembers lr·dx. In this course it remembers dx itself, before lr: else a "
                "small rate would shrink the steps twice."
            ),
            remember=lambda delta, dx, rho, lr, dw: means(delta, (lr * dx) ** 2, rho),
        ),
        wrong(
            "delta of gradients",
            _(
                "delta follows the squared gradient, as the cache does. It is to know the size of "
                "the steps, in the unit of w."
            ),
            remember=lambda delta, dx, rho, lr, dw: means(delta, dw**2, rho),
        ),
        wrong(
            "delta not squared",
            _("delta follows the step itself, and a root of it may be nan. It knows squares."),
            remember=lambda delta, dx, rho, lr, dw: means(delta, dx, rho),
        ),
        wrong(
            "delta is the last step",
            _("delta is the square of the last step alone. A mean also keeps a share of the old."),
            remember=lambda delta, dx, rho, lr, dw: dx**2,
        ),
        wrong(
            "weights swapped in delta",
            _("In delta, rho is how much of the old mean is KEPT; the new square gets the rest."),
            remember=lambda delta, dx, rho, lr, dw: means(dx**2, delta, rho),
        ),
        wrong(
            "weights swapped",
            _("rho is how much of the old mean is KEPT, in both; the new squares get the rest."),
            take_in=lambda cache, dw, rho: means(dw**2, cache, rho),
            remember=lambda delta, dx, rho, lr, dw: means(dx**2, delta, rho),
        ),
        wrong(
            "sums for means",
            _("Old and new enter with weights rho and 1. In a mean, the weights sum to 1."),
            take_in=lambda cache, dw, rho: rho * cache + dw**2,
            remember=lambda delta, dx, rho, lr, dw: rho * delta + dx**2,
        ),
        wrong(
            "as Adagrad",
            _("The cache only grows, as in Adagrad. What does rho do to the old one?"),
            take_in=lambda cache, dw, rho: cache + dw**2,
        ),
        wrong(
            "cache not squared",
            _("The cache follows the gradient itself. It should know its size, whatever its sign."),
            take_in=lambda cache, dw, rho: means(cache, dw, rho),
        ),
        Mistake(
            moves_first,
            hint=_(
                "The step is measured by the old cache. Today's gradient is to enter the cache "
                "first. (Only delta lags behind, since it needs the step.)"
            ),
        ),
        Mistake(
            steps_again,
            hint=_(
                "w moves by the new delta, which has this very step in it already. Compute the "
                "step once, with the delta you were given, then use it for both."
            ),
        ),
        wrong(
            "ascent",
            _("The step goes uphill. Is the minus counted twice, or not at all?"),
            move=lambda w, dx, lr: w - lr * dx,
        ),
        wrong(
            "no rate",
            _("`lr` is not used. The original has none; here the step is multiplied by it."),
            move=lambda w, dx, lr: w + dx,
        ),
        wrong(
            "keeps delta",
            _("delta comes back as it was. The next step needs the new one."),
            back=lambda new, old: (*new[:2], old[2]),
        ),
        wrong(
            "keeps the cache",
            _("The cache comes back as it was. The next step needs the new one."),
            back=lambda new, old: (new[0], old[1], new[2]),
        ),
        wrong(
            "delta before cache",
            _("Two results are in each other's place: return w, cache, delta."),
            back=lambda new, old: (new[0], new[2], new[1]),
        ),
    ],
    answers=("course_lib.optimizers.adadelta",),
    returns="(w, cache, delta)",
    hints=(
        _(
            "Four lines: the gradient into the cache, the step dx, the step into delta, then w. "
            "Which of the two means does dx find old, and which new?"
        ),
        _(
            "Both means keep rho of the old and take 1 − rho of the new square. dx = "
            "−√(delta + eps) / √(cache + eps) · dw, and w moves by lr·dx."
        ),
        _(
            "Smaller: w = 5, dw = 2, cache = 4, delta = 0.25, rho = 0.5, lr = 1, no eps. The cache "
            "becomes 0.5·4 + 0.5·4 = 4, dx = −0.5/2·2 = −0.5, delta = 0.5·0.25 + 0.5·0.25 = 0.25, "
            "w = 4.5."
        ),
    ),
)
