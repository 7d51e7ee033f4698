# %% [markdown]
# # Adaptive methods
#
# Gradient descent has one learning rate (*rate*) for all weights. But the gradients of one weight
# may be a thousand times as large as those of another. *Adaptive methods* give each weight a rate
# of its own, computed from its past gradients. **What does this repair, and is Adam the best
# choice?**
#
# **You need** gradient descent (notebook 04), your network (08), momentum (12) and the t interval
# (01).


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

# %% setup=true minutes=1
import importlib.util

import numpy as np

from course_lessons import adaptive_methods as lesson
from course_lessons.experiment import Trials, interval
from course_lib.backend import choose_device
from grader.checking import check, guess, mine, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 A valley, rotated
#
# The loss $\tfrac12(a^2+\kappa\,b^2)$ of two weights a and b is a valley along the axis of a; its
# walls are κ times as steep as its floor. Gradient descent makes “very slow progress along flat
# direction, jitter along steep one” (S2), because one rate has to serve both directions. How can a
# weight have its own rate? **Adagrad** (2011) keeps one rate η and divides the gradient. For each
# weight w, with the gradient $g_t$ in step t:
#
# > $w_{t+1}=w_t-\eta\,g_t\,\big/\,\big(\sqrt{g_1^2+g_2^2+\dots+g_t^2}+\varepsilon\big)$
#
# With η = 0.1 and the gradients 3 and 4, the first step is 0.1·3/3 = 0.1, the second
# 0.1·4/5 = 0.08. <!-- no claim: derived --> In code, g is `dw`, η is `lr`, and ε is `eps`, a small
# number that avoids a division by 0.
#
# The formula needs all earlier gradients. A program keeps only **one** array, `cache`, of the shape
# of w. What has to be in it? (Each step takes the root itself.) Write one step for arrays of any
# shape, and return **new** arrays.


# %% solution="adagrad_step"
def adagrad_step(w, dw, cache, *, lr, eps):
    """One step of Adagrad.

    w, dw : any shape, dw is the gradient of the loss
    cache : shape of w, what the step before returned; zeros before the first step
    returns w, cache : the new ones
    """
    ### BEGIN SOLUTION
    cache = cache + dw**2
    return w - lr * dw / (np.sqrt(cache) + eps), cache
    ### END SOLUTION


# %% check="adagrad_step"
check("adagrad_step", adagrad_step)

# %% [markdown]
# Now try it in the valley with κ = 100, beside gradient descent and momentum (0.9).
# <!-- no claim: setting --> Each method takes 200 steps from (1, 1) at the best of 21 rates.
# Its loss is the largest of the last 20 steps, so that a lucky step does not count. Here Adagrad
# has the lowest loss by far. Then we **rotate the valley and the start by 45 degrees**, and each
# method chooses its best rate again. **Where is Adagrad's loss now?**
#
# - a: below both others
# - b: above that of momentum, below that of gradient descent
# - c: above both others

# %% guess="Adagrad in the rotated valley"
guess("ps13_turned", None, among="abc")  # your letter in place of None, in quotes

# %% practice=true fold="Run 21 rates at six angles, with your function"
steps = {"Adagrad": adagrad_step}
turned = {m: lesson.best_losses(m, steps) for m in ("GD", "momentum", "Adagrad")}
above = sum(turned["Adagrad"][-1] > turned[m][-1] for m in ("GD", "momentum"))
words = {"a": "below both", "b": "above momentum's only", "c": "above both"}
reveal("ps13_turned", "abc"[above], "Adagrad's loss among the three at 45 degrees.", words)

# %% practice=true fold="Print the losses"
for m, found in turned.items():
    ends = [lesson.shown(loss) for loss in found[[0, -1]]]
    print(f"{lesson.COMPARED[m]:16}: {ends[0]} at 0 degrees, {ends[1]} at 45 degrees")

# %% claims=true
for name in ("GD", "momentum"):
    said = "Gradient descent and momentum do not notice the angle"
    claim(said, turned[name] / turned[name][0], equals=1, within=0.01)
claim("Here Adagrad has the lowest loss by far", turned["Adagrad"][0], below=1e-300)
claim("Adagrad's loss rises above both others", turned["Adagrad"][-1], above=turned["GD"][-1])
claim("Adagrad's loss rises above both others", turned["Adagrad"][-1], above=turned["momentum"][-1])
H, start = lesson.valley(45)
for lr in lesson.RATES[10:18]:  # those around the best one
    g = lesson.path("Adagrad", lambda w: H @ w, start, 200, steps, lr=lr)[:-1] @ H
    axes = np.sqrt(np.cumsum(g**2, axis=0))
    said = "What is left is gradient descent with about the same rate along both"
    claim(said, axes[:, 0] / axes[:, 1], equals=1, within=0.05)

