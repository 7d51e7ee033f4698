"""``PreNorm(n, inner)``: a layer with a shortcut around layer norm and an inner layer."""

from typing import Any

import numpy as np

from course_lib.layers import Layer
from course_lib.parameter import Parameter
from grader.checking.contract import (
    Case,
    Exercise,
    OwnRun,
    case,
    dtype,
    float32,
    holds,
    mistake,
    shapes,
    slip,
    slips,
    unchanged_inputs,
    values,
)
from grader.checking.contract.compare import same_values
from grader.exercises.ps17.layernorm_backward import layernorm_backward
from grader.exercises.ps17.layernorm_forward import layernorm_forward

ROWS, STEPS = "rows (N, D)", "sequences (N, T, D)"


class PreNorm(Layer):
    def __init__(self, n, inner):
        self.gamma = Parameter(np.ones(n, "float32"))
        self.beta = Parameter(np.zeros(n, "float32"))
        self.inner = inner

    def forward(self, x, *, training=True):
        h, cache = layernorm_forward(x, self.gamma.data, self.beta.data, eps=1e-5)
        z, inner_backward = self.inner.forward(h, training=training)

        def backward(dy):
            dh = inner_backward(dy)
            dx, dgamma, dbeta = layernorm_backward(dh, cache)
            self.gamma.add_grad(dgamma)
            self.beta.add_grad(dbeta)
            total = dy + dx
            return total

        y = x + z
        return y, backward


class PostNorm(PreNorm):
    """You normalise the sum, LN(x + inner(x)): that is post-norm. In pre-norm, layer norm comes
    before the inner layer, and nothing after the sum.
    """

    def forward(self, x, *, training=True):
        z, inner_backward = self.inner.forward(x, training=training)
        y, cache = layernorm_forward(x + z, self.gamma.data, self.beta.data, eps=1e-5)

        def backward(dy):
            d, dgamma, dbeta = layernorm_backward(dy, cache)
            self.gamma.add_grad(dgamma)
            self.beta.add_grad(dbeta)
            return d + inner_backward(d)

        return y, backward


class NormBehind(PreNorm):
    """You normalise what the inner layer returns. Here layer norm comes first: the inner layer gets
    normalised rows.
    """

    def forward(self, x, *, training=True):
        z, inner_backward = self.inner.forward(x, training=training)
        h, cache = layernorm_forward(z, self.gamma.data, self.beta.data, eps=1e-5)

        def backward(dy):
            dz, dgamma, dbeta = layernorm_backward(dy, cache)
            self.gamma.add_grad(dgamma)
            self.beta.add_grad(dbeta)
            return dy + inner_backward(dz)

        return x + h, backward


class CacheInSelf(PreNorm):
    """The backward function reads what is stored in `self`, and a later forward pass has replaced
    it. Use the local variables of `forward`: each pass has its own.
    """

    def forward(self, x, *, training=True):
        h, self.cache = layernorm_forward(x, self.gamma.data, self.beta.data, eps=1e-5)
        z, self.inner_backward = self.inner.forward(h, training=training)

        def backward(dy):
            dx, dgamma, dbeta = layernorm_backward(self.inner_backward(dy), self.cache)
            self.gamma.add_grad(dgamma)
            self.beta.add_grad(dbeta)
            return dy + dx

        return x + z, backward


