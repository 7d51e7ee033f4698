# %% [markdown]
# # Gradient descent and the largest rate
#
# To train a network is to search for weights with a small loss. *Gradient descent* takes a step
# against the gradient, computes the gradient again, and repeats. **How large may the steps be, and
# what does a larger rate gain?** You answer first for a quadratic loss. Then you ask a network,
# with 20 trainings.
#
# **You need** gradients, matrix products, what an eigenvalue is, and for section 7 the standard
# error of a mean ([notebook 01](../ps01/ps01_data.ipynb)).

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

from course_lib.backend import choose_device
from course_lib.course.experiment import Trials, interval
from course_lib.course.lessons import gradient_descent as lesson
from grader.checking import check, guess, ready, reveal

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
# Gradient descent begins at some weights and repeats the step (equation (2) of lecture S1, see
# Sources) against the gradient ∇L:
#
# $$w \leftarrow w - \eta\,\nabla L(w).$$
#
# The *learning rate* η > 0 is `lr` in code. (S0 writes E for L and ϵ for η.)
#
# From w = 0 and at the rate 0.49, the loss falls from 0.50 to 0.24 in 300 steps. **What is the loss
# after 300 steps at the rate 0.50?**

# %% guess="the loss at the rate 0.50"
guess("ps04_rates", None)  # a number in place of None

# %% [markdown]
# Write gradient descent. Keep all points on the way. Take exactly the requested number of steps,
# even where the gradient is tiny or the weights grow without limit.


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
if ready("gradient_descent"):
    for lr in (0.49, 0.50):
        path = gradient_descent(grad, np.zeros(11), lr, 300)
        losses[f"rate {lr:.2f}"] = np.array([loss(w) for w in path])
    reveal("ps04_rates", losses["rate 0.50"][-1], "Loss after 300 steps at the rate 0.50.")
else:
    print("This cell waits.")

# %% practice=true after="ps04_rates"
picture = lesson.draw_two_rates(losses) if losses else None
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
# at every step. After 300 steps it is above 200. The two rates differ by 2 %.
# <!-- no claim: derived --> Why does so little decide?

# %% [markdown]
# ## 2 Why a step lowers the loss
#
# S1 approximates the loss near w by Taylor's formula, its equation (1). For a small change $\Delta
# w$ of the weights, and with $g = \nabla L(w)$,
#
# $$L(w + \Delta w) \approx L(w) + g^\top \Delta w + \tfrac12\, \Delta w^\top H\, \Delta w.$$
#
# The *Hessian* H is the matrix of the second derivatives of L at w. S1 drops its term, because a
# network has too many of them. What is left is the *first order*: the loss falls by $-g^\top\Delta
# w$. “How to make something to be always positive?” S1 asks, and takes a square: with
# $\Delta w = -\eta\,g$ the loss falls by $\eta\,\|g\|^2$, where $\|g\|$ is the length of g.
#
# <details><summary>No direction is steeper</summary>
#
# Move a distance r from w in a direction d of length 1. Each coordinate is $w_i + r\,d_i$, so by
# the chain rule the loss changes at the rate $\sum_i \frac{\partial L}{\partial w_i} d_i = g^\top
# d$ per unit of r. This inner product is the length of g times the cosine of the angle between g
# and d. It is smallest at the angle of 180 degrees: straight against the gradient. At 90 degrees it
# is 0. <!-- no claim: derived --> There the loss neither rises nor falls to first order, so each
# step begins at a right angle to the contour.
#
# </details>
#
# S0 updates the weights “in the direction of gradient”, and S4 moves “into direction of gradient”,
# but both formulas have a minus sign. Which is right, the words or the formulas?

# %% practice=true fold="Take five steps in both directions"
if ready("gradient_descent"):
    for name, sign in (("in the direction of the gradient", -1), ("against it", 1)):
        path = gradient_descent(lambda w, sign=sign: sign * grad(w), np.zeros(11), 0.1, 5)
        print(f"{name:33}", *(f"{loss(w):.4f}" for w in path))
else:
    print("This cell waits.")

# %% claims=true
up = [loss(w) for w in gradient_descent(lambda w: -grad(w), np.zeros(11), 0.1, 5)]
claim("the loss rises from the first step on", np.diff(up), above=0)

