# %% [markdown]
# # Batch normalisation
#
# We normalise the data, but each layer shifts and scales them again (S4). *Batch normalisation*
# (BN) subtracts from each unit its mean over the batch and divides by its standard deviation.
# **What does a network gain from BN, and what can go wrong?**
#
# **You need** the backward pass of a linear layer (notebook 06), initial weights (10) and the
# interval of paired differences (01).


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
from course_lessons.experiment import Trials, interval
from course_lib.backend import choose_device
from course_lib.layers import BatchNorm
from course_lib.op import Op
from grader.checking import check, guess, ready, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 The same images in another order
#
# Three networks with BN have learnt to classify images of digits. We test copies of them with
# `training=True` on 360 new images in batches of 64: BN uses mean and standard deviation of the
# test batch. In random order, each network is right for more than 90 %. Then we sort **the same
# images** by digit, so that a batch holds only two or three digits. **What is the accuracy of the
# sorted images?**

# %% guess="the accuracy of the sorted images"
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
claim("each network is right for more than 90 %", mixed, above=0.9)
in_batch = [len(set(t_test[by_digit[i : i + 64]])) for i in range(0, 360, 64)]
claim("a batch holds only two or three digits", in_batch, above=1.5, below=3.5)

# %% [markdown]
# BN normalises every column $x_1, \dots, x_N$ (one unit, N samples) of a layer's output, by its
# mean m and its variance v:
#
# $$m=\frac1N\sum_nx_n\qquad v=\frac1N\sum_n(x_n-m)^2\qquad
# h_n=\frac{x_n-m}{\sqrt{v+\varepsilon}}\qquad y_n=\gamma h_n+\beta$$
#
# ε prevents a division by 0. Each column has two parameters γ and β, learned like weights.
#
# Write it for all columns at once; for v, mean(x²) − m² is inexact where m is large. The cache is
# for section 3.


