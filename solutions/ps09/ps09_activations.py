# %% [markdown]
# # Activations and the flow of gradients
#
# In the backward pass, a gradient travels from the loss to the first layer. Each layer multiplies
# it by the derivative of its activation function and by its weights. **How does the choice of the
# activation function decide whether a gradient reaches the first layer?** And is it enough for a
# deep network that its gradient arrives?
#
# **You need** the backward pass of a layer and σ′ ([notebook
# 06](../ps06/ps06_backpropagation.ipynb)) and the limit 2/λ
# ([04](../ps04/ps04_gradient_descent.ipynb)).

# %% opening=true
"""Two panels over u from -4 to 4. Left, four activation functions: sigmoid, tanh, ReLU and ELU.
Right, their derivatives: the sigmoid's is at most a quarter, that of the ReLU jumps from 0 to 1."""

import matplotlib.pyplot as plt
import numpy as np

from course_lessons import activations as lesson
from course_lib.plots import theme

u = np.linspace(-4, 4, 401)
figure, axes = plt.subplots(1, 2, figsize=(7, 3.2))
for k, name in enumerate(("sigmoid", "tanh", "ReLU", "ELU")):
    for ax, y in zip(axes, lesson.FUNCTIONS[name](u), strict=True):
        ax.plot(u, y, color=theme.CYCLE[k], linestyle=("-", "--", ":", "-.")[k], label=name)
axes[0].set(ylim=(-1.2, 2.5), xlabel="u", title="function")
axes[1].set(ylim=(-0.05, 1.1), xlabel="u", title="derivative")
axes[0].legend(frameon=False, fontsize=11)
plt.show()

# %% setup=true minutes=1

import numpy as np

from course_lessons import activations as lesson
from course_lib.backend import choose_device
from grader.checking import check, guess, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 Ten sigmoid layers
#
# Ten layers have 64 sigmoid units each. A layer computes its *pre-activation* $u = z_{in} W$ and
# its output $z = \sigma(u) = 1/(1 + e^{-u})$. All weights are random, with mean 0 and variance
# 1/64. <!-- no claim: setting --> The input is 100 images of digits.
#
# The gradient `dy` of the loss begins at the output of the last layer, and `dx` arrives at the
# input of the first. Each layer on the way makes two steps:
#
# 1. from `dz`, the gradient with respect to its output, to `du`, that with respect to u;
# 2. from `du` to the gradient with respect to its input, which is `dz` of the layer before.
#
# The *size* of an array is the root of the sum of its squares. **What is the size of dx, divided by
# that of dy?** About 1, 0.01, 0.0001, or how much?

# %% guess="the gradient that passes ten layers"
guess("ps09_depth", None)  # your guess in place of None: a number, such as 0.01

# %% practice=true
shares = [lesson.share_that_passes(seed) for seed in range(10)]
reveal(
    "ps09_depth", float(np.median(shares)), "Size of dx over that of dy, median of ten networks."
)

# %% [markdown]
# Which of the two steps is to blame? Measure both. The *factor of the function* is by how much step
# 1 multiplies the size of the gradient, the *factor of the weights* by how much step 2 does.


# %% solution="gradient_factors"
def gradient_factors(weights, dfs, dy):
    """The factors by which each layer changes the size of a gradient in the backward pass.

    weights : [W_1, …, W_L], W_l of shape (n_{l-1}, n_l); dfs : the L arrays f'(u), (N, n_l)
    dy : (N, n_L), the gradient with respect to the output of the last layer
    returns by_f, by_W : two arrays of L numbers, the first layer's first
    """
    ### BEGIN SOLUTION
    dz, by_f, by_W = dy, [], []
    for W, df in zip(reversed(weights), reversed(dfs), strict=True):
        du = dz * df
        by_f.append(np.linalg.norm(du) / np.linalg.norm(dz))
        dz = du @ W.T
        by_W.append(np.linalg.norm(dz) / np.linalg.norm(du))
    return np.array(by_f[::-1]), np.array(by_W[::-1])
    ### END SOLUTION


# %% check="gradient_factors"
check("gradient_factors", gradient_factors)

# %% [markdown]
# ## 2 Derivative times weights
#
# Your factors of the ten layers:

