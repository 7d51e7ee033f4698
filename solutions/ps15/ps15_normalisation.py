# %% [markdown]
# # Normalisation and shortcuts
#
# A network is hard to train when its activations are tiny or huge. Good initial weights avoid this
# at the start, but the weights change. *Batch normalisation* (BN) subtracts the mean of every unit
# over the batch and divides by its standard deviation, at every step.
#
# This is the first layer of the course in which **the
# samples of a batch are not independent**: the output for one image depends on the other images.
# Therefore it has a longer backward pass and two modes (training and testing).
#
# **Afterwards you can**
#
# - write batch, layer and RMS normalisation and a shortcut around a block, forward and
#   backward, and group normalisation with its dx,
# - say over which values each normalisation computes its mean, in tables, images and sequences,
# - say what goes wrong if you forget to switch from training to testing,
# - test an explanation of why batch normalisation helps.
#
# **You need** the backward pass of a linear layer (notebook 04), initial weights (07), Adam (09).

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
figure.suptitle("Inputs of the activation functions", x=0.01, ha="left", size=16)
plt.show()

# %% setup=true
import numpy as np

from course_lib import functional, initializers
from course_lib.backend import choose_device
from course_lib.course.in_browser import smaller_in_browser
from course_lib.datasets import load_digits
from course_lib.gradient_check import numerical_gradient, relative_error
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
# batch. It subtracts the mean of the column and divides by its standard deviation (N in the
# denominator). (A tiny `eps` = 0.00001 is added to the variance, so that we never divide by 0;
# ignore it here.)
#
# Suppose that a batch has only **two samples**. In one batch, a column contains 7 and 31; in
# another, −0.2 and 1.5. **What is the larger of the two outputs?** Write a number, or "any" if it
# depends on the inputs.

# %% guess="two outputs from a batch of two"
guess("ps15_pair", None)  # your guess in place of None: a number, or "any"

# %% [markdown]
# The second half of the question: random upstream gradients of size about 1 arrive at the two
# outputs. **About how large are the gradients with respect to the two inputs?** About 1, about 0.1,
# or about 0?

# %% guess="the gradients of a batch of two"
guess("ps15_pair_gradient", None, among=(1, 0.1, 0))  # 1, 0.1 or 0


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


# %% practice=true fold="Normalise 100 random pairs"
batchnorm = own_or_library("batchnorm")
rng = np.random.default_rng(0)
apart = rng.choice([-1, 1], size=100) * rng.uniform(0.5, 6, size=100)
pairs = rng.normal(0, 8, size=100) + np.array([apart / 2, -apart / 2])  # 100 columns of two
outputs_of_pairs, cache = normalise_batch(pairs, batchnorm)
upstream = rng.normal(size=(2, 100))
downstream, _, _ = batchnorm.backward(upstream, cache)

# %% practice=true fold="Compare your guess with the result"
larger = outputs_of_pairs.max(axis=0)
reveal(
    "ps15_pair",
    float(np.median(larger)),
    f"Median of 100 pairs; from {larger.min():.4f} to {larger.max():.4f}.",
)
reveal(
    "ps15_pair_gradient",
    float(np.median(np.abs(downstream))),
    f"Median of 200 sizes; median of the upstream gradient: {np.median(np.abs(upstream)):.2f}.",
)

# %% practice=true fold="Draw 25 pairs before and after" after="ps15_pair ps15_pair_gradient"
import matplotlib.pyplot as plt

with theme.style():
    figure, axes = plt.subplots(1, 2, figsize=(8.5, 3), sharey=True)
    for ax, values, name in ((axes[0], pairs, "x"), (axes[1], outputs_of_pairs, "y")):
        for row in range(25):
            ax.plot(values[:, row], [row, row], color=theme.QUIET, linewidth=0.8)
            ax.plot(values[:, row], [row, row], "o", color=theme.FORWARD, markersize=4)
        ax.set_xlabel(name)
    axes[0].set(title="Inputs: 25 batches of two", ylabel="batch")
    axes[1].set(title="Outputs of batch normalisation", xlim=(-2.5, 2.5))
    plt.show()

# %% claims=true
claim("at −1 and +1.*", np.abs(np.abs(outputs_of_pairs) - 1).max() + 1, equals=1, within=0.01)
sizes_back = np.abs(downstream)
claim("the gradient with respect to the inputs is 0", np.median(sizes_back), below=1e-4, given=[0])
said = "usually almost no gradient reaches"
claim(said, np.median(sizes_back) / np.median(np.abs(upstream)), below=1e-4)

# %% [markdown] after="ps15_pair ps15_pair_gradient"
# *In words: on the left, 25 pairs of dots with various positions and distances. On the right, the
# same pairs after normalisation: all dots lie in two columns, at −1 and +1.*
#
# Two different numbers always lie one standard deviation below and above their mean. So the outputs
# show only **which of the two inputs is larger**. A small change of an input does not change this,
# so the gradient with respect to the inputs is 0. (Because of `eps` a little is left, more if the
# two are almost equal.) With batches of two, usually almost no gradient reaches the layers below a
# batch normalisation. (Images have many values per sample and column: section 6.)

# %% [markdown]
# ### Move one sample, and all outputs move
#
# Here is one column of a batch. Before the change, the black input is 1. One slider changes the
# number of samples, the other moves this input.

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

# %% practice=true fold="Draw the batch that answers" after="ps15_pair ps15_pair_gradient"
from course_lib.course.figures import Trace, live

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
claim(
    "most of them lie on the\nside of 0 away from the black one",
    np.mean(five[-1] < 0),
    above=0.5,
    given=[0],
)
said = "With two samples the outputs are −1 and 1 at every place"
claim(said, [np.abs(row[0][1]).min() for row in batches], equals=1, within=0.01, given=[-1])
# How far the other outputs move if the black input goes to 6, with 2, 6 and 32 samples.
ways = [np.abs(new[1] - old[1])[:-1] for old, new in zip(before, batches[-1], strict=True)]
kept = [np.abs(new[0] - old[0])[:-1].max() for old, new in zip(before, batches[-1], strict=True)]
claim("only the line of the black one is slanted", kept, below=1e-12)
claim("all lines are slanted", ways[1], above=0.05)
said = "With 32 samples the other outputs move less"
claim(said, ways[2].mean(), below=ways[1].mean(), given=[32])
claim("but they still move", ways[2].mean(), above=0.1)

# %% [markdown] after="ps15_pair ps15_pair_gradient"
# *In words: two panels, with a dot for each sample before and a dot after, joined by a line. Left,
# the inputs: only the line of the black one is slanted. Right, the outputs: with six samples and
# the black input at 6, all lines are slanted (if it is back at 1, none is). The further away the
# black input is, the closer the other five outputs are to each other, and most of them lie on the
# side of 0 away from the black one. With two samples the outputs are −1 and 1 at every place. With
# 32 samples the other outputs move less, but they still move.*

# %% [markdown]
# So the output for one sample, and its loss, depend on all samples of the batch.

# %% [markdown]
# ## 2 The idea
#
# S2 puts the idea in one sentence: “you want unit gaussian activations? just make them so.” The
# reason (S4): the data are normalised before training, but each layer shifts and scales them again.
# Therefore we also normalise each column of a layer's output inside the network:
#
# 1. Subtract the mean of the column over the batch.
# 2. Divide by its standard deviation: $\hat x = (x - \text{mean})/\sqrt{\text{Var} + \varepsilon}$.
# 3. Multiply by a *learned* scale and add a *learned* shift: $y = \gamma \hat x + \beta$.
#
# The third step seems to undo the first two. But now mean and size of the outputs depend on two
# learned numbers per column, and no longer on all weights of the layers below.

# %% practice=true fold="Draw the three steps for one column of 2,000 values"
rng = np.random.default_rng(1)
two_peaks = np.where(rng.random(2000) < 0.7, rng.normal(4, 1, 2000), rng.normal(12, 2, 2000))
x_peaks = two_peaks[:, None]
normal, _ = normalise_batch(x_peaks, batchnorm)
stages = {"input x": x_peaks, "normalised x": normal, "y (gamma = 3, beta = 2)": 3 * normal + 2}
with theme.style():
    figure, axes = plt.subplots(3, 1, figsize=(6.4, 6), sharex=True, sharey=True)
    for ax, (name, values) in zip(axes, stages.items(), strict=True):
        ax.hist(values[:, 0], bins=40, color=theme.FORWARD)  # 40 bins, whatever the range
        spread = f"mean {values.mean().round(1) + 0:.1f}, standard deviation {values.std():.1f}"
        ax.set(title=f"{name}: {spread}")
    axes[1].set_ylabel("samples in a bin")
    axes[2].set_xlabel("value")
    figure.suptitle("One column in three steps: mean and width change, not the shape")
    plt.show()

# %% [markdown]
# *In words: three histograms with two peaks, a high one and a lower one beside it. In the first,
# the values are spread widely, far to the right. The second is narrow, with mean 0 and standard
# deviation 1; the third has mean 2 and standard deviation 3. All three have two peaks.*
#
# **“Unit Gaussian” is not meant literally.** The mean is 0 and the variance is 1, but the *shape*
# of the distribution stays: two peaks remain two peaks. The correlation between two columns stays,
# too.

# %% claims=true
made = stages["y (gamma = 3, beta = 2)"]
third = "the third has mean 2 and standard deviation 3"
claim(third, made.mean(), equals=2, within=0.01, given=[3])
claim(third, made.std(), equals=3, within=0.01, given=[2])

# %% [markdown]
# ### Through ten layers
#
# The next figure shows a network with ten sigmoid layers before training, without and with BN
# before each sigmoid (one seed). Its inputs are images of digits, and its weights have LeCun's
# initialisation (notebook 07). For each layer you see the standard deviation of a unit's output
# over 128 images (mean over the units), and the root mean square of the gradient with respect
# to the outputs.

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


def layer_by_layer(network):
    """Outputs of each layer for 128 images, and size of the gradient with respect to them."""
    z, outputs, backward_functions, sizes = x_train[:128], [], [], []
    for layer in network.layers:
        z, backward = layer.forward(z, training=True)
        outputs.append(z)
        backward_functions.append(backward)
    _, d = softmax_cross_entropy(z, t_train[:128])
    for backward in reversed(backward_functions):
        sizes.insert(0, float(np.sqrt((d * d).mean())))
        d = backward(d)
    return outputs, np.array(sizes)


# %% practice=true fold="Measure a network without and one with batch normalisation"
flow = {}
for norm, name in ((None, "without"), (batchnorm_layer, "with")):
    rng, init = np.random.default_rng(0), initializers.lecun_normal
    network = mlp([64, *[50] * 10, 10], rng=rng, activation=Sigmoid, init=init, norm=norm)
    outputs, sizes = layer_by_layer(network)
    sigmoids = [i for i, layer in enumerate(network.layers) if isinstance(layer, Sigmoid)]
    flow[name] = np.array([outputs[i].std(axis=0).mean() for i in sigmoids]), sizes[sigmoids]

# %% practice=true fold="Draw both sizes by layer"
with theme.style():
    figure, axes = plt.subplots(1, 2, figsize=(8.5, 3.4))
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
    figure.suptitle("Ten sigmoid layers: with BN, outputs and gradients keep their size")
    for ax in axes:
        ax.set_xticks(range(1, 11))
    label_lines(*axes)
    plt.show()

# %% [markdown]
# *In words: two panels over the ten layers, with logarithmic vertical axes. Without batch
# normalisation, the standard deviation falls by a factor of about 4 in each layer up to the eighth.
# (In the last two layers, rounding in float32 makes it fall more slowly; in float64 the factor
# stays about 4.) The gradient also falls by a factor of about 4, from each layer to the layer
# below. With batch normalisation, the standard deviation is nearly the same in all layers, and the
# gradient changes by less than a factor of 3.*
#
# With these weights and without batch normalisation, the tenth layer gives practically the same
# numbers for every image. Batch normalisation brings the pre-activations of each layer back to
# standard deviation 1, and the gradients of all layers have similar sizes: “Improves gradient flow
# through the network” (S2).

# %% claims=true
spread, gradient = flow["without"]
claim("practically the same\nnumbers for every image", spread[9], below=1e-5)
fall = spread[:-1] / spread[1:]
claim("falls by a factor of about 4 in each layer up", fall[:7], equals=4, within=0.9)
settings_64 = {"init": initializers.lecun_normal, "dtype": "float64", "activation": Sigmoid}
exact = mlp([64, *[50] * 10, 10], rng=np.random.default_rng(0), **settings_64)
z_64, spread_64 = x_train[:128].astype("float64"), []
for layer in exact.layers:
    z_64, _ = layer.forward(z_64, training=True)
    spread_64 += [z_64.std(axis=0).mean()] if isinstance(layer, Sigmoid) else []
fall_64 = np.divide(spread_64[:-1], spread_64[1:])
claim("in float64 the\nfactor stays about 4", fall_64, equals=4, within=0.9, given=[64])
claim("rounding in float32 makes it fall more slowly", fall[7:] - fall_64[7:], below=0, given=[32])
ratios = gradient[1:] / gradient[:-1]
claim("The gradient also falls by a factor of about 4", ratios, equals=4, within=1)
spread, gradient = flow["with"]
claim(
    "standard deviation is nearly the same in all layers", spread / spread[0], equals=1, within=0.1
)
claim("gradient\nchanges by less than a factor of 3", gradient.max() / gradient.min(), below=3)
claim("gradients of all layers have similar sizes", gradient.max() / gradient.min(), below=3)

# %% [markdown]
# ## 3 Shortcuts
#
# Can values keep their size if no mean or variance is measured? A *block* with a *shortcut* (He and
# others 2016; also residual or skip connection) adds its input to its output. Here:
#
# $$y = x + f(x), \qquad f(x) = \text{ReLU}(x)\,W + b$$

# %% [markdown]
# With He's initial weights (notebook 07, variance 2/fan_in), the mean square of $f(x)$ is on
# average as large as that of $x$. **By which factor does the mean square of the values grow over
# thirty blocks?** a: it stays within a factor of 5, b: about 30, c: about 1,000, d: more than a
# million.

# %% guess="the growth over thirty blocks"
guess("ps15_blocks", None, among="abcd")  # "a", "b", "c" or "d"


# %% practice=true fold="Define deep networks of blocks and measure them"
from course_lib.layers import Residual as LibraryResidual


def deep_network(rng, factor, shortcut=LibraryResidual, depth=30):
    """64 inputs, `depth` blocks of 50 units, 10 outputs; He's weights times `factor` in f."""

    def init(shape, rng):
        return factor * initializers.he_normal(shape, rng)

    layers = [Linear(64, 50, rng=rng)]
    for _ in range(depth):
        block = Sequential(ReLU(), Linear(50, 50, rng=rng, init=init))
        layers.append(shortcut(block) if shortcut else block)
    return Sequential(*layers, ReLU(), Linear(50, 10, rng=rng))


def sizes_in_blocks(network):
    """At the input of each block and after the last: values for 128 images, size of gradient."""
    return [part[:-2] for part in layer_by_layer(network)]  # without the ReLU and the outputs


grown = []
for seed in range(5):
    values, _ = sizes_in_blocks(deep_network(np.random.default_rng(seed), factor=1))
    grown.append((values[-1] ** 2).mean() / (values[0] ** 2).mean())
grown = np.array(grown)