# %% [markdown]
# In the direction of the gradient, the loss rises from the first step on. The words are an
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
if ready("taylor_change"):
    g = grad(np.zeros(11))
    print("rate   first order   second order   true change")
    for lr in (0.1, 0.3, 0.5, 0.6):
        first, second = taylor_change(g, 0 * H, lr), taylor_change(g, H, lr)
        print(f"{lr:4} {first:13.4f} {second:14.4f} {loss(-lr * g) - loss(0 * g):13.4f}")
else:
    print("This cell waits.")

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
# And if the loss is not quadratic? *Logistic regression* predicts for each of 569 tumours the
# probability that it is benign. Its loss is the cross-entropy of notebook 02. We take one step from
# w = 0, at many rates:

# %% practice=true fold="Compute the change of the loss for many rates"
rates, changes, picture = np.linspace(0, 2, 81), {}, None
if ready("taylor_change"):
    w = np.zeros(30)
    g_tumour, H_tumour = lesson.tumour_derivatives(w)
    changes["first order"] = [taylor_change(g_tumour, 0 * H_tumour, lr) for lr in rates]
    changes["second order"] = [taylor_change(g_tumour, H_tumour, lr) for lr in rates]
    changes["true change"] = [
        lesson.tumour_loss(w - lr * g_tumour) - lesson.tumour_loss(w) for lr in rates
    ]
    picture = lesson.draw_orders(rates, changes)
else:
    print("This cell waits.")
picture

# %% claims=true
parabola, truth = np.array(changes["second order"]), np.array(changes["true change"])
said = "forbids all rates above 0.6"
claim(said, rates[1:][parabola[1:] > 0][0], equals=0.6, within=0.05)
claim("in truth each of these lowers the loss", truth[rates > 0.6], below=0)

# %% [markdown]
# The second order, a parabola, forbids all rates above 0.6, but in truth each of these lowers the
# loss. The parabola takes the curvature of the start for the whole step. Here the true curvature
# falls on the way.

# %% [markdown]
# ## 3 The largest rate
#
# Why does 0.50 fail only after some steps? Let a be the vector from the minimum of a quadratic loss
# to the current weights. Then the loss is $\tfrac12 a^\top H a$ plus a constant, its gradient is
# $Ha$, and a step is
#
# $$a \leftarrow a - \eta\,H a.$$
#
# H is symmetric, so it has eigenvectors at right angles to each other, and a is a sum of parts
# along them. Along an eigenvector, $Ha = \lambda a$. The eigenvalue λ is the **curvature** in this
# direction. So a step multiplies this part of a by $1 - \eta\lambda$, and k steps multiply it by
# $(1-\eta\lambda)^k$. The step is linear, so each part moves as if it were alone.
#
# A part with λ > 0 shrinks if $-1 < 1-\eta\lambda < 1$, that is, if η < 2/λ. If $1-\eta\lambda$ is
# negative, this part jumps to the other side of the minimum in each step. All parts share one rate,
# so the largest curvature $\lambda_{max}$ decides:
#
# $$\boxed{\eta < 2/\lambda_{max}}$$
#
# We call $2/\lambda_{max}$ the *limit*. The figure shows three rates in a valley with the
# curvatures 1 and 8. <!-- no claim: setting -->

# %% practice=true fold="Take 20 steps in the valley at three rates"
turn = np.array([[0.8, -0.6], [0.6, 0.8]])  # the columns are the eigenvectors
H_valley, picture = turn @ np.diag([1.0, 8.0]) @ turn.T, None
if ready("gradient_descent"):
    paths = {
        f"{share} × limit": gradient_descent(
            lambda a: H_valley @ a, np.array([-1.5, -2.2]), share * 2 / 8, 20
        )
        for share in (0.2, 0.9, 1.02)
    }
    picture = lesson.draw_valley(H_valley, paths)
else:
    print("This cell waits.")
picture

# %% [markdown]
# A low rate is slow along the valley, where the curvature is small. For the patients, does the
# limit hold to one per cent?

