# %% [markdown]
# # Batch normalisation
#
# *Batch normalisation* (BN) subtracts from each unit its mean over the batch and divides by its
# standard deviation. **What does a network gain from BN, and what can go wrong?**
#
# **You need** the backward pass of a linear layer (notebook 06), initial weights (09) and standard
# errors (01).


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

from course_lib.backend import choose_device
from course_lib.course.experiment import Trials, draw_intervals, interval
from course_lib.course.lessons import batch_normalisation as lesson
from course_lib.layers import BatchNorm
from course_lib.op import Op
from grader.checking import check, guess, ready, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 The same images in another order
#
# Three networks with BN have learnt to classify images of digits. We test them with
# `training=True` on 360 new images in batches of 64: BN uses the mean and the standard deviation of
# the test batch. In random order, each network is right for more than 90 %. Then we sort **the same
# images** by digit, so that a batch holds only two or three digits. **What is the accuracy of the
# sorted images?**

# %% guess="the accuracy of the sorted images"
guess("ps15_switch", None, between=(0, 1))  # a number from 0 to 1

# %% practice=true fold="Test the three networks on sorted images"
x_train, t_train, x_test, t_test = lesson.digits()
networks = [lesson.trained(seed) for seed in range(3)]  # two hidden layers, BN before each ReLU
by_digit = np.argsort(t_test, kind="stable")
sorted_images = [lesson.test_accuracy(one, by_digit, training=True) for one in networks]
why = "The mean of a sorted batch contains what its digits have in common, and BN subtracts it."
reveal("ps15_switch", float(np.mean(sorted_images)), f"Mean of three networks. {why}")

# %% claims=true
mixed = [lesson.test_accuracy(network, np.arange(360), training=True) for network in networks]
claim("each network is right for more than 90 %", mixed, above=0.9)
in_batch = [len(set(t_test[by_digit[i : i + 64]])) for i in range(0, 360, 64)]
claim("a batch holds only two or three digits", in_batch, above=1.5, below=3.5)

# %% [markdown]
# Lecture S4 gives a reason for BN: we normalise the data, but each layer shifts and
# scales them again. So BN normalises every column $x_1, \dots, x_N$ (one unit, N samples) of a
# layer's output, by its mean m and its variance v:
#
# $$m=\frac1N\sum_nx_n\qquad v=\frac1N\sum_n(x_n-m)^2\qquad
# h_n=\frac{x_n-m}{\sqrt{v+\varepsilon}}\qquad y_n=\gamma h_n+\beta$$
#
# ε prevents a division by 0. Each column has two parameters γ and β, learned like weights.
#
# Write it for all columns at once. The check judges y, also for a mean of ten million. The `cache`
# is for your backward pass in section 3: keep what you expect to need there.


# %% solution="normalise_batch"
def normalise_batch(x, gamma, beta, eps):
    """Normalise every column of a batch, scale it by gamma and shift it by beta.

    x : (N, D); gamma, beta : (D,); eps : added to the variance
    returns y : (N, D), and the cache, a tuple of your choice
    """
    ### BEGIN SOLUTION
    c = x - x.mean(axis=0)
    v = (c * c).mean(axis=0)
    i = 1 / np.sqrt(v + eps)
    h = c * i
    y = gamma * h + beta
    cache = c, i, h, gamma
    ### END SOLUTION
    return y, cache


# %% check="normalise_batch"
check("normalise_batch", normalise_batch)

# %% [markdown]
# ### What BN gains before training
#
# Ten sigmoid layers have LeCun's initial weights, which nearly keep the size of a gradient
# (notebook 09). But each sigmoid multiplies it by its slope, which is ¼ at 0 and smaller elsewhere.
# So without BN the gradient shrinks by a factor of about 4 from each layer to the one below: by
# $4^9$, more than 200,000, in all. <!-- no claim: derived -->

# %% practice=true
lesson.draw_flow({"without BN": lesson.flow(None), "with BN": lesson.flow(BatchNorm)})

# %% claims=true
_, gradient = lesson.flow(None)
said = "by a factor of about 4 from each layer to the one below"
claim(said, gradient[1:] / gradient[:-1], equals=4, within=1)
spread, gradient = lesson.flow(BatchNorm)
claim("the gradient changes by less than a factor of 3", gradient.max() / gradient.min(), below=3)
claim("the outputs keep their spread", spread / spread[0], equals=1, within=0.1)

