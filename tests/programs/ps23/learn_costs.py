"""Solutions of ``learn_costs(matches, right) -> costs``."""

import math

import numpy as np

from grader.exercises.ps23.soft_minimum import soft_minimum
from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


def distance(m, costs, gamma):
    """The soft minimum over the matches of one code, and its gradient."""
    value, weights = soft_minimum(m @ costs, gamma)
    return value, weights @ m


def learned(matches, places, gradient, *, lr, steps=40, gamma=0.3, floor=0.01):
    """``gradient(distances, counts, place)`` is that of the loss of one scan."""
    costs = np.ones(24)
    for _ in range(steps):
        total = 0
        for codes, place in zip(matches, places, strict=True):
            values, counts = zip(*(distance(m, costs, gamma) for m in codes), strict=True)
            total = total + gradient(np.array(values), np.array(counts), place)
        costs = np.maximum(costs - lr * total / len(places), floor)
    return costs


def likelihood(gamma):
    return lambda d, counts, place: counts[place] - soft_minimum(d, gamma)[1] @ counts


@right
def a_hinge_with_a_margin(matches, right):
    def gradient(d, counts, place):
        others = [k for k in range(len(d)) if k != place]
        nearest = min(others, key=lambda k: d[k])
        return (d[place] + 0.4 > d[nearest]) * (counts[place] - counts[nearest])

    return learned(matches, right, gradient, lr=0.5, steps=60, gamma=0.1)


@right
def hard_matches_scan_by_scan(matches, right):
    """A structured perceptron with a margin: the mean of the costs after each scan."""
    costs, total = np.ones(24), np.zeros(24)
    for _ in range(15):
        for codes, place in zip(matches, right, strict=True):
            best = [m[np.argmin(m @ costs)] for m in codes]
            d = np.array([b @ costs for b in best])
            d[place] += 0.3
            costs = np.maximum(costs - 0.1 * (best[place] - best[d.argmin()]), 0.01)
            total += costs
    return total.tolist()


@right
def all_scans_at_once(matches, right):
    rows = np.concatenate([m for codes in matches for m in codes])
    sizes = np.array([len(m) for codes in matches for m in codes])
    starts, n = np.cumsum(sizes) - sizes, np.arange(len(right))
    costs, velocity = np.ones(24), np.zeros(24)
    for _ in range(60):
        e = np.exp(np.clip(-(rows @ costs) / 0.2, -700, 0))
        sums = np.add.reduceat(e, starts)
        counts = np.add.reduceat(rows * (e / np.repeat(sums, sizes))[:, None], starts)
        d = (-0.2 * np.log(sums)).reshape(len(right), -1)
        p = np.exp((d.min(axis=1, keepdims=True) - d) / 0.2)
        p /= p.sum(axis=1, keepdims=True)
        p[n, right] -= 1
        dcosts = -np.einsum("nc,nck->k", p, counts.reshape(*d.shape, -1)) / len(right)
        velocity = 0.8 * velocity - dcosts
        costs = np.maximum(costs + velocity, 0.02)
    return costs


@right
def pair_by_pair_with_positive_costs(matches, right):
    """The costs are exponentials; log(1 + e^(difference)) for each wrong code."""
    theta = np.zeros(24)
    for step in range(50):
        costs, total = np.exp(theta), np.zeros(24)
        for codes, place in zip(matches, right, strict=True):
            (good, of_good), *others = (
                distance(m, costs, 0.15)
                for m in (codes[place], *codes[:place], *codes[place + 1 :])
            )
            for bad, of_bad in others:
                part = 1 / (1 + math.exp(min((bad - good) / 0.2, 700)))
                total += part * (of_good - of_bad)
        theta -= (3 if step < 35 else 1) * costs * total / len(right)
    return np.exp(theta)


@right
def a_smaller_and_smaller_gamma(matches, right):
    costs = np.ones(24)
    for gamma in np.geomspace(1, 0.1, 40):
        total = np.zeros(24)
        for codes, place in zip(matches, right, strict=True):
            values, counts = zip(*(distance(m, costs, gamma) for m in codes), strict=True)
            total += likelihood(gamma)(np.array(values), np.array(counts), place)
        costs = costs - 10 * total / len(right)
    return costs


@wrong
def costs_of_one(matches, right):
    return np.ones(24)


@wrong
def frequencies(matches, right):
    """−log of how often an edit occurs in the cheapest matches of the right codes."""
    of = [codes[place] for codes, place in zip(matches, right, strict=True)]
    counts = 0.5 + sum(m[m.sum(axis=1).argmin()] for m in of)
    return -np.log(counts / counts.sum())


@wrong
def only_the_right_code(matches, right):
    return learned(matches, right, lambda d, counts, place: counts[place], lr=0.3)


def one_rival(rule):
    """The loss of the right code and one other, which `rule` chooses."""

    def gradient(d, counts, place):
        both = [place, rule(d, place)]
        return counts[place] - soft_minimum(d[both], 0.3)[1] @ counts[both]

    return gradient


@wrong
def the_code_behind_the_right_one(matches, right):
    return learned(matches, right, one_rival(lambda d, place: (place + 1) % 3), lr=3)


@wrong
def the_code_before_the_right_one(matches, right):
    return learned(matches, right, one_rival(lambda d, place: (place + 2) % 3), lr=3)


@wrong
def the_first_of_the_others(matches, right):
    return learned(matches, right, one_rival(lambda d, place: 1 if place == 0 else 0), lr=3)


