"""Solutions of ``mean_over_masks(f, z, drop_prob) -> mean``: over all 2^n masks, by probability."""

import itertools

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def mask_by_mask(f, z, drop_prob):
    keep = 1 - drop_prob
    total = 0.0
    for mask in itertools.product([False, True], repeat=len(z)):
        m = np.array(mask)
        total += keep ** m.sum() * drop_prob ** (~m).sum() * f(np.where(m, z / keep, 0.0))
    return total


@right
def all_masks_at_once(f, z, drop_prob):
    masks = np.array(list(np.ndindex(*[2] * len(z))))
    chance = np.prod(masks * (1 - drop_prob) + (1 - masks) * drop_prob, axis=1)
    return chance @ f(masks * z / (1 - drop_prob))


@right
def unit_by_unit(f, z, drop_prob):
    if not len(z):
        return f(z)

    def with_first(value):
        rest = z[1:]
        return unit_by_unit(lambda v: f(np.concatenate([[value], v])), rest, drop_prob)

    return drop_prob * with_first(0.0) + (1 - drop_prob) * with_first(z[0] / (1 - drop_prob))


@right
def by_the_bits_of_a_number(f, z, drop_prob):
    terms = []
    for number in range(2 ** len(z)):
        bits = number >> np.arange(len(z)) & 1
        chance = np.exp(np.sum(np.log(np.maximum(np.abs(bits - drop_prob), 1e-300))))
        terms.append(chance * f(bits * z / (1 - drop_prob)))
    return np.sum(terms, axis=0)


@wrong
def masks_drawn_at_random(f, z, drop_prob):
    m = np.random.default_rng(0).random((20_000, len(z))) >= drop_prob
    return f(m * z / (1 - drop_prob)).mean(axis=0)


@wrong
def kept_where_not_0(f, z, drop_prob):
    """How many units a mask keeps, counted in the masked values."""
    total = 0
    for mask in itertools.product([0, 1], repeat=len(z)):
        kept = np.count_nonzero(z * mask)
        chance = (1 - drop_prob) ** kept * drop_prob ** (len(z) - kept)
        total = total + chance * f(z * mask / (1 - drop_prob))
    return total


@wrong
def masks_of_the_first_call(f, z, drop_prob, kept=[]):  # noqa: B006
    kept.append(drop_prob)
    return mask_by_mask(f, z, kept[0])


wrong.edit(
    "a_factor_of_at_most_four",
    all_masks_at_once,
    "z / (1 - drop_prob)",
    "z / max(1 - drop_prob, 0.25)",
)

programs.beside_the_point = [
    "return f(z)",
    "return f(z * (1 - drop_prob))",
    "return 0 * f(z)",
]
