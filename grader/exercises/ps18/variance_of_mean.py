"""``variance_of_mean(errors, M) -> variance``: of a larger ensemble, from the errors of a few."""

import numpy as np

from grader.checking.contract import Case, case, function, shapes, slips, unchanged_inputs, values


def variance_of_mean(errors, M):
    K, N = errors.shape
    d = errors - errors.mean(axis=1, keepdims=True)
    C = d @ d.T / N
    var = np.trace(C) / K
    cov = (np.sum(C) - np.trace(C)) / (K * (K - 1))
    variance = cov + (var - cov) / M
    return variance


MORE = "more members than there are"
AS_MANY = "as many members as there are"
ONE = "a single member"


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    def several(about: str, K: int, N: int, M: int) -> Case:
        """Members that share a part of their errors, with different variances and means."""
        shared = rng.normal(size=N)
        own = rng.normal(size=(K, N)) * rng.uniform(0.6, 1.8, size=(K, 1))
        offset = rng.uniform(0.4, 1.2, size=(K, 1)) * np.where(np.arange(K) % 2, -0.5, 1)[:, None]
        return case(about, errors=rng.uniform(0.6, 1.2) * shared + own + offset, M=M)

    return {
        MORE: [
            several("two members, M = 3", 2, 5, 3),
            several("three members, M = 10", 3, 8, 10),
            several("more members than inputs", 7, 4, 20),
            several("K = N", 5, 5, 9),
            several("very many", 4, 40, 1000),
        ],
        AS_MANY: [several("", 4, 12, 4)],
        ONE: [several("", 3, 12, 1)],
    }


exercise = function(
    variance_of_mean,
    returns="variance",
    points=4,
    cases=cases,
    without=("in place",),
    judge=[
        values(
            weight=6,
            cases=MORE,
            help="""Two numbers are needed: the mean variance of a member, and the mean covariance
            of two different members. Which of them is divided by M?""",
        ),
        # What divides the variance by M, and what ignores M, are right in one of them.
        values(
            cases=AS_MANY,
            alone=False,
            help="With all K members, the result is the variance of their mean over the inputs.",
        ),
        values(
            cases=ONE, alone=False, help="For M = 1 only the mean variance of a member is left."
        ),
    ],
    form=(shapes(title="one number comes back"), unchanged_inputs()),
    answers=("grader.exercises.ps18.variance_of_mean", "course_lib.ensembles"),
    hints="""
    Subtract from each row its mean. Then d @ d.T / N, a matrix of K × K numbers, has the variances
    of the members on its diagonal and their covariances beside it.

    A mean of M members contains M of M² pairs (k, k), and M² − M pairs of two different members. So
    the variance is var/M plus a share of cov.

    A smaller example: errors = [[1, −1], [3, 1]] and M = 4. Minus their means 0 and 2, both rows
    are [1, −1]: both variances are 1, and the covariance is 1. So the variance of the mean of four
    is 1, too: copies gain nothing.
    """,
    mistakes=slips("""
variance = var / M
    You divide the whole variance by M. That holds for errors that are not correlated. What remains
    of the part that the members share?
variance = var
    `M` is not used. Which part of the variance becomes smaller with more members?
variance = cov
    This is the limit of very many members. What do M members add to it?
variance = cov + var / M
    For M = 1 this is more than the variance of one member. How many of the M² pairs are pairs of a
    member with itself, and how many are not?
variance = cov / M + (var - cov)
    You divide the shared part by M. Which part averages out, the shared one or the rest?
variance = cov * var + (1 - cov) * var / M
    You use the covariance as ρ. It already is ρσ²: with σ² = 2 and ρ = 0.5, what is the covariance?
variance = np.sqrt(cov + (var - cov) / M)
    You return a standard deviation. Asked is its square.
variance = np.var(errors.mean(axis=0))
    `M` is not used: this is the variance of the mean of the members that you have. Asked is that of
    M members.
variance = cov / var
    You return the correlation. Asked is the variance of a mean of M members.
d = errors
    You do not subtract the mean error of each member. A variance is measured from the mean.
d = errors - errors.mean(axis=0, keepdims=True)
    You subtract the mean over the members. The variance here is over the inputs: which axis is
    that?
d = errors - errors.mean()
    You subtract one mean of all. Each member has a mean error of its own.
C = d @ d.T
    You add up over the inputs, but do not divide by their number.
C = d @ d.T / (N - 1)
    You divide by N − 1. The task asks for means over all N inputs.
C = d.T @ d / N
    This matrix belongs to the inputs. Which product has a row for each member?
C = np.corrcoef(errors)
    These are correlations: every member has the variance 1 in it. Asked are covariances.
C = d @ d.T / K
    You divide by the number of members. The mean is over the inputs.
var = np.trace(C)
    You add up the variances of the members. Take their mean.
var = C[0, 0]
    You use the variance of the first member only.
var = np.max(np.diag(C))
    You use the largest variance. Take the mean over the members.
cov = np.mean(C)
    Your mean over all pairs contains the pairs of a member with itself. Leave the diagonal out.
cov = C[0, 1]
    You use the first pair of members only. Take the mean over all pairs.
cov = (np.sum(C) - np.trace(C)) / K**2
    You divide by K², but without the diagonal there are fewer pairs. How many?
cov = np.sum(np.triu(C, 1)) / (K * (K - 1))
    You divide by the number of ordered pairs, but above the diagonal each pair stands only once.
cov = var * (np.sum(np.corrcoef(errors)) - K) / (K * (K - 1))
    You multiply the mean correlation by the mean variance. Where the variances differ, this is not
    the mean covariance that the task asks for.
cov = (np.sum(C) - np.trace(C)) / (K * (K - 1) / 2)
    You divide by the number of pairs without order, but the sum has each pair twice.
cov = (np.sum(C) - np.trace(C)) / K
    You divide by K. How many entries does the matrix have beside its diagonal?
"""),
)
