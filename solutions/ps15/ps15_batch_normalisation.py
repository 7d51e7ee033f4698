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
from course_lib.course.experiment import Trials, interval
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
# Write it for all columns at once. Use the names c = x − m, i = 1/√(v + ε) and h: the last line
# keeps them for section 3.


# %% solution="normalise_batch"
def normalise_batch(x, gamma, beta, eps):
    """Normalise every column of a batch, scale it by gamma and shift it by beta.

    x : (N, D); gamma, beta : (D,); eps : added to the variance
    returns y : (N, D), and the cache, what the backward pass needs
    """
    ### BEGIN SOLUTION
    m = x.mean(axis=0)
    c = x - m
    v = (c * c).mean(axis=0)
    i = 1 / np.sqrt(v + eps)
    h = c * i
    y = gamma * h + beta
    ### END SOLUTION
    return y, (c, i, h, gamma)


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
# multiplies by the same two numbers: over all layers, the gradient changes by less than a factor of
# 3. <!-- no claim: derived -->

# %% [markdown]
# ## 2 Test mode
#
# Section 1 tested in *training mode*. In use, the answer for an image must not depend on others. So
# in *test mode*, two constants of each column take the place of m and v: the *running* mean and
# variance. After each batch of the training,
#
# $$\text{running}=(1-\text{momentum})\cdot\text{running}+\text{momentum}\cdot\text{batch}$$
#
# where `momentum`, usually 0.1, is the weight of the new batch. For the mean, *batch* is m. For the
# variance it is v · N/(N − 1), because m comes from the same N values: on average v is only
# (N − 1)/N of the variance of all data. The batch itself is still normalised with v.
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
# dγ, dβ, dh and di are given; go back to x, and write dv, dc, dm and dx. Ask for each value: which
# later values use it, and do all samples share it? The gradients of all uses add up, as in di: all
# $h_k = c_k i$ use one i. A smaller example: $z_n = s\,x_n$ with $s = \sum_k x_k$. All samples
# share one s, so $ds = \sum_k dz_k\,x_k$. And $x_n$ is used twice, in its own $z_n$ and in s, so
# $dx_n = s\,dz_n + ds$.
#
# Write one line, and run the cell below the function, even if the next lines are missing: the first
# value that differs from finite differences is the wrong one.


# %% solution="batchnorm_backward"
def batchnorm_backward(dy, cache):
    """The gradients of batchnorm_forward in training mode.

    dy : (N, D), and the cache of normalise_batch
    returns dx : (N, D), dgamma : (D,), dbeta : (D,)
    """
    c, i, h, gamma = cache
    dgamma, dbeta = (dy * h).sum(axis=0), dy.sum(axis=0)
    dh = gamma * dy
    di = (dh * c).sum(axis=0)
    ### BEGIN SOLUTION
    dv = -di * i**3 / 2
    dc = dh * i + dv * 2 * c / len(dy)
    dm = -dc.sum(axis=0)
    dx = dc + dm / len(dy)
    ### END SOLUTION
    return dx, dgamma, dbeta


# %% practice=true fold="Which line differs first?"
if ready("normalise_batch"):
    lesson.compare_lines(normalise_batch, batchnorm_backward)
else:
    print("This cell waits.")

# %% check="batchnorm_backward"
check("batchnorm_backward", batchnorm_forward, batchnorm_backward)

# %% [markdown]
# <details><summary>When your check passes, or if you are stuck: the derivation</summary>
#
# 1. $i = (v+\varepsilon)^{-1/2}$ has the derivative $-\tfrac12 i^3$, so $dv = -\tfrac12 i^3\,di$.
# 2. $c_n$ is used in $h_n$ and in $v = \tfrac1N\sum_k c_k^2$: $dc_n = i\,dh_n + \tfrac2N c_n\,dv$.
# 3. All $c_n = x_n - m$ use m: $dm = -\sum_n dc_n$.
# 4. $x_n$ is used in $c_n$ and in m: $dx_n = dc_n + \tfrac1N dm$.
#
# </details>
#
# <details><summary>All lines in one</summary>
#
# $\sum_n c_n = 0$, so $dm = -i\sum_n dh_n$. With $c = h/i$ and $di = \sum_k dh_k c_k$, the last
# term of step 2 is $-i\,h_n\,\tfrac1N\sum_k dh_k h_k$. Insert both into step 4, and take γ out of
# the sums:
#
# $$dx=\gamma\,i\,\big[\,dy-\text{mean}(dy)-h\cdot\text{mean}(dy\cdot h)\,\big]$$
#
# </details>
#
# Add 1 to all x of a column, or (with ε = 0) double all c: y stays. The outputs have a fixed sum
# and a fixed spread, and no change of x moves them there. So what is equal in dy for all samples
# never reaches x, and of the part proportional to h only the share ε/(v + ε) does. <!-- no claim:
# derived -->

