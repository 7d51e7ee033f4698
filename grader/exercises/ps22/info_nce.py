"""``info_nce(a, b, temperature) -> (value, da, db)``: each row of a finds its partner in b."""

import numpy as np

from grader.checking.contract import Case, case, function, mistake, slips, step, values


def info_nce(a, b, temperature):
    N = len(a)
    a_length = np.sqrt(np.sum(a**2, axis=1, keepdims=True))
    b_length = np.sqrt(np.sum(b**2, axis=1, keepdims=True))
    a_hat = a / a_length
    b_hat = b / b_length
    s = a_hat @ b_hat.T / temperature
    shifted = s - s.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    value = -np.sum(np.diag(log_p)) / N
    ds = (np.exp(log_p) - np.eye(N, dtype=a.dtype)) / N
    da_hat = ds @ b_hat / temperature
    db_hat = ds.T @ a_hat / temperature
    da = (da_hat - np.sum(da_hat * a_hat, axis=1, keepdims=True) * a_hat) / a_length
    db = (db_hat - np.sum(db_hat * b_hat, axis=1, keepdims=True) * b_hat) / b_length
    return value, da, db


def views(
    rng: np.random.Generator, about: str, N: int, D: int, temperature: float, far: float = 0.6
) -> Case:
    """N pairs of vectors of different lengths; ``far`` is the distance of two partners."""
    a = rng.normal(size=(N, D))
    a = a / np.sqrt(np.sum(a**2, axis=1, keepdims=True))
    away = rng.uniform(0.6, 1, size=(N, D)) * rng.choice([-1.0, 1.0], size=(N, D))
    b = a + far * away / np.sqrt(D)
    lengths = rng.uniform(0.6, 0.9, size=(2, N, 1)) * rng.choice([1.0, 2.0], size=(2, N, 1))
    return case(
        about,
        a=lengths[0] * a,
        b=1.5 * lengths[1] * b,
        temperature=temperature * float(rng.uniform(0.9, 1.1)),
    )


def cold(rng: np.random.Generator) -> Case:
    """No partner is near, and one row of a has no near row of b: the directions are orthogonal."""
    Q, _R = np.linalg.qr(rng.normal(size=(4, 4)))
    away = rng.uniform(0.05, 0.1, size=(3, 4)) * rng.choice([-1.0, 1.0], size=(3, 4))
    lengths = rng.uniform(0.6, 1.8, size=(2, 3, 1))
    return case(
        "a temperature of about 0.0005",
        a=lengths[0] * Q[:3],
        b=lengths[1] * (Q[1:] + away),
        temperature=0.0005 * float(rng.uniform(0.9, 1.1)),
    )


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    single = views(rng, "float32", 4, 3, 0.5)
    for name in ("a", "b"):
        single[name] = single[name].astype(np.float32)
    return {
        "ordinary batches": [
            views(rng, "two pairs in the plane", 2, 2, 0.6),
            views(rng, "more pairs than coordinates", 5, 3, 0.5, far=1.0),
            views(rng, "as many pairs as coordinates", 3, 3, 0.4, far=0.8),
            views(rng, "a temperature above 1", 4, 2, 2.5),
        ],
        "a small temperature: no overflow": [cold(rng)],
        "float32, by value": [single],
    }


VALUE, DA, DB = "the value", "da", "db"


def both_directions(a, b, temperature):
    """Your loss is a mean of both directions. This one has a single direction: each a_i chooses
    among all b_j."""
    value, da, db = info_nce(a, b, temperature)
    other, db_too, da_too = info_nce(b, a, temperature)
    return (value + other) / 2, (da + da_too) / 2, (db + db_too) / 2


