"""``rmsprop_step(w, dw, cache, *, lr, decay, eps) -> (w, cache)``: one step of RMSProp."""

from typing import Any

import numpy as np

from course_lib.optimizers import rmsprop_step
from grader.checking import Case, Exercise, Mistake, _, shapes, unchanged_inputs, values
from grader.exercises.ps09.adagrad_step import LATER, run, steps


def cases(rng: np.random.Generator) -> list[Case]:
    def some(about: str, shape: tuple[int, ...], n: int, *, fresh: bool) -> Case:
        return steps(rng, about, shape, n, fresh=fresh, decay=float(rng.uniform(0.7, 0.8)))

    return [
        some("the first step", (3,), 1, fresh=True),
        some("the first four steps", (2,), 4, fresh=True),
        some("a cache that is filled already", (4,), 3, fresh=False),
        some("a matrix", (3, 2), 2, fresh=False),
    ]


def wrong(
    name: str,
    hint: str,
    *,
    mean: Any = lambda cache, dw, decay: decay * cache + (1 - decay) * dw**2,
    move: Any = lambda w, dw, cache, lr, eps: w - lr * dw / (cache**0.5 + eps),
    back: Any = lambda w, cache, old: (w, cache),
) -> Mistake:
    """RMSProp with one of its three parts replaced by a wrong one."""

    def rmsprop_step(w: Any, dw: Any, cache: Any, *, lr: float, decay: float, eps: float) -> Any:
        old, cache = cache, mean(cache, dw, decay)
        return back(move(w, dw, cache, lr, eps), cache, old)

    return Mistake(rmsprop_step, hint, name=name)


def moves_first(w: Any, dw: Any, cache: Any, *, lr: float, decay: float, eps: float) -> Any:
    return w - lr * dw / (cache**0.5 + eps), decay * cache + (1 - decay) * dw**2


def in_place(w: Any, dw: Any, cache: Any, *, lr: float, decay: float, eps: float) -> Any:
    cache *= decay
    cache += (1 - decay) * dw**2
    w -= lr * dw / (cache**0.5 + eps)
    return w, cache


exercise = Exercise(
    name="rmsprop_step",
    takes=("rmsprop_step",),
    points=2,
    reference=(rmsprop_step,),
    cases=cases,
    run=run,
    # The float type is not judged, as in the other optimizers: they cast w back.
    judge=[
        values("cache", weight=3, title=_("cache, the running mean of the squared gradients")),
        values("w", weight=3, cases="the first step", title=_("w after the first step")),
        values("w", weight=4, cases=LATER, title=_("w after later steps")),
        shapes(),
        unchanged_inputs(),
    ],
    mistakes=[
        wrong(
            "as printed",
            _(
                "The cache never forgets: the old one is kept whole, and a share of it is added on "
                "top, as `cache += decay_rate * cache + …` on the slide does. Feed in gradients of "
                "1 and watch where the cache goes; a mean of ones is 1."
            ),
            mean=lambda cache, dw, decay: cache + decay * cache + (1 - decay) * dw**2,
        ),
        wrong(
            "as Adagrad",
            _("The cache only grows, as in Adagrad. What does `decay` do to the old one?"),
            mean=lambda cache, dw, decay: cache + dw**2,
        ),
        wrong(
            "grows by shares",
            _(
                "The old cache is kept whole and only the new square is weighted. In a mean, the "
                "weights of old and new sum to 1."
            ),
            mean=lambda cache, dw, decay: cache + (1 - decay) * dw**2,
        ),
        wrong(
            "not weighted",
            _(
                "The old cache fades, but the new square enters whole: the cache ends several "
                "times too large. In a mean, the weights of old and new sum to 1."
            ),
            mean=lambda cache, dw, decay: decay * cache + dw**2,
        ),
        wrong(
            "weights swapped",
            _("decay is how much of the old cache is KEPT; the new square gets the small rest."),
            mean=lambda cache, dw, decay: (1 - decay) * cache + decay * dw**2,
        ),
        wrong(
            "a decay of its own",
            _("The argument `decay` is not used: 0.9 stands in its place."),
            mean=lambda cache, dw, decay: 0.9 * cache + 0.1 * dw**2,
        ),
        wrong(
            "forgets",
            _("The old cache is not used at all. `decay` says how much of it stays."),
            mean=lambda cache, dw, decay: (1 - decay) * dw**2,
        ),
        wrong(
            "not squared",
            _("The cache follows the gradient itself. It should know its size, whatever its sign."),
            mean=lambda cache, dw, decay: decay * cache + (1 - decay) * dw,
        ),
        wrong(
            "weight squared too",
            _("The weight 1 − decay is squared together with dw. To what does the power belong?"),
            mean=lambda cache, dw, decay: decay * cache + ((1 - decay) * dw) ** 2,
        ),
        Mistake(
            moves_first,
            hint=_("w moves by the old cache. Take today's gradient in first, then move."),
        ),
        wrong(
            "eps inside the root",
            _("eps stands inside the root. In this course's RMSProp it is added to the root."),
            move=lambda w, dw, cache, lr, eps: w - lr * dw / (cache + eps) ** 0.5,
        ),
        wrong(
            "no eps",
            _(
                "The argument `eps` is not used: it is left out, or a number of your own stands in "
                "its place. Without any, a coordinate whose gradient is 0 is divided 0 by 0."
            ),
            move=lambda w, dw, cache, lr, eps: w - lr * dw / cache**0.5,
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
            "no root",
            _(
                "The step is divided by the mean of a square. In which unit is it then? The name "
                "is short for root mean square."
            ),
            move=lambda w, dw, cache, lr, eps: w - lr * dw / (cache + eps),
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
            "keeps nothing",
            _("The cache comes back as it was. The next step needs the new one."),
            back=lambda w, cache, old: (w, old),
        ),
        Mistake(
            in_place,
            hint=_(
                "The caller's `w` and `cache` were overwritten by `+=`, `-=` or `*=`. Make new "
                "arrays: `cache = …`."
            ),
        ),
        wrong(
            "swapped",
            _("The two results are in each other's place: return w, cache."),
            back=lambda w, cache, old: (cache, w),
        ),
    ],
    answers=("course_lib.optimizers.rmsprop",),
    returns="(w, cache)",
    hints=(
        _(
            "Two lines, and only the first differs from Adagrad: a sum that never forgets becomes "
            "a mean that does."
        ),
        _(
            "A running mean moves from the old value towards the new one: decay of the old, "
            "1 − decay of the new, which here is dw². The step uses the new mean, as in Adagrad."
        ),
        _(
            "Smaller: w = 5, cache = 4, dw = 6, lr = 0.5, decay = 0.75, no eps. The cache becomes "
            "0.75·4 + 0.25·36 = 12, the step 0.5·6/√12 = 0.866, so w = 4.134."
        ),
    ),
)
