# %% [markdown]
# # The emoji cup: the entry
#
# You hand in the settings of one network, and an interval for its accuracy. **How accurate will it
# be on emoji that nobody has seen, and how do you know before?**
#
# **You need** notebook 24 and what it needs.

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

import numpy as np

from course_lib import ensembles
from course_lib.backend import choose_device
from course_lib.course.experiment import interval
from course_lib.course.lessons import cup, entry
from course_lib.course.lessons import entry_figures as lesson
from grader.checking import check, contest, guess, ready, reveal

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
# How far is such a score from the truth? Let $r_i$ be 1 if picture i is classified correctly and 0
# if not, and p the accuracy on infinitely many pictures. Each $r_i$ has the mean p and the variance
# $p(1-p)$. The accuracy on n *independent* pictures is the mean of n such numbers, so its standard
# deviation (sd) is $\sqrt{p(1-p)/n}$: for p = 0.5 and n = 320 it is 0.028.
# <!-- no claim: derived -->
#
# But our 320 validation pictures form **groups** of emoji that look almost alike. If a network gets
# one of them right, it mostly gets the others right, too. So assume only that groups are
# independent. The accuracy minus p is $\frac1n\sum_g s_g$, where $s_g=\sum_{i\in g}(r_i-p)$ is the
# sum over the pictures of group g. Each $s_g$ has the mean 0, so $s_g^2$ is an estimate of its
# variance. For p take the accuracy itself. What is the sd of the accuracy?


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
    return math.sqrt(np.sum(np.square(sums))) / len(right)
    ### END SOLUTION


# %% check="group_sd"
check("group_sd", group_sd)

# %% [markdown] after=false
# We train `BASE` of notebook 24 with three seeds. **By which factor is the sd of its validation
# accuracy by groups larger than $\sqrt{p(1-p)/n}$?**

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
claim("0.5 + 2.25 · 0.028 = 0.563", top, equals=0.563, within=0.003, given=[0.5, 2.25, 0.028])
ratio = float(np.mean(by_groups / alone))
claim("The factor is about one and a half", ratio, above=1.25)
claim("The factor is about one and a half", ratio, below=1.85)
said = "The 320 pictures in 78 groups say about as much as 140 independent ones"
claim(said, 320 / ratio**2, equals=140, within=35, given=[320, 78])
said = "the accuracy has an sd of about four points"
claim(said, 100 * by_groups.mean(), above=3.2)
claim(said, 100 * by_groups.mean(), below=5)
said = "the best of 30 is too high by up to 2 sd, and an sd is about 0.04"
claim(said, by_groups.mean(), equals=0.04, within=0.01, given=[30, 2])
z = np.linspace(-8, 8, 2001)
below = np.array([(1 + math.erf(value / math.sqrt(2))) / 2 for value in z])
for M, mean in ((3, 0.85), (24, 1.95), (50, 2.25)):
    maximum = np.sum((z[1:] + z[:-1]) / 2 * np.diff(below**M))
    said = "0.85 for M = 3, 1.95 for M = 24, 2.25 for M = 50"
    claim(said, maximum, equals=mean, within=0.006, given=[0.85, 3, 1.95, 24, 2.25, 50])

# %% [markdown] after="ps25_best_of_50 ps25_groups"
# The factor is about one and a half, and the accuracy has an sd of about four points. The 320
# pictures in 78 groups say about as much as 140 independent ones.
#
# The board of fifty shows the **winner's curse**: the best of several noisy scores is too high on
# average. For M equal, independent scores it is too high by the expected maximum of M standard
# normal numbers, in units of the sd: 0.85 for M = 3, 1.95 for M = 24, 2.25 for M = 50. For the
# board this gives 0.5 + 2.25 · 0.028 = 0.563. So the curse grows slowly with the number of trials,
# and it shrinks with the root of the number of independent pictures.

# %% [markdown]
# ## 2 Where to look
#
# "How do we choose parameters?", asks S4. There is no formula, so we try. A *grid* tries all
# combinations of a few values of each setting. **Random search** makes n ≥ 1 trials. In each trial
# every setting is drawn from its list, independently and with all values equally likely. Write it:
#
# - `space` is a dictionary, name → list of values of any kind, and stays unchanged.
# - `evaluate(configuration)` returns a score; **higher is better**. Each call is a whole training:
#   call it exactly n times, each time with a new dictionary.
# - `history` lists the n pairs (configuration, score) in their order. `best` is the first pair with
#   the highest score. A run that diverges scores nan, and never wins against a number.


