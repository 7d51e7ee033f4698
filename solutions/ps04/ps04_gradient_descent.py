# %% [markdown]
# # Gradient descent
#
# If a network has a million weights, together they are one point in a space with a million
# dimensions, and the loss is a height above each point. Nobody can see this landscape. But at any
# point we can compute the gradient. Nearly every neural network is trained by some form of one line
# of code: take a step against the gradient, compute the gradient again, repeat.
#
# This notebook answers three questions about this line with your own functions. Why does the loss
# fall, and when does it not? How large may a step be? And because the gradient over all the data is
# expensive: what happens if we use only a few samples?
#
# **Afterwards you can**
#
# - say for which learning rates a step lowers the loss, and test the usual proof of this,
# - compute the learning rate below which gradient descent on a quadratic converges, and see
#   training diverge one per cent above this rate,
# - write gradient descent, and one epoch of minibatch training,
# - measure how far the gradient of a few samples (a *minibatch*) is from the full gradient, and say
#   how a rate must decrease during training so that the effect of this error vanishes,
# - choose a rate for a batch size,
# - compute the gradient of a batch that does not fit into memory, and say when a larger batch is
#   worth its time.
#
# **You need** gradients and the chain rule, matrix products, eigenvalues of a symmetric matrix
# (what they are, not how to compute them), Taylor's formula, means and variances of independent
# random numbers, and NumPy as in notebook 00. Notebooks 01 (data) and 02 (losses) help. We repeat
# what we need from them.
#
# **The main line** is sections 1 to 7 and the questions in section 11. It is too long for one
# evening. The ends of sections 5 and 6 are good places to stop. **Sections 8, 9, 10 and 12 are
# optional** and have no points. Section 9 shows five mistakes in lecture texts. Reading these four
# sections takes 20 minutes without their code and 45 minutes with it. Section 13 is a cheat sheet
# to fill in and keep.

# %% opening=true
"""Three copies of a bowl, each with the points of gradient descent from the same start at the upper
left. With the smallest rate the points move down slowly on one side. With a larger rate they are
soon at the bottom. With the largest rate they jump from side to side and land higher each time."""

import matplotlib.pyplot as plt
import numpy as np

from course_lib.plots import theme

w = np.linspace(-3.4, 3.4, 100)
figure, axes = plt.subplots(1, 3, figsize=(6.4, 2.9), sharey=True)
for ax, rate in zip(axes, (0.08, 0.6, 2.1), strict=True):
    path = -2.2 * (1 - rate) ** np.arange(6)
    ax.plot(w, w**2 / 2, color="#B0B0B0", linewidth=2.5)
    ax.plot(path, path**2 / 2, "o-", color=theme.FORWARD, linewidth=1.5, markersize=6)
    ax.plot(path[0], path[0] ** 2 / 2, "o", color=theme.INK, markersize=9)
    ax.set_title(f"rate {rate:g}", loc="center")
    ax.axis("off")
figure.suptitle("Five steps down a bowl. How large may a step be?", x=0.01, ha="left", size=16)
plt.show()

# %% setup=true
import math

import numpy as np

from course_lib import descent
from course_lib.backend import choose_device
from course_lib.course.figures import Trace, live, slider
from course_lib.datasets import load_breast_cancer, load_diabetes, load_digits
from course_lib.gradient_check import relative_error
from course_lib.layers import Linear, Tanh
from course_lib.losses import softmax_cross_entropy
from course_lib.models import Sequential
from course_lib.plots import theme
from course_lib.preprocessing import minibatch_indices, standardize_apply, standardize_fit
from grader.checking import check, check_choice, guess, ready, reveal

device = choose_device("cpu")  # a step here costs less than sending it to a GPU would

# %% [markdown]
# ## 1 A guess first
#
# You predict the progress of diabetes from ten measurements of each patient. The prediction is a
# weighted sum, and the loss is half the sum of the squared errors of all 442 patients. You train by
# gradient descent: each step subtracts from the weights the gradient of the loss, multiplied by a
# number called the *learning rate*. Your rate works well. At a rate 1.9 times as large the loss
# would grow.
#
# At night an evil genie copies the data, so that every patient is in the file twice. In the morning
# you start the same program again, with the same rate. **What happens?**
#
# - a: nothing changes, because the data contain nothing new
# - b: the steps are half as long, and training takes longer
# - c: the steps are twice as long, and training is faster
# - d: the steps are twice as long, and the loss grows without limit

# %% guess="what the doubled data change"
guess("ps04_genie", None, among="abcd")  # your letter, in quotes, in place of None

# %% [markdown]
# First the data. Each measurement is standardised (mean 0, standard deviation 1), and so is the
# target. We add a column of ones, so that its weight is the bias.

# %% practice=true after=false
patients = load_diabetes("float64")
x = standardize_apply(patients.x, standardize_fit(patients.x))
x = np.hstack([x, np.ones((len(x), 1))])
t = (patients.t - patients.t.mean()) / patients.t.std()
print("patients and inputs:", x.shape, " targets:", t.shape)


def half_square(w, x=x, t=t):
    """The mean over samples of half the squared error."""
    return 0.5 * np.mean((x @ w - t) ** 2)


# %% [markdown]
# We compare three runs:
#
# 1. The sum over the data as they are.
# 2. The sum over the doubled data, with the rate of run 1.
# 3. The **mean** over the doubled data, with a larger rate (explained below).
#
# Until you have written your own `gradient_descent`, the three runs use the library's. Afterwards
# you can run section 1 again with yours.

# %% practice=true fold="Take your gradient_descent or the library's"
import matplotlib.pyplot as plt


def descend(grad, w0, lr, steps):
    """Your gradient_descent once it exists, until then the library's."""
    mine = ready("gradient_descent")
    return (gradient_descent if mine else descent.gradient_descent)(grad, w0, lr, steps)


def label_end(ax, x, y, text, colour, **more):
    """Write the name of a line at its end, in its colour."""
    place = {"xytext": (5, 0), "textcoords": "offset points", "va": "center"} | more
    ax.annotate(text, (x, y), color=colour, annotation_clip=False, fontsize=9, **place)


# %% practice=true
def twenty_steps(x_now, t_now, lr, mean=False):
    """The weights after 0, 1, …, 20 steps on the sum or on the mean."""
    N = len(x_now) if mean else 1
    return descend(lambda w: x_now.T @ (x_now @ w - t_now) / N, np.zeros(x.shape[1]), lr, 20)


lr_sum = 0.00062  # the rate that works well
lr_mean = 442 * lr_sum  # the text after your guess explains this factor
twice_x, twice_t = np.vstack([x, x]), np.hstack([t, t])
paths = {
    "sum, data as they are": twenty_steps(x, t, lr_sum),
    "sum, every patient twice": twenty_steps(twice_x, twice_t, lr_sum),
    "mean, every patient twice": twenty_steps(twice_x, twice_t, lr_mean, mean=True),
}
losses_of = {name: [half_square(w) for w in path] for name, path in paths.items()}
once, twice, mean_twice = losses_of.values()

# %% practice=true fold="Compare the first steps"
first_steps = [np.linalg.norm(path[1] - path[0]) for path in paths.values()]
length_ratio = first_steps[1] / first_steps[0]  # of the same rate on doubled data
if length_ratio < 0.75:
    outcome = "b"
elif length_ratio < 1.5:
    outcome = "a"
else:
    outcome = "d" if twice[-1] > twice[0] else "c"

# %% practice=true
reveal(
    "ps04_genie",
    outcome,
    options={
        "a": "nothing changes",
        "b": "shorter steps, slower",
        "c": "longer steps, faster",
        "d": "longer steps, the loss grows without limit",
    },
)

# %% practice=true fold="Print the lengths of the first steps" after="ps04_genie"
print(f"the first step on the doubled data is {length_ratio:.2f} times as long")


# %% practice=true fold="Draw the loss per patient" after="ps04_genie"
with theme.style():
    figure, ax = plt.subplots(figsize=(6.4, 3.4))
    ax.plot(once, color=theme.FORWARD, linewidth=2.4)
    ax.plot(mean_twice, "o", color=theme.INK, fillstyle="none")
    ax.plot(twice, "--", color=theme.for_text(theme.CYCLE[3]), linewidth=2.4)
    at = {"xytext": (-16, 0), "ha": "right"}
    label_end(ax, 11, twice[11], "sum, every patient twice", theme.for_text(theme.CYCLE[3]), **at)
    at = {"xytext": (0, 24), "ha": "right"}
    label_end(ax, 20, once[-1], "line: sum, data as they are", theme.FORWARD, **at)
    at = {"xytext": (0, 10), "ha": "right"}
    label_end(ax, 20, once[-1], "circles: mean, every patient twice", theme.INK, **at)
    ax.set(yscale="log", ylim=(0.2, 30), xlabel="step", ylabel="loss per patient")
    ax.set(xticks=range(0, 21, 5), title="Loss per patient after each step, for three runs")
    plt.show()

# %% [markdown] after="ps04_genie"
# *In words: the loss per patient over twenty steps, on a logarithmic axis, for three runs. With
# the data as they are it falls and levels off. With every patient twice and the same rate it soon
# grows by the same factor at every step and leaves the picture. With the mean as loss, the doubled
# data give exactly the curve of the data as they are.*
#
# The doubled sum has twice the gradient, so from the same weights a step is twice as long. The best
# weights are still the same, but **the same rate now means longer steps**. Two things follow.
# First, the rate is now too large. Section 5 derives the largest stable rate, the *limit*. By its
# formula, the rate of run 1 is 0.55 of this limit, so steps twice as long are too long. If the rate
# of run 1 were below half of the limit, the loss would also fall on the doubled data. Second, with
# a mean as loss, the steps of gradient descent do not change when all the data are repeated. In run
# 3 the gradient of the mean is $2g/884 = g/442$, where $g$ is the gradient in the first run.
# So 442 times the rate gives the steps of the first run.

# %% [markdown]
# From here on a loss over data is the mean, unless we say *sum*.

# %% claims=true
grows = np.array(twice[1:]) / np.array(twice[:-1])
claim("soon\ngrows by the same factor at every step", grows[10:], equals=1.44, within=0.1)
claim(
    "the doubled\ndata give exactly the curve of the data as they are",
    np.abs(np.array(mean_twice) - np.array(once)).max(),
    below=1e-12,
)
run_1, _, run_3 = paths.values()
claim(
    "So 442 times the rate gives the steps of the first run",
    np.abs(run_3 - run_1).max(),
    below=1e-12,
    given=[442],
)
claim("the steps are twice as long, and the loss grows without limit", outcome == "d", above=0.5)
claim("With\nthe data as they are it falls and levels off", once[5] - once[20], below=0.1 * once[0])
claim("from the same weights a step is twice as long", length_ratio, equals=2, within=0.01)
limit_of_sum = descent.max_stable_lr(x.T @ x)
claim(
    "the rate of run 1\nis 0.55 of this limit",
    lr_sum / limit_of_sum,
    equals=0.55,
    within=0.01,
    given=[1],
)
claim("so steps twice as long are too long", 2 * lr_sum, above=limit_of_sum)
for share in (0.3, 0.45):
    path = twenty_steps(twice_x, twice_t, share * limit_of_sum)
    claim(
        "the loss would also fall on the doubled data",
        half_square(path[-1]),
        below=once[0],
    )
grown = [half_square(w) for w in twenty_steps(x, t, 1.9 * lr_sum)]
claim("At a rate 1.9 times as large the loss\nwould grow", grown[-1], above=grown[0], given=[1.9])

# %% [markdown]
# ## 2 The idea
#
# You stand on a hillside in fog and want to go down. You cannot see the valley, but you feel the
# slope of the ground under your feet. So you take a step in the direction of steepest descent, feel
# the slope again, and so on.
#
# Training searches for the weights with the smallest loss over the data (S4: *empirical risk
# minimization*). The weights form a vector $w$, the loss is a number $L(w)$, and the gradient
# $\nabla L$ collects the partial derivatives of $L$ with respect to all weights. It points in the
# direction in which $L$ **rises** fastest. One step is
#
# $$w \leftarrow w - \eta\,\nabla L(w),$$
#
# where $\eta$ is the learning rate (`lr` in the code). A step is $\eta$ times as long as the
# gradient. (S0 writes $E$ for $L$ and $\epsilon$ for $\eta$.)
#
# The next figure shows one training run in two ways. On the right, a line predicts the progress of
# the disease from the body mass index (BMI) alone:
#
# $$\text{prediction} = w_0 \cdot \frac{\text{BMI} - 20}{5} + w_1 .$$
#
# So `w[0]` is the slope per 5 kg/m², and `w[1]` is the height of the line at 20 kg/m². On the left,
# each point of the plane is a pair of weights, that is one line. The contours show its loss.

# %% practice=true fold="Define the loss of a line and train it"
bmi = patients.x[:, 2]
x_bmi = np.column_stack([(bmi - 20) / 5, np.ones(len(bmi))])  # w[0] per 5 kg/m², w[1] at 20 kg/m²
t_bmi = patients.t


def loss_bmi(w):
    """Half the mean squared error of the line with slope w[0] and height w[1]."""
    return 0.5 * np.mean((x_bmi @ w - t_bmi) ** 2)


def grad_bmi(w):
    """Its gradient."""
    return x_bmi.T @ (x_bmi @ w - t_bmi) / len(t_bmi)


best_bmi = np.linalg.solve(x_bmi.T @ x_bmi, x_bmi.T @ t_bmi)  # where the gradient is 0
start_bmi = np.array([-40.0, 200.0])
path_bmi = descend(grad_bmi, start_bmi, 0.5, 40)
of_distance = 1 - 0.5 * np.linalg.eigvalsh(x_bmi.T @ x_bmi / len(x_bmi))  # section 5
print("a step at rate 0.5 multiplies the distance from the minimum,")
print(f"    along the valley by {of_distance[0]:.2f}, across it by {of_distance[1]:.2f}")


# %% practice=true fold="Draw the path and the line"
def contours(ax, left=-70.0, right=120.0, bottom=40.0, top=230.0):
    """Contours of loss_bmi, denser near the minimum, and a star at the minimum."""
    w0, w1 = np.meshgrid(np.linspace(left, right, 60), np.linspace(bottom, top, 60))
    v = np.stack([w0 - best_bmi[0], w1 - best_bmi[1]])
    heights = np.einsum("iab,ij,jab->ab", v, x_bmi.T @ x_bmi / len(x_bmi), v)
    levels = heights.max() * np.linspace(0.06, 1, 14) ** 2
    ax.contour(w0, w1, heights, levels=levels, colors=theme.QUIET, linewidths=0.6)
    ax.plot(*best_bmi, "*", markersize=12, color=theme.INK, mec="w", zorder=3)
    ax.set(xlim=(left, right), ylim=(bottom, top), xlabel="w[0], slope", ylabel="w[1], height")
    ax.set_aspect("equal")  # else a right angle would not look like one
    ax.grid(visible=False)


def draw_two_views(step):
    """The path so far on the contours, and the line at its end among the patients."""
    w = path_bmi[step]
    with theme.style():
        figure, axes = plt.subplots(1, 2, figsize=(6.4, 3.4))
        contours(axes[0])
        axes[0].plot(*path_bmi[: step + 1].T, "o-", color=theme.FORWARD, markersize=4)
        ahead = w - 0.5 * grad_bmi(w)
        arrow = {"arrowstyle": "->", "color": theme.GRADIENT, "linewidth": 2}
        axes[0].annotate("", ahead, w, arrowprops=arrow)
        label_end(axes[0], *best_bmi, "lowest loss", theme.INK, xytext=(6, 10))
        axes[0].set_title(f"weights at step {step}")
        axes[1].plot(bmi, t_bmi, ".", color=theme.QUIET, markersize=3)
        ends = np.array([17.0, 43.0])
        axes[1].plot(ends, w[0] * (ends - 20) / 5 + w[1], color=theme.FORWARD)
        axes[1].set(xlabel="body mass index in kg/m²", ylabel="disease progress", ylim=(0, 360))
        axes[1].set_title(f"their line: loss {loss_bmi(w):.0f}")
    return figure


slider(
    draw_two_views,
    (0, 1, 2, 3, 4, 6, 10, 18, 40),
    name="step",
    alt="Left, a path on oval contours zigzags for a few steps, then moves slowly to the centre. "
    "Right, the line among the patients turns from falling to rising.",
    dpi=108,
)

# %% [markdown]
# *In words: on the left, oval contours of a long valley. The path begins at the upper left and
# jumps back and forth across the valley for the first steps. Then it moves slowly along the valley
# floor to the star in the middle of the ovals. An orange arrow shows the next step. On the right,
# 442 patients as dots and a line. The line falls at first, turns within three steps and ends rising
# through the cloud.*
#
# Sections 3 and 5 explain two observations. First, each step begins perpendicular to the contour.
# Second, the distances across and along the valley shrink differently. The rate of the figure is
# 0.5. Each step ends on the other side of the valley (the minus in the
# output above the figure). Each step shrinks the distance across the valley to 58 %, and the
# distance along it to 88 %.

# %% claims=true
curvature_bmi = np.linalg.eigvalsh(x_bmi.T @ x_bmi / len(x_bmi))
claim(
    "shrinks the distance across the valley to 58 %",
    0.5 * curvature_bmi[1] - 1,
    equals=0.58,
    within=0.02,
)
claim(
    "the\ndistance along it to 88 %",
    1 - 0.5 * curvature_bmi[0],
    equals=0.88,
    within=0.02,
)
across = (path_bmi - best_bmi) @ np.linalg.eigh(x_bmi.T @ x_bmi)[1][:, 1]
claim(
    "jumps back and forth across the valley for the first steps",
    across[1:6] * across[:5],
    below=0,
)
claim("turns within three steps", path_bmi[3, 0], above=0)
claim("ends rising through the\ncloud", path_bmi[-1, 0], above=0)
claim("442 patients\nas dots", len(bmi), equals=442, within=1)

# %% [markdown]
# ## 3 Why a step lowers the loss
#
# ### The slope in any direction
#
# Move from $w$ a distance $s$ in a direction $d$ of length 1, to $w + s\,d$. How fast does the
# loss change with $s$, at $s = 0$? This number is called the *directional derivative*. Find it
# with the chain rule and write it as code. Here `g` is the gradient. A cell below compares your
# result with a central difference of the loss.


# %% solution="slope_along"
def slope_along(g, d):
    """Directional derivative of the loss in direction d; g and d are (D,), d of length 1."""
    ### BEGIN SOLUTION
    return g @ d
    ### END SOLUTION


# %% [markdown]
# <details><summary>The derivation</summary>
#
# Move from $w$ along the line $w + s\,d$. The distance $s$ is the only variable.
#
# - Each coordinate is $w_i + s\,d_i$, so its derivative with respect to $s$ is $d_i$.
# - The loss depends on $s$ through all coordinates. The chain rule adds them up:
#   $\frac{d}{ds} L(w + s\,d) = \sum_i \frac{\partial L}{\partial w_i}\, d_i$.
# - At $s = 0$ the partial derivatives are the entries of $g$: the result is $g^\top d$.
#
# A small $s$ times this number is the first-order term of Taylor's formula. (Taylor's formula is
# S1's equation (1), which has $\Delta w$ for our $s\,d$.)
#
# </details>


# %% practice=true fold="Define the comparison of two results"
def compare(name, attempt, right):
    """Print whether the function `attempt` returns the value `right`."""
    try:
        mine = np.asarray(attempt(), dtype=float)
    except NotImplementedError:
        print(f"{name}: not written yet")
        return
    if mine.shape != np.shape(right):
        print(f"{name}: has shape {mine.shape}, expected {np.shape(right)}")
        return
    difference = np.max(np.abs(mine - right)) / (1e-12 + np.max(np.abs(right)))
    verdict = "agrees" if difference < 1e-6 else "DIFFERS"
    print(f"{name}: {verdict} (relative difference {difference:.0e})")


# %% practice=true fold="Compare slope_along with a central difference"
rng = np.random.default_rng(0)
w_here = rng.normal(size=x.shape[1])
g_here = x.T @ (x @ w_here - t) / len(x)
d_here = rng.normal(size=x.shape[1])
d_here = d_here / np.linalg.norm(d_here)
central = (half_square(w_here + 1e-6 * d_here) - half_square(w_here - 1e-6 * d_here)) / 2e-6
compare("slope along a random direction", lambda: slope_along(g_here, d_here), central)

# %% [markdown]
# In which direction does the loss fall fastest? From the initial weights of section 2 we take a
# step of length 1 in each of 72 directions and measure the change of the loss:

# %% practice=true fold="Take a step in each of 72 directions"
g_start = grad_bmi(start_bmi)
angle_of_g = math.atan2(g_start[1], g_start[0])
angles = np.linspace(0, 360, 73)
around = angle_of_g + np.radians(angles)
directions = np.column_stack([np.cos(around), np.sin(around)])
changes = [loss_bmi(start_bmi + d) - loss_bmi(start_bmi) for d in directions]
at_90 = np.array(changes)[angles == 90].item() / np.abs(changes).max()
print(f"change at 90 degrees, as a share of the largest change: {at_90:.2%}")

