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


def forward_mistakes(exercise: Exercise, *, unit: str, scaled: str) -> None:
    """Add the mistakes of a forward pass.

    Parameters
    ----------
    unit : what has a mean of its own: ``"row"``
    scaled : what has a gamma of its own: ``"column"``
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
    count: str,
    computed: str = "They are",
    only: str = "",
) -> None:
    """Add the mistakes of a backward pass.

    Parameters
    ----------
    unit : what has a mean of its own: ``"row"``
    letter : what the hints call the number of values in it: ``"D"``
    count : that number in code: ``"d.shape[1]"``
    computed : how the hint about constant statistics says when they are computed
    only : an ending of the expression for ``std`` that restricts the mistakes made in it
    """
    bracket = "d - mean - x_hat * along"
    meaning = f"{letter} is the number of values in a {unit}"
    exercise.slip(
        bracket,
        "d",
        f"Mean and variance are treated as constants. {computed} computed from the {unit}: "
        "moving one of its x moves all of its y. Follow these two paths, too.",
    )
    exercise.slip(
        bracket,
        "d - mean",
        "The path through the mean is there; the variance depends on x as well.",
    )
    exercise.slip(
        bracket,
        "d - x_hat * along",
        "The path through the variance is there; the mean depends on x as well.",
    )
    exercise.slip(
        "d = gamma * dy",
        "d = dy",
        "`gamma` is not in dx, although the normalised x was multiplied by it.",
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
        bracket,
        f"d - mean - x_hat * along * {count} / max({count} - 1, 1)",
        f"The part through the variance is divided by {letter} − 1, where {meaning}. The forward "
        f"pass normalised with the biased variance, so its derivative has {letter}.",
    )
    exercise.slip(
        bracket,
        f"d - {count} * (mean + x_hat * along)",
        f"The parts through mean and variance are {letter} times too large, where {meaning}: each "
        f"x has a share of 1/{letter} in a mean.",
    )
    exercise.slip(
        bracket,
        f"d - mean - {count} * x_hat * along",
        f"The part through the variance is {letter} times too large, where {meaning}: the "
        f"variance is a mean, too, and each x has a share of 1/{letter} in it.",
    )
    exercise.slip(
        f"({bracket}) / std",
        f"{count} * ({bracket}) / std",
        f"dx is {letter} times too large, where {meaning}: a factor 1/{letter} in front was lost.",
    )
    exercise.slip(
        bracket,
        "d - mean + x_hat * along",
        "The part through the variance has the wrong sign: it is subtracted, like the mean.",
    )
    exercise.slip(
        "dgamma, dbeta =",
        "dbeta, dgamma =",
        "dgamma and dbeta are in each other's place: return dx, dgamma, dbeta.",
    )
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
