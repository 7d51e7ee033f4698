# %% [markdown]
# # Dropout and DropConnect
#
# Take a network that is being trained. At every step, set half of its hidden units to zero, chosen
# at random. It sounds like sabotage, but *dropout* is a widely used regulariser. It takes four
# lines of code and has one number to choose. The aim is a network that does not rely on any single
# unit.
#
# There are several ways to write these four lines wrongly. For example, the probability of keeping
# is mistaken for that of dropping, or a factor is forgotten or applied twice. The first section
# measures what such a mistake does.
#
# **Afterwards you can**
#
# - derive the factor that dropout needs from an expectation, and say what the factor does *not*
#   correct,
# - write two forms of dropout (inverted and vanilla) and DropConnect with random numbers from a
#   given generator, and the backward passes of two of them,
# - explain how the network in *test mode* (no unit is dropped) compares with the average over all
#   choices of dropped units, and when both are equal,
# - find out what the letter p means in a given text,
# - derive which penalty dropout puts on the weights of a linear model,
# - measure whether dropout helps on your data, and say so when it does not.
#
# **You need** the mean and the variance of independent random numbers, the linear layer and its
# backward pass (notebook 04), and softmax with cross-entropy (notebook 02). Notebook 11 on
# overfitting helps. The experiments also use momentum (notebook 08) and, once, batch normalisation
# (notebook 10).

# %% opening=true
"""Three drawings of the same network with six hidden units, at steps 1, 2 and 3 of training. At
each step other hidden units and their connections are pale: they are dropped."""

import matplotlib.pyplot as plt
import numpy as np

from course_lib.plots import theme

figure, axes = plt.subplots(1, 3, figsize=(6.4, 2.9))
rng = np.random.default_rng(7)
for step, ax in enumerate(axes, 1):
    kept = rng.permutation(6) < 3
    columns = [np.arange(4) + 1, np.arange(6), np.arange(2) + 2]
    alive = [np.ones(4, bool), kept, np.ones(2, bool)]
    for i in range(2):
        for y, on in zip(columns[i], alive[i], strict=True):
            for end, end_on in zip(columns[i + 1], alive[i + 1], strict=True):
                look = {"color": theme.FORWARD if on and end_on else "#E4E4E4", "linewidth": 1.3}
                ax.plot([i, i + 1], [y, end], zorder=2 if on and end_on else 1, **look)
    for i, (places, here) in enumerate(zip(columns, alive, strict=True)):
        for y, on in zip(places, here, strict=True):
            look = {"markerfacecolor": theme.FORWARD if on else "white", "markersize": 13}
            edge = theme.FORWARD if on else "#B0B0B0"
            ax.plot(i, y, "o", markeredgecolor=edge, markeredgewidth=1.5, zorder=3, **look)
    ax.set_title(f"step {step}", loc="center")
    ax.set(xlim=(-0.25, 2.25), ylim=(-0.5, 5.5))
    ax.axis("off")
figure.suptitle("At every step, other units are dropped", x=0.01, ha="left", size=16)
plt.show()

# %% setup=true
import numpy as np

from course_lib import functional
from course_lib.backend import choose_device
from course_lib.course.figures import slider
from course_lib.course.in_browser import smaller_in_browser
from course_lib.datasets import load_digits, load_mnist5000
from course_lib.gradient_check import numerical_gradient, relative_error
from course_lib.layers import BatchNorm, DropConnect, Dropout, Linear, ReLU
from course_lib.losses import softmax_cross_entropy
from course_lib.models import Sequential
from course_lib.op import Op
from course_lib.optimizers import SGD
from course_lib.plots import filters, label_lines, paired_differences, theme
from course_lib.regularizers import l2_penalty
from course_lib.training import accuracy, fit
from grader.checking import check, check_choice, guess, ready, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 A guess first
#
# A network with 128 hidden units learns to classify images of digits. At every step of training,
# each hidden unit is set to zero with probability ½. At test time no unit is dropped. So the sums
# in the output layer are on average twice as large as in training (biases aside). The rule says:
# **multiply the hidden values by ½ at test time.** (Section 4 puts a factor into training instead.)
#
# Suppose that you forget this factor. With it, the network classifies about 98 % of the test images
# correctly (random guessing gives 10 %). Two questions:
#
# 1. What is the accuracy on the test images **without** the factor?
# 2. The cross-entropy is the mean of −log of the probability that the network gives to the true
#    digit. By how many percent does it change without the factor?

# %% guess="accuracy and loss without the factor"
guess("ps19_accuracy", None, between=(0, 1))  # the accuracy, a number from 0 to 1
guess("ps19_loss", None)  # percent, negative if the cross-entropy falls

# %% [markdown]
# First the data: 1,797 images of 8 × 8 pixels. Every fifth image belongs to the test set.

# %% practice=true fold="Load the digits"
digits = load_digits()
order = np.random.default_rng(0).permutation(len(digits.x))
x_all, t_all = digits.x[order], digits.t[order]
test = np.arange(len(x_all)) % 5 == 0
x_train, t_train, x_test, t_test = x_all[~test], t_all[~test], x_all[test], t_all[test]
SEEDS = range(4)


# %% practice=true fold="Define helpers to train and print"
def train(network, rng, x, t, *, epochs, lr, **options):
    """Gradient descent with momentum and minibatches of 32; returns what `fit` recorded."""
    return fit(
        network,
        x,
        t,
        loss=softmax_cross_entropy,
        optimizer=SGD(network.parameters(), lr=lr, momentum=0.9),
        epochs=epochs,
        batch_size=32,
        rng=rng,
        progress=False,
        **options,
    )


def with_spread(numbers):
    """Mean and standard deviation over the seeds, as text."""
    return f"{np.mean(numbers):.3f} ± {np.std(numbers, ddof=1):.3f}"


def with_runs(differences):
    """Mean difference, and that of each run, as text."""
    runs = ", ".join(f"{difference:+.3f}" for difference in differences)
    return f"{np.mean(differences):+.3f} (runs: {runs})"


# %% [markdown]
# We train four networks with the random seeds 0 to 3. We test each of them with the factor ½,
# without it, and with ½ applied twice. We also measure the *confidence*: the highest probability
# that the network gives to a class. (The code joins a forward and a backward function in an `Op`.)


# %% practice=true fold="Define the network and its test mode"
def vanilla_network(seed):
    """A network trained with vanilla dropout: no factor in training."""
    rng = np.random.default_rng(seed)
    pair = Op(functional.vanilla_dropout_forward, functional.vanilla_dropout_backward)
    network = Sequential(
        Linear(64, 128, rng=rng), ReLU(), Dropout(0.5, rng=rng, op=pair), Linear(128, 10, rng=rng)
    )
    train(network, rng, x_train, t_train, epochs=15, lr=0.1)
    return network