# %% practice=true fold="Train at four rates near and below the limit"
if ready("gradient_descent"):
    lam = np.linalg.eigvalsh(H)  # the eigenvalues, in ascending order
    limit, lowest = 2 / lam[-1], loss(np.linalg.solve(H, x.T @ t / len(x)))
    print(f"curvatures {lam[0]:.4f} to {lam[-1]:.4f}, limit {limit:.4f}")
    gaps = {}
    for share in (0.1, 0.5, 0.99, 1.01):
        path = gradient_descent(grad, np.zeros(11), share * limit, 2000)
        gaps[share] = np.array([loss(w) for w in path]) - lowest
        print(f"{share:4} × limit: loss − lowest loss after 0, 100, 500, 2000 steps:", end="")
        print("".join(f"{gaps[share][k]:9.1e}" for k in (0, 100, 500, 2000)))
else:
    print("This cell waits.")

# %% claims=true
claim("one per cent above it training *diverges*", gaps[1.01][2000], above=1e10)
claim("One per cent below it, the loss comes down", gaps[0.99][500], below=0.001 * gaps[0.99][0])
claim(
    "the printed difference after 2,000 steps is still larger than at half of it after 500",
    gaps[0.1][2000],
    above=gaps[0.5][500],
    given=[2000, 500],
)
claim(
    "After 100 steps, this run is behind the one at\nhalf of the limit",
    gaps[0.99][100],
    above=gaps[0.5][100],
    given=[100],
)
claim(
    "The rate 0.50 is 0.6 % above it", 100 * (0.5 / limit - 1), equals=0.6, within=0.05, given=[0.5]
)
claim("about 470", lam[-1] / lam[0], equals=470, within=5)

# %% [markdown]
# It does: one per cent above it training *diverges*, the loss grows without limit. One per cent
# below it, the loss comes down. The rate 0.50 is 0.6 % above it. A small rate is slow: at a tenth
# of the limit, the printed difference after 2,000 steps is still larger than at half of it after
# 500. Just below the limit, the *steepest* direction is slow: at 0.99 of it, the multiplier there
# is 1 − 2 · 0.99 = −0.98. <!-- no claim: derived --> After 100 steps, this run is behind the one at
# half of the limit.
#
# <details><summary>How slow is the flattest direction?</summary>
#
# The ratio $\kappa = \lambda_{max}/\lambda_{min}$ is the *condition number*, here about 470. Even
# at the limit, $1-\eta\lambda_{min} = 1 - 2/\kappa$: a step shortens the part of smallest curvature
# only by $2/\kappa$ of its length. <!-- no claim: derived --> So a large κ makes gradient descent
# slow at every rate. The best rate for the slowest part makes $1-\eta\lambda_{min}$ and
# $\eta\lambda_{max}-1$ equal: $\eta = 2/(\lambda_{min}+\lambda_{max})$, and both are
# $(\kappa-1)/(\kappa+1)$. <!-- no claim: derived -->
#
# </details>

# %% [markdown]
# ## 4 The curvature without the matrix
#
# The eigenvalues above came from all of H. The network of section 7 has 2,410 weights, so its H has
# 5.8 million entries. <!-- no claim: derived --> But a **product** of H and a vector v needs only
# two gradients and a small h:
#
# $$Hv \approx \frac{\nabla L(w + h v) - \nabla L(w - h v)}{2h}.$$
#
# *Power iteration* finds $\lambda_{max}$ with such products: start with a random v, and multiply it
# by H again and again. Each product multiplies the part of v along an eigenvector by its λ. So the
# part with the largest λ outgrows the others, and v turns into the steepest direction. There, for a
# v of length 1, the number $v^\top H v$ is $\lambda_{max}$. (Elsewhere it is a weighted mean of the
# eigenvalues.) We assume that $\lambda_{max}$ is also the largest in absolute value.
#
# For a v of length 1, $h = 10^{-4}$ is small enough here. <!-- no claim: setting --> Two decisions
# are yours. What do you do about the length of v, which changes with every product? And **when do
# you stop?** The error shrinks slowly if the second curvature is nearly as large as the first. Your
# result may be wrong by 0.1 % at most. You may call `grad` at most 2,000 times, and at most 100
# times where no other curvature is larger than half of the first. <!-- no claim: setting -->


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
# multiplies the error by $q = (\lambda_2/\lambda_1)^2$. The error e before a round becomes $q\,e$,
# and the change is $(1-q)\,e$. With $\lambda_2 = 0.98\,\lambda_1$, q is 0.96: the change is only 4
# % of the error. <!-- no claim: derived --> A rule that stops when the change is below 0.1 % can
# leave an error of 1 %. <!-- no claim: derived -->
#
# </details>

