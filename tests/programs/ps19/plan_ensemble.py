"""Solutions of ``plan_ensemble(probabilities, t, costs, budget, price) -> (kind, M, loss)``."""

import itertools

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


def cheapest(parts, costs, budget, price):
    """The plan with the lowest total, from the two parts of the loss of each kind."""
    plans = [
        (shared + own / M + price * M, kind, M, shared + own / M)
        for kind, (shared, own) in enumerate(parts)
        for M in range(1, int(budget // costs[kind]) + 1)
    ]
    return min(plans)[1:]


def one_hot(probabilities, t):
    return np.eye(probabilities.shape[-1])[t]


@right
def by_products_of_two_errors(probabilities, t, costs, budget, price):
    """What two different members share is the mean product of their errors."""
    parts = []
    for errors in probabilities - one_hot(probabilities, t):
        C = np.einsum("knc,mnc->km", errors, errors) / len(t)
        shared = C[~np.eye(len(C), dtype=bool)].mean()
        parts.append((shared, np.trace(C) / len(C) - shared))
    return cheapest(parts, costs, budget, price)


@right
def by_a_line_through_groups(probabilities, t, costs, budget, price):
    """The losses of all groups of 1 to K members, and a line over 1/M by least squares."""
    parts, truth = [], one_hot(probabilities, t)
    for p in probabilities:
        points = [
            (1 / M, np.mean([np.sum((p[[*g]].mean(axis=0) - truth) ** 2) for g in groups]) / len(t))
            for M in range(1, len(p) + 1)
            if (groups := [*itertools.combinations(range(len(p)), M)])
        ]
        own, shared = np.polyfit(*zip(*points, strict=True), 1)
        parts.append((shared, own))
    return cheapest(parts, costs, budget, price)


@right
def from_one_and_all(probabilities, t, costs, budget, price):
    """Two losses, of one member and of all K together, give the line over 1/M."""
    truth, K = one_hot(probabilities, t), probabilities.shape[1]
    one = np.sum((probabilities - truth) ** 2, axis=3).mean(axis=(1, 2))
    all_ = np.sum((probabilities.mean(axis=1) - truth) ** 2, axis=2).mean(axis=1)
    own = (one - all_) / (1 - 1 / K)
    return cheapest(np.transpose([one - own, own]), costs, budget, price)


@right
def by_pairs(probabilities, t, costs, budget, price):
    """Half the squared distance of two members is what they do not share."""
    parts = []
    for p in probabilities:
        pairs = itertools.combinations(p, 2)
        own = np.mean([np.sum((a - b) ** 2) for a, b in pairs]) / (2 * len(t))
        alone = np.sum((p - one_hot(p, t)) ** 2) / (len(p) * len(t))
        parts.append((alone - own, own))
    return cheapest(parts, costs, budget, price)


@right
def with_the_root_for_the_members(probabilities, t, costs, budget, price):
    """Without the budget √(V/price) members are best; the budget may allow fewer."""
    found = []
    for kind, p in enumerate(probabilities):
        most = int(budget / costs[kind])
        if most == 0:
            continue
        own = float(p.var(axis=0, ddof=1).sum(axis=1).mean())
        alone = float(np.square(p - one_hot(p, t)).sum(axis=2).mean())
        M = int(np.clip(round((own / price) ** 0.5), 1, most))
        loss = alone - own * (1 - 1 / M)
        found.append({"total": loss + price * M, "plan": (kind, M, loss)})
    return min(found, key=lambda one: one["total"])["plan"]


@form
def arrays_of_one_number(probabilities, t, costs, budget, price):
    plan = by_pairs(probabilities, t, costs, budget, price)
    return tuple(np.array([one]) for one in plan)


@wrong
def of_the_first_call(probabilities, t, costs, budget, price, kept=[]):  # noqa: B006
    kept.append(by_pairs(probabilities, t, costs, budget, price))
    return kept[0]


@wrong
def correlations_of_the_errors_over_the_images(probabilities, t, costs, budget, price):
    """Section 4: of the variance from image to image, and without the mean error."""
    parts = []
    for p in probabilities:
        C = np.cov(1 - p[:, np.arange(len(t)), t])
        shared = C[~np.eye(len(C), dtype=bool)].mean()
        parts.append((shared, np.trace(C) / len(C) - shared))
    return cheapest(parts, costs, budget, price)


@wrong(chance="how near its number of members is to the best one is drawn")
def with_the_loss_of_the_true_class(probabilities, t, costs, budget, price):
    parts = []
    for p in probabilities:
        errors = 1 - p[:, np.arange(len(t)), t]
        own = errors.var(axis=0, ddof=1).mean()
        parts.append((np.mean(errors**2) - own, own))
    return cheapest(parts, costs, budget, price)


@wrong(chance="how near its number of members is to the best one is drawn")
def with_the_cross_entropy(probabilities, t, costs, budget, price):
    parts = []
    for p in probabilities:
        of_true = np.maximum(p[:, np.arange(len(t)), t], 1e-6)
        one, all_ = -np.log(of_true).mean(), -np.log(of_true.mean(axis=0)).mean()
        own = (one - all_) / (1 - 1 / len(p))
        parts.append((one - own, own))
    return cheapest(parts, costs, budget, price)


@wrong(chance="how near its number of members is to the best one is drawn")
def with_a_mean_over_the_classes(probabilities, t, costs, budget, price):
    truth = one_hot(probabilities, t)
    alone = np.mean((probabilities - truth) ** 2, axis=(1, 2, 3))
    own = probabilities.var(axis=1, ddof=1).mean(axis=(1, 2))
    return cheapest(np.transpose([alone - own, own]), costs, budget, price)


@wrong(chance="how far the best number is from the given one is drawn")
def as_many_as_were_given(probabilities, t, costs, budget, price):
    K = probabilities.shape[1]
    kind, _M, _loss = by_pairs(probabilities, t, costs, budget, price)
    M = min(K, int(budget // costs[kind]))
    return kind, M, by_pairs(probabilities[[kind]], t, [1], M, 1e-12)[2]


programs.beside_the_point = [
    "return 0, 5, 0.2",
    "return 2, budget // costs[2], 0.15",
    "best_member",
    "best_ensemble_of_all",
    "best_accuracy",
    "most_different",
    "most_members",
    "expected = alone / members",
    "expected = alone",
    "total = expected",
    "variance = np.mean(np.sum(np.var(p, axis=0), axis=1))",
]

programs.equivalent = changes("""
for members in range(1, most + 1): -> for members in range(0, most + 1):
    the loss of no members is infinite
if total < lowest: -> if total <= lowest:
    no two totals are equal
squares = np.sum((p - truth) ** 2, axis=2) -> squares = np.sum((truth - p) ** 2, axis=2)
    a square has no sign
""")
