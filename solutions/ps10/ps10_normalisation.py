# %% [markdown]
# # Normalisation
#
# A network is easy to train when its activations are neither tiny nor huge. Good initial weights
# achieve this at the start. But the weights change, and after a hundred steps nobody knows how
# large the inputs of the seventh layer are. *Batch normalisation* (BN) measures the mean and the
# standard deviation of every unit over the batch, at every step. It subtracts the mean and divides
# by the standard deviation.
#
# The forward pass has only four formulas. But this is the first layer of the course in which
# **the samples of a batch are not independent**: the output for one image depends on the other
# images of the batch. All difficulties of this layer follow from that: a longer backward pass, two
# modes (training and testing), and mistakes that are easy to overlook.
#
# **Afterwards you can**
#
# - write the forward and the backward pass of batch, layer and group normalisation, and derive the
#   backward pass step by step,
# - say how batch normalisation differs between training and testing, and what happens if you forget
#   to switch,
# - predict how outputs and gradients change if you scale the weights in front of a normalisation,
# - choose between the three by batch size, and fold a batch normalisation into a linear layer after
#   training,
# - separate the measured benefits of batch normalisation from the claimed ones.
#
# **You need** the backward pass of a linear layer (notebook 04), the mean and the variance.
# Notebooks 06 (activations) and 07 (initialisation) show the problems that normalisation treats.

# %% opening=true
"""Histograms of the inputs of the activation functions in five layers, one above the other, for a
network without and for one with batch normalisation. Without it, the histograms become narrower
from layer to layer. With it, all five are about equally wide."""

import matplotlib.pyplot as plt
import numpy as np

from course_lib.plots import theme

rng = np.random.default_rng(0)
figure, axes = plt.subplots(1, 2, figsize=(6.4, 3.4), sharex=True, sharey=True)
for ax, normalised in zip(axes, (False, True), strict=True):
    z = rng.normal(size=(2000, 100))
    for layer in range(1, 6):
        u = z @ rng.normal(size=(100, 100)) * 0.06
        if normalised:
            u = (u - u.mean(axis=0)) / u.std(axis=0)
        z = np.tanh(u)
        heights, edges = np.histogram(u, bins=np.linspace(-3, 3, 61), density=True)
        middle = (edges[1:] + edges[:-1]) / 2
        shape = 5 - layer + 0.85 * heights / heights.max()
        ax.fill_between(middle, 5 - layer, shape, color=theme.FORWARD, alpha=0.85, linewidth=0)
    ax.set_title("with batch norm." if normalised else "without", loc="center")
    ax.set(yticks=np.arange(5) + 0.3, yticklabels=[f"layer {5 - i}" for i in range(5)])
    ax.set_xticks([-2, 0, 2])
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
figure.suptitle("What arrives at each layer", x=0.01, ha="left", size=16)
plt.show()

# %% setup=true
import numpy as np

from course_lib import functional, initializers
from course_lib.backend import choose_device
from course_lib.datasets import load_digits
from course_lib.gradient_check import check_op, numerical_gradient, relative_error
from course_lib.layers import BatchNorm, GroupNorm, Layer, LayerNorm, Linear, ReLU, Sigmoid, Tanh
from course_lib.losses import softmax_cross_entropy
from course_lib.models import Sequential, mlp
from course_lib.op import Op
from course_lib.optimizers import SGD, Adam
from course_lib.plots import label_lines, theme
from course_lib.training import accuracy, fit
from grader.checking import check, check_choice, guess, ready, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 A guess first
#
# Batch normalisation takes one column of numbers at a time, with one number for each sample of the
# batch. It subtracts the mean of the column and divides by its standard deviation. (A tiny `eps` =
# 0.00001 is added to the variance, so that we never divide by 0.)
#
# Suppose that a batch has only **two samples**. In one batch, a column contains 7 and 31; in
# another, −0.2 and 1.5. **What is usually the larger of the two outputs?** Can you predict it
# without the inputs, or can it be any number? Write a number, or "any".

# %% guess="two outputs from a batch of two"
guess("ps10_pair", None)  # your guess in place of None: a number, or "any"

# %% [markdown]
# The second half of the question: random upstream gradients of size about 1 arrive at the two
# outputs. **About how large are the gradients with respect to the two inputs?** About 1, about 0.1,
# or about 0?

# %% guess="the gradients of a batch of two"
guess("ps10_pair_gradient", None)  # a number

# %% [markdown]
# The next cells answer with one hundred random pairs. They use the library's functions until you
# have written yours. Then run them again.


# %% practice=true fold="Define helpers that call your functions"
def own_or_library(name):
    """Your pair of functions once it passes a first test, until then the library's."""
    if ready(f"{name}_backward"):
        return Op(globals()[f"{name}_forward"], globals()[f"{name}_backward"])
    return Op(getattr(functional, f"{name}_forward"), getattr(functional, f"{name}_backward"))


def normalise_batch(x, op, eps=1e-5):
    """Batch normalisation in training, with gamma = 1 and beta = 0: y and the cache."""
    ones, zeros = np.ones(x.shape[1]), np.zeros(x.shape[1])
    state = {"mean": zeros, "var": ones}
    y, cache, _ = op.forward(x, ones, zeros, state, training=True, momentum=0.1, eps=eps)
    return y, cache


# %% practice=true
batchnorm = own_or_library("batchnorm")
rng = np.random.default_rng(0)
apart = rng.choice([-1, 1], size=100) * rng.uniform(0.5, 6, size=100)
pairs = rng.normal(0, 8, size=100) + np.array([apart / 2, -apart / 2])  # 100 columns of two
outputs, cache = normalise_batch(pairs, batchnorm)
upstream = rng.normal(size=(2, 100))
downstream, _, _ = batchnorm.backward(upstream, cache)

# %% practice=true
reveal(
    "ps10_pair",
    float(np.median(outputs.max(axis=0))),
    f"Median of 100 pairs; from {outputs.max(axis=0).min():.4f} to {outputs.max():.4f}.",
)
reveal(
    "ps10_pair_gradient",
    float(np.median(np.abs(downstream))),
    f"Median of 200 sizes; median of the upstream gradient: {np.median(np.abs(upstream)):.2f}.",
)

# %% practice=true fold="Print the first pairs" after="ps10_pair ps10_pair_gradient"
print("the first pairs in:  ", *(f"({a:+.2f}, {b:+.2f})" for a, b in pairs.T[:4]))
print("the same pairs out:  ", *(f"({a:+.2f}, {b:+.2f})" for a, b in outputs.T[:4]))

# %% practice=true fold="Draw 25 pairs before and after" after="ps10_pair ps10_pair_gradient"
import matplotlib.pyplot as plt

with theme.style():
    figure, axes = plt.subplots(1, 2, figsize=(8.5, 3), sharey=True)
    for ax, values, name in ((axes[0], pairs, "x"), (axes[1], outputs, "y")):
        for row in range(25):
            ax.plot(values[:, row], [row, row], color=theme.QUIET, linewidth=0.8)
            ax.plot(values[:, row], [row, row], "o", color=theme.FORWARD, markersize=4)
        ax.set_xlabel(name)
    axes[0].set(title="Inputs: 25 batches of two", ylabel="batch")
    axes[1].set(title="Outputs of batch normalisation", xlim=(-2.5, 2.5))
    plt.show()

# %% claims=true
claim("at −1 and +1.*", np.abs(np.abs(outputs) - 1).max() + 1, equals=1, within=0.01)
sizes_back = np.abs(downstream)
claim("the gradient with respect to the inputs is 0", np.median(sizes_back), below=1e-4, given=[0])
claim("almost no gradient reaches", np.median(sizes_back) / np.median(np.abs(upstream)), below=1e-4)

# %% [markdown] after="ps10_pair ps10_pair_gradient"
# *In words: on the left, 25 pairs of dots with various positions and distances. On the right, the
# same pairs after normalisation: all dots lie in two columns, at −1 and +1.*
#
# Two different numbers always lie one standard deviation below and above their mean. So the outputs
# show only **which of the two inputs is larger**. A small change of an input does not change this,
# so the gradient with respect to the inputs is 0. (A small remainder is left because of `eps`.)
# Therefore, with batches of two, almost no gradient reaches the layers below a batch normalisation.

# %% [markdown]
# ### Move one sample, and all outputs move
#
# A batch of two is the extreme case. Here is one column of a batch, before and after a change. One
# slider moves one input, drawn in black, away from 1. The other slider changes the number of
# samples. **All other inputs stay where they are.** Watch their outputs.

# %% practice=true fold="Normalise the batch at each place of one sample"
others = np.array([-1.6, -0.7, 0.1, 0.5, 1.4])
OTHERS = {2: others[2:3], 6: others, 32: np.sort(np.random.default_rng(1).normal(0, 1, 31))}
PLACES = np.linspace(-6, 6, 25)
BEFORE = 1.0


def moved(place, rest):
    """Inputs and outputs of a batch, the moved sample last; mean and deviation of the inputs."""
    x = np.append(rest, place)
    return x, normalise_batch(x[:, None], batchnorm)[0][:, 0], x.mean(), x.std()


def words_on(place, size, found):
    _, y, mean, sd = found
    batch = f"Place {place:g}, {size} samples: mean {mean:.2f}, standard deviation {sd:.2f}."
    return f"{batch} Its output is {y[-1]:.2f}; the others' reach from {y[:-1].min():.2f} to " + (
        f"{y[:-1].max():.2f}."
    )


before = [moved(BEFORE, rest) for rest in OTHERS.values()]
batches = [[moved(place, rest) for rest in OTHERS.values()] for place in PLACES]
batch_says = [
    [words_on(place, size, one) for size, one in zip(OTHERS, row, strict=True)]
    for place, row in zip(PLACES, batches, strict=True)
]

# %% practice=true fold="Draw the batch that answers"
from course_lib.plots import Trace, live

panels = {"Inputs: only the black one moves": 6.5, "Outputs: which ones move?": 4.5}
pictures, fields = [], []
with theme.style():
    for title, reach in panels.items():
        figure, ax = plt.subplots(figsize=(4.2, 2.4))
        ax.set(title=title, xlim=(-reach, reach), ylim=(-0.3, 1.3), xlabel="value")
        ax.set_yticks([1, 0], ["before", "after"])
        ax.grid(visible=False, axis="y")
        pictures.append(figure)
        fields.append(ax)

# For each sample a line from its value before to that after; a gap (nan) before the next line.
joined = np.full((2, len(PLACES), len(OTHERS), 3 * 32), np.nan)  # inputs, outputs
mine = np.empty((2, len(PLACES), len(OTHERS), 2))
for p, row in enumerate(batches):
    for n, (old, new) in enumerate(zip(before, row, strict=True)):
        for kind in (0, 1):
            lines = joined[kind, p, n].reshape(-1, 3)[: len(new[0]) - 1]
            lines[:, 0], lines[:, 1] = old[kind][:-1], new[kind][:-1]
            mine[kind, p, n] = old[kind][-1], new[kind][-1]
levels = np.tile([1.0, 0.0, np.nan], 32)
traces = []
for ax, of_others, of_one in zip(fields, joined, mine, strict=True):
    traces.append(Trace(ax, of_others, levels, color=theme.FORWARD, width=1.5, marker=7))
    traces.append(Trace(ax, of_one, [1.0, 0.0], color=theme.INK, width=3, marker=10))
live(
    [pictures],
    {"place": PLACES, "samples": list(OTHERS)},
    traces,
    says=batch_says,
    start={"place": 6.0, "samples": 6},
    alt="Samples of a batch before and after one input moves. The lines of the other inputs are "
    "vertical. Those of their outputs are slanted: they move to the other side, closer together.",
)

# %% claims=true
five = [
    normalise_batch(np.append(others, place)[:, None], batchnorm)[0][:5, 0]
    for place in (0.0, 1.0, 2.0, 4.0, 6.0)
]
ranges = [np.ptp(outputs_of_five) for outputs_of_five in five]
claim("the closer the other five outputs are to each other", np.diff(ranges)[1:], below=0)
claim("most of them lie on the other side of 0", np.mean(five[-1] < 0), above=0.5, given=[0])
claim(
    "With two samples the outputs are −1 and 1 at every place",
    [np.abs(row[0][1]).min() for row in batches],
    equals=1,
    within=0.01,
    given=[-1],
)
# How far the other outputs move if the black input goes to 6, with 2, 6 and 32 samples.
ways = [np.abs(new[1] - old[1])[:-1] for old, new in zip(before, batches[-1], strict=True)]
kept = [np.abs(new[0] - old[0])[:-1].max() for old, new in zip(before, batches[-1], strict=True)]
claim("only the line of the black one is slanted", kept, below=1e-12)
claim("all lines are slanted", ways[1], above=0.05)
claim(
    "With 32 samples the other outputs move less", ways[2].mean(), below=ways[1].mean(), given=[32]
)
claim("but they still move", ways[2].mean(), above=0.1)

# %% [markdown]
# *In words: two panels, with a dot for each sample before and a dot after, joined by a line. Left,
# the inputs: only the line of the black one is slanted. Right, the outputs: with six samples, all
# lines are slanted. The further away the black input is, the closer the other five outputs are to
# each other, and most of them lie on the other side of 0. With two samples the outputs are −1 and 1
# at every place. With 32 samples the other outputs move less, but they still move.*
#
# So the output for a sample depends on the other samples of the batch, and so do the loss and the
# gradients. Remember this picture. It explains the two modes (section 3), the longer backward pass
# (section 4), why there are other normalisations (section 5), and a frequent mistake (section 8).

# %% [markdown]
# ## 2 The idea
#
# S2 puts the idea in one sentence: “you want unit gaussian activations? just make them so.” S4
# gives the reason. The data are normalised to mean 0 and variance 1 before training, but each layer
# shifts and scales them again. Therefore we also normalise inside the network. There are three
# steps for each column of a layer's output:
#
# 1. Compute the mean and the variance of the column over the batch.
# 2. Normalise: $\hat x = (x - \text{mean})/\sqrt{\text{Var} + \varepsilon}$.
# 3. Multiply by a *learned* scale and add a *learned* shift: $y = \gamma \hat x + \beta$.
#
# The third step seems to undo the second. But the size of the outputs now depends on two learned
# numbers per column, and no longer on all weights of the layers below.

# %% practice=true
rng = np.random.default_rng(1)
two_peaks = np.where(rng.random(2000) < 0.7, rng.normal(4, 1, 2000), rng.normal(12, 2, 2000))
x_peaks = two_peaks[:, None]
normal, _ = normalise_batch(x_peaks, batchnorm)
stages = {"input x": x_peaks, "normalised x": normal, "y (gamma = 3, beta = 2)": 3 * normal + 2}

# %% practice=true fold="Draw the three histograms"
with theme.style():
    figure, axes = plt.subplots(1, 3, figsize=(9, 2.5), sharex=True, sharey=True)
    for ax, (name, values) in zip(axes, stages.items(), strict=True):
        ax.hist(values[:, 0], bins=np.linspace(-8, 20, 60), color=theme.FORWARD)
        ax.set(title=name, xlabel=f"mean {values.mean():.1f}, standard dev. {values.std():.1f}")
    axes[0].set_ylabel("samples")
    plt.show()