# %% practice=true fold="Compare your guess with the result"
limits = {"a": 5, "b": 170, "c": 30_000, "d": np.inf}  # halfway between the answers
letter = next(name for name, limit in limits.items() if np.median(grown) < limit)
words = {"a": "it stays", "b": "about 30", "c": "about 1,000", "d": "over a million"}
reveal("ps15_blocks", letter, f"Five networks: from {grown.min():.0e} to {grown.max():.0e}.", words)

# %% claims=true
said = "about 1.7 to 2 in each block"
claim(said, grown ** (1 / 30), above=1.6, below=2.1, given=[1.7, 2])

# %% [markdown] after="ps15_blocks"
# On average the mean square grew by a factor of about 1.7 to 2 in each block. The reason ($E$: mean
# over random initial weights): $E\,(x + f)^2 = E\,x^2 + 2\,E\,xf + E\,f^2$. The weights have mean
# 0, so the middle term is 0 on average, and with He's weights $E\,f^2$ is as large as $E\,x^2$. So
# on average the mean square **doubles** in each block; a single network may grow less.

# %% [markdown]
# Your factor multiplies He's initial weights of $f$ in each of L blocks. It has the form $c/\sqrt
# L$. Choose the largest c that keeps the mean square on average below $e \approx 2.72$ times its
# first value, for every L.


# %% solution="shortcut_factor"
def shortcut_factor(L):
    """The factor for He's initial weights in each of L blocks x + f(x)."""
    ### BEGIN SOLUTION
    return 1 / np.sqrt(L)
    ### END SOLUTION


# %% practice=true fold="Test your factor" after=false
of_depth = {}
try:
    of_depth = {L: shortcut_factor(L) for L in (5, 30, 200)}
except NotImplementedError:
    print("Not written yet: write shortcut_factor in the cell above, then run this one again.")
for L, s in of_depth.items():
    growth, wanted = (1 + s * s) ** L, (1 + 1 / L) ** L  # yours, and with the largest c
    verdict = "agrees"
    if abs(growth - wanted) > 1e-6:
        verdict = "DIFFERS: " + ("too large" if growth > wanted else "a larger c is possible")
    print(f"{L:3} blocks, factor {s:.4f}, on average growth to {growth:.4g}: {verdict}")

# %% claims=true
said = "keeps the mean square on average below"
claim(said, [(1 + s * s) ** L for L, s in of_depth.items()], below=np.e)

# %% [markdown] after=false
# <details><summary>The derivation</summary>
#
# With the factor s, the mean square of $f$ is $s^2$ times that of $x$. So it grows by $1 + s^2$ in
# each block and by $(1 + s^2)^L$ over all. For $s = 1/\sqrt L$ this is $(1 + 1/L)^L$, which
# increases with L to the limit $e$ but never reaches it. With $s = c/\sqrt L$ the limit is
# $e^{c^2}$, so c = 1 is the largest.
#
# </details>

# %% [markdown]
# Now write a shortcut around **any** block. `f_forward(x)` returns two things, the output `z` of
# the block and a cache of its own.


# %% solution="residual_forward"
def residual_forward(x, f_forward):
    """A block with a shortcut: x + f(x).

    x : any shape; f_forward : f_forward(x) returns z, of the shape of x, and f_cache
    returns y : the shape of x, and cache; call f_forward once
    """
    ### BEGIN SOLUTION
    z, f_cache = f_forward(x)
    return x + z, f_cache
    ### END SOLUTION


# %% check="residual_forward"
check("residual_forward", residual_forward)

# %% [markdown]
# `f_backward(dz, f_cache)` returns the gradient that passes through the block.


# %% solution="residual_backward"
def residual_backward(dy, cache, f_backward):
    """The gradient of residual_forward with respect to x.

    dy : the shape of y, and cache from residual_forward
    f_backward : f_backward(dz, f_cache) returns the gradient through f; call it once
    returns dx : the shape of x
    """
    ### BEGIN SOLUTION
    return dy + f_backward(dy, cache)
    ### END SOLUTION


# %% check="residual_backward"
check("residual_backward", residual_forward, residual_backward)

# %% [markdown]
# ### A layer of your own
#
# Turn the two functions into a layer. Here `f_forward(x)` is
# `self.block.forward(x, training=training)`. It returns `z` and a **function** of `dz`, which
# returns the gradient through the block: this is `f_cache`. How does your `f_backward` use it?
# Your own `forward` returns `y` and a function of `dy`, for example a `lambda`. (A cell below tests
# it.)


# %% solution="Residual"
class Residual(Layer):
    """A layer or network with a shortcut around it."""

    def __init__(self, block):
        """block : a layer whose output has the shape of its input; `Layer` finds its parameters"""
        self.block = block

    def forward(self, x, *, training=True):
        """y, and a function that takes dy and returns dx."""
        ### BEGIN SOLUTION
        y, cache = residual_forward(x, lambda x: self.block.forward(x, training=training))
        return y, lambda dy: residual_backward(dy, cache, lambda dz, backward: backward(dz))
        ### END SOLUTION


# %% practice=true fold="Define the training of a network"
def train(network, rng, *, lr, epochs, batch=64, n=None, parameters=None, method=SGD):
    """Plain gradient descent, or `method`; accuracy on the test images and last training loss.

    A loss that overflows counts as guessing: accuracy 0.1.
    """
    try:
        history = fit(
            network,
            x_train[:n],
            t_train[:n],
            loss=softmax_cross_entropy,
            optimizer=method(parameters or network.parameters(), lr=lr),
            epochs=epochs,
            batch_size=batch,
            rng=rng,
            progress=False,
        )
    except FloatingPointError:
        return 0.1, np.nan
    return accuracy(network(x_test), t_test), history.loss[-1]


# %% [markdown]
# ### Thirty layers
#
# We train thirty blocks for eight epochs (seeds 0, 1 and 2) with He's weights: without shortcuts,
# with shortcuts, and with shortcuts and your factor. We use (nearly) the best of eleven learning
# rates from 0.000001 to 0.1 for gradient descent, and of six from 0.0001 to 0.03 for Adam (±:
# standard deviation over the seeds). An overflowing loss counts as accuracy 0.1. (Rates chosen
# by test accuracy make the accuracies slightly too high.)

# %% practice=true fold="Train thirty blocks in six ways"
shortcut, dx_of = LibraryResidual, {}
try:
    for kind in (LibraryResidual, Residual):
        layer = kind(Linear(2, 2, rng=np.random.default_rng(0)))
        _, backward = layer.forward(np.ones((1, 2)), training=True)
        dx_of[kind] = backward(np.ones((1, 2)))
    agrees = np.allclose(dx_of[Residual], dx_of[LibraryResidual])
    shortcut = Residual if agrees else LibraryResidual
    print("dx of your Residual", "agrees." if agrees else "DIFFERS: uses the library's class.")
except NotImplementedError:
    print("Uses the library's class until your Residual is written.")
DEEP = {  # kind: shortcut, factor, rate of gradient descent, rate of Adam
    "no shortcut": (None, 1, 0.01, 0.001),
    "shortcut, He": (shortcut, 1, 0.000003, 0.001),
    "shortcut, factor": (shortcut, of_depth.get(30, 0.18), 0.03, 0.0003),
}


deep_seeds = smaller_in_browser(seeds=(range(3), range(2)))


def trained_deep(kind, method, lr):
    """Test accuracy with each seed."""
    around, factor, *_ = DEEP[kind]
    rngs = [np.random.default_rng(seed) for seed in deep_seeds]
    networks = [deep_network(rng, factor, around) for rng in rngs]
    return [
        train(network, rng, lr=lr, epochs=8, method=method)[0]
        for network, rng in zip(networks, rngs, strict=True)
    ]


deep = {}
for kind, (_, _, *rates) in DEEP.items():
    for method, lr in zip((SGD, Adam), rates, strict=True):
        deep[kind, method] = found = trained_deep(kind, method, lr)
        print(f"{kind:17} {method.__name__:5} {np.mean(found):.2f} ± {np.std(found, ddof=1):.2f}")

# %% practice=true fold="Draw the first gradients and the likeness of two images"
likeness, first_gradients = {}, {}
for kind, (around, factor, *_) in DEEP.items():
    alike, of_seeds = [], []
    for seed in range(5):
        values, gradient = sizes_in_blocks(
            deep_network(np.random.default_rng(seed), factor, around)
        )
        units = [z / np.linalg.norm(z, axis=1, keepdims=True) for z in values]
        alike.append([((u @ u.T).sum() - 128) / (128 * 127) for u in units])
        of_seeds.append(gradient)
    likeness[kind], first_gradients[kind] = np.array(alike), np.array(of_seeds)
with theme.style():
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.4))
    dashes = {"no shortcut": ":", "shortcut, He": "--", "shortcut, factor": "-"}
    for kind, dash in dashes.items():
        size = np.exp(np.log(first_gradients[kind]).mean(axis=0))
        axes[0].plot(range(31), size, dash, color=theme.GRADIENT, label=kind)
        axes[1].plot(range(31), likeness[kind].mean(axis=0), dash, color=theme.FORWARD, label=kind)
    axes[0].set(yscale="log", xlabel="blocks below", ylabel="root mean square")
    axes[0].set_title("Gradient with respect to the values")
    axes[1].set(xlabel="blocks below", ylabel="mean cosine", ylim=(0.6, 1))
    axes[1].set_title("Cosine of two images (1: same direction)")
    figure.suptitle("Only shortcuts with the factor keep gradients and differences of images")
    label_lines(*axes)
    plt.show()

# %% [markdown]
# *In words: two panels over the number of blocks below, before training, means of five seeds. Left,
# the root mean square of the gradient: with shortcuts and He's weights it grows by more than a
# factor of 10,000 from the last block to the first; in the other two networks it changes by less
# than a factor of 3. Right, the mean cosine of the angle between the values of two images (1: the
# same direction): without shortcuts it rises from about 0.7 to above 0.95; with shortcuts and He's
# weights it rises to about 0.9; with shortcuts and the factor it stays at about 0.7.*
#
# Only the network with shortcuts and the factor trains well. With He's weights and shortcuts,
# gradient descent stays below 0.25. Without shortcuts, the gradients have about the same *size*
# in all layers. But after thirty layers, the values of two images point on average in nearly the
# same direction. So little of their difference is left, which may be why this network trains badly.
#
# Your `dx` is `dy` plus the gradient through the block. With He's weights the second term is on
# average as large as `dy`, so the gradient grows. With the factor, the second term is small.

# %% claims=true
only = "Only the network with shortcuts and the factor trains well"
claim(only, [np.mean(deep["shortcut, factor", method]) for method in (SGD, Adam)], above=0.9)
other = [np.mean(found) for (kind, _), found in deep.items() if kind != "shortcut, factor"]
claim(only, other, below=0.8)
claim("gradient descent stays below 0.25", np.mean(deep["shortcut, He", SGD]), below=0.25)
change = {kind: found.max(axis=1) / found.min(axis=1) for kind, found in first_gradients.items()}
claim("more than a\nfactor of 10,000", change["shortcut, He"], above=10_000)
both = "the other two networks it changes by less than a factor of 3"
claim(both, [*change["no shortcut"], *change["shortcut, factor"]], below=3, given=[2])
rises = "it rises from about 0.7 to above 0.95"
claim(rises, likeness["no shortcut"].mean(axis=0)[0], equals=0.7, within=0.04, given=[0.95])
claim(rises, likeness["no shortcut"].mean(axis=0)[-1], above=0.95, given=[0.7])
to = "and He's weights it rises to about 0.9"
claim(to, likeness["shortcut, He"].mean(axis=0)[-1], equals=0.9, within=0.06)
stays = "factor it stays at about 0.7"
claim(stays, likeness["shortcut, factor"].mean(axis=0), equals=0.7, within=0.05)
same = likeness["no shortcut"].mean(axis=0)[-1]
claim("point on average\nin nearly the same direction", same, above=0.95)

# %% claims="slow"
steps_of_three = [float(f"{first}e{power}") for power in range(-6, 0) for first in (1, 3)]
grids = {SGD: steps_of_three[:11], Adam: steps_of_three[4:10]}
for (kind, method), found in deep.items():
    tuned = {lr: np.mean(trained_deep(kind, method, lr)) for lr in grids[method]}
    gap = max(tuned.values()) - np.mean(found)
    best = "0.000001 to 0.1 for gradient descent, and of six from 0.0001 to 0.03 for Adam"
    claim(best, gap, below=0.05, given=(1e-6, 0.1, 1e-4, 0.03))

# %% [markdown]
# ## 4 Batch normalisation, the forward pass
#
# In training (*training mode*), batch normalisation uses the mean and the variance of the batch. S2
# and S4 show these four formulas of Ioffe and Szegedy (2015):
#
# $$\mu = \frac1N\sum_n x_n\qquad \sigma^2 = \frac1N\sum_n (x_n-\mu)^2\qquad
# \hat x_n = \frac{x_n-\mu}{\sqrt{\sigma^2+\varepsilon}}\qquad y_n = \gamma\hat x_n+\beta$$
#
# In testing (*test mode*), a batch may be one image, with variance 0, and the answer for an image
# should not depend on others. So during training we also keep **running statistics**, which testing
# uses as constants: `running = (1 - momentum) * running + momentum * batch`. `momentum` is the
# weight of the *new* batch, as in PyTorch, usually 0.1.
#
# On average σ² is only (N − 1)/N of the true variance, because it uses the batch's own mean. The
# batch is normalised with this *biased* variance. But the running variance stands for all data, so
# it is updated with the *unbiased* variance (N − 1 in the denominator).


# %% fold="The definition for one column, in loops"
def batchnorm_in_loops(x, gamma, beta, running_mean, running_var, training, momentum, eps):
    """One column: x is a list of N numbers. Returns y and the new running mean and variance."""
    N = len(x)
    if not training:
        mean, var = running_mean, running_var
    else:
        mean, squares = 0.0, 0.0
        for value in x:
            mean += value / N
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
# Write it for all columns at once. `state` holds the running statistics. In training, return a
# **new** dictionary; in testing, return the one that you received. Put into the `cache` what the
# backward pass will need.


