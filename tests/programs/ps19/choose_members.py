"""Solutions of ``choose_members(probabilities, t, M) -> members``."""

import itertools

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(probabilities, t, M):
    rows, chosen = np.arange(len(t)), []
    while len(chosen) < M:
        rest = [m for m in range(len(probabilities)) if m not in chosen]

        def loss(m):
            mean = probabilities[[*chosen, m]].mean(axis=0)
            return -np.mean(np.log(mean[rows, t]))

        chosen.append(min(rest, key=loss))
    return chosen


@right
def with_a_running_sum(probabilities, t, M):
    of_true = np.take_along_axis(probabilities, t[None, :, None], axis=2)[..., 0]
    total, free, chosen = np.zeros(len(t)), np.ones(len(of_true), bool), []
    for _ in range(M):
        score = np.where(free, np.log(total + of_true).sum(axis=1), -np.inf)
        chosen.append(int(score.argmax()))
        total, free[chosen[-1]] = total + of_true[chosen[-1]], False
    return chosen


@right
def with_candidates_that_leave_a_set(probabilities, t, M):
    one_hot = np.eye(probabilities.shape[2])[t]
    p, left, order = (probabilities * one_hot).sum(axis=2), set(range(len(probabilities))), []
    for size in range(1, M + 1):
        losses = {m: -np.mean(np.log(sum(p[k] for k in [*order, m]) / size)) for m in left}
        best = min(losses, key=losses.get)
        left.discard(best)
        order.append(best)
    return np.array(order)


def loss(probabilities, t, members):
    return -np.mean(np.log(probabilities[[*members]].mean(axis=0)[np.arange(len(t)), t]))


@right
def that_leaves_members_out(probabilities, t, M):
    members = [*range(len(probabilities))]
    while len(members) > M:
        missed = [loss(probabilities, t, [k for k in members if k != m]) for m in members]
        members.pop(int(np.argmin(missed)))
    return members


@right
def that_exchanges_members(probabilities, t, M):
    members, found = [*range(M)], None
    while members != found:
        found = [*members]
        for place in range(M):
            others = [*members[:place], *members[place + 1 :]]
            free = [m for m in range(len(probabilities)) if m not in others]
            members[place] = min(free, key=lambda m: loss(probabilities, t, [*others, m]))
    return members


def best_group(probabilities, t, groups):
    return list(map(int, min(groups, key=lambda group: loss(probabilities, t, group))))


@wrong
def that_tries_all_groups_as_long_as_there_is_time(probabilities, t, M):
    groups = itertools.combinations(range(len(probabilities)), M)
    return best_group(probabilities, t, itertools.islice(groups, 5000))


@wrong
def best_of_2000_random_groups(probabilities, t, M):
    rng = np.random.default_rng(0)
    groups = (rng.permutation(len(probabilities))[:M] for _ in range(2000))
    return best_group(probabilities, t, groups)


@wrong
def a_set_of_members(probabilities, t, M):
    return set(textbook(probabilities, t, M))


@wrong
def numbers_that_are_not_whole(probabilities, t, M):
    return [m + 0.5 for m in textbook(probabilities, t, M)]


@wrong
def members_of_the_first_call(probabilities, t, M, kept=[]):  # noqa: B006
    kept.append(textbook(probabilities, t, M))
    return (kept[0] * M)[:M]


programs.beside_the_point = [
    "return list(range(M))",
    "return [int(m) for m in np.argsort([-np.mean(np.log(p[np.arange(len(t)), t])) for p in probabilities])[:M]]",
    "return [int(m) for m in np.argsort([-np.mean(p.argmax(axis=1) == t) for p in probabilities], kind='stable')[:M]]",
]

programs.equivalent = changes("""
losses = [-np.mean(np.log(p)) for p in together] -> losses = [-np.sum(np.log(p)) for p in together]
    the lowest mean is the lowest sum
together = [of_true[[*members, m]].mean(axis=0) for m in rest] -> together = [of_true[[*members, m]].sum(axis=0) for m in rest]
    a common factor adds the same number to all losses
""")
