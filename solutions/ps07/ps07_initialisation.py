# %% [markdown]
# # Initialisation and symmetry
#
# Before a network learns anything, somebody has to choose a million numbers. Random ones will do,
# nearly any. But *how large* they are decides whether a deep network learns at all. Choose them ten
# percent too large, and after fifty linear layers the signal is about a hundred times as large.
# Choose them as PyTorch does by default, train with gradient descent for seven epochs, and a
# network of sixteen ReLU layers classifies digits no better than a guess. You will see both in this
# notebook, and write the few lines that prevent it.
#
# The other half of the notebook asks what those numbers are *not* allowed to be: all the same. And
# it shows that a network with ten hidden tanh units has billions of twins, other weights that
# compute exactly the same. With that you can show, without any calculus, that its loss is not
# convex.
#
# **Afterwards you can**
#
# - derive how wide a signal is behind a linear layer, a tanh and a ReLU, and check it by running,
# - write the initialisers of LeCun, Glorot and He, and say which assumption each of them rests on,
# - say what a wrong factor costs, in layers, on the way forward and on the way back,
# - say which weights still learn when all of them start at zero, and why,
# - count and construct the weights that make the same network.
#
# **You need** mean and variance of random numbers, matrix products, and what a hidden layer is. The
# way back through a layer (notebook 04) is said again where it is needed.
#
# **Sources:** S0 "Training of neural networks – basics", the slides "Initialization of weights"; S3
# "Backpropagation and Training", slide "Solution: Better Weight Initialization"; S4 "Neural
# networks (continued)", slides "Initializing weights", "Propagation of variance (ReLU)", "Effects
# of (im)proper initialization", "Weight-space symmetries". Below they are called S0, S3 and S4.

# %% setup=true
import math

import numpy as np

from course_lib import initializers
from course_lib.backend import choose_device
from course_lib.datasets import load_digits
from course_lib.layers import ReLU, Sigmoid, Tanh
from course_lib.losses import softmax_cross_entropy
from course_lib.models import mlp
from course_lib.optimizers import SGD, Adam
from course_lib.plots import activations, slider, theme
from course_lib.training import fit, layer_outputs
from grader.checking import check, check_choice, guess, ready, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 A guess first
#
# Take the plainest deep network there is: fifty linear layers of 200 units, no bias, no
# nonlinearity. Random numbers of size 1 go in. There is a right size for the weights (we find it in
# section 3) with which numbers of size 1 come out again. Now somebody is careless and takes all
# weights **1.1 times as large**. How large is what comes out of the fiftieth layer? About
#
# - 1.1
# - 5
# - 100 or more
# - `nan`, too large for the computer

# %%
guess("ps07_gain", None)  # your guess in place of None: a number, or "nan"

# %% [markdown]
# Until your own initialisers exist, this runs on the library's. Come back later: then it runs on
# yours. By the *width* of a signal we mean the root of its mean square.


# %% practice=true fold="Choose your initialisers or the library's"
def own_or_library(name):
    """Your initialiser of that name once it passes a first test, until then the library's."""
    return globals()[name] if ready(name) else getattr(initializers, name)


# %% practice=true
def rms(a):
    """The root of the mean square: how wide a signal is."""
    return float(np.sqrt(np.mean(a * a)))


def linear_layers(factor, seed, depth=50, n=200):
    """The width behind each of `depth` linear layers, the input's first."""
    rng = np.random.default_rng(seed)
    draw = own_or_library("lecun_normal")
    z = rng.normal(size=(50, n))
    widths = [rms(z)]
    for _ in range(depth):
        z = z @ (factor * draw((n, n), rng))
        widths.append(rms(z))
    return np.array(widths)


# %% practice=true
runs = {factor: [linear_layers(factor, seed) for seed in range(3)] for factor in (0.9, 1.0, 1.1)}
ends = np.array([widths[-1] for widths in runs[1.1]])
reveal(
    "ps07_gain",
    float(np.exp(np.mean(np.log(ends)))),
    f"Geometric mean of three starts, single ones from {ends.min():.0f} to {ends.max():.0f}.",
)

# %% practice=true fold="Draw the width by layer"
import matplotlib.pyplot as plt

with theme.style():
    figure, ax = plt.subplots(figsize=(7, 3.2))
    for factor, dash in ((1.1, "--"), (1.0, "-"), (0.9, ":")):
        for widths in runs[factor]:
            ax.plot(widths, dash, color=theme.FORWARD, linewidth=1.3)
        ax.text(51, runs[factor][0][-1], f"factor {factor}", va="center", color=theme.FORWARD)
    ax.set(xlabel="layer", ylabel="width of the signal", yscale="log", xlim=(0, 60))
    ax.set_title("Width of the signal over fifty linear layers, three factors")
    plt.show()

# %% [markdown]
# *In words: the width of the signal over fifty layers on a logarithmic axis, three starts for each
# factor. With factor 1 it stays near 1. With 1.1 it rises on a straight line to about a hundred,
# with 0.9 it falls on a straight line to less than a hundredth.*
#
# Ten percent is a small mistake in one layer and a factor of a hundred in fifty: without chance it
# would be $1.1^{50} = 117$. The gradient goes
# back through the same weights, so it grows or shrinks by the same factor. This is how gradients
# vanish and explode; what remains is to find out what the right size is.

# %% claims=true
claim(
    "With 1.1 it rises on a straight line to about a hundred",
    ends,
    equals=100,
    within=25,
    given=[1.1],
)
claim("With factor 1 it stays near 1.", [w[-1] for w in runs[1.0]], equals=1, within=0.25)
claim(
    "0.9 it falls on a straight line to less than a hundredth",
    [w[-1] for w in runs[0.9]],
    below=0.01,
    given=[0.9],
)

# %% [markdown]
# ## 2 The idea
#
# A unit adds up M products of an input and a weight. Some are positive and some negative, so they
# cancel in part, and the sum of M of them is not M times as wide as one of them. It is $\sqrt M$
# times as wide. The picture draws inputs and weights of size 1 and adds up 1, 4, 16 and 64
# products, then does the same with weights that are divided by $\sqrt M$.

# %% practice=true fold="Draw sums of 1 to 64 products"
rng, wide_by = np.random.default_rng(1), {}
with theme.style():
    figure, axes = plt.subplots(2, 4, figsize=(9, 3.6), sharex="row", sharey="row")
    for column, M in enumerate((1, 4, 16, 64)):
        u = (rng.normal(size=(4000, M)) * rng.normal(size=(4000, M))).sum(axis=1)
        for row, values in enumerate((u, u / np.sqrt(M))):
            limit = (28, 5)[row]
            axes[row, column].hist(values, bins=np.linspace(-limit, limit, 41), color=theme.FORWARD)
            axes[row, column].set_yticks([])
            axes[row, column].set_xlabel(f"width {rms(values):.1f}")
            wide_by[row, M] = rms(values)
        axes[0, column].set_title(f"{M} product{'s' if M > 1 else ''}")
    axes[0, 0].set_ylabel("weights\nof size 1")
    axes[1, 0].set_ylabel("weights\nof size 1/√M")
    figure.suptitle("A sum of M products is √M times as wide", x=0.02, ha="left")
    plt.show()

# %% [markdown]
# *In words: two rows of four histograms. In the upper row the sums of 1, 4, 16 and 64 products get
# wider, with widths of about 1, 2, 4 and 8. In the lower row, with weights divided by the root of
# their number, all four have a width of about 1.*

# %% claims=true
for M, width in ((1, 1), (4, 2), (16, 4), (64, 8)):
    given = {1, 2, 4, 8, 16, 64} - {width}
    claim(
        "sums of 1, 4, 16 and 64 products get\nwider, with widths of about 1, 2, 4 and 8",
        wide_by[0, M],
        equals=width,
        within=0.1 * width,
        given=sorted(given),
    )
claim(
    "all four have a width of about 1",
    [wide_by[1, M] for M in (1, 4, 16, 64)],
    equals=1,
    within=0.1,
)

# %% [markdown]
# So the weights of a layer have to shrink with the number of its inputs, or every layer multiplies
# the signal by some factor, and fifty layers by its fiftieth power. S0 states the aim as a formula
# ("Initialization of weights"): neighbouring layers should put out signals of similar width,
#
# $$\text{Var}(z^{(l+1)}) \sim \text{Var}(z^{(l)}).$$
#
# What comes next is bookkeeping: how much does a layer change the variance, what does the
# nonlinearity behind it take away, and what has the weights' variance to be, then?

# %% [markdown]
# ## 3 What one layer does to the variance
#
# ### One product
#
# For independent X and Y, S0 uses $\text{Var}(XY) = E(X^2)E(Y^2) - E(X)^2E(Y)^2$. A formula is
# worth what a run of it shows, so here are two random quantities, neither of which has mean 0:

# %% practice=true
rng = np.random.default_rng(2)
X, Y = rng.normal(1.0, 2.0, size=10**6), rng.uniform(0.0, 3.0, size=10**6)
by_formula = np.mean(X**2) * np.mean(Y**2) - np.mean(X) ** 2 * np.mean(Y) ** 2
print(f"variance of a million products: {np.var(X * Y):.2f}   by the formula: {by_formula:.2f}")
print(f"and Var(X) Var(Y) would be      {np.var(X) * np.var(Y):.2f}")

# %% [markdown]
# Weights are drawn with mean 0. Then the second term is gone, and $\text{Var}(wz) =
# \text{Var}(w)\,E(z^2)$: **the variance of the weight, but the mean square of the input.** For
# inputs with mean 0 that is their variance as well. Behind a ReLU the mean is not 0, and the
# difference will matter.
#
# <details><summary>The derivation</summary>
#
# X and Y are independent, so are their squares.
#
# - $\text{Var}(XY) = E(X^2 Y^2) - E(XY)^2$: the variance is the mean of the square minus the square
#   of the mean.
# - $E(X^2 Y^2) = E(X^2)\,E(Y^2)$ and $E(XY) = E(X)\,E(Y)$: the mean of a product of independent
#   quantities is the product of their means.
# - Hence $\text{Var}(XY) = E(X^2)\,E(Y^2) - E(X)^2\,E(Y)^2$.
# - With $E(X) = 0$ the second term is 0 and $E(X^2) = \text{Var}(X)$:
#   $\text{Var}(XY) = \text{Var}(X)\,E(Y^2)$.
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
#
# ### A sum of products
#
# A unit computes $u = \sum_{i=1}^{M} w_i z_i$. The weights are drawn independently of each other,
# and the variances of independent terms are added up. In slow loops, here is what is meant: draw a
# unit's weights again and again, and see how u scatters.


# %%
def output_variance_by_drawing(z, var_w, rng, draws=2000):
    """Variance of u = sum_i w_i z_i over random weights, for one given input z."""
    found = []
    for _ in range(draws):
        u = 0.0
        for i in range(len(z)):
            u += rng.normal(0.0, var_w**0.5) * z[i]
        found.append(u)
    return np.var(found)


# %% [markdown]
# Now without drawing anything. `mean_square_z` is the mean of z² over the inputs of the layer.


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
# Hold it against the loops, for an input that is all positive, as behind a ReLU:

