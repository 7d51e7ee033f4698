# %% [markdown]
# # Minibatches and noise
#
# Gradient descent looks at all N samples before each step. A *minibatch* is a few samples, drawn at
# random: cheap, but never exact. **How wrong may a gradient be, and which batch size makes the
# most of the samples that you can afford?**
#
# **You need** gradient descent (notebook 04) and variances of independent random numbers.

# %% opening=true
"""Three paths from the same start towards the bottom of a long valley. With all samples in a batch
there are three steps, and the path ends far from the bottom. With 30 samples the path is nearly
smooth and ends nearer. With one sample it jumps about and reaches the bottom."""

import matplotlib.pyplot as plt
import numpy as np

from course_lib.plots import theme

rng = np.random.default_rng(3)
figure, axes = plt.subplots(1, 3, figsize=(6.4, 3.1), sharex=True, sharey=True)
w0, w1 = np.meshgrid(np.linspace(-3.4, 1.2, 60), np.linspace(-1.6, 2.6, 60))
kinds = (("all 300 samples", 300, 3), ("30 samples", 30, 30), ("one sample", 1, 900))
for ax, (name, size, steps) in zip(axes, kinds, strict=True):
    w, path = np.array([-3.0, 2.2]), [np.array([-3.0, 2.2])]
    for _ in range(steps):
        noise = rng.normal(size=2) * (2.2, 3.4) / np.sqrt(size)
        w = w - 0.11 * (w * (0.45, 1.6) + noise)
        path.append(w)
    ax.contour(w0, w1, 0.45 * w0**2 + 1.6 * w1**2, levels=8, colors="#B0B0B0", linewidths=0.8)
    ax.plot(*np.transpose(path), "o-", color=theme.FORWARD, linewidth=0.8, markersize=1.5)
    ax.plot(*path[-1], "o", color=theme.INK, markersize=8)
    ax.set_title(name, loc="center", size=13)
    ax.set_xlabel(f"{steps} steps", size=12)
    ax.set(xticks=[], yticks=[])
figure.suptitle("The same work. Which gradient would you take?", x=0.01, ha="left", size=16)
plt.show()

# %% setup=true minutes=1
from time import perf_counter

import numpy as np

from course_lessons import minibatches as lesson
from course_lib.backend import choose_device
from grader.checking import check, guess, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 One image for all
#
# Three networks (64 inputs, 32 tanh units, 10 outputs) have been trained on 1,437 images of digits,
# for three *epochs* (passes over the data). The vector w holds all weights and biases of one of
# them. $E_n(w)$ is the loss of image n, and $E=\sum_nE_n$. S0 (“Use of minibatch”) prints a step of
# *batch optimization*, which minimises E, with the gradient of **one** image:
#
# $$w_{t+1}=w_t-\epsilon\,\nabla E_n .$$
#
# (ϵ is the learning rate, later η.) A very small step lowers $E_n$. **For which share of the images
# n does it raise E?**

# %% guess="the share of images whose step raises E"
guess("ps05_one", None, between=(0, 1))  # a number from 0 to 1

# %% practice=true
networks = [lesson.trained(seed) for seed in range(3)]
each = [lesson.gradients_of_all(w) for w in networks]  # for each network: a row for each image
uphill = [np.mean(rows @ rows.sum(axis=0) < 0) for rows in each]
reveal("ps05_one", float(np.mean(uphill)), "Mean share of three networks.")

# %% claims=true
said = "For a quarter to a half of the images, the step would raise the loss of all"
claim(said, np.mean(uphill), above=0.22, below=0.5)

# %% [markdown] after="ps05_one"
# For a quarter to a half of the images, the step would raise the loss of all: those with $\nabla
# E_n^\top\nabla E<0$. The slide has an **error**: batch optimization needs $\nabla E$. A step along
# $-\nabla E_n$ belongs to its other method, *stochastic gradient descent* (SGD).

# %% [markdown]
# S1 ends with an algorithm of 14 steps. For each epoch (step 3) and each “randomly selected
# same-size batch” (4), it adds up the gradients of the samples and divides by the batch size (5 to
# 12). Then it adds −lr times this mean to the weights (13, 14).
#
# Write one epoch, steps 4 to 14; `gradient(w, x, t)` does steps 5 to 12. How do you draw batches so
# that no sample comes twice in an epoch? And 1,437 samples are 44 batches of 32 and 29 more: use
# those as a smaller batch, or leave them out.


