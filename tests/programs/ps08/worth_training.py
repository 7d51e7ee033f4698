"""Solutions of ``worth_training(program) -> bool``, tests before a long training."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


def known_start(program):
    return abs(program.loss(program.x, program.t) - np.log(program.classes)) < 0.3


@right
def one_element_of_each_array(program, h=1e-4):
    """The element with the largest gradient."""
    few = program.x[:20], program.t[:20]
    agree = known_start(program)
    for p, g in zip(program.parameters, program.gradients(*few), strict=True):
        largest = np.unravel_index(np.abs(g).argmax(), g.shape)
        before = p[largest]
        p[largest] = before + h
        measured = program.loss(*few)
        p[largest] = before - h
        measured -= program.loss(*few)
        p[largest] = before
        agree &= bool(np.isclose(measured / (2 * h), g[largest], rtol=0.03, atol=1e-9))
    for _ in range(180):
        program.step(*few)
    return agree and program.loss(*few) < 0.1


@right
def along_the_gradient(program):
    """It stops at the first doubt: moved by -h g, each array lowers the loss by h times g²."""
    x, t, h = program.x[40:56], program.t[40:56], 1e-3
    first = program.loss(x, t)
    if not np.log(program.classes) * 0.8 < first < np.log(program.classes) * 1.2:
        return False
    for p, g in zip(program.parameters, program.gradients(x, t), strict=True):
        p -= h * g
        fall = first - program.loss(x, t)
        p += h * g
        if abs(fall - h * np.sum(g * g)) > 0.1 * h * np.sum(g * g):
            return False
    for _ in range(190):
        program.step(x, t)
        if program.loss(x, t) < 0.15 or program.spent > 245:
            break
    return program.loss(x, t) < 0.15


@right
def random_labels(program):
    """Labels of its own for the few images, two random directions in each array; a NumPy bool."""
    rng = np.random.default_rng(0)
    x, t = program.x[:16], rng.integers(0, program.classes, size=16)
    u = program.loss(program.x[:64], program.t[:64])
    gradients, fits = program.gradients(x, t), []
    for k, now in enumerate(program.parameters):
        for _ in range(2):
            d, ends = rng.choice([-1e-6, 1e-6], size=now.shape), []
            for sign in (1, -1):
                program.parameters[k] = now + sign * d
                ends.append(program.loss(x, t))
            program.parameters[k] = now
            fits.append(np.isclose((ends[0] - ends[1]) / 2, np.sum(gradients[k] * d), 0.1, 1e-15))
    for _ in range(190):
        program.step(x, t)
    return (
        np.isclose(u, np.log(program.classes), atol=0.25) & all(fits) & (program.loss(x, t) < 0.3)
    )


@wrong
def remembers_the_first(program, kept=[]):  # noqa: B006
    kept.append(one_element_of_each_array(program))
    return kept[0]


@wrong(chance="the program itself is random")
def tosses_a_coin(program, rng=np.random.default_rng(0)):  # noqa: B008
    return bool(rng.random() < 0.5)


@wrong
def by_the_rate(program):
    """It runs nothing."""
    return bool(0.1 < program.lr < 1)


@wrong
def too_strict(program):
    start = program.loss(program.x, program.t)
    for _ in range(150):
        program.step(program.x[:32], program.t[:32])
    end = program.loss(program.x[:32], program.t[:32])
    return bool(abs(start - np.log(program.classes)) < 0.001 and end < 0.001)


@wrong
def loss_of_all_images_falls(program):
    start = program.loss(program.x, program.t)
    for _ in range(100):
        program.step(program.x, program.t)
    return program.loss(program.x, program.t) < 0.9 * start


@wrong
def half_of_the_loss_of_all_images(program):
    """It would reject the notebook's own network, which has 3,000 images."""
    start = program.loss(program.x, program.t)
    for _ in range(100):
        program.step(program.x, program.t)
    near = abs(start - np.log(program.classes)) < 0.4
    return bool(near and program.loss(program.x, program.t) < 0.5 * start)


@wrong
def all_arrays_along_one_direction(program):
    """The last array hides a wrong gradient of the others."""
    x, t, h = program.x[:32], program.t[:32], 1e-5
    rng, near, gradients = np.random.default_rng(0), known_start(program), program.gradients(x, t)
    d = [rng.normal(size=p.shape) for p in program.parameters]
    losses = []
    for sign in (1, -1):
        for p, one in zip(program.parameters, d, strict=True):
            p += sign * h * one
        losses.append(program.loss(x, t))
        for p, one in zip(program.parameters, d, strict=True):
            p -= sign * h * one
    slope = (losses[0] - losses[1]) / (2 * h)
    expected = sum(np.sum(g * one) for g, one in zip(gradients, d, strict=True))
    for _ in range(150):
        program.step(x, t)
    return bool(near and abs(slope - expected) < 0.3 * abs(slope) and program.loss(x, t) < 0.2)


programs.beside_the_point = [
    "return True",
    "return False",
    "return bool(np.isfinite(program.loss(program.x, program.t)))",
]


programs.equivalent = changes("""
steps = 150 -> steps = 151
    one step more or less
steps = 150 -> steps = 149
    one step more or less
few = slice(32) -> few = slice(33)
    a few images, as before
few = slice(32) -> few = slice(31)
    a few images, as before
near = abs(start - guess) < 0.4 -> near = abs(start - guess) <= 0.4
    a loss of exactly the limit never occurs
near = abs(start - guess) < 0.4 -> near = abs(start - guess) < 0.8
    between the first losses of right and of faulty programs
near = abs(start - guess) < 0.4 -> near = abs(start - guess) < 0.2
    between the first losses of right and of faulty programs
near = abs(start - guess) < 0.4 -> near = abs(guess - start) < 0.4
    a size has no sign
return bool(near and end < 0.2) -> return bool(near and end <= 0.2)
    a loss of exactly the limit never occurs
return bool(near and end < 0.2) -> return bool(near and end < 0.4)
    between the last losses of right and of faulty programs
return bool(near and end < 0.2) -> return bool(near and end < 0.1)
    between the last losses of right and of faulty programs
""")
