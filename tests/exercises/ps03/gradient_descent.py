"""Programs for ``gradient_descent``."""

from itertools import accumulate

import numpy as np


def fills_a_table(grad, w0, lr, steps):
    path = np.zeros((steps + 1, len(w0)))
    path[0] = w0
    for k in range(steps):
        path[k + 1] = path[k] - lr * grad(path[k])
    return path


def grows_a_list(grad, w0, lr, steps):
    w = w0.copy()
    path = [w.copy()]
    for _ in range(steps):
        w -= lr * grad(w)
        path.append(w.copy())
    return np.array(path)


def recursion(grad, w0, lr, steps):
    if steps == 0:
        return w0[None]
    return np.vstack([w0, recursion(grad, w0 - lr * grad(w0), lr, steps - 1)])


def accumulated(grad, w0, lr, steps):
    points = accumulate(range(steps), lambda w, _k: w + -lr * grad(w), initial=w0)
    return np.stack(list(points))


def sum_of_all_gradients(grad, w0, lr, steps):
    total = np.zeros_like(w0)
    path = w0[np.newaxis, :]
    while len(path) < steps + 1:
        total = total + grad(path[-1])
        path = np.concatenate([path, [w0 - lr * total]])
    return path


VARIANTS = [
    (f.__name__, (f,))
    for f in (fills_a_table, grows_a_list, recursion, accumulated, sum_of_all_gradients)
]


def list_of_arrays(grad, w0, lr, steps):
    return list(grows_a_list(grad, w0, lr, steps))


def changes_w0(grad, w0, lr, steps):
    path = [w0.copy()]
    for _ in range(steps):
        w0 -= lr * grad(w0)
        path.append(w0.copy())
    return np.array(path)


def column_vectors(grad, w0, lr, steps):
    return fills_a_table(grad, w0, lr, steps)[:, :, None]


DRESSED = [(f.__name__, (f,)) for f in (list_of_arrays, changes_w0, column_vectors)]


def momentum(grad, w0, lr, steps):
    path, v = [w0], 0 * w0
    for _ in range(steps):
        v = 0.5 * v - lr * grad(path[-1])
        path.append(path[-1] + v)
    return np.array(path)


def shrinking_rate(grad, w0, lr, steps):
    path = [w0]
    for k in range(steps):
        path.append(path[-1] - lr / (k + 1) * grad(path[-1]))
    return np.array(path)


def nesterov_point(grad, w0, lr, steps):
    path = [w0]
    for _ in range(steps):
        path.append(path[-1] - lr * grad(path[-1] - lr * grad(path[-1])))
    return np.array(path)


def stops_at_three(grad, w0, lr, steps):
    path = fills_a_table(grad, w0, lr, steps)
    path[4:] = path[min(3, steps)]
    return path


def sign_only(grad, w0, lr, steps):
    return fills_a_table(lambda w: np.sign(grad(w)), w0, lr, steps)


def turned_round(grad, w0, lr, steps):
    return fills_a_table(grad, w0, lr, steps)[::-1]


def fixed_rate(grad, w0, lr, steps):
    return fills_a_table(grad, w0, 0.01, steps)


def wrong_when_it_stays(grad, w0, lr, steps):
    return fills_a_table(grad, w0, lr, max(steps, 1))


WRONG = [
    (f.__name__, (f,))
    for f in (
        momentum,
        shrinking_rate,
        nesterov_point,
        stops_at_three,
        sign_only,
        turned_round,
        fixed_rate,
        wrong_when_it_stays,
    )
]