# %% practice=true fold="Draw the change for every angle"
with theme.style():
    figure, ax = plt.subplots(figsize=(7, 2.9))
    slopes = np.linalg.norm(g_start) * np.cos(np.radians(angles))
    ax.plot(angles, slopes, color=theme.GRADIENT)
    ax.plot(angles, changes, "o", color=theme.FORWARD, markersize=3)
    ax.axvline(180, color=theme.INK, linestyle=":")
    paper = {"facecolor": theme.PAPER, "edgecolor": "none", "pad": 2}
    for height, text, colour in (
        (0.6, "line: directional derivative", theme.GRADIENT),
        (0.2, "dots: measured change", theme.FORWARD),
    ):
        ax.text(180, height * max(slopes), text, color=colour, ha="center", bbox=paper)
    ax.set(xlabel="angle between step and gradient in degrees", ylabel="change of the loss")
    ax.set(xticks=range(0, 361, 45), title="Change of the loss in a step of length 1")
    plt.show()

# %% [markdown]
# *In words: the change of the loss against the angle between the step and the gradient. The dots
# are the measured changes. They lie on a curve, the directional derivative. The change is
# highest at 0 and 360 degrees, close to zero at 90 and 270, and lowest at 180, straight against the
# gradient.*
#
# At 90 degrees the directional derivative is 0: to first order the loss neither rises nor falls, so
# this is the direction of the contour. (The measured change at 90
# degrees is less than 1 % of the largest change.) A step of gradient descent goes at 180 degrees.
# So each step of section 2 begins perpendicular to the contour.
#
# <details><summary>After your comparison: why the loss falls fastest against the gradient</summary>
#
# The directional derivative $g^\top d$ is an inner product. The inner product of two vectors is
# the product of their lengths and the cosine of the angle between them. The direction $d$ has
# length 1. So the directional derivative is smallest where the cosine is −1. There $d$ points
# straight against the gradient.
#
# </details>

# %% claims=true
changes_array = np.array(changes)
claim(
    "The measured change at 90\ndegrees is less than 1 % of the largest change",
    changes_array[angles == 90] / np.abs(changes_array).max(),
    below=0.01,
    given=[90],
)
claim("lowest at 180", angles[changes_array.argmin()], equals=180, within=10)

# %% [markdown]
# ### To first order
#
# The step of gradient descent is $\Delta w = -\eta\, g$. By how much does it change the loss, to
# first order? Use the directional derivative: in which direction does this step go, and how long is
# it? (Return the new loss minus the old one. It is negative if the loss falls.)


# %% solution="first_order_change"
def first_order_change(g, lr):
    """New loss minus old loss for a step Δw = -lr g, to first order; one number."""
    ### BEGIN SOLUTION
    return -lr * (g @ g)
    ### END SOLUTION


# %% [markdown]
# <details><summary>The derivation</summary>
#
# - The first-order term of Taylor's formula: the loss changes by about $g^\top \Delta w$.
# - The step is $\Delta w = -\eta\, g$. Insert it: $g^\top(-\eta\, g)$.
# - Take the number $-\eta$ out of the product: $-\eta\, g^\top g = -\eta \sum_i g_i^2$.
# - A sum of squares is positive unless all $g_i$ are 0, so to first order the loss falls.
#
# (S1 proves in this way that the loss falls. Its $\Delta L$ is the old loss minus the new one, so
# its result is $+\eta\,\|\nabla L\|_2^2$.)
#
# </details>
#
# The next cell compares your result with the true change of section 1's loss (442 patients, eleven
# weights), from random weights:


# %% practice=true fold="Compare the first order with the true change"
try:
    first_order = {lr: float(first_order_change(g_here, lr)) for lr in (1.0, 0.3, 0.1, 0.01, 0.001)}
    print("     lr    first order   true change   true / first order")
    for lr, predicted in first_order.items():
        true = half_square(w_here - lr * g_here) - half_square(w_here)
        print(f"{lr:7} {predicted:13.6f} {true:13.6f} {true / predicted:14.4f}")
except NotImplementedError:
    print("Write first_order_change in the cell above, then run this one again.")

# %% [markdown]
# <details><summary>After your comparison: what S1's proof shows</summary>
#
# In the table, the ratio true / first order goes to 1 as the rate goes to 0. So for a small enough
# step the sign of the first-order term decides. This term is minus the rate times a sum of squares,
# therefore the loss falls.
#
# S1's proof ends with the result that the loss falls by $\eta\,\|\nabla L\|_2^2 > 0$ for "some"
# rate $\eta$. The proof does **not** say how small the rate has to be. At `lr = 1` the loss even
# rises.
#
# </details>

# %% claims=true
ratios = np.array(
    [
        (half_square(w_here - lr * g_here) - half_square(w_here)) / first_order_change(g_here, lr)
        for lr in (1.0, 0.3, 0.1, 0.01, 0.001)
    ]
)
claim(
    "true / first order goes to 1 as the rate goes to 0",
    ratios[-1],
    equals=1,
    within=0.01,
    given=[0],
)
claim("At `lr = 1` the loss even\nrises", ratios[0], below=0, given=[1])

# %% [markdown]
# ### To second order
#
# How small is small enough? The second-order term of Taylor's formula gives an answer. With the
# *Hessian* $H$, the matrix of second derivatives,
#
# $$L(w + \Delta w) \approx L(w) + g^\top \Delta w + \tfrac12\, \Delta w^\top H\, \Delta w .$$
#
# (S1 prints this formula and drops the last term, because the $H$ of a network has too many
# entries.)

# %% [markdown]
# Return the change of the loss (new minus old) for a step of gradient descent, to second order,
# with `g`, `H` and `lr` as arguments.


# %% solution="taylor_change"
def taylor_change(g, H, lr):
    """Change of the loss in one step of gradient descent, to second order.

    g : (D,) gradient where the step begins, H : (D, D) second derivatives there, symmetric,
    perhaps with negative eigenvalues, lr : learning rate
    returns one number, negative when the loss falls, 0 where g = 0
    """
    ### BEGIN SOLUTION
    return -lr * (g @ g) + 0.5 * lr**2 * (g @ H @ g)
    ### END SOLUTION


# %% check="taylor_change"
check("taylor_change", taylor_change)

# %% [markdown]
# <details><summary>After your check: the derivation</summary>
#
# - Taylor's formula to second order: the loss changes by about
#   $g^\top \Delta w + \tfrac12\, \Delta w^\top H\, \Delta w$.
# - The first term with $\Delta w = -\eta\, g$ is $-\eta\, g^\top g$, as before.
# - In the second term $\Delta w$ stands twice, so the two minus signs cancel and the rate is
#   squared: $\tfrac12 (-\eta)^2\, g^\top H g = \tfrac12 \eta^2\, g^\top H g$.
# - Together: $-\eta\, g^\top g + \tfrac12 \eta^2\, g^\top H g$. This is negative as long as
#   $\eta < 2\, g^\top g / g^\top H g$ (if $g^\top H g > 0$).
#
# </details>
#
# For our half squared error the formula is exact, because all third derivatives are 0. The Hessian
# is $H = \frac1N x^\top x$. From the same random weights, your function must agree with the true
# change at every rate:
#
# <details><summary>The derivation of g and H</summary>
#
# - The loss is $L(w) = \frac1{2N} \sum_n (\sum_k x_{nk} w_k - t_n)^2$.
# - By the chain rule each square gives $2$ times the bracket times $x_{ni}$:
#   $\partial L/\partial w_i = \frac1N \sum_n (\sum_k x_{nk} w_k - t_n)\, x_{ni}$, in matrices
#   $g = \frac1N x^\top (xw - t)$.
# - Differentiate this once more, by $w_j$. In the sum over $k$ only the term $k = j$ contains
#   $w_j$, and its derivative is $x_{nj}$: $\partial^2 L/\partial w_i \partial w_j = \frac1N \sum_n
#   x_{ni}\, x_{nj}$, in matrices $H = \frac1N x^\top x$.
# - $H$ does not depend on $w$, so all third derivatives are 0.
#
# </details>

# %% practice=true fold="Compare the second order with the true change"
if ready("taylor_change"):
    H_here = x.T @ x / len(x)
    print("     lr  first order  second order      true")
    for lr in (0.01, 0.1, 0.3, 0.5):
        true = half_square(w_here - lr * g_here) - half_square(w_here)
        first, second = -lr * g_here @ g_here, taylor_change(g_here, H_here, lr)
        print(f"{lr:7} {first:12.4f} {second:13.4f} {true:9.4f}")
else:
    print("This cell waits.")

# %% [markdown]
# What if the loss is not quadratic? Logistic regression classifies 569 tumours as benign or
# malignant from thirty measurements. (Its loss is the binary cross-entropy of notebook 02.) We take
# one step from $w = 0$, at many rates:

# %% practice=true fold="Load the tumours and define the loss"
tumours = load_breast_cancer("float64")
x_tumour = standardize_apply(tumours.x, standardize_fit(tumours.x))
t_tumour = tumours.t.astype(float)


def loss_tumour(w):
    """Mean binary cross-entropy of logistic regression, log(1 + exp(u)) - t u."""
    u = x_tumour @ w
    return np.mean(np.logaddexp(0, u) - t_tumour * u)


def tumour_derivatives(w):
    """Gradient and second derivatives of the loss of the tumours."""
    p = 1 / (1 + np.exp(-np.clip(x_tumour @ w, -500, 500)))
    H = x_tumour.T @ ((p * (1 - p))[:, None] * x_tumour) / len(p)
    return x_tumour.T @ (p - t_tumour) / len(p), H


w0 = np.zeros(x_tumour.shape[1])
g_tumour, H_tumour = tumour_derivatives(w0)
rates_tumour = np.linspace(0, 2, 81)

# %% practice=true fold="Draw the three changes over the rate"
if ready("taylor_change"):
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3.4))
        ax.plot(rates_tumour, -rates_tumour * (g_tumour @ g_tumour), color=theme.GRADIENT)
        parabola = [taylor_change(g_tumour, H_tumour, lr) for lr in rates_tumour]
        ax.plot(rates_tumour, parabola, color=theme.CYCLE[2], linestyle="--")
        true = [loss_tumour(w0 - lr * g_tumour) - loss_tumour(w0) for lr in rates_tumour]
        ax.plot(rates_tumour, true, color=theme.FORWARD, linewidth=3)
        label_end(ax, 0.45, -0.85, "first order", theme.GRADIENT)
        label_end(ax, 0.8, 0.45, "second order", theme.CYCLE[2])
        label_end(ax, rates_tumour[-1], true[-1], "true change", theme.FORWARD)
        ax.axhline(0, color=theme.INK, linewidth=0.8)
        ax.set(ylim=(-0.9, 0.6), xlabel="learning rate", ylabel="change of the loss in one step")
        ax.set_title("Change of the loss in one step of logistic regression")
        plt.show()
    direction, curvature_at = g_tumour / np.linalg.norm(g_tumour), {}
    for lr in (0, 0.5, 1, 2):
        curvature_at[lr] = direction @ tumour_derivatives(w0 - lr * g_tumour)[1] @ direction
        print(f"curvature in this direction after a step at rate {lr:3}: {curvature_at[lr]:.3f}")
else:
    print("This cell waits.")

# %% [markdown]
# *In words: the change of the loss in one step against the rate. The first order is a falling
# straight line that leaves the picture. The second order is a parabola that touches the line at
# zero, turns at a rate of about 0.3 and crosses zero near 0.6. The true change leaves the line
# together with the parabola, then stays below the parabola, is lowest at a rate near 1.1 and slowly
# rises.*
#
# For small rates all three agree. At larger rates the straight line predicts a much larger fall
# than the true one. The parabola predicts too high a loss. It uses one curvature for the whole
# step: the second derivative of the loss in the direction of the step, at the start. But the true
# curvature falls along the step (printed above). The Hessian of logistic regression shows why:
#
# $$H = \frac1N \sum_n p_n\,(1 - p_n)\, x_n x_n^\top .$$
#
# Here $p_n$ is the predicted probability of class 1 for sample $n$, and $p_n(1 - p_n)$ is the
# derivative of the sigmoid at its score. At $w = 0$ every $p_n$ is 1/2, and this factor has its
# largest value, 1/4. As the predictions become more confident, the factor shrinks, and the
# curvature with it.

# %% claims=true
second, turn = np.array(parabola), rates_tumour[np.argmin(parabola)]
claim("turns at a rate of about 0.3", turn, equals=0.3, within=0.03)
claim("crosses zero near 0.6", rates_tumour[1:][second[1:] > 0][0], equals=0.6, within=0.05)
claim("is lowest at a rate near 1.1", rates_tumour[np.argmin(true)], equals=1.1, within=0.1)
claim(
    "the straight line predicts a much larger fall\nthan the true one",
    (true + rates_tumour * (g_tumour @ g_tumour))[rates_tumour > 0.3],
    above=0.1,
)
curvatures = np.array(list(curvature_at.values()))
claim("the true\ncurvature falls along the step", curvatures[1:], below=0.5 * curvatures[:-1])
later = rates_tumour > 0.1
claim("then stays below the parabola", second[later] - np.array(true)[later], above=0)

# %% [markdown]
# ## 4 One step after another
#
# Gradient descent repeats the step $\Delta w = -\eta\, g$. Here it is in slow loops over lists:


# %%
def gradient_descent_in_loops(grad, w0, lr, steps):
    """All points of the path, from w0 on, as a list of lists."""
    path = [list(w0)]
    for _step in range(steps):
        here = path[-1]
        dw = grad(here)  # the whole gradient, before any weight changes
        there = []
        for i in range(len(here)):
            there.append(here[i] - lr * dw[i])
        path.append(there)
    return path


# %% [markdown]
# Write the loops above with arrays, without changing `w0`. Take exactly the requested number of
# steps, even if the gradient is tiny or the rate is so large that the weights overflow.


# %% solution="gradient_descent"
def gradient_descent(grad, w0, lr, steps):
    """Follow the negative gradient.

    grad : a function, (D,) -> (D,)
    w0 : (D,) floats, where to begin, lr : learning rate, steps : how many steps, 0 or more
    returns path : (steps + 1, D), all points on the way, w0 first
    """
    ### BEGIN SOLUTION
    path = [w0]
    for _ in range(steps):
        path.append(path[-1] - lr * grad(path[-1]))
    return np.array(path)
    ### END SOLUTION


# %% check="gradient_descent"
check("gradient_descent", gradient_descent)

# %% [markdown]
# ### Where you begin matters
#
# The loss of a network can have several valleys. S4 ("How do we optimize over weights?") and S1
# both say: gradient descent may end in a local minimum that is not the lowest. A small example has
# one weight and two valleys: $L(w) = \frac14 w^4 - w^2 + 0.3\,w$. Your function starts from nine
# places, $w = -2, -1.5, \dots, 2$, at rate 0.1. **How many of the nine runs end in the deeper
# valley?**

# %% guess="where nine runs end"
guess("ps04_valleys", None, between=(0, 9))  # a number from 0 to 9


# %% practice=true
def two_valleys(w):
    return w**4 / 4 - w**2 + 0.3 * w


def derivative_of_two_valleys(w):
    return w**3 - 2 * w + 0.3


if ready("gradient_descent"):
    starts = np.linspace(-2, 2, 9)
    runs = [
        gradient_descent(derivative_of_two_valleys, np.array([w0]), 0.1, 60)[:, 0] for w0 in starts
    ]
    deep = sum(two_valleys(run[-1]) < -1 for run in runs)
    reveal("ps04_valleys", deep, "Of nine runs, those with a loss below −1 in the end.")
else:
    print("This cell waits.")

# %% practice=true fold="Draw all nine runs" after="ps04_valleys"
if ready("gradient_descent"):
    with theme.style():
        figure, axes = plt.subplots(1, 2, figsize=(7.6, 3.2), sharey=True, width_ratios=(2, 3))
        line = np.linspace(-2.15, 2.15, 200)
        axes[0].plot(two_valleys(line), line, color=theme.QUIET)
        axes[0].set(xlabel="loss", ylabel="w", title="The loss of each w")
        for run in runs:
            axes[1].plot(run[:26], color=theme.FORWARD, linewidth=1.4)
        label_end(axes[1], 25, runs[-1][25], "shallower valley", theme.FORWARD)
        label_end(axes[1], 25, runs[0][25], "deeper valley", theme.FORWARD)
        for ax in axes:
            ax.axhline(0.15, color=theme.INK, linestyle=":", linewidth=1)
        label_end(axes[1], 25, 0.15, "hilltop", theme.INK)
        axes[1].set(xlabel="step", xlim=(0, 25), title="Nine runs of gradient descent")
        plt.show()

# %% [markdown] after="ps04_valleys"
# *In words: on the left, the loss on the horizontal axis over w on the vertical one: a deep valley
# at the bottom, a shallower one at the top, and a hilltop between them, slightly above zero. On the
# right, w over the first 25 steps. The nine lines end in the two valleys, each on its own side of
# the dotted line of the hilltop.*
#
# The hilltop between the valleys is near w = 0.15, a little above 0, so the run from 0 goes to the
# deeper valley. Gradient descent uses only the gradient at the current weights, so it does not
# notice the other valley. (But a large step can cross the hilltop: at rate 0.5, the first step from
# 2 ends at −0.15.)

# %% claims=true
claim(
    "each on its own side of\nthe dotted line of the hilltop",
    [np.sign(run - 0.15).std() for run in runs],
    below=1e-12,
)
claim(
    "at rate 0.5, the first step from\n2 ends at −0.15",
    0.5 * derivative_of_two_valleys(2.0) - 2,
    equals=0.15,
    within=0.01,
    given=[0.5, 2],
)
claim(
    "The hilltop between the valleys is near w = 0.15",
    derivative_of_two_valleys(0.14),
    above=0,
    given=[0.15],
)
claim(
    "The hilltop between the valleys is near w = 0.15",
    derivative_of_two_valleys(0.16),
    below=0,
    given=[0.15],
)

# %% [markdown]
# ## 5 How large may a step be?
#
# ### One direction at a time
#
# Near a minimum a smooth loss is approximately $\frac12 v^\top H v$ plus a constant, where $v$ is
# the vector from the minimum to the current weights. (For half squared errors this is exact.) Its
# gradient is $H v$, so one step gives
#
# $$v \leftarrow v - \eta H v .$$

# %% [markdown]
# $H$ is symmetric, so it has eigenvectors at right angles to each other. Along an eigenvector $Hv$
# is $\lambda v$. The eigenvalue $\lambda$ is the **curvature** in this direction. Split $v$ into
# its parts along the eigenvectors. The step is linear, so no part affects another. Count the
# distance from the minimum along an eigenvector as positive on one side and as negative on the
# other. A step multiplies this distance by one number. What is this number, with its sign?


# %% solution="multiplier"
def multiplier(lr, lam):
    """The number, with its sign, by which a step multiplies the distance; lam: curvature."""
    ### BEGIN SOLUTION
    return 1 - lr * lam
    ### END SOLUTION


# %% [markdown]
# <details><summary>The derivation</summary>
#
# - Along an eigenvector $e$ with eigenvalue $\lambda$ the vector from the minimum is $v = a\, e$,
#   where the number $a$ is the distance with its sign.
# - By definition of an eigenvector, $H v = a\, H e = a\, \lambda\, e = \lambda v$.
# - One step: $v - \eta H v = v - \eta \lambda v = (1 - \eta\lambda)\, v$. So the distance is
#   multiplied by $1 - \eta\lambda$.
# - The rate and $\lambda$ stay the same, so the next step multiplies by the same number again.
#   After $k$ steps the distance is $a\,(1 - \eta\lambda)^k$.
# - Any $v$ is a sum of such parts, one for each eigenvector, and the step is linear. Therefore each
#   part moves as if it were alone.
#
# </details>
#
# The model of section 1 has eleven weights, so $H$ has eleven eigenvectors. We compare your
# function with eight steps of gradient descent in two directions: the one of largest curvature (the
# steepest direction) and the one of smallest curvature (the flattest).

# %% practice=true
H_patients = x.T @ x / len(x)
lam, V = np.linalg.eigh(H_patients)  # V[:, k] is the direction of curvature lam[k]
best = np.linalg.solve(H_patients, x.T @ t / len(x))
path = descend(lambda w: x.T @ (x @ w - t) / len(x), np.zeros(11), 0.3, 8)
along = (path - best) @ V  # (9, 11): the distance along each direction, step by step

# %% practice=true fold="Compare your function with one step and with eight"
for k, name in ((10, "steepest"), (0, "flattest")):
    print(f"{name} direction, curvature {lam[k]:.4f}:", along[:4, k].round(4), "…")
    compare("   multiplier", lambda k=k: multiplier(0.3, lam[k]), along[1, k] / along[0, k])
    compare(
        "   after eight steps",
        lambda k=k: multiplier(0.3, lam[k]) ** 8,
        along[8, k] / along[0, k],
    )

# %% [markdown]
# ### The largest rate
#
# A rate is *stable* if the distance grows in no direction. What is the largest stable rate, *the
# limit*? You can find it by trial, which is slow: start at distance 1 from the minimum on each
# coordinate axis, and see whether a coordinate passes 10. At least one of these starts has a part
# along the steepest direction.


# %%
def diverges(H, lr, steps=2000):
    """Whether gradient descent on ½ v·Hv diverges from a start on any axis; in loops."""
    D = len(H)
    for start in range(D):
        v = [1.0 if i == start else 0.0 for i in range(D)]
        for _step in range(steps):
            gradient = [sum(H[i][j] * v[j] for j in range(D)) for i in range(D)]
            v = [v[i] - lr * gradient[i] for i in range(D)]
            if max(abs(number) for number in v) > 10:
                return True
    return False