# %% [markdown] after="ps13_turned"
# Gradient descent and momentum do not notice the angle: their steps are sums of whole gradients,
# which turn with the valley. In Adagrad, κ cancels at 0 degrees: b has the gradients
# $g_t=\kappa b_t$ and the steps
# $\eta\,{\kappa}b_t/\sqrt{\kappa^2b_1^2+\dots+\kappa^2b_t^2}=\eta\,b_t/\sqrt{b_1^2+\dots+b_t^2}$
# (up to ε). So a and b, which start alike, take equal steps, as in a round valley. At 45 degrees
# both axes have the curvature (1 + κ)/2. <!-- no claim: derived --> What is left is gradient
# descent with about the same rate along both, and this rate only shrinks. So Adagrad's loss rises
# above both others.

# %% [markdown]
# ## 2 What the cache does
#
# Adagrad multiplies the gradient of a weight by η/(√cache + ε), its *effective rate*. S2 says:
# the effective rate of weights with high gradients is “reduced”, and that of weights with “small
# or infrequent updates” is “increased”. (It is increased only compared with other weights: no rate
# of Adagrad ever grows.) We train the network of notebook 08 (yours if it is kept) on images of
# digits, without a hidden layer. There a weight gets a gradient only from images in which its
# pixel is not 0. **By which factor do the rates of the rarest and the commonest pixels differ:
# about 2, about 10 or more than 100?** <!-- no claim: setting -->

# %% practice=true fold="Train with your function and compare pixels"
rng = np.random.default_rng(0)
x, t, _, _ = lesson.digits()
network = mine.OwnNetwork([64, 10], rng)
caches = [0 * p for p in network.parameters]
for _ in range(4):
    for rows in np.array_split(rng.permutation(len(x)), 34):
        _, du = mine.softmax_cross_entropy(network.forward(x[rows]), t[rows])
        for k, dp in enumerate(network.backward(du)):
            p = network.parameters[k]
            p[...], caches[k] = adagrad_step(p, dp, caches[k], lr=0.1, eps=1e-8)
lit = (x > 0).mean(axis=0)
rate = (0.1 / (np.sqrt(caches[0]) + 1e-8)).mean(axis=1)
groups = {"more than half": (0.5, 1.1), "5 % to half": (0.05, 0.5), "below 5 %": (1e-9, 0.05)}
for name, (low, high) in groups.items():
    found = rate[(low < lit) & (lit <= high)]
    print(f"pixel not 0 in {name:14} of the images: median rate {np.median(found):.2f}")

# %% claims=true
often, rare = (
    np.median(rate[(low < lit) & (lit <= high)]) for low, high in ((0.5, 1.1), (1e-9, 0.05))
)
claim(
    "The rarest pixels have rates more than a hundred times as high",
    rare / often,
    above=100,
)

# %% [markdown]
# The rarest pixels have rates more than a hundred times as high: Adagrad was made for rare
# features.
#
# ### RMSProp
#
# Now give Adagrad the same g in every step.
# After t steps its cache is $tg^2$, so step t has the length
# $\eta|g|/\sqrt{tg^2}=\eta/\sqrt t$: it shrinks for ever. S2 says that Adagrad “usually proves too
# aggressive and stops learning too early”.
#
# RMSProp (Hinton 2012) replaces the sum by a *running mean*: it keeps the share d of its old value
# and adds the share 1 − d of the new number. The step stays the same:
#
# > cache ← d · cache + (1 − d) · g²

# %% practice=true fold="Run a constant gradient and draw the length of each step"
lengths = {"Adagrad": lesson.step_lengths("Adagrad", adagrad_step)}
for d in (0.9, 0.99, 0.999):
    lengths[f"RMSProp, decay {d}"] = lesson.step_lengths("RMSProp", decay=d)
picture = lesson.draw_lengths(lengths)
picture

# %% claims=true
firsts = [found[0] for name, found in lengths.items() if "decay" in name]
said = "the first step is about 3, 10 and 32 times as long"
for first, wanted in zip(firsts, (3, 10, 32), strict=True):
    claim(said, first, equals=wanted, within=0.5, given=[3, 10, 32, 0.9, 0.99, 0.999])
late = [found[-1] for name, found in lengths.items() if "decay" in name]
claim("the length of RMSProp's steps falls to the rate", late, equals=1, within=0.05)

# %% [markdown]
# In the figure, the length of RMSProp's steps falls to the rate and stays there. But for d
# = 0.9, 0.99 and 0.999, which S2 calls typical, the first step is about 3, 10 and 32 times as
# long. The cache starts at 0, so after one step it is only $(1-d)\,g^2$. This step
# has the length $\eta|g|/\sqrt{(1-d)\,g^2}=\eta/\sqrt{1-d}$. So a rate that suits the later steps
# may be too high for the first one.
#
# ### From RMSProp to Adam
#
# *Adam* corrects this start. The figure goes from gradient descent to Adam in four versions. For
# each coordinate, m is a running mean of g, and v is a running mean of g² (RMSProp's cache). The
# step is
#
# 1. ηg: gradient descent;
# 2. ηg/|g|: each coordinate is divided by its size;
# 3. ηm/√v: the means take the places of g and |g|;
# 4. as 3, but m and v are corrected for their start at 0: Adam.

