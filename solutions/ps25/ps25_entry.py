# %% [markdown]
# # The emoji cup: the entry
#
# You hand in the settings of one network, and an interval for its accuracy. **How accurate will it
# be on emoji that nobody has seen, and how do you know before?** When your class has handed in,
# secret splits are opened.
#
# **You need** notebook 24 (its table of settings) and what it needs. Section 3 links to the others.

# %% opening=true
"""Two rows of eight small colour pictures of emoji with few pixels, one column for each class,
with the names of the classes below: animal, clothing, face, food, hand, person, plant, vehicle."""

import matplotlib.pyplot as plt

from course_lib.datasets import load_emoji

emoji = load_emoji()[0]
pictures = emoji.x.reshape(-1, 3, 16, 2, 16, 2).mean(axis=(3, 5)).transpose(0, 2, 3, 1)
figure, axes = plt.subplots(2, 8, figsize=(6.4, 2.3))
for k, ax in enumerate(axes.flat):
    ax.imshow(pictures[16 + k])
    ax.set(xticks=[], yticks=[])
    ax.grid(visible=False)
    if k >= 8:
        ax.set_xlabel(emoji.classes[k - 8], size=11)
figure.suptitle("Eight classes, 16 × 16 pixels", x=0.01, ha="left", size=16)
plt.show()

# %% setup=true minutes=2
import math
import tempfile

import numpy as np

from course_lib import ensembles
from course_lib.backend import choose_device
from course_lib.course.experiment import interval
from course_lib.course.lessons import cup, entry
from course_lib.course.lessons import entry_figures as lesson
from grader.checking import check, check_choice, contest, guess, ready, reveal

device = choose_device("cpu")  # the networks of the cup are too small to gain from a GPU

# %% [markdown]
# ## 1 The best of fifty
#
# Fifty students hand in fifty networks. A board shows the accuracy of each on its own 320 pictures.
# In fact each network classifies exactly half of all possible pictures correctly. **Which accuracy
# stands at the top of the board, on average?**

# %% guess="the best of 50 equal networks"
guess("ps25_best_of_50", None, between=(0, 1))  # a number from 0 to 1

# %% practice=true
boards = np.random.default_rng(0).binomial(320, 0.5, size=(4000, 50)) / 320  # a row is a board
top = boards.max(axis=1).mean()
reveal("ps25_best_of_50", round(float(top), 3), "Mean of 4,000 simulated boards.")

# %% [markdown]
# How far is one score from the truth? Let $r_i$ be 1 if picture i is classified correctly and 0 if
# not, and p the accuracy on infinitely many pictures. Then $r_i$ has the mean p and the variance
# $p(1-p)$. The accuracy on n *independent* pictures is a mean of n such numbers, so its standard
# deviation (sd) is $\sqrt{p(1-p)/n}$: for p = 0.5 and n = 320 it is 0.028.
# <!-- no claim: derived -->
#
# But our 320 validation pictures form **groups** of emoji that look almost alike. If a network gets
# one of them right, it mostly gets the others right, too. So assume nothing inside a group, and
# only that groups are independent. Write $s_g=\sum_{i\in g}(r_i-p)$ for the sum over the pictures
# of group g. The accuracy minus p is $\frac1n\sum_g s_g$. Each $s_g$ has the mean 0, so $s_g^2$ is
# an estimate of its variance. For p take the accuracy itself. What is the sd of the accuracy?


# %% solution="group_sd"
def group_sd(right, groups):
    """Standard deviation of an accuracy, if only the groups are independent.

    right : (n,), 1 for a picture that is classified correctly, 0 for another
    groups : (n,), the group of each picture
    returns sd : a number
    """
    ### BEGIN SOLUTION
    deviations = right - np.mean(right)
    sums = [np.sum(deviations[groups == name]) for name in np.unique(groups)]
    variance = np.sum(np.square(sums)) / len(right) ** 2
    return math.sqrt(variance)
    ### END SOLUTION


# %% check="group_sd"
check("group_sd", group_sd)

# %% [markdown] after="ps25_best_of_50"
# The highest of several noisy scores is too high on average: the **winner's curse**. Nothing was
# trained here, but the score at the top is 0.563.

# %% claims=true
claim("the score at the top is 0.563", top, equals=0.563, within=0.003)

