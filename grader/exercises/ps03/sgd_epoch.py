"""``sgd_epoch(w, x, t, batches, lr, example_gradient) -> w``: one epoch, minibatch by minibatch."""

from typing import Any

import numpy as np

from course_lib.descent import sgd_epoch
from grader.checking import Case, Exercise, Mistake, _, case, shapes, unchanged_inputs, values


def epoch(
    rng: np.random.Generator,
    about: str,
    n: int,
    shape: tuple[int, ...],
    batches: list[list[int]],
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


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        epoch(rng, "one batch of two", 3, (2,), [[2, 0]]),
        epoch(rng, "one sample at a time", 3, (2,), [[1], [2], [0]]),
        epoch(rng, "minibatches", 6, (3,), [[4, 1], [0, 5], [3, 2]]),
        epoch(rng, "a short last batch", 5, (2,), [[3, 0], [4, 1], [2]]),
        epoch(rng, "all samples in one batch", 4, (2,), [[1, 3, 0, 2]]),
        epoch(rng, "drawn with replacement", 4, (3,), [[1, 1, 3], [3, 0, 3]]),
        epoch(rng, "weights as a matrix", 5, (3, 2), [[4, 0, 2], [1, 3]]),
    ]


def run(sgd_epoch: Any, case: Case) -> dict[str, Any]:
    n_in, outputs = case["x"].shape[1], case["t"].shape[1:]

    def example_gradient(w: Any, x_n: Any, t_n: Any) -> Any:
        for name, value, size in (("x_n", x_n, n_in), ("t_n", t_n, int(np.prod(outputs)))):
            if np.size(value) != size:
                raise ValueError(
                    f"example_gradient takes one sample, but {name} has shape {np.shape(value)}"
                )
        x_n, t_n = np.reshape(x_n, n_in), np.reshape(t_n, outputs)
        # The last term makes the slope depend on w in every direction.
        return np.multiply.outer(x_n, x_n @ w - t_n) + np.sin(w)

    w = sgd_epoch(case["w"], case["x"], case["t"], case["batches"], case["lr"], example_gradient)
    return {"w": w}


def wrong(
    w: Any,
    x: Any,
    t: Any,
    batches: Any,
    lr: float,
    example_gradient: Any,
    *,
    mean: Any = lambda gradients: sum(gradients) / len(gradients),
    samples: Any = lambda batch: batch,
) -> Any:
    """An epoch in which the mean over a batch, or its samples, are made in another way."""
    for batch in batches:
        w = w - lr * mean([example_gradient(w, x[n], t[n]) for n in samples(batch)])
    return w


def assigned(*args: Any) -> Any:
    return wrong(*args, mean=lambda gradients: gradients[-1] / len(gradients))


def last_sample_only(*args: Any) -> Any:
    return wrong(*args, mean=lambda gradients: gradients[-1])


def first_sample_only(*args: Any) -> Any:
    return wrong(*args, mean=lambda gradients: gradients[0])


def summed(*args: Any) -> Any:
    return wrong(*args, mean=sum)


def divided_by_all(w: Any, x: Any, *args: Any) -> Any:
    return wrong(w, x, *args, mean=lambda gradients: sum(gradients) / len(x))


def divided_by_batches(w: Any, x: Any, t: Any, batches: Any, *args: Any) -> Any:
    return wrong(w, x, t, batches, *args, mean=lambda gradients: sum(gradients) / len(batches))


def divided_by_the_first(w: Any, x: Any, t: Any, batches: Any, *args: Any) -> Any:
    return wrong(w, x, t, batches, *args, mean=lambda gradients: sum(gradients) / len(batches[0]))


def mean_of_everything(*args: Any) -> Any:
    return wrong(*args, mean=np.mean)


def each_sample_once(*args: Any) -> Any:
    return wrong(*args, samples=np.unique)


def counted_from_zero(*args: Any) -> Any:
    return wrong(*args, samples=lambda batch: range(len(batch)))


def uphill(w: Any, x: Any, t: Any, batches: Any, lr: float, example_gradient: Any) -> Any:
    return sgd_epoch(w, x, t, batches, -lr, example_gradient)


def no_rate(w: Any, x: Any, t: Any, batches: Any, lr: float, example_gradient: Any) -> Any:
    return sgd_epoch(w, x, t, batches, 1.0, example_gradient)


def short_batch_dropped(w: Any, x: Any, t: Any, batches: Any, *args: Any) -> Any:
    return sgd_epoch(w, x, t, [b for b in batches if len(b) == len(batches[0])], *args)


