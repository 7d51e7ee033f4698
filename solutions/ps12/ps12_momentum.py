# %% [markdown]
# # Momentum and loss landscapes
# Gradient descent has no memory: each step uses only the gradient at the current weights. In a long
# narrow valley its path bounces between the walls and hardly moves along the floor. *Momentum* adds
# a memory of the last step. **When does this memory save steps, how much memory is best, and which
# setting is safe?**
#
# **You need** gradient descent on a quadratic loss (notebook 04), complex roots of a quadratic
# equation, and the noise floor (05).

# %% opening=true
"""Oval contours of a long valley, and two paths of twenty steps from the same point on the left.
The path without momentum jumps from wall to wall and is still short of the star in the middle. The
path with momentum 0.6 jumps at first, too, and ends at the star."""

import matplotlib.pyplot as plt
import numpy as np

from course_lib.plots import theme

figure, ax = plt.subplots()
w0, w1 = np.meshgrid(np.linspace(-4.4, 1.4, 80), np.linspace(-1.25, 1.35, 80))
height = (w0**2 + 25 * w1**2) / 2
ax.contour(w0, w1, height, levels=0.1 * 2.2 ** np.arange(8), colors="#B0B0B0", linewidths=1)
for mu, colour, marker in ((0.0, theme.FORWARD, "o"), (0.6, "#00785A", "s")):
    w, v = np.array([-4.0, 1.0]), 0.0
    path = [w]
    for _ in range(20):
        v = mu * v - 0.073 * w * np.array([1.0, 25.0])
        w = w + v
        path.append(w)
    ax.plot(*np.array(path).T, color=colour, marker=marker, markersize=5, linewidth=2)
ax.plot(-4, 1, "o", markersize=10, color=theme.INK)
ax.plot(0, 0, "*", markersize=17, color=theme.INK)
ground = {"facecolor": "white", "edgecolor": "none", "pad": 1}
ax.text(-3.3, 0.98, "without momentum", color=theme.FORWARD, bbox=ground)
ax.text(-1.75, -0.62, "with momentum 0.6", color="#00785A", bbox=ground)
ax.set_title("Twenty steps down the same valley")
ax.axis("off")
plt.show()

# %% setup=true minutes=1
import numpy as np

from course_lessons import momentum as lesson
from course_lib.backend import choose_device
from grader.checking import check, guess, reveal

device = choose_device("cpu")  # the models of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 A ball in a valley
#
# Take a loss of two weights that forms a long narrow valley: $L(w)=\frac12(w_0^2+100\,w_1^2)$. Its
# second derivative, the *curvature*, is 1 along the floor and 100 across. Here gradient descent
# must not use a learning rate (*rate* for short) above 2/100 = 0.02: above that, each step across
# the valley ends higher up on the other wall (notebook 04).
#
# Now each step also gets 0.9 times the previous step, as a ball keeps nine tenths of its speed.
# **What is the largest rate that still converges?**
#
# - a: a smaller one, because a ball with speed overshoots sooner
# - b: the same, 0.02, because the walls of the valley set the limit
# - c: a larger one, almost 0.04
# - d: a much larger one, almost 0.2, because only a tenth of each step is new

# %% guess="the largest rate with momentum"
guess("ps12_stable", None, among="abcd")  # your letter, in quotes, in place of None

# %% [markdown]
# Momentum keeps a second array beside the weights `w`: the *velocity* `v`, which is **the last
# step**, and zeros at first. The new step is a share `mu`, called the *momentum*, of the last step,
# plus the step that gradient descent would take. Write it.


# %% solution="momentum_step"
def momentum_step(w, dw, v, *, lr, mu):
    """One step of gradient descent with momentum.

    w : weights, an array of any shape
    dw : gradient of the loss at w, shaped like w
    v : the last step, shaped like w; zeros at first
    lr : learning rate
    mu : share of the last step that goes on, in [0, 1)
    returns (w, v): the new weights and the step that led there, as new arrays
    """
    ### BEGIN SOLUTION
    v = mu * v - lr * dw
    return w + v, v
    ### END SOLUTION


# %% check="momentum_step"
check("momentum_step", momentum_step)

# %% practice=true fold="Measure the largest stable rates"
momenta = (0.0, 0.25, 0.5, 0.75, 0.9, 0.95)
largest = lesson.largest_rates(momenta, momentum_step)
limit = largest[momenta.index(0.9)] / 0.02
letter = "a" if limit < 0.95 else "b" if limit < 1.05 else "c" if limit < 4 else "d"
words = {"a": "a smaller rate", "b": "the same rate", "c": "almost 0.04", "d": "almost 0.2"}
reveal("ps12_stable", letter, "Each of 1,151 rates, up to 0.24, ran 600 steps.", words)

# %% practice=true fold="Draw the largest stable rates"
picture = lesson.draw_largest(momenta, largest)
picture

# %% [markdown] after="ps12_stable"
# The limit nearly doubles. After a step to the other wall, the old velocity points further up that
# wall, and a step of gradient descent points down again. The two cancel in part, so the path
# diverges only at a larger rate. But twice the rate alone saves only half of the steps along the
# floor. Is there a larger gain?