# %% [markdown] after=false
# We train `BASE` of notebook 24 with three seeds, and compute the sd of each validation accuracy in
# both ways. **By which factor is the sd by groups larger than $\sqrt{p(1-p)/n}$?**

# %% guess="the factor between the two standard deviations"
guess("ps25_groups", None)  # a number such as 1.0 (no difference) or 3.0

# %% practice=true after=false
validation = cup.given_split()[1]
if ready("group_sd"):
    right = entry.right_answers(cup.BASE, seeds=range(3))
    means = right.mean(axis=1)
    alone = np.sqrt(means * (1 - means) / right.shape[1])
    by_groups = np.array([group_sd(one, validation.groups) for one in right])
    reveal("ps25_groups", round(float(np.mean(by_groups / alone)), 2), "Mean of three seeds.")
else:
    print("This cell waits.")

# %% practice=true fold="Print both standard deviations" after="ps25_groups"
if ready("group_sd"):
    print(f"{right.shape[1]} pictures in {len(set(validation.groups))} groups")
    for seed in range(3):
        print(f"seed {seed}: accuracy {means[seed]:.3f}, sd {alone[seed]:.3f}", end="")
        print(f" as if independent, {by_groups[seed]:.3f} by groups")
else:
    print("This cell waits.")

# %% claims=true
ratio = float(np.mean(by_groups / alone))
claim("about one and a half times as large", ratio, above=1.25)
claim("about one and a half times as large", ratio, below=1.85)
said = "The 320 pictures in 78 groups say about as much as 140 independent ones"
claim(said, 320 / ratio**2, equals=140, within=35, given=[320, 78])
said = "the accuracy has an sd of about four points"
claim(said, 100 * by_groups.mean(), above=3.2)
claim(said, 100 * by_groups.mean(), below=5)
z = np.linspace(-8, 8, 2001)
below = np.array([(1 + math.erf(value / math.sqrt(2))) / 2 for value in z])
for M, mean in ((3, 0.85), (24, 1.95), (50, 2.25)):
    maximum = np.sum((z[1:] + z[:-1]) / 2 * np.diff(below**M))
    said = "0.85 for M = 3, 1.95 for M = 24, 2.25 for M = 50"
    claim(said, maximum, equals=mean, within=0.006, given=[0.85, 3, 1.95, 24, 2.25, 50])

# %% [markdown] after="ps25_groups"
# The sd by groups is about one and a half times as large: the accuracy has an sd of about four
# points. The 320 pictures in 78 groups say about as much as 140 independent ones.
#
# The best of M equal, independent scores is too high by the expected maximum of M standard normal
# numbers, in units of the sd: 0.85 for M = 3, 1.95 for M = 24, 2.25 for M = 50. (For the board: 0.5
# + 2.25 · 0.028 = 0.563.) <!-- no claim: derived --> So the curse grows slowly with the number of
# trials, and it shrinks with the root of the number of independent pictures.

# %% [markdown]
# ## 2 Where to look
#
# "How do we choose parameters?", asks S4: units, layers, activation functions, the learning rate.
# There is no formula, so we try. A *grid* tries all combinations of a few values of each setting.
# **Random search** makes n ≥ 1 trials. In each trial every setting is drawn from its list,
# independently and with all values equally likely. Write it:
#
# - `space` is a dictionary, name → list of values, and stays unchanged. A value may be anything and
#   is passed on as it is.
# - `evaluate(configuration)` returns a score; **higher is better**. Each call is a whole training:
#   call it exactly n times, each time with a new dictionary.
# - `history` lists the n pairs (configuration, score) in their order. `best` is the first pair with
#   the highest score.
# - A run that diverges has the score nan. It never wins against a number.


# %% solution="random_search"
def random_search(space, evaluate, n, rng):
    """Try n configurations drawn at random from space; the highest score wins.

    space : name -> list of values, evaluate : configuration -> score, rng : NumPy generator
    returns best : (configuration, score), history : list of n such pairs
    """
    ### BEGIN SOLUTION
    history, best = [], None
    for _ in range(n):
        configuration = {name: values[rng.integers(len(values))] for name, values in space.items()}
        result = evaluate(configuration)
        history.append((configuration, result))
        if best is None or result > best[1] or math.isnan(best[1]):
            best = history[-1]
    return best, history
    ### END SOLUTION


# %% check="random_search"
check("random_search", random_search)

