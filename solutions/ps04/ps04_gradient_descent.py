# %% [markdown]
# # Gradient descent and the largest rate
#
# *Gradient descent* searches for weights with a small loss: it takes a step against the gradient,
# and repeats. **How large may the steps be, and what does a larger rate gain?** You answer first
# for a quadratic loss, then for a network.
#
# **You need** gradients and eigenvalues; for section 5, what a hidden layer is.

# %% opening=true
"""Three copies of a bowl, each with the points of gradient descent from the same start at the upper
left. With the smallest rate the points move down slowly on one side. With a larger rate they are
soon at the bottom. With the largest rate they jump from side to side and come down slowly."""

import matplotlib.pyplot as plt
import numpy as np

from course_lib.plots import theme

w = np.linspace(-3.4, 3.4, 100)
figure, axes = plt.subplots(1, 3, figsize=(6.4, 2.9), sharey=True)
for ax, rate in zip(axes, (0.08, 0.6, 1.9), strict=True):
    path = -2.2 * (1 - rate) ** np.arange(6)
    ax.plot(w, w**2 / 2, color="#B0B0B0", linewidth=2.5)
    ax.plot(path, path**2 / 2, "o-", color=theme.FORWARD, linewidth=1.5, markersize=6)
    ax.plot(path[0], path[0] ** 2 / 2, "o", color=theme.INK, markersize=9)
    ax.set_title(f"rate {rate:g}", loc="center")
    ax.axis("off")
figure.suptitle("Five steps down a bowl. How large may a step be?", x=0.01, ha="left", size=16)
plt.show()

# %% setup=true minutes=1
import numpy as np

from course_lessons import gradient_descent as lesson
from course_lib.backend import choose_device
from grader.checking import check, guess, reveal

device = choose_device("cpu")  # a step here costs less than sending it to a GPU would

# %% [markdown]
# ## 1 Two rates
#
# Ten measurements of each of 442 patients predict how their diabetes progresses. The prediction for
# patient n is $x_n^\top w$, where $x_n$ has the measurements and a 1 for the bias, and $w$ has the
# eleven weights. With the targets $t_n$, the *loss* is half the mean squared error,
#
# $$L(w) = \frac1{2N}\sum_{n=1}^N (x_n^\top w - t_n)^2.$$
#
# Gradient descent repeats the step (S1, equation (2))
#
# $$w \leftarrow w - \eta\,\nabla L(w)$$
#
# against the gradient ∇L. The *learning rate* η > 0 is `lr` in code.
#
# From w = 0 and at the rate 0.49, the loss falls from 0.50 to 0.24 in 300 steps. **What is the loss
# after 300 steps at the rate 0.50?**

# %% guess="the loss at the rate 0.50"
guess("ps04_rates", None)  # a number in place of None

# %% [markdown]
# Write gradient descent. Keep all points on the way. Take exactly the requested number of steps,
# even where the weights grow without limit.


# %% solution="gradient_descent"
def gradient_descent(grad, w0, lr, steps):
    """Follow the negative gradient.

    grad : a function, (D,) -> (D,)
    w0 : (D,) floats, where to begin, not to be changed; lr : learning rate; steps : 0 or more
    returns path : (steps + 1, D), all points on the way, w0 first
    """
    ### BEGIN SOLUTION
    w, path = w0, [w0]
    for _ in range(steps):
        dw = grad(w)
        w = w - lr * dw
        path.append(w)
    return np.array(path)
    ### END SOLUTION


# %% check="gradient_descent"
check("gradient_descent", gradient_descent)

# %% practice=true
x, t = lesson.patients()  # x: (442, 11), standardised, with a column of ones


def loss(w):
    return np.mean((x @ w - t) ** 2) / 2


def grad(w):
    return x.T @ (x @ w - t) / len(x)


# %% practice=true fold="Train at both rates"
losses = {}
for lr in (0.49, 0.50):
    path = gradient_descent(grad, np.zeros(11), lr, 300)
    losses[f"rate {lr:.2f}"] = np.array([loss(w) for w in path])
reveal("ps04_rates", losses["rate 0.50"][-1], "Loss after 300 steps at the rate 0.50.")

