# %% [markdown]
# # Initialisation and symmetry
#
# Before training begins, every weight of a network needs an initial value. The *scale* of these
# random numbers can decide whether a deep network learns anything in its first epochs. What happens
# to a signal in fifty linear layers if all weights are ten percent too large? Why does a network of
# sixteen ReLU layers with PyTorch's default weights and with biases 0, trained with gradient
# descent for seven epochs, classify digits no better than a guess? You answer both questions, and
# write the code that draws better weights.
#
# The second topic is symmetry. The initial weights must not all be the same. You also learn why a
# network with ten hidden tanh units has many *twins*: other weights that compute exactly the same
# function. From the twins you can conclude, without calculus, that the loss of such a network is
# not convex.
#
# **Afterwards you can**
#
# - derive how a linear layer, a tanh and a ReLU change the variance of a signal, and check it by
#   running,
# - write one function with the rules of LeCun, Glorot and He, and name the assumption behind each
#   rule,
# - compute the gain of any activation function, and say why the best one in a narrow ReLU network
#   is a little larger,
# - say which weights still learn when all of them are initialised with zero, and why,
# - construct other weights that compute the same function, in three ways.
#
# **You need** mean and variance of random numbers, the normal distribution, integrals, the first
# terms of a Taylor series, matrix products, and what a hidden layer is. We repeat the backward pass
# of a layer (notebook 04) where we need it.

# %% opening=true
"""Two rows of six small squares, the weights of six hidden units after training on digits. In
the upper row, which started with equal weights, all squares are the same. In the lower row, which
started with random weights, every square has a pattern of its own."""

import matplotlib.pyplot as plt
import numpy as np

from course_lib.datasets import load_digits
from course_lib.layers import Tanh
from course_lib.losses import softmax_cross_entropy
from course_lib.models import mlp
from course_lib.optimizers import SGD
from course_lib.training import fit

digits = load_digits()
x = digits.x.reshape(len(digits.x), -1).astype("float64")
x = (x - x.mean(axis=0)) / (x.std(axis=0) + 1e-3)
starts = {
    "equal": lambda shape, rng: np.full(shape, 0.05),
    "random": lambda shape, rng: 0.05 * rng.normal(size=shape),
}
figure, axes = plt.subplots(2, 6, figsize=(6.4, 2.9))
for row, (name, start) in zip(axes, starts.items(), strict=True):
    rng = np.random.default_rng(0)
    network = mlp([64, 6, 10], rng=rng, init=start, activation=Tanh, dtype="float64")
    optimizer = SGD(network.parameters(), lr=0.1)
    options = {"loss": softmax_cross_entropy, "optimizer": optimizer, "batch_size": 64}
    fit(network, x, digits.t, rng=rng, epochs=20, progress=False, **options)
    W = network.parameters()[0].data
    for ax, weights in zip(row, W.T, strict=True):
        image = weights.reshape(8, 8)
        ax.imshow(image, cmap="PRGn", vmin=-abs(W).max(), vmax=abs(W).max())
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
    row[0].set_ylabel(f"{name}\nstart")
figure.suptitle("The weights of six hidden units after training", x=0.01, ha="left", size=16)
plt.show()

# %% setup=true
import math

import numpy as np

from course_lib import initializers
from course_lib.backend import choose_device
from course_lib.course.figures import Trace, live
from course_lib.datasets import load_digits
from course_lib.functional import gelu_forward
from course_lib.layers import ReLU, Sigmoid, Tanh
from course_lib.losses import softmax_cross_entropy
from course_lib.models import mlp
from course_lib.optimizers import SGD, Adam
from course_lib.plots import label_lines, paired_differences, theme
from course_lib.training import fit, layer_gradients, layer_outputs
from grader.checking import check, check_choice, guess, ready, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 A guess first
#
# Take a very simple deep network: fifty linear layers of 200 units, without biases and without
# activation functions. The inputs are random numbers of size about 1. With the right standard
# deviation of the weights (section 3 derives it), the outputs of every layer also have a size of
# about 1. Now we make all weights **1.1 times as large**. About how large are the outputs of the
# fiftieth layer?
#
# - about 1.1
# - about 5
# - about 100
# - `nan`, because the numbers overflow

# %% guess="fifty layers with larger weights"
guess("ps09_gain", None)  # your guess in place of None: a number, or "nan"

# %% [markdown]
# A *signal* is the array of values that passes from layer to layer. We measure its size by the
# *root mean square (RMS)*: the root of the mean of the squared values. The cells below draw weights
# with the library's function `initialise` until you have written your own in section 4. Then run
# them again: they use yours.


# %% practice=true fold="Choose your function or the library's"
def normal_weights(rule):
    """``draw(shape, rng)``: weights by your `initialise` once it passes a first test."""
    draw = initialise if ready("initialise") else initializers.initialise
    return lambda shape, rng: draw(shape, rng, rule=rule, distribution="normal")


# %% practice=true fold="Define the linear layers"
def rms(a):
    """The root of the mean square."""
    return float(np.sqrt(np.mean(a * a)))


def linear_layers(factor, seed, depth=50, n=200):
    """The RMS of the input and of the output of each of `depth` linear layers."""
    rng = np.random.default_rng(seed)
    draw = normal_weights("lecun")
    z = rng.normal(size=(50, n))
    values = [rms(z)]
    for _ in range(depth):
        z = z @ (factor * draw((n, n), rng))
        values.append(rms(z))
    return np.array(values)


# %% practice=true
runs = {factor: [linear_layers(factor, seed) for seed in range(3)] for factor in (0.9, 1.0, 1.1)}
ends = np.array([values[-1] for values in runs[1.1]])
reveal(
    "ps09_gain",
    float(np.exp(np.mean(np.log(ends)))),
    f"RMS after 50 layers: geometric mean of 3 seeds ({ends.min():.0f} to {ends.max():.0f}).",
)

# %% practice=true fold="Draw the RMS by layer" after="ps09_gain"
import matplotlib.pyplot as plt

with theme.style():
    figure, ax = plt.subplots(figsize=(7, 3.2))
    for factor, dash in ((1.1, "--"), (1.0, "-"), (0.9, ":")):
        for values in runs[factor]:
            ax.plot(values, dash, color=theme.FORWARD, linewidth=1.3)
        ax.text(51, runs[factor][0][-1], f"factor {factor}", va="center", color=theme.FORWARD)
    ax.set(xlabel="layer", ylabel="RMS of the signal", yscale="log", xlim=(0, 60))
    ax.set_xticks(range(0, 51, 10))
    ax.set_title("RMS of the signal over fifty linear layers, for three factors")
    plt.show()

# %% [markdown] after="ps09_gain"
# *In words: the RMS of the signal over fifty layers on a logarithmic axis, for three factors and
# the seeds 0, 1 and 2. With the factor 1 it stays near 1. With 1.1 it rises on a straight line to
# about a hundred. With 0.9 it falls on a straight line to less than a hundredth.*
#
# Ten percent is a small mistake in one layer. In fifty layers it becomes a factor of $1.1^{50}
# \approx 117$. In the backward pass the gradient is multiplied by the same weights, so it grows or
# shrinks in the same way. This is one reason for **vanishing and exploding gradients**.

# %% [markdown]
# The question of this notebook is: which standard deviation of the weights is the right one?

# %% claims=true
claim(
    "With 1.1 it rises on a straight line to about a hundred",
    ends,
    equals=100,
    within=25,
    given=[1.1],
)
claim("With the factor 1 it stays near 1.", [w[-1] for w in runs[1.0]], equals=1, within=0.25)
claim(
    "With 0.9 it falls on a straight line to less than a hundredth",
    [w[-1] for w in runs[0.9]],
    below=0.01,
    given=[0.9],
)

# %% [markdown]
# ## 2 The idea
#
# A unit adds up M products of an input and a weight. Some products are positive and some are
# negative, so they cancel in part. Therefore the RMS of a sum of M independent products with mean 0
# is only $\sqrt M$ times the RMS of one product. The figure shows sums of 1, 4, 16 and 64 products.
# On the left, inputs and weights have the standard deviation 1. On the right, the weights are
# divided by $\sqrt M$.

# %% practice=true fold="Draw sums of 1 to 64 products"
rng, rms_by = np.random.default_rng(1), {}
with theme.style():
    figure, axes = plt.subplots(4, 2, figsize=(6.4, 7), sharex="col", sharey="col")
    for row, M in enumerate((1, 4, 16, 64)):
        u = (rng.normal(size=(4000, M)) * rng.normal(size=(4000, M))).sum(axis=1)
        for column, values in enumerate((u, u / np.sqrt(M))):
            limit = (28, 5)[column]
            axes[row, column].hist(values, bins=np.linspace(-limit, limit, 41), color=theme.FORWARD)
            axes[row, column].set(yticks=[], title=f"RMS {rms(values):.1f}")
            rms_by[column, M] = rms(values)
        axes[row, 0].set_ylabel(f"{M} product{'s' if M > 1 else ''}")
    axes[3, 0].set_xlabel("sum, weights of size 1")
    axes[3, 1].set_xlabel("sum, weights of size 1/√M")
    figure.suptitle("Sums of M products with two sizes of the weights", x=0.02, ha="left")
    plt.show()

# %% [markdown]
# *In words: two columns of four histograms. On the left, the sums of 1, 4, 16 and 64 products have
# an RMS of about 1, 2, 4 and 8. On the right, all four sums have an RMS of about 1.*

# %% claims=true
for M, size in ((1, 1), (4, 2), (16, 4), (64, 8)):
    given = {1, 2, 4, 8, 16, 64} - {size}
    claim(
        "sums of 1, 4, 16 and 64 products have an RMS of about 1, 2, 4 and 8",
        rms_by[0, M],
        equals=size,
        within=0.1 * size,
        given=sorted(given),
    )
claim(
    "all four sums have an RMS of about 1",
    [rms_by[1, M] for M in (1, 4, 16, 64)],
    equals=1,
    within=0.1,
)

# %% [markdown]
# So a layer with more inputs needs smaller weights. Otherwise every layer multiplies the RMS by a
# factor other than 1, and fifty layers by the fiftieth power of this factor. S0 states the aim as a
# formula ("Initialization of weights"): the outputs of neighbouring layers should have similar
# variances,
#
# $$\text{Var}(z^{(l+1)}) \approx \text{Var}(z^{(l)}).$$
#
# How does a layer change the variance, how does the activation function change it, and which
# weights keep it the same?

# %% [markdown]
# ## 3 What one layer does to the variance
#
# ### One product
#
# For independent X and Y, S0 uses $\text{Var}(XY) = E(X^2)E(Y^2) - E(X)^2E(Y)^2$. We test this
# formula on two random quantities, neither of which has mean 0:

# %% practice=true
rng = np.random.default_rng(2)
X, Y = rng.normal(1.0, 2.0, size=10**6), rng.uniform(0.0, 3.0, size=10**6)
by_formula = np.mean(X**2) * np.mean(Y**2) - np.mean(X) ** 2 * np.mean(Y) ** 2
print(f"variance of a million products: {np.var(X * Y):.2f}   by the formula: {by_formula:.2f}")
print(f"for comparison, Var(X) Var(Y):  {np.var(X) * np.var(Y):.2f}")

# %% [markdown]
# We draw the weights with mean 0. Then the second term is 0, and $\text{Var}(wz) =
# \text{Var}(w)\,E(z^2)$: **the variance of the weight times the mean square of the input.** For
# inputs with mean 0, the mean square is equal to the variance. The outputs of a ReLU do not have
# mean 0, so for them the two are different.
#
# <details><summary>The derivation</summary>
#
# X and Y are independent, therefore their squares are independent as well.
#
# - $\text{Var}(XY) = E(X^2 Y^2) - E(XY)^2$: the variance is the mean of the square minus the square
#   of the mean.
# - $E(X^2 Y^2) = E(X^2)\,E(Y^2)$ and $E(XY) = E(X)\,E(Y)$: the mean of a product of independent
#   quantities is the product of their means.
# - Hence $\text{Var}(XY) = E(X^2)\,E(Y^2) - E(X)^2\,E(Y)^2$.
# - With $E(X) = 0$ the second term is 0 and $E(X^2) = \text{Var}(X)$: $\text{Var}(XY) =
#   \text{Var}(X)\,E(Y^2)$.
# - If $E(Y) = 0$ as well, $E(Y^2) = \text{Var}(Y)$ and $\text{Var}(XY) =
#   \text{Var}(X)\,\text{Var}(Y)$.
#
# </details>

# %% claims=true
claim(
    "S0 uses $\\text{Var}(XY) = E(X^2)E(Y^2) - E(X)^2E(Y)^2$",
    np.var(X * Y) / by_formula,
    equals=1,
    within=0.02,
    given=[2],
)

# %% [markdown]
# ### A sum of products
#
# A unit computes $u = \sum_{i=1}^{M} w_i z_i$. The weights are independent, so the variances of the
# terms add up. The slow loops below show what the variance of u means: they draw the weights of one
# unit again and again, and measure the variance of the results.


# %%
def output_variance_by_drawing(z, var_w, rng, draws=2000):
    """Variance of u = sum_i w_i z_i over random weights, for one input z."""
    found = []
    for _ in range(draws):
        u = 0.0
        for i in range(len(z)):
            u += rng.normal(0.0, var_w**0.5) * z[i]
        found.append(u)
    return np.var(found)


# %% [markdown]
# Now write this variance as a formula, without drawing. `mean_square_z` is the mean of z² over the
# inputs of the layer.


# %% solution="linear_output_variance"
def linear_output_variance(n_in, var_w, mean_square_z):
    """Variance of u = sum of n_in products w z, for weights of mean 0 and variance var_w.

    n_in : number of inputs of a unit
    mean_square_z : mean of z**2 over the inputs
    returns the variance of u, a number
    """
    ### BEGIN SOLUTION
    return n_in * var_w * mean_square_z
    ### END SOLUTION


# %% check="linear_output_variance"
check("linear_output_variance", linear_output_variance)

# %% [markdown]
# Compare your formula with the loops. No input is negative here, as after a ReLU:

# %% practice=true
if ready("linear_output_variance"):
    rng = np.random.default_rng(3)
    z_positive = np.abs(rng.normal(size=12)) + 0.5
    drawn = output_variance_by_drawing(z_positive, 0.3, rng)
    for what, value in (("mean square", np.mean(z_positive**2)), ("variance", np.var(z_positive))):
        print(f"with the {what} of z: {linear_output_variance(12, 0.3, value):.2f}")
    print(f"drawn 2,000 times:      {drawn:.2f} (random error: a few percent)")
else:
    print("This cell waits.")

# %% claims=true
claim(
    "the variance of the weight times the mean square of the input",
    drawn / linear_output_variance(12, 0.3, np.mean(z_positive**2)),
    equals=1,
    within=0.1,
)

# %% [markdown]
# <details><summary>The derivation of Var(u)</summary>
#
# The inputs $z_i$ are given, the weights $w_i$ are drawn independently with mean 0.
#
# - $\text{Var}(u) = \sum_i \text{Var}(w_i z_i)$, because variances of independent terms add up.
# - $\text{Var}(w_i z_i) = \text{Var}(w)\,z_i^2$, because $\text{Var}(cX) = c^2\,\text{Var}(X)$.
# - $\text{Var}(u) = \text{Var}(w) \sum_i z_i^2 = M\,\text{Var}(w)\,\overline{z^2}$, with the mean
#   of $z^2$ over the M inputs. If the inputs are random too, $\overline{z^2}$ becomes $E(z^2)$.
#
# S0 writes M for the number of inputs. S4 writes n for it, and σ² for Var(w).
#
# </details>
#
# ### After the activation function
#
# The next layer receives $z = f(u)$. A sum of many independent terms is approximately normally
# distributed, so we assume $u \sim N(0, v)$. What is $E(z^2)$ for a given $v$?
#
# - **linear**, $z = u$: nothing changes, $E(z^2) = v$.
# - **ReLU**, $z = \max(0, u)$: the density p of u is symmetric about 0. Which share of $\int u^2
#   p(u)\,du$ lies above 0? The figure below shows it as an area. S0 and S4 both use the result.
#   What is the *variance* of z, whose mean is $E(z) = \sqrt{v / (2\pi)}$?
# - **tanh**: near 0, $\tanh u \approx u - u^3/3$, hence $\tanh^2 u \approx u^2 - \tfrac23 u^4$. For
#   a normal u, $E(u^4) = 3v^2$. What is $E(z^2)$ up to the term in $v^2$?

