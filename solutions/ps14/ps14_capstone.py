# %% [markdown]
# # Capstone: train the best net you can
#
# You have written layers, losses, optimizers, normalisation, dropout and augmentation. For each of
# them the notebooks gave you settings that work. In this notebook you choose the settings yourself.
# You get 1,000 images of digits, a budget, and a plain network. You do not hand in an answer but a
# decision: a dictionary of settings. The grader trains your network three times, each time with its
# own draw of training images, initial weights and minibatches, and measures its test accuracy.
#
# One problem remains even if all your code is correct: you look at many numbers and believe the
# highest one.
#
# **Afterwards you can**
#
# - say what a validation score is worth, and how much of the best of many scores is luck,
# - write a random search, choose its search space, and say when it beats a grid,
# - run an experiment that can change your mind: one change, several seeds, one number,
# - tell from two curves what is wrong with a training run, and what to measure next,
# - carry out a training from the data to the test in an order that works,
# - continue a run on a borrowed GPU after a disconnect.
#
# **You need** the notebooks of the shorter course (00, 02, 03, 04, 07, 09, 10, 12); 01, 11 and 13
# help. We repeat in a sentence what we use of them.

# %% opening=true
"""Two squares with nine points each, over the learning rate and the momentum. On the left, the
points form a grid of three columns and three rows. On the right they lie at random."""

import matplotlib.pyplot as plt
import numpy as np

from course_lib.plots import theme

figure, axes = plt.subplots(1, 2, figsize=(6.4, 3.4))
grid = np.stack(np.meshgrid([0.2, 0.5, 0.8], [0.2, 0.5, 0.8]), axis=-1).reshape(-1, 2)
drawn = np.random.default_rng(3).uniform(0.06, 0.94, size=(9, 2))
for ax, points, name in zip(axes, (grid, drawn), ("a grid", "at random"), strict=True):
    ax.plot(*points.T, "o", markersize=11, color=theme.FORWARD)
    ax.set(xticks=[], yticks=[], xlim=(0, 1), ylim=(0, 1), xlabel="learning rate")
    ax.set_title(name, loc="center")
axes[0].set_ylabel("momentum")
figure.suptitle("Nine trials. Which nine would you run?", x=0.01, ha="left", size=16)
plt.show()

# %% setup=true
import math

import numpy as np

from course_lib import functional, initializers, layers, losses, optimizers
from course_lib.augmentation import translate
from course_lib.backend import choose_device, to_device, to_numpy
from course_lib.datasets import load_cifar10, load_fashion_mnist, load_mnist5000
from course_lib.ensembles import ensemble_predict
from course_lib.losses import softmax_cross_entropy
from course_lib.models import mlp, small_cnn
from course_lib.plots import label_lines, slider, theme
from course_lib.preprocessing import one_hot, standardize_apply, standardize_fit
from course_lib.regularizers import l2_penalty
from course_lib.schedules import inverse_time_decay, step_decay, warmup_cosine
from course_lib.training import Checkpoint, accuracy, fit, lr_range_test
from grader.checking import check, check_choice, guess, ready, reveal

device = choose_device("auto")  # a GPU is used in section 9 only

# %% [markdown]
# ## 1 A guess first
#
# You train 50 networks with 50 different settings. In fact the settings make no difference, but you
# do not know this: each of the 50 networks classifies 80 % of all possible digits correctly. You
# evaluate each of them on its own 200 validation images and keep the best.
#
# **What validation accuracy does the best one show, on average?** For orientation: 0.80, 0.82, 0.86
# or 0.95? Any number from 0 to 1 is possible. Write your guess before you go on. It is not
# graded, and it is shown again beside the result.

# %% guess="the best of 50 equal networks"
guess("ps14_best_of_50", None)  # your guess in place of None: a number from 0 to 1

# %% [markdown]
# We need no network to find out. Each of the 200 images is classified correctly with probability
# 0.8. So a validation accuracy is a binomial random number divided by 200. The cell simulates the
# whole competition 4,000 times.

# %% practice=true
import matplotlib.pyplot as plt

rng = np.random.default_rng(0)
shown = rng.binomial(200, 0.8, size=(4000, 50)) / 200  # a row is a competition of 50 networks
winners = shown.max(axis=1)
reveal(
    "ps14_best_of_50",
    round(float(winners.mean()), 3),
    f"Mean of 4,000 competitions, standard deviation {winners.std():.3f}.",
)


# %% practice=true fold="Draw the scores of the best" after="ps14_best_of_50"
def draw_winners(n_networks):
    """Validation scores of one network, and of the best of several."""
    best = shown[:, :n_networks].max(axis=1)
    bins = np.arange(0.6975, 0.93, 0.005)
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 2.8))
        weights = np.full(len(best), 1 / len(best))
        ax.hist(shown[:, 0], bins, weights=weights, color="0.8")
        ax.hist(best, bins, weights=weights, color=theme.FORWARD, alpha=0.75)
        ax.axvline(0.8, color=theme.INK, linestyle="--")
        ax.text(0.7, 0.36, "the best", color=theme.FORWARD)
        ax.text(0.7, 0.32, "one network", color=theme.QUIET)
        ax.text(0.802, 0.37, "accuracy of every network")
        title = f"Best of {n_networks} equal networks: mean score {best.mean():.3f}"
        ax.set(xlabel="accuracy on 200 validation images", ylabel="share", title=title)
        ax.set(xlim=(0.69, 0.92), ylim=(0, 0.4))
    return figure


slider(
    draw_winners,
    (1, 3, 10, 20, 50),
    name="networks",
    alt="Two histograms. That of one network is centred at 0.8; that of the best moves to the "
    "right as the number of networks grows.",
    dpi=90,
)

# %% [markdown] after="ps14_best_of_50"
# *In words: two histograms, grey for the score of one network, and blue for the score of the best
# of several. The grey one is centred at 0.8. With one network both are the same. The more networks
# there are, the further the blue one moves to the right, and the narrower it is. A dashed line
# marks the accuracy of every network on new images.*

# %% claims=true
claim(
    "the score of the best is about six points above 0.8",
    100 * (winners.mean() - 0.8),
    equals=6.3,
    within=0.5,
    given=[0.8],
)
one_mean = shown[:, :1].max(axis=1).mean() - shown[:, 0].mean()
claim("The grey one is centred at 0.8.", shown[:, 0].mean(), equals=0.8, within=0.005)
claim("With one network both are the same.", one_mean, above=-1e-9, below=1e-9)
spreads = [shown[:, :n].max(axis=1).std() for n in (1, 3, 10, 20, 50)]
claim(
    "The more networks there are, the further the blue one moves to the right, "
    "and the narrower it is.",
    spreads[1:],
    below=spreads[:-1],
)

# %% [markdown] after="ps14_best_of_50"
# Nothing was trained and nothing was learnt, but the score of the best is about six points above
# 0.8. This is called the **winner's curse**: the highest of several noisy scores is too high on
# average. Nobody has cheated, and nobody has used test images. It was enough to look at the highest
# of many numbers. This is why there is a test set beside the validation set, and why we use it only
# once.

# %% [markdown]
# ## 2 The idea
#
# S2 ("Beyond Training Error") says what makes training hard: better optimisation lowers the
# training loss, but we care about the error on new data. So there are **three questions**. Each of
# them is answered by its own set of images:
#
# - *Which weights?* The training set. Gradient descent uses nothing else.
# - *Which settings?* The validation set. You may use it as often as you like. But each choice by
#   its scores makes the best score a little too high on average.
# - *How good is the network?* The test set, which has not answered any other question. You use it
#   once.
#
# S0 draws this under "Standard practice of handling data". Between training and test there is a
# loop, and this loop is the topic of the notebook. Write each iteration on an **experiment card**:
#
# | guess | change | result | belief |
# |---|---|---|---|
# | what I expect, and by how much | one setting | mean ± sd over seeds | what I now think |
#
# People often leave out the column "guess". Without it, a result soon looks like what you expected.

# %% practice=true fold="Draw the three sets and the loop"
parts = (("training", 1000, "which weights?"), ("validation", 1000, "which settings?"))
parts += (("test", 3000, "how good is it? (once)"),)
with theme.style():
    figure, ax = plt.subplots(figsize=(8, 1.9))
    left = 0
    for (name, n, question), shade in zip(parts, (1.0, 0.6, 0.25), strict=True):
        ax.barh(0, n, left=left, height=0.6, color=theme.FORWARD, alpha=shade)
        colour = "white" if shade > 0.5 else theme.INK
        ax.text(left + n / 2, 0, f"{name}\n{n:,}", ha="center", va="center", color=colour)
        ax.text(left + n / 2, 0.5, question, ha="center", va="center")
        left += n
    cards = ("guess", "change", "train", "result", "belief")
    ax.text(0, -0.6, "   →   ".join(cards) + "   →   guess …", va="center")
    ax.set(
        ylim=(-0.8, 0.7),
        title="Three sets of images with their questions, and the loop of experiments",
    )
    ax.axis("off")
    plt.show()

# %% [markdown]
# *In words: a bar of 5,000 images in three parts. 1,000 for training answer "which weights", 1,000
# for validation answer "which settings", 3,000 for testing answer "how good is it", once. A line of
# text below gives the loop: guess, change, train, result, belief, and guess again.*

# %% [markdown]
# ## 3 From settings to a network
#
# The data are the 5,000 MNIST digits that come with the course. We shuffle them once and split them
# into three sets.

# %% practice=true
digits = load_mnist5000()
order = np.random.default_rng(14).permutation(len(digits.x))
x_train, t_train = digits.x[order[:1000]], digits.t[order[:1000]]
x_val, t_val = digits.x[order[1000:2000]], digits.t[order[1000:2000]]
x_test, t_test = digits.x[order[2000:]], digits.t[order[2000:]]
print("training", x_train.shape, " validation", x_val.shape, " test", x_test.shape)

# %% [markdown]
# Everything that you can choose is an entry of a dictionary. `START` holds plain defaults. A
# **configuration** is a dictionary with the entries that differ from `START`.
#
# | entry | possible values |
# |---|---|
# | `layers` | units of the hidden layers: a list of up to 4 whole numbers from 1 to 512 |
# | `activation` | `"relu"`, `"leaky_relu"`, `"elu"`, `"gelu"`, `"tanh"`, `"sigmoid"` |
# | `init` | `"lecun_normal"`, `"glorot_normal"`, `"glorot_uniform"`, `"he_normal"`, |
# | | `"he_uniform"` |
# | `norm` | `"none"`, `"batchnorm"`, `"layernorm"`, before each activation |
# | `dropout` | probability of dropping a hidden unit, 0 to 0.95 |
# | `loss` | `"softmax_cross_entropy"`, `"multiclass_hinge"`, `"squared_error"` |
# | `optimizer` | `"sgd"`, `"nesterov"`, `"adagrad"`, `"rmsprop"`, `"adadelta"`, `"adam"`, |
# | | `"adamw"` |
# | `lr` | learning rate, above 0 and up to 100 |
# | `momentum` | for `"sgd"` and `"nesterov"`, 0 to 0.999 |
# | `schedule` | `"constant"`, `"step"`, `"inverse_time"`, `"cosine"`, `"warmup_cosine"` |
# | `batch_size`, `epochs` | whole numbers, 25 to 1000 and 1 to 60 |
# | `l2` | λ of the penalty on the weights, 0 to 1 |
# | `weight_decay` | for the optimizer `"adamw"`, 0 to 1 |
# | `shift` | in training, images are shifted at random by up to this many pixels, 0 to 5 |
# | `inputs` | `"raw"` or `"standardized"`, each pixel separately |

# %%
START = {
    "layers": [100],
    "activation": "relu",
    "init": "he_normal",
    "norm": "none",
    "dropout": 0.0,
    "loss": "softmax_cross_entropy",
    "optimizer": "sgd",
    "lr": 0.1,
    "momentum": 0.0,
    "schedule": "constant",
    "batch_size": 50,
    "epochs": 10,
    "l2": 0.0,
    "weight_decay": 0.0,
    "shift": 0,
    "inputs": "raw",
}

# %% [markdown]
# The next three cells turn these names into a network and its training. Nothing in them is new:
# each line uses something from the library that you have written in an earlier notebook. The cells
# are closed. Open them, and find which entry of the table becomes which part. Together they are the
# whole training, and the grader runs the same.


