"""What the notebook on ensembles, bias and variance trains, measures and draws.

The members of an ensemble are trained side by side, as arrays with one axis more. Each has its own
initial weights, images and order; all see the same wrong labels.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from course_lessons.dropout import digits
from course_lessons.penalties import images
from course_lib.plots import Picture, label_lines, theme, with_alt

MEMBERS, STEPS, BATCH, LR = 8, 450, 50, 0.5
WRONG = 1 / 3
SIZES = (1, 2, 3, 5, 8)
"""The numbers of members whose gain is drawn."""
KNOWN, NEW = 5, 32
"""Members from which the loss of an ensemble is predicted, and members of this ensemble."""
KINDS = {"quarter": "75 images", "bootstrap": "bootstrap", "all": "300 images"}


def test_labels() -> np.ndarray:
    """The labels of the 797 test images."""
    return np.asarray(digits()[3])


def probabilities(
    kind: str = "all",
    lam: float = 0.0,
    seed: int = 0,
    *,
    wrong: float = WRONG,
    widths: Sequence[int] = (64,),
    members: int = MEMBERS,
) -> np.ndarray:
    """What each member predicts for each test image and class: (members, 797, 10).

    Parameters
    ----------
    kind : ``"all"``: each member learns all 300 images; ``"quarter"``: its own random 75 of them;
        ``"bootstrap"``: 300 that it draws from the 300 with replacement
    lam : strength of the L2 penalty lam · Σ w²
    seed : of the images and wrong labels, of initial weights and order
    wrong : share of the training labels that is wrong
    widths : units of the hidden layers
    """
    x, t, _, _ = images(wrong, seed)
    one_hot = np.eye(10, dtype=x.dtype)[t]
    sizes = [64, *widths, 10]
    layers, order = [], []
    for member in range(members):
        rng = np.random.default_rng([seed, member])
        weights = [rng.normal(0, np.sqrt(2 / n), (n, k)) for n, k in itertools.pairwise(sizes)]
        own = rng.permutation(300)[: 75 if kind == "quarter" else 300]
        if kind == "bootstrap":
            own = rng.integers(300, size=300)
        rounds = -(-STEPS * BATCH // len(own))
        shuffled = np.concatenate([rng.permutation(own) for _ in range(rounds)])
        layers.append(weights)
        order.append(shuffled[: STEPS * BATCH].reshape(STEPS, BATCH))
    W = [np.stack(of).astype(x.dtype) for of in zip(*layers, strict=True)]
    b = [np.zeros((members, 1, k), x.dtype) for k in sizes[1:]]
    for batch in np.stack(order, axis=1):
        z = _forward(x[batch], W, b)
        delta = (_softmax(z[-1]) - one_hot[batch]) / BATCH
        for k in reversed(range(len(W))):
            dW = z[k].swapaxes(1, 2) @ delta + 2 * lam * W[k]
            db = delta.sum(axis=1, keepdims=True)
            delta = (delta @ W[k].swapaxes(1, 2)) * (z[k] > 0)
            W[k] -= LR * dW
            b[k] -= LR * db
    return _softmax(_forward(digits()[2][None], W, b)[-1])


def _forward(x: np.ndarray, W: Sequence[np.ndarray], b: Sequence[np.ndarray]) -> list[np.ndarray]:
    """The input, the values of each hidden layer with ReLU, and the scores."""
    z = [x]
    for k, (weights, bias) in enumerate(zip(W, b, strict=True)):
        u = z[-1] @ weights + bias
        z.append(u if k == len(W) - 1 else np.maximum(u, 0))
    return z


def _softmax(u: np.ndarray) -> np.ndarray:
    e = np.exp(u - u.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def accuracy(p: np.ndarray) -> float:
    """The share of test images that get the highest probability in their class: p is (N, C)."""
    return float(np.mean(p.argmax(axis=-1) == test_labels()))


def squared_error(p: np.ndarray) -> float:
    """The sum of the squared errors over the classes, mean over the test images: p is (N, C)."""
    return float(np.mean(np.sum((p - np.eye(10)[test_labels()]) ** 2, axis=1)))


# --- Polynomials through fifteen noisy points -----------------------------------------------------


def inputs() -> tuple[np.ndarray, np.ndarray]:
    """The fifteen inputs with targets, and 300 inputs between them."""
    x = np.linspace(-1, 1, 15) + 0.03 * np.random.default_rng(4).uniform(-1, 1, size=15)
    return x, np.linspace(x[0], x[-1], 300)


def truth(x: np.ndarray) -> np.ndarray:
    """What the targets are without noise."""
    return np.asarray(np.sin(3 * x))


def fits(lam: float, draws: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Polynomials of degree 14 at the 300 inputs: (draws, 300), and their targets: (draws, 15).

    Each draw adds other noise to the fifteen targets. The coefficients of Legendre polynomials
    have the lowest mean squared error on them plus lam · Σ w².
    """
    x, z = inputs()
    noise = np.random.default_rng(seed).normal(size=(draws, 15))
    targets = truth(x) + 0.25 * noise
    A = np.polynomial.legendre.legvander(x, 14)
    w = np.linalg.solve(A.T @ A / 15 + lam * np.eye(15), A.T @ targets.T / 15)
    return (np.polynomial.legendre.legvander(z, 14) @ w).T, targets


