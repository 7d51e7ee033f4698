"""``choose_members(probabilities, t, M) -> members``: a search for a group that is good."""

import numpy as np

from grader.checking.contract import (
    Case,
    Held,
    case,
    function,
    holds,
    mistake,
    slips,
    unchanged_inputs,
)
from grader.checking.contract.compare import described


def choose_members(probabilities, t, M):
    of_true = probabilities[:, np.arange(len(t)), t]
    members = []
    for _ in range(M):
        rest = [m for m in range(len(of_true)) if m not in members]
        together = [of_true[[*members, m]].mean(axis=0) for m in rest]
        losses = [-np.mean(np.log(p)) for p in together]
        best = rest[int(np.argmin(losses))]
        members.append(best)
    return members


SEVERAL = "several members"
ALL = "all members"


def best_alone(probabilities, t, M):
    """You choose the members that are best alone. How good is each of them together with those that
    are chosen?
    """
    of_true = probabilities[:, np.arange(len(t)), t]
    return np.argsort(-np.log(of_true).mean(axis=1))[:M].tolist()


def most_different(probabilities, t, M):
    """You choose members that are wrong on different images, whatever their errors are. They have
    to be good, too: which number measures both?
    """
    of_true = probabilities[:, np.arange(len(t)), t]
    alike = np.corrcoef(of_true) if len(t) > 1 else np.eye(len(of_true))
    members = best_alone(probabilities, t, 1)
    while len(members) < M:
        rest = [m for m in range(len(of_true)) if m not in members]
        members.append(min(rest, key=lambda m: alike[m, members].sum()))
    return members


def backward(of_true, M):
    """All members, less those that are missed least, one after another."""
    members = [*range(len(of_true))]
    while len(members) > M:
        rests = [[k for k in members if k != m] for m in members]
        members = min(rests, key=lambda rest: loss(of_true, rest))
    return members


def by(score, of_true, M):
    """One member after another, by a score of the members together with each one that is left."""
    members: list[int] = []
    while len(members) < M:
        rest = [m for m in range(len(of_true)) if m not in members]
        members.append(max(rest, key=lambda m: score(of_true, members, m)))
    return members


WEAK = (
    lambda p, chosen, m: p[[*chosen, m]].mean(),
    lambda p, chosen, m: np.mean(p[[*chosen, m]].mean(axis=0) > 0.4),
    lambda p, chosen, m: np.log(p[[*chosen[:1], m]].mean(axis=0)).mean(),
    lambda p, chosen, m: np.log(p[[*chosen, m]].max(axis=0)).mean(),
)
"""What a search may look at in place of the loss of all members together."""


def loss(of_true, members):
    return float(-np.mean(np.log(of_true[[*members]].mean(axis=0))))


def reached(of_true, members, ours, alone):
    """The loss of a choice on a scale from 0, the best alone, to 1, ours."""
    worst, best = loss(of_true, alone), loss(of_true, ours)
    return (worst - loss(of_true, members)) / (worst - best)


ENOUGH = 0.98  # of the way from the loss of the best alone to ours


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    def pool(about: str, K: int, N: int, C: int, M: int) -> Case:
        """Half of the pool is good and wrong on the same images; the others are weaker, on the
        two other thirds of the images. In a large pool most members are poor.
        """
        kind, third = rng.permutation(np.arange(K) % 4), rng.permutation(np.arange(N) % 3)
        fails = np.array([0, 0, 1, 2])[kind][:, None] == third
        usual = np.array([0.9, 0.9, 0.6, 0.6])[kind][:, None]
        of_true = np.where(fails, 0.04, usual) * rng.uniform(0.45, 1.1, size=(K, N))
        if K > 20:
            of_true *= rng.permutation(np.linspace(0.4, 1, K))[:, None]
        t = rng.integers(C, size=N)
        p = rng.uniform(0.5, 1.5, size=(K, N, C))
        p[:, np.arange(N), t] = 0
        p *= ((1 - of_true) / p.sum(axis=2))[:, :, None]
        p[:, np.arange(N), t] = of_true
        return case(about, probabilities=p, t=t, M=M)

    def apart(about: str, K: int, N: int, C: int, M: int) -> Case:
        """A pool in which searches by the loss are alike, and others are clearly worse."""
        while True:
            one = pool(about, K, N, C, M)
            given = one["probabilities"], one["t"], M
            of_true = given[0][:, np.arange(N), given[1]]
            ours, alone = choose_members(*given), best_alone(*given)
            weak = [by(score, of_true, M) for score in WEAK]
            if loss(of_true, alone) - loss(of_true, ours) < 0.2:
                continue
            others = [reached(of_true, w, ours, alone) for w in (*weak, most_different(*given))]
            good = reached(of_true, backward(of_true, M), ours, alone)
            if max(others) < ENOUGH - 0.01 and good > ENOUGH + 0.01:
                return one

    return {
        SEVERAL: [
            apart("four of ten", 10, 21, 4, 4),
            apart("twelve of forty", 40, 60, 3, 12),
        ],
        ALL: [pool("", 8, 15, 3, 8)],
    }


