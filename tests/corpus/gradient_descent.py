"""Solutions of ``gradient_descent(grad, w0, lr, steps) -> path`` of shape (steps + 1, D)."""

import functools
import itertools
from collections import deque
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(grad, w0, lr, steps):
    path = [w0]
    for _ in range(steps):
        path.append(path[-1] - lr * grad(path[-1]))
    return np.array(path)


@put(RIGHT)
def filled_array(grad, w0, lr, steps):
    path = np.empty((steps + 1, w0.size), dtype=w0.dtype)
    path[0] = w0
    for t in range(steps):
        path[t + 1] = path[t] - lr * grad(path[t])
    return path


@put(RIGHT)
def copied_and_updated(grad, w0, lr, steps):
    w = w0.copy()
    history = [w.copy()]
    for _ in range(steps):
        w -= lr * grad(w)
        history.append(w.copy())
    return np.stack(history)


@put(RIGHT)
def recursive(grad, w0, lr, steps):
    if steps == 0:
        return w0[None].copy()
    rest = recursive(grad, w0 - lr * grad(w0), lr, steps - 1)
    return np.vstack([w0, rest])


@put(RIGHT)
def accumulated(grad, w0, lr, steps):
    step = lambda w, _: w - lr * grad(w)  # noqa: E731
    return np.array(list(itertools.accumulate(range(steps), step, initial=w0)))


@put(RIGHT)
def generator_inside(grad, w0, lr, steps):
    def walk(w):
        yield w
        while True:
            w = w - np.multiply(lr, grad(w))
            yield w

    return np.array(list(itertools.islice(walk(w0), steps + 1)))


@put(RIGHT)
def reduced(grad, w0, lr, steps):
    return functools.reduce(
        lambda path, _: np.concatenate([path, [path[-1] - lr * grad(path[-1])]]),
        range(steps),
        w0.reshape(1, -1),
    )


@put(RIGHT)
def while_with_queue(grad, w0, lr, steps, *, verbose=False):
    visited = deque([np.array(w0)])
    while len(visited) <= steps:
        w = visited[-1]
        visited.append(np.subtract(w, lr * grad(w)))
        if verbose:
            print(visited[-1])
    return np.vstack(visited)


@put(RIGHT)
def minus_times_plus(grad, w0, lr, steps):
    w, path = w0, w0[np.newaxis]
    for _ in range(steps):
        w = w + (-lr) * np.asarray(grad(w))
        path = np.append(path, w[np.newaxis], axis=0)
    return path


@put(RIGHT)
def columns_then_transposed(grad, w0, lr, steps):
    path = np.zeros((len(w0), steps + 1), dtype=w0.dtype)
    w = np.array(w0)
    for t in range(steps + 1):
        path[:, t] = w
        if t < steps:
            w = w - lr * grad(w)
    return path.T


@put(RIGHT)
def gradients_summed(grad, w0, lr, steps):
    # w_t = w_0 - lr * (g_0 + ... + g_{t-1}): the same up to rounding.
    total = np.zeros_like(w0)
    path = [w0]
    for _ in range(steps):
        total = total + grad(path[-1])
        path.append(w0 - lr * total)
    return np.array(path)


@put(RIGHT)
def one_gradient_too_many(grad, w0, lr, steps):
    # Computes the gradient at the last point and drops it.
    path, w = [], w0
    for _ in range(steps + 1):
        path.append(w)
        w = w - lr * grad(w)
    return np.array(path)


@put(EITHER)
def double_precision_zeros(grad, w0, lr, steps):
    path = np.zeros((steps + 1, len(w0)))
    path[0] = w0
    for t in range(steps):
        path[t + 1] = path[t] - lr * grad(path[t])
    return path


@put(FORM)
def list_of_arrays(grad, w0, lr, steps):  # a list
    path = [w0]
    for _ in range(steps):
        path.append(path[-1] - lr * grad(path[-1]))
    return path


@put(FORM)
def list_of_lists(grad, w0, lr, steps):  # lists
    return textbook(grad, w0, lr, steps).tolist()


@put(FORM)
def start_overwritten(grad, w0, lr, steps):  # w0 is changed
    w = w0
    path = [w.copy()]
    for _ in range(steps):
        w -= lr * grad(w)
        path.append(w.copy())
    return np.array(path)


@put(FORM)
def rows_of_rows(grad, w0, lr, steps):  # (steps + 1, 1, D)
    return textbook(grad, w0, lr, steps)[:, None, :]


@put(WRONG)
def ascent(grad, w0, lr, steps):
    path = [w0]
    for _ in range(steps):
        path.append(path[-1] + lr * grad(path[-1]))
    return np.array(path)


@put(WRONG)
def one_array_appended_again_and_again(grad, w0, lr, steps):
    w = w0.copy()
    path = [w]
    for _ in range(steps):
        w -= lr * grad(w)
        path.append(w)
    return np.array(path)


@put(WRONG)
def start_missing(grad, w0, lr, steps):
    return textbook(grad, w0, lr, steps)[1:]


@put(WRONG)
def end_missing(grad, w0, lr, steps):
    return textbook(grad, w0, lr, steps)[:-1]


@put(WRONG)
def start_twice(grad, w0, lr, steps):
    return np.vstack([w0, textbook(grad, w0, lr, steps)[:-1]])


@put(WRONG)
def one_step_too_many(grad, w0, lr, steps):
    return textbook(grad, w0, lr, steps + 1)