def errors_of_fits(
    ensemble_errors: Callable[..., np.ndarray],
) -> tuple[tuple[float, ...], dict[int, np.ndarray]]:
    """Some strengths, and for some numbers of fits the errors that a function predicts for them.

    ``ensemble_errors(predictions, s, M)`` is the student's; it gets 1,000 fits for each strength.
    """
    lams = (1.0, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 0.0001)
    predictions, s = np.array([fits(lam, 1000)[0] for lam in lams]), truth(inputs()[1])
    return lams, {M: ensemble_errors(predictions, s, M) for M in (1, 4, 20, 10**9)}


# --- Numbers that the notebook prints -------------------------------------------------------------


def gains_by_size(ps: Sequence[np.ndarray]) -> dict[str, np.ndarray]:
    """Points of accuracy that ensembles of `SIZES` gain over the mean member, mean of ``ps``.

    For each size 30 choices of members; averaging of their probabilities, and voting, where each
    member votes for one class and ties are decided at random.
    """
    rng = np.random.default_rng(0)
    gains: dict[str, list[list[float]]] = {"averaging": [], "voting": []}
    for p in ps:
        votes = np.eye(p.shape[2])[p.argmax(axis=2)] + 1e-6 * rng.random(p.shape)
        alone = np.mean([accuracy(one) for one in p])
        chosen = [[rng.permutation(len(p))[:M] for _ in range(30)] for M in SIZES]
        for of, found in zip((p, votes), gains.values(), strict=True):
            of_sizes = [np.mean([accuracy(of[c].mean(axis=0)) for c in some]) for some in chosen]
            found.append([100 * float(one - alone) for one in of_sizes])
    return {name: np.mean(found, axis=0) for name, found in gains.items()}


def print_accuracies(kinds: Mapping[str, Sequence[np.ndarray]]) -> dict[str, np.ndarray]:
    """Print the test accuracy of the mean member and of all together, and return them: (2, draws).

    Each kind has an array (members, images, classes) of probabilities for each draw.
    """
    found = {}
    print("percent       mean member   all together   together, from the worst to the best draw")
    for name, ps in kinds.items():
        alone = [np.mean([accuracy(one) for one in p]) for p in ps]
        together = [accuracy(p.mean(axis=0)) for p in ps]
        found[name] = np.array([alone, together])
        draws = f"{100 * min(together):.1f} to {100 * max(together):.1f}"
        print(f"{name:11} {100 * np.mean(alone):13.1f} {100 * np.mean(together):14.1f}   {draws}")
    return found


def agreement(ps: Sequence[np.ndarray]) -> float:
    """The share of test images for which all members predict the same class, mean of the draws."""
    return float(np.mean([np.ptp(p.argmax(axis=2), axis=0) == 0 for p in ps]))


def print_gains(
    gains: Mapping[str, np.ndarray], trained: Mapping[str, Sequence[np.ndarray]]
) -> None:
    """Print points of accuracy for each draw, change of the loss and `agreement`, by labels."""
    print("labels         points of accuracy       change of loss   all eight agree")
    for name, of in gains.items():
        points = ", ".join(f"{100 * gain:4.1f}" for gain in of[:, 0])
        print(f"{name:14} {points} {of[:, 1].mean():16.3f} {agreement(trained[name]):17.2f}")