# %% solution="batchnorm_forward"
def batchnorm_forward(x, gamma, beta, state, *, training, momentum, eps):
    """Batch normalisation of every column.

    x : (N, D), gamma, beta : (D,), state : {"mean": (D,), "var": (D,)}
    training : True for the statistics of this batch, False for the running ones
    momentum : weight of the new batch in the running statistics
    eps : added to the variance
    returns y : (N, D), cache, and state (new in training, else the one given);
        y is float32 if all arrays are (those of state too); the type of the new state is free
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
# ## 5 The backward pass, step by step
#
# We split the forward pass of one column into six steps.
#
# |section 4|here|step|shape|
# |---|---|---|---|
# |μ|`m`|mean of x|(1,)|
# |x − μ|`c`|x − m|(N,)|
# |σ²|`v`|mean of c²|(1,)|
# |1/√(σ² + ε)|`i`|1/√(v + eps)|(1,)|
# |x̂|`h`|c · i|(N,)|
# |y|`y`|gamma · h + beta|(N,)|
#
# **Two values are used twice**, x and c (filled circles in the next figure). The gradient of such a
# value is the sum of the gradients from all places that use it.

# %% practice=true fold="Draw the graph of the steps"
NODES = {
    **{"x": (0, 1), "m": (1.5, 0), "c": (3, 1), "v": (4.5, 0), "i": (6.5, 0), "h": (8, 1)},
    **{"y": (10, 1), "gamma": (9, 0), "beta": (11, 0)},
}
EDGES = {  # where to: the local derivative, at each arrow back
    **{"xm": "1/N", "xc": "1", "mc": "−1", "cv": "2c/N", "vi": "−i³/2", "ih": "c", "ch": "i"},
    "hy": "gamma",
    ("gamma", "y"): "h",
    ("beta", "y"): "1",
}
OPERATIONS = {
    **{"m": "mean(x)", "c": "x − m", "v": "mean(c²)", "i": "1/√(v + eps)", "h": "c · i"},
    "y": "gamma · h + beta",
}
with theme.style():
    figure, ax = plt.subplots(figsize=(9, 3.6))
    for (start, end), derivative in EDGES.items():
        (x0, y0), (x1, y1) = NODES[start], NODES[end]
        across = 0.05 * np.array([y0 - y1, (x1 - x0) / 3]) / np.hypot((x1 - x0) / 3, y1 - y0)
        for colour, side in ((theme.FORWARD, 1), (theme.GRADIENT, -1)):
            ends = [(x0, y0) + side * across * (3, 1), (x1, y1) + side * across * (3, 1)]
            ends = ends[::side]
            arrow = {"arrowstyle": "->", "color": colour, "shrinkA": 16, "shrinkB": 16}
            ax.annotate("", ends[1], ends[0], arrowprops={**arrow, "linewidth": 1.5})
        away = 8 if len(derivative) == 1 else 11
        middle = (np.array([x0 + x1, y0 + y1]) / 2) - across * (away, 3.4)
        colour = theme.for_text(theme.GRADIENT)
        ax.text(*middle, derivative, ha="center", va="center", color=colour, size=10)
    for name, (px, py) in NODES.items():
        twice = name in ("x", "c")
        circle = {"boxstyle": "circle,pad=0.35", "edgecolor": theme.INK, "linewidth": 1.2}
        circle["facecolor"] = theme.INK if twice else theme.PAPER
        small = {"gamma": "γ", "beta": "β"}.get(name, name)
        colour = theme.PAPER if twice else theme.INK
        ax.text(px, py, small, ha="center", va="center", bbox=circle, size=12, color=colour)
        if name in OPERATIONS:
            above = 0.3 if py else -0.3
            ax.text(px, py + above, OPERATIONS[name], ha="center", va="center", size=10)
    ax.set(xlim=(-0.6, 11.6), ylim=(-0.5, 1.5))
    ax.set_title(
        "One column: forward (blue), backward with local derivatives (orange); filled: used twice",
        fontsize=11,
    )
    ax.axis("off")
    plt.show()

# %% [markdown]
# *In words: a graph with blue arrows for the forward pass and orange arrows for the backward pass.
# Two paths lead from x to c: directly, and through m. Two paths lead from c to h: directly, and
# through v and i. From h, γ and β arrows lead to y. Each orange arrow carries its local derivative:
# 1/N from m to x, 1 from c to x, −1 from c to m, 2c/N from v to c, −i³/2 from i to v, c from h to
# i, i from h to c, γ from y to h, h from y to γ, 1 from y to β. The circles of x and c are filled.*
#
# First we run these steps forward for five samples. As the loss we take $L = \sum_n dy_n\, y_n$,
# because its gradient with respect to `y` is the given array `dy`.

# %% practice=true fold="Run the steps forward"
STEPS = {
    "m": lambda v: v["x"].mean(keepdims=True),  # (1,)
    "c": lambda v: v["x"] - v["m"],  # (N,)
    "v": lambda v: (v["c"] ** 2).mean(keepdims=True),  # (1,)
    "i": lambda v: 1 / np.sqrt(v["v"] + v["eps"]),  # (1,)
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
# The lines down to v are given. Write the other three, **one line at a time**, in the order c, m,
# x. After each line run this cell and the next one.
#
# <details><summary>What to watch for</summary>
#
# All that you need is in the dictionary `values` and in the earlier lines. Each gradient has the
# shape of its value. `c` and `x` are used twice. The square of each of the N values of c enters
# `v` with the factor 1/N. `m` is subtracted from every x.
#
# </details>


# %% solution="gradients_by_steps"
def gradients_by_steps(values):
    """The gradient of the loss with respect to each of the values, by its name."""
    N, d = len(values["x"]), {}
    d["beta"] = values["dy"].sum(keepdims=True)
    d["gamma"] = (values["dy"] * values["h"]).sum(keepdims=True)
    d["h"] = values["dy"] * values["gamma"]
    d["i"] = (d["h"] * values["c"]).sum(keepdims=True)
    d["v"] = -d["i"] * values["i"] ** 3 / 2
    ### BEGIN SOLUTION
    d["c"] = d["h"] * values["i"] + d["v"] * 2 * values["c"] / N
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
for name in ("beta", "gamma", "h", "i", "v", "c", "m", "x"):
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
# We go from the last step to the first. There are $N$ samples; $i$, $v$ and $m$ are single numbers.
#
# - The given lines: all samples use β, γ and i, so their gradients are sums. $i = (v +
#   \varepsilon)^{-1/2}$ has the derivative $-\tfrac12 i^3$, so $dv = -\tfrac12 i^3\,di$.
# - $c_n$ is used in $h_n = c_n i$ and in $v = \frac1N\sum_k c_k^2$:
#   $dc_n = dh_n\, i + dv\,\tfrac2N c_n$.
# - $c_n = x_n - m$ uses m in all samples: $dm = -\sum_n dc_n$.
# - $x_n$ is used in $c_n$ and in $m = \frac1N\sum_n x_n$: $dx_n = dc_n + dm/N$.
#
# </details>
#
# ### In closed form
#
# Insert the lines for c and m into the line for x. One sum is 0, and one line for `dx` remains,
# with `dy`, `gamma`, `i`, `h` and means over the batch. Derive it on paper and write
# `batchnorm_backward` with it, for all columns at once. After a forward pass with `training=False`,
# the mean and the variance were constants: which path from x to y is left? `gamma` may be 0, so do
# not compute h from y.


# %% solution="batchnorm_backward"
def batchnorm_backward(dy, cache):
    """The gradients of batchnorm_forward.

    dy : (N, D), and cache from batchnorm_forward (in training or not)
    returns dx : (N, D), dgamma : (D,), dbeta : (D,); dx is float32 if all arrays are
        (here and below, the type of dgamma and dbeta is free)
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
# <details><summary>The derivation</summary>
#
# 1. $dh_n = \gamma\, dy_n$, and $dv = -\tfrac12 i^3\sum_k dh_k c_k$.
# 2. $dc_n = i\, dh_n + \tfrac2N c_n\, dv$.
# 3. $\sum_n c_n = 0$, so the last term drops out of the sum:
#    $dm = -\sum_n dc_n = -i\sum_n dh_n$.
# 4. $x_n$ is used in $c_n$ and in $m$:
#    $dx_n = dc_n + \tfrac1N dm = i\, dh_n - \tfrac iN\sum_k dh_k + \tfrac2N c_n\, dv$.
# 5. Insert $dv$ and $c = h/i$ into the last term:
#    $\tfrac2N c_n\, dv = -\tfrac1N \tfrac{h_n}{i}\, i^3\sum_k dh_k \tfrac{h_k}{i}
#    = -i\, h_n\,\tfrac1N\sum_k dh_k h_k$.
# 6. Together:
#    $dx_n = i\,\big[dh_n - \tfrac1N\sum_k dh_k - h_n\,\tfrac1N\sum_k dh_k h_k\big]$.
# 7. γ is the same for all samples, so it can be taken out of the sums:
#    $dx_n = \gamma\, i\,\big[dy_n - \tfrac1N\sum_k dy_k - h_n\,\tfrac1N\sum_k dy_k h_k\big]$.
#
# </details>

# %% [markdown]
# ### A thousand times the weights
#
# We multiply the `W` of a linear layer in front of a batch normalisation by 1000.
# By which factor does the output `y` change?

# %% guess="the factor of the output"
guess("ps15_factor_y", None)  # a number: y for 1000 W over y for W

# %% [markdown]
# By which factor does `dW` change, for the same `dy`?

# %% guess="the factor of the gradient"
guess("ps15_factor_dW", None)  # a number: dW for 1000 W over dW for W

# %% practice=true fold="Compute both"
rng, op = np.random.default_rng(6), own_or_library("batchnorm")
x_in, W = rng.normal(size=(16, 8)), rng.normal(size=(8, 5))
gamma, beta, dy = rng.normal(size=5), rng.normal(size=5), rng.normal(size=(16, 5))


def with_batchnorm(W):
    """y, dW and db of a linear layer with a batch normalisation after it."""
    fresh = {"mean": np.zeros(5), "var": np.ones(5)}
    y, cache, _ = op.forward(x_in @ W, gamma, beta, fresh, training=True, momentum=0.1, eps=1e-12)
    du, _, _ = op.backward(dy, cache)
    return y, x_in.T @ du, du.sum(axis=0)


(y_once, dW_once, db_once), (y_large, dW_large, _) = with_batchnorm(W), with_batchnorm(1000 * W)
factors = [
    np.linalg.norm(b) / np.linalg.norm(a) for a, b in ((y_once, y_large), (dW_once, dW_large))
]

# %% practice=true fold="Compare your guess with the result"
reveal("ps15_factor_y", float(factors[0]), "Norm of y for 1000 W over norm of y for W.")
reveal("ps15_factor_dW", float(factors[1]), "Norm of dW for 1000 W over norm of dW for W.")

# %% practice=true fold="Print two more products" after="ps15_factor_y ps15_factor_dW"
print(f"largest entry of db of the linear layer: {np.max(np.abs(db_once)):.0e}")
print(f"W · dW, column by column, largest:       {np.max(np.abs((W * dW_once).sum(axis=0))):.0e}")

# %% claims=true
claim("The output stays the same", np.max(np.abs(y_large - y_once)), below=1e-6)
claim("the gradient is a thousandth", 1000 * factors[1], equals=1, within=1e-4)
claim("**`db` of the linear\nlayer is 0:**", np.max(np.abs(db_once)), below=1e-6, given=[0])
claim(
    "**`W · dW`, the sum\nof the products of their entries, is 0**",
    np.max(np.abs((W * dW_once).sum(axis=0))),
    below=1e-6,
    given=[0],
)

# %% [markdown] after="ps15_factor_y ps15_factor_dW"
# The output stays the same, and the gradient is a thousandth of the old one. **`db` of the linear
# layer is 0:** its bias is subtracted again with the mean; `beta` replaces it. **`W · dW`, the sum
# of the products of their entries, is 0** (for ε = 0): a step of plain gradient descent is
# orthogonal to the weights. So, by Pythagoras, each step makes the weights a little *longer*.
#
# <details><summary>The derivation</summary>
#
# Let ε = 0 and $a > 0$. The pre-activation $u = xW$ becomes $au$, its mean $a\mu$, its standard
# deviation $a\sigma$. So batch normalisation removes the factor a, and $L(aW) = L(W)$.
#
# - Take the derivative with respect to $W$ on both sides (chain rule on the left):
#   $a\,\nabla L(aW) = \nabla L(W)$, so $\nabla L(aW) = \nabla L(W)/a$.
# - Take the derivative with respect to $a$ at $a = 1$: the right side does not contain a, so
#   $\sum_{ij} W_{ij}\,\partial L/\partial W_{ij} = 0$. Each column is normalised separately, so the
#   same holds for each column.
# - The squared length after a step $W - \eta\,dW$ is $|W|^2 - 2\eta\, W\cdot dW + \eta^2 |dW|^2
#   = |W|^2 + \eta^2 |dW|^2$.
#
# </details>

# %% [markdown]
# ### The weights over a whole training
#
# A step turns W by an angle of about η|dW|/|W|. As |dW| is proportional to 1/|W|, the angle is
# proportional to **η/|W|²**, the *effective rate*. We train a network with two hidden layers for
# twenty epochs at the rate 0.5, with the seeds 0, 1 and 2, without and with weight decay (a penalty
# 0.005 · ΣW² for all W, which pulls them towards 0). A third network has no decay, but after each
# epoch W is scaled to the length with decay.

# %% practice=true fold="Train nine networks"
from course_lib.regularizers import l2_penalty

lengths, turned, decayed = {}, {}, {}  # decayed: lengths with decay, at the start of each epoch
for name, lam in (("without decay", 0.0), ("with decay", 0.005), ("scaled", 0.0)):
    for seed in range(3):
        rng = np.random.default_rng(seed)
        network = mlp([64, 50, 50, 10], rng=rng, norm=batchnorm_layer)
        front = network.layers[0], network.layers[3]  # in front of a batch normalisation
        second, seen, angles = front[1].W, [], []
        for epoch in range(21):
            for layer, length in zip(front, decayed.get((name, seed, epoch), []), strict=False):
                layer.W.data *= length / np.linalg.norm(layer.W.data)
            old_W = second.data.copy()
            seen.append([np.linalg.norm(layer.W.data) for layer in front])
            fit(
                network,
                x_train,
                t_train,
                loss=softmax_cross_entropy,
                optimizer=SGD(network.parameters(), lr=0.5),
                epochs=1,
                batch_size=64,
                rng=rng,
                penalty=lambda weights, lam=lam: l2_penalty(weights, lam=lam),
                progress=False,
            )
            cosine = np.sum(old_W * second.data) / np.linalg.norm(second.data) / seen[-1][1]
            angles.append(np.degrees(np.arccos(min(cosine, 1))))
        if name == "with decay":
            decayed |= {("scaled", seed, epoch): both for epoch, both in enumerate(seen)}
        lengths.setdefault(name, []).append(np.array(seen)[:, 1])
        turned.setdefault(name, []).append(np.mean(angles[10:20]))

# %% practice=true fold="Draw the length of W and the effective rate"
with theme.style():
    figure, axes = plt.subplots(1, 2, figsize=(8.5, 3.2))
    for name, dash in (("without decay", "-"), ("with decay", "--")):
        of_seeds = np.array(lengths[name])
        for ax, curves in ((axes[0], of_seeds), (axes[1], 0.5 / of_seeds**2)):
            ax.plot(curves.T, dash, color=theme.FORWARD, linewidth=0.8)
            ax.plot(curves.mean(axis=0), dash, color=theme.FORWARD, label=name)
    axes[0].set(xlabel="epoch", title="Length of W, second layer", ylim=(0, None))
    axes[1].set(xlabel="epoch", title="Effective rate 0.5 / length²", ylim=(0, None))
    figure.suptitle("Weight decay shortens W, so the effective rate grows")
    label_lines(*axes)
    plt.show()
for name, found in turned.items():
    says = (
        "no decay, scaled after each epoch to the length with decay" if name == "scaled" else name
    )
    print(f"{says}: in the last ten epochs, W turns by {np.mean(found):.1f} ", end="")
    print(f"± {np.std(found, ddof=1):.1f} degrees per epoch")

# %% [markdown]
# *In words: two panels over twenty epochs, a line for each seed. Without weight decay the length of
# W rises by about 1.2 percent, and the effective rate is nearly constant. With weight decay the
# length falls to about a quarter, and the effective rate rises to more than ten times its first
# value. (The scaled network has the same lengths.)*
#
# In front of a batch normalisation, a shorter W gives the same function.
# But weight decay **raises the effective learning rate**: W turns further in an epoch. The network
# without decay, scaled to the same lengths, turns even further. So the shorter W alone is enough
# for the larger turns.