# %% practice=true
picture = lesson.draw_two_rates(losses)
picture

# %% claims=true
slow, fast = losses.values()
said = "the loss falls from 0.50 to 0.24 in 300 steps"
claim(said, slow[0], equals=0.5, within=0.001, given=[0.24, 300])
claim(said, slow[-1], equals=0.24, within=0.005, given=[0.5, 300])
claim(
    "At 0.50 the loss is lowest after three steps", fast.argmin(), equals=3, within=0.5, given=[0.5]
)
claim("it is above 200", fast[-1], above=200)
claim(
    "grows by the same factor at every step", fast[201:] / fast[200:-1], equals=1.024, within=0.01
)

# %% [markdown] after="ps04_rates"
# At 0.50 the loss is lowest after three steps. Then it rises, and soon it grows by the same factor
# at every step. After 300 steps it is above 200. Why do 2 % of the rate decide?
# <!-- no claim: derived -->

# %% [markdown]
# ## 2 The largest rate
#
# S1 approximates the loss near w by Taylor's formula, its equation (1). For a small change $\Delta
# w$ of the weights, and with $g = \nabla L(w)$,
#
# $$L(w + \Delta w) \approx L(w) + g^\top \Delta w + \tfrac12\, \Delta w^\top H\, \Delta w.$$
#
# The *Hessian* H is the matrix of the second derivatives of L at w. S1 drops the term with H. What
# is left is the *first order*: the loss falls by $-g^\top\Delta w$. “How to make something to be
# always positive?” S1 asks, and takes a square: with $\Delta w = -\eta\,g$ the loss falls by
# $\eta\,\|g\|^2$, where $\|g\|$ is the length of g.
#
# S0 updates the weights “in the direction of gradient”, and S4 moves “into direction of gradient”,
# but both formulas have a minus sign.

# %% practice=true fold="Take five steps in both directions"
for name, sign in (("in the direction of the gradient", -1), ("against it", 1)):
    path = gradient_descent(lambda w, sign=sign: sign * grad(w), np.zeros(11), 0.1, 5)
    print(f"{name:33}", *(f"{loss(w):.4f}" for w in path))

# %% claims=true
up = [loss(w) for w in gradient_descent(lambda w: -grad(w), np.zeros(11), 0.1, 5)]
claim("the loss rises from the first step on", np.diff(up), above=0)

# %% [markdown]
# In the direction of the gradient, the loss rises from the first step on: the words are an
# **error**.

# %% [markdown]
# **How small is small enough?** The first order promises a larger fall for every larger rate. Only
# the term that S1 dropped can say where this ends. Put $\Delta w = -\eta\,g$ into the whole
# formula, and return the change of the loss, new minus old.


# %% solution="taylor_change"
def taylor_change(g, H, lr):
    """Change of the loss in one step of gradient descent, to second order.

    g : (D,) gradient where the step begins; lr : learning rate
    H : (D, D) second derivatives there, symmetric, perhaps with negative eigenvalues
    returns one number, negative if the loss falls, 0 where g = 0
    """
    ### BEGIN SOLUTION
    slope = -lr * (g @ g)
    bend = 0.5 * lr**2 * (g @ H @ g)
    return slope + bend
    ### END SOLUTION


# %% check="taylor_change"
check("taylor_change", taylor_change)

# %% practice=true fold="Compare both orders with one step from w = 0"
H = x.T @ x / len(x)
g = grad(np.zeros(11))
print("rate   first order   second order   true change")
for lr in (0.1, 0.3, 0.5, 0.6):
    first, second = taylor_change(g, 0 * H, lr), taylor_change(g, H, lr)
    print(f"{lr:4} {first:13.4f} {second:14.4f} {loss(-lr * g) - loss(0 * g):13.4f}")

# %% claims=true
true = {lr: loss(-lr * g) - loss(0 * g) for lr in (0.1, 0.3, 0.5, 0.6)}
second = [taylor_change(g, H, lr) for lr in true]
claim("the second order is exact", np.abs(np.subtract(second, [*true.values()])), below=1e-10)
claim("At 0.6 the loss rises", true[0.6], above=0, given=[0.6])