def first_batch_only(w: Any, x: Any, t: Any, batches: Any, *args: Any) -> Any:
    return sgd_epoch(w, x, t, batches[:1], *args)


def never_reset(w: Any, x: Any, t: Any, batches: Any, lr: float, example_gradient: Any) -> Any:
    total = np.zeros_like(w)
    for batch in batches:
        for n in batch:
            total = total + example_gradient(w, x[n], t[n])
        w = w - lr * total / len(batch)
    return w


def mean_carried_on(w: Any, x: Any, t: Any, batches: Any, lr: float, example_gradient: Any) -> Any:
    total = np.zeros_like(w)
    for batch in batches:
        for n in batch:
            total = total + example_gradient(w, x[n], t[n])
        total = total / len(batch)
        w = w - lr * total
    return w


def after_every_sample(
    w: Any, x: Any, t: Any, batches: Any, lr: float, example_gradient: Any
) -> Any:
    for batch in batches:
        for n in batch:
            w = w - lr * example_gradient(w, x[n], t[n])
    return w


def a_share_after_every_sample(
    w: Any, x: Any, t: Any, batches: Any, lr: float, example_gradient: Any
) -> Any:
    for batch in batches:
        for n in batch:
            w = w - lr * example_gradient(w, x[n], t[n]) / len(batch)
    return w


def step_in_the_inner_loop(
    w: Any, x: Any, t: Any, batches: Any, lr: float, example_gradient: Any
) -> Any:
    for batch in batches:
        total = np.zeros_like(w)
        for n in batch:
            total = total + example_gradient(w, x[n], t[n])
            w = w - lr * total / len(batch)
    return w


def all_at_the_first_w(
    w: Any, x: Any, t: Any, batches: Any, lr: float, example_gradient: Any
) -> Any:
    return w + sum(sgd_epoch(w, x, t, [batch], lr, example_gradient) - w for batch in batches)


def always_from_the_first_w(
    w: Any, x: Any, t: Any, batches: Any, lr: float, example_gradient: Any
) -> Any:
    new = w
    for batch in batches:
        new = w - lr * sum(example_gradient(new, x[n], t[n]) for n in batch) / len(batch)
    return new


def one_big_batch(w: Any, x: Any, t: Any, batches: Any, lr: float, example_gradient: Any) -> Any:
    return sgd_epoch(w, x, t, [np.concatenate(batches)], lr, example_gradient)


def other_targets(w: Any, x: Any, t: Any, batches: Any, lr: float, example_gradient: Any) -> Any:
    for batch in batches:
        dw = [example_gradient(w, x[n], t[i]) for i, n in enumerate(batch)]
        w = w - lr * sum(dw) / len(batch)
    return w


def the_whole_batch(w: Any, x: Any, t: Any, batches: Any, lr: float, example_gradient: Any) -> Any:
    for batch in batches:
        w = w - lr * example_gradient(w, x[batch], t[batch])
    return w


def the_step(w: Any, x: Any, t: Any, batches: Any, lr: float, example_gradient: Any) -> Any:
    return sgd_epoch(w, x, t, batches, lr, example_gradient) - w