# %% claims=true
grew = {name: np.array(found)[:, -1] / np.array(found)[:, 0] for name, found in lengths.items()}
scaled = np.divide(turned["scaled"], turned["with decay"])
claim("scaled to the same lengths, turns even further", scaled.mean(), above=1.1)
of_scaled = np.divide(turned["scaled"], turned["without decay"])
claim("the shorter W alone is enough for\nthe larger turns", of_scaled, above=3)
rises = "rises by about 1.2 percent"
claim(rises, 100 * (grew["without decay"].mean() - 1), equals=1.2, within=0.3)
claim("the\nlength falls to about a quarter", 4 * grew["with decay"].mean(), equals=1, within=0.2)
claim("more than ten times its first", grew["with decay"].mean() ** -2, above=10)
further = np.array(turned["with decay"]) / turned["without decay"]
claim("W turns further in an epoch", further, above=3)
claim("Without weight decay the length of\nW", np.diff(lengths["without decay"], axis=1), above=0)

# %% [markdown]
# ### Two directions without gradient
#
# **dx adds up to 0**, because adding the same number to all inputs of a column changes no output.
# **dx is orthogonal to h** (for ε = 0), because multiplying all distances from the mean by a common
# factor changes no output either. The N inputs of a column can change in N independent directions;
# along these two, the gradient is 0. With N = 3 one direction is left (see the figure).
#
# <details><summary>The derivation</summary>
#
# From $\sum_n h_n = 0$ follows $\sum_n dx_n = \gamma i\,(\sum_n dy_n - \sum_k dy_k) = 0$. And
# $\tfrac1N\sum_n h_n^2 = v/(v+\varepsilon)$, so $\sum_n dx_n h_n = \gamma i\,\big(1 -
# v/(v+\varepsilon)\big)\sum_k dy_k h_k$: 0 for ε = 0.
#
# </details>

# %% practice=true fold="Draw dy and dx for three samples"
op, three = own_or_library("batchnorm"), np.array([[0.3], [1.9], [2.4]])
y_three, cache = normalise_batch(three, op, eps=1e-12)
along_1, along_h = np.ones(3) / np.sqrt(3), y_three[:, 0] / np.sqrt(3)
left = np.cross(along_1, along_h)  # orthogonal to both
dys = np.random.default_rng(3).normal(size=(6, 3, 1))
dxs = np.stack([op.backward(dy, cache)[0] for dy in dys])
parts = {"along (1, 1, 1)": along_1, "along h": along_h, "along the third": left}
with theme.style():
    figure, axes = plt.subplots(1, 2, figsize=(8.5, 2.8), sharex=True, sharey=True)
    for ax, gradients in zip(axes, (dys, dxs * three.std()), strict=True):
        ax.axvline(0, color=theme.QUIET, linewidth=0.8)
        for row, direction in enumerate(parts.values()):
            sizes = gradients[:, :, 0] @ direction
            ax.plot(sizes, [row] * 6, "o", color=theme.GRADIENT, alpha=0.6)
    axes[0].set_yticks(range(3), parts)
    axes[0].set(title="Six gradients dy", xlabel="part of dy", ylim=(2.5, -0.5))
    axes[1].set(title="After the backward pass", xlabel="part of dx · std")
    figure.suptitle("Three directions: the backward pass removes two and keeps the third")
    plt.show()
print(f"largest part of the six dx along h: {np.abs(dxs[:, :, 0] @ along_h).max():.0e}")

# %% claims=true
claim("**dx adds up to 0**", np.abs(dxs.sum(axis=1)).max(), below=1e-6, given=[0])
claim("**dx is orthogonal to h**", np.abs(dxs[:, :, 0] @ along_h).max(), below=1e-6)
for removed in (along_1, along_h):
    claim(
        "and h all six dots lie at 0", np.abs(dxs[:, :, 0] @ removed).max(), below=1e-6, given=[0]
    )
kept = (dxs * three.std() - dys)[:, :, 0] @ left
claim("the third row is the same as on the left", np.abs(kept).max(), below=1e-6)

# %% [markdown]
# *In words: two panels, each with a row of six dots for each of three orthogonal directions. Left,
# for dy, the dots are spread in all three rows. Right, for dx times the standard deviation: in the
# rows of (1, 1, 1) and h all six dots lie at 0; the third row is the same as on the left.*

# %% [markdown]
# ## 6 Batch normalisation of images
#
# A batch of images has the shape (N, C, H, W). A *channel* is one of the C arrays of H × W numbers
# of an image: a colour, or what one filter of a convolution computes at all positions (notebook
# 16). The values of a channel are normalised together, over N, H and W: one mean, one variance, one
# γ and one β for each channel.
#
# You may call your `batchnorm_forward`. It needs an array with a column for each channel. Is
# `x.reshape(-1, C)` this array? Try it with `x = np.arange(8).reshape(1, 2, 2, 2)`. Raise a
# `ValueError` in training if a channel has fewer than two values.


# %% solution="spatial_batchnorm_forward"
def spatial_batchnorm_forward(x, gamma, beta, state, *, training, momentum, eps):
    """Batch normalisation of every channel, over samples and positions.

    x : (N, C, H, W), gamma, beta : (C,), state : {"mean": (C,), "var": (C,)}
    training, momentum, eps : as in batchnorm_forward
    returns y : (N, C, H, W), cache, and state (new in training, else the one given);
        y is float32 if all arrays are
    raises ValueError in training if N * H * W < 2
    """
    ### BEGIN SOLUTION
    N, C, H, W = x.shape
    columns = x.transpose(0, 2, 3, 1).reshape(-1, C)
    y, cache, state = batchnorm_forward(
        columns, gamma, beta, state, training=training, momentum=momentum, eps=eps
    )
    return y.reshape(N, H, W, C).transpose(0, 3, 1, 2), cache, state
    ### END SOLUTION


# %% check="spatial_batchnorm_forward"
check("spatial_batchnorm_forward", spatial_batchnorm_forward)

# %% [markdown]
# Now its backward pass.


# %% solution="spatial_batchnorm_backward"
def spatial_batchnorm_backward(dy, cache):
    """The gradients of spatial_batchnorm_forward.

    dy : (N, C, H, W), and cache from spatial_batchnorm_forward (in training or not)
    returns dx : (N, C, H, W), dgamma : (C,), dbeta : (C,); dx is float32 if all arrays are
    """
    ### BEGIN SOLUTION
    N, C, H, W = dy.shape
    dx, dgamma, dbeta = batchnorm_backward(dy.transpose(0, 2, 3, 1).reshape(-1, C), cache)
    return dx.reshape(N, H, W, C).transpose(0, 3, 1, 2), dgamma, dbeta
    ### END SOLUTION


# %% check="spatial_batchnorm_backward"
check("spatial_batchnorm_backward", spatial_batchnorm_forward, spatial_batchnorm_backward)

# %% [markdown]
# ### In a convolutional network
#
# A network with two given convolutions, each with ReLU and pooling after it, trains for two epochs
# (seeds 0, 1 and 2): without batch normalisation, and with yours between convolution and ReLU, each
# at the best of the rates 0.02, 0.05, 0.1, 0.2, 0.5, 1 and 2.


# %% practice=true fold="Define layers for images"
class AsImages(Layer):
    """Rows of 64 pixels as images with one channel, 8 × 8."""

    def forward(self, x, *, training=True):
        return x.reshape(-1, 1, 8, 8), lambda dy: dy.reshape(len(dy), -1)


class OwnSpatialBatchNorm(BatchNorm):
    """Keeps gamma, beta and the running statistics, and calls your functions for images."""

    def forward(self, x, *, training):
        kept = {"mean": self.running_mean, "var": self.running_var}
        settings = {"training": training, "momentum": self.momentum, "eps": self.eps}
        y, cache, kept = self.op.forward(x, self.gamma.data, self.beta.data, kept, **settings)
        self.running_mean, self.running_var = (
            kept[name].astype(np.float32) for name in ("mean", "var")
        )

        def backward(dy):
            dx, dgamma, dbeta = self.op.backward(dy, cache)
            self.gamma.add_grad(dgamma)
            self.beta.add_grad(dbeta)
            return dx

        return y, backward


# %% practice=true fold="Train six convolutional networks"
from course_lib.layers import Conv2d, Flatten, MaxPool2d


def trained_cnn(normalised, lr, *, epochs=2, **settings):
    """Test accuracy with the seeds 0, 1 and 2; `settings` as for `train`."""
    reached, op = [], own_or_library("spatial_batchnorm")
    for seed in range(3):
        rng = np.random.default_rng(seed)
        layers = [AsImages()]
        for c_in, c_out in ((1, 8), (8, 16)):
            layers.append(Conv2d(c_in, c_out, 3, padding=1, rng=rng))
            layers += [OwnSpatialBatchNorm(c_out, op=op)] if normalised else []
            layers += [ReLU(), MaxPool2d(2)]
        network = Sequential(*layers, Flatten(), Linear(64, 10, rng=rng))
        reached.append(train(network, rng, lr=lr, epochs=epochs, **settings)[0])
    return np.array(reached)


cnn = {name: trained_cnn(name == "with", lr) for name, lr in (("without", 0.5), ("with", 0.2))}
gains = cnn["with"] - cnn["without"]
for name, reached in cnn.items():
    print(f"{name:7} batch normalisation: test accuracy {reached.mean():.3f}", reached.round(2))
print(f"gain for the same seed: {gains.mean():+.3f} ± {gains.std(ddof=1):.3f},", end=" ")
print(f"higher with it on {np.sum(gains > 0)} of 3 seeds")

# %% claims=true
claim("batch normalisation gives the higher accuracy on each seed", gains, above=0)

# %% claims="slow"
for name in cnn:
    best = max(trained_cnn(name == "with", lr).mean() for lr in (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2))
    said = "best of the rates 0.02, 0.05, 0.1, 0.2, 0.5, 1 and 2"
    claim(said, best - cnn[name].mean(), below=0.015, given=[0.02, 0.05, 0.1, 0.2, 0.5, 1, 2])

# %% [markdown]
# After two epochs, batch normalisation gives the higher accuracy on each seed (at rates chosen by
# test accuracy).

# %% [markdown]
# ## 7 One sample at a time
#
# S3 lists two relatives that use **one sample at a time**. They need no running statistics, so
# training and testing do not differ.
#
# - **Layer normalisation** (Ba and others 2016): mean and variance over the features of a sample.
# - **Group normalisation** (Wu and He 2018), for images: each sample's channels are split into
#   groups of neighbours; mean and variance over a group, at all positions.
#
# A **transformer**, the network of language models, uses layer normalisation. There `x` has the
# shape (N, T, D): N texts, T positions (words or parts of words), D features. The means run over D
# only, for each position of each text.
#
# <details><summary>Why not batch normalisation there?</summary>
#
# In training, short texts are filled up with empty positions, which change the mean unless they are
# left out. In testing, the values of one text may differ from the running averages over all texts.
#
# </details>
#
# Which values share a mean? Take 4 samples with 6 channels of 4 positions, shape (4, 6, 4). (For
# sequences, features take the place of the channels here: (N, D, T).) The figure changes **one**
# number and shows which outputs change.


# %% practice=true fold="Define four normalisations and where they react"
def reactions(forward, x, place):
    """Where the output changes when x changes at one place."""
    moved = x.copy()
    moved[place] += 0.5
    return np.abs(forward(moved) - forward(x)) > 1e-9


def by_rows(forward):
    """What `forward` does with (N · L, C): every position of every sample is a row."""

    def of_sequences(x):
        rows = np.moveaxis(x, 1, -1)
        return np.moveaxis(forward(rows.reshape(-1, x.shape[1])).reshape(rows.shape), -1, 1)

    return of_sequences


def in_groups(groups):
    """Group normalisation with `groups` groups, gamma = 1 and beta = 0."""
    forward = groupnorm_forward if ready("groupnorm_forward") else functional.groupnorm_forward
    return lambda x: forward(x, np.ones(6), np.zeros(6), groups=groups, eps=1e-5)[0]


layer_op = own_or_library("layernorm")
kinds = {
    "batch norm": by_rows(lambda x: normalise_batch(x, own_or_library("batchnorm"))[0]),
    "layer norm of images (group norm, 1 group)": in_groups(1),
    "group norm, 3 groups": in_groups(3),
    "layer norm of sequences": by_rows(
        lambda x: layer_op.forward(x, np.ones(6), np.zeros(6), eps=1e-5)[0]
    ),
}
x_measured = np.random.default_rng(7).normal(size=(4, 6, 4))

# %% practice=true fold="Draw which outputs react"
with theme.style():
    figure, axes = plt.subplots(2, 2, figsize=(9, 3.8), sharex=True, sharey=True)
    for ax, (name, forward) in zip(axes.flat, kinds.items(), strict=True):
        reacts = reactions(forward, x_measured, (1, 2, 1)).reshape(4, 24)
        colours = plt.matplotlib.colors.ListedColormap(["#E8E8E8", theme.FORWARD])
        ax.pcolormesh(reacts, cmap=colours, edgecolor="white", linewidth=0.5, vmin=0, vmax=1)
        for channel in range(1, 6):
            ax.axvline(4 * channel, color=theme.INK, linewidth=1)
        ax.plot(9.5, 1.5, "o", color="white", markeredgecolor=theme.INK, markersize=6)
        ax.set(xticks=range(2, 24, 4), yticks=np.arange(4) + 0.5)
        ax.set_title(name, fontsize=11)
        ax.set_xticklabels(range(1, 7))
        ax.set_yticklabels(range(1, 5))
        ax.grid(visible=False)
    in_words = "dot: changed input; blue: changed outputs"
    figure.supxlabel(f"channel, each with four positions ({in_words})", size=10)
    figure.supylabel("sample", size=10)
    plt.show()

# %% [markdown]
# *In words: four tables, with four rows for the samples and six blocks of four cells for the
# channels. A dot marks the changed input, in sample 2, channel 3, position 2. Batch norm: the cells
# of channel 3 change in all samples. Layer norm of images, which is group norm with one group: all
# cells of sample 2 change. Group norm with three groups: the cells of sample 2 in channels 3 and 4.
# Layer norm of sequences: in sample 2, the cells of position 2 in all channels.*

# %% claims=true
reacts = reactions(kinds["batch norm"], x_measured, (1, 2, 1))
claim("of channel 3 change in all samples", reacts[:, 2], above=0.5, given=[3])
claim("of channel 3 change in all samples", reacts.sum(), below=16.5, given=[3])
reacts = reactions(kinds["layer norm of images (group norm, 1 group)"], x_measured, (1, 2, 1))
claim("all\ncells of sample 2 change", reacts[1], above=0.5, given=[2])
claim("all\ncells of sample 2 change", reacts.sum(), below=24.5, given=[2])
reacts = reactions(kinds["group norm, 3 groups"], x_measured, (1, 2, 1))
claim("the cells of sample 2 in channels 3 and 4", reacts[1, 2:4], above=0.5, given=[2, 3, 4])
claim("the cells of sample 2 in channels 3 and 4", reacts.sum(), below=8.5, given=[2, 3, 4])
reacts = reactions(kinds["layer norm of sequences"], x_measured, (1, 2, 1))
claim("the cells of position 2 in all channels", reacts[1, :, 1], above=0.5, given=[2])
claim("the cells of position 2 in all channels", reacts.sum(), below=6.5, given=[2])

