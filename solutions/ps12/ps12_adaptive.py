# %% [markdown]
# # Adaptive methods and schedules
#
# Gradient descent has a single learning rate (*rate* for short) for all weights. But one weight may
# get a large gradient in every step, and another a tiny gradient in every hundredth step. A rate
# that suits the first weight may be a hundred times too small for the second.
#
# *Adaptive methods* give each weight its own rate, which depends on the past gradients of this
# weight. You write Adagrad, RMSProp, Adam and AdamW, in two to five lines each. A *schedule*
# changes the rate over time.
#
# Then you plan a race between two methods and find out whether new runs confirm your claim. A
# common answer to "which method is best?" is "Adam". Your measurement gives a more careful one.
#
# **Afterwards you can**
#
# - build Adam from plain gradient descent in three repairs, and say which problem each repair
#   removes,
# - write Adagrad, RMSProp, Adam and AdamW, and say how their steps depend on the size of the
#   gradients,
# - derive the sign step as steepest descent in another norm,
# - say what changes when the loss is scaled or the coordinates are rotated,
# - write the usual schedules, check the conditions of Robbins and Monro, and average weights,
# - plan a fair comparison within a budget, and state a claim that new seeds confirm.
#
# **You need** gradient descent (notebook 04), momentum (notebook 11) and NumPy arrays (notebook
# 00). The library provides the first two. If you have little time, leave out sections 7, 10 and 11
# (2 points) and, in section 13, everything after `race_report`. Still answer the questions of
# section 14 (5 points). S1 to S4 are the lecture texts; the last page names them.

# %% opening=true
"""Contours of a curved valley with a star at its lowest point, and two paths of forty steps from
the same point. Gradient descent starts with one long step and goes on with short ones. Adam leaves
the start in another direction, in more even steps. Neither reaches the star."""

import matplotlib.pyplot as plt
import numpy as np

from course_lib.optimizers import adam_step
from course_lib.plots import theme


def gradient(w):
    bend = w[1] - 0.5 * w[0] ** 2
    return np.array([0.3 * (w[0] - 1.5) - 2 * w[0] * bend, 2 * bend])


