# %% [markdown]
# # Ensembles, bias and variance
#
# An *ensemble* is a group of networks, its *members*, that predict together. **When does it predict
# better than its members, and which members help?**
#
# **You need** softmax with cross-entropy (notebook 02) and the L2 penalty (18).

# %% opening=true
"""Eight thin wavy curves, the members, around a dashed curve, the truth."""

import matplotlib.pyplot as plt
import numpy as np

from course_lib.plots import theme

x = np.linspace(-1, 1, 200)
rng = np.random.default_rng(3)
waves = [0.45 * rng.normal() * np.sin((2 + k) * x * 2.2 + rng.uniform(0, 6)) for k in range(4 * 8)]
curves = [np.sin(3 * x) + sum(waves[4 * m : 4 * m + 2]) for m in range(8)]
figure, ax = plt.subplots(figsize=(6.4, 2.6))
for curve in curves:
    ax.plot(x, curve, color=theme.FORWARD, linewidth=1)
ax.plot(x, np.sin(3 * x), "--", color=theme.INK)
ax.set_title("Eight members, and the truth (dashed)", loc="center")
ax.axis("off")
plt.show()

# %% setup=true minutes=1
import numpy as np

from course_lessons import ensembles as lesson
from course_lib.backend import choose_device
from grader.checking import check, check_choice, guess, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 Eight bad networks
#
# We have 300 images of digits, and a third of their labels are wrong. <!-- no claim: setting --> A
# network with 64 hidden units that learns all 300 images for 450 steps
# classifies about 69 % of the test images correctly. Eight such networks get **only 75 of the
# images** each, chosen at random. Alone they reach about 58 % on average: this is the accuracy of
# their *mean member*. Then we average the eight probabilities of each class, and predict the most
# probable class. **What percentage of the test images do they classify correctly together?**

# %% guess="accuracy of eight bad networks together, in percent"
guess("ps19_together", None, between=(0, 100))  # percent

# %% practice=true
t = lesson.test_labels()
draws = range(12)
quarter = [lesson.probabilities("quarter", seed=seed) for seed in draws]  # each (8, 797, 10)
everything = [lesson.probabilities("all", seed=seed) for seed in draws]
together = np.array([lesson.accuracy(p.mean(axis=0)) for p in quarter])
reveal(
    "ps19_together", float(100 * together.mean()), "Percent, mean of twelve draws of the images."
)

# %% practice=true
kinds = {"75 images": quarter, "300 images": everything}
accuracies = lesson.print_accuracies(kinds)

# %% claims=true
alone, both = (np.array([of[k] for of in accuracies.values()]) for k in range(2))
claim("classifies about 69 % of the test images", 100 * alone[1].mean(), equals=69, within=3)
claim("Alone they reach about 58 % on average", 100 * alone[0].mean(), equals=58, within=3)
said = "reach about 79 % together, more than a single network on all images"
claim(said, 100 * both[0].mean(), equals=79, within=3)
claim(said, both[0] - alone[1], above=0, given=[79])
said = "On average\nthey are even better than eight good ones"
claim(said, np.mean(both[0] - both[1]), above=0)

# %% [markdown] after="ps19_together"
# Eight bad networks reach about 79 % together, more than a single network on all images. On average
# they are even better than eight good ones. How can that be? The answer has two parts, in
# sections 4 and 5.

# %% [markdown]
# This is S2's recipe (“Model Ensembles”): train several independent models, and average their
# results at test time.
#
# Write a function that says what averaging gains, on N images. Compute the accuracy of the
# ensemble, a share from 0 to 1, and the mean of the members' accuracies. Return ensemble minus mean
# member, and then the same for the cross-entropy, the mean over the images of −log of the
# probability of the true class.


# %% solution="ensemble_gain"
def ensemble_gain(probabilities, t):
    """By how much an ensemble differs from its mean member.

    probabilities : (M, N, C), of M members for N images and C classes; all above 0
    t : (N,), the true classes
    returns accuracy, loss : two numbers, ensemble minus mean member
    """
    ### BEGIN SOLUTION
    mean, rows = probabilities.mean(axis=0), np.arange(len(t))
    alone = np.mean(probabilities.argmax(axis=2) == t)
    accuracy = np.mean(mean.argmax(axis=1) == t) - alone
    of_each = -np.log(probabilities[:, rows, t])
    loss = np.mean(-np.log(mean[rows, t])) - np.mean(of_each)
    return accuracy, loss
    ### END SOLUTION