# %% claims=true
claim("The limit nearly doubles", largest[4:] / 0.02, above=1.8, below=2)
words = "twice the rate alone saves only half of the steps"
claim(words, 1 - np.log(0.98) / np.log(0.96), equals=0.5, within=0.02)

# %% [markdown]
# ## 2 One direction, two roots
#
# Why does the limit double, and what decides the speed? On a quadratic loss each eigenvector of the
# Hessian, the matrix of second derivatives, is a direction with its own curvature λ, and no other
# direction acts on it (notebook 04). So take one direction, with its minimum at $w=0$ and the
# gradient $\lambda w$. The last step is $w_t-w_{t-1}$, so
#
# $$w_{t+1}=w_t-\eta\lambda\,w_t+\mu\,(w_t-w_{t-1})=c\,w_t-\mu\,w_{t-1}.$$
#
# Here c collects the terms with $w_t$. Which powers $w_t=r^t$ satisfy this? Insert them, and divide
# by $r^{t-1}$:
#
# $$r^2-c\,r+\mu=0.$$
#
# This equation has two roots, real or complex. If they differ, every path is $a\,r_1^t+b\,r_2^t$
# with two numbers a and b. In the long run the root of larger absolute value decides.
# This absolute value is the *growth*: the factor by which a step multiplies the distance to the
# minimum, on average over many steps. Below 1 the path converges, above 1 it diverges.

# %% [markdown]
# Write `growth`. First find c on paper. The roots are $r=\frac12\big(c\pm\sqrt{c^2-4\mu}\big)$, and
# their product is μ. What is the absolute value of both if they are complex, and so conjugate? For
# η = 1, μ = 0.5 and λ = 0.05, c is 1.45 and the growth 0.885. <!-- no claim: derived -->


# %% solution="growth"
def growth(lr, mu, curvature):
    """The factor by which a step of momentum multiplies the distance, in the long run.

    lr : learning rate
    mu : share of the last step that goes on, in [0, 1)
    curvature : second derivative of the loss in this direction, positive or negative
    returns one number: the largest absolute value of the two roots
    """
    ### BEGIN SOLUTION
    c = 1 + mu - lr * curvature
    inside = c**2 - 4 * mu
    if inside < 0:  # complex roots of equal size, whose product is mu
        return float(np.sqrt(mu))
    first, second = (c + np.sqrt(inside)) / 2, (c - np.sqrt(inside)) / 2
    return float(max(abs(first), abs(second)))
    ### END SOLUTION


# %% check="growth"
check("growth", growth)

# %% practice=true fold="Compare your growth with your steps"
print("η·λ at μ = 0.7   your growth   measured on a path of your steps")
for product in (0.01, 0.3, 2.0, 3.3, 3.45):
    measured = lesson.measured_growth(1.0, 0.7, product, momentum_step)
    print(f"{product:14} {growth(1.0, 0.7, product):13.3f} {measured:10.3f}")

# %% [markdown]
# S4's second slide on momentum promises “preventing oscillation”. Is this true? Both weights start
# at 1, and the rate is 0.019, just below the limit of gradient descent.
# <!-- no claim: setting -->

# %% practice=true fold="Count the oscillations in both directions"
print("60 steps   changes of sign   steps until |w| stays below 0.05")
print("momentum    across   along    across   along")
for mu in (0.0, 0.4, 0.9):
    (a, first), (b, second) = lesson.crossings(mu, momentum_step)
    print(f"{mu:8} {a:9} {b:7} {first or 'never':>9} {second or 'never':>7}")

# %% claims=true
crossings = {mu: lesson.crossings(mu, momentum_step) for mu in (0.0, 0.4, 0.9)}
changes = [crossings[mu][0][0] for mu in (0.0, 0.4, 0.9)]
claim("The sign changes less often", np.diff(changes), below=0)
words = "momentum 0.4: 7 steps instead of 29"
claim(words, crossings[0.4][0][1], equals=7, within=1, given=[0.4, 29])
claim(words, crossings[0.0][0][1], equals=29, within=1, given=[0.4, 7])
words = "later (0.9: 57 steps)"
claim(words, crossings[0.9][0][1], equals=57, within=1, given=[0.9])
words = "only 0.9 arrives along the floor within 60 steps"
claim(words, crossings[0.9][1][1], below=60.5, given=[0.9, 60])
late = [crossings[mu][1][1] is None for mu in (0.0, 0.4)]
claim(words, np.array(late) * 1.0, above=0.5, given=[0.9, 60])

# %% [markdown]
# <details><summary>What the count of oscillations shows</summary>
#
# Momentum does not prevent the oscillation across the valley. The sign changes less often. But the
# oscillation can end earlier (momentum 0.4: 7 steps instead of 29) or later (0.9: 57 steps). Yet
# only 0.9 arrives along the floor within 60 steps.
#
# </details>

