# %% [markdown]
# # Activations and the flow of gradients
#
# In the backward pass, a gradient travels from the loss to the first layer. Every layer multiplies
# it by its weights and by the derivative of its activation function. Ten factors of one half leave
# a thousandth of the gradient. Therefore the choice of the activation function, together with the
# size of the weights, can decide whether a deep network learns at all.
#
# In this notebook you write the activation functions that replaced the sigmoid. You also write
# instruments that show whether a network can still learn. With them you measure which of the
# sigmoid's problems costs accuracy, how much each repair helps, and where the choice hardly
# matters.
#
# **Afterwards you can**
#
# - predict from the derivative of an activation function how large a gradient is after ten layers,
#   and check it,
# - name the three problems of the sigmoid, test each of them in an experiment, and say which one
#   matters most,
# - write leaky ReLU, ELU and GELU with their gradients, safe for large numbers and in float32,
# - limit exploding gradients by clipping, and measure what clipping gains,
# - measure saturated and dead units, and test whether dead units recover,
# - say where the choice of the activation function matters much, and where it hardly matters.
#
# **You need** the forward and backward functions of notebook 06, and the limit 2/λ of notebook 04.
# We repeat what we need about sigmoid, tanh and ReLU. The end of section 4 is a good place to stop.

# %% opening=true
"""A grid with a column for each of 64 ReLU units and a row for each of 40 images. A blue cell means
that the unit is above 0 for this image. The columns are sorted: those on the left have many blue
cells, and those on the right have none."""

import matplotlib.pyplot as plt
import numpy as np

from course_lib.datasets import load_digits
from course_lib.initializers import he_normal
from course_lib.layers import ReLU
from course_lib.losses import softmax_cross_entropy
from course_lib.models import mlp
from course_lib.optimizers import SGD
from course_lib.training import fit, layer_outputs

rng = np.random.default_rng(0)
digits = load_digits()
x = digits.x.reshape(len(digits.x), -1).astype("float64")
x = (x - x.mean(axis=0)) / (x.std(axis=0) + 1e-3)
network = mlp([64, 64, 64, 64, 10], rng=rng, init=he_normal, activation=ReLU, dtype="float64")
optimizer = SGD(network.parameters(), lr=1.0, momentum=0.0)
options = {"loss": softmax_cross_entropy, "optimizer": optimizer, "epochs": 3, "batch_size": 64}
fit(network, x, digits.t, rng=rng, progress=False, **options)
active = layer_outputs(network, x[:40])["4 ReLU"] > 0
figure, ax = plt.subplots()
ax.pcolormesh(
    active[:, np.argsort(-active.sum(axis=0))],
    cmap="Blues",
    vmax=1.3,
    edgecolors="white",
    linewidth=0.6,
)
ax.set(xlabel="64 ReLU units of one layer", ylabel="40 images", xticks=[], yticks=[])
ax.set_title("Blue: the unit is active. Which units still learn?")
ax.spines[:].set_visible(False)
plt.show()

# %% setup=true
import math

import numpy as np

from course_lib import Op, functional, gradient_check
from course_lib.backend import choose_device
from course_lib.course.figures import Trace, live
from course_lib.course.in_browser import smaller_in_browser
from course_lib.datasets import load_digits
from course_lib.initializers import he_normal, lecun_normal
from course_lib.layers import ELU, GELU, LeakyReLU, Linear, ReLU, Sigmoid, Tanh
from course_lib.losses import softmax_cross_entropy
from course_lib.models import Sequential, mlp
from course_lib.optimizers import SGD
from course_lib.plots import label_lines, paired_differences, theme
from course_lib.training import fit, layer_gradients, layer_outputs
from grader.checking import check, check_choice, guess, ready, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 A guess first
#
# A network has ten layers of 64 sigmoid units each. The weights are random, with mean 0 and
# variance 1/64. A linear layer with such weights, on its own, would keep the size of a gradient
# about the same. The units are not saturated either: nearly all pre-activations lie between −2 and
# 2, where the derivative of the sigmoid is above 0.1.
#
# The backward pass starts with a random gradient at the output. At each layer it computes the
# matrix `dW`, the gradient of the loss with respect to the weights. By the size of `dW` we mean the
# root of the sum of all its squared entries.
#
# **What is the size of `dW` at the first layer, divided by its size at the last layer?** About 1?
# About 0.01? 0.000001? Exactly 0? Write your guess as a number before you go on. It is not
# graded.

# %% guess="the gradient of the first layer"
guess("ps08_depth", None)  # your guess in place of None: a number, such as 0.01

# %% [markdown]
# The data of this notebook are 1,797 images of handwritten digits. An image has 8 × 8 pixels with
# values from 0 to 1. We hold out every fifth image as the test set.

# %% practice=true fold="Load the digits" after=false
digits = load_digits()
order = np.random.default_rng(0).permutation(len(digits.x))
x, t = digits.x[order], digits.t[order]
test = np.arange(len(x)) % 5 == 0
x_train, t_train, x_test, t_test = x[~test], t[~test], x[test], t[test]
print("training images:", x_train.shape, " test images:", x_test.shape)

# %% [markdown]
# Now we measure the ratio in ten networks with different random weights. The cell uses the
# library's function until you have written your own `layer_gradient_norms` in section 4.


# %% practice=true fold="Choose your function or the library's"
def own_or_library_norms():
    """Your layer_gradient_norms once it passes its check, until then the library's."""
    if ready("layer_gradient_norms"):
        print("This runs on your layer_gradient_norms.")
        return layer_gradient_norms
    from course_lib import diagnostics

    print("This runs on the library's function; run it again when you have written yours.")
    return diagnostics.layer_gradient_norms


norms_of = own_or_library_norms()

# %% practice=true
sizes, networks = [], []
for seed in range(10):
    rng = np.random.default_rng(seed)
    weights = [rng.normal(0, 1 / 8, size=(64, 64)) for _ in range(10)]
    networks.append(weights)
    sizes.append(norms_of(weights, x_train[:32].astype(float), rng.normal(size=(32, 64))))
ratios = np.array([norms[0] / norms[-1] for norms in sizes])
reveal(
    "ps08_depth",
    float(np.median(ratios)),
    f"First layer over last layer: the median of ten networks; from {ratios.min():.1e} to "
    f"{ratios.max():.1e}.",
)

# %% practice=true fold="Draw the size of dW by layer" after="ps08_depth"
import matplotlib.pyplot as plt

with theme.style():
    figure, ax = plt.subplots(figsize=(7, 3.2))
    layers, middle = np.arange(1, 11), np.median(sizes, axis=0)
    ax.plot(layers, np.transpose(sizes), ".", color=theme.GRADIENT, markersize=5)
    ax.plot(layers, middle, color=theme.GRADIENT, label="median of\nten networks")
    ax.plot(layers, middle[-1] * 0.25 ** (10 - layers), ":", color=theme.INK, label="¼ per layer")
    ax.set(yscale="log", xticks=layers, xlabel="layer", ylabel="size of dW")
    ax.set_title("Size of dW in ten sigmoid layers (dots: ten networks)")
    label_lines(ax)
    plt.show()

# %% [markdown] after="ps08_depth"
# *In words: an orange line on a logarithmic axis, the size of dW for layers 1 to 10, with a dot for
# each network. It rises in equal steps from the first layer to the last, by about a factor of four
# each, nearly six powers of ten in all, close to a dotted line that falls to a quarter from each
# layer to the one before it.*
#
# The usual explanation is "sigmoids saturate". It does not apply here, because these units are not
# saturated. The reason is the derivative of the sigmoid: even its largest value is only ¼. The
# first layer does get a gradient, but a tiny one. Gradient descent uses one learning rate for all
# layers, so its steps hardly change the first layer's weights.

# %% claims=true
from itertools import pairwise

inside, factors = [], np.array([[b / a for a, b in pairwise(norms)] for norms in sizes])
for weights in networks:
    z = x_train[:32].astype(float)
    for W in weights:
        inside.append(np.mean(np.abs(z @ W) < 2))
        z = 1 / (1 + np.exp(-(z @ W)))
claim("nearly all pre-activations lie between −2 and 2", inside, above=0.95, given=[-2, 2])
claim(
    "by about a factor of four each, nearly six powers of ten in all",
    -np.log10(np.median(ratios)),
    equals=5.7,
    within=0.3,
)
claim("by about a factor of four each", np.median(factors, axis=0), equals=4.25, within=0.75)
quarters = np.median(sizes, axis=0) / sizes[0][-1] * 4.0 ** np.arange(9, -1, -1)
claim("close to a dotted line that falls to a quarter", quarters, above=0.5, below=1.5)
upstream = [np.random.default_rng(100 + seed).normal(size=(32, 64)) for seed in range(10)]
claim(
    "would keep the size of a gradient about the same",
    [
        np.linalg.norm(du @ W.T) / np.linalg.norm(du)
        for du, weights in zip(upstream, networks, strict=True)
        for W in weights
    ],
    equals=1,
    within=0.1,
)
claim(
    "Ten sigmoid layers left about 2e-6 of the gradient",
    np.median(ratios),
    equals=2e-6,
    within=5e-7,
    given=[2, 6],
)

# %% [markdown]
# ## 2 The idea
#
# A layer computes $u = z_{\text{in}} W$ and $z = f(u)$ in the forward pass. In the backward pass it
# does two things to the upstream gradient `dz` (notebook 06):
#
# ```
# du    = dz * f'(u)      # times the derivative of the activation function, entry by entry
# dz_in = du @ W.T        # times the weights
# ```
#
# After L layers the gradient has been multiplied by L derivatives and by L matrices. If the factor
# of one layer, derivative times weights, is typically below 1, the gradient **vanishes**: it
# shrinks like the L-th power of this factor. If the factor is above 1, the gradient **explodes**.
# Only a factor close to 1 avoids both. (S3, "Vanishing and Exploding Gradients", speaks of
# repetitive multiplication.)
#
# So for each activation function we ask: how large is its derivative? The figure shows the six
# functions of this notebook (blue) and their derivatives (orange, dashed). The library draws them.
# You will write the lower three. (Left of 0, leaky ReLU has slope 0.1 here, and ELU approaches −1.)

# %% practice=true fold="Draw the six activations"
SIX = {
    "sigmoid": (functional.sigmoid_forward, functional.sigmoid_backward, ()),
    "tanh": (functional.tanh_forward, functional.tanh_backward, ()),
    "ReLU": (functional.relu_forward, functional.relu_backward, ()),
    "leaky ReLU": (functional.leaky_relu_forward, functional.leaky_relu_backward, (0.1,)),
    "ELU": (functional.elu_forward, functional.elu_backward, (1.0,)),
    "GELU": (functional.gelu_forward, functional.gelu_backward, ()),
}
numbers = np.linspace(-4, 4, 401)
with theme.style():
    figure, axes = plt.subplots(3, 2, figsize=(6.4, 6.8), sharex=True, sharey=True)
    for ax, (name, (forward, backward, constants)) in zip(axes.flat, SIX.items(), strict=True):
        z, cache = forward(numbers, *constants)
        derivative = backward(np.ones_like(numbers), cache)
        ax.plot(numbers, z, color=theme.FORWARD, label="value f(u)")
        ax.plot(numbers, derivative, "--", color=theme.GRADIENT, label="derivative f′(u)")
        ax.set(title=f"{name}: f′(u) up to {derivative.max():.2g}", ylim=(-1.3, 2.3))
    axes[0, 0].text(-3.8, 1.2, "value f(u)", color=theme.FORWARD)
    axes[0, 0].text(-3.8, 0.45, "derivative f′(u)", color=theme.GRADIENT)
    for ax in axes[2]:
        ax.set_xlabel("u")
    for ax in axes[:, 0]:
        ax.set_ylabel("f(u) and f′(u)")
    figure.suptitle("Six activation functions and their derivatives", x=0.02, ha="left")
    plt.show()

# %% claims=true
quote = "Its derivative goes slightly below 0 and slightly above 1."  # that of GELU, drawn last
claim(quote, derivative.min(), below=0, above=-0.2, given=[1])
claim(quote, derivative.max(), above=1, below=1.2, given=[0])

# %% [markdown]
# *In words: six panels. The sigmoid rises from 0 to 1, and its derivative is a low bump of height
# one quarter. Tanh rises from −1 to 1, and its derivative is a bump of height 1. ReLU is 0, then
# the line z = u. Its derivative jumps from 0 to 1. Leaky ReLU is
# similar, but it has a small positive slope on the left. ELU bends smoothly towards −1 on the left.
# GELU dips a little below 0 before it approaches the line z = u. Its derivative goes slightly below
# 0 and slightly above 1.*
#
# ### A chain of single units
#
# The smallest deep network has one unit in each layer, all with the same weight w: $z_l =
# \sigma(u_l)$, $u_{l+1} = w\,z_l$, where σ is the sigmoid. Write two short formulas as code.
# They earn no points. The cell below them compares each with finite differences.
#
# 1. **The derivative.** S2 ("Sigmoid") prints $f'(x) = f(x)(1 - f(x))$ and asks: what happens at x
#    = −10, at 0, at 10? Write the derivative as a function of `u` and look at the three numbers.
# 2. **The whole chain.** Suppose that the derivative of the sigmoid is the same number s at every
#    u. By which factor do you multiply $\partial L/\partial u_{l+1}$ to get $\partial L/\partial
#    u_l$? The gradient at $u_L$ is 1. What is the gradient at $u_1$? Count the steps, not layers.


# %%
def sigmoid(u):
    """1 / (1 + exp(-u)), computed with tanh, which never overflows. You may use it below."""
    return 0.5 * (1 + np.tanh(0.5 * u))


# %% solution="sigmoid_derivative"
def sigmoid_derivative(u):
    """f'(u) of the sigmoid. Use sigmoid(u)."""
    ### BEGIN SOLUTION
    return sigmoid(u) * (1 - sigmoid(u))
    ### END SOLUTION


# %% solution="whole_chain"
def whole_chain(s, w, L):
    """The gradient at u_1 if it is 1 at u_L, and the sigmoid has the derivative s at every u."""
    ### BEGIN SOLUTION
    return (w * s) ** (L - 1)
    ### END SOLUTION


# %% practice=true fold="Compare your formulas with finite differences"
def compare(name, attempt, expected):
    """Print whether the function `attempt` returns what finite differences give."""
    try:
        mine = np.asarray(attempt(), dtype=float)
    except NotImplementedError:
        print(f"{name:18} not written yet")
        return
    agrees = mine.shape == np.shape(expected) and np.allclose(mine, expected, rtol=1e-4, atol=1e-9)
    numbers_text = "  ".join(f"{value:.3g}" for value in np.ravel(mine))
    print(f"{name:18} {'agrees' if agrees else 'DIFFERS'}: {numbers_text}")


def end_of_chain(u, w, L):
    """u_L of a chain with u_1 = u."""
    for _ in range(L - 1):
        u = w * sigmoid(u)
    return u


h = 1e-5
asked = np.array([-10.0, 0.0, 10.0])
measured = (sigmoid(asked + h) - sigmoid(asked - h)) / (2 * h)
compare("sigmoid_derivative", lambda: sigmoid_derivative(asked), measured)
fixed = 0.5
w = fixed / sigmoid(fixed)  # with this weight u is 0.5 in every layer
h = 1e-3
measured = (end_of_chain(fixed + h, w, 6) - end_of_chain(fixed - h, w, 6)) / (2 * h)
derivative = (sigmoid(fixed + h) - sigmoid(fixed - h)) / (2 * h)
compare("whole_chain", lambda: whole_chain(derivative, w, 6), measured)