# %% solution="normalise_batch"
def normalise_batch(x, gamma, beta, eps):
    """Normalise every column of a batch, scale it by gamma and shift it by beta.

    x : (N, D); gamma, beta : (D,); eps : added to the variance
    returns y : (N, D), and the cache: c = x − m, i = 1/√(v + eps) : (D,), h, and gamma
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
# ## 2 Test mode
#
# Section 1 tested in *training mode*. In use, the answer for an image must not depend on others. So
# in *test mode*, two constants of each column take the place of m and v: the *running* mean and
# variance. After each batch of the training,
#
# $$\text{running}=(1-\text{momentum})\cdot\text{running}+\text{momentum}\cdot\text{batch}$$
#
# where `momentum` is usually 0.1. For the mean, *batch* is m of the new batch. For the variance, it
# is v · N/(N − 1): m comes from the same N values, so v is on average only (N − 1)/N of the
# variance of all data. (The batch itself is normalised with v.)

# %% [markdown]
# In test mode, the three networks of section 1 are right for 0.98 of the test images, in any order.
# Then a colleague looks at the activations of 20 images of the digit 1: he calls
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
claim("are right for 0.98 of the test images", np.mean(before), equals=0.98, within=0.01)
claim("falls by more than 0.1", np.subtract(before, after), above=0.1)

# %% [markdown] after="ps16_calls"
# Each accuracy falls by more than 0.1: every pass in training mode moves the running statistics,
# here towards those of the digit 1. After twenty, 0.9²⁰ ≈ 0.12 of the old ones is left. <!-- no
# claim: derived -->

# %% [markdown]
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
    m, v = x.mean(axis=0), x.var(axis=0)  # of this batch
    ### BEGIN SOLUTION
    if training:
        y, cache = normalise_batch(x, gamma, beta, eps)
        batch = {"mean": m, "var": v * len(x) / (len(x) - 1)}
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
print(f"accuracy before {np.mean(after):.2f}, after the repair {np.mean(repaired):.2f}")

# %% claims=true
said = "the\naccuracy is nearly that of before"
claim(said, np.subtract(repaired, before), above=-0.015)

# %% [markdown]
# <details><summary>The repair</summary>
#
# Pass the 22 batches of training images through, in training mode: 0.1 of the damage is left, the
# accuracy is nearly that of before. <!-- no claim: derived -->
#
# </details>
#
# In test mode m and v are constants, so BN scales and shifts each column, as the weights and the
# bias of the layer in front of it could; with $\gamma=\sqrt{v+\varepsilon}$ and β = m it changes
# nothing. So networks with and without BN can then compute the same functions. BN must help in
# *training*.

# %% [markdown]
# ## 3 The backward pass
#
# In training mode m and v depend on x, so each $x_n$ affects all outputs of its column.

# %% practice=true
lesson.draw_graph()

# %% [markdown]
# `dy` is the gradient of the loss with respect to y; call that with respect to h `dh`, and so on.
# dγ, dβ and dh are given; go back to x, and write di, dv, dc, dm and dx. Note that v is the mean of
# c², and that $i = (v + \varepsilon)^{-1/2}$ has the derivative $-i^3/2$ with respect to v.
#
# Ask for each value: which later values use it, and do all samples share it? The gradients of all
# uses add up.
#
# A smaller example: $z_n = s\,x_n$ with $s = \sum_k x_k$. All samples share one s, so
# $ds = \sum_k dz_k\,x_k$. And $x_n$ is used twice, in its own $z_n$ and in s, so
# $dx_n = s\,dz_n + ds$.
#
# Begin with di, above the line with `raise`, and run the cell below the function: it compares each
# line that is there with finite differences. Delete `raise` when all five are there.


# %% solution="batchnorm_backward"
def batchnorm_backward(dy, cache):
    """The gradients of batchnorm_forward in training mode.

    dy : (N, D), and the cache of normalise_batch
    returns dx : (N, D), dgamma : (D,), dbeta : (D,)
    """
    c, i, h, gamma = cache
    N = len(dy)
    dgamma, dbeta = (dy * h).sum(axis=0), dy.sum(axis=0)
    dh = gamma * dy
    ### BEGIN SOLUTION
    di = (dh * c).sum(axis=0)
    dv = -di * i**3 / 2
    dc = dh * i + dv * 2 * c / N
    dm = -dc.sum(axis=0)
    dx = dc + dm / N
    ### END SOLUTION
    return dx, dgamma, dbeta


# %% practice=true fold="Which line differs first?"
lesson.compare_lines(normalise_batch, batchnorm_backward)

# %% check="batchnorm_backward"
check("batchnorm_backward", batchnorm_forward, batchnorm_backward)

# %% [markdown]
# <details><summary>When your check passes, or if you are stuck: the derivation</summary>
#
# 1. All $h_n = c_n i$ use i: $di = \sum_n dh_n c_n$. Only i uses v: $dv = -\tfrac12 i^3\,di$.
# 2. $c_n$ is used in $h_n$ and in $v = \tfrac1N\sum_k c_k^2$: $dc_n = i\,dh_n + \tfrac2N c_n\,dv$.
# 3. All $c_n = x_n - m$ use m: $dm = -\sum_n dc_n$.
# 4. $x_n$ is used in $c_n$ and in m: $dx_n = dc_n + \tfrac1N dm$.
#
# </details>
#
# Which dx does your function return for dy = 1 in all entries, and which for dy = h (with γ = 1 and
# ε = 0)? Think of what x can change in the outputs, then run the cell.

# %% practice=true
x = np.random.default_rng(0).normal(size=(8, 3))
_, cache = normalise_batch(x, np.ones(3), np.zeros(3), 0.0)
for name, dy in (("1", np.ones((8, 3))), ("h", cache[2])):
    print(f"dy = {name}: largest |dx| {np.abs(batchnorm_backward(dy, cache)[0]).max():.0e}")

# %% [markdown]
# <details><summary>The reason</summary>
#
# Both are 0, but for rounding: dy = 1 is the gradient of the sum of the outputs, dy = h that of
# half the sum of their squares (here y = h). With ε = 0, no change of x moves either. One line
# shows it, too: insert your lines into each other, with $\sum_n c_n = 0$ and c = h/i.
#
# $$dx=\gamma\,i\,\big[\,dy-\text{mean}(dy)-h\cdot\text{mean}(dy\cdot h)\,\big]$$
#
# </details>


# %% [markdown]
# ## 4 Why does BN help?
#
# In ten sigmoid layers, LeCun's initial weights nearly keep the size of a gradient (notebook 10).
# But each sigmoid multiplies the gradient by its slope, which is ¼ at 0 and smaller elsewhere. By
# which factor does the gradient shrink from the tenth layer to the first? Write down a number, then
# look at the figure. <!-- no claim: setting -->

# %% practice=true
lesson.draw_flow({"without BN": lesson.flow(None), "with BN": lesson.flow(BatchNorm)})

# %% claims=true
_, gradient = lesson.flow(None)
said = "by a factor of about 4 from each layer to the one below"
claim(said, gradient[1:] / gradient[:-1], equals=4, within=1)
spread, gradient = lesson.flow(BatchNorm)
claim("the gradient changes by less than a factor of 3", gradient.max() / gradient.min(), below=3)
claim("its outputs have the standard deviation 0.21", spread, equals=0.21, within=0.02)
claim(
    "the outputs keep, on average, their standard deviation over the images",
    spread / spread[0],
    equals=1,
    within=0.1,
)
u = np.linspace(-8, 8, 1601)
p = np.exp(-(u**2) / 2) / np.exp(-(u**2) / 2).sum()
z = 1 / (1 + np.exp(-u))
said = "nearly a line with the slope 0.21"
claim(said, np.sqrt(p @ (z - 0.5) ** 2), equals=0.21, within=0.005)
claim(said, np.sqrt(p @ (z * (1 - z)) ** 2), equals=0.21, within=0.01)

# %% [markdown]
# <details><summary>The factor</summary>
#
# Without BN the gradient shrinks by a factor of about 4 from each layer to the one below: in nine
# steps by $4^9$, more than 200,000. <!-- no claim: derived -->
#
# </details>
#
# With BN, the outputs keep, on average, their standard deviation over the images, and over all
# layers the gradient changes by less than a factor of 3:
#
# - Forward, BN gives the inputs of a sigmoid mean 0 and standard deviation 1. There the sigmoid is
#   nearly a line with the slope 0.21, so its outputs have the standard deviation 0.21. The weights
#   nearly keep it, and the next BN divides by it.
# - Backward, the sigmoid multiplies the gradient by 0.21, and BN, but for the parts that it
#   subtracts, multiplies it by i ≈ 1/0.21 (section 3).

# %% [markdown]
# ### Are shifts the reason?
#
# S4 says that BN “reduces internal covariate shift”: while the layers
# below learn, the distribution of what an activation function receives changes; with BN, its mean
# and variance change only with β and γ. Santurkar and others (2018) tested this: they put shifts
# back. In our variant, eight tanh layers learn the digits for five epochs, at the rate 0.15, nearly
# the best for all:
#
# 1. without BN;
# 2. with BN before each tanh;
# 3. like 2, but behind each BN, each column is multiplied by a random number from 0.5 to 1.5 and
#    shifted by another one (mean 0, standard deviation 0.5), both *new* at every step.
#    <!-- no claim: setting -->

# %% [markdown]
# Afterwards we measure the training loss in test mode, without shifts. BN's *advantage* is
# loss 1 − loss 2. **Which share of it does network 3 keep:
# (loss 1 − loss 3)/(loss 1 − loss 2)?** <!-- no claim: definition -->

# %% guess="what is left of BN's advantage"
guess("ps16_shifts", None, between=(0, 1))  # a share from 0 to 1

# %% practice=true needs=false fold="Define layers with your functions"


def own_or_library():
    """What makes BN layers: with your functions once their checks pass, else the library's."""
    if not ready("batchnorm_forward", "batchnorm_backward"):
        return BatchNorm
    return lambda n: BatchNorm(n, op=Op(batchnorm_forward, batchnorm_backward))


