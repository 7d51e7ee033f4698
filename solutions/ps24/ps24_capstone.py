# %% [markdown]
# # The emoji cup: the exam of the course
#
# You get 1,200 small pictures of emoji in eight classes: animals, faces, food, vehicles and four
# more. You choose a network and the settings of its training. Then you hand in two things: your
# choice, and an interval that says how accurate the network will be on emoji it has never seen. The
# grader trains your network three times, on splits of the pictures that nobody knows beforehand.
#
# You have to find out why a training fails, and you have to know how much a measured number is
# worth. So the cup has four stages:
#
# 1. **The clinic.** You get eight training runs. Most of them have a fault. You write the
#    instruments that find it, and a function that does your work on runs you have never seen.
# 2. **Practice.** You write five experiment cards. Each of them predicts what one change will do.
# 3. **The entry.** You hand in one network and an interval for its accuracy.
# 4. **The envelope.** When your class has handed in, the secret splits are opened. A plot shows who
#    was ahead on the public pictures, and who is ahead now.
#
# **Afterwards you can**
#
# - find the fault of a training run by a measurement, also where you cannot see its code,
# - say what a score on a validation set is worth, and how much of the best score is luck,
# - write a random search and choose its search space,
# - predict the effect of a change with an interval, and decide by paired runs,
# - hand in a network together with an honest statement about its accuracy,
# - continue a run on a borrowed GPU after a disconnect.
#
# **You need** notebooks 00, 02, 04, 06, 09, 12, 15 and 12. We use one idea each from 01, 05, 08,
# 11, 13 and 16, and name the notebook there.

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

# %% setup=true
import math

import matplotlib.pyplot as plt
import numpy as np

from course_lib import ensembles, functional, initializers, layers, optimizers, preprocessing
from course_lib.augmentation import horizontal_flip, translate
from course_lib.backend import choose_device, to_device, to_numpy
from course_lib.course import clinic, in_browser
from course_lib.course.figures import slider
from course_lib.datasets import load_emoji, load_emoji_groups
from course_lib.losses import softmax_cross_entropy
from course_lib.models import Sequential, mlp, small_cnn
from course_lib.plots import confusion, filters, label_lines, paired_differences, theme
from course_lib.schedules import step_decay, warmup_cosine
from course_lib.training import Checkpoint, accuracy, confusion_matrix, fit
from grader.checking import check, check_choice, contest, guess, ready, reveal

device = choose_device("auto")  # a GPU is used in section 10 only

# %% [markdown]
# ## 1 A guess first
#
# Fifty students hand in fifty networks. On the public board, each network is evaluated on its own
# 320 pictures. In fact all fifty networks are equally good: each of them classifies exactly half of
# all possible pictures correctly. The board shows the highest accuracy first.
#
# **Which accuracy stands at the top of the board, on average?** For orientation: 0.50, 0.52, 0.56
# or 0.65? Any number from 0 to 1 is possible. Write your guess before you go on. It is not graded,
# and it is shown again beside the result.

# %% guess="the best of 50 equal networks"
guess("ps24_best_of_50", None, between=(0, 1))  # your guess in place of None: a number from 0 to 1

# %% [markdown]
# Each of the 320 pictures is classified correctly with probability
# 0.5. So an accuracy on the board is a binomial random number divided by 320. The cell simulates
# the whole board 4,000 times.

# %% practice=true
rng = np.random.default_rng(0)
boards = rng.binomial(320, 0.5, size=(4000, 50)) / 320  # a row is a board with 50 networks
winners = boards.max(axis=1)
reveal(
    "ps24_best_of_50",
    round(float(winners.mean()), 3),
    f"Mean of 4,000 boards, standard deviation {winners.std():.3f}.",
)


# %% practice=true fold="Draw the scores of the best" after="ps24_best_of_50"
def draw_winners(n_networks):
    """Scores of one network, and of the best of several."""
    best = boards[:, :n_networks].max(axis=1)
    bins = (np.arange(128, 208, 2) - 0.5) / 320
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 2.8))
        weights = np.full(len(best), 1 / len(best))
        ax.hist(boards[:, 0], bins, weights=weights, color="0.8")
        ax.hist(best, bins, weights=weights, color=theme.FORWARD, alpha=0.75)
        ax.axvline(0.5, color=theme.INK, linestyle="--")
        ax.text(0.4, 0.2, "the best", color=theme.FORWARD)
        ax.text(0.4, 0.175, "one network", color=theme.QUIET)
        ax.text(0.502, 0.215, "accuracy of every network")
        title = f"Best of {n_networks} equal networks: mean score {best.mean():.3f}"
        ax.set(xlabel="accuracy on 320 pictures", ylabel="share of the boards", title=title)
        ax.set(xlim=(0.395, 0.645), ylim=(0, 0.24))
    return figure


slider(
    draw_winners,
    (1, 3, 10, 20, 50),
    name="networks",
    alt="Two histograms. That of one network is centred at 0.5; that of the best moves to the "
    "right as the number of networks grows.",
    dpi=90,
)

# %% [markdown] after="ps24_best_of_50"
# *In words: two histograms, grey for the score of one network, and blue for the score of the best
# of several. The grey one is centred at 0.5. With one network both are the same. The more networks
# there are, the further the blue one moves to the right, and the narrower it is. A dashed line
# marks the accuracy of every network on new pictures.*

# %% claims=true
claim(
    "the score at the top is about six percentage points above 0.5",
    100 * (winners.mean() - 0.5),
    equals=6.3,
    within=0.5,
    given=[0.5],
)
one_mean = boards[:, :1].max(axis=1).mean() - boards[:, 0].mean()
claim("The grey one is centred at 0.5.", boards[:, 0].mean(), equals=0.5, within=0.005)
claim("With one network both are the same.", one_mean, above=-1e-9, below=1e-9)
spreads = [boards[:, :n].max(axis=1).std() for n in (1, 3, 10, 20, 50)]
claim(
    "The more networks there are, the further the blue one moves to the right, "
    "and the narrower it is.",
    spreads[1:],
    below=spreads[:-1],
)

# %% [markdown] after="ps24_best_of_50"
# Nothing was trained and nothing learnt, but the score at the top is about six percentage points
# above 0.5. This is called the **winner's curse**: the highest of several noisy scores is too high
# on average. Something like it happens to you when you try fifty settings and keep the best.

# %% [markdown]
# ## 2 The idea
#
# S2 ("Beyond Training Error") says what makes training hard: better optimisation lowers the
# training loss, but we care about the error on new data. On the way we ask **three questions**,
# each answered by its own set of pictures:
#
# - *Which weights?* The training set. Gradient descent uses nothing else.
# - *Which settings?* The validation set. You may use it as often as you like. But the best of many
#   validation scores is too high on average, and more so the more settings you compare.
# - *How good is the network?* The test set, which has not answered any other question. You use it
#   once.
#
# S0 draws this under "Standard practice of handling data". In the cup you have 1,200 training and
# 320 validation pictures. The 600 test pictures of the course stay closed. At the end, the grader
# mixes all 2,120 pictures and draws new sets. No network is trained on its own test pictures. But
# you have chosen the settings on 1,520 of the 2,120, so even this result may be a little too high.
#
# Between the first training and the one test you go round a loop. Each round is an **experiment
# card**:
#
# | change | prediction | result | conclusion |
# |---|---|---|---|
# | a setting | interval of the difference | mean ± standard error (section 5) | what I think now |
#
# People often leave out the prediction. Without it, a result soon looks like what you expected.

# %% practice=true fold="Load the pictures"
public = load_emoji()[:2]  # training and validation; the third set stays closed
(x_train, t_train), (x_val, t_val) = ((d.x.reshape(-1, 3, 32, 32), d.t) for d in public)
CLASSES = public[0].classes
groups_train, groups_val = load_emoji_groups()[:2]
print("training", x_train.shape, " validation", x_val.shape, " classes", len(CLASSES))

# %% practice=true fold="Draw the three sets and the loop"
parts = (("training", 1200, "which weights?"), ("validation", 320, "which settings?"))
parts += (("test", 600, "how good is it? (once)"),)
with theme.style():
    figure, ax = plt.subplots(figsize=(8, 1.9))
    left = 0
    for (part, n, question), shade in zip(parts, (1.0, 0.6, 0.25), strict=True):
        ax.barh(0, n, left=left, height=0.6, color=theme.FORWARD, alpha=shade)
        colour = "white" if shade > 0.5 else theme.INK
        ax.text(left + n / 2, 0, f"{part}\n{n:,}", ha="center", va="center", color=colour)
        ax.text(left + n / 2, 0.5, question, ha="center", va="center")
        left += n
    ax.text(
        0, -0.6, "change   →   prediction   →   training in pairs   →   conclusion   →   change …"
    )
    ax.set(
        ylim=(-0.8, 0.7),
        title="Three sets of pictures with their questions, and the loop of experiments",
    )
    ax.axis("off")
    plt.show()

# %% [markdown]
# *In words: a bar of 2,120 pictures in three parts. 1,200 for training answer "which weights", 320
# for validation answer "which settings", 600 for testing answer "how good is it", once. A line of
# text below gives the loop: change, prediction, training in pairs, conclusion, next change.*

# %% [markdown]
# ## 3 The clinic
#
# A training that fails rarely says why. And a training can succeed with a fault in it: its code
# computes something else than you think. So we measure before we believe a curve.
#
# Each run trains a 64-32-32-10 ReLU network by plain gradient descent, on 120 digits of 8×8 pixels.
# There are ten classes, so random guessing has the loss ln 10 = 2.3.
# Your name is the seed that draws eight runs for you: one is healthy, the others have seven
# different faults. You cannot see the code of a run. It offers these calls and nothing else:
#
# | call | result |
# |---|---|
# | `run.restart()` | the initial weights, batches and optimizer again |
# | `run.batch()` | the loader's next batch: images (24, 64) and labels (24,) |
# | `run.step(batch)` | one training step; returns the loss and the accuracy of the batch before |
# | | the step. `run.step()` takes the loader's next batch |
# | `run.loss(batch)` | the loss, without dropout; nothing is changed |
# | `run.gradients(batch)` | its gradients, as the run computes them: a list of arrays in the |
# | | order of `parameters()`, computed anew at each call |
# | `run.parameters()` | the arrays W1, b1, W2, b2, W3, b3; if you change them, you change the |
# | | network |
# | `run.train()` | restarts, takes all 200 steps, returns the logged losses and accuracies |
# | `run.predict(images)` | probabilities (N, 10), by the code that also computes the validation |
# | | accuracy |
# | `run.training`, `run.validation`, `run.new` | images and labels each; no part of the run has |
# | | used those of `new` |
#
# ### A guess
#
# In one of the runs the backward pass has no ReLU mask: it passes the gradient on through inactive
# units, too. Which training accuracy do you expect after 200 steps: (a) below 0.2, (b) from 0.2 to
# 0.8, (c) above 0.8?

# %% guess="the accuracy without the mask"
guess("ps24_mask", None, among="abc")  # "a", "b" or "c"

# %% practice=true fold="Train with and without the mask"
by_mask = {1: [], 0: []}  # healthy runs, and runs without the mask
for mask, accuracies in by_mask.items():
    for seed in range(3):
        run = clinic.TrainingRun({"seed": seed, "lr": 0.08, "mask": mask})
        run.train()
        accuracies.append(clinic.accuracy_of(run, run.training))
letter = "a" if max(by_mask[0]) < 0.2 else "c" if min(by_mask[0]) > 0.8 else "b"
words = {"a": "below 0.2", "b": "from 0.2 to 0.8", "c": "above 0.8"}
without_mask, healthy = (", ".join(f"{a:.3f}" for a in by_mask[mask]) for mask in (0, 1))
note = f"Seeds 0, 1, 2: without the mask {without_mask}, healthy runs {healthy}."

# %% practice=true
reveal("ps24_mask", letter, note, words)

# %% [markdown] after="ps24_mask"
# Without the mask all three runs reach a training accuracy above 0.8, and so do the healthy runs
# with the same seeds. The accuracy does not show this fault. Your second instrument will show it.