# %% practice=true after="ps09_depth" fold="Measure and draw the ten layers"
ten = np.array([lesson.factors(gradient_factors, "sigmoid", 1, seed) for seed in range(10)])
print("mean factor of the function {:.2f}, of the weights {:.2f}".format(*ten.mean((0, 2))))
left = ten.prod(axis=1)[:, ::-1].cumprod(axis=1)  # at the input of layer 10, of layer 9, …
picture = lesson.draw_layers(left)
picture

# %% [markdown] after="ps09_depth"
# The weights keep the size, so the derivative is to blame: even its largest value is only ¼. Ten
# factors of about 0.23 leave half a millionth of the gradient. One learning rate serves all layers,
# so the first layer hardly moves.

# %% claims=true
claim("The weights keep the size", ten[:, 1].mean(axis=1), equals=1, within=0.05)
claim("Ten factors of about 0.23", ten[:, 0].mean(axis=1), equals=0.23, within=0.01)
claim("leave half a millionth of the gradient", np.median(left[:, -1]), equals=5e-7, within=1e-7)

# %% [markdown]
# Let the weights have mean 0 and the variance $g^2/n$, where n is the number of inputs; g is their
# *gain*. If a layer has as many outputs as inputs, **the factor of the weights is about g**. The
# factor of the function, s, is the root of a weighted mean of $f'(u)^2$, so it is never larger than
# the largest derivative.
#
# <details><summary>Why these are the two factors</summary>
#
# An entry of dz_in is a sum of n products of a weight and an entry of du. For weights that are
# independent of du, the mean square of such a sum is $n \cdot g^2/n = g^2$ times that of du. The
# root is the factor g.
#
# An entry of du is dz f′(u). So the square of the factor of the function is
#
# $$s^2 = \frac{\sum dz^2\, f'(u)^2}{\sum dz^2},$$
#
# where the sums run over all entries. This is a mean of $f'(u)^2$ with the weights $dz^2$.
#
# </details>
#
# L layers multiply a gradient by about
#
# $$(g\,s)^L.$$
#
# If g s is below 1, this is a **vanishing gradient**; if g s is above 1, an **exploding gradient**.
# The common remedy for exploding gradients is *clipping*: if all gradients together have a norm
# above a limit, one factor shortens them to this limit.
#
# Do larger weights help a gradient that vanishes? S2 asks about the sigmoid: what happens at x =
# −10, at 0 and at 10? <!-- no claim: setting -->

# %% practice=true
print("derivatives:", lesson.FUNCTIONS["sigmoid"](np.array([-10.0, 0.0, 10.0]))[1].round(5))

# %% [markdown]
# At both ends the unit is **saturated**: it passes almost nothing on. Larger weights increase g,
# but they move u towards these ends, so s falls. The cell measures both effects; it counts a unit
# as saturated if its output is below 0.05 or above 0.95. <!-- no claim: setting -->

# %% practice=true fold="Measure six gains"
GAINS = (0.5, 1, 2, 4, 8, 16)
passed = {name: [] for name in ("sigmoid", "tanh", "ReLU")}
print("sigmoid: gain g, factor s of the function, (g s)^10, saturated units")
for gain in GAINS:
    for name, shares in passed.items():
        found = np.array([lesson.factors(gradient_factors, name, gain, seed) for seed in range(5)])
        shares.append(np.median(found.prod(axis=(1, 2))))
        if name == "sigmoid":
            s, saturated = found[:, 0].mean(), lesson.saturated(gain)
            print(f"{gain:4}  {s:.3f}  {(gain * s) ** 10:.1e}  {saturated:.0%}")
picture = lesson.draw_gains(GAINS, passed)
picture

# %% [markdown]
# Saturated units do pass less: the factor of the sigmoid falls from 0.25 to below 0.1. But the
# weights grow faster, and at a gain of 16 the gradient explodes, although most units are saturated.
#
# So the function alone does not decide. **Each of the three has a gain at which the gradient keeps
# its size**: in these ten layers about 1.3 for tanh, $\sqrt 2$ for ReLU, and about 10 for the
# sigmoid.

# %% claims=true
by_f = {
    g: np.mean([lesson.factors(gradient_factors, "sigmoid", g, seed)[0] for seed in range(5)])
    for g in GAINS
}
quote = "the factor of the sigmoid falls from 0.25 to below 0.1"
claim(quote, by_f[0.5], equals=0.25, within=0.01, given=[0.1])
claim(quote, by_f[16], below=0.1, given=[0.25])
quote = "at a gain of 16 the gradient explodes, although most units are saturated"
claim(quote, passed["sigmoid"][-1], above=4, given=[16])
claim(quote, lesson.saturated(16), above=0.5, given=[16])
level = {}
for name in passed:
    fine = np.geomspace(1, 16, 41)
    sizes = [
        np.mean([np.log(lesson.factors(gradient_factors, name, g, s)).sum() for s in range(5)])
        for g in fine
    ]
    level[name] = float(np.exp(np.interp(0, sizes, np.log(fine))))
