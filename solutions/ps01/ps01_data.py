# %% [markdown]
# # Data: splits, standardising, whitening, minibatches
#
# Before a network is trained, somebody decides which samples it may learn from, in which units they
# come, and in which order. None of this is difficult. All of it can go wrong without an error
# message: the program runs, the loss falls, and the result is not true.
#
# You see a result that is too good to be true, and the mistake behind it. Then you write the
# functions that prepare data, and measure how much some rules of good practice help.
#
# **Afterwards you can**
#
# - split data so that a test result means what it says: at random, in folds, or by groups,
# - say how large a test set has to be, and whether the difference of two methods is more than
#   noise,
# - standardise and whiten with the statistics of the training data alone, and say what each of them
#   achieves and what it does not,
# - cut an epoch into minibatches, and say what goes wrong if they are not shuffled,
# - find, in a program or a study, the step where test data influence the training.
#
# **You need** means, variances, covariances, matrix products, eigenvectors of a symmetric matrix,
# and NumPy arrays as in notebook 00. The course's own library `course_lib` trains the networks.
# Training lowers a loss by small steps against its gradient; the *learning rate* sets their size. A
# *hidden unit* computes max(0, u), called *ReLU*, where u is a weighted sum of its inputs plus a
# bias. Later notebooks explain all this.
#
# Plan two evenings, with a break after section 4. The second half of section 5 is optional.

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

# %% setup=true
import math

import matplotlib.pyplot as plt
import numpy as np

from course_lib import preprocessing
from course_lib.backend import choose_device
from course_lib.datasets import load_breast_cancer, load_diabetes, load_digits, load_mnist5000
from course_lib.layers import LeakyReLU, ReLU
from course_lib.losses import softmax_cross_entropy
from course_lib.models import mlp
from course_lib.optimizers import SGD
from course_lib.plots import theme
from course_lib.training import accuracy
from grader.checking import check, check_choice, guess, ready, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 A guess first
#
# Here is a study on pure noise. A hundred patients have two thousand measurements each, and all of
# them are random numbers. Half of the patients are called ill, chosen at random. So there is
# nothing to find in this data. On new patients, every method is right in half of the cases on
# average.
#
# Four teams analyse the data. All of them put the measurements into comparable units, choose the 20
# that differ most between ill and healthy, and assign each patient of the test set to the group
# whose mean is closer. One team is careful. Each of the other three makes a mistake:
#
# - a: *standardises first*: the mean and the standard deviation of each measurement are computed
#   from all patients, including those of the test set;
# - b: *chooses first*: the 20 measurements are chosen from the data of all patients, including
#   those of the test set;
# - c: *copies*: by mistake, ten of the 100 rows are copies of other rows; a patient can then be in
#   the training set and in the test set.
#
# **Which mistake makes the test result look best?** (Guess its accuracy in your head, too.)

# %% guess="which mistake looks best"
guess("ps01_leak", None, among="abc")  # your guess in place of None: "a", "b" or "c"

# %% [markdown]
# You are about to write the functions that split and standardise. Until then, the study uses the
# library's functions. Run the study again later with yours.


# %% practice=true fold="Choose the functions to use"
def tools(*names):
    """Your functions of these names once they pass their checks, until then the library's."""
    own = ready(*names)
    print("This runs on", "your functions." if own else "the library's functions, not yet yours.")
    return [globals()[name] if own else getattr(preprocessing, name) for name in names]


split, learn_units, use_units = tools("split_indices", "standardize_fit", "standardize_apply")


# %% practice=true fold="Define how to choose and classify"
def most_different(x, t, how_many=20):
    """The columns in which the means of the two groups are furthest apart."""
    gap = np.abs(x[t == 1].mean(axis=0) - x[t == 0].mean(axis=0))
    return np.argsort(-gap)[:how_many]


def closer_group(x_train, t_train, x_new):
    """1 where a sample is closer to the mean of group 1 than to that of group 0."""
    middle0, middle1 = (x_train[t_train == k].mean(axis=0) for k in (0, 1))
    to0, to1 = (np.sum((x_new - middle) ** 2, axis=1) for middle in (middle0, middle1))
    return (to1 < to0).astype(int)


# %% practice=true
def study(team, seed, n=100, D=2000):
    """The share of test patients that a team classifies correctly; x is noise, t is random."""
    rng = np.random.default_rng(seed)
    x, t = rng.normal(size=(n, D)), rng.permutation(np.arange(n) % 2)
    if team == "copies":
        x[-10:], t[-10:] = x[:10], t[:10]
    train, test = split(n, (0.6, 0.4), rng)
    x = use_units(x, learn_units(x if team == "standardises first" else x[train]))
    seen = np.arange(n) if team == "chooses first" else train
    keep = most_different(x[seen], t[seen])
    said = closer_group(x[train][:, keep], t[train], x[test][:, keep])
    return np.mean(said == t[test])


# %% [markdown]
# Which line of `study` holds each of the three mistakes? We repeat the study 40 times, each time
# with new noise. Here and below, the number after ± is the standard deviation, unless stated
# otherwise.

# %% practice=true
TEAMS = ("careful", "standardises first", "chooses first", "copies")
found = {team: [study(team, seed) for seed in range(40)] for team in TEAMS}

# %% practice=true fold="Compare with your guess"
letters = {"standardises first": "a", "chooses first": "b", "copies": "c"}
best_team = max(letters, key=lambda team: np.mean(found[team]))
words = {letter: team for team, letter in letters.items()}
right = f"Classified correctly: {np.mean(found[best_team]):.0%}."
reveal("ps01_leak", letters[best_team], right, words)

# %% practice=true fold="Draw the results of the teams" after="ps01_leak"
with theme.style():
    figure, ax = plt.subplots(figsize=(7, 2.8))
    for row, team in enumerate(reversed(TEAMS)):
        ax.barh(row, np.mean(found[team]), color="0.75")
        jitter = np.linspace(-0.3, 0.3, len(found[team]))
        ax.plot(found[team], row + jitter, "o", color="black", markersize=2)
    ax.axvline(0.5, color=theme.INK, linestyle="--")
    ax.text(0.51, 3.55, "a coin", va="bottom", fontsize=9)
    ax.set_yticks(range(len(TEAMS)), reversed(TEAMS))
    ax.set(xlabel="share classified correctly (bar: mean, dot: one study)", xlim=(0, 1))
    ax.set(ylim=(-0.6, 4.1), title="Test results of four teams on pure noise (40 studies)")
    plt.show()
for team in TEAMS:
    print(f"{team:20} {np.mean(found[team]):.2f} ± {np.std(found[team], ddof=1):.2f}", end=", ")
    print(f"lowest {min(found[team]):.2f}", end="   ")
    gain = np.subtract(found[team], found["careful"])  # the same noise and the same split
    print(f"minus careful: {gain.mean():+.2f} ± {gain.std(ddof=1):.2f}", end=", ")
    print(f"higher in {np.sum(gain > 0)} of 40")

# %% [markdown] after="ps01_leak"
# *In words: a bar for each team with the mean over 40 studies, and a dot for each study. The
# means of the careful team and of the one that standardises first lie within 0.03 of the coin's
# 0.5. The copies raise the mean a little. Choosing first raises it to more than 0.8, and every one
# of its 40 dots lies above 0.7.*
#
# Among two thousand columns of noise there are always twenty that happen to separate ill from
# healthy in these hundred patients, **including the test patients**. Team b used the labels (ill or
# healthy) of the test patients to choose these columns.
#
# The conclusion: **everything that is learnt from data must be learnt from the training data**.
# This includes the choice of the columns. If test data influence the training, this is a
# **leak**. Each of the three leaks is one line of `study` (with `learn_units`, with `seen =`, and
# below the `if`), and none causes an error message. They do not do the same harm. The copies helped
# little: on average only about five of the 40 test patients were in the training set as well.
# Standardising first had no visible effect. Section 4 measures it on real data.
#
# The harm of team b's mistake grows with the number of columns to choose from. The next cell shows
# it with ten studies each.

# %% practice=true fold="Vary the number of columns" after="ps01_leak"
by_columns = []
for D in (20, 100, 500, 2000, 8000):
    shares = [study("chooses first", seed, D=D) for seed in range(10)]
    by_columns.append(np.mean(shares))
    print(f"20 of {D:5} columns of noise: {np.mean(shares):.2f} ± {np.std(shares, ddof=1):.2f}")

# %% claims=true
near = [abs(np.mean(found[team]) - 0.5) for team in ("careful", "standardises first")]
claim("within 0.03 of the coin's 0.5", max(near), below=0.03, given=[0.5])
claim("Choosing first raises it to more than 0.8", np.mean(found["chooses first"]), above=0.8)
claim("every one of its 40 dots lies above 0.7", found["chooses first"], above=0.7, given=[40])
lifted = np.array(found["copies"]) - found["careful"]
standard = lifted.std() / math.sqrt(40)
claim("The copies raise the mean a little", lifted.mean(), above=2 * standard, below=0.1)
claim("grows with the number of columns to choose from", np.diff(by_columns), above=0)
both = np.subtract(found["standardises first"], found["careful"])
twins = []
for seed in range(40):
    rng = np.random.default_rng(seed)
    rng.normal(size=(100, 2000)), rng.permutation(100)
    train_rows, test_rows = split(100, (0.6, 0.4), rng)
    copied = [k for k in test_rows if k < 10 or k >= 90]
    twins.append(np.sum(np.isin([(k + 90) % 180 for k in copied], train_rows)))
claim("only about five of the 40 test", np.mean(twins), equals=5, within=0.6, given=[40])
claim("Standardising first had no visible effect", abs(both.mean()), below=0.02)

# %% [markdown]
# ## 2 The idea
#
# S0 says of the training loss: "You can make it as small as you like, even toward zero" (slide
# "Generalization ability"). But we want to know how good the network is on data that it has not
# seen. To find out, we hold out some data. That is why S0's "Outline of training a neural net" has
# a step for the data: **divide, preprocess, cut into minibatches**, in this order. It divides the
# data into three parts (S0, "Standard practice of handling data"):
#
# - The **training set** is used to compute the gradients. Means, standard deviations and everything
#   else that the preprocessing needs are computed from it as well.
# - The **validation set** is used whenever you decide something: which learning rate, which
#   network, when to stop.
# - The **test set** is used once, at the end. If you decide something by it, it becomes validation
#   data.
#
# Think of a deck of cards, one for each sample. Shuffle it, deal it into three parts, and train
# with the first part only. In each **epoch** the training cards are shuffled again and dealt into
# minibatches. Each minibatch gives one **iteration**: the *optimizer* makes one step of the weights
# against the gradient.

# %% practice=true fold="Draw the cards"
card_rng = np.random.default_rng(3)
deck = card_rng.permutation(16)
rows = [("as in the file", np.arange(16), ()), ("shuffled and dealt", deck, (10, 13))]
rows += [(f"epoch {e}", card_rng.permutation(deck[:10]), (4, 8)) for e in (1, 2)]
with theme.style():
    figure, ax = plt.subplots(figsize=(9, 3))
    for row, (name, cards, cuts) in enumerate(rows):
        ax.text(-0.8, -row, name, ha="right", va="center")
        for place, card in enumerate(cards):
            part = int(np.searchsorted((10, 13), list(deck).index(card), side="right"))
            left = place + 0.6 * sum(place >= cut for cut in cuts)
            face = {"facecolor": ("#CFE3F1", "#F9E3C3", "#D9D9D9")[part], "edgecolor": theme.INK}
            ax.add_patch(plt.Rectangle((left - 0.42, -row - 0.33), 0.84, 0.66, **face))
            ax.text(left, -row, str(card), ha="center", va="center", fontsize=9)
    for left, name in ((4.5, "training"), (11.6, "validation"), (15.2, "test")):
        ax.text(left, -1.5, name, ha="center", va="center", fontsize=9, color=theme.QUIET)
    ax.set(xlim=(-4.4, 17), ylim=(-3.6, 0.6))
    ax.set_title("A data set of 16 samples: shuffled, split, and cut into minibatches")
    ax.axis("off")
    plt.show()

# %% [markdown]
# *In words: four rows of cards. The first holds 0 to 15 in order, in the colours of their later
# parts. In the second they are shuffled and dealt into ten training
# cards (blue), three validation cards (yellow) and three test cards (grey). The third and the
# fourth row are two epochs: the ten training cards, each time in another order, in batches of four,
# four and two.*

# %% [markdown]
# ## 3 Splits
#
# ### The definition
#
# The samples have the numbers 0 to n − 1. Your first function shuffles these numbers and cuts the
# result into parts. The fractions give the sizes:
# **every part but the first gets floor(n · fraction) samples, and the first, which is usually the
# training set, gets the rest**. If n is tiny, a part may be empty. (100 · 0.29 gives 28.999… in
# Python, so the floor is 28. The check expects this.)


# %%
def deal_in_loops(order, sizes):
    """The first sizes[0] entries of order, then the next sizes[1], and so on."""
    parts, position = [], 0
    for size in sizes:
        part = []
        for _ in range(size):
            part.append(order[position])
            position += 1
        parts.append(part)
    return parts


print(deal_in_loops([3, 0, 6, 2, 5, 1, 4], (5, 1, 1)))

# %% [markdown]
# The randomness comes from `rng`, a NumPy generator that the caller made with a number, the *seed*
# (`np.random.default_rng(seed)`). If a function draws from `rng` only, its result can be repeated:
# same seed, same split. If it makes its own generator, its caller can no longer choose the seed. A
# generator can do this:

# %%
rng = np.random.default_rng(7)
print("permutation:", rng.permutation(6))
print("another one:", rng.permutation(6))
print("uniform:    ", rng.random(3))
print("integers:   ", rng.integers(6, size=6), "(these may repeat)")

# %% [markdown]
# Write `split_indices`. It returns indices, not data, because the same indices are needed for `x`,
# `t` and whatever else is known about the samples. There may be any number of parts, and each is an
# array of integers.


# %% solution="split_indices"
def split_indices(n, fractions, rng):
    """Deal the indices 0 … n-1 out in random order.

    n : number of samples
    fractions : one share per part, such as (0.8, 0.1, 0.1), with sum 1
    rng : numpy.random.Generator
    returns a tuple of index arrays, one per fraction
    """
    ### BEGIN SOLUTION
    order = rng.permutation(n)
    sizes = [int(n * fraction) for fraction in fractions[1:]]
    sizes.insert(0, n - sum(sizes))
    return tuple(np.split(order, np.cumsum(sizes)[:-1]))
    ### END SOLUTION


# %% check="split_indices"
check("split_indices", split_indices)

# %% [markdown]
# Why not take `x[:n_train]`? Many files are sorted by class. We sort the digits by class and split
# them in two ways. The table counts the digits in the test set:

# %% practice=true fold="Split the sorted digits"
digits = load_digits()
if ready("split_indices"):
    by_class = np.sort(digits.t)
    n = len(by_class)
    kept, aside = split_indices(n, (0.8, 0.2), np.random.default_rng(0))
else:
    print("This cell waits.")

# %% practice=true fold="Count the digits in both"
if ready("split_indices"):
    print("digit         ", "".join(f"{k:5}" for k in range(10)))
    for name, part in (("the last fifth", np.arange(n)[-len(aside) :]), ("dealt by you", aside)):
        counts = np.bincount(by_class[part], minlength=10)
        print(f"{name:14}", "".join(f"{c:5}" for c in counts))

# %% [markdown]
# With the last fifth held out, a network is trained without eights and nines, and tested on eights,
# nines and five sevens, and on no other digit.
#
# ### How large must a test set be?
#
# Suppose the network is right with probability $p$ on each sample, independently. The number of
# hits on $m$ test samples is then a sum of $m$ random numbers, 1 or 0, each with the variance
# $p(1-p)$. What is the variance of the *share* of hits, the sum divided by $m$? The square root of
# this variance is called the **standard error**. It says how far the measured accuracy typically is
# from the true one. Write a function for the standard error.
#
# <details><summary>The derivation</summary>
#
# - One sample gives a random number $h$ that is 1 with probability $p$ and 0 otherwise. Its mean is
#   $p$.
# - Since $h^2 = h$, its variance is $E(h^2) - E(h)^2 = p - p^2 = p (1 - p)$.
# - The variances of independent random numbers add up: the sum of $m$ of them has $m\, p (1 - p)$.
# - Dividing a random number by $m$ divides its variance by $m^2$: the share has
#   $m\, p (1 - p) / m^2 = p (1 - p) / m$.
# - The standard error is the root of that: $\sqrt{p (1 - p) / m}$.
#
# </details>


# %% solution="standard_error"
def standard_error(p, m):
    """Standard deviation of the share of hits among m samples, each a hit with probability p."""
    ### BEGIN SOLUTION
    return np.sqrt(p * (1 - p) / m)
    ### END SOLUTION


# %% practice=true fold="Compare standard_error with coins"
coins = np.random.default_rng(1)
for p, m in ((0.5, 100), (0.9, 100), (0.9, 1000), (0.97, 360)):
    thrown = np.std(coins.binomial(m, p, size=20_000) / m)
    try:
        mine = standard_error(p, m)
    except NotImplementedError:
        print("standard_error is not written yet.")
        break
    verdict = "agrees" if abs(mine - thrown) < 0.03 * thrown else "DIFFERS"
    print(f"p = {p}, m = {m:4}: coins {thrown:.4f}, yours {mine:.4f}  {verdict}")