# %% [markdown]
# With BN, a sigmoid multiplies the spread of its inputs by about ¼, too, but the next BN divides by
# this spread, so it multiplies by about 4: the outputs keep their spread. The backward pass
# multiplies by the same two numbers, ¼ and 4: over all layers, the gradient changes by less than a
# factor of 3. <!-- no claim: derived -->

# %% [markdown]
# ## 2 Test mode
#
# Section 1 tested in *training mode*. In use, the answer for an image must not depend on others. So
# in *test mode*, two constants of each column take the place of m and v: the *running* mean and
# variance. (S2: “a single fixed empirical mean”; the variance is needed as well.) After each batch
# of the training,
#
# $$\text{running}=(1-\text{momentum})\cdot\text{running}+\text{momentum}\cdot\text{batch}$$
#
# where `momentum`, usually 0.1, is the weight of the new batch. The batch is normalised with v. But
# the running variance stands for all data, and on average v is only (N − 1)/N of their variance,
# because m comes from the same N values. So correct v before it enters the running variance.
#
# Write both modes. In training, call your `normalise_batch` and return a **new** `state`. In test
# mode, return the given one, and None as the cache.


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
        batch = {"mean": x.mean(axis=0), "var": x.var(axis=0, ddof=1)}
        state = {name: (1 - momentum) * state[name] + momentum * batch[name] for name in state}
    else:
        y, cache = gamma * (x - state["mean"]) / np.sqrt(state["var"] + eps) + beta, None
    ### END SOLUTION
    return y, cache, state


# %% check="batchnorm_forward"
check("batchnorm_forward", batchnorm_forward)

# %% [markdown]
# In test mode, the order of the images has no effect. But to look at the activations of 20 images
# of the digit 1, a colleague calls `network.forward(images, training=True)` twenty times.

# %% practice=true fold="Test before and after the twenty calls"
damaged = lesson.copies_of(networks)
for network in damaged:
    for _ in range(20):
        network.forward(x_test[t_test == 1][:20], training=True)
for name, group in (("before", networks), ("after", damaged)):
    found = [lesson.test_accuracy(network, by_digit, training=False) for network in group]
    print(f"{name:7}", *(f"{one:.3f}" for one in found))

# %% claims=true
before, after = (
    [lesson.test_accuracy(network, by_digit, training=False) for network in group]
    for group in (networks, damaged)
)
claim("falls by more than 0.1", np.subtract(before, after), above=0.1)

# %% [markdown]
# Each accuracy falls by more than 0.1, and no weight has changed: every pass in training mode moves
# the running statistics, here towards those of the digit 1.

# %% [markdown]
# ## 3 The backward pass
#
# In training mode m and v depend on x, so each $x_n$ affects all outputs of its column.

# %% practice=true
lesson.draw_graph()

# %% [markdown]
# `dy` is the gradient of the loss with respect to y; call that with respect to h `dh`, and so on.
# Go back from y to x. The gradients of all uses of a value add up. A smaller example:
# $z_n = s\,x_n$ with $s = \sum_k x_k$. All samples share one s, so $ds = \sum_k dz_k\,x_k$. And
# $x_n$ is used twice, in its own $z_n$ and in s, so $dx_n = s\,dz_n + ds$. Decide for each value
# in our graph: Which later values use it, and with which derivatives? Does each sample have its
# own, or do all share one?
#
# Judged are dx, dγ and dβ, with your own cache: add in `normalise_batch` what you lack. If you use
# the names `dh`, `di`, `dv`, `dc` and `dm`, the cell below the check tests each of them alone.


# %% solution="batchnorm_backward"
def batchnorm_backward(dy, cache):
    """The gradients of batchnorm_forward in training mode.

    dy : (N, D), and the cache of normalise_batch
    returns dx : (N, D), dgamma : (D,), dbeta : (D,)
    """
    ### BEGIN SOLUTION
    c, i, h, gamma = cache
    dgamma, dbeta = (dy * h).sum(axis=0), dy.sum(axis=0)
    dh = gamma * dy
    dv = -(dh * c).sum(axis=0) * i**3 / 2
    dc = dh * i + dv * 2 * c / len(dy)
    dm = -dc.sum(axis=0)
    dx = dc + dm / len(dy)
    ### END SOLUTION
    return dx, dgamma, dbeta