# %% [markdown]
# The three numbers answer the question of S2: almost 0, a quarter, almost 0. At −10 and 10 the unit
# is **saturated**: the downstream gradient is tiny compared with the upstream gradient.
#
# A quarter is the largest derivative. With w = 1, ten layers leave at most $(1/4)^9$ of the
# gradient, about four millionths. In section 1, with 64 units a layer, the ratio of the sizes of
# `dW` was of the same order: about 2e-6.
#
# <details><summary>The derivation of the derivative and of the chain</summary>
#
# **The derivative.** Write $\sigma(u) = (1 + e^{-u})^{-1}$.
#
# - $\sigma'(u) = -(1 + e^{-u})^{-2} \cdot (-e^{-u})$, by the chain rule.
# - $= \dfrac{1}{1 + e^{-u}} \cdot \dfrac{e^{-u}}{1 + e^{-u}}$, written as two factors.
# - The second factor is $\dfrac{(1 + e^{-u}) - 1}{1 + e^{-u}} = 1 - \sigma(u)$.
# - Hence $\sigma'(u) = \sigma(u)\,(1 - \sigma(u))$. The product of two numbers whose sum is 1 is
#   largest if both are ½: the maximum is ¼, at u = 0.
#
# **One step back.** $u_{l+1} = w\,z_l$ and $z_l = \sigma(u_l)$.
#
# - $\dfrac{\partial L}{\partial z_l} = w\,\dfrac{\partial L}{\partial u_{l+1}}$, because $u_{l+1}$
#   is w times $z_l$.
# - $\dfrac{\partial L}{\partial u_l} = \sigma'(u_l)\,\dfrac{\partial L}{\partial z_l} =
#   w\,s\,\dfrac{\partial L}{\partial u_{l+1}}$, by the chain rule with $s = \sigma'(u_l)$.
#
# **The whole chain.** From $u_L$ to $u_1$ there are L − 1 such steps, so the factor is
# $(ws)^{L-1}$.
#
# </details>

# %% claims=true
claim(
    "where the derivative of the sigmoid is above 0.1",
    sigmoid_derivative(np.array([-2.0, 2.0])),
    above=0.1,
)
claim(
    "In section 1, with 64 units a layer, the ratio of the sizes of `dW` was of the same order: "
    "about 2e-6.",
    np.median(ratios),
    equals=2e-6,
    within=5e-7,
    given=[1, 64],
)

# %% [markdown]
# ## 3 Three problems of the sigmoid
#
# The sigmoid squeezes every number into (0, 1). S2 lists three problems: saturated neurons "kill"
# the gradients, the outputs are not zero-centred, and exp() costs time. We measure all three.
#
# ### Problem 1: saturated units pass on almost no gradient
#
# First we need an instrument: the share of activations on one of the two flat ends of the sigmoid.
# Here is the definition in loops:


# %%
def saturated_fraction_in_loops(z, low, high):
    """The share of all activations that are at or below low, or at or above high."""
    count = 0
    for row in z:
        for value in row:
            if value <= low or value >= high:
                count += 1
    return count / (z.shape[0] * z.shape[1])


# %% [markdown]
# Write it without loops.


# %% solution="saturated_fraction"
def saturated_fraction(z, low, high):
    """Share of activations with z <= low or z >= high.

    z : (N, D), low and high : where the flat ends begin
    returns a number from 0 to 1
    """
    ### BEGIN SOLUTION
    return float(np.mean((z <= low) | (z >= high)))
    ### END SOLUTION


# %% check="saturated_fraction"
check("saturated_fraction", saturated_fraction)

# %% [markdown]
# Now we feed digits, minus the mean of each pixel, to a single layer of 64 sigmoid units and
# increase the size of its weights. We count activations of 0.05 or less and of 0.95 or more. At
# these bounds the derivative has fallen to about a fifth of its maximum.

# %% practice=true fold="Measure the share of saturated activations"
if ready("saturated_fraction"):
    scales = np.geomspace(0.25, 64, 17)
    W = np.random.default_rng(1).normal(0, 1 / 8, size=(64, 64))
    centred = x_train - x_train.mean(axis=0)
    outputs = [sigmoid(scale * centred @ W) for scale in scales]
    shares = [saturated_fraction(z, 0.05, 0.95) for z in outputs]
    derivatives = [np.mean(z * (1 - z)) for z in outputs]
else:
    print("This cell waits.")

# %% practice=true fold="Draw the share and the mean derivative"
if ready("saturated_fraction"):
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3.2))
        ax.plot(scales, shares, color=theme.FORWARD, marker="o", label="saturated\nactivations")
        look = {"color": theme.GRADIENT, "label": "mean derivative\n(at most 0.25)"}
        ax.plot(scales, derivatives, "s--", **look)
        ax.set(xscale="log", xlabel="size of the weights (1 means variance 1/64)", ylim=(0, 1))
        ax.set_ylabel("share, derivative")
        ax.set_title("Saturated activations and derivatives of 64 sigmoid units")
        label_lines(ax)
        plt.show()

# %% claims=true
claim(
    "At these bounds the derivative has fallen to about a fifth of its maximum.",
    np.prod([0.05, 0.95]) / sigmoid_derivative(0.0),
    equals=0.2,
    within=0.03,
)
claim("climbs above 0.8 for weights of size 64", shares[-1], above=0.8, given=[scales[-1]])
claim("mean derivative starts at one quarter", derivatives[0], equals=0.25, within=0.01)
claim("and falls to nearly 0", derivatives[-1], below=0.05, above=0)

# %% [markdown]
# *In words: two curves over the size of the weights on a logarithmic axis. The share of saturated
# activations is 0 for small weights and climbs above 0.8 for weights of size 64. The mean
# derivative starts at one quarter and falls to nearly 0.*
#
# Units saturate if their weights are too large. Small weights do not solve the problem: the
# derivative is then about ¼, but the backward pass also multiplies by the small weights, so the
# gradient still shrinks in each layer.

# %% [markdown]
# ### Problem 2: the outputs are not centred on zero
#
# The inputs of a unit in the second layer are the outputs of the first layer's sigmoids, so they
# are all positive. For a single sample, the gradient of its weights is $\partial L/\partial w_i =
# x_i\,du$: each input times the one number `du` of this unit. With positive inputs, all these
# gradients have the sign of `du`. So in one step either all weights of
# the unit increase, or all decrease.
#
# If one weight should increase and another should decrease, the path becomes a zigzag. The next
# figure shows two weights that start at 0 and should reach 1.5 and −1. They learn from one sample
# at a time: first from positive inputs, then from the same inputs after subtracting their mean.

# %% practice=true fold="Define the path of two weights"
rng = np.random.default_rng(3)
positive = rng.uniform(0.2, 1.8, size=(60, 2))
goal = np.array([1.5, -1.0])


def path_of_two_weights(inputs, lr=0.3):
    """All points of gradient descent from (0, 0), with one sample per step."""
    path = [np.zeros(2)]
    for x_n in inputs:
        du = path[-1] @ x_n - goal @ x_n
        path.append(path[-1] - lr * x_n * du)
    return np.array(path)


# %% practice=true fold="Draw both paths"
with theme.style():
    figure, axes = plt.subplots(1, 2, figsize=(8.4, 3.6), sharex=True, sharey=True)
    cases = {"positive inputs": positive, "centred inputs": positive - positive.mean(axis=0)}
    for ax, (name, inputs) in zip(axes, cases.items(), strict=True):
        path = path_of_two_weights(inputs)
        steps = np.diff(path, axis=0)
        together = np.mean(steps[:, 0] * steps[:, 1] > 0)
        ax.plot(*path.T, ".-", color=theme.GRADIENT, linewidth=1, markersize=4)
        ax.plot(*goal, "*", color=theme.INK, markersize=12)
        ax.annotate("goal", goal, (0, -18), textcoords="offset points", ha="center")
        ax.set(xlabel="first weight", title=f"{name}: {together:.0%} of the steps")
    axes[0].set(ylabel="second weight", ylim=(-1.25, 0.42))
    figure.suptitle(
        "Paths of two weights; percentage of steps that change both in one direction",
        x=0.02,
        ha="left",
    )
    plt.show()

# %% claims=true
alike, lengths = {}, {}
for name, inputs in cases.items():
    steps = np.diff(path_of_two_weights(inputs), axis=0)
    alike[name] = np.mean(steps[:, 0] * steps[:, 1] > 0)
    lengths[name] = np.linalg.norm(steps, axis=1).sum() / np.linalg.norm(goal)
quote = "With positive inputs every step goes up and right or down and left"
claim(quote, alike["positive inputs"], above=1 - 1e-9)
quote = "With centred inputs about half of the steps go in other directions"
claim(quote, 1 - alike["centred inputs"], equals=0.5, within=0.1)
quote = "and the path is much straighter"
claim(quote, lengths["centred inputs"], below=lengths["positive inputs"] / 2)

# %% [markdown]
# *In words: two paths from (0, 0) to a star at (1.5, −1).
# <!-- no claim: setting --> With positive inputs every step goes up
# and right or down and left, so the path to the lower right is a zigzag. With centred inputs about
# half of the steps go in other directions, and the path is much straighter.*
#
# ### Is it the sign?
#
# The usual explanation says: the path is long because all gradients of a unit share their sign. We
# test it with two layers. The first layer gets the digits and has 64 units with fixed random
# weights. Only the second layer learns. In the first layer we compare three functions with the same
# derivative, up to its sign:
#
# - the **sigmoid**, with outputs around ½,
# - the sigmoid **with alternating signs**: the outputs of every second unit are multiplied by −1.
#   Then the gradients of a unit in the second layer no longer share their sign,
# - the **sigmoid − ½**, which is centred.
#
# There is a second explanation. By notebook 04, gradient descent for a linear layer with squared
# error is stable up to the rate 2/λ, where λ is the largest eigenvalue of the Hessian $A^\top A/N$.
# A has a row for each of the N images: the 64 outputs z of the first layer, and a 1 for the bias of
# the second layer.

# %% [markdown]
# Write λ as a function of the outputs `z` of the first layer (no points). `np.linalg.eigvalsh`
# returns the eigenvalues of a symmetric matrix in ascending order.


# %% solution="largest_eigenvalue"
def largest_eigenvalue(z):
    """The largest eigenvalue of A^T A / N, where A is z with a column of ones; z (N, D)."""
    ### BEGIN SOLUTION
    A = np.column_stack([z, np.ones(len(z))])
    return np.linalg.eigvalsh(A.T @ A / len(A))[-1]
    ### END SOLUTION


# %% practice=true fold="Compute the three largest eigenvalues"
def alternating(D):
    """1, −1, 1, −1, …: one sign for each of D units."""
    return 1.0 - 2.0 * (np.arange(D) % 2)


W_fixed = np.random.default_rng(0).normal(0, 1 / 8, size=(64, 64))
z_fixed = sigmoid(x_train.astype(float) @ W_fixed)
SHIFTS = {
    "sigmoid": z_fixed,
    "alternating signs": z_fixed * alternating(64),
    "sigmoid − ½": z_fixed - 0.5,
}
try:
    curvatures = {name: largest_eigenvalue(z) for name, z in SHIFTS.items()}
    for name, value in curvatures.items():
        print(f"{name:18} largest eigenvalue {value:5.2f}")
except NotImplementedError:
    print("largest_eigenvalue is not written yet")

# %% [markdown]
# Now the second layer learns to classify the digits. It has 65 weights for each of the ten classes,
# all 0 at the beginning. The loss is the cross-entropy of the softmax, and each step uses all
# training images. For each of the three functions we try twelve rates, with three fixed first
# layers (seeds 0, 1, 2), and count the steps until the loss is below 1.5.
# <!-- no claim: setting -->
# **By which factor do the steps at the best rate fall if you subtract ½?** Use the two eigenvalues
# that you have just computed. (With softmax and cross-entropy both eigenvalues are at first a
# tenth as large, so the limit of the rate is at first ten times 2/λ.)

# %% guess="how many times fewer steps"
guess("ps08_steps", None)  # your guess in place of None: a factor, such as 2

# %% practice=true fold="Count the steps at each rate"
STEP_RATES = (0.25, 0.5, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24)


def steps_needed(z, lr, limit=800):
    """Steps of gradient descent on the last layer until the cross-entropy is below 1.5."""
    A, V = np.column_stack([z, np.ones(len(z))]), np.zeros((z.shape[1] + 1, 10))
    for step in range(limit):
        value, dy = softmax_cross_entropy(A @ V, t_train)
        if value < 1.5:
            return step
        V = V - lr * (A.T @ dy)
    return limit


needed = {}
for seed in range(3):
    W_seed = np.random.default_rng(seed).normal(0, 1 / 8, size=(64, 64))
    z_seed = sigmoid(x_train.astype(float) @ W_seed)
    variants = (z_seed, z_seed * alternating(64), z_seed - 0.5)
    for name, z in zip(SHIFTS, variants, strict=True):
        needed.setdefault(name, []).append([steps_needed(z, lr) for lr in STEP_RATES])
needed = {name: np.array(counts) for name, counts in needed.items()}
fewest = {name: counts.min(axis=1) for name, counts in needed.items()}

# %% practice=true
fewer = fewest["sigmoid"] / fewest["sigmoid − ½"]
reveal(
    "ps08_steps",
    float(fewer.mean()),
    f"Steps of the sigmoid over those of the sigmoid − ½, tuned rates, mean of the seeds 0, 1, 2; "
    f"single seeds: {', '.join(f'{factor:.1f}' for factor in fewer)}.",
)

# %% practice=true fold="Draw the steps at each rate" after="ps08_steps"
with theme.style():
    figure, ax = plt.subplots(figsize=(7, 3.2))
    step_looks = {"sigmoid": "o-", "alternating signs": "x:", "sigmoid − ½": "D--"}
    for name, colour in zip(SHIFTS, (theme.FORWARD, theme.INK, theme.CYCLE[2]), strict=True):
        mean_steps = needed[name].mean(axis=0)
        look = {"lw": 5, "ms": 9, "alpha": 0.5} if name == "sigmoid" else {"ms": 6}
        ax.plot(STEP_RATES, mean_steps, step_looks[name], color=colour, label=name, **look)
    ax.set(xscale="log", yscale="log", xlabel="learning rate", ylabel="steps to loss 1.5")
    ax.set_xticks(STEP_RATES[::2], [f"{lr:g}" for lr in STEP_RATES[::2]])
    ax.minorticks_off()
    ax.set_yticks([10, 30, 100, 300], ["10", "30", "100", "300"])
    ax.set_title("Steps of training the last layer to a loss of 1.5 (mean of 3 seeds)")
    label_lines(ax)
    plt.show()
for name, counts in needed.items():
    best = counts.mean(axis=0).argmin()
    at_half = counts[:, STEP_RATES.index(0.5)]
    print(f"{name:18} fewest steps {fewest[name]}, best rate {STEP_RATES[best]:g}", end="")
    print(f", at the rate 0.5 {at_half}")
apart = np.abs(needed["sigmoid"] - needed["alternating signs"]).max()
print(f"largest difference between the first two, over all rates and seeds: {apart}")

# %% [markdown] after="ps08_steps"
# *In words: the number of steps over the learning rate, both axes logarithmic. Up to a rate of 1
# the three lines lie on each other and fall. Beyond it the two lines of the sigmoids, one on the
# other, hardly fall any further and then rise. That of the sigmoid − ½ goes on falling up to a rate
# of 12, to about eight steps.*
#
# The alternating signs change nothing: the counts at every rate are the same, up to one step. The
# gradients of a unit have both signs there, so the common sign cannot be the cause. Subtracting ½
# reduces the largest eigenvalue by a factor of about 11 and the steps at the best rate by about 12.
# At a rate of ½ all three need about the same number of steps. So the shift allows larger steps; it
# does not make a step of the same size better.
#
# The large eigenvalue comes from the mean: all 64 outputs and the 1 of the bias lie near (½, …, ½,
# 1) for every image. Along this one direction the loss is steep, and it limits the rate for all
# others. The common sign of the gradients is a symptom of the same fact.
#
# <details><summary>Why the mean makes one large eigenvalue, and why signs do not matter</summary>
#
# - Let every row of A be $m + d_n$ with the mean row m. Then $A^\top A/N = m^\top m + C$, where C
#   is the covariance matrix of the $d_n$ (their mean is 0, so the mixed terms vanish).
# - $m^\top m$ has one eigenvalue that is not 0: $\|m\|^2$. With 64 means of about ½ and the 1 of
#   the bias this is about 64/4 + 1 = 17. After the shift the largest eigenvalue is 1.6: the bias
#   contributes 1, and C and means that are not exactly ½ contribute the rest.
# - Alternating signs multiply A by a diagonal matrix S of signs from the right. $S A^\top A S$ has
#   the same eigenvalues, because $S^{-1} = S$. Gradient descent from V = 0 takes the same path with
#   S V in place of V.
#
# </details>