# %% claims=true
claim(
    "Without the mask all three runs reach a training accuracy above 0.8",
    by_mask[0],
    above=0.8,
)
claim("and so do the healthy runs with the same seeds", by_mask[1], above=0.8)

# %% [markdown]
# ### Your three instruments
#
# **The update ratio** says how far a step moves the weights, relative to their size: $\lVert
# W_\text{after} - W_\text{before} \rVert / \lVert W_\text{before} \rVert$ (`np.linalg.norm` of a
# matrix). Take one `run.step()` from where the run is now, and return a list with the ratio of each
# weight matrix (two axes; no biases). If a matrix has not moved, its ratio is 0.0. (In our runs a
# matrix of zeros never moves.) Do not undo the step.


# %% solution="update_ratio"
def update_ratio(run):
    """Relative size of one step for each weight matrix of the run: a list of numbers."""
    ### BEGIN SOLUTION
    before = [p.copy() for p in run.parameters()]
    run.step()
    ratios = []
    for old, new in zip(before, run.parameters(), strict=True):
        if old.ndim == 2:
            moved = np.linalg.norm(new - old)
            ratios.append(moved / np.linalg.norm(old) if moved > 0 else 0.0)
    return ratios
    ### END SOLUTION


# %% check="update_ratio"
check("update_ratio", update_ratio)

# %% [markdown]
# **The gradient error** compares the gradients of the run with finite differences of its loss
# (notebook 07). Take one batch with `run.batch()`, its gradients G, and eight random directions v:
# for each parameter an array of standard normal numbers (any seed). Let θ be all parameters
# together. The gradients of the run predict the derivative along v: Σ G · v, summed over all
# entries of all parameters. Measure the same derivative on the same batch, with h = 1e-7: (loss at
# θ + hv − loss at θ − hv) / (2h). The eight predicted derivatives form a vector a, the eight
# measured ones a vector b. Put the old parameters back, and return $\lVert a - b \rVert / (\lVert a
# \rVert + \lVert b \rVert)$, or 0.0 if a and b are 0.


# %% solution="gradient_error"
def gradient_error(run):
    """Relative error of the run's gradients on one batch: near 0 if they are right."""
    ### BEGIN SOLUTION
    batch, rng, h = run.batch(), np.random.default_rng(0), 1e-7
    parameters, gradients = run.parameters(), run.gradients(batch)
    kept = [p.copy() for p in parameters]
    a, b = [], []
    for _ in range(8):
        v = [rng.normal(size=p.shape) for p in parameters]
        for p, old, d in zip(parameters, kept, v, strict=True):
            p[...] = old + h * d
        above = run.loss(batch)
        for p, old, d in zip(parameters, kept, v, strict=True):
            p[...] = old - h * d
        below = run.loss(batch)
        a.append(sum(np.sum(g * d) for g, d in zip(gradients, v, strict=True)))
        b.append((above - below) / (2 * h))
    for p, old in zip(parameters, kept, strict=True):
        p[...] = old
    a, b = np.array(a), np.array(b)
    return np.linalg.norm(a - b) / max(np.linalg.norm(a) + np.linalg.norm(b), 1e-12)
    ### END SOLUTION


# %% check="gradient_error"
check("gradient_error", gradient_error)

# %% practice=true fold="Measure it on the runs of your guess" after="ps24_mask"
if ready("gradient_error"):
    error_of = {}
    for mask in (1, 0):
        guessed = [clinic.TrainingRun({"seed": k, "lr": 0.08, "mask": mask}) for k in range(3)]
        error_of[mask] = [gradient_error(run) for run in guessed]
        values = ", ".join(f"{error:.1e}" for error in error_of[mask])
        print("gradient error,", "healthy:         " if mask else "without the mask:", values)
else:
    print("This cell waits.")

# %% claims=true
claim("Your second instrument will show it", error_of[0], above=0.05)
claim("Your second instrument will show it", error_of[1], below=1e-5)

# %% [markdown]
# **Memorising a few images** separates the network from the loader: you choose the batch. Restart
# the run, and take its first n (at most 120) training images with their labels. Step on this batch,
# at most 300 times. Return True as soon as `run.loss(batch)` is below 0.1 after a step, and False
# if it never is.


# %% solution="can_memorise"
def can_memorise(run, n):
    """Whether at most 300 steps on the first n training images bring their loss below 0.1."""
    ### BEGIN SOLUTION
    run.restart()
    images, labels = run.training
    batch = images[:n], labels[:n]
    for _ in range(300):
        run.step(batch)
        if run.loss(batch) < 0.1:
            return True
    return False
    ### END SOLUTION


# %% check="can_memorise"
check("can_memorise", can_memorise)

# %% [markdown]
# ### Your eight runs
#
# There are fifteen faults. Beside each stands its look-alike, a run that is easily confused with
# it. (The words in brackets do not belong to the name.) For example, a rate that is too low and
# shuffled labels both leave the loss near ln 10. The largest update ratio separates these two: it
# is at least ten times smaller if the rate is too low.
#
# | fault | look-alike | explained in notebook |
# |---|---|---|
# | learning rate too low | labels shuffled | 04 |
# | learning rate too high | gradient of the sum (over the batch, not its mean) | 04 |
# | initial weights too large | learning rate too high | 09 |
# | initial weights all zero | learning rate too low | 09 |
# | first layer frozen | healthy | 06 |
# | gradients not reset (they add up) | labels shuffled | 04 |
# | softmax applied twice | learning rate too low | 02 |
# | ReLU mask missing | healthy | 06 |
# | gradient of the sum | learning rate too high | 04 |
# | labels shuffled | learning rate too low | 01 |
# | images mirrored | dropout left on | 20 |
# | dropout left on (in predictions) | mean of its own batch | 19 |
# | mean of its own batch (subtracted in predictions) | healthy | 15 |
# | validation scaled twice | healthy | 01 |
# | training images in validation | healthy | 01 |
# | healthy | ReLU mask missing | |
#
# After two softmaxes the loss cannot fall below ln(1 + 9/e) = 1.46. At best, the second softmax
# gets one 1 and nine 0. It then gives the right class the probability e/(e + 9).
#
# ### All measurements
#
# These are the others (`clinic.update_growth?` in a cell shows the help of one):
#
# - *first loss*, and *last loss*, the mean of the last 20 steps of 200;
# - *growth of the updates*: the length of the sixth step on one batch, divided by that of the
#   first;
# - *foreign images*: the share of the loader's images that are not in the training set;
# - *wrong labels*: the share of the loader's images with another label than in the training set;
# - *one image twice*: the largest difference between two predictions of the trained network for the
#   same image; *alone and in a batch*: the same, for an image alone and among twenty;
# - *logged minus recomputed accuracy*: the training accuracy that the last 20 steps have logged,
#   minus that of `run.predict` on the training images;
# - *validation minus new accuracy* (in 20 healthy runs, the last two were at most 0.06 in size).
#
# Put your name in. The table shows every measurement for a healthy run and for your eight. Note
# for each run which fault it has, and which number decided. Then open the truth. Other names give
# other runs: ten names show you almost every fault.


# %% fold="All measurements of a run"
def measured(run, measurement):
    """The value of the measurement with this name."""
    table = {
        "first loss": clinic.first_loss,
        "last loss": clinic.last_loss,
        "gradient error": lambda run: (run.restart(), gradient_error(run))[1],
        "smallest update ratio": lambda run: (run.restart(), min(update_ratio(run)))[1],
        "largest update ratio": lambda run: (run.restart(), max(update_ratio(run)))[1],
        "growth of the updates": clinic.update_growth,
        "memorises 20 images": lambda run: float(can_memorise(run, 20)),
        "foreign images": clinic.foreign_images,
        "wrong labels": clinic.wrong_labels,
        "one image twice": clinic.one_image_twice,
        "alone and in a batch": clinic.alone_and_in_a_batch,
        "logged minus recomputed accuracy": clinic.logged_minus_recomputed,
        "validation minus new accuracy": clinic.validation_minus_new,
    }
    return table[measurement](run)


# %% practice=true
name = "Ada Lovelace"  # your name

# %% practice=true fold="Print every measurement of your eight runs"
if ready("update_ratio", "gradient_error", "can_memorise"):
    runs = [clinic.TrainingRun({}), *clinic.patients(name)]
    print(f"{'':34}healthy" + "".join(f"{number:8}" for number in range(1, 9)))
    for measurement in clinic.MEASUREMENTS:
        values = "".join(f"{measured(run, measurement):8.2g}" for run in runs)
        print(f"{measurement:33}{values}")
else:
    print("This cell waits.")

# %% claims=true
low, shuffled = (clinic.TrainingRun(change) for change in ({"lr": 0.0005}, {"relabelled": 1}))
last = [clinic.last_loss(run) for run in (low, shuffled)]
claim(
    "a rate that is too low and shuffled labels both leave the loss near ln 10",
    last,
    equals=math.log(10),
    within=0.2,
    given=[10],
)
largest = []
for run in (low, shuffled):
    run.restart()
    largest.append(max(update_ratio(run)))
claim("it is at least ten times smaller if the rate is too low", 10 * largest[0], below=largest[1])
chance = [
    measurement(clinic.TrainingRun({"seed": seed, "lr": 0.15}))
    for measurement in (clinic.logged_minus_recomputed, clinic.validation_minus_new)
    for seed in range(20)
]
claim(
    "in 20 healthy runs, the last two were at most 0.06 in size",
    np.abs(chance).max(),
    below=0.06,
    given=[20],
)
faults = {fault for k in range(10) for fault in clinic.truth(f"{name} {k}")}
claim("ten names show you almost every fault", len(faults), above=13.5)

# %% practice=true fold="The truth about your eight runs"
if ready("update_ratio", "gradient_error", "can_memorise"):
    for number, fault in enumerate(clinic.truth(name), start=1):
        print(number, fault)
else:
    print("This cell waits.")

# %% [markdown]
# ### The doctor
#
# Now write down what you did as a function. `diagnose(run)` returns three things: the fault, the
# measurement that decided, and its value, such as `("ReLU mask missing", "gradient error", 0.3)`.
# The names are those of the two lists above (`clinic.FAULTS`, `clinic.MEASUREMENTS`). The grader
# lets it examine eight runs that you have never seen. There is one point for each of these:
#
# 1. The fault is right.
# 2. The value is right as well: it differs from the grader's value by at most half of the grader's
#    (four fifths for *gradient error* and *one image twice*, which draw random numbers). Values
#    below 0.001 count as equal (update ratios: 1e-7).
# 3. The measurement decides as well: in 100 draws of the fault and 100 of its look-alike, its
#    values did not overlap.
#
# For each point, n counts the runs for which this line and those above it hold. It is 0 up to
# n = 3, which can be luck, then (n − 3)/5. `measured(run, measurement)` gives you any value.
# *last loss* and the last four measurements train the run, which takes longer: ask for them last.


# %% solution="diagnose"
def diagnose(run):
    """What is wrong with the run: (fault, measurement that decided, its value)."""
    ### BEGIN SOLUTION
    error, largest = measured(run, "gradient error"), measured(run, "largest update ratio")
    smallest, first = measured(run, "smallest update ratio"), measured(run, "first loss")
    if largest == 0:
        return "initial weights all zero", "largest update ratio", largest
    if smallest == 0:
        return "first layer frozen", "smallest update ratio", smallest
    if first > 8:
        return "initial weights too large", "first loss", first
    if error > 0.01 and largest > 1:
        return "gradient of the sum", "gradient error", error
    if error > 0.01:
        return "ReLU mask missing", "gradient error", error
    if largest > 2:
        return "learning rate too high", "gradient error", error
    if largest < 0.005:
        return "learning rate too low", "largest update ratio", largest
    limits = {
        "wrong labels": (0.2, "labels shuffled"),
        "foreign images": (0.2, "images mirrored"),
        "growth of the updates": (3, "gradients not reset"),
        "one image twice": (0.01, "dropout left on"),
        "alone and in a batch": (0.01, "mean of its own batch"),
        "last loss": (1.2, "softmax applied twice"),
        "logged minus recomputed accuracy": (0.15, "validation scaled twice"),
        "validation minus new accuracy": (0.065, "training images in validation"),
    }
    for measurement, (limit, fault) in limits.items():
        value = measured(run, measurement)
        if value > limit:
            return fault, measurement, value
    return "healthy", "gradient error", error
    ### END SOLUTION


