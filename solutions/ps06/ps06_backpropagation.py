# %% [markdown]
# # Backpropagation by hand
#
# Gradient descent needs one number for every weight of a network: the derivative of the loss with
# respect to this weight. You could measure it: change the weight a little, run the network again,
# and look at the change of the loss. But a million weights then need about a million runs for a
# single step. *Backpropagation* computes all derivatives in one pass from the loss back to the
# input. **How does it do this, and how do you know that its gradients are correct?**
#
# **You need** partial derivatives, the chain rule, matrix products, arrays (notebook 00), and for
# section 5 softmax and cross-entropy (02).

# %% opening=true
"""A chain from the input through two layers and a loss. Blue arrows labelled forward pass lead to
the right through all boxes. Orange arrows labelled backward pass lead from the loss to the left."""

import matplotlib.pyplot as plt

from course_lib.plots import theme

figure, ax = plt.subplots(figsize=(6.4, 2.3))
boxes = {"input": 0, "layer 1": 2, "layer 2": 4, "loss": 6}
for name, x in boxes.items():
    frame = {"boxstyle": "round,pad=0.45", "facecolor": "white", "edgecolor": theme.INK}
    ax.text(x, 0, name, ha="center", va="center", bbox=frame, size=15)
for x in (0, 2, 4):
    for y, ends, colour in (
        (0.16, (0.62, 1.38), theme.FORWARD),
        (-0.16, (1.38, 0.62), theme.GRADIENT),
    ):
        arrow = {"arrowstyle": "-|>,head_width=0.4", "color": colour, "linewidth": 2.5}
        ax.annotate("", (x + ends[1], y), (x + ends[0], y), arrowprops=arrow)
ax.text(3, 0.62, "forward pass: values", ha="center", va="center", color=theme.FORWARD, size=15)
ax.text(
    3, -0.62, "backward pass: gradients", ha="center", va="center", color=theme.GRADIENT, size=15
)
ax.set(xlim=(-0.8, 6.7), ylim=(-0.85, 0.85))
ax.set_title("Each layer passes values right and gradients left")
ax.axis("off")
plt.show()

# %% setup=true minutes=1
import numpy as np

from course_lessons import backpropagation as lesson
from course_lib.backend import choose_device
from grader.checking import check, guess, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 Five wrong backward passes
#
# The *forward pass* of a network computes the output and the *loss*, a number that says how wrong
# the output is. The *backward pass* computes the *gradients*: the derivatives of the loss with
# respect to all weights and biases. Five programmers write the backward pass of the same network.
# Each makes a different mistake there; the forward pass and the loss are correct in all five. They
# train the network on images of handwritten digits. Guessing would classify 10 % of them correctly.
#
# **How many of the five networks classify more than 90 % of the test images correctly?**

# %% guess="how many wrong networks learn"
guess("ps06_bugs", None, between=(0, 5))  # your guess in place of None: a number from 0 to 5

# %% [markdown]
# The networks will run with your own *linear layer*, so write it first. Its input is a batch `x` of
# N samples with n_in numbers each, **one sample per row**. For each sample, unit $j$ computes the
# *pre-activation* $u_j = \sum_i x_i w_{ij} + b_j$. The weight $w_{ij}$ leads from input $i$ to unit
# $j$. Return `u` for all samples and all n_out units, without a loop. Return also a `cache`: the
# values that your own `linear_backward` (section 3) will need.


# %% solution="linear_forward"
def linear_forward(x, W, b):
    """The linear layer u = x W + b.

    x : (N, n_in), W : (n_in, n_out), b : (n_out,)
    returns u : (N, n_out), and cache
    float32 in, float32 out. Do not change x, W or b.
    """
    ### BEGIN SOLUTION
    u = x @ W + b
    cache = x, W
    return u, cache
    ### END SOLUTION


# %% check="linear_forward"
check("linear_forward", linear_forward)

