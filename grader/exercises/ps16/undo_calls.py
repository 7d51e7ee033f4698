"""``undo_calls(layers, images, calls, momentum) -> layers``: running statistics before the calls.

The same images have passed a network several times in training mode. What they passed on from layer
to layer did not depend on the running statistics, so each call had the same batches.
"""

from typing import Any

import numpy as np

from course_lessons.batch_normalisation import outputs
from grader.checking.contract import Case, case, function, slips, step, unchanged_inputs, values
from grader.exercises.normalisation import NORMALISATIONS, parameters


def undo_calls(layers, images, calls, momentum):
    q = (1 - momentum) ** calls
    x, undone = images, []
    for layer in layers:
        passed, restored = layer, layer
        if layer[0] == "norm":
            gamma, beta, mean, var, eps = layer[1:]
            axes = (0, 2, 3) if x.ndim == 4 else 0
            mu, sigma2 = x.mean(axis=axes), x.var(axis=axes)
            N = x.size // x.shape[1]
            unbiased = sigma2 * N / (N - 1)
            old_mean = (mean - (1 - q) * mu) / q
            old_var = (var - (1 - q) * unbiased) / q
            passed = ("norm", gamma, beta, mu, sigma2, eps)
            restored = ("norm", gamma, beta, old_mean, old_var, eps)
        x = outputs([passed], x)
        undone.append(restored)
    return undone


# A plan names the layers: l linear, c and p convolutions of 2 × 2 and 3 × 3 without and with
# padding, n norm, r ReLU, f flatten. The images of a plan are rows if its first layer with weights
# is linear.
SIZE = 4  # height and width of the images
FIRST, LATER = "one norm", "several norms"
IMAGES, WHOLE = "norms of images", "whole networks"
PLANS = {
    FIRST: ("lnrl", "nlr"),
    LATER: ("lnrlnrl", "nnrlnl"),
    IMAGES: ("cnrcn", "pnnrp"),
    WHOLE: ("pnrcnrflnrlnl", "npnrfnlrn"),
}


def network(rng: np.random.Generator, plan: str) -> tuple[list[list[Any]], np.ndarray]:
    """The layers of a plan with drawn parameters, and images for them."""
    n, size = int(rng.integers(3, 6)), SIZE
    shape = (int(rng.integers(3, 6)), n, SIZE, SIZE)
    layers: list[list[Any]] = []
    for letter in plan:
        m = int(rng.integers(3, 6)) if letter in "lcp" else n
        if letter == "l":
            layers.append(["linear", rng.normal(size=(n, m)), rng.normal(size=m)])
        elif letter in "cp":
            k, padding = (3, 1) if letter == "p" else (2, 0)
            layers.append(["conv", rng.normal(size=(m, n, k, k)) / k, rng.normal(size=m), padding])
            size += 2 * padding - k + 1
        elif letter == "n":
            mean, var = rng.normal(size=n), rng.uniform(0.3, 2, size=n)
            gamma, beta, eps = parameters(rng, n).values()
            layers.append(["norm", gamma, beta, mean, var, eps])
        else:
            layers.append(["relu"] if letter == "r" else ["flatten"])
        n = n * size * size if letter == "f" else m
    of_rows = not set(plan) & set("cp")
    return layers, rng.normal(size=shape[:2] if of_rows else shape)


def call(layers: list[list[Any]], images: np.ndarray, momentum: float) -> list[list[Any]]:
    """The network after a forward pass of the images in training mode."""
    x, after = images, []
    for layer in layers:
        passed = layer
        if layer[0] == "norm":
            columns = np.moveaxis(x, 1, -1).reshape(-1, x.shape[1])
            _, gamma, beta, *running, eps = layer
            batch = columns.mean(axis=0), columns.var(axis=0, ddof=1)
            passed = ["norm", gamma, beta, batch[0], columns.var(axis=0), eps]
            pairs = zip(running, batch, strict=True)
            running = [(1 - momentum) * old + momentum * new for old, new in pairs]
            layer = ["norm", gamma, beta, *running, eps]
        x = outputs([passed], x)
        after.append(layer)
    return after


def drawn(rng: np.random.Generator, plan: str) -> Case:
    layers, images = network(rng, plan)
    calls, momentum = int(rng.integers(4, 12)), float(rng.uniform(0.05, 0.25))
    for _ in range(calls):
        layers = call(layers, images, momentum)
    about = " ".join(layer[0] for layer in layers)
    return case(about, layers=layers, images=images, calls=calls, momentum=momentum)


def run(undo_calls: Any, case: dict[str, Any]) -> dict[str, Any]:
    given, images, calls, momentum = (case[n] for n in ("layers", "images", "calls", "momentum"))
    other = [tuple(np.copy(v) if np.ndim(v) else v for v in layer) for layer in given]
    undo_calls(other, 2 * images + 1, calls + 1, momentum / 2)  # an earlier call
    layers = [tuple(layer) for layer in given]
    found, kept = undo_calls(layers, images, calls, momentum), len(layers) == len(given)
    pairs = zip(layers, given, strict=False)
    kept = kept and all(one[k] is value for one, was in pairs for k, value in enumerate(was))
    undone = [list(layer) for layer in found]
    norms = [layer for layer in undone if layer[0] == "norm"]
    return {
        "mean": {f"norm {k}": norm[3] for k, norm in enumerate(norms, start=1)},
        "var": {f"norm {k}": norm[4] for k, norm in enumerate(norms, start=1)},
        "rest": [one[:3] + one[5:] if one[0] == "norm" else one for one in undone],
        "the given list": "as it was" if kept else "changed",
    }