# %% practice=true fold="Train three kinds of networks with five seeds"
norm = own_or_library()
kinds = ("without BN", "BN before tanh", "BN, new shifts")
losses = {kind: [lesson.deep_loss(kind, s, norm) for s in range(5)] for kind in kinds}
mean = {kind: np.mean(found) for kind, found in losses.items()}
advantage = mean["without BN"] - mean["BN before tanh"]
left = (mean["without BN"] - mean["BN, new shifts"]) / advantage
reveal("ps16_shifts", float(left), "Mean of five seeds.")

# %% practice=true fold="Draw the losses"
picture = lesson.draw_losses(losses)
picture

# %% claims=true
said = "New shifts take away between a quarter and a third of BN's advantage"
claim(said, 1 - left, above=0.2, below=0.4)

# %% [markdown] after="ps16_shifts"
# New shifts take away between a quarter and a third of BN's advantage. Most of it is kept although
# each tanh receives shifted inputs, which speaks against S4's reason. It does not refute this
# reason: our shifts are new at every step, those of learning are slow. (And networks that learned
# with shifts are tested without them, which may cost a part of the third.)

# %% claims="slow"
for kind in lesson.KINDS:
    rates = (0.05, 0.1, 0.15, 0.3, 0.5)
    of_rates = [np.mean([lesson.deep_loss(kind, s, norm, lr=lr) for s in range(5)]) for lr in rates]
    said = "at the rate 0.15, nearly\nthe best for all"
    claim(said, of_rates[2] / min(of_rates), below=1.2, given=[0.15])

