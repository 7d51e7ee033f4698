"""Solutions of ``train(network, training, validation, *, lr, epochs, batch_size, rng)``."""

import numpy as np

from grader.exercises.ps01.minibatch_indices import minibatch_indices
from grader.exercises.ps08.train_step import train_step
from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


def accuracy(network, x, t):
    return np.mean(np.argmax(network.forward(x), axis=1) == t)


@right
def with_the_batches_of_notebook_01(network, training, validation, *, lr, epochs, batch_size, rng):
    x, t = training
    history = {"loss": [], "accuracy": [], "validation": []}
    for _ in range(epochs):
        rows = minibatch_indices(len(x), batch_size, rng)
        history["loss"].append(np.mean([train_step(network, x[r], t[r], lr) for r in rows]))
        history["accuracy"].append(accuracy(network, *training))
        history["validation"].append(accuracy(network, *validation))
    return history


@right
def shuffled_copies(network, training, validation, *, lr, epochs, batch_size, rng):
    found = []
    for _ in range(epochs):
        order = np.arange(len(training[0]))
        rng.shuffle(order)
        x, t = training[0][order], training[1][order]
        losses = []
        while len(x):
            losses.append(train_step(network, x[:batch_size], t[:batch_size], lr))
            x, t = x[batch_size:], t[batch_size:]
        found.append((sum(losses) / len(losses), *(accuracy(network, *one) for one in (
            training, validation))))  # fmt: skip
    return dict(
        zip(("loss", "accuracy", "validation"), map(list, zip(*found, strict=True)), strict=True)
    )


@right
def arrays_that_are_filled(network, training, validation, *, lr, epochs, batch_size, rng):
    x, t = training
    history = {name: np.zeros(epochs) for name in ("validation", "accuracy", "loss")}
    for epoch in range(epochs):
        pieces = np.split(rng.permutation(len(x)), range(batch_size, len(x), batch_size))
        for rows in pieces:
            history["loss"][epoch] += train_step(network, x[rows], t[rows], lr) / len(pieces)
        history["accuracy"][epoch] = accuracy(network, x, t)
        history["validation"][epoch] = accuracy(network, *validation)
    return history


@wrong
def one_order_for_all_epochs(network, training, validation, *, lr, epochs, batch_size, rng):
    x, t = training
    history = {"loss": [], "accuracy": [], "validation": []}
    rows = minibatch_indices(len(x), batch_size, rng)
    for _ in range(epochs):
        history["loss"].append(np.mean([train_step(network, x[r], t[r], lr) for r in rows]))
        history["accuracy"].append(accuracy(network, *training))
        history["validation"].append(accuracy(network, *validation))
    return history


@wrong
def accuracies_before_the_steps(network, training, validation, *, lr, epochs, batch_size, rng):
    x, t = training
    history = {"loss": [], "accuracy": [], "validation": []}
    for _ in range(epochs):
        history["accuracy"].append(accuracy(network, *training))
        history["validation"].append(accuracy(network, *validation))
        rows = minibatch_indices(len(x), batch_size, rng)
        history["loss"].append(np.mean([train_step(network, x[r], t[r], lr) for r in rows]))
    return history


@wrong
def history_of_the_first_call(
    network, training, validation, *, lr, epochs, batch_size, rng, kept=[]  # noqa: B006
):  # fmt: skip
    new = with_the_batches_of_notebook_01(
        network, training, validation, lr=lr, epochs=epochs, batch_size=batch_size, rng=rng
    )
    kept.append(new)
    return kept[0]


@wrong
def the_network_stays(network, training, validation, *, lr, epochs, batch_size, rng):
    """No step is made; the accuracies are right for this network."""
    return {
        "loss": [0.0] * epochs,
        "accuracy": [accuracy(network, *training)] * epochs,
        "validation": [accuracy(network, *validation)] * epochs,
    }


wrong.edit(
    "ends_where_the_loss_rises",
    with_the_batches_of_notebook_01,
    """        history["accuracy"].append(accuracy(network, *training))
        history["validation"].append(accuracy(network, *validation))
""",
    """        history["accuracy"].append(accuracy(network, *training))
        history["validation"].append(accuracy(network, *validation))
        if history["loss"][-1] > history["loss"][max(len(history["loss"]) - 2, 0)]:
            break
""",
)


wrong.edit(
    "ends_where_the_accuracy_falls",
    with_the_batches_of_notebook_01,
    """        history["validation"].append(accuracy(network, *validation))
""",
    """        history["validation"].append(accuracy(network, *validation))
        if history["validation"][-1] < max(history["validation"]):
            break
""",
)


@wrong
def weights_of_the_best_epoch(network, training, validation, *, lr, epochs, batch_size, rng):
    best, kept = -1.0, []
    x, t = training
    history = {"loss": [], "accuracy": [], "validation": []}
    for _ in range(epochs):
        rows = minibatch_indices(len(x), batch_size, rng)
        history["loss"].append(np.mean([train_step(network, x[r], t[r], lr) for r in rows]))
        history["accuracy"].append(accuracy(network, *training))
        history["validation"].append(accuracy(network, *validation))
        if history["validation"][-1] >= best:
            best, kept = history["validation"][-1], [p.copy() for p in network.parameters]
    for p, value in zip(network.parameters, kept, strict=True):
        p[...] = value
    return history


@wrong
def ends_when_all_are_right(network, training, validation, *, lr, epochs, batch_size, rng):
    history = {"loss": [], "accuracy": [], "validation": []}
    while len(history["loss"]) < epochs and 1.0 not in history["accuracy"]:
        more = with_the_batches_of_notebook_01(
            network, training, validation, lr=lr, epochs=1, batch_size=batch_size, rng=rng
        )
        history = {name: history[name] + more[name] for name in history}
    return history


@wrong
def never_a_batch_of_one(network, training, validation, *, lr, epochs, batch_size, rng):
    history = {"loss": [], "accuracy": [], "validation": []}
    x, t = training
    for _ in range(epochs):
        order = rng.permutation(len(x))
        pieces = np.split(order, range(batch_size, len(x), batch_size))
        rows = [piece for piece in pieces if len(piece) > 1]
        history["loss"].append(np.mean([train_step(network, x[r], t[r], lr) for r in rows]))
        history["accuracy"].append(accuracy(network, *training))
        history["validation"].append(accuracy(network, *validation))
    return history


programs.beside_the_point = [
    "the_network_stays",
]
