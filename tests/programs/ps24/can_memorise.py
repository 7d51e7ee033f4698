"""Solutions of ``can_memorise(run, n) -> bool``: n images at every step, 300 steps at most."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(run, n):
    run.restart()
    batch = tuple(part[:n] for part in run.training)
    for _ in range(300):
        run.step(batch)
        if run.loss(batch) < 0.1:
            return True
    return False


@right
def all_steps_first(run, n):
    x, t = run.training
    few = x[:n].copy(), t[:n].copy()
    run.restart()
    losses = []
    while len(losses) < 300:
        run.step(few)
        losses.append(run.loss(few))
    return min(losses) < 0.1


@right
def loop_with_a_flag(run, n):
    run.restart()
    batch, memorised, steps = [run.training[0][:n], run.training[1][:n]], np.False_, 0
    while not memorised and steps < 300:
        run.step(batch)
        memorised = np.less(run.loss(batch), 0.1)
        steps += 1
    return memorised


@wrong
def trains_the_whole_run(run, n):
    run.train()
    return run.loss((run.training[0][:n], run.training[1][:n])) < 0.1
