# %% [markdown]
# # Momentum and loss landscapes
#
# Gradient descent has no memory. At every step it feels the slope under its feet, takes a step, and
# forgets which way it came. In a long narrow valley that is a misery: it bounces between the walls
# and hardly gets on along the floor.
#
# A ball does better, because it keeps its speed. Giving gradient descent a speed costs one more
# array and one more line of code, and on some problems it saves nine steps out of ten. The usual
# explanations of why are half right at best: that it takes longer steps, that it smooths, that it
# jumps out of bad valleys. In this notebook you put each of them to the test, with your own
# functions.
#
# **Afterwards you can**
#
# - write momentum and Nesterov's method in three lines each, and recognise them in five spellings,
# - say how fast momentum goes on an even slope, and how far back it remembers,
# - compute for which rates it is stable, and read the map of rate against momentum,
# - say where momentum helps, where a larger rate would do as well, and where more of it is slower,
# - judge the claim that it escapes from local minima, by counting.
#
# **You need** gradient descent on a quadratic loss (notebook 03), NumPy arrays, and complex numbers
# as roots of a quadratic equation. Networks come ready made.
#
# **Time:** about two and a half hours. The guess and the idea (sections 1 and 2) take 20 minutes,
# the velocity (3) 25, the speed in the end (4) 15, Nesterov (5) 20, landscapes (6) 25, the map (7)
# 25, slips (8) 10, real data (9) 20, the rest 15. The end of each section is a good place to
# pause.
#
# **Sources:** S0 "Training of neural networks – basics", slide "SGD w/ momentum"; S1 "Part II:
# Training", the paragraphs on momentum before "Output Layer"; S2 "Training Neural Networks", slides
# on SGD's trajectory and "Momentum Update"; S3 "Backpropagation and Training", slides "Saddle
# Point", "Solution: Better Estimate of the Gradient", "Solution: Better Update Equation" and
# "Gradient Descent with Momentum"; S4 "Neural networks (continued)", slides "Learning with
# momentum". Below they are called S0 to S4.

# %% setup=true
import numpy as np

from course_lib import optimizers
from course_lib.backend import choose_device
from course_lib.datasets import load_diabetes, load_digits
from course_lib.layers import Linear, Tanh
from course_lib.losses import softmax_cross_entropy
from course_lib.models import Sequential
from course_lib.plots import animation, landscape_paths, theme
from course_lib.preprocessing import standardize_apply, standardize_fit
from course_lib.training import fit
from grader.checking import check, check_choice, guess, ready, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 A guess first
#
# A loss of two weights is a long narrow valley: $L(w) = \frac12(w_0^2 + 100\,w_1^2)$. Along the
# floor its curvature is 1, across it is 100. Gradient descent must not take a rate above
# 2/100 = 0.02 here: above that, each step across the valley ends higher up on the other side
# (notebook 03 proved it).
#
# Now each step also gets 0.9 times the step before it, as a ball keeps nine tenths of its speed.
# **What is the largest rate that still converges?**
#
# - a: a smaller one. A ball with speed overshoots sooner, so it needs shorter pushes.
# - b: the same, 0.02. The walls of the valley set the limit, and they are what they were.
# - c: a larger one, almost 0.04.
# - d: a much larger one, almost 0.2. Momentum brings a factor 1/(1 − 0.9) = 10.

# %%
guess("ps08_stable", None)  # your letter, in quotes, in place of None

# %% [markdown]
# To see it, many rates at once start from the same place. A step depends on the rate only through
# the product `lr * dw`. So the code hands over that product as the gradient, with one row for each
# rate, and a rate of 1. Until you have written your own functions, this runs on the library's; come
# back later and it runs on yours.


# %% practice=true
def stepper(method):
    """Your step function once it passes a first test, until then the library's."""
    if method == "Nesterov":
        return nesterov_step if ready("nesterov_step") else optimizers.nesterov_step
    return momentum_step if ready("momentum_step") else optimizers.momentum_step


CURVATURES = np.array([1.0, 100.0])


def distances(rates, mu, steps, method="momentum"):
    """Distance to the minimum after 0, 1, …, `steps` steps, one column for each rate."""
    step, scale = stepper(method), rates[:, None] * CURVATURES
    w, v = np.full((len(rates), 2), 0.5**0.5), np.zeros((len(rates), 2))
    result = np.empty((steps + 1, len(rates)))
    with np.errstate(all="ignore"):  # what diverges may grow beyond all numbers
        for k in range(steps + 1):
            result[k] = np.hypot(w[:, 0], w[:, 1])
            if method == "Nesterov":
                w, v = step(w, lambda place: scale * place, v, lr=1.0, mu=mu)
            else:
                w, v = step(w, scale * w, v, lr=1.0, mu=mu)
    return result


def largest_stable(mu, method="momentum"):
    """The largest of many rates that comes closer, as a multiple of plain descent's limit."""
    multiples = np.linspace(0.5, 2.1, 161)
    end = distances(0.02 * multiples, mu, 600, method)[-1]
    return multiples[end < 1][-1]


# %% practice=true
import matplotlib.pyplot as plt

some_mu = (0.0, 0.25, 0.5, 0.75, 0.9, 0.95)
limits = [largest_stable(mu) for mu in some_mu]
with theme.style():
    figure, axes = plt.subplots(1, 2, figsize=(8, 3))
    for mu, line in ((0.0, ":"), (0.5, "-."), (0.67, "--"), (0.9, "-")):
        away = distances(np.array([0.035]), mu, 120)[:, 0]
        axes[0].plot(away, linestyle=line, label=f"momentum {mu}")
    axes[0].set(yscale="log", ylim=(1e-3, 1e3), xlabel="step", ylabel="distance to the minimum")
    axes[0].set_title("At rate 0.035 only 0.9 converges")
    axes[0].legend(fontsize=8, frameon=True, edgecolor="none")
    axes[1].plot(some_mu, 0.02 * np.array(limits), "o-", color=theme.FORWARD)
    axes[1].set(xlabel="momentum", ylabel="largest stable rate", ylim=(0, 0.045))
    axes[1].set_title("The largest stable rate, measured")
    plt.show()
print(f"at momentum 0.9: {0.02 * limits[4]:.4f}, {limits[4]:.2f} times that of plain descent")
reveal("ps08_stable", "c", "The limit nearly doubles, and section 7 says why.")

# %% [markdown]
# *In words: on the left the distance to the minimum at rate 0.035, on a logarithmic axis. Without
# momentum, with 0.5 and with 0.67 it grows and leaves the picture, with 0.9 it swings and falls. On
# the right the largest stable rate against momentum: a straight line from 0.02 up to nearly 0.04.*
#
# Whoever thought of a heavy ball that overshoots is surprised: the memory makes the walls of the
# valley **harder** to run up. After a step to the other side, the old speed still points there
# while the slope points back, so the two of them cancel in part. But note that the factor is two at
# most, not ten. When momentum saves nine steps out of ten, a longer stable rate is not the reason.

# %% [markdown]
# ## 2 The idea
#
# S0 speaks of a rolling ball with inertia, S4 says it without a picture: move not only in the
# direction of the gradient, but also in that of the last update. So there is a second quantity
# beside the weights `w`: the velocity `v`, which is **the last step**.
#
# Here is what that does in a ravine, S0's word for a valley that is steep across and flat along.
# S2 asks on a slide what the trajectory of gradient descent is there. Have a look at both: the same
# start, the same rate, twenty steps.


# %% practice=true
def walk(grad, w0, lr, mu, steps, method="momentum"):
    """All places on the way, (steps + 1, …); it stops early if it runs away."""
    step, w, v = stepper(method), np.array(w0, dtype=float), np.zeros(np.shape(w0))
    path = [w]
    for _ in range(steps):
        if method == "Nesterov":
            w, v = step(w, grad, v, lr=lr, mu=mu)
        else:
            w, v = step(w, grad(w), v, lr=lr, mu=mu)
        path.append(w)
        if not np.max(np.abs(w)) < 1e6:
            break
    return np.array(path)


RAVINE = np.array([1.0, 25.0])


def ravine(w):
    return 0.5 * np.sum(RAVINE * w**2)


landscape_paths(
    ravine,
    {
        "plain": walk(lambda w: RAVINE * w, [-4.0, 1.0], 0.073, 0.0, 20),
        "momentum 0.6": walk(lambda w: RAVINE * w, [-4.0, 1.0], 0.073, 0.6, 20),
    },
    bounds=((-4.5, 2.0), (-1.3, 1.3)),
    minimum=(0.0, 0.0),
    title="The same rate, with a memory and without",
)
plt.show()