# %% [markdown]
# Write a function that returns the largest stable rate, without any trial. `np.linalg.eigvalsh(H)`
# returns the eigenvalues of a symmetric matrix. Here no eigenvalue is negative and at least one is
# positive. (In a direction of negative curvature the loss falls without limit, and no rate is
# stable.)


# %% solution="max_stable_lr"
def max_stable_lr(H):
    """The largest stable rate of gradient descent on the quadratic ½ w·Hw.

    H : (D, D) second derivatives, symmetric, no negative eigenvalue, at least one positive
    returns one number: at smaller rates no distance grows, at larger ones some distance does
    """
    ### BEGIN SOLUTION
    return 2 / np.linalg.eigvalsh(H).max()
    ### END SOLUTION


# %% check="max_stable_lr"
check("max_stable_lr", max_stable_lr)

# %% [markdown]
# <details><summary>After your check: the derivation</summary>
#
# - The distance along a direction of curvature $\lambda > 0$ shrinks if $-1 < 1 - \eta\lambda < 1$.
# - The right inequality says $\eta\lambda > 0$. It holds for every positive rate.
# - The left inequality says $\eta\lambda < 2$, that is $\eta < 2/\lambda$.
# - All directions share one rate, so it has to be below the smallest of these limits. That is the
#   one of the largest curvature: $\eta < 2/\lambda_{max}$.
# - A direction with $\lambda = 0$ has the multiplier 1 at every rate. It sets no limit.
#
# </details>
#
# We compare your limit with the loops above, on the problem of section 2:

# %% practice=true fold="Compare your limit with the loops"
if ready("max_stable_lr"):
    H_bmi = x_bmi.T @ x_bmi / len(x_bmi)
    found_limit = max_stable_lr(H_bmi)
    print(f"your limit: {found_limit:.6f}")
    for factor in (0.9, 0.99, 1.01, 1.1):
        answer = diverges(H_bmi.tolist(), factor * found_limit)
        print(f"{factor:5} times your limit diverges:", answer)
else:
    print("This cell waits.")

# %% [markdown]
# ### Predict, then run
#
# Now take the eleven-dimensional problem of section 1, with the mean of half the squared error as
# loss. **Predict** its limit from the data `x` (with the column of ones): what is `H`, and what
# does your `max_stable_lr` return for it? (Section 3 has the formula for `H`.)


# %% solution="critical_rate"
def critical_rate(x):
    """The limit of the rate for the mean of half the squared error of x @ w; x is (N, D)."""
    ### BEGIN SOLUTION
    return max_stable_lr(x.T @ x / len(x))
    ### END SOLUTION


# %% [markdown]
# <details><summary>The derivation</summary>
#
# Section 3 derives $H = \frac1N x^\top x$ for the mean of half the squared error. It is the same at
# every $w$. The limit is therefore 2 divided by the largest eigenvalue of $\frac1N x^\top x$. For
# the sum instead of the mean, $H$ and its eigenvalues are $N$ times larger, so the limit is $N$
# times smaller.
#
# </details>


# %% practice=true fold="Train near the limit that you predicted"
try:
    critical = float(critical_rate(x)) if ready("max_stable_lr") else None
except NotImplementedError:
    critical = None
if critical is None:
    print("This cell waits for max_stable_lr and critical_rate.")
else:
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3.2))
        excess_near = {}
        for factor, colour, line in ((0.5, 2, ":"), (0.99, 0, "-"), (1.01, 3, "--")):
            path = descend(
                lambda w: x.T @ (x @ w - t) / len(x), np.zeros(11), factor * critical, 250
            )
            excess = [half_square(w) - half_square(best) for w in path]
            excess_near[factor] = np.array(excess)
            ax.plot(excess, color=theme.CYCLE[colour], linestyle=line)
            label_end(ax, 250, excess[-1], f"{factor} × {critical:.4f}", theme.CYCLE[colour])
        ax.set(yscale="log", xlabel="step", ylabel="gap: loss − lowest loss")
        ax.set_title("Gradient descent at three rates near the limit")
        plt.show()
    crossing = np.argmax(excess_near[0.99] < excess_near[0.5])
    print(f"the curve of 0.99 lies below that of 0.5 from step {crossing} on")

# %% [markdown]
# *In words: the gap (the loss minus the lowest loss) over 250 steps, on a logarithmic axis. At half
# of the limit the curve falls steeply for ten steps and slowly afterwards. At 0.99 of it the curve
# falls steadily: it lies above the curve of half the rate for about 140 steps, and below it in the
# end. At 1.01 it falls for a moment and then rises on a straight line.*
#
# Your prediction needs only a single eigenvalue, and it is right within one per cent.
#
# The two lower curves cross, so neither rate is better at every step. At half the limit the
# distance along the steepest direction is 0 after one step, and the distances along the flat
# directions shrink slowly. At 0.99 of the limit the distances along the
# flattest directions shrink about twice as fast as at 0.5, but the weights oscillate along the
# steepest direction. <!-- no claim: derived -->

# %% claims=true
excess_at = {}
for factor in (0.5, 0.99, 1.01):
    path = gradient_descent(
        lambda w: x.T @ (x @ w - t) / len(x), np.zeros(11), factor * critical, 250
    )
    excess_at[factor] = np.array([half_square(w) - half_square(best) for w in path])
claim("falls steeply for ten steps", excess_at[0.5][10] / excess_at[0.5][0], below=0.02)
claim("and slowly afterwards", excess_at[0.5][100] / excess_at[0.5][10], above=0.3)
claim(
    "it lies above the curve of half the rate for about 140 steps",
    np.argmax(excess_at[0.99] < excess_at[0.5]),
    equals=140,
    within=15,
)
claim("and below it in the\nend", excess_at[0.99][-1], below=excess_at[0.5][-1])
growth = excess_at[1.01][101:] / excess_at[1.01][100:-1]
claim("it falls for a moment", excess_at[1.01].argmin(), above=0, below=30)
claim("then rises on a straight line", growth, above=1)
claim("then rises on a straight line", growth.max() / growth.min(), equals=1, within=0.001)
for step, lower, higher in ((100, 0.5, 0.99), (250, 0.99, 0.5)):
    claim(
        "neither rate is better at every step",
        excess_at[lower][step],
        below=excess_at[higher][step],
    )
claim("right within one per cent", excess_at[0.99][-1] / excess_at[0.99][0], below=0.01)
claim("right within one per cent", excess_at[1.01][-1] / excess_at[1.01][0], above=100)

# %% [markdown]
# ### One rate, two directions
#
# The line of section 2 has two weights, so it has two directions, a flat and a steep one. Your
# function makes forty steps, at rates from 0.02 to 1.05 of the limit. **At which share of the
# limit is the loss after forty steps lowest?** For orientation: at 0.5 the distance along the
# steep direction is 0 after one step.

# %% guess="the best share of the limit"
guess("ps04_share", None)  # a number, such as 0.3

# %% practice=true fold="Compute forty steps at each rate"
H_bmi = x_bmi.T @ x_bmi / len(x_bmi)
lam_bmi, V_bmi = np.linalg.eigh(H_bmi)
shares = np.array([0.02, 0.05, *np.arange(0.1, 0.91, 0.05), 0.93, 0.95, 0.97, 0.99, 1.01, 1.05])
if ready("gradient_descent", "max_stable_lr"):
    limit_bmi = max_stable_lr(H_bmi)
    walks = [gradient_descent(grad_bmi, start_bmi, share * limit_bmi, 40) for share in shares]
    walks = np.array(walks)  # rates, steps, weights
    walks_along = (walks - best_bmi) @ V_bmi  # the distances along the flat and steep directions
    excess_of_walks = 0.5 * np.sum(lam_bmi * walks_along**2, axis=2)
    walks_say = [
        f"Rate {share * limit_bmi:.3f}, {share:.2f} of the limit. Multipliers: flat direction "
        f"{1 - share * limit_bmi * lam_bmi[0]:.2f}, steep direction "
        f"{1 - share * limit_bmi * lam_bmi[1]:.2f}. Gap (loss − lowest loss) after 40 steps: "
        f"{excess[-1]:.2g}."
        for share, excess in zip(shares, excess_of_walks, strict=True)
    ]

# %% practice=true
if ready("gradient_descent", "max_stable_lr"):
    best_share = shares[excess_of_walks[:, -1].argmin()]
    reveal("ps04_share", best_share, "Of the shares on the slider, after forty steps.")
else:
    print("This cell waits.")


# %% practice=true fold="Draw the figure with the slider" after="ps04_share"
def live_steps():
    """Steps on two curves, path and loss, for the rate that the reader chooses."""
    with theme.style():
        curves, ground = [], np.linspace(-1, 1, 101)
        for k, name in ((0, "flattest"), (1, "steepest")):
            reach = 1.25 * np.abs(walks_along[0, 0, k])
            figure, ax = plt.subplots(figsize=(3.6, 2.6))
            ax.plot(reach * ground, 0.5 * lam_bmi[k] * (reach * ground) ** 2, color="0.7")
            ax.set(xlim=(-reach, reach), xlabel="distance from the minimum", ylabel="loss")
            ax.set_title(f"Steps in the {name} direction", fontsize=11)
            curves.append(ax)
        path_figure, path_ax = plt.subplots(figsize=(3.6, 3.4))
        contours(path_ax)
        path_ax.set_title("The path on the contours", fontsize=11)
        loss_figure, loss_ax = plt.subplots(figsize=(3.6, 3.4))
        loss_ax.set(xlim=(0, 40), yscale="log", ylim=(1e-3, 1e5), xlabel="step")
        loss_ax.set_title("Gap (loss − lowest loss) at this rate", fontsize=11)
    traces = [
        Trace(ax, a, 0.5 * lam_bmi[k] * a**2, width=1, marker=5)
        for k, (ax, a) in enumerate(zip(curves, np.moveaxis(walks_along, 2, 0), strict=True))
    ]
    traces.append(Trace(path_ax, walks[..., 0], walks[..., 1], width=1, marker=4))
    traces.append(Trace(loss_ax, np.arange(41), excess_of_walks))
    return live(
        [[ax.figure for ax in curves], [path_figure, loss_figure]],
        {"share of the limit": shares.round(2)},
        traces,
        says=walks_say,
        start={"share of the limit": 0.75},
        alt="Forty steps of gradient descent for one rate: on the curve of the flattest direction, "
        "on the curve of the steepest direction, on the contours, and the loss after each step.",
    )


steps_answer = live_steps() if ready("gradient_descent", "max_stable_lr") else None
steps_answer

# %% [markdown] after="ps04_share"
# *In words: four panels, with a slider for the rate, here 0.75 of the limit.
# <!-- no claim: setting --> The upper two show the
# loss along the flattest and the steepest direction, the lower two the
# path on the contours and the loss. In the flat direction the steps stay on one side of the minimum
# and get shorter. In the steep direction they change sides at each step. At
# 0.02 of the limit both multipliers are near 1 and the loss falls slowly. At 0.5 the steep
# direction has multiplier 0. At 0.93 the two multipliers have about the same size, and of the rates
# on the slider this one has the lowest loss in the end. At 0.99 the path oscillates across the
# valley for a long time. From 1.01 on the steps in the steep direction get longer, and within ten
# steps the loss begins to rise.*

# %% [markdown]
# ### The fastest rate for the slowest direction
#
# Here, above half of the limit, a larger rate moves the multiplier of the flat direction towards 0.
# The multiplier of the steep direction moves from 0 towards −1. The slower direction is the one
# whose multiplier is farther from 0. Which rate makes the larger absolute value of the two
# multipliers as small as possible? The next cell compares yours with the best of ten thousand
# rates.


# %% solution="best_lr"
def best_lr(lam_min, lam_max):
    """The rate at which max(|1 - lr lam_min|, |1 - lr lam_max|) is smallest."""
    ### BEGIN SOLUTION
    return 2 / (lam_min + lam_max)
    ### END SOLUTION


# %% practice=true fold="Compare your rate with the best of ten thousand"
tried = np.linspace(0, 2 / lam_bmi[1], 10_001)
slowest = np.abs(1 - tried[:, None] * lam_bmi).max(axis=1)
try:
    print(f"best of ten thousand rates: {tried[slowest.argmin()]:.3f}")
    print(f"yours: {best_lr(*lam_bmi):.3f}, {best_lr(*lam_bmi) * lam_bmi[1] / 2:.3f} of the limit")
except NotImplementedError:
    print("Write best_lr in the cell above, then run this one again.")

# %% [markdown]
# <details><summary>The derivation</summary>
#
# - The slowest direction is the one whose multiplier is farthest from 0. So the best rate makes
#   $r(\eta) = \max_\lambda |1 - \eta\lambda|$ as small as possible.
# - For a given $\eta$, $|1 - \eta\lambda|$ falls with $\lambda$ until it is 0 and then rises. So it
#   is largest at one of the two ends: $r(\eta) = \max(|1 - \eta\lambda_{min}|,\ |1 -
#   \eta\lambda_{max}|)$.
# - Up to $\eta = 1/\lambda_{max}$ both get smaller as $\eta$ grows, so the best rate is not below
#   that.
# - Beyond it, $|1 - \eta\lambda_{max}| = \eta\lambda_{max} - 1$ grows, while $1 -
#   \eta\lambda_{min}$ still gets smaller. The larger of the two is smallest where they are equal:
#   $1 - \eta\lambda_{min} = \eta\lambda_{max} - 1$.
# - This gives $\eta_{best} = \frac{2}{\lambda_{min} + \lambda_{max}}$.
# - Insert this rate: each step multiplies the distance in the slowest direction by $r =
#   \frac{\lambda_{max} - \lambda_{min}}{\lambda_{max} + \lambda_{min}} = \frac{\kappa - 1}{\kappa +
#   1}$ with $\kappa = \lambda_{max}/\lambda_{min}$.
# - After $k$ steps the share $r^k$ of this distance is left. Solve $r^k = \delta$: only a share
#   $\delta$ is left after $k = \ln\delta / \ln r$ steps.
# - Since $r = 1 - \frac{2}{\kappa + 1}$, $\ln r \approx -2/\kappa$ for large $\kappa$. So
#   $k \approx \frac{\kappa}{2} \ln\frac1\delta$.
# - The gap is proportional to the square of the distance. Therefore the gap falls to a share
#   $\delta$ in half as many steps, $\frac{\kappa}{4} \ln\frac1\delta$.
# - Starts in the flattest or the steepest direction need all these steps. Others often need fewer.
#
# </details>

# %% claims=true
claim(
    "At 0.93 the two multipliers have about the same size",
    best_lr(*lam_bmi) / limit_bmi,
    equals=0.93,
    within=0.01,
)
claim("both multipliers are near 1", 1 - 0.02 * limit_bmi * lam_bmi, above=0.9, given=[1])
claim(
    "At 0.5 the steep\ndirection has multiplier 0",
    1 - 0.5 * limit_bmi * lam_bmi[1],
    above=-1e-12,
    below=1e-12,
    given=[0.5, 0],
)
across = gradient_descent(grad_bmi, start_bmi, 0.99 * limit_bmi, 40) - best_bmi
across = across @ np.linalg.eigh(x_bmi.T @ x_bmi)[1][:, 1]
claim(
    "the path oscillates across the\nvalley for a long time", across[1:] / across[:-1], below=-0.9
)
losses_in_the_end = dict(zip(shares.round(2), excess_of_walks[:, -1], strict=True))
claim(
    "of the rates\non the slider this one has the lowest loss in the end",
    losses_in_the_end.pop(0.93),
    below=min(losses_in_the_end.values()),
)
claim(
    "In the flat direction the steps stay on one side of the minimum",
    walks_along[shares < 1][..., 0] * walks_along[0, 0, 0],
    above=0,
)
claim(
    "In the steep direction they change sides at each step",
    (walks_along[:, 1:, 1] * walks_along[:, :-1, 1])[shares.round(2) == 0.75][0, :10],
    below=0,
)
for share in (1.01, 1.05):
    too_large = gradient_descent(grad_bmi, start_bmi, share * limit_bmi, 40)
    lowest_at = np.argmin([loss_bmi(w) for w in too_large])
    claim("within ten\nsteps the loss begins to rise", lowest_at, above=0, below=10, given=[10])

# %% [markdown]
# ### Smaller is safer, and slower
#
# Below the limit no rate diverges, but a small one can cost many steps. How many steps does it take
# until only a thousandth of the gap (the loss minus the lowest loss) is left? The next cell tries
# many rates on the eleven-dimensional problem.

# %% practice=true fold="Count the steps at every rate"
if ready("gradient_descent", "max_stable_lr"):
    limit_patients = max_stable_lr(H_patients)
    factors = np.array([0.03, 0.04, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999])
    goal = 0.001 * (half_square(np.zeros(11)) - half_square(best))

    def steps_needed(lr):
        """Steps of gradient descent at this rate until the gap stays below the goal."""
        path = gradient_descent(lambda w: H_patients @ (w - best), np.zeros(11), lr, 8000)
        above = np.einsum("ki,ij,kj->k", path - best, H_patients, path - best) / 2 > goal
        return int(np.flatnonzero(above)[-1]) + 1

    needed = [steps_needed(factor * limit_patients) for factor in factors]
    lr_best = descent.best_lr(H_patients)  # the library's version takes H
    needed_at_lr_best = steps_needed(lr_best)
    with theme.style():
        figure, ax = plt.subplots(figsize=(6.4, 3.6))
        ax.plot(factors, needed, "o-", color=theme.FORWARD)
        ax.plot(lr_best / limit_patients, needed_at_lr_best, "D", color=theme.GRADIENT)
        at = (lr_best / limit_patients, needed_at_lr_best)
        label_end(ax, *at, "best_lr", theme.GRADIENT, xytext=(-8, 4), ha="right")
        ax.set(xscale="logit", yscale="log", xlabel="share of the limit")
        marks = ("0.03", "0.1", "0.3", "0.6", "0.9", "0.98", "0.999")
        ax.set_xticks([float(mark) for mark in marks], marks)
        ax.set_yticks([300, 1000, 3000], ["300", "1,000", "3,000"])
        ax.minorticks_off()
        ax.set(ylabel="steps needed", title="Steps until a thousandth of the gap is left")
        plt.show()
    fewest = int(np.argmin(needed))
    steps_at = dict(zip(factors.tolist(), needed, strict=True))
    print(f"0.04 of the limit: {steps_at[0.04]} steps, 0.4 of the limit: {steps_at[0.4]} steps")
    print(f"best of these rates: {factors[fewest]} of the limit, {needed[fewest]} steps")
    share = lr_best / limit_patients
    print(f"the formula's rate: {share:.3f} of the limit, {needed_at_lr_best} steps")
    parts_of_gap = lam * ((V.T @ best) ** 2) / 2  # each direction's part of the gap at w = 0
    flat_part, steep_part = parts_of_gap[[0, -1]] / parts_of_gap.sum()
    print(f"part of the gap: flattest direction {flat_part:.1%}, steepest {steep_part:.0%}")
else:
    print("This cell waits.")

# %% [markdown]
# *In words: the number of steps against the rate, from 0.03 to 0.999 of the limit.
# <!-- no claim: setting --> The vertical
# axis is logarithmic. The horizontal axis has more room near 0 and near 1.
# The curve falls, reaches its bottom at about 0.98 of the limit and rises steeply just before
# the limit. A diamond on the rising part marks the rate of `best_lr`.*
#
# At 0.04 of the limit the rate is ten times smaller than at 0.4, and it needs ten times the steps.
# The reason: a step shortens a distance by the share $\eta\lambda$, which is proportional to the
# rate. Just below the limit, the multiplier of the steepest direction is near −1, so the distance
# along this direction hardly shrinks.
#
# The ratio of the largest to the smallest curvature is the *condition number* $\kappa =
# \lambda_{max}/\lambda_{min}$. In the worst case even the best rate needs a number of steps
# proportional to $\kappa$ (derivation under `best_lr`). Standardised data (notebook 01) can have a
# much smaller $\kappa$.
#
# The rate of `best_lr` (the diamond) is at 0.998 of the limit. There training takes about 750
# steps, more than at 0.98. This rate makes the slowest direction as fast as possible. But from this
# start the flattest direction contributes less than 1 % of the gap and the steepest more than half.
# At a slightly smaller rate the distance along the steepest direction shrinks faster, so fewer
# steps are needed.

# %% claims=true
claim(
    "and it needs ten times the steps",
    steps_at[0.04] / steps_at[0.4],
    equals=10,
    within=0.5,
)
claim(
    "reaches its bottom at about 0.98 of the limit",
    factors[np.argmin(needed)],
    equals=0.98,
    within=0.02,
)
claim("rises steeply just before\nthe limit", steps_at[0.999] / min(needed), above=4)
claim(
    "(the diamond) is at 0.998 of the limit",
    lr_best / limit_patients,
    equals=0.998,
    within=0.001,
)
claim("training takes about 750\nsteps", needed_at_lr_best, equals=750, within=50)
claim("the flattest direction contributes less than 1 % of the gap", flat_part, below=0.01)
claim("and the steepest more than half", steep_part, above=0.5)
claim("so fewer\nsteps are needed", steps_at[0.98], below=0.5 * needed_at_lr_best)

# %% practice=true fold="Print the measurements in their original units"
for name, column in zip(patients.names, patients.x.T, strict=True):
    print(f"{name:4} mean {column.mean():6.1f}   standard deviation {column.std():5.1f}")