# %% [markdown]
# For half the mean squared error, $H = \frac1N\sum_n x_n x_n^\top$ at every w, so the second order
# is exact. At 0.6 the loss rises, although the first order promises the largest fall. S1 concludes
# that the loss falls for “some η ∈ (0, +∞)”. This is a **simplification**: the proof does not say
# which η is small enough.
#
# Why then does 0.50 fail only after some steps? Let a be the vector from the minimum of a quadratic
# loss to the current weights. Then the loss is $\tfrac12 a^\top H a$ plus a constant, its gradient
# is $Ha$, and a step is
#
# $$a \leftarrow a - \eta\,H a.$$
#
# H is symmetric, so it has eigenvectors at right angles to each other, and a is a sum of parts
# along them. Along an eigenvector, $Ha = \lambda a$. The eigenvalue λ is the **curvature** in this
# direction. So a step multiplies this part of a by $1 - \eta\lambda$, and k steps multiply it by
# $(1-\eta\lambda)^k$.
#
# A part with λ > 0 shrinks if $-1 < 1-\eta\lambda < 1$, that is, if η < 2/λ. If $1-\eta\lambda$ is
# negative, this part jumps to the other side of the minimum in each step. All parts share one rate,
# so the largest curvature $\lambda_{max}$ decides:
#
# $$\boxed{\eta < 2/\lambda_{max}}$$
#
# We call $2/\lambda_{max}$ the *limit*. Here are three rates in a valley with the curvatures 1 and
# 8: <!-- no claim: setting -->

# %% practice=true fold="Take 20 steps in the valley, and compute the limit for the patients"
turn = np.array([[0.8, -0.6], [0.6, 0.8]])  # the columns are the eigenvectors
H_valley = turn @ np.diag([1.0, 8.0]) @ turn.T
paths = {
    f"{share} × limit": gradient_descent(
        lambda a: H_valley @ a, np.array([-1.5, -2.2]), share * 2 / 8, 20
    )
    for share in (0.2, 0.9, 1.02)
}
picture = lesson.draw_valley(H_valley, paths)
limit = 2 / np.linalg.eigvalsh(H).max()
print(f"patients: the limit is {limit:.4f}")
picture

# %% claims=true
steep = paths["1.02 × limit"] @ turn[:, 1]
flat = [path @ turn[:, 0] for path in paths.values()]
claim(
    "36 % of the part along the valley are left", flat[0][-1] / flat[0][0], equals=0.36, within=0.01
)
claim("Above the limit, training *diverges*", steep[-1] / steep[0], above=2)
claim(
    "0.50 is 0.6 % above the limit", 100 * (0.5 / limit - 1), equals=0.6, within=0.05, given=[0.5]
)
claim("by 1.2 % in each step", 100 * (2 * 0.5 / limit - 2), equals=1.2, within=0.1)
claim("by 2.4 %", 100 * ((2 * 0.5 / limit - 1) ** 2 - 1), equals=2.4, within=0.2)
rates = np.linspace(0.001, 0.25, 250)
ends = [gradient_descent(lambda a: H_valley @ a, turn.sum(axis=1), lr, 100)[-1] for lr in rates]
left = np.linalg.norm(ends, axis=1) / 2**0.5
said = "In the valley this rate is 2/9 = 0.222, with the factor 7/9"
claim(said, rates[left.argmin()], equals=0.222, within=0.002, given=[2, 9, 7])
claim(said, left.min() ** 0.01, equals=7 / 9, within=0.01, given=[2, 9, 0.222, 7])
flattest, steepest = np.linalg.eigvalsh(H)[[0, -1]]
claim("κ is 470", steepest / flattest, equals=470, within=1)
slowest = np.linalg.eigh(H)[1][:, 0]
path = gradient_descent(lambda a: H @ a, slowest, 2 / (flattest + steepest), 300)
said = "28 % of the slowest part are left after 300 steps"
claim(said, path[-1] @ slowest, equals=0.28, within=0.005, given=[300])

