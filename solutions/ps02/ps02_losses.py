# %% [markdown]
# # Losses and output deltas
#
# A network is trained with one number, the *loss*, which says how wrong its outputs are. Training
# uses its gradient. So a loss must be chosen not only for its values, but also for its gradients.
#
# In this notebook you write the losses that most networks are trained with. Each loss returns its
# value and a gradient. The *scores* $u$ are the outputs of the last layer before the output
# function is applied (here sigmoid or softmax, sections 1 and 4). The gradient with respect to them
# is the *output delta* $\partial L/\partial u$. The backward pass (notebook 06) starts from it.
#
# **Afterwards you can**
#
# - write the common losses with their gradients, for scores of any size,
# - derive a loss for a new kind of data from the likelihood,
# - derive the delta of softmax with cross-entropy,
# - name faults that the loss before training reveals,
# - say when a confident error has almost no gradient,
# - measure whether a network's probabilities agree with how often it is right.
#
# **You need** derivatives, logarithms and NumPy arrays as in notebook 00. The networks here are
# ready-made.
#
# The notebook fits into two sittings: sections 1 to 6, then sections 7 to 14.

# %% opening=true
"""Three losses over the score of a sample whose right answer is yes, for scores from −4 to 3.
Hinge loss and perceptron loss are straight lines that fall to zero, the hinge loss at a score of 1
and the perceptron loss at 0. The cross-entropy is a smooth curve near the perceptron loss and never
reaches 0."""

import matplotlib.pyplot as plt
import numpy as np

from course_lib.plots import theme

u = np.linspace(-4, 3, 141)
curves = {
    "hinge loss": (np.maximum(0, 1 - u), theme.FORWARD, (-2.3, 4.0)),
    "cross-entropy": (np.log1p(np.exp(-u)), "#00785A", (0.05, 1.35)),
    "perceptron loss": (np.maximum(0, -u), "#A0527A", (-3.9, 1.6)),
}
figure, ax = plt.subplots()
for name, (loss, colour, (x, y)) in curves.items():
    ax.plot(u, loss, color=colour, linewidth=2.5)
    ax.text(x, y, name, color=colour)
ax.set(xlabel="score (below 0: the network says no)", ylabel="loss", xlim=(-4, 3.05), ylim=(0, 5.2))
ax.set_title("The right answer is yes. What does a score cost?")
plt.show()

# %% setup=true
import math

import numpy as np

from course_lib import functional, losses
from course_lib.backend import choose_device
from course_lib.course.figures import Trace, live
from course_lib.datasets import load_breast_cancer, load_diabetes, load_digits
from course_lib.gradient_check import numerical_gradient, relative_error
from course_lib.layers import Linear, ReLU
from course_lib.models import Sequential
from course_lib.optimizers import SGD
from course_lib.plots import theme
from course_lib.training import accuracy, fit
from grader.checking import check, check_choice, guess, ready, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 A guess first
#
# A network answers a question with yes or no. It computes a *score* $u$, and the sigmoid $y = 1/(1
# + e^{-u})$ turns it into the probability of a yes. Suppose the score is $u = -10$, so $y \approx
# 0.000045$: the network is almost certain of a no. But the right answer is **yes**, $t = 1$.
#
# We compare two losses. One is half the squared error, $\tfrac12 (y - 1)^2$. It is just below ½,
# its upper bound. The other is the cross-entropy, $-\log y$, which is 10.
#
# Training uses the gradient of the loss with respect to the score. For the cross-entropy this
# gradient is close to −1: if $u$ rises by a small amount, the loss falls by nearly the same amount.
# **How large is the gradient of half the squared error at this score?** Guess a number from 0 to 1,
# without the sign. The right power of ten is enough, for example 0.1, 0.01 or 0.0001.

# %% guess="the size of a gradient at a wrong score"
guess("ps02_sure_and_wrong", None, between=(0, 1))  # your guess, from 0 to 1, in place of None

# %% [markdown]
# The next cells measure this gradient with a *finite difference*: they change $u$ a little in both
# directions and compare the losses. Then we print losses and gradients at −10, 0 and 10, the scores
# on S2's slide about the sigmoid.


# %% practice=true
def yes(u):
    """The probability of a yes, for a single score."""
    return 1 / (1 + math.exp(-u))


def half_square(u):
    return 0.5 * (yes(u) - 1) ** 2


def cross_entropy_of_yes(u):
    return -math.log(yes(u))


def finite_difference(f, u, h=1e-4):
    """The derivative of f at u, measured over a short distance to both sides."""
    return (f(u + h) - f(u - h)) / (2 * h)


# %% practice=true fold="Compare with your guess"
of_square = finite_difference(half_square, -10)
ratio = finite_difference(cross_entropy_of_yes, -10) / of_square
reveal(
    "ps02_sure_and_wrong",
    -of_square,
    f"Gradient of the cross-entropy divided by this one: {ratio:,.0f}.",
)

# %% practice=true fold="Print both losses and their gradients" after="ps02_sure_and_wrong"
print("    u    half square   its gradient   cross-entropy   its gradient")
for u in (-10, 0, 10):
    row = []
    for f in (half_square, cross_entropy_of_yes):
        row += [f(u), finite_difference(f, u)]
    print(f"{u:5}" + "".join(f"{number:15.6f}" for number in row))

# %% [markdown] after="ps02_sure_and_wrong"
# At $u = -10$ the answer is almost as wrong as it can be, but the gradient of the squared error is
# almost zero. The squared error is large there, but its curve is almost **flat** (a *plateau*).
# Training changes the weights in proportion to the gradient (notebook 04), so here it changes
# almost nothing. At $u = 10$ the answer is right, and both gradients are almost zero.

# %% [markdown]
# Now choose the score yourself below the next figure. It also shows the perceptron loss (section 2)
# and the hinge loss (section 8). The figures use the library's functions until yours are written.


# %% practice=true fold="Take your functions or the library's"
def own_or_library(*names):
    """Your functions once they pass their checks, until then the library's; prints which."""
    chosen, own = [], []
    for name in names:
        if ready(name):
            chosen.append(globals()[name])
            own.append(name)
        else:
            library = functional if name in ("softmax", "log_softmax") else losses
            chosen.append(getattr(library, name))
    rest = [name for name in names if name not in own]
    print("yours:", ", ".join(own) or "none yet", "  the library's:", ", ".join(rest) or "none")
    return chosen


def after_a_sigmoid(loss):
    """The loss of y = sigmoid(u) as a function of u: the gradient is with respect to u."""

    def composed(u, t):
        h = np.tanh(u / 2)
        value, dy = loss(0.5 * (1 + h), t)  # the sigmoid once more, in a form without overflow
        return value, dy * (0.25 * (1 - h**2))

    return composed


# %% practice=true fold="Prepare the four losses"
import matplotlib.pyplot as plt

square, bce, hinge = own_or_library("squared_error", "bce_with_logits", "binary_hinge")
FOUR = {
    "half square": after_a_sigmoid(square),
    "cross-entropy": bce,
    "hinge": hinge,
    "perceptron": losses.perceptron_loss,
}
COLOURS = {  # one for each loss, in all figures
    "half square": theme.INK,
    "cross-entropy": "#00785A",
    "hinge": theme.FORWARD,
    "perceptron": "#A0527A",
}
line = np.linspace(-11, 11, 89)


def of_one(loss, u):
    """Value and gradient at a single score whose right answer is yes."""
    value, du = loss(np.array([[float(u)]]), np.array([[1.0]]))
    return float(value), float(np.squeeze(du))


LINES = {name: [of_one(loss, u)[0] for u in line] for name, loss in FOUR.items()}


# %% practice=true fold="Draw the losses along the score" after="ps02_sure_and_wrong"
def four_losses():
    """A panel for each loss, whose score and tangent the reader moves."""
    scores = np.arange(-10, 10.1, 0.5)
    with theme.style():
        figure, axes = plt.subplots(2, 2, figsize=(7, 5), sharex=True, sharey=True)
        traces, gradients = [], []
        for ax, (name, loss) in zip(axes.ravel(), FOUR.items(), strict=True):
            ax.plot(line, LINES[name], color=COLOURS[name])
            ax.set(title=name, ylim=(-1.5, 12.5))
            at = np.array([of_one(loss, u) for u in scores])
            ends = scores[:, None] + np.array([-2.5, 2.5])
            tangent = at[:, :1] + at[:, 1:] * (ends - scores[:, None])
            traces.append(Trace(ax, ends, tangent, color=theme.GRADIENT, width=4))
            traces.append(Trace(ax, scores[:, None], at[:, :1], width=0, marker=9))
            gradients.append([f"{name} {round(du, 5) + 0.0:.5f}" for du in at[:, 1]])
        for ax in axes[1]:
            ax.set_xlabel("score u; the right answer is yes")
        for ax in axes[:, 0]:
            ax.set_ylabel("loss")
        figure.suptitle("Four losses along the score, with the tangent at u (orange)")
    says = [
        f"Gradients at u = {u:g}: {', '.join(row)}."
        for u, *row in zip(scores, *gradients, strict=True)
    ]
    return live(
        [[figure]],
        {"score u": scores},
        traces,
        says=says,
        alt="Four losses over the score u with tangents. For very negative scores the half square "
        "is flat; the other three rise to the left with a slope of about -1.",
    )


four_losses_figure = four_losses()
four_losses_figure

# %% [markdown] after="ps02_sure_and_wrong"
# *In words: four panels show a loss over the score from −11 to 11, for a right answer of yes, with
# a short orange tangent at the chosen score. Half the squared error ("half square") is a low step
# with flat ends. The hinge and the perceptron loss rise to the left as straight lines, and the
# cross-entropy approaches a straight line. The sentence below the figure gives the four gradients.
# At −10: hinge and perceptron −1, the cross-entropy −0.99995, the half square
# −0.00005. At 0: half square −0.125, cross-entropy −0.5, hinge −1; the perceptron loss has a corner
# there, and the figure gives the library's choice. At 10: cross-entropy −0.00005, the other three 0
# to five decimals.*
#
# So for a very wrong score, three of the four losses have a gradient of about 1 in size, and half
# the squared error almost none. Section 11 measures what this changes in the training of a
# whole network.

# %% claims=true
at = {u: {name: of_one(loss, u)[1] for name, loss in FOUR.items()} for u in (-10, 0, 10)}
claim("turns it into the probability of a yes", yes(-10), above=0.0, below=0.0001)
claim("so $y \\approx 0.000045$", yes(-10), equals=0.000045, within=0.000001)
claim("its upper bound", half_square(-10), above=0.4999, below=0.5)
words = "the cross-entropy, $-\\log y$, which is 10"
claim(words, cross_entropy_of_yes(-10), equals=10, within=0.01)
flat = abs(finite_difference(half_square, -10))
claim("the gradient of the squared error is almost zero", flat, below=0.0001)
claim("so here it changes almost nothing", flat, below=0.0001)
steep = finite_difference(cross_entropy_of_yes, -10)
claim("For the cross-entropy this gradient is close to −1", steep, equals=-1, within=0.001)
claim("The squared error is large there", half_square(-10), above=0.49)
for f in (half_square, cross_entropy_of_yes):
    claim("both gradients are almost zero", abs(finite_difference(f, 10)), below=0.0001)
bend = {name: np.abs(np.diff(values, 2)) for name, values in LINES.items()}
words = "hinge and the perceptron loss rise to the left as straight lines"
claim(words, [bend[name][line[2:] < 0].max() for name in ("hinge", "perceptron")], below=1e-9)
words = "cross-entropy approaches a straight line"
claim(words, bend["cross-entropy"][line[2:] < -8].max(), below=1e-4)
both = [-at[-10][name] for name in ("hinge", "perceptron")]
claim("hinge and perceptron −1", both, equals=1, within=1e-9)
claim("the cross-entropy −0.99995", -at[-10]["cross-entropy"], equals=0.99995, within=5e-6)
words = "the half square −0.00005"
claim(words, -at[-10]["half square"], equals=0.00005, within=0.00001)
claim("half square −0.125", -at[0]["half square"], equals=0.125, within=1e-9)
claim("cross-entropy −0.5", -at[0]["cross-entropy"], equals=0.5, within=1e-9)
claim("cross-entropy −0.00005", -at[10]["cross-entropy"], equals=0.00005, within=0.00001)
claim("the other three 0 to five decimals", abs(at[10]["half square"]), below=0.000005, given=[0])
words = "three of the four losses have a gradient of about 1 in size"
three = [-at[-10][name] for name in FOUR if name != "half square"]
claim(words, three, equals=1, within=0.001)

# %% [markdown]
# ## 2 The idea
#
# S4 ("How can we train the weights?") asks how to measure the goodness of fit, and how to optimise
# it. The two results of a loss function serve these two purposes:
#
# ```
# value, dy = some_loss(y, t)
# ```
#
# `value` is one number that measures how bad the outputs `y` are for the targets `t`. `dy` is the
# gradient of this number with respect to the outputs. It has the shape of `y`, and each entry says
# how the loss changes if this one output changes. A training step uses only `dy`.
#
# Why do we not minimise the number of mistakes? Until the end of this section, a no has the target
# $t = -1$ (not 0), and the score is called $f$, as in S4. The score is right if it has the sign of
# $t$. As a function of $t f$, the number of mistakes is a step, and its gradient is 0 wherever it
# exists. So we minimise a *surrogate loss*, whose gradient is not 0 where the sign is wrong.
#
# The next figure shows this step and three surrogate losses: the perceptron loss $\max(0, -tf)$,
# the hinge loss $\max(0, 1 - tf)$, and the cross-entropy of $y = \text{sigmoid}(f)$, which is
# $\log(1 + e^{-tf})$.
#
# <details><summary>The derivation</summary>
#
# For $t = 1$ (yes) the cross-entropy is $-\log y = \log(1 + e^{-f})$. A no has the probability $1 -
# y$, so for $t = -1$ it is $-\log(1 - y) = \log(1 + e^f)$. Both are $\log(1 + e^{-tf})$.
#
# </details>

# %% practice=true fold="Draw the four curves"
agreement = np.linspace(-3, 3, 241)
surrogates = {  # values, colour, line, place of the name
    "mistakes": ((agreement < 0) * 1.0, theme.INK, "-", (-2.95, 0.8)),
    "perceptron loss:\nmax(0, −tf)": (
        np.maximum(0, -agreement),
        COLOURS["perceptron"],
        ":",
        (-2.87, 1.25),
    ),
    "hinge: max(0, 1 − tf)": (
        np.maximum(0, 1 - agreement),
        COLOURS["hinge"],
        "-.",
        (-1.2, 2.3),
    ),
    "cross-entropy: log(1 + exp(−tf))": (
        np.log1p(np.exp(-agreement)),
        COLOURS["cross-entropy"],
        "-",
        (0.9, 0.4),
    ),
}
with theme.style():
    figure, ax = plt.subplots(figsize=(7, 3.6))
    for name, (value, colour, dashes, place) in surrogates.items():
        look = "steps-post" if name == "mistakes" else "default"
        ax.plot(agreement, value, color=colour, linestyle=dashes, drawstyle=look)
        flat = ": flat, gradient 0" if name == "mistakes" else ""
        ax.text(*place, name + flat, color=colour)
    ax.set(
        xlabel="t · f (target ±1 times output): below 0 the sign is wrong",
        ylabel="loss",
        ylim=(-0.1, 3.2),
    )
    ax.set_title("For one sample: a step of mistakes, and three falling surrogate losses")
    plt.show()

# %% [markdown]
# *In words: four losses over t · f from −3 to 3. The number of mistakes is 1 where t · f is
# negative and 0 where it is positive, flat on both sides. The perceptron loss falls in a straight
# line to 0 at t · f = 0 and stays there. The hinge does the same, but reaches 0 at t · f = 1. The
# cross-entropy is a smooth curve above the perceptron loss, at most log 2 = 0.69 away from it, and
# never reaches 0.*
#
# ### What all losses of this course have in common
#
# - Outputs are an array `y` of shape (N, K): **N samples in the rows, K outputs in the columns.**
# - The loss **is summed over the K outputs and averaged over the N samples.** Books differ here, by
#   a factor in loss and gradient. In gradient descent such a factor acts like another learning rate
#   (step size).
# - The gradient is the gradient **of exactly the number returned.** If the value is a mean over N,
#   the gradient contains the factor 1/N, too. The checks accept any float type.
# - Some losses take scores and turn them into probabilities themselves. Then the scores are called
#   `u`, and `du` is the gradient with respect to the scores: the output delta (S0).

# %% [markdown]
# The perceptron loss of a batch is the sum of max(0, −tf) over the K outputs, averaged over the N
# samples. What is its gradient with respect to `f`, entry by entry? At the corner $tf = 0$, any
# number between the derivatives of the two sides is right. The second folded cell compares yours
# with finite differences.


# %% solution="perceptron_delta"
def perceptron_delta(f, t):
    """Gradient of the perceptron loss with respect to f; f, t : (N, K), returns (N, K)."""
    ### BEGIN SOLUTION
    return -t * (t * f < 0) / len(f)
    ### END SOLUTION


# %% practice=true fold="Define the comparison for gradients without points"
def filled(blank, *arguments):
    """What the function returns, or None as long as it is not written."""
    try:
        return np.asarray(blank(*arguments))
    except NotImplementedError:
        return None


def compare(name, found, numerical):
    """Print whether a result is the same derivative as the finite differences."""
    if found is None:
        print(f"{name:22} not written yet")
    elif found.shape != np.shape(numerical):
        print(f"{name:22} has shape {found.shape}, expected {np.shape(numerical)}")
    else:
        difference = np.max(np.abs(found - numerical))
        verdict = "agrees" if difference < 1e-6 else "DIFFERS"
        print(f"{name:22} {verdict:8} largest difference {difference:.0e}")


# %% practice=true fold="Compare your gradient with finite differences"
rng = np.random.default_rng(0)
f_small, sides = rng.normal(size=(4, 3)), rng.choice([-1.0, 1.0], size=(4, 3))
df_small = numerical_gradient(lambda f: np.maximum(0, -sides * f).sum() / len(f), f_small, 1e-6)
compare("perceptron_delta", filled(perceptron_delta, f_small, sides), df_small)

