"""Solutions of ``match_units(A, B) -> (order, signs)``: units that belong together."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(A, B):
    products = A @ B.T
    left = np.abs(products)
    order, signs = np.zeros(len(A), dtype=int), np.zeros(len(A))
    for _ in range(len(A)):
        i, j = divmod(int(left.argmax()), len(A))
        order[j], signs[j] = i, 1 if products[i, j] > 0 else -1
        left[i], left[:, j] = -1, -1
    return order, signs


@right
def pairs_in_the_order_of_their_products(A, B):
    products = A @ B.T
    order, signs = {}, {}
    for k in np.argsort(-np.abs(products), axis=None):
        i, j = divmod(int(k), len(A))
        if j not in order and i not in order.values():
            order[j], signs[j] = i, 1 if products[i, j] > 0 else -1
    every = range(len(A))
    return np.array([order[j] for j in every]), np.array([signs[j] for j in every])


@wrong
def nearest_of_both_signs(A, B):  # one unit of A for several of B, if the networks differ
    same = np.linalg.norm(A[:, None] - B[None], axis=2)
    opposite = np.linalg.norm(A[:, None] + B[None], axis=2)
    order = np.minimum(same, opposite).argmin(axis=0)
    every = np.arange(len(A))
    return order, np.where(same[order, every] < opposite[order, every], 1.0, -1.0)


@right
def recursive(A, B):
    def rest(rows, columns):
        if not rows:
            return []
        i, j = max(((i, j) for i in rows for j in columns), key=lambda p: abs(A[p[0]] @ B[p[1]]))
        return [(j, i), *rest([r for r in rows if r != i], [c for c in columns if c != j])]

    found = dict(rest([*range(len(A))], [*range(len(B))]))
    order = np.array([found[j] for j in range(len(B))])
    return order, np.copysign(1.0, np.sum(A[order] * B, axis=1))


# --- right values in a deviating form ---------------------------------------------------------


@form
def overwrites_A(A, B):
    order, signs = textbook(A, B)
    A[...] = 0
    return order, signs


@wrong
def sorted_by_the_first_weight(A, B):
    first, second = (np.argsort(np.abs(a[:, 0])) for a in (A, B))
    order = np.empty(len(A), dtype=int)
    order[second] = first
    return order, np.where(np.sum(A[order] * B, axis=1) < 0, -1.0, 1.0)


@wrong
def sign_of_the_product(A, B):  # 0 for a unit of zeros
    order, _ = textbook(A, B)
    return order, np.sign(np.sum(A[order] * B, axis=1))


@wrong
def without_the_last_weight(A, B):
    return textbook(A[:, :-1], B[:, :-1])


@wrong
def only_products_above_a_ten_thousandth(A, B):
    sizes = np.abs(A @ B.T)
    sizes[sizes < 1e-4] = 0
    order, _ = textbook(sizes, np.eye(len(A)))
    return order, np.copysign(1.0, np.sum(A[order] * B, axis=1))


@wrong
def order_in_floats(A, B):
    order, signs = textbook(A, B)
    return order.astype(float), signs


@wrong
def sign_of_the_sum(A, B):
    order, _ = textbook(A, B)
    return order, np.sign(A[order].sum(axis=1) * B.sum(axis=1))


programs.beside_the_point = [
    "return np.arange(len(A)), np.ones(len(A))",
]

programs.equivalent = changes("""
order, signs = (np.zeros(m, dtype=int), np.ones(m)) -> order, signs = (np.ones(m, dtype=int), np.ones(m))
    every entry is overwritten
signs[j] = -1 if products[i, j] < 0 else 1 -> signs[j] = -1 if products[i, j] <= 0 else 1
    a product of 0 may have either sign
sizes[i] = -1 -> sizes[i] = -2
sizes[:, j] = -1 -> sizes[:, j] = -2
    any number below all sizes
""")
