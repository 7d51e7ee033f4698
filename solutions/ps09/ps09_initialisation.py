# %% [markdown]
# # Initialisation
#
# Before training begins, every weight of a network needs a value. The same sixteen layers may
# learn or fail, depending on these values only. **How large should the random numbers be, so that
# a deep network can learn?**
#
# **You need** mean and variance, matrix products, the backward pass of a layer ([notebook
# 06](../ps06/ps06_backpropagation.ipynb)), and for section 7 the interval of paired differences
# ([notebook 01](../ps01/ps01_data.ipynb)).

# %% setup=true minutes=1
import importlib.util
import math

import numpy as np

from course_lib.backend import choose_device
from course_lib.course.experiment import interval
from course_lib.course.lessons import initialisation as lesson
from grader.checking import check, guess, ready, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 Fifty layers
#
# Take fifty linear layers of 200 units, without biases and activation functions. The inputs are
# random numbers of size about 1, and with the right weights the outputs of every layer have this
# size, too. Now we make all weights **1.1 times as large**. How large are the outputs of the
# fiftieth layer: about 1.1, 5, 100, or `nan`, because the numbers overflow?

# %% guess="fifty layers with larger weights"
guess("ps09_gain", None)  # your guess in place of None: a number, or "nan"

# %% [markdown]
# Write a simulation that answers this. The *signal* is the array that passes from layer to layer.
# Its size is the *root mean square (RMS)*: the root of the mean of the squared values. In each
# layer, the *pre-activation* u is the product of the signal and the layer's matrix. The activation
# function f turns u into the output z.


# %% solution="signal_rms"
def signal_rms(x, weights, f):
    """The RMS of x and of the output of each layer, and the pre-activations.

    x : (N, n_0) inputs
    weights : list of L matrices, of the shapes (n_0, n_1), (n_1, n_2), …
    f : activation function, from an array to an array of the same shape
    returns sizes, an array of L + 1 numbers, the RMS of x first; and us, the list of the L arrays u
    """
    ### BEGIN SOLUTION
    z, us, sizes = x, [], [np.sqrt(np.mean(x**2))]
    for W in weights:
        us.append(z @ W)
        z = f(us[-1])
        sizes.append(np.sqrt(np.mean(z**2)))
    return np.array(sizes), us
    ### END SOLUTION


# %% check="signal_rms"
check("signal_rms", signal_rms)


# %% practice=true fold="Simulate fifty layers"
runs = {}
if ready("signal_rms"):
    for factor in (1.1, 1.0, 0.9):
        drawn = [lesson.fifty_layers(factor, seed) for seed in range(3)]
        runs[f"× {factor}"] = [signal_rms(x, weights, lambda u: u)[0] for x, weights in drawn]
    end = float(np.mean([sizes[-1] for sizes in runs["× 1.1"]]))
    reveal("ps09_gain", end, "RMS after fifty layers, mean over the seeds 0, 1 and 2.")
else:
    print("This cell waits.")

# %% practice=true after="ps09_gain"
picture = lesson.draw_fifty_layers(runs) if runs else None
picture

# %% [markdown] after="ps09_gain"
# In fifty layers, ten percent becomes a factor of $1.1^{50} \approx 117$. (Our runs end lower:
# with 200 units, the signal shrinks a little even with weights × 1.0.) The backward pass
# multiplies the gradient by the same weights. This is one reason for **vanishing and exploding
# gradients**.

# %% claims=true
ends = np.array([sizes[-1] for sizes in runs["× 1.1"]])
quote = "In fifty layers, ten percent becomes a factor of $1.1^{50} \\approx 117$."
claim(quote, ends.mean(), equals=117, within=29, given=[1.1, 50])

# %% [markdown]
# ## 2 What one layer does to the variance
#
# The lecture S0 asks for $\text{Var}(z^{(l+1)}) \approx \text{Var}(z^{(l)})$. We ask it for
# Var(u), because u has mean 0 with every activation function.
#
# **One product.** A layer multiplies a weight w by an input z. We draw w with mean 0, and
# independently of z, so means of products are products of means. (E is the mean over the random
# weights and inputs.) The product has the mean $E(w)\,E(z) = 0$, so its variance is its mean
# square:
#
# $$\text{Var}(wz) = E(w^2 z^2) = E(w^2)\,E(z^2) = \text{Var}(w)\,E(z^2),$$
#
# the variance of the weight times the **mean square** of the input.
#
# **A sum of M products.** A unit with M inputs computes $u = \sum_{i=1}^{M} w_i z_i$. The weights
# are independent, with mean 0, so different terms have the covariance 0, and their variances add
# up:
#
# $$\boxed{\text{Var}(u) = M\,\text{Var}(w)\,E(z^2)}$$