start = np.array([-2.2, 0.4])
descent, adam = [start], [start]
m = v = np.zeros(2)
for t in range(1, 41):
    descent.append(descent[-1] - 0.1 * gradient(descent[-1]))
    given = {"lr": 0.2, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
    w, m, v = adam_step(adam[-1], gradient(adam[-1]), m, v, t, **given)
    adam.append(w)
figure, ax = plt.subplots()
a, b = np.meshgrid(np.linspace(-2.7, 2.7, 120), np.linspace(-0.6, 3.2, 120))
height = 0.15 * (a - 1.5) ** 2 + (b - 0.5 * a**2) ** 2
ax.contour(a, b, height, levels=0.05 * 2.2 ** np.arange(7), colors="#B0B0B0", linewidths=1)
for path, colour, marker in ((descent, theme.FORWARD, "o"), (adam, "#00785A", "s")):
    ax.plot(*np.array(path).T, color=colour, marker=marker, markersize=4.5, linewidth=1.8)
ax.plot(*start, "o", markersize=10, color=theme.INK)
ax.plot(1.5, 1.125, "*", markersize=17, color=theme.INK)
ground = {"facecolor": "white", "edgecolor": "none", "pad": 1}
ax.text(0.5, -0.02, "gradient descent", color=theme.FORWARD, bbox=ground)
ax.text(-0.75, 1.42, "Adam", color="#00785A", bbox=ground)
ax.set_title("Two methods, forty steps each")
ax.axis("off")
plt.show()

# %% setup=true
import math

import numpy as np

from course_lib import optimizers, schedules
from course_lib.backend import choose_device
from course_lib.datasets import load_digits
from course_lib.losses import softmax_cross_entropy
from course_lib.models import mlp
from course_lib.plots import label_lines, paired_differences, theme
from course_lib.training import evaluate, fit
from grader.checking import check, check_choice, guess, ready, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 A guess first
#
# The loss ½ (w₀² + 100 w₁²) is a narrow valley. Its curvature across the valley is 100, and along
# the valley it is 1. Gradient descent is slow in such a valley. Adagrad and Adam are two adaptive
# methods. They have one rate per coordinate, so the steep coordinate gets a small rate and the flat
# one a large rate.
#
# Each method starts at (1, 1) and takes 200 steps. It may use **the best of 21 rates**, from 0.001
# to about 12. Now we **rotate the whole picture by 45 degrees**: the valley and the starting point
# together. All lengths and curvatures stay the same. Each method may choose its best rate again.
#
# The loss of a run is the largest loss of its last 20 steps, because a method that oscillates may
# be near the minimum in step 200 by chance. We compare gradient descent, momentum, Adagrad and
# Adam. Which of them have a loss at 45 degrees that is more than ten times their loss at 0 degrees?
#
# - a: none, because the rotation does not change the problem
# - b: only Adagrad
# - c: only Adam
# - d: Adagrad and Adam, because both have a rate per coordinate

# %% guess="the valley, rotated by 45 degrees"
guess("ps12_turned", None, among="abcd")  # your letter in place of None, in quotes

# %% [markdown]
# The next cells run a method in the rotated valley. They use the library's steps until you have
# written your own.


# %% practice=true fold="Define a run of any method"
BETAS = {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
MEMORY = {  # for each method: how many arrays it remembers, and its settings except the rate
    "GD": (0, {}),
    "momentum": (1, {"mu": 0.9}),
    "Adagrad": (1, {"eps": 1e-8}),
    "RMSProp": (1, {"decay": 0.9, "eps": 1e-8}),
    "Adam": (2, BETAS),
}


SHOWN = {"GD": "gradient descent", "momentum": "momentum", "Adagrad": "Adagrad", "Adam": "Adam"}


def rule_of(method):
    """The step of a method: yours once it passes its check, until then the library's."""
    if method == "Adagrad" and ready("adagrad_step"):
        return adagrad_step
    if method == "RMSProp" and ready("rmsprop_step"):
        return rmsprop_step
    if method == "Adam" and ready("adam_step"):
        return adam_step
    if method == "GD":
        return lambda w, dw, *, lr: (optimizers.sgd_step(w, dw, lr=lr),)
    return getattr(optimizers, f"{method.lower()}_step")


def walk(method, gradient, start, steps, **settings):
    """All points of the path, (steps + 1, 2); settings are lr and what differs from MEMORY."""
    rule, (memories, usual) = rule_of(method), MEMORY[method]
    w = np.array(start, dtype=float)
    memory = [np.zeros_like(w)] * memories
    points = [w]
    for t in range(1, steps + 1):
        number = (t,) if method == "Adam" else ()
        w, *memory = rule(w, gradient(w), *memory, *number, **{**usual, **settings})
        points.append(w)
    return np.array(points)


# %% practice=true fold="Define the rotated valley"
def valley(degrees, steep=100.0):
    """Hessian H of the rotated valley, and the starting point, which is rotated with it."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    R = np.array([[c, -s], [s, c]])
    return R @ np.diag([1.0, steep]) @ R.T, R @ np.ones(2)


def loss_in_the_end(method, degrees, lr, **settings):
    """The largest ½ w' H w in the last 20 of 200 steps."""
    H, start = valley(degrees)
    points = walk(method, lambda w: H @ w, start, 200, lr=lr, **settings)[-20:]
    return max(0.5 * w @ H @ w for w in points)


# %% practice=true fold="Run 21 rates at each angle"
many_rates = 0.001 * 1.6 ** np.arange(21)
angles = (0, 5, 10, 20, 30, 45)
COMPARED = (*MEMORY, "Adam, beta1 = 0")


def best_of_rates(name, degrees):
    """The lowest loss in the end over 21 rates, and its rate."""
    method, _, other = name.partition(", ")
    settings = {"beta1": 0.0} if other else {}
    with np.errstate(all="ignore"):  # the largest rates diverge
        found = [loss_in_the_end(method, degrees, rate, **settings) for rate in many_rates]
    return np.nanmin(found), many_rates[np.nanargmin(found)]


best = {name: np.array([best_of_rates(name, a) for a in angles]) for name in COMPARED}
untuned = [loss_in_the_end("Adam", a, 0.05) for a in angles]

# %% practice=true
hurt = [m for m in ("GD", "momentum", "Adagrad", "Adam") if best[m][-1, 0] > 10 * best[m][0, 0]]
letters = {(): "a", ("Adagrad",): "b", ("Adam",): "c", ("Adagrad", "Adam"): "d"}
reveal(
    "ps12_turned",
    letters[tuple(hurt)],
    "Losses after 200 steps, 45 degrees beside 0.",
    {"a": "none", "b": "only Adagrad", "c": "only Adam", "d": "Adagrad and Adam"},
)

# %% practice=true fold="Draw the loss over the angle" after="ps12_turned"
import matplotlib.pyplot as plt

with theme.style():
    figure, axes = plt.subplots(2, 2, figsize=(7, 4.6), sharex=True, sharey=True)
    for ax, (method, name) in zip(axes.flat, SHOWN.items(), strict=True):
        ax.plot(angles, np.maximum(best[method][:, 0], 1e-12), "o-", color=theme.FORWARD)
        ax.set(title=name, yscale="log", ylim=(3e-13, 30), xticks=(0, 10, 20, 30, 45))
    axes[1, 1].plot(angles, untuned, "s--", color=theme.INK, markersize=4)
    axes[1, 1].text(45, 1.2, "at the rate 0.05", color=theme.INK, ha="right")
    axes[1, 1].text(45, 3e-9, "at the best rate", color=theme.for_text(theme.FORWARD), ha="right")
    figure.supxlabel("angle of the valley (degrees)")
    figure.supylabel("largest loss in steps 181 to 200")
    figure.suptitle("Loss at the best of 21 rates, against the angle of the valley")
    plt.show()

# %% [markdown] after="ps12_turned"
# *In words: four panels with the loss against the angle, on a logarithmic axis; values below 1e-12
# are drawn there. The lines of gradient descent and momentum are level, momentum's far below.
# Adagrad's line rises from the lower edge to about 0.004. Adam's line is nearly level, as low as
# momentum's. A dashed line in Adam's panel shows the rate 0.05: it starts low and is above
# 0.15 from 20 degrees on.*

# %% practice=true fold="Print the losses and the rates" after="ps12_turned"
print(f"{'':16}" + "".join(f"{a:9}°" for a in (0, 10, 45) * 2))
for name, found in best.items():
    some = found[[0, 2, 5]]
    row = "".join(f"{loss:10.0e}" for loss in some[:, 0])
    print(f"{name:16}{row}" + "".join(f"{rate:10.3f}" for rate in some[:, 1]))
newton, newton_loss = {}, {}
for a in (0, 10, 45):
    H, start = valley(a)
    newton[a] = w = start - np.linalg.solve(H, H @ start)
    newton_loss[a] = 0.5 * w @ H @ w
print(f"{'Newton, 1 step':16}" + "".join(f"{loss:10.0e}" for loss in newton_loss.values()))

# %% [markdown] after="ps12_turned"
# The left columns of the table are the losses at three angles. The right columns are the best
# rates. Three results stand out:
#
# - **The rotation harms Adagrad.** At 0 degrees its loss is 0 in floating point. At 45 degrees the
#   loss is larger than that of gradient descent. At 45 degrees the loss has the same curvature
#   along both axes. A rate per coordinate therefore cannot tell the steep direction from the flat
#   one. RMSProp, too, has a loss at 45 degrees that is more than ten times as large as at 0
#   degrees. **A rate per coordinate depends on the coordinates.**
# - **The rotation does not harm Adam at its best rate.** But at 0 degrees Adam is no better than
#   momentum. Adam also has a running mean of the gradient, as momentum has. Without this mean
#   (beta1 = 0), Adam's best loss is almost 0 at 0 degrees and about 3e-4 at 45 degrees. So in this
#   valley the mean raises Adam's loss at 0 degrees and lowers it at 45 degrees.
# - **At the rate 0.05, Adam seems to fail at 45 degrees.** The dashed line compares two angles at
#   one rate that suits only the first of them. Such a comparison measures the rate, not the method.
#
# In a network the axes are the weights, and nothing guarantees that a valley lies along an axis.
# One step of Newton's method (notebook 04) uses the whole Hessian: it reaches the minimum at every
# angle. (The book "Dive into Deep Learning" asks about such a rotation as well.)

# %% claims=true
low = {name: found[:, 0] for name, found in best.items()}
for name in ("GD", "momentum"):
    claim(
        "gradient descent and momentum are level", low[name] / low[name][0], equals=1, within=0.01
    )
claim("momentum's far below", low["momentum"], below=0.01 * low["GD"])
claim("rises from the lower edge to about 0.004", low["Adagrad"][-1], equals=0.004, within=0.0008)
claim("rises from the lower edge to", low["Adagrad"][0], below=1e-12)
claim("nearly level, as low as momentum's", low["Adam"], above=1e-7, below=3e-7)
claim("nearly level, as low as momentum's", low["momentum"], above=1e-7, below=3e-7)
claim("it starts low", untuned[0], below=1e-6)
claim("above 0.15 from 20 degrees on", untuned[3:], above=0.15, given=[20])
claim("its loss is 0 in floating point", low["Adagrad"][0], below=1e-300, given=[0])
claim("the loss is larger than that of gradient descent", low["Adagrad"][-1], above=low["GD"][-1])
claim("**The rotation harms Adagrad.**", low["Adagrad"][-1], above=1e6 * low["Adagrad"][0])
claim("does not harm Adam at its best rate", low["Adam"][-1], below=3 * low["Adam"][0])
claim(
    "RMSProp, too, has a loss at 45 degrees that is more than ten times as large",
    low["RMSProp"][-1],
    above=10 * low["RMSProp"][0],
    given=[45],
)
claim("Adam is no better than momentum", low["Adam"][0], above=0.5 * low["momentum"][0])
without_mean = low["Adam, beta1 = 0"]
claim("Adam's best loss is almost 0 at 0 degrees", without_mean[0], below=1e-100, given=[0])
claim("and about 3e-4 at 45 degrees", without_mean[-1], equals=3e-4, within=0.7e-4, given=[45])
claim("the mean raises Adam's loss at 0 degrees", low["Adam"][0], above=without_mean[0], given=[0])
claim("and lowers it at 45 degrees", low["Adam"][-1], below=without_mean[-1], given=[45])
claim("Adam seems to fail at 45 degrees", untuned[-1], above=10 * low["GD"][-1], given=[45])
claim(
    "it reaches the minimum at every angle",
    [np.linalg.norm(w) for w in newton.values()],
    below=1e-12,
)

# %% [markdown]
# ## 2 The idea
#
# What is wrong with the step of gradient descent? Each coordinate of the step is proportional to
# the gradient of this coordinate. Across the valley the gradient is large, so the step can jump to
# the other side. Along the valley the gradient is small, although a long step would help there. S2
# describes this as "very slow progress along flat direction, jitter along steep one".
#
# We repair this in three stages. Version 1 is gradient descent. Each later version removes a
# problem of the one before it. Version 4 is Adam.
#
# 1. **Follow the gradient.** The steps are long where the loss is steep and short where it is flat.
# 2. **Divide by the size of the gradient,** separately for each coordinate: $\Delta w = -\eta\,
#    g/|g|$. Now each coordinate moves by $\eta$, however steep the loss is. This also changes the
#    direction of the step.
# 3. **Average.** Keep a running mean $m$ of the gradient and a running mean $v$ of its square. The
#    step is $-\eta\, m/\sqrt v$. If the gradient keeps its sign and size, $m$ is about as large as
#    $\sqrt v$, so the step is long. If the sign alternates, $m$ is nearly 0, so the step is short.
# 4. **Correct the start.** Both running means begin at 0. Therefore both are too small at first,
#    each by its own factor. The correction divides each mean by its factor.
#
# Here are the four versions as code. Version 1 has the rate 0.07. Versions 2 to 4 have the rate
# 0.4, because their steps do not grow with the gradient. The valley is not rotated. The curvature
# across it is 25.

# %% practice=true
IDEA = {
    "1  the gradient g": lambda g, m, v, t: 0.07 * g,
    "2  g divided by its size |g|": lambda g, m, v, t: 0.4 * g / (np.abs(g) + 1e-8),
    "3  running means of g and g²: m/√v": lambda g, m, v, t: 0.4 * m / (np.sqrt(v) + 1e-8),
    "4  running means, start corrected (Adam)": lambda g, m, v, t: (
        0.4 * (m / (1 - 0.7**t)) / (np.sqrt(v / (1 - 0.97**t)) + 1e-8)
    ),
}


def walk_by_idea(step, steps=25):
    """Path from (−2.1, 1.4) on ½ (w0² + 25 w1²); the running means keep the shares 0.7 and 0.97."""
    w, m, v = np.array([-2.1, 1.4]), np.zeros(2), np.zeros(2)
    points = [w]
    for t in range(1, steps + 1):
        g = np.array([1.0, 25.0]) * w
        m, v = 0.7 * m + 0.3 * g, 0.97 * v + 0.03 * g**2
        w = w - step(g, m, v, t)
        points.append(w)
    return np.array(points)


# %% practice=true fold="Draw the four paths"
with theme.style():
    figure, axes = plt.subplots(2, 2, figsize=(9, 5), sharex=True, sharey=True)
    w0, w1 = np.meshgrid(np.linspace(-2.6, 2.6, 80), np.linspace(-2.2, 2.2, 80))
    levels = np.linspace(0.2, 8, 9) ** 2
    for ax, (name, step) in zip(axes.flat, IDEA.items(), strict=True):
        ax.contour(w0, w1, 0.5 * (w0**2 + 25 * w1**2), levels, colors=theme.QUIET, linewidths=0.6)
        ax.plot(*walk_by_idea(step).T, "o-", color=theme.FORWARD, markersize=3.5, linewidth=1.2)
        ax.plot(0, 0, "*", color=theme.INK, markersize=8)
        ax.set(title=name, xlim=(-2.6, 2.6), ylim=(-2.2, 2.2))
        ax.grid(visible=False)
    figure.supxlabel("w[0], along the valley")
    figure.supylabel("w[1], across it")
    figure.suptitle("Four versions of the step: 25 steps each towards the minimum (star)")
    plt.show()

# %% [markdown]
# *In words: four pictures of one valley, each with a path of 25 steps towards a star, the minimum.
# 1: a zigzag across the valley. It becomes narrower, while the path moves slowly along the valley.
# 2: a straight diagonal until the floor is reached, then equal steps from side to side, to the end.
# 3: long first steps that shoot past the star, and a wide loop back to it. 4: first steps as long
# as those in 2, and a smaller loop.*
#
# The path of version 2 **is straight at first and oscillates at the end**. It moves across the
# valley as fast as along it, although the curvatures differ. But all steps have the same length, so
# the path cannot settle at the minimum. The means in version 3 shorten a step when the gradient
# changes its sign. They also make the first steps too long, and version 4 corrects this.
#
# Adagrad, RMSProp and Adam all divide by a root of squared gradients, separately for each
# coordinate. S3's simplified view of these methods is "variable learning rates for
# features/dimensions".

# %% claims=true
by_idea = {name[0]: walk_by_idea(step) for name, step in IDEA.items()}
lengths = {k: np.linalg.norm(np.diff(path, axis=0), axis=1) for k, path in by_idea.items()}
claim(
    "then equal steps from side to side, to the end",
    lengths["2"][-5:],
    equals=lengths["2"][0],
    within=1e-6,
)
claim(
    "3: long first steps that shoot past the star",
    lengths["3"][:3],
    above=1.4 * lengths["2"][0],
    given=[3],
)
claim(
    "4: first steps as long as those in 2",
    lengths["4"][0] / lengths["2"][0],
    equals=1,
    within=0.01,
    given=[4, 2],
)
across = by_idea["1"][:, 1]
claim("1: a zigzag across the valley", across[1:] * across[:-1], below=0, given=[1])
claim("It becomes narrower", np.abs(across[1:] / across[:-1]), below=0.8)
claim("the path moves slowly along the valley", by_idea["1"][-1, 0], below=-0.2)
claim("and a smaller loop", by_idea["4"].max(axis=0)[0], below=0.7 * by_idea["3"].max(axis=0)[0])
claim(
    "The means in version 3 shorten a step when the gradient changes its sign",
    lengths["3"][4],
    below=0.5 * lengths["3"][0],
    given=[3],
)

# %% [markdown]
# ### Why the sign?
#
# Version 2 moves each coordinate by $-\eta\,\mathrm{sign}(g_i)$. To first order, a step changes the
# loss by $g \cdot \Delta w$ (notebook 04). Which step of limited length lowers the loss most? The
# answer depends on how length is measured.
#
# - With $\|\Delta w\| \le \eta$, the Euclidean length, it is $-\eta\, g/\|g\|$: a step against the
#   gradient.
# - With all $|\Delta w_i| \le \eta$, the *maximum norm*, you can choose each coordinate on its own.
#   Write down the best step (no points). The cell below compares it with all corners of the box.


# %% solution="steepest_step"
def steepest_step(g, lr):
    """The step with the smallest g @ step among all steps with |step[i]| <= lr for each i."""
    ### BEGIN SOLUTION
    return -lr * np.sign(g)
    ### END SOLUTION


# %% practice=true fold="Compare your step with all corners of the box"
def compare(name, attempt, loop):
    """Print whether the formula gives what the loop gives."""
    try:
        mine = attempt()
    except NotImplementedError:
        print(f"{name:26} not written yet")
        return
    verdict = "agrees" if np.allclose(mine, loop, rtol=1e-9) else "DIFFERS"
    print(f"{name:26} {verdict:8} by formula {mine:.6g}, by loop {loop:.6g}")


g = np.array([0.3, -2.0, 0.7])
corners = 0.1 * np.array([[a, b, c] for a in (-1, 1) for b in (-1, 1) for c in (-1, 1)])
compare("steepest_step", lambda: g @ steepest_step(g, 0.1), (corners @ g).min())

# %% [markdown]
# So version 2 is **steepest descent in the maximum norm**. Rotate a step by 45 degrees: its
# Euclidean length stays the same, but its maximum norm changes. For (1, 0) it falls from 1 to 0.71.
# So a step against the gradient rotates with the valley, and a step by
# the signs does not. This fits Adagrad's result in section 1, but it does not explain Adam's.
#
# <details><summary>The derivation</summary>
#
# $g \cdot \Delta w = \sum_i g_i\, \Delta w_i$. With $|\Delta w_i| \le \eta$ each term is at least
# $-\eta\,|g_i|$. The step $\Delta w_i = -\eta\,\mathrm{sign}(g_i)$ reaches this bound in every
# term. With $\|\Delta w\| \le \eta$, the inequality of Cauchy and Schwarz gives $g \cdot \Delta w
# \ge -\eta\,\|g\|$, and $-\eta\, g/\|g\|$ reaches it.
#
# </details>

# %% [markdown]
# ## 3 Adagrad
#
# Adagrad keeps a *cache*: the sum of all squared gradients so far, separately for each coordinate.
# It divides the gradient by the root of the cache. A small number `eps` prevents a division by 0.
# In slow loops:


# %%
def adagrad_in_loops(w, dw, cache, lr, eps):
    """One step of Adagrad, coordinate by coordinate; w, dw and cache are lists."""
    new_w, new_cache = [], []
    for i in range(len(w)):
        total = cache[i] + dw[i] * dw[i]
        new_cache.append(total)
        new_w.append(w[i] - lr * dw[i] / (math.sqrt(total) + eps))
    return new_w, new_cache


# %% [markdown]
# Now write it for arrays of any shape. Three rules hold for the methods of sections 3 to 6:
#
# - `cache` comes in with its value from the last step (zeros at first). Return the value that the
#   next step needs. The cache includes the current gradient **before** w is updated.
# - `eps` is added to the root, not under it, as S2 writes it.
# - Return new arrays and leave the arguments unchanged. S2's code has `cache += dx**2`, which would
#   overwrite the caller's array.


# %% solution="adagrad_step"
def adagrad_step(w, dw, cache, *, lr, eps):
    """One step of Adagrad.

    w, dw : any shape, dw is the gradient of the loss
    cache : shape of w, the sum of squared gradients so far; zeros at first
    returns w, cache : the new ones
    """
    ### BEGIN SOLUTION
    cache = cache + dw**2
    return w - lr * dw / (np.sqrt(cache) + eps), cache
    ### END SOLUTION


# %% check="adagrad_step"
check("adagrad_step", adagrad_step)

# %% [markdown]
# When the check is green, compare your function with `course_lib/optimizers/adagrad.py`.
#
# ### Who gets which rate?
#
# The step has the form $w \leftarrow w - r\, dw$. Here $r = \eta/(\sqrt{\text{cache}} + \epsilon)$
# is S2's *effective rate* of a coordinate. (Notebook 11 used this name for η/(1 − μ).) S2 ("Adagrad
# Update") says that Adagrad lowers the effective rate of weights with high gradients and raises
# that of weights with small or infrequent updates. (It raises it only in comparison: no rate ever
# grows.) The digits show this well. A pixel at the left or right edge is 0 in most images. Where a
# pixel is 0, the gradient of its weights is 0, too. The classifier below is a single linear layer
# that trains for two epochs with your `adagrad_step`.

# %% practice=true fold="Load the digits"
digits = load_digits()
order = np.random.default_rng(0).permutation(len(digits.x))
x, t = digits.x[order], digits.t[order]
x_train, t_train = x[:1077], t[:1077]  # to learn from
x_val, t_val = x[1077:1437], t[1077:1437]  # to choose rates by
x_test, t_test = x[1437:], t[1437:]  # to report at the end

# %% practice=true fold="Train a single layer by your adagrad_step"
if ready("adagrad_step"):
    rng = np.random.default_rng(0)
    layer = mlp([64, 10], rng=rng)
    adagrad = optimizers.Adagrad(layer.parameters(), lr=0.1, step=adagrad_step)
    settings = {"loss": softmax_cross_entropy, "epochs": 2, "batch_size": 32, "progress": False}
    fit(layer, x_train, t_train, optimizer=adagrad, rng=rng, **settings)
    rate = np.mean(0.1 / (np.sqrt(adagrad.cache[0]) + 1e-8), axis=1)
else:
    print("This cell waits.")

# %% practice=true fold="Draw the pixels and their rates"
if ready("adagrad_step"):
    lit = np.mean(x_train > 0, axis=0)
    rate = np.where(lit > 0, rate, np.nan)  # never lit: no gradient, the rate is never used
    edge = np.arange(64) % 8 % 7 == 0  # the left and the right column
    with theme.style():
        figure, ax = plt.subplots(figsize=(6, 3.2))
        ax.plot(lit[~edge], rate[~edge], "o", color=theme.FORWARD, markersize=5)
        ax.plot(lit[edge], rate[edge], "s", color=theme.INK, markersize=5)
        ax.text(0.007, 250, "left and right edge", color=theme.INK)
        ax.text(0.25, 6, "other columns", color=theme.FORWARD)
        used = np.sort(lit[lit > 0])
        often = np.exp(np.mean(np.log(rate[lit > 0.5])))
        ax.plot(used, often * np.sqrt(0.8 / used), color=theme.QUIET, linewidth=1)
        ax.text(0.0011, 1.6, "one over the root of the share", color=theme.INK, size=9)
        ax.set(xscale="log", yscale="log", xlabel="share of the images in which a pixel is lit")
        ax.set_ylabel("Adagrad's effective rate")
        ax.set_title("Adagrad's rate for the weights of each pixel")
        plt.show()
    print(f"largest / smallest rate of a pixel: {np.nanmax(rate) / np.nanmin(rate):.0f}")

# %% [markdown]
# *In words: a dot for each pixel that is ever lit (not 0). It shows how often the pixel is lit, and
# the mean rate that Adagrad gives to its ten weights, on logarithmic axes. The rate is low for
# pixels that are often lit, and highest near the left and right edge.*
#
# Suppose that each step had either no gradient or one of a fixed size. Then the cache would be
# proportional to the share of the images in which the pixel is lit. The rate would be proportional
# to one over the root of this share: this is the grey line.
# The dots fall more steeply. So the cache of a rarely lit pixel is smaller than its share suggests.
#
# Weights that are seldom used make long steps when they are used. Adagrad was made for such rare
# features, for example rare words.

# %% claims=true
ever = lit > 0
claim(
    "A pixel at the left or right edge is 0 in most images",
    lit.reshape(8, 8)[:, [0, 7]],
    below=0.4,
    given=[0],
)
claim(
    "low for pixels that are often lit",
    np.corrcoef(lit[ever], np.log(rate[ever]))[0, 1],
    below=-0.7,
)
slope = np.polyfit(np.log(lit[ever]), np.log(rate[ever]), 1)[0]
claim("The dots fall more steeply", slope, below=-0.7)
claim("the cache of a rarely lit pixel is smaller than its share suggests", slope, below=-0.7)
by_column = np.nanmean(rate.reshape(8, 8), axis=0)
claim("highest near the left and right edge", by_column[[0, 7]], above=10 * by_column[1:7].max())

# %% [markdown]
# ### Without the root
#
# "Amusingly, the square root operation turns out to be very important", says S2. We test this with
# the same method, but divide by `cache + eps` in place of the root. Perhaps this version only needs
# another rate or a larger `eps`. Therefore we test three versions: with the root, without it, and
# without it but with a larger `eps`. Each gets seven rates, with the seeds 0, 1 and 2, and we
# compare the best mean accuracies.


# %% practice=true
def without_root(w, dw, cache, *, lr, eps):
    """Adagrad with its root left out, on purpose."""
    squares = cache + dw * dw
    return w - lr * dw / (squares + eps), squares


# %% practice=true fold="Define a run and its score"
def trained(make, lr, seed, *, schedule=None, epochs=4, sizes=(64, 32, 10)):
    """A network after training with make(parameters, lr); None if the loss overflowed."""
    rng = np.random.default_rng(seed)
    network = mlp(list(sizes), rng=rng)
    try:
        fit(
            network,
            x_train,
            t_train,
            loss=softmax_cross_entropy,
            optimizer=make(network.parameters(), lr=lr),
            epochs=epochs,
            batch_size=32,
            rng=rng,
            schedule=schedule,
            progress=False,
        )
    except FloatingPointError:
        return None
    return network


def judged(network, x, t):
    """Loss and accuracy; those of guessing, with an infinite loss, if training overflowed."""
    return (
        (math.inf, 0.1) if network is None else evaluate(network, x, t, loss=softmax_cross_entropy)
    )


def over_rates(make, rates, seeds):
    """Validation accuracy, (rates, seeds)."""
    return np.array([[judged(trained(make, r, s), x_val, t_val)[1] for s in seeds] for r in rates])


# %% practice=true fold="Train each version at seven rates"
if ready("adagrad_step"):
    variants = {  # name -> (step, eps, rates)
        "with the root": (adagrad_step, 1e-8, [10.0**k for k in range(-5, 2)]),
        "without, eps = 1e-8": (without_root, 1e-8, [10.0**k for k in range(-7, 0)]),
        "without, eps = 1e-4": (without_root, 1e-4, [10.0**k for k in range(-6, 1)]),
    }
    best_of_seven = {}
    for name, (step, eps, rates) in variants.items():
        scores = over_rates(
            lambda p, lr, step=step, eps=eps: optimizers.Adagrad(p, lr=lr, eps=eps, step=step),
            rates,
            range(3),
        ).mean(axis=1)
        best_of_seven[name] = scores.max()
        row = "".join(f"{score:8.2f}" for score in scores)
        print(f"{'rate':20}" + "".join(f"{rate:8.0e}" for rate in rates))
        print(f"{name:20}{row}   best {scores.max():.2f} at lr = {rates[scores.argmax()]:g}")
else:
    print("This cell waits.")

# %% [markdown]
# Each row shows the mean validation accuracies of one version at seven rates, which stand above it.
# With the root the best mean is above 0.9. Without it and with the same `eps`, the best is below
# 0.35. No rate that we tried repairs this version. With a much larger `eps`, in the third row, the
# method recovers most of the accuracy: more than 0.8. Why? Write down the first step of a weight
# with the gradient g, with the root and without it. Section 14 asks you for the explanation.

# %% claims=true
claim("With the root the best mean is above 0.9", best_of_seven["with the root"], above=0.9)
claim(
    "with the same `eps`, the best is below 0.35", best_of_seven["without, eps = 1e-8"], below=0.35
)
claim("more than 0.8", best_of_seven["without, eps = 1e-4"], above=0.8)

# %% claims="slow"
finer = over_rates(
    lambda p, lr: optimizers.Adagrad(p, lr=lr, eps=1e-8, step=without_root),
    [10.0 ** (k / 3) for k in range(-14, -6)],
    range(3),
).mean(axis=1)
claim("No rate that we tried repairs this version", finer, below=0.5)

# %% [markdown]
# ## 4 What a root and a mean do to a constant gradient
#
# Most properties of these methods follow from one simple experiment: a single weight has the same
# gradient $g \ne 0$ in every step. The learning rate is $\eta$. Write three formulas into the
# function below (no points), one for each of these paragraphs. The cell below it compares them with
# a loop.
#
# **A sum of squares.** Adagrad's cache after $t$ steps with the gradient $g$ is $t g^2$. How long
# is step number $t$, if `eps` is left out? This is `length_with_a_sum`. Does it depend on $g$?
#
# **A running mean.** A running mean that starts at 0 and keeps the share $\beta$ of its old value
# changes by $m \leftarrow \beta m + (1-\beta) g$. Write down $m$ after one, two and three steps.
# You get a geometric sum: $m = (1-\beta)(1 + \beta + \beta^2 + \dots)\,g$. Which share of $g$ has
# $m$ reached after $t$ steps? This is `share_reached`.
#
# **The first step with a running mean of squares.** Let the cache be a running mean of squares that
# starts at 0 and keeps the share `decay`. After one step it is $(1 - \text{decay})\, g^2$. How many
# times as long as $\eta$ is the first step, if `eps` is left out? This is
# `first_length_with_a_mean`.
#
# <details><summary>If one of them differs</summary>
#
# The cache contains squares, so its root has the unit of g: √(t g²) = √t·|g|. The geometric sum 1 +
# β + … + β^(t−1) is (1 − β^t)/(1 − β). The factor (1 − β) in front of it cancels the denominator.
#
# </details>


# %% solution="constant_gradient"
def constant_gradient(lr, t, *, beta, decay):
    """Three formulas for a constant gradient, without eps.

    length_with_a_sum : length of step t if the cache is a sum of squares
    share_reached : share of the gradient that a running mean with beta has reached after t steps
    first_length_with_a_mean : first step / lr if the cache is a running mean with decay
    """
    ### BEGIN SOLUTION
    length_with_a_sum = lr / np.sqrt(t)
    share_reached = 1 - beta**t
    first_length_with_a_mean = 1 / np.sqrt(1 - decay)
    ### END SOLUTION
    return length_with_a_sum, share_reached, first_length_with_a_mean


# %% practice=true fold="Compare your formulas with a loop"
rng = np.random.default_rng(1)
g, lr, beta, decay, n = rng.uniform(0.5, 5), 0.1, 0.9, 0.99, 12
sum_of_squares = running_mean = 0.0
for _step in range(n):
    sum_of_squares += g**2
    running_mean = beta * running_mean + (1 - beta) * g
first = lr * g / np.sqrt((1 - decay) * g**2)
by_loop = lr * g / np.sqrt(sum_of_squares), running_mean / g, first / lr
for i, name in enumerate(("a sum of squares", "a running mean", "the first step")):
    compare(name, lambda i=i: constant_gradient(lr, n, beta=beta, decay=decay)[i], by_loop[i])

# %% [markdown]
# <details><summary>The derivations</summary>
#
# S2 writes `x` and `dx` for our $w$ and $g$. It calls both the sum and the running mean `cache`.
#
# - **A sum of squares.** The cache is $t g^2$ and its root $\sqrt t\,|g|$. The step is
#   $\eta\,|g|/(\sqrt t\,|g|) = \eta/\sqrt t$, because $|g|$ cancels.
# - **A running mean.** $m_1 = (1-\beta) g$, $m_2 = \beta m_1 + (1-\beta) g = (1-\beta)(1+\beta) g$,
#   and so on: $m_t = (1-\beta)(1 + \beta + \dots + \beta^{t-1})\, g$. The bracket is a geometric
#   sum, $\frac{1-\beta^t}{1-\beta}$. So $m_t = (1-\beta^t)\, g$: the share is $1-\beta^t$.
# - **The first step with a mean of squares.** The cache is $(1-d)\, g^2$ with $d$ for `decay`. The
#   step is $\eta\,|g|/(\sqrt{1-d}\,|g|) = \eta/\sqrt{1-d}$. It is $1/\sqrt{1-d}$ times as long as
#   $\eta$.
#
# </details>

# %% [markdown]
# ## 5 RMSProp
#
# A sum of squares only grows, so Adagrad's effective rates only fall. Under a constant gradient the
# steps shrink like $\eta/\sqrt t$, as you derived. S2 names the disadvantage: in deep learning this
# "usually proves too aggressive and stops learning too early". RMSProp changes one thing. Its cache
# is a running *mean* of the squares, which keeps only the share `decay` of its old value. So old
# gradients are gradually forgotten. In slow loops:


# %%
def rmsprop_in_loops(w, dw, cache, lr, decay, eps):
    """One step of RMSProp, coordinate by coordinate; w, dw and cache are lists."""
    new_w, new_cache = [], []
    for i in range(len(w)):
        mean = decay * cache[i] + (1 - decay) * dw[i] * dw[i]
        new_cache.append(mean)
        new_w.append(w[i] - lr * dw[i] / (math.sqrt(mean) + eps))
    return new_w, new_cache


# %% [markdown]
# Now write it for arrays of any shape. The three rules of section 3 hold here, too.


# %% solution="rmsprop_step"
def rmsprop_step(w, dw, cache, *, lr, decay, eps):
    """One step of RMSProp.

    w, dw : any shape, dw is the gradient of the loss
    cache : shape of w, running mean of the squared gradients; zeros at first
    decay : share of the old cache that is kept
    eps : added to the root
    returns w, cache : the new ones
    """
    ### BEGIN SOLUTION
    cache = decay * cache + (1 - decay) * dw**2
    return w - lr * dw / (np.sqrt(cache) + eps), cache
    ### END SOLUTION


# %% check="rmsprop_step"
check("rmsprop_step", rmsprop_step)

# %% [markdown]
# (The library's is in `course_lib/optimizers/rmsprop.py`.)
#
# S2 gives 0.9, 0.99 and 0.999 as typical values of `decay`. The next cell gives a constant gradient
# to your two functions and draws the length of each step, divided by the rate.

# %% practice=true fold="Draw the length of each step"
if ready("adagrad_step", "rmsprop_step"):
    one = np.ones(1)
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3.2))
        w, cache, lengths = 0 * one, 0 * one, []
        for _step in range(3000):
            new, cache = adagrad_step(w, one, cache, lr=1.0, eps=1e-8)
            lengths.append(abs(new - w)[0])
            w = new
        ax.plot(range(1, 3001), lengths, color=theme.INK, linestyle=":")
        step_lengths = {"Adagrad": lengths}
        styles = zip((0.9, 0.99, 0.999), ("-", "--", "-."), theme.CYCLE[2:5], strict=True)
        for decay, line, colour in styles:
            w, cache, lengths = 0 * one, 0 * one, []
            for _step in range(3000):
                new, cache = rmsprop_step(w, one, cache, lr=1.0, decay=decay, eps=1e-8)
                lengths.append(abs(new - w)[0])
                w = new
            step_lengths[decay] = lengths
            ax.plot(range(1, 3001), lengths, color=colour, linestyle=line)
        ax.set(xscale="log", yscale="log", xlabel="step", ylabel="length of the step / lr")
        ax.set_title("Length of each step under a constant gradient: RMSProp, Adagrad")
        # Where the lines end, three of them are one: the names stand where they differ.
        for kind, colour in zip(step_lengths, (theme.INK, *theme.CYCLE[2:5]), strict=True):
            name = kind if kind == "Adagrad" else f"decay {kind}"
            look = {"color": theme.for_text(colour), "textcoords": "offset points"}
            ax.annotate(name, (2, step_lengths[kind][1]), (6, 3), **look)
        plt.show()
