"""Solutions of ``worth_training(program) -> bool``, tests before a long training."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def one_step_at_a_time(program):
    few = program.x[:20], program.t[:20]
    losses = [program.step(program.x, program.t, 0)]
    losses += [program.step(*few, program.lr) for _ in range(180)]
    return bool(abs(losses[0] - np.log(program.classes)) < 0.3 and losses[-1] < 0.1)


@right
def stops_at_the_first_doubt(program):
    """It needs few steps where a program is right."""
    x, t = program.x[40:56], program.t[40:56]
    first = program.step(x, t, 0)
    if not np.log(program.classes) * 0.8 < first < np.log(program.classes) * 1.2:
        return False
    return any(program.step(x, t, program.lr) < 0.15 for _ in range(199))


@right
def random_labels(program):
    """Labels of its own for the few images; a NumPy bool."""
    rng = np.random.default_rng(0)
    K, x = program.classes, program.x[:16]
    t = rng.integers(0, K, size=16)
    u = program.step(program.x[:64], program.t[:64], 0.0)
    found = np.array([program.step(x, t, program.lr) for _ in range(190)])
    return np.isclose(u, np.log(K), atol=0.25) & (found[-10:].max() < 0.25)


@wrong
def remembers_the_first(program, kept=[]):  # noqa: B006
    kept.append(one_step_at_a_time(program))
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
    start = program.step(program.x, program.t, 0)
    ends = [program.step(program.x[:32], program.t[:32], program.lr) for _ in range(150)]
    return bool(abs(start - np.log(program.classes)) < 0.001 and ends[-1] < 0.001)


@wrong
def loss_of_all_images_falls(program):
    losses = [program.step(program.x, program.t, program.lr) for _ in range(100)]
    return losses[-1] < 0.9 * losses[0]


@wrong
def half_of_the_loss_of_all_images(program):
    """It would reject the notebook's own network, which has 3,000 images."""
    start = program.step(program.x, program.t, 0)
    ends = [program.step(program.x, program.t, program.lr) for _ in range(100)]
    return bool(abs(start - np.log(program.classes)) < 0.4 and ends[-1] < 0.5 * start)


programs.beside_the_point = [
    "return True",
    "return False",
    "return bool(np.isfinite(program.step(program.x, program.t, program.lr)))",
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
start = program.step(program.x, program.t, 0) -> start = program.step(program.x, program.t, 1)
    it returns the loss before the step, and one step more spoils no right program
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