# %% claims=true
quote = "Subtracting ½ reduces the largest eigenvalue by a factor of about 11"
claim(quote, curvatures["sigmoid"] / curvatures["sigmoid − ½"], equals=11, within=1)
claim("the steps at the best rate by about 12", fewer.mean(), equals=12, within=2)
quote = "the counts at every rate are the same, up to one step"
claim(quote, np.abs(needed["sigmoid"] - needed["alternating signs"]).max(), below=1.5, above=-1)
ratio = (needed["sigmoid"] / needed["sigmoid − ½"])[:, STEP_RATES.index(0.5)]
claim("At a rate of ½ all three need about the same number of steps.", ratio, equals=1, within=0.1)
claim("about 64/4 + 1 = 17", curvatures["sigmoid"], equals=17, within=2, given=[64, 4, 1])
quote = "After the shift the largest eigenvalue is 1.6"
claim(quote, curvatures["sigmoid − ½"], equals=1.6, within=0.2)
quote = "Up to a rate of 1 the three lines lie on each other and fall."
up_to_1 = STEP_RATES.index(1) + 1
for counts in needed.values():
    claim(quote, np.diff(counts.mean(axis=0)[:up_to_1]), below=0, given=[1])
of_sigmoid = needed["sigmoid"].mean(axis=0)
claim("hardly fall any further and then rise", of_sigmoid, above=0.8 * of_sigmoid[up_to_1 - 1])
claim("and then rise", of_sigmoid[-1], above=1.5 * of_sigmoid[up_to_1 - 1])
quote = "That of the sigmoid − ½ goes on falling up to a rate of 12, to about eight steps."
up_to_12 = needed["sigmoid − ½"].mean(axis=0)[: STEP_RATES.index(12) + 1]
claim(quote, np.diff(up_to_12), below=0, given=[12])
claim(quote, up_to_12[-1], equals=8, within=1.5, given=[12])

# %% [markdown]
# ### Does the centre matter in a deep network?
#
# Now all layers learn. We train networks with three hidden layers of 64 units for six epochs, with
# the seeds 0, 1 and 2. The functions are the three from above, and tanh, which is centred **and**
# has a larger derivative. Each is trained with every learning rate of a grid, because its best rate
# may differ. **The plain sigmoid stays below 0.25 in six epochs, even at its best rate (mean test
# accuracy of the seeds; guessing reaches about 0.1). Which accuracy does the shifted sigmoid reach
# at its best rate?**

# %% guess="accuracy of the shifted sigmoid"
guess("ps08_shift", None, between=(0, 1))  # your guess in place of None: an accuracy, such as 0.2

# %% [markdown]
# The training uses *momentum*: each step is 0.9 times the previous step plus the usual step along
# the negative gradient ([notebook 11](../ps11/ps11_momentum.ipynb)). A run whose loss overflows
# counts as guessing (accuracy 0.1).


# %% practice=true fold="Define the two variants as layers"
def shifted_forward(u):
    """The sigmoid minus one half. Its backward pass is that of the sigmoid."""
    z, cache = functional.sigmoid_forward(u)
    return z - 0.5, cache


def signed_forward(u):
    """The sigmoid times 1, −1, 1, −1, …"""
    z, cache = functional.sigmoid_forward(u)
    return z * alternating(z.shape[1]).astype(z.dtype), cache


def signed_backward(dz, cache):
    """The gradient of signed_forward."""
    return functional.sigmoid_backward(dz * alternating(dz.shape[1]).astype(dz.dtype), cache)


SIGMOIDS = {
    "sigmoid": Sigmoid,
    "alternating signs": lambda: Sigmoid(op=Op(signed_forward, signed_backward)),
    "sigmoid − ½": lambda: Sigmoid(op=Op(shifted_forward, functional.sigmoid_backward)),
    "tanh": Tanh,
}


# %% practice=true fold="Define a training run"
overflowed = []  # the rate of each run that stopped because its loss overflowed


def train(network, rng, lr, epochs=6, momentum=0.9, batch_size=32, note=None, optimizer=None):
    """Train on digits with momentum. Returns the test accuracy at the end.

    If the loss overflows, the run stops and counts as guessing: accuracy 0.1.
    """
    try:
        history = fit(
            network,
            x_train,
            t_train,
            loss=softmax_cross_entropy,
            optimizer=optimizer or SGD(network.parameters(), lr=lr, momentum=momentum),
            epochs=epochs,
            batch_size=batch_size,
            rng=rng,
            validation=(x_test, t_test),
            callbacks=[note] if note else [],
            progress=False,
        )
    except FloatingPointError:
        overflowed.append(lr)
        return 0.1
    return history.validation_accuracy[-1]


# %% practice=true fold="Define helpers for networks and rates"
def fresh(kind, init, hidden, seed, width=64):
    """A network with `hidden` hidden layers and its initial weights, and the generator used."""
    rng = np.random.default_rng(seed)
    return mlp([64, *[width] * hidden, 10], rng=rng, activation=kind, init=init), rng


def over_rates(make, rates, **settings):
    """Test accuracies: a row for each learning rate, a column for each of the seeds 0, 1, 2."""
    return np.array([[train(*make(seed), lr, **settings) for seed in range(3)] for lr in rates])


def at_best(reached):
    """The index of the learning rate with the highest mean accuracy."""
    return int(reached.mean(axis=1).argmax())


# %% practice=true fold="Train the four functions at each rate"
SHIFT_RATES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
shift_race = {
    name: over_rates(
        lambda seed, kind=kind: fresh(kind, lecun_normal, 3, seed), SHIFT_RATES, batch_size=64
    )
    for name, kind in SIGMOIDS.items()
}
best_shift = {name: reached[at_best(reached)] for name, reached in shift_race.items()}

# %% practice=true
reveal(
    "ps08_shift",
    float(best_shift["sigmoid − ½"].mean()),
    f"The shifted sigmoid, three hidden layers, tuned rate, mean of the seeds 0, 1, 2; single runs "
    f"from {best_shift['sigmoid − ½'].min():.2f} to {best_shift['sigmoid − ½'].max():.2f}.",
)

# %% practice=true fold="Print and draw the accuracies" after="ps08_shift"
print("at its best rate:   rate   accuracy       minus the sigmoid's, paired by seed")
for name, reached in shift_race.items():
    gain = best_shift[name] - best_shift["sigmoid"]
    print(f"{name:18} {SHIFT_RATES[at_best(reached)]:5g}", end="")
    print(f"   {best_shift[name].mean():.3f} ± {best_shift[name].std(ddof=1):.3f}", end="")
    print("" if name == "sigmoid" else f"  {gain.mean():+.3f} ± {gain.std(ddof=1):.3f}")
with theme.style():
    figure, axes = plt.subplots(2, 2, figsize=(8.4, 4.6), sharex=True, sharey=True)
    for ax, (name, reached) in zip(axes.flat, shift_race.items(), strict=True):
        for other in shift_race.values():
            ax.plot(SHIFT_RATES, other.mean(axis=1), color=theme.QUIET, linewidth=0.8)
        mean, sd = reached.mean(axis=1), reached.std(axis=1, ddof=1)
        ax.errorbar(SHIFT_RATES, mean, sd, fmt="o-", color=theme.FORWARD, capsize=3)
        ax.set(xscale="log", ylim=(0, 1.02), title=name)
        ax.set_xticks(SHIFT_RATES, [f"{lr:g}" for lr in SHIFT_RATES])
        ax.minorticks_off()
    for ax in axes[1]:
        ax.set_xlabel("learning rate")
    for ax in axes[:, 0]:
        ax.set_ylabel("test accuracy")
    figure.suptitle(
        "Test accuracy by learning rate (mean ± sd of seeds 0, 1, 2; grey: the others)",
        x=0.02,
        ha="left",
    )
    plt.show()

# %% [markdown] after="ps08_shift"
# *In words: four panels, the test accuracy over the learning rate on a logarithmic axis. The plain
# sigmoid and the one with alternating signs stay below 0.25 at all rates. The shifted sigmoid
# climbs up to a rate of 0.8 and gets nearly as high as tanh, which has its best rates on the left.*
#
# The shifted sigmoid reaches about 0.95 and tanh about 0.97. The plain sigmoid stays close to
# guessing in these six epochs, and so does the sigmoid with alternating signs, although its outputs
# have both signs. The shifted sigmoid has exactly the same small derivative as the plain one, and
# yet it learns. So neither the common sign nor the small derivative alone explains the difference.
# (We chose the best rates with the same test images, so the results may be slightly too good.)

# %% [markdown] after=false
# Does the plain sigmoid never learn, or does it only need more time? We train it for 30 epochs at
# the rate 0.4, beside the shifted one. (After six epochs the plain one is near guessing at every
# rate.)

# %% practice=true fold="Train the plain and the shifted sigmoid for 30 epochs" after=false
longer = {}
for name in ("sigmoid", "sigmoid − ½"):
    runs = []
    for seed in range(3):
        network, rng = fresh(SIGMOIDS[name], lecun_normal, 3, seed)
        seen = []
        runs.append(seen)

        def note(_, history, seen=seen):
            seen.append(history.validation_accuracy[-1])

        train(network, rng, 0.4, note=note, epochs=30, batch_size=64)
    longer[name] = np.mean(runs, axis=0)
print("three hidden layers, rate 0.4: accuracy, mean of the seeds 0, 1, 2")
for name, mean in longer.items():
    print(
        f"{name:11}", ", ".join(f"after {n} epochs {mean[n - 1]:.2f}" for n in (3, 6, 10, 20, 30))
    )

# %% [markdown] after=false
# It learns, but later: after 20 epochs it reaches about 0.94, and after 30 epochs about 0.97. The
# shifted one is above 0.85 after six. So with these initial weights and at this rate, the outputs
# that are not centred *delay* the sigmoid by more than ten epochs.

# %% claims=true
for name in ("sigmoid", "alternating signs"):
    claim(
        "The plain sigmoid and the one with alternating signs stay below 0.25 at all rates.",
        shift_race[name].mean(axis=1).max(),
        below=0.25,
    )
quote = "The plain sigmoid stays below 0.25 in six epochs, even at its best rate"
claim(quote, shift_race["sigmoid"].mean(axis=1).max(), below=0.25)
quote = "and so does the sigmoid with alternating signs"
claim(quote, shift_race["alternating signs"].mean(axis=1), below=0.25)
quote = "After six epochs the plain one is near guessing at every rate"
claim(quote, shift_race["sigmoid"].mean(axis=1), below=0.25)
quote = "after 20 epochs it reaches about 0.94"
claim(quote, longer["sigmoid"][19], equals=0.94, within=0.05, given=[20])
claim("after 30 epochs about 0.97", longer["sigmoid"][29], equals=0.97, within=0.03, given=[30])
quote = "the outputs that are not centred *delay* the sigmoid by more than ten epochs"
first_at = [int(np.argmax(mean > 0.85)) for mean in (longer["sigmoid"], longer["sigmoid − ½"])]
claim(quote, first_at[0] - first_at[1], above=10)
claim("The shifted one is above 0.85 after six.", longer["sigmoid − ½"][5], above=0.85)
claim(
    "The shifted sigmoid reaches about 0.95",
    best_shift["sigmoid − ½"].mean(),
    equals=0.95,
    within=0.03,
)
claim("tanh about 0.97", best_shift["tanh"].mean(), equals=0.97, within=0.02)
claim(
    "tanh, which has its best rates on the left",
    SHIFT_RATES[at_best(shift_race["tanh"])],
    below=SHIFT_RATES[at_best(shift_race["sigmoid − ½"])],
)
quote = "The shifted sigmoid climbs up to a rate of 0.8 and gets nearly as high as tanh"
shifted_means = shift_race["sigmoid − ½"].mean(axis=1)
claim(quote, np.diff(shifted_means[: SHIFT_RATES.index(0.8) + 1]), above=0, given=[0.8])
claim(quote, shifted_means[-1], below=shifted_means[-2], given=[0.8])
claim(quote, shifted_means.max(), above=best_shift["tanh"].mean() - 0.05, given=[0.8])
claim(
    "The plain sigmoid stays close to guessing in these six epochs",
    shift_race["sigmoid"].mean(axis=1),
    below=0.25,
)

# %% [markdown]
# ### Problem 3: the exponential costs time
#
# S2 says that exp() is expensive. Compare it with a maximum, and with two ways of writing a cube:

# %% practice=true
import time


def seconds(call):
    """The shortest time of five runs of a hundred calls, because other programs disturb."""
    times = []
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(100):
            call()
        times.append(time.perf_counter() - start)
    return min(times)


u_large = np.random.default_rng(4).normal(size=(256, 512)).astype(np.float32)
operations = {
    "np.maximum(u, 0)": lambda: np.maximum(u_large, 0),
    "np.exp(u)": lambda: np.exp(u_large),
    "np.tanh(u)": lambda: np.tanh(u_large),
    "u**3": lambda: u_large**3,
    "u * u * u": lambda: u_large * u_large * u_large,
}
maximum = seconds(operations["np.maximum(u, 0)"])
print("time, as a multiple of np.maximum(u, 0)")
for name, call in operations.items():
    print(f"{name:18} {seconds(call) / maximum:6.1f}")

# %% [markdown]
# The ratios depend on the machine. Compare the exponential with the two cubes: `u**3` calls NumPy's
# general power function, `u * u * u` needs two products. So the way in which a function is written
# can matter more than an exponential. Mind this in section 6, where GELU contains a cube.

# %% [markdown]
# ### Tanh
#
# The hyperbolic tangent (S2, "tanh activation") solves the second problem, and a part of the first.
# It is centred on zero, and its derivative $1 - \tanh^2 u$ is 1 in the middle instead of ¼. Far
# from 0 it still saturates, and it still needs an exponential.

# %% [markdown]
# ## 4 Vanishing and exploding
#
# Now you write the instrument of section 1. The network consists of sigmoid layers without biases,
# $z_l = \sigma(z_{l-1} W_l)$ with $z_0 = x$. You get the weights, a batch `x`, and the gradient
# `dy` with respect to the output `y` of the last layer. Compute the size of `dW` for every layer,
# **the first layer first**. The size is the Frobenius norm $\sqrt{\sum_{ij} dW_{ij}^2}$.
#
# The slow definition uses finite differences. It changes each weight a little and measures the
# change of $\sum_{nk} dy_{nk}\,y_{nk}$. The gradient of this sum with respect to $y$ is $dy$.


# %%
def output_of(weights, x):
    """The output of the sigmoid network."""
    if not weights:
        return x
    return output_of(weights[1:], sigmoid(x @ weights[0]))


def layer_gradient_norms_by_differences(weights, x, dy):
    """The same numbers as layer_gradient_norms, with two forward passes for every weight."""
    norms = []
    for i, W in enumerate(weights):

        def loss(moved, i=i):
            return np.sum(dy * output_of([*weights[:i], moved, *weights[i + 1 :]], x))

        dW = gradient_check.numerical_gradient(loss, W, 1e-5)
        norms.append(math.sqrt(np.sum(dW**2)))
    return norms