# %% claims=true
smooth_gap = np.log1p(np.exp(-agreement)) - np.maximum(0, -agreement)
claim("at most log 2 = 0.69 away from it", smooth_gap.max(), equals=0.69, within=0.01, given=[2])
perceptron_line = surrogates["perceptron loss:\nmax(0, −tf)"][0]
for value, steps in ((-0.025, agreement < 0.01), (0, agreement > -0.01)):
    claim(
        "perceptron loss falls in a straight line to 0 at t · f = 0 and stays there",
        np.abs(np.diff(perceptron_line[steps]) - value).max(),
        below=1e-9,
        given=[0],
    )
hinge_line = surrogates["hinge: max(0, 1 − tf)"][0]
claim(
    "but reaches 0 at t · f = 1", agreement[hinge_line > 0].max(), equals=1, within=0.03, given=[0]
)
claim("The hinge does the same", hinge_line[agreement > 0.99].max(), below=1e-9)
claim("and never reaches 0", np.log1p(np.exp(-agreement)).min(), above=0)

# %% [markdown]
# ## 3 Distances
#
# If the targets are numbers (*regression*), two losses are natural. With $r = y - t$:
#
# $$L_\text{square} = \frac1N \sum_n \tfrac12 \sum_k r_{nk}^2 \qquad\qquad
# L_\text{absolute} = \frac1N \sum_n \sum_k |r_{nk}|$$
#
# The first is the loss of S0 ("Computing gradients is cumbersome") and S3 ("Loss or Objective"; its
# MSE on "Loss Functions" has no ½). The second is S3's mean absolute error.


# %% fold="Both values in slow loops"
def distances_in_loops(y, t):
    """Both values, half squared and absolute, one number after the other."""
    halves = absolutes = 0.0
    for n in range(y.shape[0]):
        for k in range(y.shape[1]):
            halves += 0.5 * (y[n, k] - t[n, k]) * (y[n, k] - t[n, k])
            absolutes += abs(y[n, k] - t[n, k])
    return halves / y.shape[0], absolutes / y.shape[0]


# %% [markdown]
# Write value and gradient of the first loss without loops. Which terms of the sum contain one given
# entry $y_{nk}$, and why is the ½ convenient?


# %% solution="squared_error"
def squared_error(y, t):
    """Half the squared error, summed over the outputs, averaged over the samples.

    y, t : (N, K)
    returns value : a number, and dy : (N, K)
    """
    ### BEGIN SOLUTION
    r = y - t
    return 0.5 * np.sum(r**2) / len(r), r / len(r)
    ### END SOLUTION


# %% check="squared_error"
check("squared_error", squared_error)

# %% [markdown]
# Now write both for the second loss. Where an output is equal to its target, the absolute value has
# no derivative. There any number between the derivatives of the two sides is right, but not nan.


# %% solution="mean_absolute_error"
def mean_absolute_error(y, t):
    """The absolute error, summed over the outputs, averaged over the samples.

    y, t : (N, K)
    returns value : a number, and dy : (N, K)
    """
    ### BEGIN SOLUTION
    r = y - t
    return np.sum(np.abs(r)) / len(r), np.sign(r) / len(r)
    ### END SOLUTION


# %% check="mean_absolute_error"
check("mean_absolute_error", mean_absolute_error)

# %% [markdown]
# ### What the choice means
#
# Predict the same number c for everybody. Which c is best? For 442 patients we know how far their
# diabetes had advanced after a year, in numbers from 25 to 346. The figure shows both losses for
# every c. In the right panel, one value in twenty is ten times too large: **we planted these typing
# errors on purpose.**

# %% practice=true fold="Load the patients and plant the typing errors"
diabetes = load_diabetes("float64")
misplaced = diabetes.t.copy()
misplaced[::20] *= 10
PAIR = own_or_library("squared_error", "mean_absolute_error")
grid = np.linspace(60, 320, 131)


def loss_of_constants(loss, t):
    """The loss of predicting c for everybody, for each c of the grid."""
    return [float(loss(np.full((len(t), 1), c), t[:, None])[0]) for c in grid]


# %% practice=true fold="Draw both losses for every c"
with theme.style():
    figure, axes = plt.subplots(1, 2, figsize=(9, 3), sharey=True)
    for ax, t, title in zip(
        axes, (diabetes.t, misplaced), ("as recorded", "one in twenty typed wrong"), strict=True
    ):
        styles = (("square", "-", COLOURS["half square"], 0.9), ("absolute", "--", "#8A6500", 0.9))
        for loss, (name, dashes, colour, height) in zip(PAIR, styles, strict=True):
            heights = np.array(loss_of_constants(loss, t))
            best = grid[np.argmin(heights)]
            scaled = (heights - heights.min()) / np.ptp(heights)
            ax.plot(grid, scaled, color=colour, linestyle=dashes)
            ax.axvline(best, color=colour, linestyle=dashes, linewidth=1)
            side = -1 if name == "absolute" else 1  # away from the other line
            where = {"ha": "right" if side < 0 else "left", "size": 9, "color": colour}
            ax.text(best + 3 * side, height, f"{name}: {best:.0f}", **where)
        ax.set(xlabel="c, predicted for everybody", title=title)
        print(f"{title}: mean {t.mean():.1f}, median {np.median(t):.1f}")
    axes[0].set_ylabel("loss, from its lowest\nto its highest")
    figure.suptitle("Where two losses of a constant c are lowest, without and with typing errors")
    plt.show()

# %% [markdown]
# *In words: two panels with the squared error as a solid parabola and the absolute error as a
# dashed curve, both over the constant c and scaled to the same height. A line marks each minimum,
# on the left at 152 (squared) and 140 (absolute). On the right the minimum of the squared error has
# moved by about 70, that of the absolute error by about 4.*
#
# The squared error is lowest at the **mean**, the absolute error at the **median**. To see this,
# set the derivative with respect to c to 0. For the squared error this gives $\sum_n (c - t_n) =
# 0$, so c is the mean. For the absolute error it gives $\sum_n \text{sign}(c - t_n) = 0$: as many
# targets lie above c as below.
#
# Does the loss matter for a linear model that predicts the progress of the disease from ten
# measurements? We fit it with each loss, once with the recorded training targets and once with one
# in twenty multiplied by ten. The test targets stay as recorded. The *test distance* is the mean
# absolute error on the test patients. Both losses share the same ten splits.

# %% practice=true fold="Train on ten splits and measure"
STEPS_OF = {"squared": 0.2, "absolute": 20.0}  # first step size; their gradients differ in size


def residuals_on_test(loss, first_rate, typed_wrong, seed, steps=400, errors=None):
    """Output minus target of the test patients after descent, some training targets typed wrong.

    With errors, the targets are replaced by a linear function of the inputs plus these errors.
    """
    order = np.random.default_rng(seed).permutation(len(diabetes.t))
    train, test = order[:342], order[342:]
    mean, std = diabetes.x[train].mean(axis=0), diabetes.x[train].std(axis=0)
    x = np.hstack([(diabetes.x - mean) / std, np.ones((len(order), 1))])
    recorded = diabetes.t[:, None]
    if errors is not None:
        recorded = x @ np.linalg.lstsq(x, recorded, rcond=None)[0] + errors[:, None]
    t = recorded.copy()
    t[train[: int(typed_wrong * len(train))]] *= 10
    w = np.zeros((x.shape[1], 1))
    for step in range(steps):
        _, dy = loss(x[train] @ w, t[train])
        w = w - first_rate * (1 - step / steps) * x[train].T @ dy
    return (x[test] @ w - recorded[test])[:, 0]


residuals = {
    (name, typed_wrong, times): np.array(
        [residuals_on_test(loss, rate, typed_wrong, seed, 400 * times) for seed in range(10)]
    )
    for typed_wrong in (0, 0.05)
    for times in (1, 5)
    for loss, (name, rate) in zip(PAIR, STEPS_OF.items(), strict=True)
}
on_test = {key: np.abs(rows).mean(axis=1) for key, rows in residuals.items()}
print("test distance, mean ± standard deviation over ten splits   (with five times the steps)")
for typed_wrong in (0, 0.05):
    for name in STEPS_OF:
        shown = on_test[name, typed_wrong, 1]
        print(f"{typed_wrong:4.0%} typed wrong, {name:8} error: {shown.mean():5.1f}", end="")
        print(f" ± {shown.std():.1f}   ({on_test[name, typed_wrong, 5].mean():5.1f})")
    gap = on_test["absolute", typed_wrong, 1] - on_test["squared", typed_wrong, 1]
    print(
        f"     absolute minus squared, split by split: {gap.mean():5.2f} ± {gap.std():.2f};", end=""
    )
    print(f" the squared error is better on {np.sum(gap > 0)} of 10")


# %% practice=true fold="Train with the Huber loss"
def huber(y, t, threshold=50.0):
    """The gradient of the Huber loss: that of the squared error, limited to ±threshold."""
    return None, np.clip(y - t, -threshold, threshold) / len(y)


of_huber = [np.abs(residuals_on_test(huber, 0.2, 0.05, seed)).mean() for seed in range(10)]
print(f"test distance, 5% typed wrong, Huber loss, linear beyond 50: {np.mean(of_huber):.1f}")

# %% practice=true fold="Train with errors of two distributions"
size = residuals["squared", 0, 1].std()
drawn_gaps, sizes_ratio = {}, np.abs(residuals["squared", 0, 1]).mean() / size
print(f"mean size / standard deviation of the recorded errors: {sizes_ratio:.2f}", end="")
print(f" (normal errors {math.sqrt(2 / math.pi):.2f}, Laplace errors {math.sqrt(0.5):.2f})")
for name in ("normal", "laplace"):
    distance = {key: [] for key in STEPS_OF}
    for seed in range(10):
        rng = np.random.default_rng(seed + 100)
        errors = getattr(rng, name)(size=len(diabetes.t))
        errors *= size / errors.std()
        for loss, (key, first_rate) in zip(PAIR, STEPS_OF.items(), strict=True):
            apart = residuals_on_test(loss, first_rate, 0, seed, errors=errors)
            distance[key].append(np.abs(apart).mean())
    gap = drawn_gaps[name] = np.subtract(distance["absolute"], distance["squared"])
    print(f"{name:8} errors, absolute minus squared: {gap.mean():5.2f} ± {gap.std():.2f};", end="")
    print(f" the squared error is better on {np.sum(gap > 0)} of 10")

# %% [markdown]
# With the targets as recorded, the squared error has the smaller test distance on nine of ten
# splits, although the distance is an *absolute* error. The difference is small: 0.8 of 46 in the
# mean. A likely reason: the recorded errors are nearly normally distributed (optional text).
#
# <details><summary>Optional: two distributions of the errors</summary>
#
# The last cell above is a second experiment. In it **we planted the errors**: each target is a
# linear function of the inputs plus a random error. With normal errors the squared error is better
# on most splits. With errors of a Laplace distribution (section 5), in which very large errors are
# more frequent, the absolute error is better on most splits. The first line of the output compares
# the recorded errors with both: the mean size divided by the standard deviation is 0.81, near the
# 0.80 of normal errors. (The ten splits share patients.)
#
# </details>
#
# With one target in twenty typed wrong, the absolute error is better on all ten splits: its test
# distance hardly changes, and that of the squared error nearly doubles. The number of steps is not
# the reason: five times as many (brackets in the output) change no distance by more than 2. The
# gradient of the squared error grows with the residual $r$, that of the absolute error does not.
#
# If you expect outliers that carry no information, take the absolute error, or the Huber loss,
# which is quadratic near the target and linear far away (test distance 46 with the typing errors,
# for a change at a residual of 50). If the largest deviations matter most, take the squared error.

# %% claims=true
best_c = {}
for key, targets in (("recorded", diabetes.t), ("typed", misplaced)):
    for loss, name in zip(PAIR, ("square", "absolute"), strict=True):
        best_c[name, key] = grid[np.argmin(loss_of_constants(loss, targets))]
claim("in numbers from 25 to 346", diabetes.t.min(), equals=25, within=0.1, given=[346])
claim("in numbers from 25 to 346", diabetes.t.max(), equals=346, within=0.1, given=[25])
words = "on the left at 152 (squared) and 140 (absolute)"
claim(words, best_c["square", "recorded"], equals=152, within=1, given=[140])
claim(words, best_c["absolute", "recorded"], equals=140, within=1, given=[152])
words = "minimum of the squared error has moved by about 70, that of the absolute error by about 4"
moved = {name: best_c[name, "typed"] - best_c[name, "recorded"] for name in ("square", "absolute")}
claim(words, moved["square"], equals=70, within=3, given=[4])
claim(words, moved["absolute"], equals=4, within=1, given=[70])
words = "The squared error is lowest at the **mean**, the absolute error at the **median**"
for key, targets in (("recorded", diabetes.t), ("typed", misplaced)):  # the grid has steps of 2
    claim(words, abs(best_c["square", key] - np.mean(targets)), below=2)
    claim(words, abs(best_c["absolute", key] - np.median(targets)), below=2)
gaps = {part: on_test["absolute", part, 1] - on_test["squared", part, 1] for part in (0, 0.05)}
words = "the squared error has the smaller test distance on nine of ten splits"
claim(words, np.sum(gaps[0] > 0), equals=9, within=1, given=[10])
words = "With normal errors the squared error is better on most splits"
claim(words, np.sum(drawn_gaps["normal"] > 0), above=5)
words = "in which very large errors are more frequent, the absolute error is better on most splits"
claim(words, np.sum(drawn_gaps["laplace"] < 0), above=5)
claim("the absolute error is better on all ten splits", gaps[0.05], below=0, given=[10])
words = "the mean size divided by the standard deviation is 0.81, near the 0.80 of normal errors"
claim(words, sizes_ratio, equals=0.81, within=0.02, given=[0.8])
claim(words, math.sqrt(2 / math.pi), equals=0.8, within=0.005, given=[0.81])
rng = np.random.default_rng(0)
tails = [
    np.mean(np.abs(e) > 4 * e.std()) for e in (rng.laplace(size=10**5), rng.normal(size=10**5))
]
claim("in which very large errors are more frequent", tails[0], above=10 * tails[1])
words = "The difference is small: 0.8 of 46 in the mean"
claim(words, gaps[0].mean(), equals=0.8, within=0.2, given=[46])
claim(words, on_test["absolute", 0, 1].mean(), equals=46, within=1, given=[0.8])
growth = {name: on_test[name, 0.05, 1].mean() / on_test[name, 0, 1].mean() for name in STEPS_OF}
claim("its test distance hardly changes", growth["absolute"], equals=1, within=0.03)
claim("that of the squared error nearly doubles", growth["squared"], above=1.7, below=2.1)
moved = [abs(on_test[key].mean() - on_test[(*key[:2], 1)].mean()) for key in on_test]
claim("(brackets in the output) change no distance by more than 2", max(moved), below=2)
words = "test distance 46 with the typing errors, for a change at a residual of 50"
claim(words, np.mean(of_huber), equals=46, within=0.7, given=[50])

# %% [markdown]
# ## 4 From scores to probabilities
#
# A classifier has one output per class. These outputs are its *scores* (or logits) $u_1 … u_K$.
# They can be any real numbers. The **softmax** turns them into probabilities:
#
# $$y_k = \frac{e^{u_k}}{\sum_i e^{u_i}}$$
#
# All $y_k$ are positive, they sum to 1, and a larger score gives a larger probability.


# %% fold="The softmax in slow loops"
def softmax_in_loops(u):
    """y[n, k] = exp(u[n, k]) / sum_i exp(u[n, i])"""
    y = np.zeros(u.shape)
    for n in range(u.shape[0]):
        total = 0.0
        for i in range(u.shape[1]):
            total += np.exp(u[n, i])
        for k in range(u.shape[1]):
            y[n, k] = np.exp(u[n, k]) / total
    return y


# %% [markdown]
# On a computer this can fail. On paper, these three rows of scores give the same probabilities:

# %% practice=true fold="Apply it to large scores"
three_heights = np.array([[0.0, 1.0, 2.0], [100.0, 101.0, 102.0], [1000.0, 1001.0, 1002.0]])
with np.errstate(over="ignore", invalid="ignore"):  # the warnings are expected here
    for scores, row in zip(three_heights, softmax_in_loops(three_heights), strict=True):
        print(f"scores {scores.astype(int)!s:17} probabilities", *(f"{y:.4f}" for y in row))
for dtype in (np.float32, np.float64):
    print(f"{dtype.__name__}: exp overflows above {np.log(np.finfo(dtype).max):.1f}")

# %% [markdown]
# $e^{1000}$ overflows to infinity, and $\infty/\infty$ is nan ("not a number"). In float32, scores
# above 88.7 are enough.
#
# Adding a constant to a row changes nothing, because $e^{u + c} = e^c e^u$, and $e^c$ cancels
# between numerator and denominator. So choose a constant for each row such that no exponential
# overflows and at least one is not rounded to 0 (*underflow*), whatever the scores are.

# %% [markdown]
# Write the softmax for an array of scores. The result has the float type of `u`.


