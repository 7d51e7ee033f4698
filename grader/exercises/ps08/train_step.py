"""``train_step(network, x, t, lr) -> loss``: forward pass, loss, backward pass and update."""

from typing import Any

import numpy as np

from grader.checking.contract import Case, Exercise, OwnRun, case, slips, unchanged_inputs, values

FAR = "scores far apart"
FUNCTIONS = ("positive", "square", "sin", "cos", "tanh")  # of x, each with its own weights


def train_step(network, x, t, lr):
    u = network.forward(x)
    s = u - u.max(axis=1, keepdims=True)
    log_y = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    rows = np.arange(len(x))
    loss = -np.mean(log_y[rows, t])
    du = np.exp(log_y)
    du[rows, t] -= 1
    gradients = network.backward(du / len(x))
    for p, dp in zip(network.parameters, gradients, strict=True):
        p -= lr * dp
    return loss


def batches(rng: np.random.Generator, about: str, n: int, K: int, size: float = 1.0) -> Case:
    """Two batches of different sizes, their rates, and the parameters of a network."""
    shapes = [*len(FUNCTIONS) * [(4, K)], (K,)]
    return case(
        about,
        functions=[*FUNCTIONS],
        parameters=[rng.uniform(0.5, 1.5, K), *(size * rng.normal(size=shape) for shape in shapes)],
        x=[rng.normal(size=(k, 4)) for k in (n, n + 3)],
        t=[rng.permutation(np.arange(k) % K) for k in (n, n + 3)],
        lr=[float(rng.uniform(0.2, 0.4)), float(rng.uniform(0.05, 0.1))],
    )


def run(train_step: Any, case: Case) -> dict[str, Any]:
    """Two steps of a network that is none of the notebook's: ``u = g * sum_f f(x) @ W_f + b``."""
    functions = [getattr(np, name) for name in case["functions"]]

    class Given:
        def __init__(self):
            self.own = [np.array(p) for p in case["parameters"]]  # as layers hold their arrays
            self.parameters = list(self.own)

        def forward(self, x):
            g, *weights, b = self.own
            self.values = [f(x) for f in functions]
            self.sum = sum(v @ W for v, W in zip(self.values, weights, strict=True))
            return g * self.sum + b

        def backward(self, du):
            dsum = self.own[0] * du
            return [np.sum(self.sum * du, axis=0), *(v.T @ dsum for v in self.values), du.sum(0)]

    network, losses, moved = Given(), [], []
    for x, t, lr in zip(case["x"], case["t"], case["lr"], strict=True):
        before = [np.array(p) for p in network.own]
        losses.append(train_step(network, x, t, lr))
        moved.append([a - b for a, b in zip(network.own, before, strict=True)])
    return {"loss": losses, "first step": moved[0], "second step": moved[1]}


exercise = Exercise(
    points=3,
    reference=(train_step,),
    returns="loss",
    cases=lambda rng: {
        "two batches": [
            batches(rng, "three classes", 6, 3),
            batches(rng, "five classes", 10, 5),
            batches(rng, "a batch of one image", 1, 4),
            batches(rng, "the rate 0 at first", 5, 3) | {"lr": [0.0, 0.3]},
        ],
        FAR: [batches(rng, FAR, 6, 3, size=800.0)],
    },
    run=OwnRun(run),
    judge=[
        values(
            "first step",
            "second step",
            title="each array moves by −lr times its gradient",
            weight=6,
            rtol=1e-4,
            cases="two batches",
            help=(
                """The gradient of the mean loss at the scores is (y − t)/N, with the labels t as
                one-hot rows (notebook 02). `backward` makes the other gradients of it.""",
                "`p -= lr * dp` changes the array p. What does `p = p - lr * dp` change?",
            ),
        ),
        values(
            "loss",
            title="the mean loss of the batch, before the step",
            weight=3,
            rtol=1e-4,
            cases="two batches",
            help="Of each row, it takes the logarithm of the probability of the right class.",
        ),
        values(
            "loss",
            "first step",
            title="the same with scores of ±1,000",
            weight=2,
            rtol=1e-4,
            cases=FAR,
            alone=False,
            help="""exp(1000) overflows, and log(0) is −inf. The probabilities do not change if the
            largest score of each row is subtracted from it: first shift, then take log-softmax.""",
        ),
        unchanged_inputs(),
    ],
    answers=("grader.exercises.ps08.train_step",),
    hints=(
        "Four parts: the scores, the loss and du, the gradients, the update of each array.",
        "`network.backward` belongs to the last `network.forward`: call each once.",
    ),
    mistakes=slips("""
p += lr * dp
    The step goes uphill: the loss rises. Which sign has a step of gradient descent?
p -= dp
    The step does not depend on lr.
p = p - lr * dp
    Nothing moves: `p = p - …` makes a new array and leaves the network's own as it was. So does a
    new array that is put into the list: a network may hold its arrays under other names, too.
gradients = network.backward(du)
    The step is as many times too long as the batch has images. The loss is a mean over them.
# du[rows, t] -= 1
    Your du is y. What is the gradient of the loss at the scores?
loss = -np.sum(log_y[rows, t])
    The loss is a sum over the images. A mean can be compared between batches of different sizes.
loss = -np.mean(log_y)
    The loss is a mean over all classes. Of each row, only the right class counts.
loss = np.mean(log_y[rows, t])
    The loss has the wrong sign. A logarithm of a probability is negative.
loss = -np.log(np.mean(np.exp(log_y[rows, t])))
    You take the logarithm of the mean probability. The loss is the mean of the logarithms.
s = u
    `exp` overflows for large scores. What may you subtract from the scores of a row without
    changing the probabilities?
log_y = np.log(np.exp(s) / np.exp(s).sum(axis=1, keepdims=True))
    A y far below the largest one is 0 in float64, and its logarithm −inf. log y is a difference:
    the scores minus the logarithm of the sum.
s = u - u.max(axis=0, keepdims=True)
    You subtract the largest score of each class. The probabilities of a row stay the same only if
    the same number is subtracted from all scores of this row.
return np.mean(np.log(np.exp(network.forward(x)).sum(1)) - network.forward(x)[rows, t])
    You return the loss after the step. Return the one that the gradients belong to.
"""),
)
