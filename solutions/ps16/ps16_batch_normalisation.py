# %% [markdown]
# # Batch normalisation
#
# We normalise the data, but each layer changes their mean and standard deviation again. *Batch
# normalisation* (BN) takes the output of each unit, subtracts its mean over the batch, and divides
# by its standard deviation. **What does a network gain from BN, and what can go wrong?**
#
# **You need** the backward pass of a linear layer (notebook 06), the slope of the sigmoid (09),
# initial weights (10) and convolutions (15).


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

# %% setup=true minutes=1
import numpy as np

from course_lessons import batch_normalisation as lesson
from course_lib.backend import choose_device
from course_lib.layers import BatchNorm
from course_lib.op import Op
from grader.checking import check, guess, ready, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 The same images in another order
#
# Three networks with BN have learned to classify images of digits. We test them on 360 new images
# in batches of 64, in *training mode* (`training=True`): BN uses the mean and the standard
# deviation of the test batch. In random order, each network classifies more than 90 % of the images
# correctly. Then we sort **the same images** by digit, so that a batch holds at most four digits.
# **What is the accuracy on the sorted images?**

# %% guess="the accuracy on the sorted images"
guess("ps16_switch", None, between=(0, 1))  # a number from 0 to 1

# %% practice=true fold="Test the three networks on sorted images"
x_train, t_train, x_test, t_test = lesson.digits()
networks = [lesson.trained(seed) for seed in range(3)]  # two hidden layers, BN before each ReLU
by_digit = np.argsort(t_test, kind="stable")
sorted_images = [lesson.test_accuracy(one, by_digit, training=True) for one in networks]
why = "The mean of a sorted batch contains what its digits have in common, and BN subtracts it."
reveal("ps16_switch", float(np.mean(sorted_images)), f"Mean of three networks. {why}")

# %% claims=true
mixed = [lesson.test_accuracy(network, np.arange(360), training=True) for network in networks]
claim("each network classifies more than 90 % of the images", mixed, above=0.9)
in_batch = [len(set(t_test[by_digit[i : i + 64]])) for i in range(0, 360, 64)]
claim("a batch holds at most four digits", in_batch, below=4.5)

# %% [markdown]
# BN normalises every column $x_1, \dots, x_N$ (one unit, N samples) of a layer's output, here
# before the ReLU, by its mean μ and its variance σ²:
#
# $$\mu=\frac1N\sum_nx_n\qquad \sigma^2=\frac1N\sum_n(x_n-\mu)^2\qquad
# \hat x_n=\frac{x_n-\mu}{\sqrt{\sigma^2+\varepsilon}}\qquad y_n=\gamma\hat x_n+\beta$$
#
# ε prevents a division by 0. Each column has two parameters γ and β, learned like weights. With
# them the network can choose the mean (β) and the standard deviation (|γ|) that suit the unit.
#
# Write it for all columns at once. For σ², mean(x²) − μ² is inexact where μ is large, because two
# nearly equal numbers are subtracted. Section 3 needs the cache, and checks it.


# %% solution="normalise_batch"
def normalise_batch(x, gamma, beta, eps):
    """Normalise every column of a batch, scale it by gamma and shift it by beta.

    x : (N, D); gamma, beta : (D,); eps : added to the variance
    returns y : (N, D), of the float type of x, and the cache: c = x − μ, i = 1/√(σ² + eps) : (D,),
    x̂, and gamma
    """
    ### BEGIN SOLUTION
    mu = x.mean(axis=0)
    c = x - mu
    var = (c * c).mean(axis=0)
    i = 1 / np.sqrt(var + eps)
    x_hat = c * i
    y = gamma * x_hat + beta
    ### END SOLUTION
    return y, (c, i, x_hat, gamma)


# %% check="normalise_batch"
check("normalise_batch", normalise_batch)