claim("in these ten layers about 1.3 for tanh", level["tanh"], equals=1.3, within=0.1)
claim("$\\sqrt 2$ for ReLU", level["ReLU"], equals=2**0.5, within=0.06, given=[2])
claim("about 10 for the sigmoid", level["sigmoid"], equals=10, within=2)

# %% [markdown]
# ## 3 Left of zero
#
# "What is the gradient when x < 0?", asks S2 about the ReLU. It is exactly 0: a unit with u < 0 is
# *inactive*, passes nothing on, and learns nothing from this sample. A ReLU that is inactive for
# **every** image is a *dead unit*: its gradient is 0 while this lasts.
#
# Two functions pass a gradient on the left side, too:
#
# $$\text{leaky ReLU:}\quad z = a\,u \qquad\qquad \text{ELU:}\quad z = a\,(e^u - 1)
# \qquad\qquad (u \le 0)$$
#
# For u > 0 both are u. Usual values are a = 0.01 for leaky ReLU (we take 0.1) and a = 1 for the
# *exponential linear unit*, ELU. For u ≤ 0 its derivative is
# $f'(u) = a e^u = z + a$. With a = 1 this has no jump at 0, where ReLU and leaky ReLU have a
# *kink*. The figure shows all with their derivatives, and **GELU**, which many new models use: $z =
# u\,\Phi(u)$, where $\Phi(u)$ is the share of standard normal numbers below u.
#
# Networks compute in float32, with about seven digits. Each line below shows a trap:

# %% practice=true
u = np.array([1000, -1e-9, -20], dtype="float32")  # a = 1
with np.errstate(over="ignore", invalid="ignore"):
    print("a mask of 0 times exp(u), u = 1000:", 0 * np.exp(u[0]))
print("exp(u) - 1, u = -1e-9:", np.exp(u[1]) - 1)
print("z + a, u = -20:", (np.exp(u[2]) - 1) + 1, "instead of 2.06e-09")
print("type of np.where(u > 0, 1.0, 0.1):", np.where(u > 0, 1.0, 0.1).dtype)
lesson.draw_functions()

# %% [markdown]
# Write both as one function that returns the value and the derivative, and avoids all four traps:
# its results are finite for every u, exact for tiny and for very negative u, and keep the float
# type. `np.where(condition, p, q)` computes **both** p and q for all entries. NumPy has a function
# for exp(u) − 1: `np.expm1(u)`. <!-- no claim: definition -->


# %% solution="rectifier"
def rectifier(u, kind, a):
    """Leaky ReLU or ELU, entry by entry, and the derivative.

    u : an array of any shape; kind : "leaky" or "elu"; a : a positive number
    returns z, df : the shape and float type of u; at u = 0, df may be any number from a to 1
    """
    ### BEGIN SOLUTION
    v = np.minimum(u, 0)
    if kind == "elu":
        value, slope = a * np.expm1(v), a * np.exp(v)
    else:
        value, slope = a * v, np.full_like(u, a)
    return np.where(u > 0, u, value), np.where(u > 0, np.ones_like(u), slope)
    ### END SOLUTION


# %% check="rectifier"
check("rectifier", rectifier)

# %% [markdown]
# Now 32 of the 64 units in each of three hidden layers are dead when training begins: we lower
# their biases until their largest u over all images is −0.02. Then we train for ten epochs with
# plain gradient descent. <!-- no claim: setting --> A dead ReLU has the gradient 0. **In which
# layers do some *recover*, that is, end active for at least one image?** a: in none, b: only in the
# first, c: only in the second and third, d: in all three.

# %% guess="where dead ReLUs recover"
guess("ps09_recover", None, among="abcd")  # "a", "b", "c" or "d"

