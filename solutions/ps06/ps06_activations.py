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
# - name the three problems of the sigmoid, show each of them in an experiment, and say which one
#   matters most,
# - write leaky ReLU, ELU and GELU with their gradients, safe for large numbers,
# - measure saturated and dead units, and say which dead units can recover and which cannot,
# - say where the choice of the activation function matters much, and where it hardly matters.
#
# **You need** the forward and backward functions of notebook 04, and NumPy. We repeat everything
# that we need about sigmoid, tanh and ReLU.

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

from course_lib import functional
from course_lib.backend import choose_device
from course_lib.datasets import load_digits
from course_lib.gradient_check import check_op, numerical_gradient
from course_lib.initializers import he_normal, lecun_normal
from course_lib.layers import ELU, GELU, LeakyReLU, Linear, ReLU, Sigmoid, Tanh
from course_lib.losses import softmax_cross_entropy
from course_lib.models import mlp
from course_lib.op import Op
from course_lib.optimizers import SGD
from course_lib.plots import activations, gradients, label_lines, slider, theme, training_curves
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
guess("ps06_depth", None)  # your guess in place of None: a number, such as 0.01

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
    """Your layer_gradient_norms once it passes a first test, until then the library's."""
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
    "ps06_depth",
    float(np.median(ratios)),
    f"First layer over last layer: the median of ten networks; from {ratios.min():.1e} to "
    f"{ratios.max():.1e}.",
)

# %% practice=true fold="Draw the size of dW by layer" after="ps06_depth"
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

# %% [markdown] after="ps06_depth"
# *In words: an orange line on a logarithmic axis, the size of dW for layers 1 to 10, with a dot for
# each network. It rises in equal steps from the first layer to the last, by about a factor of four
# each, nearly six powers of ten in all, close to a dotted line that falls to a quarter from each
# layer to the one below. The dots of a layer lie close together.*
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
claim("nearly all pre-activations lie between\n−2 and 2", inside, above=0.95, given=[-2, 2])
claim(
    "by about a factor of\nfour each, nearly six powers of ten in all",
    -np.log10(np.median(ratios)),
    equals=5.7,
    within=0.3,
)
claim("by about a factor of\nfour each", np.median(factors, axis=0), equals=4.25, within=0.75)
quarters = np.median(sizes, axis=0) / sizes[0][-1] * 4.0 ** np.arange(9, -1, -1)
claim("close to a dotted line that falls to a quarter", quarters, above=0.5, below=1.5)
claim(
    "The dots of a layer lie close together.",
    np.max(sizes, axis=0) / np.min(sizes, axis=0),
    below=3,
)
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
# does two things to the upstream gradient `dz` (notebook 04):
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
    figure, axes = plt.subplots(2, 3, figsize=(9, 4.6), sharex=True, sharey=True)
    for ax, (name, (forward, backward, constants)) in zip(axes.flat, SIX.items(), strict=True):
        z, cache = forward(numbers, *constants)
        derivative = backward(np.ones_like(numbers), cache)
        ax.plot(numbers, z, color=theme.FORWARD, label="value f(u)")
        ax.plot(numbers, derivative, "--", color=theme.GRADIENT, label="derivative f′(u)")
        ax.set(title=f"{name}: f′(u) up to {derivative.max():.2g}", ylim=(-1.3, 2.3))
    axes[0, 0].text(-3.8, 1.2, "value f(u)", color=theme.FORWARD)
    axes[0, 0].text(-3.8, 0.45, "derivative f′(u)", color=theme.GRADIENT)
    for ax in axes[1]:
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
# the line z = u. Its derivative jumps from 0 to 1. <!-- no claim: derived --> Leaky ReLU is
# similar, but it has a small positive slope on the left. ELU bends smoothly towards −1 on the left.
# GELU dips a little below 0 before it approaches the line z = u. Its derivative goes slightly below
# 0 and slightly above 1.*
#
# ### A chain of single units
#
# The smallest deep network has one unit in each layer, all with the same weight w: $z_l =
# \sigma(u_l)$, $u_{l+1} = w\,z_l$, where σ is the sigmoid. Write three short formulas as code.
# They earn no points. The cell below them compares each with finite differences.
#
# 1. **The derivative.** S2 ("Sigmoid") prints $f'(x) = f(x)(1 - f(x))$ and asks: what happens at x
#    = −10, at 0, at 10? Write the derivative as a function of `u` and look at the three numbers.
# 2. **One step back.** Let s be the derivative of the sigmoid at $u_l$, and let the weight w lead
#    from $z_l$ to $u_{l+1}$. By which factor must you multiply $\partial L/\partial u_{l+1}$ to get
#    $\partial L/\partial u_l$?
# 3. **The whole chain.** Suppose that this factor is the same at every step. The gradient at $u_L$
#    is 1. What is the gradient at $u_1$? Count the steps, not the layers.


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


# %% solution="one_step_back"
def one_step_back(s, w):
    """The factor from dL/du_(l+1) to dL/du_l, for u_(l+1) = w * sigmoid(u_l) and s = f'(u_l)."""
    ### BEGIN SOLUTION
    return w * s
    ### END SOLUTION


# %% solution="whole_chain"
def whole_chain(factor, L):
    """The gradient at u_1 if it is 1 at u_L and each of the steps multiplies it by factor."""
    ### BEGIN SOLUTION
    return factor ** (L - 1)
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
measured = (end_of_chain(0.7 + h, -3.0, 2) - end_of_chain(0.7 - h, -3.0, 2)) / (2 * h)
compare("one_step_back", lambda: one_step_back(sigmoid(0.7) * (1 - sigmoid(0.7)), -3.0), measured)
fixed = 0.5
w = fixed / sigmoid(fixed)  # with this weight u is 0.5 in every layer
h = 1e-3
measured = (end_of_chain(fixed + h, w, 6) - end_of_chain(fixed - h, w, 6)) / (2 * h)
factor = w * sigmoid(fixed) * (1 - sigmoid(fixed))
compare("whole_chain", lambda: whole_chain(factor, 6), measured)

# %% [markdown]
# The three numbers answer the question of S2: almost 0, a quarter, almost 0. (The derivative is
# 0.000045 at both ends, by symmetry.) At −10 and 10 the unit is **saturated**: the downstream
# gradient is tiny compared with the upstream gradient.
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
    "(The derivative is 0.000045 at both ends, by symmetry.)",
    sigmoid_derivative(asked[::2]),
    equals=4.5e-5,
    within=5e-7,
)
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
# The sigmoid squeezes every number into (0, 1). S2 calls it historically popular, because a number
# between 0 and 1 can be read as the firing rate of a neuron. S2 lists three problems: saturated
# neurons "kill" the gradients, the outputs are not zero-centred, and exp() costs time. We measure
# all three.
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
# Write it without loops. No graded function of this notebook may change its arguments.


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
# Units saturate if the initial weights are too large, or if the weights grow during training. Small
# weights do not solve the problem: the derivative is then about ¼, but the backward pass also
# multiplies by the small weights, so the gradient still shrinks in each layer.

# %% [markdown]
# ### Problem 2: the outputs are not centred on zero
#
# The inputs of a unit in the second layer are the outputs of the first layer's sigmoids, so they
# are all positive. For a single sample, the gradient of its weights is $\partial L/\partial w_i =
# x_i\,du$: each input times the one number `du` of this unit. Write this gradient for all i at once
# (no points).


# %% solution="unit_gradient"
def unit_gradient(x, du):
    """dL/dw of one unit u = sum_i w_i x_i, for one sample; x (D,), du a number."""
    ### BEGIN SOLUTION
    return x * du
    ### END SOLUTION


# %% practice=true fold="Compare your gradients with finite differences"
rng = np.random.default_rng(2)
x_one, w_one = rng.uniform(0.2, 1.8, size=6), rng.normal(size=6)
measured = numerical_gradient(lambda w: 0.5 * (w @ x_one - 3.0) ** 2, w_one, 1e-6)
compare("unit_gradient", lambda: unit_gradient(x_one, w_one @ x_one - 3.0), measured)
print(f"finite differences: {measured.round(2)}")

# %% [markdown]
# With positive inputs, all these gradients have the sign of `du`. <!-- no claim: derived --> So in
# one step either all weights of the unit increase, or all decrease. <!-- no claim: derived --> If
# one weight should increase and another should decrease, the path becomes a zigzag. The next figure
# shows two weights that start at 0 and should reach 1.5 and −1. They learn from one sample at a
# time: first from positive inputs, then from the same inputs after subtracting their mean.

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
claim(
    "With positive inputs every step goes up and right or down and left",
    alike["positive inputs"],
    above=1 - 1e-9,
)
claim(
    "With centred inputs about half of the steps go in other directions",
    1 - alike["centred inputs"],
    equals=0.5,
    within=0.1,
)
claim(
    "and the path is much straighter",
    lengths["centred inputs"],
    below=lengths["positive inputs"] / 2,
)

# %% [markdown]
# *In words: two paths from (0, 0) to a star at (1.5, −1). With positive inputs every step goes up
# and right or down and left, so the path to the lower right is a zigzag. With centred inputs about
# half of the steps go in other directions, and the path is much straighter.*
#
# <details><summary>Why all gradients have one sign</summary>
#
# - $u = \sum_j w_j x_j$, so $\partial u/\partial w_i = x_i$.
# - $\partial L/\partial w_i = (\partial L/\partial u)\,(\partial u/\partial w_i) = du\,x_i$, by the
#   chain rule. The factor $du$ is the same for all i.
# - If all $x_i$ are positive, every $du\,x_i$ has the sign of $du$. A step of gradient descent then
#   moves all weights of the unit in the same direction.
#
# </details>
#
# You may object that nobody trains on single samples, and that a batch adds up gradients of
# different signs. So we measure the signs in the second layer of networks on digits, with their
# initial weights. The table shows, for each batch size, the share of units whose 64 gradients all
# have one sign (ten batches for each of the seeds 0, 1, 2). A zero fits either sign, but a unit
# with only zeros (inactive for the whole batch) counts as one without a common sign.


