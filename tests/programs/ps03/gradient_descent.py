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
def gradients_summed(grad, w0, lr, steps):  # w_t = w_0 - lr * (g_0 + ... + g_{t-1})
    total = np.zeros_like(w0)
    path = [w0]
    for _ in range(steps):
        total = total + grad(path[-1])
        path.append(w0 - lr * total)
    return np.array(path)


@right
def displacement_from_the_start(grad, w0, lr, steps):
    moved = np.zeros((steps + 1, len(w0)))
    for t in range(steps):
        moved[t + 1] = moved[t] - lr * grad(w0 + moved[t])
    return w0 + moved


@right
def recursive_in_half_steps(grad, w0, lr, steps):
    if steps == 0:
        return w0[None].copy()
    half = w0 - lr / 2 * grad(w0)
    return np.vstack([w0, recursive_in_half_steps(grad, 2 * half - w0, lr, steps - 1)])


# --- right values in a deviating form ---------------------------------------------------------


form.edit("list_of_arrays", textbook, "np.array(path)", "path")
form.edit("list_of_lists", textbook, "np.array(path)", "np.array(path).tolist()")
form.edit("rows_of_rows", textbook, "np.array(path)", "np.array(path)[:, None, :]")
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


for name, result in {
    "start_twice": "np.array([w0, *path[:-1]])",
    "newest_first": "np.array(path)[::-1]",
    "transposed": "np.array(path).T",
    "no_steps_gives_nothing": "np.array(path if steps else []).reshape(-1, len(w0))",
    "stops_after_three": "np.array([*path[:4], *[path[min(3, steps)]] * (steps - 3)])",
}.items():
    wrong.edit(name, textbook, "np.array(path)", result)

for name, step in {
    "length_of_the_step_fixed": "lr * grad(path[-1]) / (np.linalg.norm(grad(path[-1])) + 1e-12)",
    "signs_of_the_gradient": "lr * np.sign(grad(path[-1]))",
    "clipped_gradient": "lr * np.clip(grad(path[-1]), -1, 1)",
    "rate_of_one_tenth": "0.1 * grad(path[-1])",
    "rate_of_one_hundredth": "0.01 * grad(path[-1])",
    "first_coordinate_only": "lr * grad(path[-1])[0]",  # right for D = 1
    "mean_gradient": "lr * np.mean(grad(path[-1]))",
    "gradient_of_the_next_point": "lr * grad(path[-1] - lr * grad(path[-1]))",
}.items():
    wrong.edit(name, textbook, "lr * grad(path[-1])", step)

wrong.edit("one_step_at_least", textbook, "range(steps)", "range(max(steps, 1))")


@wrong
def heavy_ball(grad, w0, lr, steps):  # right for one step
    v = np.zeros_like(w0)
    path = [w0]
    for _ in range(steps):
        v = 0.9 * v - lr * grad(path[-1])
        path.append(path[-1] + v)
    return np.array(path)


wrong.edit("half_the_momentum", heavy_ball, "0.9", "0.5")


@wrong
def whole_numbers(grad, w0, lr, steps):
    path = np.zeros((steps + 1, len(w0)), dtype=int)
    path[0] = w0
    for t in range(steps):
        path[t + 1] = path[t] - lr * grad(path[t])
    return path


@wrong
def two_mistakes(grad, w0, lr, steps):
    path = []
    w = w0
    for _ in range(steps):
        w = w + lr * grad(w)
        path.append(w)
    return np.array(path).reshape(steps, -1)


@wrong
def goes_on_where_it_ended(grad, w0, lr, steps, memory={}):  # noqa: B006
    # Each run goes on where the run before ended, when the dimension is the same.
    w = memory.get(len(w0), w0)
    path = textbook(grad, w, lr, steps)
    memory[len(w0)] = path[-1]
    return path


programs.carry(textbook)
