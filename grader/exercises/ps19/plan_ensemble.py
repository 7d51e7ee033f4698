"""``plan_ensemble(probabilities, t, costs, budget, price) -> (kind, M, loss)``: before training."""

from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    OwnRun,
    case,
    function,
    holds,
    mistake,
    shapes,
    slips,
    step,
    unchanged_inputs,
)
from grader.checking.contract.compare import as_numbers
from grader.checking.contract.properties import Answer, earns


def plan_ensemble(probabilities, t, costs, budget, price):
    truth = np.eye(probabilities.shape[3])[t]
    lowest = np.inf
    for k, p in enumerate(probabilities):
        squares = np.sum((p - truth) ** 2, axis=2)
        alone = np.mean(squares)
        variance = np.mean(np.sum(np.var(p, axis=0, ddof=1), axis=1))
        shared = alone - variance
        most = budget // costs[k]
        for members in range(1, most + 1):
            expected = shared + variance / members
            total = expected + price * members
            if total < lowest:
                lowest = total
                kind, M, loss = k, members, expected
    return kind, M, loss


FULL, NONE = 1.03, 1.1  # the total of a plan, divided by the lowest one
NEAR, FAR = 0.06, 0.18  # the error of the loss that is announced, as a share of it


def total(case: Case, kind: int, M: int | np.ndarray) -> Any:
    """The total of M members of a kind, exactly: of very many ensembles on the same images."""
    return case["shared"][kind] + case["variance"][kind] / M + case["price"] * M


def best_total(case: Case, kind: int) -> float:
    """The lowest total of a kind within the budget; infinite where one member is too expensive."""
    return best_members(case, kind)[1]