exercise = function(
    info_nce,
    returns="value, da, db",
    points=2,
    cases=cases,
    judge=[
        values(
            "value",
            weight=3,
            cases="ordinary batches",
            title=VALUE,
            help="""Write the (N, N) table of cosines divided by the temperature. In row i, which
            column is the right class?""",
        ),
        values("da", weight=3, cases="ordinary batches", title=DA),
        values("db", weight=3, cases="ordinary batches", title=DB),
        values(
            weight=3,
            cases="a small temperature: no overflow",
            after=VALUE,
            alone=False,
            help="""A cosine of 1 divided by 0.001 is 1000, and exp(1000) is infinite. What can you
            subtract from a row of scores without changing its softmax (notebook 02)?""",
        ),
        values(cases="float32, by value", rtol=1e-3),
    ],
    answers=("course_lib.losses.metric_learning", "course_lib.losses.classification"),
    hints=(
        step(
            "Divide each row of a and of b by its length. What are the products of all these rows? "
            "And which of notebook 02's losses compares a row of scores with the right class?",
            VALUE,
        ),
        step(
            "Go backwards step by step. Softmax with cross-entropy has the gradient (p − "
            "identity)/N for the table. The table is a product of two matrices, which notebook 06 "
            "differentiates. Then only the division by the length is left.",
            *(DA, DB),
        ),
        "If â = a/|a| and the gradient for â is g, then the gradient for a is (g − (g·â) â)/|a|: "
        "what points along â changes only the length, and the length does not matter.",
        "A smaller example: a = [[2, 0], [0, 1]], b = [[3, 0], [0, 5]], temperature 1. The cosines "
        "are [[1, 0], [0, 1]]. In both rows the right class has the probability e/(e + 1) ≈ 0.731, "
        "so the value is 0.313. The gradient for â₁ is ½(0.731 − 1, 0.269) = (−0.134, 0.134). The "
        "part across â₁ is (0, 0.134), so da₁ = (0, 0.067).",
    ),
    grows=lambda rng, n: views(rng, "growing", n, 4, 0.5),
    mistakes=(
        *slips("""
shifted = s
    At a small temperature the exponential overflows. Subtract the largest score of each row first.
log_p = np.log(np.exp(shifted) / np.sum(np.exp(shifted), axis=1, keepdims=True))
    At a small temperature the value is infinite: a probability is rounded to 0, and you take its
    logarithm. The logarithm of a quotient is a difference. What is the logarithm of its numerator?
shifted = s - s.max()
    At a small temperature the value is infinite or nan: you subtract the largest score of the whole
    table, and in other rows all exponentials are rounded to 0. Each row needs its own.
log_p = (s - s.max(axis=0)) - np.log(np.sum(np.exp(s - s.max(axis=0)), axis=0))
    Each b_j chooses among all a_i. It is the other direction: a_i chooses among all b_j, so the
    probabilities of a row add up to 1.
a_hat = a
b_hat = b
da = da_hat
db = db_hat
    You use dot products. A cosine does not depend on the lengths of the vectors.
a_length = np.sum(a**2, axis=1, keepdims=True)
b_length = np.sum(b**2, axis=1, keepdims=True)
    You divide by the squared length. After that, the vectors do not have length 1.
s = a_hat @ b_hat.T * temperature
da_hat = ds @ b_hat * temperature
db_hat = ds.T @ a_hat * temperature
    You multiply by the temperature. The smaller it is, the larger the scores have to be.
s = a_hat @ b_hat.T
da_hat = ds @ b_hat
db_hat = ds.T @ a_hat
    Your result does not depend on the temperature.
"""),
        *slips(
            """
da_hat = ds @ b_hat
db_hat = ds.T @ a_hat
    The value is right, but the gradients lack the factor 1/temperature. The chain rule passes
    through the division, too.
da = da_hat / a_length
db = db_hat / b_length
    The value is right. Your gradients have a part along the vectors, although a longer vector has
    the same cosine. Differentiate a/|a| once more: the length depends on a, too.
da = da_hat - np.sum(da_hat * a_hat, axis=1, keepdims=True) * a_hat
db = db_hat - np.sum(db_hat * b_hat, axis=1, keepdims=True) * b_hat
    The value is right, and your gradients point into the right directions. But a long vector turns
    less than a short one if you add the same to both. Which factor is missing?
da = da_hat
db = db_hat
    The value is right. Your gradients belong to the vectors of length 1. Which gradient do a and b
    themselves get?
da_hat = ds @ b / temperature
db_hat = ds.T @ a / temperature
    The value is right. Your scores are products of rows of length 1, but your backward pass
    multiplies by `b` and `a` as they came. Which rows stood in the product?
ds = np.exp(log_p) / N
    The value is right. In the gradient of softmax with cross-entropy, the 1 of the right class is
    missing (notebook 02).
ds = np.exp(log_p) - np.eye(N, dtype=a.dtype)
    The value is a mean over the N rows, but the gradients belong to the sum.
return value, -da, -db
    The value is right, and the gradients have the wrong sign.
""",
            needs=(VALUE,),
        ),
        *slips(
            """
db_hat = ds @ a_hat / temperature
    `db` is wrong. The row b_j stands in column j of the table, so the sum for db_j goes over the
    rows.
return value, da, 0 * db
    `db` is 0. The loss depends on both views. (Some methods stop the gradient of one of them; this
    loss does not.)
""",
            needs=(VALUE, DA),
        ),
        *slips("""
return value * N, da * N, db * N
    Value and gradients belong to the sum over the rows. Take the mean.
value = -np.sum(log_p) / N**2
ds = (np.exp(log_p) - 1 / N) / N
    You average over the whole table. In row i only the score of the partner, column i, is the right
    class.
log_p = shifted - np.log(np.sum(np.exp(shifted) * (1 - np.eye(N)), axis=1, keepdims=True))
ds = (np.exp(log_p) * (1 - np.eye(N)) - np.eye(N)) / N
    The sum in the denominator lacks the partner itself. It goes over all columns of the row.
"""),
        mistake(both_directions),
    ),
)