exercise = Exercise(
    name="sgd_epoch",
    takes=("sgd_epoch",),
    points=2,
    reference=(sgd_epoch,),
    cases=cases,
    run=run,
    judge=[
        values("w", weight=2, cases="one batch of two", title=_("one batch")),
        values("w", cases="one sample at a time", title=_("one sample at a time")),
        values("w", weight=3, cases="minibatches", title=_("several minibatches")),
        values("w", weight=2, cases="a short last batch", title=_("a short last batch")),
        values("w", cases="all samples in one batch", title=_("all samples in one batch")),
        values("w", cases="drawn with replacement", title=_("a sample twice in a batch")),
        values("w", weight=2, cases="weights as a matrix", title=_("weights as a matrix")),
        shapes("w"),
        unchanged_inputs(),
    ],
    mistakes=[
        Mistake(
            assigned,
            hint=_(
                "Of each batch only the last sample is left, divided by the batch's size: its "
                "gradient overwrote those before it. That is step 11 as printed. What should "
                "happen to what is there already?"
            ),
        ),
        Mistake(
            last_sample_only,
            hint=_("Only the last sample of each batch moves w. What became of the others?"),
        ),
        Mistake(
            first_sample_only,
            hint=_(
                "Only the first sample of each batch moves w. Does the loop over the samples run "
                "to its end?"
            ),
        ),
        Mistake(
            summed,
            hint=_(
                "The steps are as many times too long as a batch has samples: step 12 is missing."
            ),
        ),
        Mistake(
            divided_by_all,
            hint=_(
                "The sum over a batch is divided by the number of all samples. A mean over a batch "
                "has the batch's own size in its denominator."
            ),
        ),
        Mistake(
            divided_by_batches,
            hint=_(
                "The sum over a batch is divided by the number of batches. How many terms does the "
                "sum have?"
            ),
        ),
        Mistake(
            divided_by_the_first,
            hint=_(
                "The size of the first batch is used for all of them. The last batch of an epoch "
                "may be shorter."
            ),
        ),
        Mistake(
            never_reset,
            hint=_(
                "The second step still contains the gradients of the first batch: step 5 comes "
                "once for every batch."
            ),
        ),
        Mistake(
            mean_carried_on,
            hint=_(
                "The mean gradient of one batch is still in the sum of the next one. Where does "
                "step 5 stand, inside which loop?"
            ),
        ),
        Mistake(
            after_every_sample,
            hint=_(
                "w moves after every sample, by its whole gradient, so the batches make no "
                "difference. Steps 13 and 14 come once a batch."
            ),
        ),
        Mistake(
            a_share_after_every_sample,
            hint=_(
                "w moves a little after every sample, and the next gradient of the same batch is "
                "taken at another w. All gradients of a batch belong to one and the same w."
            ),
        ),
        Mistake(
            step_in_the_inner_loop,
            hint=_(
                "The step stands inside the loop over the samples: a sum that is not finished yet "
                "moves w. Mind how far the line is indented."
            ),
        ),
        Mistake(
            all_at_the_first_w,
            hint=_(
                "All gradients are taken at the w of the beginning. The second batch asks for the "
                "slope where the first step has led."
            ),
        ),
        Mistake(
            always_from_the_first_w,
            hint=_(
                "Every step sets out from the first w again, so that only the last one is left. "
                "Where does the second step begin?"
            ),
        ),
        Mistake(
            one_big_batch,
            hint=_("A single step was made, with the mean over all batches. Make one for each."),
        ),
        Mistake(
            first_batch_only,
            hint=_(
                "It ends after the first batch. Does the `return` stand inside the loop over the "
                "batches?"
            ),
        ),
        Mistake(
            short_batch_dropped,
            hint=_("The last batch is left out when it is shorter. Its samples count, too."),
        ),
        Mistake(
            counted_from_zero,
            hint=_(
                "The samples 0, 1, 2, … are used, however the batches are drawn. A batch holds the "
                "numbers of its samples: loop over those."
            ),
        ),
        Mistake(
            other_targets,
            hint=_(
                "Inputs and targets do not belong together: the same index has to pick both, x[n] "
                "and t[n]."
            ),
        ),
        Mistake(
            each_sample_once,
            hint=_(
                "A sample that is drawn twice in a batch is counted once. With replacement it "
                "counts as often as it was drawn."
            ),
        ),
        Mistake(
            the_whole_batch,
            hint=_(
                "`example_gradient` takes one sample, x[n] and t[n], and was given a whole batch. "
                "Steps 6 to 11 are a loop over its samples."
            ),
        ),
        Mistake(
            mean_of_everything,
            hint=_(
                "All weights move by the same amount: the mean went over the weights as well. "
                "Which axis counts the samples?"
            ),
        ),
        Mistake(
            uphill,
            hint=_("w goes uphill. Which sign does the update have in step 13?"),
        ),
        Mistake(
            no_rate,
            hint=_("`lr` plays no part: how far does a step go along the mean gradient?"),
        ),
        Mistake(
            the_step,
            hint=_("What came back is how far w has moved. Wanted is where it has arrived."),
        ),
    ],
    answers=("course_lib.descent.sgd_epoch",),
    returns="w, an array like the one it was given",
    hints=(
        _("Two loops: over the batches outside, over the samples of a batch inside."),
        _(
            "For each batch: a sum that begins at 0, `example_gradient(w, x[n], t[n])` added for "
            "every n in the batch with w held still, the sum divided by the size of this batch, "
            "then one step against it."
        ),
        _(
            "Smaller: w = 0, gradient w − t_n, t = [1, 3, 6], batches [0, 1] and [2], lr = 0.5. "
            "First batch: gradients −1 and −3, mean −2, w = 1. Second: gradient 1 − 6 = −5, w = "
            "3.5."
        ),
    ),
)