# %% [markdown]
# **A good place to stop for today.** The experiment is a sitting of its own. (Next time, run all
# cells above first.)

# %% [markdown]
# ## 5 A neighbour's lead of 0.49
#
# BN “reduces the strong dependence on initialization” (S2). Does it? From He's initial weights,
# each network at its best rate, the plain network reaches 0.91 and the normalised one 0.98: BN
# leads by 0.07. If it protects from bad initial weights, it should lead by more from weights ten
# times as large as He's. `trial(network, lr, seed)` trains two hidden ReLU layers for three epochs,
# from these larger weights, and returns the test accuracy. `network` is `"plain"` or, with BN,
# `"normalised"`. `lr` is one of ten rates from 0.0003 to 10. `seed` draws the initial weights and
# the order of the images.
#
# A neighbour takes the rate 0.1 and twelve seeds for both: 24 trainings. The plain network reaches
# 0.13, the normalised one 0.62, so BN seems to lead by 0.49. Look at all rates, with fewer seeds:

# %% practice=true fold="Train both networks at all rates, with three seeds"
train = lesson.trainer(own_or_library())
home = Trials(train, lesson.OPTIONS, budget=1000)
print(f"{'rate':10}", *(f"{lr:>6g}" for lr in lesson.OPTIONS["lr"]))
for network in ("plain", "normalised"):
    at = [[home(network, lr, seed) for seed in range(3)] for lr in lesson.OPTIONS["lr"]]
    print(f"{network:10}", *(f"{np.mean(one):6.2f}" for one in at))

# %% [markdown]
# Her comparison is not fair. At 0.1 both networks are below their best, the plain one far below:
# most of the 0.49 is her rate.
#
# The *lead* is the mean accuracy of the normalised network at **its own best rate**, minus that of
# the plain one at its own. <!-- no claim: definition -->
#
# Three seeds say little about the lead: the table only shows where to search. **Find an interval
# for the lead with 24 trainings,** as many as hers (those of the table do not count): some to
# choose a rate for each network, the others for differences at these rates. The search for the best
# rate of one network is given: <!-- no claim: setting -->


# %%
def best_rate(trial, network, rates, seeds):
    """Of the rates, the one with the highest mean of trial(network, lr, seed) over the seeds."""
    means = [np.mean([trial(network, lr, seed) for seed in seeds]) for lr in rates]
    return rates[np.argmax(means)]


