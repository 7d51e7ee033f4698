"""One epoch of stochastic gradient descent, sample by sample (S1, the 14 steps)."""

from collections.abc import Callable, Iterable

from course_lib.backend import Array, array_namespace, to_numpy
from course_lib.shapes import require_shapes


def sgd_epoch(
    w: Array,
    x: Array,
    t: Array,
    batches: Iterable[Array],
    lr: float,
    example_gradient: Callable[[Array, Array, Array], Array],
) -> Array:
    """For each batch, step against the mean gradient of its samples.

    In S1's words: set the gradient to zero (step 5), add up those of the batch's samples (6 to 11),
    divide by their number (12), and step (13, 14): ``w = w - lr * (1/|batch|) sum_n dw_n``. All
    gradients of a batch are taken at the same w.

    Parameters
    ----------
    w : any shape, the weights
    x : (N, …) inputs
    t : (N, …) targets
    batches : arrays of indices into x and t, for instance from `minibatch_indices`
    lr : learning rate
    example_gradient : ``example_gradient(w, x_n, t_n)`` -> shape of w, for one sample

    Returns
    -------
    w : the new weights

    Raises
    ------
    ValueError
        If a batch is empty, x and t differ in length, or a gradient has another shape than w.
    """
    require_shapes("sgd_epoch", w=(w, "..."))
    if x.shape[0] != t.shape[0]:
        raise ValueError(f"sgd_epoch: there are {x.shape[0]} inputs and {t.shape[0]} targets")
    xp = array_namespace(w)
    w = xp.asarray(w, copy=True)
    for batch in batches:
        samples = [int(n) for n in to_numpy(batch)]
        if not samples:
            raise ValueError("sgd_epoch: a batch is empty, so it has no mean gradient")
        total = xp.zeros_like(w)
        for n in samples:
            dw = example_gradient(w, x[n, ...], t[n, ...])
            require_shapes("sgd_epoch", w=(w, "..."), dw=(dw, "..."))
            total = total + dw
        w = w - float(lr) * (total / len(samples))
    return w
