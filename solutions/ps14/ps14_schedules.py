# %% [markdown]
# # Learning rates over time
#
# Gradient descent needs a learning rate (*rate* for short), and often one rate for the whole
# training is not enough. A *schedule* gives each step its own rate. **Why should the rate fall,
# how, and how fast?**
#
# **You need** gradient descent (notebook 04) and the noise of minibatches (05). Section 4 trains
# the network of 08.

# %% opening=true
"""Sixty noisy steps at a constant rate, from the left to a star, the minimum. The path ends as a
wide cloud around the star."""

import matplotlib.pyplot as plt
import numpy as np

from course_lib.plots import theme

path = [np.array([-4.0, 2.5])]
for xi in np.random.default_rng(3).normal(size=(60, 2)):
    path.append(path[-1] - 0.35 * (path[-1] + 1.8 * xi))
figure, ax = plt.subplots(figsize=(4.8, 3))
ax.plot(*np.array(path).T, "o-", color=theme.GRADIENT, markersize=3.5, linewidth=1)
ax.plot(0, 0, "*", markersize=17, color=theme.INK)
ax.axis("off")
plt.show()

# %% setup=true minutes=1
import math

import numpy as np

from course_lessons import schedules as lesson
from course_lib.backend import choose_device
from grader.checking import check, check_choice, guess, mine, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 One epoch at a lower rate
#
# A small network learns the 8×8 digits in minibatches of 16. A fifth of its training labels are
# random digits. <!-- no claim: setting --> After eight epochs at the rate 0.6, between 5 and 11 %
# of the test images are classified wrongly (mean of six seeds), and a ninth leaves it so. Now we
# train the ninth epoch **at a tenth of the rate**. **What percentage is wrong then?**

# %% guess="the percentage of wrong test images after an epoch at a tenth of the rate"
guess("ps14_fall", None, between=(0, 100))  # a number from 0 to 100

# %% practice=true
errors = lesson.errors_around_a_fall()  # for each seed: after epoch 8, after 9, after 9 at 0.06
reveal("ps14_fall", float(100 * errors[:, 2].mean()), "Mean of six seeds, in percent.")

# %% [markdown]
# Why? Compute the smallest example. The loss ½ c w² has the curvature c and its minimum at w = 0.
# The gradient of a minibatch at step t is $c\,w_t$ and a noise with the mean 0 and the variance s.
# Over many runs, $q_t$ is the mean of $w_t^2$, and $q_0 = w_0^2$ at the start. You programmed its
# recursion in notebook 05 (section 3, `expected_gaps`). For one direction and the rate $\eta_t$ of
# step t it is
#
# $$q_{t+1} = (1-\eta_t c)^2\,q_t + \eta_t^2\,s$$
#
# If you knew c, s and $q_t$, you could compute the best rate of this step: the $\eta_t$ with the
# smallest $q_{t+1}$. As a function of $\eta_t$, $q_{t+1}$ is a parabola. Find its lowest point on
# paper. The step then changes q, so the next step has another best rate.


# %% solution="best_rates"
def best_rates(n, start, curvature, noise):
    """The rates of n steps, each of which makes the next mean of w² as small as possible.

    start : w before the first step, not 0; curvature : c > 0; noise : s > 0
    returns rates : (n,), an array
    """
    ### BEGIN SOLUTION
    q, rates = start**2, []
    for _ in range(n):
        rate = curvature * q / (curvature**2 * q + noise)
        q = (1 - rate * curvature) ** 2 * q + rate**2 * noise
        rates.append(rate)
    return np.array(rates)
    ### END SOLUTION


# %% check="best_rates"
check("best_rates", best_rates)


# %%
def mean_squares(rates, start, curvature, noise):
    """The mean of w² after each step, from w = start; curvature is c, and noise is s."""
    q, squares = start**2, []
    for rate in rates:
        kept = 1 - rate * curvature
        q = kept**2 * q + rate**2 * noise
        squares.append(q)
    return np.array(squares)


# %% [markdown]
# Here is q at your rates and at three others, for c = s = 1 and a start at w = 20. The dots are
# means of 2,000 simulated runs at the rate 0.5, then 0.05 from step 20 on.
# <!-- no claim: setting -->