# %% practice=true fold="Train with dead ReLUs"
back = {"ReLU": [lesson.revived(lesson.FUNCTIONS["ReLU"], s) for s in range(3)]}
some = tuple(np.mean(back["ReLU"], axis=0) > 0.5)
letter = {(False,) * 3: "a", (True, False, False): "b", (False, True, True): "c"}.get(some, "d")
words = {"a": "none", "b": "only the first", "c": "the second and third", "d": "all three"}
reveal("ps09_recover", letter, "Layers in which dead ReLUs recover, in three networks.", words)

# %% practice=true fold="Count them, beside leaky ReLU"
back["leaky ReLU"] = [lesson.revived(lambda u: rectifier(u, "leaky", 0.1), s) for s in range(3)]
for name, counts in back.items():
    print(f"{name}: recovered in layers 1, 2, 3: {np.mean(counts, axis=0).round()}")

# %% [markdown] after="ps09_recover"
# In the first layer no ReLU recovers: its gradient is 0 and the images never change. In the second
# and third layer most do, because their **inputs** change while the active units below learn. With
# leaky ReLU, some recover in the first layer, too.
#
# In a training, ReLUs die by steps that are too long: on raw pixels, at the rate 0.7 more than a
# quarter of the first layer's are dead after five epochs, and far fewer at 0.1.

# %% claims=true
claim("In the first layer no ReLU recovers", np.array(back["ReLU"])[:, 0], below=0.5, above=-0.5)
claim("In the second and third layer most do", np.mean(np.array(back["ReLU"])[:, 1:]), above=16)
claim("some recover in the first layer, too", np.array(back["leaky ReLU"])[:, 0], above=4)
dead, few = (lesson.dead_share(lesson.FUNCTIONS["ReLU"], lr) for lr in (0.7, 0.1))
claim("at the rate 0.7 more than a\nquarter", dead, above=0.25, given=[0.7])
claim("far fewer at 0.1", dead - few, above=0.3, given=[0.1])

# %% [markdown]
# ## 4 Thirty layers
#
# Thirty layers of 32 units learn the digits, with ReLU, leaky ReLU, ELU or tanh. Each function gets
# the gain with which thirty such layers nearly keep the size of the gradient. The cell measures
# this size, and trains each for three epochs, at three rates with two seeds.
# <!-- no claim: setting --> **Are the four equally good?**

# %% practice=true fold="Measure and train thirty layers with four functions"
functions = lesson.FUNCTIONS | {
    "leaky ReLU": lambda u: rectifier(u, "leaky", 0.1),
    "ELU": lambda u: rectifier(u, "elu", 1.0),
}
reached = {}
print("            gain   size of dx, dy = 1   validation accuracy at the best rate")
for name, gain in lesson.GAINS.items():
    size = {"depth": 30, "width": 32}
    found = [lesson.factors(gradient_factors, name, gain, seed, **size) for seed in range(10)]
    passed_on = np.median(np.prod(found, axis=(1, 2)))
    runs = [
        [lesson.train(functions[name], gain, lr, seed) for seed in range(2)]
        for lr in (0.01, 0.03, 0.1)
    ]
    reached[name] = np.mean(runs, axis=1).max()
    print(f"{name:11} {gain:.2f} {passed_on:12.1f} {reached[name]:22.2f}")

# %% [markdown]
# **Why are they so unequal?** Look at their outputs before training. The *cosine* of two images'
# outputs is 1 for the same direction, −1 for opposite ones and 0 for a right angle. If its absolute
# value is near 1, the outputs lie along one line.

# %% practice=true fold="Compare the directions of the images"
means, cosines = lesson.means_of_functions(), {}
print("mean of z for normal u; mean |cosine| of two images behind layers 1, 10, 20, 30")
for name, gain in lesson.GAINS.items():
    cosines[name] = lesson.cosines(functions[name], gain)
    print(f"{name:11} {means[name]:5.2f}  ", "  ".join(f"{c:.2f}" for c in cosines[name]))