# %% fold="Define the network and its optimizer"
def network_of(settings, rng):
    """The network, with its initial weights."""
    activations = {
        "relu": layers.ReLU,
        "leaky_relu": layers.LeakyReLU,
        "elu": layers.ELU,
        "gelu": layers.GELU,
        "tanh": layers.Tanh,
        "sigmoid": layers.Sigmoid,
    }
    norms = {"none": None, "batchnorm": layers.BatchNorm, "layernorm": layers.LayerNorm}
    return mlp(
        [784, *settings["layers"], 10],
        rng=rng,
        activation=activations[settings["activation"]],
        init=getattr(initializers, settings["init"]),
        norm=norms[settings["norm"]],
        drop_prob=settings["dropout"],
    )


def optimizer_of(settings, network):
    """The optimizer with its learning rate and its own settings."""
    name, params, lr = settings["optimizer"], network.parameters(), settings["lr"]
    if name == "sgd":
        return optimizers.SGD(params, lr=lr, momentum=settings["momentum"])
    if name == "nesterov":
        return optimizers.Nesterov(params, lr=lr, momentum=settings["momentum"])
    if name == "adamw":
        return optimizers.AdamW(params, lr=lr, weight_decay=settings["weight_decay"])
    others = {
        "adagrad": optimizers.Adagrad,
        "rmsprop": optimizers.RMSprop,
        "adadelta": optimizers.Adadelta,
        "adam": optimizers.Adam,
    }
    return others[name](params, lr=lr)


# %% fold="Define the schedule and the loss"
def schedule_of(settings, steps):
    """The learning rate as a function of the step; None keeps it constant."""
    name, lr = settings["schedule"], settings["lr"]
    if name == "step":  # a third of the training at each rate
        return lambda t: step_decay(t, lr=lr, factor=0.3, every=math.ceil(steps / 3))
    if name == "inverse_time":  # a tenth of the rate in the end
        return lambda t: inverse_time_decay(t, lr=lr, k=9 / steps)
    if name in ("cosine", "warmup_cosine"):
        warmup = 0 if name == "cosine" else steps // 10
        return lambda t: warmup_cosine(t, lr=lr, warmup=warmup, total=steps)
    return None


def loss_of(settings):
    """value, gradient = loss(y, labels)"""
    if settings["loss"] == "squared_error":
        return lambda y, t: losses.squared_error(y, one_hot(t, 10).astype(y.dtype))
    if settings["loss"] == "multiclass_hinge":
        return lambda y, t: losses.multiclass_hinge(y, t, 1.0)
    return losses.softmax_cross_entropy


# %% [markdown]
# `train` shifts the images before it standardises their pixels. The mean and the standard deviation
# of each pixel come from the training images alone.


# %% fold="Define the training"
def train(configuration, x, t, rng, validation=None):
    """Train a network on x (N, 784) and labels t; returns images -> class scores, and history."""
    settings = START | configuration
    network = network_of(settings, rng)
    stats = standardize_fit(x) if settings["inputs"] == "standardized" else None

    def prepared(images):
        return images if stats is None else standardize_apply(images, stats)

    def augmented(batch, rng):
        images = batch.reshape(-1, 28, 28, 1)
        return prepared(translate(images, settings["shift"], rng).reshape(batch.shape))

    moving, l2 = settings["shift"] > 0, settings["l2"]
    steps = settings["epochs"] * math.ceil(len(x) / settings["batch_size"])
    history = fit(
        network,
        x if moving else prepared(x),
        t,
        loss=loss_of(settings),
        optimizer=optimizer_of(settings, network),
        epochs=settings["epochs"],
        batch_size=settings["batch_size"],
        rng=rng,
        schedule=schedule_of(settings, steps),
        augment=augmented if moving else None,
        penalty=(lambda weights: l2_penalty(weights, l2)) if l2 else None,
        validation=validation and (prepared(validation[0]), validation[1]),
        progress=False,
    )
    return (lambda images: network(prepared(images))), history


# %% [markdown]
# ### The budget
#
# There is a **budget**, so that longer training and larger networks have a cost. The cost is the
# number of examples seen times the number of parameters, and it may be 5,000 million at most. It is
# known before the training and is the same on every machine. Each weight takes part in one
# multiplication per example in the forward pass and in about two in the backward pass. So the
# training time grows with this product.

# %% [markdown]
# How many parameters does a network with 784 inputs, the given hidden layers and 10 outputs have?
# Count the weights and biases. For batch or layer norm, add a gamma and a beta for each hidden
# unit. The list `layers` may be empty. (No points; the cell below compares with real networks.)
#
# <details><summary>The derivation</summary>
#
# - A linear layer from $n$ inputs to $m$ outputs has a weight for each pair and a bias for each
#   output: $nm + m = (n + 1)\,m$ parameters.
# - The widths are $784, h_1, \dots, h_k, 10$, so the linear layers have $\sum_l (n_l + 1)\,n_{l+1}$
#   over neighbours in this list.
# - A norm has one gamma and one beta for each hidden unit: $2\,(h_1 + \dots + h_k)$ more.
#
# </details>


# %% solution="parameter_count"
def parameter_count(layers, norm):
    """The number of parameters: layers as [100] or [256, 128], norm as "none" or another."""
    ### BEGIN SOLUTION
    sizes = [*layers, 10]
    linear = sum((n_in + 1) * n_out for n_in, n_out in zip([784, *layers], sizes, strict=True))
    return linear + (0 if norm == "none" else 2 * sum(layers))
    ### END SOLUTION


# %% practice=true
BUDGET = 5_000_000_000


def budget_used(configuration):
    """Share of the budget that a configuration needs, by counting a real network."""
    settings = START | configuration
    network = network_of(settings, np.random.default_rng(0))
    parameters = sum(p.data.size for p in network.parameters())
    return settings["epochs"] * 1000 * parameters / BUDGET


# %% practice=true fold="Compare your count with three networks"
def attempt(function, *arguments):
    """The result of your function; None as long as it is not written."""
    try:
        return function(*arguments)
    except NotImplementedError:
        return None


for change in ({}, {"layers": []}, {"layers": [256, 128], "norm": "batchnorm", "epochs": 20}):
    settings = START | change
    network = network_of(settings, np.random.default_rng(0))
    counted = sum(p.data.size for p in network.parameters())
    mine = attempt(parameter_count, settings["layers"], settings["norm"])
    verdict = "not written yet" if mine is None else "agrees" if mine == counted else "DIFFERS"
    used = f"{budget_used(change):.0%} of the budget"
    print(f"layers {settings['layers']}: {counted:,} parameters ({verdict}), {used}")

# %% [markdown]
# ## 4 What a score is worth
#
# A score depends on chance in two ways. The first is the choice of the validation images. Suppose
# that a network classifies a share p of all digits correctly. Then its accuracy on n images has a
# standard deviation that you can compute. (One image is a number, 1 if it is classified correctly
# and 0 if not, with the mean p. What is its variance? What is the variance of a mean of n such
# numbers?)
#
# <details><summary>The derivation</summary>
#
# - Let $r_i$ be 1 if image $i$ is classified correctly and 0 if not. Its mean is $p$.
# - $r_i^2 = r_i$, so $\mathrm{Var}(r_i) = \mathbb{E}[r_i^2] - p^2 = p - p^2 = p\,(1 - p)$.
# - The accuracy is $\frac1n \sum_i r_i$. The images are independent, so the variance of the sum is
#   the sum of the variances: $n\,p\,(1 - p)$.
# - The factor $1/n$ divides a variance by $n^2$: the variance of the accuracy is $p\,(1 - p)/n$,
#   and its standard deviation is the square root of this.
#
# </details>


# %% solution="validation_sd"
def validation_sd(p, n):
    """Standard deviation of the accuracy on n images, for a network with the accuracy p."""
    ### BEGIN SOLUTION
    return math.sqrt(p * (1 - p) / n)
    ### END SOLUTION


# %% practice=true
rng = np.random.default_rng(1)
for p, n in ((0.8, 200), (0.93, 1000), (0.93, 10_000)):
    simulated = (rng.binomial(n, p, size=20_000) / n).std()
    mine = attempt(validation_sd, p, n)
    said = "not written yet" if mine is None else f"yours {mine:.5f}"
    print(f"p = {p}, n = {n:6,}: simulated {simulated:.5f}, {said}")

# %% [markdown]
# The best of M equal, independent scores is too high on average. In units of this standard
# deviation, it is too high by about the expected maximum of M standard normal numbers: 0.85 for M =
# 3, 1.95 for M = 24, 2.25 for M = 50. So the winner's curse grows slowly with the number of trials,
# and it is inversely proportional to the square root of the number of validation images. The next
# cell computes the expected maximum. (The known $\sqrt{2 \ln M}$ is only an upper bound: 1.48,
# 2.52 and 2.80, still 24 % too much for M = 50.)

# %% practice=true
z = np.linspace(-8, 8, 2001)
below = np.array([(1 + math.erf(value / math.sqrt(2))) / 2 for value in z])  # P(one is below z)
middle = (z[1:] + z[:-1]) / 2  # all M are below z with probability below ** M
maximum = {M: float(np.sum(middle * np.diff(below**M))) for M in (3, 24, 50)}
for M, mean in maximum.items():
    print(f"M = {M:2}: expected maximum {mean:.2f}, upper bound {math.sqrt(2 * math.log(M)):.2f}")

# %% practice=true fold="Draw the score of the best"
trials, of_best = np.arange(1, 201), {}
with theme.style():
    figure, ax = plt.subplots(figsize=(7, 3))
    looks = ((100, ":", theme.CYCLE[2]), (1000, "--", theme.FORWARD), (10_000, "-", theme.INK))
    for n, style, colour in looks:
        rng = np.random.default_rng(2)
        many = rng.binomial(n, 0.8, size=(600, 200)) / n
        best = of_best[n] = np.maximum.accumulate(many, axis=1).mean(axis=0)
        label = f"{n:,} validation\nimages"
        ax.plot(trials, best, color=colour, linestyle=style, label=label)
    ax.axhline(0.8, color=theme.QUIET, linewidth=1)
    ax.set(xlabel="networks tried, all with the accuracy 0.80", ylabel="score of the best")
    ax.set(title="Score of the best of several equal networks", ylim=(0.79, 0.92))
    label_lines(ax)
    plt.show()

# %% claims=true
for M, mean, bound in ((3, 0.85, 1.48), (24, 1.95, 2.52), (50, 2.25, 2.80)):
    claim(
        "0.85 for M = 3, 1.95 for M = 24, 2.25 for M = 50",
        maximum[M],
        equals=mean,
        within=0.006,
        given=[0.85, 3, 1.95, 24, 2.25, 50],
    )
    claim(
        "upper bound: 1.48, 2.52 and 2.80",
        math.sqrt(2 * math.log(M)),
        equals=bound,
        within=0.01,
        given=[1.48, 2.52, 2.80],
    )
claim(
    "still 24 % too much for M = 50",
    math.sqrt(2 * math.log(50)) / maximum[50] - 1,
    equals=0.24,
    within=0.02,
    given=[50],
)
for n, score_of_best in ((100, 0.90), (1000, 0.83), (10_000, 0.81)):
    claim(
        "The best of 200 networks shows about 0.90 with 100 validation images, "
        "0.83 with 1,000 and 0.81 with 10,000",
        of_best[n][199] - 0.8,
        equals=score_of_best - 0.8,
        within=0.25 * (score_of_best - 0.8),
        given=[200, 0.90, 100, 0.83, 1000, 0.81, 10_000],
    )

# %% [markdown]
# *In words: three curves of the best score over the number of networks tried, which all have the
# accuracy 0.80. The best of 200 networks shows about 0.90 with 100 validation images, 0.83 with
# 1,000 and 0.81 with 10,000.*
#
# The second kind of chance is in the training: other initial weights and another order of the
# minibatches. We train `START` with five seeds. The function `score` trains a network and returns
# its validation accuracy, or nan if the run has diverged.


# %% practice=true fold="Define score, and train START with five seeds"
def score(configuration, seed=0, n=1000):
    """Validation accuracy after training on the first n training images; nan if it diverges."""
    try:
        predict, _ = train(configuration, x_train[:n], t_train[:n], np.random.default_rng(seed))
    except FloatingPointError:
        return float("nan")
    return accuracy(predict(x_val), t_val)


scores = np.array([score({}, seed) for seed in range(5)])
print("five seeds of START:", scores.round(3))
print(f"mean {scores.mean():.3f}, from seed to seed ± {scores.std(ddof=1):.4f}")

