"""``adagrad_step(w, dw, cache, *, lr, eps) -> (w, cache)``: one step of Adagrad."""

from typing import Any

import numpy as np

from course_lib.optimizers import adagrad_step
from grader.checking import Case, Exercise, Mistake, _, case, shapes, unchanged_inputs, values


def gradients(rng: np.random.Generator, n: int, shape: tuple[int, ...]) -> np.ndarray:
    """Gradients of n steps, far from 0, of both signs; the first coordinate's are above 1."""
    dw = rng.uniform(0.2, 2, size=(n, *shape))
    dw.reshape(n, -1)[:, 0] = rng.uniform(1.5, 2, size=n)  # a gradient cut off at 1 shows
    signed: np.ndarray = dw * rng.choice([-1.0, 1.0], size=dw.shape)
    signed.reshape(n, -1)[0, 1] *= -np.sign(signed.reshape(n, -1)[0, :2].prod())  # one of each
    return signed


def steps(
    rng: np.random.Generator, about: str, shape: tuple[int, ...], n: int, *, fresh: bool, **own: Any
) -> Case:
    """N steps, from a cache of zeros (fresh) or one that is filled already.

    Optimizers that build on Adagrad add to it what is their ``own``.
    """
    return case(
        about,
        w=rng.normal(size=shape),
        dw=gradients(rng, n, shape),
        cache=np.zeros(shape) if fresh else rng.uniform(0.5, 3, size=shape),
        **{"lr": float(rng.uniform(0.05, 0.2)), "eps": float(rng.uniform(0.02, 0.05))} | own,
    )


def cases(rng: np.random.Generator) -> list[Case]:
    unused = steps(rng, "a coordinate that gets no gradient", (3,), 2, fresh=True)
    unused["dw"][:, 2] = 0
    return [
        steps(rng, "the first step", (3,), 1, fresh=True),
        steps(rng, "the first four steps", (2,), 4, fresh=True),
        unused,
        steps(rng, "a cache that is filled already", (4,), 3, fresh=False),
        steps(rng, "a matrix", (3, 2), 2, fresh=False),
    ]


LATER = ("the first four steps", "a cache that is filled already", "a matrix")


def run(optimizer_step: Any, case: Case) -> dict[str, Any]:
    w, cache = case["w"], case["cache"]
    settings = {name: case[name] for name in ("lr", "decay", "eps") if name in case}
    path: dict[str, Any] = {"w": {}, "cache": {}}
    # A first call with other numbers: a cache kept outside of the call would show.
    optimizer_step(w + 1, case["dw"][0] + 1, cache + 1, **settings)
    for step, dw in enumerate(case["dw"], start=1):
        w, cache = optimizer_step(w, dw, cache, **settings)
        for name, value in (("w", w), ("cache", cache)):
            # A copy, because the next step may change the array in place.
            path[name][f"step {step}"] = np.array(value)
    return path


def wrong(
    name: str,
    hint: str,
    *,
    add: Any = lambda cache, dw: cache + dw**2,
    move: Any = lambda w, dw, cache, lr, eps: w - lr * dw / (cache**0.5 + eps),
    back: Any = lambda w, cache, old: (w, cache),
) -> Mistake:
    """Adagrad with one of its three parts replaced by a wrong one."""

    def adagrad_step(w: Any, dw: Any, cache: Any, *, lr: float, eps: float) -> Any:
        old, cache = cache, add(cache, dw)
        return back(move(w, dw, cache, lr, eps), cache, old)

    return Mistake(adagrad_step, hint, name=name)


def as_on_the_slide(w: Any, dw: Any, cache: Any, *, lr: float, eps: float) -> Any:
    cache += dw**2
    w -= lr * dw / (np.sqrt(cache) + eps)
    return w, cache


def moves_first(w: Any, dw: Any, cache: Any, *, lr: float, eps: float) -> Any:
    return w - lr * dw / (cache**0.5 + eps), cache + dw**2