# %% check="diagnose"
check("diagnose", diagnose)

# %% [markdown]
# Take the clinic with you. The next cell writes `clinic.py`: the instruments of the course, then
# your own. For another framework you write a class with the calls of the first table.

# %% practice=true fold="Write clinic.py (set SAVE to True)"
SAVE = False
if SAVE and ready("update_ratio", "gradient_error", "can_memorise"):
    clinic.take_home([update_ratio, gradient_error, can_memorise, measured, diagnose])
    print("clinic.py is in the folder of this notebook.")

# %% [markdown]
# ## 4 From settings to a network
#
# Everything that you can choose is a **setting**, an entry of a dictionary. `START` holds plain
# defaults; the table has them in bold. A **configuration** is a dictionary with the settings that
# differ from `START`. A setting that the chosen model or optimizer does not use has no effect (on a
# card, it is refused).
#
# | setting | possible values |
# |---|---|
# | `model` | **`"cnn"`**, a convolutional network, or `"mlp"`, a perceptron |
# | `side` | **16** or 32 pixels; 16 takes the mean of each 2 × 2 pixels |
# | `channels` | for `"cnn"`: a list of 1 to 3 whole numbers from 1 to 64, one for each block of |
# | | convolution 3 × 3, activation and max pooling; **`[8, 16]`** |
# | `layers` | for `"mlp"`: a list of up to 3 whole numbers from 1 to 512, the hidden units; |
# | | **`[64]`** |
# | `activation` | **`"relu"`**, `"leaky_relu"`, `"gelu"`, `"tanh"`, `"sigmoid"` |
# | `init` | `"lecun_normal"`, `"glorot_normal"`, `"glorot_uniform"`, **`"he_normal"`**, |
# | | `"he_uniform"` |
# | `norm` | **`"none"`** or `"batchnorm"`, before each activation |
# | `dropout` | probability of dropping an input of the last layer (for `"mlp"` a hidden unit), |
# | | **0** to 0.9 |
# | `optimizer` | **`"sgd"`**, `"nesterov"`, `"rmsprop"`, `"adam"`, `"adamw"` |
# | `lr` | learning rate, above 0 and up to 10; **0.1** |
# | `momentum` | for `"sgd"` and `"nesterov"`, **0** to 0.999 |
# | `weight_decay` | for `"adamw"`, **0** to 1 |
# | `schedule` | **`"constant"`**, `"step"` (times 0.3 after each third), `"cosine"`, |
# | | `"warmup_cosine"` (a tenth of the steps is the warm-up) |
# | `batch_size` | a whole number from 25 to 600; **50** |
# | `epochs` | a whole number from 1 to 100; **8** |
# | `flip` | probability of mirroring a training picture, **0** to 1 |
# | `shift` | training pictures are shifted at random by up to this many pixels, **0** to 4 |
# | `inputs` | `"raw"`, or **`"standardized"`**: mean 0 and standard deviation 1 for each colour |

# %% fold="Define START"
START = {
    "model": "cnn",
    "side": 16,
    "channels": [8, 16],
    "layers": [64],
    "activation": "relu",
    "init": "he_normal",
    "norm": "none",
    "dropout": 0.0,
    "optimizer": "sgd",
    "lr": 0.1,
    "momentum": 0.0,
    "schedule": "constant",
    "batch_size": 50,
    "epochs": 8,
    "weight_decay": 0.0,
    "flip": 0.0,
    "shift": 0,
    "inputs": "standardized",
}

# %% [markdown]
# The next folded cells turn these names into a network and its training. The grader trains your
# network in the same way.


# %% fold="Define the network"
def pictures(x, side):
    """Pictures (N, 3, 32, 32) as they are, or as means of 2 × 2 pixels if side is 16."""
    if side == 32:
        return x
    pairs = x[..., ::2] + x[..., 1::2]
    return (pairs[..., ::2, :] + pairs[..., 1::2, :]) / 4


def network_of(settings, rng):
    """The network for pictures (N, 3, side, side), with its initial weights."""
    activations = {
        "relu": layers.ReLU,
        "leaky_relu": layers.LeakyReLU,
        "gelu": layers.GELU,
        "tanh": layers.Tanh,
        "sigmoid": layers.Sigmoid,
    }
    side, common = (
        settings["side"],
        {
            "rng": rng,
            "activation": activations[settings["activation"]],
            "init": getattr(initializers, settings["init"]),
            "norm": {"none": None, "batchnorm": layers.BatchNorm}[settings["norm"]],
            "drop_prob": settings["dropout"],
        },
    )
    if settings["model"] == "cnn":
        return small_cnn((3, side, side), 8, channels=settings["channels"], **common)
    perceptron = mlp([3 * side * side, *settings["layers"], 8], **common)
    return Sequential(layers.Flatten(), perceptron)


# %% fold="Define the optimizer and the schedule"
def optimizer_of(settings, network):
    """The optimizer with its learning rate and its own settings."""
    name, params, lr = settings["optimizer"], network.parameters(), settings["lr"]
    if name == "sgd":
        return optimizers.SGD(params, lr=lr, momentum=settings["momentum"])
    if name == "nesterov":
        return optimizers.Nesterov(params, lr=lr, momentum=settings["momentum"])
    if name == "adamw":
        return optimizers.AdamW(params, lr=lr, weight_decay=settings["weight_decay"])
    return {"adam": optimizers.Adam, "rmsprop": optimizers.RMSprop}[name](params, lr=lr)


def schedule_of(settings, steps):
    """The learning rate as a function of the step; None keeps it constant."""
    name, lr = settings["schedule"], settings["lr"]
    if name == "step":  # a third of the training at each rate
        return lambda t: step_decay(t, lr=lr, factor=0.3, every=math.ceil(steps / 3))
    if name in ("cosine", "warmup_cosine"):
        warmup = 0 if name == "cosine" else steps // 10
        return lambda t: warmup_cosine(t, lr=lr, warmup=warmup, total=steps)
    return None


# %% fold="Define the training"
def train(configuration, x, t, rng, validation=None, network=None):
    """Train a network on x (N, 3, 32, 32) and labels t; returns pictures -> scores, and history."""
    settings = START | configuration
    side = settings["side"]
    network = network or network_of(settings, rng)
    small = pictures(x, side)
    mean, sd = 0.0, 1.0
    if settings["inputs"] == "standardized":  # one mean and sd for each colour
        mean, sd = (
            small.mean(axis=(0, 2, 3), keepdims=True),
            small.std(axis=(0, 2, 3), keepdims=True),
        )

    def prepared(images):
        return ((pictures(images, side) - mean) / sd).astype("float32")

    def augmented(batch, rng):
        flipped = horizontal_flip(batch, rng, settings["flip"])
        return translate(flipped, settings["shift"], rng)

    steps = settings["epochs"] * math.ceil(len(x) / settings["batch_size"])
    with np.errstate(all="ignore"):  # the loss of a run that diverges says so
        history = fit(
            network,
            prepared(x),
            t,
            loss=softmax_cross_entropy,
            optimizer=optimizer_of(settings, network),
            epochs=settings["epochs"],
            batch_size=settings["batch_size"],
            rng=rng,
            schedule=schedule_of(settings, steps),
            augment=augmented if settings["flip"] or settings["shift"] else None,
            validation=validation and (prepared(validation[0]), validation[1]),
            progress=False,
        )

    def predict(images):
        with np.errstate(all="ignore"):
            return network(prepared(images))

    return predict, history


# %% practice=true fold="Define score, three_seeds and attempt"
def score(configuration, seed=0, n=1200):
    """Validation accuracy after training on the first n training pictures; nan if it diverges."""
    try:
        predict, _ = train(configuration, x_train[:n], t_train[:n], np.random.default_rng(seed))
    except FloatingPointError:
        return float("nan")
    return accuracy(predict(x_val), t_val)


def three_seeds(configuration):
    """Validation accuracies of three seeds; a run that diverges counts as random guessing."""
    return np.nan_to_num([score(configuration, seed) for seed in range(3)], nan=0.125)


def attempt(function, *arguments):
    """The result of your function; None as long as it is not written."""
    try:
        return function(*arguments)
    except NotImplementedError:
        return None


# %% [markdown]
# ### The budget
#
# The **cost** of a training is the number of multiplications of one forward pass, times 1,200
# pictures, times the epochs. The **budget** is 30,000 million. The cost is the same on every
# machine. A convolution multiplies side² · 9 · input channels · output channels times, a fully
# connected layer inputs · outputs. Each pooling halves the side. A
# training with the full budget takes several seconds on a laptop.


# %% fold="Define the cost and the budget"
def multiplications(settings):
    """Multiplications of one forward pass for one picture."""
    side = settings["side"]
    if settings["model"] == "mlp":
        widths = [3 * side * side, *settings["layers"], 8]
        return int(np.dot(widths[:-1], widths[1:]))
    total, n_in = 0, 3
    for n_out in settings["channels"]:
        total += side * side * n_in * n_out * 9
        n_in, side = n_out, side // 2
    return total + n_in * side * side * 8


BUDGET = 30_000_000_000


def budget_used(configuration):
    """Share of the budget that a configuration needs."""
    settings = START | configuration
    return settings["epochs"] * 1200 * multiplications(settings) / BUDGET


# %% [markdown]
# ### The first training, in order
#
# `BASE` is a small network with a short training. Your cards will change it. S0 lists the steps
# under "Outline of training a neural net": design the network, choose an optimizer and its rate,
# prepare the data, run, and evaluate on the validation set from time to time. The cell carries them
# out, with the two tests of the clinic that take a second: the first loss, and 20 pictures.

# %%
BASE = {"channels": [4, 8], "optimizer": "adamw", "lr": 0.01, "schedule": "warmup_cosine"}

# %% practice=true
settings, rng = START | BASE, np.random.default_rng(7)
network = network_of(settings, rng)  # 1 design: layers, channels, activations
print("1 design:    ", len(network), "layers,", multiplications(settings), "multiplications")
print(f"2 optimizer:  {settings['optimizer']}, rate {settings['lr']}, {settings['schedule']}")
shared = set(groups_train) & set(groups_val)  # 3 data: the splits
print(f"3 data:       {len(x_train)} and {len(x_val)} pictures, shared groups: {len(shared)}")
small = pictures(x_train, 16)
axes = {"axis": (0, 2, 3), "keepdims": True}  # standardised, as train does it
ready_made = ((small - small.mean(**axes)) / small.std(**axes)).astype("float32")
first, _ = softmax_cross_entropy(network(ready_made), t_train)
print(f"  first loss: {first:.2f}, random guessing gives ln 8 = {math.log(8):.2f}")
few = BASE | {"epochs": 100, "batch_size": 25, "schedule": "constant"}
_, memorised = train(few, x_train[:20], t_train[:20], np.random.default_rng(8))
print(f"  20 pictures: loss {memorised.loss[-1]:.3f} after {memorised.epochs} epochs")
_, history = train(BASE, x_train, t_train, np.random.default_rng(9), (x_val, t_val))  # 4 run
print("4 run: loss  ", " ".join(f"{value:.2f}" for value in history.loss))
print("  validation:", " ".join(f"{a:.2f}" for a in history.validation_accuracy))
print(f"  budget:     {budget_used(BASE):.0%} used")

# %% claims=true
claim(
    "The first loss is about 1.4 times ln 8", first / math.log(8), equals=1.4, within=0.1, given=[8]
)
claim("The network memorises 20 pictures", memorised.loss[-1], below=0.05, given=[20])
claim("no group of similar emoji (section 5) is in both sets", len(shared), below=0.5, given=[5])

# %% [markdown]
# The first loss is about 1.4 times ln 8, because the first scores are random and not small. The
# network memorises 20 pictures, and no group of similar emoji (section 5) is in both sets. So a
# longer search may begin.