# %% [markdown]
# Write it with one forward pass and one backward pass. In the forward pass, keep the input and the
# output of each layer. The backward pass starts with `dz = dy` at the last layer. At each layer,
# multiply by the derivative, compute `dW` from the layer's input, then multiply by the weights to
# get `dz` for the layer before. You may use `sigmoid(u)` from above. (The functions of
# `course_lib.functional` are not available when your work is graded.)


# %% solution="layer_gradient_norms"
def layer_gradient_norms(weights, x, dy):
    """Size of each layer's dW in a network of sigmoid layers without biases.

    weights : [W_1, …, W_L], W_l of shape (n_{l-1}, n_l), x : (N, n_0), dy : (N, n_L)
    returns a list of L numbers, the first layer's first
    """
    ### BEGIN SOLUTION
    z = [x]
    for W in weights:
        z.append(sigmoid(z[-1] @ W))
    norms, dz = [], dy
    for i in range(len(weights) - 1, -1, -1):
        du = dz * z[i + 1] * (1 - z[i + 1])
        norms.append(float(np.linalg.norm(z[i].T @ du)))
        dz = du @ weights[i].T
    return norms[::-1]
    ### END SOLUTION


# %% check="layer_gradient_norms"
check("layer_gradient_norms", layer_gradient_norms)

# %% [markdown]
# The factor per layer is derivative times weights. So larger weights should compensate for small
# derivatives. But in section 3 larger weights saturated the units, and then the derivative is
# almost 0. Which effect is stronger? We measure the ten layers of section 1, with weights from half
# to 32 times their size.


# %% practice=true fold="Define ten layers"
def through_layers(kind, weights, x, dy):
    """For each layer its input, its output and du, by the layers of the library."""
    pairs = [
        (
            Linear(
                64,
                64,
                bias=False,
                rng=np.random.default_rng(0),
                init=lambda *_, W=W: W,
                dtype="float64",
            ),
            kind(),
        )
        for W in weights
    ]
    network = Sequential(*[layer for pair in pairs for layer in pair])
    z = [x, *list(layer_outputs(network, x).values())[1::2]]
    found = layer_gradients(network, x, dy, loss=lambda _, dy: (0.0, dy))
    return list(zip(z[:-1], z[1:], list(found.values())[0::2], strict=True))


def ten_layers(scale, seed):
    """Weights of ten layers, a batch of digits, and a gradient at the output."""
    rng = np.random.default_rng(seed)
    weights = [rng.normal(0, scale / 8, size=(64, 64)) for _ in range(10)]
    return weights, x_train[:32].astype(float), rng.normal(size=(32, 64))


# %% practice=true fold="Measure seven sizes of the weights"
if ready("layer_gradient_norms", "saturated_fraction"):
    print("size of     first/last: median,         saturated     squared du through")
    print("weights     range of ten networks       activations   saturated units")
    by_size, through_saturated = {}, {}
    for scale in (0.5, 1, 2, 4, 8, 16, 32):
        found, saturated, through = [], [], []
        for seed in range(10):
            network = ten_layers(scale, seed)
            norms = layer_gradient_norms(*network)
            found.append(norms[0] / norms[-1])
            for _, z, du in through_layers(Sigmoid, *network):
                saturated.append(saturated_fraction(z, 0.05, 0.95))
                flat = (z <= 0.05) | (z >= 0.95)
                through.append(np.sum(du[flat] ** 2) / np.sum(du**2))
        middle, low, high = np.median(found), min(found), max(found)
        by_size[scale], through_saturated[scale] = (middle, np.mean(saturated)), through
        print(f"{scale:7} {middle:11.1e}   {low:.0e} to {high:.0e}", end="")
        print(f"{np.mean(saturated):16.0%} {np.mean(through):19.1%}")
else:
    print("This cell waits.")

# %% [markdown]
# Compare the median ratio, first layer over last layer, with the share of saturated activations.
# (This share and the one in the last column are means over layers and networks, with the bounds of
# section 3.) Between 8 and 16
# times the size of section 1 the ratio passes 1: there the gradient keeps its size. Still larger
# weights make it **explode**, although by then most activations are saturated. The last column
# shows why: almost all of the gradient comes through the units that are not saturated, and large
# weights multiply it. So a saturated network need not have vanishing gradients.
#
# With other activation functions, much smaller weights can keep the size of the gradient. Here are
# ten layers with sigmoid, tanh and ReLU, for five sizes of the weights. This time we compare `du`,
# because `dW` also depends on the layer's inputs.

# %% claims=true
quote = "there the gradient keeps its size"
claim(quote, by_size[8][0], below=1, above=0.05)
claim(quote, by_size[16][0], above=1, below=20)
quote = "Still larger weights make it **explode**, although by then most activations are saturated"
claim(quote, by_size[32][0], above=20)
claim(quote, by_size[32][1], above=0.5)
quote = "almost all of the gradient comes through the units that are not saturated"
for scale in (8, 16, 32):
    claim(quote, np.mean(through_saturated[scale]), below=0.05, above=0)

# %% practice=true fold="Draw the size of du by layer"
SCALES = (0.5, 1, 1.4, 4, 12)


def sizes_by_layer(name, scale, seed):
    """The size of du in each of ten layers."""
    kind = {"sigmoid": Sigmoid, "tanh": Tanh, "ReLU": ReLU}[name]
    return [np.linalg.norm(du) for _, _, du in through_layers(kind, *ten_layers(scale, seed))]


THREE = ("sigmoid", "tanh", "ReLU")
du_runs = {
    (name, scale): np.array([sizes_by_layer(name, scale, seed) for seed in range(3)])
    for name in THREE
    for scale in SCALES
}
du_sizes = {key: np.median(runs, axis=0) for key, runs in du_runs.items()}
first_over_last = {key: np.median(runs[:, 0] / runs[:, -1]) for key, runs in du_runs.items()}
with theme.style():
    figure, axes = plt.subplots(3, 1, figsize=(6, 9), sharex=True, sharey=True)
    for ax, name in zip(axes, THREE, strict=True):
        height = -np.inf  # of the name below
        for i, scale in enumerate(SCALES):
            relative = du_sizes[name, scale] / du_sizes[name, scale][-1]
            ax.plot(range(1, 11), relative, color=theme.GRADIENT, linewidth=1 + 0.3 * i)
            height = max(np.log10(relative[0]), height + 1.3)
            ax.text(0.7, 10**height, f"{scale:g}", ha="right", va="center", fontsize=9)
        ax.plot([1, 10], [1, 1], color=theme.INK, linewidth=0.8, linestyle=":")
        ax.set(yscale="log", xticks=(1, 4, 7, 10), xlim=(0.2, 10.2), title=name)
        ax.set_ylabel("size of du, last layer = 1")
    axes[2].set_xlabel("layer")
    figure.suptitle("Size of du by layer; at each line the size of the weights", x=0.02, ha="left")
    plt.show()
print("size of du in the first layer over the last layer, median of the seeds 0, 1, 2")
for scale in (0.5, 12):
    row = ", ".join(f"{name} {first_over_last[name, scale]:.2g}" for name in THREE)
    print(f"size of the weights {scale:g}: {row}")

# %% [markdown]
# *In words: three panels, each with five orange lines over the layers 1 to 10 on a logarithmic
# axis, all equal to 1 at layer 10. At size 0.5 all fall towards layer 1, the sigmoid by far the
# most. At 1 tanh falls to about half and ReLU by a factor of about 26. At 1.4 tanh and ReLU are
# both nearly level. At 4 and above both rise towards layer 1, ReLU more steeply: they explode. The
# sigmoid still falls at 4 and is near level at 12.*
#
# For each of the three there is a size of the weights at which the gradient neither vanishes nor
# explodes: at size 0.5 the gradient at the first layer is smaller than at the last, and at size 12
# it is larger (see the numbers below the figure). So at some size in between both are equal. For
# ReLU this size is near √2. About half of its derivatives are 0 and half are 1, so the mean square
# of the gradient is halved, and weights larger by √2 make up for that.

# %% claims=true
falls = first_over_last
claim(
    "At size 0.5 all fall towards layer 1, the sigmoid by far the most",
    falls["sigmoid", 0.5],
    below=min(falls["tanh", 0.5], falls["ReLU", 0.5]) / 1000,
    given=[0.5, 1],
)
small_weights = np.array([sizes_by_layer("sigmoid", 0.5, seed) for seed in range(3)])
claim(
    "so the gradient still shrinks in each layer",
    small_weights[:, :-1] / small_weights[:, 1:],
    below=0.5,
)
quote = "At 1 tanh falls to about half and ReLU by a factor of about 26."
claim(quote, falls["tanh", 1], equals=0.5, within=0.12, given=[1, 26])
claim(quote, 1 / falls["ReLU", 1], equals=26, within=6, given=[1])
claim(
    "At 1.4 tanh and ReLU are both nearly level",
    [falls["tanh", 1.4], falls["ReLU", 1.4]],
    above=0.5,
    given=[1.4],
)
claim(
    "At 1.4 tanh and ReLU are both nearly level",
    [falls["tanh", 1.4], falls["ReLU", 1.4]],
    below=2.5,
    given=[1.4],
)
quote = "With other activation functions, much smaller weights can keep the size of the gradient."
claim(quote, [falls["tanh", 1.4], falls["ReLU", 1.4]], above=0.5)
claim(quote, falls["sigmoid", 1.4], below=0.01)
claim(
    "both rise towards layer 1, ReLU more steeply",
    falls["ReLU", 4],
    above=10 * falls["tanh", 4],
    given=[1],
)
claim("The sigmoid still falls at 4", falls["sigmoid", 4], below=0.05, given=[4])
claim("is near level at 12", falls["sigmoid", 12], above=0.8, below=5, given=[12])
quote = (
    "at size 0.5 the gradient at the first layer is smaller than at the last, and at size 12 it is "
    "larger"
)
claim(quote, [falls[name, 0.5] for name in ("sigmoid", "tanh", "ReLU")], below=0.1, given=[0.5, 12])
claim(quote, [falls[name, 12] for name in ("sigmoid", "tanh", "ReLU")], above=1, given=[0.5, 12])

# %% [markdown]
# ### Clipping: a limit for exploding gradients
#
# A common remedy for exploding gradients is *gradient clipping* (Pascanu and others, 2013).
# All gradients of the network together form one long vector. If its norm is larger than a limit
# `max_norm`, the vector is shortened to the length `max_norm`; its direction stays. If it is not
# larger, nothing changes. The norm of the long vector is the root of the sum of the squares of
# **all** entries of **all** arrays. Return the norm before clipping, too: it shows how often the
# limit acts.
#
# Write it for a list of arrays of any shapes. The arrays keep their float type: a plain Python
# factor keeps float32, but a factor of type `np.float64` turns float32 arrays into float64.
# Gradients of 0 are allowed, infinite ones do not occur. (Do not add a small number to the norm, as
# some libraries do to avoid 0/0.)


# %% solution="clip_by_norm"
def clip_by_norm(gradients, max_norm):
    """Shorten all gradients by one factor so that their common norm is at most max_norm.

    gradients : a list of arrays of any shapes, max_norm : a positive number
    returns gradients : a list of arrays of the same shapes, and the norm before clipping
    """
    ### BEGIN SOLUTION
    norm = math.sqrt(sum(float(np.sum(g**2)) for g in gradients))
    if norm <= max_norm:
        return list(gradients), norm
    return [g * (max_norm / norm) for g in gradients], norm
    ### END SOLUTION


# %% check="clip_by_norm"
check("clip_by_norm", clip_by_norm)

# %% [markdown]
# S3 uses one matrix W in several layers (notebook 07). We use such a W twelve times, with tanh, and
# a linear layer for the ten digits behind it. The backward pass multiplies the gradient by the same
# matrix twelve times, so the gradient can explode. We train for 300 steps with 64 images each,
# without momentum. Here is how often each norm of the gradients occurs, without clipping, at a rate
# that works and at a higher one:


# %% practice=true fold="Define the training with a shared W"
def train_shared(lr, seed, max_norm=math.inf):
    """The mean loss of the last 30 of 300 steps, and the norm of the gradients at each step."""
    rng = np.random.default_rng(seed)
    W, V, b = rng.normal(0, 1 / 8, size=(64, 64)), rng.normal(0, 1 / 8, size=(64, 10)), np.zeros(10)
    pixels, losses, norms = x_train - x_train.mean(axis=0), [], []
    for _ in range(300):
        batch = rng.integers(len(pixels), size=64)
        z = [pixels[batch].astype(float)]
        for _ in range(12):
            z.append(np.tanh(z[-1] @ W))
        value, dy = softmax_cross_entropy(z[-1] @ V + b, t_train[batch])
        dW, dz = 0, dy @ V.T
        for z_in, z_out in zip(z[-2::-1], z[:0:-1], strict=True):
            du = dz * (1 - z_out**2)
            dW, dz = dW + z_in.T @ du, du @ W.T
        (dW, dV, db), norm = clip_by_norm([dW, z[-1].T @ dy, dy.sum(axis=0)], max_norm)
        W, V, b = W - lr * dW, V - lr * dV, b - lr * db
        losses.append(value)
        norms.append(float(norm))
    return np.mean(losses[-30:]), norms


# %% practice=true fold="Draw the norms of the gradients"
if ready("clip_by_norm"):
    shared_norms = {
        lr: np.concatenate([train_shared(lr, seed)[1] for seed in range(3)]) for lr in (0.1, 0.3)
    }
    with theme.style():
        figure, axes = plt.subplots(2, 1, figsize=(7, 3.8), sharex=True, sharey=True)
        for ax, (lr, found) in zip(axes, shared_norms.items(), strict=True):
            ax.hist(found, bins=np.geomspace(0.1, 2e4, 61), color=theme.GRADIENT)
            ax.set(xscale="log", ylabel="steps", title=f"rate {lr:g}")
            ax.set_axisbelow(True)
            tail = np.sort(found[found > 10])
            if len(tail):  # bars of single steps are too low to be seen
                heights = 40 + 12 * (np.arange(len(tail)) % 5)
                ax.plot(tail, heights, "o", color=theme.INK, markersize=2.5)
                said = f"{len(tail)} of {len(found)} steps are above 10: a dot for each"
                ax.text(12, 115, said, fontsize=9)
        axes[1].set_xlabel("norm of all gradients before clipping")
        figure.suptitle("Norms of the gradients in 300 steps, seeds 0, 1, 2", x=0.02, ha="left")
        plt.show()
    for lr, found in shared_norms.items():
        row = ", ".join(f"{q} % {np.percentile(found, q):.2g}" for q in (10, 50, 90, 100))
        print(f"rate {lr}: percentiles of the norm: {row}")
else:
    print("This cell waits.")

# %% [markdown]
# *In words: two orange histograms of the norm on a logarithmic axis. At the rate 0.1 most of the
# norms lie between 0.5 and 4. At 0.3 most lie there, too, but a few are larger than 20.*
#
# A large limit never acts, and a small limit shortens every step. The next cell begins with the
# limit 1, which most of the norms exceed. Predict for this limit first; then try others.

# %% practice=true
my_max_norm = 1.0  # your limit in place of 1.0

# %% [markdown]
# We train at six rates without clipping and with your limit. A rate works if the loss at the end is
# below 0.2; two losses are clearly different if the mean of their three differences is above two
# standard errors. **What do you gain with your limit?**
#
# - a: higher rates work, and the loss at the best rate is clearly lower
# - b: higher rates work, but the loss at the best rate is not clearly lower
# - c: no higher rate works, but the loss at the best rate is clearly lower
# - d: neither of the two

# %% guess="what clipping gains"
guess("ps08_clip", None, among="abcd")  # your guess in place of None: "a", "b", "c" or "d"

# %% practice=true fold="Train with and without clipping"
CLIP_RATES = (0.05, 0.1, 0.15, 0.3, 0.5, 1.0)
clip_race = {}
if ready("clip_by_norm"):
    clip_seeds = smaller_in_browser(seeds=([0, 1, 2], [1, 2]))
    for limit in (math.inf, my_max_norm, my_max_norm / 3):
        clip_race[limit] = np.array(
            [[train_shared(lr, seed, limit)[0] for seed in clip_seeds] for lr in CLIP_RATES]
        )
