# %% [markdown]
# # Initialisation
#
# Before training begins, every weight of a network needs a value. The same sixteen layers may learn
# with some values and fail with others. **How large should the random numbers be, so that a deep
# network can learn?**
#
# **You need** mean and variance, matrix products, and the backward pass of a layer ([notebook
# 06](../ps06/ps06_backpropagation.ipynb)). Section 4 trains the network of notebook 08.

# %% opening=true
"""Three rows of four histograms: the outputs of layers 1, 4, 8 and 16 of tanh units. With small
weights they shrink to a line at 0, with large ones they lie at -1 and 1, and in the middle row they
stay spread out."""

import matplotlib.pyplot as plt
import numpy as np

from course_lessons import initialisation as lesson
from course_lib.plots import theme

figure, axes = plt.subplots(3, 4, figsize=(7, 3.5), sharex=True)
kinds = ((0.6, "small"), (1.2, "medium"), (4, "large"))
for row, (gain, name) in zip(axes, kinds, strict=True):
    z, weights = lesson.layers(gain**2 / 200, [200] * 17, seed=0)
    shown = iter(row)
    for number, W in enumerate(weights, start=1):
        z = np.tanh(z @ W)
        if number in (1, 4, 8, 16):
            ax = next(shown)
            ax.hist(z.ravel(), bins=np.linspace(-1.02, 1.02, 35), color=theme.FORWARD)
            ax.set(yticks=[], xticks=[-1, 0, 1], xticklabels=["-1", "0", "1"])
            if name == "small":
                ax.set_title(f"layer {number}", size=13)
    row[0].set_ylabel(name, size=12)
figure.supylabel("initial weights", size=13)
plt.show()

# %% setup=true minutes=1
import importlib.util
import math

import numpy as np

from course_lessons import initialisation as lesson
from course_lib.backend import choose_device
from grader.checking import check, guess, mine, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 Fifty layers
#
# Take fifty linear layers of 200 units, without biases. The inputs are random numbers of size about
# 1, and with normal weights of the standard deviation 0.0707 the outputs of every layer have this
# size, too. Now the inputs and all layers get **twice the width**, 400, and the weights keep their
# standard deviation. How large are the outputs of the fiftieth layer?
#
# a: about 1, b: about 7, c: about 30 million, d: about $10^{15}$. <!-- no claim: setting -->

# %% guess="fifty layers, twice as wide"
guess("ps10_gain", None, among="abcd")  # a letter in place of None

# %% [markdown]
# Write a simulation that answers this. (We also run it for 200 units with weights 1.1 times as
# large.) The *signal* is the array that passes from layer to layer. Its size is the *root mean
# square (RMS)*. In each layer, the *pre-activation* u is the product of the signal and the layer's
# matrix. The activation function f turns u into the output z.


# %% solution="signal_rms"
def signal_rms(x, weights, f):
    """The RMS of x and of the output of each layer, and the pre-activations.

    x : (N, n_0) inputs
    weights : list of L matrices, of the shapes (n_0, n_1), (n_1, n_2), …
    f : activation function, from an array to an array of the same shape
    returns sizes, an array of L + 1 numbers, the RMS of x first; and us, the list of the L arrays u
    """
    ### BEGIN SOLUTION
    z, us, sizes = x, [], [np.sqrt(np.mean(x**2))]
    for W in weights:
        us.append(z @ W)
        z = f(us[-1])
        sizes.append(np.sqrt(np.mean(z**2)))
    return np.array(sizes), us
    ### END SOLUTION


# %% check="signal_rms"
check("signal_rms", signal_rms)


# %% practice=true fold="Simulate fifty layers"
kinds = {
    "400 units": {"width": 400},
    "200 units, weights × 1.1": {"factor": 1.1},
    "200 units": {},
}
runs = {}
for name, kind in kinds.items():
    drawn = [lesson.fifty_layers(seed, **kind) for seed in range(3)]
    runs[name] = [signal_rms(x, weights, lambda u: u)[0] for x, weights in drawn]
end = float(np.mean([sizes[-1] for sizes in runs["400 units"]]))
letter = "abcd"[np.searchsorted([3, 1e4, 1e11], end)]
words = {"a": "about 1", "b": "about 7", "c": "about 30 million", "d": "about 10^15"}
said = f"{end:.1e}, the RMS after fifty layers, mean over the seeds 0, 1 and 2."
reveal("ps10_gain", letter, said, words)

# %% practice=true fold="Draw the RMS by layer"
picture = lesson.draw_fifty_layers(runs)
picture

# %% [markdown] after="ps10_gain"
# Each unit adds up twice as many products. They have both signs, so the sum is not 2 but √2 times
# as large, and fifty layers make of this $\sqrt 2^{50} = 2^{25}$, about 34 million. Weights 1.1
# times as large make $1.1^{50} \approx 117$. (Runs differ a little.) So the right size of the
# weights depends on the width, and a small error grows from layer to layer.

# %% claims=true
quote = "$\\sqrt 2^{50} = 2^{25}$, about 34 million"
claim(quote, end / 1e6, equals=34, within=8.5, given=[2, 50, 25])
ends = np.array([sizes[-1] for sizes in runs["200 units, weights × 1.1"]])
quote = "make $1.1^{50} \\approx 117$"
claim(quote, ends.mean(), equals=117, within=29, given=[1.1, 50])
claim("Runs differ a little", np.ptp(np.log([sizes[-1] for sizes in runs["200 units"]])), below=0.5)