# %% [markdown]
# **The activation function.** The next layer gets $z = f(u)$. For a ReLU, $z = \max(0, u)$. If u
# is normal with mean 0, this z has the variance $0.34\,\text{Var}(u)$. <!-- no claim: derived -->
# With $\text{Var}(w) = 1/M$, by which factor does Var(u) change from a ReLU layer to the next:
# **0.25, 0.34, 0.5 or 0.71?**

# %% guess="the variance behind a ReLU"
guess("ps09_relu", None)  # one of the four numbers in place of None


# %% practice=true fold="Simulate ten ReLU layers"
def relu(u):
    return np.maximum(u, 0)


if ready("signal_rms"):
    drawn = [lesson.layers(1 / 200, [200] * 11, seed) for seed in range(5)]
    by_layer = np.var([signal_rms(x, W, relu)[1] for x, W in drawn], axis=(0, 2, 3))
    left = float((by_layer[-1] / by_layer[0]) ** (1 / 9))
    reveal("ps09_relu", left, "Factor from layer to layer, mean over nine steps and five seeds.")
else:
    print("This cell waits.")

# %% [markdown] after="ps09_relu"
# The formula needs the mean square of z, not its variance, which is smaller by $E(z)^2$: only
# inputs with mean 0 have $E(z^2) = \text{Var}(z)$. We draw w and −w with equal probability, so u
# is as likely as −u, and positive and negative values have equal shares in
# $E(u^2) = \text{Var}(u)$. The ReLU keeps one of the two: $E(z^2) = \tfrac12 \text{Var}(u)$, and
# $M\,\text{Var}(w) = 1$ leaves this factor as it is. (The first layer has no ½: its inputs have
# passed through no ReLU.)

# %% [markdown]
# ## 3 Weights for sixteen layers
#
# A rule of *initialisation* says which variance the weights have in a layer with $n_{in}$ inputs
# (its *fan-in*) and $n_{out}$ outputs:
#
# - `"lecun"` keeps Var(u) from layer to layer without an activation function;
# - `"he"`, also called Kaiming, keeps it with ReLUs;
# - `"glorot"`, also called Xavier, takes $2/(n_{in}+n_{out})$ (section 4).
#
# Find the first two variances on paper. Normal weights come from `rng.normal(0, s, size=shape)`,
# with the *standard deviation* s, and uniform ones from `rng.uniform(-a, a, size=shape)`, with the
# variance $a^2/3$.


# %% solution="initialise"
def initialise(shape, rng, *, rule, distribution):
    """Random weights with mean 0 and the variance of a rule.

    shape : (n_in, n_out)
    rng : the random generator, for example np.random.default_rng(0)
    rule : "lecun", "glorot" or "he"
    distribution : "normal" or "uniform"
    returns an array of the given shape
    """
    ### BEGIN SOLUTION
    n_in, n_out = shape
    variance = {"lecun": 1 / n_in, "glorot": 2 / (n_in + n_out), "he": 2 / n_in}[rule]
    if distribution == "normal":
        return rng.normal(0.0, np.sqrt(variance), size=shape)
    a = np.sqrt(3 * variance)
    return rng.uniform(-a, a, size=shape)
    ### END SOLUTION


# %% check="initialise"
check("initialise", initialise)

# %% [markdown]
# **"What happens if we pick inappropriate weights?"** asks S4. We train networks of one and of
# sixteen hidden ReLU layers of 64 units on 8 × 8 images of digits, with four kinds of weights:
# He's and LeCun's, from your `initialise`; those of PyTorch's `Linear` layer, uniform between
# $-1/\sqrt M$ and $1/\sqrt M$; and normal weights with the standard deviation 0.01. Biases begin
# at 0.
#
# A higher learning rate might make up for small weights. So each network is judged **at the best
# of six rates** from 0.01 to 3, with three seeds. **How many of the four kinds reach a mean
# validation accuracy of 60 % with sixteen layers after seven epochs?** (The 144 trainings take
# about 15 seconds.) <!-- no claim: setting -->

# %% guess="how many kinds reach 60 %"
guess("ps09_kinds", None, between=(0, 4))  # a whole number in place of None