# %% solution="random_search"
def random_search(space, evaluate, n, rng):
    """Try n configurations drawn at random from space; the highest score wins.

    space : name -> list of values, evaluate : configuration -> score, rng : NumPy generator
    returns best : (configuration, score), history : list of n such pairs
    """
    ### BEGIN SOLUTION
    history = []
    for _ in range(n):
        configuration = {name: values[rng.integers(len(values))] for name, values in space.items()}
        history.append((configuration, evaluate(configuration)))
    best = max(history, key=lambda pair: (not math.isnan(pair[1]), pair[1]))
    return best, history
    ### END SOLUTION


# %% check="random_search"
check("random_search", random_search)

# %% [markdown]
# **How many trials?** If a share s of all configurations is good enough for you, n independent
# trials all miss it with probability $(1-s)^n$. So 60 trials hit the best 5 % with probability
# $1-0.95^{60}$ = 95 %, however many settings there are. <!-- no claim: derived -->
#
# **On which scale?** For a rate, factors matter, so list rates in equal factors (`np.geomspace`).
#
# **Why not a grid?** With 16 trials and four settings, a grid has two values of each. If only two
# of the settings matter, it tries only four pairs of values that matter. Random search tries about
# 16. <!-- no claim: derived -->

# %% [markdown]
# ## 3 The list of the course
#
# S3 closes with a "Summary" of thirteen items, a checklist for your entry.
#
# <details><summary>The thirteen items, with a question and a notebook for each</summary>
#
# | item | ask | notebook |
# |---|---|---|
# | Data Normalization | from training pictures? | [01](../ps01/ps01_data.ipynb) |
# | Data Augmentation | what keeps the class? | [20](../ps20/ps20_augmentation.ipynb) |
# | Weight Initialization | signals of one size? | [09](../ps09/ps09_initialisation.ipynb) |
# | Optimization Algorithms | each at its rate? | [12](../ps12/ps12_adaptive.ipynb) |
# | Regularizer | does it overfit? | [17](../ps17/ps17_overfitting.ipynb) |
# | Batch Norm | off in predictions? | [15](../ps15/ps15_batch_normalisation.ipynb) |
# | Dropout | units to spare? | [19](../ps19/ps19_dropout.ipynb) |
# | Better Learning/Optimization | does the rate fall? | [13](../ps13/ps13_schedules.ipynb) |
# | Better Generalization | several networks? | [18](../ps18/ps18_ensembles.ipynb) |
# | Better Loss Functions | what does an error cost? | [02](../ps02/ps02_losses.ipynb) |
# | BP as a General Algorithm | gradients checked? | [07](../ps07/ps07_graphs.ipynb) |
# | Abstraction of layers | each layer tested? | [16](../ps16/ps16_layer_normalisation.ipynb) |
# | Good implementations | the same in PyTorch? | [23](../ps23/ps23_pytorch.ipynb) |
#
# </details>
#
# S0's slide on data gives each set of pictures one question. *Training*: which weights?
# *Validation*: which settings? *Test*, used once: how good is it? The next cell carries out S0's
# "Outline of training a neural net" for `BASE`. Look at these numbers:
#
# - *Design*: the multiplications of a forward pass. Your budget counts them.
# - *Optimizer*: the rate, and how it changes.
# - *Data*: no group may be in both sets. And the network should memorise 20 pictures: a loss near 0
#   shows that it is large enough and that its gradients work. <!-- no claim: setting -->
# - *Run*: is the validation accuracy still rising at the end?

# %% practice=true
entry.print_first_training(cup.BASE)

# %% [markdown]
# ### A recipe of today, put together once
#
# Many trainings today combine six parts: label smoothing in the loss (notebook 03), clipping (08),
# warm-up and half a cosine (two parts, 13), AdamW (12), and an **average of the weights**, which
# changes no step and is used for predictions. You will write the loop that joins the last five.


# %%
def clipped(g, max_norm):
    """The gradient g, scaled down to the norm max_norm if it is longer."""
    return g * min(1, max_norm / np.linalg.norm(g))