@put(WRONG)
def last_point_only(grad, w0, lr, steps):
    return textbook(grad, w0, lr, steps)[-1]


@put(WRONG)
def newest_first(grad, w0, lr, steps):
    return textbook(grad, w0, lr, steps)[::-1]


@put(WRONG)
def transposed(grad, w0, lr, steps):
    return textbook(grad, w0, lr, steps).T


@put(WRONG)
def gradient_at_the_start(grad, w0, lr, steps):
    # Right for one step.
    g = grad(w0)
    return np.array([w0 - lr * t * g for t in range(steps + 1)])


@put(WRONG)
def decaying_rate(grad, w0, lr, steps):
    path = [w0]
    for t in range(steps):
        path.append(path[-1] - lr / (1 + t) * grad(path[-1]))
    return np.array(path)


@put(WRONG)
def unit_steps(grad, w0, lr, steps):
    path = [w0]
    for _ in range(steps):
        g = grad(path[-1])
        path.append(path[-1] - lr * g / (np.linalg.norm(g) + 1e-12))
    return np.array(path)


@put(WRONG)
def signs_of_the_gradient(grad, w0, lr, steps):
    path = [w0]
    for _ in range(steps):
        path.append(path[-1] - lr * np.sign(grad(path[-1])))
    return np.array(path)


@put(WRONG)
def clipped_gradient(grad, w0, lr, steps):
    path = [w0]
    for _ in range(steps):
        path.append(path[-1] - lr * np.clip(grad(path[-1]), -1, 1))
    return np.array(path)


@put(WRONG)
def heavy_ball(grad, w0, lr, steps):
    # Right for one step.
    v = np.zeros_like(w0)
    path = [w0]
    for _ in range(steps):
        v = 0.9 * v - lr * grad(path[-1])
        path.append(path[-1] + v)
    return np.array(path)


@put(WRONG)
def stops_when_small(grad, w0, lr, steps):
    # Stands still once the gradient is below 0.1.
    path = [w0]
    for _ in range(steps):
        g = grad(path[-1])
        path.append(path[-1] - lr * g * (np.linalg.norm(g) > 0.1))
    return np.array(path)


@put(WRONG)
def stops_early(grad, w0, lr, steps):
    path = [w0]
    for _ in range(steps):
        path.append(path[-1] - lr * grad(path[-1]))
        if np.abs(path[-1] - path[-2]).max() < 1e-2:
            break
    return np.array(path)


@put(WRONG)
def rate_of_one_tenth(grad, w0, lr, steps):
    return textbook(grad, w0, 0.1, steps)


@put(WRONG)
def coordinate_by_coordinate(grad, w0, lr, steps):
    # Gauss-Seidel: right for D = 1 and for separable functions.
    path = [w0]
    for _ in range(steps):
        w = path[-1].copy()
        for d in range(len(w)):
            w[d] -= lr * grad(w)[d]
        path.append(w)
    return np.array(path)


@put(WRONG)
def first_coordinate_only(grad, w0, lr, steps):
    # Right for D = 1.
    path = [w0]
    for _ in range(steps):
        path.append(path[-1] - lr * grad(path[-1])[0])
    return np.array(path)


@put(WRONG)
def mean_gradient(grad, w0, lr, steps):
    path = [w0]
    for _ in range(steps):
        path.append(path[-1] - lr * np.mean(grad(path[-1])))
    return np.array(path)


@put(WRONG)
def keeps_the_best_rate(grad, w0, lr, steps):
    # Line search: refuses a step that turns the gradient round, so it never diverges.
    path = [w0]
    for _ in range(steps):
        g, rate = grad(path[-1]), lr
        while g @ grad(path[-1] - rate * g) < 0 and rate > 1e-3 * lr:
            rate /= 2
        path.append(path[-1] - rate * g)
    return np.array(path)


@put(WRONG)
def whole_numbers(grad, w0, lr, steps):
    path = np.zeros((steps + 1, len(w0)), dtype=int)
    path[0] = w0
    for t in range(steps):
        path[t + 1] = path[t] - lr * grad(path[t])
    return path


@put(WRONG)
def gradients_returned(grad, w0, lr, steps):
    return np.array([grad(w) for w in textbook(grad, w0, lr, steps)])


@put(WRONG)
def gradient_of_the_next_point(grad, w0, lr, steps):
    # Nesterov's look-ahead without momentum.
    path = [w0]
    for _ in range(steps):
        ahead = path[-1] - lr * grad(path[-1])
        path.append(path[-1] - lr * grad(ahead))
    return np.array(path)


@put(WRONG)
def two_mistakes(grad, w0, lr, steps):
    path = []
    w = w0
    for _ in range(steps):
        w = w + lr * grad(w)
        path.append(w)
    return np.array(path).reshape(steps, -1)


@put(WRONG)
def goes_on_where_it_ended(grad, w0, lr, steps, memory={}):  # noqa: B006
    # Each run goes on where the run before ended, when the dimension is the same.
    w = memory.get(len(w0), w0)
    path = textbook(grad, w, lr, steps)
    memory[len(w0)] = path[-1]
    return path


@put(WRONG)
def no_steps_gives_nothing(grad, w0, lr, steps):
    # Wrong for steps = 0 only.
    return np.empty((0, len(w0))) if steps == 0 else textbook(grad, w0, lr, steps)


more: Any = carried(RIGHT["textbook"])
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