# %% [markdown]
# ## 5 Where you begin
#
# Minimising the loss of a network is “in general a *non-convex* optimization problem” (S4), and
# gradient descent “gets stuck in local minima” (S1). A small example has one weight and two
# valleys: $L(w) = \frac14 w^4 - w^2 + 0.3\,w$. Your function starts at −2, −1.5, …, 2, at the rate
# 0.1. **How many of the nine runs end in the deeper valley?**

# %% guess="where nine runs end"
guess("ps04_valleys", None, between=(0, 9))  # a number from 0 to 9

# %% practice=true fold="Start nine runs"
runs = []
if ready("gradient_descent"):
    for start in np.linspace(-2, 2, 9):
        path = gradient_descent(lesson.slope_of_two_valleys, np.array([start]), 0.1, 60)
        runs.append(path[:, 0])
    deep = sum(lesson.two_valleys(run[-1]) < -1 for run in runs)
    reveal("ps04_valleys", deep, "Of nine runs, those with a loss below −1 in the end.")
else:
    print("This cell waits.")

# %% practice=true after="ps04_valleys"
picture = lesson.draw_valleys(runs) if runs else None
picture

# %% claims=true
slopes = lesson.slope_of_two_valleys(np.array([0.14, 0.16]))
claim("The hilltop between the valleys is near 0.15", slopes[0], above=0, below=0.03, given=[0.15])
claim("The hilltop between the valleys is near 0.15", slopes[1], below=0, given=[0.15])
claim("the run from 0 goes to the deeper valley", runs[4][-1], below=-1, given=[0])

# %% [markdown] after="ps04_valleys"
# The hilltop between the valleys is near 0.15, so the run from 0 goes to the deeper valley. At this
# small rate, each run ends in the valley where it begins, because it knows only the gradient at one
# place.

# %% [markdown]
# **A saddle.** The loss $\frac12(w_0^2 - w_1^2)$ has the gradient 0 at w = 0. There it rises along
# one axis and falls along the other (S3 shows such a *saddle point*). Where do runs from $(1, 0)$
# and from $(1, 10^{-12})$ end?

# %% practice=true after=false fold="Run from both places"
if ready("gradient_descent"):
    for w1 in (0.0, 1e-12):
        end = gradient_descent(lambda w: w * [1, -1], np.array([1.0, w1]), 0.3, 120)[-1]
        print(f"from (1, {w1:g}) to ({end[0]:.0e}, {end[1]:.1f})")
else:
    print("This cell waits.")

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
# ## 6 A rate for each direction
#
# One rate has to serve all curvatures. *Newton's method*, which computes second derivatives “for
# more precise convergence” (S1), takes along each eigenvector the rate 1/λ, so that
# every multiplier is 0. All parts together are
#
# $$\Delta w = -H^{-1} g.$$
#
# On a quadratic with positive curvatures, one such step ends at the minimum. Elsewhere two things
# go wrong. H may be another matrix along the step, so that the step is too long. And for a negative
# λ the multiplier is 0 as well: the step leads *to* a saddle or a hilltop, perhaps uphill.
#
# Write a Newton step that **always lowers the loss**. If the whole step $-H^{-1}g$ lowers the loss,
# take it. (`np.linalg.solve(H, g)` returns $H^{-1}g$.) If not, you decide: which direction is sure
# to lead down, and how long may the step be? To first order, a step d changes the loss by $g^\top
# d$.


# %% solution="newton_step"
def newton_step(loss, w, g, H):
    """One step from w to a lower loss, if possible the whole step of Newton's method.

    loss : a function, (D,) -> number, called at most 500 times
    w : (D,) weights; g : (D,) gradient at w, not 0; H : (D, D) second derivatives at w, symmetric
    returns the new weights, (D,). No eigenvalue of H is 0. Do not change w, g or H.
    """
    ### BEGIN SOLUTION
    d = -np.linalg.solve(H, g)
    if g @ d > 0:
        d = -g
    while loss(w + d) >= loss(w):
        d = d / 2
    return w + d
    ### END SOLUTION