# %% [markdown]
# So an accuracy of 90 % measured on 100 samples has a standard error of 3 percentage points. A
# difference between 91 % and 90 % on two such test sets is much smaller than its own standard
# error, about 4 percentage points. To make the standard error ten times smaller, you need a hundred
# times as many samples.
#
# We train a network on 601 digits and test it on many sets of m other digits. They are drawn,
# without replacement, from the 1,196 digits left over. This multiplies the variance of the accuracy
# by $(1196 - m)/1195$, down to 0 for m = 1196. The dashed lines in the figure
# use the standard error times the root of this factor, with the accuracy on all 1,196 as p. The
# root is 0.87 for m = 300.

# %% claims=true
error_100 = standard_error(0.9, 100)
claim("a standard error of 3 percentage points", 100 * error_100, equals=3, within=0.1)
two_sets = 100 * math.hypot(standard_error(0.91, 100), error_100)
claim("own standard error, about 4 percentage points", two_sets, equals=4, within=0.3)
claim(
    "To make the standard error ten times smaller, you need a hundred times as many samples",
    error_100 / standard_error(0.9, 10000),
    equals=10,
    within=1e-6,
)
last_fifth = np.bincount(by_class[-len(aside) :], minlength=10)
claim(
    "on eights, nines and five sevens, and on no other digit", last_fifth[7], equals=5, within=0.1
)
claim("on eights, nines and five sevens, and on no other digit", last_fifth[:7].max(), below=1)
claim("on eights, nines and five sevens, and on no other digit", last_fifth[8:], above=100)

# %% practice=true fold="Draw the accuracy on the test sets"
if ready("split_indices"):
    rng = np.random.default_rng(0)
    some, others = split_indices(len(digits.x), (0.334, 0.666), rng)
    linear = mlp((64, 10), rng=rng)
    optimizer = SGD(linear.parameters(), lr=0.5)
    for _ in range(60):  # steps on all of them at once
        y, back = linear.forward(digits.x[some], training=True)
        _, dy = softmax_cross_entropy(y, digits.t[some])
        optimizer.zero_grad()
        back(dy)
        optimizer.step()
    hits = linear(digits.x[others]).argmax(axis=1) == digits.t[others]
    sizes = (10, 30, 100, 300)
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3))
        seen_by = {}
        for m in sizes:
            shares = seen_by[m] = [rng.choice(hits, m, replace=False).mean() for _ in range(60)]
            ax.plot(m * rng.uniform(0.9, 1.1, 60), shares, "o", color=theme.FORWARD, markersize=3)
        m = np.geomspace(8, 400, 50)
        band = np.sqrt(hits.mean() * (1 - hits.mean()) / m * (len(hits) - m) / (len(hits) - 1))
        for side, name in ((-2, "− 2 standard errors"), (2, "+ 2 standard errors")):
            ax.plot(m, hits.mean() + side * band, color=theme.INK, linestyle="--")
            ax.text(420, hits.mean() + side * band[-1] * 1.6, name, va="center", fontsize=9)
        ax.set(xscale="log", xticks=sizes, xticklabels=sizes, ylim=(0.6, 1.02), xlim=(8, 1300))
        ax.set(xlabel="size m of the test set", ylabel="accuracy on the test set")
        ax.set_title("Accuracy of one network on 60 test sets of each size")
        plt.show()
    inside, p = {}, hits.mean()
    for m, shares in seen_by.items():
        error = math.sqrt(p * (1 - p) / m * (len(hits) - m) / (len(hits) - 1))
        inside[m] = np.mean(np.abs(np.array(shares) - p) < 2 * error)
    print("between the dashed lines:", ", ".join(f"{s:.0%} at {m}" for m, s in inside.items()))
else:
    print("This cell waits.")

# %% [markdown]
# *In words: the accuracy of one network on 60 test sets of 10 images each, and on 60 sets each of
# 30, 100 and 300 images. The dots scatter widely at 10 and narrow to a few percentage points at
# 300. More than nine in ten lie between two dashed lines, two standard errors above and below the
# accuracy on all 1,196 images that it was not trained on.*

# %% claims=true
claim("We train a network on 601 digits", len(digits.x) - len(hits), equals=601, within=0.5)
claim("1,196 images that it was not trained on", len(hits), equals=1196, within=0.5)
factor_300 = math.sqrt((1196 - 300) / 1195)
claim("The root is 0.87 for m = 300", factor_300, equals=0.87, within=0.005, given=[300])
claim("More than nine in ten lie between two dashed lines", list(inside.values()), above=0.9)
claim("The dots scatter widely at 10", np.ptp(seen_by[10]), above=0.2, given=[10])
claim("narrow to a few percentage points at 300", np.ptp(seen_by[300]), below=0.1, given=[300])

# %% [markdown]
# ### Cross-validation: every sample is held out once
#
# While you decide between methods, you can validate on every sample outside the test set. Deal
# these samples into k parts, the **folds**. Train k times. Each fold is the validation set once;
# the other k − 1 folds are the training set. So each sample gets a result from a network not
# trained on it.

# %% [markdown]
# Write `k_folds`, for k from 2 to n. It returns a list of k pairs `(train, validation)`, each side
# an array of indices. Every index is in exactly one validation set, and `train` holds all other
# indices, in any order. The sizes of the validation sets differ by at most one; you decide which
# ones are larger. All randomness comes from `rng`.


# %% solution="k_folds"
def k_folds(n, k, rng):
    """Split the indices 0 … n-1 at random in k ways; every index is held out once.

    n : number of samples; k : number of folds; rng : numpy.random.Generator
    returns a list of k pairs (train, validation) of index arrays
    """
    ### BEGIN SOLUTION
    parts = np.array_split(rng.permutation(n), k)
    return [(np.concatenate(parts[:j] + parts[j + 1 :]), parts[j]) for j in range(k)]
    ### END SOLUTION


# %% check="k_folds"
check("k_folds", k_folds)

# %% [markdown]
# Now use your folds to choose between methods. A *nearest-neighbour classifier* learns nothing: it
# compares a new image with all training images (the distances are those of notebook 00), and
# answers with the most frequent label (class) of the closest ones. At a tie, the smallest label
# wins. How many neighbours should it ask? (We only compare and report no final accuracy, so we set
# no test set aside.)


# %% practice=true fold="Define the nearest-neighbour classifier"
images = digits.x.astype("float64")


def neighbours_hit(train, new, how_many):
    """For each new image: 1 if the most frequent label of its nearest training images is right."""
    distances = preprocessing.pairwise_sq_dists(images[new], images[train])
    nearest = np.argsort(distances, axis=1, kind="stable")[:, :how_many]
    said = [np.bincount(labels, minlength=10).argmax() for labels in digits.t[train][nearest]]
    return (said == digits.t[new]).astype(float)


def hits_in_folds(folds, how_many):
    """1 for each image that is classified correctly while its fold is held out, otherwise 0."""
    hits = np.zeros(len(images))
    for train, validation in folds:
        hits[validation] = neighbours_hit(train, validation, how_many)
    return hits


# %% practice=true fold="Try five numbers of neighbours"
if ready("k_folds"):
    folds = k_folds(len(images), 5, np.random.default_rng(0))
    by_number, spreads = {}, {}
    print("neighbours   accuracy   std of the five folds   √(p (1 − p) / 359)")
    for how_many in (1, 3, 9, 17, 33):
        found_here = by_number[how_many] = hits_in_folds(folds, how_many)
        p = found_here.mean()
        of_folds = np.std([found_here[validation].mean() for _, validation in folds], ddof=1)
        spreads[how_many] = of_folds, math.sqrt(p * (1 - p) / 359)
        print(f"{how_many:10}   {p:8.4f}   {of_folds:21.4f}   {spreads[how_many][1]:18.4f}")
else:
    print("This cell waits.")

# %% [markdown]
# One fold has about 359 images. Compare the last two columns: the accuracies of the five folds
# spread about as the formula says, within a factor of two. (A standard deviation of only five
# numbers is itself uncertain by about a third.)
#
# The accuracies with 1 and with 9 neighbours differ by about 0.007. Two folds differ as much by
# chance. So one result of each method, from different folds, cannot decide between 1 and 9
# neighbours. The mean of five folds is more precise, by a factor of about $\sqrt5$.
# Comparing both methods on the same images makes the result more
# precise without more training.
#
# ### Two methods on the same samples
#
# We tested 1 and 9 neighbours on the *same* images. For image $n$, let $a_n = 1$ if the classifier
# with one neighbour is right, otherwise 0. Let $b_n$ be the same with nine neighbours. Most images
# are easy for both or hard for both: there the difference is 0. So look at the **paired
# differences** $d_n = a_n - b_n$. Their mean is the difference of the two accuracies. What is the
# **standard error of this mean**? Write it for any two arrays of N paired results (floats). Divide
# by N − 1 in the standard deviation.
#
# <details><summary>The derivation</summary>
#
# - The mean of N independent random numbers with standard deviation $s$ has the standard error
#   $s/\sqrt N$: the variance of the sum is $N s^2$, and dividing by N divides it by $N^2$.
# - Here the numbers are the $d_n$, so $s$ is their standard deviation. With the mean $\bar d$ it is
#   estimated by $s^2 = \frac{1}{N-1} \sum_n (d_n - \bar d)^2$.
# - Why it is smaller than without pairs: $\mathrm{Var}(a - b) = \mathrm{Var}(a) + \mathrm{Var}(b) -
#   2 \mathrm{Cov}(a, b)$. If $a$ and $b$ come from different samples, the covariance is 0. On the
#   same samples it is usually positive.
#
# </details>


# %% solution="paired_error"
def paired_error(a, b):
    """Standard error of the mean of a - b; a[n] and b[n] are results on the same sample."""
    ### BEGIN SOLUTION
    return np.std(np.subtract(a, b), ddof=1) / np.sqrt(len(a))
    ### END SOLUTION


# %% practice=true fold="Compare paired_error with repeated tests"
pairs_rng = np.random.default_rng(3)
easy = pairs_rng.normal(size=(5000, 20))  # 5,000 tests of 20 samples, which are easy or hard
a, b = (easy + pairs_rng.normal(m, 0.5, size=easy.shape) for m in (0.3, 0.1))
try:
    mine = np.sqrt(np.mean([paired_error(*pair) ** 2 for pair in zip(a, b, strict=True)]))
except NotImplementedError:
    print("paired_error is not written yet.")
else:
    repeated = np.std(np.mean(a - b, axis=1))
    verdict = "agrees" if abs(mine / repeated - 1) < 0.02 else "DIFFERS"
    print(
        f"5,000 tests: their mean differences spread by {repeated:.4f}, yours {mine:.4f}  {verdict}"
    )

# %% practice=true fold="Compare 1 neighbour with 9"
if ready("k_folds"):
    N, by_deal = len(images), []
    for seed in range(3):
        dealt_anew = k_folds(N, 5, np.random.default_rng(seed))
        by_deal.append([hits_in_folds(dealt_anew, how_many) for how_many in (1, 9)])
    difference = by_deal[0][0] - by_deal[0][1]
    print(f"seed 0: right with 1 only {np.sum(difference > 0)} images", end=", ")
    print(f"with 9 only {np.sum(difference < 0)}")
    in_pairs, unpaired = [], []
    try:
        print("lead: accuracy with 1 neighbour minus accuracy with 9; error: its standard error")
        print("folds      lead   error with pairs   lead/error   error without pairs   lead/error")
        for seed, (one, nine) in enumerate(by_deal):
            paired, lead = paired_error(one, nine), np.mean(one - nine)
            alone = math.sqrt(np.var(one, ddof=1) / N + np.var(nine, ddof=1) / N)
            in_pairs.append(lead / paired)
            unpaired.append(lead / alone)
            print(f"seed {seed} {lead:9.4f} {paired:18.4f} {lead / paired:12.1f}", end=" ")
            print(f"{alone:21.4f} {lead / alone:12.1f}")
    except NotImplementedError:
        print("paired_error is not written yet.")
else:
    print("This cell waits.")

# %% [markdown]
# "Without pairs" means on two different sets of images. On fewer than 40 of the 1,797 images
# exactly one of the two methods is right. So pairs make the standard error smaller by about a
# third: on average, 1 neighbour is ahead by about 2 of these standard errors instead of 1.5. (This
# lead is slightly too large on average, because 1 is the best of the five numbers of neighbours.)
# So from here on, we compare on the same samples, splits or seeds whenever we can, and look at the
# differences.
#
# ### What belongs together stays together
#
# A random split assumes that the samples are independent. In three common cases they are not:
#
# - The same sample is there twice, as for team c in section 1. Remove the copies first.
# - Samples come in groups: five pictures of each patient, ten sentences of each writer.
# - The network has to predict the future. Then test it on what came later than the training data.
#
# In each case ask: *what will be new when the network is used?* That has to be new in the test.

# %% [markdown]
# Write `group_split` for the second case. `groups[i]` is the number of sample i's group.
#
# - The numbers are any integers in any order, and the groups may have different sizes.
# - All samples of a group go to the same part, and every index is in exactly one part.
# - The groups are dealt in random order. You decide with which group a part ends.
# - The fractions are shares of the *samples*: the size of each part, also of the last one, differs
#   from n · fraction by at most the size of the largest group. The check accepts every rule with
#   this property.
# - The order of the indices inside a part is free.
#
# <details><summary>A rule, with an example</summary>
#
# - If you fill each part up to its own n · fraction, the errors add up in the last part. So look at
#   the sum of the sizes of all groups dealt so far.
# - Part j ends with the first group at which this sum reaches n · (f₁ + … + fⱼ). If an earlier part
#   has reached this limit already, part j is empty. The last part gets the rest.
# - For example, the groups have the sizes 3, 4 and 3 in the order drawn, and the fractions are 0.5,
#   0.3 and 0.2. The limits are 5, 8 and 10, the sums are 3, 7 and 10. Part 1 ends with the second
#   group, because 7 ≥ 5; part 2 ends with the third, because 10 ≥ 8; part 3 is empty.
#
# </details>
#
# <details><summary>What NumPy has for it</summary>
#
# `names, number = np.unique(groups, return_inverse=True)` gives every name once, and for each
# sample the place of its name in `names`. `np.isin(groups, chosen)` is True where a group is among
# the chosen ones. `np.flatnonzero(mask)` gives the indices where a mask is True.
#
# </details>


# %% solution="group_split"
def group_split(groups, fractions, rng):
    """Deal whole groups out in random order.

    groups : (n,) integers; equal numbers belong together
    fractions : one share of the n samples per part, such as (0.8, 0.2), with sum 1
    rng : numpy.random.Generator
    returns a tuple of arrays of indices 0 … n-1, one per fraction
    """
    ### BEGIN SOLUTION
    names, number = np.unique(groups, return_inverse=True)
    order = rng.permutation(len(names))
    sizes = np.bincount(number)[order]
    middles = np.cumsum(sizes) - sizes / 2  # of the groups, laid in a row in this order
    part = np.empty(len(names), int)
    part[order] = np.searchsorted(len(groups) * np.cumsum(fractions)[:-1], middles)
    return tuple(np.flatnonzero(part[number] == j) for j in range(len(fractions)))
    ### END SOLUTION


# %% check="group_split"
check("group_split", group_split)

# %% [markdown]
# ### Who wrote it?
#
# The description of the digits says that 13 people wrote them. The file does not say who wrote
# which digit. But look at the labels in the order of the file:

# %% practice=true fold="Print the labels of the file"
FORM_STARTS = (0, 130, 256, 386, 516, 646, 776, 906, 1029, 1157, 1287, 1415, 1545, 1667)
for start in FORM_STARTS[:4]:
    print(f"labels from {start:4} on:", "".join(map(str, digits.t[start : start + 60])), "…")
writer = np.searchsorted(FORM_STARTS, np.arange(len(digits.t)), side="right") - 1
matches = []  # share of labels that come in the order of the first row of 130
for form in range(14):
    left = iter(digits.t[:130])
    matches.append(np.mean([label in left for label in digits.t[writer == form]]))
print(f"in each of 14 blocks, {min(matches):.0%} to {max(matches):.0%}", end=" ")
print("of the labels come in the order of the first 130")

# %% [markdown]
# The four rows begin alike. In fact the same row of 130 digits comes fourteen times in the file. A
# few digits are missing, and almost all others fit. The digits come from a printed form, says the
# description, so each block is probably one filled-in form (and one person filled in two). With
# random folds, every form is on both sides of every split. One neighbour then makes about 12 errors
# in 1,000 images. Now we deal the forms into five parts with `group_split`, and hold out each part
# once. **How many errors in 1,000 images does one neighbour make if no form is on both sides?**

# %% guess="errors on the digits of new writers"
guess("ps01_writers", None, between=(0, 1000))  # a number of errors in 1,000 images

