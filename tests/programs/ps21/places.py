"""Solutions of ``places(change, amount, H, W)``: where the pixels of a changed image are read."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


def centred(H, W):
    return np.meshgrid(np.arange(H) - (H - 1) / 2, np.arange(W) - (W - 1) / 2, indexing="ij")


@right
def branches(change, amount, H, W):
    r, c = centred(H, W)
    if change == "shift":
        c = c - amount
    elif change == "rotation":
        angle = amount * np.pi / 180
        r, c = r * np.cos(angle) + c * np.sin(angle), c * np.cos(angle) - r * np.sin(angle)
    elif change == "shear":
        c = c - r * amount
    elif change == "stretch":
        c = c / amount
    else:
        factor = 1 + amount * 4 * (r * r + c * c) / H**2
        r, c = factor * r, factor * c
    return np.broadcast_arrays(r + (H - 1) / 2, c + (W - 1) / 2)


@right
def inverse_matrices(change, amount, H, W):
    # The matrix of where (row, column) goes, inverted.
    r, c = centred(H, W)
    amount = np.asarray(amount, float)
    one, zero = np.ones(amount.shape[:1]), np.zeros(amount.shape[:1])
    k = amount.reshape(amount.shape[:1])
    if change == "lens":
        factor = 1 + amount * (r**2 + c**2) / (H / 2) ** 2
        return factor * r + (H - 1) / 2, factor * c + (W - 1) / 2
    if change == "shift":
        rows, columns = np.broadcast_arrays(r, c - amount)
        return rows + (H - 1) / 2, columns + (W - 1) / 2
    a = np.radians(k)
    matrix = {
        "rotation": [[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]],
        "shear": [[one, zero], [k, one]],
        "stretch": [[one, zero], [zero, k]],
    }[change]
    inverse = np.linalg.inv(np.moveaxis(np.array(matrix), (0, 1), (-2, -1)))
    rows, columns = np.moveaxis(np.einsum("...ij,jab->...iab", inverse, np.stack([r, c])), -3, 0)
    return rows + (H - 1) / 2, columns + (W - 1) / 2


@right
def complex_plane(change, amount, H, W):
    r, c = centred(H, W)
    z = c + 1j * r
    if change == "shift":
        z = z - amount
    if change == "rotation":
        z = z * np.exp(1j * np.deg2rad(amount))
    if change == "shear":
        z = z - amount * z.imag
    if change == "stretch":
        z = z.real / amount + 1j * z.imag
    if change == "lens":
        z = z * (1 + amount * np.abs(z) ** 2 / (H / 2) ** 2)
    return z.imag + (H - 1) / 2, z.real + (W - 1) / 2


@wrong
def amounts_of_the_first_call(change, amount, H, W, kept={}):  # noqa: B006
    shape = np.shape(amount)
    return branches(change, kept.setdefault((change, shape), amount), H, W)


@wrong
def angles_to_a_right_angle(change, amount, H, W):
    return branches(change, np.clip(amount, -90, 90), H, W)


programs.beside_the_point = [
    "return np.broadcast_arrays(*np.mgrid[:H, :W] + 0.0 * np.reshape(amount, (-1, 1, 1))[None] * np.ones((2, 1, 1)))",
]