# %% [markdown]
# ## 5 What a score is worth
#
# A score depends on chance in two ways: by the choice of the pictures, and by the training (below).
# Suppose that a network classifies a share p of all pictures correctly, and that n pictures are
# drawn independently. Then its accuracy on them has a standard deviation that you can compute.
# (Write 1 for a picture that is classified correctly and 0 for another; the mean is p. What is the
# variance of this number? What is the variance of a mean of n such numbers?)
#
# <details><summary>The derivation</summary>
#
# - Let $r_i$ be 1 if picture $i$ is classified correctly and 0 if not. Its mean is $p$.
# - $r_i^2 = r_i$, so $\mathrm{Var}(r_i) = \mathbb{E}[r_i^2] - p^2 = p - p^2 = p\,(1 - p)$.
# - The accuracy is $\frac1n \sum_i r_i$. The pictures are independent, so the variance of the sum
#   is the sum of the variances: $n\,p\,(1 - p)$.
# - The factor $1/n$ divides a variance by $n^2$: the variance of the accuracy is $p\,(1 - p)/n$,
#   and its standard deviation is the square root of this.
#
# </details>


# %% solution="validation_sd"
def validation_sd(p, n):
    """Standard deviation of the accuracy on n independent pictures, for the accuracy p."""
    ### BEGIN SOLUTION
    return math.sqrt(p * (1 - p) / n)
    ### END SOLUTION


# %% practice=true fold="Compare with simulated accuracies"
rng = np.random.default_rng(1)
for p, n in ((0.5, 320), (0.3, 320), (0.5, 10_000)):
    simulated = (rng.binomial(n, p, size=20_000) / n).std()
    mine = attempt(validation_sd, p, n)
    yours = "not written yet" if mine is None else f"yours {mine:.5f}"
    print(f"p = {p}, n = {n:6,}: simulated {simulated:.5f}, {yours}")

# %% [markdown]
# ### Pictures that are not independent
#
# The 320 validation pictures are not independent. Some emoji look almost alike, such as the same
# hand in several colours. They form a **group**, and a split keeps each group together: all of its
# pictures are in one set. If a network gets one picture of a group right, it mostly gets the
# others right, too. Therefore our 320 pictures, which form 78 groups, say less than 320
# independent pictures. By which factor is the standard deviation of the accuracy larger than
# $\sqrt{p(1 - p)/n}$?

# %% guess="the factor between the two standard deviations"
guess("ps24_groups", None)  # a number such as 1.0 (no difference) or 3.0

# %% [markdown]
# To measure the factor, add up the pictures of one group first, and then the squares of these sums.
# Let $r_i$ be 1 if picture $i$ is right and 0 if not, and p the accuracy that the network has on
# infinitely many groups:
#
# $$\mathrm{sd} = \frac{1}{n} \sqrt{\sum_g \Big(\sum_{i \in g} (r_i - p)\Big)^2}$$
#
# <details><summary>The derivation</summary>
#
# - Write $s_g = \sum_{i \in g} (r_i - p)$ for the sum over one group. The accuracy differs from $p$
#   by $\frac1n \sum_g s_g$.
# - Different groups are independent, so the variances of the $s_g$ add up. Inside of a group
#   nothing is assumed.
# - Each $s_g$ has mean 0, so its variance is the mean of $s_g^2$. We have only one value of each,
#   but the sum over many groups averages out the chance in them. For $p$ we take the measured
#   accuracy.
# - The factor $1/n$ becomes $1/n^2$ in the variance, and the square root gives the formula.
# - If each group has one picture, then $s_g^2 = (r_g - p)^2$, and the sum is $n\,p\,(1 - p)$. This
#   is the formula above.
#
# </details>


# %% practice=true fold="Define sd_by_groups, and train BASE with three seeds"
def sd_by_groups(right, groups):
    """Standard deviation of an accuracy: right (n,) 0 or 1, groups (n,) the group of each."""
    _, number = np.unique(groups, return_inverse=True)
    sums = np.bincount(number, right - np.mean(right))
    return math.sqrt(np.sum(sums**2)) / len(right)


base_right = []
for seed in range(3):
    predict, _ = train(BASE, x_train, t_train, np.random.default_rng(seed))
    base_right.append(predict(x_val).argmax(axis=1) == t_val)
base_right = np.array(base_right, float)
sds = [
    (math.sqrt(right.mean() * (1 - right.mean()) / len(right)), sd_by_groups(right, groups_val))
    for right in base_right
]
ratios = np.array([by_groups / alone for alone, by_groups in sds])

# %% practice=true
reveal("ps24_groups", round(float(ratios.mean()), 2), "Mean of three seeds of BASE.")

# %% practice=true fold="Print both standard deviations" after="ps24_groups"
print(f"{len(t_val)} pictures in {len(set(groups_val))} groups")
for seed, (alone, by_groups) in enumerate(sds):
    accuracy_here = f"seed {seed}: accuracy {base_right[seed].mean():.3f}"
    print(f"{accuracy_here}, sd {alone:.3f} as if independent, {by_groups:.3f} by groups")

# %% claims=true
claim("about one and a half times as large", ratios.mean(), above=1.3)
claim("about one and a half times as large", ratios.mean(), below=1.8)
claim("is about four points", 100 * np.mean([by for _, by in sds]), above=3.2)
claim("is about four points", 100 * np.mean([by for _, by in sds]), below=5)
claim(
    "say as much as about 140 independent ones", 320 / np.mean(ratios) ** 2, equals=140, within=35
)
claim(
    "our 320 pictures, which form 78 groups",
    len(set(groups_val)),
    equals=78,
    within=0.5,
    given=[320],
)

# %% [markdown] after="ps24_groups"
# For each seed the standard deviation by groups is larger; on average it is about one and a half
# times as large. So for `BASE` the standard deviation of an accuracy on the public board is about
# four points, and the 320 pictures say as much as about 140 independent ones. Remember this for
# your interval: an error bar computed from the number of pictures is too short. The same happens
# with several photographs of one patient, or several sentences of one speaker.

# %% [markdown]
# ### Weights and minibatches
#
# The second kind of chance is in the training: other initial weights and another order of the
# minibatches. Compare two configurations in **pairs**, on the same pictures and with the same
# seeds. A hard picture is then hard for both. Look at the differences. **A difference counts if it
# is at least twice its standard error over seeds.** (For n seeds, this is the standard deviation of
# the n differences, divided by √n.) With three seeds even this is weak, and it says nothing about
# other pictures.
#
# ### The best of M scores
#
# The best of M equal, independent scores is too high on average. In units of their standard
# deviation, it is too high by the expected maximum of M standard normal numbers: 0.85 for M = 3,
# 1.95 for M = 24, 2.25 for M = 50. (Section 1: 0.5 + 2.25 · 0.028 = 0.563.)
# So the winner's curse grows slowly with the number of trials. It shrinks with the square root
# of the number of independent pictures.

# %% practice=true fold="Compute the expected maximum"
z = np.linspace(-8, 8, 2001)
below = np.array([(1 + math.erf(value / math.sqrt(2))) / 2 for value in z])  # P(one is below z)
middle = (z[1:] + z[:-1]) / 2  # all M are below z with probability below ** M
maximum = {M: float(np.sum(middle * np.diff(below**M))) for M in (3, 24, 50)}
for M, mean in maximum.items():
    print(f"M = {M:2}: expected maximum {mean:.2f} standard deviations")

# %% claims=true
for M, mean in ((3, 0.85), (24, 1.95), (50, 2.25)):
    claim(
        "0.85 for M = 3, 1.95 for M = 24, 2.25 for M = 50",
        maximum[M],
        equals=mean,
        within=0.006,
        given=[0.85, 3, 1.95, 24, 2.25, 50],
    )

# %% [markdown]
# ## 6 Where to look
#
# S4 asks under "Some questions": how do we choose parameters, the number of units and layers,
# activation functions, the learning rate? There is no formula, so we try. *Grid search* takes a few
# values of each setting and tries all combinations. **Random search** makes n ≥ 1 trials. For each
# trial, every setting is drawn from its list, independently of the others and with all values
# equally likely.

# %% [markdown]
# Write the random search, which returns `best` and `history`:
#
# - `space` is a dictionary, name → list of values, and stays unchanged. A value may be anything: a
#   number, `None`, a text, a list. It is passed on as it stands in the list.
# - `evaluate(configuration)` returns a score; **higher is better**. It is called exactly n times,
#   because each call is a whole training. Each call gets a new dictionary.
# - `history` is the list of the n pairs (configuration, score), in the order of the trials. `best`
#   is the pair with the highest score. If several have it, `best` is the first of them.
# - A run that has diverged has the score nan. It must not win against a run with a number. (If all
#   scores are nan, any pair may be `best`.)
# - All randomness comes from `rng`.


# %% solution="random_search"
def random_search(space, evaluate, n, rng):
    """Try n configurations drawn at random from space; the highest score wins.

    space : name -> list of values, evaluate : configuration -> score, rng : NumPy generator
    returns best : (configuration, score), history : list of n such pairs
    """
    ### BEGIN SOLUTION
    history, best = [], None
    for _ in range(n):
        configuration = {}
        for name, values in space.items():
            configuration[name] = values[rng.integers(len(values))]
        result = evaluate(configuration)
        history.append((configuration, result))
        if best is None or result > best[1] or math.isnan(best[1]):
            best = history[-1]
    return best, history
    ### END SOLUTION


# %% check="random_search"
check("random_search", random_search)

# %% [markdown]
# ### How many trials, and on which scale?
#
# Suppose that a share s of all configurations in the space is good enough for you. One random trial
# misses them with probability $1 - s$. The trials are independent, so all n miss with probability
# $(1 - s)^n$. At least one trial hits with probability $1 - (1 - s)^n$. With s = 5 % and n = 60
# this is 95 %. The formula does not contain the number of settings. (In
# a badly chosen space, the best 5 % can still be bad.)
#
# For learning rates and penalties, factors matter and not differences: from 0.001 to 0.002 is as
# far as from 0.1 to 0.2. So we draw their logarithm uniformly (**log-uniform**). If 40 rates
# between 0.0001 and 1 are drawn uniformly, about a hundredth of them is below 0.01 on average.
# Log-uniform draws put half of the rates there.
# `np.geomspace` gives a list of such values.
#
# ### A grid against random search
#
# Both get 16 trials. Two settings are searched: the learning rate of plain gradient descent, 16
# values from 0.0001 to 3, and the number of hidden units, 16 values from 2 to 256. Both matter. A
# grid takes every fourth value of each, so it can be placed in 16 ways. We train every one of the
# 256 configurations with the seeds 0, 1 and 2 (4 epochs, 400 training pictures) and store the
# accuracies in three tables. Then we can repeat both searches as often as we like. Each search sees
# the table of one seed. Its winner gets the mean score of the two other seeds, so that luck with
# one seed does not count.
#
# **Which search finds the better network, on average?** a: the grid, by more than one point of
# accuracy; b: random search, by more than one point; c: they differ by less than one point.

# %% guess="a grid or random search"
guess("ps24_grid", None, among="abc")  # "a", "b" or "c"

# %% practice=true fold="Train all 256 configurations with three seeds" after=false
rates = np.geomspace(1e-4, 3, 16).tolist()
widths = [2, 3, 4, 5, 7, 10, 13, 18, 25, 35, 48, 66, 92, 128, 180, 256]
QUICK = {"model": "mlp", "epochs": 4, "optimizer": "sgd", "schedule": "constant"}
if ready("random_search"):
    n = in_browser.smaller_in_browser(training_pictures=(400, 200))
    table = np.array(
        [
            [[score(QUICK | {"lr": lr, "layers": [w]}, seed, n=n) for w in widths] for lr in rates]
            for seed in range(3)
        ]
    )
    table = np.nan_to_num(table, nan=0.125)  # a run that diverged counts as random guessing
else:
    print("This cell takes half a minute, and waits for random_search.")