# %% check="ensemble_gain"
check("ensemble_gain", ensemble_gain)

# %% [markdown]
# ## 2 What is certain, and what is not
#
# For the loss there is a proof. Take one image. If a member gives the true class the probability p,
# its loss is −log p. This function is *convex*: its second derivative, 1/p², is positive. So its
# value at a mean is at most the mean of its values. For example, two members with p = 0.9 and 0.1
# lose 0.11 and 2.30, on average 1.20. Together they have p = 0.5, and lose only 0.69.
# <!-- no claim: derived --> This holds for each image, on any data: **the cross-entropy of an
# ensemble is never above the mean of its members'.**
#
# **Is the same true of the accuracy?** Three members classify an image with two classes. Below are
# their probabilities of the true class. In which case are most members right, and the ensemble
# wrong?
#
# - a: 0.9, 0.4 and 0.4
# - b: 0.7, 0.6 and 0.3
# - c: 0.6, 0.6 and 0.2
# - d: in none, because its loss is never above the mean of theirs <!-- no claim: setting -->

# %% solution="answer_lost_accuracy"
answer_lost_accuracy = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_lost_accuracy = "c"
### END SOLUTION

# %% choice="lost_accuracy" key="c" points=1
check_choice("lost_accuracy", answer_lost_accuracy)
# a: The mean is 0.57, so the ensemble is right, and two of the three members are wrong.
# b: Two members are right. The mean is 0.53, so the ensemble is right, too.
# c: Two members are right with 0.6, but the third is so sure that the mean is 0.47. An ensemble
#    can lose accuracy, although its loss here, 0.76, is below the mean of theirs, 0.88.
# d: That is true of the loss. The accuracy asks only whether a probability is the largest.

# %% [markdown]
# S2 promises: “Enjoy 2% extra performance”. We test this with eight networks that learn all 300
# images and differ in their initial weights and the order of the images. **By how many percentage
# points do they gain if all labels are right?**

# %% guess="the gain in percentage points with right labels"
guess("ps19_gain", None)  # points; a negative number: the ensemble is worse

# %% practice=true fold="Train ensembles on right and on wrong labels"
seeds, shares = range(4), {"right": 0.0, "a third wrong": 1 / 3, "half wrong": 0.5}
trained = {
    name: [lesson.probabilities("all", seed=seed, wrong=wrong) for seed in seeds]
    for name, wrong in shares.items()
}
gains = {name: np.array([ensemble_gain(p, t) for p in ps]) for name, ps in trained.items()}
mean_gain = 100 * gains["right"][:, 0].mean()
reveal("ps19_gain", round(float(mean_gain), 1), "Points, mean of four draws, right labels.")

# %% practice=true
lesson.print_gains(gains, trained)
by_size = lesson.gains_by_size(trained["a third wrong"])
picture = lesson.draw_gains(by_size)
picture

# %% claims=true
points = {name: 100 * of[:, 0] for name, of in gains.items()}
claim("less than one point with right labels", points["right"], below=1)
claim("more than four points with a third wrong", points["a third wrong"].mean(), above=4)
claim("more than six with half of them wrong", points["half wrong"].mean(), above=6)
said = "with right labels this is on fewer than 10 % of the images"
claim(said, 100 - 100 * lesson.agreement(trained["right"]), below=10)
said = "With eight members it gains slightly less than averaging"
claim(said, by_size["averaging"][-1] - by_size["voting"][-1], above=0)

# %% [markdown] after="ps19_gain"
# S2's rule does **not always** hold. The gain is less than one point with right labels. On average
# it is more than four points with a third wrong, and more than six with half of them wrong. Why?
# Averaging can change the prediction only where members disagree, and
# with right labels this is on fewer than 10 % of the images. S2 asks for “independent” members:
# section 4 measures how independent they are.
#
# The figure also shows *voting*, where each member names one class. With eight members it gains
# slightly less than averaging (mean of four draws).