# %% practice=true fold="Define layers with your functions"


def own_or_library():
    """What makes BN layers: with your functions once their checks pass, else the library's."""
    if not ready("batchnorm_forward", "batchnorm_backward"):
        return BatchNorm
    return lambda n: BatchNorm(n, op=Op(batchnorm_forward, batchnorm_backward))


# %% [markdown]
# ## 4 Why does BN help?
#
# With constants for m and v, as in test mode, BN can be undone: $\gamma=\sqrt{v+\varepsilon}$ and
# β = m give y = x. So BN does not change what the network can compute. It must help in *training*.

# %% [markdown]
# ### Does BN help because it removes shifts?
#
# BN “reduces internal covariate shift” (S4): while the layers below learn, the distribution of a
# layer's inputs changes. BN fixes their mean and variance, and *therefore* training is faster.
#
# Santurkar and others (2018) tested this reason: they put shifts back. In our variant, behind each
# BN, we multiply every column by a random number from 0.5 to 1.5, and add another one (mean 0,
# standard deviation 0.5), *new* at every step. <!-- no claim: setting --> Eight tanh layers train
# for five epochs, at the rate 0.15, nearly the best for all. BN's *advantage* is how much lower the
# training loss is with BN, afterwards and in test mode, without new shifts. **Which share of it is
# left if there were new shifts in training?**

# %% guess="what is left of BN's advantage"
guess("ps15_shifts", None, between=(0, 1))  # a share from 0 to 1

# %% practice=true fold="Train three kinds of networks with five seeds"
norm = own_or_library()
kinds = ("without BN", "BN before tanh", "BN, new shifts")
losses = {kind: [lesson.deep_loss(kind, s, norm) for s in range(5)] for kind in kinds}
mean = {kind: np.mean(found) for kind, found in losses.items()}
advantage = mean["without BN"] - mean["BN before tanh"]
left = (mean["without BN"] - mean["BN, new shifts"]) / advantage
reveal("ps15_shifts", float(left), "Mean of five seeds.")

# %% practice=true after="ps15_shifts"
picture = lesson.draw_losses(losses)
picture

# %% claims=true
claim("New shifts take away about a third of BN's advantage", 1 - left, equals=0.33, within=0.08)

# %% [markdown] after="ps15_shifts"
# New shifts take away about a third of BN's advantage, so most of it is there with shifts, too. But
# real shifts are slow, and ours are new at every step: S4's reason is neither proved nor refuted.

# %% claims="slow"
for kind in lesson.KINDS:
    rates = (0.05, 0.1, 0.15, 0.3, 0.5)
    of_rates = [np.mean([lesson.deep_loss(kind, s, norm, lr=lr) for s in range(5)]) for lr in rates]
    said = "at the rate 0.15, nearly the best for all"
    claim(said, of_rates[2] / min(of_rates), below=1.2, given=[0.15])

# %% [markdown]
# ## 5 Thirty-six trainings
#
# BN “reduces the strong dependence on initialization” (S2). Does it?
# `trial(network, factor, lr, seed)` trains two hidden ReLU layers for three epochs and returns the
# test accuracy. `network` is `"plain"` or, with BN, `"normalised"`. `factor` multiplies He's
# initial weights: 1 is right, 10 is wrong. `lr` is one of ten rates: 0.0003, 0.001, 0.003, …, 10.
# `seed` draws the initial weights and the order of the images.
#
# Two networks with two factors are four *settings*. A neighbour takes the rate 0.1 and nine seeds
# for each: 36 trainings. Her mean accuracies:
#
# | network | factor 1 | factor 10 | drop |
# |---|---|---|---|
# | plain | 0.87 | 0.14 | 0.73 |
# | normalised | 0.93 | 0.62 | 0.31 |
#
# The *drop* of a network is what the wrong factor costs. The **gain** is the drop of the plain
# network minus that of the normalised one: 0.73 − 0.31 = 0.42, so BN seems to protect.
# <!-- no claim: derived --> But a fair gain takes each setting **at the rate with its highest mean
# accuracy**. We repeat her plan in 200 made-up worlds, whose fair gain is known.


# %% practice=true fold="Repeat her plan in 200 made-up worlds"
def one_rate(trial):
    """One gain for each seed, all at the rate 0.1, and their interval."""
    drop = {}
    for network in ("plain", "normalised"):
        d = [trial(network, 1, 0.1, seed) - trial(network, 10, 0.1, seed) for seed in range(9)]
        drop[network] = np.array(d)
    return interval(drop["plain"] - drop["normalised"])


lesson.rehearse(one_rate)

