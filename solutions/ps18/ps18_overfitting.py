# %% [markdown]
# # Penalties and early stopping
#
# *Overfitting* means that a network learns details of its training set that do not hold for other
# data. *Regularisation* works against it, such as a *penalty* on large weights or *early stopping*.
# **What does each of them do to the weights, and are they the same?**
#
# **You need** gradient descent (notebook 04) and your network (08).

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
from course_lessons.own_network import draw_curves
from course_lib.backend import choose_device
from grader.checking import check, check_choice, guess, mine, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 Labels that mean nothing
#
# Take 300 images of digits and **draw their labels at random**. A network with 128 hidden units
# trains for 100 epochs. With the true labels, it predicts nine of ten training labels after about 4
# epochs.
#
# **After how many epochs does it predict nine of ten random labels?** (a) about 4, (b) about 30,
# (c) not within 100 epochs.

# %% guess="epochs for random labels"
guess("ps18_random", None, among="abc")  # your letter in place of None, in quotes

# %% practice=true fold="Train on random labels"
memories = [lesson.memorise(0.9, seed) for seed in range(3)]  # 0.1 stay true, as by chance
needed = [1 + sum(a < 0.9 for a in run.accuracy) for run in memories]  # 101: never
letter = "abc"[int(np.digitize(np.mean(needed), [12, 100]))]
new = np.mean([run.validation_accuracy[-1] for run in memories])
said = f"Epochs with three seeds: {needed}. Accuracy on new images with true labels: {new:.2f}."
reveal("ps18_random", letter, said, {"a": "about 4", "b": "about 30", "c": "not within 100"})

# %% [markdown] after="ps18_random"
# Images of one random label have little in common. Each must be learned by itself, and that
# takes about 30 epochs. Then the training accuracy is 1, but on new images with true labels these
# networks only guess: the accuracy is about 0.1, as by chance. So **a training accuracy of 1 alone
# guarantees nothing about new images.**

# %% claims=true
true = [lesson.memorise(0, seed) for seed in range(3)]
of_true = np.mean([1 + sum(a < 0.9 for a in run.accuracy) for run in true])
claim(
    "nine of ten training labels after about 4\nepochs", of_true, equals=4, within=1, given=[9, 10]
)
claim("that takes about 30 epochs", np.mean(needed), equals=30, within=7)
claim("the training accuracy is 1", [run.accuracy[-1] for run in memories], equals=1, within=0.01)
said = "on new images with true labels these networks only guess"
claim(said, [run.validation_accuracy[-1] for run in memories], below=0.15)
claim("the accuracy is about 0.1, as by chance", new, equals=0.1, within=0.025)

# %% [markdown]
# ## 2 What a penalty does
#
# What does a penalty do to one weight w? Near its minimum a, the loss is nearly a parabola, ½ h (w
# − a)², with the curvature h > 0. S2 says: “Add term to loss”. Add two penalties, *L1* and *L2*, of
# the strengths λ₁ ≥ 0 and λ₂ ≥ 0:
#
# $$\tfrac12 h\,(w-a)^2 \;+\; \lambda_1\,|w| \;+\; \lambda_2\,w^2$$
#
# Where is the minimum of this sum? On the right of 0, the derivative is
# $h(w-a)+\lambda_1+2\lambda_2 w$. Take h = 2, λ₁ = 1 and λ₂ = 1. For a = 3 the derivative is 4w −
# 5, and the minimum is at w = 1.25. <!-- no claim: derived --> For a = 0.4 it is 4w + 0.2, which is
# above 0 on the right. <!-- no claim: derived --> On the left, where
# |w| = −w, it is below 0. So the minimum is at the kink of |w|, at 0.


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

# %% [markdown]
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
# penalties together are S2's *elastic net*. (Notebook 13's λ is 2λ₂ here.) In the figure, h = 2 and
# λ₁ = λ₂ = 1.

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
# with **half of the labels wrong**. The elastic net has half of each λ. The printed table does not
# say which penalty is best: for this, each needs its own best strength. <!-- no claim: setting -->
#
# The last row has a *proximal step* in place of the added derivative: take a gradient step on the
# loss alone, then put the new weights into `penalised_minimum`, as a, with h = 1/η. (η is the
# learning rate.)
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
    claim("each raises the\naccuracy by more than seven points", gains[1], above=7)
said = "not a single weight is 0"
claim(said, table[L1_ROWS[0]][2], above=-1e-9, below=1e-9, given=[0])
said = "about half of the weights are exactly 0"
claim(said, table[L1_ROWS[1]][2], equals=0.5, within=0.1, given=[0])

# %% [markdown]
# With right labels, none of these penalties helps. With half of the labels wrong, each raises the
# accuracy by more than seven points. And after gradient steps with L1, not a single weight is 0:
# the derivative of λ₁|w| is ±λ₁ however near w is to 0, so the weight jumps over 0 again and again.
# With proximal steps, about half of the weights are exactly 0.