# %% [markdown]
# ## 2 What one layer does to the variance
#
# With which weights does the size stay the same from layer to layer? The lecture S0 asks for
# $\text{Var}(z^{(l+1)}) \approx \text{Var}(z^{(l)})$. We ask the same of the pre-activations u:
# with weights of mean 0, they have mean 0 for every activation function. (Why the weights must be
# random: notebook 11.)
#
# **One product.** A layer multiplies a weight w by an input z. We draw w with mean 0, and
# independently of z, so here means of products are products of means. (E is the mean over the
# random weights and inputs.) The product has the mean $E(w)\,E(z) = 0$, so its variance is its mean
# square:
#
# $$\text{Var}(wz) = E(w^2 z^2) = E(w^2)\,E(z^2) = \text{Var}(w)\,E(z^2).$$
#
# **A sum of products.** A unit with $n_{in}$ inputs computes $u = \sum_{i=1}^{n_{in}} w_i z_i$.
# The weights are independent and have one variance, so for two different terms
# $E(w_i w_j z_i z_j) = E(w_i)\,E(w_j)\,E(z_i z_j) = 0$, and their variances add up. With $E(z^2)$
# for the mean of all $E(z_i^2)$:
#
# $$\boxed{\text{Var}(u) = n_{in}\,\text{Var}(w)\,E(z^2)}$$
#
# **The activation function.** The next layer gets $z = f(u)$. For a ReLU, $z = \max(0, u)$. How
# large is $E(z^2)$, compared with Var(u)? Write down a number, then measure it in ten layers:


# %% practice=true fold="Measure ten ReLU layers"
def relu(u):
    return np.maximum(u, 0)


ten = [lesson.layers(1 / 200, [200] * 11, seed) for seed in range(5)]
us = np.array([signal_rms(x, W, relu)[1] for x, W in ten])
by_layer = np.var(us, axis=(0, 2, 3))
share = float(np.mean(np.mean(relu(us) ** 2, axis=(0, 2, 3)) / by_layer))
left = float((by_layer[-1] / by_layer[0]) ** (1 / 9))
print(f"E(z²) is {share:.2f} Var(u), mean over ten layers and five seeds.")
print(f"With n_in Var(w) = 1, the next Var(u) is {left:.2f} times this one.")

# %% [markdown]
# <details><summary>The reason</summary>
#
# For each weight, w and −w are equally likely, so u and −u are, too. Positive and negative values
# have equal shares in $E(u^2) = \text{Var}(u)$. The ReLU keeps one of the two:
# $E(z^2) = \tfrac12 \text{Var}(u)$. The *variance* of z is smaller, by $E(z)^2$: only inputs with
# mean 0 have $E(z^2) = \text{Var}(z)$.
#
# </details>

# %% claims=true
quote = "The ReLU keeps one of the two:\n$E(z^2) = \\tfrac12 \\text{Var}(u)$"
claim(quote, share, equals=0.5, within=0.05, given=[12, 2])

# %% [markdown]
# ## 3 The backward pass
#
# Do weights that keep the signal keep the gradient, too? In notebook 06, the matrix W of a linear
# layer turned the gradient `du` at its output into `du @ W.T` at its input. Each entry is a sum of
# $n_{out}$ products, one for each **output** of the layer. We assume that the gradient is
# independent of the weights that it meets. Then its mean square is multiplied by
# $n_{out}\,\text{Var}(w)$, so $\text{Var}(w) = 1/n_{out}$ keeps it.
#
# A linear layer leads from 60 to 180 units, with $\text{Var}(w) = 1/n_{in}$. By which factor does
# it multiply the RMS of the gradient? <!-- no claim: setting -->
#
# <details><summary>Your number?</summary>
#
# $\sqrt{180/60} = 1.73$. <!-- no claim: derived -->
#
# </details>

# %% [markdown]
# Now go back through all layers, with their activation functions. In each layer, a gradient first
# meets f′, then the matrix. `dz` is the gradient with respect to the last output, z = f(u).


# %%
def gradient_factor(us, weights, df, dz):
    """The RMS of the gradient with respect to x, divided by the RMS of dz."""
    dx = dz
    for W, u in zip(reversed(weights), reversed(us), strict=True):
        dx = (dx * df(u)) @ W.T
    return np.sqrt(np.mean(dx**2) / np.mean(dz**2))


# %% [markdown]
# (Notebook 09 had this loop, but compared norms, the roots of the *sums* of the squares. Where all
# layers have one width, both give the same factor.)
#
# How much of the gradient's mean square does a ReLU pass? Write down a number, then measure it in
# the layers of section 2:

# %% practice=true fold="Go back through ten ReLU layers"
rng, passed = np.random.default_rng(0), []
for x, W in ten:
    us = signal_rms(x, W, relu)[1]
    back = gradient_factor(us, W, lambda u: u > 0, rng.normal(size=us[-1].shape))
    passed.append(back ** (2 / len(W)))
print(f"With n_out Var(w) = 1, each layer multiplies it by {np.mean(passed):.2f}.")