# %% [markdown]
# The next cells train a network with 64 inputs (8 × 8 pixels), 128 hidden units and 10 outputs,
# with the correct and the wrong backward passes. The *activation function* of the hidden units is
# *ReLU*, $\max(u, 0)$.

# %% practice=true fold="The six backward passes"
linear, relu, _ = lesson.CORRECT
fixed = np.random.default_rng(0).normal(0, 0.125, size=(10, 128)).astype("float32")


def wrong_weights(du, cache):
    dx, dW, db = linear(du, cache)
    return du @ fixed, dW, db


def frozen(du, cache):
    dx, dW, db = linear(du, cache)
    return dx, 0 * dW, 0 * db


def no_biases(du, cache):
    dx, dW, db = linear(du, cache)
    return dx, dW, 0 * db


passes = {  # the backward functions of the first layer, the ReLU and the second layer
    "correct": (linear, relu, linear),
    "mask": (linear, lambda dz, cache: dz, linear),
    "wrong weights": (linear, relu, wrong_weights),
    "frozen layer": (frozen, relu, linear),
    "no biases": (no_biases, relu, no_biases),
    "sign": (linear, lambda dz, cache: -relu(dz, cache), linear),
}

# %% practice=true
reached = lesson.trained_accuracies(linear_forward, passes)  # (6 backward passes, 3 seeds)
above = np.sum(reached[1:].mean(axis=1) > 0.9)
reveal("ps06_bugs", above, "Wrong backward passes above 90 % (mean test accuracy of 3 seeds).")

# %% practice=true
picture = lesson.draw_accuracies(reached, [*passes])
picture

# %% [markdown] after="ps06_bugs"
# Four of the five networks still learn:
#
# - *mask:* the gradient also passes through hidden units whose output the ReLU had set to 0.
# - *wrong weights:* the second layer passes the gradient back with a fixed random matrix in place
#   of its weights. As a method, this is *feedback alignment* (Lillicrap and others, 2016).
# - *frozen layer:* all gradients of the first layer are 0, so only the second layer learns.
# - *no biases:* the gradients of all biases are 0.
#
# Only *sign* does not learn: the gradients of its first layer have the wrong sign. **A good result
# in training does not show that the gradient is correct.**

# %% claims=true
images = lesson.digits().x_train
claim("a network with 64 inputs (8 × 8 pixels)", images.shape[1], equals=64, within=0.5, given=[8])
claim("Four of the five networks still learn", reached[1:5].mean(axis=1), above=0.9, given=[4, 5])
claim("Only *sign* does not learn", reached[5].mean(), below=0.15)

# %% claims="slow"
fixed = np.random.default_rng(1).normal(0, 0.125, size=(10, 128)).astype("float32")
fresh = lesson.trained_accuracies(linear_forward, passes, seeds=range(10, 16))
claim("Four of the five networks still learn", fresh[1:5], above=0.9, given=[4, 5])
claim("Only *sign* does not learn", fresh[5], below=0.2)

# %% [markdown]
# ## 2 From the loss back to the input
#
# S0 writes a network with $D$ layers and the activation function $f$ as one nested formula (a
# sample is a column there, so its $W$ is the transpose of ours):
#
# $$y = f\big(W^{(D)} f\big(W^{(D-1)} \cdots f\big(W^{(1)} x + b^{(1)}\big) \cdots +
# b^{(D-1)}\big) + b^{(D)}\big).$$
#
# The chain rule gives a sum of long products for each weight, and most of their factors are the
# same. Backpropagation computes each common part once.
#
# S3 ("Chain Rule") asks for a single step back: let a function compute $z$ from $u$, and let the
# *upstream gradient* $dz = \partial L/\partial z$ be given. What is the *downstream gradient*
# $du = \partial L/\partial u$? For single numbers the chain rule says
# $du = dz \cdot \partial z/\partial u$. The effect of all later functions is contained in $dz$.
#
# We begin with single numbers: a hidden unit with the weight $w$ and the bias $b$, and an output
# that uses $z$ twice, once with the weight $r$. The *target* $t$ is the output that we want.
#
# $$a = w x,\; u = a + b,\; z = \max(u, 0),\; g = r z,\; y = g + z,\; L = \tfrac12 (y - t)^2 .$$

