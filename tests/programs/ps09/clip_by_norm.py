"""Solutions of ``clip_by_norm(gradients, max_norm) -> (gradients, norm)``: one common norm."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(gradients, max_norm):
    norm = math.sqrt(sum(float(np.sum(g**2)) for g in gradients))
    if norm <= max_norm:
        return gradients, norm
    return [g * (max_norm / norm) for g in gradients], norm


@right
def one_long_vector(gradients, max_norm):
    flat = np.concatenate([np.ravel(g) for g in gradients])
    norm = np.linalg.norm(flat)
    flat = flat * min(1.0, max_norm / float(norm)) if norm > 0 else flat
    parts = np.split(flat, np.cumsum([g.size for g in gradients])[:-1])
    return [part.reshape(g.shape) for part, g in zip(parts, gradients, strict=True)], norm


@right
def divided_by_the_excess(gradients, max_norm):
    norm = math.hypot(*(float(np.linalg.norm(g)) for g in gradients))
    excess = max(1.0, norm / max_norm)
    return tuple(g / excess for g in gradients), norm


@right
def entry_by_entry(gradients, max_norm):
    norm = math.sqrt(math.fsum(float(v) ** 2 for g in gradients for v in g.flat))
    clipped = [np.empty_like(g) for g in gradients]
    for new, g in zip(clipped, gradients, strict=True):
        for place, v in np.ndenumerate(g):
            new[place] = v * max_norm / norm if norm > max_norm else v
    return clipped, np.array(norm)


@wrong
def norm_of_the_first_call(gradients, max_norm, kept=[]):  # noqa: B006
    kept.append(textbook(gradients, max_norm)[1])
    factor = min(1.0, max_norm / kept[0]) if kept[0] > 0 else 1.0
    return [g * factor for g in gradients], kept[0]


@wrong
def only_what_is_clearly_longer(gradients, max_norm):
    clipped, norm = textbook(gradients, max_norm)
    return (clipped if norm > 1.1 * max_norm else gradients), norm


programs.beside_the_point = [
    "return gradients, np.sqrt(sum(np.sum(g**2) for g in gradients))",
    "return [np.clip(g, -max_norm, max_norm) for g in gradients], right(gradients, max_norm)[1]",
    "gradients = [g * min(1, max_norm / np.sqrt(np.sum(g**2))) for g in gradients]",
]

programs.equivalent = changes("""
factor = max_norm / norm if norm > max_norm else 1 -> factor = max_norm / norm if norm >= max_norm else 1
    the factor is 1 if the norm is max_norm
""")