# %% [markdown]
# Both kinds of chance make a score uncertain, but in different ways. All configurations that you
# compare are evaluated on the same images. So a hard validation set is hard for all of them. The
# initial weights and minibatches differ from seed to seed. **A difference between two
# configurations counts if it is large compared with its standard error over seeds.** (For n
# seeds, this is the standard deviation of the n differences, divided by √n.) One number from one
# seed each is not a comparison.
#
# More seeds do not remove the chance in the choice of images. Suppose that on 5 % of 1,000 images
# one of two networks is correct and the other is not. Then their difference has a standard
# deviation of about 0.007 from the images alone. So a difference below one point may hold for these
# 1,000 images only.

# %% claims=true
claim(
    "their difference has a standard deviation of about 0.007",
    math.sqrt(0.05 / 1000),
    equals=0.007,
    within=0.0005,
)

# %% [markdown]
# ## 5 Where to look
#
# S4 asks under "Some questions": how do we choose parameters, the number of units and layers,
# activation functions, the learning rate? There is no formula, so we try. But which values should
# we try?
#
# ### A grid, or chance
#
# *Grid search* takes a few values of each setting and tries all combinations. For two settings
# it consists of two nested loops:


# %%
def grid_search(space, evaluate):
    """All combinations of two settings, one after the other."""
    (first, values_of_first), (second, values_of_second) = space.items()
    history = []
    for one in values_of_first:
        for other in values_of_second:
            configuration = {first: one, second: other}
            history.append((configuration, evaluate(configuration)))
    best = history[0]
    for pair in history:
        if pair[1] > best[1]:
            best = pair
    return best, history


# %% [markdown]
# **Random search** makes n ≥ 1 trials. For each trial, every setting is drawn from its list,
# independently of the others and with all values equally likely. The rules:
#
# - `space` is a dictionary, name → list of values, and stays unchanged. A value may be anything: a
#   number, `None`, a text, a list. It is passed on as it stands in the list.
# - `evaluate(configuration)` returns a score; **higher is better**. It is called exactly n times,
#   because each call is a whole training. Each call gets a new dictionary.
# - `history` is the list of the n pairs (configuration, score), in the order of the trials. `best`
#   is the pair with the highest score. If several have it, `best` is the first of them.
# - A run that has diverged has the score nan. Such a run is best only if all scores are nan;
#   then any pair may be `best`.
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
# ### How many trials?
#
# Suppose that a share s of all configurations in the space is good enough for you. A single random
# trial finds one of those with probability s. What is the probability that at least one of n trials
# does? (No points. Start with the probability that all n trials miss.)
#
# <details><summary>The derivation</summary>
#
# - One trial misses with probability $1 - s$.
# - The trials are independent, so all $n$ miss with probability $(1 - s)^n$.
# - "At least one hits" is the opposite of "all miss": its probability is $1 - (1 - s)^n$.
#
# </details>


# %% solution="chance_to_hit"
def chance_to_hit(s, n):
    """Probability that at least one of n independent trials falls into a share s of the space."""
    ### BEGIN SOLUTION
    return 1 - (1 - s) ** n
    ### END SOLUTION


# %% practice=true
rng = np.random.default_rng(3)
for s, n in ((0.05, 14), (0.05, 60), (0.01, 60)):
    simulated = (rng.random((20_000, n)) < s).any(axis=1).mean()
    mine = attempt(chance_to_hit, s, n)
    said = "not written yet" if mine is None else f"yours {mine:.3f}"
    print(f"the best {s:.0%}, {n} trials: simulated {simulated:.3f}, {said}")

# %% claims=true
hit = chance_to_hit(0.05, 60)
claim("among the best 5 % nineteen times out of twenty", hit, equals=0.95, within=0.01, given=[5])

# %% [markdown]
# Sixty trials find something among the best 5 % nineteen times out of twenty, **whatever the number
# of settings**: the formula does not contain this number. A grid of three values each for ten
# settings would need 59,049 trainings. (In a badly chosen space, the best 5 % can still be bad.)
#
# ### On which scale?
#
# Suppose that a learning rate may lie anywhere between 0.0001 and 1. If you draw 40 rates
# **uniformly** in this range, how many are below 0.01? For rates, factors matter and not
# differences: from 0.001 to 0.002 is as far as from 0.1 to 0.2. So we draw the exponent uniformly.
# This is called log-uniform. Write a function that draws an array of `size` such rates (no points).


# %% solution="log_uniform"
def log_uniform(low, high, size, rng):
    """Numbers between low and high whose logarithms are uniform."""
    ### BEGIN SOLUTION
    return np.exp(rng.uniform(np.log(low), np.log(high), size))
    ### END SOLUTION


# %% practice=true
rng = np.random.default_rng(4)
uniform = rng.uniform(1e-4, 1, 40)
logs = attempt(log_uniform, 1e-4, 1, 40, rng)
quick = {"layers": [32], "epochs": 4, "batch_size": 25}
rates = np.geomspace(1e-4, 3, 14)
reached = [[score(quick | {"lr": lr}, seed, n=500) for lr in rates] for seed in range(2)]

# %% practice=true fold="Draw the rates and their accuracy"
with theme.style():
    figure, ax = plt.subplots(figsize=(7, 3.2))
    ax.plot(rates, np.nan_to_num(np.mean(reached, axis=0), nan=0.1), color=theme.FORWARD)
    ax.plot(uniform, np.full(40, -0.1), "|", color=theme.INK, markersize=12)
    ax.text(2e-4, -0.08, "40 rates, uniform", fontsize=9)
    if logs is not None:
        ax.plot(logs, np.full(40, -0.25), "|", color=theme.FORWARD, markersize=12)
    ax.text(
        1.1e-4,
        -0.4,
        "40 rates, log-uniform" if logs is not None else "log_uniform waits",
        fontsize=9,
    )
    ax.set(xscale="log", xlabel="learning rate", ylabel="validation accuracy", ylim=(-0.45, 1))
    ax.set(yticks=np.arange(0, 1.1, 0.2), title="Learning rates drawn uniformly and log-uniformly")
    plt.show()
print(f"uniform: {np.mean(uniform < 0.01):.0%} of the rates are below 0.01")
if logs is not None:
    print(f"yours:   {np.mean(logs < 0.01):.0%} of the rates are below 0.01")

# %% claims=true
by_rate = np.nan_to_num(np.mean(reached, axis=0), nan=0.1)
claim("near 0.1 at 0.0001", by_rate[0], below=0.2, given=[0.1, 0.0001])
in_between = by_rate[(rates > 0.08) & (rates < 0.5)]
claim("above 0.8 between about 0.1 and 0.4", in_between, above=0.8, given=[0.1, 0.4])
claim("near random guessing again at the largest rate", by_rate[-1], below=0.2)
claim(
    "Most of the uniform rates lie between 0.1 and 1.",
    np.mean(uniform > 0.1),
    above=0.6,
    given=[0.1, 1],
)
decades = np.histogram(np.log10(logs), bins=[-4, -3, -2, -1, 0])[0]
claim("The log-uniform rates are spread over the whole range.", decades, above=2)

# %% [markdown]
# *In words: the validation accuracy of a small network over the learning rate, on a logarithmic
# axis: near 0.1 at 0.0001, above 0.8 between about 0.1 and 0.4, and near random guessing again at
# the largest rate. Two rows of ticks mark the 40 rates of each kind. Most of the uniform rates lie
# between 0.1 and 1. The log-uniform rates are spread over the whole range.*
#
# ### A grid and random search compared
#
# We compare both with 16 trials and two settings. One is the learning rate: we only know that it
# lies between 0.00001 and 10. The other is the λ of the L2 penalty, between 10⁻⁷ and 10⁻⁴. At the
# rate 0.2, five values of λ in this range change the accuracy by less than one point (measured in
# the next cell). So we leave λ out of the other measurements. A grid of 4 × 4 trials tries four
# rates, each of them four times. A random search draws a new rate for each trial: here about
# fourteen different ones, since it draws from 49 values. (Bergstra and Bengio made this argument in
# 2012.)
#
# A fair comparison repeats both, because a grid may be placed well by luck, and random draws may be
# lucky, too. This needs thousands of trials. So we measure the accuracy at 49 rates once, for the
# seeds 0, 1 and 2, and store it in a table. A trial looks up its rate there and ignores its λ.

# %% practice=true fold="Measure the accuracy at 49 rates"
rates = np.geomspace(1e-5, 10, 49).round(9).tolist()
lambdas = np.geomspace(1e-7, 1e-4, 49).tolist()
at_rate = np.array([[score(quick | {"lr": lr}, seed, n=500) for lr in rates] for seed in range(3)])
at_rate = np.nan_to_num(at_rate, nan=0.1)
at_lambda = np.array(
    [
        [score(quick | {"lr": 0.2, "l2": l2}, seed, n=500) for l2 in lambdas[::12]]
        for seed in range(3)
    ]
)
change = 100 * (at_lambda.max(axis=1) - at_lambda.min(axis=1))
print("λ from 1e-7 to 1e-4 changes the accuracy by", change.round(1), "points (seeds 0, 1, 2)")

# %% [markdown]
# Neighbouring rates of the grid differ by a factor of 32. We try the grid at twelve places: it
# begins at each of the twelve lowest rates. Your `random_search` runs 400 times for each of the
# seeds 0, 1 and 2.

# %% practice=true fold="Repeat both searches"
if ready("random_search"):
    grids, randoms = [], []
    for seed in range(3):
        accuracy_at = dict(zip(rates, at_rate[seed], strict=True))

        def look_up(configuration, table=accuracy_at):
            return table[configuration["lr"]]

        placed = [{"lr": rates[o:48:12], "l2": lambdas[o:48:12]} for o in range(12)]
        grids.append([grid_search(space, look_up)[0][1] for space in placed])
        space, rng = {"lr": rates, "l2": lambdas}, np.random.default_rng(seed)
        searches = [random_search(space, look_up, 16, rng) for _ in range(400)]
        randoms.append([best[1] for best, _ in searches])
    grids, randoms = np.array(grids), np.array(randoms)
    _, on_grid = grid_search(placed[3], look_up)
else:
    print("This cell waits.")

# %% practice=true fold="Draw both searches, print the table"
if ready("random_search"):
    with theme.style():
        figure, axes = plt.subplots(1, 2, figsize=(9, 3.2), sharey=True, sharex=True)
        for ax, history in zip(axes, (on_grid, searches[0][1]), strict=True):
            lr, l2 = ([c[name] for c, _ in history] for name in ("lr", "l2"))
            dots = ax.scatter(lr, l2, c=[s for _, s in history], cmap=theme.COUNTS, s=70)
            dots.set(edgecolor=theme.INK, clim=(0, 0.9))
            ax.plot(lr, np.full(len(lr), 5e-8), "|", color=theme.INK, markersize=14)
            ax.set(xscale="log", yscale="log", ylim=(3e-8, 2e-4))
            ax.set_xlabel("learning rate (ticks: the rates tried)")
        axes[0].set(ylabel="λ", title="A grid: 16 trials, 4 rates")
        axes[1].set_title(f"A random search: 16 trials, {len(set(lr))} rates")
        figure.colorbar(dots, ax=axes, label="validation accuracy")
        plt.show()
    print("best of 16   grid: mean   lowest   highest   random: mean   median   10% quantile")
    for seed, (g, found) in enumerate(zip(grids, randoms, strict=True)):
        of_grid = f"{g.mean():10.3f}   {g.min():6.3f}   {g.max():7.3f}"
        low, middle = np.quantile(found, [0.1, 0.5])
        print(f"seed {seed}       {of_grid}   {found.mean():12.3f}   {middle:6.3f}   {low:12.3f}")

# %% [markdown]
# *In words: two panels with the learning rate on one axis and λ on the other. The trials are dots,
# coloured by their accuracy. On the left a grid of four by four dots above four ticks. On the right
# sixteen scattered dots above their ticks.*
#
# On each of the seeds 0, 1 and 2, the mean over 400 random searches is above the mean over the
# twelve places of the grid. The rates that reach 0.8 lie within a factor of ten, and neighbouring
# rates of the grid are a factor of 32 apart. So it depends on the place of the grid whether one of
# its rates is good. The best and the worst place of the grid differ by at least 0.08.
#
# The gain of random search is a few points. Some places of the grid beat most random searches (see
# "highest" and "median"), because one of their four rates happens to be good. Still,
# for random search you need not know beforehand which setting matters. If you know that, vary this
# setting alone, in sixteen steps.