# %% [markdown]
# **How many trials?** Suppose that a share s of all configurations is good enough for you. One
# trial misses them with probability 1 − s, and n independent trials all miss with probability
# $(1-s)^n$. So 60 trials hit the best 5 % with probability $1-0.95^{60}$ = 95 %, however many
# settings there are. <!-- no claim: derived -->
#
# **On which scale?** From 0.001 to 0.002 is as far for a rate as from 0.1 to 0.2: factors matter.
# So list rates in equal *factors* (`np.geomspace`). Drawn uniformly between 0.0001 and 1, only a
# hundredth of the rates is below 0.01. <!-- no claim: derived -->
#
# **A grid against random search.** Both get 16 trials for two settings that matter: 16 rates from
# 0.0001 to 3, and 16 numbers of hidden units from 2 to 256. The grid takes every fourth value of
# each. All 256 perceptrons are trained with three seeds. A search sees one seed, and its winner
# gets the mean score of the two others, so luck does not count. **Which finds the better network?**
# a: the grid, by more than one point of accuracy; b: random search, by more than one point; c: they
# differ by less. <!-- no claim: setting -->

# %% guess="a grid or random search"
guess("ps25_grid", None, among="abc")  # "a", "b" or "c"

# %% practice=true
if ready("random_search"):
    tables = entry.search_tables()  # takes half a minute
    reached = entry.compare_searches(tables, random_search, times=400)
    gain = 100 * (reached["random"] - reached["grid"])
    letter = "c" if abs(gain.mean()) < 1 else "a" if gain.mean() < 0 else "b"
    meaning = {"a": "the grid", "b": "random search", "c": "less than one point apart"}
    reveal("ps25_grid", letter, f"Random search minus grid: {gain.mean():+.1f} points.", meaning)
else:
    print("This cell waits.")

# %% practice=true fold="Print the scores of both" after="ps25_grid"
if ready("random_search"):
    for name, scores in reached.items():
        print(f"{name:24}", " ".join(f"{score:.3f}" for score in scores))
else:
    print("This cell waits.")

# %% claims=true
claim("the two differ by less than one point", abs(gain), below=1)
more = 100 * (reached["random"] - reached["grid of four settings"])
claim("it gains about three points", more, above=2)
claim("it gains about three points", more, below=4)

# %% [markdown] after="ps25_grid"
# With each seed, the two differ by less than one point. Now suppose that two more settings are
# searched that have no effect, and you do not know this. A grid of 16 trials has two values for
# each of four settings, so it tries four pairs of rate and width only. **Random search still tries
# about 16 pairs, and it gains about three points.**

# %% [markdown]
# ## 3 The list of the course
#
# S3 closes with a "Summary" of thirteen items. Here it is as a checklist for your entry:
#
# | item | ask | notebook |
# |---|---|---|
# | Data Normalization | only from training pictures? | [01](../ps01/ps01_data.ipynb) |
# | Data Augmentation | what keeps the class? | [20](../ps20/ps20_augmentation.ipynb) |
# | Weight Initialization | a signal of one size? | [09](../ps09/ps09_initialisation.ipynb) |
# | Optimization Algorithms | each at its own rate? | [12](../ps12/ps12_adaptive.ipynb) |
# | Regularizer | does it overfit at all? | [17](../ps17/ps17_overfitting.ipynb) |
# | Batch Norm | off in predictions? | [15](../ps15/ps15_batch_normalisation.ipynb) |
# | Dropout | large enough to lose units? | [19](../ps19/ps19_dropout.ipynb) |
# | Better Learning/Optimization | does the rate fall? | [13](../ps13/ps13_schedules.ipynb) |
# | Better Generalization | how large is the gap? | [17](../ps17/ps17_overfitting.ipynb) |
# | | do several networks help? | [18](../ps18/ps18_ensembles.ipynb) |
# | Better Loss Functions | what does an error cost? | [02](../ps02/ps02_losses.ipynb) |
# | | what about structures? | [22](../ps22/ps22_structures.ipynb) |
# | BP as a General Algorithm | are the gradients right? | [07](../ps07/ps07_graphs.ipynb) |
# | Abstraction of layers | is your layer tested? | [16](../ps16/ps16_layer_normalisation.ipynb) |
# | Good implementations | what did the clinic find? | [24](../ps24/ps24_capstone.ipynb) |
# | | the same in PyTorch? | [23](../ps23/ps23_pytorch.ipynb) |
#
# S0's slide on data gives each set of pictures one question. *Training*: which weights?
# *Validation*: which settings? *Test*, used once: how good is it? The steps of S0's "Outline of
# training a neural net":