# %% solution="softmax"
def softmax(u):
    """Probabilities of each row, for scores of any size.

    u : (N, K)
    returns y : (N, K), rows that sum to 1, with the float type of u
    """
    ### BEGIN SOLUTION
    e = np.exp(u - u.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
    ### END SOLUTION


# %% check="softmax"
check("softmax", softmax)

# %% [markdown]
# Two classes have the scores 0 and 1, and we add the same number, the height, to both. The second
# class should get the probability 0.7311 on every line.

# %% practice=true fold="Print the probabilities at every height"
if ready("softmax"):
    print("height      by the formula in float64   yours in float64   yours in float32")
    for height in (0, 80, 700, 1000, 1e4, -1e4):
        pair = np.array([[0.0, 1.0]]) + height
        with np.errstate(all="ignore"):
            row = [softmax_in_loops(pair), softmax(pair), softmax(pair.astype(np.float32))]
        print(f"{height:8.0f}" + "".join(f"{table[0, 1]:19.4f}" for table in row))
    apart = np.array([[0.0, -1000.0, -2000.0]])
    print("\nscores", apart[0], "-> yours", softmax(apart)[0])
else:
    print("This cell waits.")

# %% [markdown]
# At the height −10,000 both exponentials of the formula underflow, and 0/0 is nan.
#
# Look at the last line: the probability of $u = -1000$ is rounded to 0. This is correct, because
# $e^{-1000}$ is far below the smallest positive float64. But a loss needs the **logarithm** of the
# probability. The right logarithm is −1000, but log 0 is −∞. So do not compute the probability
# first. Use $\log\frac{a}{b} = \log a - \log b$: you know one of these two logarithms without
# computing it.

# %% [markdown]
# Write the logarithm of the softmax. It must be finite for scores of size 1000 and more. As before,
# shift each row, and keep float32 as float32.

# %% claims=true
limit = np.log(np.finfo(np.float32).max)
claim("scores above 88.7 are enough", limit, equals=88.7, within=0.1)
lifted = [softmax(np.array([[0.0, 1.0]]) + height)[0, 1] for height in (0, 80, 700, 1000, 1e4)]
claim("0.7311 on every line", lifted, equals=0.7311, within=0.0001)
words = "At the height −10,000 both exponentials of the formula underflow"
claim(words, np.exp(np.array([0.0, 1.0]) - 1e4), below=1e-300, given=[-10000])
claim("far below the smallest positive float64", -1000 / math.log(10), below=math.log10(5e-324))


# %% solution="log_softmax"
def log_softmax(u):
    """Logarithms of the probabilities of each row, finite for scores of size 1000 and more.

    u : (N, K)
    returns log_p : (N, K), with the float type of u
    """
    ### BEGIN SOLUTION
    shifted = u - u.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    ### END SOLUTION


# %% check="log_softmax"
check("log_softmax", log_softmax)

# %% [markdown]
# At which gap between two scores does the logarithm of your softmax fail, in float32?

# %% practice=true fold="Compare both ways in float32"
if ready("softmax", "log_softmax"):
    print("   gap   log of softmax      log_softmax")
    for gap in (1, 10, 80, 100, 110, 1000):
        pair = np.array([[0.0, -gap]], dtype=np.float32)
        with np.errstate(divide="ignore"):
            log_of_softmax = np.log(softmax(pair))[0, 1]
        print(f"{gap:6}{log_of_softmax:16.4f}{log_softmax(pair)[0, 1]:17.4f}")
    print("and an infinite logarithm times a target of 0 is", 0.0 * -np.inf)
else:
    print("This cell waits.")

# %% [markdown]
# In float32, $e^{-100}$ has lost digits, and $e^{-110}$ is rounded to 0. So **combine an activation
# function and a logarithm on paper, before you compute.**

# %% claims=true
words = "In float32, $e^{-100}$ has lost digits, and $e^{-110}$ is rounded to 0"
lost = abs(np.log(float(np.exp(np.float32(-100)))) + 100)
claim(words, lost, above=0.005, given=[-100, -110, 0])
claim(words, float(np.exp(np.float32(-110))), below=1e-60, given=[-100, -110, 0])

# %% [markdown]
# ## 5 Likelihood and cross-entropy
#
# We want the network to give a high probability to what has happened. The **likelihood** of the
# data is the probability that a network with weights $w$ gives to all labels together. For
# independent samples it is the product
#
# $$p_w(\mathcal D) = \prod_n p_w(t_n \mid x_n)$$
#
# S1 ("What Is the Problem?") asks for the weights that maximise it. The next cell computes the
# likelihood for a network that gives the probability 1/10 to every digit:

# %% practice=true fold="Compute the likelihood of guessing"
for n in (10, 100, 300, 400, 1437):
    print(f"{n:5} digits: likelihood {np.prod(np.full(n, 0.1)):.0e}")

# %% [markdown]
# Beyond about 320 images the likelihood underflows to 0. So we take the logarithm, which turns the
# product into a sum and does not move the maximum. We change the sign, so that lower is better, and
# divide by N:
#
# $$-\frac1N \log p_w(\mathcal D) = -\frac1N \sum_n \log p_w(t_n \mid x_n)$$
#
# This is the **negative log-likelihood**. S3 ("Loss Functions") writes $-\sum_k t_k \log p_k$ for a
# sample, with a *one-hot* label $t$: zeros and a single one. Only the label's term is not 0.

# %% [markdown]
# Write value and gradient without loops. Which entries of the gradient with respect to `log_p` are
# not 0? (With two arrays of indices, `a[rows, columns]` picks one entry for each pair.) The labels
# may have any integer type.


# %% solution="nll_loss"
def nll_loss(log_p, labels):
    """The mean negative log-probability of the labels.

    log_p : (N, K) logarithms of probabilities, labels : (N,) whole numbers from 0 to K - 1
    returns value : a number, and dlog_p : (N, K)
    """
    ### BEGIN SOLUTION
    rows = np.arange(len(labels))
    dlog_p = np.zeros(log_p.shape)
    dlog_p[rows, labels] = -1 / len(labels)
    return -log_p[rows, labels].mean(), dlog_p
    ### END SOLUTION


# %% check="nll_loss"
check("nll_loss", nll_loss)

# %% [markdown]
# ### The highest likelihood is the lowest loss
#
# Here are 569 tumours, each malignant (0) or benign (1). The model gets the radius $r$ of the cell
# nuclei, standardised. It has one weight $w$: the score of "malignant" is 0, and that of "benign"
# is $0.6 - w r$. (We fixed the constant 0.6.) For every $w$ of a grid we compute the likelihood as
# a product, and your loss.

# %% practice=true fold="Compute likelihood and loss for every w"
cancer = load_breast_cancer("float64")
radius = (cancer.x[:, 0] - cancer.x[:, 0].mean()) / cancer.x[:, 0].std()
my_log_softmax, my_nll = own_or_library("log_softmax", "nll_loss")
w_grid = np.linspace(0.5, 8, 151)
likelihoods, nlls = [], []
for w in w_grid:
    scores = np.stack([np.zeros(len(radius)), 0.6 - w * radius], axis=1)
    log_p = my_log_softmax(scores)
    likelihoods.append(np.prod(np.exp(log_p[np.arange(len(radius)), cancer.t])))
    nlls.append(my_nll(log_p, cancer.t)[0])
print(f"largest likelihood: {max(likelihoods):.1e} at w = {w_grid[np.argmax(likelihoods)]:.2f}")
print(f"smallest loss:      {min(nlls):.4f}  at w = {w_grid[np.argmin(nlls)]:.2f}")
relative = np.array(likelihoods) / max(likelihoods)
steepness = np.abs(np.gradient(relative, w_grid))
both_small = (relative < 0.01) & (steepness < 0.01 * steepness.max())


def loss_at(w):
    scores = np.stack([np.zeros(len(radius)), 0.6 - w * radius], axis=1)
    return my_nll(my_log_softmax(scores), cancer.t)[0]


def minus_likelihood_at(w):
    """Minus the likelihood, divided by the largest one of the grid."""
    return -math.exp(len(radius) * (min(nlls) - loss_at(w)))


descents = {}
for name, what in (("loss", loss_at), ("likelihood, divided by its largest", minus_likelihood_at)):
    ends = descents[name] = [0.5, 8.0]
    for _ in range(50):
        ends[:] = [w - 10 * finite_difference(what, w) for w in ends]
    print(f"50 steps from 0.5 and 8 on the {name}: {ends[0]:.2f} and {ends[1]:.2f}")

# %% practice=true fold="Draw likelihood and loss over w"
with theme.style():
    figure, axes = plt.subplots(1, 2, figsize=(8, 3.3))
    figure.suptitle("Far from its peak the likelihood is flat (grey); the loss is not")
    axes[0].plot(w_grid, relative, color=theme.FORWARD)
    axes[0].fill_between(w_grid, 0, 1, where=both_small, color=theme.QUIET, alpha=0.2, linewidth=0)
    for w in (1.4, 6.5):
        axes[0].text(w, 0.5, "flat", color=theme.INK, ha="center")
    axes[0].set(ylabel="likelihood / its largest", title="Likelihood of all labels")
    axes[1].plot(w_grid, nlls, color=theme.FORWARD)
    axes[1].set(ylabel="negative log-likelihood", title="Negative log-likelihood")
    for ax, best in zip(axes, (np.argmax(likelihoods), np.argmin(nlls)), strict=True):
        ax.axvline(w_grid[best], color=theme.QUIET, linestyle="--")
        ax.set_xlabel(f"weight w (dashed: the best, {w_grid[best]:.2f})")
    plt.show()

# %% [markdown]
# *In words: the left panel shows the likelihood over the weight, divided by its largest value: a
# narrow peak, and almost 0 elsewhere. Grey areas mark where it is flat. The right panel shows the
# negative log-likelihood, a bowl. The peak and the lowest point of the bowl are at the same
# weight.*
#
# Both are optimal at the same weight, because the logarithm is an increasing function. But far from
# it, only the loss suits gradient descent: 50 steps from $w = 0.5$ or 8 end at this weight
# (learning rate 10). On the likelihood, divided by its largest value, the same steps hardly move
# $w$: it is flat there.
#
# ### And why is it called cross-entropy?
#
# Let $p_d(k)$ be the share of class $k$ among the samples with the same input, and $p_w(k)$ the
# network's probability of it (S1's letters). Their cross-entropy is $H(p_d, p_w) = -\sum_k p_d(k)
# \log p_w(k)$. The number $-\log p_w(k)$ is the *surprise* at an outcome that was expected with the
# probability $p_w(k)$, so $H$ is the mean surprise.
#
# With one sample per input, the share of its label is 1, so $H$ is $-\log p_w(t \mid x)$, as above.
# If equal inputs have different labels, the shares of the labels are below 1 and **the lowest
# possible cross-entropy is above 0.** The next cell (optional) computes $H$ for such shares.

# %% practice=true fold="Compute the cross-entropy from the counts"
group = np.digitize(radius, np.quantile(radius, [0.25, 0.5, 0.75]))
counts = np.zeros((4, 2))
np.add.at(counts, (group, cancer.t), 1)
print("tumours by group of radius (malignant, benign):", counts.astype(int).tolist())
middle = np.array([radius[group == g].mean() for g in range(4)])
log_p_w = my_log_softmax(np.stack([np.zeros(4), 0.6 - 3.0 * middle], axis=1))
shares = counts / counts.sum(axis=1, keepdims=True)  # p_d of each group
sizes = counts.sum(axis=1) / counts.sum()
of_groups = sizes @ -np.sum(shares * log_p_w, axis=1)
print(f"weighted mean of H over the groups:      {of_groups:.6f}")
print(f"mean over the samples, your loss:        {my_nll(log_p_w[group], cancer.t)[0]:.6f}")
floor = sizes @ -np.sum(shares * np.log(np.where(shares > 0, shares, 1)), axis=1)
print(f"if the network gave the observed shares: {floor:.6f}")

# %% [markdown]
# <details><summary>Optional: the cross-entropy of groups, and S1's ≈</summary>
#
# We check that the mean of $H(p_d, p_w)$ is the mean negative log-likelihood of the samples. To get
# equal inputs, we sort the tumours by radius into four groups and replace each radius by the mean
# of its group. Each group has a distribution $p_d$ of observed shares and a distribution $p_w$ from
# the network, here with the arbitrary weight $w = 3$. The mean of $H$ is weighted with the groups'
# sizes.
#
# Both ways give the same number. The last line is a lower bound: with these groups, no network can
# do better than to give each group its observed shares. (The loss 0.2901 used the radii
# themselves.)
#
# S1 writes $\arg\max_w p_w(\mathcal D) \approx \arg\min_w H(p_d, p_w)$. If $p_d$ is the
# distribution that the data come from, which nobody knows, $H$ is a mean over all possible samples.
# The likelihood uses only the N observed ones, so the two best $w$ differ a little. If $p_d$ are
# the observed shares, as here, both sides are the same $w$: the mean negative log-likelihood of
# independent samples *is* $H(p_d, p_w)$.
#
# </details>
#
# The squared error is a negative log-likelihood too, up to a constant. If $t$ is normally
# distributed around $y$ with standard deviation 1, its density $p(t)$ gives $-\log p(t) = \tfrac12
# (y-t)^2 + \tfrac12 \log 2\pi$. The *Laplace distribution*, with the density $p(t) = \tfrac12
# e^{-|y - t|}$, gives the absolute error. So section 3 chose between two distributions of the
# errors.

# %% claims=true
claim(
    "The peak and the lowest point of the bowl are at the same weight",
    abs(w_grid[np.argmax(likelihoods)] - w_grid[np.argmin(nlls)]),
    below=1e-9,
)
words = "50 steps from $w = 0.5$ or 8 end at this weight"
at_best = np.abs(np.array(descents["loss"]) - w_grid[np.argmin(nlls)])
claim(words, at_best, below=0.05, given=[0.5, 8, 50])  # the grid has steps of 0.05
words = "the same steps hardly move $w$: it is flat there"
moved = np.abs(np.array(descents["likelihood, divided by its largest"]) - [0.5, 8])
claim(words, moved, below=0.01)
by_counts, by_samples = of_groups, my_nll(log_p_w[group], cancer.t)[0]
claim("Both ways give the same number", abs(by_counts - by_samples), below=1e-9)
claim("with these groups, no network can do better", floor, above=0, below=by_counts)
counted = [n for n in range(1, 400) if np.prod(np.full(n, 0.1)) > 0]
words = "Beyond about 320 images the likelihood underflows to 0"
claim(words, max(counted), equals=320, within=6, given=[0])

# %% [markdown]
# ### A loss of your own: counts
#
# The usual model of counts is the **Poisson distribution**. A count $t$ with the mean $m > 0$ has
# the probability
#
# $$p(t) = \frac{m^t\, e^{-m}}{t!}$$
#
# A score can be any real number, and a mean of counts is positive. So the network returns scores
# $u$, and we take $m = e^u$.

# %% [markdown]
# **Derive the loss on paper:** the negative log-likelihood of one count as a function of $u$. Leave
# out the terms that do not contain $u$ (so the value may be negative). Differentiate it. Then write
# both for a batch, summed over the outputs and averaged over the samples.


# %% solution="poisson_loss"
def poisson_loss(u, t):
    """Negative log-likelihood of counts with the means exp(u), without the terms that lack u.

    u : (N, K) scores of moderate size, t : (N, K) counts
    returns value : a number, and du : (N, K)
    """
    ### BEGIN SOLUTION
    m = np.exp(u)
    return np.sum(m - t * u) / len(u), (m - t) / len(u)
    ### END SOLUTION


# %% check="poisson_loss"
check("poisson_loss", poisson_loss)

# %% [markdown]
# <details><summary>After your check: the derivation</summary>
#
# - Logarithm of the probability: $\log p(t) = t \log m - m - \log t!$.
# - Insert $m = e^u$, so that $\log m = u$: $\log p(t) = t\,u - e^u - \log t!$.
# - Change the sign and leave out $\log t!$, which does not contain $u$: $e^u - t\,u$.
# - Differentiate: $e^u - t$. For a batch, the delta is $(m - t)/N$.
#
# </details>

# %% [markdown]
# ## 6 The delta of softmax with cross-entropy
#
# Now we combine softmax and negative log-likelihood into one function of the scores. For a single
# sample with the target row $t$:
#
# $$L = -\sum_k t_k \log y_k, \qquad y = \text{softmax}(u)$$
#
# What is $\partial L/\partial u_j$? The score $u_j$ affects **every** $y_k$, because all of them
# share the denominator. So there are two steps:
#
# 1. $\partial L/\partial y_k = -t_k / y_k$.
# 2. $\partial y_k/\partial u_j$, a K × K matrix for each sample, the **Jacobian**. By the quotient
#    rule (noted in S0 at the bottom of "Deltas at the output layer") its entries are
#    $y_k (1 - y_k)$ for $j = k$ and $-y_k\, y_j$ for $j \ne k$.
#
# The chain rule sums over all $k$: $\partial L/\partial u_j = \sum_k (-t_k/y_k)\, \partial
# y_k/\partial u_j$. Compute this sum on paper, and use $\sum_k t_k = 1$. The result is short.

# %% [markdown]
# Write two deltas of a single sample: that of softmax with cross-entropy (without a Jacobian), and
# that of half the squared error after a sigmoid, as in section 1, for K outputs. Here the arguments
# are $t$, then $y$ (the losses take the target last).


# %% solution="output_delta"
def output_delta(t, y):
    """dL/du with L = -sum_k t_k log y_k and y = softmax(u), from t and y in this order; (K,)."""
    ### BEGIN SOLUTION
    return y - t
    ### END SOLUTION


# %% solution="sigmoid_square_delta"
def sigmoid_square_delta(t, y):
    """dL/du with L = 1/2 sum_k (y_k - t_k)^2 and y_k = sigmoid(u_k), from t and y; (K,)."""
    ### BEGIN SOLUTION
    return (y - t) * y * (1 - y)
    ### END SOLUTION


# %% practice=true fold="Compare the Jacobian and both deltas with finite differences"
def soft(u):
    """The softmax of one row of moderate scores."""
    return np.exp(u) / np.exp(u).sum()


def sigm(u):
    return 1 / (1 + np.exp(-u))


rng = np.random.default_rng(1)
u1, t1 = rng.normal(size=4), np.array([0.1, 0.6, 0.0, 0.3])  # a target row need not be one-hot
columns = [numerical_gradient(lambda u, k=k: soft(u)[k], u1, 1e-6) for k in range(4)]
du_soft = numerical_gradient(lambda u: -np.sum(t1 * np.log(soft(u))), u1, 1e-6)
du_square = numerical_gradient(lambda u: 0.5 * np.sum((sigm(u) - t1) ** 2), u1, 1e-6)
y1, J1 = soft(u1), np.array(columns)
compare("the Jacobian", np.diag(y1) - np.outer(y1, y1), J1)
compare("by J.T @ (-t / y)", J1.T @ (-t1 / y1), du_soft)
compare("output_delta", filled(output_delta, t1, y1), du_soft)
compare("sigmoid_square_delta", filled(sigmoid_square_delta, t1, sigm(u1)), du_square)

# %% [markdown]
# Compare your two deltas: which factor does only one of them contain?
#
# <details><summary>After your comparison: the derivation</summary>
#
# *The Jacobian.* Write $s = \sum_i e^{u_i}$. Then $y_k = e^{u_k}/s$ and
# $\partial s/\partial u_j = e^{u_j}$.
#
# - For $k = j$, by the quotient rule:
#   $\dfrac{\partial y_j}{\partial u_j} = \dfrac{e^{u_j} s - e^{u_j} e^{u_j}}{s^2} = y_j (1 - y_j)$.
# - For $k \ne j$ the numerator does not contain $u_j$:
#   $\dfrac{\partial y_k}{\partial u_j} = \dfrac{0 \cdot s - e^{u_k} e^{u_j}}{s^2} = -y_k\, y_j$.
#
# *The delta.*
#
# - Chain rule over all $k$:
#   $\dfrac{\partial L}{\partial u_j} = \sum_k (-t_k/y_k)\, \dfrac{\partial y_k}{\partial u_j}$.
# - Insert the Jacobian: $-(t_j/y_j)\, y_j (1 - y_j) + \sum_{k \ne j} (t_k/y_k)\, y_k\, y_j$.
# - The $y_k$ of the Jacobian cancels the $1/y_k$ of the logarithm:
#   $-t_j + t_j\, y_j + \sum_{k \ne j} t_k\, y_j$.
# - The last two terms together are one sum over all $k$: $-t_j + y_j \sum_k t_k$.
# - Because $\sum_k t_k = 1$, this is $y_j - t_j$.
#
# So this delta is valid for any target row that sums to 1, not only for one-hot rows. S0 ("Deltas
# at the output layer") derives the same delta, with the letters $d$ for $t$ and $\delta_j^{(L)}$
# for $\partial L/\partial u_j$: $-d_j(1 - y_j) - \sum_{k \neq j} d_k(-y_j) = \sum_k d_k (y_j - d_j)
# = y_j - d_j$. Both steps use $\sum_k d_k = 1$.
#
# *Sigmoid and squared error.*
#
# - The sigmoid is $y = (1 + e^{-u})^{-1}$, so $1 - y = e^{-u}/(1 + e^{-u})$.
# - Its derivative, by the chain rule: $dy/du = e^{-u}/(1 + e^{-u})^2 = y (1 - y)$.
# - The score $u_k$ affects only $y_k$, so the chain rule has one term:
#   $\dfrac{\partial L}{\partial u_k} = (y_k - t_k)\, y_k (1 - y_k)$.
#
# S1's equation (5) is the gradient with respect to a weight: this delta times the weight's input.
#
# *The difference.* Both deltas contain output minus target. The second one also contains the
# sigmoid's derivative $y(1-y)$. This factor is at most 0.25, and nearly 0 wherever $y$ is near 0 or
# 1, whether the answer is right or wrong. In `output_delta` no such factor is left: the $1/y_k$ of
# the logarithm cancels the factor $y_k$ of the Jacobian. (Without an activation function at the
# output, the delta of the squared error is output minus target, too: S0, "Deltas at the output
# layer".)
#
# </details>
#
# ### For a batch
#
# `softmax_cross_entropy` takes as `target` labels (N,) of any integer type, or rows of
# probabilities (N, K), for example [0.1, 0.6, 0, 0.3].


# %% fold="The formula in slow loops"
def softmax_cross_entropy_in_loops(u, t):
    """The value alone, for rows t; moderate scores only."""
    value, y = 0.0, softmax_in_loops(u)
    for n in range(u.shape[0]):
        for k in range(u.shape[1]):
            value -= t[n, k] * np.log(y[n, k])
    return value / u.shape[0]


# %% [markdown]
# Write value and gradient without loops, for both kinds of target. You may use your `log_softmax`.
#
# With rows of probabilities, the scores are moderate. With labels, they may be of size 1000 and
# more. Value and gradient must still be right: if the label's score is 2000 below the largest, the
# value is 2000 (infinity is accepted, nan is not).
#
# Do not clip the probability, and add no small number inside the logarithm. Both hide a large loss
# (34.5 in place of 2000 if the probability is kept above 1e-15) and lose points.


# %% solution="softmax_cross_entropy"
def softmax_cross_entropy(u, target):
    """Cross-entropy of target and softmax(u), averaged over the samples.

    u : (N, K) scores, target : (N,) labels or (N, K) rows of probabilities
    returns value : a number, and du : (N, K)
    """
    ### BEGIN SOLUTION
    t = np.eye(u.shape[1])[target] if target.ndim == 1 else target
    lowered = u - u.max(axis=1, keepdims=True)
    log_y = lowered - np.log(np.sum(np.exp(lowered), axis=1, keepdims=True))
    return -np.sum(t * log_y) / len(u), (np.exp(log_y) - t) / len(u)
    ### END SOLUTION


# %% check="softmax_cross_entropy"
check("softmax_cross_entropy", softmax_cross_entropy)

# %% [markdown]
# For labels, this function joins two of yours: `log_softmax`, then `nll_loss`. Each row of `du`
# sums to 0, because the probabilities of a row sum to 1, and so do its targets.
#
# ### Ten seconds before you train
#
# Stanford's course CS231n teaches a habit: before the first step, compute the loss once and ask
# whether it is plausible. **What should the cross-entropy of a classifier with ten classes be
# before training?**

# %% guess="the loss before training"
guess("ps02_before_training", None)  # your guess in place of None: a number

# %% [markdown]
# We compute it for 1,797 images of digits, with 8 × 8 pixels each. Every fifth image is held out
# for testing. The networks have 32 hidden units and, for this guess, small weights in the last
# layer (times 0.01).

# %% practice=true fold="Load the digits and define the network"
digits = load_digits()
order = np.random.default_rng(0).permutation(len(digits.x))
x, t = digits.x[order], digits.t[order]
is_test = np.arange(len(x)) % 5 == 0
x_train, t_train, x_test, t_test = x[~is_test], t[~is_test], x[is_test], t[is_test]
my_softmax, my_cross_entropy = own_or_library("softmax", "softmax_cross_entropy")


def new_network(rng, scale=1.0, bias=None):
    """64 inputs, 32 hidden units, 10 scores; the last layer's initial weights times scale."""
    network = Sequential(Linear(64, 32, rng=rng), ReLU(), Linear(32, 10, rng=rng))
    network.layers[2].W.data = network.layers[2].W.data * np.float32(scale)
    if bias is not None:
        network.layers[2].b.data = bias.astype(np.float32)
    return network


# %% practice=true fold="Compute the first losses"
def first_loss(what, scale=0.01):
    """Mean and standard deviation over the seeds 0 to 4 of what(scores, labels) before training."""
    first = [what(new_network(np.random.default_rng(s), scale)(x_train), t_train) for s in range(5)]
    return np.mean(first), np.std(first)


N = len(x_train)
mixed = np.random.default_rng(1).permutation(t_train)
FIRST = {
    "small weights in the last layer": (lambda u, t: my_cross_entropy(u, t)[0], 0.01),
    "usual initial weights": (lambda u, t: my_cross_entropy(u, t)[0], 1),
    "last layer's weights times ten": (lambda u, t: my_cross_entropy(u, t)[0], 10),
    "fault: summed over the samples": (lambda u, t: N * my_cross_entropy(u, t)[0], 0.01),
    "fault: averaged over classes, too": (lambda u, t: my_cross_entropy(u, t)[0] / 10, 0.01),
    "fault: the minus forgotten": (lambda u, t: -my_cross_entropy(u, t)[0], 0.01),
    "fault: softmax taken twice": (lambda u, t: my_cross_entropy(my_softmax(u), t)[0], 0.01),
    "    with usual initial weights": (lambda u, t: my_cross_entropy(my_softmax(u), t)[0], 1),
    "fault: labels mixed up": (lambda u, t: my_cross_entropy(u, mixed)[0], 0.01),
}
first_losses = {name: first_loss(what, scale) for name, (what, scale) in FIRST.items()}
mean, spread = first_losses["small weights in the last layer"]
reveal("ps02_before_training", mean, f"Mean over the seeds 0 to 4, ± {spread:.4f}.")

# %% [markdown] after=false
# The next table shows the loss before training, as mean ± standard deviation over the seeds 0 to 4.
# The last layer has small weights, except in the rows that name other weights. In the rows that
# begin with "fault", **we planted a fault on purpose**.

# %% practice=true fold="Print the first losses" after="ps02_before_training"
for name, (mean, spread) in first_losses.items():
    print(f"{name:34} {mean:9.3f} ± {spread:.3f}")

# %% [markdown] after="ps02_before_training"
# A network that gives 1/K to every class has the loss $-\log(1/K)$. Remember 2.303 for ten classes
# and 0.693 for two.
#
# The wrong sign and both wrong factors show at once, and so do initial weights that are too large.
# Usual weights give about 0.2 more than 2.303, because their scores are not all equal. **Two
# faults pass:** the second softmax and the mixed-up labels. With usual weights, the second softmax
# even brings the loss back to 2.3.

# %% [markdown]
# A second test: can the network memorise ten images, so that the loss goes to 0? A third test
# trains on all training images for ten epochs (passes over the data), then measures the test
# accuracy. Both use seed 0 only.

# %% claims=true
claim("Remember 2.303 for ten classes", math.log(t_train.max() + 1), equals=2.303, within=0.001)
two = my_cross_entropy(np.zeros((1, 2)), np.array([0]))[0]
claim("0.693 for two", two, equals=0.693, within=0.001)
right_first = -math.log(1 / 10)
off = {name: abs(mean - right_first) for name, (mean, _) in first_losses.items()}
for passes in ("fault: softmax taken twice", "fault: labels mixed up"):
    claim("**Two faults pass:**", off[passes], below=0.01)
claim(
    "The loss before training does not show this fault",
    off["fault: softmax taken twice"],
    below=0.01,
)
for shows in ("summed over the samples", "averaged over classes, too", "the minus forgotten"):
    claim("The wrong sign and both wrong factors show at once", off[f"fault: {shows}"], above=2)
words = "With usual weights, the second softmax even brings the loss back to 2.3"
claim(words, first_losses["    with usual initial weights"][0], equals=2.3, within=0.02)
usual_first = first_losses["usual initial weights"][0] - right_first
claim("give about 0.2 more than 2.303", usual_first, equals=0.2, within=0.05, given=[2.303])
words = "so do initial weights that are too large"
claim(words, off["last layer's weights times ten"], above=1)

# %% practice=true fold="Train on ten images" after=false
FAULTS = {
    "no fault": lambda u: my_cross_entropy(u, t_train[:10]),
    "softmax taken twice": lambda u: through_softmax(my_cross_entropy, u, t_train[:10]),
    "labels mixed up": lambda u: my_cross_entropy(u, mixed[:10]),
}


def through_softmax(loss, u, labels):
    """The loss of the probabilities as if they were scores, with the right gradient."""
    y = my_softmax(u)
    value, dy = loss(y, labels)
    return value, y * (dy - np.sum(dy * y, axis=1, keepdims=True))


lowest = {}
for name, loss in FAULTS.items():
    network = new_network(np.random.default_rng(0))
    optimizer = SGD(network.parameters(), lr=0.3)
    for _ in range(500):
        u, backward = network.forward(x_train[:10], training=True)
        value, du = loss(u)
        optimizer.zero_grad()
        backward(du.astype(u.dtype))
        optimizer.step()
    lowest[name] = value
    print(f"{name:20} loss after 500 steps on ten images: {value:.3f}")
print(f"lower bound with the second softmax, log(e + 9) - 1: {math.log(math.e + 9) - 1:.3f}")
print("right labels of the ten images:   ", *t_train[:10])
print("mixed-up labels of the ten images:", *mixed[:10])

held_out = {}
for name, labels in (("no fault", t_train), ("labels mixed up", mixed)):
    rng = np.random.default_rng(0)
    network = new_network(rng)
    settings = {"epochs": 10, "batch_size": 64, "rng": rng, "progress": False}
    optimizer = SGD(network.parameters(), lr=0.3)
    fit(network, x_train, labels, loss=my_cross_entropy, optimizer=optimizer, **settings)
    held_out[name] = accuracy(network(x_test), t_test)
    print(f"{name:20} test accuracy after ten epochs on all images: {held_out[name]:.3f}")

# %% [markdown] after=false
# The second test finds the softmax taken twice: the inputs of its second softmax lie between 0 and
# 1, so no class can get more than e/(e + 9) = 0.23, and the loss cannot go to 0. The mixed-up
# labels pass again: all ten are wrong, but the network memorises them as it memorises the right
# ones. Held-out images reveal them: after training on all mixed-up labels, the test accuracy is not
# above that of guessing, 0.1.

# %% claims=true
most = functional.softmax(np.eye(10))[0, 0]
claim("no class can get more than e/(e + 9) = 0.23", most, equals=0.23, within=0.005, given=[9])
claim(
    "The second test finds the softmax taken twice",
    lowest["softmax taken twice"],
    above=-math.log(most) - 1e-3,
)
claim("The mixed-up labels pass again", lowest["labels mixed up"], below=0.05)
claim(
    "the network memorises them as it memorises the right ones",
    lowest["no fault"],
    below=0.05,
)
claim("all ten are wrong", np.sum(mixed[:10] == t_train[:10]), below=1)
words = (
    "after training on all mixed-up labels, the test accuracy is not above that of guessing, 0.1"
)
claim(words, held_out["labels mixed up"], below=0.15, given=[0.1])
claim("Held-out images reveal them", held_out["no fault"], above=0.9)

# %% [markdown]
# ## 7 Yes or no
#
# Sometimes each output answers a question of its own: does a patient have fever, a cough, a rash?
# Several answers may be yes, so the probabilities need not sum to 1. Each score goes through its
# own sigmoid, and each output costs
#
# $$-\big(t \log y + (1 - t) \log(1 - y)\big), \qquad y = \frac{1}{1 + e^{-u}}$$
#
# This is the **binary cross-entropy** (S3, "Loss Functions"), with targets 0 and 1, or numbers
# between them. For its delta, differentiate the logarithms, then multiply by the sigmoid's
# derivative $y(1-y)$.
#
# The value needs the same care as before. Show on paper that
#
# $$-\log y = \log(1 + e^{-u}), \qquad -\log (1 - y) = u + \log(1 + e^{-u})$$
#
# The next cell defines `sigmoid(u)`, without an overflow, which you may use for the gradient.


# %% fold="A sigmoid without overflow, and the formula above in slow loops"
def sigmoid(u):
    """1 / (1 + exp(-u)), in a form without overflow."""
    return 0.5 * (1 + np.tanh(0.5 * u))


def binary_cross_entropy_in_loops(u, t):
    """The value by the formula with log y; moderate scores only."""
    total, y = 0.0, sigmoid(u)
    for n in range(u.shape[0]):
        for k in range(u.shape[1]):
            total -= t[n, k] * np.log(y[n, k]) + (1 - t[n, k]) * np.log(1 - y[n, k])
    return total / u.shape[0]


# %% [markdown]
# Write value and gradient without loops. Find a form of the value in which no exponential can
# overflow and no logarithm meets a 0. For the scores in the table the gradient must be right, too,
# and the value as given:
#
# | score $u$ | target $t$ | the answer is | value |
# |---:|---:|---|---|
# | 1000 | 1 | right | 0 |
# | −1000 | 0 | right | 0 |
# | −1000 | 1 | confident and wrong | 1000 |
# | 1000 | 0 | confident and wrong | 1000 |
#
# As in section 6, the check also accepts the value infinity in the last two rows, but not nan, and
# clipping y loses points.


# %% solution="bce_with_logits"
def bce_with_logits(u, t):
    """Binary cross-entropy of t and sigmoid(u), summed over outputs, averaged over samples.

    u : (N, K) scores, t : (N, K) targets from 0 to 1
    returns value : a number, and du : (N, K)
    """
    ### BEGIN SOLUTION
    costs = np.maximum(u, 0) - u * t + np.log1p(np.exp(-np.abs(u)))
    return np.sum(costs) / len(u), (sigmoid(u) - t) / len(u)
    ### END SOLUTION


# %% check="bce_with_logits"
check("bce_with_logits", bce_with_logits)

# %% [markdown]
# <details><summary>After your check: the derivation</summary>
#
# *The delta,* for one output:
#
# - Differentiate the logarithms:
#   $\dfrac{\partial L}{\partial y} = -\dfrac{t}{y} + \dfrac{1 - t}{1 - y}$.
# - Common denominator: $\dfrac{-t (1 - y) + (1 - t)\, y}{y (1 - y)} = \dfrac{y - t}{y (1 - y)}$.
# - Derivative of the sigmoid (section 6): $dy/du = y (1 - y)$.
# - Chain rule: $\dfrac{\partial L}{\partial u} = \dfrac{y - t}{y (1 - y)} \cdot y (1 - y) = y - t$.
#
# *The value:*
#
# - From the definition of the sigmoid, $-\log y = \log(1 + e^{-u})$.
# - Also $1 - y = e^{-u}/(1 + e^{-u})$, so $-\log(1 - y) = u + \log(1 + e^{-u})$.
# - Insert both. The logarithm has the factor $t + (1 - t) = 1$:
#   $-t \log y - (1 - t) \log(1 - y) = (1 - t)\, u + \log(1 + e^{-u})$.
#
# This form overflows for very negative $u$. There, $\log(1 + e^{-u}) = -u + \log(1 + e^u)$. Both
# cases together: $\max(u, 0) - t\,u + \log(1 + e^{-|u|})$.
#
# </details>

# %% [markdown]
# A yes-or-no question is also a choice between two classes. Give "no" the score 0 and "yes" the
# score $u$. Do softmax and cross-entropy then give the same loss? And where does the formula with
# $\log y$ fail?

# %% practice=true fold="Compare with softmax and with the formula above"
if ready("bce_with_logits", "softmax_cross_entropy"):
    rng = np.random.default_rng(3)
    u_yes, t_yes = 3 * rng.normal(size=(6, 1)), rng.integers(2, size=(6, 1))
    value, du = bce_with_logits(u_yes, t_yes)
    pair = np.hstack([np.zeros((6, 1)), u_yes])
    value_of_two, du_of_two = softmax_cross_entropy(pair, t_yes[:, 0])
    print(f"sigmoid {value:.6f}, softmax of (0, u) {value_of_two:.6f}")
    print("the same gradient:", np.allclose(du, du_of_two[:, 1:]))
    for score, target in ((40.0, 1.0), (40.0, 0.0), (1000.0, 0.0)):
        u_sure, t_sure = np.array([[score]]), np.array([[target]])
        with np.errstate(divide="ignore", invalid="ignore"):
            printed = binary_cross_entropy_in_loops(u_sure, t_sure)
        mine = bce_with_logits(u_sure, t_sure)[0]
        print(f"u = {score:5.0f}, t = {target:.0f}: with log y {printed:6.2f}, yours {mine:8.2f}")
else:
    print("This cell waits.")

# %% [markdown]
# At $u = 40$ the sigmoid is rounded to 1, so the formula takes the logarithm of 0. With $t = 0$ the
# loss is infinite. With $t = 1$ it contains $0 \cdot (-\infty)$, which is nan.

# %% claims=true
claim("At $u = 40$ the sigmoid is rounded to 1", sigmoid(40.0), equals=1, within=1e-16, given=[40])

# %% [markdown]
# ## 8 Margins
#
# Some losses use no probabilities. The targets $t$ are now **−1 and +1**. The perceptron loss of
# section 2 asks for the right sign only. The **hinge** (formula in section 2) asks for $tf \ge 1$.
# This 1 is the *margin* (S3, "Loss Functions").

# %% [markdown]
# Write value and gradient of the hinge. As before, sum over the outputs and average over the
# samples. At the corner $tf = 1$, any number between the derivatives of the two sides is right.


# %% solution="binary_hinge"
def binary_hinge(f, t):
    """max(0, 1 - t f), summed over the outputs, averaged over the samples.

    f : (N, K) outputs, t : (N, K) targets -1 and +1
    returns value : a number, and df : (N, K)
    """
    ### BEGIN SOLUTION
    short = 1 - t * f
    return np.sum(np.maximum(0, short)) / len(f), -t * (short > 0) / len(f)
    ### END SOLUTION


# %% check="binary_hinge"
check("binary_hinge", binary_hinge)

# %% [markdown]
# ### Which samples still have a gradient?
#
# We train a linear classifier of the tumours on all thirty measurements, for 300 steps, with each
# of three losses. All three share five splits (seeds 0 to 4) and five learning rates. The figure is
# for the rate 0.1. How many training samples have a gradient that is not 0? (For the hinge and the
# perceptron loss, benign is +1 and malignant −1. For the cross-entropy they are 1 and 0.)

# %% practice=true fold="Define how to train the classifier"
signs = 2.0 * cancer.t - 1
hinge, bce = own_or_library("binary_hinge", "bce_with_logits")
THREE = {"perceptron": losses.perceptron_loss, "hinge": hinge, "cross-entropy": bce}


def after_descent(name, seed, rate=0.1, steps=300):
    """Before each step: share of the training samples with a gradient, and their median size.

    After the last one: the test accuracy.
    """
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(signs))
    train, test = order[:426], order[426:]
    mean, std = cancer.x[train].mean(axis=0), cancer.x[train].std(axis=0)
    x = np.hstack([(cancer.x - mean) / std, np.ones((len(order), 1))])
    t = (cancer.t * 1.0 if name == "cross-entropy" else signs)[train, None]
    w = 0.001 * rng.normal(size=(x.shape[1], 1))
    with_gradient, size = [], []
    for _ in range(steps):
        _, df = THREE[name](x[train] @ w, t)
        with_gradient.append(np.mean(df != 0))
        size.append(np.median(np.abs(len(df) * df)))
        w = w - rate * x[train].T @ df
    right = np.mean((x[test] @ w)[:, 0] * signs[test] > 0)
    return np.array(with_gradient), right, np.array(size)