# %% [markdown]
# ReLU's outputs are never negative, so all images share a common part, and the cosine is above 0.
# Each layer adds to this part, so the cosine grows: behind layer 30 it is above 0.85 with both
# ReLUs, and three epochs hardly separate the images. Tanh maps u and −u to opposite numbers, so no
# such part arises, and the mean of ELU is small. Their directions come closer, too, but behind
# layer 30 the cosine is below 0.7.
#
# <details><summary>Where this order ends</summary>
#
# These are thirty *plain* layers, a case that nobody uses. In three such layers all four functions
# reach 0.95 to 0.97. And where each of thirty layers has normalisation and a shortcut (notebooks 16
# and 17), ReLU reaches 0.87 and tanh 0.93 (means of thirty networks). So do not avoid ReLU because
# of this experiment.
#
# </details>
#
# A common part harms in a second way. S2 names it as a problem of the sigmoid: its outputs are all
# positive, *not centred at 0*. So for one sample, the gradients of all weights of a unit in the
# next layer have one sign. But the sign is not the cause. We trained a linear layer behind a fixed
# layer of sigmoids, each time at the best of five rates. <!-- no claim: setting --> If the outputs
# of every second unit are multiplied by −1, it needs as many steps. Subtracting ½ from all outputs
# saves nine of ten steps, because it allows larger rates: a common part makes the loss steep in one
# direction, so the limit 2/λ of notebook 04 is low. So **the gradient’s size is not everything**: a
# function also matters through its outputs.

# %% claims=true
ahead = reached["tanh"] - np.array([reached["ReLU"], reached["leaky ReLU"]])
claim("Tanh's lead over ReLU", ahead, above=0.3)
quote = "behind layer 30 it is above 0.85 with both\nReLUs"
claim(quote, [cosines[name][-1] for name in ("ReLU", "leaky ReLU")], above=0.85, given=[30])
quote = "behind\nlayer 30 the cosine is below 0.7"
claim(quote, [cosines[name][-1] for name in ("tanh", "ELU")], below=0.7, given=[30])
steps = {
    name: [lesson.steps_needed(f, lr) for lr in lesson.RATES] for name, f in lesson.SIGMOIDS.items()
}
sigmoid, alternating, shifted = steps.values()
claim("it needs as many steps", min(alternating) / min(sigmoid), equals=1, within=0.05, given=[-1])
saved = 1 - min(shifted) / min(sigmoid)
claim("saves nine of ten steps", saved, equals=0.9, within=0.03)
larger = lesson.RATES[np.argmin(shifted)] / lesson.RATES[np.argmin(sigmoid)]
claim("it allows larger rates", larger, above=3)
steep = [lesson.largest_curvature(f, 0) for f in lesson.SIGMOIDS.values()]
claim("a common part makes the loss steep in one\ndirection", steep[0] / steep[2], above=10)

# %% claims="slow"
from course_lessons import layer_normalisation as blocks
from course_lib.layers import Tanh

relu = blocks.ReLU
for name, lr in {"ReLU": 0.3, "leaky ReLU": 0.3, "ELU": 0.1, "tanh": 0.3}.items():
    f, gain = lesson.FUNCTIONS[name], lesson.GAINS[name]
    shallow = np.mean([lesson.train(f, gain, lr, seed, depth=3) for seed in range(3)])
    said = "all four functions\nreach 0.95 to 0.97"
    claim(said, shallow, equals=0.96, within=0.02, given=[0.95, 0.97])
for f, value in ((relu, 0.87), (Tanh, 0.93)):  # 0.03 is the best rate of each
    blocks.ReLU = f
    means = np.mean([blocks.train("pre-norm", 0.18, 0.03, seed) for seed in range(30)])
    said = "ReLU reaches 0.87 and tanh 0.93"
    claim(said, means, equals=value, within=0.015, given=[0.87, 0.93])
blocks.ReLU = relu