# %% practice=true fold="Train with four kinds of weights"
def by_rule(rule):
    return lambda shape, rng: initialise(shape, rng, rule=rule, distribution="normal")


INITS = {
    "He": by_rule("he"),
    "LeCun": by_rule("lecun"),
    "PyTorch": lambda shape, rng: rng.uniform(-1, 1, size=shape) / math.sqrt(shape[0]),
    "0.01": lambda shape, rng: rng.normal(0, 0.01, size=shape),
}
trained = {}
if ready("initialise"):
    trained = {d: {k: lesson.accuracies(init, d) for k, init in INITS.items()} for d in (1, 16)}
    reached = sum(a.mean(axis=1).max() >= 0.6 for a in trained[16].values())
    reveal("ps09_kinds", int(reached), "Kinds above 60 %, mean of three seeds.")
else:
    print("This cell waits.")

# %% practice=true after="ps09_kinds"
picture = lesson.draw_rates(trained) if trained else None
picture

# %% [markdown] after="ps09_kinds"
# With one hidden layer each kind reaches more than 90 % at its best rate. With sixteen layers only
# He's weights reach 60 %, and no rate up to 3 makes up for smaller ones. LeCun's variance is half
# of He's, so each layer keeps half of the mean square, and the RMS is $2^8$, that is 256, times
# smaller after sixteen layers. PyTorch's variance is $1/(3M)$, so each layer keeps a sixth, and
# the RMS falls to $6^{-8}$: the signal is below a millionth.

# %% claims=true
best = {d: {n: a.mean(axis=1).max() for n, a in trained[d].items()} for d in trained}
quote = "each kind reaches more than 90 % at its best rate"
claim(quote, list(best[1].values()), above=0.9)
quote = "With sixteen layers only\nHe's weights reach 60 %"
claim(quote, best[16]["He"], above=0.6)
others = max(best[16][name] for name in INITS if name != "He")
claim(quote, others, below=best[16]["He"] / 2, given=[0.6])
claim("no rate up to 3 makes up for smaller ones", others, below=0.3, given=[3])
rng = np.random.default_rng(0)
weights = [INITS["PyTorch"]((64, 64), rng) for _ in range(16)]
quote = "the signal is below a millionth"
claim(quote, signal_rms(lesson.digits()[2], weights, relu)[0][-1], below=1.0e-6)
quote = "the RMS is $2^8$, that is 256, times smaller\nafter sixteen layers"
claim(quote, left**-8, equals=256, within=60, given=[2, 8])

# %% [markdown]
# ## 4 The backward pass
#
# Does a rule that keeps the signal keep the gradient, too? In notebook 06, a linear layer with the
# matrix W turned the gradient `dz`, with respect to its output, into `dz @ W.T`, that with respect
# to its input. So the backward pass through linear layers is a **forward pass through the
# transposed matrices**, the last layer first, and your `signal_rms` can measure it.
#
# We compare two rules in twenty linear layers, of 60 and 180 units in turn. LeCun's rule keeps the
# signal. What does it do to the gradient in one layer, and over all twenty?

# %% practice=true fold="Compare two rules in both passes"
passes = {}
if ready("signal_rms", "initialise"):
    x, dz = np.random.default_rng(99).normal(size=(2, 100, 60))
    for rule in ("lecun", "glorot"):
        found = []
        for seed in range(10):
            draw, rng = by_rule(rule), np.random.default_rng(seed)
            weights = [draw(shape, rng) for shape in [(60, 180), (180, 60)] * 10]
            back = [W.T for W in reversed(weights)]
            found.append([signal_rms(*both, lambda u: u)[0] for both in ((x, weights), (dz, back))])
        passes[rule] = np.exp(np.mean(np.log(found), axis=0))
        for n in (1, 20):
            signal, gradient = passes[rule][:, n]
            print(f"{rule}, RMS after {n} layers: signal {signal:.2f}, gradient {gradient:.2f}")
else:
    print("This cell waits.")

