"""The mistakes that layer, batch and group normalisation share, with their hints.

They are slips: each textbook has to contain these texts once, in the forward pass

    std = np.sqrt(var + eps)
    … - mean) / std
    return gamma * x_hat + beta, (x_hat, gamma, std, …

and in the backward pass, where ``d`` is the gradient of ``x_hat``

    dgamma, dbeta = …
    d = gamma * dy
    dx = (d - mean - x_hat * along) / std
"""

from grader.checking.contract import Exercise

NO_EPS = "np.sqrt(np.where(var > 0, var, 1))"


def forward_mistakes(
    exercise: Exercise, *, unit: str, scaled: str, letter: str, count: str, when: str = ""
) -> None:
    """Add the mistakes of a forward pass.

    Parameters
    ----------
    unit : what has a mean of its own: ``"row"``
    scaled : what has a gamma of its own: ``"column"``
    letter : what the hints call the number of values in a unit: ``"D"``
    count : that number in code: ``"x.shape[1]"``
    when : in code, when the variance is computed from x, if not always
    """
    exercise.slip(
        "np.sqrt(var + eps)",
        "(np.sqrt(var) + eps)",
        "You add eps to the standard deviation. Add it to the variance.",
    )
    exercise.slip(
        "np.sqrt(var + eps)",
        NO_EPS,
        f"`eps` is not used: a {unit} of equal values would be divided by 0.",
    )
    exercise.slip(
        "np.sqrt(var + eps)",
        "np.sqrt(var + 1e-5)",
        "You use a number of your own instead of the argument `eps`, which the caller chooses.",
    )
    exercise.slip(
        "np.sqrt(var + eps)",
        "(var + eps)",
        "You divide by the variance, so y has the unit 1/x. Which measure of spread has the unit "
        "of x?",
    )
    for other, hint in {
        f"var * {count} / max({count} - 1, 1)": "y is normalised with the unbiased variance. Which "
        f"denominator has the mean of {letter} squares?",
        f"var * {count}": f"The variance is {letter} times too large, where {letter} is the number "
        f"of values in a {unit}. It is a mean of squares.",
        "var + mean**2": "The variance is too large by the square of the mean, because you "
        "average the squares of x. A variance averages the squared distances from which number?",
        "np.sqrt(var)": "You take two roots, so x is divided by √(std + eps). To which quantity "
        "do you have to add `eps`?",
    }.items():
        var = f"({other} if {when} else var)" if when else other
        exercise.slip("np.sqrt(var + eps)", f"np.sqrt({var} + eps)", hint)
    exercise.slip(
        " - mean) / std",
        " - mean / std)",
        "You divide only the mean by the standard deviation. In which order does Python evaluate "
        "− and /?",
    )
    exercise.slip(
        " - mean) / std",
        " - mean)",
        f"The standard deviation is not used: a normalised {unit} has variance 1 (but for eps).",
    )
    exercise.slip(
        " - mean) / std",
        " - mean) * std",
        f"You multiply x − mean by the standard deviation, so a {unit} with a large one gets an "
        "even larger one. Which operation makes it 1?",
    )
    exercise.slip(
        " - mean) / std",
        ") / std",
        f"The mean is not subtracted: a normalised {unit} has mean 0 before gamma and beta.",
    )
    exercise.slip(
        "gamma * x_hat + beta",
        "x_hat",
        f"y is only normalised. `gamma` then scales each {scaled}, and `beta` shifts it.",
    )
    exercise.slip(
        "gamma * x_hat + beta",
        "gamma * x_hat",
        f"`beta` is missing. Add it last, to every value of its {scaled}.",
    )
    exercise.slip(
        "gamma * x_hat + beta",
        "x_hat + beta",
        f"`gamma` is missing. Multiply every normalised value of its {scaled} by it.",
    )
    exercise.slip(
        "gamma * x_hat + beta",
        "beta * x_hat + gamma",
        "gamma and beta are exchanged: gamma scales, beta shifts.",
    )
    exercise.slip(
        "gamma * x_hat + beta",
        "gamma * (x_hat + beta)",
        "gamma also scales beta. Multiply first, then add beta.",
    )