# %% practice=true
entry.print_first_training(cup.BASE)

# %% [markdown]
# ### A recipe of today, put together once
#
# Most trainings today combine six parts, which you know singly. You will write the loop that
# joins five of them. It works on one vector w of all parameters. In step t = 1, …, total:
#
# 1. The gradient `gradient(w, t)` is **clipped**: if its norm exceeds `max_norm`, it is scaled down
#    to it (notebook 08).
# 2. The **rate**: a *warm-up* rises in equal parts to `lr` at step number `warmup`. From there half
#    a *cosine* falls to 0 at step `total` (13).
# 3. A step of **AdamW** at this rate, with `weight_decay` (12). `adamw_step` below is given.
# 4. The **average of the weights**: the share of step s is proportional to `keep` to the power t −
#    s, and all add up to 1 (like Adam's m̂, 12).
#
# The sixth part is in the loss: **label smoothing** replaces the target 1 by 0.9 and adds 0.1/8 to
# each of the eight targets, so no score has to grow without end. <!-- no claim: definition -->
#
# <details><summary>The formulas of the rate and the average, if you do not have your notebooks at
# hand</summary>
#
# Half a cosine from 1 to 0 is (1 + cos πq)/2, where q grows from 0 to 1. The average moves towards
# the new weights by the share (1 − keep)/(1 − keepᵗ).
#
# </details>


# %%
def adamw_step(w, g, m, v, t, *, rate, weight_decay):
    """Step t = 1, 2, … of AdamW with the gradient g: new w, m and v (m and v begin as 0)."""
    m, v = 0.9 * m + 0.1 * g, 0.99 * v + 0.01 * g**2
    step = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.99**t)) + 1e-8)
    return w - rate * (step + weight_decay * w), m, v


# %% solution="recipe"
def recipe(w, gradient, total, *, lr, warmup, weight_decay, max_norm, keep):
    """Clipped gradients, AdamW with warm-up and cosine, averaged weights.

    w : (P,), the initial weights; gradient : (w, t) -> (P,), of minibatch t
    total : number of steps
    returns w, average : the last weights and their average
    """
    ### BEGIN SOLUTION
    average = m = v = 0 * w
    for t in range(1, total + 1):
        g = gradient(w, t)
        g = g * min(1, max_norm / np.linalg.norm(g))
        q = max(0, (t - warmup) / (total - warmup))
        rate = lr * min(1, t / warmup) * (1 + math.cos(math.pi * q)) / 2
        w, m, v = adamw_step(w, g, m, v, t, rate=rate, weight_decay=weight_decay)
        average = average + (1 - keep) / (1 - keep**t) * (w - average)
    return w, average
    ### END SOLUTION


# %% check="recipe"
check("recipe", recipe)

# %% [markdown]
# Does it pay? We compare your recipe with Adam at a constant rate, **each at five rates**, for
# twelve epochs, with three seeds. <!-- no claim: setting -->

# %% practice=true
if ready("recipe"):
    rates, seeds = (0.001, 0.003, 0.01, 0.03, 0.1), range(3)
    mine = {lr: [entry.by_recipe(recipe, seed, lr=lr) for seed in seeds] for lr in rates}
    adam = {lr: [entry.plain(seed, lr=lr) for seed in seeds] for lr in rates}
    by_rate = {"recipe": mine, "Adam": adam}
    picture = lesson.draw_rates(by_rate)
else:
    picture = "This cell waits."
picture

# %% claims=true
best = {name: max(np.mean(found) for found in of.values()) for name, of in by_rate.items()}
claim("differ by less than 0.02", abs(best["recipe"] - best["Adam"]), below=0.02)
ahead = np.array(mine[0.1]) - np.array(adam[0.1])
claim("At 0.1 the recipe is ahead with each seed", ahead, above=0.05, given=[0.1])

# %% [markdown]
# Each at its best rate, the two differ by less than 0.02. At 0.1 the recipe is ahead with each
# seed. So here the recipe does not make the network better, but it **forgives a rate that is too
# high**.

# %% [markdown]
# ## 4 Your search
#
# To afford 24 trials, each trains for 8 epochs only. The printed space lacks settings of
# notebook 24's table. Some of them may help. Add those for which you have evidence.

