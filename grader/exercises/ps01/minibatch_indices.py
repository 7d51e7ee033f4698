"""``minibatch_indices(n, batch_size, rng) -> list of index arrays``: one epoch in batches."""

from typing import Any

import numpy as np

from grader.checking.contract import Case, case, mistake, random, slips, step, values
from grader.exercises.index_lists import (
    CALLS,
    FORM,
    FROM_RNG,
    MANY,
    OFTEN,
    ORDER,
    ORDER_MISTAKES,
    SIZES,
    WHO,
    observed,
    run,
)


def minibatch_indices(n, batch_size, rng):
    order = rng.permutation(n)
    return [order[i : i + batch_size] for i in range(0, n, batch_size)]


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    def epoch(about: str, n: int, batch_size: int) -> Case:
        return case(about, n=n, batch_size=batch_size, seed=int(rng.integers(2**31)))

    k = int(rng.integers(2, 5))
    return {
        "sizes where nothing is left over": [
            epoch("batches of one", 7 + k, 1),
            epoch("the batch size divides n", 4 * k, 4),
            epoch("all samples in one batch", 4 + k, 4 + k),
        ],
        "a batch size above n gives one batch": [epoch("the batch is larger than n", 4 + k, 12)],
        "the last batch holds the remaining samples": [
            epoch("one sample is left over", 4 * k + 5, 4),
            epoch("all but one of a batch are left over", 6 * k + 5, 6),
            epoch(OFTEN, 12, 5) | {"calls": CALLS},
            epoch(MANY, 512 * int(rng.integers(12, 16)) + 5, 512),
        ],
    }


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    found = observed(case, outputs, "list")
    if case["n"] < case["batch_size"]:  # with so few, chance may decide whether one is missing
        found[WHO] = found[WHO].split(",")[0]
    return found


ONCE = "every index is in exactly one batch"
CUT = (
    "sizes where nothing is left over",
    "the last batch holds the remaining samples",
    "a batch size above n gives one batch",
    ONCE,
)


def batches_shuffled(n, batch_size, rng):
    """Something is drawn at random, but each batch still holds neighbours, so sorted data would
    give batches of one class. Which order has to be random: the order of the batches, or the order
    of the samples?
    """
    batches = [np.arange(n)[i : i + batch_size] for i in range(0, n, batch_size)]
    full = len(batches) - (n % batch_size > 0)
    return [batches[i] for i in rng.permutation(full)] + batches[full:]


def all_batches_shuffled(n, batch_size, rng):
    """You shuffle the batches, including the short one, and each batch still holds neighbours.
    Shuffle the samples before you cut; then the short batch comes last.
    """
    *batches, last = [np.arange(n)[i : i + batch_size] for i in range(0, n, batch_size)]
    # Never the last one again, so that the mistake always shows.
    return [last, *(batches[i] for i in np.roll(rng.permutation(len(batches)), 1))]


def the_rest_is_not_shuffled(n, batch_size, rng):
    """The samples of the last, short batch are the same in every epoch. All samples belong to the
    order that is shuffled.
    """
    full = n - n % batch_size
    order = np.concatenate([rng.permutation(full), np.arange(full, n)])
    return [order[i : i + batch_size] for i in range(0, n, batch_size)]


