# %% [markdown]
# # Penalties and early stopping
#
# Two remedies can raise the accuracy of a network on new images: a *penalty* on large weights, and
# *early stopping*. **What does each of them do to the weights, and are they the same?**
#
# **You need** gradient descent (notebook 04), a network that can be trained (06), `interval`
# (01).

# %% opening=true
"""Two curves of the loss over forty epochs. The solid curve, training, falls towards zero. The
dashed curve, validation, falls at first, is lowest early, and then rises slowly."""

import matplotlib.pyplot as plt
import numpy as np

from course_lib.datasets import load_mnist5000
from course_lib.losses import softmax_cross_entropy
from course_lib.models import mlp
from course_lib.optimizers import Adam
from course_lib.plots import theme
from course_lib.training import fit

rng = np.random.default_rng(0)
data = load_mnist5000()
x = data.x.reshape(len(data.x), -1)
network = mlp([784, 128, 10], rng=rng)
optimizer = Adam(network.parameters(), lr=0.002)
history = fit(
    network, x[:500], data.t[:500], loss=softmax_cross_entropy, optimizer=optimizer,
    epochs=40, batch_size=50, rng=rng, validation=(x[1000:3000], data.t[1000:3000]),
    progress=False,
)  # fmt: skip
figure, ax = plt.subplots()
curves = {"training": (history.loss, "-"), "validation": (history.validation_loss, "--")}
for name, (loss, dash) in curves.items():
    ax.plot(range(1, 41), loss, dash, color=theme.FORWARD, linewidth=2.5)
    ax.annotate(name, (40, loss[-1]), (6, 7), textcoords="offset points", color=theme.FORWARD,
                va="center")  # fmt: skip
ax.set(xlabel="epoch", ylabel="loss", xlim=(0, 51), ylim=(-0.015, 1.0), xticks=[0, 10, 20, 30, 40])
ax.set_title("When should the training stop?")
plt.show()

# %% setup=true minutes=1
import numpy as np

from course_lessons import penalties as lesson
from course_lessons.experiment import Trials, draw_intervals, interval
from course_lib.backend import choose_device
from grader.checking import check, check_choice, guess, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 Labels that mean nothing
#
# Take 300 images of handwritten digits and **draw their labels at random**: one eight may get the
# label 3, the next one the label 7. Nobody can learn from them how to classify new images. A
# network with 128 hidden units is trained on them for 100 epochs.
#
# **What share of the random labels does it predict correctly in the end: about 0.1, about 0.5 or
# about 1?**

# %% guess="accuracy on random labels"
guess("ps18_random", None, among=(0.1, 0.5, 1.0))  # your guess in place of None: 0.1, 0.5 or 1.0

# %% practice=true fold="Train on random labels"
memories = [lesson.memorise(0.9, seed) for seed in range(3)]  # 0.1 stay true, as by chance
reached = float(np.mean([run.accuracy[-1] for run in memories]))
new = np.mean([run.validation_accuracy[-1] for run in memories])
said = f"Accuracy on random labels, mean of three seeds. On new images with true ones {new:.2f}."
reveal("ps18_random", reached, said)

# %% [markdown]
# *Overfitting* means that a network learns details of its training set that do not hold for other
# data. *Regularisation* works against it. S2 says: “Add term to loss”, a *penalty* on large
# weights. What does it do to one weight w? Near its minimum, the loss is nearly a parabola, ½ h (w
# − a)², with its minimum at a and the curvature h > 0. Add two penalties, *L1* and *L2*, of the
# strengths λ₁ ≥ 0 and λ₂ ≥ 0:
#
# $$\tfrac12 h\,(w-a)^2 \;+\; \lambda_1\,|w| \;+\; \lambda_2\,w^2$$
#
# Where is the minimum of this sum? On the right of 0, the derivative is
# $h(w-a)+\lambda_1+2\lambda_2 w$. Take h = 2, λ₁ = 1 and λ₂ = 1. For a = 3 the derivative is
# 4w − 5, and the minimum is at w = 1.25. <!-- no claim: derived --> For a = 0.4 it is 4w + 0.2, and
# w = −0.05 is not on the right of 0. <!-- no claim: derived --> On the left, where |w| = −w, the
# derivative is 4w − 1.8, and w = 0.45 is not on the left. <!-- no claim: derived --> So the sum
# falls towards 0 from both sides, and its minimum is at the kink of |w|, at 0.


