"""Rankings of ``doubts(f, z, drop_prob, rng) -> doubt`` by the errors of thinned networks."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def share_of_errors(f, z, drop_prob, rng):
    whole = f(z).argmax(axis=1)
    found = []
    for _ in range(150):
        kept = rng.random(z.shape) >= drop_prob
        found.append(f(z * kept / (1 - drop_prob)).argmax(axis=1) != whole)
    return np.mean(found, axis=0)


@right
def all_masks(f, z, drop_prob, rng):
    """With its probability each, which is possible for few units."""
    doubt, whole = np.zeros(len(z)), np.argmax(f(z), axis=1)
    for mask in np.ndindex(*[2] * z.shape[1]):
        k = sum(mask)
        chance = (1 - drop_prob) ** k * drop_prob ** (len(mask) - k)
        doubt += chance * (np.argmax(f(z * np.array(mask) / (1 - drop_prob)), axis=1) != whole)
    return doubt


@right
def image_by_image(f, z, drop_prob, rng):
    doubt = []
    for one in z:
        rows = np.tile(one, (200, 1)) * (rng.random((200, len(one))) >= drop_prob)
        classes = f(rows / (1 - drop_prob)).argmax(axis=1)
        doubt.append(1 - np.mean(classes == f(one[None]).argmax()))
    return np.array(doubt)


@right
def votes_for_the_class(f, z, drop_prob, rng):
    u = f(z)
    votes = np.zeros(u.shape)
    for _ in range(100):
        v = f(z * rng.binomial(1, 1 - drop_prob, size=z.shape) / (1 - drop_prob))
        votes[np.arange(len(z)), v.argmax(axis=1)] += 1
    return -votes[np.arange(len(z)), u.argmax(axis=1)]


@wrong
def largest_value(f, z, drop_prob, rng):
    return z.max(axis=1)


@wrong
def at_random(f, z, drop_prob, rng):
    return rng.random(len(z))


@wrong
def spread_of_the_class_number(f, z, drop_prob, rng):
    """The numbers of the classes are names."""
    kept = rng.random((200, *z.shape)) >= drop_prob
    return np.std([f(z * one).argmax(axis=1) for one in kept], axis=0)


@wrong(chance="the order of the doubts is another one, more or less")
def half_of_the_units_dropped(f, z, drop_prob, rng):
    return image_by_image(f, z, 0.5, rng)


programs.beside_the_point = [
    "not_sure",
    "near_the_border",
    "spread_of_probabilities",
    "spread_of_scores",
    "one_mask",
    "entropy_of_the_mean",
    "in_test_mode",
    "largest_value",
    "at_random",
    "spread_of_the_class_number",
]

programs.equivalent = changes("""
n_masks, errors = (400, np.zeros(len(z)))
    a few masks more or less change the order hardly
n_masks, errors = (400, np.zeros(len(z))) -> n_masks, errors = (400, np.ones(len(z)))
    one more for every image leaves the order as it is
return errors / n_masks -> return errors * n_masks
    a factor leaves the order as it is
""")