# %% [markdown]
# ## 3 Bias and variance
#
# Which kind of error does averaging remove? S2 asks how to improve generalisation, the accuracy on
# new data. To measure its parts we need a known truth and many fits, so we leave the digits for a
# while. The truth is sin 3x. We fit polynomials of degree 14 to fifteen noisy points, with an L2
# penalty of strength λ on their coefficients. They have as many parameters as points; S4 warns of
# this. Each panel has five fits; each fit has its own draw of the noise. **In which panel would the
# mean of very many fits be best?** Write down your answer.

# %% practice=true
lesson.draw_fits((1.0, 0.03, 1e-4))

# %% [markdown]
# With a weak penalty, each fit follows its own noise: it *overfits*. With a strong one, all fits
# are wrong in the same way: they *underfit*. Let $y_{kn}$ be the prediction of fit k at input n,
# $s_n$ the truth there, and $\bar y_n$ the mean of all fits.
#
# - The *squared bias* is the mean over the inputs of $(\bar y_n - s_n)^2$.
# - The *variance* is the mean over fits and inputs of $(y_{kn} - \bar y_n)^2$.
#
# **Their sum is the mean squared error of a single fit.** For example, two fits predict 2 and 4,
# and the truth is 1: the squared bias is (3 − 1)² = 4, the variance 1, and the mean of the squared
# errors 1 and 9 is 5. <!-- no claim: derived -->
#
# <details><summary>Why the two parts add up</summary>
#
# For one input with the truth s, write $y_k - s = (y_k - \bar y) + (\bar y - s)$ and square it:
# $(y_k-\bar y)^2 + 2\,(y_k - \bar y)(\bar y - s) + (\bar y-s)^2$. Now take the mean over k. The
# factor $\bar y - s$ is the same for all k, and the mean of $y_k - \bar y$ is 0 by the definition
# of $\bar y$. The middle term disappears; variance plus squared bias remain.
#
# </details>
#
# An ensemble of M independent fits predicts their mean. **For each strength λ, predict the mean
# squared error of an ensemble of M fits.** Compute both parts from all K fits that you have, and
# decide what M changes in which part.


# %% solution="ensemble_errors"
def ensemble_errors(predictions, s, M):
    """The mean squared error of ensembles of M independent fits, for each strength.

    predictions : (L, K, N), for L strengths, of K fits for N inputs
    s : (N,), the truth
    M : fits in the ensemble, which may be fewer or more than K
    returns errors : (L,); all means divide by K or by N
    """
    ### BEGIN SOLUTION
    mean = predictions.mean(axis=1, keepdims=True)
    bias_squared = np.mean((mean - s) ** 2, axis=(1, 2))
    variance = np.mean((predictions - mean) ** 2, axis=(1, 2))
    return bias_squared + variance / M
    ### END SOLUTION


# %% check="ensemble_errors"
check("ensemble_errors", ensemble_errors)

# %% practice=true
lams, errors = lesson.errors_of_fits(ensemble_errors)
picture = lesson.draw_errors(lams, errors)
picture

# %% claims=true
best = {M: lams[int(np.argmin(of))] for M, of in errors.items()}
said = "lowest at λ = 0.03 for one fit, at 0.01 for four"
for M, lam, other in ((1, 0.03, 0.01), (4, 0.01, 0.03)):
    claim(said, best[M], equals=lam, within=lam / 10, given=[other])
claim("at a much smaller λ for\nvery many", best[4] / best[10**9], above=3)

# %% [markdown]
# <details><summary>When your check passes: what the figure says</summary>
#
# The bias of the mean is that of one fit. Its variance is the mean of
# $\bigl(\frac1M\sum_m d_m\bigr)^2$, where $d_m$ is the deviation of fit m. For independent fits the
# products $d_m d_k$ of two different ones have the mean 0. M squares are left, so this is variance
# / M. The error is lowest at λ = 0.03 for one fit, at 0.01 for four, and at a much smaller λ for
# very many, near the panel on the right. **Averaging removes variance, and no bias. So members of a
# large ensemble may overfit more than a single model.**
#
# </details>
#
# Back to the digits. All networks in this table learn 300 images with right labels.
# <!-- no claim: setting --> **For which size does averaging help most, and for which hardly at
# all?** Try to say why.