# %% solution="penalised_minimum"
def penalised_minimum(a, h, lam1, lam2):
    """The w with the smallest h/2 (w - a)^2 + lam1 |w| + lam2 w^2, for each a.

    a : array of any shape, with at least one axis
    h : curvature, a number above 0; lam1, lam2 : numbers, at least 0
    returns w : the shape and float type of a
    """
    ### BEGIN SOLUTION
    right = (h * a - lam1) / (h + 2 * lam2)
    left = (h * a + lam1) / (h + 2 * lam2)
    w = np.zeros_like(a)
    w = np.where(right > 0, right, w)
    w = np.where(left < 0, left, w)
    return w
    ### END SOLUTION


# %% check="penalised_minimum"
check("penalised_minimum", penalised_minimum)

# %% [markdown] after="ps18_random"
# On the random labels of your guess, the training accuracy is 1. But on new images with true labels
# these networks only guess: 0.1 is the accuracy by chance. S0 says that with very many parameters
# the training error can be made as small as you like. So **a training accuracy of 1 alone
# guarantees nothing about new images.**

# %% claims=true
claim("the training accuracy is 1", [run.accuracy[-1] for run in memories], equals=1, within=0.01)
said = "on new images with true labels these networks only guess"
claim(said, [run.validation_accuracy[-1] for run in memories], below=0.15)
claim("0.1 is the accuracy by chance", new, equals=0.1, within=0.02)

# %% [markdown]
# ## 2 What a penalty does
#
# **A weak weight.** A loss is a parabola in w. At w = 0 its derivative is −0.01. We add a penalty
# of strength 0.02. Where is the minimum of the sum with L1 alone, and where with L2 alone?
#
# - a: above 0 with both, but nearer to 0 with L2
# - b: at 0 with both
# - c: above 0 with L1, at 0 with L2
# - d: at 0 with L1, above 0 with L2

# %% solution="answer_weak_weight"
answer_weak_weight = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_weak_weight = "d"
### END SOLUTION

# %% choice="weak_weight" key="d" points=1
check_choice("weak_weight", answer_weak_weight)
# a: For L2 this is true. With L1 the derivative on the right of 0 is at least −0.01 + 0.02 = 0.01.
#    So loss plus penalty rises there, and the minimum is at 0.
# b: For L1 this is true. But the derivative of the L2 penalty, 2λ₂w, is 0 at w = 0, so it does not
#    hold the weight at 0.
# c: L1 and L2 are exchanged. Next to 0 the derivative of the L1 penalty is 0.02, more than the 0.01
#    of the loss. That of the L2 penalty is 0 at 0.
# d: For each unit of w the L1 penalty costs 0.02 and the loss falls by at most 0.01. The L2 penalty
#    has the derivative 0 at w = 0, so the minimum moves.

# %% claims=true
one = np.array([0.01])
claim("d: at 0 with L1, above 0 with L2", penalised_minimum(one, 1.0, 0.0, 0.02), above=0)
l1 = penalised_minimum(one, 1.0, 0.02, 0.0)
claim("d: at 0 with L1, above 0 with L2", l1, above=-1e-9, below=1e-9, given=[0])

# %% [markdown]
# For a given h, L2 multiplies every weight by the same factor, h/(h + 2λ₂), which is never 0. L1
# moves it towards 0 by λ₁/h, but not beyond the kink at 0; this is called *soft thresholding*. Both
# penalties together are S2's *elastic net*. Here h = 2, and each strength is 1.

# %% practice=true
picture = lesson.draw_minima(penalised_minimum)
picture