# %% [markdown]
# *In words: three histograms with two peaks, a high one and a lower one beside it. In the first,
# the values are spread widely, far to the right. The second has mean 0 and standard deviation 1,
# the third mean 2 and standard deviation 3. All three have two peaks.*
#
# **“Unit Gaussian” is not meant literally.** The mean is 0 and the variance is 1, but the *shape*
# of the distribution stays: two peaks remain two peaks. The correlation between two columns stays
# as well, because each column is normalised separately. (Whitening, notebook 01, removes
# correlations, but is expensive.) An example with two columns:

# %% practice=true
column = rng.normal(size=500)
related = np.column_stack([5 * column, column + rng.normal(0, 0.5, 500) + 9])
print(f"correlation of two columns before: {np.corrcoef(related.T)[0, 1]:.6f}")
after, _ = normalise_batch(related, batchnorm)
print(f"correlation of two columns after:  {np.corrcoef(after.T)[0, 1]:.6f}")

# %% claims=true
change = np.corrcoef(after.T)[0, 1] / np.corrcoef(related.T)[0, 1]
claim("The correlation between two columns stays", change, above=0.999999, below=1.000001)
made = stages["y (gamma = 3, beta = 2)"]
third = "the third mean 2 and standard deviation 3"
claim(third, made.mean(), equals=2, within=0.01, given=[3])
claim(third, made.std(), equals=3, within=0.01, given=[2])

# %% [markdown]
# ### Why every layer?
#
# The next figure shows a network with ten sigmoid layers, before training. Its inputs are images of
# digits, and its weights have LeCun's initialisation (notebook 07). For each layer the figure shows
# the standard deviation of the outputs over 128 images (the mean over the units), and the root mean
# square of the gradient with respect to these outputs (one seed).

# %% practice=true fold="Load the digits"
digits = load_digits()
order = np.random.default_rng(0).permutation(len(digits.x))
x_all, t_all = digits.x[order], digits.t[order]
test = np.arange(len(x_all)) % 5 == 0
x_train, t_train = x_all[~test][:1408], t_all[~test][:1408]  # 22 batches of 64, none left over
x_test, t_test = x_all[test], t_all[test]


# %% practice=true fold="Define deep networks and measure each layer"
def batchnorm_layer(n, **settings):
    """A layer that keeps gamma, beta and the running statistics, and calls your functions."""
    return BatchNorm(n, op=own_or_library("batchnorm"), **settings)


def deep_sigmoid(norm, rng, factor=1, depth=10):
    """64 inputs, `depth` sigmoid layers of 50 units, 10 outputs; LeCun's weights times `factor`."""

    def init(shape, rng):
        return factor * initializers.lecun_normal(shape, rng)

    return mlp([64, *[50] * depth, 10], rng=rng, activation=Sigmoid, init=init, norm=norm)


def spread_and_gradient(network):
    """For each sigmoid layer: standard deviation of the outputs, and size of the gradient."""
    z, spread, backward_functions = x_train[:128], [], []
    for layer in network.layers:
        z, backward = layer.forward(z, training=True)
        backward_functions.append((layer, backward))
        if isinstance(layer, Sigmoid):
            spread.append(float(z.std(axis=0).mean()))
    _, d = softmax_cross_entropy(z, t_train[:128])
    gradient = []
    for layer, backward in reversed(backward_functions):
        if isinstance(layer, Sigmoid):
            gradient.insert(0, float(np.sqrt((d * d).mean())))
        d = backward(d)
    return spread, gradient


# %% practice=true
flow = {}
for norm, name in ((None, "without"), (batchnorm_layer, "with")):
    spread, gradient = spread_and_gradient(deep_sigmoid(norm, np.random.default_rng(0)))
    flow[name] = np.array(spread), np.array(gradient)

# %% practice=true fold="Draw both sizes by layer"
with theme.style():
    figure, axes = plt.subplots(1, 2, figsize=(8.5, 3))
    colours = theme.FORWARD, theme.GRADIENT
    for (name, (spread, gradient)), dash in zip(flow.items(), (":", "-"), strict=True):
        layers = range(1, len(spread) + 1)
        for ax, sizes, colour in zip(axes, (spread, gradient), colours, strict=True):
            colour = theme.QUIET if name == "without" else colour
            ax.plot(layers, sizes, "o" + dash, color=colour, label=f"{name} BN")
    axes[0].set(yscale="log", xlabel="layer", ylabel="standard deviation")
    axes[0].set_title("Outputs of each layer, over 128 images")
    axes[1].set(yscale="log", xlabel="layer", ylabel="root mean square")
    axes[1].set_title("Gradient with respect to these outputs")
    for ax in axes:
        ax.set_xticks(range(1, 11))
    label_lines(*axes)
    plt.show()

# %% [markdown]
# *In words: two panels over the ten layers, with logarithmic vertical axes. Without batch
# normalisation, the standard deviation falls by a factor of about 4 in each layer up to the
# seventh. From the ninth layer to the tenth it falls less, because of the rounding errors of
# float32. (In float64 it falls by a factor of more than 4.) The gradient also falls by a factor of
# about 4, from each layer to the layer below. With batch normalisation, the standard deviation is
# nearly the same in all layers, and the gradient changes by less than a factor of 3.*
#
# Without batch normalisation, the tenth layer gives practically the same numbers for every image.
# Batch normalisation brings the pre-activations of each layer back to standard deviation 1, and the
# gradients of all layers have similar sizes. This is what S2 means by “Improves gradient flow
# through the network”. Section 8 measures whether such a network learns.

# %% claims=true
spread, gradient = flow["without"]
claim("practically the same numbers for every image", spread[9], below=1e-5)
fall = spread[:-1] / spread[1:]
claim("falls by a factor of about 4 in each layer up", fall[:6], equals=4, within=0.9)
claim("From the ninth layer to the tenth it falls less", fall[8], below=3)
in_float64 = deep_sigmoid(None, np.random.default_rng(0))
for p in in_float64.parameters():
    p.data = p.data.astype(np.float64)
z, of_layers = x_train[:128].astype(np.float64), []
for layer in in_float64.layers:
    z, _ = layer.forward(z, training=True)
    of_layers += [z.std(axis=0).mean()] if isinstance(layer, Sigmoid) else []
claim("In float64 it falls by a factor of more than 4", of_layers[8] / of_layers[9], above=4)
ratios = gradient[1:] / gradient[:-1]
claim("The gradient also falls by a factor of about 4", ratios, equals=4, within=1)
spread, gradient = flow["with"]
claim("is nearly the same in all layers", spread / spread[0], equals=1, within=0.1)
claim("changes by less than a factor of 3", gradient.max() / gradient.min(), below=3)
claim("gradients of all layers have similar sizes", gradient.max() / gradient.min(), below=3)

# %% [markdown]
# ## 3 Batch normalisation, the forward pass
#
# In training, batch normalisation uses the mean and the variance of the batch. S2 and S4 show these
# four formulas of Ioffe and Szegedy (2015):
#
# $$\mu = \frac1N\sum_n x_n\qquad \sigma^2 = \frac1N\sum_n (x_n-\mu)^2\qquad
# \hat x_n = \frac{x_n-\mu}{\sqrt{\sigma^2+\varepsilon}}\qquad y_n = \gamma\hat x_n+\beta$$
#
# In testing we cannot do the same. A single image has no variance, and the answer for one image
# should not depend on other images. So during training we also keep **running statistics**:
# weighted averages over the batches so far. Testing uses them as constants that belong to the
# network, like its weights. After each batch,
#
# ```
# running = (1 - momentum) * running + momentum * batch
# ```
#
# where `momentum` is the weight of the *new* batch, as in PyTorch. It is usually 0.1. One detail
# concerns the variance. The mean squared deviation from the batch's mean is on average too small,
# by the factor (N − 1)/N. The batch is normalised with this *biased* variance. But the running
# variance stands for all data, so it is updated with the *unbiased* variance (N − 1 in the
# denominator). For a single column, in loops:


# %%
def batchnorm_in_loops(x, gamma, beta, running_mean, running_var, training, momentum, eps):
    """One column: x is a list of N numbers. Returns y and the new running mean and variance."""
    N = len(x)
    if not training:
        mean, var = running_mean, running_var
    else:
        mean = 0.0
        for value in x:
            mean += value / N
        squares = 0.0
        for value in x:
            squares += (value - mean) ** 2
        var = squares / N
        unbiased = squares / (N - 1)  # so N must be at least 2
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * unbiased
    y = []
    for value in x:
        y.append(gamma * (value - mean) / (var + eps) ** 0.5 + beta)
    return y, running_mean, running_var


# %% [markdown]
# Now write it for all columns at once, without loops. `state` holds the running statistics. In
# training, return a **new** dictionary; in testing, return the one that you received. In training,
# raise a `ValueError` if there are fewer than two rows. If all arrays are float32, `y` is float32.
# Put into the `cache` what the backward pass will need. You can change it later. None of your
# functions in this notebook may change its arguments.


# %% solution="batchnorm_forward"
def batchnorm_forward(x, gamma, beta, state, *, training, momentum, eps):
    """Batch normalisation of every column.

    x : (N, D), gamma, beta : (D,), state : {"mean": (D,), "var": (D,)}
    training : True for the statistics of this batch, False for the running ones
    momentum : weight of the new batch in the running statistics
    eps : added to the variance
    returns y : (N, D), cache, and state (new in training, else the one given);
        y is float32 if all arrays are
    raises ValueError in training with fewer than two rows
    """
    ### BEGIN SOLUTION
    mean, var = state["mean"], state["var"]
    if training:
        N = len(x)
        if N < 2:
            raise ValueError(f"{N} row(s) have no variance; train on batches of 2 or more")
        mean, var = x.mean(axis=0), x.var(axis=0)
        state = {
            "mean": (1 - momentum) * state["mean"] + momentum * mean,
            "var": (1 - momentum) * state["var"] + momentum * var * N / (N - 1),
        }
    inv_std = 1 / np.sqrt(var + eps)
    x_hat = (x - mean) * inv_std
    return gamma * x_hat + beta, (x_hat, gamma, inv_std, training), state
    ### END SOLUTION


# %% check="batchnorm_forward"
check("batchnorm_forward", batchnorm_forward)

# %% [markdown]
# The library's version is in `course_lib/functional/batchnorm.py`.
#
# ### How fast do the running statistics adapt?
#
# The running statistics start at mean 0 and variance 1. Each batch moves them towards its own mean
# and variance, by the fraction `momentum` of the difference. We draw batches of 8 numbers from a
# distribution with mean 5 and variance 4 (one seed).

# %% practice=true fold="Run batch normalisation over 100 batches"
if ready("batchnorm_forward"):
    running = {}
    for momentum in (0.5, 0.1, 0.01):
        rng, state = np.random.default_rng(3), {"mean": np.zeros(1), "var": np.ones(1)}
        seen = [(0.0, 1.0)]
        for _ in range(100):
            batch = rng.normal(5, 2, size=(8, 1))
            _, _, state = batchnorm_forward(
                batch, np.ones(1), np.zeros(1), state, training=True, momentum=momentum, eps=0
            )
            seen.append((state["mean"][0], state["var"][0]))
        running[momentum] = np.array(seen)
else:
    print("This cell waits.")

# %% practice=true fold="Draw the running statistics"
if ready("batchnorm_forward"):
    with theme.style():
        figure, axes = plt.subplots(1, 2, figsize=(8.5, 2.8), sharex=True)
        looks = {0.5: (":", theme.CYCLE[3]), 0.1: ("-", theme.FORWARD), 0.01: ("--", theme.INK)}
        for momentum, (dash, colour) in looks.items():
            for ax, values in zip(axes, running[momentum].T, strict=True):
                ax.plot(values, dash, color=colour, label=f"momentum {momentum}")
        for ax, truth, name in ((axes[0], 5, "mean"), (axes[1], 4, "variance")):
            ax.axhline(truth, color=theme.QUIET, linewidth=1)
            ax.set(xlabel="batches seen", ylabel=name)
            ax.set_title(f"The running {name} (true value: {truth})")
        label_lines(axes[1])
        plt.show()

# %% [markdown]
# *In words: two panels over a hundred batches. With momentum 0.5 the running mean and variance are
# near 5 and 4 after a few batches, and they fluctuate strongly. With 0.1 they are there after about
# thirty batches, and they fluctuate less. With 0.01 they are still far away after a hundred
# batches.*
#
# With momentum 0.1, the initial values 0 and 1 still have a weight of 59 % after five steps,
# because $0.9^5 = 0.59$. If you test so early, the accuracy can be much lower than in training,
# although the network does not overfit. For three sigmoid networks after five steps (seeds 0, 1
# and 2), the test accuracy is less than half as high in test mode as in training mode.

# %% claims=true
last = {momentum: seen[50:, 1].std() for momentum, seen in running.items()}
claim(
    "are near 5 and 4 after a few batches",
    running[0.5][10:, 0].mean(),
    equals=5,
    within=0.5,
    given=[4],
)
claim(
    "are near 5 and 4 after a few batches",
    running[0.5][10:, 1].mean(),
    equals=4,
    within=0.8,
    given=[5],
)
claim("and they fluctuate strongly", last[0.5], above=1.5 * last[0.1])
claim("and they fluctuate less", last[0.1], below=last[0.5])
claim("they are there after about thirty", running[0.1][30:50, 0].mean(), equals=5, within=0.5)
state, around_0 = {"mean": np.ones(1), "var": np.ones(1)}, np.array([[-1.0], [1.0]])
for _ in range(5):
    _, _, state = batchnorm_forward(
        around_0, np.ones(1), np.zeros(1), state, training=True, momentum=0.1, eps=0
    )
claim("still have a weight of 59 %", state["mean"][0], equals=0.59, within=0.02)
claim("still far away after a hundred", 5 - running[0.01][-1, 0], above=1)

# %% [markdown]
# ### Batch normalisation can learn the identity
#
# Does normalisation limit what a network can compute? S2 notes that the network can learn to undo
# it. For which `gamma` and `beta` is the output exactly `x`? (No points. Mind `eps`. The cell below
# tests your answer.)


# %% solution="identity_parameters"
def identity_parameters(x, eps):
    """gamma and beta, both (D,), for which batch normalisation in training returns x itself."""
    ### BEGIN SOLUTION
    return np.sqrt(x.var(axis=0) + eps), x.mean(axis=0)
    ### END SOLUTION


# %% practice=true fold="Check your gamma and beta"
if ready("batchnorm_forward"):
    rng = np.random.default_rng(4)
    x_some = rng.normal(3, 2, size=(20, 4))
    fresh = {"mean": np.zeros(4), "var": np.ones(4)}
    try:
        gamma, beta = identity_parameters(x_some, 0.1)
    except NotImplementedError:
        print("Write identity_parameters in the cell above, then run this one again.")
    else:
        y_same, _, _ = batchnorm_forward(
            x_some, gamma, beta, fresh, training=True, momentum=0.1, eps=0.1
        )
        print(f"largest |y - x|: {np.max(np.abs(y_same - x_some)):.1e}")
        print("(about 1e-15: they agree; about 0.07: eps is missing)")
else:
    print("This cell waits.")

# %% claims=true
without_eps = (x_some - x_some.mean(axis=0)) * (x_some.std(axis=0) / gamma - 1)
claim("about 0.07: eps is missing", np.abs(without_eps).max(), equals=0.07, within=0.0125)
claim("they agree;", np.max(np.abs(y_same - x_some)), below=1e-13)