# %% [markdown]
# *In words: oval contours of a valley along the horizontal axis, and two paths from the same point
# on its left. The plain one jumps from wall to wall while it creeps along, and after twenty steps
# it is still short of the star in the middle. The one with momentum jumps at first too, but calms
# down sooner, takes longer steps along the floor and is at the star.*
#
# That is the whole idea: across the valley the pushes change sign and cancel, along the floor they
# add up. What plain descent does there, S2 says in half a line: "very slow progress along flat
# direction, jitter along steep one".

# %% [markdown]
# ## 3 A velocity
#
# ### How long a push is felt
#
# Each step gives the velocity a push, $-\eta\,\nabla L$, and before that what is left of the old
# velocity is multiplied by a number $\mu$ between 0 and 1 (S0, S2: $\mu$, S1: $\alpha$, S3:
# $\gamma$, S4: $m$; the code writes `mu`). After one step a share μ of a push is left. Which share
# is left after k steps? (No points; the cell below compares.)


# %% solution="share_left"
def share_left(mu, k):
    """Share of a push that is still in the velocity k steps later."""
    ### BEGIN SOLUTION
    return mu**k
    ### END SOLUTION


# %% practice=true
def followed(mu, k):
    """The same by letting it roll: one push of 1, then k steps on level ground."""
    v = 1.0
    for _ in range(k):
        v = mu * v
    return v


try:
    print("   mu   steps   share left   by rolling")
    for mu in (0.5, 0.9, 0.99):
        for k in (1, 7, 69):
            print(f"{mu:5} {k:7} {float(share_left(mu, k)):12.4f} {followed(mu, k):12.4f}")
except NotImplementedError:
    print("Write share_left in the cell above, then run this one again.")

# %% [markdown]
# With 0.5 a push is half gone after one step, with 0.9 after seven, with 0.99 after sixty-nine. So
# μ says how long the memory is, roughly 1/(1 − μ) steps.
#
# ### In slow loops
#
# A step is the sum of all pushes so far, each as faded as it is old. As a specification, one number
# at a time, with a rate for each step:


# %%
def momentum_in_loops(w0, gradients, rates, mu):
    """Places after each step; gradients[k][i] is the slope along coordinate i at step k."""
    path = [list(w0)]
    for t in range(len(gradients)):
        place = []
        for i in range(len(w0)):
            step = 0.0
            for k in range(t + 1):  # push k is t - k steps old
                step += mu ** (t - k) * (-rates[k] * gradients[k][i])
            place.append(path[-1][i] + step)
        path.append(place)
    return path


# %% [markdown]
# Its cost grows with the square of the number of steps, and it must keep all gradients. Nothing of
# that is needed. If `v` is the last step, how do you get the next one from it? That is S2's
# "Momentum Update", two lines of code.
#
# Write it for arrays of any shape. `v` comes in as the last step (zeros at first) and goes out as
# the new step, so that it is always what `w` has just moved by. Return new arrays and leave those
# you are given as they are. `lr` and `mu` may differ from call to call.


# %% solution="momentum_step"
def momentum_step(w, dw, v, *, lr, mu):
    """One step of gradient descent with momentum.

    w : weights, an array of any shape
    dw : gradient of the loss at w, shaped like w
    v : the last step, shaped like w; zeros at first
    lr : learning rate
    mu : share of the last step that goes on, in [0, 1)
    returns (w, v): the new weights and the step that led there
    """
    ### BEGIN SOLUTION
    v = mu * v - lr * dw
    return w + v, v
    ### END SOLUTION


# %% check="momentum_step"
check("momentum_step", momentum_step)

# %% [markdown]
# Does it do what the loops say? Twelve random slopes for three weights, and a rate that changes at
# every step:

# %% practice=true
rng = np.random.default_rng(0)
slopes, rates = rng.normal(size=(12, 3)), rng.uniform(0.01, 0.1, size=12)
if ready("momentum_step"):
    w, v = np.zeros(3), np.zeros(3)
    by_steps = [w]
    for dw, lr in zip(slopes, rates, strict=True):
        w, v = momentum_step(w, dw, v, lr=lr, mu=0.9)
        by_steps.append(w)
    by_loops = momentum_in_loops([0.0, 0.0, 0.0], slopes.tolist(), rates.tolist(), 0.9)
    print(
        f"largest difference over all steps: {np.max(np.abs(np.subtract(by_steps, by_loops))):.1e}"
    )
else:
    print("This cell waits for momentum_step.")

# %% [markdown]
# ### Five spellings
#
# Each of the sources writes momentum in its own way.
#
# | source | what is kept | the step |
# |---|---|---|
# | S0, "SGD w/ momentum" | the place before | w − ε∇E + μ(w − place before) |
# | S1, before "Output Layer" | the last change Δw | Δw = −η∇L + αΔw |
# | S2, "Momentum Update" | the last step v | v = μv − lr·dx, then x + v |
# | S3, its line of PyTorch | a sum b of gradients | b = μb + ∇L, then w − lr·b |
# | S4, "Learning with momentum" | the step's opposite a | a = ma + η∇ℓ, then W − a |
#
# Are they the same? Run all of them down the ravine beside yours, once with a constant rate and
# once with a rate that falls to a tenth after 15 of 30 steps. **Before you do: which of them will
# not agree?**


# %% practice=true
def spelled(source, rate_at, mu=0.8, steps=30):
    """The path down the ravine in the spelling of one of the sources."""
    w = np.array([-4.0, 1.0])
    before, kept, path = w, np.zeros(2), [w]
    for k in range(steps):
        g, lr = RAVINE * w, rate_at(k)
        if source == "S0":
            before, w = w, w - lr * g + mu * (w - before)
        elif source == "S1":
            kept = -lr * g + mu * kept
            w = w + kept
        elif source == "S3":
            kept = mu * kept + g
            w = w - lr * kept
        elif source == "S4":
            kept = mu * kept + lr * g
            w = w - kept
        else:  # S2: yours
            w, kept = momentum_step(w, g, kept, lr=lr, mu=mu)
        path.append(w)
    return np.array(path)


if ready("momentum_step"):
    print("largest distance from yours   constant rate   rate falls at step 15")
    for source in ("S0", "S1", "S3", "S4"):
        row = [
            np.max(np.abs(spelled(source, rate) - spelled("S2", rate)))
            for rate in (lambda k: 0.03, lambda k: 0.03 if k < 15 else 0.003)
        ]
        print(f"{source:27} {row[0]:15.1e} {row[1]:23.1e}")
else:
    print("This cell waits for momentum_step.")

# %% [markdown]
# With a constant rate all five take the same path. When the rate changes, one is different: PyTorch
# keeps the rate outside of what it remembers, so a smaller rate also shortens the steps of the
# past, at once. Neither is wrong; notebook 09 shows both in a picture. In the other four `v` is a
# step, in the unit of `w`, and a step once taken stays as long as it was.

# %% [markdown]
# ## 4 How fast in the end
#
# Let the slope be the same everywhere, a long even hillside. Plain descent takes the same step
# again and again. The ball gets faster, but not without end: each step a share 1 − μ of its speed
# is lost, as to the air. **To which speed does it come?** Watch the velocity first, on a slope of
# 1 with rate 0.1:

# %% practice=true
if ready("momentum_step"):
    print("velocity after     1       2       5      20     100     500 steps")
    for mu in (0.0, 0.5, 0.9, 0.99):
        path = walk(lambda w: np.ones(1), [0.0], 0.1, mu, 500)[:, 0]
        speed = np.diff(path)
        row = " ".join(f"{speed[k - 1]:7.3f}" for k in (1, 2, 5, 20, 100, 500))
        print(f"mu = {mu:<8} {row}")
else:
    print("This cell waits for momentum_step.")

# %% [markdown]
# S1 gets the answer from one line: where the slope is the same everywhere, the change is soon the
# same as the one before it. Put Δw for both into S1's formula above and solve for it. The result is
# a step of plain descent, but with another rate. Write that rate.


# %% solution="effective_lr"
def effective_lr(lr, mu):
    """Rate of the plain descent that goes as far per step, once the ball has its final speed.

    lr : learning rate
    mu : share of the last step that goes on, in [0, 1)
    returns one number
    """
    ### BEGIN SOLUTION
    return lr / (1 - mu)
    ### END SOLUTION


# %% check="effective_lr"
check("effective_lr", effective_lr)

# %% [markdown]
# The next picture compares it with the run, for speed and for the time it takes to get there.