# %% practice=true fold="Draw the mean square of u"
u = np.linspace(-4, 4, 401)
area = u**2 * np.exp(-(u**2) / 2) / np.sqrt(2 * np.pi)
with theme.style():
    figure, ax = plt.subplots(figsize=(7, 2.8))
    ax.fill_between(u, area, where=u >= 0, color=theme.FORWARD, alpha=0.7)
    ax.fill_between(u, area, where=u <= 0, facecolor="0.92", edgecolor="0.6", hatch="///")
    ax.text(1.45, 0.1, "kept", ha="center", color="white", weight="bold")
    ax.text(-1.45, 0.1, "dropped", ha="center", weight="bold", backgroundcolor="white")
    ax.set(xlabel="u", ylabel="u² times density of u", yticks=[])
    ax.set_title("The mean square of u as an area, and what a ReLU keeps of it")
    plt.show()

# %% [markdown]
# *In words: the curve of u² times the normal density has two equal peaks, left and right of 0. The
# left one is hatched and labelled "dropped". The right one is blue and labelled "kept".*

# %% [markdown]
# Write three formulas: $E(z^2)$ and $\text{Var}(z)$ after a ReLU, and $E(z^2)$ after a tanh. They
# earn no points. The cell below them compares each formula with a sum over a fine grid.
#
# <details><summary>If the second one differs</summary>
#
# A variance is the mean of the square minus the square of the mean. Your first formula gives the
# mean of the square. The list above gives the mean E(z).
#
# </details>


# %% solution="relu_mean_square"
def relu_mean_square(v):
    """E(z^2) for z = max(0, u), u normal with mean 0 and variance v."""
    ### BEGIN SOLUTION
    return v / 2
    ### END SOLUTION


# %% solution="relu_variance"
def relu_variance(v):
    """Var(z) for z = max(0, u), u normal with mean 0 and variance v."""
    ### BEGIN SOLUTION
    return v / 2 - v / (2 * np.pi)
    ### END SOLUTION


# %% solution="tanh_mean_square"
def tanh_mean_square(v):
    """E(z^2) for z = tanh(u), u normal with mean 0 and a small variance v, up to v^2."""
    ### BEGIN SOLUTION
    return v - 2 * v**2
    ### END SOLUTION


# %% practice=true fold="Compare your formulas with the grid"
def compare(what, attempt, right, tolerance):
    """Print whether what the function `attempt` returns is `right`."""
    try:
        mine = float(attempt())
    except NotImplementedError:
        print(f"{what:34} not written yet")
        return
    verdict = "agrees" if abs(mine - right) <= tolerance else "DIFFERS"
    print(f"{what:34} {verdict:8} yours {mine:.6f}, expected {right:.6f}")


def relu(u):
    return np.maximum(u, 0)


fine = np.linspace(-10, 10, 4001)
weight = np.exp(-(fine**2) / 2)
weight /= weight.sum()
for v in (1.0, 3.0):
    z = relu(np.sqrt(v) * fine)
    square = weight @ z**2
    variance = square - (weight @ z) ** 2
    compare(f"ReLU, E(z²) for v = {v:g}", lambda v=v: relu_mean_square(v), square, 1e-4)
    compare(f"ReLU, Var(z) for v = {v:g}", lambda v=v: relu_variance(v), variance, 1e-4)
for v in (0.01, 0.03):  # what is left out begins with v³
    square = weight @ np.tanh(np.sqrt(v) * fine) ** 2
    compare(f"tanh, E(z²) for v = {v:g}", lambda v=v: tanh_mean_square(v), square, 8 * v**3)

# %% [markdown]
# After a ReLU, half of the mean square is left, but only about a third of the variance. So if you
# use the variance of z in place of its mean square for the next layer, the result is wrong. A tanh
# always reduces the mean square, and the larger v is, the larger is the share that it takes away.
#
# <details><summary>The derivation</summary>
#
# u is normal with mean 0 and variance v, and p is its density.
#
# **ReLU.**
#
# - $E(z^2) = \int_0^\infty u^2 p(u)\,du$, because $z = 0$ for $u < 0$ and $z = u$ for $u > 0$.
# - $u^2 p(u)$ has the same values at u and −u, so this is half of $\int_{-\infty}^{\infty} u^2
#   p(u)\,du = v$. Hence $E(z^2) = v/2$. (S4 writes φ for our f and y for our u.)
# - $E(z) = \int_0^\infty u\,\frac{1}{\sqrt{2\pi v}} e^{-u^2/2v}\,du = \frac{1}{\sqrt{2\pi v}}
#   \bigl[-v\,e^{-u^2/2v}\bigr]_0^\infty = \sqrt{v/(2\pi)}$.
# - $\text{Var}(z) = E(z^2) - E(z)^2 = \dfrac v2 - \dfrac{v}{2\pi} \approx 0.34\,v$.
#
# **tanh.**
#
# - $\tanh^2 u = (u - u^3/3 + \dots)^2 = u^2 - \tfrac23 u^4 + \dots$, by multiplying out.
# - $E(z^2) \approx E(u^2) - \tfrac23 E(u^4) = v - \tfrac23 \cdot 3v^2 = v - 2v^2$.
#
# </details>

# %% claims=true
claim("only about a third of the variance", relu_variance(3.0) / 3, equals=1 / 3, within=0.02)
claim("half of the mean square is left", relu_mean_square(3.0) / 3, equals=0.5, within=0.01)
lost = [1 - weight @ np.tanh(np.sqrt(v) * fine) ** 2 / v for v in (0.01, 0.1, 1.0, 3.0)]
claim("A tanh always reduces the mean square", lost, above=0)
claim("the larger v is, the larger is the share that it takes away", np.diff(lost), above=0)

# %% [markdown]
# ### Solve for the weights
#
# Now combine the two steps. `linear_output_variance` gives the variance of u, and the mean square
# that it needs is the $E(z^2)$ of the layer before. Which variance of the weights keeps the
# variance of u the same from layer to layer,
#
# - without an activation function? (A tanh is close to this case as long as u is near 0.)
# - with a ReLU between the layers?
#
# The third question is about the backward pass. There, the gradient with respect to input i of the
# layer is $\sum_j w_{ij}\,\delta_j$, with one term for each **output** j of the layer, and
# $\delta_j = \partial L/\partial u_j$. Which variance of the weights keeps the RMS of the gradient
# from layer to layer, without an activation function? Write three formulas, again without points.


# %% solution="variance_for_linear"
def variance_for_linear(n_in, n_out):
    """Var(w) that keeps the variance of u, without an activation function."""
    ### BEGIN SOLUTION
    return 1 / n_in
    ### END SOLUTION


# %% solution="variance_for_relu"
def variance_for_relu(n_in, n_out):
    """Var(w) that keeps the variance of u, with a ReLU between the layers."""
    ### BEGIN SOLUTION
    return 2 / n_in
    ### END SOLUTION


# %% solution="variance_for_gradient"
def variance_for_gradient(n_in, n_out):
    """Var(w) that keeps the RMS of the gradient, without an activation function."""
    ### BEGIN SOLUTION
    return 1 / n_out
    ### END SOLUTION


# %% [markdown]
# The next cell takes a layer with 200 inputs and 50 outputs. It draws the weights 200 times with
# your variance, and prints the factor by which the mean square changes: 1 is right, up to a few
# percent.

# %% practice=true fold="Draw one layer 200 times"
rng = np.random.default_rng(4)
n_in, n_out = 200, 50


def change(rule, f, backward):
    """The factor of the mean square in one layer: forward from u to u, or from du to dz."""
    std = rule(n_in, n_out) ** 0.5
    before = after = 0.0
    for _ in range(200):
        W = rng.normal(0, std, size=(n_in, n_out))
        a = rng.normal(size=(20, n_out if backward else n_in))
        b = a @ W.T if backward else f(a) @ W
        before, after = before + np.mean(a * a), after + np.mean(b * b)
    return after / before


for rule, f, backward in (
    (variance_for_linear, lambda u: u, False),
    (variance_for_relu, relu, False),
    (variance_for_gradient, None, True),
):
    try:
        factor = change(rule, f, backward)
    except NotImplementedError:
        print(f"{rule.__name__:22} not written yet")
    else:
        verdict = "keeps" if abs(factor - 1) < 0.1 else "CHANGES"
        print(f"{rule.__name__:22} {verdict:7} the mean square: factor {factor:.2f}")

# %% [markdown]
# <details><summary>The derivation</summary>
#
# **Forward.** A layer takes $u^{(l)}$ to $u^{(l+1)}$.
#
# - $\text{Var}(u^{(l+1)}) = n_{in}\,\text{Var}(w)\,E(z^2)$ with $z = f(u^{(l)})$, from above.
# - Without an activation function $E(z^2) = \text{Var}(u^{(l)})$. The variance is kept if
#   $n_{in}\,\text{Var}(w) = 1$, so $\text{Var}(w) = 1/n_{in}$.
# - With a ReLU $E(z^2) = \tfrac12 \text{Var}(u^{(l)})$. The variance is kept if $\tfrac12
#   n_{in}\,\text{Var}(w) = 1$, so $\text{Var}(w) = 2/n_{in}$.
#
# **Backward.** Write $\delta_j = \partial L/\partial u_j$ (`du` in our code) for the $n_{out}$
# outputs. We assume, as He and others do, that the gradients $\delta_j$ are independent of the
# weights of this layer, and that $f'(u_i)$ is independent of $\partial L/\partial z_i$.
#
# - $\dfrac{\partial L}{\partial z_i} = \sum_{j=1}^{n_{out}} w_{ij}\,\delta_j$: input i affects the
#   loss through every output j of the layer.
# - $\text{Var}\Bigl(\dfrac{\partial L}{\partial z_i}\Bigr) = n_{out}\,\text{Var}(w)\,E(\delta^2)$:
#   the terms are uncorrelated, because the weights are independent with mean 0, and each term has
#   the variance of a product.
# - Without an activation function this is already the δ of the layer before. The RMS is kept if
#   $n_{out}\,\text{Var}(w) = 1$, so $\text{Var}(w) = 1/n_{out}$.
# - With a ReLU, $\delta_i = f'(u_i)\,\partial L/\partial z_i$, where $f'(u_i)$ is 0 or 1 with
#   probability ½ each. Hence $E(\delta_i^2) = \tfrac12 n_{out}\,\text{Var}(w)\,E(\delta^2)$. The
#   RMS is kept if $\text{Var}(w) = 2/n_{out}$. This is He's rule for the backward pass.
#
# </details>
#
# ### Layer by layer
#
# S4 derives the variance in every layer ("Propagation of variance (ReLU)"). The first layer is
# special: its inputs have not passed through a ReLU, so their mean square is not halved. The next
# two cells predict the variance of u in ten layers with your function, and measure it. The inputs
# have mean 0 and variance 1, and the weights have the variance 1/M or 2/M. (Each measured value is
# a mean over five draws of all weights. The random errors accumulate from layer to layer.)

# %% practice=true
if ready("linear_output_variance"):
    M = 200
    variances, predictions = {"1/M": 1 / M, "2/M": 2 / M}, {}
    for name, var_w in variances.items():
        predicted, mean_square = [], 1.0
        for _ in range(10):
            predicted.append(linear_output_variance(M, var_w, mean_square))
            mean_square = predicted[-1] / 2
        predictions[name] = predicted
else:
    print("This cell waits.")

# %% practice=true fold="Measure the ten layers"
if ready("linear_output_variance"):
    for name, var_w in variances.items():
        measured = np.zeros(10)
        for seed in range(5):
            rng = np.random.default_rng(seed)
            z = rng.normal(size=(100, M))
            for layer in range(10):
                u = z @ rng.normal(0, var_w**0.5, size=(M, M))
                measured[layer] += np.var(u) / 5
                z = relu(u)
        print(f"Var(w) = {name}: predicted " + " ".join(f"{v:.3f}" for v in predictions[name]))
        print(f"{'':13} measured  " + " ".join(f"{v:.3f}" for v in measured))

# %% [markdown]
# ### A layer with a shortcut
#
# Deep networks often add the input of a layer to its result (notebook 10): $u^{(l+1)} = u^{(l)} +
# W^T \max(0, u^{(l)})$, in code `u = u + relu(u) @ W`. We draw W by He's rule, with the variance
# 2/n, and start with numbers of mean 0 and variance 1. **About how large is the mean square of u
# after ten such layers?** 1, 10 or 1,000?

# %% guess="ten layers with a shortcut"
guess("ps09_shortcut", None)  # a number in place of None

# %% practice=true
squares = []
for seed in range(5):
    rng = np.random.default_rng(seed)
    u = rng.normal(size=(100, 200))
    for _ in range(10):
        u = u + relu(u) @ rng.normal(0, (2 / 200) ** 0.5, size=(200, 200))
    squares.append(np.mean(u * u))
reveal("ps09_shortcut", float(np.mean(squares)), "Mean square of u after ten layers, five seeds.")

# %% [markdown] after="ps09_shortcut"
# The two terms are uncorrelated, because W has mean 0 and does not depend on u. So their mean
# squares add up. By He's rule the second term has the mean square of the first: the sum doubles it
# in every layer, and ten layers multiply it by $2^{10} = 1024$. He's rule is for layers without a
# shortcut. Notebook 10 shows how networks with shortcuts keep their signals in range.

# %% claims=true
claim(
    "ten layers multiply it by $2^{10} = 1024$",
    np.mean(squares),
    equals=1024,
    within=250,
    given=[2, 10],
)

# %% [markdown]
# ### Both directions at once?
#
# The forward pass needs a variance that depends on the number of inputs. The backward pass needs
# one that depends on the number of outputs. If the two numbers differ, no variance satisfies both.
# Glorot and Bengio (2010) use the mean of the two numbers as denominator: $2/(n_{in} + n_{out})$.
# He and others (2015) study the ReLU and derive one rule for each direction, with $n_{in}$ or with
# $n_{out}$. Does a rule with $n_{in}$ alone damage the gradient? We measure the RMS in twenty
# layers of 60 and 180 units in turn, without activation functions, in both directions.

# %% practice=true fold="Measure three rules in both directions"
FUNCTIONS = {  # f, and its derivative, computed from z = f(u)
    "linear": (lambda u: u, lambda z: np.ones_like(z)),
    "relu": (relu, lambda z: (z > 0).astype(z.dtype)),
    "tanh": (np.tanh, lambda z: 1 - z**2),
}


def forward_and_backward(Ws, name, gain=1.0):
    """RMS of the signal and of its gradient: at the input, and after each layer."""
    rng = np.random.default_rng(99)
    f, derivative = FUNCTIONS[name]
    z = rng.normal(size=(20, len(Ws[0])))
    signals = [z]
    for W in Ws:
        z = f(gain * (z @ W))
        signals.append(z)
    dz = rng.normal(size=z.shape)
    gradients = [dz]
    for W, z in zip(reversed(Ws), reversed(signals[1:]), strict=True):
        dz = gain * ((dz * derivative(z)) @ W.T)
        gradients.insert(0, dz)
    return np.array([rms(z) for z in signals]), np.array([rms(dz) for dz in gradients])