# %% practice=true fold="Measure gradients with one sign"
def second_layer_gradient(network, x, t):
    """dW of the second linear layer, from one batch."""
    value, backward_functions = x, []
    for layer in network.layers:
        value, backward = layer.forward(value, training=True)
        backward_functions.append(backward)
    parameter = network.layers[2].W
    before = parameter.grad.copy()
    _, dy = softmax_cross_entropy(value, t)
    for backward in reversed(backward_functions):
        dy = backward(dy)
    return parameter.grad - before


THREE_KINDS = {
    "sigmoid": (Sigmoid, lecun_normal),
    "tanh": (Tanh, lecun_normal),
    "ReLU": (ReLU, he_normal),
}
one_sign = {}
print("batch    sigmoid      tanh      ReLU")
for N in (1, 4, 16, 64, 256):
    for name, (kind, init) in THREE_KINDS.items():
        alike = []
        for seed in range(3):
            rng = np.random.default_rng(seed)
            network = mlp([64, 64, 64, 10], rng=rng, activation=kind, init=init)
            for _ in range(10):
                batch = rng.integers(len(x_train), size=N)
                dW = second_layer_gradient(network, x_train[batch], t_train[batch])
                one = np.all(dW >= 0, axis=0) | np.all(dW <= 0, axis=0)
                alike.append(np.mean(one & np.any(dW != 0, axis=0)))
        one_sign[name, N] = np.mean(alike)
    print(f"{N:5} " + "".join(f"{one_sign[name, N]:10.0%}" for name in THREE_KINDS))

# %% [markdown]
# With one sample, the 64 gradients of every unit after a sigmoid layer have one sign, as derived.
# Larger batches reduce this share only slowly: even with 256 samples more than half of the units
# after a sigmoid layer have gradients of one sign. The reason is that more than 90 % of the sigmoid
# outputs lie between 0.25 and 0.75. They vary around ½, so each entry of a unit's column of `dW`
# is roughly ½ times the sum of its `du` over the batch, and the entries often have one sign.
#
# ReLU is never negative either (S2 notes "not zero-centered" for ReLU, too), but many of its
# outputs are exactly 0. With one sample about half of the units after a ReLU layer have gradients
# of one sign (the others have only zeros), with 256 samples about one in twenty. With tanh no unit
# has gradients of one sign.

# %% claims=true
claim(
    "With one sample, the 64 gradients of every unit after a sigmoid layer have one sign",
    one_sign["sigmoid", 1],
    above=1 - 1e-9,
    given=[64],
)
claim(
    "with 256 samples more than half of the units after a sigmoid layer have gradients of one sign",
    one_sign["sigmoid", 256],
    above=0.5,
    given=[256],
)
claim(
    "With one sample about half of the units after a ReLU layer have gradients of one sign",
    one_sign["ReLU", 1],
    equals=0.5,
    within=0.1,
)
one_sign_or_zeros = []
for seed in range(3):
    rng = np.random.default_rng(seed)
    initial = mlp([64, 64, 64, 10], rng=rng, activation=ReLU, init=he_normal)
    for n in range(10):
        dW = second_layer_gradient(initial, x_train[[n]], t_train[[n]])
        one_sign_or_zeros.append(np.mean(np.all(dW >= 0, axis=0) | np.all(dW <= 0, axis=0)))
claim("(the others have only zeros)", one_sign_or_zeros, above=1 - 1e-9)
claim(
    "with 256 samples about one in twenty",
    one_sign["ReLU", 256],
    equals=0.05,
    within=0.0125,
    given=[256],
)
claim(
    "With tanh no unit has gradients of one sign.",
    max(one_sign["tanh", N] for N in (1, 4, 16, 64, 256)),
    below=1e-3,
    above=-1e-3,
)
near_half, mean_output, beside_half = [], [], []
for seed in range(3):
    rng = np.random.default_rng(seed)
    initial = mlp([64, 64, 64, 10], rng=rng, activation=Sigmoid, init=lecun_normal)
    z = list(layer_outputs(initial, x_train).values())[1]
    near_half.append(np.mean((z > 0.25) & (z < 0.75)))
    mean_output.append(z.mean())
    dW = second_layer_gradient(initial, x_train[:256], t_train[:256])
    half_of_sum = 0.5 * initial.layers[2].b.grad  # the gradient of the biases: the sums of du
    beside_half.append(np.linalg.norm(dW - half_of_sum) / np.linalg.norm(dW))
claim(
    "more than 90 % of the sigmoid outputs lie between 0.25 and 0.75",
    near_half,
    above=0.9,
    given=[0.25, 0.75],
)
claim("They vary around ½", mean_output, equals=0.5, within=0.05)
quote = "each entry of a unit's column of `dW` is roughly ½ times the sum of its `du`"
claim(quote, beside_half, below=0.5)

# %% [markdown]
# ### Does the centre matter?
#
# There is a clean test. Take a sigmoid and subtract ½. Its derivative is exactly the same, and only
# the centre has moved. Tanh is centred **and** has a larger derivative. If outputs that are not
# centred are a problem, the shift alone must help.
#
# We train networks with one and with three hidden layers of 64 units for six epochs, with the seeds
# 0, 1 and 2. Each of the three activation functions is trained with every learning rate of a grid,
# because its best rate may differ. **With three hidden layers, the plain sigmoid stays below 0.25
# in six epochs, even at its best rate (mean test accuracy of the seeds; guessing reaches about
# 0.1). Which accuracy does the shifted sigmoid reach at its best rate?**

# %% guess="accuracy of the shifted sigmoid"
guess("ps06_shift", None)  # your guess in place of None: an accuracy, such as 0.2

# %% [markdown]
# The training uses *momentum*: each step is 0.9 times the previous step plus the usual step along
# the negative gradient ([notebook 08](../ps08/ps08_momentum.ipynb)).


# %% practice=true
def shifted_forward(u):
    """The sigmoid minus one half."""
    z, cache = functional.sigmoid_forward(u)
    return z - 0.5, cache


def shifted_sigmoid():
    """The same as a layer. Its backward pass is that of the sigmoid."""
    return Sigmoid(op=Op(shifted_forward, functional.sigmoid_backward))


# %% practice=true fold="Define a training run"
def train(network, rng, lr, epochs=6, momentum=0.9, batch_size=32, note=None):
    """Train on digits with momentum. Returns the test accuracy at the end.

    If the loss overflows, the run stops and counts as guessing.
    """
    try:
        history = fit(
            network,
            x_train,
            t_train,
            loss=softmax_cross_entropy,
            optimizer=SGD(network.parameters(), lr=lr, momentum=momentum),
            epochs=epochs,
            batch_size=batch_size,
            rng=rng,
            validation=(x_test, t_test),
            callbacks=[note] if note else [],
            progress=False,
        )
    except FloatingPointError:
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


# %% practice=true
SHIFT_RATES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
SIGMOIDS = {"sigmoid": Sigmoid, "sigmoid − ½": shifted_sigmoid, "tanh": Tanh}
shift_race = {
    (name, hidden): over_rates(
        lambda seed, kind=kind, hidden=hidden: fresh(kind, lecun_normal, hidden, seed),
        SHIFT_RATES,
        batch_size=64,
    )
    for hidden in (1, 3)
    for name, kind in SIGMOIDS.items()
}
at_half = shift_race["sigmoid − ½", 3]
reveal(
    "ps06_shift",
    float(at_half[at_best(at_half)].mean()),
    f"The shifted sigmoid, three hidden layers, tuned rate, mean of the seeds 0, 1, 2; single runs "
    f"from {at_half[at_best(at_half)].min():.2f} to {at_half[at_best(at_half)].max():.2f}.",
)

# %% practice=true fold="Print and draw the accuracies" after="ps06_shift"
for (name, hidden), reached in shift_race.items():
    best = at_best(reached)
    print(f"{hidden} hidden layer{'s' if hidden > 1 else ' '}  {name:12}", end="")
    print(f" best rate {SHIFT_RATES[best]:4g}: accuracy {reached[best].mean():.3f}", end="")
    print(f" ± {reached[best].std(ddof=1):.3f}")
with theme.style():
    figure, axes = plt.subplots(1, 2, figsize=(8.4, 3.2), sharey=True)
    looks = dict(zip(SIGMOIDS, ("o-", "D--", "s:"), strict=True))
    colours = dict(zip(SIGMOIDS, (theme.FORWARD, theme.CYCLE[2], theme.INK), strict=True))
    for (name, hidden), reached in shift_race.items():
        ax = axes[(1, 3).index(hidden)]
        mean, sd = reached.mean(axis=1), reached.std(axis=1, ddof=1)
        colour = colours[name]
        ax.errorbar(SHIFT_RATES, mean, sd, fmt=looks[name], color=colour, capsize=3, label=name)
        ax.set(xscale="log", xlabel="learning rate", ylim=(0, 1.02))
        ax.set_title(f"{hidden} hidden layer{'s' if hidden > 1 else ''}")
        ax.set_xticks(SHIFT_RATES, [f"{lr:g}" for lr in SHIFT_RATES])
        ax.minorticks_off()
    axes[0].set_ylabel("test accuracy")
    label_lines(axes[1])
    figure.suptitle(
        "Test accuracy by learning rate (mean ± sd of seeds 0, 1, 2)", x=0.02, ha="left"
    )
    plt.show()