# %% [markdown]
# With standardised data your `critical_rate` was about 0.5. **What is the limit for the same
# patients in their original units** (age in years, sex as 1 or 2, …, printed above)? Guess its
# order of magnitude.

# %% guess="the largest rate in the original units"
guess("ps04_units", None)  # a number, such as 0.1


# %% practice=true fold="Compare standardised and original units"
raw = np.hstack([patients.x, np.ones((len(x), 1))])
gap_at_the_start = half_square(np.zeros(11)) - half_square(best)
by_units = {}
centred = raw - np.append(patients.x.mean(axis=0), 0)
scaled = raw / np.append(patients.x.std(axis=0), 1)
of_inputs = {"standardised": x, "only scaled": scaled, "only centred": centred}
for name, data in {**of_inputs, "original units": raw}.items():
    curvatures = np.linalg.eigvalsh(data.T @ data / len(data))
    limit_here, condition = 2 / curvatures[-1], curvatures[-1] / curvatures[0]
    path = descend(
        lambda w, d=data: d.T @ (d @ w - t) / len(t), np.zeros(11), 0.9 * limit_here, 1000
    )
    share_left = (half_square(path[-1], data) - half_square(best)) / gap_at_the_start
    by_units[name] = limit_here, condition, share_left

# %% practice=true
reveal("ps04_units", by_units["original units"][0], "The limit of the rate in the original units.")

# %% practice=true fold="Print rates and condition numbers" after="ps04_units"
for name, (limit_here, condition, share_left) in by_units.items():
    print(
        f"{name:14}: limit {limit_here:.1e}, largest curvature {float(f'{2 / limit_here:.3g}'):g}"
    )
    print(f"    condition number {condition:.0e}")
    print(f"    after 1,000 steps at 0.9 of the limit, {share_left:.2%} of the gap is left")
print(f"sum of the mean squares of all inputs, original units: {np.sum(raw**2) / len(raw):.0f}")

# %% [markdown] after="ps04_units"
# In the original units the largest curvature is about
# 74,000, nearly the sum of the mean squares of all inputs (the sum of all curvatures). So the rate
# must be tiny. The reasons are the units and the means of the inputs. Scaling alone (the
# means stay) leaves a largest curvature of about 320, centring alone (the units stay) about 2,050,
# and both together about 4. At the tiny rate the distances along the flat directions hardly shrink:
# at 0.9 of the limit, after 1,000 steps 29 % of the gap is left.

# %% claims=true
claim(
    "at 0.9 of the limit, after 1,000 steps 29 % of the gap is left",
    share_left,
    equals=0.29,
    within=0.03,
    given=[0.9, 1000],
)
for quote, name, value in (
    ("leaves a largest curvature of about 320", "only scaled", 320),
    ("centring alone (the units stay) about 2,050", "only centred", 2050),
    ("and both together about 4", "standardised", 4),
):
    claim(quote, 2 / by_units[name][0], equals=value, within=0.02 * value)
claim("the largest curvature is about\n74,000", 2 / limit_here, equals=74_000, within=4000)
claim(
    "nearly the sum of the mean squares of all inputs",
    2 / limit_here / np.sum(np.mean(raw**2, axis=0)),
    above=0.95,
    below=1,
)
claim(
    "With standardised data your `critical_rate` was about 0.5",
    max_stable_lr(H_patients),
    equals=0.5,
    within=0.02,
)
claim("can have a\nmuch smaller $\\kappa$", np.linalg.cond(H_patients), below=0.001 * condition)

# %% [markdown]
# ### A rate for each direction
#
# A single rate has to serve all curvatures. *Newton's method* gives each eigenvector a rate of its
# own, $1/\lambda$, so that every multiplier is 0. Take one such step, with `np.linalg.solve`
# instead of an inverse, and return the new weights.


# %% solution="newton_step"
def newton_step(w, g, H):
    """One step of Newton's method from w; g and H are gradient and second derivatives there."""
    ### BEGIN SOLUTION
    return w - np.linalg.solve(H, g)
    ### END SOLUTION


# %% [markdown]
# <details><summary>The derivation</summary>
#
# - Along an eigenvector the gradient is $\lambda a$, where $a$ is the distance. The rate
#   $1/\lambda$ makes the step $-a$: it ends at the minimum.
# - $H^{-1}$ has the same eigenvectors as $H$ and the eigenvalues $1/\lambda$. So all these steps
#   together are $\Delta w = -H^{-1} g$.
# - Taylor's formula gives the same step if all $\lambda$ are positive: $g^\top \Delta w + \frac12
#   \Delta w^\top H\, \Delta w$ is smallest where its gradient $g + H\, \Delta w$ is 0.
#
# </details>
#
# We try it on the patients, whose loss is quadratic, and on the tumours, whose loss is not:

# %% practice=true fold="Take steps of Newton's method"
try:
    print("patients, distance from the minimum after one step from random weights")
    newton_ends = []
    for name, data in (("standardised", x), ("original units", raw)):
        H_data, minimum = data.T @ data / len(t), np.linalg.lstsq(data, t)[0]
        w = newton_step(w_here, H_data @ (w_here - minimum), H_data)
        newton_ends.append(np.linalg.norm(w - minimum))
        print(
            f"    {name:14} (condition number {np.linalg.cond(H_data):.0e}): {newton_ends[-1]:.0e}"
        )
    newton_losses = {}
    starts = {"w = 0": np.zeros(30)}
    starts |= {f"random w, seed {k}": np.random.default_rng(k).normal(size=30) for k in range(3)}
    for name, w in starts.items():
        newton_losses[name] = [loss_tumour(w)]
        for _ in range(2):
            w = newton_step(w, *tumour_derivatives(w))
            newton_losses[name].append(loss_tumour(w))
        losses = " ".join(f"{loss:8.3f}" for loss in newton_losses[name])
        print(f"tumours from {name:17}: loss after 0, 1 and 2 steps {losses}")
    both_rise, by_parabola, in_truth = 0, [], []
    for k in range(20):
        w = np.random.default_rng(k).normal(size=30)
        g, H = tumour_derivatives(w)
        one = newton_step(w, g, H)
        two = newton_step(one, *tumour_derivatives(one))
        both_rise += loss_tumour(w) < loss_tumour(one) < loss_tumour(two)
        steps = one - w, (one - w) / 16
        by_parabola.append([g @ step + step @ H @ step / 2 for step in steps])
        in_truth.append([loss_tumour(w + step) - loss_tumour(w) for step in steps])
    print(f"of 20 random w: the loss rises at both steps from {both_rise}")
    print("change of the loss, median of 20:   parabola     true")
    for name, *both in zip(
        ("whole first step", "a sixteenth of it"),
        np.median(by_parabola, axis=0),
        np.median(in_truth, axis=0),
        strict=True,
    ):
        print(f"    {name:17}              {both[0]:8.3f} {both[1]:8.3f}")
except NotImplementedError:
    print("Write newton_step in the cell above, then run this one again.")

# %% [markdown]
# On the quadratic, one step reaches the minimum at both condition numbers. On the tumours the step
# ends where the second-order formula (in the output: *parabola*) is lowest, not where the loss
# itself is lowest. From $w = 0$ this still lowers the loss. From most of
# the 20 random weights the loss rises at both steps, although the parabola predicts a fall. So the
# curvature must change along the step. A sixteenth of the first step lowers the loss nearly as much
# as the parabola predicts (medians above). A network has a further problem: with a million weights,
# $H$ has $10^{12}$ entries. Most optimizers for networks therefore use
# only gradients.

# %% claims=true
claim("one step reaches the minimum at both condition numbers", newton_ends, below=1e-8)
claim("From $w = 0$ this still lowers the loss", newton_losses["w = 0"][1], below=0.5, given=[0])
claim(
    "From most of\nthe 20 random weights the loss rises at both steps",
    both_rise,
    above=15,
    given=[20],
)
claim("although the parabola predicts a fall", np.max(by_parabola), below=0)
claim(
    "A sixteenth of the first step lowers the loss",
    np.array(in_truth)[:, 1],
    below=0,
)
claim(
    "nearly as much\nas the parabola predicts (medians above)",
    np.median(in_truth, axis=0)[1] / np.median(by_parabola, axis=0)[1],
    equals=0.95,
    within=0.1,
)

# %% [markdown]
# ## 6 All, one, or a few
#
# So far a step used all the data. There are three ways to choose the samples of a step (S3,
# "Solution: Better Estimate of the Gradient"; S0 and S1 have the same three):
#
# | name | a batch is | steps in an epoch of N samples |
# |---|---|---|
# | batch gradient descent, "vanilla" | all samples | 1 |
# | stochastic gradient descent | one sample | N |
# | minibatch gradient descent | B samples | N/B, rounded up: the last, short batch is kept |
#
# An *epoch* is one pass over the data, and an *iteration* is one step (S0, "Outline of training a
# neural net"). In all three ways an epoch costs N gradients of single samples. One function can do
# all three: only its batches differ. S1 ends with a list of 14 steps for such a function. In our
# words:
#
# | step | what |
# |---|---|
# | 1 | choose the number of epochs and of batches |
# | 2 | draw all weights and biases at random |
# | 3 | for each epoch: |
# | 4 | &emsp;for each batch of samples, drawn at random: |
# | 5 | &emsp;&emsp;set the gradient to zero |
# | 6 | &emsp;&emsp;for each sample of the batch: |
# | 7 | &emsp;&emsp;&emsp;forward pass: the values of all neurons |
# | 8, 9 | &emsp;&emsp;&emsp;for each layer, the last one first: its deltas (see notebook 06) |
# | 10 | &emsp;&emsp;&emsp;for each weight, the gradient of this sample's loss |
# | 11 | &emsp;&emsp;&emsp;add it to the gradient of the batch |
# | 12 | &emsp;&emsp;divide by the number of samples in the batch |
# | 13 | &emsp;&emsp;the update is minus the rate times that mean |
# | 14 | &emsp;&emsp;add the update to each weight |
#
# If the batch size does not divide the number of samples, the last batch is shorter. Therefore
# step 12 divides by the size of each batch.

# %% [markdown]
# ### Your epoch
#
# Within an epoch, only the gradient of a sample (steps 7 to 10) depends on the model. It is given
# as a function: `example_gradient(w, x_n, t_n)` returns the gradient for **one** sample, an array
# like `w`. Your `sgd_epoch` does the rest of one epoch, for any model: the loops over batches and
# samples, the sum, the mean and the update. The batches of step 4 are already drawn: `batches` is a
# list of arrays of sample numbers, such as `[array([4, 1]), array([0, 2]), array([3])]`. A number
# may occur twice, and no batch is empty. All gradients of a batch are computed at the same `w`.


# %% solution="sgd_epoch"
def sgd_epoch(w, x, t, batches, lr, example_gradient):
    """One epoch: for each batch, a step against the mean gradient of its samples.

    w : the weights, an array of floats of any shape
    x : (N, …) inputs, t : (N, …) targets, one sample a row
    batches : list of arrays of indices into x and t
    example_gradient : example_gradient(w, x[n], t[n]) -> gradient for one sample, shaped like w
    returns the new weights, an array like w
    """
    ### BEGIN SOLUTION
    for batch in batches:
        gradient = np.zeros_like(w)
        for n in batch:
            gradient = gradient + example_gradient(w, x[n], t[n])
        w = w - lr * gradient / len(batch)
    return w
    ### END SOLUTION


# %% check="sgd_epoch"
check("sgd_epoch", sgd_epoch)

# %% [markdown]
# The next figure compares the three ways for the line of section 2, after three epochs at the same
# rate. `minibatch_indices` (notebook 01) shuffles the samples and cuts them into batches.


# %% practice=true
def example_gradient_line(w, x_n, t_n):
    """Gradient of half the squared error of one sample: (x·w - t) x."""
    return (x_n @ w - t_n) * x_n


# %% practice=true fold="Train and draw three paths"
if ready("sgd_epoch"):
    with theme.style():
        figure, ax = plt.subplots(figsize=(6.4, 5.2))
        contours(ax)
        looks = {1: ("-", 0.5, 0), 32: ("o-", 1.6, 2), len(x_bmi): ("s-", 1.6, 3)}
        for size, (style, width, colour) in looks.items():
            rng = np.random.default_rng(1)
            path = [start_bmi]
            for _ in range(3):
                for batch in minibatch_indices(len(x_bmi), size, rng):
                    path.append(
                        sgd_epoch(path[-1], x_bmi, t_bmi, [batch], 0.05, example_gradient_line)
                    )
            colour = theme.for_text(theme.CYCLE[colour])
            ax.plot(*np.array(path).T, style, color=colour, markersize=3, linewidth=width)
            ax.plot(*path[-1], "D", color=colour, mec="w", markersize=9, zorder=4)
            ax.annotate(
                f"batches of {size}: {len(path) - 1:,} steps",
                path[-1],
                (118, {1: 130, 32: 175, len(x_bmi): 218}[size]),
                color=colour,
                ha="right",
                arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.8},
                bbox={"facecolor": theme.PAPER, "edgecolor": "none", "pad": 1},
            )
        ax.set(xlabel="w[0], slope", ylabel="w[1], height")
        ax.set_title("Three epochs at rate 0.05 with three batch sizes")
        plt.show()
else:
    print("This cell waits.")

# %% [markdown]
# *In words: three paths on the contours of section 2, each with a diamond at its end. All samples
# in a batch: three short steps near the start. Batches of 32: 42 steps, nearly smooth, part of the
# way down the valley. One sample a batch: 1,326 steps, large jumps down the valley and then a
# tangle around the star. (One run, seed 1.)*
#
# All three runs use the same rate, so the comparison is not fair. Section 7 searches for the best
# rate of each batch size.

# %% claims=true
steps_of = {
    size: 3 * len(minibatch_indices(len(x_bmi), size, np.random.default_rng(1)))
    for size in (len(x_bmi), 32, 1)
}
claim("Batches of 32: 42 steps", steps_of[32], equals=42, within=0.5, given=[32])
claim("One sample a batch: 1,326 steps", steps_of[1], equals=1326, within=0.5)
claim("three short steps", steps_of[len(x_bmi)], equals=3, within=0.5)

# %% [markdown]
# ### Right on average
#
# Why may the gradient of a few samples replace the gradient of all? Averaged over all random draws,
# the gradient of a minibatch is the full gradient. The *error* (or *noise*) of one minibatch is
# a vector: its gradient minus the full gradient. How large is it, if each sample is drawn from all
# data (*with replacement*)? The *typical error* is the root of the mean squared length of this
# vector.

# %% [markdown]
# Batches of 64 cost four times the work of batches of 16. **By which factor does the typical error
# change?**

# %% guess="the error of a larger batch"
guess("ps04_error", None, between=(0, 1))  # a number: at B = 64 divided by at B = 16

# %% practice=true fold="Measure the error of a minibatch's gradient"
rng = np.random.default_rng(2)
w_zero = np.zeros(11)
each = x * (x @ w_zero - t)[:, None]  # (442, 11): the gradient of every sample
full = each.mean(axis=0)
typical, error_of_mean = {}, {}
for size in (1, 4, 16, 64):
    draws = each[rng.integers(len(x), size=(4000, size))].mean(axis=1)
    typical[size] = np.sqrt(np.mean(np.sum((draws - full) ** 2, axis=1)))
    off = np.linalg.norm(draws.mean(axis=0) - full)
    error_of_mean[size] = off

# %% practice=true
reveal(
    "ps04_error", typical[64] / typical[16], "Typical error at B = 64 divided by that at B = 16."
)

# %% [markdown]
# ### A formula for the error
#
# The gradient of one sample, drawn at random, has the typical error `sigma`. So the mean squared
# length of its error is `sigma**2`. A minibatch's gradient is the mean of `B` such gradients, drawn
# independently. What is its typical error? The next cell compares your formula with 4,000 draws.


# %% solution="typical_error"
def typical_error(sigma, B):
    """Typical error of the mean of B independent gradients, if that of one is sigma."""
    ### BEGIN SOLUTION
    return sigma / math.sqrt(B)
    ### END SOLUTION


# %% practice=true fold="Compare your formula with the measured errors" after="ps04_error"
print("             error of the mean   typical error   typical error by")
print("batch size   of 4,000 draws      of one draw     your formula")
for size, error in typical.items():
    try:
        yours = f"{typical_error(typical[1], size):15.3f}"
    except NotImplementedError:
        yours = "not written yet"
    print(f"{size:10} {error_of_mean[size]:19.4f} {error:15.3f} {yours}")
print(f"length of the full gradient: {np.linalg.norm(full):.3f}")

# %% [markdown] after="ps04_error"
# For every batch size the mean over 4,000 draws is close to the full gradient. The typical error of
# a single draw is proportional to $1/\sqrt B$: **four times the work buys half the error.**  (With
# one sample the error is 2.7 times as long as the gradient itself, at $w = 0$.)
#
# <details><summary>The derivation</summary>
#
# - Let $g_n$ be the gradient of a sample drawn at random, $\bar g$ the mean over all samples and
#   $e_n = g_n - \bar g$ the error. $E$ is the mean over all random draws: $E\,e_n = 0$, and
#   $E\,\|e_n\|^2$ is called $\sigma^2$.
# - A minibatch of $B$ independent samples has the error $e = \frac1B \sum_n e_n$. Its mean is 0
#   too.
# - The square of its length is $\|e\|^2 = \frac{1}{B^2} \sum_n \sum_m e_n^\top e_m$.
# - For $n \ne m$ the samples are independent, so
#   $E\, e_n^\top e_m = (E\, e_n)^\top (E\, e_m) = 0$.
# - The $B$ terms with $n = m$ are left: $E\,\|e\|^2 = \frac{1}{B^2}\, B\, \sigma^2 = \sigma^2/B$.
#   The root is $\sigma/\sqrt B$.
#
# </details>

# %% claims=true
claim(
    "For every batch size the mean over 4,000 draws is close to the full gradient",
    [error_of_mean[size] / np.linalg.norm(full) for size in error_of_mean],
    below=0.1,
    given=[4000],
)
claim("four times the work buys half the error", typical[64] / typical[16], equals=0.5, within=0.03)
claim("four times the work buys half the error", typical[4] / typical[1], equals=0.5, within=0.03)
claim(
    "With\none sample the error is 2.7 times as long as the gradient itself, at $w = 0$",
    typical[1] / np.linalg.norm(full),
    equals=2.7,
    within=0.1,
    given=[0],
)

# %% [markdown]
# ### With or without replacement
#
# S4 ("Stochastic gradient descent for ANNs") draws each sample uniformly at random from all data,
# *with* replacement. Then in an epoch some patients are drawn several times and about 37 % never.
# S0, S1 and most training programs shuffle the data and use each sample once per epoch, *without*
# replacement. We compare both. We train on the patients of section 1, **from the
# minimum**, so that only the noise of the steps raises the loss. The table shows the mean of the
# gap (loss − lowest loss) over the steps of epochs 8 to 10. Each of five seeds is used for both
# ways:


# %% practice=true fold="Define how to draw with replacement"
def with_replacement(n, size, rng):
    """As many batches as minibatch_indices makes, each drawn from all samples."""
    return [rng.integers(n, size=size) for _ in range(math.ceil(n / size))]


# %% practice=true fold="Train with and without replacement"
def epochs_on_patients(draw, size, rate, seed, epochs, w):
    """The gap, its mean over the steps of each epoch k = 0, 1, … at rate(k)."""
    rng, curve = np.random.default_rng(seed), []
    for k in range(epochs):
        heights = []
        for batch in draw(len(x), size, rng):
            w = sgd_epoch(w, x, t, [batch], rate(k), example_gradient_line)
            heights.append((w - best) @ H_patients @ (w - best) / 2)
        curve.append(np.mean(heights))
    return curve


if ready("sgd_epoch"):
    print("                without          with             difference,      without is")
    print("batch   rate    replacement      replacement      mean ± sd        lower on")
    tails = {}
    for size, lr in ((1, 0.005), (16, 0.02)):
        for draw in (minibatch_indices, with_replacement):
            ends = [
                epochs_on_patients(draw, size, lambda k, lr=lr: lr, seed, 10, best)[-3:]
                for seed in range(5)
            ]
            tails[size, lr, draw] = np.mean(ends, axis=1)
        one, two = (tails[size, lr, draw] for draw in (minibatch_indices, with_replacement))
        print(f"{size:5} {lr:6} {one.mean():14.5f} {two.mean():16.5f}", end="")
        print(f"  {np.mean(one - two):12.5f} ± {np.std(one - two, ddof=1):.5f}", end="")
        print(f"  {np.sum(one < two)} of 5 seeds")
else:
    print("This cell waits.")

# %% [markdown]
# In both rows shuffling lowers the gap, on all five seeds: to about a half for single samples at
# rate 0.005, and to about a fifth for batches of 16 at rate 0.02. (The rows differ in size and
# rate.) A reason: at a fixed $w$, the errors of all samples add up to 0. With shuffling, every
# sample is used once in an epoch. So the errors of an epoch nearly cancel as long as $w$ moves
# little.

# %% claims=true
rng = np.random.default_rng(0)
drawn = [len(np.unique(np.concatenate(with_replacement(442, 1, rng)))) for _ in range(100)]
claim("about 37 % never", 1 - np.mean(drawn) / 442, equals=0.37, within=0.01)
for size, lr, quote, factor in (
    (1, 0.005, "to about a half for single samples at rate 0.005", 0.5),
    (16, 0.02, "to about a fifth for batches of 16 at rate 0.02", 0.2),
):
    shuffled, replaced = (tails[size, lr, draw] for draw in (minibatch_indices, with_replacement))
    claim(
        quote,
        shuffled.mean() / replaced.mean(),
        equals=factor,
        within=0.2 * factor,
        given=[size, lr],
    )
    claim("shuffling lowers the gap, on all five seeds", shuffled, below=replaced)

