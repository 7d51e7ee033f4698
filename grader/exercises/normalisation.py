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
        "eps is added to the standard deviation. It belongs to the variance.",
    )
    exercise.slip(
        "np.sqrt(var + eps)",
        NO_EPS,
        f"`eps` is not used: a {unit} of equal values would be divided by 0.",
    )
    exercise.slip(
        "np.sqrt(var + eps)",
        "np.sqrt(var + 1e-5)",
        "A number of your own stands where `eps` belongs. Use the argument: the caller chooses it.",
    )
    exercise.slip(
        "np.sqrt(var + eps)",
        "(var + eps)",
        "Divided by the variance, y has the unit 1/x. Which measure of spread has x's unit?",
    )
    for other, hint in {
        f"var * {count} / max({count} - 1, 1)": "y is normalised with the unbiased variance. Which "
        f"denominator has the mean of {letter} squares?",
        f"var * {count}": f"The variance is {letter} times too large, where {letter} is the number "
        f"of values in a {unit}. It is a mean of squares.",
        "var + mean**2": "The variance is too large by the square of the mean: the squares of x "
        "were averaged. From where does a variance measure the distances?",
        "np.sqrt(var)": "Two roots are taken, so that x is divided by √(std + eps). To which "
        "quantity is `eps` added?",
    }.items():
        var = f"({other} if {when} else var)" if when else other
        exercise.slip("np.sqrt(var + eps)", f"np.sqrt({var} + eps)", hint)
    exercise.slip(
        " - mean) / std",
        " - mean / std)",
        "Only the mean is divided by the standard deviation. In which order does Python take − "
        "and /?",
    )
    exercise.slip(
        " - mean) / std",
        " - mean)",
        f"The standard deviation is not used: a normalised {unit} has variance 1 (but for eps).",
    )
    exercise.slip(
        " - mean) / std",
        " - mean) * std",
        f"x − mean is multiplied by the standard deviation: a {unit} of large spread gets a larger "
        "one. Which operation makes the spread 1?",
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
        f"`beta` is missing: it is added last, to every value of its {scaled}.",
    )
    exercise.slip(
        "gamma * x_hat + beta",
        "x_hat + beta",
        f"`gamma` is missing: it multiplies every normalised value of its {scaled}.",
    )
    exercise.slip(
        "gamma * x_hat + beta",
        "beta * x_hat + gamma",
        "gamma and beta are in each other's place: gamma scales, beta shifts.",
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
    shared = "what happens to the gradients of a value that is used several times?"
    exercise.slip(
        bracket,
        "d",
        f"Mean and variance are treated as constants. {computed} computed from the {unit}: "
        "moving one of its x moves all of its y. Follow these two paths, too.",
    )
    exercise.slip(
        bracket,
        f"d - {count} * (mean + x_hat * along)",
        f"The parts through mean and variance are {letter} times too large, where {meaning}: each "
        f"x has a share of 1/{letter} in a mean.",
    )
    exercise.slip(
        along, "", "The path through the mean is there; the variance depends on x as well."
    )
    exercise.slip(
        mean, "d", "The path through the variance is there; the mean depends on x as well."
    )
    exercise.slip(
        along,
        f" - x_hat**2 * d / {count}",
        f"In the part through the variance each entry meets its own dy alone. A {unit} has a "
        f"single variance: {shared}",
    )
    exercise.slip(
        mean,
        f"d - d / {count}",
        f"In the part through the mean each entry meets its own dy alone. A {unit} has a single "
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
        f"{of_mean} is {letter} times too large, where {meaning}. Which share has each x in a "
        "mean?",
    )
    exercise.slip(
        along,
        " + x_hat * along",
        f"{of_variance} has the wrong sign: it is subtracted, like the mean.",
    )
    exercise.slip(
        mean,
        "d + mean",
        f"{of_mean} has the wrong sign. What becomes of x − mean when the mean grows?",
    )
    exercise.slip(
        along,
        " - x_hat * along / 2",
        f"{of_variance} is half of what is expected. Is the derivative of the squares in it?",
    )
    exercise.slip(
        along,
        " - 2 * x_hat * along",
        f"{of_variance} is twice what is expected. Is the derivative of the root in it?",
    )
    exercise.slip(
        along,
        " - x_hat * std * along",
        f"{of_variance} lacks one division by std = √(var + eps). Which powers of std do the "
        "derivatives of 1/std and of the root have?",
    )
    exercise.slip(
        mean,
        "d - mean * std",
        f"{of_mean} lacks the division by std. What is done to x − mean in the forward pass?",
    )
    exercise.slip(
        along,
        " - x_hat * std**2 * along",
        f"{of_variance} lacks two divisions by std = √(var + eps). Which power of var + eps is "
        "left when you differentiate 1/√(var + eps)?",
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
        f"{of_variance} is the same for all x of a {unit}. Which x move the variance most, and "
        "which of them not at all?",
    )
    exercise.slip(
        along,
        f" - x_hat * along / {count}",
        f"{of_variance} is {letter} times too small, where {meaning}. How often is 1/{letter} in "
        "it?",
    )
    exercise.slip(
        mean,
        f"d - mean / {count}",
        f"{of_mean} is {letter} times too small, where {meaning}. How often is 1/{letter} in it?",
    )
    exercise.slip(
        bracket,
        f"(1 - 1 / {count}) * (d - x_hat**2 * d / {count})",
        f"Each entry of dx depends on its own dy alone. A whole {unit} shares one mean and one "
        f"variance: {shared}",
    )
    exercise.slip(
        bracket,
        f"(1 - 1 / {count}) * (d - x_hat * along)",
        f"Is the gradient of the mean a single number in each {unit}? Every x − mean there used "
        "the same one.",
    )
    own = f"d - x_hat**2 * d / {count}"
    exercise.slip(
        bracket,
        f"{own} - ({own}).mean(axis={axis}, keepdims=True)",
        f"Is the gradient of the variance a single number in each {unit}? All x − mean there were "
        "divided by the same root.",
    )
    exercise.slip(
        "d = gamma * dy",
        "d = dy",
        "`gamma` is not in dx, although the normalised x was multiplied by it.",
    )
    exercise.slip(
        "(d * x_hat).mean",
        "(dy.reshape(d.shape) * x_hat).mean",
        f"{of_variance} lacks `gamma`. Which gradient arrives at x_hat: dy, or dy times something?",
    )
    exercise.slip(
        bracket,
        "d - d.mean() - x_hat * (d * x_hat).mean()",
        f"The means inside dx run over all values. Each {unit} has its own mean and variance: over "
        "which axis were they taken?",
    )
    exercise.slip(
        "d = gamma * dy",
        "d = gamma**2 * dy",
        "dx has the factor `gamma` twice. How often was the normalised x multiplied by it?",
    )
    exercise.slip(
        "(x_hat, gamma, std",
        f"(x_hat, gamma, {NO_EPS}{only}",
        "The backward pass divides by another number than the forward pass: eps is missing.",
    )
    exercise.slip(
        "(x_hat, gamma, std",
        f"(x_hat, gamma, np.sqrt(var) + eps{only}",
        "In the backward pass eps stands outside the root, in the forward pass inside.",
    )
    exercise.slip(
        f"({bracket}) / std",
        bracket,
        "dx lacks the division by the standard deviation that x went through.",
    )
    exercise.slip(
        f"({bracket}) / std",
        f"({bracket}) / std**2",
        "dx is divided by the standard deviation twice.",
    )
    exercise.slip(
        f"({bracket}) / std",
        f"({bracket}) * std",
        "dx is multiplied by the standard deviation. x was divided by it: what is the derivative "
        "of x/std?",
    )
    exercise.slip(
        bracket,
        f"d - mean - x_hat * along * {count} / max({count} - 1, 1)",
        f"{of_variance} is divided by {letter} − 1, where {meaning}. The forward pass normalised "
        f"with the biased variance, so its derivative has {letter}.",
    )
    if axis:
        exercise.slip(
            bracket,
            f"d - {count} / len(d) * (mean + x_hat * along)",
            f"The sums over a {unit} are divided by the number of samples. How many values has a "
            f"{unit}?",
        )
    exercise.slip(
        f"({bracket}) / std",
        f"{count} * ({bracket}) / std",
        f"dx is {letter} times too large, where {meaning}: a factor 1/{letter} in front was lost.",
    )
    exercise.slip(
        "dgamma, dbeta =",
        "dbeta, dgamma =",
        "dgamma and dbeta are in each other's place: return dx, dgamma, dbeta.",
    )
    already = "The mean over the samples is already in dy: what is left to do over the samples?"
    for other, hint in {
        "dgamma / len(dy), dbeta / len(dy)": "dgamma and dbeta are divided by the number "
        f"of samples. {already}",
        "dgamma / len(dy), dbeta": f"dgamma is divided by the number of samples. {already}",
        "dgamma, dbeta / len(dy)": f"dbeta is divided by the number of samples. {already}",
        "gamma.ravel() * dgamma, dbeta": "dgamma has the factor `gamma`. What is the derivative of "
        "gamma·x_hat + beta with respect to gamma?",
        "dgamma, gamma.ravel() * dbeta": "dbeta has the factor `gamma`. Is beta added before or "
        "after the scaling?",
        "dbeta.copy(), dbeta": "dgamma is the sum of dy, like dbeta. What did `gamma` multiply in "
        "the forward pass?",
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
        """dgamma was computed with x. What exactly did `gamma` multiply?"""
        x, cache = cache
        dx, _dgamma, dbeta = backward(dy, cache)
        return dx, (dy * x).sum(axis=(0, *range(2, dy.ndim))), dbeta