# %% practice=true
lesson.draw_graph()

# %% [markdown]
# The numbers are x = 2, w = 3, b = −1, r = −2 and t = 1. Take a pencil. Forward pass: compute $a$,
# $u$, $z$, $g$, $y$ and $L$. Backward pass: start with $dy = y - t$, the derivative of
# $\frac12 (y - t)^2$ with respect to $y$. Then go from right to left. For each input of an
# operation, multiply the upstream gradient by the operation's derivative with respect to this
# input. A change of $z$ changes the loss through both of its uses, so **add** the two gradients
# that arrive there. **What is the gradient `dw`?**

# %% guess="the gradient dw"
guess("ps06_dw", None)  # your dw in place of None


# %% fold="Compute the gradients of the small network"
def small_network(x=2.0, w=3.0, b=-1.0, r=-2.0, t=1.0):
    """All values of the forward pass, then all gradients of the backward pass, by their names."""
    a = w * x
    u = a + b
    z = max(u, 0.0)
    g = r * z
    y = g + z
    L = 0.5 * (y - t) ** 2

    dy = y - t  # the derivative of the loss
    dg, dz2 = dy, dy  # a sum has the derivative 1 with respect to each term
    dr, dz1 = dg * z, dg * r  # r z has the derivative z with respect to r, and r to z
    dz = dz1 + dz2  # z is used twice
    du = dz if u > 0 else 0.0  # the derivative of max(u, 0) is 1 if u > 0, and 0 if u < 0
    da, db = du, du
    dw, dx = da * x, da * w
    return dict(locals())


# %% practice=true
values = small_network()
reveal("ps06_dw", values["dw"], "The value of dw from the backward pass.")

# %% practice=true
steps = lesson.draw_steps(values)
steps

# %% [markdown]
# Follow the numbers, with the slider if there is one. Four rules are enough for this graph:
#
# - A **sum** passes its upstream gradient on unchanged, to each of its terms.
# - A **product** gives each factor the upstream gradient times the value of the *other* factor. So
#   the cache must keep this value until the backward pass.
# - The **maximum** max(u, 0) passes the gradient on if the unit is *active* (u > 0), else 0.
# - A **branch**, a value that is used twice, adds the gradients of its uses.
#
# Is this `dw` correct? *Finite differences* test it without any formula for the backward pass. Run
# the forward pass with $w + h$ and with $w - h$, where $h$ is a small number. The *central
# difference* is approximately the derivative:
#
# $$\partial L/\partial w \approx \frac{L(w + h) - L(w - h)}{2h}.$$

# %% practice=true
h = 1e-6
difference = (small_network(w=3 + h)["L"] - small_network(w=3 - h)["L"]) / (2 * h)
print(f"backward pass: dw = {values['dw']:.9f}    central difference: dw = {difference:.9f}")

# %% [markdown]
# ## 3 The linear layer
#
# We call the gradient of the loss with respect to the pre-activation the *delta* of the unit:
# $\delta_j = \partial L/\partial u_j$. In code, the array of all deltas is `du`. From the deltas,
# the chain rule gives three gradients:
#
# - **Weight.** $w_{ij}$ affects the loss only through $u_j$, and
#   $\partial u_j/\partial w_{ij} = x_i$. Therefore $\partial L/\partial w_{ij} = \delta_j\, x_i$.
# - **Bias.** $\partial u_j/\partial b_j = 1$. Therefore $\partial L/\partial b_j = \delta_j$. (S0
#   treats it as the weight of an input that is always 1.)
# - **Input.** $x_i$ affects the loss through *every* unit $j$, with
#   $\partial u_j/\partial x_i = w_{ij}$. The chain rule adds all these paths:
#   $\partial L/\partial x_i = \sum_j w_{ij}\,\delta_j$.
#
# **The delta recursion.** The activation $z_j = f(u_j)$ of a hidden unit is an input of the next
# layer, so $\partial L/\partial z_j$ is such a sum over the units $k$ of that layer. The step
# through $f$ multiplies it by $f'(u_j)$:
#
# $$\delta_j = f'(u_j) \sum_k w^{\text{next}}_{jk}\, \delta^{\text{next}}_k .$$
#
# It starts at the output: with the loss $\frac12 \sum_k (y_k - t_k)^2$ and $y_k = u_k$, the delta
# is $\delta_k = y_k - t_k$.