# %% practice=true fold="Measure at five learning rates"
at_rates = {
    (name, rate): [after_descent(name, seed, rate) for seed in range(5)]
    for name in THREE
    for rate in (0.01, 0.03, 0.1, 0.3, 1.0)
}
best_right = {}
for name in THREE:
    shares = {key[1]: [run[1] for run in runs] for key, runs in at_rates.items() if key[0] == name}
    rate = max(shares, key=lambda rate: np.mean(shares[rate]))
    best_right[name] = np.array(shares[rate])
    print(f"{name:14} test accuracy at its best rate, {rate:g}: {np.mean(shares[rate]):.1%}")
for one, other in (
    ("cross-entropy", "perceptron"),
    ("cross-entropy", "hinge"),
    ("hinge", "perceptron"),
):
    gap = best_right[one] - best_right[other]
    print(f"{one} minus {other}, split by split: {gap.mean():.1%} ± {gap.std():.1%};", end="")
    print(f" better on {np.sum(gap > 0)}, equal on {np.sum(gap == 0)} of 5")
print("rate 0.1, mean of the splits before the last step:")
for name in THREE:
    left = np.mean([run[0][-1] for run in at_rates[name, 0.1]])
    print(f"{name:14} samples with a gradient {left:4.0%}", end="")
    of_five = np.mean([run[2] for run in at_rates[name, 0.1]], axis=0)
    print(f"; median size of N · df {of_five[-1]:.3f}, before the first step {of_five[0]:.3f}")