# %% practice=true
if ready("momentum_step", "effective_lr"):
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3))
        for mu, colour in ((0.0, theme.CYCLE[0]), (0.5, theme.CYCLE[2]), (0.9, theme.CYCLE[3])):
            speed = -np.diff(walk(lambda w: np.ones(1), [0.0], 0.1, mu, 60)[:, 0])
            ax.plot(range(1, 61), speed, "o", markersize=3, color=colour, label=f"mu = {mu}")
            ax.axhline(effective_lr(0.1, mu), color=colour, linestyle="--", linewidth=1)
        ax.set(xlabel="step", ylabel="length of the step", yscale="log")
        ax.set_title("On an even slope the speed rises to lr / (1 − mu), dashed")
        ax.legend()
        plt.show()
    for mu in (0.5, 0.9, 0.99):
        steps = int(np.ceil(np.log(0.05) / np.log(mu)))
        print(f"mu = {mu}: within 5 % of it after {steps} steps, 3/(1 - mu) is {3 / (1 - mu):.0f}")
else:
    print("This cell waits for momentum_step and effective_lr.")

# %% [markdown]
# *In words: the length of the step on an even slope against the number of the step. Without
# momentum it is 0.1 from the beginning. With 0.5 it rises to 0.2 within a few steps, with 0.9 to 1
# within some thirty; dashed lines are at these values.*
#
# So on an even slope momentum 0.9 is worth a ten times larger rate, after some thirty steps. Keep a
# doubt, though: if that were all, you could take the ten times larger rate and save an array. In
# section 6 exactly that one runs in the race as a control.

# %% [markdown]
# ## 5 Look first, then step
#
# Momentum asks for the slope at the place where it stands, and then moves away from it with its old
# speed. Yurii Nesterov (1983) asks elsewhere. A share μ of the old step will be taken in any case;
# so let us first see where it leads, and ask for the slope **there**:
#
# $$v \leftarrow \mu v - \eta\,\nabla L(w + \mu v), \qquad w \leftarrow w + v.$$
#
# S3 prints this with the opposite sign of $v$ (section 8). S2 mentions it as worth trying.

# %% practice=true
w_old, v_old, lr_seen, mu_seen = np.array([-2.0, 0.9]), np.array([1.4, -1.0]), 0.05, 0.8
jump = mu_seen * v_old
with theme.style():
    figure, axes = plt.subplots(1, 2, figsize=(8, 3.1), sharey=True)
    for ax, at, title in (
        (axes[0], w_old, "Momentum: the slope at w"),
        (axes[1], w_old + jump, "Nesterov: the slope at w + mu·v"),
    ):
        a, b = np.meshgrid(np.linspace(-2.6, 0.4, 50), np.linspace(-1.2, 1.3, 50))
        ax.contour(a, b, a**2 + 25 * b**2, levels=12, colors=theme.QUIET, linewidths=0.6)
        push = -lr_seen * RAVINE * at
        for start, way, colour in (
            (w_old, jump, theme.FORWARD),
            (w_old + jump, push, theme.GRADIENT),
        ):
            arrow = {"arrowstyle": "->", "color": colour, "linewidth": 2.2}
            ax.annotate("", start + way, start, arrowprops=arrow)
        ax.plot(*w_old, "o", color=theme.INK)
        ax.plot(*at, "o", color=theme.GRADIENT, fillstyle="none", markersize=11)
        ax.plot(*(w_old + jump + push), "s", color=theme.INK)
        ax.text(w_old[0] - 0.1, w_old[1] + 0.15, "w")
        ax.text(*(w_old + jump + push + [0.1, -0.05]), "new w")
        ax.set(title=title, xlabel="w[0]")
        ax.grid(visible=False)
    axes[0].set_ylabel("w[1]")
    plt.show()

# %% [markdown]
# *In words: twice the same valley, the same point w, and the same blue arrow, a share of the old
# step, which leads down across the floor. The orange arrow is the push of the slope. On the left
# the slope is taken at w, on the upper wall: the push goes on downwards, and the new w lies far up
# the lower wall. On the right it is taken at the blue arrow's end, near the floor: the push is
# short, and the new w stays close to the floor.*
#
# The function gets `grad_fn`, which returns the gradient for any place you hand it, instead of the
# gradient itself. A gradient is the expensive part of a step, so ask **once a step**.


# %% solution="nesterov_step"
def nesterov_step(w, grad_fn, v, *, lr, mu):
    """One step of Nesterov's method.

    w : weights, an array of any shape
    grad_fn : grad_fn(place) -> gradient of the loss there, shaped like w; called once
    v : the last step, shaped like w; zeros at first
    lr : learning rate
    mu : share of the last step that goes on, in [0, 1)
    returns (w, v): the new weights and the step that led there
    """
    ### BEGIN SOLUTION
    v = mu * v - lr * grad_fn(w + mu * v)
    return w + v, v
    ### END SOLUTION


# %% check="nesterov_step"
check("nesterov_step", nesterov_step)

# %% [markdown]
# ### What the look ahead is good for
#
# Take one direction in which the loss has the curvature λ, so that the slope at a place is λ times
# the place. Put that into the formula: $v \leftarrow \mu v - \eta\lambda\,(w + \mu v)$, and collect
# what stands in front of $v$. It is plain momentum again, with another μ. Which one? (No points.)


# %% solution="nesterov_mu"
def nesterov_mu(lr, mu, lam):
    """The mu with which plain momentum does what Nesterov's method does on a curvature lam."""
    ### BEGIN SOLUTION
    return mu * (1 - lr * lam)
    ### END SOLUTION


# %% practice=true
try:
    print("   lr·λ   its mu   distance from Nesterov's path, 40 steps with mu = 0.95")
    for lam in (0.1, 2.0, 10.0):
        mu = float(nesterov_mu(0.1, 0.95, lam))
        theirs = walk(lambda w, lam=lam: lam * w, [1.0], 0.1, 0.95, 40, "Nesterov")
        same = walk(lambda w, lam=lam: lam * w, [1.0], 0.1, mu, 40)
        print(f"{0.1 * lam:7.2f} {mu:8.3f} {np.max(np.abs(theirs - same)):12.1e}")
except NotImplementedError:
    print("Write nesterov_mu in the cell above, then run this one again.")

# %% [markdown]
# So Nesterov's method is momentum **with less of it where it is steep**, and with all of it where
# it is flat. In a valley that is what one would wish for. Both run down the ravine with μ = 0.95:

# %% practice=true
with theme.style():
    figure, axes = plt.subplots(1, 2, figsize=(8, 2.9))
    for method, colour, line in (
        ("momentum", theme.CYCLE[0], "--"),
        ("Nesterov", theme.CYCLE[3], "-"),
    ):
        path = walk(lambda w: RAVINE * w, [-4.0, 1.0], 0.03, 0.95, 120, method)
        for ax, i in zip(axes, (1, 0), strict=True):
            ax.plot(path[:, i], color=colour, linestyle=line, linewidth=1.4, label=method)
    axes[0].set(xlabel="step", ylabel="w[1], across", title="Steep: the swings die at once")
    axes[1].set(xlabel="step", ylabel="w[0], along", title="Flat: almost alike")
    axes[0].legend()
    plt.show()

# %% [markdown]
# *In words: two panels over 120 steps. Across the valley momentum swings from side to side for most
# of the time with slowly shrinking swings, while Nesterov's method is at rest after a few steps.
# Along the valley both swing slowly about the minimum, Nesterov's a little less.*
#
# ### The price
#
# You measured in section 1 that momentum stretches the stable rate. Does the look ahead stretch it
# further?

# %% practice=true
print("largest stable rate, in units of plain descent's")
print("   mu   momentum   Nesterov")
for mu in (0.0, 0.5, 0.9, 0.95):
    print(f"{mu:5} {largest_stable(mu):10.2f} {largest_stable(mu, 'Nesterov'):10.2f}")

# %% [markdown]
# It does the opposite. Where ηλ > 1 its inner μ is negative, and the limit falls from 1 towards
# 2/3 of plain descent's. Momentum bears rates that Nesterov's method does not. We come back to this
# on real data.

# %% [markdown]
# ## 6 Landscapes
#
# ### Ravine, saddle, plateau
#
# Three places where gradient descent is slow. In the **ravine** the curvatures differ. At a
# **saddle** (S3 has two slides of one) it goes down in one direction and up in the other, and the
# slope at the middle is 0. On a **plateau** the slope is small for a long way. S3 wants an ideal
# optimizer not to get stuck in any of them.
#
# Four runners: plain descent with rate 0.02; momentum and Nesterov's method with the same rate and
# μ = 0.9; and the control that section 4 asked for, **plain descent with the rate of the long
# run**, 0.02/(1 − 0.9) = 0.2. Where the control is as good, a larger rate would have done.


# %% practice=true
def saddle(w):
    return 0.5 * w[0] ** 2 - 0.5 * w[1] ** 2 + 0.25 * w[1] ** 4


def plateau(w):
    return 1 - np.exp(-0.5 * np.sum(w**2))