# %% [markdown]
# <details><summary>The derivation</summary>
#
# - We need $\gamma\,(x_n - \mu)/\sqrt{\sigma^2 + \varepsilon} + \beta = x_n$ for every $n$.
# - Both sides are straight lines in $x_n$. Equal slopes:
#   $\gamma/\sqrt{\sigma^2 + \varepsilon} = 1$, so $\gamma = \sqrt{\sigma^2 + \varepsilon}$.
# - Equal values at $x_n = \mu$: the left side is $\beta$, the right side $\mu$, so $\beta = \mu$.
#
# </details>
#
# The network *can* learn the identity. Whether it does is another question: section 8 looks at the
# gammas after training.

# %% [markdown]
# ## 4 The backward pass, step by step
#
# The backward pass is hard to derive in one go. So we split the forward pass of one column into
# steps. Each step needs only one rule of calculus:
#
# ```
# m = mean(x)     c = x − m     q = c²     v = mean(q)
# s = √(v + eps)  i = 1/s       h = c · i  y = gamma · h + beta
# ```
#
# The figure shows the difficulty: **x is used twice**, for `m` and for `c`, and `c` is used twice,
# for `q` and for `h`. The gradient of such a value is the sum of the gradients from all places that
# use it.

# %% practice=true fold="Draw the graph of the steps"
PLACES = {
    **{"x": (0, 1), "c": (2, 1), "h": (8, 1), "y": (9.3, 1)},
    **{"m": (1, 0), "q": (3, 0), "v": (4.3, 0), "s": (5.6, 0), "i": (6.9, 0)},
}
EDGES = ("xm", "xc", "mc", "cq", "qv", "vs", "si", "ih", "ch", "hy")
with theme.style():
    figure, ax = plt.subplots(figsize=(8.5, 2.4))
    for start, end in EDGES:
        for colour, shift in ((theme.FORWARD, 0.05), (theme.GRADIENT, -0.05)):
            (x0, y0), (x1, y1) = PLACES[start], PLACES[end]
            ends = [(x0, y0 + shift), (x1, y1 + shift)]
            if colour == theme.GRADIENT:
                ends.reverse()
            arrow = {"arrowstyle": "->", "color": colour, "shrinkA": 14, "shrinkB": 14}
            ax.annotate("", ends[1], ends[0], arrowprops={**arrow, "linewidth": 1.5})
    for name, place in PLACES.items():
        circle = {"boxstyle": "circle,pad=0.35", "facecolor": "white", "edgecolor": theme.INK}
        ax.text(*place, name, ha="center", va="center", bbox=circle, size=12)
    ax.set(xlim=(-0.5, 9.8), ylim=(-0.5, 1.5))
    ax.set_title("Batch normalisation of one column: forward (blue), backward (orange)")
    ax.axis("off")
    plt.show()

# %% [markdown]
# *In words: a graph with blue arrows for the forward pass and orange arrows for the backward pass.
# Two paths lead from x to c: directly, and through m. Two paths lead from c to h: directly, and
# through q, v, s and i. One arrow leads from h to y.*
#
# First we run the forward pass in these steps, for a column of five samples. As the loss we take $L
# = \sum_n dy_n\, y_n$, because its gradient with respect to `y` is the given array `dy`.

# %% practice=true
STEPS = {
    "m": lambda v: v["x"].mean(keepdims=True),  # (1,)
    "c": lambda v: v["x"] - v["m"],  # (N,)
    "q": lambda v: v["c"] ** 2,  # (N,)
    "v": lambda v: v["q"].mean(keepdims=True),  # (1,)
    "s": lambda v: np.sqrt(v["v"] + v["eps"]),  # (1,)
    "i": lambda v: 1 / v["s"],  # (1,)
    "h": lambda v: v["c"] * v["i"],  # (N,)
    "y": lambda v: v["gamma"] * v["h"] + v["beta"],  # (N,)
}

rng = np.random.default_rng(5)
values = {"x": rng.normal(2, 3, size=5), "gamma": np.array([1.5]), "beta": np.array([-1.0])}
values |= {"eps": 0.1, "dy": rng.normal(size=5)}
for step, compute in STEPS.items():
    values[step] = compute(values)
print({name: np.shape(value) for name, value in values.items()})

# %% [markdown]
# Now write the backward pass, **one line at a time**. Put `d["beta"] = …` in place of the `raise`
# line, and run this cell and the next one. When the next cell says “agrees”, write the next line.
# The order is beta, gamma, h, i, s, v, q, c, m, x. All that you need is in the dictionary `v` (the
# variance is `v["v"]`) and in your earlier lines. Each gradient has the shape of its value.
#
# <details><summary>What to watch for</summary>
#
# - `beta` and `gamma`: all N samples use the same number, so the gradient has the shape (1,).
# - `i`: also one number for all samples. It is a factor in every `h`.
# - `s`: 1/s has the derivative −1/s². `v`: the root has the derivative 1/(2s).
# - `q`: each of the N values enters the mean with the factor 1/N.
# - `c`: it is used twice. Add the gradients from `h` and from `q`; c² has the derivative 2c.
# - `m`: it is subtracted from every x.
# - `x`: it is used twice as well, in `c` and in `m`.
#
# </details>


# %% solution="gradients_by_steps"
def gradients_by_steps(v):
    """The gradient of the loss with respect to each value in v, by its name."""
    d = {}
    ### BEGIN SOLUTION
    N = len(v["x"])
    d["beta"] = v["dy"].sum(keepdims=True)
    d["gamma"] = (v["dy"] * v["h"]).sum(keepdims=True)
    d["h"] = v["dy"] * v["gamma"]
    d["i"] = (d["h"] * v["c"]).sum(keepdims=True)
    d["s"] = -d["i"] / v["s"] ** 2
    d["v"] = d["s"] / (2 * v["s"])
    d["q"] = np.full(N, d["v"] / N)
    d["c"] = d["h"] * v["i"] + d["q"] * 2 * v["c"]
    d["m"] = -d["c"].sum(keepdims=True)
    d["x"] = d["c"] + d["m"] / N
    ### END SOLUTION
    return d


# %% practice=true fold="Compare each gradient with finite differences"
def loss_from(v, name, value):
    """The loss when `name` has another value, and all steps after it are done again."""
    v, names = {**v, name: value}, list(STEPS)
    for step in names[names.index(name) + 1 if name in names else 0 :]:
        v[step] = STEPS[step](v)
    return np.sum(v["dy"] * v["y"])


def compare(name, mine, measured):
    """Print whether the gradient `mine` agrees with the finite differences `measured`."""
    mine = np.asarray(mine)
    if mine.shape != measured.shape:
        print(f"{name:7} has shape {mine.shape}, expected {measured.shape}")
        return
    difference = np.max(np.abs(mine - measured))
    verdict = "agrees" if difference < 1e-6 * (1 + np.max(np.abs(measured))) else "DIFFERS"
    print(f"{name:7} {verdict:8} largest difference from finite differences {difference:.0e}")


try:
    found = gradients_by_steps(values)
except NotImplementedError:
    found = {}
    print("The raise line is still there; replace it by your first line.")
for name in ("beta", "gamma", "h", "i", "s", "v", "q", "c", "m", "x"):
    if name not in found:
        print(f'd{name} is next: write d["{name}"] = …, of shape {values[name].shape}')
        break
    measured = numerical_gradient(
        lambda a, name=name: loss_from(values, name, a), values[name], 1e-6
    )
    compare(f"d{name}", found[name], measured)

# %% [markdown]
# <details><summary>The derivation</summary>
#
# We go from the last step to the first. Each line is the chain rule for one step. There are $N$
# samples; $s$, $i$, $v$, $m$, $\gamma$ and $\beta$ are single numbers.
#
# - $y_n = \gamma h_n + \beta$ uses β in all samples: $d\beta = \sum_n dy_n$. The same for γ, with
#   the factor $h_n$: $d\gamma = \sum_n dy_n h_n$. And $dh_n = \gamma\, dy_n$.
# - $h_n = c_n i$ uses i in all samples: $di = \sum_n dh_n c_n$.
# - $i = 1/s$ has the derivative $-1/s^2$: $ds = -di/s^2$.
# - $s = \sqrt{v + \varepsilon}$ has the derivative $1/(2s)$: $dv = ds/(2s)$.
# - $v = \frac1N\sum_n q_n$: $dq_n = dv/N$.
# - $c_n$ is used in $h_n = c_n i$ and in $q_n = c_n^2$: $dc_n = dh_n\, i + dq_n\, 2c_n$.
# - $c_n = x_n - m$ uses m in all samples: $dm = -\sum_n dc_n$.
# - $x_n$ is used in $c_n$ and in $m = \frac1N\sum_n x_n$: $dx_n = dc_n + dm/N$.
#
# </details>
#
# ### In closed form
#
# These ten lines are enough for training. But if you insert them into each other on paper, one sum
# is 0, powers of s cancel, and one line remains. Write `dx` with nothing but `dy`, `gamma`, `i`,
# `h` and means over the batch (no points).
#
# <details><summary>The first steps</summary>
#
# Show first that the variance contributes nothing to `dm`, because the sum of 2c over the batch is
# 0. So $dx = \gamma\, i\, (dy - \text{the part through } m - \text{the part through } v)$. For the
# last part, collect the factors in $dq_n\,2c_n$ with $dv = -\tfrac12 s^{-3}\sum_k dh_k c_k$, and
# replace $c$ by $h\,s$ everywhere.
#
# </details>


# %% solution="closed_form_dx"
def closed_form_dx(dy, gamma, h, i):
    """dx of one column; dy and h are (N,), gamma and i = 1/s are (1,)."""
    ### BEGIN SOLUTION
    return gamma * i * (dy - dy.mean() - h * (dy * h).mean())
    ### END SOLUTION


# %% practice=true fold="Compare your dx with finite differences"
try:
    in_one_line = closed_form_dx(values["dy"], values["gamma"], values["h"], values["i"])
except NotImplementedError:
    print("Write closed_form_dx in the cell above, then run this one again.")
else:
    measured = numerical_gradient(lambda a: loss_from(values, "x", a), values["x"], 1e-6)
    compare("dx", in_one_line, measured)
    print(f"sum of dx:             {in_one_line.sum():+.1e}")
    print(f"product of dx with h:  {np.sum(in_one_line * values['h']):+.1e}")
    share = values["eps"] / (values["v"] + values["eps"])
    print(f"(proportional to eps / (v + eps) = {share[0]:.1e}, so it would be 0 for eps = 0)")

# %% claims=true
claim("**dx adds up to 0**", abs(in_one_line.sum()), below=1e-6, given=[0])

# %% [markdown]
# <details><summary>The derivation</summary>
#
# 1. $dh_n = \gamma\, dy_n$, and $h = c/s$ gives
#    $dv = \sum_k dh_k\,\partial h_k/\partial v = -\tfrac12 s^{-3}\sum_k dh_k c_k$.
# 2. $c_n$ is used in $h_n$ and in $q_n = c_n^2$, and $q_n$ enters $v$ with the factor $1/N$:
#    $dc_n = i\, dh_n + \tfrac2N c_n\, dv$.
# 3. $\sum_n c_n = 0$, so the last term drops out of the sum:
#    $dm = -\sum_n dc_n = -i\sum_n dh_n$.
# 4. $x_n$ is used in $c_n$ and in $m$:
#    $dx_n = dc_n + \tfrac1N dm = i\, dh_n - \tfrac iN\sum_k dh_k + \tfrac2N c_n\, dv$.
# 5. Insert $dv$ and $c = h\,s$ into the last term:
#    $\tfrac2N c_n\, dv = -\tfrac1N h_n s\, s^{-3}\sum_k dh_k h_k s
#    = -i\, h_n\,\tfrac1N\sum_k dh_k h_k$.
# 6. Together:
#    $dx_n = i\,\big[dh_n - \tfrac1N\sum_k dh_k - h_n\,\tfrac1N\sum_k dh_k h_k\big]$.
# 7. γ is the same for all samples, so it can be taken out of the sums:
#    $dx_n = \gamma\, i\,\big[dy_n - \tfrac1N\sum_k dy_k - h_n\,\tfrac1N\sum_k dy_k h_k\big]$.
#
# The two sums: $\sum_n h_n = 0$, so $\sum_n dx_n = \gamma i\,(\sum_n dy_n - \sum_k dy_k) = 0$. And
# $\tfrac1N\sum_n h_n^2 = v/(v+\varepsilon)$, so
# $\sum_n dx_n h_n = \gamma i\,\big(1 - v/(v+\varepsilon)\big)\sum_k dy_k h_k$: 0 for ε = 0.
#
# </details>
#
# The printed sum and product have a meaning. **dx adds up to 0**, because adding the same
# number to all inputs of a column changes no output. **dx is orthogonal to h** (exactly so for ε =
# 0), because multiplying all distances from the mean by a common factor changes no output either.
# So, for ε = 0, the gradient is 0 along two of the N directions of a column. With N = 2 there are
# no others, so `dx` is 0, as in section 1.

# %% [markdown]
# Now write the backward pass for all columns at once. After a forward pass with `training=False`,
# the mean and the variance were constants. What is left of `dx` in this case? (`gamma` can be 0.)