# %% practice=true fold="Search in the table: all grids and 400 random searches for each seed"
if ready("random_search"):
    of_grid, of_random, coarse = [], [], []
    space = {"lr": range(16), "width": range(16)}
    for seed, at in enumerate(table):
        rng = np.random.default_rng(seed)
        others = (table.sum(axis=0) - at) / 2  # of the two other seeds

        def look_up(c, at=at):
            return at[c["lr"], c["width"]]

        def grids(every, at=at, others=others):
            """Score of the winner, for each grid that takes one of `every` values."""
            places = [np.s_[o::every, p::every] for o in range(every) for p in range(every)]
            return [others[place].flat[at[place].argmax()] for place in places]

        of_grid.append(grids(4))
        coarse.append(grids(8))
        chosen = [random_search(space, look_up, 16, rng)[0][0] for _ in range(400)]
        of_random.append([others[c["lr"], c["width"]] for c in chosen])
    fourth, second, by_chance = (np.mean(a, axis=1) for a in (of_grid, coarse, of_random))
    gain, gain_of_four = 100 * (by_chance - fourth), 100 * (by_chance - second)

# %% practice=true
if ready("random_search"):
    letter = "c" if abs(gain.mean()) < 1 else "a" if gain.mean() < 0 else "b"
    meaning = {"a": "the grid", "b": "random search", "c": "less than one point apart"}
    reveal("ps24_grid", letter, f"Random search minus grid: {gain.mean():+.1f} points.", meaning)
else:
    print("This cell waits.")

# %% practice=true fold="Print both comparisons" after="ps24_grid"
if ready("random_search"):
    print("mean score with the other seeds        grid  random  difference in points")
    for case, grid, more in (
        ("both settings matter", fourth, gain),
        ("two of four settings matter", second, gain_of_four),
    ):
        for seed in range(3):
            row = f"{case}, seed {seed}"
            print(f"{row:37}{grid[seed]:6.3f}{by_chance[seed]:8.3f}{more[seed]:12.1f}")
    by_rate, by_width = table.mean(axis=(0, 2)), table.mean(axis=(0, 1))
    for what, means in (("16 rates", by_rate), ("16 widths", by_width)):
        print(f"mean accuracy of the {what}: from {means.min():.3f} to {means.max():.3f}")

# %% claims=true
claim("differ by less than one point of accuracy", abs(gain), below=1)
claim("gains about three points with each seed", gain_of_four, above=2.2)
claim("gains about three points with each seed", gain_of_four, below=3.8)
claim("Both matter.", [np.ptp(by_rate), np.ptp(by_width)], above=0.03)

# %% [markdown] after="ps24_grid"
# If both settings matter, the two searches differ by less than one point of accuracy, with each of
# the seeds 0, 1 and 2. Random search is not better because it is random. Now suppose that there are
# two more settings that make no difference at all, and that you do not know this. A grid of 16
# trials then has two values for each of the four settings, so it tries only four different pairs of
# rate and width. Random search still tries about 16 pairs. Computed from the same tables, it gains
# about three points with each seed. So use random search if you do not know which settings matter.
# If you know the one that matters, vary it alone.

# %% [markdown]
# ## 7 Practice with cards
#
# ### An honest interval
#
# A prediction such as "+2 points" is always wrong by a little. An **80 % interval** is better: two
# numbers, low and high, between which you expect the truth with a probability of 80 %. It can be
# wrong in two ways. It may be so wide that it says nothing, or so narrow that the truth is mostly
# outside. The **interval score** charges for both, and a low score is good:
#
# $$S = (\text{high} - \text{low}) + \tfrac{2}{\alpha}\,(\text{distance from the truth to the
# interval}), \qquad \alpha = 1 - 0.8 = 0.2$$
#
# So you pay for the width, and ten times for the distance if the truth is outside.
# Your best strategy is to say what you believe: low and high should be the 10 % and the
# 90 % quantile of your belief.
#
# <details><summary>The derivation</summary>
#
# - Let $F(h)$ be your probability that the truth is at most $h$. Move the upper end from $h$ to
#   $h + \epsilon$, with a small $\epsilon$.
# - The width grows by $\epsilon$, so you pay $\epsilon$ more in any case.
# - With probability $1 - F(h)$ the truth is above $h$. Then its distance shrinks by $\epsilon$, and
#   you save $\frac{2}{\alpha}\,\epsilon$.
# - Cost and gain are equal if $1 - F(h) = \alpha / 2 = 0.1$. So the best upper end is the 90 %
#   quantile. In the same way, the best lower end is the 10 % quantile.
#
# </details>


# %%
def interval_score(low, high, truth):
    """Width of an 80 % interval, plus ten times the distance of the truth from it."""
    return (high - low) + 10 * max(low - truth, 0, truth - high)


# %% practice=true fold="Draw the mean score over the width"
half_widths = np.linspace(0, 4, 41)
truths = np.random.default_rng(5).normal(size=20_000)  # in units of its standard deviation
mean_scores = [2 * w + 10 * np.mean(np.maximum(abs(truths) - w, 0)) for w in half_widths]
with theme.style():
    figure, ax = plt.subplots(figsize=(6, 2.6))
    ax.plot(half_widths, mean_scores, color=theme.FORWARD)
    ax.axvline(1.28, color=theme.QUIET, linestyle=":")
    for at, left, name in ((0.78, 0.05, "0.5 too narrow"), (1.78, 1.7, "0.5 too wide")):
        score_there = np.interp(at, half_widths, mean_scores)
        ax.plot(at, score_there, "o", color=theme.FORWARD)
        ax.text(left, 2.7, f"{name}: {score_there:.1f}", color=theme.FORWARD)
    why = "lowest with 80 % of the truths inside,\nas a unit outside costs 10 = 2 / (1 − 0.8)"
    ax.text(1.36, 0.4, why, color=theme.QUIET)
    ax.set(xlabel="half width of the interval, standard deviations", ylabel="mean interval score")
    ax.set(ylim=(0, 8.5), title="Mean score of a symmetric interval (lower is better)")
    plt.show()

# %% claims=true
best_width = half_widths[np.argmin(mean_scores)]
claim("lowest at about 1.28 standard deviations", best_width, equals=1.28, within=0.15)
claim(
    "A point (width 0) costs more than twice as much",
    mean_scores[0] / min(mean_scores),
    above=2,
    given=[0],
)
wrong = [np.interp(1.28 + off, half_widths, mean_scores) for off in (-0.5, 0.5)]
claim(
    "half a standard deviation too much costs less than half a standard deviation too little",
    wrong[1],
    below=wrong[0],
)

# %% [markdown]
# *In words: a curve of the mean score over half the width of the interval, for truths from a normal
# distribution. It falls from the left, is lowest at about 1.28 standard deviations, and rises again
# slowly. Dots show the score for an interval that is too narrow, and for one that is too wide.*
#
# A point (width 0) costs more than twice as much as the best interval. The curve rises more slowly
# on the right: half a standard deviation too much costs less than half a standard deviation too
# little. So if you do not know your own uncertainty, choose the wider interval.
#
# ### The list of S3, as cards
#
# The last slides of S3 ("Regularization of the Network" and "Summary") list what makes training
# work: data normalisation (notebook 01), data augmentation (20), weight initialisation (09),
# optimization algorithms (11, 12), regularizers (17), batch norm (15), dropout (19), and a network
# that fits the data (14). The list does not say what each item brings *here*. So we change one item
# of `BASE` at a time, with one value each, train with the seeds 0, 1 and 2, and take the
# differences in pairs.

# %% practice=true fold="Train with each of the eight changes"
ITEMS = {
    "no data normalisation": {"inputs": "raw"},
    "augmentation: flips": {"flip": 0.5},
    "initial weights: LeCun's": {"init": "lecun_normal"},
    "optimizer: SGD, rate 0.1": {"optimizer": "sgd", "lr": 0.1},
    "regularizer: weight decay 0.1": {"weight_decay": 0.1},
    "batch norm": {"norm": "batchnorm"},
    "dropout 0.3": {"dropout": 0.3},
    "a perceptron": {"model": "mlp"},
}
if ready("random_search"):
    changes = in_browser.smaller_in_browser(changes=([*ITEMS], [*ITEMS][3:]))
    as_it_is = three_seeds(BASE)
    differences = {name: three_seeds(BASE | ITEMS[name]) - as_it_is for name in changes}
else:
    print("This cell takes half a minute, and waits for random_search.")

# %% practice=true fold="Draw the eight differences"
if ready("random_search"):
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 4.4))
        paired_differences(ax, differences)
        ax.set_xlabel("accuracy with the change minus accuracy of BASE, same seed")
        ax.set_ylabel("change")
        ax.set_title(f"One item changed (BASE itself: {as_it_is.mean():.3f})")
        plt.show()
    for item, d in differences.items():
        error = d.std(ddof=1) / math.sqrt(3)
        counts = "counts" if abs(d.mean()) >= 2 * error else "does not count"
        print(f"{item:30} {d.mean():+.3f}, standard error {error:.3f}: {counts}")

# %% [markdown]
# *In words: eight rows, one for each changed item, with a dot for each of three seeds, their mean
# as a bar and a line for one standard deviation of the three to each side. Dots to the left of 0
# are losses of accuracy, dots to the right are gains.*
#
# For most of the eight changes, the three dots lie on both sides of 0. Then the mean is at most
# twice its standard error, so three seeds and 320 pictures cannot tell whether the change helps.
# (Three dots lie on one side in one of four cases even if a change has
# no effect.) So treat a "best practice" as a prediction on a card.

# %% claims=true
mixed = sum(d.min() < 0 < d.max() for d in differences.values())
claim(
    "For most of the eight changes, the three dots lie on both sides of 0",
    mixed,
    above=len(differences) / 2,
    given=[0],
)

# %% [markdown]
# ### What a short training hides
#
# Cards are cheap because `BASE` trains for a few epochs only. Does a short training rank the
# settings like a long one? Take the change `{"shift": 2}`: in training, each picture is moved at
# random by up to two pixels. **Does this raise or lower the mean accuracy after 4 epochs, and after
# 40 epochs?** Guess two signs: "++", "+-", "-+" or "--".

# %% guess="the gain of shifts after 4 and after 40 epochs"
guess("ps24_short", None, among="+-", length=2)  # two signs in quotes, such as "++"

# %% practice=true fold="Train with and without shifts"
if ready("random_search"):
    gains, long = {}, in_browser.smaller_in_browser(epochs=(40, 24))
    for epochs in (4, long):
        without, shifted = (three_seeds(BASE | {"epochs": epochs, "shift": s}) for s in (0, 2))
        gains[f"{epochs} epochs"] = shifted - without
    signs = "".join("+" if gain.mean() > 0 else "-" for gain in gains.values())
    lengths = " and ".join(gains)

# %% practice=true
if ready("random_search"):
    reveal("ps24_short", signs, f"Signs of the mean gain of three seeds, after {lengths}.")
else:
    print("This cell waits.")

# %% practice=true fold="Draw the gains by length" after="ps24_short"
if ready("random_search"):
    with theme.style():
        figure, ax = plt.subplots(figsize=(6.5, 2.2))
        paired_differences(ax, gains)
        ax.set_xlabel("accuracy with shifts minus accuracy without, same seed")
        ax.set_ylabel("length of the training")
        ax.set_title("Gain of shifts by up to 2 pixels, three seeds")
        plt.show()
    for length, gain in gains.items():
        error = gain.std(ddof=1) / math.sqrt(3)
        print(f"{length}: mean gain {gain.mean():+.3f}, standard error {error:.3f}")

# %% claims=true
claim(
    "After 4 epochs the shifts lower the accuracy for each of the three seeds",
    gains["4 epochs"],
    below=0,
    given=[4],
)
after_long = gains[f"{long} epochs"]
claim("After 40 epochs they raise its mean", after_long.mean(), above=0, given=[40])

# %% claims="slow"
more = [
    score(BASE | {"epochs": long, "shift": 2}, seed) - score(BASE | {"epochs": long}, seed)
    for seed in range(3, 8)
]
eight_gains = np.concatenate([after_long, more])
claim(
    "with eight seeds by more than three standard errors",
    eight_gains.mean() / (eight_gains.std(ddof=1) / math.sqrt(8)),
    above=3,
)