# %% [markdown]
# ## 2 Test mode
#
# Section 1 tested in training mode. In use, the answer for an image must not depend on others. So
# in *test mode*, two constants of each column take the place of μ and σ²: the *running* mean and
# variance. After each batch of the training,
#
# $$\text{running}=(1-\text{momentum})\cdot\text{running}+\text{momentum}\cdot\text{batch}$$
#
# where `momentum` is usually 0.1: the share of the new batch. For the mean, *batch* is μ of the new
# batch. For the variance, it is σ² · N/(N − 1): the N values lie nearer to their own mean than to
# that of all data, so σ² is on average only (N − 1)/N of the variance of all data. (The batch
# itself is normalised with σ².)

# %% [markdown]
# In test mode, the three networks of section 1 are right for 0.95 to 0.98 of the test images, in
# any order. Then a colleague looks at the activations of 20 images of the digit 1: he calls
# `network.forward(images, training=True)` twenty times. No weight changes. **What is the mean
# accuracy after that, in test mode?**

# %% guess="the accuracy after the twenty calls"
guess("ps16_calls", None, between=(0, 1))  # a number from 0 to 1

# %% practice=true fold="Test after the twenty calls"
damaged = lesson.copies_of(networks)
for network in damaged:
    for _ in range(20):
        network.forward(x_test[t_test == 1][:20], training=True)
after = [lesson.test_accuracy(network, by_digit, training=False) for network in damaged]
reveal("ps16_calls", float(np.mean(after)), "Mean of three networks.")

# %% claims=true
before = [lesson.test_accuracy(network, by_digit, training=False) for network in networks]
claim("for 0.95 to 0.98 of the test images", np.mean(before), above=0.95, below=0.98)
claim("falls by more than 0.1", np.subtract(before, after), above=0.1)

# %% [markdown] after="ps16_calls"
# Each accuracy falls by more than 0.1: every pass in training mode moves the running statistics,
# here towards those of the digit 1. After twenty, 0.9²⁰ ≈ 0.12 of the old ones is left.
# <!-- no claim: derived -->

# %% [markdown]
# Write both modes. In training, call your `normalise_batch`, compute μ and σ² of x for the running
# ones, and return a **new** `state`. In test mode, return the given one; the cache can be None.


# %% solution="batchnorm_forward"
def batchnorm_forward(x, gamma, beta, state, *, training, momentum, eps):
    """Batch normalisation of every column, in training mode or in test mode.

    x : (N, D); gamma, beta : (D,); state : {"mean": (D,), "var": (D,)}, the running statistics
    training : True for the statistics of this batch, False for the running ones
    returns y : (N, D), cache, and state
    """
    if training and len(x) < 2:
        raise ValueError("one row has no variance; train on batches of 2 or more")
    ### BEGIN SOLUTION
    if training:
        y, cache = normalise_batch(x, gamma, beta, eps)
        batch = {"mean": x.mean(axis=0), "var": x.var(axis=0) * len(x) / (len(x) - 1)}
        state = {name: (1 - momentum) * state[name] + momentum * batch[name] for name in state}
    else:
        y, cache = gamma * (x - state["mean"]) / np.sqrt(state["var"] + eps) + beta, None
    ### END SOLUTION
    return y, cache, state


# %% check="batchnorm_forward"
check("batchnorm_forward", batchnorm_forward)

# %% [markdown]
# The colleague's networks are still damaged. How do you repair them, if no weight may change? Write
# down your answer, then run the cell.

# %% practice=true fold="Repair the three networks"
for network in damaged:
    for start in range(0, len(x_train), 64):
        network.forward(x_train[start : start + 64], training=True)
repaired = [lesson.test_accuracy(network, by_digit, training=False) for network in damaged]
print(f"accuracy before the repair {np.mean(after):.2f}, after it {np.mean(repaired):.2f}")

# %% claims=true
said = "the accuracy is nearly that before the damage"
claim(said, np.subtract(repaired, before), above=-0.015)

# %% [markdown]
# <details><summary>The repair</summary>
#
# Pass the 22 batches of training images through, in training mode. Then 0.9²² ≈ 0.10 of the damage
# is left, and the accuracy is nearly that before the damage. <!-- no claim: derived -->
#
# </details>
#
# In test mode μ and σ² are constants, so BN only scales and shifts each column. Weights and biases
# can do this, too. So BN must help in *training*.

# %% [markdown]
# ## 3 The backward pass
#
# In training mode μ and σ² depend on x, so each $x_n$ affects all outputs of its column.