# %% solution="batchnorm_backward"
def batchnorm_backward(dy, cache):
    """The gradients of batchnorm_forward.

    dy : (N, D), and cache from batchnorm_forward (in training or not)
    returns dx : (N, D), dgamma : (D,), dbeta : (D,); dx is float32 if all arrays are
    """
    ### BEGIN SOLUTION
    x_hat, gamma, inv_std, training = cache
    dgamma = (dy * x_hat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    dx = dy
    if training:
        dx = dy - dy.mean(axis=0) - x_hat * (dy * x_hat).mean(axis=0)
    return gamma * inv_std * dx, dgamma, dbeta
    ### END SOLUTION


# %% check="batchnorm_backward"
check("batchnorm_backward", batchnorm_forward, batchnorm_backward)

# %% [markdown]
# The library's version is in `course_lib/functional/batchnorm.py`.
#
# ### A thousand times the weights
#
# A linear layer is followed by a batch normalisation. We multiply its `W` by 1000. By which factors
# do the output `y` and the gradient `dW` change? Write down both factors, then run the cells.

# %% practice=true
if ready("batchnorm_backward"):
    rng = np.random.default_rng(6)
    x_in, W, b = rng.normal(size=(16, 8)), rng.normal(size=(8, 5)), rng.normal(size=5)
    gamma, beta, dy = rng.normal(size=5), rng.normal(size=5), rng.normal(size=(16, 5))

    def with_batchnorm(W, b):
        """y, dW and db of a linear layer with a batch normalisation after it."""
        fresh = {"mean": np.zeros(5), "var": np.ones(5)}
        u = x_in @ W + b
        y, cache, _ = batchnorm_forward(
            u, gamma, beta, fresh, training=True, momentum=0.1, eps=1e-8
        )
        du, _, _ = batchnorm_backward(dy, cache)
        return y, x_in.T @ du, du.sum(axis=0)

    y_once, dW_once, db_once = with_batchnorm(W, b)
    y_large, dW_large, _ = with_batchnorm(1000 * W, b)
else:
    print("This cell waits.")

# %% practice=true fold="Compare outputs and gradients"
if ready("batchnorm_backward"):
    print(f"largest change of y:          {np.max(np.abs(y_large - y_once)):.1e}")
    print(f"size of dW for W:             {np.linalg.norm(dW_once):.4f}")
    print(f"size of dW for 1000 W:        {np.linalg.norm(dW_large):.7f}")
    print(f"db of the linear layer:       {np.max(np.abs(db_once)):.1e}")
    print(f"W · dW, column by column:     {np.max(np.abs((W * dW_once).sum(axis=0))):.1e}")

# %% claims=true
claim("The output stays the same", np.max(np.abs(y_large - y_once)), below=1e-6)
smaller = np.linalg.norm(dW_large) / np.linalg.norm(dW_once)
claim("the gradient is a thousandth", 1000 * smaller, equals=1, within=1e-4)
claim("**`db` is 0.**", np.max(np.abs(db_once)), below=1e-6, given=[0])
claim("**`W · dW` is 0**", np.max(np.abs((W * dW_once).sum(axis=0))), below=1e-6, given=[0])

# %% [markdown]
# The output stays the same, and the gradient is a thousandth of the old one. This is one reason why
# the size of the initial weights matters less in front of a normalisation. It also helps to explain
# why higher learning rates are possible: after too large a step the weights are large, and large
# weights get small gradients. The last two printed lines show more:
#
# - **`db` is 0.** A bias in front of a batch normalisation is subtracted again with the mean. It
#   costs memory and has no effect; `beta` replaces it.
# - **`W · dW` is 0** (for ε = 0). A step of plain gradient descent is orthogonal to the weights.
#   So, by Pythagoras, each step makes the weights a little *longer*. <!-- no claim: derived -->
#   Longer weights in the same direction have a smaller gradient.
#
# <details><summary>The derivation</summary>
#
# Let ε = 0 and $c > 0$. The pre-activation $u = xW$ (the bias is subtracted with the mean) becomes
# $cu$, its mean $c\mu$, its standard deviation $c\sigma$. So batch normalisation removes the factor
# c, and the loss satisfies $L(cW) = L(W)$.
#
# - Take the derivative with respect to $W$ on both sides (chain rule on the left):
#   $c\,\nabla L(cW) = \nabla L(W)$, so $\nabla L(cW) = \nabla L(W)/c$.
# - Take the derivative with respect to $c$ at $c = 1$: the right side does not contain c, so
#   $\sum_{ij} W_{ij}\,\partial L/\partial W_{ij} = 0$. Each column is normalised separately, so the
#   same holds for each column.
# - The squared length after a step $W - \eta\,dW$ is $|W|^2 - 2\eta\, W\cdot dW + \eta^2 |dW|^2
#   = |W|^2 + \eta^2 |dW|^2$.
#
# </details>

# %% [markdown]
# ## 5 Layer and group normalisation
#
# Batch normalisation needs the other samples of the batch. With small batches its statistics are
# rough estimates, and a single sample has no variance. S3 lists two relatives that use **one sample
# at a time**. They need no running statistics, so training and testing do not differ.
#
# - **Layer normalisation** (Ba and others 2016) takes the mean and the variance over all features
#   of a sample: along a row, and not down a column.
# - **Group normalisation** (Wu and He 2018) is made for images `(N, C, H, W)`. It divides the
#   channels of a sample into groups of neighbours. It takes the mean and the variance over all
#   channels of a group and all positions.
#
# In all three, `gamma` and `beta` have one number for each column, or channel.
#
# Which values share a mean? We can measure this. Take a batch of 4 samples with 6 channels of 4
# positions, change **one** number, and see which outputs change.


# %% practice=true
def reactions(forward, x, place):
    """Where the output changes when x changes at one place."""
    moved = x.copy()
    moved[place] += 0.5
    return np.abs(forward(moved) - forward(x)) > 1e-9


# %% practice=true fold="Draw which outputs react"
def batch_of_sequences(x):
    """Batch normalisation of (N, C, L): every position of every sample is a row."""
    rows = np.moveaxis(x, 1, -1)
    y, _ = normalise_batch(rows.reshape(-1, x.shape[1]), own_or_library("batchnorm"))
    return np.moveaxis(y.reshape(rows.shape), -1, 1)


def in_groups(groups):
    """Group normalisation with `groups` groups, gamma = 1 and beta = 0."""
    op = own_or_library("groupnorm")
    ones = np.ones(6)
    return lambda x: op.forward(x, ones, 0 * ones, groups=groups, eps=1e-5)[0]


kinds = {
    "batch norm": batch_of_sequences,
    "group norm, 1 group": in_groups(1),
    "group norm, 3 groups": in_groups(3),
    "group norm, 6 groups": in_groups(6),
}
x_measured = np.random.default_rng(7).normal(size=(4, 6, 4))
with theme.style():
    figure, axes = plt.subplots(2, 2, figsize=(8.5, 3.6), sharex=True, sharey=True)
    for ax, (name, forward) in zip(axes.flat, kinds.items(), strict=True):
        reacts = reactions(forward, x_measured, (1, 2, 1)).reshape(4, 24)
        colours = plt.matplotlib.colors.ListedColormap(["#E8E8E8", theme.FORWARD])
        ax.pcolormesh(reacts, cmap=colours, edgecolor="white", linewidth=0.5, vmin=0, vmax=1)
        for channel in range(1, 6):
            ax.axvline(4 * channel, color=theme.INK, linewidth=1)
        ax.plot(9.5, 1.5, "o", color="white", markeredgecolor=theme.INK, markersize=6)
        ax.set(title=name, xticks=range(2, 24, 4), yticks=np.arange(4) + 0.5)
        ax.set_xticklabels(range(1, 7))
        ax.set_yticklabels(range(1, 5))
        ax.grid(visible=False)
    in_words = "dot: changed input; blue: changed outputs"
    figure.supxlabel(f"channel, each with four positions ({in_words})", size=10)
    figure.supylabel("sample", size=10)
    plt.show()

# %% [markdown]
# *In words: four tables, with four rows for the samples and six blocks of four cells for the
# channels. A dot marks the changed input, in sample 2 and channel 3. Batch norm: the cells of
# channel 3 change in all samples. One group: all cells of sample 2 change. Three groups: the cells
# of sample 2 in channels 3 and 4. Six groups: the cells of sample 2 in channel 3 only.*

# %% claims=true
reacts = reactions(kinds["batch norm"], x_measured, (1, 2, 1))
claim("the cells of channel 3 change in all samples", reacts[:, 2], above=0.5, given=[3])
claim("the cells of channel 3 change in all samples", reacts.sum(), below=16.5, given=[3])
reacts = reactions(kinds["group norm, 1 group"], x_measured, (1, 2, 1))
claim("all cells of sample 2 change", reacts[1], above=0.5, given=[2])
claim("all cells of sample 2 change", reacts.sum(), below=24.5, given=[2])
reacts = reactions(kinds["group norm, 6 groups"], x_measured, (1, 2, 1))
claim("the cells of sample 2 in channel 3 only", reacts[1, 2], above=0.5, given=[2, 3])
claim("the cells of sample 2 in channel 3 only", reacts.sum(), below=4.5, given=[2, 3])

# %% [markdown]
# So in batch normalisation, all values of one channel share a mean. With one group, all values of
# one sample share it; with more groups, only those of one group of channels do. (Group
# normalisation with as many groups as channels is also called instance normalisation.)
#
# ### Layer normalisation, the forward pass
#
# For one row, in loops:


# %%
def layernorm_in_loops(row, gamma, beta, eps):
    """One sample: row, gamma and beta are lists of D numbers."""
    D = len(row)
    mean = 0.0
    for value in row:
        mean += value / D
    var = 0.0
    for value in row:
        var += (value - mean) ** 2 / D
    y = []
    for d in range(D):
        y.append(gamma[d] * (row[d] - mean) / (var + eps) ** 0.5 + beta[d])
    return y


# %% [markdown]
# Now write it for all rows at once. Mind the shapes: there are N means, but D gammas. If all arrays
# are float32, `y` is float32.


# %% solution="layernorm_forward"
def layernorm_forward(x, gamma, beta, *, eps):
    """Layer normalisation: every row by its own mean and (biased) variance.

    x : (N, D), gamma, beta : (D,), eps : added to the variance
    returns y : (N, D), and cache; y is float32 if all arrays are
    """
    ### BEGIN SOLUTION
    mean = x.mean(axis=1, keepdims=True)
    inv_std = 1 / np.sqrt(x.var(axis=1, keepdims=True) + eps)
    x_hat = (x - mean) * inv_std
    return gamma * x_hat + beta, (x_hat, gamma, inv_std)
    ### END SOLUTION


# %% check="layernorm_forward"
check("layernorm_forward", layernorm_forward)

# %% [markdown]
# ### Layer normalisation, the backward pass
#
# The graph of section 4 is also correct for one row. So it is tempting to copy `batchnorm_backward`
# and change every `axis=0` to `axis=1`. Even with the right shapes, this is wrong in two places.
# Answer two questions before you write. Over which axis do `dgamma` and `dbeta` sum? And in batch
# normalisation, `gamma` could be taken out of the means. Is that possible here?


# %% solution="layernorm_backward"
def layernorm_backward(dy, cache):
    """The gradients of layernorm_forward.

    dy : (N, D), and cache from layernorm_forward
    returns dx : (N, D), dgamma : (D,), dbeta : (D,); dx is float32 if all arrays are
    """
    ### BEGIN SOLUTION
    x_hat, gamma, inv_std = cache
    d = gamma * dy
    mean = d.mean(axis=1, keepdims=True)
    along = (d * x_hat).mean(axis=1, keepdims=True)
    return inv_std * (d - mean - x_hat * along), (dy * x_hat).sum(axis=0), dy.sum(axis=0)
    ### END SOLUTION


# %% check="layernorm_backward"
check("layernorm_backward", layernorm_forward, layernorm_backward)

# %% [markdown]
# The library's version is in `course_lib/functional/layernorm.py`.
#
# <details><summary>The derivation</summary>
#
# We take one sample with D features $x_d$. The numbers $m$, $v$, $s$ and $i = 1/s$ belong to this
# sample.
#
# 1. $y_d = \gamma_d h_d + \beta_d$, so $dh_d = \gamma_d\, dy_d$: every feature has its own γ.
# 2. From $x$ to $h$ the steps are those of section 4, with the D features of the row in place of
#    the N samples of the column. In lines 1 to 6 of the derivation of the closed form, γ stands
#    only in $dh$ (line 1, now $dh_d = \gamma_d\, dy_d$). So these lines are still correct: $dx_d =
#    i\,\big[dh_d - \tfrac1D\sum_k dh_k - h_d\,\tfrac1D\sum_k dh_k h_k\big]$.
# 3. Line 7 is not possible: the sum runs over k, and $\gamma_k$ differs from feature to feature.
#    With $dh_k = \gamma_k\, dy_k$ it stays inside: $dx_d = i\,\big[\gamma_d\, dy_d - \tfrac1D\sum_k
#    \gamma_k\, dy_k
#    - h_d\,\tfrac1D\sum_k \gamma_k\, dy_k\, h_k\big]$.
# 4. $\gamma_d$ and $\beta_d$ are used in all N samples:
#    $d\gamma_d = \sum_n dy_{nd}\, h_{nd}$ and $d\beta_d = \sum_n dy_{nd}$.
#
# Group normalisation is the same with a group in place of the row: D becomes the number of values
# in the group, and the sums of line 4 run over the positions as well.
#
# </details>
#
# The next cell computes the copied `dx`, with gamma taken out of the means. All gammas are 1
# before training, so a gradient check of `dx` passes at that time. The error appears when the
# gammas have changed.

# %% practice=true fold="Compare the copied dx with yours"
if ready("layernorm_backward"):
    errors_of_copy = {}
    rng = np.random.default_rng(8)
    x_rows, dy_rows = rng.normal(size=(6, 5)), rng.normal(size=(6, 5))
    for name, gamma in (("all 1", np.ones(5)), ("random", rng.uniform(0.5, 2, size=5))):
        _, cache = layernorm_forward(x_rows, gamma, np.zeros(5), eps=1e-5)
        right, _, _ = layernorm_backward(dy_rows, cache)
        normal, _ = layernorm_forward(x_rows, np.ones(5), np.zeros(5), eps=1e-5)
        means = dy_rows.mean(axis=1, keepdims=True)
        means = means + normal * (dy_rows * normal).mean(axis=1, keepdims=True)
        copied = gamma * (dy_rows - means) / np.sqrt(x_rows.var(axis=1, keepdims=True) + 1e-5)
        errors_of_copy[name] = relative_error(copied, right)
        print(f"gamma {name}: relative error of the copied dx {errors_of_copy[name]:.0e}")
else:
    print("This cell waits.")

# %% claims=true
claim("so a gradient check of `dx` passes at that time", errors_of_copy["all 1"], below=1e-12)
claim("The error appears when the gammas have changed", errors_of_copy["random"], above=0.01)

# %% [markdown]
# ### Group normalisation
#
# Here `x` may have any number of axes after the second: `(N, C)`, `(N, C, L)`, `(N, C, H, W)`. The
# first `C / groups` channels are the first group, the next ones are the second group, and so on.
# For images, in loops (this version always gives float64):


# %%
def groupnorm_in_loops(x, gamma, beta, groups, eps):
    """x : (N, C, H, W)"""
    N, C, H, W = x.shape
    size = C // groups  # channels in a group
    y = np.zeros(x.shape)
    for n in range(N):
        for g in range(groups):
            members = [
                (c, i, j)
                for c in range(g * size, (g + 1) * size)
                for i in range(H)
                for j in range(W)
            ]
            mean = sum(x[n, c, i, j] for c, i, j in members) / len(members)
            var = sum((x[n, c, i, j] - mean) ** 2 for c, i, j in members) / len(members)
            for c, i, j in members:
                y[n, c, i, j] = gamma[c] * (x[n, c, i, j] - mean) / (var + eps) ** 0.5 + beta[c]
    return y


# %% [markdown]
# Use `reshape` to `(N, groups, …)`: it puts the values of a group next to each other. Afterwards,
# reshape back. Which shape of `gamma` broadcasts along axis 1 of `x`? If all arrays are float32,
# `y` is float32.


# %% solution="groupnorm_forward"
def groupnorm_forward(x, gamma, beta, *, groups, eps):
    """Group normalisation: each sample's channels in `groups` groups of neighbours.

    x : (N, C, …), gamma, beta : (C,), groups : a divisor of C, eps : added to the variance
    returns y : the shape of x, and cache; y is float32 if all arrays are
    """
    ### BEGIN SOLUTION
    rows = x.reshape(x.shape[0], groups, -1)
    inv_std = 1 / np.sqrt(rows.var(axis=2, keepdims=True) + eps)
    x_hat = ((rows - rows.mean(axis=2, keepdims=True)) * inv_std).reshape(x.shape)
    per_channel = (1, x.shape[1]) + (1,) * (x.ndim - 2)
    gamma, beta = gamma.reshape(per_channel), beta.reshape(per_channel)
    return gamma * x_hat + beta, (x_hat, gamma, inv_std)
    ### END SOLUTION


# %% check="groupnorm_forward"
check("groupnorm_forward", groupnorm_forward)

# %% [markdown]
# In the backward pass, treat each group like a row of layer normalisation. `dgamma` and `dbeta`
# have the shape `(C,)`.


# %% solution="groupnorm_backward"
def groupnorm_backward(dy, cache):
    """The gradients of groupnorm_forward.

    dy : the shape of x, (N, C, …), and cache from groupnorm_forward
    returns dx : the shape of x, dgamma : (C,), dbeta : (C,); dx is float32 if all arrays are
    """
    ### BEGIN SOLUTION
    x_hat, gamma, inv_std = cache
    in_rows = (*inv_std.shape[:2], -1)
    d, h = (gamma * dy).reshape(in_rows), x_hat.reshape(in_rows)
    dx = inv_std * (d - d.mean(axis=2, keepdims=True) - h * (d * h).mean(axis=2, keepdims=True))
    all_but_channels = (0, *range(2, dy.ndim))
    dgamma, dbeta = (dy * x_hat).sum(axis=all_but_channels), dy.sum(axis=all_but_channels)
    return dx.reshape(dy.shape), dgamma, dbeta
    ### END SOLUTION


# %% check="groupnorm_backward"
check("groupnorm_backward", groupnorm_forward, groupnorm_backward)

# %% [markdown]
# The library's version is in `course_lib/functional/groupnorm.py`.
#
# ### Two special cases
#
# With one group, group normalisation of a matrix must be layer normalisation. With as many groups
# as channels, each channel of each sample is normalised separately. In a matrix, such a group has a
# single value. What is the output then? Predict it, then run the cell.

# %% practice=true fold="Test both special cases"
if ready("groupnorm_forward", "layernorm_forward"):
    rng = np.random.default_rng(9)
    matrix, images = rng.normal(size=(3, 6)), rng.normal(size=(3, 6, 4, 4))
    gamma, beta = rng.uniform(0.5, 2, size=6), rng.normal(size=6)
    as_layer, _ = layernorm_forward(matrix, gamma, beta, eps=1e-5)
    as_group, _ = groupnorm_forward(matrix, gamma, beta, groups=1, eps=1e-5)
    print("one group on a matrix is layer norm:", np.allclose(as_layer, as_group))

    each, _ = groupnorm_forward(images, np.ones(6), np.zeros(6), groups=6, eps=1e-5)
    means, deviations = each.mean(axis=(2, 3)), each.std(axis=(2, 3))
    print(f"six groups on images: each channel has mean 0 within {np.abs(means).max():.0e}")
    print(f"          and standard deviation 1 within {np.abs(deviations - 1).max():.0e}")

    alone, _ = groupnorm_forward(matrix, gamma, beta, groups=6, eps=1e-5)
    print("six groups on a matrix give beta, whatever x:", np.allclose(alone, beta))
else:
    print("This cell waits.")

# %% [markdown]
# The next cell compares all three backward passes with finite differences along random directions.
# Batch normalisation runs in training mode here, so its finite differences include the change of
# the mean and the variance.

# %% practice=true fold="Compare all three with finite differences"
rng = np.random.default_rng(10)
fresh = {"mean": np.zeros(6), "var": np.ones(6)}


def training_pass(x, gamma, beta):
    y, cache, _ = batchnorm_forward(x, gamma, beta, fresh, training=True, momentum=0.1, eps=0.01)
    return y, cache


if ready("batchnorm_backward", "layernorm_backward", "groupnorm_backward"):
    ops = {
        "batch norm": Op(training_pass, batchnorm_backward),
        "layer norm": Op(lambda *a: layernorm_forward(*a, eps=0.01), layernorm_backward),
        "group norm": Op(lambda *a: groupnorm_forward(*a, groups=2, eps=0.01), groupnorm_backward),
    }
    for name, op in ops.items():
        inputs = [rng.normal(size=(5, 6)), rng.normal(size=6), rng.normal(size=6)]
        for letter, result in zip(
            ("dx", "dgamma", "dbeta"), check_op(op, inputs, rng), strict=True
        ):
            print(f"{name}, {letter:6}: {result}")
else:
    print("This cell waits.")

# %% [markdown]
# ## 6 Folding
#
# In testing, `mean` and `var` are constants, so batch normalisation is an affine map. The linear
# layer in front of it is an affine map, too. Two affine maps in a row are one affine map, so one
# `W` and one `b` can replace both. Therefore, after training, batch normalisations are *folded*
# into the linear layers and no longer take any time. For a single sample and output $j$,
#
# $$y_j = \gamma_j\,\frac{\left(\sum_i x_i w_{ij} + b_j\right) - \text{mean}_j}
# {\sqrt{\text{var}_j + \varepsilon}} + \beta_j
# \;=\; \sum_i x_i\, w'_{ij} + b'_j$$
#
# The next cell defines the first form in loops. Your function returns the $w'$ and $b'$ of the
# second form.


# %%
def linear_then_batchnorm_in_loops(x, W, b, gamma, beta, mean, var, eps):
    """One sample x (n_in,); returns y (n_out,)."""
    y = np.zeros(len(b))
    for j in range(len(b)):
        u = b[j]
        for i in range(len(x)):
            u += x[i] * W[i, j]
        y[j] = gamma[j] * (u - mean[j]) / (var[j] + eps) ** 0.5 + beta[j]
    return y


# %% solution="fold_batchnorm"
def fold_batchnorm(W, b, gamma, beta, mean, var, eps):
    """One linear layer for a linear layer and the batch normalisation (in testing) after it.

    W : (n_in, n_out); b, gamma, beta, and the running mean and var : (n_out,)
    returns the new W : (n_in, n_out) and the new b : (n_out,);
        both are float32 if all arrays are
    """
    ### BEGIN SOLUTION
    s = gamma / np.sqrt(var + eps)
    return W * s, (b - mean) * s + beta
    ### END SOLUTION


# %% check="fold_batchnorm"
check("fold_batchnorm", fold_batchnorm)

# %% [markdown]
# The library's version is in `course_lib/functional/fold_batchnorm.py`. Section 8 folds a trained
# network.
#
# <details><summary>The derivation</summary>
#
# - Write $s_j = \gamma_j/\sqrt{\text{var}_j + \varepsilon}$. Then
#   $y_j = s_j\big(\sum_i x_i w_{ij} + b_j - \text{mean}_j\big) + \beta_j$.
# - Multiply out: $y_j = \sum_i x_i\,(w_{ij} s_j) + s_j\,(b_j - \text{mean}_j) + \beta_j$.
# - The factor of $x_i$ is $w'_{ij} = w_{ij}\, s_j$; the rest is
#   $b'_j = s_j\,(b_j - \text{mean}_j) + \beta_j$.
#
# </details>

# %% [markdown]
# ## 7 Spot the slip
#
# We test three statements of the sources about batch normalisation. First say what you think is
# correct, then run the cell.
#
# **The identity** (S2, "Batch Normalization"; a *simplification*). The slide notes that the
# network can learn $\gamma^{(k)} = \sqrt{\text{Var}[x^{(k)}]}$ "to recover the identity mapping".
# The normalisation on this slide has no ε, but the one on the next slide has. Is the result still
# the identity with ε?

# %% practice=true
rng = np.random.default_rng(11)
x_some = rng.normal(3, 1, size=(50, 1))
print("largest |y - x|, with gamma =")
print("    eps        sqrt(Var)        sqrt(Var + eps)")
left_over = {}
for eps in (1e-2, 1e-3, 1e-5):
    residuals = left_over[eps] = []
    for gamma in (x_some.std(axis=0), np.sqrt(x_some.var(axis=0) + eps)):
        normal, _ = normalise_batch(x_some, own_or_library("batchnorm"), eps)
        residuals.append(np.max(np.abs(gamma * normal + x_some.mean(axis=0) - x_some)))
    print(f"{eps:7.0e}   {residuals[0]:14.0e}   {residuals[1]:20.0e}")

# %% [markdown]
# The printed γ is exact for the formula without ε. With ε the identity needs $\gamma =
# \sqrt{\text{Var} + \varepsilon}$. In a column of variance one the two gammas differ by about ½ε.
# That hardly matters for a usual ε. It matters in a column whose variance is not much larger than
# ε.

# %% claims=true
for eps, (printed, exact) in left_over.items():
    farthest = np.abs(x_some - x_some.mean()).max() / x_some.var()
    claim("differ by about ½ε", printed / (eps * farthest), equals=0.5, within=0.05)
    claim("With ε the identity needs", exact, below=1e-12)
claim("That hardly matters for a usual ε", left_over[1e-5][0], below=1e-4)

# %% [markdown]
# **One number for testing** (S2, "Batch Normalization"; a *simplification*). At test time, “a
# single fixed empirical mean of activations during training is used”. Is a mean enough?

# %% practice=true fold="Test with the mean alone"
rng = np.random.default_rng(12)
column, state = rng.normal(5, 3, size=(1000, 1)), {"mean": np.array([5.0]), "var": np.array([9.0])}
batchnorm = own_or_library("batchnorm")
settings, deviations = {"training": False, "momentum": 0.1, "eps": 1e-5}, []
for name, used in (("mean and variance", state), ("mean alone", {**state, "var": np.ones(1)})):
    y_test, _, _ = batchnorm.forward(column, np.ones(1), np.zeros(1), used, **settings)
    deviations.append(y_test.std())
    print(f"running {name:17}: outputs with mean {y_test.mean():+.2f}", end=", ")
    print(f"standard deviation {deviations[-1]:.2f}")

# %% claims=true
claim("of the column, 3 in this example", deviations[1] / deviations[0], equals=3, within=0.1)

# %% [markdown]
# In training we divide by the standard deviation, so in testing we have to divide by it as well.
# The second printed line uses the variance 1 in place of the running variance. Therefore all
# outputs are multiplied by the standard deviation of the column, 3 in this example. The quoted
# sentence names only the mean. The line above it on the slide speaks of “mean/std”.
#
# **Before what?** (S2 and S4, slides on batch normalisation; the sources *disagree*). S2 inserts
# batch normalisation “before nonlinearity” (Ψ): $\Psi(\text{BN}(xW))$. S4 writes
# $\Psi(w\,\text{BN}(x))$: before the product, and so after the nonlinearity of the layer below.
# Does a network learn in both forms? We train both with two activation functions, for four epochs
# at the learning rate 0.1 with the seeds 0, 1 and 2:


# %% practice=true fold="Define the training of a network"
def train(network, rng, *, lr, epochs, batch=64, n=None, parameters=None):
    """Plain gradient descent; returns accuracy on the test images and the last training loss.

    A loss that overflows counts as guessing: accuracy 0.1.
    """
    try:
        history = fit(
            network,
            x_train[:n],
            t_train[:n],
            loss=softmax_cross_entropy,
            optimizer=SGD(parameters or network.parameters(), lr=lr),
            epochs=epochs,
            batch_size=batch,
            rng=rng,
            progress=False,
        )
    except FloatingPointError:
        return 0.1, np.nan
    return accuracy(network(x_test), t_test), history.loss[-1]


# %% practice=true
def placed(where, activation, rng):
    """Four hidden layers; batch normalisation before the nonlinearity or before the product."""
    layers = []
    for n_in, n_out in ((64, 50), (50, 50), (50, 50), (50, 50)):
        linear = Linear(n_in, n_out, rng=rng)
        if where == "before nonlinearity":
            layers += [linear, batchnorm_layer(n_out), activation()]
        else:
            layers += [batchnorm_layer(n_in), linear, activation()]
    return Sequential(*layers, Linear(50, 10, rng=rng))


# %% practice=true fold="Train both with two nonlinearities"
if ready("batchnorm_backward"):
    by_place = {}
    for activation in (Sigmoid, ReLU):
        for where in ("before nonlinearity", "before the product"):
            reached = []
            for seed in range(3):
                rng = np.random.default_rng(seed)
                network = placed(where, activation, rng)
                reached.append(train(network, rng, lr=0.1, epochs=4)[0])
            by_place[activation.__name__, where] = reached
            text = f"{np.mean(reached):.3f} ± {np.std(reached):.3f}"
            print(f"{activation.__name__:8} {where:20} test accuracy {text}")
else:
    print("This cell waits.")

# %% [markdown]
# Both forms learn. (S4's form also normalises the network's inputs, and it does not normalise the
# last hidden layer.) These runs use one learning rate and four epochs, so they do not show which
# form is better in general. Ioffe and Szegedy normalised before the nonlinearity. Later networks
# use both forms, so say which one you used.

# %% claims=true
claim("Both forms learn", [min(reached) for reached in by_place.values()], above=0.7)
early = []
for seed in range(3):
    rng = np.random.default_rng(seed)
    network = mlp([64, 50, 50, 10], rng=rng, norm=batchnorm_layer, activation=Sigmoid)
    in_test, _ = train(network, rng, lr=1, epochs=1, n=320)
    z = x_test
    for layer in network.layers:
        z, _ = layer.forward(z, training=True)
    early.append(in_test / accuracy(z, t_test))
claim("the accuracy can be much lower than in training", early, below=0.5)
claim("test accuracy is less than half as high in test mode", early, below=0.5)

# %% [markdown]
# ## 8 Your functions classify handwritten digits
#
# ### Ten sigmoid layers
#
# This is the network of section 2. Without batch normalisation, its tenth layer gave practically
# the same numbers for every image. The library's layers store gamma, beta and the running
# statistics; your functions compute the rest.
#
# The comparison is fair only if the network without batch normalisation gets settings that suit it.
# So we searched a grid for this network, with Adam (notebook 09): LeCun's initial weights times 1,
# 2, 4, 6 and 8, and the learning rates 0.001, 0.003, 0.01 and 0.03. The search found the factor 6
# and the rate 0.003. With this rate, we train both networks with the factors 1 and 6, for eight
# epochs with the seeds 0, 1 and 2.

# %% practice=true fold="Train twelve networks and draw the curves"
if ready("batchnorm_backward"):
    NORMS, curves = {"without BN": None, "with BN": batchnorm_layer}, {}
    settings = [(name, factor, seed) for name in NORMS for factor in (1, 6) for seed in range(3)]
    for name, factor, seed in settings:
        rng = np.random.default_rng(seed)
        network = deep_sigmoid(NORMS[name], rng, factor)
        history = fit(
            network,
            x_train,
            t_train,
            loss=softmax_cross_entropy,
            optimizer=Adam(network.parameters(), lr=0.003),
            epochs=8,
            batch_size=64,
            rng=rng,
            validation=(x_test, t_test),
            progress=False,
        )
        curves.setdefault((name, factor), []).append(history.validation_accuracy)
    with theme.style():
        figure, axes = plt.subplots(1, 2, figsize=(8.5, 3), sharey=True)
        for (name, factor), group in curves.items():
            ax = axes[int(factor == 6)]
            look = {"color": theme.FORWARD if name == "with BN" else theme.QUIET}
            ax.plot(range(1, 9), np.transpose(group), linewidth=0.9, **look, **theme.VALIDATION)
            mark = "o" if name == "with BN" else "s"
            ax.plot(range(1, 9), np.mean(group, axis=0), mark, label=name, **look)
        axes[0].set(xlabel="epoch", ylabel="test accuracy", ylim=(0, 1))
        axes[0].set_title("Ten sigmoid layers, LeCun's weights")
        axes[1].set(xlabel="epoch", title="Six times these weights")
        label_lines(axes[1])
        plt.show()
    for (name, factor), group in curves.items():
        last = np.array(group)[:, -1]
        print(f"{name:10}, weights times {factor}: {last.mean():.3f} ± {last.std():.3f}")
else:
    print("This cell waits.")

# %% [markdown]
# *In words: two panels of test accuracy over eight epochs, with a curve for each of three seeds and
# marks for their mean.
# With LeCun's weights, the curves without batch normalisation stay below 0.3, and those with it end
# above 0.9. With six times these weights all curves rise; those without batch normalisation rise
# later and end lower.*
#
# With LeCun's weights, the ten layers learn in these eight epochs only with batch normalisation.
# Without it, the mean over the three seeds stays below 0.2 at every rate of the grid. Plain
# gradient descent also stays below 0.2, at the rates 0.02, 0.1, 0.5 and 2. With larger initial
# weights, Adam trains the network without batch normalisation, too: it reaches about 0.87. With the
# same weights, batch normalisation reaches more than 0.9. So batch normalisation is not the only
# way. It makes the result less dependent on the size of the initial weights.

# %% claims=true
last = {setting: np.array(group)[:, -1] for setting, group in curves.items()}
claim("stay below 0.3", [np.max(group) for group in curves["without BN", 1]], below=0.3)
claim("those with it end above 0.9", last["with BN", 1], above=0.9)
claim(
    "rise later",
    np.array(curves["without BN", 6])[:, 1],
    below=np.array(curves["with BN", 6])[:, 1],
)
claim("and end lower", last["without BN", 6].mean(), below=last["with BN", 6].mean())
claim("it reaches about 0.87", last["without BN", 6].mean(), equals=0.87, within=0.06)
claim("batch normalisation reaches more than 0.9. So", last["with BN", 6], above=0.9)
without = last["without BN", 6].mean() - last["without BN", 1].mean()
claim(
    "less dependent on the size of the initial weights",
    abs(last["with BN", 6].mean() - last["with BN", 1].mean()),
    below=0.2 * without,
)

# %% claims="slow"
grid = {}
rates = (0.001, 0.003, 0.01, 0.03)
settings = [(f, lr, seed) for f in (1, 2, 4, 6, 8) for lr in rates for seed in range(3)]
for factor, lr, seed in settings:
    rng = np.random.default_rng(seed)
    network = deep_sigmoid(None, rng, factor)
    adam = Adam(network.parameters(), lr=lr)
    fit(
        network,
        x_train,
        t_train,
        loss=softmax_cross_entropy,
        optimizer=adam,
        epochs=8,
        batch_size=64,
        rng=rng,
        progress=False,
    )
    grid.setdefault((factor, lr), []).append(accuracy(network(x_test), t_test))
means = {setting: np.mean(reached) for setting, reached in grid.items()}
claim(
    "stays below 0.2 at every rate of the grid",
    max(m for (factor, _), m in means.items() if factor == 1),
    below=0.2,
)
chosen = "The search found the factor 6 and the rate 0.003"
claim(chosen, means[6, 0.003] / max(means.values()), above=0.95, given=[6, 0.003])
plain = []
for lr in (0.02, 0.1, 0.5, 2):
    for seed in range(3):
        rng = np.random.default_rng(seed)
        plain.append(train(deep_sigmoid(None, rng), rng, lr=lr, epochs=8)[0])
claim("Plain gradient descent also stays below 0.2", max(plain), below=0.2)

# %% [markdown]
# ### Higher learning rates, other initial weights
#
# We test two claims: “Allows higher learning rates” (S2; S4: “Enables larger learning rates”) and
# “Reduces the strong dependence on initialization” (S2). The networks have three hidden ReLU layers
# and train for three epochs with the seeds 0, 1 and 2. On the left, the learning rate goes from
# 0.02 to 10. On the right, He's initial weights (notebook 07) are multiplied by 0.01 to 10, at the
# rate 0.1. Where do you expect the curves to separate?

# %% practice=true fold="Train with five rates and five factors"
RATES, FACTORS = (0.02, 0.1, 0.5, 2.0, 10.0), (0.01, 0.1, 1.0, 3.0, 10.0)


def reached_with(norm, lr, factor):
    """Test accuracy with the seeds 0, 1 and 2."""

    def init(shape, rng):
        return factor * initializers.he_normal(shape, rng)

    found = []
    for seed in range(3):
        rng = np.random.default_rng(seed)
        network = mlp([64, 50, 50, 50, 10], rng=rng, norm=norm, init=init)
        found.append(train(network, rng, lr=lr, epochs=3)[0])
    return found


def draw_reached(ax, along, by_norm, xlabel):
    """Mean and deviation over the seeds; solid with batch normalisation, dotted without."""
    for (name, found), dash in zip(by_norm.items(), ("o:", "s-"), strict=True):
        colour = theme.FORWARD if name == "with BN" else theme.QUIET
        mean, deviation = np.mean(found, axis=1), np.std(found, axis=1)
        ax.errorbar(along, mean, deviation, fmt=dash, color=colour, capsize=3, label=name)
    ax.set(xscale="log", xlabel=xlabel, ylim=(0, 1))


if ready("batchnorm_backward"):
    by_rate = {n: [reached_with(norm, lr, 1.0) for lr in RATES] for n, norm in NORMS.items()}
    by_factor = {n: [reached_with(norm, 0.1, f) for f in FACTORS] for n, norm in NORMS.items()}
    with theme.style():
        figure, axes = plt.subplots(1, 2, figsize=(8.5, 3.2), sharey=True)
        draw_reached(axes[0], RATES, by_rate, "learning rate")
        draw_reached(axes[1], FACTORS, by_factor, "factor of the initial weights")
        axes[0].set(ylabel="test accuracy (bars:\nstandard dev. over seeds)")
        axes[0].set_title("Accuracy by learning rate")
        axes[1].set_title("Accuracy by size of the initial weights")
        label_lines(axes[1])
        plt.show()
else:
    print("This cell waits.")

# %% [markdown]
# *In words: two panels of test accuracy, with bars for the standard deviation over three seeds.
# Left, by learning rate: without batch normalisation, the curve rises up to 0.1, then falls to the
# level of guessing. With batch normalisation, it is above 0.9 from 0.1 to 2 and below 0.3 at 10.
# Right, by the factor of the initial weights: without batch normalisation, only the factors 1 and 3
# do better than guessing. With it, all factors do.*
#
# Both claims hold here. At the rate 2, the network with batch normalisation reaches more than 0.9,
# and the one without it does not learn. At the rate 0.1, the network with batch normalisation
# learns with every factor from 0.01 to 10. One reason is the scale invariance of section 4. But
# rate and weights still matter: the curves with batch normalisation fall at the ends, too.
#
# Without batch normalisation, another rate can help. With the factors 3 and 10, the best of eleven
# rates from 0.001 to 10 reaches about 0.7. (With batch normalisation, the best rate reaches 0.97
# and 0.85.) With the factors 0.01 and 0.1, none of the eleven rates helps within three epochs.

# %% claims=true
reached = {name: np.mean(found, axis=1) for name, found in by_rate.items()}
claim(
    "the curve rises up to 0.1", np.argmax(reached["without BN"]), above=0.5, below=1.5, given=[0.1]
)
claim("it is above 0.9 from 0.1 to 2", reached["with BN"][1:4].min(), above=0.9, given=[0.1, 2])
claim("below 0.3 at 10", reached["with BN"][4], below=0.3, given=[10])
claim("with batch normalisation reaches more than 0.9", by_rate["with BN"][3], above=0.9)
claim("and the one without it does not learn", by_rate["without BN"][3], below=0.2)
claim("the curves with batch normalisation fall at the ends", reached["with BN"][4], below=0.9)
ends = reached["with BN"][0] / reached["with BN"].max()
claim("the curves with batch normalisation fall at the ends", ends, below=0.97)
reached = {name: np.mean(found, axis=1) for name, found in by_factor.items()}
claim("only the factors 1 and 3 do better", reached["without BN"][2:4], above=0.2, given=[1, 3])
claim(
    "only the factors 1 and 3 do better", reached["without BN"][[0, 1, 4]], below=0.15, given=[1, 3]
)
claim("learns with every factor from 0.01 to 10", reached["with BN"], above=0.5, given=[0.01, 10])
for end in (0, 4):
    ends = reached["with BN"][end] / reached["with BN"].max()
    claim("the curves with batch normalisation fall at the ends", ends, below=0.97)

# %% claims="slow"
best = {}
for name, factor in [(name, factor) for name in NORMS for factor in (0.01, 0.1, 3.0, 10.0)]:
    of_rates = [
        np.mean(reached_with(NORMS[name], lr, factor))
        for lr in (0.001, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
    ]
    best[name, factor] = max(of_rates)
for factor in (3.0, 10.0):
    claim("to 10 reaches about 0.7", best["without BN", factor], equals=0.7, within=0.1, given=[10])
both = "the best rate reaches 0.97 and 0.85"
claim(both, best["with BN", 3.0], equals=0.97, within=0.03, given=[0.85])
claim(both, best["with BN", 10.0], equals=0.85, within=0.06, given=[0.97])
claim(
    "none of the eleven rates helps within three epochs",
    [best["without BN", factor] for factor in (0.01, 0.1)],
    below=0.2,
)

# %% [markdown]
# ### Do we want a unit Gaussian before tanh?
#
# S2 asks: do we *necessarily* want a unit Gaussian as the input of a tanh layer? The next figure
# shows the outputs of tanh for a unit Gaussian $u$, multiplied by three values of gamma. Outputs
# beyond ±0.95 are called saturated:

# %% practice=true fold="Draw the outputs of tanh"
u, of_gamma = np.random.default_rng(13).normal(size=20_000), {}
for gamma in (0.2, 1.0, 5.0):
    z = np.tanh(gamma * u)
    of_gamma[gamma] = np.mean(1 - z * z), np.mean(np.abs(z) > 0.95)  # derivative, saturated
with theme.style():
    figure, axes = plt.subplots(1, 3, figsize=(9, 2.6), sharey=True)
    for ax, gamma in zip(axes, (0.2, 1.0, 5.0), strict=True):
        z = np.tanh(gamma * u)
        ax.hist(z, bins=np.linspace(-1, 1, 41), color=theme.FORWARD, density=True)
        derivative, saturated = of_gamma[gamma]
        ax.set_title(f"tanh(gamma · u), gamma = {gamma:g}")
        ax.set_xlabel(f"mean derivative {derivative:.2f}, saturated {saturated:.0%}")
    axes[0].set(ylabel="density", ylim=(0, 3))
    plt.show()

# %% [markdown]
# *In words: three histograms of the outputs of tanh. With gamma 0.2 there is one narrow peak, and
# the mean derivative is 0.96. With gamma 1 the values cover the interval from −1 to 1. With
# gamma 5, about 71 % of the values are saturated, and the mean derivative is 0.16. The two
# outermost bars are cut off.*
#
# Gamma decides whether tanh works as a nearly linear map, as a curved one, or as a switch. We do
# not know in advance which of them is best. Therefore gamma and beta are learned. Does this help?
# We train networks with tanh and with sigmoid, with gamma and beta learned or frozen at 1 and 0,
# for six epochs with the seeds 0, 1 and 2. Of the rates 0.05, 0.1, 0.2, 0.5 and 1, the rate 0.5
# gives the highest test accuracy in all four cases:

# %% claims=true
mean_slope, saturated = np.transpose([of_gamma[gamma] for gamma in (0.2, 5.0)])
claim("the mean derivative is 0.96", mean_slope[0], equals=0.96, within=0.02)
claim("With gamma 5, about 71 % of the values", saturated[1], equals=0.71, within=0.03, given=[5])
claim("the mean derivative is 0.16", mean_slope[1], equals=0.16, within=0.02)
bars, _ = np.histogram(np.tanh(u), bins=np.linspace(-1, 1, 41), density=True)
claim("With gamma 1 the values cover the interval from −1 to 1", bars, above=0.2, given=[-1, 1])
bars, _ = np.histogram(np.tanh(5 * u), bins=np.linspace(-1, 1, 41), density=True)
claim("The two outermost bars are cut off", bars[[0, -1]], above=3)


# %% practice=true fold="Train with gamma and beta learned and frozen"
FOUR_CASES = ((Tanh, False), (Tanh, True), (Sigmoid, False), (Sigmoid, True))  # frozen or not


def of_kind(network, kind):
    """The layers of this kind."""
    return [layer for layer in network.layers if isinstance(layer, kind)]


def trained_gammas(activation, frozen, seed, lr):
    """A network with gamma and beta learned or frozen; its test accuracy and training loss."""
    rng = np.random.default_rng(seed)
    network = mlp([64, *[32] * 4, 10], rng=rng, norm=batchnorm_layer, activation=activation)
    chosen = network.parameters()
    if frozen:
        chosen = [p for layer in of_kind(network, Linear) for p in layer.parameters()]
    return network, train(network, rng, lr=lr, epochs=6, parameters=chosen)


if ready("batchnorm_backward"):
    learned, ranges = {}, {}
    for activation, frozen, seed in [(a, f, s) for a, f in FOUR_CASES for s in range(3)]:
        network, got = trained_gammas(activation, frozen, seed, lr=0.5)
        case = activation.__name__, "frozen" if frozen else "learned"
        learned.setdefault(case, []).append(got)
        normed = of_kind(network, BatchNorm)
        gammas = np.concatenate([layer.gamma.data for layer in normed])
        inputs = np.concatenate([np.sqrt(layer.running_var) for layer in normed])
        ranges.setdefault(case, []).append((gammas, inputs))
    for (name, how), got in learned.items():
        found, losses = np.transpose(got)
        gammas, inputs = np.concatenate(ranges[name, how], axis=1)
        print(
            f"{name:7} gamma, beta {how:7}: test accuracy {found.mean():.3f} ± {found.std():.3f},"
        )
        print(f"        training loss {losses.mean():.3f} ± {losses.std():.3f},", end=" ")
        print(f"gammas {gammas.min():.2f} to {gammas.max():.2f},", end=" ")
        print(f"standard deviations of the columns {inputs.min():.2f} to {inputs.max():.2f}")
else:
    print("This cell waits.")

# %% [markdown]
# With the sigmoid, learning gamma and beta lowers the training loss for every seed. The mean test
# accuracies of learned and frozen networks are nearly the same. After this short training, the
# learned gammas lie between 0.8 and 1.9, rounded to one decimal. For the identity, each gamma would
# have to be the standard deviation of its column (section 3). With the sigmoid, every gamma is
# larger than every one of these standard deviations. So these three sigmoid networks did not learn
# the identity.

# %% claims=true
of_losses = {case: np.array(got)[:, 1] for case, got in learned.items()}
lower = of_losses["Sigmoid", "frozen"] - of_losses["Sigmoid", "learned"]
claim("lowers the training loss for every seed", lower, above=0)
learned_gammas = []
for name in ("Tanh", "Sigmoid"):
    with_them, without_them = (np.array(learned[name, how])[:, 0] for how in ("learned", "frozen"))
    gap = abs(with_them.mean() - without_them.mean())
    claim("learned and frozen networks are nearly the same", gap, below=0.01)
    gammas, inputs = np.concatenate(ranges[name, "learned"], axis=1)
    learned_gammas.append(gammas)
claim("every gamma is larger than every one", gammas.min(), above=inputs.max())
learned_gammas = np.concatenate(learned_gammas)
claim("between 0.8 and 1.9", learned_gammas.min(), equals=0.8, within=0.1, given=[1.9])
claim("between 0.8 and 1.9", learned_gammas.max(), equals=1.9, within=0.2, given=[0.8])

# %% claims="slow"
for activation, frozen in FOUR_CASES:
    of_rates = [
        np.mean([trained_gammas(activation, frozen, seed, lr)[1][0] for seed in range(3)])
        for lr in (0.05, 0.1, 0.2, 0.5, 1)
    ]
    claim(
        "gives the highest test accuracy in all four cases",
        max(of_rates) - of_rates[3],
        below=0.003,
    )

# %% [markdown]
# ### “Acts as a form of regularization in a funny way”
#
# S2 adds that batch normalisation “slightly reduces the need for dropout, maybe”; S4 says “Helps
# with regularization”. The mechanism is this: in each epoch, an image is in a batch with different
# other images. So its activations contain noise, as with dropout (notebook 12). First we measure
# this noise in the outputs for one fixed image, in a fixed network:

# %% practice=true fold="Measure the noise in the outputs"
if ready("batchnorm_backward"):
    rng, jitters = np.random.default_rng(14), []
    network = mlp([64, 50, 50, 10], rng=rng, norm=batchnorm_layer)
    for size in (4, 16, 64, 256):
        seen = []
        for _ in range(60):
            company = rng.choice(np.arange(1, len(x_train)), size=size - 1, replace=False)
            seen.append(network.forward(x_train[[0, *company]], training=True)[0][0])
        jitter = np.std(seen, axis=0).mean()
        jitters.append(jitter)
        print(f"batches of {size:3}: standard deviation of the outputs for image 0: {jitter:.3f}")
else:
    print("This cell waits.")

# %% claims=true
claim("The smaller the batch, the more noise", np.diff(jitters), below=0)

# %% [markdown]
# The smaller the batch, the more noise. Does this noise raise the accuracy on new images? We train
# on two hundred images, few enough to overfit, for 200 steps with the seeds 0, 1 and 2. Each
# printed row uses the best of the rates 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2 and 5. (In this
# notebook, the best rate is the one with the highest mean test accuracy. Rates are chosen on the
# same test images, so these accuracies can be slightly too high.) The training loss is printed
# twice. In training mode it is the mean over the last epoch, while the weights still change. In
# test mode it is computed on all 200 images after training.

# %% practice=true fold="Train on 200 images"
STEPS_OF_200 = ((4, 0.1, 0.1), (20, 0.5, 1.0), (100, 0.5, 5.0))  # batch size, rate without and with


def row_of_200(norm, batch, lr):
    """Of three seeds: test accuracy, training loss in training mode, training loss in test mode."""
    rows = []
    for seed in range(3):
        rng = np.random.default_rng(seed)
        network = mlp([64, 50, 50, 10], rng=rng, norm=norm)
        # 200 images in batches of `batch` are 200/batch steps; `batch` epochs make 200 steps.
        got, in_training = train(network, rng, lr=lr, epochs=batch, batch=batch, n=200)
        in_test, _ = softmax_cross_entropy(network(x_train[:200]), t_train[:200])
        rows.append((got, in_training, in_test))
    return np.transpose(rows)


if ready("batchnorm_backward"):
    of_200 = {}
    for batch, *rates in STEPS_OF_200:
        for (name, norm), lr in zip(NORMS.items(), rates, strict=True):
            of_200[name, batch] = row_of_200(norm, batch, lr)
            found, in_training, in_test = of_200[name, batch]
            print(f"{name:10} batches of {batch:3}: test accuracy", end=" ")
            print(f"{found.mean():.3f} ± {found.std():.3f}, training loss", end=" ")
            print(f"{in_training.mean():.2f} in training mode, {in_test.mean():.2f} in test mode")
else:
    print("This cell waits.")

# %% [markdown]
# The noise is visible: with batch normalisation in batches of four, the loss in training mode is
# more than twice the loss in test mode. Without batch normalisation, the two are similar. Does this
# noise act as a regulariser? In batches of 20 and 100, both networks fit the 200 images almost
# perfectly in test mode, and batch normalisation does not raise the test accuracy. In batches of
# four it does. But four epochs are too few to fit the images, so faster training can explain this
# as well as noise can. These runs do not show that batch normalisation regularises. S2's
# “maybe” is the right word: measure it on your own task.

# %% claims=true
found, in_training, in_test = of_200["with BN", 4]
claim("more than twice the loss in test mode", in_training / in_test, above=2)
found, in_training, in_test = of_200["without BN", 4]
claim(
    "Without batch normalisation, the two are similar",
    in_training.mean() / in_test.mean(),
    above=0.7,
    below=1.5,
)
for batch in (20, 100):
    (found, _, fits), (plain, _, plain_fits) = of_200["with BN", batch], of_200["without BN", batch]
    claim("both networks fit the 200 images", [*fits, *plain_fits], below=0.05, given=[200])
    higher, noise = found.mean() - plain.mean(), found.std() + plain.std()
    claim("does not raise the test accuracy", higher, below=noise)
claim(
    "In batches of four it does",
    of_200["with BN", 4][0].mean(),
    above=of_200["without BN", 4][0].mean(),
)
claim("too few to fit the images", of_200["with BN", 4][2], above=0.1)

# %% claims="slow"
for batch, *_ in STEPS_OF_200:
    for name, norm in NORMS.items():
        of_rates = [
            row_of_200(norm, batch, lr)[0].mean()
            for lr in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)
        ]
        chosen = of_200[name, batch][0].mean()
        claim("printed row uses the best of the rates", max(of_rates) - chosen, below=0.01)

# %% [markdown]
# ### The forgotten switch
#
# With batch normalisation, it is a frequent mistake to forget `training=False` at test time. We
# train three networks correctly and test them in training mode, with batches of different sizes.
# Which accuracy do you expect for batches of 64, of 2 and of 1?


# %% practice=true fold="Define a test in training mode"
def tested_in_batches(network, batch, order):
    """Test accuracy when training=True was left on; the network stays as it was."""
    hits, kept = 0, network.state_dict()
    for start in range(0, len(order) - batch + 1, batch):
        rows = order[start : start + batch]
        z = x_test[rows]
        for layer in network.layers:
            if isinstance(layer, BatchNorm) and batch == 1:
                z = layer.beta.data + 0 * z  # the formula for a single row, where x - mean is 0
            else:
                z, _ = layer.forward(z, training=True)
        hits += np.sum(z.argmax(axis=1) == t_test[rows])
    network.load_state_dict(kept)  # the running statistics as they were before
    return hits / (len(order) // batch * batch)


# %% practice=true fold="Test three networks in six ways"
if ready("batchnorm_backward"):
    mixed, by_digit = np.arange(len(t_test)), np.argsort(t_test, kind="stable")
    settings = {
        "test mode": None,
        "64, mixed": (64, mixed),
        "2, mixed": (2, mixed),
        "1": (1, mixed),
        "64, sorted by digit": (64, by_digit),
        "16, sorted by digit": (16, by_digit),
    }
    trained, by_setting = [], {name: [] for name in settings}
    for seed in range(3):
        rng = np.random.default_rng(seed)
        network = mlp([64, 50, 50, 10], rng=rng, norm=batchnorm_layer)
        in_test_mode, _ = train(network, rng, lr=0.1, epochs=8)
        trained.append(network)
        for name, setting in settings.items():
            got = in_test_mode if setting is None else tested_in_batches(network, *setting)
            by_setting[name].append(got)
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3))
        for row, (name, got) in enumerate(reversed(by_setting.items())):
            colour = theme.FORWARD if name == "test mode" else "0.75"
            ax.barh(row, np.mean(got), color=colour)
            ax.plot(got, [row] * 3, "o", color=theme.INK, markersize=4)
        labels = [name if name == "test mode" else f"batches of {name}" for name in settings]
        ax.set_yticks(range(len(settings)), reversed(labels))
        ax.set(xlabel="test accuracy (dots: three networks)", xlim=(0, 1))
        ax.set_title("Accuracy in test mode (blue) and in training mode (grey)")
        plt.show()
