"""Solutions of ``Number``: numbers that record their parents on a tape."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


class Recorded:
    """What the versions below share: the recording."""

    def __init__(self, data, tape, parents=()):
        self.data, self.tape, self.parents = data, tape, list(parents)
        tape.append(self)

    def __add__(self, other):
        return type(self)(self.data + other.data, self.tape, ((self, 1), (other, 1)))

    def __mul__(self, other):
        pairs = ((self, other.data), (other, self.data))
        return type(self)(self.data * other.data, self.tape, pairs)

    def tanh(self):
        z = math.tanh(self.data)
        return type(self)(z, self.tape, ((self, (1 - z) * (1 + z)),))


@right
class Textbook(Recorded):
    def backward(self):
        for node in self.tape:
            node.gradient = float(node is self)
        for node in self.tape[::-1]:
            for parent, local in node.parents:
                parent.gradient += local * node.gradient


@right
class EveryPath(Recorded):
    """Each path from the output carries its own part."""

    def backward(self):
        for node in self.tape:
            node.gradient = 0.0
        waiting = [(self, 1.0)]
        while waiting:
            node, part = waiting.pop()
            node.gradient += part
            waiting += [(parent, part * local) for parent, local in node.parents]


@right
class FromItsUsers(Recorded):
    """Each number collects from those after it."""

    def backward(self):
        for place in range(len(self.tape) - 1, -1, -1):
            node = self.tape[place]
            node.gradient = float(node is self) + sum(
                local * user.gradient
                for user in self.tape[place + 1 :]
                for parent, local in user.parents
                if parent is node
            )


@right
class UpToTheOutput(Recorded):
    """Arrays, and only the part of the tape that the output can depend on."""

    def __init__(self, data, tape, parents=()):
        super().__init__(np.float64(data), tape, parents)

    def backward(self):
        place = {id(node): k for k, node in enumerate(self.tape)}
        d = np.zeros(len(self.tape))
        d[place[id(self)]] = 1
        for k in range(place[id(self)], -1, -1):
            for parent, local in self.tape[k].parents:
                d[place[id(parent)]] += d[k] * local
        for node, gradient in zip(self.tape, d, strict=True):
            node.gradient = gradient


# --- wrong ------------------------------------------------------------------------------------


@wrong
class OneTapeForAll(Textbook):
    shared = []  # noqa: RUF012

    def __init__(self, data, tape, parents=()):
        super().__init__(data, self.shared, parents)


@wrong
class LeafWithoutItsOwn(Textbook):
    """An output that is a leaf gets the gradient 0."""

    def backward(self):
        super().backward()
        self.gradient = float(bool(self.parents))


@wrong
class EarlierOutputs(Textbook):
    """A number that no other one uses keeps the gradient of an earlier call."""

    def backward(self):
        earlier = [(one, getattr(one, "gradient", 0.0)) for one in self.tape if one is not self]
        super().backward()
        used = [parent for one in self.tape for parent, _ in one.parents]
        for one, gradient in earlier:
            if one not in used:
                one.gradient = gradient


@wrong
class LeavesOnly(Textbook):
    """Inner numbers lose their gradients."""

    def backward(self):
        super().backward()
        for node in self.tape:
            if node.parents:
                node.gradient = 0.0


@wrong
class QuotientOfTheProduct(Textbook):
    """The derivative of a product as result over factor: a factor of 0 gets none."""

    def __mul__(self, other):
        product = self.data * other.data
        parts = [(one, product / one.data if one.data else 0.0) for one in (self, other)]
        return type(self)(product, self.tape, parts)


@wrong
class TanhByExponentials(Textbook):
    def tanh(self):
        up, down = np.exp(self.data), np.exp(-self.data)
        z = (up - down) / (up + down)
        return type(self)(z, self.tape, [(self, 1 - z**2)])


@wrong
class NothingBehindZero(Textbook):
    """A number whose value is 0 passes nothing on."""

    def backward(self):
        for node in self.tape:
            node.gradient = float(node is self)
        for node in self.tape[::-1]:
            for parent, local in node.parents if node.data else ():
                parent.gradient += local * node.gradient


@wrong
class EndsAtALeaf(Textbook):
    def backward(self):
        for node in self.tape:
            node.gradient = float(node is self)
        for node in self.tape[: self.tape.index(self) + 1][::-1]:
            if not node.parents:
                break
            for parent, local in node.parents:
                parent.gradient += local * node.gradient


programs.beside_the_point = [
    "of_sum = []; of_product = []; of_tanh = []",
    "self.gradient = 0.0",
    "share = number.gradient",
]