# %% practice=true fold="Hold out each part once"
if ready("k_folds", "group_split"):
    parts = group_split(writer, (0.2, 0.2, 0.2, 0.2, 0.2), np.random.default_rng(0))
    everyone = np.arange(len(images))
    by_writers = [(np.setdiff1d(everyone, part), part) for part in parts]
    known, unknown = hits_in_folds(folds, 1), hits_in_folds(by_writers, 1)
else:
    print("This cell waits.")

# %% practice=true fold="Compare with your guess"
if ready("k_folds", "group_split"):
    errors = round(1000 * (1 - unknown.mean()))
    reveal("ps01_writers", errors, "Errors in 1,000 images, with the forms dealt by group_split.")
else:
    print("This cell waits.")

# %% practice=true fold="Draw the difference form by form" after="ps01_writers"
if ready("k_folds", "group_split"):
    of_form = np.array([np.mean((known - unknown)[writer == form]) for form in range(14)])
    error_of_forms = np.std(of_form, ddof=1) / math.sqrt(14)
    error_of_images = np.std(known - unknown, ddof=1) / math.sqrt(len(images))
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3))
        ax.axvline(0, color=theme.QUIET, linewidth=1)
        ax.plot(100 * np.sort(of_form), range(1, 15), "o", color=theme.FORWARD)
        bar = {"fmt": "D", "color": theme.INK, "capsize": 4, "markersize": 5}
        ax.errorbar(100 * of_form.mean(), 15.5, xerr=200 * error_of_forms, **bar)
        beside = 100 * of_form.mean() + 200 * error_of_forms + 0.3
        ax.text(beside, 15.5, "mean ± 2 standard errors", va="center", fontsize=9)
        ax.set(yticks=(1, 7, 14), ylim=(0, 17), ylabel="forms, sorted")
        ax.set_xlabel("additional errors if the form is held out (percentage points)")
        ax.set_title("Errors with the forms held out, minus errors with random folds")
        plt.show()
    print(f"accuracy: random folds {known.mean():.3f}, forms held out {unknown.mean():.3f}")
    print(f"more errors on {np.sum(of_form > 0)} of 14 forms, fewer on {np.sum(of_form < 0)}")
    print(f"standard error from {len(images)} images {error_of_images:.4f}", end=", ")
    print(f"from 14 forms {error_of_forms:.4f}")
    apart = preprocessing.pairwise_sq_dists(images, images)
    np.fill_diagonal(apart, np.inf)
    on_own_form = np.mean(writer[apart.argmin(axis=1)] == writer)
    print(f"nearest neighbour on the same form: {on_own_form:.0%} of the images")

# %% [markdown] after="ps01_writers"
# *In words: for each of 14 forms, the additional errors in percentage points if no other image of
# this form is in the training set. Few dots lie to the left of 0; the largest is between 6
# and 12 points. The bar for the mean and two standard errors does not reach 0.*
#
# For forms that are not in the training set the classifier makes about three times as many errors.
# More than half of the images have their nearest neighbour on their own form; by chance it would be
# one in fourteen. So each of the two splits gives the accuracy for another use. For which one? (The
# question "Two boxes" in section 8 asks it.)
#
# The third printed line gives the standard error of the difference between the accuracies in two
# ways. The first treats 1,797 results as independent, but the images of one form are easy or hard
# together. The second is computed from 14 results, one for each form. We ask about new forms, so
# the second, larger one is the better one.

# %% practice=true fold="Compare 1 neighbour with 9 by forms" after="ps01_writers"
if ready("k_folds", "group_split"):
    leads = {"random folds  ": [one - nine for one, nine in by_deal], "forms held out": []}
    for seed in range(3):
        dealt_anew = group_split(writer, (0.2, 0.2, 0.2, 0.2, 0.2), np.random.default_rng(seed))
        held_out = [(np.setdiff1d(everyone, part), part) for part in dealt_anew]
        one, nine = (hits_in_folds(held_out, how_many) for how_many in (1, 9))
        leads["forms held out"].append(one - nine)
    in_errors_of_forms = {}
    print("lead: accuracy with 1 neighbour minus accuracy with 9; error: its standard error")
    print("                          lead    error   lead/error   ahead on   behind on (forms)")
    for name, trials in leads.items():
        in_errors_of_forms[name] = []
        for seed, ahead in enumerate(trials):
            by_form = np.array([np.mean(ahead[writer == form]) for form in range(14)])
            error = np.std(by_form, ddof=1) / math.sqrt(14)
            in_errors_of_forms[name].append(ahead.mean() / error)
            print(f"{name}, seed {seed} {ahead.mean():8.4f} {error:8.4f}", end=" ")
            print(f"{ahead.mean() / error:12.1f} {np.sum(by_form > 0):10} {np.sum(by_form < 0):11}")

# %% [markdown] after="ps01_writers"
# These standard errors come from 14 forms. With random folds, 1 neighbour is ahead by more than two
# of them on average. With the forms held out, its lead varies from trial to trial and is not always
# that large. So for new writers the question is open.

# %% claims=true
ratios = [spread / formula for spread, formula in spreads.values()]
claim("within a factor of two", np.array(ratios), above=0.5, below=2)
claim("One fold has about 359 images", len(images) / 5, equals=359, within=0.5)
claim("uncertain by about a third", 1 / math.sqrt(2 * 4), equals=1 / 3, within=0.05)
claim(
    "different folds, cannot decide between 1 and 9",
    difference.mean(),
    below=spreads[1][1] * 2,
    given=[1, 9],
)
claim(
    "On fewer than 40 of the 1,797 images exactly one of the two methods is right.",
    [np.sum(one != nine) for one, nine in by_deal],
    below=40,
    given=[1797],
)
smaller = 1 - np.divide(unpaired, in_pairs)
claim("standard error smaller by about a third", smaller, equals=1 / 3, within=0.08)
quote = "1 neighbour is ahead by about 2 of these standard errors instead of 1.5"
claim(quote, np.mean(in_pairs), equals=2, within=0.5, given=[1, 1.5])
claim(quote, np.mean(unpaired), equals=1.5, within=0.3, given=[1, 2])
claim(
    "One neighbour then makes about 12 errors in 1,000 images",
    1000 * (1 - known.mean()),
    equals=12,
    within=1.5,
    given=[1000],
)
claim(
    "the same row of 130 digits comes fourteen times in the file",
    matches,
    equals=1,
    within=0.02,
    given=[130],
)
claim("Few dots lie to the left of 0", np.sum(of_form < 0), below=3.5, given=[0])
claim("the largest is between 6 and 12 points", 100 * of_form.max(), above=6, below=12)
claim("does not reach 0", of_form.mean() / error_of_forms, above=2, given=[0])
claim(
    "makes about three times as many errors",
    (1 - unknown.mean()) / (1 - known.mean()),
    equals=3.3,
    within=0.5,
)
claim("More than half of the images have", on_own_form, above=0.5)
claim(
    "by chance it would be one in fourteen",
    np.mean(writer[:, None] == writer),
    equals=1 / 14,
    within=0.005,
)
claim("so the second, larger one is the better one", error_of_forms, above=error_of_images)
quote = "1 neighbour is ahead by more than two of them on average"
claim(quote, np.mean(in_errors_of_forms["random folds  "]), above=2, given=[1])
in_trials = in_errors_of_forms["forms held out"]
claim("its lead varies from trial to trial", np.ptp(in_trials), above=0.5)
claim("is not always that large", min(in_trials), below=2)
claim(
    "differ by about 0.007", by_number[1].mean() - by_number[9].mean(), equals=0.007, within=0.001
)

# %% [markdown]
# ## 4 Standardising
#
# The *features*, the columns of the data, often come in very different units. Here are thirty
# features of the cell nuclei in 569 tumours (*worst*: mean of the three largest values):

# %% practice=true fold="Load the tumours"
tumours = load_breast_cancer()
means, stds = tumours.x.mean(axis=0), tumours.x.std(axis=0)

# %% practice=true fold="Draw the standard deviations"
widest, narrowest = np.argmax(stds), np.argmin(stds)
with theme.style():
    figure, ax = plt.subplots(figsize=(6.4, 3.4))
    ax.plot(np.arange(1, 31), np.sort(stds), "o", color=theme.FORWARD)
    for k, x, side in ((narrowest, 3, "left"), (widest, 28.2, "right")):
        ax.text(x, stds[k], tumours.names[k], ha=side, va="center", color=theme.FORWARD)
    ax.set(yscale="log", ylim=(1e-3, 2e3), xlim=(0, 31), xlabel="features, sorted")
    ax.set(xticks=(1, 10, 20, 30), ylabel="standard deviation, in its own unit")
    ax.set_title("Standard deviations of thirty features of tumours")
    plt.show()
print(f"{tumours.names[widest]}: {means[widest]:.0f} ± {stds[widest]:.0f}")
print(f"{tumours.names[narrowest]}: {means[narrowest]:.4f} ± {stds[narrowest]:.4f}")

# %% [markdown]
# *In words: the standard deviations of thirty features, sorted, on a logarithmic axis. They range
# from a few thousandths to several hundred. The largest belongs to worst area, the smallest to
# fractal dimension error. Their ratio is more than 200,000.*
#
# ### Two steps
#
# S0 ("Standardization of inputs") standardises in steps. For feature $i$, with sums over the N
# training samples,
#
# $$\bar x_i = \frac1N \sum_n x_{ni}, \qquad
# \sigma_i = \sqrt{\frac1N \sum_n (x_{ni} - \bar x_i)^2}, \qquad
# z_{ni} = \frac{x_{ni} - \bar x_i}{\sigma_i}.$$
#
# Step 1 subtracts the mean, step 2 divides by the standard deviation. The result does not depend on
# the unit: a temperature gives the same $z$ in °C and in °F. In slow
# loops:


# %%
def standardize_in_loops(x, new):
    """Mean and standard deviation of x, column by column; then `new` in these units."""
    N, D = x.shape
    z = np.zeros(new.shape)
    for i in range(D):
        mean = sum(x[n, i] for n in range(N)) / N
        std = math.sqrt(sum((x[n, i] - mean) ** 2 for n in range(N)) / N)
        if std == 0:
            std = 1.0  # a feature that never changes: 0/1 = 0 instead of 0/0
        for n in range(len(new)):
            z[n, i] = (new[n, i] - mean) / std
    return z


# %% [markdown]
# Now write it as two functions: `standardize_fit` **learns** from the training data, and
# `standardize_apply` **uses** what was learnt, on any data. Divide by N as S0 does, not by N − 1;
# for large N it hardly matters. A feature that never changes gets the standard deviation 1 (if N =
# 1, this is every feature). The loops' test `std == 0` misses some of them: for the numbers 0.1,
# 0.1 and 0.1, `np.std` gives 1e-17 instead of 0. Which test finds such a feature for certain?
# (The mean may have a rounding error.) All results have the float type of `x` (which holds floats):
# float32 stays float32.

# %% claims=true
tiny = np.std([0.1, 0.1, 0.1])
claim("`np.std` gives 1e-17 instead of 0", tiny, above=3e-18, below=3e-17, given=[1e-17, 0])
largest = "The largest belongs to worst area"
claim(largest, float(tumours.names[widest] == "worst area"), above=0.5)
smallest = "the smallest to fractal dimension error"
claim(smallest, float(tumours.names[narrowest] == "fractal dimension error"), above=0.5)
claim("Their ratio is more than 200,000", stds.max() / stds.min(), above=200000)
claim("They range from a few thousandths to several hundred", stds.max(), above=500)
claim("They range from a few thousandths to several hundred", stds.min(), below=0.004)


# %% solution="standardize_fit"
def standardize_fit(x):
    """Mean and standard deviation of every feature of the training data.

    x : (N, D)
    returns {"mean": (D,), "std": (D,)}, both with the float type of x
    """
    ### BEGIN SOLUTION
    std = x.std(axis=0)
    std[np.ptp(x, axis=0) == 0] = 1
    return {"mean": x.mean(axis=0), "std": std}
    ### END SOLUTION


# %% check="standardize_fit"
check("standardize_fit", standardize_fit)

# %% [markdown]
# Now write `standardize_apply`. Nothing is learnt here: `x` may be any data, even a single sample.
# The result has the float type of `x`.


# %% solution="standardize_apply"
def standardize_apply(x, stats):
    """Any data in the units of the training data.

    x : (N, D), and stats from standardize_fit
    returns z : (N, D), with the float type of x
    """
    ### BEGIN SOLUTION
    return (x - stats["mean"]) / stats["std"]
    ### END SOLUTION


# %% check="standardize_apply"
check("standardize_apply", standardize_apply)

# %% [markdown]
# Features that never change do occur: three pixels of the 8 × 8 digits are white in every image.
# What would they become without the exception?

# %% practice=true fold="Standardise pixels that never change"
if ready("standardize_fit", "standardize_apply"):
    stats = standardize_fit(digits.x)
    never = np.ptp(digits.x, axis=0) == 0
    print("pixels that never change:", np.flatnonzero(never), " their std:", stats["std"][never])
    print("after standardising:", np.unique(standardize_apply(digits.x, stats)[:, never]))
    with np.errstate(invalid="ignore"):
        print("without the exception: 0 / 0 =", np.float64(0) / np.float64(0))
else:
    print("This cell waits.")

# %% [markdown]
# ### What standardising changes
#
# Can a network compute more if its inputs are standardised? Its first layer computes $u = z W + b$
# with $z = (x - \bar x)/\sigma$. Could a layer that gets the raw $x$ compute the same $u$, with
# other weights $W'$ and another bias $b'$? Insert $z$ and compare the terms:
#
# <details><summary>The derivation</summary>
#
# - Output $k$ is $u_k = \sum_i z_i w_{ik} + b_k$. Insert $z_i = (x_i - \bar x_i)/\sigma_i$:
#   $u_k = \sum_i x_i\, (w_{ik}/\sigma_i) - \sum_i \bar x_i\, (w_{ik}/\sigma_i) + b_k$.
# - Compare with $\sum_i x_i w'_{ik} + b'_k$. The factors of $x_i$ give $w'_{ik} = w_{ik}/\sigma_i$.
# - The rest gives $b'_k = b_k - \sum_i \bar x_i\, w'_{ik}$.
#
# </details>


# %% solution="layer_on_raw_inputs"
def layer_on_raw_inputs(W, b, mean, std):
    """Return (W', b') so that x W' + b' = ((x - mean) / std) W + b for every x.

    W : (D, K), b : (K,), mean and std : (D,)
    """
    ### BEGIN SOLUTION
    W_raw = W / std[:, None]
    return W_raw, b - mean @ W_raw
    ### END SOLUTION


# %% practice=true fold="Compare the two layers"
rng = np.random.default_rng(4)
W, b, mean, std = rng.normal(size=(5, 3)), rng.normal(size=3), rng.normal(size=5), np.arange(1, 6)
x_some = rng.normal(size=(4, 5))
try:
    W_raw, b_raw = layer_on_raw_inputs(W, b, mean, std)
except NotImplementedError:
    print("layer_on_raw_inputs is not written yet.")
else:
    largest = np.max(np.abs(x_some @ W_raw + b_raw - ((x_some - mean) / std @ W + b)))
    print("agrees," if largest < 1e-12 else "DIFFERS,", f"largest difference {largest:.0e}")

# %% [markdown]
# So the functions that the network **can compute** stay the same. What changes is **how hard it is
# to find** a good one by gradient descent. Take a linear model without a bias, on centred inputs x,
# divided by their standard deviations or not. Half the mean squared error is then a bowl over the
# weights. A vector v of length 1, with one entry per feature, has two roles: it
# is a direction in which the weights change, and a direction in which the data vary. Take the
# weights s v, with a number s. The loss L and its second derivative in s are
#
# $$L(s) = \tfrac12\,\mathrm{mean}\big((s\, x \cdot v - t)^2\big), \qquad
# L''(s) = \mathrm{mean}\big((x \cdot v)^2\big).$$
#
# So the second derivative, the *curvature* along v, is the variance of the inputs along v.
#
# The direction of the largest curvature limits the learning rate. Take a rate near that limit.
# Along the flattest direction, the number of steps until the distance to the minimum is ten times
# smaller is then about proportional to the largest curvature divided by the smallest.
# This ratio is the **condition number**. It is
# also the ratio of the largest to the smallest eigenvalue of the inputs' covariance matrix.
# Notebook 04 derives this.


# %% practice=true fold="Define the condition number"
def condition_number(x):
    """Largest over smallest eigenvalue of the covariance."""
    eigenvalues = np.linalg.eigvalsh(np.cov(x.astype("float64"), rowvar=False, bias=True))
    return eigenvalues[-1] / eigenvalues[0]


# %% practice=true fold="Measure the condition numbers"
if ready("standardize_fit", "standardize_apply"):
    conditions = {}
    for name, data in (("diabetes", load_diabetes("float64")), ("tumours", tumours)):
        x = data.x.astype("float64")
        z = standardize_apply(x, standardize_fit(x))
        conditions[name] = condition_number(x), condition_number(z)
        print(f"{name:9} raw {conditions[name][0]:.1e}   standardised {conditions[name][1]:.1e}")
else:
    print("This cell waits.")