# %% practice=true after=false fold="Draw q for four choices of the rates"
stairs = np.where(np.arange(60) < 20, 0.5, 0.05)
three = {"0.5": np.full(60, 0.5), "0.05": np.full(60, 0.05), "0.5, then 0.05": stairs}
four = three | {"your rates": best_rates(60, 20, 1, 1)}
squares = {name: mean_squares(rates, 20, 1, 1) for name, rates in four.items()}
picture = lesson.draw_squares(squares, lesson.noisy_runs(stairs, 20, 1, 1))
picture

# %% claims=true
before, same, _ = 100 * errors.mean(axis=0)
said = "between 5 and 11 %\nof the test images are classified wrongly"
claim(said, [before, same], above=5, below=11)

# %% claims=true
runs = lesson.noisy_runs(stairs, 20, 1, 1)
claim("the dots lie on its line", runs / squares["0.5, then 0.05"], equals=1, within=0.1)
claim("stays at about 0.33", squares["0.5"][19:], equals=0.33, within=0.01)
claim("is still above 0.8", squares["0.05"][-1], above=0.8, given=[60])
claim("falls to 0.03", squares["0.5, then 0.05"][-1], equals=0.03, within=0.003)
least = min((q / squares["your rates"]).min() for name, q in squares.items() if name in three)
claim("At no step is another line below that of your rates", least, above=0.999)

# %% [markdown]
# At the rate 0.5, q falls fast, but it stays at about 0.33: the *noise floor* of this rate
# (notebook 05). At 0.05 the floor is lower, but after 60 steps q is still above 0.8. With both
# rates, one after the other, q falls to 0.03, and the dots lie on its line. So **a high rate
# covers the distance, and a low rate removes the noise**, as in the ninth epoch. At no step is
# another line below that of your rates.

# %% [markdown]
# ## 2 The shape of the best rates
#
# **How do your rates fall?**
#
# - a: as stairs: constant for a while, then suddenly lower
# - b: exponentially: each rate is the one before times the same factor
# - c: as 1/t: 1/rate grows by the same number in each step
# - d: as 1/√t: 1/rate² grows by the same number in each step

# %% guess="how the best rates fall"
guess("ps14_shape", None, among="abcd")  # "a", "b", "c" or "d"

# %% practice=true fold="Compare your rates with the four shapes"
found = best_rates(40, 20, 1, 1)
sizes = {"b": np.diff(np.log(found)), "c": np.diff(1 / found), "d": np.diff(1 / found**2)}
even = {letter: np.ptp(steps) / np.abs(steps).max() for letter, steps in sizes.items()}
words = {"a": "stairs", "b": "exponentially", "c": "1/t", "d": "1/√t"}
letter = min(even, key=even.get) if min(even.values()) < 0.01 else "a"
reveal("ps14_shape", letter, "Your rates for 40 steps.", words)

# %% practice=true
picture = lesson.draw_rates(found)
picture

# %% [markdown] after="ps14_shape"
# The reciprocals lie on a straight line: $1/\eta_t = 1/\eta_0 + c\,t$. This is S2's “1/t decay”,
# $\eta_t = \eta_0/(1 + k\,t)$, with $k = c\,\eta_0$.

# %% claims=true
claim("The reciprocals lie on a straight line", np.diff(1 / found), equals=1, within=1e-6)

# %% [markdown]
# <details><summary>The derivation of the rates, after your own</summary>
#
# 1. $q' = (1-\eta c)^2 q + \eta^2 s$ has the derivative $-2c\,(1-\eta c)\,q + 2\eta s$ with respect
#    to η. It is 0 at $\eta = \dfrac{c\,q}{c^2 q + s}$.
# 2. So $1 - \eta c = \dfrac{s}{c^2q+s}$. Insert both into q′: $q' =
#    \dfrac{s^2 q + c^2 q^2 s}{(c^2 q + s)^2} = \dfrac{q\,s}{c^2q+s}$.
# 3. Its reciprocal is $\dfrac1{q'} = \dfrac1q + \dfrac{c^2}{s}$, and that of the rate is
#    $\dfrac1\eta = c + \dfrac{s}{c\,q}$. So 1/q grows by c²/s in each step, and 1/η grows by c.
# 4. At no rate does a smaller q give a larger q′. So these rates also make the last q as small as
#    possible.
#
# </details>
#
# For a network nobody knows c, s and q, and it has many curvatures. So you have to measure whether
# a schedule helps.

