"""Solutions of ``learn_distance(a, b, rng) -> embed``."""

import numpy as np

from course_lessons.distances import distances
from course_lib.losses import triplet_loss
from grader.exercises.ps08.own_network import OwnNetwork
from grader.exercises.ps13.adam_step import adam_step
from grader.exercises.ps22.contrastive_loss import contrastive_loss
from grader.exercises.ps22.hard_negatives import hard_negatives
from grader.exercises.ps22.info_nce import info_nce
from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


def learned(a, b, rng, gradients, *, steps, size=64, widths=(64, 32), lr=0.003):
    """``gradients(z_a, z_b)`` gives those with respect to both."""
    network = OwnNetwork([a.shape[1], *widths], rng)
    moments = [(0 * p, 0 * p) for p in network.parameters]
    for t in range(1, steps + 1):
        rows = rng.choice(len(a), size, replace=False)
        z = network.forward(np.concatenate([a[rows], b[rows]]))
        both = np.concatenate(gradients(z[:size], z[size:]))
        for k, dp in enumerate(network.backward(both)):
            p = network.parameters[k]
            p[...], *moments[k] = adam_step(
                p, dp, *moments[k], t, lr=lr, beta1=0.9, beta2=0.999, eps=1e-8
            )
    return network.forward


def contrast(temperature):
    return lambda z_a, z_b: info_nce(z_a, z_b, temperature)[1:]


@right
def a_wider_network(a, b, rng):
    return learned(a, b, rng, contrast(0.1), steps=250, size=100, widths=(128, 32))


@right
def both_directions(a, b, rng):
    def gradients(z_a, z_b):
        _, da, db = info_nce(z_a, z_b, 0.2)
        _, db_too, da_too = info_nce(z_b, z_a, 0.2)
        return da + da_too, db + db_too

    embed = learned(a, b, rng, gradients, steps=250, size=64)
    return lambda rows: embed(rows).tolist()


@right
def hard_contrastive(a, b, rng):
    def gradients(z_a, z_b):
        k = hard_negatives(distances(z_a, z_b), np.arange(len(z_a)))
        _, da, db = contrastive_loss(z_a, z_b, np.ones(len(z_a)), 1.0)
        _, more, dn = contrastive_loss(z_a, z_b[k], np.zeros(len(z_a)), 1.0)
        np.add.at(db, k, dn)
        return da + more, db

    return learned(a, b, rng, gradients, steps=400, size=100)


@wrong
def pixels(a, b, rng):
    return lambda rows: rows


@wrong
def without_training(a, b, rng):
    return OwnNetwork([192, 64, 32], rng).forward


@wrong
def brightness(a, b, rng):
    return lambda rows: rows.reshape(len(rows), 64, 3).mean(axis=2)


@wrong
def only_pulled_together(a, b, rng):
    def gradients(z_a, z_b):
        return contrastive_loss(z_a, z_b, np.ones(len(z_a)), 1.0)[1:]

    return learned(a, b, rng, gradients, steps=300)


@wrong
def pairs_are_mixed_up(a, b, rng):
    return learned(a, rng.permutation(b), rng, contrast(0.2), steps=300)


@wrong
def the_wrong_sign(a, b, rng):
    return learned(a, b, rng, lambda z_a, z_b: [-d for d in contrast(0.2)(z_a, z_b)], steps=100)


@wrong
def too_large_a_rate(a, b, rng):
    return learned(a, b, rng, contrast(0.2), steps=100, lr=1e200)


@wrong(chance="the share of one training lies on the ramp")
def twenty_pictures(a, b, rng):
    return learned(a[:20], b[:20], rng, contrast(0.2), steps=300, size=20)


@wrong(chance="the share of one training lies on the ramp")
def random_negatives(a, b, rng):
    def gradients(z_a, z_b):
        N = len(z_a)
        k = (np.arange(N) + rng.integers(1, N, size=N)) % N
        _, da, db, dn = triplet_loss(z_a, z_b, z_b[k], 1.0)
        np.add.at(db, k, dn)
        return da, db

    return learned(a, b, rng, gradients, steps=300)


@wrong
def four_steps(a, b, rng):
    return learned(a, b, rng, contrast(0.2), steps=4)


programs.beside_the_point = [
    "pixels",
    "without_training",
    "brightness",
    "only_pulled_together",
    "pairs_are_mixed_up",
    "four_steps",
]
