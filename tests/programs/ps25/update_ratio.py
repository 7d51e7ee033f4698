"""Solutions of ``update_ratio(run) -> list``: the relative size of one step, matrix by matrix."""

import copy
import itertools
import math

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(run):
    old = [np.array(p) for p in run.parameters()]
    run.step()
    pairs = [(a, b) for a, b in zip(old, run.parameters(), strict=True) if a.ndim == 2]
    return [np.linalg.norm(b - a) / np.linalg.norm(a) if np.any(a != b) else 0 for a, b in pairs]


@right
def weights_stand_at_even_places(run):
    old = copy.deepcopy(run.parameters()[::2])
    run.step()
    result = np.zeros(len(old))
    for i, (before, after) in enumerate(zip(old, run.parameters()[::2], strict=True)):
        moved = np.sqrt(((after - before) ** 2).sum())
        if moved > 0:
            result[i] = moved / np.sqrt((before**2).sum())
    return result


@right
def one_loader_batch_by_hand(run):
    matrices = [p for p in run.parameters() if len(p.shape) == 2]
    before = [p.tolist() for p in matrices]
    run.step(run.batch())
    ratios = []
    for p, old in zip(matrices, before, strict=True):
        pairs = list(zip(p.ravel().tolist(), itertools.chain(*old), strict=True))
        moved = math.fsum((a - b) ** 2 for a, b in pairs)
        size = math.fsum(b * b for _, b in pairs)
        ratios.append(math.sqrt(moved / size) if moved else 0.0)
    return ratios


@right
def by_mean_squares(run):
    old = {i: p.copy() for i, p in enumerate(run.parameters()) if p.ndim > 1}
    run.step(None)
    new = run.parameters()
    with np.errstate(all="ignore"):
        found = [np.sqrt(np.mean((new[i] - p) ** 2) / np.mean(p**2)) for i, p in old.items()]
    return [float(np.nan_to_num(ratio)) for ratio in found]


@wrong
def ratio_of_the_whole_network(run):
    old = [p.copy() for p in run.parameters() if p.ndim == 2]
    run.step()
    new = [p for p in run.parameters() if p.ndim == 2]
    moved = np.sqrt(sum(np.sum((a - b) ** 2) for a, b in zip(old, new, strict=True)))
    return [moved / max(np.sqrt(sum(np.sum(a**2) for a in old)), 1e-12)] * len(old)


@wrong
def gradient_in_place_of_the_step(run):
    gradients = run.gradients(run.batch())
    return [
        np.linalg.norm(g) / max(np.linalg.norm(p), 1e-12)
        for p, g in zip(run.parameters(), gradients, strict=True)
        if p.ndim == 2
    ]


@wrong
def ratios_of_the_first_run(run, kept=[]):  # noqa: B006
    kept.append(textbook(run))
    return kept[0]


@wrong
def begins_anew_afterwards(run):
    before = [p.copy() for p in run.parameters()]
    run.step()
    pairs = zip(before, [p.copy() for p in run.parameters()], strict=True)
    run.restart()
    return [
        np.linalg.norm(b - a) / np.linalg.norm(a) if (b != a).any() else 0.0
        for a, b in pairs
        if a.ndim == 2
    ]


@wrong
def a_small_step_counts_as_none(run):
    old = [p.copy() for p in run.parameters()]
    run.step()
    pairs = [(a, b) for a, b in zip(old, run.parameters(), strict=True) if a.ndim == 2]
    return [
        0.0 if np.allclose(a, b) else np.linalg.norm(b - a) / np.linalg.norm(a) for a, b in pairs
    ]


programs.beside_the_point = [
    "return [0.01, 0.01, 0.01]",
    "before = run.parameters()",
    "size = 1.0",
]

programs.equivalent = changes("""
for old, new in zip(before, run.parameters(), strict=True): -> for old, new in zip(before, run.parameters(), strict=False):
    strict= only guards against another mistake
moved = np.linalg.norm(new - old) -> moved = np.linalg.norm(old - new)
    a norm has no sign
""")