# %% [markdown]
# ## 3 How fast may it fall?
#
# S1 says that stochastic gradient descent converges “by observing certain requirements”. These are
# the conditions of Robbins and Monro (1951) on the rates:
#
# $$\sum_t\eta_t=\infty\qquad\text{and}\qquad\sum_t\eta_t^2<\infty$$
#
# First, the rates add up to infinity, so that **the path is long enough** for any start. Second,
# their squares have a finite sum, so that **the noise of all steps together is limited**: a step
# adds $\eta_t^2 s$. For such a parabola with limited noise, the two conditions are sufficient: with
# probability 1, a run converges to the minimum.
#
# Here are three schedules, with c = s = 1 and a start at w = 20.

# %% practice=true
t = np.arange(10_000)
rates = {
    "constant": np.full(len(t), 0.1),
    "exponential": 0.1 * np.exp(-0.05 * t),
    "1/t decay": 0.1 / (1 + 0.01 * t),
}
squares = {name: mean_squares(rate, 20, 1, 1) for name, rate in rates.items()}
picture = lesson.draw_squares(squares)
picture

# %% claims=true
ends = {name: q[-1] for name, q in squares.items()}
claim("stays at its noise floor, about 0.05", ends["constant"], equals=0.05, within=0.005)
claim("stops at about 6", ends["exponential"], equals=6, within=0.5)
remains = np.prod(1 - rates["exponential"])
claim("is 0.12, so 0.12 of", remains, equals=0.12, within=0.005)
falls = ends["1/t decay"] / squares["1/t decay"][999]
claim("decay, it keeps falling", falls, below=0.2)

# %% [markdown]
# At the constant rate, q stays at its noise floor, about 0.05. With the exponential, it stops at
# about 6, because its rates have a finite sum: the product of all $1-\eta_t$ is 0.12, so 0.12 of
# every start remains, however many steps follow. With the 1/t decay, it keeps falling.
#
# A geometric series has a finite sum, and **the sum of $1/t^p$ is finite exactly if p > 1**. So
# the 1/t decay (p = 1, for the squares 2) satisfies both conditions.

# %% [markdown]
# **Which of these rates satisfies both conditions, for t = 1, 2, 3, …?**
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
#    like the logarithm. So the second condition fails. (The mean of w² falls to 0 here without it.)
# c: The exponent of the rates is 3/4, at most 1, so their sum is infinite. The exponent of the
#    squares is 3/2, above 1, so their sum is finite.
# d: The squares, 0.01/t⁴, have a finite sum. But the rates add up to only 0.16, so the first
#    condition fails.

# %% [markdown]
# ## 4 Schedules with an end
#
# S2 shows the loss at a very high, a high, a good and a low rate and asks: “Which one of these
# learning rates is best to use?” Here are four such rates for the digits (eight epochs, mean of
# three seeds), beside one that falls from 0.6 to 0. The network and its step are those of notebook
# 08: yours if they are kept.

# %% practice=true fold="Train the network of notebook 08 at four rates, and at one that falls"
rate_of = {
    "very high: 2.5": lambda t: 2.5,
    "high: 0.8": lambda t: 0.8,
    "good: 0.2": lambda t: 0.2,
    "low: 0.01": lambda t: 0.01,
    "falling from 0.6": lesson.cosine(0.6, 8 * lesson.EPOCH),
}


def losses_of(rate, seed):
    """The test loss after each epoch."""
    rng = np.random.default_rng(seed)
    x, labels = lesson.noisy_digits(rng)
    _, _, x_test, t_test = lesson.digits()
    network = mine.OwnNetwork([64, 32, 10], rng)
    losses = []
    for epoch in range(8):
        for k, rows in enumerate(np.split(rng.permutation(len(x)), lesson.EPOCH)):
            mine.train_step(network, x[rows], labels[rows], rate(epoch * lesson.EPOCH + k))
        losses.append(mine.train_step(network, x_test, t_test, 0))  # at the rate 0, only the loss
    return losses