# %% practice=true
if ready("linear_output_variance"):
    rng = np.random.default_rng(3)
    z_positive = np.abs(rng.normal(size=12)) + 0.5
    drawn = output_variance_by_drawing(z_positive, 0.3, rng)
    for what, value in (("mean square", np.mean(z_positive**2)), ("variance", np.var(z_positive))):
        print(f"with the {what} of z: {linear_output_variance(12, 0.3, value):.2f}")
    print(f"2,000 times drawn:      {drawn:.2f} (chance: a few percent)")
else:
    print("This cell waits for linear_output_variance.")

# %% claims=true
claim(
    "the variance of the weight, but the mean square of the input",
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
# - $\text{Var}(w_i z_i) = \text{Var}(w)\,z_i^2$, because a constant factor enters squared.
# - $\text{Var}(u) = \text{Var}(w) \sum_i z_i^2 = M\,\text{Var}(w)\,\overline{z^2}$, with the mean
#   of $z^2$ over the M inputs. If the inputs are random too, $\overline{z^2}$ becomes $E(z^2)$.
#
# S0 writes M for the number of inputs, S4 writes n, and σ² for Var(w).
#
# </details>
#
# ### Behind the nonlinearity
#
# The next layer sees $z = f(u)$. A sum of many independent terms is close to normally distributed,
# so let $u \sim N(0, v)$. What is $E(z^2)$, given $v$?
#
# - **linear**, $z = u$: nothing happens, $E(z^2) = v$.
# - **ReLU**, $z = \max(0, u)$: u is symmetric about 0. Which share of $\int u^2 p(u)\,du$ lies
#   above 0? The picture shows the area. S0 and S4 both use the result. What is the *variance* of z,
#   whose mean is $E(z) = \sqrt{v / 2\pi}$?
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
    ax.set(xlabel="u", ylabel="u² times its density", yticks=[])
    ax.set_title("Of the mean square of u, a ReLU keeps the part on the right")
    plt.show()

# %% [markdown]
# *In words: the curve of u² times the normal density has two equal humps, left and right of 0. The
# left one is hatched and called dropped, the right one is blue and called kept.*
#
# Three blanks, worth no points. The cell below compares them with a sum over a fine grid.
#
# <details><summary>If the second one differs</summary>
#
# A variance is the mean of the square minus the square of the mean. You have the first from the
# blank before, and the mean stands above.
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
def expected(f, v):
    """E f(u) for u normal with mean 0 and variance v, as a sum over a fine grid."""
    grid = np.linspace(-10, 10, 4001)
    weight = np.exp(-(grid**2) / 2)
    return np.sum(weight * f(np.sqrt(v) * grid)) / np.sum(weight)


def compare(what, attempt, right, tolerance):
    """Print whether what the function `attempt` returns is `right`."""
    try:
        mine = float(attempt())
    except NotImplementedError:
        print(f"{what:34} not written yet")
        return
    verdict = "agrees" if abs(mine - right) <= tolerance else "DIFFERS"
    print(f"{what:34} {verdict:8} yours {mine:.6f}, by the grid {right:.6f}")


def relu(u):
    return np.maximum(u, 0)


for v in (1.0, 3.0):
    square = expected(lambda u: relu(u) ** 2, v)
    variance = square - expected(relu, v) ** 2
    compare(f"ReLU, E(z²) for v = {v:g}", lambda v=v: relu_mean_square(v), square, 1e-4)
    compare(f"ReLU, Var(z) for v = {v:g}", lambda v=v: relu_variance(v), variance, 1e-4)
for v in (0.01, 0.03):  # what is left out begins with v³
    square = expected(lambda u: np.tanh(u) ** 2, v)
    compare(f"tanh, E(z²) for v = {v:g}", lambda v=v: tanh_mean_square(v), square, 8 * v**3)

# %% [markdown]
# Half of the mean square survives a ReLU, but only about a third of the variance. Whoever confuses
# the two gets the next layer wrong. And a tanh always takes a little: never nothing, and the more,
# the wider u is.
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
# - $E(z) = \int_0^\infty u\,\frac{1}{\sqrt{2\pi v}} e^{-u^2/2v}\,du
#   = \frac{1}{\sqrt{2\pi v}} \bigl[-v\,e^{-u^2/2v}\bigr]_0^\infty = \sqrt{v/2\pi}$.
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
claim("Half of the mean square survives a ReLU", relu_mean_square(3.0) / 3, equals=0.5, within=0.01)
claim(
    "a tanh always takes a little",
    [v - expected(lambda u: np.tanh(u) ** 2, v) for v in (0.01, 1.0, 3.0)],
    above=0,
)

# %% [markdown]
# ### Solve for the weights
#
# Put the two steps together: the variance of u is $M\,\text{Var}(w)\,E(z^2)$ with the $z$ of the
# layer before. Which variance of the weights keeps the variance of u from layer to layer,
#
# - if there is no nonlinearity (or a tanh that is never driven far from 0)?
# - if there is a ReLU in between?
#
# And a third one. On the way back, the gradient with respect to an input i of the layer is $\sum_j
# w_{ij}\,\delta_j$, with one term for each of the layer's **outputs** j. Which variance of the
# weights keeps the width of the gradient, without nonlinearity? Three blanks again, no points.


# %% solution="variance_for_linear"
def variance_for_linear(n_in, n_out):
    """Var(w) that keeps the variance of u, without nonlinearity."""
    ### BEGIN SOLUTION
    return 1 / n_in
    ### END SOLUTION


# %% solution="variance_for_relu"
def variance_for_relu(n_in, n_out):
    """Var(w) that keeps the variance of u, with a ReLU between the layers."""
    ### BEGIN SOLUTION
    return 2 / n_in
    ### END SOLUTION


# %% solution="variance_for_way_back"
def variance_for_way_back(n_in, n_out):
    """Var(w) that keeps the width of the gradient, without nonlinearity."""
    ### BEGIN SOLUTION
    return 1 / n_out
    ### END SOLUTION


# %% [markdown]
# The test: one layer with 200 inputs and 50 outputs, drawn 200 times, with your variance. It prints
# by how much the mean square has changed. 1 is right, up to a few percent of chance.

# %% practice=true fold="Draw one layer 200 times"
rng = np.random.default_rng(4)
n_in, n_out = 200, 50


def change(rule, f, back):
    """How the mean square changes in one layer, forward from u to u or back from du to dz."""
    std = rule(n_in, n_out) ** 0.5
    before = after = 0.0
    for _ in range(200):
        W = rng.normal(0, std, size=(n_in, n_out))
        a = rng.normal(size=(20, n_out if back else n_in))
        b = a @ W.T if back else f(a) @ W
        before, after = before + np.mean(a * a), after + np.mean(b * b)
    return after / before


for rule, f, back in (
    (variance_for_linear, lambda u: u, False),
    (variance_for_relu, relu, False),
    (variance_for_way_back, None, True),
):
    try:
        factor = change(rule, f, back)
    except NotImplementedError:
        print(f"{rule.__name__:22} not written yet")
    else:
        verdict = "keeps the width" if abs(factor - 1) < 0.1 else "CHANGES the width"
        print(f"{rule.__name__:22} {verdict}: the mean square is multiplied by {factor:.2f}")

# %% [markdown]
# <details><summary>The derivation</summary>
#
# **Forward.** A layer takes $u^{(l)}$ to $u^{(l+1)}$.
#
# - $\text{Var}(u^{(l+1)}) = n_{in}\,\text{Var}(w)\,E(z^2)$ with $z = f(u^{(l)})$, from above.
# - Without nonlinearity $E(z^2) = \text{Var}(u^{(l)})$. The variance is kept if
#   $n_{in}\,\text{Var}(w) = 1$, so $\text{Var}(w) = 1/n_{in}$.
# - With a ReLU $E(z^2) = \tfrac12 \text{Var}(u^{(l)})$. The variance is kept if
#   $\tfrac12 n_{in}\,\text{Var}(w) = 1$, so $\text{Var}(w) = 2/n_{in}$.
#
# **Back.** Write $\delta_j = \partial L/\partial u_j$ (ours: `du`) for the $n_{out}$ outputs. We
# assume, as He and others do, that the gradients $\delta_j$ are independent of the weights of this
# layer, and that $f'(u_i)$ is independent of $\partial L/\partial z_i$.
#
# - $\dfrac{\partial L}{\partial z_i} = \sum_{j=1}^{n_{out}} w_{ij}\,\delta_j$: input i reaches the
#   loss through every output j of the layer.
# - $\text{Var}\Bigl(\dfrac{\partial L}{\partial z_i}\Bigr) = n_{out}\,\text{Var}(w)\,E(\delta^2)$:
#   the terms are uncorrelated, because the weights are independent with mean 0, and each has the
#   variance of a product.
# - Without nonlinearity that is already the δ of the layer below. The width is kept if
#   $n_{out}\,\text{Var}(w) = 1$, so $\text{Var}(w) = 1/n_{out}$.
# - With a ReLU below, $\delta_i = f'(u_i)\,\partial L/\partial z_i$, where $f'(u_i)$ is 0 or 1 with
#   probability ½ each. Hence $E(\delta_i^2) = \tfrac12 n_{out}\,\text{Var}(w)\,E(\delta^2)$. The
#   width is kept if $\text{Var}(w) = 2/n_{out}$. This is He's rule for the way back.
#
# </details>
#
# ### Layer by layer
#
# S4 writes the chain out ("Propagation of variance (ReLU)"). The first layer is special: its inputs
# have not been through a ReLU, so nothing is halved there. Predict the variance of u in each of ten
# layers with your own function, and measure it, for weights of variance 1/M and 2/M and inputs of
# variance 1. (The measured row is a mean over five draws of all weights. Chance adds up from layer
# to layer.)

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
    print("This cell waits for linear_output_variance.")

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
# ### Both ways at once?
#
# The way forward asks for a variance by the number of inputs, the way back for one by the number of
# outputs. Unless the two are equal, no variance meets both. Glorot and Bengio (2010) take the mean
# of the two numbers as denominator, $2/(n_{in} + n_{out})$. He and others (2015) look at the ReLU
# and use the way forward alone. Is that careless? Let layers of 60 and 180 units alternate, twenty
# layers without nonlinearity, and measure both ways.

# %% practice=true fold="Measure three rules in both directions"
FUNCTIONS = {  # z = f(u), and the slope of f, from z
    "linear": (lambda u: u, lambda z: np.ones_like(z)),
    "relu": (relu, lambda z: (z > 0).astype(z.dtype)),
    "tanh": (np.tanh, lambda z: 1 - z**2),
}


def there_and_back(Ws, name, gain=1.0):
    """Widths of the signal behind each layer, and of the gradient that comes back to it."""
    rng = np.random.default_rng(99)
    f, slope = FUNCTIONS[name]
    z = rng.normal(size=(20, len(Ws[0])))
    signals = [z]
    for W in Ws:
        z = f(gain * (z @ W))
        signals.append(z)
    dz = rng.normal(size=z.shape)
    gradients = [dz]
    for W, z in zip(reversed(Ws), reversed(signals[1:]), strict=True):
        dz = gain * ((dz * slope(z)) @ W.T)
        gradients.insert(0, dz)
    return np.array([rms(z) for z in signals]), np.array([rms(dz) for dz in gradients])


layers = [(60, 180), (180, 60)] * 10
rules = {
    "1 / n_in": lambda n_in, n_out: 1 / n_in,
    "1 / n_out": lambda n_in, n_out: 1 / n_out,
    "2 / (n_in + n_out)": lambda n_in, n_out: 2 / (n_in + n_out),
}
by_rule = {}
print("                    forward, after      back, through")
print("Var(w)              1     2     20      1     2     20 layers")
for name, rule in rules.items():
    logarithms = []
    for seed in range(10):
        rng = np.random.default_rng(seed)
        Ws = [rng.normal(0, rule(*shape) ** 0.5, size=shape) for shape in layers]
        forward, back = there_and_back(Ws, "linear")
        logarithms.append(np.log([*forward[[1, 2, 20]], *back[[19, 18, 0]]]))
    by_rule[name] = np.exp(np.mean(logarithms, axis=0))
    row = [f"{width:5.2f}" for width in by_rule[name]]
    print(f"{name:18} " + " ".join(row[:3]) + "  " + " ".join(row[3:]))

# %% [markdown]
# Look at the last column of each half. With $1/n_{in}$ the gradient grows and shrinks by turns, but
# in the end nothing is lost, because what is an output of one layer is an input of the next. The
# end depends only on the first and the last number of units, which are equal here. After a single
# layer Glorot's compromise is nearer to 1 in its worse direction (0.70 against 0.57). But it loses
# a little in *both* directions over every two layers: after twenty layers less than a quarter is
# left. Where all layers are equally wide, all three rules are the same.

# %% claims=true
quote = "(0.70 against 0.57)"
claim(quote, min(by_rule["2 / (n_in + n_out)"][[0, 3]]), equals=0.70, within=0.04, given=[0.57])
claim(quote, min(by_rule["1 / n_in"][[0, 3]]), equals=0.57, within=0.04, given=[0.70])
claim("in the end nothing is lost", by_rule["1 / n_in"][[2, 5]], equals=1, within=0.2)
claim(
    "loses\na little in *both* directions over every two layers",
    by_rule["2 / (n_in + n_out)"][[1, 4]],
    below=0.95,
)
claim(
    "after twenty layers less than a quarter is\nleft",
    by_rule["2 / (n_in + n_out)"][[2, 5]],
    below=0.25,
)

# %% [markdown]
# ## 4 Five initialisers
#
# Now put the rules into functions. Each takes the shape of W and a generator, and returns W with
# one row for each input, `(n_in, n_out)`. In slow loops, this is what drawing means:


# %%
def draw_in_loops(shape, rng, distribution, size):
    """Weights one at a time; size is the standard deviation, or the limit if uniform."""
    W = np.zeros(shape)
    for i in range(shape[0]):
        for j in range(shape[1]):
            W[i, j] = (
                rng.normal(0.0, size) if distribution == "normal" else rng.uniform(-size, size)
            )
    return W


# %% [markdown]
# What is left for you is the size. S0 asks for it ("How do we select the range, i.e., σ or a?"):
#
# | function | distribution | variance |
# |---|---|---|
# | `lecun_normal` | normal | $1/n_{in}$ |
# | `glorot_normal` | normal | $2/(n_{in}+n_{out})$ |
# | `glorot_uniform` | uniform on (−a, a) | $2/(n_{in}+n_{out})$ |
# | `he_normal` | normal | $2/n_{in}$ |
# | `he_uniform` | uniform on (−a, a) | $2/n_{in}$ |
#
# Mind two things. `rng.normal(0, s, size=shape)` wants the *standard deviation*. And a uniform
# distribution between −a and a has a variance that you get from $\int_{-a}^{a} x^2\,dx / 2a$: a
# blank first, without points.


# %% solution="uniform_variance"
def uniform_variance(a):
    """Variance of a number drawn uniformly between -a and a."""
    ### BEGIN SOLUTION
    return a**2 / 3
    ### END SOLUTION


# %% practice=true
for a in (1.0, 2.0):
    fine = np.linspace(-a, a, 100_001)
    compare(f"uniform, a = {a:g}", lambda a=a: uniform_variance(a), np.var(fine), 1e-3)

# %% [markdown]
# <details><summary>The derivation</summary>
#
# - The density is $\tfrac{1}{2a}$ between −a and a, and the mean is 0 by symmetry, so
#   $\text{Var}(X) = E(X^2) = \int_{-a}^{a} \frac{x^2}{2a}\,dx$.
# - $= \dfrac{1}{2a}\Bigl[\dfrac{x^3}{3}\Bigr]_{-a}^{a} = \dfrac{1}{2a}\cdot\dfrac{2a^3}{3}
#   = \dfrac{a^2}{3}$.
# - For a wanted variance, solve $a^2/3 = \text{Var}(w)$ for a.
#
# </details>
#
# Draw from the `rng` that you are given and from nothing else: with the same generator the same
# network comes out again, and the next call gives the next weights. The checks know no particular
# numbers, they look at mean, variance, shape and kind of the distribution. (`shape` always has two
# entries here. The library's versions also know convolutions, whose fan-in counts all inputs that a
# unit adds up: channels times height times width of the filter.)


# %% solution="lecun_normal"
def lecun_normal(shape, rng):
    """Normal weights of variance 1 / n_in; shape = (n_in, n_out)."""
    ### BEGIN SOLUTION
    n_in, n_out = shape
    return rng.normal(0.0, np.sqrt(1 / n_in), size=shape)
    ### END SOLUTION


# %% check="lecun_normal"
check("lecun_normal", lecun_normal)


# %% solution="glorot_normal"
def glorot_normal(shape, rng):
    """Normal weights of variance 2 / (n_in + n_out); shape = (n_in, n_out)."""
    ### BEGIN SOLUTION
    n_in, n_out = shape
    return rng.normal(0.0, np.sqrt(2 / (n_in + n_out)), size=shape)
    ### END SOLUTION


# %% check="glorot_normal"
check("glorot_normal", glorot_normal)


# %% solution="glorot_uniform"
def glorot_uniform(shape, rng):
    """Uniform weights of variance 2 / (n_in + n_out); shape = (n_in, n_out)."""
    ### BEGIN SOLUTION
    n_in, n_out = shape
    a = np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-a, a, size=shape)
    ### END SOLUTION