def block(rng: np.random.Generator, about: str, *shape: int) -> Case:
    """An input, the weights of an inner layer ``tanh(h @ W)``, gamma and beta."""
    D = shape[-1]
    ramp = rng.permuted(np.tile(np.linspace(-1, 1, D), (*shape[:-1], 1)), axis=-1)
    return case(
        about,
        x=2 * ramp + rng.uniform(-0.3, 0.3, size=shape) + rng.normal(size=(*shape[:-1], 1)),
        dy=rng.uniform(0.5, 2, size=shape) * rng.choice([-1.0, 1.0], size=shape),
        W=rng.uniform(0.5, 1, size=(D, D)) * rng.choice([-1.0, 1.0], size=(D, D)) / np.sqrt(D),
        gamma=rng.uniform(0.5, 2, size=D) * rng.choice([-1.0, 1.0], size=D),
        beta=rng.uniform(0.2, 0.6, size=D) * rng.choice([-1.0, 1.0], size=D),
    )


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    flat = block(rng, "a nearly constant row", 3, 4)  # where eps, and any other eps, shows
    flat["x"][0] = rng.normal() + rng.uniform(0.003, 0.006, size=4) * [1, -1, 1, -1]
    return {
        ROWS: [
            block(rng, "one row", 1, 3),
            block(rng, "more rows than columns", 4, 3),
            block(rng, "as many rows as columns", 4, 4),
            flat,
            float32(block(rng, "float32", 2, 5)),
        ],
        STEPS: [
            block(rng, "two sequences", 2, 4, 3),
            float32(block(rng, "sequences in float32", 2, 3, 4)),
        ],
    }


def run(PreNorm: Any, case: Case) -> dict[str, Any]:
    """Forward passes, the backward pass of the second one, another forward pass, and the backward
    passes of the third one, in testing, and of the first.
    """
    W, asked, modes = case["W"], {"forward": 0, "backward": 0}, set()

    def with_mean(h: Any) -> Any:
        """The positions (N, T, D) with the mean of their sequence added; rows as they are."""
        return h + h.mean(axis=1, keepdims=True) if h.ndim == 3 else h

    class Inner:
        """``tanh(h @ W)``, half of it in testing; it keeps input and output, as a real layer does.

        Positions get the mean of their sequence, too.
        """

        def forward(self, h: Any, *, training: bool = True) -> Any:
            asked["forward"] += 1
            modes.add(bool(training))
            share = 1.0 if training else 0.5
            z = np.tanh(with_mean(np.asarray(h)) @ W)

            def backward(dz: Any) -> Any:
                asked["backward"] += 1
                slope = 1 - z * np.tanh(with_mean(np.asarray(h)) @ W)
                return with_mean((share * np.asarray(dz) * slope) @ W.T)

            return z if training else share * z, backward

    layer = PreNorm(W.shape[0], Inner())
    at_first = [np.array(p.data) for p in (layer.gamma, layer.beta)]
    layer.gamma.data, layer.beta.data = case["gamma"].copy(), case["beta"].copy()
    _, backward_of_first = layer.forward(1 - case["x"] ** 2, training=True)
    asked |= {"forward": 0, "backward": 0}
    modes.clear()
    y, backward = layer.forward(case["x"], training=True)
    calls, in_training = asked["forward"], sorted(modes)
    modes.clear()
    y_in_testing, backward_in_testing = layer.forward(case["x"], training=False)
    passed_on = in_training == [True] and sorted(modes) == [False]
    calls -= asked["forward"]
    dx = backward(case["dy"])
    calls += asked["forward"]
    gradients = [np.array(p.grad) for p in (layer.gamma, layer.beta)]
    times = f"{calls} and {asked['backward']}"
    layer.forward(case["x"], training=True)  # keeps the gradients
    dx_in_testing = backward_in_testing(case["dy"])
    backward_of_first(case["dy"])
    return {
        "y": y,
        "y in testing": y_in_testing,
        "dx in testing": dx_in_testing,
        "training is passed on": "yes" if passed_on else "no",
        "gamma at first": at_first[0],
        "beta at first": at_first[1],
        "dx": dx,
        "dgamma": gradients[0],
        "dbeta": gradients[1],
        "dgamma of three passes": np.array(layer.gamma.grad),
        "dbeta of three passes": np.array(layer.beta.grad),
        "calls of the inner layer": times,
    }