with np.errstate(all="ignore"):  # the highest rate may diverge
    curves = {
        name: np.mean([losses_of(rate, seed) for seed in range(3)], axis=0)
        for name, rate in rate_of.items()
    }

# %% practice=true
lesson.draw_losses(curves)

# %% claims=true
others = [loss[-1] for name, loss in curves.items() if "falling" not in name]
claim(
    "The rate that falls ends with the lowest loss",
    curves["falling from 0.6"][-1],
    below=min(others),
)

# %% [markdown]
# S2's answer: use all of them, one after the other. High rates make fast progress, and low ones let
# the training settle. The rate that falls ends with the lowest loss.

# %% [markdown]
# **By how much should a rate fall?** On the parabola of section 1, a run at the constant rate η has
# come to its noise floor, so q stays the same from step to step. Now you may choose the rate of the
# **next** step. **Which one makes the next q as small as possible?**
#
# - a: one near 0, because at the floor there is only noise left
# - b: η/10
# - c: η/2
# - d: it depends on c and s

# %% solution="answer_which_rate"
answer_which_rate = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_which_rate = "c"
### END SOLUTION

# %% choice="which_rate" key="c" points=1
check_choice("which_rate", answer_which_rate)
# a: A rate near 0 adds no noise, but it removes none either: q would stay where it is. The best
#    rate of section 1 is 0 only if q is 0.
# b: It is lower than the best one. Set q' = q in the formula of section 1 for the floor, and insert
#    this q into the best rate, which section 1 has, too.
# c: At the floor q = ηs/(c(2 − ηc)), so the best rate c q/(c²q + s) is η/2, for every c and s. S2's
#    step decay falls by half, too, and then waits until the run has come to the next floor.
# d: The floor depends on c and s, and so does the best rate for a given q. Insert the one into the
#    other: what is left?

# %% [markdown]
# S2 lists three decays: *step decay* (“by half every few epochs”), *exponential decay*
# $\eta_0e^{-kt}$, and *1/t decay* $\eta_0/(1+kt)$. But who knows k? It is easier to choose the
# first rate `lr`, the `last` one (above 0), and the step `total` that reaches it. Write one
# function for three kinds:
#
# - `"exponential"` and `"inverse time"` (the 1/t decay): find the k on paper for which the rate is
#   `lr` at t = 0 and `last` at t = total.
# - `"stairs"`: four stairs of total/4 steps each. The first has the rate `lr`, the fourth `last`,
#   and each rate is the one before times the same factor. `total` is a multiple of 4. S4 calls such
#   rates a *piecewise constant* schedule.
#
# From t = total on, all three keep the rate `last`.


# %% solution="decayed"
def decayed(t, *, kind, lr, last, total):
    """The rate of step t, which falls from lr to last.

    t : number of the step, from 0 on; may be a float such as 12.0
    kind : "exponential", "inverse time" or "stairs"
    returns rate : a number
    """
    ### BEGIN SOLUTION
    done = min(t / total, 1)
    if kind == "inverse time":
        return 1 / ((1 - done) / lr + done / last)
    if kind == "stairs":
        done = min(math.floor(4 * done), 3) / 3
    return lr * (last / lr) ** done
    ### END SOLUTION


# %% check="decayed"
check("decayed", decayed)

# %% [markdown]
# Your schedules train the network for eight epochs, from the rate 0.5 to 0.01 (six seeds). Two
# more are common: half a period of a *cosine*, $\frac12\,\text{lr}\,(1+\cos(\pi
# t/\text{total}))$, and the same with a *warm-up*: during the first epoch, the rates are multiplied
# by a factor that rises from 0 to 1. A warm-up is used where a high first rate would make a fresh
# network diverge.

# %% practice=true fold="Train with your schedules"
N = 8 * lesson.EPOCH
schedules = {
    kind: lambda t, kind=kind: decayed(t, kind=kind, lr=0.5, last=0.01, total=N)
    for kind in ("exponential", "inverse time", "stairs")
}
cosine = lesson.cosine(0.5, N)
schedules |= {"cosine": cosine, "warm-up": lambda t: min(1, t / lesson.EPOCH) * cosine(t)}
accuracies = lesson.accuracies(schedules, epochs=8, seeds=6)
picture = lesson.draw_schedules(schedules, accuracies)
picture

