# %% [markdown]
# # Activations and the flow of gradients
#
# In the backward pass, a gradient travels from the loss to the first layer. Each layer multiplies
# it by the derivative of its activation function and by its weights. **How does the choice of the
# activation function decide whether a gradient reaches the first layer?** And is it enough for a
# deep network that its gradient arrives?
#
# **You need** the backward pass of a layer and σ′ ([notebook
# 06](../ps06/ps06_backpropagation.ipynb)), the limit 2/λ
# ([04](../ps04/ps04_gradient_descent.ipynb)), and for section 6 the standard error of a mean
# ([01](../ps01/ps01_data.ipynb)).

# %% setup=true minutes=1
import math

import numpy as np

from course_lib.backend import choose_device
from course_lib.course.lessons import activations as lesson
from grader.checking import check, check_choice, guess, ready, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 Ten sigmoid layers
#
# Ten layers have 64 sigmoid units each. A layer computes its *pre-activation* $u = z_{in} W$ and
# its output $z = \sigma(u) = 1/(1 + e^{-u})$. All weights are random, with mean 0 and variance
# 1/64, <!-- no claim: setting --> which would keep the size of a gradient without the sigmoids. The
# units are not saturated either: most u lie between −2 and 2, where σ′ is above 0.1.
#
# The gradient `dy` of the loss begins at the output of the last layer, and `dx` arrives at the
# input of the first. In each layer on the way, `dz` is the gradient with respect to the output:
#
# ```
# du    = dz * df      # df: the derivatives f'(u), entry by entry
# dz_in = du @ W.T     # with respect to the input: dz of the layer before
# ```
#
# The *size* of an array is the root of the sum of its squares. **What is the size of dx, divided by
# that of dy?** About 1, 0.01, 0.0001, or how much?

# %% guess="the gradient that passes ten layers"
guess("ps08_depth", None)  # your guess in place of None: a number, such as 0.01

# %% practice=true
shares = [lesson.share_that_passes(seed) for seed in range(10)]
reveal(
    "ps08_depth", float(np.median(shares)), "Size of dx over that of dy, median of ten networks."
)

# %% [markdown]
# Which of the two steps is to blame? Measure both. The *factor of the function* is the size of du
# divided by that of dz, the *factor of the weights* that of dz_in divided by that of du.


# %% solution="gradient_factors"
def gradient_factors(weights, dfs, dy):
    """The factors by which each layer changes the size of a gradient in the backward pass.

    weights : [W_1, …, W_L], W_l of shape (n_{l-1}, n_l); dfs : the L arrays f'(u), (N, n_l)
    dy : (N, n_L), the gradient with respect to the output of the last layer
    returns by_f, by_W : two arrays of L numbers, the first layer's first
    """
    ### BEGIN SOLUTION
    dz, by_f, by_W = dy, [], []
    for W, df in zip(reversed(weights), reversed(dfs), strict=True):
        du = dz * df
        by_f.append(np.linalg.norm(du) / np.linalg.norm(dz))
        dz = du @ W.T
        by_W.append(np.linalg.norm(dz) / np.linalg.norm(du))
    return np.array(by_f[::-1]), np.array(by_W[::-1])
    ### END SOLUTION


# %% check="gradient_factors"
check("gradient_factors", gradient_factors)


# %%
def factors(name, gain, seed, **size):
    """Your factors for layers with a function, and weights of the variance gain² / n_in."""
    weights, x, dy = lesson.deep_layers(gain, seed, **size)
    dfs = lesson.derivatives(weights, x, lesson.FUNCTIONS[name])  # from a forward pass
    return gradient_factors(weights, dfs, dy)


# %% practice=true after="ps08_depth"
picture = "This cell waits."
if ready("gradient_factors"):
    ten = np.array([factors("sigmoid", 1, seed) for seed in range(10)])
    print("mean factor of the function {:.2f}, of the weights {:.2f}".format(*ten.mean((0, 2))))
    left = ten.prod(axis=1)[:, ::-1].cumprod(axis=1)  # at the input of layer 10, of layer 9, …
    picture = lesson.draw_layers(left)
picture

# %% [markdown] after="ps08_depth"
# "Sigmoids saturate", says the usual explanation, but these do not. Their derivative is to blame:
# even its largest value is only ¼. Ten factors of about 0.23 leave half a millionth of the
# gradient. One learning rate serves all layers, so the first layer hardly moves.

