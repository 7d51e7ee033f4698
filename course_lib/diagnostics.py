"""Diagnostics of a network: saturated and dead units, gradients by layer, confidence."""

import math
from collections.abc import Sequence

import numpy as np

from course_lib.backend import Array, array_namespace, to_numpy
from course_lib.functional.activations import sigmoid_backward, sigmoid_forward
from course_lib.functional.softmax import softmax
from course_lib.requirements import require_labels, require_samples
from course_lib.shapes import require_shapes


def dead_fraction(z: Array) -> float:
    """Share of units (columns) that are not above 0 for any sample of the batch (S2).

    The gradient through such a ReLU is zero, so this batch gives its weights no gradient.

    Parameters
    ----------
    z : (N, D), ReLU activations, or pre-activations; not empty

    Returns
    -------
    share : in [0, 1]

    Raises
    ------
    ValueError
        If there are no samples or no units.
    """
    require_shapes("dead_fraction", z=(z, "N D"))
    if 0 in z.shape:
        raise ValueError(f"dead_fraction: z of shape {tuple(z.shape)} has no activations")
    xp = array_namespace(z)
    dead = xp.all(z <= 0, axis=0)
    return float(xp.mean(xp.astype(dead, xp.float64)))


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


def layer_gradient_norms(weights: Sequence[Array], x: Array, dy: Array) -> list[float]:
    """Frobenius norm of each layer's dW in the net ``z_l = sigmoid(z_{l-1} @ W_l)``, ``z_0 = x``.

    Each layer multiplies the gradient by ``z (1 - z) <= 1/4`` and by its weights: the norms shrink,
    or with large weights grow, by about the same factor from layer to layer (S2, S3).

    Parameters
    ----------
    weights : [W_1, …, W_L] with W_l (n_{l-1}, n_l), at least one; there are no biases
    x : (N, n_0)
    dy : (N, n_L), gradient of the loss with respect to z_L

    Returns
    -------
    norms : one per layer, the first layer's first

    Raises
    ------
    ValueError
        If there are no weights or the shapes do not fit together.
    """
    if not weights:
        raise ValueError("layer_gradient_norms: weights is empty; give at least one matrix")
    z = x
    steps = []
    for W in weights:
        require_shapes("layer_gradient_norms", z=(z, "N n_in"), W=(W, "n_in n_out"))
        z_in = z
        z, cache = sigmoid_forward(z @ W)
        steps.append((z_in, W, cache))
    require_shapes("layer_gradient_norms", y=(z, "N K"), dy=(dy, "N K"))
    dz = dy
    norms = []
    for z_in, W, cache in reversed(steps):
        du = sigmoid_backward(dz, cache)
        dW = z_in.T @ du
        norms.append(math.sqrt(float(array_namespace(dW).sum(dW * dW))))
        dz = du @ W.T
    return norms[::-1]


def saturated_fraction(z: Array, low: float, high: float) -> float:
    """Share of activations with ``z <= low`` or ``z >= high``, where the derivative is almost 0.

    Source: S2.

    Parameters
    ----------
    z : any shape, not empty
    low, high : where the flat ends begin, for instance 0.05 and 0.95 for a sigmoid

    Returns
    -------
    share : in [0, 1]

    Raises
    ------
    ValueError
        If there are no activations or low is not below high.
    """
    require_shapes("saturated_fraction", z=(z, "..."))
    if not low < high:
        raise ValueError(f"saturated_fraction: low is {low} and high {high}, expected low < high")
    if 0 in z.shape:
        raise ValueError(f"saturated_fraction: z of shape {tuple(z.shape)} has no activations")
    xp = array_namespace(z)
    flat = (z <= low) | (z >= high)
    return float(xp.mean(xp.astype(flat, xp.float64)))