# %% practice=true
lesson.draw_deltas()

# %% [markdown]
# **Many samples.** All N samples of a batch use the same `W` and `b`. So each weight affects the
# loss along N paths, one per sample, and the chain rule adds these paths:
# $\partial L/\partial w_{ij} = \sum_n x_{ni}\,\delta_{nj}$, with $x_{ni}$ and $\delta_{nj}$ of
# sample $n$. This is a sum and not a mean. If the loss is a mean over the samples, its factor 1/N
# is already contained in the deltas.

# %% [markdown]
# Write `linear_backward` for `u = x @ W + b`, without loops. Prepare it on paper: let N = 5, n_in =
# 3 and n_out = 2, and write down the shapes of `x`, `W` and `du`. Each of the gradients `dx`, `dW`
# and `db` has the shape of its array. Find the product or the sum that has this shape.


# %% solution="linear_backward"
def linear_backward(du, cache):
    """The gradients of linear_forward.

    du : (N, n_out), and cache from linear_forward
    returns dx : (N, n_in), dW : (n_in, n_out), db : (n_out,)
    float32 in, float32 out. Do not change du or the arrays in the cache.
    """
    ### BEGIN SOLUTION
    x, W = cache
    dx = du @ W.T
    dW = x.T @ du
    db = du.sum(axis=0)
    ### END SOLUTION
    return dx, dW, db


# %% check="linear_backward"
check("linear_backward", linear_forward, linear_backward)

# %% [markdown]
# <details><summary>The derivation in matrix form, and the letters of the lectures</summary>
#
# A matrix product is defined by $(AB)_{ij} = \sum_n A_{in} B_{nj}$.
#
# - $dW_{ij} = \sum_n x_{ni}\, du_{nj} = \sum_n (x^\top)_{in}\, du_{nj}$, so $dW = x^\top du$.
# - $dx_{ni} = \sum_j w_{ij}\, du_{nj} = \sum_j du_{nj}\, (W^\top)_{ji}$, so $dx = du\, W^\top$.
# - $db_j = \sum_n du_{nj}$ is the sum over the samples, the rows of $du$.
#
# S1, S3 and S4 write a sample as a column, too: $u = W x + b$. Then $dx = W^\top du$ and
# $dW = du\, x^\top$ for one sample (S4, "Backpropagation: Matrix form"; its $\delta$ and $z$ are
# our $du$ and $u$, and its $v$ is the input of the layer, our $x$).
#
# For an output unit, in S1's equation (4), the derivative $L'$ of the loss stands in place of the
# sum in the delta recursion. There S1 prints $\nabla b^{m,i}$ for unit $m$ and input $i$, but a
# unit has one bias, so the index $i$ is an error.
#
# </details>

# %% [markdown]
# ### What it costs
#
# S4 asks: "How can we compute the gradient?" Each layer computes one matrix product in the forward
# pass and two in the backward pass, `dx` and `dW`. So a backward pass costs about two forward
# passes, **however many parameters there are**. For the network of section 1:

# %% practice=true
N, shapes = 32, [(64, 128), (128, 10)]
forward = sum(N * n_in * n_out for n_in, n_out in shapes)
parameters = sum((n_in + 1) * n_out for n_in, n_out in shapes)
by_differences = 2 * parameters * forward  # two forward passes for each parameter
print(f"multiplications: forward {forward:,}, backward {2 * forward:,}")
print(f"by central differences: {by_differences:,} for {parameters:,} parameters")

