"""What the notebook on the entry of the emoji cup measures: scores, searches, entries, a recipe."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_lessons import cup
from course_lib.backend import to_numpy
from course_lib.fast.table import in_browser
from course_lib.functional import softmax
from course_lib.losses import softmax_cross_entropy
from course_lib.training import accuracy

Configuration = Mapping[str, Any]

RECIPE_EPOCHS, RECIPE_BATCH = 12, 50
OPEN_BUDGET, OPEN_BLOCKS, OPEN_CHANNELS, OPEN_UNITS, OPEN_OUTPUTS = 20, 4, 256, 2048, 40_000_000
"""Of the open board; the grader has the same limits."""

POSSIBLE = {
    "model": "'cnn', or 'mlp', a perceptron",
    "side": "16 or 32 pixels",
    "channels": "of 'cnn': one number up to 64 for each of 1 to 3 blocks",
    "layers": "of 'mlp': up to 3 numbers up to 512, the hidden units",
    "activation": "'relu', 'leaky_relu', 'gelu', 'tanh', 'sigmoid'",
    "init": "'he_' or 'glorot_' before 'normal' or 'uniform', 'lecun_normal'",
    "norm": "'none', 'batchnorm'",
    "dropout": "dropped share of the last layer's inputs ('mlp': hidden units), up to 0.9",
    "optimizer": "'sgd', 'nesterov', 'rmsprop', 'adam', 'adamw'",
    "lr": "learning rate, up to 10",
    "momentum": "of 'sgd' and 'nesterov', up to 0.999",
    "weight_decay": "of 'adamw', up to 1",
    "schedule": "'constant', 'step', 'cosine', 'warmup_cosine'",
    "batch_size": "25 to 600",
    "epochs": "1 to 100",
    "flip": "probability of mirroring a training picture",
    "shift": "random shifts of a training picture by up to so many pixels, 0 to 4",
    "inputs": "'standardized' (mean 0, sd 1 for each colour), 'raw'",
}


def right_answers(configuration: Configuration, seeds: Sequence[int]) -> np.ndarray:
    """For each seed which of the 320 validation pictures are classified correctly, 0 or 1."""
    trials = Trials()
    for seed in seeds:
        trials(configuration, seed)
    return np.array(trials.right, float)


class Trials:
    """Validation accuracy of a configuration; keeps what each network said about each picture.

    Attributes
    ----------
    said : class probabilities (320, 8) of each trial
    """

    def __init__(self) -> None:
        self.said: list[np.ndarray] = []

    @property
    def right(self) -> np.ndarray:
        """(trials, 320), whether each picture is classified correctly."""
        t = cup.given_split()[1].t
        return np.array([p.argmax(axis=1) == t if np.ptp(p) else 0 * t > 0 for p in self.said])

    def __call__(self, configuration: Configuration, seed: int = 13) -> float:
        """Train and evaluate; nan if the loss diverges."""
        inside, outside = cup.given_split()
        try:
            trained = cup.train(configuration, inside.x, inside.t, np.random.default_rng(seed))
        except FloatingPointError:
            self.said.append(np.full((len(outside.t), 8), cup.CHANCE))
            return float("nan")
        self.said.append(np.asarray(softmax(trained.scores(outside.x))))
        return float(self.right[-1].mean())


# --- The steps in order, and a recipe ------------------------------------------------------------


def print_first_training(configuration: Configuration) -> None:
    """Carry out S0's "Outline of training a neural net", and print what each step shows."""
    settings, rng = cup.START | dict(configuration), np.random.default_rng(7)
    inside, outside = cup.given_split()
    network = cup.network_of(settings, rng)
    print(f"1 design:     {len(network)} layers, {cup.multiplications(settings):,} multiplications")
    print(f"2 optimizer:  {settings['optimizer']}, rate {settings['lr']}, {settings['schedule']}")
    shared = len(set(inside.groups) & set(outside.groups))
    print(f"3 data:       {len(inside.t)} and {len(outside.t)} pictures, shared groups: {shared}")
    means = cup.pictures(inside.x, settings["side"]).mean(axis=(0, 2, 3))
    print("              means of the colours of the training pictures alone:", means.round(2))
    few = {**configuration, "epochs": 100, "batch_size": 25, "schedule": "constant"}
    memorised = cup.train(few, inside.x[:20], inside.t[:20], np.random.default_rng(8)).history
    print(f"              20 pictures: loss {memorised.loss[-1]:.3f} after {few['epochs']} epochs")
    held_out = outside.x, outside.t
    rng = np.random.default_rng(0)
    history = cup.train(configuration, inside.x, inside.t, rng, validation=held_out).history
    print("4 run: loss  ", " ".join(f"{value:.2f}" for value in history.loss))
    print("  validation:", " ".join(f"{a:.2f}" for a in history.validation_accuracy or ()))