# %% [markdown] after="ps24_short"
# *In words: two rows with the gains of three seeds. After 4 epochs all dots are left of 0, after 40
# epochs their mean is right of it.*
#
# After 4 epochs the shifts lower the accuracy for each of the three seeds. After 40 epochs they
# raise its mean, with eight seeds by more than three standard errors. This is one example: a short
# trial can show the cost of a regulariser before its benefit. So drop what is hopeless in a short
# trial, and train the few best settings for the full length, and also those for which you have a
# reason.

# %% [markdown]
# ### Your five cards
#
# Write five cards. Each of them changes **one** setting of `BASE`. The grader trains `BASE` and
# `BASE | change` on three splits by groups of its own, with the same seed for both. The result is
# the mean difference in test accuracy. A card is a dictionary with four entries, for example
# `{"change": {"dropout": 0.5}, "low": -0.06, "high": 0.0, "verdict": "worse"}`:
#
# - `change`: one setting with its new value. `BASE | change` may use at most an eighth of the
#   budget. Two cards may give one setting two values, but the five change at least three settings.
#   A value as in `BASE`, or a setting that `BASE` does not use, such as `momentum`, is refused.
# - `low`, `high`: an 80 % interval for the mean difference, 0.02 for two points of accuracy. It
#   earns **2 points** if the mean interval score of the five is at most 0.15, nothing from 0.35 on,
#   and a share in between.
# - `verdict`: what you predict: `"better"` for a mean difference above +0.03, `"worse"` below
#   −0.03, otherwise `"no difference"`. For a difference from 0.01 to 0.05 in size, two verdicts are
#   right: `"no difference"` and that of its sign. Three right verdicts earn 0.67 points, four 1.33
#   and five **2 points**. At most two cards may say `"worse"`, and at most two `"no difference"`:
#   it is easy to ruin a training, or to change nothing.
#
# Use `three_seeds(BASE | change) - three_seeds(BASE)` for a first number. It comes from the 320
# validation pictures, and the grader's splits are others. A run that diverges counts as 0.125.


# %% solution="cards"
def cards():
    """Five predictions: a list of dictionaries with change, low, high and verdict."""
    ### BEGIN SOLUTION
    predictions = (
        ({"flip": 0.5}, -0.04, 0.04, "no difference"),
        ({"weight_decay": 0.1}, -0.03, 0.03, "no difference"),
        ({"channels": [15, 32]}, 0.03, 0.12, "better"),
        ({"batch_size": 600}, -0.20, -0.10, "worse"),
        ({"lr": 0.0005}, -0.21, -0.10, "worse"),
    )
    names = ("change", "low", "high", "verdict")
    return [dict(zip(names, values, strict=True)) for values in predictions]
    ### END SOLUTION


# %% check="cards"
check("cards", cards)

# %% [markdown]
# ## 8 Your functions at work: the entry
#
# ### The search
#
# Your `random_search` now looks for good settings. To afford 24 trials, each trial trains for 8
# epochs only. We store which validation pictures each network classifies correctly, to measure the
# winner's curse in your own search. The printed space lacks settings and values that helped in
# section 7 and, perhaps, on your cards. Add those for which you have evidence.

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

# %% practice=true fold="Define evaluate, which stores the answers"
TRIALS, MOST = in_browser.smaller_in_browser(trials=(24, 10), epochs_of_the_last_round=(60, 30))
right, said = [], []  # of each trial: which validation pictures are right, and class probabilities


def evaluate(configuration):
    """Validation accuracy of one training; stores which pictures are classified correctly."""
    try:
        predict, _ = train(configuration, x_train, t_train, np.random.default_rng(13))
    except FloatingPointError:
        right.append(np.zeros(len(t_val), bool))
        said.append(np.full((len(t_val), 8), 1 / 8))
        return float("nan")
    said.append(functional.softmax(predict(x_val)))
    right.append(said[-1].argmax(axis=1) == t_val)
    return float(right[-1].mean())


# %% practice=true
if ready("random_search"):
    right.clear()
    said.clear()
    best, history = random_search(SPACE, evaluate, TRIALS, np.random.default_rng(15))
    print(f"best of {len(history)}: {best[1]:.3f} with")
    for setting, value in best[0].items():
        print(f"  {setting:11} {value if not isinstance(value, float) else round(value, 5)}")
else:
    print("This cell waits.")

# %% [markdown]
# A search tells more than its best trial. Which settings did the good trials have in common, and
# which settings made no difference? The cell also prints the accuracy of an ensemble (notebook 17)
# of the five best trials.

# %% practice=true fold="Draw the 24 trials"
if ready("random_search"):
    found = np.array([s for _, s in history])
    with theme.style():
        figure, axes = plt.subplots(1, 2, figsize=(7.5, 2.8), sharey=True)
        for model, marker, colour in (("mlp", "o", theme.QUIET), ("cnn", "^", theme.FORWARD)):
            of = [i for i, (c, _) in enumerate(history) if c["model"] == model]
            lr = [history[i][0]["lr"] for i in of]
            axes[0].plot(lr, found[of], marker, color=colour)
            dropout = [(START | history[i][0])["dropout"] for i in of]
            axes[1].plot(dropout, found[of], marker, color=colour)
        axes[0].set(xscale="log", xlabel="learning rate", ylabel="validation accuracy")
        axes[0].set_title("circles: mlp, triangles: cnn")
        axes[1].set(xlabel="dropout", xticks=(0, 0.2, 0.4))
        figure.suptitle(f"Validation accuracy of the {TRIALS} trials", x=0.02, ha="left")
        plt.show()
    top = np.nan_to_num(found, nan=0.0).argsort()[::-1][:5]
    together = accuracy(ensembles.ensemble_predict(np.array(said)[top]), t_val)
    print(f"the best alone {np.nanmax(found):.3f}, the five best as an ensemble {together:.3f}")

# %% [markdown]
# *In words: two panels with the validation accuracy of each trial, over the learning rate and over
# dropout. Circles are perceptrons, triangles are convolutional networks.*
#
# ### The curse in your own search
#
# Divide the groups of the validation pictures at random into two halves. Choose the best of your 24
# networks on one half, and evaluate the same network on the other half. We repeat this 400 times.
# **By how many percentage points does the winner look better than it is?**

# %% guess="the gap in your own search"
guess("ps24_gap", None)  # a number of percentage points, such as 0.5

