# %% [markdown]
# # Data: splits, leaks, standardising
#
# A program prints "test accuracy 83 %". The network has never seen the test images, says its
# author. Sometimes this is not true, no error message tells you, and on new data the program is no
# better than a coin. **When can you trust a test score?**
#
# **You need** means, variances and arrays (notebook 00). The course's library trains the networks.
# Training lowers a loss by small steps; the *learning rate* sets their size, and an *epoch* is one
# pass through the training data. Later notebooks explain both.

# %% opening=true
"""Three clouds of the same 200 points. The raw points form a long slanted cloud away from the
origin. Standardised, the cloud lies around the origin and is still slanted. Whitened, it is
round."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(2)
x = rng.normal(size=(200, 2)) @ np.array([[1.5, 0.7], [0.0, 0.3]]) + np.array([2.3, 1.6])
centred = x - x.mean(axis=0)
values, vectors = np.linalg.eigh(np.cov(centred.T))
clouds = {
    "raw": x,
    "standardised": centred / x.std(axis=0),
    "whitened": centred @ vectors / np.sqrt(values),
}
figure, axes = plt.subplots(1, 3, figsize=(6.4, 2.5), sharex=True, sharey=True)
for ax, (name, points) in zip(axes, clouds.items(), strict=True):
    ax.axhline(0, color="#B0B0B0", linewidth=1)
    ax.axvline(0, color="#B0B0B0", linewidth=1)
    ax.plot(*points.T, "o", markersize=3)
    ax.set_title(name, loc="center")
    ax.set(xticks=[], yticks=[], xlim=(-3, 6), ylim=(-3.2, 4), aspect="equal")
    ax.spines[:].set_visible(False)
figure.suptitle("The same 200 points in three forms", x=0.01, ha="left", size=16)
plt.show()

# %% setup=true minutes=1
import numpy as np

from course_lib import preprocessing
from course_lib.backend import choose_device
from course_lib.course.experiment import Trials
from course_lib.course.lessons import data as lesson
from course_lib.datasets import load_breast_cancer, load_digits
from course_lib.losses import softmax_cross_entropy
from course_lib.models import mlp
from course_lib.optimizers import SGD
from course_lib.training import accuracy
from grader.checking import check, check_choice, guess, ready, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 A study of pure noise
#
# A hundred patients have two thousand measurements each, and **all of them are random numbers**.
# Half of the patients are called ill, chosen at random. So there is nothing to find, and on new
# patients every method is right in half of the cases on average.
#
# Four teams deal the patients into a training set of 60 and a test set of 40. They standardise the
# measurements (section 3), choose the 20 that differ most between ill and healthy, and assign each
# test patient to the group whose mean is closer. One team is careful. The others make a mistake:
#
# - a: *standardises first*: mean and standard deviation of each measurement are computed from all
#   patients, including those of the test set;
# - b: *chooses first*: the 20 measurements are chosen from the data of all patients, including
#   those of the test set;
# - c: *copies*: by mistake, ten of the 100 rows are copies of other rows.
#
# **Which mistake makes the test score look best?**

# %% guess="which mistake looks best"
guess("ps01_leak", None, among="abc")  # your guess in place of None: "a", "b" or "c"

# %% [markdown]
# The study runs with your own split, so write it first. It returns *indices*, the numbers of the
# samples, because the same ones are needed for the measurements and for the labels.
#
# - Shuffle the indices 0 to n − 1, then cut the result into one part for each fraction.
# - Each part **but the first** gets floor(n · fraction) samples, and the first one gets the rest. A
#   part may be empty. For n = 7 and the fractions (0.5, 0.25, 0.25), the sizes are 5, 1 and 1.
# - All randomness comes from `rng`, a generator that the caller has made from a number, the *seed*.
#   `rng.permutation(n)` gives the numbers 0 to n − 1 in random order.


# %% solution="split_indices"
def split_indices(n, fractions, rng):
    """Deal the indices 0 … n-1 out in random order.

    n : number of samples
    fractions : one share for each part, such as (0.8, 0.1, 0.1), with sum 1
    rng : numpy.random.Generator
    returns a tuple of index arrays, one for each fraction
    """
    ### BEGIN SOLUTION
    order = rng.permutation(n)
    sizes = [int(n * fraction) for fraction in fractions[1:]]
    start = n - sum(sizes)
    parts = [order[:start]]
    for size in sizes:
        parts.append(order[start : start + size])
        start += size
    return tuple(parts)
    ### END SOLUTION


# %% check="split_indices"
check("split_indices", split_indices)

# %% [markdown]
# Which line of `study` holds each of the three mistakes?


# %% practice=true
def study(team, seed, n=100, D=2000):
    """The share of test patients that a team classifies correctly; x is noise, t is random."""
    rng = np.random.default_rng(seed)
    x, t = rng.normal(size=(n, D)), rng.permutation(np.arange(n) % 2)
    if team == "copies":
        x[-10:], t[-10:] = x[:10], t[:10]
    train, test = split_indices(n, (0.6, 0.4), rng)
    stats = preprocessing.standardize_fit(x if team == "standardises first" else x[train])
    x = preprocessing.standardize_apply(x, stats)
    seen = np.arange(n) if team == "chooses first" else train
    keep = lesson.most_different(x[seen], t[seen])
    said = lesson.closer_group(x[train][:, keep], t[train], x[test][:, keep])
    return np.mean(said == t[test])


# %% practice=true
TEAMS = ("careful", "standardises first", "chooses first", "copies")
if ready("split_indices"):
    found = {team: np.array([study(team, seed) for seed in range(40)]) for team in TEAMS}
    highest = max(TEAMS[1:], key=lambda team: found[team].mean())
    letters = dict(zip("abc", TEAMS[1:], strict=True))
    letter = next(key for key, team in letters.items() if team == highest)
    reveal("ps01_leak", letter, "The highest mean test score of 40 studies.", letters)
else:
    print("This cell waits.")

# %% practice=true after="ps01_leak"
picture = lesson.draw_teams(found) if ready("split_indices") else None
picture

# %% claims=true
near = [abs(found[team].mean() - 0.5) for team in ("careful", "standardises first")]
claim("The first two teams stay within 0.03 of one half", max(near), below=0.03)
claim("Choosing first raises the mean to more than 0.8", found["chooses first"].mean(), above=0.8)
lifted = found["copies"] - found["careful"]
claim("Copies raise it a little", lifted.mean(), above=2 * lifted.std(ddof=1) / 40**0.5, below=0.1)

# %% [markdown] after="ps01_leak"
# The first two teams stay within 0.03 of one half. Copies raise it a little. Choosing first raises
# the mean to more than 0.8: among two thousand columns of noise there are always twenty that happen
# to separate ill from healthy in these hundred patients, **including the test patients**.
#
# If test data influence the training, this is a **leak**. Each leak is a single line of `study`. So
# the rule is: *everything that is learnt from data is learnt from the training data*, and the
# choice of columns is part of what is learnt.

# %% [markdown]
# ## 2 Three parts, and how exact a score is
#
# S0 says of the training loss: "You can make it as small as you like, even toward zero". (S0 to S4
# are the lectures named under Sources.) So we save a portion of the data. S0 divides them into
# three parts, *before* anything else is done:
#
# - The **training set** gives the gradients, and all statistics of the preprocessing.
# - The **validation set** decides: which rate, which network, when to stop.
# - The **test set** is used once, at the end. If you decide by it, it becomes validation data.

# %% practice=true
if ready("split_indices"):
    parts = split_indices(1797, (0.8, 0.1, 0.1), np.random.default_rng(0))
    print("training, validation and test images:", [len(part) for part in parts])
else:
    print("This cell waits.")

# %% [markdown]
# How exact is a score on m test samples? Suppose the network is right with probability $p$ on each
# sample, independently. The share of correct answers then has the standard deviation
#
# $$\text{standard error} = \sqrt{\frac{p\,(1-p)}{m}}.$$
#
# The *standard error* is the standard deviation of a measured value: it says how far the score
# typically is from the accuracy $p$ on infinitely many samples.
#
# <details><summary>The derivation</summary>
#
# - One sample gives a number h: 1 with probability p, otherwise 0. Its mean is p. Since h² = h, its
#   variance is p − p² = p (1 − p).
# - The variances of independent numbers add up: the sum of m of them has m p (1 − p).
# - Dividing a number by m divides its variance by m². So the share has the variance p (1 − p)/m,
#   and the standard error is the root of it.
#
# </details>

# %% practice=true
scores, p = lesson.scores_of_small_tests(), lesson.answers_of_one_network().mean()
lesson.draw_scores(scores, p)

# %% claims=true
inside = [np.mean(np.abs(s - p) <= 2 * np.sqrt(p * (1 - p) / m)) for m, s in scores.items()]
claim("more than nine in ten of the dots", inside, above=0.9)
error = 100 * np.sqrt(0.9 * 0.1 / 100)
claim("has a standard error of 3 percentage points", error, equals=3, within=0.01, given=[90, 100])
claim("a hundred times as many samples", (3 / 0.3) ** 2, equals=100, within=1, given=[10])

# %% [markdown]
# One network was tested on 60 random test sets of each size. For each size, more than nine in ten
# of the dots lie within two standard errors. An accuracy of 90 % on 100 samples has a standard
# error of 3 percentage points, so it does not show whether 91 % is better. For a tenth of the error
# you need a hundred times as many samples.

# %% [markdown]
# ## 3 Standardising
#
# The *features*, the columns of the data, come in different units. S0 ("Standardization of inputs")
# brings them into comparable ones. For feature $i$, with sums over the N **training** samples,
#
# $$\bar x_i = \frac1N \sum_n x_{ni}, \qquad
# \sigma_i = \sqrt{\frac1N \sum_n (x_{ni} - \bar x_i)^2}, \qquad
# z_{ni} = \frac{x_{ni} - \bar x_i}{\sigma_i}.$$
#
# Write a function that standardises the training data and new data: validation data, test data, or
# a single sample when the network is in use. You decide whose statistics each of them gets.
#
# A feature that never changes in training is divided by 1 instead of σ. (If N = 1, this is every
# feature.) Do not look for σ = 0: for the numbers 0.1, 0.1 and 0.1, `np.std` gives 1e-17, because
# the mean is rounded. Which other test finds such a feature for certain?


# %% solution="standardize"
def standardize(x_train, x_new):
    """Both sets, standardised; every feature of the training set has mean 0 and std 1 then.

    x_train : (N, D); x_new : (M, D); do not change them
    returns z_train : (N, D), z_new : (M, D), with the float type of x_train
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
# S4 calls this "a common approach for stabilizing training". Is it? Thirty features describe the
# cell nuclei of 569 tumours, with standard deviations from a few thousandths to several hundred. A
# small network is trained on raw and on standardised features. Seeds 0 to 3 choose the best of six
# rates for **each kind**, and new seeds, 4 to 9, report.