# %% [markdown]
# Above the limit, training *diverges*: the loss grows without bound. A low rate is slow along the
# valley: at a fifth of the limit, 36 % of the part along the valley are left after 20 steps.
# <!-- no claim: setting -->
#
# For the patients, 0.50 is 0.6 % above the limit. There the part along the steepest direction, that
# of $\lambda_{max}$, grows by 1.2 % in each step, and its loss, proportional to its square, by 2.4
# %. The other parts shrink, so the loss falls at first.
#
# **The best rate.** In the long run the part with the largest factor $|1-\eta\lambda|$ decides. A
# larger rate lowers the factor of the smallest curvature, $1-\eta\lambda_{min}$, and from
# $1/\lambda_{max}$ on it raises that of the largest, $\eta\lambda_{max}-1$. The best rate makes
# them equal:
#
# $$\eta = \frac2{\lambda_{max}+\lambda_{min}},\quad\text{with the factor}\quad
# \frac{\kappa-1}{\kappa+1},\qquad \kappa = \frac{\lambda_{max}}{\lambda_{min}}.$$
#
# κ is the *condition number*. In the valley this rate is 2/9 = 0.222, with the factor 7/9: just
# below the limit 2/8. For the patients κ is 470, so even at the best rate 28 % of the slowest part
# are left after 300 steps.

# %% [markdown]
# ## 3 The curvature without the matrix
#
# The network of section 5 has 2,410 weights, so H has 5.8
# million entries. <!-- no claim: derived --> But a **product** of H and a vector v needs only two
# gradients and a small h:
#
# $$Hv \approx \frac{\nabla L(w + h v) - \nabla L(w - h v)}{2h}.$$
#
# *Power iteration* finds $\lambda_{max}$ with such products: start with a random v, and multiply it
# by H again and again. Each product multiplies the part of v along an eigenvector by its λ. So the
# part with the largest λ outgrows the others, and v turns into the steepest direction. There, for a
# v of length 1, the number $v^\top H v$ is $\lambda_{max}$. We assume that $\lambda_{max}$ is also
# the largest in absolute value.
#
# For a v of length 1, $h = 10^{-4}$ is small enough here. <!-- no claim: setting --> Two decisions
# are yours. What do you do about the length of v after each product? And **when do you stop?** If
# the second curvature is 98 % of the first, the error shrinks slowly: how large is it beside your
# last change? <!-- no claim: setting --> An error of 0.1 % is allowed. You may call `grad` at most
# 2,000 times, but only 100 times where no other curvature is above half of the first.
# <!-- no claim: setting -->


# %% solution="largest_curvature"
def largest_curvature(grad, w, v):
    """The largest eigenvalue of H at w, from gradients alone.

    grad : the gradient, a function (D,) -> (D,)
    w : (D,), where H is taken; v : (D,), a random vector to begin with, of any length
    returns one number. Do not change w or v.
    """
    ### BEGIN SOLUTION
    h, curvature, before = 1e-4, 1.0, 0.0
    while abs(curvature - before) > 1e-7 * abs(curvature):
        unit = v / np.linalg.norm(v)
        v = (grad(w + h * unit) - grad(w - h * unit)) / (2 * h)
        curvature, before = unit @ v, curvature
    return curvature
    ### END SOLUTION


# %% check="largest_curvature"
check("largest_curvature", largest_curvature)

# %% [markdown]
# <details><summary>After your check: how the last changes tell the error</summary>
#
# After k products, the parts of the two largest curvatures have the ratio $(\lambda_2/\lambda_1)^k$
# times the one of the start. $v^\top H v$ contains its square. So near the end, each round
# multiplies the error e by $q = (\lambda_2/\lambda_1)^2$, and the change is $(1-q)\,e$. For 98 %,
# $1-q$ is 4 %. <!-- no claim: derived -->
#
# </details>

# %% [markdown]
# ## 4 Where a run ends
#
# Minimising the loss of a network is “in general a *non-convex* optimization problem” (S4), and
# gradient descent “gets stuck in local minima” (S1). An example with two valleys: $L(w) = \frac14
# w^4 - w^2 + 0.3\,w$.

# %% practice=true fold="Start nine runs"
runs = []
for start in np.linspace(-2, 2, 9):
    path = gradient_descent(lesson.slope_of_two_valleys, np.array([start]), 0.1, 60)
    runs.append(path[:, 0])
