"""``recalibrate(network, norms, batches)``: running statistics become means over the batches."""

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    function,
    mistake,
    slips,
    unchanged_inputs,
    values,
)

MEANS, VARIANCES, PASSES = "the running means", "the running variances", "passes in training mode"


def recalibrate(network, norms, batches):
    for k, batch in enumerate(batches, start=1):
        for layer in norms:
            layer.momentum = 1 / k
        network.forward(batch, training=True)


def batches_of(rng: np.random.Generator, about: str, n: int, layers: int = 2) -> Case:
    """``n`` batches of four rows for a network with ``layers`` normalising layers."""
    d = 3
    return case(
        about,
        batches=[rng.normal(rng.normal(), rng.uniform(0.5, 2), size=(4, d)) for _ in range(n)],
        weights=[rng.normal(size=(d, d)) for _ in range(layers)],
        means=[3 * rng.normal(size=d) for _ in range(layers)],
        variances=[rng.uniform(2, 9, size=d) for _ in range(layers)],
        momentum=float(rng.uniform(0.2, 0.3)),
    )


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        batches_of(rng, "one batch", 1),
        batches_of(rng, "two batches", 2),
        batches_of(rng, "five batches", 5),
        batches_of(rng, "three layers", 3, layers=3),
    ]


def run(recalibrate, case):
    class Norm:
        def __init__(self, mean, var):
            self.momentum, self.eps = case["momentum"], 1e-5
            self.running_mean, self.running_var = np.array(mean), np.array(var)

        def forward(self, x, *, training):
            mean, var = self.running_mean, self.running_var
            if training:
                m, mean, var = self.momentum, x.mean(axis=0), x.var(axis=0)
                unbiased = x.var(axis=0, ddof=1)
                self.running_mean = (1 - m) * self.running_mean + m * mean
                self.running_var = (1 - m) * self.running_var + m * unbiased
            return (x - mean) / np.sqrt(var + self.eps)

    class Network:
        def __init__(self):
            self.norms = [Norm(*of) for of in zip(case["means"], case["variances"], strict=True)]
            self.layers = self.norms
            self.passes = 0

        def forward(self, x, *, training):
            self.passes += bool(training)
            for W, norm in zip(case["weights"], self.norms, strict=True):
                x = norm.forward(np.tanh(x @ W), training=training)
            return x, None

    other = Network()  # a first network shows what is kept between calls
    recalibrate(other, other.norms, [2 * batch + 1 for batch in case["batches"]])
    network = Network()
    recalibrate(network, network.norms, case["batches"])
    return {
        "means": [norm.running_mean for norm in network.norms],
        "variances": [norm.running_var for norm in network.norms],
        "passes": network.passes,
    }


def momentum_after_the_pass(network, norms, batches):
    """You set the momentum after the pass, so each batch gets the weight of the one before, and the
    first one the old weight. Which line has to come first?
    """
    for k, batch in enumerate(batches, start=1):
        network.forward(batch, training=True)
        for layer in norms:
            layer.momentum = 1 / k


def a_pass_for_each_norm(network, norms, batches):
    """Each batch passes more than once. One forward pass moves the running statistics of all norms,
    so first set the momentum of all of them.
    """
    for k, batch in enumerate(batches, start=1):
        for layer in norms:
            layer.momentum = 1 / k
            network.forward(batch, training=True)


exercise = function(
    recalibrate,
    returns="nothing; it changes the running statistics of the norms",
    outputs="nothing",
    points=2,
    cases=cases,
    run=run,
    judge=[
        values(
            "means",
            weight=3,
            title=MEANS,
            help="""The running mean of each layer should be the plain mean of the means of all
            batches. After batch k the old value stands for k − 1 batches. Which weight does that
            leave for the new one?""",
        ),
        values(
            "variances",
            weight=3,
            title=VARIANCES,
            help="""The running variances move in the same forward passes, with the same
            `momentum`.""",
        ),
        values(
            "passes",
            weight=1,
            alone=False,
            title=PASSES,
            help="""Each batch passes through the network once, with `training=True`; in test mode
            nothing moves.""",
        ),
    ],
    form=(unchanged_inputs(),),
    without=("in place",),
    answers=("grader.exercises.ps15.recalibrate",),
    hints="""
    Count the batches from 1. Before batch k passes through, set the momentum of every norm; the
    forward pass then moves the running statistics by itself.

    A smaller example: batch means 6, 2, 1. After the first batch the running mean has to be 6, so
    nothing is left of the old value. After the second it has to be (6 + 2)/2 = 4, and after the
    third (6 + 2 + 1)/3 = 3 = (2/3)·4 + (1/3)·1.
    """,
    mistakes=(
        *slips("""
layer.momentum = 0.1
    With a constant momentum the result is dominated by the last batches, and something of the old
    values is left. Which weight gives all batches the same share?
# layer.momentum = 1 / k
    The momentum of the layers is never set, so the running statistics are still weighted averages
    with the weights of training.
layer.momentum = 1 / (k + 1)
    Something of the old running statistics is left: the first batch has not replaced them. Which
    momentum leaves nothing of the old value?
layer.momentum = 1 / len(batches)
    Every batch gets the weight 1/n at the time when it comes, but later batches take a part of it
    away again. After k batches, what is the share of the old value?
layer.momentum = 1 - 1 / k
    The two weights are exchanged: `momentum` is the weight of the new batch.
layer.momentum = 1
    Only the last batch is left. Which share should the batches before it keep?
layer.momentum = k
    A momentum above 1 makes the weight of the old value negative. Which weight has the k-th of k
    batches in a mean?
norms[0].momentum = 1 / k
    Only the first layer gets the new momentum. Every norm has one.
network.forward(batch, training=False)
    The running statistics have not moved at all. Only a forward pass in training mode moves them.
network.forward(np.concatenate(batches), training=True)
    All batches pass through as one, so every step has the same statistics, and they are those of
    one large batch. Pass one batch at a time.
"""),
        mistake(momentum_after_the_pass),
        mistake(a_pass_for_each_norm),
    ),
)
