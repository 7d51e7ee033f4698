"""``whiten_fit(x, eps)`` and ``whiten_apply(x, stats)``, judged together: the content of stats is
free. The rotation of the result is free, too: principal axes (PCA), rotated back (ZCA), or any
other. Only what no rotation changes is judged: a mean of 0, the eigenvalues of the covariance, and
how the samples lie to each other.
"""

from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    Exercise,
    OwnRun,
    case,
    dtype,
    float32,
    form_step,
    mistake,
    shapes,
    slips,
    step,
    unchanged_inputs,
    values,
)


def whiten_fit(x, eps):
    mean = x.mean(axis=0)
    r = x - mean
    C = r.T @ r / len(x)
    lam, V = np.linalg.eigh(C)
    lam = np.maximum(lam, 0)  # rounding makes small ones negative
    scale = np.sqrt(lam + eps)
    W = (V / scale) @ V.T
    return mean, W


def whiten_apply(x, stats):
    mean, W = stats
    return (x - mean) @ W


FULL = "full rank"
SMALL = 1e-8  # so small that it does not matter to data that vary in all directions


def cloud(
    rng: np.random.Generator, about: str, n: int, d: int, eps: float, lowest: float = 0.5
) -> Case:
    """Data of known variance along random directions, with a mean away from 0, and other data."""
    spread = np.linspace(lowest, 3, d) * rng.uniform(0.9, 1.1, size=d)
    angle = rng.uniform(0.4, 0.7)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    Q = turn if d == 2 else np.linalg.qr(rng.normal(size=(d, d)))[0]
    raw = rng.normal(size=(n, d))
    raw -= raw.mean(axis=0)
    if n > d:
        raw = np.linalg.qr(raw)[0] * np.sqrt(n)
    centre = rng.choice([-1.0, 1.0], size=d) * rng.uniform(2, 5, size=d)
    other = rng.normal(size=(4, d)) * spread + rng.uniform(1, 2, size=d)
    return case(about, x=raw * spread @ Q.T + centre, other=other @ Q.T + centre, eps=eps)


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    twice = cloud(rng, "a feature is there twice", 10, 4, float(rng.uniform(0.02, 0.05)))
    for name in ("x", "other"):
        twice[name][:, 3] = 2 * twice[name][:, 0]
    # In new data the two features are not equal, so they vary where the training data do not.
    twice["other"][:, 3] += rng.choice([-1.0, 1.0], size=4)
    return {
        FULL: [
            cloud(rng, "two features", 6, 2, SMALL),
            cloud(rng, "four features", 12, 4, SMALL),
        ],
        "eps joins the eigenvalues": [
            cloud(rng, "a large eps", 12, 3, float(rng.uniform(0.2, 0.4)), lowest=0.4),
            float32(cloud(rng, "float32", 12, 3, float(rng.uniform(0.02, 0.05)))),
        ],
        "features that depend on others": [
            twice,
            cloud(rng, "as many samples as features", 5, 5, float(rng.uniform(0.02, 0.05))),
            cloud(rng, "fewer samples than features", 4, 6, float(rng.uniform(0.02, 0.05))),
        ],
        "a single feature": [cloud(rng, "one feature", 6, 1, SMALL)],
    }


def run(whiten_fit, whiten_apply, case):
    x, other, eps = case["x"], case["other"], case["eps"]
    copy = x.copy()  # writing into x is reported once, by its own property
    stats = whiten_fit(x, eps)
    # A fit to other data shows whether the function keeps something outside its result.
    whiten_fit(2 * copy[::-1] + 1, 2 * eps)
    return {"z": whiten_apply(copy, stats), "z of other data": whiten_apply(other, stats)}


MEAN, SHAPE = "the distance of z's mean from 0", "its smallest variance over its largest"
VARIANCES = "the variances of z along its main directions"
INNER, OTHER = "the inner products of z's rows", "the inner products of the other rows"
ACROSS = "the inner products of other rows with z's"


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """Quantities that no rotation of the result changes, whether it is right or wrong."""
    z = rows(outputs["z"], len(case["x"]))
    other = rows(outputs["z of other data"], len(case["other"]))
    form = {name: blank(value) for name, value in outputs.items()}
    names = [MEAN, INNER, VARIANCES]
    names += [SHAPE] * (case.get("group") == FULL)
    names += [OTHER, ACROSS] * (len(case["x"]) >= case["x"].shape[1])
    if isinstance(z, str) or isinstance(other, str) or z.shape[1] != other.shape[1]:
        said = z if isinstance(z, str) else other if isinstance(other, str) else "of another width"
        return form | dict.fromkeys(names, said)
    mean = z.mean(axis=0)
    C = (z - mean).T @ (z - mean) / len(z)
    # Directions of variance 0 may be left out: their variance is 0 either way.
    lam = np.zeros(max(case["x"].shape[1], len(C)))
    lam[: len(C)] = np.linalg.eigvalsh(C)
    lam = np.sort(lam)[::-1]
    # A common factor of z shows in its variances: it costs their property alone.
    unit = np.mean(lam) if case.get("group") == FULL and lam.any() else 1.0
    products = {INNER: z @ z.T, OTHER: other @ other.T, ACROSS: other @ z.T}
    found = {name: product / unit for name, product in products.items()} | {VARIANCES: lam}
    found = {name: a.astype(case["x"].dtype) for name, a in found.items()}
    found |= {MEAN: length(mean), SHAPE: float(lam[-1] / lam[0])}
    # The other data lies elsewhere, so it is not centred where the training data is.
    if length(other.mean(axis=0)) == 0:
        found[ACROSS] = "other data is centred by its own mean"
    return form | {name: found[name] for name in names}