# %% [markdown]
# ## 3 The best setting
#
# The two roots set two borders:
#
# - They are complex exactly while $(1-\sqrt\mu)^2<\eta\lambda<(1+\sqrt\mu)^2$. Then the path is a
#   wave that shrinks by the factor √μ per step. (With a negative real root, the sign changes at
#   every step.)
# - The largest stable rate is $2(1+\mu)/\lambda$: the line of section 1.
#
# <details><summary>After your check of growth: the derivation</summary>
#
# 1. Collecting the terms with $w_t$ gives $c = 1 + \mu - \eta\lambda$.
# 2. The roots are complex exactly if $c^2 < 4\mu$, that is,
#    $-2\sqrt\mu < 1 + \mu - \eta\lambda < 2\sqrt\mu$. Because
#    $1 + \mu \mp 2\sqrt\mu = (1 \mp \sqrt\mu)^2$, this is the first border.
# 3. The larger absolute value of two real roots is $\frac12(|c| + \sqrt{c^2-4\mu})$. It grows with
#    $|c|$, and at $|c| = 1 + \mu$ it is 1, because then the number under the root is $(1-\mu)^2$.
#    So the path converges while $|c| < 1 + \mu$, which is $0 < \eta\lambda < 2(1+\mu)$.
#
# </details>

# %% [markdown]
# Which rate and momentum are best for all directions together? After many steps only the slowest
# direction counts. If its growth is r, 100 steps multiply the distance by $r^{100}$. **They gain n
# decimal digits if $r^{100}=10^{-n}$.** Gradient descent at the rate 0.01, for example, has r =
# 0.99 along the floor; 0.99¹⁰⁰ = 0.37 is 0.44 digits. <!-- no claim: derived -->
#
# The map shows this number for many settings, computed with your `growth`. Where a path diverges,
# the number is negative. The map is live: **click into it, or use its sliders.** Begin at momentum
# 0 and find the best rate. Then raise the momentum, watch the roots, and find the best place of
# all.

# %% practice=true fold="Draw the map"
digits = lesson.digit_map(growth)
picture = lesson.draw_map(digits, growth, momentum_step)
picture

# %% practice=true fold="Find the best settings of your map"
for name, rows in (("without momentum", digits[:1]), ("with momentum", digits)):
    row, column = np.unravel_index(rows.argmax(), rows.shape)
    lr, mu = lesson.RATES[column], lesson.MOMENTA[row]
    print(f"best {name}: rate {lr:.4f}, momentum {mu:.3f}, {rows.max():.2f} digits")

# %% claims=true
best, plain = digits.max(), digits[0].max()
claim("about ten times as many digits", best / plain, equals=10, within=0.5)
row, column = np.unravel_index(digits.argmax(), digits.shape)
claim(
    "The best setting is where the two curves cross",
    lesson.RATES[column],
    equals=4 / 121,
    within=1e-6,
)
claim(
    "The best setting is where the two curves cross",
    lesson.MOMENTA[row],
    equals=81 / 121,
    within=1e-6,
)
walked = lesson.valley_paths(np.array([4 / 121]), 81 / 121, 100)[-1, 0]  # from a distance of 1
lost = best + np.log10(np.hypot(*walked))
claim("In the first 100 steps it is about two digits less", lost, equals=2, within=0.5, given=[100])
for mu, of in zip(lesson.MOMENTA[25:-1], digits[25:-1], strict=True):
    low, high = (1 - np.sqrt(mu)) ** 2, (1 + np.sqrt(mu)) ** 2 / 100
    among = of[(lesson.RATES > low) & (lesson.RATES < high)]
    claim("the rate plays no part", among.max() / among.min(), equals=1, within=1e-3)
again = growth(0.03, 0.99, 1.0)
claim("more momentum is slower", -100 * np.log10(again), below=0.1 * best)

# %% [markdown]
# Fix a rate, and raise the momentum. The two real roots of a direction approach each other, meet
# and become complex. Those of the flattest direction meet on the dashed curve, and those of the
# steepest direction on the dotted curve. **Above both curves** all roots are complex. Then the
# growth is √μ: the rate plays no part, and **more momentum is slower**. Below one of the curves, at
# least one direction has two different real roots. Their product is μ, so one of them is larger
# than √μ in absolute value.
#
# The best setting is where the two curves cross. With more momentum √μ is larger. With less
# momentum, at every rate the growth of one of these two directions is larger than √μ at the
# crossing, as the map shows. Both curves pass through the crossing:
#
# $$\eta\,\lambda_{\min}=(1-\sqrt\mu)^2,\qquad\eta\,\lambda_{\max}=(1+\sqrt\mu)^2$$
#
# Take the square roots of both equations, then their sum and their difference:
#
# $$\sqrt\eta=\frac{2}{\sqrt{\lambda_{\max}}+\sqrt{\lambda_{\min}}},\qquad
# \sqrt\mu=\frac{\sqrt\kappa-1}{\sqrt\kappa+1}$$
#
# Here $\kappa=\lambda_{\max}/\lambda_{\min}$ is the *condition number*. In the valley it is 100, so
# √μ = 9/11 and μ = 0.67. <!-- no claim: derived --> Gradient descent at its best has the growth
# $(\kappa-1)/(\kappa+1)$ (notebook 04). **Momentum replaces κ by its square root**, and gains about
# ten times as many digits in the long run. In the first 100 steps it is about two digits less:
# where two roots are equal, $t\,r^t$ is a solution, too, and at t = 100 a factor t costs two
# digits.

