"""What the normalisations share: parameters, and mistakes with their hints.

The mistakes are slips: each textbook has these lines, in the forward pass

    std = np.sqrt(var + eps)
    x_hat = (x - mean) / std
    y = gamma * x_hat + beta
    return y, (x_hat, gamma, std, …

and in the backward pass, where ``d`` is the gradient of ``x_hat``

    dgamma = (dy * x_hat).sum(axis=…)
    dbeta = dy.sum(axis=…)
    d = gamma * dy
    mean = d.mean(axis=…, keepdims=True)
    along = (d * x_hat).mean(axis=…, keepdims=True)
    inner = d - mean - x_hat * along
    dx = inner / std
"""

from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    Mistake,
    dtype,
    mistake,
    shapes,
    slip,
    slips,
    unchanged_inputs,
    values,
)
from grader.checking.contract.mistakes import Function
from grader.checking.contract.properties import Property

NORMALISATIONS = ("course_lib.functional.batchnorm", "course_lib.functional.norms")
NO_EPS = "np.sqrt(np.where(var > 0, var, 1))"
FAR = "a large mean and a small spread"


def parameters(rng: np.random.Generator, n: int) -> dict[str, Any]:
    """A scale and a shift for each of n columns or channels, and an eps that shows."""
    return {
        "gamma": rng.uniform(0.5, 2, size=n) * rng.choice([-1.0, 1.0], size=n),
        "beta": rng.normal(size=n) + 0.5,
        "eps": float(rng.uniform(0.01, 0.05)),
    }


def tiny(made: Case) -> Case:
    """The same with tiny values and a tiny eps, which still shows beside them."""
    return made | {"x": 1e-5 * made["x"], "eps": 1e-10 * made["eps"]}


def far(rng: np.random.Generator, made: Case, axis: int) -> Case:
    """The same far from 0; ``axis`` is the one that means are taken over."""
    means = made["x"].mean(axis=axis, keepdims=True).shape
    return made | {"x": made["x"] + 1e7 * rng.choice([-1.0, 1.0], size=means)}


def values_far_from_0(name: str = "y", *, after: str, weight: int = 1) -> Property:
    """An output of cases that :func:`far` makes."""
    return values(
        name,
        weight=weight,
        cases=FAR,
        after=after,
        title=f"{name} where the mean is large and the spread small",
        help="""E(x²) − E(x)² is the difference of two numbers that are almost equal, and their
        rounding errors remain. Subtract the mean before you square.""",
    )


def form(*outputs: str) -> tuple[Property, ...]:
    """Shapes, the float type of ``outputs`` (default: all), and inputs left as they were."""
    return shapes(), dtype(*outputs, cases="float32"), unchanged_inputs()


def judge_of_state(*, mean: str, var: str) -> list[Property]:
    """What is judged of the running statistics; ``mean`` and ``var`` are the hints for both."""
    return [
        values("mean", weight=3, cases="training", title="the running mean", help=mean, spoils=0.4),
        values(
            "var",
            weight=3,
            cases="training",
            title="the running variance, unbiased",
            help=var,
        ),
        values(
            "mean",
            "var",
            weight=2,
            cases="test mode",
            alone=False,
            title="test mode does not change the running statistics",
            help="""In test mode the state is returned unchanged. Which of your lines change it in
            both modes?""",
        ),
    ]


def form_with_state(*, refused: str, help: str, training: tuple[str, ...]) -> tuple[Property, ...]:
    """The form of a forward pass with running statistics.

    Parameters
    ----------
    refused : the group of cases that have to be refused; ``help`` is the hint for them
    training : the groups of cases in training
    """
    return (
        # A form: a function that always raises earns nothing.
        values(cases=refused, alone=False, help=help),
        shapes("y", "mean", "var", cases=(*training, "test mode")),
        dtype("y", cases="float32"),
        unchanged_inputs(cases=("training", "test mode")),
    )


def run(forward: Any, backward: Any, case: dict[str, Any]) -> dict[str, Any]:
    """``run`` of the backward pass where the forward pass has running statistics."""
    x, gamma, beta = case["x"], case["gamma"], case["beta"]
    settings = {name: case[name] for name in ("training", "momentum", "eps")}

    def state() -> dict[str, Any]:  # copies, so that the backward pass alone is judged
        return {name: value.copy() for name, value in case["state"].items()}

    # A whole pass before and a forward pass in between show what is kept between calls.
    _y, earlier, _state = forward(x * x, gamma + 1, beta - 1, state(), **settings)
    backward(case["dy"] + 1, earlier)
    _y, cache, _state = forward(x, gamma, beta, state(), **settings)
    forward(2 * x[::-1] + 1, gamma - 1, beta, state(), **settings)
    dx, dgamma, dbeta = backward(case["dy"], cache)
    return {"dx": dx, "dgamma": dgamma, "dbeta": dbeta}