# %% claims=true
share_inside = []
for seed in range(10):
    weights, z, _ = lesson.deep_layers(1, seed)
    for W in weights:
        share_inside.append(np.mean(np.abs(z @ W) < 2))
        z = lesson.FUNCTIONS["sigmoid"](z @ W)[0]
claim("most u lie between −2 and 2", share_inside, above=0.85, given=[-2, 2])
at_two = lesson.FUNCTIONS["sigmoid"](np.array([-2.0, 2.0]))[1]
claim("where σ′ is above 0.1", at_two, above=0.1)
claim(
    "which would keep the size of a gradient without the sigmoids",
    ten[:, 1].mean(axis=1),
    equals=1,
    within=0.05,
)
claim("Ten factors of about 0.23", ten[:, 0].mean(axis=1), equals=0.23, within=0.01)
claim("leave half a millionth of the gradient", np.median(left[:, -1]), equals=5e-7, within=1e-7)

# %% [markdown]
# ## 2 Derivative times weights
#
# Let the weights have mean 0 and the variance $g^2/n$, where n is the number of inputs; g is their
# *gain*. If a layer has as many outputs as inputs, an entry of dz_in is a sum of n products of a
# weight and an entry of du. For weights that are independent of du, the mean square of such a sum
# is $n \cdot g^2/n = g^2$ times that of du. So **the factor of the weights is about g**. The factor
# s of the function is the root of a weighted mean of $f'(u)^2$; the weights of this mean are the
# squares of dz. So s is never larger than the largest derivative. L layers multiply a gradient by
# about
#
# $$(g\,s)^L.$$
#
# If g s is below 1, this is a **vanishing gradient**; if g s is above 1, an **exploding gradient**.
# S3 speaks of "repetitive multiplication". With g = 1 and s = 0.23, ten layers leave
# $0.23^{10} \approx 4\cdot 10^{-7}$. <!-- no claim: derived -->

# %% practice=true
lesson.draw_functions()

# %% [markdown]
# S2 asks about the sigmoid: what happens at x = −10, at 0 and at 10? Answer from the figure first.

# %% practice=true
print("derivatives:", lesson.FUNCTIONS["sigmoid"](np.array([-10.0, 0.0, 10.0]))[1].round(5))

# %% [markdown]
# At both ends the unit is **saturated**: it passes almost nothing on. Larger weights increase g,
# but they move u towards these ends. Which effect is stronger? Here a unit counts as saturated if
# its output is below 0.05 or above 0.95. <!-- no claim: setting -->

# %% practice=true
GAINS = (0.5, 1, 1.4, 2, 4, 8, 16)
passed = {name: [] for name in ("sigmoid", "tanh", "ReLU")}
if ready("gradient_factors"):
    print("sigmoid: gain, factor of the function, (g s)^10, measured, saturated units")
    for gain in GAINS:
        for name, shares in passed.items():
            found = np.array([factors(name, gain, seed) for seed in range(5)])
            shares.append(np.median(found.prod(axis=(1, 2))))
            if name == "sigmoid":
                s, saturated = found[:, 0].mean(), lesson.saturated(gain)
                row = f"{(gain * s) ** 10:.1e}  {shares[-1]:.1e}  {saturated:.0%}"
                print(f"{gain:4}  {s:.3f}  {row}")

# %% practice=true
picture = lesson.draw_gains(GAINS, passed) if passed["tanh"] else "This cell waits."
picture

# %% [markdown]
# Saturated units do pass less: the factor of the sigmoid falls from 0.25 to below 0.1. But the
# weights grow faster, and at a gain of 16 the gradient explodes, although most units are saturated.
#
# So the function alone does not decide. **Each of the three has a gain at which the gradient keeps
# its size**: about 1.3 for tanh, $\sqrt 2$ for ReLU, and about 10 for the sigmoid. ReLU's
# derivative is 0 for one half of the units and 1 for the others. So it halves the sum of the
# squares: its factor is $\sqrt{1/2}$ at every gain. Notebook 09 asks which gain the *forward* pass
# needs.