# %% [markdown]
# ### The noise floor
#
# At a constant rate, stochastic gradient descent in general does not reach the lowest loss. (It can
# if one $w$ fits every sample exactly.) After a while the gap stops falling and fluctuates. Its
# mean over these later steps is the *noise floor*. We take one patient per step and shuffle in each
# epoch. **How high is the noise floor at the constant rate 0.05,** as a share of the gap at the
# start, $w = 0$?

# %% guess="the height of the noise floor"
guess("ps04_floor", None)  # a number, 0.1 for a tenth of the gap

# %% practice=true
schedules = {
    "0.05": (lambda k: 0.05, theme.CYCLE[3], "--"),
    "0.01": (lambda k: 0.01, theme.CYCLE[0], "-"),
    "0.05 / (1 + k)": (lambda k: 0.05 / (1 + k), theme.CYCLE[2], ":"),
}

# %% practice=true fold="Train with the three schedules"
if ready("sgd_epoch"):
    excess_by_epoch, floors = {}, {}
    for name, (rate, _, _) in schedules.items():
        runs = [
            epochs_on_patients(minibatch_indices, 1, rate, seed, 25, np.zeros(11))
            for seed in range(4)
        ]
        excess_by_epoch[name] = np.array(runs)
        floors[name] = excess_by_epoch[name][:, -5:].mean(axis=1)
else:
    print("This cell waits.")

# %% practice=true
if ready("sgd_epoch"):
    gap = half_square(np.zeros(11)) - half_square(best)
    reveal("ps04_floor", floors["0.05"].mean() / gap, "As a share of the gap at the start.")

# %% practice=true fold="Draw the loss for three schedules" after="ps04_floor"
if ready("sgd_epoch"):
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3.3))
        for name, (_, colour, line) in schedules.items():
            four = excess_by_epoch[name]
            ax.fill_between(range(1, 26), four.min(0), four.max(0), color=colour, alpha=0.15)
            ax.plot(range(1, 26), four.mean(axis=0), color=colour, linestyle=line)
            label_end(ax, 25, four.mean(axis=0)[-1], name, colour)
        ax.set(yscale="log", xlabel="epoch", ylabel="gap: loss − lowest loss")
        ax.set_title("A smaller rate has a lower floor (k: epochs done; four seeds)")
        plt.show()
    for name, floor in floors.items():
        print(f"{name:14}: last five epochs {floor.mean():.5f} ± {floor.std():.5f} (4 seeds)")

# %% [markdown] after="ps04_floor"
# *In words: the gap against epochs, averaged over the steps of each epoch, on a logarithmic axis. A
# line is the mean of four seeds, with a band from the best to the worst.
# Rate 0.05 fluctuates on a high floor from the second epoch on. Rate 0.01 ends about 8.5 times
# lower. The decreasing rate begins like rate 0.05 and then goes down below both.*

# %% claims=true
claim(
    "Rate 0.01 ends about 8.5 times\nlower",
    floors["0.05"].mean() / floors["0.01"].mean(),
    equals=8.5,
    within=0.5,
    given=[0.01],
)
claim(
    "on a high floor from the second epoch on",
    excess_by_epoch["0.05"].mean(axis=0)[1:] / floors["0.01"].mean(),
    above=3,
)
w_fit, rng_fit = np.zeros(11), np.random.default_rng(0)
for _ in range(25):  # the targets are x @ best, so best fits every sample exactly
    one_each = minibatch_indices(len(x), 1, rng_fit)
    w_fit = sgd_epoch(w_fit, x, x @ best, one_each, 0.05, example_gradient_line)
claim(
    "It can\nif one $w$ fits every sample exactly",
    (w_fit - best) @ H_patients @ (w_fit - best) / 2 / gap,
    below=1e-5,
)
claim("goes down below both", floors["0.05 / (1 + k)"], below=floors["0.01"].min())

# %% [markdown]
# Why is there a floor here? At the minimum the mean gradient is 0, but the gradients of the single
# samples are not. So even a step that begins at the minimum moves the weights away from it.

# %% [markdown]
# How high is the floor? We compute it for one weight, a number $w$. Here the loss of a sample is
# $\frac12 (w - t_n)^2$. The targets $t_n$ are drawn independently, with mean 0 and variance 1. So
# the lowest mean loss is at $w = 0$, and the gap is $w^2/2$. Think of many runs, each with its own
# draws. Their mean gap is $V/2$, where $V = E[w^2]$ is the mean of $w^2$ over the runs.
#
# **Return $E[w^2]$ after one step with one sample, from `V` before the step and the rate `lr`.**


# %% solution="mean_square_after"
def mean_square_after(V, lr):
    """The mean square of w after one step, if it was V before."""
    ### BEGIN SOLUTION
    return (1 - lr) ** 2 * V + lr**2
    ### END SOLUTION


# %% [markdown]
# <details><summary>The derivation</summary>
#
# - The gradient of $\frac12 (w - t_n)^2$ is $w - t_n$, so a step is
#   $w' = w - \eta\,(w - t_n) = (1 - \eta)\, w + \eta\, t_n$.
# - Square it and take the mean:
#   $E\,w'^2 = (1 - \eta)^2\, E\,w^2 + 2\,\eta\,(1 - \eta)\, E\,w\,t_n + \eta^2\, E\,t_n^2$.
# - $t_n$ does not depend on the earlier draws, so it is independent of $w$: $E\,w\,t_n = E\,w\;
#   E\,t_n = 0$. Its variance is 1: $E\,t_n^2 = 1$.
# - With $E\,w^2 = V$ this gives $E\,w'^2 = (1 - \eta)^2\, V + \eta^2$.
#
# </details>


# %% practice=true fold="Compare your formula with ten thousand simulated weights" after=false
def floor_after(rates, V):
    """The mean square after one step for each of the rates."""
    for lr in rates:
        V = mean_square_after(V, lr)
    return V


rng = np.random.default_rng(4)
one_by_one = [np.array([n]) for n in range(300)]
mean_squares = {}
if ready("sgd_epoch"):
    try:
        for lr in (0.4, 0.2, 0.1, 0.05):
            noise = rng.normal(size=(300, 10_000))  # a row: one sample, a target per weight
            w = sgd_epoch(np.zeros(10_000), noise, noise, one_by_one, lr, lambda w, _, t_n: w - t_n)
            mean_squares[lr] = np.mean(w**2), floor_after([lr] * 300, 0.0)
        print("rate   mean square of w after 300 steps from w = 0   your formula")
        for lr, (seen, formula) in mean_squares.items():
            print(f"{lr:4} {seen:45.4f} {formula:14.4f}")
    except NotImplementedError:
        print("Write mean_square_after in the cell above, then run this one again.")
else:
    print("This cell waits.")

# %% [markdown]
# Now $V$ is 1 at the start, and the rate changes from step to step: in step $k$ it is $0.5$,
# $0.5/\sqrt k$, $0.5/k$ or $0.5/k^2$. **How many of these four sequences bring $V$ to 0?** (We
# count those with $V < 0.01$ after 30,000 steps.)

# %% guess="how many sequences bring V to 0"
guess("ps04_rates", None, between=(0, 4))  # a number from 0 to 4

# %% practice=true fold="Repeat your step of V"
k_th = np.arange(1, 30_001)
sequences = {
    "0.5": np.full(30_000, 0.5),
    "0.5 / √k": 0.5 / np.sqrt(k_th),
    "0.5 / k": 0.5 / k_th,
    "0.5 / k²": 0.5 / k_th**2.0,
}
last_V = {}
if mean_squares:
    for name, sequence in sequences.items():
        last_V[name] = [floor_after(sequence[:n], 1.0) for n in (100, 1000, 10_000, 30_000)]

# %% practice=true after=false
if last_V:
    to_zero = sum(V[-1] < 0.01 for V in last_V.values())
    reveal("ps04_rates", to_zero, "Sequences with V < 0.01 after 30,000 steps.")
else:
    print("This cell waits for sgd_epoch and mean_square_after (section 6).")

# %% practice=true fold="Print V for the four sequences" after="ps04_rates"
print("rate of step k     V after 100 steps   1,000   10,000   30,000")
for name, Vs in last_V.items():
    print(f"{name:14} {Vs[0]:21.5f}", *(f"{V:8.5f}" for V in Vs[1:]))

# %% [markdown] after="ps04_rates"
# At a constant rate $V$ settles at $\eta/(2 - \eta)$. For a small rate this is about $\eta/2$. So
# in this example, at a small rate, the floor is **proportional to the rate**.
#
# The rates $0.5/\sqrt k$ and $0.5/k$ bring $V$ to 0. With $0.5/k^2$ the mean square stays above a
# quarter. The sum of these rates is finite, so a part of the initial $w$ and of the noise of the
# first steps remains.
#
# S1 says that stochastic gradient descent converges "by observing certain requirements". Two are
# enough here for $V \to 0$: the rate goes to 0, and the sum of all rates is infinite.
# Robbins and Monro (1951) also ask for a finite sum of the squared rates. Then
# every single run goes to 0 with probability 1, as was proved later. The
# rates $0.5/\sqrt k$ do not fulfil this third condition. (It is sufficient, not necessary.)
#
#
# <details><summary>The derivation of rate / (2 − rate)</summary>
#
# - After one step the mean square is $(1 - \eta)^2\, V + \eta^2$ (derived above).
# - On the floor the mean square no longer changes, so $V = (1 - \eta)^2\, V + \eta^2$.
# - $1 - (1 - \eta)^2 = 2\eta - \eta^2 = \eta\,(2 - \eta)$. Hence $\eta\,(2 - \eta)\, V = \eta^2$
#   and $V = \eta/(2 - \eta)$.
# - For small rates this is about $\eta/2$. At $\eta = 2$, the limit of section 5 for curvature 1,
#   it is infinite.
#
# </details>
#
# For the patients, a rate five times smaller ended about 8.5 times lower, not five times. Is
# shuffling the reason? Or is 0.05 too large a rate for the rule *proportional*? The next cell
# measures the floor with and without shuffling, also at a smaller rate. All runs start at the
# minimum, so the descent is not counted.

# %% practice=true fold="Measure the floor with both ways to draw" after="ps04_rates"
floor_from_best = {}  # by rate: without and with replacement
print("  rate   without replacement   with replacement   without / with   (means of 200 runs)")
for lr, epochs in ((0.05, 5), (0.01, 14), (0.002, 46)):
    two = []
    for shuffled in (True, False):
        rng, w, heights = np.random.default_rng(6), np.tile(best, (200, 1)), []
        for epoch in range(epochs):  # 200 runs side by side
            order = rng.integers(len(x), size=(200, len(x)))
            if shuffled:
                order = rng.permuted(np.tile(np.arange(len(x)), (200, 1)), axis=1)
            for k, n in enumerate(order.T):
                w = w - lr * (np.sum(w * x[n], axis=1) - t[n])[:, None] * x[n]
                if epoch >= epochs / 2 and k % 13 == 0:
                    heights.append(np.mean(np.sum((w - best) @ H_patients * (w - best), axis=1)))
        two.append(np.mean(heights) / 2)
    floor_from_best[lr] = two
    print(f"{lr:6} {two[0]:21.5f} {two[1]:18.5f} {two[0] / two[1]:16.2f}")
factors_of_floor = np.array(floor_from_best[0.05]) / floor_from_best[0.01]
print("floor at 0.05 divided by floor at 0.01:", factors_of_floor.round(1))

# %% [markdown] after="ps04_rates"
# The large rate and the shuffling both matter: the factor 9.6 is about 5 · 1.44 · 1.33. By the
# rule, a rate five times smaller makes the floor five times lower. With
# replacement, the floor becomes 7.2 times lower (5 · 1.44) from rate 0.05 to 0.01, and about five
# times lower from 0.01 to 0.002: so 0.05 is too large for the rule. With shuffling it becomes 9.6
# times lower (7.2 · 1.33) from 0.05 to 0.01, because shuffling gains more at smaller rates.
# Shuffling lowers the floor hardly at 0.05, by about 27 % at 0.01 and by about 64 % at 0.002. (The
# 8.5 above is a mean of only four seeds.) <!-- no claim: setting -->

# %% claims=true
claim(
    "At a constant rate $V$ settles at $\\eta/(2 - \\eta)$",
    [measured / (lr / (2 - lr)) for lr, (measured, _) in mean_squares.items()],
    equals=1,
    within=0.08,
    given=[2],
)
claim(
    "The rates $0.5/\\sqrt k$ and $0.5/k$ bring", last_V["0.5 / √k"][-1], below=0.002, given=[0.5]
)
claim("The rates $0.5/\\sqrt k$ and $0.5/k$ bring", last_V["0.5 / k"][-1], below=0.002, given=[0.5])
claim(
    "With $0.5/k^2$ the mean square stays above a\nquarter",
    last_V["0.5 / k²"],
    above=0.25,
    given=[0.5, 2],
)
claim("The sum of these rates is finite", sequences["0.5 / k²"].sum(), below=1)
claim(
    "a rate five times smaller ended about 8.5 times lower",
    floors["0.05"].mean() / floors["0.01"].mean(),
    equals=8.5,
    within=0.5,
)
replaced = {lr: two[1] for lr, two in floor_from_best.items()}
claim(
    "the floor becomes 7.2 times lower (5 · 1.44) from rate 0.05 to 0.01",
    factors_of_floor[1],
    equals=7.2,
    within=0.4,
    given=[5, 1.44, 0.05, 0.01],
)
for quote, factor, others in (
    ("times lower (5 · 1.44)", factors_of_floor[1] / 5, [5]),
    ("times lower (7.2 · 1.33)", factors_of_floor[0] / factors_of_floor[1], [7.2]),
):
    number = float(quote[-5:-1])
    claim(quote, factor, equals=number, within=0.08, given=others)
claim(
    "the factor 9.6 is about 5 · 1.44 · 1.33",
    factors_of_floor[0],
    equals=9.6,
    within=0.6,
    given=[5, 1.44, 1.33],
)
claim(
    "and about five times lower from\n0.01 to 0.002",
    replaced[0.01] / replaced[0.002],
    equals=5,
    within=0.6,
    given=[0.01, 0.002],
)
gains = {lr: 100 * (1 - one / two) for lr, (one, two) in floor_from_best.items()}
claim("Shuffling lowers the floor hardly at\n0.05", gains[0.05], below=5, given=[0.05])
claim("by about 27 % at 0.01", gains[0.01], equals=27, within=4, given=[0.01])
claim("and by about 64 % at 0.002", gains[0.002], equals=64, within=5, given=[0.002])
claim(
    "it becomes 9.6\ntimes lower (7.2 · 1.33) from 0.05 to 0.01",
    floor_from_best[0.05][0] / floor_from_best[0.01][0],
    equals=9.6,
    within=1,
    given=[7.2, 1.33, 0.05, 0.01],
)

# %% [markdown]
# ## 7 What a rate means
#
# The next experiments classify the digits of notebook 02 with *softmax regression*. The scores are
# $u = x W$, where $x$ contains the 64 pixels and a one. The loss is the cross-entropy. The gradient
# for one sample is the outer product of $x$ and $p - t$: entry $(i, k)$ is $x_i\,(p_k - t_k)$. Here
# $p$ contains the predicted probabilities, and $t$ has a 1 for the right digit and 0 elsewhere. For
# a batch, one matrix product gives the mean gradient over its samples.

# %% practice=true fold="Load the digits"
digits = load_digits("float64")
order = np.random.default_rng(0).permutation(len(digits.x))
x_digits = np.hstack([digits.x, np.ones((len(digits.x), 1))])[order]
labels = digits.t[order]
test = np.arange(len(order)) % 5 == 0
x_train, x_test, t_train, t_test = x_digits[~test], x_digits[test], labels[~test], labels[test]
one_hot = np.eye(10)[t_train]


# %% practice=true
def softmax_gradient(W, x_n, t_n):
    """Gradient of the cross-entropy of one sample; W (65, 10), x_n (65,), t_n (10,)."""
    u = x_n @ W
    p = np.exp(u - u.max())
    return np.outer(x_n, p / p.sum() - t_n)


def batch_gradient(W, x_rows, t_rows):
    """Its mean over the rows; W is (65, 10), or (R, 65, 10) for R models side by side."""
    u = x_rows @ W
    p = np.exp(u - u.max(axis=-1, keepdims=True))
    return x_rows.T @ (p / p.sum(axis=-1, keepdims=True) - t_rows) / len(x_rows)


# %% practice=true fold="Define how to train and test"
def test_accuracy(W):
    """Share of the test images whose largest score is that of their digit."""
    return np.mean((x_test @ W).argmax(axis=1) == t_test)


def train_softmax(epochs, size, lr, seed, choose=lambda batches: batches):
    """Softmax regression by sgd_epoch; choose may change the batches of an epoch."""
    rng, W = np.random.default_rng(seed), np.zeros((65, 10))
    for _ in range(epochs):
        batches = choose(minibatch_indices(len(x_train), size, rng))
        W = sgd_epoch(W, x_train, one_hot, batches, lr, softmax_gradient)
    return W


# %% [markdown]
# ### The time of a step
#
# A batch of 64 contains 64 times the work of a single sample. **How many times as long does its
# step take** (`batch_gradient` and the update, on your machine)?

# %% guess="the time of a larger batch"
guess("ps04_time", None, between=(1, 64))  # a number from 1 to 64

# %% practice=true fold="Measure the time of a step"
import time

seconds = {}  # by batch size, the mean of many steps: the shortest of four repeats
at_0 = [softmax_gradient(np.zeros((65, 10)), *pair) for pair in zip(x_train, one_hot, strict=True)]
error_of_one = np.sqrt(np.mean(np.sum((at_0 - np.mean(at_0, axis=0)) ** 2, axis=(1, 2))))
sizes = (1, 2, 4, 8, 16, 32, 64, 128, 256, len(x_train))
for repeat in range(4):
    for size in np.random.default_rng(repeat).permutation(sizes).tolist():
        W = np.zeros((65, 10))
        x_rows, t_rows = x_train[:size], one_hot[:size]
        count = 1000 if size <= 32 else 100  # a clock may go on in milliseconds
        started = time.perf_counter()
        for _ in range(count):
            W = W - 0.1 * batch_gradient(W, x_rows, t_rows)
        taken = (time.perf_counter() - started) / count
        seconds[size] = min(taken, seconds.get(size, math.inf))

# %% practice=true
reveal("ps04_time", seconds[64] / seconds[1], "Time of a step, B = 64 divided by B = 1.")

# %% practice=true fold="Print the times" after="ps04_time"
print("batch size   µs for a step   µs per sample   typical error of its gradient (W = 0)")
for size, taken in sorted(seconds.items()):
    print(f"{size:10} {1e6 * taken:15.0f} {1e6 * taken / size:15.1f}", end="")
    print(f" {error_of_one / math.sqrt(size):15.3f}")

# %% [markdown] after="ps04_time"
# One step with 64 samples takes much less time than 64 steps with one sample each. For small
# batches the time hardly depends on the batch size: most of it is the overhead of NumPy's calls. So
# two batch sizes can need the same number of gradients and very different times. The last column is
# section 6's $\sigma/\sqrt B$, for samples drawn with replacement.

# %% claims=true
claim(
    "One step with 64 samples takes much less time than 64 steps with one sample each",
    seconds[64] / (64 * seconds[1]),
    below=0.5,
    given=[64],
)
claim(
    "For small\nbatches the time hardly depends on the batch size",
    seconds[8] / seconds[1],
    above=0.2,
    below=3,
)

# %% [markdown]
# ### The best rate for each batch size
#
# We train for three epochs with each of ten batch sizes and 34 rates. Each rate is 1.26 times the
# one before. Every combination is trained with the seeds 0, 1 and 2. The table shows the mean
# training loss over the seeds and its standard deviation (sd). The column `ms` is the time of all
# steps in milliseconds, computed from the times above.


# %% practice=true fold="Define how to train at many rates"
def mean_losses(W):
    """The training loss of each of the models in W, (R, 65, 10)."""
    return np.array([softmax_cross_entropy(x_train @ each_W, t_train)[0] for each_W in W])


def models_after(epochs, size, rates, seed):
    """The weights after some epochs of minibatches, for every rate."""
    rng, W = np.random.default_rng(seed), np.zeros((len(rates), 65, 10))
    for _ in range(epochs):
        for batch in minibatch_indices(len(x_train), size, rng):
            W = W - rates[:, None, None] * batch_gradient(W, x_train[batch], one_hot[batch])
    return W


# %% practice=true fold="Train with every size and rate"
rates = 2.0 ** (np.arange(-13, 21) / 3)  # 0.05 to 102
models = [[models_after(3, size, rates, seed) for seed in range(3)] for size in sizes]
by_seed = np.array([[mean_losses(W) for W in of_size] for of_size in models])
reached = by_seed.mean(axis=1)
spread = [each[:, row.argmin()].std() for each, row in zip(by_seed, reached, strict=True)]
best_rates = rates[reached.argmin(axis=1)]
milliseconds = {size: 3000 * math.ceil(len(x_train) / size) * seconds[size] for size in sizes}
print("batch size   steps     ms   lowest loss ± sd   best rate   best rate of each seed")
for size, row, sd, each in zip(sizes, reached, spread, by_seed, strict=True):
    print(f"{size:10} {3 * math.ceil(len(x_train) / size):7} {milliseconds[size]:6.1f}", end="")
    print(f" {row.min():10.3f} ± {sd:.3f} {rates[row.argmin()]:11.2f}", end="")
    print("      ", " ".join(f"{rate:5.2f}" for rate in rates[each.argmin(axis=1)]))