# %% practice=true
of_sizes = lesson.sizes()
table = lesson.print_sizes(of_sizes)

# %% claims=true
narrow = 100 * of_sizes["one layer of 4 units"]
few_units, none = (100 * of_sizes[of] for of in ("one layer of 16 units", "no hidden layer"))
deep, wide = (100 * of_sizes[f"{n} of 64 units"] for n in ("3 layers", "one layer"))
said = "With four units, eight together have less than 40 % of the wrong images of one"
claim(said, 100 * narrow[1] / narrow[0], below=40)
said = (
    "With 16 units, and with three layers, more\nis gained than with one layer of 64 units, or none"
)
more, less = ([of[0] - of[1] for of in both] for both in ((few_units, deep), (wide, none)))
claim(said, min(more) - max(less), above=0, given=[16, 64])

# %% [markdown]
# <details><summary>After your own answer</summary>
#
# With four units, eight together have less than 40 % of the wrong images of one: much of it is
# variance over initial weights and image order. With 16 units, and with three layers, more is
# gained than with one layer of 64 units, or none. Without a hidden layer the loss is convex, so all
# members come near the same solution. <!-- no claim: derived -->
#
# </details>

# %% [markdown]
# ## 4 Members that help
#
# The fits of section 3 were independent. The networks of section 1 are not: all learn from the same
# 300 images, and some test images are hard for all of them. How much do they share? We measure it
# **over the test images**, with three numbers:
#
# - the *error* of a member on an image is 1 minus its probability of the true class;
# - its *variance* σ² says how much this error differs from image to image (the variance of section
#   3 was from fit to fit; section 6 needs that one again);
# - the *correlation* ρ of two members is 1 if their errors are the same on every image, and 0 if
#   the error of one says nothing about that of the other.
#
# Averaging keeps the mean error, but with less variance fewer images have an error far above it.
# With an error of 0.4 the true class has the probability 0.6 and wins; with 0.8 another class may
# win. <!-- no claim: derived -->
#
# If all M members have the same σ², and every two of them the same ρ, the mean of their errors
# $e_m$ has the variance
#
# $$\text{Var}\Bigl(\frac1M\sum_m e_m\Bigr) = \rho\,\sigma^2 + \frac{(1-\rho)\,\sigma^2}{M}$$
#
# **On paper:** what is this for ρ = 1 and for ρ = 0? For σ² = 1 and ρ = 0.5, how large is it with
# four members, and below which number does it never fall?
#
# <details><summary>After your own answer</summary>
#
# For ρ = 1 it is σ², for ρ = 0 it is σ²/M. Four members have 0.5 + 0.5/4 = 0.625.
# <!-- no claim: derived --> It never falls below ρσ² = 0.5.
# <!-- no claim: derived -->
#
# Proof: by definition, two members have the *covariance* ρσ², the mean product of their deviations
# from their means. The variance of the mean of the errors is $\frac1{M^2}$ times the sum
# of all M² covariances. M of them are variances σ², and M(M − 1) belong to two different members:
# $\frac{M\sigma^2 + M(M-1)\,\rho\sigma^2}{M^2}$.
#
# </details>
#
# The usual way to make members differ is **bagging** (Breiman, 1996). Each member gets a *bootstrap
# sample*: 300 images drawn from the 300 **with replacement**. One draw misses a given image with
# probability 1 − 1/300, and all 300 draws miss it with probability (1 − 1/300)³⁰⁰ ≈ 0.37. So a
# member sees about 63 % of the images, some of them several times. <!-- no claim: derived -->
#
# We measure networks with 75 images, with bootstrap samples and with all 300. **Before you run the
# cell: which of the three has the lowest correlation, and where does bagging lie?**

# %% practice=true
bagged = [lesson.probabilities("bootstrap", seed=seed) for seed in draws]
three = {"75 images": quarter, "bootstrap": bagged, "300 images": everything}
right, members = lesson.print_accuracies(three), lesson.print_variances(three)