# %% practice=true
SPACE = {
    "model": ["cnn", "cnn", "mlp"],
    "channels": [[4, 8], [8, 16]],
    "layers": [[64], [128], [256]],
    "dropout": [0.0, 0.2, 0.4],
    "optimizer": ["adamw"],
    "lr": np.geomspace(1e-3, 5e-2, 50).tolist(),
    "schedule": ["warmup_cosine"],
}
if ready("random_search"):
    evaluate = entry.Trials()  # trains, and keeps which pictures are classified correctly
    best, history = random_search(SPACE, evaluate, 24, np.random.default_rng(15))
    print(f"best of {len(history)}: {best[1]:.3f} with {best[0]}")
    top = np.argsort([-np.nan_to_num(score) for _, score in history])[:5]
    together = ensembles.ensemble_predict(np.array(evaluate.said)[top]).argmax(axis=1)
    accuracy = np.mean(together == validation.t)
    print(f"ensemble of the five best (notebook 18): {accuracy:.3f}")
    picture = lesson.draw_trials(history)
else:
    picture = "This cell waits."
picture

# %% [markdown]
# ### The curse in your own search
#
# We divide the groups of the validation pictures into two halves. One half chooses the best of your
# 24 networks, and the other half evaluates it (mean of 400 divisions).

# %% practice=true
if ready("random_search", "group_sd"):
    looks, is_really = entry.winners_gap(evaluate.right, validation.groups, times=400)
    print(f"the winner looks like {looks:.3f} and is {is_really:.3f}")
else:
    print("This cell waits.")

# %% claims=true
half = entry.halves(validation.groups, 0)
sd_half = np.mean([group_sd(1.0 * one[half], validation.groups[half]) for one in evaluate.right])
claim("The gap is below 1.95 sd", looks - is_really, below=1.95 * sd_half, given=[1.95])
claim("The gap is below 1.95 sd", looks - is_really, above=0, given=[1.95])

# %% [markdown]
# The gap is below 1.95 sd of a score on a half, the value for 24 equal and independent scores. All
# trials share their pictures, so an easy half raises all scores, and your networks are not equally
# good.
#
# ### What a short trial hides
#
# `shift` moves training pictures at random by up to two pixels. What does it bring after 4 epochs,
# and after 40?

# %% practice=true
if ready("random_search"):
    gains = {}
    for epochs in (4, 40):
        base = cup.BASE | {"epochs": epochs}
        gains[epochs] = cup.differences({"shift": 2}, range(6), base)
        low, high = interval(gains[epochs])
        print(f"after {epochs:2} epochs: {gains[epochs].mean():+.3f}, {low:+.3f} to {high:+.3f}")
else:
    print("This cell waits.")

# %% claims=true
low, high = interval(gains[4])
claim("After 4 epochs the interval contains 0", low, below=0, given=[4, 0])
claim("After 4 epochs the interval contains 0", high, above=0, given=[4, 0])
quote = "after 40 epochs the shifts raise the accuracy"
claim(quote, interval(gains[40])[0], above=0, given=[40])

# %% [markdown]
# After 4 epochs the interval contains 0, and after 40 epochs the shifts raise the accuracy (six
# pairs, t intervals of 95 %). A short trial hides the benefit of a regulariser. So drop only what
# is far behind in a short trial, and compare regularisers at full length.

# %% [markdown]
# ## 5 Your entry
#
# `configuration()` returns a dictionary of settings and the pair `(low, high)`, an 80 % interval
# for its accuracy.
#
# - All 2,120 pictures are mixed and **divided by groups** three times, 1,200 for training. A secret
#   number of your class is the seed. The **truth** is the mean of the three test accuracies. A run
#   that diverges counts as guessing, 0.125.
# - The budget: `cup.budget_used(settings)` is 1 at most. It counts the multiplications of a forward
#   pass times pictures and epochs.
# - The truth earns nothing at 0.38, all **4 points** from 0.47 on, and a share in between. What the
#   printed search finds earns less than half of them on average.
# - The interval earns **2 points** if its interval score (notebook 24) is at most 0.12, nothing
#   from 0.3 on, and a share in between. It counts only if the truth is above 0.38.
#   <!-- no claim: definition -->
#
# **The whole of it is your plan**: what you try, on which splits, and which numbers become your
# interval. `cup.score(settings, seed)` trains on a new public split. The mean of the secret splits
# varies, as that of new pairs in notebook 24. *A bad plan*: the best of 30 trials reached 0.50, so
# (0.48, 0.52). But the best of 30 is too high by up to 2 sd, and an sd is about 0.04.
#
# At home the check draws its own splits, also from the 600 closed pictures. So do not choose by it.


