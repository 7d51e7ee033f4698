"""Solutions of ``choose_members(probabilities, t, M) -> members``."""

import numpy as np

from tests.programs.catalogue import Catalogue

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


@wrong
def members_of_the_first_call(probabilities, t, M, kept=[]):  # noqa: B006
    kept.append(textbook(probabilities, t, M))
    return (kept[0] * M)[:M]
