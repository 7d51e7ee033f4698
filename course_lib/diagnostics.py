"""How far the confidence of a network is from its accuracy, and a correction of it."""

import numpy as np

from course_lib.backend import Array, to_numpy
from course_lib.functional.softmax import softmax
from course_lib.requirements import require_labels, require_samples
from course_lib.shapes import require_shapes

LOWEST, HIGHEST = 0.05, 20.0
HALVINGS = 50  # of the interval between the logarithms of both


def fit_temperature(u: Array, labels: Array) -> float:
    """The T that minimises the mean cross-entropy of ``softmax(u / T)``, between 0.05 and 20.

    Divide the scores of held-out samples by it. The order of the scores stays, so the accuracy
    does too. T is above 1 for a network that is overconfident, below 1 for one that is
    underconfident. If several T have equally low loss, it is the smallest of them. Fit it on
    samples that the network has not seen in training (Guo et al. 2017).

    Parameters
    ----------
    u : (N, K) scores (logits)
    labels : (N,) integers in 0 … K-1

    Returns
    -------
    T : float

    Raises
    ------
    ValueError
        If the batch is empty, the shapes do not fit or a label is out of range.
    TypeError
        If u is not floating point or labels are not integers.
    """
    require_shapes("fit_temperature", u=(u, "N K"), labels=(labels, "N"))
    require_samples("fit_temperature", u=u)
    require_labels("fit_temperature", labels, u.shape[1], f"u has {u.shape[1]} columns")
    scores, places = to_numpy(u).astype(np.float64), to_numpy(labels)
    of_labels = scores[np.arange(len(places)), places]
    low, high = np.log(LOWEST), np.log(HIGHEST)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        probabilities = to_numpy(softmax(scores / np.exp(middle)))
        expected = np.sum(probabilities * scores, axis=1)
        # T^2 times the derivative of the loss; the loss is convex in 1/T, so its sign changes once.
        # It is rounded to 0 where every label has by far the highest score: take the smallest T.
        if np.mean(of_labels - expected) >= 0.0:
            high = middle
        else:
            low = middle
    return float(np.exp((low + high) / 2))


def calibration_error(p: Array, labels: Array, n_bins: int = 10) -> float:
    """How far the confidence is from the accuracy: the expected calibration error.

    The confidence of a sample is its largest probability. Bin b holds the samples whose confidence
    lies from ``b / n_bins`` to ``(b + 1) / n_bins``; the last one includes 1. The error is the mean
    over the samples of the distance between accuracy and mean confidence of their bins. With few
    samples it is above 0 even if the probabilities are right (Guo et al. 2017).

    Parameters
    ----------
    p : (N, K) probabilities
    labels : (N,) integers in 0 … K-1
    n_bins : number of bins of equal width

    Returns
    -------
    error : float in [0, 1]

    Raises
    ------
    ValueError
        If the batch is empty, the shapes do not fit, a label is out of range or n_bins is below 1.
    TypeError
        If p is not floating point or labels are not integers.
    """
    require_shapes("calibration_error", p=(p, "N K"), labels=(labels, "N"))
    require_samples("calibration_error", p=p)
    require_labels("calibration_error", labels, p.shape[1], f"p has {p.shape[1]} columns")
    if n_bins < 1:
        raise ValueError(f"calibration_error: n_bins is {n_bins}, expected 1 or more")
    probabilities = to_numpy(p).astype(np.float64)
    confidence = probabilities.max(axis=1)
    gaps = (probabilities.argmax(axis=1) == to_numpy(labels)) - confidence
    place = np.clip((confidence * n_bins).astype(int), 0, n_bins - 1)
    return float(np.abs(np.bincount(place, weights=gaps)).sum() / len(gaps))