# %% check="glorot_uniform"
check("glorot_uniform", glorot_uniform)


# %% solution="he_normal"
def he_normal(shape, rng):
    """Normal weights of variance 2 / n_in; shape = (n_in, n_out)."""
    ### BEGIN SOLUTION
    n_in, n_out = shape
    return rng.normal(0.0, np.sqrt(2 / n_in), size=shape)
    ### END SOLUTION


# %% check="he_normal"
check("he_normal", he_normal)


# %% solution="he_uniform"
def he_uniform(shape, rng):
    """Uniform weights of variance 2 / n_in; shape = (n_in, n_out)."""
    ### BEGIN SOLUTION
    n_in, n_out = shape
    a = np.sqrt(6 / n_in)
    return rng.uniform(-a, a, size=shape)
    ### END SOLUTION


# %% check="he_uniform"
check("he_uniform", he_uniform)

# %% [markdown]
# Side by side, for one layer with 50 inputs and 200 outputs. The number under each is its width.

# %% practice=true fold="Draw your five initialisers"
names = ("lecun_normal", "glorot_normal", "glorot_uniform", "he_normal", "he_uniform")
if ready(*names):
    rng = np.random.default_rng(5)
    with theme.style():
        figure, axes = plt.subplots(1, 5, figsize=(9, 2.2), sharex=True, sharey=True)
        for ax, name in zip(axes, names, strict=True):
            W = globals()[name]((50, 200), rng)
            ax.hist(W.ravel(), bins=np.linspace(-0.8, 0.8, 41), color=theme.FORWARD)
            ax.set(title=name, xlabel=f"weight (width {rms(W):.3f})", yticks=[])
            ax.title.set_fontsize(10)
            ax.xaxis.label.set_fontsize(9)
        axes[0].set_ylabel("how often")
        figure.suptitle("Same mean, three widths, two kinds", x=0.02, ha="left")
        plt.show()
else:
    print("This cell waits for your five initialisers.")

# %% [markdown]
# *In words: five histograms about 0. LeCun's is a bell of medium width, Glorot's a narrower one and
# a narrow box, He's the widest bell and the widest box. Bell and box of the same name have the same
# width.*

# %% [markdown]
# ## 5 The gain
#
# One more way to say the same. Take LeCun's weights, of standard deviation $1/\sqrt{n_{in}}$, and
# multiply them by a **gain** that makes up for what the nonlinearity takes away:
#
# - linear layers need none: 1;
# - the sigmoid is given 1 by custom. In deep networks that is too little: its derivative is at most
#   ¼, and in notebook 06 a network with five sigmoid layers did not learn with it, but did with
#   weights four times as large;
# - tanh is given 5/3 by custom; below you find out what is good about it and what is not;
# - ReLU: you derived it in section 3. There it was a factor of the variance. The gain multiplies
#   the weights themselves.
#
# What your function does with other names is up to you; the library's raises a `ValueError`.


# %% solution="gain"
def gain(nonlinearity):
    """Factor for weights of standard deviation 1 / sqrt(n_in).

    nonlinearity : "linear", "sigmoid", "tanh" or "relu"
    returns a number
    """
    ### BEGIN SOLUTION
    return {"linear": 1.0, "sigmoid": 1.0, "tanh": 5 / 3, "relu": math.sqrt(2)}[nonlinearity]
    ### END SOLUTION


# %% check="gain"
check("gain", gain)

# %% [markdown]
# ### Tune the gain
#
# A game. You choose one gain for each of three kinds of network; 100 units in every layer, weights
# from your `lecun_normal` times your gain. A signal of width 1 goes forward through the layers, and
# a gradient of width 1 comes back through them. Your network has **survived** a depth if both are
# still between 0.1 and 10. Your score is the depth that it survives, at most 200, as a mean over
# five starts.
#
# Before you play: **which of the three forgives a wrong gain most easily?** linear, relu or tanh?

# %%
guess("ps07_forgiving", None)  # "linear", "relu" or "tanh" in place of None

# %% [markdown]
# Put your gains in place of `None`, run this cell and the one that keeps the score, and try again
# as often as you like (no points). You may beat the textbook in two of the three.

# %% solution="my_gains"
my_gains = {"linear": None, "relu": None, "tanh": None}
### BEGIN SOLUTION
my_gains |= {"linear": 1.0, "relu": 1.43, "tanh": 1.1}
### END SOLUTION


# %% practice=true fold="Keep the score"
def draw_layers(name, shapes, seed):
    """One matrix for each shape, from your initialiser of that name (or the library's)."""
    rng, draw = np.random.default_rng(seed), own_or_library(name)
    return [draw(shape, rng) for shape in shapes]


def survived(gain, name, Ws):
    """The depth up to which both signal and gradient stay between 0.1 and 10."""
    forward, back = there_and_back(Ws, name, gain)
    depth = len(Ws)
    for widths in (forward, back[::-1]):
        lost = np.flatnonzero((widths < 0.1) | (widths > 10))
        depth = min([depth, *(lost - 1)])
    return depth


def score(gains):
    """Depth survived by each kind of network, (mean, standard deviation) over five starts."""
    depths = {n: [survived(g, n, Ws) for Ws in square_layers] for n, g in gains.items() if g}
    return {name: (np.mean(d), np.std(d)) for name, d in depths.items()}