# %% solution="minibatch_epoch"
def minibatch_epoch(w, x, t, batch_size, lr, gradient, rng):
    """One epoch: in random order, a step against the mean gradient of each batch.

    w : the weights, an array of any shape; x : (N, …) and t : (N, …), one sample per row
    batch_size : from 1 to N
    gradient : gradient(w, rows of x, rows of t) -> their mean gradient, an array like w
    rng : all random numbers come from it, such as rng.permutation(5)
    returns the new weights; w, x and t stay as they are
    """
    ### BEGIN SOLUTION
    order = rng.permutation(len(x))
    for start in range(0, len(x), batch_size):
        rows = order[start : start + batch_size]
        dw = gradient(w, x[rows], t[rows])
        w = w - lr * dw
    return w
    ### END SOLUTION


# %% check="minibatch_epoch"
check("minibatch_epoch", minibatch_epoch)

# %% [markdown]
# Can steps with single samples work? A line predicts the progress of a disease for 442 patients
# from their body mass index. S3 (“Better Estimate of the Gradient”) has three names: a step (an
# *iteration*) of *vanilla* gradient descent uses all samples, of *stochastic* one sample, of
# *mini-batch* a few. We draw three epochs of each; all three cost the same.

# %% practice=true fold="Draw three paths" after=false
paths = {B: lesson.path(minibatch_epoch, B) for B in (1, 32, 442)}
picture = lesson.draw_paths(paths)
picture

# %% claims=true
x_line, t_line = lesson.line_data()
of_ends = [np.mean((x_line @ places[-1] - t_line) ** 2) for places in paths.values()]
claim("single patients get furthest", np.array(of_ends[1:]) / of_ends[0], above=1.1)

# %% [markdown]
# At this rate, single patients get furthest.

# %% [markdown]
# ## 2 How wrong is a minibatch?
#
# Let $g_n$ be the gradient of sample n at fixed weights, $\bar g$ the mean of all N, and
# $e_n=g_n-\bar g$ the *error* of $g_n$. A batch of B samples $n_1,\dots,n_B$ has the error
# $e=\frac1B(e_{n_1}+\dots+e_{n_B})$. Its *typical error* is the root of $\langle\|e\|^2\rangle$,
# where ⟨ ⟩ is the mean over all random draws. For a single sample it is called σ:
# $\sigma^2=\frac1N\sum_n\|e_n\|^2$.
#
# **With replacement**, each sample of the batch is drawn from all N (S4: “Pick data point $(x,y)\in
# D$ uniformly at random”). The squared length is a double sum:
#
# $$\langle\|e\|^2\rangle=\frac1{B^2}\sum_{i=1}^{B}\sum_{j=1}^{B}
# \big\langle e_{n_i}^\top e_{n_j}\big\rangle$$
#
# For i ≠ j the two draws are independent, so the mean of the product is the product of the means,
# and both are 0. The B terms with i = j are left, each $\sigma^2$. So
# $\langle\|e\|^2\rangle=\sigma^2/B$, and the typical error is $\sigma/\sqrt B$: **four times the
# work buys half the error.**
#
# **Without replacement**, as in your epoch, the B samples are different ones. For i ≠ j, every pair
# of different samples is equally likely, so the mean of the product is one number c: the mean of
# $e_n^\top e_m$ over all N(N − 1) pairs. All N errors add up to 0, so
# $\big\|\sum_ne_n\big\|^2=0$. Write this square as a double sum. Find c, then
# $\langle\|e\|^2\rangle$. You know the result for B = 1 and for B = N.


# %% solution="batch_error"
def batch_error(each, B, replace):
    """The typical error of the mean gradient of B samples.

    each : (N, D), a row for each sample: its gradient
    B : samples in the batch; without replacement from 1 to N, with N at least 2
    replace : True: drawn with replacement; False: without
    returns the root of the mean squared length of the error, a number
    """
    ### BEGIN SOLUTION
    N = len(each)
    errors = each - each.mean(axis=0)
    sigma2 = np.sum(errors**2, axis=1).mean()
    square = sigma2 / B
    factor = 1 if replace else (N - B) / (N - 1)
    return np.sqrt(square * factor)
    ### END SOLUTION


# %% check="batch_error"
check("batch_error", batch_error)

# %% practice=true fold="Compare with random draws"
sizes = (1, 4, 16, 64, 256, 1024, 1437)
ways = {"with replacement": True, "without": False}
errors = {name: [batch_error(each[0], B, way) for B in sizes] for name, way in ways.items()}
drawn = {
    name: [lesson.measured_error(each[0], B, replace=way) for B in sizes]
    for name, way in ways.items()
}
length = np.linalg.norm(each[0].mean(axis=0))  # of the gradient of the mean loss
picture = lesson.draw_errors(sizes, errors, drawn, length)
lesson.print_raised(each, 32)
picture