# %% [markdown]
# A network has many weights, one array for each layer. The penalty is a sum over all of them:
#
# $$R = \sum_{\text{arrays}} \sum_{\text{entries}} \bigl(\lambda_1\,|w| + \lambda_2\,w^2\bigr)$$
#
# S4 writes the sum of the squares as $\|W\|_F^2$. Biases have no penalty: they only shift an
# output. Gradient descent adds the derivative of the penalty, λ₁ sign(w) + 2λ₂w, to that of the
# loss.
#
# We train networks of 64 hidden units for 150 epochs on 300 images, once with right labels and once
# with **half of the labels wrong**. The elastic net has half of each λ below. The table does not
# say which penalty is best: for this, each needs its own best strength. In the last row, each step
# has two parts. The first is a gradient step on the loss alone. Then your `penalised_minimum` moves
# the new weights, as a, towards 0, with h = 1/η, where η is the learning rate. This is called a
# *proximal step*. <!-- no claim: setting -->
#
# <details><summary>Why h = 1/η?</summary>
#
# Take the parabola that has the derivative of the loss at the present weight, and the curvature
# 1/η. A gradient step with the rate η ends exactly at its minimum a. With an L1 penalty, the
# minimum of this parabola moves to the w that your function returns for this a and h.
#
# </details>

# %% practice=true
table = lesson.print_penalties(penalised_minimum)

# %% claims=true
L1_ROWS = ("L1, λ₁ = 0.003", "L1, proximal")
plain = table["no penalty"]
for name in ("L2, λ₂ = 0.01", *L1_ROWS, "elastic net"):
    gains = 100 * (table[name][:2] - plain[:2]).mean(axis=1)
    claim("With right labels, none of these penalties helps", gains[0], below=1)
    claim("each gains more than seven points", gains[1], above=7)
said = "not a single weight is 0"
claim(said, table[L1_ROWS[0]][2], above=-1e-9, below=1e-9, given=[0])
said = "about half of the weights are exactly 0"
claim(said, table[L1_ROWS[1]][2], equals=0.5, within=0.1, given=[0])

# %% [markdown]
# With right labels, none of these penalties helps. With half of the labels wrong, each gains more
# than seven points. And after gradient steps with L1, not a single weight is 0: the derivative of
# λ₁|w| is ±λ₁ however near w is to 0, so the weight jumps over 0 again and again. With proximal
# steps, about half of the weights are exactly 0.

# %% [markdown]
# ## 3 Few steps
#
# A penalty keeps weights small. A short training does so as well: the weights have no time to
# become large. Is this any good? Here are the networks of section 2 with half of the labels wrong
# and without a penalty.

# %% practice=true
parts = np.array([lesson.label_accuracies(seed) for seed in range(3)])  # (seeds, epochs, 2)
lesson.draw_label_accuracies(parts)

# %% claims=true
said = "After 30 epochs they predict more than 85 % of the right labels and less than 15 % of the"
claim(said, 100 * parts[:, 29, 0], above=85, given=[30, 15])
claim(said, 100 * parts[:, 29, 1], below=15, given=[30, 85])
said = "After 150 epochs they have also learned about a third"
claim(said, parts[:, -1, 1].mean(), equals=1 / 3, within=0.07, given=[150])

# %% [markdown]
# After 30 epochs they predict more than 85 % of the right labels and less than 15 % of the wrong
# ones. After 150 epochs they have also learned about a third of these.
#
# What do few steps do to one weight? Take the parabola ½ h (w − a)² again, without a penalty.
# Gradient descent starts at w = 0 and takes t steps with the learning rate η:
#
# $$w \leftarrow w - \eta h\,(w-a)$$
#
# Subtract a on both sides: a step multiplies the distance w − a by the same factor each time.
# Which factor? Return the weight after t steps, by a formula without a loop. It must also hold for
# ηh > 1, where the factor is negative.


# %% solution="stopped_minimum"
def stopped_minimum(a, h, lr, t):
    """The weight after t gradient steps from w = 0 on h/2 (w - a)^2, with the learning rate lr.

    All arguments are numbers; t is an integer and can be 0.
    """
    ### BEGIN SOLUTION
    return a * (1 - (1 - lr * h) ** t)
    ### END SOLUTION


# %% check="stopped_minimum"
check("stopped_minimum", stopped_minimum)

