"""``minibatch_epoch(w, x, t, batch_size, lr, gradient, rng) -> w``: one epoch of minibatch SGD."""

from dataclasses import replace
from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    CaseResult,
    case,
    drawn_anew,
    draws_in_words,
    mistake,
    random,
    slips,
    step,
    values,
)
from grader.checking.contract.properties import Answer, Spoils
from grader.exercises.index_lists import CALLS, OFTEN, evenly_in_words, places


def minibatch_epoch(w, x, t, batch_size, lr, gradient, rng):
    order = rng.permutation(len(x))
    for start in range(0, len(x), batch_size):
        rows = order[start : start + batch_size]
        dw = gradient(w, x[rows], t[rows])
        w = w - lr * dw
    return w


MANY = "many samples"
STEPS, SIZES, WHO = "the steps", "the batch sizes", "the samples"
PAIRS, ORDER, DRAWS = "inputs and targets", "the order", "the draws"
INPUTS, RESULT = "the inputs", "what is returned"
EQUAL, SMALLER = "batches of equal size", "a last batch that is smaller"
MATRIX, ANY = "weights as a matrix", "tiny gradients, and nan"
DRAWN = (EQUAL, SMALLER, MATRIX, MANY)
RIGHT, REST = "right", "full batches, and what is left over as one smaller batch or not at all"
ONCE = "each sample of the full batches once"


def epoch(
    rng: np.random.Generator, about: str, n: int, batch_size: int, *shape: int, scale: float = 1.0
) -> Case:
    """Samples far from what w predicts, so that no gradient is small; w is (D,) or (D, K).

    ``scale`` multiplies the gradients, and the rate makes up for it.
    """
    outputs = (n, *shape[1:])
    return case(
        about,
        w=rng.uniform(-1, 1, size=shape),
        x=rng.uniform(0.5, 1.5, size=(n, shape[0])) * rng.choice([-1.0, 1.0], size=(n, shape[0])),
        t=rng.uniform(5, 9, size=outputs) * rng.choice([-1.0, 1.0], size=outputs),
        batch_size=batch_size,
        lr=float(rng.uniform(0.05, 0.15)) / scale,
        scale=scale,
        seed=int(rng.integers(2**31)),
    )


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    images = epoch(rng, "images of two rows, in batches of two", 6, 2, 4, 2)
    images["x"] = images["x"].reshape(6, 2, 2)
    return {
        EQUAL: [
            epoch(rng, "one sample at a time", 5, 1, 2),
            epoch(rng, "two batches of three", 6, 3, 3),
            epoch(rng, "all samples in one batch", 4, 4, 2),
            epoch(rng, OFTEN, 9, 3, 2) | {"calls": CALLS},
        ],
        SMALLER: [
            epoch(rng, "one sample is left over", 7, 3, 2),
            epoch(rng, "three are left over", 11, 4, 2),
        ],
        MATRIX: [images],
        MANY: [epoch(rng, MANY, 640, 8, 8)],
        ANY: [
            epoch(rng, "tiny gradients, a large rate", 8, 2, 4, scale=1e-12),
            epoch(rng, "gradients that are nan", 8, 2, 5) | {"scale": np.nan},
        ],
    }