# %% claims=true
said = "has an error more than eight times as long as the full gradient itself"
claim(said, errors["with replacement"][0] / length, above=8)
for name in ways:
    ratio = np.divide(drawn[name][:6], errors[name][:6])
    claim("The dots lie on the lines", ratio, equals=1, within=0.15)
said = "With 32 images it is still longer than the full gradient"
claim(said, batch_error(each[0], 32, False) / length, above=1, given=[32])
share = np.mean([lesson.raised(rows, 32) for rows in each])
claim("But fewer than a tenth of these batches raise the loss of all", share, below=0.1)

# %% [markdown]
# The dots lie on the lines. In the first network, a single image's gradient has an error more than
# eight times as long as the full gradient itself. With 32 images it is still longer than the full
# gradient. But fewer than a tenth of these batches raise the loss of all: the part of the error
# along the full gradient has to point against it and to be longer than it.

# %% [markdown]
# ## 3 The noise floor
#
# At a minimum the mean gradient is 0, but the gradients of single samples are not. Where does a run
# end that never stops drawing samples?
#
# Take a quadratic loss (notebook 04), and **one direction**: an eigenvector of the Hessian, with
# the curvature λ. Let a be the signed distance from the minimum along it. The gradient in this
# direction is λa, and a minibatch of B samples adds its error e. A step at the rate η leads to
#
# $$a'=a-\eta\,(\lambda a+e)=(1-\eta\lambda)\,a-\eta\,e.$$
#
# The mean of e is 0 for every a. We **assume** that the error of one sample has the same variance
# s² for every a. Then the error of a batch of B samples, drawn with replacement, has the variance
# s²/B (section 2).
#
# **On paper:** a is a random number, because earlier steps had errors, too. You know the mean of
# its square, ⟨a²⟩. What is ⟨a'²⟩ after the step? Square the equation, and take the mean of each of
# the three terms. One of them is 0.

# %% [markdown]
# Now all directions together, and many steps. The *gap* is the loss minus the lowest loss: the sum
# of $\frac12\lambda a^2$ over all directions. In every step all ⟨a²⟩ change, by your formula.


# %% solution="expected_gaps"
def expected_gaps(squares, curvatures, variances, batches, rates):
    """The mean gap after each step of SGD on a quadratic loss.

    squares : (D,), the mean of a² before the first step, for each direction
    curvatures : (D,), λ for each direction; variances : (D,), s² for each direction
    batches : the batch size B of each step, a list
    rates : the rate η of each step, a list of the same length
    returns an array with a number for each step; the given arrays stay as they are
    """
    ### BEGIN SOLUTION
    gaps = []
    for B, lr in zip(batches, rates, strict=True):
        kept = (1 - lr * curvatures) ** 2 * squares
        squares = kept + lr**2 * variances / B
        gaps.append(np.sum(curvatures * squares) / 2)
    return np.array(gaps)
    ### END SOLUTION


# %% check="expected_gaps"
check("expected_gaps", expected_gaps)

# %% [markdown]
# Linear regression with ten measurements of each patient has a quadratic loss. S4 advises to “start
# with fixed (small) learning rate, and decrease slowly after some iterations”. We take single
# patients, at two constant rates and at $0.05/(1+k)$ in epoch k = 0, 1, 2, …