MEAN, VAR = "the mean of one norm", "the variance of one norm"

exercise = function(
    undo_calls,
    returns="a list of layers",
    outputs="layers",
    points=4,
    cases=lambda rng: {
        about: [drawn(rng, plan) for plan in plans] for about, plans in PLANS.items()
    },
    run=run,
    judge=[
        values(
            "mean",
            weight=2,
            cases=FIRST,
            title=MEAN,
            help="""One call makes (1 − momentum)·running + momentum·batch of a running value. Write
            this for two calls with the same batch: which share of the old value is left?""",
        ),
        values(
            "var",
            weight=2,
            cases=FIRST,
            title=VAR,
            help="Section 2: which variance of a batch of N does a call add to the running one?",
        ),
        values(
            "mean",
            weight=2,
            cases=LATER,
            title="the means of several norms",
            help="""What the second norm got in his calls has passed the first one in training mode.
            With which mean and variance was it normalised there?""",
        ),
        values("var", weight=2, cases=LATER, title="the variances of several norms"),
        values(
            "mean",
            weight=2,
            cases=IMAGES,
            title="the means of norms of images",
            help="Each channel is one column, with the values at all places of all images.",
        ),
        values(
            "var",
            weight=2,
            cases=IMAGES,
            title="the variances of norms of images",
            help="How many values share the variance of a channel? This is the N of N/(N − 1).",
        ),
        values(
            "mean",
            "var",
            weight=4,
            cases=WHOLE,
            title=WHOLE,
            help="Which of the other groups is not right yet?",
        ),
        values(
            "rest",
            alone=False,
            spoils=0.5,
            title="everything else is as it was",
            help="Return all layers, in their order. Only mean and variance of the norms are new.",
        ),
    ],
    form=(
        unchanged_inputs(),
        values(
            "the given list",
            alone=False,
            title="the given list stays as it was",
            help="You change the list that you were given. Put the layers into a new one.",
        ),
    ),
    answers=("grader.exercises.ps16.undo_calls", *NORMALISATIONS),
    uses=("batchnorm_forward",),
    hints=(
        step(
            """Go through the layers with x = images. In front of a norm, x is the batch that it got
            in every call. Take its statistics, and then pass x on as his calls did.""",
            MEAN,
            "the means of several norms",
        ),
        step(
            """A smaller example: two calls with momentum 0.5, and a batch with the mean 4. The
            running mean is 3.5 now. Of the old one, 0.5² = 0.25 is left: 3.5 = 0.25·old + 0.75·4,
            so it was 2.""",
            MEAN,
            VAR,
        ),
    ),
    mistakes=slips("""
q = 1 - momentum * calls
    You take `momentum` away once for each call. A call multiplies what is left of the old value by
    1 − momentum.
q = momentum ** calls
    You take `momentum` for the share of the old value. It is the share of the new batch.
q = 1 - momentum
    You undo a single call. How often did he call?
passed = ("norm", gamma, beta, mean, var, eps)
    You pass the images on with the running statistics, as in test mode. He called in training mode:
    what normalised the batch there?
passed = ("norm", gamma, beta, old_mean, old_var, eps)
    You pass the images on with the statistics that you have found, as in test mode. He called in
    training mode: what normalised the batch there?
passed = ("norm", gamma, beta, mu, unbiased, eps)
    You pass the images on with the variance of N − 1. The batch itself is normalised with σ².
passed = ("norm", gamma, beta, mu, sigma2, 1e-5)
    You pass the images on with an ε of your own. Each norm has its own.
passed = ("norm", 0 * gamma + 1, 0 * beta, mu, sigma2, eps)
    You pass the normalised images on without γ and β.
x = x if layer[0] == "relu" else outputs([passed], x)
    You leave out the ReLUs. The images passed all layers.
unbiased = sigma2
    You take σ² for the batch's part of a running variance. That part was σ² · N/(N − 1).
unbiased = sigma2 * (N - 1) / N
    You multiply σ² by (N − 1)/N. A running variance takes the larger one.
N = len(x)
    For images, you take the number of images for N. A channel has a value at each place of each
    image.
old_mean = mean - (1 - q) * mu
old_var = var - (1 - q) * unbiased
    You take the part of the batches away. What is left is not the old value, but a share of it.
old_mean = q * mean + (1 - q) * mu
old_var = q * var + (1 - q) * unbiased
    You call once more as often as he did. Solve for the value before the calls.
old_mean = (mean - q * mu) / (1 - q)
old_var = (var - q * unbiased) / (1 - q)
    You exchange the shares of the old value and of the batch.
old_var = var
    You leave the variances as they are. His calls moved them, too.
old_mean = mean
    You leave the means as they are. His calls moved them, too.
old_var = ((np.sqrt(var) - (1 - q) * np.sqrt(unbiased)) / q) ** 2
    You undo the calls for the standard deviation. What is averaged is the variance.
restored = layer if "norm" in [one[0] for one in undone] else (*layer[:3], old_mean, old_var, eps)
    You undo the calls for the first norm only.
return [layer for layer in undone if layer[0] == "norm"]
    You return the norms alone. Return all layers, in their order.
"""),
)