def low_loss(given, got, want):
    """Whether M different members are chosen, and nearly as good ones as ours."""
    of_true = given["probabilities"][:, np.arange(len(given["t"])), given["t"]]
    K, M = len(of_true), given["M"]
    if not isinstance(got["members"], list | np.ndarray):
        return f"members is {described(got['members'])}; expected a list of {M} numbers"
    found, ours = np.ravel(got["members"]), [int(m) for m in np.ravel(want["members"])]
    chosen = found.tolist()
    if len(chosen) != M or not np.isin(found, np.arange(K)).all() or len({*chosen}) != M:
        return f"{chosen} are not {M} different numbers from 0 to {K - 1}"
    chosen = [int(m) for m in chosen]
    alone = best_alone(given["probabilities"], given["t"], M)
    yours, best, worst = (loss(of_true, members) for members in (chosen, ours, alone))
    told = f"{M} of {K}: the loss of your choice is {yours:.3f}, of ours {best:.3f}"
    if yours <= best + 1e-9 + (1 - ENOUGH) * max(worst - best, 0.0):
        return Held(told)
    return f"{told}, of the best alone {worst:.3f}"


exercise = function(
    choose_members,
    returns="members",
    points=4,
    cases=cases,
    judge=[
        holds(
            SEVERAL,
            low_loss,
            weight=6,
            cases=SEVERAL,
            help="""How do you judge a group of members? Average their probabilities, and compute
            the loss of this mean. Which groups do you try?""",
        ),
        holds(
            ALL,
            low_loss,
            cases=ALL,
            alone=False,
            help="If M is the size of the pool, all members are chosen, each once.",
        ),
    ],
    form=(unchanged_inputs(),),
    answers=("grader.exercises.ps19.choose_members", "course_lib.ensembles"),
    hints="""
    Write first how you judge a group: `probabilities[[2, 5, 7]].mean(axis=0)` is what the members
    2, 5 and 7 predict together, and its loss needs only the entries of the true classes.

    Then which groups to try. You can begin with nobody and add members one by one, begin with all
    and leave members out, or begin with any M and exchange them.

    One that works: M times, try each member that is not chosen yet, together with all that are, and
    keep the one with the lowest loss of the mean.

    A smaller example: the true class of two images gets 0.9 and 0.1 from member 0, 0.8 and 0.1 from
    member 1, and 0.1 and 0.7 from member 2. Members 0 and 2 give the means 0.5 and 0.4, members 0
    and 1 only 0.85 and 0.1: the first pair has the lower loss.
    """,
    mistakes=(
        mistake(best_alone, name="best alone"),
        mistake(most_different, name="most different"),
        *slips("""
losses = [-np.mean(p) for p in together]
    You choose by the mean probability of the true class. The cross-entropy is the mean of −log of
    it.
losses = [np.mean(np.log(p)) for p in together]
    You choose the member that makes the loss largest. Which sign does the loss have?
losses = [-np.mean(np.log(p[:1])) for p in together]
    You use only the first image.
losses = [-np.mean(probabilities[[*members, m]].mean(axis=0).argmax(axis=1) == t) for m in rest]
    You choose by the accuracy. The task asks for a low cross-entropy.
together = [of_true[[*members[:1], m]].mean(axis=0) for m in rest]
    You join each candidate to the first member only. Join it to all that are chosen.
together = [of_true[[*members, m]].max(axis=0) for m in rest]
    You take the highest probability of the members. An ensemble averages them.
rest = [*range(len(of_true))]
    A member may be chosen twice. Leave out those that are chosen.
best = int(np.argmin(losses))
    You take the place in the list of those that are left. Which member stands at this place?
of_true = probabilities.max(axis=2)
    You use the highest probability of each image. The cross-entropy contains that of the true
    class.
of_true = probabilities[:, :, 0]
    You use the class 0 for all images. The true classes are in `t`.
members = [0]
    You begin with member 0, and return one member too many. Which one is the best alone?
"""),
    ),
)