layers = [(60, 180), (180, 60)] * 10
rules = {
    "1 / n_in": lambda n_in, n_out: 1 / n_in,
    "1 / n_out": lambda n_in, n_out: 1 / n_out,
    "2 / (n_in + n_out)": lambda n_in, n_out: 2 / (n_in + n_out),
}
by_rule = {}
print("RMS                 forward, after      backward, through")
print("Var(w)              1     2     20      1     2     20 layers")
for name, rule in rules.items():
    logarithms = []
    for seed in range(10):
        rng = np.random.default_rng(seed)
        Ws = [rng.normal(0, rule(*shape) ** 0.5, size=shape) for shape in layers]
        forward, backward = forward_and_backward(Ws, "linear")
        logarithms.append(np.log([*forward[[1, 2, 20]], *backward[[19, 18, 0]]]))
    by_rule[name] = np.exp(np.mean(logarithms, axis=0))
    row = [f"{value:5.2f}" for value in by_rule[name]]
    print(f"{name:18} " + " ".join(row[:3]) + "  " + " ".join(row[3:]))

# %% [markdown]
# Compare the columns for 20 layers. With $1/n_{in}$ the gradient shrinks in one layer and grows in
# the next. On average nothing is lost in the end, because the outputs of one layer are the inputs
# of the next: only the first and the last number of units matter, and here they are equal. (By this
# argument of He and others, either of their two rules is enough.)
#
# Now compare the columns for one layer. The smallest RMS with Glorot's compromise is 0.70, and with
# $1/n_{in}$ the smallest is 0.57, so Glorot's is nearer to 1. But over every two layers it loses a
# little in *both* directions, so after twenty layers less than a quarter is left. If all layers
# have the same number of units, the three rules are the same.

# %% claims=true
quote = "The smallest RMS with Glorot's compromise is 0.70"
claim(quote, min(by_rule["2 / (n_in + n_out)"][[0, 3]]), equals=0.70, within=0.04)
quote = "the smallest is 0.57"
claim(quote, min(by_rule["1 / n_in"][[0, 3]]), equals=0.57, within=0.04)
claim("On average nothing is lost in the end", by_rule["1 / n_in"][[2, 5]], equals=1, within=0.2)
claim(
    "over every two layers it loses a little in *both* directions",
    by_rule["2 / (n_in + n_out)"][[1, 4]],
    below=0.95,
)
claim(
    "after twenty layers less than a quarter is left",
    by_rule["2 / (n_in + n_out)"][[2, 5]],
    below=0.25,
)

# %% claims=true
claim(
    "With $1/n_{in}$ the gradient shrinks in one layer",
    by_rule["1 / n_in"][3],
    below=0.7,
    given=[1],
)

# %% [markdown]
# ## 4 From a rule to weights
#
# A rule gives the variance of the weights. To draw them, we need the standard deviation σ of a
# normal distribution, or the limit a of a uniform distribution between −a and a. S0 asks
# ("Initialization of weights"): "How do we select the range, i.e., σ or a?" The variance of the
# uniform distribution is $\int_{-a}^{a} x^2\,dx / (2a)$. Write this variance without the integral
# (no points).


# %% solution="uniform_variance"
def uniform_variance(a):
    """Variance of a number drawn uniformly between -a and a."""
    ### BEGIN SOLUTION
    return a**2 / 3
    ### END SOLUTION


# %% practice=true
for a in (1.0, 2.0):
    middles = a * (np.arange(-99_999, 100_000, 2) / 100_000)  # of 100,000 equal parts
    compare(f"uniform, a = {a:g}", lambda a=a: uniform_variance(a), np.var(middles), 1e-3)

# %% [markdown]
# <details><summary>The derivation</summary>
#
# - The density is $\tfrac{1}{2a}$ between −a and a, and the mean is 0 by symmetry, so
#   $\text{Var}(X) = E(X^2) = \int_{-a}^{a} \frac{x^2}{2a}\,dx$.
# - $= \dfrac{1}{2a}\Bigl[\dfrac{x^3}{3}\Bigr]_{-a}^{a} = \dfrac{1}{2a}\cdot\dfrac{2a^3}{3} =
#   \dfrac{a^2}{3}$.
# - For a given variance, solve $a^2/3 = \text{Var}(w)$ for a.
#
# </details>

# %% [markdown]
# Now write the three rules as one function. Its argument `rule` says which variance the weights
# have:
#
# | rule | variance of the weights |
# |---|---|
# | `"lecun"` | $1/n_{in}$ |
# | `"glorot"` | $2/(n_{in}+n_{out})$ |
# | `"he"` | $2/n_{in}$ |
#
# The argument `distribution` says how the weights are drawn: `"normal"`, or `"uniform"` between −a
# and a.
#
# `shape` is `(n_in, n_out)`, and W has this shape: one row for each input, one column for each
# output. `rng.normal(0, s, size=shape)` draws normal numbers with the *standard deviation* s (NumPy
# calls the shape `size`), `rng.uniform(low, high, size=shape)` uniform ones. Draw only from the
# given `rng`. Then the same seed gives the same network again, and the next call gives new weights.


# %% solution="initialise"
def initialise(shape, rng, *, rule, distribution):
    """Random weights with mean 0 and the variance of a rule.

    shape : (n_in, n_out)
    rng : the random generator, for example np.random.default_rng(0)
    rule : "lecun", "glorot" or "he"
    distribution : "normal" or "uniform"
    returns an array of the given shape
    """
    ### BEGIN SOLUTION
    n_in, n_out = shape
    variance = {"lecun": 1 / n_in, "glorot": 2 / (n_in + n_out), "he": 2 / n_in}[rule]
    if distribution == "normal":
        return rng.normal(0.0, np.sqrt(variance), size=shape)
    a = np.sqrt(3 * variance)
    return rng.uniform(-a, a, size=shape)
    ### END SOLUTION


# %% check="initialise"
check("initialise", initialise)

# %% [markdown]
# Run the cells of section 1 again: their fifty layers now have your weights.
#
# In a convolution the *fan-in* takes the place of n_in. It counts all inputs of a unit: channels
# times height times width of the filter.

# %% [markdown]
# ## 5 The gain
#
# There is a second way to write the rules of LeCun and He. Take LeCun's weights, with the standard
# deviation $1/\sqrt{n_{in}}$, and multiply them by a **gain** g. This works for any activation
# function f: if u is normal with mean 0 and variance 1, the next layer has the variance
# $\text{Var}(u) = n_{in}\,\frac{g^2}{n_{in}}\,E[f(u)^2]$ (section 3). It stays 1 if
#
# $$g = \frac{1}{\sqrt{E[f(u)^2]}}, \qquad E[f(u)^2] = \int f(u)^2\, p(u)\,du, \quad p(u) =
# \tfrac{1}{\sqrt{2\pi}} e^{-u^2/2}.$$
#
# For most f this integral has no formula. Compute it as a sum over a grid. You choose how far the
# grid reaches and how fine it is; an error of 1 % in g is allowed. `f` takes an array and returns
# the array of its values.


# %% solution="gain_of"
def gain_of(f):
    """1 / sqrt(E[f(u)^2]) for a normal u with mean 0 and variance 1.

    f : an activation function, from an array to an array of the same shape
    returns a number; 1 % is accurate enough
    """
    ### BEGIN SOLUTION
    u = np.linspace(-8, 8, 1601)
    density = np.exp(-(u**2) / 2)
    mean_square = np.sum(density * f(u) ** 2) / np.sum(density)
    return 1 / np.sqrt(mean_square)
    ### END SOLUTION


# %% check="gain_of"
check("gain_of", gain_of)


# %% practice=true
def gelu(u):
    """The activation function GELU of notebook 06."""
    return gelu_forward(u)[0]


def sigmoid(u):
    return 1 / (1 + np.exp(-u))


ACTIVATIONS = {"ReLU": relu, "tanh": np.tanh, "sigmoid": sigmoid, "GELU": gelu}
if ready("gain_of"):
    for name, f in ACTIVATIONS.items():
        print(f"gain of {name:8} {gain_of(f):.3f}")
else:
    print("This cell waits.")

# %% [markdown]
# For ReLU the result is √2, which is He's rule. PyTorch's table (`calculate_gain`) has 5/3 for tanh
# and 1 for the sigmoid. These two are conventions and not this integral.

# %% claims=true
claim("For ReLU the result is √2", gain_of(relu), equals=2**0.5, within=0.01, given=[2])
claim("These two are conventions and not this integral.", abs(gain_of(np.tanh) - 5 / 3), above=0.05)
claim("These two are conventions and not this integral.", gain_of(sigmoid), above=1.5)

# %% [markdown]
# ### Tune the gain
#
# This is a game. You choose one gain for each of three kinds of network, with 200 layers of 100
# units. The weights have LeCun's variance, times your gain². A signal with RMS 1 passes forward
# from the first layer, and a gradient with RMS 1 passes backward from the last layer. Your network
# **survives** d layers if two conditions hold: the RMS of the signal stays between 0.1 and 10 in
# the first d layers, and so does that of the gradient in the last d layers. Your score is the
# largest such d: mean ± standard deviation over five seeds.
#
# Before you play: **which of the three tolerates a wrong gain best?** That is, which one survives
# 40 layers with the widest range of gains: linear, relu or tanh?

# %% guess="which network is the most forgiving"
guess("ps09_forgiving", None, among=("linear", "relu", "tanh"))  # one of these in place of None

# %% [markdown]
# Put your gains in place of `None`, run this cell and the one that prints the score, and try again
# as often as you like (no points). The score of the gains of `gain_of` stands beside yours. For two
# of the three networks another gain scores higher. Find them.

# %% solution="my_gains"
my_gains = {"linear": None, "relu": None, "tanh": None}
### BEGIN SOLUTION
my_gains |= {"linear": 1.0, "relu": 1.43, "tanh": 1.1}
### END SOLUTION


# %% practice=true fold="Print the score" after=false
def draw_layers(rule, shapes, seed):
    """One matrix of normal weights for each shape."""
    rng, draw = np.random.default_rng(seed), normal_weights(rule)
    return [draw(shape, rng) for shape in shapes]


def survived(gain, name, Ws):
    """The depth up to which both signal and gradient stay between 0.1 and 10."""
    forward, backward = forward_and_backward(Ws, name, gain)
    depth = len(Ws)
    for values in (forward, backward[::-1]):
        lost = np.flatnonzero((values < 0.1) | (values > 10))
        depth = min([depth, *(lost - 1)])
    return depth


def score(gains):
    """Depth survived by each kind of network, (mean, standard deviation) over five seeds."""
    depths = {n: [survived(g, n, Ws) for Ws in square_layers] for n, g in gains.items() if g}
    return {name: (np.mean(d), np.std(d)) for name, d in depths.items()}


if ready("initialise", "gain_of"):
    computed = {name: gain_of(f) for name, (f, _) in FUNCTIONS.items()}
    shapes = [(100, 100)] * 200
    square_layers = [draw_layers("lecun", shapes, seed) for seed in range(5)]
    by_integral, by_me = score(computed), score(my_gains)
    print("           gain_of                 yours")
    for name, g in computed.items():
        line = f"{name:8} {g:6.3f}: {by_integral[name][0]:4.0f} ± {by_integral[name][1]:2.0f}"
        if name in by_me:
            mean, deviation = by_me[name]
            line += f"      {my_gains[name]:6.3f}: {mean:4.0f} ± {deviation:2.0f} layers"
        print(line)
else:
    print("This cell waits.")

# %% [markdown]
# Now we test many gains, from 0.5 to 2.8. <!-- no claim: setting --> How many layers does each kind
# of network survive? (One seed.)

# %% practice=true fold="Test all gains"
grid = 2.0 ** (np.arange(-8, 13) / 8)  # from 0.5 to 2.8; 1 and √2 are among them
if ready("initialise", "gain_of"):
    depths = {
        name: np.array([survived(g, name, square_layers[0]) for g in grid]) for name in FUNCTIONS
    }
    tolerant = {name: int(np.sum(depth >= 40)) for name, depth in depths.items()}
    reveal(
        "ps09_forgiving",
        max(tolerant, key=tolerant.get),
        f"Number of gains, of {len(grid)} in all, with which 40 layers survive: {tolerant}.",
    )
else:
    print("This cell waits.")

# %% practice=true fold="Draw the layers survived by gain" after="ps09_forgiving"
if ready("initialise", "gain_of"):
    with theme.style():
        figure, axes = plt.subplots(3, 1, figsize=(7, 4.8), sharex=True, sharey=True)
        for ax, (name, depth) in zip(axes, depths.items(), strict=True):
            ax.plot(grid, depth, "o-", color=theme.FORWARD, markersize=4)
            ax.axvline(computed[name], color=theme.QUIET, linewidth=1, linestyle="--")
            ax.set(xscale="log", ylim=(-10, 215), yticks=[0, 100, 200])
            ax.text(0.02, 0.75, name, transform=ax.transAxes, color=theme.FORWARD, weight="bold")
            ax.text(1.04 * computed[name], 165, "your gain_of", color=theme.QUIET)
        axes[1].set_ylabel("layers survived")
        axes[2].set_xlabel("gain")
        axes[2].set_xticks([0.5, 0.7, 1, 1.4, 2, 2.8], ["0.5", "0.7", "1", "1.4", "2", "2.8"])
        axes[2].minorticks_off()
        axes[0].set_title("Layers survived against the gain, one seed")
        plt.show()

# %% [markdown] after="ps09_forgiving"
# *In words: three panels with the number of layers survived against the gain. Linear layers have a
# narrow peak at 1, ReLU layers a narrow peak at 1.4. The curve of tanh is broader, and its maximum
# lies between 1 and the dashed line at `gain_of`.*

# %% claims=true
peaks = {name: grid[depth.argmax()] for name, depth in depths.items()}
claim("Linear layers have a narrow peak at 1", peaks["linear"], equals=1, within=0.05)
claim("ReLU layers a narrow peak at 1.4", peaks["relu"], equals=1.4, within=0.1)
claim(
    "The curve of tanh is broader",
    tolerant["tanh"],
    above=2 * max(tolerant["linear"], tolerant["relu"]),
)
quote = "its maximum lies between 1 and the dashed line"
claim(quote, peaks["tanh"], above=1)
claim(quote, peaks["tanh"], below=computed["tanh"], given=[1])
quote = "For two of the three networks another gain scores higher."
claim(quote, by_me["tanh"][0], above=2 * by_integral["tanh"][0])
claim(quote, by_me["relu"][0], above=1.1 * by_integral["relu"][0])
claim(quote, by_integral["linear"][0], above=199)  # 200 is the highest score

# %% [markdown]
# ### Three fixed points
#
# Look at one layer as a function: it takes the variance of u in one layer to the variance of u in
# the next. A variance that stays the same is a **fixed point** of this function. With the gain of
# `gain_of`, the variance 1 is a fixed point for every activation function. The figure shows what
# happens to other variances, here 0.6 and 1.5.


# %% practice=true fold="Define one layer as a function of the variance"
def expected(f, v):
    """E[f(u)] for u normal with mean 0 and variance v, as a sum over a fine grid."""
    fine = np.linspace(-10, 10, 4001)
    weight = np.exp(-(fine**2) / 2)
    return np.sum(weight * f(np.sqrt(v) * fine)) / np.sum(weight)


def next_variance(f, g, v):
    """Var(u) in the next layer: g² E[f(u)²] for normal u of variance v."""
    return g**2 * expected(lambda u: f(u) ** 2, v)


def staircase(f, g, v, layers=20):
    """Corners of the steps from v: up or down to the curve, across to the diagonal."""
    corners = [(v, v)]
    for _ in range(layers):
        new = next_variance(f, g, v)
        corners += [(v, new), (new, new)]
        v = new
    return np.array(corners)