def run(minibatch_epoch: Any, case: Case) -> dict[str, Any]:
    places = {row.tobytes(): place for place, row in enumerate(case["x"])}

    def place_of(row: np.ndarray) -> int:
        """Which sample this is, or comes nearest to: all inputs differ."""
        if (place := places.get(row.tobytes())) is not None:
            return place
        return int(np.abs(case["x"] - row).reshape(len(case["x"]), -1).sum(axis=1).argmin())

    def one_epoch(rng: Any) -> dict[str, Any]:
        starts, gradients, rows, targets = [], [], [], []

        def gradient(w: Any, x: Any, t: Any) -> Any:
            w, x, t = (np.array(a, dtype=np.float64) for a in (w, x, t))
            if x.ndim < 2 or x.shape[1:] != case["x"].shape[1:]:
                raise ValueError(f"gradient takes the rows of a batch, but x has shape {x.shape}")
            if t.shape != (len(x), *case["t"].shape[1:]):
                raise ValueError(f"gradient got x of shape {x.shape} and t of shape {t.shape}")
            if not len(x):
                raise ValueError("gradient got a batch without samples")
            if w.shape != case["w"].shape:
                raise ValueError(f"gradient got w of shape {w.shape}, not {case['w'].shape}")
            found = np.array([place_of(row) for row in x])
            # The last term makes the gradient depend on w in every direction.
            x = x.reshape(len(x), -1)  # an image counts as one row
            dw = x.T @ (x @ w - t) / len(x) + np.sin(w)
            dw *= case["scale"]
            starts.append(w)
            gradients.append(dw.copy())
            rows.append(found)
            targets.append(t)
            if len(rows) > 4 * len(case["x"]):
                raise ValueError("gradient was called more than four times as often as is needed")
            return dw

        arrays = [case[name].copy() for name in ("w", "x", "t")]
        end = minibatch_epoch(*arrays, case["batch_size"], case["lr"], gradient, rng)
        kept = all(np.array_equal(a, case[n]) for a, n in zip(arrays, ("w", "x", "t"), strict=True))
        return {
            "w": end,
            "starts": starts,
            "gradients": gradients,
            "rows": rows,
            "targets": targets,
            "kept": kept,
        }

    rng = np.random.default_rng(case["seed"])
    first, later = one_epoch(rng), one_epoch(rng)
    pairs = zip(first["rows"], first.pop("targets"), strict=True)
    first["fits"] = [bool(np.allclose(case["t"][rows], t)) for rows, t in pairs]
    again = one_epoch(np.random.default_rng(case["seed"]))
    calls = [one_epoch(rng)["rows"] for _ in range(case.get("calls", 0))]
    return {**first, "later": later["rows"], "again": again["rows"], "calls": calls}


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """Right programs draw different batches; they agree in these quantities."""
    n, size, rows = len(case["x"]), case["batch_size"], outputs["rows"]
    array = isinstance(outputs["w"], np.ndarray) and outputs["w"].shape == case["w"].shape
    found: dict[str, Any] = {
        STEPS: steps_in_words(case, outputs),
        SIZES: sizes_in_words(n, size, [len(batch) for batch in rows]),
        WHO: samples_in_words(n, size, rows),
        PAIRS: RIGHT if rows and all(outputs["fits"]) else "they do not belong together",
        INPUTS: "unchanged" if outputs["kept"] else "changed",
        RESULT: "an array like w" if array else "another type or shape",
    }
    if case["about"] == OFTEN:
        found[ORDER] = evenly_in_words([places(batches, n) for batches in outputs["calls"]])
    if case["about"] == MANY:
        one_after_the_other = np.concatenate(rows) if rows else np.zeros(1)
        neighbours = np.mean(np.abs(np.diff(one_after_the_other)) == 1) > 0.3
        found[ORDER] = "that of the data" if neighbours else "random"
        found[DRAWS] = draws_in_words(rows, outputs["again"], [outputs["later"]], same_batches)
    return found


def same_batches(one: list[np.ndarray], other: list[np.ndarray]) -> bool:
    return len(one) == len(other) and all(map(np.array_equal, one, other))


def steps_in_words(case: Case, outputs: dict[str, Any]) -> str:
    """Whether each step starts where the last one ended and goes -lr times the mean gradient."""
    starts, gradients, end = outputs["starts"], outputs["gradients"], outputs["w"]
    full, rest = divmod(len(case["x"]), case["batch_size"])
    if not starts or not np.allclose(starts[0], case["w"]):
        return "the first step does not start at w"
    if np.size(end) != case["w"].size:
        return "the result has another shape than w"
    end = np.asarray(end, dtype=np.float64).reshape(case["w"].shape)
    if len(starts) > 1 and all(np.array_equal(start, starts[0]) for start in starts):
        total = sum(gradients)
        share = np.sum((starts[0] - end) * total) / np.sum(total * total) / case["lr"]
        return f"all gradients at the first w, then {share:.2g} times their sum"
    ends = [*starts[1:], end]
    for k, (start, dw, after) in enumerate(zip(starts, gradients, ends, strict=True)):
        if not np.allclose(after, start - case["lr"] * dw, rtol=1e-4, atol=1e-5, equal_nan=True):
            if np.allclose(after, start):
                return f"no step after gradient {k + 1} of {len(starts)}"
            ratio = np.sum((start - after) * dw) / np.sum(dw * dw) / case["lr"]
            return f"step {k + 1} of {len(starts)} is another one, about {ratio:.2g} times as long"
    return RIGHT if len(starts) in (full, full + (rest > 0)) else f"{len(starts)} steps"