# %% [markdown]
# Standardising makes the condition number of the diabetes data smaller by a factor of more than
# 100, and that of the tumours by more than 5 million. Both are still far from 1: standardising
# removes the units, not the correlations between features.
#
# ### Does it help a network?
#
# The next cell defines the training loop for most of this notebook. (Notebook 07 explains its
# lines.) The function `order` cuts an epoch into minibatches (section 6). The optimizer
# uses *momentum*: each step also repeats a part of the step before it ([notebook
# 11](../ps11/ps11_momentum.ipynb)).


# %% practice=true fold="Define the training loop"
def library_batches(t, size, rng):
    """Shuffled minibatches; yours take over in section 6."""
    return preprocessing.minibatch_indices(len(t), size, rng)


def train(x, t, x_new, t_new, rng, lr, epochs=15, order=library_batches, sizes=(16,)):
    """Accuracy on new data after each epoch, and the network, with hidden layers of these sizes."""
    network = mlp((x.shape[1], *sizes, int(t.max()) + 1), rng=rng)
    optimizer = SGD(network.parameters(), lr=lr, momentum=0.9)
    curve = []
    for _epoch in range(epochs):
        for batch in order(t, 32, rng):
            y, back = network.forward(x[batch], training=True)
            loss, dy = softmax_cross_entropy(y, t[batch])
            optimizer.zero_grad()
            back(dy)
            optimizer.step()
        curve.append(accuracy(network(x_new), t_new))
    return curve, network


def never_active(network, x):
    """How many units of the first hidden layer are above 0 for none of these inputs."""
    hidden = network.layers[1](network.layers[0](x))
    return int(np.sum(~np.any(hidden > 0, axis=0)))


# %% [markdown]
# S4 calls inputs of mean 0 and variance 1 "a common approach for stabilizing training". How much
# does it help? Each kind of input may need another learning rate. So we train on the tumours, raw
# and standardised, at six learning rates with four seeds each. (A seed determines the split, the
# initial weights and the minibatches.) This section decides which rates are good. So we first set
# the test set of section 7 aside: a fifth of the tumours.

# %% practice=true fold="Define one run on the tumours"
RATES = (1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1)


if ready("split_indices"):
    rest, test = split_indices(len(tumours.x), (0.8, 0.2), np.random.default_rng(11))
    x_rest, t_rest = tumours.x[rest], tumours.t[rest]


def tumour_run(make_stats, lr, seed, epochs=15, share=0.7, tested=slice(None)):
    """Validation accuracy, and how many hidden units are never active.

    make_stats(x, kept) returns the statistics for standardize_apply, or None; kept : training rows
    tested : which of the validation rows, in the order of the file, give the accuracy
    """
    rng = np.random.default_rng(seed)
    kept, aside = split_indices(len(x_rest), (share, 1 - share), rng)
    aside = np.sort(aside)[tested]
    stats = make_stats(x_rest, kept)
    x = x_rest if stats is None else standardize_apply(x_rest, stats)
    with np.errstate(all="ignore"):  # on raw inputs, large rates overflow
        (x, x_new), (t, t_new) = ((a[kept], a[aside]) for a in (x, t_rest))
        curve, network = train(x, t, x_new, t_new, rng, lr, epochs)
        return curve[-1], never_active(network, x)


# %% practice=true fold="Train at six learning rates"
if ready("split_indices", "standardize_fit", "standardize_apply"):
    ways = {"raw": lambda x, kept: None, "standardised": lambda x, kept: standardize_fit(x[kept])}
    by_rate, at_best = {}, {}
    with theme.style():
        figure, ax = plt.subplots(figsize=(6.4, 3.6))
        looks = (("s--", 0.8, theme.QUIET), ("o-", 1.25, theme.FORWARD))
        for (name, way), (style, aside, colour) in zip(ways.items(), looks, strict=True):
            runs = np.array([[tumour_run(way, lr, s)[0] for s in range(4)] for lr in RATES])
            mean, sd = runs.mean(axis=1), runs.std(axis=1, ddof=1)
            by_rate[name], at_best[name] = mean, runs[np.argmax(mean)]
            ax.plot(RATES, mean, style[1:], color=colour)
            ax.plot(aside * np.array(RATES), runs, style[0], color=colour, markersize=4)
            ax.text(RATES[np.argmax(mean)], 0.99, name, color=colour, ha="center", va="bottom")
            print(name)
            for lr, m, d in zip(RATES, mean, sd, strict=True):
                print(f"{lr:17g}   accuracy {m:.3f} ± {d:.3f}")
        gain = at_best["standardised"] - at_best["raw"]
        print(f"standardised minus raw, each at its best rate: {gain.mean():.3f}", end=" ")
        print(f"± {gain.std(ddof=1):.3f}, standard error {gain.std(ddof=1) / 2:.3f}", end=", ")
        print(f"higher with {np.sum(gain > 0)} of 4 seeds")
        print("raw, three more rates:", end="")
        finer = {}
        for lr in (3e-6, 2e-5, 3e-5):
            finer[lr] = np.mean([tumour_run(ways["raw"], lr, seed)[0] for seed in range(4)])
            print(f"   {lr:g}: {finer[lr]:.3f}", end="")
        print()
        validated = [
            split_indices(len(x_rest), (0.7, 0.3), np.random.default_rng(s))[1] for s in range(4)
        ]
        always_benign = np.mean([t_rest[rows].mean() for rows in validated])
        print(f"always benign, on the same validation sets: {always_benign:.3f}")
        ax.axhline(always_benign, color=theme.INK, linestyle=":")
        ax.text(0.16, 0.5, "dotted: always “benign”", ha="right", va="top")
        ax.set(xscale="log", xlabel="learning rate", ylabel="accuracy", ylim=(0, 1.08))
        ax.set_title("Validation accuracy, raw and standardised inputs")
        plt.show()
else:
    print("This cell waits.")

# %% [markdown]
# *In words: validation accuracy over six learning rates, a dot for each of four seeds and a line
# through the means. With raw inputs the mean is highest at 0.00001, but below 0.92; at the three
# largest rates it falls to the level of always saying "benign". With standardised inputs the mean
# is above 0.95 at each of the two largest rates. At the two smallest rates its accuracy is still
# close to the one with the random initial weights (not drawn).*
#
# So standardising helps within these 15 epochs: the best result is better with each of the four
# seeds. (Both best rates were chosen on these validation data, in steps of a factor of 10. The last
# line tries three more rates for the raw inputs; they stay below 0.92, too.)
#
# Why do the raw inputs fail at a rate of 0.01? We count the hidden units that are 0 on every
# training sample. The weights of such a *dead unit* get the gradient 0.
# We also try one half of standardising at a time. As a control, we
# divide all features by the same number, which changes only their size:

# %% practice=true fold="Count the dead units"
if ready("split_indices", "standardize_fit", "standardize_apply"):
    nothing, ones = np.zeros(30, tumours.x.dtype), np.ones(30, tumours.x.dtype)
    forms = ways | {
        "mean subtracted only": lambda x, kept: standardize_fit(x[kept]) | {"std": ones},
        "divided by std only": lambda x, kept: standardize_fit(x[kept]) | {"mean": nothing},
        "divided by the largest std": lambda x, kept: {
            "mean": nothing,
            "std": ones * standardize_fit(x[kept])["std"].max(),
        },
    }
    idle = {}
    print("dead units of 16, seeds 0 to 3    before   after 15 epochs at rate 0.01")
    for name, form in forms.items():
        for epochs, lr in ((1, 0), (15, 0.01)):
            idle[name, epochs] = [tumour_run(form, lr, seed, epochs)[1] for seed in range(4)]
        before, after = (" ".join(f"{k:2}" for k in idle[name, e]) for e in (1, 15))
        print(f"{name:28} {before}   {after}")
else:
    print("This cell waits.")

# %% [markdown]
# - Before the first step, about half of the 16 units are dead with the raw inputs. With the mean
#   subtracted, none is.
# - After 15 epochs at rate 0.01 all 16 are dead, for every seed, with the raw inputs and also with
#   the mean subtracted only. Then every tumour gets the same output: this is the level of "always
#   benign". If the inputs are divided, by their own standard deviations
#   or all by the largest one, several units stay active.
#
# So at this rate it is mostly the size of the inputs that kills units during training: the gradient
# of the first layer's weights is proportional to the inputs. The mean
# matters, too: divided by std only, units still die; standardised, none does.
#
# All pixels of an image have the same unit. Does standardising help there, too? The optional part
# of section 5 trains on images of digits.

# %% claims=true
claim(
    "smaller by a factor of more than 100",
    conditions["diabetes"][0] / conditions["diabetes"][1],
    above=100,
)
claim(
    "that of the tumours by more than 5 million",
    conditions["tumours"][0] / conditions["tumours"][1],
    above=5e6,
    given=[5],
)
claim(
    "Both are still far from 1", [after for _, after in conditions.values()], above=100, given=[1]
)
raw_mean = by_rate["raw"]
quote = "With raw inputs the mean is highest at 0.00001"
claim(quote, raw_mean[1], above=np.delete(raw_mean, 1).max(), given=[1e-5])
claim("but below 0.92", raw_mean.max(), below=0.92)
claim(
    'at the three largest rates it falls to the level of always saying "benign"',
    raw_mean[-3:] - always_benign,
    above=-0.02,
    below=0.02,
)
claim("above 0.95 at each of the two largest rates", by_rate["standardised"][-2:], above=0.95)
claim("the best result is better with each of the four seeds", gain, above=0)
claim("stay below 0.92, too", list(finer.values()), below=0.92)
still = np.mean([tumour_run(ways["standardised"], 0, seed, 1)[0] for seed in range(4)])
quote = "close to the one with the random initial weights"
claim(quote, by_rate["standardised"][:2] - still, above=-0.05, below=0.05)
claim(
    "about half of the 16 units are dead with the raw inputs",
    np.mean(idle["raw", 1]) / 16,
    equals=0.5,
    within=0.1,
    given=[16],
)
claim("With the mean subtracted, none is.", max(idle["mean subtracted only", 1]), below=0.5)
for name in ("raw", "mean subtracted only"):
    claim(
        "After 15 epochs at rate 0.01 all 16 are dead, for every seed",
        idle[name, 15],
        above=15.5,
        given=[15, 0.01, 16],
    )
for name in ("divided by std only", "divided by the largest std"):
    claim("several units stay active", 16 - np.array(idle[name, 15]), above=3.5)
by_std = [np.mean(idle["divided by std only", epochs]) for epochs in (1, 15)]
claim("divided by std only, units still die", by_std[1] - by_std[0], above=1)
claim("standardised, none does", max(idle["standardised", 15]), below=0.5)

# %% [markdown]
# ### Whose mean?
#
# The rule says: compute mean and standard deviation from the training set alone. Section 1 found no
# harm in breaking it. Is it harmless on real data, too? We train the same network with statistics
# of the training set, and with statistics of the training and the validation set together. The two
# runs of a pair have the same split and the same initial weights. We take many training samples,
# then few (with more epochs and pairs):


# %% practice=true fold="Train with both statistics"
def with_half(half):
    """Statistics of the training rows and of every second validation row."""

    def make_stats(x, kept):
        others = np.setdiff1d(np.arange(len(x)), kept)[half::2]
        return standardize_fit(x[np.append(kept, others)])

    return make_stats


if ready("split_indices", "standardize_fit", "standardize_apply"):
    gains = {}
    for share, epochs, pairs in ((0.7, 15, 8), (0.045, 60, 60)):
        by_rule, by_all = (
            np.array([tumour_run(way, 0.03, seed, epochs, share)[0] for seed in range(pairs)])
            for way in (ways["standardised"], lambda x, kept: standardize_fit(x))
        )
        n_train = len(split_indices(len(x_rest), (share, 1 - share), np.random.default_rng(0))[0])
        gain = by_all - by_rule
        gains[n_train] = gain.mean(), gain.std(ddof=1) / math.sqrt(pairs), gain
        print(f"{n_train} training samples: {by_rule.mean():.3f} by the rule,", end=" ")
        print(f"{by_all.mean():.3f} from everything; gain {gain.mean():+.4f}", end=" ")
        print(f"± {gain.std(ddof=1):.4f}, standard error {gains[n_train][1]:.4f},", end=" ")
        print(f"higher in {np.sum(gain > 0)}, lower in {np.sum(gain < 0)} of {pairs} pairs")
    on_half = {"the half that was added": [], "the other half": []}
    for seed in range(pairs):
        for added in (0, 1):
            for name, half in zip(on_half, (added, 1 - added), strict=True):
                run = tumour_run(with_half(added), 0.03, seed, epochs, share, slice(half, None, 2))
                on_half[name].append(run[0])
    print(f"{n_train} training samples, statistics from them and from half of the others:")
    for name, ends in on_half.items():
        gain = on_half[name] = np.reshape(ends, (pairs, 2)).mean(axis=1) - by_rule
        print(f"   gain on {name} {gain.mean():+.4f}", end=", ")
        print(f"standard error {gain.std(ddof=1) / math.sqrt(pairs):.4f}")
else:
    print("This cell waits.")

# %% [markdown]
# With 320 training samples there is no visible gain. The labels had no part in these statistics,
# and 320 samples determine a mean up to a standard error of $\sigma/\sqrt{320}$, about one
# eighteenth of the standard deviation. With 21 training samples, the statistics of all samples do
# raise the validation accuracy, by more than two standard errors (over random splits of these 456
# tumours). Is this because the validation samples were used? As a control, only one half of them
# joins the statistics: the other half gains about as much. So the network is probably better
# because 21 samples give inaccurate statistics. We see no false gain; a small one could be hidden.
#
# **Keep the rule all the same.** If you compute *everything* from the training set alone, the
# mistake of team b cannot happen. Stored statistics solve another problem, too: when the network is
# in use, samples come one at a time. If `standardize_fit` got one sample alone, this sample would
# be its own mean, and every tumour would become the same point, 0.

# %% claims=true
many, few = (gains[n_train] for n_train in (320, 21))
claim("there is no visible gain", abs(many[0]), below=max(2 * many[1], 0.002))
claim("there is no visible gain", abs(many[0]), below=0.005)
claim("by more than two standard errors", few[0] / few[1], above=2)
added_half, other_half = on_half.values()
claim(
    "the other half gains about as", other_half.mean() / other_half.std(ddof=1) * 60**0.5, above=2
)
claim("gains about as much", other_half.mean() - added_half.mean(), above=-0.002, below=0.004)
claim("about one eighteenth of the standard deviation", math.sqrt(320), equals=18, within=0.2)

# %% [markdown]
# ## 5 Whitening
#
# S0's slide says "Step 3: Decorrelate elements (whitening)" and shows only a picture. After steps 1
# and 2 each feature has mean 0 and variance 1, but features can still be correlated. For example,
# the radius of a tumour's nuclei and their *concavity*, the depth of the dents in their outline,
# are correlated. Whitening removes the correlations: the covariance becomes the identity.
#
# ### The variance along a direction
#
# How large is the variance of the data along a direction $v$ of length 1? Project every sample,
# $(x_n - \bar x)\cdot v$, and take the mean square. In loops, followed by the covariance matrix:


# %%
def variance_along(v, x):
    """Mean square of the projections of the centred data on the direction v."""
    N, D = x.shape
    mean = [sum(x[n, i] for n in range(N)) / N for i in range(D)]
    total = 0.0
    for n in range(N):
        projection = sum((x[n, i] - mean[i]) * v[i] for i in range(D))
        total += projection**2
    return total / N


def covariance_in_loops(x):
    """C[i, j] = (1/N) sum_n (x[n, i] - mean[i]) (x[n, j] - mean[j])"""
    N, D = x.shape
    mean = [sum(x[n, i] for n in range(N)) / N for i in range(D)]
    C = np.zeros((D, D))
    for i in range(D):
        for j in range(D):
            C[i, j] = sum((x[n, i] - mean[i]) * (x[n, j] - mean[j]) for n in range(N)) / N
    return C


# %% [markdown]
# The figure shows the variance of the standardised radius and concavity along $v$, while $v$
# rotates through half a circle:

# %% practice=true fold="Compute the variance along v"
chosen = [tumours.names.index("mean radius"), tumours.names.index("mean concavity")]
pair = tumours.x[:, chosen].astype("float64")
z_pair = (pair - pair.mean(axis=0)) / pair.std(axis=0)
angles = np.linspace(0, 180, 61)
along = [variance_along((math.cos(a), math.sin(a)), z_pair) for a in np.radians(angles)]
C_pair = covariance_in_loops(z_pair)
eigenvalues, eigenvectors = np.linalg.eigh(C_pair)

# %% practice=true fold="Draw the variance over the direction"
with theme.style():
    figure, ax = plt.subplots(figsize=(7, 2.8))
    ax.plot(angles, along, color=theme.FORWARD, label="variance along v")
    for value, vector in zip(eigenvalues, eigenvectors.T, strict=True):
        angle = math.degrees(math.atan2(vector[1], vector[0])) % 180
        ax.plot(angle, value, "D", color=theme.INK)
        above = 7 if value > 1 else -15  # outside of the wave
        text = f"along an eigenvector: eigenvalue {value:.2f}"
        ax.annotate(text, (angle, value), (0, above), textcoords="offset points", ha="center")
    ax.set(xlabel="direction of v in degrees", ylabel="variance", xticks=range(0, 181, 45))
    ax.set(ylim=(0, 2.2), title="Variance of standardised radius and concavity along v")
    plt.show()