# %% practice=true fold="Draw the variance by layer for ReLU, tanh and GELU" after="ps09_forgiving"
if ready("gain_of"):
    variance_by_layer = {}
    with theme.style():
        figure, axes = plt.subplots(1, 3, figsize=(7, 2.9), sharex=True, sharey=True)
        for ax, name in zip(axes, ("ReLU", "tanh", "GELU"), strict=True):
            f, g = ACTIVATIONS[name], gain_of(ACTIVATIONS[name])
            for v in (0.6, 1.5):
                variance_by_layer[name, v] = staircase(f, g, v, layers=16)[::2, 0]
                ax.plot(variance_by_layer[name, v], ".-", color=theme.FORWARD)
            ax.axhline(1, color=theme.QUIET, linewidth=1, linestyle="--")
            ax.set(xlabel="layer", title=f"{name}, gain {g:.2f}", ylim=(0, 3), xticks=[0, 8, 16])
        for v in (0.6, 1.5):
            axes[0].text(0.5, v + 0.08, f"from {v}", color=theme.FORWARD, fontsize=9)
        axes[0].set_ylabel("Var(u)")
        figure.suptitle("Variance by layer with the gain of gain_of", x=0.01, ha="left")
        plt.show()

# %% [markdown] after="ps09_forgiving"
# *In words: three panels with the variance of u over sixteen layers, from 0.6 and from 1.5.
# <!-- no claim: setting --> With
# ReLU both lines stay level. With tanh both converge to 1. With GELU both move away from 1, one
# down and one up.*
#
# - **ReLU: neutral.** With the gain √2 every variance stays as it is. With another gain every layer
#   multiplies the variance by the same factor.
# - **tanh: stable.** tanh limits large values, so a large variance shrinks in the next layer. With
#   any gain above 1 there is one fixed point above 0, and the variance converges to it from both
#   sides.
# - **GELU: unstable.** Below 1 the variance falls from layer to layer, and above 1 it rises. The
#   gain of `gain_of` keeps the variance only if it is exactly 1.
#
# So a tanh network keeps the size of its signal with other gains, too: another gain above 1 moves
# the fixed point, and the variance converges to the new one. This is one reason why the curve of
# tanh is broader in the game.
#
# The gradient has no such fixed point. Each layer multiplies its RMS by $g \sqrt{E[f'(u)^2]}$, with
# the variance of u that the signal has reached.

# %% claims=true
quote = "With the gain √2 every variance stays as it is."
claim(quote, next_variance(relu, gain_of(relu), 0.3) / 0.3, equals=1, within=0.01, given=[2])
quote = "With tanh both converge to 1."
claim(quote, [variance_by_layer["tanh", v][-1] for v in (0.6, 1.5)], equals=1, within=0.02)
quote = "With GELU both move away from 1"
claim(quote, variance_by_layer["GELU", 0.6][-1], below=0.4, given=[1])
claim(quote, variance_by_layer["GELU", 1.5][-1], above=2, given=[1])
variances = np.linspace(0.02, 2.5, 60)
kept = np.array([expected(lambda u: np.tanh(u) ** 2, v) / v for v in variances])
for g in (1.1, 2**0.5, 5 / 3, 2.0):
    crosses = g**2 * kept - 1
    quote = "With any gain above 1 there is one fixed point above 0"
    claim(quote, crosses[0], above=0, given=[1, 0])
    claim(quote, np.diff(crosses), below=0, given=[1, 0])
    claim(quote, crosses[-1], below=0, given=[1, 0])

# %% [markdown] after=false
# Move the slider of the next figure to change the gain. (ReLU is dashed, tanh is solid.) The left
# panel shows one layer as a function, from the variance of u in this layer to the variance of u in
# the next. Its black steps follow a tanh network from layer to layer, from the variances 0.1 and
# 2.4. The right panel shows the RMS of the signal and of the gradient in twenty layers with LeCun's
# weights times the gain.


# %% practice=true fold="Follow one layer and twenty layers at each gain" after=false
if ready("initialise"):
    some_gains = np.sort(np.append(np.round(np.linspace(0.5, 1.9, 29), 2), [2**0.5, 5 / 3]))
    in_one_layer = np.linspace(0, 2.5, 60)
    one_layer = {
        name: np.array([expected(lambda u, f=f: f(u) ** 2, v) for v in in_one_layer])
        for name, (f, _) in FUNCTIONS.items()
    }
    stairs = [np.array([staircase(np.tanh, g, start) for g in some_gains]) for start in (0.1, 2.4)]
    stairs_end = stairs[1][:, -1, 1]
    twenty_layers = {
        name: np.array([forward_and_backward(square_layers[0][:20], name, g) for g in some_gains])
        for name in ("relu", "tanh")
    }
    # By how much the signal is multiplied from the input to layer 20, and the gradient back to 1.
    onward = {name: found[:, 0, -1] / found[:, 0, 0] for name, found in twenty_layers.items()}
    back = {name: found[:, 1, 0] / found[:, 1, -1] for name, found in twenty_layers.items()}
    gain_says = [
        f"Gain {g:.3f}: Var(u) of tanh goes to {stairs_end[k]:.2f}, and each ReLU layer multiplies "
        f"it by {g**2 / 2:.2f}. Your twenty layers multiply the signal's RMS by "
        f"{onward['tanh'][k]:.2g} (tanh) and {onward['relu'][k]:.2g} (ReLU), the gradient's by "
        f"{back['tanh'][k]:.2g} and {back['relu'][k]:.2g}."
        for k, g in enumerate(some_gains)
    ]


# %% practice=true fold="Write the names beside the lines" after=false
def names_at_ends(ax, x, direction, layer, color):
    """Names of ReLU and tanh at x, as high as their lines in a layer, but not on each other."""
    ends = np.log10([twenty_layers[name][:, direction, layer] for name in ("relu", "tanh")])
    middle, half = np.clip(ends.mean(axis=0), -2, 2), np.diff(ends, axis=0)[0] / 2
    half = np.where(half < 0, -1, 1) * np.clip(np.abs(half), 0.6, 2)
    names = []
    for label, heights in (("ReLU", middle - half), ("tanh", middle + half)):
        heights = 10 ** np.clip(heights, -2.6, 2.6)[:, None]
        names.append(Trace(ax, [x], heights, color=color, width=0, label=label))
    return names


# %% practice=true fold="Draw one layer and twenty layers" after="ps09_forgiving"
def gains_that_answer():
    """One tanh or ReLU layer, and twenty of them in both directions, at the reader's gain."""
    with theme.style():
        _, layer = plt.subplots(figsize=(3.7, 3.6))
        layer.plot([0, 2.5], [0, 2.5], color=theme.QUIET, linewidth=1)
        layer.text(2.52, 2.34, "unchanged", color=theme.QUIET, fontsize=8)
        layer.set(xlabel="Var(u) in this layer", ylabel="Var(u) in the next layer")
        layer.set(xlim=(0, 3.4), ylim=(0, 2.5), title="One layer", xticks=[0, 1, 2])
        both, (signal, gradient) = plt.subplots(2, 1, figsize=(3.7, 3.6), sharex=True)
        for ax, what in ((signal, "signal, forward →"), (gradient, "← gradient, backward")):
            ax.set(ylabel="RMS", yscale="log", ylim=(1e-3, 1e3), yticks=[1e-3, 1, 1e3])
            ax.set(xlim=(-6, 30), xticks=[0, 5, 10, 15, 20], title=what)
        gradient.set_xlabel("layer")
        both.suptitle("Twenty layers", x=0.02, ha="left")
    traces = [
        Trace(layer, corners[..., 0], corners[..., 1], color=theme.INK, width=1.2)
        for corners in stairs
    ]
    traces.append(Trace(layer, *[stairs_end[:, None]] * 2, color=theme.INK, width=0, marker=9))
    for name, label in (("relu", "ReLU"), ("tanh", "tanh")):
        look = {"dashed": name == "relu"}
        curve = some_gains[:, None] ** 2 * one_layer[name]
        traces.append(Trace(layer, in_one_layer, curve, label=label, **look))
        for k, (ax, colour) in enumerate(((signal, theme.FORWARD), (gradient, theme.GRADIENT))):
            look |= {"color": colour}
            traces.append(Trace(ax, np.arange(21), twenty_layers[name][:, k], **look))
    traces += names_at_ends(signal, 20, 0, -1, theme.FORWARD)
    traces += names_at_ends(gradient, -6, 1, 0, theme.GRADIENT)
    return live(
        [[layer.figure, both]],
        {"gain": some_gains},
        traces,
        says=gain_says,
        start={"gain": 5 / 3},
        alt="Left: variance of u in one layer and in the next, a line for ReLU and a curve for "
        "tanh. Right: RMS of signal and gradient over twenty layers.",
    )


if ready("initialise"):
    gain_figure = gains_that_answer()
else:
    gain_figure = None
    print("This cell waits.")
gain_figure

# %% [markdown] after="ps09_forgiving"
# *In words: on the left, the line of ReLU lies below the diagonal for gains under 1.41 and above it
# for larger gains.
# <!-- no claim: derived --> The curve of tanh lies below the diagonal up to gain 1. With a larger
# gain it crosses the diagonal, and black steps lead from both sides to the crossing. On the right,
# with
# gain 1.41 the signal and the gradient of ReLU stay between 0.5 and 2. With gain 5/3 the signal of
# tanh stays at about two thirds, and its gradient grows from right to left.*
#
# With 5/3, the formula $g \sqrt{E[f'(u)^2]}$ gives a factor of 1.10 in each tanh layer: about 6.7
# in twenty layers. In the figure (one draw of the weights) the gradient grows by a factor of
# about 5. With the gain √2 the factor in each layer is only 1.05. This is why a gain below
# that of `gain_of` scores higher for tanh: it is the gradient that leaves the range in the game.


# %% claims=true
def gradient_factor(g):
    """The fixed variance of u in tanh layers, and the factor of the gradient's RMS there."""
    v = 1.0
    for _ in range(300):
        v = next_variance(np.tanh, g, v)
    return v, g * np.sqrt(expected(lambda u: (1 - np.tanh(u) ** 2) ** 2, v))


v_kept, each_layer = gradient_factor(5 / 3)
quote = "With gain 5/3 the signal of tanh stays at about two thirds"
reached = np.sqrt(expected(lambda u: np.tanh(u) ** 2, v_kept))
claim(quote, reached, equals=2 / 3, within=0.04, given=[5, 3])
quote = "a factor of 1.10 in each tanh layer: about 6.7 in twenty layers."
claim(quote, each_layer, equals=1.10, within=0.005, given=[6.7])
claim(quote, each_layer**20, equals=6.7, within=0.2, given=[1.10])
grown = forward_and_backward(square_layers[0][:20], "tanh", 5 / 3)[1]
claim("the gradient grows by a factor of about 5", grown[0] / grown[-1], equals=5, within=1.2)
forward, backward = forward_and_backward(square_layers[0][:40], "tanh", computed["tanh"])
quote = "it is the gradient that leaves the range in the game"
claim(quote, forward, above=0.1, below=10)
claim(quote, backward[0], above=10)
quote = "the factor in each layer is only 1.05"
claim(quote, gradient_factor(2**0.5)[1], equals=1.05, within=0.005)
claim("The curve of tanh lies below the diagonal up to gain 1.", kept, below=1)
quote = "With a larger gain it crosses the diagonal, and black steps lead from both sides"
at_largest = [stair[-1, -1, 1] for stair in stairs]
claim(quote, np.ptp(at_largest), below=0.02)
quote = "with gain 1.41 the signal and the gradient of ReLU stay between 0.5 and 2"
both = np.array(forward_and_backward(square_layers[0][:20], "relu", 2**0.5))
claim(quote, both.min(), above=0.5, given=[1.41, 2])
claim(quote, both.max(), below=2, given=[1.41, 0.5])

# %% [markdown]
# ### Expected and typical
#
# With the gain √2 the **expected** mean square of a ReLU layer is that of the layer before. But the
# mean square of a single draw of the weights is a mean over n random numbers, one for each unit, so
# it varies from draw to draw. Let q be the mean square in one layer and q′ in the next. Given q,
# the units of the next layer are independent with $u \sim N(0, 2q)$, and $z = \max(0, u)$.
#
# - $E(z^2) = q$ and $E(z^4) = \tfrac12 \cdot 3\,(2q)^2 = 6q^2$, so $\text{Var}(z^2) = 5q^2$.
# - q′ is the mean of n such values z², so $q'/q = 1 + \varepsilon$ with $E(\varepsilon) = 0$ and
#   $\text{Var}(\varepsilon) = 5/n$.
#
# Over many layers these factors multiply, so their logarithms add up. What is typical is therefore
# the exponential of the **mean of the logarithm**, and this mean is not 0: for small ε, $\log(1 +
# \varepsilon) \approx \varepsilon - \varepsilon^2/2$. The terms left out make
# the true factor a little smaller.
#
# **By which factor does the mean square typically change in `depth` layers of n units?** Write a
# formula (no points). The next cell measures the factor in 400 random networks and accepts a
# difference of 20 %, because the draws are random and the formula is an approximation.


# %% solution="typical_factor"
def typical_factor(n, depth):
    """exp of the mean of log(q' / q), for `depth` ReLU layers of n units with the gain √2."""
    ### BEGIN SOLUTION
    return math.exp(-2.5 * depth / n)
    ### END SOLUTION


# %% practice=true fold="Compare with 400 networks of each depth"
def factors(depth, n=100, draws=400):
    """How much the mean square of one input changes, for each draw of all weights."""
    found = []
    for seed in range(draws):
        rng = np.random.default_rng(seed)
        z = first = rng.normal(size=n)
        for _ in range(depth):
            z = relu(z @ rng.normal(0, (2 / n) ** 0.5, size=(n, n)))
        found.append(np.mean(z * z) / np.mean(first * first))
    return np.array(found)


by_depth = {depth: factors(depth) for depth in (20, 40)}
for depth, found in by_depth.items():
    middle = float(np.exp(np.mean(np.log(found))))
    print(f"{depth} layers: mean of 400 factors {found.mean():.2f}, geometric mean {middle:.2f}")
    what = f"typical_factor(100, {depth})"
    compare(what, lambda depth=depth: typical_factor(100, depth), middle, 0.2 * middle)

# %% [markdown]
# <details><summary>The derivation</summary>
#
# - $E \log(q'/q) \approx E(\varepsilon) - \tfrac12 E(\varepsilon^2) = -\dfrac{5}{2n}$.
# - In D layers the mean of the logarithm is $-2.5\,D/n$, so the typical factor is $e^{-2.5 D/n}$.
# - A gain g multiplies the mean square by a further $g^2/2$ in each layer. The drift is gone if
#   $\log(g^2/2) = 2.5/n$, so $g = \sqrt2\,e^{1.25/n}$.
# - For linear layers $\text{Var}(u^2) = 2q^2$ in place of $5q^2$, so the drift is only $-1/n$.
#
# </details>
#
# So in narrow deep ReLU networks the typical signal shrinks, although the expected one does not.
# Which gain removes this drift in a network of 100 units? Solve for g. The next cell plays the game
# on 24 new seeds with three gains: √2, the solution for g, and a gain that is still larger.
# All three use the same seeds, so the figure shows the differences from
# √2 for each seed.

# %% practice=true fold="Draw the differences on 24 new seeds"
if ready("initialise"):
    three_gains = {"√2": 2**0.5, "1.432": 2**0.5 * math.exp(1.25 / 100), "1.445": 1.445}
    on_seeds = {name: [] for name in three_gains}
    for seed in range(100, 124):
        Ws = draw_layers("lecun", [(100, 100)] * 200, seed)
        for name, g in three_gains.items():
            on_seeds[name].append(survived(g, "relu", Ws))
    on_seeds = {name: np.array(lasted) for name, lasted in on_seeds.items()}
    differences = {name: on_seeds[name] - on_seeds["√2"] for name in ("1.432", "1.445")}
    for name, lasted in on_seeds.items():
        print(f"gain {name:6} survives {lasted.mean():4.0f} layers on average")
    for name, d in differences.items():
        print(f"{name} − √2: {d.mean():+.0f} ± {d.std(ddof=1):.0f}, more on {np.sum(d > 0)} seeds,")
        print(f"{'':15} fewer on {np.sum(d < 0)} of {len(d)}")
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 2.3))
        more_on = {f"{n}: more on {np.sum(d > 0)} of 24": d for n, d in differences.items()}
        paired_differences(ax, more_on)
        ax.set(xlabel="layers survived, minus those with gain √2", ylabel="gain")
        ax.set_title("Differences from √2 on the same 24 seeds")
        plt.show()
