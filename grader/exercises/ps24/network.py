"""``Network(sizes, drop_prob)``: a module with linear layers, ReLU and dropout.

Students write a class. The reference is a function that makes such a module: a class would need
torch where the exercise is found.
"""

from itertools import pairwise
from typing import Any

import numpy as np

from grader.checking.contract import Case, OwnRun, case, function, holds, mistake, slips, values


def Network(sizes, drop_prob):
    from torch import nn

    layers = []
    for n_in, n_out in pairwise(sizes):
        parts = nn.Linear(n_in, n_out), nn.ReLU(), nn.Dropout(drop_prob)
        layers.extend(parts)
    return nn.Sequential(*layers[:-2])


def run(Network, case):
    import torch

    torch.manual_seed(case["seed"])  # weights that are not found are the same each time
    network = Network(tuple(case["sizes"]), case["drop_prob"])
    if not isinstance(network, torch.nn.Module):
        raise TypeError("expected an object of a class that is derived from nn.Module")
    parameters = list(network.parameters())
    found = {"shapes": sorted([list(p.shape) for p in parameters])}
    with torch.no_grad():
        for array in case["weights"]:  # arrays of the same shape have the same values
            for p in parameters:
                if tuple(p.shape) == array.shape:
                    p.copy_(torch.from_numpy(array))
    x = torch.from_numpy(case["x"])
    y = network.eval()(x)
    if not isinstance(y, torch.Tensor):
        raise TypeError(f"`forward` returned {y!r:.40}; expected the scores, a tensor")
    found["y"] = y.detach().numpy()
    gradients = dict.fromkeys([str(array.shape) for array in case["weights"]], 0)
    if y.requires_grad:
        network.zero_grad()
        (y * torch.from_numpy(case["dy"])).sum().backward()
        for p in parameters:
            if p.grad is not None:
                gradients[str(tuple(p.shape))] += p.grad.numpy()
    found["gradients"] = list(gradients.values())
    torch.manual_seed(case["seed"])
    with torch.no_grad():
        found["in training"], found["next pass"] = (network.train()(x).numpy() for _ in range(2))
    once, twice = ([*Network(tuple(case["sizes"]), 0.5).parameters()] for _ in range(2))
    found["weights differ"] = not any(
        torch.equal(p, q) for p, q in zip(once, twice, strict=True) if p.ndim == 2
    )
    return found


def network_case(
    rng: np.random.Generator, about: str, sizes: tuple[int, ...], drop_prob: float = 0.5
) -> Case:
    """Weights of normal size; those of the same shape are the same."""
    weights: dict[tuple[int, ...], np.ndarray] = {}
    for n_in, n_out in pairwise(sizes):
        weights.setdefault((n_out, n_in), rng.normal(size=(n_out, n_in)) / np.sqrt(n_in))
        weights.setdefault((n_out,), rng.normal(size=n_out))
    return _case(about, rng, sizes, drop_prob, [*weights.values()], rng.normal(size=(5, sizes[0])))


def dropping_case(rng: np.random.Generator, about: str, drop_prob: float, *hidden: int) -> Case:
    """All hidden units are equal, so each output is one number times the units that are kept."""
    n, scale = hidden[0], rng.uniform(0.8, 1.2)
    weights = [np.full((n, 3), scale / 6), np.full(n, scale / 2)]
    for before, after in pairwise(hidden):
        weights += [np.full((after, before), 1 / before), np.zeros(after)]
    weights += [np.outer([1, 0.5], np.full(hidden[-1], 1 / hidden[-1])), np.zeros(2)]
    return _case(about, rng, (3, *hidden, 2), drop_prob, weights, np.ones((300, 3)))


def _case(
    about: str,
    rng: np.random.Generator,
    sizes: tuple[int, ...],
    drop_prob: float,
    weights: list[np.ndarray],
    x: np.ndarray,
) -> Case:
    return case(
        about,
        sizes=list(sizes),
        drop_prob=drop_prob,
        weights=[w.astype(np.float32) for w in weights],
        x=x.astype(np.float32),
        dy=rng.normal(size=(len(x), sizes[-1])).astype(np.float32),
        seed=int(rng.integers(1 << 30)),
    )