# %% [markdown]
# ### One setting for sixty hospitals
#
# A linear model predicts how diabetes progresses in 442 patients. Its loss is quadratic and its
# curvatures are known, so the formula gives the best setting. Sixty hospitals use it. Each has 442
# patients of its own, drawn from ours at random with replacement, and random initial weights. The
# *excess* is the loss minus its minimum. The goal: within 600 steps, the excess falls to a ten
# thousandth of the excess at w = 0. **How many of the sixty get there?** <!-- no claim: setting -->

# %% guess="how many hospitals reach the goal with our best setting"
guess("ps12_hospitals", None, between=(0, 60))  # a number from 0 to 60

# %% practice=true fold="Train at sixty hospitals"
curvatures = lesson.known_curvatures()
lr, mu = lesson.best_setting(curvatures[0], curvatures[-1])
steps = np.array([lesson.train(lr, mu, seed) for seed in range(60)])
reveal("ps12_hospitals", int(np.sum(steps < 600)), "Hospitals at the goal, out of 60.")

# %% [markdown] after="ps12_hospitals"
# About half of them. The best setting lies beside the region where paths diverge: a largest
# curvature that is 0.2 % larger is enough. Patients drawn at random have a larger one than ours
# about as often as a smaller one. The formula **has no margin for other curvatures**.
#
# The next cell inserts a larger λₘₐₓ than ours. How many steps does a margin cost if it is too
# large?

# %% claims=true
others = np.array([lesson.train(lr, mu, seed) for seed in range(60, 160)])
claim("About half of them", np.mean(np.append(steps, others) < 600), above=0.3, below=0.65)
claim("0.2 % larger", 2 * (1 + mu) / (lr * curvatures[-1]) - 1, equals=0.002, within=0.0005)
largest_of = [np.linalg.eigvalsh(lesson.hospital(seed)[0])[-1] for seed in range(160)]
said = "a larger one than ours about as often as a smaller one"
claim(said, np.mean(np.array(largest_of) > curvatures[-1]), above=0.4, below=0.65)

# %% practice=true fold="Give the formula a margin"
print("λₘₐₓ times   rate   momentum   at the goal   mean steps (600 if not at the goal)")
for allow in (1, 1.05, 1.1, 1.15, 1.2, 1.5, 2, 3):
    lr, mu = lesson.best_setting(curvatures[0], allow * curvatures[-1])
    steps = np.array([lesson.train(lr, mu, seed) for seed in range(60)])
    arrived = f"{np.sum(steps < 600)} of 60"
    print(f"{allow:10} {lr:6.2f} {mu:10.2f} {arrived:>13} {steps.mean():12.0f}")

# %% claims=true
with_margin = {}
for allow in (1.15, 3):
    lr, mu = lesson.best_setting(curvatures[0], allow * curvatures[-1])
    with_margin[allow] = np.array([lesson.train(lr, mu, seed) for seed in range(60)])
said = "With 15 % more, nearly all of them get there"
claim(said, np.mean(with_margin[1.15] < 600), above=0.95, given=[15])
said = "Three times λₘₐₓ takes about 1.5 times as many steps"
claim(said, with_margin[3].mean() / with_margin[1.15].mean(), equals=1.5, within=0.2)

# %% [markdown] after="ps12_hospitals"
# With 15 % more, nearly all of them get there. Three times λₘₐₓ takes about 1.5 times as many
# steps. **A margin that is too large costs little; one that is too small can cost the goal.**

# %% [markdown]
# ## 4 Look first, then step
#
# Momentum computes the gradient at the current weights and then moves away from them with its old
# velocity. Nesterov (1983) looks ahead: from w, take only the share μ of the last step, and
# compute the gradient **at that point**. Then take the whole step from w: the share of the last
# step, plus the step that gradient descent would take with this gradient.

# %% [markdown]
# Write the whole path from rest. The gradient is expensive: call `grad_fn` once per step.


# %% solution="nesterov_path"
def nesterov_path(w, grad_fn, *, lr, mu, steps):
    """The path of Nesterov's method, which begins at w with a velocity of 0.

    w : weights, an array of any shape
    grad_fn : grad_fn(point) -> gradient of the loss there, shaped like w; called once a step
    lr : learning rate; mu : share of the last step that goes on, in [0, 1)
    steps : 0 or more; all are taken, also where the weights grow without limit
    returns path : (steps + 1, …), w and the weights after each step
    """
    ### BEGIN SOLUTION
    v, path = np.zeros_like(w), [w]
    for _ in range(steps):
        v = mu * v - lr * grad_fn(w + mu * v)
        w = w + v
        path.append(w)
    return np.array(path)
    ### END SOLUTION


# %% check="nesterov_path"
check("nesterov_path", nesterov_path)