tested = [
    np.mean([test_accuracy(W[row.argmin()]) for W in of_size])
    for of_size, row in zip(models, reached, strict=True)
]
print("test accuracy at the best rates:", " ".join(f"{share:.3f}" for share in tested))

# %% [markdown]
# Look at the rows for batches of 1 to 32. Which simple rule describes their best rates within a
# factor of 1.26 (one place in the list of rates)? Write it as a formula in `lr` and `B`, without
# other constants: the best rate for batches of `B`, if `lr` is the best rate for single samples.
# The next cell compares your rule with all rows.


# %% solution="scaled_lr"
def scaled_lr(lr, B):
    """The rate for batches of B that corresponds to the rate lr for single samples."""
    ### BEGIN SOLUTION
    return B * lr
    ### END SOLUTION


# %% practice=true fold="Compare your rule with the table"
try:
    by_rule = [scaled_lr(best_rates[0], size) for size in sizes]
    print("batch size   best rate divided by your rule's")
    for size, rate, ruled in zip(sizes, best_rates, by_rule, strict=True):
        print(f"{size:10} {rate / ruled:20.2f}")
except NotImplementedError:
    print("Write scaled_lr in the cell above, then run this one again.")

# %% [markdown]
# <details><summary>The rule and its derivation</summary>
#
# **Small batches: the best rate is about proportional to the batch size.** From batches of 1 to
# batches of 32 it grows about 25 times (the rule says 32). This is the *linear scaling rule*
# (Krizhevsky 2014; Goyal and others 2017). For one batch size, the best rates of single seeds
# differ by a factor of up to 4. At their best rates all these batch sizes reach about the same
# training loss, 0.13 to 0.16, and a test accuracy near 96 %. Batches of 32 need only a small
# fraction of the time of single samples (column `ms`).
#
# - Take $B$ steps with single samples and the rate $\eta$:
#   $w_B = w_0 - \eta\, (g_1(w_0) + g_2(w_1) + \dots + g_B(w_{B-1}))$.
# - If the steps are small, $w$ hardly moves meanwhile, so $g_n(w_{n-1}) \approx g_n(w_0)$.
# - Then $w_B \approx w_0 - \eta \sum_n g_n(w_0) = w_0 - (B\eta)\, \frac1B \sum_n g_n(w_0)$.
# - This is one step with the mean gradient of the $B$ samples and the rate $B\eta$. So the two runs
#   reach about the same weights if the rate for batches of $B$ is $B$ times as large.
# - So if single samples are best at $\eta$, batches of $B$ are best near $B\eta$, as long as $w$
#   moves little in $B$ steps.
#
# </details>
#
# From batches of 64 on, the best rate stays between about 3 and 5, below the linear scaling rule.
# We call these rows the *plateau of the best rate*. The full batch makes only three steps, and its
# lowest loss is about 1.3.

# %% claims=true
claim(
    "From batches of 1 to\nbatches of 32 it grows about 25 times",
    best_rates[5] / best_rates[0],
    equals=25,
    within=6,
    given=[1, 32],
)
claim(
    "within a\nfactor of 1.26 (one place in the list of rates)",
    np.abs(np.log2(best_rates[:6] / best_rates[0] / sizes[:6])),
    below=1.1 * math.log2(1.26),
    given=[1.26],
)
of_seeds = rates[by_seed[:6].argmin(axis=2)]
claim(
    "the best rates of single seeds\ndiffer by a factor of up to 4",
    np.max(of_seeds.max(axis=1) / of_seeds.min(axis=1)),
    equals=4,
    within=1,
)
claim(
    "Batches of 32 need only a small\nfraction of the time of single samples",
    milliseconds[32] / milliseconds[1],
    below=0.2,
    given=[32],
)
exponent = np.polyfit(np.log(sizes[:6]), np.log(best_rates[:6]), 1)[0]
claim("the best rate is about proportional to the batch size", exponent, equals=1, within=0.2)
for end, measured in ((0.13, reached[:6].min()), (0.16, reached.min(axis=1)[:6].max())):
    claim(
        "all these batch sizes reach about the same\ntraining loss, 0.13 to 0.16",
        measured,
        equals=end,
        within=0.02,
        given=[0.13, 0.16],
    )
for end, measured in ((3, best_rates[6:].min()), (5, best_rates[6:].max())):
    claim(
        "the best rate stays between about 3 and 5",
        measured,
        equals=end,
        within=0.25 * end,
        given=[3, 5],
    )
claim("a test accuracy near 96 %", 100 * np.array(tested[:6]), equals=96, within=2)
claim("its\nlowest loss is about 1.3", reached[-1].min(), equals=1.3, within=0.1)

# %% [markdown]
# ### Three steps
#
# The experiment used one rate for all steps of a run. **You may choose a rate for each of the three
# steps of the full batch.** You start at $W = 0$, and you have exactly three steps with all
# training images.


# %%
def loss_after(rates):
    """The training loss after one full-batch step for each of the rates, from W = 0."""
    W = np.zeros((65, 10))
    for lr in rates:
        W = W - lr * batch_gradient(W, x_train, one_hot)
    return softmax_cross_entropy(x_train @ W, t_train)[0]


# %% [markdown]
# `loss_after(rates)` returns the training loss. Search, by hand or in loops, **in a cell of your
# own**. Rates between 1 and 100 are worth a try. Then let `three_rates` only return the three
# numbers that you found, in the order of the steps.
#
# The loss after the third step decides the points: 1.28 or more earns nothing, 0.64 earns one
# point, 0.32 or less earns both. In between, you get $\log_2(1.28/\text{loss})$ points. The check
# shows the loss after each step.


# %% solution="three_rates"
def three_rates():
    """Learning rates for three full-batch steps of softmax regression, from W = 0.

    returns rates : a list of three numbers, 0 or more, in the order of the steps, such as
    [3.0, 3.0, 3.0]
    """
    ### BEGIN SOLUTION
    return [32.0, 2.0, 4.0]
    ### END SOLUTION


# %% check="three_rates"
check("three_rates", three_rates)

# %% [markdown]
# ### Why the best rate stops growing
#
# The batch sizes on the plateau (64 and more) differ in the noise of their gradients, and also in
# the number of steps: in three epochs, batches of 64 make 69 steps, batches of 256 make 18, and the
# full batch makes 3. Next, every batch size makes the **same number of steps**, 135, at a constant
# rate. **What is the best rate of the full batch then** (the one with the lowest training loss)?

# %% guess="the best rate after 135 steps"
guess("ps04_plateau", None)  # a number; with three steps it was about 3

# %% practice=true fold="Train five batch sizes"
more_rates = 2.0 ** (np.arange(0, 13) / 2)  # 1 to 64
equal_sizes, full_batch = (8, 32, 128, 256, len(x_train)), {}
equal_losses = []
for size in equal_sizes:
    runs = []
    for seed in range(3 if size < len(x_train) else 1):  # the full batch has no chance in it
        rng, W, done = np.random.default_rng(seed), np.zeros((len(more_rates), 65, 10)), 0
        while done < 135:
            for batch in minibatch_indices(len(x_train), size, rng)[: 135 - done]:
                step = batch_gradient(W, x_train[batch], one_hot[batch])
                W, done = W - more_rates[:, None, None] * step, done + 1
                if size == len(x_train):
                    full_batch[done] = W  # for each rate, the weights after this step
        runs.append(mean_losses(W))
    equal_losses.append(np.mean(runs, axis=0))
best_after_135 = more_rates[np.argmin(equal_losses, axis=1)]

# %% practice=true
reveal("ps04_plateau", best_after_135[-1], "Full batch, 135 steps.")


# %% practice=true fold="Compute 2/λmax during training" after="ps04_plateau"
def limit_of_softmax(W, repeats=50):
    """2/λmax of the loss of all training images at W, by repeated products with H."""
    v = np.random.default_rng(0).normal(size=W.shape)
    for _ in range(repeats):
        v = v / np.linalg.norm(v)
        Hv = [batch_gradient(W + e * v, x_train, one_hot) for e in (1e-4, -1e-4)]
        v = (Hv[0] - Hv[1]) / 2e-4
    return 2 / np.linalg.norm(v)