# %% claims=true
by_f = {g: np.mean([factors("sigmoid", g, seed)[0] for seed in range(5)]) for g in GAINS}
quote = "the factor of the sigmoid falls from 0.25 to below 0.1"
claim(quote, by_f[0.5], equals=0.25, within=0.01, given=[0.1])
claim(quote, by_f[16], below=0.1, given=[0.25])
quote = "at a gain of 16 the gradient explodes, although most units are saturated"
claim(quote, passed["sigmoid"][-1], above=4, given=[16])
claim(quote, lesson.saturated(16), above=0.5, given=[16])
level = {}
for name in passed:
    fine = np.geomspace(1, 16, 41)
    sizes = [np.mean([np.log(factors(name, g, s)).sum() for s in range(5)]) for g in fine]
    level[name] = float(np.exp(np.interp(0, sizes, np.log(fine))))
claim("about 1.3 for tanh", level["tanh"], equals=1.3, within=0.1)
claim("$\\sqrt 2$ for ReLU", level["ReLU"], equals=2**0.5, within=0.06, given=[2])
claim("about 10 for the sigmoid", level["sigmoid"], equals=10, within=2)
relu_factor = [np.mean(factors("ReLU", g, 0)[0]) for g in GAINS]
claim(
    "its factor is $\\sqrt{1/2}$ at every gain",
    relu_factor,
    equals=0.5**0.5,
    within=0.03,
    given=[1, 2],
)

# %% [markdown]
# ## 3 Is it the sign?
#
# S2 names two more problems of the sigmoid. One is that an exponential costs time (your machine
# says how much below). The other is that its outputs are **not centred at 0**. For one sample, the
# gradient of a weight $w_i$ of a unit in the next layer is $z_i\,du$. All $z_i$ are positive, so
# the gradients of all weights of a unit have the sign of du. Its weights rise or fall together:

# %% practice=true
for dtype in ("float32", "float64"):
    print(f"{dtype}: np.exp takes {lesson.time_of_exp(dtype):.1f} times as long as np.maximum")
for shift, inputs in ((0, "positive"), (1, "centred")):
    together = lesson.one_direction(shift)
    print(f"{inputs} inputs: {together:.0%} of the steps move two weights in one direction")

# %% [markdown]
# Is this common sign a problem? A fixed random layer gets the digits, and only a linear layer
# behind it learns. The fixed layer has sigmoids, or one of two variants with **the same
# derivative**, up to its sign:
#
# - *alternating signs*: the outputs of every second unit are multiplied by −1, so that the
#   gradients of a unit in the next layer no longer share their sign;
# - *sigmoid − ½*, which is centred.
#
# Each trains at the best of ten rates to a loss of 0.5. <!-- no claim: setting --> **Which needs
# less than half of the sigmoid's steps?** a: both, b: only alternating signs, c: only sigmoid − ½,
# d: neither.

# %% guess="which variant needs fewer steps"
guess("ps08_centre", None, among="abcd")  # "a", "b", "c" or "d"

# %% practice=true
compared = lesson.compared()
steps = {name: row[0] for name, row in compared.items()}
fewer = [steps[name] < steps["sigmoid"] / 2 for name in ("alternating signs", "sigmoid − ½")]
letter = {(True, True): "a", (True, False): "b", (False, True): "c"}.get(tuple(fewer), "d")
words = {"a": "both", "b": "alternating signs", "c": "sigmoid − ½", "d": "neither"}
reveal("ps08_centre", letter, "Steps at the best rate of each, mean of three layers.", words)

# %% practice=true after="ps08_centre"
print("                   steps  largest eigenvalue  accuracy of a deep network")
for name, (count, eigenvalue, accuracy) in compared.items():
    print(f"{name:18} {count:5.0f}  {eigenvalue:18.1f}  {accuracy:26.2f}")

# %% [markdown] after="ps08_centre"
# The alternating signs change nothing, so the common sign is not the cause. Subtracting ½ saves
# nine of ten steps. The reason is the limit 2/λ of notebook 04. Here λ is the largest eigenvalue of
# $A^\top A/N$, where A has a row for each of the N images: its outputs, and a 1 for the bias. All
# outputs lie near ½, so the loss is steep along their common mean, and this limits the rate for all
# other directions.
#
# The last column trains three hidden layers, each with its own best rate (means of three seeds).
# The sigmoid reaches about 0.7, sigmoid − ½ and tanh more than 0.95. Sigmoid − ½ has the *same*
# small derivative, so just as little of a gradient passes its layers. **A gradient that arrives is
# not everything.** Keep this in mind for section 6.

