"""Batch norm in evaluation is an affine map, so it can be folded into the layer before (S2, S4)."""

from course_lib.backend import Array, array_namespace
from course_lib.shapes import require_shapes


def fold_batchnorm(
    W: Array, b: Array, gamma: Array, beta: Array, mean: Array, var: Array, eps: float
) -> tuple[Array, Array]:
    """Weights of one linear layer or convolution that includes the batch norm after it.

    In evaluation batch norm multiplies each output by ``s = gamma / sqrt(var + eps)``, so
    ``W' = W * s`` for each output and ``b' = (b - mean) * s + beta`` give the same result in one
    step. If an activation function stands between the layer and its batch norm, folding is not
    possible.

    Parameters
    ----------
    W : (n_in, n_out), or (C_out, C_in, kh, kw) of a convolution
    b, gamma, beta, mean, var : (n_out,) or (C_out,); mean and var are the running statistics
    eps : as in batch norm

    Returns
    -------
    W, b : new ones, of the same shapes

    Raises
    ------
    ValueError
        If the shapes do not fit together.
    """
    letters = "n_out n_in kh kw" if getattr(W, "ndim", 2) == 4 else "n_in n_out"
    vectors = {"b": b, "gamma": gamma, "beta": beta, "mean": mean, "var": var}
    of_outputs = {name: (vector, "n_out") for name, vector in vectors.items()}
    require_shapes("fold_batchnorm", W=(W, letters), **of_outputs)
    xp = array_namespace(W, b, gamma, beta, mean, var)
    s = gamma / xp.sqrt(var + float(eps))
    per_output = s if W.ndim == 2 else s[:, None, None, None]
    return W * per_output, (b - mean) * s + beta