# %% practice=true
lesson.draw_versions()

# %% claims=true
points = {name[0]: lesson.path_of_version(name) for name in lesson.VERSIONS}
size = {k: np.linalg.norm(np.diff(p, axis=0), axis=1) for k, p in points.items()}
claim(
    "its steps have all the same length",
    size["2"],
    equals=size["2"][0],
    within=1e-3,
)
claim("its first\nsteps are too long", size["3"][:3], above=1.4 * size["2"][0])
said = "Version 4 starts with steps as long as those of version 2"
claim(said, size["4"][0] / size["2"][0], equals=1, within=0.01, given=[4, 2])

# %% [markdown]
# Version 2 goes diagonally at first, but its steps have all the same length, so it cannot settle at
# the minimum. In version 3, m shortens a step where the gradient changes its sign. But its first
# steps are too long. Version 4 starts with steps as long as those of version 2.

# %% [markdown]
# ## 3 Adam
#
# This is Algorithm 1 of Adam's paper (Kingma, Ba 2015) in our letters. $\beta_1$ and $\beta_2$ are
# the shares that the means keep, and L is the loss. We have left out two formulas:
#
# > $m_0\leftarrow0$, $v_0\leftarrow0$, $t\leftarrow0$. While $w_t$ has not converged:
# >
# > $t\leftarrow t+1$; $g_t\leftarrow\nabla L(w_{t-1})$
# >
# > $m_t\leftarrow\beta_1m_{t-1}+(1-\beta_1)\,g_t$; $v_t\leftarrow\beta_2v_{t-1}+(1-\beta_2)\,g_t^2$
# >
# > $\hat m_t\leftarrow$ (m, bias-corrected); $\hat v_t\leftarrow$ (v, bias-corrected)
# >
# > $w_t\leftarrow w_{t-1}-\eta\,\hat m_t/(\sqrt{\hat v_t}+\varepsilon)$
#
# **Find them.** Take a constant gradient g. Then $m_1=(1-\beta_1)\,g$ and
# $m_2=\beta_1m_1+(1-\beta_1)\,g=(1-\beta_1)(1+\beta_1)\,g$. Continue to $m_t$ and use the geometric
# sum. **Which share of g has $m_t$ reached?** Adam divides $m_t$ by this share, and $v_t$ by its
# own share.
#
# Then write the step. Which of the two does the next step need, $m_t$ or $\hat m_t$?


# %% solution="adam_step"
def adam_step(w, dw, m, v, t, *, lr, beta1, beta2, eps):
    """One step of Adam.

    w, dw : any shape, dw is the gradient of the loss
    m, v : shape of w, what the step before returned; zeros before the first step
    t : number of this step, counted from 1
    returns w, m, v : the new ones
    """
    ### BEGIN SOLUTION
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    w = w - lr * m_hat / (np.sqrt(v_hat) + eps)
    return w, m, v
    ### END SOLUTION


# %% check="adam_step"
check("adam_step", adam_step)

# %% [markdown]
# **The first step.** For each weight $\hat m_1=g$ and $\hat v_1=g^2$, so the first step has the
# length η|g|/(|g| + ε). This is about η for every gradient, until |g| comes near ε. S2's code
# leaves the correction to the paper. With β₁ = 0.9 and β₂ = 0.999, its first step has the length
# $0.1\,\eta/\sqrt{0.001}$, 3.16 times as long. <!-- no claim: derived -->

# %% [markdown]
# ### Adam in the rotated valley
#
# Adam has a rate for each weight, as Adagrad does. It combines the gradients of all steps, as
# momentum does. We rotate the valley of section 1 and a narrower one, with κ = 1,000. Each method
# again has the best of 21 rates. **In which valley does rotation by 45 degrees make Adam's loss
# more than ten times as large?**
#
# - a: in neither
# - b: only with κ = 100
# - c: only with κ = 1,000
# - d: in both

# %% guess="Adam in two rotated valleys"
guess("ps13_narrow", None, among="abcd")  # your letter in place of None, in quotes

# %% practice=true fold="Run 21 rates at six angles in both valleys"
both, best = {"Adagrad": adagrad_step, "Adam": adam_step}, {}
for k in (100, 1000):
    best[k] = {m: lesson.best_losses(m, both, kappa=k) for m in lesson.COMPARED}
mild, narrow = (found["Adam"][-1] > 10 * found["Adam"][0] for found in best.values())
letter = "abcd"[mild + 2 * narrow]
words = {"a": "neither", "b": "only κ = 100", "c": "only κ = 1,000", "d": "both"}
reveal("ps13_narrow", letter, "Adam's loss is more than ten times as large.", words)