def print_variances(kinds: Mapping[str, Sequence[np.ndarray]]) -> dict[str, np.ndarray]:
    """Print mean, variance and correlation of the members' errors over the images, by kind.

    The error of a member is 1 minus its probability of the true class. Returns for each kind the
    mean over the draws of the variance of one member, of the correlation, of the variance of the
    mean of all, and of the mean error.
    """
    found, t = {}, test_labels()
    print("              mean    variance of                 variance of")
    print("each learns   error   one member    correlation   eight together")
    for name, ps in kinds.items():
        errors = np.array([1 - p[:, np.arange(len(t)), t] for p in ps])
        C = np.array([np.cov(e, bias=True) for e in errors])
        M = C.shape[1]
        one = np.mean(np.trace(C, axis1=1, axis2=2)) / M
        shared = (np.mean(C) - one / M) / (1 - 1 / M)
        found[name] = np.array([one, shared / one, np.mean(C), np.mean(errors)])
        numbers = f"{one:12.3f} {shared / one:14.2f} {np.mean(C):16.3f}"
        print(f"{name:11} {np.mean(errors):7.2f} {numbers}")
    return found


def print_chosen(pools: np.ndarray, choose_members: Callable[..., Any]) -> np.ndarray:
    """Print the accuracy of groups of members of each pool, and return it: (groups, pools).

    Four by ``choose_members(probabilities, t, M)``, the student's; the four best alone; all of the
    first `MEMBERS`. The first 400 test images choose, the others judge.
    """
    t, found = test_labels(), []
    print("       your four                 four best alone           all eight")
    print("draw   members, percent          members, percent          with 75")
    for draw, p in enumerate(pools):
        own = [-np.mean(one[:400].argmax(axis=1) == t[:400]) for one in p]
        both = [sorted(map(int, choose_members(p[:, :400], t[:400], 4)))]
        both.append(sorted(map(int, np.argsort(own, kind="stable")[:4])))
        groups = [*both, [*range(MEMBERS)]]
        right = [np.mean(p[of, 400:].mean(axis=0).argmax(axis=1) == t[400:]) for of in groups]
        found.append(right)
        yours, alone, eight = (f"{100 * share:.1f}" for share in right)
        print(f"{draw:4}   {both[0]!s:16} {yours:>7}  {both[1]!s:18} {alone:>6} {eight:>11}")
    return np.array(found).T


def sizes() -> dict[str, np.ndarray]:
    """The test error of the mean member and of eight together for networks of some sizes.

    The labels are right. Returns for each size both errors: (2,), means of two seeds.
    """
    found = {}
    shapes: dict[str, tuple[int, ...]] = {
        "no hidden layer": (),
        **{f"one layer of {units} units": (units,) for units in (4, 16, 64)},
        **{f"{k} layers of 64 units": (64,) * k for k in (2, 3)},
    }
    for name, widths in shapes.items():
        ps = [probabilities(wrong=0, widths=widths, seed=seed) for seed in range(2)]
        alone = 1 - np.mean([accuracy(one) for p in ps for one in p])
        together = 1 - np.mean([accuracy(p.mean(axis=0)) for p in ps])
        found[name] = np.array([alone, together])
    return found