else:
    print("This cell waits.")

# %% [markdown]
# *In words: bars of test accuracy, with a dot for each of three networks. In test mode: above 0.95.
# In training mode: batches of 64 mixed images lose less than 0.05; batches of 2 are below 0.6;
# batches of 1 are at guessing, because all images get the same answer; batches of 64 sorted by
# digit are below 0.6, batches of 16 below 0.3.*
#
# With large mixed batches you hardly notice the mistake, because the accuracy is nearly that of
# test mode. With one image at a time the outputs are useless. But then your function raises a
# `ValueError`, so you notice the mistake. (The figure computes the formula without this error.)
# With images sorted by digit, about half of them are wrong in batches of 64, and about 80 % in
# batches of 16. No error warns you of this.
#
# The mistake has a second consequence: a forward pass in training mode also **changes the running
# statistics**. Twenty such passes with images of the digit 1 damage the network. It stays damaged
# when you test it in test mode:

# %% practice=true fold="Damage the running statistics"
if ready("batchnorm_backward"):
    before_and_after = []
    for damaged in trained:
        kept = damaged.state_dict()
        before = accuracy(damaged(x_test), t_test)
        only_ones = x_test[t_test == 1][:20]
        for _ in range(20):
            damaged.forward(only_ones, training=True)  # the outputs are not used
        after = accuracy(damaged(x_test), t_test)
        before_and_after.append((before, after))
        print(f"accuracy before {before:.3f}, after twenty passes in training mode {after:.3f}")
        damaged.load_state_dict(kept)  # repair it