# %% claims=true
claim(
    "At the rate 0.2, five values of λ in this range change the accuracy by less than one point",
    change,
    below=1,
    given=[0.2],
)
different = np.mean([len({c["lr"] for c, _ in trials_of_one}) for _, trials_of_one in searches])
claim("here about fourteen different ones", different, equals=14, within=0.6)
claim(
    "On each of the seeds 0, 1 and 2, the mean over 400 random searches is above "
    "the mean over the twelve places of the grid",
    randoms.mean(axis=1),
    above=grids.mean(axis=1),
    given=[0, 1, 2, 400],
)
claim(
    "The best and the worst place of the grid differ by at least 0.08",
    grids.max(axis=1) - grids.min(axis=1),
    above=0.08,
)
gain = 100 * (randoms.mean(axis=1) - grids.mean(axis=1)).mean()
claim("The gain of random search is a few points", gain, above=2)
claim("The gain of random search is a few points", gain, below=6)
claim(
    "Some places of the grid beat most random searches",
    grids.max(axis=1),
    above=np.median(randoms, axis=1),
)
claim("are a factor of 32 apart", rates[12] / rates[0], equals=32, within=1)
good = [rates[i] for i in np.flatnonzero(at_rate.mean(axis=0) > 0.8)]
claim(
    "The rates that reach 0.8 lie within a factor of ten",
    good[-1] / good[0],
    below=10,
    given=[0.8],
)

# %% [markdown]
# ## 6 One change, one number
#
# Use a search for settings whose good values you cannot guess. Many good values can be guessed and
# then tested, one change at a time. The following start is bad in several ways on purpose: three
# hidden layers of sigmoids, plain gradient descent with a low rate, and half of the images in one
# minibatch. We try nine changes in the order below, each on top of those that were kept. We fix the
# rule beforehand: **a change is kept if the mean over three seeds rises.** Which of them brings the
# largest gain? Guess by its letter.
#
# **a** sigmoid → ReLU, **b** rate 0.01 → 0.1, **c** batches of 500 → 50, **d** momentum 0.9,
# **e** Adam at 0.003, **f** 6 → 20 epochs, **g** cosine schedule, **h** dropout 0.3, **i** shifts
# by 2 pixels

# %% guess="the largest of nine gains"
guess("ps14_largest_step", None)  # a letter from "a" to "i", with the quotes

# %% practice=true fold="Define the bad start and nine changes"
BAD = {"layers": [64, 64, 64], "activation": "sigmoid", "lr": 0.01, "batch_size": 500, "epochs": 6}
RUNGS = (
    ("a", "sigmoid → ReLU", {"activation": "relu"}),
    ("b", "rate 0.01 → 0.1", {"lr": 0.1}),
    ("c", "batches of 500 → 50", {"batch_size": 50}),
    ("d", "momentum 0.9", {"momentum": 0.9}),
    ("e", "Adam at 0.003", {"optimizer": "adam", "lr": 0.003}),
    ("f", "6 → 20 epochs", {"epochs": 20}),
    ("g", "cosine schedule", {"schedule": "cosine"}),
    ("h", "dropout 0.3", {"dropout": 0.3}),
    ("i", "shifts by 2 pixels", {"shift": 2}),
)


# %% practice=true fold="Try the nine changes"
def three_seeds(configuration):
    """Validation accuracy from three seeds; a run that diverged counts as 0.1."""
    return np.nan_to_num([score(configuration, seed) for seed in range(3)], nan=0.1)


if attempt(parameter_count, [100], "none") is None:
    ladder = []
    print("This cell takes some seconds, and waits for parameter_count.")
else:
    now, before = dict(BAD), three_seeds(BAD)
    ladder = [("", "the bad start", before, True)]
    for letter, name, change in RUNGS:
        after = three_seeds(now | change)
        kept = after.mean() > before.mean()
        ladder.append((letter, name, after, kept))
        if kept:
            now, before = now | change, after

# %% practice=true
if ladder:
    height = ladder[0][2].mean()
    gains = {}
    for letter, _name, after, kept in ladder:
        gains[letter] = after.mean() - height
        height = after.mean() if kept else height
    largest = max(gains, key=gains.get)
    reveal(
        "ps14_largest_step",
        largest,
        f"The gain of this change in mean accuracy: {gains[largest]:+.3f}.",
        {letter: name for letter, name, *_ in ladder},
    )

# %% practice=true fold="Print the table of changes" after="ps14_largest_step"
if ladder:
    print("   change                  mean      sd    gain")
    for letter, name, after, kept in ladder:
        verdict = "kept" if kept else "taken back"
        numbers = f"{after.mean():.3f} ± {after.std(ddof=1):.3f} {gains[letter]:+.3f}"
        print(f"{letter:2} {name:22} {numbers} {verdict}")

# %% practice=true fold="Draw the accuracy after each change" after="ps14_largest_step"
if ladder:
    with theme.style():
        figure, ax = plt.subplots(figsize=(7.5, 3.4))
        for row, (_, _, after, kept) in enumerate(ladder):
            ax.barh(row, after.mean(), color=theme.FORWARD if kept else "0.8")
            ax.plot(after, [row] * 3, "o", color="black", markersize=3)
        ax.set_yticks(range(len(ladder)), [name for _, name, _, _ in ladder])
        ax.invert_yaxis()
        ax.set(xlabel="validation accuracy (bar: mean, dots: three seeds)", xlim=(0, 1))
        ax.set_title("Validation accuracy after each change (grey: taken back)")
        plt.show()

# %% claims=true
steps = {letter: after.mean() for letter, _, after, _ in ladder}
claim("The first two bars are short, near random guessing", max(steps[""], steps["a"]), below=0.25)
claim("first by a lot and\nlater by little", steps["c"] - steps["a"], above=0.5)
claim("first by a lot and\nlater by little", steps["i"] - steps["e"], below=0.05)
claim("The rate 0.1 brings much after ReLU", steps["b"] - steps["a"], above=0.2, given=[0.1])
claim(
    "added to the bad start, it leaves the accuracy near random guessing",
    three_seeds(BAD | {"lr": 0.1}),
    below=0.2,
)
claim(
    "Shifts added to the bad start leave it there, too.",
    three_seeds(BAD | {"shift": 2}),
    below=0.2,
)

# %% [markdown] after="ps14_largest_step"
# *In words: a bar for the bad start and one for each of the nine changes, with a dot for each of
# three seeds. The first two bars are short, near random guessing. Then the bars become longer,
# first by a lot and later by little. Grey bars are changes that did not raise the mean and were
# taken back.*
#
# Compare the column "gain" with the column "sd", the standard deviation over the seeds. Which gains
# would you believe? The order matters as well: if each of several changes would help, the first of
# them gets the credit. And what a change brings depends on the changes before it. The rate 0.1
# brings much after ReLU, but added to the bad start, it leaves the accuracy near random guessing.
# Shifts added to the bad start leave it there, too. So a gain holds only at its place in the list.

# %% [markdown] after=false
# Now run your own experiment cards. You begin from `BASELINE`, a small network with a short
# training with Adam. Handed in as it is, it never earned more than a third of the points in our
# runs. Section 10 searches for a better one. Change one entry, write down what you expect, and run
# it. Try five different entries before you go on: they make section 10 easier.

# %%
BASELINE = {"layers": [64], "optimizer": "adam", "lr": 0.002, "epochs": 12}


# %% solution="my_card"
my_card = {"change": {}, "guess": ""}  # such as {"activation": "gelu"} and "the same"
### BEGIN SOLUTION
my_card = {"change": {"batch_size": 200}, "guess": "worse: four times fewer steps"}
### END SOLUTION

# %% practice=true fold="Run your card" after=false
if my_card["change"]:
    without = three_seeds(BASELINE)
    changed = three_seeds(BASELINE | my_card["change"])
    difference = changed - without  # pairs with the same seed
    error = difference.std(ddof=1) / 3**0.5
    clear = abs(difference.mean()) > 4 * error
else:
    print("This cell waits for a change in your card.")

# %% practice=true fold="Print your card" after=false
if my_card["change"]:
    print("guess: ", my_card["guess"] or "none. Write one first!")
    print("change:", my_card["change"])
    print(f"result: {without.mean():.3f} -> {changed.mean():.3f}", end=", ")
    print(f"a difference of {difference.mean():+.3f} ± {error:.3f} (standard error)")
    print(
        "belief:",
        "yours to write; clear on these images" if clear else "yours to write; it may be luck",
    )

# %% [markdown] after=false
# (With three seeds, the standard error itself is uncertain by about half of its size. So the cell
# calls a difference clear only above four standard errors, instead of the usual two.)

# %% claims=true
of_three = np.random.default_rng(0).normal(size=(100_000, 3)).std(axis=1, ddof=1)
claim(
    "the standard error itself is uncertain by about half of its size",
    of_three.std() / of_three.mean(),
    equals=0.5,
    within=0.05,
)

# %% [markdown]
# ## 7 Reading curves
#
# The training and validation curves often show what is wrong with a run. Below are six runs of 12
# to 40 epochs. Five of them have one problem each, and one is healthy. **We made the problems on
# purpose.** Their names, in another order:
#
# - *rate too high*, *rate too low*,
# - *overfitting*: 200 images, a large network, many epochs,
# - *vanishing gradient*: four layers of sigmoids,
# - *wrong labels*: half of the training labels are random,
# - *healthy, augmented*: shifted images, no problem.

# %% practice=true fold="Train the six networks"
ILL = {
    "rate too high": {"lr": 1.0, "layers": [64]},
    "rate too low": {"lr": 0.001, "layers": [64]},
    "overfitting": {"layers": [256], "optimizer": "adam", "lr": 0.002, "epochs": 40},
    "vanishing gradient": {"layers": [64] * 4, "activation": "sigmoid", "lr": 0.1},
    "wrong labels": {"layers": [128], "optimizer": "adam", "lr": 0.002, "epochs": 14},
    "healthy, augmented": BASELINE | {"epochs": 20, "shift": 2},
}
histories = {}
for name, change in ILL.items():
    rng = np.random.default_rng(6)
    x, t = x_train, t_train.copy()
    if name == "overfitting":
        x, t = x[:200], t[:200]
    if name == "wrong labels":
        wrong = rng.random(len(t)) < 0.5
        t[wrong] = rng.integers(10, size=wrong.sum())
    change = {"epochs": 12} | change
    histories[name] = train(change, x, t, rng, validation=(x_val, t_val))[1]

# %% practice=true fold="Draw the losses of all six"
shuffled = np.random.default_rng(12).permutation(list(ILL))
letters = dict(zip("ABCDEF", shuffled.tolist(), strict=True))
with theme.style():
    figure, axes = plt.subplots(2, 3, figsize=(9, 4.6), sharey=True)
    for ax, (letter, name) in zip(axes.flat, letters.items(), strict=True):
        history = histories[name]
        epochs = range(1, history.epochs + 1)
        ax.plot(epochs, history.loss, color=theme.FORWARD, label="training", **theme.TRAIN)
        validation = history.validation_loss
        ax.plot(epochs, validation, color=theme.FORWARD, label="validation", **theme.VALIDATION)
        ax.axhline(math.log(10), color=theme.QUIET, linewidth=1, linestyle=":")
        ax.set(ylim=(0, 3), title=letter)
        ax.set_xlabel("epoch" if letter in "DEF" else "")
        ax.xaxis.get_major_locator().set_params(integer=True)
    label_lines(axes[0, 2])
    for ax in axes[:, 0]:
        ax.set_ylabel("loss")
    figure.suptitle(
        "Losses of the runs A to F (dotted: ln 10, the loss of random guessing)", x=0.02, ha="left"
    )
    plt.show()