else:
    print("This cell waits.")

# %% [markdown]
# *In words: the length of each step against its number, both on logarithmic axes. Adagrad begins at
# 1 and falls along a straight line, like one over the root of t. The three RMSProp curves begin at
# about 3, 10 and 32 and come down to 1. The larger the decay, the later this happens.*
#
# The steps of RMSProp do not shrink to 0. But its first step is $1/\sqrt{1-\text{decay}}$ times as
# long as the rate, as in your third formula of section 4, because the running mean starts at 0.
# Later this factor falls to 1. Adam will correct the first steps.

# %% claims=true
for decay, first in ((0.9, 3), (0.99, 10), (0.999, 32)):
    claim(
        "The three RMSProp curves begin at about 3, 10 and 32",
        step_lengths[decay][0],
        equals=first,
        within=0.5,
        given=[3, 10, 32],
    )
    claim(
        "and come down to 1",
        step_lengths[decay][-1],
        equals=1,
        within=0.05,
    )
at_100 = [step_lengths[decay][99] for decay in (0.9, 0.99, 0.999)]
claim("The larger the decay, the later this happens", at_100[1:], above=at_100[:-1])
claim(
    "like one over the root of t",
    [step_lengths["Adagrad"][t - 1] * np.sqrt(t) for t in (1, 10, 100, 3000)],
    equals=1,
    within=1e-6,
)

# %% [markdown]
# ## 6 Adam and AdamW
#
# Adam is version 4 of section 2. It keeps a running mean `m` of the gradient, like momentum, and a
# running mean `v` of its square, like RMSProp. Both start at 0 and are corrected for this. Your
# second formula of section 4 gives the share of a constant that a running mean has reached after t
# steps. So **divide each mean by its share**. In slow loops:


# %%
def adam_in_loops(w, dw, m, v, t, lr, beta1, beta2, eps):
    """One step of Adam, coordinate by coordinate; w, dw, m and v are lists, t counts from 1."""
    new_w, new_m, new_v = [], [], []
    for i in range(len(w)):
        new_m.append(beta1 * m[i] + (1 - beta1) * dw[i])
        new_v.append(beta2 * v[i] + (1 - beta2) * dw[i] * dw[i])
        m_hat = new_m[i] / (1 - beta1**t)
        v_hat = new_v[i] / (1 - beta2**t)
        new_w.append(w[i] - lr * m_hat / (math.sqrt(v_hat) + eps))
    return new_w, new_m, new_v


# %% [markdown]
# `t` is the number of the step and **counts from 1**. Return the uncorrected means. (The paper also
# gives a faster order of the operations, which adds `eps` to the root of the uncorrected v. The
# check accepts both.)


# %% solution="adam_step"
def adam_step(w, dw, m, v, t, *, lr, beta1, beta2, eps):
    """One step of Adam.

    w, dw : any shape, dw is the gradient of the loss
    m, v : shape of w, running means of dw and dw²; zeros at first
    t : number of this step, counted from 1
    eps : added to the root
    returns w, m, v : the new ones
    """
    ### BEGIN SOLUTION
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), m, v
    ### END SOLUTION


# %% check="adam_step"
check("adam_step", adam_step)

# %% [markdown]
# (The library's is in `course_lib/optimizers/adam.py`.)
#
# S2 says that the update "looks exactly as RMSProp update", with the smooth m in place of the raw
# gradient. We can test this. With beta1 = 0 there is no smoothing, and at t = 1,000,000 the
# correction is practically 1:

# %% practice=true
if ready("rmsprop_step", "adam_step"):
    rng = np.random.default_rng(2)
    w, dw, squares = rng.normal(size=3), rng.normal(size=3), rng.uniform(1, 2, size=3)
    settings = {"lr": 0.1, "eps": 1e-8}
    moved, _ = rmsprop_step(w, dw, squares, decay=0.99, **settings)
    same, _, _ = adam_step(w, dw, 0 * w, squares, 10**6, beta1=0.0, beta2=0.99, **settings)
    print(f"RMSProp: {moved}\nAdam:    {same}")
else:
    print("This cell waits.")

# %% [markdown]
# ### Two guesses about size
#
# Three weights get their very first gradients: 0.000001, 1 and 1,000,000. Adam takes one step with
# `lr = 0.1` and `eps = 1e-8`. **What is the length of the third weight's step, divided by that of
# the first weight's step?** Give a number.

# %% guess="the third step and the first"
guess("ps12_first_step", None)  # a number in place of None

# %% practice=true
if ready("adam_step"):
    sizes, zero = np.array([1e-6, 1.0, 1e6]), np.zeros(3)
    w, m, v = adam_step(zero, sizes, zero, zero, 1, lr=0.1, **BETAS)
    reveal("ps12_first_step", float(w[2] / w[0]), "The third step divided by the first.")
else:
    print("This cell waits.")

# %% practice=true fold="Print the first steps" after="ps12_first_step"
if ready("adam_step"):
    print("first steps with the gradients 1e-6, 1 and 1e6:", -w)
else:
    print("This cell waits.")

# %% [markdown] after="ps12_first_step"
# All three steps are about as long as `lr`. The small difference comes from `eps`. So in the first
# step of training, a weight with a tiny gradient moves as far as the others.

# %% claims=true
late_steps = []
for steps in (10, 100, 1000, 10_000):
    w, m, v = np.zeros((3, 1))
    for t in range(1, steps + 1):
        w, m, v = adam_step(w, np.ones(1), m, v, t, lr=1.0, **BETAS)
    late_steps.append(w - adam_step(w, np.full(1, 1e6), m, v, steps + 1, lr=1.0, **BETAS)[0])
for size in (1.0, 1e-5):
    rng = np.random.default_rng(0)
    w, m, v = np.zeros((3, 500))
    for t in range(1, 1001):
        new, m, v = adam_step(w, size * rng.normal(size=500), m, v, t, lr=1.0, **BETAS)
        w, moved_by = new, np.mean(np.abs(new - w))
        if t == 1:
            claim(
                "in the first step of training, a weight with a tiny gradient moves as far",
                moved_by,
                above=0.95,
            )
    claim("still about a fifth of the rate", moved_by, equals=0.19, within=0.03)
claim("= 3.2$ times the rate", late_steps[-1], equals=3.2, within=0.1)
claim(
    "All three steps are about as long as `lr`",
    [-adam_step(*np.array([[0.0], [g], [0.0], [0.0]]), 1, lr=1.0, **BETAS)[0] for g in sizes],
    equals=1,
    within=0.015,
)
claim(
    "is at most about $(1 - 0.9)/\\sqrt{1 - 0.999} = 3.2$",
    late_steps,
    below=3.2,
    above=0.1,
    given=[1, 0.9, 0.999],
)

# %% [markdown]
# Second guess: you multiply the loss by 1000, for example because you change its unit. You compare
# 100 steps of Adam at the rate 0.05 in the valley of section 1 (not rotated), without this factor
# (the old run) and with it. **How far apart are the two end points, divided by the distance from
# the start to the old end point?**
#
# - a: above 100
# - b: 0.5 to 100
# - c: 0.001 to 0.5
# - d: below 0.001

# %% guess="the loss times 1000"
guess("ps12_thousand", None, among="abcd")  # a letter in quotes in place of None

# %% [markdown]
# Now the same comparison for all methods, with the loss times 1000 and times 0.000001:


# %% practice=true fold="Define the shift of the end point"
RATES = {"GD": 0.015, "momentum": 0.015, "Adagrad": 0.3, "RMSProp": 0.05, "Adam": 0.05}


def shift_by_scale(method, lr, scale):
    """Shift of the end point when the loss is scaled, divided by its distance from the start."""
    H, start = valley(0)
    with np.errstate(all="ignore"):
        plain = walk(method, lambda w: H @ w, start, 100, lr=lr)[-1]
        scaled = walk(method, lambda w: scale * (H @ w), start, 100, lr=lr)[-1]
        return np.linalg.norm(scaled - plain) / np.linalg.norm(plain - start)


# %% practice=true after=false
if ready("adagrad_step", "rmsprop_step", "adam_step"):
    moved = shift_by_scale("Adam", RATES["Adam"], 1e3)
    letter = "a" if moved > 100 else "b" if moved > 0.5 else "c" if moved > 0.001 else "d"
    words = {"a": "above 100", "b": "0.5 to 100", "c": "0.001 to 0.5", "d": "below 0.001"}
    reveal("ps12_thousand", letter, "The shift of Adam's end point.", words)
else:
    print("This cell waits.")

# %% practice=true fold="Print the shifts of all methods" after="ps12_thousand"
if ready("adagrad_step", "rmsprop_step", "adam_step"):
    print("loss times       1000      1e-6")
    for method, lr in RATES.items():
        shifts = [shift_by_scale(method, lr, scale) for scale in (1e3, 1e-6)]
        print(f"{method:10} " + "".join(f"{shift:10.1e}" for shift in shifts))
else:
    print("This cell waits.")

# %% [markdown] after="ps12_thousand"
# Each number is the shift of the end point, divided by the distance from the start to the old end
# point.
#
# - **Gradient descent and momentum.** With the large loss they diverge (`inf` or `nan` after an
#   overflow). With the small loss they hardly leave the start, so the shift is about 1.
# - **Adagrad, RMSProp and Adam.** With the loss times 1000, the end points of Adagrad, RMSProp and
#   Adam hardly shift. **A method that divides by the root of squared gradients does not notice how
#   large the gradients are.** It only compares them with earlier gradients of the same weight.
# - **The exception is `eps`.** The steps change if the gradients become about as small as `eps`.
#   With the small loss this happens: RMSProp's end point shifts by about 0.02. S2 gives a range
#   from 1e-4 to 1e-8 for `eps`. In Adagrad and Adam with `eps` = 1e-4, a weight with the gradient
#   1e-4 makes a first step that is only half as long.
#
# <details><summary>The derivation of the correction, and two results for later steps</summary>
#
# Two more results hold for later steps, with $\beta_1 = 0.9$ and $\beta_2 = 0.999$. A single
# outlier among the gradients causes a step that is at most about $(1 - 0.9)/\sqrt{1 - 0.999} = 3.2$
# times the rate, however large the outlier is. If the gradients of a weight are only noise, its
# steps are still about a fifth of the rate on average, however small the noise is, as long as the
# noise is large compared with `eps`.
#
# - $v_t = (1-\beta_2)\sum_{k=0}^{t-1} \beta_2^{\,k} g_{t-k}^2$, by writing out the running mean
#   from 0.
# - If the gradients are drawn independently from one distribution with $E[g^2] = s$, then $E[v_t] =
#   s\,(1-\beta_2)(1 + \beta_2 + \dots + \beta_2^{t-1}) = s\,(1-\beta_2^t)$, by the geometric sum.
#   Dividing by $1-\beta_2^t$ gives the mean $s$ in every step. The same holds for $m$ and $E[g]$.
# - An outlier $g$ in a late step: $m \approx (1-\beta_1)\, g$ and $v \approx (1-\beta_2)\, g^2$,
#   because all other gradients are small beside it and the corrections are near 1.
# - So the step is $\eta\, |m|/\sqrt v \approx \eta\,(1-\beta_1)/\sqrt{1-\beta_2}$: $g$ cancels. In
#   an early step $t$ it is
#   $\eta\,\frac{1-\beta_1}{\sqrt{1-\beta_2}}\cdot\frac{\sqrt{1-\beta_2^t}}{1-\beta_1^t}$, which is
#   smaller.
# - Normal noise of standard deviation $\sigma$ in late steps: $\sqrt v \approx \sigma$, and $m$ has
#   the standard deviation $\sigma\sqrt{(1-\beta_1)/(1+\beta_1)} = 0.23\,\sigma$. So the mean of
#   $|m|/\sqrt v$ is $0.23\sqrt{2/\pi} = 0.18$.
#
# </details>

# %% claims=true
by_scale = {m: [shift_by_scale(m, r, scale) for scale in (1e3, 1e-6)] for m, r in RATES.items()}
claim(
    "the end points of Adagrad, RMSProp and Adam hardly shift",
    [by_scale[m][0] for m in ("Adagrad", "RMSProp", "Adam")],
    below=1e-4,
)
claim("RMSProp's end point shifts by about 0.02", by_scale["RMSProp"][1], equals=0.02, within=0.004)
claim(
    "so the shift is about 1",
    [by_scale[m][1] for m in ("GD", "momentum")],
    equals=1,
    within=0.01,
)
small = [
    adam_step(*np.array([[0.0], [1e-4], [0.0], [0.0]]), 1, lr=1.0, **{**BETAS, "eps": 1e-4})[0],
    adagrad_step(np.zeros(1), np.full(1, 1e-4), np.zeros(1), lr=1.0, eps=1e-4)[0],
]
claim("makes a first step that is only half as long", -np.array(small), equals=0.5, within=0.01)

# %% [markdown]
# ### AdamW
#
# A penalty on large weights adds a multiple of w to the gradient. In gradient descent, this shrinks
# every weight by the same share in each step. Its other name is therefore *weight decay*. In Adam
# the effect is different: the penalty goes into m and v together with the gradient, and it is
# divided by the root. AdamW takes the decay out of the gradient and puts it beside the step
# (*decoupled* weight decay):
#
# $$
# w \leftarrow w - \eta\lambda\, w - (\text{step of Adam, from } dw \text{ alone})
# $$
#
# Both parts use the w from before the step. The rate $\eta$ also multiplies the decay, as in
# PyTorch. (In the paper it does not.) With λ for `weight_decay`, in slow loops:


# %%
def adamw_in_loops(w, dw, m, v, t, lr, beta1, beta2, eps, weight_decay):
    """One step of AdamW: a step of Adam, and a share of each weight is subtracted."""
    new_w, new_m, new_v = adam_in_loops(w, dw, m, v, t, lr, beta1, beta2, eps)
    for i in range(len(w)):
        new_w[i] -= lr * weight_decay * w[i]
    return new_w, new_m, new_v


# %% solution="adamw_step"
def adamw_step(w, dw, m, v, t, *, lr, beta1, beta2, eps, weight_decay):
    """One step of AdamW.

    w, dw, m, v, t and lr to eps : as in adam_step; dw is the gradient without a penalty
    weight_decay : share of w that is taken away, per unit of lr
    returns w, m, v : the new ones
    """
    ### BEGIN SOLUTION
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return w - lr * weight_decay * w - lr * m_hat / (np.sqrt(v_hat) + eps), m, v
    ### END SOLUTION


# %% check="adamw_step"
check("adamw_step", adamw_step)

# %% [markdown]
# (The library's is in `course_lib/optimizers/adamw.py`.)
#
# Two weights start at 1. Their gradients are random numbers around 0, with the standard deviation
# 10 for the first weight and 0.1 for the second. A decay of λ = 1 pulls both weights towards 0. We
# put it once into the gradient (with Adam) and once beside the step (with AdamW). Each run has 1000
# steps at rate 0.002, with the seeds 0 to 19:

# %% practice=true fold="Run both on random gradients"
if ready("adam_step", "adamw_step"):
    both = {"penalty in the gradient": [], "decay beside the step": []}
    for seed in range(20):
        noise = np.random.default_rng(seed).normal(size=(1000, 2)) * [10.0, 0.1]
        for how, ends in both.items():
            w, m, v = np.ones(2), np.zeros(2), np.zeros(2)
            for t, g in enumerate(noise, start=1):
                if how == "decay beside the step":
                    w, m, v = adamw_step(w, g, m, v, t, lr=0.002, weight_decay=1.0, **BETAS)
                else:
                    w, m, v = adam_step(w, g + 1.0 * w, m, v, t, lr=0.002, **BETAS)
            ends.append(w)
