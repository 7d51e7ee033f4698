"""Temperature scaling (Guo et al. 2017): one number that makes probabilities fit the labels."""

import numpy as np

from course_lib.backend import Array, to_numpy
from course_lib.functional.softmax import softmax
from course_lib.requirements import require_floating, require_labels, require_samples
from course_lib.shapes import require_shapes

LOWEST, HIGHEST = 0.05, 20.0
HALVINGS = 50  # of the interval between the logarithms of both


def fit_temperature(u: Array, labels: Array) -> float:
    """The T that minimises the mean cross-entropy of ``softmax(u / T)``, between 0.05 and 20.

    Divide the scores of held-out samples by it. The order of the scores stays, so the accuracy
    does too. T is above 1 for a network that is overconfident, below 1 for one that is
    underconfident. Fit it on samples that the network has not seen in training.

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
    require_floating("fit_temperature", u=u)
    require_labels("fit_temperature", labels, u.shape[1], f"u has {u.shape[1]} columns")
    scores, places = to_numpy(u).astype(np.float64), to_numpy(labels)
    of_labels = scores[np.arange(len(places)), places]
    low, high = np.log(LOWEST), np.log(HIGHEST)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        probabilities = to_numpy(softmax(scores / np.exp(middle)))
        expected = np.sum(probabilities * scores, axis=1)
        # T^2 times the derivative of the loss; the loss is convex in 1/T, so its sign changes once.
        if np.mean(of_labels - expected) > 0.0:
            high = middle
        else:
            low = middle
    return float(np.exp((low + high) / 2))