def drops(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | None:
    """Mean and variance of the outputs are those of hidden units that are dropped one by one."""
    y, p = np.asarray(got["in training"]), case["drop_prob"]
    right = float(np.mean(want["y"][:, 0]))
    expected = right**2 * p / (1 - p) * sum(1 / n for n in case["sizes"][1:-1])
    if y.shape != np.shape(want["y"]):
        return f"In training the output has the shape {y.shape}."
    spread = float(np.var(y[:, 0]))
    if spread < expected / 100:
        if abs(np.mean(y[:, 0]) - right) > np.sqrt(expected) / 100:
            return "In training mode all samples of a batch lose the same units."
        return "In training mode every pass gives the same outputs: nothing is dropped."
    share = float(np.mean(y[:, 0])) / right
    if abs(share - 1) > 0.03:
        return f"The outputs in training are in the mean {share:.2f} times those in evaluation."
    if not 0.6 < spread / expected < 1.6:
        said = f"The outputs vary {np.sqrt(spread / expected):.1f} times as much as they should if"
        return f"{said} each hidden unit is dropped with the probability {p:g}, and nothing else."
    return None


def drops_nothing(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | None:
    """Whether the mode makes no difference where the probability is 0."""
    if np.array_equal(got["in training"], got["y"]):
        return None
    return "With the probability 0 the outputs are others in training mode than in evaluation mode."


def drawn_anew(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | None:
    """Whether weights and masks are other ones each time."""
    if not got["weights differ"]:
        return "Two networks have the same initial weights."
    differ = np.ptp(got["in training"], axis=0).max() > 0  # else one mask is for all samples
    if differ and np.array_equal(got["in training"], got["next pass"]):
        return "Two passes in training mode drop the same units."
    return None


def plain_list(sizes, drop_prob):
    """The module does not know all of its layers: `parameters()` does not list their weights. A
    layer in a plain Python list is not registered. In which container does PyTorch find it?
    """
    from torch import nn

    class InAList(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = [nn.Linear(a, b) for a, b in pairwise(sizes)]
            self.drop = nn.Dropout(drop_prob)

        def forward(self, x):
            for layer in self.layers[:-1]:
                x = self.drop(layer(x).relu())
            return self.layers[-1](x)

    return InAList()


def always_drops(sizes, drop_prob):
    """Units are dropped in evaluation mode, too. `torch.nn.functional.dropout` drops by default,
    whatever the mode of your module is. How does it learn the mode?
    """
    from torch import nn
    from torch.nn.functional import dropout

    class Always(nn.Module):
        def __init__(self):
            super().__init__()
            pairs = pairwise(sizes)
            self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in pairs)

        def forward(self, x):
            for layer in self.layers[:-1]:
                x = dropout(layer(x).relu(), drop_prob)
            return self.layers[-1](x)

    return Always()


def cut_graph(sizes, drop_prob):
    """No gradient arrives at the weights. Something in `forward` leaves the graph: `.detach()`,
    `.data`, `.numpy()` or `torch.no_grad()`.
    """
    import torch
    from torch import nn

    class Cut(nn.Module):
        def __init__(self):
            super().__init__()
            layers = []
            for n_in, n_out in pairwise(sizes):
                layers += [nn.Linear(n_in, n_out), nn.ReLU(), nn.Dropout(drop_prob)]
            self.layers = nn.Sequential(*layers[:-2])

        def forward(self, x):
            with torch.no_grad():
                return self.layers(x)

    return Cut()


exercise = function(
    Network,
    returns="a module",
    points=3,
    answers=("grader.exercises.ps24.network",),
    cases=lambda rng: {
        "outputs and gradients": [
            network_case(rng, "one hidden layer", (4, 6, 3)),
            network_case(rng, "no hidden layer", (5, 2)),
            network_case(rng, "three hidden layers", (3, 7, 5, 6, 2)),
        ],
        "probability 0": [network_case(rng, "layers of equal sizes", (4, 4, 4, 4), 0.0)],
        "dropout": [
            dropping_case(rng, "19 of 20 are dropped", 0.95, 2000),
            dropping_case(rng, "one of 20 is dropped", 0.05, 400),
            dropping_case(rng, "a third, in two hidden layers", 1 / 3, 400, 380),
        ],
    },
    run=OwnRun(run, needs="torch"),
    outputs="network",
    judge=[
        values(
            "shapes",
            title="parameters() lists each W and b once",
            weight=2,
            alone=False,
            help="`nn.ModuleList` and `nn.Sequential` register the layers that they hold.",
        ),
        values(
            "y",
            title="outputs in evaluation mode",
            weight=3,
            rtol=1e-4,
            help="What stands behind each linear layer but the last? And behind the last one?",
        ),
        values(
            "gradients",
            title="autograd finds the gradients",
            weight=3,
            spoils=0.5,
            rtol=1e-4,
            cases=("outputs and gradients", "probability 0"),
            help="Autograd follows tensors. Does a step of your `forward` leave them?",
        ),
        holds(
            "dropout in training mode",
            drops,
            weight=3,
            spoils=0.3,
            cases="dropout",
            help="""`nn.Dropout(p)` follows the mode of the module that holds it, and multiplies
            what it keeps by 1/(1 − p). Where does it stand?""",
        ),
        holds(
            "a probability of 0 drops nothing",
            drops_nothing,
            cases="probability 0",
            alone=False,
            help="The next sections train a network with `drop_prob` 0, and it may be near 1, too.",
        ),
        holds(
            "initial weights and masks are random",
            drawn_anew,
            cases="dropout",
            alone=False,
            help="""The next cell sets a seed before it makes a network. Does your class set a seed,
            or the weights?""",
        ),
    ],
    form=(),
    without=("in place",),
    hints=(
        "For the sizes (64, 32, 10) there are two linear layers, `nn.Linear(64, 32)` and "
        "`nn.Linear(32, 10)`. How do you get the pairs of neighbours from any sizes?",
        "Make all layers in `__init__`, and only use them in `forward`.",
    ),
    mistakes=(
        mistake(plain_list),
        mistake(always_drops),
        mistake(cut_graph),
        *slips("""
parts = nn.Linear(n_in, n_out), nn.Dropout(drop_prob)
return nn.Sequential(*layers[:-1])
    Without dropout the network computes a linear function: the activation is missing.
return nn.Sequential(*layers[:-1])
    There is a ReLU behind the last layer. The scores of the classes may be negative.
parts = nn.Linear(n_in, n_out), nn.ReLU()
return nn.Sequential(*layers)
    There is a ReLU behind the last layer, too, and nothing is dropped.
return nn.Sequential(*layers[:-2], nn.Softmax(dim=1))
    The outputs of a sample add up to 1: the last layer is a softmax. `cross_entropy` has one.
return nn.Sequential(*layers[:-2], layers[-1])
    Scores of classes are dropped. Dropout stands behind the hidden layers only.
return nn.Sequential(*[one for k, one in enumerate(layers[:-5]) if k % 3 < 2], *layers[-5:-2])
    Only the last hidden layer drops units. Dropout stands behind each of them.
return nn.Sequential(nn.Dropout(drop_prob), *layers[:-2])
    Inputs are dropped, too. Dropout stands behind the hidden layers only.
parts = nn.Linear(n_in, n_out), nn.ReLU()
return nn.Sequential(*layers[:-1])
    Nothing is dropped in training mode.
parts = nn.Linear(n_in, n_out), nn.ReLU(), nn.Dropout(1 - drop_prob)
    PyTorch's p is the probability of dropping. Is yours the probability of keeping?
parts = nn.Linear(n_in, n_out, bias=False), nn.ReLU(), nn.Dropout(drop_prob)
    The biases are missing.
"""),
    ),
)