def warmup_cosine(t, *, lr, warmup, total):
    """The rate of step t = 1, 2, …: it rises to lr at step warmup, and falls to 0 at step total."""
    q = max(0, (t - warmup) / (total - warmup))
    return lr * min(1, t / warmup) * (1 + math.cos(math.pi * q)) / 2


def adamw_step(w, g, m, v, t, *, rate, weight_decay):
    """Step t = 1, 2, … of AdamW with the gradient g: new w, m and v (m and v begin as 0)."""
    m, v = 0.9 * m + 0.1 * g, 0.99 * v + 0.01 * g**2
    step = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.99**t)) + 1e-8)
    return w - rate * (step + weight_decay * w), m, v


# %% [markdown]
# `recipe` takes the steps t = 1, …, total on one vector w of all parameters. What is clipped, when
# is the rate asked for, and when is the average moved?
#
# After step t, the average contains the weights of the steps s = 1, …, t. Their shares are
# proportional to `keep` to the power t − s, and add up to 1. For `keep` = 0.5 and t = 3 the powers
# 1/4, 1/2, 1 have the sum 7/4, so the shares are 1/7, 2/7, 4/7. The newest weights have 4/7, so the
# average moves 4/7 of the way to them. <!-- no claim: derived --> Which part of the way is it for
# any `keep` and t?


# %% solution="recipe"
def recipe(w, gradient, total, *, lr, warmup, weight_decay, max_norm, keep):
    """Clipped gradients, AdamW with warm-up and cosine, averaged weights.

    w : (P,), the initial weights; gradient : (w, t) -> (P,), of minibatch t
    total : number of steps
    returns w, average : the last weights and their average
    """
    average = m = v = 0 * w  # what the first step begins with
    ### BEGIN SOLUTION
    for t in range(1, total + 1):
        g = clipped(gradient(w, t), max_norm)
        rate = warmup_cosine(t, lr=lr, warmup=warmup, total=total)
        w, m, v = adamw_step(w, g, m, v, t, rate=rate, weight_decay=weight_decay)
        average = average + (1 - keep) / (1 - keep**t) * (w - average)
    return w, average
    ### END SOLUTION


# %% check="recipe"
check("recipe", recipe)

# %% [markdown]
# **Does the recipe make the network better, or only the training safer?** We train `BASE` by your
# recipe and by Adam at a constant rate, each at five rates, for twelve epochs, with three seeds.
# <!-- no claim: setting -->

# %% practice=true fold="Train with the recipe and with Adam, each at five rates"
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
# seed. The recipe does not make this network better, but it **forgives a rate that is too high**.
# `cup.train` can do three of the parts, AdamW, warm-up and cosine.

# %% [markdown]
# ## 4 Your search
#
# Your `random_search` makes 24 trials of 8 epochs each, two of three with a `"cnn"`, which has no
# `layers`. <!-- no claim: setting --> Add two settings of notebook 24's table, such as
# `"weight_decay"`. Which rates and which model have the
# highest points? The ensemble averages the five best (18); you cannot hand in one.

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
    print(f"ensemble of the five best: {np.mean(together == validation.t):.3f}")
    picture = lesson.draw_trials(history)
else:
    picture = "This cell waits."
picture

# %% [markdown]
# ### The curse in your own search
#
# One half of the groups of the validation pictures chooses the best of your 24 networks, and the
# other half evaluates it.

# %% practice=true fold="Divide the groups 400 times"
if ready("random_search", "group_sd"):
    looks, is_really = entry.winners_gap(evaluate.right, validation.groups, times=400)
    half = entry.halves(validation.groups, 0)
    sd = np.mean([group_sd(1.0 * one[half], validation.groups[half]) for one in evaluate.right])
    print(f"the winner looks like {looks:.3f} and is {is_really:.3f}; 1.95 sd are {1.95 * sd:.3f}")
else:
    print("This cell waits.")

# %% claims=true
claim("The gap is below 1.95 sd", looks - is_really, below=1.95 * sd, given=[1.95])
claim("The gap is below 1.95 sd", looks - is_really, above=0, given=[1.95])