# %% claims=true
told = {name: (history.loss, history.validation_loss) for name, history in histories.items()}
guessing = math.log(10)
claim(
    "In one panel both curves lie on the dotted line of random guessing",
    np.abs(np.array(told["vanishing gradient"]) - guessing).max(),
    below=0.15,
)
claim(
    "in one they move away from it slowly and together",
    [told["rate too low"][0][-1], told["rate too low"][1][-1]],
    above=1.5,
)
train_loss, validation_loss = told["overfitting"]
jumps = [np.diff(curve).max() for curve in told["rate too high"]]
claim("in one both jump up and down", jumps, above=0.2)
claim("In one the training loss falls to 0", train_loss[-1], below=0.02, given=[0])
claim("stays behind and rises again", validation_loss[-1], above=min(validation_loss))
train_loss, validation_loss = told["wrong labels"]
claim(
    "far above the training loss, which\nis not low either",
    validation_loss[-1],
    above=train_loss[-1],
)
train_loss, validation_loss = told["healthy, augmented"]
higher = np.mean(np.array(train_loss) > np.array(validation_loss))
claim("the training loss is the higher one for more than half of the epochs", higher, above=0.5)
claim("for most of the epochs", higher, above=0.5)
above_at_first = [curves[0][0] > curves[1][0] for curves in told.values()]
claim("In some other panels it is above at first.", sum(above_at_first) - 1, above=1.5)

# %% [markdown]
# *In words: six panels A to F, each with a training loss and a validation loss over the epochs. In
# one panel both curves lie on the dotted line of random guessing, in one they move away from it
# slowly and together, in one both jump up and down. In one the training loss falls to 0 while the
# validation loss stays behind and rises again. In one the validation loss ends high, far above the
# training loss, which is not low either. In one both fall, and the training loss is the higher one
# for more than half of the epochs.*

# %% [markdown]
# Write a name for each letter. The next cell shows the answers.

# %% solution="diagnoses"
diagnoses = {"A": "", "B": "", "C": "", "D": "", "E": "", "F": ""}
### BEGIN SOLUTION
diagnoses |= {"A": "rate too low", "B": "vanishing gradient", "C": "overfitting"}
diagnoses |= {"D": "healthy, augmented", "E": "wrong labels", "F": "rate too high"}
### END SOLUTION

# %% practice=true fold="Compare your names with the runs"
if all(diagnoses.values()):
    for letter, name in letters.items():
        history = histories[name]
        last = f"training {history.loss[-1]:.2f}, validation {history.validation_loss[-1]:.2f}"
        print(f"{letter} is {name:20} {last:34} you said: {diagnoses[letter]}")
    hits = sum(diagnoses[letter] == name for letter, name in letters.items())
    print(f"{hits} of 6 right (random guessing gives one on average)")
else:
    print("This cell waits for six names.")

# %% [markdown]
# In panel D the training loss is *above* the validation loss for most of the epochs. In some other
# panels it is above at first. This is not an error. In a healthy run there are three possible
# reasons. The training loss is measured on shifted images, which are harder. Dropout is active in
# training only. And the training loss is a mean over the epoch, so earlier weights count, too. (In
# panel E there is a fourth reason: only the training labels are wrong.)
#
# The whole course as a table of symptoms:
#
# | you see | possible causes | measure | notebook |
# |---|---|---|---|
# | the first loss is far from ln K | initial weights, inputs too large | sd by layer | 01, 07 |
# | it stays at ln K | vanishing gradient, zero weights, low rate | gradients by layer | 06, 07 |
# | it jumps or becomes nan | rate too high, log of 0 | rate finder, first nan batch | 03, 02 |
# | it falls, but slowly | rate too low, ravine, wrong loss | rate finder, momentum | 02, 08, 09 |
# | 20 images cannot be memorised | the backward pass is wrong | gradient check | 04, 05 |
# | training good, validation poor | overfitting, other data | more data, penalties | 11, 12, 13 |
# | validation good, test poor | many choices, or a leak | new images, duplicates | 01, 14 |
# | good in training mode, poor in evaluation | BN statistics, active dropout | outputs | 10, 12 |
# | | | for one image alone and in a batch | |
# | scores differ much from seed to seed | few images, rate too high | mean ± sd | 14 |

# %% [markdown]
# ## 8 The recipe, in its order
#
# S0 lists the steps under "Outline of training a neural net". Design the network. Choose an
# optimizer and its hyper-parameters, and initialise. Prepare the data. Run the optimizer on the
# training split, and evaluate on the validation split from time to time. The next cells carry
# out these steps as a checklist, with the short tests of this course in between.

# %% practice=true
settings = START | BASELINE
rng = np.random.default_rng(7)

network = network_of(settings, rng)  # 1 design: layers, units, activations
optimizer = optimizer_of(settings, network)  # 2 optimizer, rate; initial weights are drawn above
everyone = [set(map(bytes, part)) for part in (x_train, x_val, x_test)]  # 3 data: splits
shared = len(everyone[0] & everyone[1]) + len(everyone[2] & (everyone[0] | everyone[1]))
print("1 design:      ", network)
print(f"2 optimizer:    {settings['optimizer']}, rate {settings['lr']}, {settings['schedule']}")
print(f"3 data:         in [{x_train.min():.0f}, {x_train.max():.0f}], shared images: {shared}")

first, _ = softmax_cross_entropy(network(x_train), t_train)
print(f"  first loss:   {first:.2f}, random guessing gives ln 10 = {math.log(10):.2f}")
few = {"optimizer": "adam", "lr": 0.003, "epochs": 40, "batch_size": 25}
_, memorised = train(few, x_train[:20], t_train[:20], np.random.default_rng(8))
print(f"  20 images:    loss {memorised.loss[-1]:.3f} after {memorised.epochs} epochs, memorised")

# %% practice=true fold="Run the rate finder"
found = lr_range_test(
    network,
    x_train,
    t_train,
    loss=softmax_cross_entropy,
    optimizer=optimizer,
    batch_size=50,
    rng=rng,
    lowest=1e-5,
    highest=1.0,
    steps=80,
)
print(f"  rate finder:  suggests about {found.suggestion:.0e} to begin with")

# %% practice=true
validation = (x_val, t_val)
_, history = train(BASELINE, x_train, t_train, np.random.default_rng(9), validation)  # 4 run
print(f"4 run:          {history.epochs} epochs, {len(x_train) // 50} iterations each")
print("  validation:  ", " ".join(f"{a:.2f}" for a in history.validation_accuracy))

# %% claims=true
outputs = [network_of(settings, np.random.default_rng(seed))(x_train) for seed in range(3)]
above = np.mean([softmax_cross_entropy(y, t_train)[0] for y in outputs]) - math.log(10)
claim("The first loss is about 0.1 above ln 10", above, equals=0.1, within=0.025, given=[10])
claim(
    "a standard deviation of\nabout 0.4 here and not 0 (seeds 0, 1, 2)",
    np.mean([y.std() for y in outputs]),
    equals=0.4,
    within=0.08,
    given=[0, 1, 2],
)

# %% [markdown]
# The first loss is about 0.1 above ln 10. The reason is that with He's weights the outputs have a
# standard deviation of about 0.4 here and not 0 (seeds 0, 1, 2). This is harmless. But if the first
# loss is ten times too large, look for the cause.
#
# ### The summary of S3 as a map
#
# The last slides of S3 ("Regularization of the Network" and "Summary") list what makes training
# work. The map shows where the course has built each item:
#
# | S3 | notebook |
# |---|---|
# | data normalisation | 01 |
# | data augmentation (input level) | 13 |
# | weight initialisation | 07 |
# | optimization algorithms | 08, 09 |
# | regularizer (weights; early stopping) | 11 |
# | batch norm, layer norm, group norm | 10 |
# | dropout, DropConnect (activation level) | 12 |
# | better optimisation | 03, 08, 09 |
# | better generalisation | 11, 12, 13 |
# | better loss functions | 02, 05 |
# | BP as a general algorithm | 04, 05 |
# | abstraction of layers | 04, `course_lib` |
# | good implementations | 00, and your functions |
# | ensemble (decision level) | 11 |
#
# The list does not say what each item brings *here*. So we take `BASELINE`, change one item at a
# time, and train with three seeds each. Before you run it: how many of the eight changes lower the
# accuracy for each of the three seeds, and how many raise it for each?

# %% practice=true
ITEMS = {
    "data normalisation: added": {"inputs": "standardized"},
    "data augmentation: shifts by 1 added": {"shift": 1},
    "weight initialisation: LeCun's": {"init": "lecun_normal"},
    "optimization: plain SGD, 0.1": {"optimizer": "sgd", "lr": 0.1, "schedule": "constant"},
    "regularizer: λ = 0.0001 added": {"l2": 1e-4},
    "batch norm: added": {"norm": "batchnorm"},
    "dropout: 0.2 added": {"dropout": 0.2},
    "loss function: squared error": {"loss": "squared_error"},
}
if ready("random_search"):
    as_it_is = three_seeds(BASELINE)
    differences = {name: three_seeds(BASELINE | item) - as_it_is for name, item in ITEMS.items()}
else:
    print("This cell takes some seconds, and waits for random_search.")

# %% practice=true fold="Draw the changes of accuracy"
if ready("random_search"):
    with theme.style():
        figure, ax = plt.subplots(figsize=(8, 3.2))
        for row, (name, difference) in enumerate(differences.items()):
            ax.barh(row, difference.mean(), color=theme.FORWARD if difference.mean() > 0 else "0.7")
            ax.plot(difference, [row] * 3, "o", color="black", markersize=4)
            print(f"{name:36} {difference.mean():+.3f} ± {difference.std(ddof=1):.3f}")
        ax.axvline(0, color=theme.INK, linewidth=1)
        ax.set_yticks(range(len(differences)), differences)
        ax.invert_yaxis()
        ax.set_xlabel("change of validation accuracy (dots: three seeds)")
        ax.set_title(f"One item changed (BASELINE itself: {as_it_is.mean():.3f})")
        plt.show()

# %% claims=true
claim(
    "standardising pixel by pixel lowers the accuracy\nfor each of the three seeds",
    differences["data normalisation: added"],
    below=0,
)
with_dropout = differences["dropout: 0.2 added"]
claim("the mean of three seeds changed by less than 0.005", abs(with_dropout.mean()), below=0.005)
claim("by less than the seeds differ", abs(with_dropout.mean()), below=with_dropout.std(ddof=1))
largest_input = np.abs(standardize_apply(x_val, standardize_fit(x_train))).max()
claim("get inputs of up to several hundred", largest_input, above=200)
lengths = {name: abs(difference.mean()) for name, difference in differences.items()}
longest_bar = lengths.pop("data normalisation: added")
claim("The bar of data normalisation is\nthe longest", longest_bar, above=max(lengths.values()))
claim(
    "No bar is much longer than the distance between its outer dots",
    [abs(difference.mean()) / np.ptp(difference) for difference in differences.values()],
    below=2,
)

# %% [markdown]
# *In words: eight bars, one for each changed item, with a dot for each of three seeds. Bars to the
# left are losses of accuracy, bars to the right are gains. The bar of data normalisation is the
# longest. No bar is much longer than the distance between its outer dots.*
#
# All eight items are on the list of S3. Count the bars whose three dots are all on one side of 0.
# (Without any effect, this happens to one bar in four by chance.) One classic may surprise you:
# standardising pixel by pixel lowers the accuracy for each of the three seeds. In the training
# images, the pixels at the edge are almost always 0, so their standard deviation is tiny. A few
# validation images are not 0 there, and they get inputs of up to several hundred. Advice that was
# good in notebook 01 does harm on these data. So treat a "best practice" as a guess for the first
# column of a card.
#
# ### The questions of S4
#
# The questions from "Some questions" of S4, and where you answered them:
#
# | S4 asks | answer | notebook |
# |---|---|---|
# | How can we compute the gradient? | by a backward pass, checked by finite differences | 04, 05 |
# | How should we initialise the weights? | so that the variance is kept in both passes | 07 |
# | When should we terminate? | by early stopping, or by a budget and a falling rate | 09, 11 |
# | How do we choose parameters? | by the recipe, the rest by a search on log scales | 14 |
# | What about overfitting? | more or augmented data, penalties, dropout, ensembles | 11, 12, 13 |

# %% [markdown]
# ## 9 On a borrowed GPU
#
# A multilayer perceptron does not use the fact that pixels have neighbours. A convolutional network
# does, and it is a common choice for colour photographs. The cells below train one. They run
# **anywhere**, at laptop size, on the 1,000 digits. To train at full size:
#
# 1. open the notebook in Colab, "Runtime → Change runtime type", choose a GPU, run the setup cell;
# 2. set `DOWNLOAD` to `"cifar10"` (170 MB, 50,000 training images) or `"fashion_mnist"` (30 MB,
#    60,000) and run this section. Nothing is downloaded before you do this.