# name -> loss, gradient, start, bounds, when it has arrived
PLACES = {
    "ravine": (
        ravine,
        lambda w: RAVINE * w,
        (-4.0, 1.0),
        ((-4.6, 2.4), (-2.2, 2.2)),
        lambda path: np.max(np.abs(path), axis=1) < 0.1,
    ),
    "saddle": (
        saddle,
        lambda w: np.array([w[0], w[1] ** 3 - w[1]]),
        (1.5, 0.001),
        ((-1.2, 1.8), (-0.7, 1.4)),
        lambda path: np.abs(path[:, 1] - 1) < 0.1,
    ),
    "plateau": (
        plateau,
        lambda w: w * np.exp(-0.5 * np.sum(w**2)),
        (-2.4, 1.6),
        ((-3.0, 1.6), (-1.6, 2.2)),
        lambda path: np.linalg.norm(path, axis=1) < 0.1,
    ),
}
RUNNERS = {
    "plain": (0.02, 0.0, "momentum"),
    "momentum": (0.02, 0.9, "momentum"),
    "Nesterov": (0.02, 0.9, "Nesterov"),
    "plain, rate 0.2": (0.2, 0.0, "momentum"),
}


def arrival(arrived):
    """The step from which on it stays, or None."""
    away = np.flatnonzero(~arrived)
    first = 0 if len(away) == 0 else int(away[-1]) + 1
    return first if first < len(arrived) else None


# %% practice=true
walks = {
    (place, runner): walk(grad, start, lr, mu, 1600, method)
    for place, (_, grad, start, _, _) in PLACES.items()
    for runner, (lr, mu, method) in RUNNERS.items()
}
print("steps until it is there to stay" + "".join(f"{place:>10}" for place in PLACES))
for runner in RUNNERS:
    steps = [arrival(PLACES[place][4](walks[place, runner])) for place in PLACES]
    print(f"{runner:31}" + "".join(f"{'never' if k is None else k:>10}" for k in steps))

# %% [markdown]
# Read the last row against the two above it. On the saddle and on the plateau the control wins:
# there momentum is a larger rate, and one that takes its time to get going. In the ravine it runs
# up the walls and away. **That is what momentum is for: the large rate where it is flat, without
# paying for it where it is steep.** Now the same as a race.


# %% practice=true
def shown(path, bounds):
    """The path up to the first point outside of the picture."""
    low, high = np.array(bounds).T
    outside = np.flatnonzero(np.any((path < low) | (path > high), axis=1))
    return path if len(outside) == 0 else path[: outside[0] + 1]


def draw_race(step):
    """All runners so far, in the three landscapes."""
    with theme.style():
        figure, axes = plt.subplots(1, 3, figsize=(9, 3.4))
        for ax, (place, (_, _, _, bounds, _)) in zip(axes, PLACES.items(), strict=True):
            a, b, heights = HEIGHTS[place]
            share = np.linspace(0.02, 1, 13) ** (1 if place == "plateau" else 2)
            levels = heights.min() + np.ptp(heights) * share
            ax.contour(a, b, heights, levels=levels, colors=theme.QUIET, linewidths=0.5)
            for runner, colour, mark in zip(RUNNERS, COLOURS, "osD^", strict=True):
                path = shown(walks[place, runner][: step + 1], bounds)
                ax.plot(*path.T, color=colour, linewidth=1)
                ax.plot(*path[-1], mark, color=colour, markersize=7, label=runner, clip_on=True)
            ax.set(xlim=bounds[0], ylim=bounds[1], title=place, xlabel="w[0]")
            ax.grid(visible=False)
        axes[0].set_ylabel("w[1]")
        figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncol=4)
    return figure


# %% practice=true
HEIGHTS = {}
for place, (loss, _, _, ((left, right), (bottom, top)), _) in PLACES.items():
    a, b = np.linspace(left, right, 45), np.linspace(bottom, top, 45)
    HEIGHTS[place] = a, b, np.array([[loss(np.array([p, q])) for p in a] for q in b])
COLOURS = [colour for colour in theme.CYCLE if colour != theme.GRADIENT][:4]
animation(
    draw_race,
    (0, 4, 8, 14, 22, 32, 45, 65, 90, 130),
    seconds=0.5,
    alt="Four runners in a ravine, at a saddle and on a plateau. Momentum and Nesterov arrive in "
    "all three, plain descent lags behind, plain descent with rate 0.2 runs out of the ravine.",
    dpi=80,
)

# %% [markdown]
# *In words: three landscapes with four moving marks. In the ravine plain descent creeps, momentum
# and Nesterov's method run along the floor, overshoot and return, and the control is out of the
# picture after a few steps. At the saddle all slide to the middle first; the control leaves it
# first, then momentum and Nesterov's method, plain descent is still there at the end. On the
# plateau the control is first in the hollow, the two with momentum follow, plain descent has hardly
# moved.*
#
# ### How long at the saddle
#
# The time at a saddle depends on how exactly you hit it. How many more steps does it cost to start
# a thousand times closer to the ridge?

# %% practice=true
offsets = 10.0 ** np.arange(-1, -10, -2)
escapes = {}
for runner in ("plain", "momentum", "plain, rate 0.2"):
    lr, mu, method = RUNNERS[runner]
    escapes[runner] = [
        int(np.argmax(walk(PLACES["saddle"][1], [1.0, y], lr, mu, 1500, method)[:, 1] > 0.5))
        for y in offsets
    ]
with theme.style():
    figure, ax = plt.subplots(figsize=(7, 2.9))
    for (runner, steps), mark, colour in zip(
        escapes.items(), "os^", (COLOURS[0], COLOURS[1], COLOURS[3]), strict=True
    ):
        ax.plot(offsets, steps, mark + "-", color=colour, label=runner)
    ax.set(xscale="log", xlabel="distance from the ridge at the start", ylabel="steps to leave")
    ax.invert_xaxis()
    ax.set_title("Each tenth of the distance costs the same number of steps")
    ax.legend()
    plt.show()
still = walk(PLACES["saddle"][1], [1.0, 0.0], 0.02, 0.9, 500)[-1, 1]
print("from exactly the ridge, after 500 steps with momentum: w[1] =", still)

# %% [markdown]
# *In words: steps until the saddle is left, against the distance from the ridge at the start, which
# shrinks to the right from a tenth to a billionth. Three straight lines rise to the right, plain
# descent's by far the steepest, that of momentum much flatter, that of the control flattest.*
#
# The way off the ridge grows by a constant factor at each step. So the price is so and so many
# steps for each power of ten, and momentum lowers that price. What it cannot do is begin: from
# **exactly** the ridge, where the slope across is 0, it stays there for ever. The noise of
# minibatches helps there (notebook 03), the speed does not.
#
# ### Out of a local minimum?
#
# S1 says momentum is introduced because gradient descent gets stuck in local minima, S3 that it
# helps "to come out of local minima", S4 that it can help. Test it on a loss of one weight with a
# deep valley on the left, a shallow one on the right, and a pass between them. A hundred balls are
# let go in the shallow valley, at rest, everywhere between its bottom and the pass. The momentum is
# 0.99. **How many of the hundred end in the deep valley?**

# %%
guess("ps08_escape", None)  # your guess in place of None: a number from 0 to 100


# %% practice=true
def two_valleys(w):
    return (w**2 - 1) ** 2 + 0.6 * w


def slope_of_valleys(w):
    return 4 * w * (w**2 - 1) + 0.6


low_left, the_pass, low_right = sorted(np.roots([4, 0, -4, 0.6]).real)  # where the slope is 0


def ends_deep(starts, lr, mu, steps=3000):
    """For each start, whether the ball ends in the deep valley, on the left."""
    step, w, v = stepper("momentum"), np.array(starts), np.zeros(len(starts))
    for _ in range(steps):
        w, v = step(w, slope_of_valleys(w), v, lr=lr, mu=mu)
    return w < the_pass


between = the_pass + (low_right - the_pass) * (np.arange(100) + 0.5) / 100
escaped = {mu: int(np.sum(ends_deep(between, 0.01, mu))) for mu in (0.0, 0.9, 0.99)}
print("of 100 balls at rest between pass and bottom, in the deep valley at the end:", escaped)
reveal("ps08_escape", escaped[0.99], "A ball at rest never rises higher than where it began.")

# %% [markdown]
# None, and it is no question of how many steps or how much momentum: friction only takes energy
# away (as long as steps are as short as these). To get over the pass a ball has to begin **above**
# it, or arrive with speed. So let the balls go everywhere, from −2 to 2:

# %% practice=true
starts = np.linspace(-2, 2, 301)
mus = (0.0, 0.5, 0.8, 0.9, 0.95, 0.99)
ends = np.array([ends_deep(starts, 0.01, mu) for mu in mus])
with theme.style():
    figure, axes = plt.subplots(2, 1, figsize=(7, 4.2), sharex=True, height_ratios=(1, 1.3))
    axes[0].plot(starts, two_valleys(starts), color=theme.FORWARD)
    axes[0].axhline(two_valleys(the_pass), color=theme.INK, linestyle=":", linewidth=1)
    axes[0].set(ylabel="loss", ylim=(-1, 4), title="Momentum carries over the pass, both ways")
    for row, end in enumerate(ends):
        axes[1].plot(starts[end], [row] * end.sum(), "s", color=COLOURS[0], markersize=5)
        axes[1].plot(starts[~end], [row] * (~end).sum(), "|", color=COLOURS[3], markersize=8)
    axes[1].axvline(the_pass, color=theme.INK, linestyle=":", linewidth=1)
    axes[1].set(xlabel="start", ylabel="momentum", ylim=(-0.6, 5.6))
    axes[1].set_yticks(range(6), [str(mu) for mu in mus])
    axes[1].grid(visible=False)
    plt.show()
right = starts > the_pass
print("momentum   all in the deep valley   from the right: came over   from the left: lost it")
for mu, end in zip(mus, ends, strict=True):
    came, lost = np.mean(end[right]), np.mean(~end[~right])
    print(f"{mu:8} {np.mean(end):24.0%} {came:27.0%} {lost:24.0%}")

# %% [markdown]
# *In words: above, the loss with its deep valley at the left, a pass in the middle and a shallow
# valley at the right. Below, a row for each momentum, and for each start a filled square if the
# ball ends in the deep valley, a stroke if it ends in the shallow one. With 0 and 0.5 the pass
# divides the two. From 0.8 on, balls from the far right come over to the deep valley, and with more
# momentum balls from the far left come over to the shallow one; the pattern becomes striped.*
#
# The honest balance: momentum does carry balls over the pass if they begin high enough up, and it
# carries them **in both directions**. The gain is the difference of the two, a few more in the
# deeper valley, because that one is harder to leave. "Escapes from local minima" says more than
# that: a ball that has come to rest in one stays there.

# %% [markdown]
# ## 7 The map
#
# ### One direction, two roots
#
# Everything about a quadratic loss can be said in one direction of curvature λ at a time. There the
# slope is λ·w. In S0's spelling, with the place before, a step is
#
# $$w_{t+1} = w_t - \eta\lambda\,w_t + \mu\,(w_t - w_{t-1}) = c\,w_t - \mu\,w_{t-1}.$$
#
# Collect what stands in front of $w_t$. What is $c$? (No points.)


# %% solution="in_front"
def in_front(lr, mu, lam):
    """The number c in w_next = c * w - mu * w_before."""
    ### BEGIN SOLUTION
    return 1 + mu - lr * lam
    ### END SOLUTION


# %% practice=true
try:
    path = walk(lambda w: 3.0 * w, [1.0], 0.1, 0.7, 12)[:, 0]
    predicted = float(in_front(0.1, 0.7, 3.0)) * path[1:-1] - 0.7 * path[:-2]
    print("largest difference from the path:", f"{np.max(np.abs(predicted - path[2:])):.1e}")
except NotImplementedError:
    print("Write in_front in the cell above, then run this one again.")

# %% [markdown]
# Try $w_t = r^t$: it solves this if $r^2 - c\,r + \mu = 0$. There are two such numbers $r$, the
# path is a mixture of both, and in the long run the larger one in size decides: **it is the factor
# by which the distance shrinks at each step.** Their product is μ. So
#
# - if they are complex, both have the size $\sqrt\mu$, **whatever the rate is**, and the path
#   swings;
# - if they are real, one of them is larger than $\sqrt\mu$, and the path is slower than that;
# - at the limit of what is stable one root is −1: $1 + c + \mu = 0$, which is
#   $\eta\lambda = 2(1 + \mu)$.
#
# The last line is the straight line that you measured in section 1: with μ near 1, twice plain
# descent's limit. And the first one holds a surprise: no choice of the rate gets the distance down
# faster than by $\sqrt\mu$ a step. **With momentum 0.99 that is 0.995.**
#
# ### Drawn by your function
#
# For 60 rates and 34 momenta, count the steps until the distance in the valley of section 1 is a
# millionth of what it was, and stays below. That valley has the condition number 100, the larger
# curvature over the smaller one.

# %% practice=true
map_mu = np.concatenate([np.linspace(0, 0.93, 32), [0.96, 0.99]])
map_rates = np.linspace(0.0005, 0.042, 60)
MOST = 1500


def steps_to_a_millionth(rates, mu, method="momentum"):
    """Per rate: steps until the distance stays below 1e-6; MOST if later, nan if it diverges."""
    away = distances(rates, mu, MOST, method)
    last = np.array([np.flatnonzero(~(column < 1e-6))[-1] + 1.0 for column in away.T])
    return np.where(~(away[-1] < 1), np.nan, np.minimum(last, MOST))


if ready("momentum_step"):
    step_map = np.array([steps_to_a_millionth(map_rates, mu) for mu in map_mu])
else:
    step_map = None
    print("This cell waits for momentum_step.")

# %% practice=true
from matplotlib.colors import LogNorm


def draw_map(ax, steps):
    """The measured map, and over it what the roots say."""
    edges = np.concatenate([map_mu - np.diff(map_mu, prepend=-0.03) / 2, [1.0]])
    gap = map_rates[1] - map_rates[0]
    colours = plt.get_cmap("Blues").with_extremes(bad="0.85")
    image = ax.pcolormesh(
        np.append(map_rates - gap / 2, map_rates[-1] + gap / 2),
        np.maximum(edges, 0),
        np.ma.masked_invalid(steps),
        norm=LogNorm(60, MOST),
        cmap=colours,
    )
    ax.grid(visible=False)
    ax.set(xlabel="rate", ylabel="momentum", ylim=(0, 1), xlim=(0, 0.0425))
    return image


best_mu = ((10 - 1) / (10 + 1)) ** 2  # 10 is the root of the condition number
best_rate = (2 / (1 + 10)) ** 2
mu_line = np.linspace(0, 1, 200)
if step_map is not None:
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 4.3))
        figure.colorbar(draw_map(ax, step_map), label="steps to a millionth")
        ax.plot(2 * (1 + mu_line) / 100, mu_line, color=theme.INK, label="stable left of this")
        flat = (1 - np.sqrt(mu_line)) ** 2
        ax.plot(
            flat, mu_line, "--", color=theme.INK, linewidth=1.2, label="swings along, above this"
        )
        ax.plot(best_rate, best_mu, "*", color=theme.GRADIENT, markersize=15, label="theory's best")
        ax.legend(loc="lower left", frameon=True, framealpha=0.9, edgecolor="none", fontsize=8)
        ax.set_title("The brightest spot lies where the two lines meet")
        plt.show()
    measured = np.unravel_index(np.nanargmin(step_map), step_map.shape)
    print(f"theory's best: rate {best_rate:.4f}, momentum {best_mu:.3f}")
    print(
        f"measured:      rate {map_rates[measured[1]]:.4f}, momentum {map_mu[measured[0]]:.3f}, "
        f"{step_map[measured]:.0f} steps; the best without momentum: {np.nanmin(step_map[0]):.0f}"
    )
else:
    print("This cell waits for momentum_step.")

# %% [markdown]
# *In words: rate to the right, momentum upwards; the brighter, the fewer steps. Grey, at the right,
# diverges; its border follows a straight line that leans to the right. A dashed curve comes from
# the right at momentum two thirds and rises to the top left corner. The brightest spot is where it
# comes close to the border, next to a star. Above the dashed curve the colour changes only from
# bottom to top, growing darker, and not from left to right. Below it, it is darkest at the bottom
# left.*
#
# Read it like this. Below the dashed curve the flat direction is what you wait for: go right or go
# up, both make it faster. Above it the path swings along the floor, only μ counts, and **going up
# makes it slower**. The star is as far right as the walls permit and as far up as the floor
# permits. (It is the best in the long run. There the two roots are equal, which costs some steps at
# first, so the fewest steps to a millionth are measured a little beside it.)
#
# ### More is not faster
#
# For each momentum take the best of all rates. The line is what the roots say at its best,
# $\ln 10^{-6} / \ln\sqrt\mu$ steps.

# %% practice=true
if step_map is not None:
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 2.9))
        ax.plot(map_mu, np.nanmin(step_map, axis=1), "o", color=theme.FORWARD, label="measured")
        above_best = mu_line[(mu_line >= best_mu) & (mu_line < 0.992)]
        bound = np.log(1e-6) / np.log(np.sqrt(above_best))
        ax.plot(above_best, bound, color=theme.INK, label="what √mu allows")
        ax.set(yscale="log", xlabel="momentum", ylabel="steps, at the best rate")
        ax.set_title("Beyond the best momentum, more of it is slower")
        ax.legend()
        plt.show()
else:
    print("This cell waits for momentum_step.")