# %% [markdown]
# **Your plan.** The check repeats it in **400 worlds**, where `trial` looks up trainings made
# before. <!-- no claim: setting --> In each world, with other seeds, the best rate of each setting
# may be one place of the list off the one at home, and a hidden number shifts the gain. For all
# points, your plan never asks for a 37th training, at least 90 % of its intervals contain the gain
# of their world, and their mean width is at most 0.5. <!-- no claim: setting --> `interval(gains)`
# (notebook 01) is one of 95 %, but a search does not always find the best rate.
# <!-- no claim: definition -->
#
# How many rates do you try for each setting, and around which? How many seeds choose the rate, and
# how many report? At home you may train as often as you like:

# %% practice=true fold="Train all settings at all rates, with three seeds"
train = lesson.trainer(own_or_library())
home = Trials(train, lesson.OPTIONS, budget=1000)
for network, factor in [(n, f) for n in ("plain", "normalised") for f in (1, 10)]:
    means = {
        lr: np.mean([home(network, factor, lr, seed) for seed in range(3)])
        for lr in lesson.OPTIONS["lr"]
    }
    print(f"{network}, factor {factor}: the best rate is {max(means, key=means.get)}")

# %% [markdown]
# Rehearse your plan before you check it.


# %% solution="norm_experiment"
def norm_experiment(trial):
    """Ask for at most 36 trainings; return low and high of the gain.

    trial : trial(network, factor, lr, seed) trains; trial.options["lr"] are the rates
    """
    ### BEGIN SOLUTION
    rates, reached = trial.options["lr"], {}
    home = {("plain", 1): 0.3, ("plain", 10): 0.01, ("normalised", 1): 1, ("normalised", 10): 1}
    for setting, rate in home.items():
        k = rates.index(rate)
        tried = {trial(*setting, lr, 1) + trial(*setting, lr, 2): lr for lr in rates[k - 1 : k + 2]}
        best = tried[max(tried)]
        reached[setting] = np.array([trial(*setting, best, seed) for seed in (3, 4, 5)])
    drop = {name: reached[name, 1] - reached[name, 10] for name in ("plain", "normalised")}
    gains = drop["plain"] - drop["normalised"]
    return interval(gains)
    ### END SOLUTION


# %% practice=true fold="Rehearse your plan"
def rehearsal():
    lesson.rehearse(norm_experiment)


try:
    rehearsal()
except NotImplementedError:
    print("This cell waits for your experiment.")


# %% check="norm_experiment"
check("norm_experiment", norm_experiment)

# %% [markdown]
# What does your own interval say about S2's claim? And what if it contains 0?

# %% practice=true fold="Your experiment with trainings of your own"
if ready("norm_experiment"):
    low, high = norm_experiment(Trials(train, lesson.OPTIONS, budget=lesson.BUDGET))
    print(f"the gain lies between {low:.3f} and {high:.3f}")
else:
    print("This cell waits.")

# %% claims=true
from importlib.resources import files

table = np.load(files("grader.exercises.ps15") / "norm_experiment.npy") / 10_000
by_rate = table.mean(axis=3)
best, rates = by_rate.max(axis=2), np.array(lesson.OPTIONS["lr"])
fair = dict(zip((0.1, 1, 3, 10), (best[0, 1] - best[0]) - (best[1, 1] - best[1]), strict=True))
claim("for the factor 0.1 the gain is about 0.7", fair[0.1], equals=0.7, within=0.05, given=[0.1])
at = rates[by_rate.argmax(axis=2)]
said = "the best rate\nfalls from 0.3 to 0.01 with the factor 10, and with BN it stays at 1"
claim(said, at[0, 1], equals=0.3, within=0.01, given=[0.01, 10, 1])
claim(said, at[0, 3], equals=0.01, within=0.001, given=[0.3, 10, 1])
claim(said, at[1, [1, 3]], equals=1, within=0.01, given=[0.3, 0.01, 10])
claim("for 3 about 0.05", fair[3], equals=0.05, within=0.0125, given=[3])
claim("the gain is about 0.02", fair[10], equals=0.02, within=0.005)
hers = table[:, :, 5, :9].mean(axis=2)[:, [1, 3]]  # the rate 0.1
row = "plain | 0.87 | 0.14"
claim(row, hers[0, 0], equals=0.87, within=0.01, given=[0.14])
claim(row, hers[0, 1], equals=0.14, within=0.01, given=[0.87])
row = "normalised | 0.93 | 0.62"
claim(row, hers[1, 0], equals=0.93, within=0.01, given=[0.62])
claim(row, hers[1, 1], equals=0.62, within=0.01, given=[0.93])
good = [rates[by_rate[network, 1] > 0.9] for network in (0, 1)]
said = "above 0.9 at the rates from 0.1 to 3"
claim(said, good[1].min(), equals=0.1, within=0.01, given=[0.9, 3])
claim(said, good[1].max(), equals=3, within=0.3, given=[0.9, 0.1])
said = "the plain one only at 0.3"
claim(said, good[0], equals=0.3, within=0.01)