def backward_mistakes(
    exercise: Exercise,
    *,
    unit: str,
    letter: str,
    axis: int,
    computed: str = "They are",
    only: str = "",
) -> None:
    """Add the mistakes of a backward pass.

    Parameters
    ----------
    unit : what has a mean of its own: ``"row"``
    letter : what the hints call the number of values in it: ``"D"``
    axis : the axis of ``d`` along which a unit lies
    computed : how the hint about constant statistics says when they are computed
    only : an ending of the expression for ``std`` that restricts the mistakes made in it
    """
    mean, along, count = "d - mean", " - x_hat * along", f"d.shape[{axis}]"
    bracket = mean + along
    meaning = f"{letter} is the number of values in a {unit}"
    of_mean, of_variance = "The part through the mean", "The part through the variance"
    shared = "how does the chain rule combine the gradients of a value that is used several times?"
    exercise.slip(
        bracket,
        "d",
        f"You treat mean and variance as constants. {computed} computed from the {unit}: a "
        "change of one of its x changes all of its y. Follow these two paths, too.",
    )
    exercise.slip(
        bracket,
        f"d - {count} * (mean + x_hat * along)",
        f"The parts through mean and variance are {letter} times too large, where {meaning}: each "
        f"x has a share of 1/{letter} in a mean.",
    )
    exercise.slip(
        along, "", "You have the path through the mean, but the variance depends on x, too."
    )
    exercise.slip(
        mean, "d", "You have the path through the variance, but the mean depends on x, too."
    )
    exercise.slip(
        along,
        f" - x_hat**2 * d / {count}",
        f"In the part through the variance, each entry uses only its own dy. A {unit} has a "
        f"single variance: {shared}",
    )
    exercise.slip(
        mean,
        f"d - d / {count}",
        f"In the part through the mean, each entry uses only its own dy. A {unit} has a single "
        f"mean: {shared}",
    )
    exercise.slip(
        along,
        f" - {count} * x_hat * along",
        f"{of_variance} is {letter} times too large, where {meaning}: the variance is a mean, too, "
        f"and each x has a share of 1/{letter} in it.",
    )
    exercise.slip(
        mean,
        f"d - {count} * mean",
        f"{of_mean} is {letter} times too large, where {meaning}. Which share does each x have "
        "in a mean?",
    )
    exercise.slip(
        along,
        " + x_hat * along",
        f"{of_variance} has the wrong sign: subtract it, like the mean.",
    )
    exercise.slip(
        mean,
        "d + mean",
        f"{of_mean} has the wrong sign. Does x − mean rise or fall when the mean grows?",
    )
    exercise.slip(
        along,
        " - x_hat * along / 2",
        f"{of_variance} is half of what is expected. Did you include the derivative of the "
        "squares?",
    )
    exercise.slip(
        along,
        " - 2 * x_hat * along",
        f"{of_variance} is twice what is expected. Did you include the derivative of the root?",
    )
    exercise.slip(
        along,
        " - x_hat * std * along",
        f"{of_variance} lacks one division by std = √(var + eps). Which powers of std do the "
        "derivatives of 1/std and of the root contain?",
    )
    exercise.slip(
        mean,
        "d - mean * std",
        f"{of_mean} lacks the division by std. By what does the forward pass divide x − mean?",
    )
    exercise.slip(
        along,
        " - x_hat * std**2 * along",
        f"{of_variance} lacks two divisions by std = √(var + eps). Which power of var + eps do "
        "you get when you differentiate 1/√(var + eps)?",
    )
    exercise.slip(
        along,
        " - x_hat / std * along",
        f"{of_variance} is divided by std once too often. What did 1/std multiply in the forward "
        "pass?",
    )
    exercise.slip(
        along,
        " - along",
        f"{of_variance} is the same for all x of a {unit}. Which x change the variance most, and "
        "which of them not at all?",
    )
    exercise.slip(
        along,
        f" - x_hat * along / {count}",
        f"{of_variance} is {letter} times too small, where {meaning}. How often do you multiply "
        f"it by 1/{letter}?",
    )
    exercise.slip(
        mean,
        f"d - mean / {count}",
        f"{of_mean} is {letter} times too small, where {meaning}. How often do you multiply it "
        f"by 1/{letter}?",
    )
    exercise.slip(
        bracket,
        f"(1 - 1 / {count}) * (d - x_hat**2 * d / {count})",
        f"Each entry of dx depends only on its own dy. A whole {unit} shares one mean and one "
        f"variance: {shared}",
    )
    exercise.slip(
        bracket,
        f"(1 - 1 / {count}) * (d - x_hat * along)",
        f"The gradient of the mean should be a single number in each {unit}, because every x − "
        "mean there uses the same mean.",
    )
    own = f"d - x_hat**2 * d / {count}"
    exercise.slip(
        bracket,
        f"{own} - ({own}).mean(axis={axis}, keepdims=True)",
        f"The gradient of the variance should be a single number in each {unit}, because all x − "
        "mean there are divided by the same root.",
    )
    exercise.slip(
        "d = gamma * dy",
        "d = dy",
        "dx lacks the factor `gamma`, by which the forward pass multiplies the normalised x.",
    )
    exercise.slip(
        "(d * x_hat).mean",
        "(dy.reshape(d.shape) * x_hat).mean",
        f"{of_variance} lacks `gamma`. Which gradient arrives at x_hat, dy or dy times gamma?",
    )
    exercise.slip(
        bracket,
        "d - d.mean() - x_hat * (d * x_hat).mean()",
        f"The means inside dx run over all values. Each {unit} has its own mean and variance. "
        "Over which axis does the forward pass compute them?",
    )
    exercise.slip(
        "d = gamma * dy",
        "d = gamma**2 * dy",
        "dx has the factor `gamma` twice. How often does the forward pass multiply the "
        "normalised x by it?",
    )
    exercise.slip(
        "(x_hat, gamma, std",
        f"(x_hat, gamma, {NO_EPS}{only}",
        "The backward pass divides by another number than the forward pass, because eps is "
        "missing.",
    )
    exercise.slip(
        "(x_hat, gamma, std",
        f"(x_hat, gamma, np.sqrt(var) + eps{only}",
        "The backward pass adds eps outside the root, the forward pass inside.",
    )
    exercise.slip(
        f"({bracket}) / std",
        bracket,
        "dx lacks the division by the standard deviation, by which the forward pass divides x.",
    )
    exercise.slip(
        f"({bracket}) / std",
        f"({bracket}) / std**2",
        "You divide dx by the standard deviation twice.",
    )
    exercise.slip(
        f"({bracket}) / std",
        f"({bracket}) * std",
        "You multiply dx by the standard deviation. The forward pass divides x by it. What is "
        "the derivative of x/std?",
    )
    exercise.slip(
        bracket,
        f"d - mean - x_hat * along * {count} / max({count} - 1, 1)",
        f"{of_variance} is divided by {letter} − 1, where {meaning}. The forward pass uses the "
        f"biased variance, so its derivative contains {letter}.",
    )
    if axis:
        exercise.slip(
            bracket,
            f"d - {count} / len(d) * (mean + x_hat * along)",
            f"You divide the sums over a {unit} by the number of samples. How many values does a "
            f"{unit} have?",
        )
    exercise.slip(
        f"({bracket}) / std",
        f"{count} * ({bracket}) / std",
        f"dx is {letter} times too large, where {meaning}: the factor 1/{letter} in front is "
        "missing.",
    )
    exercise.slip(
        "dgamma, dbeta =",
        "dbeta, dgamma =",
        "dgamma and dbeta are exchanged: return dx, dgamma, dbeta.",
    )
    already = "dy already contains the mean over the samples, so only add up over the samples."
    for other, hint in {
        "dgamma / len(dy), dbeta / len(dy)": "You divide dgamma and dbeta by the number of "
        f"samples. {already}",
        "dgamma / len(dy), dbeta": f"You divide dgamma by the number of samples. {already}",
        "dgamma, dbeta / len(dy)": f"You divide dbeta by the number of samples. {already}",
        "gamma.ravel() * dgamma, dbeta": "dgamma has the factor `gamma`. What is the derivative of "
        "gamma·x_hat + beta with respect to gamma?",
        "dgamma, gamma.ravel() * dbeta": "dbeta has the factor `gamma`. Does the forward pass "
        "add beta before or after the scaling?",
        "dbeta.copy(), dbeta": "Your dgamma is the sum of dy, like dbeta. What does the forward "
        "pass multiply by `gamma`?",
    }.items():
        exercise.slip(", dgamma, dbeta", f", {other}", hint)
    _dgamma_from_x(exercise)


def _dgamma_from_x(exercise: Exercise) -> None:
    forward, backward = exercise.reference

    def with_input(x, *args, **settings):
        y, cache, *state = forward(x, *args, **settings)
        return y, (x, cache), *state

    @exercise.mistake(name="dgamma from x", others={forward.__name__: with_input})
    def wrong(dy, cache):
        """You compute dgamma with x. What exactly does the forward pass multiply by `gamma`?"""
        x, cache = cache
        dx, _dgamma, dbeta = backward(dy, cache)
        return dx, (dy * x).sum(axis=(0, *range(2, dy.ndim))), dbeta