else:
    print("This cell waits.")

# %% [markdown]
# *In words: for each gain 24 dots, the mean and a standard deviation to each side. With 1.432 most
# dots and the mean lie to the right of 0. With 1.445 the dots lie on both sides, and the mean is
# near 0.*
#
# The solution for g is 1.432. <!-- no claim: derived --> On most of these seeds the gain 1.432
# survives longer than √2. The game allows 200 layers at most. The gain 1.445 is larger still, and
# then the typical signal grows. <!-- no claim: derived -->

# %% claims=true
quote = "With 1.432 most dots and the mean lie to the right of 0."
claim(quote, np.mean(differences["1.432"]), above=15, given=[1.432, 0])
for words in (quote, "On most of these seeds the gain 1.432 survives longer than √2."):
    claim(words, np.sum(differences["1.432"] > 0), above=13, given=[1.432, 0, 2])
claim("the mean is near 0", abs(differences["1.445"].mean()), below=25, given=[0])
for found in by_depth.values():
    quote = "the typical signal shrinks, although the expected one does not"
    claim(quote, np.exp(np.mean(np.log(found))), below=0.75)
    error = found.std(ddof=1) / 20
    claim(quote, abs(found.mean() - 1) / error, below=3)

# %% [markdown]
# ## 6 All zeros
#
# Is it safe to initialise all weights with zero, or all with the same number? S3 ("Solution: Better
# Weight Initialization") says: "Initializing all the weights with zeros leads the neurons to learn
# the same features". We test this on a network with one hidden layer. **All weights and biases are
# 0**, and we train for twenty epochs on images of digits. For how many of the three activation
# functions sigmoid, tanh and ReLU does the first weight matrix `W1` change **at all**?

# %% guess="training from zero"
guess("ps09_zero", None, among=(0, 1, 2, 3))  # 0, 1, 2 or 3 in place of None

# %% [markdown]
# The data set has 1,797 images of 8 × 8 pixels. Every fifth image is in the test set. We
# standardise each pixel with its mean and standard deviation over the training images (notebook
# 01). The function `train` below can use *momentum*, which repeats a part of the step before
# ([notebook 08](../ps11/ps11_momentum.ipynb)). Sections 7 and 9 use it, this section does not.

# %% practice=true fold="Load the digits"
digits = load_digits()
order = np.random.default_rng(0).permutation(len(digits.x))
x, t = digits.x[order].astype("float64"), digits.t[order]
test = np.arange(len(x)) % 5 == 0
x = (x - x[~test].mean(axis=0)) / (x[~test].std(axis=0) + 1e-3)
x_train, t_train, x_test, t_test = x[~test], t[~test], x[test], t[test]


# %% practice=true fold="Define a training run"
def train(
    network, seed=0, epochs=7, lr=0.05, momentum=0.5, batch_size=64, callbacks=(), optimizer=None
):
    """Gradient descent, or `optimizer`; the accuracy on the test images after every epoch."""
    history = fit(
        network,
        x_train.astype(network.parameters()[0].data.dtype),
        t_train,
        loss=softmax_cross_entropy,
        optimizer=optimizer or SGD(network.parameters(), lr=lr, momentum=momentum),
        epochs=epochs,
        batch_size=batch_size,
        rng=np.random.default_rng(seed),
        validation=(x_test.astype(network.parameters()[0].data.dtype), t_test),
        callbacks=callbacks,
        progress=False,
    )
    return history.validation_accuracy


# %% practice=true fold="Define training of one hidden layer"
def normal_with_std(size):
    """An initialiser: normal weights with the standard deviation `size`, or zeros."""
    return lambda shape, rng: size * rng.normal(size=shape)


def one_hidden_layer(size, activation):
    """Train 32 hidden units from weights of that size; how W1 changes, epoch by epoch."""
    rng = np.random.default_rng(1)
    network = mlp(
        [64, 32, 10], rng=rng, init=normal_with_std(size), activation=activation, dtype="float64"
    )
    W1 = network.parameters()[0]
    before, apart = W1.data.copy(), []

    def note(epoch, history):
        apart.append(float(np.ptp(W1.data, axis=1).max()))  # the largest difference between columns

    accuracies = train(network, epochs=20, lr=0.1, momentum=0.0, batch_size=32, callbacks=[note])
    return np.abs(W1.data - before).max(), apart, accuracies, network


# %% practice=true
KINDS = {"sigmoid": Sigmoid, "tanh": Tanh, "ReLU": ReLU}
from_zero = {name: one_hidden_layer(0.0, layer) for name, layer in KINDS.items()}
moved = sum(change_of_W1 > 0 for change_of_W1, *_ in from_zero.values())
reveal("ps09_zero", moved, "Activation functions with which W1 changed in this run.")

# %% practice=true fold="Print the results of training from zero" after="ps09_zero"
print("all weights 0:   change of W1   column difference   test accuracy")
for name, (change_of_W1, apart, accuracies, _) in from_zero.items():
    print(f"{name:8} {change_of_W1:20.3f} {apart[-1]:19.0e} {accuracies[-1]:15.2f}")

# %% [markdown] after="ps09_zero"
# `W1` changes only with the sigmoid, and all its columns change in the same way (the column
# difference is the largest difference between two columns). So all zeros fail in two different
# ways. In the first step of training, the hidden layer computes $z = f(0)$. Let `dy` be the
# gradient with respect to the network's output. Then the gradient with respect to `W2` is
# `z.T @ dy`, and the gradient with respect to the hidden layer's output is `dy @ W2.T`.
#
# - **tanh and ReLU:** $f(0) = 0$, so `z` is 0 and the gradient of `W2` is 0. `W2` is 0 as well, so
#   `W1` gets no gradient. `W1` could change only after `W2`, and `W2` only after `W1`. Only the
#   output's biases learn how frequent each digit is.
# - **sigmoid:** $f(0) = ½$, so `W2` changes in the first step, and `W1` from the second step on.
#   But all hidden units have the same output and the same weights to the next layer, so they get
#   the same gradient in every step. The thirty-two hidden units compute no more than a single one.
#
# So the sentence of S3 is a **simplification**. It is true for the sigmoid; with tanh or ReLU the
# first weight matrix never changes.
#
# The columns stay equal because of *symmetry*: if all weights are the same number and all biases
# are 0, nothing distinguishes one hidden unit from another, so gradient descent cannot make them
# different. The number need not be 0: the upper row of the picture at the top shows a tanh network
# that started with equal weights other than 0. (On another computer rounding may make the columns
# differ in the end; see the next experiment.)

# %% [markdown]
# How much randomness is enough? We initialise the tanh network with weights of three standard
# deviations: one millionth, a smaller one and a larger one (one seed).

# %% practice=true
sizes_of_noise = (1e-9, 1e-6, 1e-3)
noisy = {size: one_hidden_layer(size, Tanh) for size in sizes_of_noise}

# %% practice=true fold="Draw difference and accuracy by epoch" after=false
with theme.style():
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3.2))
    epochs = np.arange(1, 21)
    paper = {"facecolor": theme.PAPER, "edgecolor": "none", "pad": 0.5}
    for size, dash in zip(sizes_of_noise, ("-", "--", ":"), strict=True):
        _, apart, accuracies, _ = noisy[size]
        left.plot(epochs, apart, dash, color=theme.FORWARD)
        name = f"std 1e−{round(-np.log10(size))}"
        left.text(0.7, apart[0], name, color=theme.FORWARD, ha="right", va="center", fontsize=9)
        right.plot(epochs, accuracies, dash, color=theme.FORWARD)
        y = {1e-3: 0.77, 1e-6: 0.55, 1e-9: 0.33}[size]  # each name is right of its line
        x = np.interp(y, accuracies, epochs) + 0.4
        right.text(x, y - 0.02, name, color=theme.FORWARD, fontsize=9, va="top", bbox=paper)
    right.plot(epochs, from_zero["tanh"][2], color=theme.QUIET)
    right.text(12, 0.08, "all zero", color=theme.QUIET)
    left.text(7, 2e-7, "all zero: 0 throughout,\nbelow this axis", color=theme.QUIET, va="center")
    left.set(xlabel="epoch", ylabel="largest difference", yscale="log", xticks=[1, 5, 10, 15, 20])
    left.set(xlim=(-6.5, 21), ylim=(1e-8, 50))
    left.set_title("Difference between columns of W1")
    right.set(xlabel="epoch", ylabel="test accuracy", ylim=(0, 1), xticks=[1, 5, 10, 15, 20])
    right.set_title("Test accuracy of the same networks")
    plt.show()

# %% [markdown] after=false
# *In words: on the left, the largest difference between columns of W1 over twenty epochs on a
# logarithmic axis, for initial weights with the standard deviations 1e-9, 1e-6 and 1e-3. The curves
# of 1e-9 and 1e-6 rise by many powers of ten within a few epochs, that of 1e-3 by one to two powers
# of ten. All three level off near 1. On the right, the test accuracy. The curves of 1e-9 and 1e-6
# stay at the bottom for some epochs, then all three rise to well above nine tenths. With all zeros
# the accuracy stays below a tenth, because the network predicts the same digit for every image.*

# %% claims=true
claim(
    "then all three rise to well above nine tenths",
    [noisy[s][2][-1] for s in sizes_of_noise],
    above=0.93,
)
claim("With all zeros the accuracy stays below a tenth", from_zero["tanh"][2][-1], below=0.1)
claim(
    "The curves of 1e-9 and 1e-6 stay at the bottom for some epochs",
    [noisy[s][2][1] for s in sizes_of_noise[:2]],
    below=0.2,
    given=[1e-9, 1e-6],
)
claim(
    "All three level off near 1.", [noisy[s][1][-1] for s in sizes_of_noise], above=0.5, given=[1]
)
quote = "The curves of 1e-9 and 1e-6 rise by many powers of ten within a few epochs"
for s in (1e-9, 1e-6):
    rise = noisy[s][1][-1] / noisy[s][1][0]
    claim(quote, np.log10(rise), above=3, given=[1e-9, 1e-6])
claim(
    "that of 1e-3 by one to two",
    np.log10(noisy[1e-3][1][-1] / noisy[1e-3][1][0]),
    above=1,
    below=2,
    given=[1e-3],
)
claim(
    "Only the output's biases learn",
    max(np.abs(p.data).max() for p in from_zero["tanh"][3].parameters()[:3]),
    below=1e-30,
    above=-1e-30,
)

# %% claims=true
quote = "`W1` changes only with the sigmoid"
claim(quote, from_zero["sigmoid"][0], above=0.05)
claim(quote, [from_zero[name][0] for name in ("tanh", "ReLU")], below=1e-30, above=-1e-30)
claim("the first weight matrix never changes", from_zero["tanh"][0], below=1e-30, above=-1e-30)
quote = "This network with one hidden layer learns even from initial weights of a billionth"
claim(quote, noisy[1e-9][2][-1], above=0.93)

# %% [markdown] after=false
# All zeros is like a pencil that stands on its tip. The smallest push is enough: a tiny difference
# between the hidden units grows during training. This network with one hidden layer learns even
# from initial weights of a billionth; it only needs a few epochs more. In section 9, networks with
# eight or sixteen hidden layers do not learn from a standard deviation of 0.01 in seven epochs.

# %% [markdown]
# ## 7 Many weights, one network
#
# The hidden units can stand in any order (S4, "Weight-space symmetries"). If you exchange unit 1
# and unit 3, with everything that belongs to them, the network computes the same function. With
# tanh there is a second symmetry, $\tanh(-u) = -\tanh(u)$: a unit may change the sign of its
# output, if the next layer uses this output with the opposite sign. We call networks that differ
# only in these two ways *twins*. **A network has ten hidden tanh units. How many twins does it have
# if it counts as one of them?** 10, about a thousand, about four million, about four billion?

# %% guess="the number of twins"
guess("ps09_twins", None)  # a number in place of None

# %% [markdown]
# First construct the twins, then count them. The arrays in `params = [(W1, b1), (W2, b2)]` have the
# shapes `(n_in, m)`, `(m,)`, `(m, n_out)` and `(n_out,)`. The slow loops compute the output, which
# must stay the same:


# %%
def network_in_loops(x, params):
    """y[k] = sum_j tanh(u[j]) W2[j, k] + b2[k] with u[j] = sum_i x[i] W1[i, j] + b1[j]."""
    W1, b1, W2, b2 = *params[0], *params[1]
    y = list(b2)
    for j in range(len(b1)):
        u = b1[j]
        for i in range(len(x)):
            u += x[i] * W1[i, j]
        for k in range(len(b2)):
            y[k] += np.tanh(u) * W2[j, k]
    return np.array(y)


# %% [markdown]
# In which lines of the loops does hidden unit j occur? Every value with the index j belongs to unit
# j and moves with it. Place j of the new network receives the old unit `order[j]`; each unit occurs
# once in `order`. Leave `params` and its arrays as they are; float32 stays float32. The new list
# may contain the same array `b2`.


# %% solution="permute_hidden_units"
def permute_hidden_units(params, order):
    """The same network with its hidden units in another order.

    params : [(W1, b1), (W2, b2)]
    order : (m,) whole numbers; new unit j is old unit order[j]
    returns new params; float32 stays float32
    """
    ### BEGIN SOLUTION
    (W1, b1), (W2, b2) = params
    return [(W1[:, order], b1[order]), (W2[order], b2)]
    ### END SOLUTION


# %% check="permute_hidden_units"
check("permute_hidden_units", permute_hidden_units)

# %% [markdown]
# Now change signs, again without changing the output. `mask` has a truth value for each hidden
# unit, True for the units to flip; perhaps none is True. Again, leave `params` and its arrays
# unchanged. Float32 must stay float32: if you multiply by an array of your own, which may be int64
# or float64, convert it first with `.astype(W1.dtype)`.


# %% solution="flip_tanh_units"
def flip_tanh_units(params, mask):
    """The same tanh network with the signs of some hidden units reversed.

    params : [(W1, b1), (W2, b2)]
    mask : (m,) truth values; True for the units to flip
    returns new params; float32 stays float32
    """
    ### BEGIN SOLUTION
    (W1, b1), (W2, b2) = params
    sign = np.where(mask, -1, 1).astype(W1.dtype)
    return [(W1 * sign, b1 * sign), (W2 * sign[:, None], b2)]
    ### END SOLUTION


# %% check="flip_tanh_units"
check("flip_tanh_units", flip_tanh_units)

# %% [markdown]
# Now count the twins of m hidden tanh units, the original included (no points). The next cell
# compares your formula with a count by hand for one, two and three units.
#
# <details><summary>A hint</summary>
#
# In how many orders can m units stand? For each order, how many choices of the signs are there?
#
# </details>


# %% solution="n_equivalent"
def n_equivalent(m):
    """The number of twins with m hidden tanh units, the original included; a whole number."""
    ### BEGIN SOLUTION
    return math.factorial(m) * 2**m
    ### END SOLUTION


# %% practice=true fold="Compare with a count by hand"
by_hand = {1: 2, 2: 8, 3: 48}
for m, counted in by_hand.items():
    compare(f"n_equivalent({m})", lambda m=m: n_equivalent(m), counted, 0)
try:
    agrees = all(n_equivalent(m) == counted for m, counted in by_hand.items())
    twins_of_ten = n_equivalent(10) if agrees else None
except NotImplementedError:
    twins_of_ten = None

# %% practice=true
if twins_of_ten:
    reveal("ps09_twins", twins_of_ten, "Your n_equivalent for ten units.")