custom = {"linear": 1.0, "relu": 2**0.5, "tanh": 5 / 3}
if ready("lecun_normal"):
    shapes = [(100, 100)] * 200
    square_layers = [draw_layers("lecun_normal", shapes, seed) for seed in range(5)]
    by_custom, by_me = score(custom), score(my_gains)
    print("           by custom               yours")
    for name, g in custom.items():
        line = f"{name:8} {g:6.3f}: {by_custom[name][0]:4.0f} ± {by_custom[name][1]:2.0f}"
        if name in by_me:
            mean, deviation = by_me[name]
            line += f"      {my_gains[name]:6.3f}: {mean:4.0f} ± {deviation:2.0f} layers"
        print(line)
else:
    print("This cell waits for lecun_normal.")

# %% [markdown]
# And now all gains at once, from 0.5 to 2.8: how deep does each kind of network survive? (One
# seed.)

# %% practice=true
grid = 2.0 ** (np.arange(-8, 13) / 8)  # from 0.5 to 2.8; 1 and √2 are among them
if ready("lecun_normal"):
    depths = {
        name: np.array([survived(g, name, square_layers[0]) for g in grid]) for name in custom
    }
    wide = {name: int(np.sum(depth >= 40)) for name, depth in depths.items()}
    print(f"gains, out of {len(grid)}, with which 40 layers survive: {wide}")
    reveal(
        "ps07_forgiving",
        max(wide, key=wide.get),
        "By the number of gains with which 40 layers survive.",
    )
else:
    print("This cell waits for lecun_normal.")

# %% practice=true fold="Draw the layers survived by gain"
if ready("lecun_normal"):
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3.2))
        for name, dash, marker in (("linear", ":", "s"), ("relu", "--", "^"), ("tanh", "-", "o")):
            look = {"color": theme.FORWARD, "marker": marker, "markersize": 4}
            ax.plot(grid, depths[name], dash, label=name, **look)
        ax.set(xscale="log", xlabel="gain", ylabel="layers survived", ylim=(0, 210))
        ax.set_xticks([0.5, 0.7, 1, 1.4, 2, 2.8], ["0.5", "0.7", "1", "1.4", "2", "2.8"])
        ax.minorticks_off()
        ax.set_title("Layers survived by gain, one seed")
        ax.legend()
        plt.show()

# %% [markdown]
# *In words: the number of layers survived over the gain. Linear layers have a narrow peak at 1,
# ReLU layers a narrow peak at 1.4. The curve of tanh is broader, with its top between 1 and 5/3.*

# %% claims=true
peaks = {name: grid[depth.argmax()] for name, depth in depths.items()}
claim("Linear layers have a narrow peak at 1", peaks["linear"], equals=1, within=0.05)
claim("ReLU layers a narrow peak at 1.4", peaks["relu"], equals=1.4, within=0.1)
claim("The curve of tanh is broader", wide["tanh"], above=2 * max(wide["linear"], wide["relu"]))
claim("with its top between 1 and 5/3", peaks["tanh"], above=1, given=[5, 3])
claim("with its top between 1 and 5/3", peaks["tanh"], below=5 / 3, given=[1, 5, 3])
quote = "You may beat the textbook in two of the three."
claim(quote, by_me["tanh"][0], above=2 * by_custom["tanh"][0])
claim(quote, by_me["relu"][0], above=1.1 * by_custom["relu"][0])
claim(quote, by_custom["linear"][0], above=199)  # 200 is the highest score

# %% [markdown]
# Why? Follow one layer as a map: mean square in, mean square out. For linear and ReLU layers it is
# a **straight line through 0**, so unless its slope is exactly 1 the signal dies or explodes. For
# tanh it **bends**: large signals are squashed. With a gain above 1 it crosses the diagonal, and at
# the crossing the signal stays, wherever it came from. That is what is good about 5/3.
#
# And what is not: the gradient has no such crossing. At the point where the signal stays, a gain of
# 5/3 makes the gradient grow a little in every layer. Move the slider (or read the pictures): on
# the left the map, on the right what your initialiser makes of it in twenty layers.


# %% practice=true fold="Draw one layer and twenty layers"
def draw_gain(g):
    """The map of one layer, and twenty layers in both directions."""
    with theme.style():
        figure, (left, right) = plt.subplots(1, 2, figsize=(6.4, 2.7))
        q = np.linspace(0, 2.5, 60)
        for name, dash in (("relu", "--"), ("tanh", "-")):
            f = FUNCTIONS[name][0]
            out = [g**2 * expected(lambda u, f=f: f(u) ** 2, v) for v in q]
            left.plot(q, out, dash, color=theme.FORWARD, label=name)
            forward, back = there_and_back(square_layers[0][:20], name, g)
            right.plot(forward, dash, color=theme.FORWARD)
            right.plot(back, dash, color=theme.GRADIENT)
        left.plot(q, q, color=theme.QUIET, linewidth=1)
        v, stairs = 1.0, [(1.0, 0.0)]
        for _ in range(8):  # the staircase of tanh: up to the curve, across to the diagonal
            new = g**2 * expected(lambda u: np.tanh(u) ** 2, v)
            stairs += [(v, new), (new, new)]
            v = new
        left.plot(*zip(*stairs, strict=True), color="black", linewidth=0.9)
        left.set(xlabel="Var(u) in this layer", ylabel="in the next", ylim=(0, 2.5), xlim=(0, 2.5))
        left.set_title(f"gain {g:.2f}: one layer")
        left.legend(loc="upper left")
        right.set(
            xlabel="layer", ylabel="width", yscale="log", ylim=(1e-4, 1e4), xticks=[0, 10, 20]
        )
        right.text(1, 1e3, "signal", color=theme.FORWARD, weight="bold")
        right.text(19, 1e3, "gradient", color=theme.GRADIENT, weight="bold", ha="right")
        right.set_title("twenty layers")
    return figure


if ready("lecun_normal"):
    gain_slider = slider(
        draw_gain,
        (0.7, 1.0, 1.1, 2**0.5, 5 / 3, 2.0),
        name="gain",
        alt="Left: the map of a ReLU layer is a line that turns with the gain, that of a tanh "
        "layer a curve that bends. Right: widths of signal and gradient over twenty layers.",
        dpi=100,
    )
else:
    gain_slider = None
    print("This cell waits for lecun_normal.")
gain_slider

# %% [markdown]
# *In words: on the left, the line of ReLU lies below the diagonal for gains under 1.41 and above it
# beyond. The curve of tanh lies below the diagonal up to gain 1; above that it crosses the
# diagonal, and a staircase of black steps leads to the crossing. On the right, with gain 1.41
# signal and gradient of ReLU stay near 1. With gain 5/3 the signal of tanh stays at about two
# thirds, and its gradient grows from the right to the left.*

# %% claims=true
v_kept = 1.0
for _ in range(200):
    v_kept = (5 / 3) ** 2 * expected(lambda u: np.tanh(u) ** 2, v_kept)
claim(
    "With gain 5/3 the signal of tanh stays at about two\nthirds",
    np.sqrt(expected(lambda u: np.tanh(u) ** 2, v_kept)),
    equals=2 / 3,
    within=0.04,
    given=[5, 3],
)
claim(
    "a gain of\n5/3 makes the gradient grow a little in every layer",
    (5 / 3) * np.sqrt(expected(lambda u: (1 - np.tanh(u) ** 2) ** 2, v_kept)),
    above=1.03,
    below=1.2,
    given=[5, 3],
)

# %% [markdown]
# ### Every initialiser over twenty layers
#
# Sizes 60 and 180 by turns, three nonlinearities, forward and back. The uniform versions are drawn
# as dots on the lines of the normal ones: only the variance counts. "0.01" and "1" are normal
# weights of that fixed width, whatever the size of the layer; S3 lists this kind as "Gaussian".

# %% practice=true fold="Draw the widths over twenty layers"
LINES = {  # how each initialiser is drawn
    "lecun_normal": {"color": theme.INK},
    "glorot_normal": {"color": "#009E73", "linestyle": "--"},
    "glorot_uniform": {"color": "#009E73", "linestyle": "", "marker": "o", "markersize": 3},
    "he_normal": {"color": theme.FORWARD},
    "he_uniform": {"color": theme.FORWARD, "linestyle": "", "marker": "o", "markersize": 3},
    "1": {"color": theme.QUIET, "linestyle": "-."},
    "0.01": {"color": theme.QUIET, "linestyle": ":"},
}
twenty = {}
with theme.style():
    figure, axes = plt.subplots(2, 3, figsize=(9, 4.8), sharex=True, sharey=True)
    for label, look in LINES.items():
        if label in ("1", "0.01"):
            rng = np.random.default_rng(0)
            Ws = [float(label) * rng.normal(size=shape) for shape in layers]
        else:
            Ws = draw_layers(label, layers, 0)
        for column, name in enumerate(FUNCTIONS):
            both = there_and_back(Ws, name)
            twenty[label, name] = both[0][-1], both[1][0]
            for ax, widths in zip(axes[:, column], both, strict=True):
                ax.plot(widths, label=label, **look)
    for ax, name in zip(axes[0], FUNCTIONS, strict=True):
        ax.set(title=name, yscale="log", ylim=(1e-5, 1e5), xticks=[0, 10, 20])
    for ax in axes[1]:
        ax.set_xlabel("layer")
    axes[0, 0].set_ylabel("width of the signal")
    axes[1, 0].set_ylabel("of the gradient")
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside right upper")
    figure.suptitle("Widths over twenty layers of 60 and 180 units", x=0.02, ha="left")
    plt.show()

# %% [markdown]
# *In words: six panels, the width of the signal in the upper row and of the gradient in the lower
# one, over twenty layers. Fixed widths of 0.01 and 1 leave the picture within a few layers, except
# for tanh with 1: its signal is squashed to just below 1, and its gradient leaves the picture after
# about thirteen layers. With linear layers LeCun stays at 1
# and He explodes. With ReLU, He stays near 1 while LeCun and Glorot fall to a thousandth and below.
# With tanh, LeCun and Glorot fall slowly and He stays. Dots of the uniform versions lie near the
# lines of the normal ones.*
#
# Read the gradient's row from the right to the left: at layer 0 it has the longest way behind it.
# And are you surprised that tanh likes He's weights? They are LeCun's with a gain of 1.41, with
# which tanh survives more than 30 layers in the game above. S4 calls all this "Effects of
# (im)proper initialization" and shows He's own experiment. In section 9 we run ours.

# %% claims=true
claim(
    "tanh survives more than 30 layers in the game above",
    score({"tanh": 1.41})["tanh"][0],
    above=30,
)
claim(
    "its signal is squashed to just below 1",
    twenty["1", "tanh"][0],
    above=0.9,
    below=1,
)
claim(
    "With linear layers LeCun stays at 1\nand He explodes.",
    twenty["lecun_normal", "linear"],
    equals=1,
    within=0.25,
)
claim(
    "With linear layers LeCun stays at 1\nand He explodes.",
    twenty["he_normal", "linear"],
    above=100,
    given=[1],
)
quote = "With ReLU, He stays near 1 while LeCun and Glorot fall to a thousandth and below."
claim(quote, twenty["he_normal", "relu"], above=0.3, below=3, given=[1])
claim(
    quote,
    [*twenty["lecun_normal", "relu"], *twenty["glorot_normal", "relu"]],
    below=0.0015,
    given=[1],
)
quote = "With tanh, LeCun and Glorot fall slowly and He stays."
claim(
    quote,
    [*twenty["lecun_normal", "tanh"], *twenty["glorot_normal", "tanh"]],
    above=0.03,
    below=0.3,
)
claim(quote, twenty["he_normal", "tanh"], above=0.3, below=3)