# %% practice=true
lesson.draw_graph()

# %% [markdown]
# `dy` is the gradient of the loss with respect to y, `dx_hat` that with respect to x̂, and so on.
# dγ, dβ and dx̂ are given. Go back to x: write `di`, `dvar`, `dc`, `dmu` and `dx`. Note that σ² is
# the mean of c², and that $i = (\sigma^2 + \varepsilon)^{-1/2}$ has the derivative $-i^3/2$ with
# respect to σ².
#
# Ask for each value: which later values use it, and do all samples share it? The gradients of all
# uses add up.
#
# A smaller example: $z_n = S\,x_n$ with $S = \sum_k x_k$. All samples share one S, so
# $dS = \sum_k dz_k\,x_k$. And $x_n$ is used twice, in its own $z_n$ and in S, so
# $dx_n = S\,dz_n + dS$.
#
# Begin with di, above the line with `raise`, and run the cell below the function: it compares each
# line that is there with finite differences. Delete `raise` when all five are there.


# %% solution="batchnorm_backward"
def batchnorm_backward(dy, cache):
    """The gradients of batchnorm_forward in training mode.

    dy : (N, D), and the cache of normalise_batch
    returns dx : (N, D), dgamma : (D,), dbeta : (D,)
    """
    c, i, x_hat, gamma = cache
    N = len(dy)
    dgamma, dbeta = (dy * x_hat).sum(axis=0), dy.sum(axis=0)
    dx_hat = gamma * dy
    ### BEGIN SOLUTION
    di = (dx_hat * c).sum(axis=0)
    dvar = -di * i**3 / 2
    dc = dx_hat * i + dvar * 2 * c / N
    dmu = -dc.sum(axis=0)
    dx = dc + dmu / N
    ### END SOLUTION
    return dx, dgamma, dbeta


# %% practice=true fold="Which line differs first?"
lesson.compare_lines(normalise_batch, batchnorm_backward)

# %% check="batchnorm_backward"
check("batchnorm_backward", batchnorm_forward, batchnorm_backward)

# %% [markdown]
# <details><summary>When your check passes, or if you are stuck: the derivation</summary>
#
# 1. All $\hat x_n = c_n i$ use i: $di = \sum_n d\hat x_n c_n$. Only i uses σ²:
#    $d\sigma^2 = -\tfrac12 i^3\,di$.
# 2. $c_n$ is used in $\hat x_n$ and in $\sigma^2 = \tfrac1N\sum_k c_k^2$:
#    $dc_n = i\,d\hat x_n + \tfrac2N c_n\,d\sigma^2$.
# 3. All $c_n = x_n - \mu$ use μ: $d\mu = -\sum_n dc_n$.
# 4. $x_n$ is used in $c_n$ and in μ: $dx_n = dc_n + \tfrac1N d\mu$.
# 5. Substitute these into each other, with $\sum_n c_n = 0$ and $c_n = \hat x_n/i$:
#
# $$dx=\gamma\,i\,\big[\,dy-\text{mean}(dy)-\hat x\cdot\text{mean}(dy\cdot\hat x)\,\big]$$
#
# For example, dy = 1 gives dx = 0: the sum of a column of x̂ is always 0, so no change of x changes
# it.
#
# </details>


# %% [markdown]
# ## 4 Why does BN help?
#
# In ten sigmoid layers hardly any gradient reaches the first: each sigmoid multiplies it by its
# slope, at most ¼ (notebook 09). The figure shows such layers without BN and with it, with LeCun's
# initial weights (notebook 10).

# %% practice=true
lesson.draw_flow({"without BN": lesson.flow(None), "with BN": lesson.flow(BatchNorm)})

