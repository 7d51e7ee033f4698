"""Mixup: weighted means of two samples and of their targets (Zhang et al. 2018)."""

import math

from course_lib.backend import Array, Generator, array_namespace, permutation
from course_lib.requirements import require_floating, require_generator
from course_lib.shapes import require_shapes


def mixup(x: Array, t: Array, rng: Generator, alpha: float) -> tuple[Array, Array]:
    """Mix each sample with another one of the batch: ``lam * x + (1 - lam) * x[p]``.

    One ``lam ~ Beta(alpha, alpha)`` and one random permutation p are drawn per call, for the whole
    batch. The targets are mixed with the same lam and p: ``lam * t + (1 - lam) * t[p]``. The
    permutation may have fixed points, so some samples can stay as they are. For small alpha, lam is
    mostly near 0 or 1; for alpha = 1 it is uniform in [0, 1]; for large alpha it is near 1/2.

    Parameters
    ----------
    x : (N, …) samples, floating point, for instance images (N, C, H, W)
    t : (N, K) targets, floating point: one-hot rows or probabilities
    rng : source of randomness
    alpha : parameter of the Beta distribution, positive; in the paper 0.1 to 0.4 for
        ImageNet and 1 for CIFAR

    Returns
    -------
    x : shape of x, the mixed samples
    t : (N, K), the mixed targets; rows that sum to 1 still do

    Raises
    ------
    ValueError
        If x and t differ in length, t is not (N, K), or alpha is not positive and finite.
    TypeError
        If x or t is not floating point, or rng is not a generator.
    """
    require_floating("mixup", 'make x floating point; for images x.astype("float32") / 255', x=x)
    require_floating("mixup", "make t floating point; one_hot(t, K) makes rows of labels", t=t)
    require_shapes("mixup", x=(x, "N ..."), t=(t, "N K"))
    require_generator("mixup", rng)
    if not 0.0 < alpha < math.inf:
        raise ValueError(f"mixup: alpha is {alpha}, expected a positive, finite number")
    lam = float(rng.beta(float(alpha), float(alpha)))
    p = permutation(rng, x.shape[0], like=x)
    xp = array_namespace(x, t)

    def mixed(a: Array) -> Array:
        return lam * a + (1.0 - lam) * xp.take(a, p, axis=0)

    return mixed(x), mixed(t)