# %% [markdown]
# ## 4 Activation functions
#
# An activation function works on each number by itself, so its backward pass does, too: `du` is
# `dz` times the derivative $f'(u)$ at the same place. All three derivatives can be written with the
# output $z$ alone, so a layer needs to store only $z$. Find the three formulas on paper:
#
# - **sigmoid**, $z = 1/s$ with $s = 1 + e^{-u}$: use the chain rule. Then remove $u$.
# - **tanh**, $z = \sinh u/\cosh u$ with $\sinh u = \frac12(e^u - e^{-u})$ and
#   $\cosh u = \frac12(e^u + e^{-u})$: use the quotient rule. Each is the derivative of the other.
# - **relu**, $z = \max(u, 0)$: the derivative is 1 or 0. How do you see in $z$ which one?


# %% solution="activation_backward"
def activation_backward(dz, z, name):
    """The gradient du of z = f(u), entry by entry.

    dz, z : the upstream gradient and the output of f, of the same shape (any shape)
    name : "sigmoid", "tanh" or "relu"
    returns du : the shape of dz
    float32 in, float32 out. Do not change dz or z.
    """
    ### BEGIN SOLUTION
    if name == "sigmoid":
        derivative = z * (1 - z)
    elif name == "tanh":
        derivative = 1 - z**2
    else:
        derivative = z > 0
    ### END SOLUTION
    return dz * derivative


# %% check="activation_backward"
check("activation_backward", activation_backward)

# %% [markdown]
# <details><summary>The derivation of the derivatives of the sigmoid and of tanh</summary>
#
# **Sigmoid.** The derivative of $s^{-1}$ with respect to $s$ is $-s^{-2}$. The derivative of
# $s = 1 + e^{-u}$ with respect to $u$ is $-e^{-u}$. By the chain rule,
#
# $$f'(u) = -s^{-2} \cdot (-e^{-u}) = \frac{e^{-u}}{s^2} = \frac1s \cdot \frac{e^{-u}}{s} .$$
#
# - The first factor is $z$.
# - In the second factor $e^{-u} = s - 1$, so it is $\frac{s - 1}{s} = 1 - \frac1s = 1 - z$.
# - So $f'(u) = z\,(1 - z)$.
#
# **Tanh.** The quotient rule is $\left(\frac{g}{h}\right)' = \frac{g'h - g h'}{h^2}$.
#
# - With $g = \sinh u$ and $h = \cosh u$ it gives
#   $f'(u) = \frac{\cosh u \cosh u - \sinh u \sinh u}{\cosh^2 u}$.
# - Divide both terms by $\cosh^2 u$: $f'(u) = 1 - \tanh^2 u = 1 - z^2$.
#
# </details>
#
# ### A derivative at 0?
#
# S0 prints the derivative of the ReLU as 1 for $u \ge 0$. Our library uses 0 at $u = 0$. Neither is
# wrong: the ReLU has no derivative at 0, and authors choose a value.

# %% practice=true
both = (max(h, 0) - max(-h, 0)) / (2 * h)
print(f"central difference of the ReLU at u = 0: {both}")

# %% [markdown]
# ## 5 A whole network, one line at a time
#
# For a classifier we still need the backward pass of its loss, *softmax* with *cross-entropy*. We
# split the forward pass into small steps with known derivatives. The network has a hidden tanh
# layer; $V$ and $c$ are the weights and biases of its second layer. The targets `t` are the true
# classes $m$, and the dictionary `v` holds all values by their names.
#
# - $u = xW + b$, then $z = \tanh u$ and $y = zV + c$, the outputs,
# - $e = \exp(y)$, then the sum over the classes $s = \sum_k e_k$ and the probabilities $p = e/s$,
# - $q = p_m$, the probability of the true class, and $l = -\log q$, the loss of each sample,
# - $L$, the mean of $l$ over the N samples.

# %% practice=true
v = lesson.five_samples()  # all values of the forward pass, by their names
print("shapes:", ", ".join(f"{name} {np.shape(value)}" for name, value in v.items()))