# %% check="newton_step"
check("newton_step", newton_step)

# %% practice=true fold="Ten steps on the tumours, from 20 random places"
if ready("gradient_descent", "newton_step"):
    compared = lesson.ten_steps(gradient_descent, newton_step)
    for name, found in compared.items():
        print(f"{name:35} median loss {np.median(found):8.3f}")
else:
    print("This cell waits.")

# %% claims=true
begin, whole, down, mine = (np.array(found) for found in compared.values())
claim(
    "the whole step raises the loss from most of the 20 places",
    np.mean(whole > begin),
    above=0.75,
    given=[20],
)
claim(
    "ten of your\nsteps reach a lower loss than ten of gradient descent from every place",
    mine,
    below=down,
)


def down_the_gradient(loss, w, g, H):
    d = -np.linalg.solve(H, g)
    d = d if loss(w + d) < loss(w) else -g
    while loss(w + d) >= loss(w):
        d = d / 2
    return w + d


fallen = np.array([*lesson.ten_steps(gradient_descent, down_the_gradient).values()][3])
claim("from only 9 of the 20 places", np.sum(fallen < down), equals=9, within=2, given=[20])

# %% [markdown]
# On the tumours, the whole step raises the loss from most of the 20 places. And each step needs all
# of H, which for a million weights has $10^{12}$ entries. <!-- no claim: derived -->
#
# <details><summary>After your check: two ways to shorten the step</summary>
#
# No curvature of this loss is negative, so $-H^{-1}g$ always leads down. If you halved it, ten of
# your steps reach a lower loss than ten of gradient descent from every place. (Gradient descent has
# the best of five rates for each place.) If you took −g where the whole step fails, they do so from
# only 9 of the 20 places.
#
# </details>

# %% [markdown]
# ## 7 How large a rate may a network have?
#
# A network with 64 inputs, 32 tanh units and 10 outputs learns 300 images of digits. We train it
# from two starts: random weights of variance 1/(number of inputs) times 0.3, the *small* start, and
# times 2, the *large* start. Your function finds the limit at both: <!-- no claim: setting -->

# %% practice=true fold="Measure the limit at both starts, with five seeds"
starts = {}
if ready("largest_curvature"):
    v = np.random.default_rng(0).normal(size=2410)
    for start in ("small", "large"):
        places = [lesson.initial(start, seed) for seed in range(5)]
        starts[start] = [2 / largest_curvature(lesson.network_grad, w, v) for w in places]
        print(f"{start} start: limits", *(f"{limit:.2f}" for limit in starts[start]))
else:
    print("This cell waits.")

# %% [markdown]
# At the small start, the limit is above 4. Thirty steps at the rate 1 bring the network to an
# accuracy of 0.90 on other images. **What is the accuracy after thirty steps at the rate 2, less
# than half of the limit?**

# %% guess="the accuracy at half of the limit"
guess("ps04_network", None, between=(0, 1))  # a number from 0 to 1

# %% practice=true fold="Train at the rate 2, and follow the limit at the rate 0.5"
limits = {}
if ready("gradient_descent", "largest_curvature"):
    at_two = [lesson.reached("small", 2, seed, gradient_descent) for seed in range(5)]
    limits = {
        f"{start} start": lesson.limits_while_training(largest_curvature, start, 0.5)
        for start in ("small", "large")
    }
    reveal("ps04_network", float(np.mean(at_two)), "Accuracy at the rate 2, mean of five seeds.")
else:
    print("This cell waits.")

# %% practice=true after="ps04_network"
picture = lesson.draw_limits(limits, 0.5) if limits else None
picture

# %% claims=true
small, large = limits.values()
claim("At the small start, the limit is above 4", starts["small"], above=4)
at_one = [lesson.reached("small", 1, seed) for seed in range(5)]
said = "Thirty steps at the rate 1 bring the network to an accuracy of 0.90"
claim(said, np.mean(at_one), equals=0.9, within=0.01, given=[1])
claim(
    "At the rate 2 the network is right only about twice as often as a guess",
    np.mean(at_two) / 0.1,
    equals=2,
    within=0.5,
)
claim("From the small start it falls to less than a fifth", small.min() / small[0], below=0.2)
claim("from the large start it rises", large[-1] / large[0], above=1.5)
claim("both end near 0.7", [small[-1], large[-1]], equals=0.7, within=0.1)
at_one = lesson.limits_while_training(largest_curvature, "small", 1.0)
claim("the limit falls below the rate, to 0.74", at_one.min(), equals=0.74, within=0.05)
claim("then rises to 0.88", at_one[-1], equals=0.88, within=0.05)

