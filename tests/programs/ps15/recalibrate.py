"""Solutions of ``recalibrate(network, norms, batches)``."""

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(network, norms, batches):
    for k, batch in enumerate(batches):
        for layer in norms:
            layer.momentum = 1 / (k + 1)
        network.forward(batch, training=True)


@right
def from_the_end_of_a_first_batch(network, norms, batches):
    first, *rest = batches
    for layer in norms:
        layer.momentum = 1.0
    network.forward(first, training=True)
    for k, batch in enumerate(rest, start=2):
        for layer in norms:
            layer.momentum = 1 / k
        network.forward(batch, training=True)


@right
def statistics_kept_and_averaged(network, norms, batches):
    """With momentum 1 the layers show each batch's statistics; at the end they get their means."""
    sums = [[0.0, 0.0] for _ in norms]
    for batch in batches:
        for layer in norms:
            layer.momentum = 1.0
        network.forward(batch, training=True)
        for total, layer in zip(sums, norms, strict=True):
            total[0] = total[0] + layer.running_mean
            total[1] = total[1] + layer.running_var
    for (mean, var), layer in zip(sums, norms, strict=True):
        layer.running_mean, layer.running_var = mean / len(batches), var / len(batches)


@wrong
def counts_on_over_all_calls(network, norms, batches, seen=[0]):  # noqa: B006
    for batch in batches:
        seen[0] += 1
        for layer in norms:
            layer.momentum = 1 / seen[0]
        network.forward(batch, training=True)


@wrong
def first_batch_left_out(network, norms, batches):
    textbook(network, norms, batches[1:] or batches)