def asked_once(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | None:
    calls = got["calls of the inner layer"]
    if calls == "1 and 1":
        return None
    return (
        f"`inner.forward` and its backward function were called {calls} times in one pass; call "
        "each once."
    )


def passes_training_on(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | None:
    """What the inner layer was told; and what came of it, where y is right in training."""
    if got["training is passed on"] != "yes":
        return "The inner layer did not get the value of `training` that your block was given."
    if same_values("y", got["y"], want["y"], 1e-5, 1e-9):
        return None
    return same_values("y in testing", got["y in testing"], want["y in testing"], 1e-5, 1e-9)


exercise = Exercise(
    points=3,
    reference=(PreNorm,),
    cases=cases,
    run=OwnRun(run),
    uses=("layernorm_forward", "layernorm_backward"),
    judge=[
        values(
            "y",
            weight=6,
            spoils=0.4,
            help="""x goes to two places: through the normalisation and the inner layer, and along
            the shortcut. Where do the two meet, and what arrives there on each path?""",
        ),
        holds(
            "training is passed on to the inner layer",
            passes_training_on,
            weight=3,
            alone=False,
            help="""The inner layer may contain dropout or batch normalisation. Which mode does it
            need when your block is tested?""",
        ),
        values(
            "dx",
            weight=6,
            spoils=0.4,
            help="""Draw the graph: x goes to the sum, and to layer norm, from there to the inner
            layer and to the sum. Walk back from y on both paths and add up what arrives at x.""",
        ),
        values(
            "dgamma",
            "dbeta",
            weight=3,
            help="""gamma and beta are used in layer norm. Which gradient arrives at its output h,
            and which of your two functions turns it into dgamma and dbeta?""",
        ),
        values(
            "dgamma of three passes",
            "dbeta of three passes",
            "dx in testing",
            weight=3,
            title="gradients of several passes add up, and passes do not disturb each other",
            after="values of dgamma, dbeta",
            help="""A layer may be used several times before the backward passes come, in any order.
            Where does each pass keep its cache, and what happens to a gradient that is already
            there? Is the backward function the same in both modes?""",
        ),
        values(
            "gamma at first",
            "beta at first",
            title="gamma begins with ones, beta with zeros",
            alone=False,
            help="Leave `__init__` as the task gives it.",
        ),
        holds(
            "the inner layer is asked once in each direction",
            asked_once,
            weight=1,
            alone=False,
            help="""A second call repeats the work of the whole inner layer, and its weights would
            get their gradients twice. Keep what it returned under names.""",
        ),
        shapes("y", "dx"),
        dtype("y", "dx", cases=("float32", "sequences in float32")),
        unchanged_inputs(),
    ],
    answers=("course_lessons.layer_normalisation",),
    returns="a layer with forward(x, training=…) -> (y, backward)",
    hints="""
    Forward: normalise x with `layernorm_forward`, give the result to `self.inner.forward`, and add
    x. Keep the cache and the inner layer's backward function under names; the function `backward`
    inside of `forward` can use them.

    Backward: dy arrives at a sum, which passes it on to both of its terms. One of them is x itself.
    The other path leads back through the inner layer first and then through layer norm.

    A smaller example without the normalisation: if the inner layer doubles its input, its backward
    function doubles the gradient. For x = [1, −3] the sum is y = [3, −9]. For dy = [1, −3] the way
    through the inner layer gives [2, −6], and dx = [3, −9].
    """,
    mistakes=(
        *slips("""
y = z
    y is the output of the inner layer alone. Where is the shortcut that carries x around it?
y = h + z
    Your shortcut begins behind layer norm. It should carry x itself, which nothing has changed.
y = x * z
    You multiply the two paths. A shortcut adds.
y = z - x
    You subtract x. A shortcut adds it.
y = (x + z) / 2
    You take the mean of the two paths. A shortcut adds them.
y = x + z + h
    You also add the normalised values. Two paths lead to y: x itself, and the output of the inner
    layer.
z, inner_backward = self.inner.forward(x, training=training)
    The inner layer gets x. It should get the normalised rows.
z, inner_backward = self.inner.forward(h, training=True)
    The inner layer is always in training mode, its default. Pass on the argument `training`.
z, inner_backward = self.inner.forward(h, training=False)
    The inner layer is always in test mode. Pass on the argument `training`.
total = dx
    dx lacks the gradient of the shortcut. x reaches y on two paths: what arrives on the one that
    does not pass the inner layer?
total = dy
    dx lacks the gradient through the inner layer. x reaches y on two paths.
total = dh
    You return the gradient that arrives at h. It has not passed layer norm yet, and the shortcut
    is missing.
total = dy + dh
    The gradient through the inner layer stops at h. It has to pass layer norm as well before it
    arrives at x.
total = dy - dx
    You subtract the gradient through the inner layer. How does the chain rule combine two paths?
total = dx - dy
    You subtract the gradient of the shortcut. How does the chain rule combine two paths?
total = dy * dx
    You multiply the gradients of the two paths. Along one path derivatives are multiplied; how are
    two paths combined?
total = 1 + dx
    The gradient of the shortcut is 1 in your dx. The derivative of y with respect to x is 1 there:
    which gradient arrives at the end of the shortcut?
total = dx + dx
    You add the gradient through the inner layer twice. Which gradient does the shortcut carry back?
total = (dy + dx) / 2
    You take the mean of the two gradients. A sum passes the whole gradient to each of its terms.
total = dy + dx + dh
    You add the gradient at h as well. It arrives at x only through layer norm, and that part is in
    your sum already.
dh = dy
    You go back through layer norm only. Which layer lies between it and the sum?
dh = inner_backward(np.ones_like(dy))
    You pass ones to the inner layer's backward function. It takes the gradient that arrives at its
    output.
dh = inner_backward(inner_backward(dy))
    The gradient passes the inner layer twice. It was used once in the forward pass.
dh = inner_backward(dy) + dy
    Your shortcut ends behind layer norm, so dy passes layer norm, too. In the forward pass the
    shortcut begins at x.
# self.gamma.add_grad(dgamma)
    gamma gets no gradient, so no optimizer can change it.
# self.beta.add_grad(dbeta)
    beta gets no gradient, so no optimizer can change it.
# self.gamma.add_grad(dgamma)
# self.beta.add_grad(dbeta)
    gamma and beta get no gradients, so no optimizer can change them. Which method of a Parameter
    takes a gradient?
self.gamma.add_grad(dbeta)
self.beta.add_grad(dgamma)
    The gradients of gamma and beta are exchanged. In which order does `layernorm_backward` return
    them?
self.gamma.add_grad(dgamma / len(dy))
self.beta.add_grad(dbeta / len(dy))
    You divide the gradients by the number of samples. dy already contains the mean of the loss.
h, cache = layernorm_forward(x, self.gamma.data, self.beta.data, eps=1e-3)
    Your eps is too large. The task asks for 1e-5.
h, cache = layernorm_forward(x, self.gamma.data, self.beta.data, eps=1e-8)
    Your eps is too small. The task asks for 1e-5.
h, cache = layernorm_forward(x, np.ones_like(self.gamma.data), self.beta.data, eps=1e-5)
    You use 1 in place of gamma, so what is learned has no effect. Use `self.gamma.data`.
h, cache = layernorm_forward(x, self.gamma.data, np.zeros_like(self.beta.data), eps=1e-5)
    You use 0 in place of beta, so what is learned has no effect. Use `self.beta.data`.
h, cache = layernorm_forward(x, self.beta.data, self.gamma.data, eps=1e-5)
    gamma and beta are exchanged. gamma comes first.
"""),
        mistake(PostNorm),
        mistake(NormBehind),
        *slips(
            """
dh = inner_backward(layernorm_backward(dy, cache)[0])
dx, dgamma, dbeta = (dh, *layernorm_backward(dy, cache)[1:])
    You go back through layer norm first. In the forward pass it came first, so it comes last in the
    backward pass.
""",
            needs=("values of y",),
        ),
        mistake(CacheInSelf),
        slip(
            "self.gamma.add_grad(dgamma)\n            self.beta.add_grad(dbeta)",
            "self.gamma.grad = dgamma\n            self.beta.grad = dbeta",
            "You replace the gradients that are already there. A layer may be used twice before a "
            "step, and then its gradients are sums: `add_grad` adds.",
        ),
        *slips("""
y = np.add(z, x, out=z)
    You add x into the array that the inner layer returned, with `z += x`. The inner layer may need
    it in its backward pass. Write `x + z`.
y = np.add(x, z, out=x)
    You change x in place, with `x += z`. Its owner may still need it. Write `x + z`.
"""),
    ),
)