else:
    print("This cell waits.")

# %% practice=true fold="Show where the weights end"
if ready("adam_step", "adamw_step"):
    print("where w ends              gradients of 10   gradients of 0.1")
    for how, ends in both.items():
        mean, sd = np.mean(ends, axis=0), np.std(ends, axis=0)
        shown = "".join(f"{a:9.2f} ± {b:.2f}" for a, b in zip(mean, sd, strict=True))
        print(f"{how:24} {shown}")

# %% [markdown]
# The columns show where the two weights end: mean ± standard deviation. With the decay beside the
# step, both keep the same share, $(1 - 0.002 \cdot 1)^{1000} = 0.135$, up to noise. With the
# penalty in the gradient, the weight with large gradients keeps about 0.8. The noise makes its
# $\sqrt v$ large, and the penalty is divided by this root, so it hardly acts.
# The weight with small gradients ends at 0.03. Its root is small, so the
# penalty acts more strongly than the decay beside the step. In short: in Adam, a penalty in the
# gradient shrinks each weight at a different speed. AdamW shrinks all weights at the same speed.
#
# <details><summary>The derivation</summary>
#
# The gradients have mean 0 and standard deviation $\sigma$, λ is the decay.
#
# - Beside the step: $w \leftarrow w - \eta\lambda w$ + noise. After $T$ steps the mean is
#   $(1-\eta\lambda)^T w_0$, whatever $\sigma$ is.
# - In the gradient: Adam sees $g + \lambda w$. As long as $\lambda |w|$ is small beside $\sigma$,
#   the mean of $m$ is $\lambda w$ and $\sqrt v \approx \sigma$. So the mean step is $w \leftarrow
#   w - \eta\,\frac{\lambda}{\sigma}\,w$: the decay is $\lambda/\sigma$.
# - With $\sigma = 10$: $(1 - 0.002/10)^{1000} = 0.82$ is left.
# - With $\sigma = 0.1$ the penalty is larger than the noise for most of the run. At first $m/\sqrt
#   v \approx 1$ and $w$ falls by $\eta$ a step. Then the fall slows down, because $\sqrt v$ still
#   contains the larger gradients of earlier steps. Without any noise, 0.03 is left after 1000
#   steps.
#
# </details>

# %% claims=true
left_over = {how: np.mean(ends, axis=0) for how, ends in both.items()}
claim(
    "$(1 - 0.002 \\cdot 1)^{1000} = 0.135$",
    left_over["decay beside the step"],
    equals=0.135,
    within=0.03,
    given=[1, 0.002, 1000],
)
claim(
    "the weight with large gradients keeps about 0.8",
    left_over["penalty in the gradient"][0],
    equals=0.8,
    within=0.05,
)
w, m, v, falling = np.ones(1), np.zeros(1), np.zeros(1), []
for t in range(1, 1001):
    w, m, v = adam_step(w, w, m, v, t, lr=0.002, **BETAS)
    falling.append(w[0])
claim("and $w$ falls by $\\eta$ a step", 1 - falling[49], equals=50 * 0.002, within=0.005)
claim("Then the fall slows down", falling[449], above=0.25)
claim("larger than the noise for most of the run", falling[599], above=0.1)
claim(
    "Without any noise, 0.03 is left after 1000 steps",
    falling[-1],
    equals=0.03,
    within=0.007,
    given=[1000],
)
claim(
    "The weight with small gradients ends at 0.03",
    left_over["penalty in the gradient"][1],
    equals=0.03,
    within=0.007,
)

# %% [markdown]
# ## 7 Three landscapes
#
# S3's ideal optimizer "finds minimum fast and reliably well" and does not get stuck. Its slides
# "Why Challenging?" name three difficulties: ravines, saddle points and plateaus. Gradient descent,
# momentum and Adam take 60 steps on one example of each. A method may choose **one rate for all
# three**, out of the 21 rates of section 1. For each rate we note which share of the loss above
# its minimum remains in each landscape. We take the rate at which the largest of the three shares
# is smallest.


# %% practice=true fold="Set up the three landscapes"
LANDSCAPES = {  # name -> (loss, gradient, start, (left, right, bottom, top), lowest loss)
    "ravine": (
        lambda a, b: 0.5 * (a**2 + 100 * b**2),
        lambda w: np.array([1.0, 100.0]) * w,
        (-1.0, 0.5),
        (-1.2, 0.6, -0.6, 0.7),
        0.0,
    ),
    "saddle": (
        lambda a, b: 0.5 * a**2 - 0.5 * b**2 + 0.25 * b**4,
        lambda w: np.array([w[0], w[1] ** 3 - w[1]]),
        (1.5, 0.001),
        (-0.8, 1.7, -0.4, 1.4),
        -0.25,
    ),
    "plateau": (
        lambda a, b: -np.exp(-0.5 * (a**2 + b**2)),
        lambda w: w * np.exp(-0.5 * w @ w),
        (3.0, 2.0),
        (-0.8, 3.3, -0.8, 2.4),
        -1.0,
    ),
}


def remaining(method, title, lr):
    """Path of 60 steps, and the share of the loss that remains (largest of the last five)."""
    loss, gradient, start, _, lowest = LANDSCAPES[title]
    with np.errstate(all="ignore"):
        path = walk(method, gradient, start, 60, lr=lr)
        losses = loss(*path.T) - lowest
        return path, np.max(losses[-5:]) / losses[0]


# %% practice=true fold="Run three methods, each with one rate for all"
shares, paths, one_rate = {}, {}, {}
for method in ("GD", "momentum", "Adam"):
    table = np.array([[remaining(method, k, lr)[1] for k in LANDSCAPES] for lr in many_rates])
    shares[method] = table = np.nan_to_num(table, nan=np.inf)
    i = table.max(axis=1).argmin()
    one_rate[method] = many_rates[i], table[i]
    paths |= {(method, k): remaining(method, k, many_rates[i])[0] for k in LANDSCAPES}

# %% practice=true fold="Draw the paths, a panel for each method and landscape"
with theme.style():
    figure, axes = plt.subplots(3, 3, figsize=(6.4, 6.4), sharex="col", sharey="col")
    for row, (method, (rate, _)) in zip(axes, one_rate.items(), strict=True):
        for ax, (title, (loss, _, _, (left, right, low, high), _)) in zip(
            row, LANDSCAPES.items(), strict=True
        ):
            w0, w1 = np.meshgrid(np.linspace(left, right, 50), np.linspace(low, high, 50))
            ax.contour(w0, w1, loss(w0, w1), 12, colors=theme.QUIET, linewidths=0.6)
            path = paths[method, title]
            ax.plot(*path.T, ".-", color=theme.FORWARD, linewidth=1, markersize=4)
            ax.plot(*path[0], "s", color=theme.INK, markersize=6)
            ax.plot(0, float(title == "saddle"), "*", color=theme.INK, markersize=11)
            ax.set(xlim=(left, right), ylim=(low, high), xticks=[], yticks=[])
            ax.set_xlabel("w[0]" if method == "Adam" else "")
        row[0].set_ylabel(f"{SHOWN[method]},\nrate {rate:.2g}")
    for ax, title in zip(axes[0], LANDSCAPES, strict=True):
        ax.set_title(title)
    figure.suptitle("Paths of 60 steps; square: start, star: minimum")
    plt.show()
print("share of the loss that remains:" + "".join(f"{title:>10}" for title in LANDSCAPES))
for method, (rate, found) in one_rate.items():
    print(f"{method:12} one rate, {rate:.3f}:  " + "".join(f"{share:10.1%}" for share in found))
own = "".join(f"{share:10.1%}" for share in shares["GD"].min(axis=0))
print(f"GD, the best rate of each:     {own}")

# %% [markdown]
# *In words: nine panels, three methods on three landscapes. In the ravine, gradient descent soon
# reaches the floor and moves slowly along it. Momentum oscillates and ends closer to the minimum,
# and Adam reaches it in a wide curve. On the saddle, gradient descent moves straight towards the
# saddle point and does not get there. Momentum passes the saddle point and then turns to the
# minimum. Adam goes to the minimum. On the plateau, gradient descent and momentum hardly leave the
# start, and Adam reaches the minimum.*
#
# In the ravine, momentum ends closer to the minimum than gradient descent, but its share of the
# loss is not smaller. This is due to our rule, not to momentum. Every stable rate
# of momentum leaves almost the whole loss on the plateau, so the rule takes the largest stable one.
# At a rate chosen for the ravine alone, momentum leaves 0.2 % there and gradient descent 0.6 %.
#
# The ravine allows gradient descent only a small rate. With this rate the gradient on the plateau,
# less than a hundredth of its largest value, moves w hardly at all. Adam divides the gradient by
# its size, so one rate serves in all three places. The last printed line shows gradient descent
# with a rate of its own for each landscape: less than 1 % of the loss remains. So here the
# advantage of Adam is that **one rate fits places whose gradients differ in size**. Do the losses
# of real networks have such places? No picture of two weights can answer this.

# %% claims=true
ravine = {m: np.abs(paths[m, "ravine"]) for m in ("GD", "momentum", "Adam")}
claim("soon reaches the floor and moves slowly along it", ravine["GD"][10:, 1], below=0.05)
claim("soon reaches the floor and moves slowly along it", ravine["GD"][-1, 0], above=0.2)
turns = np.sum(np.diff(np.sign(paths["momentum", "ravine"][:, 1])) != 0)
claim("Momentum oscillates and ends closer to the minimum", turns, above=8)
away = {m: np.linalg.norm(path[-1]) for m, path in ravine.items()}
for words in ("oscillates and ends closer to the minimum", "momentum ends closer to the minimum"):
    claim(words, away["momentum"], below=0.5 * away["GD"])
claim(
    "but its share of the loss is not smaller",
    one_rate["momentum"][1][0],
    above=one_rate["GD"][1][0],
)
own_share = {m: shares[m][:, 0].min() for m in ("GD", "momentum")}
claim("momentum leaves 0.2 % there", own_share["momentum"], equals=0.002, within=0.0005)
claim("and gradient descent 0.6 %", own_share["GD"], equals=0.006, within=0.0005)
stable = np.max(shares["momentum"], axis=1) < 1.01
words = "of momentum leaves almost the whole loss on the plateau"
claim(words, shares["momentum"][stable, 2], above=0.99)
words = "so the rule takes the largest stable one"
claim(words, one_rate["momentum"][0] / many_rates[stable].max(), equals=1, within=1e-9)
claim("and Adam reaches it in a wide curve", ravine["Adam"][-1], below=0.1)
saddle = {m: paths[m, "saddle"] for m in ("GD", "momentum", "Adam")}
claim("and does not get there", saddle["GD"][-1, 0], above=0.3)
claim("moves straight towards the saddle point", np.abs(saddle["GD"][:, 1]), below=0.01)
claim("Momentum passes the saddle point", saddle["momentum"][:, 0].min(), below=-0.3)
claim("then turns to the minimum", np.linalg.norm(saddle["momentum"][-1] - (0, 1)), below=0.25)
claim("Adam goes to the minimum", np.linalg.norm(saddle["Adam"][-1] - (0, 1)), below=0.1)
for method in ("GD", "momentum"):
    moved = np.linalg.norm(paths[method, "plateau"][-1] - (3.0, 2.0))
    claim("gradient descent and momentum hardly leave the start", moved, below=0.2)
claim("and Adam reaches the minimum", one_rate["Adam"][1][2], below=0.02)
claim("one rate serves in all three places", one_rate["Adam"][1], below=0.02)
claim("less than 1 % of the loss remains", shares["GD"].min(axis=0), below=0.01)
claim(
    "less than a hundredth of its largest value",
    np.linalg.norm(LANDSCAPES["plateau"][1](np.array([3.0, 2.0]))) / np.exp(-0.5),
    below=0.01,
)
claim("The ravine allows gradient descent only a small rate", one_rate["GD"][0], below=0.02)

# %% [markdown]
# ## 8 The rate over time
#
# S2 shows the loss curves of a very high, a high, a good and a low learning rate, and asks: "Which
# one of these learning rates is best to use?" (Section 14 asks for S2's answer.) The next cell
# trains a network on the digits by plain gradient descent with four such rates. In a fifth run the
# rate begins high and falls exponentially.


# %% practice=true fold="Train and draw the five runs"
def history_of(schedule, seed, epochs):
    """The training loss of each epoch, gradient descent at the rates of a schedule."""
    rng = np.random.default_rng(seed)
    network = mlp([64, 32, 10], rng=rng)
    optimizer = optimizers.SGD(network.parameters(), lr=1.0)
    settings = {"loss": softmax_cross_entropy, "epochs": epochs, "batch_size": 32}
    given = {"optimizer": optimizer, "schedule": schedule, "rng": rng, "progress": False}
    return fit(network, x_train, t_train, **settings, **given).loss


shown = {  # label -> schedule, line, colour
    "very high: 3": (lambda t: 3.0, ":", theme.CYCLE[3]),
    "high: 1.2": (lambda t: 1.2, (0, (6, 2, 1, 2)), theme.CYCLE[4]),
    "low: 0.03": (lambda t: 0.03, "-.", theme.CYCLE[2]),
    "good: 0.5": (lambda t: 0.5, "-", theme.FORWARD),
    "1, falling": (lambda t: math.exp(-0.005 * t), "--", theme.INK),
}
mean_curves = {}
with theme.style():
    figure, ax = plt.subplots(figsize=(7, 3.2))
    for label, (schedule, line, colour) in shown.items():
        mean_curves[label] = np.mean([history_of(schedule, seed, 8) for seed in range(3)], axis=0)
        ax.plot(range(1, 9), mean_curves[label], linestyle=line, color=colour, label=label)
    ax.set(xlabel="epoch", ylabel="training loss", yscale="log")
    ax.set_title("Training loss at four constant rates and one that falls")
    label_lines(ax)
    plt.show()

# %% [markdown]
# *In words: the training loss over eight epochs, means of three seeds, on a logarithmic axis. With
# the very high rate the loss stays near 2.3 from the third epoch on. Guessing among ten digits has
# this loss. With the low rate it falls slowly and steadily. With the high rate it falls, but stays
# far above that of the good rate. With the falling rate it begins above that of the good rate and
# ends a little below it.*
#
# This is only an illustration: we picked the rates by looking at such curves. We chose the falling
# rate out of twenty combinations of first value and speed.

# %% claims=true
good, falling = mean_curves["good: 0.5"], mean_curves["1, falling"]
claim(
    "the loss stays near 2.3 from the third epoch on",
    mean_curves["very high: 3"][2:],
    equals=2.3,
    within=0.08,
)
claim("With the low rate it falls slowly and steadily", np.diff(mean_curves["low: 0.03"]), below=0)
claim(
    "it falls, but stays far above that of the good rate",
    mean_curves["high: 1.2"][-1],
    above=2.5 * good[-1],
)
claim("it begins above that of the good rate", falling[0], above=good[0])
claim("and ends a little below it", falling[-1], below=good[-1])

# %% [markdown]
# A *schedule* is a function that returns the rate of step `t`. Four common schedules are one line
# each. Write the lines for this table (no points). `t` counts from 0.
#
# | schedule | rate of step t | source |
# |---|---|---|
# | step decay | lr · factor^n, where n is the number of completed intervals of `every` steps | S2 |
# | exponential decay | lr · e^(−k t) | S2 |
# | inverse-time decay | lr / (1 + k t) | S2, "1/t decay" |
# | capped inverse | min(cap, numerator / s), where s = t + 1 counts the steps from 1 | S4 |


