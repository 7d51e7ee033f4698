"""``leaky_relu_backward(dz, cache) -> du``: each gradient times 1 or the slope."""

import numpy as np

from grader.checking.contract import slips, values
from grader.exercises.activations import activation, any_subgradient
from grader.exercises.ps08.leaky_relu_forward import KINK, cases, leaky_relu_forward, units


def leaky_relu_backward(dz, cache):
    u, slope = cache
    return np.where(u > 0, dz, slope * dz)


exercise = activation(
    leaky_relu_forward,
    leaky_relu_backward,
    points=1,
    cases=cases,
    observe=any_subgradient,
    weight=6,
    help=(
        """The function consists of two straight lines. What is the derivative of each of them?""",
        """du = dz where u > 0, and slope·dz where u < 0. So the cache has to contain the sign of u
        and the slope.""",
    ),
    judge=[
        values(
            "du",
            cases=KINK,
            help="""At u = 0 any factor from slope to 1 is accepted. Which of your conditions is
            true there?""",
        ),
    ],
    answers=("course_lib.functional.leaky_relu",),
    hints="""
    A smaller example: u = [[3, −2]] with slope 0.1. With dz = [[−5, 7]] the gradient is [[−5,
    0.7]].
    """,
    batch=units,
    mistakes=(
        *slips("""
return np.where(u > 0, dz, 0 * dz)
    Where u is negative, your gradient is 0, as for ReLU. Leaky ReLU is not constant there: if u
    changes by a small amount, by how much does z change?
return np.where(u > 0, dz, dz)
    The gradient passes unchanged everywhere. Where u is negative, z changes less than u.
return np.where(dz > 0, dz, slope * dz)
    You reduce the negative gradients. The sign of `u` in the forward pass decides, not the sign of
    `dz`.
return np.where(u > 0, slope * dz, dz)
    The sides are swapped: the gradient passes unchanged where u > 0.
return np.where(u > 0, dz, slope * u * dz)
    Where u is negative, you multiply by the value z. The chain rule multiplies by the derivative of
    z with respect to u.
return slope * dz
    You reduce the gradient everywhere. What is the derivative where u is positive?
return np.where(u > 0, dz, slope + 0 * dz)
    Where u is negative, you do not use `dz`. There, too, the chain rule multiplies the derivative
    by the upstream gradient.
return dz * np.where(u > 0, u, slope * u)
    You multiply by the value z. The chain rule multiplies by the derivative of z with respect to u.
return np.where(u > 0, dz, 0.01 * dz)
    Your factor is always 0.01. The forward pass gets `slope` as an argument. How can you pass it to
    the backward pass?
return np.where(u > 0, dz, -slope * dz)
    Where u is negative, your gradients have the wrong sign. The function rises there, too.
return np.where(u > 0, dz, dz / slope)
    Where u is negative, your gradients grow instead of becoming smaller. The backward pass
    multiplies by the same number as the forward pass.
"""),
        *slips(
            """
return dz * (u > 0) + slope * dz * (u < 0)
    The gradient is wrong only where u is exactly 0: neither of your two conditions is true there,
    so it is 0, which is the derivative of neither side. Let one of the conditions include 0.
""",
            needs=("values of du",),
        ),
        *slips(
            """
return dz * np.where(u > 0, 1.0, slope)
    The values are right, but float32 becomes float64, because one of your arrays is float64, for
    example one made from Python numbers or masks. Which one is it, and how do you give it the dtype
    of `dz`?
""",
            needs=("values of du",),
        ),
    ),
)
