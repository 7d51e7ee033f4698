"""``sigmoid_backward(dz, cache) -> du``: the backward pass of ``z = sigmoid(u)``."""

from grader.checking.contract import slip, slips, values
from grader.exercises.activations import OVERFLOW, activation, run
from grader.exercises.ps06.sigmoid_forward import sigmoid_forward


def sigmoid_backward(dz, cache):
    z = cache
    return dz * z * (1 - z)


exercise = activation(
    sigmoid_forward,
    sigmoid_backward,
    points=1,
    run=run,
    weight=6,
    help=(
        """Every `u` has its own `z`, so there is no sum and no matrix product: each number of `du`
        is the number of `dz` at the same place times a derivative.""",
        """Differentiate 1/(1 + e) with e = exp(−u). Then write e with z: the derivative needs only
        z. Keep z in the cache.""",
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
    answers=("course_lib.functional.sigmoid",),
    hints="""
    A smaller example: u = 0 gave z = 0.5, and the derivative there is 0.5·0.5 = 0.25. u = 2 gave z
    = 0.881, derivative 0.881·0.119 = 0.105. With dz = [10, 10], du = [2.5, 1.05].
    """,
    mistakes=(
        *slips("""
cache = u
    In the product s·(1 − s), s must be the value of the sigmoid. You use the pre-activation `u`.
return dz * sigmoid_forward(z)[0] * (1 - sigmoid_forward(z)[0])
    You apply the sigmoid a second time, to its own output. What does your cache hold: `u` or `z`?
return dz * z
    You multiply by the sigmoid itself. Its derivative is something else: it goes to 0 at both ends,
    and it is largest, 1/4, at u = 0.
return dz * (1 - z)
    One factor of the derivative is missing: it has to go to 0 at both ends, and yours goes to 1 at
    the far left.
return dz * z - z**2
    `dz` multiplies a part of the derivative only. What does each `*` in your line belong to?
return dz * (1 - z**2)
    At u = 0 your derivative is 3/4, but the sigmoid's is 1/4. 1 − z² belongs to tanh.
return dz * z * 1 - z
    Python multiplies before it subtracts: dz * z * 1 - z is dz·z − z. Put 1 − z in parentheses.
"""),
        slip(
            "1 / (1 + np.exp(-u))",
            "np.exp(u) / (1 + np.exp(u))",
            "The nan comes out of your `sigmoid_forward`, where exp(u)/(1 + exp(u)) is "
            "inf/inf for large u. Repair that function first.",
        ),
        *slips(
            """
cache = u
return dz * np.exp(-z) / (1 + np.exp(-z)) ** 2
    Right near 0, but far to the left exp(−u) overflows and inf/inf is nan. Write the derivative
    with the sigmoid's value `z`, which always lies between 0 and 1.
cache = u
return dz * np.exp(z) / (1 + np.exp(z)) ** 2
    Right near 0, but far to the right exp(u) overflows and inf/inf is nan. The derivative needs no
    exponential at all: write it with the sigmoid's value `z`.
""",
            needs=("values of du",),
        ),
    ),
)