# %% [markdown]
# <details><summary>The reason</summary>
#
# Half of the u are positive, and only they let the gradient through.
#
# </details>
#
# In general, f multiplies the gradient by $f'(u)$, its mean square by $E[f'(u)^2]$. So there are
# two conditions, for the signal and for the gradient:
#
# $$n_{in}\,\text{Var}(w)\,E[f(u)^2] = \text{Var}(u) \qquad n_{out}\,\text{Var}(w)\,E[f'(u)^2] = 1$$
#
# With ReLUs, $E[f(u)^2] = \tfrac12 \text{Var}(u)$ and $E[f'(u)^2] = \tfrac12$: if
# $n_{in} = n_{out}$, they are one condition.

# %% claims=true
positive = np.mean([np.mean(u > 0) for u in us])
claim("Half of the u are positive", positive, equals=0.5, within=0.05)
claim("only they let the gradient through", np.mean(passed), equals=0.5, within=0.03)

# %% [markdown]
# ## 4 Weights for sixteen layers
#
# A rule of *initialisation* says which variance the weights have in a layer with $n_{in}$ inputs
# (its *fan-in*) and $n_{out}$ outputs:
#
# - `"lecun"` keeps Var(u) from layer to layer without an activation function;
# - `"he"`, also called Kaiming, keeps it with ReLUs;
# - `"glorot"` (Glorot's rule, also called Xavier) is a compromise: if $n_{in} \ne n_{out}$, no
#   variance keeps both passes in one layer, so it puts the mean of $n_{in}$ and $n_{out}$ in place
#   of both, $\text{Var}(w) = 2/(n_{in}+n_{out})$. <!-- no claim: definition -->
#
# Find the first two variances on paper. Normal weights come from `rng.normal(0, s, size=shape)`,
# with the *standard deviation* s, and uniform ones from `rng.uniform(-a, a, size=shape)`, with the
# variance $a^2/3$.


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
# **"What happens if we pick inappropriate weights?"** asks S4. The network of notebook 08, with one
# and with sixteen hidden layers of 64 ReLUs, learns 8 × 8 images of digits, with four kinds of
# weights: He's and LeCun's, from your `initialise`; those of PyTorch's `Linear` layer, uniform
# between $-1/\sqrt{n_{in}}$ and $1/\sqrt{n_{in}}$; and normal weights with the standard deviation
# 0.01. Biases begin at 0. <!-- no claim: setting -->
#
# A higher learning rate might make up for small weights. So each kind is judged **at the best of
# six rates** from 0.01 to 3, with two seeds. **How many of the four kinds reach a mean validation
# accuracy of 50 % with sixteen layers after seven epochs?** <!-- no claim: setting -->

# %% guess="how many kinds reach 50 %"
guess("ps10_kinds", None, between=(0, 4))  # a whole number in place of None


# %% practice=true fold="Train with four kinds of weights"
def by_rule(rule):
    return lambda shape, rng: initialise(shape, rng, rule=rule, distribution="normal")


INITS = {
    "He": by_rule("he"),
    "LeCun": by_rule("lecun"),
    "PyTorch": lambda shape, rng: rng.uniform(-1, 1, size=shape) / math.sqrt(shape[0]),
    "0.01": lambda shape, rng: rng.normal(0, 0.01, size=shape),
}
data = lesson.digits()


def accuracies(init, depth):
    """Of your network, if it is kept: at each of the six rates, with the seeds 0 and 1."""
    found = np.zeros((len(lesson.RATES), 2))
    for (k, seed), _ in np.ndenumerate(found):
        rng = np.random.default_rng(seed)
        network = mine.OwnNetwork([64] * (depth + 1) + [10], rng)
        for W in network.parameters[::2]:
            W[...] = init(W.shape, rng)
        settings = {"lr": lesson.RATES[k], "epochs": 7, "batch_size": 64, "rng": rng}
        with np.errstate(all="ignore"):  # the highest rates may diverge
            history = mine.train(network, data[:2], data[2:], **settings)
        found[k, seed] = history["validation"][-1]
    return found


trained = {}
trained = {d: {k: accuracies(init, d) for k, init in INITS.items()} for d in (1, 16)}
reached = sum(a.mean(axis=1).max() >= 0.5 for a in trained[16].values())
reveal("ps10_kinds", int(reached), "Kinds that reach 50 %, mean of two seeds.")

# %% [markdown]
# **On paper.** Which share of the signal's mean square does a ReLU layer keep with LeCun's weights,
# and which with PyTorch's? By which factor do sixteen layers divide the RMS?
#
# <details><summary>Your numbers?</summary>
#
# He's weights keep it. LeCun's variance is half of He's: each layer keeps half the mean square, and
# sixteen layers divide the RMS by $2^8$, that is 256. PyTorch's variance is $1/(3 n_{in})$: each
# layer keeps a sixth, and the RMS falls to $6^{-8}$, below a millionth. <!-- no claim: derived -->
#
# </details>

# %% practice=true fold="Measure both passes, and draw the accuracies"
images, rng = lesson.digits()[2], np.random.default_rng(1)
dz = rng.normal(size=(len(images), 64))
for kind, init in INITS.items():
    weights = [init((64, 64), rng) for _ in range(16)]
    sizes, us = signal_rms(images, weights, relu)
    back = gradient_factor(us, weights, lambda u: u > 0, dz)
    print(f"{kind:8} signal multiplied by {sizes[-1] / sizes[0]:7.1e}, gradient by {back:7.1e}")
