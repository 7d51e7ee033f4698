"""The eigenvalues of a Hessian, which are the curvatures along its eigenvectors."""

from course_lib.backend import Array, array_namespace
from course_lib.requirements import require_floating
from course_lib.shapes import require_shapes


def symmetric_eigenvalues(where: str, H: Array) -> Array:
    """Eigenvalues (D,) of H (D, D) in ascending order; raise unless H is a symmetric matrix.

    ``where`` is the function that was called, the first word of the messages.
    """
    require_shapes(where, H=(H, "D D"))
    require_floating(where, H=H)
    xp = array_namespace(H)
    skew = float(xp.max(xp.abs(H - H.T)))
    if skew > 100.0 * float(xp.finfo(H.dtype).eps) * float(xp.max(xp.abs(H))):
        raise ValueError(
            f"{where}: H differs from its transpose by {skew:g}; second derivatives are symmetric"
        )
    return xp.linalg.eigvalsh(H)
