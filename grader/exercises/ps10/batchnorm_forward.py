"""``batchnorm_forward(x, gamma, beta, state, …) -> (y, cache, state)``, over a batch's rows."""

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    dtype,
    float32,
    function,
    shapes,
    step,
    unchanged_inputs,
    values,
)
from grader.exercises.normalisation import forward_mistakes


def batchnorm_forward(x, gamma, beta, state, *, training, momentum, eps):
    mean, var = state["mean"], state["var"]
    if training:
        if len(x) < 2:
            raise ValueError("a single row has no variance")
        mean, var = x.mean(axis=0), x.var(axis=0)
        unbiased = x.var(axis=0, ddof=1)
        state = {
            "mean": (1 - momentum) * state["mean"] + momentum * x.mean(axis=0),
            "var": (1 - momentum) * state["var"] + momentum * unbiased,
        }
    std = np.sqrt(var + eps)
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, (x_hat, gamma, std, training), state


def batch(rng: np.random.Generator, about: str, n: int, d: int, *, training: bool = True) -> Case:
    """A batch with columns of different mean and spread, and running statistics of its own."""
    return case(
        about,
        x=rng.normal(size=(n, d)) * rng.uniform(0.5, 2, size=d) + rng.normal(size=d),
        gamma=rng.uniform(0.5, 2, size=d) * rng.choice([-1.0, 1.0], size=d),
        beta=rng.normal(size=d) + 0.5,
        state={"mean": rng.normal(size=d), "var": rng.uniform(0.3, 2, size=d)},
        training=training,
        momentum=float(rng.uniform(0.2, 0.3)),
        eps=float(rng.uniform(0.01, 0.05)),
        dy=rng.normal(size=(n, d)),
    )


def cases(rng: np.random.Generator) -> list[Case]:
    flat = batch(rng, "a nearly constant column", 4, 2)  # where eps, and any other eps, shows
    flat["x"][:, 0] = rng.normal() + rng.uniform(0.03, 0.06, size=4) * [1, -1, 1, -1]
    test = batch(rng, "test mode", 4, 3, training=False)
    test["state"]["var"][0] = rng.uniform(1e-3, 3e-3)
    return [
        batch(rng, "two rows", 2, 3),
        batch(rng, "more rows than columns", 5, 2),
        batch(rng, "as many rows as columns", 4, 4),
        batch(rng, "one column", 3, 1),
        flat,
        float32(batch(rng, "float32", 6, 3)),
        test,
        batch(rng, "test mode, one row", 1, 3, training=False),
        batch(rng, "one row to train on", 1, 2),
    ]


TRAINING = (
    "two rows",
    "more rows than columns",
    "as many rows as columns",
    "one column",
    "a nearly constant column",
    "float32",
)
TEST = ("test mode", "test mode, one row")
REFUSED = "one row to train on"


def run(batchnorm_forward, case):
    arrays = case["x"], case["gamma"], case["beta"], case["state"]
    settings = {name: case[name] for name in ("training", "momentum", "eps")}
    if case["training"] and len(case["x"]) < 2:
        try:
            batchnorm_forward(*arrays, **settings)
        except ValueError:
            return {"a batch of one row": "refused with a ValueError"}
        return {"a batch of one row": "accepted"}
    y, _cache, state = batchnorm_forward(*arrays, **settings)
    return {"y": y, "mean": state["mean"], "var": state["var"]}


exercise = function(
    batchnorm_forward,
    returns="y, cache, state",
    points=2,
    cases=cases,
    run=run,
    judge=[
        values("y", weight=4, cases=TRAINING, title="y in training"),
        values("y", weight=3, cases=TEST, title="y in test mode"),
        values("mean", weight=2, cases=TRAINING, title="the running mean"),
        values("var", weight=2, cases=TRAINING, title="the running variance, unbiased"),
        values("mean", "var", cases=TEST, title="test mode leaves the running statistics"),
    ],
    form=(
        # A form: refusing everything is worth nothing.
        values(cases=REFUSED, form=True, title="one row in training is refused"),
        shapes("y", "mean", "var", cases=(*TRAINING, *TEST)),
        dtype("y", cases="float32"),
        unchanged_inputs(cases=(*TRAINING, *TEST)),
    ),
    answers=(
        "course_lib.functional.batchnorm",
        "course_lib.functional.spatial_batchnorm",
        "course_lib.functional.layernorm",
        "course_lib.functional.groupnorm",
    ),
    hints=(
        step(
            "In training, mean and variance are those of this batch. Every column has its own, and "
            "a gamma and a beta: shape (D,) each.",
            "y in training",
        ),
        step(
            "In test mode y follows the same formula as in training, with gamma, beta and eps. "
            "Which mean and which variance go into it?",
            "y in test mode",
        ),
        step(
            "After a batch, the new running mean lies between the old one and the batch's. Which "
            "weights have the two, and which of them is `momentum`?",
            "the running mean",
        ),
        step(
            "The running variance moves like the running mean, but it stands for all data. What "
            "has to be done to the variance of a batch before it goes in?",
            "the running variance, unbiased",
        ),
        step(
            "In test mode the state goes back as it came. Which of your lines change it in both "
            "modes?",
            "test mode leaves the running statistics",
        ),
        step("How many rows does an unbiased variance need?", "one row in training is refused"),
        "First choose mean and variance (of the batch, or the running ones), then normalise, then "
        "scale and shift. Moving the running statistics is apart from that.",
        "Smaller: one column x = [1, 3], no eps, gamma = 10, beta = 5. Mean 2, variance 1 (over "
        "N): y = [−5, 15]. The unbiased variance is 2. With running mean 0, variance 1 and "
        "momentum 0.1 the new ones are 0.9·0 + 0.1·2 = 0.2 and 0.9·1 + 0.1·2 = 1.1.",
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3),
)