picture = lesson.draw_rates(trained)
picture

# %% [markdown] after="ps10_kinds"
# With one hidden layer each kind reaches more than 90 % at its best rate. With sixteen layers only
# He's weights reach 50 %, and none of the six rates makes up for smaller ones. The gradient shrinks
# like the signal: it is a vanishing gradient (notebook 09).
#
# <details><summary>Why none of the rates helps</summary>
#
# The gradient of a weight matrix is `z.T @ du` (notebook 06), with the input z of its layer: z has
# shrunk in the layers below, du in those above. So in every layer the product has shrunk by nearly
# all sixteen factors, and the weights hardly change.
#
# </details>

# %% claims=true
best = {d: {n: a.mean(axis=1).max() for n, a in trained[d].items()} for d in trained}
quote = "each kind reaches more than 90 % at its best rate"
claim(quote, list(best[1].values()), above=0.9)
quote = "With sixteen layers only\nHe's weights reach 50 %"
claim(quote, best[16]["He"], above=0.5)
others = max(best[16][name] for name in INITS if name != "He")
claim(quote, others, below=best[16]["He"] / 2, given=[0.5])
claim("none of the six rates makes up for smaller ones", others, below=0.3)
rng = np.random.default_rng(0)
weights = [INITS["PyTorch"]((64, 64), rng) for _ in range(16)]
quote = "the RMS falls to\n$6^{-8}$, below a millionth"
end = signal_rms(lesson.digits()[2], weights, relu)[0][-1]
claim(quote, end, below=1.0e-6, given=[6, 8])
passes, gradients = {}, {}
for kind, init in INITS.items():
    gradients[kind] = []
    for _ in range(8):
        weights = [init((64, 64), rng) for _ in range(16)]
        sizes, us = signal_rms(images, weights, relu)
        back = gradient_factor(us, weights, lambda u: u > 0, dz)
        passes[kind] = np.log([back, sizes[-1] / sizes[0]])
        of = lesson.weight_gradient_rms(images, us, weights, dz, relu, lambda u: u > 0)
        gradients[kind].append(np.log(of))
for kind in ("LeCun", "PyTorch", "0.01"):
    ratio = passes[kind][0] / passes[kind][1]
    claim("The gradient\nshrinks like the signal", ratio, equals=1, within=0.2)
quote = "in every layer the product has shrunk by nearly\nall sixteen factors"
fewer = np.mean(gradients["PyTorch"], axis=0) - np.mean(gradients["He"], axis=0)
claim(quote, np.exp(fewer), below=6.0**-7)  # fourteen of PyTorch's factors √6, in each layer

# %% [markdown]
# ## 5 Any activation function
#
# For another activation function f, take LeCun's weights times a **gain** g, so
# $\text{Var}(w) = g^2/n_{in}$. Let u be normal, as a sum of many terms nearly is, with mean 0 and
# variance 1. **Which gain gives Var(u) = 1 in the next layer, too?**
#
# First write g as a formula, with the formula of section 2 and $z = f(u)$.
#
# <details><summary>Your formula?</summary>
#
# $1 = n_{in} \cdot \frac{g^2}{n_{in}} \cdot E[f(u)^2]$, so $g = 1/\sqrt{E[f(u)^2]}$.
# <!-- no claim: derived -->
#
# </details>
#
# The formula contains a mean over u. Compute it on a grid of u, weighted by $e^{-u^2/2}$, which is
# proportional to how often a normal u is near a value (`np.average` takes `weights`). The check
# tries $f(u) = u^3$, too: how far must the grid reach?


# %% solution="gain_of"
def gain_of(f):
    """The gain with which a normal u of mean 0 and variance 1 keeps its variance.

    f : an activation function, from an array to an array of the same shape
    returns a number; an error of 1 % is allowed
    """
    ### BEGIN SOLUTION
    u = np.linspace(-8, 8, 1601)
    mean_square = np.average(f(u) ** 2, weights=np.exp(-(u**2) / 2))
    return 1 / np.sqrt(mean_square)
    ### END SOLUTION


# %% check="gain_of"
check("gain_of", gain_of)

# %% [markdown]
# With your gain, the figure follows Var(u) from 0.6 and 1.5 through sixteen layers.
# <!-- no claim: setting -->

# %% practice=true fold="Follow the variance through sixteen layers"
functions = {"ReLU": lambda u: np.maximum(u, 0), "tanh": np.tanh, "sine": np.sin}
paths = {}
for name, f in functions.items():
    ways = [lesson.variance_by_layer(f, gain_of(f), v) for v in (0.6, 1.5)]
    paths[f"{name}, gain {gain_of(f):.2f}"] = ways
picture = lesson.draw_fixed_points(paths)
picture

# %% [markdown]
# With a ReLU and the gain √2, which is He's rule, every variance stays as it is. With tanh and
# sine, both lines come to 1: the larger the variance of u, the smaller the share of it that f
# leaves. The gain of tanh is 1.59 here, and in notebook 09 it was about 1.3: there it was chosen to
# keep the gradient, here to keep Var(u).