else:
    print("This cell waits.")

# %% practice=true
if clip_race:
    plain, limited = clip_race[math.inf], clip_race[my_max_norm]
    highest = [
        max((lr for lr, row in zip(CLIP_RATES, losses, strict=True) if row.mean() < 0.2), default=0)
        for losses in (plain, limited)
    ]
    tuned = [losses[losses.mean(axis=1).argmin()] for losses in (plain, limited)]
    gain = tuned[0] - tuned[1]
    clearly = gain.mean() > 2 * gain.std(ddof=1) / math.sqrt(len(gain))
    letter = ("a" if clearly else "b") if highest[1] > highest[0] else ("c" if clearly else "d")
    reveal(
        "ps08_clip",
        letter,
        f"Your limit. Rates that work: up to {highest[0]:g} without, up to {highest[1]:g} with "
        f"clipping. Loss at tuned rates, without minus with clipping, paired by seed: "
        f"{gain.mean():+.3f} ± {gain.std(ddof=1):.3f}.",
        {
            "a": "higher rates and a lower loss",
            "b": "only higher rates",
            "c": "only a lower loss",
            "d": "neither",
        },
    )
else:
    print("This cell waits for the one above.")

# %% practice=true fold="Print the loss at each rate" after="ps08_clip"
if clip_race:
    print(f"loss at the end, mean of the seeds {', '.join(map(str, clip_seeds))}, at the rate")
    print("max_norm" + "".join(f"{lr:8g}" for lr in CLIP_RATES))
    for limit, losses in clip_race.items():
        print(f"{limit:8.2g}" + "".join(f"{mean:8.2f}" for mean in losses.mean(axis=1)))

# %% [markdown] after="ps08_clip"
# With max_norm = 1 the loss at the end is below 0.2 at the rates from 0.1 to 0.5. Without clipping,
# the highest rate that works is 0.15. With a third of this limit even the rate 1 works, but now
# rates up to 0.15 are too low. So clipping shifts the
# range of rates that work to higher rates. Our six rates cannot tell whether it also makes the
# range wider. At the best rate of each the losses are about equal, so in this experiment clipping
# does not lead to a better result. It does not help against vanishing gradients either, because it
# never makes a gradient longer.

# %% claims=true
quote = "At the rate 0.1 most of the norms lie between 0.5 and 4."
inside = {lr: np.mean((found > 0.5) & (found < 4)) for lr, found in shared_norms.items()}
claim(quote, inside[0.1], above=0.9, given=[0.1, 0.5, 4])
quote = "At 0.3 most lie there, too, but a few are larger than 20."
claim(quote, inside[0.3], above=0.5, given=[0.3, 20])
claim(quote, np.mean(shared_norms[0.3] > 20), above=0.001, below=0.1, given=[0.3, 20])
quote = "limit 1, which most of the norms exceed"
claim(quote, np.mean(shared_norms[0.1] > 1), above=0.5, given=[1])
quote = "With max_norm = 1 the loss at the end is below 0.2 at the rates from 0.1 to 0.5."
within_limit = clip_race[1.0].mean(axis=1)[: CLIP_RATES.index(0.5) + 1][1:]
claim(quote, within_limit, below=0.2, given=[1, 0.1, 0.5])
quote = "Without clipping, the highest rate that works is 0.15."
claim(quote, clip_race[math.inf].mean(axis=1)[:3], below=0.2, given=[0.15])
claim(quote, clip_race[math.inf].mean(axis=1)[3:], above=0.2, given=[0.15])
third = clip_race[1 / 3].mean(axis=1)
claim("With a third of this limit even the rate 1 works", third[-1], below=0.2, given=[1])
highest_rates = [
    max(lr for lr, mean in zip(CLIP_RATES, losses.mean(axis=1), strict=True) if mean < 0.2)
    for losses in (clip_race[math.inf], clip_race[1.0], clip_race[1 / 3])
]
quote = "So clipping shifts the range of rates that work to higher rates."
claim(quote, highest_rates[1:], above=highest_rates[0])
quote = "but now rates up to 0.15 are too low"
claim(quote, third[:3], above=0.2, given=[0.15])
quote = "At the best rate of each the losses are about equal"
claim(
    quote, [losses.mean(axis=1).min() for losses in clip_race.values()], equals=0.06, within=0.015
)

# %% [markdown]
# ## 5 Leaky ReLU and ELU
#
# ReLU, $\max(u, 0)$, solves the third problem, because it needs no exponential. It solves half of
# the first problem: for u > 0 the derivative is exactly 1, however large u is. Its outputs are not
# zero-centred. S2 ("ReLU") notes this, and names another disadvantage only by a hint: **what is the
# gradient when x < 0?** Look at the figure in section 2 and answer before you read on.
#
# It is exactly 0. If u is negative for a sample, the unit is inactive: it passes no gradient on,
# and its weights learn nothing from this sample. Two functions change the left side. *Leaky ReLU*
# has a small slope there (Maas and others, 2013). The *exponential linear unit*, ELU, has a curve
# that approaches −alpha (Clevert and others, 2016). So it saturates for very negative u, where its
# output hardly changes with u. For a single number:


# %%
def leaky_relu_of_one(u, slope):
    """u to the right of 0, slope * u to the left of it; slope is between 0 and 1."""
    return u if u > 0 else slope * u


def elu_of_one(u, alpha):
    """u to the right of 0; to the left a curve down to -alpha."""
    return u if u > 0 else alpha * (math.exp(u) - 1)


# %% [markdown]
# Begin with leaky ReLU, for arrays. You decide what the cache contains; the backward pass gets only
# `dz` and the cache. Keep the float type: networks compute in float32, and an activation function
# that returns float64 makes all later layers slower. `slope` is a plain Python number, which does
# not change the type of an array. But `np.where` with two plain numbers returns float64. At u = 0
# the function has a kink. There, the backward pass may use any factor from `slope` to 1.


# %% solution="leaky_relu_forward"
def leaky_relu_forward(u, slope):
    """Leaky rectifier, entry by entry: u where u > 0, else slope * u.

    u : an array of any shape, slope : a number between 0 and 1
    returns z : the same shape and float type, and cache
    """
    ### BEGIN SOLUTION
    z = np.where(u > 0, u, slope * u)
    return z, (u > 0, slope)
    ### END SOLUTION


# %% check="leaky_relu_forward"
check("leaky_relu_forward", leaky_relu_forward)


# %% solution="leaky_relu_backward"
def leaky_relu_backward(dz, cache):
    """The gradient of leaky_relu_forward.

    dz : gradient with respect to z, and cache from leaky_relu_forward
    returns du : the same shape and float type as dz
    """
    ### BEGIN SOLUTION
    positive, slope = cache
    return np.where(positive, dz, slope * dz)
    ### END SOLUTION


# %% check="leaky_relu_backward"
check("leaky_relu_backward", leaky_relu_forward, leaky_relu_backward)

# %% [markdown]
# ELU has two traps of its own.
#
# - **Overflow.** `np.where(condition, a, b)` computes **both** a and b for all entries, and then
#   chooses. For u = 1000 the exponential overflows to inf, and NumPy warns. The result is right as
#   long as inf is not chosen, and the warning costs no points. But if you multiply inf by a mask
#   that is 0 there, you compute 0 · inf. What is 0 · inf?
# - **Cancellation.** Numbers of type float32 have about seven digits. What remains of a tiny u in
#   exp(u) − 1? And far to the left, which digits of z = −0.9999999 tell you the derivative? NumPy
#   has `np.expm1`, which computes exp(u) − 1 in one piece. The check tries both ends in float32.
#
# At u = 0 the derivative is 1 from the right and alpha from the left. Any factor from one to the
# other is accepted.


# %% solution="elu_forward"
def elu_forward(u, alpha):
    """Exponential linear unit, entry by entry: u where u > 0, else alpha * (exp(u) - 1).

    u : an array of any shape, alpha : a positive number
    returns z : the same shape and float type, and cache
    """
    ### BEGIN SOLUTION
    z = np.where(u > 0, u, alpha * np.expm1(np.minimum(u, 0)))
    return z, (u, alpha)
    ### END SOLUTION


# %% check="elu_forward"
check("elu_forward", elu_forward)


# %% solution="elu_backward"
def elu_backward(dz, cache):
    """The gradient of elu_forward.

    dz : gradient with respect to z, and cache from elu_forward
    returns du : the same shape and float type as dz
    """
    ### BEGIN SOLUTION
    u, alpha = cache
    return np.where(u > 0, dz, dz * alpha * np.exp(np.minimum(u, 0)))
    ### END SOLUTION


# %% check="elu_backward"
check("elu_backward", elu_forward, elu_backward)

# %% [markdown]
# ## 6 GELU
#
# ReLU asks "is u above 0?" and lets u pass or not. The *Gaussian error linear unit* (Hendrycks and
# Gimpel, 2016) compares u with a random number from the standard normal distribution instead. It
# lets u pass if u is larger, and otherwise passes 0. The value of GELU is the mean of what passes.
# The probability that u passes is $\Phi(u)$, the share of the distribution below u. Therefore
#
# $$ z = u\,\Phi(u), \qquad \Phi(u) = \tfrac12\Bigl(1 + \operatorname{erf}\frac{u}{\sqrt2}\Bigr)
# \approx \tfrac12\Bigl(1 + \tanh\bigl[\sqrt{2/\pi}\,(u + 0.044715\,u^3)\bigr]\Bigr). $$
#
# The second form avoids the error function, which NumPy does not have (Python's `math.erf` takes
# one number at a time). The two forms differ by less than 0.0005 on a fine grid from −6 to 6.
#
# Choose either of them, **but use the same one in the forward and the backward pass**. Both passes
# are tested far from 0, too (|u| up to 40). Here neither float64 nor a slow cube costs points. In a
# network both cost time. So write `u * u * u` in place of `u**3`, and `math.sqrt(2 / math.pi)`, a
# plain Python number that keeps float32, in place of `np.sqrt(2 / np.pi)`.

# %% claims=true
grid = np.linspace(-6, 6, 2001)
by_erf = grid * [0.5 * (1 + math.erf(u / math.sqrt(2))) for u in grid]
claim(
    "The two forms differ by less than 0.0005 on a fine grid from −6 to 6",
    np.abs(functional.gelu_forward(grid)[0] - by_erf).max(),
    below=0.0005,
    given=[6],
)


# %% solution="gelu_forward"
def gelu_forward(u):
    """Gaussian error linear unit, entry by entry: u * Phi(u), by erf or in the tanh form.

    u : an array of any shape
    returns z : the same shape, and cache
    """
    ### BEGIN SOLUTION
    a = np.tanh(math.sqrt(2 / math.pi) * (u + 0.044715 * u * u * u))
    return 0.5 * u * (1 + a), (u, a)
    ### END SOLUTION


# %% check="gelu_forward"
check("gelu_forward", gelu_forward)

# %% [markdown]
# Begin with the product rule. With erf, the derivative of Φ is the density of the normal
# distribution, $e^{-u^2/2}/\sqrt{2\pi}$. In the tanh form, the chain rule gives the derivative of
# Φ.


# %% solution="gelu_backward"
def gelu_backward(dz, cache):
    """The gradient of gelu_forward, in the same form.

    dz : gradient with respect to z, and cache from gelu_forward
    returns du : the same shape as dz
    """
    ### BEGIN SOLUTION
    u, a = cache
    inner = math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * u**2)
    return dz * 0.5 * (1 + a + u * (1 - a**2) * inner)
    ### END SOLUTION


# %% check="gelu_backward"
check("gelu_backward", gelu_forward, gelu_backward)

# %% [markdown]
# <details><summary>After your check: the derivation of GELU's derivative</summary>
#
# $z = u\,\Phi(u)$.
#
# - $\dfrac{dz}{du} = \Phi(u) + u\,\Phi'(u)$, by the product rule.
# - With erf: $\Phi$ is the integral of the normal density, so $\Phi'(u) = e^{-u^2/2}/\sqrt{2\pi}$.
# - In the tanh form $\Phi(u) = \tfrac12(1 + \tanh v)$ with $v = \sqrt{2/\pi}\,(u + 0.044715\,u^3)$.
#   By the chain rule $\Phi'(u) = \tfrac12 (1 - \tanh^2 v)\,\dfrac{dv}{du}$, because $\dfrac{d \tanh
#   v}{dv} = 1 - \tanh^2 v$.
# - $\dfrac{dv}{du} = \sqrt{2/\pi}\,(1 + 3 \cdot 0.044715\,u^2)$, term by term.
#
# </details>

# %% [markdown]
# Are the outputs of these functions centred? We apply all six to standard normal numbers.

# %% practice=true fold="Apply the six functions to normal numbers"
u_normal = np.random.default_rng(8).normal(size=100_000)
print("              mean of z   standard deviation   mean of f′(u)²")
means, squares = {}, {}
for name, (forward, backward, constants) in SIX.items():
    z, cache = forward(u_normal, *constants)
    derivative = backward(np.ones_like(u_normal), cache)
    means[name], squares[name] = z.mean(), np.mean(derivative**2)
    print(f"{name:11} {means[name]:11.2f} {z.std():20.2f} {squares[name]:16.2f}")

# %% [markdown]
# Only tanh is centred. The means of ELU (0.16) and GELU (0.28) are closer to 0 than that of ReLU
# (0.40). That of leaky ReLU (slope 0.1, as in section 2) is hardly closer. The last column is the
# factor by which the activation function multiplies the square of a gradient on average: 0.04 for
# the sigmoid, a half for ReLU, and at most 0.7 for any of them. (The weights add their own factor.)

# %% claims=true
claim("Only tanh is centred.", abs(means["tanh"]), below=0.02)
claim(
    "Only tanh is centred.", min(abs(m) for name, m in means.items() if name != "tanh"), above=0.1
)
claim("ELU (0.16)", means["ELU"], equals=0.16, within=0.01)
claim("GELU (0.28)", means["GELU"], equals=0.28, within=0.01)
claim("ReLU (0.40)", means["ReLU"], equals=0.40, within=0.01)
claim("0.04 for the sigmoid", squares["sigmoid"], equals=0.04, within=0.01)
claim("a half for ReLU", squares["ReLU"], equals=0.5, within=0.01)
claim("at most 0.7 for any of them", max(squares.values()), below=0.7)

# %% [markdown]
# ## 7 Dead units
#
# A ReLU that is inactive for a sample learns nothing from it. If it is inactive for **every**
# sample, it learns nothing at all: it is *dead*. In the picture at the top of this notebook, the
# columns without blue are units that are inactive for all its 40 images. Here is the share of dead
# units, in loops. A row is a sample, a column is a unit:


# %%
def dead_fraction_in_loops(z):
    """The share of columns in which no number is above 0."""
    dead = 0
    for j in range(z.shape[1]):
        alive = False
        for n in range(z.shape[0]):
            if z[n, j] > 0:
                alive = True
        dead += not alive
    return dead / z.shape[1]


# %% [markdown]
# Write it without loops. The condition is "not above 0", so you can also use it for pre-activations
# and for leaky ReLU, where an inactive unit has negative values.


# %% solution="dead_fraction"
def dead_fraction(z):
    """Share of units (columns) that are <= 0 for the whole batch.

    z : (N, D), activations or pre-activations
    returns a number from 0 to 1
    """
    ### BEGIN SOLUTION
    return float(np.mean(np.all(z <= 0, axis=0)))
    ### END SOLUTION


# %% check="dead_fraction"
check("dead_fraction", dead_fraction)

# %% [markdown]
# One cause of dead units is steps that are too long: they move the weights and the bias so far that
# u is below 0 for every sample. We train networks with three hidden layers of 64 ReLUs or leaky
# ReLUs (slope 0.01) for five epochs without momentum at five learning rates, with the seeds 0, 1,
# 2. At the end we count the units that are above 0 for none of 500 training images.


