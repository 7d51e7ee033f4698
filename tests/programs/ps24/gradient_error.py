"""Solutions of ``gradient_error(run) -> float``: gradients beside differences of the loss."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


def moved_loss(run, batch, amounts):
    """The loss with the parameters moved by ``amounts``; afterwards they are as before."""
    kept = [p.copy() for p in run.parameters()]
    for p, amount in zip(run.parameters(), amounts, strict=True):
        p += amount
    value = run.loss(batch)
    for p, old in zip(run.parameters(), kept, strict=True):
        p[:] = old
    return value


def relative(a, b):
    a, b = np.asarray(a), np.asarray(b)
    return float(np.linalg.norm(a - b) / max(np.linalg.norm(a) + np.linalg.norm(b), 1e-12))


@right
def some_directions(run):
    rng, batch, h = np.random.default_rng(), run.batch(), 1e-5
    gradients, a, b = run.gradients(batch), [], []
    for _ in range(12):
        v = [rng.normal(size=g.shape) for g in gradients]
        length = np.sqrt(sum((d**2).sum() for d in v))
        v = [d / length for d in v]
        up = moved_loss(run, batch, [h * d for d in v])
        down = moved_loss(run, batch, [-h * d for d in v])
        a.append(sum((g * d).sum() for g, d in zip(gradients, v, strict=True)))
        b.append((up - down) / (2 * h))
    return relative(a, b)


@right
def largest_entries_first(run):
    batch, a, b = run.batch(), [], []
    for p, g in zip(run.parameters(), run.gradients(batch), strict=True):
        flat, steep = p.reshape(-1), g.reshape(-1)
        for place in np.argsort(-np.abs(steep))[:10]:
            h = 1e-6
            flat[place] += h
            up = run.loss(batch)
            flat[place] -= 2 * h
            b.append((up - run.loss(batch)) / (2 * h))
            flat[place] += h
            a.append(steep[place])
    return np.float64(relative(a, b))


@right
def signs_as_directions(run):
    batch = run.batch()
    gradients, rng = run.gradients(batch), np.random.default_rng(8)
    a, b, h = [], [], 1e-7
    for _ in range(10):
        v = [rng.choice([-1.0, 1.0], size=g.shape) for g in gradients]
        up = moved_loss(run, batch, [h * d for d in v])
        down = moved_loss(run, batch, [-h * d for d in v])
        a.append(sum(np.vdot(g, d) for g, d in zip(gradients, v, strict=True)))
        b.append((up - down) / 2 / h)
    return relative(a, b)


@right
def one_sided_and_small(run):
    batch, h, rng = run.batch(), 1e-6, np.random.default_rng(5)
    gradients, a, b = run.gradients(batch), [], []
    here = run.loss(batch)
    for _ in range(10):
        v = [rng.normal(size=g.shape) / 60 for g in gradients]
        a.append(sum((g * d).sum() for g, d in zip(gradients, v, strict=True)))
        b.append((moved_loss(run, batch, [h * d for d in v]) - here) / h)
    return relative(a, b)


@wrong
def largest_of_the_ratios(run):
    batch, h = run.batch(), 1e-5
    rng, gradients, worst = np.random.default_rng(1), run.gradients(batch), 0.0
    for _ in range(6):
        v = [rng.normal(size=g.shape) / 60 for g in gradients]
        given = sum((g * d).sum() for g, d in zip(gradients, v, strict=True))
        up = moved_loss(run, batch, [h * d for d in v])
        down = moved_loss(run, batch, [-h * d for d in v])
        worst = max(worst, abs(given * 2 * h / (up - down) - 1))
    return worst


@wrong
def error_of_the_first_run(run, kept=[]):  # noqa: B006
    kept.append(some_directions(run))
    return kept[0]