else:
    print("This cell waits.")

# %% claims=true
claim("In test mode: above 0.95", by_setting["test mode"], above=0.95)
lost = np.subtract(by_setting["test mode"], by_setting["64, mixed"])
claim("batches of 64 mixed images lose less than 0.05", lost, below=0.05, given=[64])
claim("batches of 2 are below 0.6", by_setting["2, mixed"], below=0.6, given=[2])
claim("at guessing, because all images get the same answer", by_setting["1"], below=0.15)
by_sorting = "batches of 64 sorted by digit are below 0.6, batches of 16 below 0.3"
claim(by_sorting, by_setting["64, sorted by digit"], below=0.6, given=[64, 16, 0.3])
claim(by_sorting, by_setting["16, sorted by digit"], below=0.3, given=[64, 16, 0.6])
before, after = np.transpose(before_and_after)
claim("with images of the digit 1 damage the network", before - after, above=0.05, given=[1])
wrong = {batch: 1 - np.mean(by_setting[f"{batch}, sorted by digit"]) for batch in (64, 16)}
claim("about 80 % in batches of 16", wrong[16], equals=0.8, within=0.1, given=[16])
claim("about half of them are wrong in batches", wrong[64], above=0.4, below=0.6)

# %% [markdown]
# ### Small batches
#
# With large images or large networks, there is often memory for only two or four samples at a time.
# Layer and group normalisation use one sample only, so the batch size does not change their
# outputs. We train four networks on 512 images, with the seeds 0, 1 and 2: without normalisation,
# and with batch, layer and group normalisation (four groups). Batches of 2 and 4 get one epoch,
# batches of 16 and 64 four. The rate is 0.05 for batches of two, and it is proportional to the
# square root of the batch size. For batches of two this is the best of the rates 0.01, 0.02, 0.05,
# 0.1 and 0.2 for each of the four networks, or within one standard deviation of the best:

# %% practice=true fold="Train with four batch sizes"
if ready("batchnorm_backward", "layernorm_backward", "groupnorm_backward"):
    layer_op, group_op = (own_or_library(name) for name in ("layernorm", "groupnorm"))
    norms = {
        "none": None,
        "batch": batchnorm_layer,
        "layer": lambda n: LayerNorm(n, op=layer_op),
        "group": lambda n: GroupNorm(4, n, op=group_op),
    }
    sizes, by_size = (2, 4, 16, 64), {}
    for name, norm in norms.items():
        for batch in sizes:
            for seed in range(3):
                rng = np.random.default_rng(seed)
                network = mlp([64, 32, 32, 10], rng=rng, norm=norm)
                lr, epochs = 0.05 * (batch / 2) ** 0.5, 1 if batch < 16 else 4
                got, _ = train(network, rng, lr=lr, epochs=epochs, batch=batch, n=512)
                by_size.setdefault((name, batch), []).append(got)
    with theme.style():
        figure, axes = plt.subplots(2, 2, figsize=(7, 3.8), sharex=True, sharey=True)
        for ax, batch in zip(axes.flat, sizes, strict=True):
            for row, name in enumerate(norms):
                colour = theme.FORWARD if name == "batch" else theme.QUIET
                apart = row + np.array([-0.15, 0, 0.15])
                ax.plot(by_size[name, batch], apart, "o", color=colour, markersize=5)
                ax.plot([np.mean(by_size[name, batch])] * 2, [row - 0.35, row + 0.35], color=colour)
            rate = 0.05 * (batch / 2) ** 0.5
            epochs = "1 epoch" if batch < 16 else "4 epochs"
            ax.set_title(f"Batches of {batch}: {epochs}, rate {rate:.2f}", fontsize=10)
        axes[0, 0].set_yticks(range(4), norms)
        axes[0, 0].set(ylim=(3.6, -0.6), xlim=(0, 1))
        figure.supxlabel("test accuracy (a dot: one seed, a stroke: their mean)", fontsize=10)
        plt.show()
else:
    print("This cell waits.")

# %% claims=true
means = {setting: np.mean(found) for setting, found in by_size.items()}
rest = ("none", "layer", "group")
claim("is below 0.5 in batches of two", by_size["batch", 2], below=0.5)
claim("all others are above 0.6", [means[name, 2] for name in rest], above=0.6)
for batch in (16, 64):
    highest = max(means[name, batch] for name in rest)
    claim(
        "In batches of 16 and 64 it is the highest",
        means["batch", batch],
        above=highest,
        given=[16, 64],
    )

# %% claims="slow"
for norm in norms.values():
    of_rates = []
    for lr, seed in [(lr, seed) for lr in (0.01, 0.02, 0.05, 0.1, 0.2) for seed in range(3)]:
        rng = np.random.default_rng(seed)
        network = mlp([64, 32, 32, 10], rng=rng, norm=norm)
        of_rates.append(train(network, rng, lr=lr, epochs=1, batch=2, n=512)[0])
    of_rates = np.reshape(of_rates, (5, 3))
    best = of_rates.mean(axis=1).argmax()
    gap = of_rates.mean(axis=1)[best] - of_rates[2].mean()
    tie = "within one standard deviation of the best"
    claim(tie, gap, below=max(of_rates[[2, best]].std(axis=1)))
for batch in (16, 64):
    tuned = dict.fromkeys(norms, 0.0)
    for name, lr in [(name, lr) for name in norms for lr in (0.05, 0.1, 0.2, 0.4, 0.8)]:
        found = []
        for seed in range(3):
            rng = np.random.default_rng(seed)
            network = mlp([64, 32, 32, 10], rng=rng, norm=norms[name])
            found.append(train(network, rng, lr=lr, epochs=4, batch=batch, n=512)[0])
        tuned[name] = max(tuned[name], np.mean(found))
    claim(
        "batch normalisation is still the highest",
        tuned["batch"],
        above=max(tuned[name] for name in rest),
    )