def forward_mistakes(
    *,
    unit: str,
    scaled: str,
    letter: str,
    count: str,
    when: str = "",
) -> tuple[Mistake, ...]:
    """The mistakes of a forward pass.

    Parameters
    ----------
    unit : what has a mean of its own: ``"row"``
    scaled : what has a gamma of its own: ``"column"``
    letter : what the hints call the number of values in a unit: ``"D"``
    count : that number in code: ``"x.shape[1]"``
    when : in code, when the variance is computed from x, if not always
    """

    def other(var: str) -> str:
        return f"({var} if {when} else var)" if when else var

    return slips(f"""
std = np.sqrt(var) + eps
    You add eps to the standard deviation. Add it to the variance.
std = {NO_EPS}
    `eps` is not added to the variance. Add it to the variance of every {unit}, also where this is
    not 0.
std = np.sqrt(var + 1e-5)
    You use a number of your own instead of the argument `eps`, which the caller chooses.
std = var + eps
    You divide by the variance, so y has the unit 1/x. Which measure of spread has the unit of x?
std = np.sqrt({other(f"var * {count} / max({count} - 1, 1)")} + eps)
    y is normalised with the unbiased variance. Which denominator has the mean of {letter} squares?
std = np.sqrt({other(f"var * {count}")} + eps)
    The variance is {letter} times too large, where {letter} is the number of values in a {unit}. It
    is a mean of squares.
std = np.sqrt({other("var + mean**2")} + eps)
    The variance is too large by the square of the mean, because you average the squares of x. A
    variance averages the squared distances from which number?
std = np.sqrt({other("np.sqrt(var)")} + eps)
    You take two roots, so x is divided by √(std + eps). To which quantity do you have to add `eps`?
x_hat = (x - mean / std)
    You divide only the mean by the standard deviation. In which order does Python evaluate − and /?
x_hat = (x - mean)
    The standard deviation is not used: a normalised {unit} has variance 1 (but for eps).
x_hat = (x - mean) * std
    You multiply x − mean by the standard deviation, so a {unit} with a large one gets an even
    larger one. Which operation makes it 1?
x_hat = (x) / std
    The mean is not subtracted: a normalised {unit} has mean 0 before gamma and beta.
y = x_hat
    y is only normalised. `gamma` then scales each {scaled}, and `beta` shifts it.
y = gamma * x_hat
    `beta` is missing. Add it last, to every value of its {scaled}.
y = x_hat + beta
    `gamma` is missing. Multiply every normalised value of its {scaled} by it.
y = beta * x_hat + gamma
    gamma and beta are exchanged: gamma scales, beta shifts.
y = gamma * (x_hat + beta)
    gamma also scales beta. Multiply first, then add beta.
""")


def running_mistakes(*, rows: str, unit: str, letter: str) -> tuple[Mistake, ...]:
    """The mistakes in the running statistics, and in the choice of the statistics.

    Parameters
    ----------
    rows : in code, the matrix whose columns are normalised
    unit : what has a mean of its own: ``"column"``
    letter : what the hints call the number of values in a unit: ``"N"``
    """
    return (
        *slips(f"""
momentum = 1 - momentum
    The new running statistics are almost those of the batch. `momentum` is the weight of the new
    batch here. Which weight remains for the old value?
unbiased = {rows}.var(axis=0)
    You update the running variance with the biased variance. It stands for all data, so use the
    unbiased variance of the batch: divide by {letter} − 1 instead of {letter}.
momentum = 1
    The new running statistics are those of the batch. Which weight does the old value keep?
momentum = 0.1
    You update the running statistics with the fixed weight 0.1. Use the argument `momentum`.
unbiased = {rows}.var(axis=0, ddof=1) + eps
    You add `eps` to the running variance, too. Add it only under the root, where you compute y.
unbiased = ({rows}.var(axis=0) + eps) * len({rows}) / (len({rows}) - 1)
    You add `eps` to the variance before you make it unbiased for the running variance. Only the
    formula of y has an eps.
unbiased = {rows}.var(axis=0) / (len({rows}) - 1)
    You update the running variance with a number that is {letter} times too small, because you
    divide by {letter} and by {letter} − 1. Which factor turns a mean over {letter} into one with
    {letter} − 1?
unbiased = {rows}.var(axis=0) * (len({rows}) - 1) / len({rows})
    You update the running variance with a number that is even smaller than the biased variance. Is
    an unbiased variance larger or smaller?
unbiased = {rows}.std(axis=0, ddof=1)
    You update state['var'] with the standard deviation. Use the variance.
# state = new
    You never update the running statistics. Update them in training, after each batch.
state = {{name: state[name] + momentum * new[name] for name in new}}
    The running statistics grow with every batch, because the old value has the weight 1. The two
    weights should sum to 1.
"""),
        slip(
            "if training:",
            "if True:",
            "You update the running statistics in test mode. Test data must not change them.",
        ),
        slip(
            'raise ValueError("a single value has no variance")',
            "return x, None, state",
            f"A single value in a {unit} has variance 0, and its unbiased variance is 0/0. Raise "
            "a ValueError that says so.",
        ),
        *slips(f"""
mean = {rows}.mean(axis=0)
var = {rows}.var(axis=0)
    In test mode you use the mean and variance of the given batch. There the output for a
    sample must not depend on the other samples. Which statistics does `state` hold?
var = {rows}.var(axis=0)
    In test mode you still use the variance of the batch. Use the running variance.
mean = {rows}.mean(axis=0)
    In test mode you still use the mean of the batch. Use the running mean.
std = np.sqrt(state["var"] + eps)
x_hat = ({rows} - state["mean"]) / std
    In training, you normalise with the updated running statistics. They are for test mode; in
    training use those of the batch.
mean = state["mean"]
var = state["var"]
    In training, you normalise with the running statistics. In training, use mean and variance of
    the batch.
"""),
    )