# %% claims=true
claim("the gain √2, which is He's rule", gain_of(relu), equals=2**0.5, within=0.01, given=[2])
by_name = {name.split(",")[0]: ways for name, ways in paths.items()}
quote = "every variance stays as it is"
claim(
    quote,
    lambda v: lesson.variance_by_layer(relu, gain_of(relu), v)[-1] / v,
    above=0.99,
    below=1.01,
    varied=[0.6, 0.01, 100],
)
quote = "With tanh and\nsine, both lines come to 1"
claim(quote, [way[-1] for n in ("tanh", "sine") for way in by_name[n]], equals=1, within=0.03)
claim("The gain of tanh is 1.59 here", gain_of(np.tanh), equals=1.59, within=0.005)
u = np.linspace(-8, 8, 1601)
p = np.exp(-(u**2) / 2) / np.exp(-(u**2) / 2).sum()
kept = [[p @ f(s * u) ** 2 / s**2 for s in (0.5, 1, 1.5, 2, 3)] for f in (np.tanh, np.sin)]
quote = "the larger the variance of u, the smaller the share of it that f\nleaves"
claim(quote, np.diff(kept), below=0)

# %% [markdown]
# ## 6 Sixteen layers of sines
#
# Networks with $f(u) = \sin u$ represent fine details of images and sounds, but depend much on
# their initial weights (Sitzmann and others, 2020). Your formula gives the gain 1.52. Which gain
# is best for training?
#
# **On paper.** At the gain 1.52, Var(u) is soon 1, and $E[\cos^2 u] = 0.568$. By which factor does
# one layer multiply the mean square of the gradient: first f, then the matrix (section 3)? By which
# factor do sixteen layers multiply the RMS?
#
# <details><summary>Your numbers?</summary>
#
# f multiplies the mean square by $E[f'(u)^2] = 0.568$, the matrix by
# $n_{out}\,\text{Var}(w) = g^2 = 2.31$ (here $n_{out} = n_{in}$), together by 1.312. So a layer
# multiplies the RMS by $\sqrt{1.312} = 1.145$, and sixteen layers by $1.312^8 = 8.8$.
#
# </details>

# %% [markdown]
# The next cell trains the sixteen layers on the digits, with each of eight gains and three seeds,
# at the learning rate 0.1, the best of 0.03, 0.1 and 0.3 for every gain. The figure shows the RMS
# of the last layer's u and of the gradient with respect to x, from a random `dz` of RMS 1. Is this
# gradient about 8.8 at 1.52?

# %% practice=true fold="Train with eight gains, and measure both passes"
accuracy = {}
accuracy = {g: [lesson.train(g, seed) for seed in range(3)] for g in lesson.GAINS}
signal, gradient = [], []
images, (_, lecun) = lesson.digits()[2], lesson.layers(1 / 64, [64] * 17, seed=0)
dz = np.random.default_rng(1).normal(size=(len(images), 64))
for gain in lesson.GAINS:
    weights = [gain * W for W in lecun]
    _, us = signal_rms(images, weights, np.sin)
    signal.append(np.sqrt(np.mean(us[-1] ** 2)))
    gradient.append(gradient_factor(us, weights, np.cos, dz))
picture = lesson.draw_both_passes(signal, gradient)
print("gain    ", *(f"{gain:>5g}" for gain in lesson.GAINS))
print("accuracy", *(f"{np.mean(found):5.2f}" for found in accuracy.values()))
print("±       ", *(f"{np.std(found, ddof=1):5.2f}" for found in accuracy.values()))
picture

# %% [markdown]
# At 1.52 the signal keeps its size, but the gradient grows, and the accuracy is 0.1 to 0.3 below
# the best. Other gains above 1 keep another Var(u). If $g^2 E[\sin^2 u] = v = \text{Var}(u)$, the
# gradient's mean square is multiplied by
#
# $$g^2\,E[\cos^2 u] = v\,\frac{E[\cos^2 u]}{E[\sin^2 u]}
# = v\,\frac{1 + e^{-2v}}{1 - e^{-2v}} = \frac{v}{\tanh v}.$$
#
# This is above 1 for every v, but near 1 for a small v. So **which v the layers keep decides what
# becomes of the gradient**.
#
# <details><summary>The exponentials, and the gradients below 1</summary>
#
# $\cos^2 u$ and $\sin^2 u$ are $(1 \pm \cos 2u)/2$, and a normal u has $E[\cos 2u] = e^{-2v}$.
#
# With $g \le 1$ the layers keep no v: Var(u) falls in every layer, because $\sin^2 u < u^2$. The
# gradient falls, too: $g^2 E[\cos^2 u] < 1$. At 1.1 the layers keep v = 0.20, which gives 1.1 for
# the RMS after sixteen layers. But Var(u) begins above 1 and falls; while it is larger,
# $E[\cos^2 u]$ is smaller. So the figure shows about 0.7.
#
# </details>

