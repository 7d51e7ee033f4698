"""``norm_is_right(layer) -> bool``: a test of a layer norm, judged on right and faulty layers."""

import numpy as np

from course_lessons.unknown_norm import CALLS, FAULTS, UnknownNorm, random_norm
from grader.checking.contract import hidden_faults, slip, slips
from grader.exercises.ps17.layernorm_backward import layernorm_backward
from grader.exercises.ps17.layernorm_forward import layernorm_forward


def norm_is_right(layer):
    rng = np.random.default_rng(0)
    tolerance = 1e-3
    texts, words = 4, 3
    sizes = np.geomspace(1, 0.001, 4)[:, None, None]
    eps = layer.eps
    gamma, beta = rng.normal(size=(2, 64))
    layer.gamma.data, layer.beta.data = gamma, beta
    for training in (True, False):
        x = sizes * rng.normal(size=(texts, words, 64))
        dy = rng.normal(size=(texts, words, 64))
        y, backward = layer.forward(x, training=training)
        right, cache = layernorm_forward(x, gamma, beta, eps=eps)
        right_dx, right_dgamma, _ = layernorm_backward(dy, cache)
        layer.gamma.zero_grad()
        dx = backward(dy)
        dgamma = layer.gamma.grad
        for one, other in ((y, right), (dx, right_dx), (dgamma, right_dgamma)):
            if not np.allclose(one, other, rtol=tolerance, atol=tolerance):
                return False
    return True


exercise = hidden_faults(
    norm_is_right,
    unknown=UnknownNorm,
    thing="layer",
    faults=FAULTS,
    draw=random_norm,
    pairs=8,  # for each fault, both kinds four times
    budget=CALLS,
    computes="forward passes",
    compare="Compare what the layer computes with your own functions.",
    points=5,
    uses=("layernorm_forward", "layernorm_backward"),
    help=(
        """The layers compute in float32, with about seven digits, and each has its own
        `layer.eps`. Which differences from your functions are rounding?""",
        "For which shape of x is a row not the same as a sample?",
        """Which call shows that a row is normalised by numbers of other rows, or by numbers that
        were kept? Layer norm does the same in training and in testing.""",
        """Which rows show that ε stands inside the root? Compare 1 + ε with √(1 + ε), then think
        of a row whose variance is about ε.""",
        """This fault makes y 0.8 % too small. Does your tolerance allow that?""",
        "With which dy and γ is one of the two means in dx zero, or taken out again by the other?",
        "With which γ and β is it the same whether γ stands inside the means, or y in place of x̂?",
    ),
    hints="""
    For each of your choices (the shape of x, the size of its rows, γ and β, dy, the mode, the
    tolerance), ask: which of the six faults computes the right numbers here?

    Give γ, β and dy normal random numbers. Take x of shape (N, T, 64), with rows of very different
    sizes: 1, 0.1, 0.01, 0.001.

    Call `forward` twice, with `training=True` and `training=False`. The second `backward` adds to
    the gradient of the first: `layer.gamma.zero_grad()` sets it to 0.
    """,
    mistakes=(
        *slips("""
texts, words = 4, 1
    Each of your samples has one row. Which fault shows only where a sample has several?
texts, words = 1, 1
sizes = 0.001
    You test with a single row. Which wrong statistics need a second row to show?
sizes = 1
    All your rows have a variance of about 1, where ε = 0.00001 is hardly seen. Which rows show it?
gamma, beta = np.ones(64), np.zeros(64)
    You miss mistakes with γ. Which mistake of section 2 is hidden by γ = 1, or by any γ with equal
    entries?
for training in (True, True):
    You miss a fault that shows in testing alone. Which rows do you test with `training=False`, and
    what could a layer do there that layer norm does not?
for training in (False, False):
    You miss a fault that shows in training alone. Which rows do you test with `training=True`, and
    what could a layer do there that layer norm does not?
gamma, beta = np.ones(64), np.zeros(64)
dy = np.ones((texts, words, 64))
    You miss mistakes in dx and with γ. If all entries of γ and dy are 1, what is dx, and which of
    its means does not matter?
sizes = 1
tolerance = 0.05
    Your tolerance is larger than the effect of the smallest fault, 0.8 %. And all your rows have a
    variance of about 1: do they show ε?
tolerance = 1e-9
    You reject right layers. They compute in float32, where a number has about seven digits. And a
    second `backward` adds its gradient of γ to that of the first.
eps = 1e-5
    You compare with ε = 0.00001, which only half of the layers have. Another `layer.eps` is no
    fault.
dgamma = right_dgamma
dx = right_dx
    You compare y only. Most of the faults are in the backward pass.
sizes = 1e-6
    All your rows are tiny: beside ε, their variance is nothing. Rows of which sizes show the
    variance, and which show ε?
dgamma = right_dgamma
    You do not compare the gradient of γ. A fault may be in it alone.
dx = (backward(dy), right_dx)[1]
    You do not compare dx. A fault may be in it alone.
"""),
        slip(
            "((y, right), ",
            "(",
            "You miss a fault of 0.8 % in y alone. Do you compare y, and with which tolerance?",
        ),
    ),
)