# %% claims=true
at_end = {name: of[:, -1].mean() for name, of in accuracies.items()}
lowest = min(value for name, value in at_end.items() if name != "inverse time")
said = "After eight epochs, the 1/t decay is last, by more than 0.02"
claim(said, lowest - at_end["inverse time"], above=0.02, given=[1])

# %% claims="slow"
from course_lessons.experiment import interval

fresh = [
    np.array([lesson.course(schedules[name], seed, 8) for seed in range(40, 60)])
    for name in ("cosine", "exponential")
]
ahead = fresh[1] - fresh[0]
said = "the exponential decay leads the cosine by about 0.026, in 18 of 20 seeds"
claim(said, ahead[:, 2].mean(), equals=0.026, within=0.006, given=[18, 20])
claim(said, np.sum(ahead[:, 2] > 0), equals=18, within=1.5, given=[0.026, 20])
said = "After eight, the cosine leads by about 0.005"
claim(said, -ahead[:, -1].mean(), equals=0.005, within=0.00125)
claim(said, interval(-ahead[:, -1])[0], above=0, given=[0.005])

# %% [markdown]
# A rate that falls early can be ahead early: after three epochs, the exponential decay leads the
# cosine by about 0.026, in 18 of 20 seeds (40 to 59). After eight, the cosine leads by about 0.005.
# So **judge a schedule at its end**.
#
# After eight epochs, the 1/t decay is last, by more than 0.02. But on the parabola, the best rates
# fell like 1/t. Is the kind of decay to blame? The sum of the rates says how much distance a
# schedule can cover.

# %% practice=true fold="Train two kinds of decay with three last rates"
decays = {
    (kind, last): lambda t, kind=kind, last=last: decayed(t, kind=kind, lr=0.5, last=last, total=N)
    for kind in ("exponential", "inverse time")
    for last in (0.01, 0.05, 0.1)
}
ends = {}
for (kind, last), schedule in decays.items():
    ends[kind, last] = lesson.accuracies({kind: schedule}, epochs=8, seeds=6)[kind][:, -1].mean()
    together = sum(schedule(t) for t in range(N))
    print(f"{kind:12}, last {last:4}: sum {together:3.0f}, accuracy {ends[kind, last]:.3f}")

# %% claims=true
sums = [sum(decays[kind, 0.01](t) for t in range(N)) for kind in ("inverse time", "exponential")]
said = "its rates from 0.5 to 0.01 have the sum 28, those of the exponential decay 88"
claim(said, sums[0], equals=28, within=0.6, given=[0.5, 0.01, 88])
claim(said, sums[1], equals=88, within=0.6, given=[0.5, 0.01, 28])
said = "At its own last rate, 0.05, it is as good as the exponential decay at its best"
best = max(value for (kind, _), value in ends.items() if kind == "exponential")
claim(said, ends["inverse time", 0.05] / best, equals=1, within=0.01, given=[0.05])


def apart(epochs, first):
    """How far the two kinds of decay are apart, each at its best last rate."""
    if (epochs, first) == (8, 0.5):
        return abs(best - max(ends["inverse time", last] for last in (0.05, 0.1)))
    total, reached = epochs * lesson.EPOCH, {}
    for kind, lasts in (("exponential", (0.01, 0.05)), ("inverse time", (0.05, 0.1))):
        tried = {
            last: lambda t, k=kind, last=last: decayed(t, kind=k, lr=first, last=last, total=total)
            for last in lasts
        }
        found = lesson.accuracies(tried, epochs=epochs, seeds=3)
        reached[kind] = max(of[:, -1].mean() for of in found.values())
    return abs(reached["exponential"] - reached["inverse time"])


said = "so it is with twice the epochs, or with twice the first rate"
claim(said, lambda how: apart(*how), below=0.012, varied=[(8, 0.5), (16, 0.5), (8, 1.0)])