# %% check="batchnorm_backward"
check("batchnorm_backward", batchnorm_forward, batchnorm_backward)

# %% practice=true fold="Which line differs first from finite differences?"
if ready("normalise_batch"):
    lesson.compare_lines(normalise_batch, batchnorm_backward)
else:
    print("This cell waits.")

# %% [markdown]
# <details><summary>When your check passes, or if you are stuck: the derivation</summary>
#
# 1. γ is the same for all samples: $dh_n = \gamma\, dy_n$.
# 2. $i = (v+\varepsilon)^{-1/2}$ has the derivative $-\tfrac12 i^3$, and all $h_k = c_k i$ use it:
#    $dv = -\tfrac12 i^3\sum_k dh_k c_k$.
# 3. $c_n$ is used in $h_n$ and in $v = \tfrac1N\sum_k c_k^2$: $dc_n = i\,dh_n + \tfrac2N c_n\,dv$.
# 4. $\sum_n c_n = 0$, so the last term drops out of $dm = -\sum_n dc_n = -i\sum_n dh_n$.
# 5. $x_n$ is used in $c_n$ and in m: $dx_n = dc_n + \tfrac1N dm$.
# 6. With $c = h/i$ the last term of step 3 is
#    $\tfrac2N c_n\,dv = -i\,h_n\,\tfrac1N\sum_k dh_k h_k$. Insert 3, 4 and 6 into 5, and take γ out
#    of the sums. All lines become one:
#
# $$dx=\gamma\,i\,\big[\,dy-\text{mean}(dy)-h\cdot\text{mean}(dy\cdot h)\,\big]$$
#
# </details>
#
# Two parts of dy never reach x: the part that is equal for all samples, and the part proportional
# to h. For the outputs of a column always add up to Nβ, and the squares of h to N (but for ε): no
# change of x moves the outputs in these directions.

# %% practice=true fold="Define layers with your functions"


def own_or_library():
    """What makes BN layers: with your functions once their checks pass, else the library's."""
    if not ready("batchnorm_forward", "batchnorm_backward"):
        return BatchNorm
    return lambda n: BatchNorm(n, op=Op(batchnorm_forward, batchnorm_backward))


# %% [markdown]
# ## 4 Why does BN help?
#
# **Not by what the network can compute.** “The network can learn” $\gamma=\sqrt{\text{Var}}$ and
# β = E “to recover the identity mapping” y = x (S2; its Var and E are v and m).
# This leaves out ε: exactly, $\gamma=\sqrt{v+\varepsilon}$. <!-- no claim: derived -->

# %% practice=true fold="Compare both γ, with ε = 0.01"
if ready("normalise_batch"):
    m, v, eps = x_train.mean(axis=0), x_train.var(axis=0), 0.01
    for name, gamma in (("√v", np.sqrt(v)), ("√(v + ε)", np.sqrt(v + eps))):
        error = np.abs(normalise_batch(x_train, gamma, m, eps)[0] - x_train).max()
        print(f"γ = {name:8} largest |y − x|: {error:.0e}")
else:
    print("This cell waits.")

# %% [markdown]
# So, with constants for m and v as in test mode, BN can be undone: it does not change what the
# network can compute. It must help in *training*.

# %% [markdown]
# ### Does BN help because it removes shifts?
#
# BN “reduces internal covariate shift” (S4): while the layers below learn, the distribution of a
# layer's inputs changes. BN fixes their mean and variance, and *therefore* training is faster.
#
# Santurkar and others (2018) tested this reason: they put shifts back. In our variant, behind each
# BN, we multiply every column by a random number from 0.5 to 1.5, and add another one (mean 0,
# standard deviation 0.5), *new* at every step. <!-- no claim: setting --> Eight tanh layers train
# for five epochs with five seeds, at the rate 0.15, nearly the best for all kinds. BN's *advantage*
# is how much lower the training loss is with BN. **Which share of it is left with new shifts?**

# %% guess="what is left of BN's advantage"
guess("ps15_shifts", None, between=(0, 1))  # a share from 0 to 1