# %% [markdown] after="ps06_shift"
# *In words: two panels, the test accuracy over the learning rate on a logarithmic axis. With one
# hidden layer all three curves get above 0.95. Tanh falls first as the rate grows. With three
# hidden layers the plain sigmoid stays below 0.25 at all rates. The shifted sigmoid climbs up to a
# rate of 0.8 and gets nearly as high as tanh, which has its best rates on the left.*
#
# With one hidden layer the shift makes little difference: at their best rates the three are within
# about one percentage point of each other. There the hidden layer receives pixels, which are the
# same for all three. Only the output layer receives outputs of the activation function.
#
# With three hidden layers the plain sigmoid stays close to guessing in these six epochs. The
# shifted sigmoid reaches about 0.95 and tanh about 0.97. The shifted sigmoid has exactly the same
# small derivative as the plain one, and yet it learns. So the small derivative alone does not
# explain the difference. (We chose the best rates with the same test images, so the results may be
# slightly too good.) <!-- no claim: setting -->

# %% [markdown]
# Does the plain sigmoid never learn, or does it only need more time? We train it for 30 epochs, at
# two of the rates.

# %% practice=true fold="Train the plain sigmoid for 30 epochs" after=false
longer = {}
print("plain sigmoid, three hidden layers: accuracy (mean of seeds 0, 1, 2) after")
print("                6 epochs   10   20   30")
for lr in (0.1, 0.4):
    by_epoch = []
    for seed in range(3):
        seen = []
        network, rng = fresh(Sigmoid, lecun_normal, 3, seed)
        train(
            network,
            rng,
            lr,
            epochs=30,
            batch_size=64,
            note=lambda _, history, seen=seen: seen.append(history.validation_accuracy[-1]),
        )
        by_epoch.append(seen)
    longer[lr] = np.array(by_epoch)
    means = longer[lr].mean(axis=0)[[5, 9, 19, 29]]
    print(f"rate {lr:g}        {means[0]:9.2f}" + "".join(f"{mean:5.2f}" for mean in means[1:]))

# %% [markdown] after=false
# It learns, but later: after 20 epochs it reaches about 0.83 at a rate of 0.1 and 0.94 at 0.4, and
# after 30 epochs about 0.95 and 0.97. So with these initial weights and rates, the outputs that are
# not centred *delay* the sigmoid by more than ten epochs. They do not stop it from learning.

# %% claims=true
best_shift = {key: reached[at_best(reached)] for key, reached in shift_race.items()}
tops = [best_shift[name, 1].mean() for name in SIGMOIDS]
claim(
    "at their best rates the three are within about one percentage point of each other",
    max(tops) - min(tops),
    below=0.015,
)
claim(
    "the plain sigmoid stays below 0.25 in six epochs, even at its best rate",
    shift_race["sigmoid", 3].mean(axis=1).max(),
    below=0.25,
)
quote = "after 20 epochs it reaches about 0.83 at a rate of 0.1 and 0.94 at 0.4"
claim(
    quote,
    longer[0.1][:, 19].mean(),
    equals=0.83,
    within=0.08,
    given=[20, 0.1, 0.94, 0.4],
)
claim(
    quote,
    longer[0.4][:, 19].mean(),
    equals=0.94,
    within=0.05,
    given=[20, 0.1, 0.83, 0.4],
)
quote = "after 30 epochs about 0.95 and 0.97"
claim(quote, longer[0.1][:, 29].mean(), equals=0.95, within=0.04, given=[30, 0.97])
claim(quote, longer[0.4][:, 29].mean(), equals=0.97, within=0.03, given=[30, 0.95])
quote = "the outputs that are not centred *delay* the sigmoid by more than ten epochs"
for lr in (0.1, 0.4):
    top = best_shift["sigmoid − ½", 3].mean() - 0.05
    reaches = 1 + int(np.argmax(longer[lr].mean(axis=0) > top))
    claim(quote, reaches - 6, above=10)
claim(
    "The shifted sigmoid reaches about 0.95",
    best_shift["sigmoid − ½", 3].mean(),
    equals=0.95,
    within=0.03,
)
claim("tanh about 0.97", best_shift["tanh", 3].mean(), equals=0.97, within=0.02)
claim(
    "tanh, which has its best rates on the left",
    SHIFT_RATES[at_best(shift_race["tanh", 3])],
    below=SHIFT_RATES[at_best(shift_race["sigmoid − ½", 3])],
)
quote = "The shifted sigmoid climbs up to a rate of 0.8 and gets nearly as high as tanh"
shifted_means = shift_race["sigmoid − ½", 3].mean(axis=1)
claim(quote, np.diff(shifted_means[: SHIFT_RATES.index(0.8) + 1]), above=0, given=[0.8])
claim(quote, shifted_means[-1], below=shifted_means[-2], given=[0.8])
claim(quote, shifted_means.max(), above=best_shift["tanh", 3].mean() - 0.05, given=[0.8])
claim("With one hidden layer all three curves get above 0.95.", tops, above=0.95)
claim(
    "Tanh falls first as the rate grows.",
    shift_race["tanh", 1][-1],
    below=np.minimum(shift_race["sigmoid", 1][-1], shift_race["sigmoid − ½", 1][-1]) - 0.3,
)
claim(
    "With three hidden layers the plain sigmoid stays below 0.25 at all rates.",
    shift_race["sigmoid", 3].mean(axis=1).max(),
    below=0.25,
)
claim(
    "the plain sigmoid stays close to guessing in these six epochs",
    shift_race["sigmoid", 3].mean(axis=1),
    below=0.25,
)

# %% [markdown]
# ### Problem 3: the exponential costs time
#
# First we apply three functions to 131,072 numbers, in float32 and in float64. The table gives the
# times as multiples of the time of `np.maximum(u, 0)`. Each time is the shortest of several runs,
# because other programs disturb the measurement.

# %% practice=true fold="Measure the time of the bare functions"
import time


def seconds(call, repeats=15):
    """Processor time of the fastest of several calls."""
    best = math.inf
    for _ in range(repeats):
        start = time.process_time()
        call()
        best = min(best, time.process_time() - start)
    return best


u_large = np.random.default_rng(4).normal(size=(256, 512))
bare = {"maximum": lambda u: np.maximum(u, 0), "exp": np.exp, "tanh": np.tanh}
print("            float32   float64   (maximum = 1)")
in_both = (u_large.astype(np.float32), u_large)
for name, function in bare.items():
    row = [
        seconds(lambda u=u, f=function: f(u)) / seconds(lambda u=u: np.maximum(u, 0))
        for u in in_both
    ]
    print(f"{name:10} {row[0]:8.1f} {row[1]:9.1f}")

# %% [markdown]
# Now we measure the forward and the backward pass of each activation function, and of the linear
# layer before it (256 samples, 512 units, float32).

# %% practice=true fold="Measure the time of whole layers"
u_single, W_single = in_both[0], np.full((512, 512), 0.01, dtype=np.float32)


def forward_and_backward(forward, backward, constants):
    """One forward and one backward pass of an activation function."""
    _, cache = forward(u_single, *constants)
    return backward(u_single, cache)


def linear_forward_and_backward():
    """The same for the linear layer: one matrix product forward, two backward."""
    return u_single @ W_single, u_single @ W_single.T, u_single.T @ u_single


taken = {name: seconds(lambda pair=pair: forward_and_backward(*pair)) for name, pair in SIX.items()}
taken["(linear layer)"] = seconds(linear_forward_and_backward)
for name, value in taken.items():
    print(f"{name:15} {value / taken['ReLU']:6.1f} times ReLU")

# %% claims=true
claim("it still takes longer than ReLU", taken["leaky ReLU"], above=taken["ReLU"])
claim(
    "the linear layer with its 512 inputs takes longer than the sigmoid",
    taken["(linear layer)"],
    above=taken["sigmoid"],
    given=[512],
)

# %% [markdown]
# These times are those of your machine. The cost of the exponential itself depends on the precision
# and on the processor. If NumPy computes several numbers at once, an exponential may cost hardly
# more than a maximum. Leaky ReLU has no exponential at all, and it still takes longer than ReLU:
# how often an array is read and written matters, too. Compare with the last row: the linear layer
# with its 512 inputs takes longer than the sigmoid. So the exponential only makes each step slower
# by a constant factor. <!-- no claim: derived --> The other two problems can cost many epochs, and
# a deep network may not learn at all (section 10).
#
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

        dW = numerical_gradient(loss, W, 1e-5)
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
# Compare it with the slow definition, on a small network:

# %% practice=true fold="Compare with the slow definition"
if ready("layer_gradient_norms"):
    rng = np.random.default_rng(5)
    small = [rng.normal(size=shape) for shape in ((3, 4), (4, 4), (4, 2))]
    x_few, dy_few = rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    print("yours:             ", np.round(layer_gradient_norms(small, x_few, dy_few), 6))
    print(
        "finite differences:",
        np.round(layer_gradient_norms_by_differences(small, x_few, dy_few), 6),
    )
else:
    print("This cell waits.")

# %% [markdown]
# The factor per layer is derivative times weights. So larger weights should compensate for small
# derivatives. But in section 3 larger weights saturated the units, and then the derivative is
# almost 0. Which effect is stronger? We measure the ten layers of section 1, with weights from half
# to 32 times their size.