# %%
DOWNLOAD = ""  # "cifar10" or "fashion_mnist": downloads it once, and trains at full size

# %% practice=true fold="Load the images and choose the size"
if DOWNLOAD:
    loader = {"cifar10": load_cifar10, "fashion_mnist": load_fashion_mnist}[DOWNLOAD]
    train_set, test_set = loader()
    shape = (3, 32, 32) if DOWNLOAD == "cifar10" else (1, 28, 28)
    x_cnn, t_cnn = train_set.x.reshape(-1, *shape), train_set.t
    x_new, t_new = test_set.x.reshape(-1, *shape), test_set.t
    size = {"channels": (32, 64, 64), "norm": layers.BatchNorm, "drop_prob": 0.3}
    cnn_epochs = 20 if device == "cuda" else 2
else:
    shape = (1, 28, 28)
    x_cnn, t_cnn = x_train.reshape(-1, *shape), t_train
    x_new, t_new = x_val[:500].reshape(-1, *shape), t_val[:500]
    size = {"channels": (4, 8)}
    cnn_epochs = 4
    print("Small: 1,000 digits. With DOWNLOAD and a GPU: 50,000 images or more, 20 epochs.")
x_cnn, t_cnn, x_new, t_new = (to_device(a, device) for a in (x_cnn, t_cnn, x_new, t_new))
print(f"training on {len(x_cnn):,} images {shape}, on the {device}")

# %% [markdown]
# ### Runs that survive a disconnect
#
# A borrowed machine can be taken away at any time, and everything in its memory is lost. So after
# each epoch we write to a file what we need to continue. What is that? The weights, of course. And
# what else, if the run must continue **exactly** as if nothing had happened? Write down your list
# before you read on.
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
# `Checkpoint` writes these to a new file first and then replaces the old file. So a crash while
# writing does not destroy the old file. The same lines start a run and continue it:


# %% practice=true
def cnn_run(name, epochs, accident_after=None):
    """Start a run, or continue it if there is a file; returns network, history, checkpoint."""
    rng = np.random.default_rng(11)
    network = small_cnn(shape, 10, rng=rng, **size).to(device)
    optimizer = optimizers.Adam(network.parameters(), lr=0.003)
    checkpoint = Checkpoint(f"{name}.npz", network, optimizer, rng)
    begun = checkpoint.resume()  # restores everything; an empty history if there is no file
    if begun.epochs:
        print(f"{name}: continues after epoch {begun.epochs}")

    def accident(epoch, history):
        if epoch + 1 == accident_after:
            raise ConnectionError(f"{name}: the machine was taken away after epoch {epoch + 1}")

    history = fit(
        network,
        x_cnn,
        t_cnn,
        loss=softmax_cross_entropy,
        optimizer=optimizer,
        epochs=epochs,
        batch_size=50,
        rng=rng,
        # fit passes total, the number of steps of all epochs.
        schedule=lambda t, total: warmup_cosine(t, lr=0.003, warmup=total // 10, total=total),
        validation=(x_new, t_new),
        callbacks=[checkpoint, accident],
        history=begun,
        progress=bool(DOWNLOAD),
    )
    return network, history, checkpoint


# %% [markdown]
# We compare two runs: one without an interruption, and one that loses its machine halfway. The
# second call of the second run creates everything again, as in a new session, and reads the file.
# (At full size only the first run is done. If your machine is taken away, run the setup cell and
# this section.)

# %% practice=true fold="Run both and compare their weights"
peaceful, history_1, checkpoint_1 = cnn_run("ps14_peaceful", cnn_epochs)
if not DOWNLOAD:  # at full size one run is enough, and its file is worth keeping
    try:
        cnn_run("ps14_interrupted", cnn_epochs, accident_after=cnn_epochs // 2)
    except ConnectionError as problem:
        print(problem)
    resumed, history_2, checkpoint_2 = cnn_run("ps14_interrupted", cnn_epochs)

    pairs = list(zip(peaceful.parameters(), resumed.parameters(), strict=True))
    apart = max(float(np.abs(to_numpy(p.data) - to_numpy(q.data)).max()) for p, q in pairs)
    print("largest difference of a weight:", apart)
    print("same history:", history_1.loss == history_2.loss)
    for checkpoint in (checkpoint_1, checkpoint_2):
        checkpoint.path.unlink()

# %% claims=true
claim("On a CPU the difference is 0", apart, below=1e-6, given=[0])

# %% [markdown]
# On a CPU the difference is 0, not "small", because both runs do the same additions in the same
# order. (On a GPU the order of the additions may differ, and then the last bits differ.) In Colab,
# files vanish with the machine: mount your Drive and write the file there (path in `cnn_run`).
#
# Do convolutions help? At laptop size we compare them with two other networks. One is a perceptron
# with about as many parameters, so it has only five hidden units. The other is a single linear
# layer with nearly twice as many parameters. All three are trained for the same number of epochs on
# the same images, at the rate 0.003.

# %% practice=true fold="Compare three networks"
if DOWNLOAD:
    rng = np.random.default_rng(11)
    linear = mlp([math.prod(shape), 10], rng=rng).to(device)
    history_linear = fit(
        linear,
        x_cnn.reshape(len(x_cnn), -1),
        t_cnn,
        loss=softmax_cross_entropy,
        optimizer=optimizers.Adam(linear.parameters(), lr=0.003),
        epochs=cnn_epochs,
        batch_size=50,
        rng=rng,
        schedule=lambda t, total: warmup_cosine(t, lr=0.003, warmup=total // 10, total=total),
        validation=(x_new.reshape(len(x_new), -1), t_new),
    )
    for name, result in (("convolutions", history_1), ("linear layer", history_linear)):
        print(f"{name:13} test accuracy {result.validation_accuracy[-1]:.3f}")
else:
    rows = {"convolutions": (peaceful, history_1.validation_accuracy[-1])}
    for name, hidden in (("perceptron", [5]), ("linear layer", [])):
        settings = {"layers": hidden, "optimizer": "adam", "lr": 0.003, "epochs": cnn_epochs}
        settings["schedule"] = "warmup_cosine"
        rng = np.random.default_rng(11)
        predict, _ = train(settings, x_train, t_train, rng)
        network = network_of(START | settings, rng)
        rows[name] = network, accuracy(predict(x_val[:500]), t_val[:500])
    for name, (network, reached) in rows.items():
        size_of = sum(p.data.size for p in network.parameters())
        print(f"{name:13} {size_of:,} parameters: {reached:.3f}")

# %% [markdown]
# With about as many parameters, the convolutions reach a far higher accuracy than the perceptron of
# five units. The linear layer, with nearly twice as many, is within three points of the
# convolutions. (Both hold for each of the seeds 0, 1, 2. The rate was not tuned.) But 80 steps are
# few. With `DOWNLOAD` and a GPU, the convolutions take 250 times as many steps on CIFAR-10. Are
# they then better than a linear layer? Write down a guess, set `DOWNLOAD` and see.

# %% claims="slow"
small = {"optimizer": "adam", "lr": 0.003, "epochs": 4, "schedule": "warmup_cosine"}
convolutions, perceptrons, linear = [], [], []
for seed in range(3):
    rng = np.random.default_rng(seed)
    network = small_cnn(shape, 10, rng=rng, channels=(4, 8))
    fit(
        network,
        x_cnn,
        t_cnn,
        loss=softmax_cross_entropy,
        optimizer=optimizers.Adam(network.parameters(), lr=0.003),
        epochs=4,
        batch_size=50,
        rng=rng,
        schedule=lambda t: warmup_cosine(t, lr=0.003, warmup=8, total=80),
        progress=False,
    )
    convolutions.append(accuracy(network(x_val.reshape(-1, *shape)), t_val))
    perceptrons.append(score(small | {"layers": [5]}, seed))
    linear.append(score(small | {"layers": []}, seed))
claim(
    "the convolutions reach a far higher accuracy than the perceptron of\nfive units",
    np.array(convolutions) - 0.1,
    above=perceptrons,
)
claim(
    "is within three points of the convolutions",
    np.abs(np.array(linear) - convolutions),
    below=0.03,
)
claim("nearly twice as many", 7850 / sum(p.data.size for p in network.parameters()), above=1.6)
claim("nearly twice as many", 7850 / sum(p.data.size for p in network.parameters()), below=2)
full = math.ceil(50_000 / 50) * 20
claim(
    "250 times as many steps",
    full / (cnn_epochs * math.ceil(len(x_cnn) / 50)),
    equals=250,
    within=1,
)

# %% [markdown]
# ## 10 Your functions at work: the search, and the test split once
#
# ### The search
#
# Your `random_search` now looks for settings of the capstone. The space holds settings whose good
# values are hard to guess. To afford 24 trials, each trial trains with Adam for 8 epochs only. The
# other entries are as in `START`. We also store for each network which validation images it
# classifies correctly. We need this later to measure the winner's curse in your own search.

# %% practice=true
SPACE = {
    "lr": np.geomspace(3e-4, 3e-2, 50).tolist(),
    "layers": [[64], [128], [256], [128, 64]],
    "activation": ["relu", "gelu", "tanh"],
    "norm": ["none", "batchnorm"],
    "dropout": [0.0, 0.1, 0.3],
    "shift": [0, 1, 2, 3],
    "schedule": ["constant", "warmup_cosine"],
}

# %% practice=true fold="Define evaluate, which stores the answers"
predictors, right = [], []  # of each trial: a function, and which images are classified correctly


def evaluate(configuration):
    """Validation accuracy of one training; stores which images are classified correctly."""
    settings = {"optimizer": "adam", "epochs": 8} | configuration
    try:
        predict, _ = train(settings, x_train, t_train, np.random.default_rng(13))
    except FloatingPointError:
        predictors.append(None)
        right.append(np.zeros(len(t_val), bool))
        return float("nan")
    predictors.append(predict)
    right.append(predict(x_val).argmax(axis=1) == t_val)
    return float(right[-1].mean())


# %% practice=true
if ready("random_search"):
    predictors.clear()
    right.clear()
    best, history = random_search(SPACE, evaluate, 24, np.random.default_rng(15))
    print(f"best of {len(history)}: {best[1]:.3f} with")
    for name, value in best[0].items():
        print(f"  {name:11} {value if not isinstance(value, float) else round(value, 5)}")
else:
    print("This cell waits.")

# %% [markdown]
# A search tells more than its best trial. Which settings did the good trials have in common, and
# which settings made no difference?

# %% practice=true fold="Draw the 24 trials"
if ready("random_search"):
    found = np.array([s for _, s in history])
    with theme.style():
        figure, axes = plt.subplots(1, 3, figsize=(9.5, 3), sharey=True)
        axes[0].plot(range(1, 25), found, "o", color=theme.FORWARD, markersize=4)
        so_far = np.fmax.accumulate(found)
        axes[0].plot(range(1, 25), so_far, color=theme.INK, drawstyle="steps-post")
        axes[0].set(xlabel="trial (line: best so far)", ylabel="validation accuracy")
        norms = np.array([c["norm"] for c, _ in history])
        for norm, marker, colour in (("none", "o", theme.FORWARD), ("batchnorm", "^", "black")):
            lr = [c["lr"] for c, _ in history if c["norm"] == norm]
            axes[1].plot(lr, found[norms == norm], marker, color=colour, markersize=5)
        axes[1].set(xscale="log", xlabel="learning rate (triangles: batch norm)")
        axes[2].plot([c["shift"] for c, _ in history], found, "o", color=theme.FORWARD)
        axes[2].set(xlabel="shift in pixels", xticks=range(4))
        low, high = np.nanpercentile(found, 15), np.nanmax(found)
        axes[0].set_ylim(low - 0.02, high + 0.01)
        hidden = len(found) - np.sum(found >= low - 0.02)
        title = f"Validation accuracy of the 24 trials ({hidden} below the axis or nan)"
        figure.suptitle(title, x=0.02, ha="left")
        plt.show()
else:
    print("This cell waits.")

# %% [markdown]
# *In words: three panels with the validation accuracy of each trial as a dot; the lowest few lie
# below the visible range. The panel on the left shows it over the number of the trial, with a line
# for the best so far. The middle panel shows it over the learning rate, with triangles for batch
# norm, the panel on the right over the shift.*
#
# Look at the panel on the right before you go on. Which shift would you choose after this search?
#
# ### What a short search cannot see
#
# Each of the 24 trials was trained for 8 epochs only. The budget allows at least three times as
# many. Does a short training rank the settings like a long one? Take `BASELINE` with a shift of 0,
# 1 or 2 pixels. **Which shift wins after 8 epochs, and which one after 32?** Guess first, such as
# `"0, 0"`.

# %% guess="which shift wins"
guess("ps14_short", None)  # a text such as "0, 0": the winner after 8 epochs, after 32

# %% practice=true
if ready("random_search"):
    lengths, table = (8, 16, 32), {}
    for shift in (0, 1, 2):
        for epochs in lengths:
            change = {"shift": shift, "epochs": epochs}
            table[shift, epochs] = [score(BASELINE | change, seed) for seed in range(3)]
    won = [max(range(3), key=lambda k: np.mean(table[k, epochs])) for epochs in lengths]
    reveal("ps14_short", f"{won[0]}, {won[-1]}", "Winners by the mean of three seeds.")
else:
    print("This cell waits.")

# %% practice=true fold="Draw the accuracy by length" after="ps14_short"
if ready("random_search"):
    with theme.style():
        figure, ax = plt.subplots(figsize=(6.5, 3.2))
        looks = (":o", theme.QUIET), ("--s", theme.CYCLE[2]), ("-^", theme.FORWARD)
        for shift, ((*style, marker), colour) in enumerate(looks):
            means = [np.mean(table[shift, epochs]) for epochs in lengths]
            ax.plot(lengths, means, "".join(style), color=colour, label=f"shift {shift}")
            for epochs in lengths:
                of_seeds = table[shift, epochs]
                ax.plot([epochs] * 3, of_seeds, marker, color=colour, markersize=4)
        ax.set(xscale="log", xticks=lengths, xticklabels=lengths, xlabel="epochs")
        ax.set(ylabel="validation accuracy", title="Validation accuracy for three shifts")
        ax.minorticks_off()
        label_lines(ax)
        plt.show()

# %% claims=true
in_the_space = [{"layers": u, "norm": n} for u in SPACE["layers"] for n in SPACE["norm"]]
claim(
    "The budget allows at least three times as\nmany",
    1 / max(budget_used(c | {"epochs": 8}) for c in in_the_space),
    above=3,
)
claim("The line of shift 2 begins lowest", table[2, 8], below=table[0, 8], given=[2])
claim("The line of shift 2 begins lowest", table[2, 8], below=table[1, 8], given=[2])
claim(
    "in the end both lines with shifts lie above the one without", table[1, 32], above=table[0, 32]
)
claim(
    "after 8 epochs the mean of shift 1 is above that of no shift",
    np.mean(table[1, 8]),
    above=np.mean(table[0, 8]),
    given=[8, 1],
)
claim(
    "After 8 epochs shift 2 is worse than no shift for each of the three seeds, "
    "after 32 epochs better",
    table[2, 32],
    above=table[0, 32],
    given=[8, 2, 32],
)

# %% [markdown] after="ps14_short"
# *In words: validation accuracy over 8, 16 and 32 epochs, a line for each shift, with a mark for
# each of three seeds. The line of shift 2 begins lowest and rises most; in the end both lines with
# shifts lie above the one without.*
#
# After 8 epochs shift 2 is worse than no shift for each of the three seeds, after 32 epochs better.
# So a short trial shows the cost of a strong regulariser before its benefit. A weaker one can help
# earlier: after 8 epochs the mean of shift 1 is above that of no shift. Trials on a tenth of the
# data or on a smaller network may mislead in the same way. Use short trials to drop settings that
# are hopeless, and not to choose among the others. A strong regulariser that is behind in a short
# trial is not hopeless. Train the few best of a short search for the full length, and also any
# setting for which you have a reason.

# %% [markdown]
# ### The last round
#
# So we train the three best trials of the search again, each for as many epochs as the budget
# allows. All other entries stay the same. In each line of the output, the first score is from one
# seed and the second is the mean of two.


# %% practice=true
def longest(configuration):
    """The configuration with as many epochs as the budget allows, 60 at most."""
    one_epoch = budget_used(configuration | {"epochs": 1})
    return configuration | {"epochs": min(60, int(1 / one_epoch))}


# %% practice=true fold="Train the three best for longer"
if ready("random_search"):
    order = np.nan_to_num([s for _, s in history], nan=0.0).argsort()[::-1]
    finals = []
    for place, trial in enumerate(order[:3], 1):
        finalist = longest({"optimizer": "adam"} | history[trial][0])
        finals.append(
            (finalist, np.nan_to_num([score(finalist, seed) for seed in (0, 1)], nan=0.1))
        )
        line = f"place {place}: {history[trial][1]:.3f} after 8 epochs"
        print(f"{line}, {finals[-1][1].mean():.3f} after {finalist['epochs']}")
    winner = max(finals, key=lambda pair: pair[1].mean())[0]
    print("the best of these:", winner)
else:
    print("This cell waits.")

# %% [markdown]
# We repeated this whole procedure three times, with the seeds 0, 1 and 2 for the search. Trained on
# newly drawn images as in grading, the winner reached a test accuracy above 0.92 each time, at
# least 0.02 above that of `BASELINE`. (Points begin at 0.89, and 0.935 earns all of them.) You can
# change the space and the number of trials, and use what you know from your cards.


# %% claims="slow"
def fresh_accuracy(configuration):
    """Mean test accuracy of three trainings on newly drawn images, as in grading."""
    reached = []
    for seed in range(3):
        rng = np.random.default_rng(100 + seed)
        rows = rng.permutation(len(digits.x))
        x, t = digits.x[rows], digits.t[rows]
        predict, _ = train(configuration, x[:1000], t[:1000], rng)
        reached.append(accuracy(predict(x[1000:]), t[1000:]))
    return float(np.mean(reached))


def searched(seed):
    """The winner of a short search and a last round."""

    def short(configuration):
        return score({"optimizer": "adam", "epochs": 8} | configuration, seed)

    _, trials = random_search(SPACE, short, 24, np.random.default_rng(seed))
    places = np.nan_to_num([s for _, s in trials], nan=0.0).argsort()[::-1]
    last = [longest({"optimizer": "adam"} | trials[i][0]) for i in places[:3]]
    return max(last, key=lambda c: np.nan_to_num([score(c, k) for k in (0, 1)], nan=0.1).mean())


of_baseline = fresh_accuracy(BASELINE)
of_search = [fresh_accuracy(searched(seed)) for seed in range(3)]
claim("the winner reached a test accuracy above 0.92", of_search, above=0.92)
claim(
    "at least 0.02 above that of `BASELINE`",
    np.array(of_search) - of_baseline,
    above=0.02,
)
third = 0.89 + (0.935 - 0.89) / 3
claim("it never earned more than a third of the points", of_baseline, below=third)

# %% [markdown]
# ### The curse in your own search
#
# Suppose that you had only 100 validation images. Which of the 24 networks would you have chosen,
# and how good would it have looked? We can find out from the stored answers. We draw 100 of the
# validation images, choose the best network on these, and evaluate the same network on the 900
# others. We repeat this many times. **By how many percentage points does the winner look better
# than it is?**

# %% guess="the gap in your own search"
guess("ps14_gap", None)  # a number of percentage points, such as 0.5

# %% practice=true fold="Measure the gap for four sizes"
if ready("random_search"):
    rng = np.random.default_rng(16)
    answers, gaps, chosen = np.array(right), [], []
    sizes_of_choice, looked = (50, 100, 200, 500), []
    for n in sizes_of_choice:
        looks, is_really = [], []
        for _ in range(400):
            rows = rng.permutation(len(t_val))
            here, elsewhere = answers[:, rows[:n]].mean(axis=1), answers[:, rows[n:]].mean(axis=1)
            winner = here.argmax()
            looks.append(here[winner])
            is_really.append(elsewhere[winner])
        gap = 100 * (np.mean(looks) - np.mean(is_really))
        gaps.append(gap)
        looked.append(np.mean(looks))
        chosen.append(np.mean(is_really))
        if n == 100:
            gap_100 = gap
else:
    print("This cell waits.")

# %% practice=true
if ready("random_search"):
    reveal("ps14_gap", round(float(gap_100), 2), "Mean of 400 ways to choose the 100 images.")

# %% practice=true fold="Print the gap for four sizes" after="ps14_gap"
if ready("random_search"):
    print("images to choose by   winner looks   winner is     gap in points")
    for n, looks, is_really, gap in zip(sizes_of_choice, looked, chosen, gaps, strict=True):
        print(f"{n:19}   {looks:12.3f}   {is_really:9.3f}   {gap:15.2f}")

# %% claims=true
claim("The gap shrinks with more images", gaps[1:], below=gaps[:-1])
claim('"winner\nis" grows', chosen[1:], above=chosen[:-1])
equal_gaps = [195 * validation_sd(chosen[-1], n) for n in (50, 100, 200, 500)]
claim(
    "The gap is well below 1.95 standard deviations, the value for 24 equal and independent scores",
    gaps,
    below=0.8 * np.array(equal_gaps),
    given=[1.95, 24],
)
claim(
    "about 6 points for 100 images",
    195 * validation_sd(chosen[1], 100),
    equals=6,
    within=0.6,
    given=[100],
)
trained_rows = answers[answers.std(axis=1) > 0]
pairs_of_trials = np.corrcoef(trained_rows)[np.triu_indices(len(trained_rows), 1)]
claim("so their errors are correlated", pairs_of_trials.mean(), above=0.25)
place = (-answers.mean(axis=1)).argsort().argsort()  # on all images, 0 is the best
halves = [np.random.default_rng(k).permutation(len(t_val))[:500] for k in range(100)]
places = np.array([place[answers[:, half].mean(axis=1).argmax()] for half in halves])
claim("so the winner is mostly one of the five best", np.mean(places < 5), above=0.6)

# %% [markdown] after="ps14_gap"
# The table shows two effects. The gap shrinks with more images, as section 4 said. And "winner is"
# grows, because with more images the choice is better, too.
#
# The gap is well below 1.95 standard deviations, the value for 24 equal and independent scores
# (about 6 points for 100 images). One reason is that all trials are scored on the same images, so
# their errors are correlated. An easy set of images raises all scores, and this part of the chance
# favours no trial. This is why section 4 compares on the same images. A second reason matters with
# many images: your 24 networks are *not* equal, so the winner is mostly one of the five best.

# %% [markdown]
# ### The test split, once
#
# Now decide, among the 24 short trials: the best network alone, or an ensemble (notebook 11), here
# the mean of the five best? This is a choice as well, and it is made on the validation images.

# %% practice=true
if ready("random_search"):
    finite = np.nan_to_num(found, nan=0.0)
    top = finite.argsort()[::-1][:5]

    def together(images):
        """Mean of the probabilities that the five best trials give."""
        probabilities = [functional.softmax(predictors[i](images)) for i in top]
        return ensemble_predict(np.array(probabilities))

    alone_val, five_val = finite[top[0]], accuracy(together(x_val), t_val)
    print(f"validation: the best {alone_val:.3f}, the five best together {five_val:.3f}")
else:
    print("This cell waits.")

# %% [markdown]
# When you have decided, remove the `#` in the last line below, and not before. It is the only line
# of this notebook that computes an accuracy on `x_test`.


# %% practice=true
def open_the_test_split():
    """Evaluate on the test set."""
    if not ready("random_search"):
        print("This cell waits.")
        return
    alone, five = accuracy(predictors[top[0]](x_test), t_test), accuracy(together(x_test), t_test)
    error = math.sqrt(alone * (1 - alone) / len(t_test))
    print(f"the best:      validation {alone_val:.3f}, test {alone:.3f} ± {error:.3f}")
    print(f"the five best: validation {five_val:.3f}, test {five:.3f}")


# open_the_test_split()

# %% [markdown]
# Was the test score of the best below its validation score? On average over many such splits we
# expect this, because the network was chosen by its validation score. In your split it need not be
# so: both scores have noise, and you have one draw of each. If you now go back and change something
# because of what you saw, these 3,000 images have become a second validation split.
#
# ### What you hand in
#
# `configuration()` takes no argument and returns a dictionary. It may have any entries of the table
# in section 3; all others are as in `START`. This is how it is graded:
#
# - It is **plain data**: names, numbers, lists. If an entry cannot be used, the check says which
#   one, and nothing is trained.
# - It costs at most the **budget**; `budget_used` tells you beforehand. A configuration over the
#   budget is refused before anything is trained.
# - It is trained **three times**. Each time draws its own 1,000 training images out of the 5,000,
#   its own initial weights and minibatches; the other 4,000 images are the test set. A run that
#   diverges counts as random guessing, 0.1.
# - The mean test accuracy earns **nothing at 0.89** and all **6 points from 0.935** on. Between
#   them the points grow linearly.
# - **Your score at home is an estimate.** The check at home draws new seeds each time. When you
#   hand in, other seeds are used: the same for your whole class, drawn from a secret that no
#   student knows. Over 30 seeds, the accuracy of one training had a standard deviation of 0.002 to
#   0.006 for the configurations of `benchmarks/capstone.py`. That of a mean of three is smaller by
#   a factor of $\sqrt 3$. The difference of two runs of the check then has a standard deviation of
#   0.2 to 0.7 points. The check shows your accuracy even if you have full marks: leave a margin
#   above 0.935.
#
# The defaults in `START` earn nothing, and 60 epochs of them less than half of the points. With 256
# hidden units, Adam, dropout and a hinge loss, but without shifts, we came to about half.
#
# In each of the three trainings, 4,000 of the 5,000 images are test images. About a fifth of these
# are the validation images by which you chose. It would be cleaner to grade on other images. The
# harm is small, because you did not choose by scores on the other four fifths. (How small? Section
# 4 shows how to estimate it. It is a good question for your last card below.) Each run of the check
# also looks at test images: choose on the validation images.


# %% solution="configuration"
def configuration():
    """The settings of your network: entries that differ from START."""
    ### BEGIN SOLUTION
    return {
        "layers": [128],
        "optimizer": "adam",
        "lr": 0.004,
        "schedule": "warmup_cosine",
        "epochs": 36,
        "shift": 2,
    }
    ### END SOLUTION


# %% check="configuration"
check("configuration", configuration)

# %% [markdown]
# The check trains your network, which takes a few seconds. What does your choice cost, and does the
# network still learn at the end?


# %% practice=true fold="Train and draw your configuration"
def handed_in():
    """Train your configuration; None as long as it is not written."""
    mine = attempt(configuration)
    if mine is None:
        print("This cell waits for configuration.")
        return None
    print(f"it uses {budget_used(mine):.0%} of the budget")
    return train(mine, x_train, t_train, np.random.default_rng(17), (x_val, t_val))[1]


history_mine = handed_in()
if history_mine is not None:
    with theme.style():
        figure, ax = plt.subplots(figsize=(6, 3))
        epochs = range(1, history_mine.epochs + 1)
        ax.plot(epochs, history_mine.accuracy, color=theme.FORWARD, label="training", **theme.TRAIN)
        reached = history_mine.validation_accuracy
        ax.plot(epochs, reached, color=theme.FORWARD, label="validation", **theme.VALIDATION)
        ax.axhline(0.935, color=theme.QUIET, linestyle=":", label="full marks\n(mean of three)")
        ax.set(xlabel="epoch", ylabel="accuracy", ylim=(0.8, 1.0))
        ax.set_title("Accuracy of the configuration that you hand in")
        label_lines(ax)
        plt.show()

# %% claims="slow"
claim("The defaults in `START` earn nothing", fresh_accuracy({}), below=0.89)
claim(
    "and 60 epochs of them less than half of the points",
    fresh_accuracy({"epochs": 60}),
    below=0.9125,
    given=[60],
)
without_shifts = {
    "layers": [256],
    "optimizer": "adam",
    "lr": 0.003,
    "schedule": "cosine",
    "epochs": 24,
    "dropout": 0.5,
    "loss": "multiclass_hinge",
}
claim(
    "but without shifts, we came to about half",
    (fresh_accuracy(without_shifts) - 0.89) / (0.935 - 0.89),
    equals=0.5,
    within=0.125,
)
claim("all **6\npoints from 0.935** on", fresh_accuracy(configuration()), above=0.935, given=[6])

# %% claims=true
claim(
    "At an accuracy of 0.935, 1,000 images alone give a standard deviation of 0.008",
    validation_sd(0.935, 1000),
    equals=0.008,
    within=0.0005,
    given=[0.935, 1000],
)

for sd, points in ((0.002, 0.2), (0.006, 0.7)):
    claim(
        "a standard deviation of 0.2 to 0.7 points",
        6 / (0.935 - 0.89) * sd * math.sqrt(2 / 3),
        equals=points,
        within=0.05,
        given=[0.2, 0.7],
    )

# %% [markdown]
# *In words: training and validation accuracy of the handed-in configuration over the epochs, with a
# dotted line at 0.935. If images are shifted, the training curve begins below the validation
# curve.*
#
# The validation curve may end below the dotted line although the check gives full marks, or the
# other way round. The curve is a single training on one split, evaluated on 1,000 images. The check
# takes the mean of three trainings with 4,000 test images each. At an accuracy of 0.935, 1,000
# images alone give a standard deviation of 0.008.

# %% [markdown]
# ## 11 Questions
#
# **Fifty equal networks.** The best of fifty networks has a validation accuracy of 0.86. You know
# that the fifty do not differ in anything that matters. What test accuracy do you expect of it?
#
# - a: about 0.86, because no network was trained on the validation images
# - b: above 0.86, because it could be trained again with all the data
# - c: the mean of all fifty validation scores
# - d: the score of the worst, to be on the safe side

# %% solution="answer_fifty"
answer_fifty = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_fifty = "c"
### END SOLUTION

# %% choice="fifty" key="c" points=1
check_choice("fifty", answer_fifty)
# a: No network was trained on these images, that is true. But this one was chosen by them, and the
#    best of fifty scores is too high on average.
# b: More data may improve a new training, but they say nothing about this network. Its 0.86 is too
#    high already, because it was the best of fifty.
# c: All fifty are equally good, so their scores differ by chance only. The mean was not chosen for
#    being high, so it does not err upwards.
# d: The lowest score is chosen as well, so it errs downwards on average. You were asked what to
#    expect, and not for a safe lower bound.

# %% [markdown]
# **When should we terminate?** (S4, "Some questions".) You stop each run at the epoch with the best
# validation accuracy. You also choose among twenty rates by this number. Which number do you report
# as the performance of the network?
#
# - a: the best validation accuracy, because early stopping does not train on those images
# - b: the accuracy on a test split that was used in neither of the two choices
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
# b: These images have answered no question yet. So the accuracy on them does not err upwards, as
#    long as you look at it once.
# c: The weights were fitted to the training images, so the training accuracy tells even less about
#    new data. A mean with it does not remove the error.
# d: The last epoch was not chosen, but the rate was, by the same images. And the weights you keep
#    are those of the best epoch, not of the last.

# %% [markdown]
# **How do we choose parameters?** (S4.) There are eight settings. You believe that two of them
# matter, but you do not know which. You can afford 60 trainings. What do you do?
#
# - a: a grid of two values of five settings, 32 trainings, and then the same for the other three
# - b: tune one setting after the other, seven or eight values each, and keep each value found
# - c: 60 trainings with the settings of a paper, with different seeds, and take the best
# - d: 60 random draws of all eight, rates and penalties on a logarithmic scale

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
#    values each. Rates and penalties matter by factors, hence the logarithmic scale.

# %% [markdown]
# **Your last card.** Describe the experiment of this notebook that changed your mind most: what you
# guessed, the one thing that was changed, the numbers with their standard deviation, and what you
# believe now. Then say how sure you are that your `configuration` is better than the second best
# that you tried, and which measurement would make you surer. (Graded by a person, 2 points.)

# %% [markdown] manual="last_card" points=2
# ### BEGIN SOLUTION
# For example: I guessed that dropout would help, because 1,000 images are few. Changed: dropout 0
# to 0.2, everything else as in BASELINE. Result: the mean of three seeds changed by less than
# 0.005, and by less than the seeds differ. Belief: in twelve epochs of a small network there is
# little overfitting, so dropout cannot repair much; with 60 epochs I would test again. My
# configuration was better than the second best by less than the standard deviation over seeds, on
# images by which I had chosen. So I am not sure at all: perhaps 65 %. To decide it, I would train
# both with ten seeds, and compare them in pairs with the same seed on images that were used for
# neither choice. (One point for a card with a guess, a single change and numbers with a standard
# deviation; one for a judgement that weighs the difference against the standard deviation or names
# the winner's curse, with a measurement that would help. An unchanged belief is fine if the numbers
# say so.)
# ### END SOLUTION

# %% [markdown]
# ## 12 In PyTorch
#
# We train the same small network in PyTorch. It gets the same initial weights and the same
# minibatches as ours, so the results must agree. Note the transposes: `torch.nn.Linear` stores its
# weights as (n_out, n_in).

# %% practice=true
import importlib.util

if importlib.util.find_spec("torch") is None:
    print("PyTorch is not installed here. No later cell needs it.")
else:
    import torch

    settings = START | {"layers": [32], "optimizer": "adam", "lr": 0.002}
    ours = network_of(settings, np.random.default_rng(18))
    W1, b1, W2, b2 = (torch.tensor(p.data.T.copy()) for p in ours.parameters())
    theirs = torch.nn.Sequential(torch.nn.Linear(784, 32), torch.nn.ReLU(), torch.nn.Linear(32, 10))
    theirs.load_state_dict({"0.weight": W1, "0.bias": b1, "2.weight": W2, "2.bias": b2})
    descent = torch.optim.Adam(theirs.parameters(), lr=0.002)

# %% practice=true fold="Train our network"
if importlib.util.find_spec("torch") is not None:
    losses_here = fit(
        ours,
        x_train,
        t_train,
        loss=softmax_cross_entropy,
        optimizer=optimizer_of(settings, ours),
        epochs=3,
        batch_size=50,
        rng=np.random.default_rng(19),
        progress=False,
    ).loss

# %% practice=true fold="Train the PyTorch network and compare"
if importlib.util.find_spec("torch") is not None:
    rng, losses_there = np.random.default_rng(19), []
    for _ in range(3):
        total, order = 0.0, rng.permutation(1000)
        for start in range(0, 1000, 50):
            rows = order[start : start + 50]
            y = theirs(torch.from_numpy(x_train[rows]))
            value = torch.nn.functional.cross_entropy(y, torch.from_numpy(t_train[rows]))
            descent.zero_grad()
            value.backward()
            descent.step()
            total += value.item() * 50
        losses_there.append(total / 1000)
    print("loss by epoch, here: ", np.round(losses_here, 5))
    print("loss by epoch, torch:", np.round(losses_there, 5))
    with torch.no_grad():
        y = theirs(torch.from_numpy(x_val)).numpy()
    print("largest difference of an output on validation images:", np.abs(ours(x_val) - y).max())

# %% [markdown]
# The results differ only by rounding errors in single precision. So PyTorch computes what you have
# built. It adds speed on large machines, thousands of operations that others have checked, and
# gradients for your own operations.

# %% [markdown]
# ## 13 Your cheat sheet
#
# Complete this page in your own words and keep it. Double-click to edit.
#
# - The training split answers …, the validation split …, the test split …
# - The accuracy on n images has a standard deviation of …; the best of M equal networks looks
#   better by about … standard deviations.
# - A difference between two configurations counts if …
# - n random trials hit the best share s with probability …; for 5 % and 95 % that takes …
# - I draw rates and penalties from …, because …
# - Random search beats a grid when …
# - An experiment card has …; the column that is easily left out is …
# - Before the first long run I check: …, …, …, …
# - Training loss falls and validation loss rises: …; both stay at ln K: …; training loss is above
#   validation loss: …
# - To continue exactly after a disconnect, a checkpoint needs …
# - My order of steps on new data: …

# %% [markdown]
# ## What comes next
#
# This was the last notebook. Larger networks have more layers, but the same parts. A transformer
# consists mainly of matrix products, softmax and layer norm, and its gradients are those of
# notebooks 02, 04, 05 and 10. Models with billions of weights are often trained with AdamW, warm-up
# and a cosine schedule, as in notebook 09. Use experiment cards for them as well.

# %% [markdown]
# ## Sources
#
# S0 "Training of neural networks – basics", slides "Outline of training a neural net",
# "Generalization ability" and "Standard practice of handling data"; S2 "Training Neural Networks",
# slide "Beyond Training Error"; S3 "Backpropagation and Training", slides "Regularization of the
# Network" and "Summary"; S4 "Neural networks (continued)", slide "Some questions". Below they are
# called S0, S2, S3 and S4.
