"""``calibration_error(p, labels, n_bins) -> error``: how far confidence is from accuracy."""

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    float32,
    function,
    loop,
    mistake,
    shapes,
    slips,
    unchanged_inputs,
    values,
)

ORDINARY = "probabilities between the edges of the bins"
CERTAIN = "probabilities of exactly 1"
EDGE = "confidences exactly at the edge of two bins"


def calibration_error(p, labels, n_bins):
    confidence = p.max(axis=1)
    right = p.argmax(axis=1) == labels
    place = np.minimum((confidence * n_bins).astype(int), n_bins - 1)
    gaps = np.zeros(n_bins)
    for b in range(n_bins):
        inside = place == b
        gap = np.sum(right[inside]) - np.sum(confidence[inside])
        gaps[b] = np.abs(gap)
    error = float(np.sum(gaps) / len(p))
    return error


def answers(
    rng: np.random.Generator, about: str, shape: tuple[int, int], n_bins: int, dtype: str = "int64"
) -> Case:
    """Probabilities away from the edges of the bins, about half of the answers right."""
    n, K = shape
    while True:
        u = rng.normal(size=shape) * rng.uniform(0.5, 4, size=(n, 1))
        e = np.exp(u)
        p = e / e.sum(axis=1, keepdims=True)
        labels = np.where(rng.random(n) < 0.5, p.argmax(axis=1), rng.integers(K, size=n))
        at = p.max(axis=1) * n_bins
        both = len(set(p.argmax(axis=1) == labels)) == 2 or n == 1
        if np.all(np.abs(at - np.round(at)) > 1e-3) and both:
            return case(about, p=p, labels=labels.astype(dtype), n_bins=n_bins)


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    certain = answers(rng, "", (9, 3), 5)
    certain["p"][:4] = np.eye(3)[[0, 1, 2, 0]]
    certain["labels"][:4] = [0, 2, 2, 0]  # three of the four are right
    certain["p"][4] = [0.05, 0.05, 0.9]  # in the last bin as well
    certain["labels"][4:] = certain["p"][4:].argmax(axis=1)
    # In the bins of 0.45, 0.6 and 0.9, the samples at the edges have gaps of the other sign.
    p = np.array([0.45, 0.5, 0.6, 0.75, 0.9, 0.5])
    p, right = np.column_stack([p, 0.55 * (1 - p), 0.45 * (1 - p)]), [0, 1, 1, 0, 0, 1]
    order = rng.permutation(len(p))
    labels = np.where(right, 0, rng.integers(1, 3, size=len(p)))
    edge = case("", p=p[order], labels=labels[order], n_bins=4)
    return {
        ORDINARY: [
            answers(rng, "one sample", (1, 3), 4),
            answers(rng, "one bin", (12, 3), 1),
            answers(rng, "many samples", (60, 3), 5),
            answers(rng, "more bins than samples", (6, 4), 15),
            answers(rng, "labels in one byte", (30, 10), 10, "uint8"),
            answers(rng, "three hundred bins", (150, 3), 300),
            float32(answers(rng, "float32", (25, 4), 8)),
        ],
        CERTAIN: [certain],
        EDGE: [edge],
    }


def the_mean_of_an_empty_bin(p, labels, n_bins):
    """The result is nan: the mean over a bin without a sample is 0/0. Such a bin adds nothing."""
    confidence, right = p.max(axis=1), p.argmax(axis=1) == labels
    place = np.minimum((confidence * n_bins).astype(int), n_bins - 1)
    total = 0.0
    with np.errstate(all="ignore"):
        for b in range(n_bins):
            here = place == b
            parts = [np.sum(a[here]) / np.sum(here) for a in (right, confidence)]
            total += np.mean(here) * abs(parts[0] - parts[1])
    return total


def bins_of_equal_size(p, labels, n_bins):
    """Your bins hold equally many samples. The task asks for bins of equal width, from b/n_bins to
    (b + 1)/n_bins.
    """
    confidence, right = p.max(axis=1), p.argmax(axis=1) == labels
    parts = np.array_split(np.argsort(confidence), n_bins)
    return float(sum(abs(np.sum(right[i]) - np.sum(confidence[i])) for i in parts) / len(p))


def the_mean_over_the_bins(p, labels, n_bins):
    """Each bin counts the same, however many samples it holds. Its weight is the share of the
    samples that it holds.
    """
    confidence, right = p.max(axis=1), p.argmax(axis=1) == labels
    place = np.minimum((confidence * n_bins).astype(int), n_bins - 1)
    gaps = [
        abs(np.mean(right[i]) - np.mean(confidence[i])) for b in set(place) for i in [place == b]
    ]
    return float(np.sum(gaps) / n_bins)


def the_mean_over_the_bins_with_samples(p, labels, n_bins):
    """Each bin that holds samples counts the same. Its weight is the share of the samples that it
    holds.
    """
    confidence, right = p.max(axis=1), p.argmax(axis=1) == labels
    place = np.minimum((confidence * n_bins).astype(int), n_bins - 1)
    gaps = [
        abs(np.mean(right[i]) - np.mean(confidence[i])) for b in set(place) for i in [place == b]
    ]
    return float(np.mean(gaps))