# %% [markdown]
# *In words: the steps at the best rate against momentum. Dots fall from several hundred at 0 to
# less than a hundred near two thirds, then rise again along the line of the bound. The last one,
# for 0.99, stands at 1,500 steps, where the run was ended; the line is far above it by then.*
#
# With condition number κ, plain descent at its best shrinks the distance by (κ − 1)/(κ + 1) a step,
# momentum at its best by (√κ − 1)/(√κ + 1). **The root is the gain**: condition 100 feels like 10.
# But the best momentum needs both curvatures, and those you do not know. The usual 0.9 is the best
# for a condition number of about 1,400: too much for this valley, too little for a worse one.
#
# ### Preventing oscillation?
#
# S4's second slide on momentum is headed "Preventing oscillation", and section 5 showed it
# swinging. Both at once? Here are the two directions of the valley apart, at rate 0.019, where
# plain descent flips from wall to wall at every step.

# %% practice=true
if ready("momentum_step"):
    with theme.style():
        figure, axes = plt.subplots(2, 3, figsize=(8.4, 3.8), sharex=True, sharey="row")
        for column, mu in enumerate((0.0, 0.4, 0.9)):
            path = walk(lambda w: CURVATURES * w, [1.0, 1.0], 0.019, mu, 60)
            for row, i in enumerate((1, 0)):
                ax = axes[row, column]
                ax.plot(path[:, i], ".-", color=theme.FORWARD, linewidth=1, markersize=4)
                ax.axhline(0, color=theme.INK, linewidth=0.6)
                turns = np.sum(np.diff(np.sign(path[:, i])) != 0)
                ax.set_title(f"momentum {mu}: {turns} crossings", fontsize=9)
                ax.set_ylim(-1.05, 1.05)
            axes[1, column].set_xlabel("step")
        axes[0, 0].set_ylabel("across")
        axes[1, 0].set_ylabel("along")
        plt.show()
else:
    print("This cell waits for momentum_step.")

# %% [markdown]
# *In words: six panels, across the valley in the upper row, along it in the lower one, for momentum
# 0, 0.4 and 0.9. Across, plain descent flips sign at each of the sixty steps and fades slowly, 0.4
# is at rest soon, 0.9 swings in longer waves and fades slowly. Along, plain descent and 0.4 come
# down from one side and never cross, 0.9 comes down fast and overshoots.*
#
# So it depends. A medium momentum damps the jitter across; a large one turns it into longer swings
# that fade by √μ a step, and starts to swing along the floor as well. Momentum does not remove
# oscillation, it trades a short one for a long one, and gets something in return.

# %% [markdown]
# ## 8 Spot the slip
#
# Three places in the sources. For each, first say what you think holds, then run the cell.
#
# **The place before** (S0, "SGD w/ momentum", kind: *convention*). S0 writes
# $w_{t+1} = w_t - \epsilon\nabla E_t + \mu v_t$ with $v_t \equiv w_t - w_{t-1}$, and S2 keeps a
# velocity with the rate inside. Is that a different method as soon as the rate changes? Here the
# rate is another random number at every step, on random slopes.

# %% practice=true
if ready("momentum_step"):
    rng = np.random.default_rng(1)
    slopes, rates = rng.normal(size=(50, 4)), rng.uniform(0.001, 0.5, size=50)
    w, v, before, here = np.zeros(4), np.zeros(4), np.zeros(4), np.zeros(4)
    apart = []
    for dw, lr in zip(slopes, rates, strict=True):
        w, v = momentum_step(w, dw, v, lr=lr, mu=0.9)
        before, here = here, here - lr * dw + 0.9 * (here - before)
        apart.append(np.max(np.abs(w - here)) + np.max(np.abs(v - (here - before))))
    print(f"largest difference in w and in the last step, over 50 steps: {max(apart):.1e}")
else:
    print("This cell waits for momentum_step.")

# %% [markdown]
# The same at every rate, since S2's velocity **is** the last step. What differs is the name: S0's
# $v_t$ is the step before, S2's `v` after its first line is the one about to be taken.
#
# **Much greater** (S1, before "Output Layer", kind: *error*). For momentum on a flat region S1
# concludes $\eta_{\text{effective}} \approx \eta/(1-\alpha) \gg \eta$ for all $\alpha \in [0, 1)$.
# Make the table, by formula and by rolling:

# %% practice=true
if ready("momentum_step", "effective_lr"):
    print("alpha   effective / eta   by rolling 2000 steps")
    for alpha in (0.0, 0.1, 0.3, 0.5, 0.9, 0.99):
        path = walk(lambda w: np.full(1, 0.01), [0.0], 1.0, alpha, 2000)[:, 0]
        print(f"{alpha:5} {effective_lr(1.0, alpha):17.2f} {(path[-2] - path[-1]) / 0.01:23.2f}")
else:
    print("This cell waits for momentum_step and effective_lr.")

# %% [markdown]
# The formula is right, and "much greater for all" is not: at 0 it is equal, at 0.1 a ninth more,
# and to be ten times greater takes 0.9. Nor does a flat region suffice: the speed needs about 3/(1
# − α) steps to get there (section 4).
#
# **Nesterov under another name** (S3, "Gradient Descent with Momentum", kind: *error*). The slide's
# formula has the gradient at $\theta - \gamma v_{t-1}$, and below it stands PyTorch's
# `optim.SGD(…, lr=0.01, momentum=0.9)`. Are formula and code the same method? On the 442 diabetes
# patients of notebook 03, with S3's own signs:

# %% practice=true
patients = load_diabetes("float64")
x_pat = standardize_apply(patients.x, standardize_fit(patients.x))
x_pat = np.hstack([x_pat, np.ones((len(x_pat), 1))])  # a column of ones for the bias
t_pat = (patients.t - patients.t.mean()) / patients.t.std()


def quadratic(x, t):
    """Curvatures H and minimum of half the mean squared error."""
    H = x.T @ x / len(x)
    return H, np.linalg.solve(H, x.T @ t / len(x))


def by_S3(as_printed, steps=60):
    """S3's formula with the look ahead as printed, or what the line of PyTorch does."""
    H, best = quadratic(x_pat, t_pat)
    theta, v, path = np.zeros(11), np.zeros(11), []
    for _ in range(steps):
        at = theta - 0.9 * v if as_printed else theta
        v = 0.9 * v + 0.2 * (H @ (at - best))
        theta = theta - v
        path.append(theta)
    return np.array(path)


if ready("momentum_step", "nesterov_step"):
    H, best = quadratic(x_pat, t_pat)
    mine = {
        m: walk(lambda w: H @ (w - best), np.zeros(11), 0.2, 0.9, 60, m)[1:]
        for m in ("momentum", "Nesterov")
    }
    print("largest distance    S3's formula   S3's code")
    for method, path in mine.items():
        row = [np.max(np.abs(path - by_S3(printed))) for printed in (True, False)]
        print(f"your {method:14} {row[0]:12.1e} {row[1]:11.1e}")
else:
    print("This cell waits for momentum_step and nesterov_step.")

# %% [markdown]
# Two methods on one slide: the formula is Nesterov's, the code is plain momentum. In PyTorch it
# takes `nesterov=True` to have the formula. (The minus inside is no slip: S3's $v$ points against
# the step.)

# %% [markdown]
# ## 9 Your functions on real data
#
# ### The same map for a network
#
# A network is no quadratic. Is the map any use there? Four hundred images of digits, a network
# 64-16-10 with tanh, all images at each step. Counted are the steps until its training loss is
# below 0.1.

# %% practice=true
digits = load_digits("float64")
order = np.random.default_rng(0).permutation(len(digits.x))
x_dig, t_dig = digits.x[order], digits.t[order]
x_few, t_few = x_dig[:400], np.eye(10)[t_dig[:400]]


def unpacked(w):
    return w[:1024].reshape(64, 16), w[1024:1040], w[1040:1200].reshape(16, 10), w[1200:]


def net(w):
    """Loss and gradient at the weights w, all 1,210 of them in one vector."""
    W1, b1, W2, b2 = unpacked(w)
    z = np.tanh(x_few @ W1 + b1)
    y = z @ W2 + b2
    y = y - y.max(axis=1, keepdims=True)
    logs = y - np.log(np.exp(y).sum(axis=1, keepdims=True))
    dy = (np.exp(logs) - t_few) / len(x_few)
    du = (dy @ W2.T) * (1 - z**2)
    parts = (x_few.T @ du, du.sum(axis=0), z.T @ dy, dy.sum(axis=0))
    return -np.sum(t_few * logs) / len(x_few), np.concatenate([p.ravel() for p in parts])


def first_weights(seed):
    rng = np.random.default_rng(seed)
    parts = rng.normal(0, 1 / 8, 1024), np.zeros(16), rng.normal(0, 1 / 4, 160), np.zeros(10)
    return np.concatenate(parts)