# %% practice=true fold="Train five kinds of networks with five seeds"
norm = own_or_library()
losses = {kind: [lesson.deep_loss(kind, s, norm) for s in range(5)] for kind in lesson.KINDS}
mean = {kind: np.mean(found) for kind, found in losses.items()}
advantage = mean["without BN"] - mean["BN before tanh"]
left = (mean["without BN"] - mean["BN, new shifts"]) / advantage
reveal("ps15_shifts", float(left), "Mean of five seeds.")

# %% practice=true after="ps15_shifts"
picture = lesson.draw_losses(losses)
picture

# %% claims=true
claim("New shifts take away about a third of BN's advantage", 1 - left, equals=0.33, within=0.08)
for kind in ("BN before the product", "BN, gamma 1 and beta 0"):
    differ = mean[kind] - mean["BN before tanh"]
    claim("by less than a tenth of BN's advantage", abs(differ) / advantage, below=0.1)

# %% [markdown] after="ps15_shifts"
# New shifts take away about a third of BN's advantage. So shifts do harm, but most of the
# advantage is there with them, too. This does not decide what its reason is: real shifts are slow,
# ours are new at every step.
#
# The figure has two more rows. “Do we necessarily want a unit gaussian input to a tanh layer?”,
# asks S2. With γ and β, the network can choose another one; in one row, γ stays 1 and β stays 0. In
# the other row, BN stands in S4's place, $\Psi(w\,\text{BN}(x))$ with weights w and activation
# function Ψ: before the product, and not “before nonlinearity” (S2). Both means differ from “BN
# before tanh” by less than a tenth of BN's advantage: here neither matters much.

# %% claims="slow"
for kind in losses:
    rates = (0.05, 0.1, 0.15, 0.3, 0.5)
    of_rates = [np.mean([lesson.deep_loss(kind, s, norm, lr=lr) for s in range(5)]) for lr in rates]
    said = "at the rate 0.15, nearly the best for all kinds"
    claim(said, of_rates[2] / min(of_rates), below=1.2, given=[0.15])

# %% [markdown]
# ### Does BN regularise?
#
# <details><summary>A side question that nothing below needs</summary>
#
# BN “acts as a form of regularization in a funny way” (S2): in every epoch an image meets other
# images in its batch, and this is noise. We train with 200 images, at the best of six rates from
# 0.1 to 2 for the test images.
#
# </details>

# %% practice=true fold="Train with 200 images, with and without BN"
few = {}
for name, maker, lr in (("without BN", None, 0.5), ("with BN", own_or_library(), 1.0)):
    few[name] = np.array([lesson.few_images(maker, seed, lr=lr) for seed in range(5)])
    print(f"{name:10} test accuracy {few[name].mean():.3f}, seeds", few[name].round(3))
print("with − without, for each seed:", (few["with BN"] - few["without BN"]).round(3))

# %% claims=true
more = few["with BN"] - few["without BN"]
claim("two seeds are better with BN, three worse", np.sum(more > 0), equals=2, within=0.5)
claim("two seeds are better with BN, three worse", np.sum(more < 0), equals=3, within=0.5)

# %% [markdown]
# Here two seeds are better with BN, three worse: not decided.

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

# %% [markdown]
# ## 5 Twenty-four trainings
#
# S2 also says that BN “allows higher learning rates” and “reduces the strong dependence on
# initialization”. You will test the second claim. `trial(network, factor, lr, seed)` trains two
# hidden ReLU layers for three epochs, in a fraction of a second, and returns the test accuracy:
#
# - `network` is `"plain"` or, with BN, `"normalised"`.
# - `factor` multiplies He's initial weights: 1 is right; 0.1, 3 and 10 are wrong.
# - `lr` is one of ten rates: 0.0003, 0.001, 0.003, …, 10.
# - `seed` draws the initial weights and the order of the images.
#
# Choose one wrong factor f. This gives four *settings*: two networks, each at factor 1 and at f.
# The *drop* of a network is its mean accuracy at factor 1 minus that at f, **each at the rate with
# its highest mean accuracy**. The **gain** is the drop of the plain network minus that of the
# normalised one: it is positive if BN protects. You have **24 trainings**. Compute one gain for
# each seed of your report, and return f and the two ends of `interval(gains)` (notebook 01).
#
# **A neighbour's plan.** `lesson.made_up` invents noisy accuracies in a world whose gain is known.
# She takes f = 10 and the rate 0.1 for all settings, so she can afford six seeds: 4 · 6 = 24.
# <!-- no claim: derived --> At this rate the mean accuracies are:
#
# | network | factor 1 | factor 10 | drop |
# |---|---|---|---|
# | plain | 0.90 | 0.15 | 0.75 |
# | normalised | 0.90 | 0.70 | 0.20 |


