"""``OwnNetwork(widths, rng)``: a network of any widths, with its forward and its backward pass.

The order of the parameters and the ReLU are fixed, and the initial values are given. So a case sets
the parameters, and the scores and gradients are compared with the reference's.
"""

from itertools import pairwise

import numpy as np

from grader.checking.contract import (
    Case,
    Exercise,
    OwnRun,
    case,
    shapes,
    slip,
    slips,
    unchanged_inputs,
    values,
)


class OwnNetwork:
    def __init__(self, widths, rng):
        self.parameters = []
        for n_in, n_out in pairwise(widths):
            W = rng.normal(size=(n_in, n_out)) * np.sqrt(2 / n_in)
            b = np.zeros(n_out)
            self.parameters += [W, b]
        self.parameters[-2] *= 0.1

    def forward(self, x):
        self.inputs = []
        for i in range(0, len(self.parameters), 2):
            self.inputs.append(x)
            u = x @ self.parameters[i] + self.parameters[i + 1]
            x = np.maximum(u, 0)
        scores = u
        return scores

    def backward(self, du):
        gradients = []
        for i in reversed(range(len(self.inputs))):
            z = self.inputs[i]
            dW = z.T @ du
            db = du.sum(axis=0)
            gradients = [dW, db, *gradients]
            dz = du @ self.parameters[2 * i].T
            du = dz * (z > 0)
        return gradients


def network_case(rng: np.random.Generator, about: str, n: int, *widths: int) -> Case:
    """Parameters with which no unit is inactive in all rows, and no score is 0 in any."""
    parameters = []
    for n_in, n_out in pairwise(widths):
        parameters += [rng.normal(size=(n_in, n_out)) / np.sqrt(n_in), rng.normal(0.4, 0.2, n_out)]
    return case(
        about,
        widths=list(widths),
        parameters=parameters,
        x=rng.normal(size=(n, widths[0])),
        du=rng.normal(size=(n, widths[-1])),
        other=rng.normal(size=(n, widths[0])),
        seed=int(rng.integers(1 << 30)),
    )


def run(OwnNetwork, case):
    widths, x = case["widths"], case["x"]

    def made(seed):
        return OwnNetwork(list(widths), np.random.default_rng(seed))

    network = made(case["seed"])
    for p in network.parameters:
        if not isinstance(p, np.ndarray):
            raise TypeError(
                f"`parameters` should be one list of arrays, [W1, b1, W2, b2, …]; it holds a "
                f"{type(p).__name__}"
            )
    shapes = [p.shape for p in network.parameters]
    wanted = [p.shape for p in case["parameters"]]
    if shapes != wanted:
        raise ValueError(f"`parameters` has the shapes {shapes}; expected {wanted}")
    another = made(case["seed"] + 2)
    for share in (0.5, 1.0):  # a training changes the parameters between two calls of both
        for p, value in zip(network.parameters, case["parameters"], strict=True):
            p[...] = share * value
        if share < 1:
            network.forward(case["other"])
            network.backward(np.ones((len(case["other"]), widths[-1])))
    scores = np.array(network.forward(x))
    another.forward(case["other"])  # is no business of this network
    gradients = [np.array(g) for g in network.backward(case["du"])]
    return {
        "scores": scores,
        "gradients": gradients,
        "after": [np.array(p) for p in network.parameters],
    }


exercise = Exercise(
    points=3,
    reference=(OwnNetwork,),
    returns="a network",
    cases=lambda rng: {
        "no hidden layer": [network_case(rng, "no hidden layer", 5, 4, 3)],
        "hidden layers": [
            network_case(rng, "one hidden layer", 6, 3, 8, 2),
            network_case(rng, "two hidden layers, one as wide as the scores", 6, 6, 7, 4, 4),
            network_case(rng, "three hidden layers", 7, 3, 9, 6, 8, 5),
        ],
    },
    run=OwnRun(run),
    judge=[
        values(
            "scores",
            title="the scores",
            weight=4,
            rtol=1e-4,
            help="The ReLU stands behind each layer but the last: scores may be negative.",
        ),
        values(
            "gradients",
            title="gradients without a hidden layer",
            weight=2,
            rtol=1e-4,
            cases="no hidden layer",
            help="""du is the gradient at the scores. What does notebook 06's linear layer make of
            it, for W and for b?""",
        ),
        values(
            "gradients",
            title="gradients with hidden layers",
            weight=6,
            rtol=1e-4,
            cases="hidden layers",
            help=(
                "Begin with one hidden layer: go from the last W and b back to the first.",
                """Between two linear layers the gradient meets the ReLU. For which units does it
                pass, and where is their activation?""",
            ),
        ),
        values(
            "after",
            title="both passes leave the parameters as they are",
            alone=False,
            help="Only the training step changes `parameters`.",
        ),
        shapes("gradients"),
        unchanged_inputs(),
    ],
    answers=("grader.exercises.ps08.own_network",),
    hints="""
    `parameters` is the list [W1, b1, W2, b2, …]. Layer k has `parameters[2*k]` and
    `parameters[2*k + 1]`, in both passes. `backward` returns its list in the same order.

    `forward` keeps in `self` the input of each layer, and begins this list anew in each call.
    """,
    mistakes=(
        *slips("""
du = dz
    Your backward pass leaves the ReLU out. Which units were inactive in the forward pass?
du = dz * (dz > 0)
    You let the gradient pass where the gradient is positive. Which sign decides in a ReLU?
du = dz * z
    You multiply by the activation. The derivative of the ReLU is 0 or 1.
x = u
    There is no activation function between the layers, so the network is one linear function.
x = np.tanh(u)
    The scores are not those of a network with the ReLU. Which function do you use between layers?
scores = np.exp(u) / np.exp(u).sum(axis=1, keepdims=True)
    You return probabilities. The scores are the u of the last layer: the softmax is a part of the
    loss.
scores = np.maximum(u, 0)
    The scores are never negative: there is a ReLU behind the last layer, too.
u = x @ self.parameters[i]
    The scores lack the biases.
dW = z.T @ du / len(z)
    Your dW is divided by the number of rows. du contains the mean of the loss already.
db = du.mean(axis=0)
    Your db is a mean over the rows. Each row uses the same bias, so its gradients are added up.
dW = z.T @ du / len(z)
db = du.mean(axis=0)
    All gradients are divided by the number of rows. du contains the mean of the loss already.
dz = du @ self.parameters[0].T
    You go back through the weights of the first layer each time.
"""),
        slip(
            "[dW, db, *gradients]",
            "[*gradients, dW, db]",
            "The gradients stand in the order of the backward pass, the last layer first. Which "
            "order has `parameters`?",
        ),
        slip(
            "[dW, db, *gradients]",
            "[db, dW, *gradients]",
            "In your list of gradients b comes before W. Which order has `parameters`?",
        ),
        slip(
            "self.inputs = []",
            "self.inputs = getattr(self, 'inputs', [])",
            "What `forward` keeps grows from call to call, and `backward` uses the oldest entries. "
            "Begin the list anew in each call.",
        ),
    ),
)