# %% [markdown]
# *In words: the variance along a direction, over the angle of that direction from 0 to 180 degrees:
# one smooth wave. Its top and its bottom carry marks at the two eigenvectors of the covariance, and
# the heights are the two eigenvalues, 1.68 and 0.32. Their sum is 2, the sum of the two variances.*
#
# The variance is largest along one eigenvector of the covariance and smallest along the other. At
# these two places it equals the eigenvalue.
#
# ### The condition for white data
#
# With samples as rows, the covariance is $C = \frac1N \sum_n (x_n - \bar x)^\top (x_n - \bar x)$.
# Now map the centred data by a matrix: $z = (x - \bar x)\,W$. What is the covariance of $z$, in
# terms of $C$ and $W$? (First for a single column $w$, then for all of them.)
#
# <details><summary>The derivation</summary>
#
# - The mean of $z$ is 0, because that of $x - \bar x$ is. So its covariance is $\frac1N \sum_n
#   z_n^\top z_n$ with the rows $z_n = (x_n - \bar x)\, W$.
# - For one column $w$: $\frac1N \sum_n w^\top (x_n - \bar x)^\top (x_n - \bar x)\, w$.
# - Neither the factor $w^\top$ nor the factor $w$ depends on $n$, so both can be taken out of the
#   sum: $w^\top C\, w$.
# - For two columns $w_i$ and $w_j$ in the same way: $w_i^\top C\, w_j$. That is entry $(i, j)$ of
#   $W^\top C\, W$.
#
# </details>


# %% solution="covariance_after"
def covariance_after(C, W):
    """Covariance of z = (x - mean) W, where C is that of x; C (D, D), W (D, K)."""
    ### BEGIN SOLUTION
    return W.T @ C @ W
    ### END SOLUTION


# %% practice=true fold="Compare covariance_after with the loops"
rng = np.random.default_rng(5)
x_wild = rng.normal(size=(30, 4)) @ rng.normal(size=(4, 4)) + 3
W_any = rng.normal(size=(4, 3))
measured = covariance_in_loops((x_wild - x_wild.mean(axis=0)) @ W_any)
try:
    difference = np.max(np.abs(covariance_after(covariance_in_loops(x_wild), W_any) - measured))
    print("agrees," if difference < 1e-9 else "DIFFERS,", f"largest difference {difference:.0e}")
except NotImplementedError:
    print("covariance_after is not written yet.")

# %% [markdown]
# Data is *white* if its covariance is the identity. So we look for a $W$ for which your formula
# gives the identity. A symmetric $C$ has orthonormal eigenvectors, the columns of $V$, with
# eigenvalues $\lambda_k$: $C V = V\,\mathrm{diag}(\lambda)$. Two steps make the data white:
# **rotate** the data so that these eigenvectors become the axes, then **divide** axis $k$ by a
# number. Which number? Use your formula.
#
# <details><summary>The number</summary>
#
# - Rotated: with $W = V$ the covariance is $V^\top C\, V = V^\top V\, \mathrm{diag}(\lambda) =
#   \mathrm{diag}(\lambda)$, because $V^\top V = I$. Axis $k$ has the variance $\lambda_k$.
# - Divided: axis $k$ gets the variance 1 if it is divided by its standard deviation
#   $\sqrt{\lambda_k}$.
#
# </details>
#
# Two ways to whiten are common:
#
# - PCA (*principal component analysis*) whitening: rotate, divide. The new features stand in the
#   order of decreasing $\lambda_k$.
# - ZCA (*zero-phase component analysis*) whitening: rotate, divide, rotate back by $V^\top$. Of all
#   ways to whiten, this one moves the data least (mean squared distance), so that an image still
#   looks like an image.
#
# There are more ways. Let $W$ whiten the data. For which matrices $R$ does $W R$ whiten them, too?
#
# <details><summary>The matrices R</summary>
#
# - $(W R)^\top C\, (W R) = R^\top (W^\top C\, W)\, R = R^\top R$, because $W^\top C\, W = I$.
# - So W R whitens if and only if $R^\top R = I$, that is, if R is a rotation or a reflection.
# - $V^\top$ is such a matrix, so ZCA whitens as PCA does.
#
# </details>
#
# One caution: along some directions the data hardly vary, and the little variation may be noise.
# Whitening gives this noise the variance 1, too. If there is no
# variation at all, the result is 0/0. So **add a small `eps` to each eigenvalue** before you use
# it.

# %% claims=true
claim("the two eigenvalues, 1.68 and 0.32", eigenvalues[1], equals=1.68, within=0.01, given=[0.32])
claim("the two eigenvalues, 1.68 and 0.32", eigenvalues[0], equals=0.32, within=0.01, given=[1.68])
lowest = [min(along), eigenvalues[0]]
claim("At these two places it equals the eigenvalue", np.ptp(lowest), below=0.01)
claim("At these two places it equals the eigenvalue", max(along) - eigenvalues[1], below=0.01)
claim("Their sum is 2, the sum of the two variances", eigenvalues.sum(), equals=2, within=1e-6)
claim(
    "Its top and its bottom carry marks",
    max(along),
    above=eigenvalues[1] - 0.01,
    below=eigenvalues[1] + 0.01,
)

# %% [markdown]
# Here are all steps for the two features, in S0's order, with eps = 0. For two standardised,
# correlated features the rotation is easy to find: the eigenvectors are the diagonals. (For any
# number of features, `np.linalg.eigh` finds them.) Follow the three marked tumours.

# %% practice=true fold="Compute the points of the six pictures"
diagonals = np.array([[1, -1], [1, 1]]) / math.sqrt(2)
rotated = z_pair @ diagonals
divided = rotated / rotated.std(axis=0)
STATIONS = {
    "raw": pair,
    "mean subtracted": pair - pair.mean(axis=0),
    "divided by std": z_pair,
    "rotated": rotated,
    "divided (PCA)": divided,
    "rotated back (ZCA)": divided @ diagonals.T,
}
spread_ratio = pair[:, 0].std() / pair[:, 1].std()
print(f"std of the radius over std of the concavity: {spread_ratio:.1f}")

# %% practice=true fold="Draw the six pictures"
followed = [np.argmax(pair[:, 0]), np.argmax(pair[:, 1]), np.argmin(pair[:, 0])]
angles = np.linspace(0, 2 * np.pi, 90)
with theme.style():
    figure, axes = plt.subplots(3, 2, figsize=(6, 8.4), sharex="row", sharey="row")
    for number, (ax, (name, points)) in enumerate(zip(axes.flat, STATIONS.items(), strict=True)):
        ax.plot(*points.T, ".", color=theme.FORWARD, markersize=2, alpha=0.5)
        L = np.linalg.cholesky(np.cov(points, rowvar=False, bias=True))
        ring = points.mean(axis=0)[:, None] + 2 * L @ [np.cos(angles), np.sin(angles)]
        ax.plot(*ring, color=theme.INK, linewidth=1.4)
        for sample, marker in zip(followed, "osD", strict=True):
            look = {"color": theme.CYCLE[3], "markersize": 7, "markeredgecolor": theme.INK}
            ax.plot(*points[sample], marker, **look)
        half = 30 if number < 2 else 6
        mixed = number in (3, 4)
        if number < 2:
            ax.text(-28, 4, "569 tumours:\nnearly a line", color=theme.FORWARD, fontsize=9)
            ax.text(
                -28, -13, "pink: three to\nfollow", fontsize=9, color=theme.for_text(theme.CYCLE[3])
            )
        ax.set(xlim=(-half, half), ylim=(-half, half), aspect="equal")
        white = ", whitened" if number == 5 else ""
        ax.set(xlabel="first feature" if mixed else f"radius{white}", title=f"{number + 1} {name}")
        ax.set_ylabel("second feature" if mixed else f"concavity{white}")
    plt.show()

# %% [markdown]
# *In words: 569 points with an ellipse of two standard deviations, in six pictures. Raw and
# centred, they lie close to a horizontal line, because the standard deviation of the concavity is
# about 44 times smaller than that of the radius. Divided by their standard deviations they form a
# slanted ellipse. After the rotation, it lies along the axes. Divided along each axis it is a
# circle, the PCA result. Rotated back it is the same circle, and the three marked points are nearer
# to their places in the third picture than they were in the PCA picture.*

# %% [markdown]
# Now write both functions.
#
# - Input: raw data; your function does not standardise. N is at least 2 and may be smaller than D,
#   there may be a single feature (D = 1), and features may depend on each other. eps is above 0.
# - You decide which rotation you use, and what you keep in `stats`, because only your own
#   `whiten_apply` reads it.
# - The covariance divides by N. Through rounding, an eigenvalue that should be 0 can be below −eps
#   if the numbers in x are large. So first set negative eigenvalues to 0, then add eps.
# - The result has the float type of `x`: float32 stays float32. (Compute in float64 and convert at
#   the end.)
# - The check tests only what no rotation changes: a mean of 0, the eigenvalues of the covariance,
#   and the lengths and distances of the samples.
#
# <details><summary>What NumPy has for it</summary>
#
# `lam, V = np.linalg.eigh(C)` for a symmetric C: eigenvalues in ascending order, eigenvectors in
# the columns of V. (`np.cov` needs two settings here: `rowvar=False` for samples as rows and
# `bias=True` for N in the denominator. It returns float64, and for a single feature a number, which
# `np.atleast_2d` turns into a matrix.)
#
# </details>

# %% claims=true
claim("concavity is about 44 times smaller", spread_ratio, equals=44, within=1)
before, pca, zca = (
    STATIONS[name][followed] for name in ("divided by std", "divided (PCA)", "rotated back (ZCA)")
)
claim(
    "the three marked points are nearer to their places in the third picture",
    np.linalg.norm(zca - before, axis=1),
    below=np.linalg.norm(pca - before, axis=1),
)
whites = []
for angle in np.radians(range(5, 360, 5)):
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    whites += [STATIONS["rotated back (ZCA)"] @ turn, divided @ turn @ np.diag([1, -1])]
claim(
    "this one moves the data least",
    [np.mean((white - z_pair) ** 2) for white in whites],
    above=np.mean((STATIONS["rotated back (ZCA)"] - z_pair) ** 2),
)


# %% solution="whiten_fit"
def whiten_fit(x, eps):
    """Whatever whiten_apply needs to know about the training data.

    x : (N, D); eps : added to the eigenvalues of the covariance
    returns stats, in a form of your own
    """
    ### BEGIN SOLUTION
    mean = x.mean(axis=0)
    C = (x - mean).T @ (x - mean) / len(x)
    lam, V = np.linalg.eigh(C)
    scale = np.sqrt(np.maximum(lam, 0) + eps)
    return {"mean": mean, "W": V / scale @ V.T}
    ### END SOLUTION


# %% solution="whiten_apply"
def whiten_apply(x, stats):
    """White data, by the training data's statistics.

    x : (N, D), and stats from whiten_fit
    returns z : (N, D), with the float type of x
    """
    ### BEGIN SOLUTION
    return (x - stats["mean"]) @ stats["W"]
    ### END SOLUTION


# %% check="whiten_apply"
check("whiten_apply", whiten_fit, whiten_apply)

# %% [markdown]
# Whitening works for any covariance. So for a tiny eps it makes raw and standardised data equally
# white. For a larger eps, standardise (S0's step 2) before you call `whiten_fit`: eps is added to
# variances, and if their units differ, it is too small for one feature and too large for another.
#
# ### Gradient descent on white data
#
# For a tiny eps, the condition number of white data is 1, and the bowl is round. How much does this
# help gradient descent on a linear model? Again, the loss is half the mean squared error and the
# inputs are centred. Then the curvatures are the eigenvalues $\lambda_k$ of the covariance.
#
# Follow gradient descent along one eigenvector. At the distance $d$ from the minimum, the gradient
# is $\lambda_k d$. The learning rate is 1 over the largest curvature, $\lambda_{\max}$. What share
# of the distance is left after $t$ steps?
#
# <details><summary>The derivation</summary>
#
# - One step: $d - \eta \lambda_k d = (1 - \eta \lambda_k)\, d$, with $\eta = 1/\lambda_{\max}$.
# - So each step multiplies the distance by $1 - \lambda_k/\lambda_{\max}$, and $t$ steps by the
#   power $t$ of this factor.
#
# </details>


# %% solution="distance_left"
def distance_left(lam, lam_max, t):
    """Share of the distance to the minimum after t steps at rate 1 / lam_max.

    lam : the curvature along a direction, or an array of them
    """
    ### BEGIN SOLUTION
    return (1 - lam / lam_max) ** t
    ### END SOLUTION


# %% practice=true fold="Compare distance_left with gradient descent"
bowl, place = np.array([4.0, 1.0, 0.01]), np.ones(3)
for _step in range(11):
    place = place - bowl * place / bowl.max()
try:
    verdict = "agrees" if np.allclose(distance_left(bowl, bowl.max(), 11), place) else "DIFFERS"
    print(f"11 steps, curvatures {bowl}: left {place.round(4)}  {verdict}")
except NotImplementedError:
    print("distance_left is not written yet.")

# %% [markdown]
# With a condition number of several hundred, one step leaves nearly the whole distance along the
# flattest direction, so one may expect hundreds of steps. We test it with a linear model of the
# disease progression of 442 diabetes patients, on three versions of the inputs.

# %% practice=true fold="Run gradient descent on three versions"
if ready("standardize_fit", "standardize_apply", "whiten_apply"):
    diabetes = load_diabetes("float64")
    t_centred = diabetes.t - diabetes.t.mean()
    units = {
        "mean subtracted": diabetes.x - diabetes.x.mean(axis=0),
        "standardised": standardize_apply(diabetes.x, standardize_fit(diabetes.x)),
        "whitened": whiten_apply(diabetes.x, whiten_fit(diabetes.x, 1e-10)),
    }
    excesses, descent_steps = {}, np.arange(301)
    for name, x in units.items():
        lam, V = np.linalg.eigh(x.T @ x / len(x))
        best_w = np.linalg.lstsq(x, t_centred)[0]
        best = np.mean((t_centred - x @ best_w) ** 2)
        w, left = np.zeros(x.shape[1]), []
        for _step in descent_steps:
            left.append(lam * (V.T @ (w - best_w)) ** 2 / best)  # the excess along each direction
            w = w - x.T @ (x @ w - t_centred) / len(x) / lam[-1]
        excesses[name] = np.array(left)
        total = excesses[name].sum(axis=1)
        enough = np.flatnonzero(total < 0.01)
        when = f"after step {enough[0]}" if len(enough) else "not within 300 steps"
        print(
            f"{name:16} condition number {lam[-1] / lam[0]:6.0f}, within 1 % of least loss: {when}"
        )
    flat, steep = (excesses["standardised"][:, k].sum(axis=1) for k in (slice(2), slice(2, None)))
    print("standardised: excess loss of the two flattest directions at the start:", end=" ")
    print(f"{flat[0]:.1%} of the least loss, after 20 steps {flat[20] / flat[0]:.0%} of that")
    for name in ("mean subtracted", "standardised"):
        late = excesses[name][300].sum()
        print(f"{name}, after 300 steps: excess loss {late:.1%} of the least loss")
    lam = np.linalg.eigvalsh(units["standardised"].T @ units["standardised"] / len(diabetes.x))
    shares = np.sqrt(excesses["standardised"][300, :2] / excesses["standardised"][0, :2])
    try:
        yours = distance_left(lam[:2], lam[-1], 300).round(3)
        print(f"share of the distance left there after 300 steps: {shares.round(3)}, yours {yours}")
    except NotImplementedError:
        print("distance_left is not written yet.")
else:
    print("This cell waits.")

# %% practice=true fold="Draw the progress of gradient descent"
if ready("standardize_fit", "standardize_apply", "whiten_apply"):
    curves = [{name: e.sum(axis=1) for name, e in excesses.items()}]
    curves.append({"two flattest directions": flat, "eight others": steep})
    titles = ("Excess loss of gradient descent, by version of the inputs",)
    titles += ("The standardised version: two flattest directions, eight others",)
    with theme.style():
        figure, axes = plt.subplots(2, 1, figsize=(7, 6), sharex=True, layout="constrained")
        for ax, named, title in zip(axes, curves, titles, strict=True):
            for (name, curve), style in zip(named.items(), ("s:", "o--", "D-"), strict=False):
                shown = np.unique(np.geomspace(1, 301, 24).astype(int)) - 1
                shown = shown[: np.sum(curve[shown] > 6e-7) + 1]  # one step below the axis
                heights = np.maximum(curve[shown], 1e-30)
                ax.plot(shown + 1, heights, style, color=theme.FORWARD, markersize=4)
                beside = (shown[-1] + 1) * 1.25, max(heights[-1], 1.2e-6)
                ax.text(*beside, name, color=theme.FORWARD, va="center", fontsize=9)
            ax.set(xscale="log", yscale="log", xlim=(0.8, 12000), ylim=(6e-7, 3))
            ax.set(xticks=(1, 2, 11, 101), xticklabels=(0, 1, 10, 100), title=title)
            ax.set_ylabel("relative excess loss\n(loss − least) / least")
            ax.axhline(0.01, color=theme.QUIET, linewidth=1)
            ax.text(
                11000, 0.012, "1 % of the least loss", color=theme.QUIET, ha="right", fontsize=9
            )
            ax.xaxis.minorticks_off()
        axes[1].set_xlabel("step")
        plt.show()