# %% claims="slow"
fresh = {
    kind: np.array([lesson.course(decays[kind, last], seed, 8)[-1] for seed in range(40, 52)])
    for kind, last in (("inverse time", 0.05), ("exponential", 0.01))
}
claim(said, np.ptp([of.mean() for of in fresh.values()]), below=0.006, given=[0.05])

# %% [markdown]
# No. The 1/t decay falls at once: its rates from 0.5 to 0.01 have the sum 28, those of the
# exponential decay 88, so it covers too little distance. At its own last rate, 0.05, it is as good
# as the exponential decay at its best; and so it is with twice the epochs, or with twice the first
# rate, each again with its own last rate. A fair comparison tunes **all** that a schedule depends
# on, here the first rate *and* the last one.

# %% [markdown]
# ## 5 A run that may be stopped
#
# You share a computer. Your run ends after one of three numbers of steps, the *stops*, each with
# the same chance. You know the stops, but not which of them it will be.
#
# The bowl has several directions, each with its own start $w_0$, curvature c and noise s. If these
# are arrays, `mean_squares` returns a row for each step, with a column for each direction. The
# *expected gap* of a row is $\frac12\sum c\,q$ over the directions (notebook 05). For example,
# c = (1, 0.1) and q = (0.02, 0.5) give ½(0.02 + 0.05) = 0.035. <!-- no claim: derived -->
#
# In one direction, the rates of section 1 are the best ones at every stop. Here is a bowl with two
# steep and two flat directions. One decay, constant and then like 1/t, is tuned for each stop. No
# rate in this section may be above 1/max(c). The table has the gap at each stop, divided by the
# lowest one that any rates reach there.

# %% practice=true fold="Tune a decay for each stop"
curvature = np.array([1, 0.5, 0.02, 0.01])
start, noise, stops = 1 / np.sqrt(curvature), 2 * curvature, np.array([14, 42, 110])
tuned_for, lowest = {}, [lesson.lowest_gap(start, curvature, noise, stop) for stop in stops]
falls = [lesson.one_decay(110, h / 110, k) for h in range(0, 110, 4) for k in (0.1, 0.3, 1)]
at_stops = [mean_squares(r, start, curvature, noise)[stops - 1] @ curvature / 2 for r in falls]
for column, stop in enumerate(stops):
    tuned_for[stop] = min(at_stops, key=lambda gaps: gaps[column]) / lowest
print("gap, times the lowest one, at   ", "  ".join(f"stop {stop:3}" for stop in stops))
for stop, times in tuned_for.items():
    print(f"a decay tuned for stop {stop:3}        ", "  ".join(f"{one:8.2f}" for one in times))

# %% claims=true
said = "Each decay is within 5 % of the lowest gap at its own stop"
own = np.diag(np.array(list(tuned_for.values())))
claim(said, own, below=1.05, given=[5])

# %% [markdown]
# Each decay is within 5 % of the lowest gap at its own stop, and far from it at others. **Which
# rates are good at all three?** Write a function that finds them for any bowl. It may try some
# hundred plans with `mean_squares`.
#
# The check draws four bowls with 4 to 8 directions. The largest curvature is about 100 times the
# smallest. <!-- no claim: setting --> It computes your three gaps, divides each by the lowest one
# at this stop, and takes the mean. You get all points up to 1.25 and none from 1.5 on.
# <!-- no claim: setting --> For example, 1.05, 1.2 and 1.35 have the mean 1.2, which is enough.
# <!-- no claim: derived --> Decays as in the table or in section 4 earn nothing, however they are
# tuned.
#
# <details><summary>If you have no idea</summary>
#
# What have high rates gained in the flat directions, and do low rates lose it again? What have they
# spoilt in the steep directions, and how many low rates repair it?
#
# </details>