def bins_from_the_lowest_confidence(p, labels, n_bins):
    """Your bins begin at the lowest confidence. They divide the whole range from 0 to 1."""
    confidence, right = p.max(axis=1), p.argmax(axis=1) == labels
    edges = np.linspace(confidence.min(), 1, n_bins + 1)[1:-1]
    gaps = np.bincount(np.digitize(confidence, edges), weights=right - confidence)
    return float(np.abs(gaps).sum() / len(p))


def bins_from_one_share(p, labels, n_bins):
    """Your bins divide the range from 1/K to 1. They divide the whole range from 0 to 1."""
    confidence, right = p.max(axis=1), p.argmax(axis=1) == labels
    edges = np.linspace(1 / p.shape[1], 1, n_bins + 1)[1:-1]
    gaps = np.bincount(np.digitize(confidence, edges), weights=right - confidence)
    return float(np.abs(gaps).sum() / len(p))


exercise = function(
    calibration_error,
    returns="error",
    points=4,
    cases=cases,
    judge=[
        values("error", weight=8, cases=ORDINARY),
        values("error", weight=2, cases=CERTAIN, alone=False, after=ORDINARY),
        values("error", cases=EDGE, alone=False, after=ORDINARY),
    ],
    form=(shapes("error"), unchanged_inputs()),
    answers=("course_lib.diagnostics",),
    hints=(
        """First make two arrays of length N: the confidence of each sample, and whether it is
        classified correctly. Then the number of its bin: which of the whole numbers 0, 1, 2, … lies
        just below confidence · n_bins, and what is to happen if the confidence is 1?""",
        """The weight of a bin times its gap is (1/N) · |Σ right − Σ confidence|, with sums over the
        samples of the bin: the number of its samples cancels, and an empty bin adds 0.""",
        """A smaller example: two classes, two bins, confidences 0.6, 0.8 and 0.9, of which the
        first two are right. All lie in the second bin: |2 − 2.3|/3 = 0.1. With ten bins there are
        three of them: (|1 − 0.6| + |1 − 0.8| + |0 − 0.9|)/3 = 0.5.""",
        loop("""
        right_in, sure_in = [0] * n_bins, [0] * n_bins
        for n in range(len(p)):
            confidence = max(p[n])
            b = min(int(confidence * n_bins), n_bins - 1)
            right_in[b] += np.argmax(p[n]) == labels[n]
            sure_in[b] += confidence
        """),
    ),
    grows=lambda rng, n: answers(rng, "growing", (n, 3), 1),  # no bin is empty with few rows
    mistakes=(
        *slips("""
confidence = p[np.arange(len(p)), labels]
    Your confidence is the probability of the label. The confidence is that of the class that the
    network answers, right or wrong.
confidence = p.mean(axis=1)
    The mean of the probabilities is always 1/K. Which of them is the confidence?
right = p[np.arange(len(p)), labels] > 0.5
    An answer is right if the label has the largest probability, which may be below ½.
right = p.argmax(axis=1)
    You use the class that is answered as a number. Is the answer right? Compare it with the label.
place = np.minimum((confidence * 10).astype(int), 9)
n_bins = 10
    You always use ten bins. Use the argument `n_bins`.
place = np.minimum(np.round(confidence * n_bins).astype(int), n_bins - 1)
    You round to the nearest edge, so your bins are shifted by half a bin. A bin begins at b/n_bins.
place = np.zeros(len(p), int)
    You compare the accuracy of all samples with their mean confidence, so that too high a
    confidence and too low a one cancel. Do so within each bin.
gaps[b] = gap
    Bins with too high and too low a confidence cancel. The error adds up the sizes of the gaps.
gaps[b] = gap**2
    You square the gaps of the bins. The error adds up their sizes.
gaps[b] = np.abs(gap) / max(np.sum(inside), 1)
    The gap of each bin counts the same, however many samples it holds. Its weight is the share of
    the samples that it holds.
gaps[b] = np.sum(np.abs(right[inside] - confidence[inside]))
    You add up the gap of each single sample. A single answer is a hit or a miss, so its gap is
    large even if the network is calibrated. Take the means of a bin first.
gap = np.sum(right[inside]) - np.sum(inside) * (b + 0.5) / n_bins
    You compare the accuracy with the middle of the bin. Use the mean confidence of its samples.
error = float(np.sum(gaps))
    Your number is N times too large.
error = float(np.sum(gaps) / n_bins)
    You divide by the number of bins. The weight of a bin is its number of samples divided by N.
error = 1 - float(np.sum(gaps) / len(p))
    Your number is 1 minus the error.
return float(np.mean(right))
    This is the accuracy.
return float(np.mean(confidence))
    This is the mean confidence.
"""),
        *slips(
            """
place = (confidence * n_bins).astype(int)
    A confidence of exactly 1 is in no bin: the last bin includes its upper end.
place = (confidence * n_bins).astype(int)
gaps = np.zeros(n_bins + 1)
for b in range(n_bins + 1):
    A confidence of exactly 1 has a bin of its own. It belongs to the last bin.
place = np.maximum(np.ceil(confidence * n_bins).astype(int) - 1, 0)
    A confidence at the edge of two bins is in the lower one. Which of its ends has a bin?
""",
            needs=(ORDINARY,),
        ),
        mistake(the_mean_of_an_empty_bin),
        mistake(bins_of_equal_size),
        mistake(bins_from_the_lowest_confidence),
        mistake(bins_from_one_share),
        mistake(the_mean_over_the_bins),
        mistake(the_mean_over_the_bins_with_samples),
    ),
)