# %% practice=true fold="Measure seven sizes of the weights"
if ready("layer_gradient_norms", "saturated_fraction"):
    print("size of weights   first/last: median, range of ten networks   saturated")
    by_size = {}
    for scale in (0.5, 1, 2, 4, 8, 16, 32):
        found, saturated = [], []
        for seed in range(10):
            rng = np.random.default_rng(seed)
            weights = [rng.normal(0, scale / 8, size=(64, 64)) for _ in range(10)]
            x_some, dy_some = x_train[:32].astype(float), rng.normal(size=(32, 64))
            norms = layer_gradient_norms(weights, x_some, dy_some)
            found.append(norms[0] / norms[-1])
            for layer in range(1, 11):
                z = output_of(weights[:layer], x_some)
                saturated.append(saturated_fraction(z, 0.05, 0.95))
        middle, low, high = np.median(found), min(found), max(found)
        by_size[scale] = middle, np.mean(saturated)
        print(f"{scale:11} {middle:15.1e}   {low:.0e} to {high:.0e} {np.mean(saturated):20.0%}")
else:
    print("This cell waits.")

# %% [markdown]
# Read the second and the last column together. (The last one is a mean over the layers, with the
# bounds of section 3.) Between 8 and 16 times the size of section 1 the ratio passes 1: there the
# gradient keeps its size. Still larger weights make it **explode**, although by then most
# activations are saturated. The gradient passes through the few units that are not saturated, and
# large weights multiply it. So a saturated network need not have vanishing gradients. Where the
# gradient keeps its size, more than half of the activations are saturated, and almost all of the
# gradient comes through the others.
#
# Other activation functions can keep the size of the gradient almost without saturation. Here are
# ten layers with sigmoid, tanh and ReLU. This time we look at `du`. Unlike `dW`, it does not
# contain the layer's input. Move the slider for the size of the weights.

# %% claims=true
quote = "there the gradient keeps its size"
claim(quote, by_size[8][0], below=1, above=0.05)
claim(quote, by_size[16][0], above=1, below=20)
quote = "Still larger weights make it **explode**, although by then most activations are saturated"
claim(quote, by_size[32][0], above=20)
claim(quote, by_size[32][1], above=0.5)
claim(
    "more than half of the activations are saturated",
    [by_size[8][1], by_size[16][1]],
    above=0.5,
)
through_saturated = []  # their share of the squared gradient, by network and layer
for scale in (8, 16):
    for seed in range(3):
        rng = np.random.default_rng(seed)
        outputs, kept = x_train[:32].astype(float), []
        for _ in range(10):
            kept.append(rng.normal(0, scale / 8, size=(64, 64)))
            outputs = sigmoid(outputs @ kept[-1])
        dz = rng.normal(size=outputs.shape)
        for layer in range(10, 0, -1):
            outputs = output_of(kept[:layer], x_train[:32].astype(float))
            du = dz * outputs * (1 - outputs)
            flat = (outputs <= 0.05) | (outputs >= 0.95)
            through_saturated.append(np.sum(du[flat] ** 2) / np.sum(du**2))
            dz = du @ kept[layer - 1].T
claim(
    "almost all of the gradient comes through the others",
    through_saturated,
    below=0.05,
)


# %% practice=true fold="Draw the size of du by layer"
def sizes_by_layer(forward, backward, scale, seed=0, n_layers=10):
    """The sizes of du and of dW in each layer, for any activation function."""
    rng = np.random.default_rng(seed)
    z, kept = x_train[:32].astype(float), []
    for _ in range(n_layers):
        W = rng.normal(0, scale / 8, size=(64, 64))
        z_next, cache = forward(z @ W)
        kept.append((z, W, cache))
        z = z_next
    dz, sizes = rng.normal(size=z.shape), []
    for z_in, W, cache in reversed(kept):
        du = backward(dz, cache)
        sizes.insert(0, (np.linalg.norm(du), np.linalg.norm(z_in.T @ du)))
        dz = du @ W.T
    return np.array(sizes).T


THREE = [theme.FORWARD, *theme.CYCLE[2:4]]  # without the orange, which is for gradients alone


def draw_depth(scale):
    """The size of du by layer, relative to the last layer, for three activation functions."""
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3.2))
        for name, colour, marker in zip(("sigmoid", "tanh", "ReLU"), THREE, "os^", strict=True):
            by_seed = [sizes_by_layer(*SIX[name][:2], scale, seed)[0] for seed in range(3)]
            norms = np.median(by_seed, axis=0)
            ax.plot(range(1, 11), norms / norms[-1], marker=marker, color=colour, label=name)
        ax.plot([1, 10], [1, 1], color=theme.INK, linewidth=0.8)
        ax.set(yscale="log", ylim=(1e-9, 1e9), xlabel="layer", xticks=range(1, 11))
        ax.set_ylabel("size of du, last layer = 1")
        ax.set_title(f"Size of du in ten layers, weights of variance {scale:g}² / 64")
        label_lines(ax)
    return figure


slider(
    draw_depth,
    (0.5, 1, 1.4, 4, 12),
    name="size of the weights",
    alt="Size of du by layer for sigmoid, tanh and ReLU. At 0.5 all three fall towards the first "
    "layer. At 1 tanh falls to about half, at 1.4 ReLU is nearly level. At 12 tanh and ReLU "
    "explode.",
    dpi=100,
)

# %% [markdown]
# *In words: three curves over the layers 1 to 10 on a logarithmic axis, all equal to 1 at layer 10.
# At size 0.5 all fall towards layer 1, the sigmoid by far the most. At 1 tanh falls to about half
# and ReLU by a factor of about 26. At 1.4 tanh and ReLU are both nearly level. At 4 and above both
# rise towards layer 1, ReLU more steeply: they explode. The sigmoid still falls at 4 and is near
# level at 12.*
#
# For each of the three there is a size of the weights at which the gradient neither vanishes nor
# explodes: at size 0.5 the gradient at the first layer is smaller than at the last, and at size 12
# it is larger. So somewhere in between it is equal. For ReLU this size is near √2. About half of
# its derivatives are 0 and half are 1, so the mean square of the gradient is halved, and weights
# larger by √2 make up for that. Notebook 07 derives the size for tanh and for ReLU.
#
# For ReLU, look also at `dW` in the first layer and in the last:

# %% claims=true
falls = {
    (name, scale): np.median(
        [
            norms[0] / norms[-1]
            for norms in (sizes_by_layer(*SIX[name][:2], scale, s)[0] for s in range(3))
        ]
    )
    for name in ("sigmoid", "tanh", "ReLU")
    for scale in (0.5, 1, 1.4, 4, 12)
}
claim(
    "At size 0.5 all fall towards layer 1, the sigmoid by far the most",
    falls["sigmoid", 0.5],
    below=min(falls["tanh", 0.5], falls["ReLU", 0.5]) / 1000,
    given=[0.5, 1],
)
small_weights = np.array([sizes_by_layer(*SIX["sigmoid"][:2], 0.5, seed)[0] for seed in range(3)])
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
saturated = []  # tanh(u) = ±0.9 corresponds to the bounds 0.05 and 0.95 of the sigmoid
for seed in range(3):
    rng, z = np.random.default_rng(seed), x_train[:32].astype(float)
    for _ in range(10):
        z = np.tanh(z @ rng.normal(0, 1.4 / 8, size=(64, 64)))
        saturated.append(np.mean(np.abs(z) >= 0.9))
claim("can keep the size of the gradient almost without saturation", np.mean(saturated), below=0.1)
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

# %% practice=true fold="Measure the size of dW"
print("ReLU: size of dW, median of the seeds 0, 1, 2")
print("size of weights   first layer   last layer   first/last")
first_over_last = []
for scale in (0.5, 1, 1.4, 2, 4):
    first, last = np.median(
        [sizes_by_layer(*SIX["ReLU"][:2], scale, seed)[1][[0, -1]] for seed in range(3)], axis=0
    )
    first_over_last.append(first / last)
    print(f"{scale:15} {first:13.1e} {last:12.1e} {first / last:12.1f}")

# %% [markdown]
# All layers get `dW` of about the same size, whatever the size of the weights. (The table shows the
# first and the last.) The reason is that ReLU(cu) = c · ReLU(u) for c > 0. With weights c times as
# large, each layer contributes an additional factor c to the activations in the forward pass and to
# the gradient in the backward pass. The `dW` of a layer is the product of its input and its `du`,
# so it contains the factors of **all other layers**. Therefore the `dW` of all layers vanish
# together and explode together. The ratio of first to last does not show this. So look at the sizes
# themselves, too.

# %% claims=true
quote = "All layers get `dW` of about the same size, whatever the size of the weights."
profiles = np.array([sizes_by_layer(*SIX["ReLU"][:2], 1.4, seed)[1] for seed in range(3)])
claim(quote, profiles.max(axis=1) / profiles.min(axis=1), below=3)
claim(quote, np.ptp(first_over_last), below=1e-6)

# %% [markdown]
# ## 5 ReLU, and one that leaks
#
# ReLU, $\max(u, 0)$, solves the third problem, because it needs no exponential. It solves half of
# the first problem: for u > 0 the derivative is exactly 1, however large u is. Its outputs are not
# zero-centred. S2 ("ReLU") notes this, and also an annoyance, with a hint: **what is the gradient
# when x < 0?** Look at the figure in section 2 and answer before you read on.
#
# It is exactly 0. If u is negative for a sample, the unit is inactive: it passes no gradient on,
# and its weights learn nothing from this sample. The simplest remedy is a small slope on the left
# (Maas and others, 2013). For a single number:


