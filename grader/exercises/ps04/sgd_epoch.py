"""``sgd_epoch(w, x, t, batches, lr, example_gradient) -> w``: one epoch, minibatch by minibatch."""

from functools import reduce as reduce  # in slips
from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    function,
    mistake,
    shapes,
    slip,
    slips,
    step,
    unchanged_inputs,
    values,
)


def sgd_epoch(w, x, t, batches, lr, example_gradient):
    for batch in batches:
        gradients = []
        for n in batch:
            dw = example_gradient(w, x[n], t[n])
            gradients.append(dw)
        mean = sum(gradients) / len(batch)
        w = w - lr * mean
    return w


def epoch(
    rng: np.random.Generator, about: str, n: int, shape: tuple[int, ...], batches: list[list[int]]
) -> Case:
    """Samples far from what w predicts, so that no gradient is small; w is (D,) or (D, K)."""
    outputs = (n, *shape[1:])
    return case(
        about,
        w=rng.uniform(-1, 1, size=shape),
        x=rng.uniform(0.5, 1.5, size=(n, shape[0])) * rng.choice([-1.0, 1.0], size=(n, shape[0])),
        t=rng.uniform(5, 9, size=outputs) * rng.choice([-1.0, 1.0], size=outputs),
        batches=[np.array(batch) for batch in batches],
        lr=float(rng.uniform(0.05, 0.15)),
    )


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    return {
        "one batch": [epoch(rng, "one batch of two", 3, (2,), [[2, 0]])],
        "one sample at a time": [epoch(rng, "", 3, (2,), [[1], [2], [0]])],
        "several minibatches": [epoch(rng, "minibatches", 6, (3,), [[4, 1], [0, 5], [3, 2]])],
        "a short last batch": [epoch(rng, "", 5, (2,), [[3, 0], [4, 1], [2]])],
        "all samples in one batch": [epoch(rng, "", 4, (2,), [[1, 3, 0, 2]])],
        "a sample twice in a batch": [
            epoch(rng, "drawn with replacement", 4, (3,), [[1, 1, 3], [3, 0, 3]])
        ],
        "weights as a matrix": [epoch(rng, "", 5, (3, 2), [[4, 0, 2], [1, 3]])],
    }


def run(sgd_epoch: Any, case: Case) -> dict[str, Any]:
    n_in, outputs = case["x"].shape[1], case["t"].shape[1:]

    def example_gradient(w: Any, x_n: Any, t_n: Any) -> Any:
        for name, value, size in (("x_n", x_n, n_in), ("t_n", t_n, int(np.prod(outputs)))):
            if np.size(value) != size:
                raise ValueError(
                    f"example_gradient takes one sample, but {name} has shape {np.shape(value)}"
                )
        x_n, t_n = np.reshape(x_n, n_in), np.reshape(t_n, outputs)
        # The last term makes the gradient depend on w in every direction.
        return np.multiply.outer(x_n, x_n @ w - t_n) + np.sin(w)

    w = sgd_epoch(case["w"], case["x"], case["t"], case["batches"], case["lr"], example_gradient)
    return {"w": w}


def all_at_the_first_w(w, x, t, batches, lr, example_gradient):
    """You compute all gradients at the initial w. The gradients of the second batch belong to the w
    after the first step.
    """
    return w + sum(sgd_epoch(w, x, t, [batch], lr, example_gradient) - w for batch in batches)


def always_from_the_first_w(w, x, t, batches, lr, example_gradient):
    """Every step starts from the initial w again, so only the last step counts. From which w does
    the second step start?
    """
    new = w
    for batch in batches:
        new = w - lr * sum(example_gradient(new, x[n], t[n]) for n in batch) / len(batch)
    return new


def the_step(w, x, t, batches, lr, example_gradient):
    """You return by how much w has changed. Return the new w."""
    return sgd_epoch(w, x, t, batches, lr, example_gradient) - w