# %% [markdown]
# The gap is below 1.95 sd, the value for 24 equal, independent scores. All trials share their
# pictures, so an easy half raises all scores.
#
# ### What a short trial hides
#
# `shift` moves training pictures at random by up to two pixels. What does it add to the accuracy
# after 4 epochs, and after 40? (Six pairs, t intervals of 95 %.)

# %% practice=true
gains = {}
for epochs in (4, 40):
    gains[epochs] = cup.differences({"shift": 2}, range(6), cup.BASE | {"epochs": epochs})
    low, high = interval(gains[epochs])
    print(f"after {epochs:2} epochs: {gains[epochs].mean():+.3f}, {low:+.3f} to {high:+.3f}")

# %% claims=true
low, high = interval(gains[4])
claim("After 4 epochs the interval contains 0", low, below=0, given=[4, 0])
claim("After 4 epochs the interval contains 0", high, above=0, given=[4, 0])
quote = "after 40 epochs the shifts raise the accuracy"
claim(quote, interval(gains[40])[0], above=0, given=[40])

# %% [markdown]
# After 4 epochs the interval contains 0, and after 40 epochs the shifts raise the accuracy. A short
# trial hides the benefit of a regulariser, so compare regularisers at full length.

# %% [markdown]
# ## 5 Your entry
#
# `configuration()` returns the settings and the pair `(low, high)`, an 80 % interval for their
# accuracy.
#
# - **The truth** is the mean of three test accuracies. A secret number of your class divides all
#   2,120 pictures by groups three times, 1,200 for training. 600 of all pictures are **closed**:
#   before, only the check trains and tests on them, so do not choose by it. A run that diverges
#   counts as 0.125.
# - **The budget**: a forward pass of `BASE` has 47,104 multiplications. Times 1,200 pictures and 8
#   epochs, these are 0.45 billion of 30 allowed, so `cup.budget_used(cup.BASE)` is 0.015. Yours is
#   1 at most.
# - **Four points for the truth**: none at 0.38, all from 0.47 on, a share in between.
# - **Two points for the interval**, if the truth is above 0.38. Its interval score is its width
#   plus 10 times the distance of the truth from it: (0.40, 0.48) scores 0.08 if the truth is 0.43,
#   and 0.08 + 10 · 0.02 = 0.28 if it is 0.50. All points up to 0.12, none from 0.3 on, a share in
#   between. <!-- no claim: definition -->
#
# **Your plan decides.** A suggestion for 45 minutes: <!-- no claim: setting -->
#
# 1. Ten minutes: choose about four candidates. What does `BASE` lack, by your cards and section 4?
# 2. Twenty minutes: compare them at full length on the same splits, in the next cell.
# 3. Fifteen minutes: measure the winner on splits that have not chosen it, with `range(3, 9)` in
#    the same cell. Build its interval.
#
# Settings are those of notebook 24's table (section 5 there). `BASE` has 8 epochs, no `"norm"`, and
# no `"flip"`. <!-- no claim: setting -->

# %% practice=true
CANDIDATES = [cup.BASE]  # your candidates
for settings in CANDIDATES:
    each = np.array([cup.score(settings, seed) for seed in range(3)])  # a seed draws a new split
    print(f"mean {each.mean():.3f}, sd {each.std(ddof=1):.3f},", end=" ")
    print(f"budget {cup.budget_used(settings):.3f}: {settings}")

# %% [markdown]
# **The interval.** Two means are off by chance: yours over public splits, and that of the three
# secret splits. You have measured how much single splits vary, and `new_pairs_interval` of notebook
# 24 answers the same question for differences (there t is 1.89 for three numbers, 1.48 for six).
# <!-- no claim: derived -->
#
# *A bad plan*: the best of 30 trials reached 0.50, so (0.48, 0.52). <!-- no claim: setting --> But
# the best of 30 is too high by up to 2 sd, and an sd is about 0.04. For a truth of 0.42, the
# interval score is 0.04 + 10 · 0.06 = 0.64. <!-- no claim: derived -->


# %% solution="configuration"
def configuration():
    """The settings of your network, and an 80 % interval for its accuracy."""
    ### BEGIN SOLUTION
    # Public splits 0 to 10: mean 0.523, standard deviation 0.039. Student's t for eleven numbers
    # and 80 % is 1.37: 1.37 · 0.039 · √(1/11 + 1/3) = 0.035 to each side. The lower end is a bit
    # lower, because settings that public splits have chosen look too good on them.
    network = {"channels": [8, 16, 32], "norm": "batchnorm"}
    training = {"epochs": 40, "weight_decay": 0.05, "flip": 0.5, "shift": 2}
    return cup.BASE | network | training, (0.47, 0.56)
    ### END SOLUTION