# %% [markdown]
# Write the backward pass **one line at a time**. The lines `l`, `q` and `p` are given. Replace the
# `raise` line by `d["s"] = …`. Run the cell, and then the cell below the check: it compares your
# line with a central difference and names the next one. From the line `z` onwards, use your own
# functions: `linear_backward(d["y"], …)` gives three gradients, with the cache that
# `linear_forward` returns for `z`, `V` and `c`.
#
# <details><summary>Hints for the single lines</summary>
#
# - `s`: all entries of a row of `p` use the same `s`. So add their contributions over the row. The
#   derivative of 1/s with respect to s is −1/s².
# - `e`: it is used in two places, in `s` and in `p`. Add both gradients.
# - `y`: the derivative of the exponential function is the exponential function.
#
# </details>


# %% solution="thirteen_gradients"
def thirteen_gradients(v):
    """The gradient of the mean loss with respect to each value in v, by its name.

    v : all values of the forward pass, by their names; t : (N,) holds the true classes
    returns d : the gradients d["l"], d["q"], …, d["x"], each of the shape of v["l"], v["q"], …
    The float type of the gradients is not tested. Do not change v.
    """
    N, K = v["p"].shape
    d = {"l": np.full(N, 1 / N)}  # L is the mean of the N entries of l
    d["q"] = -d["l"] / v["q"]  # the derivative of −log q is −1/q
    d["p"] = np.eye(K)[v["t"]] * d["q"][:, None]  # q picks one entry of each row
    ### BEGIN SOLUTION
    d["s"] = -(d["p"] * v["e"]).sum(axis=1, keepdims=True) / v["s"] ** 2
    d["e"] = d["p"] / v["s"] + d["s"]
    d["y"] = d["e"] * v["e"]
    d["z"], d["V"], d["c"] = linear_backward(d["y"], (v["z"], v["V"]))
    d["u"] = activation_backward(d["z"], v["z"], "tanh")
    d["x"], d["W"], d["b"] = linear_backward(d["u"], (v["x"], v["W"]))
    ### END SOLUTION
    return d


# %% check="thirteen_gradients"
check("thirteen_gradients", thirteen_gradients)

# %% practice=true needs=false
lesson.compare_lines(thirteen_gradients, v)  # each of your gradients beside central differences

# %% [markdown]
# Together, the lines from `l` to `y` give $dy = (p - T)/N$, as notebook 02 derives. Each row of $T$
# is 1 at the true class and 0 elsewhere. <!-- no claim: derived --> So the output delta of one
# sample alone (N = 1) is **prediction minus target**, as for half the squared error.

# %% [markdown]
# ## 6 The repair
#
# A colleague sends you the backward pass of a network with any number of linear layers, with a ReLU
# after each but the last (S0, "Complete backpropagation algorithm"). He has compared its `dW` and
# `db` with central differences and found no mistake. **There is at least one.** `stored_forward` is
# correct.


# %%
def stored_forward(x, params):
    """y, and a cache that holds (z, W, u) for each layer, with u = z W + b."""
    z, cache = x, []
    for W, b in params:
        u = z @ W + b
        cache.append((z, W, u))
        z = np.where(u > 0, u, 0)
    return u, cache


def colleague_backward(dy, cache):
    """dx, and [(dW1, db1), (dW2, db2), …]: the gradients of stored_forward."""
    dz, gradients = dy, []
    for layer in range(len(cache), 0, -1):
        z, W, u = cache[layer - 1]
        du = dz if layer == len(cache) else dz * (u > 0)  # the last layer has no ReLU
        dW = np.outer(z.mean(axis=0), du.sum(axis=0))
        db = np.ones(len(du)) @ du
        gradients = [(dW, db), *gradients]
        dz = dz @ W.T
    return dz, gradients


# %% [markdown]
# The next cell repeats his test, with random weights. **Plan your own test before you run it.** For
# each setting, ask: could a wrong line still give the right numbers? Change one setting at a time,
# and note which gradients differ.