# %% claims=true
_, gradient = lesson.flow(None)
said = "by a factor of about 4 from each layer to the one below"
claim(said, gradient[1:] / gradient[:-1], equals=4, within=1)
spread, gradient = lesson.flow(BatchNorm)
claim("the gradient changes by less than a factor of 3", gradient.max() / gradient.min(), below=3)
claim("its outputs have the standard\ndeviation 0.21", spread, equals=0.21, within=0.02)
u = np.linspace(-8, 8, 1601)
p = np.exp(-(u**2) / 2) / np.exp(-(u**2) / 2).sum()
z = 1 / (1 + np.exp(-u))
claim("its slope is 0.21 on average", p @ (z * (1 - z)), equals=0.21, within=0.005)
said = "nearly a line, so its outputs have the standard\ndeviation 0.21"
claim(said, np.sqrt(p @ (z - 0.5) ** 2), equals=0.21, within=0.005)

# %% [markdown]
# Without BN the gradient shrinks by a factor of about 4 from each layer to the one below. With BN,
# over all layers the gradient changes by less than a factor of 3:
#
# - Forward: BN gives the inputs of a sigmoid the mean 0 and the standard deviation 1. For such
#   inputs, its slope is 0.21 on average, and it is nearly a line, so its outputs have the standard
#   deviation 0.21 over the batch. The weights nearly keep it. So the next BN takes their mean away
#   and divides by about 0.21.
# - Backward: the sigmoid multiplies the gradient by about 0.21, and BN divides it by about 0.21
#   (the factor i of section 3).

# %% [markdown]
# **A good place to stop for today.** (Next time, run all cells above first.)

# %% [markdown]
# ## 5 Batch normalisation for images
#
# A convolution treats all places of an image alike (notebook 15), and BN behind it does, too:
# **each channel is one column**. The values of a channel, at all places of all images, share one μ,
# one σ², one γ and one β. So 64 images of 8 × 8 pixels give a mean of 4,096 numbers.
# <!-- no claim: derived -->
#
# Your `batchnorm_forward` needs a matrix with a row for each place of each image. `reshape` moves
# no axis, so before it the channels become the last axis:


# %%
def image_norm(x, gamma, beta, state, **settings):
    """batchnorm_forward for images (N, C, H, W), with a column for each channel, or rows (N, D).

    settings : training, momentum and eps
    """
    last = np.moveaxis(x, 1, -1)
    columns = last.reshape(-1, x.shape[1])
    y, cache, state = batchnorm_forward(columns, gamma, beta, state, **settings)
    return np.moveaxis(y.reshape(last.shape), -1, 1), cache, state


# %% [markdown]
# The backward pass brings dy into columns, calls `batchnorm_backward`, and brings dx back. The
# library's layer `BatchNorm` does both with your two functions.
#
# Now we train a network of six convolutions (3 × 3, eight filters, padding 1), each with a ReLU,
# and a last convolution of 8 × 8 without padding for the ten scores: once without BN, once with BN
# in front of each ReLU. Both learn the 1,408 digits for six epochs, each at its best of four rates
# from 0.03 to 1: 0.1 without BN, 0.3 with it. <!-- no claim: setting -->


# %% practice=true needs=false fold="Define layers with your functions"


def own_or_library():
    """What makes BN layers: with your functions once their checks pass, else the library's."""
    if not ready("batchnorm_forward", "batchnorm_backward"):
        return BatchNorm
    return lambda n: BatchNorm(n, op=Op(batchnorm_forward, batchnorm_backward))


# %% practice=true fold="Train both networks with three seeds"
norm = own_or_library()
sides = {"without BN": (None, 0.1), "with BN": (norm, 0.3)}
learned = {name: [lesson.learn(*side, seed) for seed in range(3)] for name, side in sides.items()}
curves = {name: np.array([curve for _, curve in found]) for name, found in learned.items()}

# %% practice=true
picture = lesson.draw_curves(curves)
picture

# %% claims=true
plain, normal = curves.values()
said = "With BN the training loss is lower after each of the epochs"
claim(said, (plain - normal)[:, 0].ravel(), above=0)
said = (
    "the networks with\nBN classify more of the new images correctly than those without, on average"
)
claim(said, np.mean((normal - plain)[:, 1, 1]), above=0)

# %% claims="slow"
for maker, lr in sides.values():
    reached = {}
    for rate in (0.03, 0.1, 0.3, 1.0):
        with np.errstate(all="ignore"):
            reached[rate] = np.mean([lesson.learn(maker, rate, s)[1][0, -1] for s in range(3)])
    said = "each at its best of four rates\nfrom 0.03 to 1: 0.1 without BN, 0.3 with it"
    claim(said, reached[lr] - min(reached.values()), below=0.02, given=[0.03, 1, 0.1, 0.3])