# %% claims=true
quote = "The alternating signs change nothing"
claim(quote, steps["alternating signs"] / steps["sigmoid"], equals=1, within=0.05)
quote = "Subtracting ½ saves nine of ten steps"
claim(quote, 1 - steps["sigmoid − ½"] / steps["sigmoid"], equals=0.9, within=0.03)
claim("The sigmoid reaches about 0.7", compared["sigmoid"][2], equals=0.7, within=0.15)
better = [compared[name][2] for name in ("sigmoid − ½", "tanh")]
claim("sigmoid − ½ and tanh more than 0.95", better, above=0.95)
spread = [factors("sigmoid", 1, 0)[0].mean(), 0.23]
claim("the *same* small derivative", spread[0] / spread[1], equals=1, within=0.1)

# %% claims="slow"
for name, (_, lr_of_deep) in lesson.BEST_RATES.items():
    f = lesson.SIGMOIDS[name]
    claim("Each trains at the best of ten rates", steps[name] / lesson.fewest_steps(f), below=1.05)
    tried = {
        r: np.mean([lesson.deep_accuracy(f, r, s) for s in range(3)])
        for r in (0.1, 0.3, 1.0, 2, 3, 6, 10)
    }
    quote = "each with its own best rate"
    claim(quote, max(tried.values()) - tried[lr_of_deep], below=0.02)

# %% [markdown]
# ## 4 Left of zero
#
# "What is the gradient when x < 0?", asks S2 about the ReLU. It is exactly 0: a unit with u < 0 is
# *inactive*, passes nothing on, and learns nothing from this sample. Two functions change the left
# side:
#
# $$\text{leaky ReLU:}\quad z = a\,u \qquad\qquad \text{ELU:}\quad z = a\,(e^u - 1)
# \qquad\qquad (u \le 0)$$
#
# For u > 0 both are u. Usual values are a = 0.01 for leaky ReLU (we take 0.1) and a = 1 for the
# *exponential linear unit*, ELU. Write both as one function that returns the value and the
# derivative. Then the backward pass of any activation function is `dz * df`. Three traps:
#
# - `np.where(condition, p, q)` computes **both** p and q for all entries. For u = 1000 the
#   exponential overflows to inf, and a mask does not help: what is 0 · inf?
# - Networks compute in float32, with about seven digits. What is left of a tiny u in exp(u) − 1?
#   Look up `np.expm1`. And what is left of the derivative in z + a, if z is nearly −a?
# - The results keep the float type of u. `np.where` with two Python numbers returns float64.


# %% solution="rectifier"
def rectifier(u, kind, a):
    """Leaky ReLU or ELU, entry by entry, and the derivative.

    u : an array of any shape; kind : "leaky" or "elu"; a : a positive number
    returns z, df : the shape and float type of u; at u = 0, df may be any number from a to 1
    """
    ### BEGIN SOLUTION
    v = np.minimum(u, 0)
    if kind == "elu":
        value, slope = a * np.expm1(v), a * np.exp(v)
    else:
        value, slope = a * v, np.full_like(u, a)
    return np.where(u > 0, u, value), np.where(u > 0, np.ones_like(u), slope)
    ### END SOLUTION


# %% check="rectifier"
check("rectifier", rectifier)

# %% [markdown]
# A ReLU that is inactive for **every** image is *dead*: its gradient is always 0. Now suppose that
# in each of three hidden layers, 32 of 64 ReLUs are dead when training begins, because their biases
# are too low. We train for ten epochs with plain gradient descent. <!-- no claim: setting -->
# **How many of the 32 in the second layer are active for some image at the end?**

# %% guess="dead units that recover"
guess("ps08_revived", None, between=(0, 32))  # a number from 0 to 32

# %% practice=true
back = {"ReLU": np.array([lesson.revived(lesson.FUNCTIONS["ReLU"], s) for s in range(3)])}
reveal("ps08_revived", float(back["ReLU"][:, 1].mean()), "Second layer, mean of three networks.")