# %% practice=true
RATES = (1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1)
if ready("standardize"):
    reported = {}
    for name, make in (("raw", None), ("standardised", standardize)):
        means = [np.mean([lesson.tumour_accuracy(make, lr, s) for s in range(4)]) for lr in RATES]
        best = RATES[int(np.argmax(means))]
        reported[name] = np.array([lesson.tumour_accuracy(make, best, s) for s in range(4, 10)])
        print(f"{name:12} best rate {best:g}, accuracy of six seeds", reported[name].round(3))
else:
    print("This cell waits.")

# %% claims=true
spread = load_breast_cancer().x.std(axis=0)
said = "from a few thousandths to several hundred"
claim(said, spread.min(), below=0.004)
claim(said, spread.max(), above=400)
better = reported["standardised"] - reported["raw"]
claim("the standardised features are better with each seed", better, above=0)

# %% [markdown]
# Within these 15 epochs, the standardised features are better with each seed, although the raw ones
# had their own best rate. <!-- no claim: setting -->
#
# ### Step 3: whitening
#
# S0 has a third step, "Decorrelate elements (whitening)", and shows a picture of it. Standardised
# features can still be correlated. *Whitening* rotates the data onto the eigenvectors of their
# covariance and divides by the root of each eigenvalue λ (plus a small number, because some λ may
# be nearly 0). Then the covariance is the identity. Here are two features of the tumours:

# %% practice=true
lesson.draw_clouds(lesson.clouds())

# %% practice=true fold="Run gradient descent on three versions of the inputs"
for name, (condition, steps) in lesson.steps_to_one_percent().items():
    print(f"{name:16} largest / smallest eigenvalue {condition:9.3g}, steps {steps}")

# %% claims=true
of = lesson.steps_to_one_percent()
claim("With the mean subtracted, 300 steps are not enough", of["mean subtracted"][1], above=299)
claim("Standardised, it takes 11", of["standardised"][1], equals=11, within=0.5)
claim("whitened, one", of["whitened"][1], equals=1, within=0.1)

# %% [markdown]
# The cell counts the steps that a linear model of 442 diabetes patients needs to come within 1 % of
# its least loss. <!-- no claim: setting --> With the mean subtracted, 300 steps are not enough.
# Standardised, it takes 11; whitened, one. (Notebook 04 says why: the ratio of the eigenvalues
# decides.) For the 150,528 inputs of a photograph the covariance alone would take 90 GB, so large
# images are only standardised. <!-- no claim: derived -->

# %% [markdown]
# ## 4 Minibatches
#
# The last step of S0's outline for the data cuts them into *minibatches*. Each one gives an
# *iteration*: the loss is the **mean over its samples**, and the weights make a step against its
# gradient. An *epoch* uses each training sample once, so 1,003 samples in batches of 100 are 11
# iterations. <!-- no claim: derived -->
#
# S3 ("Solution: Better Estimate of the Gradient") names three cases: a step for all data (vanilla),
# for each sample (stochastic), for each minibatch. One function is enough for all of them. Each
# call is a new epoch with a new order; the last batch is kept even if it is short. If `batch_size`
# exceeds n, there is one batch.


