"""Solutions of ``relu_backward(dz, cache) -> du``, each with its forward."""

from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, own, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


def relu_forward(u):
    return np.maximum(0, u), u


def keeps_output(u):
    z = np.maximum(0, u)
    return z, z


right, right_z = put(RIGHT, relu_forward), put(RIGHT, keeps_output)
form = put(FORM, relu_forward)
wrong, wrong_z = put(WRONG, relu_forward), put(WRONG, keeps_output)


@right
def textbook(dz, u):
    return dz * (u > 0)


@right
def one_at_the_kink(dz, u):
    return dz * (u >= 0)


@right
def half_at_the_kink(dz, u):
    return dz * np.heaviside(u, 0.5).astype(dz.dtype)


@right
def where(dz, cache):
    return np.where(cache > 0, dz, 0)


@right
def copy_and_zero(dz, u):
    du = np.array(dz, copy=True)
    du[u <= 0] = 0
    return du


@right
def loops(dz, u):
    du = np.zeros_like(dz)
    for i in range(len(dz)):
        for j in range(dz.shape[1]):
            du[i, j] = dz[i, j] if u[i, j] > 0 else 0
    return du


@right
def half_of_sign_plus_one(dz, u):
    return dz * (np.sign(u) + 1) / 2


@right
def masked_assignment(dz, u):
    alive = np.nonzero(u > 0)
    du = np.zeros_like(dz)
    du[alive] = dz[alive]
    return du


@right_z
def mask_from_the_output(dz, z):
    return dz * (z > 0)


@right_z
def sign_of_the_output(dz, z):
    return dz * np.sign(z)


@right_z
def output_not_zero(dz, z):
    return dz * z.astype(bool)


@own(RIGHT)
def boolean_cache():
    def forward(u):
        alive = u > 0
        return np.where(alive, u, 0), {"alive": alive}

    def backward(dz, cache):
        return np.where(cache["alive"], dz, np.zeros_like(dz))

    return forward, backward


@own(EITHER)
def random_subgradient():
    # Any value in [0, 1] is a subgradient at the kink, another one for each zero too.
    def backward(dz, u):
        inside = np.random.default_rng().random(u.shape).astype(dz.dtype)
        return dz * np.where(u == 0, inside, (u > 0).astype(dz.dtype))

    return relu_forward, backward


@own(RIGHT)
def closure_cache():
    def forward(u):
        return u * (u > 0), lambda dz: dz * (u > 0)

    return forward, lambda dz, cache: cache(dz)


@form
def nested_lists(dz, u):  # lists
    return (dz * (u > 0)).tolist()


@form
def upstream_in_place(dz, u):  # dz is changed
    dz[u <= 0] = 0
    return dz.copy()


@form
def double_precision_mask(dz, u):  # float64 from float32
    return dz * (u > 0).astype(float)


@form
def double_precision_zeros(dz, u):  # float64 from float32
    du = np.zeros(dz.shape)
    du[u > 0] = dz[u > 0]
    return du


@wrong
def guided(dz, u):
    # The mask of the upstream gradient: right for dz > 0 and u > 0.
    return dz * (dz > 0)


@wrong
def both_masks(dz, u):
    # Guided backpropagation: right for dz > 0.
    return dz * (u > 0) * (dz > 0)


@wrong
def mask_forgotten(dz, u):
    return dz


@wrong
def mask_inverted(dz, u):
    return dz * (u < 0)


@wrong
def input_in_place_of_mask(dz, u):
    return dz * np.maximum(u, 0)


@wrong_z
def output_in_place_of_mask(dz, z):
    return dz * z


@wrong
def upstream_forgotten(dz, u):
    return (u > 0).astype(dz.dtype)


@wrong
def sign(dz, u):
    # Right for u > 0.
    return dz * np.sign(u)


@wrong
def leaky(dz, u):
    return np.where(u > 0, dz, 0.01 * dz)


@wrong
def relu_of_upstream(dz, u):
    return np.maximum(0, dz)


@wrong
def not_a_number_at_the_kink(dz, u):
    return dz * 0.5 * (1 + u / np.abs(u))


@wrong_z
def zero_over_zero(dz, z):
    return np.nan_to_num(dz * z / z, nan=0.0) + dz * (z == 0) * 0.5


@wrong
def two_at_the_kink(dz, u):
    # No subgradient: outside [0, 1].
    return dz * ((u > 0) + 2.0 * (u == 0))


@wrong
def minus_one_at_the_kink(dz, u):
    return dz * np.where(u == 0, -1, u > 0)


@wrong
def capped_at_six(dz, u):
    # Wrong above 6 only.
    return dz * ((u > 0) & (u < 6))


@wrong
def threshold_one(dz, u):
    # Wrong between 0 and 1.
    return dz * (u > 1)


@wrong
def first_column_forgotten(dz, u):
    # The loop over the units begins at one.
    du = dz.copy()
    for j in range(1, u.shape[1]):
        du[u[:, j] <= 0, j] = 0
    return du


@wrong_z
def output_never_negative(dz, z):
    return dz * (z >= 0)


@wrong
def rows_as_a_whole(dz, u):
    return dz * (u > 0).any(axis=1, keepdims=True)


@wrong
def batch_mean(dz, u):
    # Right for N = 1.
    return dz * (u > 0) / len(dz)


@wrong
def matrix_product_where_it_fits(dz, u):
    # Wrong for N = D only.
    mask = (u > 0).astype(dz.dtype)
    return dz @ mask if mask.shape[0] == mask.shape[1] else dz * mask


@wrong
def mask_transposed_where_it_fits(dz, u):
    # Wrong for N = D only.
    mask = u > 0
    return dz * (mask.T if mask.shape[0] == mask.shape[1] else mask)


@own(WRONG)
def global_mask():
    saved: dict[str, Any] = {}

    def forward(u):
        saved["mask"] = u > 0
        return np.maximum(0, u), u.shape

    def backward(dz, cache):
        return dz * saved["mask"]

    return forward, backward


@own(WRONG)
def input_overwritten_before_caching():
    # u is rectified in place and the mask u >= 0 is then true everywhere.
    def forward(u):
        z = u.copy()
        z[z < 0] = 0
        return z, z

    def backward(dz, cache):
        du = dz.copy()
        du[cache < 0] = 0
        return du

    return forward, backward


more: Any = carried(RIGHT["textbook"])
RIGHT |= more[0]
WRONG |= more[1]
EITHER |= more[2]