# %% [markdown]
# What does the look ahead change? In a direction of curvature λ the gradient at $w+\mu v$ is
# $\lambda(w+\mu v)$. Insert it and collect the terms with v:
#
# $$v\leftarrow\mu v-\eta\lambda\,(w+\mu v)=\mu\,(1-\eta\lambda)\,v-\eta\lambda\,w$$
#
# This is momentum with $\mu(1-\eta\lambda)$ in place of μ: **less momentum where the curvature is
# large**. The price is a largest stable rate below that of gradient descent.
#
# Take another valley, with the curvatures 1 along it and 25 across; S0 calls a narrow valley a
# *ravine*. Both methods run in it at the rate 0.03 with μ = 0.95. <!-- no claim: setting --> Across
# the ravine ηλ is 25 · 0.03 = 0.75, which leaves 0.95 · 0.25 = 0.24. Along it ηλ is 0.03, which
# leaves 0.92.
# <!-- no claim: derived -->

# %% practice=true fold="Draw both methods in the ravine"
picture = lesson.draw_both(nesterov_path, momentum_step)
picture

# %% claims=true
ends = nesterov_path(np.ones(1), lambda w: w, lr=1.5, mu=0.95, steps=200)[-1]
claim("The price is a largest stable rate below that of gradient descent", abs(ends), above=100)

# %% [markdown]
# ## 5 What the velocity remembers
#
# The new part of a step, −η times the gradient with the rate η (`lr`), is a *push*. Each later step
# multiplies it by μ (`mu`), so after k steps $\mu^k$ of it is left. The velocity is the sum of what
# is left of all pushes. S0 takes μ from 0.5 to 0.9: with 0.5, half of a push is left after one
# step, with 0.9 after about seven.

# %% [markdown]
# With this memory the pushes **across the valley**, which change their sign again and again, cancel
# in part. **And noise?** The gradient of a minibatch has a random error, and at a small constant
# rate SGD ends on a noise floor (notebook 05). Take one direction of curvature 1, with errors of
# variance 1, and the rate 0.01. <!-- no claim: setting --> **How many times as high is the floor
# with μ = 0.9 as without momentum: 0.1, 1, 3 or 10?** <!-- no claim: setting -->

# %% guess="the noise floor with momentum"
guess("ps12_noise", None, among=(0.1, 1, 3, 10))

# %% practice=true fold="Measure the noise floor of your steps"
settings = ((0.01, 0.0), (0.01, 0.5), (0.01, 0.9), (0.001, 0.9))
floors = {one: lesson.noise_floor(*one, momentum_step) for one in settings}
times = floors[0.01, 0.9] / floors[0.01, 0.0]
nearest = min((0.1, 1, 3, 10), key=lambda one: abs(np.log(times / one)))
reveal("ps12_noise", nearest, "The option nearest to the measured ratio.")

# %% practice=true
print("    rate     mu   mean of w²")
for (lr, mu), floor in floors.items():
    print(f"{lr:8} {mu:6} {floor:12.5f}")

# %% claims=true
floor = lesson.noise_floor(0.01, 0.0)
for words, lr, mu, times in (
    ("At μ = 0.5 the floor is twice as high", 0.01, 0.5, 2),
    ("at μ = 0.9 ten times", 0.01, 0.9, 10),
    ("With a tenth of\nthe rate the floor is as high as without momentum", 0.001, 0.9, 1),
):
    measured = lesson.noise_floor(lr, mu) / floor
    claim(words, measured, equals=times, within=0.12 * times, given=[0.5, 0.9])

# %% [markdown] after="ps12_noise"
# At μ = 0.5 the floor is twice as high, at μ = 0.9 ten times: **momentum does not average the noise
# away.** Each error is a push, too, and a part of it is left in many later steps. With a tenth of
# the rate the floor is as high as without momentum.

# %% [markdown] after=false
# **Along the floor** of the valley, the pushes have one sign and add up. To what speed? Take a
# gradient that is 1 everywhere, and η = 0.1. <!-- no claim: setting -->

# %% practice=true fold="Print the velocity of your steps"
lesson.print_speeds(momentum_step)

# %% [markdown] after=false
# With μ = 0.9 the speed becomes ten times as large as a push. For a gradient g it becomes
#
# $$v=-\frac{\eta}{1-\mu}\,g.$$
#
# <details><summary>The derivation</summary>
#
# In the long run each step v is the same as the one before, so $v=\mu v-\eta g$. Subtract $\mu v$:
# $(1-\mu)\,v=-\eta g$. Now divide by $1-\mu$.
#
# </details>
#
# This is gradient descent at another rate, the *effective rate* $\eta/(1-\mu)$ (S1), as long as the
# gradient does not change. Without momentum the noise floor is proportional to the rate, and with
# momentum to the effective rate.

# %% [markdown] after=false
# <details><summary>A slip of S1</summary>
#
# S1 (“Part II: Training”, 2019) prints
# “$\eta_{\text{effective}}\approx\frac{\eta}{1-\alpha}\gg\eta\quad\forall\alpha\in[0,1)$”, with α
# for μ. “Much larger” for all α is an **error**: at 0 both are equal, and at 0.1
# it is only a ninth larger.
#
# </details>