# %% solution="plan_rates"
def plan_rates(start, curvature, noise, stops):
    """The rate of each step, for low gaps at all of the stops.

    start, curvature, noise : (D,), as for mean_squares
    stops : three numbers of steps, in order
    returns rates : one for each step up to the last stop, from 0 to 1/max(curvature)
    """
    ### BEGIN SOLUTION
    rates = np.array([])
    for stop in stops:
        n = stop - len(rates)
        t, lowest = np.arange(n), np.inf
        for hold in (0.2, 0.4, 0.6, 0.8):  # of the steps to this stop, at the highest rate
            for k in (0.1, 0.2, 0.5, 1, 2):
                fall = 1 / (1 + k * np.maximum(t - hold * n, 0)) / np.max(curvature)
                plan = np.append(rates, fall)
                gap = mean_squares(plan, start, curvature, noise)[-1] @ curvature / 2
                if gap < lowest:
                    lowest, found = gap, plan
        rates = found
    return rates
    ### END SOLUTION


# %% check="plan_rates"
check("plan_rates", plan_rates)

# %% practice=true fold="Draw your rates for the bowl of the table"
plan = plan_rates(start, curvature, noise, stops)
gaps = mean_squares(plan, start, curvature, noise) @ curvature / 2
print("gap, times the lowest one:", (gaps[stops - 1] / lowest).round(2))
picture = lesson.draw_plan(plan, gaps, stops)
picture

# %% claims=true
said = "Their gap is at most 1.25 times the lowest one at\neach of the three stops"
claim(said, gaps[stops - 1] / lowest, below=1.25)

# %% [markdown]
# <details><summary>When you have your own rates: why they work</summary>
#
# After a stop, our rates rise to 1/max(c) again. Their gap is at most 1.25 times the lowest one at
# each of the three stops. High rates bring noise into the steep directions, but there a few low
# steps remove it. The distance that they cover in the flat directions stays covered. So low rates
# are needed only before a stop. Loshchilov and Hutter (2017) call such a rise a *warm restart*.
#
# </details>

# %% [markdown]
# ## To keep
#
# **Why should the rate fall, how, and how fast?** A step removes distance in proportion to its
# rate and adds noise in proportion to the square of its rate. So a high rate comes first and a
# low one last. On a parabola, the best rates fall like 1/t. Without an end, it is enough that their
# sum is infinite and that of their squares finite. In practice: choose the end, fall to a low rate
# by then, and search the first and the last rate again for each schedule. If the run goes on, the
# rate may rise again.
#
# Without looking: Schedule A is ahead of B in the middle of the training. What does this say about
# the end?
#
# <details><summary>Answer</summary>
#
# Little: a rate that falls early can be ahead early, and a rate that stays high can still fall.
#
# </details>
#
# <details><summary>In PyTorch (a whole training: notebook 24)</summary>
#
# `torch.optim.lr_scheduler` has `StepLR` and `MultiStepLR` (stairs), `ExponentialLR`,
# `CosineAnnealingLR`, `LinearLR` for the warm-up, `SequentialLR` to join them, and `LambdaLR` for a
# function such as yours, divided by the first rate. Call `scheduler.step()` after
# `optimizer.step()`: once for each step, or once for each epoch if t counts epochs.
#
# </details>
#
# ### Lines of the lectures
#
# No task needs this part.
#
# S4's rule is min(0.1, 100/t), with t from 1 on: “start with fixed (small) learning rate, and
# decrease slowly”. It satisfies both conditions of section 3. But it is constant until step 1,000,
# so a shorter training never sees it fall. <!-- no claim: derived --> (The sums of the cell end at
# step 10,000 and can only suggest that the conditions hold.) <!-- no claim: setting -->

# %% practice=true fold="Print the sums, and q for S4's rule"
rates["S4's rule"] = np.minimum(0.1, 100 / (t + 1))
lesson.print_sums(rates)
q = mean_squares(rates["S4's rule"], 20, 1, 1)
print(f"q with S4's rule: {q[999]:.3f} after 1,000 steps, {q[-1]:.3f} after 10,000")

# %% claims=true
late = np.ptp(rates["S4's rule"][:1000])
claim("it is constant until step 1,000", late, below=1e-9, given=[1000])

# %% [markdown]
# ## Sources
#
# S1 "Part II: Training", the remark on stochastic approximations; S2 "Training Neural Networks" (J.
# Choo, Korea University), slides "Learning Rate"; S4 "Neural networks (continued)" (A. Krause, ETH
# Zürich), slide "Learning rate"; Robbins, Monro (1951); Loshchilov, Hutter
# (2017), arXiv 1608.03983.