# %% [markdown] after="ps04_network"
# At the rate 2 the network is right only about twice as often as a guess. The formula needs a
# constant H. With small weights, a change of one layer reaches the loss only through the small
# weights of the other, so the loss is flat at first. The figure shows the limit on the way, at the
# rate 0.5. From the small start it falls to less than a fifth, from the large start it rises, and
# both end near 0.7. Why then does the rate 1 work? The rate changes the curvature, too: at the rate
# 1 the limit falls below the rate, to 0.74, then rises to 0.88, and training goes on.

# %% [markdown]
# ### Twenty trainings
#
# How large a rate may the network have **from the large start**, and what does it gain? There the
# limit is 0.2 to 0.4, depending on the seed, and about 0.3 on average. The largest rate of our list
# below that is 0.25. `trial(lr, seed)` trains for thirty steps and returns the accuracy on other
# images. The *gain* of a rate is its mean accuracy over all seeds minus that at 0.25.
# <!-- no claim: definition --> Find a good rate and an interval for its gain, with **20
# trainings**.
#
# - **Which rates** do you try, with how many seeds? A rate that is a little too high works for some
#   seeds only.
# - **Which seeds?** Train both rates of a difference with the same seed: what the seed does to both
#   cancels. `interval(d)` of the differences d is the t interval of notebook 01. Report with new
#   seeds, because the winner of a search was often lucky.
#
# **A bad plan.** Your neighbour trusts the limit and searches only rates below 0.4. In one world,
# the mean accuracies are 0.83 at the rate 0.25, 0.87 at 0.35 and 0.91 at the best rate. She finds
# 0.35, and her seven differences have the mean 0.04 and the standard deviation 0.02. Her interval
# reaches from 0.02 to 0.06. The best gain is 0.91 − 0.83 = 0.08.
# <!-- no claim: setting --> Her plan in 200 made-up worlds:


# %% practice=true
def trusts_the_limit(trial):
    lr = max((0.18, 0.25, 0.35), key=lambda lr: trial(lr, 0) + trial(lr, 1))
    d = [trial(lr, seed) - trial(0.25, seed) for seed in range(2, 9)]
    return lr, *interval(d)


lesson.rehearse(trusts_the_limit)

# %% claims=true
claim("limit is 0.2 to 0.4", min(starts["large"]), equals=0.2, within=0.03, given=[0.4])
claim("limit is 0.2 to 0.4", max(starts["large"]), equals=0.4, within=0.03, given=[0.2])
claim("about 0.3 on average", np.mean(starts["large"]), equals=0.3, within=0.05)
right, width = lesson.score(trusts_the_limit)
claim("narrow, but fewer than a third of them are right", right, below=1 / 3)
claim("narrow, but fewer than a third of them are right", width, below=0.06)

# %% [markdown]
# Her intervals are narrow, but fewer than a third of them are right.

# %% practice=true fold="At home: train at four rates, with three seeds"
if ready("gradient_descent"):
    home = Trials(lesson.trainer(gradient_descent), lesson.OPTIONS, budget=1000)
    for lr in (0.25, 0.5, 1.0, 2.0):
        print(f"rate {lr}: accuracy", *(f"{home(lr, seed):.2f}" for seed in range(3)))
else:
    print("This cell waits.")

# %% [markdown]
# Now write your plan. The check is a referee that repeats it in **200 worlds**, where `trial` looks
# up trainings made before. In each world
#
# - the seeds are other ones;
# - the accuracies at all rates are moved along the list, by up to two places up or down, so the
#   best rate may be another one than at home;
# - a hidden number from 0 to 0.15 is taken from the accuracy at 0.25, so no constant is right.
#   <!-- no claim: setting -->
#
# A rate is *good* if its mean accuracy over all seeds is at most 0.015 below the best. <!-- no
# claim: definition --> An interval is right if the rate that you return is good, and if it contains
# the gain of this rate. For all points the function never asks for a 21st training, at least 85 %
# of its intervals are right, and their mean width is at most 0.08. <!-- no claim: setting -->