# %% solution="four_schedules"
def four_schedules(t, *, lr, factor, every, k, cap, numerator):
    """Rates of step t: step decay, exponential decay, inverse-time decay, capped inverse."""
    ### BEGIN SOLUTION
    step = lr * factor ** (t // every)
    exponential = lr * math.exp(-k * t)
    inverse_time = lr / (1 + k * t)
    capped = min(cap, numerator / (t + 1))
    ### END SOLUTION
    return step, exponential, inverse_time, capped


# %% practice=true fold="Compare the table with the library"
for t_now in (0, 299, 300, 901):
    given = {"lr": 0.4, "factor": 0.5, "every": 300, "k": 0.01, "cap": 0.1, "numerator": 50}
    want = (
        schedules.step_decay(t_now, lr=0.4, factor=0.5, every=300),
        schedules.exponential_decay(t_now, lr=0.4, k=0.01),
        schedules.inverse_time_decay(t_now, lr=0.4, k=0.01),
        schedules.capped_inverse(t_now + 1, cap=0.1, numerator=50),
    )
    try:
        mine = four_schedules(t_now, **given)
    except NotImplementedError:
        print(f"step {t_now}: not written yet")
        continue
    names = ("step", "exponential", "inverse-time", "capped")
    wrong = [name for name, a, b in zip(names, mine, want, strict=True) if not np.isclose(a, b)]
    print(f"step {t_now}: {'all agree' if not wrong else 'DIFFERS in ' + ', '.join(wrong)}")

# %% [markdown]
# ### Stairs
#
# S4's piecewise constant schedule has one rate before the first boundary, another one from the
# first boundary to the second, and so on. The list `values` has one entry more than `boundaries`.
# With `boundaries = [500, 800]`, the steps 0 to 499 have the rate `values[0]`, the steps 500 to 799
# have `values[1]`, and all later steps `values[2]`. In a slow loop:


# %%
def piecewise_constant_in_loops(t, boundaries, values):
    """The rate of step t, walking through all steps up to it."""
    place = 0
    for step in range(int(t) + 1):
        if step in boundaries:
            place += 1
    return values[place]


# %% [markdown]
# Write it without a walk through all steps. `t` is a whole number, but may be a float such as 12.0.
# Return one number and leave the lists unchanged.


# %% solution="piecewise_constant"
def piecewise_constant(t, *, boundaries, values):
    """The rate of step t; t counts from 0.

    boundaries : list of steps, each larger than the one before
    values : list of rates, one more than boundaries
    returns rate : values[n], where n boundaries are at most t
    """
    ### BEGIN SOLUTION
    return values[sum(boundary <= t for boundary in boundaries)]
    ### END SOLUTION


# %% check="piecewise_constant"
check("piecewise_constant", piecewise_constant)

# %% [markdown]
# ### A rise, then a cosine
#
# This schedule has three parts. The rate rises on a straight line from 0 at t = 0 to `lr` at t =
# `warmup`. Then it falls like half a period of a cosine, from `lr` at t = `warmup` to 0 at t =
# `total`: ½ lr (1 + cos πs). Here s runs from 0 to 1 during the fall. After that the rate is 0.
# `total` is above `warmup`. If `warmup` is 0, there is no rise. (Loshchilov and Hutter proposed the
# cosine in 2017.)


# %% solution="warmup_cosine"
def warmup_cosine(t, *, lr, warmup, total):
    """A straight rise from 0 to lr at t = warmup, half a cosine to 0 at t = total, then 0.

    t counts from 0
    returns rate : a number
    """
    ### BEGIN SOLUTION
    if t < warmup:
        return lr * t / warmup
    if t >= total:
        return 0.0
    return lr / 2 * (1 + math.cos(math.pi * (t - warmup) / (total - warmup)))
    ### END SOLUTION


# %% check="warmup_cosine"
check("warmup_cosine", warmup_cosine)

# %% [markdown]
# (The library's are in `course_lib/schedules.py`.)
#
# What does the loss do when the rate falls? The next cells train the network of the digits for 12
# epochs by plain gradient descent, with the seeds 0, 1 and 2. The highest rate is 1 in all runs.
# The stairs go down to a fifth after 6 epochs, and to a fifth of that after 9 epochs.

# %% practice=true fold="Train with three schedules"
if ready("piecewise_constant", "warmup_cosine"):
    EPOCH = math.ceil(1077 / 32)  # steps in an epoch
    stairs = {"boundaries": [6 * EPOCH, 9 * EPOCH], "values": [1.0, 0.2, 0.04]}
    three = {
        "constant": lambda t: 1.0,
        "stairs": lambda t: piecewise_constant(t, **stairs),
        "warm-up, cosine": lambda t: warmup_cosine(t, lr=1.0, warmup=EPOCH, total=12 * EPOCH),
    }
    loss_of = {}
    for name, schedule in three.items():
        runs = [history_of(schedule, seed, 12) for seed in range(3)]
        loss_of[name] = np.mean(runs, axis=0)
else:
    print("This cell waits.")

# %% practice=true fold="Draw each schedule with its loss below"
if ready("piecewise_constant", "warmup_cosine"):
    with theme.style():
        figure, axes = plt.subplots(3, 2, figsize=(6.4, 6.8), sharex=True, sharey="col")
        for (left, right), (name, schedule) in zip(axes, three.items(), strict=True):
            times = np.arange(12 * EPOCH)
            left.plot(times / EPOCH, [schedule(t) for t in times], color=theme.INK)
            left.set(title=name, ylim=(0, 1.1), ylabel="rate")
            for other in loss_of.values():
                right.plot(range(1, 13), other, color=theme.QUIET, linewidth=0.8)
            right.plot(range(1, 13), loss_of[name], "o-", color=theme.FORWARD, markersize=3)
            right.set(yscale="log", xticks=range(0, 13, 3), ylabel="training loss")
        figure.supxlabel("epoch")
        figure.suptitle("Three schedules and their training loss (grey: all three)")
        plt.show()
    print("epoch            " + "".join(f"{k:8}" for k in (6, 7, 8, 9, 10, 12)))
    for name, losses in loss_of.items():
        print(f"{name:17}" + "".join(f"{losses[k - 1]:8.3f}" for k in (6, 7, 8, 9, 10, 12)))
else:
    print("This cell waits.")

# %% [markdown]
# *In words: three panels with a rate over 12 epochs, and beside each the training loss, mean of
# three seeds. With the stairs the loss drops at the first boundary and hardly changes at the
# second. At the constant rate it falls more slowly and unevenly. With warm-up and cosine it falls
# smoothly from the third epoch on. After 12 epochs the three losses are about equal.*
#
# At the first stair the loss drops. One possible reason: on ½ w² with gradient noise of variance 1,
# the weights stay spread around the minimum with the variance η/(2 − η) (derived below). A lower
# rate means less spread. But a low rate is also slow. In epoch 8 the
# loss of the stairs is about half of that at the constant rate. In epoch 12 the constant rate has
# caught up. So **the lead of a schedule depends on the epoch in which you stop**.

# %% claims=true
falls = loss_of["stairs"][1:] / loss_of["stairs"][:-1]
for words in ("the loss drops at the first boundary", "At the first stair the loss drops"):
    claim(words, falls[5], below=0.7)
claim("hardly changes at the second", falls[8], above=0.8)
claim("it falls more slowly and unevenly", np.sum(np.diff(loss_of["constant"]) > 0), above=0)
claim("it falls smoothly from the third epoch on", np.diff(loss_of["warm-up, cosine"])[2:], below=0)
twelfth = np.array([losses[11] for losses in loss_of.values()])
claim("the three losses are about equal", twelfth / twelfth.mean(), equals=1, within=0.2)
lead = loss_of["stairs"] / loss_of["constant"]
claim("about half of that at the constant rate", lead[7], equals=0.5, within=0.12, given=[8])
claim("the constant rate has caught up", lead[11], above=0.8)
claim("the lead of a schedule depends on the epoch", lead[11] - lead[7], above=0.2)

# %% [markdown]
# ### How small, and how fast?
#
# S1 says that stochastic gradient descent converges "by observing certain requirements". These
# requirements are the two conditions of Robbins and Monro (1951) on the rates $\eta_t$:
#
# $$
# \sum_t \eta_t = \infty \qquad\text{and}\qquad \sum_t \eta_t^2 < \infty .
# $$
#
# First, the rates must add up to infinity, so that **the path is long enough**. Otherwise, on ½ w²
# with rates below 1, a part of the distance to the minimum always remains. Second, their squares
# must have a finite sum, so that **the noise vanishes**: each step adds noise whose variance is
# proportional to $\eta_t^2$. Which schedules satisfy both? A computer cannot add up infinitely many
# numbers, but it can show how the sums grow.

# %% practice=true fold="List five rates and their sums"
rates = {
    "constant": lambda t: 0.1,
    "capped_inverse": lambda t: schedules.capped_inverse(t + 1, cap=0.1, numerator=100),
    "inverse_time_decay": lambda t: schedules.inverse_time_decay(t, lr=0.1, k=0.01),
    "inverse square root": lambda t: 0.1 / math.sqrt(1 + 0.01 * t),
    "exponential_decay": lambda t: schedules.exponential_decay(t, lr=0.1, k=0.05),
}
ends = (1_000, 10_000, 100_000)
values = {name: np.array([rate(t) for t in range(ends[-1])]) for name, rate in rates.items()}
print(f"{'sums up to t =':20}" + "".join(f"{end:9,}" for end in ends) + "   and of the squares")
for name, rate in values.items():
    sums = "".join(f"{np.sum(rate[:end]):9.1f}" for end in ends)
    squares = "".join(f"{np.sum(rate[:end] ** 2):9.2f}" for end in ends)
    print(f"{name:20}{sums}{squares}")
remains = np.prod(1 - values["exponential_decay"])
print(f"product of all 1 - rate, exponential_decay: {remains:.2f}")

# %% [markdown]
# The inverse square root is the rate $0.1/\sqrt{1 + 0.01\,t}$. The left columns show the sums of
# the rates. Only those of the exponential decay have stopped growing. The right columns show the
# sums of the squares. Those of the constant rate and the inverse square root keep growing. Those of
# the 1/t rates, `capped_inverse` and `inverse_time_decay`, grow less and less.
#
# These sums are finite, so they prove nothing. Two rules decide: a geometric series has a finite
# sum, and **the sum of $1/t^p$ is finite exactly if $p > 1$**. For large t, `capped_inverse` and
# `inverse_time_decay` are proportional to 1/t (p = 1), and their squares to 1/t² (p = 2). So these
# two schedules satisfy both conditions. The squares of the inverse
# square root are proportional to 1/t, so their sum is infinite.
#
# <details><summary>The derivation of both rules</summary>
#
# - $\sum_t \eta\, e^{-kt} = \eta\,(1 + q + q^2 + \dots)$ with $q = e^{-k} < 1$, because
#   $e^{-kt} = (e^{-k})^t$.
# - The geometric sum is $1/(1-q)$. So the rates add up to $\dfrac{\eta}{1 - e^{-k}}$.
# - $1/t^p$ falls with t, so its sum from 1 to T lies between $\int_1^{T+1} x^{-p}\,dx$ and
#   $1 + \int_1^T x^{-p}\,dx$. For $T \to \infty$ both integrals are finite exactly if $p > 1$.
#
# </details>
#
# Do the conditions matter in practice? We test them on a noisy parabola. The gradient is w plus a
# random number of variance 1, and the minimum is at 0. For each schedule, 300 runs start at w = 20.

# %% claims=true
sums = {name: [np.sum(rate[:end]) for end in ends] for name, rate in values.items()}
claim(
    "Only those of the exponential decay have stopped growing",
    np.ptp(sums["exponential_decay"]),
    below=1e-6,
)
claim(
    "Only those of the exponential decay",
    [sums[name][2] / sums[name][1] for name in sums if name != "exponential_decay"],
    above=1.2,
)
squared = {name: [np.sum(rate[:end] ** 2) for end in ends[1:]] for name, rate in values.items()}
claim(
    "these two schedules satisfy both conditions",
    [squared[name][1] / squared[name][0] for name in ("capped_inverse", "inverse_time_decay")],
    below=1.1,
)
slower = [np.diff([np.sum(values[name][:end] ** 2) for end in ends]) for name in list(rates)[1:3]]
words = "Those of the 1/t rates, `capped_inverse` and `inverse_time_decay`, grow less and less"
claim(words, [later / earlier for earlier, later in slower], below=0.2, given=[1])
claim(
    "Those of the constant rate and the inverse square root keep growing",
    [squared[name][1] / squared[name][0] for name in ("constant", "inverse square root")],
    above=1.3,
)

# %% [markdown]
# The next cell draws the mean of w² over these runs for the five schedules:

# %% practice=true fold="Draw the mean square distance"
rng = np.random.default_rng(3)
marks, squares_of = np.unique(np.geomspace(1, 10_000, 60).astype(int)), {}
with theme.style():
    figure, ax = plt.subplots(figsize=(7, 3.6))
    for name, line, colour in (
        ("constant", ":", theme.CYCLE[3]),
        ("exponential_decay", "-.", theme.INK),
        ("capped_inverse", "-", theme.FORWARD),
        ("inverse_time_decay", "--", theme.CYCLE[2]),
        ("inverse square root", (0, (6, 2, 1, 2)), theme.CYCLE[4]),
    ):
        w, squares = np.full(300, 20.0), []
        for t in range(10_000):
            w = w - values[name][t] * (w + rng.normal(size=300))
            if t + 1 in marks:
                squares.append(np.mean(w**2))
        ax.plot(marks, squares, color=colour, linestyle=line, label=name)
        squares_of[name] = np.array(squares)
    ax.set(xscale="log", yscale="log", xlabel="step", ylabel="mean of w² over 300 runs")
    ax.set_title("Mean square distance from the minimum for five rates")
    label_lines(ax)
    plt.show()

# %% [markdown]
# *In words: the mean of w² over 10,000 steps, both axes logarithmic. With the constant rate it
# comes down fast to about 0.05 and stays there. With the exponential decay it stops at about 6.
# With capped_inverse it equals that of the constant rate until step 1,000, up to noise, and then
# goes on falling. With inverse_time_decay and the inverse square root it keeps falling.*
#
# The constant rate violates the second condition: each step adds as much noise as the one before.
# The exponential decay violates the first condition. Each step multiplies w by $1-\eta_t$ and adds
# noise. The product of all these factors is 0.12, so 0.12 of any start remains. That is 2.4 of 20,
# and the square of that is about 6. More steps do not change this. The inverse square root violates
# the second condition, and yet its curve falls. The two conditions are sufficient, but on a
# parabola the second one is not necessary: for rates that never grow, the first one and $\eta_t \to
# 0$ suffice (see the derivation).
#
# S4 advises you to start with a fixed small rate and to decrease it slowly after some iterations.
# Its rule, `capped_inverse` with the cap 0.1 and the numerator 100, gives the constant rate 0.1
# until step 1,000, where 100/t falls below 0.1.
# <!-- no claim: derived --> In a training of 900 steps the rate is therefore constant.
#
# <details><summary>The derivation, on the parabola ½ w²</summary>
#
# The gradient is $w + \xi_t$ with independent noise $\xi_t$ of mean 0 and variance 1. All rates are
# at most ½.
#
# - $w_{t+1} = (1-\eta_t)\,w_t - \eta_t\,\xi_t$, the step of gradient descent.
# - The mean: $E[w_T] = w_0 \prod_t (1-\eta_t)$, because the noise has mean 0.
# - $e^{-2\eta} \le 1-\eta \le e^{-\eta}$ for $0 \le \eta \le \frac12$. So the product lies between
#   $e^{-2\sum\eta_t}$ and $e^{-\sum\eta_t}$. It goes to 0 exactly if $\sum_t \eta_t = \infty$. This
#   is the first condition.
# - The variance: each noise $\eta_t\xi_t$ is multiplied by all later factors, so
#   $\mathrm{Var}(w_T) = \sum_t \eta_t^2 \prod_{s>t} (1-\eta_s)^2$.
# - Split this sum at a step $K$. The later terms are at most $\sum_{t \ge K} \eta_t^2$. By the
#   second condition this is as small as we like for large $K$. The earlier terms go to 0 for $T \to
#   \infty$ by the first condition. So the variance goes to 0.
# - For rates that never grow, the second condition is not necessary here: the first one and
#   $\eta_t \to 0$ are enough. Then the later terms are at most
#   $\eta_K \sum_{t \ge K} \eta_t \prod_{s>t}(1-\eta_s) \le \eta_K$, because the sum telescopes to
#   $1 - \prod_{t \ge K}(1-\eta_t)$.
# - A constant rate: the variance no longer changes when $V = (1-\eta)^2 V + \eta^2$, so
#   $V = \eta/(2-\eta)$, which is 0.053 for $\eta = 0.1$.
#
# </details>
#
# The conditions are about *infinitely* many steps. A training of 136 steps, as in section 13, says
# nothing about them.

# %% claims=true
claim("The product of all these factors is 0.12", remains, equals=0.12, within=0.005)
claim(
    "2.4 of 20, and the square of that is about 6",
    20 * remains,
    equals=2.4,
    within=0.1,
    given=[20, 6],
)
claim("the square of that is about 6", squares_of["exponential_decay"][-1], equals=6, within=1)
claim(
    "With the exponential decay it stops at about 6",
    squares_of["exponential_decay"][marks > 300],
    equals=6,
    within=1,
)
claim(
    "it comes down fast to about 0.05 and stays there",
    squares_of["constant"][marks > 300],
    equals=0.052,
    within=0.013,
    given=[0.05],
)
until_1000 = squares_of["capped_inverse"] / squares_of["constant"]
claim(
    "equals that of the constant rate until step 1,000, up to noise",
    np.mean(until_1000[marks < 1000]),
    equals=1,
    within=0.1,
    given=[1000],
)
claim("and then goes on falling", squares_of["capped_inverse"][-1], below=0.01)
claim(
    "With inverse_time_decay and the inverse square root it keeps falling",
    [
        squares_of[name][-1] / squares_of[name][marks < 1000][-1]
        for name in ("inverse_time_decay", "inverse square root")
    ],
    below=0.6,
)
claim(
    "which is 0.053 for",
    np.mean(squares_of["constant"][marks > 300]),
    equals=0.053,
    within=0.004,
    given=[0.1],
)

# %% [markdown]
# ## 9 The average of the weights
#
# A falling rate is one way to remove the noise. Another way keeps the rate high and **averages the
# weights** of many steps. On the noisy parabola of section 8, at
# a constant rate, the weights stay spread around the minimum with the variance $V =
# \eta/(2-\eta)$. The mean of many of them lies much closer to it.
#
# The weights of early steps are still far from the minimum, so they should count less. In an
# *exponential average* the share of the weights $w_s$ of step s is proportional to decay^(t − s).
# **All shares together are 1, at every t**, as in Adam's corrected mean. In a slow loop:


# %%
def average_in_loops(all_weights, decay):
    """The average of w_1, …, w_t with shares proportional to decay ** (t - s)."""
    t = len(all_weights)
    total = sum(decay ** (t - s) for s in range(1, t + 1))
    average = 0
    for s in range(1, t + 1):
        average = average + decay ** (t - s) / total * all_weights[s - 1]
    return average


# %% [markdown]
# This loop needs the weights of all steps. Write a function that needs only the average after step
# t − 1 and the new weights. What share does the new w have? Use the sum of the geometric series
# from section 4. After step 1 the average is w itself: the argument `average` has no share in it.


# %% solution="average_step"
def average_step(average, w, *, decay, t):
    """The exponential average of the weights after step t.

    average : shape of w, the average after step t - 1 (as this function returned it)
    w : any shape, the weights after step t
    decay : the share of older weights falls by this factor from step to step, 0 < decay < 1
    t : number of this step, counted from 1
    returns average : the new one
    """
    ### BEGIN SOLUTION
    return average + (1 - decay) / (1 - decay**t) * (w - average)
    ### END SOLUTION


# %% check="average_step"
check("average_step", average_step)

# %% [markdown]
# (The library's is in `course_lib/optimizers/average.py`.)

# %% [markdown]
# Now a network on the digits: plain gradient descent for 8 epochs, at the rates 0.05, 0.2, 0.4 and
# 0.6, with the seeds 0 to 5. The average has the decay 0.9. We measure the validation loss with the
# last weights and with the average. At which rates is the mean loss of the average **lower**?
#
# - a: at all four rates
# - b: at 0.2, 0.4 and 0.6, but not at 0.05
# - c: at 0.05 alone
# - d: at none, because the average lags behind

# %% guess="where the average is better"
guess("ps12_average", None, among="abcd")  # your letter in place of None, in quotes


# %% practice=true fold="Define a training with an average beside the weights"
class Averaged(optimizers.SGD):
    """Gradient descent that also keeps the average of all weights; the steps do not use it."""

    steps, averages = 0, None

    def step(self):
        super().step()
        self.steps += 1
        weights = [p.data.copy() for p in self.params]
        pairs = zip(self.averages or weights, weights, strict=True)
        self.averages = [self.average(a, w, decay=0.9, t=self.steps) for a, w in pairs]


def last_and_average(lr, seed, average):
    """Validation loss after 8 epochs with the last weights, and with their average."""
    kept = []

    def make(params, lr):
        kept.append(Averaged(params, lr=lr))
        kept[0].average = average
        return kept[0]

    network = trained(make, lr, seed, epochs=8)
    last = judged(network, x_val, t_val)[0]
    for p, weights in zip(network.parameters(), kept[0].averages, strict=True):
        p.data[...] = weights
    return last, judged(network, x_val, t_val)[0]


# %% practice=true fold="Train at four rates"
if ready("average_step"):
    at_rate = {
        lr: np.array([last_and_average(lr, seed, average_step) for seed in range(6)])
        for lr in (0.05, 0.2, 0.4, 0.6)
    }
else:
    print("This cell waits.")

# %% practice=true
if ready("average_step"):
    lower = tuple(ends[:, 1].mean() < ends[:, 0].mean() for ends in at_rate.values())
    found = {(True,) * 4: "a", (False, True, True, True): "b", (True, False, False, False): "c"}
    words = {"a": "all", "b": "all but 0.05", "c": "0.05 alone", "d": "none"}
    reveal("ps12_average", found.get(lower, "d"), "Means of six seeds, four rates.", words)
else:
    print("This cell waits.")

# %% practice=true fold="Draw the differences" after="ps12_average"
if ready("average_step"):
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 2.8))
        rows = {f"rate {lr}": ends[:, 1] - ends[:, 0] for lr, ends in at_rate.items()}
        paired_differences(ax, rows)
        ax.set_xlabel("validation loss of the average minus that of the last weights")
        ax.set_title("The average against the last weights, six seeds")
        plt.show()
    for lr, ends in at_rate.items():
        (last, mean), (sd, sd_mean) = ends.mean(axis=0), ends.std(axis=0, ddof=1)
        print(f"rate {lr:4}: last {last:.3f} ± {sd:.3f}, average {mean:.3f} ± {sd_mean:.3f}")