# %% [markdown]
# If ηht is small, (1 − ηh)ᵗ is nearly 1 − ηht. So after t steps the weight is about ηht · a. The
# minimum with an L2 penalty is $\frac{h}{h+2\lambda_2}\,a$, and for an h that is small beside 2λ₂
# this is about $\frac{h}{2\lambda_2}\,a$. Both are equal if
#
# $$\lambda_2 = \frac{1}{2\,\eta\,t}$$
#
# For example, 20 steps at the rate 0.1 are like λ₂ = 1/(2 · 0.1 · 20) = 0.25.
# <!-- no claim: derived --> The figure has both for many curvatures h.

# %% practice=true
picture = lesson.draw_shares(stopped_minimum, penalised_minimum)
picture

# %% claims=true
shares = [
    (stopped_minimum(1.0, h, 0.1, 20), float(penalised_minimum(np.ones(1), h, 0.0, 0.25)[0]))
    for h in (0.02, 2.0)
]
claim("For low curvatures both curves agree", shares[0][0] / shares[0][1], equals=1, within=0.03)
said = "At h = 2 they do not: the steps have gone 0.99 of the way, the penalty allows 0.8"
claim(said, shares[1][0], equals=0.99, within=0.01, given=[2, 0.8])
claim(said, shares[1][1], equals=0.8, within=0.01, given=[2, 0.99])

# %% [markdown]
# **Few steps act like an L2 penalty**: a weight of low curvature stays near 0, and one of high
# curvature comes near its minimum a. For low curvatures both curves agree. At h = 2 they do not:
# the steps have gone 0.99 of the way, the penalty allows 0.8. A network's loss is no parabola, and
# its weights start elsewhere: how far does the formula carry?

# %% [markdown]
# ## 4 When to stop
#
# S4 gives a rule for the end: “stop training once validation error starts to increase”. But a
# measured validation loss is noisy. The usual rule has a *patience*:
#
# - a value **improves**, and becomes the new best, if it is below the best so far by more than
#   `min_delta` (the first value always does);
# - stop once `patience` values in a row have not improved;
# - remember the epoch of the best value, and keep the weights of this epoch. (Your class remembers
#   the epoch; the program that trains keeps the weights.)
#
# Write it as a class, because the values come one at a time. Store in `self` what must be
# remembered. Values are finite; they can be negative, 0 or large.


# %% solution="EarlyStopping"
class EarlyStopping:
    """Says when to stop, from one value per epoch; lower is better.

    patience  : stop once this many values in a row have not improved; at least 1
    min_delta : an improvement is below the best value by more than this; at least 0
    best_step : the epoch of the best value, counted from 0; can be read after the first value
    """

    def __init__(self, patience, min_delta):
        ### BEGIN SOLUTION
        self.patience, self.min_delta = patience, min_delta
        self.best, self.best_step, self.seen, self.failed = float("inf"), None, 0, 0
        ### END SOLUTION

    def update(self, value):
        """Take the next value; return True to stop now, and False to go on."""
        ### BEGIN SOLUTION
        if value < self.best - self.min_delta:
            self.best, self.best_step, self.failed = value, self.seen, -1
        self.seen, self.failed = self.seen + 1, self.failed + 1
        return self.failed >= self.patience
        ### END SOLUTION


# %% check="EarlyStopping"
check("EarlyStopping", EarlyStopping)

# %% [markdown]
# S4's rule is patience 1. We make up a validation loss that falls, is lowest at epoch 64 and then
# rises slowly, and add noise, 100 times. Here is the first of these curves:

# %% practice=true
curves = lesson.noisy_losses()
lesson.draw_noisy(curves[0])

# %% [markdown]
# **In the median of the 100 curves, at which epoch does patience 1 stop?**

# %% guess="the epoch at which patience 1 stops"
guess("ps18_patience", None, between=(0, 299))  # an epoch from 0 to 299

# %% practice=true
stops = {p: lesson.replay(lambda p=p: EarlyStopping(p, 0.0), curves) for p in (1, 4, 16, 64)}
at = float(np.median(stops[1][:, 0]))
reveal("ps18_patience", at, "Median of 100 noisy curves.")

# %% practice=true
costs = lesson.print_stops(stops)

# %% [markdown] after="ps18_patience"
# On this curve, S4's rule fails: it stops while the loss still falls steeply, and this costs more
# than 0.5. Too much patience costs computing time and hardly anything else, **as long as you go
# back to `best_step`**.