# %% [markdown]
# ## 3 Few steps
#
# A penalty keeps weights small. A short training does so as well: the weights have no time to
# become large. Here are the networks of section 2 with half of the labels wrong and without a
# penalty.

# %% practice=true
parts = np.array([lesson.label_accuracies(seed) for seed in range(3)])  # (seeds, epochs, 2)
lesson.draw_label_accuracies(parts)

# %% claims=true
said = "After 30 epochs they predict more than 80 % of the right labels and less than 15 % of the"
claim(said, 100 * parts[:, 29, 0], above=80, given=[30, 15])
claim(said, 100 * parts[:, 29, 1], below=15, given=[30, 80])
said = "After 150 epochs they have also learned about a third"
claim(said, parts[:, -1, 1].mean(), equals=1 / 3, within=0.07, given=[150])

# %% [markdown]
# After 30 epochs they predict more than 80 % of the right labels and less than 15 % of the wrong
# ones. After 150 epochs they have also learned about a third of these.
#
# So **the length of a training is a setting, too**. Here is the accuracy on new images after each
# epoch, without a penalty and with the L2 penalty of section 2. (The new images only show the
# effect; section 4 chooses the epoch by others.)

# %% practice=true
accuracies = lesson.accuracies_by_epoch()
picture = lesson.draw_accuracies(accuracies)
picture

# %% claims=true
plain, with_l2 = (100 * values for values in accuracies.values())
lead = np.mean(with_l2[:, -1] - plain[:, -1])
said = "After 150 epochs the penalty is more than seven points ahead"
claim(said, lead, above=7, given=[150])
left = abs(np.mean(with_l2.max(axis=1) - plain.max(axis=1)))
claim("epoch, less than half of this lead is left", left / lead, below=0.5)

# %% [markdown]
# After 150 epochs the penalty is more than seven points ahead. But if you stop each of the two at
# its own best epoch, less than half of this lead is left. So most of it was overfitting: 150 epochs
# without a penalty are too many here.
#
# What do few steps do to one weight? Take the parabola ½ h (w − a)² again, without a penalty.
# Gradient descent starts at w = 0 and takes t steps with the learning rate η. Each multiplies the
# distance w − a by the same factor (notebook 04, section 2; there λ was the curvature, here λ is
# the strength of a penalty, as in the lectures). Return the weight after t steps, by a formula
# without a loop.


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
said = "the networks without a penalty are best after about\nhalf as many"
claim(said, np.mean(plain.argmax(axis=1) + 1) / 83, equals=0.5, within=0.125)

# %% [markdown]
# **Few steps act like an L2 penalty**: a weight of low curvature stays near 0, and one of high
# curvature comes near its minimum a. For low curvatures both curves agree. At h = 2 they do not:
# the steps have gone 0.99 of the way, the penalty allows 0.8.
#
# A network's loss is no parabola, and its weights do not start at 0. At our networks' rate, 0.1,
# the formula says that λ₂ = 0.01 is like 500 steps, or 83 epochs of six steps. <!-- no claim:
# derived --> In the figure of accuracies above, the networks without a penalty are best after about
# half as many. So the formula gives the order of magnitude, and no more.

# %% [markdown]
# ## 4 When to stop
#
# S4 gives a rule for the end: “stop training once validation error starts to increase”. But a
# measured validation loss is noisy. The usual rule has a *patience*:
#
# - a value **improves**, and becomes the new best, if it is below the best so far by more than
#   `min_delta` (the first value always does);
# - stop once `patience` values in a row have not improved;
# - `best_step` is the epoch of the best value. (The program that trains keeps its weights.)
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
# S4's rule is patience 1. We make up a smooth validation loss that falls, is lowest at epoch 64 and
# then rises slowly. Then we make 100 copies of it, each with other noise. Here is the first copy:

# %% practice=true
curves = lesson.noisy_losses()
lesson.draw_noisy(curves[0])

# %% [markdown]
# **At which epoch does patience 1 stop?** Give the median of the 100 curves.

# %% guess="the epoch at which patience 1 stops"
guess("ps18_patience", None, between=(0, 299))  # an epoch from 0 to 299

# %% practice=true
stops = {p: lesson.replay(lambda p=p: EarlyStopping(p, 0.0), curves) for p in (1, 4, 16, 64)}
at = float(np.median(stops[1][:, 0]))
reveal("ps18_patience", at, "Median of 100 noisy curves.")

# %% practice=true
costs = lesson.print_stops(stops)

# %% [markdown] after="ps18_patience"
# On these curves, S4's rule fails: it stops while the loss still falls steeply, and the smooth loss
# at `best_step` is more than 0.5 above the lowest. Too much patience costs computing time and very
# little loss, **as long as you go back to `best_step`**.