# %%
def leaky_relu_of_one(u, slope):
    """u to the right of 0, slope * u to the left of it; slope is between 0 and 1."""
    return u if u > 0 else slope * u


# %% [markdown]
# Write it for arrays. You decide what the cache contains; the backward pass gets only `dz` and the
# cache. Keep the float type. Networks compute in float32, and an activation function that returns
# float64 makes all later layers slower. `slope` is a plain Python number, which does not change the
# type of an array. But `np.where` with two plain numbers returns float64.


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

# %% [markdown]
# Now the backward pass. At u = 0 the function has a kink. There, any factor from `slope` to 1 is
# accepted.


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
# ## 6 ELU
#
# The *exponential linear unit* (Clevert and others, 2016) has negative values too, so its outputs
# are better centred. But it saturates for very negative u: there its output hardly changes with u.
# For a single number:


# %%
def elu_of_one(u, alpha):
    """u to the right of 0; to the left a curve down to -alpha."""
    return u if u > 0 else alpha * (math.exp(u) - 1)


# %% [markdown]
# Here is a trap. `np.where(condition, a, b)` computes **both** a and b for all entries, and then
# chooses. For u = 1000 the exponential overflows to inf, and NumPy warns. The result is right as
# long as inf is not chosen, and the warning costs no points. But if you multiply inf by a mask that
# is 0 there, you compute 0 · inf. What is 0 · inf? You can also keep large numbers out of the
# exponential.


# %% solution="elu_forward"
def elu_forward(u, alpha):
    """Exponential linear unit, entry by entry: u where u > 0, else alpha * (exp(u) - 1).

    u : an array of any shape, alpha : a positive number
    returns z : the same shape and float type, and cache
    """
    ### BEGIN SOLUTION
    z = np.where(u > 0, u, alpha * (np.exp(np.minimum(u, 0)) - 1))
    return z, (z, alpha)
    ### END SOLUTION


# %% check="elu_forward"
check("elu_forward", elu_forward)

# %% [markdown]
# For the backward pass, differentiate both cases. Then compare the derivative on the left with the
# value on the left. Can you get the derivative without a second exponential? At u = 0 the
# derivative is 1 from the right and alpha from the left. Any factor from one to the other is
# accepted.


# %% solution="elu_backward"
def elu_backward(dz, cache):
    """The gradient of elu_forward.

    dz : gradient with respect to z, and cache from elu_forward
    returns du : the same shape and float type as dz
    """
    ### BEGIN SOLUTION
    z, alpha = cache
    return np.where(z > 0, dz, dz * (z + alpha))
    ### END SOLUTION


# %% check="elu_backward"
check("elu_backward", elu_forward, elu_backward)

# %% [markdown]
# ## 7 GELU
#
# ReLU asks "is u above 0?" and lets u pass or not. The *Gaussian error linear unit* (Hendrycks and
# Gimpel, 2016) asks: **is u above a random number from the standard normal distribution?** It
# returns what passes on average. The answer is yes with probability $\Phi(u)$, the share of the
# distribution below u. Therefore
#
# $$ z = u\,\Phi(u), \qquad \Phi(u) = \tfrac12\Bigl(1 + \operatorname{erf}\frac{u}{\sqrt2}\Bigr)
# \approx \tfrac12\Bigl(1 + \tanh\bigl[\sqrt{2/\pi}\,(u + 0.044715\,u^3)\bigr]\Bigr). $$
#
# The second form avoids the error function, which NumPy does not have (Python's `math.erf` takes
# one number at a time). To test both formulas, we draw many random numbers and count:

# %% practice=true
drawn = np.random.default_rng(6).normal(size=200_000)
print("    u   u · share below   by erf   by tanh")
counted = []
for u in (-2.0, -0.5, 0.5, 1.0, 2.0):
    by_share = u * np.mean(drawn < u)
    by_erf = u * 0.5 * (1 + math.erf(u / math.sqrt(2)))
    by_tanh = u * 0.5 * (1 + math.tanh(math.sqrt(2 / math.pi) * (u + 0.044715 * u**3)))
    counted.append(by_share - by_erf)
    print(f"{u:5} {by_share:17.4f} {by_erf:8.4f} {by_tanh:9.4f}")

# %% [markdown]
# Counting differs from the form with erf by at most 0.0005 here, and the two forms differ by less
# than 0.0005 on a fine grid from −6 to 6.

# %% [markdown]
# Choose either of them, **but use the same one in the
# forward and the backward pass**. Both passes are tested far from 0, too (|u| up to 40). Mind the
# float type: `np.sqrt(2 / np.pi)` is a float64 number, and its product with a float32 array is
# float64. `math.sqrt(2 / math.pi)` is a plain Python number and keeps float32. In these two tasks
# float64 costs no points, but in a network it costs time.