# %% claims=true
few, drawn, full = members.values()
said = "the correlation is about 0.27 instead of 0.72"
claim(said, few[1], equals=0.27, within=0.06, given=[0.72])
claim(said, full[1], equals=0.72, within=0.06, given=[0.27])
claim("a single member has more variance than with 300", few[0] - full[0], above=0.025, given=[300])
claim("eight of them have less variance together", full[2] - few[2], above=0.01)
claim("Their mean error is higher", few[3] - full[3], above=0.025)
rows, far = np.arange(len(t)), []  # the share of errors above 0.7, of eight together
for ps in (quarter, everything):
    far += [np.mean([1 - p.mean(axis=0)[rows, t] > 0.7 for p in ps])]
claim("fewer errors are large", far[1] - far[0], above=0)
lost = right["300 images"][0] - right["bootstrap"][0]
claim("a single member is less accurate", np.mean(lost), above=0.02)
claim("and varies more than with 300", drawn[0] - full[0], above=0.01, given=[300])
said = "But the\ncorrelation is only about 0.5"
claim(said, drawn[1], equals=0.5, within=0.08)
said = "On average eight together vary less, and classify more images\ncorrectly"
claim(said, full[2] - drawn[2], above=0)
claim(said, np.mean(right["bootstrap"][1] - right["300 images"][1]), above=0)

# %% [markdown]
# <details><summary>After your own answer</summary>
#
# With 75 images, a single member has more variance than with 300. But the correlation is about 0.27
# instead of 0.72, so eight of them have less variance together. Their mean error is higher, yet
# they are more accurate: fewer errors are large.
#
# Bagging lies in between: a single member is less accurate and varies more than with 300. But the
# correlation is only about 0.5. On average eight together vary less, and classify more images
# correctly.
#
# </details>

# %% [markdown]
# Now you may keep only M of K members. **Search for M members whose mean prediction has a low
# cross-entropy.** You cannot try all groups: there are 5.6 billion groups of twelve from 40.
# <!-- no claim: derived --> A *greedy* search goes in small steps and takes the best one each time.
# What is a step here, where do you begin, and which number says what is best?
#
# The check computes the loss of three groups: yours, the M members that are best alone, and ours.
# Full points need 98 % of the way from the best alone to ours: from 1.00 to 0.80, at most 0.804.
# <!-- no claim: derived -->


# %% solution="choose_members"
def choose_members(probabilities, t, M):
    """M members that are good together, in any order.

    probabilities : (K, N, C), of K members; t : (N,), the true classes; M : at most K
    returns members : a list of M different numbers from 0 to K - 1
    """
    ### BEGIN SOLUTION
    of_true, members = probabilities[:, np.arange(len(t)), t], []
    for _ in range(M):
        rest = [m for m in range(len(of_true)) if m not in members]
        losses = [-np.mean(np.log(of_true[[*members, m]].mean(axis=0))) for m in rest]
        members.append(rest[int(np.argmin(losses))])
    return members
    ### END SOLUTION


# %% check="choose_members"
check("choose_members", choose_members)

# %% [markdown]
# For each draw of section 1, choose four of its 16 networks: the numbers 0 to 7 learned 75 images,
# 8 to 15 all 300. We use one half of the test images to choose, by your function or by each
# member's own accuracy. On the other half we measure both groups, and all eight with 75 images.

# %% practice=true
chosen = lesson.print_chosen(np.concatenate([quarter, everything], axis=1), choose_members)

# %% claims=true
greedy, own, eight = chosen
said = "In nearly all draws a greedy search finds a better group than the four best alone"
claim(said, np.mean(greedy > own), above=0.8)
claim(said, np.mean(greedy - own), above=0.01)
claim("although those with 75 images are worse alone", alone[1] - alone[0], above=0.03, given=[75])
said = "On average they come within two points of all eight with 75 images"
claim(said, 100 * abs(np.mean(eight - greedy)), below=2, given=[75])

# %% [markdown]
# <details><summary>When your check passes: what the table says</summary>
#
# In nearly all draws a greedy search finds a better group than the four best alone: **the best four
# networks are not the four best networks.** They mix both kinds, although those with 75 images are
# worse alone. On average they come within two points of all eight with 75 images.
#
# </details>