# %% claims=true
speed = np.diff(lesson.path(np.ones_like, [0.0], 2000, lr=0.1, mu=0.1)[:, 0])[-1]
words = "at 0.1\nit is only a ninth larger"
claim(words, -speed / 0.1 - 1, equals=1 / 9, within=0.001, given=[0.1])
speed = np.diff(lesson.path(np.ones_like, [0.0], 2000, lr=0.1, mu=0.9)[:, 0])[-1]
claim("the speed becomes ten times as large", -speed / 0.1, equals=10, within=0.01, given=[0.9])
left = np.array([0.5**1, 0.9**7])
claim("half of a push is left after one step", left, equals=0.5, within=0.03, given=[0.5, 0.9])

# %% [markdown]
# ## 6 Ravine, saddle, plateau
#
# An ideal optimizer “doesn't get stuck in local minima, saddle points, or plateau region” (S3). At
# a *saddle* the loss falls in one direction and rises in the other, and the gradient in the middle
# is 0. On a *plateau* the gradient is small over a long distance. Four runs start at each, and in
# the ravine: <!-- no claim: setting -->
#
# - gradient descent at the rate 0.02;
# - momentum, and Nesterov's method, at the rate 0.02 with μ = 0.9; <!-- no claim: setting -->
# - a **control**: gradient descent at the effective rate, 0.2.
#
# The *goal* is to stay within 0.1 of the minimum; at the saddle, of the minimum (0, 1) beside it.
# Two more runs have the best setting for the ravine.

# %% practice=true fold="Let all run"
runs = lesson.runs(momentum_step, nesterov_path)
lesson.print_arrivals(runs)
picture = lesson.draw_race(runs)
picture

# %% claims=true
steps = {key: lesson.steps_to_goal(points, key[0]) for key, points in runs.items()}
for place in ("saddle", "plateau"):
    rest = min(steps[place, name] for name in ("gradient descent", "momentum", "Nesterov"))
    claim(
        "At the saddle and on the plateau the control is first",
        steps[place, "control, rate 0.2"],
        below=rest,
    )
tuned = [steps["ravine", name] for name in lesson.TUNED]
claim("then needs 47 steps", tuned[0], equals=47, within=1)
claim("and momentum 14, at 1/9", tuned[1], equals=14, within=1, given=[1, 9])
words = (
    "Momentum 0.9 at\n0.02, with 71 steps, loses to a tuned rate; "
    "in the ravine, tuned momentum beats every rate"
)
claim(words, steps["ravine", "momentum"], equals=71, within=1, given=[0.9, 0.02])
ravine = lesson.PLACES["ravine"]
every = [
    lesson.steps_to_goal(lesson.path(ravine[1], ravine[2], 300, lr=lr, mu=0.0), "ravine") or 300
    for lr in np.linspace(0.01, 0.079, 70)
]
claim(words, min(every) / tuned[1], above=2, given=[0.9, 0.02, 71])
claim(
    "In the ravine the control diverges",
    abs(runs["ravine", "control, rate 0.2"][10]).max(),
    above=100,
)

# %% [markdown]
# At the saddle and on the plateau the control is first: there a larger rate is enough.
#
# In the ravine the control diverges, because 0.2 is above 2/25. <!-- no claim: derived --> A fair
# comparison gives each side its best setting there. Gradient descent at 2/(1 + 25) = 0.077 then
# needs 47 steps, and momentum 14, at 1/9 with μ = 4/9. **Momentum 0.9 at 0.02, with 71 steps, loses
# to a tuned rate; in the ravine, tuned momentum beats every rate.**

# %% [markdown]
# ## 7 A valley that nobody has measured
#
# Section 3 knew both curvatures. Usually nobody tells you λ. Measure it, and say **before the
# training** which rate and momentum are best.
#
# Write `best_pair` for a quadratic loss of n = 1,200 weights, with its minimum at 0 and any κ from
# 7 to 110. `product(v)` returns H·v: it is the gradient at v. You may call it 1,000 times, so you
# cannot have all 1,200 columns of H.
#
# - **λₘₐₓ:** power iteration (notebook 04) comes from below, and 1,000 calls are too few for its
#   last digits. What does section 3 advise for a λₘₐₓ that is a little too small?
# - **λₘᵢₙ:** every other curvature is at least three times as large. One step of gradient descent
#   multiplies each direction by 1 − ηλ.
#   1. For which η does the flattest direction shrink more slowly than all others?
#   2. Take hundreds of such steps from a random vector v. Which direction is left?
#   3. How do you get its curvature from v and H·v, as at the end of power iteration?
#   4. Is the result a little too large or too small? What does this cost? Try it with `growth`.
#
# The check takes valleys with κ near 8, 16, 50 and 100, and computes how many steps your pair needs
# for a decimal digit in the long run. Up to 1.35 times the steps of the best pair earn all points,
# twice as many earn none, as does a pair that diverges. Of κ near 8 and 16 the worse result counts
# (2 points), and so for 50 and 100 (3 points). <!-- no claim: setting -->