else:
    print("This cell waits.")

# %% [markdown]
# *In words: the relative excess loss, the difference from the least possible loss divided by that
# loss, over the steps; both axes are logarithmic (the horizontal one in step + 1), with a line at
# 1 %. <!-- no claim: setting --> At the top: with the mean subtracted only, it is
# still above 5 % after 300 steps. Standardised, it is below 1 % in fewer than 20 steps and then
# falls slowly. Whitened, it leaves the picture at the lower edge in the first step. At the bottom
# the standardised curve in two parts. The excess loss of the eight steeper directions falls below
# that of the two flattest within 20 steps. The two flattest begin low and keep more than 80 % of
# theirs in these 20 steps.*
#
# The standardised inputs have a condition number of about 470, and yet 11 steps are enough to come
# within 1 % of the least loss. Your formula is right: the two flattest directions are as slow as it
# says. But a direction adds $\frac12 \lambda_k d_k^2$ to the loss. Their $\lambda_k$ is so small
# that even the whole distance adds little: at the start (all weights 0), the excess loss of both
# together is only 0.8 % of the least loss, already below 1 %. Here the steeper directions matter
# more. With a stricter limit the two flattest would decide: after 300 steps the excess loss is
# still 0.2 %.
#
# On white data, a single step is enough for all directions.
#
# **The rest of this section is optional.** Section 6 does not use it.
#
# ### White images
#
# What do white images look like? We whiten 2,000 MNIST digits, reduced to 14 × 14 pixels, and show
# ten of them.


# %% practice=true fold="Draw the images of all kinds"
def rotation_back(z, x):
    """The rotation after which z is as near to x as it can be: from any white data, ZCA."""
    U, _, Vt = np.linalg.svd(z.T @ (x - x.mean(axis=0)))
    return U @ Vt


def show_image(ax, image):
    """Ink dark on white; where there are negative numbers, 0 is the grey in the middle."""
    side = np.max(np.abs(image))
    lowest = 0 if np.min(image) >= 0 else -side
    width = math.isqrt(image.size)
    ax.imshow(image.reshape(width, width), cmap="gray_r", vmin=lowest, vmax=side)


mnist = load_mnist5000("float64").x[:2000].reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4))
mnist = mnist.reshape(-1, 196)
if ready("standardize_fit", "standardize_apply", "whiten_apply"):
    eps = 0.01  # try others
    stats = whiten_fit(mnist, eps)
    yours = whiten_apply(mnist, stats)
    back = rotation_back(yours, mnist)
    principal = np.linalg.eigh(np.cov(mnist, rowvar=False))[1][:, ::-1]
    kinds = {
        "raw": mnist,
        "standardised": standardize_apply(mnist, standardize_fit(mnist)),
        "PCA": yours @ back @ principal,
        "ZCA": yours @ back,
        "whitened by you": yours,
    }
    with theme.style():
        figure, axes = plt.subplots(5, 10, figsize=(8, 5))
        for row, (name, pictures) in zip(axes, kinds.items(), strict=True):
            row[0].set_title(name, fontsize=10)
            for ax, image in zip(row, pictures, strict=False):
                show_image(ax, image)
                ax.axis("off")
        figure.suptitle(
            f"Ten digits, raw, standardised and whitened (eps = {eps:g})", x=0.02, ha="left"
        )
        plt.show()
else:
    print("This cell waits.")

# %% [markdown]
# *In words: five rows of the digits 0 to 9, where grey stands for 0 if there are negative numbers.
# PCA-whitened they are speckle without a visible shape: each "pixel" is the projection on one
# eigenvector. In the four other rows the digits can be recognised, unless your function has chosen
# another rotation for the last one.*
#
# Do your images look like PCA or like ZCA? Both contain the same information. A *convolution*
# (notebook 14) looks at neighbouring pixels together, so it needs each pixel in its place, and of
# the two only ZCA keeps it there.
#
# Try another eps in the cell of the images. A tiny one such as 1e-8 makes noise in the background
# visible. With a huge one the ZCA images look like the centred digits.
#
# ### Does whitening help?
#
# We train a network on the 8 × 8 digits, raw, standardised, and whitened with a large and a small
# eps. With eps = 0.1, only 12 of the 64 directions get a variance above 0.5; with 0.001 it is 50.
# Each kind is trained at rates 0.01, 0.03, 0.1 and 0.3, with eight seeds. After one epoch and after
# five, the table shows each kind's best mean accuracy over the seeds, and its rate. The rate is
# chosen on these validation data, so on average the numbers are slightly too high.

# %% practice=true fold="Train on all kinds"
if ready("split_indices", "standardize_fit", "standardize_apply", "whiten_apply"):

    def digits_run(how, lr, seed):
        """Validation accuracy after each of five epochs."""
        rng = np.random.default_rng(seed)
        kept, aside = split_indices(len(digits.x), (0.7, 0.3), rng)
        x, t = digits.x, digits.t
        if how == "standardised":
            x = standardize_apply(x, standardize_fit(x[kept]))
        if how in EPS:
            x = whiten_apply(x, whiten_fit(x[kept], EPS[how]))
        return train(x[kept], t[kept], x[aside], t[aside], rng, lr, epochs=5, sizes=(64,))[0]

    EPS = {"white, eps 0.1": 0.1, "white, eps 0.001": 0.001}
    print("                 after 1 epoch                after 5 epochs")
    after, four_rates = {}, (0.01, 0.03, 0.1, 0.3)
    for how in ("raw", "standardised", *EPS):
        curves = np.array([[digits_run(how, lr, s) for s in range(8)] for lr in four_rates])
        print(f"{how:16}", end="")
        for epoch in (0, 4):
            best = curves[:, :, epoch].mean(axis=1).argmax()
            ends = after[how, epoch] = curves[best, :, epoch]
            print(f" {ends.mean():.3f} ± {ends.std(ddof=1):.3f},", end=" ")
            print(f"rate {four_rates[best]:<7}", end="")
        print()
    for how, other in (("standardised", "raw"), *((name, "standardised") for name in EPS)):
        for epoch in (0, 4):
            gain = after[how, epoch] - after[other, epoch]
            print(f"{how} minus {other}, after {epoch + 1}: {gain.mean():+.3f}", end=" ")
            print(f"± {gain.std(ddof=1):.3f}, standard error", end=" ")
            print(f"{gain.std(ddof=1) / math.sqrt(8):.3f}", end=", ")
            print(f"higher with {np.sum(gain > 0)} of 8 seeds, lower with {np.sum(gain < 0)}")
else:
    print("This cell waits.")

# %% [markdown]
# All pixels have the same unit, and yet standardised inputs seem to help on these digits: they are
# ahead by about 2.5 standard errors after one epoch and after five. Inputs whitened with eps = 0.1
# are ahead of standardised ones with each of the eight seeds after one epoch. After five epochs, no
# clear lead is left. With eps = 0.001 they are slightly ahead after one epoch, on average, and
# behind after five.
#
# Whitening needs the eigenvectors of a D × D matrix. For 64 pixels this is cheap. For the 150,528
# inputs of a photograph (224 × 224 pixels, 3 colours) the matrix alone takes about 90 GB in
# float32. Standardising needs two numbers per input.

# %% claims=true
total = {name: excess.sum(axis=1) for name, excess in excesses.items()}
claim("still above 5 % after 300 steps", total["mean subtracted"][300], above=0.05, given=[300])
claim(
    "below 1 % in fewer than 20 steps", np.argmax(total["standardised"] < 0.01), below=20, given=[1]
)
claim("leaves the picture at the lower edge in the first step", total["whitened"][1], below=1e-6)
claim(
    "falls below that of the two flattest within 20 steps",
    steep[20] / flat[20],
    below=1,
    given=[20],
)
claim(
    "keep more than 80 % of theirs in these 20 steps",
    100 * flat[20] / flat[0],
    above=80,
    given=[20],
)
claim("and yet 11 steps are enough", np.argmax(total["standardised"] < 0.01), equals=11, within=0.5)
lam = np.linalg.eigvalsh(units["standardised"].T @ units["standardised"] / 442)
claim("condition number of about 470", lam[-1] / lam[0], equals=470, within=10)
claim("is still 0.2 %", 100 * total["standardised"][300], equals=0.2, within=0.04)
claim("is only 0.8 % of the least loss", 100 * flat[0], equals=0.8, within=0.05)
by_factor = excesses["standardised"][0] * (1 - lam / lam[-1]) ** 600
claim(
    "the two flattest directions are as slow as it says",
    excesses["standardised"][300, :2] / by_factor[:2],
    equals=1,
    within=0.01,
)
beside = {}
for name, pictures in kinds.items():
    square = pictures[:10].reshape(-1, 14, 14)
    sides = zip(square[:, :, :-1], square[:, :, 1:], strict=True)
    beside[name] = np.mean([np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in sides])
claim("speckle without a visible shape", abs(beside["PCA"]), below=beside["raw"] / 4)
ahead = {
    (how, epoch): after[how, epoch] - after[other, epoch]
    for how, other in (("standardised", "raw"), *((name, "standardised") for name in EPS))
    for epoch in (0, 4)
}
in_errors = {key: math.sqrt(8) * d.mean() / d.std(ddof=1) for key, d in ahead.items()}
claim(
    "by about 2.5 standard errors after one epoch and after five",
    [in_errors["standardised", 0], in_errors["standardised", 4]],
    equals=2.5,
    within=0.6,
)
claim("with each of the eight seeds after one epoch", ahead["white, eps 0.1", 0], above=0)
claim("no clear lead is left", in_errors["white, eps 0.1", 4], below=2)
claim("slightly ahead after one epoch", ahead["white, eps 0.001", 0].mean(), above=0)
claim("and behind after five", ahead["white, eps 0.001", 4].mean(), below=0)
lam = np.linalg.eigvalsh(np.cov(digits.x, rowvar=False, bias=True))
claim("only 12 of the 64", np.sum(lam / (lam + 0.1) > 0.5), equals=12, within=0.5, given=[64])
many = np.sum(lam / (lam + 0.001) > 0.5)
claim("with 0.001 it is 50", many, equals=50, within=0.5, given=[0.001])
photograph = 224 * 224 * 3
claim("the 150,528 inputs of a photograph", photograph, equals=150528, within=1)
claim("takes about 90 GB in float32", photograph**2 * 4 / 1e9, equals=90, within=1, given=[32])

# %% [markdown]
# ## 6 Minibatches
#
# A step on all the data is costly. A step on a few samples is cheap, but its gradient is noisy. So
# the training samples are cut into minibatches, each "a single sample or at most hundreds" (S0,
# "Stochastic gradient descent: Use of minibatch"). Each iteration uses the mean gradient over the
# samples of its minibatch.
#
# S3 ("Solution: Better Estimate of the Gradient") names three cases: one step for the entire data
# set (vanilla), one for each sample (stochastic), one for each minibatch. One function is enough
# for all three: its `batch_size` is N, 1 or a number between.
#
# ### Is the average over an epoch right?
#
# If every batch has the same size, the mean of the batch means is the mean over all samples. If the
# batch size does not divide N, the last batch is short. We keep it. How do you then get the mean
# loss of an epoch from the batches' mean losses and sizes?
#
# <details><summary>The derivation</summary>
#
# - The mean of a batch, times its size, is the sum over the batch.
# - The sums of all batches add up to the sum over all samples, because every sample is in one
#   batch.
# - Divide by the number of samples, which is the sum of the sizes $B_j$: $\sum_j B_j m_j / \sum_j
#   B_j$, where $m_j$ is the mean over batch $j$.
#
# </details>


# %% solution="epoch_mean"
def epoch_mean(batch_means, batch_sizes):
    """Mean over all samples of an epoch.

    batch_means, batch_sizes : two lists, with one number per batch
    """
    ### BEGIN SOLUTION
    return np.sum(np.multiply(batch_means, batch_sizes)) / np.sum(batch_sizes)
    ### END SOLUTION


# %% practice=true fold="Compare epoch_mean with all samples"
losses = np.random.default_rng(6).exponential(size=10)
pieces = [losses[:4], losses[4:8], losses[8:]]
try:
    mine = epoch_mean([piece.mean() for piece in pieces], [len(piece) for piece in pieces])
except NotImplementedError:
    print("epoch_mean is not written yet.")
else:
    print("agrees" if np.isclose(mine, losses.mean()) else "DIFFERS", end=": ")
    print(f"all samples {losses.mean():.4f}, yours {mine:.4f},", end=" ")
    print(f"plain mean of the batch means {np.mean([p.mean() for p in pieces]):.4f}")

# %% [markdown]
# Next you write the function that makes the batches of one epoch. Here are its requirements in
# loops:


# %%
def is_an_epoch(batches, n, batch_size):
    """Every index once; all batches full but the last, which has what is left."""
    seen = []
    for number, batch in enumerate(batches, start=1):
        last = number == len(batches)
        if len(batch) != batch_size and not (last and 0 < len(batch) < batch_size):
            return False
        for index in batch:
            seen.append(int(index))
    return sorted(seen) == list(range(n))


print(is_an_epoch([[3, 0], [4, 1], [2]], 5, 2), is_an_epoch([[3, 0], [4, 1]], 5, 2))

# %% [markdown]
# Now write `minibatch_indices`. Each call is a new epoch, so each call draws a new order from
# `rng`. If `batch_size` exceeds n, there is one batch.


# %% solution="minibatch_indices"
def minibatch_indices(n, batch_size, rng):
    """One epoch: every index 0 … n-1 once, in random order, batch_size at a time.

    n : number of samples; batch_size : 1 or more; rng : numpy.random.Generator
    returns a list of index arrays; the last may be shorter
    """
    ### BEGIN SOLUTION
    order = rng.permutation(n)
    return [order[start : start + batch_size] for start in range(0, n, batch_size)]
    ### END SOLUTION


# %% check="minibatch_indices"
check("minibatch_indices", minibatch_indices)

# %% [markdown]
# We count the steps of S3's three cases with your function, for 1,437 samples.
#
# S2 calls another function, `sample_data_batch()` ("Gradient Descent Update"), and does not show
# its code. Suppose it draws each batch of 32 from all the data, with replacement. Draw 44 such
# batches, as many as fit into 1,437 samples, and call them an epoch. How many samples are in none
# of them?