exercise = Exercise(
    name="adagrad_step",
    takes=("adagrad_step",),
    points=2,
    reference=(adagrad_step,),
    cases=cases,
    run=run,
    # The float type is not judged, as in the other optimizers: they cast w back.
    judge=[
        values("cache", weight=3, title=_("cache, the sum of the squared gradients")),
        values("w", weight=3, cases="the first step", title=_("w after the first step")),
        values("w", weight=3, cases=LATER, title=_("w after later steps")),
        values(
            "w",
            cases="a coordinate that gets no gradient",
            title=_("w where there is no gradient"),
        ),
        shapes(),
        unchanged_inputs(),
    ],
    mistakes=[
        wrong(
            "forgets",
            _(
                "The cache holds the square of the last gradient only, so every coordinate moves "
                "by about lr for ever. What should become of the cache that was handed in?"
            ),
            add=lambda cache, dw: dw**2,
        ),
        wrong(
            "no root",
            _(
                "The step is divided by a sum of squares. In which unit is it then? Try a gradient "
                "ten times as large: how much longer should the first step be?"
            ),
            move=lambda w, dw, cache, lr, eps: w - lr * dw / (cache + eps),
        ),
        Mistake(
            as_on_the_slide,
            hint=_(
                "`+=` and `-=` wrote into the caller's `w` and `cache`, as the code on the slide "
                "would. Here both are handed in, and may be needed again: make new arrays."
            ),
        ),
        Mistake(
            moves_first,
            hint=_(
                "w moves by the cache from before this step. At the very first step that is 0, and "
                "the step becomes lr·dw/eps. Which comes first?"
            ),
        ),
        wrong(
            "eps inside the root",
            _("eps stands inside the root. In this course's Adagrad it is added to the root."),
            move=lambda w, dw, cache, lr, eps: w - lr * dw / (cache + eps) ** 0.5,
        ),
        wrong(
            "no eps",
            _(
                "A coordinate that never got a gradient became nan: its step is 0/0. There is an "
                "argument that prevents this."
            ),
            move=lambda w, dw, cache, lr, eps: w - lr * dw / cache**0.5,
        ),
        wrong(
            "an eps of its own",
            _(
                "The argument `eps` is not used: a number of your own stands in its place. The "
                "checks use a large eps, so that this shows."
            ),
            move=lambda w, dw, cache, lr, eps: w - lr * dw / (cache**0.5 + 1e-8),
        ),
        wrong(
            "no brackets",
            _(
                "w drifts upwards by eps in every step: `a / b + eps` is (a/b) + eps in Python. "
                "What is eps to be added to?"
            ),
            move=lambda w, dw, cache, lr, eps: w - lr * dw / cache**0.5 + eps,
        ),
        wrong(
            "multiplied",
            _("A coordinate with large gradients is to have its steps shortened, not lengthened."),
            move=lambda w, dw, cache, lr, eps: w - lr * dw * (cache**0.5 + eps),
        ),
        wrong(
            "not squared",
            _(
                "The gradients themselves are added up, and those of opposite sign cancel. The "
                "cache should know how large they were, whatever their sign."
            ),
            add=lambda cache, dw: cache + dw,
        ),
        wrong(
            "sizes",
            _("The sizes |dw| are added up. The cache collects squares, the root comes later."),
            add=lambda cache, dw: cache + abs(dw),
        ),
        wrong(
            "one number for all",
            _(
                "All coordinates share one sum. The point of the method is that each coordinate is "
                "measured by its own gradients: leave `np.sum` out."
            ),
            add=lambda cache, dw: cache + np.sum(dw**2),
        ),
        wrong(
            "keeps the root",
            _(
                "The cache comes back with its root already taken. The next step then adds a "
                "square to a root. Keep the sum, take the root for the step alone."
            ),
            add=lambda cache, dw: (cache + dw**2) ** 0.5,
            move=lambda w, dw, cache, lr, eps: w - lr * dw / (cache + eps),
        ),
        wrong(
            "keeps nothing",
            _("The cache comes back as it was. The next step needs the new one."),
            back=lambda w, cache, old: (w, old),
        ),
        wrong(
            "ascent",
            _("The step goes uphill. Which sign has a step against the gradient?"),
            move=lambda w, dw, cache, lr, eps: w + lr * dw / (cache**0.5 + eps),
        ),
        wrong(
            "no rate",
            _("`lr` is not used. What would change if it were twice as large?"),
            move=lambda w, dw, cache, lr, eps: w - dw / (cache**0.5 + eps),
        ),
        wrong(
            "only the step",
            _("The first result is the step alone. Return the w that it leads to."),
            move=lambda w, dw, cache, lr, eps: lr * dw / (cache**0.5 + eps),
        ),
        wrong(
            "swapped",
            _("The two results are in each other's place: return w, cache."),
            back=lambda w, cache, old: (cache, w),
        ),
    ],
    answers=("course_lib.optimizers.adagrad",),
    returns="(w, cache)",
    hints=(
        _(
            "Two lines: take today's gradient into the cache, then step. What does the cache know "
            "about a coordinate?"
        ),
        _(
            "cache_new = cache + dw², and the step is lr·dw divided by (√cache_new + eps). All of "
            "it coordinate by coordinate, as NumPy does by itself."
        ),
        _(
            "Smaller: w = 5, cache = 9, dw = 4, lr = 0.5, no eps. The cache becomes 9 + 16 = 25, "
            "the step is 0.5·4/√25 = 0.4, so w = 4.6. With the same gradient once more: cache 41, "
            "step 0.5·4/√41 = 0.312, w = 4.288."
        ),
    ),
)