# %% solution="minibatch_indices"
def minibatch_indices(n, batch_size, rng):
    """One epoch: every index 0 … n-1 once, in random order, batch_size at a time.

    n : number of samples; batch_size : 1 or more; rng : numpy.random.Generator
    returns a list of index arrays
    """
    ### BEGIN SOLUTION
    order = rng.permutation(n)
    return [order[start : start + batch_size] for start in range(0, n, batch_size)]
    ### END SOLUTION


# %% check="minibatch_indices"
check("minibatch_indices", minibatch_indices)

# %% practice=true
if ready("minibatch_indices"):
    rng, n = np.random.default_rng(7), 1437
    losses = rng.exponential(size=n)  # invented losses of the samples
    for size in (n, 32, 1):
        batches = minibatch_indices(n, size, rng)
        means, sizes = [losses[b].mean() for b in batches], [len(b) for b in batches]
        print(f"batch size {size:4}: {len(batches):4} iterations in an epoch,", end=" ")
        print(f"mean of the batch means {np.mean(means):.4f},", end=" ")
        print(f"weighted by size {np.average(means, weights=sizes):.4f}")
    print(f"mean of all samples {losses.mean():.4f}")
    drawn = [rng.integers(n, size=32) for _ in range(n // 32)]  # S2's sample_data_batch, perhaps
    never = 1 - len(np.unique(drawn)) / n
    print(f"44 batches, each drawn from all samples: {never:.0%} of the samples are in none")
else:
    print("This cell waits.")

# %% [markdown]
# The mean loss of an epoch is the mean of the batch means only if they are **weighted by the
# sizes**, because the last batch is short.
#
# Each iteration has another batch, so it lowers another function. How far is the gradient of a
# batch from that of all data, and does the order of the samples matter? Ten epochs on the digits,
# with each order at its best of three rates (means of three seeds, which also choose the rate):

# %% practice=true
if ready("minibatch_indices"):
    errors = {size: lesson.gradient_error(minibatch_indices, size) for size in (1, 4, 16, 64, 256)}
    print("relative error of the gradient, by batch size:", end=" ")
    print(", ".join(f"{size}: {error:.2f}" for size, error in errors.items()))
    best_of = {}
    for order in ("shuffled", "drawn", "sorted"):
        at = {}
        for lr in (0.002, 0.01, 0.05):
            runs = [lesson.accuracy_of_order(order, s, lr, minibatch_indices) for s in range(3)]
            at[lr] = np.mean(runs)
        best_of[order] = max(at.values()), at[0.05]
        print(f"{order:9}", ", ".join(f"rate {lr}: {found:.2f}" for lr, found in at.items()))
else:
    print("This cell waits.")

# %% claims=true
claim("more than a third of the samples", never, above=1 / 3)
ratios = np.array([errors[k] / errors[4 * k] for k in (1, 4, 16)])
claim("a batch four times as large halves the error", ratios, equals=2, within=0.2, given=[4])
claim("sorted batches stay below 0.2", best_of["sorted"][1], below=0.2, given=[0.05])
gap = best_of["shuffled"][0] - best_of["sorted"][0]
claim("at their best rate they are still behind by more than 0.03", gap, above=0.03)
close = best_of["shuffled"][0] - best_of["drawn"][0]
claim("differ by less than a percentage point", 100 * abs(close), below=1)

# %% [markdown]
# - The error falls like $1/\sqrt B$ with the batch size B: a batch four times as large halves the
#   error. This is the standard error again. For large batches it falls faster, because an epoch
#   draws without replacement.
# - *Drawn*: each batch is drawn from all samples, as S2's `sample_data_batch()` may do. Then more
#   than a third of the samples are missing in an "epoch". Here this does no visible harm: the two
#   best accuracies differ by less than a percentage point.
# - *Sorted*: a file that is sorted by class and not shuffled. At the rate 0.05, sorted batches stay
#   below 0.2, and at their best rate they are still behind by more than 0.03. Each step lowers the
#   loss of one class and forgets the others. So S3 asks for "a batch of randomly selected samples".

# %% [markdown]
# ## 5 What belongs together stays together
#
# In *cross-validation* the samples are dealt into k parts, the **folds**. The network is trained k
# times; each fold is the validation set once, and the k − 1 others are the training set. So every
# sample is held out once.
#
# A random split assumes that samples are independent. But five pictures of one patient, or a
# hundred digits of one writer, belong together: they are a *group*. Ask: **what will be new when
# the network is used?** That has to be new in the test. For new patients, a whole group must be
# held out.
#
# Write folds of whole groups. `groups[i]` is the number of sample i's group: any integer, in any
# order, and the groups may have different sizes.
#
# - Every group is in exactly one validation set, with all of its samples; `train` holds all other
#   samples. The order of the indices inside an array is free.
# - The **numbers of groups** in the k validation sets differ by at most one. You decide which folds
#   have one more. The groups are dealt at random, from `rng`.
# - If every sample is its own group, `groups = np.arange(n)`, this is ordinary cross-validation.
#
# `np.unique` gives every name once, `np.array_split` cuts into k nearly equal pieces, `np.isin`
# asks for each entry whether it is among some others, and `np.flatnonzero` gives the indices where
# a mask is True.


# %% solution="group_folds"
def group_folds(groups, k, rng):
    """Deal whole groups into k folds; every group is held out once.

    groups : (n,) integers; equal numbers belong together
    k : number of folds, from 2 to the number of groups; rng : numpy.random.Generator
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
# Thirteen people wrote the course's 1,797 digits. <!-- no claim: source --> The file does not say
# who wrote which one. But the same row of 130 labels comes fourteen times: these are probably
# fourteen filled-in forms. <!-- no claim: source --> A *nearest-neighbour classifier* gives a new
# image the label of the training image that is closest. With ordinary folds, it makes about 12
# errors in 1,000 images. **How many if whole forms are held out?**

# %% guess="errors on the digits of new writers"
guess("ps01_writers", None, between=(0, 1000))  # a number of errors in 1,000 images

# %% practice=true
if ready("group_folds"):
    forms, everyone = lesson.writers(), np.arange(1797)
    known, unknown = (
        lesson.hits_in_folds(group_folds(groups, 5, np.random.default_rng(0)), 1)
        for groups in (everyone, forms)
    )
    missed = round(1000 * (1 - unknown.mean()))
    reveal("ps01_writers", missed, "Errors in 1,000 images with whole forms held out, five folds.")
else:
    print("This cell waits.")

# %% practice=true after="ps01_writers"
picture = lesson.draw_forms(known, unknown) if ready("group_folds") else None
picture

# %% claims=true
quote = "it makes about 12 errors in 1,000 images"
claim(quote, 1000 * (1 - known.mean()), equals=12, within=2.5, given=[1000])
ratio = (1 - unknown.mean()) / (1 - known.mean())
claim("more than twice as many errors", ratio, above=2, below=4)
by_form = np.array([np.mean((known - unknown)[forms == k]) for k in range(14)])
half = 2.16 * by_form.std(ddof=1) / 14**0.5
claim("the interval lies above 0", by_form.mean() - half, above=0)

# %% [markdown] after="ps01_writers"
# For new writers it makes more than twice as many errors. Each dot is one form, and the interval
# lies above 0. It is computed from fourteen numbers, not from 1,797: the images of one form are
# easy or hard together, and we ask about new forms.

# %% [markdown]
# ## 6 Two networks on the same data
#
# Two learning rates were tested on the same N splits, with accuracies $a_1, \dots, a_N$ and
# $b_1, \dots, b_N$. Some splits are easy for both, others are hard for both. So compare within each
# split: the **paired differences** are $d_n = a_n - b_n$. Their standard deviation, with the mean
# $\bar d$, is estimated by
#
# $$s^2 = \frac{1}{N-1} \sum_n (d_n - \bar d)^2 .$$
#
# $\bar d$ is a sum of N independent numbers, divided by N. With the two rules of the derivation in
# section 2 (variances of independent numbers add up; dividing by N divides a variance by N²), what
# is the standard error of $\bar d$?


# %% solution="paired_error"
def paired_error(a, b):
    """Mean of a - b, and its standard error.

    a, b : (N,), N at least 2; a[n] and b[n] are results on the same split, seed or sample
    returns difference, error
    """
    ### BEGIN SOLUTION
    d = a - b
    return d.mean(), d.std(ddof=1) / np.sqrt(len(d))
    ### END SOLUTION


# %% check="paired_error"
check("paired_error", paired_error)

# %% [markdown]
# Why pairs? $\mathrm{Var}(a - b) = \mathrm{Var}(a) + \mathrm{Var}(b) - 2\,\mathrm{Cov}(a, b)$. On
# different splits the covariance is 0. On the same splits it is usually positive.
#
# An *interval* for the true difference is $\bar d \pm t$ standard errors. For N = 3, 4, 5, 8 or 10
# and 95 %, take t = 4.3, 3.2, 2.8, 2.4 or 2.3 (*Student's t*; 2 would do only for many N, because
# few numbers give an inexact s). <!-- no claim: definition -->
#
# Now all steps of S0's outline in their order, on the tumours: divide, preprocess, minibatches;
# decide by validation; test once. Where would a leak enter?


# %% practice=true
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


# %% practice=true
if ready("split_indices", "standardize", "minibatch_indices", "group_folds", "paired_error"):
    tumours, rng = load_breast_cancer(), np.random.default_rng(11)
    rest, test = split_indices(569, (0.8, 0.2), rng)
    x, t, on_folds = tumours.x[rest], tumours.t[rest], {0.1: [], 0.01: []}
    for seed, (train, valid) in enumerate(group_folds(np.arange(len(rest)), 5, rng)):
        for lr, found in on_folds.items():
            rng = np.random.default_rng(seed)
            found.append(trained(x[train], t[train], x[valid], t[valid], lr, rng))
    difference, error = paired_error(*(np.array(found) for found in on_folds.values()))
    print(f"rate 0.1 minus rate 0.01: {difference:.4f} ± 2.8 · {error:.4f}")
    chosen = max(on_folds, key=lambda lr: np.mean(on_folds[lr]))
    once = trained(x, t, tumours.x[test], tumours.t[test], chosen, np.random.default_rng(0))
    print(f"rate {chosen}, tested once: {once:.3f}, standard error", end=" ")
    print(f"{np.sqrt(once * (1 - once) / len(test)):.3f}")
else:
    print("This cell waits.")

# %% [markdown]
# Folds of one split are not independent: any two of them have most training samples in common. So
# this interval is only a guide, and often too short. New data, or at least new splits, are better.

# %% [markdown]
# ## 7 What does a leak pretend?
#
# Now build a leak yourself, and measure it with 24 trainings. A study has 400 handwritten digits.
# **Three photographs** are taken of each of them (the same image with new noise). A tired person
# labels each digit once: all three photographs have this label, and in a study between 20 and 40 %
# of the digits have a wrong one. <!-- no claim: setting -->
#
# `trial(split, epochs, seed)` trains a network on half of the photographs of a study and returns
# its accuracy on the other half, measured with the labels of the file. The seed is that of the
# study.
#
# - `split` is `"photos"`, the leak: photographs are dealt at random, so most test photographs have
#   a sibling in the training set. Or it is `"digits"`: whole digits are dealt, by your
#   `group_folds`.
# - `epochs` is 1, 2, 4, 8, 16, 32 or 64.
#
# The owner of each split chooses its number of epochs by its own score. The **gain** by the leak is
# the mean accuracy of `"photos"` minus that of `"digits"`, **each at the number of epochs with its
# highest mean accuracy**. Report an interval of 95 % for the gain, over all studies.
#
# **A bad plan.** `lesson.made_up` invents noisy accuracies in a world where the gain is 0.25. Your
# neighbour finds that 32 epochs are best for the photographs, and takes 32 for both splits. So she
# can afford twelve seeds: 2 · 12 = 24. At 32 epochs the mean accuracies are 0.90 and 0.55. Her gain
# is about 0.90 − 0.55 = 0.35. She repeats it 40 times: <!-- no claim: setting -->

# %% practice=true fold="The bad plan as a function"


def same_epochs_for_both(trial, first=0):
    """The interval of the bad plan, with twelve seeds from `first` on."""
    photos, digits = (
        np.array([trial(split, 32, first + s) for s in range(12)]) for split in ("photos", "digits")
    )
    difference, error = paired_error(photos, digits)
    return difference - 2.2 * error, difference + 2.2 * error


# %% practice=true
picture = None
if ready("paired_error"):
    hers = [same_epochs_for_both(lesson.made_up, 12 * k) for k in range(40)]
    picture = lesson.draw_intervals(hers, truth=0.25)
picture

# %% claims=true
claim("None of the 40 intervals contains the gain", [low for low, _ in hers], above=0.25, given=[40])

# %% [markdown]
# None of the 40 intervals contains the gain. She gave the leak its best setting and the honest
# split a bad one. More seeds would only make her more certain.
#
# **Your plan.** Which numbers of epochs do you try for each split? Which seeds choose, and which
# report? Do both splits get the same seeds? (What chooses should not report: the largest of several
# noisy scores is too high on average.) At home you may train more; seed 0 as a start:

# %% practice=true
train = lesson.train
if ready("group_folds", "minibatch_indices"):
    train = lesson.trainer(group_folds, minibatch_indices)
home = Trials(train, lesson.OPTIONS, budget=1000)
for split in lesson.OPTIONS["split"]:
    print(split, [round(home(split, e, 0), 2) for e in lesson.OPTIONS["epochs"]])

# %% [markdown]
# Write the experiment as a function of `trial`. The check, our *referee*, repeats it in **200
# worlds**, where `trial` looks up trainings that were made before: <!-- no claim: setting -->
#
# - Each world has other seeds.
# - Each split has its best number of epochs where it is at home, or one place to the left or right
#   in the list.
# - A hidden number from −0.2 to 0.2 is added to all accuracies of `"photos"` (also beyond 1), so
#   that no gain from home is right. <!-- no claim: setting -->
#
# For all points, it never asks for a 25th training, at least 86 % of its intervals contain the gain
# of their world, and their mean width is at most 0.1. <!-- no claim: setting -->


# %% solution="leak_experiment"
def leak_experiment(trial):
    """Ask for at most 24 trainings; return low and high of the gain by the leak.

    trial : trial(split, epochs, seed) trains; trial.options["epochs"] are the numbers of epochs
    """
    ### BEGIN SOLUTION
    tried, reached = {"photos": (32, 64), "digits": (1, 2, 4, 8)}, {}
    for split, epochs in tried.items():
        best = max(epochs, key=lambda e: trial(split, e, 0))
        reached[split] = np.array([trial(split, best, seed) for seed in range(1, 9)])
    difference, error = paired_error(reached["photos"], reached["digits"])
    return difference - 2.4 * error, difference + 2.4 * error
    ### END SOLUTION


# %% check="leak_experiment"
check("leak_experiment", leak_experiment)

# %% practice=true fold="Your experiment with trainings of your own"
if ready("leak_experiment"):
    print(leak_experiment(Trials(train, lesson.OPTIONS, budget=24)))
else:
    print("This cell waits.")

# %% claims=true
from importlib.resources import files

table = np.load(files("grader.exercises.ps01") / "leak_experiment.npy") / 10_000
photos, digits = table.mean(axis=2)
claim("the gain is about 0.23", photos.max() - digits.max(), equals=0.23, within=0.03)
claim("64 epochs for both would have made it 0.32", photos[6] - digits[6], equals=0.32, within=0.03, given=[64])
claim("4 epochs for both only 0.06", photos[2] - digits[2], equals=0.06, within=0.015, given=[4])
claim("the leak chooses 64 epochs", photos[6] - photos[5], above=0.02, given=[64])
claim("4 are best without it", digits[2] - np.delete(digits, 2).max(), above=0.01, given=[4])

# %% [markdown]
# <details><summary>When you have your own interval: what 840 trainings say</summary>
#
# With 60 seeds for each setting, the gain is about 0.23. 64 epochs for both would have made it
# 0.32, and 4 epochs for both only 0.06. The leak does not only pretend a higher score. **It also
# chooses the wrong network**: the leak chooses 64 epochs, at which the network knows the wrong
# labels by heart, and 4 are best without it.
#
# </details>

# %% [markdown]
# ## 8 A question
#
# **Two boxes.** Section 5 has two accuracies for the same digits: with ordinary folds, and with the
# forms held out. You sell this classifier in two products. The first, for banks, reads the cheques
# of strangers. The second, a tablet, reads its owner's digits, after the owner has written 100
# digits into the training set. Each box should state the accuracy that its buyer will see. Which
# one do you print on which box?
#
# - a: forms held out for the bank, ordinary folds for the tablet
# - b: the one with ordinary folds on both: every image was tested there, and all are used
# - c: the one with the forms held out on both, because it is the cautious one
# - d: the mean of the two on both, because each box has some known and some unknown writers

# %% solution="answer_boxes"
answer_boxes = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_boxes = "a"
### END SOLUTION

# %% choice="boxes" key="a" points=1
check_choice("boxes", answer_boxes)
# a: What is new in use has to be new in the test. For the bank the writer is new. For the tablet
#    the writer is known and only the digit is new, as with ordinary folds.
# b: Both ways test every image once. But the bank never has training digits of the person who wrote
#    the cheque, and with ordinary folds the test digits have their writer in the training set.
# c: It fits the bank. The tablet has digits of its owner in the training set, so this accuracy is
#    the answer to a question that the tablet does not ask: it is biased, not cautious.
# d: For the bank every writer is unknown, for the tablet the owner is known. A mean of two answers
#    is right for neither.

# %% [markdown]
# ## To keep
#
# **When can you trust a test score?** If nothing that was learnt, chosen or decided has seen the
# test data; if what is new in use is new in the test; and up to its standard error.
#
# - Divide first, by groups if samples belong together. Standardise by the training set.
# - Every choice needs a validation set. The test set is used once.
# - Compare within pairs, each side at its own best setting, with other seeds, and use t.
#
# Without looking: (1) You choose a rate by five folds. How many times do you compute mean and
# standard deviation, with the final network? (2) How do you find out what somebody's whole program
# scores if there is nothing to find?
#
# <details><summary>Answers</summary>
#
# (1) Six times: each fold has its own training set, and so has the final network; the rates do not
# matter. (2) Deal the labels out at random and run the whole program again, choice of columns
# included, many times.
#
# </details>
#
# <details><summary>In PyTorch</summary>
#
# `torch.utils.data.random_split` deals samples into parts. `DataLoader(data, batch_size=100,
# shuffle=True)` gives the minibatches of an epoch; without `shuffle=True` it keeps the order of the
# file, and with `drop_last=True` it drops a short batch. `x.std(dim=0)` divides by N − 1 unless you
# say `correction=0`.
#
# </details>

# %% [markdown]
# ## Sources
#
# S0 "Training of neural networks – basics" (T. Okatani, Tohoku University), slides "Outline of
# training a neural net", "Stochastic gradient descent: Use of minibatch", "Generalization ability",
# "Standard practice of handling data", "Standardization of inputs"; S1 "Part II: Training"; S2
# "Training Neural Networks" (J. Choo, Korea University), slide "Gradient Descent Update"; S3
# "Backpropagation and Training" (C. V. Jawahar, IIIT Hyderabad); S4 "Neural networks (continued)"
# (A. Krause, ETH Zürich), slide "Batch normalization".