# %% practice=true fold="Draw the share of samples with a gradient"
with theme.style():
    figure, ax = plt.subplots(figsize=(7, 3.4))
    for name, dashes in zip(THREE, ("-", "--", "-."), strict=True):
        colour = COLOURS[name]
        shares = np.array([run[0] for run in at_rates[name, 0.1]])
        ax.plot(shares.mean(axis=0), color=colour, linestyle=dashes)
        ax.fill_between(
            range(300), shares.min(axis=0), shares.max(axis=0), color=colour, alpha=0.15
        )
        last = shares[:, -1].mean()
        ax.text(303, last, f"{name}: {last:.0%}", color=colour, va="center")
    ax.set(xlabel="step", ylabel="share of training samples", ylim=(-0.0007, 1.3))
    ax.set_yscale("symlog", linthresh=0.01)  # logarithmic above 1 %, linear down to 0
    ax.set_xlim(0, 420)
    ax.set_xticks([0, 100, 200, 300])
    ax.set_yticks([0, 0.01, 0.1, 1], ["0", "1 %", "10 %", "100 %"])
    ax.minorticks_off()
    ax.set_title("Samples with a gradient, rate 0.1 (mean and range of five splits)")
    plt.show()

# %% [markdown]
# *In words: the share of training samples whose gradient is not 0, over 300 steps, on an axis that
# is logarithmic above 1 %.
# <!-- no claim: setting --> With the cross-entropy it is 100 % throughout. With the hinge it falls
# to about 7 %, with the perceptron loss to about 1 %.*
#
# With the perceptron loss, only misclassified samples have a gradient. With the hinge, only samples
# with $t f < 1$ have one. All samples share the weights, so these few samples still change the
# outputs of all others. With the cross-entropy every sample has a gradient, but most become small:
# their median size (times N) falls from 0.5 to less than 0.01. (With the other two, the median of
# each split is 0 or 1.)
#
# Each at its best rate, the three losses reach nearly the same test accuracy: the means differ by
# at most about one percentage point. (Here and in sections 10 and 11 we choose the best rate on the
# test samples, so these accuracies are slightly too high.)

# %% claims=true
final = {name: [run[0][-1] for run in at_rates[name, 0.1]] for name in THREE}
words = "With the cross-entropy it is 100 % throughout"
claim(words, final["cross-entropy"], above=0.999, given=[1])
claim("With the hinge it falls to about 7 %", np.mean(final["hinge"]), equals=0.07, within=0.015)
words = "the perceptron loss to about 1 %"
claim(words, np.mean(final["perceptron"]), equals=0.01, within=0.0025)
of_five = np.mean([run[2] for run in at_rates["cross-entropy", 0.1]], axis=0)
words = "their median size (times N) falls from 0.5 to less than 0.01"
claim(words, of_five[0], equals=0.5, within=0.01, given=[0.01])
claim(words, of_five[-1], below=0.01, given=[0.5])
means = [shares.mean() for shares in best_right.values()]
words = "the means differ by at most about one percentage point"
claim(words, max(means) - min(means), below=0.0125)

# %% [markdown]
# ### Many classes
#
# With K scores, the score of the right class should exceed **every** other score by a margin, a
# positive number. For a sample with the scores $s_k$ and the right class $l$, the loss sums over
# all other classes whose score is too high:
#
# $$L = \frac1N \sum_n \sum_{k \ne l_n} \max(0,\ \text{margin} + s_{nk} - s_{n l_n})$$
#
# This is S4's multi-class hinge.


# %% fold="The value in slow loops"
def multiclass_hinge_in_loops(scores, labels, margin):
    """The value alone, term by term."""
    total = 0.0
    for n in range(scores.shape[0]):
        for k in range(scores.shape[1]):
            if k != labels[n]:
                total += max(0.0, margin + scores[n, k] - scores[n, labels[n]])
    return total / scores.shape[0]


# %% [markdown]
# First compute the gradient of one sample on paper: scores 2, 3, 0, the right class is the first,
# margin 2.5. Which of the two terms are above 0? Raise each score a little: how many terms change,
# and do they rise or fall?
#
# Then write value and gradient without loops, for labels of any integer type.
#
# At a corner (inside the max exactly 0) you may count the term, leave it out, or count any share of
# it, as long as the row sums to 0.


# %% solution="multiclass_hinge"
def multiclass_hinge(scores, labels, margin):
    """max(0, margin + other score - right score), summed over the others, averaged over samples.

    scores : (N, K), labels : (N,) whole numbers from 0 to K - 1, margin : a number above 0
    returns value : a number, and dscores : (N, K)
    """
    ### BEGIN SOLUTION
    rows = np.arange(len(labels))
    near = np.maximum(0, margin + scores - scores[rows, labels][:, None])
    near[rows, labels] = 0
    dscores = (near > 0).astype(scores.dtype)
    dscores[rows, labels] = -dscores.sum(axis=1)
    return near.sum() / len(rows), dscores / len(rows)
    ### END SOLUTION


# %% check="multiclass_hinge"
check("multiclass_hinge", multiclass_hinge)

# %% [markdown]
# <details><summary>After your check: the derivation</summary>
#
# - The two terms are $2.5 + 3 - 2 = 3.5$ and $2.5 + 0 - 2 = 0.5$. Both are above 0.
# - The second score appears in the first term only, with a plus sign: its derivative is 1. In the
#   same way the third score appears in the second term only, so its derivative is 1 as well.
# - The first score, that of the right class, appears in both terms with a minus sign: its
#   derivative is −2.
# - In general, a wrong class $k$ has the derivative 1 where its term is above 0 and 0 where it is
#   below 0. The right class has minus the number of terms above 0. All are divided by N.
#
# </details>

# %% [markdown]
# Now compare all your gradients with finite differences in one table. Then run section 1 again: its
# figure shows your functions now.

# %% practice=true fold="Check all gradients"
rng = np.random.default_rng(4)
table, t_small = rng.normal(size=(2, 4, 3))
signs_small = rng.choice([-1.0, 1.0], size=(4, 3))
labels_small = np.array([0, 2, 1, 2])
ARGUMENTS = {
    "squared_error": (t_small,),
    "mean_absolute_error": (t_small,),
    "nll_loss": (labels_small,),
    "softmax_cross_entropy": (labels_small,),
    "bce_with_logits": (0.5 + 0.5 * signs_small,),
    "poisson_loss": (table**2,),
    "binary_hinge": (signs_small,),
    "multiclass_hinge": (labels_small, 1.0),
}
for name, rest in ARGUMENTS.items():
    if ready(name):
        loss = globals()[name]
        at = -np.abs(table) - 0.1 if name == "nll_loss" else table  # logarithms are below 0
        by_differences = numerical_gradient(lambda a, f=loss, r=rest: f(a, *r)[0], at, 1e-6)
        print(f"{name:22} relative error {relative_error(loss(at, *rest)[1], by_differences):.0e}")
    else:
        print(f"{name:22} is still to be written")

# %% [markdown]
# ## 9 How sure should a network be?
#
# A classifier is **calibrated** if its probabilities can be trusted: of all samples that get the
# probability 0.8, it classifies 80 % correctly.
#
# **We planted errors on purpose:** of all 1,797 digits, one label in ten is replaced by a random
# one (which may be the right one), test labels included. So about 9 % of the labels are wrong. A
# network trains on 200 digits for 150 epochs. Another 400 digits are for validation (we fit a
# temperature on them below), the rest for testing. The network agrees with about 77 % of the test
# labels. **What is its mean confidence,** the mean of the largest probability, on the test samples?

# %% guess="the mean confidence"
guess("ps02_confidence", None, between=(0, 1))  # your guess in place of None: a share from 0 to 1


# %% practice=true fold="Train on replaced labels and on right ones" after=false
def replaced_labels(seed, share):
    """Labels of which a share is replaced by random ones, and three groups of samples."""
    rng = np.random.default_rng(seed)
    labels, replaced = t.copy(), rng.random(len(t)) < share
    labels[replaced] = rng.integers(10, size=replaced.sum())
    return labels, np.split(rng.permutation(len(t)), [200, 600])


def held_out_scores(loss, seed, share, epochs=150):
    """Scores and labels of the validation and of the test samples, after training with the loss."""
    labels, (train, validation, test) = replaced_labels(seed, share)
    rng = np.random.default_rng(seed)
    network = new_network(rng)
    settings = {"epochs": epochs, "batch_size": 50, "rng": rng, "progress": False}
    optimizer = SGD(network.parameters(), lr=0.5)
    fit(network, x[train], labels[train], loss=loss, optimizer=optimizer, **settings)
    return [(network(x[part]).astype(float), labels[part]) for part in (validation, test)]


def judged(u, labels):
    """Accuracy, mean confidence and cross-entropy."""
    confidence = functional.softmax(u).max(axis=1).mean()
    return accuracy(u, labels), confidence, my_cross_entropy(u, labels)[0]


with_one_hot = {
    share: [held_out_scores(my_cross_entropy, seed, share) for seed in range(5)]
    for share in (0.1, 0.0)
}
plain, of_right = (
    np.array([judged(*test) for _, test in with_one_hot[share]]) for share in (0.1, 0.0)
)
of_both = f"Accuracy: {plain[:, 0].mean():.3f}; mean of 5 seeds. With right labels: "
of_both += f"accuracy {of_right[:, 0].mean():.3f}, confidence {of_right[:, 1].mean():.3f}."

# %% practice=true
reveal("ps02_confidence", plain[:, 1].mean(), of_both)

# %% [markdown] after="ps02_confidence"
# The network is **overconfident**. It is also overconfident with right labels, but much less. A
# **temperature** $T$ changes the confidence after training: use $\text{softmax}(u/T)$. $T > 1$
# makes the network less sure, $T < 1$ more sure. The accuracy stays the same, because the order of
# the scores does not change.
#
# Choose T in the next figure. The left panel is the *reliability curve*: accuracy over mean
# confidence, for ten groups of test samples, sorted by confidence (seed 0). A calibrated network
# lies on the diagonal. At which T does the mean confidence equal the accuracy (sentence below the
# figure)? At which T is the cross-entropy lowest? Note both: the end of this section measures them.


# %% practice=true fold="Draw the reliability curve with its temperature" after="ps02_confidence"
def reliability(u, labels, groups=10):
    """Mean confidence and accuracy of groups of equal size, from low to high confidence."""
    y = functional.softmax(u)
    order = np.argsort(y.max(axis=1))
    parts = np.array_split(order, groups)
    right = y.argmax(axis=1) == labels
    return [[values[part].mean() for part in parts] for values in (y.max(axis=1), right)]


def reliability_by_temperature(u, labels):
    """The reliability curve, and the cross-entropy over T, at a temperature that can be chosen."""
    temperatures = np.geomspace(0.5, 8, 25).round(2)
    curves = np.array([reliability(u / T, labels) for T in temperatures])
    rows = np.array([judged(u / T, labels) for T in temperatures])
    with theme.style():
        left_figure, left = plt.subplots(figsize=(3.6, 3.4))
        left.plot([0, 1], [0, 1], color=theme.QUIET, linewidth=1)
        left.set(xlim=(0, 1.02), ylim=(0, 1.02), xlabel="mean confidence", ylabel="accuracy")
        left.set_title("Accuracy of ten groups of samples")
        left.text(0.02, 0.96, "underconfident", color=theme.INK, size=9)
        left.text(0.98, 0.03, "overconfident", color=theme.INK, size=9, ha="right")
        right_figure, right = plt.subplots(figsize=(3.6, 3.4))
        right.plot(temperatures, rows[:, 2], color=theme.FORWARD)
        right.set(xscale="log", xlabel="temperature T", ylabel="cross-entropy", ylim=(0, None))
        right.set_xticks([0.5, 1, 2, 4, 8], ["0.5", "1", "2", "4", "8"])
        right.minorticks_off()
        right.set_title("Loss over T (dot: the chosen T)")
    traces = [
        Trace(left, curves[:, 0], curves[:, 1], marker=7),
        Trace(right, temperatures[:, None], rows[:, 2:], width=0, marker=10),
    ]
    says = [
        f"T = {T:g}: accuracy {a:.2f}, mean confidence {c:.2f}, cross-entropy {value:.2f}."
        for T, (a, c, value) in zip(temperatures, rows, strict=True)
    ]
    alt = "Accuracy over mean confidence of ten groups beside a diagonal, and the loss over T."
    start = {"T": temperatures[np.argmin(np.abs(temperatures - 1))]}
    row = [[left_figure, right_figure]]
    return live(row, {"T": temperatures}, traces, says=says, start=start, alt=alt)


temperature_figure = reliability_by_temperature(*with_one_hot[0.1][0][1])
temperature_figure

# %% [markdown] after="ps02_confidence"
# *In words: two panels, for a temperature that can be chosen. On the left, the accuracy of ten
# groups of test samples over their mean confidence. At T = 1 the curve lies below the diagonal. As
# T grows it moves to the left, through the diagonal. On the right, the cross-entropy over T falls,
# has a minimum between 2 and 3.5, and rises.*

# %% [markdown]
# ### The best temperature
#
# The loss of $\text{softmax}(u/T)$ depends on $T$ through the scores $u/T$. Your
# `softmax_cross_entropy` returns their delta. The derivative of $u/T$ with respect to $T$ is
# $-u/T^2$, and the chain rule sums over all scores:


# %%
def temperature_derivative(u, labels, T):
    """dL/dT for L = the softmax cross-entropy of the scores u / T; a number."""
    _, delta = softmax_cross_entropy(u / T, labels)
    return -np.sum(delta * u) / T**2


# %% practice=true fold="Compare the derivative with finite differences"
if ready("softmax_cross_entropy"):
    h, u_few, labels_few = 1e-5, np.array([[2.0, 0.5, -1.0], [0.3, 1.1, 0.2]]), np.array([0, 2])
    above, below = (softmax_cross_entropy(u_few / T, labels_few)[0] for T in (1.7 + h, 1.7 - h))
    found = temperature_derivative(u_few, labels_few, 1.7)
    compare("temperature_derivative", found, (above - below) / (2 * h))
else:
    print("This cell waits.")

# %% [markdown]
# Find the T between 0.05 and 20 with the lowest mean cross-entropy. <!-- no claim: setting -->
#
# - As T grows, the loss first falls, then rises (it is convex in $1/T$). In which half of an
#   interval is the minimum? The sign of `temperature_derivative` in the middle tells you; if it is
#   0, either half will do.
# - If the loss only rises or only falls, return the end where it is lowest.
# - T may be wrong by 0.1 % of its value; up to 3 % earns half. <!-- no claim: setting -->
# - Scores in the hundreds must not overflow.