# %% practice=true fold="Train at five learning rates"
def deaths(activation, lr):
    """After five epochs: shares of units never above 0 (seed, layer), accuracies, overflows."""
    shares, reached = [], []
    overflowed.clear()
    for seed in range(3):
        network, rng = fresh(activation, he_normal, 3, seed)
        reached.append(train(network, rng, lr, epochs=5, momentum=0.0))
        outputs = layer_outputs(network, x_train[:500]).items()
        shares.append([dead_fraction(z) for name, z in outputs if not name.endswith("Linear")])
    return np.array(shares), np.array(reached), len(overflowed)


RATES = (0.05, 0.2, 0.5, 0.7, 0.9)
if ready("dead_fraction", "leaky_relu_backward"):

    def my_leaky():
        """A layer that uses your functions."""
        return LeakyReLU(0.01, op=Op(leaky_relu_forward, leaky_relu_backward))

    found = {(kind, lr): deaths(kind, lr) for lr in RATES for kind in (ReLU, my_leaky)}

# %% practice=true fold="Draw the share of dead units"
if ready("dead_fraction", "leaky_relu_backward"):
    with theme.style():
        figure, axes = plt.subplots(1, 2, figsize=(8.4, 3.2), sharey=True)
        for ax, kind, name in zip(axes, (ReLU, my_leaky), ("ReLU", "leaky ReLU"), strict=True):
            mean_shares = np.array([found[kind, lr][0].mean(axis=0) for lr in RATES])
            for layer in range(3):
                look = {"color": (theme.FORWARD, *theme.CYCLE[2:4])[layer], "marker": "os^"[layer]}
                ax.plot(RATES, mean_shares[:, layer], label=f"layer {layer + 1}", **look)
            ax.set(title=name, xlabel="learning rate", xticks=RATES, ylim=(-0.02, 1.02))
        axes[0].set_ylabel("share of units\nnever above 0")
        label_lines(*axes)
        figure.suptitle(
            "Units that are never above 0 after five epochs (mean of seeds 0, 1, 2)",
            x=0.02,
            ha="left",
        )
        plt.show()
    print("test accuracy at the rates " + ", ".join(f"{lr:g}" for lr in RATES))
    for kind, name in ((ReLU, "ReLU"), (my_leaky, "leaky ReLU")):
        cells = [found[kind, lr] for lr in RATES]
        row = (f"{reached.mean():.2f}" + "*" * (overflows > 0) for _, reached, overflows in cells)
        print(f"{name:11} {', '.join(row)}")
    if any(overflows for *_, overflows in found.values()):
        print("* at least one of the three runs overflowed and counts as 0.10")
else:
    print("This cell waits.")

# %% [markdown]
# *In words: two panels, ReLU and leaky ReLU, each with a line for each of three layers over the
# learning rate. At rates of 0.05 and 0.2 the shares stay below 0.2. At
# 0.5 the share of the first layer rises above 0.2, and from 0.7 on it is above 0.4. At 0.9 most
# units are never above 0.*
#
# At high rates many units are never above 0. At 0.9 the accuracy is less than half of that at 0.2.
# Leaky ReLU does **not** prevent this here: at a rate of 0.7 about half of its units in the first
# layer end up below 0 for all these images (mean of the seeds). (They still get a small gradient.)
# For both functions such units are a symptom of steps that are too long. Therefore look at the rate
# before you look for another activation function.

# %% claims=true
ends = {key: shares.mean(axis=0) for key, (shares, *_) in found.items()}
both = (ReLU, my_leaky)
quote = "At rates of 0.05 and 0.2 the shares stay below 0.2."
claim(
    quote, max(ends[kind, lr].max() for kind in both for lr in (0.05, 0.2)), below=0.2, given=[0.05]
)
quote = "At 0.5 the share of the first layer rises above 0.2, and from 0.7 on it is above 0.4."
claim(quote, [ends[kind, 0.5][0] for kind in both], above=0.2, given=[0.5, 0.7, 0.4])
first = [ends[kind, lr][0] for kind in both for lr in (0.7, 0.9)]
claim(quote, first, above=0.4, given=[0.5, 0.2, 0.7])
quote = "At 0.9 most units are never above 0."
claim(quote, [ends[kind, 0.9].mean() for kind in both], above=0.5, given=[0.9, 0])
quote = "At 0.9 the accuracy is less than half of that at 0.2."
share_of = [found[kind, 0.9][1].mean() / found[kind, 0.2][1].mean() for kind in both]
claim(quote, share_of, below=0.5, given=[0.9, 0.2])
claim(
    "at a rate of 0.7 about half of its units in the first layer end up below 0 for all these "
    "images (mean of the seeds)",
    ends[my_leaky, 0.7][0],
    equals=0.5,
    within=0.125,
    given=[0.7, 0],
)

# %% [markdown]
# ### Dead at the beginning, dead for ever?
#
# Suppose a unit is dead when training begins, at a sensible rate. Its gradient is 0 for every
# sample. So its weights will never change, and it will be dead for ever.
#
# We test this argument with a network that has three hidden layers of 64 ReLUs. In each layer we
# lower the bias of 32 units until their largest pre-activation is just below 0. Then we train for
# ten epochs with plain gradient descent. **How many of the 32 units recover (are above 0 for some
# training image at the end) in the first layer, and how many in the second?** Guess the number for
# the second.

# %% guess="dead units that recover"
guess("ps08_revived", None, between=(0, 32))  # your guess in place of None: a number from 0 to 32


# %% practice=true fold="Build and train networks with dead units"
def half_dead(activation, seed):
    """A network in which 32 units of each hidden layer are just below 0 for every image."""
    rng = np.random.default_rng(seed)
    network = mlp([64, 64, 64, 64, 10], rng=rng, activation=activation, init=he_normal)
    z = x_train
    for layer in network.layers[:-1]:
        if isinstance(layer, Linear):
            u = z @ layer.W.data + layer.b.data
            lower = np.zeros(64, dtype=u.dtype)
            lower[:32] = u[:, :32].max(axis=0) + 0.02
            layer.b.data = layer.b.data - lower
        z = layer(z)
    return network, rng


def alive(network):
    """For each hidden layer: which of the 32 units are above 0 for some training image."""
    outputs = [z for n, z in layer_outputs(network, x_train).items() if not n.endswith("Linear")]
    return np.array([np.any(z[:, :32] > 0, axis=0) for z in outputs])


def revived(activation, seeds=3):
    """How many of the 32 recovered, by seed and layer, and the largest weight change in layer 1."""
    counts, moved = [], 0.0
    for seed in range(seeds):
        network, rng = half_dead(activation, seed)
        before = network.layers[0].W.data.copy()
        assert not alive(network).any()
        train(network, rng, lr=0.1, epochs=10, momentum=0.0)
        counts.append(alive(network).sum(axis=1))
        moved = max(moved, np.abs(network.layers[0].W.data - before)[:, :32].max())
    return np.array(counts), moved


# %% practice=true
counts, moved = revived(ReLU)
reveal("ps08_revived", float(counts[:, 1].mean()), "The second layer, mean of the seeds 0, 1, 2.")

# %% practice=true fold="Print the recovered units" after="ps08_revived"
for layer in range(3):
    print(f"layer {layer + 1}: of 32 dead units, {counts[:, layer]} recovered (seeds 0, 1, 2)")
print(f"largest change of a weight of the dead units in layer 1: {moved}")

# %% claims=true
claim("In the first layer none recovers", counts[:, 0].max(), below=0.5, above=-0.5)
claim("their weights have not changed at all", moved, below=1e-30, above=-1e-30)
claim("In the later layers most recover", counts[:, 1:].min(), above=16)

# %% [markdown] after="ps08_revived"
# In the first layer none recovers. The gradient of these units is 0, so their weights have not
# changed at all. The images do not change either, so a unit that is below 0 for all of them stays
# below 0. (This holds for plain gradient descent. A penalty on the weights would change them, and
# so would momentum from earlier steps.) In the later layers most recover, although their own
# gradient is 0 as well. But the active units of the layer before go on learning, so the **inputs**
# of the dead unit change. When the changed inputs raise its u above 0 for some sample, the unit
# learns again.

# %% [markdown]
# Can leaky ReLU save the units of the first layer? For u < 0 its derivative is `slope`, not 0:

# %% practice=true fold="Train leaky ReLU with three slopes" after="ps08_revived"
if ready("leaky_relu_backward"):
    print("units that recovered out of 32, mean of the seeds 0, 1, 2")
    leaks = {}
    print("slope    layer 1   layer 2   layer 3   largest weight change in layer 1")
    for slope in (0.01, 0.1, 0.3):
        leaky = Op(leaky_relu_forward, leaky_relu_backward)
        counts, moved = revived(lambda slope=slope, op=leaky: LeakyReLU(slope, op=op))
        leaks[slope] = counts.mean(axis=0), moved
        row = "".join(f"{mean:10.1f}" for mean in counts.mean(axis=0))
        print(f"{slope:5} {row} {moved:34.4f}")
else:
    print("This cell waits.")

# %% [markdown] after="ps08_revived"
# With the usual slope of 0.01 the weights of the first layer do change, but their gradients are
# multiplied by 0.01, and in ten epochs none of the units recovers. With a slope of 0.1 or 0.3 many
# of them do.

# %% claims=true
claim("the weights of the first layer do change", leaks[0.01][1], above=1e-4)
claim("in ten epochs none of the units recovers", leaks[0.01][0][0], below=1, above=-1)
claim(
    "With a slope of 0.1 or 0.3 many of them do.",
    [leaks[0.1][0][0], leaks[0.3][0][0]],
    above=8,
    given=[0.1, 0.3],
)

# %% [markdown]
# ## 8 Spot the slip
#
# Lectures contain slips, and you can find them by computing. Here are two. First say what you think
# is right, then run the cell.

# %% [markdown]
# **Tanh from a sigmoid** (S2, "tanh activation"; an *error*). The slide prints `tanh = 2 *
# (sigmoid X) - 1`. Both sides go from −1 to 1, and both are 0 at 0. Are they the same function? If
# not, what is missing? Write the formula that you think is right (no points).


# %% solution="tanh_by_sigmoid"
def tanh_by_sigmoid(u):
    """tanh(u), computed with sigmoid and without np.tanh or np.exp."""
    ### BEGIN SOLUTION
    return 2 * sigmoid(2 * u) - 1
    ### END SOLUTION


# %% practice=true
u_wide = np.linspace(-6, 6, 2401)
printed = 2 * sigmoid(u_wide) - 1
gap = np.abs(printed - np.tanh(u_wide))
print(f"as printed: largest error {gap.max():.3f}, at u = ±{abs(u_wide[gap.argmax()]):.2f}")
print(f"derivative at 0: printed {(printed[1201] - printed[1199]) / 0.01:.3f}, tanh 1.000")
try:
    mine = np.abs(tanh_by_sigmoid(u_wide) - np.tanh(u_wide)).max()
    print(f"your formula: largest error {mine:.0e}")
except NotImplementedError:
    print("tanh_by_sigmoid is not written yet")

# %% [markdown]
# <details><summary>After your formula: what is missing</summary>
#
# The printed formula is tanh(u/2). Its derivative at 0 is only half that of tanh: the exponent
# needs a factor 2. So tanh(u) = 2 σ(2u) − 1. Check it on paper: $2/(1 + e^{-2u}) - 1 = (1 -
# e^{-2u})/(1 + e^{-2u})$. Multiply numerator and denominator by $e^u$. You get the fraction that
# the same slide prints below. The slip matters: a factor of two in the derivative is a factor of
# about a thousand after ten layers.
#
# </details>

# %% claims=true
claim(
    "The printed formula is tanh(u/2)",
    np.abs(printed - np.tanh(u_wide / 2)).max(),
    below=1e-9,
    given=[2],
)
claim(
    "the exponent needs a factor 2",
    np.abs(tanh_by_sigmoid(u_wide) - np.tanh(u_wide)).max(),
    below=1e-9,
    given=[2],
)

# %% [markdown]
# **When is a composition smooth?** (S1, "What Is the Problem?"; an *error*.) S1 says that the
# loss, being a composite function, "can be considered smooth if and only if it is made of other
# composite functions". The next sentence shows that S1 means other *smooth* functions. If the parts
# are smooth, so is the composition, by the chain rule. And the other direction: if a composition is
# smooth, must its parts be smooth? Look at $\sqrt{|x|^4}$.

# %% practice=true
parts = {
    "|x|": np.abs,
    "sqrt(|x|)": lambda x: np.sqrt(np.abs(x)),
    "sqrt(|x|^4)": lambda x: np.sqrt(np.abs(x) ** 4),
    "x^2": np.square,
}
print("derivative at 0   from the left   from the right   (steps of 1e-6)")
for name, f in parts.items():
    left, right = (f(0.0) - f(-1e-6)) / 1e-6, (f(1e-6) - f(0.0)) / 1e-6
    print(f"{name:15} {left:15.6f} {right:16.6f}")
x_any = np.random.default_rng(9).normal(size=1000)
same = np.allclose(parts["sqrt(|x|^4)"](x_any), x_any**2)
print("sqrt(|x|^4) is x^2:", same)

# %% [markdown]
# The absolute value has a kink at 0. The root of |x| is infinitely steep there. But the
# composition $\sqrt{|x|^4}$ of absolute value, fourth power and root is the parabola, which is
# smooth. So smooth parts make a smooth whole, but a smooth whole need not have smooth parts. The
# same happens in a network: ReLU(u) − ReLU(−u) is u, because two kinks cancel.
#
# We need only the direction that holds. The loss of a network with tanh or GELU is smooth. With
# ReLU the loss has kinks. With ELU and alpha = 1 the loss has no kinks, but its derivative does.
# Training works in spite of the kinks. A gradient check can fail at a kink.

# %% [markdown]
# ## 9 Your functions at work
#
# ### Does the image reach the last layer?
#
# We feed 300 digits to an untrained network with eight hidden layers of 64 units. A unit carries
# information about the image only if it gives different outputs for different images. So we
# compute, for each unit, the standard deviation of its output over the images. The figure shows the
# mean over the units of a layer (seed 0). Sigmoid, tanh and ReLU are the library's. Leaky ReLU, ELU
# and GELU use your functions and appear when you have written them. Each function gets the size of
# initial weights that is usual for it. For a layer with n inputs this is variance 2/n for ReLU,
# leaky ReLU and GELU, 1/n for the others.


# %% practice=true fold="Define networks on your functions"
def makers():
    """Each activation function with its initialisation. The last three use your functions."""
    found = {"sigmoid": (Sigmoid, lecun_normal), "tanh": (Tanh, lecun_normal)}
    found["ReLU"] = (ReLU, he_normal)
    if ready("leaky_relu_backward"):
        leaky = Op(leaky_relu_forward, leaky_relu_backward)
        found["leaky ReLU"] = (lambda: LeakyReLU(0.01, op=leaky), he_normal)
    if ready("elu_backward"):
        elu = Op(elu_forward, elu_backward)
        found["ELU"] = (lambda: ELU(1.0, op=elu), lecun_normal)
    if ready("gelu_backward"):
        gelu = Op(gelu_forward, gelu_backward)
        found["GELU"] = (lambda: GELU(op=gelu), he_normal)
    return found


makers_now = makers()

# %% practice=true fold="Draw the differences between images"
by_image = {}
for name in makers_now:
    network, _ = fresh(*makers_now[name], 8, 0)
    outputs = layer_outputs(network, x_train[:300]).items()
    by_image[name] = [z.std(axis=0).mean() for layer, z in outputs if not layer.endswith("Linear")]