# %% practice=true fold="Count for leaky ReLU, and dead units by rate" after="ps08_revived"
dead = {"ReLU": {}, "leaky ReLU": {}}
picture = "This cell waits."
if ready("rectifier"):
    back["leaky ReLU"] = [lesson.revived(lambda u: rectifier(u, "leaky", 0.1), s) for s in range(3)]
    for name, counts in back.items():
        print(f"{name}: recovered in layers 1, 2, 3: {np.mean(counts, axis=0).round()}")
    for name, a in (("ReLU", 0.0), ("leaky ReLU", 0.1)):
        for lr in (0.1, 0.3, 0.5, 0.7):
            dead[name][lr] = lesson.dead_share(lambda u, a=a: rectifier(u, "leaky", a), lr)
    picture = lesson.draw_dead(dead)
picture

# %% [markdown] after="ps08_revived"
# In the first layer none recovers: its gradient is 0 and the images never change. In the second and
# third layer most do, because their **inputs** change while the active units below learn. With
# leaky ReLU (a = 0.1), some recover in the first layer, too.
#
# The figure shows where dead units come from: steps that are too long. (Here the pixels are not
# centred.) At the rates 0.1 and 0.3 fewer than a tenth of the ReLUs are dead, at 0.7 half of them.
# With leaky ReLU it is still more than a tenth. So look at the rate before you change the function.

# %% claims=true
claim("In the first layer none recovers", back["ReLU"][:, 0], below=0.5, above=-0.5)
claim("In the second and third layer most do", back["ReLU"][:, 1:], above=16)
claim("some recover in the first layer, too", np.array(back["leaky ReLU"])[:, 0], above=8)
quote = "At the rates 0.1 and 0.3 fewer than a tenth of the ReLUs are dead, at 0.7 half of them"
claim(quote, [dead["ReLU"][0.1], dead["ReLU"][0.3]], below=0.06, given=[0.1, 0.3, 0.7])
claim(quote, dead["ReLU"][0.7], equals=0.5, within=0.12, given=[0.1, 0.3, 0.7])
claim("With leaky ReLU it is still more than a tenth", dead["leaky ReLU"][0.7], above=0.1)

# %% [markdown]
# ## 5 Clipping
#
# A small derivative can be repaired by a gain. But where one matrix W is used in many layers, as S3
# does, training may increase it until the gradient explodes. The common remedy is *clipping*
# (Pascanu and others, 2013). All gradients of a network together form one long vector. If its norm
# is larger than a limit `max_norm`, the vector is shortened to `max_norm`, and its direction stays.
# Otherwise nothing changes. Return the norm before clipping, too: it shows how often the limit
# acts. Gradients of 0 are allowed. Add nothing to the norm. A factor of type `np.float64` turns
# float32 arrays into float64; a Python float does not.


# %% solution="clip_by_norm"
def clip_by_norm(gradients, max_norm):
    """Shorten all gradients by one factor so that their common norm is at most max_norm.

    gradients : a list of arrays of any shapes; max_norm : a positive number
    returns gradients : a list of arrays of the same shapes and types; and the norm before clipping
    """
    ### BEGIN SOLUTION
    norm = math.sqrt(sum(float(np.sum(g**2)) for g in gradients))
    if norm <= max_norm:
        return list(gradients), norm
    return [g * (max_norm / norm) for g in gradients], norm
    ### END SOLUTION


# %% check="clip_by_norm"
check("clip_by_norm", clip_by_norm)

# %% [markdown]
# One W is used in twelve tanh layers, for 200 steps. At which rates does clipping help, and is the
# best loss lower?

# %% practice=true
CLIP_RATES, clipped = (0.05, 0.15, 0.3, 0.5), {}
if ready("clip_by_norm"):
    print("rate: loss at the end, largest norm before clipping (means of three seeds)")
    for limit in (math.inf, 1.0):
        found = [
            [lesson.shared_loss(lr, seed, clip_by_norm, limit) for seed in range(3)]
            for lr in CLIP_RATES
        ]
        clipped[limit] = np.mean(found, axis=1)
        row = (
            f"{lr}: {v:.2f}, {n:.0f}" for lr, (v, n) in zip(CLIP_RATES, clipped[limit], strict=True)
        )
        print(f"max_norm {limit}   ", ";  ".join(row))
else:
    print("This cell waits.")

# %% [markdown]
# Without clipping, the gradients explode from the rate 0.3 on, and the loss stays above 1. With the
# limit 1 these rates work. But the best loss of each is about the same: **clipping shifts the rates
# that work, and here it does not make the best result better.** It never makes a gradient longer,
# so it does not help against vanishing.