def print_sizes(found: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Print what `sizes` found, and return it."""
    print("test error in percent    mean member   eight together")
    for name, (alone, together) in found.items():
        print(f"{name:24} {100 * alone:11.1f} {100 * together:16.1f}")
    return found


def penalised(lams: Sequence[float], draws: int = 2) -> np.ndarray:
    """The test accuracy of eight members, with 300 or 75 images, for some strengths: (2, lams)."""
    found = np.zeros((2, len(lams)))
    for k, kind in enumerate(("all", "quarter")):
        for seed, (i, lam) in itertools.product(range(draws), enumerate(lams)):
            found[k, i] += accuracy(probabilities(kind, lam, seed).mean(axis=0)) / draws
    return found


def print_penalties(lams: Sequence[float], found: np.ndarray) -> np.ndarray:
    """Print what `penalised` found, and return it."""
    print("percent     " + "".join(f"{f'λ = {lam:g}':>12}" for lam in lams))
    for name, of in zip(("300 images", "75 images"), found, strict=True):
        print(f"{name:12}" + "".join(f"{100 * one:12.1f}" for one in of))
    return found


def print_predictions(plan_ensemble: Callable[..., Any], draws: int = 8) -> np.ndarray:
    """Print the squared error of ensembles as it is predicted from `KNOWN` members, and measured.

    ``plan_ensemble(probabilities, t, costs, budget, price)`` is the student's; as it has one kind
    and hardly a price, it announces the loss of all members that the budget pays for. Returns for
    each kind and draw: (kinds, draws, 4), of one member, of the known ones together, what is
    predicted for `NEW` others, and what these reach.
    """
    t, found = test_labels(), []
    print(f"                          {KNOWN} known                       {NEW} new")
    print("each learns   one alone   together   your prediction   together")
    for kind, name in KINDS.items():
        of_draws = []
        for seed in range(draws):
            p = probabilities(kind, seed=seed, members=KNOWN + NEW).astype(float)
            known, new = p[:KNOWN], p[KNOWN:]
            _, _, loss = plan_ensemble(known[None], t, np.array([1]), NEW, 1e-9)
            alone = float(np.mean([squared_error(one) for one in known]))
            together = squared_error(known.mean(axis=0)), squared_error(new.mean(axis=0))
            of_draws.append([alone, together[0], float(np.squeeze(loss)), together[1]])
        found.append(of_draws)
        one, five, said, true = np.mean(of_draws, axis=0)
        print(f"{name:11} {one:11.3f} {five:10.3f} {said:17.3f} {true:10.3f}")
    return np.array(found)


# --- Figures --------------------------------------------------------------------------------------


def draw_fits(lams: Sequence[float]) -> Picture:
    """Five fits for each strength, to other draws of the noise, and the truth."""
    import matplotlib.pyplot as plt

    _, z = inputs()
    with theme.style():
        figure, axes = plt.subplots(1, len(lams), figsize=(9, 3), sharey=True)
        for ax, lam in zip(axes, lams, strict=True):
            for y in fits(lam, 5)[0]:
                ax.plot(z, y, color=theme.FORWARD, linewidth=1)
            ax.plot(z, truth(z), "--", color=theme.INK)
            ax.set(xlabel="x", title=f"λ = {lam:g}", ylim=(-2, 2))
        axes[0].set_ylabel("y")
        figure.suptitle("Five fits to other draws of 15 noisy points (dashed: the truth)")
    return with_alt(
        figure,
        "Three panels with five curves each around a dashed curve. On the left the curves are "
        "near each other, but flatter than the dashed one. In the middle they are near the dashed "
        "one. On the right they differ much from each other and leave the figure at both ends.",
    )


def draw_errors(lams: Sequence[float], errors: Mapping[int, np.ndarray]) -> Picture:
    """The squared error of ensembles over the strength, for each number of fits."""
    import matplotlib.pyplot as plt

    ends = []
    with theme.style():
        figure, ax = plt.subplots(figsize=(6.4, 3.4))
        for k, (M, of) in enumerate(errors.items()):
            name = f"M = {M}" if M < 1000 else "M → ∞"
            best = int(np.argmin(of))
            ax.plot(lams, of, ("-", "--", "-.", ":")[k % 4], color=theme.CYCLE[k], label=name)
            ax.plot(lams[best], of[best], "o", color=theme.CYCLE[k])
            ends.append(f"{name} at λ = {lams[best]:g}")
        ax.set(
            xscale="log", yscale="log", xlabel="λ, weaker to the right", ylabel="mean squared error"
        )
        ax.invert_xaxis()
        ax.set_title("Error of an ensemble of M fits (dots: the lowest)")
        label_lines(ax)
    return with_alt(
        figure,
        "Four curves over λ, which meet on the left, at strong penalties. On the right more fits "
        "have a lower error. "
        f"The lowest points: {', '.join(ends)}.",
    )


def draw_gains(gains: Mapping[str, np.ndarray]) -> Picture:
    """What `gains_by_size` found, for each way to combine the members."""
    import matplotlib.pyplot as plt

    looks = (("o-", theme.FORWARD), ("s--", theme.CYCLE[3]), ("^:", theme.CYCLE[2]))
    with theme.style():
        figure, ax = plt.subplots(figsize=(6.4, 3.2))
        for (name, values), (line, colour) in zip(gains.items(), looks, strict=False):
            ax.plot(SIZES, values, line, color=colour, label=name)
        ax.axhline(0, color=theme.QUIET, linewidth=1)
        ax.set(xlabel="number of members", ylabel="points of accuracy", xticks=SIZES)
        ax.set_title("Gain over the mean member, a third of the labels wrong")
        label_lines(ax)
    ends = "; ".join(f"{name}: {values[-1]:.1f}" for name, values in gains.items())
    return with_alt(figure, f"Curves of the gain over the number of members. At the end, {ends}.")