# %% [markdown]
# With BN the training loss is lower after each of the epochs. After two epochs, the networks with
# BN classify more of the new images correctly than those without, on average.

# %% [markdown]
# ## 6 Undo the calls
#
# You have repaired the colleague's networks with training images. What if there were none? You have
# only the damaged networks, his images, and the number of his calls. Each call was
# `forward(images, training=True)` with all of these images. **Write `undo_calls`: it returns a
# network with the running mean and variance that each BN layer had before his calls.**
#
# Here a network is a list of tuples, and a BN layer is called a *norm*:
#
# | layer | what it computes in test mode |
# |---|---|
# | `("norm", gamma, beta, mean, var, eps)` | BN with its running mean and variance |
# | `("linear", W, b)` | x W + b, with W : (n_in, n_out) |
# | `("conv", W, b, padding)` | a convolution; padding: rows and columns of zeros at each border |
# | `("relu",)`, `("flatten",)` | max(x, 0); each image as one row |
#
# `lesson.outputs([layer], x)` computes what a layer makes of x in test mode.
#
# On paper first:
#
# 1. What does one call make of a running mean? What do `calls` of them make of it?
# 2. Do the inputs of the second norm depend on the running statistics of the first, in *his* calls?
#
# **The check** draws networks with one norm and with several, for rows and for images, and damages
# them. It compares each mean and variance with those before, up to rounding. All norms have the
# same momentum, which is below 1, and each has its own ε. Do not change the given arrays. The cell
# below the check undoes his calls in the networks of this notebook: their outputs are as before, up
# to rounding.
#
# <details><summary>If you are stuck</summary>
#
# What does `image_norm` return in training mode with the momentum 1: as `state`, and as `y`?
#
# </details>


# %% solution="undo_calls"
def undo_calls(layers, images, calls, momentum):
    """The network as it was before some calls in training mode, all with the same images.

    layers : tuples as in the table; images : (N, D) or (N, C, H, W), the inputs of each call
    calls, momentum : how often it was called; share of the new batch in the running statistics
    returns a new list of all layers, with new tuples for the norms
    """
    ### BEGIN SOLUTION
    q = (1 - momentum) ** calls  # what is left of the old values
    x, undone = images, []
    for layer in layers:
        if layer[0] == "norm":
            _, gamma, beta, mean, var, eps = layer
            now = {"mean": mean, "var": var}
            # With momentum 1, the new state is what the batch adds.
            x, _, batch = image_norm(x, gamma, beta, now, training=True, momentum=1, eps=eps)
            old = [(now[name] - (1 - q) * batch[name]) / q for name in now]
            layer = ("norm", gamma, beta, *old, eps)
        else:
            x = lesson.outputs([layer], x)
        undone.append(layer)
    return undone
    ### END SOLUTION


# %% check="undo_calls"
check("undo_calls", undo_calls)

# %% practice=true needs="undo_calls" fold="Undo his calls in the networks that were trained"
ones = t_test == 1
trained = [(network, x_test) for network in networks]
trained += [(network, lesson.as_images(x_test)) for network, _ in learned["with BN"]]
for network, x in trained:
    (changed,), his = lesson.copies_of([network]), x[ones][:20]
    for _ in range(20):
        changed.forward(his, training=True)
    found = [lesson.as_layers(network), lesson.as_layers(changed)]
    found.append(undo_calls(found[1], his, 20, 0.1))
    y = [lesson.outputs(layers, x) for layers in found]
    right = [f"{np.mean(one.argmax(axis=1) == t_test):.2f}" for one in y]
    changes = [f"{abs(one - y[0]).max():.0e}" for one in y[1:]]
    print("accuracy before his calls, after them, undone:", *right, end="; ")
    print("largest change of an output: after them", changes[0], "undone", changes[1])