def sizes_in_words(n: int, size: int, sizes: list[int]) -> str:
    full, rest = divmod(n, size)
    # The smaller batch may come at any place.
    if sorted(sizes, reverse=True) in ([size] * full, [size] * full + [rest]):
        return REST
    return ", ".join(map(str, sizes)) or "none"


def samples_in_words(n: int, size: int, rows: list[np.ndarray]) -> str:
    if not rows:
        return "none"
    often = np.bincount(np.concatenate(rows), minlength=n)
    if any(len(np.unique(batch)) < len(batch) for batch in rows):
        return "a sample twice in a batch"
    if often.max() > 1:
        return "a sample in two batches"
    return ONCE if often.sum() >= n - n % size else "some sample never"


def spoilt_by_strangers(result: CaseResult) -> Answer:
    """Inputs with the targets of other samples teach nothing, so the rest is worth little."""
    if result.got.get(PAIRS) == RIGHT:
        return None
    return Spoils(0.65, "targets of other samples than those in x")


def batches_of_neighbours(w, x, t, batch_size, lr, gradient, rng):
    """Each of your batches holds neighbours. If the data are sorted by class, which classes does a
    batch hold? Shuffle the samples themselves.
    """
    for start in batch_size * rng.permutation(len(x) // batch_size):
        rows = np.arange(start, start + batch_size)
        w = w - lr * gradient(w, x[rows], t[rows])
    return w


def all_gradients_at_the_first_w(w, x, t, batch_size, lr, gradient, rng):
    """All gradients are computed at the initial w. Where does the second step start?"""
    order, new = rng.permutation(len(x)), w
    for start in range(0, len(x), batch_size):
        rows = order[start : start + batch_size]
        new = new - lr * gradient(w, x[rows], t[rows])
    return new


def averaged_over_the_epoch(w, x, t, batch_size, lr, gradient, rng):
    """You make a single step, with the mean over all batches. Each batch has a step of its own."""
    order = rng.permutation(len(x))
    starts = range(0, len(x), batch_size)
    batches = [order[start : start + batch_size] for start in starts]
    dw = sum(gradient(w, x[rows], t[rows]) for rows in batches) / len(batches)
    return w - lr * dw


exercise = random(
    minibatch_epoch,
    returns="w",
    points=3,
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values(
            STEPS,
            weight=3,
            cases=(EQUAL, MANY),
            title="a step for each batch",
            help="""Each step subtracts `lr` times the gradient of its batch, from the weights that
            the step before has left. The function returns the last ones.""",
        ),
        values(
            STEPS,
            weight=1,
            cases=SMALLER,
            title="steps where samples are left over",
            help="""You may use the samples that are left over as a smaller batch. `gradient`
            returns their mean, so this step is like all others.""",
        ),
        values(STEPS, weight=1, cases=MATRIX, title="steps with arrays of any shape"),
        values(
            SIZES,
            weight=5,
            cases=DRAWN,
            alone=False,
            title="full batches",
            help="""All batches but one have `batch_size` samples. Those that are left over are
            one smaller batch, or are left out.""",
        ),
        values(
            STEPS,
            cases=ANY,
            alone=False,
            title="all batches, whatever their gradients are",
            help="""An epoch ends after the last batch. Does your loop end earlier, at a small
            gradient or at one that is nan?""",
        ),
        values(
            WHO,
            weight=18,
            cases=DRAWN,
            alone=False,
            title="each sample once",
            help="""In an epoch each sample comes at most once, and only those that do not fill a
            batch may be left out.""",
        ),
        replace(
            values(
                PAIRS,
                weight=3,
                alone=False,
                title="inputs and targets belong together",
                help="The same indices pick the rows of x and of t.",
            ),
            test=spoilt_by_strangers,
        ),
        values(
            ORDER,
            weight=8,
            cases=(OFTEN, MANY),
            alone=False,
            title="the samples are shuffled",
            help="Which step mixes samples that are far apart in the data?",
        ),
        drawn_anew(
            values(
                DRAWS,
                weight=2,
                cases=MANY,
                alone=False,
                title="the order comes from rng",
                help="`rng.permutation(n)` gives the numbers 0 … n − 1 in random order.",
            )
        ),
        values(RESULT, weight=1, alone=False, title="an array like w is returned"),
        values(
            INPUTS,
            weight=1,
            alone=False,
            title="w, x and t stay as they are",
            help="`w -= …` changes the array of the caller; `w = w - …` makes a new one.",
        ),
    ],
    form=(),
    answers=("grader.exercises.ps05.minibatch_epoch", "course_lessons.minibatches"),
    hints=(
        step(
            "One shuffled order of all samples is enough for an epoch: `rng.permutation(len(x))`. "
            "A batch is a piece of it.",
            "full batches",
            "each sample once",
        ),
        "Loop over the starts 0, batch_size, 2 · batch_size, … In each pass take the piece of the "
        "order, pick these rows of x and of t, ask for the gradient at the present w, and step. A "
        "slice that reaches beyond the end simply stops there.",
        "A smaller example: one weight w = 0, the gradient is w − mean(t), t = [1, 3, 6], "
        "batch_size = 2, lr = 0.5, and the order 1 0 2. First step: 0 − 2 = −2, so w = 1. Second "
        "one, if you keep the smaller batch: 1 − 6 = −5, so w = 3.5.",
    ),
    mistakes=(
        *slips("""
order = np.arange(len(x))
    Nothing is shuffled. If the data are sorted by class, which classes does a batch hold?
rows = rng.integers(len(x), size=batch_size)
    You draw each batch with replacement, so in an epoch some samples come twice and others never.
    Shuffle all samples once, then cut.
rows = rng.permutation(len(x))[:batch_size]
    Each batch is a new draw from all samples, so in an epoch some come twice and others never.
    Shuffle once, before the loop.
dw = gradient(w, x[rows], t[rows]) / len(rows)
    `gradient` is a mean already (steps 5 to 12 of the list). You divide once more.
dw = gradient(w, x[rows], t[rows]) * len(rows)
    Your steps follow the sum over the batch. Here they follow the mean, which `gradient` returns.
dw = gradient(w, x[rows], t)
    `x` has the rows of the batch, `t` has all of them. The same indices pick both.
dw = gradient(w, x[rows], t[start : start + batch_size])
    The inputs of a batch come with the targets of other samples. The same indices pick both.
dw = gradient(w, x, t)
    Each step uses all samples. Which rows belong to the batch?
rows = order[start]
    One index is not a batch: take a piece of the order with `batch_size` of them.
for start in range(0, len(x)):
    The batches overlap: each starts one sample after the one before. By how much does the start
    have to grow?
for start in range(batch_size):
    `batch_size` is the number of samples of a batch, not the number of batches.
for start in range(0, len(x) - batch_size, batch_size):
    A full batch at the end is missing. `range` excludes its end.
for start in range(0, batch_size, batch_size):
    There is only one step. Is the `return` inside the loop?
w = w + lr * dw
    The steps go along the gradient, and the loss rises. Which sign does step 13 have?
w = w - dw
    The rate is not used. How long is a step?
w = w - lr * dw * len(rows) / batch_size
    The step of the smaller batch is shortened. Each step is `lr` times the mean over its batch.
w = 0 * w - lr * dw
    Each step starts at 0. It starts where the step before has ended.
return dw
    You return the last gradient. Return the weights.
return lr * dw
    You return a step. Return the weights.
"""),
        mistake(batches_of_neighbours),
        mistake(all_gradients_at_the_first_w),
        mistake(averaged_over_the_epoch),
    ),
)