def softmax(u):
    """Probabilities of each row."""
    e = np.exp(u - u.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def right_at_test(z):
    """The hidden values with the correct factor, by your function once it exists."""
    if ready("vanilla_dropout_forward"):
        return vanilla_dropout_forward(z, 0.5, np.random.default_rng(0), training=False)[0]
    return z * 0.5


# %% practice=true
WAYS = {
    "with ½ (right)": right_at_test,
    "½ forgotten": lambda z: z,
    "½ applied twice": lambda z: z * 0.25,
}
found = {name: [] for name in WAYS}
for seed in SEEDS:
    lower, _, _, upper = vanilla_network(seed).layers
    z = np.maximum(lower(x_test), 0)
    for name, way in WAYS.items():
        y = upper(way(z))
        confidence = softmax(y).max(axis=1).mean()
        found[name].append((accuracy(y, t_test), softmax_cross_entropy(y, t_test)[0], confidence))

right, forgotten = (np.array(found[name]) for name in ("with ½ (right)", "½ forgotten"))
rise = 100 * (forgotten[:, 1] / right[:, 1] - 1)
reveal("ps19_accuracy", forgotten[:, 0].mean(), f"With the factor {with_spread(right[:, 0])}.")
reveal(
    "ps19_loss",
    round(rise.mean()),
    f"Percent; standard deviation over seeds {rise.std(ddof=1):.0f}.",
)

# %% practice=true fold="Draw the three measures" after="ps19_accuracy ps19_loss"
import matplotlib.pyplot as plt

with theme.style():
    figure, axes = plt.subplots(3, 1, figsize=(5.4, 7.2), sharex=True)
    titles = ("Test accuracy", "Cross-entropy", "Mean confidence")
    for column, (ax, title) in enumerate(zip(axes, titles, strict=True)):
        for row, rows in enumerate(found.values()):
            values = [entry[column] for entry in rows]
            colour = theme.FORWARD if row == 0 else "0.75"
            if column < 2:
                ax.bar(row, np.mean(values), color=colour)
            else:  # the differences are small, and bars would have to begin at 0
                ax.hlines(np.mean(values), row - 0.4, row + 0.4, color=colour, linewidth=5)
            ax.plot([row] * len(values), values, "o", color="black", markersize=3)
        ax.set_xticks(range(3), ["½ used (right)", "½ forgotten", "½ applied twice"])
        ax.set_title(title)
    axes[2].set_xlabel("the factor ½ at test time")
    figure.suptitle("What the factor ½ at test time changes", x=0.02, ha="left")
    axes[1].set_ylabel("−log(probability), mean")
    axes[0].set(ylabel="accuracy", ylim=(0, 1.02))
    axes[2].set(ylabel="highest probability, mean", ylim=(0.85, 1.005))
    plt.show()
for name, rows in found.items():
    correct, loss, confidence = np.array(rows).T
    print(f"{name:16} accuracy {with_spread(correct)}   loss {with_spread(loss)}", end="")
    print(f"   confidence {with_spread(confidence)}")

# %% [markdown] after="ps19_accuracy ps19_loss"
# *In words: three panels with three means each, a dot for each seed. The test accuracy is nearly
# the same with the factor, without it, and with the factor applied twice. The cross-entropy is
# lowest with the factor and higher in both other cases. Without the factor, the mean confidence is
# higher than with it; with the factor twice it is much lower.*
#
# The answer to the first question is "hardly lower". If all hidden values are multiplied by 2, the
# scores are doubled (except for the biases), and the largest score mostly stays the largest. So the
# accuracy hardly changes. But the **probabilities** change: without the factor they move towards 0
# and 1, and the mean confidence is above the accuracy. With the factor applied twice (¼) they move
# away from 0 and 1, and the mean confidence is below the accuracy. The accuracy alone shows neither
# mistake. Both mistakes matter if you use the probabilities, for example if a person checks every
# image with a low confidence.

# %% claims=true
twice = np.array(found["½ applied twice"])
about = "the network classifies about 98 % of the test images"
claim(about, right[:, 0].mean(), equals=0.98, within=0.01)
claim("nearly the same with the factor, without it", abs(right - forgotten)[:, 0], below=0.02)
claim("nearly the same with the factor, without it", abs(right - twice)[:, 0], below=0.02)
claim("the accuracy hardly changes", abs(right - forgotten)[:, 0], below=0.02)
claim("The cross-entropy is lowest with the factor", right[:, 1], below=forgotten[:, 1])
claim("The cross-entropy is lowest with the factor", right[:, 1], below=twice[:, 1])
claim("the mean confidence is higher than with it", forgotten[:, 2], above=right[:, 2])
towards = "without the factor they move towards 0 and 1"
claim(towards, forgotten[:, 2], above=right[:, 2], given=[0, 1])
claim(
    "the mean confidence is above the accuracy",
    forgotten[:, 2].mean(),
    above=forgotten[:, 0].mean(),
)
away = "they move away from 0 and 1"
claim(away, twice[:, 2], below=right[:, 2], given=[0, 1])
claim("the mean confidence is below the accuracy", twice[:, 2], below=twice[:, 0])
claim("with the factor twice it is much lower", right[:, 2] - twice[:, 2], above=0.05)

# %% [markdown]
# ## 2 The idea
#
# Two colleagues write every report together. One of them is brilliant, and the other one corrects
# the typical slips of the first. If one of them is ill, the report fails. Hidden units may do the
# same: one unit detects something, and another unit learns to cancel its mistakes. This is called
# **co-adaptation**. It can fit the training data well, because there the same partner makes the
# same mistakes.
#
# Dropout breaks up such pairs. At each step of training, each unit is dropped with probability p.
# (In this course, `drop_prob`, or p for short, is **the probability of dropping**, as in PyTorch.
# Other texts use the same letter for the probability of **keeping**; see section 8.)
# A unit cannot rely on any particular partner, so it has to be useful together with many different
# units. S2 asks "How can this possibly be a good idea?" and gives two answers. The **first
# answer**: dropout "forces the network to have a redundant representation". In such a
# representation other units can replace a missing one. Section 9 measures this. The second answer
# is in section 7.
#
# At test time (in *test mode*) all units are present. Move the slider: every step of training
# trains a different network, and all these networks share their weights. (The slider shows steps
# with one sample. In a minibatch each sample has its own *mask*: one number for each unit, 0 if it
# is dropped and 1 if not. The title says by what the kept values are multiplied; section 4 explains
# it.)


# %% practice=true fold="Draw the network of each step"
def dropout_pair():
    """Your two functions once both pass a first test, until then the library's."""
    if ready("dropout_backward"):
        return Op(dropout_forward, dropout_backward)
    return Op(functional.dropout_forward, functional.dropout_backward)


def draw_thinned(step):
    """The network of one training step; step 0 is test mode."""
    inputs, hidden, outputs = (np.linspace(1, -1, n) for n in (4, 6, 3))
    rng = np.random.default_rng(step)
    factors, _ = dropout_pair().forward(np.ones((1, 6)), 0.5, rng, training=step > 0)
    kept = factors[0] != 0
    with theme.style():
        figure, ax = plt.subplots(figsize=(5, 2.6))
        for j, y in enumerate(hidden):
            line = {"color": theme.FORWARD if kept[j] else "0.88", "linewidth": 1, "zorder": 0}
            for other in inputs:
                ax.plot([0, 1], [other, y], **line)
            for other in outputs:
                ax.plot([1, 2], [y, other], **line)
            face = theme.FORWARD if kept[j] else "white"
            ax.plot(1, y, "o", color=face, markersize=14, markeredgecolor="0.5")
            if not kept[j]:
                ax.plot(1, y, "x", color="0.5", markersize=10)
        for column, layer in ((0, inputs), (2, outputs)):
            ax.plot([column] * len(layer), layer, "o", color="0.4", markersize=12)
        title = "In test mode all six hidden units are present"
        if step:
            scaled = f", values times {factors.max():g}" if kept.any() else ""
            title = f"Step {step} of training: {kept.sum()} of 6 units kept{scaled}"
        ax.set_title(title)
        ax.axis("off")
    return figure


slider(
    draw_thinned,
    range(7),
    name="step",
    alt="A network with four inputs, six hidden units and three outputs. At test time all are "
    "connected; in each step of training other hidden units are missing.",
    dpi=90,
)

# %% [markdown]
# *In words: a network with four inputs, six hidden units and three outputs. In the first picture
# all units are connected. In each of the others, some hidden units are crossed out and their
# connections are grey, each time different ones.*

# %% claims=true
masks_drawn = [
    functional.dropout_forward(np.ones((1, 6)), 0.5, np.random.default_rng(step), training=True)[0]
    for step in range(1, 7)
]
crossed_out = [np.sum(mask == 0) for mask in masks_drawn]
claim("some hidden units are crossed out", crossed_out, above=0.5, below=5.5)
claim("each time different ones", len({mask.tobytes() for mask in masks_drawn}), above=5.5)


# %% [markdown]
# ## 3 The expectation
#
# Each derivation ends in a function to write. A cell compares the first four with random draws.
#
# ### One value
#
# A value $x$ is multiplied by a random $m$, which is 0 with probability p and 1 otherwise. The mean
# of a random number is the sum of its values, each times its probability. So $E[m\,x] = p\cdot
# 0\cdot x + (\;\dots)\cdot 1\cdot x$. `mean_of_dropped` returns this mean. `factor_of_kept` returns
# the factor by which the kept value must be multiplied, so that the mean is $x$ again.


# %% solution="mean_of_dropped"
def mean_of_dropped(x, p):
    """E[m x], where m is 0 with probability p and else 1."""
    ### BEGIN SOLUTION
    return (1 - p) * x
    ### END SOLUTION


# %% solution="factor_of_kept"
def factor_of_kept(p):
    """The number c with E[c m x] = x."""
    ### BEGIN SOLUTION
    return 1 / (1 - p)
    ### END SOLUTION


# %% [markdown]
# ### A sum
#
# A unit of the next layer computes the sum $u = \sum_i w_i\, x_i\, m_i$. S4's slide "Dropout: Train
# vs Test" takes its mean, with p as the probability of keeping. In our letters, step by step:
#
# $$E[u] = E\Big[\sum_i w_i x_i m_i\Big] = \sum_i w_i x_i E[m_i] = \sum_i (\;\dots\;w_i)\,x_i$$
#
# The last form says: at test time drop nothing, but use *other weights*. Return the array of these
# weights. (Nothing is scaled in training here.)


# %% solution="weights_at_test"
def weights_at_test(w, p):
    """All weights v, shape (n,), with which sum_i v_i x_i is the mean of sum_i w_i x_i m_i."""
    ### BEGIN SOLUTION
    return (1 - p) * w
    ### END SOLUTION


# %% [markdown]
# ### Does the factor keep everything?
#
# With the factor, $u = \sum_i w_i x_i \frac{m_i}{1-p}$ has the mean $\sum_i w_i x_i$, for every p.
# But $u$ still changes from mask to mask. Compute its **variance**. The $m_i$ are independent, so
# the variances of the terms add up, and $\mathrm{Var}(a\,m) = a^2\,\mathrm{Var}(m)$. What is
# $\mathrm{Var}(m) = E[m^2] - E[m]^2$ for an $m$ that is 0 or 1? Write the last of the four
# functions.
#
# <details><summary>The first steps</summary>
#
# m² = m, so E[m²] = 1 − p, and Var(m) = (1 − p) − (1 − p)². Factor out what both terms have in
# common, then divide by (1 − p)².
#
# </details>


# %% solution="variance_of_sum"
def variance_of_sum(w, x, p):
    """Var(sum_i w_i x_i m_i / (1 - p)) for independent m_i; w and x are (n,)."""
    ### BEGIN SOLUTION
    return p / (1 - p) * np.sum((w * x) ** 2)
    ### END SOLUTION


# %% [markdown]
# The next cells compare your four results with 200,000 draws. The mean over the draws is not exact:
# the ± is its *standard error*, the standard deviation that this mean has from one set of draws to
# the next. A difference of five standard errors is allowed. With the right factor c, E[c m x] = x,
# so x / c must be the mean of m x.


# %% practice=true fold="Define how the results are compared"
def compare(name, attempt, drawn):
    """Print whether the result of `attempt` agrees with the mean of `drawn`."""
    try:
        mine = attempt()
    except NotImplementedError:
        print(f"{name:18} not written yet")
        return
    mean, error = np.mean(drawn), np.std(drawn) / np.sqrt(len(drawn))
    verdict = "agrees " if abs(mine - mean) < 5 * error else "DIFFERS"
    print(f"{name:18} {verdict} yours {mine:8.4f}, drawn {mean:8.4f} ± {error:.4f}")


# %% practice=true
rng = np.random.default_rng(1)
w, x_one, p = rng.normal(size=8), rng.normal(size=8) + 1, 0.3
m = rng.random((200_000, 8)) >= p
scaled_sums = m @ (w * x_one) / (1 - p)
compare("mean_of_dropped", lambda: mean_of_dropped(x_one[0], p), m[:, 0] * x_one[0])
compare("factor_of_kept", lambda: x_one[0] / factor_of_kept(p), m[:, 0] * x_one[0])
compare("weights_at_test", lambda: weights_at_test(w, p) @ x_one, m @ (w * x_one))
squares = (scaled_sums - w @ x_one) ** 2
compare("variance_of_sum", lambda: variance_of_sum(w, x_one, p), squares)

# %% [markdown]
# <details><summary>The derivations</summary>
#
# One value:
#
# - $E[m\,x] = p\cdot 0\cdot x + (1-p)\cdot 1\cdot x = (1-p)\,x$.
# - $E[c\,m\,x] = c\,(1-p)\,x$ is $x$ for $c = 1/(1-p)$.
#
# A sum, with S4's p (keeping) written as our 1 − p: the mean of a sum is the sum of the means, and
# $w_i$ and $x_i$ are constants, so $E[u] = \sum_i w_i x_i\,E[m_i] = \sum_i
# \big((1-p)\,w_i\big)\,x_i$.
#
# The variance of $u = \sum_i a_i m_i$ with $a_i = w_i x_i/(1-p)$:
#
# 1. The $m_i$ are independent, so the variances add up:
#    $\mathrm{Var}(u) = \sum_i a_i^2\,\mathrm{Var}(m_i)$.
# 2. $m$ is 0 or 1, so $m^2 = m$ and $E[m^2] = E[m] = 1-p$.
# 3. $\mathrm{Var}(m) = E[m^2] - E[m]^2 = (1-p) - (1-p)^2 = p\,(1-p)$.
# 4. Insert: $\mathrm{Var}(u) = \sum_i \frac{w_i^2 x_i^2}{(1-p)^2}\,p\,(1-p)
#    = \frac{p}{1-p}\sum_i (w_i x_i)^2$.
#
# </details>
#
# The next figure shows the distribution of another u, a sum of 60 terms, at three drop
# probabilities:

# %% practice=true
many_w, many_x = rng.normal(size=60) / np.sqrt(60), rng.uniform(0, 2, size=60)
draws_of = {}
for rate in (0.2, 0.5, 0.8):
    m = rng.random((10_000, 60)) >= rate
    draws_of[rate] = m @ (many_w * many_x) / (1 - rate)

# %% practice=true fold="Draw the histograms and print means"
with theme.style():
    figure, axes = plt.subplots(3, 1, figsize=(6.4, 6), sharex=True, sharey=True)
    for ax, (rate, u) in zip(axes, draws_of.items(), strict=True):
        ax.hist(u, bins=np.linspace(-10, 8, 73), color=theme.FORWARD, alpha=0.7)
        ax.axvline(many_w @ many_x, color="black", linestyle="--")
        ax.set_title(f"u at p = {rate}: standard deviation {u.std():.2f}")
        mean_of_relu = np.maximum(u, 0).mean()
        relu_of_mean = max(many_w @ many_x, 0)
        print(
            f"p = {rate}: mean of u {u.mean():+.3f}, u without dropout {many_w @ many_x:+.3f}",
            end="",
        )
        print(f"; mean of relu(u) {mean_of_relu:.3f}, relu(u) without dropout {relu_of_mean:.3f}")
    axes[1].set_ylabel("draws")
    axes[2].set_xlabel("u")
    axes[2].text(-9.8, 950, "dashed:\nwithout\ndropout")
    plt.show()

# %% [markdown]
# *In words: three histograms of u over ten thousand masks. All are centred on the dashed line, the
# value without dropout. At p = 0.8 the histogram is four times as wide as at 0.2.*
#
# The factor keeps the mean, but not the variance. The variance has the factor p/(1 − p): ¼ at p =
# 0.2, 1 at ½, 4 at 0.8. From 0.2 to 0.8 it grows 16-fold, so the width grows 4-fold.
# <!-- no claim: derived --> The noise has a second consequence. After a ReLU, not even the **mean**
# is kept in general, as the printed lines show. The ReLU sets the negative values of u to 0 and
# keeps the positive ones, so the noise no longer averages out. Therefore, after the first
# nonlinearity, test mode is only an approximation of the mean over all masks. Section 7 measures
# how good it is.

# %% claims=true
wider = draws_of[0.8].std() / draws_of[0.2].std()
claim(
    "At p = 0.8 the histogram is four times as wide as at 0.2",
    wider / 4,
    equals=1,
    within=0.05,
    given=[0.8, 0.2],
)
for u in draws_of.values():
    off = abs(u.mean() - many_w @ many_x) / (u.std() / np.sqrt(len(u)))
    claim("All are centred on the dashed line", off, below=4)
    after_relu = np.maximum(u, 0).mean() - max(many_w @ many_x, 0)
    claim("not even the **mean** is kept", after_relu, above=0.01)

# %% [markdown]
# ### On a linear model, dropout is an L2 penalty
#
# A linear model predicts the target $t_n$ of sample n by $\bar u_n = \sum_i w_i x_{ni}$. With
# dropout of its inputs it predicts $u_n = \sum_i w_i x_{ni} \frac{m_{ni}}{1-p}$. What does training
# with the squared error then minimise on average? The mean of $u_n$ over the masks is $\bar u_n$.
# So the mean of the squared error is the squared error of the mean plus the variance:
#
# $$E\big[(u_n - t_n)^2\big] = (\bar u_n - t_n)^2 + \mathrm{Var}(u_n)$$
#
# $\mathrm{Var}(u_n)$ contains the squared weights, but not the target. So it is a **penalty** on
# the weights: L2 regularisation with a different strength for each weight. (Ridge regression,
# notebook 11, has one strength for all.) An input with large values gives its weight a strong
# penalty. (If the loss is half of the squared error, the penalty is half of this, too.)
#
# <details><summary>The derivation, and the strength of each weight</summary>
#
# 1. Split the error: $u_n - t_n = (u_n - \bar u_n) + (\bar u_n - t_n)$. The second term is a
#    constant.
# 2. Square it: $(u_n - \bar u_n)^2 + 2(u_n - \bar u_n)(\bar u_n - t_n) + (\bar u_n - t_n)^2$.
# 3. Take the mean: the first term becomes $\mathrm{Var}(u_n)$, the middle one 0, because
#    $E[u_n] = \bar u_n$.
# 4. The mean over N samples adds $\frac1N \sum_n \mathrm{Var}(u_n)$. Insert the result of
#    `variance_of_sum` and collect what multiplies $w_i^2$: the strength is $\frac{p}{1-p}$ times
#    the mean of $x_{ni}^2$ over the samples.
#
# </details>
#
# Write the function that returns the mean of $\mathrm{Var}(u_n)$ over the samples.


# %% solution="dropout_penalty"
def dropout_penalty(x, w, drop_prob):
    """What dropout of the inputs adds to the mean squared error of the linear model x @ w.

    x : (N, D), w : (D,), drop_prob : probability of DROPPING, in [0, 1)
    returns penalty : mean over the samples of the variance of sum_i w_i x_ni m_ni / (1 - drop_prob)
    """
    ### BEGIN SOLUTION
    return drop_prob / (1 - drop_prob) * np.mean((x**2) @ (w**2))
    ### END SOLUTION


# %% check="dropout_penalty"
check("dropout_penalty", dropout_penalty)

# %% [markdown]
# The next cell trains nothing. It draws 20,000 masks for 50 samples of 8 inputs, and compares the
# mean squared error with and without masks.

# %% practice=true
if ready("dropout_penalty"):
    rng = np.random.default_rng(14)
    x_lin, w_lin, t_lin = rng.normal(size=(50, 8)), rng.normal(size=8), rng.normal(size=50)
    kept = rng.random((20_000, 50, 8)) >= 0.5
    with_masks = np.mean(((kept * x_lin) @ w_lin / 0.5 - t_lin) ** 2)
    rise_drawn = with_masks - np.mean((x_lin @ w_lin - t_lin) ** 2)
    rise_derived = dropout_penalty(x_lin, w_lin, 0.5)
    print(f"rise of the squared error: drawn {rise_drawn:.2f}, by your formula {rise_derived:.2f}")
else:
    print("This cell waits.")

# %% claims=true
rise_ratio = rise_drawn / rise_derived
claim("The drawn rise and the derived one agree", rise_ratio, equals=1, within=0.01)

# %% [markdown]
# The drawn rise and the derived one agree. So for a linear model you can compute the mean effect of
# dropout on the squared error without a single mask. The formula needs both the linear model and
# the squared error. For a network, section 9 compares dropout with L2 regularisation.

# %% [markdown]
# ## 4 Your dropout
#
# The usual form is **inverted dropout**: multiply by the factor 1/(1 − p) in training, so that
# nothing has to be done at test time. In loops:


# %%
def dropout_in_loops(x, drop_prob, rng):
    """Inverted dropout in training, of x (N, D), number by number."""
    y = np.zeros(x.shape)
    for n in range(x.shape[0]):
        for i in range(x.shape[1]):
            if rng.random() >= drop_prob:  # happens with probability 1 - drop_prob
                y[n, i] = x[n, i] / (1 - drop_prob)
    return y


# %% [markdown]
# Write it without loops, for an `x` of any shape. With `training=False` return the values unchanged
# (`x` or a copy). **These rules hold for all functions of this notebook:**
#
# - Draw in training only, and drop each number independently. Take random numbers only from `rng`,
#   a `numpy.random.Generator`, so that a run can be repeated. For the same seed, your mask may
#   differ from that of the loops.
# - Keep the float type: float32 stays float32. (The loops give float64; `drop_prob` is a `float`.)
# - Change no argument. Put into `cache` what the backward pass will need, also in test mode.


# %% solution="dropout_forward"
def dropout_forward(x, drop_prob, rng, *, training):
    """Inverted dropout: each number is 0 with probability drop_prob, the others are scaled up.

    x : any shape, drop_prob : probability of DROPPING, in [0, 1)
    returns y : shape and float type of x; in training, its mean over all masks is x; in test mode,
        y equals x; and cache
    """
    ### BEGIN SOLUTION
    if not training:
        return x.copy(), None
    kept = rng.random(x.shape) >= drop_prob
    factors = kept.astype(x.dtype) / (1 - drop_prob)
    return x * factors, factors
    ### END SOLUTION


# %% check="dropout_forward"
check("dropout_forward", dropout_forward)

# %% [markdown]
# Now write the backward pass. Once the mask is drawn, each number is $y = c\,x$ with a fixed $c$.
# What is the derivative of $y$ with respect to $x$? And what is it if the number was dropped? (A
# kept number may be 0, too, so `y` does not show which numbers were dropped.)


# %% solution="dropout_backward"
def dropout_backward(dy, cache):
    """The gradient of dropout_forward.

    dy : gradient with respect to y, and cache from dropout_forward
    returns dx : the shape of dy
    """
    ### BEGIN SOLUTION
    return dy.copy() if cache is None else dy * cache
    ### END SOLUTION


# %% check="dropout_backward"
check("dropout_backward", dropout_forward, dropout_backward)

# %% [markdown]
# When the check is green, compare your code with `course_lib/functional/dropout.py`. The next cell
# compares the gradient with finite differences, once correctly and once wrongly. Read its code:
# what is wrong with the second comparison?

# %% practice=true
if ready("dropout_backward"):
    x_few, dy_few = np.random.default_rng(13).normal(size=(2, 4, 5))
    moving = np.random.default_rng(7)

    def same_mask(x):
        y, _ = dropout_forward(x, 0.3, np.random.default_rng(7), training=True)
        return np.sum(dy_few * y)

    def new_mask(x):
        y, _ = dropout_forward(x, 0.3, moving, training=True)
        return np.sum(dy_few * y)

    _, cache = dropout_forward(x_few, 0.3, np.random.default_rng(7), training=True)
    dx_few = dropout_backward(dy_few, cache)
    mask_errors = []
    for name, f in (("first", same_mask), ("second", new_mask)):
        numerical = numerical_gradient(f, x_few, 1e-5)
        mask_errors.append(relative_error(dx_few, numerical))
        print(f"{name:6} comparison: relative error {mask_errors[-1]:.1e}")
else:
    print("This cell waits.")

# %% claims=true
different = "the two evaluations of a finite difference use different"
claim(different, mask_errors[1], above=0.5)
claim("has a gradient only once its random draw is held fixed", mask_errors[0], below=1e-6)

# %% [markdown]
# In the second comparison the generator continues from call to call, so the two evaluations of a
# finite difference use different masks. Their difference then depends on the masks, and not only on
# the derivative. A random function has a gradient only once its random draw is held fixed.
# Therefore the mask is stored in the cache, and the backward pass never draws it again.

# %% [markdown]
# ### Dropout of whole maps
#
# A layer type of notebook 16 turns one image into C images, called *maps*. Then x has the shape (N,
# C, H, W): N samples, C maps each, H × W pixels. Neighbouring pixels of a map are similar, so a
# single dropped pixel hides little. Therefore one often drops **whole maps**: all pixels of a map
# share one random number. Which shape must the mask have, so that it broadcasts over the pixels?
# `dropout_forward` can draw it: give it ones of this shape and of the float type of x. The cell
# below your function takes maps of ones, and prints how much the mean over a map varies.


# %% solution="drop_maps"
def drop_maps(x, drop_prob, rng, *, training):
    """Inverted dropout of whole maps of x (N, C, H, W); returns only y (N, C, H, W), no cache."""
    ### BEGIN SOLUTION
    ones = np.ones((*x.shape[:2], 1, 1), dtype=x.dtype)
    return x * dropout_forward(ones, drop_prob, rng, training=training)[0]
    ### END SOLUTION


# %% practice=true
if ready("dropout_forward"):
    maps, rng, spread_of = np.ones((1000, 4, 5, 5)), np.random.default_rng(15), {}
    ways = {
        "single pixels": lambda: dropout_forward(maps, 0.2, rng, training=True)[0],
        "whole maps": lambda: drop_maps(maps, 0.2, rng, training=True),
    }
    print("variance of the mean over a map of 25 ones (whole maps: p/(1 − p) = 0.25)")
    for name, way in ways.items():
        try:
            spread_of[name] = way().mean(axis=(2, 3)).var()
            print(f"{name:14} {spread_of[name]:.3f}")
        except NotImplementedError:
            print(f"{name:14} not written yet")
else:
    print("This cell waits.")

# %% claims=true
ratio = spread_of["whole maps"] / spread_of["single pixels"]
claim("This variance is about 25 times as large", ratio, equals=25, within=3)

# %% [markdown]
# This variance is about 25 times as large if whole maps are dropped, because all 25 pixels of a map
# share one random number. With single pixels, the noise nearly averages out over the map.

# %% [markdown]
# ## 5 Vanilla dropout
#
# The form that was published first, *vanilla dropout*, scales at test time. S2's code and S4's
# slides show it. In training, the dropped values are 0 and the others **stay unchanged**. At test
# time, **all values are multiplied by 1 − p**. S2: "output at test time = expected output at
# training time". In loops:


# %%
def vanilla_in_loops(x, drop_prob, rng, training):
    """Vanilla dropout of x (N, D), number by number."""
    y = np.zeros(x.shape)
    for n in range(x.shape[0]):
        for i in range(x.shape[1]):
            if training:
                y[n, i] = x[n, i] if rng.random() >= drop_prob else 0
            else:
                y[n, i] = (1 - drop_prob) * x[n, i]
    return y


# %% [markdown]
# Write it for an `x` of any shape, with the rules of section 4. Return a `cache`, too; the check
# ignores what it holds. (The backward pass is $dx = m\,dy$ in training and $(1-p)\,dy$ in test
# mode.)


# %% solution="vanilla_dropout_forward"
def vanilla_dropout_forward(x, drop_prob, rng, *, training):
    """Vanilla dropout: no factor in training; in test mode, all values times 1 - drop_prob.

    x : any shape, drop_prob : probability of DROPPING, in [0, 1)
    returns y : shape and float type of x, and cache
    """
    ### BEGIN SOLUTION
    if not training:
        return x * (1 - drop_prob), 1 - drop_prob
    kept = rng.random(x.shape) >= drop_prob
    return x * kept, kept
    ### END SOLUTION


# %% check="vanilla_dropout_forward"
check("vanilla_dropout_forward", vanilla_dropout_forward)

# %% [markdown]
# In both forms, test mode gives the mean of the values in training. Inverted dropout is the
# standard for a practical reason: the trained network is an ordinary network. Its users do not have
# to know that there was dropout, or the drop probability. With vanilla dropout, the users can
# forget the factor, as in section 1. (In training, inverted dropout gives the next layer 1/(1 − p)
# times the inputs of vanilla dropout. So choose the learning rate anew if you change the form.)

# %% [markdown]
# ### S2's network with two masks
#
# S2's code has two functions. `train_step` computes two hidden layers and draws a mask for each of
# them. `predict` draws no mask, and multiplies both hidden layers by the probability of keeping.
# With your function, one short function computes both outputs:


# %%
def s2_network(x, weights, drop_prob, rng, *, training):
    """S2's `train_step` (training=True) and `predict`: two hidden layers, two masks; no biases."""
    W1, W2, W3 = weights
    H1 = np.maximum(0, x @ W1)
    H1, _ = vanilla_dropout_forward(H1, drop_prob, rng, training=training)
    H2 = np.maximum(0, H1 @ W2)
    H2, _ = vanilla_dropout_forward(H2, drop_prob, rng, training=training)
    return H2 @ W3


# %% practice=true
if ready("vanilla_dropout_forward"):
    rng = np.random.default_rng(16)
    x_s2 = rng.normal(size=(5, 20))
    weights = [rng.normal(size=shape) / 5 for shape in ((20, 50), (50, 50), (50, 1))]
    drawn = [s2_network(x_s2, weights, 0.5, rng, training=True).ravel() for _ in range(5000)]
    predicted = s2_network(x_s2, weights, 0.5, rng, training=False).ravel()
    mean, error = np.mean(drawn, axis=0), np.std(drawn, axis=0) / np.sqrt(5000)
    print("predict            ", np.round(predicted, 2))
    print("mean of 5,000 masks", np.round(mean, 2))
    print("difference, in standard errors", np.round((mean - predicted) / error, 1))
else:
    print("This cell waits.")

# %% claims=true
beyond = np.sort(np.abs(mean - predicted) / error)[-2:]
claim("For some of these samples, they differ by more than five standard errors", beyond, above=5)

# %% [markdown]
# S2's sentence "output at test time = expected output at training time" stands beside `predict`.
# For some of these samples, they differ by more than five standard errors. The sentence is exact
# for the output of the first mask. After the next ReLU it is only approximate (section 3).

# %% [markdown]
# ## 6 DropConnect
#
# S3 lists "Dropconnect" below dropout, on "Regularization of the Network". DropConnect drops
# **weights** and not units. If you drop input $i$, you drop a whole row of `W` at once. DropConnect
# draws a random number for every single weight.
#
# In this course, DropConnect draws **one mask on `W` in every call**, shared by all samples of the
# batch, and multiplies the kept weights by 1/(1 − p). The bias is never dropped. (The authors of
# the method, Wan and others 2013, draw a mask for every sample, which needs N times the memory for
# masks, and they approximate the mean at test time in another way.) In loops:


# %%
def dropconnect_in_loops(x, W, b, drop_prob, rng):
    """DropConnect in training: x (N, n_in), W (n_in, n_out), b (n_out,)."""
    V = np.zeros(W.shape)
    for i in range(W.shape[0]):
        for j in range(W.shape[1]):
            if rng.random() >= drop_prob:
                V[i, j] = W[i, j] / (1 - drop_prob)
    y = np.zeros((x.shape[0], W.shape[1]))
    for n in range(x.shape[0]):
        for j in range(W.shape[1]):
            y[n, j] = b[j] + sum(x[n, i] * V[i, j] for i in range(W.shape[0]))
    return y


# %% [markdown]
# Write it without loops, with the rules of section 4. With `training=False` it is the linear layer
# `x @ W + b`.


# %% solution="dropconnect_forward"
def dropconnect_forward(x, W, b, drop_prob, rng, *, training):
    """A linear layer whose weights are dropped at random, with the factor 1/(1 - drop_prob).

    x : (N, n_in), W : (n_in, n_out), b : (n_out,)
    drop_prob : probability of DROPPING a weight, in [0, 1)
    returns y : (N, n_out), and cache; y is float32 if x, W and b are all float32
    """
    ### BEGIN SOLUTION
    kept = rng.random(W.shape) >= (drop_prob if training else 0)
    factors = kept.astype(W.dtype) / (1 - drop_prob if training else 1)
    V = W * factors
    return x @ V + b, (x, V, factors)
    ### END SOLUTION


# %% check="dropconnect_forward"
check("dropconnect_forward", dropconnect_forward)

# %% [markdown]
# The backward pass returns three gradients. With a fixed mask, this is a linear layer with the
# weights $V = W \cdot m/(1-p)$ (entry by entry). You know how to compute `dx` and `dV`. One more
# step leads from `dV` to `dW`. (`dy` is the gradient of the loss with respect to `y`. Sum over the
# samples, as in notebook 04; do not take the mean.) The check covers test mode and kept weights
# that are 0, too.


# %% solution="dropconnect_backward"
def dropconnect_backward(dy, cache):
    """The gradients of dropconnect_forward.

    dy : (N, n_out), and cache from dropconnect_forward
    returns dx : (N, n_in), dW : (n_in, n_out), db : (n_out,)
    """
    ### BEGIN SOLUTION
    x, V, factors = cache
    return dy @ V.T, (x.T @ dy) * factors, dy.sum(axis=0)
    ### END SOLUTION


# %% check="dropconnect_backward"
check("dropconnect_backward", dropconnect_forward, dropconnect_backward)

# %% [markdown]
# The library's version is in `course_lib/functional/dropconnect.py`.
#
# <details><summary>The derivation</summary>
#
# Write $f_{ij}$ for the factor of weight $w_{ij}$ in this call: 0 or $1/(1-p)$.
#
# - The forward pass is a linear layer, $y_{nj} = \sum_i x_{ni} v_{ij} + b_j$ with
#   $v_{ij} = f_{ij} w_{ij}$.
# - Notebook 04: $dx_{ni} = \sum_j dy_{nj} v_{ij}$, $\;dv_{ij} = \sum_n x_{ni}\,dy_{nj}$,
#   $\;db_j = \sum_n dy_{nj}$.
# - $f_{ij}$ is a constant once the mask is drawn, so $dw_{ij} = f_{ij}\,dv_{ij}$.
#
# </details>
#
# ### Which outputs share the noise?
#
# Compare two layers with the same `x`, `W` and p: dropout on `x`, then a linear layer; and
# DropConnect. Output j of sample n is a sum of terms $x_{ni} w_{ij}$. Dropout multiplies each term
# by $m_{ni}/(1-p)$, DropConnect by $m_{ij}/(1-p)$. Both give **one** output the variance of section
# 3. They differ in which outputs share an m. The **covariance** $E[ab] - E[a]\,E[b]$ of two outputs
# is 0 if they share none:
#
# | layer | outputs j and k of one sample n | output j of two samples n and l |
# |---|---|---|
# | dropout | share $m_{ni}$: $\frac{p}{1-p}\sum_i x_{ni}^2 w_{ij} w_{ik}$ | share no m: 0 |
# | DropConnect | share no m: 0 | share $m_{ij}$: $\frac{p}{1-p}\sum_i x_{ni} x_{li} w_{ij}^2$ |
#
# The next cells compare these formulas with 4,000 random masks, and measure how much of the
# variance is left in the mean over a minibatch.

# %% practice=true fold="Compare the covariances with 4,000 masks"
if ready("dropout_forward", "dropconnect_forward"):
    rng, rate = np.random.default_rng(4), 0.2
    x_two, W_two = rng.uniform(0.5, 1.5, size=(2, 30)), rng.normal(size=(30, 2))
    W_two[:, 1] = W_two[:, 0] + 0.5 * W_two[:, 1]  # two outputs with similar weights
    outputs = {"dropout": [], "DropConnect": []}
    for _ in range(4000):
        dropped, _ = dropout_forward(x_two, rate, rng, training=True)
        outputs["dropout"].append((dropped @ W_two).ravel())
        y, _ = dropconnect_forward(x_two, W_two, np.zeros(2), rate, rng, training=True)
        outputs["DropConnect"].append(y.ravel())
    strength = rate / (1 - rate)
    by_formula = {
        "dropout": [strength * np.sum(x_two[0] ** 2 * W_two[:, 0] * W_two[:, 1]), 0.0],
        "DropConnect": [0.0, strength * np.sum(x_two[0] * x_two[1] * W_two[:, 0] ** 2)],
    }
    centred = {name: np.transpose(rows - np.mean(rows, axis=0)) for name, rows in outputs.items()}
    print("covariance (± standard error) of two outputs of a sample, of an output of two samples")
    for name, (first, same_sample, same_output, _) in centred.items():
        print(f"{name:11}", end="")
        for other, value in zip((same_sample, same_output), by_formula[name], strict=True):
            mean, error = np.mean(first * other), np.std(first * other) / np.sqrt(4000)
            print(f"   drawn {mean:5.2f} ± {error:.2f}, formula {value:5.2f}", end="")
        print()
else:
    print("This cell waits.")

# %% practice=true fold="Take the mean over a minibatch"
if ready("dropout_forward", "dropconnect_forward"):
    rng, no_bias, variance_left = np.random.default_rng(17), np.zeros(1), {}
    w_out = rng.normal(size=(30, 1))
    batches = {
        "inputs 0.5 to 1.5": rng.uniform(0.5, 1.5, size=(32, 30)),
        "inputs of mean 0": rng.normal(size=(32, 30)),
    }
    layers = {
        "dropout": lambda x: dropout_forward(x, 0.2, rng, training=True)[0] @ w_out,
        "DropConnect": lambda x: dropconnect_forward(x, w_out, no_bias, 0.2, rng, training=True)[0],
    }
    print("variance of the mean over 32 samples / variance of one sample")
    for (kind, x), (name, layer) in [(b, a) for b in batches.items() for a in layers.items()]:
        drawn = np.array([layer(x)[:, 0] for _ in range(2000)])
        variance_left[kind, name] = drawn.mean(axis=1).var() / drawn.var(axis=0).mean()
        print(f"{kind:18} {name:12} {variance_left[kind, name]:.3f}")
else:
    print("This cell waits.")

# %% claims=true
for name, (first, *others, _) in centred.items():
    gaps = [np.mean(first * other) for other in others] - np.array(by_formula[name])
    claim("The drawn covariances agree with the formulas", abs(gaps) / first.var(), below=0.1)
positive, around_0 = (variance_left[kind, "DropConnect"] for kind in batches)
claim("more than 80 % of the variance is left", positive, above=0.8)
claim("With inputs of mean 0, less than 6 % is left", around_0, below=0.06, given=[0])
both_kinds = [variance_left[kind, "dropout"] for kind in batches]
claim("With dropout, about 1/32 is left", both_kinds, below=0.04, given=[1 / 32, 32, 1])

# %% [markdown]
# The drawn covariances agree with the formulas. With our DropConnect, all samples of a minibatch
# share the mask. If all inputs are positive, the covariances are, too. Then a mean over 32 samples
# hardly reduces the noise: more than 80 % of the variance is left. With inputs of mean 0, less than
# 6 % is left, because the covariances have both signs. With dropout, about 1/32 is left in both
# cases.

# %% [markdown]
# ## 7 An average over networks
#
# S2's **second answer**: each mask defines its own network, and training with dropout trains all
# these networks at once, with shared weights. How many networks are there for a layer of 4,096
# units?

# %% practice=true
digits_of_count = 4096 * np.log10(2)
print(f"2^4096 has {int(digits_of_count) + 1} digits, it is about 10^{digits_of_count:.0f};")
print("S2 compares with about 10^82 atoms in the universe.")

# %% [markdown]
# In such a layer, practically no mask is ever drawn twice. But a layer of 8 units has only 256
# masks, and we can try all of them. Below, `z8` holds the values of 8 hidden units. They go into a
# linear layer; into a linear layer and a softmax; or into a ReLU layer and then these two. We
# compare the mean over all masks with the output in test mode. Mask number r has the probability
# $\pi_r$. If it gives class k the probability $q_{rk}$, there are two means:
#
# - the ordinary (*arithmetic*) mean $\sum_r \pi_r\, q_{rk}$,
# - the **geometric** mean $\prod_r q_{rk}^{\pi_r}$, divided by its sum over the classes.

# %% practice=true
rng = np.random.default_rng(5)
z8, W8, b8, p = rng.uniform(0, 2, size=8), rng.normal(size=(8, 3)) / 2, rng.normal(size=3), 0.3
masks = np.array(list(np.ndindex(*[2] * 8)))
chance = np.prod(np.where(masks == 1, 1 - p, p), axis=1)
print(f"{len(masks)} masks, their probabilities add up to {chance.sum():.12f}")


# %% practice=true fold="Define how the means are compared"
def gaps_of(u_of_masks, u_whole):
    """The largest difference from the network without dropout: of one mask, and of both means."""
    of_each, without = softmax(u_of_masks), softmax(u_whole[None])[0]
    arithmetic = chance @ of_each
    geometric = np.exp(chance @ np.log(of_each))
    geometric = geometric / geometric.sum()
    one_mask = chance @ np.abs(of_each - without).max(axis=1)
    return one_mask, np.abs(arithmetic - without).max(), np.abs(geometric - without).max()


def gaps_for_weights(rng, relu):
    """The same for random weights from `rng`, without or with a ReLU layer in between."""
    of_masks, whole, W = masks * z8 / (1 - p), z8, rng.normal(size=(8, 3)) / 2
    if relu:
        V, c = rng.normal(size=(8, 8)) / np.sqrt(8), rng.normal(size=8)
        of_masks, whole = (np.maximum(values @ V + c, 0) for values in (of_masks, whole))
    return gaps_of(of_masks @ W + b8, whole @ W + b8)


# %% practice=true
u_of_masks = (masks * z8 / (1 - p)) @ W8 + b8
u_whole = z8 @ W8 + b8
print("linear layer: largest difference", f"{np.abs(chance @ u_of_masks - u_whole).max():.1e}")
by_softmax, by_relu = (
    np.median([gaps_for_weights(rng, relu) for _ in range(100)], axis=0) for relu in (False, True)
)
print("largest difference of a probability from test mode, median over 100 draws of the weights:")
print("                          one mask  arithmetic  geometric mean")
print("linear layer and softmax  {:.1e}   {:.1e}     {:.1e}".format(*by_softmax))
print("with a ReLU layer         {:.1e}   {:.1e}     {:.1e}".format(*by_relu))

# %% claims=true
claim("agree to the last digits", np.abs(chance @ u_of_masks - u_whole).max(), below=1e-12)
claim("the **geometric** mean agrees as well", by_softmax[2], below=1e-12)
claim("The arithmetic mean does not agree", by_softmax[1], above=1e-4)
claim("With one more nonlinearity in between, neither is exact", by_relu[1:], above=1e-3)
claim(
    "both means are at least twice as close as a single mask",
    by_relu[0] / by_relu[1:],
    above=2,
)

# %% [markdown]
# For the linear layer, the mean over all 256 networks and the one network without dropout agree to
# the last digits. This is the result of section 3. With a softmax directly after it, the
# **geometric** mean agrees as well, because its logarithm is the mean of the scores, up to a
# constant. The arithmetic mean does not agree. With one more nonlinearity in between, neither is
# exact. In the median over 100 draws of the weights, both means are at least twice as close as a
# single mask.
#
# <details><summary>The derivation of the geometric mean</summary>
#
# Mask number r has the scores $u_{rk}$ and the probabilities $q_{rk} = e^{u_{rk}}/S_r$ with
# $S_r = \sum_j e^{u_{rj}}$.
#
# 1. Logarithm of a softmax: $\log q_{rk} = u_{rk} - \log S_r$.
# 2. Mean over the masks: $\sum_r \pi_r \log q_{rk} = \bar u_k - C$, with the mean score
#    $\bar u_k = \sum_r \pi_r u_{rk}$ and $C = \sum_r \pi_r \log S_r$, the same for all classes.
# 3. The geometric mean before dividing by its sum: $g_k = e^{\bar u_k}\,e^{-C}$.
# 4. Divide by the sum over the classes; $e^{-C}$ cancels:
#    $g_k/\sum_j g_j = e^{\bar u_k}/\sum_j e^{\bar u_j}$, the softmax of the mean scores.
# 5. After a linear layer the mean scores are the scores without dropout (section 3). So the
#    geometric mean is exactly the output in test mode.
#
# With a ReLU before the scores, step 5 fails: the mean of relu(u) is not relu of the mean of u.
#
# </details>
#
# So the network in test mode stands for an average over more networks than we could compute. For
# the digits we can approximate this average. We draw masks *at test time*, average the
# probabilities of M networks in both ways, and compare the result with the network without masks.


# %% practice=true fold="Define the networks"
def classifier(inputs, hidden, rate, rng, op=None, **options):
    """A network for ten classes with dropout on its hidden layer, by your functions or `op`."""
    return Sequential(
        Linear(inputs, hidden, rng=rng, **options),
        ReLU(),
        Dropout(rate, rng=rng, op=op or dropout_pair()),
        Linear(hidden, 10, rng=rng),
    )


def digit_network(rate, seed, op=None, **options):
    """Trained on the digits of section 1."""
    rng = np.random.default_rng(seed)
    network = classifier(64, 128, rate, rng, op)
    train(network, rng, x_train, t_train, epochs=15, lr=0.1, **options)
    return network


# %% practice=true fold="Average over masks at test time"
COUNTS = (1, 3, 10, 30, 100)


def evaluate(probabilities, t):
    """Accuracy and cross-entropy of probabilities."""
    of_true = probabilities[np.arange(len(t)), t]
    return np.mean(probabilities.argmax(axis=1) == t), -np.mean(np.log(of_true + 1e-12))


MEANS = {
    "arithmetic": lambda drawn: drawn.mean(axis=1),
    "geometric": lambda drawn: np.exp(np.log(drawn + 1e-12).mean(axis=1)),
}


if ready("dropout_backward"):
    digit_networks, whole = [], []
    averaged = {(kind, M): [] for kind in MEANS for M in COUNTS}
    for seed in SEEDS:
        network = digit_network(0.5, seed)
        digit_networks.append(network)
        lower, _, _, upper = network.layers
        z, rng = np.maximum(lower(x_test), 0), np.random.default_rng(100 + seed)
        masked = [dropout_forward(z, 0.5, rng, training=True)[0] for _ in range(max(COUNTS))]
        drawn = np.array([softmax(upper(values)) for values in masked])
        for kind, M in averaged:  # groups of M masks, each of them averaged
            groups = drawn[: len(drawn) // M * M].reshape(-1, M, *drawn.shape[1:])
            means = MEANS[kind](groups)
            means = means / means.sum(axis=2, keepdims=True)
            each = [evaluate(mean, t_test) for mean in means]
            averaged[kind, M].append(np.mean(each, axis=0))
        whole.append(evaluate(softmax(network(x_test)), t_test))
else:
    print("This cell waits.")

# %% practice=true fold="Draw the averages and print them"
if ready("dropout_backward"):
    with theme.style():
        figure, axes = plt.subplots(1, 2, figsize=(8, 2.8))
        for column, (ax, name) in enumerate(zip(axes, ("accuracy", "cross-entropy"), strict=True)):
            for kind, look in zip(MEANS, ("o-", "s:"), strict=True):
                table = np.array([[r[column] for r in averaged[kind, M]] for M in COUNTS])
                mean, sd = table.mean(axis=1), table.std(axis=1, ddof=1)
                colour = theme.FORWARD if look == "o-" else theme.CYCLE[2]
                ax.errorbar(COUNTS, mean, sd, fmt=look, color=colour, capsize=3, label=kind)
            one = np.mean([row[column] for row in whole])
            ax.axhline(one, color="black", linestyle="--", label="no mask,\none pass")
            ax.set(xscale="log", xlabel="M, number of masks averaged", ylabel=name)
            ax.set_xticks(COUNTS, [str(M) for M in COUNTS])
            ax.minorticks_off()
        axes[0].set_title("Test accuracy of averages over M masks")
        axes[1].set_title("Test loss of averages over M masks")
        label_lines(axes[1])
        plt.show()
    rows = {f"M = {M:3}, {kind}": averaged[kind, M] for M in COUNTS for kind in MEANS}
    for name, row in (rows | {"no mask": whole}).items():
        correct, loss = np.transpose(row)
        print(f"{name:20} accuracy {with_spread(correct)}, loss {with_spread(loss)}")

# %% claims=true
of_masks = {key: np.mean(row, axis=0) for key, row in averaged.items()}
no_mask = np.mean(whole, axis=0)
for kind in MEANS:
    lost = no_mask[0] - of_masks[kind, 1][0]
    claim("A single mask loses more than 0.02 of the accuracy", lost, above=0.02)
    nearly = "With ten masks, the accuracy is nearly that of the network without masks"
    for M, words in ((10, nearly), (100, "stays near the dashed line")):
        claim(words, abs(of_masks[kind, M][0] - no_mask[0]), below=0.006)
    gap = abs(of_masks[kind, 100][0] - no_mask[0])
    claim("about the same accuracy as the average of a hundred passes", gap, below=0.006)
close = of_masks["geometric", 100][1] / no_mask[1]
claim("comes close to that of the network without masks", close, above=0.95, below=1.05)
higher = of_masks["arithmetic", 100][1] / no_mask[1] - 1
claim("falls to the dashed line", close, above=0.95, below=1.05)
claim("that of the arithmetic mean falls too, but stays above it", higher, above=0.3)
claim("stays at least 30 % above it", higher, above=0.3)

# %% [markdown]
# *In words: two panels over the number of masks M from 1 to 100, with error bars for the standard
# deviation over seeds. The accuracy of both means rises steeply up to ten masks and then stays near
# the dashed line of the network without masks. The cross-entropy of the geometric mean falls to the
# dashed line; that of the arithmetic mean falls too, but stays above it.*
#
# A single mask loses more than 0.02 of the accuracy. With ten masks, the accuracy is nearly that of
# the network without masks. So one pass without masks has about the same accuracy as the average of
# a hundred passes with masks. (A difference of two or three of the 360 test images can be chance.)
# The losses differ more. The loss of the geometric mean comes close to that of the network without
# masks, because here only a linear layer and a softmax follow the dropped units. The loss of the
# arithmetic mean stays at least 30 % above it: here the ordinary mean is the worse prediction.
# Masks at test time were also proposed as a measure of uncertainty (*Monte Carlo dropout*, Gal and
# Ghahramani 2016). Section 9 tests one use of it.
#
# Is this an ensemble? Not as in notebook 11, where the members are trained independently. The
# networks of dropout share all weights, and the masks of almost all of them are never drawn in
# training.

# %% [markdown]
# ## 8 Spot the slip
#
# **One letter, two meanings.** S2's text calls p the "probability of dropping". So to drop **20 %**
# of the units, a friend sets `p = 0.2` in S2's code. This code draws masks by
# `np.random.rand(*H.shape) < p`, and multiplies by `p` at test time. Which share of the units does
# it drop now? Does a comparison of training and test mode show the mistake?

# %% guess="the share of dropped units"
guess("ps19_share", None, between=(0, 1))  # from 0 to 1

# %% practice=true fold="Run S2's code"
rng = np.random.default_rng(6)
w, x_one = rng.normal(size=100), rng.uniform(0, 1, size=100)


def by_s2(p):
    """S2's code for a sum: share dropped, mean of the sum in training, sum at test time."""
    kept = rng.random((20_000, 100)) < p
    return np.mean(~kept), np.mean((kept * x_one) @ w), (x_one * p) @ w


by_code = {p: by_s2(p) for p in (0.2, 0.5, 0.8)}
reveal("ps19_share", round(by_code[0.2][0], 2), "The share of zeros in 20,000 masks.")

# %% practice=true fold="Print shares and means" after="ps19_share"
half_weights = x_one @ (w / 2)
for p, (dropped, in_training, in_test_mode) in by_code.items():
    print(f"p = {p}: share dropped {dropped:.2f}, mean of the sum in training ", end="")
    print(f"{in_training:+.2f}, at test time {in_test_mode:+.2f}", end="")
    print(f", with half the weights {half_weights:+.2f}")

# %% claims=true
claim("The code drops 80 % of the units", by_code[0.2][0], equals=0.8, within=0.01)
for _, in_training, in_test_mode in by_code.values():
    agreement = in_training / in_test_mode
    claim("its training and its test mode agree at every p", agreement, equals=1, within=0.15)

# %% [markdown] after="ps19_share"
# The code drops 80 % of the units: its p is the probability of keeping. A comparison of means does
# not show this, because its training and its test mode agree at every p. Count the zeros instead.
# At ½ both meanings agree, and S4's "half the weights" is right only there. **A check at ½ alone
# cannot tell them apart.** (The checks of your functions use 0.2, 0.7 and other values.)
# <!-- no claim: setting --> The
# sources *disagree* about p:
#
# | source | quotation or formula | there, p is the probability of |
# |---|---|---|
# | this course | `drop_prob` | dropping |
# | S2, text | the hyperparameter is the "probability of dropping" | dropping |
# | S2, code | `p = 0.5 # probability of keeping a unit active` | keeping |
# | S4, "Dropout: Train vs Test" | weights p w at test time | keeping |
# | S4, "Dropout: Effect on filters" | "Dropout with p = 0.5" | either, both are ½ |
#
# In the names of your arguments, write `drop_prob` or `keep_prob`.

# %% [markdown]
# ## 9 Your functions at work
#
# (The cells of this section train more than 200 networks, which takes less than a minute on a
# laptop, and longer in a browser.)
#
# ### Wrong labels
#
# Labels that people assign contain mistakes. We take 1,000 MNIST images of 28 × 28 pixels and
# replace the labels of about 30 % of them by another digit, chosen at random. A network with 256
# hidden units has 203,530 parameters, so it can memorise the wrong labels as well. We compare
# training without dropout, with p = 0.5 and with p = 0.8.
#
# The comparison has three rules:
#
# - **Each method gets its best settings**: a learning rate of 0.001, 0.003, 0.01 or 0.03, and 5,
#   10, 20 or 30 epochs. So each method has early stopping (notebook 11). We choose the settings
#   with the highest mean accuracy on 1,000 validation images, and report the accuracy on 1,000 test
#   images. Both sets have correct labels.
# - **Three runs, paired.** Run 1 uses the same images, wrong labels and seed for every method. Runs
#   2 and 3 do so with other images and seeds. So we subtract within each run. (All runs use the
#   same test images. With others, all runs could change together; their spread does not show this.)
# - **There are rivals**: L2 regularisation with the strength 0.003, 0.01 or 0.03 (notebook 11), and
#   your DropConnect with p = 0.8 on the output layer.
#
# At the best settings of both, by how many percentage points does the test accuracy with p = 0.8
# differ from that without dropout? Write a negative number if you expect it to be lower.

# %% guess="the change by dropout with wrong labels"
guess("ps19_wrong_labels", None)  # percentage points, such as 8 or -3

# %% practice=true fold="Define the images and scores"
LEARNING_RATES, L2_STRENGTHS, RUNS, EPOCHS = smaller_in_browser(
    learning_rates=((0.001, 0.003, 0.01, 0.03), (0.003, 0.01)),
    L2_strengths=((3e-3, 1e-2, 3e-2), [1e-2]),
    runs=(range(3), (0, 2)),
    epochs=(30, 15),
)
STOPS = sorted({5, 10, 2 * EPOCHS // 3, EPOCHS})  # epochs after which a run is evaluated
mnist = load_mnist5000()
held_out = {"validation": slice(3000, 4000), "test": slice(4000, 5000)}


def some_images(seed, wrong):
    """1,000 images; a share of about `wrong` of their labels is replaced by another digit."""
    part = slice(1000 * seed, 1000 * seed + 1000)
    t, rng = mnist.t[part].copy(), np.random.default_rng(100 + seed)
    chosen = rng.random(1000) < wrong
    t[chosen] = (t[chosen] + rng.integers(1, 10, size=chosen.sum())) % 10
    return mnist.x[part], t


def scores(network):
    """Accuracy and loss on the validation images, then on the test images."""
    outputs = [(network(mnist.x[part]), mnist.t[part]) for part in held_out.values()]
    return [(accuracy(y, t), softmax_cross_entropy(y, t)[0]) for y, t in outputs]


# %% practice=true fold="Define the runs with wrong labels"
def connect_classifier(inputs, hidden, rate, rng):
    """The network with DropConnect, by your functions if they are ready, on its output layer."""
    pair = Op(dropconnect_forward, dropconnect_backward) if ready("dropconnect_backward") else None
    output = DropConnect(hidden, 10, rate, rng=rng, op=pair)
    return Sequential(Linear(inputs, hidden, rng=rng), ReLU(), output)


def run_of(seed, wrong, rate, lr, *, lam=0.0, hidden=256, build=classifier, stops=STOPS):
    """The scores after each of the stops; `rate` is the drop probability, `lam` the L2 strength."""
    x, t = some_images(seed, wrong)
    rng = np.random.default_rng(seed)
    network = build(784, hidden, rate, rng)
    rows = []

    def note(epoch, history):
        if epoch + 1 in stops:
            rows.append(scores(network))

    penalty = (lambda weights: l2_penalty(weights, lam)) if lam else None
    train(network, rng, x, t, epochs=max(stops), lr=lr, penalty=penalty, callbacks=[note])
    return rows


def best_of(runs, stops=STOPS):
    """Of runs {settings: (run, stop, set, measure)}, the best by validation accuracy."""
    places = [(settings, column) for settings in runs for column in range(len(stops))]
    settings, column = max(places, key=lambda at: runs[at[0]][:, at[1], 0, 0].mean())
    return settings, stops[column], runs[settings][:, column, 1]


# %% practice=true fold="Train with wrong labels"
if ready("dropout_backward"):
    noisy = {
        rate: {
            lr: np.array([run_of(seed, 0.3, rate, lr) for seed in RUNS]) for lr in LEARNING_RATES
        }
        for rate in (0.0, 0.5, 0.8)
    }
    of_none, of_most = (best_of(noisy[rate])[2][:, 0] for rate in (0.0, 0.8))
    points = 100 * (of_most - of_none)
    reveal(
        "ps19_wrong_labels",
        round(points.mean(), 1),
        f"Percentage points; standard deviation over the runs {points.std(ddof=1):.1f}.",
    )
else:
    print("This cell waits.")

# %% practice=true fold="Print all methods at their best settings" after="ps19_wrong_labels"
if ready("dropout_backward"):
    l2_runs = {
        (lam, lr): np.array([run_of(seed, 0.3, 0.0, lr, lam=lam) for seed in RUNS])
        for lam in L2_STRENGTHS
        for lr in LEARNING_RATES
    }
    connect_runs = {
        lr: np.array([run_of(seed, 0.3, 0.8, lr, build=connect_classifier) for seed in RUNS])
        for lr in LEARNING_RATES
    }
    methods = {f"p = {rate:g}": best_of(noisy[rate]) for rate in noisy}
    methods |= {"DropConnect, 0.8": best_of(connect_runs), "L2": best_of(l2_runs)}
    print(
        f"chosen on validation images; test accuracy, mean ± standard deviation of {len(RUNS)} runs"
    )
    for name, (settings, stop, tested) in methods.items():
        lam, lr = settings if name == "L2" else ("", settings)
        print(f"{f'{name} {lam}':16} rate {lr:5}, {stop:2} epochs   {with_spread(tested[:, 0])}")
    print("not chosen:")
    at_one_rate = {
        (rate, stop): noisy[rate][0.01][:, STOPS.index(stop), 1, 0]
        for rate, stop in ((0.0, EPOCHS), (0.8, EPOCHS), (0.0, 5))
    }
    for (rate, stop), tested in at_one_rate.items():
        print(f"p = {rate:<12g} rate  0.01, {stop:2} epochs   {with_spread(tested)}")

# %% practice=true fold="Draw the paired differences" after="ps19_wrong_labels"
if ready("dropout_backward"):
    rows = {
        name: 100 * (tested[:, 0] - methods["p = 0"][2][:, 0])
        for name, (_, _, tested) in methods.items()
        if name != "p = 0"
    }
    with theme.style():
        figure, ax = plt.subplots(figsize=(6, 3.6))
        paired_differences(ax, rows)
        ax.set(xlabel="percentage points more than p = 0")
        ax.set(ylabel="method", title="30 % wrong labels: change of the test accuracy")
        plt.show()

# %% [markdown] after="ps19_wrong_labels"
# *In words: four rows with a dot for each run. They show the test accuracy minus that of p = 0,
# with the best settings of each. All dots of p = 0.8 are on the right of 0.*
#
# At the best settings of both, p = 0.8 has a higher test accuracy than p = 0 in all three runs, by
# about 1.7 points on average. DropConnect gains about two points on average, p = 0.5 less than one
# point. The mean of L2 is nearly that of p = 0. (In notebook 11, with 500 images and 64 units, L2
# gained two points. So which remedy is best depends on the task.)
#
# With one learning rate, 0.01, and 30 epochs for both, p = 0.8 seems to gain about ten points. Most
# of this is the fault of the settings: without dropout, this network needs a lower rate or fewer
# epochs. **Before you praise a regulariser, give its rival the best settings.** (With 60 epochs, or
# for p = 0 with the rate 0.0003, the validation accuracy is lower.) The result holds for one
# dataset, and for settings that were chosen with correct labels.
#
# S4's "Overfitting illustration" shows training and test loss. The next figure shows both losses,
# without and with dropout.

# %% practice=true fold="Draw the losses and count memorised labels" after="ps19_wrong_labels"
if ready("dropout_backward"):
    x_new, t_new = mnist.x[held_out["validation"]], mnist.t[held_out["validation"]]
    curves, memorised, by_chance = {}, {}, {}
    for (rate, lr), seed in [
        (a, b) for a in ((0.0, 0.01), (0.0, 0.001), (0.8, 0.01)) for b in RUNS
    ]:
        rng, (x_run, t_run) = np.random.default_rng(seed), some_images(seed, 0.3)
        network = classifier(784, 256, rate, rng)
        more = {"validation": (x_new, t_new)} if seed == 0 and lr == 0.01 else {}
        past = train(network, rng, x_run, t_run, epochs=30, lr=lr, **more)
        if more:
            curves[rate] = past  # run 1
        wrong = t_run != some_images(seed, 0.0)[1]
        same = network(x_run).argmax(axis=1)[wrong] == t_run[wrong]
        memorised.setdefault((rate, lr), []).append(np.mean(same))
        others = (t_new + rng.integers(1, 10, size=len(t_new))) % 10  # wrong labels of new images
        by_chance.setdefault((rate, lr), []).append(
            np.mean(network(x_new).argmax(axis=1) == others)
        )
    for (rate, lr), shares in memorised.items():
        print(f"p = {rate:g}, rate {lr:<5}: wrong labels reproduced {with_spread(shares)}", end="")
        print(f", those of new images {with_spread(by_chance[rate, lr])}")
    with theme.style():
        figure, ax = plt.subplots(figsize=(6, 3))
        for (rate, past), colour in zip(curves.items(), (theme.QUIET, theme.FORWARD), strict=True):
            epochs = range(1, len(past.loss) + 1)
            ax.plot(epochs, past.loss, color=colour, label=f"p = {rate:g}, training", **theme.TRAIN)
            look = {"color": colour, "label": f"p = {rate:g}, validation", **theme.VALIDATION}
            ax.plot(epochs, past.validation_loss, **look)
        ax.set(xlabel="epoch", ylabel="cross-entropy", title="Losses of run 1, 30 % wrong labels")
        label_lines(ax)
        plt.show()

# %% [markdown] after="ps19_wrong_labels"
# *In words: the losses of run 1 over 30 epochs, at the learning rate 0.01.
# <!-- no claim: setting --> Without dropout, the
# training loss (solid) ends far below the validation loss (dashed). With p = 0.8 the training loss
# ends above the validation loss.*
#
# At this learning rate, the network without dropout memorises: in test mode it reproduces about
# 90 % of the wrong labels of its training images, and with p = 0.8 about 17 %. But at its own best
# rate, 0.001, it reproduces even fewer than p = 0.8. (New images get such labels in less than 4 %
# of the cases.) The training loss is computed with wrong labels and dropped units, so it can be
# above the validation loss.

# %% claims=true
none = methods["p = 0"][2][:, 0]
over = {name: 100 * (tested[:, 0] - none) for name, (_, _, tested) in methods.items()}
claim("All dots of p = 0.8 are on the right of 0", over["p = 0.8"], above=0, given=[0.8])
claim("higher test accuracy than p = 0 in all three runs", over["p = 0.8"], above=0, given=[0])
claim("by about 1.7 points on average", over["p = 0.8"].mean(), equals=1.7, within=0.4)
gained = over["DropConnect, 0.8"].mean()
claim("DropConnect gains about two points on average", gained, equals=2, within=0.5)
claim("p = 0.5 less than one point", over["p = 0.5"].mean(), below=1, given=[0.5])
claim("The mean of L2 is nearly that of p = 0", abs(over["L2"].mean()), below=0.6, given=[0])
apart = 100 * (at_one_rate[0.8, EPOCHS] - at_one_rate[0.0, EPOCHS]).mean()
claim("seems to gain about ten points", apart, equals=10, within=2)
by_settings = 1 - over["p = 0.8"].mean() / apart
claim("Most of this is the fault of the settings", by_settings, above=0.5)
fewer = "without dropout, this network needs a lower rate or fewer epochs"
claim(fewer, at_one_rate[0.0, 5], above=at_one_rate[0.0, EPOCHS])
shares = {key: np.mean(share) for key, share in memorised.items()}
about = "it reproduces about 90 % of the wrong labels"
claim(about, shares[0.0, 0.01], equals=0.9, within=0.05)
claim("and with p = 0.8 about 17 %", shares[0.8, 0.01], equals=0.17, within=0.04, given=[0.8])
fewer = "it reproduces even fewer than p = 0.8"
claim(fewer, shares[0.0, 0.001], below=shares[0.8, 0.01], given=[0.8])
new_images = max(np.mean(share) for share in by_chance.values())
claim("New images get such labels in less than 4 %", new_images, below=0.04)
ends = {rate: past.loss[-1] / past.validation_loss[-1] for rate, past in curves.items()}
claim("ends far below the validation loss", ends[0.0], below=0.6)
claim(
    "With p = 0.8 the training loss ends above the validation loss", ends[0.8], above=1, given=[0.8]
)

# %% claims="slow"
for rate, lr in ((0.0, 0.0003), (0.0, 0.001), (0.8, 0.01)):
    longer = np.mean([run_of(seed, 0.3, rate, lr, stops=(60,))[0][0][0] for seed in RUNS])
    best_accuracy = max(rows[:, :, 0, 0].mean(axis=0).max() for rows in noisy[rate].values())
    lower = "With 60 epochs, or for p = 0 with the rate 0.0003, the validation accuracy is lower"
    claim(lower, longer, below=best_accuracy, given=[60, 0, 0.0003])

# %% [markdown]
# ### Correct labels, and a small network
#
# Now the same images have their correct labels. We compare p = 0.5 with no dropout, each at its
# best settings from the same lists. Then we repeat this with only 8 hidden units, at the rates
# 0.003 and 0.01 and up to 60 epochs.

# %% practice=true fold="Train with correct labels"
if ready("dropout_backward"):
    clean, correct_changes = {}, {}
    for hidden, rate in ((256, 0.0), (256, 0.5), (8, 0.0), (8, 0.2), (8, 0.5)):
        small = hidden == 8
        rates, stops = ((0.003, 0.01), (*STOPS, 60)) if small else (LEARNING_RATES, STOPS)
        options = {"hidden": hidden, "stops": stops}
        runs = {
            lr: np.array([run_of(seed, 0.0, rate, lr, **options) for seed in RUNS]) for lr in rates
        }
        for last in (EPOCHS, 60) if small else (EPOCHS,):
            chosen = clean[hidden, rate, last] = best_of(runs, [n for n in stops if n <= last])
            print(f"{hidden:3} hidden units, p = {rate}, at most {last} epochs: ", end="")
            print(f"chosen rate {chosen[0]}, {chosen[1]} epochs")
    for hidden, rate, last in clean:
        if rate:
            change = clean[hidden, rate, last][2] - clean[hidden, 0.0, last][2]
            correct_changes[hidden, rate, last] = change
            print(f"{hidden:3} hidden units, p = {rate} against none, same images", end="")
            print(f", at most {last} epochs")
            print("   accuracy", with_runs(change[:, 0]))
            print("   loss    ", with_runs(change[:, 1]))
else:
    print("This cell waits.")

# %% [markdown]
# With 256 units, p = 0.5 hardly changes the accuracy in any run, but it lowers the loss in all
# three runs. (The settings were chosen by accuracy. If you need good probabilities, choose by the
# loss.) With 8 units, p = 0.2 and p = 0.5 lower the mean accuracy. With at most 30 epochs, p = 0.5
# seems to lose even more, because the network learns more slowly with dropout. **Dropout can cost
# accuracy where a network is small.** A validation set shows which case is yours.
#
# You may have read that dropout always helps. If your own curves do not show it, your code need not
# be wrong. S4's "Dropout Results" come from other, much larger networks.

# %% claims=true
large = correct_changes[256, 0.5, EPOCHS]
hardly = "With 256 units, p = 0.5 hardly changes the accuracy in any run"
claim(hardly, abs(large[:, 0]), below=0.02, given=[256, 0.5])
claim("it lowers the loss in all three runs", large[:, 1], below=0)
lost = {key[1:]: -change[:, 0].mean() for key, change in correct_changes.items() if key[0] == 8}
for rate in (0.2, 0.5):
    lower = "With 8 units, p = 0.2 and p = 0.5 lower the mean accuracy"
    claim(lower, lost[rate, 60], above=0, given=[8, 0.2, 0.5])
more = "With at most 30 epochs, p = 0.5 seems to lose even more"
claim(more, lost[0.5, EPOCHS], above=lost[0.5, 60], given=[30, 0.5])

# %% [markdown]
# ### Is the representation redundant?
#
# "Forces the network to have a redundant representation", "prevents co-adaptation of features"
# (S2). To test this, we take the digit networks of section 7, remove hidden units, and measure the
# accuracy. (The remaining units are scaled up, as in inverted dropout.) There are three controls:
#
# - p = 0.2: does the strength matter?
# - L2: does this regulariser have the effect, too?
# - *noise*: are zeros needed? The hidden values are multiplied by normal random numbers with the
#   mean and variance of inverted dropout at p = 0.5.
#
# Removing random units resembles dropout itself. So a second test removes the 32 of 128 units with
# the largest effect (mean value on the training images times the length of the outgoing weights)
# and scales nothing.

# %% practice=true fold="Define both tests and the noise"
SHARES = (0.0, 0.2, 0.4, 0.6, 0.8)


def after_removal(network, share, seed):
    """Accuracy with a share of the hidden units removed, the mean of ten draws."""
    lower, _, _, upper = network.layers
    z, rng, correct = np.maximum(lower(x_test), 0), np.random.default_rng(seed), []
    for _ in range(10):
        gone = rng.permutation(z.shape[1]) < round(share * z.shape[1])
        correct.append(accuracy(upper(z * ~gone / np.float32(1 - share)), t_test))
    return np.mean(correct)


def without_largest(network):
    """Accuracy without the 32 hidden units of the largest effect."""
    lower, _, _, upper = network.layers
    effect = np.maximum(lower(x_train), 0).mean(axis=0) * np.linalg.norm(upper.W.data, axis=1)
    kept = effect < np.sort(effect)[-32]
    return accuracy(upper(np.maximum(lower(x_test), 0) * kept), t_test)


def noise_forward(x, rate, rng, *, training):
    """Normal factors with the mean and the variance of dropout's."""
    spread = np.sqrt(rate / (1 - rate)) if training else 0.0
    noise = rng.normal(1, spread, size=x.shape).astype(x.dtype)
    return noise * x, noise


# %% practice=true fold="Remove units and draw the accuracy"
if ready("dropout_backward"):
    noise_pair = Op(noise_forward, functional.dropout_backward)
    kinds = {
        "none": {"rate": 0.0},
        "p = 0.2": {"rate": 0.2},
        "p = 0.5": {"rate": 0.5},
        "L2, 0.0003": {"rate": 0.0, "penalty": lambda weights: l2_penalty(weights, 3e-4)},
        "L2, 0.003": {"rate": 0.0, "penalty": lambda weights: l2_penalty(weights, 3e-3)},
        "noise": {"rate": 0.5, "op": noise_pair},
    }
    removal, largest_gone = {}, {}
    for name, options in kinds.items():
        group = [digit_network(seed=seed, **options) for seed in SEEDS]
        rows = [[after_removal(network, share, 3) for share in SHARES] for network in group]
        removal[name] = np.array(rows)
        largest_gone[name] = np.array([without_largest(network) for network in group])
        for test_name, values in (
            ("all units", removal[name][:, 0]),
            ("60 % removed", removal[name][:, 3]),
            ("32 largest removed", largest_gone[name]),
        ):
            print(f"{name:10} {test_name:18} {with_spread(values)}", end="")
            plain = {
                "60 % removed": removal["none"][:, 3],
                "32 largest removed": largest_gone["none"],
            }
            if name != "none" and test_name in plain:
                print("   minus none", with_runs(values - plain[test_name]), end="")
            print()
    with theme.style():
        figure, ax = plt.subplots(figsize=(6, 2.9))
        looks = zip(
            removal.items(), ("d:", "s--", "o-", "^-.", "v-.", "x:"), theme.CYCLE[:6], strict=True
        )
        for (name, rows), look, colour in looks:
            mean, sd = rows.mean(axis=0), rows.std(axis=0, ddof=1)
            ax.errorbar(SHARES, mean, sd, fmt=look, color=colour, capsize=3, label=name)
        ax.set(xlabel="share of hidden units removed", ylabel="test accuracy", ylim=(0, 1.02))
        ax.set_title("Test accuracy after hidden units are removed")
        label_lines(ax)
        plt.show()
else:
    print("This cell waits.")

# %% [markdown]
# *In words: accuracy by the share of hidden units removed, six lines with error bars for the
# standard deviation over four seeds. All start at nearly the same height. With 60 % of the units
# removed, p = 0.5, p = 0.2 and noise are highest. Both L2 strengths and no regularisation are
# lowest.*
#
# With 60 % removed, the networks with p = 0.5, p = 0.2 and noise keep an accuracy of about 0.9.
# Without any regularisation about 0.8 is left, and with the two L2 strengths as well. In the second
# test, p = 0.5 and p = 0.2 have a higher mean than no regularisation and L2; for noise the lead is
# smaller than its spread. So the networks with dropout depend less on the units that we removed, as
# S2 claims, and p = 0.2 does nearly as well as p = 0.5. In the first test, noise without zeros does
# so, too, so there the noise explains most of the effect. A network that survives the removal is
# not more accurate on new images: with all units present, the lines are nearly equal.

# %% claims=true
at_60 = {name: rows[:, 3] for name, rows in removal.items()}
full = np.array([rows[:, 0].mean() for rows in removal.values()])
claim("All start at nearly the same height", np.ptp(full), below=0.04)
claim("with all units present, the lines are nearly equal", np.ptp(full), below=0.04)
plain_kinds, noisy_kinds = ("none", "L2, 0.0003", "L2, 0.003"), ("p = 0.5", "p = 0.2", "noise")
for low in plain_kinds:
    claim("about 0.8 is left", at_60[low].mean(), equals=0.8, within=0.06)
    for high in noisy_kinds:
        difference = at_60[high] - at_60[low]
        claim("p = 0.5, p = 0.2 and noise are highest", difference, above=0, given=[0.5, 0.2])
        claim("Both L2 strengths and no regularisation are lowest", difference, above=0)
    for high in noisy_kinds[:2]:
        higher = largest_gone[high].mean() - largest_gone[low].mean()
        quote = "p = 0.5 and p = 0.2 have a higher mean than no regularisation and L2"
        claim(quote, higher, above=0, given=[0.5, 0.2])
for high in noisy_kinds:
    claim("keep an accuracy of about 0.9", at_60[high].mean(), equals=0.9, within=0.04)
lead = largest_gone["noise"] - largest_gone["none"]
claim("for noise the lead is smaller than its spread", lead.mean(), below=lead.std(ddof=1))
gap = {name: abs(at_60[name].mean() - at_60["p = 0.5"].mean()) for name in ("p = 0.2", "noise")}
claim("p = 0.2 does nearly as well as p = 0.5", gap["p = 0.2"], below=0.05, given=[0.2, 0.5])
claim("noise without zeros does so, too", gap["noise"], below=0.025)

# %% [markdown]
# ### Does the spread over masks find the errors?
#
# Monte Carlo dropout (section 7) draws masks at test time. The standard deviation of a probability
# over the masks is meant to say how uncertain the network is. If so, it should be larger for
# misclassified images. We measure the **AUC**: the probability that a misclassified image, chosen
# at random, gets a higher uncertainty than a correctly classified one. 0.5 means chance, 1 means a
# perfect order. Three measures of uncertainty compete:
#
# - 1 minus the confidence of the network without masks,
# - 1 minus the confidence of the mean over 50 masks,
# - the standard deviation over these masks.
#
# The three networks (p = 0.5, 256 units) learned from 1,000 images with correct labels.


# %% practice=true fold="Rank the misclassified images"
def auc(uncertainty, wrong):
    """Probability that a wrong image has the higher uncertainty; ties count one half."""
    a, b = uncertainty[wrong][:, None], uncertainty[~wrong]
    return np.mean(a > b) + np.mean(a == b) / 2


if ready("dropout_backward"):
    ranked = {"no masks": [], "mean of 50 masks": [], "standard deviation": []}
    for seed in RUNS:
        rng, (x, t) = np.random.default_rng(seed), some_images(seed, 0.0)
        network = classifier(784, 256, 0.5, rng)
        train(network, rng, x, t, epochs=20, lr=0.01)
        lower, _, _, upper = network.layers
        x_more, t_more = mnist.x[3000:], mnist.t[3000:]
        z, whole_p = np.maximum(lower(x_more), 0), softmax(network(x_more))
        masked = [dropout_forward(z, 0.5, rng, training=True)[0] for _ in range(50)]
        drawn_p = np.array([softmax(upper(values)) for values in masked])
        label = whole_p.argmax(axis=1)
        deviation = drawn_p.std(axis=0)[np.arange(len(label)), label]
        measures = (1 - whole_p.max(axis=1), 1 - drawn_p.mean(axis=0).max(axis=1), deviation)
        for name, values in zip(ranked, measures, strict=True):
            ranked[name].append(auc(values, label != t_more))
    for name, values in ranked.items():
        more = np.subtract(values, ranked["no masks"])
        print(f"AUC, {name:19} {with_spread(values)}   minus no masks {with_runs(more)}")
else:
    print("This cell waits.")

# %% claims=true
plain, of_mean, of_deviation = (np.array(values) for values in ranked.values())
claim("the standard deviation ranks the errors worse", of_deviation, below=plain)
claim(
    "The mean over 50 masks ranks them about equally well",
    abs(of_mean - plain),
    below=0.02,
    given=[50],
)

# %% [markdown]
# In all three runs, the standard deviation ranks the errors worse than the plain confidence, which
# needs one pass and no mask. The mean over 50 masks ranks them about equally well. We did not test
# other measures of the spread, or images of another kind, such as letters.

# %% [markdown]
# ### Filters
#
# S4 shows the first-layer weights of networks without and with dropout (from Srivastava and others,
# 2014; their networks reproduce the input image). In that figure, the weights look like noise
# without dropout, and like strokes and spots with it. The next cell
# trains classifiers, without and with your dropout, on 3,000 MNIST images with 64 hidden units,
# three runs each. It leaves out *dead units*, which are active for no test image, and draws the 16
# other units with the largest weights.


# %% practice=true fold="Train both networks and draw filters"
def small_weights(shape, rng):
    """Initial weights so small that the pictures show only what was learned."""
    return rng.normal(0, 0.005, size=shape)


def filter_network(rate, seed):
    """Trained on 3,000 images; `Linear` takes the initial weights from a function."""
    rng = np.random.default_rng(seed)
    network = classifier(784, 64, rate, rng, init=small_weights)
    train(network, rng, mnist.x[:3000], mnist.t[:3000], epochs=8, lr=0.01)
    return network


if ready("dropout_backward"):
    columns, measured = [], {}
    for rate in (0.0, 0.5):
        group = [filter_network(rate, seed) for seed in RUNS]
        active = [network.layers[0](mnist.x[held_out["test"]]) > 0 for network in group]
        dead = [int(np.sum(~units.any(axis=0))) for units in active]
        share = [units[:, units.any(axis=0)].mean() for units in active]
        read = [scores(network)[1][0] for network in group]
        measured[rate] = np.array([dead, share, read])
        print(f"p = {rate}: dead units {dead}; share of the others that is active", end=" ")
        print(f"{with_spread(share)}; accuracy {with_spread(read)}")
        W = group[0].layers[0].W.data[:, active[0].any(axis=0)]
        columns.append(W[:, np.argsort(-np.linalg.norm(W, axis=0))[:16]])
    print("change of the accuracy", with_runs(measured[0.5][2] - measured[0.0][2]))
    filters(np.hstack(columns), title="Hidden units: 16 without dropout, below 16 with p = 0.5")
    plt.show()
else:
    print("This cell waits.")

# %% claims=true
smaller = "**a smaller share of the units is active**"
claim(smaller, measured[0.5][1], below=measured[0.0][1] - 0.1)
difference = measured[0.5][2] - measured[0.0][2]
claim("changes by less than 0.02 in each run", abs(difference), below=0.02)

# %% [markdown]
# *In words: small pictures of 28 × 28 weights, green for positive and purple for negative, on one
# colour scale. Without dropout (above) and with it (below), the pictures
# show blobs and strokes in the middle and nothing at the edge. By eye, the two rows are hard to
# tell apart.*
#
# We do not see the difference of the published figure here. But our networks have another task and
# very small initial weights, so this does not contradict it. One number shows an effect: with
# dropout **a smaller share of the units is active** for an image (dead units left out), in all
# three runs. The test accuracy changes by less than 0.02 in each run.

# %% [markdown]
# ### S2's network, and dropout beside batch normalisation
#
# S2's code has two hidden layers and a mask after each of them. We train these layers (here with
# biases, ten outputs and your inverted dropout) on 1,000 MNIST images. Then we add the batch
# normalisation (BN) of notebook 10 and keep one mask: that of the first hidden layer (**before**
# the BN), or that of the second (**after** it):
#
# - two masks: Linear, ReLU, mask, Linear, ReLU, mask, Linear
# - before: Linear, ReLU, mask, Linear, BN, ReLU, Linear
# - after: Linear, ReLU, Linear, BN, ReLU, mask, Linear
#
# With p = 0 these are a network without BN and one with it. The order may matter: dropout increases
# the variance of the values after it, but only in training (section 3). A BN after dropout collects
# its running variance in training. At test time the values vary less, but the BN still divides by
# the root of this variance. To measure what this does, we evaluate each network a second time: its
# BN gets the variance of the training images in test mode.


# %% practice=true fold="Define the networks, the runs and the new variance"
def two_layers(order, rate, rng):
    """784-100-100-10: two masks without batch normalisation, or one mask with it."""
    places = {"two masks": (1, 0, 1), "before": (1, 1, 0), "after": (0, 1, 1)}
    first, norm, second = places[order]

    def mask():
        return Dropout(rate, rng=rng, op=dropout_pair())

    layers = [Linear(784, 100, rng=rng), ReLU()] + [mask()] * first
    layers += [Linear(100, 100, rng=rng)] + [BatchNorm(100)] * norm + [ReLU()] + [mask()] * second
    return Sequential(*layers, Linear(100, 10, rng=rng))


def renew_variance(network, x):
    """Give the batch normalisation the variance of x in test mode; returns old/new variance."""
    place = [isinstance(layer, BatchNorm) for layer in network.layers].index(True)
    for layer in network.layers[:place]:
        x = layer(x)
    norm, old = network.layers[place], network.layers[place].running_var
    norm.running_var = x.var(axis=0)
    return old.sum() / norm.running_var.sum()


def order_runs(order, rate, lr):
    """For each run: scores on validation and test images; test loss with new variance, ratio."""
    runs = []
    for seed in RUNS:
        rng, (x, t) = np.random.default_rng(seed), some_images(seed, 0.0)
        network = two_layers(order, rate, rng)
        train(network, rng, x, t, epochs=15, lr=lr)
        runs.append(scores(network))
        ratio = renew_variance(network, x) if order != "two masks" else 1.0
        runs[-1].append((scores(network)[1][1], ratio))
    return np.array(runs)


# %% practice=true fold="Train S2's layers and both orders"
if ready("dropout_backward"):
    orders, by_new_variance = {}, {}
    pairs = [("two masks", 0.0), ("two masks", 0.5), ("after", 0.0)]
    pairs += [(order, rate) for rate in (0.5, 0.8) for order in ("before", "after")]
    for order, rate in pairs:
        tried = [order_runs(order, rate, lr) for lr in (0.005, 0.02)]
        chosen = orders[order, rate] = max(tried, key=lambda runs: runs[:, 0, 0].mean())
        print(f"{order:9} p = {rate}: accuracy {with_spread(chosen[:, 1, 0])}", end="")
        print(f", loss {with_spread(chosen[:, 1, 1])}")
    for rate in (0.5, 0.8):
        change = orders["before", rate] - orders["after", rate]
        print(f"before minus after, p = {rate}")
        print("   accuracy                ", with_runs(change[:, 1, 0]))
        print("   loss                    ", with_runs(change[:, 1, 1]))
        print("   loss with new variance  ", with_runs(change[:, 2, 0]))
        before = orders["before", rate]
        by_new_variance[rate] = before[:, 2, 0] - before[:, 1, 1]
        print("before: change of the loss by the new variance", with_runs(by_new_variance[rate]))
        print("   running variance, old / new", with_spread(before[:, 2, 1]))
else:
    print("This cell waits.")

# %% claims=true
variance_ratio = orders["before", 0.8][:, 2, 1]
claim("At test time the values vary less", variance_ratio, above=1.2)
claim("is more than three times that of test mode", variance_ratio.mean(), above=3)
best = max(runs[:, 1, 0].mean() for (_, rate), runs in orders.items() if rate)
without = min(runs[:, 1, 0].mean() for (_, rate), runs in orders.items() if not rate)
claim("no row with dropout has a higher mean accuracy than those without", best, below=without)
order_change = {rate: orders["before", rate] - orders["after", rate] for rate in (0.5, 0.8)}
claim("both orders have nearly the same", abs(order_change[0.5][:, 1, 0].mean()), below=0.01)
before_bn = "dropout before the BN has the lower loss in all three runs"
claim(before_bn, order_change[0.5][:, 1, 1], below=0)
both = "it has the lower accuracy and the higher loss in all three runs"
claim(both, order_change[0.8][:, 1, 0], below=0)
claim(both, order_change[0.8][:, 1, 1], above=0)
left = order_change[0.8][:, 2, 0].mean() / order_change[0.8][:, 1, 1].mean()
claim("about half of the difference is left", left, above=0.25, below=0.75)
rises = '"before" rises at p = 0.5 and falls at p = 0.8, in all three runs'
claim(rises, by_new_variance[0.5], above=0, given=[0.5, 0.8])
claim(rises, by_new_variance[0.8], below=0, given=[0.5, 0.8])

# %% [markdown]
# In this experiment, no row with dropout has a higher mean accuracy than those without. At p = 0.5,
# both orders have nearly the same mean accuracy, and dropout before the BN has the lower loss in
# all three runs. At p = 0.8, it has the lower accuracy and the higher loss in all three runs. There
# the running variance is more than three times that of test mode. With the new variance, the loss
# of "before" rises at p = 0.5 and falls at p = 0.8, in all three runs. At 0.8, about half of the
# difference is left. So the variance is a part of the cause. The two orders also drop different
# layers; we did not separate this. With strong dropout, try it after the last BN first.

# %% [markdown]
# ## 10 Questions
#
# **A drop probability of 0.8.** A layer has `drop_prob = 0.8` and inverted dropout. What happens in
# training to a value that is kept?
#
# - a: it is multiplied by 0.2
# - b: it is multiplied by 1.25
# - c: it is multiplied by 5
# - d: nothing, the scaling is done at test time

# %% solution="answer_rate"
answer_rate = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_rate = "c"
### END SOLUTION

# %% choice="rate" key="c" points=1
check_choice("rate", answer_rate)
# a: 0.2 is the probability of keeping. Vanilla dropout multiplies by it at test time; inverted
#    dropout divides by it while training.
# b: 1.25 = 1/0.8 divides by the probability of dropping. The factor must make up for the values
#    that are lost, so it is 1 over the probability of keeping.
# c: The probability of keeping is 0.2. With the factor 1/0.2 = 5 for kept values, the mean over all
#    masks is the value itself.
# d: That is vanilla dropout. Inverted dropout scales the kept values while training, so that at
#    test time nothing has to be done.

# %% [markdown]
# **Forgotten at test time.** Somebody uses a network with inverted dropout and leaves it in
# training mode. What is the surest sign of this?
#
# - a: the accuracy is that of guessing
# - b: the same image gives different probabilities each time
# - c: all probabilities are too high by the same factor
# - d: nothing can be seen, the expectation is the same

# %% solution="answer_forgotten"
answer_forgotten = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_forgotten = "b"
### END SOLUTION

# %% choice="forgotten" key="b" points=1
check_choice("forgotten", answer_forgotten)
# a: The accuracy falls by a few points only. In section 7 single masks had 0.95 in place of 0.98,
#    with `drop_prob = 0.5`. And a lower accuracy can have many other causes.
# b: Each pass draws new masks, so the same image gets different probabilities. In test mode no mask
#    is drawn, and they are the same each time.
# c: Probabilities sum to 1, so they cannot all be too high. A constant factor in the hidden values
#    appears if vanilla dropout is not scaled at test time.
# d: The expectation of the dropped values is the same, that is true. But each pass uses one random
#    mask, so two passes with one image differ.

# %% [markdown]
# **Where it is exact.** For which network is the output at test time exactly the mean, over all
# masks, of its outputs in training?
#
# - a: for every network with inverted dropout; that is what the factor is for
# - b: for none, because masks are random
# - c: if there is a ReLU but no softmax after the dropped values
# - d: if everything after the dropped values is linear

# %% solution="answer_exact"
answer_exact = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_exact = "d"
### END SOLUTION

# %% choice="exact" key="d" points=1
check_choice("exact", answer_exact)
# a: The factor keeps the mean of each dropped value, and of sums of them. It does not keep the mean
#    after a nonlinearity such as ReLU or softmax.
# b: Each mask is random, but the mean over all masks is a fixed number. After a linear layer it is
#    exactly the output at test time.
# c: A ReLU alone is enough to make it inexact: the mean of relu(u) is not relu of the mean of u
#    (section 3).
# d: The mean of a sum is the sum of the means. So a linear function of the dropped values has the
#    mean that it gives without dropout.

# %% [markdown]
# **A training loss above the validation loss.** A friend trains with dropout and writes down the
# loss of every minibatch as it is computed for the step. This loss lies *above* the loss on the
# validation images. "Something must be wrong: a network cannot be better on images that it has
# never seen." Explain in a few sentences how this can happen without any mistake. Then say what
# your friend should compute for a fair comparison. (Graded by a person, 2 points.)

# %% [markdown] manual="above" points=2
# ### BEGIN SOLUTION
# The training loss is computed with dropped units: in each step units are missing, and the noise
# adds variance to the scores, which raises the cross-entropy even where the mean is right (one mask
# alone was clearly worse than the whole network in section 7). The validation loss is computed in
# test mode with all units. If the network hardly overfits, this handicap is larger than the
# advantage of having seen the images. (The loss written down during an epoch is also that of
# earlier weights.) A fair comparison evaluates the training images in test mode too, after the
# epoch. One point for the difference of the modes and why noise raises the loss, one for the fair
# comparison.
# ### END SOLUTION

# %% [markdown]
# **"How can this possibly be a good idea?"** S2 asks this and gives two answers (the first is in
# section 2, the second in section 7). Give both in your own words. For each answer, name one result
# of this notebook that supports it or limits it. (Graded by a person, 2 points.)

# %% [markdown] manual="good_idea" points=2
# ### BEGIN SOLUTION
# Redundancy against co-adaptation: no unit can rely on particular partners. Supported by section 9:
# networks trained with dropout lose much less when units are removed; limited by the same section,
# since test accuracy with correct labels was not clearly better, and with 8 units it was
# worse. Ensemble: each mask is a network, all share weights, test mode stands for their average.
# Supported by section 7: the geometric mean over more and more masks approaches the network
# without masks, and over all masks it is equal for linear layers with one softmax; limited in that
# the loss of the arithmetic mean stays higher, that behind further nonlinearities it is
# approximate, and that the members are not trained independently. One point for each answer with a
# result that fits.
# ### END SOLUTION

# %% [markdown]
# ## 11 In PyTorch
#
# `torch.nn.Dropout(p)` is inverted, p is the probability of dropping, and `model.eval()` switches
# it off. Its random numbers come from a global generator, so its masks are not yours. Here all
# inputs are 3, so the output divided by 3 is PyTorch's mask with its factor. The gradient must be
# `dy` times this, as in your backward pass.

# %% practice=true
import importlib.util

if importlib.util.find_spec("torch") is None:
    print("PyTorch is not installed here; nothing later needs it.")
elif ready("dropout_backward"):
    import torch

    layer = torch.nn.Dropout(p=0.2)
    x_torch = torch.full((200, 500), 3.0, requires_grad=True)
    y_torch = layer(x_torch)
    dy = np.random.default_rng(10).normal(size=(200, 500)).astype("float32")
    y_torch.backward(torch.tensor(dy))
    y_theirs = y_torch.detach().numpy()
    y_mine, cache = dropout_forward(
        np.full((200, 500), 3.0), 0.2, np.random.default_rng(11), training=True
    )
    for name, y in (("PyTorch", y_theirs), ("yours", y_mine)):
        print(f"{name:8} share dropped {np.mean(y == 0):.3f}, kept values {np.unique(y[y != 0])}")
    by_its_mask = dy * (y_theirs / 3)
    print("PyTorch's dx is dy times y / 3:", np.allclose(x_torch.grad.numpy(), by_its_mask))
    print(
        "so is yours:                   ",
        np.allclose(dropout_backward(dy, cache), dy * y_mine / 3),
    )
    layer.eval()
    print("in eval mode the layer returns x:", bool(torch.equal(layer(x_torch), x_torch)))
else:
    print("This cell waits.")

# %% [markdown]
# PyTorch has no layer for DropConnect. One line is enough, with `torch.nn.functional` as `F`:
# `F.linear(x, F.dropout(layer.weight, p, training), layer.bias)`.

# %% [markdown]
# ## 12 Your cheat sheet
#
# Complete this page in your own words and keep it. Double-click to edit.
#
# | layer | training | test | backward pass |
# |---|---|---|---|
# | dropout (inverted) | `y = …` | `y = …` | `dx = …` |
# | vanilla dropout | `y = …` | `y = …` | … |
# | DropConnect | `y = …` | `y = …` | `dx = …`, `dW = …`, `db = …` |
#
# - `drop_prob` is the probability of …; in other texts p may be …, and at … both are equal.
# - E[m] = …, Var(m) = …; with the factor, a sum has the mean … and the variance …
# - If I forget the factor, … hardly changes, but …
# - A gradient check of a random function needs …
# - On a linear model, dropout is the penalty …; its strength for weight $w_i$ is …
# - The average over all masks equals test mode exactly if …; with a softmax, only the … mean does.
# - Dropout is likely to help if …, and likely to hurt if …
# - Before I believe that it helped, I …

# %% [markdown]
# ## What comes next
#
# Dropout changes the values inside the network. **Notebook 13** changes the input instead, in ways
# that keep its meaning: it shifts, rotates and mirrors images, and asks when this hurts. In
# **notebook 14**, dropout is one of the choices in your own search for the best network, and the
# validation set decides.

# %% [markdown]
# ## Sources
#
# S2 "Training Neural Networks", slides "Regularization: Dropout"; S4 "Neural networks
# (continued)", slides "Dropout regularization", "Dropout: Train vs Test", "Overfitting
# illustration", "Dropout Results", "Dropout: Effect on filters"; S3 "Backpropagation and Training",
# slide "Regularization of the Network". In this notebook they are called S2, S3 and S4.
#
# N. Srivastava and others, "Dropout: A Simple Way to Prevent Neural Networks from Overfitting",
# 2014; L. Wan and others, "Regularization of Neural Networks using DropConnect", 2013; Y. Gal and
# Z. Ghahramani, "Dropout as a Bayesian Approximation", 2016.