# %% claims=true
quote = "the gradients explode from the rate 0.3 on, and the loss stays above 1"
claim(quote, clipped[math.inf][2:, 0], above=1, given=[0.3])
claim("With the limit 1 these rates work", clipped[1.0][2:, 0], below=0.2, given=[1])
best_losses = [found[:, 0].min() for found in clipped.values()]
claim("the best loss of each is about the same", np.ptp(best_losses), below=0.05)

# %% [markdown]
# ## 6 Your experiment: thirty layers that train
#
# Thirty layers of 32 units learn the digits. The fifth function is GELU (Hendrycks and Gimpel,
# 2016): $z = u\,\Phi(u)$, where $\Phi(u)$ is the probability that a standard normal number is below
# u. Each function gets the gain at which a gradient keeps about its size. Here are your factors,
# and the mean of z for standard normal u:

# %% practice=true
means = lesson.means_of_functions()
if ready("gradient_factors"):
    size = {"depth": 30, "width": 32}
    print("            gain  factor of f  size of dx  mean of z")
    for name, gain in lesson.GAINS.items():
        found = np.array([factors(name, gain, seed, **size) for seed in range(10)])
        s, share = found[:, 0].mean(), np.median(found.prod(axis=(1, 2)))
        print(f"{name:11} {gain:.2f}  {s:11.2f}  {share:10.1f}  {means[name]:9.2f}")
else:
    print("This cell waits.")

# %% [markdown]
# So with all five, the gradient reaches the first layer. **Which function is best in thirty layers,
# and how far does it lead ReLU?** Your colleague says: GELU, because all new models use it. Test
# it, with **30 trainings**.
#
# `trial(function, lr, seed)` trains for three epochs and returns the validation accuracy. The
# functions are "ReLU", "leaky ReLU", "ELU", "GELU" and "tanh"; the rates are 0.003, 0.01, 0.03, 0.1
# and 0.3; seeds are whole numbers from 0 on. The *lead* of a function is its mean accuracy over all
# seeds, minus that of ReLU, **each at the rate with its highest mean**. Return a function, and an
# interval for its lead.
#
# - **Which trainings choose?** Each function has its own best rate: here it is 0.03 for all five,
#   and in another world this rate or a neighbour in the list. <!-- no claim: setting -->
# - **Which trainings report?** The winner of a search was often lucky, so report new seeds. Train
#   both sides with the same seeds and subtract: n differences with the mean d and the standard
#   deviation s (`ddof=1`).
# - **How wide?** d ± t · s/√n, with t = 3.2, 2.8, 2.6, 2.4, 2.4 for n = 4 to 8, is right in 95 % of
#   the cases. <!-- no claim: definition --> The factor t is larger than 2, because s is uncertain.
#
# **A bad plan.** All five at the rate 0.03, with six seeds: 5 · 6 = 30 trainings.
# <!-- no claim: derived --> Suppose that the winner reaches 0.80 at its best rate, 0.1, but 0.66 at
# 0.03, and ReLU 0.30, at its best rate 0.03. <!-- no claim: setting --> The lead is 0.80 − 0.30 =
# 0.50, and the plan reports about 0.66 − 0.30 = 0.36. <!-- no claim: derived --> The rehearsal runs
# it in 200 made-up worlds.


# %% practice=true
def one_rate(trial):
    found = {f: np.array([trial(f, 0.03, s) for s in range(6)]) for f in trial.options["function"]}
    relu = found.pop("ReLU")
    best = max(found, key=lambda f: found[f].mean())
    d = found[best] - relu
    half = 2.6 * d.std(ddof=1) / math.sqrt(6)
    return best, np.mean(d) - half, np.mean(d) + half


lesson.rehearse(one_rate)

# %% [markdown]
# Fewer than half of its intervals are right. Write your own plan, and rehearse it in the cell below
# the check first. The check is a referee that repeats your plan in 200 worlds, where `trial` looks
# up a table of trainings. In each world
#
# - the seeds are other ones;
# - "leaky ReLU", "ELU", "GELU" and "tanh" have **exchanged their accuracies** at random, so knowing
#   the winner does not help;
# - the best rate of each function is 0.03, or one place lower or higher;
# - a hidden number from −0.1 to 0.4 is added to all accuracies of ReLU.
#
# A function counts as *best* if its mean accuracy is within 0.05 of the largest. If you return
# another one, your interval is compared with the lead of the best. At least 85 % of the intervals
# must contain the lead, and their mean width is at most 0.18. <!-- no claim: setting -->