# %% claims=true
mean = {gain: np.mean(found) for gain, found in accuracy.items()}
quote = "the accuracy is 0.1 to 0.3 below\nthe best"
claim(quote, max(mean.values()) - mean[1.52], above=0.1, below=0.3)
at = dict(zip(lesson.GAINS, zip(signal, gradient, strict=True), strict=True))
claim("but the gradient grows", at[1.52][1], above=5)
claim("At the gain 1.52, Var(u) is soon 1", at[1.52][0], equals=1, within=0.05, given=[1.52])
of_u = (1 + math.exp(-2)) / 2
quote = "$E[\\cos^2 u] = 0.568$"
claim(quote, p @ np.cos(u) ** 2, equals=0.568, within=0.0005, given=[2])
square = gain_of(np.sin) ** 2 * of_u
means = [[p @ f(np.sqrt(v) * u) ** 2 for f in (np.cos, np.sin)] for v in (0.3, 1, 3)]
shares = [cos / sin * np.tanh(v) for v, (cos, sin) in zip((0.3, 1, 3), means, strict=True)]
claim("= \\frac{v}{\\tanh v}", shares, equals=1, within=0.001)
shares = [2 * sin / (1 - math.exp(-2 * v)) for v, (_, sin) in zip((0.3, 1, 3), means, strict=True)]
claim("a normal u has $E[\\cos 2u] = e^{-2v}$", shares, equals=1, within=0.001, given=[2])
falls = [sin / v for v, (_, sin) in zip((0.3, 1, 3), means, strict=True)]
claim("With $g \\le 1$ the layers keep no v", falls, below=1, given=[1])
quote = "The\ngradient falls, too"
claim(quote, [at[gain][1] for gain in lesson.GAINS if gain <= 1], below=0.5)
quote = "At 1.1 the layers keep v = 0.20, which gives 1.1 for\nthe RMS after sixteen layers"
fixed = lesson.variance_by_layer(np.sin, 1.1, 0.2)[-1]
claim(quote, fixed, equals=0.20, within=0.005, given=[1.1])
claim(quote, (fixed / math.tanh(fixed)) ** 8, equals=1.1, within=0.02, given=[0.20])
us = signal_rms(images, [1.1 * W for W in lecun], np.sin)[1]
claim("Var(u) begins above 1 and falls", np.var(us[0]), above=1)
claim("the figure shows about 0.7", at[1.1][1], equals=0.7, within=0.17)
quote = "$1.312^8 = 8.8$"
claim(quote, square**8, equals=8.8, within=0.05, given=[1.312, 8])
quote = "together by 1.312. So a layer\nmultiplies the RMS by $\\sqrt{1.312} = 1.145$"
claim(quote, square, equals=1.312, within=0.002, given=[1.145])
claim(quote, square**0.5, equals=1.145, within=0.001, given=[1.312])

# %% claims="slow"
accuracies = {}
for lr in (0.03, 0.1, 0.3):
    for gain in lesson.GAINS:
        accuracies[gain, lr] = np.mean([lesson.sines(gain, lr, seed) for seed in range(100, 103)])
at_own = [accuracies[gain, lesson.BEST_RATE] for gain in lesson.GAINS]
top = [max(accuracies[gain, lr] for lr in (0.03, 0.1, 0.3)) for gain in lesson.GAINS]
quote = "at the learning rate 0.1, the best of 0.03, 0.1 and 0.3 for every gain"
claim(quote, np.subtract(top, at_own), below=1e-9, given=[0.03, 0.1, 0.3])

# %% [markdown]
# **A good place to stop for today.**

# %% [markdown]
# ## 7 A network of unknown functions
#
# Some networks mix widths and activation functions and add outputs of layers. The functions are
# unknown: one can only call them. **Which standard deviation do the weights of each layer need?**
# One step is missing: the sum.
#
# Two ReLU layers read the same input, with independent weights and Var(u) = 1, so
# $E(z_1^2) = E(z_2^2) = \tfrac12$. <!-- no claim: setting --> The next layer reads $z_1 + z_2$.
# **How large is $E[(z_1 + z_2)^2]$?**
#
# a: ½, b: 1, c: between 1 and 2, d: 2. <!-- no claim: setting -->

# %% guess="the mean square of a sum"
guess("ps10_sum", None, among="abcd")  # a letter in place of None

# %% practice=true fold="Add two outputs"
x, weights = lesson.layers(1 / 500, [500, 4000], seed=0)
pair = relu(x @ weights[0]).reshape(100, 2, 2000)  # two layers of 2,000 units
added = float(np.mean((pair[:, 0] + pair[:, 1]) ** 2))
letter = "abcd"[np.searchsorted([0.75, 1.05, 1.95], added)]
said = f"{added:.2f}, in two layers of 2,000 units that read one input of 500 numbers."
reveal("ps10_sum", letter, said, {"a": "½", "b": "1", "c": "between 1 and 2", "d": "2"})

# %% [markdown] after="ps10_sum"
# $E[(z_1 + z_2)^2] = E(z_1^2) + E(z_2^2) + 2\,E(z_1 z_2)$. Both layers read the same x, but with
# different weights: for a **given** x, $u_1$ and $u_2$ are independent. Only their variance,
# $\text{Var}(w) \sum x_i^2$, depends on x. If all x have nearly the same norm, as here, $u_1$ and
# $u_2$ are nearly independent: $E(z_1 z_2) = E(z_1)\,E(z_2)$. For the same reason, the output of a
# layer is nearly independent of its input; you need this where a sum has both. A ReLU's output is
# never negative. Its mean is $1/\sqrt{2\pi} = 0.40$, and the sum has $1 + 2 \cdot 0.40^2 = 1.32$.