# %% practice=true fold="Draw the losses"
picture = lesson.draw_rotation(best)
picture

# %% practice=true fold="Print the losses, also without Adam's mean of the gradients"
for k in best:
    mean_off = lesson.best_losses("Adam", both, kappa=k, beta1=0.0)
    rows = {lesson.COMPARED[m]: best[k][m] for m in ("GD", "momentum", "Adam")}
    for name, found in {**rows, "without mean": mean_off}.items():
        ends = [lesson.shown(loss) for loss in found[[0, -1]]]
        print(f"κ = {k:4}, {name:16}: {ends[0]} at 0 degrees, {ends[1]} at 45 degrees")

# %% claims=true
for k in best:
    mean_off = lesson.best_losses("Adam", both, kappa=k, beta1=0.0)
    claim("without it (printed), rotation hurts in both", mean_off[-1], above=1e6 * mean_off[0])


def both_ends(method, start, kappa, n=200, **settings):
    """The method's best loss at 0 and at 45 degrees, from this start."""
    losses = []
    for degrees in (0, 45):
        H, _ = lesson.valley(degrees, kappa)
        R = np.linalg.eigh(H)[1] if degrees else np.eye(2)
        paths = [
            lesson.path(method, lambda w, H=H: H @ w, R @ start, n, lr=lr, **settings)[-20:]
            for lr in lesson.RATES
        ]
        with np.errstate(all="ignore"):  # a rate that is too large diverges
            losses.append(np.nanmin([np.max(np.sum(w * (w @ H), axis=1) / 2) for w in paths]))
    return np.array(losses)


starts = np.random.default_rng(5).uniform(0.3, 1, (20, 2))  # other starts, β₂ and lengths
runs = [(start, 200, {}) for start in (*starts, np.ones(2))]
runs += [(np.ones(2), 400, {}), (np.ones(2), 200, {"beta2": 0.99})]
mild, narrow = (
    np.array([both_ends("Adam", start, kappa, n, **other) for start, n, other in runs])
    for kappa in (100, 1000)
)
moving, plain = (
    np.array([both_ends(m, start, 1000, n)[0] for start, n, _ in runs]) for m in ("momentum", "GD")
)
said = "hardly changes (from 20 other starts, by less than a factor of 4)"
claim(said, mild[:, 1] / mild[:, 0], below=4, given=[20])
said = "it rises more than a thousandfold"
claim(said, narrow[:, 1] / narrow[:, 0], above=1000)
said = "at 0 degrees Adam is ahead of momentum, at 45 far behind it"
claim(said, narrow[:, 0], below=moving, given=[0, 45])
claim(said, narrow[:, 1], above=100 * moving, given=[0, 45])
claim("still ahead of gradient descent", narrow[:, 1], below=plain)

# %% [markdown] after="ps13_narrow"
# With κ = 100, Adam's loss hardly changes (from 20 other starts, by less than a factor of 4). With
# κ = 1,000 it rises more than a thousandfold: **at 0 degrees Adam is ahead of momentum, at 45 far
# behind it**, but still ahead of gradient descent. At 45 degrees a rate for each axis helps little.
# What helps is Adam's mean of the gradients: without it (printed), rotation hurts in both valleys.
# Why Adam falls behind momentum, these numbers do not say.

# %% [markdown]
# ## 4 AdamW
#
# A penalty $\tfrac\lambda2\|w\|^2$ on the weights adds $\lambda w$ to the gradient. **On paper:**
# which share of w does this take away in each step of gradient descent? (This is *weight decay*.)
#
# <details><summary>Answer</summary>
#
# The step is $w-\eta(g+\lambda w)=(1-\eta\lambda)w-\eta g$, so the share is ηλ.
#
# </details>
#
# Adam with a penalty gets the gradient g + λw, too. Here λ is 1, and two weights start at 1. For
# 1,000 steps at the rate 0.002, each gets random gradients with mean 0. Their standard deviation
# is 10 for the first weight and 0.1 for the second. <!-- no claim: setting --> **Which of the two
# does the penalty shrink more, or does it shrink both alike?**

# %% practice=true fold="Run Adam with a penalty, 20 seeds"
large, little = lesson.two_weights(adam_step).mean(axis=0)
print(f"large gradients: the weight ends at {large:.2f}, small gradients: at {little:.2f}")

# %% claims=true
said = "a penalty in the gradient spares the weights that have large gradients"
claim(said, large / little, above=15)

# %% [markdown]
# Adam divides by $\sqrt{\hat v}$, and it divides the penalty as well. So **in Adam a penalty in the
# gradient spares the weights that have large gradients**.

# %% [markdown]
# *AdamW* (Loshchilov, Hutter 2019) leaves the penalty out of the gradient. Each step takes two
# things away from the given w: the step of Adam, and the share of w that you found for gradient
# descent. Write this step.