# %% [markdown]
# ## 5 The right penalty
#
# So should each member see only a quarter of the images? In section 1, nothing kept the networks
# from learning the wrong labels by heart. Now we train them with an L2 penalty of five different
# strengths λ. For each kind, the λ with the highest test accuracy of eight members counts. **By how
# many percentage points are eight networks with 75 images ahead of eight with 300?**

# %% guess="the gain by 75 images at the best penalty"
guess("ps19_penalty", None)  # points; a negative number: they are behind

# %% practice=true
lams = (0.0005, 0.002, 0.008, 0.032, 0.128)
penalised = lesson.penalised(lams)
best_all, best_quarter = 100 * penalised.max(axis=1)
reveal("ps19_penalty", round(float(best_quarter - best_all), 1), "Points, mean of two draws.")

# %% practice=true
penalties = lesson.print_penalties(lams, penalised)

# %% claims=true
said = "by about five points in these two draws"
claim(said, best_all - best_quarter, equals=5, within=1, given=[2], varied=())

# %% claims="slow"
more = lesson.penalised((0.002, 0.008, 0.032), draws=8)
claim("Both kinds are best at λ = 0.008", more[:, 1] - more[:, 0], above=0, given=[0.008])
claim("Both kinds are best at λ = 0.008", more[:, 1] - more[:, 2], above=0, given=[0.008])
claim("there the quarter is behind", more[0, 1] - more[1, 1], above=0)

# %% [markdown] after="ps19_penalty"
# Both kinds are best at λ = 0.008, and there the quarter is behind, by about five points in these
# two draws. (The test images chose λ, so both accuracies are a little too high.) So averaging
# members with few images was a cure for overfitting, and the penalty is a better one. Stopping
# early is one, too (18). **Before you praise a method, give the other side its own best setting.**

# %% [markdown]
# ## 6 Members for a budget
#
# You pay for an ensemble twice: for the training of its members, and for the time that all of them
# need at each answer. **Choose the kind and the number of the members, and announce the loss of the
# ensemble before it is trained.** You decide from a few members of each kind that are trained
# already.
#
# **The loss** is now the *squared error* of section 3, for probabilities. The truth is 1 for the
# true class of an image and 0 for the others. The loss of an image is the sum of the squared
# differences over all classes, and we take the mean over the images. For example, 0.7, 0.2 and 0.1
# lose 0.3² + 0.2² + 0.1² = 0.14 if the first class is true. <!-- no claim: derived -->
#
# **What is known.** There are several kinds, with the numbers 0, 1, 2, …. Of each kind, K members
# are trained, with a K of 3, 4 or 5. <!-- no claim: setting --> You have what they predict for N
# images, and the true classes. To train a new member of kind k takes `costs[k]` steps.
#
# **What you choose.** A kind and a number M, at least 1. Then M **new** members of this kind are
# trained, each by itself, and the mean of their probabilities is the prediction. The K known
# members do not take part. All M together may take at most `budget` steps; of some kinds even one
# takes more. And each member has a `price` at prediction, in units of the loss. So a plan has the
# **total**
#
# $$\text{the loss that you expect of the ensemble} + \text{price} \cdot M$$
#
# “Expect” means: on average over very many ensembles of M new members, on the same images. Find
# the plan with the lowest total.
#
# **First on paper.** Which part of the loss of a member does M divide, and which part stays? Now
# take one class of one image, and two known members. They are too low by 0.1 and by 0.5, so their
# mean is too low by 0.3. <!-- no claim: setting --> Do you expect that the mean of very many new
# members loses 0.3² = 0.09, more, or less? <!-- no claim: derived -->
#
# **What counts.** The check invents new kinds in each run, so it knows the true losses. The plans
# carry two thirds of the points. All of them need a total of at most 1.03 times the lowest one;
# from 1.1 times on a plan earns nothing. The announced loss carries the rest. It may be wrong by 6
# %, and from 18 % on it earns nothing. <!-- no claim: setting --> The kind with the best members is
# mostly a bad choice there, and so is the kind with most members.