# %% claims=true
said = "it stops while the loss still falls steeply, and this costs more than 0.5"
claim(said, costs[1], above=0.5)
claim("Too much patience costs computing time and hardly anything else", costs[64], below=0.02)
claim("lowest at epoch 64", int(np.argmin(lesson.true_loss(np.arange(300)))), equals=64, within=1)

# %% [markdown] after=false
# Real trainings at the rate 0.3, with half of the labels wrong, your class and patience 20:

# %% practice=true after=false
ended = lesson.print_stopped(lambda: EarlyStopping(20, 0.0))

# %% claims=true
said = "On each of these three seeds, the weights of the best epoch have a higher test accuracy"
claim(said, ended[:, 0] - ended[:, 1], above=0.03)

# %% [markdown]
# On each of these three seeds, the weights of the best epoch have a higher test accuracy than those
# of the last. (The validation loss can be lower than the training loss: only training labels are
# wrong.)
#
# S4 asks: “When should we terminate?” At the best epoch by *validation* images. If the test images
# chose it, their accuracy would be the best of many noisy values, and so too high. λ₂ and the
# patience are *hyperparameters*, set before the training: validation images choose them, too.

# %% [markdown]
# ## 5 Both with the same strength
#
# Half of the labels are wrong. How much does an L2 penalty gain over stopping?
# `trial(remedy, lam, seed)` trains a network of section 2 at the rate 0.1 and returns its accuracy
# on 797 test images. <!-- no claim: setting -->
#
# - `"penalty"` trains for 150 epochs of 6 steps with λ₂ = `lam`. <!-- no claim: setting -->
# - `"stop"` has no penalty. It ends after about 1/(2 · 0.1 · `lam`) steps, the t of section 3:
#   250 steps, 42 epochs, for `lam` = 0.02. <!-- no claim: derived -->
# - `lam` is one of seven numbers: 0.0025, 0.005, 0.01, …, 0.16. Each is twice the one before.
#   <!-- no claim: setting -->
#
# So the end is fixed, without your `EarlyStopping`: each remedy has one number to choose. The
# **gain** is the mean accuracy of the penalty minus that of stopping, over all seeds, **each at the
# `lam` with its highest mean accuracy**. Contrary to section 4, the same images choose `lam` and
# report. This makes an accuracy too high: in the plan of our solution, by less than 0.002.
#
# “Few steps act like an L2 penalty”, your neighbour says, “so both have the same best `lam`.” He
# takes 0.02 for both and the `interval` of ten gains. `lesson.made_up` invents noisy accuracies, in
# which the true gain is 0.02, the difference of the bold numbers: <!-- no claim: setting -->
#
# | mean accuracy | `lam` = 0.005 | 0.01 | 0.02 | 0.04 |
# |---|---|---|---|---|
# | `"stop"` | 0.64 | 0.76 | **0.80** | 0.76 |
# | `"penalty"` | 0.78 | **0.82** | 0.78 | 0.66 |
#
# His plan, repeated 40 times with other seeds: <!-- no claim: setting -->


# %% practice=true fold="The neighbour's plan as a function"
def one_strength_for_both(trial, first=0):
    """The interval of the neighbour's plan, with ten seeds from `first` on."""
    seeds = range(first, first + 10)
    return interval([trial("penalty", 0.02, s) - trial("stop", 0.02, s) for s in seeds])


# %% practice=true
his = [one_strength_for_both(lesson.made_up, 10 * k) for k in range(40)]
draw_intervals(his, truth=0.02)

# %% claims=true
said = "None of the 40 intervals contains the gain"
claim(said, [high for _, high in his], below=0.02, given=[40])

# %% [markdown]
# None of the 40 intervals contains the gain. He measures about 0.78 − 0.80 = −0.02, and more seeds
# only make him more certain of it. <!-- no claim: derived -->