# %% solution="best_pair"
def best_pair(product, n):
    """The rate and the momentum that are best in a valley which is known by products alone.

    product : product(v) -> H·v, for v of shape (n,); at most 1,000 calls
    n : number of weights
    returns (lr, mu), two numbers
    """
    ### BEGIN SOLUTION
    rng = np.random.default_rng(0)
    v = rng.normal(size=n)
    for _ in range(50):
        v = v / np.linalg.norm(v)
        Hv = product(v)
        top, v = v @ Hv, Hv
    w = rng.normal(size=n)
    for _ in range(900):
        w = w - 1.5 / top * product(w)
    bottom = w @ product(w) / (w @ w)
    flat, steep = np.sqrt(bottom), np.sqrt(1.05 * top)  # 1.05: the margin
    return (2 / (steep + flat)) ** 2, ((steep - flat) / (steep + flat)) ** 2
    ### END SOLUTION


# %% check="best_pair"
check("best_pair", best_pair)

# %% [markdown]
# In three other valleys, the next cell predicts the steps for six digits from your
# pair and your `growth`, and lets your `momentum_step` walk. <!-- no claim: setting -->

# %% practice=true fold="Predict the steps, then take them"
print("  κ     rate   momentum   predicted   measured")
for seed, kappa in enumerate((8, 30, 90)):
    product, lam = lesson.unseen(seed, kappa)
    lr, mu = best_pair(product, len(lam))
    slowest = max(growth(lr, mu, lam[0]), growth(lr, mu, lam[-1]))
    predicted = 6 / -np.log10(slowest)
    steps = lesson.steps_for_six_digits(lam, momentum_step, lr, mu)
    print(f"{kappa:3} {lr:8.2g} {mu:10.2f} {predicted:11.1f} {steps or 'never':>10}")

# %% claims=true
ratios, saved = [], []
for seed, kappa in enumerate((8, 30, 90)):
    product, lam = lesson.unseen(seed, kappa)
    lr, mu = best_pair(product, len(lam))
    slowest = max(growth(lr, mu, lam[0]), growth(lr, mu, lam[-1]))
    steps = lesson.steps_for_six_digits(lam, momentum_step, lr, mu)
    ratios.append(steps / (6 / -np.log10(slowest)))
    saved.append(6 / np.log10((kappa + 1) / (kappa - 1)) - steps)
claim("The prediction is right to within 5 %", ratios, equals=1, within=0.05, given=[5])
said = "momentum\nsaves fewer than 1,000 steps of gradient descent in each of these runs"
claim(said, max(saved), below=1000, given=[1000])

# %% [markdown]
# The prediction is right to within 5 %, counted after the first three digits. But a product costs
# as much as a gradient, and momentum saves fewer than 1,000 steps of gradient descent in each of
# these runs. So 1,000 products pay only if many runs share their curvatures.
# <!-- no claim: derived -->

# %% [markdown]
# ## To keep
#
# **When does memory save steps?** Where curvatures differ: in flat directions the pushes add up to
# the effective rate $\eta/(1-\mu)$, and in steep ones the largest stable rate of momentum (not
# Nesterov), $2(1+\mu)/\lambda$, is higher than that of gradient descent. At our saddle and plateau
# a larger rate was enough. **How much memory?** $\sqrt\mu=(\sqrt\kappa-1)/(\sqrt\kappa+1)$; above
# that, more is slower. **Which setting is safe?** Insert a larger λₘₐₓ than you have measured.
# **With noise?** The floor grows with the effective rate.
#
# Without looking: you change μ from 0.9 to 0.99 on an even slope. Which rate keeps the speed?
#
# <details><summary>Answer</summary>
#
# A tenth of the old one, because 1/(1 − μ) grows from 10 to 100.
#
# </details>

# %% [markdown]
# ### Lines of the lectures
#
# No task needs this part. Answer each question, then run the next cell.
#
# <details><summary>Does momentum help to leave local minima?</summary>
#
# Gradient descent gets stuck in them (S1); momentum helps “to come out” (S3), or “can help” (S4).
# Take a loss of one weight with a shallow and a deep valley. At the rate 0.01, 301 balls start at
# rest everywhere from −2 to 2. <!-- no claim: setting -->
#
# </details>
#
# <details><summary>Which form takes another path?</summary>
#
# The sources write momentum in five forms. Yours is S2's.
#
# | source | what is kept | the step |
# |---|---|---|
# | S0 | the previous weights $w'$ | $w-\epsilon\nabla E+\mu(w-w')$ |
# | S1 | the change $\Delta w$ | $\Delta w\leftarrow-\eta\nabla L+\alpha\Delta w$, $w+\Delta w$ |
# | S2 | the last step $v$ | $v\leftarrow\mu v-\text{lr}\cdot dx$, $x+v$ |
# | PyTorch (S3) | a sum $b$ of gradients | $b\leftarrow\mu b+\nabla L$, $w-\text{lr}\cdot b$ |
# | S4 | the negative step $a$ | $a\leftarrow ma+\eta\nabla\ell$, $W-a$ |
#
# Which one differs from yours at a constant rate, and which one if the rate falls to a tenth in the
# middle of 30 steps? <!-- no claim: setting -->
#
# </details>
#
# <details><summary>A slip of S3: which method is this?</summary>
#
# S3's slide “Gradient Descent with Momentum” (C. V. Jawahar, IIIT Hyderabad) prints
# $v_t=\gamma v_{t-1}+\eta\nabla_\theta J(\theta-\gamma v_{t-1})$, $\theta=\theta-v_t$, and below it
# `optim.SGD(model.parameters(), lr=0.01, momentum=0.9)`. Its v is the negative step. Which method
# is the formula, and which one is the code?
#
# </details>