# %% solution="adamw_step"
def adamw_step(w, dw, m, v, t, *, lr, beta1, beta2, eps, weight_decay):
    """One step of AdamW.

    w, dw, m, v, t and lr to eps : as in adam_step; dw is the gradient without a penalty
    weight_decay : λ
    returns w, m, v : the new ones
    """
    ### BEGIN SOLUTION
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    step = m_hat / (np.sqrt(v_hat) + eps)
    return w - lr * (step + weight_decay * w), m, v
    ### END SOLUTION


# %% check="adamw_step"
check("adamw_step", adamw_step)

# %% practice=true fold="Run AdamW on the same gradients"
large, little = lesson.two_weights(adamw_step, weight_decay=1.0).mean(axis=0)
print(f"large gradients: the weight ends at {large:.2f}, small gradients: at {little:.2f}")

# %% claims=true
said = "$(1-0.002)^{1000}=0.135$"
claim(said, [large, little], equals=0.135, within=0.03, given=[1, 0.002, 1000])

# %% [markdown]
# With AdamW both weights keep the same share, $(1-0.002)^{1000}=0.135$, up to noise.

# %% [markdown]
# ## 5 A fair race
#
# S2 recommends Adam “as the default algorithm”. It “often works slightly better than RMSProp”, and
# “SGD+Nesterov Momentum” is “often also worth trying”. S3 gives five methods the same rate, 0.01.
# Is such a race fair?
#
# Your neighbour races momentum and Adam at a common rate out of the list 0.0005, 0.001, 0.002,
# 0.005 and so on to 100, with ten seeds each. We invent her losses, so we know the answer: momentum
# has the lowest mean loss, 0.20, at the rate 0.1, and Adam 0.25 at 0.005. One place away from its
# best rate, a method's mean loss is 0.05 higher, two places away 0.2, further away 0.45.
# <!-- no claim: setting --> **On paper: at which common rate does Adam seem to be farthest ahead,
# and by how much?**

# %% practice=true fold="Run her race, and print her intervals at four of the rates"
seeds, races = range(10), {}
for lr in lesson.OPTIONS["lr"]:
    races[lr] = [lesson.made_up("momentum", lr, s) - lesson.made_up("Adam", lr, s) for s in seeds]
for lr in (0.005, 0.01, 0.1, 1.0):
    low, high = interval(races[lr])
    print(f"both at {lr:5g}: momentum minus Adam lies between {low:5.2f} and {high:5.2f}")

# %% practice=true fold="Draw the mean losses at all rates"
picture = lesson.draw_rates(lesson.made_up, ("momentum", "Adam"), seeds)
picture

# %% claims=true
gaps = {lr: np.mean(d) for lr, d in races.items()}
said = "At 0.005, Adam's best rate, Adam seems to be ahead by 0.4"
claim(said, gaps[0.005], equals=0.4, within=0.04, given=[0.005])
others = [gap for lr, gap in gaps.items() if lr != 0.005]
claim(said, gaps[0.005], above=max(others), given=[0.005, 0.4])
claim("at S3's 0.01 by 0.35", gaps[0.01], equals=0.35, within=0.04, given=[0.01])
said = "At 0.1 momentum is ahead by 0.5, ten times the true 0.05"
claim(said, -gaps[0.1], equals=0.5, within=0.04, given=[0.1, 0.05])
claim("these intervals lie above 0", interval(races[0.005])[0], above=0, given=[0])
claim("these intervals lie above 0", interval(races[0.01])[0], above=0, given=[0])

# %% [markdown]
# <details><summary>After your own answer</summary>
#
# At 0.005, Adam's best rate, Adam seems to be ahead by 0.4, and at S3's 0.01 by 0.35; these
# intervals lie above 0. At 0.1 momentum is ahead by 0.5, ten times the true 0.05. A race at
# one rate says which method this rate suits, not which is better.
#
# </details>

# %% [markdown]
# ### Compare a method with Adam
#
# **You hand in** `race_report(trial, method, scale, kept)`. It returns an interval of 95 % for the
# mean loss of `method` minus that of Adam, each at its own best rate. <!-- no claim: setting -->
# `trial(method, lr, seed)` trains a small network on digits and returns its test loss. Two settings
# change from call to call, for both sides alike:
#
# - `scale`: all gradients are multiplied by 0.01, 0.1, 1 or 10. <!-- no claim: setting -->
# - `kept`: momentum and Nesterov (μ) and Adam (β₁) keep the share 0.5, 0.9 or 0.99.
#   <!-- no claim: setting -->
#
# For `scale` 1 and `kept` 0.9, `lesson.BEST` has the best rates: <!-- no claim: setting -->
# SGD 0.5; momentum, Nesterov and Adagrad 0.1; RMSProp 0.01; Adam 0.02.
#
# **Where is each best rate now?** For `scale`, put 10 g in place of g in the step of each method:
# which rate makes the same step as before? For `kept`, give momentum (notebook 12: v ← μv − ηg, w ←
# w + v), Nesterov and Adam the same g for ever: how long does a step become, and which rate keeps
# it as long as with 0.9? <!-- no claim: setting -->
#
# A neighbour in the list may be better: `lesson.best_near(trial, method, lr)` tries the rate
# nearest to lr and both neighbours with seed 0, and returns the best rate of the list. (The lowest
# of three makes both losses too low, by about the same amount, which nearly cancels in the
# difference: seed 0 may report, too.) So 3 + 3 trainings choose, and 4 + 4 more report.
#
# **The check** simulates `trial` in 1,500 worlds and allows 14 trainings in each, for both sides
# together (the same call again costs nothing). At least 92 % of your intervals must contain the
# true difference (not 95 %, so that luck costs no points), and on average they may be at most 1.3
# times as wide as ours: both where seeds differ little and where they differ much.
# <!-- no claim: setting --> (Worlds, pairs and `interval`: notebook 01.)