# %% solution="configuration"
def configuration():
    """The settings of your network, and an 80 % interval for its accuracy."""
    ### BEGIN SOLUTION
    network = {"channels": [8, 16, 32], "norm": "batchnorm"}
    training = {"epochs": 40, "weight_decay": 0.05, "flip": 0.5, "shift": 2}
    return cup.BASE | network | training, (0.47, 0.56)
    ### END SOLUTION


# %% check="configuration"
check("configuration", configuration)

# %% practice=true
if ready("configuration"):
    settings, (low, high) = configuration()
    splits = entry.on_public_splits(settings, seeds=range(3))
    each = np.array([one.accuracy for one in splits])
    print(f"it uses {cup.budget_used(settings):.0%} of the budget")
    print(f"public splits {each.round(3)}, mean {each.mean():.3f}; interval {low} to {high}")
    picture = lesson.draw_page(splits)
else:
    picture = "This cell waits."
picture

# %% [markdown]
# ## 6 The envelope
#
# When all have handed in, your lecturer opens the envelope (`python -m grader board ps25`). The
# first opening locks the entries. The board shows two ranks for each entry, on the 320 public
# pictures and on the secret splits, and whose interval held. **If you study alone**, play against
# stored entries, the best of 32 that we drew. Do it once, when your entry is final.

# %% practice=true fold="Play against stored entries (set OPEN to True)"
OPEN = False
if OPEN and ready("configuration"):
    picture = lesson.draw_places(contest("configuration", configuration))
else:
    picture = "This cell waits."
picture

# %% [markdown]
# **When should we terminate?** (S4, "Some questions".) You stop each run at the epoch with the best
# validation accuracy, and choose among twenty rates by this number. Which number do you report?
#
# - a: the best validation accuracy, because early stopping does not train on those pictures
# - b: the accuracy of this network on a separate test split
# - c: the mean of training and validation accuracy
# - d: the validation accuracy of the last epoch, because it was not chosen

# %% solution="answer_terminate"
answer_terminate = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_terminate = "b"
### END SOLUTION

# %% choice="terminate" key="b" points=1
check_choice("terminate", answer_terminate)
# a: Early stopping does not compute gradients from these images. But the epoch and the rate were
#    chosen by them, so the best number is too high on average.
# b: These pictures have answered no question yet. So the accuracy on them does not err upwards, as
#    long as you look at it once.
# c: The weights were fitted to the training images, so the training accuracy tells even less about
#    new data. A mean with it does not remove the error.
# d: The last epoch was not chosen, but the rate was, by the same pictures. And the weights you keep
#    are those of the best epoch, not of the last.

# %% [markdown]
# **How do we choose parameters?** (S4.) There are eight settings. Two of them matter, but
# you do not know which. You can afford 60 trainings. What do you do?
#
# - a: a grid of two values of five settings, 32 trainings, then the same for the other three
# - b: one setting after the other, seven or eight values each, and keep each value found
# - c: 60 trainings with the settings of a paper, with different seeds, and take the best
# - d: 60 random draws of all eight settings, independently of each other

# %% solution="answer_sixty"
answer_sixty = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_sixty = "d"
### END SOLUTION

# %% choice="sixty" key="d" points=1
check_choice("sixty", answer_sixty)
# a: With 32 + 8 = 40 trainings you can afford it. But each setting gets only two values, so you see
#    very little of the two that matter.
# b: Only about a quarter of the trainings vary a setting that matters, with seven or eight values
#    each. And the best value of one setting may depend on the others.
# c: This shows how much the result depends on chance, but you learn nothing about other settings.
#    And the best of 60 equal runs looks better than it is.
# d: Each training tries other values of all eight settings, so the two that matter get up to 60
#    values each. (Draw rates and penalties on a logarithmic scale.)

# %% [markdown]
# **Your report.** (1) What did you believe at first, for example on a card, and which number
# changed or confirmed it? (2) Which run of the clinic was hardest, and which measurement told its
# fault from the look-alike? (3) From which numbers did you build your interval? What could put the
# truth outside? (4) Will your place on the board rise or fall, and why? (Graded by a person, one
# point for each part.)