# %% check="configuration"
check("configuration", configuration)

# %% practice=true fold="Your entry on three public splits"
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
# board shows two ranks for each entry, on the 320 public pictures and on the secret splits, and
# whose interval held. **If you study alone**, play once against 20 stored entries, the best of 32
# on the public pictures.

# %% claims=true
from grader.exercises.ps25.configuration import stored

entries = stored()["entries"]
first = max(entries, key=lambda one: one["public"])
said = "play once against 20 stored entries, the best of 32 on the public pictures"
claim(said, len(entries), equals=20, within=0.5, given=[32])
claim("0.488 there, and 0.433", first["public"], equals=0.488, within=0.001, given=[0.433])
claim("0.433 on secret splits", np.mean(first["final"]), equals=0.433, within=0.001)

# %% practice=true fold="Play against stored entries (set OPEN to True)"
OPEN = False
if OPEN and ready("configuration"):
    picture = lesson.draw_places(contest("configuration", configuration))
else:
    picture = "This cell waits."
picture

# %% [markdown]
# **Your report.** (1) Which measured number changed or confirmed a setting of your entry? (2) From
# which numbers did you build your interval, and what could put the truth outside? (3) The first of
# the stored entries has 0.488 there, and 0.433 on secret splits. Will your place be better or worse
# on the secret splits, and why? (Graded by a person: 1, 2 and 2 points.)
# <!-- no claim: definition -->

# %% [markdown] manual="report" points=5
# ### BEGIN SOLUTION
# For example: (1) After 8 epochs, shifts brought nothing in my search, so I wanted to leave them
# out. At 40 epochs, three splits gave 0.49 with shifts and 0.45 without, so I kept them. (2) I
# measured the winner on five splits that had not chosen it: their mean was 0.50 with a standard
# deviation of 0.03. My mean and that of three secret splits are both off by chance, so I took
# 1.53 · 0.03 · √(1/5 + 1/3) = 0.034 to each side. The interval is wrong if the secret splits put
# large groups of hard emoji into the test set. (3) I was among the first on the public board after
# trying thirty configurations. I expect a worse place, because I chose by these 320 pictures in few
# groups, and the best of many scores is too high.
# (Part 1, one point: a setting, a number, and what followed from it; an unchanged belief is fine.
# Part 2, two points: one for a spread with its source and the way from it to the two ends, one for
# a reason that could put the truth outside. Part 3, two points: one for a direction, one for its
# reason, the winner's curse or the noise of the public score.)
# ### END SOLUTION

# %% [markdown]
# ## 7 Beyond the budget
#
# Larger networks have a second list without points, the **open board**: 20 times the budget, up to
# 4 blocks of up to 256 channels. <!-- no claim: definition --> The grader only reads the dictionary
# `open_entry`. A GPU helps (in Colab "Runtime → Change runtime type").

# %% practice=true
open_entry = {}  # for example {"channels": [32, 64], "epochs": 30}
if open_entry:
    entry.try_open_entry(open_entry, choose_device("auto"))

# %% claims=true
claim("20 times the budget", entry.OPEN_BUDGET, equals=20, within=0.5)

# %% [markdown]
# ## To keep
#
# A score is a random number. Its sd comes from independent *groups*, and the best of many scores is
# too high. Train the finalists at full length, and report an interval from splits that have not
# chosen.
#
# Without looking: you try 24 settings on 78 groups of pictures, and again on 780. By which factor
# does the winner's curse shrink?
#
# <details><summary>Answer</summary>
#
# By √10, as the sd does.
#
# </details>
#
# <details><summary>In PyTorch</summary>
#
# `torch.optim.AdamW`, `torch.nn.utils.clip_grad_norm_`, `torch.optim.lr_scheduler.SequentialLR`
# with `LinearLR` and `CosineAnnealingLR`, `torch.optim.swa_utils.AveragedModel`, and
# `torch.nn.CrossEntropyLoss(label_smoothing=0.1)` are the six parts of the recipe.
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