# %% [markdown]
# ### Layer normalisation
#
# Write it for all rows at once, with the same lines for (N, D) and (N, T, D). How many means are
# there, and how many gammas?


# %% solution="layernorm_forward"
def layernorm_forward(x, gamma, beta, *, eps):
    """Layer normalisation: every row by its own mean and (biased) variance.

    x : (N, D) or (N, T, D), a row lies along the last axis; gamma, beta : (D,)
    eps : added to the variance
    returns y : the shape of x, and cache; y is float32 if all arrays are
    """
    ### BEGIN SOLUTION
    mean = x.mean(axis=-1, keepdims=True)
    inv_std = 1 / np.sqrt(x.var(axis=-1, keepdims=True) + eps)
    x_hat = (x - mean) * inv_std
    return gamma * x_hat + beta, (x_hat, gamma, inv_std)
    ### END SOLUTION


# %% check="layernorm_forward"
check("layernorm_forward", layernorm_forward)

# %% [markdown]
# Suppose that you copy your `batchnorm_backward` and change every `axis=0` to `axis=-1`, with
# `keepdims=True` in the means. What is wrong in each of the three gradients?


# %% solution="layernorm_backward"
def layernorm_backward(dy, cache):
    """The gradients of layernorm_forward.

    dy : the shape of x, (N, D) or (N, T, D), and cache from layernorm_forward
    returns dx : the shape of x, dgamma : (D,), dbeta : (D,); dx is float32 if all arrays are
    """
    ### BEGIN SOLUTION
    x_hat, gamma, inv_std = cache
    d = gamma * dy
    mean = d.mean(axis=-1, keepdims=True)
    along = (d * x_hat).mean(axis=-1, keepdims=True)
    rows = tuple(range(dy.ndim - 1))
    return inv_std * (d - mean - x_hat * along), (dy * x_hat).sum(axis=rows), dy.sum(axis=rows)
    ### END SOLUTION


# %% check="layernorm_backward"
check("layernorm_backward", layernorm_forward, layernorm_backward)

# %% [markdown]
# <details><summary>The derivation</summary>
#
# We take one row with D features $x_d$. The numbers $m$, $v$ and $i$ belong to this row.
#
# 1. $y_d = \gamma_d h_d + \beta_d$, so $dh_d = \gamma_d\, dy_d$: every feature has its own γ.
# 2. From $x$ to $h$ the steps are those of section 5, with the D features of the row in place of
#    the N samples of the column: subtract the mean, divide by the standard deviation. So
#    $dx_d = i\,\big[dh_d - \tfrac1D\sum_k dh_k - h_d\,\tfrac1D\sum_k dh_k h_k\big]$.
# 3. In section 5, $dh_k = \gamma\,dy_k$ had the same γ for all k, and γ could be taken out of the
#    sums. Here $\gamma_k$ differs from feature to feature, and stays inside: $dx_d =
#    i\,\big[\gamma_d\, dy_d - \tfrac1D\sum_k \gamma_k\, dy_k - h_d\,\tfrac1D\sum_k \gamma_k\,
#    dy_k\, h_k\big]$.
# 4. $\gamma_d$ and $\beta_d$ are used in all rows: $d\gamma_d = \sum_{\text{rows}} dy_d\, h_d$ and
#    $d\beta_d = \sum_{\text{rows}} dy_d$.
#
# So the copy sums dγ and dβ over the features, not the rows, and takes γ out of the means in dx.
# The last mistake is easy to overlook: all gammas are 1 before training, so a gradient check of dx
# passes at that time.
#
# </details>

# %% [markdown]
# ### RMS normalisation
#
# Many language models leave out the mean and β. *RMSNorm* (Zhang and Sennrich 2019) divides each
# row by its root mean square and multiplies by γ. As before, ε stands under the root.


# %% solution="rmsnorm_forward"
def rmsnorm_forward(x, gamma, *, eps):
    """RMS normalisation: every row divided by its root mean square.

    x : (N, D) or (N, T, D), a row lies along the last axis; gamma : (D,)
    eps : added to the mean square
    returns y : the shape of x, and cache; y is float32 if all arrays are
    """
    ### BEGIN SOLUTION
    inv_rms = 1 / np.sqrt((x * x).mean(axis=-1, keepdims=True) + eps)
    x_hat = x * inv_rms
    return gamma * x_hat, (x_hat, gamma, inv_rms)
    ### END SOLUTION


# %% check="rmsnorm_forward"
check("rmsnorm_forward", rmsnorm_forward)

# %% [markdown]
# In the `dx` of layer normalisation, two parts are subtracted. Which of them is left here, and why?


# %% solution="rmsnorm_backward"
def rmsnorm_backward(dy, cache):
    """The gradients of rmsnorm_forward.

    dy : the shape of x, and cache from rmsnorm_forward
    returns dx : the shape of x, dgamma : (D,); dx is float32 if all arrays are
    """
    ### BEGIN SOLUTION
    x_hat, gamma, inv_rms = cache
    d = gamma * dy
    dx = inv_rms * (d - x_hat * (d * x_hat).mean(axis=-1, keepdims=True))
    return dx, (dy * x_hat).sum(axis=tuple(range(dy.ndim - 1)))
    ### END SOLUTION


# %% check="rmsnorm_backward"
check("rmsnorm_backward", rmsnorm_forward, rmsnorm_backward)

# %% [markdown]
# <details><summary>The derivation</summary>
#
# For one row: $h_d = x_d\, r$ with $r = (q + \varepsilon)^{-1/2}$ and $q = \tfrac1D\sum_k x_k^2$.
# From $y_d = \gamma_d h_d$ follow $dh_d = \gamma_d\, dy_d$ and $d\gamma_d = \sum_{\text{rows}}
# dy_d\, h_d$.
#
# 1. $x_d$ is used in $h_d$ and in $q$: $dx_d = dh_d\, r + dq\,\tfrac2D x_d$.
# 2. r is used in all $h_k$: $dr = \sum_k dh_k x_k$, and $dq = -\tfrac12 r^3\, dr$.
# 3. With $x = h/r$: $dx_d = r\,\big[dh_d - h_d\,\tfrac1D\sum_k dh_k h_k\big]$. Adding a number to
#    the whole row changes the output of RMSNorm, so the part along (1, …, 1) is not subtracted.
#
# </details>

# %% [markdown]
# ### Group normalisation
#
# Here `x` may be `(N, C)`, `(N, C, L)`, `(N, C, H, W)` and so on. The first `C / groups` channels
# are the first group, the next ones the second, and so on. Each group of each sample has one
# mean and one variance; γ and β belong to the channels. Use `reshape` to `(N, groups, …)`, and
# back. Which shape of `gamma` broadcasts along axis 1 of `x`?