exercise = random(
    minibatch_indices,
    returns="batches",
    points=2,
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values(SIZES, weight=2, cases="sizes where nothing is left over"),
        values(SIZES, weight=3, cases="the last batch holds the remaining samples"),
        # Indices that come twice satisfy it.
        values(SIZES, cases="a batch size above n gives one batch", alone=False),
        values(WHO, weight=6, title=ONCE),
        values(
            ORDER,
            weight=8,
            cases=(OFTEN, MANY),
            title="the batches are drawn at random",
            help="""Which of your steps mixes samples that are far apart in the data? Does it come
            before you cut the order into batches?""",
        ),
        FROM_RNG,
        values(
            FORM,
            alone=False,
            title="a list of arrays of integers",
            help="""What is the type of one entry of your list, and which dtype do its numbers have?
            A slice of a NumPy array is a NumPy array.""",
        ),
    ],
    form=(),
    without=("own generator", "fixed seed"),
    answers=("course_lib.preprocessing.splits",),
    hints=(
        step(
            "One shuffled order of all samples is enough for an epoch. Where do its pieces start?",
            *CUT,
        ),
        step(
            "Batch number k holds order[k · size], …, up to but not including order[(k + 1) · "
            "size]. A slice that reaches beyond the end simply stops there.",
            *CUT,
        ),
        "A smaller example: n = 5, batch_size = 2. From the order 3 0 4 1 2 come [3 0], [4 1] and "
        "[2].",
    ),
    mistakes=(
        *slips("""
order = np.arange(n)
    Nothing is shuffled: the batches follow the order of the data. If the data are sorted by class,
    which classes does a batch contain?
return [rng.permutation(np.arange(n)[i : i + batch_size]) for i in range(0, n, batch_size)]
    Samples are shuffled only inside their batches, so the same neighbours share a batch in every
    epoch. Shuffle all of them, then cut.
"""),
        mistake(batches_shuffled),
        mistake(all_batches_shuffled),
        mistake(the_rest_is_not_shuffled),
        *slips("""
return [order[i : i + batch_size] for i in range(0, n - batch_size + 1, batch_size)]
    The samples that do not fill a batch are dropped. Here the last batch is kept, even if it is
    short. How many batches are there for n = 10 and batch_size = 4?
return [order[i : i + batch_size] for i in range(0, n - batch_size, batch_size)]
    The last batch is missing, whether it is short or full. Where does it start, and does your loop
    reach this index?
return [order[i : i + batch_size] for i in range(0, n - 1, batch_size)]
    If a single sample is left over, it is lost. Up to which number does your `range` count? It
    already excludes its end.
return [order[i : i + batch_size] for i in range(0, n + 1, batch_size)]
    If batch_size divides n there is one batch too many, an empty one. Its mean loss would be 0 / 0.
    Rounding n / batch_size UP gives the right count.
return np.array_split(order, -(-n // batch_size))
    Your batches have almost equal sizes. Here all batches except the last are full: with n = 9 and
    size 4 the sizes are 4, 4, 1.
return np.array_split(order, max(1, n // batch_size))
    You spread the remaining samples over the other batches, which become larger than `batch_size`.
    They should form one more batch at the end.
return list(order.reshape(-1, batch_size))
    Your code fails if batch_size does not divide n, because all rows of an array have the same
    length. How can you cut the order so that the last piece may be shorter?
return [order[i * batch_size : (i + 1) * batch_size] for i in range(n //
    batch_size)] + [order[-(n % batch_size) :]]
    If batch_size divides n, your last batch is the whole order: `order[-0:]` begins at 0, because
    −0 is 0. At which index, counted from the front, does the last batch start?
return [order[i : i + batch_size + 1] for i in range(0, n, batch_size)]
    Each batch has one sample too many, the first of the next one. How many values has `order[i :
    j]`?
return [order[i : i + batch_size - 1] for i in range(0, n, batch_size)]
    Each batch lacks its last sample. The end of a slice is not part of it.
return np.array_split(order, batch_size)
    You use `batch_size` as the number of batches. It is the number of samples in each batch.
return [np.resize(np.tile(order, 2)[i : i + batch_size], batch_size) for i in range(0, n,
    batch_size)]
    The last batch is filled up with samples that were already used. Leave it short: an epoch uses
    every sample once.
return np.split(order, range(batch_size, n - batch_size + 1, batch_size))
    The last batch is longer than `batch_size`. The samples that are left over form one more batch.
order = rng.integers(n, size=n)
    You draw with replacement, so some samples occur several times in an epoch and others never.
    Draw without replacement, as if you dealt cards.
return [rng.permutation(n)[: min(batch_size, n - i)] for i in range(0, n, batch_size)]
    You draw every batch from all samples again, so some occur twice in an epoch and others never.
    Shuffle once per epoch, then cut.
return [rng.permutation(n)[:batch_size] for i in range(0, n, batch_size)]
    Every batch is a new draw of full size. An epoch uses each sample once: shuffle once, cut that
    order, and let the last batch be short.
return [rng.integers(n, size=batch_size) for i in range(0, n, batch_size)]
    Every batch is drawn with replacement and has full size. An epoch uses each sample once. Which
    order of all samples could you cut?
return [order[i : i + batch_size] for i in range(n)]
    The batches overlap: each starts one sample after the one before. How many samples after the
    start of a batch does the next one have to start?
return [order[i : i + batch_size] for i in range(1)]
    There is only one batch. At which point does your function return, and which batches has it
    collected by then?
return order[(n - 1) // batch_size * batch_size :]
    Only the last batch is returned, and it is not in a list. What does your loop do with the
    batches before it?
return [order[i:batch_size] for i in range(0, n, batch_size)]
    Only the first batch has samples. Where does the slice of the second one begin and end?
return order
    You return the whole order in one array. Cut it into pieces of `batch_size`.
"""),
        *ORDER_MISTAKES,
        *slips("""
order = np.random.default_rng(0).permutation(n)
    Every epoch has the same order. The state of `rng` advances from call to call. Do you draw from
    `rng` in each call, or does your function make its own generator or keep an order?
"""),
    ),
)