# %% solution="plan_ensemble"
def plan_ensemble(probabilities, t, costs, budget, price):
    """The ensemble with the lowest total, before it is trained.

    probabilities : (L, K, N, C), of L kinds, K members of each, N images and C classes
    t : (N,), the true classes
    costs : (L,), steps of training for one member; whole numbers, as is budget
    budget : at most so many steps for all members of the ensemble
    price : of each member at prediction, in units of the loss; above 0
    returns kind, M, loss : kind from 0 to L - 1; the loss that you expect, without the price
    """
    ### BEGIN SOLUTION
    truth, plans = np.eye(probabilities.shape[3])[t], []
    for kind, p in enumerate(probabilities):
        alone = np.mean(np.sum((p - truth) ** 2, axis=2))
        own = np.mean(np.sum(np.var(p, axis=0, ddof=1), axis=1))  # what members do not share
        for M in range(1, budget // costs[kind] + 1):
            loss = alone - own + own / M
            plans.append((loss + price * M, kind, M, loss))
    return min(plans)[1:]
    ### END SOLUTION


# %% check="plan_ensemble"
check("plan_ensemble", plan_ensemble)

# %% [markdown]
# Now real networks, those of section 1 and bagging. In each of eight draws your function gets five
# members of one kind, a budget for 32 and hardly a price, so it predicts the loss of 32 new ones.
# <!-- no claim: setting --> Then we train these 32.
#
# **Before you run the cell: for which kind do the five together say least about the 32?**

# %% practice=true
predicted = lesson.print_predictions(plan_ensemble)

# %% claims=true
means, errors = predicted.mean(axis=1), predicted[:, :, 2] / predicted[:, :, 3] - 1
few, _, full = means
said = "Five with 75 images lose about as much as five with 300"
claim(said, few[1] / full[1], equals=1, within=0.12, given=[75, 300])
claim("32 of them lose less", full[3] - few[3], above=0, given=[32])
away = np.abs(means[:2] - means[:2, 3:])
said = "your prediction is much nearer to the 32 than the loss of the five is"
claim(said, away[:, 1] / away[:, 2], above=2, given=[32])
far = np.abs(errors).mean(axis=1)
said = "In\nsingle draws it is wrong, with 75 images more than with 300"
claim(said, far[0] - far[2], above=0, given=[75, 300])

# %% [markdown]
# <details><summary>When your check passes: what the table says</summary>
#
# Five with 75 images lose about as much as five with 300, but 32 of them lose less. Where members
# differ, your prediction is much nearer to the 32 than the loss of the five is. In
# single draws it is wrong, with 75 images more than with 300: a real member is good or bad on many
# images at once.
#
# On paper: less, 0.09 − 0.08/2 = 0.05. The variance is 0.08, divided by K − 1: their own mean
# lies nearer to them than that of very many.
# <!-- no claim: derived -->
#
# </details>

# %% [markdown]
# ## To keep
#
# **When does an ensemble predict better than its members, and which members help?** Averaging
# removes variance from fit to fit, and no bias; so a few members tell what many will reach. Of the
# variance from image to image, ρσ² + (1 − ρ)σ²/M, the part ρσ² stays, which the members share. So
# the members that help are good, and wrong in different ways. The loss of an ensemble is never
# above the mean loss of its members; the accuracy gains only where they disagree. Less data, or
# bagging, makes members differ, but a penalty can be the better cure.
#
# Without looking: an ensemble of five is much better than its mean member. Which part of the
# members' error was large?
#
# <details><summary>Answer</summary>
#
# The part that they do not share. If they were copies, nothing would average out.
#
# </details>
#
# <details><summary>In PyTorch (a whole training: notebook 24)</summary>
#
# `torch.stack([model(x).softmax(dim=1) for model in models]).mean(dim=0)` is the mean prediction;
# call `model.eval()` before, and use `torch.no_grad()`.
#
# </details>

# %% [markdown]
# ## Sources
#
# S2 "Training Neural Networks" (J. Choo, Korea University), slides "Beyond Training Error" and
# "Model Ensembles"; S3 "Backpropagation and Training" (C. V. Jawahar, IIIT Hyderabad), slide
# "Regularization of the Network"; S4 "Neural networks (continued)" (A. Krause, ETH Zürich), slides
# "Avoiding overfitting" and "Some questions"; Geman, Bienenstock, Doursat (1992); Breiman (1996).