picture = lesson.draw_valleys(runs)
picture

# %% claims=true
slopes = lesson.slope_of_two_valleys(np.array([0.14, 0.16]))
claim("Each run ends in the valley where it begins", slopes[0], above=0)  # the hilltop is near 0.15
claim("Each run ends in the valley where it begins", slopes[1], below=0)
claim("Each run ends in the valley where it begins", [run[-1] for run in runs[:5]], below=-1)
claim("Each run ends in the valley where it begins", [run[-1] for run in runs[5:]], above=1)

# %% [markdown]
# Each run ends in the valley where it begins: its steps are small, and it knows only the gradient
# at one place.
#
# **A saddle.** The loss $\frac12(w_0^2 - w_1^2)$ has the gradient 0 at w = 0. There it rises along
# one axis and falls along the other (S3 shows such a *saddle point*). Where do runs from $(1, 0)$
# and from $(1, 10^{-12})$ end?

# %% practice=true fold="Run from both places"
for w1 in (0.0, 1e-12):
    end = gradient_descent(lambda w: w * [1, -1], np.array([1.0, w1]), 0.3, 120)[-1]
    print(f"from (1, {w1:g}) to ({end[0]:.0e}, {end[1]:.1f})")

# %% claims=true
on, off = (
    gradient_descent(lambda w: w * [1, -1], np.array([1.0, w1]), 0.3, 120)[-1] for w1 in (0, 1e-12)
)
claim("A run that begins exactly on the ridge ends at the saddle", np.abs(on), below=1e-12)
claim("A deviation of a trillionth is enough to leave it", off[1], above=40)

# %% [markdown]
# A run that begins exactly on the ridge ends at the saddle. There g = 0, and S1's $\eta\|g\|^2 > 0$
# is wrong. A deviation of a trillionth is enough to leave it: for λ < 0 the multiplier
# $1-\eta\lambda$ is above 1.

# %% [markdown]
# **Newton's method** computes second derivatives “for more precise convergence” (S1). Its step is
# $-H^{-1} g$: along each eigenvector the rate is 1/λ, so every multiplier $1-\eta\lambda$ is 0. On
# a bowl, one such step ends at the minimum. For a negative λ the multiplier is 0 as well, so the
# step leads to a hilltop.

# %% practice=true fold="Take one Newton step from three places"
ends = {}
for start in (-2.0, 0.5, 1.0):
    slope, bend = lesson.slope_of_two_valleys(np.array(start)), 3 * start**2 - 2
    ends[start] = start - slope / bend
    before, after = lesson.two_valleys(start), lesson.two_valleys(ends[start])
    print(f"from {start:4} to {ends[start]:6.3f}: the loss changes by {after - before:7.3f}")

# %% claims=true
change = {w: lesson.two_valleys(end) - lesson.two_valleys(w) for w, end in ends.items()}
claim("From −2 the loss falls", change[-2.0], below=0, given=[2])
claim("from 0.5 the step leads near the hilltop", abs(ends[0.5] - 0.15), below=0.15, given=[0.5])
claim("from 1 it is too long", change[1.0], above=0, given=[1])

# %% [markdown]
# From −2 the loss falls, from 0.5 the step leads near the hilltop, and from 1 it is too long: H is
# 1 there, but 3.3 at the minimum. <!-- no claim: derived --> And Newton's method needs all of H.

# %% [markdown]
# ## 5 How large a rate may a network have?
#
# A network with 64 inputs, 32 tanh units and 10 outputs learns 300 images of digits. Its initial
# random weights have the standard deviation 1/√(number of inputs), times 0.3 at the *small* start
# and times 2 at the *large* start. Your function finds the limit at both:
# <!-- no claim: setting -->

# %% practice=true fold="Measure the limit at both starts, with five seeds"
starts = {}
v = np.random.default_rng(0).normal(size=2410)
for start in ("small", "large"):
    places = [lesson.initial(start, seed) for seed in range(5)]
    starts[start] = [2 / largest_curvature(lesson.network_grad, w, v) for w in places]
    print(f"{start} start: limits", *(f"{limit:.2f}" for limit in starts[start]))