# %% [markdown]
# ## 6 Twenty trainings
#
# Report an interval for the gain, from only **20 trainings**. Runs with the same seed have the same
# images, wrong labels and initial weights, so they are a pair: subtract seed by seed and take
# `interval(d)` of the differences (notebook 01).
#
# **Your plan.** Our trainings with 60 seeds, called *at home*, have the best `lam` 0.02 for
# stopping and 0.01 for the penalty, as in the table above. Which `lam` and
# seeds choose, and which pairs report?
#
# The check repeats your function in many *worlds*. Each has
#
# - for each remedy its own best `lam`: the one at home, or the next lower or higher one;
# - its own gain: that at home, moved by a hidden number from −0.1 to 0.1, which is added to all
#   accuracies of the penalty.
#   <!-- no claim: setting -->
#
# From seed to seed, a difference has a standard deviation of about 0.02 at the best settings. In
# a quiet world of the check it is half of this, in a loud one twice as much.


# %% solution="remedy_experiment"
def remedy_experiment(trial):
    """Ask for at most 20 trainings; return low and high of the gain of the penalty.

    trial : trial(remedy, lam, seed) trains; trial.options["lam"] are the values of lam
    """
    ### BEGIN SOLUTION
    lams, reached = trial.options["lam"], {}
    for remedy, usual in (("stop", 0.02), ("penalty", 0.01)):
        k = lams.index(usual)
        means = {
            lam: np.mean([trial(remedy, lam, seed) for seed in (0, 1)])
            for lam in lams[k - 1 : k + 2]
        }
        best = max(means, key=means.get)
        reached[remedy] = np.array([trial(remedy, best, seed) for seed in range(6)])
    return interval(reached["penalty"] - reached["stop"])
    ### END SOLUTION


# %% practice=true fold="Rehearse your plan 40 times, with the true gain 0.02"
def rehearsal(first):
    """Your interval with invented accuracies, with the seeds from `first` on."""
    trial = Trials(
        lambda remedy, lam, seed: lesson.made_up(remedy, lam, first + seed),
        lesson.OPTIONS,
        budget=20,
    )
    return remedy_experiment(trial)


try:
    picture = draw_intervals([rehearsal(100 * k) for k in range(40)], truth=0.02)
except NotImplementedError:
    picture = "This cell waits for your experiment."
picture


# %% check="remedy_experiment"
check("remedy_experiment", remedy_experiment)

# %% practice=true fold="Your experiment with trainings of your own"
low, high = remedy_experiment(Trials(lesson.train, lesson.OPTIONS, budget=20))
print(f"the gain lies between {low:.3f} and {high:.3f}")

# %% claims=true
from importlib.resources import files

numbers = np.load(files("grader.exercises.ps18") / "remedy_experiment.npy") / 10_000
mean = numbers.mean(axis=2)
best, places = mean.max(axis=1), mean.argmax(axis=1)
of_pairs = numbers[1][places[1]] - numbers[0][places[0]]
said = "standard deviation of about 0.02 at the best settings"
claim(said, of_pairs.std(ddof=1), equals=0.02, within=0.002)
lams_of = np.array(lesson.OPTIONS["lam"])
said = "have the best `lam` 0.02 for stopping and 0.01 for the penalty"
claim(said, lams_of[places[0]], equals=0.02, within=0.001, given=[0.01])
claim(said, lams_of[places[1]], equals=0.01, within=0.001, given=[0.02])
six = np.random.default_rng(0).random((20_000, 60)).argsort(axis=1)[:, :6]
raised = []
for k, place in enumerate(places):
    near = numbers[k, place - 1 : place + 2]
    taken = near[:, six[:, :2]].mean(axis=2).argmax(axis=0)
    raised.append(np.mean(near[taken[:, None], six].mean(axis=1) - near.mean(axis=1)[taken]))
said = "in the plan of our solution, by less than 0.002"
claim(said, max(raised), below=0.002)
claim("the gain is about 0.015", best[1] - best[0], equals=0.015, within=0.0035)
gap = mean[1] - mean[0]
said = "at 0.02, the best one for stopping, it would seem to be −0.09"
claim(said, -gap[3], equals=0.09, within=0.01, given=[0.02])
claim("at 0.01, the best one for the penalty, 0.04", gap[2], equals=0.04, within=0.01, given=[0.01])
spread = np.std(numbers[1, 2] - numbers[0, 3], ddof=1)
claim("it differs by about 0.02 from seed to seed", spread, equals=0.02, within=0.004)