# %% [markdown]
# From 24 trainings, nobody can tell whether an interval contains the lead. So a plan is repeated in
# made-up *worlds*, whose lead is known. In each world, the best rate of a network is that of the
# table above, or the next one in the list on either side. And one hidden number between −0.4 and
# 0.4 is added to all accuracies with BN (they may leave the range from 0 to 1), so the table does
# not tell the lead. Here are three worlds; the large dots are at the best rates. <!-- no claim:
# setting -->

# %% practice=true
lesson.draw_worlds()

# %% [markdown]
# How often is her plan right in such worlds? (`interval(d)`, the t interval of notebook 01, is the
# pair `(low, high)` for the mean of a list d. For the three worlds of the figure, the output also
# says at which rates the plan trained most.)


# %% practice=true
def neighbours_plan(trial):
    return interval([trial("normalised", 0.1, s) - trial("plain", 0.1, s) for s in range(12)])


lesson.rehearse(neighbours_plan)

# %% [markdown]
# Her intervals are narrow, and nearly always wrong.

# %% [markdown]
# **Your plan** searches for the best rate of each network, takes differences of both networks at
# these rates, seed by seed, and returns their interval. The check's worlds are made like those of
# the figure, but from stored trainings of real networks. From seed to seed, a difference has a
# standard deviation of about 0.05 at the best rates. In a quiet world of the check it is half of
# this, in a loud one twice as much.
#
# Decide, before you write: which rates can be the best in some world, and how many seeds will your
# search use? How many differences do the remaining trainings give with new seeds, and how many if
# they use the seeds of the search, too? (A repeated training is free, but a rate wins a search
# partly by luck with its seeds.) Rehearse both. <!-- no claim: setting -->


# %% solution="norm_experiment"
def norm_experiment(trial):
    """An interval for the lead: (low, high); trial.options["lr"] holds all rates."""
    ### BEGIN SOLUTION
    plain = best_rate(trial, "plain", [0.003, 0.01, 0.03], seeds=[0, 1])
    normalised = best_rate(trial, "normalised", [0.3, 1, 3], seeds=[0, 1])
    seeds = range(3, 9)
    return interval(
        [trial("normalised", normalised, seed) - trial("plain", plain, seed) for seed in seeds]
    )
    ### END SOLUTION


# %% [markdown]
# **Rehearsal.** The next cell repeats your plan in the made-up worlds.


# %% practice=true fold="Rehearse your plan"
def rehearsal():
    lesson.rehearse(norm_experiment)


try:
    rehearsal()
except NotImplementedError:
    print("This cell waits for your experiment.")

# %% check="norm_experiment"
check("norm_experiment", norm_experiment)

# %% practice=true fold="Your experiment with trainings of your own"
low, high = norm_experiment(Trials(train, lesson.OPTIONS, budget=lesson.BUDGET))
print(f"the lead lies between {low:.3f} and {high:.3f}")

# %% [markdown]
# Compare the interval of your own trainings with 0.07, the lead without the factor 10, and with her
# 0.49: what do you know about S2's claim?

# %% claims=true
from importlib.resources import files