# %% solution="groupnorm_forward"
def groupnorm_forward(x, gamma, beta, *, groups, eps):
    """Group normalisation: each sample's channels in `groups` groups of neighbours.

    x : (N, C, …), gamma, beta : (C,), groups : a divisor of C, eps : added to the variance
    returns y : the shape of x, and cache (free: no task uses it); y is float32 if all arrays are
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
# Which two of your functions use mean and variance along the last axis? Call them on `rows`. `dh`
# is dy times γ.


# %% solution="groupnorm_dx"
def groupnorm_dx(dh, x, *, groups, eps):
    """The gradient of group normalisation with respect to x; dh has the shape of x."""
    rows = x.reshape(x.shape[0], groups, -1)  # (N, groups, n)
    n = rows.shape[-1]
    ### BEGIN SOLUTION
    _, cache = layernorm_forward(rows, np.ones(n), np.zeros(n), eps=eps)
    return layernorm_backward(dh.reshape(rows.shape), cache)[0].reshape(x.shape)
    ### END SOLUTION


# %% practice=true fold="Compare it with finite differences"
if ready("layernorm_backward", "groupnorm_forward"):
    x_gn, dy_gn = np.random.default_rng(9).normal(size=(2, 2, 6, 3))
    gamma_gn, settings = np.linspace(0.5, 3, 6), {"groups": 2, "eps": 0.1}
    measured = numerical_gradient(
        lambda x: np.sum(dy_gn * groupnorm_forward(x, gamma_gn, 0 * gamma_gn, **settings)[0]),
        x_gn,
        1e-6,
    )
    try:
        compare("dx", groupnorm_dx(gamma_gn[:, None] * dy_gn, x_gn, **settings), measured)
    except NotImplementedError:
        print("Write the lines in the cell above, then run this one again.")
else:
    print("This cell waits.")

# %% [markdown]
# ## 8 Folding
#
# In testing, `mean` and `var` are constants, so batch normalisation multiplies each column by a
# constant and adds another constant. After training, one `W` and one `b` can replace it and the
# linear layer in front of it. For a single sample and output $j$,
#
# $$y_j = \gamma_j\,\frac{\left(\sum_i x_i w_{ij} + b_j\right) - \text{mean}_j}
# {\sqrt{\text{var}_j + \varepsilon}} + \beta_j
# \;=\; \sum_i x_i\, w'_{ij} + b'_j$$
#
# Return $W'$ and $b'$.


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
# ## 9 Spot the slip
#
# **The identity** (S2, "Batch Normalization"; a *simplification*). The slide notes that the network
# can learn $\gamma^{(k)} = \sqrt{\text{Var}[x^{(k)}]}$ and $\beta^{(k)} = E[x^{(k)}]$ for column k
# "to recover the identity mapping", y = x. This slide has no ε, but the next one has. Which γ gives
# y = x with ε?

# %% practice=true fold="Test two gammas"
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
# With ε the identity needs $\gamma = \sqrt{\text{Var} + \varepsilon}$. In a column of variance one
# the two gammas differ by about ½ε. The table shows the largest error of y: this difference times
# the largest $|\hat x|$, about 2. This matters only if the variance is not much larger than ε.

# %% claims=true
for eps, (printed, exact) in left_over.items():
    farthest = np.abs(x_some - x_some.mean()).max() / x_some.var()
    claim("differ by about ½ε", printed / (eps * farthest), equals=0.5, within=0.05)
    claim("With ε the identity needs", exact, below=1e-12)

# %% [markdown]
# ## 10 Your functions classify handwritten digits
#
# ### Higher learning rates, other initial weights
#
# S2 claims “Allows higher learning rates” and “Reduces the strong dependence on initialization”.
# Networks with three hidden ReLU layers train for three epochs (seeds 0, 1 and 2) at the rates
# 0.02, 0.1, 0.5, 2 and 10. Their initial weights are He's weights times 0.01, 0.1, 1, 3 or 10. With
# the factor 1 and without batch normalisation, none of these rates reaches 90 % test accuracy; 0.1
# is the best. **With batch normalisation, which is the largest rate that reaches 90 %?**

# %% guess="the largest useful rate"
guess("ps15_rate", None, among=(0.02, 0.1, 0.5, 2, 10))  # 0.02, 0.1, 0.5, 2 or 10

# %% practice=true fold="Train with five rates and five factors"
op = own_or_library("batchnorm")
NORMS = {"without BN": None, "with BN": lambda n: BatchNorm(n, op=op)}
RATES, FACTORS = (0.02, 0.1, 0.5, 2.0, 10.0), (0.01, 0.1, 1.0, 3.0, 10.0)


def reached_with(norm, lr, factor, of_last=1):
    """Test accuracy with the seeds 0, 1 and 2; `of_last` multiplies W of the last layer."""

    def init(shape, rng):
        return factor * initializers.he_normal(shape, rng)

    found = []
    for seed in range(3):
        rng = np.random.default_rng(seed)
        network = mlp([64, 50, 50, 50, 10], rng=rng, norm=norm, init=init)
        network.layers[-1].W.data *= of_last
        found.append(train(network, rng, lr=lr, epochs=3)[0])
    return found


by_rate, by_factor = {}, {}
for n, norm in NORMS.items():
    runs = np.array([[reached_with(norm, lr, f) for lr in RATES] for f in FACTORS])
    by_rate[n] = runs[FACTORS.index(1)]
    best = runs.mean(axis=2).argmax(axis=1)  # for each factor the best rate
    by_factor[n] = runs[np.arange(len(FACTORS)), best]

# %% practice=true fold="Compare your guess with the result"
useful = np.array(RATES)[np.mean(by_rate["with BN"], axis=1) > 0.9]
reveal("ps15_rate", float(useful.max()), "Mean test accuracy of three seeds above 90 %.")

# %% practice=true fold="Draw the accuracies" after="ps15_rate"
with theme.style():
    figure, axes = plt.subplots(1, 2, figsize=(8.5, 3.2), sharey=True)
    for ax, along, by_norm in ((axes[0], RATES, by_rate), (axes[1], FACTORS, by_factor)):
        for (name, found), dash in zip(by_norm.items(), ("s:", "o-"), strict=True):
            colour = theme.FORWARD if name == "with BN" else theme.QUIET
            ax.plot(along, found, dash[0], color=colour, markersize=3, alpha=0.5)
            ax.plot(along, np.mean(found, axis=1), dash, color=colour, label=name)
        ax.set(xscale="log", ylim=(0, 1))
    axes[0].set(xlabel="learning rate", ylabel="test accuracy")
    axes[0].set_title("Accuracy by learning rate, factor 1")
    axes[1].set(xlabel="factor of the initial weights")
    axes[1].set_title("Accuracy by factor, at its best rate")
    figure.suptitle("With BN, more learning rates and more initial weights train well")
    label_lines(axes[1])
    plt.show()
at_small = np.mean(reached_with(None, 0.001, 10.0))
print(f"without BN, factor 10, at the smaller rate 0.001: test accuracy {at_small:.2f}")
of_hidden = max(np.mean(reached_with(NORMS["with BN"], lr, 10.0, of_last=0.1)) for lr in RATES)
print(f"with BN, factor 10 but 1 in the last layer, best rate: test accuracy {of_hidden:.2f}")

# %% [markdown] after="ps15_rate"
# *In words: two panels of test accuracy, with small marks for three seeds and a line for their
# mean. Left, by learning rate: without batch normalisation, the curve rises up to 0.1, then falls
# to the level of guessing. With batch normalisation, it is above 0.9 from 0.1 to 2 and below 0.3 at
# 10. Right, by the factor of the initial weights, each at the best of the five rates: without batch
# normalisation, only the factors 1 and 3 do better than guessing (the factor 10 needs a smaller
# rate, as the first printed line shows). With it, all factors do.*
#
# Both claims hold here. But rate and weights still matter: with batch normalisation the left curve
# falls at both ends, and the right one at the factor 10. One reason is the last layer, which has no
# batch normalisation behind it. If it alone keeps the factor 1, the accuracy falls less (second
# printed line).

# %% claims=true
reached = {name: np.mean(found, axis=1) for name, found in by_rate.items()}
claim(
    "the curve rises up to 0.1", np.argmax(reached["without BN"]), above=0.5, below=1.5, given=[0.1]
)
claim("none of these rates reaches 90 %", reached["without BN"], below=0.9)
best_rate = RATES[np.argmax(reached["without BN"])]
claim("0.1\nis the best", best_rate, equals=0.1, within=0.01)
claim("it is above 0.9 from 0.1 to 2", reached["with BN"][1:4].min(), above=0.9, given=[0.1, 2])
claim("below 0.3 at\n10", reached["with BN"][4], below=0.3, given=[10])
reached = {name: np.mean(found, axis=1) for name, found in by_factor.items()}
only = "only the factors 1 and 3 do better"
claim(only, reached["without BN"][2:4], above=0.2, given=[1, 3])
claim(only, reached["without BN"][[0, 1, 4]], below=0.15, given=[1, 3])
claim("the factor 10 needs a smaller\nrate", at_small, above=0.5, given=[10])
claim("With it, all factors do", reached["with BN"], above=0.5)
said = "the right one at the factor 10"
claim(said, reached["with BN"][4] / reached["with BN"].max(), below=0.9, given=[10])
gain = of_hidden - by_factor["with BN"][4].mean()
claim("If it alone keeps the factor 1, the accuracy falls less", gain, above=0.03, given=[1])
claim("the accuracy falls less", of_hidden, below=by_factor["with BN"][2].mean())
reached = np.mean(by_rate["with BN"], axis=1)
said = "with batch normalisation the left curve\nfalls at both ends"
claim(said, reached[[0, 4]] / reached.max(), below=0.9)

# %% [markdown]
# ### The forgotten switch
#
# We train three networks correctly. In test mode each classifies more than 95 % of the 360 test
# images correctly. Then we forget `training=False` and test them in **training mode**, in batches
# of 64 images, sorted by digit (two or three digits in a batch). **Which accuracy do you expect?**

# %% guess="the accuracy in training mode, sorted by digit"
guess("ps15_switch", None, between=(0, 1))  # a number from 0 to 1


# %% practice=true fold="Define a test in training mode"
def tested_in_batches(network, batch, order):
    """Test accuracy when training=True was left on; the network stays as it was."""
    hits, kept = 0, network.state_dict()
    for start in range(0, len(order), batch):
        rows = order[start : start + batch]
        z = x_test[rows]
        for layer in network.layers:
            if isinstance(layer, BatchNorm) and batch == 1:
                z = layer.beta.data + 0 * z  # the formula for a single row, where x - mean is 0
            else:
                z, _ = layer.forward(z, training=True)
        hits += np.sum(z.argmax(axis=1) == t_test[rows])
    network.load_state_dict(kept)  # the running statistics as they were before
    return hits / len(order)


# %% practice=true fold="Test three networks in six ways"
mixed, by_digit = np.arange(len(t_test)), np.argsort(t_test, kind="stable")
switch_settings = {
    "test mode": None,
    "64, mixed": (64, mixed),
    "2, mixed": (2, mixed),
    "1": (1, mixed),
    "64, sorted by digit": (64, by_digit),
    "16, sorted by digit": (16, by_digit),
}
trained, by_setting = [], {name: [] for name in switch_settings}
for seed in range(3):
    rng = np.random.default_rng(seed)
    network = mlp([64, 50, 50, 10], rng=rng, norm=batchnorm_layer)
    in_test_mode, _ = train(network, rng, lr=0.1, epochs=8)
    trained.append(network)
    for name, setting in switch_settings.items():
        got = in_test_mode if setting is None else tested_in_batches(network, *setting)
        by_setting[name].append(got)

# %% practice=true fold="Compare your guess with the result"
sorted_64 = float(np.mean(by_setting["64, sorted by digit"]))
reveal("ps15_switch", sorted_64, "Mean test accuracy of three networks.")

# %% practice=true fold="Draw the accuracies in six ways" after="ps15_switch"
with theme.style():
    figure, ax = plt.subplots(figsize=(7, 3))
    for row, (name, got) in enumerate(reversed(by_setting.items())):
        colour = theme.FORWARD if name == "test mode" else "0.75"
        ax.barh(row, np.mean(got), color=colour)
        ax.plot(got, [row] * 3, "o", color=theme.INK, markersize=4)
    labels = [name if name == "test mode" else f"batches of {name}" for name in switch_settings]
    ax.set_yticks(range(len(switch_settings)), reversed(labels))
    ax.set(xlabel="test accuracy (dots: three networks)", xlim=(0, 1))
    ax.set_title("Training mode (grey) is bad in small and in sorted batches")
    plt.show()

# %% [markdown] after="ps15_switch"
# *In words: bars of test accuracy, with a dot for each of three networks. In test mode: above 0.95.
# In training mode: batches of 64 mixed images lose less than 0.05; batches of 2 are below 0.6;
# batches of 1 (computed without the `ValueError`) are at guessing; batches of 64 sorted by digit
# are below 0.6, batches of 16 below 0.3.*
#
# With one image, your function raises a `ValueError`. With images sorted by digit, about half of
# the answers are wrong in batches of 64, without an error message: the mean that is subtracted
# contains what the few digits of a batch have in common. A forward pass in training mode also
# **changes the running statistics**. Twenty such passes with images of the digit 1 damage the
# network, in test mode too:

# %% practice=true fold="Damage the running statistics" after="ps15_switch"
before_and_after = []
for damaged in trained:
    kept = damaged.state_dict()
    accuracy_before = accuracy(damaged(x_test), t_test)
    only_ones = x_test[t_test == 1][:20]
    for _ in range(20):
        damaged.forward(only_ones, training=True)  # the outputs are not used
    after = accuracy(damaged(x_test), t_test)
    before_and_after.append((accuracy_before, after))
    print(
        f"accuracy before {accuracy_before:.3f}, after twenty passes in training mode {after:.3f}"
    )
    damaged.load_state_dict(kept)  # repair it

# %% claims=true
said = "each classifies more than 95 % of the 360 test"
claim(said, by_setting["test mode"], above=0.95, given=[360])
claim("of the 360 test\nimages", len(t_test), equals=360, within=0.5)
claim("In test mode: above 0.95", by_setting["test mode"], above=0.95)
lost = np.subtract(by_setting["test mode"], by_setting["64, mixed"])
claim("batches of 64 mixed images lose less than 0.05", lost, below=0.05, given=[64])
claim("batches of 2 are below 0.6", by_setting["2, mixed"], below=0.6, given=[2])
said = "batches of 1 (computed without the `ValueError`) are at guessing"
claim(said, by_setting["1"], below=0.15, given=[1])
by_sorting = "batches of 64 sorted by digit are\nbelow 0.6, batches of 16 below 0.3"
claim(by_sorting, by_setting["64, sorted by digit"], below=0.6, given=[64, 16, 0.3])
claim(by_sorting, by_setting["16, sorted by digit"], below=0.3, given=[64, 16, 0.6])
before, after = np.transpose(before_and_after)
claim("with images of the digit 1 damage the network", before - after, above=0.05, given=[1])
in_batch = [len(set(t_test[by_digit[i : i + 64]])) for i in range(0, len(by_digit), 64)]
claim("two or three digits in a batch", in_batch, above=1.5, below=3.5)
wrong = 1 - np.mean(by_setting["64, sorted by digit"])
claim("about half of the answers are wrong in batches", wrong, above=0.4, below=0.6)

# %% [markdown]
# ### Small batches
#
# Large inputs may leave memory for only two samples. We train networks with two hidden layers
# (seeds 0, 1 and 2) without normalisation, and with batch, layer and group normalisation (four
# groups). Every run has **256 steps** in batches of 2, 4, 16 or 64, at (nearly) the best of the
# rates 0.02, 0.05, 0.1, 0.2, 0.4 and 0.8 (larger ones are not tried). In batches of two, the three
# others reach a mean test accuracy of about 0.8. **What does batch normalisation reach?**

# %% guess="batch normalisation in batches of two"
guess("ps15_small", None, between=(0, 1))  # a number from 0 to 1

# %% practice=true fold="Train with four batch sizes"
SMALL = {  # kind: layer, and good rates for batches of 2, 4, 16 and 64
    "none": (None, (0.1, 0.1, 0.4, 0.2)),
    "batch": (batchnorm_layer, (0.1, 0.1, 0.2, 0.8)),
    "layer": (lambda n: LayerNorm(n, op=layer_op), (0.05, 0.05, 0.05, 0.2)),
    "group": (lambda n: GroupNorm(4, n), (0.05, 0.05, 0.1, 0.8)),
}
SIZES = (2, 4, 16, 64)


def with_batches_of(batch, name, lr, *, only_last=False):
    """With the seeds 0, 1 and 2: test accuracies after 256 steps, training losses."""
    found = []
    for seed in range(3):
        rng = np.random.default_rng(seed)
        network = mlp([64, 32, 32, 10], rng=rng, norm=SMALL[name][0])
        chosen = network.layers[-1].parameters() if only_last else None
        settings = {"epochs": batch // 2, "batch": batch, "n": 512, "parameters": chosen}
        found.append(train(network, rng, lr=lr, **settings))
    return np.transpose(found)


runs_of_256 = {
    (name, batch): with_batches_of(batch, name, lr)
    for name, (_, rates) in SMALL.items()
    for batch, lr in zip(SIZES, rates, strict=True)
}
by_size = {key: accuracies for key, (accuracies, _) in runs_of_256.items()}

# %% practice=true fold="Compare your guess with the result"
reveal("ps15_small", float(by_size["batch", 2].mean()), "Mean test accuracy of three seeds.")

# %% practice=true fold="Print the differences to no normalisation" after="ps15_small"
for batch in SIZES:
    gain = by_size["batch", batch] - by_size["none", batch]
    print(f"batches of {batch:2}: batch normalisation minus none, same seed", end=" ")
    print(f"{gain.mean():+.3f} ± {gain.std(ddof=1):.3f}, higher on {np.sum(gain > 0)} of 3 seeds")
for name in SMALL:
    _, losses = runs_of_256[name, 2]
    print(f"batches of  2, {name:5}: training loss {losses.mean():.2f}, guessing {np.log(10):.2f}")
of_last, _ = with_batches_of(2, "batch", SMALL["batch"][1][0], only_last=True)
print(f"batches of  2, batch: test accuracy {by_size['batch', 2].mean():.2f};", end=" ")
print(f"if only the last layer learns, {of_last.mean():.2f}")
in_twos = {"epochs": 1, "batch": 2, "n": 512}  # 256 steps
best = {"without": 0.1, "with": 0.05}
twos = {name: trained_cnn(name == "with", lr, **in_twos) for name, lr in best.items()}
gain_in_twos = twos["with"] - twos["without"]
reached = ", ".join(f"{name} {found.mean():.3f}" for name, found in twos.items())
print("convolutional network, batches of 2, each at the best of five rates from 0.02 to 0.4:")
print(f"batch normalisation: {reached};", end=" ")
print(f"higher with it on {np.sum(gain_in_twos > 0)} of 3 seeds")

# %% practice=true fold="Draw the accuracies by batch size" after="ps15_small"
with theme.style():
    figure, axes = plt.subplots(2, 2, figsize=(7, 3.8), sharex=True, sharey=True)
    for ax, batch in zip(axes.flat, SIZES, strict=True):
        for row, name in enumerate(SMALL):
            colour = theme.FORWARD if name == "batch" else theme.QUIET
            apart = row + np.array([-0.15, 0, 0.15])
            ax.plot(by_size[name, batch], apart, "o", color=colour, markersize=5)
            ax.plot([np.mean(by_size[name, batch])] * 2, [row - 0.35, row + 0.35], color=colour)
        ax.set_title(f"batches of {batch}", fontsize=11)
    axes[0, 0].set_yticks(range(4), SMALL)
    axes[0, 0].set(ylim=(3.6, -0.6), xlim=(0, 1))
    figure.supxlabel("test accuracy (a dot: one seed, a stroke: their mean)", fontsize=10)
    figure.suptitle("Two hidden layers: BN fails in batches of 2, not in larger ones")
    plt.show()

# %% [markdown] after="ps15_small"
# *In words: a panel for each of the batch sizes 2, 4, 16 and 64. In each panel a row for each
# network, with a dot for each seed and a stroke at their mean. In batches of two, batch
# normalisation is below 0.5, all others are above 0.6. In batches of 4, 16 and 64 all networks are
# above 0.8. Already in batches of four the four networks are close to each other.*
#
# In batches of two, with one value per sample, batch normalisation fails: its training loss stays
# near that of guessing, about 2.3. Training only the last layer, at the same rate, even reaches a
# higher mean accuracy, so the layers below it learn nothing useful. In the convolutional network of
# section 6, with many values per sample and channel, it gives the *higher* accuracy in batches of
# two, for each seed.

# %% claims=true
claim("is below 0.5, all others", by_size["batch", 2], below=0.5)
rest = [by_size[name, 2] for name in ("none", "layer", "group")]
claim("all others are above 0.6", rest, above=0.6)
said = "the three others reach a mean test accuracy of about 0.8"
claim(said, np.mean(rest, axis=1), equals=0.8, within=0.08)
larger = [found for (_, batch), found in by_size.items() if batch > 2]
claim("16 and 64 all networks are\nabove 0.8", larger, above=0.8, given=[16, 64])
of_four = [by_size[name, 4].mean() for name in SMALL]
claim("four networks are close to each other", np.ptp(of_four), below=0.06)
said = "Training only the last layer, at the same rate, even reaches a\nhigher mean accuracy"
claim(said, of_last.mean() - by_size["batch", 2].mean(), above=0.03)
said = "its training loss stays\nnear that of guessing, about 2.3"
claim(said, runs_of_256["batch", 2][1], equals=2.3, within=0.15)
claim("it gives the *higher* accuracy in batches of two", gain_in_twos, above=0)

# %% claims="slow"
for (name, batch), found in by_size.items():
    rates = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8)
    of_rates = [with_batches_of(batch, name, lr)[0].mean() for lr in rates]
    said = "(nearly) the best of the\nrates 0.02, 0.05, 0.1, 0.2, 0.4 and 0.8 (larger"
    claim(said, found.mean(), above=max(of_rates) - 0.05, given=rates)
for name, found in twos.items():
    rates = (0.02, 0.05, 0.1, 0.2, 0.4)
    of_rates = [trained_cnn(name == "with", lr, **in_twos).mean() for lr in rates]
    said = "each at the best of five rates from 0.02 to 0.4"
    claim(said, max(of_rates) - found.mean(), below=0.015, given=[0.02, 0.4])

# %% [markdown]
# ### Why does it help? Two explanations tested
#
# S4 quotes the original explanation, “Reduces internal covariate shift”: the inputs of a layer
# change their distribution while the layers below learn. Batch normalisation fixes their mean and
# variance, and *therefore* training is faster.
#
# Santurkar and others (2018) put such a change back in. We train three networks with eight tanh
# layers of 50 units for five epochs, at the rate 0.15 (the best of 0.05, 0.1, 0.15, 0.3 and 0.5 for
# each):
#
# - without batch normalisation,
# - with it,
# - `noise`: with it, and then every column is multiplied by a random number between 0.5 and 1.5,
#   and a normally distributed number (mean 0, standard deviation 0.5) is added, **new at every
#   step** (none in testing).
#
# **How high is the training loss of `noise` at the end, in test mode?** a: higher than without
# batch normalisation, b: lower, but more than 1.2 times the loss with plain batch normalisation, c:
# at most 1.2 times this loss.

# %% guess="the training loss with random shifts"
guess("ps15_shift", None, among="abc")  # "a", "b" or "c"


# %% practice=true fold="Define the networks with random shifts"
class RandomShift(Layer):
    """In training, multiplies and shifts each column by random numbers.

    "noise": new ones at every step, none in testing. "drift": they change a little at every step.
    "fixed": always the same, as large as those of "drift" after 110 steps.
    """

    def __init__(self, kind, n, rng):
        self.kind, self.rng, self.n = kind, rng, n
        self.numbers = np.zeros((2, n))  # logarithm of the scale, and shift
        if kind == "fixed":
            self.numbers = np.sqrt(110) * rng.normal(0, [[0.1], [0.05]], size=(2, n))

    def forward(self, x, *, training):
        if self.kind == "noise":
            scale = self.rng.uniform(0.5, 1.5, size=self.n) if training else np.ones(self.n)
            shift = self.rng.normal(0, 0.5, size=self.n) if training else np.zeros(self.n)
        else:
            if training and self.kind == "drift":
                self.numbers += self.rng.normal(0, [[0.1], [0.05]], size=(2, self.n))
            scale, shift = np.exp(self.numbers[0]), self.numbers[1]
        scale = scale.astype(x.dtype)
        return scale * x + shift.astype(x.dtype), lambda dy: scale * dy


class Recorder(Layer):
    """Passes on its input, and keeps mean and standard deviation of each column in training."""

    def __init__(self):
        self.seen = []

    def forward(self, x, *, training):
        self.seen += [(x.mean(axis=0), x.std(axis=0))] if training else []
        return x, lambda dy: dy


def eight_layers(kind, rng):
    """Eight tanh layers; batch normalisation and random shifts before each tanh, by `kind`."""
    layers = []
    for n_in in (64, *[50] * 7):
        layers.append(Linear(n_in, 50, rng=rng, init=initializers.lecun_normal))
        layers += [] if kind == "without BN" else [batchnorm_layer(50)]
        layers += [RandomShift(kind[9:], 50, rng)] if kind.startswith("with BN, ") else []
        layers += [Recorder(), Tanh()]
    return Sequential(*layers, Linear(50, 10, rng=rng))


# %% practice=true fold="Train three networks with five seeds"
def drift_of(network):
    """Layers 2, 5, 8, first epoch to last: mean (in sd), sd (factor); mean from step to step."""
    moves = []
    for recorder in [layer for layer in network.layers if isinstance(layer, Recorder)][1::3]:
        mean, sd = np.array(recorder.seen).transpose(1, 0, 2)
        first, last = sd[:22].mean(axis=0), sd[-22:].mean(axis=0)
        moved = np.abs(mean[-22:].mean(axis=0) - mean[:22].mean(axis=0)) / np.sqrt(first * last)
        by_step = np.abs(np.diff(mean, axis=0)).mean() / sd.mean()
        moves.append((moved.mean(), np.exp(np.abs(np.log(last / first)).mean()), by_step))
    return np.mean(moves, axis=0)


def trained_shifted(kind, lr, seeds):
    """For each seed: training loss in test mode, and the drift."""
    found = []
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        network = eight_layers(kind, rng)
        train(network, rng, lr=lr, epochs=5)
        loss, _ = softmax_cross_entropy(network(x_train), t_train)
        found.append((loss, *drift_of(network)))
    return np.transpose(found)


KINDS = ("without BN", "with BN", "with BN, noise")
shifted = {kind: trained_shifted(kind, 0.15, 5) for kind in KINDS}

# %% practice=true fold="Compare your guess with the result"
without, normal, noise = (shifted[kind][0].mean() for kind in KINDS)
letter = "a" if noise > without else "b" if noise > 1.2 * normal else "c"
words = {"a": "higher", "b": "between the two", "c": "as low"}
reveal("ps15_shift", letter, "Mean training loss of five seeds.", words)

# %% practice=true fold="Add a slow drift, and measure the change" after="ps15_shift"
drifting = trained_shifted("with BN, drift", 0.15, 5)
fixed = trained_shifted("with BN, fixed", 0.15, 5)
print("rate 0.15, five epochs, seeds 0 to 4; change of the inputs of the tanh layers 2, 5 and 8")
print("(sd: standard deviation):")
for kind, found in {**shifted, "with BN, drift": drifting, "with BN, fixed": fixed}.items():
    (loss_mean, moved, factor, by_step), sd = found.mean(axis=1), found[0].std(ddof=1)
    print(
        f"{kind:15} training loss {loss_mean:.2f} ± {sd:.2f}; per step the mean moves by", end=" "
    )
    print(f"{by_step:.2f} sd; over all it moves by {moved:.2f} sd, the sd by a factor {factor:.1f}")
losses_without, losses_with = shifted["without BN"][0], shifted["with BN"][0]
random = {"noise": shifted["with BN, noise"][0], "drift": drifting[0], "fixed": fixed[0]}
for name, losses in random.items():
    print(f"{name}: the loss is above that with BN on {np.sum(losses > losses_with)}", end=" ")
    print(f"and above that without on {np.sum(losses > losses_without)} of 5 seeds")
gaps = drifting[0] - fixed[0]
print(f"drift minus fixed, same seed: {gaps.mean():+.2f} ± {gaps.std(ddof=1):.2f},", end=" ")
print(f"above 0 on {np.sum(gaps > 0)} of 5 seeds")
other_rates = {
    lr: trained_shifted("with BN, drift", lr, 5)[0].mean() for lr in (0.05, 0.1, 0.3, 0.5)
}
print("drift, training loss at other rates:", end=" ")
print(", ".join(f"{loss:.2f} at {lr}" for lr, loss in other_rates.items()))

# %% [markdown] after="ps15_shift"
# With new random numbers at every step, the loss is lower than without batch normalisation, and
# higher than with plain batch normalisation, for each of the five seeds. In the paper, the network
# with noise trains almost as well as that with plain batch normalisation, and the authors conclude
# that the explanation is wrong. But here this noise has the same distribution at every step: from
# the first to the last epoch, mean and standard deviation hardly change. The *slow* change of
# ordinary training is not put back. Therefore we trained two more networks:
#
# - `drift`: its random numbers change a little at every step, and these changes add up. The mean
#   and standard deviation of its tanh inputs drift about as far as those of the network without
#   batch normalisation. It ends with a **higher** loss than that network, for each seed (on average
#   also at its best rate: last line).
# - `fixed`, a control: its random numbers are as large as the last ones of `drift`, but they never
#   change. Its loss is higher than with plain batch normalisation, too, but on average lower than
#   that of `drift`.
#
# So the extra loss of `drift` need not come from the change alone. The test neither refutes nor
# proves the explanation: a random drift need not act like one that comes from learning.

# %% claims=true
noise, plain, normal = (shifted[kind] for kind in ("with BN, noise", "without BN", "with BN"))
lower = "the loss is lower than without batch normalisation, and"
claim(lower, plain[0] - noise[0], above=0)
claim("higher than with plain batch normalisation, for each", noise[0] - normal[0], above=0)
claim("mean and standard deviation hardly change", noise[1], below=0.2)
claim("mean and standard deviation hardly change", noise[2], below=1.2)
far = "drift about as far as those of the network without batch\nnormalisation"
claim(far, drifting[1].mean() / plain[1].mean(), above=0.7, below=1.5)
claim(far, drifting[2].mean() / plain[2].mean(), above=0.7, below=1.5)
claim("loss than that network, for each seed", drifting[0] - plain[0], above=0)
said = "(on average\nalso at its best rate"
claim(said, min(other_rates.values()), above=plain[0].mean())
claim("Its loss is higher than with plain batch normalisation", fixed[0] - normal[0], above=0)
said = "on average lower than\nthat of `drift`"
claim(said, fixed[0].mean(), below=drifting[0].mean())

# %% claims="slow"
for kind in KINDS:
    of_rates = {lr: trained_shifted(kind, lr, 5)[0].mean() for lr in (0.05, 0.1, 0.15, 0.3, 0.5)}
    gap = of_rates[0.15] - min(of_rates.values())
    said = "at the rate 0.15 (the best of 0.05, 0.1, 0.15, 0.3 and 0.5 for each"
    claim(said, gap, below=0.01, given=[0.05, 0.1, 0.15, 0.3, 0.5])

# %% [markdown] after=false
# **The second explanation** is Santurkar's own: batch normalisation makes the loss *smoother*, so
# the gradient g changes less within a step. If it did not change, a step would lower the loss by
# η|g|². Before training and after each epoch, on 256 images and at η = 0.15, we measure two
# numbers: the decrease of the loss divided by η|g|², and |change of g| / |g|.


# %% practice=true fold="Measure smoothness with five seeds" after=false
def gradient_at(network):
    """Loss of 256 training images in training mode, and the gradient of all parameters."""
    z, backward_functions = x_train[:256], []
    for layer in network.layers:
        z, backward = layer.forward(z, training=True)
        backward_functions.append(backward)
    loss, d = softmax_cross_entropy(z, t_train[:256])
    for p in network.parameters():
        p.zero_grad()
    for backward in reversed(backward_functions):
        d = backward(d)
    return loss, [p.grad.copy() for p in network.parameters()]


def smoothness(network, lr):
    """Decrease over predicted decrease, and relative change of the gradient, one step away."""
    kept = [p.data for p in network.parameters()]
    loss, g = gradient_at(network)
    for p, dp in zip(network.parameters(), g, strict=True):
        p.data = p.data - lr * dp
    loss_there, g_there = gradient_at(network)
    for p, data in zip(network.parameters(), kept, strict=True):
        p.data = data
    square = sum(np.sum(dp * dp) for dp in g)
    change = sum(np.sum((a - b) ** 2) for a, b in zip(g, g_there, strict=True))
    return (loss - loss_there) / (lr * square), np.sqrt(change / square)


smooth, smooth_seeds = {}, smaller_in_browser(seeds=(range(5), range(2)))
for kind in ("without BN", "with BN"):
    for seed in smooth_seeds:
        rng = np.random.default_rng(seed)
        network = eight_layers(kind, rng)
        found = [smoothness(network, 0.15)]
        for _ in range(5):
            train(network, rng, lr=0.15, epochs=1)
            found.append(smoothness(network, 0.15))
        smooth.setdefault(kind, []).append(found)
smooth = {kind: np.array(found) for kind, found in smooth.items()}  # (seeds, epochs, 2)

# %% practice=true fold="Draw both measures" after="ps15_shift"
with theme.style():
    figure, axes = plt.subplots(1, 2, figsize=(9, 3))
    for (kind, found), dash in zip(smooth.items(), (":", "-"), strict=True):
        for which, (ax, colour) in enumerate(
            zip(axes, (theme.FORWARD, theme.GRADIENT), strict=True)
        ):
            colour = theme.QUIET if kind == "without BN" else colour
            ax.plot(range(6), found[:, :, which].T, dash, color=colour, linewidth=0.7)
            ax.plot(range(6), found[:, :, which].mean(axis=0), "o" + dash, color=colour, label=kind)
    axes[0].set(xlabel="epochs trained", ylabel="actual / predicted")
    axes[0].set_title("Decrease of the loss in a step")
    axes[1].set(xlabel="epochs trained", ylabel="relative change", ylim=(0, None))
    axes[1].set_title("Change of the gradient in a step")
    figure.suptitle("From the first epoch on, BN steps are closer to the prediction")
    label_lines(*axes)
    plt.show()

# %% [markdown] after="ps15_shift"
# *In words: two panels over the epochs trained, a thin line for each of five seeds and a thick one
# for their mean. Before training, the network with batch normalisation has on average the smaller
# share of the predicted decrease and the larger change of the gradient. From the first epoch on,
# the means are the other way round: with batch normalisation the decrease is more than half of the
# predicted one, and the gradient changes by less than its own size; without, the mean change is
# about 1.5 times the size of the gradient.*
#
# So at this rate, on average, the loss is smoother with batch normalisation from the first epoch
# on. Before training it is not. This does not show that smoothness is the cause: the two networks
# have different losses, which alone may change the smoothness. Remember the method: put the claimed
# cause in or take it out, **measure whether you did**, then measure the effect.

# %% claims=true
share = {kind: found[:, :, 0] for kind, found in smooth.items()}
change = {kind: found[:, :, 1] for kind, found in smooth.items()}
before = "Before training, the network with batch normalisation has on average the smaller share"
lower = share["without BN"][:, 0] - share["with BN"][:, 0]
claim(before, lower.mean(), above=0)
said = "and the larger change of the gradient"
claim(said, change["with BN"][:, 0].mean() - change["without BN"][:, 0].mean(), above=0)
claim("more than half of the predicted\none", share["with BN"][:, 1:].mean(axis=0), above=0.5)
claim("gradient changes by less than its own size", change["with BN"][:, 1:].mean(axis=0), below=1)
claim("mean change is about 1.5\ntimes", change["without BN"][:, 1:].mean(), equals=1.5, within=0.3)
later = "the loss is smoother with batch normalisation from the first epoch on"
claim(later, (share["with BN"] - share["without BN"])[:, 1:].mean(axis=0), above=0)

# %% [markdown]
# ## 11 Questions
#
# **Shifted inputs.** In training, you add 100 to every value of one column of `x`, for all samples
# of the batch. Compared with the call without the 100, what changes in that column of the results
# `y` and `state` of `batchnorm_forward`?
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
# **Twice as many blocks.** In a network of 30 blocks $x + f(x)$, the initial weights of $f$ have
# the factor $1/\sqrt{30}$. On average the mean square stays below e ≈ 2.7 times its first value.
# You add 30 blocks with the same $1/\sqrt{30}$. By about which factor does the mean square grow
# over all 60 blocks?
#
# - a: still by about 2.7
# - b: by about 5.3
# - c: by about 7.2
# - d: by $2^{60}$

# %% solution="answer_blocks"
answer_blocks = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_blocks = "c"
### END SOLUTION

# %% choice="blocks" key="c" points=1
check_choice("blocks", answer_blocks)
# a: This needs the factor 1/√60. With 1/√30, each block multiplies the mean square by 1 + 1/30, the
#    new ones as well.
# b: The growth of the first 30 blocks is not added but multiplied by that of the next 30, because
#    each block multiplies the mean square by the same factor.
# c: Each block multiplies it by 1 + 1/30, and (1 + 1/30) to the power of 60 is 7.15, the square of
#    the factor for 30 blocks.
# d: A block doubles the mean square if f has He's weights without a factor. With 1/√30, f has a
#    thirtieth of the mean square of x.

# %% claims=true
of_blocks = {L: (1 + 1 / 30) ** L for L in (30, 60)}
claim("by about 7.2", of_blocks[60], equals=7.2, within=0.1)
claim("stays below e ≈ 2.7 times its first value", of_blocks[30], below=2.7)

# %% [markdown]
# **Seven days later.** A friend's network contains batch normalisation. In the notebook it
# classifies 97 % of the test images correctly. In the app, images arrive one at a time, and it
# gives the same answer for every image. (This layer does not test the number of rows.) Name the
# likely cause and what happens in the code. Why did the accuracy in the notebook look correct all
# the same? Name one test that would have shown the mistake. (Graded by a person, 2 points.)

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
# ## 12 In PyTorch
#
# `module.train()` and `module.eval()` switch the mode of a whole network. If PyTorch is installed,
# the next cell compares `BatchNorm1d`, `LayerNorm` and `BatchNorm2d` with your functions.

# %% practice=true fold="Compare your results with PyTorch's"
import importlib.util

if importlib.util.find_spec("torch") is None:
    print("PyTorch is not installed here; nothing later needs it.")
elif ready("batchnorm_backward", "layernorm_backward", "spatial_batchnorm_backward"):
    import torch

    rng, fresh = np.random.default_rng(15), {"mean": np.zeros(6), "var": np.ones(6)}
    settings = {"state": fresh, "training": True, "momentum": 0.1, "eps": 1e-5}
    gamma, beta = rng.normal(size=6), rng.normal(size=6)
    for module, shape, name, more in (
        (torch.nn.BatchNorm1d(6), (5, 6), "batchnorm", settings),
        (torch.nn.LayerNorm(6), (2, 5, 6), "layernorm", {"eps": 1e-5}),
        (torch.nn.BatchNorm2d(6), (3, 6, 2, 2), "spatial_batchnorm", settings),
    ):
        op = own_or_library(name)
        x_few, dy_few = rng.normal(2, 3, size=shape), rng.normal(size=shape)
        module.double()
        module.weight.data, module.bias.data = torch.tensor(gamma), torch.tensor(beta)
        x_torch = torch.tensor(x_few, requires_grad=True)
        y_torch = module(x_torch)
        y_torch.backward(torch.tensor(dy_few))
        theirs = y_torch.detach(), x_torch.grad, module.weight.grad, module.bias.grad
        y, cache, *state = op.forward(x_few, gamma, beta, **more)
        mine = y, *op.backward(dy_few, cache)
        errors = [relative_error(m, t.numpy()) for m, t in zip(mine, theirs, strict=True)]
        if state:
            errors.append(relative_error(state[0]["var"], module.running_var.numpy()))
        print(f"{type(module).__name__:12}", *(f"{error:.0e}" for error in errors))
    print("(relative errors of y, dx, dgamma, dbeta, and of the running variance)")
else:
    print("This cell waits.")

# %% [markdown]
# ### Optional: five more measurements
#
# <details><summary>Do we want a unit Gaussian before tanh? (S2)</summary>
#
# S2 asks: do we *necessarily* want a unit Gaussian as the input of a tanh layer? With a small gamma
# tanh works as a nearly linear map, with a large gamma as a switch. We do not know in advance which
# of them is best. Therefore gamma and beta are learned.
#
# Does this help? The next cell trains networks with tanh and with sigmoid, with gamma and beta
# learned or frozen at 1 and 0, for six epochs with the seeds 0, 1 and 2, at the rate 0.5 (for all
# four the best of 0.05, 0.1, 0.2, 0.5 and 1). With the sigmoid, learning gamma and beta lowers the
# training loss for every seed, on average by about 0.15, with tanh on average by far less. The mean
# test accuracies of learned and frozen networks are nearly the same.
#
# </details>

# %% practice=true fold="Train with gamma and beta learned and frozen"
FOUR_CASES = ((Tanh, False), (Tanh, True), (Sigmoid, False), (Sigmoid, True))  # frozen or not


def with_gammas(activation, frozen, lr):
    """With gamma and beta learned or frozen, for three seeds: test accuracies, training losses."""
    op, found = own_or_library("batchnorm"), []
    for seed in range(3):
        rng, norm = np.random.default_rng(seed), lambda n: BatchNorm(n, op=op)
        network = mlp([64, *[32] * 4, 10], rng=rng, norm=norm, activation=activation)
        linear = [layer for layer in network.layers if isinstance(layer, Linear)]
        chosen = [p for layer in linear for p in layer.parameters()] if frozen else None
        found.append(train(network, rng, lr=lr, epochs=6, parameters=chosen))
    return np.transpose(found)


learned = {}
for activation, frozen in FOUR_CASES:
    found, losses = learned[activation, frozen] = with_gammas(activation, frozen, 0.5)
    case = f"{activation.__name__:7} gamma, beta {'frozen' if frozen else 'learned':7}"
    print(f"{case}: test accuracy {found.mean():.3f} ± {found.std(ddof=1):.3f},", end=" ")
    print(f"training loss {losses.mean():.3f} ± {losses.std(ddof=1):.3f}")
for activation in (Tanh, Sigmoid):
    lower = learned[activation, True][1] - learned[activation, False][1]
    print(f"{activation.__name__:7} loss lower when learned on {np.sum(lower > 0)} of 3 seeds")

# %% claims=true
lower = learned[Sigmoid, True][1] - learned[Sigmoid, False][1]
claim("lowers the\ntraining loss for every seed", lower, above=0.05)
claim("on average by about 0.15, with tanh", lower.mean(), equals=0.15, within=0.03)
of_tanh = learned[Tanh, True][1] - learned[Tanh, False][1]
claim("with tanh on average by far less", of_tanh.mean(), below=lower.mean() / 3)
for activation in (Tanh, Sigmoid):
    gap = learned[activation, True][0].mean() - learned[activation, False][0].mean()
    claim("learned and frozen networks are nearly the same", abs(gap), below=0.01)

# %% claims="slow"
best = "at the rate 0.5 (for all four the best of 0.05, 0.1, 0.2, 0.5 and 1)"
for case in FOUR_CASES:
    highest = max(with_gammas(*case, lr)[0].mean() for lr in (0.05, 0.1, 0.2, 0.5, 1))
    gap = highest - learned[case][0].mean()
    claim(best, gap, below=0.003, given=[0.05, 0.1, 0.2, 0.5, 1])

# %% [markdown]
# <details><summary>“Acts as a form of regularization in a funny way” (S2)</summary>
#
# S2 adds that batch normalisation “slightly reduces the need for dropout, maybe”; S4 says “Helps
# with regularization”. The mechanism is this: in each epoch, an image is in a batch with different
# other images. So its activations contain noise, as with dropout (notebook 12).
#
# Does this noise raise the accuracy on new images? The next cell trains on two hundred images, few
# enough to overfit, for 200 steps with the seeds 0, 1 and 2. Each printed row uses the best of the
# rates 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2 and 5. (In batches of 100 with batch normalisation the
# best is 5; larger ones are not tried.)
#
# In batches of 20 and 100, both networks fit the 200 images
# almost perfectly in test mode, and batch normalisation does not raise the mean test accuracy. In
# batches of four it does. But three seeds are few, and in batches of four, 200 steps are only four
# epochs, too few to fit the images. S2's “maybe” is the right word.
#
# </details>

# %% practice=true fold="Train on 200 images"
STEPS_OF_200 = ((4, 0.1, 0.1), (20, 0.5, 1.0), (100, 0.5, 5.0))  # batch size, rate without and with


def row_of_200(norm, batch, lr):
    """Of three seeds: test accuracy, and training loss in test mode."""
    rows = []
    for seed in range(3):
        rng = np.random.default_rng(seed)
        network = mlp([64, 50, 50, 10], rng=rng, norm=norm)
        # 200 images in batches of `batch` are 200/batch steps; `batch` epochs make 200 steps.
        got, _ = train(network, rng, lr=lr, epochs=batch, batch=batch, n=200)
        loss, _ = softmax_cross_entropy(network(x_train[:200]), t_train[:200])
        rows.append((got, loss))
    return np.transpose(rows)


op, of_200 = own_or_library("batchnorm"), {}
norms_of_200 = {"without BN": None, "with BN": lambda n: BatchNorm(n, op=op)}
for batch, *rates in STEPS_OF_200:
    for (name, norm), lr in zip(norms_of_200.items(), rates, strict=True):
        found, losses = of_200[name, batch] = row_of_200(norm, batch, lr)
        print(f"{name:10} batches of {batch:3}: test accuracy {found.mean():.3f}", end=" ")
        print(f"± {found.std(ddof=1):.3f}, training loss {losses.mean():.2f} (test mode)")
    gain = of_200["with BN", batch][0] - of_200["without BN", batch][0]
    print(f"  gain for the same seed {gain.mean():+.3f} ± {gain.std(ddof=1):.3f}")

# %% claims=true
for batch in (20, 100):
    (found, fits), (plain, plain_fits) = of_200["with BN", batch], of_200["without BN", batch]
    claim("both networks fit the 200 images", [*fits, *plain_fits], below=0.05, given=[200])
    claim("does not raise the mean test accuracy", found.mean() - plain.mean(), below=0.007)
said = "In batches of four it does"
claim(said, of_200["with BN", 4][0].mean() - of_200["without BN", 4][0].mean(), above=0.01)
claim("too few to fit the images", of_200["with BN", 4][1], above=0.1)

# %% claims="slow"
for batch, *_ in STEPS_OF_200:
    for name, norm in NORMS.items():
        of_rates = [
            row_of_200(norm, batch, lr)[0].mean()
            for lr in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)
        ]
        chosen = of_200[name, batch][0].mean()
        claim("printed row uses the best of the\nrates", max(of_rates) - chosen, below=0.01)

# %% [markdown]
# <details><summary>How fast do the running statistics adapt?</summary>
#
# The running statistics start at mean 0 and variance 1. The next cell draws batches of 8 numbers
# from a distribution with mean 5 and variance 4 (one seed). With momentum 0.1, the initial values 0
# and 1 still have a weight of 59 % after five steps, because $0.9^5 = 0.59$.
# With momentum 0.01 the running statistics are still far from 5 and 4 after a hundred batches;
# with 0.5 the variance fluctuates more than with 0.1.
#
# The last lines test networks after only five steps (momentum 0.1, seeds 0, 1 and 2). In test mode
# the mean accuracy is lower than in training mode, on the same images, so this is not overfitting.
#
# </details>

# %% practice=true fold="Run batch normalisation over 100 batches"
op, running = own_or_library("batchnorm"), {}
for momentum in (0.5, 0.1, 0.01):
    rng, state, seen = np.random.default_rng(3), {"mean": np.zeros(1), "var": np.ones(1)}, []
    settings = {"training": True, "momentum": momentum, "eps": 1e-5}
    for _ in range(100):
        batch = rng.normal(5, 2, size=(8, 1))
        _, _, state = op.forward(batch, np.ones(1), np.zeros(1), state, **settings)
        seen.append((state["mean"][0], state["var"][0]))
    running[momentum] = np.array(seen)
    for n_batches in (5, 30, 100):
        mean, var = running[momentum][n_batches - 1]
        print(f"momentum {momentum}, {n_batches:3} batches: mean {mean:.2f}, variance {var:.2f}")
    spread = running[momentum][50:, 1].std()
    print(f"momentum {momentum}: standard deviation of the last 50 variances {spread:.2f}")
early = []
for seed in range(3):
    rng = np.random.default_rng(seed)
    network = mlp([64, 50, 50, 10], rng=rng, norm=batchnorm_layer)
    in_test_mode, _ = train(network, rng, lr=0.5, epochs=1, n=320)  # five steps
    early.append((in_test_mode, tested_in_batches(network, 64, mixed)))
    print("five steps: accuracy in test mode {:.2f}, in training mode {:.2f}".format(*early[-1]))

# %% claims=true
said = "With\nmomentum 0.01 the running statistics are still far"
claim(said, 5 - running[0.01][-1, 0], above=1, given=[0.01])
said = "In test mode\nthe mean accuracy is lower than in training mode"
claim(said, np.mean(early, axis=0)[0], below=np.mean(early, axis=0)[1])
last = {momentum: seen[50:, 1].std() for momentum, seen in running.items()}
claim("with 0.5 the variance fluctuates more", last[0.5], above=1.5 * last[0.1], given=[0.5])

# %% [markdown]
# <details><summary>One number for testing (S2, "Batch Normalization"; a simplification)</summary>
#
# At test time, “a single fixed empirical mean of activations during training is used”. Is a mean
# enough? In training we divide by the standard deviation, so in testing we have to divide by it as
# well. The second line that the next cell prints uses the variance 1 in place of the running
# variance. Therefore all outputs are multiplied by the standard deviation of the column, 3 in this
# example. (The line above the quoted sentence speaks of “mean/std”.)
#
# </details>

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
claim("of the column, 3 in this\nexample", deviations[1] / deviations[0], equals=3, within=0.1)

# %% [markdown]
# <details><summary>Before what? (S2 and S4; the sources disagree)</summary>
#
# S2 inserts batch normalisation “before nonlinearity” (Ψ): $\Psi(\text{BN}(xW))$. S4 writes
# $\Psi(w\,\text{BN}(x))$: before the product. The next cell trains both with two activation
# functions, for four epochs at the learning rate 0.1 with the seeds 0, 1 and 2. Both forms learn.
# (The second one also normalises the pixels, in front of the first layer.) One rate and four epochs
# do not show which form is better in general. Ioffe and Szegedy normalised before the nonlinearity;
# later networks use both forms, so say which one you used.
#
# </details>


# %% practice=true fold="Train with batch normalisation in two places"
op, by_place = own_or_library("batchnorm"), {}
for activation in (Sigmoid, ReLU):
    for where in ("before nonlinearity", "before the product"):
        for seed in range(3):
            rng, layers = np.random.default_rng(seed), []
            for n_in in (64, 50, 50, 50):
                parts = [Linear(n_in, 50, rng=rng), BatchNorm(50, op=op), activation()]
                if where == "before the product":
                    parts = [BatchNorm(n_in, op=op), parts[0], parts[2]]
                layers += parts
            network = Sequential(*layers, Linear(50, 10, rng=rng))
            found, _ = train(network, rng, lr=0.1, epochs=4)
            by_place.setdefault((activation.__name__, where), []).append(found)
for (name, where), found in by_place.items():
    print(f"{name:8} {where:20} test accuracy {np.mean(found):.3f} ± {np.std(found, ddof=1):.3f}")

# %% claims=true
claim("Both forms learn", [min(reached) for reached in by_place.values()], above=0.7)

# %% [markdown]
# ## 13 Your cheat sheet
#
# Complete this page in your own words.
#
# |x|norm|mean and variance over|how many means|
# |---|---|---|---|
# |(N, C, H, W)|batch|…|…|
# |(N, C, H, W)|group|…|…|
# |(N, T, D)|layer, RMS|…|…|
#
# - dx of batch norm = …; it sums to …, because …; after a forward pass in testing, dx = …
# - In layer norm gamma must stand …, because …; RMSNorm leaves out …
# - The batch is normalised with the variance over …; the running variance is updated with …
# - W times 1000 in front of a batch norm: the output …, the gradient …; weight decay there …
# - The identity needs gamma = …; folding: W' = …, b' = …
# - A shortcut: y = …, dx = …; over L blocks the initial weights of f need the factor …
# - Covariate shift: I measured …; smoothness: I measured …
# - If the same images get other answers in test mode than in training mode, I first look at …

# %% [markdown]
# ## What comes next
#
# **Notebook 12** has dropout, the other layer that differs between training and testing.

# %% [markdown]
# ## Sources
#
# S2 "Training Neural Networks", slides "Batch Normalization"; S4 "Neural networks
# (continued)", slides "Batch normalization"; S3 "Backpropagation and Training", slides
# "Regularization of the Network" and "Summary".
#
# <details><summary>Papers</summary>
#
# - Ba, Kiros, Hinton (2016): Layer Normalization
# - He, Zhang, Ren, Sun (2016): Identity Mappings in Deep Residual Networks
# - Ioffe, Szegedy (2015): Batch Normalization: Accelerating Deep Network Training by Reducing
#   Internal Covariate Shift
# - Santurkar, Tsipras, Ilyas, Madry (2018): How Does Batch Normalization Help Optimization?
# - Wu, He (2018): Group Normalization
# - Zhang, Sennrich (2019): Root Mean Square Layer Normalization
#
# </details>