# %% [markdown]
# <details><summary>When you have your own interval: what 840 trainings say</summary>
#
# With 60 seeds for each setting, <!-- no claim: setting --> the gain is about 0.015, and it differs
# by about 0.02 from seed to seed. An interval of 95 % may miss; compare yours. If yours contains 0,
# 20 trainings cannot say which remedy is better. One `lam` for both can give either sign: at 0.02,
# the best one for stopping, it would seem to be −0.09, and at 0.01, the best one for the penalty,
# 0.04. So the formula is right up to one place in the list, and this place counts. It does not say
# which remedy is better.
#
# </details>

# %% [markdown]
# ## To keep
#
# **What do they do to the weights, and are they the same?** On a parabola, L2 multiplies the
# minimum by h/(h + 2λ₂). L1 moves it towards 0 and stops there: with proximal steps, many weights
# are exactly 0. Few steps from 0 leave a weight of low curvature near 0, as L2 with λ₂ = 1/(2ηt)
# does. But this formula is for a parabola: in a network each remedy needs its own strength, chosen
# on validation images.
#
# L2 inside Adam: notebook 13. S3 lists such remedies by place:

# %% practice=true fold="S3's list by place"
PLACES = (
    ("the input", "data augmentation", "21"),
    ("activations", "dropout, DropConnect", "20"),
    ("statistics of features", "batch, layer, group normalisation", "16 and 17"),
    ("the decision", "ensemble", "19"),
    ("the weights", "L1 and L2 norm", "18, section 2"),
    ("the end of training", "early stopping", "18, section 4"),
)
for place, what, notebook in PLACES:
    print(f"{place:24}{what:36}notebook {notebook}")

# %% [markdown]
# Without looking: (1) Which penalty makes a weight exactly 0, and why not the other one? (2) What
# do you need besides the right moment to stop?
#
# <details><summary>Answers</summary>
#
# (1) L1: next to 0 its derivative is ±λ₁, which a weak pull of the loss cannot overcome. The
# derivative of L2 is 0 at 0, so any pull moves the weight. (2) The weights of the best epoch, and
# validation images that are not the test images.
#
# </details>
#
# <details><summary>In PyTorch (a whole training: notebook 24)</summary>
#
# The optimisers have an argument `weight_decay`: `SGD` adds `weight_decay * w` to the gradient,
# which is the L2 penalty with λ₂ = weight_decay/2. It acts on all parameters, also on biases,
# unless you pass two groups of parameters. An L1 penalty is added to the loss by hand, and
# `torch.nn.functional.softshrink` is soft thresholding. There is no class for early stopping.
#
# </details>

# %% [markdown]
# ### Lines of the lectures
#
# No task needs this part.
#
# <details><summary>A penalty beside a mean (S2) and beside a sum (S4)</summary>
#
# S2 adds a penalty R with the strength λ to the *mean* of the losses $L_i$ of N images, S4 to their
# *sum*. **The sources disagree.** Multiply S2's $\frac1N\sum_i L_i + \lambda R$ by N: it becomes
# $\sum_i L_i + N\lambda R$, and its minimum stays where it is. So λ in a mean does what Nλ does in
# a sum. This course uses the mean.
#
# </details>

# %% practice=true fold="Both forms for a linear classifier with S2's hinge loss (03)"
forms = lesson.sum_and_mean()

# %% claims=true
said = "λ in a mean does what Nλ does in a sum"
claim(said, np.abs(forms[0] - forms[2]).max(), above=-1e-9, below=1e-9)
claim(said, np.abs(forms[0] - forms[1]).max(), above=0.01)

# %% [markdown]
# ## Sources
#
# S0 "Training of neural networks – basics", slide "Generalization ability"; S2 "Training Neural
# Networks" (J. Choo, Korea University), slides "Beyond Training Error" and "Regularization: Add
# term to loss"; S3 "Backpropagation and Training" (C. V. Jawahar, IIIT Hyderabad), slide
# "Regularization of the Network"; S4 "Neural networks (continued)" (A. Krause, ETH Zürich), slides
# "Avoiding overfitting" and "Early stopping"; Zhang and others (2017), arXiv 1611.03530.