table = np.load(files("grader.exercises.ps16") / "norm_experiment.npy") / 10_000
by_rate, rates = table.mean(axis=2), np.array(lesson.OPTIONS["lr"])
best, at = by_rate.max(axis=1), rates[by_rate.argmax(axis=1)]
said = "the lead is 0.09 (interval 0.08 to 0.10), not\n0.49"
d = table[1, by_rate[1].argmax()] - table[0, by_rate[0].argmax()]
claim(said, d.mean(), equals=0.09, within=0.005, given=[0.08, 0.10, 0.49])
claim(
    "standard deviation of about 0.05 at the best rates", d.std(ddof=1), equals=0.05, within=0.0025
)
claim(said, interval(d)[0], equals=0.08, within=0.005, given=[0.09, 0.10, 0.49])
claim(said, interval(d)[1], equals=0.10, within=0.005, given=[0.09, 0.08, 0.49])
hers = table[:, 5, :12].mean(axis=1)  # the rate 0.1
said = "The plain network reaches\n0.13, the normalised one 0.62"
claim(said, hers[0], equals=0.13, within=0.01, given=[0.62])
claim(said, hers[1], equals=0.62, within=0.01, given=[0.13])
below = best - by_rate[:, 5]
said = "At 0.1 both networks are below their best, the plain one far below"
claim(said, below, above=0.15, given=[0.1])
claim(said, below[0] / below[1], above=2, given=[0.1])
her_rate = (best[1] - best[0]) / (hers[1] - hers[0])
claim("most\nof the 0.49 is her rate", her_rate, below=0.5, given=[0.49])
claim("so BN seems to lead by 0.49", hers[1] - hers[0], equals=0.49, within=0.01)
claim("the networks reach 0.746 and 0.834", best[0], equals=0.746, within=0.001, given=[0.834])
claim("the networks reach 0.746 and 0.834", best[1], equals=0.834, within=0.001, given=[0.746])
rng, ends, luck = np.random.default_rng(0), [], []
for _ in range(4000):  # plans with two seeds for the search and six new ones
    seeds = rng.permutation(60)[:8]
    of_search = table[:, :, seeds[:2]].mean(axis=2)
    at_plain, at_normal = 2 + of_search[0, 2:5].argmax(), 6 + of_search[1, 6:9].argmax()
    d = table[1, at_normal, seeds] - table[0, at_plain, seeds]
    ends.append(interval(d[2:]))
    luck.append(d.mean() - (by_rate[1, at_normal] - by_rate[0, at_plain]))
said = "on\naverage, this lowers the estimate by 0.005"
claim(said, -np.mean(luck), equals=0.005, within=0.00125)
low, high = np.quantile(np.diff(ends), [0.05, 0.95])
said = "are mostly from 0.05 to 0.4 wide"
claim(said, low, equals=0.05, within=0.0125, given=[0.4])
claim(said, high, equals=0.4, within=0.05, given=[0.05])
claim("nearly always wrong", lesson.score(neighbours_plan)[0], below=0.1)

# %% claims="slow"
right = np.array(
    [
        [[lesson.train(n, lr, s, factor=1) for s in range(20)] for lr in rates]
        for n in lesson.OPTIONS["network"]
    ]
).mean(axis=2)
said = "the plain network reaches 0.91 and the normalised one 0.98"
claim(said, right[0].max(), equals=0.91, within=0.01, given=[0.98])
claim(said, right[1].max(), equals=0.98, within=0.01, given=[0.91])
claim("BN leads by\n0.07", np.ptp(right.max(axis=1)), equals=0.07, within=0.01)
lost = right.max(axis=1) - best
claim("The factor 10 costs each network about 0.15", lost, equals=0.15, within=0.015, given=[10])
he_at_the_end = [
    max(np.mean([lesson.train(n, lr, s, last=1) for s in range(20)]) for lr in rates)
    for n in lesson.OPTIONS["network"]
]
said = "the factor costs the normalised network 0.05 and the plain one 0.10"
lost = right.max(axis=1) - he_at_the_end
claim(said, lost[1], equals=0.05, within=0.01, given=[0.10])
claim(said, lost[0], equals=0.1, within=0.01, given=[0.05])
was = rates[right.argmax(axis=1)]
said = "the best of our rates falls from 0.3 to 0.01, and with BN it\nstays at 1"
claim(said, was[0], equals=0.3, within=0.01, given=[0.01, 1])
claim(said, at[0], equals=0.01, within=0.001, given=[0.3, 1])
claim(said, [was[1], at[1]], equals=1, within=0.01, given=[0.3, 0.01])
good = [rates[one > 0.9] for one in right]
said = "above 0.9 at the rates from 0.1 to 3"
claim(said, good[1].min(), equals=0.1, within=0.01, given=[0.9, 3])
claim(said, good[1].max(), equals=3, within=0.3, given=[0.9, 0.1])
claim("the plain one only at 0.3", good[0], equals=0.3, within=0.01)
small = [
    max(np.mean([lesson.train(n, lr, s, factor=0.1) for s in range(10)]) for lr in rates)
    for n in lesson.OPTIONS["network"]
]
claim(
    "BN\neven raises the accuracy: the lead is about 0.7",
    small[1] - small[0],
    equals=0.7,
    within=0.1,
)

