"""``minibatch_indices(n, batch_size, rng) -> list of index arrays``: one epoch in batches."""

from typing import Any

import numpy as np

from course_lib.preprocessing import minibatch_indices
from grader.checking import Case, Exercise, Mistake, _, case, values
from grader.exercises.ps01.split_indices import (
    deal_in_words,
    draws_in_words,
    form,
    indices_in_words,
    sizes,
    twice_in_words,
)

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


def run(minibatch_indices: Any, case: Case) -> dict[str, Any]:
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
    if case["about"] == MANY:
        observed[TWICE] = twice_in_words(parts)
        observed[DEAL] = deal_in_words(parts, n)
        observed[DRAWS] = draws_in_words(parts, outputs["later"], outputs["again"], n)
    return observed


def cut(order: Any, batch_size: int) -> Any:
    return [order[i : i + batch_size] for i in range(0, len(order), batch_size)]


def drops_last(n: int, batch_size: int, rng: Any) -> Any:
    order = rng.permutation(n)
    return [order[i * batch_size : (i + 1) * batch_size] for i in range(n // batch_size)]


def empty_last(n: int, batch_size: int, rng: Any) -> Any:
    order = rng.permutation(n)
    return [order[i * batch_size : (i + 1) * batch_size] for i in range(n // batch_size + 1)]


def never_reaches_last(n: int, batch_size: int, rng: Any) -> Any:
    order = rng.permutation(n)
    return [order[i : i + batch_size] for i in range(0, n - 1, batch_size)]


def not_shuffled(n: int, batch_size: int, rng: Any) -> Any:
    return cut(np.arange(n), batch_size)


def shuffled_inside(n: int, batch_size: int, rng: Any) -> Any:
    return [rng.permutation(batch) for batch in cut(np.arange(n), batch_size)]


def batches_shuffled(n: int, batch_size: int, rng: Any) -> Any:
    batches = cut(np.arange(n), batch_size)
    full = len(batches) - (n % batch_size > 0)
    return [batches[i] for i in rng.permutation(full)] + batches[full:]


def all_batches_shuffled(n: int, batch_size: int, rng: Any) -> Any:
    batches = cut(np.arange(n), batch_size)
    # Not by chance the last one again, so that it always shows.
    turned = np.roll(rng.permutation(len(batches) - 1), 1) if len(batches) > 1 else []
    return [batches[-1], *(batches[i] for i in turned)]


def with_replacement(n: int, batch_size: int, rng: Any) -> Any:
    return [rng.integers(n, size=len(batch)) for batch in cut(np.arange(n), batch_size)]


def each_batch_anew(n: int, batch_size: int, rng: Any) -> Any:
    return [rng.permutation(n)[: len(batch)] for batch in cut(np.arange(n), batch_size)]


def full_batches_anew(n: int, batch_size: int, rng: Any) -> Any:
    return [rng.permutation(n)[:batch_size] for _start in range(0, n, batch_size)]


def evened_out(n: int, batch_size: int, rng: Any) -> Any:
    return np.array_split(rng.permutation(n), -(-n // batch_size))


def size_for_number(n: int, batch_size: int, rng: Any) -> Any:
    return np.array_split(rng.permutation(n), batch_size)


def filled_up(n: int, batch_size: int, rng: Any) -> Any:
    order = rng.permutation(n)
    order = np.concatenate([order, order])
    return [np.resize(order[i : i + batch_size], batch_size) for i in range(0, n, batch_size)]


def rest_to_last(n: int, batch_size: int, rng: Any) -> Any:
    order = rng.permutation(n)
    count = max(n // batch_size, 1)
    cuts = [batch_size * i for i in range(1, count)]
    return np.split(order, cuts)


def steps_of_one(n: int, batch_size: int, rng: Any) -> Any:
    order = rng.permutation(n)
    return [order[i : i + batch_size] for i in range(n)]


def only_the_first(n: int, batch_size: int, rng: Any) -> Any:
    return cut(rng.permutation(n), batch_size)[:1]


def one_array(n: int, batch_size: int, rng: Any) -> Any:
    return rng.permutation(n)


def from_one(n: int, batch_size: int, rng: Any) -> Any:
    return cut(rng.permutation(n) + 1, batch_size)


def own_generator(n: int, batch_size: int, rng: Any) -> Any:
    return cut(np.random.default_rng().permutation(n), batch_size)


def fixed_seed(n: int, batch_size: int, rng: Any) -> Any:
    return cut(np.random.default_rng(0).permutation(n), batch_size)


def result_of_shuffle(n: int, batch_size: int, rng: Any) -> Any:
    order = np.arange(n)
    order = rng.shuffle(order)
    return [order[i : i + batch_size] for i in range(0, n, batch_size)]


exercise = Exercise(
    name="minibatch_indices",
    takes=("minibatch_indices",),
    points=2,
    reference=(minibatch_indices,),
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values(SIZES, weight=2, cases=EXACT, title=_("sizes where nothing is left over")),
        values(SIZES, weight=2, cases=REST, title=_("the last batch is as short as need be")),
        # Form: an array of n equal numbers meets it.
        values(SIZES, cases=LARGER, form=True, title=_("a batch size above n gives one batch")),
        values(WHO, weight=3, title=_("every index is in exactly one batch")),
        values(DEAL, weight=2, cases=MANY, title=_("chance decides who is together")),
        # Form: random numbers other than indices meet it.
        values(DRAWS, weight=2, cases=MANY, form=True, title=_("randomness comes from rng")),
        values(FORM, form=True, title=_("a list of arrays of integers")),
    ],
    mistakes=[
        Mistake(
            not_shuffled,
            hint=_(
                "Nothing is shuffled: the batches follow the order of the data. If that is sorted "
                "by class, what does a batch say about the other classes?"
            ),
        ),
        Mistake(
            shuffled_inside,
            hint=_(
                "Samples are shuffled inside their batches only: the same neighbours are together "
                "in every epoch. Shuffle all of them, then cut."
            ),
        ),
        Mistake(
            batches_shuffled,
            hint=_(
                "The batches come in random order, but each still holds neighbours: a sorted file "
                "would give batches of one class. Shuffle the samples, not the batches."
            ),
        ),
        Mistake(
            all_batches_shuffled,
            hint=_(
                "The batches are shuffled, the short one among them, and each still holds "
                "neighbours. Shuffle the samples before you cut; then the short one comes last."
            ),
        ),
        Mistake(
            drops_last,
            hint=_(
                "What does not fill a batch is thrown away. Here the last batch is kept, short as "
                "it may be: how many batches does n = 10 make with 4 in each?"
            ),
        ),
        Mistake(
            never_reaches_last,
            hint=_(
                "A single leftover sample is lost. Up to where does your `range` count? It leaves "
                "out its end already."
            ),
        ),
        Mistake(
            empty_last,
            hint=_(
                "If batch_size divides n there is one batch too many, an empty one. Its mean loss "
                "would be 0 / 0. Rounding n / batch_size UP gives the right count."
            ),
        ),
        Mistake(
            evened_out,
            hint=_(
                "The batches are evened out. Here all are full but the last: with n = 9 and size 4 "
                "the sizes are 4, 4, 1."
            ),
        ),
        Mistake(
            size_for_number,
            hint=_("`batch_size` is taken for the number of batches. It is how many are in each."),
        ),
        Mistake(
            filled_up,
            hint=_(
                "The last batch is filled up with samples that had their turn already. Leave it "
                "short: an epoch visits every sample once."
            ),
        ),
        Mistake(
            rest_to_last,
            hint=_("The last batch is longer than `batch_size`. What is left over is one more."),
        ),
        Mistake(
            with_replacement,
            hint=_(
                "Drawn with replacement: in an epoch some samples come several times and others "
                "never. Deal them out like cards."
            ),
        ),
        Mistake(
            each_batch_anew,
            hint=_(
                "Every batch is drawn from all samples anew, so some come twice in an epoch and "
                "others never. Shuffle once per epoch, then cut."
            ),
        ),
        Mistake(
            full_batches_anew,
            hint=_(
                "Every batch is a new draw of full size. An epoch visits each sample once: shuffle "
                "once, cut that order, and let the last batch be short."
            ),
        ),
        Mistake(
            steps_of_one,
            hint=_(
                "The batches overlap: each starts one sample after the one before. How far on does "
                "the next one have to start?"
            ),
        ),
        Mistake(
            only_the_first,
            hint=_("There is one batch only. Collect all of them in a list before you return."),
        ),
        Mistake(
            one_array,
            hint=_("This is the whole order in one array. Cut it into pieces of `batch_size`."),
        ),
        Mistake(
            from_one,
            hint=_("The indices run from 1 to n. The first row of an array has the index 0."),
        ),
        Mistake(
            own_generator,
            hint=_(
                "The order does not come from `rng`: with the same seed it must be the same again, "
                "or no experiment can be repeated."
            ),
        ),
        Mistake(
            fixed_seed,
            hint=_(
                "Every epoch has the same order, because a generator starts anew inside the "
                "function. Draw from the `rng` you are given."
            ),
        ),
        Mistake(
            result_of_shuffle,
            hint=_(
                "`rng.shuffle(a)` shuffles `a` in place and returns None. Use it without `a =`, or "
                "take `rng.permutation`, which returns a new array."
            ),
        ),
    ],
    answers=("course_lib.preprocessing.minibatch_indices",),
    returns="a list of arrays of indices",
    hints=(
        _("One shuffled order of all n samples is enough for an epoch. Where do its pieces start?"),
        _(
            "Batch number k holds order[k · size], …, up to but not including order[(k + 1) · "
            "size]. A slice that reaches beyond the end simply stops there."
        ),
        _("Smaller: n = 5, batch_size = 2. From the order 3 0 4 1 2 come [3 0], [4 1] and [2]."),
    ),
)
