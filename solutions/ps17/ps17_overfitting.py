# %% [markdown]
# # Overfitting: penalties, early stopping, ensembles
#
# We train a network on one set of examples, but we want to use it on other data. A low training
# loss says little about the network's error on other data. A network can *overfit*: it can fit
# details of its training set that do not hold for other data. This notebook is about the gap
# between the training error and the error on other data.
#
# You write three classic remedies: penalties on large weights, early stopping, and ensembles of
# several networks. Then you compare the remedies on images with wrong labels. Each remedy gets its
# best learning rate, because a rate that suits only one of them would decide the comparison.
#
# **Afterwards you can**
#
# - explain what the training accuracy says about new data, and what it does not say,
# - say from two errors whether more data or a larger network may help,
# - write two penalties with their gradients, and say what each of them does to a single weight,
# - stop training in time although the validation loss is noisy,
# - average several networks, and compare such remedies fairly.
#
# **You need** gradient descent (04) and a network that can be trained (06). Losses (02) and Adam
# (12) help, but the library has them ready.

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

# %% setup=true
import matplotlib.pyplot as plt
import numpy as np

from course_lib.backend import choose_device
from course_lib.course.figures import slider
from course_lib.course.in_browser import smaller_in_browser
from course_lib.datasets import load_digits, load_mnist5000
from course_lib.functional import softmax
from course_lib.losses import multiclass_hinge, softmax_cross_entropy
from course_lib.models import mlp
from course_lib.optimizers import SGD, Adam, AdamW
from course_lib.plots import label_lines, theme
from course_lib.training import KeepBest, StopEarly, evaluate, fit
from grader.checking import check, check_choice, guess, ready, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 A guess first
#
# Take 300 images of handwritten digits and **replace their labels**: each image gets a digit that
# is drawn at random. One image of an eight may get the label 3 and the next one the label 7. These
# labels contain no information about the images. So a method that learns from such labels cannot,
# on average, predict the true digits of new images better than random guessing, which is right for
# about one image in ten.
#
# We train a network with one hidden layer of 128 units on these 300 images for 100 epochs. We also
# train the same network, with the same settings, on the same images with their true labels.
#
# **What share of the 300 random labels does the network predict correctly in the end?** About 0.1,
# about 0.5 or about 1.0? Your guess is not graded. It is shown again beside the result.

# %% guess="accuracy on random labels"
guess("ps17_random", None, among=(0.1, 0.5, 1.0))  # your guess in place of None: 0.1, 0.5 or 1.0

# %% [markdown]
# The images have 8 × 8 pixels. We use 300 of them for training and hold out 800 others, with their
# true labels, as the *validation set*. We repeat the experiment with the random seeds 0, 1 and 2.
# Each seed draws its own images, random labels and initial weights.

# %% practice=true fold="Define the training with true or random labels"
digits = load_digits()