else:
    print("This cell waits until n_equivalent agrees for one, two and three units.")

# %% claims=true
claim("each of the billions of twins", n_equivalent(10), above=1e9)

# %% [markdown]
# Try your functions on a trained network: ten hidden tanh units that classify digits. The next
# cells print how far the weights and the outputs of random twins are from the original ones.


# %% practice=true fold="Train ten hidden tanh units" after=false
def output(x, params):
    """The output of the network for all rows of x."""
    W1, b1, W2, b2 = *params[0], *params[1]
    return np.tanh(x @ W1 + b1) @ W2 + b2


network = mlp(
    [64, 10, 10],
    rng=np.random.default_rng(2),
    init=normal_weights("lecun"),
    activation=Tanh,
    dtype="float64",
)
accuracies = train(network, epochs=15, lr=0.1, momentum=0.9, batch_size=32)
arrays = [parameter.data for parameter in network.parameters()]
trained = [(arrays[0], arrays[1]), (arrays[2], arrays[3])]
y = output(x_test, trained)
print(f"test accuracy: {accuracies[-1]:.1%}")

# %% practice=true after=false
if ready("permute_hidden_units", "flip_tanh_units"):
    rng = np.random.default_rng(3)
    moved, flipped = rng.permutation(10), rng.random(10) < 0.5
    twins = {
        "reordered": permute_hidden_units(trained, moved),
        "flipped": flip_tanh_units(trained, flipped),
        "both": flip_tanh_units(permute_hidden_units(trained, moved), flipped),
    }
    for name, twin in twins.items():
        in_weights = max(
            np.abs(a - b).max() for a, b in zip(arrays, [*twin[0], *twin[1]], strict=True)
        )
        in_outputs = np.abs(output(x_test, twin) - y).max()
        print(f"{name:10} weights differ by up to {in_weights:.1f}, outputs by {in_outputs:.0e}")
    print(f"same output in loops: {np.allclose(network_in_loops(x_test[0], twins['both']), y[0])}")
else:
    print("This cell waits.")

# %% [markdown] after=false
# A change of sign needs no rounding, so the outputs of the flipped twin are the same to the last
# bit (or nearly so on some computers). The reordered twin adds up the same numbers in another
# order, which rounds the last bits differently. Apart from this, twins have the same outputs.

# %% [markdown]
# ### A third symmetry: ReLU units
#
# A ReLU unit has no sign to flip, but a scale: for c > 0, $\max(0, cu) = c \max(0, u)$. Unit j gets
# the factor `scales[j]`. Multiply what leads to the unit, and change what follows, so that the
# output of the ReLU network stays the same. Float32 stays float32; `scales` is then float32, too.


# %% solution="rescale_relu_units"
def rescale_relu_units(params, scales):
    """The same ReLU network with larger or smaller hidden units.

    params : [(W1, b1), (W2, b2)]
    scales : (m,) numbers above 0; the output of hidden unit j is multiplied by scales[j]
    returns new params; float32 stays float32
    """
    ### BEGIN SOLUTION
    (W1, b1), (W2, b2) = params
    return [(W1 * scales, b1 * scales), (W2 / scales[:, None], b2)]
    ### END SOLUTION


# %% check="rescale_relu_units"
check("rescale_relu_units", rescale_relu_units)

# %% [markdown]
# There are infinitely many such weights, and all of them compute the same function. Are they also
# equally sensitive to small changes? We train a ReLU network, multiply all its hidden units by 1, 4
# or 16, and add the same small random numbers to W1, to W2, or to both. How much does the training
# loss rise?


# %% practice=true fold="Add noise to three equivalent networks"
def relu_loss(params):
    """The training loss of a network with one hidden ReLU layer."""
    W1, b1, W2, b2 = *params[0], *params[1]
    return softmax_cross_entropy(relu(x_train @ W1 + b1) @ W2 + b2, t_train)[0]


if ready("rescale_relu_units"):
    rng = np.random.default_rng(5)
    network = mlp([64, 10, 10], rng=rng, init=normal_weights("he"), dtype="float64")
    train(network, epochs=15, lr=0.1, momentum=0.9, batch_size=32)
    W1, b1, W2, b2 = [parameter.data for parameter in network.parameters()]
    noises = [[0.05 * rng.normal(size=W.shape) for W in (W1, W2)] for _ in range(10)]
    noisy_losses = {}
    print("training loss, with noise of the standard deviation 0.05 (mean of ten draws)")
    print("            RMS of W2   no noise   on W1   on W2   on both")
    for c in (1, 4, 16):
        (V1, c1), (V2, c2) = rescale_relu_units([(W1, b1), (W2, b2)], np.full(10, c))
        noisy_losses[c] = [
            np.mean([relu_loss([(V1 + i * n1, c1), (V2 + k * n2, c2)]) for n1, n2 in noises])
            for i, k in ((0, 0), (1, 0), (0, 1), (1, 1))
        ]
        row = "{:10.4f} {:7.4f} {:7.4f} {:9.4f}".format(*noisy_losses[c])
        print(f"units x {c:2}: {rms(V2):10.3f} {row}")
else:
    print("This cell waits.")

# %% [markdown]
# All three networks compute the same function, but the same noise harms them differently. With the
# factor 16 nearly the whole rise comes from the noise on W2. These weights are divided by 16, so
# the same noise is 16 times as large in comparison. So "this minimum is
# flat" is a statement about these weights, and not about the function that the network computes
# (Dinh and others, 2017).

# %% claims=true
quote = "All three networks compute the same function"
claim(quote, np.ptp([losses[0] for losses in noisy_losses.values()]), below=1e-9, above=-1e-9)
rises = {c: np.array(losses[1:]) - losses[0] for c, losses in noisy_losses.items()}
claim("the same noise harms them differently", rises[16][2], above=5 * rises[1][2])
quote = "With the factor 16 nearly the whole rise comes from the noise on W2."
claim(quote, rises[16][1], above=0.9 * rises[16][2], given=[16])
claim(quote, rises[16][0], below=0.1 * rises[16][2], given=[16])

# %% [markdown]
# ### Halfway between twins
#
# Take a network and one of its twins, and the **mean of their weights**, entry by entry. What test
# accuracy does the network with the mean weights have? Say what you expect if the twin has all ten
# units flipped: a number between 0 and 1.

# %% guess="accuracy halfway between twins"
guess("ps09_halfway", None, between=(0, 1))  # a share between 0 and 1 in place of None


# %% practice=true
def between(params, twin, share):
    """The point on the straight line from params (share 0) to twin (share 1)."""
    pairs = zip(params, twin, strict=True)
    return [tuple((1 - share) * a + share * b for a, b in zip(p, q, strict=True)) for p, q in pairs]


if ready("permute_hidden_units", "flip_tanh_units"):
    rng = np.random.default_rng(4)
    partners = [flip_tanh_units(trained, np.ones(10, dtype=bool))]
    partners += [permute_hidden_units(trained, rng.permutation(10)) for _ in range(8)]
    middle = between(trained, partners[0], 0.5)
    halfway = np.mean(output(x_test, middle).argmax(axis=1) == t_test)
    largest = max(np.abs(middle[0][0]).max(), np.abs(middle[1][0]).max())
    measured = f"Test accuracy halfway. Largest entry of W1 and W2 there: {largest:g}."
    reveal("ps09_halfway", float(halfway), measured)
else:
    print("This cell waits.")

# %% practice=true fold="Draw the loss between the networks" after="ps09_halfway"
if ready("permute_hidden_units", "flip_tanh_units"):
    shares = np.linspace(0, 1, 41)
    on_the_lines = []
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3.2))
        for number, twin in enumerate(partners):
            outputs = [output(x_train, between(trained, twin, share)) for share in shares]
            losses = [softmax_cross_entropy(out, t_train)[0] for out in outputs]
            on_the_lines.append(losses)
            flipped = {"color": theme.FORWARD, "linewidth": 2.6, "zorder": 3}
            style = flipped if number == 0 else {"color": "0.65", "linewidth": 1.2}
            ax.plot(shares, losses, **style)
        ax.text(0.56, max(on_the_lines[0]), "all units flipped", color=theme.FORWARD, va="top")
        ax.text(0.5, 0.02, "eight reordered\nat random", color=theme.QUIET, fontsize=9, ha="center")
        ax.set(xlabel="from the network (0) to its twin (1)", ylabel="loss on training images")
        ax.set_title("Training loss on lines from a network to nine twins")
        plt.show()

# %% [markdown] after="ps09_halfway"
# *In words: the training loss along straight lines from a network to nine of its twins. All begin
# and end at the same low value and have a hill in the middle. The highest by far is the blue line,
# to the twin with all units flipped.*
#
# Two conclusions follow.
#
# **1. The loss of this network is not convex.** We need no calculus to see this. Halfway between
# two points, a convex function is at most as high as the mean of its values at these two points.
# This loss is higher there: each of the billions of twins has the same low loss, and on each of the
# nine straight lines that we measured there is a hill (one trained network). S4 adds ("Weight-space
# symmetries") that several local minima are equivalent. This does no harm, because all are equally
# good.
#
# **2. W1 = b1 = W2 = 0 is halfway between every network and its mirror image**, the twin with all
# units flipped. (Flipping does not change the output's biases.) The tanh network of section 6 began
# there. The loss has the same value at each point and at its mirror image. So at the midpoint no
# direction is better than the opposite one, and the gradient with respect to W1, b1 and W2 is 0.

# %% claims=true
losses = np.array(on_the_lines)
starts, middles, stops = losses[:, 0], losses[:, 20], losses[:, -1]
claim(
    "on each of the nine straight lines that we measured there is a hill",
    losses.max(axis=1),
    above=10 * starts,
)
claim("This loss is higher there", middles, above=2 * (starts + stops) / 2)
claim(
    "All begin and end at the same low value", np.abs(starts - stops).max(), below=1e-9, above=-1e-9
)
claim("The highest by far is the blue line", losses[0].max(), above=1.5 * losses[1:].max())

# %% [markdown]
# The figure shows the smallest network of this kind, $y = w_2 \tanh(w_1 x)$, and gradient descent
# from three initial points.

# %% practice=true fold="Draw three paths of gradient descent" after=false
x_line = np.linspace(-2, 2, 21)
target = 1.2 * np.tanh(1.5 * x_line)


def tiny_loss(w1, w2):
    """Half the mean squared error of y = w2 tanh(w1 x)."""
    return 0.5 * np.mean((w2 * np.tanh(w1 * x_line) - target) ** 2)


def descend(w1, w2, lr=0.4, steps=400):
    """All points of gradient descent from (w1, w2), the first one included."""
    path = [(w1, w2)]
    for _ in range(steps):
        z = np.tanh(w1 * x_line)
        e = w2 * z - target
        w1, w2 = w1 - lr * np.mean(e * w2 * (1 - z**2) * x_line), w2 - lr * np.mean(e * z)
        path.append((w1, w2))
    return np.array(path)


axis = np.linspace(-2.6, 2.6, 81)
heights = np.array([[tiny_loss(a, b) for a in axis] for b in axis])
with theme.style():
    figure, ax = plt.subplots(figsize=(5.6, 4.4))
    levels = [0.002, 0.02, 0.08, 0.2, 0.4, 0.7, 1.1, 2, 4]
    ax.contour(axis, axis, heights, levels=levels, colors="0.72", linewidths=0.7)
    paths = [descend(*start) for start in ((0.1, 0.05), (-0.05, -0.1), (0.0, 0.0))]
    for path in paths:
        ax.plot(*path.T, ".-", color=theme.GRADIENT, markersize=4, linewidth=1)
    ax.plot([1.5, -1.5], [1.2, -1.2], "*", color=theme.FORWARD, markersize=14)
    paper = {"facecolor": theme.PAPER, "edgecolor": "none", "pad": 1}
    for x, y, up in ((1.5, 1.2, 0.25), (-1.5, -1.2, -0.25)):
        look = {"color": theme.FORWARD, "ha": "center", "va": "center", "bbox": paper}
        ax.text(x, y + 1.6 * up, "minimum", **look)
    ax.plot(0, 0, "s", color=theme.GRADIENT, markersize=8)
    arrow = {"arrowstyle": "->", "color": theme.INK}
    for said, start, place in (
        ("from (0, 0): stays there", (0, 0), (0.45, -1.0)),
        ("from (0.1, 0.05)", (0.1, 0.05), (0.45, -0.45)),
        ("from (−0.05, −0.1)", (-0.05, -0.1), (-2.4, 0.5)),
    ):
        ax.annotate(said, start, place, arrowprops=arrow, bbox=paper, fontsize=9)
    ax.text(2.55, -2.5, "grey: lines of equal loss", color=theme.QUIET, ha="right", bbox=paper)
    ax.set(xlabel="w1", ylabel="w2", title="Loss of y = w2 tanh(w1 x) and three paths of descent")
    plt.show()

# %% [markdown] after=false
# *In words: contour lines of a loss over two weights. Two valleys lie at (1.5, 1.2) and at the
# mirrored point (−1.5, −1.2), each marked by a blue star. Zero, marked by a square, is the saddle
# point between them. An orange path that begins a little to one side of zero leads into one valley,
# a path from the other side into the other. A run from zero itself stays at zero.*

# %% claims=true
quote = "Two valleys lie at (1.5, 1.2) and at the mirrored point"
claim(
    quote, [tiny_loss(1.5, 1.2), tiny_loss(-1.5, -1.2)], below=1e-9, above=-1e-9, given=[1.5, 1.2]
)
into_valleys = [tiny_loss(*path[-1]) / tiny_loss(*path[0]) for path in paths[:2]]
claim(
    "An orange path that begins a little to one side of zero leads into one valley",
    into_valleys,
    below=0.01,
)
claim("A run from zero itself stays at zero.", np.abs(paths[2]).max(), below=1e-30, above=-1e-30)

# %% [markdown]
# ## 8 Spot the slip
#
# We test two lines of the sources. Think about each question before you run the cell below it.
#
# **1** (S0, "Initialization of weights"): for linear layers, "Var(w) = 1/M ⇒ w ∼ N(0, 1/√M)", and
# for ReLU N(0, √(2/M)). Two slides before, N(0, σ²) was defined with the *variance* as second
# entry. Is 1/√M the variance? (The slide also calls N(0, 1/√M) "the default in PyTorch". Section 11
# measures this.)

# %% practice=true fold="Test both readings of the slide"
M, literally = 400, {}
for printed, value, f in (("1/√M", M**-0.5, np.asarray), ("√(2/M)", (2 / M) ** 0.5, relu)):
    for reading, std in (("variance", value**0.5), ("standard deviation", value)):
        rng = np.random.default_rng(6)
        u = rng.normal(size=(200, M))
        ratio = np.var(f(u) @ rng.normal(0, std, size=(M, M))) / np.var(u)
        literally[printed, reading] = ratio
        print(f"{printed:7} read as {reading:18}: Var(u) is multiplied by {ratio:6.2f}")
print(f"√M = {M**0.5:.0f}")

# %% [markdown]
# An **error**: with 1/√M and √(2/M) the slide writes the standard deviation where it had defined
# the variance. Taken as variances, these values are too large: every linear layer makes the
# variance √M times larger, and every ReLU layer √(M/2) times. The statement about PyTorch is a
# second error: its Linear layer draws uniformly between −1/√M and 1/√M, and by section 4 this
# distribution has the variance 1/(3M). S4 writes variances in the same place, N(0, 2/n_in), and is
# consistent.

# %% claims=true
quote = "every linear layer makes the variance √M times larger"
claim(quote, literally["1/√M", "variance"] / M**0.5, equals=1, within=0.1)
claim(
    "every ReLU layer √(M/2) times",
    literally["√(2/M)", "variance"] / (M / 2) ** 0.5,
    equals=1,
    within=0.1,
    given=[2],
)