else:
    print("This cell waits.")

# %% [markdown] after="ps12_average"
# *In words: a row for each rate, with the differences of six seeds. At 0.05 all differences are
# above 0. At the other three rates all are below 0, and at 0.6 their mean is the largest in size.*
#
# The average removes noise, but it lags: it contains weights of earlier steps. At 0.05 the average
# has the higher loss. A likely reason, not tested here, is that its lag costs more than the noise
# that it removes. At 0.6 the last weights differ most from seed to seed.
# There the average has the lowest loss of all eight means, and its standard deviation is less than
# a quarter of that of the last weights. Large networks are often used with such an average ("EMA").

# %% claims=true
gap = {lr: ends[:, 1] - ends[:, 0] for lr, ends in at_rate.items()}
claim("At 0.05 all differences are above 0", gap[0.05], above=0, given=[0.05])
for lr in (0.2, 0.4, 0.6):
    claim("At the other three rates all are below 0", gap[lr], below=0, given=[0])
spread = {lr: ends[:, 0].std() for lr, ends in at_rate.items()}
claim("At 0.05 the average has the higher loss", gap[0.05].mean(), above=0, given=[0.05])
claim(
    "At 0.6 the last weights differ most from seed to seed",
    spread[0.6],
    above=max(spread[k] for k in (0.05, 0.2, 0.4)),
    given=[0.6],
)
claim(
    "at 0.6 their mean is the largest in size",
    gap[0.6].mean(),
    below=1.2 * gap[0.4].mean(),
    given=[0.6],
)
every = np.array([ends.mean(axis=0) for ends in at_rate.values()])
claim(
    "the average has the lowest loss of all eight means",
    every[3, 1],
    below=0.9 * np.sort(every.ravel())[1],
)
claim(
    "less than a quarter of that of the last weights",
    at_rate[0.6][:, 1].std() / at_rate[0.6][:, 0].std(),
    below=0.25,
)

# %% [markdown]
# ## 10 Depth, width and the best rate
#
# ### Does warm-up help?
#
# One reason that is given for warm-up: in the first steps, Adam's $v$ rests on few gradients. We
# train with Adam for four epochs, once with the full rate from the first step on and once with a
# rise over the first 30 steps. One network has a single hidden layer of 64 units, the other one
# seven of them. The seeds are 0 to 7.

# %% practice=true fold="Train both networks with and without warm-up"
warm = {}
print("hidden layers   rate   without   with 30 steps   lower with warm-up")
for depth, rates in ((1, (0.004, 0.02, 0.08)), (7, (0.004, 0.02, 0.08))):
    for lr in rates:
        runs = []
        for rise in (0, 30):
            schedule = (lambda t, lr=lr: lr * min(1, (t + 1) / 30)) if rise else None
            sizes = [64, *[64] * depth, 10]
            nets = [
                trained(optimizers.Adam, lr, s, schedule=schedule, sizes=sizes) for s in range(8)
            ]
            runs.append([judged(network, x_val, t_val)[0] for network in nets])
        warm[depth, lr] = without, with_rise = np.array(runs)
        wins = np.sum(with_rise < without)
        shown = f"{without.mean():10.2f} {with_rise.mean():15.2f}"
        print(f"{depth:13} {lr:6g}{shown} {wins:14} of 8")

# %% [markdown]
# The numbers are mean validation losses; the last column counts seeds. In the deep network at the
# rates 0.02 and 0.08, warm-up lowers the mean loss, though not on every seed. But the loss with
# warm-up is still above twice the loss at the rate 0.004, the best of the three. At 0.004, warm-up
# makes no clear difference. In the shallow network the loss is higher with warm-up at each of the
# three rates. So in these runs **warm-up lowers the mean loss noticeably only in the deep network,
# at rates that are too high for it**. We tried 30 steps of warm-up and three rates, and no rate
# below 0.004. <!-- no claim: setting -->

# %% claims=true
gain = {key: without - with_rise for key, (without, with_rise) in warm.items()}
claim("though not on every seed", min(gain[7, lr].min() for lr in (0.02, 0.08)), below=0)
for lr in (0.02, 0.08):
    claim("warm-up lowers the mean loss", gain[7, lr].mean(), above=0.05)
    for words in ("with warm-up is still above twice the loss", "the best of the three"):
        claim(words, warm[7, lr][1].mean(), above=2 * warm[7, 0.004].mean())
claim("makes no clear difference", abs(gain[7, 0.004].mean()), below=gain[7, 0.004].std() / 2)
for lr in (0.004, 0.02, 0.08):
    for words in (
        "loss is higher with warm-up at each of the three rates",
        "lowers the mean loss noticeably only in the deep network",
    ):
        claim(words, gain[1, lr].mean(), below=0)

# %% [markdown]
# ### The best rate over the width
#
# Does the best rate of a small network stay the best for a wider one? We train networks with two
# hidden layers of 32, 128 or 512 units for two epochs, with the seeds 0, 1 and 2. Each of the five
# rates, 0.002 to 0.032, is twice the one before. The best rate has the lowest mean training loss.
# **By which factor does Adam's best rate change from width 32 to width 512?** Give a number; 1
# means that it stays.

# %% guess="the best rate of a wide network"
guess("ps12_width", None)  # a number in place of None


# %% practice=true fold="Train three widths at five rates"
def adam_for(width, scaled):
    """Adam; if scaled, with the rate times 32/width for all matrices but the first."""

    def make(params, lr):
        if not scaled:
            return optimizers.Adam(params, lr=lr)
        W1, b1, W2, b2, W3, b3 = params
        inner = {"params": [W2, W3], "lr": lr * 32 / width}
        return optimizers.Adam([{"params": [W1, b1, b2, b3]}, inner], lr=lr)

    return make


width_rates = np.array([0.002, 0.004, 0.008, 0.016, 0.032])
by_width = {}
for scaled, width in ((False, 32), (False, 128), (False, 512), (True, 128), (True, 512)):
    networks = [
        [
            trained(adam_for(width, scaled), r, s, sizes=[64, width, width, 10], epochs=2)
            for s in range(3)
        ]
        for r in width_rates
    ]
    losses = [[judged(network, x_train, t_train)[0] for network in row] for row in networks]
    by_width[scaled, width] = np.mean(losses, axis=1)
best_rate = {key: width_rates[losses.argmin()] for key, losses in by_width.items()}

# %% practice=true
reveal("ps12_width", best_rate[False, 512] / best_rate[False, 32], "Width 512 against width 32.")

# %% practice=true fold="Draw the best rates" after="ps12_width"
with theme.style():
    figure, ax = plt.subplots(figsize=(7, 3))
    for row, ((scaled, width), losses) in enumerate(by_width.items()):
        near = width_rates[losses <= 1.2 * losses.min()]
        ax.plot(width_rates, [row] * 5, ".", color=theme.QUIET)
        ax.plot(near, [row] * len(near), color=theme.FORWARD, linewidth=5, alpha=0.5)
        ax.plot(best_rate[scaled, width], row, "o", color=theme.FORWARD)
        ax.text(best_rate[scaled, width], row - 0.2, f"{losses.min():.2f}", ha="center", size=8)
        if row == 0:
            look = {"va": "center", "size": 9}
            ax.text(near[0], row - 0.5, "bar: loss at most a fifth higher ", ha="right", **look)
            place = (1.12 * best_rate[scaled, width], row - 0.5)
            ax.text(*place, "dot: best rate, its training loss", **look)
    names = [f"{width}{', scaled' if scaled else ''}" for scaled, width in by_width]
    ax.set_yticks(range(5), names)
    ax.set(xscale="log", ylim=(4.5, -1.0), xlabel="learning rate", ylabel="width")
    ax.set_xticks(width_rates, [f"{rate:g}" for rate in width_rates], minor=False)
    ax.minorticks_off()
    ax.set_title("Adam's best rate for each width (small dots: the rates tried)")
    plt.show()
for name, (key, losses) in zip(names, by_width.items(), strict=True):
    print(f"width {name:12} best rate {best_rate[key]:.3f}, training loss {losses.min():.2f}")

# %% [markdown] after="ps12_width"
# *In words: a row for each width. A dot marks the rate with the lowest training loss, mean of three
# seeds, and a bar the rates with a loss up to a fifth above it. From
# width 32 to 512 the dot moves to the left. In the two scaled rows it lies at most one rate to the
# left of that of width 32.*
#
# The first step of Adam moves each weight by about the rate, whatever its gradient is. A unit
# behind 512 others adds up 512 such changes, so its pre-activation can change more than behind 32
# others. Therefore a second series scales the rate: all matrices but the first have the rate times
# 32/width. With this scaling, the best rate at width 512 is closer to that of width 32. But
# after two epochs the lowest loss at width 512 is higher than without scaling. So in this short
# training, at five rates, the wide network does not gain from it.

# %% claims=true
claim(
    "From width 32 to 512 the dot moves to the left",
    best_rate[False, 512],
    below=0.6 * best_rate[False, 32],
    given=[32, 512],
)
for width in (128, 512):
    rate = best_rate[True, width] / best_rate[False, 32]
    claim("it lies at most one rate to the left of that of width 32", rate, above=0.49, given=[32])
claim(
    "the best rate at width 512 is closer to that of width 32",
    best_rate[True, 512],
    above=1.5 * best_rate[False, 512],
    given=[512, 32],
)
for words in (
    "the lowest loss at width 512 is higher than without scaling",
    "the wide network does not gain from it",
):
    claim(words, by_width[True, 512].min(), above=1.2 * by_width[False, 512].min(), given=[512])

# %% [markdown]
# ## 11 Two more methods
#
# Nothing later needs this section, but its two short tasks count 1 point each.
#
# ### Adadelta
#
# The rate of RMSProp has a unit. If w is measured in metres, the rate must be a length in metres,
# because RMSProp divides the gradient by its own size. Adadelta takes this length from its own
# earlier steps. It keeps a second running mean, `delta`, of the squared steps:
#
# $$
# \Delta = -\frac{\sqrt{\texttt{delta} + \epsilon}}{\sqrt{\texttt{cache} + \epsilon}}\; dw,
# \qquad w \leftarrow w + \eta\,\Delta
# $$
#
# First update `cache` with the gradient (it keeps the share `rho`). Then compute $\Delta$ with the
# *new* cache and the *old* delta. Then update `delta` with $\Delta^2$, **without** the rate $\eta$
# (it keeps `rho` as well). Here `eps` stands **inside both roots**.


# %% solution="adadelta_step"
def adadelta_step(w, dw, cache, delta, *, lr, rho, eps):
    """One step of Adadelta.

    w, dw : any shape, dw is the gradient of the loss
    cache : shape of w, running mean of the squared gradients; zeros at first
    delta : shape of w, running mean of the squared steps before lr; zeros at first
    rho : share of the old means that is kept
    eps : inside both roots
    returns w, cache, delta : the new ones
    """
    ### BEGIN SOLUTION
    cache = rho * cache + (1 - rho) * dw**2
    dx = -np.sqrt(delta + eps) / np.sqrt(cache + eps) * dw
    delta = rho * delta + (1 - rho) * dx**2
    return w + lr * dx, cache, delta
    ### END SOLUTION


# %% check="adadelta_step"
check("adadelta_step", adadelta_step)

# %% [markdown]
# **Spot the slip: a rate for Adadelta** (S3, "Solution: Better Optimizers"; an *error*: what the
# slide shows is wrong). The slide shows four lines of PyTorch, with `lr=0.01` in all of them. For
# `RMSprop` and `Adagrad` this is PyTorch's default, for `Adam` it is ten times the default. What
# about `optim.Adadelta(…, lr=0.01, rho=0.9)`?

# %% practice=true fold="Train with the slide's rates"
if ready("adagrad_step", "rmsprop_step", "adadelta_step", "adam_step"):
    as_on_slide = {
        "RMSprop, 0.01": (lambda p, lr: optimizers.RMSprop(p, lr=lr, step=rmsprop_step), 0.01),
        "Adagrad, 0.01": (lambda p, lr: optimizers.Adagrad(p, lr=lr, step=adagrad_step), 0.01),
        "Adam, 0.01": (lambda p, lr: optimizers.Adam(p, lr=lr, step=adam_step), 0.01),
        "Adadelta, 0.01": (lambda p, lr: optimizers.Adadelta(p, lr=lr, step=adadelta_step), 0.01),
        "Adadelta, 1": (lambda p, lr: optimizers.Adadelta(p, lr=lr, step=adadelta_step), 1.0),
    }
    slide_scores = {}
    print("validation accuracy, seeds 0, 1, 2")
    for name, (make, lr) in as_on_slide.items():
        slide_scores[name] = scores = over_rates(make, [lr], range(3))[0]
        print(f"{name:15} {scores.mean():.3f} ± {scores.std():.3f}")
else:
    print("This cell waits.")

# %% [markdown]
# Adadelta computes the length of its steps itself, so its natural rate is lr = 1. This is also
# PyTorch's default. At 0.01 each step is a hundredth of what the method intends.
# <!-- no claim: definition --> After four epochs the accuracy is still below 0.2, close to
# guessing. (The paper has no rate at all.)

# %% claims=true
claim("the accuracy is still below 0.2", slide_scores["Adadelta, 0.01"], below=0.2)
claim("its natural rate is lr = 1", slide_scores["Adadelta, 1"], above=0.8, given=[1])

# %% [markdown]
# ### A norm for matrices: Muon
#
# Section 2 asked for the best step in the maximum norm. The weights of a layer are a matrix, which
# multiplies vectors. A natural limit for a step of a matrix is its *largest singular value*, the
# largest factor by which it lengthens a vector. The singular value decomposition $G = U S V^\top$
# splits the gradient into a rotation, a stretch by the singular values and another rotation (each
# rotation may contain a reflection). The steepest step in this norm is $-\eta\, U V^\top$: **all
# singular values become 1**, and U and V stay. The method Muon does this with its running mean of
# the gradient.
#
# A decomposition is slow, but a polynomial is enough. Divide G by its Frobenius norm (the root of
# the sum of the squares of all entries), so that all singular values are at most 1. Then repeat
# `steps` times
#
# $$ X \leftarrow \tfrac32 X - \tfrac12 X X^\top X . $$
#
# Each step applies $\tfrac32 s - \tfrac12 s^3$ to every singular value s, and leaves 1 where it is.
# The check takes 12 or 13 steps. It wants all singular values between 0.65 and 1.3, and the
# singular vectors of G.


# %% solution="orthogonalise"
def orthogonalise(G, steps):
    """A matrix with the singular vectors of G and all singular values near 1.

    G : (n_in, n_out), any shape of a matrix, not zero
    steps : number of steps
    returns X : shape of G
    """
    ### BEGIN SOLUTION
    X = G / np.sqrt(np.sum(G**2))
    for _step in range(steps):
        X = 1.5 * X - 0.5 * X @ X.T @ X
    return X
    ### END SOLUTION


# %% check="orthogonalise"
check("orthogonalise", orthogonalise)

# %% practice=true fold="Show what the steps do to a singular value"
if ready("orthogonalise"):
    print("steps       " + "".join(f"{k:7}" for k in (0, 2, 4, 6, 8, 12)))
    for s in (0.01, 0.1, 0.9):
        G = np.diag([s, math.sqrt(1 - s**2)])
        shown = "".join(f"{orthogonalise(G, k)[0, 0]:7.2f}" for k in (0, 2, 4, 6, 8, 12))
        print(f"s = {s:<8}{shown}")
else:
    print("This cell waits.")

# %% [markdown]
# The next cell trains a network by `orthogonalise(v, 12)`, where v is the running mean of the
# gradient. **A control is `orthogonalise(v, 0)`**: its steps have a fixed length, too, but keep the
# ratios of the singular values. All rates are tuned and fall to 0.


# %% practice=true fold="Train with four kinds of steps"
def along(steps):
    """A step for `SGD` along the running mean of the gradient, orthogonalised."""

    def step(w, dw, v, *, lr, mu):
        v = mu * v + (1 - mu) * dw
        rows = v if v.ndim == 2 else v[None]  # the only singular value of a bias is its length
        return w - lr * orthogonalise(rows, steps).reshape(v.shape), v

    return lambda p, lr: optimizers.SGD(p, lr=lr, momentum=0.9, step=step)


def falling_to_0(make, lr, seeds, x, t):
    """The loss of a network for each seed; the rate falls to 0 over four epochs."""
    total = 4 * math.ceil(len(x_train) / 32)
    nets = [trained(make, lr, s, schedule=lambda step: lr * (1 - step / total)) for s in seeds]
    return np.array([judged(network, x, t)[0] for network in nets])


MUON, ONE_LENGTH = "orthogonalise(v, 12)", "orthogonalise(v, 0)"
if ready("orthogonalise"):
    kinds = {
        "momentum": (
            lambda p, lr: optimizers.SGD(p, lr=lr, momentum=0.9),
            (0.1, 0.2, 0.3, 0.5, 0.7),
        ),
        "Adam": (optimizers.Adam, (0.03, 0.05, 0.07, 0.1, 0.15)),
        ONE_LENGTH: (along(0), (0.1, 0.15, 0.2, 0.3, 0.5)),
        MUON: (along(12), (0.03, 0.05, 0.07, 0.1, 0.15)),
    }
    by_kind = {}
    print("                       best of five rates   test loss, twelve seeds")
    for name, (make, rates) in kinds.items():
        tried = [np.mean(falling_to_0(make, lr, range(3), x_val, t_val)) for lr in rates]
        best = rates[np.argmin(tried)]
        by_kind[name] = falling_to_0(make, best, range(100, 112), x_test, t_test)
        print(f"{name:22} {best:18g}   {by_kind[name].mean():.3f} ± {by_kind[name].std():.3f}")
    for name in list(kinds)[:-1]:
        less = by_kind[name] - by_kind[MUON]
        print(
            f"lower with {MUON} than with {name}: by {less.mean():.3f} ± {less.std():.3f}, "
            f"on {np.sum(less > 0)} of 12 seeds"
        )