with theme.style():
    figure, axes = plt.subplots(3, 2, figsize=(6.4, 6.8), sharex=True, sharey=True)
    for ax, (name, deviations) in zip(axes.flat, by_image.items(), strict=False):
        for other in by_image.values():
            ax.plot(range(1, 9), other, color=theme.QUIET, linewidth=0.8)
        ax.plot(range(1, 9), deviations, "o-", color=theme.FORWARD)
        ax.set(yscale="log", title=name, xticks=range(1, 9))
        share = np.format_float_positional(deviations[-1] / deviations[0], 2, fractional=False)
        ax.text(1, 4e-6, f"layer 8 / layer 1:\n{share}", color=theme.FORWARD)
    for ax in axes[2]:
        ax.set_xlabel("layer")
    for ax in axes[:, 0]:
        ax.set_ylabel("standard deviation")
    title = "How much do the units differ between images?\n"
    title += "Standard deviation over 300 images (grey: the other five functions)"
    figure.suptitle(title, x=0.02, ha="left")
    plt.show()

# %% [markdown]
# *In words: six panels with a blue line over the layers 1 to 8 on a logarithmic axis. The sigmoid's
# falls by more than four powers of ten. Tanh, ReLU, leaky ReLU and ELU fall to about half, GELU to
# about a quarter.*
#
# In the sigmoid network the differences between images shrink from layer to layer: in the last
# layer each unit gives nearly the same number for every image. With GELU they shrink more than with
# ReLU, although both have the same initial weights. The next cell shows a reason, for very wide
# layers. With variance 2/n, the mean square of u is twice the mean of $f(u)^2$ in the layer before.

# %% practice=true fold="Compute the mean square of u by layer"
normal = np.random.default_rng(8).normal(size=100_000)
normal = np.concatenate([normal, -normal]) / np.sqrt(np.mean(normal**2))
mean_squares = {}
for name, f in (("ReLU", functional.relu_forward), ("GELU", functional.gelu_forward)):
    q = [1.0]
    for _ in range(8):
        q.append(2 * np.mean(f(math.sqrt(q[-1]) * normal)[0] ** 2))
    mean_squares[name] = q
    print(f"{name:5} mean square of u, layers 1 to 9:", " ".join(f"{value:.2f}" for value in q))

# %% [markdown]
# For ReLU the factor from layer to layer is exactly 1, whatever the size of u. For GELU it is 0.85
# at first, and it falls as the mean square of u falls: near 0 GELU is close to u/2, so that
# $f(u)^2$ is only u²/4. So variance 2/n does not fit GELU. Notebook 09 computes the size that fits
# a function.

# %% claims=true
quote = "The sigmoid's falls by more than four powers of ten."
claim(quote, np.log10(by_image["sigmoid"][0] / by_image["sigmoid"][-1]), above=4, below=8)
for name in ("tanh", "ReLU", "leaky ReLU", "ELU"):
    quote = "Tanh, ReLU, leaky ReLU and ELU fall to about half"
    claim(quote, by_image[name][-1] / by_image[name][0], equals=0.52, within=0.13)
quote = "GELU to about a quarter"
claim(quote, by_image["GELU"][-1] / by_image["GELU"][0], equals=0.25, within=0.06)
quote = "in the last layer each unit gives nearly the same number for every image"
claim(quote, by_image["sigmoid"][-1], below=1e-4)
quote = "For ReLU the factor from layer to layer is exactly 1"
claim(quote, mean_squares["ReLU"][-1], equals=1, within=0.05)
claim("For GELU it is 0.85 at first", mean_squares["GELU"][1], equals=0.85, within=0.02)
claim(
    "it falls as the mean square of u falls",
    np.diff(np.divide(mean_squares["GELU"][1:], mean_squares["GELU"][:-1])),
    below=0,
)

# %% [markdown]
# ### How far does each layer move?
#
# The **update-to-weight ratio** shows which layers learn. For each weight matrix it is the norm of
# the change in one step, divided by the norm of the weights before the step. A rule of thumb from
# Karpathy's lectures is 0.001. Write it for lists of arrays (no points).


# %% solution="update_ratio"
def update_ratio(before, after):
    """For each array: the norm of its change, divided by its norm before.

    before, after : lists of arrays, in the same order
    returns a list of numbers
    """
    ### BEGIN SOLUTION
    pairs = zip(before, after, strict=True)
    return [float(np.linalg.norm(new - old) / np.linalg.norm(old)) for old, new in pairs]
    ### END SOLUTION


# %% [markdown]
# We train networks with five hidden layers of 32 units for four epochs (92 steps with momentum,
# seed 0), with three kinds of units: tanh, the sigmoid, and the sigmoid with initial weights four
# times as large. (In the middle, the derivative of a sigmoid is a quarter of that of tanh. The
# larger weights make up for it.) Choose network and rate in the figure. Look for two things: a
# network whose first layer hardly moves, and the rate at which tanh becomes much worse.


# %% practice=true fold="Measure the ratios of three networks"
class WatchedSGD(SGD):
    """SGD with momentum 0.9 that notes the update-to-weight ratios of all weight matrices."""

    def __init__(self, params, lr):
        super().__init__(params, lr=lr, momentum=0.9)
        self.ratios = []

    def step(self):
        """One step, then the ratios of the matrices."""
        before = [p.data.copy() for p in self.params if p.data.ndim == 2]
        super().step()
        after = [p.data for p in self.params if p.data.ndim == 2]
        self.ratios.append(update_ratio(before, after))


def four_times(shape, rng):
    """LeCun's weights (variance 1/n) times 4, to make up for the sigmoid's small derivative."""
    return 4 * lecun_normal(shape, rng)


WATCHED = {
    "sigmoid": (Sigmoid, lecun_normal),
    "sigmoid, weights × 4": (Sigmoid, four_times),
    "tanh": (Tanh, lecun_normal),
}
GRIDS = {1: (0.1, 0.2, 0.4, 0.8, 1.6), 5: (0.0125, 0.025, 0.05, 0.1, 0.2, 0.4)}


def watched_run(maker, lr):
    """The ratios, (steps, 6), and the test accuracy."""
    network, rng = fresh(*maker, 5, 0, width=32)
    optimizer = WatchedSGD(network.parameters(), lr)
    accuracy = train(network, rng, lr, epochs=4, batch_size=64, optimizer=optimizer)
    return np.array(optimizer.ratios), accuracy


try:
    watched = [[watched_run(maker, lr) for lr in GRIDS[5]] for maker in WATCHED.values()]
except NotImplementedError:
    watched = []
    print("update_ratio is not written yet")


# %% practice=true fold="Draw the ratios of three layers"
def draw_ratios():
    """The ratios of the first, the third and the last weight matrix at each step."""
    with theme.style():
        row = [plt.figure(figsize=(2.9, 2.8)) for _ in range(3)]
        axes = [figure.subplots() for figure in row]
        for ax, layer in zip(axes, (1, 3, 6), strict=True):
            ax.plot([0, 92], [1e-3, 1e-3], ":", color=theme.INK)
            ax.text(4, 1.4e-3, "rule of thumb", color=theme.INK, fontsize=9)
            ax.set(yscale="log", ylim=(1e-6, 1), xlim=(0, 92), xlabel="step")
            ax.set(ylabel="update-to-weight ratio", title=f"layer {layer}")
    ratios = np.array([[found for found, _ in row] for row in watched])
    says = [
        [
            f"{name}, rate {lr:g}: median ratio of layer 1 {np.median(found[:, 0]):.1e}, "
            f"of layer 6 {np.median(found[:, 5]):.1e}. Test accuracy {accuracy:.2f}."
            for lr, (found, accuracy) in zip(GRIDS[5], row, strict=True)
        ]
        for name, row in zip(WATCHED, watched, strict=True)
    ]
    return live(
        [row],
        {"network": list(WATCHED), "learning rate": GRIDS[5]},
        [
            Trace(ax, np.arange(1, 93), ratios[..., layer - 1], color=theme.GRADIENT)
            for ax, layer in zip(axes, (1, 3, 6), strict=True)
        ],
        says=says,
        start={"network": "sigmoid", "learning rate": 0.1},
        alt="Update-to-weight ratios of the layers 1, 3 and 6 of a network over 92 steps",
    )


if watched:
    print("ratio of the first layer over that of the last layer, means of the first ten steps")
    print(" " * 20 + "".join(f"{lr:8g}" for lr in GRIDS[5]))
    for name, row in zip(WATCHED, watched, strict=True):
        first_ten = [found[:10].mean(axis=0) for found, _ in row]
        print(f"{name:20}" + "".join(f"{ratio[0] / ratio[5]:8.2g}" for ratio in first_ten))
ratios_figure = draw_ratios() if watched else None
ratios_figure

# %% [markdown]
# *In words: three panels with an orange line over the steps on a logarithmic axis. For the sigmoid
# at a rate of 0.1, layer 6 moves by about two percent per step at first, layer 1 by less than a
# hundredth of that. For tanh at this rate the three lines lie near each other.*
#
# With the sigmoid and the usual weights no rate helps. At each of the six rates, over the first ten
# steps, the ratio of the first layer is less than a hundredth of that of the last one (see the
# table above the figure). A larger rate multiplies both. With weights four times as large the
# layers are closer to each other. With tanh the ratios of all layers have the same order. At the
# rate with the highest accuracy, the median ratio of tanh, over its layers and steps, is about ten
# times the rule of thumb. At a rate of 0.4, the median ratio of layer 1 is above 0.03, and tanh
# reaches a lower accuracy.

# %% claims=true
ratio_of = {
    (name, lr): run
    for name, row in zip(WATCHED, watched, strict=True)
    for lr, run in zip(GRIDS[5], row, strict=True)
}
early = {key: found[:10].mean(axis=0) for key, (found, _) in ratio_of.items()}
quote = "layer 6 moves by about two percent per step at first"
claim(quote, early["sigmoid", 0.1][5], equals=0.025, within=0.006, given=[6])
quote = "layer 1 by less than a hundredth of that"
claim(quote, early["sigmoid", 0.1][0] / early["sigmoid", 0.1][5], below=0.01, given=[1])
quote = "the ratio of the first layer is less than a hundredth of that of the last one"
claim(quote, [early["sigmoid", lr][0] / early["sigmoid", lr][5] for lr in GRIDS[5]], below=0.01)
quote = "With weights four times as large the layers are closer to each other."
claim(
    quote,
    [
        early["sigmoid, weights × 4", lr][0] / early["sigmoid, weights × 4", lr][5]
        for lr in GRIDS[5]
    ],
    above=0.02,
)
quote = "With tanh the ratios of all layers have the same order."
spreads = [early["tanh", lr].max() / early["tanh", lr].min() for lr in GRIDS[5]]
claim(quote, spreads, below=8)
tanh_rate = max(GRIDS[5], key=lambda lr: ratio_of["tanh", lr][1])
quote = "the median ratio of tanh, over its layers and steps, is about ten times the rule of thumb"
claim(
    quote, np.median(np.median(ratio_of["tanh", tanh_rate][0], axis=0)), equals=0.012, within=0.003
)
quote = "At a rate of 0.4, the median ratio of layer 1 is above 0.03"
claim(quote, np.median(ratio_of["tanh", 0.4][0][:, 0]), above=0.03, given=[0.4, 1])
quote = "tanh reaches a lower accuracy"
claim(quote, ratio_of["tanh", 0.4][1], below=ratio_of["tanh", tanh_rate][1] - 0.05)

# %% [markdown]
# ### Which one is best?
#
# S1 says that the choice is often made by experiment. We try it on digits: each activation function
# in networks with one and with five hidden layers of 32 units, for four epochs (seeds 0, 1, 2), at
# every learning rate of a grid. The initial weights have the variances above, and the sigmoid with
# larger weights is a seventh candidate. The table shows five hidden layers.

# %% practice=true fold="Train each activation function at each rate"
results, stopped = {}, {}
if ready("leaky_relu_backward", "elu_backward", "gelu_backward"):
    racers = {"sigmoid, weights × 4": (Sigmoid, four_times)} | makers_now
    for hidden, rates in GRIDS.items():
        for name, maker in racers.items():
            overflowed.clear()
            results[name, hidden] = over_rates(
                lambda seed, maker=maker, hidden=hidden: fresh(*maker, hidden, seed, width=32),
                rates,
                epochs=4,
                batch_size=64,
            )
            stopped[name, hidden] = set(overflowed)
    print("five hidden layers, test accuracy at each rate, mean of the seeds 0, 1, 2")
    print(" " * 20 + "".join(f"{lr:7g} " for lr in GRIDS[5]))
    for name in racers:
        means = zip(GRIDS[5], results[name, 5].mean(axis=1), strict=True)
        row = (f"{mean:7.2f}" + ("*" if lr in stopped[name, 5] else " ") for lr, mean in means)
        print(f"{name:20}" + "".join(row))
    if any(stopped[name, 5] for name in racers):
        print("* at least one of the three runs overflowed and counts as 0.10")
else:
    print("This cell waits.")

# %% practice=true fold="Print the accuracies with one hidden layer"
if results:
    print("one hidden layer, test accuracy at the best rate, mean ± standard deviation")
    for name in racers:
        best = results[name, 1][at_best(results[name, 1])]
        print(f"{name:20} {best.mean():.3f} ± {best.std(ddof=1):.3f}")
else:
    print("This cell waits for the one above.")

# %% [markdown]
# - **In the deep network, the sigmoid fails with the usual weights**, at every rate of the grid in
#   these four epochs. With weights four times as large it reaches 0.77. So the sigmoid alone is not
#   the cause: the initial weights must fit the activation function. Even then its accuracy is lower
#   than that of the other five.
# - **With one hidden layer the choice makes hardly any difference.** At their best rates all seven
#   are within about two percentage points of each other.
# - **For tanh, ReLU, leaky ReLU, ELU and GELU the rate matters more than the choice**, over this
#   grid. With five layers ReLU reaches 0.89 at a rate of 0.025. At a rate of 0.2 it is hardly
#   better than guessing. A comparison at the rate 0.2 alone would have called ReLU, ELU and GELU
#   useless.
#
# Which of these five is the best in the deep network? Three seeds are few, and the rates were
# chosen with them. So we train each at its best rate with eight new seeds, 3 to 10. The same seed
# gives the same order of the images, so we compare in pairs (notebook 01). **Which of the ten pairs
# may be ranked?** Rank a pair if the mean of its eight differences is more than two standard errors
# away from 0. The standard error is the standard deviation of the
# differences, divided by √8.

# %% practice=true fold="Draw the differences of the ten pairs"
FIVE = ("tanh", "ReLU", "leaky ReLU", "ELU", "GELU")
if results:
    anew = {}
    for name in FIVE:
        lr = GRIDS[5][at_best(results[name, 5])]
        runs = [fresh(*racers[name], 5, seed, width=32) for seed in range(3, 11)]
        anew[name] = np.array([train(*run, lr, epochs=4, batch_size=64) for run in runs])
    pairs_of_five = [(one, other) for i, one in enumerate(FIVE) for other in FIVE[i + 1 :]]
    differences = {
        f"{letter}: {one} − {other}": 100 * (anew[one] - anew[other])
        for letter, (one, other) in zip("abcdefghij", pairs_of_five, strict=True)
    }
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 6))
        paired_differences(ax, differences)
        ax.set(xlabel="difference of the test accuracies, percentage points", ylabel="pair")
        ax.set_title("Differences of ten pairs at tuned rates, on eight new seeds")
        plt.show()
    for name, found in differences.items():
        print(f"{name:23} mean {found.mean():+5.1f}   standard deviation {found.std(ddof=1):4.1f}")
else:
    print("This cell waits for the ones above.")

# %% [markdown]
# *In words: ten rows with eight dots each, a bar for their mean and a line for their standard
# deviation. In most rows there are dots on both sides of 0.*

# %% [markdown]
# Write the letters of the pairs that may be ranked (no points).

# %% solution="pairs_to_rank"
pairs_to_rank = ""  # letters, such as "aj"
### BEGIN SOLUTION
pairs_to_rank = "bfh"
### END SOLUTION