def best_members(case: Case, kind: int) -> tuple[int, float]:
    """How many members of a kind have its lowest total, and this total."""
    most = int(case["budget"] // case["costs"][kind])
    if not most:
        return 0, np.inf
    totals = total(case, kind, np.arange(1, most + 1))
    return int(totals.argmin()) + 1, float(totals.min())


def members_of(
    rng: np.random.Generator, t: np.ndarray, C: int, K: int, shared: float, variance: float
) -> np.ndarray:
    """K members that all draw for themselves around what they share: (K, N, C).

    The mean of very many has exactly the loss ``shared``, and members have exactly this variance:
    it is that of Dirichlet's distribution, which is known.
    """
    N, rows = len(t), np.arange(len(t))
    others = rng.gamma(1.0, size=(N, C))
    others[rows, t] = 0
    others /= others.sum(axis=1, keepdims=True)
    missing = rng.uniform(0.8, 1.2, size=N)
    missing *= np.sqrt(shared / np.mean(missing**2 * (1 + np.sum(others**2, axis=1))))
    mean = missing[:, None] * others
    mean[rows, t] = 1 - missing
    strength = np.mean(1 - np.sum(mean**2, axis=1)) / variance - 1
    drawn = rng.gamma(strength * mean, size=(K, N, C))
    return np.asarray(drawn / drawn.sum(axis=2, keepdims=True))


GIVEN = ("probabilities", "t", "costs", "budget", "price")
RULES = (
    lambda p, truth, costs: -squares_of(p, truth).mean(axis=(1, 2)),
    lambda p, truth, costs: -squares_of(p.mean(axis=1), truth).mean(axis=1),
    lambda p, truth, costs: (p.argmax(axis=3) == truth.argmax(axis=1)).mean(axis=(1, 2)),
    lambda p, truth, costs: (p.mean(axis=1).argmax(axis=2) == truth.argmax(axis=1)).mean(axis=1),
    lambda p, truth, costs: p.var(axis=1).mean(axis=(1, 2)),
    lambda p, truth, costs: -p.var(axis=1).mean(axis=(1, 2)),
    lambda p, truth, costs: -costs,
)
"""What a kind may be chosen by in place of its total, the highest of those that can be paid."""


def squares_of(p: np.ndarray, truth: np.ndarray) -> np.ndarray:
    return np.asarray(np.sum((p - truth) ** 2, axis=-1))


def offers(rng: np.random.Generator, about: str, by_price: bool, M: int, N: int = 1200) -> Case:
    """Kinds of members; about M members of the first one are best.

    ``by_price``: the price limits the members, and the budget would pay for four times as many;
    otherwise the budget limits them. The first kind has much variance. The others have members that
    are good alone, and share their errors; members that are nearly always right and never sure; the
    cheapest; those with the lowest limit, of which the budget pays for one; those that differ most;
    and the best, which cost more than the budget.
    """
    C, K = int(rng.integers(3, 6)), int(rng.integers(3, 6))
    t = rng.integers(C, size=N)
    s = rng.uniform(0.08, 0.13)
    v = s * rng.uniform(1.9, 2.2)
    price = v / M**2 if by_price else v / (rng.uniform(2, 3) * M) ** 2
    budget = int(rng.integers(20_000, 60_000))
    own = budget // (int(rng.integers(4, 6)) * M if by_price else M)
    budget = budget if by_price else own * M  # M members take all of it
    least = s + v / M + price * M
    listed = [
        (s, v, own),
        (rng.uniform(1.13, 1.16) * least, 0.02 * s, own),
        (rng.uniform(1.2, 1.35) * least, 0.05 * s, own),
        (rng.uniform(1.2, 1.4) * least, 0.4 * s, own // 3),
        (0.6 * s, 1.5 * s, int(0.6 * budget)),
        (rng.uniform(1.2, 1.3) * least, rng.uniform(1.2, 1.3) * v, own // 2),
        (0.4 * s, 0.3 * s, budget + int(rng.integers(1, 300))),
    ]
    order = rng.permutation(len(listed))
    shared, variance, costs = (np.array(of)[order] for of in zip(*listed, strict=True))
    kinds = [members_of(rng, t, C, K, *one) for one in zip(shared, variance, strict=True)]
    return case(
        about,
        probabilities=np.array(kinds),
        t=t,
        costs=costs.astype(int),
        budget=budget,
        price=float(price),
        shared=shared,
        variance=variance,
        best=int(order.argmin()),
    )


def fooled(one: Case) -> np.ndarray:
    """Which of `RULES` choose a kind that is not the best."""
    p, costs = one["probabilities"], one["costs"]
    truth = np.eye(p.shape[3])[one["t"]]
    scores = [np.where(costs > one["budget"], -np.inf, rule(p, truth, costs)) for rule in RULES]
    return np.array([int(of.argmax()) != one["best"] for of in scores])


def two_offers(rng: np.random.Generator, about: str, by_price: bool) -> list[Case]:
    """One with few members and one with many, in which each of `RULES` fails at least once.

    The best kind has another place in each, and the reference is clearly good enough.
    """
    while True:
        few = rng.integers(5, 8) if by_price else rng.integers(3, 6)
        sizes = {"few members": few, "many members": rng.integers(90, 130)}
        two = [offers(rng, f"{about}: {of}", by_price, int(M)) for of, M in sizes.items()]
        if (
            two[0]["best"] == two[1]["best"]
            or not np.any([fooled(one) for one in two], axis=0).all()
        ):
            continue
        if all(map(clearly_good, two)):
            return two


def clearly_good(one: Case) -> bool:
    """Whether the reference is far from losing points, and no other kind is near the best."""
    p, t, costs, budget, price = (one[name] for name in GIVEN)
    payable = np.flatnonzero(costs <= budget)
    plans = [plan_ensemble(p[[k]], t, costs[[k]], budget, price) for k in payable]
    seems = np.array([loss + price * M for _kind, M, loss in plans])
    best = int(seems.argmin())
    kind, (_kind, M, loss) = int(payable[best]), plans[best]
    totals = np.array([best_total(one, int(k)) for k in payable])
    true = one["shared"][kind] + one["variance"][kind] / M
    return bool(
        kind == one["best"]
        and np.delete(seems, best).min() > 1.05 * seems[best]
        and np.delete(totals, best).min() > (NONE + 0.01) * totals[best]
        and total(one, kind, M) < (1 + FULL) / 2 * totals[best]
        and abs(loss / true - 1) < 0.5 * NEAR
    )


BUDGET, PRICE = "the budget limits the members", "the price limits the members"
ALL = (BUDGET, PRICE)
ONE = "a single member is best"


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    two = {about: two_offers(rng, about, about == PRICE) for about in ALL}
    return two | {ONE: [one_member(rng)]}


def one_member(rng: np.random.Generator) -> Case:
    """A single member is best: several of another kind lose less, but not with their price."""
    while True:
        one = offers(rng, ONE, True, 5)
        one["price"] = 0.13 * float(one["variance"].max())
        kinds = range(len(one["costs"]))
        members, totals = np.transpose([best_members(one, kind) for kind in kinds])
        losses, best = totals - one["price"] * members, totals.argmin()
        other = losses.argmin()
        clearly = losses[other] < 0.9 * losses[best] and totals[other] > 1.06 * totals[best]
        kind, M, _loss = plan_ensemble(*(one[name] for name in GIVEN))
        found = total(one, kind, M) < (1 + FULL) / 2 * totals[best]
        if members[best] == 1 and clearly and found:
            return one


def run(plan_ensemble: Any, case: Case) -> dict[str, Any]:
    p, t, costs, budget, price = (
        case[name] for name in ("probabilities", "t", "costs", "budget", "price")
    )
    # A first call with other kinds shows what is kept between calls.
    plan_ensemble(p[::-1].copy(), t.copy(), costs[::-1] // 2 + 1, budget // 2, price / 2)
    kind, M, loss = plan_ensemble(p, t, costs, budget, price)
    return {"kind": kind, "M": M, "loss": loss}


def numbers(got: dict[str, Any]) -> list[float] | str:
    """The three results, or what is wrong with them."""
    found = []
    for name in ("kind", "M", "loss"):
        number = as_numbers(got[name])
        if number is None or number.size != 1 or not np.isfinite(number).all():
            return f"{name} is not a number"
        found.append(float(number.ravel()[0]))
    return found


def share(case: Case, got: dict[str, Any]) -> tuple[float, str]:
    """The points of a plan, from 0 to above 1, and in words how good it is."""
    found = numbers(got)
    if isinstance(found, str):
        return 0.0, found
    kind, M, _loss = found
    if kind not in range(len(case["costs"])) or M < 1 or M % 1:
        last = len(case["costs"]) - 1
        return 0.0, f"kind is {kind:g} and M is {M:g}; expected 0 to {last}, and 1 or more"
    kind, M = int(kind), int(M)
    paid = M * case["costs"][kind]
    plan = f"{case['about']}. {M} of kind {kind}"
    if paid > case["budget"]:
        return 0.0, f"{plan} cost {paid}, and the budget is {case['budget']}"
    lowest = min(best_total(case, k) for k in range(len(case["costs"])))
    times = total(case, kind, M) / lowest
    loss = case["shared"][kind] + case["variance"][kind] / M
    words = (
        f"{plan}: the loss is really {loss:.3f}, and with the price {total(case, kind, M):.3f}, "
        f"{times:.2f} times the lowest total"
    )
    return (NONE - times) / (NONE - FULL), words


def good(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Answer:
    """All points up to 1.03 times the lowest total, none from 1.1 on."""
    return earns(*share(case, got))


def announced(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Answer:
    """The loss that is predicted for a plan, where the plan is worth something."""
    worth, words = share(case, got)
    found = numbers(got)
    if worth <= 0 or isinstance(found, str):
        return f"the plan earns nothing, so what it announces is not judged: {words}"
    kind, M, loss = found
    true = case["shared"][int(kind)] + case["variance"][int(kind)] / M
    words = f"{case['about']}. You announce the loss {loss:.3f}, and it is really {true:.3f}"
    return earns((FAR - abs(loss / true - 1)) / (FAR - NEAR), words)


def chosen_by(score: Any, given: Any) -> Any:
    """The plan for the kind with the highest score that can be paid."""
    probabilities, t, costs, budget, price = given
    score = np.where(costs > budget, -np.inf, score)
    kind = int(score.argmax())
    one = [kind]
    return kind, *plan_ensemble(probabilities[one], t, costs[one], budget, price)[1:]


def best_member(probabilities, t, costs, budget, price):
    """You choose the kind whose members are best alone. Which part of their loss becomes small in
    an ensemble?
    """
    given = probabilities, t, costs, budget, price
    truth = np.eye(probabilities.shape[3])[t]
    return chosen_by(-np.mean((probabilities - truth) ** 2, axis=(1, 2, 3)), given)


def best_ensemble_of_all(probabilities, t, costs, budget, price):
    """You choose the kind whose K members are best together. With other numbers of members, another
    kind may be ahead.
    """
    given = probabilities, t, costs, budget, price
    truth = np.eye(probabilities.shape[3])[t]
    together = probabilities.mean(axis=1)
    return chosen_by(-np.mean((together - truth) ** 2, axis=(1, 2)), given)


def best_accuracy(probabilities, t, costs, budget, price):
    """You choose by the accuracy. What do members lose that classify every image correctly, but are
    never sure?
    """
    given = probabilities, t, costs, budget, price
    return chosen_by(np.mean(probabilities.mean(axis=1).argmax(axis=2) == t, axis=1), given)


def most_different(probabilities, t, costs, budget, price):
    """You choose the kind whose members differ most. What do they lose together, however many there
    are?
    """
    given = probabilities, t, costs, budget, price
    return chosen_by(np.var(probabilities, axis=1).mean(axis=(1, 2)), given)


def most_members(probabilities, t, costs, budget, price):
    """You choose the kind of which the budget pays for most members. What do very many of them lose
    together?
    """
    return chosen_by(-costs, (probabilities, t, costs, budget, price))


exercise = function(
    plan_ensemble,
    returns="kind, M, loss",
    points=5,
    cases=cases,
    run=OwnRun(run, only_listed=True),
    judge=[
        *(
            holds(about, good, weight=3, cases=about, help=help_)
            for about, help_ in (
                (
                    BUDGET,
                    "For each kind: how many members can you pay for, and which loss do you expect "
                    "of so many?",
                ),
                (
                    PRICE,
                    "One member more costs `price` and lowers the loss a little. How many are "
                    "worth it depends on the kind.",
                ),
            )
        ),
        holds(
            "the loss that you announce",
            announced,
            weight=4,
            cases=ALL,
            help="Test your formula at M = 1: it has to give the mean loss of a single member. "
            "For very many members, it is not the loss that the K given ones have together.",
        ),
        # A plan of one member, whatever is asked, has this right.
        holds(ONE, good, cases=ONE, alone=False),
    ],
    form=(shapes(), unchanged_inputs()),
    answers=("grader.exercises.ps19.plan_ensemble",),
    without=("in place",),
    hints=(
        step(
            "The loss is a sum of squares, as in section 3, over the classes of an image. Two "
            "parts are enough for each kind: what M members reach is one part as it is, and the "
            "other divided by M.",
            *ALL,
        ),
        step(
            "Which part is divided by M: how much do members differ on one image, in the mean "
            "over the images? Their distances from the mean of the K members are too small, "
            "because this mean lies among them. A division by K − 1 makes up for it.",
            *ALL,
            "the loss that you announce",
        ),
        step(
            "A smaller example, one class of one image: two members miss the truth by 0.1 and by "
            "0.5. Alone they lose (0.01 + 0.25)/2 = 0.13. Their variance, divided by K − 1, is "
            "2 · 0.2² = 0.08. So very many would lose 0.13 − 0.08 = 0.05, and four 0.05 + 0.08/4 = "
            "0.07. The two together lose 0.3² = 0.09: 0.05 + 0.08/2.",
            *ALL,
            "the loss that you announce",
        ),
    ),
    mistakes=(
        *slips("""
variance = np.mean(np.sum(np.var(p, axis=0), axis=1))
    You divide the variance by K, so the limit for very many members is the loss that the K have
    together. Their own mean lies among them, nearer than that of very many. How large is
    this loss by your formula for ensembles, with M = K?
shared = np.mean(np.sum((np.mean(p, axis=0) - truth) ** 2, axis=1))
    You take the loss of the K members together for that of very many. They are few: how much of
    what they do not share is still in it?
expected = alone / members
    You divide the whole loss by M, as if members shared nothing of their errors. What does a mean
    of very many members still lose?
expected = variance / members
    You count only the variance. What do all members of a kind have in common?
expected = alone
    You give each ensemble the loss of a single member. Which part does averaging reduce?
expected = shared
    You give each ensemble the loss of very many members. What do M of them add?
expected = alone + variance / members
    You add the variance to the loss of a single member, which already contains it.
expected = shared + variance / members**2
    You divide the variance by M². That of a mean of M independent members is V/M.
expected = shared + variance / np.sqrt(members)
    You divide the variance by √M. It is the standard deviation that is divided by √M.
expected = shared + variance / len(p)
    You divide by K, the members that you were given. The ensemble has M.
expected = shared + variance / most
    You give each number of members the variance of the most that you can pay for.
variance = np.mean(np.sum(np.var(p, axis=1, ddof=1), axis=1))
    You measure how predictions differ from image to image. How do members differ on one image?
variance = np.mean(np.var(p, axis=0, ddof=1))
    You average the variance over the classes. The loss adds the classes up.
variance = np.mean(np.sum(np.std(p, axis=0, ddof=1), axis=1))
    You average standard deviations. The variance is their square.
variance = np.mean(np.var(squares, axis=0, ddof=1))
    You measure how the losses differ on one image. Averaged are the predictions: how do they
    differ?
squares = (p[:, np.arange(len(t)), t] - 1) ** 2
    Your loss has only the true class. The task adds the squares over all classes.
alone = np.sum(squares) / len(p)
    You add the losses of all images. The loss is their mean.
most = budget
    You take as many members as the budget has steps. What does one of them cost?
most = len(p)
    You try only as many members as you were given. New ones are trained.
most = budget // costs[k] + 1
    You count one member more than the budget pays for.
most = budget // costs[k] - 1
    You leave out the last member that the budget pays for.
total = expected
    You forget the price of M members: one member more always seems better.
total = expected + price * members * costs[k]
    You multiply the price by the costs of training, too. It is the price of a member at prediction.
total = expected + price * costs[k]
    You multiply the price by the cost of a member. It is the price of each member at prediction.
kind, M, loss = k, members, total
    You announce the total. Announce the loss alone.
kind, M, loss = k, members, alone
    You announce the loss of a single member. How much less does the ensemble lose?
kind, M, loss = k, members, shared
    You announce the loss of very many members. What do M of them add?
return M, kind, loss
    The results are exchanged: return kind, M, loss.
"""),
        mistake(best_member),
        mistake(best_ensemble_of_all),
        mistake(best_accuracy),
        mistake(most_different),
        mistake(most_members),
    ),
)