# %% [markdown]
# ## 6 All zeros
#
# If small is safe, why not start with zero, or with all weights the same? S3 ("Solution: Better
# Weight Initialization") says that all zeros let the neurons learn the same features. Let us see.
# One hidden layer, **all weights and biases 0**, twenty epochs on images of digits. For how many of
# the three activations sigmoid, tanh and ReLU does the first weight matrix `W1` change **at all**?

# %%
guess("ps07_zero", None)  # 0, 1, 2 or 3 in place of None

# %% [markdown]
# The data: 1,797 images of 8 × 8 pixels, every fifth of them for testing, standardised with the
# mean and the standard deviation of the training images (notebook 01). `train` can use *momentum*,
# which repeats a share of the step before ([notebook 08](../ps08/ps08_momentum.ipynb)).
# Sections 7 and 9 use it, the experiments of this section do not.

# %% practice=true
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
def starting_with(size):
    """An initialiser: normal weights of that width, or zeros."""
    return lambda shape, rng: size * rng.normal(size=shape)


def one_hidden_layer(size, activation):
    """Train 32 hidden units from weights of that width; what became of W1, epoch by epoch."""
    rng = np.random.default_rng(1)
    network = mlp(
        [64, 32, 10], rng=rng, init=starting_with(size), activation=activation, dtype="float64"
    )
    W1 = network.parameters()[0]
    before, apart = W1.data.copy(), []

    def note(epoch, history):
        apart.append(float(np.ptp(W1.data, axis=1).max()))  # how far the columns are apart

    accuracies = train(network, epochs=20, lr=0.1, momentum=0.0, batch_size=32, callbacks=[note])
    return np.abs(W1.data - before).max(), apart, accuracies, network


# %% practice=true
KINDS = {"sigmoid": Sigmoid, "tanh": Tanh, "ReLU": ReLU}
from_zero = {name: one_hidden_layer(0.0, layer) for name, layer in KINDS.items()}
print("all weights 0:   change of W1   its columns apart   digits read")
for name, (change_of_W1, apart, accuracies, _) in from_zero.items():
    print(f"{name:8} {change_of_W1:20.3f} {apart[-1]:19.0e} {accuracies[-1]:13.2f}")
moved = sum(change_of_W1 > 0 for change_of_W1, *_ in from_zero.values())
reveal("ps07_zero", moved, "Activations with a change of W1 in this run.")

# %% [markdown]
# Only with the sigmoid does `W1` move, and all its columns move alike. These are two different
# failures. To see why, go back through the network with a pencil. The hidden layer
# puts out $z = f(0)$. The gradient of the upper weights is `z.T @ dy`, and what comes down to the
# hidden layer is `dy @ W2.T`.
#
# - **tanh and ReLU:** $f(0) = 0$, so `z` is 0 and the gradient of `W2` is 0. And `W2` is 0, so
#   nothing comes down to `W1`. Neither can ever move first. The output's biases alone learn how
#   frequent each digit is.
# - **sigmoid:** $f(0) = ½$. So `W2` moves in the first step, and `W1` from the second on. But all
#   hidden units put out the same and are heard in the same way, so they get the same gradient, for
#   ever. Thirty-two units, and the network has one.
#
# Symmetry is the word for it: nothing in the network prefers one hidden unit to another, so nothing
# that follows from it can. (On other computers the columns may come apart in the end, because a
# product of matrices rounds the last bit of one column up and of the other down. What that does,
# the next experiment shows.)
#
# How much randomness does it take? Start with weights of width one millionth, with more and with
# less (one seed).

# %% practice=true
sizes_of_noise = (1e-9, 1e-6, 1e-3)
noisy = {size: one_hidden_layer(size, Tanh) for size in sizes_of_noise}

# %% practice=true fold="Draw distance and accuracy by epoch"
with theme.style():
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3))
    epochs = np.arange(1, 21)
    for size, dash in zip(sizes_of_noise, ("-", "--", ":"), strict=True):
        _, apart, accuracies, _ = noisy[size]
        left.plot(epochs, apart, dash, color=theme.FORWARD, label=f"width {size:g}")
        right.plot(epochs, accuracies, dash, color=theme.FORWARD, label=f"width {size:g}")
    right.plot(epochs, from_zero["tanh"][2], color=theme.QUIET, label="all zero")
    left.set(xlabel="epoch", ylabel="columns of W1 apart", yscale="log", xticks=[1, 5, 10, 15, 20])
    left.set_title("A small difference grows by itself")
    right.set(xlabel="epoch", ylabel="digits read", ylim=(0, 1), xticks=[1, 5, 10, 15, 20])
    right.set_title("and the network learns, later")
    right.legend()
    plt.show()

# %% [markdown]
# *In words: on the left the distance of the columns of W1 over twenty epochs on a logarithmic axis,
# for initial weights of width 1e-9, 1e-6 and 1e-3. The curves of 1e-9 and 1e-6 rise by
# many powers of ten within a few epochs, that of 1e-3 by between one and two; all three level off
# near 1. On the right the test accuracy: the curves of 1e-9 and 1e-6 stay at the bottom for some
# epochs, then all three rise to well above nine tenths. All zero stays below a tenth: such a
# network names the same digit for every image.*

# %% claims=true
claim(
    "then all three rise to well above nine tenths",
    [noisy[s][2][-1] for s in sizes_of_noise],
    above=0.93,
)
claim("All zero\nstays below a tenth", from_zero["tanh"][2][-1], below=0.1)
claim(
    "the curves of 1e-9 and\n1e-6 stay at the bottom for some epochs",
    [noisy[s][2][1] for s in sizes_of_noise[:2]],
    below=0.2,
    given=[1e-9, 1e-6],
)
claim("all three level off near 1", [noisy[s][1][-1] for s in sizes_of_noise], above=0.5, given=[1])
quote = "The curves of 1e-9 and 1e-6 rise by many powers of ten within a few epochs"
for s in (1e-9, 1e-6):
    rise = noisy[s][1][-1] / noisy[s][1][0]
    claim(quote, np.log10(rise), above=3, given=[1e-9, 1e-6])
claim(
    "that of 1e-3 by between one and two",
    np.log10(noisy[1e-3][1][-1] / noisy[1e-3][1][0]),
    above=1,
    below=2,
    given=[1e-3],
)
claim(
    "The output's biases alone learn",
    max(np.abs(p.data).max() for p in from_zero["tanh"][3].parameters()[:3]),
    below=1e-30,
    above=-1e-30,
)

# %% [markdown]
# Zero is a balance like that of a pencil on its tip: nothing falls, and a breath is enough. A
# network with one hidden layer forgives even a start of a billionth, it only takes a little longer.
# A deep one does not, because of section 5: there a small start has to climb out of a product of
# many small numbers.

# %% [markdown]
# ## 7 Many weights, one network
#
# The hidden units could stand in any order (S4, "Weight-space symmetries"). Put unit 3 in the place
# of unit 1, with everything that belongs to it, and the network computes the same. With tanh there
# is another freedom, $\tanh(-u) = -\tanh(u)$: a unit may change its sign, if the next layer listens
# to it with the opposite sign. **A network has ten hidden tanh units. How many settings of its
# weights compute the same as a given one, itself included?** 10, about a thousand, about four
# million, about four billion?

# %%
guess("ps07_twins", None)  # a number in place of None

# %% [markdown]
# First construct them, then count. `params = [(W1, b1), (W2, b2)]` with shapes `(n_in, m)`, `(m,)`,
# `(m, n_out)` and `(n_out,)`. As slow loops, this is the network whose output has to stay:


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
# In which lines does hidden unit j occur? Whatever has the index j there belongs to it, and moves
# with it. Return new arrays and leave the given ones as they are; what was float32 stays float32.
# Place j of the new network gets the old unit `order[j]`.


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
# Now the signs. `mask` has a truth value for each hidden unit.