# %% claims=true
claim("Its mean is $1/\\sqrt{2\\pi} = 0.40$", pair.mean(), equals=0.40, within=0.01, given=[1, 2])
quote = "the sum has $1 + 2 \\cdot 0.40^2 = 1.32$"
claim(quote, added, equals=1.32, within=0.04, given=[1, 2, 0.40])
product = np.mean(pair[:, 0].mean(axis=1) * pair[:, 1].mean(axis=1)) / pair.mean() ** 2
claim("are nearly independent", product, equals=1, within=0.03)
quote = "all x have nearly the same norm, as here"
norms = np.sqrt(np.sum(x**2, axis=1))
claim(quote, norms.std() / norms.mean(), below=0.05)
z = relu(x @ weights[0])
_, (W,) = lesson.layers(1 / 2000, [4000, 4000], seed=1)
product = np.mean(z * relu(z @ W)) / (z.mean() * relu(z @ W).mean())
quote = "the output of a\nlayer is nearly independent of its input"
claim(quote, product, equals=1, within=0.05)

# %% [markdown]
# **The network.** `layers` is a list of dictionaries. The arrays have numbers: x is 0, and the
# output of `layers[k]` is k + 1. A layer has
#
# - `layer["n_in"]` and `layer["n_out"]`, its numbers of inputs and outputs;
# - `layer["f"]` and `layer["df"]`, its activation function and the derivative;
# - `layer["inputs"]`, the numbers of the arrays whose sum it reads: in most cases one, such as [5],
#   or [4, 5, 6]. Several layers may read one array. <!-- no claim: setting -->
#
# All weights are independent with mean 0, and x has the mean 0 and the mean square 1. `variances`
# lists values v. For each v there are standard deviations with which Var(u) = v in every layer, but
# the gradient differs (section 6). Return those of the v with which the gradient **keeps its size**
# best: its RMS at x, divided by that at the last output, is nearest to 1 (2 and ½ count as equally
# near).
#
# With Var(u) = v, u is normal with the standard deviation √v. For each v you need means over u:


# %%
def mean_over_u(f, power, v):
    """The mean of f(u)**power for a normal u of mean 0 and variance v."""
    x = np.linspace(-8, 8, 801)
    return np.average(f(np.sqrt(v) * x) ** power, weights=np.exp(-(x**2) / 2))


# %% [markdown]
# Where several layers read one array, it gets the sum of their gradients (notebook 06). What is the
# mean square of this sum?
#
# **The check** draws networks of twelve layers: chains; three layers read one array, and the next
# one reads the sum of their outputs; one layer reads the sum of the three outputs before it. You
# get 1 point if the largest expected RMS of u is at most 1.06 times the smallest (none from 1.13
# on), and 4 more if the gradient's RMS at x is also between 1/1.5 and 1.5 times that at the output
# (none outside 1/2 to 2). A tenth of both is for shapes.
# <!-- no claim: setting -->


# %% solution="initial_deviations"
def initial_deviations(layers, variances):
    """The standard deviation of each layer's weights, for one Var(u) in all layers.

    layers : list of L dictionaries with "inputs", "n_in", "n_out", "f" and "df"
    variances : array of positive numbers, one of which Var(u) should be
    returns a list or an array of L positive numbers
    """
    ### BEGIN SOLUTION
    L, found = len(layers), []
    for v in variances:
        s, means, squares, back = [], np.zeros(L + 1), np.ones(L + 1), np.eye(L + 1)[L]
        for k, layer in enumerate(layers):
            m, q = means[layer["inputs"]], squares[layer["inputs"]]
            s.append(np.sqrt(v / layer["n_in"] / (m.sum() ** 2 + np.sum(q - m**2))))
            means[k + 1], squares[k + 1] = (mean_over_u(layer["f"], power, v) for power in (1, 2))
        for k, layer in reversed([*enumerate(layers)]):
            passed = layer["n_out"] * s[k] ** 2 * mean_over_u(layer["df"], 2, v)
            back[layer["inputs"]] += passed * back[k + 1]
        found.append((abs(np.log(back[0])), s))
    return min(found, key=lambda one: one[0])[1]
    ### END SOLUTION


# %% check="initial_deviations"
check("initial_deviations", initial_deviations)

# %% [markdown]
# <details><summary>The mean square of a sum of gradients</summary>
#
# The layers that read the array have independent weights of mean 0. So the gradients that they pass
# have mean 0 and are uncorrelated: their mean squares add up.
#
# </details>
#
# **Do real weights follow these means, and does it help?** One more network has 24 layers. Its
# weights are drawn with your deviations, with those of v = 1 and with He's, and trained on the
# digits, three epochs at three rates with six seeds. <!-- no claim: setting -->