def length(mean: np.ndarray) -> float:
    """The length of a mean; a length within rounding errors is 0."""
    norm = float(np.linalg.norm(mean))
    return norm if norm > 1e-4 else 0.0


def rows(value: Any, n: int) -> Any:
    """``value`` as a matrix of n rows, or a text that says why it is not one."""
    array = np.asarray(value)
    if array.dtype.kind == "c" and not array.imag.any():
        array = array.real
    if array.dtype.kind not in "biuf":
        return "no array of numbers"
    if array.ndim == 3 and len(array) == 1:
        array = array[0]  # right values in another form
    if array.ndim != 2 or len(array) != n:
        return f"of shape {array.shape}"
    array = array.astype(np.float64)
    # Dividing by a variance of (nearly) 0 gives one of these; rounding decides which one.
    if not np.isfinite(array).all() or np.abs(array).max(initial=0) > 1e6:
        return "above 1e6, or not finite"
    return array


def blank(value: Any) -> Any:
    """Zeros in the form of ``value``, whose numbers depend on the rotation."""
    array = np.asarray(value)
    if array.dtype.kind not in "biufc":
        return value
    zeros = np.zeros_like(array)
    return zeros if isinstance(value, np.ndarray) else zeros.tolist()


CENTRED = "the whitened training data has mean 0"
ALIKE = "its variance is equal in all directions"
IDENTITY = "its covariance is the identity"
ROTATED = "the samples are rotated and rescaled only"
BY_TRAINING = "other data use the training set's statistics"
MANY_FEATURES = (
    CENTRED,
    ALIKE,
    IDENTITY,
    ROTATED,
    "eps joins the eigenvalues",
    "features that depend on others",
    BY_TRAINING,
)


def fits_anew(x, eps):
    """`whiten_apply` computes mean and covariance from its argument `x`. It should use those of the
    training set, which `whiten_fit` has stored in `stats`.
    """
    return whiten_apply(x, whiten_fit(x, eps))


def in_place(x, stats):
    """The values are right, but `x` itself was overwritten, and it belongs to the caller.
    `x = x - mean` makes a new array, `x -= mean` does not.
    """
    mean, W = stats
    x -= mean
    return x @ W


