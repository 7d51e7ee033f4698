"""``tanh_backward(dz, cache) -> du``: the backward pass of ``z = tanh(u)``."""

from grader.checking.contract import values
from grader.exercises.activations import OVERFLOW, activation, run
from grader.exercises.ps04.tanh_forward import tanh_forward


def tanh_backward(dz, cache):
    z = cache
    return dz * (1 - z**2)


exercise = activation(
    tanh_forward,
    tanh_backward,
    points=2,
    run=run,
    weight=6,
    help=(
        """As with the sigmoid: each number of `du` is the number of `dz` at the same place times a
        derivative, and that can be written with `z` alone.""",
        """tanh = sinh/cosh, sinh' = cosh, cosh' = sinh. The quotient rule gives (cosh² −
        sinh²)/cosh². What is sinh²/cosh² in terms of z?""",
    ),
    judge=[
        values(
            "du",
            weight=2,
            cases=OVERFLOW,
            help="""Far from 0 an exponential is infinite or 0. Does your derivative need one? All
            that it needs is in z.""",
        ),
    ],
    answers=("course_lib.functional.tanh",),
    hints="""
    Smaller: u = 0 gave z = 0, derivative 1. u = 1 gave z = 0.762, derivative 1 − 0.580 = 0.420.
    With dz = [10, 10], du = [10, 4.2].
    """,
)

exercise.slips("""
cache = u
    The square is taken of the pre-activation `u`; it belongs to the value of tanh. The derivative
    of tanh is never negative, and some of yours are.
return dz * (1 - z)
    At the far left your derivative is 2, but tanh is flat at both ends. A square is missing: tanh²
    + 1/cosh² = 1.
return dz * 1 - z**2
    `dz` multiplies a part of the derivative only. What does each `*` in your line belong to?
return dz * z**2
    Your derivative is 0 at u = 0 and 1 far from it. Where is tanh steep, and where is it flat?
return dz * (1 - np.tanh(z) ** 2)
    You apply tanh a second time, to its own output. What does your cache hold: `u` or `z`?
return dz * z * (1 - z)
    z·(1 − z) is the sigmoid's derivative. At u = 0 it would be 0, but tanh is steepest there, with
    derivative 1.
return dz * (1 - z) ** 2
    You square 1 − z. In the derivative 1 − z² only z is squared.
""")
exercise.slip(
    "z = np.tanh(u)",
    "z = (np.exp(u) - np.exp(-u)) / (np.exp(u) + np.exp(-u))",
    "The nan comes out of your `tanh_forward`, where a fraction of exponentials is inf/inf far "
    "from 0. Repair that function first.",
)
exercise.slips(
    """
cache = u
return dz * 4 * np.exp(2 * z) / (np.exp(2 * z) + 1) ** 2
    Right near 0, but far to the right exp(2u) overflows and inf/inf is nan. The derivative needs no
    exponential at all: write it with the value `z` of tanh.
""",
    needs=("values of du",),
)