# %% practice=true fold="Repeat her plan 40 times"
def one_rate_for_all(trial, first=0):
    """Her interval, with six seeds from `first` on."""
    at = {
        (network, f): np.array([trial(network, f, 0.1, first + s) for s in range(6)])
        for network in ("plain", "normalised")
        for f in (1, 10)
    }
    gain = at["plain", 1] - at["plain", 10] - (at["normalised", 1] - at["normalised", 10])
    return interval(gain)


hers = [one_rate_for_all(lesson.made_up, 6 * k) for k in range(40)]
draw_intervals(hers, truth=0.25)

# %% claims=true
said = "None of the 40 intervals contains the gain"
claim(said, [low for low, _ in hers], above=0.25, given=[40])

# %% [markdown]
# None of the 40 intervals contains the gain 0.25: she finds about 0.75 − 0.20 = 0.55. More seeds do
# not help, if most settings have a bad rate. <!-- no claim: derived -->
#
# **Your plan.** Which f? How many rates do you try for each setting, and around which? Which seeds
# choose the rates, which report, and how many? At home you may train as often as you like: this
# loop begins with factor 1, and takes the mean of three seeds. Go on with your f.

# %% practice=true
train = lesson.trainer(own_or_library())
home = Trials(train, lesson.OPTIONS, budget=1000)
for lr in (0.03, 0.1, 0.3, 1.0, 3.0):
    means = [np.mean([home(n, 1, lr, seed) for seed in range(3)]) for n in ("plain", "normalised")]
    print(f"rate {lr}: plain {means[0]:.3f}, normalised {means[1]:.3f}")

# %% [markdown]
# The check, our *referee*, repeats your experiment in **200 worlds**, where `trial` looks up
# trainings made before. <!-- no claim: setting --> Each world has
#
# - its own seeds;
# - for each setting its own best rate: the best of all seeds at home, or the next lower or higher;
# - its own gain: a hidden number from −0.4 to 0.4 is added to the accuracies of the plain network
#   at the wrong factors, even if they pass 1 or fall below 0. <!-- no claim: setting -->
#
# For all points, it never asks for a 25th training, at least 88 % of its intervals contain the gain
# of their world, and their mean width is at most 0.5. <!-- no claim: setting -->


# %% solution="norm_experiment"
def norm_experiment(trial):
    """Ask for at most 24 trainings; return your factor, and low and high of the gain.

    trial : trial(network, factor, lr, seed) trains; trial.options["lr"] are the rates
    """
    ### BEGIN SOLUTION
    f, rates, reached = 10, trial.options["lr"], {}
    usual = {("plain", 1): 0.3, ("plain", f): 0.01, ("normalised", 1): 1.0, ("normalised", f): 1.0}
    for cell, rate in usual.items():
        k = rates.index(rate)
        tried = {trial(*cell, lr, 0): lr for lr in rates[k - 1 : k + 2]}
        reached[cell] = np.array([trial(*cell, tried[max(tried)], seed) for seed in (1, 2, 3)])
    drop = {name: reached[name, 1] - reached[name, f] for name in ("plain", "normalised")}
    gain = drop["plain"] - drop["normalised"]
    return f, *interval(gain)
    ### END SOLUTION


# %% check="norm_experiment"
check("norm_experiment", norm_experiment)

# %% [markdown]
# What may you conclude about S2's claim from your own interval, in one sentence? And what if it
# contains 0?

# %% practice=true fold="Your experiment with trainings of your own"
if ready("norm_experiment"):
    f, low, high = norm_experiment(Trials(train, lesson.OPTIONS, budget=24))
    print(f"factor {f}: the gain lies between {low:.2f} and {high:.2f}")
else:
    print("This cell waits.")

# %% claims=true
from importlib.resources import files