exercise = Exercise(
    points=3,
    reference=(whiten_fit, whiten_apply),
    cases=cases,
    run=OwnRun(run),
    observe=observe,
    judge=[
        # Zeros have the mean 0, and any white data meets the next two.
        values(
            MEAN,
            alone=False,
            title=CENTRED,
            help="""Which point does your code subtract, and does it do so before or after it mixes
            the features?""",
        ),
        values(SHAPE, weight=2, cases=FULL, alone=False, title=ALIKE),
        values(VARIANCES, weight=4, cases=FULL, alone=False, title=IDENTITY),
        values(INNER, weight=2, cases=FULL, title=ROTATED),
        values(
            VARIANCES,
            INNER,
            cases="eps joins the eigenvalues",
            after=IDENTITY,
            help="""To which numbers do you add eps, and do you add it before or after the root?
            Which of your lines uses the argument `eps`?""",
        ),
        values(
            VARIANCES,
            INNER,
            cases="features that depend on others",
            after=IDENTITY,
            help="""If a feature depends on others, an eigenvalue is 0, and rounding may turn it
            into −1e-17. What do your root and your division give for this number?""",
        ),
        values(
            VARIANCES,
            INNER,
            cases="a single feature",
            after=IDENTITY,
            help="`np.cov` of one feature is a single number. `np.linalg.eigh` needs a matrix.",
        ),
        values(
            OTHER,
            ACROSS,
            weight=5,
            cases=FULL,
            title=BY_TRAINING,
            help="""Go through `whiten_apply`: which numbers does it compute from its argument `x`,
            and which of them should come from `stats`?""",
        ),
        values(
            OTHER,
            ACROSS,
            cases=("a large eps", "a feature is there twice"),
            title="other data, with a large eps",
            after="eps joins the eigenvalues",
        ),
        shapes("z", "z of other data"),
        dtype("z", "z of other data"),
        unchanged_inputs(),
    ],
    answers=("course_lib.preprocessing.whiten",),
    returns="an array like x",
    hints=(
        step(
            "Seen along an eigenvector of the covariance the data has one eigenvalue as its "
            "variance. By what do you divide to get variance 1?",
            ALIKE,
            IDENTITY,
            ROTATED,
        ),
        step(
            "C = (x − mean)ᵀ (x − mean) / N and `lam, V = np.linalg.eigh(C)`. Column k of "
            "(x − mean) @ V has the variance lam[k]; divide it by sqrt(lam[k] + eps).",
            *MANY_FEATURES,
        ),
        step(
            "A smaller example: x = [[2, 0], [−2, 0], [0, 1], [0, −1]] has mean 0 and C = [[2, 0], "
            "[0, 0.5]]. With eps = 0 the first row becomes [2/√2, 0], about [1.41, 0]; the third "
            "[0, 1/√0.5], with the same length (PCA and ZCA give this, up to order and sign).",
            *MANY_FEATURES,
        ),
        form_step("shapes", "float type is kept", "inputs are left as they were"),
    ),
    grows=lambda rng, n: cloud(rng, "growing", n, 3, SMALL),
    mistakes=(
        mistake(fits_anew, name="fits anew", others={"whiten_fit": lambda x, eps: eps}),
        *slips("""
return (x - x.mean(axis=0)) @ W
    `whiten_apply` subtracts the mean of its argument `x`. Which mean belongs to `stats`?
return x @ W
    The mean of z is not 0. Where does your code subtract the mean of the training data?
return x @ W - mean
    You subtract the mean after the rotation. The mean is a point in the original features, so
    subtract it before you mix them.
W = V / scale
return x @ W - mean
    You subtract the mean of the original features from the rotated ones. Which step has to come
    first, subtracting the mean or the rotation?
return W @ (x - mean).T
    The result is transposed: its rows are features. Each row should be a sample.
r = x
    You compute the covariance about 0 and not about the mean. Its first eigenvector then points
    from 0 to the mean of the data.
mean = 0 * x[0]
    You never subtract the mean, neither for the covariance nor from the data to be whitened.
C = r.T @ r / (len(x) - 1)
    The variances of z are (N − 1)/N instead of 1. By what did you divide? (`np.cov` divides by N −
    1 unless you say `bias=True`.)
C = r.T @ r
    The variances of z are 1/N, not 1. A covariance is a mean over the samples. (And squares of
    singular values of the data are N times its eigenvalues.)
scale = lam + eps
    You divide by the eigenvalue, which is a variance. Which power of it has the unit of the data?
W = (V * scale) @ V.T
    You multiply by the standard deviation, so directions of large variance get an even larger one.
    Every variance should become 1.
W = V
    The new features are uncorrelated, but each one still has its own variance. By which number do
    you divide each of them?
W = np.diag(1 / np.sqrt(x.var(axis=0) + eps))
    You scale each feature by itself, so the features stay correlated. Use the eigenvectors of the
    covariance.
W = V.T / scale
    You use the rows of V as eigenvectors. `np.linalg.eigh` returns them as columns of V: along the
    direction V[:, k] the variance is lam[k]. (`svd` returns rows, Vt.)
W = V / scale[:, None]
    The scale is applied along the wrong axis: to the original features, not to the eigenvectors.
    Rotate first, then scale. Which axis of V runs over the eigenvectors?
scale = np.sqrt(lam) + eps
    You add eps to the roots of the eigenvalues. To which numbers should you add it?
scale = np.sqrt(lam)
    `eps` is not used, so a direction in which the data have variance 0 is divided by 0 or by
    rounding errors.
scale = np.sqrt(lam + 1e-5)
    You add the same number to the eigenvalues for every `eps`. Which line should use the argument
    `eps`?
C = r.T @ r / len(x) + eps
lam = np.where(lam < 1e-6, 1e-20, lam)
scale = np.sqrt(lam)
    eps is added to every entry of the covariance. To add it to all eigenvalues, it belongs on the
    diagonal alone.
lam = np.sqrt(len(x) * np.maximum(lam, 0))
    You use singular values of the data as eigenvalues of the covariance. With x − mean = U S Vᵀ the
    covariance is V (S²/N) Vᵀ.
C = r.T @ r / len(x) / np.outer(x.std(axis=0), x.std(axis=0))
W = (V / scale) @ V.T / x.std(axis=0)[:, None]
    You standardise first, so eps is added to the eigenvalues of the correlation matrix. That
    whitens, too, but the task adds eps to the eigenvalues of the covariance.
"""),
        mistake(in_place, needs=(BY_TRAINING,)),
    ),
)
