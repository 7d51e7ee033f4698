"""``make_batches(x, labels, batch_size, seed) -> loader``: minibatches of arrays, as tensors."""

from typing import Any

import numpy as np

from grader.checking.contract import Case, OwnRun, case, function, holds, mistake, slips, values


def make_batches(x, labels, batch_size, seed):
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    samples = torch.from_numpy(x).float()
    classes = torch.from_numpy(labels).long()
    data = TensorDataset(samples, classes)
    order = torch.Generator().manual_seed(seed)
    return DataLoader(data, batch_size, shuffle=True, generator=order)


def run(make_batches, case):
    import torch

    def epoch(batches):
        rows, parts, sizes = [], [], []
        for xb, tb in batches:
            parts.append((xb.numpy(), tb.numpy()))
            rows += [int(row) for row in xb[:, 0].round()]
            sizes.append(len(xb))
        x, t = (np.concatenate(part) for part in zip(*parts, strict=True))
        order = np.argsort(rows, kind="stable")
        return np.array(rows), sizes, x[order], t[order]

    def made(seed):
        return make_batches(case["x"].copy(), case["labels"].copy(), case["batch_size"], seed)

    torch.manual_seed(case["noise"])
    batches = made(case["seed"])
    first, sizes, x, labels = epoch(batches)
    second = epoch(batches)[0]
    torch.manual_seed(case["noise"] + 1)
    again, other = made(case["seed"]), made(case["seed"] + 1)
    return {
        "rows": np.sort(first),
        "sizes": sizes,
        "x": x,
        "labels": labels,
        "types": f"{x.dtype} and {labels.dtype}",
        "orders": [first, second, epoch(again)[0], epoch(again)[0], epoch(other)[0]],
    }


def numbered(rng: np.random.Generator, about: str, n: int, batch_size: int, kinds: str) -> Case:
    """Samples whose first number is their place, in the types ``kinds``."""
    x = rng.uniform(0.1, 0.9, size=(n, 3))
    x[:, 0] = np.arange(n) + int(rng.integers(1, 10**6))
    of_x, of_labels = kinds.split()
    return case(
        about,
        x=x.astype(of_x),
        labels=rng.integers(1, 10, size=n).astype(of_labels),
        batch_size=batch_size,
        seed=int(rng.integers(1 << 30)),
        noise=int(rng.integers(1 << 30)),
    )


def new_order(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | None:
    first, second = (np.asarray(order) for order in got["orders"][:2])
    if np.array_equal(np.sort(first), first):
        return "The samples come in the order of the arrays. They are to be mixed."
    if not np.array_equal(np.sort(first), np.asarray(want["rows"])):
        return "Not every sample comes once."
    if np.array_equal(first, second):
        return "The second epoch has the same order as the first."
    return None


def from_seed(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | None:
    first, second, again, again_second, other = (np.asarray(order) for order in got["orders"])
    if np.array_equal(np.sort(first), first):
        return "The samples come in the order of the arrays."
    if not np.array_equal(np.sort(first), np.asarray(want["rows"])):
        return "Not every sample comes once."
    if not (np.array_equal(first, again) and np.array_equal(second, again_second)):
        return "Two loaders with the same seed give the samples in different orders."
    if np.array_equal(first, other):
        return "Loaders with different seeds give the same order."
    return None


def ordered_once(x, labels, batch_size, seed):
    """The second epoch has the same order as the first: the samples are mixed once, when the loader
    is made. Who mixes them at the beginning of each epoch?
    """
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(seed))
    samples, classes = torch.from_numpy(x).float()[order], torch.from_numpy(labels).long()[order]
    return DataLoader(TensorDataset(samples, classes), batch_size)


def mixed_apart(x, labels, batch_size, seed):
    """The labels belong to other samples, because both are mixed separately. Pairs have to stay
    together: which data set holds two tensors?
    """
    import torch
    from torch.utils.data import DataLoader

    class Two:
        def __init__(self):
            made = [torch.Generator().manual_seed(seed + k) for k in (0, 1)]
            data = torch.from_numpy(x).float(), torch.from_numpy(labels).long()
            self.loaders = [
                DataLoader(one, batch_size, shuffle=True, generator=order)
                for one, order in zip(data, made, strict=True)
            ]

        def __iter__(self):
            return zip(*self.loaders, strict=True)

    return Two()


exercise = function(
    make_batches,
    returns="a DataLoader",
    outputs="loader",
    points=2,
    answers=("grader.exercises.ps24.make_batches",),
    cases=lambda rng: [
        numbered(rng, "a last batch that is smaller", 23, 5, "float64 int8"),
        numbered(rng, "float32 and int32", 40, 8, "float32 int32"),
    ],
    run=OwnRun(run, needs="torch"),
    judge=[
        values("rows", "sizes", title="each sample once, in batches", weight=3, alone=False),
        values(
            "x",
            "labels",
            title="samples with their labels",
            weight=3,
            alone=False,
            spoils=0.6,
            help="""Which label belongs to a sample must be known after mixing, too. Which class of
            PyTorch holds pairs of two tensors?""",
        ),
        holds(
            "another order in each epoch",
            new_order,
            weight=3,
            help="Which argument of `DataLoader` mixes the samples?",
        ),
        holds(
            "the seed decides the order",
            from_seed,
            weight=3,
            help="""`DataLoader` draws its orders from PyTorch's global generator, unless you give
            it one of its own: `torch.Generator().manual_seed(…)`.""",
        ),
        values(
            "types",
            title="float32 samples and int64 labels",
            weight=4,
            alone=False,
            help="Tensors have `.float()` and `.long()`.",
        ),
    ],
    form=(),
    without=("in place",),
    hints=(
        "`torch.from_numpy` makes a tensor from an array, and `TensorDataset` makes pairs (sample, "
        "label) from two tensors. Which type must each of the two have?",
    ),
    mistakes=(
        mistake(ordered_once),
        mistake(mixed_apart),
        *slips("""
return DataLoader(data, batch_size, generator=order)
    The samples come in the order of the arrays: nothing mixes them.
return DataLoader(data, batch_size, shuffle=True)
    The order does not depend on your seed: the loader uses PyTorch's global generator.
samples = torch.from_numpy(x)
    The samples keep the type of the array. The weights of a network are float32, and a product of
    float64 and float32 is an error in PyTorch.
classes = torch.from_numpy(labels)
    The labels keep the type of the array. `cross_entropy` expects int64.
order = torch.manual_seed(seed)
    The order depends on everything else that draws random numbers: `torch.manual_seed` sets the
    global generator, which others use and set as well.
classes = torch.from_numpy(labels).float()
    The labels are floats. `cross_entropy` would read them as probabilities, or refuse them.
order = torch.Generator().manual_seed(0)
    The seed has no effect: every seed gives the same order.
return DataLoader(data, batch_size, shuffle=True, generator=order, drop_last=True)
    The last batch is missing, if it is smaller than the others.
return DataLoader(data, 32, shuffle=True, generator=order)
    Your batches have a size of your own. Which argument says how many samples a batch has?
return DataLoader(data, shuffle=True, generator=order)
    The batches have one sample each. Where does `batch_size` go?
"""),
    ),
)