# %% practice=true fold="Three sequences of rates"
N, epochs = 442, 25
sequences = {
    "0.05": [0.05] * N * epochs,
    "0.01": [0.01] * N * epochs,
    "0.05 / (1 + k)": [0.05 / (1 + step // N) for step in range(N * epochs)],
}
_, _, squares, curvatures, variances = lesson.patients_as_quadratic()  # start: w = 0
measured = {name: lesson.measured_gaps(rates) for name, rates in sequences.items()}
expected = {
    name: expected_gaps(squares, curvatures, variances, [1] * len(rates), rates)
    for name, rates in sequences.items()
}
picture = lesson.draw_gaps(measured, expected)
picture

# %% claims=true
floor = {name: gaps[-2000:].mean() for name, gaps in measured.items()}
formula = {name: gaps[-2000:].mean() for name, gaps in expected.items()}
ratio = {name: floor[name] / formula[name] for name in floor}
claim(
    "At 0.01 the formula is right to within a\ntenth",
    abs(ratio["0.01"] - 1),
    below=0.1,
    given=[0.01],
)
claim(
    "at 0.05 the floor is nearly 1.5 times the formula's",
    ratio["0.05"],
    equals=1.5,
    within=0.12,
    given=[0.05, 1.5],
)
claim(
    "The decreasing rate goes below both floors", floor["0.05 / (1 + k)"] / floor["0.01"], below=0.5
)
ones = np.ones(1)
for lr, B in ((0.1, 1), (0.1, 4), (0.5, 2)):
    V = 2 * expected_gaps(ones, 2 * ones, 3 * ones, [B] * 400, [lr] * 400)[-1] / 2
    claim(
        "\\rangle=\\frac{\\eta\\,s^2}{B\\,\\lambda\\,(2-\\eta\\lambda)}",
        V / (lr * 3 / (B * 2 * (2 - lr * 2))),
        equals=1,
        within=0.001,
        given=[2],
    )

# %% [markdown]
# At a constant rate the gap ends on a *noise floor*. There ⟨a²⟩ no longer changes; solve your
# recursion for it:
#
# $$\langle a^2\rangle=\frac{\eta\,s^2}{B\,\lambda\,(2-\eta\lambda)}
# \approx\frac{\eta\,s^2}{2B\lambda}.$$
#
# For small rates the floor is proportional to η/B. At 0.01 the formula is right to within a
# tenth; at 0.05 the floor is nearly 1.5 times the formula's. Far from the minimum the errors of the
# gradients are larger: there our assumption is wrong. The decreasing rate goes below both floors.

# %% [markdown]
# ## 4 Which rate for which batch?
#
# *Gradient accumulation* splits a batch that does not fit into memory: its parts pass through the
# network one after the other. A library returns the **mean** gradient of each part, and the parts
# may differ in size: 96 images may come as 45, 44 and 7. The batch's mean gradient is the mean of
# the parts' means, each weighted with its number of images. Two other ways give something else:

# %% practice=true
x_train, t_train, _, _ = lesson.digits()
parts = [(x_train[a:b], t_train[a:b]) for a, b in ((0, 45), (45, 89), (89, 96))]
means = [lesson.gradient(networks[0], x, t) for x, t in parts]
lengths = [len(x) for x, _ in parts]
combined = {
    "weighted mean": np.average(means, axis=0, weights=lengths),
    "mean of the three means": np.mean(means, axis=0),
    "sum over all samples": sum(n * mean for n, mean in zip(lengths, means, strict=True)),
}
whole = lesson.gradient(networks[0], x_train[:96], t_train[:96])
for name, found in combined.items():
    off = np.linalg.norm(found - whole) / np.linalg.norm(whole)
    print(f"{name:24}: relative error {off:.1e}")

# %% claims=true
off = np.linalg.norm(combined["mean of the three means"] - whole) / np.linalg.norm(whole)
claim("off by 30 % or more", off, above=0.3, given=[30])
claim(
    "The sum is 96 times as long",
    np.linalg.norm(combined["sum over all samples"]) / np.linalg.norm(whole),
    equals=96,
    within=0.1,
)

# %% [markdown]
# In the mean of the three means, an image of the short part counts six times as much as another
# one: <!-- no claim: derived --> off by 30 % or more, and nothing crashes. The sum is 96 times as
# long; for S0's E, the sum of 1,437 losses, the factor is 1,437. <!-- no claim: derived --> So
# **with each rate, say whether the loss is a sum or a mean**.

# %% [markdown]
# Now take B steps with single samples at the rate η. If w hardly moves meanwhile, all B gradients
# are about those at the start, and the steps add up to $-\eta\sum_ng_n=-(B\eta)\cdot\frac1B
# \sum_ng_n$. This is **one** step with the batch of these samples at the rate Bη. So a batch that
# is B times as large wants a rate that is B times as high: the *linear scaling rule*.
#
# We train one linear layer with softmax on the digits, for three epochs, with ten batch sizes and
# 22 rates; the best rate has the lowest mean training loss of three seeds. By the rule, the full
# batch wants 1,437 times the rate of single images. **How many times is it really?**

# %% guess="the best rate of the full batch, divided by that of single images"
guess("ps05_scale", None, between=(1, 2000))  # a number

# %% practice=true
best_rates, lowest = lesson.best_rates()
reveal("ps05_scale", best_rates[-1] / best_rates[0], "Full batch, divided by single images.")

# %% practice=true
picture = lesson.draw_best_rates(best_rates)
picture

# %% claims=true
sizes_tried = np.array(lesson.SIZES)
off = best_rates / best_rates[0] / sizes_tried
claim(
    "Up to batches of 32 the rule holds within a factor of three",
    np.maximum(off, 1 / off)[:6],
    below=3,
    given=[32],
)
claim(
    "the full batch wants hardly more than 32 images",
    best_rates[-1] / best_rates[5],
    below=1.5,
    given=[32],
)
claim("1.25 with the full batch", lowest[-1], equals=1.25, within=0.1)
claim("below 0.25 with batches of up to 32", lowest[:6].max(), below=0.25, given=[32])

# %% [markdown] after="ps05_scale"
# Up to batches of 32 the rule holds within a factor of three; the full batch wants hardly more than
# 32 images. “w hardly moves” is no longer true: the loss is curved, so after a long step the
# gradient is another one. After three epochs the loss is below 0.25 with batches of up to 32, and
# 1.25 with the full batch: three steps, at no higher rate. <!-- no claim: derived -->

# %% [markdown]
# ## 5 A plan for a budget
#
# A step costs more than its samples: each call adds a fixed cost, whatever B is, the *overhead*. An
# image alone carries all of it; the images of a batch share it.

# %% practice=true fold="Measure the overhead of a step"
seconds = {}
for B in (1, 1025):
    repeats = []
    for _ in range(20):
        began = perf_counter()
        lesson.gradient(networks[0], x_train[:B], t_train[:B])
        repeats.append(perf_counter() - began)
    seconds[B] = min(repeats)
    print(f"batches of {B:4}: {1e6 * seconds[B] / B:7.1f} microseconds for each image")

# %% [markdown]
# So a run of K steps with the batches $B_1,\dots,B_K$ costs $K\cdot$ overhead $+\,B_1+\dots+B_K$.
# You have a budget for it. **Which B and which η has each step, so that the gap after the last step
# is lowest?** A rate may be at most 1/λₘₐₓ: real losses are not quite quadratic.
#
# Far from the minimum, which term of ⟨a'²⟩ decides, and which one near it? What does this say about
# the first steps and the last ones? Your `expected_gaps` answers without a single training: try
# plans of a few numbers (how many steps, how B changes, how η changes), and return the best one.
# For K steps, budget − K · overhead samples are left: share them out in the proportions of your
# batches, and round each batch down.
#
# The check draws four tasks, with 4 to 7 directions, λₘₐₓ/λₘᵢₙ from 20 to 40, and a budget of 200
# to 240 times the overhead. In the first pair a step costs little (an overhead near 8 samples) or
# much (near 100). In the second, the errors are small or large. <!-- no claim: setting -->
#
# - The expected gap after your plan is divided by that after the best plan that the check has
#   found. Up to 1.9 earns all points, 3 or more earns none. <!-- no claim: setting -->
# - One batch size and one rate for all steps always end above 3. <!-- no claim: setting -->
# - In each pair, the worse task counts. A plan beyond the budget, or with a batch below 1 or a rate
#   above 1/λₘₐₓ, earns nothing.
# - Try at most a few hundred plans for a task: about a second.


# %% solution="plan_steps"
def plan_steps(squares, curvatures, variances, overhead, budget):
    """The batch size and the rate of each step, for the lowest mean gap after the last one.

    squares, curvatures, variances : as for expected_gaps
    overhead : what a step costs beside its samples; the cost of a sample is 1
    budget : the most that all steps may cost, overhead and samples together
    returns (batches, rates): for each step a whole number from 1 on, and a rate up to 1/λₘₐₓ
    """
    ### BEGIN SOLUTION
    lowest = np.inf
    for count in (15, 25, 40, 60, 90, 130):  # steps
        samples = budget - overhead * count
        k = np.arange(count) / count
        for growth in (6, 40):  # of the batch size, from the first step to the last one
            shape = growth**k
            batches = np.floor(samples * shape / np.sum(shape)).astype(int)
            if batches[0] < 1:
                continue
            for hold in (0.4, 0.7):  # of the steps, at the largest rate
                rates = 0.1 ** np.maximum((k - hold) / (1 - hold), 0) / np.max(curvatures)
                gap = expected_gaps(squares, curvatures, variances, batches, rates)[-1]
                if gap < lowest:
                    lowest, plan = gap, (batches, rates)
    return plan
    ### END SOLUTION


# %% check="plan_steps"
check("plan_steps", plan_steps)

# %% [markdown]
# The patients again, from w = 0, at an overhead of 20 and a budget of 10,000. The cell trains with
# your plan, 50 times. <!-- no claim: setting -->

# %% practice=true fold="Your plan for the patients"
plan = plan_steps(squares, curvatures, variances, 20, 10_000)
picture = lesson.draw_plan(*plan)
expected_end = expected_gaps(squares, curvatures, variances, *plan)[-1]
measured_end = lesson.measured_gaps(plan[1], plan[0])[-1]
plain_end = lesson.best_without_change(squares, curvatures, variances, 20, 10_000)
print(f"gap after the last step: expected {expected_end:.5f}, measured {measured_end:.5f}")
print(f"one batch size, one rate: expected {plain_end:.5f}")
picture

# %% claims=true
said = "The measured gap of our plan is the expected one, to within 10 %"
claim(said, measured_end / expected_end, equals=1, within=0.1, given=[10])
said = "The best single batch size and\nrate end 1.4 times as high"
claim(said, plain_end / expected_end, equals=1.4, within=0.12)

# %% [markdown]
# The measured gap of our plan is the expected one, to within 10 %. The best single batch size and
# rate end 1.4 times as high.

# %% [markdown]
# ## To keep
#
# - A minibatch's gradient is right on average. Its typical error is $\sigma/\sqrt B$; without
#   replacement, times $\sqrt{(N-B)/(N-1)}$.
# - At a constant rate the gap ends on a floor, about proportional to η/B. A rate that falls gets
#   below it (notebook 14).
# - B times the batch, B times the rate, until the curvature limits the rate.
# - Far from the minimum, long steps count; near it, exact ones: let the batch grow and the rate
#   fall.
# - Compare batch sizes each at its own best rate, and say the budget: images, steps or time.
#
# **In PyTorch** (notebook 24), `torch.optim.SGD(model.parameters(), lr=0.01, momentum=0)` (S3) uses
# what stands in `.grad`. By default the loss is a mean (`reduction="mean"`). `backward()` adds to
# `.grad`, so for accumulation call it for each part, with the loss times the part's share of the
# samples.

# %% [markdown]
# ### Lines of the lectures
#
# No task needs this part. The cell tests three lines with the network of section 1.

# %% practice=true fold="Test S1's step 11, S3's first step and S0's remark" after=false
reached = lesson.accuracies_by_step_11(minibatch_epoch)  # three epochs, means of three seeds
lesson.print_by_rate(reached)
once, again = lesson.losses_by_step_0(minibatch_epoch)  # after each of four epochs
print("first step once: loss", once.round(2), "in each repetition:", again.round(2))
losses = []
for name, B, steps in (("batches of 32", 32, [135]), ("full batch", 1437, [135, 270])):
    losses += [*lesson.losses_at_best_rate(minibatch_epoch, B, steps)]  # best of six rates
    for n, of_seeds in zip(steps, losses[-len(steps) :], strict=True):
        print(f"{name}, {n} steps: training loss", of_seeds.round(3))

# %% claims=true
added, printed = (shares.max() for shares in reached.values())
claim("reaches about 0.95", added, equals=0.95, within=0.03)
claim("as printed, the best of them stays far below", added - printed, above=0.15)
claim("the loss stays above 2", again, above=2)
mini, many, more = losses
claim("about half of that with minibatches, or less", np.mean(many) / np.mean(mini), below=0.6)
claim("it goes on falling", more / many, below=0.5)

# %% [markdown]
# - Step 11 of S1's algorithm should add a sample's gradient ∇w to the sum ∇L. S1 prints ∇L := ∇w:
#   an **error**, because each sample replaces the one before it. Added up, the best of five rates
#   reaches about 0.95; as printed, the best of them stays far below.
# - S3: “Repeat all steps till the Loss is less than a threshold”. The first of these steps chooses
#   random weights. If it is repeated, the loss stays above 2. This is an **error**.
# - S0: batch optimization “will be trapped in bad solutions”. After the same *steps*, its loss is
#   about half of that with minibatches, or less, and it goes on falling: the full batch is **not
#   trapped** here, but slow.

# %% [markdown]
# ## Sources
#
# S0 “Training of neural networks – basics”; S1 “Part II: Training”; S3 “Backpropagation and
# Training” (C. V. Jawahar, IIIT Hyderabad); S4 “Neural networks (continued)” (A. Krause, ETH
# Zürich). Robbins, Monro (1951); Krizhevsky (2014); Goyal and others (2017).