at_one = np.mean([lesson.reached("small", 1, seed) for seed in range(5)])
print(f"small start, thirty steps at the rate 1: accuracy {at_one:.2f} on other images (mean)")

# %% [markdown]
# **What is the accuracy after thirty steps from the small start at the rate 2, well below its
# limit?**

# %% guess="the accuracy well below the limit"
guess("ps04_network", None, between=(0, 1))  # a number from 0 to 1

# %% practice=true fold="Train at the rate 2, and follow the limit at the rate 0.5"
limits = {}
at_two = [lesson.reached("small", 2, seed, gradient_descent) for seed in range(5)]
limits = {
    f"{start} start": lesson.limits_while_training(largest_curvature, start, 0.5)
    for start in ("small", "large")
}
reveal("ps04_network", float(np.mean(at_two)), "Accuracy at the rate 2, mean of five seeds.")

# %% practice=true
picture = lesson.draw_limits(limits, 0.5)
picture

# %% claims=true
small, large = limits.values()
claim("the rate 2, well below its limit", 2 / np.array(starts["small"]), below=0.6, given=[2])
said = "After thirty steps at the rate 2 the network is hardly better than a guess"
claim(said, np.mean(at_two), below=0.3, given=[2])
claim("the limit falls to less than a fifth", small.min() / small[0], below=0.2)
claim("begins with 0.5 above its limit", large[0], below=0.5)
claim("does not diverge", lesson.reached("large", 0.5, 0), above=0.7)
claim("its limit rises", large[-1] / large[0], above=1.5)
claim("In both runs it ends between 0.5 and 1", [small[-1], large[-1]], above=0.5, below=1)

# %% [markdown] after="ps04_network"
# After thirty steps at the rate 2 the network is hardly better than a guess. The limit holds for a
# constant H. With small weights, a change of one layer reaches the loss only through the small
# weights of the other, so the loss is flat at first. The figure follows two runs at the rate 0.5.
# From the small start the limit falls to less than a fifth, so a rate of 2 is soon above it. The
# large start begins with 0.5 above its limit and does not diverge: its limit rises. In both runs it
# ends between 0.5 and 1 (more on this: Cohen and others, 2021).

# %% [markdown]
# ## 6 A run that is known before it runs
#
# Let g be the gradient at w, and let **the unknown loss be a bowl**: a quadratic with positive
# curvatures, its minimum anywhere. Then everything about gradient descent can be computed before
# the first step. You have `grad` alone. What are the limit and the best rate? And how many steps at
# the rate `lr` does it take until the loss above its minimum is at most the share `left` of what it
# is at w?
#
# Section 2 has what you need. The difference of two gradients is $\nabla L(w + e) - \nabla L(w) =
# He$. The vector a from the minimum to w is the sum of parts along the eigenvectors. A part p has
# the loss $\frac12\lambda p^2$ above the minimum, and each step multiplies p by $1-\eta\lambda$. In
# the valley of section 2, at η = 0.2 and with the parts p = 4 and 1: <!-- no claim: setting -->
#
# | curvature λ | loss at w | factor $1-\eta\lambda$ | loss after one step | after two |
# |---|---|---|---|---|
# | 1 | 8 | 0.8 | 5.12 | 3.28 |
# | 8 | 4 | −0.6 | 1.44 | 0.52 |
# | together | 12 | | 6.56 | 3.80 |
#
# After one step 55 % of the loss are left, and after two 32 %. So for `left = 0.5` it takes two
# steps. <!-- no claim: derived -->
#
# `lr` may be above the limit. Why is `steps` not always −1 there? Section 1 has an example.


# %% solution="predict_descent"
def predict_descent(grad, w, lr, left):
    """Largest rate, best rate and number of steps on a bowl, without a run.

    grad : the gradient of a quadratic loss, a function (D,) -> (D,), called at most 64 times
    w : (D,) with D up to 30, where the run begins, not to be changed; lr : the rate of the run
    left : share of the loss above its minimum, from 0 to 1
    returns limit, best, steps: the limit of the rate, the best rate in the long run, and the first
    number of steps after which at most this share is left, or -1 if it is not one of 0 to 500
    """
    ### BEGIN SOLUTION
    g = grad(w)
    H = np.array([grad(w + e) - g for e in np.eye(len(w))])
    curvatures, directions = np.linalg.eigh(H)
    losses = curvatures * (directions.T @ g / curvatures) ** 2
    limit, best = 2 / curvatures[-1], 2 / (curvatures[0] + curvatures[-1])
    for k in range(501):
        if (1 - lr * curvatures) ** (2 * k) @ losses <= left * losses.sum():
            return limit, best, k
    return limit, best, -1
    ### END SOLUTION