# %% [markdown]
# **2** (S4, "Initializing weights"): "Keep variance of weights approximately constant across
# layers". Is it the variance of the weights? Take layers of 40, 160, 640, 160 and 40 units without
# activation functions, once with weights of the same variance in every layer, once with LeCun's
# weights.

# %% practice=true fold="Print the variances in four layers"
layers = [(40, 160), (160, 640), (640, 160), (160, 40)]
rng = np.random.default_rng(7)
for name, Ws in (
    ("the same variance", [rng.normal(0, 0.1, size=shape) for shape in layers]),
    ("LeCun's", draw_layers("lecun", layers, 7)),
):
    z, row = rng.normal(size=(500, 40)), []
    for W in Ws:
        z = z @ W
        row.append(f"{W.var():.4f} {np.var(z):6.2f}")
    print(f"{name:18} Var(w), Var(u) by layer: " + "  |  ".join(row))

# %% [markdown]
# An **error**: the variance of the *activations* should stay constant. Therefore the variance of
# the weights has to differ wherever the number of inputs differs. (The derivation on the slide
# before is correct.)
#
# One label of S4 is wrong, too: beside "Glorot (tanh)" it prints N(0, 1/n_in) and N(0, 2/(n_in +
# n_out)). The first one is LeCun's. The two agree only if n_in = n_out.

# %% [markdown]
# ## 9 Your functions train real networks
#
# Networks of 1, 8 and 16 hidden ReLU layers of 64 units classify the digits. At the same depth they
# differ only in their initial weights:
#
# - weights from your functions by the rules of LeCun, Glorot and He. All hidden layers have 64
#   inputs and 64 outputs, so LeCun's and Glorot's rules differ only in the output layer.
# - PyTorch's default for the weights of a `Linear` layer. (PyTorch also draws random biases, which
#   we do not test.)
# - normal numbers with the standard deviation 0.01.
#
# The data, the learning rate (0.05), the momentum (0.5), the seven epochs and the seeds (0, 1, 2)
# are the same. All initial biases are 0.


# %% practice=true
def pytorch_default(shape, rng):
    """The weights of torch.nn.Linear, in our shape: uniform up to 1 / sqrt(n_in)."""
    limit = 1 / np.sqrt(shape[0])
    return rng.uniform(-limit, limit, size=shape)


INITIALISERS = {
    "0.01": normal_with_std(0.01),
    "PyTorch": pytorch_default,
    "LeCun": normal_weights("lecun"),
    "Glorot": normal_weights("glorot"),
    "He": normal_weights("he"),
}


def deep(depth, init, seed, activation=ReLU):
    """A network with `depth` hidden layers of 64 units."""
    rng = np.random.default_rng(seed)
    return mlp([64, *[64] * depth, 10], rng=rng, init=init, activation=activation)


DEPTHS = (1, 8, 16)
if ready("initialise"):
    curves = {
        (name, depth): np.array([train(deep(depth, init, seed), seed) for seed in range(3)])
        for depth in DEPTHS
        for name, init in INITIALISERS.items()
    }
else:
    curves = {}
    print("This cell waits.")

# %% practice=true fold="Print and draw the accuracies"
line_of = {  # the same in two figures; where two lines coincide, one is broad and one narrow
    "PyTorch": {"label": "PyTorch's default", "color": "0.72", "linewidth": 5},
    "LeCun": {"label": "LeCun", "color": theme.CYCLE[4], "linewidth": 4},
    "Glorot": {"label": "Glorot", "color": theme.CYCLE[2], "linestyle": "--"},
    "0.01": {"label": "std 0.01", "color": theme.INK, "linestyle": ":"},
    "He": {"label": "He", "color": theme.FORWARD},
}
if curves:
    print("test accuracy, mean ± standard deviation over the seeds 0, 1 and 2")
    print("hidden layers " + "".join(f"{name:>14}" for name in INITIALISERS))
    for depth in DEPTHS:
        ends = [curves[name, depth][:, -1] for name in INITIALISERS]
        print(f"{depth:13} " + "".join(f"{e.mean():8.2f} ± {e.std(ddof=1):.2f}" for e in ends))
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3.6))
        for name, look in line_of.items():
            ends = np.array([curves[name, depth][:, -1] for depth in DEPTHS])
            ax.plot(DEPTHS, ends.mean(axis=1), **look)
            ax.plot(DEPTHS, ends, "o", color=theme.for_text(look["color"]), markersize=3)
        ax.set(xlabel="hidden layers", ylabel="test accuracy", ylim=(0, 1), xticks=DEPTHS)
        ax.set_title("Test accuracy after seven epochs at one learning rate")
        label_lines(ax)
        plt.show()
else:
    print("This cell waits for the one above.")

# %% [markdown]
# *In words: the test accuracy after seven epochs against the number of hidden layers; dots are the
# three seeds, lines their means. With one hidden layer all five means lie within a few percentage
# points, and the lowest is that of 0.01. With eight layers, PyTorch's default and 0.01 stay at the
# bottom. With sixteen layers He stays above 0.7 on average, LeCun and Glorot end at about 0.2, and
# the other two stay at the bottom.*
#
# - **With one hidden layer the choice hardly matters.** PyTorch's default, LeCun, Glorot and He end
#   within about one percentage point of each other. Only 0.01 ends lower: it is about five points
#   behind after seven epochs.
# - **With many layers the choice decides what the network learns in seven epochs.** With PyTorch's
#   default and with 0.01, eight and sixteen layers learn nothing. In each ReLU layer, PyTorch's
#   default keeps only one sixth of the mean square, and the end of this section shows how small the
#   signal and the gradient become. (A network that predicts 7 for every image has the accuracy
#   0.06, the share of the sevens in the test images.)

# %% claims=true
quote = (
    "PyTorch's default, LeCun, Glorot and He end within about one percentage point of each other"
)
one_layer = [curves[name, 1][:, -1].mean() for name in ("PyTorch", "LeCun", "Glorot", "He")]
claim(quote, max(one_layer) - min(one_layer), below=0.02)
claim(
    "Only 0.01 ends lower: it is about five points behind after seven epochs.",
    np.mean(one_layer) - curves["0.01", 1][:, -1].mean(),
    above=0.035,
    below=0.075,
    given=[0.01],
)
sevens = np.mean(t_test == 7)
quote = "the accuracy 0.06, the share of the sevens in the test images"
claim(quote, sevens, equals=0.06, within=0.005)
claim(
    "eight and sixteen layers learn nothing",
    [curves["PyTorch", 16][:, -1], curves["0.01", 16][:, -1]],
    above=sevens - 1e-9,
    below=sevens + 1e-9,
)
quote = "networks with eight or sixteen hidden layers do not learn"
claim(quote, [curves["0.01", depth].max() for depth in (8, 16)], below=0.2)
at_bottom = [curves[n, depth][:, -1].max() for n in ("PyTorch", "0.01") for depth in (8, 16)]
claim("eight and sixteen layers learn nothing", at_bottom, below=0.1)
quote = "and the lowest is that of 0.01"
claim(quote, curves["0.01", 1][:, -1].mean(), below=min(one_layer), given=[0.01])
quote = "With eight layers, PyTorch's default and 0.01 stay at the bottom."
claim(quote, [curves[n, 8][:, -1].max() for n in ("PyTorch", "0.01")], below=0.2, given=[0.01])
quote = "With sixteen layers He stays above 0.7 on average"
claim(quote, curves["He", 16][:, -1].mean(), above=0.7)
ends = [curves[n, 16][:, -1] for n in ("LeCun", "Glorot")]
claim("LeCun and Glorot end at about 0.2", np.mean(ends), equals=0.2, within=0.05)
quote = "the other two stay at the bottom"
claim(quote, [curves[n, 16].max() for n in ("PyTorch", "0.01")], below=0.2)

# %% claims=true
shallow = {name: curves[name, 1][:, -1].mean() for name in INITIALISERS}
for words in (
    "With one hidden layer all five means lie within a few percentage points",
    "With one hidden layer the choice hardly matters.",
):
    claim(words, max(shallow.values()) - min(shallow.values()), below=0.08)
quote = "With many layers the choice decides what the network learns in seven epochs."
for depth, slower in ((16, "LeCun"), (16, "Glorot"), (16, "PyTorch"), (8, "PyTorch")):
    claim(quote, curves["He", depth][:, -1], above=0.2 + curves[slower, depth][:, -1])

# %% [markdown]
# ### The learning rate
#
# Do the other networks only need another learning rate? We train sixteen layers again (seed 0),
# with PyTorch's default, LeCun's, Glorot's and He's weights. Each of the four networks is trained
# at five rates from 0.01 to 10, and at three rates that you choose. **How many of the first three
# reach a test accuracy of 0.6 at their best rate?**

# %% guess="networks that another rate helps"
guess("ps09_rates", None, among=(0, 1, 2, 3))  # 0, 1, 2 or 3 in place of None

# %% [markdown]
# Which three rates would you try besides 0.01, 0.05, 0.5, 2 and 10? Put them into the list (no
# points). You may come back and try others.

# %% solution="my_rates"
my_rates = []  # three learning rates
### BEGIN SOLUTION
my_rates = [0.025, 0.1, 0.2]
### END SOLUTION


# %% practice=true fold="Train at all rates" after=false
def accuracy_at(name, lr):
    """Test accuracy of sixteen layers after seven epochs, nan if the numbers overflow."""
    try:
        return train(deep(16, INITIALISERS[name], 0), lr=lr)[-1]
    except FloatingPointError:
        return math.nan


by_rate = {}
if curves and my_rates:
    all_rates = sorted({0.01, 0.05, 0.5, 2.0, 10.0, *my_rates})
    for name in ("PyTorch", "LeCun", "Glorot", "He"):
        by_rate[name] = {lr: accuracy_at(name, lr) for lr in all_rates}
else:
    print("This cell waits for initialise and for your rates.")

# %% practice=true
if by_rate:
    others = [np.nanmax([*found.values()]) for name, found in by_rate.items() if name != "He"]
    reached = sum(best >= 0.6 for best in others)
    reveal("ps09_rates", reached, "Networks other than He's, in this run.")
else:
    print("This cell waits.")

# %% practice=true fold="Print your table" after="ps09_rates"
print("test accuracy " + "".join(f"{lr:>8g}" for lr in by_rate.get("He", ())))
for name, found in by_rate.items():
    print(f"{name:14}" + "".join(f"{accuracy:8.2f}" for accuracy in found.values()))

# %% [markdown] after="ps09_rates"
# `nan` means that the numbers overflowed. We put 0.025, 0.1 and 0.2 into the list.
# <!-- no claim: setting --> He's network is
# far better than the three others in our run. So for this depth, this seed and seven epochs, no
# rate that we tried replaced the right size of the weights.

# %% claims=true
quote = "He's network is far better than the three others in our run."
claim(quote, np.nanmax([*by_rate["He"].values()]), above=np.max(others) + 0.2)

# %% [markdown]
# ### Another optimiser
#
# In gradient descent, with or without momentum, small gradients give small steps. *Adam* ([notebook
# 09](../ps12/ps12_adaptive.ipynb)) divides each gradient by its own typical size, so the size of
# the steps depends little on that of the gradients. We train sixteen layers again, with Adam at
# three rates and the seeds 0, 1 and 2:

# %% practice=true fold="Train with Adam at three rates"
if curves:
    by_adam = {}
    for name in ("PyTorch", "He"):
        for lr in (0.003, 0.01, 0.03):
            ends = []
            for seed in range(3):
                network = deep(16, INITIALISERS[name], seed)
                ends.append(train(network, seed, optimizer=Adam(network.parameters(), lr=lr))[-1])
            by_adam[name, lr] = np.array(ends)
            print(f"{name:8} Adam, rate {lr:5g}: {np.mean(ends):.2f} ± {np.std(ends, ddof=1):.2f}")
else:
    print("This cell waits for initialise.")

# %% [markdown]
# With Adam, PyTorch's default learns, too: at the rates 0.003 and 0.01 its mean accuracy is far
# above that of a guess. (At 0.03 it guesses.) Gradient descent did not get beyond guessing. With
# the best of the three rates for each, He's weights still reach more in seven epochs. So here Adam
# compensates in part for initial weights that are too small. [Notebook
# 10](../ps15/ps15_normalisation.ipynb) has another remedy: normalisation.

# %% claims=true
quote = "at the rates 0.003 and 0.01 its mean accuracy is far above that of a guess."
means = [by_adam["PyTorch", lr].mean() for lr in (0.003, 0.01)]
claim(quote, min(means), above=0.25, given=[0.003, 0.01])
claim("(At 0.03 it guesses.)", by_adam["PyTorch", 0.03], below=0.15, given=[0.03])
claim("Gradient descent did not get beyond guessing.", curves["PyTorch", 16][:, -1], below=0.15)
best = {
    name: max(by_adam[name, lr].mean() for lr in (0.003, 0.01, 0.03)) for name in ("PyTorch", "He")
}
claim(
    "With the best of the three rates for each, He's weights still reach more in seven epochs.",
    best["He"],
    above=best["PyTorch"] + 0.1,
)

# %% [markdown]
# ### The first loss
#
# Before the first step the network knows nothing about the digits. If it gave each of the ten
# classes the probability 1/10, the loss would be ln 10 ≈ 2.30. Compare the first loss of your
# network with this number. We take eight layers with He's weights, and multiply the weights of the
# last layer by 0.1, 1 or 5.

# %% practice=true fold="Compare the first loss with ln 10"
if curves:
    first_losses, later = {}, {}
    print(f"ln 10 = {math.log(10):.2f}; means over the seeds 0, 1 and 2")
    for factor in (0.1, 1, 5):
        first, after = [], []
        for seed in range(3):
            network = deep(8, INITIALISERS["He"], seed)
            network.parameters()[-2].data *= factor
            y, _ = network.forward(x_train.astype("float32"), training=False)
            first.append(softmax_cross_entropy(y, t_train)[0])
            after.append(list(train(network, seed)))
        first_losses[factor], later[factor] = np.array(first), np.array(after)
        print(f"last layer x {factor:3}: first loss {np.mean(first):5.2f}", end=", ")
        print(f"test accuracy after 1 epoch {later[factor][:, 0].mean():.2f}", end=", ")
        print(f"after 7 epochs {later[factor][:, -1].mean():.2f}")
else:
    print("This cell waits for initialise.")

# %% [markdown]
# Before training, the outputs are random. With He's weights they are so large that the first loss
# lies above ln 10, and with five times these weights it is above 10. This does no lasting harm
# here: after seven epochs the three accuracies lie within a few percentage points. After one epoch
# they differ, but the first loss nearest to ln 10 does not belong to the highest accuracy. A first
# loss far above ln 10 tells you that the network is confident without a reason. It can also be a
# sign of an error in the loss, for example a sum in place of the mean.

# %% claims=true
claim("the first loss lies above ln 10", first_losses[1], above=2.303, given=[10])
claim("with five times these weights it is above 10", first_losses[5].mean(), above=10)
quote = "after seven epochs the three accuracies lie within a few percentage points"
ends = [later[factor][:, -1].mean() for factor in later]
claim(quote, max(ends) - min(ends), below=0.04)
firsts = [later[factor][:, 0].mean() for factor in (0.1, 1, 5)]
claim("After one epoch they differ", max(firsts) - min(firsts), above=0.08)
quote = "the first loss nearest to ln 10 does not belong to the highest accuracy"
claim(quote, firsts[0], below=max(firsts[1:]) - 0.05, given=[10])

# %% [markdown]
# ### The signal before training
#
# The figure shows the RMS of the outputs of all sixteen layers with the initial weights, for the
# test images. Below it stands the RMS of the gradient with respect to W1 before the first step, for
# the training images.


# %% practice=true fold="Draw the RMS by layer for each initialiser"
def rms_by_layer(name, seed):
    """RMS of the output of each of the sixteen ReLU layers, before training."""
    outputs = layer_outputs(deep(16, INITIALISERS[name], seed), x_test.astype("float32"))
    return np.array([rms(v) for key, v in outputs.items() if key.endswith("ReLU")])