# %% practice=true fold="Draw weights with your deviations, and train"
layers, variances = lesson.one_more_network()
deviations = {
    "yours": initial_deviations(layers, variances),
    "v = 1": initial_deviations(layers, np.array([1.0])),
    "He": [math.sqrt(2 / layer["n_in"]) for layer in layers],
}
real, best = {}, {}
print("       RMS of u     gradient at x   accuracy at the best rate")
for name, s in deviations.items():
    of_u, back = real[name] = lesson.drawn_passes(layers, s)
    found = [[lesson.train_drawn(layers, s, lr, k) for k in range(6)] for lr in (0.03, 0.05, 0.1)]
    best[name] = max(found, key=np.mean)
    spread = np.std(best[name], ddof=1)
    reached = f"{np.mean(best[name]):14.2f} ± {spread:.2f}"
    print(f"{name:6} {of_u.min():.2f} to {of_u.max():.2f} {back:12.1f} {reached}")

# %% [markdown]
# <details><summary>After the run</summary>
#
# Drawn weights follow your means: of the 24 layers, the largest RMS of u is less than 1.15 times
# the smallest. With v = 1 the signal is as even, but the gradient grows about tenfold. With He's
# weights neither keeps its size. Even at its best rate, the mean accuracy of each of the two is
# behind yours. So Var(u) = 1 is only one choice, and in this network another one is better.
#
# </details>

# %% claims=true
quote = "the largest RMS of u is less than 1.15 times the\nsmallest"
claim(quote, real["yours"][0].max() / real["yours"][0].min(), below=1.15, given=[24])
quote = "With v = 1 the signal is as even"
claim(quote, np.abs(real["v = 1"][0] - 1), below=0.1, given=[1])
claim("the gradient grows about tenfold", real["v = 1"][1], equals=10, within=2.5)
quote = "With He's weights\nneither keeps its size"
claim(quote, real["He"][1], above=15)
claim(quote, real["He"][0].max() / real["He"][0].min(), above=2)
mean = {name: np.mean(found) for name, found in best.items()}
quote = "Even at its best rate, the mean accuracy of each of the two is behind yours"
claim(quote, [mean["yours"] - mean[name] for name in ("v = 1", "He")], above=0)
claim("in this network another one is better", mean["yours"], above=mean["v = 1"])

# %% [markdown]
# ## To keep
#
# A plain deep network needs a signal and a gradient that roughly keep their sizes. Without looking:
#
# - What is the variance of $u = \sum w_i z_i$, and which weights keep it: without activation
#   function, with ReLUs, with another f?
# - Why is 1.52, which keeps the signal of the sines, not enough?
# - Why do the mean squares of two ReLU layers not add up, and when do they?
#
# <details><summary>Answers</summary>
#
# $n_{in}\,\text{Var}(w)\,E(z^2)$. LeCun: $\text{Var}(w) = 1/n_{in}$. He: $2/n_{in}$. Another f:
# LeCun's weights times $1/\sqrt{E[f(u)^2]}$. The gradient keeps its size only if
# $g^2 E[f'(u)^2] = 1$, where $n_{in} = n_{out}$. With sines, no gain keeps both. The product of
# their means is not 0; it is if one of them has the mean 0.
#
# </details>
#
# <details><summary>In PyTorch (a whole training: notebook 24)</summary>
#
# PyTorch's weight matrices have the shape (n_out, n_in), so the fan-in is the second entry. The
# rules are `kaiming_normal_`, `kaiming_uniform_` (He), `xavier_normal_` and `xavier_uniform_`
# (Glorot), in `torch.nn.init`. S3 draws 3 × 5 weights with `kaiming_uniform_`, as the cell below
# does. <!-- no claim: source -->
#
# </details>

# %% practice=true fold="He's weights in PyTorch"
if importlib.util.find_spec("torch") is not None:
    from torch import empty, nn

    W = nn.init.kaiming_uniform_(empty(3, 5), mode="fan_in", nonlinearity="relu")
    print(f"largest of 3 × 5 weights {W.abs().max():.2f}, limit √(6/5) = {math.sqrt(6 / 5):.2f}")

# %% [markdown]
# ### Lines of the lectures
#
# No task needs this part.
#
# <details><summary>Slips</summary>
#
# - S0 writes LeCun's weights as $N(0, 1/\sqrt{M})$, with $M = n_{in}$ and the *variance* second,
#   but $1/\sqrt M$ is the standard deviation.
# - S0 calls $\text{Var}(w) = 1/n_{in}$ "the default in PyTorch", but the default of `Linear` has a
#   third of it.
# - S4: "Keep variance of weights approximately constant across layers". The variance of the
#   *signal* stays; that of the weights depends on the number of inputs.
# - S4 prints LeCun's variance, too, under "Glorot (tanh)".
# - S4 writes Var(ky) = k Var(y): it is $k^2\,\text{Var}(y)$. <!-- no claim: source -->
#
# </details>

# %% claims=true
drawn = INITS["PyTorch"]((500, 300), np.random.default_rng(0)).var() * 500
claim("the default of `Linear` has a\nthird of it", drawn, equals=1 / 3, within=0.02)

# %% [markdown]
# ## Sources
#
# S0 "Training of neural networks – basics", S3 "Backpropagation and
# Training" (C. V. Jawahar, IIIT Hyderabad) and S4 "Neural networks (continued)" (A. Krause, ETH
# Zürich).
#
# <details><summary>Papers</summary>
#
# LeCun and others, "Efficient BackProp" (1998); Glorot and Bengio (2010); He and others, "Delving
# Deep into Rectifiers" (2015); Sitzmann and others (2020).
#
# </details>
