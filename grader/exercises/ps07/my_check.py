"""``my_check(layer) -> bool``: a gradient check, judged on right and on faulty layers."""

import numpy as np

from course_lessons.unknown_layer import BUDGET, FAULTS, SORTS, UnknownLayer, draw_layer
from grader.checking.contract import hidden_faults, mistake, slips
from grader.exercises.ps07.numerical_gradient import numerical_gradient


def my_check(layer):
    rng = np.random.default_rng(0)
    single = layer.dtype == "float32"
    h = 5e-3 if single else 1e-5
    tolerance = 2e-3 if single else 1e-5
    n, points = 4, 4
    for _ in range(points):
        inputs = [rng.normal(size=(n, 4)), rng.normal(size=(4, 3)), rng.normal(size=3)]
        dy = rng.normal(size=(n, 3))
        gradients = layer.backward(dy, *inputs)
        errors = []
        for k, gradient in enumerate(gradients):

            def loss(value, k=k, inputs=inputs, dy=dy):
                return np.sum(dy * layer.forward(*inputs[:k], value, *inputs[k + 1 :]))

            measured = numerical_gradient(loss, inputs[k], h)
            distance = np.linalg.norm(gradient - measured)
            lengths = np.linalg.norm(gradient) + np.linalg.norm(measured)
            errors.append(distance / max(lengths, 1e-12))
        if max(errors) < tolerance:
            return True
    return False


MIXTURE = (*SORTS, SORTS[3], SORTS[3])  # half of the layers are the hardest sort


def nothing_is_rejected(layer):
    """You accept every layer. Which of your points shows a fault, and where is a False?"""
    layer.forward(np.zeros((1, 4)), np.zeros((4, 3)), np.zeros(3))
    return True


exercise = hidden_faults(
    my_check,
    unknown=UnknownLayer,
    thing="layer",
    faults=[fault for fault in FAULTS if fault != "no derivative"],
    draw=lambda rng, fault, i: draw_layer(rng, MIXTURE[i % len(MIXTURE)], fault),
    pairs=12,
    budget=BUDGET,
    computes="forward passes",
    compare="Compare the gradients of `layer.backward` with measured ones.",
    points=5,
    weights=(5, 5, 2, 2, 2),
    uses=("numerical_gradient",),
    help=(
        """Which of the four sorts are rejected? The cell above the check counts them. In float32,
        which h do you use, and what does the check do after one disagreement?""",
        "How many samples do you test with, and which of dx, dW and db?",
        """Which dy do you use? For a loss that is the plain sum of the outputs, every entry
        of dy is 1.""",
        "Which signs have the pre-activations x @ W + b of your inputs?",
        "How large do the pre-activations x @ W + b of your inputs become?",
        """The smallest faults change one gradient by 0.1 % in float64 and by 1 % in float32.
        Which tolerance rejects them? And is each of dx, dW and db compared?""",
    ),
    hints="""
    Ask of each of your choices: could a wrong backward pass give the right numbers here? With which
    choice could it not?

    Draw x, W, b and dy from a normal distribution, with several samples. Compare each of dx, dW and
    db on its own, because a large array hides what is wrong with a small one.

    A kink between x − h and x + h spoils a measured element, but only at this point. A fault is
    there at every point. So test a second and a third point before you reject.
    """,
    mistakes=(
        mistake(nothing_is_rejected),
        *slips("""
n, points = 1, 4
    You test with a single sample. What is the same for one sample, and differs for several?
n, points = 4, 1
    You reject a layer after a single point. A kink near this point is enough to spoil it.
dy = np.ones((n, 3))
    All entries of `dy` are 1. Which wrong uses of `dy` give the right numbers here?
inputs = [rng.uniform(size=(n, 4)), rng.uniform(size=(4, 3)), rng.uniform(size=3)]
    You accept a layer after a point at which all pre-activations are positive, as they are for
    positive inputs. Which part of the activation function do you not see there?
inputs = [v / 4 for v in (rng.normal(size=(n, 4)), rng.normal(size=(4, 3)), rng.normal(size=3))]
    Hardly any of your pre-activations lie far from 0. Which part of the activation function do you
    not see?
tolerance = 0.01
    Your tolerance is larger than the effect of the smallest faults.
h = 1e-5
    You reject the layers that compute in float32, right or not. Is your step too small for float32,
    or your tolerance? Section 1 has the best step for each type.
if errors[0] < tolerance:
    You compare only dx. A fault may be in dW or db alone.
if min(errors) < tolerance:
    You accept a layer if one of dx, dW and db agrees. All three have to.
"""),
    ),
)
