"""``minibatch_indices(n, batch_size, rng) -> list of index arrays``: one epoch in batches."""

from typing import Any

import numpy as np

from grader.checking.contract import Case, case, random, step, values
from grader.exercises.index_lists import (
    deal_in_words,
    draws_in_words,
    form,
    indices_in_words,
    order_mistakes,
    sizes,
    twice_in_words,
)


def minibatch_indices(n, batch_size, rng):
    order = rng.permutation(n)
    return [order[i : i + batch_size] for i in range(0, n, batch_size)]


MANY = "many samples"


def epoch(rng: np.random.Generator, about: str, n: int, batch_size: int) -> Case:
    return case(about, n=n, batch_size=batch_size, seed=int(rng.integers(2**31)))


def cases(rng: np.random.Generator) -> list[Case]:
    k = int(rng.integers(2, 5))
    return [
        epoch(rng, "batches of one", 7 + k, 1),
        epoch(rng, "the batch size divides n", 4 * k, 4),
        epoch(rng, "all samples in one batch", 4 + k, 4 + k),
        epoch(rng, "one sample is left over", 4 * k + 5, 4),
        epoch(rng, "all but one of a batch are left over", 6 * k + 5, 6),
        epoch(rng, "the batch is larger than n", 4 + k, 12),
        epoch(rng, MANY, 32 * int(rng.integers(13, 17)) + 5, 32),
    ]


EXACT = ("batches of one", "the batch size divides n", "all samples in one batch")
REST = ("one sample is left over", "all but one of a batch are left over", MANY)
LARGER = "the batch is larger than n"


def run(minibatch_indices, case):
    n, batch_size = case["n"], case["batch_size"]
    rng = np.random.default_rng(case["seed"])
    parts = minibatch_indices(n, batch_size, rng)
    kind, parts = type(parts).__name__, list(parts)
    later = list(minibatch_indices(n, batch_size, rng))
    again = list(minibatch_indices(n, batch_size, np.random.default_rng(case["seed"])))
    return {"parts": parts, "later": later, "again": again, "kind": kind}


SIZES, WHO, TWICE = "the list of sizes", "what is in the batches", "what comes twice"
DEAL, DRAWS, FORM = "the order", "the next epoch", "what is returned"


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """Which samples are together differs from one right program to the next; this does not."""
    parts, n = outputs["parts"], case["n"]
    observed = {SIZES: sizes(parts), WHO: indices_in_words(parts, n), FORM: form(outputs, "list")}
    if case["about"] == LARGER:  # of so few samples, whether one is missing may be luck
        observed[WHO] = observed[WHO].split(",")[0]
    if case["about"] == MANY:
        observed[TWICE] = twice_in_words(parts)
        observed[DEAL] = deal_in_words(parts, n)
        observed[DRAWS] = draws_in_words(parts, outputs["later"], outputs["again"], n)
    return observed


SIZED, RESTED = "sizes where nothing is left over", "the last batch is as short as need be"
LARGE, ONCE = "a batch size above n gives one batch", "every index is in exactly one batch"
MIXED, FROM_RNG = "chance decides who is together", "randomness comes from rng"
TYPES = "a list of arrays of integers"

exercise = random(
    minibatch_indices,
    returns="batches",
    points=2,
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values(SIZES, weight=2, cases=EXACT, title=SIZED),
        values(SIZES, weight=2, cases=REST, title=RESTED),
        # Form: an array of n equal numbers meets it.
        values(SIZES, cases=LARGER, form=True, title=LARGE),
        values(WHO, weight=3, title=ONCE),
        values(DEAL, weight=2, cases=MANY, title=MIXED),
        # Form: random numbers other than indices meet it.
        values(DRAWS, weight=2, cases=MANY, form=True, title=FROM_RNG),
        values(FORM, form=True, title=TYPES),
    ],
    form=(),
    without=("own generator", "fixed seed"),
    answers=("course_lib.preprocessing.minibatch_indices",),
    hints=(
        step(
            "One shuffled order of all samples is enough for an epoch. Where do its pieces start?",
            SIZED,
            RESTED,
            LARGE,
            ONCE,
        ),
        step(
            "Which of your steps brings samples together that are far apart in the data? Does it "
            "come before the cutting?",
            MIXED,
        ),
        step(
            "Look at everything in your code that draws at random. Is `rng` asked each time, "
            "anew in every call?",
            FROM_RNG,
        ),
        step(
            "What is one entry of your list, and of which type are the numbers in it? An array of "
            "NumPy stays one when it is sliced.",
            TYPES,
        ),
        step(
            "Batch number k holds order[k · size], …, up to but not including order[(k + 1) · "
            "size]. A slice that reaches beyond the end simply stops there.",
            SIZED,
            RESTED,
            LARGE,
            ONCE,
        ),
        "Smaller: n = 5, batch_size = 2. From the order 3 0 4 1 2 come [3 0], [4 1] and [2].",
    ),
)


ORDER, BATCH, STARTS = "rng.permutation(n)", "order[i : i + batch_size]", "range(0, n, batch_size)"
BATCHES = f"[{BATCH} for i in {STARTS}]"

exercise.slip(
    ORDER,
    "np.arange(n)",
    "Nothing is shuffled: the batches follow the order of the data. If that is sorted by class, "
    "what does a batch say about the other classes?",
)
exercise.slip(
    BATCH,
    "rng.permutation(np.arange(n)[i : i + batch_size])",
    "Samples are shuffled inside their batches only: the same neighbours are together in every "
    "epoch. Shuffle all of them, then cut.",
)