# %% [markdown]
# ## 5 An activation function to order
#
# A function is chosen by how much of the gradient it passes (section 2), whether its outputs are
# centred (4), their bounds, and for how many u it is flat (3). **Can you make a function for given
# numbers?**
#
# Your function `design_activation` gets an order and returns a function `f`, which computes z and
# the derivative as `rectifier` does. Let u be normal with mean 0 and variance 1. Then
#
# - the **mean** of f(u) is `mean`;
# - the factor of section 2 is `slope`: the **root of the mean of f′(u)²**;
# - f(u) is at least `low` and at most `high` **for every u**; one of the two may be `None`, which
#   means that there is no bound on this side;
# - **df is the derivative of z**, except at single u, where f may have a kink;
# - **f never falls**;
# - |f′(u)| is above `slope/20` for at least 80 % of the u, so few units are saturated or inactive.
#   <!-- no claim: setting -->
#
# **On paper.** Take f(u) = a h(u) + b with a shape h that you know. Which a gives the slope, and
# which b then gives the mean?
#
# <details><summary>Your formulas?</summary>
#
# f′ = a h′, so $a = \text{slope} / \sqrt{E[h'(u)^2]}$, and $b = \text{mean} - a\,E[h(u)]$.
# <!-- no claim: derived -->
#
# </details>
#
# So only the shape is left free. Each h has a family, $h((u-t)/w)$ with a width w and a centre t.
# **Search it**: for many pairs (w, t), compute a and b, and take a pair with which f keeps its
# bounds and is seldom flat. For the means, `u, p = normal()` gives values of u and their shares: `p
# @ h(u)` is the mean of h(u).
#
# **The check** draws two orders with a lower bound, two with an upper bound and two with both; the
# bounds are 0.75 to 1.7 slopes from the mean. Each kind earns a third of the points, for its worse
# order. The shares of the six rows are multiplied: <!-- no claim: setting -->
#
# | measured | all points | no points |
# |---|---|---|
# | error of the mean, divided by the slope | up to 0.02 | from 0.1 on |
# | relative error of the slope | up to 0.02 | from 0.1 on |
# | how far f passes a bound, divided by the slope | up to 0.02 | from 0.1 on |
# | share of u where df is wrong | up to 2 % | from 10 % on |
# | share of u where f falls | up to 2 % | from 10 % on |
# | share of u with \|f′(u)\| above slope/20 | from 80 % on | up to 55 % |
#
# <!-- no claim: setting -->


# %%
def normal():
    """Values u, and the share of each for a normal u of mean 0 and variance 1."""
    u = np.linspace(-6, 6, 1201)
    p = np.exp(-(u**2) / 2)
    return u, p / p.sum()


# %% solution="design_activation"
def design_activation(low, high, mean, slope):
    """An activation function to order.

    low, high : bounds of f, numbers or None
    mean : of f(u) for a normal u of mean 0 and variance 1
    slope : the root of the mean of f'(u)**2, positive
    returns f : from an array u of any shape to (z, df), two arrays of this shape
    """
    ### BEGIN SOLUTION

    def shape(u, w, t):
        if low is not None and high is not None:
            z = np.tanh((u - t) / w)
            return z, (1 - z**2) / w
        sign = -1.0 if low is None else 1.0
        z, df = rectifier(sign * (u - t) / w, "elu", 1.0)
        return sign * z, df / w

    fits, (v, p) = [], normal()
    for w in np.geomspace(0.2, 4, 25):
        for t in np.linspace(-1, 1, 21):
            z, df = shape(v, w, t)
            a = slope / np.sqrt(p @ df**2)
            b = mean - a * (p @ z)
            left, right = b + a * shape(np.array([-1e4, 1e4]), w, t)[0]
            if (low is None or left >= low) and (high is None or right <= high):
                fits.append((p @ (a * df > slope / 20), w, t, a, b))
    _, w, t, a, b = max(fits)
    return lambda u: (b + a * shape(u, w, t)[0], a * shape(u, w, t)[1])
    ### END SOLUTION


# %% check="design_activation"
check("design_activation", design_activation)

# %% [markdown]
# What does your function look like if it must stay between −0.9 and 0.9, with the mean 0 and the
# slope 0.85? <!-- no claim: setting -->

# %% practice=true fold="Draw your function"
f = design_activation(-0.9, 0.9, 0.0, 0.85)
picture = lesson.draw_design(np.linspace(-5, 5, 501), f)
picture

# %% [markdown]
# Now it trains: ten layers of 32 units, three epochs, with the gain 1/slope, about 1.2, at three
# rates with two seeds. <!-- no claim: setting --> Is it ahead of ReLU?

# %% practice=true fold="Train with your function, and with ReLU"
reached, relu = {}, (lesson.FUNCTIONS["ReLU"], lesson.GAINS["ReLU"])
print("validation accuracy at the best rate:")
for name, of in {"yours": (f, 1 / 0.85), "ReLU": relu}.items():
    runs = [[lesson.train(*of, lr, k, depth=10) for k in (0, 1)] for lr in (0.03, 0.1, 0.3)]
    reached[name] = np.mean(runs, axis=1).max()
    print(f"{name:5} {reached[name]:.2f}")

# %% [markdown]
# <details><summary>After the run</summary>
#
# Yours is ahead of ReLU: behind layer 10, the mean |cosine| of two images is below 0.5, with ReLU
# it is above 0.7. With the mean 0.8 in place of 0, and bounds that move along, f′ can stay the
# same, but the accuracy falls below that of ReLU, and the cosine is above 0.9. A mean is a part
# that all images share, and each layer passes it on. It also makes u larger, and there your f is
# flatter.
#
# </details>