UNBIASED, REFUSE = (
    "unbiased = x.var(axis=0, ddof=1)",
    'raise ValueError("a single row has no variance")',
)


def other_momentum(value, hint):
    """Add a mistake: the running statistics move with another momentum."""
    exercise.slip(REFUSE, f"{REFUSE}\n        momentum = {value}", hint)


other_momentum(
    "1 - momentum",
    "The running statistics jump to almost the batch's. `momentum` is the weight of the new batch "
    "here; what is left for the old value?",
)
exercise.slip(
    UNBIASED,
    "unbiased = x.var(axis=0)",
    "The running variance takes in the biased variance. It stands for all data, so the batch's is "
    "first made unbiased: divide by N − 1 in place of N.",
)
other_momentum(
    1,
    "The new running statistics are those of the batch. Which weight does the old value keep?",
)
other_momentum(
    0.1,
    "The running statistics move with the weight 0.1. Use the argument `momentum`: the caller "
    "chooses it.",
)
exercise.slip(
    "momentum * unbiased",
    "momentum * (unbiased + eps)",
    "`eps` is in the running variance as well. It belongs to the root alone, where y is computed.",
)
exercise.slip(
    UNBIASED,
    "unbiased = (x.var(axis=0) + eps) * len(x) / (len(x) - 1)",
    "`eps` was added to the variance before this was made unbiased for the running variance. Which "
    "of the two formulas has an eps?",
)
exercise.slip(
    UNBIASED,
    "unbiased = x.var(axis=0) / (len(x) - 1)",
    "What goes into the running variance is N times too small: divided by N and by N − 1. Which "
    "factor turns a mean over N into one with N − 1?",
)
exercise.slip(
    UNBIASED,
    "unbiased = x.var(axis=0) * (len(x) - 1) / len(x)",
    "What goes into the running variance is even smaller than the biased variance. Is an unbiased "
    "variance larger or smaller?",
)
exercise.slip(
    UNBIASED,
    "unbiased = x.std(axis=0, ddof=1)",
    "state['var'] follows the standard deviation; it is to follow the variance.",
)
exercise.slip(
    "state = {",
    "_ = {",
    "Training leaves the running statistics as they were. When would they ever learn?",
)


@exercise.mistake
def old_value_keeps_its_whole_weight(x, gamma, beta, state, **settings):
    """The running statistics grow with every batch: the old value keeps its whole weight. The two
    weights add up to 1.
    """
    y, cache, new = batchnorm_forward(x, gamma, beta, state, **settings)
    if settings["training"]:
        new = {name: new[name] + settings["momentum"] * state[name] for name in new}
    return y, cache, new


@exercise.mistake
def moves_in_test_mode(x, gamma, beta, state, **settings):
    """Test mode moves the running statistics. Test data must not leave a trace."""
    y, cache, new = batchnorm_forward(x, gamma, beta, state, **settings)
    if len(x) > 1:
        new = batchnorm_forward(x, gamma, beta, state, **settings | {"training": True})[2]
    return y, cache, new


exercise.slip(
    REFUSE,
    "return x, None, state",
    "A single row to train on has variance 0 in every column, and its unbiased variance is 0/0. "
    "Raise a ValueError that says so.",
)

STATISTICS, RUNNING = "x.mean(axis=0), x.var(axis=0)", 'state["mean"], state["var"]'

exercise.slip(
    RUNNING,
    STATISTICS,
    "Test mode uses the mean and variance of the rows at hand. The output for a sample must not "
    "depend on the others then: where are the statistics kept?",
)
exercise.slip(
    RUNNING,
    'state["mean"], x.var(axis=0)',
    "In test mode the variance is still the batch's; the running one is there for it.",
)
exercise.slip(
    RUNNING,
    'x.mean(axis=0), state["var"]',
    "In test mode the mean is still the batch's; the running one is there for it.",
)
exercise.slip(
    "std = np",
    f"mean, var = {RUNNING}\n    std = np",
    "In training, y is normalised with the running statistics as they are after this batch. For "
    "which mode are they kept?",
)
exercise.slip(
    f"mean, var = {STATISTICS}",
    "pass",
    "In training, y is normalised with the running statistics. While training the batch at hand "
    "supplies mean and variance.",
)
exercise.slip(
    STATISTICS,
    "x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)",
    "Each row is normalised over its columns (that is layer normalisation). Batch normalisation "
    "looks down each column, over the samples.",
)
exercise.slip(
    STATISTICS,
    "x.mean(axis=1), x.var(axis=1)",
    "Mean and variance have an entry for every row, and x has D columns: either the shapes clash "
    "or, where N = D, they go to the columns. Which axis do the samples lie along?",
)
exercise.slip(
    STATISTICS,
    "x.mean(), x.var()",
    "One mean and variance for the whole table: without `axis`, NumPy takes all of it.",
)
forward_mistakes(
    exercise, unit="column", scaled="column", letter="N", count="len(x)", when="training"
)
exercise.slip(
    "gamma * x_hat + beta",
    "(gamma * x_hat + beta if training else x_hat)",
    "In test mode y is only normalised. Which mode learned `gamma` and `beta`, and which of them "
    "needs the result?",
)
exercise.slip(
    "np.sqrt(var + eps)",
    "(np.sqrt(var + eps) if training else np.sqrt(var) + eps)",
    "In test mode eps is added outside the root, in training inside. Inside is right.",
)
exercise.slip(
    "np.sqrt(var + eps)",
    "np.sqrt(var + eps * training)",
    "`eps` is missing in test mode. Both modes use one and the same formula.",
)