@exercise.mistake
def batches_shuffled(n, batch_size, rng):
    """Something is drawn at random, but each batch still holds neighbours: a sorted file would give
    batches of one class. Which order has to be random: that of the batches, or of the samples?
    """
    batches = [np.arange(n)[i : i + batch_size] for i in range(0, n, batch_size)]
    full = len(batches) - (n % batch_size > 0)
    return [batches[i] for i in rng.permutation(full)] + batches[full:]


@exercise.mistake
def all_batches_shuffled(n, batch_size, rng):
    """The batches are shuffled, the short one among them, and each still holds neighbours. Shuffle
    the samples before you cut; then the short one comes last.
    """
    *batches, last = [np.arange(n)[i : i + batch_size] for i in range(0, n, batch_size)]
    # Not by chance the last one again, so that it always shows.
    return [last, *(batches[i] for i in np.roll(rng.permutation(len(batches)), 1))]


exercise.slip(
    STARTS,
    "range(0, n - batch_size + 1, batch_size)",
    "What does not fill a batch is thrown away. Here the last batch is kept, short as it may be: "
    "how many batches does n = 10 make with 4 in each?",
)
exercise.slip(
    STARTS,
    "range(0, n - batch_size, batch_size)",
    "The last batch is missing, be it short or full. Where does it start, and does your loop get "
    "there?",
)
exercise.slip(
    STARTS,
    "range(0, n - 1, batch_size)",
    "A single leftover sample is lost. Up to where does your `range` count? It leaves out its end "
    "already.",
)
exercise.slip(
    STARTS,
    "range(0, n + 1, batch_size)",
    "If batch_size divides n there is one batch too many, an empty one. Its mean loss would be "
    "0 / 0. Rounding n / batch_size UP gives the right count.",
)
exercise.slip(
    BATCHES,
    "np.array_split(order, -(-n // batch_size))",
    "The batches are evened out. Here all are full but the last: with n = 9 and size 4 the sizes "
    "are 4, 4, 1.",
)
exercise.slip(
    BATCHES,
    "np.array_split(order, max(1, n // batch_size))",
    "What is left over is spread over the other batches, which get larger than `batch_size`. It is "
    "one more batch, at the end.",
)
exercise.slip(
    BATCHES,
    "list(order.reshape(-1, batch_size))",
    "It stops where batch_size does not divide n: all rows of an array are of one length. How else "
    "can you cut the order, so that the last piece may be shorter?",
)
exercise.slip(
    BATCHES,
    "[order[i * batch_size : (i + 1) * batch_size] for i in range(n // batch_size)] + "
    "[order[-(n % batch_size) :]]",
    "Where nothing is left over, the last batch is the whole order: `order[-0:]` begins at 0, "
    "because −0 is 0. Where does the last batch start, counted from the front?",
)
exercise.slip(
    BATCH,
    "order[i : i + batch_size + 1]",
    "Each batch has one sample too many, the first of the next one. How many values has "
    "`order[i : j]`?",
)
exercise.slip(
    BATCH,
    "order[i : i + batch_size - 1]",
    "Each batch lacks its last sample. The end of a slice does not belong to it.",
)
exercise.slip(
    BATCHES,
    "np.array_split(order, batch_size)",
    "`batch_size` is taken for the number of batches. It is how many are in each.",
)
exercise.slip(
    BATCH,
    "np.resize(np.tile(order, 2)[i : i + batch_size], batch_size)",
    "The last batch is filled up with samples that had their turn already. Leave it short: an "
    "epoch visits every sample once.",
)
exercise.slip(
    BATCHES,
    "np.split(order, range(batch_size, n - batch_size + 1, batch_size))",
    "The last batch is longer than `batch_size`. What is left over is one more.",
)
exercise.slip(
    ORDER,
    "rng.integers(n, size=n)",
    "Drawn with replacement: in an epoch some samples come several times and others never. Deal "
    "them out like cards.",
)
exercise.slip(
    BATCH,
    "rng.permutation(n)[: min(batch_size, n - i)]",
    "Every batch is drawn from all samples anew, so some come twice in an epoch and others never. "
    "Shuffle once per epoch, then cut.",
)
exercise.slip(
    BATCH,
    "rng.permutation(n)[:batch_size]",
    "Every batch is a new draw of full size. An epoch visits each sample once: shuffle once, cut "
    "that order, and let the last batch be short.",
)
exercise.slip(
    BATCH,
    "rng.integers(n, size=batch_size)",
    "Every batch is drawn with replacement and has full size. An epoch visits each sample once: "
    "which order of all samples could you cut?",
)
exercise.slip(
    STARTS,
    "range(n)",
    "The batches overlap: each starts one sample after the one before. How far on does the next "
    "one have to start?",
)
exercise.slip(
    STARTS,
    "range(1)",
    "There is one batch only. When does your function return, and what has it collected by then?",
)
exercise.slip(
    BATCHES,
    "order[(n - 1) // batch_size * batch_size :]",
    "Only the last batch came back, and not in a list. What becomes of the batches before it in "
    "your loop?",
)
exercise.slip(
    BATCH,
    "order[i:batch_size]",
    "Only the first batch is filled. Where does the slice of the second one begin and end?",
)
exercise.slip(
    BATCHES,
    "order",
    "This is the whole order in one array. Cut it into pieces of `batch_size`.",
)
order_mistakes(exercise)
exercise.slip(
    ORDER,
    "np.random.default_rng(0).permutation(n)",
    "Every epoch has the same order. `rng` goes on from call to call: is it asked each time, or "
    "does something begin anew inside your function?",
)
