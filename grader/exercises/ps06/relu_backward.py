"""``relu_backward(dz, cache) -> du``: the gradient passes where the unit was active."""

from grader.checking.contract import slips
from grader.exercises.activations import activation, any_subgradient
from grader.exercises.ps06.relu_forward import cases, relu_forward


def relu_backward(dz, cache):
    u = cache
    return dz * (u > 0)


exercise = activation(
    relu_forward,
    relu_backward,
    points=1,
    cases=cases,
    observe=any_subgradient,
    weight=6,
    help="The derivative of max(u, 0) takes two values only. Which, and where?",
    answers=("course_lib.functional.relu", "course_lib.functional.mlp"),
    hints="""
    A comparison gives an array of True and False. A number times True keeps its value, and a number
    times False becomes 0. At u = 0, any factor from 0 to 1 is accepted.

    A smaller example: u = [[3, −2]] gave z = [[3, 0]]. With dz = [[−5, 7]] the gradient is [[−5,
    0]].
    """,
    mistakes=slips("""
return dz
    The gradient passes everywhere. For a negative u the output stays 0 if u changes a little. (If
    you do compare: z = relu(u) is never below 0, so `z >= 0` is always true.)
return np.maximum(dz, 0)
    You set negative gradients to 0. The sign of `u` in the forward pass decides: where u was
    positive, a gradient of either sign passes.
return dz * np.maximum(u, 0)
    You multiply by the value of ReLU. The chain rule multiplies by its derivative: how much does z
    = u change when u does?
return dz * (u > 0) * (dz > 0)
    Negative gradients become 0, also where u was positive. How does z change there if u changes,
    and does this depend on the sign of `dz`?
return dz * np.sign(u)
    Where u was negative the gradient passes with its sign turned. How much does z change there when
    u does?
return np.where(u > 0, dz, 0.01 * dz)
    Where u was negative a hundredth of the gradient passes, as with the leaky ReLU. How much does z
    change there when u does?
return dz * (u <= 0)
    The mask is turned: the gradient passes where u was positive.
return dz[u > 0]
    You return only the entries of the active units. `du` has the shape of `dz`, with 0 at the other
    places: multiply by the mask.
"""),
)