# %% solution="race_report"
def race_report(trial, method, scale, kept):
    """Ask for at most 14 trainings; return (low, high) for the loss of method minus that of Adam.

    trial : trial(method, lr, seed) trains with this scale and kept, and returns the test loss
    method : "SGD", "momentum", "Nesterov", "Adagrad" or "RMSProp"
    scale, kept : what the gradients are multiplied by; the new μ and β₁
    """
    ### BEGIN SOLUTION
    losses = {}
    for name in (method, "Adam"):
        lr = lesson.BEST[name]
        if name in ("SGD", "momentum", "Nesterov"):  # their steps grow with the gradient
            lr = lr / scale
        if name in ("momentum", "Nesterov"):  # a sum of steps; Adam's m is a mean
            lr = lr * (1 - kept) / (1 - 0.9)
        best = lesson.best_near(trial, name, lr)
        losses[name] = np.array([trial(name, best, seed) for seed in range(5)])
    return interval(losses[method] - losses["Adam"])
    ### END SOLUTION


# %% check="race_report"
check("race_report", race_report)

# %% [markdown]
# Now with real trainings, at the scale 10 and `kept` 0.99. <!-- no claim: setting --> **On paper:
# which of the five intervals will lie above 0 (Adam is better), which below 0, and which will
# contain 0?**

# %% practice=true fold="Your reports, with your steps of Adagrad and Adam"
steps, scale, kept = {"Adagrad": adagrad_step, "Adam": adam_step}, 10.0, 0.99
for method in ("SGD", "momentum", "Nesterov", "Adagrad", "RMSProp"):
    trial = Trials(lesson.trainer(steps, scale, kept), lesson.OPTIONS, budget=14)
    low, high = race_report(trial, method, scale, kept)
    print(f"{method:8} minus Adam: the difference lies between {low:6.3f} and {high:6.3f}")
for lr in (0.01, 5.0):
    print(f"Adadelta at the rate {lr:g} (scale 1): test loss {lesson.train('Adadelta', lr, 0):.2f}")

# %% claims=true
from importlib.resources import files

table = np.load(files("grader.exercises.ps13") / "race_report.npy") / 10_000
methods, by_rate = lesson.OPTIONS["method"], table.mean(axis=2)
rates = np.array(lesson.OPTIONS["lr"])
best_at = dict(zip(methods, rates[by_rate.argmin(axis=1)], strict=True))
lowest = dict(zip(methods, by_rate.min(axis=1), strict=True))
said = "SGD 0.5; momentum, Nesterov and Adagrad 0.1; RMSProp 0.01; Adam 0.02"
stated = {"SGD": 0.5, "momentum": 0.1, "Nesterov": 0.1, "Adagrad": 0.1, "RMSProp": 0.01}
stated |= {"Adam": 0.02}
off = [best_at[name] / rate for name, rate in stated.items()]
claim(said, off, equals=1, within=0.01, given=[*stated.values()])
off = [best_at[name] / rate for name, rate in lesson.BEST.items()]
claim(said, off, equals=1, within=0.01, given=[*stated.values()])
of_seeds = {m: table[k, :, :][by_rate[k].argmin()] for k, m in enumerate(methods)}


def between(first, second):
    return interval(of_seeds[first] - of_seeds[second])