# %% [markdown] manual="report" points=4
# ### BEGIN SOLUTION
# For example: (1) I believed that dropout would help, because 1,200 pictures are few. My card said
# +1 to +4 points. My six pairs gave a mean near 0, with a standard error of about a point, so my
# verdict became "no difference". I now think that a small network with few epochs underfits, so
# dropout has nothing to repair. (2) The hardest run had no mask in the backward pass of ReLU. Its
# curves looked like those of a healthy run, and only the gradient error showed it. (3) My five
# splits had a mean of 0.47 with a standard deviation of 0.03. The mean of the three secret splits
# has other pictures, so I took ± 0.04. The interval is wrong if the secret splits put large groups
# of hard emoji into the test set, or if I chose the configuration by the same splits. (4) I was
# among the first on the public board after trying thirty configurations. I expect to fall, because
# the board shows 320 pictures in few groups, and the best of many scores is too high.
# (One point for each part. Part 1 needs a prediction with a number and the measured result; an
# unchanged belief is fine. Part 2 needs a fault, its look-alike and a measurement. Part 3 needs a
# spread and its source. Part 4 needs the winner's curse or the noise of the public score.)
# ### END SOLUTION

# %% [markdown]
# ## 7 Beyond the budget
#
# Larger networks have a second list without points, the **open board**: 20 times the budget, up to
# 4 blocks of up to 256 channels. <!-- no claim: definition --> The grader reads the dictionary
# `open_entry` and runs none of your code. A GPU helps (in Colab "Runtime → Change runtime type"),
# but a borrowed one can be taken away. A run continues **exactly** only if a file has the weights,
# the optimizer's state and the state of the random generator. `Checkpoint` writes them, and the
# history, after each epoch.

# %% practice=true
open_entry = {}  # for example {"channels": [32, 64], "epochs": 30}
if open_entry:
    entry.try_open_entry(open_entry, choose_device("auto"))

# %% practice=true fold="Continue a run after its machine was taken away"
with tempfile.TemporaryDirectory() as folder:  # entry.continued_run uses Checkpoint
    whole = entry.continued_run(f"{folder}/whole.npz")
    for forget in (False, True):
        file = f"{folder}/forget_{forget}.npz"
        try:
            entry.continued_run(file, stop_after=2)
        except ConnectionError as problem:
            print(problem, end=" ")
        apart = np.abs(entry.continued_run(file, forget=forget) - whole).max()
        words = "without the optimizer's state" if forget else "with everything"
        print(f"Continued {words}, the weights differ by {apart:.1g}.")

# %% claims=true
claim("20 times the budget", entry.OPEN_BUDGET, equals=20, within=0.5)

# %% [markdown]
# ## To keep
#
# **How accurate will it be, and how do you know before?** A score is a random number. Its sd comes
# from independent *groups*, and the best of many scores is too high. Search at random where you do
# not know what matters. Train the finalists at full length, report an interval from splits that
# have not chosen, and look at the test once.
#
# Without looking: (1) You try 24 settings on 78 groups of pictures, and again on 780. By which
# factor does the winner's curse shrink? (2) When is a grid as good as random search?
#
# <details><summary>Answers</summary>
#
# (1) By √10, as the sd does. (2) When few settings are searched and all of them matter.
#
# </details>
#
# <details><summary>In PyTorch</summary>
#
# `torch.optim.AdamW`, `torch.nn.utils.clip_grad_norm_`, `torch.optim.lr_scheduler.SequentialLR`
# with `LinearLR` and `CosineAnnealingLR`, `torch.optim.swa_utils.AveragedModel`, and
# `torch.nn.CrossEntropyLoss(label_smoothing=0.1)` are the six parts of the recipe.
# `torch.save` writes a checkpoint: take `model.state_dict()`, `optimizer.state_dict()`, the
# scheduler's and `torch.get_rng_state()`.
#
# </details>

# %% [markdown]
# ## Sources
#
# S0 "Training of neural networks – basics", slides "Outline of training a neural net" and "Standard
# practice of handling data"; S2 "Training Neural Networks" (J. Choo, Korea University), slide
# "Beyond Training Error"; S3 "Backpropagation and Training" (C. V. Jawahar, IIIT Hyderabad), slide
# "Summary"; S4 "Neural networks (continued)" (A. Krause, ETH Zürich), slide "Some questions";
# Bergstra and Bengio (2012) for random search.