def at_rate(lr, done):
    """The full batch at the rate nearest to lr, after some steps: loss, 2/λmax, mean p(1 - p)."""
    W = full_batch[done][np.abs(more_rates - lr).argmin()]
    p = np.exp(x_train @ W - np.max(x_train @ W, axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)
    loss = softmax_cross_entropy(x_train @ W, t_train)[0]
    return loss, limit_of_softmax(W), np.mean(p * (1 - p))


limit_at_0 = limit_of_softmax(np.zeros((65, 10)))
losses_by_step = np.array([mean_losses(full_batch[k]) for k in range(1, 136)])  # (135, rates)
limits_at_the_end = np.array([limit_of_softmax(W) for W in full_batch[135]])
best_of_full = {k: more_rates[losses_by_step[k - 1].argmin()] for k in (10, 45, 135)}
of_subsets = []  # the best rate of the full batch on other data
for seed in (1, 2, 3):
    rows, W = np.random.default_rng(seed).permutation(len(x_train))[:1200], np.zeros((13, 65, 10))
    for _ in range(135):
        W = W - more_rates[:, None, None] * batch_gradient(W, x_train[rows], one_hot[rows])
    losses = [softmax_cross_entropy(x_train[rows] @ one, t_train[rows])[0] for one in W]
    of_subsets.append(more_rates[np.argmin(losses)])
same_loss = {(lr, done): at_rate(lr, done) for lr, done in ((22.6, 135), (32, 135), (45.3, 135))}

# %% practice=true fold="Print losses and 2/λmax of the full batch" after="ps04_plateau"
print(
    "135 steps, best rates:",
    ", ".join(
        f"{rate:.1f} (B = {size})" for size, rate in zip(equal_sizes, best_after_135, strict=True)
    ),
)
print("full batch of 1,200 random images, three times:", *np.round(of_subsets, 1))
print(f"2/λmax at W = 0: {limit_at_0:.2f}\n")
print(f"full batch: eight of the {len(more_rates)} rates (* lowest of all)")
print("             highest loss    loss after                             2/λmax after")
print("rate         of steps 1-10   10 steps     45 steps     135 steps    135 steps")
for k, lr in enumerate(more_rates):
    if k in (1, 3, 5, 8, 10):  # their losses lie between those of their neighbours
        continue
    print(f"{lr:4.1f} {losses_by_step[:10, k].max():17.1f}", end="  ")
    for done, best_rate in best_of_full.items():
        print(f"{losses_by_step[done - 1, k]:9.3f}{'*' if lr == best_rate else ' '}", end="   ")
    print(f"{limits_at_the_end[k]:8.1f}")
print("\nrate   steps    loss   2/λmax   mean p(1 - p)")
for (lr, done), (loss, limit_there, unsure) in same_loss.items():
    print(f"{lr:4} {done:7} {loss:7.3f} {limit_there:8.1f} {unsure:15.4f}")

# %% practice=true fold="Print losses after a large first step" after="ps04_plateau"
if ready("three_rates") and loss_after(three_rates()) <= 0.32:
    k = losses_by_step[0].argmin()
    large, limit_after_large = more_rates[k], limit_of_softmax(full_batch[1][k])
    print(
        f"best rate of a single step: {large:.0f}, loss after it {losses_by_step[0, k]:.3f}, ",
        end="",
    )
    print(f"2/λmax after it {limit_after_large:.1f}")
    print("loss after this step and two more at rate")
    after_large = {lr: loss_after([large, lr, lr]) for lr in (1, 2, 2.8, 4, 8, large)}
    for lr, loss in after_large.items():
        print(f"{lr:6}: {loss:.3f}")
    print(f"loss with the rates 2, 4 and {large:.0f} in all orders")
    three = (2.0, 4.0, large)
    orders = [(a, b, c) for a in three for b in three for c in three if len({a, b, c}) == 3]
    by_order = sorted((loss_after(order), order) for order in orders)
    for loss, order in by_order:
        print(f"{loss:8.3f}: {', '.join(f'{lr:.0f}' for lr in order)}")
else:
    print("This cell waits until your three rates reach a loss of 0.32 or less.")

# %% practice=true fold="Draw the best rates" after="ps04_plateau"
with theme.style():
    figure, ax = plt.subplots(figsize=(6.4, 3.8))
    after_three, same = theme.FORWARD, theme.for_text(theme.CYCLE[2])
    ax.plot(sizes, best_rates, "o-", color=after_three)
    ax.plot(equal_sizes, best_after_135, "s--", color=same)
    ax.axhline(limit_at_0, color=theme.INK, linestyle=":")
    name = "limit 2/λmax at the start (W = 0)"
    ax.text(sizes[-1], limit_at_0 * 0.9, name, color=theme.INK, ha="right", va="top")
    label_end(ax, sizes[-1], best_rates[-1], "after three\nepochs", after_three, xytext=(8, 0))
    label_end(ax, sizes[-1], best_after_135[-1], "after 135\nsteps", same, xytext=(8, 0))
    ax.set(xscale="log", yscale="log", xlabel="batch size", ylabel="best learning rate")
    ax.set_xticks([1, 10, 100, len(x_train)], ["1", "10", "100", f"all {len(x_train)}"])
    ax.set_yticks([0.1, 1, 10], ["0.1", "1", "10"])
    ax.minorticks_off()
    ax.set_title("Best rate for each batch size")
    plt.show()

# %% [markdown] after="ps04_plateau"
# *In words: the best rate against the batch size, on logarithmic axes. After three epochs it levels
# off, after 135 steps it goes on growing up to the full batch. A dotted line marks the limit at
# W = 0.*
#
# With 135 steps for every batch size there is no plateau: the best rate of the full batch is above
# that of 256, also for each of three random subsets (second printed line).
#
# **Does $2/\lambda_{max}$ limit the rate of the full batch?** On a quadratic it does. But this loss
# is not quadratic, so $\lambda_{max}$ changes with $W$. The best rate after 135 steps is more than
# ten times as large as $2/\lambda_{max}$ at $W = 0$. In the upper table, the rate (first column)
# and $2/\lambda_{max}$ at the end (last column) differ by less than 20 % from rate 8 to 64. All
# runs begin at the same weights. So here **the rate determines the curvature at the end**, at good
# and at bad rates. So this curvature cannot say which rate is best.
#
# **Why does the best rate grow with the number of steps?** From rate 4 on, the larger the rate, the
# higher the loss rises in the first ten steps. A large rate needs some steps to undo this rise.
# Afterwards it can overtake a smaller rate, whose steps are short: at rate 1 the loss after 135
# steps is still above 0.2. The best rate is 2 after 10 steps, 11.3 after 45 and 45.3 after 135.
#
# Why do larger rates end with less curvature, that is, with a larger $2/\lambda_{max}$? One reason
# is that their predictions are more confident (section 3). In the three rows of the lower table the
# loss is about the same. But the larger the rate, the smaller the mean of $p(1 - p)$ over all
# images and digits.
#
# <details><summary>After all points of three_rates: the order of good rates</summary>
#
# The best rate of a single step is large, and $2/\lambda_{max}$ after this step is higher than at
# $W = 0$. We try six rates for the next two steps. The best is the one nearest to $2/\lambda_{max}$
# after the first step. With the large rate in all three steps, the loss ends more than ten times as
# high as after the first one. Of the six orders, the two that begin with the largest rate are the
# best.
#
# </details>

# %% claims=true
claim(
    "the best rate of the full batch is above\nthat of 256",
    min(best_after_135[-1], *of_subsets),
    above=1.3 * best_after_135[-2],
    given=[256],
)
claim("goes on growing up to the full batch", best_after_135[1:], above=best_after_135[:-1])
claim(
    "The best rate after 135 steps is more than\nten times as large as",
    best_of_full[135] / limit_at_0,
    above=10,
    given=[135],
)
near = more_rates > 7.9
claim(
    "differ by less than 20 % from rate 8 to 64",
    100 * np.abs(limits_at_the_end / more_rates - 1)[near],
    below=20,
    given=[8, 64],
)
claim("cannot say which rate is best", best_of_full[135], below=more_rates[-1])
peaks = losses_by_step[:10].max(axis=0)[more_rates > 3.9]
claim(
    "From rate 4 on, the larger the rate, the\nhigher the loss rises in the first ten steps",
    peaks[1:],
    above=peaks[:-1],
    given=[4],
)
claim(
    "at rate 1 the loss after 135\nsteps is still above 0.2",
    losses_by_step[-1, 0],
    above=0.2,
    given=[1, 135],
)
for steps, rate in ((10, 2), (45, 11.3), (135, 45.3)):
    claim(
        "The best rate is 2 after 10 steps, 11.3 after 45 and 45.3 after 135",
        best_of_full[steps],
        equals=rate,
        within=0.1 * rate,
        given=[2, 10, 11.3, 45, 45.3, 135],
    )
at_same_loss = np.array(list(same_loss.values()))
claim(
    "the\nloss is about the same",
    at_same_loss[:, 0] / at_same_loss[:, 0].mean(),
    equals=1,
    within=0.15,
)
claim(
    "the larger the rate, the smaller the mean of $p(1 - p)$",
    at_same_loss[1:, 2] / at_same_loss[:-1, 2],
    below=0.9,
    given=[1],
)
claim(
    "larger rates end with less curvature",
    at_same_loss[1:, 1] / at_same_loss[:-1, 1],
    above=1.2,
)
claim("The best rate of a single step is large", large, above=10)
claim(
    "after this step is higher than at\n$W = 0$",
    limit_after_large / limit_at_0,
    above=1.3,
    given=[0],
)
rates_after = np.array(list(after_large))
claim(
    "The best is the one nearest to",
    min(after_large, key=after_large.get),
    equals=rates_after[np.abs(rates_after - limit_after_large).argmin()],
    within=0.01,
)
claim(
    "the loss ends more than ten times as\nhigh as after the first one",
    after_large[large],
    above=10 * loss_after([large]),
)
claim(
    "the two that begin with the largest rate are the\nbest",
    [order[0] for _loss, order in by_order[:2]],
    equals=large,
    within=0.01,
)
for size, steps in ((64, 69), (256, 18)):
    claim(
        "in three epochs, batches of 64 make 69 steps, batches of 256 make 18",
        3 * len(minibatch_indices(len(x_train), size, np.random.default_rng(0))),
        equals=steps,
        within=0.5,
        given=[64, 69, 256, 18],
    )

# %% [markdown]
# ### A batch that does not fit into memory
#
# A library returns the mean gradient over the samples that you pass to it. If a batch is too large
# for the memory, you pass it in parts and combine the results. This is called *gradient
# accumulation*. The parts may have different sizes: 96 samples may come in parts of 45, 44 and 7.
# Write the function that returns the mean gradient over **all** samples. It has to work for any
# `gradient` and for weights of any shape. All gradients are computed at the same `w`.


# %% solution="accumulated_gradient"
def accumulated_gradient(w, parts, gradient):
    """The mean gradient over the samples of all parts.

    w : the weights, an array of any shape
    parts : list of (x, t), one sample a row; a part has 1 or more rows, the numbers differ
    gradient : gradient(w, x, t) -> mean gradient over the rows of x and t, shaped like w
    returns the mean gradient over all rows of all parts, an array like w
    """
    ### BEGIN SOLUTION
    total, count = np.zeros_like(w), 0
    for x, t in parts:
        total = total + len(x) * gradient(w, x, t)
        count += len(x)
    return total / count
    ### END SOLUTION


# %% check="accumulated_gradient"
check("accumulated_gradient", accumulated_gradient)

# %% [markdown]
# We compare your function with the gradient of a whole batch of 96 images, in parts of 45, 44 and 7
# images. The cell also prints the plain mean of the three means and the sum over the batch.

# %% practice=true fold="Compare with the gradient of the whole batch"
if ready("accumulated_gradient"):
    W_now = 0.1 * np.random.default_rng(0).normal(size=(65, 10))
    parts = [(x_train[a:b], one_hot[a:b]) for a, b in ((0, 45), (45, 89), (89, 96))]
    whole = batch_gradient(W_now, x_train[:96], one_hot[:96])
    means = [batch_gradient(W_now, *part) for part in parts]
    found_gradients = {
        "yours": accumulated_gradient(W_now, parts, batch_gradient),
        "mean of the means": np.mean(means, axis=0),
        "sum over the batch": sum(
            softmax_gradient(W_now, x_train[n], one_hot[n]) for n in range(96)
        ),
    }
    for name, found in found_gradients.items():
        length = np.linalg.norm(found) / np.linalg.norm(whole)
        error = np.linalg.norm(found - whole) / np.linalg.norm(whole)
        print(f"{name:19}: {length:6.2f} times as long, relative error {error:.2g}")
    for_sum = best_rates[:6] / sizes[:6]  # the same steps as with the mean
    print("best rates for the sum, B = 1, 2, 4, 8, 16, 32:", for_sum.round(2))
else:
    print("This cell waits.")

# %% [markdown]
# **Mean of the means.** An image of the short part counts more than six times as much as one of the
# others. The relative error is about 40 %, and nothing crashes.
#
# **Sum over the batch.** The gradient is B times as long, so the same steps need a rate B times
# smaller. For the mean, the best rate of small batches is about proportional to B (linear scaling
# rule). Divided by B (last printed line), this rate hardly changes: **for the sum, the best rate of
# small batches hardly depends on B.**
#
# **The genie of section 1.** The program of section 1 uses all the data in one batch, and the
# curvature limits its rate. Doubling the data doubles the sum and its $H$. So the limit of the
# rate is halved.

# %% claims=true
off = np.linalg.norm(found_gradients["mean of the means"] - whole) / np.linalg.norm(whole)
claim("hardly depends on B", for_sum.max() / for_sum.min(), below=2)
claim("The relative error is about 40 %", off, equals=0.4, within=0.05)
claim(
    "The gradient is B times as long",
    np.linalg.norm(found_gradients["sum over the batch"]) / np.linalg.norm(whole),
    equals=96,
    within=0.01,
    given=[],
)
claim(
    "We compare your function with the gradient of a whole batch of 96 images",
    np.abs(found_gradients["yours"] - whole).max(),
    below=1e-12,
    given=[96],
)

# %% [markdown]
# ## 8 The fourteen steps, literally
#
# Here S1's whole list runs in slow loops over single numbers, for a network of sigmoid units with
# half the squared error, as in S1's equation (5). `w[k][m]` is the list of the weights of neuron
# `m` in layer `k`. The first of them is the bias, the weight of an input that is always 1. Steps 7
# to 10 are in a folded cell; notebook 06 derives them.


# %% fold="Define steps 7 to 10"
def step_7(w, x_n):
    """All neurons' values, layer by layer; each list begins with the 1 for the bias."""
    y = [[1.0, *x_n]]
    for layer in w:
        values = [1.0]
        for neuron in layer:
            z = sum(neuron[i] * y[-1][i] for i in range(len(neuron)))
            values.append(1 / (1 + math.exp(-z)))
        y.append(values)
    return y


def steps_8_to_10(w, y, t_n):
    """The gradient of ½ Σ (y - t)² with respect to each weight, as nested lists like w."""
    dw = zeros_like(w)
    last, deltas = len(w) - 1, []
    for k in range(last, -1, -1):  # step 8
        above, deltas = deltas, []
        for m in range(len(w[k])):  # step 9
            value = y[k + 1][m + 1]
            if k == last:
                error = value - t_n[m]
            else:
                error = sum(above[j] * w[k + 1][j][m + 1] for j in range(len(above)))
            deltas.append(error * value * (1 - value))
            for i in range(len(w[k][m])):  # step 10
                dw[k][m][i] = deltas[m] * y[k][i]
    return dw


def zeros_like(w):
    return [[[0.0 for _ in neuron] for neuron in layer] for layer in w]


def places(w):
    """Where each weight stands: all (k, m, i)."""
    return [(k, m, i) for k in range(len(w)) for m in range(len(w[k])) for i in range(len(w[k][m]))]


# %%
def fourteen_steps(w, x, t, epochs, lr):
    """S1's algorithm. epochs (step 1): for each epoch its batches; w (step 2): random weights."""
    w = [[list(neuron) for neuron in layer] for layer in w]
    for batches in epochs:  # step 3
        for batch in batches:  # step 4
            gradient = zeros_like(w)  # step 5
            for n in batch:  # step 6
                y = step_7(w, x[n])  # step 7
                dw = steps_8_to_10(w, y, t[n])  # steps 8, 9, 10
                for k, m, i in places(w):
                    gradient[k][m][i] += dw[k][m][i]  # step 11
            for k, m, i in places(w):
                gradient[k][m][i] /= len(batch)  # step 12
                update = -lr * gradient[k][m][i]  # step 13
                w[k][m][i] += update  # step 14
    return w


# %% [markdown]
# In step 11 S1 prints `:=` where we wrote `+=`; section 9 tests the difference. Does your
# `sgd_epoch` do the same as these loops? We train a network of 3 inputs, 4 hidden and 2 output
# units on sixty tumours for two epochs, from the same initial weights and with the same minibatches
# of 8. A third program uses matrix products, without any loop over samples.


# %% practice=true fold="Run the loops and the arrays"
def network_3_4_2_gradient(w, x, t):
    """Steps 6 to 12 in matrix products: the mean gradient over the rows of x."""
    W1, W2 = w[:16].reshape(4, 4), w[16:].reshape(2, 5)  # a row for each neuron, bias first
    ones = np.ones((len(x), 1))
    y0 = np.hstack([ones, x])
    y1 = np.hstack([ones, 1 / (1 + np.exp(-y0 @ W1.T))])
    y2 = 1 / (1 + np.exp(-y1 @ W2.T))
    delta2 = (y2 - t) * y2 * (1 - y2)
    delta1 = (delta2 @ W2[:, 1:]) * y1[:, 1:] * (1 - y1[:, 1:])
    return np.concatenate([(delta1.T @ y0).ravel(), (delta2.T @ y1).ravel()]) / len(x)


x_60, t_60 = x_tumour[:60, :3], np.eye(2)[tumours.t[:60]]
rng = np.random.default_rng(0)
epochs = [minibatch_indices(60, 8, rng) for _ in range(2)]  # step 1
w_initial = rng.normal(size=26)  # step 2
as_lists = [w_initial[:16].reshape(4, 4).tolist(), w_initial[16:].reshape(2, 5).tolist()]

w_loops = fourteen_steps(as_lists, x_60.tolist(), t_60.tolist(), epochs, 0.5)
w_loops = np.array([w_loops[k][m][i] for k, m, i in places(w_loops)])

w_vector = w_initial
for batch in (batch for batches in epochs for batch in batches):
    w_vector = w_vector - 0.5 * network_3_4_2_gradient(w_vector, x_60[batch], t_60[batch])

# %% practice=true fold="Compare the weights of the three programs"
found = {"loops": w_loops, "vectorised": w_vector}
if ready("sgd_epoch"):
    w = w_initial
    for batches in epochs:
        w = sgd_epoch(
            w, x_60, t_60, batches, 0.5, lambda w, x, t: network_3_4_2_gradient(w, x[None], t[None])
        )
    found["your sgd_epoch"] = w
else:
    print("The row of your sgd_epoch waits until you have written it.")
print(f"the weights have moved by up to {np.abs(w_loops - w_initial).max():.2f}")
for name, w in found.items():
    print(f"{name:14} differs from the loops by {np.abs(w - w_loops).max():.0e}")

# %% [markdown]
# The weights agree to the last digits, so the three programs are versions of one algorithm.
#

# %% claims=true
claim(
    "The weights agree to the last digits",
    [np.abs(found[name] - w_loops).max() for name in ("vectorised", "your sgd_epoch")],
    below=1e-13,
)

# %% [markdown]
# ## 9 Spot the slip
#
# Here are five slips of lecture texts about this topic. For each one a cell computes what the
# source says and what is right.
#
# **In the direction of the gradient** (S0, "Basic algorithm: gradient descent"; S4's slide
# "Learning with momentum" has the same error). The slide's text updates the parameter "in the
# direction of gradient", but its formula has a minus. Which of the two lowers the loss? We test
# both on the patients and print the loss after 0 to 5 steps:

# %% practice=true fold="Step in both directions"
if ready("gradient_descent"):
    for sign, name in ((1, "in the direction of the gradient"), (-1, "against it")):
        path = gradient_descent(
            lambda w, s=sign: -s * x.T @ (x @ w - t) / len(x), np.zeros(11), 0.1, 5
        )
        print(f"{name:33}", " ".join(f"{half_square(w):7.4f}" for w in path))
else:
    print("This cell waits.")

# %% [markdown]
# In the direction of the gradient the loss rises, from the first step on. The formulas of both
# sources are right, but their words are not.

# %% claims=true
uphill = gradient_descent(lambda w: -x.T @ (x @ w - t) / len(x), np.zeros(11), 0.1, 5)
uphill_losses = np.array([half_square(w) for w in uphill])
claim("the loss rises, from the first step", uphill_losses[1:], above=uphill_losses[:-1])

# %% [markdown]
# **One sample's gradient for the sum** (S0, "Stochastic gradient descent: Use of minibatch"). The
# batch method of this slide minimises a sum over samples, $E = \sum_n E_n$. But for its step the
# slide prints $\nabla E_n$, the gradient of one term, not $\nabla E$. Its third symbol,
# $\nabla E_t$, is the mean gradient of a minibatch. The next cell compares steps with all three
# (the minibatch is all samples).

# %% practice=true fold="Measure the three steps"
gradients = x * (x @ np.zeros(11) - t)[:, None]
total, mean = gradients.sum(axis=0), gradients.mean(axis=0)
lengths = np.linalg.norm(gradients, axis=1)
uphill_share = np.mean(gradients @ total < 0)
print("length of a step, in multiples of the rate")
print(f"∇E, the sum over {len(x)} samples: {np.linalg.norm(total):7.3f}")
print(f"∇E_t, the mean over them:    {np.linalg.norm(mean):7.3f}")
print(f"ratio of the two:            {np.linalg.norm(total) / np.linalg.norm(mean):7.3f}")
print(f"∇E_n, as printed:            {lengths.min():7.3f} to {lengths.max():.3f}, depending on n")
print(f"share of the samples for which a small step against ∇E_n raises E: {uphill_share:.0%}")

# %% [markdown]
# The batch method needs $\nabla E$. With $\nabla E_n$ it is stochastic gradient descent, another
# method of the slide. Then for some samples a small step raises $E$ (last line). The minibatch
# method of the slide is right.

# %% [markdown]
# **Some rate from zero to infinity** (S1, "What Is the Problem?"). The proof of section 3 says that
# the loss falls by $\Delta L = \eta\,\|\nabla L\|_2^2 > 0$ for "some $\eta \in (0, +\infty)$".
# "Some" can mean a suitable rate or any rate. Does the equation hold for every $\eta$? And is
# $\Delta L$ always *greater* than 0?

# %% practice=true fold="Test the proof at several rates"
if ready("taylor_change", "max_stable_lr", "gradient_descent"):
    g_steep = H_patients @ (V[:, -1])  # one away from the minimum, in the steepest direction
    limit_patients = max_stable_lr(H_patients)
    print("one step from distance 1 in the steepest direction")
    print("share of the limit   S1: old - new    true: old - new")
    for factor in (0.1, 0.5, 0.99, 1.01, 2.0):
        lr = factor * limit_patients
        change = taylor_change(g_steep, H_patients, lr)
        print(f"{factor:18} {lr * g_steep @ g_steep:15.3f} {-change:18.3f}")
    print("\na saddle, ½(w0² - w1²), 120 steps at lr 0.3:")
    for w1 in (0.0, 1e-12):
        end = gradient_descent(lambda w: w * [1, -1], np.array([1.0, w1]), 0.3, 120)[-1]
        print(f"   from (1, {w1:g}) to ({end[0]:.1e}, {end[1]:.1e})")
else:
    print("This cell waits.")

# %% [markdown]
# The equation holds only to first order (two lines earlier S1 writes ≈). Wherever the gradient is
# not 0, *some* rate is small enough, but the proof does not say which. On a quadratic every step
# lowers the loss if the gradient is not 0 and the rate is below $2/\lambda_{max}$. Above this limit
# a step from some points raises the loss.
#
# Where the gradient is 0, the
# inequality says 0 > 0. For example, nothing moves at a *saddle*, where the loss falls in one
# direction and rises in another (S3 has pictures of one, "Saddle Point"). A path that begins with
# exactly $w_1 = 0$ converges **to** the saddle. With $w_1 = 10^{-12}$ it leaves the saddle.

# %% [markdown]
# **Step 11** (S1, the list of 14 steps). For each sample, step 11 prints $\nabla L := \nabla w$.
# Here $\nabla L$ is the gradient of the batch and $\nabla w$ the gradient of the sample. So
# the sample's gradient replaces the batch's, instead of being added to it. Then step 12 divides
# only the last sample's gradient by the size of the batch. To imitate this with your `sgd_epoch`,
# we cut each batch to its last sample and divide the rate by the batch size, 32. (The last batch of
# an epoch has 29 samples. We divide by 32 there, too.)

# %% practice=true fold="Train with both versions of step 11"
if ready("sgd_epoch"):
    print("test accuracy after three epochs, batches of 32, mean ± sd of 3 seeds")
    print("  rate   added up (+=)   as printed (:=)")
    for lr in (0.1, 0.5, 1.0, 10.0):
        row = []
        for choose, rate in ((lambda b: b, lr), (lambda b: [batch[-1:] for batch in b], lr / 32)):
            shares = [test_accuracy(train_softmax(3, 32, rate, s, choose)) for s in range(3)]
            row.append(f"{np.mean(shares):.3f} ± {np.std(shares):.3f}")
        print(f"{lr:6}  {row[0]:>14}  {row[1]:>16}")
    shares = [
        test_accuracy(train_softmax(96, 32, 1 / 32, s, lambda b: [batch[-1:] for batch in b]))
        for s in range(3)
    ]
    print(f":= at rate 1 for 96 epochs: {np.mean(shares):.3f} ± {np.std(shares):.3f}")
else:
    print("This cell waits.")

# %% [markdown]
# With `:=` nothing crashes, and the model still learns: this is stochastic gradient descent at a
# tiny rate, with one sample in 32. But up to rate 1 it classifies fewer than half of the test
# images correctly, and `+=` more than 90 %. A rate of 10 makes
# up for part of the difference: `:=` then classifies 73 % correctly. In 96 epochs instead of 3 it
# uses as many samples as `+=`. Then it reaches more than 90 % at rate 1.

# %% claims=true
shares_of = {
    how: [
        np.mean([test_accuracy(train_softmax(3, 32, lr / divide, s, choose)) for s in range(3)])
        for lr in (0.1, 0.5, 1.0)
    ]
    for how, choose, divide in (
        ("+=", lambda b: b, 1),
        (":=", lambda b: [batch[-1:] for batch in b], 32),
    )
}
claim(
    "up to rate 1 it classifies fewer than half of the test", shares_of[":="], below=0.5, given=[1]
)
claim("`+=` more than 90 %", shares_of["+="], above=0.9)
last_only = [
    test_accuracy(train_softmax(3, 32, 10 / 32, s, lambda b: [batch[-1:] for batch in b]))
    for s in range(3)
]
claim("it reaches more than 90 % at rate 1", shares, above=0.9, given=[1])
claim("for some samples a small step raises $E$", uphill_share, above=0.1)
claim(
    "`:=` then classifies 73 % correctly",
    np.mean(last_only),
    equals=0.73,
    within=0.04,
)

# %% [markdown]
# **Repeat all steps** (S3, "Summary"). Steps 0 to 3 are: initialise, forward, loss,
# update. Step 4 says "Repeat all steps till the Loss is less than a threshold." Should step 0 be
# repeated?

# %% practice=true fold="Train with and without repeating"
if ready("sgd_epoch"):
    repeated_losses = {}
    for name, again in (("step 0 once", False), ("step 0 every time", True)):
        rng = np.random.default_rng(0)
        W, losses = rng.normal(0, 0.1, size=(65, 10)), []
        for _ in range(4):
            for batch in minibatch_indices(len(x_train), 32, rng):
                if again:
                    W = rng.normal(0, 0.1, size=(65, 10))
                W = sgd_epoch(W, x_train, one_hot, [batch], 0.5, softmax_gradient)
            losses.append(softmax_cross_entropy(x_train @ W, t_train)[0])
        repeated_losses[name] = losses
        print(f"{name:18}", " ".join(f"{loss:6.3f}" for loss in losses), " loss after epochs 1-4")
else:
    print("This cell waits.")

# %% [markdown]
# With step 0 inside the loop, each minibatch step starts from new random weights. So the loss that
# is printed after an epoch is the loss after a single step. It stays above a low threshold, and the
# loop never ends in practice. Initialise once. (And do not stop at a threshold of the training
# loss: notebook 17 shows why, and when to stop.)

# %% claims=true
claim(
    "the loss that\nis printed after an epoch is the loss after a single step",
    repeated_losses["step 0 every time"],
    above=1,
)
claim("Initialise once", repeated_losses["step 0 once"][-1], below=0.3)

# %% [markdown]
# ## 10 Your functions on the digits
#
# ### A network
#
# `sgd_epoch` does not depend on what `example_gradient` computes. Therefore it can also train a
# network of the library. The vector `w` then contains all parameters of the network, one after the
# other.

# %% practice=true
network = Sequential(
    Linear(64, 32, rng=np.random.default_rng(0), dtype="float64"),
    Tanh(),
    Linear(32, 10, rng=np.random.default_rng(1), dtype="float64"),
)


# %% practice=true fold="Define the gradient of the network"
def put(w):
    """Copy the numbers of w into the network's parameters."""
    start = 0
    for p in network.parameters():
        p.data = w[start : start + p.data.size].reshape(p.data.shape)
        p.zero_grad()
        start += p.data.size


def network_gradient(w, x_rows, t_rows):
    """The mean gradient over some rows, as one vector; the backward pass is the library's."""
    put(w)
    y, backward = network.forward(x_rows[:, :64], training=True)
    _, dy = softmax_cross_entropy(y, t_rows)
    backward(dy)
    return np.concatenate([p.grad.ravel() for p in network.parameters()])


def network_loss(w, x_rows, t_rows):
    put(w)
    return softmax_cross_entropy(network(x_rows[:, :64]), t_rows)[0]


def one_row(w, x_n, t_n):
    return network_gradient(w, x_n[None], np.array([t_n]))


w_start = np.concatenate([p.data.ravel() for p in network.parameters()])
print("numbers in w:", w_start.size)

# %% practice=true
if ready("sgd_epoch"):
    W, rng = w_start, np.random.default_rng(0)
    print("epoch   training loss   test loss      test accuracy")
    for epoch in range(1, 6):
        batches = minibatch_indices(len(x_train), 32, rng)
        W = sgd_epoch(W, x_train, t_train, batches, 0.3, one_row)
        losses = network_loss(W, x_train, t_train), network_loss(W, x_test, t_test)
        right = np.mean(network(x_test[:, :64]).argmax(axis=1) == t_test)
        print(f"{epoch:5} {losses[0]:15.3f} {losses[1]:11.3f} {right:19.1%}")
else:
    print("This cell waits.")

# %% [markdown]
# ### Is the full batch trapped?
#
# S0 ("Use of minibatch") remarks that batch optimisation "does not work well in practice", because
# it gets trapped in bad solutions, while minibatches work "much better". Here *trapped* means that
# more steps do not lower the loss. We test this on the network above, with full batches (your
# `gradient_descent`) and minibatches of 32 (in arrays), for the seeds 0, 1 and 2. We compare them
# after the same number of *epochs* and of *steps*. We try six rates from 0.4 to 2.3, each 1.4
# times the one before, and show the best result.


# %% practice=true fold="Train with minibatches and full batches"
def initial_weights(seed):
    rng = np.random.default_rng(seed)
    first = rng.normal(0, 1 / 8, size=64 * 32), np.zeros(32)
    return np.concatenate([*first, rng.normal(0, 0.18, size=320), np.zeros(10)])


if ready("gradient_descent"):
    names = ("minibatches, 3 epochs", "full batch, 3 epochs", "full batch, 135 steps")
    found = {name: {} for name in names}  # by rate, the losses with three seeds
    after_135_steps = {}  # by rate, the weights of the full batch with the last seed
    for lr in 0.4 * 2 ** (np.arange(6) / 2):
        ends = []
        for seed in range(3):
            w, rng = initial_weights(seed), np.random.default_rng(seed)
            for _ in range(3):
                for batch in minibatch_indices(len(x_train), 32, rng):
                    w = w - lr * network_gradient(w, x_train[batch], t_train[batch])
            path = gradient_descent(
                lambda w: network_gradient(w, x_train, t_train), initial_weights(seed), lr, 135
            )
            ends.append([network_loss(v, x_train, t_train) for v in (w, path[3], path[135])])
        after_135_steps[lr] = path[135]
        for name, losses in zip(names, np.transpose(ends), strict=True):
            found[name][lr] = losses
    for name, losses_at in found.items():
        lr = min(losses_at, key=lambda lr: np.mean(losses_at[lr]))
        losses = losses_at[lr]
        print(f"{name:22}: best rate {lr:.2f}, training loss {np.mean(losses):.3f} (3 seeds)")
    mini, three, many = (
        min(losses_at.values(), key=lambda losses: np.mean(losses)) for losses_at in found.values()
    )
    print("minibatches minus full batch, seed by seed, mean ± sd:")
    for name, full in (("same epochs", three), ("same steps", many)):
        print(f"{name:12}: {np.mean(mini - full):7.3f} ± {np.std(mini - full, ddof=1):.3f}", end="")
        print(f", minibatches lower on {np.sum(mini < full)} of 3")
    path = gradient_descent(
        lambda w: network_gradient(w, x_train, t_train), after_135_steps[lr], lr, 405
    )
    longer = [network_loss(path[done - 135], x_train, t_train) for done in (135, 270, 540)]
    print("full batch, seed 2, after 135, 270 and 540 steps:", np.round(longer, 3))
else:
    print("This cell waits.")

# %% [markdown]
# For the same number of gradients minibatches reach a far lower loss, because they take 45 steps
# where the full batch takes one. For the same number of steps the full batch is better on each of
# the three seeds, but it then needs 45 times as many epochs. The first result agrees with S0's
# remark. But here the full batch is not trapped: with more steps its training loss goes on falling,
# also after 135 steps (last printed line, seed 2).

# %% claims=true
lowest = {
    name: min(losses_at.values(), key=lambda losses: losses.mean())
    for name, losses_at in found.items()
}
claim(
    "and show the best result",
    [
        min(losses_at, key=lambda lr, of=losses_at: of[lr].mean())
        for name, losses_at in found.items()
    ],
    above=0.4,
    below=2.2,
)
claim(
    "For the same number of gradients minibatches reach a far lower loss",
    lowest["minibatches, 3 epochs"],
    below=0.2 * lowest["full batch, 3 epochs"],
)
claim(
    "For the same number of steps the full batch is better",
    lowest["full batch, 135 steps"],
    below=lowest["minibatches, 3 epochs"],
)
claim(
    "with more steps its training loss goes on falling",
    lowest["full batch, 135 steps"],
    below=0.1 * lowest["full batch, 3 epochs"],
)
claim(
    "goes on falling,\nalso after 135 steps",
    np.divide(longer[1:], longer[:-1]),
    below=0.7,
    given=[135],
)
claim(
    "they take 45 steps\nwhere the full batch takes one",
    len(minibatch_indices(len(x_train), 32, np.random.default_rng(0))),
    equals=45,
    within=0.5,
)

# %% [markdown]
# ### The curvature while a network trains
#
# The loss of a network is not quadratic, so its curvature changes during training. We train a small
# network with full batches at three rates and measure the largest eigenvalue of $H$ every 50 steps.
# At rate 0.8 the curvature is about 1.8 after 50 steps. **How large will it be after 1,500 steps
# (mean over the last 250)?**

# %% guess="the curvature after training"
guess("ps04_edge", None)  # a number: the largest curvature after 1,500 steps at rate 0.8


# %% practice=true fold="Define the small network"
few = slice(0, 300)
x_few = x_train[few, :64] - x_train[few, :64].mean(axis=0)
one_hot_few = one_hot[few]


def small_gradient(w):
    """Gradient of half the squared error of a network 64-16-10 with tanh."""
    W1, b1, W2, b2 = w[:1024].reshape(64, 16), w[1024:1040], w[1040:1200].reshape(16, 10), w[1200:]
    z = np.tanh(x_few @ W1 + b1)
    dy = (z @ W2 + b2 - one_hot_few) / len(x_few)
    du = (dy @ W2.T) * (1 - z**2)
    return np.concatenate([(x_few.T @ du).ravel(), du.sum(0), (z.T @ dy).ravel(), dy.sum(0)])


def small_loss(w):
    """The loss whose gradient is small_gradient."""
    W1, b1, W2, b2 = w[:1024].reshape(64, 16), w[1024:1040], w[1040:1200].reshape(16, 10), w[1200:]
    return 0.5 * np.sum((np.tanh(x_few @ W1 + b1) @ W2 + b2 - one_hot_few) ** 2) / len(x_few)


def largest_curvature(w, v, repeats=15):
    """The largest eigenvalue of H at w and its direction, by products of H and v, without H."""
    for _ in range(repeats):
        Hv = (small_gradient(w + 1e-4 * v) - small_gradient(w - 1e-4 * v)) / 2e-4
        size, v = v @ Hv, Hv / np.linalg.norm(Hv)
    return size, v


# %% practice=true fold="Train at three rates"
if ready("gradient_descent"):
    curves = {lr: [] for lr in (0.5, 0.65, 0.8)}  # by rate, the curvatures with three seeds
    small_losses = {lr: [] for lr in curves}
    for lr in curves:
        for seed in range(3):
            rng = np.random.default_rng(seed)
            w = np.concatenate([rng.normal(0, 0.06, size=1040), rng.normal(0, 0.12, size=170)])
            v, curve, falling = rng.normal(size=1210), [], []
            v = v / np.linalg.norm(v)
            for _ in range(30):
                w = gradient_descent(small_gradient, w, lr, 50)[-1]
                size, v = largest_curvature(w, v)
                curve.append(size)
                falling.append(small_loss(w))
            curves[lr].append(curve)
            small_losses[lr].append(falling)
else:
    print("This cell waits.")

# %% practice=true
if ready("gradient_descent"):
    reveal("ps04_edge", np.mean([curve[-5:] for curve in curves[0.8]]), "Mean of three seeds.")

# %% practice=true fold="Draw the curvature while training" after="ps04_edge"
if ready("gradient_descent"):
    with theme.style():
        figure, axes = plt.subplots(3, 1, figsize=(6.4, 6.4), sharex=True, sharey=True)
        for ax, (lr, three) in zip(axes, curves.items(), strict=True):
            for curve in three:
                ax.plot(range(50, 1501, 50), curve, color=theme.FORWARD, linewidth=1.1)
            ax.axhline(2 / lr, color=theme.INK, linestyle=":")
            ax.text(0, 2 / lr + 0.05, f"2/{lr}", color=theme.INK, va="bottom")
            ax.set_title(f"rate {lr}")
        axes[1].set_ylabel("largest curvature of the loss")
        axes[2].set_xlabel("step")
        figure.suptitle("Largest curvature while training (seeds 0, 1, 2)", x=0.02, ha="left")
        plt.show()
    print(
        "rate   2/rate   curvature after 50 steps   mean of the last 250   highest (seeds 0, 1, 2)"
    )
    for lr, three in curves.items():
        firsts = " ".join(f"{curve[0]:4.2f}" for curve in three)
        ends = " ".join(f"{np.mean(curve[-5:]):5.2f}" for curve in three)
        tops = " ".join(f"{max(curve):5.2f}" for curve in three)
        print(f"{lr:4} {2 / lr:8.2f} {firsts:>26} {ends:>22} {tops:>25}")
    print("\nrate   loss when the curvature is first above 2/rate   mean of the last 250")
    loss_there, loss_in_the_end = [], []  # the nine runs
    for lr, three in small_losses.items():
        for losses, curve in zip(three, curves[lr], strict=True):
            loss_there.append(losses[np.argmax(np.array(curve) > 2 / lr)])
            loss_in_the_end.append(np.mean(losses[-5:]))
        firsts = " ".join(f"{loss:5.3f}" for loss in loss_there[-3:])
        ends = " ".join(f"{loss:5.3f}" for loss in loss_in_the_end[-3:])
        print(f"{lr:4} {firsts:>46} {ends:>22}")

# %% [markdown] after="ps04_edge"
# *In words: the largest curvature against the step, a panel for each of three rates, with three
# random seeds each. All curves begin near the same height and climb. Each rises about 10 to 30 %
# above its own dotted line, which is at 2 divided by the rate. Then it falls back, in some runs
# below the line, and oscillates about it.*
#
# At rate $\eta$, section 5 sets the limit $2/\eta$ for the curvature of a quadratic. In these nine
# runs the curvature starts below this limit and grows about 10 to 30 % beyond it. Then the
# curvature falls back and oscillates about the limit. The mean over the last 250 steps differs from
# $2/\eta$ by less than 4 % in every run. A smaller rate lets the curvature grow further.
#
# Cohen and others (2021) call this the *edge of stability*. They found that the loss still falls
# over many steps, as in these nine runs (lower table). Damian and others
# (2023) explain by the third derivatives why the curvature falls back (*self-stabilisation*).
# So the rate affects the curvature, as in section 7. (There, at rates from 8
# on, the curvature began above $2/\eta$ and fell to about $2/\eta$.)

# %% claims=true
final = {lr: np.mean([curve[-5:] for curve in three], axis=1) for lr, three in curves.items()}
claim(
    "differs from\n$2/\\eta$ by less than 4 % in every run",
    [abs(lr * value / 2 - 1) for lr in final for value in final[lr]],
    below=0.04,
    given=[2],
)
in_limits = [np.array(curve) * lr / 2 for lr in curves for curve in curves[lr]]
beyond = [100 * (curve.max() - 1) for curve in in_limits]  # in per cent
for quote in ("Each rises about 10 to 30 % above", "and grows about 10 to 30 % beyond it"):
    claim(quote, beyond, above=10, given=[30])
    claim(quote, max(beyond), equals=30, within=6, given=[10])
after_the_peak = [curve[curve.argmax() :] for curve in in_limits]
starts_and_tops = np.array([[curve[0], max(curve)] for lr in curves for curve in curves[lr]])
claim(
    "All curves begin near the same height",
    starts_and_tops[:, 0] / starts_and_tops[:, 0].mean(),
    equals=1,
    within=0.2,
)
claim("and climb", starts_and_tops[:, 1], above=1.2 * starts_and_tops[:, 0])
claim("in some runs\nbelow the line", min(curve.min() for curve in after_the_peak), below=0.95)
claim("oscillates about the limit", [curve.min() for curve in after_the_peak], below=1)
claim("A smaller rate lets the curvature grow further", final[0.5], above=final[0.65])
claim("A smaller rate lets the curvature grow further", final[0.65], above=final[0.8])
claim(
    "as in these nine runs (lower table)",
    loss_in_the_end,
    below=loss_there,
)
claim("the curvature starts below this limit", [curve[0] for curve in in_limits], below=1)
claim(
    "At rate 0.8 the curvature is about 1.8 after 50 steps",
    np.mean([curve[0] for curve in curves[0.8]]),
    equals=1.8,
    within=0.1,
    given=[0.8, 50],
)

# %% [markdown]
# ## 11 Questions
#
# Your answers are graded after you hand in the notebook.
#
# **The genie again.** Your loss is a mean now, you train with minibatches of 32 without
# replacement, and the genie doubles the data once more. You keep the rate and the number of
# *epochs*. What is different?
#
# - a: nothing
# - b: each step is twice as long
# - c: there are twice as many steps, each about as long as before
# - d: the noise of a minibatch's gradient is halved

# %% solution="answer_genie"
answer_genie = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_genie = "c"
### END SOLUTION

# %% choice="genie" key="c" points=1
check_choice("genie", answer_genie)
# a: The loss and its full gradient do stay the same, because the loss is a mean. But an epoch has
#    twice as many minibatches, so there are twice as many steps.
# b: A step would be twice as long if the loss were the sum over all data. Here it follows the mean
#    over 32 samples, which is about as large as before.
# c: A minibatch still has 32 samples and the loss is a mean, so each step is about as long. Twice
#    the data give twice as many minibatches in an epoch.
# d: The noise depends on the batch size: its typical size is proportional to 1/√B. B is still 32.

# %% [markdown]
# **The plateau of the best rate.** The genie copies the training images of the digits, so that each
# is there ten times. Your loss is the mean, and you make the table of section 7 again: three epochs
# for each batch size, one constant rate for a run. What happens to the best rates of batches of 256
# and of the batch of all images?
#
# - a: both stay, because the copies change neither the mean loss nor its curvature
# - b: both grow, because there is ten times as much data
# - c: both fall to the limit at $W = 0$ (the dotted line of section 7) or below, because training
#   is longer
# - d: that for 256 grows, and that for all images stays

# %% solution="answer_plateau"
answer_plateau = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_plateau = "d"
### END SOLUTION

# %% choice="plateau" key="d" points=1
check_choice("plateau", answer_plateau)
# a: The mean loss and its curvature at each W do stay. But three epochs with batches of 256 are now
#    about ten times as many steps, and with more steps the best rate of section 7 was higher.
# b: The data contain nothing new, only the number of steps matters. How many steps does the batch
#    of all images make in three epochs?
# c: In section 7 the best rate of the full batch after 135 steps was far above this limit. With 45
#    and 135 steps larger rates were best than with 10.
# d: Batches of 256 make about ten times as many steps, so their best rate grows. The batch of all
#    images still makes three steps with the same mean gradient, so nothing changes for it.

# %% claims=true
tenfold = []
for seed in range(3):
    rng, W = np.random.default_rng(seed), np.zeros((len(rates), 65, 10))
    for _ in range(3):
        for batch in minibatch_indices(10 * len(x_train), 256, rng):
            rows = batch % len(x_train)
            W = W - rates[:, None, None] * batch_gradient(W, x_train[rows], one_hot[rows])
    tenfold.append(mean_losses(W))
claim(
    "that for 256 grows, and that for all images stays",
    rates[np.mean(tenfold, axis=0).argmin()],
    above=2 * best_rates[sizes.index(256)],
    given=[256],
)

# %% [markdown]
# **Centimetres.** In a linear regression without standardised data one measurement is given in
# metres. The direction of its weight already has by far the largest curvature. A colleague changes
# the measurement to centimetres. What happens to the largest stable rate?
#
# - a: it stays the same, because the data are the same
# - b: it gets about 100 times smaller
# - c: it gets about 10,000 times smaller
# - d: it gets about 100 times larger

# %% solution="answer_units"
answer_units = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_units = "c"
### END SOLUTION

# %% choice="units" key="c" points=1
check_choice("units", answer_units)
# a: The data mean the same, but the numbers are 100 times as large. The limit is 2/λ_max, and the
#    curvature λ_max is computed from the numbers.
# b: The input becomes 100 times as large. But the curvature is a mean of its squares, so the factor
#    is 100² and not 100.
# c: The curvature in this direction is a mean of squared inputs, so it becomes about 100² = 10,000
#    times as large. The limit is 2 divided by it.
# d: Larger inputs make the loss steeper, not flatter. The limit is 2/λ_max, so it falls when λ_max
#    grows.

# %% [markdown]
# **Batches of four.** You train by stochastic gradient descent with a small constant rate. Each
# sample is drawn at random from all data, with replacement, and training has reached its noise
# floor. You go on at the same rate, but each step uses the mean gradient of four samples. What
# happens to the floor, measured as the gap (loss − lowest loss)?
#
# - a: it stays, because the rate is the same
# - b: it falls to about a quarter
# - c: it falls to about half
# - d: it falls to about a sixteenth

# %% solution="answer_floor"
answer_floor = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_floor = "b"
### END SOLUTION

# %% choice="floor" key="b" points=1
check_choice("floor", answer_floor)
# a: The floor is proportional to the rate, but also to the mean square of the gradient's error. A
#    batch of four has a smaller error.
# b: The typical error of the gradient is half as large, so its mean square is a quarter. Near the
#    minimum the loss is a square of the distance too, so the floor falls to a quarter.
# c: The typical error of the gradient is half as large. But the loss near the minimum is
#    proportional to the square of the distance that this error causes.
# d: The mean square of the gradient's error is a quarter of that for single samples. It is squared
#    already, so it must not be squared again.

# %% claims=true
rng, floor_of = np.random.default_rng(5), {}
for size in (1, 4):
    w = np.zeros(4000)
    for _ in range(400):
        w = w - 0.05 * (w - rng.normal(size=(size, 4000)).mean(axis=0))
    floor_of[size] = np.mean(w**2)
claim("it falls to about a quarter", floor_of[4] / floor_of[1], equals=0.25, within=0.03)

# %% [markdown]
# **A friend and a proof.** A friend minimises a quadratic at 1.5 times the rate $2/\lambda_{max}$,
# with the right gradient. In the first steps the loss falls. She says: "S1 proves it: the loss
# falls at any rate, and your limit is wrong." S1's proof (section 3) begins with $\Delta L \approx
# -\nabla L^\top \Delta w$ and ends with $\Delta L = \eta\,\|\nabla L\|_2^2 > 0$. Here $\Delta L$ is
# the old loss minus the new one. Answer in a few sentences:
#
# - (a) What does the proof leave out? At which rates does every step lower the loss of a quadratic,
#   from any start?
# - (b) How can the loss fall in the first steps at this rate, and why must it rise later?
# - (c) At the start the steepest direction contributes a millionth of the gap (loss − lowest loss).
#   After how many steps is the loss above its value at the start, whatever happens in the other
#   directions? Give the smallest number.
#
# (Read by a person, 2 points: one for (a) and (b) together, one for (c).)

# %% [markdown] manual="any_rate" points=2
# ### BEGIN SOLUTION
# (a) The second-order term of Taylor's formula is dropped, and then ≈ turns into =. So its
# conclusion holds only for rates that are small enough (on a quadratic, those below the limit), and
# the proof does not say which. (b) The gap is a sum of ½ λ a² over the eigenvectors, and a step
# multiplies each distance a by 1 - lr λ. At 1.5 times the limit lr is 3/λmax. In the directions
# with λ below 2/3 λmax the distance shrinks. If they contribute nearly all of the loss at the
# start, the loss falls at first. In the steepest direction the multiplier is 1 - 3 = -2, so its
# part of the loss grows by the factor 4 at every step, however small it is at the start. (c) 4^10
# is a little more than a million: after ten steps this part alone is larger than the whole loss at
# the start. (One point for the approximation and for a sum of directions of which some shrink and
# the steepest grows; half a point if one of the two is missing. One point for the number of steps
# with its reason; half a point for a multiplier of -2 without squaring, which gives 20 steps.)
# ### END SOLUTION

# %% claims=true
curvature, a = np.array([0.2, 1.0]), np.array([np.sqrt(5), 1e-3])  # parts 1 and 1e-6 of the loss
path = gradient_descent(lambda a: curvature * a, a, 1.5 * 2 / curvature.max(), 10)
share = (path**2 @ curvature) / (a**2 @ curvature)
claim("In the first steps the loss falls", share[1:4], below=share[:3])
claim(
    "the loss above its value at the start, whatever happens in the other\n  directions",
    share[10],
    above=1,
)
claim(
    "the loss above its value at the start, whatever happens in the other\n  directions",
    share[9],
    below=1,
)

# %% [markdown]
# ## 12 In PyTorch
#
# S3 shows the line: `optim.SGD(model.parameters(), lr=0.01, momentum=0)`. PyTorch's `SGD` does not
# know the batch: it uses the gradient that it finds in `.grad`. The loss decides whether a step
# follows a mean or a sum: `reduction="mean"` is the default, and `"sum"` is a sum, as in the
# genie's program. If PyTorch is installed, the cell trains an epoch of softmax regression in both
# ways (for the sum at rate 0.5/B) and compares the weights with yours.

# %% practice=true
import importlib.util

if importlib.util.find_spec("torch") is None:
    print("PyTorch is not installed here; nothing later needs it.")
elif ready("sgd_epoch"):
    import torch

    batches = minibatch_indices(len(x_train), 32, np.random.default_rng(0))
    mine = sgd_epoch(np.zeros((65, 10)), x_train, one_hot, batches, 0.5, softmax_gradient)
    for reduction in ("mean", "sum"):
        weights = torch.zeros((65, 10), dtype=torch.float64, requires_grad=True)
        optimizer = torch.optim.SGD([weights], lr=0.5, momentum=0)
        for rows in batches:
            if reduction == "sum":
                optimizer.param_groups[0]["lr"] = 0.5 / len(rows)
            scores = torch.tensor(x_train[rows]) @ weights
            aims = torch.tensor(t_train[rows])
            loss = torch.nn.functional.cross_entropy(scores, aims, reduction=reduction)
            optimizer.zero_grad()  # step 5: else the gradients of all batches add up
            loss.backward()
            optimizer.step()
        error = relative_error(mine, weights.detach().numpy())
        print(f"reduction={reduction!r:6}: relative difference from yours {error:.0e}")
else:
    print("This cell waits.")

# %% [markdown]
# ## 13 Your cheat sheet
#
# Complete this page in your own words and keep it. Double-click to edit.
#
# - One step: `w = …`. The gradient points …, a step begins perpendicular to …
# - To first order a step changes the loss by …, to second order by …
# - Along a direction of curvature λ a step multiplies the distance by … It shrinks if …
# - The largest stable rate on a quadratic is …; for a mean of half squared errors H = …
# - The condition number is …, and large ones are bad because …
# - An epoch is …, an iteration is …; an epoch of N samples in batches of B has … steps.
# - For each batch: set … to 0, add up …, divide by …, step.
# - With a sum for a loss, twice the data means … With a mean …
# - A minibatch's gradient is right … and its typical error is proportional to …
# - With small batches the best rate is proportional to … Whether this goes on for large batches
#   depends on …
# - Four times the batch costs … gradients, … time, and buys …
# - Parts of a batch with n₁, n₂, … samples: the gradient of all is …
# - A constant rate ends on …, which is proportional to … To get below it, …
# - Newton's method multiplies the gradient by …, and needs …
# - The weights are initialised …, because …

# %% [markdown]
# ## What comes next
#
# In this notebook the gradients were given. In **notebook 06** you compute them for every weight of
# a network in one backward pass: steps 7 to 10 of the list. **Notebook 11** gives gradient descent
# a memory of earlier steps, so that it moves faster along a valley, and treats saddles and flat
# regions of the loss. **Notebook 12** changes the rate during training and gives each weight its
# own.

# %% [markdown]
# ## Sources
#
# S0 "Training of neural networks – basics", slides "Basic algorithm: gradient descent", "Outline of
# training a neural net" and "Stochastic gradient descent: Use of minibatch"; S1 "Part II:
# Training", from its beginning to "Output Layer", and the list of 14 steps under "Backpropagation";
# S3 "Backpropagation and Training", slides "Neural Network Training", "Summary", "Saddle Point" and
# "Solution: Better Estimate of the Gradient"; S4 "Neural networks (continued)", slides "How do we
# optimize over weights?", "Stochastic gradient descent for ANNs", "Learning rate" and "Learning
# with momentum". Also: *Dive into Deep Learning* (the genie), Robbins and Monro (1951), Krizhevsky
# (2014), Goyal and others (2017), Cohen and others (2021), Damian and others (2023).
