"""Element by element: ReLU, and the mask of dropout."""

from typing import Any

import numpy as np

from course_lib.backend import Generator, uniform
from course_lib.fast.formulas.compiled.kernel import c, kernel


def relu_forward(u: Any) -> tuple[Any, Any]:
    """As `course_lib.functional.relu_forward`; z has the memory layout of u."""
    z = np.empty_like(u)
    if z.strides != u.strides:
        u = np.array(u, order="K")
    _relu(u.ravel("K"), z.ravel("K"))
    return z, z


def relu_backward(dz: Any, z: Any) -> Any:
    """As `course_lib.functional.relu_backward`."""
    du = np.empty_like(z)
    if not dz.strides == z.strides == du.strides:
        dz, z, du = c(dz), c(z), np.empty(z.shape, z.dtype)
    _relu_backward(dz.ravel("K"), z.ravel("K"), du.ravel("K"))
    return du


def dropout_forward(x: Any, drop_prob: float, rng: Generator, *, training: bool) -> tuple[Any, Any]:
    """As `course_lib.functional.dropout_forward` in training."""
    drawn: Any = uniform(rng, x.shape, like=x)
    y, scaled_mask = np.empty(x.shape, x.dtype), np.empty(x.shape, x.dtype)
    limit, scale = x.dtype.type(drop_prob), x.dtype.type(1.0 / (1.0 - drop_prob))
    _drop(c(x).ravel(), drawn.ravel(), limit, scale, y.ravel(), scaled_mask.ravel())
    return y, scaled_mask


@kernel
def _relu(u: Any, z: Any) -> None:
    for k in range(len(u)):
        z[k] = u.dtype.type(0) if u[k] <= 0 else u[k]  # nan stays nan


@kernel
def _relu_backward(dz: Any, z: Any, du: Any) -> None:
    for k in range(len(z)):
        du[k] = dz[k] if z[k] > 0 else dz[k] * 0


@kernel
def _drop(x: Any, drawn: Any, limit: Any, scale: Any, y: Any, scaled_mask: Any) -> None:
    for k in range(len(x)):
        scaled_mask[k] = scale if drawn[k] >= limit else x.dtype.type(0)
        y[k] = x[k] * scaled_mask[k]