# %% claims=true
moved = design_activation(-0.1, 1.7, 0.8, 0.85)


def at_best(f, gain):
    by_rate = [
        [lesson.train(f, gain, lr, k, depth=10) for k in range(8)] for lr in (0.03, 0.1, 0.3)
    ]
    return np.mean(by_rate, axis=1).max()


claim("Yours is ahead of ReLU", reached["yours"], above=reached["ReLU"])
said = "the mean |cosine| of two images is below 0.5"
claim(said, lesson.cosines(f, 1 / 0.85)[1], below=0.5)
claim("with ReLU\nit is above 0.7", lesson.cosines(*relu)[1], above=0.7)
claim("the accuracy falls below that of ReLU", at_best(moved, 1 / 0.85), below=at_best(*relu))
claim("the cosine is above 0.9", lesson.cosines(moved, 1 / 0.85)[1], above=0.9)
sizes = {}
for name, of in (("here", f), ("moved", moved)):
    weights, z, _ = lesson.deep_layers(1 / 0.85, 0, width=32)
    sizes[name] = []
    for W in weights:
        z, df = of(u := z @ W)
        sizes[name].append([np.sqrt(np.mean(u**2)), np.sqrt(np.mean(df**2))])
larger, steeper = np.mean(sizes["moved"], axis=0) / np.mean(sizes["here"], axis=0)
claim("It also makes u larger", larger, above=1.2)
claim("there your f is flatter", steeper, below=0.9)

# %% [markdown]
# ## To keep
#
# - L layers with the gain g multiply a gradient by about $(g s)^L$. The function and the gain
#   decide s, and so with which g the gradient keeps its size: section 2 found one for each of three
#   functions.
# - The gradient’s size is not everything: centred outputs allow larger rates, and the images must
#   keep different directions from layer to layer.
# - Tanh's lead over ReLU is that of thirty plain layers. Normalisation and shortcuts take most of
#   it away.
# - A scale gives a function its factor s, a shift its mean; the shape decides between which bounds
#   it stays and where it is flat. Only an experiment, with each function at its best rate, says
#   which function trains best (S1).
#
# **In PyTorch** (notebook 24): `torch.nn.LeakyReLU(0.1)`, `torch.nn.ELU()`, `torch.nn.GELU()`.

# %% [markdown]
# ### Lines of the lectures
#
# No task needs this part.
#
# <details><summary>Two slips: smooth functions (S1) and tanh (S2)</summary>
#
# S1 says that the loss "can be considered smooth if and only if it is made of other" smooth
# functions. "Only if" is an **error**: $\sqrt{|x|^4}$ has the part |x| with a kink, but it is x².
# <!-- no claim: derived -->
#
# S2 prints `tanh = 2 * (sigmoid X) - 1`, an **error**. What is missing?
#
# S2 also says that exp costs time. The cell measures how much.
#
# </details>

# %% practice=true fold="Test both lines, and measure the time of exp"
x = np.linspace(-4, 4, 801)
print("sqrt(|x|^4) is x^2:", np.allclose(np.sqrt(np.abs(x) ** 4), x**2))
printed = 2 * lesson.FUNCTIONS["sigmoid"](x)[0] - 1
print("largest distance of S2's line from tanh(x):", np.abs(printed - np.tanh(x)).max().round(2))
print("and from tanh(x/2):", np.abs(printed - np.tanh(x / 2)).max().round(2))
print(f"np.exp takes {lesson.time_of_exp():.1f} times as long as np.maximum")

# %% [markdown]
# ## Sources
#
# S0 "Training of neural networks – basics"; S1 "Part II: Training"; S2 "Training Neural Networks"
# (J. Choo, Korea University), slides "Activation Functions" to "ReLU"; S3 "Backpropagation and
# Training" (C. V. Jawahar, IIIT Hyderabad), slide "Vanishing and Exploding Gradients".
#
# <details><summary>Papers</summary>
#
# Maas and others, "Rectifier nonlinearities improve neural network acoustic models" (2013); Pascanu
# and others, "On the difficulty of training recurrent neural networks" (2013); Clevert and others,
# "Fast and accurate deep network learning by exponential linear units" (2016); Hendrycks and
# Gimpel, "Gaussian error linear units" (2016).
#
# </details>