# %% [markdown]
# The first three lines are the networks of section 1, the others the networks with BN of section 5.
# His calls hardly change the accuracy of the last three, but they change their outputs.
# <!-- no claim: setting -->
#
# <details><summary>When your check passes: why this is exact, and its limit</summary>
#
# In training mode no output depends on the running statistics, so each call gave each norm the
# same batch. The old values keep the share q = (1 − momentum)^calls, and the rest is known. But the
# division by q enlarges rounding errors, too. After 200 calls, q is 7·10⁻¹⁰, and float32 keeps
# about seven digits: nothing is left. <!-- no claim: derived -->
#
# </details>

# %% [markdown]
# ### Lines of the lectures
#
# No task needs this part. What do the lectures say of BN, and is it so here?

# %% practice=true fold="Measure rates and initial weights"
for factor in (0.1, 1, 10):
    print(f"initial weights times {factor}:", end=" ")
    for name in ("without BN", "with BN"):
        at = {lr: lesson.train(name, lr, 0, norm, factor=factor) for lr in lesson.RATES}
        print(f"{name} {max(at.values()):.2f} at the rate {max(at, key=at.get):g}", end="; ")
    print()

# %% practice=true fold="Measure shifts, the place of BN, γ and β, and 200 images"
mean = {}
for kind in lesson.KINDS:
    mean[kind] = np.mean([lesson.deep_loss(kind, s, norm) for s in range(5)])
    print(f"{kind}: mean training loss of five seeds, in test mode, {mean[kind]:.3f}")
mu, var, eps = x_train.mean(axis=0), x_train.var(axis=0), 0.01
for name, gamma in (("σ", np.sqrt(var)), ("√(σ² + ε)", np.sqrt(var + eps))):
    error = np.abs(normalise_batch(x_train, gamma, mu, eps)[0] - x_train).max()
    print(f"γ = {name:9} and β = μ, with ε = 0.01: largest |y − x| {error:.0e}")
few = {}
for name, maker, lr in (("without BN", None, 0.5), ("with BN", norm, 1.0)):
    few[name] = np.array([lesson.few_images(maker, seed, lr=lr) for seed in range(5)])
    print(f"200 images, {name}: test accuracy of five seeds", few[name].round(3))

# %% [markdown]
# <details><summary>What these measurements say</summary>
#
# BN “allows higher learning rates” and “reduces the strong dependence on initialization” (S2). Your
# numbers are of one seed; these are means of 20:
#
# | initial weights times | best rate, without BN | best rate, with BN | accuracy gained by BN |
# |---|---|---|---|
# | 1 | 0.3 | 1 | 0.07 |
# | 10 | 0.01 | 1 | 0.09 |
#
# With weights a tenth as large, BN gains about 0.7, because no rate lets the network without BN
# learn well.
#
# BN “reduces internal covariate shift” (S4): while the layers below learn, the mean and the
# variance of what an activation function receives change. With BN, they depend only on γ and β.
# Santurkar and others (2018) tested this reason: they added random changes **after** BN. So do our
# “new shifts”, at every step (eight tanh layers; the rate 0.15 is nearly the best for all). More
# than half of BN's advantage is left. This speaks against S4's reason, but does not refute it: our
# shifts are new at every step, those of learning are slow.
#
# “Do we necessarily want a unit gaussian input to a tanh layer?” (S2). With γ and β, the network
# can choose another one; here we keep γ = 1 and β = 0. S4 writes $\Psi(w\,\text{BN}(x))$, with
# weights w and activation function Ψ: BN before the product, and not “before nonlinearity” (S2).
# Both mean losses differ from “BN before tanh” by less than a tenth of BN's advantage.
#
# “The network can learn” $\gamma=\sqrt{\text{Var}}$ and β = E “to recover the identity mapping”
# (S2). This leaves out ε. In test mode, S2 uses “a single fixed empirical mean”: a variance is
# needed as well. <!-- no claim: derived -->
#
# BN “acts as a form of regularization in a funny way” (S2): each image gets noise from the others
# of its batch. With 200 images, at the best of six rates from 0.1 to 2, two seeds are better with
# BN here, three worse: not decided.
#
# </details>

