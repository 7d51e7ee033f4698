"""Solutions of ``descend(step, gradient, w, memories, n) -> points``."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(step, gradient, w, memories, n):
    memory = [0 * w] * memories
    points = [w]
    for t in range(n):
        w, *memory = step(w, gradient(w), *memory, t + 1)
        points.append(w)
    return np.stack(points)


@right
def into_one_array(step, gradient, w, memories, n):
    points = np.empty((n + 1, *w.shape))
    points[0], state = w, np.zeros((memories, *w.shape))
    for t in range(1, n + 1):
        points[t], *state = step(points[t - 1], gradient(points[t - 1]), *state, t)
    return points


@right
def by_recursion(step, gradient, w, memories, n):
    def reached(k):
        if k == 0:
            return [w], (np.zeros(w.shape),) * memories
        points, memory = reached(k - 1)
        new, *memory = step(points[-1], gradient(points[-1]), *memory, k)
        return [*points, new], memory

    return np.array(reached(n)[0])


@wrong
def memory_of_an_earlier_call(step, gradient, w, memories, n, kept={}):  # noqa: B006
    memory = kept.get((memories, w.shape), [0 * w] * memories)
    points = [w]
    for t in range(1, n + 1):
        w, *memory = step(w, gradient(w), *memory, t)
        points.append(w)
    kept[memories, w.shape] = memory
    return np.array(points)


@wrong
def counts_on_over_all_calls(step, gradient, w, memories, n, made=[0]):  # noqa: B006
    memory, points = [0 * w] * memories, [w]
    for _ in range(n):
        made[0] += 1
        w, *memory = step(w, gradient(w), *memory, made[0])
        points.append(w)
    return np.array(points)
