# %% [markdown]
# # Data: splits, leaks, standardising
#
# A program reports a test accuracy of 88 %, and on new data it is no better than a coin. **When can
# you trust a test score?**
#
# **You need** means, variances and arrays (notebook 00). Training lowers a loss by small steps; the
# *learning rate* sets their size.

# %% opening=true
"""Two clouds of the same 200 points. The raw points form a long slanted cloud away from the
origin. Standardised, the cloud lies around the origin and is still slanted."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(2)
x = rng.normal(size=(200, 2)) @ np.array([[1.5, 0.7], [0.0, 0.3]]) + np.array([2.3, 1.6])
clouds = {"raw": x, "standardised": (x - x.mean(axis=0)) / x.std(axis=0)}
figure, axes = plt.subplots(1, 2, figsize=(6.4, 3.2), sharex=True, sharey=True)
for ax, (name, points) in zip(axes, clouds.items(), strict=True):
    ax.axhline(0, color="#B0B0B0", linewidth=1)
    ax.axvline(0, color="#B0B0B0", linewidth=1)
    ax.plot(*points.T, "o", markersize=3)
    ax.set_title(name, loc="center")
    ax.set(xticks=[], yticks=[], xlim=(-3, 6), ylim=(-3.2, 4), aspect="equal")
    ax.spines[:].set_visible(False)
figure.suptitle("The same 200 points in two forms", x=0.01, ha="left", size=16)
plt.show()

# %% setup=true minutes=1
import numpy as np

from course_lessons import data as lesson
from course_lessons.experiment import Trials, draw_intervals, interval
from course_lib.backend import choose_device
from course_lib.datasets import load_breast_cancer
from course_lib.losses import softmax_cross_entropy
from course_lib.models import mlp
from course_lib.optimizers import SGD
from course_lib.preprocessing import standardize_apply, standardize_fit
from course_lib.training import accuracy
from grader.checking import check, guess, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 A study of pure noise
#
# A hundred patients have two thousand measurements each, and **all of them are random numbers**.
# Half of the patients are called ill, at random. So on new patients, every method is right in half
# of the cases.
#
# Four teams train on 60 patients and test on 40. They bring the measurements into comparable units,
# choose the 20 that differ most between ill and healthy, and assign each test patient to the group
# whose mean is closer. One team is careful. The others make a mistake:
#
# - a: *units first*: the units are computed from all 100 patients;
# - b: *chooses first*: the 20 measurements are chosen with all 100 patients;
# - c: *copies*: ten of the 100 rows are copies of other rows.
#
# **Which mistake makes the test score look best?**

# %% guess="which mistake looks best"
guess("ps01_leak", None, among="abc")  # your guess in place of None: "a", "b" or "c"

# %% [markdown]
# The study runs with your own split, so write it first. It returns *indices*, for measurements and
# labels alike.
#
# - Shuffle the indices 0 to n − 1, then cut the result into one part for each fraction.
# - Each part **but the first** gets `int(n * fraction)` samples, perhaps none; the first one gets
#   the rest. For n = 7 and (0.5, 0.25, 0.25), the sizes are 5, 1 and 1.
# - All randomness comes from `rng`, a generator made from a *seed*, a number:
#   `rng.permutation(n)` gives 0 to n − 1 in random order.


# %% solution="split_indices"
def split_indices(n, fractions, rng):
    """Deal the indices 0 … n-1 out in random order.

    fractions : one share for each part, such as (0.8, 0.1, 0.1), with sum 1
    returns a tuple of index arrays, one for each fraction
    """
    ### BEGIN SOLUTION
    order = rng.permutation(n)
    sizes = [int(n * fraction) for fraction in fractions]
    sizes[0] = n - sum(sizes[1:])
    ends = np.cumsum(sizes)
    starts = ends - sizes
    return tuple(order[i:j] for i, j in zip(starts, ends, strict=True))
    ### END SOLUTION


# %% check="split_indices"
check("split_indices", split_indices)


# %% practice=true fold="The study of one team as a function"
def study(team, seed, n=100, D=2000):
    """The share of test patients that a team classifies correctly; x is noise, t is random."""
    rng = np.random.default_rng(seed)
    x, t = rng.normal(size=(n, D)), rng.permutation(np.arange(n) % 2)
    if team == "copies":
        x[-10:], t[-10:] = x[:10], t[:10]
    train, test = split_indices(n, (0.6, 0.4), rng)
    # the library's functions; you write this step in section 3
    x = standardize_apply(x, standardize_fit(x if team == "units first" else x[train]))
    seen = np.arange(n) if team == "chooses first" else train
    keep = lesson.most_different(x[seen], t[seen])
    said = lesson.closer_group(x[train][:, keep], t[train], x[test][:, keep])
    return np.mean(said == t[test])


# %% practice=true fold="Repeat the study with 40 seeds, and compare with your guess"
TEAMS = ("careful", "units first", "chooses first", "copies")
found = {team: np.array([study(team, seed) for seed in range(40)]) for team in TEAMS}
highest = max(TEAMS[1:], key=lambda team: found[team].mean())
letters = dict(zip("abc", TEAMS[1:], strict=True))
letter = next(key for key, team in letters.items() if team == highest)
reveal("ps01_leak", letter, "The highest mean test score of 40 studies.", letters)

# %% practice=true fold="Draw the test scores"
picture = lesson.draw_teams(found)
picture

# %% claims=true
near = [found[team].mean() for team in ("careful", "units first")]
claim("*Careful* and *units first* stay near one half", near, equals=0.5, within=0.04)
of = found["chooses first"].mean()
claim("Choosing first raises the mean to about 0.88", of, equals=0.88, within=0.015)
claim("test accuracy of 88 %", 100 * of, equals=88, within=1.5)
lifted = found["copies"] - found["careful"]
claim("Copies raise it a little", lifted.mean(), above=2 * lifted.std(ddof=1) / 40**0.5, below=0.1)

# %% [markdown] after="ps01_leak"
# *Careful* and *units first* stay near one half. Copies raise it a little: about five test patients
# have their copy in the training set. <!-- no claim: derived --> Choosing first
# raises the mean to about 0.88: among two thousand columns of noise there are always twenty that
# happen to separate ill from healthy in these patients, **including the test patients**.
#
# If test data influence the training, this is a **leak**. So the rule is: *everything that is
# learned from data is learned from the training data*, also the choice of columns.

# %% [markdown]
# ## 2 Three parts, and how exact a score is
#
# S0 ("Generalization ability") divides the data *before* anything else:
#
# - The **training set** gives the gradients and all statistics.
# - The **validation set** decides: which rate, which network, when to stop.
# - The **test set** is used once, at the end. If you decide by it, it becomes validation data.

# %% practice=true fold="Divide 1,797 images of digits"
parts = split_indices(1797, (0.8, 0.1, 0.1), np.random.default_rng(0))
print("training, validation and test images:", [len(part) for part in parts])

# %% [markdown]
# How exact is a score on m test samples? Suppose the network is right with probability $p$ on each
# sample, independently. The **standard error** of the score, its standard deviation, says how far
# it typically is from $p$:
#
# $$\text{standard error} = \sqrt{\frac{p\,(1-p)}{m}}.$$
#
# <details><summary>The derivation</summary>
#
# - One sample gives a number h: 1 with probability p, otherwise 0. Its mean is p. Since h² = h, its
#   variance is p − p² = p (1 − p).
# - The variances of independent numbers add up: the sum of m of them has m p (1 − p).
# - Dividing a number by m divides its variance by m². So the share of correct answers has the
#   variance p (1 − p)/m, and the standard error is the root of it.
#
# </details>

# %% practice=true fold="Test one network on small test sets"
scores, p = lesson.scores_of_small_tests(), lesson.answers_of_one_network().mean()
lesson.draw_scores(scores, p)

# %% claims=true
inside = [np.mean(np.abs(s - p) <= 2 * np.sqrt(p * (1 - p) / m)) for m, s in scores.items()]
claim("More than nine in ten dots", np.mean(inside), above=0.9)
error = 100 * np.sqrt(0.9 * 0.1 / 100)
claim("has a standard error of 3 percentage points", error, equals=3, within=0.01, given=[90, 100])

# %% [markdown]
# One network was tested on 60 test sets of each size. More than nine in ten dots lie within
# two standard errors (dashed). An accuracy of 90 % on 100 samples has a standard error of 3
# percentage points.

# %% [markdown]
# ## 3 Standardising
#
# The *features*, the columns of the data, come in different units. S0 ("Standardization of inputs")
# makes them comparable. For feature $i$, with sums over the N **training** samples,
#
# $$\bar x_i = \frac1N \sum_n x_{ni}, \qquad
# \sigma_i = \sqrt{\frac1N \sum_n (x_{ni} - \bar x_i)^2}, \qquad
# z_{ni} = \frac{x_{ni} - \bar x_i}{\sigma_i}.$$
#
# Write a function for the training data and new data, such as a test set or a single sample. You
# decide whose statistics each of them gets.
#
# A feature that never changes in training (if N = 1, every feature) is divided by 1 instead of σ.
# Do not look for σ = 0: for the numbers 0.1, 0.1 and 0.1, `np.std` gives 1e-17, because the mean is
# rounded. Which other test finds such a feature for certain?


# %% solution="standardize"
def standardize(x_train, x_new):
    """Standardise the features of training data and of new data.

    x_train : (N, D); x_new : (M, D), of the same float type; do not change them
    returns z_train : (N, D), z_new : (M, D), both of this type
    """
    ### BEGIN SOLUTION
    mean = x_train.mean(axis=0)
    std = x_train.std(axis=0)
    never_changes = x_train.max(axis=0) == x_train.min(axis=0)
    std[never_changes] = 1
    z_train = (x_train - mean) / std
    return z_train, (x_new - mean) / std
    ### END SOLUTION


# %% check="standardize"
check("standardize", standardize)

# %% claims=true
claim("`np.std` gives 1e-17", np.std([0.1, 0.1, 0.1]), above=3e-18, below=3e-17, given=[1e-17])

# %% [markdown]
# S4 calls this "a common approach for stabilizing training". Thirty features of 569 tumours have
# standard deviations from a few thousandths to several hundred. The gradient of a weight of the
# first layer has its feature as a factor, so one rate is too large for some weights and too small
# for others. A small network is trained on raw or standardised features. The best of six rates is
# chosen **for each kind of input** with the seeds 0 to 3, and tested with the seeds 4 to 9.

# %% practice=true fold="Train on raw and on standardised features"
RATES = (1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1)
reported = {}
for name, make in (("raw", None), ("standardised", standardize)):
    means = [np.mean([lesson.tumour_accuracy(make, lr, s) for s in range(4)]) for lr in RATES]
    best = RATES[int(np.argmax(means))]
    reported[name] = np.array([lesson.tumour_accuracy(make, best, s) for s in range(4, 10)])
    print(f"{name:12} best rate {best:g}, accuracy of six seeds", reported[name].round(3))

# %% claims=true
spread = load_breast_cancer().x.std(axis=0)
said = "from a few thousandths to several hundred"
claim(said, spread.min(), below=0.004)
claim(said, spread.max(), above=400)
better = reported["standardised"] - reported["raw"]
claim("Standardised features give the higher accuracy with each seed", better, above=0)

# %% [markdown]
# Standardised features give the higher accuracy with each seed.

# %% [markdown]
# ## 4 Minibatches
#
# S0's outline cuts the training data into *minibatches*. Each one gives an *iteration*: the loss is
# the **mean over its samples**, and the weights make a step against its gradient. An *epoch* uses
# every sample once: 1,003 samples in batches of 100 are 11 iterations.
# <!-- no claim: derived -->
#
# Write a function for batches of any size (S3: all data, *vanilla*; one sample, *stochastic*). Each
# call is a new epoch in a new order. The last batch is kept even if it is short; if `batch_size`
# exceeds n, there is one batch.


# %% solution="minibatch_indices"
def minibatch_indices(n, batch_size, rng):
    """One epoch: every index 0 … n-1 once, in random order, batch_size at a time.

    returns a list of index arrays
    """
    ### BEGIN SOLUTION
    order = rng.permutation(n)
    return [order[start : start + batch_size] for start in range(0, n, batch_size)]
    ### END SOLUTION


# %% check="minibatch_indices"
check("minibatch_indices", minibatch_indices)

# %% [markdown]
# Does it matter in which order the samples come, *shuffled* or *sorted* by class? We train for ten
# epochs on digits. The best of eight rates is chosen for each order with the seeds 0 to 2, and
# tested with the seeds 3 to 8.

# %% practice=true fold="Train with two orders"
rates, of_order, at = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5), {}, {}
for order in ("shuffled", "sorted"):
    for lr in rates:
        runs = [lesson.accuracy_of_order(order, s, lr, minibatch_indices) for s in range(3)]
        at[lr] = np.mean(runs)
    best, new = max(rates, key=at.get), range(3, 9)
    runs = [lesson.accuracy_of_order(order, s, best, minibatch_indices) for s in new]
    of_order[order] = np.array(runs)
    print(f"{order:9}", ", ".join(f"{lr}: {found:.2f}" for lr, found in at.items()))
    print(f"{'':9} best rate {best}, new seeds", of_order[order].round(3))

# %% claims=true
gap = of_order["shuffled"] - of_order["sorted"]
claim("more than 0.04 behind *shuffled*", gap.mean(), above=0.04)
claim("in each of the six pairs", gap, above=0)

# %% [markdown]
# On average, *sorted* is more than 0.04 behind *shuffled*, and lower in each of the six pairs. So
# S3 asks for "a batch of randomly selected samples".

# %% [markdown]
# ## 5 What belongs together stays together
#
# In *cross-validation*, the samples are dealt into k parts, the **folds**, and the network is
# trained k times. Each fold is the validation set once; the other folds are the training set.
#
# But a hundred digits of one writer belong together: they are a *group*. Ask: **what will be new
# when the network is used?** If it is the writer, hold out whole groups.
#
# Write folds of whole groups. Samples with the same number in `groups` belong together; the numbers
# are any integers, in any order.
#
# - Every group is in exactly one validation set, with all its samples; `train` holds all other
#   samples. Indices inside an array may be in any order.
# - The groups are dealt at random. The **numbers of groups** in the k validation sets differ by at
#   most one; which folds have one more is your choice.
#
# <details><summary>What NumPy has for it</summary>
#
# `np.array_split` cuts into nearly equal pieces, `np.flatnonzero` tells where a mask is True,
# `np.isin` which entries are among others, and `np.unique` gives every number once.
#
# </details>


# %% solution="group_folds"
def group_folds(groups, k, rng):
    """Deal whole groups into k folds; every group is held out once.

    groups : (n,) integers; equal numbers belong together
    k : from 2 to the number of groups; rng : numpy.random.Generator
    returns a list of k pairs (train, validation) of arrays of indices 0 … n-1
    """
    ### BEGIN SOLUTION
    names = rng.permutation(np.unique(groups))
    folds = []
    for some in np.array_split(names, k):
        held_out = np.isin(groups, some)
        folds.append((np.flatnonzero(~held_out), np.flatnonzero(held_out)))
    return folds
    ### END SOLUTION


# %% check="group_folds"
check("group_folds", group_folds)

# %% [markdown]
# ## 6 Two learning rates on the same data
#
# Two learning rates reach the accuracies $a_1, \dots, a_N$ and $b_1, \dots, b_N$ on the same N
# splits. Some splits are easy for both, others hard. This cancels in the **paired
# differences** $d_n = a_n - b_n$. Their variance is estimated by
#
# $$s^2 = \frac{1}{N-1} \sum_n (d_n - \bar d)^2, \qquad \bar d = \frac1N \sum_n d_n.$$
#
# As in the derivation of section 2, the variance of $\bar d$, a mean of N independent numbers, is
# $N s^2 / N^2 = s^2 / N$, and its standard error is $s/\sqrt N$.
#
# An *interval* of 95 % for the true difference is $\bar d \pm t$ standard errors. If everything is
# repeated many times, about 95 % of these intervals contain it. A few numbers give an inexact s, so
# t is more than 2: *Student's t* is 12.7, 4.3, 2.8 and 2.3 for N = 2, 3, 5 and 10.
# <!-- no claim: definition --> From here on, `interval(d)` computes both ends.
#
# Here is S0's outline on the tumours: divide, standardise, minibatches, decide by validation, test
# once.


# %% practice=true fold="Train with your functions"
def trained(x, t, x_new, t_new, lr, rng):
    """Accuracy on new data after 15 epochs; both sets are standardised in here."""
    z, z_new = standardize(x, x_new)
    network = mlp((30, 16, 2), rng=rng)
    optimizer = SGD(network.parameters(), lr=lr)
    for _epoch in range(15):
        for batch in minibatch_indices(len(z), 32, rng):
            y, back = network.forward(z[batch], training=True)
            _, dy = softmax_cross_entropy(y, t[batch])  # step 1: loss on a minibatch
            optimizer.zero_grad()
            back(dy)  # step 2: gradients …
            optimizer.step()  # … and update
    return accuracy(network(z_new), t_new)


# %% practice=true fold="From the file to the test"
tumours, rng = load_breast_cancer(), np.random.default_rng(11)
rest, test = split_indices(569, (0.8, 0.2), rng)
x, t, on_folds = tumours.x[rest], tumours.t[rest], {0.1: [], 0.01: []}
for seed, (train, valid) in enumerate(group_folds(np.arange(len(rest)), 5, rng)):
    for lr, accuracies in on_folds.items():
        rng = np.random.default_rng(seed)
        accuracies.append(trained(x[train], t[train], x[valid], t[valid], lr, rng))
fast, slow = map(np.array, on_folds.values())
d = fast - slow
print(f"rate 0.1 minus rate 0.01: {d.mean():.4f},", end=" ")
print("an interval from {:.4f} to {:.4f}".format(*interval(d)))
chosen = max(on_folds, key=lambda lr: np.mean(on_folds[lr]))
once = trained(x, t, tumours.x[test], tumours.t[test], chosen, np.random.default_rng(0))
print(f"rate {chosen}, tested once: {once:.3f}, standard error", end=" ")
print(f"{np.sqrt(once * (1 - once) / len(test)):.3f}")

# %% [markdown]
# If the interval lies above 0, the larger rate is probably better. It is only a guide: folds share
# most of their training samples, so they are not independent.

# %% [markdown]
# ## 7 How much does a leak add?
#
# A study has 400 handwritten digits. **Three photographs** are taken of each (the same image with
# new noise), and all three get the label of a tired person, who is wrong for a share of the digits:
# 20 to 40 %, another share in each study. <!-- no claim: setting -->
#
# `trial(split, epochs, seed)` trains on one half of the photographs and returns the accuracy on the
# other half, measured by the tired person's labels. Each seed is another study.
#
# - `split="photos"` is the leak: photographs are dealt at random, so most test photographs have a
#   sibling in the training set. `split="digits"` deals whole digits, by your `group_folds`.
# - `epochs` is 1, 2, 4, 8, 16, 32 or 64.
#
# The **gain** by the leak is the mean accuracy of `"photos"` minus that of `"digits"`, **each at
# the number of epochs with its highest mean accuracy**. Report an interval of 95 % for it, from
# **at most 16 trainings**. <!-- no claim: setting -->
#
# **A bad plan.** `lesson.made_up` invents noisy accuracies, for which the gain is 0.25. Your
# neighbour takes 32 epochs, the best for `"photos"`, for both splits, with eight seeds: 2 · 8 = 16.
# At 32 epochs her gain is about 0.35. She repeats it 40 times:
# <!-- no claim: setting -->


# %% practice=true fold="The bad plan as a function"
def same_epochs_for_both(trial, first=0):
    """The interval of the bad plan, with eight seeds from `first` on."""
    photos, digits = (
        np.array([trial(split, 32, first + s) for s in range(8)]) for split in ("photos", "digits")
    )
    return interval(photos - digits)


hers = [same_epochs_for_both(lesson.made_up, 8 * k) for k in range(40)]
draw_intervals(hers, truth=0.25, of="gain by the leak")

# %% claims=true
said = "None of the 40 intervals contains the gain"
claim(said, [low for low, _ in hers], above=0.25, given=[40])

# %% [markdown]
# None of the 40 intervals contains the gain; more seeds would only make her more certain.
#
# **Your plan.** Which numbers of epochs do you try for each split? With which seeds do you choose
# one, and which seeds give the interval? (The largest of several noisy scores is too high on
# average.) Here are your own trainings of seed 0:

# %% practice=true fold="Train at all numbers of epochs"
train = lesson.train
train = lesson.trainer(group_folds, minibatch_indices)
for split in lesson.OPTIONS["split"]:
    print(split, [round(train(split, e, 0), 2) for e in lesson.OPTIONS["epochs"]])

# %% [markdown]
# Write your plan as a function of `trial`. The check repeats it in many *worlds*: sets of invented
# trainings, each with a gain of its own. It judges how often your interval contains the gain, and
# how wide it is. A world begins with the mean accuracies of many trainings. Then
#
# - each split's accuracies may be moved by one place in the list of epochs, to the right or to the
#   left; <!-- no claim: setting -->
# - a hidden number from −0.2 to 0.2 is added to all accuracies of `"photos"`;
#   <!-- no claim: setting -->
# - for each split, either the numbers of epochs next to its best one are hardly worse, or all
#   others are clearly worse; <!-- no claim: setting -->
# - seeds differ little or much: at the best settings, the differences `"photos"` minus `"digits"`
#   with the same seed have a standard deviation of about 0.02 in a quiet world, and of 0.1 in a
#   loud one.


# %% solution="leak_experiment"
def leak_experiment(trial):
    """Ask for at most 16 trainings, trial(split, epochs, seed); return low and high of the gain."""
    ### BEGIN SOLUTION
    tried, reached = {"photos": (64,), "digits": (2, 4, 8)}, {}
    for split, epochs in tried.items():
        best = max(epochs, key=lambda e: trial(split, e, 0))
        reached[split] = np.array([trial(split, best, seed) for seed in range(1, 7)])
    return interval(reached["photos"] - reached["digits"])
    ### END SOLUTION


# %% check="leak_experiment"
check("leak_experiment", leak_experiment)

# %% practice=true fold="Your experiment with trainings of your own"
low, high = leak_experiment(Trials(train, lesson.OPTIONS, budget=16))
print(f"the gain by the leak: {low:.3f} to {high:.3f}")

# %% claims=true
from importlib.resources import files

table = np.load(files("grader.exercises.ps01") / "leak_experiment.npy") / 10_000
photos, digits = table.mean(axis=2)
of_pairs = table[0][photos.argmax()] - table[1][digits.argmax()]
said = "about 0.02 in a quiet world, and of 0.1 in a loud one"
claim(said, 0.5 * of_pairs.std(ddof=1), equals=0.02, within=0.004, given=[0.1])
claim(said, 2.1 * of_pairs.std(ddof=1), equals=0.1, within=0.01, given=[0.02])
claim("the gain is about 0.23", photos.max() - digits.max(), equals=0.23, within=0.03)
said = "64 epochs for both would have made it 0.32"
claim(said, photos[6] - digits[6], equals=0.32, within=0.03, given=[64])
claim("4 epochs for both only 0.06", photos[2] - digits[2], equals=0.06, within=0.015, given=[4])
claim("With the leak, 64 epochs look best", photos[6] - photos[5], above=0.03, given=[64])
claim("without it, 4 are best", digits[2] - np.delete(digits, 2).max(), above=0.02, given=[4])
# %% [markdown]
# <details><summary>When you have your own interval: what 840 trainings say</summary>
#
# With 60 seeds for each setting, the gain is about 0.23. 64 epochs for both would have made it
# 0.32, and 4 epochs for both only 0.06. The leak does not only raise the score. **It also chooses
# another network.** With the leak, 64 epochs look best: a sibling in the training set has
# the same label, right or wrong, so memorising pays. But without it, 4 are best.
#
# </details>

# %% [markdown]
# ## To keep
#
# **When can you trust a test score?** If nothing that was learned, chosen or decided has used the
# test data; if what is new in use is new in the test; and up to its standard error.
#
# - Divide first, by groups if samples belong together. Standardise by the training set.
# - Compare in pairs, each side at its own best setting. Choose it with other seeds than those of
#   the interval.
#
# Without looking: a program chooses 50 of 20,000 genes, splits, trains and tests. How do you find
# out what it scores if there is nothing to find?
#
# <details><summary>Answer</summary>
#
# Shuffle the labels and run the whole program again, choice of genes included, many times.
#
# </details>
#
# <details><summary>In PyTorch (a whole training: notebook 24)</summary>
#
# `torch.utils.data.random_split` deals samples into parts. `DataLoader(data, batch_size=100,
# shuffle=True)` gives the minibatches of an epoch.
#
# </details>

# %% [markdown]
# ### Lines of the lectures
#
# No task needs this part.
#
# <details><summary>Step 3 of standardising: whitening</summary>
#
# (For this you need covariances and eigenvectors, notebooks 19 and 04.) After
# subtracting the mean (1) and dividing by σ (2), features can still be correlated. S0's third
# step, "Decorrelate elements (whitening)", rotates the data onto the eigenvectors of their
# covariance and divides by the root of each eigenvalue. Then the covariance is the identity. The
# figure shows two features of the tumours; it turns the whitened points back.
#
# </details>

# %% practice=true fold="Draw two features of the tumours"
lesson.draw_clouds(lesson.clouds())

# %% practice=true fold="Take the mean loss of an epoch, and draw batches from all samples"
rng, n = np.random.default_rng(7), 1437
losses = rng.exponential(size=n)  # invented losses of the samples
batches = minibatch_indices(n, 32, rng)
means, sizes = [losses[b].mean() for b in batches], [len(b) for b in batches]
print(f"mean of all samples {losses.mean():.4f}, of the batch means", end=" ")
print(f"{np.mean(means):.4f}, weighted by size {np.average(means, weights=sizes):.4f}")
drawn = [rng.integers(n, size=32) for _ in range(n // 32)]  # S2's sample_data_batch, perhaps
never = 1 - len(np.unique(drawn)) / n
print(f"44 batches, each drawn from all samples: {never:.0%} of the samples are in none")

# %% claims=true
claim("More than a third of the samples are then missing", never, above=1 / 3)

# %% [markdown]
# <details><summary>What these measurements say</summary>
#
# The mean loss of an epoch is the mean of the batch means **weighted by the sizes**, because the
# last batch is short.
#
# S2 calls `sample_data_batch()`, which may draw each batch from all samples. More than a third of
# the samples are then missing in an "epoch".
#
# </details>

# %% [markdown]
# ## Sources
#
# <details><summary>The lecture texts</summary>
#
# S0 "Training of neural networks – basics"; S2 "Training Neural Networks" (J. Choo, Korea
# University); S3 "Backpropagation and Training" (C. V. Jawahar, IIIT Hyderabad), "Solution: Better
# Estimate of the Gradient"; S4 "Neural networks (continued)" (A. Krause, ETH Zürich).
#
# </details>
