"""Solutions of ``largest_curvature(grad, w, v)``: power iteration with gradients alone."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def one_sided_differences(grad, w, v):
    g, size, before = grad(w), 1.0, 0.0
    while abs(size - before) > 1e-6 * size:
        before, v = size, v / np.linalg.norm(v)
        v = (grad(w + 1e-6 * v) - g) / 1e-6
        size = np.linalg.norm(v)
    return size


@right
def stops_by_the_last_two_changes(grad, w, v):
    found = []
    while True:
        v = v / np.linalg.norm(v)
        Hv = (grad(w + 1e-4 * v) - grad(w - 1e-4 * v)) / 2e-4
        found.append(v @ Hv)
        if len(found) > 2:
            last, before = abs(found[-1] - found[-2]), abs(found[-2] - found[-3])
            # Near the end the changes form a geometric series; what is left of it is the error.
            if last < before and last**2 / (before - last) < 1e-5 * abs(found[-1]):
                return found[-1]
            if last < 1e-9 * abs(found[-1]):
                return found[-1]
        v = Hv


@right
def stops_by_the_residual(grad, w, v):
    while True:
        v = v / np.linalg.norm(v)
        Hv = (grad(w + 1e-5 * v) - grad(w - 1e-5 * v)) / 2e-5
        found = v @ Hv
        if np.linalg.norm(Hv - found * v) < 1e-3 * abs(found):
            return found
        v = Hv


@right
def lanczos(grad, w, v):
    basis, alphas, betas, before = [v / np.linalg.norm(v)], [], [], 0.0
    while True:
        z = (grad(w + 1e-4 * basis[-1]) - grad(w - 1e-4 * basis[-1])) / 2e-4
        alphas.append(basis[-1] @ z)
        for q in basis * 2:
            z = z - (q @ z) * q
        T = np.diag(alphas) + np.diag(betas, 1) + np.diag(betas, -1)
        found = np.linalg.eigvalsh(T)[-1]
        betas.append(np.linalg.norm(z))
        if len(basis) == len(w) or betas[-1] < 1e-9 * found or abs(found - before) < 1e-9 * found:
            return found
        basis.append(z / betas[-1])
        before = found


@form
def as_an_array_of_one_number(grad, w, v):
    return np.array([lanczos(grad, w, v)])


@form
def start_overwritten(grad, w, v):  # v is changed
    v /= np.linalg.norm(v)
    return lanczos(grad, w, v)


@wrong
def of_the_first_call(grad, w, v, kept=[]):  # noqa: B006
    kept.append(lanczos(grad, w, v))
    return kept[0]


@wrong
def all_of_h_by_one_sided_differences(grad, w, v):
    g = grad(w)
    H = np.array([(grad(w + 1e-6 * e) - g) / 1e-6 for e in np.eye(len(w))])
    return np.linalg.eigvalsh((H + H.T) / 2)[-1]


@wrong
def begins_with_the_gradient(grad, w, v):
    return lanczos(grad, w, grad(w))


@wrong(chance="rounding decides whether large products agree so far")
def until_the_change_is_a_hundred_thousandth(grad, w, v):
    found, before = 1.0, 0.0
    while abs(found - before) > 1e-5:
        v = v / np.linalg.norm(v)
        Hv = (grad(w + 1e-4 * v) - grad(w - 1e-4 * v)) / 2e-4
        found, before, v = v @ Hv, found, Hv
    return found


@wrong(chance="rounding decides whether large products agree so far")
def until_the_change_is_a_billionth(grad, w, v):
    found, before = 1.0, 0.0
    for _ in range(990):
        v = v / np.linalg.norm(v)
        Hv = (grad(w + 1e-4 * v) - grad(w - 1e-4 * v)) / 2e-4
        found, before, v = v @ Hv, found, Hv
        if abs(found - before) < 1e-9:
            break
    return found


programs.beside_the_point = [
    "return 1.0",
    "return v @ grad(v) / (v @ v)",
    "return np.linalg.norm(grad(w))",
]

programs.equivalent = changes("""
while abs(curvature - before) > 1e-07 * abs(curvature): -> while abs(curvature - before) >= 1e-07 * abs(curvature):
    both stop at the same place unless the change is exactly the tolerance
h, curvature, before = (0.0001, 1.0, 0.0) -> h, curvature, before = (0.0002, 1.0, 0.0)
h, curvature, before = (0.0001, 1.0, 0.0) -> h, curvature, before = (5e-05, 1.0, 0.0)
    any small h is right
h, curvature, before = (0.0001, 1.0, 0.0) -> h, curvature, before = (0.0001, 2.0, 0.0)
h, curvature, before = (0.0001, 1.0, 0.0) -> h, curvature, before = (0.0001, 0.5, 0.0)
    only the first comparison sees this number
while abs(curvature - before) > 1e-07 * abs(curvature): -> while abs(before - curvature) > 1e-07 * abs(curvature):
    the absolute value of the same difference
while abs(curvature - before) > 1e-07 * abs(curvature):
    another small tolerance
while abs(curvature - before) > 1e-07 * abs(curvature): -> while abs(curvature - before) > 1e-07 * curvature:
    the largest curvature is positive
curvature, before = (unit @ v, curvature) -> curvature, before = (v @ unit, curvature)
    the product is the same in both orders
""")
