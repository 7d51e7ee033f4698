"""``batchnorm_forward(x, gamma, beta, state, …) -> (y, cache, state)``, over a batch's rows."""

from typing import Any

import numpy as np

from course_lib.functional import batchnorm_forward
from grader.checking import (
    Case,
    Exercise,
    Mistake,
    _,
    case,
    dtype,
    shapes,
    unchanged_inputs,
    values,
)


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
    single = batch(rng, "float32", 6, 3)
    for name in ("x", "gamma", "beta", "dy"):
        single[name] = single[name].astype(np.float32)
    single["state"] = {name: s.astype(np.float32) for name, s in single["state"].items()}
    return [
        batch(rng, "two rows", 2, 3),
        batch(rng, "more rows than columns", 5, 2),
        batch(rng, "as many rows as columns", 4, 4),
        batch(rng, "one column", 3, 1),
        flat,
        single,
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


def run(batchnorm_forward: Any, case: Case) -> dict[str, Any]:
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


def statistics(x: Any, state: Any, training: bool) -> Any:
    """The mean and variance to normalise with."""
    return (x.mean(axis=0), x.var(axis=0)) if training else (state["mean"], state["var"])


def moved(x: Any, state: Any, training: bool, momentum: float, eps: float) -> Any:
    """The running statistics afterwards."""
    if not training:
        return state
    if len(x) < 2:
        raise ValueError("one row has no variance")
    batch = {"mean": x.mean(axis=0), "var": x.var(axis=0, ddof=1)}
    return {name: (1 - momentum) * state[name] + momentum * batch[name] for name in state}


def normalised(x: Any, mean: Any, var: Any, eps: float, training: bool) -> Any:
    return (x - mean) / np.sqrt(var + eps)


def wrong(
    name: str,
    hint: str,
    *,
    statistics: Any = statistics,
    normalised: Any = normalised,
    scaled: Any = lambda x_hat, gamma, beta: gamma * x_hat + beta,
    moved: Any = moved,
) -> Mistake:
    """Batch normalisation with one of its four parts replaced by a wrong one."""

    def batchnorm_forward(
        x: Any, gamma: Any, beta: Any, state: Any, *, training: bool, momentum: float, eps: float
    ) -> Any:
        new = moved(x, state, training, momentum, eps)
        mean, var = statistics(x, state, training)
        return scaled(normalised(x, mean, var, eps, training), gamma, beta), None, new

    return Mistake(batchnorm_forward, hint, name=name)


def towards(batch: Any, weight: Any = lambda momentum: momentum) -> Any:
    """Running statistics that move towards ``batch(x)``, a pair, with another weight."""

    def moved(x: Any, state: Any, training: bool, momentum: float, eps: float) -> Any:
        if not training:
            return state
        if len(x) < 2:
            raise ValueError("one row has no variance")
        share, (mean, var) = weight(momentum), batch(x)
        return {
            "mean": (1 - share) * state["mean"] + share * mean,
            "var": (1 - share) * state["var"] + share * var,
        }

    return moved


def always(x: Any, state: Any, training: bool, momentum: float, eps: float) -> Any:
    return moved(x, state, training or len(x) > 1, momentum, eps)


def never(x: Any, state: Any, training: bool, momentum: float, eps: float) -> Any:
    moved(x, state, training, momentum, eps)
    return state


def accepts_one_row(x: Any, state: Any, training: bool, momentum: float, eps: float) -> Any:
    return state if training and len(x) < 2 else moved(x, state, training, momentum, eps)


def pair(x: Any) -> Any:
    return x.mean(axis=0), x.var(axis=0, ddof=1)


exercise = Exercise(
    name="batchnorm_forward",
    takes=("batchnorm_forward",),
    points=2,
    reference=(batchnorm_forward,),
    cases=cases,
    run=run,
    judge=[
        values("y", weight=4, cases=TRAINING, title=_("y in training")),
        values("y", weight=3, cases=TEST, title=_("y in test mode")),
        values("mean", weight=2, cases=TRAINING, title=_("the running mean")),
        values("var", weight=2, cases=TRAINING, title=_("the running variance, unbiased")),
        values("mean", "var", cases=TEST, title=_("test mode leaves the running statistics")),
        # A form: refusing everything is worth nothing.
        values(cases=REFUSED, form=True, title=_("one row in training is refused")),
        shapes("y", "mean", "var", cases=(*TRAINING, *TEST)),
        dtype("y", cases="float32"),
        unchanged_inputs(cases=(*TRAINING, *TEST)),
    ],
    mistakes=[
        wrong(
            "weights swapped",
            _(
                "The running statistics jump to almost the batch's. `momentum` is the weight of "
                "the new batch here; what is left for the old value?"
            ),
            moved=towards(pair, lambda momentum: 1 - momentum),
        ),
        wrong(
            "biased running variance",
            _(
                "The running variance takes in the biased variance. It stands for all data, so the "
                "batch's is first made unbiased: divide by N − 1 in place of N."
            ),
            moved=towards(lambda x: (x.mean(axis=0), x.var(axis=0))),
        ),
        wrong(
            "weights swapped, biased",
            _(
                "Two things about the running statistics: `momentum` is the weight of the new "
                "batch, not of the old value; and what enters the variance is divided by N − 1."
            ),
            moved=towards(lambda x: (x.mean(axis=0), x.var(axis=0)), lambda momentum: 1 - momentum),
        ),
        wrong(
            "running standard deviation",
            _("state['var'] follows the standard deviation; it is to follow the variance."),
            moved=towards(lambda x: (x.mean(axis=0), x.std(axis=0, ddof=1))),
        ),
        wrong(
            "never moved",
            _("Training leaves the running statistics as they were. When would they ever learn?"),
            moved=never,
        ),
        wrong(
            "moved in test mode",
            _("Test mode moves the running statistics. Test data must not leave a trace."),
            moved=always,
        ),
        wrong(
            "one row accepted",
            _(
                "A single row to train on has variance 0 in every column, and its unbiased "
                "variance is 0/0. Raise a ValueError that says so."
            ),
            moved=accepts_one_row,
        ),
        wrong(
            "unbiased variance normalises",
            _(
                "y is normalised with the unbiased variance. Within the batch, divide by N; N − 1 "
                "is for the running variance."
            ),
            statistics=lambda x, s, training: pair(x) if training else (s["mean"], s["var"]),
        ),
        wrong(
            "batch statistics in test mode",
            _(
                "Test mode uses the mean and variance of the rows at hand. The output for a sample "
                "must not depend on its neighbours then: where are the statistics kept?"
            ),
            statistics=lambda x, s, training: (x.mean(axis=0), x.var(axis=0)),
        ),
        wrong(
            "only the mean in test mode",
            _("In test mode the variance is still the batch's; the running one is there for it."),
            statistics=lambda x, s, training: (
                (x if training else s["mean"][None]).mean(axis=0),
                x.var(axis=0),
            ),
        ),
        wrong(
            "running statistics in training",
            _(
                "In training, y is normalised with the running statistics. While training the "
                "batch at hand supplies mean and variance."
            ),
            statistics=lambda x, s, training: (s["mean"], s["var"]),
        ),
        wrong(
            "over the row",
            _(
                "Each row is normalised over its columns (that is layer normalisation). Batch "
                "normalisation looks down each column, over the samples."
            ),
            statistics=lambda x, s, training: (
                (x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True))
                if training
                else (s["mean"], s["var"])
            ),
        ),
        wrong(
            "over everything",
            _("One mean and variance for the whole table: without `axis`, NumPy takes all of it."),
            statistics=lambda x, s, training: (
                (x.mean(), x.var()) if training else (s["mean"], s["var"])
            ),
        ),
        wrong(
            "eps outside the root",
            _("eps is added to the standard deviation. It belongs to the variance."),
            normalised=lambda x, mean, var, eps, training: (x - mean) / (np.sqrt(var) + eps),
        ),
        wrong(
            "no eps",
            _("`eps` is not used: a column of equal values would be divided by 0."),
            normalised=lambda x, mean, var, eps, training: (x - mean) / np.sqrt(var),
        ),
        wrong(
            "own eps",
            _(
                "A number of your own stands where `eps` belongs. Use the argument: whoever calls "
                "the function chooses it."
            ),
            normalised=lambda x, mean, var, eps, training: (x - mean) / np.sqrt(var + 1e-5),
        ),
        wrong(
            "eps outside the root in test mode",
            _("In test mode eps is added outside the root, in training inside. Inside is right."),
            normalised=lambda x, mean, var, eps, training: (
                (x - mean) / (np.sqrt(var + eps) if training else np.sqrt(var) + eps)
            ),
        ),
        wrong(
            "no eps in test mode",
            _("`eps` is missing in test mode. Both modes use one and the same formula."),
            normalised=lambda x, mean, var, eps, training: (
                (x - mean) / np.sqrt(var + eps * training)
            ),
        ),
        wrong(
            "divided by the variance",
            _("Divided by the variance, y has the unit 1/x. Which measure of spread has x's unit?"),
            normalised=lambda x, mean, var, eps, training: (x - mean) / (var + eps),
        ),
        wrong(
            "not centred",
            _("The mean is not taken off: a normalised column has mean 0."),
            normalised=lambda x, mean, var, eps, training: x / np.sqrt(var + eps),
        ),
        wrong(
            "gamma and beta missing",
            _("y is only normalised. `gamma` and `beta` give each column its own scale and place."),
            scaled=lambda x_hat, gamma, beta: x_hat,
        ),
        wrong(
            "beta missing",
            _("`beta` is missing: it is added last, to every row."),
            scaled=lambda x_hat, gamma, beta: gamma * x_hat,
        ),
        wrong(
            "gamma missing",
            _("`gamma` is missing: it multiplies the normalised columns."),
            scaled=lambda x_hat, gamma, beta: x_hat + beta,
        ),
        wrong(
            "gamma and beta swapped",
            _("gamma and beta are in each other's place: gamma scales, beta shifts."),
            scaled=lambda x_hat, gamma, beta: beta * x_hat + gamma,
        ),
        wrong(
            "beta scaled, too",
            _("gamma also scales beta. Multiply first, then add beta."),
            scaled=lambda x_hat, gamma, beta: gamma * (x_hat + beta),
        ),
    ],
    answers=(
        "course_lib.functional.batchnorm",
        "course_lib.functional.spatial_batchnorm",
        "course_lib.functional.layernorm",
        "course_lib.functional.groupnorm",
    ),
    returns="(y, cache, state)",
    hints=(
        _("Every column has a mean, a variance, a gamma and a beta of its own: shape (D,) each."),
        _(
            "First choose mean and variance (of the batch, or the running ones), then normalise, "
            "then scale and shift. Moving the running statistics is apart from that."
        ),
        _(
            "Smaller: one column x = [1, 3], no eps, gamma = 10, beta = 5. Mean 2, variance 1 "
            "(over N): y = [−5, 15]. The unbiased variance is 2. With running mean 0, variance 1 "
            "and momentum 0.1 the new ones are 0.9·0 + 0.1·2 = 0.2 and 0.9·1 + 0.1·2 = 1.1."
        ),
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3),
)