else:
    print("This cell waits.")

# %% [markdown]
# The test loss is lowest with the orthogonalised step, on at least nine of the twelve seeds against
# each of the others. The control has the same loss as momentum, within the spread. So the fixed
# length alone does not explain the gain; the equal singular values do. This is one small network
# and one set of images.

# %% claims=true
for other in ("momentum", "Adam", ONE_LENGTH):
    less = by_kind[other] - by_kind[MUON]
    claim("on at least nine of the twelve seeds against", np.sum(less > 0), above=8)
    claim("The test loss is lowest with the orthogonalised step", less.mean(), above=0.01)
even = by_kind[ONE_LENGTH] - by_kind["momentum"]
claim("same loss as momentum, within the spread", abs(even.mean()), below=even.std())
claim("the equal singular values do", by_kind[ONE_LENGTH].mean() - by_kind[MUON].mean(), above=0.01)

# %% [markdown]
# ## 12 Spot the slip
#
# Here are two places in the slides. An *error* is wrong as printed, and a *simplification* leaves
# something out. Answer each question before you run the code below it.
#
# **A cache that never forgets** (S2, "RMSProp Update"; an *error*). The code reads `cache +=
# decay_rate * cache + (1 - decay_rate) * dx**2`. The text beside it says that the cache is "leaky".
# What does the printed line do to a cache whose gradients are all 1? Can a network be trained with
# this line if the rate is tuned?


# %% practice=true fold="Define the line as printed"
def rmsprop_as_printed(w, dw, cache, *, lr, decay, eps):
    """RMSProp with the += of the slide, on purpose."""
    new = cache + decay * cache + (1 - decay) * dw * dw
    return w - lr * dw / (np.sqrt(new) + eps), new


# %% practice=true fold="Show the cache of both versions"
if ready("rmsprop_step"):
    for name, step in (("yours", rmsprop_step), ("as printed", rmsprop_as_printed)):
        cache, seen = np.zeros(1), []
        for _step in range(20):
            _, cache = step(np.zeros(1), np.ones(1), cache, lr=0.1, decay=0.9, eps=1e-8)
            seen.append(cache[0])
        print(
            f"{name:11} cache after 1, 5, 10, 20 steps:",
            *(f"{seen[k - 1]:.3g}" for k in (1, 5, 10, 20)),
        )
else:
    print("This cell waits.")

# %% practice=true fold="Train with both at five rates"
if ready("rmsprop_step"):
    rates, printed_cache = (0.001, 0.01, 0.03, 0.1, 0.3), {}
    for name, step in (("yours", rmsprop_step), ("as printed", rmsprop_as_printed)):
        scores = over_rates(
            lambda p, lr, step=step: optimizers.RMSprop(p, lr=lr, alpha=0.9, step=step),
            rates,
            range(3),
        )
        best = scores.mean(axis=1).argmax()
        printed_cache[name] = seen, scores[best]
        print(
            f"{name:11} best of five rates {rates[best]:g}: validation accuracy "
            f"{scores[best].mean():.3f} ± {scores[best].std():.3f}, seeds 0, 1, 2"
        )

# %% [markdown]
# The printed line multiplies the old cache by 1 + decay. So the cache nearly doubles with every
# step, whatever the gradients are. The step is divided by the root of the cache. Therefore it is
# almost 0 after some dozens of steps, and training stops, at an accuracy below 0.8 even with the
# best of five rates. The line must begin with `cache =`. (The `+=` is right one slide earlier, in
# Adagrad.)

# %% claims=true
cache = np.ones(1)
for _step in range(40):
    grown, cache = (
        cache,
        rmsprop_as_printed(0.0, 0.0 * cache, cache, lr=1.0, decay=0.9, eps=1e-8)[1],
    )
claim("the cache nearly doubles with every step", cache / grown, equals=1.9, within=0.01)
claim("it is almost 0 after some dozens of steps", 1 / np.sqrt(cache), below=1e-4, given=[0])
claim(
    "at an accuracy below 0.8 even with the best of five rates",
    printed_cache["as printed"][1].mean(),
    below=0.8,
)
claim("training stops", printed_cache["as printed"][1], below=printed_cache["yours"][1] - 0.1)

# %% [markdown]
# **Adam without its correction** (S2, "Adam Update"; a *simplification*). The code has no bias
# correction, and the text says that the full method has it. The code has `1e-7` for eps, and the
# text recommends 1e-8. What do these two differences change?


# %% practice=true fold="Define Adam as printed"
def adam_as_printed(w, dw, m, v, t, *, lr, beta1, beta2, eps):
    """Adam as in the code of the slide: no correction."""
    mean = beta1 * m + (1 - beta1) * dw
    squares = beta2 * v + (1 - beta2) * dw * dw
    return w - lr * mean / (np.sqrt(squares) + eps), mean, squares


# %% practice=true fold="Compare it with your Adam"
if ready("adam_step"):
    lengths = {}
    for name, step in (("yours", adam_step), ("as printed", adam_as_printed)):
        w = m = v = np.zeros(1)
        lengths[name] = []
        for t in range(1, 2001):
            new, m, v = step(w, np.ones(1), m, v, t, lr=1.0, **BETAS)
            lengths[name].append(abs(new - w)[0])
            w = new
    ratio = np.array(lengths["as printed"]) / np.array(lengths["yours"])
    print("step:          " + "".join(f"{k:8}" for k in (1, 2, 5, 20, 100, 2000)))
    print("times too long:" + "".join(f"{ratio[k - 1]:8.2f}" for k in (1, 2, 5, 20, 100, 2000)))
    for size in (1.0, 1e-5, 1e-7):
        zero, one_step = np.zeros(1), {}
        for eps in (1e-7, 1e-8):
            settings = {**BETAS, "eps": eps, "lr": 1.0}
            one_step[eps] = -adam_step(zero, size * np.ones(1), zero, zero, 1, **settings)[0][0]
        shown = " and ".join(f"{first:.3f} with eps {eps:g}" for eps, first in one_step.items())
        print(f"gradient {size:g}: first step {shown}")
    corrected, by_rate = {}, {}
    rates = (0.003, 0.01, 0.02, 0.03, 0.05)
    print("validation accuracy at rate " + "".join(f"{rate:8g}" for rate in rates))
    for name, step in (("yours", adam_step), ("as printed", adam_as_printed)):
        scores = over_rates(
            lambda p, lr, step=step: optimizers.Adam(p, lr=lr, step=step), rates, range(3)
        )
        by_rate[name] = dict(zip(rates, scores.mean(axis=1), strict=True))
        best = scores.mean(axis=1).argmax()
        corrected[name] = scores[best]
        row = "".join(f"{mean:8.3f}" for mean in by_rate[name].values())
        shown = f"{scores[best].mean():.3f} ± {scores[best].std():.3f}"
        print(f"{name:28}{row}   best, {rates[best]:g}: {shown}")
else:
    print("This cell waits.")

# %% [markdown]
# The first step is $0.1/\sqrt{0.001} = 3.16$ times too long. The excess grows for a while, because
# m approaches its final value faster than v does. Later it fades. The two values of eps
# make a difference only for gradients that are about as small as eps.
#
# In training, with the best of five rates for each, the printed version classifies these digits
# about as well (seeds 0, 1 and 2). A comparison at one rate says something else:
#
# - At 0.05 the corrected version's mean accuracy is above 0.9, that of the printed version below
#   0.6.
# - At 0.003 the printed version is ahead.
#
# For the same gradients, the printed version's steps are at least three times as long in the first
# 100 of the 136 steps. So a comparison at one rate compares lengths of steps. **With a rate of its
# own, Adam works on this task without the correction as well.**

# %% claims=true
claim(
    "The first step is $0.1/\\sqrt{0.001} = 3.16$ times too long",
    ratio[0],
    equals=3.16,
    within=0.01,
    given=[0.1, 0.001],
)
firsts = [
    [-adam_step(0.0, g, 0.0, 0.0, 1, **{**BETAS, "eps": eps}, lr=1.0)[0] for eps in (1e-7, 1e-8)]
    for g in (1e-7, 1e-5)
]
for words in ("The two values of eps make a difference", "as small as eps"):
    claim(words, firsts[0][1] - firsts[0][0], above=0.3)
claim("only for gradients that are about as small as eps", np.ptp(firsts[1]), below=0.01)
claim("The excess grows for a while", ratio[4], above=1.5 * ratio[0])
claim("at least three times as long in the first 100", ratio[:100].min(), above=3, given=[100])
claim(
    "With a rate of its own, Adam works on this task without the correction as well",
    corrected["as printed"].mean(),
    above=0.9,
)
claim("Later it fades", ratio[-1], below=1.2)
claim(
    "the printed version classifies these digits about as well",
    corrected["as printed"].mean() / corrected["yours"].mean(),
    equals=1,
    within=0.03,
)
claim(
    "At 0.05 the corrected version's mean accuracy is above 0.9",
    by_rate["yours"][0.05],
    above=0.9,
    given=[0.05],
)
claim("that of the printed version below 0.6", by_rate["as printed"][0.05], below=0.6)
claim(
    "At 0.003 the printed version is ahead",
    by_rate["as printed"][0.003] - by_rate["yours"][0.003],
    above=0.01,
    given=[0.003],
)

# %% [markdown]
# ## 13 Your functions in a race within a budget
#
# Which method is best? The answer depends on the task, on the budget and on how the rates are
# chosen. You compare **two methods of your choice** out of SGD, momentum (0.9), Adagrad, RMSProp
# and Adam, with the library's default settings. The task is the 64-32-10 network on the digits,
# four epochs, minibatches of 32.
#
# **You have 21 trainings** for everything. You decide how to use them:
#
# 1. *Search*: try some rates for each method, with one or more search seeds. The loss on the 360
#    validation images decides which rate you choose.
# 2. *Report*: train both methods at their chosen rates with **new seeds**, at least three, the same
#    for both. Measure the loss on the 360 test images, and subtract seed by seed.
# 3. *Claim*: name an interval for the **mean difference of the test losses over other seeds**,
#    first method minus second. It may be at most 0.08 wide.
#
# More rates make it likelier that you find a good one. More report seeds make the mean difference
# more certain. (Sections 3, 8 and 12 already showed good rates for this network. This is tuning
# outside of the budget.)
#
# The function `lap` does one training and counts it:
#
# - `lap("SGD", 0.1, seed=4)` returns the **validation** loss.
# - `lap("SGD", 0.1, seed=7, report=True)` returns the **test** loss.
#
# The losses of one rate differ from seed to seed, so one search seed can mislead. A second call
# with the same method, rate and seed costs nothing.

# %% practice=true fold="Define a lap of the race"
CARS = {  # the library's steps, so that all students drive the same cars
    "SGD": optimizers.SGD,
    "momentum": lambda p, lr: optimizers.SGD(p, lr=lr, momentum=0.9),
    "Adagrad": optimizers.Adagrad,
    "RMSProp": optimizers.RMSprop,
    "Adam": optimizers.Adam,
}
laps = {}


def lap(method, lr, seed, *, report=False):
    """The validation loss after a training, or with report=True its test loss."""
    key = method, lr, seed
    if key not in laps:
        if len(laps) == 21:
            raise RuntimeError("The budget of 21 trainings is used up; laps.clear() starts again.")
        network = trained(CARS[method], lr, seed)
        laps[key] = judged(network, x_val, t_val)[0], judged(network, x_test, t_test)[0]
    loss = laps[key][report]
    print(f"training {len(laps):2} of 21: {method} {lr:g}, seed {seed}: loss {loss:.3f}")
    return loss


# %% [markdown]
# Run your race in this cell. Two lines are there as examples, one of a search, one of a report.

# %% practice=true
# search = [lap("SGD", lr, seed=4) for lr in (0.01, 0.1, 1)]
# report = [lap("SGD", 0.1, seed, report=True) for seed in (7, 8, 9)]

# %% [markdown]
# Then write your report. A *referee* trains both methods at your chosen rates with 30 seeds that
# nobody has used. The three points are divided as follows:
#
# - **½ point, the rules:** at most 21 trainings; at least three report seeds, and none of them in
#   the search; each chosen rate is one of those that you tried, but not the lowest or the highest
#   one. The number of trainings is (rates of the first method + rates of the second) · (search
#   seeds) + 2 · (report seeds).
# - **½ point, the rates** (¼ for each method): with the referee's seeds, the mean test loss at the
#   chosen rate is at most 1.35 times the lowest mean of this method over the referee's own list of
#   rates.
# - **2 points, the claim:** your interval contains the referee's mean difference. The claim counts
#   only if the rules are kept and both rates are good.
#
# The check is the referee. It takes some seconds, and it says the same as the grading. **Only your
# first claim is honest**, because the check tells you whether the interval holds. An interval that
# you shift until the check is green is no longer a claim about new seeds.


# %% solution="race_report"
def race_report():
    """The report of a race between two methods.

    returns report : a dictionary with six entries
        "methods": list of two of "SGD", "momentum", "Adagrad", "RMSProp", "Adam"
        "rates": list of two lists, all rates that were tried for each method
        "search_seeds": list of seeds, whole numbers from 0 to 9999
        "chosen": list of two rates
        "report_seeds": list of at least three other seeds
        "claim": [low, high], where the mean test loss of the first method minus that of the
            second lies
    """
    ### BEGIN SOLUTION
    return {
        "methods": ["momentum", "Adam"],
        "rates": [[0.02, 0.05, 0.12, 0.3], [0.004, 0.012, 0.03, 0.08]],
        "search_seeds": [0],
        "chosen": [0.05, 0.03],
        "report_seeds": [1, 2, 3, 4, 5, 6],
        "claim": [0.0, 0.07],
    }
    ### END SOLUTION


# %% check="race_report"
check("race_report", race_report)

# %% [markdown]
# ### Seven methods with a larger budget
#
# The next cells run a larger race with your own steps, once your report earns all points: seven
# methods, each with **seven rates and the seeds 0, 1 and 2** for each rate. The rate with the
# lowest mean validation loss is chosen. It is reported on the test images with **twelve new
# seeds**. Everything else is not tuned: momentum 0.9, decay 0.99, the betas, every eps, the decay
# of AdamW (0.01), batch size, epochs and architecture. We also knew roughly which rates suit each
# method when we listed the seven. This is tuning, too. S2 adds that it is "often also worth trying
# SGD+Nesterov Momentum", so we include this method. The folded cells list good rates, so open them
# after your race.


# %% practice=true fold="List the methods and their rates"
MIDDLE = (0.02, 0.03, 0.05, 0.1, 0.15, 0.2, 0.3)
LOW = (0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.07)


def contestants():
    """name -> (what makes the optimizer, its seven rates)."""
    return {
        "SGD": (optimizers.SGD, (0.2, 0.3, 0.5, 0.7, 1.0, 1.4, 2.0)),
        "momentum": (lambda p, lr: optimizers.SGD(p, lr=lr, momentum=0.9), MIDDLE),
        "Nesterov": (optimizers.Nesterov, MIDDLE),
        "Adagrad": (lambda p, lr: optimizers.Adagrad(p, lr=lr, step=adagrad_step), MIDDLE),
        "RMSProp": (
            lambda p, lr: optimizers.RMSprop(p, lr=lr, step=rmsprop_step),
            (0.003, 0.005, 0.007, 0.01, 0.015, 0.02, 0.03),
        ),
        "Adam": (lambda p, lr: optimizers.Adam(p, lr=lr, step=adam_step), LOW),
        "AdamW": (lambda p, lr: optimizers.AdamW(p, lr=lr, step=adamw_step), LOW),
    }


# %% practice=true fold="Train the seven methods"
FOUR = ("adagrad_step", "rmsprop_step", "adam_step", "adamw_step", "race_report")
if ready(*FOUR):
    tuned, reported = {}, {}
    for name, (make, rates) in contestants().items():
        losses = [[judged(trained(make, r, s), x_val, t_val)[0] for s in (0, 1, 2)] for r in rates]
        tuned[name] = np.mean(losses, axis=1)
        best = rates[tuned[name].argmin()]
        networks = [trained(make, best, seed) for seed in range(100, 112)]
        reported[name] = np.array([judged(network, x_test, t_test) for network in networks])
else:
    print("This cell waits.")

# %% [markdown]
# The table shows the chosen rate and the results on the test images. The last column shows the mean
# accuracy of each method if all methods use the rate 0.01 (seeds 0, 1 and 2).
# <!-- no claim: setting -->

# %% practice=true fold="Show the table"
if ready(*FOUR):
    careless = {}
    print("            chosen rate   test loss        accuracy          accuracy at lr = 0.01")
    for name, (make, rates) in contestants().items():
        best = tuned[name].argmin()
        note = "(edge!)" if best in (0, len(rates) - 1) else ""
        (loss, hits), (dloss, dhits) = reported[name].mean(axis=0), reported[name].std(axis=0)
        hits_at = [judged(trained(make, 0.01, s), x_test, t_test)[1] for s in (0, 1, 2)]
        careless[name] = np.mean(hits_at)
        print(
            f"{name:10}{rates[best]:6g} {note:7}   {loss:.3f} ± {dloss:.3f}   "
            f"{hits:.3f} ± {dhits:.3f}   {careless[name]:.3f}"
        )
else:
    print("This cell waits.")