# %% practice=true fold="Compare your letters with the rule"
if results:
    by_rule = ""
    for name, found in differences.items():
        if abs(found.mean()) > 2 * found.std(ddof=1) / math.sqrt(8):
            by_rule += name[0]
    rng, by_chance = np.random.default_rng(0), []
    for _ in range(2000):  # if two functions are equally good, each sign is a matter of chance
        flipped = [rng.choice([-1, 1], size=8) * found for found in differences.values()]
        errors = [found.std(ddof=1) / math.sqrt(8) for found in flipped]
        by_chance.append(sum(abs(f.mean()) > 2 * e for f, e in zip(flipped, errors, strict=True)))
    print(f"by the rule: {by_rule or 'none'}   your letters: {pairs_to_rank or 'none yet'}")
    print(f"if all five were equally good: {np.mean(by_chance):.1f} of ten pairs by chance")
else:
    print("This cell waits for the ones above.")

# %% [markdown]
# Fewer than half of the pairs may be ranked. If all five were equally good, between 0.5 and 1 pairs
# would still pass the rule on average, by chance. So a single pair that passes is weak evidence. A
# difference need not come from the activation function, either: tanh and ELU have initial weights
# of variance 1/n, the others 2/n.
#
# Today, many large networks use GELU or SiLU, u·σ(u), a similar curve.
# These data cannot tell whether they are better: the networks are small, and small differences need
# many more runs. So S1 is right: you decide by measurement, on your task, with initial weights that
# fit and with a rate tuned for each activation function. By custom, ReLU is a common first choice.
# If units die, first lower the rate.

# %% claims=true
tops = {key: reached[at_best(reached)] for key, reached in results.items()}
claim(
    "**In the deep network, the sigmoid fails with the usual weights**, at every rate of the grid "
    "in these four epochs.",
    results["sigmoid", 5].mean(axis=1),
    below=0.2,
)
claim(
    "With weights four times as large it reaches 0.77.",
    tops["sigmoid, weights × 4", 5].mean(),
    equals=0.77,
    within=0.1,
)
quote = "Even then its accuracy is lower than that of the other five."
deep = [tops[name, 5].mean() for name in FIVE]
claim(quote, tops["sigmoid, weights × 4", 5].mean(), below=min(deep))
shallow = [tops[name, 1].mean() for name in racers]
claim(
    "At their best rates all seven are within about two percentage points of each other",
    max(shallow) - min(shallow),
    below=0.025,
)
quote = "With five layers ReLU reaches 0.89 at a rate of 0.025."
at_rate = dict(zip(GRIDS[5], range(6), strict=True))
relu = results["ReLU", 5]
claim(quote, relu[at_rate[0.025]].mean(), equals=0.89, within=0.05, given=[0.025])
quote = "At a rate of 0.2 it is hardly better than guessing."
claim(quote, relu[at_rate[0.2]].mean(), below=0.25, given=[0.2])
claim(
    "A comparison at the rate 0.2 alone would have called ReLU, ELU and GELU useless.",
    [results[name, 5][at_rate[0.2]].mean() for name in ("ReLU", "ELU", "GELU")],
    below=0.3,
    given=[0.2],
)
claim(
    "**For tanh, ReLU, leaky ReLU, ELU and GELU the rate matters more than the choice**",
    [np.ptp(results[name, 5].mean(axis=1)) for name in FIVE],
    above=3 * (max(deep) - min(deep)),
)
claim("Fewer than half of the pairs may be ranked.", len(by_rule), below=5, above=-1)
quote = "between 0.5 and 1 pairs would still pass the rule on average"
claim(quote, np.mean(by_chance), above=0.5, below=1)
both_sides = [found.min() < 0 < found.max() for found in differences.values()]
claim("In most rows there are dots on both sides of 0.", np.mean(both_sides), above=0.5, given=[0])

# %% [markdown]
# ## 10 Questions
#
# **Twice as deep.** Ten sigmoid layers left about 2e-6 of the gradient (section 1). What is left
# after twenty, with weights of the same kind?
#
# - a: about 1e-6, half as much
# - b: about 4e-6, because there are twice as many paths
# - c: about 1e-12
# - d: exactly 0

# %% solution="answer_twice_as_deep"
answer_twice_as_deep = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_twice_as_deep = "c"
### END SOLUTION

# %% choice="twice_as_deep" key="c" points=1
check_choice("twice_as_deep", answer_twice_as_deep)
# a: Each layer multiplies the gradient by about ¼. Ten more layers multiply it by about (¼)^10,
#    a millionth, and not by one half.
# b: A deeper network does have more paths, but each path also has more factors. Together, each
#    further layer multiplies the gradient by about ¼ (section 1).
# c: Each layer multiplies the gradient by about ¼. So ten more layers multiply it by about (¼)^10,
#    a millionth. 2e-6 times a millionth has the order 1e-12.
# d: A product of factors near ¼ becomes small, but not 0. And 1e-12 is far from underflow, even in
#    float32.

# %% claims=true
twenty = []
for seed in range(10):
    rng = np.random.default_rng(seed)
    weights = [rng.normal(0, 1 / 8, size=(64, 64)) for _ in range(20)]
    norms = layer_gradient_norms(weights, x_train[:32].astype(float), rng.normal(size=(32, 64)))
    twenty.append(norms[0] / norms[-1])
claim("c: about 1e-12", np.median(twenty), equals=1e-12, within=2.5e-13)

# %% [markdown]
# **Which layer learns?** A network with five hidden layers of sigmoids does not learn. Its
# update-to-weight ratios are, from the first weight matrix to the last: 2e-5, 5e-5, 2e-4, 1e-3,
# 5e-3, 3e-2. What do you change first?
#
# - a: use a learning rate that is a hundred times as large
# - b: use larger initial weights
# - c: clip the gradients at a small norm
# - d: train for ten times as many epochs

# %% solution="answer_which_layer"
answer_which_layer = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_which_layer = "b"
### END SOLUTION

# %% choice="which_layer" key="b" points=1
check_choice("which_layer", answer_which_layer)
# a: A larger rate multiplies the ratios of all layers. The last matrix would change by three times
#    its size in each step.
# b: The ratios fall from layer to layer towards the first: the gradient vanishes. With larger
#    weights each layer passes on more of it, so the ratios come closer to each other (section 9).
# c: Clipping multiplies the gradients of all layers by one factor of at most 1. It does not change
#    how they compare with each other, and no gradient becomes larger.
# d: At 2e-5 per step, the first matrix needs at least 50,000 steps to change by its own size, even
#    if all steps go in the same direction.

# %% [markdown]
# **Back to life.** A third of the ReLUs in the *first* hidden layer are dead: they are inactive for
# every training image. You train with plain gradient descent. What can make them active again?
#
# - a: more epochs
# - b: a smaller learning rate from now on
# - c: better weights in the later layers, because these then pass larger gradients on
# - d: none of these

# %% solution="answer_back_to_life"
answer_back_to_life = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_back_to_life = "d"
### END SOLUTION

# %% choice="back_to_life" key="d" points=1
check_choice("back_to_life", answer_back_to_life)
# a: More epochs show the same images again. For all of them the gradient of these units is exactly
#    0, so their weights never move.
# b: A smaller rate can protect the units that are still active. For dead ones it does not help,
#    because any rate times a gradient of 0 is a step of 0.
# c: Larger gradients do arrive at the layer. But they are multiplied by the derivative of the ReLU,
#    which is 0 for every image, so nothing reaches these weights.
# d: The gradient is 0 for every image, and the images never change. In higher layers units can come
#    back, because their inputs change while the layers below learn.

# %% [markdown]
# **A failing check.** A gradient check of a correct ELU with alpha = 2 fails at a single entry,
# where u is exactly 0. The central difference gives 1.5 there, the backward pass gives 2. Which one
# is wrong?
#
# - a: the backward pass; it should give 1.5
# - b: the backward pass; it should give 1, the slope of the line
# - c: the central difference; the step was too long
# - d: neither; there is a kink

# %% solution="answer_failing_check"
answer_failing_check = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_failing_check = "d"
### END SOLUTION

# %% choice="failing_check" key="d" points=1
check_choice("failing_check", answer_failing_check)
# a: 1.5 is only the mean of the two one-sided derivatives, 2 and 1. The ELU with alpha = 2 has no
#    derivative at 0 that could be called right.
# b: 1 is the derivative from the right, and 2 = alpha is the one from the left. At the kink, any
#    number from 1 to 2 is accepted.
# c: A shorter step would give about 1.5 again. u is exactly 0, so every central difference takes
#    one value from each side of the kink.
# d: With alpha = 2 the derivative is 2 on the left of 0 and 1 on the right. The backward pass gives
#    one of them, the central difference their mean.

# %% claims=true
h = 1e-6
by_difference = (elu_of_one(h, 2.0) - elu_of_one(-h, 2.0)) / (2 * h)
claim(
    "The central difference gives 1.5 there, the backward pass gives 2.",
    by_difference,
    equals=1.5,
    within=1e-3,
    given=[2],
)

# %% [markdown]
# **Three problems, four answers.** S2 lists three problems of the sigmoid. For each of tanh, ReLU,
# leaky ReLU and ELU, say in one or two sentences which of the three it solves, which it does not
# solve, and which new problem it has, if any (one point). Problem 3 counts as solved if the
# function needs no exponential. Then choose the problem that you consider the most serious, and
# defend your choice with a measurement of this notebook and its numbers (one point). A person reads
# this answer.

# %% [markdown] manual="three_problems" points=2
# ### BEGIN SOLUTION
# Tanh: centred; larger derivative (1 in the middle), but it still saturates at both ends and still
# needs an exponential. ReLU: does not saturate on the right, no exponential; not centred, and on
# the left the gradient is exactly 0, so units can die. Leaky ReLU: as ReLU, but on the left a small
# part of the gradient passes; hardly better centred. ELU: does not saturate on the right, nearer to
# centred; on the left it saturates at −alpha, and it needs an exponential. (One point.) Outputs
# that are not centred can be called the most serious problem: with three hidden layers and six
# epochs, with the rate tuned for each, subtracting ½ raises the accuracy from below 0.25 to about
# 0.95, although the derivative stays the same (given 30 epochs the plain sigmoid gets there, too).
# Also right: small derivatives, because the first layer of ten gets about two millionths of the
# gradient even without saturation, and with five layers the sigmoid learned only with larger
# weights. Not convincing: the cost of exp, a few times that of a maximum. (One point for a choice
# that rests on a measurement, with its numbers.)
# ### END SOLUTION

# %% [markdown]
# ## 11 In PyTorch
#
# All of these functions are in `torch.nn.functional`. GELU uses erf there unless you ask for
# `approximate="tanh"`. If PyTorch is installed, the cells compare PyTorch's values and gradients
# with yours, and show which derivative it takes at the kinks.

# %% practice=true fold="Values and gradients by PyTorch"
import importlib.util

if importlib.util.find_spec("torch") is None:
    print("PyTorch is not installed here. No later cell needs it.")
elif ready("leaky_relu_backward", "elu_backward", "gelu_backward"):
    import torch
    import torch.nn.functional as TF

    rng = np.random.default_rng(10)
    u_some, dz_some = 2 * rng.normal(size=(4, 5)), rng.normal(size=(4, 5))

    def by_torch(function):
        """Value and gradient by PyTorch."""
        u = torch.tensor(u_some, requires_grad=True)
        z = function(u)
        z.backward(torch.tensor(dz_some))
        return z.detach().numpy(), u.grad.numpy()

    pairs = {
        "leaky ReLU": (lambda u: leaky_relu_forward(u, 0.1), leaky_relu_backward),
        "ELU": (lambda u: elu_forward(u, 1.5), elu_backward),
        "GELU": (gelu_forward, gelu_backward),
    }
    theirs = {
        "leaky ReLU": [by_torch(lambda u: TF.leaky_relu(u, 0.1))],
        "ELU": [by_torch(lambda u: TF.elu(u, 1.5))],
        "GELU": [by_torch(TF.gelu), by_torch(lambda u: TF.gelu(u, approximate="tanh"))],
    }
else:
    print("This cell waits.")

# %% practice=true fold="Compare values, gradients and kinks"
if importlib.util.find_spec("torch") is not None and ready(
    "leaky_relu_backward", "elu_backward", "gelu_backward"
):
    for name, (forward, backward) in pairs.items():
        z, cache = forward(u_some)
        mine = z, backward(dz_some, cache)
        gaps = [
            [np.abs(a - b).max() for a, b in zip(mine, pair, strict=True)] for pair in theirs[name]
        ]
        value_gap, gradient_gap = min(gaps)
        print(f"{name:11} largest difference of z {value_gap:.0e}, of du {gradient_gap:.0e}")
    for name, function in (
        ("leaky ReLU, 0.1:", lambda u: TF.leaky_relu(u, 0.1)),
        ("ELU, alpha 1.5:", lambda u: TF.elu(u, 1.5)),
    ):
        at_zero = torch.zeros(1, requires_grad=True)
        function(at_zero).backward()
        print(f"{name:16} derivative that PyTorch takes at 0: {at_zero.grad.item():g}")

# %% [markdown]
# ## 12 Your cheat sheet
#
# Complete this page in your own words and keep it. Double-click to edit.
#
# | function | value | derivative | its maximum | centred? | flat where? |
# |---|---|---|---|---|---|
# | sigmoid | $1/(1+e^{-u})$ | … | … | … | … |
# | tanh | $2\sigma(\ldots) - 1$ | … | … | … | … |
# | ReLU | … | … | … | … | … |
# | leaky ReLU | … | … | … | … | … |
# | ELU | … | … | … | … | … |
# | GELU | $u\,\Phi(u)$ | … | … | … | … |
#
# - In the backward pass, a layer multiplies a gradient by … and by …; after L layers …
# - Ten sigmoid layers leave about … of a gradient, although the units are not …, because …
# - Larger weights repair that in part, but …
# - After a sigmoid layer, the gradients of a unit's weights for one sample all …, because …
# - Subtracting ½ from a sigmoid divides the largest eigenvalue by about …, so that …
# - Clipping multiplies … by …, if …; it allows …, but not …
# - The update-to-weight ratio is …; it shows …
# - A unit is dead if …; a frequent cause is …; it can recover if …
# - `np.where(u > 0, u, np.exp(u))` computes the exponential also for …; inf times a mask of 0 is …
# - In a shallow network the choice of the activation function …; in a deep one the sigmoid …, and
#   among the other five the learning rate …

# %% [markdown]
# ## What comes next
#
# You have seen that for sigmoid, tanh and ReLU there is a size of the initial weights at which
# gradients neither vanish nor explode. **Notebook 09** finds it by calculation, for linear layers,
# tanh and ReLU, and shows the effect of ten percent larger weights over fifty layers. **Notebook
# 15** goes further and normalises the inputs of each activation function while the network trains.
# Then even ten sigmoid layers learn.

# %% [markdown]
# ## Sources
#
# S0 "Training of neural networks – basics", table "Derivation of activation functions"; S1 "Part
# II: Training", section "What Is the Problem?"; S2 "Training Neural Networks", slides "Activation
# Functions", "Sigmoid", "tanh activation" and "ReLU"; S3 "Backpropagation and Training", slide
# "Vanishing and Exploding Gradients".
#
# <details><summary>The papers that this notebook names</summary>
#
# R. Pascanu, T. Mikolov and Y. Bengio, "On the difficulty of training recurrent neural networks",
# ICML 2013. A. L. Maas, A. Y. Hannun and A. Y. Ng, "Rectifier nonlinearities improve neural network
# acoustic models", ICML workshop 2013. D.-A. Clevert, T. Unterthiner and S. Hochreiter, "Fast and
# accurate deep network learning by exponential linear units (ELUs)", ICLR 2016. D. Hendrycks and K.
# Gimpel, "Gaussian error linear units (GELUs)", arXiv:1606.08415, 2016. A. Karpathy, "Building
# makemore, part 3: activations and gradients, BatchNorm", lecture, 2022.
#
# </details>