def rms_of_first_gradient(name):
    """RMS of the gradient with respect to W1 in sixteen layers, before training."""
    x, network = x_train.astype("float32"), deep(16, INITIALISERS[name], 0)
    du = layer_gradients(network, x, t_train, loss=softmax_cross_entropy)["1 Linear"]
    return rms((x.T @ du).astype("float64"))


if curves:
    first_gradients = {name: rms_of_first_gradient(name) for name in INITIALISERS}
    rms_of_layers = {name: rms_by_layer(name, 0) for name in INITIALISERS}
    ratios = np.array([np.divide(*rms_by_layer("He", seed)[[-1, 0]]) for seed in range(20)])
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3.4))
        for name, look in line_of.items():
            ax.plot(range(1, 17), rms_of_layers[name], **look)
        ax.set(xlabel="layer", yscale="log", ylim=(1e-8, 10), xticks=[1, 4, 8, 12, 16])
        ax.set_ylabel("RMS of the output")
        ax.set_title("RMS of the outputs of sixteen ReLU layers, one seed")
        label_lines(ax)
        plt.show()
    typical = float(np.exp(np.mean(np.log(ratios))))
    print(f"He, layer 16 / layer 1: {ratios[0]:.2f} for this seed,", end=" ")
    print(f"geometric mean over 20 seeds {typical:.2f}")
    print("RMS of the gradient with respect to W1:", end=" ")
    print(", ".join(f"{name} {value:.0e}" for name, value in first_gradients.items()))
else:
    print("This cell waits for initialise.")

# %% [markdown]
# *In words: five lines on a logarithmic axis over sixteen layers. With 0.01 the RMS leaves the
# picture after six layers. With PyTorch's default it falls to below a millionth, with LeCun and
# Glorot to about two thousandths. With He it falls from 1 to a little less than a half.*
#
# Section 5 predicts such a fall: `typical_factor(64, 15)` is 0.56 for the mean square, so 0.75 for
# the RMS. The geometric mean over 20 seeds is near it, and a single network differs from it by
# chance. The gradients with respect to W1 fall like the signals, because each matrix multiplies
# both: with PyTorch's default and with 0.01 they are smaller than He's by many powers of ten.

# %% claims=true
quote = "The geometric mean over 20 seeds is near it"
claim(quote, typical, equals=0.75, within=0.18, given=[20])
quote = "The gradients with respect to W1 fall like the signals"
falls = [first_gradients["PyTorch"] / first_gradients["He"]]
falls.append(rms_of_layers["PyTorch"][-1] / rms_of_layers["He"][-1])
claim(quote, falls[0] / falls[1], above=0.1, below=10)
quote = "with PyTorch's default and with 0.01 they are smaller than He's by many powers of ten"
small = [first_gradients["He"] / max(first_gradients[n], 1e-30) for n in ("PyTorch", "0.01")]
claim(quote, np.log10(small), above=3, given=[0.01])
claim(
    "is 0.56 for the mean square, so 0.75 for the RMS",
    typical_factor(64, 15) ** 0.5,
    equals=0.75,
    within=0.01,
    given=[0.56],
)
quote = "With He it falls from 1 to a little less than a half."
claim(quote, rms_of_layers["He"][0], equals=1, within=0.1)
claim(quote, rms_of_layers["He"][-1], above=0.3, below=0.5, given=[1])
quote = "With 0.01 the RMS leaves the picture after six layers."
claim(quote, rms_of_layers["0.01"][6], below=1e-8, given=[0.01])
quote = "With PyTorch's default it falls to below a millionth"
claim(quote, rms_of_layers["PyTorch"][-1], below=1e-6)
quote = "with LeCun and Glorot to about two thousandths"
claim(quote, [rms_of_layers[n][-1] for n in ("LeCun", "Glorot")], above=0.001, below=0.009)

# %% [markdown]
# ## 10 Questions
#
# **Limit or deviation.** A friend writes He's uniform version as `rng.uniform(-s, s, size=shape)`
# with $s = \sqrt{2/n_{in}}$ and uses it in ten ReLU layers. By which factor do the ten layers
# together multiply the mean square of the signal?
#
# - a: by 1, because s is the value in He's rule
# - b: by $3^{-10}$, less than one fifty-thousandth
# - c: by one third
# - d: by $2^{-10}$, about one thousandth

# %% solution="answer_limit"
answer_limit = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_limit = "b"
### END SOLUTION

# %% choice="limit" key="b" points=1
check_choice("limit", answer_limit)
# a: s is He's standard deviation, and with `rng.normal` the factor would be 1. As the limit of a
#    uniform distribution, s gives only the variance s²/3.
# b: A uniform distribution on (−s, s) has the variance s²/3, a third of He's. So each layer
#    multiplies the mean square by 1/3, and ten layers by 1/59,049.
# c: One third is the factor of one layer. It is applied in each of the ten layers, so the factors
#    multiply.
# d: A factor of ½ in each layer would come from weights of variance 1/n_in with ReLU. Here the
#    variance is 2/(3 n_in), so the factor is 1/3.

# %% [markdown]
# **Random biases.** S0 says that weights *and biases* are randomly initialised. We initialise
# biases with 0. Now take a network with one hidden tanh layer: all its weights are 0, but its
# hidden biases are random. What does gradient descent do?
#
# - a: only the output's biases ever change, as with all zeros
# - b: W2 changes, but W1 stays 0 for ever
# - c: W2 changes first, W1 from the second step on, and the units become different
# - d: W1 changes, but all its columns in the same way

# %% solution="answer_biases"
answer_biases = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_biases = "c"
### END SOLUTION

# %% choice="biases" key="c" points=1
check_choice("biases", answer_biases)
# a: With all zeros z = tanh(0) = 0, so `W2` has no gradient. Here z is the tanh of the random
#    biases and not 0, so `W2` changes.
# b: `W1` has the gradient 0 only as long as `W2` is 0, that is in the first step. After that a
#    gradient reaches `W1`.
# c: z is not 0, so `W2` has a gradient in the first step, and then a gradient reaches `W1`. It
#    differs between the units because their biases differ.
# d: Columns stay alike if all hidden units give the same output, as with sigmoid and all zeros.
#    Here their biases differ, so their outputs and gradients differ too.

# %% claims=true
changes = []
for steps in (1, 2):
    network = mlp(
        [64, 32, 10],
        rng=np.random.default_rng(0),
        init=normal_with_std(0.0),
        activation=Tanh,
        dtype="float64",
    )
    W1, b1, W2, _ = network.parameters()
    b1.data = np.random.default_rng(1).normal(size=b1.data.shape)
    train(network, epochs=steps, batch_size=len(x_train))
    changes.append((np.abs(W1.data).max(), np.abs(W2.data).max(), np.ptp(W1.data, axis=1).max()))
quote = "W2 changes first, W1 from the second step on"
claim(quote, changes[0][0], below=1e-30, above=-1e-30)
claim(quote, [changes[0][1], changes[1][0]], above=1e-6)
claim("the units become different", changes[1][2], above=1e-6)

# %% [markdown]
# **Two hidden layers.** A network has two hidden tanh layers, with 3 and with 4 units. How many
# settings of its weights do permutations and sign flips of hidden units give, the original
# included?
#
# - a: 144
# - b: 432
# - c: 645,120
# - d: 18,432

# %% solution="answer_two_layers"
answer_two_layers = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_two_layers = "d"
### END SOLUTION

# %% choice="two_layers" key="d" points=1
check_choice("two_layers", answer_two_layers)
# a: 144 = 3! · 4! counts the orders only. Each of the 7 units may also change its sign, which gives
#    another factor of 2⁷ = 128.
# b: The numbers of the two layers, 48 and 384, are right. But each choice in one layer can be
#    combined with each in the other, so multiply them instead of adding.
# c: 7! · 2⁷ = 645,120 holds for one layer of 7 units. A unit cannot move into the other layer, so
#    there are only 3! · 4! orders.
# d: The first layer gives 3! · 2³ = 48, the second 4! · 2⁴ = 384. The choices are independent: 48 ·
#    384 = 18,432.

# %% claims=true
claim("d: 18,432", n_equivalent(3) * n_equivalent(4), equals=18432, within=0.5)

# %% [markdown]
# **Scaled units.** A ReLU network has one hidden layer. You apply `rescale_relu_units` with the
# scale 16 for every hidden unit, and go on with gradient descent at the same learning rate. What is
# true?
#
# - a: nothing changes, because the network computes the same function
# - b: the function is the same, but the next step changes it differently
# - c: the loss rises, because the weights of W1 are larger
# - d: the gradient with respect to W1 becomes 16 times as large

# %% solution="answer_scaled"
answer_scaled = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_scaled = "b"
### END SOLUTION

# %% choice="scaled" key="b" points=1
check_choice("scaled", answer_scaled)
# a: The outputs and the loss are the same. But the gradient with respect to W1 is 16 times smaller
#    and the one with respect to W2 16 times larger, so the next step leads to another function.
# b: The gradient with respect to W1 shrinks to 1/16, the one with respect to W2 grows to 16 times.
#    The same learning rate therefore changes the function in another way.
# c: The output stays the same, because the outgoing weights are divided by the same factor. So the
#    loss stays the same.
# d: W1 has become 16 times as large, so the same change of the function needs a change of W1 that
#    is 16 times as large: the gradient is divided by 16.

# %% [markdown]
# **Inappropriate weights.** S4 asks ("Initializing weights"): what happens if we pick inappropriate
# weights? Answer for a network with many ReLU layers. Name three different ways in which weights
# can be inappropriate. For each, say what happens to the signal or to the gradient, and why. Also
# say for which network it hardly matters. (Read by a person, 2 points.)

# %% [markdown] manual="inappropriate" points=2
# ### BEGIN SOLUTION
# Too small: each layer multiplies the mean square of the signal by n_in Var(w) / 2, which is less
# than one. So the signal shrinks exponentially with depth. So does the gradient, which is
# multiplied by the same weights. It becomes too small for learning. Too large: the same factor is
# above one. Signal and gradient grow exponentially and overflow, or the steps are far too large.
# All the same (or all zero): the hidden units are interchangeable and get the same gradient, so
# they stay copies of each other. With zeros and ReLU only the last biases change. It hardly matters
# for a network with one hidden layer, where the factor is applied once, as long as the weights are
# not all the same. (One point for too small and too large with the product over layers as the
# reason, half a point for the symmetric case with its reason, half a point for the shallow
# network.)
# ### END SOLUTION

# %% [markdown]
# ## 11 In PyTorch
#
# PyTorch has Glorot's and He's initialisers under other names: Xavier is Glorot's first name,
# Kaiming is He's. It stores weights as (n_out, n_in), so its fan-in is the *second* entry of the
# shape. The cell compares its standard deviations, largest weights and gains with yours, if PyTorch
# is installed. (The largest of many uniform weights is close to the limit a; the largest of normal
# weights differs from draw to draw.) It also runs the line of S3's slide, `kaiming_uniform_` on a 3
# × 5 matrix (which of the two numbers is its fan-in?), and measures the weights of a `Linear` layer
# with M = 400.

# %% practice=true fold="Compare with PyTorch"
import importlib.util

if importlib.util.find_spec("torch") is None:
    print("PyTorch is not installed here; nothing later needs it.")
elif ready("initialise", "gain_of"):
    import torch

    torch.manual_seed(1)
    rng = np.random.default_rng(10)
    by_torch = {
        ("glorot", "normal"): torch.nn.init.xavier_normal_,
        ("glorot", "uniform"): torch.nn.init.xavier_uniform_,
        ("he", "normal"): lambda w: torch.nn.init.kaiming_normal_(w, nonlinearity="relu"),
        ("he", "uniform"): lambda w: torch.nn.init.kaiming_uniform_(w, nonlinearity="relu"),
    }
    for (rule, distribution), fill in by_torch.items():
        w = fill(torch.empty(300, 700)).numpy()  # 700 inputs, 300 outputs
        W = initialise((700, 300), rng, rule=rule, distribution=distribution)
        print(f"{rule:6} {distribution:7} PyTorch / yours: std {rms(w) / rms(W):.3f}", end=", ")
        print(f"largest weight {np.abs(w).max() / np.abs(W).max():.3f}")
    for name in ("relu", "tanh", "sigmoid"):
        own = gain_of(ACTIVATIONS["ReLU" if name == "relu" else name])
        print(f"gain of {name:7} {torch.nn.init.calculate_gain(name):.3f}, yours {own:.3f}")
    w = torch.nn.init.kaiming_uniform_(torch.empty(3, 5), mode="fan_in", nonlinearity="relu")
    print(f"3 x 5: fan-in is 5, so all entries are within ± {(6 / 5) ** 0.5:.3f}:", end=" ")
    print(bool(w.abs().max() <= (6 / 5) ** 0.5))
    w = torch.nn.Linear(400, 400).weight.detach().numpy()
    print(f"Linear: variance {w.var():.5f}, 1/(3M) = {1 / 1200:.5f}", end=", ")
    print(f"largest {np.abs(w).max():.4f}, 1/√M = {1 / 20:.4f}")
else:
    print("This cell waits.")

# %% [markdown]
# A `torch.nn.Linear` draws its weights as in section 8, and in section 9 sixteen ReLU layers with
# such weights, and with biases 0, did not learn with gradient descent in seven epochs. If you stack
# many Linear and ReLU layers in PyTorch, draw the weights with `torch.nn.init.kaiming_normal_` and
# set the biases to 0.

# %% [markdown]
# ## 12 Your cheat sheet
#
# Complete this page in your own words and keep it. Double-click to edit.
#
# | initialiser | variance | standard deviation, or limit | keeps | meant for |
# |---|---|---|---|---|
# | LeCun | … | … | the … in the forward pass | … |
# | Glorot | … | normal: …, uniform: … | … | … |
# | He | … | normal: …, uniform: … | … | … |
#
# - Var(u) of a layer = … · … · …; the formula needs the … of the inputs, not the …
# - A ReLU keeps … of the mean square, a tanh …
# - A uniform distribution from −a to a has the variance …
# - The gain of an activation function f is …; for ReLU …. A gain that is not quite right does least
#   harm with …, because …
# - In a ReLU layer of n units the typical mean square changes by …, because …
# - Ten percent too much in each of 50 layers is a factor of …
# - If all weights and biases are 0, …
# - Ten tanh units have … twins. To permute units, I reorder …; to flip one, I change the sign of …;
#   to rescale a ReLU unit, I …
# - If the network gives each of K classes the same probability, the loss is …; a much larger first
#   loss says …
# - Initialisation hardly matters when …

# %% [markdown]
# ## What comes next
#
# In this notebook we chose the initial weights so that signals keep their size. **Notebook 10**
# measures the size in every batch and corrects it, so that the initial weights matter less.
# **Notebook 09** is about the other number that decides whether a deep network learns: the learning
# rate. If a network does not learn at all, first ask: how large are its signals, layer by layer,
# before the first step?

# %% [markdown]
# ## Sources
#
# S0 "Training of neural networks – basics", the slides "Initialization of weights"; S3
# "Backpropagation and Training", slide "Solution: Better Weight Initialization"; S4 "Neural
# networks (continued)", slides "Initializing weights", "Propagation of variance (ReLU)", "Effects
# of (im)proper initialization", "Weight-space symmetries". In this notebook they are called S0, S3
# and S4.
#
# LeCun, Bottou, Orr and Müller, "Efficient BackProp" (1998); Glorot and Bengio, "Understanding the
# difficulty of training deep feedforward neural networks" (2010); He, Zhang, Ren and Sun, "Delving
# Deep into Rectifiers" (2015), for the rules with their names; Dinh, Pascanu, Bengio and Bengio,
# "Sharp Minima Can Generalize For Deep Nets" (2017), for rescaled units and flat minima.