def net_steps(seed, lr, mu, method="momentum", most=200):
    """Steps until the loss is below 0.1; `most` if it takes longer."""
    step, w = stepper(method), first_weights(seed)
    v = np.zeros_like(w)
    for k in range(most):
        loss, dw = net(w)
        if loss < 0.1 or not loss < 50:
            return k if loss < 0.1 else most
        if method == "Nesterov":
            w, v = step(w, lambda place: net(place)[1], v, lr=lr, mu=mu)
        else:
            w, v = step(w, dw, v, lr=lr, mu=mu)
    return most


# %% practice=true
net_mu, net_rates = (0.0, 0.5, 0.8, 0.9, 0.95), 0.05 * 2.0 ** np.arange(7)
if ready("momentum_step"):
    net_map = np.array([[net_steps(0, lr, mu) for lr in net_rates] for mu in net_mu])
    print(
        "steps to a loss of 0.1; 200: not there by then\n  mu   rate"
        + "".join(f"{lr:7.2f}" for lr in net_rates)
    )
    for mu, row in zip(net_mu, net_map, strict=True):
        print(f"{mu:4}       " + "".join(f"{k:7}" for k in row))
else:
    net_map = None
    print("This cell waits for momentum_step.")

# %% [markdown]
# Go down a column: at a given rate, more momentum is faster, up to ten times. Now go along a
# diagonal: rate 0.2 with momentum 0.8, rate 0.1 with 0.9, rate 0.05 with 0.95. All three have the
# same rate in the long run, and take about as long. So the picture draws the whole map against your
# `effective_lr`.

# %% practice=true
if net_map is not None and ready("effective_lr"):
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3.3))
        for mu, row, mark in zip(net_mu, net_map, "os^Dv", strict=True):
            there = row < 200
            rates = [effective_lr(lr, mu) for lr in net_rates[there]]
            ax.plot(rates, row[there], mark + "-", markersize=5, linewidth=1, label=f"mu = {mu}")
        ax.set(xscale="log", yscale="log", xlabel="lr / (1 − mu)", ylabel="steps to a loss of 0.1")
        ax.set_title("On one line, until the steps are few")
        ax.legend()
        plt.show()
else:
    print("This cell waits for momentum_step and effective_lr.")

# %% [markdown]
# *In words: steps against the rate of the long run, both logarithmic, a line for each momentum. On
# the left all lie on one falling line. To the right each momentum leaves it at its own place and
# levels off, and the larger the momentum, the more steps it still needs; but those with momentum
# go on to rates where plain descent has long stopped working.*
#
# So while many steps are needed, momentum **is** a larger rate. Where few are needed, the time to
# get going shows. And plain descent ends where its line ends: it cannot take the rates on the
# right.
#
# ### A fair race
#
# Which method needs the fewest steps when each is tuned? To be fair each gets the same number of
# trials, twelve, on two draws of the data or the first weights. Then ten (patients) and five
# (digits) new draws count. For the patients a draw is a sample of 442 of them with replacement and
# a random start, and the goal is a ten thousandth of the excess loss that w = 0 has.

# %% practice=true
METHOD_MU = {"plain": (0.0,), "momentum": (0.8, 0.9, 0.95), "Nesterov": (0.8, 0.9, 0.95)}


def trials(method, largest):
    """Twelve pairs (rate, mu): all on the rate where there is no mu to choose."""
    mus = METHOD_MU[method]
    return [(largest * 0.6**k, mu) for mu in mus for k in range(12 // len(mus))]


def patient_steps(seed, lr, mu, method, most=3000):
    """Steps to a ten thousandth of the excess loss; `most` if it takes longer."""
    rng = np.random.default_rng(seed)
    drawn = rng.integers(0, len(x_pat), len(x_pat))
    H, best = quadratic(x_pat[drawn], t_pat[drawn])
    goal = 1e-4 * best @ H @ best
    step, w, v = stepper(method), rng.normal(0, 0.3, 11), np.zeros(11)
    for k in range(most):
        if (w - best) @ H @ (w - best) < goal or not np.max(np.abs(w)) < 1e3:
            return k if np.max(np.abs(w)) < 1e3 else most
        if method == "Nesterov":
            w, v = step(w, lambda place: H @ (place - best), v, lr=lr, mu=mu)
        else:
            w, v = step(w, H @ (w - best), v, lr=lr, mu=mu)
    return most


def tuned(count, method, largest):
    """The pair (rate, mu) with the fewest steps on the two draws for tuning."""
    return min(
        trials(method, largest), key=lambda p: sum(count(seed, *p, method) for seed in (90, 91))
    )


# %% practice=true
if ready("momentum_step", "nesterov_step"):
    TASKS = {"patients": (patient_steps, 0.6, range(10)), "digits": (net_steps, 2.4, range(5))}
    race = {}
    for task, (count, largest, seeds) in TASKS.items():
        print(f"{task}: steps to the goal, mean ± sd over {len(seeds)} draws")
        for method in METHOD_MU:
            lr, mu = tuned(count, method, largest)
            race[task, method] = np.array([count(seed, lr, mu, method) for seed in seeds])
            mean, sd = race[task, method].mean(), race[task, method].std()
            print(f"  {method:9} {mean:7.1f} ± {sd:5.1f}   at rate {lr:.3f}, mu {mu}")
else:
    race = None
    print("This cell waits for momentum_step and nesterov_step.")

# %% practice=true
if race is not None:
    with theme.style():
        figure, axes = plt.subplots(1, 2, figsize=(8, 2.7))
        for ax, task in zip(axes, TASKS, strict=True):
            for row, method in enumerate(reversed(METHOD_MU)):
                steps = race[task, method]
                ax.barh(row, steps.mean(), color=COLOURS[0], alpha=0.4)
                ax.plot(steps, [row] * len(steps), "o", color=theme.INK, markersize=4)
            ax.set_yticks(range(3), reversed(METHOD_MU))
            ax.set(title=task, xlabel="steps to the goal", xlim=(0, None))
        plt.show()
else:
    print("This cell waits for momentum_step and nesterov_step.")

# %% [markdown]
# *In words: bars for plain descent, momentum and Nesterov's method, on the patients and on the
# digits, with a dot for each draw. On both the two with momentum need a small part of plain
# descent's steps; the difference between these two is much smaller than that.*
#
# What may be said, and what may not:
#
# - **Momentum is much faster here, in steps.** The patients' condition number is in the hundreds.
#   The gain that theory promises, its root, is an upper end that twelve coarse trials do not reach.
# - **Between the two with momentum nothing is decided by this table.** Who is ahead depends on the
#   grid of trials: Nesterov's method gains from a large μ and loses at large rates, momentum the
#   other way round. Give them other trials and see.
# - **Tuned to the edge is not safe.** The best rate on two draws may be too large for a third one.
#   Let the digits' trials begin at 3 instead of 2.4 and look at each draw.
# - **The tuning has a price that the bars do not show:** twelve trials each. Plain descent spent
#   all of them on one number. And the condition number is a property of these data: scale, centre
#   and decorrelate them (notebook 01) and plain descent is fast as well.
# - These are losses on the training data. Faster there does not mean better on new data.
#
# ### Minibatches
#
# S4 calls momentum a common extension of SGD, so here it is with minibatches of 32, in the
# library's optimizers, which run on your steps. Four runs: plain, momentum and Nesterov's method at
# the rate 0.1, and once more **the control, plain at the rate of the long run**. Five starts each,
# six epochs.


# %% practice=true
def minibatch_run(make, seed, epochs=6):
    """Train a network 64-32-10; the history, with the last fifth of the images as validation."""
    rng = np.random.default_rng(seed)
    network = Sequential(Linear(64, 32, rng=rng), Tanh(), Linear(32, 10, rng=rng))
    return fit(
        network,
        x_dig[:1437].astype("float32"),
        t_dig[:1437],
        loss=softmax_cross_entropy,
        optimizer=make(network.parameters()),
        epochs=epochs,
        batch_size=32,
        rng=rng,
        validation=(x_dig[1437:].astype("float32"), t_dig[1437:]),
        progress=False,
    )


if ready("momentum_step", "nesterov_step", "effective_lr"):
    long_run = effective_lr(0.1, 0.9)
    OPTIMIZERS = {
        "plain, 0.1": lambda ps: optimizers.SGD(ps, lr=0.1),
        "momentum, 0.1": lambda ps: optimizers.SGD(ps, lr=0.1, momentum=0.9, step=momentum_step),
        "Nesterov, 0.1": lambda ps: optimizers.Nesterov(
            ps, lr=0.1, momentum=0.9, step=nesterov_step
        ),
        f"plain, {long_run:.1f}": lambda ps: optimizers.SGD(ps, lr=long_run),
    }
    histories = {n: [minibatch_run(m, s) for s in range(5)] for n, m in OPTIMIZERS.items()}
    print("after 6 epochs      training loss       validation accuracy, mean ± sd of 5 starts")
    for name, runs in histories.items():
        loss = np.array([h.loss[-1] for h in runs])
        right = np.array([h.validation_accuracy[-1] for h in runs])
        print(f"{name:16} {loss.mean():8.4f} ± {loss.std():.4f}", end=" ")
        print(f"{right.mean():12.3f} ± {right.std():.3f}")
else:
    histories = None
    print("This cell waits for momentum_step, nesterov_step and effective_lr.")

# %% practice=true
if histories is not None:
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3))
        for (name, runs), colour, mark in zip(histories.items(), COLOURS, "osD^", strict=True):
            losses = np.array([h.loss for h in runs])
            at = np.arange(1, losses.shape[1] + 1)
            ax.plot(at, losses.mean(axis=0), mark + "-", color=colour, label=name)
            ax.fill_between(at, losses.min(axis=0), losses.max(axis=0), color=colour, alpha=0.15)
        ax.set(yscale="log", xlabel="epoch", ylabel="training loss")
        ax.set_title("A ten times larger plain rate nearly catches up")
        ax.legend()
        plt.show()