# %% [markdown]
# <details><summary>When you have your own interval: what 1,200 trainings say</summary>
#
# With 60 seeds, the networks reach 0.746 and 0.834: the lead is 0.09 (interval 0.08 to 0.10), not
# 0.49. Three rates with two seeds for both networks are 12 trainings; 12 more give six new
# differences. Such intervals are mostly from 0.05 to 0.4 wide, so this plan cannot say whether
# the lead is above 0.07. (With the seeds of the search there are eight; on
# average, this lowers the estimate by 0.005.) <!-- no claim: derived -->
#
# The factor 10 costs each network about 0.15. But the last layer has no BN behind it. If it keeps
# He's own weights, the factor costs the normalised network 0.05 and the plain one 0.10. So BN
# protects the accuracy in part.
#
# And it protects the rate: without BN the best of our rates falls from 0.3 to 0.01, and with BN it
# stays at 1. In this sense S2's claim holds.
#
# </details>

# %% [markdown]
# ## To keep
#
# With BN, the layers of a deep sigmoid network begin with gradients of about equal size. Why
# training succeeds better is not decided. A network that is left in training mode gives answers
# that depend on the batch, and moves its running statistics.
#
# A fair comparison gives each side its own best rate.
#
# If a network is right in training mode and wrong in test mode, look at its running statistics.

# %% [markdown]
# ### Lines of the lectures
#
# No task needs this part. Both lectures write μ, σ², x̂ for m, v, h. In test mode, S2 uses “a
# single fixed empirical mean”: a variance is needed as well. <!-- no claim: source -->

# %% practice=true fold="Measure the lines of the lectures"
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

# %% [markdown]
# <details><summary>What these measurements say</summary>
#
# “The network can learn” $\gamma=\sqrt{\text{Var}}$ and β = E “to recover the identity mapping”
# (S2). This leaves out ε. <!-- no claim: derived -->
#
# BN “allows higher learning rates” (S2): with He's weights as they are, the normalised network is
# above 0.9 at the rates from 0.1 to 3, the plain one only at 0.3. With weights a tenth as large, BN
# even raises the accuracy: the lead is about 0.7, because no rate lets the plain network learn
# well.
#
# “Do we necessarily want a unit gaussian input to a tanh layer?” (S2). With γ and β, the network
# can choose another one; here we keep γ = 1 and β = 0. S4 writes $\Psi(w\,\text{BN}(x))$, with
# weights w and activation function Ψ: BN before the product, and not “before nonlinearity” (S2).
# Both mean losses differ from “BN before tanh” by less than a tenth of BN's advantage.
#
# BN “acts as a form of regularization in a funny way” (S2): the batch's other images are noise.
# With 200 images, at the best of six rates from 0.1 to 2 (chosen on the test images, which flatters
# both), two seeds are better with BN, three worse: not decided.
#
# </details>
#
# <details><summary>In PyTorch (a whole training: notebook 24)</summary>
#
# `torch.nn.BatchNorm1d(50)` has `weight` for γ and `bias` for β; `model.train()` and `model.eval()`
# switch the mode of a network. `torch.optim.swa_utils.update_bn` repairs running statistics. In
# `BatchNorm2d`, for images (N, C, H, W), each channel is one column:
# `x.permute(0, 2, 3, 1).reshape(-1, C)`.
#
# </details>

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
# "Neural networks (continued)" (A. Krause, ETH Zürich), slides "Batch normalization". Papers:
# Ioffe and Szegedy (2015), arXiv 1502.03167; Santurkar and others (2018), arXiv 1805.11604.