# %% [markdown]
# Why does the gradient change where the signal does not? Each entry of `dz @ W.T` is a sum of
# $n_{out}$ products, one for each **output** of the layer. He and others assume that the gradient
# is independent of the weights that it meets. Then the formula of section 2 holds with $n_{out}$
# in place of M, and $\text{Var}(w) = 1/n_{out}$ keeps the mean square of the gradient. If
# $n_{in} \ne n_{out}$, no variance satisfies both passes. Glorot and Bengio put the mean of
# $n_{in}$ and $n_{out}$ in place of both: $\text{Var}(w) = 2/(n_{in}+n_{out})$.
#
# Yet in linear layers, a rule for one pass is enough, as He and others argue. LeCun's rule
# multiplies the RMS of the gradient by $\sqrt{60/180}$ and $\sqrt{180/60}$ in turn. The factors
# cancel, so over twenty layers almost nothing is lost. Glorot's factors, $\sqrt{1/2}$ and
# $\sqrt{3/2}$ in turn, do not: in both passes, less than a quarter is left.
# <!-- no claim: derived -->

# %% claims=true
quote = "over twenty layers almost nothing is lost"
claim(quote, passes["lecun"][:, 20], above=0.75, below=1.35)
claim("in both passes, less than a quarter is left", passes["glorot"][:, 20], below=0.25)

# %% [markdown]
# ## 5 Any activation function
#
# For another activation function f, take LeCun's weights times a **gain** g. A constant factor k
# changes a variance by its square, $\text{Var}(ky) = k^2\,\text{Var}(y)$ (S4 writes k Var(y)), so
# $\text{Var}(w) = g^2/n_{in}$. Let u be normal with mean 0 and variance 1. **Which gain gives
# Var(u) = 1 in the next layer, too?**
#
# On paper, insert this Var(w) and $z = f(u)$ into the formula of section 2. The answer contains a
# mean over u. Compute it on a grid of u as a weighted mean: the weights are the density of u,
# proportional to $e^{-u^2/2}$ (`np.average` takes `weights`). The check also tries $f(u) = u^3$:
# how far must the grid reach?


# %% solution="gain_of"
def gain_of(f):
    """The gain with which a normal u of mean 0 and variance 1 keeps its variance.

    f : an activation function, from an array to an array of the same shape
    returns a number; an error of 1 % is allowed
    """
    ### BEGIN SOLUTION
    u = np.linspace(-8, 8, 1601)
    mean_square = np.average(f(u) ** 2, weights=np.exp(-(u**2) / 2))
    return 1 / np.sqrt(mean_square)
    ### END SOLUTION


# %% check="gain_of"
check("gain_of", gain_of)

# %% [markdown]
# With your gain, Var(u) = 1 stays 1. The figure follows 0.6 and 1.5 through sixteen layers.
# <!-- no claim: setting -->

# %% practice=true fold="Follow the variance through sixteen layers"
functions = {"ReLU": relu, "tanh": np.tanh, "sine": np.sin}
paths, picture = {}, None
if ready("gain_of"):
    for name, f in functions.items():
        ways = [lesson.variance_by_layer(f, gain_of(f), v) for v in (0.6, 1.5)]
        paths[f"{name}, gain {gain_of(f):.2f}"] = ways
    picture = lesson.draw_fixed_points(paths)
else:
    print("This cell waits.")
picture

# %% [markdown]
# With a ReLU and the gain √2, which is He's rule, every variance stays as it is. With tanh and
# sine, both lines come to 1.

# %% claims=true
claim("the gain √2, which is He's rule", gain_of(relu), equals=2**0.5, within=0.01, given=[2])
by_name = {name.split(",")[0]: ways for name, ways in paths.items()}
quote = "every variance stays as it is"
claim(quote, [way[-1] / way[0] for way in by_name["ReLU"]], above=0.99, below=1.01)
quote = "With tanh and\nsine, both lines come to 1"
claim(quote, [way[-1] for n in ("tanh", "sine") for way in by_name[n]], equals=1, within=0.03)
# %% [markdown]
# ## 6 Sixteen layers of sines
#
# Networks with $f(u) = \sin u$ represent fine details of images and sounds, but depend much on
# their initial weights (Sitzmann and others, 2020). Your formula gives the gain 1.52. **Which gain
# is best for sixteen layers of sines, and how much accuracy does it add?** First measure both
# passes. In the backward pass, the gradient is multiplied by $f'(u) = \cos u$
# before each transposed matrix:

# %% practice=true fold="Measure both passes for each gain"
signal, gradient, picture = [], [], None
if ready("signal_rms"):
    images, (_, lecun) = lesson.digits()[2], lesson.layers(1 / 64, [64] * 17, seed=0)
    for gain in lesson.OPTIONS["gain"]:
        weights = [gain * W for W in lecun]
        sizes, us = signal_rms(images, weights, np.sin)
        signal.append(sizes[-1])
        gradient.append(lesson.gradient_at_input(us, weights, np.cos))
    picture = lesson.draw_both_passes(signal, gradient)