def by_recipe(
    recipe: Callable[..., tuple[np.ndarray, np.ndarray]],
    seed: int,
    *,
    lr: float,
    smoothing: float = 0.1,
) -> float:
    """Held-out accuracy of the network of `BASE`, trained by a recipe; with the averaged weights.

    All parameters are one vector w, and ``gradient(w, t)`` is that of minibatch t. The labels are
    smoothed.
    """
    (inside, outside), rng = cup.new_split(seed), np.random.default_rng(seed)
    untrained = cup.BASE | {"epochs": 1, "lr": 1e-12}  # for its network and its inputs
    trained = cup.train(untrained, inside.x, inside.t, rng)
    params, images = trained.network.parameters(), trained.prepared(inside.x)
    targets = (1 - smoothing) * np.eye(8, dtype="float32")[inside.t] + smoothing / 8
    ends = np.cumsum([p.data.size for p in params])[:-1]
    n, steps = len(inside.t), math.ceil(len(inside.t) / RECIPE_BATCH)
    orders = [rng.permutation(n) for _ in range(RECIPE_EPOCHS)]

    def put(w: np.ndarray) -> None:
        for p, part in zip(params, np.split(w, ends), strict=True):
            p.data[...] = part.reshape(p.data.shape)

    def gradient(w: np.ndarray, t: int) -> np.ndarray:
        put(w)
        epoch, k = divmod(t - 1, steps)
        rows = orders[epoch][RECIPE_BATCH * k : RECIPE_BATCH * (k + 1)]
        y, backward = trained.network.forward(images[rows], training=True)
        for p in params:
            p.zero_grad()
        backward(softmax_cross_entropy(y, targets[rows])[1])
        return np.concatenate([np.asarray(p.grad).ravel() for p in params])

    total = RECIPE_EPOCHS * steps
    first = np.concatenate([np.asarray(p.data).ravel() for p in params])
    given = {"warmup": total // 10, "weight_decay": 0.05, "max_norm": 1.0, "keep": 0.95}
    with np.errstate(all="ignore"):
        put(recipe(first, gradient, total, lr=lr, **given)[1])
    return float(accuracy(trained.scores(outside.x), outside.t))


def plain(seed: int, *, lr: float) -> float:
    """Held-out accuracy of the network of `BASE`, trained by Adam at a constant rate."""
    change = {"optimizer": "adam", "schedule": "constant", "lr": lr, "epochs": RECIPE_EPOCHS}
    return cup.score(cup.BASE | change, seed)


# --- The search, and the entry -------------------------------------------------------------------


def halves(groups: np.ndarray, seed: int) -> np.ndarray:
    """Which pictures are in the first half of the groups, divided at random."""
    names = np.random.default_rng([seed, 6]).permutation(np.unique(groups))
    return np.isin(groups, names[: len(names) // 2])


def winners_gap(right: np.ndarray, groups: np.ndarray, times: int) -> tuple[float, float]:
    """Accuracy of the best trial on the half that has chosen it, and on the other half."""
    found = []
    for seed in range(times):
        half = halves(groups, seed)
        winner = right[:, half].mean(axis=1).argmax()
        found.append((right[winner, half].mean(), right[winner, ~half].mean()))
    looks, is_really = np.mean(found, axis=0)
    return float(looks), float(is_really)


@dataclass(frozen=True)
class OnSplit:
    """One training of a candidate on a public split.

    Attributes
    ----------
    training, held_out : accuracies after each epoch
    right : for each held-out picture whether it is classified correctly at the end, 0 or 1
    groups : their groups
    """

    training: np.ndarray
    held_out: np.ndarray
    right: np.ndarray
    groups: np.ndarray

    @property
    def accuracy(self) -> float:
        """Of the held-out pictures after the last epoch; 0.125 if the run has diverged."""
        return float(self.held_out[-1])


def on_public_splits(configuration: Configuration, seeds: Sequence[int]) -> list[OnSplit]:
    """Train as the grader does, on divisions of the public pictures."""
    found = []
    for seed in seeds:
        inside, outside = cup.new_split(seed)
        rng, pictures = np.random.default_rng(seed), (outside.x, outside.t)
        guessing = np.array([cup.CHANCE])
        try:
            trained = cup.train(configuration, inside.x, inside.t, rng, validation=pictures)
        except FloatingPointError:
            found.append(OnSplit(guessing, guessing, 0.0 * outside.t, outside.groups))
            continue
        history = trained.history
        right = 1.0 * (np.asarray(trained.scores(outside.x)).argmax(axis=1) == outside.t)
        curves = np.array(history.accuracy), np.array(history.validation_accuracy)
        found.append(OnSplit(*curves, right, outside.groups))
    return found


def try_candidates(
    candidates: Sequence[Configuration],
    seeds: Sequence[int],
    group_sd: Callable[[np.ndarray, np.ndarray], float],
) -> list[list[OnSplit]]:
    """Train each candidate on the same public splits, and print mean, sd, sd by groups and cost."""
    tried = []
    for k, settings in enumerate(candidates, start=1):
        tried.append(on_public_splits(settings, seeds))
        each = np.array([one.accuracy for one in tried[-1]])
        by_groups = np.mean([group_sd(one.right, one.groups) for one in tried[-1]])
        print(f"candidate {k}: {settings}")
        print(f"  each {', '.join(f'{a:.3f}' for a in each)}; mean {each.mean():.3f}", end="")
        if len(each) > 1:
            print(f", sd {each.std(ddof=1):.3f}", end="")
        print(f"; by groups {by_groups:.3f}; budget {cup.budget_used(settings):.3f}")
    return tried


def print_settings() -> None:
    """All settings: name, default, what `BASE` has instead, and what is possible."""
    for name, default in cup.START.items():
        base = f"BASE: {cup.BASE[name]!r}" if name in cup.BASE else ""
        print(f"{name:13}{default!r:16}{base:23}{POSSIBLE[name]}")


# --- The open board ------------------------------------------------------------------------------


def too_much(entry: Configuration) -> list[str]:
    """What the open board would not train, as a list of texts."""
    found = [f"{name!r} is not a setting" for name in entry if name not in cup.START]
    settings, share = cup.START | dict(entry), cup.budget_used(entry) / OPEN_BUDGET
    sizes, most = settings["layers"], OPEN_UNITS
    if settings["model"] == "cnn":
        sizes, most = settings["channels"], OPEN_CHANNELS
        outputs = sum(n * (settings["side"] // 2**k) ** 2 for k, n in enumerate(sizes))
        if outputs * settings["batch_size"] > OPEN_OUTPUTS:  # they have to fit into memory
            found.append(f"the batch size can be {OPEN_OUTPUTS // outputs} at most")
    if len(sizes) > OPEN_BLOCKS or max(sizes, default=0) > most:
        found.append(f"there can be {OPEN_BLOCKS} sizes up to {most}, not {sizes}")
    if share > 1:
        found.append(f"it costs {share:.2f} times the open budget")
    return found


def try_open_entry(entry: Configuration, device: str) -> None:
    """Train an open entry on the public pictures, and print its accuracy."""
    if in_browser():
        print("This part wants a GPU, which the browser does not offer.")
        return
    if found := too_much(entry):
        print("It cannot be trained:", "; ".join(found))
        return
    print(f"it uses {cup.budget_used(entry) / OPEN_BUDGET:.0%} of the open budget")
    if device == "cpu":
        print("There is no GPU here: this can take some minutes.")
    inside, outside = cup.given_split()
    try:
        trained = cup.train(entry, inside.x, inside.t, np.random.default_rng(0), device=device)
    except FloatingPointError:
        print("The loss diverges, which counts as 0.125.")
        return
    reached = float(accuracy(to_numpy(trained.scores(outside.x)), outside.t))
    print(f"accuracy on the {len(outside.t)} validation pictures: {reached:.3f}")
