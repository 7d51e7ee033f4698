"""An exponential average of the weights, for use after training (Polyak and Juditsky 1992)."""

from course_lib.backend import Array
from course_lib.shapes import require_shapes


def average_step(average: Array, w: Array, *, decay: float, t: int) -> Array:
    """The average after step t: ``average + (1 - decay) / (1 - decay**t) * (w - average)``.

    The weights of the steps 1 to t have shares that fall by `decay` from each step to the one
    before it, and add up to 1 at every t. It is the running mean of Adam after its correction.

    Parameters
    ----------
    average : any shape, the average after step t - 1; ignored at t = 1
    w : shape of average, the weights after step t
    decay : share that the old average keeps in late steps, in [0, 1)
    t : number of this step, counted from 1

    Returns
    -------
    average : the new one

    Raises
    ------
    ValueError
        If the shapes differ, decay is not in [0, 1), or t is below 1.
    """
    if average.shape != w.shape:
        require_shapes("average_step", average=(average, "..."), w=(w, "..."))
    if not 0.0 <= decay < 1.0:
        raise ValueError(f"average_step: decay is {decay}, expected 0 <= decay < 1")
    if t < 1:
        raise ValueError(f"average_step: t is {t}, but counts from 1")
    return average + float((1 - decay) / (1 - decay**t)) * (w - average)
