"""Solutions of ``nesterov_path(w, grad_fn, *, lr, mu, steps) -> path``."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def step_by_step(w, grad_fn, *, lr, mu, steps):
    path = np.zeros((steps + 1, *w.shape))
    path[0], v = w, 0 * w
    for k in range(steps):
        v = mu * v - lr * grad_fn(path[k] + mu * v)
        path[k + 1] = path[k] + v
    return path


@right
def from_the_last_two_points(w, grad_fn, *, lr, mu, steps):
    path = [w]
    for k in range(steps):
        ahead = path[-1] + mu * (path[-1] - path[max(k - 1, 0)])
        path.append(ahead - lr * grad_fn(ahead))
    return np.array(path)


@right
def weights_kept_ahead(w, grad_fn, *, lr, mu, steps):
    # PyTorch's form: the weights that are kept are those of the look ahead.
    ahead, b, path = w, 0 * w, [w]
    for _ in range(steps):
        dw = np.asarray(grad_fn(ahead))
        b = mu * b + dw
        path.append(path[-1] - lr * b)
        ahead = ahead - lr * (dw + mu * b)
    return np.stack(path)


@form
def weights_in_place(w, grad_fn, *, lr, mu, steps):
    v, path = 0 * w, [w.copy()]
    for _ in range(steps):
        v = mu * v - lr * grad_fn(w + mu * v)
        w += v
        path.append(w.copy())
    return np.array(path)


STEP = "v = mu * v - lr * grad_fn(path[k] + mu * v)"
wrong.edit(
    "rate_multiplied_into_the_gradient",  # into the array of grad_fn, which may return it again
    step_by_step,
    STEP,
    "dw = grad_fn(path[k] + mu * v); dw *= lr; v = mu * v - dw",
)
wrong.edit(
    "at_rest_without_a_gradient",
    step_by_step,
    STEP,
    "dw = grad_fn(path[k] + mu * v); v = mu * v - lr * dw if np.any(dw) else 0 * v",
)


form.edit(
    "gradient_asked_twice",
    step_by_step,
    "- lr *",
    "- lr * 0.5 * grad_fn(path[k] + mu * v) - lr * 0.5 *",
)


@wrong
def velocity_kept_between_calls(w, grad_fn, *, lr, mu, steps, state={}):  # noqa: B006
    v, path = state.get(w.shape, 0 * w), [w]
    for _ in range(steps):
        v = mu * v - lr * grad_fn(path[-1] + mu * v)
        path.append(path[-1] + v)
    state[w.shape] = v
    return np.array(path)


@wrong
def ends_before_inf(w, grad_fn, *, lr, mu, steps):
    path = step_by_step(w, grad_fn, lr=lr, mu=mu, steps=steps)
    return path[np.isfinite(path.reshape(steps + 1, -1)).all(axis=1)]


@wrong
def at_most_a_hundred_steps(w, grad_fn, *, lr, mu, steps):
    return step_by_step(w, grad_fn, lr=lr, mu=mu, steps=min(steps, 100))


@wrong
def at_least_one_step(w, grad_fn, *, lr, mu, steps):
    return step_by_step(w, grad_fn, lr=lr, mu=mu, steps=max(steps, 1))


programs.beside_the_point = [
    "ahead = w",
    "return np.array([w + 0 * k for k in range(steps + 1)])",
    "return np.array([w, *[w - lr * grad_fn(w)] * steps])",
]