table = np.load(files("grader.exercises.ps15") / "norm_experiment.npy") / 10_000
by_rate = table.mean(axis=3)
best, rates = by_rate.max(axis=2), np.array(lesson.OPTIONS["lr"])
fair = dict(zip((0.1, 1, 3, 10), (best[0, 1] - best[0]) - (best[1, 1] - best[1]), strict=True))
at = by_rate[:, :, 5]  # the rate 0.1
claim("For f = 0.1 the gain is about 0.7", fair[0.1], equals=0.7, within=0.05, given=[0.1])
pairs = [table[n, k].T[:, by_rate[n, k].argmax()] for n, k in ((0, 1), (0, 0), (1, 1), (1, 0))]
spread = np.std(pairs[0] - pairs[1] - pairs[2] + pairs[3], ddof=1)
claim("differs by about 0.1 from seed to seed", spread, equals=0.1, within=0.025)
claim("so few seeds may give 0.6", fair[0.1] - spread, equals=0.6, within=0.05)
claim("for f = 3 it is about 0.05", fair[3], equals=0.05, within=0.0125, given=[3])
claim("for f = 10 about 0.02", fair[10], equals=0.02, within=0.005, given=[10])
unfair = (at[0, 1] - at[0, 3]) - (at[1, 1] - at[1, 3])
said = "With the rate 0.1 for all, the gain at 10 would seem to be 0.4"
claim(said, unfair, equals=0.4, within=0.06, given=[0.1, 10])
good = [rates[by_rate[network, 1] > 0.9] for network in (0, 1)]
said = "above 0.9 at the rates from 0.1 to 3"
claim(said, good[1].min(), equals=0.1, within=0.01, given=[0.9, 3])
claim(said, good[1].max(), equals=3, within=0.3, given=[0.9, 0.1])
said = "the plain one only at 0.3"
claim(said, good[0], equals=0.3, within=0.01)

# %% [markdown]
# <details><summary>When you have your own interval: what 4,800 trainings say</summary>
#
# An interval that contains 0 does not say that BN has no effect. It says that the effect is not
# decided: BN may help or harm, by up to the two ends.
#
# With 60 seeds for each setting: For f = 0.1 the gain is about 0.7, because no rate makes the plain
# network learn well. It differs by about 0.1 from seed to seed, so few seeds may give 0.6. But for
# f = 3 it is about 0.05 and for f = 10 about 0.02: a smaller rate repairs most of what too large
# weights have spoiled. With the rate 0.1 for all, the gain at 10 would seem to be 0.4. S2's other
# claim holds: at factor 1, the mean accuracy of the normalised network is above 0.9 at the rates
# from 0.1 to 3, that of the plain one only at 0.3, where it just reaches it (with your three seeds,
# perhaps not).
#
# </details>

# %% [markdown]
# ## To keep
#
# **What does a network gain, what can go wrong?** Deep sigmoid layers get gradients of about equal
# size. A network learns well at more rates, and is protected from too small initial weights. Why
# training is faster is not decided. But answers depend on the batch if the mode is wrong.
#
# A fair comparison gives each side its own best rate.
#
# Without looking: (1) Which two parts of dy does the backward pass subtract, and why? (2) A network
# is right in training mode and wrong in test mode. What do you do?
#
# <details><summary>Answers</summary>
#
# (1) The part that is equal for all samples, and the part proportional to h: the outputs have a
# fixed mean and, but for ε, a fixed spread. (2) The running statistics are wrong: pass batches of
# training images through in training mode, and train no weight.
#
# </details>
#
# <details><summary>In PyTorch (a whole training: notebook 23)</summary>
#
# `torch.nn.BatchNorm1d(50)` has `weight` for γ and `bias` for β; `model.train()` and `model.eval()`
# switch the mode of a network. `torch.optim.swa_utils.update_bn` does what answer (2) says. In
# `BatchNorm2d`, for images (N, C, H, W), each channel is one column:
# `x.transpose(0, 2, 3, 1).reshape(-1, C)`. Without the `transpose`, a row would hold C neighbouring
# pixels.
#
# </details>

# %% [markdown]
# ## Sources
#
# S2 "Training Neural Networks" (J. Choo, Korea University), slides "Batch Normalization"; S4
# "Neural networks (continued)" (A. Krause, ETH Zürich), slides "Batch normalization" (both write μ,
# σ², x̂ for m, v, h); Ioffe, Szegedy (2015), arXiv 1502.03167; Santurkar and others (2018), arXiv
# 1805.11604.