@wrong
def the_mean_of_the_others(matches, right):
    def gradient(d, counts, place):
        of_others = np.delete(counts, place, axis=0).mean(axis=0)
        both = np.array([d[place], np.delete(d, place).mean()])
        return counts[place] - soft_minimum(both, 0.3)[1] @ np.array([counts[place], of_others])

    return learned(matches, right, gradient, lr=3)


@wrong
def all_distances(matches, right):
    """What is given, and nothing that compares."""
    return learned(matches, right, lambda d, counts, place: counts.sum(axis=0), lr=0.01)


@wrong
def gradients_as_costs(matches, right):
    """What is given, called once for each scan: the mean edits of the right codes."""
    of = [codes[place] for codes, place in zip(matches, right, strict=True)]
    return np.mean([distance(m, np.ones(24), 0.2)[1] for m in of], axis=0)


@wrong
def up_the_gradient(matches, right):
    return learned(matches, right, lambda *of: -likelihood(0.3)(*of), lr=3, steps=20)


@wrong
def the_first_code_is_right(matches, right):
    return learned(matches, 0 * right, likelihood(0.3), lr=3, steps=20)


@wrong
def all_matches_alike(matches, right):
    flat = [[m.mean(axis=0, keepdims=True) for m in codes] for codes in matches]
    return learned(flat, right, likelihood(0.3), lr=3)


@wrong(chance="the share of one scanner may lie on the ramp")
def one_match_for_each_code(matches, right):
    """The match with the fewest edits, whatever they cost."""
    flat = [[m[[m.sum(axis=1).argmin()]] for m in codes] for codes in matches]
    return learned(flat, right, likelihood(0.2), lr=3)


@wrong(chance="the share of one scanner may lie on the ramp")
def one_step(matches, right):
    return learned(matches, right, likelihood(0.3), lr=1, steps=1)


@wrong(chance="the share of one scanner may lie on the ramp")
def a_tiny_rate(matches, right):
    return learned(matches, right, likelihood(0.3), lr=0.01)


@wrong
def a_large_gamma(matches, right):
    return learned(matches, right, likelihood(10), lr=3, gamma=10)


@wrong
def six_scans(matches, right):
    return learned(matches[:6], right[:6], likelihood(0.3), lr=3)


@wrong
def the_best_of_random_costs(matches, right):
    rng = np.random.default_rng(0)

    def share(costs):
        of = [[(m @ costs).min() for m in codes] for codes in matches]
        return np.mean(np.argmin(of, axis=1) == right)

    return max(np.exp(rng.normal(size=(60, 24))), key=share)


@wrong
def differences_of_the_share(matches, right):
    """Finite differences of a count: nothing moves."""

    def share(costs):
        of = [[(m @ costs).min() for m in codes] for codes in matches]
        return np.mean(np.argmin(of, axis=1) == right)

    costs, h = np.ones(24), 1e-6
    slopes = [share(costs + h * one) - share(costs - h * one) for one in np.eye(24)]
    return costs + np.array(slopes)


@wrong
def costs_of_the_first_call(matches, right, kept=[]):  # noqa: B006
    kept.append(learned(matches, right, likelihood(0.3), lr=3, steps=5))
    return kept[0]


programs.beside_the_point = [
    "costs_of_one",
    "frequencies",
    "only_the_right_code",
    "all_distances",
    "gradients_as_costs",
    "up_the_gradient",
    "the_first_code_is_right",
    "all_matches_alike",
    "a_large_gamma",
    "six_scans",
    "the_best_of_random_costs",
]

programs.told = {
    "costs_of_one": "Your costs are all nearly equal",
    "frequencies": "Your costs follow how often",
    "only_the_right_code": "The distances of the right codes",
    "up_the_gradient": "With your costs fewer scans",
    "a_tiny_rate": "Your costs lie close together",
}

programs.equivalent = changes("""
costs = np.maximum(costs - 0.2 * (counts[place] - shares @ counts), 0.01) -> costs = np.maximum(costs - 0.2 * (counts[place] - shares @ counts), 0.005)
costs = np.maximum(costs - 0.2 * (counts[place] - shares @ counts), 0.01) -> costs = np.maximum(costs - 0.2 * (counts[place] - shares @ counts), 0.02)
costs = np.maximum(costs - 0.2 * (counts[place] - shares @ counts), 0.01) -> costs = np.maximum(costs - 0.1 * (counts[place] - shares @ counts), 0.01)
costs = np.maximum(costs - 0.2 * (counts[place] - shares @ counts), 0.01) -> costs = np.maximum(costs - 0.4 * (counts[place] - shares @ counts), 0.01)
for _ in range(20): -> for _ in range(19):
for _ in range(20): -> for _ in range(21):
    a rate, a lowest cost and a number of epochs nearby
gamma = 0.2 -> gamma = 0.1
gamma = 0.2 -> gamma = 0.4
    another gamma is as good
costs = np.ones(matches[0][0].shape[1]) -> costs = np.ones(matches[0][1].shape[1])
costs = np.ones(matches[0][0].shape[1]) -> costs = np.ones(matches[1][0].shape[1])
    all have as many kinds
counts = np.array([w @ m for m, (_, w) in zip(codes, found, strict=True)]) -> counts = np.array([w @ m for m, (_, w) in zip(codes, found, strict=False)])
for codes, place in zip(matches, right, strict=True): -> for codes, place in zip(matches, right, strict=False):
    strict= only guards against another mistake
""")