# %% practice=true fold="Count the steps of an epoch"
if ready("minibatch_indices"):
    rng, n = np.random.default_rng(7), 1437
    for size in (n, 32, 1):
        epoch = minibatch_indices(n, size, rng)
        print(f"batch size {size:4}: {len(epoch):4} steps, an epoch: {is_an_epoch(epoch, n, size)}")
    missed = []
    for _ in range(20):
        drawn = np.concatenate([rng.integers(n, size=32) for _step in range(n // 32)])
        missed.append(1 - len(np.unique(drawn)) / n)
    print(f"drawn anew: {np.mean(missed):.1%} ± {np.std(missed, ddof=1):.1%}", end=" ")
    print("of the samples never seen")
else:
    print("This cell waits.")

# %% [markdown]
# More than a third! (The probability that a sample is missed N times in a row is $(1 - 1/N)^N$,
# close to $1/e = 0.37$. Here only 1,408 samples are drawn, in 44 batches, so it is a little more.)
# In the long run both ways use every sample equally often. But within an epoch, only dealing uses
# all of them. Does a network notice it? We train on the digits for ten epochs in both ways:

# %% practice=true fold="Train with dealt and with drawn batches"
if ready("split_indices", "minibatch_indices"):

    def dealt(t, size, rng):
        """An epoch of your batches."""
        return minibatch_indices(len(t), size, rng)

    def drawn_anew(t, size, rng):
        """As many batches, drawn with replacement."""
        return [rng.integers(len(t), size=len(batch)) for batch in dealt(t, size, rng)]

    both = []
    for order in (dealt, drawn_anew):
        for seed in range(8):
            rng = np.random.default_rng(seed)
            kept, aside = split_indices(len(digits.x), (0.8, 0.2), rng)
            (x, x_new), (t, t_new) = ((a[kept], a[aside]) for a in (digits.x, digits.t))
            both.append(train(x, t, x_new, t_new, rng, 0.05, 10, order, (64,))[0][-1])
    both = np.reshape(both, (2, 8))
    gap = both[0] - both[1]
    gap_error = gap.std(ddof=1) / math.sqrt(8)
    print(f"dealt {both[0].mean():.3f}, drawn {both[1].mean():.3f}; dealt minus drawn", end=" ")
    print(f"{gap.mean():+.4f}, standard error {gap_error:.4f},", end=" ")
    print(f"higher with {np.sum(gap > 0)} and lower with {np.sum(gap < 0)} of 8 seeds")
else:
    print("This cell waits.")

# %% [markdown]
# We see no sign of it: after ten epochs, the difference is less than two standard errors. (Half a
# percentage point would not show.)
#
# ### The error of a minibatch's gradient
#
# The gradient of a minibatch is only an estimate of the gradient of all training data. Its
# *relative error* is the length of its difference from the gradient of all data, divided by the
# length of that gradient. How does this error depend on the batch size?

# %% practice=true fold="Define the gradient of a minibatch"
if ready("minibatch_indices"):
    rng = np.random.default_rng(8)
    x, t = digits.x.astype("float64"), digits.t
    W = rng.normal(0, 0.1, size=(64, 10))

    def gradient(rows):
        """dL/dW of a linear classifier on these rows."""
        return x[rows].T @ softmax_cross_entropy(x[rows] @ W, t[rows])[1]

    full = gradient(np.arange(len(x)))
else:
    print("This cell waits.")

# %% practice=true fold="Draw the error over the size"
if ready("minibatch_indices"):
    sizes, squares = (1, 4, 16, 64, 256, 1024), {}
    for size in sizes:  # all full batches of an epoch, at most 40, in 50 epochs or more
        epochs = {256: 100, 1024: 400}.get(size, 50)
        batches = [b for _ in range(epochs) for b in minibatch_indices(len(x), size, rng)[:40]]
        batches = [batch for batch in batches if len(batch) == size]
        squares[size] = np.mean([np.sum((gradient(batch) - full) ** 2) for batch in batches])
    off = np.sqrt(list(squares.values())) / np.linalg.norm(full)
    B = np.geomspace(1, 1700, 200)
    lines = {"∝ √(1/B)": np.sqrt(1 / B), "∝ √(1/B · (N − B)/(N − 1))": 0}
    lines["∝ √(1/B · (N − B)/(N − 1))"] = np.sqrt((len(x) - B) / (len(x) - 1) / B)
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3.2))
        for (name, line), style in zip(lines.items(), ("--", "-"), strict=True):
            ax.plot(B, off[0] * line, style, color=theme.INK, linewidth=1)
            ax.text(1900, off[0] * line[-1], name, va="center", fontsize=9)
        ax.plot(sizes, off, "o", color=theme.GRADIENT)
        ax.text(1.3, off[0] * 1.1, "measured", color=theme.GRADIENT, fontsize=9)
        ax.set(xscale="log", yscale="log", xlabel="batch size B", ylabel="relative error")
        ax.set(xlim=(0.8, 200000), xticks=(1, 10, 100, 1000), xticklabels=(1, 10, 100, 1000))
        ax.set_title("Relative error of a minibatch's gradient (root mean square)")
        plt.show()
    print("batch size B      ", "".join(f"{size:8}" for size in sizes))
    print("relative error    ", "".join(f"{error:8.3f}" for error in off))
    solid = off[0] * np.sqrt((len(x) - np.array(sizes)) / (len(x) - 1) / sizes)
    print("by the solid line ", "".join(f"{error:8.3f}" for error in solid))

# %% [markdown]
# *In words: the relative error of a minibatch's gradient over the batch size, both axes
# logarithmic. The orange dots lie on the solid line. It falls first as one over the root of B, and
# faster towards the size of the data set, N = 1,797: at 1,024 it is clearly below the dashed line.*
#
# A batch ten times as large costs ten times the work and makes the gradient about three times as
# accurate, because $\sqrt{10} = 3.2$. For the same work you could take
# ten steps on smaller batches.
#
# This is the standard error of section 3 again. The samples of an epoch, too, are drawn without
# replacement. So the solid line has the same factor, $\sqrt{(N - B)/(N - 1)}$, and a batch of all
# the data has no error. S0 adds that a step on all data "does not work well in practice"; notebook
# 04 tests this.
#
# ### Sorted by class
#
# Suppose a file is sorted by class, and nobody shuffles it: first all the zeros, then all the ones,
# and so on. We train a network on such batches of the digits for ten epochs (rate 0.05, momentum
# 0.9). On shuffled batches, the same network classifies more than 95 % of the validation digits
# correctly. **What percentage does it classify correctly if the batches come sorted?**

# %% guess="accuracy with batches sorted by class"
guess("ps01_sorted", None, between=(0, 100))  # your guess in place of None: a number of percent


# %% [markdown]
# We also train on *shuffled blocks*: the batches of the sorted file, in random order.


# %% practice=true fold="Define the three orders"
def your_batches(t, size, rng):
    """Shuffled, by your function."""
    return minibatch_indices(len(t), size, rng)


def sorted_batches(t, size, rng):
    """In the order of a file sorted by class."""
    order = np.argsort(t, kind="stable")
    return [order[start : start + size] for start in range(0, len(t), size)]


def shuffled_blocks(t, size, rng):
    """The sorted file's batches, in random order."""
    batches = sorted_batches(t, size, rng)
    return [batches[i] for i in rng.permutation(len(batches))]


# %% practice=true fold="Train with three orders"
if ready("split_indices", "minibatch_indices"):
    orders = {
        "shuffled": your_batches,
        "shuffled blocks": shuffled_blocks,
        "sorted": sorted_batches,
    }

    def ordered_run(order, seed, lr):
        """Validation accuracy after each of ten epochs."""
        rng = np.random.default_rng(seed)
        kept, aside = split_indices(len(digits.x), (0.8, 0.2), rng)
        x, t = digits.x, digits.t
        settings = {"lr": lr, "epochs": 10, "order": order, "sizes": (64,)}
        return train(x[kept], t[kept], x[aside], t[aside], rng, **settings)[0]

    curves = {
        name: [ordered_run(order, seed, 0.05) for seed in range(3)]
        for name, order in orders.items()
    }
else:
    print("This cell waits.")

# %% practice=true fold="Compare with your guess"
if ready("split_indices", "minibatch_indices"):
    percent = 100 * np.mean([run[-1] for run in curves["sorted"]])
    reveal(
        "ps01_sorted", round(percent), "Percent after ten epochs, the mean of the seeds 0, 1 and 2."
    )
else:
    print("This cell waits.")

# %% practice=true fold="Draw the three orders" after="ps01_sorted"
if ready("split_indices", "minibatch_indices"):
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3))
        colours = {"shuffled": theme.FORWARD, "shuffled blocks": "#009E73", "sorted": theme.QUIET}
        for (name, runs), marker in zip(curves.items(), "os^", strict=True):
            look = {"color": colours[name], "marker": marker, "markersize": 4}
            for run in runs:
                ax.plot(range(1, 11), run, **look, **theme.VALIDATION)
            height = np.mean([run[-1] for run in runs])
            ax.text(10.3, height, name, color=colours[name], va="center", fontsize=9)
        ax.set(xlabel="epoch", ylabel="validation accuracy", ylim=(0, 1.05), xlim=(0.5, 13))
        ax.set_xticks(range(1, 11))
        ax.set_title("Digits: three orders of the batches, at rate 0.05 (seeds 0, 1, 2)")
        plt.show()
    for name, runs in curves.items():
        ends = [run[-1] for run in runs]
        print(f"{name:16} {np.mean(ends):.1%} ± {np.std(ends, ddof=1):.1%}", end="   (")
        print(", ".join(f"{end:.1%}" for end in ends) + ")")

# %% [markdown] after="ps01_sorted"
# *In words: validation accuracy over ten epochs, three seeds each. Shuffled, all three runs end
# above 95 %. With the sorted file's batches in random order the accuracies rise, jump up and down,
# and end between 0.35 and 0.75. Sorted, all three stay below 0.2, near the 0.1 of guessing.*

# %% [markdown]
# Does the result depend on the learning rate? Here are other rates (means of the seeds 0, 1 and 2):

# %% practice=true fold="Train at other rates" after="ps01_sorted"
if ready("split_indices", "minibatch_indices"):
    at_rates = {}
    print("accuracy after ten epochs" + "".join(f"  {name:>15}" for name in orders))
    for lr in (0.002, 0.005, 0.01, 0.1):
        for name, order in orders.items():
            at_rates[name, lr] = [ordered_run(order, seed, lr)[-1] for seed in range(3)]
        means = (np.mean(at_rates[name, lr]) for name in orders)
        print(f"rate {lr:<20g}" + "".join(f"  {mean:15.3f}" for mean in means))
    for lr in (0.002, 0.005, 0.01):
        loss = np.subtract(at_rates["shuffled", lr], at_rates["sorted", lr])
        print(
            f"rate {lr:g}: shuffled minus sorted {loss.mean():.3f} ± {loss.std(ddof=1):.3f}",
            end=", ",
        )
        print(f"higher with {np.sum(loss > 0)} of 3 seeds")
else:
    print("This cell waits.")

# %% [markdown] after="ps01_sorted"
# At rate 0.002 the order costs only about 3 percentage points: with
# small steps the network probably still remembers something of the first classes when the last ones
# come. But small steps are slow. If each order gets the best of the five rates, shuffled batches
# reach about 0.97 (at 0.05 and at 0.1), shuffled blocks about 0.96, and sorted batches about 0.89.
#
# Was every step at rate 0.05 in the wrong direction, then? For each step we compare the loss of its
# own batch just before and just after it. We also repeat the sorted run with changes:
#
# - *no momentum*;
# - *no momentum, 0.5*: no momentum, and ten times the rate, because momentum 0.9 makes the steps
#   about ten times larger in total;
# - *no hidden layer*;
# - *leaky ReLUs* (0.1 u for negative u), which let the gradient pass for every input;
# - *no hidden, shuffled* and *leaky, shuffled*: these networks on shuffled batches.

# %% practice=true fold="Measure every step" after="ps01_sorted"
if ready("split_indices", "minibatch_indices"):

    def step_by_step(order, seed, sizes=(64,), momentum=0.9, activation=ReLU, lr=0.05):
        """Share of steps that lowered their loss; loss, accuracy, commonest answer, dead units."""
        rng = np.random.default_rng(seed)
        kept, aside = split_indices(len(digits.x), (0.8, 0.2), rng)
        x, t = digits.x[kept], digits.t[kept]
        network = mlp((64, *sizes, 10), rng=rng, activation=activation)
        optimizer = SGD(network.parameters(), lr=lr, momentum=momentum)
        lowered = []
        for batch in [batch for _epoch in range(10) for batch in order(t, 32, rng)]:
            y, back = network.forward(x[batch], training=True)
            loss, dy = softmax_cross_entropy(y, t[batch])
            optimizer.zero_grad()
            back(dy)
            optimizer.step()
            lowered.append(softmax_cross_entropy(network(x[batch]), t[batch])[0] < loss)
        said = network(digits.x[aside]).argmax(axis=1)
        most = np.bincount(said).max() / len(aside)
        dead = never_active(network, x) if sizes and activation is ReLU else 0
        final = softmax_cross_entropy(network(x), t)[0]
        return np.mean(lowered), final, np.mean(said == digits.t[aside]), most, dead

    changes = {
        "shuffled": {"order": orders["shuffled"]},
        "sorted": {},
        "no momentum": {"momentum": 0},
        "no momentum, 0.5": {"momentum": 0, "lr": 0.5},
        "no hidden layer": {"sizes": ()},
        "no hidden, shuffled": {"sizes": (), "order": orders["shuffled"]},
        "leaky ReLUs": {"activation": lambda: LeakyReLU(0.1)},
        "leaky, shuffled": {"activation": lambda: LeakyReLU(0.1), "order": orders["shuffled"]},
    }
    steps = {
        name: np.array(
            [step_by_step(**({"order": orders["sorted"]} | change), seed=s) for s in range(3)]
        )
        for name, change in changes.items()
    }
else:
    print("This cell waits.")

# %% practice=true fold="Print the table of the steps" after="ps01_sorted"
if ready("split_indices", "minibatch_indices"):
    print(f"{'':20} lowered    training loss (seeds 0, 1, 2)   accuracy   one answer   dead")
    for name, table in steps.items():
        better, _, right, most, dead = table.mean(axis=0)
        losses = "".join(f"{loss:10.4g}" for loss in table[:, 1])
        print(f"{name:20} {better:7.0%} {losses} {right:12.2f} {most:12.0%} {dead:6.0f}")
    print(
        "lowered: steps that lowered the loss of their batch; one answer: share of the most",
        end=" ",
    )
    print("frequent answer; dead: hidden units of 64 that are 0 on all training images")
    print(f"loss of a network that gives 1/10 to every class: log 10 = {math.log(10):.2f}")
else:
    print("This cell waits.")

# %% [markdown] after="ps01_sorted"
# Nearly every single step lowered the loss of its own batch, **more reliably than with shuffled
# batches**. A sorted batch has only one class, or two, so it is enough to raise the output of this
# class for every image. But together these steps lead to a network whose training loss is larger
# than that of guessing (about 2.35 against 2.30) and that gives one answer to almost every image.
# At the end, about 62 of its 64 units are dead (mean of the seeds 0, 1, 2), against about 4 with
# shuffled batches (see [notebook 08](../ps08/ps08_activations.ipynb)). So the output is nearly the
# same for all images.
#
# Why? These steps are too large for sorted batches and a hidden layer:
#
# - Without the hidden layer, the accuracy stays above 0.9 (0.97 on shuffled batches), so the order
#   alone does not erase the earlier classes.
# - Without momentum it is above 0.6, and hardly a unit dies. At ten times the rate, the accuracy is
#   below 0.6 and more than 20 units are dead. So the size of the steps matters.
# - With leaky ReLUs no unit can die, but the training loss grows to more than a thousand: training
#   diverges. On shuffled batches the same network reaches more than 0.95.
#
# A step that lowers the loss of its batch can raise the loss on all data if the batch does not
# represent them.

# %% claims=true
claim("close to $1/e = 0.37$", (1 - 1 / n) ** n, equals=0.37, within=0.005, given=[1])
claim(
    "Here only 1,408 samples are drawn, in 44 batches",
    len(drawn),
    equals=1408,
    within=1,
    given=[44],
)
claim("so it is a little more", (1 - 1 / n) ** len(drawn) - (1 - 1 / n) ** n, above=0, below=0.02)
claim("More than a third!", np.array(missed), above=1 / 3)
claim("the difference is less than two standard errors", abs(gap.mean()) / gap_error, below=2)
claim("Half a percentage point would not show", 2 * 100 * gap_error, above=0.5)
expected = off[0] * np.sqrt((len(x) - np.array(sizes)) / (len(x) - 1) / sizes)
claim("The orange dots lie on the solid line", off / expected, equals=1, within=0.1)
claim(
    "at 1,024 it is clearly below the dashed line",
    off[-1] / (off[0] / math.sqrt(1024)),
    below=0.8,
    given=[1024],
)
ends = {name: np.array([run[-1] for run in runs]) for name, runs in curves.items()}
claim("more than 95 % of the validation digits correctly", ends["shuffled"], above=0.95)
claim("Shuffled, all three runs end above 95 %", ends["shuffled"], above=0.95)
claim("end between 0.35 and 0.75", ends["shuffled blocks"], above=0.35, given=[0.75])
claim("end between 0.35 and 0.75", ends["shuffled blocks"], below=0.75, given=[0.35])
claim("all three stay below 0.2", np.max(curves["sorted"], axis=1), below=0.2)
best_end = {
    name: max(ends[name].mean(), *(np.mean(at_rates[name, lr]) for lr in (0.002, 0.005, 0.01, 0.1)))
    for name in orders
}
costs = np.mean(at_rates["shuffled", 0.002]) - np.mean(at_rates["sorted", 0.002])
claim(
    "At rate 0.002 the order costs only about 3 percentage points",
    100 * costs,
    above=2,
    below=4.5,
    given=[0.002, 3],
)
at_both = [ends["shuffled"].mean(), np.mean(at_rates["shuffled", 0.1])]
quote = "shuffled batches reach about 0.97 (at 0.05 and at 0.1)"
claim(quote, at_both, equals=0.97, within=0.015, given=[0.05, 0.1])
claim("shuffled blocks about 0.96", best_end["shuffled blocks"], equals=0.96, within=0.02)
claim("sorted batches about 0.89", best_end["sorted"], equals=0.89, within=0.02)
claim(
    "Nearly every single step lowered the loss of its own batch", steps["sorted"][:, 0], above=0.97
)
claim(
    "**more reliably than with shuffled batches**",
    steps["sorted"][:, 0],
    above=steps["shuffled"][:, 0],
)