def memorise(labels, seed, epochs=100):
    """Train on 300 images with "true" or "random" labels; returns the history of `fit`."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(digits.x))
    train, other = order[:300], order[300:1100]
    t = digits.t[train] if labels == "true" else rng.integers(10, size=300)
    network = mlp([64, 128, 10], rng=rng)
    return fit(
        network,
        digits.x[train],
        t,
        loss=softmax_cross_entropy,
        optimizer=Adam(network.parameters(), lr=0.01),
        epochs=epochs,
        batch_size=50,
        rng=rng,
        validation=(digits.x[other], digits.t[other]),
        progress=False,
    )


# %% practice=true
memories = {labels: [memorise(labels, seed) for seed in range(3)] for labels in ("true", "random")}

# %% practice=true
reveal(
    "ps17_random",
    float(np.mean([run.accuracy[-1] for run in memories["random"]])),
    "Accuracy on the 300 random labels in the end (mean of the seeds 0, 1 and 2).",
)

# %% [markdown]
# The curves of the runs with seed 0:

# %% practice=true fold="Draw the curves and print the means" after="ps17_random"
with theme.style():
    figure, axes = plt.subplots(1, 2, figsize=(8, 3), sharey=True)
    for ax, (labels, runs) in zip(axes, memories.items(), strict=True):
        epochs = range(1, runs[0].epochs + 1)
        ax.plot(epochs, runs[0].accuracy, color=theme.FORWARD, label="training", **theme.TRAIN)
        ax.plot(
            epochs,
            runs[0].validation_accuracy,
            color=theme.CYCLE[2],
            label="validation",
            **theme.VALIDATION,
        )
        ax.axhline(0.1, color=theme.QUIET, linewidth=1, label="guessing")
        ax.set(xlabel="epoch", title=f"{labels} labels", ylim=(0, 1.03))
    axes[0].set_ylabel("accuracy")
    label_lines(axes[1])
    figure.suptitle("Accuracy with true and with random labels (seed 0)", x=0.02, ha="left")
    plt.show()
for labels, runs in memories.items():
    train = [run.accuracy[-1] for run in runs]
    other = [run.validation_accuracy[-1] for run in runs]
    losses = ", ".join(f"{run.loss[-1]:.4f}" for run in runs)
    print(f"{labels:7} training {np.mean(train):.3f}, loss of each seed {losses}")
    of_seeds = ", ".join(f"{accuracy:.3f}" for accuracy in other)
    spread = np.std(other, ddof=1)
    print(f"        validation {np.mean(other):.3f} ± {spread:.3f}, of each seed {of_seeds}")
    needed = [1 + int(np.argmax(np.array(run.accuracy) >= 0.99)) for run in runs]
    print(f"        epochs of each seed to a training accuracy of 0.99: {needed}")

# %% [markdown] after="ps17_random"
# *In words: two panels with the accuracy over 100 epochs, training solid and validation dashed.
# With true labels both curves rise within a few epochs, the training accuracy to 1 and the
# validation accuracy to more than 0.9. With random labels the training accuracy rises more slowly,
# but it also reaches 1. The validation accuracy does not rise above random guessing (0.1).*
#
# The network has memorised the random labels: the training loss falls to about 0.03. (Zhang and
# others showed this in 2017 for large networks and a million images.) So
# a training accuracy of 1 does not show that the network has learnt anything that holds for new
# images. S0 writes on the slide "Generalization ability": with very many parameters, the training
# error can be made as small as you like. Only samples that were not used in training show its
# *generalisation*: how well it does on new images.
#
# On the random labels the network needs more than three times as many epochs as on the true ones to
# reach a training accuracy of 0.99, in each of the three runs.
#
# The accuracy of random guesses on 800 images has a standard deviation of one point.
# Between the three seeds, the validation accuracy varies more. A likely
# reason: the network often predicts the same class for similar images of one digit, so these
# predictions are right or wrong together.

# %% claims=true
final = {kind: [r.accuracy[-1] for r in runs] for kind, runs in memories.items()}
held_out = {kind: [r.validation_accuracy[-1] for r in runs] for kind, runs in memories.items()}
claim("the training accuracy to 1", final["true"], equals=1, within=0.01)
claim("the validation accuracy to more than 0.9", held_out["true"], above=0.9)
claim("rises more slowly, but it also reaches 1.", final["random"], equals=1, within=0.02)
quote = "The validation accuracy does not rise above random guessing (0.1)."
claim(quote, memories["random"][0].validation_accuracy[-1], below=0.1)
claim("which is right for about one image in ten", np.mean(held_out["random"]), below=0.15)
quote = "Between the three seeds, the validation accuracy varies more."
claim(quote, 100 * np.std(held_out["random"], ddof=1), above=1.5)
quote = "the training loss falls to about 0.03"
claim(quote, np.mean([r.loss[-1] for r in memories["random"]]), equals=0.03, within=0.0075)
learnt = {
    k: np.array([1 + int(np.argmax(np.array(r.accuracy) >= 0.99)) for r in runs])
    for k, runs in memories.items()
}
quote = (
    "On the random labels the network needs more than three times as many epochs as on the "
    "true ones to reach a training accuracy of 0.99, in each of the three runs."
)
claim(quote, learnt["random"] / learnt["true"], above=3, given=[0.99])

# %% [markdown]
# ## 2 The idea
#
# S2 asks on the slide "Beyond Training Error": better optimisers lower the training loss, but we
# care about the error on new data. How do we reduce the gap? We first take an example with one
# input and one output, which we can draw. We fit a polynomial $y(x)$ to fifteen noisy points $(x_n,
# t_n)$: $y(x) = \sum_k w_k P_k(x)$ with k = 0, …, 14, where $P_k$ is a fixed polynomial of degree k
# (Legendre's; you do not need its formula). With fifteen coefficients $w_k$ the curve can pass
# through all points. We choose the coefficients such that
#
# $$\frac1N\sum_n (y(x_n) - t_n)^2 \;+\; \lambda \sum_k w_k^2$$
#
# is smallest. The second term is a **penalty**: it is large if the coefficients are large. There is
# a formula for the best $w$, so we need no training. (This fit is called *ridge regression*.)

# %% practice=true
rng = np.random.default_rng(4)
x_few = np.linspace(-1, 1, 15) + 0.03 * rng.uniform(-1, 1, size=15)
t_few = np.sin(3 * x_few) + 0.25 * rng.normal(size=15)
x_fine = np.linspace(x_few[0], x_few[-1], 300)
truth = np.sin(3 * x_fine)


def best_polynomial(lam, t=t_few):
    """The coefficients with the lowest mean squared error plus penalty (Legendre polynomials)."""
    A = np.polynomial.legendre.legvander(x_few, 14)
    return np.linalg.solve(A.T @ A / 15 + lam * np.eye(15), A.T @ t / 15)


# %% practice=true fold="Fit and draw three curves"
fits, mean_square = {}, lambda error: np.mean(error**2)
looks = zip((1e-12, 0.003, 1.0), ("-", "--", "-."), theme.CYCLE[:3], strict=True)
with theme.style():
    figure, ax = plt.subplots(figsize=(7, 3.6))
    ax.plot(x_fine, truth, color=theme.QUIET, linestyle=":", label="truth")
    print("       λ   MSE on the points   MSE against the truth   largest |y|")
    for lam, line, colour in looks:
        w = best_polynomial(lam)
        y_few, y_fine = (np.polynomial.legendre.legval(x, w) for x in (x_few, x_fine))
        fits[lam] = mean_square(y_few - t_few), mean_square(y_fine - truth), y_fine
        ax.plot(x_fine, y_fine, line, color=colour, label=f"λ = {lam:g}")
        print(f"{lam:8g} {fits[lam][0]:19.3f} {fits[lam][1]:23.3f} {np.abs(y_fine).max():13.1f}")
    ax.plot(x_few, t_few, "o", color="black", markersize=4)
    ax.set(xlabel="x", ylabel="y and t", ylim=(-2, 2), title="Three fits to the same 15 points")
    label_lines(ax)
    plt.show()

# %% [markdown]
# *In words: fifteen points around a dotted curve, the truth, with three fitted curves. With almost
# no penalty the curve passes through every point; near both ends it goes far out of the figure.
# With λ = 0.003 it is near the truth. With λ = 1 it is much flatter than the truth. The table
# gives two mean squared errors (MSE). The error on the points grows with λ. The error against the
# truth is lowest for the λ in the middle.*
#
# The curve with zero error on the points has the largest error against the truth: it *overfits*.
# The curve for λ = 1 *underfits*: it misses even the training points. By the training error alone
# we would always choose the smallest λ. In practice we do not know the truth, so we measure the
# error on other data. **Therefore we choose λ on validation data**, like all *hyperparameters*:
# numbers that are set before training (S4 asks, "How do we choose parameters?").

# %% claims=true
on_points, on_truth = (np.array([fits[lam][k] for lam in fits]) for k in range(2))
claim("The error on the points grows with λ.", np.diff(on_points), above=0)
quote = "The error against the truth is lowest for the λ in the middle."
claim(quote, on_truth[1], below=min(on_truth[0], on_truth[2]))
quote = "With λ = 1 it is much flatter than the truth."
claim(quote, np.ptp(fits[1.0][2]), below=0.5 * np.ptp(truth), given=[1])
claim("With λ = 0.003 it is near the truth.", on_truth[1], below=0.1, given=[0.003])
claim("it misses even the training points", on_points[2], above=0.2)
far = [np.abs(fits[1e-12][2][end]).max() for end in (x_fine < -0.8, x_fine > 0.8)]
claim("near both ends it goes far out of the figure", far, above=4)
quote = "The curve with zero error on the points has the largest error against the truth"
claim(quote, on_truth[0], above=max(on_truth[1:]))

# %% [markdown]
# ### Bias and variance
#
# One draw of fifteen points says little. So we keep the fifteen inputs, draw the noise of their
# targets $M = 1{,}000$ times and fit a curve to each draw. Now we look at $N = 300$ inputs $z_n$
# between the points, with the true values $s_n = \sin(3 z_n)$. Let $y_{mn}$ be the prediction of
# fit $m$ at $z_n$, and $\bar y_n = \frac1M\sum_m y_{mn}$ the mean of the $M$ predictions:
#
# $$\text{bias}^2 = \frac1N\sum_n (\bar y_n - s_n)^2, \qquad
# \text{variance} = \frac1{MN}\sum_m\sum_n (y_{mn} - \bar y_n)^2$$
#
# The squared bias says how far the *mean* fit is from the truth. The variance says how much single
# fits differ from the mean fit. Their sum is exactly the mean squared error of all $M$ fits against
# the truth. (The derivation stands below.)
#
# Write a function that returns both numbers, without loops. Its argument `t` holds the true values
# $s_n$, not noisy targets. M and N can be 1. Do not change the arguments.


# %% solution="bias_variance"
def bias_variance(predictions, t):
    """The two parts of the mean squared error of M models.

    predictions : (M, N), the predictions of M models for N inputs
    t : (N,), the true values
    returns bias_squared, variance : two numbers, both means over the N inputs; the variance has M,
        not M - 1, in the denominator
    """
    ### BEGIN SOLUTION
    mean = predictions.mean(axis=0)
    return np.mean((mean - t) ** 2), np.mean((predictions - mean) ** 2)
    ### END SOLUTION


# %% check="bias_variance"
check("bias_variance", bias_variance)

# %% [markdown]
# Both parts for seven λ, from 1,000 fits each:

# %% practice=true fold="Split the error for seven λ, and draw it"
if ready("bias_variance"):
    draws = np.sin(3 * x_few) + 0.25 * np.random.default_rng(0).normal(size=(1000, 15))
    parts = {}
    for lam in (1e-4, 1e-3, 0.01, 0.03, 0.1, 0.3, 1.0):
        fitted = np.polynomial.legendre.legval(x_fine, best_polynomial(lam, draws.T))
        parts[lam] = *bias_variance(fitted, truth), mean_square(fitted - truth)
    print("       λ     bias²   variance   their sum   mean squared error   (rounded)")
    for lam, (squared, variance, error) in parts.items():
        print(f"{lam:8g} {squared:9.4f} {variance:10.4f} {squared + variance:11.4f} {error:11.4f}")
    with theme.style():
        figure, ax = plt.subplots(figsize=(6, 3.2))
        names = (("bias²", "--"), ("variance", "-."), ("mean squared error", "-"))
        for k, (name, line) in enumerate(names):
            ax.plot(
                [*parts], [p[k] for p in parts.values()], line, color=theme.CYCLE[k], label=name
            )
        ax.set(xscale="log", yscale="log", xlabel="λ", ylabel="squared error (log scale)")
        ax.set_title("Squared bias, variance and their sum, 1,000 fits for each λ")
        label_lines(ax)
        plt.show()
else:
    print("This cell waits.")

# %% [markdown]
# *In words: three curves over λ from 0.0001 to 1.
# <!-- no claim: setting --> The variance falls from 0.9 to 0.002. The squared
# bias rises from 0.002 to 0.33. The mean squared error is their sum and is lowest at λ = 0.03.*
#
# (At λ = 0.0001, about 0.0009 of the squared bias is there only because M is finite: the mean of
# M noisy fits is itself noisy. Its variance is that of one fit divided by M, 0.9/1,000.
# )
# <!-- no claim: derived -->
#
# A model that can pass through every point also fits the noise: its predictions change with each
# draw. A model with a strong penalty misses the truth in each draw. The best λ lies between these
# two kinds of error.
#
# <details><summary>The derivation of bias² plus variance</summary>
#
# Take one input, with the true value $s$, the predictions $y_m$ and their mean $\bar y$.
#
# - $\frac1M\sum_m (y_m - s)^2 = \frac1M\sum_m (y_m - \bar y + \bar y - s)^2$: add and subtract
#   $\bar y$.
# - $= \frac1M\sum_m (y_m - \bar y)^2 + 2\,(\bar y - s)\,\frac1M\sum_m (y_m - \bar y) + (\bar y -
#   s)^2$: multiply out. The factor $\bar y - s$ does not depend on m.
# - $\frac1M\sum_m (y_m - \bar y) = 0$ by the definition of $\bar y$. The middle term is 0.
# - Hence the mean squared error is $\underbrace{(\bar y - s)^2}_{\text{bias}^2} +
#   \underbrace{\tfrac1M\textstyle\sum_m (y_m - \bar y)^2}_{\text{variance}}$. The mean over the
#   inputs gives the two formulas above.
# - If the error is measured on new *noisy* targets, the variance of their noise is added. No model
#   can remove this part.
#
# </details>

# %% claims=true
weakest, *_, strongest = parts
quote = "The variance falls from 0.9 to 0.002."
claim(quote, parts[weakest][1], equals=0.9, within=0.1, given=[0.002])
claim(quote, parts[strongest][1], equals=0.002, within=0.0005, given=[0.9])
quote = "The squared bias rises from 0.002 to 0.33."
claim(quote, parts[weakest][0], equals=0.002, within=0.0005, given=[0.33])
claim(quote, parts[strongest][0], equals=0.33, within=0.02, given=[0.002])
exact = np.polynomial.legendre.legval(x_fine, best_polynomial(weakest, np.sin(3 * x_few)))
quote = "about 0.0009 of the squared bias is there only because M is finite"
claim(quote, parts[weakest][1] / 1000, equals=0.0009, within=0.0001)
claim(quote, parts[weakest][0] - mean_square(exact - truth), above=0.0003, given=[0.0009])
quote = "The mean squared error is their sum"
claim(quote, [(b + v) / e for b, v, e in parts.values()], equals=1, within=1e-9)
quote = "is lowest at λ = 0.03"
claim(quote, min(parts, key=lambda lam: parts[lam][2]), equals=0.03, within=0.001)
quote = "Their sum is exactly the mean squared error of all $M$ fits against the truth."
claim(quote, [b + v - e for b, v, e in parts.values()], above=-1e-9, below=1e-9)

# %% [markdown]
# ### A map
#
# S3 ("Regularization of the Network") lists methods by where they act. The list is also a map of
# notebooks 15 to 20.

# %% practice=true fold="Show the map"
MAP = (
    ("the input", "data augmentation", "20"),
    ("activations", "dropout, DropConnect", "19"),
    ("statistics of features", "batch, layer, group normalisation", "15 and 16"),
    ("the decision", "ensemble", "17, section 5"),
    ("the weights", "L1 and L2 penalty", "17, section 3"),
    ("the end of training", "early stopping", "17, section 4"),
)
for place, what, notebook in MAP:
    print(f"{place:24}{what:36}notebook {notebook}")

# %% [markdown]
# ## 3 Penalties on weights
#
# ### The effect on one weight
#
# Near its minimum, the loss as a function of one weight is approximately a parabola,
# $\tfrac12 h (w - a)^2$. The parabola has its minimum at $a$. The curvature $h$ says how fast the
# loss grows away from $a$. Now we add the **L2 penalty** $\lambda w^2$. The derivative of the sum
# is $h(w-a) + 2\lambda w$. At which $w$ is it 0? Complete the function for numbers: any a, h > 0
# and λ ≥ 0. It gives no points; a search below tests it.


# %% solution="l2_minimum"
def l2_minimum(a, h, lam):
    """The w with the smallest h/2 (w - a)^2 + lam w^2."""
    ### BEGIN SOLUTION
    return h * a / (h + 2 * lam)
    ### END SOLUTION


# %% [markdown]
# Now we add the **L1 penalty** $\lambda |w|$ instead. For $w > 0$ the derivative of the sum is
# $h(w-a) + \lambda$, for $w < 0$ it is $h(w-a) - \lambda$. For a large positive $a$ the minimum is
# at $a - \lambda/h$, for a large negative $a$ it is at $a + \lambda/h$. For $|a| \le
# \lambda/h$ neither formula gives a $w$ on its own side of 0. Then the minimum is at $w = 0$, where
# $|w|$ has a kink.
#
# All three cases together are one function, **soft thresholding**: it moves a number towards 0 by
# the amount $\lambda/h$, but not beyond 0. Write it as a function of an array `w` with at least one
# axis (here `w` holds values of $a$) and of `amount` (here $\lambda/h$), without loops. Do not
# change `w`.


# %% solution="soft_threshold"
def soft_threshold(w, amount):
    """Move every entry of w towards 0 by amount, but not beyond 0.

    w : array of any shape, with at least one axis
    amount : a Python number, at least 0
    returns z : the shape and float type of w (float32 stays float32)
    """
    ### BEGIN SOLUTION
    return np.sign(w) * np.maximum(np.abs(w) - amount, 0)
    ### END SOLUTION


# %% check="soft_threshold"
check("soft_threshold", soft_threshold)

# %% [markdown]
# We compare both functions with a search over a fine grid, for h = 2 and λ = 0.8:


# %% practice=true fold="Compare with a search"
def by_search(a, h, penalty):
    """The minimum of h/2 (w - a)^2 + penalty(w) on a grid with steps of 1/10000."""
    grid = np.arange(-30_000, 30_001) / 10_000
    return grid[np.argmin(h / 2 * (grid - a) ** 2 + penalty(grid))]


def l1_minimum(a, h, lam):
    """The w with the smallest h/2 (w - a)^2 + lam |w|, by your soft_threshold."""
    return float(soft_threshold(np.array([a]), lam / h)[0])


for minimum, penalty in ((l2_minimum, np.square), (l1_minimum, np.abs)):
    for a in (2.0, 0.3, -1.0):
        wanted = by_search(a, 2.0, lambda w, penalty=penalty: 0.8 * penalty(w))
        try:
            mine = minimum(a, 2.0, 0.8)
        except NotImplementedError:
            print(f"{minimum.__name__}: not written yet")
            break
        verdict = "agrees" if abs(mine - wanted) < 2e-4 else "DIFFERS"
        print(f"{minimum.__name__}: a = {a:4}, w = {mine:7.4f}, search {wanted:7.4f}: {verdict}")

# %% [markdown]
# Both minima as functions of $a$:

# %% practice=true fold="Draw both minima"
a_axis = np.linspace(-2, 2, 81)
with theme.style():
    figure, axes = plt.subplots(1, 2, figsize=(8, 3.2), sharey=True)
    for ax, name, penalty in (
        (axes[0], "with an L2 penalty (h = 2, λ = 0.8)", np.square),
        (axes[1], "with an L1 penalty (h = 2, λ = 0.8)", np.abs),
    ):
        moved = [by_search(a, 2.0, lambda w, penalty=penalty: 0.8 * penalty(w)) for a in a_axis]
        ax.plot(a_axis, a_axis, color=theme.QUIET, linestyle=":", label="without\na penalty")
        ax.plot(a_axis, moved, color=theme.FORWARD, label="with the\npenalty")
        ax.set(xlabel="a, the minimum of the loss")
        ax.set_title(name, fontsize=10)
    axes[0].set_ylabel("minimum of loss plus penalty")
    label_lines(axes[1])
    plt.show()

# %% [markdown]
# *In words: on the left a straight line through 0 that is less steep than the dotted diagonal. On
# the right a line with three parts. For a > 0.4 it is parallel to the diagonal and lies λ/h = 0.4
# below it. For a < −0.4 it lies 0.4 above the diagonal, and in between it is flat at 0.*
#
# So the L2 penalty multiplies the weight by a factor below 1. The L1 penalty moves it towards 0 by
# λ/h, but not beyond 0. With L1 the minimum is exactly 0 if $|L'(0)| \le \lambda$, where $L'(0)$ is
# the derivative of the loss at w = 0, here −ha. This is why L1 is said to *select* weights.
#
# <details><summary>The derivation of both minima</summary>
#
# **L2.** The function is a parabola that opens upwards, so its minimum is where the derivative is
# 0.
#
# - $h(w - a) + 2\lambda w = 0$.
# - $(h + 2\lambda)\,w = ha$, so $w = \dfrac{h}{h + 2\lambda}\,a$. For a given h, every $a$ is
#   multiplied by the same factor below 1. If the curvature h is large, the weight shrinks less.
#
# **L1.** The function is a parabola on each side of 0, with a kink at 0.
#
# - For $w > 0$ the derivative $h(w - a) + \lambda$ is 0 at $w = a - \lambda/h$. This lies on the
#   right of 0 if $a > \lambda/h$.
# - For $w < 0$ the derivative $h(w - a) - \lambda$ is 0 at $w = a + \lambda/h$. This lies on the
#   left of 0 if $a < -\lambda/h$.
# - If $-\lambda/h \le a \le \lambda/h$, the derivative is not negative on the right of 0 and not
#   positive on the left. So the function falls towards 0 from both sides, and the minimum is at $w
#   = 0$.
# - In one line: $w = \operatorname{sign}(a)\,\max(|a| - \lambda/h,\ 0)$.
#
# </details>
#
# ### Two weights: the geometry
#
# With two weights we can draw the same effect. The star is the minimum of the loss. The dot, $w^*$,
# is the minimum of loss plus penalty. The blue region contains all points whose penalty is not
# larger than that of $w^*$. It is a disc for L2 and a square that stands on a corner for L1. No
# point of this region has a lower loss than $w^*$: otherwise its sum would be lower, too. So at
# $w^*$ a level curve of the loss (thick) touches the region. The λ of L1 is larger, so that
# $w^*$ reaches the corner.

# %% practice=true fold="Draw the loss and both regions"
H_two, a_two = np.array([[2.0, 0.8], [0.8, 1.0]]), np.array([1.2, 0.9])
side = np.linspace(-1.5, 2.2, 371)
w1_axis, w2_axis = np.meshgrid(side, side)
apart = np.stack([w1_axis - a_two[0], w2_axis - a_two[1]])
loss_two = 0.5 * np.einsum("iab,ij,jab->ab", apart, H_two, apart)
ends_two = {}
with theme.style():
    figure, axes = plt.subplots(1, 2, figsize=(8, 3.8), sharey=True)
    for ax, name, penalty, lam in (
        (axes[0], "L2", w1_axis**2 + w2_axis**2, 0.6),
        (axes[1], "L1", np.abs(w1_axis) + np.abs(w2_axis), 1.4),
    ):
        lowest = np.unravel_index(np.argmin(loss_two + lam * penalty), penalty.shape)
        ends_two[name] = w1_axis[lowest], w2_axis[lowest]
        levels = sorted([loss_two[lowest], 0.1, 0.4, 1.6, 3.2])
        ax.contour(side, side, loss_two, levels=levels, colors=theme.QUIET, linewidths=0.8)
        ax.contour(side, side, loss_two, levels=[loss_two[lowest]], colors="black")
        corners = 4 if name == "L1" else 100  # of a square on a corner, and of a disc
        angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
        reach = penalty[lowest] if name == "L1" else penalty[lowest] ** 0.5
        ax.fill(reach * np.cos(angle), reach * np.sin(angle), color=theme.FORWARD, alpha=0.25)
        ax.text(-1.4, -1.35, "shaded: penalty ≤ that of w*", color=theme.FORWARD, size=8)
        ax.plot(*ends_two[name], "o", color="black", markersize=6)
        ax.annotate("w*", ends_two[name], (-17, -11), textcoords="offset points")
        ax.plot(*a_two, "*", color=theme.INK, markersize=12)
        ax.axhline(0, color=theme.QUIET, linewidth=0.8)
        ax.axvline(0, color=theme.QUIET, linewidth=0.8)
        ax.set(xlabel="first weight", aspect="equal")
        ax.set_title(
            f"{name}, λ = {lam:g}: minimum at ({ends_two[name][0]:.2f}, {ends_two[name][1]:.2f})",
            fontsize=10,
        )
    axes[0].set_ylabel("second weight")
    plt.show()

# %% [markdown]
# *In words: two panels with the level curves of one loss: tilted ellipses around its minimum, a
# star. On the left a level curve touches a disc around 0 at a point that is on neither axis. On the
# right a level curve touches a square at its corner on the axis of the first weight, so the second
# weight is 0.*
#
# The corner needs a λ that is large enough: with L1 and λ = 0.6 the minimum is on neither axis
# here.
#
# <details><summary>The derivation of the geometry</summary>
#
# Let $w^*$ minimise $L(w) + \lambda R(w)$.
#
# - Suppose that some $w$ had $R(w) \le R(w^*)$ and $L(w) < L(w^*)$. Then $L(w) + \lambda R(w)$
#   would be below the minimum. So $w^*$ has the lowest loss in the region $R(w) \le R(w^*)$.
# - **L2.** R is smooth, so at the minimum $\nabla L = -2\lambda w^*$. The second weight is 0 only
#   if $\partial L/\partial w_2 = 0$ there. This is one exact value, which real data almost never
#   produce.
# - **L1.** At a point $(w_1, 0)$ with $w_1 > 0$, R grows at the rate 1 in both directions of $w_2$,
#   because $|w_2|$ has a kink at 0. For a convex L, as here, the point is the minimum if $\partial
#   L/\partial w_1 = -\lambda$ and $-\lambda \le \partial L/\partial w_2 \le \lambda$. This is a
#   whole range of values, and it grows with λ. That is why the minimum can be at a corner for
#   many losses.
#
# </details>

# %% claims=true
below_diagonal = [a - by_search(a, 2.0, lambda w: 0.8 * np.abs(w)) for a in (2.0, -2.0, 0.3)]
claim("lies λ/h = 0.4 below it", below_diagonal[0], equals=0.4, within=0.001)
quote = "it lies 0.4 above the diagonal, and in between it is flat at 0"
claim(quote, -below_diagonal[1], equals=0.4, within=0.001, given=[0])
claim(quote, 0.3 - below_diagonal[2], above=-0.001, below=0.001, given=[0.4, 0])
quote = "touches a disc around 0 at a point that is on neither axis"
claim(quote, np.abs(ends_two["L2"]), above=0.1, given=[0])
sum_two = loss_two + 0.6 * (np.abs(w1_axis) + np.abs(w2_axis))
weak_end = np.unravel_index(np.argmin(sum_two), loss_two.shape)
quote = "with L1 and λ = 0.6 the minimum is on neither axis here"
claim(quote, [w1_axis[weak_end], w2_axis[weak_end]], above=0.3, given=[0.6])
claim("so the second weight is 0", ends_two["L1"][1], above=-0.01, below=0.01, given=[0])
claim("at its corner on the axis of the first weight", ends_two["L1"][0], above=0.2)

# %% [markdown]
# ### L2
#
# We pass the weights of the network as a **list of arrays**, one for each layer. The arrays can
# have any shape, for example matrices, or filters with four axes. With $\lambda$ for `lam`, the
# penalty is
#
# $$R = \lambda \sum_{\text{arrays}} \sum_{\text{entries}} w^2$$
#
# `fit` passes only weights. Biases are usually not penalised, because they only shift an output;
# nor are γ and β of normalisation layers.
#
# (S2 writes $\sum_k\sum_l W_{k,l}^2$ and calls it weight decay. S4 writes $\lambda\|W\|_F^2$;
# $\|W\|_F^2$ is the same sum of squares.) The value alone, in loops:


# %%
def l2_in_loops(weights, lam):
    """The value of the penalty, number by number."""
    value = 0.0
    for W in weights:
        for w in W.flat:  # all entries, one after the other
            value += lam * w * w
    return value


# %% [markdown]
# Write this penalty without the inner loop, and **return the value and a list of gradients**: one
# array for each array in `weights`, in the same order and of the same shape. The formula has no
# factor ½. λ can be 0, and so can entries of the arrays. Do not change `weights`.


# %% solution="l2_penalty"
def l2_penalty(weights, lam):
    """lam times the sum of the squares of all entries.

    weights : list of arrays of any shapes
    lam : a Python number, at least 0
    returns value : a number, and gradients : a list of arrays, of the shapes and float types of
        weights (float32 stays float32)
    """
    ### BEGIN SOLUTION
    value = lam * sum(float(np.sum(W**2)) for W in weights)
    return value, [2 * lam * W for W in weights]
    ### END SOLUTION


# %% check="l2_penalty"
check("l2_penalty", l2_penalty)

# %% [markdown]
# ### L1
#
# $$R = \lambda \sum_{\text{arrays}} \sum_{\text{entries}} |w|$$
#
# Return the value and the gradients, as for L2. The derivative of |w| is one constant for w > 0 and
# another for w < 0. At w = 0 there is none, because |w| has a kink there. For an entry that is 0
# return any number from −λ to λ; 0 is usual.


# %% solution="l1_penalty"
def l1_penalty(weights, lam):
    """lam times the sum of the absolute values of all entries.

    weights : list of arrays of any shapes
    lam : a Python number, at least 0
    returns value : a number, and gradients : a list of arrays, of the shapes and float types of
        weights (float32 stays float32); any number from -lam to lam where a weight is 0
    """
    ### BEGIN SOLUTION
    value = lam * sum(float(np.sum(np.abs(W))) for W in weights)
    return value, [lam * np.sign(W) for W in weights]
    ### END SOLUTION


# %% check="l1_penalty"
check("l1_penalty", l1_penalty)

# %% [markdown]
# ### Elastic net
#
# S2's third penalty combines both: $R = \lambda \sum (\beta\, w^2 + |w|)$, summed over all entries.
# The number β multiplies only the squares. Write it with calls of your two functions, with the same
# arguments and results as above and β as `beta`; it gives no points. Note that `+` joins two lists
# and does not add their elements.


# %% solution="elastic_net_penalty"
def elastic_net_penalty(weights, lam, beta):
    """lam times the sum of beta * w^2 + |w|: the value and the list of gradients."""
    ### BEGIN SOLUTION
    (squares, from_squares), (sizes, from_sizes) = (
        l2_penalty(weights, lam * beta),
        l1_penalty(weights, lam),
    )
    return squares + sizes, [g + h for g, h in zip(from_squares, from_sizes, strict=True)]
    ### END SOLUTION


# %% practice=true fold="Compare the elastic net with a central difference"
if ready("l1_penalty", "l2_penalty"):
    rng = np.random.default_rng(0)
    W, direction = rng.normal(size=(2, 4, 3))
    try:
        value, (gradient,) = elastic_net_penalty([W], 0.3, 0.5)
        ends = [
            np.sum(0.3 * (0.5 * v**2 + abs(v)))
            for v in (W + 1e-6 * direction, W - 1e-6 * direction)
        ]
        wanted = {"value": np.mean(ends), "derivative": (ends[0] - ends[1]) / 2e-6}
        yours = {"value": value, "derivative": np.sum(gradient * direction)}
        for what, number in wanted.items():
            verdict = "agrees" if abs(number - yours[what]) < 1e-5 else "DIFFERS"
            print(f"{what}: wanted {number:.5f}, yours {yours[what]:.5f}: {verdict}")
    except NotImplementedError:
        print("elastic_net_penalty: not written yet")
else:
    print("This cell waits.")

# %% [markdown]
# ### Exactly zero or almost zero?
#
# With L1 the minimum can be *exactly* at 0. Does gradient descent with your `l1_penalty` reach it?
# Take the parabola with a = 0.3, h = 2 and λ = 0.8, whose minimum is at w = 0. We start at w = 0.75
# with the learning rate η = 0.1. We compare gradient descent with *proximal* steps. Each has two
# parts: first a gradient step on the loss alone, then your `soft_threshold` with the amount ηλ. Why
# ηλ? Take the parabola that has the derivative of the loss at the current w, and the curvature 1/η.
# A gradient step ends at its minimum. An L1 penalty moves the minimum of a parabola towards 0 by
# λ/h. Here h = 1/η, so the amount is ηλ.

# %% practice=true
if ready("l1_penalty", "soft_threshold"):
    plain, proximal = [0.75], [0.75]
    for _ in range(25):
        w = np.array([plain[-1]])
        plain.append(float((w - 0.1 * (2 * (w - 0.3) + l1_penalty([w], 0.8)[1][0]))[0]))
        w = np.array([proximal[-1]])
        proximal.append(float(soft_threshold(w - 0.1 * 2 * (w - 0.3), 0.1 * 0.8)[0]))
    print("last four w, your gradient:", np.round(plain[-4:], 4))
    print("last four w, proximal:     ", np.round(proximal[-4:], 4))
else:
    print("This cell waits.")

# %% practice=true fold="Draw both descents"
if ready("l1_penalty", "soft_threshold"):
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3))
        ax.axhline(0, color=theme.QUIET, linewidth=1)
        ax.plot(plain, "o-", color=theme.FORWARD, markersize=4)
        ax.plot(proximal, "s--", color=theme.CYCLE[2], markersize=4)
        ax.text(11, 0.17, "gradient steps", color=theme.FORWARD)
        ax.text(11, -0.09, "proximal steps", color=theme.for_text(theme.CYCLE[2]))
        ax.set(xlabel="step", ylabel="w", title="w under gradient steps and under proximal steps")
        ax.set_ylim(bottom=-0.12)
        plt.show()

# %% [markdown]
# *In words: the weight w over 25 steps of both kinds. The proximal steps (squares) reach 0 and stay
# there. The gradient steps (circles) come near 0 as well. But each time w falls below 0, the next
# step jumps to more than 0.1.*
#
# The gradient steps bring the weight close to zero but never exactly to zero. Near the kink they do
# not become small: just above 0 the gradient is 2(0 − 0.3) + 0.8 = 0.2, so each step is larger than
# 0.1 · 0.2 = 0.02.

# %% claims=true
import itertools

quote = "The proximal steps (squares) reach 0 and stay there."
claim(quote, np.abs(proximal[-4:]).max(), above=-1e-6, below=1e-6, given=[0])
quote = "The gradient steps (circles) come near 0 as well."
claim(quote, min(plain), below=1e-6, above=-0.02, given=[0])
claim(
    "each time w falls below 0, the next step jumps to more than 0.1",
    [after for before, after in itertools.pairwise(plain) if before < 0],
    above=0.1,
    given=[0],
)
quote = "The gradient steps bring the weight close to zero but never exactly to zero."
claim(quote, np.abs(plain).min(), above=1e-4)
quote = "so each step is larger than 0.1 · 0.2 = 0.02."
claim(quote, np.abs(np.diff(plain)).min(), above=0.02, given=[0.1, 0.2])

# %% [markdown]
# ## 4 Early stopping
#
# The network needs more epochs for random labels than for true ones (section 1). Perhaps it also
# learns the correct labels first if only some labels are wrong; section 7 measures this. Then it
# can help to stop the training early. We watch the loss on validation data and stop when it rises
# (S4, "Early stopping"; S3 lists it, too). S4 draws a smooth curve. A measured validation loss is
# noisy, so we need a rule:
#
# - a value **improves**, and becomes the new best, if it is below the best so far by more than
#   `min_delta` (the first value always does);
# - stop once `patience` values in a row have not improved;
# - remember the epoch of the best value. The weights of this epoch are the ones to keep.
#
# A slow definition, for the whole list of values:


# %%
def stop_and_best_in_loops(values, patience, min_delta):
    """The epoch at which to stop (None: never), and the best until then; counted from 0."""
    best, best_step, failed = float("inf"), None, 0
    for epoch in range(len(values)):
        if values[epoch] < best - min_delta:
            best, best_step, failed = values[epoch], epoch, 0
        else:
            failed += 1
        if failed >= patience:
            return epoch, best_step
    return None, best_step


# %% [markdown]
# During training the values come one at a time. So write a class. `__init__` stores in `self` what
# must be remembered. `update` takes the next value and returns True to stop, or False to go on;
# after True it is not called again. Compare as above, `value < best - min_delta`. Values are
# finite; they can be negative, 0 or large. `self.best_step` (an epoch, counted from 0) can be read
# at any time after the first value. Two objects must not share their values.


# %% solution="EarlyStopping"
class EarlyStopping:
    """Says when to stop, from one value per epoch; lower is better.

    patience  : stop once this many values in a row have not improved; at least 1
    min_delta : an improvement is below the best value by more than this; at least 0
    best_step : the epoch of the best value, counted from 0
    """

    def __init__(self, patience, min_delta):
        ### BEGIN SOLUTION
        self.patience, self.min_delta = patience, min_delta
        self.best, self.best_step = float("inf"), None
        self.seen, self.failed = 0, 0
        ### END SOLUTION

    def update(self, value):
        """Take the next value; True: stop now."""
        ### BEGIN SOLUTION
        if value < self.best - self.min_delta:
            self.best, self.best_step, self.failed = value, self.seen, 0
        else:
            self.failed += 1
        self.seen += 1
        return self.failed >= self.patience
        ### END SOLUTION


# %% check="EarlyStopping"
check("EarlyStopping", EarlyStopping)

# %% [markdown]
# How large should the patience be? S4 writes: "stop training once validation error starts to
# increase". This is patience 1. We make up a validation loss: it falls, has its minimum near epoch
# 64, and then rises slowly. Because it is made up, we know the true curve and can compute what each
# patience costs. We add noise and give 100 such noisy curves to your class, for each patience.


# %% practice=true fold="Make 100 noisy validation curves"
def true_loss(epoch):
    """Falls first and rises later; the minimum is where exp(-epoch / 20) = 0.04."""
    return 0.4 + np.exp(-epoch / 20) + 0.002 * epoch


epoch_axis = np.arange(300)
noise = np.random.default_rng(5).normal(size=(100, 300))
noisy = true_loss(epoch_axis) + 0.03 * noise
true_best = int(np.argmin(true_loss(epoch_axis)))


def replay(curve, patience, min_delta=0.0):
    """The epoch at which your class stops on this curve, and its best_step."""
    stopper = EarlyStopping(patience, min_delta)
    for epoch, value in enumerate(curve):
        if stopper.update(value):
            return epoch, stopper.best_step
    return len(curve) - 1, stopper.best_step


# %% practice=true fold="Try seven patiences on 100 curves"
if ready("EarlyStopping"):
    patiences = (1, 2, 4, 8, 16, 32, 64)
    replays = {p: np.array([replay(curve, p) for curve in noisy]) for p in patiences}
    print(f"the true curve is lowest at epoch {true_best}; 100 noisy curves:")
    print("patience   stops at   best epoch  true loss at the best epoch minus the lowest one")
    print("            (median)    (median)   (mean ± standard deviation)")
    for p, ends in replays.items():
        excess = true_loss(ends[:, 1]) - true_loss(true_best)
        print(f"{p:8}   {np.median(ends[:, 0]):8.0f}   {np.median(ends[:, 1]):9.0f}   ", end="")
        print(f"{np.mean(excess):.3f} ± {np.std(excess, ddof=1):.3f}")
    print("\nnoise   patience   min_delta   stops at   true loss as above")
    cost = {}
    tried = (0.01, 8, 0), (0.03, 8, 0), (0.1, 8, 0), (0.03, 16, 0), (0.03, 16, 0.03)
    for size, p, margin in tried:
        ends = np.array([replay(true_loss(epoch_axis) + size * z, p, margin) for z in noise])
        cost[size, p, margin] = np.mean(true_loss(ends[:, 1]) - true_loss(true_best))
        stop_at = np.median(ends[:, 0])
        print(f"{size:5g}   {p:8}   {margin:9g}   {stop_at:8.0f}   {cost[size, p, margin]:18.3f}")
    at = replays[16][:, 1]
    optimism = np.mean(true_loss(at) - noisy[range(100), at])
    print(f"patience 16: the noisy best value is {optimism:.3f} below the true loss of its epoch")
else:
    print("This cell waits.")

# %% [markdown]
# One of the curves and, for four patiences, all epochs at which training stops:

# %% practice=true fold="Draw where each patience stops"
if ready("EarlyStopping"):
    with theme.style():
        figure, (ax, below) = plt.subplots(
            2, 1, figsize=(7, 4.4), sharex=True, height_ratios=(3, 2)
        )
        ax.plot(epoch_axis, noisy[0], color=theme.FORWARD, linewidth=1)
        ax.plot(epoch_axis, true_loss(epoch_axis), color="black")
        ax.axvline(true_best, color=theme.QUIET, linestyle=":")
        ax.text(true_best + 4, 1.3, "lowest point of the true curve", color=theme.QUIET)
        ax.text(190, 0.6, "the true curve")
        ax.text(150, 0.95, "one noisy curve", color=theme.FORWARD)
        ax.set(
            ylabel="validation loss", title="Stopping epochs on 100 noisy curves for four patiences"
        )
        shown = (1, 4, 16, 64)
        for row, p in enumerate(shown):
            at = replays[p][:, 0]
            below.plot(at, [row] * 100, "|", color=theme.FORWARD, alpha=0.5)
            below.plot(np.median(at), row, "ko", markersize=5)
        below.axvline(true_best, color=theme.QUIET, linestyle=":")
        below.set_yticks(range(len(shown)), shown)
        below.set(ylabel="patience", ylim=(-0.6, 3.6))
        below.set_xlabel("epoch (a stroke: stop on one curve; a dot: median)")
        plt.show()
else:
    print("This cell waits.")

# %% [markdown]
# *In words: above, a noisy curve around the smooth true curve, which falls steeply and rises slowly
# after its minimum. A dotted line marks the minimum. Below, a row of 100 strokes for each of four
# patiences, one for each noisy curve, with a dot at the median. With patience 1 most strokes are
# far to the left of the dotted line, with 16 most are around it or to its right, with 64 far to the
# right.*

# %% claims=true
slopes = np.diff(true_loss(epoch_axis))
claim("falls steeply and rises slowly after its minimum", -slopes.min() / slopes.max(), above=5)
stops = {p: np.median(ends[:, 0]) for p, ends in replays.items()}
costs = {p: np.mean(true_loss(e[:, 1]) - true_loss(true_best)) for p, e in replays.items()}
claim("has its minimum near epoch 64", true_best, equals=64, within=1)
quote = "With patience 1 most strokes are far to the left of the dotted line"
claim(quote, stops[1], below=true_best / 4, given=[1])
quote = "with 16 most are around it or to its right"
claim(quote, (replays[16][:, 0] > 0.8 * true_best).mean(), above=0.6, given=[16])
claim("with 64 far to the right", stops[64], above=1.5 * true_best, given=[64])
quote = "too much patience costs computing time and hardly anything else"
claim(quote, max(costs[32], costs[64]), below=0.02)
claim("training stops while the loss still falls steeply", costs[1], above=0.3)
quote = "patience 8 costs about 0.005 with a third of this noise"
claim(quote, cost[0.01, 8, 0], equals=0.005, within=0.00125, given=[8])
quote = "and 0.15 with three times as much"
claim(quote, cost[0.1, 8, 0], equals=0.15, within=0.02)
quote = "A `min_delta` of 0.03 stops earlier, which costs a little here."
extra = cost[0.03, 16, 0.03] - cost[0.03, 16, 0]
claim(quote, extra, above=0.005, below=0.05, given=[0.03])
quote = "it lies about 0.06 below the true loss of its epoch"
claim(quote, optimism, equals=0.06, within=0.01)

# %% [markdown]
# So S4's rule fails on these noisy curves: with too little patience, training stops while the loss
# still falls steeply. Here too much patience costs computing time and hardly anything else, **as
# long as you go back to `best_step`**. How much patience is needed depends on the noise:
# patience 8 costs about 0.005 with a third of this noise, and 0.15 with three times as
# much. A `min_delta` of 0.03 stops earlier, which costs a little here. The best value itself is too
# low: as the lowest of many noisy values, it lies about 0.06 below the true loss of its epoch
# (patience 16).

# %% [markdown]
# ### Few steps act like an L2 penalty
#
# A penalty keeps weights small. A short training does so as well: the weights have no time to
# become large. How similar are the two? We take the parabola $\tfrac12 h (w - a)^2$ again, without
# a penalty. Gradient descent starts at $w = 0$ and takes $t$ steps with the learning rate $\eta$:
#
# $$w \leftarrow w - \eta h\,(w - a)$$
#
# Subtract $a$ on both sides: each step multiplies the distance $w - a$ by the same factor. Which
# one? Which $w$ follows after $t$ steps from 0? Return this number, by a formula without a loop.
# For $\eta h > 1$ the factor is negative; the formula must hold there, too. All arguments are
# numbers; `t` is an integer and can be 0.


# %% solution="stopped_minimum"
def stopped_minimum(a, h, lr, t):
    """The weight after t gradient steps from w = 0 on h/2 (w - a)^2, with the learning rate lr."""
    ### BEGIN SOLUTION
    return a * (1 - (1 - lr * h) ** t)
    ### END SOLUTION


# %% check="stopped_minimum"
check("stopped_minimum", stopped_minimum)

# %% [markdown]
# If $\eta h t$ is much smaller than 1, the weight is about $\eta h t\,a$ after $t$ steps. If $h$ is
# much smaller than $2\lambda$, the minimum with an L2 penalty is about $\tfrac{h}{2\lambda}\,a$.
# Both are equal for $\lambda = \tfrac{1}{2\eta t}$. With this λ the figure shows which share of $a$
# the weight reaches, for 20 steps at the rate 0.1.

# %% practice=true fold="Compare early stopping with an L2 penalty"
if ready("stopped_minimum"):
    curvature = np.geomspace(0.01, 10, 60)
    shares = {
        "20 steps": [stopped_minimum(1.0, h, 0.1, 20) for h in curvature],
        "L2 penalty": [h / (h + 2 * 0.25) for h in curvature],  # λ = 1 / (2 · 0.1 · 20)
    }
    print("    h     t   t steps   L2 penalty")
    stopped_and_l2 = {}
    for h, t in ((0.02, 5), (0.02, 20), (0.2, 5), (0.2, 20), (2.0, 5), (2.0, 20)):
        stopped_and_l2[h, t] = one, other = stopped_minimum(1.0, h, 0.1, t), h / (h + 1 / (0.1 * t))
        print(f"{h:5g}  {t:4}   {one:7.3f}   {other:10.3f}")
    with theme.style():
        figure, ax = plt.subplots(figsize=(6, 3))
        for (name, share), line, k in zip(shares.items(), ("-", "--"), (0, 2), strict=True):
            ax.plot(curvature, share, line, color=theme.CYCLE[k], label=name)
        ax.set(xscale="log", xlabel="curvature h (log scale)", ylabel="w / a")
        ax.set_title("Share of the way to the minimum, by curvature")
        label_lines(ax)
        plt.show()
else:
    print("This cell waits.")

# %% [markdown]
# *In words: the share w / a over the curvature, two curves that rise from 0.02 to above 0.9.
# They lie on each other for a low curvature. At h = 2 the curve for 20 steps has almost reached 1,
# and the curve for the L2 penalty is at 0.8.*
#
# A weight of low curvature hardly changes the loss. Both remedies
# keep such a weight near 0, and both let a weight of high curvature come near its minimum. More
# steps act like a weaker penalty.
#
# The analogy has limits. It assumes a parabola, one small rate for all steps, and a start at 0. A
# network starts at random weights, so few steps keep the weights near *those*. Adam changes the
# rate of each weight. A penalty moves the minimum. Early stopping only prevents the network from
# reaching it.
#
# <details><summary>The derivation of t steps and of λ = 1/(2ηt)</summary>
#
# Let $w_t$ be the weight after t steps, $w_0 = 0$.
#
# - $w_{t+1} - a = w_t - a - \eta h (w_t - a) = (1 - \eta h)(w_t - a)$.
# - After t steps: $w_t - a = (1 - \eta h)^t (w_0 - a) = -(1 - \eta h)^t a$. So $w_t = a\,\bigl(1 -
#   (1 - \eta h)^t\bigr)$.
# - For a small $\eta h t$: $(1 - \eta h)^t \approx 1 - \eta h t$, so $w_t \approx \eta h t\, a$.
# - The L2 penalty gives $\dfrac{h}{h + 2\lambda}\,a \approx \dfrac{h}{2\lambda}\,a$ if h is small
#   compared with 2λ. Both are equal if $\eta t = \dfrac{1}{2\lambda}$.
# - For a small $\eta h$ and a large $\eta h t$ both shares go to 1, the first one faster: it is
#   about $1 - e^{-\eta h t}$, the second one is $1 - \dfrac{1}{1 + \eta h t}$.
#
# </details>

# %% claims=true
same = [stopped_and_l2[h, t] for h, t in ((0.02, 5), (0.02, 20))]
quote = "They lie on each other for a low curvature."
claim(quote, [one / other for one, other in same], equals=1, within=0.03)
quote = "At h = 2 the curve for 20 steps has almost reached 1"
claim(quote, stopped_and_l2[2.0, 20][0], equals=1, within=0.02, given=[2, 20])
quote = "the curve for the L2 penalty is at 0.8"
claim(quote, stopped_and_l2[2.0, 20][1], equals=0.8, within=0.01, given=[2])
quote = "two curves that rise from 0.02 to above 0.9"
claim(quote, [share[0] for share in shares.values()], equals=0.02, within=0.002, given=[0.9])
claim(quote, [share[-1] for share in shares.values()], above=0.9, given=[0.02])

# %% [markdown]
# ## 5 Ensembles
#
# S2 ("Model Ensembles") gives a recipe in two lines: train several independent models, and average
# their results at test time. Such a group is an *ensemble*, and the models are its
# *members*. Let $p^{(m)}_{nc}$ be the probability that model $m$ predicts for class $c$ and sample
# $n$. Then the ensemble predicts
#
# $$p_{nc} = \frac1M \sum_{m=1}^M p^{(m)}_{nc}$$
#
# Why should this help? For the cross-entropy we can prove it. The loss of a sample is $-\log p$ of
# the true class, and $-\log$ is *convex*: its value at a mean is at most the mean of its values. So
# the cross-entropy of the ensemble is **never above the mean cross-entropy of its members**, on any
# data. For the accuracy there is no such guarantee.
#
# The mean in loops:


# %%
def ensemble_in_loops(probabilities):
    """p[n, c] = (1/M) sum_m probabilities[m, n, c]"""
    M, N, C = probabilities.shape
    p = np.zeros((N, C))
    for n in range(N):
        for c in range(C):
            for m in range(M):
                p[n, c] += probabilities[m, n, c] / M
    return p


# %% [markdown]
# Write this without loops: one line is enough. M and N can be 1. Do not change `probabilities`.


# %% solution="ensemble_predict"
def ensemble_predict(probabilities):
    """The prediction of an ensemble of M models.

    probabilities : (M, N, C), each row of C sums to 1
    returns p : (N, C), the mean over the models, of the float type of probabilities (float32 stays
        float32)
    """
    ### BEGIN SOLUTION
    return probabilities.mean(axis=0)
    ### END SOLUTION


# %% check="ensemble_predict"
check("ensemble_predict", ensemble_predict)

# %% [markdown]
# We test the statement about the cross-entropy on random probabilities, 1,000 times:

# %% practice=true
if ready("ensemble_predict"):
    rng = np.random.default_rng(0)
    differences = []
    for _ in range(1000):
        p = softmax(3 * rng.normal(size=(20, 3))).reshape(4, 5, 3)  # four members
        t = rng.integers(3, size=5)
        members = -np.log(p[:, np.arange(5), t]).mean()
        together = -np.log(ensemble_predict(p)[np.arange(5), t]).mean()
        differences.append(together - members)
    print(f"ensemble minus mean of its members: from {min(differences):.3f}", end=" ")
    print(f"to {max(differences):.3f}, above 0 in {sum(d > 0 for d in differences)} of 1000")
else:
    print("This cell waits.")

# %% claims=true
claim("**never above the mean cross-entropy of its members**", max(differences), below=0)

# %% [markdown]
# ### Why the mean of M members varies less
#
# Each member makes an error. Let the errors have the mean 0, the variance σ², and the correlation ρ
# between any two members, with ρ ≥ 0. What is the variance of the mean of these errors? Such an
# error can be written as $\sqrt{\rho}\,s + \sqrt{1-\rho}\,e_m$: all members share $s$, each has its
# own $e_m$. All of $s$ and $e_m$ are uncorrelated, and each has the variance σ². Complete the
# formula. It gives no points.


# %% solution="ensemble_variance"
def ensemble_variance(var, rho, M):
    """The variance of the mean of M errors of variance var; any two have the correlation rho."""
    ### BEGIN SOLUTION
    return rho * var + (1 - rho) * var / M
    ### END SOLUTION


# %% practice=true fold="Compare with drawn errors"
rng = np.random.default_rng(1)
spread_of_mean = {}
print("  ρ     M   drawn   formula (a difference of 3 % is possible by chance)")
for rho, M in ((rho, M) for rho in (0.0, 0.5, 1.0) for M in (1, 4, 16)):
    shared, own = rng.normal(size=(20_000, 1)), rng.normal(size=(20_000, M))
    errors = np.sqrt(rho) * shared + np.sqrt(1 - rho) * own  # variance 1, correlation ρ
    try:
        drawn, formula = np.var(errors.mean(axis=1)), ensemble_variance(1.0, rho, M)
    except NotImplementedError:
        print("ensemble_variance: not written yet")
        break
    spread_of_mean[rho, M] = drawn, formula
    verdict = "agrees" if abs(formula / drawn - 1) < 0.03 else "DIFFERS"
    print(f"{rho:3}  {M:4}   {drawn:.3f}   {formula:.3f}: {verdict}")

# %% [markdown]
# Uncorrelated errors average out: with 16 members a sixteenth of the variance is left. The errors
# that the members share remain, however large M is. Copies (ρ = 1) gain nothing. A bias that all
# members share remains, too.
#
# <details><summary>The derivation of the variance of a mean</summary>
#
# Let $e_1, \dots, e_M$ be the errors.
#
# - $\text{Var}\Bigl(\frac1M \sum_m e_m\Bigr) = \frac{1}{M^2}\,\text{Var}\Bigl(\sum_m e_m\Bigr)$: a
#   constant factor is squared.
# - $\text{Var}\Bigl(\sum_m e_m\Bigr) = \sum_m \text{Var}(e_m) + \sum_{m \ne k} \text{Cov}(e_m,
#   e_k)$: the variance of a sum is the sum of all covariances.
# - There are M variances σ² and M(M − 1) covariances ρσ², by the definition of the correlation.
# - $\frac{1}{M^2}\bigl(M\sigma^2 + M(M - 1)\rho\sigma^2\bigr) = \frac{\sigma^2}{M} + \rho\sigma^2 -
#   \frac{\rho\sigma^2}{M} = \rho\sigma^2 + \frac{(1 - \rho)\,\sigma^2}{M}$.
#
# </details>

# %% claims=true
quote = "with 16 members a sixteenth of the variance is left"
claim(quote, spread_of_mean[0.0, 16][0], equals=1 / 16, within=0.005, given=[16])
claim("Copies (ρ = 1) gain nothing.", spread_of_mean[1.0, 16][0], equals=1, within=0.03)

# %% [markdown]
# ## 6 Spot the slip
#
# We test two statements of the sources, on data that section 7 uses as well: MNIST digits of 28 ×
# 28 pixels, **500** for training, 1,500 for validation and 3,000 for testing. **We choose settings
# by the validation images and report the accuracy on the test images.** We repeat each experiment
# on several *draws* of images and initial weights, and all runs that we compare use the same draws.
# The draws overlap, because they come from the same 5,000 images. So the ± between draws is too
# small for really new images.

# %% practice=true fold="Load images and define the training"
mnist = load_mnist5000()
pixels = mnist.x.reshape(len(mnist.x), -1)
TRAIN, VALIDATION, TEST = range(3)
LOSS, ACCURACY = range(2)


def some_images(seed, wrong=0.0, n=500):
    """Images and labels for training (a share of the labels wrong), validation and testing."""
    rng = np.random.default_rng(100 + seed)
    order = rng.permutation(len(pixels))
    parts = order[1500 : 1500 + n], order[:1500], order[max(2000, 1500 + n) :]
    sets = [(pixels[part], mnist.t[part]) for part in parts]
    x, t = sets[TRAIN]
    other = (t + rng.integers(1, 10, size=n)) % 10
    sets[TRAIN] = x, np.where(rng.random(n) < wrong, other, t)
    return sets


def trained(seed, penalty=None, *, lr=0.03, optimizer=None, wrong=0.0, n=500, hidden=(64,), **more):
    """A network and its history. `seed` sets images, initial weights and order; seed + 100 has the
    same images as seed, but other weights and another order.

    SGD with the rate lr and momentum 0.9, unless optimizer(parameters) makes another one.
    """
    sets, rng = some_images(seed % 100, wrong, n), np.random.default_rng(seed)
    network = mlp([784, *hidden, 10], rng=rng)
    parameters = network.parameters()
    made = optimizer(parameters) if optimizer else SGD(parameters, lr=lr, momentum=0.9)
    callbacks = more.pop("callbacks", lambda network: [])(network)
    settings = {"loss": softmax_cross_entropy, "epochs": 20, "batch_size": 50, "progress": False}
    settings |= {"optimizer": made, "penalty": penalty, "rng": rng, "callbacks": callbacks}
    settings |= {"validation": sets[VALIDATION]} if callbacks else {}
    return network, fit(network, *sets[TRAIN], **settings | more)


# %% practice=true fold="Define scores and comparisons"
def scores(network, seed, wrong=0.0, n=500):
    """Loss and accuracy on the three sets: scores[TEST, ACCURACY] is the test accuracy."""
    sets = some_images(seed % 100, wrong, n)
    return np.array([evaluate(network, x, t, loss=softmax_cross_entropy) for x, t in sets])


def mean_sd(numbers, digits=3):
    """A mean and its standard deviation, as text."""
    return f"{np.mean(numbers):.{digits}f} ± {np.std(numbers, ddof=1):.{digits}f}"


def compare(name, more, less):
    """Print the mean of the paired differences, and on how many draws the first one is higher."""
    gains = 100 * (np.asarray(more) - np.asarray(less))
    print(
        f"{name}: {mean_sd(gains, 1)} points, higher on {np.sum(gains > 0)} of {len(gains)} draws"
    )


# %% [markdown]
# **1** (S2, "Model Ensembles"): "Enjoy 2% extra performance". For each of three draws of images we
# train ten networks with 32 hidden units (for speed) that differ only in their initial weights and
# in the order of their minibatches. By how many percentage points is your `ensemble_predict` of all
# ten more accurate than the *mean* of its members?

# %% practice=true fold="Train ten networks for each draw; compare the ensembles with their members"
if ready("ensemble_predict"):
    predicted, targets, gains, agree = {}, {}, [], []
    for seed in range(3):
        x_test, targets[seed] = some_images(seed)[TEST]
        members = [trained(seed + 100 * m, hidden=(32,))[0] for m in range(10)]
        predicted[seed] = p = np.stack([softmax(member(x_test)) for member in members])
        alone = [np.mean(member.argmax(axis=1) == targets[seed]) for member in p]
        together = np.mean(ensemble_predict(p).argmax(axis=1) == targets[seed])
        gains.append(100 * (together - np.mean(alone)))
        agree.append(np.mean(np.ptp(p.argmax(axis=2), axis=0) == 0))
        print(f"images {seed}: members {mean_sd(alone)}, all ten together {together:.3f}", end=", ")
        print(f"all ten predict the same class on {agree[-1]:.3f} of the images")
    print(f"gain in percentage points: {mean_sd(gains, 1)}")
else:
    print("This cell waits.")

# %% [markdown]
# The slide states as a rule what does **not always** hold. Here the ensemble gains something in
# each draw, but less than two percentage points. Where all ten members predict the same class,
# averaging changes nothing: here on more than 80 % of the test images.

# %% claims=true
claim("Here the ensemble gains something in each draw", gains, above=0)
claim("less than two percentage points", gains, below=1.8)
claim("here on more than 80 % of the test images", agree, above=0.8)

# %% [markdown]
# **2** S2 ("Regularization: Add term to loss") adds the penalty R(W) to the mean of the losses
# $L_i$, $\frac1N\sum_i L_i + \lambda R(W)$. S4 ("Avoiding overfitting") adds it to their sum,
# $\sum_i L_i + \lambda R(W)$. In both R(W) is the sum of squares. We train the same linear
# classifier four times, with S2's hinge loss (margin 1). Each step uses all images. The gradient of
# the sum is N times as large as that of the mean, so we divide its learning rate by N. Read the
# names of the four `runs` below: which of them end with the same weights?

# %% practice=true
if ready("l2_penalty"):
    x_all, t_all = some_images(0)[TRAIN]
    x_all, N = x_all.astype("float64"), len(x_all)

    def trained_with(factor, lam, lr):
        """Weights after 60 full steps; `factor` is 1 for the mean of the losses, N for the sum."""
        W, b = np.zeros((784, 10)), np.zeros(10)
        for _ in range(60):
            _, dy = multiclass_hinge(x_all @ W + b, t_all, 1.0)  # the gradient of the mean
            _, (dR,) = l2_penalty([W], lam)
            W, b = W - lr * (factor * x_all.T @ dy + dR), b - lr * factor * dy.sum(axis=0)
        return W

    runs = {
        "mean, λ = 0.1 (S2)": trained_with(1, 0.1, 0.05),
        "sum, λ = 0.1 (S4)": trained_with(N, 0.1, 0.05 / N),
        "sum, λ = 0.1 · N": trained_with(N, 0.1 * N, 0.05 / N),
        "mean, λ = 0.1 / N": trained_with(1, 0.1 / N, 0.05),
    }
else:
    print("This cell waits.")

# %% practice=true fold="Compare the four runs"
if ready("l2_penalty"):
    for name, W in runs.items():
        gaps = [np.max(np.abs(W - other)) for other in runs.values()]
        same = [
            other for other, gap in zip(runs, gaps, strict=True) if gap < 1e-10 and other != name
        ]
        print(f"{name:20} ‖W‖² = {np.sum(W**2):6.3f}   same weights as: {', '.join(same)}")

# %% [markdown]
# **The sources disagree**, and both forms are in use. The same λ is N times weaker if the penalty
# is added to a sum. So always say whether it is added to a mean or to a sum. If you get more data
# and keep λ, its effect becomes weaker with a sum and stays as strong with a mean. (With more data,
# tune λ again in both cases.) This course uses the mean, like S2.

# %% claims=true
quote = "The same λ is N times weaker if the penalty is added to a sum."
first_pair = np.abs(runs["mean, λ = 0.1 (S2)"] - runs["sum, λ = 0.1 · N"]).max()
claim(quote, first_pair, below=1e-10, above=-1e-10)
claim(quote, np.abs(runs["mean, λ = 0.1 (S2)"] - runs["sum, λ = 0.1 (S4)"]).max(), above=0.01)

# %% [markdown]
# ## 7 Your functions against overfitting
#
# ### Three remedies compared
#
# About a third of the 500 training labels, chosen at random, is now wrong. The labels for
# validation and testing are correct. A network with 64 hidden units can learn all wrong labels,
# too. Three remedies are possible, each with the best of the learning rates 0.1, 0.03, 0.01 and
# 0.003:
#
# - **a**: only the learning rate is chosen, 20 epochs;
# - **b**: your `EarlyStopping` of the validation loss, with patience 10 and at most 60 epochs, then
#   back to the best epoch;
# - **c**: your `l2_penalty` with the best λ of 0.003, 0.01 and 0.03, 20 epochs, without stopping
#   early.
#
# The accuracy on the validation images chooses the rate and the λ. **Which remedy has the highest
# accuracy on the test images?**

# %% guess="which remedy helps most"
guess("ps17_remedy", None, among="abc")  # "a", "b" or "c" in place of None

# %% [markdown]
# We train with each pair of these four rates and the λ 0, 0.003, 0.01 and 0.03, on five draws of
# images. Choose a fifth rate between 0.001 and 0.2, and the λ that you expect to be the best at
# this rate; fill in both. A table below shows the validation accuracy of each pair. Your rate
# becomes a fifth row, and a frame marks your λ there. This row takes no part in the choice of the
# remedies.

# %% solution="my_rate"
my_rate = None  # your learning rate
my_lambda = None  # 0, 0.003, 0.01 or 0.03
### BEGIN SOLUTION
my_rate = 0.06
my_lambda = 0.003
### END SOLUTION

# %% practice=true fold="Define the settings, the grid and the training with early stopping"
WRONG = 1 / 3
DRAWS, RATES, LAMS = smaller_in_browser(
    draws=(range(5), (4, 2)),
    rates=((0.1, 0.03, 0.01, 0.003), (0.1, 0.01, 0.003)),
    strengths=((0.0, 0.003, 0.01, 0.03), (0.0, 0.01, 0.03)),
)


def with_l2(lam):
    """Your L2 penalty of the strength lam, as `fit` calls it."""
    return lambda weights: l2_penalty(weights, lam)


def grid_row(lr, wrong):
    """The scores for each λ and each draw at one learning rate."""
    nets = [[trained(s, with_l2(lam), lr=lr, wrong=wrong)[0] for s in DRAWS] for lam in LAMS]
    found = [[scores(net, s, wrong) for s, net in zip(DRAWS, row, strict=True)] for row in nets]
    return np.array(found)


def stopped_early(seed, lr, penalty=None, epochs=60):
    """The network of the best epoch, the history, and the best epoch, with patience 10."""
    stopper, keepers = EarlyStopping(10, 0.0), []

    def watchers(network):
        # `fit` calls both after each epoch. KeepBest copies the network when the validation loss is
        # the lowest so far. StopEarly gives this loss to your class and stops if `update` says so.
        keepers.append(KeepBest(network))
        return [keepers[0], StopEarly(stopper)]

    _, history = trained(seed, penalty, lr=lr, wrong=WRONG, epochs=epochs, callbacks=watchers)
    return keepers[0].model, history, stopper.best_step


# %% practice=true fold="Train with each rate and λ"
if ready("l2_penalty", "EarlyStopping"):
    chosen = RATES if my_rate is None else (*RATES, my_rate)
    grid = {WRONG: {lr: grid_row(lr, WRONG) for lr in sorted(chosen, reverse=True)}}

# %% practice=true fold="Train with correct labels"
if ready("l2_penalty", "EarlyStopping"):
    grid[0.0] = {lr: grid_row(lr, 0.0) for lr in grid[WRONG]}

# %% practice=true fold="Train with early stopping at each rate"
if ready("l2_penalty", "EarlyStopping"):
    stops = {lr: [stopped_early(s, lr) for s in DRAWS] for lr in RATES}
    of_stops = {
        lr: np.array([scores(run[0], s, WRONG) for s, run in zip(DRAWS, runs, strict=True)])
        for lr, runs in stops.items()
    }


def validated(of_draws):
    """The mean validation accuracy."""
    return of_draws[:, VALIDATION, ACCURACY].mean()


# %% practice=true fold="Evaluate the remedies"
if ready("l2_penalty", "EarlyStopping"):
    with_wrong = {lr: grid[WRONG][lr] for lr in RATES}
    low = max(RATES, key=lambda lr: validated(with_wrong[lr][0]))
    early = max(RATES, key=lambda lr: validated(of_stops[lr]))
    pairs = [(lr, k) for lr in RATES for k in range(1, len(LAMS))]
    rate, k_best = max(pairs, key=lambda pair: validated(with_wrong[pair[0]][pair[1]]))
    remedies = {
        "nothing, rate 0.1": with_wrong[0.1][0],
        f"a: low rate, {low:g}": with_wrong[low][0],
        f"b: early stopping, rate {early:g}": of_stops[early],
        f"c: λ = {LAMS[k_best]:g}, rate {rate:g}": with_wrong[rate][k_best],
    }
    tested = {name[0]: r[:, TEST, ACCURACY] for name, r in remedies.items()}
    winner = max("abc", key=lambda letter: tested[letter].mean())
    reveal(
        "ps17_remedy",
        winner,
        "From the test accuracies, mean of five draws.",
        {"a": "a low rate", "b": "early stopping", "c": "an L2 penalty"},
    )
else:
    print("This cell waits.")

# %% practice=true fold="Print the remedies and draw the grid" after="ps17_remedy"
if ready("l2_penalty", "EarlyStopping"):
    print(" " * 35, f"validation   test accuracy (mean ± sd of {len(DRAWS)} draws)")
    for name, r in remedies.items():
        print(f"{name:33} {validated(r):12.3f}   {mean_sd(r[:, TEST, ACCURACY])}")
    compare("penalty − early stopping", tested["c"], tested["b"])
    compare("penalty − low rate", tested["c"], tested["a"])
    compare("early stopping − low rate", tested["b"], tested["a"])
    print("early stopping at rate 0.1:", mean_sd(of_stops[0.1][:, TEST, ACCURACY]))
    print(
        "best λ at rate 0.1:        ",
        mean_sd(max(with_wrong[0.1], key=validated)[:, TEST, ACCURACY]),
    )
    with theme.style():
        figure, axes = plt.subplots(1, 2, figsize=(8, 3.4), sharey=True)
        for ax, (wrong, rows) in zip(axes, grid.items(), strict=True):
            table = np.array([[validated(r) for r in row] for row in rows.values()])
            ax.imshow(table, cmap=theme.COUNTS, aspect="auto", vmin=0.6, vmax=1.2)
            for place, value in np.ndenumerate(table):
                ax.text(*place[::-1], f"{value:.2f}", ha="center", va="center", color=theme.INK)
            ax.set_xticks(range(len(LAMS)), [f"{lam:g}" for lam in LAMS])
            ax.set_yticks(range(len(rows)), [f"{lr:g}" for lr in rows])
            ax.set(xlabel="λ", title="a third of the labels wrong" if wrong else "correct labels")
            ax.grid(visible=False)
        if my_rate in grid[WRONG] and my_lambda in LAMS:
            corner = LAMS.index(my_lambda) - 0.5, [*grid[WRONG]].index(my_rate) - 0.5
            axes[0].add_patch(plt.Rectangle(corner, 1, 1, fill=False, color=theme.INK, linewidth=3))
        axes[0].set_ylabel("learning rate")
        title = f"Validation accuracy for each rate and λ (mean of {len(DRAWS)} draws)"
        figure.suptitle(title, x=0.02, ha="left")
        plt.show()

# %% [markdown] after="ps17_remedy"
# *In words: two tables of validation accuracies, a row for each rate, a column for each λ. With
# wrong labels and λ = 0, the accuracy is 0.63 at the rate 0.1 and 0.75 at the rate 0.003. The
# highest value, 0.77, stands at λ = 0.03 and the rate 0.01. With correct labels, all values with λ
# up to 0.01 and a rate of at least 0.01 lie between 0.84 and 0.88.*
#
# On the test images, training at the rate 0.1 without a remedy reaches 0.63. A lower rate alone
# reaches 0.75. Early stopping at its best rate reaches 0.75, too. For it, the rates 0.01 and 0.003
# are almost equally good on the validation images, so your computer may choose either. At 0.003 its
# best epochs lie in the last third of the 60 epochs, so it hardly ever stops early. The penalty at
# its best rate reaches 0.77. It is better than early stopping in at least four of the five draws,
# by two points in the mean.
#
# The comparison has limits. The penalty is chosen from twelve settings, each other remedy from
# four. The patience is always 10, and early stopping watches the loss, not the accuracy. The next
# cell tests two more limits: the best rate of a and the best λ of c are the last values that were
# tried, and 20 epochs may themselves act like early stopping.

# %% practice=true fold="Look beyond the grid" after="ps17_remedy"
if ready("l2_penalty", "EarlyStopping"):

    def scored(nets):
        """The scores of the networks of the five draws."""
        return np.array([scores(net, s, WRONG) for s, net in zip(DRAWS, nets, strict=True)])

    beyond = {}
    for lr, lam, length in (
        (low / 3, 0.0, 20),
        (low / 3, 0.0, 60),
        (0.03, 0.06, 20),
        (0.01, 0.06, 20),
        (0.003, 0.06, 20),
        (low, 0.0, 60),
        (rate, LAMS[k_best], 60),
    ):
        nets = [trained(s, with_l2(lam), lr=lr, wrong=WRONG, epochs=length)[0] for s in DRAWS]
        beyond[lr, lam, length] = found = validated(scored(nets))
        print(f"rate {lr:<6g} λ = {lam:<6g} {length} epochs: validation accuracy {found:.3f}")
    long = [stopped_early(s, early, epochs=150) for s in DRAWS]
    of_long = scored([run[0] for run in long])
    print(f"rate {early:g}, early stopping, at most 150 epochs: {validated(of_long):.3f}", end=", ")
    print(f"best epochs {[run[2] + 1 for run in long]}")
    both = scored([stopped_early(s, rate, with_l2(LAMS[k_best]))[0] for s in DRAWS])
    print(f"rate {rate:g}, λ = {LAMS[k_best]:g} and early stopping: {validated(both):.3f}")
    compare("on the test images, both − penalty alone", both[:, TEST, ACCURACY], tested["c"])

# %% [markdown] after="ps17_remedy"
# At the rate 0.001 the validation accuracy is 0.60 after 20 epochs and 0.75 after 60, about as high
# as at the rate 0.003. With λ = 0.06 it is below 0.73. With 60 epochs in place of 20, the accuracy
# of a and c changes by less than two points. Up to 150 epochs do not help early stopping. The
# penalty and early stopping together reach 0.78. With five draws we cannot tell them from the
# penalty alone on the test images.
#
# **One rate for all tells another story.** At the rate 0.1, early stopping reaches 0.72 and the
# best λ only 0.68. There, both remain at least two points below a lower rate alone. Look at your
# own row: is the best λ the one in your frame?

# %% [markdown]
# ### Stop in time
#
# Which labels does each remedy learn? We count the wrong and the correct training labels that the
# network predicts, and draw the losses of one run that is stopped early.

# %% practice=true fold="Count the labels learnt" after="ps17_remedy"
if ready("l2_penalty", "EarlyStopping"):

    def learnt(network, seed):
        """The shares of the wrong and of the correct training labels that the network predicts."""
        x, t = some_images(seed, WRONG)[TRAIN]
        same, is_wrong = network(x).argmax(axis=1) == t, t != some_images(seed)[TRAIN][1]
        return same[is_wrong].mean(), same[~is_wrong].mean()

    models = {
        "nothing": [trained(s, lr=0.1, wrong=WRONG)[0] for s in DRAWS],
        "low rate": [trained(s, lr=low, wrong=WRONG)[0] for s in DRAWS],
        "early stopping": [run[0] for run in stops[early]],
        "L2 penalty": [trained(s, with_l2(LAMS[k_best]), lr=rate, wrong=WRONG)[0] for s in DRAWS],
    }
    labels_learnt = {
        name: np.mean([learnt(*pair) for pair in zip(nets, DRAWS, strict=True)], axis=0)
        for name, nets in models.items()
    }
    for name, (of_wrong, of_right) in labels_learnt.items():
        print(f"{name:15} learns {of_wrong:.2f} of the wrong, {of_right:.2f} of the correct labels")
    others = [*models["low rate"][1:], models["low rate"][0]]
    strangers = [learnt(*pair)[0] for pair in zip(others, DRAWS, strict=True)]
    print(f"low rate, trained on another draw: {np.mean(strangers):.2f} of the wrong labels")

    def learning(seed):
        """What is `learnt` after each epoch without a remedy."""
        shares = []

        def watcher(network):
            return [lambda epoch, history: shares.append(learnt(network, seed))]

        trained(seed, lr=0.1, wrong=WRONG, callbacks=watcher)
        return shares

    by_epoch = np.mean([learning(s) for s in DRAWS], axis=0)
    for epoch in (1, 3, 5, 10, 20):
        of_wrong, of_right = by_epoch[epoch - 1]
        print(f"nothing, epoch {epoch:2}: {of_wrong:.2f} of the wrong, {of_right:.2f} correct")

# %% practice=true fold="Draw the losses of one run" after="ps17_remedy"
if ready("l2_penalty", "EarlyStopping"):
    for lr, runs in stops.items():
        print(f"rate {lr:<6g} best epochs of each draw: {[run[2] + 1 for run in runs]}")
    _, history, best_step = stops[0.1][0]
    with theme.style():
        figure, ax = plt.subplots(figsize=(6, 3))
        epochs, values = range(1, history.epochs + 1), history.validation_loss
        ax.plot(epochs, history.loss, color=theme.FORWARD, label="training", **theme.TRAIN)
        ax.plot(epochs, values, color=theme.CYCLE[2], label="validation", **theme.VALIDATION)
        ax.plot(best_step + 1, values[best_step], "o", color="black")
        place = best_step + 1, values[best_step]
        ax.annotate("best epoch", place, (0, -13), textcoords="offset points", ha="center")
        ax.set(
            xlabel="epoch", ylabel="loss", title="Rate 0.1, a third of the labels wrong (one draw)"
        )
        label_lines(ax)
        plt.show()

# %% [markdown] after="ps17_remedy"
# *In words: the training loss falls over all epochs. The validation loss falls for a few epochs to
# its lowest point, which is marked, and ends higher.*
#
# Without a remedy the network learns nearly all labels. It learns the wrong ones later: after three
# epochs it predicts more than 80 % of the correct labels and less than 20 % of the wrong ones. A
# likely reason: images of one digit are similar, so their correct labels support each other.
#
# With each remedy the network learns more than 80 % of the correct labels in the end and less than
# 40 % of the wrong ones. (The low-rate network of another draw, which never saw these wrong labels,
# predicts less than 6 % of them.) With the penalty it learns about as many wrong labels as with the
# low rate, and more of the correct ones. At a lower rate the best epoch comes later.
#
# Early stopping uses validation data in each run. Its patience is one more hyperparameter, like λ.

# %% claims=true
T_LIMIT = {5: 2.78, 2: 12.7}[len(DRAWS)]  # of the t distribution, with one degree of freedom less
on_val = {
    wrong: {lr: [validated(r) for r in row] for lr, row in rows.items()}
    for wrong, rows in grid.items()
}
quote = (
    "With wrong labels and λ = 0, the accuracy is 0.63 at the rate 0.1 and 0.75 at the rate 0.003."
)
claim(quote, on_val[WRONG][0.1][0], equals=0.63, within=0.03, given=[0, 0.1, 0.75, 0.003])
claim(quote, on_val[WRONG][0.003][0], equals=0.75, within=0.02, given=[0, 0.1, 0.63, 0.003])
quote = "The highest value, 0.77, stands at λ = 0.03 and the rate 0.01."
claim(quote, on_val[WRONG][0.01][-1], equals=0.77, within=0.02, given=[0.03, 0.01])
others = [v for row in on_val[WRONG].values() for v in row if v != on_val[WRONG][0.01][-1]]
claim(quote, on_val[WRONG][0.01][-1], above=max(others), given=[0.77, 0.03, 0.01])
quote = "up to 0.01 and a rate of at least 0.01 lie between 0.84 and 0.88"
clean = np.array([row[:-1] for lr, row in on_val[0.0].items() if lr > 0.005]).ravel()
claim(quote, clean, above=0.84, below=0.88, given=[0.01])
means = {letter: accuracies.mean() for letter, accuracies in tested.items()}
quote = "training at the rate 0.1 without a remedy reaches 0.63"
claim(quote, means["n"], equals=0.63, within=0.03, given=[0.1])
quote = "the rates 0.01 and 0.003 are almost equally good on the validation images"
apart = abs(validated(of_stops[0.01]) - validated(of_stops[0.003]))
claim(quote, apart, below=0.004, given=[0.01, 0.003])
claim("so your computer may choose either", early, below=0.02)
quote = "At 0.003 its best epochs lie in the last third of the 60 epochs"
claim(quote, [run[2] + 1 for run in stops[0.003]], above=40, given=[0.003, 60])
claim("A lower rate alone reaches 0.75.", means["a"], equals=0.75, within=0.02)
claim("Early stopping at its best rate reaches 0.75, too", means["b"], equals=0.75, within=0.02)
claim("The penalty at its best rate reaches 0.77.", means["c"], equals=0.77, within=0.02)
quote = "better than early stopping in at least four of the five draws"
claim(quote, np.mean(tested["c"] > tested["b"]), above=0.7)
claim("by two points in the mean", 100 * (means["c"] - means["b"]), equals=2, within=0.5)
quote = "so it hardly ever stops early"
claim(quote, [run[1].epochs for run in stops[0.003]], above=55)
quote = "the best rate of a and the best λ of c are the last values that were tried"
at_edges = [low - min(RATES), LAMS[k_best] - max(LAMS)]
claim(quote, at_edges, above=-1e-9, below=1e-9)
quote = "At the rate 0.001 the validation accuracy is 0.60 after 20 epochs and 0.75 after 60"
few, many = beyond[low / 3, 0.0, 20], beyond[low / 3, 0.0, 60]
claim(quote, few, equals=0.60, within=0.03, given=[0.001, 20, 0.75, 60])
claim(quote, many, equals=0.75, within=0.02, given=[0.001, 0.60, 20, 60])
quote = "With λ = 0.06 it is below 0.73."
edges = [found for (_, lam, _), found in beyond.items() if lam > max(LAMS)]
claim(quote, edges, below=0.73, given=[0.06])
quote = "With 60 epochs in place of 20, the accuracy of a and c changes by less than two points."
changes = [
    beyond[low, 0.0, 60] - validated(with_wrong[low][0]),
    beyond[rate, LAMS[k_best], 60] - validated(with_wrong[rate][k_best]),
]
claim(quote, 100 * np.abs(changes), below=2, given=[60, 20])
quote = "The penalty and early stopping together reach 0.78."
claim(quote, validated(both), equals=0.78, within=0.02)
quote = "With five draws we cannot tell them from the penalty alone on the test images."
apart = both[:, TEST, ACCURACY] - tested["c"]
claim(quote, abs(apart.mean()), below=T_LIMIT * apart.std(ddof=1) / len(DRAWS) ** 0.5)
quote = "Up to 150 epochs do not help early stopping."
gained = validated(of_long) - validated(of_stops[early])
claim(quote, 100 * gained, below=1, given=[150])
quote = "At the rate 0.1, early stopping reaches 0.72 and the best λ only 0.68."
at_high_rate = {
    0.72: of_stops[0.1][:, TEST, ACCURACY].mean(),
    0.68: max(with_wrong[0.1], key=validated)[:, TEST, ACCURACY].mean(),
}
for told, found in at_high_rate.items():
    claim(quote, found, equals=told, within=0.02, given=[0.1, *(set(at_high_rate) - {told})])
quote = "both remain at least two points below a lower rate alone"
claim(quote, 100 * (means["a"] - max(at_high_rate.values())), above=2)
claim("the training loss falls over all epochs.", np.diff(history.loss), below=0)
claim("falls for a few epochs to", [run[2] for run in stops[0.1]], above=1, below=10)
claim("ends higher", history.validation_loss[-1], above=1.1 * min(history.validation_loss))
of_wrong, of_right = np.transpose([labels_learnt[name] for name in models])
claim("the network learns nearly all labels", [of_wrong[0], of_right[0]], above=0.95)
quote = "more than 80 % of the correct labels and less than 20 % of the wrong ones"
claim(quote, 100 * by_epoch[2, 1], above=80, given=[20])
claim(quote, 100 * by_epoch[2, 0], below=20, given=[80])
quote = "predicts less than 6 % of them"
claim(quote, 100 * np.mean(strangers), below=6)
quote = "more than 80 % of the correct labels in the end and less than 40 % of the wrong ones"
claim(quote, 100 * of_right[1:], above=80, given=[40])
claim(quote, 100 * of_wrong[1:], below=40, given=[80])
quote = "about as many wrong labels as with the low rate"
claim(quote, abs(of_wrong[3] - of_wrong[1]), below=0.05)
claim("more of the correct ones", of_right[3] - of_right[1], above=0)
best_epochs = [np.mean([run[2] for run in stops[lr]]) for lr in RATES]
claim("At a lower rate the best epoch comes later.", np.diff(best_epochs), above=0)

# %% [markdown]
# ### What happens to the weights
#
# We compare the penalties on correct labels, for three draws and 60 epochs. Each penalty has its
# own λ that leaves the training accuracy high. One network has L1 with proximal steps: a gradient
# step on the loss, then your `soft_threshold` with the amount ηλ. This network and one with L1
# gradients have no momentum and the rate 0.3. The others have the rate 0.03 and a momentum of 0.9,
# which makes steps up to ten times as long. How many weights of the first layer are small, how many
# exactly zero?

# %% practice=true fold="Train, and count the zeros"
if ready("l1_penalty", "l2_penalty", "soft_threshold"):

    def proximal_step(w, dw, *, lr, lam=3e-4):
        """A proximal step for L1 on the weights, and a plain step on the biases."""
        w = w - lr * dw
        return w if w.ndim < 2 else soft_threshold(w, lr * lam).astype(w.dtype)

    trainings = {
        "no penalty": {},
        "L2, λ = 0.003": {"penalty": with_l2(3e-3)},
        "L1, λ = 0.0003": {"penalty": lambda w: l1_penalty(w, 3e-4)},
        "L1, no momentum": {
            "penalty": lambda w: l1_penalty(w, 3e-4),
            "optimizer": lambda p: SGD(p, lr=0.3),
        },
        "L1, proximal": {"optimizer": lambda p: SGD(p, lr=0.3, step=proximal_step)},
    }
    by_hand = {
        name: [trained(seed, epochs=60, **settings)[0] for seed in range(3)]
        for name, settings in trainings.items()
    }
    first = {name: [n.parameters()[0].data for n in nets] for name, nets in by_hand.items()}
    print("share of weights   |w| < 0.001   exactly 0: share, number   training   test accuracy")
    accuracies = {}
    for name, nets in by_hand.items():
        small, zero = (
            np.array([f(W) for W in first[name]])
            for f in (lambda W: np.mean(np.abs(W) < 1e-3), lambda W: np.sum(W == 0))
        )
        r = np.array([scores(n, s) for s, n in enumerate(nets)])[..., ACCURACY]
        accuracies[name] = r[:, TEST]
        share, number = zero.mean() / first[name][0].size, zero.sum()
        print(f"{name:17} {small.mean():12.3f} {share:18.3f} {number:7}", end=" ")
        print(f"{r[:, TRAIN].mean():10.3f}   {mean_sd(r[:, TEST])}")
    for name in [*by_hand][1:]:
        compare(f"test accuracy, {name} − no penalty", accuracies[name], accuracies["no penalty"])
    seen = [some_images(seed)[TRAIN][0].max(axis=0) > 0 for seed in range(3)]  # pixels not always 0
    print("pixels that are 0 in all training images:", [int(np.sum(~s)) for s in seen])
    zero_seen = [np.mean(W[s] == 0) for W, s in zip(first["L1, proximal"], seen, strict=True)]
    print(f"L1, proximal, exactly 0 without the pixels that are always 0: {np.mean(zero_seen):.3f}")
    short = [trained(s, **trainings["L1, proximal"])[0].parameters()[0].data for s in range(3)]
    zero_short = [np.mean(W == 0) for W in short]
    print(f"L1, proximal, exactly 0 after 20 epochs: {np.mean(zero_short):.3f}")
else:
    print("This cell waits.")

# %% practice=true fold="Draw the sizes of the weights"
if ready("l1_penalty", "l2_penalty", "soft_threshold"):
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3.4))
        looks = zip(("-", "-.", "-", "--"), theme.CYCLE[:4], (2, 2, 6, 2), strict=True)
        share = np.linspace(0, 0.94, 300)  # the largest ones would press the rest together
        drawn = {name: arrays for name, arrays in first.items() if name != "L1, no momentum"}
        names = {"L1, λ = 0.0003": "L1, gradient", "L1, proximal": "L1, proximal"}
        for (name, (W, *_)), (line, colour, width) in zip(drawn.items(), looks, strict=True):
            label = f"{names[name]}: {np.mean(W == 0):.0%} exactly 0" if name in names else name
            look = {"color": colour, "linewidth": width, "alpha": 0.4 if width > 2 else 1}
            ax.plot(share, np.quantile(np.abs(W), share), line, label=label, **look)
        ax.set(xlabel="share of the weights, sorted by size", ylabel="size |w|", ylim=(0, None))
        ax.set_title("Sizes of the first-layer weights of one draw, without the largest 6 %")
        label_lines(ax)
        plt.show()
else:
    print("This cell waits.")

# %% [markdown]
# *In words: the sizes of the weights, sorted, a curve for each network. Without a penalty it rises
# from the beginning. With L2 it is lower. With both forms of L1, more than half of the weights are
# smaller than 0.001.*
#
# The rows of L1 confirm section 3. With gradient steps most weights are almost zero, but **none of
# them is exactly zero**, with and without momentum, because the steps jump over 0 again and again.
# Proximal steps make about half of the weights exactly zero. This share depends on the length of
# the training: after 20 epochs it is below a quarter. (More than a hundred of the 784 pixels are 0
# in all training images, so only the penalty changes the weights of these pixels. Without these
# weights more than a third are exactly zero.)
#
# With correct labels no penalty helps: it changes the mean test accuracy by less than one point.

# %% claims=true
small = {name: [np.mean(np.abs(W) < 1e-3) for W in arrays] for name, arrays in first.items()}
zero = {name: [np.mean(W == 0) for W in arrays] for name, arrays in first.items()}
quote = "With both forms of L1, more than half of the weights are smaller than 0.001."
claim(quote, small["L1, λ = 0.0003"] + small["L1, proximal"], above=0.5, given=[0.001])
claim("With gradient steps most weights are almost zero", small["L1, λ = 0.0003"], above=0.5)
quote = "**none of them is exactly zero**, with and without momentum"
claim(quote, zero["L1, λ = 0.0003"] + zero["L1, no momentum"], above=-1e-4, below=1e-4)
quote = "it changes the mean test accuracy by less than one point"
gained = [accuracies[name].mean() - accuracies["no penalty"].mean() for name in [*by_hand][1:]]
claim(quote, 100 * np.array(gained), above=-1, below=1)
quote = "Proximal steps make about half of the weights exactly zero."
claim(quote, zero["L1, proximal"], equals=0.5, within=0.1)
claim("after 20 epochs it is below a quarter", zero_short, below=0.25, given=[20])
claim("Without these weights more than a third are exactly zero.", zero_seen, above=1 / 3)
empty = [np.sum(some_images(s)[TRAIN][0].max(axis=0) == 0) for s in range(3)]
quote = "More than a hundred of the 784 pixels are 0 in all training images, so only the penalty"
claim(quote, empty, above=100, given=[784, 0])
none = np.abs(first["no penalty"][0])
claim("Without a penalty it rises from the beginning.", np.quantile(none, 0.1), above=0.001)
sizes = [np.abs(first[name][0]).mean() for name in ("L2, λ = 0.003", "no penalty")]
claim("With L2 it is lower.", sizes[0], below=0.8 * sizes[1], given=[2])
claim(
    "λ that leaves the training accuracy high",
    [scores(n, s)[TRAIN, ACCURACY] for nets in by_hand.values() for s, n in enumerate(nets)],
    above=0.97,
)

# %% [markdown]
# We can also show these weights as images: each hidden unit has 784 of them, one for each pixel
# (purple: below 0, green: above 0). Move the slider to see the effect of the L2 penalty on eight
# units.


# %% practice=true fold="Draw eight units with a slider"
def draw_units(lam):
    """The weights of eight hidden units as images, for one strength of the L2 penalty."""
    network, _ = trained(0, with_l2(lam))
    W, accuracy = network.parameters()[0].data, scores(network, 0)[:, ACCURACY]
    with theme.style():
        figure, axes = plt.subplots(2, 4, figsize=(6.6, 3.4))
        for unit, ax in enumerate(axes.flat):
            image = W[:, unit].reshape(28, 28)
            shown = ax.imshow(image, cmap=theme.SIGNED, vmin=-0.15, vmax=0.15)
            ax.axis("off")
        figure.colorbar(shown, ax=axes, shrink=0.8, label="weight")
        said = f"(accuracy: training {accuracy[TRAIN]:.2f}, test {accuracy[TEST]:.2f})"
        title = f"Weights of 8 units, L2, λ = {lam:g} {said}"
        figure.suptitle(title, x=0.02, fontsize=10, ha="left")
    return figure


if ready("l2_penalty"):
    initial = mlp([784, 64, 10], rng=np.random.default_rng(0)).parameters()[0].data
    final = trained(0)[0].parameters()[0].data
    alike = np.corrcoef(initial.ravel(), final.ravel())[0, 1]
    print(f"correlation of the weights without a penalty with their initial values: {alike:.2f}")
    unit_slider = slider(
        draw_units,
        (0.0, 1e-3, 3e-3, 1e-2, 3e-2),
        name="λ",
        alt="Eight images of weights. Without a penalty noise covers them, with a growing one "
        "smooth spots and strokes are left.",
    )
else:
    unit_slider = None
    print("This cell waits.")
unit_slider

# %% [markdown]
# *In words: eight small images. Without a penalty noise covers all of them. Much of this noise
# comes from the random initial weights. As λ grows, the noise becomes weaker, and smooth spots and
# strokes are left.*

# %% claims=true
quote = "Much of this noise comes from the random initial weights."
claim(quote, alike, above=0.6)


def roughness(W):
    """Difference of neighbouring weights of a unit, relative to their size."""
    images = W.T.reshape(-1, 28, 28)
    return np.abs(np.diff(images, axis=1)).mean() / np.abs(images).mean()


rough = [
    roughness(trained(0, with_l2(lam))[0].parameters()[0].data)
    for lam in (0.0, 1e-3, 3e-3, 1e-2, 3e-2)
]
claim("As λ grows, the noise becomes weaker", np.diff(rough), below=0)

# %% [markdown]
# ### More data, or a larger network?
#
# The training error and the validation error (error = 1 − accuracy) together say what to try:
#
# - **The training error is high**, compared with a person or another method. The network is too
#   small for the task (its bias is large), or badly trained. More data hardly helps.
# - **The training error is low and the validation error much higher.** The network overfits. More
#   data reduces this gap.
#
# We train with different numbers of images N and of hidden units, always about 300 steps, so that
# more images do not mean a longer training. The validation images already choose between the rates
# 0.1 and 0.03, so the figure shows the *test* error. (For N = 1,000 and 3,000 only 2,500 and 500
# images are left for testing.)


# %% practice=true fold="Define the errors of one network, and train for the upper two panels"
sizes, widths = smaller_in_browser(
    sizes=((50, 100, 200, 500, 1000, 3000), (50, 100, 3000)),
    widths=((2, 4, 8, 16, 32, 64, 128), (4, 32, 64)),
)
known_errors = {}  # a network that two panels share is trained once


def errors(n, hidden, seed, steps=300):
    """Training and test error with n images and the given widths of the hidden layers."""
    key = n, tuple(hidden), seed, steps
    if key not in known_errors:
        epochs = max(1, steps * 50 // n)
        tried = [
            scores(trained(seed, lr=lr, n=n, hidden=hidden, epochs=epochs)[0], seed, n=n)
            for lr in (0.1, 0.03)
        ]
        best = max(tried, key=lambda r: r[VALIDATION, ACCURACY])
        known_errors[key] = 1 - best[[TRAIN, TEST], ACCURACY]
    return known_errors[key]


panels = {
    f"{units} hidden units": (
        "number of training images N",
        sizes,
        np.array([np.mean([errors(n, (units,), s) for s in range(3)], axis=0) for n in sizes]),
    )
    for units in (4, 64)
}


# %% [markdown]
# The figure below has four panels. The upper two are given: 4 and 64 hidden units, six values of N.
# You draw the lower two: N = 100 and N = 3,000, seven widths. Complete the function for any n and
# any list of widths. It returns a row for each width, with the mean of `errors(n, (width,), seed)`
# over the seeds 0, 1 and 2. In which panels do you expect a large gap, and in which a high training
# error?


# %% solution="errors_by_width"
def errors_by_width(n, widths):
    """Mean training and test error of the seeds 0, 1, 2 with n images: array (len(widths), 2)."""
    ### BEGIN SOLUTION
    return np.array(
        [np.mean([errors(n, (width,), seed) for seed in range(3)], axis=0) for width in widths]
    )
    ### END SOLUTION


# %% practice=true fold="Draw four pairs of errors"
try:
    for n in (100, 3000):
        panels[f"N = {n}"] = (
            "number of hidden units",
            widths,
            np.asarray(errors_by_width(n, widths)),
        )
        yours, ours = panels[f"N = {n}"][2], panels["64 hidden units"][2][sizes.index(n)]
        agrees = yours.shape == (len(widths), 2) and np.allclose(yours[widths.index(64)], ours)
        print(f"N = {n}: 64 units as in the upper panel: {'agrees' if agrees else 'DIFFERS'}")
except NotImplementedError:
    print("errors_by_width: not written yet")
with theme.style():
    figure, axes = plt.subplots(2, 2, figsize=(8, 6), sharey=True)
    for ax, (title, (name, x_values, pair)) in zip(axes.flat, panels.items(), strict=False):
        ax.plot(x_values, pair[:, 0], "o-", color=theme.FORWARD, label="training", markersize=4)
        ax.plot(x_values, pair[:, 1], "s--", color=theme.CYCLE[2], label="test", markersize=4)
        ax.set(xscale="log", xlabel=f"{name} (log scale)", title=title, ylim=(-0.02, 0.9))
    for ax in axes[:, 0]:
        ax.set_ylabel("error (mean of 3 draws)")
    for ax in axes.flat[len(panels) :]:
        ax.set_visible(False)
    label_lines(*axes.flat[: len(panels)])
    plt.show()

# %% [markdown]
# *In words: four panels with the training and the test error. With 4 hidden units both errors come
# together as N grows, near 0.2. With 64 hidden units the training error stays below 0.05, and the
# test error falls from 0.4 to less than 0.1. With N = 100 the test error hardly falls beyond 32
# units and stays above 0.25. With N = 3000 it falls below 0.1.*

# %% practice=true fold="Train with more layers, and for longer"
print("hidden layers of 64 units, N = 500:")
depths = smaller_in_browser(numbers_of_layers=(range(5), (0, 1, 4)))
of_layers = {k: np.array([errors(500, (64,) * k, s) for s in range(3)]) for k in depths}
for layers, pairs in of_layers.items():
    print(f"{layers}: training error {pairs[:, 0].mean():.3f}, test {mean_sd(pairs[:, 1])}")
longer = np.mean([errors(3000, (4,), s, steps=3000) for s in range(3)], axis=0)
print(f"4 units, N = 3000, 3000 steps: training error {longer[0]:.3f}, test {longer[1]:.3f}")

# %% [markdown]
# After 300 steps the small network has almost no gap left at N = 3,000. Ten times as many steps
# lower its training error to about 0.1, but its test error stays near 0.2. So a longer training
# opens a gap. More units lower both errors. The large network has a gap for small N, and more data
# reduces the gap. With 100 images, more units do not reduce the gap, but they do no harm: the
# widest network has nearly the lowest test error. With 500 images and 64 units in each layer, three
# more hidden layers lower the test error by about one point only (mean of three draws).

# %% claims=true
by_n = {units: panels[f"{units} hidden units"][2] for units in (4, 64)}
by_width = {n: panels[f"N = {n}"][2][:, 1] for n in (100, 3000)}
quote = "With 4 hidden units both errors come together as N grows, near 0.2."
claim(quote, by_n[4][-1], equals=0.2, within=0.05, given=[4])
quote = "With 64 hidden units the training error stays below 0.05"
claim(quote, by_n[64][:, 0], below=0.05, given=[64])
quote = "test error falls from 0.4 to less than 0.1"
claim(quote, by_n[64][0, 1], equals=0.4, within=0.05, given=[0.1])
claim(quote, by_n[64][-1, 1], below=0.1, given=[0.4])
quote = "With N = 100 the test error hardly falls beyond 32 units and stays above 0.25."
claim(quote, by_width[100][widths.index(32)] - by_width[100][-1], below=0.03, given=[100, 32, 0.25])
claim(quote, by_width[100], above=0.25, given=[100, 32])
claim("With N = 3000 it falls below 0.1.", by_width[3000][-1], below=0.1, given=[3000])
gap = by_n[4][-1, 1] - by_n[4][-1, 0]
quote = "After 300 steps the small network has almost no gap left at N = 3,000."
claim(quote, gap, below=0.05, given=[300, 3000])
quote = "lower its training error to about 0.1, but its test error stays near 0.2"
claim(quote, longer[0], equals=0.1, within=0.025, given=[0.2])
claim(quote, longer[1], equals=0.2, within=0.04, given=[0.1])
quote = "So a longer training opens a gap."
claim(quote, longer[1] - longer[0], above=0.06)
claim("More units lower both errors.", by_n[4][-1] - by_n[64][-1], above=0.1)
quote = "the widest network has nearly the lowest test error"
claim(quote, [error[-1] - error.min() for error in by_width.values()], below=0.015)
gained = of_layers[1][:, 1].mean() - of_layers[4][:, 1].mean()
quote = "three more hidden layers lower the test error by about one point only"
claim(quote, 100 * gained, above=0.5, below=1.5)

# %% [markdown]
# ### How many members?
#
# We come back to the ten networks of section 6. How accurate are two, three or five of them
# together? For each M and each draw of images we choose M members at random, 30 times. We compare
# averaging with *voting*, where each member votes for its most probable class.

# %% practice=true fold="Measure and draw the gain"
if ready("ensemble_predict"):
    sizes = (1, 2, 3, 5, 7, 10)
    rng = np.random.default_rng(0)
    curves = {"averaging": [], "voting": []}
    for seed, p in predicted.items():
        ballots = np.eye(10)[p.argmax(axis=2)]
        ballots += 1e-6 * rng.random(ballots.shape)  # a tie is decided at random
        chosen = [[rng.permutation(10)[:M] for _ in range(30)] for M in sizes]
        for name, given in (("averaging", p), ("voting", ballots)):
            share = [
                np.mean(
                    [
                        np.mean(ensemble_predict(given[c]).argmax(axis=1) == targets[seed])
                        for c in some
                    ]
                )
                for some in chosen
            ]
            curves[name].append(share)
    gain = {
        name: 100 * (np.array(c) - np.array(curves["averaging"])[:, :1])
        for name, c in curves.items()
    }
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3.2))
        styles = (("averaging", theme.FORWARD, "o-"), ("voting", theme.CYCLE[3], "s--"))
        for name, colour, line in styles:
            mean, sd = gain[name].mean(axis=0), gain[name].std(axis=0, ddof=1)
            ax.errorbar(sizes, mean, sd, fmt=line, color=colour, capsize=3, label=name)
        ax.axhline(0, color=theme.QUIET, linewidth=1, label="mean of\nsingle networks")
        ax.axhline(2, color="black", linestyle=":", label="“2% extra”")
        ax.set(xlabel="M, number of networks", ylabel="gain (percentage points)")
        ax.set_title("Accuracy gained by M networks (mean ± sd of three draws)")
        label_lines(ax)
        plt.show()
else:
    print("This cell waits.")

# %% [markdown]
# *In words: two curves over M from 1 to 10 with error bars, the gain in percentage points over the
# mean of single networks. Averaging begins at 0, rises quickly at first and flattens out below the
# dotted line at 2. Voting gains nothing with two members. With many it comes close to averaging.*

# %% claims=true
averaging, voting = gain["averaging"].mean(axis=0), gain["voting"].mean(axis=0)
claim("Averaging begins at 0", averaging[0], above=-1e-6, below=1e-6, given=[0])
claim("rises quickly at first", averaging[sizes.index(3)] / averaging[-1], above=0.4)
claim("flattens out below the dotted line at 2", averaging.max(), below=1.9, given=[2])
claim("Voting gains nothing with two members", voting[1], below=0.2)
claim("With many it comes close to averaging.", averaging[-1] - voting[-1], below=0.5)

# %% [markdown]
# If M = 2 and the members disagree, the votes are tied and we decide at random. So on average, the
# vote is as accurate as one member. The loss of the ensemble cannot be above the mean loss of its
# members (section 5). We measure both losses:

# %% practice=true fold="Measure the loss of each ensemble, and of copies"
if ready("ensemble_predict"):
    for seed, p in predicted.items():
        true = (np.arange(p.shape[1]), targets[seed])
        alone = [-np.log(member[true]).mean() for member in p]
        together = -np.log(ensemble_predict(p)[true]).mean()
        print(f"images {seed}: loss of the members {mean_sd(alone)}, together {together:.3f}")
    copies = np.stack([predicted[0][0]] * 10)
    same = np.array_equal(ensemble_predict(copies).argmax(axis=1), predicted[0][0].argmax(axis=1))
    print("ten copies of one network predict the same as the one network:", same)
else:
    print("This cell waits.")

# %% [markdown]
# The loss of the ensemble is more than 5 % lower in each draw. Copies make the same errors, so
# their ensemble gains nothing. An ensemble helps only if its members make *different* errors. S2
# asks for "independent" models.

# %% claims=true
for seed, p in predicted.items():
    true = (np.arange(p.shape[1]), targets[seed])
    claim(
        "The loss of the ensemble is more than 5 % lower in each draw.",
        1 - np.log(ensemble_predict(p)[true]).mean() / np.mean([np.log(q[true]).mean() for q in p]),
        above=0.05,
    )

# %% [markdown]
# ### L2 inside Adam
#
# With plain gradient descent and the learning rate η, the penalty changes a weight to $w -
# \eta\,2\lambda w = (1 - 2\eta\lambda)\,w$: every weight *decays* by the same factor. This is why
# S2 writes "(Weight decay)" beside L2. Adam divides every gradient by a running estimate of its
# size. If the penalty is part of the gradient, Adam divides it as well.
#
# Take two kinds of weights whose gradients from the loss are only noise around 0. The first kind
# has large gradients, the second kind a hundred times smaller ones. **With L2 inside Adam, which of
# them shrink more?** `"large"` for those with large gradients, `"small"` for those with small ones,
# or `"both"` equally?

# %% guess="which weights shrink more"
guess("ps17_adam", None, among=("large", "small", "both"))  # one of these in place of None

# %% [markdown]
# 200 weights of each kind are initialised with 5. In the *decoupled* form (AdamW, notebook 12) the
# penalty is not part of the gradient. Instead, each step also multiplies the weight by a factor
# below 1. Here λ = 0.25 adds 0.5 w to the gradient, so the decay is 0.5. With plain gradient
# descent both forms would be equal.

# %% practice=true
if ready("l2_penalty"):
    from course_lib.optimizers import adam_step, adamw_step

    usual = {"lr": 0.01, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
    size = np.array([[10.0], [0.1]])  # the sizes of the two kinds of gradients

    def mean_weights(seed, lam):
        """The mean of both kinds after each step: with L2 inside Adam, then decoupled."""
        rng = np.random.default_rng(seed)
        inside = decoupled = np.full((2, 200), 5.0)
        a = b = (np.zeros((2, 200)), np.zeros((2, 200)))
        paths = [[5.0] * 4]
        for t in range(1, 501):
            noise = size * rng.choice([-1.0, 1.0], size=(2, 200))
            _, (dR,) = l2_penalty([inside], lam)
            inside, *a = adam_step(inside, noise + dR, *a, t, **usual)
            decoupled, *b = adamw_step(decoupled, noise, *b, t, **usual, weight_decay=2 * lam)
            paths.append([*inside.mean(axis=1), *decoupled.mean(axis=1)])
        return paths

    final_means = [mean_weights(seed, 0.25)[-1] for seed in range(5)]
else:
    print("This cell waits.")

# %% practice=true fold="See the answer"
if ready("l2_penalty"):
    columns = np.array(final_means).T
    more = columns[0].mean() - columns[1].mean()  # above 0: large gradients shrink less
    answer = "small" if more > 0.5 else "large" if more < -0.5 else "both"
    reveal(
        "ps17_adam",
        answer,
        "From the mean weights after 500 steps with L2 inside Adam (five seeds).",
    )
else:
    print("This cell waits.")

# %% practice=true fold="Draw the mean weights" after="ps17_adam"
if ready("l2_penalty"):
    names = ("L2 inside Adam", "decoupled")
    for k in range(4):
        kind = f"{names[k // 2]}, {('large', 'small')[k % 2]} gradients"
        print(f"{kind:32} mean weight after 500 steps: {mean_sd(columns[k], 2)}")
    weaker = np.array([mean_weights(seed, 0.0025)[-1] for seed in range(5)]).T
    texts = [mean_sd(column, 2) for column in weaker]
    print(f"the same with λ = 0.0025: {', '.join(texts)}")
    paths = mean_weights(4, 0.25)
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3.2))
        # The last two lie on each other: a wide grey line and a black dashed one on it.
        looks = (theme.FORWARD, "-", 1.8), (theme.FORWARD, "--", 1.8)
        looks += (theme.QUIET, "-", 4.5), ("black", "--", 1.8)
        for k, (colour, line, width) in enumerate(looks):
            label = f"{names[k // 2]},\n{('large', 'small')[k % 2]} gradients"
            ax.plot([p[k] for p in paths], line, color=colour, linewidth=width, label=label)
        ax.set(
            xlabel="step", ylabel="mean weight", title="Mean weight, L2 inside Adam and decoupled"
        )
        label_lines(ax)
        plt.show()

# %% [markdown] after="ps17_adam"
# *In words: the mean weight over 500 steps, as four curves. The two curves of the decoupled form
# lie almost on top of each other and fall below 0.5. With L2 inside Adam the curve for small
# gradients falls to about 1.3. The one for large gradients stays above 3.5.*
#
# With L2 inside Adam, the weights with large gradients shrink less. Here this also holds with a λ
# that is a hundred times smaller. The decoupled form treats both kinds alike.

# %% [markdown] after=false
# Does the form of the penalty matter on the 500 images, with a third of the labels wrong? Each form
# is trained at four rates and three strengths, on the same five draws. The validation images choose
# the best pair.
#
# The two forms need different strengths. (For SGD, decay = 2λ; for Adam there is no such rule.) We
# try the λ 0.01, 0.03 and 0.1 for L2, and the decays 1, 3 and 10 for AdamW.

# %% claims=true
quote = "The two curves of the decoupled form lie almost on top of each other"
claim(quote, columns[2].mean() / columns[3].mean(), equals=1, within=0.05)
claim("fall below 0.5", columns[2:].mean(axis=1), below=0.5)
claim("the curve for small gradients falls to about 1.3", columns[1], equals=1.3, within=0.1)
claim("The one for large gradients stays above 3.5.", columns[0], above=3.5)
quote = "With L2 inside Adam, the weights with large gradients shrink less."
claim(quote, columns[0] - columns[1], above=1, given=[2])
quote = "Here this also holds with a λ that is a hundred times smaller."
claim(quote, weaker[0] - weaker[1], above=0.3)
claim("The decoupled form treats both kinds alike.", weaker[2] / weaker[3], equals=1, within=0.05)

# %% practice=true fold="Train Adam and AdamW at several rates and strengths" after=false
if ready("l2_penalty"):

    def of_adam(name, lr, strength):
        """The scores of the five draws for one form of the penalty."""
        penalty = with_l2(strength) if name == "L2 inside Adam" else None

        def made(p):
            return AdamW(p, lr=lr, weight_decay=strength) if name == "AdamW" else Adam(p, lr=lr)

        nets = [trained(s, penalty, optimizer=made, wrong=WRONG)[0] for s in DRAWS]
        return np.array([scores(net, s, WRONG) for s, net in zip(DRAWS, nets, strict=True)])

    strengths = {
        "Adam alone": (0.0,),
        "L2 inside Adam": (1e-2, 3e-2, 1e-1),
        "AdamW": (1.0, 3.0, 10.0),
    }
    adam_rates = smaller_in_browser(rates=((1e-4, 3e-4, 1e-3, 3e-3), (3e-4, 1e-3, 3e-3)))
    of_forms = {}
    for name, values in strengths.items():
        tried = {(lr, v): of_adam(name, lr, v) for lr in adam_rates for v in values}
        (lr, value), r = max(tried.items(), key=lambda item: validated(item[1]))
        of_forms[name] = r[:, TEST, ACCURACY]
        print(f"{name:15} best rate {lr:g}, strength {value:<5g} test {mean_sd(of_forms[name])}")
    compare("L2 inside Adam − Adam alone", of_forms["L2 inside Adam"], of_forms["Adam alone"])
    compare("AdamW − Adam alone", of_forms["AdamW"], of_forms["Adam alone"])
    compare("L2 inside Adam − AdamW", of_forms["L2 inside Adam"], of_forms["AdamW"])
else:
    print("This cell waits.")

# %% [markdown] after=false
# At their best settings both forms of the penalty are better than Adam alone in each of the five
# draws, by about two points in the mean. (A part of this may be due to the choice from twelve
# settings; Adam alone had four.) With five draws we cannot tell the two forms apart.

# %% claims=true
for name in ("L2 inside Adam", "AdamW"):
    quote = "better than Adam alone in each of the five draws"
    claim(quote, of_forms[name], above=of_forms["Adam alone"])
    gained = 100 * (of_forms[name] - of_forms["Adam alone"]).mean()
    claim("by about two points in the mean", gained, equals=2, within=0.5)
apart = of_forms["L2 inside Adam"] - of_forms["AdamW"]
quote = "With five draws we cannot tell the two forms apart."
claim(quote, abs(apart.mean()), below=T_LIMIT * apart.std(ddof=1) / len(DRAWS) ** 0.5)

# %% [markdown]
# ## 8 Questions
#
# **A perfect score.** A network has a training accuracy of 1.0 and a training loss of 0.001. What
# follows for images that were not used in training?
#
# - a: it will do nearly as well on them
# - b: it will do badly on them, because it overfits
# - c: nothing; we have to evaluate on such images

# %% solution="answer_perfect_score"
answer_perfect_score = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_perfect_score = "c"
### END SOLUTION

# %% choice="perfect_score" key="c" points=1
check_choice("perfect_score", answer_perfect_score)
# a: That can happen: in section 1 it did with true labels. But with random labels the training
#    accuracy reached 1 as well, and on new images the network only guessed.
# b: A perfect training accuracy does not prove it. In section 1, with true labels, the validation
#    accuracy was above 0.9 as well.
# c: In section 1 the training accuracy was 1 twice. The validation accuracy was high with true
#    labels and near 0.1 with random labels. Only images that were not used in training show this.

# %% [markdown]
# **A weak weight.** As a function of one weight w, the loss is a parabola that opens upwards. At w
# = 0 its derivative is −0.01. We add a penalty with λ = 0.02. Where is the minimum of the sum with
# an L1 penalty, and where with an L2 penalty?
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
# b: For L1 this is true. But the derivative of the L2 penalty, 2λw, is 0 at w = 0, so it does not
#    hold the weight at 0.
# c: L1 and L2 are exchanged. Next to 0 the derivative of the L1 penalty is 0.02, more than the 0.01
#    of the loss. That of the L2 penalty is 0 at 0.
# d: For each unit of w the L1 penalty costs 0.02 and the loss falls by at most 0.01. The L2 penalty
#    has the derivative 0 at w = 0, so the minimum moves.

# %% claims=true
h = 1.0
claim("d: at 0 with L1, above 0 with L2", l2_minimum(0.01 / h, h, 0.02), above=0)
quote = "d: at 0 with L1, above 0 with L2"
claim(quote, l1_minimum(0.01 / h, h, 0.02), below=1e-6, above=-1e-6, given=[0])

# %% [markdown]
# **Two errors.** A network has a training error of 0.18 and a validation error of 0.21. A person
# makes 0.02 errors on the same validation images. What should you try first?
#
# - a: a larger network
# - b: more training data
# - c: a stronger penalty

# %% solution="answer_two_errors"
answer_two_errors = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_two_errors = "a"
### END SOLUTION

# %% choice="two_errors" key="a" points=1
check_choice("two_errors", answer_two_errors)
# a: The network does not even fit its training images. Such a network with 4 hidden units stands in
#    section 7 at N = 3,000; with more units the test error falls to less than 0.1.
# b: More data reduces the gap between the two errors. Here the gap is 0.03, so at most a small part
#    of the validation error can vanish.
# c: A penalty may reduce the gap of 0.03, but it makes the fit to the training images worse. The
#    larger part of the validation error is already in the training error.

# %% [markdown]
# **One rate.** A report on street signs trains at the learning rate 0.3 only, on ten draws. Without
# a remedy the test accuracy is low. Dropout raises it by 6 points, the best penalty by 3 points.
# The report concludes: "Dropout is better than a penalty for this task."
# What is missing most?
#
# - a: more seeds
# - b: each remedy at the learning rate that suits it best
# - c: a larger test set

# %% solution="answer_one_rate"
answer_one_rate = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_one_rate = "b"
### END SOLUTION

# %% choice="one_rate" key="b" points=1
check_choice("one_rate", answer_one_rate)
# a: The difference was measured on ten draws. More seeds would confirm the same difference at the
#    same rate.
# b: The rate may suit neither: the larger gain may only repair more of the damage that the rate
#    does. In section 7 the order of two remedies changed once each had its own rate.
# c: A larger test set makes both numbers more exact. Both would still belong to a single rate.

# %% [markdown]
# **More data.** With the *sum* of the losses of 500 images, λ = 2 is good. Now you get 5,000 images
# of the same kind and keep λ = 2. Relative to the sum of the losses, the penalty is now
#
# - a: as strong as before, because λ has not changed
# - b: ten times stronger
# - c: ten times weaker

# %% solution="answer_more_data"
answer_more_data = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_more_data = "c"
### END SOLUTION

# %% choice="more_data" key="c" points=1
check_choice("more_data", answer_more_data)
# a: λ has not changed, but the sum of the losses has ten times as many terms. Divide the sum
#    and the penalty by N. Then the penalty has the factor λ/N: first 0.004, now 0.0004.
# b: The sum of the losses has become about ten times as large, and the penalty has not. Added to
#    the mean, its factor λ/N falls from 0.004 to 0.0004.
# c: Divide the sum and the penalty by N. Added to the mean, the penalty has the factor λ/N, and N
#    is now ten times as large.

# %% [markdown]
# **When to terminate?** S4 asks ("Some questions"): "When should we terminate?" A colleague decides
# on the *test* data when to stop: patience 10 on the test loss, then back to the best epoch. The
# report gives the test accuracy of that epoch. Explain in a few sentences what is wrong with this
# number, whether it is too high or too low, and what to do instead. The patience of 10 was chosen
# as well. On which data should it be chosen? What should the report say about how it was chosen?
# (Graded by a person, 2 points.)

# %% [markdown] manual="when_to_terminate" points=2
# ### BEGIN SOLUTION
# The epoch was chosen because the test loss was lowest there. So the test data took part in the
# training and are no longer new. The number is the best of many noisy ones, so it tends to be too
# high. The size of the error depends on the noise: on how few test samples there are and how many
# epochs were compared. Instead: split the data into three sets, stop by the validation loss, go
# back to its best epoch, and use the test data once, at the very end. The patience is a
# hyperparameter like λ. It is chosen on validation data, too. The report says its value, which
# other values were tried, and on which data. (One point for why the number is wrong and in which
# direction, one for the split into three sets with a test set used once and the patience reported
# as a hyperparameter.)
# ### END SOLUTION

# %% [markdown]
# ## 9 In PyTorch
#
# PyTorch's optimisers have an argument `weight_decay`. `SGD` adds `weight_decay * w` to the
# gradient. This is the L2 penalty with λ = weight_decay / 2. `Adam` does the same, so the penalty
# is inside Adam. In `AdamW` the decay is decoupled. `weight_decay` acts on **all** parameters, also
# on biases, unless you pass two groups of parameters. An L1 penalty is added to the loss by hand.
# Soft thresholding is called `torch.nn.functional.softshrink`.

# %% practice=true fold="Compare your penalties with autograd"
import importlib.util

if importlib.util.find_spec("torch") is None:
    print("PyTorch is not installed here. No later cell needs it.")
elif ready("l1_penalty", "l2_penalty", "soft_threshold", "ensemble_predict"):
    import torch

    rng = np.random.default_rng(8)
    arrays = [rng.normal(size=shape) for shape in ((4, 3), (3,), (2, 1, 3, 3))]
    tensors = [torch.tensor(a, requires_grad=True) for a in arrays]
    formulas = {
        "L2": (l2_penalty(arrays, 0.3), lambda w: 0.3 * (w**2).sum()),
        "L1": (l1_penalty(arrays, 0.3), lambda w: 0.3 * w.abs().sum()),
    }
    for name, ((value, gradients), formula) in formulas.items():
        total = sum(formula(w) for w in tensors)
        theirs = torch.autograd.grad(total, tensors)
        gap = max(np.max(np.abs(g - h.numpy())) for g, h in zip(gradients, theirs, strict=True))
        print(f"{name:12} value differs by {abs(value - total.item()):.0e}, gradients by {gap:.0e}")
else:
    print("This cell waits.")

# %% practice=true fold="Compare weight decay and the ensemble with PyTorch"
if importlib.util.find_spec("torch") is None:
    print("PyTorch is not installed here. No later cell needs it.")
elif ready("l1_penalty", "l2_penalty", "soft_threshold", "ensemble_predict"):
    W, w = arrays[0].copy(), torch.tensor(arrays[0], requires_grad=True)
    optimiser = torch.optim.SGD([w], lr=0.1, weight_decay=0.6)
    for _ in range(5):
        optimiser.zero_grad()
        w.sum().backward()
        optimiser.step()
        W = W - 0.1 * (1 + l2_penalty([W], 0.3)[1][0])
    print("SGD with weight_decay 0.6 is λ = 0.3:", np.allclose(W, w.detach().numpy()))
    p = torch.softmax(torch.tensor(rng.normal(size=(3, 4, 5))), dim=2)
    z = torch.nn.functional.softshrink(torch.tensor(arrays[0]), 0.5).numpy()
    print("softshrink agrees:", np.allclose(soft_threshold(arrays[0], 0.5), z))
    print("ensembles agree:", np.allclose(ensemble_predict(p.numpy()), p.mean(dim=0).numpy()))
else:
    print("This cell waits.")

# %% [markdown]
# ## 10 Your cheat sheet
#
# Complete this page in your own words and keep it. Double-click to edit.
#
# | penalty | value | gradient | what it does to a weight that hardly changes the loss |
# |---|---|---|---|
# | L2 | … | … | … |
# | L1 | … | … | … |
# | elastic net | … | … | … |
#
# - A training accuracy of 1 says … about new data, because …
# - Mean squared error = … + …; a stronger penalty makes the first …, the second …
# - A high training error asks for …; a gap between both errors asks for …
# - Penalties are not applied to … and …
# - With gradient steps an L1 penalty makes weights … zero; exactly zero needs …
# - λ with a mean of losses has the effect of λ times … with their sum.
# - L2 inside Adam shrinks weights with … gradients more; the decoupled form …
# - t gradient steps from 0 act like an L2 penalty with λ = …; the analogy ends where …
# - Early stopping: an improvement is …; stop once …; then go back to …
# - The cross-entropy of an ensemble is never above …; its accuracy …
# - Remedies are compared at …, chosen on … data and reported on … data.
# - In the experiments here, … increased the test accuracy clearly, and … did not.

# %% [markdown]
# ## What comes next
#
# You now know three places of S3's map; **notebook 15** was about another one, normalisation.
# **Notebook 19** sets random units to 0 during training (dropout). S2 reads this as an ensemble of
# very many networks that share their weights. **Notebook 20** makes new images out of old ones. In
# **notebook 24** you combine all of it, choose the strengths on validation data, and use the test
# set once.

# %% [markdown]
# ## Sources
#
# S0 "Training of neural networks – basics", slide "Generalization ability"; S2
# "Training Neural Networks", part "Ensemble and Regularization"; S3 "Backpropagation and Training",
# slide "Regularization of the Network"; S4 "Neural networks (continued)", slides "Avoiding
# overfitting" and "Early stopping". Above they are called S0, S2, S3 and S4.