# %% claims=true
advantage = mean["without BN"] - mean["BN before tanh"]
left = (mean["without BN"] - mean["BN, new shifts"]) / advantage
claim("More\nthan half of BN's advantage is left", left, above=0.5)
for kind in ("BN before the product", "BN, gamma 1 and beta 0"):
    differ = mean[kind] - mean["BN before tanh"]
    claim("by less than a tenth of BN's advantage", abs(differ) / advantage, below=0.1)
more = few["with BN"] - few["without BN"]
said = "two seeds are better with\nBN here, three worse"
claim(said, np.sum(more > 0), equals=2, within=0.5, varied=())
claim(said, np.sum(more < 0), equals=3, within=0.5, varied=())

# %% claims="slow"
rates, sides = np.array(lesson.RATES), ("without BN", "with BN")
at = {
    factor: np.array(
        [
            [[lesson.train(n, lr, s, factor=factor) for s in range(20)] for lr in rates]
            for n in sides
        ]
    ).mean(axis=2)
    for factor in (0.1, 1, 10)
}
lead = {factor: np.ptp(of.max(axis=1)) for factor, of in at.items()}
best = {factor: rates[of.argmax(axis=1)] for factor, of in at.items()}
said = "| 1 | 0.3 | 1 | 0.07 |"
claim(said, best[1][0], equals=0.3, within=0.01, given=[1, 0.07])
claim(said, best[1][1], equals=1, within=0.01, given=[0.3, 0.07])
claim(said, lead[1], equals=0.07, within=0.01, given=[0.3, 1])
said = "| 10 | 0.01 | 1 | 0.09 |"
claim(said, best[10][0], equals=0.01, within=0.001, given=[10, 1, 0.09])
claim(said, best[10][1], equals=1, within=0.01, given=[10, 0.01, 0.09])
claim(said, lead[10], equals=0.09, within=0.015, given=[10, 0.01, 1])
claim("a tenth as large, BN gains about 0.7", lead[0.1], equals=0.7, within=0.1)

# %% claims="slow"
at_rates = {}
for maker in (None, BatchNorm):
    of_rates = []
    for lr in (0.1, 0.2, 0.3, 0.5, 1.0, 2.0):
        try:
            of_rates.append(np.mean([lesson.few_images(maker, s, lr=lr) for s in range(5)]))
        except FloatingPointError:
            of_rates.append(0.1)
    at_rates[maker] = of_rates
for maker, place in ((None, 3), (BatchNorm, 4)):
    gap = max(at_rates[maker]) - at_rates[maker][place]
    claim("at the best of six rates from 0.1 to 2", gap, below=0.003, given=[0.1, 2])

# %% claims="slow"
for kind in lesson.KINDS:
    rates = (0.05, 0.1, 0.15, 0.3, 0.5)
    of_rates = [np.mean([lesson.deep_loss(kind, s, norm, lr=lr) for s in range(5)]) for lr in rates]
    said = "the rate 0.15 is nearly the best for all"
    claim(said, of_rates[2] / min(of_rates), below=1.2, given=[0.15])

# %% [markdown]
# ## To keep
#
# With BN, the layers of a deep sigmoid network begin with gradients of about equal size, and our
# networks for images learned faster. Why BN helps in general is not decided.
#
# In training mode, the answers of a network depend on the batch, not on the running statistics, and
# every pass moves these. If a network is right in training mode and wrong in test mode, look at
# them.
#
# In test mode, BN only scales and shifts each column (for images: each channel), as weights and
# biases can. So what it gains, it gains during training.

# %% [markdown]
# <details><summary>In PyTorch (a whole training: notebook 24)</summary>
#
# `torch.nn.BatchNorm1d(50)` has `weight` for γ and `bias` for β; `model.train()` and `model.eval()`
# switch the mode of a network. `torch.optim.swa_utils.update_bn` repairs running statistics.
# `BatchNorm2d` is the layer for images.
#
# </details>

# %% [markdown]
# ## Sources
#
# S2 "Training Neural Networks" (J. Choo, Korea University), slides "Batch Normalization"; S4
# "Neural networks (continued)" (A. Krause, ETH Zürich), slides "Batch normalization". Papers:
# Ioffe and Szegedy (2015), arXiv 1502.03167; Santurkar and others (2018), arXiv 1805.11604.