# %% solution="flip_tanh_units"
def flip_tanh_units(params, mask):
    """The same tanh network with the signs of some hidden units turned round.

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
# And count: orders of m units, and for each order the choices of signs. The result is a whole
# number, exact for any m.


# %% solution="n_equivalent"
def n_equivalent(m):
    """Number of weight settings that compute the same with m hidden tanh units, itself included."""
    ### BEGIN SOLUTION
    count = 1
    for k in range(1, m + 1):
        count *= 2 * k
    return count
    ### END SOLUTION


# %% check="n_equivalent"
check("n_equivalent", n_equivalent)

# %% practice=true
if ready("n_equivalent"):
    reveal("ps07_twins", n_equivalent(10), "By your n_equivalent, for ten units.")
    for m in (1, 2, 5, 10, 20, 100):
        count = n_equivalent(m)
        print(f"{m:4} units: {count:,}" if m <= 20 else f"{m:4} units: {len(str(count))} digits")
else:
    print("This cell waits for n_equivalent.")

# %% [markdown]
# Try it on a trained network: ten hidden tanh units that read digits. Draw some of its twins at
# random, look at how far their weights are from the original's, and at how far their outputs are.


# %% practice=true fold="Train ten hidden tanh units"
def output(x, params):
    """The network without loops."""
    W1, b1, W2, b2 = *params[0], *params[1]
    return np.tanh(x @ W1 + b1) @ W2 + b2


network = mlp(
    [64, 10, 10],
    rng=np.random.default_rng(2),
    init=own_or_library("lecun_normal"),
    activation=Tanh,
    dtype="float64",
)
accuracies = train(network, epochs=15, lr=0.1, momentum=0.9, batch_size=32)
arrays = [parameter.data for parameter in network.parameters()]
trained = [(arrays[0], arrays[1]), (arrays[2], arrays[3])]
y = output(x_test, trained)
print(f"the network reads {accuracies[-1]:.1%} of the test images")

# %% practice=true
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
    print(f"{'in loops':10} {np.allclose(network_in_loops(x_test[0], twins['both']), y[0])}")
else:
    print("This cell waits for permute_hidden_units and flip_tanh_units.")

# %% [markdown]
# The flipped twin's outputs are the same to the very last bit, or nearly so: changing signs rounds
# nothing. In the reordered one the same numbers are added up in another order, which rounds the
# last bits differently. Apart from that, no experiment can tell the twins apart.
#
# ### Halfway between twins
#
# Two networks that compute the same. Take the **mean of their weights**, entry by entry. How many
# of the test images does that network read? Say what you expect if all ten units are flipped: a
# share between 0 and 1.

# %%
guess("ps07_halfway", None)  # a share between 0 and 1 in place of None


# %% practice=true
def between(params, twin, share):
    """All weights on the straight line from params (share 0) to twin (share 1)."""
    pairs = zip(params, twin, strict=True)
    return [tuple((1 - share) * a + share * b for a, b in zip(p, q, strict=True)) for p, q in pairs]


if ready("permute_hidden_units", "flip_tanh_units"):
    rng = np.random.default_rng(4)
    partners = [flip_tanh_units(trained, np.ones(10, dtype=bool))]
    partners += [permute_hidden_units(trained, rng.permutation(10)) for _ in range(8)]
    middle = between(trained, partners[0], 0.5)
    halfway = np.mean(output(x_test, middle).argmax(axis=1) == t_test)
    largest = max(np.abs(middle[0][0]).max(), np.abs(middle[1][0]).max())
    reveal("ps07_halfway", float(halfway), f"Maximum of the mean weights: {largest:g}.")
else:
    print("This cell waits for permute_hidden_units and flip_tanh_units.")

# %% practice=true fold="Draw the loss between the networks"
if ready("permute_hidden_units", "flip_tanh_units"):
    shares = np.linspace(0, 1, 41)
    hills = []
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3.2))
        for number, twin in enumerate(partners):
            outputs = [output(x_train, between(trained, twin, share)) for share in shares]
            losses = [softmax_cross_entropy(out, t_train)[0] for out in outputs]
            hills.append((losses[0], max(losses), losses[-1]))
            style = {"color": theme.FORWARD, "linewidth": 2.2} if number == 0 else {"color": "0.7"}
            label = {0: "all units flipped", 1: "reordered at random"}.get(number)
            ax.plot(shares, losses, label=label, **style)
        ax.set(xlabel="from the network (0) to its twin (1)", ylabel="loss on training images")
        ax.set_title("Equally good at both ends, and a hill between them")
        ax.legend()
        plt.show()

# %% [markdown]
# *In words: the loss along straight lines from a network to nine of its twins. All begin and end at
# the same low value and have a hill in the middle; the highest by far is the blue one, to the twin
# with all units flipped.*
#
# Two things follow, without calculus.
#
# **The loss of this network is not convex.** Halfway between two points a convex function is at
# most as high as the mean of its values at these two points. Here it is higher. Each of the
# billions of twins is equally good, and on each of the nine straight lines that we measured there
# is a hill (one trained network). S4 states the other half ("Weight-space symmetries"): several
# local minima are equivalent. It does not hurt: any of them will do.

# %% claims=true
starts, tops, stops = np.array(hills).T
claim(
    "on each of the nine straight lines that we measured there is a hill", tops, above=10 * starts
)
claim(
    "All begin and end at\nthe same low value",
    np.abs(starts - stops).max(),
    below=1e-9,
    above=-1e-9,
)
claim("the highest by far is the blue one", tops[0], above=1.5 * max(tops[1:]))

# %% [markdown]
#
# **All zeros is halfway between every network and its mirror image.** Section 6 started from there.
# No direction of the weights is preferred at that point, since each has its mirror image: the
# gradient has nowhere to point. (The output's bias has no mirror image, and it is what still
# learned there.) The picture shows it for the smallest network of all, with two weights and one
# tanh unit, $y = w_2 \tanh(w_1 x)$, and gradient descent from three starts.

# %% practice=true fold="Draw three paths of gradient descent"
x_line = np.linspace(-2, 2, 21)
target = 1.2 * np.tanh(1.5 * x_line)


def tiny_loss(w1, w2):
    """Half the mean squared error of y = w2 tanh(w1 x)."""
    return 0.5 * np.mean((w2 * np.tanh(w1 * x_line) - target) ** 2)


def descend(w1, w2, lr=0.4, steps=400):
    """The way down from (w1, w2); all points, the first included."""
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
    ax.contour(axis, axis, heights, levels=levels, colors=theme.QUIET, linewidths=0.8)
    for start in ((0.1, 0.05), (-0.05, -0.1), (0.0, 0.0)):
        path = descend(*start)
        ax.plot(*path.T, ".-", color=theme.GRADIENT, markersize=4, linewidth=1)
    ax.plot([1.5, -1.5], [1.2, -1.2], "*", color=theme.FORWARD, markersize=14)
    ax.plot(0, 0, "s", color=theme.GRADIENT, markersize=7)
    ax.annotate("from (0, 0): stays", (0, 0), (0.5, -0.9), arrowprops={"arrowstyle": "->"})
    ax.set(xlabel="w1", ylabel="w2", title="Two mirrored valleys, and zero on the pass between")
    plt.show()

# %% [markdown]
# *In words: contour lines of a loss over two weights. Two valleys lie at (1.5, 1.2) and at the
# mirrored point (−1.5, −1.2), each marked by a blue star. Zero, marked by a square, is on the pass
# between them. An orange path that starts a little to one side of zero runs into one valley, one
# from the other side into the other. From zero itself there is no path.*

# %% [markdown]
# ## 8 Spot the slip
#
# Five lines of the sources to put to the test. For each: decide what holds, then run the cells
# below it.
#
# **1** (S0, "Initialization of weights"): for linear layers, "Var(w) = 1/M ⇒ w ∼ N(0, 1/√M)", and
# for ReLU N(0, √(2/M)). Two slides before, N(0, σ²) was defined with the *variance* as second
# entry. Is 1/√M the variance? And it is called "the default in PyTorch". Is it?

# %% practice=true
M, literally = 400, {}
for printed, value, f in (("1/√M", M**-0.5, np.asarray), ("√(2/M)", (2 / M) ** 0.5, relu)):
    for reading, std in (("variance", value**0.5), ("standard deviation", value)):
        rng = np.random.default_rng(6)
        u = rng.normal(size=(200, M))
        ratio = np.var(f(u) @ rng.normal(0, std, size=(M, M))) / np.var(u)
        literally[printed, reading] = ratio
        print(f"{printed:7} read as {reading:18}: Var(u) is multiplied by {ratio:6.2f}")
print(f"√M = {M**0.5:.0f}")

# %% practice=true fold="Measure the weights of torch.nn.Linear"
import importlib.util

if importlib.util.find_spec("torch") is not None:
    import torch

    torch.manual_seed(0)
    weight = torch.nn.Linear(M, M).weight.detach().numpy()
    print(f"torch.nn.Linear: variance {weight.var():.5f}, 1/(3M) = {1 / (3 * M):.5f},")
    print(f"                 largest {np.abs(weight).max():.5f}, 1/√M = {1 / M**0.5:.5f}")
else:
    print("PyTorch is not installed: its Linear draws uniformly between −1/√M and 1/√M.")

# %% [markdown]
# An **error**, twice. With 1/√M and √(2/M) the slide writes the standard deviation where it had
# defined the variance. Read literally, every linear layer makes the variance √M times larger, and
# every ReLU layer √(M/2) times. PyTorch's Linear layer draws uniformly up to 1/√M, which has the
# variance 1/(3M) (`uniform_variance` of section 4). S4 writes variances in the same place, N(0,
# 2/n_in), and is consistent.

# %% claims=true
quote = "Read literally, every linear layer makes the variance √M times larger"
claim(quote, literally["1/√M", "variance"] / M**0.5, equals=1, within=0.1)
claim(
    "every ReLU layer √(M/2) times",
    literally["√(2/M)", "variance"] / (M / 2) ** 0.5,
    equals=1,
    within=0.1,
    given=[2],
)

# %% [markdown]
# **2** (S3, "Solution: Better Weight Initialization"): "Initializing all the weights with zeros
# leads the neurons to learn the same features". For which activations do they learn any?

# %% practice=true
for name, (_, apart, _, trained_from_zero) in from_zero.items():
    W1, b1, W2, b2 = [np.abs(p.data).max() for p in trained_from_zero.parameters()]
    learned = f"largest entries: W1 {W1:.3f}, b1 {b1:.3f}, W2 {W2:.3f}, b2 {b2:.3f}"
    print(f"{name:8} columns of W1 apart: {apart[-1]:.0e}   {learned}")

# %% [markdown]
# A **simplification**. It is true for the sigmoid, where z = ½ gets things moving and all units
# move alike. With tanh or ReLU they learn no features at all; the output's bias is the only thing
# that changes.
#
# **3** (S4, "Initializing weights"): "Keep variance of weights approximately constant across
# layers". Of the weights? Take layers of 40, 160, 640, 160 and 40 units without nonlinearity, once
# with weights of one and the same variance, once with LeCun's.

# %% practice=true
layers = [(40, 160), (160, 640), (640, 160), (160, 40)]
rng = np.random.default_rng(7)
for name, Ws in (
    ("the same variance", [rng.normal(0, 0.1, size=shape) for shape in layers]),
    ("LeCun's", draw_layers("lecun_normal", layers, 7)),
):
    z, row = rng.normal(size=(500, 40)), []
    for W in Ws:
        z = z @ W
        row.append(f"{W.var():.4f} {np.var(z):6.2f}")
    print(f"{name:18} Var(w), Var(u) by layer: " + "  |  ".join(row))

# %% [markdown]
# An **error**: it is the variance of the *activations* that is to stay constant. For that, the
# variance of the weights has to differ wherever the number of inputs does. (The derivation on S4's
# slide before it has it right.)
#
# **4** (S4, "Initializing weights") prints two formulas beside "Glorot (tanh)", N(0, 1/n_in) and
# N(0, 2/(n_in + n_out)). Are they the same?

# %% practice=true
print("shape        LeCun     Glorot   1/n_in   2/(n_in + n_out)")
for shape in ((200, 200), (400, 100), (100, 400)):
    rng = np.random.default_rng(8)
    of = [own_or_library(name)(shape, rng).var() for name in ("lecun_normal", "glorot_normal")]
    n, m = shape
    print(f"{shape}  {of[0]:.5f}  {of[1]:.5f}  {1 / n:.5f}  {2 / (n + m):.5f}")

# %% [markdown]
# An **error** in the label: the first is LeCun's, from the way forward alone; the second is
# Glorot's, the compromise. They are the same only where n_in = n_out.
#
# **5** (S4, "Propagation of variance (ReLU)", a handwritten page): as our transcript prints it, for
# independent x and y of mean 0, "Var(k y) = k Var(y)". What does the derivation below it need?

# %% practice=true
rng = np.random.default_rng(9)
x_draw, y_draw = rng.normal(0, 3, size=10**6), rng.uniform(-2, 2, size=10**6)
print(f"Var(3 y) = {np.var(3 * y_draw):.2f}, 3 Var(y) = {3 * np.var(y_draw):.2f}", end=", ")
print(f"9 Var(y) = {9 * np.var(y_draw):.2f}")
print(f"Var(x y) = {np.var(x_draw * y_draw):.2f}", end=", ")
print(f"Var(x) Var(y) = {np.var(x_draw) * np.var(y_draw):.2f}")

# %% [markdown]
# A fault of the **transcript**, as far as we can tell: a constant factor enters squared, and what
# the next lines of that page use is Var(xy) = Var(x) Var(y) for independent x and y of mean 0.
# Handwriting is hard to transcribe.

# %% [markdown]
# ## 9 Your functions train real networks
#
# Does it matter? Networks of 1, 8 and 16 hidden ReLU layers of 64 units classify the digits. All
# that differs is where the first weights come from: yours, PyTorch's default, or normal numbers of
# width 0.01. Same data, same rate, seven epochs, the seeds 0, 1, 2.


# %% practice=true
def pytorch_default(shape, rng):
    """What torch.nn.Linear draws, in our shapes: uniform up to 1 / sqrt(n_in)."""
    limit = 1 / np.sqrt(shape[0])
    return rng.uniform(-limit, limit, size=shape)


STARTS = {
    "0.01": starting_with(0.01),
    "PyTorch": pytorch_default,
    "LeCun": own_or_library("lecun_normal"),
    "Glorot": own_or_library("glorot_normal"),
    "He": own_or_library("he_normal"),
}


def deep(depth, init, seed, activation=ReLU):
    """A network with so many hidden layers of 64 units."""
    rng = np.random.default_rng(seed)
    return mlp([64, *[64] * depth, 10], rng=rng, init=init, activation=activation)


DEPTHS = (1, 8, 16)
if ready("lecun_normal", "glorot_normal", "he_normal"):
    curves = {
        (name, depth): np.array([train(deep(depth, init, seed), seed) for seed in range(3)])
        for depth in DEPTHS
        for name, init in STARTS.items()
    }
else:
    curves = {}
    print("This cell waits for lecun_normal, glorot_normal and he_normal.")

# %% practice=true fold="Print and draw the accuracies"
if curves:
    print("share of test images read, mean ± standard deviation over three starts")
    print("hidden layers " + "".join(f"{name:>14}" for name in STARTS))
    for depth in DEPTHS:
        ends = [curves[name, depth][:, -1] for name in STARTS]
        print(f"{depth:13} " + "".join(f"{e.mean():8.2f} ± {e.std(ddof=1):.2f}" for e in ends))
    with theme.style():
        figure, axes = plt.subplots(1, 3, figsize=(9, 3), sharey=True)
        colours = (theme.QUIET, "#CC79A7", theme.INK, "#009E73", theme.FORWARD)
        for ax, depth in zip(axes, DEPTHS, strict=True):
            for (name, _), colour, marker in zip(STARTS.items(), colours, "xvs^o", strict=True):
                mean = curves[name, depth].mean(axis=0)
                epochs = np.arange(1, len(mean) + 1)
                ax.plot(epochs, mean, marker=marker, markersize=4, color=colour, label=name)
                low, high = curves[name, depth].min(axis=0), curves[name, depth].max(axis=0)
                ax.fill_between(epochs, low, high, color=colour, alpha=0.15, linewidth=0)
            ax.set(
                xlabel="epoch", title=f"{depth} hidden layer{'s' if depth > 1 else ''}", ylim=(0, 1)
            )
        axes[0].set_ylabel("test images read")
        axes[0].legend(fontsize="small", loc="lower right")
        figure.suptitle("Test accuracy by initialiser, at one learning rate", x=0.02, ha="left")
        plt.show()
else:
    print("This cell waits for the one above.")

# %% [markdown]
# *In words: three panels with the share of test images read over seven epochs, for 1, 8 and 16
# hidden layers. With one hidden layer the starts end close together, 0.01 a little below. With
# eight, PyTorch's default and 0.01 stay at the bottom. With sixteen He's climbs above 0.75,
# LeCun's and Glorot's end at about 0.2, and the other two stay at the bottom.*
#
# Read the table and be fair:
#
# - **With one hidden layer it hardly matters.** PyTorch's default, LeCun, Glorot and He end within
#   about one percentage point of each other. Only 0.01 learns more slowly: it is about five points
#   behind after seven epochs.
# - **With many layers it decides how fast the network learns**, and whether it learns at all in
#   seven epochs. Nothing is wrong with the networks that only guess (0.06 is the share of the
#   sevens in the test images: these networks predict 7 for every image). Their gradient is correct,
#   but too small to use. Count: in each ReLU layer PyTorch's default leaves one sixth of the mean
#   square.
# - Is it the number of epochs? In part. In a separate run of 20 epochs LeCun reaches 0.61 with
#   sixteen layers. PyTorch's default still guesses after 60.
# - Is it the rate? In a separate run we trained the sixteen layers at rates of 0.0125, 0.025, 0.1,
#   0.2 and 0.8, too. Each at its best rate of the six, He reaches 0.91, Glorot and LeCun stay below
#   0.5, and the other two stay near guessing. He's rule was derived for ReLU layers, which these
#   are.

# %% claims=true
quote = (
    "PyTorch's default, LeCun, Glorot and He end within\n  about one percentage point of each other"
)
one_layer = [curves[name, 1][:, -1].mean() for name in ("PyTorch", "LeCun", "Glorot", "He")]
claim(quote, max(one_layer) - min(one_layer), below=0.02)
claim(
    "Only 0.01 learns more slowly: it is about five points\n  behind after seven epochs.",
    np.mean(one_layer) - curves["0.01", 1][:, -1].mean(),
    above=0.035,
    below=0.075,
    given=[0.01],
)
sevens = np.mean(t_test == 7)
claim("0.06 is the share of the\n  sevens in the test images", sevens, equals=0.06, within=0.005)
claim(
    "these networks predict 7 for every image",
    [curves["PyTorch", 16][:, -1], curves["0.01", 16][:, -1]],
    above=sevens - 1e-9,
    below=sevens + 1e-9,
    given=[7],
)
claim(
    "eight, PyTorch's default and 0.01 stay at the bottom",
    [curves[n, 8][:, -1].max() for n in ("PyTorch", "0.01")],
    below=0.2,
    given=[0.01],
)
quote = "With sixteen He's climbs above 0.75"
claim(quote, curves["He", 16][:, -1].mean(), above=0.75)
claim(
    "LeCun's and Glorot's end at about 0.2",
    np.mean([curves[n, 16][:, -1] for n in ("LeCun", "Glorot")]),
    equals=0.2,
    within=0.05,
)
claim(
    "the other two stay at the bottom",
    [curves[n, 16].max() for n in ("PyTorch", "0.01")],
    below=0.2,
)

# %% claims="slow"
best_of_six = {}
for name, init in STARTS.items():
    means = [curves[name, 16][:, -1].mean()]
    for lr in (0.0125, 0.025, 0.1, 0.2, 0.8):
        ends_here = []
        for seed in range(3):
            try:
                ends_here.append(train(deep(16, init, seed), seed, lr=lr)[-1])
            except FloatingPointError:
                ends_here.append(0.1)
        means.append(np.mean(ends_here))
    best_of_six[name] = max(means)
quote = "He reaches 0.91, Glorot and LeCun stay below\n  0.5, and the other two stay near guessing."
claim(quote, best_of_six["He"], equals=0.91, within=0.06, given=[0.5])
claim(quote, [best_of_six["Glorot"], best_of_six["LeCun"]], below=0.5, given=[0.91])
claim(quote, [best_of_six["PyTorch"], best_of_six["0.01"]], below=0.15, given=[0.91, 0.5])
longer = {
    name: [train(deep(16, STARTS[name], s), s, epochs=n)[-1] for s in range(3)]
    for name, n in (("LeCun", 20), ("PyTorch", 60))
}
claim(
    "In a separate run of 20 epochs LeCun reaches 0.61 with\n  sixteen layers.",
    np.mean(longer["LeCun"]),
    equals=0.61,
    within=0.15,
    given=[20],
)
claim("PyTorch's default still guesses after 60.", longer["PyTorch"], below=0.15, given=[60])

# %% [markdown]
# ### Another optimiser
#
# Can a network still learn if its initial weights are too small? With gradient descent, also with
# momentum, small gradients give small steps. *Adam* ([notebook 09](../ps09/ps09_adaptive.ipynb))
# divides each gradient by its own typical size, so that small gradients give steps of the usual
# size, too. Sixteen layers once more, with Adam at three rates and the seeds 0, 1, 2:

# %% practice=true fold="Train with Adam at three rates"
if curves:
    by_adam = {}
    for name in ("PyTorch", "He"):
        for lr in (0.003, 0.01, 0.03):
            ends = []
            for seed in range(3):
                network = deep(16, STARTS[name], seed)
                ends.append(train(network, seed, optimizer=Adam(network.parameters(), lr=lr))[-1])
            by_adam[name, lr] = np.array(ends)
            print(f"{name:8} Adam, rate {lr:5g}: {np.mean(ends):.2f} ± {np.std(ends, ddof=1):.2f}")
else:
    print("This cell waits for lecun_normal, glorot_normal and he_normal.")

# %% [markdown]
# With Adam PyTorch's default learns, too: it reads more than a quarter of the test images at rates
# of 0.003 and 0.01, where gradient descent did not get beyond guessing. (At 0.03 it guesses.) After
# these seven epochs He's weights reach more at 0.003 and at 0.01. So the initial weights matter
# less when the optimiser compensates for small gradients.
# [Notebook 10](../ps10/ps10_normalisation.ipynb) has another remedy, normalisation, with which the
# size of the initial weights matters less.

# %% claims=true
quote = "it reads more than a quarter of the test images at rates\nof 0.003 and 0.01"
means = [by_adam["PyTorch", lr].mean() for lr in (0.003, 0.01)]
claim(quote, min(means), above=0.25, given=[0.003, 0.01])
claim("(At 0.03 it guesses.)", by_adam["PyTorch", 0.03], below=0.15, given=[0.03])
quote = "After\nthese seven epochs He's weights reach more at 0.003 and at 0.01."
for lr in (0.003, 0.01):
    claim(quote, by_adam["He", lr].mean(), above=by_adam["PyTorch", lr].mean(), given=[0.003, 0.01])

# %% [markdown]
# What do the layers put out before anything is learned? Here are the sixteen-layer networks of
# seed 0 with their initial weights.


# %% practice=true fold="Draw the outputs for each start"
def draw_start(name):
    """Histograms of what every fourth ReLU layer puts out, for real digits."""
    outputs = layer_outputs(deep(16, STARTS[name], 0), x_test.astype("float32"))
    relus = [v for k, v in outputs.items() if k.endswith("ReLU")]
    chosen = {f"layer {i + 1}": relus[i] for i in (0, 3, 7, 11, 15)}
    figure = activations(chosen, title=f"{name}: what the ReLU layers put out")
    figure.axes[0].set_ylim(-0.2, 3)
    return figure


if curves:
    start_slider = slider(
        draw_start,
        tuple(STARTS),
        name="start",
        alt="Histograms of five of sixteen layers: they shrink to nothing with 0.01 and PyTorch's "
        "default and more slowly with LeCun and Glorot. With He they stay wide.",
        dpi=90,
    )
else:
    start_slider = None
    print("This cell waits for lecun_normal, glorot_normal and he_normal.")
start_slider

# %% [markdown]
# *In words: for each start, five lying histograms for layers 1, 4, 8, 12 and 16. With 0.01 and with
# PyTorch's default they shrink to a point at 0 by the fourth or eighth layer. With LeCun and Glorot
# they shrink from layer to layer and are gone by the twelfth. With He they stay wide: at the end
# they are about half as wide as at first. About half of the outputs are exactly 0 throughout.*

# %% claims=true
of_he = layer_outputs(deep(16, STARTS["He"], 0), x_test.astype("float32"))
of_he = [rms(v) for k, v in of_he.items() if k.endswith("ReLU")]
claim("about half as wide as at first", of_he[-1] / of_he[0], equals=0.5, within=0.12)

# %% [markdown]
# ### What the width does not show
#
# He's rule keeps the *size* of signals. It does not keep them *apart*. Take pairs of different
# digits and follow the cosine of the angle between them (1: the same direction) through the sixteen
# layers.

# %% practice=true fold="Measure the cosine by layer"
cosines = {}
print("cosine between two different images, mean over 200 pairs")
print("layer          " + "".join(f"{layer:7}" for layer in (0, 1, 4, 8, 16)))
for name, activation, draw in (
    ("ReLU, He", relu, own_or_library("he_normal")),
    ("tanh, LeCun", np.tanh, own_or_library("lecun_normal")),
):
    rows = []
    for seed in range(3):
        rng = np.random.default_rng(seed)
        z, row = x_test[:200], []
        for layer in range(17):
            if layer in (0, 1, 4, 8, 16):
                a, b = z, np.roll(z, 1, axis=0)
                lengths = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
                row.append(np.mean(np.sum(a * b, axis=1) / lengths))
            z = activation(z @ draw((z.shape[1], 64), rng))
        rows.append(row)
    cosines[name] = np.array(rows)
    print(f"{name:15}" + "".join(f"{v:7.2f}" for v in np.mean(rows, axis=0)))

# %% [markdown]
# After sixteen ReLU layers the outputs for different images point in nearly the same direction (a
# cosine of about 0.9 on average, the mean of the seeds 0, 1, 2); with tanh they stay apart. Width
# is what an initialiser can promise, and it is not everything.

# %% claims=true
claim(
    "a\ncosine of about 0.9 on average", cosines["ReLU, He"][:, -1].mean(), equals=0.9, within=0.06
)
claim("with tanh they stay apart", np.abs(cosines["tanh, LeCun"][:, -1]), below=0.2)

# %% [markdown]
# ## 10 Questions
#
# **Limit or deviation.** A friend writes He's uniform version as `rng.uniform(-s, s, size=shape)`
# with $s = \sqrt{2/n_{in}}$ and uses it in ten ReLU layers. By what is the mean square of the
# signal multiplied, all ten layers together?
#
# - a: by 1, since s is He's
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
# **Random biases.** S0 says that weights *and biases* are randomly initialised; we start biases at
# 0. Now all weights of a network with one hidden tanh layer are 0, but its hidden biases are
#    random. What does gradient descent do?
#
# - a: only the output's bias ever moves, as with all zeros
# - b: W2 moves, but W1 stays 0 for ever
# - c: W2 moves first, W1 from the second step on, and the units become different
# - d: W1 moves, but all its columns alike

# %% solution="answer_biases"
answer_biases = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_biases = "c"
### END SOLUTION

# %% choice="biases" key="c" points=1
check_choice("biases", answer_biases)
# a: With all zeros z = tanh(0) = 0, so `W2` has no gradient. Here z is the tanh of the random
#    biases and not 0, so `W2` moves.
# b: `W1` has the gradient 0 only as long as `W2` is 0, that is in the first step. After that a
#    gradient reaches `W1`.
# c: z is not 0, so `W2` has a gradient in the first step, and then a gradient reaches `W1`. It
#    differs between the units because their biases differ.
# d: Columns stay alike if all hidden units give the same output, as with sigmoid and all zeros.
#    Here their biases differ, so their outputs and gradients differ too.

# %% claims=true
network = mlp(
    [64, 32, 10],
    rng=np.random.default_rng(0),
    init=starting_with(0.0),
    activation=Tanh,
    dtype="float64",
)
W1, b1, *_ = network.parameters()
b1.data = np.random.default_rng(1).normal(size=b1.data.shape)
train(network, epochs=1)
claim("W2 moves first, W1 from the second step on", np.abs(W1.data).max(), above=1e-3)
claim("the units become different", np.ptp(W1.data, axis=1).max(), above=1e-3)

# %% [markdown]
# **Two hidden layers.** A network has two hidden tanh layers, with 3 and with 4 units. How many
# settings of its weights do permutations and flips of hidden units give, itself included?
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
# **Inappropriate weights.** S4 asks ("Initializing weights"): what happens if we pick inappropriate
# weights? Answer it for a network with many ReLU layers. Name three different ways for weights to
# be inappropriate, say for each what happens to the signal or to the gradient and why, and say for
# which network it hardly matters. (Read by a person, 2 points.)

# %% [markdown] manual="inappropriate" points=2
# ### BEGIN SOLUTION
# Too small: each layer multiplies the mean square of the signal by n_in Var(w) / 2, which is less
# than one; with depth the signal shrinks like a power, and so does the gradient, which passes
# through the same weights. The network gets no usable gradient. Too large: the same factor is above
# one, signal and gradient grow like a power and overflow, or the steps are far too large. All the
# same (or all zero): the hidden units are interchangeable and get the same gradient, so they stay
# copies of each other; with zeros and ReLU nothing but the last bias moves. It hardly matters for a
# network with one hidden layer, where the factor is applied once, as long as the weights are not
# all the same. (One point for too small and too large with the product over layers as the reason,
# half a point for the symmetric case with its reason, half a point for the shallow network.)
# ### END SOLUTION

# %% [markdown]
# ## 11 In PyTorch
#
# PyTorch has all of them under other names: Xavier is Glorot's first name, Kaiming is He's. It
# keeps weights as (n_out, n_in), so its fan-in is the *second* entry of the shape. The cell
# compares widths with yours, the gains, and the line of S3's slide, `kaiming_uniform_` on a 3 × 5
# matrix.

# %% practice=true
if importlib.util.find_spec("torch") is None:
    print("PyTorch is not installed here; nothing later needs it.")
elif ready(*names) and ready("gain"):
    import torch

    torch.manual_seed(1)
    rng = np.random.default_rng(10)
    theirs = {
        "glorot_normal": torch.nn.init.xavier_normal_,
        "glorot_uniform": torch.nn.init.xavier_uniform_,
        "he_normal": lambda w: torch.nn.init.kaiming_normal_(w, nonlinearity="relu"),
        "he_uniform": lambda w: torch.nn.init.kaiming_uniform_(w, nonlinearity="relu"),
    }
    for name, fill in theirs.items():
        w = fill(torch.empty(300, 700)).numpy()  # 700 inputs, 300 outputs
        W = globals()[name]((700, 300), rng)
        ratio = rms(w) / rms(W)
        print(f"{name:15} theirs / yours: width {ratio:.3f}, largest", end=" ")
        print(f"{np.abs(w).max() / np.abs(W).max():.3f}")
    for name in ("linear", "sigmoid", "tanh", "relu"):
        print(f"gain of {name:8} {torch.nn.init.calculate_gain(name):.6f}, yours {gain(name):.6f}")
    w = torch.nn.init.kaiming_uniform_(torch.empty(3, 5), mode="fan_in", nonlinearity="relu")
    print(f"3 x 5: fan-in is 5, so all entries are within ± {(6 / 5) ** 0.5:.3f}:", end=" ")
    print(bool(w.abs().max() <= (6 / 5) ** 0.5))
else:
    print("This cell waits for your five initialisers and gain.")

# %% [markdown]
# And the deep network as PyTorch builds it, biases and all. Its Linear layers also draw their
# biases at random. Sixteen ReLU layers of 64 units; the width of what comes out, and how much it
# depends on the input: the spread over images, divided by the width.

# %% practice=true
if importlib.util.find_spec("torch") is None:
    print("PyTorch is not installed here; nothing later needs it.")
else:
    images = torch.tensor(x_test, dtype=torch.float32)
    for kind in ("as it comes", "Kaiming, biases 0"):
        torch.manual_seed(2)
        z = images
        for _ in range(16):
            layer = torch.nn.Linear(z.shape[1], 64)
            if kind != "as it comes":
                torch.nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
                torch.nn.init.zeros_(layer.bias)
            z = torch.relu(layer(z)).detach()
        width, spread = z.square().mean().sqrt(), z.std(dim=0).square().mean().sqrt()
        print(f"{kind:18} width {width:.4f}, of it from the input: {spread / width:.1e}")

# %% [markdown]
# With random biases the signal does not die, but what is left at the end is the biases' own. Of the
# image, next to nothing arrives. So train it, in PyTorch alone, as in section 9: same layers, same
# epochs, gradient descent at the same rate, and Adam.

# %% practice=true fold="Train sixteen layers in PyTorch"
if importlib.util.find_spec("torch") is None:
    print("PyTorch is not installed here; nothing later needs it.")
else:
    targets = torch.tensor(t_train.astype("int64"))
    inputs = torch.tensor(x_train, dtype=torch.float32)

    def train_in_torch(kind, seed, adam=False):
        """Share of test images that sixteen layers read after seven epochs."""
        torch.manual_seed(seed)
        blocks = [(torch.nn.Linear(64, 64), torch.nn.ReLU()) for _ in range(16)]
        net = torch.nn.Sequential(*[part for b in blocks for part in b], torch.nn.Linear(64, 10))
        for layer in net:
            if kind != "as it comes" and isinstance(layer, torch.nn.Linear):
                torch.nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
                torch.nn.init.zeros_(layer.bias)
        if adam:
            optimiser = torch.optim.Adam(net.parameters(), lr=0.003)
        else:
            optimiser = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.5)
        for _ in range(7):
            for batch in torch.randperm(len(inputs)).split(64):
                optimiser.zero_grad()
                loss = torch.nn.functional.cross_entropy(net(inputs[batch]), targets[batch])
                loss.backward()
                optimiser.step()
        return (net(images).argmax(dim=1).numpy() == t_test).mean()

    for adam in (False, True):
        for kind in ("as it comes", "Kaiming, biases 0"):
            reached = [train_in_torch(kind, seed, adam) for seed in range(3)]
            print(f"{'Adam' if adam else 'SGD':4} {kind:18} test accuracy", np.round(reached, 2))

# %% [markdown]
# The seeds 0, 1, 2 each, at one rate for each optimiser, which is not tuned. With gradient descent
# the network as it comes only guesses, for every seed. With Kaiming's weights or with Adam it
# learns; with Adam alone it learns less on average in these seven epochs. If you stack many Linear
# and ReLU layers in PyTorch, three things help: initial weights from `torch.nn.init`, an optimiser
# that adapts the size of its steps, or layers in between that normalise (notebook 10).

# %% [markdown]
# ## 12 Your cheat sheet
#
# Complete this page in your own words and keep it. Double-click to edit.
#
# | initialiser | variance | standard deviation, or limit | keeps | meant for |
# |---|---|---|---|---|
# | LeCun | … | … | the … of the way forward | … |
# | Glorot | … | normal: …, uniform: … | … | … |
# | He | … | normal: …, uniform: … | … | … |
#
# - Var(u) of a layer = … · … · …; of the input it takes the …, not the …
# - A ReLU keeps … of the mean square, a tanh …
# - A uniform distribution from −a to a has the variance …
# - Gains: linear …, tanh …, ReLU …. ReLU has to be met exactly because …, tanh forgives because …
# - Ten percent too much in each of 50 layers is a factor of …
# - All zero: with tanh or ReLU …, with sigmoid …
# - Ten tanh units have … twins. To permute units, I reorder …; to flip one, I change the sign of …
# - Initialisation hardly matters when …

# %% [markdown]
# ## What comes next
#
# Here signals were kept at the right width by choosing the weights once, and then left to training.
# **Notebook 10** measures the width in every batch and repairs it, so that the choice matters less.
# **Notebook 09** takes up the other number that decides whether a deep network learns, the rate.
# And when you meet a network that does not learn at all, you now have a first question to ask: how
# wide are its signals, layer by layer, before the first step?