else:
    print("This cell waits.")
picture

# %% [markdown]
# ## 7 Your experiment
#
# The figure leaves several gains open. `trial(gain, lr, seed)` trains a network for seven epochs
# and returns its validation accuracy. The *lead* of a gain is its mean accuracy at its best rate,
# minus that of 1.52 at the best rate of 1.52. <!-- no claim: definition --> Spend at most **24
# trainings** on a good gain and an interval for its lead; the same training again costs nothing.
# <!-- no claim: setting --> A referee repeats your plan in 200 *worlds*, where `trial` looks up
# trainings with other seeds. <!-- no claim: setting --> In each,
#
# - all gains but 1.52 share one hidden best rate, and 1.52 has its own; <!-- no claim: setting -->
# - the best of all gains but 1.52 lies between 0.9 and 1.3; <!-- no claim: setting -->
# - the lead has another, unknown size. <!-- no claim: setting -->
#
# An interval is right if it contains the lead, and its gain is not 1.52 and *one of the best* of
# the others: its mean accuracy, at the best rate, is at most 0.02 below the largest. At least 80 %
# must be right, with a mean width of at most 0.16. <!-- no claim: setting -->
#
# **A bad plan.** `one_rate` spends 2 · 12 = 24 trainings, subtracts seed by seed and takes
# `interval(d)`. <!-- no claim: setting --> We rehearse it with invented accuracies.


# %% practice=true
def one_rate(trial):
    d = [trial(1.3, 0.1, seed) - trial(1.52, 0.1, seed) for seed in range(12)]
    return 1.3, *interval(d)


print(lesson.OPTIONS)
lesson.rehearse(one_rate)

# %% [markdown]
# Fewer than a quarter are right. Which choice causes each of the two faults?
#
# <details><summary>When you have thought of both</summary>
#
# The gain is chosen before any training, so in most worlds another one is better. And both sides
# train at one rate, which is hardly the best one of both, so their difference is not the lead.
#
# </details>
#
# Divide your trainings on paper before you write. A seed that has chosen the gain must not report
# its lead: luck may have chosen, too. Rehearse before you check.


# %% solution="gain_experiment"
def gain_experiment(trial):
    """Find a good gain with at most 24 trainings, and an interval for its lead over 1.52.

    trial : trial(gain, lr, seed) -> validation accuracy of one training
    returns (gain, low, high)
    """
    ### BEGIN SOLUTION
    gains, rates, seeds = (0.9, 1.1, 1.3), (0.03, 0.1, 0.3), range(1, 7)
    found = {(gain, lr): trial(gain, lr, 0) for gain in gains for lr in rates}
    gain, lr = max(found, key=found.get)
    lr_of_formula = max(rates, key=lambda rate: trial(1.52, rate, 0))
    d = [trial(gain, lr, s) - trial(1.52, lr_of_formula, s) for s in seeds]
    return gain, *interval(d)
    ### END SOLUTION


# %% practice=true fold="Rehearse your plan"
def rehearsal():
    lesson.rehearse(gain_experiment)


try:
    rehearsal()
except NotImplementedError:
    print("This cell waits for your experiment.")


# %% check="gain_experiment"
check("gain_experiment", gain_experiment)

# %% practice=true fold="Run your plan on real networks"
if ready("gain_experiment"):
    lesson.at_home(gain_experiment)
else:
    print("This cell waits.")

# %% [markdown]
# <details><summary>Why another gain is better (after your experiment)</summary>
#
# One layer multiplies the RMS of the gradient by $g\sqrt{E[f'(u)^2]}$. With $g = 1.52$, u has the
# variance 1, and $E[\cos^2 u] = (1 + e^{-2})/2 = 0.57$. So each layer multiplies the gradient by
# 1.146, and sixteen layers by 8.8. With $g = 1.1$ the factor of the first layers is below 1;
# deeper, where the signal has shrunk, it comes to 1.01. The formula keeps the signal, but the
# gradient has a condition of its own.
#
# With 24 seeds for each gain and rate, the gain 1.1 leads 1.52 by 0.19, and 1.0 is about as good.
#
# </details>


# %% claims=true
from grader.checking.contract.registry import find


