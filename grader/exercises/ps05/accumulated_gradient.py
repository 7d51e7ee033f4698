"""``accumulated_gradient(w, parts, gradient) -> dw``: a large batch in parts of unequal size."""

from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    function,
    mistake,
    shapes,
    slips,
    step,
    unchanged_inputs,
    values,
    with_earlier,
)


def accumulated_gradient(w, parts, gradient):
    sums, count = [], 0
    for x, t in parts:
        mean = gradient(w, x, t)
        sums.append(len(x) * mean)
        count += len(x)
    dw = sum(sums) / count
    return dw


def samples(
    rng: np.random.Generator, about: str, sizes: tuple[int, ...], shape: tuple[int, ...]
) -> Case:
    """Parts whose mean gradients differ: their targets lie around another number each."""
    parts = []
    for k, n in enumerate(sizes):
        x = rng.uniform(0.5, 1.5, size=(n, shape[0])) * rng.choice([-1.0, 1.0], size=shape[0])
        middle = (-1) ** k * (4 + 3 * k)
        t = middle + rng.uniform(-1, 1, size=(n, *shape[1:]))
        parts.append((x, t))
    return case(about, w=rng.uniform(-1, 1, size=shape), parts=parts)


def run(accumulated_gradient: Any, case: Case) -> dict[str, Any]:
    n_in, outputs = case["w"].shape[0], case["w"].shape[1:]
    most = max(len(x) for x, _t in case["parts"])

    def gradient(w: Any, x: Any, t: Any) -> Any:
        x, t = np.asarray(x), np.asarray(t)
        if x.ndim != 2 or x.shape[1] != n_in or t.shape != (len(x), *outputs):
            raise ValueError(
                f"gradient takes the samples of a part, but x has shape {x.shape} and t {t.shape}"
            )
        if len(x) > most:
            raise MemoryError(f"gradient got {len(x)} samples; memory holds no more than {most}")
        # The last term makes the gradient depend on w in every direction.
        return x.T @ (x @ w - t) / len(x) + np.sin(w)

    return {"dw": accumulated_gradient(case["w"], case["parts"], gradient)}


EQUAL, UNEQUAL, MATRIX = "parts of equal size", "parts of unequal size", "weights as a matrix"


def all_parts_at_once(w, parts, gradient):
    """You join the parts. But they are parts because memory cannot hold all samples at once: call
    `gradient` with one part at a time.
    """
    return gradient(w, np.concatenate([x for x, _ in parts]), np.concatenate([t for _, t in parts]))


def weights_set_to_zero(w, parts, gradient):
    """Your sum and `w` are the same array: `total = w` only makes a second name, and `total *= 0`
    sets the weights to 0. So the gradients are those at other weights. Begin with
    `np.zeros_like(w)`.
    """
    total, count = w, 0
    total *= 0
    for x, t in parts:
        total += len(x) * gradient(w, x, t)
        count += len(x)
    return total / count


exercise = function(
    accumulated_gradient,
    returns="dw",
    points=2,
    cases=with_earlier(
        lambda rng: {
            UNEQUAL: [
                samples(rng, "a part of one sample, one of three", (1, 3), (2,)),
                samples(rng, "a long part first", (5, 2), (3,)),
                samples(rng, "four parts", (2, 4, 1, 3), (2,)),
                samples(rng, "twelve parts", (1, 2, 3) * 4, (2,)),
            ],
            EQUAL: [samples(rng, "", (3, 3), (2,))],
            "a single part": [samples(rng, "", (4,), (2,))],
            MATRIX: [samples(rng, "", (2, 5), (3, 2))],
        }
    ),
    run=run,
    judge=[
        values(
            "dw",
            weight=6,
            cases=UNEQUAL,
            help="""Every sample has to count as often as every other one. How often does the mean
            of a part of three samples have to count, beside that of a part of one?""",
        ),
        values("dw", cases=EQUAL),
        values("dw", cases="a single part", help="The parts may be a single one: all samples."),
        values(
            "dw",
            weight=3,
            cases=MATRIX,
            help="""w and its gradient may have any number of axes. Which shape does the array need
            in which you add up?""",
        ),
    ],
    form=(shapes("dw"), unchanged_inputs()),
    answers=("course_lib.descent",),
    hints=(
        step(
            "`gradient(w, x, t)` is a mean over the samples of one part. From the mean and the "
            "number of samples, how do you get the sum?",
            UNEQUAL,
            EQUAL,
            "a single part",
        ),
        "Add up two things over the parts: the sums of the gradients, and the numbers of samples.",
        "A smaller example: a part of 1 sample with the mean gradient 8, and a part of 3 samples "
        "with the mean gradient 4. The four gradients add up to 8 + 3·4 = 20, so their mean is 5.",
    ),
    mistakes=(
        mistake(weights_set_to_zero),
        *slips("""
dw = sum(sums) / sum(len(x) ** 2 for x, t in parts)
    The sum of the gradients is divided by the sum of the squared sizes. By which number does a mean
    over all samples divide?
sums.append(mean)
dw = sum(sums) / len(parts)
    You return the mean of the means of the parts. A sample of a short part then counts more than a
    sample of a long one. How often should the mean of each part count?
sums.append(mean)
dw = sum(sums)
    You add up the means of the parts. How many samples stand behind each of them, and behind all?
sums.append(mean)
    You add up the means of the parts and divide by the number of samples. Which sum belongs to the
    mean of a part?
sums.append(mean / len(x))
    The mean of a part is divided by its size once more. `gradient` has divided by it already.
sums.append(len(parts[0][0]) * mean)
    Every mean is multiplied by the size of the first part. Each part has a size of its own.
dw = sum(sums)
    You return the sum over all samples. The result should be their mean.
dw = sum(sums) / len(parts)
    The sum over all samples is divided by the number of parts. By what should it be divided?
dw = sum(sums) / len(parts[0][0])
    The sum over all samples is divided by the size of the first part. By what should it be divided?
dw = sum(sums) / (len(parts) * len(parts[0][0]))
    The sum over all samples is divided as if every part had the size of the first. How many samples
    do the parts contain together?
dw = sum(sums) / len(parts[-1][0])
    The sum over all samples is divided by the size of the last part. Does your count start again
    with every part?
dw = sum(sums) / len(w)
    The sum over all samples is divided by the number of rows of w. How many samples are there?
dw = sums[-1] / count
    Only the last part counts: its gradient overwrote the sum. What should happen to the sum so far?
dw = sums[0] / count
    Only the first part counts, divided by the number of all samples. Does your loop end after it?
dw = mean
    You return the mean over the last part alone. What happened to the gradients of the others?
for x, t in parts[:1]:
    You return the mean over the first part alone. Is the `return` inside the loop?
for x, t in parts[:-1]:
    The last part is left out. Its samples count as well.
for x, t in [part for part in parts if len(part[0]) == len(parts[0][0])]:
    Parts whose size differs from the first one's are left out. Their samples count as well.
mean = gradient(w - 0.0 * w if not sums else w - sum(sums) / count, x, t)
    You compute the gradient of a later part at weights that have moved. Every gradient belongs to
    the same w.
dw = w - sum(sums) / count
    You return weights after a step. The task asks for the gradient.
dw = -sum(sums) / count
    The sign is reversed. The gradient itself is wanted, not the step against it.
dw = np.mean(sums) * len(parts) / count
    All entries of the result are the same: you also averaged over the weights.
sums.append(len(w) * mean)
    Every mean is multiplied by the number of rows of w. Which number has the samples of the part?
"""),
    ),
)