# %% solution="fit_temperature"
def fit_temperature(u, labels):
    """The T from 0.05 to 20 that minimises the cross-entropy of softmax(u / T), to 0.1 %.

    u : (N, K) scores, float32 or float64, labels : (N,) whole numbers from 0 to K - 1
    returns T : a number
    """
    ### BEGIN SOLUTION
    low, high = 0.05, 20.0
    for _ in range(40):
        T = (low * high) ** 0.5
        if temperature_derivative(u, labels, T) > 0:
            high = T
        else:
            low = T
    return T
    ### END SOLUTION


# %% check="fit_temperature"
check("fit_temperature", fit_temperature)

# %% [markdown]
# ### Targets that are not quite certain
#
# One-hot targets ask for the probability 1, which only infinite scores reach. **Label smoothing**
# divides a share `amount` of the probability equally among all K classes, the label's class
# included. The rest stays with that class.


# %% solution="smooth_labels"
def smooth_labels(labels, n_classes, amount):
    """Rows of probabilities: labels of which a share is divided equally among all classes.

    labels : (N,) of any integer type, from 0 to K - 1, n_classes : K, amount : a share from 0 to 1
    returns t : (N, K), rows that sum to 1, of any float type
    """
    ### BEGIN SOLUTION
    return (1 - amount) * np.eye(n_classes)[labels] + amount / n_classes
    ### END SOLUTION


# %% check="smooth_labels"
check("smooth_labels", smooth_labels)

# %% [markdown]
# Compare temperature and label smoothing (amount 0.1) on replaced and right labels. T is fitted on
# the validation samples. All rows show test samples (mean of seeds 0 to 4). The first bracket
# counts the seeds, of five, whose confidence is below the accuracy. The last bracket counts those
# whose loss is below that of row 2.

# %% practice=true fold="Compare both remedies"
remedies = {}
if ready("softmax_cross_entropy", "smooth_labels", "fit_temperature"):

    def smoothed(u, labels, amount=0.1):
        return softmax_cross_entropy(u, smooth_labels(labels, 10, amount).astype(u.dtype))

    for share, title in ((0.1, "one label in ten replaced"), (0.0, "right labels")):
        print(f"{title:26}{'accuracy':>9}{'confidence':>16}{'T':>7}{'loss':>8}", end="")
        print(f"{'minus row 2':>21}")
        smooth = [held_out_scores(smoothed, seed, share) for seed in range(5)]
        for name, runs in (("one-hot", with_one_hot[share]), ("smooth", smooth)):
            T = np.array([fit_temperature(*validation) for validation, _ in runs])
            for divided, by in (("", np.ones(5)), (", divided by T", T)):
                rows = [judged(u / k, labels) for (_, (u, labels)), k in zip(runs, by, strict=True)]
                remedies[name + divided, share] = np.column_stack([rows, by])
        base = remedies["one-hot, divided by T", share][:, 2]
        for (name, of_share), rows in remedies.items():
            if of_share == share:
                right, sure, loss, T = rows.T
                print(
                    f"{name:26}{right.mean():9.3f}{sure.mean():12.3f} ({sum(sure < right)})", end=""
                )
                print(f"{T.mean():7.2f}{loss.mean():8.3f}", end="")
                gap = loss - base
                print(f"{gap.mean():10.3f} ± {gap.std():.3f} ({sum(gap < 0)})")
        better = remedies["smooth", share][:, 0] > remedies["one-hot", share][:, 0]
        print(f"smooth: accuracy above that of one-hot on {np.sum(better)} of 5\n")
else:
    print("This cell waits.")


# %% practice=true fold="Compare the T of equality with the best T"
def temperature_of_equality(u, labels):
    """The T at which the mean confidence equals the accuracy."""
    temperatures = np.geomspace(1, 8, 209)
    rows = [judged(u / T, labels) for T in temperatures]
    return temperatures[np.argmin([abs(right - sure) for right, sure, _ in rows])]


if remedies:
    both_T = [
        [find_T(*test) for _, test in with_one_hot[0.1]]
        for find_T in (temperature_of_equality, fit_temperature)
    ]
    print("one-hot, one label in ten replaced, T on the test samples of each seed:")
    print("mean confidence equals accuracy at", np.round(both_T[0], 2))
    print("cross-entropy is lowest at        ", np.round(both_T[1], 2))

# %% practice=true fold="Other amounts and fewer epochs, one and three labels in ten replaced"
of_amounts, chosen = {}, {}
AMOUNTS = (0.02, 0.1, 0.3)
if ready("softmax_cross_entropy", "smooth_labels", "fit_temperature"):
    for share in (0.1, 0.3):
        one_hot = [held_out_scores(my_cross_entropy, seed, share) for seed in range(5)]
        by_T = [judged(u / fit_temperature(*v), labels)[2] for v, (u, labels) in one_hot]
        on_validation = []
        for amount, epochs in [(amount, 150) for amount in AMOUNTS] + [(0.0, 20)]:
            runs = [
                held_out_scores(lambda u, t, a=amount: smoothed(u, t, a), seed, share, epochs)
                for seed in range(5)
            ]
            on_validation.append([judged(*validation)[2] for validation, _ in runs])
            of_amounts[share, amount] = np.array([judged(*test)[2] for _, test in runs]) - by_T
        chosen[share] = np.take(AMOUNTS, np.argmin(on_validation[:3], axis=0))
    print("loss minus that of one-hot, divided by T (seeds of 5 on which it is lower)")
    print(f"{'':18}{'one in ten replaced':>24}{'three in ten replaced':>24}")
    for amount in (*AMOUNTS, 0.0):
        print(f"{f'amount {amount}' if amount else 'one-hot, 20 epochs':18}", end="")
        for share in (0.1, 0.3):
            gap = of_amounts[share, amount]
            print(f"{gap.mean():12.3f} ± {gap.std():.3f} ({np.sum(gap < 0)})", end="")
        print()
    print("amount with the lowest validation loss, by seed")
    for share in (0.1, 0.3):
        print(f"    {10 * share:.0f} in ten replaced:", *chosen[share])
else:
    print("This cell waits.")

# %% [markdown]
# **With replaced labels:**
#
# - On each of the five seeds, the temperature lowers the loss, but it makes the mean confidence
#   lower than the accuracy. So these are two aims: on the test images, confidence and accuracy are
#   equal at T ≈ 1.9, and the loss is lowest at about 2.4.
# - Smoothing with the amount 0.1 gives a lower loss than the temperature, and a higher accuracy, on
#   each seed. It, too, makes the mean confidence lower than the accuracy.
# - In the mean, one-hot targets and only 20 epochs (in place of 150) also give a lower loss than
#   the temperature.
#
# **With right labels,** smoothing makes the network underconfident, and its loss is higher than
# that of one-hot targets, divided by T, on each seed. A temperature below 1 corrects this. The mean
# accuracy is slightly higher with smoothing.
#
# <details><summary>Optional: other amounts</summary>
#
# Of the three amounts, 0.1 has the lowest validation loss on each seed. The amount 0.02 gives a
# higher loss than the temperature. The amount 0.3 gives a lower loss than the temperature, but in
# the mean a higher one than 0.1. If three labels in ten are replaced, only 0.3 gives a lower loss
# than the temperature, and it also has the lowest validation loss.
#
# </details>

# %% claims=true
words = "agrees with about 77 % of the test labels"
claim(words, plain[:, 0].mean(), equals=0.77, within=0.02)
too_sure = plain[:, 1] - plain[:, 0]
claim("The network is **overconfident**", too_sure, above=0.05)
sure = np.mean(of_right[:, 1] - of_right[:, 0])
words = "It is also overconfident with right labels, but much less"
claim(words, sure, above=0, below=too_sure.mean() / 2)
u_zero, labels_zero = with_one_hot[0.1][0][1]
curve, flat = np.array(reliability(u_zero, labels_zero)), reliability(u_zero / 8, labels_zero)
claim("At T = 1 the curve lies below the diagonal", curve[1] - curve[0], below=0.0, given=[1])
claim(
    "As T grows it moves to the left, through the diagonal",
    np.mean(flat[0]),
    below=np.mean(flat[1]),
)
best_T = fit_temperature(u_zero, labels_zero)
claim("has a minimum between 2 and 3.5", best_T, above=2, below=3.5)
plain_rows, smooth, divided = (
    remedies[name, 0.1] for name in ("one-hot", "smooth", "one-hot, divided by T")
)
words = "On each of the five seeds, the temperature lowers the loss"
claim(words, divided[:, 2], below=plain_rows[:, 2])
words = "it makes the mean confidence lower than the accuracy"
claim(words, divided[:, 1], below=divided[:, 0] - 0.03)
claim("confidence and accuracy are equal at T ≈ 1.9", both_T[0], equals=1.9, within=0.15)
claim("and the loss is lowest at about 2.4", both_T[1], equals=2.4, within=0.2)
claim("and the loss is lowest at about 2.4", np.subtract(*both_T), below=-0.2, given=[2.4])
words = "It, too, makes the mean confidence lower than the accuracy"
claim(words, smooth[:, 1], below=smooth[:, 0])
words = "gives a lower loss than the temperature, and a higher accuracy, on each seed"
claim(words, smooth[:, 2], below=divided[:, 2])
claim(words, smooth[:, 0], above=divided[:, 0])
words = "Of the three amounts, 0.1 has the lowest validation loss on each seed"
claim(words, chosen[0.1], equals=0.1, within=1e-9)
words = "20 epochs (in place of 150) also give a lower loss than the temperature"
claim(words, of_amounts[0.1, 0.0].mean(), below=-0.01, given=[20, 150])
words = "The amount 0.3 gives a lower loss than the temperature"
claim(words, of_amounts[0.1, 0.3], below=0.0, given=[0.3])
words = "but in the mean a higher one than 0.1"
claim(words, np.mean(of_amounts[0.1, 0.3] - of_amounts[0.1, 0.1]), above=0.0, given=[0.1])
words = "The amount 0.02 gives a higher loss than the temperature"
claim(words, of_amounts[0.1, 0.02], above=0.0, given=[0.02])
claim("and it also has the lowest validation loss", chosen[0.3], equals=0.3, within=1e-9)
words = "If three labels in ten are replaced, only 0.3 gives a lower loss than the temperature"
claim(words, of_amounts[0.3, 0.3], below=0.0, given=[0.3])
claim(words, [of_amounts[0.3, 0.02], of_amounts[0.3, 0.1]], above=0.0, given=[0.3])
plain_rows, smooth, divided = (
    remedies[name, 0.0] for name in ("one-hot", "smooth", "smooth, divided by T")
)
claim("smoothing makes the network underconfident", smooth[:, 1], below=smooth[:, 0])
words = "its loss is higher than that of one-hot targets, divided by T, on each seed"
claim(words, smooth[:, 2], above=remedies["one-hot, divided by T", 0.0][:, 2])
claim(
    "The mean accuracy is slightly higher with smoothing",
    np.mean(smooth[:, 0] - plain_rows[:, 0]),
    above=0.0,
    below=0.02,
)
claim("A temperature below 1 corrects this", divided[:, 2], below=smooth[:, 2], given=[1])

# %% [markdown]
# ## 10 Spot the slip
#
# S1 ("Backpropagation") lists the training algorithm in 14 steps. Step 10 uses one rule for all
# layers. It gives the gradient with respect to the score $u_m$ of a unit (one output of a layer):
#
# $$\frac{\partial L}{\partial u_m} = \Delta_m\, \varphi'_m$$
#
# Here $\Delta_m$ is the gradient with respect to the unit's own output $y_m$, and $\varphi'_m$ is
# the derivative of its own activation function. We test the rule on a softmax with cross-entropy
# and the one-hot targets $t_m$. There, $\Delta_m = -t_m / y_m$ and $\varphi'_m = y_m (1 - y_m)$.
# **Before you run the next two cells: which scores have the gradient 0 by the rule, and should it
# be 0?**


# %% practice=true
def step_ten(t, y):
    """Gradient by S1's step 10; t : (N, K) one-hot rows, y : (N, K) outputs; returns (N, K)."""
    return -t * (1 - y) / len(y)  # -t/y times y (1 - y), over N; y cancels, so 0/0 cannot occur


# %% practice=true fold="Compare the rule with finite differences"
y_four = np.array([0.177, 0.247, 0.387, 0.189])
by_rule = step_ten(np.eye(4)[[1]], y_four[None])[0]
numerical_four = numerical_gradient(lambda u: -np.log(soft(u)[1]), np.log(y_four), 1e-6)
rows = {"the rule": by_rule, "finite differences": numerical_four, "y − t": y_four - np.eye(4)[1]}
for name, row in rows.items():
    print(f"{name:20}", "  ".join(f"{number:6.3f}" for number in row + 0.0))

# %% [markdown]
# <details><summary>After your answer: the slip</summary>
#
# The rule contains only how each score changes its own probability. But the scores of the wrong
# classes affect the loss through the denominator, and the rule loses their gradient. So for a last
# layer with softmax the rule is an *error*. With cross-entropy it needs $y - t$ in place of
# $\Delta_m \varphi'_m$. S1 itself derives this as equation (6).
#
# </details>
#
# Does the error matter? We train with the rule and with the full gradient, ten epochs with the
# seeds 0, 1 and 2, each at seven learning rates. With the full gradient and its best rate, the
# network classifies more than nine in ten test digits correctly. **Which share does it classify
# correctly with the rule, at its best rate?** Random guessing would give 0.1.
# <!-- no claim: derived -->

# %% guess="accuracy with step 10"
guess("ps02_step_ten", None, between=(0, 1))  # your guess in place of None: a share from 0 to 1


# %% practice=true fold="Define how to train a network" after=false
def initial_network(seed, bias=0.0):
    """A network before training, its output biases, +bias or −bias, and the random generator."""
    rng = np.random.default_rng(seed)
    biases = bias * rng.choice([-1, 1], size=10)
    return new_network(rng, bias=biases), biases, rng


def train(loss, rate, seed, bias=0.0, epochs=10):
    """A trained network, None if it diverged, and the initial output biases, +bias or −bias."""
    network, biases, rng = initial_network(seed, bias)
    try:
        fit(
            network,
            x_train,
            t_train,
            loss=loss,
            optimizer=SGD(network.parameters(), lr=rate),
            epochs=epochs,
            batch_size=64,
            rng=rng,
            progress=False,
        )
    except FloatingPointError:
        return None, biases  # the loss is not finite any more
    return network, biases


def share_right(loss, rate, seed, bias=0.0, epochs=10):
    """Test accuracy after training; 0.1, which is guessing, if training diverges."""
    network, _ = train(loss, rate, seed, bias, epochs)
    return 0.1 if network is None else accuracy(network(x_test), t_test)


def by_step_ten(u, labels):
    """The right value with the gradient of the rule."""
    gradient = step_ten(np.eye(10)[labels], my_softmax(u))
    return my_cross_entropy(u, labels)[0], gradient.astype(u.dtype)


# %% practice=true fold="Train with both gradients at seven rates" after=false
with_gradient_of, best_rate = {}, {}
for name, loss in (("step 10", by_step_ten), ("full gradient", my_cross_entropy)):
    for rate in (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0):
        with_gradient_of[name, rate] = [share_right(loss, rate, seed) for seed in range(3)]
    means = {key[1]: np.mean(v) for key, v in with_gradient_of.items() if key[0] == name}
    best_rate[name] = max(means, key=means.get)

# %% practice=true
of_the_rule = with_gradient_of["step 10", best_rate["step 10"]]
reveal("ps02_step_ten", np.mean(of_the_rule), f"Standard deviation: {np.std(of_the_rule):.3f}.")

# %% practice=true fold="Print accuracies and what happens to the scores" after="ps02_step_ten"
rates = sorted({rate for _, rate in with_gradient_of})
print(f"{'mean accuracy at rate':21}" + "".join(f"{rate:7g}" for rate in rates))
for name in best_rate:
    row = [np.mean(with_gradient_of[name, rate]) for rate in rates]
    print(f"{name:21}" + "".join(f"{mean:7.2f}" for mean in row))
long_runs = [share_right(by_step_ten, 0.01, seed, epochs=100) for seed in range(3)]
print(f"step 10, rate 0.01, 100 epochs: {np.mean(long_runs):.2f}")
risen = []
for seed in range(3):
    both = initial_network(seed)[0], train(by_step_ten, 0.01, seed)[0]
    before, after = (network(x_train) for network in both)
    risen.append(after - before)
    print(f"step 10, rate 0.01, seed {seed}: the scores of all images rise by", end=" ")
    print(f"{risen[-1].min():.1f} to {risen[-1].max():.1f}")


# %% practice=true fold="Subtract the mean of each row of the gradient" after="ps02_step_ten"
def without_its_mean(u, labels):
    """The rule's gradient minus its mean over the scores of a row."""
    value, gradient = by_step_ten(u, labels)
    return value, gradient - gradient.mean(axis=1, keepdims=True)


def mean_cosine(network):
    """Mean cosine between the hidden activations of two test images, over all pairs."""
    first, relu, _ = network.layers
    hidden = relu(first(x_test)).astype(float)
    hidden /= np.linalg.norm(hidden, axis=1, keepdims=True)
    return np.mean((hidden @ hidden.T)[np.triu_indices(len(hidden), 1)])


centred = {
    rate: np.mean([share_right(without_its_mean, rate, seed) for seed in range(3)])
    for rate in (0.03, 0.1, 0.3)
}
print("step 10 without the mean of each row, by rate:", {k: f"{v:.2f}" for k, v in centred.items()})
alike = {"before training": [mean_cosine(initial_network(seed)[0]) for seed in range(3)]}
for name, loss in (("step 10", by_step_ten), ("without the mean", without_its_mean)):
    alike[name] = [mean_cosine(train(loss, 0.01, seed)[0]) for seed in range(3)]
print("mean cosine between the hidden activations of two images, rate 0.01, seeds 0, 1, 2:")
for name, cosines in alike.items():
    print(f"    {name:17}", *(f"{cosine:.2f}" for cosine in cosines))