# The mistakes of a forward pass that only test mode shows.
IN_TEST_MODE = slips("""
y = gamma * x_hat + beta if training else x_hat
    In test mode you only normalise. Multiply by `gamma` and add `beta` in test mode, too.
std = (np.sqrt(var + eps) if training else np.sqrt(var) + eps)
    In test mode you add eps outside the root, in training inside. It belongs inside.
std = np.sqrt(var + eps * training)
    In test mode `eps` is not added to the variance. Both modes use the same formula.
""")


def backward_mistakes(
    *,
    unit: str,
    letter: str,
    axis: int,
    summed: str = "0",
) -> tuple[Mistake, ...]:
    """The mistakes of a backward pass but for :func:`dgamma_from_x`.

    Parameters
    ----------
    unit : what has a mean of its own: ``"row"``
    letter : what the hints call the number of values in it: ``"D"``
    axis : the axis of ``d`` along which a unit lies
    summed : in code, the axes along which dgamma and dbeta are added up
    """
    count = f"d.shape[{axis}]"
    meaning = f"{letter} is the number of values in a {unit}"
    of_mean, of_variance = "The part through the mean", "The part through the variance"
    shared = "how does the chain rule combine the gradients of a value that is used several times?"
    own = f"d - x_hat**2 * d / {count}"
    dgamma, dbeta = f"(dy * x_hat).sum(axis={summed})", f"dy.sum(axis={summed})"
    already = "dy already contains the mean of the loss over the samples, so only add up."
    by_samples = f"""
inner = d - {count} / len(d) * (mean + x_hat * along)
    You divide the sums over a {unit} by the number of samples. How many values does a {unit} have?
"""
    return (
        *slips(f"""
inner = d
    You treat mean and variance as constants. They are computed from the {unit}: a change of one of
    its x changes all of its y. Follow these two paths, too.
inner = d - {count} * (mean + x_hat * along)
    The parts through mean and variance are {letter} times too large, where {meaning}: each x has a
    share of 1/{letter} in a mean.
inner = d - mean
    You have the path through the mean, but the variance depends on x, too.
inner = d - x_hat * along
    You have the path through the variance, but the mean depends on x, too.
inner = d - mean - x_hat**2 * d / {count}
    In the part through the variance, each entry uses only its own dy. A {unit} has a single
    variance: {shared}
inner = d - d / {count} - x_hat * along
    In the part through the mean, each entry uses only its own dy. A {unit} has a single mean:
    {shared}
inner = d - mean - {count} * x_hat * along
    {of_variance} is {letter} times too large, where {meaning}: the variance is a mean, too, and
    each x has a share of 1/{letter} in it.
inner = d - {count} * mean - x_hat * along
    {of_mean} is {letter} times too large, where {meaning}. Which share does each x have in a mean?
inner = d - mean + x_hat * along
    {of_variance} has the wrong sign: subtract it, like the mean.
inner = d + mean - x_hat * along
    {of_mean} has the wrong sign. Does x − mean rise or fall when the mean grows?
inner = d - mean - x_hat * along / 2
    {of_variance} is half of what is expected. Did you include the derivative of the squares?
inner = d - mean - 2 * x_hat * along
    {of_variance} is twice what is expected. Did you include the derivative of the root?
inner = d - mean - x_hat * std * along
    {of_variance} lacks one division by std = √(var + eps). Which powers of std do the derivatives
    of 1/std and of the root contain?
inner = d - mean * std - x_hat * along
    {of_mean} lacks the division by √(var + eps). By what does the forward pass divide x − mean?
inner = d - mean - x_hat * std**2 * along
    {of_variance} lacks two divisions by std = √(var + eps). Which power of var + eps do you get
    when you differentiate 1/√(var + eps)?
inner = d - mean - x_hat / std * along
    {of_variance} is divided by √(var + eps) once too often. What did 1/√(var + eps) multiply in
    the forward pass?
inner = d - mean - along
    {of_variance} is the same for all x of a {unit}. Which x change the variance most, and which of
    them not at all?
inner = d - mean - x_hat * along / {count}
    {of_variance} is {letter} times too small, where {meaning}. How often do you multiply it by
    1/{letter}?
inner = d - mean / {count} - x_hat * along
    {of_mean} is {letter} times too small, where {meaning}. How often do you multiply it by
    1/{letter}?
inner = (1 - 1 / {count}) * (d - x_hat**2 * d / {count})
    Each entry of dx depends only on its own dy. A whole {unit} shares one mean and one variance:
    {shared}
inner = (1 - 1 / {count}) * (d - x_hat * along)
    The gradient of the mean should be a single number in each {unit}, because every x − mean there
    uses the same mean.
inner = {own} - ({own}).mean(axis={axis}, keepdims=True)
    The gradient of the variance should be a single number in each {unit}, because all x − mean
    there are divided by the same root.
d = dy
    dx lacks the factor `gamma`, by which the forward pass multiplies the normalised x.
along = (dy.reshape(d.shape) * x_hat).mean(axis={axis}, keepdims=True)
    {of_variance} lacks `gamma`. Which gradient arrives at the normalised x, dy or dy
    times gamma?
inner = d - d.mean() - x_hat * (d * x_hat).mean()
    The means inside dx run over all values. Each {unit} has its own mean and variance. Over which
    axis does the forward pass compute them?
d = gamma**2 * dy
    dx has the factor `gamma` twice. How often does the forward pass multiply the normalised x by
    it?
dx = inner
    dx lacks the division by the standard deviation, by which the forward pass divides x.
dx = inner / std**2
    You divide dx by the standard deviation twice.
dx = inner * std
    You multiply dx by the standard deviation. The forward pass divides x by it. What is the
    derivative of a quotient x/s with respect to x?
inner = d - mean - x_hat * along * {count} / max({count} - 1, 1)
    {of_variance} is divided by {letter} − 1, where {meaning}. The forward pass uses the biased
    variance, so its derivative contains {letter}.
dx = {count} * inner / std
    dx is {letter} times too large, where {meaning}: the factor 1/{letter} in front is missing.
dgamma = {dbeta}
dbeta = {dgamma}
    dgamma and dbeta are exchanged: return dx, dgamma, dbeta.
dgamma = {dgamma} / len(dy)
dbeta = {dbeta} / len(dy)
    You divide dgamma and dbeta by the number of samples. {already}
dgamma = {dgamma} / len(dy)
    You divide dgamma by the number of samples. {already}
dbeta = {dbeta} / len(dy)
    You divide dbeta by the number of samples. {already}
dgamma = gamma.ravel() * {dgamma}
    dgamma has the factor `gamma`. What is the derivative of gamma·x̂ + beta with respect to gamma,
    where x̂ is the normalised x?
dbeta = gamma.ravel() * {dbeta}
    dbeta has the factor `gamma`. Does the forward pass add beta before or after the scaling?
dgamma = {dbeta}
    Your dgamma is the sum of dy, like dbeta. What does the forward pass multiply by `gamma`?
"""),
        *(slips(by_samples) if axis else ()),
        slip(
            "(x_hat, gamma, std",
            f"(x_hat, gamma, {NO_EPS}",
            "The backward pass divides by another number than the forward pass, because eps is "
            "missing.",
        ),
        slip(
            "(x_hat, gamma, std",
            "(x_hat, gamma, np.sqrt(var) + eps",
            "The backward pass adds eps outside the root, the forward pass inside.",
        ),
    )


def dgamma_from_x(forward: Function, backward: Function, *, last: bool) -> Mistake:
    """Of the pair; gamma belongs to the last axis of x, or to axis 1."""

    def with_input(x, *args, **settings):
        y, cache, *state = forward(x, *args, **settings)
        return y, (x, cache), *state

    def wrong(dy, cache):
        """You compute dgamma with x. What exactly does the forward pass multiply by `gamma`?"""
        x, cache = cache
        dx, _dgamma, dbeta = backward(dy, cache)
        axes = range(dy.ndim - 1) if last else (0, *range(2, dy.ndim))
        return dx, (dy * x).sum(axis=tuple(axes)), dbeta

    return mistake(wrong, name="dgamma from x", others={forward.__name__: with_input})