low, high = between("RMSProp", "Adam")
claim("RMSProp's mean loss is 0.05 above Adam's", (low + high) / 2, equals=0.05, within=0.0125)
claim("Adam works better than RMSProp here", low, above=0)
low, high = between("Nesterov", "Adam")
claim("Nesterov's momentum has the lowest loss of all", -high, above=0)
claim(
    "Nesterov's momentum has the lowest loss of all",
    lowest["Nesterov"],
    below=0.999 * lowest["Adam"],
)
claim("about 0.01 below Adam's", (low + high) / 2, equals=-0.01, within=0.0025)
said = "(interval: 0.004 to 0.019 below)"
claim(said, -high, equals=0.004, within=0.0005, given=[0.019])
claim(said, -low, equals=0.019, within=0.001, given=[0.004])
claim("Here its best\nrate is 5", best_at["Adadelta"], equals=5, within=0.5)
at = dict(zip(methods, by_rate[:, lesson.OPTIONS["lr"].index(0.01)], strict=True))  # S3's rate
said = "At S3's common 0.01, its loss is about ln 10 = 2.30, as bad as guessing"
claim(said, at["Adadelta"], equals=2.3, within=0.02, given=[0.01, 10])
said = "Nesterov's\nmomentum has more than three times Adam's loss"
claim(said, at["Nesterov"] / at["Adam"], above=3)
claim(
    "Adagrad's loss is 0.05 above Adam's",
    lowest["Adagrad"] - lowest["Adam"],
    equals=0.05,
    within=0.0125,
)

# %% claims="slow"
said = "Our trainings\nagree, up to one place"
for method, lr in lesson.BEST.items():
    if method != "Adadelta":
        for scale in (0.01, 10.0):
            other = lr / scale if method in ("SGD", "momentum", "Nesterov") else lr
            seeds = range(60, 63)
            found = [lesson.train(method, other, seed, scale=scale) for seed in seeds]
            moved = np.subtract(found, [lesson.train(method, lr, seed) for seed in seeds])
            claim(said, np.abs(moved), below=0.03)
for kept, grown in ((0.5, 5), (0.99, 0.1)):
    for method in ("momentum", "Nesterov", "Adam"):
        middle = lesson.BEST[method] * (1 if method == "Adam" else grown)
        k = rates.tolist().index(lesson.near(middle)[1])
        tried = [
            np.mean([lesson.train(method, lr, seed, kept=kept) for seed in range(60, 68)])
            for lr in rates[k - 2 : k + 3]
        ]
        claim(said, abs(np.argmin(tried) - 2), below=1.5)
nesterov, adam = (
    np.array([lesson.train(method, lr, seed, kept=0.99) for seed in range(100, 130)])
    for method, lr in (("Nesterov", 0.01), ("Adam", 0.02))
)
said = "With `kept` 0.99, this lead is gone (30 seeds)"
claim(said, interval(nesterov - adam)[1], above=0, given=[0.99, 30])

# %% [markdown]
# <details><summary>When you have your own intervals: what 7,140 trainings say (7 methods, 17 rates,
# 60 seeds)</summary>
#
# With 10 times the gradients, SGD, momentum and Nesterov need a tenth of their rate. The velocity
# of momentum and Nesterov is a *sum*: with the same g for ever, a step grows to ηg/(1 − μ). So with
# 0.99 in place of 0.9 both need a tenth again, and with 0.5 five times as much. Adam's m is a
# *mean* and grows to g with any β₁, so Adam keeps its rate. Our trainings agree, up to one place.
# <!-- no claim: derived -->
#
# Your intervals hold for their settings alone. At the scale 1 and `kept` 0.9,
# <!-- no claim: setting --> RMSProp's mean loss is 0.05 above Adam's: Adam works better than
# RMSProp here. But Nesterov's momentum has the lowest loss of all, about 0.01 below Adam's
# (interval: 0.004 to 0.019 below). With `kept` 0.99, this lead is gone (30 seeds). Adagrad's loss
# is 0.05 above Adam's. Whether it stops too early, four epochs do not tell.
#
# *Adadelta* (S3) divides as RMSProp does. It multiplies by the root of a running mean of its own
# squared steps. Its rate is a pure number, 1 in its paper. <!-- no claim: source --> Here its best
# rate is 5. At S3's common 0.01, its loss is about ln 10 = 2.30, as bad as guessing, and Nesterov's
# momentum has more than three times Adam's loss.
#
# </details>

# %% [markdown]
# ## To keep
#
# | method | memory | step |
# |---|---|---|
# | Adagrad | sum of dw² | η·dw/(√cache + ε) |
# | RMSProp | running mean of dw² | the same |
# | Adam | running means m of dw, v of dw² | η·m̂/(√v̂ + ε), m and v corrected |
# | AdamW | as Adam | that of Adam + ηλw |
#
# **What does a rate for each weight repair?** Gradients of different sizes: Adam's steps hardly
# depend on the size. In a valley at an angle to the axes it helps little: there Adam is left with
# its mean of the gradients. **Is Adam the best choice?** Only a race can tell, and only for its own
# task. Each side needs its own best rate, found with the same budget. On our digits, with 0.9 kept
# by both, Nesterov's momentum was about 0.01 ahead of Adam (interval: 0.004 to 0.019).
#
# <details><summary>m̂ and v̂</summary>
#
# $\hat m_t=m_t/(1-\beta_1^t)$, $\hat v_t=v_t/(1-\beta_2^t)$
#
# </details>
#
# <details><summary>In PyTorch (a whole training: notebook 24)</summary>
#
# `torch.optim.Adagrad`, `RMSprop` (its `alpha` is d), `Adam` and `AdamW` (`betas`
# are our β₁ and β₂), `Adadelta`.
#
# </details>