# %% [markdown] after="ps02_step_ten"
# With the rule the network hardly learns: at its best rate it classifies one in five digits
# correctly. The full gradient reaches about 0.48 at the same rate, and more than nine in ten at its
# own best rate. At the rule's best rate, ten times as many epochs lower its accuracy.
#
# The rule gives no score a positive gradient: it never asks a score to fall. In all three runs
# every score of every training image has risen. Softmax ignores what all scores of an image have in
# common (section 4). But the backward pass takes this common part to the hidden units, and there it
# asks for the same direction of change for every image. So the hidden activations become nearly
# proportional: the mean cosine between those of two images is above 0.9 on each seed. If we
# subtract the common part (from each row of the rule's gradient its mean), the cosine stays below
# 0.8 at the rate 0.01. At the best of three rates, 0.1, the accuracy is then about 0.80. So this
# part is a main reason for the low accuracy.

# %% claims=true
best_of = {
    name: max(np.mean(shares) for key, shares in with_gradient_of.items() if key[0] == name)
    for name in ("step 10", "full gradient")
}
claim(
    "at its best rate it classifies one in five digits correctly",
    best_of["step 10"],
    equals=0.2,
    within=0.05,
)
words = "at the same rate, and more than nine in ten at its own best rate"
claim(words, best_of["full gradient"], above=0.9)
words = "The full gradient reaches about 0.48 at the same rate"
same_rate = np.mean(with_gradient_of["full gradient", best_rate["step 10"]])
claim(words, same_rate, equals=0.48, within=0.05)
words = "At the rule's best rate, ten times as many epochs lower its accuracy"
claim(words, np.mean(long_runs), below=best_of["step 10"])
words = "At the best of three rates, 0.1, the accuracy is then about 0.80"
claim(words, max(centred.values()), equals=0.8, within=0.06, given=[0.1])
claim(words, max(centred, key=centred.get), equals=0.1, within=0.001, given=[0.8])
words = "the mean cosine between those of two images is above 0.9 on each seed"
claim(words, alike["step 10"], above=0.9)
words = "the cosine stays below 0.8 at the rate 0.01"
claim(words, alike["without the mean"], below=0.8, given=[0.01])
words = "So this part is a main reason for the low accuracy"
claim(words, max(centred.values()) - best_of["step 10"], above=0.4)
claim(
    "The rule gives no score a positive gradient",
    by_step_ten(new_network(np.random.default_rng(0))(x_train), t_train)[1].max(),
    below=1e-9,
)
words = "In all three runs every score of every training image has risen"
claim(words, np.min(risen), above=0.0)

# %% [markdown]
# Optional, about ten minutes: more slips about losses, folded here, tested below.
#
# <details><summary>Formulas of the lecture texts, tested</summary>
#
# - **A missing logarithm** (S1, "Output Layer", before equation (6); an *error*). Here $z$ are the
#   scores (our $u$), and $\rho$ is the sum of the other exponentials. *Printed:* $t^m$ times the
#   derivative of $\big[\tfrac{e^{z^m}}{e^{z^m}+\rho}\big]$, which is the probability. *Right:*
#   $t^m$ times the derivative of $\big[\log \tfrac{e^{z^m}}{e^{z^m}+\rho}\big]$, as in S1's next
#   line and its result (6). *Test* (with a minus in front, for the loss): for a right class with
#   the probability 0.339 the printed line gives −0.224, and the gradient of $-\sum t \log y$ is
#   −0.661.
# - **A wrong letter** (S3, "Back Propagation (X,Y): Propagation"; an *error*), for layers $X_i \to
#   Y_i$ with $X_2 = Y_1$. *Printed:* $\partial L/\partial Y_1 = \frac{\partial L}{\partial Y_2}
#   \cdot \frac{\partial Y_2}{\partial X_1}$. *Right:* the second factor is $\partial Y_2/\partial
#   X_2$. *Test:* the printed product has the shape of $X_1$, not of $Y_1$.
# - **An unexplained letter** (S3, "Loss Functions"; an *omission*). *Printed:* the mean absolute
#   error with $|y_i - x_i|$, without saying what $x_i$ is. *Right:* the prediction, which the
#   squared error beside it calls $\hat Y_i$. *Test:* if $x_i$ were the input, $y_i - x_i$ could not
#   be computed: in section 3, inputs and targets have different shapes.
# - **Two encodings** (S3, "Loss Functions"; an *omission*). *Printed:* binary cross-entropy and
#   hinge with the same letter $y$, without its values. *Right:* **cross-entropy takes 0 and 1,
#   hinge and perceptron loss −1 and +1.** *Test:* if they are exchanged, no error message
#   appears. With the target 0 the hinge is the constant 1, and with the target −1 the cross-entropy
#   falls below 0.
# - **A loss of the difference** (S4, "How can we train the weights?" and "Backpropagation: Matrix
#   form"; an *error*). *Printed:* $\ell(\mathbf y - f(\mathbf x, \mathbf W))$ for perceptron loss,
#   multi-class hinge and square loss. *Right:* only the square loss depends on the difference
#   alone. *Test:* $y = 1, f = 2.5$ and $y = -1, f = 0.5$ have the same difference, and the
#   perceptron loss is 0 for the first and 0.5 for the second.
# - **A delta for each output alone** (S4, the same slides; an *error*). *Printed:* the delta
#   $[l'(f_1), …, l'(f_p)]$. *Right:* only for a loss that is a sum of terms with one output each,
#   such as the squared error. *Test:* with softmax and cross-entropy, the delta of one output
#   depends on the other outputs, too. For the scores (0.5, 0) and the label 0, the first delta is
#   −0.38. It becomes −0.82 if the second score rises from 0 to 2.
#
# </details>

# %% practice=true fold="Test the formulas of the lecture texts" after=false
z_one, m = np.log(np.array([0.4, 0.339, 0.261])), 1
bracket = -numerical_gradient(lambda z: soft(z)[m], z_one, 1e-6)[m]
by_differences = numerical_gradient(lambda z: -np.log(soft(z)[m]), z_one, 1e-6)[m]
print(f"bracket as printed {bracket:.3f}, finite differences {by_differences:.3f}", end="")
print(f", equation (6) {soft(z_one)[m] - 1:.3f}")

rng = np.random.default_rng(5)
X1, W = rng.normal(size=4), rng.normal(size=(4, 3))
Y1 = X1 @ W  # X2 = Y1, and Y2 = tanh(X2)
dL_dY2, dY2_dX2 = rng.normal(size=3), np.diag(1 - np.tanh(Y1) ** 2)
dY2_dX1 = W @ dY2_dX2
print(f"shape of Y1: {Y1.shape}; of the product with dY2/dX2: {(dY2_dX2 @ dL_dY2).shape}; ", end="")
print(f"as printed, with dY2/dX1: {(dY2_dX1 @ dL_dY2).shape}")
try:
    np.abs(diabetes.t - diabetes.x)
except ValueError:
    print(f"|y - x|: targets {diabetes.t.shape} and inputs {diabetes.x.shape} cannot be subtracted")
for f in (-5.0, 0.0, 5.0):
    of_minus_one = -(-1 * math.log(yes(f)) + 2 * math.log(1 - yes(f)))
    print(f"output {f:4.0f}: hinge with the target 0 is {max(0.0, 1 - 0 * f):.1f},", end="")
    print(f" cross-entropy with the target -1 is {of_minus_one:6.2f}")

(the_hinge,) = own_or_library("binary_hinge")
of_pairs = {}
for name, loss in (("perceptron loss", losses.perceptron_loss), ("hinge", the_hinge)):
    both = [(np.array([[f]]), np.array([[y]])) for y, f in ((1.0, 2.5), (-1.0, 0.5))]
    of_pairs[name] = [float(loss(*pair)[0]) for pair in both]
    print(f"y - f is -1.5 twice, the {name}", of_pairs[name])
of_first = [my_cross_entropy(np.array([[0.5, f]]), np.array([0]))[1][0, 0] for f in (0.0, 2.0)]
print("delta of output 1 (0.5) for output 2 = 0 and 2:", np.round(of_first, 2))

# %% claims=true
words = "the printed line gives −0.224, and the gradient of $-\\sum t \\log y$ is −0.661"
claim(words, bracket, equals=-0.224, within=0.001, given=[-0.661])
claim(words, by_differences, equals=-0.661, within=0.001, given=[-0.224])
claim("probability 0.339", soft(z_one)[m], equals=0.339, within=0.001)
words = "the perceptron loss is 0 for the first and 0.5 for the second"
claim(words, of_pairs["perceptron loss"][0], below=1e-9, given=[0, 0.5])
claim(words, of_pairs["perceptron loss"][1], equals=0.5, within=1e-9, given=[0])
claim("the first delta is −0.38", of_first[0], equals=-0.38, within=0.01)
words = "It becomes −0.82 if the second score rises from 0 to 2"
claim(words, of_first[1], equals=-0.82, within=0.01, given=[0, 2])
falls = math.log(yes(-5)) - 2 * math.log(1 - yes(-5))
claim("with the target −1 the cross-entropy falls below 0", falls, below=0, given=[-1])

# %% [markdown]
# ## 11 Your functions race on handwriting
#
# S1 asks why softmax and cross-entropy work better for classification than sigmoid and quadratic
# loss. Section 6 compared their deltas; now we train whole networks with them. To separate output
# function and loss, we also train softmax with squared error and sigmoid with cross-entropy. We add
# your multi-class hinge. A loss with smaller gradients needs larger steps. So, to be fair, **we try
# every pair of output function and loss at seven learning rates.**
#
# Each pair gets two initialisations: the usual one, and a **bad one, made on purpose**, in which
# the biases of the ten outputs are initialised with +10 or −10 at random.
#
# Each network trains for ten epochs, with the seeds 0, 1 and 2. With the bad initialisation,
# **which share of the test digits does softmax with squared error classify correctly, at the best
# of its seven rates?** Random guessing would give 0.1. With the usual initialisation it reaches
# more than 0.9.

# %% guess="accuracy after the bad initialisation"
guess("ps02_bad_start", None, between=(0, 1))  # your guess in place of None: a share from 0 to 1

# %% practice=true fold="Define the five pairs" after=false
my_softmax, my_square, my_cross_entropy, my_bce, my_hinge = own_or_library(
    "softmax", "squared_error", "softmax_cross_entropy", "bce_with_logits", "multiclass_hinge"
)


def rows_of(labels):
    """Labels as rows of zeros with a single one."""
    return np.eye(10, dtype=np.float32)[labels]


def sigmoid_square(u, labels):
    return after_a_sigmoid(my_square)(u, rows_of(labels))


def softmax_square(u, labels):
    """Squared error of the softmax; the backward pass uses the whole Jacobian."""
    y = my_softmax(u)
    value, dy = my_square(y, rows_of(labels))
    return value, y * (dy - np.sum(dy * y, axis=1, keepdims=True))


# %% practice=true fold="Train all pairs at seven rates" after=false
RACE = {
    "sigmoid, square": sigmoid_square,
    "softmax, square": softmax_square,
    "sigmoid, cross-entropy": lambda u, t: my_bce(u, rows_of(t)),
    "softmax, cross-entropy": lambda u, t: my_cross_entropy(u, t),
    "multi-class hinge": lambda u, t: my_hinge(u, t, 1.0),
}
RATES = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
INITIAL = {"usual": 0.0, "bad": 10.0}  # size of the output biases
reached = {}
if ready(
    "softmax", "squared_error", "softmax_cross_entropy", "bce_with_logits", "multiclass_hinge"
):
    for name, loss in RACE.items():
        for start, bias in INITIAL.items():
            runs = [[share_right(loss, rate, seed, bias) for seed in range(3)] for rate in RATES]
            reached[name, start] = np.array(runs)
    print(f"{2 * len(RACE) * len(RATES) * 3} networks trained with your functions")
else:
    print("This cell waits.")

# %% practice=true fold="Compare with your guess"
if reached:
    of_this_pair = reached["softmax, square", "bad"]
    reveal(
        "ps02_bad_start",
        of_this_pair.mean(axis=1).max(),
        "Mean of seeds 0, 1, 2 at that rate; single runs at all seven rates: "
        f"{of_this_pair.min():.2f} to {of_this_pair.max():.2f}.",
    )

# %% practice=true fold="Draw the best test accuracies" after="ps02_bad_start"
LOOKS = {"usual": (theme.FORWARD, "o", "full"), "bad": (theme.INK, "s", "none")}
if reached:
    with theme.style():
        figure, ax = plt.subplots(figsize=(6.4, 3.8))
        for row, name in enumerate(RACE):
            by_start = {start: reached[name, start] for start in INITIAL}
            found = {start: r[np.argmax(r.mean(axis=1))] for start, r in by_start.items()}
            heights = {"usual": row - 0.15, "bad": row + 0.15}
            ends = [shares.mean() for shares in found.values()]
            ax.plot(ends, [*heights.values()], color=theme.QUIET, linewidth=1)
            for start, (colour, marker, fill) in LOOKS.items():
                look = {"color": colour, "fillstyle": fill, "markersize": 5}
                ax.plot(found[start], np.full(3, heights[start]), marker, **look)
                if row == 0:
                    side = {"color": colour, "ha": "center", "va": "bottom"}
                    ax.text(np.mean(found[start]), -0.3, f"{start}\ninitialisation", **side)
        ax.set_yticks(range(len(RACE)), RACE)
        label = "test accuracy at the best of seven rates\n(mark: a seed; line: between means)"
        ax.set(xlim=(0, 1.02), ylim=(4.5, -1.2), xlabel=label)
        ax.set_title("Only the squared errors drop below 0.5")
        plt.show()
    print(f"{'mean accuracy at rate':30}" + "".join(f"{rate:7g}" for rate in RATES) + "   best")
    for (name, start), shares in reached.items():
        row = shares.mean(axis=1)
        spread = shares[np.argmax(row)].std()
        shown = "".join(f"{mean:7.2f}" for mean in row)
        print(f"{name:23}{start:7}{shown}   {row.max():.3f} ± {spread:.3f}")

# %% [markdown] after="ps02_bad_start"
# *In words: a row for each pair: test accuracies at its best rate, three seeds, two
# initialisations. With the usual one, each of the five reaches more than 0.9 at some
# rate. With the bad one, sigmoid with squared error is near 0.1, softmax with squared error about
# 0.4. Both cross-entropies and the hinge reach more than 0.9 at their best rates.*


# %% practice=true fold="Change only the output function or only the loss" after="ps02_bad_start"
changed = {}
print(f"{'accuracy, paired over the seeds':45}{'usual':>15}{'bad':>19}")
for new, old in (
    (
        ("softmax, square", "sigmoid, square"),
        ("softmax, cross-entropy", "sigmoid, cross-entropy"),
        ("sigmoid, cross-entropy", "sigmoid, square"),
        ("softmax, cross-entropy", "softmax, square"),
    )
    if reached
    else ()
):
    print(f"{new + ' minus ' + old:45}", end="")
    for start in INITIAL:
        a, b = (
            reached[name, start][np.argmax(reached[name, start].mean(axis=1))]
            for name in (new, old)
        )
        changed[new, old, start] = a - b
        print(f"{np.mean(a - b):11.3f} ± {np.std(a - b):.3f}", end="")
    print()

# %% practice=true fold="Sigmoid with squared error at rates up to 100,000" after="ps02_bad_start"
before = [np.median(np.abs(initial_network(seed, 10.0)[0](x_train))) for seed in range(3)]
large, score_sizes = {}, {}
print(f"bad initialisation; median size of the scores before training: {np.mean(before):.0f}")
for rate in (1e1, 1e2, 1e3, 1e4, 1e5):
    nets = [train(sigmoid_square, rate, seed, bias=10.0)[0] for seed in range(3)]
    large[rate] = np.mean([accuracy(net(x_test), t_test) for net in nets])
    score_sizes[rate] = [float(np.median(np.abs(net(x_train)))) for net in nets]
    sizes = ", ".join(f"{size:,.0f}" for size in score_sizes[rate])
    print(f"rate {rate:7,.0f}: mean accuracy {large[rate]:.3f}, median size by seed: {sizes}")

# %% [markdown] after="ps02_bad_start"
# - **With the usual initialisation the loss hardly changes the accuracy,** if each loss has its own
#   learning rate: at their best rates the five accuracies differ by less than 0.03. Compared at the
#   smallest rate alone, the squared errors would have looked far worse.
# - **With the bad initialisation the choice of the pair decides the result,** at the rates that we
#   tried. For sigmoid with squared error no rate helps, up to 100,000. In section 1 its gradient
#   was about 22,000 times smaller than that of the cross-entropy. So 22,000 times the
#   cross-entropy's best rate of 0.2, about 4,400, should make up for it. It does not: where the
#   curve is not flat, such steps are far too large. From a rate of 1,000 on, the scores have a
#   median size above 100 after training (about 10 before), and there the curve is flat again.
# - S1 calls the advantage of its pair, softmax with cross-entropy, a "property of the softmax". The
#   four differences in the output show what the softmax and the cross-entropy change on their own.

# %% [markdown]
# Optional, about ten minutes: three more tables, explained in the two folded texts.
#
# <details><summary>After your guess: what the three tables show</summary>
#
# All tables show means over the seeds 0, 1 and 2.
#
# - Which digits does softmax with squared error learn? The first table splits the test digits by
#   the initial bias of the output of their own class (each pair at its best rate for the bad
#   initialisation).
# - The second table shows the mean size of the deltas of single samples (N · du) before training,
#   for three groups of scores: above 0 at a wrong class, below 0 at the right class (in both, the
#   sign is wrong), and all scores with the right sign.
# - The third table returns to the usual initialisation: is the network as confident as it is
#   accurate?
#
# </details>

# %% practice=true fold="Print the three tables" after="ps02_bad_start"
PAIRS = list(RACE)[:4]  # without the hinge
own_bias, deltas, confidence = {}, {}, {}
for name in PAIRS if reached else ():
    rate = RATES[np.argmax(reached[name, "bad"].mean(axis=1))]
    rows = []
    for seed in range(3):
        network, biases = train(RACE[name], rate, seed, bias=10.0)
        right = network(x_test).argmax(axis=1) == t_test
        rows.append([np.mean(right[biases[t_test] == first]) for first in (10.0, -10.0)])
    own_bias[name] = np.array(rows)
    print(f"{name:23} accuracy on digits with initial bias", end=" ")
    print("+10: {:.3f}, −10: {:.3f}".format(*own_bias[name].mean(axis=0)))