# %% solution="activation_experiment"
def activation_experiment(trial):
    """Find the best of four functions with at most 30 trainings, and its lead over ReLU.

    trial : trial(function, lr, seed) -> validation accuracy of one training
    returns (function, low, high)
    """
    ### BEGIN SOLUTION
    rates, candidates = (0.01, 0.03, 0.1), ("leaky ReLU", "ELU", "GELU", "tanh")
    found = {(f, lr): trial(f, lr, 0) for f in candidates for lr in rates}
    best, lr = max(found, key=found.get)
    lr_of_relu = max(rates, key=lambda rate: trial("ReLU", rate, 0))
    d = np.array([trial(best, lr, s) - trial("ReLU", lr_of_relu, s) for s in range(1, 8)])
    half = 2.45 * d.std(ddof=1) / math.sqrt(len(d))
    return best, d.mean() - half, d.mean() + half
    ### END SOLUTION


# %% check="activation_experiment"
check("activation_experiment", activation_experiment)


# %% practice=true fold="Rehearse your plan"
def rehearsal():
    lesson.rehearse(activation_experiment)


try:
    rehearsal()
except NotImplementedError:
    print("This cell waits for your experiment.")

# %% practice=true fold="Run your plan on real networks"
if ready("activation_experiment", "rectifier"):
    yours = {
        "leaky ReLU": lambda u: rectifier(u, "leaky", 0.1),
        "ELU": lambda u: rectifier(u, "elu", 1.0),
    }
    lesson.at_home(activation_experiment, yours)
else:
    print("This cell waits.")

# %% [markdown]
# <details><summary>What 800 trainings say, and why (after your experiment)</summary>
#
# At their best rates tanh and ELU reach 0.76 and 0.75, leaky ReLU 0.26, ReLU 0.23 and GELU 0.11
# (means of 32 seeds). The function that is blamed for vanishing gradients wins, once its gain is
# right.
#
# ReLU's gradient arrives, but what does it say? Before training, the cosine between two images
# behind layer 30 is 0.96 with ReLU and about 0 with tanh. ReLU's outputs are never negative, so all
# images share a common part, and it grows from layer to layer. At the end all images look the same,
# and no weight can tell them apart. Tanh maps u and −u to opposite numbers, and no such part
# arises.
#
# Is it enough to centre ReLU, as in section 3? No: ReLU − 0.4 has the same derivative, and for
# normal u its mean is 0, but it stays at about 0.2. The signal shrinks until the constant −0.4 is
# left, which is a common part again. GELU has a further problem: its derivative at 0 is ½, so a
# signal that is small shrinks further. Notebook 09 looks at the signal, and notebook 16 makes
# thirty ReLU layers train.
#
# </details>

# %% claims=true
from grader.checking.contract.registry import find

table = np.load(find("activation_experiment").table) / 1e4
tops = dict(zip(lesson.GAINS, table.mean(axis=2).max(axis=1), strict=True))
quote = (
    "At their best rates tanh and ELU reach 0.76 and 0.75, leaky ReLU 0.26, ReLU 0.23 and GELU 0.11"
)
numbers = {"tanh": 0.76, "ELU": 0.75, "leaky ReLU": 0.26, "ReLU": 0.23, "GELU": 0.11}
for name, value in numbers.items():
    claim(
        quote,
        tops[name],
        equals=value,
        within=0.02,
        given=[v for v in numbers.values() if v != value],
    )
places = table.mean(axis=2).argmax(axis=1)
claim(
    "here it is 0.03 for all five",
    [lesson.OPTIONS["lr"][k] for k in places],
    equals=0.03,
    within=0.001,
)
claim("Fewer than half of its intervals are right", lesson.score(one_rate)[0], below=0.5)
cosines = {}
for name in ("ReLU", "tanh"):
    of_seeds = []
    for seed in range(5):
        weights, z, _ = lesson.deep_layers(lesson.GAINS[name], seed, depth=30, width=32)
        for W in weights:
            z = lesson.FUNCTIONS[name](z @ W)[0]
        z = z / np.linalg.norm(z, axis=1, keepdims=True)
        of_seeds.append((z @ z.T)[np.triu_indices(len(z), 1)].mean())
    cosines[name] = np.mean(of_seeds)