# %% check="predict_descent"
check("predict_descent", predict_descent)

# %% [markdown]
# Now measure. For the patients, the loss above its minimum shall fall to a tenth of what it is at w
# = 0. What does a larger rate gain? Your prediction for each rate stands beside the steps that your
# gradient descent takes.

# %% practice=true fold="Predict five runs for the patients, and run them"
lowest = loss(np.linalg.solve(H, -grad(np.zeros(11))))
_limit, best, _steps = predict_descent(grad, np.zeros(11), 0.1, 0.1)
table = []
for lr in (0.1, 0.3, 0.49, best, 0.5):
    steps = predict_descent(grad, np.zeros(11), lr, 0.1)[2]
    above = np.array([loss(w) for w in gradient_descent(grad, np.zeros(11), lr, 500)]) - lowest
    found = np.flatnonzero(above <= 0.1 * above[0])
    measured = found[0] if len(found) else -1
    table.append((lr, steps, measured))
    print(f"rate {lr:.4f}: {steps} steps predicted, {measured} measured")

# %% claims=true
rates, predicted, measured = zip(*table, strict=True)
claim("At each rate both agree", np.abs(np.subtract(predicted, measured)), below=0.5)
claim("0.3 reaches a tenth in 3 steps", measured[1], equals=3, within=0.5, given=[0.3])
claim("the best rate needs 212", measured[3], equals=212, within=3)
long = np.empty((2, 4001))
for k, lr in enumerate((0.3, best)):
    path = gradient_descent(grad, np.zeros(11), lr, 4000)
    long[k] = [loss(w) - lowest for w in path]
first = [np.flatnonzero(row <= 1e-6 * row[0])[0] for row in long]
said = "For a millionth, the best rate needs fewer steps than 0.3"
claim(said, first[1], below=first[0], given=[0.3])
kept = abs(1 - best * 2 / limit)
said = "keeps 99.6 % of its length in a step"
claim(said, 100 * kept, equals=99.6, within=0.05)
claim("The rate 0.50 never reaches a tenth", measured[-1], below=-0.5, given=[0.5])

# %% [markdown]
# At each rate both agree. But 0.3 reaches a tenth in 3 steps, and the best rate needs 212: there
# the steepest part jumps from side to side and keeps 99.6 % of its length in a step. Most of the
# loss at w = 0 is in this part. For a millionth, the best rate needs fewer steps than 0.3: then the
# slowest part decides. “Best” means the long run. The rate 0.50 never reaches a tenth.

# %% [markdown]
# ## To keep
#
# On a quadratic with positive curvatures, a rate below $2/\lambda_{max}$ converges. One above it
# diverges, unless the start has no part in the steepest direction. The best rate,
# $2/(\lambda_{max}+\lambda_{min})$, multiplies the slowest part by $(\kappa-1)/(\kappa+1)$ in each
# step: the larger κ is, the slower in the long run. For a loss that is soon small enough, a lower
# rate may need fewer steps. A network changes its curvature while it trains, so this limit at the
# start may be too high or too low, and the rate has to be searched.
#
# **In PyTorch** (notebook 24), `torch.optim.SGD(model.parameters(), lr=0.01, momentum=0)` makes the
# step (S3), and `torch.autograd.functional.hvp` computes Hv without finite differences.

# %% [markdown]
# ## Sources
#
# S0 "Training of neural networks – basics"; S1 "Part II: Training", "What Is the Problem?"; S3
# "Backpropagation and Training" (C. V. Jawahar, IIIT Hyderabad); S4 "Neural networks (continued)"
# (A. Krause, ETH Zürich); Cohen and others (2021), arXiv 2103.00065.
