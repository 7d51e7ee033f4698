"""Solutions of ``OwnNetwork(widths, rng)``: ``parameters``, ``forward(x)``, ``backward(du)``."""

from itertools import pairwise

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
class Textbook:
    def __init__(self, widths, rng):
        self.parameters = []
        for n_in, n_out in pairwise(widths):
            self.parameters.append(rng.normal(0, np.sqrt(2 / n_in), size=(n_in, n_out)))
            self.parameters.append(np.zeros(n_out))

    def forward(self, x):
        self.z = [x]
        for i in range(len(self.parameters) // 2):
            W, b = self.parameters[2 * i : 2 * i + 2]
            u = self.z[-1] @ W + b
            self.z.append(np.maximum(u, 0))
        return u

    def backward(self, du):
        gradients = []
        for i in reversed(range(len(self.parameters) // 2)):
            gradients += [du.sum(axis=0), self.z[i].T @ du]
            du = (du @ self.parameters[2 * i].T) * (self.z[i] > 0)
        return gradients[::-1]


@right
class Layers:
    """Layers with names of their own; ``parameters`` lists their arrays, which stay the same."""

    class Linear:
        def __init__(self, n_in, n_out, rng):
            bound = np.sqrt(6 / (n_in + n_out))
            self.W, self.b = rng.uniform(-bound, bound, (n_in, n_out)), np.zeros(n_out)

        def forward(self, x):
            self.x = x
            return np.einsum("ni,ij->nj", x, self.W) + self.b

        def backward(self, du):
            self.dW, self.db = np.einsum("ni,nj->ij", self.x, du), np.einsum("nj->j", du)
            return du @ self.W.T

    def __init__(self, widths, rng):
        shapes = pairwise(widths)
        self.layers = [self.Linear(n_in, n_out, rng) for n_in, n_out in shapes]
        self.layers[-1].W *= 0
        self.parameters = [array for layer in self.layers for array in (layer.W, layer.b)]

    def forward(self, x):
        self.masks = []
        for layer in self.layers[:-1]:
            u = layer.forward(x)
            self.masks.append(u > 0)
            x = np.where(u > 0, u, 0)
        return self.layers[-1].forward(x)

    def backward(self, du):
        for layer, mask in zip(self.layers[::-1], [*self.masks[::-1], None], strict=True):
            du = layer.backward(du)
            if mask is not None:
                du = np.where(mask, du, 0)
        return [array for layer in self.layers for array in (layer.dW, layer.db)]


@right
class Closures(Textbook):
    """``forward`` stacks functions that go back, small initial weights."""

    def __init__(self, widths, rng):
        self.parameters = []
        for n_in, n_out in pairwise(widths):
            W = 0.01 * rng.standard_normal((n_in, n_out))
            self.parameters += [W, np.full(n_out, 0.1)]

    def forward(self, x):
        self.steps = []
        n = len(self.parameters) // 2
        for k in range(n):
            W, b = self.parameters[2 * k], self.parameters[2 * k + 1]
            u = x @ W + b

            def back(du, x=x, W=W):
                return du @ W.T, [x.T @ du, du.sum(axis=0)]

            self.steps.append((back, u > 0 if k < n - 1 else np.ones(u.shape)))
            x = u * self.steps[-1][1]
        return x

    def backward(self, du):
        found = []
        for back, mask in self.steps[::-1]:
            du, own = back(du * mask)
            found = own + found
        return found


@wrong
class SumsOverCalls(Textbook):
    """Each call adds to the gradients of the calls before."""

    def backward(self, du):
        new = super().backward(du)
        old = getattr(self, "sums", None)
        self.sums = [a + b for a, b in zip(old, new, strict=True)] if old else new
        return [one.copy() for one in self.sums]


@wrong
class InputsOfTheFirstCall(Textbook):
    """Used again in a later call with as many rows."""

    def forward(self, x):
        self.first = getattr(self, "first", x)
        return super().forward(self.first if len(self.first) == len(x) else x)


@wrong
class OneListForAll(Textbook):
    """The list of parameters belongs to the class."""

    parameters = []  # noqa: RUF012

    def __init__(self, widths, rng):
        for n_in, n_out in pairwise(widths):
            self.parameters.append(rng.normal(0, np.sqrt(2 / n_in), size=(n_in, n_out)))
            self.parameters.append(np.zeros(n_out))


@wrong
class DecaysInBackward(Textbook):
    def backward(self, du):
        gradients = super().backward(du)
        for p in self.parameters:
            p *= 0.99
        return gradients


@wrong
class OneHiddenLayer(Textbook):
    """The gradients of the first and the last layer are right, of those between them not."""

    def backward(self, du):
        n = len(self.parameters) // 2
        gradients = [np.zeros_like(p) for p in self.parameters]
        for i in {0, n - 1}:
            dz = du if i == n - 1 else (du @ self.parameters[-2].T) * (self.z[-2] > 0)
            gradients[2 * i], gradients[2 * i + 1] = self.z[i].T @ dz, dz.sum(axis=0)
        return gradients


@wrong
class NoHiddenLayer(Textbook):
    """Whatever the widths are, the scores are those of the first layer."""

    def forward(self, x):
        self.x = x
        W, b = self.parameters[:2]
        u = x @ W + b
        return np.resize(u, (len(x), len(self.parameters[-1])))

    def backward(self, du):
        W, b = self.parameters[:2]
        if du.shape[1] == len(b):
            return [self.x.T @ du, du.sum(axis=0), *[0 * p for p in self.parameters[2:]]]
        return [0 * p for p in self.parameters]


@wrong
class ScoresAlone(Textbook):
    """There is no backward pass."""

    def backward(self, du):
        return [np.zeros_like(p) for p in self.parameters]


@wrong
class SharedByAllNetworks(Textbook):
    """What the forward pass keeps belongs to the class."""

    def forward(self, x):
        scores = super().forward(x)
        SharedByAllNetworks.kept = self.__dict__.copy()
        return scores

    def backward(self, du):
        self.__dict__.update(SharedByAllNetworks.kept)
        return super().backward(du)


@form
class BiasGradientsAreRows(Textbook):
    def backward(self, du):
        return [g[None] if g.ndim == 1 else g for g in super().backward(du)]


@wrong
class LastLayerByItsWidth(Textbook):
    """A hidden layer as wide as the scores has no ReLU."""

    def forward(self, x):
        self.z, z = [], x
        for W, b in zip(self.parameters[::2], self.parameters[1::2], strict=True):
            self.z.append(z)
            u = z @ W + b
            z = u if len(b) == len(self.parameters[-1]) else np.maximum(u, 0)
        return u


programs.beside_the_point = [
    "NoHiddenLayer",
    "ScoresAlone",
]

programs.equivalent = changes("""
self.parameters[-2] *= 0.1 -> self.parameters[-2] += 0.1
self.parameters[-2] *= 0.1 -> self.parameters[-2] *= 0.2
self.parameters[-2] *= 0.1 -> self.parameters[-2] *= 0.05
W = rng.normal(size=(n_in, n_out)) * np.sqrt(2 / n_in) -> W = rng.normal(size=(n_in, n_out)) * (2 / n_in)
b = np.zeros(n_out) -> b = np.ones(n_out)
self.parameters[-2] *= 0.1 -> self.parameters[-1] *= 0.1
W = rng.normal(size=(n_in, n_out)) * np.sqrt(2 / n_in) -> W = rng.normal(size=(n_in, n_out)) * np.sqrt(2 * n_in)
W = rng.normal(size=(n_in, n_out)) * np.sqrt(2 / n_in) -> W = rng.normal(size=(n_in, n_out)) * np.sqrt(n_in / 2)
W = rng.normal(size=(n_in, n_out)) * np.sqrt(2 / n_in) -> W = rng.normal(size=(n_in, n_out)) + np.sqrt(2 / n_in)
W = rng.normal(size=(n_in, n_out)) * np.sqrt(2 / n_in) -> W = rng.normal(size=(n_in, n_out)) / np.sqrt(2 / n_in)
self.parameters[-2] *= 0.1 -> self.parameters[-2] /= 0.1
W = rng.normal(size=(n_in, n_out)) * np.sqrt(2 / n_in)
    the initial values are given
""")