# %% practice=true fold="Measure the gap"
if ready("random_search"):
    rng, answers, looks, is_really = np.random.default_rng(16), np.array(right), [], []
    for _ in range(400):
        names = rng.permutation(np.unique(groups_val))
        here = np.isin(groups_val, names[: len(names) // 2])
        winner = answers[:, here].mean(axis=1).argmax()
        looks.append(answers[winner, here].mean())
        is_really.append(answers[winner, ~here].mean())
    gap = 100 * (np.mean(looks) - np.mean(is_really))

# %% practice=true
if ready("random_search"):
    reveal("ps24_gap", round(float(gap), 1), "Mean of 400 divisions of the validation groups.")
else:
    print("This cell waits.")

# %% practice=true fold="Print the gap" after="ps24_gap"
if ready("random_search"):
    print(f"the winner looks like {np.mean(looks):.3f} and is {np.mean(is_really):.3f}")
    sd_half = np.mean([sd_by_groups(a[here], groups_val[here]) for a in answers])
    print(f"1.95 standard deviations on half of the groups: {195 * sd_half:.1f} points")

# %% claims=true
claim("The gap is below 1.95 standard deviations", gap, below=195 * sd_half, given=[1.95])
varied = answers[answers.std(axis=1) > 0]
correlations = np.corrcoef(varied)[np.triu_indices(len(varied), 1)]
claim("so their errors are correlated", correlations.mean(), above=0.1)

# %% [markdown] after="ps24_gap"
# The gap is below 1.95 standard deviations, the value for 24 equal and independent scores. Your
# scores differ from these in two ways. All trials are scored on the same pictures, so their errors
# are correlated: an easy set of pictures raises all scores and favours no trial. And your networks
# are not equally good. We have not measured the two parts separately. And you choose on all 320
# pictures, not on half: by the square root rule of section 5, this gap is about 1/√2 of the
# measured one.

# %% [markdown]
# ### The last round
#
# The two best trials of the search are trained again, each for as many epochs as the budget allows,
# but 60 at most, so that the cell stays short. All other settings stay the same. With one seed each
# this choice is rough; three seeds are better if you have the time.


# %% practice=true fold="Define longest"
def longest(configuration):
    """The configuration with as many epochs as the budget allows, MOST at most."""
    one_epoch = budget_used(configuration | {"epochs": 1})
    return configuration | {"epochs": min(MOST, int(1 / one_epoch))}


# %% practice=true fold="Train the two best for longer"
if ready("random_search"):
    finals = []
    for trial in np.nan_to_num(found, nan=0.0).argsort()[::-1][:2]:
        finalist = longest(history[trial][0])
        finals.append((finalist, score(finalist, seed=0)))
        line = f"trial {trial + 1}: {found[trial]:.3f} after 8 epochs"
        print(f"{line}, {finals[-1][1]:.3f} after {finalist['epochs']}")
    candidate = max(finals, key=lambda pair: pair[1])[0]
    print("the better one:", {k: v if k != "lr" else round(v, 5) for k, v in candidate.items()})
else:
    print("This cell waits.")

# %% claims=true
seventh = [history[6][0], longest(history[6][0])]
on_validation, on_training = [], []
for seed in range(3):
    on_validation.append([score(one, seed) for one in seventh])
    predict, _ = train(seventh[1], x_train, t_train, np.random.default_rng(seed))
    on_training.append(accuracy(predict(x_train), t_train))
short, long = np.mean(on_validation, axis=0)
claim("its training accuracy is above 0.9", on_training, above=0.9)
claim("its validation accuracy about a third", long, equals=1 / 3, within=0.06)
claim("as after 8 epochs", short, equals=1 / 3, within=0.06, given=[8])

# %% claims="slow"
from grader.exercises import capstone, capstone_training

read = capstone.read(candidate)
truth = np.mean([capstone_training.measure(read, seed).test for seed in range(100, 106)])
claim(
    "What the printed search and its last round find earns less than half of them on average",
    (truth - 0.38) / (0.47 - 0.38),
    below=0.5,
)

# %% [markdown]
# Trial 7 is a perceptron without flips and shifts. After the longer
# training its training accuracy is above 0.9, and its validation accuracy about a third, as after 8
# epochs (means of the seeds 0, 1 and 2): it overfits.
#
# ### What you hand in
#
# `configuration()` takes no argument and returns two things: your configuration, a dictionary, and
# the pair `(low, high)` of an 80 % interval for its accuracy, two numbers from 0 to 1. This is how
# they are graded:
#
# - The dictionary and the pair hold only names, numbers and lists. If a setting cannot be used, or
#   if the budget is exceeded, the check says so, and nothing is trained.
# - All 2,120 pictures are mixed and **split by groups** three times: 1,200 for training (150 of
#   each class), and the others for the test (at least 100 of each class). A secret number, the same
#   for your whole class, is the seed of the splits and of the trainings. A run that diverges counts
#   as random guessing, 0.125. The **truth** is the mean of the three test accuracies.
# - The truth earns nothing at 0.38, all **4 points** from 0.47 on, and a share in between. These
#   points depend on nothing else. What the printed search and its last round find earns less than
#   half of them on average. Above 0.47 only your place on the board gets better.
# - The interval earns **2 points** if its interval score is at most 0.12, nothing from 0.3 on, and
#   a share in between. It counts only if the truth is above 0.38.
# - **At home** the check does the same with splits of its own, drawn anew each time. It takes about
#   a minute. Its splits test on all pictures, also on the closed 600. So do **not** choose settings
#   by it. But when your settings are fixed, you may use its accuracies for your interval; then say
#   so in your report.


# %% solution="configuration"
def configuration():
    """The settings of your network, and an 80 % interval for its accuracy."""
    ### BEGIN SOLUTION
    conv = {"channels": [8, 16, 32], "norm": "batchnorm", "epochs": 40, "weight_decay": 0.05}
    return BASE | conv | {"flip": 0.5, "shift": 2}, (0.47, 0.56)
    ### END SOLUTION


# %% check="configuration"
check("configuration", configuration)

# %% [markdown]
# ### Your page
#
# The next cells make the page that you take home. They train your network on three splits by groups
# of the public pictures.


# %% practice=true fold="Train your entry on three public splits"
def pages_of(settings):
    """For each split: history, class probabilities, labels and pictures of the held-out part."""
    x, t = np.concatenate([x_train, x_val]), np.concatenate([t_train, t_val])
    groups, results = np.concatenate([groups_train, groups_val]), []
    for seed in in_browser.smaller_in_browser(splits=(range(3), range(1))):
        rng = np.random.default_rng(100 + seed)
        inside, outside = preprocessing.group_split(groups, [1200 / 1520, 320 / 1520], rng)
        held_out = x[outside], t[outside]
        network = network_of(START | settings, rng)
        predict, history = train(settings, x[inside], t[inside], rng, held_out, network)
        results.append((history, functional.softmax(predict(held_out[0])), *held_out, network))
    return results


if entry := attempt(configuration):
    mine, (low, high) = entry
    results = pages_of(mine)
    reached = np.array([accuracy(p, t) for _, p, _, t, _ in results])
    print(f"it uses {budget_used(mine):.0%} of the budget")
    print("accuracy on public splits:", reached.round(3), f"mean {reached.mean():.3f}")
    print(f"your interval: {low} to {high}")
else:
    print("This cell waits for configuration.")


# %% practice=true fold="Draw the page: curves, confusions, worst mistakes, filters"
def draw_curves(history):
    """Training and validation accuracy over the epochs."""
    with theme.style():
        figure, ax = plt.subplots(figsize=(6, 2.8))
        epochs = range(1, history.epochs + 1)
        ax.plot(epochs, history.accuracy, color=theme.FORWARD, label="training", **theme.TRAIN)
        held_out = history.validation_accuracy
        ax.plot(epochs, held_out, color=theme.FORWARD, label="held out", **theme.VALIDATION)
        ax.set(xlabel="epoch", ylabel="accuracy", ylim=(0, 1))
        ax.set_title("Accuracy of my entry on the first public split")
        label_lines(ax)
    return figure


def draw_mistakes(p, x, t):
    """The ten held-out pictures whose wrong class got the highest probability."""
    wrong = np.where(p.argmax(axis=1) == t, 0.0, p.max(axis=1))
    with theme.style():
        figure, axes = plt.subplots(2, 5, figsize=(7, 3.6))
        for ax, i in zip(axes.flat, wrong.argsort()[::-1][:10], strict=True):
            ax.imshow(x[i].transpose(1, 2, 0))
            ax.set(xticks=[], yticks=[])
            ax.grid(visible=False)
            said = f"said {CLASSES[p[i].argmax()]}, {p[i].max():.2f}"
            ax.set_title(f"{said}\nis {CLASSES[t[i]]}", size=9)
        title = "Ten worst mistakes: what the network said, its probability, and the truth"
        figure.suptitle(title, x=0.02, ha="left")
    return figure


if entry:
    first_history, p, x_out, t_out, network = results[0]
    page = [draw_curves(first_history), draw_mistakes(p, x_out, t_out)]
    p_all, t_all = (np.concatenate([result[k] for result in results]) for k in (1, 3))
    counts = confusion_matrix(p_all, t_all)
    page.append(confusion(counts, CLASSES, "Held-out pictures of all splits"))
    if (START | mine)["model"] == "cnn":
        first_layer = network.parameters()[0].data
        page.append(filters(first_layer, title="Filters of the first layer (grey is 0)"))
    plt.show()

# %% [markdown]
# *In words: training and held-out accuracy over the epochs; a table of true classes against
# predicted classes; ten pictures with the wrong class that the network said; and the filters of the
# first convolution as small colour pictures.*
#
# Which two classes does your network confuse most often? The next cell writes the page to two
# files. After the envelope is opened, write the truth below your interval in `emoji_cup.txt`.

# %% practice=true fold="Write the page to emoji_cup.pdf (set SAVE_PAGE to True)"
SAVE_PAGE = False
if SAVE_PAGE and entry:
    from matplotlib.backends.backend_pdf import PdfPages

    words = [f"accuracy on public splits: {reached.round(3)}", f"interval: {low} to {high}"]
    words += [f"{setting}: {value}" for setting, value in mine.items()]
    words += [f"card: {card}" for card in attempt(cards) or ()]
    with PdfPages("emoji_cup.pdf") as pages:
        for figure in page:
            pages.savefig(figure, bbox_inches="tight")
    with open("emoji_cup.txt", "w", encoding="utf-8") as file:
        file.write("\n".join(words))
    print("emoji_cup.pdf and emoji_cup.txt are in the folder of this notebook.")

# %% [markdown]
# ### The envelope
#
# When the time is over, your lecturer opens the envelope (`python -m grader board ps24`). The first
# opening locks the entries: a later change is listed apart, as late. The board then shows two ranks
# for each entry, on the 320 public pictures (after one training) and on the secret splits, and
# whether the truth lies in the interval. It shows numbers, or names if your class has agreed.
#
# **If you study alone**, play against stored entries. We drew 32 configurations that cost at most a
# fifth of the budget, kept the best on the public pictures, and trained each on three secret
# splits. Set `OPEN` to True once, when your entry is final. The splits stay the same, so a second
# entry would be chosen by them.

# %% practice=true fold="Play against stored entries (set OPEN to True)"
OPEN = False
if OPEN:
    with theme.style():
        figure, ax = plt.subplots(figsize=(4.6, 4.2))
        places = contest("configuration", configuration)
        for place in places:
            look = {"color": theme.FORWARD, "linewidth": 3} if place.yours else {"color": "0.8"}
            ax.plot([0, 1], [place.public_rank, place.final_rank], "o-", **look)
        ax.set(xticks=[0, 1], xticklabels=["public pictures", "secret splits"])
        ax.set_ylim(len(places) + 1, 0)
        ax.set(ylabel="rank (1 is best)", xlabel="pictures by which the entries are ranked")
        ax.set_title("Your entry (blue) among the stored ones")
        plt.show()

# %% [markdown]
# *In words: a line for each entry, from its rank on the public pictures to its rank on the secret
# splits. Yours is blue.*
#
# You can see the same effect now, in your own 24 trials. The public set is one half of the
# validation groups, and the envelope is the other half.


# %% practice=true fold="Draw the ranks of your 24 trials on two halves"
def ranks_on_halves(seed):
    """Ranks of the trials on two halves of the validation groups: (2, trials)."""
    names = np.random.default_rng(seed).permutation(np.unique(groups_val))
    half = np.isin(groups_val, names[: len(names) // 2])
    both = [answers[:, part].mean(axis=1) for part in (half, ~half)]
    return np.array([(-a).argsort(kind="stable").argsort() + 1 for a in both])


if ready("random_search"):
    with theme.style():
        figure, ax = plt.subplots(figsize=(4.6, 4.2))
        for before, after in ranks_on_halves(20).T:
            of_five = before <= 5
            ax.plot([0, 1], [before, after], "o-", color=theme.FORWARD if of_five else "0.8")
        ax.set(xticks=[0, 1], xticklabels=["public half", "other half"], ylabel="rank (1 is best)")
        ax.set(
            xlabel="pictures by which the trials are ranked",
            ylim=(TRIALS + 1, 0),
            yticks=[1, 5, 10, TRIALS],
        )
        ax.set_title(f"Ranks of {TRIALS} trials (blue: the public five best)")
        plt.show()
    mean_ranks = []
    for seed in range(400):
        before, after = ranks_on_halves(seed)
        mean_ranks.append(after[before <= 5].mean())
    print(f"Mean rank of the public five best on the other half: {np.mean(mean_ranks):.1f}")
    print("(mean of 400 divisions)")

# %% claims=true
claim(
    "the five best of one half have a mean rank of about 7 on the other half",
    np.mean(mean_ranks),
    equals=7,
    within=1,
)

# %% [markdown]
# *In words: a line for each trial, from its rank on one half of the pictures to its rank on the
# other half. Many lines cross. Blue lines mark the five best on the public half.*
#
# The figure shows one division. Over 400 divisions, the five best of one half have a mean rank of
# about 7 on the other half. Their own ranks, 1 to 5, have the mean 3, and luck alone would give
# 12.5. So they were partly better and partly lucky, and luck does not
# repeat. This is called *regression to the mean*.

# %% [markdown]
# ## 9 Questions
#
# **When should we terminate?** (S4, "Some questions".) You stop each run at the epoch with the best
# validation accuracy. You also choose among twenty rates by this number. Which number do you report
# as the performance of the network?
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
# **How do we choose parameters?** (S4.) There are eight settings. You believe that two of them
# matter, but you do not know which. You can afford 60 trainings. What do you do?
#
# - a: a grid of two values of five settings, 32 trainings, and then the same for the other three
# - b: tune one setting after the other, seven or eight values each, and keep each value found
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
# **Your report.** Write one page on your way through the cup. (1) What did you believe at the
# beginning, for example on a card, and which number changed your mind, or confirmed it? (2) Which
# run of the clinic was hardest, and which measurement told its fault from the look-alike? (3) From
# which numbers did you build your interval? Say what could put the truth outside. (4) What do you
# expect when the envelope is opened: will your place on the board rise or fall, and why? (Graded by
# a person, one point for each part, 4 points.)

# %% [markdown] manual="report" points=4
# ### BEGIN SOLUTION
# For example: (1) I believed that dropout would help, because 1,200 pictures are few. My card said
# +1 to +4 points. The grader's three pairs gave a mean near 0, with a standard error of about a
# point, so the verdict was "no difference". I now think that a small network with few epochs
# underfits, so dropout has nothing to repair. (2) The hardest run had no mask in the backward
# pass of ReLU. Its curves looked like those of a healthy run, and only the gradient error showed
# it. (3) My five folds had a mean of 0.47 with a standard deviation of 0.03. The mean of the three
# secret splits has other pictures, so I took ± 0.04. The interval is wrong if the secret splits put
# large groups of hard emoji into the test set, or if I chose the configuration by the same folds.
# (4) I was among the first on the public board after trying thirty configurations. I expect to
# fall, because the board shows 320 pictures in few groups, and the best of many scores is too high.
# (One point for each part. Part 1 needs a prediction with a number and the measured result; an
# unchanged belief is fine. Part 2 needs a fault, its look-alike and a measurement. Part 3 needs a
# spread and its source. Part 4 needs the winner's curse or the noise of the public score.)
# ### END SOLUTION

# %% [markdown]
# ## 10 In PyTorch
#
# Write the network of `START` in PyTorch. The function gets `nn` (`torch.nn`) and the two numbers
# of channels. It returns an `nn.Sequential` for pictures of 3 × 16 × 16: two blocks, each with
# `nn.Conv2d` (3 × 3, padding 1), `nn.ReLU` and `nn.MaxPool2d(2)`; then `nn.Flatten` and `nn.Linear`
# with 8 outputs. How many inputs does the linear layer have, after two halvings of 16?


# %% solution="in_torch"
def in_torch(nn, channels):
    """The small convolutional network with two blocks, in PyTorch."""
    ### BEGIN SOLUTION
    parts = []
    for n_in, n_out in zip((3, channels[0]), channels, strict=True):
        parts += [nn.Conv2d(n_in, n_out, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
    return nn.Sequential(*parts, nn.Flatten(), nn.Linear(16 * channels[1], 8))
    ### END SOLUTION


# %% [markdown]
# We train it with AdamW, in two ways: (a) with weight decay for all parameters alike, (b) for the
# weights only. **Which of them agrees with our network up to rounding: a, b, or c, both?** Both get
# the same initial weights and minibatches, in double precision, and the weight decay 0.01. Without
# PyTorch, the cells use what we stored from our run with PyTorch 2.15.

# %% guess="which of the two agrees"
guess("ps24_torch", None, among="abc")  # "a", "b" or "c"

# %% practice=true fold="Train our network for three epochs"
channels, torch_rate = (8, 16), 0.003
small = [pictures(x, 16).astype("float64") for x in (x_train, x_val)]
scaled = [(x - small[0].mean()) / small[0].std() for x in small]
ours = small_cnn((3, 16, 16), 8, rng=np.random.default_rng(18), channels=channels, dtype="float64")
begun = [p.data.copy() for p in ours.parameters()]
losses_here = fit(
    ours,
    scaled[0],
    t_train,
    loss=softmax_cross_entropy,
    optimizer=optimizers.AdamW(ours.parameters(), lr=torch_rate, weight_decay=0.01),
    epochs=3,
    batch_size=50,
    rng=np.random.default_rng(19),
    progress=False,
).loss
scores_here = ours(scaled[1])


# %% practice=true fold="Train the PyTorch network in two ways"
def train_in_torch(torch, decay_of_biases):
    """Loss by epoch and validation scores of the port, after the same training."""
    theirs = in_torch(torch.nn, channels).double()
    with torch.no_grad():
        for parameter, data in zip(theirs.parameters(), begun, strict=True):
            parameter.copy_(torch.tensor(data.T if data.ndim == 2 else data))
    weights = [p for p in theirs.parameters() if p.ndim > 1]
    biases = {"params": [p for p in theirs.parameters() if p.ndim == 1]}
    parts = [{"params": weights}, biases | {"weight_decay": decay_of_biases}]
    optimizer = torch.optim.AdamW(parts, lr=torch_rate, weight_decay=0.01)
    rng, by_epoch, labels = np.random.default_rng(19), [], torch.from_numpy(t_train.astype("int64"))
    for _ in range(3):
        total, order = 0.0, rng.permutation(len(t_train))
        for start in range(0, len(order), 50):
            rows = order[start : start + 50]
            y = theirs(torch.from_numpy(scaled[0][rows]))
            value = torch.nn.functional.cross_entropy(y, labels[rows])
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            total += value.item() * len(rows)
        by_epoch.append(total / len(order))
    with torch.no_grad():
        return by_epoch, theirs(torch.from_numpy(scaled[1])).numpy()


# %% practice=true fold="Train in PyTorch" after=false
import importlib.util

STORED = {  # decay of the biases: loss by epoch, largest difference of a validation score
    0.01: ([2.423336456991879, 1.9427349309327724, 1.783103126076678], 0.137),
    0.0: ([2.4233360703405125, 1.9426802019204812, 1.7821357904950492], 1.0e-14),
}
try:
    in_torch_now = importlib.util.find_spec("torch") is not None
    if in_torch_now:
        import torch

        compared = {}
        for decay in STORED:
            by_epoch, y = train_in_torch(torch, decay)
            compared[decay] = by_epoch, float(np.abs(y - scores_here).max())
    else:
        compared = STORED
        print("PyTorch is not installed here. The next cells show the stored output.")
    agree = tuple(compared[decay][1] < 1e-9 for decay in (0.01, 0.0))
    letter = {(True, False): "a", (False, True): "b", (True, True): "c"}.get(agree, "none")
    options = {"a": "decay for all parameters", "b": "decay for the weights only", "c": "both"}
except NotImplementedError:
    compared = {}
    print("This cell waits for in_torch.")

# %% practice=true
if compared:
    reveal("ps24_torch", letter, "A difference below 1e-9 counts as rounding.", options)
else:
    print("This cell waits for in_torch.")

# %% practice=true fold="Print the losses and the scores" after="ps24_torch"
print("loss by epoch, ours:              ", np.round(losses_here, 6))
for decay, (by_epoch, difference) in compared.items():
    print(f"PyTorch, decay of biases {decay:4}:    ", np.round(by_epoch, 6), end="")
    print(f"  largest difference of a score {difference:.0e}")

# %% claims=true
claim("The second one agrees with ours", np.abs(np.array(STORED[0.0][0]) - losses_here), below=1e-6)
claim("The first one does not", np.abs(np.array(STORED[0.01][0]) - losses_here)[1:], above=1e-5)

# %% [markdown] after="ps24_torch"
# The second one agrees with ours up to rounding. The first one does not, and double precision rules
# out rounding as the cause. PyTorch's AdamW shrinks *all* parameters that it is given, also the
# biases. Ours shrinks only the weights. Neither is wrong, but a port has to say which one it means.
# So compare a port with the original in double precision.

# %% [markdown]
# ### Before you borrow a GPU: a run that survives a disconnect
#
# A borrowed GPU ("Runtime → Change runtime type" in Colab) can be taken away at any time, and
# everything in its memory is lost. So after each epoch we write to a file what the run needs to
# continue **exactly** as if nothing had happened. The weights are not enough. Write your list
# first.
#
# <details><summary>The list</summary>
#
# The weights; the running statistics of batch norm; the state of the optimizer (velocities,
# moments, and its count of steps, for Adam's correction and the schedule); the state of the random
# generator, which decides the order of the next minibatches, dropout and shifts; and the history,
# for the curves.
#
# </details>
#
# `Checkpoint` writes these to a new file and then replaces the old one, so a crash while writing
# destroys nothing. The cell compares a run without an interruption with four that lose their
# machine halfway: one uses everything in the file, three leave out the optimizer's state, the
# random numbers, or both.


# %% practice=true fold="Define a run with a checkpoint"
def checkpointed_run(file, accident_after=None, without=()):
    """Start a run, or continue it if there is a file; returns network and history."""
    rng = np.random.default_rng(11)
    network = small_cnn((3, 16, 16), 8, rng=rng, channels=(4, 8)).to(device)
    optimizer = optimizers.Adam(network.parameters(), lr=0.003)
    checkpoint = Checkpoint(file, network, optimizer, rng)
    begun = checkpoint.resume()  # restores everything; an empty history if there is no file
    if "optimizer" in without:  # the moments and the count of steps begin again
        optimizer = optimizers.Adam(network.parameters(), lr=0.003)
    if "random numbers" in without:
        rng = np.random.default_rng(11)

    def accident(epoch, history):
        if epoch + 1 == accident_after:
            raise ConnectionError(f"The machine was taken away after epoch {epoch + 1}.")

    history = fit(
        network,
        to_device(pictures(x_train, 16), device),
        to_device(t_train, device),
        loss=softmax_cross_entropy,
        optimizer=optimizer,
        epochs=4,
        batch_size=50,
        rng=rng,
        # fit passes total, the number of steps of all epochs.
        schedule=lambda t, total: warmup_cosine(t, lr=0.003, warmup=total // 10, total=total),
        callbacks=[checkpoint, accident],
        history=begun,
        progress=False,
    )
    return network, history


# %% practice=true fold="Run without and with an interruption, compare the weights"
import tempfile


def largest_difference(other):
    """Largest difference of a weight from those of the run without an interruption."""
    pairs = zip(peaceful.parameters(), other.parameters(), strict=True)
    return max(float(np.abs(to_numpy(p.data) - to_numpy(q.data)).max()) for p, q in pairs)


apart = {}
with tempfile.TemporaryDirectory() as folder:
    peaceful, history_1 = checkpointed_run(f"{folder}/peaceful.npz")
    for without in ((), ("optimizer",), ("random numbers",), ("optimizer", "random numbers")):
        file = f"{folder}/without {' and '.join(without) or 'nothing'}.npz"
        try:
            checkpointed_run(file, accident_after=2)
        except ConnectionError as problem:
            if not without:
                print(problem)
        resumed, history_2 = checkpointed_run(file, without=without)
        apart[without] = largest_difference(resumed)
        print("without" if without else "with", " and ".join(without) or "everything", end=": ")
        print(f"largest difference of a weight {apart[without]:.2g},", end=" ")
        print("same history:", history_1.loss == history_2.loss)

# %% claims=true
claim("On a CPU the difference is 0", apart[()], below=1e-6, given=[0])
claim(
    "Without the optimizer's state, or without the random numbers, the run ends elsewhere",
    [value for without, value in apart.items() if without],
    above=1e-3,
)

# %% [markdown]
# On a CPU the difference is 0, because both runs do the same additions in the same order. (On a GPU
# the order may differ, and with it the last bits.) Without the optimizer's state, or without the
# random numbers, the run ends elsewhere. In Colab, files vanish with the machine: mount your Drive
# and write there.
#
# ### A larger network: the open board
#
# For larger networks, best trained on a GPU, there is a second list without points, the *open
# board*: 20 times the budget, up to 4 blocks of up to 256 channels. Write your settings out in
# `open_entry`. The grader reads this dictionary without running it, and trains the network on your
# class's secret splits.

# %% practice=true
open_entry = {}  # for example {"channels": [32, 64], "epochs": 30}


# %% practice=true fold="Train your open entry on the public pictures"
def too_much(entry):
    """What the open board would not train, as a list of texts."""
    found = [f"{name!r} is not a setting" for name in entry if name not in START]
    settings, share = START | entry, budget_used(entry) / 20
    sizes, most = settings["layers"], 2048
    if settings["model"] == "cnn":
        sizes, most = settings["channels"], 256
        outputs = sum(n * (settings["side"] // 2**k) ** 2 for k, n in enumerate(sizes))
        if outputs * settings["batch_size"] > 40_000_000:  # they have to fit into memory
            found.append(f"the batch size can be {40_000_000 // outputs} at most")
    if len(sizes) > 4 or max(sizes, default=0) > most:
        found.append(f"there can be 4 sizes up to {most}, not {sizes}")
    if share > 1:
        found.append(f"it costs {share:.2f} times the open budget")
    return found


def try_open_entry(entry):
    """Train the entry on `device`, and print its accuracy."""
    if found := too_much(entry):
        print("It cannot be trained:", "; ".join(found))
        return
    print(f"it uses {budget_used(entry) / 20:.0%} of the open budget")
    if device == "cpu":
        print("There is no GPU here: this can take some minutes.")
    rng = np.random.default_rng(0)
    larger = network_of(START | entry, rng).to(device)
    x, t, x_held_out = (to_device(a, device) for a in (x_train, t_train, x_val))
    try:
        predict, _ = train(entry, x, t, rng, network=larger)
    except FloatingPointError:
        print("The loss diverges, which counts as 0.125.")
        return
    scores = to_numpy(predict(x_held_out))
    print(f"accuracy on the {len(t_val)} validation pictures: {accuracy(scores, t_val):.3f}")


if in_browser.in_browser():
    print("This part wants a GPU, which the browser does not offer. Open the notebook elsewhere.")
elif open_entry:
    try_open_entry(open_entry)
else:
    print("This cell waits for open_entry.")

# %% claims=true
from grader.exercises import capstone

claim("20 times the budget", capstone.OPEN.budget / BUDGET, equals=20, within=0.5)
claim(
    "up to 4 blocks of up to 256 channels",
    capstone.OPEN.channels,
    equals=256,
    within=0.5,
    given=[capstone.OPEN.blocks],
)

# %% [markdown]
# ## 11 Your cheat sheet
#
# Complete this page in your own words and keep it. Double-click to edit.
#
# - Before the first long run I measure: …, …, …, …
# - Two faults with the same curves are told apart by …
# - The training set answers …, the validation set …, the test set …
# - The accuracy on n independent pictures has a standard deviation of …; with groups it is …
# - The best of M equal networks looks better by about … standard deviations.
# - A difference between two configurations counts if …
# - n random trials hit the best share s with probability …; I draw rates from …, because …
# - Random search beats a grid when …
# - A short trial can mislead about …, because …
# - An 80 % interval is too narrow if …, and too wide if …
# - A port to another framework is right when …
# - To continue exactly after a disconnect, a checkpoint needs …

# %% [markdown]
# ## What comes next
#
# This is the exam of the course. Notebook 21, on distances, uses the same emoji without their
# labels.

# %% [markdown]
# ## Sources
#
# S0 "Training of neural networks – basics", slides "Outline of training a neural net",
# "Generalization ability" and "Standard practice of handling data"; S2 "Training Neural Networks",
# slide "Beyond Training Error"; S3 "Backpropagation and Training", slides "Regularization of the
# Network" and "Summary"; S4 "Neural networks (continued)", slide "Some questions". They are called
# S0, S2, S3 and S4 above. Beside them: Bergstra and Bengio (2012) for random search; Gneiting and
# Raftery (2007) for the interval score; Karpathy (2019), "A recipe for training neural networks",
# for the order of tests in a clinic.