print(f"\n{'mean |N · du|':23}{'wrong sign, > 0':>17}{'wrong sign, < 0':>17}{'right sign':>12}")
for name in PAIRS:
    rows = []
    for seed in range(3):
        u = initial_network(seed, bias=10.0)[0](x_train)
        size = np.abs(len(u) * RACE[name](u, t_train)[1])
        says_yes, is_yes = u > 0, rows_of(t_train) > 0
        groups = (says_yes & ~is_yes, ~says_yes & is_yes, says_yes == is_yes)
        rows.append([np.mean(size[group]) for group in groups])
    deltas[name] = np.array(rows)
    print(f"{name:23}{{:17.5f}}{{:17.5f}}{{:12.5f}}".format(*deltas[name].mean(axis=0)))

print(f"\n{'usual initialisation':23}{'accuracy':>15}{'confidence':>15}")
for name in RACE if reached else ():
    rate = RATES[np.argmax(reached[name, "usual"].mean(axis=1))]
    rows = []
    for seed in range(3):
        u = train(RACE[name], rate, seed)[0](x_test).astype(float)
        y = sigmoid(u) if name.startswith("sigmoid") else functional.softmax(u)
        rows.append([accuracy(u, t_test), y.max(axis=1).mean()])
    confidence[name] = np.array(rows)
    print(f"{name:23}" + "".join(f"{mean:15.3f}" for mean in confidence[name].mean(axis=0)))
if reached:
    nets = [train(lambda u, t: my_hinge(u, t, 5.0), 0.2, seed)[0] for seed in range(3)]
    margin_5 = np.array([judged(net(x_test).astype(float), t_test)[:2] for net in nets])
    print(f"{'hinge, margin 5':23}" + "".join(f"{mean:15.3f}" for mean in margin_5.mean(axis=0)))
    rate = RATES[np.argmax(reached["softmax, cross-entropy", "usual"].mean(axis=1))]
    longer = [train(my_cross_entropy, rate, seed, epochs=100)[0] for seed in range(3)]
    later = np.array([judged(net(x_test).astype(float), t_test)[:2] for net in longer])
    print(
        f"{'softmax, c.-e., 100 ep.':23}" + "".join(f"{mean:15.3f}" for mean in later.mean(axis=0))
    )

# %% [markdown]
# <details><summary>After your guess: what follows from the three tables</summary>
#
# Softmax with squared error learns the digits whose outputs have the initial bias +10 and none of
# the others. The reason: the softmax divides the probability among the outputs with the bias +10.
# If the output of the right class has the bias −10, its probability is almost 0. Its delta contains
# this probability as a factor, so it is almost 0 as well.
#
# In the third table, *confidence* is the mean of the largest output (for the hinge, of the softmax
# of its scores). The accuracies after ten epochs are nearly the same.
# In the first five rows the confidence is below the accuracy (in section 9, after 150 epochs on few
# and partly wrong labels, it was above). With the margin 1 the hinge has by far the lowest
# confidence. This depends on the margin: with 5 it is above the accuracy.
#
# The last row: after 100 epochs of softmax with cross-entropy, confidence and accuracy are both
# about 0.98, so here longer training closes the gap.
#
# </details>

# %% claims=true
best = {key: shares[np.argmax(shares.mean(axis=1))] for key, shares in reached.items()}
usual = {name: best[name, "usual"].mean() for name in RACE}
means = {key: shares.mean(axis=1) for key, shares in reached.items()}
for name in RACE:
    claim("each of the five reaches more than 0.9 at some rate", best[name, "usual"], above=0.9)
words = "at their best rates the five accuracies differ by less than 0.03"
claim(words, max(usual.values()) - min(usual.values()), below=0.03)
for name in ("sigmoid, square", "softmax, square"):
    claim("would have looked far worse", reached[name, "usual"][0], below=0.6)
for name in ("sigmoid, cross-entropy", "softmax, cross-entropy", "multi-class hinge"):
    claim("would have looked far worse", reached[name, "usual"][0], above=0.8)
    claim("reach more than 0.9 at their best rates", best[name, "bad"].mean(), above=0.9)
stuck_means = means["sigmoid, square", "bad"]
recovered = best["sigmoid, cross-entropy", "bad"]
claim("recovers almost fully (about 0.93)", recovered.mean(), equals=0.93, within=0.015)
part = best["softmax, square", "bad"]
claim("softmax with squared error about 0.4", part.mean(), equals=0.4, within=0.05)
claim("Only the squared errors drop below 0.5", part.mean(), below=0.5)
near_chance = best["sigmoid, square", "bad"]
claim("sigmoid with squared error is near 0.1", near_chance, below=0.15, given=[0.1])
words = "So most of it is due to the cross-entropy"
claim(words, changed["sigmoid, cross-entropy", "sigmoid, square", "bad"], above=0.5)
claim(words, recovered - part, above=0.3)
words = "it adds about 0.83 to the sigmoid's accuracy and 0.54 to the softmax's"
of_loss = changed["sigmoid, cross-entropy", "sigmoid, square", "bad"]
claim(words, of_loss.mean(), equals=0.83, within=0.03, given=[0.54])
of_loss = changed["softmax, cross-entropy", "softmax, square", "bad"]
claim(words, of_loss.mean(), equals=0.54, within=0.06, given=[0.83])
of_softmax = changed["softmax, square", "sigmoid, square", "bad"]
words = "The softmax adds about 0.29 with the squared error"
claim(words, of_softmax.mean(), equals=0.29, within=0.05)
of_softmax = changed["softmax, cross-entropy", "sigmoid, cross-entropy", "bad"]
claim("and nothing with the cross-entropy", abs(of_softmax.mean()), below=0.02)
words = "each change adds less than 0.02 in the mean"
gaps = [abs(gap.mean()) for (*_, start), gap in changed.items() if start == "usual"]
claim(words, max(gaps), below=0.02)
words = "learns the digits whose outputs have the initial bias +10 and none of the others"
claim(words, own_bias["softmax, square"][:, 0], above=0.95, given=[10])
claim(words, own_bias["softmax, square"][:, 1], below=0.02, given=[10])
words = "the first delta vanishes although the error is as large as it can be"
claim(words, deltas["sigmoid, square"][:, :2], below=0.0002)
words = "was about 22,000 times smaller than that of the cross-entropy"
claim(words, ratio, equals=22000, within=500)
words = "cross-entropy's best rate of 0.2, about 4,400"
best_of_bce = RATES[np.argmax(means["sigmoid, cross-entropy", "bad"])]
claim(words, ratio * best_of_bce, equals=4400, within=100, given=[0.2])
words = "the scores have a median size above 100 after training (about 10 before)"
claim(
    words, [size for rate in (1e3, 1e4, 1e5) for size in score_sizes[rate]], above=100, given=[10]
)
claim(words, before, equals=10, within=1, given=[100])
words = "no rate helps, up to 100,000"
claim(words, [*large.values()], below=0.2, given=[100000])
words = "sigmoid with the squared error stays at guessing at every rate"
claim(words, stuck_means, below=0.15)
claim("so it is almost 0 as well", deltas["softmax, square"][:, 1], below=1e-6, given=[0])
wrong_yes, wrong_no, _ = deltas["softmax, cross-entropy"].T
claim("the second is about 1 in size", wrong_no, equals=1, within=0.001)
sure, known = (np.array([rows.mean(axis=0)[k] for rows in confidence.values()]) for k in (1, 0))
words = "The accuracies after ten epochs are nearly the same"
both = [*known, margin_5[:, 0].mean()]
claim(words, max(both) - min(both), below=0.03)
words = "With the margin 1 the hinge has by far the lowest confidence"
claim(words, sure[:4].min() - sure[4], above=0.1, given=[1])
claim("with 5 it is above the accuracy", np.diff(margin_5.mean(axis=0))[0], above=0, given=[5])
words = "confidence and accuracy are both about 0.98"
claim(words, later.mean(axis=0), equals=0.98, within=0.012)
at_ten = np.subtract(*confidence["softmax, cross-entropy"].mean(axis=0))
claim(
    "so here longer training closes the gap", abs(np.diff(later.mean(axis=0))[0]), below=at_ten / 2
)
words = "In the first five rows the confidence is below the accuracy"
claim(words, known - sure, above=0.0)
words = "the softmax divides the probability among the outputs with the bias +10"
claim(words, wrong_yes, above=0.1, below=0.5, given=[10])

# %% [markdown]
# ## 12 Questions
#
# **One more example.** You add one example to a data set, and the **sum** of the loss over all
# examples stays exactly the same, in exact arithmetic (without rounding). Which loss was it? (A
# question from CS231n.)
#
# - a: softmax with cross-entropy, and the example is classified correctly with great confidence
# - b: half the squared error after a sigmoid, and the example is classified correctly
# - c: binary cross-entropy, and the score of the example is exactly 0
# - d: the multi-class hinge, and the right score exceeds the others by more than the margin

# %% solution="answer_one_more"
answer_one_more = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_one_more = "d"
### END SOLUTION

# %% choice="one_more" key="d" points=1
check_choice("one_more", answer_one_more)
# a: The cross-entropy −log p is then very small. But p is below 1 for all finite scores, so the
#    example adds a little to the sum.
# b: The sigmoid never reaches 0 or 1 exactly. With a target of 0 or 1 a small squared error
#    remains, even if the class is right.
# c: At the score 0 the probability is ½. So the example adds log 2 = 0.69 to the sum.
# d: Every term max(0, margin + other score − right score) is then exactly 0. So the example adds
#    nothing to the sum.

# %% [markdown]
# **A first loss.** A new classifier has 20 classes and small initial weights. Before any training
# its cross-entropy for a batch of 50 samples is 7.49. What do you look for first?
#
# - a: nothing; with 20 classes, a first loss of about 7.5 is to be expected
# - b: scores that are too large, so that the network is confident
# - c: a sum over the samples, and a mean over the classes
# - d: a softmax taken twice

# %% solution="answer_first_loss"
answer_first_loss = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_first_loss = "c"
### END SOLUTION

# %% choice="first_loss" key="c" points=1
check_choice("first_loss", answer_first_loss)
# a: With small weights every class gets a probability of about 1/20. The loss should then be near
#    log 20 = 3.0.
# b: Scores that are too large could give a loss of 7.49. But with small initial weights all scores
#    are nearly equal, so this is not the first thing to look for.
# c: Equal probabilities give the loss −log(1/20) = 2.996. Times the 50 samples this is 149.8, and
#    divided by the 20 classes it is 7.49.
# d: The second softmax gives nearly equal probabilities as well, so the first loss stays at 3.0.

# %% [markdown]
# **Place and animals.** A photo shows exactly one of three places: a room, a street or a meadow. It
# may also show a dog, a cat, both or neither. Which outputs and losses fit?
#
# - a: a softmax over the places with cross-entropy, and a sigmoid with binary cross-entropy for
#   each animal
# - b: one softmax over all five with cross-entropy, and a target row with a 1 for everything that
#   the photo shows
# - c: a sigmoid with binary cross-entropy for each of the five
# - d: a softmax over the places and another over dog and cat, each with cross-entropy

# %% solution="answer_dog_and_cat"
answer_dog_and_cat = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_dog_and_cat = "a"
### END SOLUTION

# %% choice="dog_and_cat" key="a" points=1
check_choice("dog_and_cat", answer_dog_and_cat)
# a: Exactly one place is right, so the probabilities of the places sum to 1. Dog and cat are two
#    separate questions, so each has a sigmoid of its own.
# b: The target row sums to 2 or 3 if there are animals, but the outputs of a softmax sum to 1. So a
#    photo of a street with a dog can never get a probability near 1 for both.
# c: This fits the animals. But the probabilities of the three places need not sum to 1: the
#    network could say that a photo is surely a room and surely a meadow.
# d: This fits the places. But the probabilities of dog and cat then sum to 1, so the network cannot
#    say that both or neither are there.

# %% [markdown]
# **S1's question.** Why do softmax and cross-entropy work better for classification than sigmoid
# and quadratic loss? Answer in a few sentences (graded by a person, 2 points).
#
# - Compare the two deltas, for an output that is confident and wrong.
# - Use your measurements of section 11. For which initialisation does the choice matter? With this
#   initialisation, what does the cross-entropy add, for sigmoid and for softmax? What does the
#   softmax add, for each of the two losses?

# %% [markdown] manual="why_cross_entropy" points=2
# ### BEGIN SOLUTION
# Deltas: sigmoid with half the squared error has (y − t) y (1 − y), softmax with cross-entropy has
# y − t. For an output that is confident and wrong, y is near 0 or 1, so the factor y (1 − y) is
# nearly 0 and the first delta vanishes although the error is as large as it can be; the second is
# about 1 in size. The 1/y of the logarithm has cancelled the factor that vanishes. Measured: with
# the usual initialisation both reach about the same accuracy, each at its own learning rate: each
# change adds less than 0.02 in the mean, which is about the spread over three seeds. With an
# initialisation in which outputs are confident and wrong, sigmoid with the squared error stays at
# guessing at every rate. Sigmoid with cross-entropy recovers almost fully (about 0.93). Softmax
# with squared error recovers in part (about 0.4: the digits whose outputs have the initial bias
# +10, none of the others). So most of it is due to the cross-entropy: it adds about 0.83 to the
# sigmoid's accuracy and 0.54 to the softmax's. The softmax adds about 0.29 with the squared error
# and nothing with the cross-entropy. (One point for the deltas, one for the measurement: it matters
# with the bad initialisation, and most of it is due to the loss. "Mostly the loss; the softmax
# helps only with the squared error" is enough. That softmax with the squared error stays at
# guessing is wrong.)
# ### END SOLUTION

# %% [markdown]
# ## 13 In PyTorch
#
# PyTorch has most of these losses, with other conventions. In squared error, absolute error, binary
# cross-entropy and the Poisson loss, `reduction="mean"` divides by **all** N · K entries, not by N.
# So PyTorch's gradients are 1/K times yours; for the squared error 2/K times, because PyTorch
# leaves out the ½. `F.multi_margin_loss` has the factor 1/K, too. `F.cross_entropy` and
# `F.nll_loss` divide by N, as yours do. If PyTorch is installed, the second cell compares values
# and gradients in your convention, and its last line prints 2/K.

# %% practice=true fold="Write the losses in PyTorch"
import importlib.util

if importlib.util.find_spec("torch") is None:
    print("PyTorch is not installed here; nothing later needs it.")
else:
    import torch
    from torch.nn import functional as F

    def in_torch(name, a):
        """The loss `name` of the tensor a, as this course counts."""
        N, K = a.shape
        numbers, labels = torch.tensor(t_small), torch.tensor(labels_small)
        side = torch.tensor(signs_small)
        return {
            "squared_error": lambda: 0.5 * F.mse_loss(a, numbers, reduction="sum") / N,
            "mean_absolute_error": lambda: F.l1_loss(a, numbers, reduction="sum") / N,
            "nll_loss": lambda: F.nll_loss(a, labels),
            "softmax_cross_entropy": lambda: F.cross_entropy(a, labels),
            "bce_with_logits": lambda: (
                F.binary_cross_entropy_with_logits(a, 0.5 + 0.5 * side, reduction="sum") / N
            ),
            "poisson_loss": lambda: (
                F.poisson_nll_loss(a, torch.tensor(table**2), reduction="sum") / N
            ),
            "binary_hinge": lambda: torch.relu(1 - side * a).sum() / N,
            "multiclass_hinge": lambda: K * F.multi_margin_loss(a, labels, margin=1.0),
        }[name]()


# %% practice=true fold="Compare values and gradients with PyTorch's"
if importlib.util.find_spec("torch") is not None:
    for name, rest in ARGUMENTS.items():
        if ready(name):
            at = -np.abs(table) - 0.1 if name == "nll_loss" else table
            a = torch.tensor(at, requires_grad=True)
            theirs = in_torch(name, a)
            theirs.backward()
            value, gradient = globals()[name](at, *rest)
            error = relative_error(gradient, a.grad.numpy())
            print(f"{name:22} {value:.6f} and {theirs.item():.6f}, gradients {error:.0e}")
        else:
            print(f"This cell waits for {name}.")
    a = torch.tensor(table, requires_grad=True)
    F.mse_loss(a, torch.tensor(t_small)).backward()
    (the_square,) = own_or_library("squared_error")
    factor = np.mean(a.grad.numpy() / the_square(table, t_small)[1])
    print(f"F.mse_loss as it comes, {table.shape[1]} outputs: {factor:.3f} times this gradient")

# %% [markdown]
# `F.cross_entropy` takes **scores**, as yours does, and `F.nll_loss` takes logarithms of
# probabilities. If you give `F.cross_entropy` the output of a softmax, the softmax is taken twice
# (section 6). The loss before training does not show this fault.

# %% [markdown]
# ## 14 Your cheat sheet
#
# Complete this page in your own words and keep it. Double-click to edit.
#
# | loss | targets | value for one sample | gradient, times N |
# |---|---|---|---|
# | squared error | numbers | … | … |
# | absolute error | numbers | … | … |
# | softmax with cross-entropy | labels or … | … | … |
# | binary cross-entropy | 0 to 1 | … | … |
# | perceptron loss | … | … | … |
# | hinge | … | … | … |
# | multi-class hinge | labels | … | … |
# | Poisson | counts | … | … |
#
# - Losses here are summed over … and averaged over …, and the gradient is that of …
# - The squared error is lowest at the …, the absolute error at the …
# - Softmax does not overflow if I first …, because …
# - I never write `log(softmax(u))`, because …; I write …
# - Likelihood and cross-entropy are optimal at the same weights, because …
# - Before training, cross-entropy with K classes should be …; if it is not, …
# - Sigmoid with squared error has almost no gradient when …, because its delta contains …. This
#   factor is cancelled by …
# - For a new kind of data, I get a loss from …
# - A network is calibrated if …; a temperature above 1 makes it …

# %% [markdown]
# ## What comes next
#
# **Notebook 04** uses gradients for descent and asks how large a step may be. **Notebook 06**
# backpropagates your output deltas through all layers.

# %% [markdown]
# ## Sources
#
# S0 "Training of neural networks – basics", slides "Computing gradients is cumbersome"
# and "Deltas at the output layer"; S1 "Part II: Training", sections "What Is the Problem?", "Output
# Layer" and "Backpropagation"; S2 "Training Neural Networks", slide on the sigmoid; S3
# "Backpropagation and Training", slides "Loss or Objective", "Loss Functions" and "Back Propagation
# (X,Y): Propagation"; S4 "Neural networks (continued)", slides "How can we train the weights?" and
# "Backpropagation: Matrix form".