# %% practice=true fold="Draw the losses and the accuracies"
if ready(*FOUR):
    with theme.style():
        figure, axes = plt.subplots(1, 2, figsize=(7.6, 4), sharey=True)
        for i, (name, (_, rates)) in enumerate(contestants().items()):
            losses, rates = tuned[name], np.asarray(rates)
            good, best = rates[losses <= 1.1 * losses.min()], rates[losses.argmin()]
            axes[0].plot(rates, [i] * len(rates), ".", color=theme.QUIET, markersize=4)
            axes[0].plot(good, [i] * len(good), color=theme.FORWARD, linewidth=5, alpha=0.5)
            axes[0].plot(best, i, "o", color=theme.FORWARD, markersize=7)
            axes[0].text(best, i - 0.2, f"{losses.min():.2f}", ha="center", va="bottom", size=9)
            hits = reported[name][:, 1]
            axes[1].plot(hits, [i] * len(hits), "o", color=theme.FORWARD, alpha=0.6, markersize=5)
            axes[1].plot([hits.mean()] * 2, [i - 0.3, i + 0.3], color=theme.INK)
        axes[0].set_yticks(range(len(tuned)), tuned)
        axes[0].set(xscale="log", xlabel="learning rate", ylim=(len(tuned) - 0.5, -0.8))
        axes[0].set_title("Best rate, and its validation loss\n(bar: at most 10 % higher)", size=11)
        axes[1].set(xlabel="accuracy")
        axes[1].set_title("Test accuracy at this rate\n(12 seeds; black: mean)", size=11)
        plt.show()
    hits = {name: r[:, 1] for name, r in reported.items()}
    tuned_means = {name: h.mean() for name, h in hits.items()}
    first = max(tuned_means, key=tuned_means.get)
    behind = []
    for name in hits:  # all have the same twelve seeds, so compare seed by seed
        lead = hits[first] - hits[name]
        if lead.mean() > 2 * lead.std() / math.sqrt(11):  # two standard errors
            behind.append(name)
    print(f"Highest mean: {first}. Behind it by more than two standard errors:")
    print(", ".join(behind) or "none")
    for label, values in (("each at its own rate", tuned_means), ("all at 0.01", careless)):
        low, high = min(values.values()), max(values.values())
        print(f"{label:21} means from {low:.3f} to {high:.3f}")

# %% [markdown]
# *In words: left, a row of small dots for each of seven methods, the rates that were tried. A large
# dot marks the lowest validation loss, with its value, and a bar the rates with a loss up to ten
# percent above it. In each row the lowest point lies between the lowest
# and the highest rate. The lowest points are at rates that differ by a factor of more than 40.
# Right, the test accuracies of twelve seeds for each method, as marks in a row, with a line at the
# mean. The rows overlap.*
#
# <details><summary>After your race: what follows from the result</summary>
#
# - **At one common rate the methods are far apart.** At 0.01 the accuracies go from about 0.4 to
#   0.96. Such a comparison mainly measures how well the common rate suits each method.
# - **With a tuned rate for each, the methods are much closer.** The mean accuracies are about three
#   hundredths apart. The mean test losses still differ by a factor of about 1.9. The printed lines
#   name the methods that are behind the highest mean by more than two standard errors of the paired
#   differences. (This test favours the method with the highest mean,
#   because we picked it *after* seeing the results. It also ignores the chance in the choice of the
#   rates.)
# - **Nesterov's momentum has the highest mean accuracy and the lowest mean loss.** We also ran
#   three other blocks of twelve seeds at the same rates, which this notebook does not show. There
#   its lead over Adam in mean accuracy was smaller, between about zero and a hundredth.
# - **Adam and RMSProp:** S2 says that Adam works "slightly better than RMSProp". In the mean test
#   loss it does, in the block above and in the three others. In the mean accuracy above the two are
#   about equal.
# - **Not tested:** does Adagrad "stop learning too early"? Four epochs of a small task are too few
#   to tell.
#
# </details>

# %% claims=true
accuracy = {name: values[:, 1] for name, values in reported.items()}
test_loss = {name: values[:, 0] for name, values in reported.items()}
claim(
    "the accuracies go from about 0.4 to 0.96",
    min(careless.values()),
    equals=0.4,
    within=0.06,
    given=[0.96],
)
claim(
    "the accuracies go from about 0.4 to 0.96",
    max(careless.values()),
    equals=0.96,
    within=0.015,
    given=[0.4],
)
mean_losses = [values.mean() for values in test_loss.values()]
words = "still differ by a factor of about 1.9"
claim(words, max(mean_losses) / min(mean_losses), equals=1.9, within=0.25)
claim(
    "The mean accuracies are about three hundredths apart",
    np.ptp(list(tuned_means.values())),
    equals=0.03,
    within=0.0075,
)
claim(
    "the highest mean accuracy and the lowest mean loss",
    test_loss["Nesterov"].mean(),
    below=min(v.mean() for name, v in test_loss.items() if name != "Nesterov"),
)
claim(
    "has the highest mean accuracy and",
    tuned_means["Nesterov"],
    above=max(v for name, v in tuned_means.items() if name != "Nesterov"),
)
claim(
    "In the mean test loss it does",
    test_loss["Adam"].mean(),
    below=test_loss["RMSProp"].mean() - 0.01,
)
apart = abs(tuned_means["Adam"] - tuned_means["RMSProp"])
claim("In the mean accuracy above the two are about equal", apart, below=0.01)
lowest = {name: rates[tuned[name].argmin()] for name, (_, rates) in contestants().items()}
claim(
    "rates that differ by a factor of more than 40",
    max(lowest.values()) / min(lowest.values()),
    above=40,
)
for losses in tuned.values():
    claim(
        "the lowest point lies between the lowest and the highest rate",
        losses.min(),
        below=0.95 * min(losses[0], losses[-1]),
    )
highest = min(found.max() for found in accuracy.values())
claim("The rows overlap", highest, above=max(found.min() for found in accuracy.values()))

# %% claims="slow"
chosen_rates = {name: contestants()[name][1][tuned[name].argmin()] for name in tuned}


def block(name, first):
    """Mean test loss and accuracy at the chosen rate over twelve seeds from `first` on."""
    make = contestants()[name][0]
    seeds = range(first, first + 12)
    ends = [judged(trained(make, chosen_rates[name], seed), x_test, t_test) for seed in seeds]
    return np.mean(ends, axis=0)


blocks = {
    name: np.array([block(name, first) for first in (200, 300, 400)])
    for name in ("Nesterov", "Adam", "RMSProp")
}
claim(
    "over Adam in mean accuracy was smaller, between about zero and a hundredth",
    blocks["Nesterov"][:, 1] - blocks["Adam"][:, 1],
    above=-0.005,
    below=0.012,
)
claim(
    "in the block above and in the three others",
    blocks["Adam"][:, 0],
    below=blocks["RMSProp"][:, 0],
)

# %% [markdown]
# ## 14 Questions
#
# **Which rate?** S2 ("Learning Rate") shows the loss curves of a very high, a high, a good and a
# low rate and asks which of them is best to use. You drew such curves in section 8. Which use of
# the rates ends with the lowest training loss there, and is also S2's answer?
#
# - a: the good rate, from the first step to the last
# - b: a low rate, if there is enough time, because it comes nearest to the minimum
# - c: no single rate: begin high and let the rate fall
# - d: a high rate, because adaptive methods correct it anyway

# %% solution="answer_which_rate"
answer_which_rate = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_which_rate = "c"
### END SOLUTION

# %% choice="which_rate" key="c" points=1
check_choice("which_rate", answer_which_rate)
# a: It is the best of the four if the rate has to be constant. S2's answer lets the rate change:
#    high rates make fast progress at first, low ones let the training settle later.
# b: A low rate does settle close to the minimum, but it needs very many steps to get there. S2's
#    answer begins high and ends low.
# c: S2's answer is all of them, one after the other. High rates make fast progress, and low ones
#    let the training settle.
# d: Adaptive methods set the step sizes of the weights relative to each other. You still have to
#    choose a rate, and with too high a rate the training does not settle.

# %% [markdown]
# **Robbins and Monro.** Which of these rates satisfies both conditions, for t = 1, 2, 3, …?
#
# - a: $0.1 \cdot 0.999^t$
# - b: $0.1/\sqrt t$
# - c: $0.1/t^{3/4}$
# - d: $0.1/t^2$

# %% solution="answer_robbins_monro"
answer_robbins_monro = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_robbins_monro = "c"
### END SOLUTION

# %% choice="robbins_monro" key="c" points=1
check_choice("robbins_monro", answer_robbins_monro)
# a: The squares have a finite sum, but so have the rates. They are a geometric series and add up to
#    99.9, so the first condition fails.
# b: The rates do add up to infinity. But the squares are 0.01/t, and their sum grows without end,
#    like the logarithm. So the second condition fails.
# c: The exponent of the rates is 3/4, at most 1, so their sum is infinite. The exponent of the
#    squares is 3/2, above 1, so their sum is finite.
# d: The squares, 0.01/t⁴, have a finite sum. But the rates add up to only 0.16, so the first
#    condition fails.

# %% [markdown]
# **Half the loss.** A loss used to be the sum over two outputs. Now it is their mean, so the loss
# and all gradients are half as large from the first step on. The old run and the new one both start
# from the same initial weights, with the same rate and the same minibatches. With which
# methods do the two runs take the same steps, apart from eps and rounding?
#
# - a: all of them, because the minimum stays where it was
# - b: Adagrad, RMSProp and Adam, but not SGD and momentum
# - c: SGD and momentum, but not Adagrad, RMSProp and Adam
# - d: only Adam, because of its bias correction

# %% solution="answer_half_the_loss"
answer_half_the_loss = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_half_the_loss = "b"
### END SOLUTION

# %% choice="half_the_loss" key="b" points=1
check_choice("half_the_loss", answer_half_the_loss)
# a: The minimum is where it was, that is true. But a step of SGD or momentum is proportional to the
#    gradient, so their first step is half as long.
# b: These three divide by the root of squared gradients, so the factor ½ cancels. Steps of SGD and
#    momentum are proportional to the gradient.
# c: It is the other way round. Steps of SGD and momentum are proportional to the gradient; the
#    other three divide by its size, so the factor ½ cancels.
# d: The bias correction contains no gradient, so it plays no part. The factor ½ cancels in the
#    division by a root, which Adagrad and RMSProp have as well.

# %% claims=true
halved = {m: shift_by_scale(m, RATES[m], 0.5) for m in RATES if m != "Adadelta"}
claim(
    "Adagrad, RMSProp and Adam, but not",
    [halved[m] for m in ("Adagrad", "RMSProp", "Adam")],
    below=1e-4,
)
claim("SGD and momentum, but not", [halved[m] for m in ("GD", "momentum")], above=1e-3)

# %% [markdown]
# **The root.** S2 finds it amusing that the square root in Adagrad is so important. Explain in a
# few sentences why it is not an accident. How does the first step change if all gradients become
# ten times as large, with the root and without it (1 point)? Which gradients are dangerous without
# the root, and why (1 point)? (Read by a person, 2 points.)

# %% [markdown] manual="why_the_root" points=2
# ### BEGIN SOLUTION
# The cache holds squares, so only its root has the unit of a gradient. The gradient divided by the
# root has no unit, so the step is lr times a pure number. If all gradients become ten times as
# large, the cache becomes a hundred times as large, the root ten times, and the step stays the
# same. Without the root the first step is lr·g/g², that is lr/g: it becomes a tenth as long. The
# small gradients are the dangerous ones: a weight whose first gradient is nearly 0 makes a huge
# jump, and no single rate fits weights whose gradients differ in size. A large eps only limits
# these jumps. (One point for the scaling with and without root, one for the small gradients.)
# ### END SOLUTION

# %% [markdown]
# <details><summary>Only after your answer: the first step without the root</summary>
#
# Without the root the first step is $\eta\,g/g^2 = \eta/g$: **the smaller a gradient, the longer
# the step.** A weight whose first gradient happens to be 0.001 jumps about a thousand times as far
# as one with gradient 1. A rate that is small enough for the first weight hardly moves the second
# one. A much larger `eps` limits these jumps.
#
# </details>

# %% claims=true
jump = [
    without_root(np.zeros(1), np.full(1, g), np.zeros(1), lr=1.0, eps=1e-8)[0] for g in (1e-3, 1)
]
claim(
    "0.001 jumps about a thousand times as far as one with gradient 1",
    jump[0] / jump[1],
    equals=1000,
    within=20,
    given=[0.001, 1],
)

# %% [markdown]
# ## 15 In PyTorch
#
# The names are `torch.optim.Adagrad`, `RMSprop` (its `alpha` is our `decay`), `Adam` and `AdamW`.
# If PyTorch is installed here, your functions and PyTorch's each take ten steps with the same
# gradients.

# %% practice=true fold="List your methods beside PyTorch's"
import importlib.util

if importlib.util.find_spec("torch") is not None and ready(*FOUR[:4]):
    import torch

    adam = {"lr": 0.1, "eps": 1e-3}
    pairs = {  # name -> (yours, arrays to remember, settings, theirs)
        "Adagrad": (adagrad_step, 1, adam, torch.optim.Adagrad, adam),
        "RMSProp": (
            *(rmsprop_step, 1, {**adam, "decay": 0.9}),
            *(torch.optim.RMSprop, {**adam, "alpha": 0.9}),
        ),
        "Adam": (adam_step, 2, {**BETAS, **adam}, torch.optim.Adam, adam),
        "AdamW": (
            *(adamw_step, 2, {**BETAS, **adam, "weight_decay": 0.3}),
            *(torch.optim.AdamW, {**adam, "weight_decay": 0.3}),
        ),
    }

# %% practice=true fold="Compare your steps with PyTorch's"
if importlib.util.find_spec("torch") is None:
    print("PyTorch is not installed here; nothing later needs it.")
elif ready(*FOUR[:4]):
    gradients = np.random.default_rng(5).normal(size=(10, 6))
    for name, (rule, memories, settings, kind, theirs) in pairs.items():
        w, memory = np.ones(6), [np.zeros(6)] * memories
        parameter = torch.nn.Parameter(torch.ones(6, dtype=torch.float64))
        optimizer = kind([parameter], **theirs)
        for t, g in enumerate(gradients, start=1):
            number = (t,) if name.startswith("Adam") else ()
            w, *memory = rule(w, g, *memory, *number, **settings)
            parameter.grad = torch.tensor(g)
            optimizer.step()
        gap = np.max(np.abs(w - parameter.detach().numpy()))
        print(f"{name:9} largest difference after ten steps: {gap:.0e}")
else:
    print("This cell waits.")

# %% [markdown]
# PyTorch's momentum does **not** agree with ours when the rate changes. In ours the rate is part of
# the velocity, $v \leftarrow \mu v - \eta\,dw$ and $w \leftarrow w + v$. PyTorch keeps it outside,
# $v \leftarrow \mu v + dw$ and $w \leftarrow w - \eta\, v$. With a constant rate, our v is −η times
# PyTorch's v. What happens if the rate falls to a tenth at step 6, while the velocity is still
# large?


# %% practice=true
def momentum_paths(steps=60, fall=6):
    """w over the steps on ½ w², from 10, in both forms; the rate falls from 0.05 to 0.005."""
    inside, outside, v_in, v_out = [10.0], [10.0], 0.0, 0.0
    for t in range(steps):
        rate = 0.05 if t < fall else 0.005
        v_in = 0.9 * v_in - rate * inside[-1]
        inside.append(inside[-1] + v_in)
        v_out = 0.9 * v_out + outside[-1]
        outside.append(outside[-1] - rate * v_out)
    return np.array(inside), np.array(outside)


inside, outside = momentum_paths()

# %% practice=true fold="Draw and compare both forms"
with theme.style():
    figure, ax = plt.subplots(figsize=(7, 3))
    ax.plot(inside, color=theme.FORWARD, label="ours:\nrate inside v")
    ax.plot(outside, color=theme.INK, linestyle="--", label="PyTorch:\nrate outside v")
    ax.axvline(6, color=theme.QUIET, linestyle=":")
    ax.text(6.5, 9, "the rate falls to a tenth", color=theme.QUIET)
    ax.set(xlabel="step", ylabel="w", title="Momentum on ½ w² in two forms")
    label_lines(ax)
    plt.show()
print(f"largest difference before the fall: {np.max(np.abs(inside - outside)[:7]):.0e}")
print(f"largest difference after it:        {np.max(np.abs(inside - outside)[7:]):.1f}")
if importlib.util.find_spec("torch") is not None and ready("adam_step"):
    import torch

    w = torch.nn.Parameter(torch.tensor([10.0], dtype=torch.float64))
    sgd, theirs = torch.optim.SGD([w], lr=0.05, momentum=0.9), [10.0]
    for t in range(60):
        sgd.param_groups[0]["lr"] = 0.05 if t < 6 else 0.005
        w.grad = w.detach().clone()
        sgd.step()
        theirs.append(w.item())
    print(f"PyTorch and the dashed line differ by at most {np.max(np.abs(theirs - outside)):.0e}")

# %% [markdown]
# *In words: the weight w over 60 steps in both forms. The two lines are equal until step 6, where a
# dotted line marks the fall of the rate. Then the solid line (ours) moves on, far through 0 to the
# other side, and comes back. The dashed line (PyTorch) bends at once and goes down to 0 slowly.*
#
# In our form, the fall of the rate leaves the old velocity as it is. The velocity then fades by the
# factor μ in each step. In PyTorch's form the smaller rate also acts on the old velocity at once.
# Neither form is wrong. But a schedule that was tuned for one form is not tuned for the other.

# %% claims=true
claim(
    "The two lines are equal until step 6",
    np.max(np.abs(inside - outside)[:7]),
    below=1e-12,
    given=[6],
)
claim("moves on, far through 0 to the other side", inside.min(), below=-5, given=[0])
claim("and comes back", inside[-1], above=-2)
claim("bends at once and goes down to 0 slowly", np.abs(outside[-1]), below=0.5, given=[0])
claim("bends at once and goes down to 0 slowly", outside[7], above=1, given=[0])

# %% [markdown]
# ## 16 Your cheat sheet
#
# Complete this page in your own words and keep it. Double-click to edit.
#
# | method | remembers | step of a coordinate | its problem |
# |---|---|---|---|
# | Adagrad | … | … | … |
# | RMSProp | … | … | the first step is … |
# | Adam | … and …, both corrected by … | … | … |
# | AdamW | as Adam | …, and from w the share … | … |
#
# - If the loss is multiplied by 1000, SGD …, Adam …
# - If the axes are rotated, the best loss of momentum …, of Adagrad …, of Adam …
# - With all |Δwᵢ| ≤ η, the steepest step is …
# - The first step of Adam is about … long, whatever …
# - Without the root, Adagrad …
# - Robbins and Monro require …, so that …, and also …, so that …
# - An average of the weights helps when …, and hurts when …
# - A rate is too high when …, too low when …
# - To compare two optimizers I give both the same …, choose the rates on the … set, and report the
#   … loss with … seeds.
# - Momentum in PyTorch differs from ours when …

# %% [markdown]
# ## What comes next
#
# Adaptive methods rescale the gradient of each weight. **Notebook 15** rescales the values that the
# weights are multiplied with: this is normalisation. **Notebook 17** returns to AdamW as one of
# several ways to keep weights small. And in **notebook 24** you train the best network you can. It
# needs a learning rate and a schedule.

# %% [markdown]
# ## Sources
#
# S2 "Training Neural Networks", slides "Adagrad Update" to "Learning Rate"; S3
# "Backpropagation and Training", slides "Why Challenging?" and "Solution: Better Optimizers"; S4
# "Neural networks (continued)", slide "Learning rate"; S1 "Part II: Training", the remark on
# stochastic approximations.