def centred_relu(u):
    z, df = lesson.FUNCTIONS["ReLU"](u)
    return z - 0.4, df


lesson.GAINS["ReLU − 0.4"] = lesson.GAINS["ReLU"]
own = {"ReLU − 0.4": centred_relu}
reached = [
    np.mean([lesson.train("ReLU − 0.4", lr, seed, functions=own) for seed in range(3)])
    for lr in (0.01, 0.03, 0.1)
]
del lesson.GAINS["ReLU − 0.4"]
claim("it stays at about 0.2", max(reached), equals=0.2, within=0.05)
mean_of_centred = centred_relu(np.random.default_rng(8).normal(size=100_000))[0].mean()
claim("for normal u its mean is 0", mean_of_centred, above=-0.01, below=0.01, given=[0])
quote = "the cosine between two images behind layer 30 is 0.96 with ReLU and about 0 with tanh"
claim(quote, cosines["ReLU"], equals=0.96, within=0.03, given=[30, 0])
claim(quote, cosines["tanh"], above=-0.05, below=0.05, given=[30, 0.96, 0])

# %% [markdown]
# ## 7 Four lines
#
# Three of these four lines are wrong. Which is right?
#
# - a: S2 (J. Choo, Korea University), slide on tanh: `tanh = 2 * (sigmoid X) - 1`
# - b: S1: the loss "can be considered smooth if and only if it is made of other" smooth functions
# - c: sigmoid layers make every gradient vanish, because the derivative is at most ¼
# - d: clipping cannot help if a gradient vanishes

# %% solution="answer_lines"
answer_lines = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_lines = "d"
### END SOLUTION

# %% choice="lines" key="d" points=1
check_choice("lines", answer_lines)
# a: At u = 1 the right side is 0.46, but tanh is 0.76. The printed function is tanh(u/2): the
#    argument of the sigmoid lacks a factor 2.
# b: Smooth parts make a smooth whole, but a smooth whole may have parts with kinks: the root of
#    |x|⁴ is x².
# c: The backward pass also multiplies by the weights. At a gain of 16 the gradient explodes.
# d: It shortens gradients that are too long, and changes no other gradient.

# %% practice=true
u = np.linspace(-4, 4, 801)
printed = 2 * lesson.FUNCTIONS["sigmoid"](u)[0] - 1
print("largest error of line a:", np.abs(printed - np.tanh(u)).max().round(2))
print("sqrt(|u|^4) is u^2:", np.allclose((lambda x: np.sqrt(np.abs(x) ** 4))(u), u**2))

# %% [markdown]
# ## To keep
#
# - **How does the function decide whether a gradient reaches the first layer?** Through its factor
#   s: L layers with the gain g multiply a gradient by about $(g s)^L$. For each function some gain
#   lets a gradient pass; without it, the sigmoid's ¼ leaves a millionth after ten layers.
# - A gradient that arrives is not everything. Centred outputs allow larger rates, and the images
#   must stay different from layer to layer.
# - A dead unit of the first layer never comes back. Look at the learning rate first.
# - Clip by the norm of all gradients together. It allows higher rates.
# - The choice is made by experiment (S1): each side at its best rate, new seeds, an interval.
#
# **In PyTorch**: `torch.nn.LeakyReLU(0.1)`, `torch.nn.ELU()`, `torch.nn.GELU()` with erf (or
# `approximate="tanh"`), and `torch.nn.utils.clip_grad_norm_(parameters, max_norm)`.

# %% [markdown]
# ## Sources
#
# S0 "Training of neural networks – basics"; S1 "Part II: Training"; S2 "Training Neural Networks"
# (J. Choo, Korea University), slides "Activation Functions" to "ReLU"; S3 "Backpropagation and
# Training" (C. V. Jawahar, IIIT Hyderabad), slide "Vanishing and Exploding Gradients".
#
# <details><summary>Papers</summary>
#
# Maas and others, "Rectifier nonlinearities improve neural network acoustic models" (2013); Pascanu
# and others, "On the difficulty of training recurrent neural networks" (2013); Clevert and others,
# "Fast and accurate deep network learning by exponential linear units" (2016); Hendrycks and
# Gimpel, "Gaussian error linear units" (2016).
#
# </details>