claim("training loss is larger than that of guessing", steps["sorted"][:, 1], above=math.log(10))
quote = "(about 2.35 against 2.30)"
claim(quote, steps["sorted"][:, 1].mean(), equals=2.35, within=0.04, given=[2.3])
claim(quote, math.log(10), equals=2.3, within=0.01, given=[2.35])
claim("that gives one answer to almost every image", steps["sorted"][:, 3], above=0.9)
claim(
    "about 62 of its 64 units are dead (mean of the seeds 0, 1, 2)",
    steps["sorted"][:, 4].mean(),
    equals=62,
    within=4,
    given=[64, 0, 1, 2],
)
claim(
    "against about 4 with shuffled batches",
    steps["shuffled"][:, 4].mean(),
    above=2,
    below=6.5,
    given=[4],
)
claim("Without momentum it is above 0.6", steps["no momentum"][:, 2], above=0.6)
claim("and hardly a unit dies", steps["no momentum"][:, 4], below=5)
claim("the accuracy is below 0.6", steps["no momentum, 0.5"][:, 2], below=0.6)
claim("more than 20 units are dead", steps["no momentum, 0.5"][:, 4], above=20)
claim("the same network reaches more than 0.95", steps["leaky, shuffled"][:, 2], above=0.95)
last_fold = [len(np.unique(np.sort(digits.t)[at : at + 32])) for at in range(0, 1437, 32)]
claim("one class, or two", max(last_fold), below=2.5)
quote = "the accuracy stays above 0.9 (0.97 on shuffled batches)"
claim(quote, steps["no hidden layer"][:, 2], above=0.9, given=[0.97])
claim(quote, steps["no hidden, shuffled"][:, 2].mean(), equals=0.97, within=0.015, given=[0.9])
claim("the training loss grows to more than a thousand", steps["leaky ReLUs"][:, 1], above=1000)

# %% [markdown]
# ## 7 Your functions from the file to the test
#
# Now use your functions together on the tumours, in the order of S0's outline: divide, standardise,
# cut into minibatches. A fifth of the samples is the test set. It is the fifth that section 4 set
# aside: same seed, same split. On the rest we choose the learning rate by cross-validation. The
# test set is used once.

# %% practice=true fold="Cross-validate three rates"
ALL = ("split_indices", "k_folds", "standardize_fit", "standardize_apply", "minibatch_indices")
if ready(*ALL):

    def tumour_accuracy(rows, new_rows, lr, seed):
        """Accuracy on new_rows after training on rows, standardised with the stats of rows."""
        stats = standardize_fit(tumours.x[rows])
        z, z_new = (standardize_apply(tumours.x[part], stats) for part in (rows, new_rows))
        t, t_new = tumours.t[rows], tumours.t[new_rows]
        rng = np.random.default_rng(seed)
        return train(z, t, z_new, t_new, rng, lr, order=your_batches)[0][-1]

    rng = np.random.default_rng(11)
    rest, test = split_indices(len(tumours.x), (0.8, 0.2), rng)
    five = k_folds(len(rest), 5, rng)
    on_folds = {}
    for lr in (0.001, 0.01, 0.1):
        ends = [tumour_accuracy(rest[a], rest[b], lr, seed) for seed, (a, b) in enumerate(five)]
        on_folds[lr] = np.array(ends)
        print(f"rate {lr:5}: {np.mean(ends):.4f} ± {np.std(ends, ddof=1):.4f} over the five folds")
    chosen_lr = max(on_folds, key=lambda lr: on_folds[lr].mean())
    for lr in on_folds.keys() - {chosen_lr}:
        gain = on_folds[chosen_lr] - on_folds[lr]
        print(f"rate {chosen_lr} minus rate {lr}: {gain.mean():+.4f}", end=" ")
        print(f"± {gain.std(ddof=1):.4f}, standard error", end=" ")
        print(f"{gain.std(ddof=1) / math.sqrt(5):.4f}, higher in {np.sum(gain > 0)}", end=", ")
        print(f"lower in {np.sum(gain < 0)} of five folds")
else:
    print("This cell waits.")

# %% practice=true fold="Use the test set once"
if ready(*ALL):
    once = tumour_accuracy(rest, test, chosen_lr, 0)
    error = np.sqrt(once * (1 - once) / len(test))
    print(f"chosen: {chosen_lr}. Test, used once: {once:.2f}, standard error {error:.2f}")
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3))
        for k, ends in enumerate(on_folds.values()):
            ax.plot(np.full(5, k), np.sort(ends), "o", color=theme.FORWARD, alpha=0.6)
        means = [ends.mean() for ends in on_folds.values()]
        ax.plot(means, color=theme.FORWARD, **theme.VALIDATION)
        ax.text(0.1, means[0] - 0.02, "five folds, and their mean", color=theme.FORWARD)
        apart = on_folds[0.01] - on_folds[0.1]
        ax.plot((1, 1, 2, 2), (1.008, 1.014, 1.014, 1.008), color=theme.INK, linewidth=1)
        words = f"difference of the means {abs(apart.mean()):.4f},\n"
        words += f"its standard error {apart.std(ddof=1) / math.sqrt(5):.4f}"
        ax.text(1.5, 1.018, words, ha="center", fontsize=9)
        ax.axvline(2.5, color=theme.QUIET, linewidth=0.8)
        ax.errorbar(3, once, 2 * error, fmt="D", color=theme.INK, capsize=4)
        ax.text(3.1, once, "± 2 standard\nerrors", va="center")
        ax.set(xlabel="learning rate", ylabel="accuracy", xlim=(-0.4, 3.9), ylim=(0.88, 1.05))
        ax.set_yticks((0.9, 0.95, 1))
        ax.set_xticks(range(4), [*map(str, on_folds), f"{chosen_lr},\non the test set"])
        ax.set_title("Accuracy on five folds at three rates, then once on the test set")
        plt.show()
else:
    print("This cell waits.")

# %% [markdown]
# *In words: the accuracies on five folds for the learning rates 0.001, 0.01 and 0.1, with a dashed
# line through their means, a bracket with the difference of the two higher means, and at the right
# one dot for the test set at the chosen rate with a bar of two standard errors to each side.
# <!-- no claim: setting --> The
# smallest rate has the lowest mean; the bar of the test result is longer than the distance between
# the two other means.*
#
# The folds do not say which of the two larger rates is better: the mean of their difference is
# smaller than its standard error. We take the higher mean, but either rate would do.
#
# In a report, you would give the test accuracy with its standard error, to two decimal places. The
# mean over the folds at the chosen rate is biased as an estimate of the final network's accuracy,
# in two ways. One bias raises it: the rate was chosen by it. The other lowers it: each network was
# trained on four of the five folds only. We do not know which is larger.
# The test set was not used for any choice, here or in section 4. (Some figures showed all tumours;
# nothing was chosen by them.)
#
# Now go back to section 1 and run its cells again: the four teams then work with your functions.

# %% claims=true
means = [ends.mean() for ends in on_folds.values()]
larger = on_folds[0.01] - on_folds[0.1]
claim(
    "the mean of their difference is smaller than its standard error",
    abs(larger.mean()),
    below=larger.std(ddof=1) / math.sqrt(5),
)
claim("The smallest rate has the lowest mean", means[0], below=min(means[1:]))
claim(
    "longer than the distance between the two other means",
    4 * error,
    above=abs(means[1] - means[2]),
)

# %% [markdown]
# ## 8 Questions
#
# **Five folds.** You choose the learning rate by cross-validation with five folds, trying three
# rates one after the other. Then you train the network that will be used, on all samples but the
# test set. How many different results of `standardize_fit` do you need, if no validation or test
# sample may influence the training?
#
# - a: sixteen: one for each training
# - b: six: one for each fold, one for the final network
# - c: two: one for the folds, one for the final network
# - d: one, since all networks see the same features

# %% solution="answer_folds"
answer_folds = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_folds = "b"
### END SOLUTION

# %% choice="folds" key="b" points=1
check_choice("folds", answer_folds)
# a: You train 16 times, but the three rates of a fold share their training set, and so the
#    statistics.
# b: Each fold has its own training set, and so its own mean and standard deviation; the rate does
#    not change them. The final network is trained on all five parts, so it has a sixth one.
# c: Five folds have five different training sets. Statistics from all five together contain every
#    validation sample.
# d: These statistics would come from samples that are in the validation set of some fold.

# %% [markdown]
# **Iterations.** S0 calls one update an iteration, and one pass through all minibatches an epoch.
# You have 1,003 training samples and a batch size of 100, keep the short batch, and train for 20
# epochs. How many iterations is that?
#
# - a: 200
# - b: 201
# - c: 220
# - d: 20,060

# %% solution="answer_iterations"
answer_iterations = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_iterations = "c"
### END SOLUTION

# %% choice="iterations" key="c" points=1
check_choice("iterations", answer_iterations)
# a: 200 = 20 · 10 leaves out the short batches. You keep them, so an epoch has ten batches of 100
#    samples and one of 3.
# b: 201 is 20 · 1,003 / 100, rounded up once at the end. But every epoch has its own short batch,
#    so you round up in each epoch: to 11.
# c: An epoch has ten batches of 100 samples and one of 3: 11 iterations. 20 epochs have 20 · 11 =
#    220.
# d: 20,060 = 20 · 1,003 counts samples. One iteration uses a whole minibatch, so there are fewer
#    iterations than samples.

# %% [markdown]
# **Two boxes.** Section 3 has two accuracies for the same digits: with random folds, and with the
# forms held out. You sell this classifier in two products. The first, for banks, reads the cheques
# of strangers. The second, a tablet, reads its owner's digits, after the owner has written 100
# digits into the training set. Each box should state the accuracy that its buyer will see, as
# exactly as possible. Which accuracy do you print on which box?
#
# - a: forms held out for the bank, random folds for the tablet
# - b: the one with random folds on both: every image was tested there, and all are used
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
#    the writer is known and only the digit is new, as with random folds.
# b: Both ways test every image once. But the bank never has training digits of the person who wrote
#    the cheque, and with random folds the test digits have their writer in the training set.
# c: It fits the bank. The tablet has digits of its owner in the training set, so this accuracy is
#    the answer to a question that the tablet does not ask: it is biased, not cautious.
# d: For the bank every writer is unknown, for the tablet the owner is known. A mean of two answers
#    is right for neither.

# %% [markdown]
# **White with eps.** The covariance of the training data has the eigenvalues 100, 1 and 0.01. You
# whiten these data with eps = 0.01. Which eigenvalues has the covariance of the result?
#
# - a: 1, 1 and 1
# - b: about 0.01, 1 and 25
# - c: about 1, 1 and 0.7
# - d: about 1, 1 and 0.5

# %% solution="answer_eps"
answer_eps = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_eps = "d"
### END SOLUTION

# %% choice="eps" key="d" points=1
check_choice("eps", answer_eps)
# a: That is so for eps = 0. Here eps is as large as the smallest eigenvalue, and √(λ + eps) is
#    clearly more than √λ there.
# b: You divided the data by λ + eps. Its root belongs there: dividing data by a number divides
#    their variance by the square of this number.
# c: 0.7 is the standard deviation along this direction. The eigenvalues of a covariance are
#    variances.
# d: The variance λ is divided by the square of √(λ + eps). λ/(λ + eps) is 0.9999, 0.99 and 0.5: the
#    direction with hardly any variance does not get the variance 1.

# %% [markdown]
# **A sceptical referee.** You review an article. Of 20,000 genes the authors chose the 50 that
# differ most between 60 ill and 60 healthy people. Then they split the 120 people at random,
# trained on 80 of them and classified 37 of the other 40 correctly, "significantly better than
# chance". Answer three questions, in a sentence or two each. What is wrong? What would an honest
# procedure be? Describe an experiment **with their own program and data** that shows how many of 40
# people their procedure classifies correctly if there is nothing to find. The procedure itself
# stays as it is. (Graded by a person, 2 points: one for the first two questions, one for the
# experiment.)

# %% [markdown] manual="referee" points=2
# ### BEGIN SOLUTION
# The test people were used to choose the genes: among 20,000 columns there are always 50 that
# happen to separate these 120 people, so the test people's labels have already been used. Honest:
# split first, choose the genes from the 80 training people alone, then classify the 40; if anything
# is decided by a result, decide by a validation part and use the test part once. Experiment: deal
# the labels ill/healthy out at random and run the whole program again, choice of genes included,
# many times. Now there is nothing to find, so an honest program is right about 20 times out of 40;
# if it still gets around 37, the procedure produces such numbers from nothing. (One point for the
# leak and the right order, one for an experiment with permuted labels, or with noise in place of
# the genes, that repeats the choice. With noise for the genes and the classifier of section 1, this
# procedure gets 39 of 40 right on average.)
# ### END SOLUTION

# %% claims="slow"
right_of_40 = []
for seed in range(10):
    rng = np.random.default_rng(seed)
    genes, ill = rng.normal(size=(120, 20000)), rng.permutation(np.arange(120) % 2)
    of_80, of_40 = split(120, (2 / 3, 1 / 3), rng)
    keep = most_different(genes, ill, 50)
    said = closer_group(genes[of_80][:, keep], ill[of_80], genes[of_40][:, keep])
    right_of_40.append(np.sum(said == ill[of_40]))
claim(
    "procedure gets 39 of 40 right on average",
    np.mean(right_of_40),
    equals=39,
    within=1,
    given=[40],
)

# %% [markdown]
# ## 9 In PyTorch
#
# PyTorch has `random_split` and `DataLoader` for splits and minibatches. For standardising, note
# that its `std` divides by N − 1 unless you say `correction=0`. If PyTorch is installed here, the
# cell compares its results with yours.

# %% practice=true fold="Compare with PyTorch"
import importlib.util

if importlib.util.find_spec("torch") is None:
    print("PyTorch is not installed here; nothing later needs it.")
elif ready(
    "split_indices", "standardize_fit", "standardize_apply", "whiten_apply", "minibatch_indices"
):
    import torch

    x = tumours.x[:, :6].astype("float64")
    x_torch = torch.tensor(x)
    std = x_torch.std(dim=0, correction=0)
    z_torch = (x_torch - x_torch.mean(dim=0)) / std
    z = standardize_apply(x, standardize_fit(x))
    print("standardised: largest difference", f"{np.max(np.abs(z - z_torch.numpy())):.0e}")

    lam, V = torch.linalg.eigh(torch.cov(z_torch.T, correction=0))
    theirs = (z_torch @ V / torch.sqrt(lam + 0.01)).numpy()
    mine = whiten_apply(z, whiten_fit(z, 0.01))
    largest = np.max(np.abs(mine @ mine.T - theirs @ theirs.T))
    print("whitened: largest difference of inner products", f"{largest:.0e}")

    data, seeded = torch.utils.data.TensorDataset(x_torch), torch.Generator().manual_seed(0)
    parts = torch.utils.data.random_split(data, (0.6, 0.2, 0.2), seeded)
    ours = split_indices(len(x), (0.6, 0.2, 0.2), np.random.default_rng(0))
    print("sizes of the parts: PyTorch", [len(p) for p in parts], " yours", [len(p) for p in ours])
    loader = torch.utils.data.DataLoader(data, batch_size=100, shuffle=True, generator=seeded)
    ours = minibatch_indices(len(x), 100, np.random.default_rng(0))
    print("sizes of the batches: PyTorch", [len(b) for (b,) in loader], end=" ")
    print(" yours", [len(b) for b in ours])
else:
    print("This cell waits.")

# %% [markdown]
# PyTorch's three sizes may differ from yours by one: it rounds all of them down and gives the
# remaining samples to the first parts, one each. `DataLoader` keeps the short batch unless you say
# `drop_last=True`, and it shuffles only if you say `shuffle=True`. If you forget this with a sorted
# file, you get the problem of section 6.

# %% [markdown]
# ## 10 Your cheat sheet
#
# Complete this page in your own words and keep it. Double-click to edit.
#
# | step | learnt from | used on | formula |
# |---|---|---|---|
# | split | nothing; chance comes from … | … | sizes: … |
# | folds | nothing; each sample is held out … | … | number of trainings: … |
# | standardise | … | … | `z = …` |
# | whiten | … | … | `z = (x - mean) @ …`, with eigenvalues and eigenvectors of … |
# | minibatches | nothing; a new order every … | the … part | number of batches: … |
#
# - I look at the validation set whenever …, at the test set …
# - A feature that never changes gets … because …
# - A layer on raw inputs can compute the same as on standardised ones, because …; gradient descent
#   works better with standardised inputs, because …
# - PCA and ZCA whitening differ by …, and eps is there because …
# - The standard error of an accuracy on m test samples is …; that of the mean of N paired
#   differences is …
# - The gradient of a minibatch of size B has an error proportional to …
# - The leak that did most harm was …; the leak that did least harm was …, and I avoid it
#   because …
# - If samples belong together, I …

# %% [markdown]
# ## What comes next
#
# **Notebook 02** takes the next step of every training run: the loss, which says how wrong an
# output is, and its gradient, from which the backward pass starts. **Notebook 04** comes back to
# the bowl and its condition number, and asks how large a minibatch should be. **Notebook 15**
# standardises not only the inputs but the values inside the network, minibatch by minibatch, and
# asks "whose mean?" again.

# %% [markdown]
# ## Sources
#
# S0 "Training of neural networks – basics", slides "Outline of training a neural net", "Stochastic
# gradient descent: Use of minibatch", "Generalization ability", "Standard practice of handling
# data" and "Standardization of inputs"; S3 "Backpropagation and Training", slides "Neural Network
# Training", "Solution: Better Estimate of the Gradient" and "Summary". S1 "Part II: Training"
# (minibatches), S2 "Training Neural Networks" (slide "Gradient Descent Update") and S4 "Neural
# networks (continued)" (slide "Batch normalization") are used briefly. In this notebook they are
# called S0 to S4.