# %% solution="rate_experiment"
def rate_experiment(trial):
    """Find a good rate with at most 20 trainings, and an interval for its gain over 0.25.

    trial : trial(lr, seed) -> accuracy of one training
    trial.options["lr"] lists the rates: 0.125, 0.18, 0.25, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0
    returns (lr, low, high)
    """
    ### BEGIN SOLUTION
    mean = {lr: trial(lr, 0) + trial(lr, 1) for lr in trial.options["lr"][4:9]}
    lr = max(mean, key=mean.get)
    return lr, *interval([trial(lr, seed) - trial(0.25, seed) for seed in range(2, 7)])
    ### END SOLUTION


# %% check="rate_experiment"
check("rate_experiment", rate_experiment)

# %% practice=true fold="Rehearse, then run it with trainings of your own"
if ready("gradient_descent", "rate_experiment"):
    lesson.rehearse(rate_experiment)
    trial = Trials(lesson.trainer(gradient_descent), lesson.OPTIONS, budget=20)
    print("at home: rate {:g}, gain from {:.3f} to {:.3f}".format(*rate_experiment(trial)))
else:
    print("This cell waits.")

# %% claims=true
from importlib.resources import files

table = np.load(files("grader.exercises.ps04") / "rate_experiment.npy") / 10_000
by_rate = dict(zip(lesson.OPTIONS["lr"], table, strict=True))
gain = by_rate[1.0] - by_rate[0.25]
said = "the rate 1 gains 0.08 over 0.25"
claim(said, gain.mean(), equals=0.08, within=0.01, given=[1, 0.25])
claim(
    "at 0.7 it is almost the same",
    by_rate[0.7].mean() - by_rate[1.0].mean(),
    above=-0.015,
    given=[0.7],
)
on_the_way = lesson.limits_while_training(largest_curvature, "large", 1.0)
claim("the limit rises to about 1, too", on_the_way[-1], equals=1, within=0.15)
claim("At 1.4 some seeds fail", by_rate[1.4].min(), below=0.6, given=[1.4])
claim("at 2 nearly all", np.mean(by_rate[2.0] < 0.3), above=0.9, given=[2])

# %% [markdown]
# <details><summary>When you have your own interval: what 660 trainings say</summary>
#
# With 60 seeds for each rate, the rate 1 gains 0.08 over 0.25, and at 0.7 it is almost the same. So
# the best rate is about three times the mean limit of the start. At 1.4 some seeds fail, and at 2
# nearly all. At the rate 1, the limit rises to about 1, too. Cohen and others (2021) found in many
# networks that the limit approaches the rate while they train.
#
# </details>

# %% [markdown]
# ## To keep
#
# **How large may the rate be?** On a quadratic, below $2/\lambda_{max}$, exactly. A network changes
# its curvature while it trains, so the limit at the start may be too high or too low, and the rate
# has to be searched. **What does a larger rate gain?** Fewer steps, most of all along directions of
# small curvature.
#
# Without looking: (1) What is missing in “the loss falls by $\eta\|g\|^2 > 0$”? (2) The input with
# by far the largest curvature changes from metres to centimetres. What happens to the limit?
#
# <details><summary>Answers</summary>
#
# (1) The second order, $\frac12\eta^2\,g^\top H g$, and g ≠ 0. (2) The input is 100 times as large.
# The curvature is a mean of its squares, so the limit falls to a 10,000th.
#
# </details>
#
# **In PyTorch**, `torch.optim.SGD(model.parameters(), lr=0.01, momentum=0)` makes the step (S3),
# and `torch.autograd.functional.hvp` computes Hv without finite differences.

# %% [markdown]
# ## Sources
#
# S0 "Training of neural networks – basics", slide "Basic algorithm: gradient descent"; S1 "Part II:
# Training", "What Is the Problem?"; S3 "Backpropagation and Training" (C. V. Jawahar, IIIT
# Hyderabad), slides "Summary" and "Saddle Point"; S4 "Neural networks (continued)" (A. Krause, ETH
# Zürich), slides "How do we optimize over weights?" and "Learning with momentum"; Cohen and others
# (2021), arXiv 2103.00065.
