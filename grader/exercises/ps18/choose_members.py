"""``choose_members(probabilities, t, M) -> members``: each next one helps those before it most."""

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    function,
    mistake,
    slips,
    unchanged_inputs,
    values,
)


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


FIRST = "the first member"
SEVERAL = "several members"
ALL = "all members, in order"


def half_of_the_others(probabilities, t, M, last=False):
    """You average each candidate with the mean of those before it, so it counts as much as all of
    them together. In an ensemble each member counts the same.
    """
    of_true = probabilities[:, np.arange(len(t)), t]
    members, before = [], 0
    while len(members) < M:
        rest = [m for m in range(len(of_true)) if m not in members]
        together = [(before + of_true[m]) / 2 if members else of_true[m] for m in rest]
        best = int(np.argmax([np.mean(np.log(p)) for p in together]))
        members.append(rest[best])
        before = of_true[rest[best]] if last else together[best]
    return members


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    def pool(about: str, K: int, N: int, C: int, M: int) -> Case:
        """Half of the pool is good and wrong on the same images; the rest is weaker and is not."""
        hard = np.arange(N) % 3 == 0
        strong = rng.permutation(K) < (K + 1) // 2
        usual = np.where(hard, 0.03, 0.85)
        other = np.where(hard, 0.7, 0.15)
        of_true = np.where(strong[:, None], usual, other) * rng.uniform(0.55, 1.1, size=(K, N))
        t = rng.integers(C, size=N)
        p = rng.uniform(0.5, 1.5, size=(K, N, C))
        p[:, np.arange(N), t] = 0
        p *= ((1 - of_true) / p.sum(axis=2))[:, :, None]
        p[:, np.arange(N), t] = of_true
        return case(about, probabilities=p, t=t, M=M)

    def apart(about: str, K: int, N: int, C: int, M: int) -> Case:
        """A pool in which it changes the choice that all count, and that all count the same."""
        while True:
            one = pool(about, K, N, C, M)
            given = one["probabilities"], one["t"], M
            half, last = (half_of_the_others(*given, last=last) for last in (False, True))
            if choose_members(*given) not in (half, last) and half != last:
                return one

    return {
        FIRST: [pool("", 9, 12, 3, 1)],
        SEVERAL: [
            pool("two of nine", 9, 18, 3, 2),
            pool("three of eight", 8, 21, 4, 3),
            apart("five of twelve", 12, 30, 5, 5),
        ],
        ALL: [pool("", 8, 15, 3, 8)],
    }


exercise = function(
    choose_members,
    returns="members",
    points=4,
    cases=cases,
    judge=[
        # A plan that looks at each member alone is right here.
        values(
            "members",
            cases=FIRST,
            alone=False,
            help="With nobody chosen yet, the ensemble of one is the member itself.",
        ),
        values(
            "members",
            weight=6,
            cases=SEVERAL,
            help="""For each member that is left, join it to those that are chosen, average their
            probabilities, and compute the loss of this mean. Whose loss is lowest?""",
        ),
        values(
            "members",
            cases=ALL,
            after=SEVERAL,
            help="Return the members in the order in which they were chosen.",
        ),
    ],
    form=(unchanged_inputs(),),
    answers=("grader.exercises.ps18.choose_members", "course_lib.ensembles"),
    hints="""
    One loop runs M times. In it, try each member that is not chosen yet: what is the loss of the
    mean prediction of all chosen ones and this one?

    `probabilities[[2, 5, 7]].mean(axis=0)` is the prediction of the members 2, 5 and 7 together.
    The loss needs only its entries of the true classes.

    A smaller example: the true class of two images gets 0.9 and 0.1 from member 0, 0.8 and 0.1 from
    member 1, and 0.1 and 0.7 from member 2. Member 0 has the lowest loss and is first. With it,
    member 2 gives the means 0.5 and 0.4, member 1 only 0.85 and 0.1: 2 is second.
    """,
    mistakes=(
        mistake(half_of_the_others, name="half of the others"),
        *slips("""
losses = [-np.mean(np.log(of_true[m])) for m in rest]
    You choose the members with the lowest losses of their own. How good is each of them together
    with those that are chosen?
losses = [-np.mean(p) for p in together]
    You choose by the mean probability of the true class. The cross-entropy is the mean of −log of
    it.
losses = [np.mean(np.log(p)) for p in together]
    You choose the member that makes the loss largest. Which sign does the loss have?
losses = [-np.mean(np.log(p[:1])) for p in together]
    You use only the first image.
losses = [-np.mean(probabilities[[*members, m]].mean(axis=0).argmax(axis=1) == t) for m in rest]
    You choose by the accuracy. The task asks for the lowest cross-entropy.
together = [of_true[[*members[-1:], m]].mean(axis=0) for m in rest]
    You join each candidate to the member chosen last. Join it to all that are chosen.
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
return sorted(members)
    Your members come in the order of their numbers. Return them in the order in which they are
    chosen: the best one alone comes first.
return members[::-1]
    Your order is reversed: the member that was chosen first stands last.
"""),
    ),
)