exercise = function(
    sgd_epoch,
    returns="w",
    points=2,
    cases=cases,
    run=run,
    judge=[
        values("w", weight=2, cases="one batch"),
        values("w", cases="one sample at a time"),
        values("w", weight=3, cases="several minibatches"),
        values(
            "w",
            weight=2,
            cases="a short last batch",
            help="""The last batch may be shorter than the others. Its samples count, too, and its
            mean has its own number of terms.""",
        ),
        values("w", cases="all samples in one batch"),
        values(
            "w",
            cases="a sample twice in a batch",
            help="An index that occurs twice in a batch gives two terms of the mean.",
        ),
        values(
            "w",
            weight=2,
            cases="weights as a matrix",
            help="""w and the gradients may have any number of axes. Which shape does the array need
            in which you add them up?""",
        ),
    ],
    form=(shapes("w"), unchanged_inputs()),
    answers=("course_lib.descent",),
    hints=(
        step(
            "Two loops: over the batches outside, over the samples of a batch inside.",
            "one batch",
            "one sample at a time",
            "several minibatches",
            "all samples in one batch",
        ),
        "For each batch: a sum that begins at 0, `example_gradient(w, x[n], t[n])` added for "
        "every n in the batch at the same w. Divide the sum by the size of this batch, then take "
        "one step against it.",
        "A smaller example: w = 0, gradient w − t_n, t = [1, 3, 6], batches [0, 1] and [2], lr = "
        "0.5. First batch: gradients −1 and −3, mean −2, w = 1. Second: gradient 1 − 6 = −5, w = "
        "3.5.",
    ),
    mistakes=(
        *slips("""
mean = dw / len(batch)
    Only the last sample of each batch counts, divided by the batch size: its gradient overwrote the
    ones before it, as in the printed step 11. What should happen to the sum so far?
mean = dw
    Only the last sample of each batch changes w. What does your loop do with the gradients of the
    others?
mean = gradients[0]
    Only the first sample of each batch changes w. Does the loop over the samples run to its end?
mean = sum(gradients)
    The steps are too long by a factor, the number of samples in the batch: step 12 is missing.
mean = sum(gradients) / len(x)
    The sum over a batch is divided by the number of all samples. A mean over a batch has the
    batch's own size in its denominator.
mean = reduce(lambda total, g: (total + g) / len(batch), gradients, 0)
    The gradients that you add first are divided by the batch size several times. After which loop
    is the sum complete?
mean = sum(gradients) / len(w)
    The sum over a batch is divided by the number of weights. How many terms does the sum have?
mean = sum(gradients) / len(batches)
    The sum over a batch is divided by the number of batches. What does a mean divide by?
mean = sum(gradients) / len(batches[0])
    The size of the first batch is used for all of them. The last batch of an epoch may be shorter.
gradients = [] if batch is batches[0] else gradients
    The second step still contains the gradients of the first batch. Step 5 has to run once for
    every batch.
gradients = [] if batch is batches[0] else [mean]
    The mean gradient of one batch is still in the sum of the next one. Inside which loop does step
    5 belong?
for batch in np.concatenate(batches)[:, None]:
    You change w after every sample, by its whole gradient, so the batches have no effect. Steps 13
    and 14 run once per batch.
dw = example_gradient(w - lr * sum(gradients) / len(batch), x[n], t[n])
    You change w a little after every sample, so the next gradient of the same batch is computed at
    another w. Compute all gradients of a batch at the same w.
for batch in [np.concatenate(batches)]:
    You take a single step, with the mean over all batches. Take one step per batch.
for batch in batches[:1]:
    Your function ends after the first batch. Is the `return` inside the loop over the batches?
for batch in [b for b in batches if len(b) == len(batches[0])]:
    The last batch is skipped if it is shorter. Its samples count, too.
for batch in batches[:-1]:
    The last batch is skipped. An epoch has one step per batch.
for n in range(len(x)):
    Each step adds up the gradients of all samples. Which of them belong to the batch?
mean = example_gradient(w, x[batch].mean(axis=0), t[batch].mean(axis=0))
    You average the samples and compute one gradient. Compute one gradient per sample and average
    the gradients.
for n in range(len(batch)):
    You always use the samples 0, 1, 2, … A batch holds the indices of its samples: loop over these.
dw = example_gradient(w, x[n], t[len(gradients)])
    Inputs and targets do not belong together: the same index has to pick both, x[n] and t[n].
for batch in map(np.unique, batches):
    A sample that is drawn twice in a batch is counted once. It has to count as often as it was
    drawn.
mean = example_gradient(w, x[batch], t[batch])
    `example_gradient` takes one sample, x[n] and t[n], but you pass a whole batch. Steps 6 to 11
    are a loop over its samples.
mean = np.mean(gradients)
    All weights change by the same amount, because you also average over the weights. Which axis
    belongs to the samples?
w = w + lr * mean
    w goes uphill. Which sign does the update have in step 13?
w = w - mean
    `lr` is not used. How far does a step go along the mean gradient?
"""),
        slip(
            "mean = sum(gradients) / len(batch)\n        w = ",
            "    mean = sum(gradients) / len(batch)\n            w = ",
            "The step is inside the loop over the samples, so w changes before the sum is "
            "complete. Check the indentation of this line.",
        ),
        mistake(all_at_the_first_w),
        mistake(always_from_the_first_w),
        mistake(the_step),
    ),
)