# %% claims=true
grid = np.linspace(-6, 6, 2001)
by_erf = grid * [0.5 * (1 + math.erf(u / math.sqrt(2))) for u in grid]
claim(
    "Counting differs from the form with erf by at most 0.0005 here",
    np.abs(counted).max(),
    below=0.0005,
)
claim(
    "the two forms differ by less\nthan 0.0005 on a fine grid from −6 to 6",
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
    a = np.tanh(math.sqrt(2 / math.pi) * (u + 0.044715 * u**3))
    return 0.5 * u * (1 + a), (u, a)
    ### END SOLUTION


# %% check="gelu_forward"
check("gelu_forward", gelu_forward)

# %% [markdown]
# The derivative follows from the product rule and has two terms. In the first term u is
# differentiated, in the second Φ. With erf, the derivative of Φ is the density of the normal
# distribution, $e^{-u^2/2}/\sqrt{2\pi}$. In the tanh form you need the chain rule: the derivative
# of tanh, times the derivative of its argument.


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
# <details><summary>The derivation of GELU's derivative</summary>
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
#
# The next cell compares all three backward functions with finite differences along random
# directions, as in notebook 04. No input is close to 0, because leaky ReLU has a kink there, and so
# has ELU unless alpha is 1.

# %% practice=true fold="Compare with finite differences"
if ready("leaky_relu_backward", "elu_backward", "gelu_backward"):
    rng = np.random.default_rng(7)
    u_some = rng.uniform(0.1, 2, size=(4, 5)) * rng.choice([-1.0, 1.0], size=(4, 5))
    pairs = {
        "leaky ReLU": Op(lambda u: leaky_relu_forward(u, 0.1), leaky_relu_backward),
        "ELU": Op(lambda u: elu_forward(u, 1.5), elu_backward),
        "GELU": Op(gelu_forward, gelu_backward),
    }
    for name, op in pairs.items():
        print(f"{name:11} {check_op(op, [u_some], rng)[0]}")
else:
    print("This cell waits.")

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
# (0.40). That of leaky ReLU is hardly closer. The last column is the factor by which the activation
# function multiplies the square of a gradient on average: 0.04 for the sigmoid, a half for ReLU,
# and at most 0.7 for any of them. (The weights add their own factor.) <!-- no claim: derived -->

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
# ## 8 Dead units
#
# A ReLU that is inactive for a sample learns nothing from it. If it is inactive for **every**
# sample, it learns nothing at all: it is *dead*. Here is the share of dead units, in loops. A row
# is a sample, a column is a unit:


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
# ReLUs (slope 0.01) for five epochs without momentum at different learning rates, with the seeds
# 0, 1, 2. We count the units that are above 0 for none of 500 training images. Move the slider.


# %% practice=true fold="Define the measurement"
def dead_by_layer(network):
    """dead_fraction of each hidden layer, on 500 training images."""
    outputs = layer_outputs(network, x_train[:500])
    return [dead_fraction(z) for name, z in outputs.items() if not name.endswith("Linear")]


# %% practice=true fold="Train at five learning rates"
def deaths(activation, lr, epochs=5):
    """Shares of units that are never above 0, by seed, epoch and layer, and the accuracies."""
    shares, reached = [], []
    for seed in range(3):
        network, rng = fresh(activation, he_normal, 3, seed)
        seen = [dead_by_layer(network)]
        shares.append(seen)

        def note(epoch, history, network=network, seen=seen):
            seen.append(dead_by_layer(network))

        reached.append(train(network, rng, lr, epochs, momentum=0.0, note=note))
        seen += [seen[-1]] * (epochs + 1 - len(seen))  # if the loss overflowed
    return np.array(shares), np.array(reached)


RATES = (0.05, 0.2, 0.5, 0.7, 0.9)
if ready("dead_fraction", "leaky_relu_backward"):

    def my_leaky():
        """A layer that uses your functions."""
        return LeakyReLU(0.01, op=Op(leaky_relu_forward, leaky_relu_backward))

    found = {(kind, lr): deaths(kind, lr) for lr in RATES for kind in (ReLU, my_leaky)}
    print("rate 0.7, by seed    layer 1, never above 0   accuracy")
    for kind, name in ((ReLU, "ReLU"), (my_leaky, "leaky ReLU")):
        shares, reached = found[kind, 0.7]
        print(f"{name:16} {shares[:, -1, 0].round(2)!s:>26}   {reached.round(2)}")


# %% practice=true fold="Draw the share of dead units"
def draw_deaths(lr):
    """Mean shares over the epochs, for ReLU and leaky ReLU at one learning rate."""
    with theme.style():
        figure, axes = plt.subplots(1, 2, figsize=(8.4, 3), sharey=True)
        for ax, kind, name in zip(axes, (ReLU, my_leaky), ("ReLU", "leaky ReLU"), strict=True):
            shares, reached = found[kind, lr]
            for layer in range(3):
                look = {"color": THREE[layer], "marker": "os^"[layer]}
                ax.plot(shares.mean(axis=0)[:, layer], label=f"layer {layer + 1}", **look)
            ax.set_title(f"{name}, rate {lr:g}: accuracy {reached.mean():.2f}")
            ax.set(xlabel="epoch", xlim=(-0.2, 5.2), ylim=(-0.02, 1.02))
        axes[0].set_ylabel("share of units\nnever above 0")
        label_lines(axes[1])
    return figure


if ready("dead_fraction", "leaky_relu_backward"):
    dead_slider = slider(
        draw_deaths,
        RATES,
        name="learning rate",
        alt="Share of units never above 0 in three layers, mean of three seeds. At small rates it "
        "stays low, from a rate of 0.7 on it rises steeply in the first epoch and further later, "
        "for ReLU and for leaky ReLU.",
        dpi=100,
    )
else:
    dead_slider = None
    print("This cell waits.")
dead_slider

# %% [markdown]
# *In words: two panels, ReLU and leaky ReLU. Each shows, for three layers over five epochs, the
# share of units that are never above 0; the titles give the test accuracy (means of the seeds 0, 1,
# 2). <!-- no claim: setting --> At rates of 0.05 and 0.2 the shares stay below 0.2. At 0.5 the
# share of the first layer rises above 0.2. From 0.7 on the first layer's share rises above 0.2
# within the first epoch, and above 0.4 in the end. At 0.9 most units are never above 0, and the
# accuracy is less than half of that at 0.2.*
#
# A high rate kills units. Of the ReLUs that die in the first layer at 0.5 and 0.7, about half die
# in the first epoch, the others later. Leaky ReLU does **not** prevent this here: at a rate of 0.7
# about half of its units in the first layer end up below 0 for all these images (mean of the
# seeds). At 0.9 both networks fail. Here dead units are a symptom of steps that are too long.
# Therefore look at the rate before you look for another activation function.

# %% claims=true
ends = {key: shares[:, -1] for key, (shares, _) in found.items()}
claim(
    "At rates of 0.05 and 0.2 the shares stay below 0.2.",
    max(ends[kind, lr].mean(axis=0).max() for kind in (ReLU, my_leaky) for lr in (0.05, 0.2)),
    below=0.2,
    given=[0.05],
)
claim(
    "At 0.5 the share of the first layer rises above 0.2.",
    [ends[kind, 0.5][:, 0].mean() for kind in (ReLU, my_leaky)],
    above=0.2,
    given=[0.5],
)
claim(
    "From 0.7 on the first layer's share rises above 0.2 within the first epoch",
    [found[kind, lr][0][:, 1, 0].mean() for kind in (ReLU, my_leaky) for lr in (0.7, 0.9)],
    above=0.2,
    given=[0.7],
)
claim(
    "and above 0.4 in the end",
    [ends[kind, lr][:, 0].mean() for kind in (ReLU, my_leaky) for lr in (0.7, 0.9)],
    above=0.4,
)
claim(
    "At 0.9 both networks fail.",
    [found[kind, 0.9][1].mean() for kind in (ReLU, my_leaky)],
    below=0.45,
    given=[0.9],
)
quote = "At 0.9 most units are never above 0, and the accuracy is less than half of that at 0.2."
for kind in (ReLU, my_leaky):
    claim(quote, ends[kind, 0.9].mean(), above=0.5, given=[0.9, 0, 0.2])
    share_of = found[kind, 0.9][1].mean() / found[kind, 0.2][1].mean()
    claim(quote, share_of, below=0.5, given=[0.9, 0, 0.2])
claim(
    "at a rate of 0.7 about half of its units in the first layer end up below 0 for all these "
    "images (mean of the seeds)",
    ends[my_leaky, 0.7][:, 0].mean(),
    equals=0.5,
    within=0.125,
    given=[0.7, 0],
)
for lr in (0.5, 0.7):
    first_layer = found[ReLU, lr][0][:, :, 0].mean(axis=0)
    claim(
        "Of the ReLUs that die in the first layer at 0.5 and 0.7, about half die in the first "
        "epoch",
        (first_layer[1] - first_layer[0]) / (first_layer[-1] - first_layer[0]),
        equals=0.5,
        within=0.125,
        given=[0.5, 0.7],
    )

# %% [markdown]
# ### Dead at the beginning, dead for ever?
#
# Suppose a unit is dead when training begins, at a sensible rate. Its gradient is 0 for every
# sample. So its weights will never change, and it will be dead for ever. Right?
#
# Test it. We take a network with three hidden layers of 64 ReLUs. In each layer we lower the bias
# of 32 units until their largest pre-activation is just below 0. Then we train for ten epochs with
# plain gradient descent. **How many of the 32 units recover (are above 0 for some training image at
# the end) in the first layer, and how many in the second?** Guess the number for the second.

# %% guess="dead units that recover"
guess("ps06_revived", None)  # your guess in place of None: a number from 0 to 32


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
reveal("ps06_revived", float(counts[:, 1].mean()), "The second layer, mean of the seeds 0, 1, 2.")

# %% practice=true fold="Print the recovered units" after="ps06_revived"
for layer in range(3):
    print(f"layer {layer + 1}: of 32 dead units, {counts[:, layer]} recovered (seeds 0, 1, 2)")
print(f"largest change of a weight of the dead units in layer 1: {moved}")

# %% claims=true
claim("In the first layer none recovers", counts[:, 0].max(), below=0.5, above=-0.5)
claim("their weights have not changed at all", moved, below=1e-30, above=-1e-30)
claim("In the later layers most recover", counts[:, 1:].min(), above=16)

# %% [markdown] after="ps06_revived"
# In the first layer none recovers. The gradient of these units is 0, so their weights have not
# changed at all. The images do not change either, so a unit that is below 0 for all of them stays
# below 0. (This holds for plain gradient descent. A penalty on the weights would change them, and
# so would momentum from earlier steps.) In the later layers most recover, although their own
# gradient is 0 as well. The reason is the layer before: its active units go on learning, so the
# **inputs** of the dead unit change. When the changed inputs raise its u above 0 for some sample,
# the unit learns again.

# %% [markdown]
# Can leaky ReLU save the units of the first layer? For u < 0 its derivative is `slope`, not 0:

# %% practice=true fold="Train leaky ReLU with three slopes" after="ps06_revived"
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

# %% [markdown] after="ps06_revived"
# With the usual slope of 0.01 the weights of the first layer do change, but their gradients are
# multiplied by 0.01, and in ten epochs none of the units recovers. With a slope of 0.1 or 0.3 many
# of them do. (A leaky unit that is never above 0 is not useless: the next layer still uses its
# negative values.)

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
# ## 9 Spot the slip
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
# The printed formula is tanh(u/2). Its derivative at 0 is only half that of tanh: the exponent
# needs a factor 2. So tanh(u) = 2 σ(2u) − 1. Check it on paper: $2/(1 + e^{-2u}) - 1 = (1 -
# e^{-2u})/(1 + e^{-2u})$. Multiply numerator and denominator by $e^u$. You get the fraction that
# the same slide prints below. The slip matters: a factor of two in the derivative is a factor of
# about a thousand after ten layers.

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
# ReLU the loss has kinks. With ELU and alpha = 1 the loss has no kinks, but its derivative does. S1
# goes on to assume a loss that is twice differentiable, just after it has named the rectifier among
# the popular choices. Training works in spite of the kinks. A gradient check at a kink can fail
# (section 7).

# %% [markdown]
# ## 10 Your functions at work
#
# ### Outputs and gradients in a deep network
#
# We feed 300 digits to an untrained network with eight hidden layers of 64 units (seed 0). First
# the forward pass: how are the outputs of each activation function distributed? Sigmoid, tanh and
# ReLU are the library's. Leaky ReLU, ELU and GELU use your functions and appear when you have
# written them. Each function gets the size of initial weights that is usual for it. For a
# layer with n inputs this is variance 2/n for ReLU, leaky ReLU and GELU, 1/n for the others. Use
# the slider to choose the activation function. (The medians are those of the nonzero outputs.)


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


def network_of(name, hidden, seed=0, width=64):
    """A network with its initial weights and `hidden` layers of the activation function `name`."""
    return fresh(*makers_now[name], hidden, seed, width)


def of_activations(found):
    """The arrays of the activations, out of those of layer_outputs or layer_gradients."""
    kept = [array for name, array in found.items() if not name.endswith("Linear")]
    return {f"{i}": array for i, array in enumerate(kept, start=1)}


makers_now = makers()
print("written so far:", ", ".join(makers_now))


# %% practice=true fold="Draw the outputs of each activation"
def draw_forward(name):
    """Histograms of the outputs of one activation function in eight layers."""
    network, _ = network_of(name, 8)
    figure = activations(
        of_activations(layer_outputs(network, x_train[:300])),
        f"{name}: outputs by layer (dots: medians, lines: middle 90 %)",
    )
    figure.axes[0].set(ylim=(-2.2, 3.2), ylabel="output z")
    return figure


slider(
    draw_forward,
    makers_now,
    name="activation function",
    alt="Histograms of the outputs of eight layers. Sigmoid: narrow bands around one half. Tanh "
    "and ELU: spread around 0. ReLU: half of the outputs are zero.",
    dpi=90,
)

# %% [markdown]
# *In words: eight blue histograms side by side for each activation function. All outputs of the
# sigmoid lie between 0.1 and 0.9, around ½ in all layers. Tanh and ELU are spread around 0, and
# their last histogram is narrower than their first. About half of the outputs of ReLU are exactly
# 0, and about half of those of leaky ReLU lie just below 0. The histograms of GELU narrow to a band
# around 0.*
#
# A histogram can be wide for two reasons: the units differ from each other, or each unit gives
# different outputs for different images. Only the second carries information about the image. So we
# compute, for each unit, the standard deviation of its output over the 300 images. The table shows
# the mean over the units.

# %% practice=true fold="Measure the differences between images"
print("standard deviation of a unit's outputs over the images, mean over the units")
print(" " * 12 + "".join(f"   layer {layer}" for layer in (1, 3, 5, 8)))
by_image = {}
for name in makers_now:
    network, _ = network_of(name, 8)
    outputs = list(of_activations(layer_outputs(network, x_train[:300])).values())
    deviations = [outputs[layer - 1].std(axis=0).mean() for layer in (1, 3, 5, 8)]
    by_image[name] = deviations
    print(f"{name:12}" + "".join(f"{deviation:10.2g}" for deviation in deviations))

# %% [markdown]
# The sigmoid also loses information about the image in the forward pass. From layer to layer its
# outputs depend less on the image, until each unit gives nearly the same number for every image.
# Now the backward pass: the sizes of the gradients `dz` with respect to the activations.

# %% claims=true
quote = "until each unit gives nearly the same number for every image"
claim(quote, by_image["sigmoid"][-1], below=1e-4)
claim(
    quote,
    min(deviations[-1] for name, deviations in by_image.items() if name != "sigmoid"),
    above=0.02,
)
low, high, narrowing, at_zero, just_below = [], [], [], [], []
for seed in range(3):
    by_name = {}
    for name in makers_now:
        network, _ = network_of(name, 8, seed)
        by_name[name] = list(of_activations(layer_outputs(network, x_train[:300])).values())
    low.append(min(z.min() for z in by_name["sigmoid"]))
    high.append(max(z.max() for z in by_name["sigmoid"]))
    narrowing += [by_name[name][-1].std() / by_name[name][0].std() for name in ("tanh", "ELU")]
    at_zero.append(np.mean([z == 0 for z in by_name["ReLU"]]))
    just_below.append(np.mean([(z < 0) & (z > -0.05) for z in by_name["leaky ReLU"]]))
    claim(
        "The histograms of GELU narrow to a band around 0.",
        by_name["GELU"][-1].std(),
        below=by_name["GELU"][0].std() / 3,
        given=[0],
    )
quote = "All outputs of the sigmoid lie between 0.1 and 0.9, around ½ in all layers."
claim(quote, low, above=0.1, given=[0.9])
claim(quote, high, below=0.9, given=[0.1])
claim("their last histogram is narrower than their first", narrowing, below=0.75)
quote = "About half of the outputs of ReLU are exactly 0, and about half of those of leaky ReLU"
claim(quote, at_zero, equals=0.5, within=0.1, given=[0])
claim(quote, just_below, equals=0.5, within=0.1, given=[0])

# %% practice=true fold="Draw the gradients of each activation"
LOWEST = 1e-12


def draw_back(name):
    """Histograms of the sizes of dz in eight layers."""
    network, _ = network_of(name, 8)
    found = layer_gradients(network, x_train[:300], t_train[:300], loss=softmax_cross_entropy)
    figure = gradients(
        of_activations(found), f"{name}: gradients dz by layer (dots: medians, lines: middle 90 %)"
    )
    figure.axes[0].set(ylim=(LOWEST, 1e-1), ylabel="size of the gradient |dz|")
    return figure


slider(
    draw_back,
    makers_now,
    name="activation function",
    alt="Histograms of gradient sizes in eight layers. The sigmoid's fall by half a power of ten "
    "or more in each layer towards the first, the others' fall much less.",
    dpi=90,
)

# %% [markdown]
# *In words: eight orange histograms for each activation function, on a logarithmic axis. With the
# sigmoid they fall towards the first layer in equal steps, by several powers of ten. With the
# others the medians fall much less: ReLU and leaky ReLU keep their height, tanh and ELU fall to
# about half, GELU to about a sixth.*

# %% claims=true
arriving = {}
for name in makers_now:
    for seed in range(3):
        network, _ = network_of(name, 8, seed)
        dz_all = layer_gradients(network, x_train[:300], t_train[:300], loss=softmax_cross_entropy)
        sizes_here = [np.median(np.abs(dz[dz != 0])) for dz in of_activations(dz_all).values()]
        arriving.setdefault(name, []).append(sizes_here[0] / sizes_here[-1])
claim("by several powers of ten", arriving["sigmoid"], below=1e-3)
claim(
    "ReLU and leaky ReLU keep their height",
    [*arriving["ReLU"], *arriving["leaky ReLU"]],
    equals=1,
    within=0.25,
)
claim(
    "tanh and ELU fall to about half",
    [np.mean(arriving["tanh"]), np.mean(arriving["ELU"])],
    equals=0.5,
    within=0.12,
)
claim("GELU to about a sixth", np.mean(arriving["GELU"]), equals=1 / 6, within=0.04)

# %% [markdown]
# ### A network on your GELU
#
# Now we train a network with two hidden layers of your GELU for twelve epochs (seed 0):

# %% practice=true
if ready("gelu_backward"):
    network, rng = network_of("GELU", 2)
    history = fit(
        network,
        x_train,
        t_train,
        loss=softmax_cross_entropy,
        optimizer=SGD(network.parameters(), lr=0.05, momentum=0.9),
        epochs=12,
        batch_size=32,
        rng=rng,
        validation=(x_test, t_test),
    )
    training_curves(history, "Training with your GELU (two hidden layers, seed 0)")
    plt.show()
else:
    print("This cell waits.")

# %% [markdown]
# *In words: two panels over the epochs, training solid, test images (labelled validation) dashed.
# The training loss ends far below its first value. From the fourth epoch on, the loss on the test
# images stays between 0.05 and 0.15. The accuracies rise quickly above 90 %.*

# %% claims=true
claim("The accuracies rise quickly above 90 %.", history.validation_accuracy[2:], above=0.9)
claim(
    "The training loss ends far below its first value.", history.loss[-1], below=history.loss[0] / 5
)
quote = "From the fourth epoch on, the loss on the test images stays between 0.05 and 0.15."
claim(quote, history.validation_loss[3:], above=0.05, given=[0.15])
claim(quote, history.validation_loss[3:], below=0.15, given=[0.05])

# %% [markdown]
# ### Which one is best?
#
# S1 says that the choice is often made by experiment. We try it on digits: each activation function
# in networks with one and with five hidden layers of 32 units, for four epochs (seeds 0, 1, 2).
# Each gets every learning rate of a grid, and we compare them at their best rates. The initial
# weights have the variances above. In the middle, the derivative of a sigmoid is a quarter of that
# of tanh. Therefore we add a seventh candidate: the sigmoid with initial weights four times as
# large. The other initial weights are not tuned. Which one do you think is best? (Training takes
# tens of seconds.)


# %% practice=true
def four_times(shape, rng):
    """LeCun's weights (variance 1/n) times 4, to make up for the sigmoid's small derivative."""
    return 4 * lecun_normal(shape, rng)


GRIDS = {1: (0.1, 0.2, 0.4, 0.8, 1.6), 5: (0.0125, 0.025, 0.05, 0.1, 0.2, 0.4)}

# %% practice=true fold="Train each activation function at each rate"
results = {}
if ready("leaky_relu_backward", "elu_backward", "gelu_backward"):
    racers = {"sigmoid, weights × 4": (Sigmoid, four_times)} | makers_now
    for hidden, rates in GRIDS.items():
        for name, maker in racers.items():
            results[name, hidden] = over_rates(
                lambda seed, maker=maker, hidden=hidden: fresh(*maker, hidden, seed, width=32),
                rates,
                epochs=4,
                batch_size=64,
            )
else:
    print("This cell waits.")

# %% practice=true fold="Print and draw the best accuracies"
if results:
    print("test accuracy at the best learning rate, mean ± standard deviation of seeds 0, 1, 2")
    for (name, hidden), reached in results.items():
        best = at_best(reached)
        print(f"{hidden} hidden layer{'s' if hidden > 1 else ' '}  {name:20}", end="")
        print(f" {reached[best].mean():.3f} ± {reached[best].std(ddof=1):.3f}", end="")
        print(f"   at rate {GRIDS[hidden][best]:g}")
    print("\nfive hidden layers, mean of the seeds at each rate")
    print(" " * 20 + "".join(f"{lr:8g}" for lr in GRIDS[5]))
    for name in racers:
        print(f"{name:20}" + "".join(f"{mean:8.2f}" for mean in results[name, 5].mean(axis=1)))
    with theme.style():
        figure, axes = plt.subplots(1, 2, figsize=(9, 3), sharey=True)
        for ax, hidden in zip(axes, GRIDS, strict=True):
            for row, name in enumerate(racers):
                reached = results[name, hidden][at_best(results[name, hidden])]
                ax.plot(reached, [row] * 3, "o", color=theme.FORWARD, alpha=0.5, markersize=5)
                ax.plot(np.mean(reached), row, "|", color=theme.INK, markersize=16)
            title = f"{hidden} hidden layer{'s' if hidden > 1 else ''}"
            ax.set(xlabel="test accuracy", xlim=(0.9 if hidden == 1 else 0, 1), title=title)
        axes[0].set_yticks(range(len(racers)), list(racers))
        axes[0].set_ylabel("activation function")
        axes[0].invert_yaxis()
        figure.suptitle(
            "Test accuracy at the best rate of each (dots: seeds 0, 1, 2; bar: mean)",
            x=0.02,
            ha="left",
        )
        plt.show()
else:
    print("This cell waits for the one above.")

# %% [markdown]
# *In words: two panels with a row for each activation function, a dot for each seed and a bar for
# their mean. The axis on the left begins at 0.9: with one hidden layer all rows are close together.
# With five hidden layers the sigmoid with the usual weights is at the level of guessing. With four
# times the weights it is at about three quarters. The others are near the right end, and their dots
# overlap.*
#
# What the tables show (as in section 3, we chose the best rates with the test images):
#
# - **In the deep network, the sigmoid fails with the usual weights**, at every rate of the grid in
#   these four epochs. In a separate run of 150 epochs, at the rates 0.1 and 0.2, it was still
#   guessing. With weights four times as large the same network reaches 0.77 in these four epochs,
#   and 0.89 in six (a separate run at a rate of 0.2, mean of the seeds 0, 1, 2). So the sigmoid
#   alone is not the cause: the initial weights must fit the activation function. Even then it
#   learns more slowly than the other five.
# - **With one hidden layer the choice makes hardly any difference.** At their best rates all seven
#   are within about two percentage points of each other.
# - **Do not rank two activation functions** whose means differ by less than their standard
#   deviations. With five layers the means of tanh, ReLU, leaky ReLU, ELU and GELU lie within 0.06
#   of each other, and single seeds differ by as much.
# - **For these five the rate matters more than the choice**, over this grid. With five layers ReLU
#   reaches 0.89 at a rate of 0.025. At a rate of 0.2 its accuracy is less than a quarter of that of
#   tanh, which still reaches 0.9. A comparison at the rate 0.2 alone would have called ReLU, ELU
#   and GELU useless.
# - A difference between two rows need not come from the activation function. The initial weights
#   differ, too: tanh and ELU have variance 1/n, the ReLUs and GELU 2/n. <!-- no claim: setting -->
# - Nothing here shows whether leaky ReLU and GELU are better than ReLU in much larger and deeper
#   networks.
#
# So S1 is right: you decide by measurement, on your task, with initial weights that fit and with a
# rate tuned for each activation function. ReLU is a common first choice. If units die, first lower
# the rate.

# %% claims=true
tops = {key: reached[at_best(reached)] for key, reached in results.items()}
five = ("tanh", "ReLU", "leaky ReLU", "ELU", "GELU")
claim(
    "**In the deep network, the sigmoid fails with the usual weights**, at every rate of the grid "
    "in these four epochs.",
    results["sigmoid", 5].mean(axis=1),
    below=0.2,
)
claim(
    "With weights four times as large the same network reaches 0.77 in these four epochs",
    tops["sigmoid, weights × 4", 5].mean(),
    equals=0.77,
    within=0.1,
)
claim(
    "Even then it learns more slowly than the other five.",
    tops["sigmoid, weights × 4", 5].mean(),
    below=min(tops[name, 5].mean() for name in five),
)
shallow = [tops[name, 1].mean() for name in racers]
claim(
    "At their best rates all seven are within about two percentage points of each other",
    max(shallow) - min(shallow),
    below=0.025,
)
deep = [tops[name, 5].mean() for name in five]
quote = (
    "With five layers the means of tanh, ReLU, leaky ReLU, ELU and GELU lie within 0.06 of each "
    "other, and single seeds differ by as much."
)
claim(quote, max(deep) - min(deep), below=0.06)
claim(quote, max(np.ptp(tops[name, 5]) for name in five), above=0.05, given=[0.06])
quote = "With five layers ReLU reaches 0.89 at a rate of 0.025."
at_rate = dict(zip(GRIDS[5], range(6), strict=True))
relu, tanh = results["ReLU", 5], results["tanh", 5]
claim(quote, relu[at_rate[0.025]].mean(), equals=0.89, within=0.05, given=[0.025])
quote = (
    "At a rate of 0.2 its accuracy is less than a quarter of that of tanh, which still reaches 0.9."
)
diverged, still = relu[at_rate[0.2]].mean(), tanh[at_rate[0.2]].mean()
claim(quote, diverged, below=still / 4, given=[0.2, 0.9])
claim(quote, still, equals=0.9, within=0.06, given=[0.2])
claim(
    "A comparison at the rate 0.2 alone would have called ReLU, ELU and GELU useless.",
    [results[name, 5][at_rate[0.2]].mean() for name in ("ReLU", "ELU", "GELU")],
    below=0.3,
    given=[0.2],
)
claim(
    "**For these five the rate matters more than the choice**, over this grid.",
    [np.ptp(results[name, 5].mean(axis=1)) for name in five],
    above=3 * (max(deep) - min(deep)),
)
claim(
    "With four times the weights it is at about three quarters.",
    tops["sigmoid, weights × 4", 5].mean(),
    equals=0.75,
    within=0.1,
)
claim(
    "With five hidden layers the sigmoid with the usual weights is at the level of guessing.",
    tops["sigmoid", 5].mean(),
    equals=0.1,
    within=0.025,
)
claim("The others are near the right end", deep, above=0.8)
together = "begins at 0.9: with one hidden layer all rows are close together."
claim(together, shallow, above=0.9)

# %% claims="slow"
six = over_rates(
    lambda seed: fresh(Sigmoid, four_times, 5, seed, width=32), (0.2,), epochs=6, batch_size=64
)
claim(
    "0.89 in six (a separate run at a rate of 0.2, mean of the seeds 0, 1, 2)",
    six.mean(),
    equals=0.89,
    within=0.06,
    given=[0.2, 0, 1, 2],
)
long = over_rates(
    lambda seed: fresh(Sigmoid, lecun_normal, 5, seed, width=32),
    (0.1, 0.2),
    epochs=150,
    batch_size=64,
)
claim(
    "In a separate run of 150 epochs, at the rates 0.1 and 0.2, it was still guessing.",
    long,
    below=0.15,
    given=[150, 0.1, 0.2],
)

# %% [markdown]
# ## 11 Questions
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
# **Signs.** A unit has eight inputs that are all outputs of sigmoids, and no bias. You compute the
# gradient of its eight weights for one sample, and none of the eight numbers is 0. How many
# different patterns of eight signs are possible?
#
# - a: one
# - b: two
# - c: eight
# - d: 256

# %% solution="answer_signs"
answer_signs = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_signs = "b"
### END SOLUTION

# %% choice="signs" key="b" points=1
check_choice("signs", answer_signs)
# a: All eight signs are equal, that is true. But their common sign is that of `du`, which can be
#    positive or negative, so there are two patterns.
# b: Each gradient is x_i · du, and the outputs x_i of sigmoids are positive. So all eight have the
#    sign of `du`: all plus or all minus.
# c: Eight is the number of weights. Their signs are not independent, because all of them are the
#    sign of `du`.
# d: 2⁸ = 256 counts eight independent signs. Here all inputs are positive, so all eight gradients
#    have the same sign, that of `du`.

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
_, cache = elu_forward(np.zeros((1, 1)), 2.0)
at_kink = elu_backward(np.ones((1, 1)), cache)
claim(
    "The central difference gives 1.5 there, the backward pass gives 2.",
    at_kink,
    equals=2,
    within=1e-9,
    given=[1.5],
)

# %% [markdown]
# **Three problems, four answers.** S2 lists three problems of the sigmoid. For each of tanh, ReLU,
# leaky ReLU and ELU, say which of the three it solves, which it does not solve, and which new
# problem it has, if any. Then choose the problem that you consider the most serious, and defend
# your choice with a measurement of this notebook. (A person reads this answer. 2 points.)

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
# weights. Not convincing: the cost of exp, small beside the linear layer. (One point for a choice
# that rests on a measurement, with its numbers.)
# ### END SOLUTION

# %% [markdown]
# ## 12 In PyTorch
#
# All of these functions are in `torch.nn.functional`. GELU uses erf there unless you ask for
# `approximate="tanh"`. If PyTorch is installed, the cells compare PyTorch's values and gradients
# with yours, and show which derivative it takes at the kinks.

# %% practice=true
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
    for name, op in pairs.items():
        z, cache = op.forward(u_some)
        mine = z, op.backward(dz_some, cache)
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
# ## 13 Your cheat sheet
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
# - Subtracting ½ from a sigmoid changes …, and in a network with three hidden layers …
# - A unit is dead if …; a frequent cause is …; it can recover if …
# - `np.where(u > 0, u, np.exp(u))` computes the exponential also for …; inf times a mask of 0 is …
# - In a shallow network the choice of the activation function …, in a deep one …

# %% [markdown]
# ## What comes next
#
# You have seen that for sigmoid, tanh and ReLU there is a size of the initial weights at which
# gradients neither vanish nor explode. **Notebook 07** finds it by calculation, for linear layers,
# tanh and ReLU, and shows the effect of ten percent larger weights over fifty layers. **Notebook
# 10** goes further and normalises the inputs of each activation function while the network trains.
# Then even ten sigmoid layers learn.

# %% [markdown]
# ## Sources
#
# S2 "Training Neural Networks", slides "Activation Functions", "Sigmoid", "tanh
# activation" and "ReLU"; S3 "Backpropagation and Training", slide "Vanishing and Exploding
# Gradients"; S1 "Part II: Training", section "What Is the Problem?". S0 has the derivatives in the
# table "Derivation of activation functions". Below they are called S0 to S3.