def gradient_factor(g, layers=2000):
    u = np.linspace(-10, 10, 4001)
    p = np.exp(-(u**2) / 2) / np.exp(-(u**2) / 2).sum()
    v = g**2  # of the first layer, whose inputs have the mean square 1
    for _ in range(layers):
        v = g**2 * (p @ np.sin(np.sqrt(v) * u) ** 2)
    return g * np.sqrt(p @ np.cos(np.sqrt(v) * u) ** 2)


table = np.load(find("gain_experiment").table) / 1e4
found = table.mean(axis=-1).max(axis=1)[[lesson.OPTIONS["gain"].index(g) for g in (1.1, 1.52)]]
quote = "With 24 seeds for each gain and rate, the gain 1.1 leads 1.52 by 0.19"
claim(quote, found[0] - found[1], equals=0.19, within=0.02, given=[24, 1.1, 1.52])
top = table.mean(axis=-1).max(axis=1)
as_good = top[lesson.OPTIONS["gain"].index(1.0)] - top[lesson.OPTIONS["gain"].index(1.1)]
claim("1.0 is about as good", abs(as_good), below=0.01, given=[1.0])
quote = "Fewer than a quarter are right"
claim(quote, lesson.score(one_rate)[0], below=0.25)
quote = "So each layer multiplies the gradient by 1.146,\nand sixteen layers by 8.8."
claim(quote, gradient_factor(1.52), equals=1.146, within=0.001, given=[8.8])
claim(quote, gradient_factor(1.52) ** 16, equals=8.8, within=0.1, given=[1.146])
quote = "deeper, where the signal has shrunk, it comes to 1.01"
claim(quote, gradient_factor(1.1), equals=1.01, within=0.005)
claim("the factor of the first layers is below 1", gradient_factor(1.1, 0), below=1)
claim(
    "$E[\\cos^2 u] = (1 + e^{-2})/2 = 0.57$",
    (1 + math.exp(-2)) / 2,
    equals=0.57,
    within=0.005,
    given=[1, 2],
)

# %% [markdown]
# ## To keep
#
# A plain deep network needs a signal and a gradient that keep their sizes. Without looking:
#
# - Which variance has $u = \sum w_i z_i$, and which weights keep it: without activation function,
#   with ReLUs, with another f?
# - S0 writes LeCun's weights as $N(0, 1/\sqrt{M})$, with the *variance* second; S4: "Keep variance
#   of weights approximately constant across layers". What is wrong?
#
# <details><summary>Answers</summary>
#
# $M\,\text{Var}(w)\,E(z^2)$. LeCun: $\text{Var}(w) = 1/n_{in}$. He: $2/n_{in}$. Another f: LeCun's
# weights times $1/\sqrt{E[f(u)^2]}$. S0: $1/\sqrt M$ is the standard deviation. S4: the variance
# of the *signal* stays; that of the weights depends on the number of inputs.
#
# </details>
#
# <details><summary>In PyTorch (a whole training: notebook 23)</summary>
#
# PyTorch's weight matrices have the shape (n_out, n_in), so the fan-in is the second entry. The
# rules are `kaiming_normal_`, `kaiming_uniform_` (He), `xavier_normal_` and `xavier_uniform_`
# (Glorot), in `torch.nn.init`. S0 calls $\text{Var}(w) = 1/M$ "the default in PyTorch", but the
# default of `Linear` has a third of it.
#
# </details>

# %% practice=true fold="He's weights in PyTorch"
if importlib.util.find_spec("torch") is not None:
    from torch import empty, nn

    W = nn.init.kaiming_uniform_(empty(3, 5), mode="fan_in", nonlinearity="relu")
    print(f"largest of 3 × 5 weights {W.abs().max():.2f}, limit √(6/5) = {math.sqrt(6 / 5):.2f}")

# %% claims=true
drawn = INITS["PyTorch"]((500, 300), np.random.default_rng(0)).var() * 500
claim("default of `Linear` has a third of it", drawn, equals=1 / 3, within=0.02)

# %% [markdown]
# ## Sources
#
# S0 "Training of neural networks – basics", S3 "Backpropagation and
# Training" (C. V. Jawahar, IIIT Hyderabad) and S4 "Neural networks (continued)" (A. Krause, ETH
# Zürich).
#
# <details><summary>Papers</summary>
#
# LeCun and others, "Efficient BackProp" (1998); Glorot and Bengio, "Understanding the difficulty
# of training deep feedforward neural networks" (2010); He and others, "Delving Deep into
# Rectifiers" (2015); Sitzmann and others, "Implicit Neural Representations with Periodic
# Activation Functions" (2020).
#
# </details>
