"""Solutions of ``gradient_descent(grad, w0, lr, steps)``: the points as rows, w0 first."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(grad, w0, lr, steps):
    path = [w0]
    for _ in range(steps):
        path.append(path[-1] - lr * grad(path[-1]))
    return np.array(path)


@right
def displacement_from_the_start(grad, w0, lr, steps):
    moved = np.zeros((steps + 1, len(w0)))
    for t in range(steps):
        moved[t + 1] = moved[t] - lr * grad(w0 + moved[t])
    return w0 + moved


@right
def in_half_steps(grad, w0, lr, steps):
    path = [w0]
    for w in path:
        if len(path) > steps:
            return np.vstack(path)
        half = w - lr / 2 * grad(w)
        path.append(2 * half - w)


# --- right values in a deviating form ---------------------------------------------------------


form.edit("column_vectors", textbook, "np.array(path)", "np.array(path)[:, :, None]")


@form
def start_overwritten(grad, w0, lr, steps):  # w0 is changed
    w = w0
    path = [w.copy()]
    for _ in range(steps):
        w -= lr * grad(w)
        path.append(w.copy())
    return np.array(path)


# --- wrong ------------------------------------------------------------------------------------


NOTHING = "np.array(path if steps else []).reshape(-1, len(w0))"
wrong.edit("no_steps_gives_nothing", textbook, "np.array(path)", NOTHING)


@wrong
def goes_on_where_it_ended(grad, w0, lr, steps, memory={}):  # noqa: B006
    # Each run goes on where the run before ended, when the dimension is the same.
    w = memory.get(len(w0), w0)
    path = textbook(grad, w, lr, steps)
    memory[len(w0)] = path[-1]
    return path


@wrong
def stays_where_it_was_before_inf(grad, w0, lr, steps):
    path = [w0]
    for _ in range(steps):
        w = path[-1] - lr * grad(path[-1])
        path.append(w if np.all(np.isfinite(w)) else path[-1])
    return np.array(path)


@wrong
def ends_before_inf(grad, w0, lr, steps):
    path = stays_where_it_was_before_inf(grad, w0, lr, steps)
    return path[: 1 + np.count_nonzero(np.diff(path, axis=0).any(axis=1))]


@wrong
def at_most_a_thousand_steps(grad, w0, lr, steps):
    return textbook(grad, w0, lr, min(steps, 1000))


@wrong
def zero_for_nan(grad, w0, lr, steps):
    path = [w0]
    for _ in range(steps):
        w = path[-1] - lr * grad(path[-1])
        path.append(np.where(np.isnan(w), 0, w))
    return np.array(path)


@wrong
def smallest_rate(grad, w0, lr, steps):
    return textbook(grad, w0, max(lr, 1e-8), steps)


@wrong
def gradient_changed_in_place(grad, w0, lr, steps):
    path = [w0]
    for _ in range(steps):
        step = grad(path[-1])
        step *= lr
        path.append(path[-1] - step)
    return np.array(path)


programs.beside_the_point = [
    "return np.array([w0] * (steps + 1))",
    "w = w + lr * dw",
]