# %% claims=true
rng = np.random.default_rng(6)


def cost_of(patience, noise):
    noisy = lesson.true_loss(np.arange(300)) + rng.normal(0, noise, size=(100, 300))
    best = lesson.replay(lambda: EarlyStopping(patience, 0.0), noisy)[:, 1]
    return lesson.true_loss(best).mean() - lesson.true_loss(64)


claim("at `best_step` is more than 0.5 above the lowest", costs[1], above=0.5)
said = "Too much patience costs computing time and very\nlittle loss"
claim(said, costs[64], below=0.03)
claim(said, lambda noise: cost_of(64, noise), below=0.03, varied=[0.03, 0.01, 0.1])
claim("lowest at epoch 64", int(np.argmin(lesson.true_loss(np.arange(300)))), equals=64, within=1)

# %% [markdown] after=false
# Real trainings at the rate 0.3, with half of the labels wrong, your class and patience 20:

# %% practice=true after=false
ended = lesson.print_stopped(lambda: EarlyStopping(20, 0.0))

# %% claims=true
said = "On each of these three seeds, the weights of the best epoch have a higher test accuracy"
claim(said, ended[:, 0] - ended[:, 1], above=0.01)

# %% [markdown]
# On each of these three seeds, the weights of the best epoch have a higher test accuracy than those
# of the last. (In section 3 the rate was 0.1, and new images chose the epoch: its accuracies are
# higher. The validation loss can be lower than the training loss, because only training labels are
# wrong.)
#
# S4 asks: “When should we terminate?” At the best epoch by *validation* images, not by the test
# images (notebook 01). The settings of a regularisation, λ₂ and the patience, are
# *hyperparameters*: they are set before the training, and are chosen by validation images, too.

# %% [markdown]
# ## 5 Four of ten labels are wrong
#
# A program draws 600 digits with a pen, as in notebook 08, but with only 7 × 7 pixels and with grey
# values from 0 to 10. <!-- no claim: setting --> Then it makes **four of ten labels wrong**, each
# one of the other nine digits at random, and does not say which. **How many fresh images can a
# network still classify correctly after such a training?** Here is your training of notebook 08 (if
# kept, else the course's), with both curves. The validation images are fresh ones with right
# labels.

# %% practice=true
x, t, x_new, t_new = lesson.noisy_digits(np.random.default_rng(0))
network = mine.OwnNetwork([49, 100, 10], np.random.default_rng(0))
settings = {"lr": 0.1, "epochs": 60, "batch_size": 32, "rng": np.random.default_rng(1)}
history = mine.train(network, (x, t), (x_new, t_new), **settings)
picture = draw_curves({"no remedy": history})
picture

# %% claims=true
pasts = []
for seed in range(5):
    one = lesson.noisy_digits(np.random.default_rng(seed))
    own = mine.OwnNetwork([49, 100, 10], np.random.default_rng(seed))
    settings = {"lr": 0.1, "epochs": 60, "batch_size": 32, "rng": np.random.default_rng(seed)}
    pasts.append(mine.train(own, one[:2], one[2:], **settings))
ends = [past["validation"][-1] for past in pasts]
claim("On fresh images, it ends near an accuracy of 0.56", ends, equals=0.56, within=0.06)
learned = [past["accuracy"][-1] for past in pasts]
claim("The network learns nearly all wrong labels", learned, above=0.97)

# %% [markdown]
# The network learns nearly all wrong labels. (S0 says: with very many parameters the training error
# can be made as small as you like.) On fresh images, it ends near an accuracy of 0.56 (mean of five
# sets). A network that knows the right labels and none of the wrong ones would predict 0.6 of its
# training labels. <!-- no claim: derived -->
#
# Now build a training that does better. `learn_noisy_labels` gets the images and labels, trains
# `mine.OwnNetwork([49, 100, 10], rng)`, and returns its parameters. The check calls it for five
# sets that it draws at this moment, each with its pixels and its classes in another order, and
# measures the accuracy on 1,000 fresh images for each set, with right labels.
# <!-- no claim: setting -->
#
# - The mean accuracy earns points from 0.65 on, and all of them from 0.69 on.
#   <!-- no claim: setting -->
# - A penalty or early stopping, rate, epochs and batches are your choice. The widths are fixed. The
#   fresh images are drawn in the same way as those in x.
# - If you hold out images, their labels are as wrong as the others. Does their loss still show the
#   best epoch? Nearly: at a small rate, to stop where 100 of them have the lowest loss costs less
#   than 0.05 of accuracy.
# - `mine.train_step(network, x, t, lr)` makes one step on a batch, and returns the loss before it
#   (at the rate 0, only the loss). A penalty changes the arrays W of `network.parameters`,
#   [W1, b1, W2, b2], in place; to keep the best ones, copy them.
# - The five trainings have 5 seconds together. 60 epochs take about 0.2 seconds. <!-- no claim:
#   setting -->
#
# The settings of section 2 were made for other images, with pixels up to 1. What changes if they
# go up to 10? Draw sets of your own, and change one thing at a time.