# %% [markdown]
# <details><summary>When you have your own interval: what 4,800 trainings say</summary>
#
# An interval that contains 0 says that the effect is not decided, not that there is none. (Seeds
# that have chosen a rate may report here: neighbouring rates are a factor of 3 apart. Among many
# close candidates luck would choose.)
#
# With 60 seeds for each setting, the gain is about 0.02 (now and then an interval misses it): a
# smaller rate repairs most of what too large weights have spoiled. But without BN the best rate
# falls from 0.3 to 0.01 with the factor 10, and with BN it stays at 1: nobody has to search it
# again. So S2's claim is right in this sense. (BN cancels a factor of the weights in front of it,
# but for ε. The last layer has no BN behind it, so the normalised network suffers, too.) But the
# factor 10 is one choice: for the factor 0.1 the gain is about 0.7, because no rate makes the plain
# network learn well, and for 3 about 0.05.
#
# S2's other claim, that BN “allows higher learning rates”, holds: at factor 1, the mean accuracy of
# the normalised network is above 0.9 at the rates from 0.1 to 3, that of the plain one only at 0.3.
#
# </details>

# %% [markdown]
# ## To keep
#
# With BN, deep sigmoid layers get gradients of about equal size. Why training is faster is not
# decided. Answers depend on the batch if the mode is wrong.
#
# A fair comparison gives each side its own best rate.
#
# (1) Which two parts of dy does the backward pass subtract, and why? (2) A network is right in
# training mode and wrong in test mode. What do you do?
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
# `x.transpose(0, 2, 3, 1).reshape(-1, C)`.
#
# </details>

# %% [markdown]
# ### Lines of the lectures
#
# <details><summary>Four measurements for those who want them</summary>
#
# “The network can learn” $\gamma=\sqrt{\text{Var}}$ and β = E “to recover the identity mapping”
# (S2; its Var and E are v and m). This leaves out ε. <!-- no claim: derived -->
#
# “Do we necessarily want a unit gaussian input to a tanh layer?” (S2). With γ and β, the network
# can choose another one; we keep γ = 1 and β = 0. S4 writes $\Psi(w\,\text{BN}(x))$, with weights w
# and activation function Ψ: BN before the product, and not “before nonlinearity” (S2). Both mean
# losses differ from “BN before tanh” by less than a tenth of BN's advantage.
#
# BN “acts as a form of regularization in a funny way” (S2): the batch's other images are noise.
# With 200 images, at the best of six rates from 0.1 to 2 for the test images, two seeds are better
# with BN, three worse: not decided.
#
# </details>

# %% practice=true fold="Measure the lines of the lectures"
if ready("normalise_batch"):
    m, v, eps = x_train.mean(axis=0), x_train.var(axis=0), 0.01
    for name, gamma in (("√v", np.sqrt(v)), ("√(v + ε)", np.sqrt(v + eps))):
        error = np.abs(normalise_batch(x_train, gamma, m, eps)[0] - x_train).max()
        print(f"γ = {name:8} and β = m, with ε = 0.01: largest |y − x| {error:.0e}")
for kind in ("BN before the product", "BN, gamma 1 and beta 0"):
    mean[kind] = np.mean([lesson.deep_loss(kind, s, norm) for s in range(5)])
    print(f"{kind}: mean loss {mean[kind]:.3f}; BN before tanh: {mean['BN before tanh']:.3f}")
few = {}
for name, maker, lr in (("without BN", None, 0.5), ("with BN", norm, 1.0)):
    few[name] = np.array([lesson.few_images(maker, seed, lr=lr) for seed in range(5)])
    print(f"200 images, {name}: test accuracy of five seeds", few[name].round(3))

# %% claims=true
for kind in ("BN before the product", "BN, gamma 1 and beta 0"):
    differ = mean[kind] - mean["BN before tanh"]
    claim("by less than a tenth of BN's advantage", abs(differ) / advantage, below=0.1)
more = few["with BN"] - few["without BN"]
claim("two seeds are better with BN, three worse", np.sum(more > 0), equals=2, within=0.5)
claim("two seeds are better with BN, three worse", np.sum(more < 0), equals=3, within=0.5)

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
# ## Sources
#
# S2 "Training Neural Networks" (J. Choo, Korea University), slides "Batch Normalization"; S4
# "Neural networks (continued)" (A. Krause, ETH Zürich), slides "Batch normalization".
#
# <details><summary>Letters, a slip, and papers</summary>
#
# Both write μ, σ², x̂ for m, v, h. In test mode, S2 uses “a single fixed empirical mean”: a
# variance is needed as well. Ioffe, Szegedy (2015), arXiv 1502.03167; Santurkar and others (2018),
# arXiv
# 1805.11604.
#
# </details>