# %% practice=true fold="Measure the lines of the lectures"
lesson.print_balls(momentum_step)
print("\nlargest distance from your path   constant rate   rate falls")
for source, (constant, falling) in lesson.distances_of_forms(momentum_step).items():
    print(f"{source:33} {constant:13.0e} {falling:12.0e}")
print("\nlargest distance from    momentum   Nesterov")
for name, apart in lesson.distances_from_S3(nesterov_path, momentum_step).items():
    print(f"S3's {name:18} {apart[0]:10.0e} {apart[1]:10.0e}")

# %% claims=true
everywhere = lesson.STARTS
ends, right = lesson.ends_deep(everywhere, 0.9), everywhere > lesson.TURNS[1]
words = "With momentum 0.9, 27 % of the balls of the shallow side come over"
claim(words, 100 * ends[right].mean(), equals=27, within=1, given=[0.9])
words = "8 % of the deep side leave it"
claim(words, 100 * (1 - ends[~right].mean()), equals=8, within=1)
words = "Of all balls 62 % end deep, instead of 54 %"
claim(words, 100 * ends.mean(), equals=62, within=1, given=[54])
claim(words, 100 * lesson.ends_deep(everywhere, 0.0).mean(), equals=54, within=1, given=[62])
forms = lesson.distances_of_forms(momentum_step)
claim("all forms take the same path", [constant for constant, _ in forms.values()], below=1e-12)
claim("Only PyTorch's is another one if the rate falls", forms["S3"][1], above=0.1)
claim(
    "Only PyTorch's is another one if the rate falls",
    [forms[source][1] for source in ("S0", "S1", "S4")],
    below=1e-12,
)
slip = lesson.distances_from_S3(nesterov_path, momentum_step)
claim("the formula is Nesterov's method", slip["formula"][1], below=1e-12)
claim("the code is momentum", slip["code"][0], below=1e-12)
claim("S3's slide has an **error**", slip["formula"][0], above=0.1)

# %% [markdown]
# <details><summary>What these measurements say</summary>
#
# With momentum 0.9, 27 % of the balls of the shallow side come over, but 8 % of the deep side leave
# it. Of all balls 62 % end deep, instead of 54 % without momentum. So “can help” is right, and S3
# promises too much.
#
# At a constant rate all forms take the same path. Only PyTorch's is another one if the rate falls:
# its sum does not contain the rate, so a smaller rate also shrinks all earlier pushes.
#
# S3's slide has an **error**: the formula is Nesterov's method, and the code is momentum.
#
# </details>
#
# <details><summary>In PyTorch (a whole training: notebook 24)</summary>
#
# `torch.optim.SGD(params, lr=…, momentum=0.9)` is momentum, with the rate outside of its sum.
# With `nesterov=True` it is Nesterov's method, and the weights that you see are those at the point
# ahead, w + μv.
#
# </details>

# %% practice=true fold="Compare your paths with PyTorch's"
import importlib.util

if importlib.util.find_spec("torch") is None:
    print("PyTorch is not installed here; nothing needs it.")
else:
    import torch

    start, curvatures = np.array([-4.0, 1.0]), np.array([1.0, 25.0])

    def by_torch(nesterov):
        """The path of torch.optim.SGD down the ravine."""
        w = torch.tensor(start, requires_grad=True)
        optimizer = torch.optim.SGD([w], lr=0.03, momentum=0.8, nesterov=nesterov)
        points = [start]
        for _ in range(40):
            optimizer.zero_grad()
            (0.5 * torch.sum(torch.tensor(curvatures) * w**2)).backward()
            optimizer.step()
            points.append(w.detach().numpy().copy())
        return np.array(points)

    given = {"lr": 0.03, "mu": 0.8}
    mine = lesson.path(lambda w: curvatures * w, start, 40, momentum_step, **given)
    print(f"momentum: {np.max(np.abs(mine - by_torch(False))):.0e} apart")
    mine = nesterov_path(start, lambda w: curvatures * w, **given, steps=40)
    ahead = mine[1:] + 0.8 * np.diff(mine, axis=0)
    print(f"Nesterov, your w + μv: {np.max(np.abs(ahead - by_torch(True)[1:])):.0e} apart")

# %% [markdown]
# ## Sources
#
# S0 “Training of neural networks – basics”, “SGD w/ momentum”; S1 “Part II: Training”; S2 “Training
# Neural Networks” (J. Choo, Korea University), “Momentum Update”; S3 “Backpropagation and
# Training” (C. V. Jawahar, IIIT Hyderabad), “Better Update Equation”; S4 “Neural networks
# (continued)” (A. Krause, ETH Zürich), “Learning with momentum”; Nesterov (1983).
