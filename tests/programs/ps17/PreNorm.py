"""Solutions of ``PreNorm(n, inner)``: ``forward(x, training=…) -> (y, backward)``."""

import numpy as np

from course_lib.layers import Layer
from course_lib.layers.layer import Backward
from course_lib.parameter import Parameter
from grader.exercises.ps17.layernorm_backward import layernorm_backward
from grader.exercises.ps17.layernorm_forward import layernorm_forward
from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


class Parts(Layer):
    """The parts that the notebook gives."""

    def __init__(self, n, inner):
        self.gamma = Parameter(np.ones(n, "float32"))
        self.beta = Parameter(np.zeros(n, "float32"))
        self.inner = inner


@right
class Textbook(Parts):
    def forward(self, x, *, training=True):
        h, cache = layernorm_forward(x, self.gamma.data, self.beta.data, eps=1e-5)
        z, inner_backward = self.inner.forward(h, training=training)

        def backward(dy):
            dx, dgamma, dbeta = layernorm_backward(inner_backward(dy), cache)
            self.gamma.add_grad(dgamma)
            self.beta.add_grad(dbeta)
            return dy + dx

        return x + z, backward


@right
class AsTheLibraryDoes(Parts):
    """Returns a Backward, and copies what it was given."""

    def forward(self, x, *, training):
        x = np.array(x)
        h, cache = layernorm_forward(x, self.gamma.data, self.beta.data, eps=1e-5)
        z, through = self.inner.forward(h, training=training)
        return np.add(z, x), Backward(lambda dy: self.back(np.array(dy), through, cache))

    def back(self, dy, through, cache):
        dx, *gradients = layernorm_backward(through(dy), cache)
        for parameter, gradient in zip((self.gamma, self.beta), gradients, strict=True):
            parameter.grad = parameter.grad + gradient
        dx += dy
        return dx


@right
class FormulasWrittenOut(Parts):
    def forward(self, x, *, training=True):
        gamma = self.gamma.data
        c = x - x.mean(axis=-1, keepdims=True)
        std = np.sqrt((c * c).mean(axis=-1, keepdims=True) + 1e-5)
        h = c / std
        z, inner_backward = self.inner.forward(gamma * h + self.beta.data, training=training)
        rows = tuple(range(x.ndim - 1))

        def backward(dy):
            dn = inner_backward(dy)
            self.gamma.add_grad((dn * h).sum(axis=rows))
            self.beta.add_grad(dn.sum(axis=rows))
            dh = gamma * dn
            dc = dh - h * (dh * h).mean(axis=-1, keepdims=True)
            return dy + (dc - dc.mean(axis=-1, keepdims=True)) / std

        return x + z, backward


@wrong
class InnerLayerAgainInBackward(Textbook):
    def forward(self, x, *, training=True):
        h, _cache = layernorm_forward(x, self.gamma.data, self.beta.data, eps=1e-5)
        y, found = super().forward(x, training=training)

        def backward(dy):
            self.inner.forward(h, training=training)
            return found(dy)

        return y, backward


@wrong
class GradientsFromZeroInForward(Textbook):
    def forward(self, x, *, training=True):
        self.gamma.zero_grad()
        self.beta.zero_grad()
        return super().forward(x, training=training)


@wrong
class OverwritesTheInputOfTheInnerLayer(Parts):
    def forward(self, x, *, training=True):
        h, cache = layernorm_forward(x, self.gamma.data, self.beta.data, eps=1e-5)
        z, inner_backward = self.inner.forward(h, training=training)
        np.add(x, z, out=h)

        def backward(dy):
            dx, dgamma, dbeta = layernorm_backward(inner_backward(dy), cache)
            self.gamma.add_grad(dgamma)
            self.beta.add_grad(dbeta)
            return dy + dx

        return h, backward


@wrong
class NoInnerGradientInTesting(Textbook):
    def forward(self, x, *, training=True):
        y, backward = super().forward(x, training=training)
        return y, backward if training else lambda dy: dy


@wrong
class InnerLayerGetsAMatrix(Textbook):
    """An inner layer may combine the words of a text."""

    def forward(self, x, *, training=True):
        y, backward = super().forward(x.reshape(-1, x.shape[-1]), training=training)
        return y.reshape(x.shape), lambda dy: backward(dy.reshape(y.shape)).reshape(x.shape)


@wrong
class PassOnAStack(Parts):
    """The passes are taken back in the wrong order."""

    def __init__(self, n, inner):
        super().__init__(n, inner)
        self.first, self.passes = True, {}

    def forward(self, x, *, training=True):
        h, cache = layernorm_forward(x, self.gamma.data, self.beta.data, eps=1e-5)
        z, inner_backward = self.inner.forward(h, training=training)
        if training:
            self.passes["last"] = cache

        def backward(dy):
            dx, dgamma, dbeta = layernorm_backward(inner_backward(dy), self.passes["last"])
            self.gamma.add_grad(dgamma)
            self.beta.add_grad(dbeta)
            return dy + dx

        return x + z, backward


@wrong
class ShortcutAlone(Parts):
    def forward(self, x, *, training=True):
        return x, lambda dy: dy


@wrong
class InnerLayerAlone(Parts):
    def forward(self, x, *, training=True):
        return self.inner.forward(x, training=training)


programs.beside_the_point = [
    "ShortcutAlone",
    "InnerLayerAlone",
]