else:
    print("This cell waits for momentum_step, nesterov_step and effective_lr.")

# %% [markdown]
# *In words: the training loss over six epochs, on a logarithmic axis, with a band from the lowest
# to the highest of five starts. Plain descent at rate 0.1 lies far above the other three. Momentum
# and Nesterov's method run side by side, plain descent at rate 1 a little above them.*
#
# At its own rate plain descent is far behind, and at the rate of the long run it nearly catches up.
# This small network bears a plain rate of 1, so most of what momentum brings can be had without it.
# Whoever reports that momentum helps must say **compared with which rate**. It is common to keep
# the rate and switch momentum on; you now know what that compares.

# %% [markdown]
# ## 10 Questions
#
# **SGD's trajectory.** S2 asks on a slide along which trajectory one converges in a valley that is
# steep one way and flat the other, without momentum. The rate is a little below the largest stable
# one. Which answer is right?
#
# - a: straight to the minimum, because the negative gradient points there
# - b: along the floor in a few long steps, then slowly down the wall
# - c: in a zigzag across the valley, with slow progress along its floor
# - d: round the minimum in a spiral

# %% solution="answer_trajectory"
answer_trajectory = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_trajectory = "c"
### END SOLUTION

# %% choice="trajectory" key="c" points=1
check_choice("trajectory", answer_trajectory)

# %% [markdown]
# **From 0.9 to 0.99.** Training goes well with momentum 0.9, and is nothing but long even slopes.
# You switch to 0.99. Which rate gives the same speed in the long run?
#
# - a: a tenth of the old one
# - b: the same one
# - c: nine tenths of the old one
# - d: ten times the old one

# %% solution="answer_same_speed"
answer_same_speed = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_same_speed = "a"
### END SOLUTION

# %% choice="same_speed" key="a" points=1
check_choice("same_speed", answer_same_speed)

# %% [markdown]
# **A lost velocity.** You saved the weights of a network, but not the velocity, and go on training
# from the file with momentum 0.9 and the same rate, on a long even slope. What happens?
#
# - a: nothing, the velocity follows from the weights
# - b: the first step is about a tenth of what it would have been; after some thirty it is as before
# - c: the first step is ten times too long, and the loss may grow beyond all numbers
# - d: training stays ten times slower for good

# %% solution="answer_lost"
answer_lost = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_lost = "b"
### END SOLUTION

# %% choice="lost" key="b" points=1
check_choice("lost", answer_lost)

# %% [markdown]
# **Swinging along the floor.** On a quadratic loss with momentum 0.95 the path overshoots along a
# flat direction and returns, again and again. The rate is far below its limit. As long as it swings
# at all: what makes the swings fade faster, counted in steps?
#
# - a: a smaller rate
# - b: a larger rate
# - c: less momentum
# - d: more momentum

# %% solution="answer_waves"
answer_waves = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_waves = "c"
### END SOLUTION

# %% choice="waves" key="c" points=1
check_choice("waves", answer_waves)

# %% [markdown]
# **Only a larger rate?** A friend says: "Momentum is a larger learning rate in disguise, lr/(1 −
# μ). I raise the rate instead and save the memory." Say in a few sentences where your friend is
# right and where not, each with an experiment of this notebook. Say also why, for a single
# direction of curvature λ. (Read by a person, 3 points.)

# %% [markdown] manual="larger_rate" points=3
# ### BEGIN SOLUTION
# Right: where the gradient changes little over the memory of 1/(1 − μ) steps, the velocity comes to
# −lr/(1 − μ) times the gradient. The control with the larger plain rate was as fast or faster on
# the plateau, at the saddle and with minibatches on the digits, and the digits' map lay on one line
# against lr/(1 − μ). Wrong: in the ravine the control ran away, and plain descent was many times
# slower on the patients, however tuned. For one direction plain descent multiplies the distance by
# 1 − ηλ, so η must stay below 2/λ for the STEEPEST one. With momentum the roots of r² − (1 + μ −
# ηλ) r + μ = 0 count: stable up to 2(1 + μ)/λ, and along flat directions it goes like a rate of
# η/(1 − μ). So the flat directions get the large rate while the steep ones stay stable, which no
# single plain rate can do. (One point for each experiment with its side, one for the reason.)
# ### END SOLUTION

# %% [markdown]
# ## 11 In PyTorch
#
# `torch.optim.SGD(…, momentum=0.9)` is momentum, and with `nesterov=True` it is Nesterov's method.
# Two things to know. The rate stands outside of what is kept (section 3). And with `nesterov=True`
# the weights you see are those at the point **ahead**, w + μv, because that is where the gradient
# is wanted next. If PyTorch is installed here, both run down the ravine beside yours.

# %% practice=true
import importlib.util

if importlib.util.find_spec("torch") is None:
    print("PyTorch is not installed here; nothing later needs it.")
elif ready("momentum_step", "nesterov_step"):
    import torch

    def by_torch(nesterov):
        """The path of torch.optim.SGD down the ravine."""
        w = torch.tensor([-4.0, 1.0], dtype=torch.float64, requires_grad=True)
        optimizer = torch.optim.SGD([w], lr=0.03, momentum=0.8, nesterov=nesterov)
        path = [w.detach().numpy().copy()]
        for _ in range(40):
            optimizer.zero_grad()
            (0.5 * torch.sum(torch.tensor(RAVINE) * w**2)).backward()
            optimizer.step()
            path.append(w.detach().numpy().copy())
        return np.array(path)

    mine = walk(lambda w: RAVINE * w, [-4.0, 1.0], 0.03, 0.8, 40)
    print(f"momentum: largest difference {np.max(np.abs(mine - by_torch(False))):.1e}")
    mine = walk(lambda w: RAVINE * w, [-4.0, 1.0], 0.03, 0.8, 40, "Nesterov")
    ahead = mine[1:] + 0.8 * np.diff(mine, axis=0)  # w + mu v after each step
    print(f"Nesterov: {np.max(np.abs(mine[1:] - by_torch(True)[1:])):.1e} from your w,", end=" ")
    print(f"{np.max(np.abs(ahead - by_torch(True)[1:])):.1e} from your w + mu·v")
else:
    print("This cell waits for momentum_step and nesterov_step.")

# %% [markdown]
# ## 12 Your cheat sheet
#
# Complete this page in your own words and keep it. Double-click to edit.
#
# | | momentum | Nesterov |
# |---|---|---|
# | velocity | `v = …` | `v = …` |
# | weights | `w = …` | `w = …` |
# | slope taken at | … | … |
# | stable on curvature λ while ηλ < | … | … |
#
# - μ says how long the memory is: about … steps. A push is half gone after … steps at μ = 0.9.
# - On an even slope the speed comes to … times the gradient, after about … steps.
# - In one direction a path swings when the roots are …, and then shrinks by … a step, whatever …
# - With condition number κ, plain descent at its best feels …, momentum at its best feels …
# - More momentum is slower when …
# - Momentum helps where …, and a larger rate does as well where …
# - A ball at rest in a local minimum …; one that begins high up …
# - PyTorch's form differs from mine when …
# - When I compare two optimizers I say …

# %% [markdown]
# ## What comes next
#
# Momentum has one rate for all weights. **Notebook 09** gives each weight its own, by the size of
# its gradients, and lets the rate change over time; Adam is both of that and the velocity of this
# notebook. There you also find the picture of the two forms of momentum under a schedule.
# **Notebook 10** takes the other way and changes the landscape, so that the ravine is less of one
# to begin with.