# %% practice=true fold="Compare your steps with PyTorch's"
if importlib.util.find_spec("torch") is None:
    print("PyTorch is not installed here; nothing needs it.")
else:
    import torch

    lesson.compare_with(torch, adagrad_step, adam_step, adamw_step)

# %% [markdown]
# ### Lines of the lectures
#
# No task needs this part. S2 calls Adagrad's square root “very important” and gives ε from 1e-4 to
# 1e-8. <!-- no claim: source --> Of Adam's update it says “looks exactly as RMSProp update”, apart
# from m.

# %% practice=true fold="Measure lines of S2"
betas, zero, one = {"beta1": 0.9, "beta2": 0.999}, np.zeros(2), np.ones(2)
sizes = np.array([0.001, 1])
rooted = -adagrad_step(zero, sizes, zero, lr=1.0, eps=0.0)[0]
print(f"first step / rate of Adagrad: {rooted}, without the root: {sizes / sizes**2}")
for eps in (1e-4, 1e-7, 1e-8):
    w, _, _ = adam_step(zero, np.array([1e-7, 1e-4]), zero, zero, 1, lr=1.0, **betas, eps=eps)
    print(f"first step / rate of Adam, eps {eps:g}: {-w[0]:.2f} for 1e-7, {-w[1]:.2f} for 1e-4")
late, _, _ = adam_step(one, sizes, zero, one, 10**6, lr=0.1, beta1=0.0, beta2=0.999, eps=1e-8)
other, _ = lesson.LIBRARY["RMSProp"](one, sizes, one, lr=0.1, decay=0.999, eps=1e-8)
difference = np.abs(late - other).max()
print(f"Adam with beta1 = 0 and RMSProp at step 1,000,000 differ by {difference:.0e}")
cache = np.zeros(2)  # of a running mean, and of the slip
for _ in range(2):
    cache = 0.9 * cache + [0, 1] * cache + 0.1 * np.ones(2) ** 2
print(f"RMSProp's cache after two gradients of 1: {cache[0]:.2f}, with += {cache[1]:.2f}")

# %% claims=true
claim("With the root, Adagrad's first step has the length", rooted, equals=1, within=1e-9)
said = "with gradient 0.001 moves a thousand times as far as one with gradient 1"
claim(said, (sizes / sizes**2)[0], equals=1000, within=1e-6, given=[0.001, 1])
first = {
    (g, e): -adam_step(*np.array([[0.0], [g], [0.0], [0.0]]), 1, lr=1.0, **betas, eps=e)[0][0]
    for g in (1e-7, 1e-4)
    for e in (1e-4, 1e-7, 1e-8)
}
claim("only half as long as η", first[1e-4, 1e-4], equals=0.5, within=0.01)
said = "differ at a gradient of 1e-7"
claim(said, first[1e-7, 1e-8] - first[1e-7, 1e-7], above=0.3, given=[1e-7])
claim("not at 1e-4", first[1e-4, 1e-8] - first[1e-4, 1e-7], below=0.002, given=[1e-4])
claim("late steps of Adam and RMSProp are equal", difference, below=1e-9)
said = "0.29 in place of 0.19"
claim(said, cache[1], equals=0.29, within=1e-9, given=[0.19])
claim(said, cache[0], equals=0.19, within=1e-9, given=[0.29])

# %% [markdown]
# <details><summary>What the numbers say</summary>
#
# With the root, Adagrad's first step has the length $\eta|g|/\sqrt{g^2}=\eta$ for every gradient.
# Without it, the length is $\eta|g|/g^2$: a weight with gradient 0.001 moves a thousand times as
# far as one with gradient 1, and one η has to serve both. With ε = 1e-4, Adam's first step for a
# gradient of 1e-4 is only half as long as η. The 1e-7 of S2's code and the 1e-8 of its text differ
# at a gradient of 1e-7, but not at 1e-4. With `beta1 = 0`, late steps of Adam and RMSProp are
# equal; the first ones differ by the correction. S2's slide has `+=` in place of RMSProp's arrow, a
# slip: after two gradients of 1, the cache is then 0.29 in place of 0.19, and it never stops
# growing.
#
# </details>

# %% [markdown]
# ## Sources
#
# S2 "Training Neural Networks" (J. Choo, Korea University); S3 "Backpropagation and Training" (C.
# V. Jawahar, IIIT Hyderabad). Rotation: "Dive into Deep Learning".
#
# <details><summary>Papers</summary>
#
# Duchi, Hazan, Singer (2011), JMLR 12 (we use the diagonal version); Hinton (2012), "Neural
# Networks for Machine Learning", lecture 6; Kingma, Ba (2015), arXiv 1412.6980; Loshchilov, Hutter
# (2019), arXiv 1711.05101.
#
# </details>