# %% [markdown]
# *In words: a panel for each of the batch sizes 2, 4, 16 and 64. In each panel a row for each
# network, with a dot for each seed and a stroke at their mean. Batch normalisation is below 0.5 in
# batches of two, where all others are above 0.6. In batches of 16 and 64 it is the highest.*
#
# A run has 256 steps in batches of two, 128 in batches of 4 and 16, and 32 in batches of 64. So
# compare only within one batch size. The rates for the larger batches are not tuned. But if each
# network gets the best of the rates 0.05, 0.1, 0.2, 0.4 and 0.8 in batches of 16 and 64, batch
# normalisation is still the highest. (512 is a multiple of all four batch sizes. With all 1,437
# training images, one would be left over in batches of two, and training would end with your
# `ValueError`. The other experiments use at most 1,408 images, a multiple of 64.)
#
# ### Folding a trained network
#
# A trained network of three linear layers and two batch normalisations becomes one of three linear
# layers:

# %% practice=true fold="Fold the trained network"
if ready("batchnorm_backward", "fold_batchnorm"):
    full, folded = trained[0], []
    for i, layer in enumerate(full.layers):
        norm = full.layers[i + 1] if i + 1 < len(full.layers) else None
        if isinstance(layer, BatchNorm):
            continue
        if isinstance(norm, BatchNorm):
            both = Linear(*layer.W.data.shape, rng=np.random.default_rng(0))
            both.W.data, both.b.data = fold_batchnorm(
                layer.W.data,
                layer.b.data,
                norm.gamma.data,
                norm.beta.data,
                norm.running_mean,
                norm.running_var,
                norm.eps,
            )
            layer = both
        folded.append(layer)
    folded = Sequential(*folded)
else:
    print("This cell waits.")

# %% practice=true fold="Compare both networks"
if ready("batchnorm_backward", "fold_batchnorm"):
    print("before:", full)
    print("after: ", folded)
    gap = np.max(np.abs(full(x_test) - folded(x_test)))
    print(f"largest difference of the outputs: {gap:.0e} (float32 keeps about 7 digits)")
    same = np.mean(full(x_test).argmax(1) == folded(x_test).argmax(1))
    print(f"images with the same predicted digit: {same:.1%}")

# %% [markdown]
# ### Why does it help? A test of an explanation
#
# S4 quotes the original explanation: batch normalisation “Reduces internal covariate shift”. This
# explanation has three parts. First, the inputs of a layer change their distribution while the
# layers below learn. Second, batch normalisation fixes the mean and the variance of each column;
# only β and γ change them. Third, training is faster *because of this*. The first part happens
# whenever those layers learn, and the second holds by construction. The third needs a test.
#
# The idea of this test is from Santurkar and others (2018). We put the shift back in: after each
# batch normalisation, we multiply and shift every column by **new random numbers at every step**.
# Now the layers above see a distribution that changes all the time. If a fixed distribution were
# the reason for the gain, this network would train no better than one without batch normalisation.
# Each of the three networks gets the best of the rates 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5 and 1,
# by the mean over the seeds 0 to 9:


# %% practice=true
class RandomShift(Layer):
    """In training, multiplies and shifts each column by random numbers, new at every step."""

    def __init__(self, rng):
        self.rng = rng

    def forward(self, x, *, training):
        if not training:
            return x, lambda dy: dy
        scale = self.rng.uniform(0.5, 1.5, size=x.shape[1]).astype(x.dtype)
        shift = self.rng.normal(0, 0.5, size=x.shape[1]).astype(x.dtype)
        return scale * x + shift, lambda dy: scale * dy


# %% practice=true fold="Train three networks with ten seeds"
def with_random_shift(kind, rng, depth=8):
    layers, n_in = [], 64
    for _ in range(depth):
        layers.append(Linear(n_in, 50, rng=rng, init=initializers.lecun_normal))
        layers += [] if kind == "without BN" else [batchnorm_layer(50)]
        layers += [RandomShift(rng)] if kind == "with BN, random shift" else []
        layers.append(Tanh())
        n_in = 50
    return Sequential(*layers, Linear(50, 10, rng=rng))


RATES_SHIFT = {"without BN": 0.15, "with BN": 0.15, "with BN, random shift": 0.15}


def reached_shifted(kind, lr):
    """Test accuracy with the seeds 0 to 9."""
    rngs = [np.random.default_rng(seed) for seed in range(10)]
    return [train(with_random_shift(kind, rng), rng, lr=lr, epochs=5)[0] for rng in rngs]


if ready("batchnorm_backward"):
    shifted = {kind: reached_shifted(kind, lr) for kind, lr in RATES_SHIFT.items()}
    for kind, reached in shifted.items():
        print(f"{kind:21}: test accuracy {np.mean(reached):.3f} ± {np.std(reached):.3f}")
else:
    print("This cell waits.")

# %% claims=true
mean_of = {kind: np.mean(reached) for kind, reached in shifted.items()}
claim(
    "the mean accuracy is still higher than that of the network without batch",
    mean_of["with BN, random shift"],
    above=mean_of["without BN"],
)
little = "costs a little accuracy"
claim(little, mean_of["with BN, random shift"], below=mean_of["with BN"])
gains = np.subtract(shifted["with BN, random shift"], shifted["without BN"])
claim("For single seeds, the accuracy can be lower", gains.min(), below=0)

# %% claims="slow"
rates = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1)
for kind in RATES_SHIFT:
    of_rates = [np.mean(reached_shifted(kind, rate)) for rate in rates]
    best_rates = "Each of the three networks gets the best of the rates"
    claim(best_rates, max(of_rates) - mean_of[kind], below=0.001)

# %% [markdown]
# The random shift costs a little accuracy. But over the ten seeds, the mean accuracy is still
# higher than that of the network without batch normalisation. (For single seeds, the accuracy can
# be lower.) So a fixed distribution does not explain the whole gain here. Ten seeds of one small
# network do not decide the question, but they show the method: remove the claimed cause, and
# measure whether the effect disappears. This notebook does show two other effects: batch
# normalisation keeps the sizes of values and gradients similar in all layers (section 2), and makes
# a layer insensitive to the scale of its weights (section 4).

# %% [markdown]
# ## 9 Questions
#
# **Shifted inputs.** In training, you add 100 to every value of one column of `x`, for all samples
# of the batch. What happens in that column to the two results `y` and `state` of
# `batchnorm_forward`?
#
# - a: `y` grows by 100 · gamma, and `state` stays the same
# - b: `y` and `state` both stay the same
# - c: `y` grows by 100 divided by the standard deviation, and the running mean changes
# - d: `y` stays the same, but the running mean changes

# %% solution="answer_shift"
answer_shift = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_shift = "d"
### END SOLUTION

# %% choice="shift" key="d" points=1
check_choice("shift", answer_shift)
# a: The mean of the batch grows by 100 too and is subtracted, so `y` does not grow. And `state`
#    takes in this mean, so it does change.
# b: For `y` this is true, because the mean is subtracted. But the running mean in `state` takes in
#    the mean of the batch, which is larger by 100.
# c: `y` would change in testing, where the stored running mean is subtracted. In training the
#    batch's own mean is subtracted, and it grows by 100 as well.
# d: The mean of the batch grows by 100, so x − mean and `y` stay the same. The running mean takes
#    in the batch's mean, so it grows by momentum · 100.

# %% [markdown]
# **Before the tanh.** S2 asks whether we necessarily want a unit Gaussian input to a tanh layer.
# What is the answer of batch normalisation?
#
# - a: yes, because it keeps every tanh out of saturation
# - b: no, and therefore it should stand after the tanh
# - c: not necessarily: gamma and beta are learned, so the network can choose another scale and
#   shift
# - d: it does not matter, because tanh undoes any scale

# %% solution="answer_tanh"
answer_tanh = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_tanh = "c"
### END SOLUTION

# %% choice="tanh" key="c" points=1
check_choice("tanh", answer_tanh)
# a: A unit Gaussian keeps most values out of saturation, but not every one. And we do not know in
#    advance whether it is the best input.
# b: The doubt is right, but the layer can stay before the tanh. There `gamma` and `beta` set the
#    scale and the mean of the input of the tanh.
# c: The layer first makes mean 0 and variance 1. Then `gamma` and `beta`, which are learned, give
#    each column the scale and shift that lower the loss.
# d: The scale decides how tanh works. In section 8 it is nearly linear with gamma = 0.2, and gamma
#    = 5 saturates 71 % of the outputs.

# %% [markdown]
# **The pair again.** Batches of two, in training, with a negligible `eps`. Which normalisation of a
# layer with 50 units lets the gradient through to the layers below?
#
# - a: batch normalisation does, once its running statistics have settled
# - b: layer normalisation does, because its means run over 50 numbers of one sample
# - c: both do; the backward pass does not depend on the batch size
# - d: neither; with two samples there is almost no gradient

# %% solution="answer_pair"
answer_pair = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_pair = "b"
### END SOLUTION

# %% choice="pair" key="b" points=1
check_choice("pair", answer_pair)
# a: Running statistics are used in testing only. In training each pair is normalised by its own
#    mean and variance, at the end as at the beginning.
# b: Layer normalisation uses the 50 numbers of each sample by itself, so the number of samples does
#    not matter. Its outputs still change when an input changes a little.
# c: This is true for layer normalisation. Batch normalisation turns any pair of different values
#    into −1 and +1, so almost no gradient is left.
# d: This is true for batch normalisation, which turns any pair into −1 and +1. Layer normalisation
#    never compares the two samples.

# %% [markdown]
# **Seven days later.** A friend's network contains batch normalisation. In the notebook it
# classifies 97 % of the test images correctly. In the app, images arrive one at a time, and it
# gives the same answer for every image. Name the likely cause and say what happens in the code, in
# two or three sentences. Then say why the accuracy in the notebook looked correct all the same, and
# name one test that would have shown the mistake. (Graded by a person, 2 points.)

# %% [markdown] manual="seven_days_later" points=2
# ### BEGIN SOLUTION
# The network is still in training mode (training=False was forgotten). With a single image each
# column's mean is the value itself, so x − mean is 0 and the output is beta for every image; the
# input is lost. (This implementation does not raise an error for one row.) In the notebook the
# test images came in large mixed batches, whose mean and variance are close to the running ones,
# so little changed. A test: the output for an image must be the same alone and within any batch; or
# compare the accuracy for batches of 1 and 64, or sort the test images. (One point for cause and
# mechanism, one for why it was hidden together with a test.)
# ### END SOLUTION

# %% [markdown]
# ## 10 In PyTorch
#
# PyTorch has `BatchNorm1d`, `LayerNorm` and `GroupNorm`. `module.train()` and `module.eval()`
# switch the mode of a whole network. If PyTorch is installed, the first cell runs these modules.
# The second cell compares outputs, gradients and running statistics with yours.

# %% practice=true
import importlib.util

if importlib.util.find_spec("torch") is None:
    print("PyTorch is not installed here; nothing later needs it.")
elif ready("batchnorm_backward", "layernorm_backward", "groupnorm_backward"):
    import torch

    rng = np.random.default_rng(15)
    x_few, dy_few = rng.normal(2, 3, size=(5, 6)), rng.normal(size=(5, 6))
    gamma, beta = rng.normal(size=6), rng.normal(size=6)
    modules = (torch.nn.BatchNorm1d(6), torch.nn.LayerNorm(6), torch.nn.GroupNorm(2, 6))
    of_torch = []
    for module in modules:
        module.double()
        module.weight.data, module.bias.data = torch.tensor(gamma), torch.tensor(beta)
        x_torch = torch.tensor(x_few, requires_grad=True)
        y_torch = module(x_torch)
        y_torch.backward(torch.tensor(dy_few))
        of_torch.append((y_torch.detach(), x_torch.grad, module.weight.grad, module.bias.grad))
else:
    print("This cell waits.")

# %% practice=true fold="Compare your results with PyTorch's"
if importlib.util.find_spec("torch") is None:
    print("PyTorch is not installed here; nothing later needs it.")
elif ready("batchnorm_backward", "layernorm_backward", "groupnorm_backward"):
    fresh = {"mean": np.zeros(6), "var": np.ones(6)}
    y_b, cache_b, state = batchnorm_forward(
        x_few, gamma, beta, fresh, training=True, momentum=0.1, eps=1e-5
    )
    y_l, cache_l = layernorm_forward(x_few, gamma, beta, eps=1e-5)
    y_g, cache_g = groupnorm_forward(x_few, gamma, beta, groups=2, eps=1e-5)
    yours = (
        (y_b, *batchnorm_backward(dy_few, cache_b)),
        (y_l, *layernorm_backward(dy_few, cache_l)),
        (y_g, *groupnorm_backward(dy_few, cache_g)),
    )
    for module, mine, theirs in zip(modules, yours, of_torch, strict=True):
        errors = [relative_error(m, t.numpy()) for m, t in zip(mine, theirs, strict=True)]
        print(f"{type(module).__name__:12} y, dx, dgamma, dbeta:", *(f"{e:.0e}" for e in errors))
    for name, buffer in (("mean", modules[0].running_mean), ("var", modules[0].running_var)):
        print(f"running {name}: relative error {relative_error(state[name], buffer.numpy()):.0e}")

# %% [markdown]
# Two points matter when you read other code. In PyTorch and here, `momentum` is the weight of
# the new batch; in some other libraries it is the weight of the old value, so their 0.9 is our 0.1.
# <!-- no claim: source --> And `BatchNorm2d` normalises each channel of images over samples *and*
# positions, like `batch_of_sequences` in section 5 (in the closed cell with the figure).

# %% [markdown]
# ## 11 Your cheat sheet
#
# Complete this page in your own words and keep it. Double-click to edit.
#
# | x is (N, C, H, W) | mean and variance over | how many means | running statistics | batch of 1 |
# |---|---|---|---|---|
# | batch norm | … | … | … | … |
# | layer norm | … | … | … | … |
# | group norm | … | … | … | … |
#
# - The four formulas of the forward pass: $\mu$ = …, $\sigma^2$ = …, $\hat x$ = …, y = …
# - dgamma = …, dbeta = …, and in training dx = … In layer norm gamma must stand …, because …
# - dx sums to … and is orthogonal to …, because the output of batch norm does not change if …
# - After a forward pass in testing, dx = …
# - The batch is normalised with the variance over …; the running variance is updated with the one
#   over …
# - With batches of two, the outputs of batch norm are …, and its downstream gradient is …
# - W times 1000 in front of a batch norm: the output …, the gradient …; a bias there is …
# - I get the identity with gamma = … and beta = …
# - Folding: W' = …, b' = …
# - What I measured about learning rates: …, initial weights: …, regularisation: …
# - If the accuracy in testing is much lower than in training, I first look at …

# %% [markdown]
# ## What comes next
#
# **Notebook 11** asks what to do when the training loss is low and the test loss is not. **Notebook
# 12** has dropout, the other layer that differs between training and testing. It adds noise on
# purpose, while batch normalisation has noise as a side effect. In the capstone, **notebook 14**,
# you decide which normalisation your best network gets.

# %% [markdown]
# ## Sources
#
# S2 "Training Neural Networks", slides "Batch Normalization"; S4 "Neural networks
# (continued)", slides "Batch normalization"; S3 "Backpropagation and Training", slides
# "Regularization of the Network" and "Summary", which name batch, layer and group normalisation.
# Below they are called S2, S4 and S3.