# %% solution="learn_noisy_labels"
def learn_noisy_labels(x, t, rng):
    """The parameters of a network that is trained here, in spite of wrong labels.

    x : (600, 49) images, t : (600,) labels from 0 to 9, four of ten wrong
    rng : for everything that is random
    returns [W1, b1, W2, b2], of the shapes (49, 100), (100,), (100, 10), (10,); you may find them
        from x and t in any way
    """
    ### BEGIN SOLUTION
    own, lr, lam = mine.OwnNetwork([49, 100, 10], rng), 0.01, 0.1
    for _ in range(60):
        order = rng.permutation(len(x))
        for start in range(0, len(x), 32):
            rows = order[start : start + 32]
            mine.train_step(own, x[rows], t[rows], lr)
            for W in own.parameters[::2]:
                W *= 1 - 2 * lr * lam
    return own.parameters
    ### END SOLUTION


# %% practice=true needs=false fold="Try it on two sets"
lesson.print_learned(learn_noisy_labels)

# %% check="learn_noisy_labels"
check("learn_noisy_labels", learn_noisy_labels)

# %% [markdown]
# <details><summary>When you have all points: what we measured</summary>
#
# With pixels up to 10, the gradient of W1 is ten times as large, so smaller rates suit these
# images. And a W1 of a tenth of the size gives the same outputs, so an L2 penalty is a hundredth,
# and needs a larger λ₂. With λ₂ = 0.1 and the rate 0.01, 60 epochs reach about 0.8. Without a
# penalty, the rate 0.002 and the epoch with the lowest loss on 100 held-out images reach about
# 0.73. The setting of section 2, λ₂ = 0.01 with the rate 0.1, reaches about 0.61.
#
# </details>


# %% claims=true
def reached(lr, lam, epochs, held_out=0):
    """Accuracy on fresh images of five sets, and that of the best epoch by these images."""
    found = []
    for seed in range(5):
        rng = np.random.default_rng(seed)
        x, t, x_new, t_new = lesson.noisy_digits(rng)
        own, least, accuracies = mine.OwnNetwork([49, 100, 10], rng), np.inf, []
        for _ in range(epochs):
            order = held_out + rng.permutation(len(x) - held_out)
            for start in range(0, len(order), 32):
                rows = order[start : start + 32]
                mine.train_step(own, x[rows], t[rows], lr)
                for W in own.parameters[::2]:
                    W *= 1 - 2 * lr * lam
            u = own.forward(x[:held_out])
            value = np.log(np.exp(u).sum(axis=1)) - u[np.arange(held_out), t[:held_out]]
            accuracies.append(np.mean(own.forward(x_new).argmax(axis=1) == t_new))
            if not held_out or value.mean() < least:
                least, chosen = value.mean() if held_out else 0, accuracies[-1]
        found.append((chosen, max(accuracies)))
    return np.mean(found, axis=0)


claim("60 epochs reach about 0.8", reached(0.01, 0.1, 60)[0], equals=0.8, within=0.04, given=[60])
stopped, possible = reached(0.002, 0, 150, held_out=100)
said = "to stop where 100 of them have the lowest loss costs less\nthan 0.05 of accuracy"
claim(said, possible - stopped, below=0.05, given=[100])
claim("on 100 held-out images reach about 0.73", stopped, equals=0.73, within=0.04, given=[100])
of_section_2, _ = reached(0.1, 0.01, 150)
said = "λ₂ = 0.01 with the rate 0.1, reaches about 0.61"
claim(said, of_section_2, equals=0.61, within=0.05, given=[0.01, 0.1])

# %% [markdown]
# ## To keep
#
# **What do they do to the weights?** On a parabola, L2 multiplies the minimum by h/(h + 2λ₂). L1
# moves it towards 0 and stops there: with proximal steps, many weights are exactly 0. Few steps
# from 0 leave a weight of low curvature near 0.
#
# **Are they the same?** Nearly, for low curvatures: t steps are like L2 with λ₂ = 1/(2ηt). In a
# network, this gives only the order of magnitude. Choose the strength of a penalty and the epoch
# by validation images.
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
# Without looking: (1) With which penalty can the minimum be exactly at 0, and why not with the
# other one? (2) What do you need besides the right moment to stop?
#
# <details><summary>Answers</summary>
#
# (1) L1: next to 0 its derivative is ±λ₁, and a smaller derivative of the loss cannot move the
# minimum. The derivative of L2 is 0 at 0, so any derivative of the loss moves it. (2) The weights
# of the best epoch, and validation images that are not the test images.
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