# %% practice=true
# samples: 1 or more; widths: [inputs, hidden layers …, outputs]; with_dx=True compares dx, too
test = {"samples": 1, "widths": [6, 5, 3], "with_dx": False}  # change these settings
errors = lesson.compare_gradients(stored_forward, colleague_backward, **test)

# %% claims=true
claim("found no mistake", max(errors.values()), below=1e-5)
alone = [
    lesson.compare_gradients(stored_forward, colleague_backward, **(test | change))
    for change in ({"samples": 4}, {"widths": [6, 5, 4, 3]})
]
first_wrong = [next(name for name, error in one.items() if error > 1e-5) for one in alone]
claim("There is at least one", len(set(first_wrong)), above=1.5)

# %% [markdown]
# Write `repaired_backward`: copy the colleague's lines and change only the faulty ones. Then put it
# in place of `colleague_backward` in the cell above. A setting that says "ok" for both does
# not tell them apart.


# %% solution="repaired_backward"
def repaired_backward(dy, cache):
    """The gradients of stored_forward.

    dy : the shape of y, and cache from stored_forward
    returns dx : the shape of x, and [(dW1, db1), (dW2, db2), …] in the order of params
    The float type of the gradients is not tested. Do not change dy or the arrays in the cache.
    """
    ### BEGIN SOLUTION
    upstream, pairs = dy, []
    for number, (z, W, u) in reversed(list(enumerate(cache, start=1))):
        delta = upstream if number == len(cache) else upstream * (u > 0)
        pairs.insert(0, (z.T @ delta, delta.sum(axis=0)))
        upstream = delta @ W.T
    return upstream, pairs
    ### END SOLUTION


# %% check="repaired_backward"
check("repaired_backward", repaired_backward)

# %% [markdown]
# Was it worth the work? Train two hidden layers on digits with both functions, in steps on one
# sample and on 32. <!-- no claim: setting -->

# %% practice=true
trained = lesson.compare_repair(stored_forward, colleague_backward, repaired_backward)

# %% claims=true
(his_one, yours_one), (his_many, yours_many) = trained.values()
claim("one sample, his network learns as well as yours", abs(his_one - yours_one), below=0.04)
claim("On 32, it stays far behind", yours_many - his_many, above=0.2, given=[32])

# %% [markdown]
# In steps on one sample, his network learns as well as yours. On 32, it stays far behind.

# %% [markdown]
# **Explain the repair.** For each line that you changed: which gradients did it make wrong, which
# settings of the colleague's test hid this (name all), and why? (A line with all three answers
# earns its share of the points.)

# %% [markdown] manual="explain_repair" points=2
# ### BEGIN SOLUTION
# `dW` was the mean of the inputs times the sum of the deltas. With one sample this equals the sum
# of their products. `dz = dz @ W.T` left out the ReLU's mask, so all layers before the last two
# were wrong. With one hidden layer this is only `dx`, which he did not compare (two settings). One
# point for each line with all three answers.
# ### END SOLUTION

# %% [markdown]
# ## To keep
#
# - A backward function needs the upstream gradient, its own derivative and its cache, and nothing
#   else.
# - `dx = du @ W.T`. Each weight and each bias gets a **sum** over the samples.
# - The backward pass costs about two forward passes, however many parameters there are.
# - A network with a wrong gradient can still learn. So **compare the gradients with central
#   differences before you train**: with several samples and layers, random weights, and active and
#   inactive units.

# %% [markdown]
# ## Sources
#
# S0 "Training of neural networks – basics", slides on the BP algorithm; S1 "Part II: Training",
# sections on output and hidden layers; S3 "Backpropagation and Training" (C. V. Jawahar, IIIT
# Hyderabad), slides on the chain rule; S4 "Neural networks (continued)" (A. Krause, ETH Zürich),
# slides "Computational graph" and "Backpropagation: Matrix form"; Lillicrap and
# others, Nature Communications 7 (2016).
