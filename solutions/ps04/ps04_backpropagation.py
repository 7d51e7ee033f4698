# %% [markdown]
# # Backpropagation by hand
#
# To improve a network by gradient descent we need to know, for each of its weights, how the loss
# changes when that weight changes a little. The obvious way is to nudge one weight, run the
# network again and look. For a million weights that means a million runs, for a single step of
# training.
#
# Backpropagation finds all million derivatives in one run forward and one run backward. There is
# no trick in it beyond the chain rule, applied in a good order. In this notebook you write it
# yourself, one small function at a time, and in the end a network that learns to read handwriting
# runs on nothing but your own functions.
#
# **Afterwards you can**
#
# - derive the gradients of a layer from the chain rule and confirm the derivation by numbers,
# - write the way forward and the way back of a linear layer, of sigmoid, tanh and ReLU, and of a
#   whole multilayer perceptron,
# - tell from the shapes alone where a transpose belongs, and read books that write everything the
#   other way round,
# - say why a falling loss does not prove a gradient right, and what does.
#
# **You need** partial derivatives, the chain rule, matrix products, and NumPy arrays as in
# notebook 00. Notebooks 02 (losses) and 03 (gradient descent) help; what is needed of them is
# said again here.
#
# **Time:** about two and a half hours, of which your ten functions take half. Good places to
# pause are the ends of the numbered sections.
#
# **Sources:** S0 "Training of neural networks – basics", slides on the BP algorithm; S1 "Part II:
# Training", sections on output and hidden layers; S3 "Backpropagation and Training", slides on
# the chain rule; S4 "Neural networks (continued)", slide "Backpropagation: Matrix form". Below
# they are called S0, S1, S3 and S4.

# %% setup=true
import numpy as np

from course_lib import functional
from course_lib.backend import choose_device
from course_lib.datasets import load_digits
from course_lib.gradient_check import check_gradient, check_op, relative_error
from course_lib.layers import Linear, ReLU
from course_lib.losses import softmax_cross_entropy
from course_lib.models import Sequential
from course_lib.op import Op
from course_lib.optimizers import SGD
from course_lib.plots import theme, training_curves
from course_lib.training import accuracy, fit
from grader.checking import check, check_choice, guess, ready, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 A guess first
#
# Five programmers write the way back of a network with one hidden ReLU layer. Each makes one
# mistake:
#
# 1. *The mask:* the gradient passes through the ReLU as if the ReLU were not there.
# 2. *The wrong weights:* on its way down, the gradient is multiplied by a fixed random matrix
#    instead of the second layer's weights.
# 3. *The frozen layer:* the first layer gets gradient zero and keeps its random weights for ever.
# 4. *No biases:* the gradients of all biases are zero.
# 5. *The sign:* there is one minus too many on the way down to the first layer.
#
# All five train the same network on images of handwritten digits, for ten rounds through the
# data. Guessing blindly would name one digit in ten correctly. **How many of the five get more
# than 90 % of the test images right?** Write your guess, a number from 0 to 5, before you go on.
# It is kept on your own disk, for you alone, and shown beside the result.

# %%
guess("ps04_bugs", None)  # your guess in place of None: a number from 0 to 5

# %% [markdown]
# The data first: 1,797 images of 8 × 8 pixels, of which we keep every fifth for testing. The
# inputs `x` have one image a row, so `x_train` is a matrix with 64 columns.

# %% practice=true
digits = load_digits()
order = np.random.default_rng(0).permutation(len(digits.x))
x, t = digits.x[order], digits.t[order]
test = np.arange(len(x)) % 5 == 0
x_train, t_train, x_test, t_test = x[~test], t[~test], x[test], t[test]
print("training images:", x_train.shape, " test images:", x_test.shape)

# %% [markdown]
# The next cell holds the five mistakes. **They are planted on purpose.** Each is a change of one
# line in the way back; the way forward is right in all of them. You need not understand the code
# yet: we come back to it in section 8.

# %% practice=true
BUGS = ("none", "mask", "wrong weights", "frozen layer", "no biases", "sign")


def network_with(bug, linear, relu, rng, dtype="float32"):
    """A network 64-128-10 whose way back has the planted mistake `bug`."""
    lower = upper = linear
    middle = relu
    random_matrix = rng.normal(0, np.sqrt(2 / 128), size=(10, 128)).astype(dtype)

    def frozen(du, cache):
        dx, dW, db = linear.backward(du, cache)
        return dx, 0 * dW, 0 * db

    def without_bias(du, cache):
        dx, dW, db = linear.backward(du, cache)
        return dx, dW, 0 * db

    def wrong_weights(du, cache):
        dx, dW, db = linear.backward(du, cache)
        return du @ random_matrix, dW, db

    if bug == "mask":
        middle = Op(relu.forward, lambda dz, cache: dz)
    elif bug == "sign":
        middle = Op(relu.forward, lambda dz, cache: -relu.backward(dz, cache))
    elif bug == "frozen layer":
        lower = Op(linear.forward, frozen)
    elif bug == "no biases":
        lower = upper = Op(linear.forward, without_bias)
    elif bug == "wrong weights":
        upper = Op(linear.forward, wrong_weights)
    return Sequential(
        Linear(64, 128, rng=rng, op=lower, dtype=dtype),
        ReLU(op=middle),
        Linear(128, 10, rng=rng, op=upper, dtype=dtype),
    )


# %% [markdown]
# Now all of them are trained, each from three random starts. Until your own functions exist, this
# uses the library's. Come back later: then the very same experiment runs on yours.


# %% practice=true
def own_or_library():
    """Your two pairs of functions once they pass a first test, until then the library's."""
    if ready("linear_backward", "relu_backward"):
        print("This runs on your functions.")
        return Op(linear_forward, linear_backward), Op(relu_forward, relu_backward)
    print("This runs on the library's functions; run it again when you have written yours.")
    return (
        Op(functional.linear_forward, functional.linear_backward),
        Op(functional.relu_forward, functional.relu_backward),
    )


def train(network, rng, epochs=10):
    """Gradient descent with momentum; returns [(loss, accuracy), …] on the test images, by epoch.

    The list ends early if the loss grows beyond all numbers.
    """
    curve = []

    def note(epoch, history):
        curve.append((history.validation_loss[-1], history.validation_accuracy[-1]))

    try:
        fit(
            network,
            x_train,
            t_train,
            loss=softmax_cross_entropy,
            optimizer=SGD(network.parameters(), lr=0.05, momentum=0.9),
            epochs=epochs,
            batch_size=32,
            rng=rng,
            validation=(x_test, t_test),
            callbacks=[note],
            progress=False,
        )
    except FloatingPointError:
        print(f"A loss grew beyond all numbers after {len(curve)} epochs.")
    return curve


# %% practice=true
linear, relu = own_or_library()
curves = {}
for bug in BUGS:
    for seed in range(3):
        rng = np.random.default_rng(seed)
        curves[bug, seed] = train(network_with(bug, linear, relu, rng), rng)

# %% practice=true
import matplotlib.pyplot as plt

reached = {bug: [curves[bug, seed][-1][1] for seed in range(3)] for bug in BUGS}
above = sum(np.mean(reached[bug]) > 0.9 for bug in BUGS if bug != "none")
with theme.style():
    figure, ax = plt.subplots(figsize=(7, 3))
    for row, bug in enumerate(reversed(BUGS)):  # a bar for the mean, a dot for each start
        ax.barh(row, np.mean(reached[bug]), color=theme.FORWARD if bug == "none" else "0.75")
        ax.plot(reached[bug], [row] * 3, "o", color="black", markersize=4)
    ax.axvline(0.9, color=theme.GRADIENT, linestyle="--", label="90 %")
    ax.set_yticks(range(len(BUGS)), reversed(BUGS))
    ax.set(xlabel="share of test images read correctly", xlim=(0, 1))
    ax.set_title("Most of the broken ways back learn to read")
    ax.legend(loc="lower center")
    plt.show()
reveal("ps04_bugs", above, "Ways back above 90 %, out of five, as the mean of three starts.")

# %% [markdown]
# *In words: one bar for each way back, the share of test images read correctly as the mean over
# three starts, and a dot for each start. The correct one comes out on top, one of the broken ones
# does no better than guessing, the others are nearly as good as the correct one.*
#
# Was your guess lower? Most people say "none" or "only the one without biases". What to take from
# it: **that the loss falls does not show that the gradient is right.** A network puts up with a
# direction that is wrong in part, as long as it still points downhill. So a mistake in the way
# back does not announce itself. It costs you a few per cent, silently, and you blame the data. In
# this notebook every gradient is therefore compared with what the function itself does when its
# input moves a little.

# %% [markdown]
# ## 2 The idea
#
# A network is a chain of small functions: linear map, ReLU, linear map, loss. The way back asks
# each of them the same question: *if the loss reacts like this to what you put out, how does it
# react to what you took in?* The last function answers first. Its answer is the question for the
# one before it, and so on down to the input. No function needs to know where in the network it
# stands.
#
# Everywhere in this course `dz` is short for ∂L/∂z, **the gradient of the loss with respect to
# z**. It always has the same shape as `z`. The function that computes `z` from `u` gets a partner
# that computes `du` from `dz`, and that is what you are going to write, again and again:
#
# ```
# z, cache = something_forward(u)          # cache: whatever you will need on the way back
# du       = something_backward(dz, cache)
# ```

# %% practice=true
boxes = ["linear\nu = x W + b", "ReLU\nz = max(u, 0)", "linear\ny = z V + c", "loss\nL"]
above_line, below_line = ["x", "u", "z", "y", ""], ["dx", "du", "dz", "dy", ""]
with theme.style():
    figure, ax = plt.subplots(figsize=(9, 2.2))
    for i, text in enumerate(boxes):
        frame = {"boxstyle": "round,pad=0.5", "facecolor": "white"}
        ax.text(2 * i + 1.1, 0, text, ha="center", va="center", bbox=frame)
        arrow = {"arrowstyle": "->", "linewidth": 2}
        left, right = (2 * i - 0.3, 0.25), (2 * i + 0.35, 0.25)
        ax.annotate("", right, left, arrowprops={**arrow, "color": theme.FORWARD})
        ax.text(2 * i, 0.4, above_line[i], color=theme.FORWARD, ha="center")
        left, right = (2 * i - 0.3, -0.25), (2 * i + 0.35, -0.25)
        ax.annotate("", left, right, arrowprops={**arrow, "color": theme.GRADIENT})
        ax.text(2 * i, -0.6, below_line[i], color=theme.GRADIENT, ha="center")
    ax.set(xlim=(-0.6, 7.8), ylim=(-0.9, 0.8))
    ax.set_title("Values go forward (blue), gradients come back (orange)")
    ax.axis("off")
    plt.show()

# %% [markdown]
# *In words: four boxes in a row, linear, ReLU, linear, loss. Blue arrows above carry x, u, z, y
# from left to right, orange arrows below carry dy, dz, du, dx from right to left.*
#
# The smallest chain shows it all. One input, one weight, one bias, and half the squared distance
# to a target: $u = x w + b$ and $L = \tfrac12 (u - t)^2$. The last function answers
# $\partial L/\partial u = u - t$. The first one multiplies: $\partial u/\partial w = x$, so
# $\partial L/\partial w = (u - t)\,x$. The cell compares that with a nudge.

# %% practice=true
x1, w, b, target = 2.0, 3.0, 1.0, 5.0


def small_loss(w):
    """L as a function of the weight alone."""
    return 0.5 * (x1 * w + b - target) ** 2


du = x1 * w + b - target
nudge = 1e-6
by_nudging = (small_loss(w + nudge) - small_loss(w - nudge)) / (2 * nudge)
print(f"chain rule: dw = du * x = {du * x1:.6f}     nudging w: {by_nudging:.6f}")

# %% [markdown]
# ## 3 From the chain rule to deltas
#
# ### One layer, one sample
#
# Unit $j$ of a layer adds up its inputs, $u_j = \sum_i x_i w_{ij} + b_j$, where $w_{ij}$ leads
# from input $i$ to unit $j$. Call the gradient that arrives from above
# $\delta_j = \partial L/\partial u_j$ (the *delta* of S0). Three questions, three answers:
#
# - **The weight** $w_{ij}$ reaches the loss only through $u_j$, and
#   $\partial u_j / \partial w_{ij} = x_i$. Hence $\partial L/\partial w_{ij} = x_i\,\delta_j$:
#   what came in, times what came back.
# - **The bias** $b_j$ is a weight whose input is always 1 (S0 draws it as an extra unit that
#   always says +1). Hence $\partial L/\partial b_j = \delta_j$.
# - **The input** $x_i$ reaches the loss through *every* unit $j$. The chain rule adds up all
#   paths: $\partial L/\partial x_i = \sum_j w_{ij}\,\delta_j$. The same weights, used in the
#   other direction.
#
# ### Through an activation
#
# If $z_j = f(u_j)$, then $u_j$ has one path only, and
# $\partial L/\partial u_j = f'(u_j)\,\partial L/\partial z_j$: each entry times its own slope.
#
# ### Put together
#
# Let a hidden layer compute $z_j = f(u_j)$ and hand $z$ to the next layer with weights
# $w^{\text{next}}_{jk}$ and deltas $\delta^{\text{next}}_k$. Combine the last two answers into
# one formula for $\delta_j$ and write it down as code, for one sample. It is worth no points, but
# the cell below it compares your formula with nudging.


# %% solution="hidden_delta"
def hidden_delta(delta_next, W_next, slope):
    """The deltas of a hidden layer, for one sample.

    delta_next : (K,)     deltas of the next layer
    W_next     : (J, K)   weight from unit j of this layer to unit k of the next
    slope      : (J,)     f'(u_j)
    returns    : (J,)     delta_j = dL/du_j
    """
    ### BEGIN SOLUTION
    return slope * (W_next @ delta_next)
    ### END SOLUTION


# %% practice=true
rng = np.random.default_rng(1)
u, W_next, t_small = rng.normal(size=4), rng.normal(size=(4, 3)), rng.normal(size=3)


def loss_of_u(u):
    """tanh, a linear layer, half the squared distance to a target."""
    return 0.5 * np.sum((np.tanh(u) @ W_next - t_small) ** 2)


delta_next = np.tanh(u) @ W_next - t_small
try:
    found = hidden_delta(delta_next, W_next, 1 - np.tanh(u) ** 2)
except NotImplementedError:
    print("Write hidden_delta in the cell above, then run this one again.")
else:
    steps = 1e-6 * np.eye(4)
    nudged = [(loss_of_u(u + step) - loss_of_u(u - step)) / 2e-6 for step in steps]
    print("your formula:", np.round(found, 6))
    print("nudging u:   ", np.round(nudged, 6))
    print("They agree." if np.allclose(found, nudged, atol=1e-6) else "They do not agree yet.")

# %% [markdown]
# ### Many samples
#
# A batch is a matrix `x` of shape (N, n_in): **one sample a row**. All samples go through the
# same `W` and `b`, so each weight reaches the loss along N paths, one per sample, and once more
# the chain rule adds them up: $\partial L/\partial w_{ij} = \sum_n x_{ni}\,\delta_{nj}$. It is a
# sum and not a mean. If the loss is a mean over the samples, then the factor 1/N is already
# inside the $\delta$ that arrive.
#
# ### Rows or columns?
#
# S0, S1, S3 and S4 write a sample as a *column* and multiply from the left, $u = W z + b$. There
# $W$ has one row per output unit. We keep samples in rows and multiply from the right,
# `u = z @ W + b`. Here `W` has one column per output unit: the one matrix is the transpose of the
# other. The slide "Backpropagation: Matrix form" of S4 has, for one sample,
#
# | | one sample as a column (S4) | a batch in rows (here) |
# |---|---|---|
# | forward | $u = W v + b$, with $W$ of shape (n_out, n_in) | `u = v @ W + b`, `W` (n_in, n_out) |
# | weights | $\nabla_W = \delta\, v^\top$ | yours to find |
# | input | $W^\top \delta$ | yours to find |
# | inputs per unit (fan-in) | `W.shape[1]` | `W.shape[0]` |
#
# Where does the transpose go? Ask the shapes: the gradient with respect to `W` must have the
# shape of `W`, and there is only one way to multiply what you have so that it comes out.

# %% [markdown]
# ## 4 The linear layer
#
# Here is the layer as a definition in slow loops, without a single matrix product. It says
# exactly what is meant, and you can hold your own version against it.


# %%
def linear_forward_in_loops(x, W, b):
    """u[n, j] = sum_i x[n, i] * W[i, j] + b[j]"""
    u = np.zeros((x.shape[0], W.shape[1]))
    for n in range(x.shape[0]):
        for j in range(W.shape[1]):
            u[n, j] = b[j]
            for i in range(x.shape[1]):
                u[n, j] += x[n, i] * W[i, j]
    return u


# %% [markdown]
# Write it without loops. Besides `u`, return a `cache`: whatever your way back will need. What
# goes into it is your decision; nobody but your own `linear_backward` opens it.


# %% solution="linear_forward"
def linear_forward(x, W, b):
    """The affine map u = x W + b.

    x : (N, n_in), W : (n_in, n_out), b : (n_out,)
    returns u : (N, n_out), and cache
    """
    ### BEGIN SOLUTION
    u = x @ W + b
    cache = x, W
    return u, cache
    ### END SOLUTION


# %% check="linear_forward"
check("linear_forward", linear_forward)

# %% [markdown]
# Now the way back. `du` is the gradient with respect to `u`, of shape (N, n_out). In loops:


# %%
def linear_backward_in_loops(du, x, W):
    """The three answers of section 3, added up over all paths."""
    dx, dW, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(W.shape[1])
    for n in range(x.shape[0]):
        for j in range(W.shape[1]):
            db[j] += du[n, j]
            for i in range(x.shape[1]):
                dW[i, j] += x[n, i] * du[n, j]
                dx[n, i] += W[i, j] * du[n, j]
    return dx, dW, db


# %% [markdown]
# Before you write it, take a pencil: let N = 5, n_in = 3, n_out = 2. What are the shapes of `x`,
# `W`, `du`? Of `dx`, `dW`, `db`? For each of the three gradients there is one product (or sum)
# that fits. Then ask whether it is also what the loops compute.


# %% solution="linear_backward"
def linear_backward(du, cache):
    """The gradients of linear_forward.

    du : (N, n_out), and cache from linear_forward
    returns dx : (N, n_in), dW : (n_in, n_out), db : (n_out,)
    """
    ### BEGIN SOLUTION
    x, W = cache
    dx = du @ W.T
    dW = x.T @ du
    db = du.sum(axis=0)
    return dx, dW, db
    ### END SOLUTION


# %% check="linear_backward"
check("linear_backward", linear_forward, linear_backward)

# %% [markdown]
# All green? Then compare yours with `course_lib/functional/linear.py`, the library's version.
#
# How does one know that a gradient is right, without knowing the formula? Move the input a little
# in some random direction, and see whether the output changes by as much as the gradient says.
# `check_op` does that for any pair of functions; it knows nothing about what they compute.

# %% practice=true
if ready("linear_backward"):
    rng = np.random.default_rng(2)
    inputs = [rng.normal(size=shape) for shape in ((5, 3), (3, 2), (2,))]
    results = check_op(Op(linear_forward, linear_backward), inputs, rng)
    for name, result in zip(("dx", "dW", "db"), results, strict=True):
        print(f"{name}: {result}")
else:
    print("This cell waits for linear_backward.")

# %% [markdown]
# **The bias is a weight.** Append a column of ones to `x` and the bias as a last row to `W`, and
# `b` is gone from the formula. Its gradient must then turn up as the last row of the new `dW`.

# %% practice=true
if ready("linear_backward"):
    x_small, W_small, b_small = inputs
    du_small = rng.normal(size=(5, 2))
    with_ones = np.hstack([x_small, np.ones((5, 1))])
    with_bias = np.vstack([W_small, b_small])
    u_same, cache = linear_forward(with_ones, with_bias, np.zeros(2))
    print("same u:", np.allclose(u_same, linear_forward(x_small, W_small, b_small)[0]))
    _, dW_with_bias, _ = linear_backward(du_small, cache)
    _, _, db_small = linear_backward(du_small, linear_forward(x_small, W_small, b_small)[1])
    print("last row of the new dW:", dW_with_bias[-1], " db:", db_small)
else:
    print("This cell waits for linear_backward.")

# %% [markdown]
# **The other convention.** Here is the layer as S4 writes it, for a batch of samples in columns:
# `x_columns` is (n_in, N) and `W_columns` is (n_out, n_in). Give its three gradients in that
# convention, using nothing but your `linear_forward`, your `linear_backward` and transposes (no
# points; the cell below compares).


# %% solution="linear_backward_columns"
def linear_backward_columns(du_columns, x_columns, W_columns):
    """Gradients of u_columns = W_columns x_columns + b, samples in columns.

    du_columns : (n_out, N), x_columns : (n_in, N), W_columns : (n_out, n_in)
    returns dx_columns : (n_in, N), dW_columns : (n_out, n_in), db : (n_out,)
    """
    ### BEGIN SOLUTION
    n_out = W_columns.shape[0]
    _, cache = linear_forward(x_columns.T, W_columns.T, np.zeros(n_out))
    dx, dW, db = linear_backward(du_columns.T, cache)
    return dx.T, dW.T, db
    ### END SOLUTION


# %% practice=true
if ready("linear_backward"):
    try:
        answers = linear_backward_columns(du_small.T, x_small.T, W_small.T)
    except NotImplementedError:
        print("Write linear_backward_columns in the cell above, then run this one again.")
    else:
        as_in_S4 = (W_small @ du_small.T, du_small.T @ x_small, du_small.sum(axis=0))
        for name, mine, theirs in zip(("dx", "dW", "db"), answers, as_in_S4, strict=True):
            print(name, mine.shape, "agrees" if np.allclose(mine, theirs) else "differs")
else:
    print("This cell waits for linear_backward.")

# %% [markdown]
# ## 5 Activations
#
# An activation works on each number by itself, so its way back does too: `du` is `dz` times the
# slope at that place, entry by entry. The definitions, for a single number:

# %%
import math


def sigmoid_of_one(u):
    """1 / (1 + exp(-u)): squeezes every number into (0, 1)."""
    return 1 / (1 + math.exp(-u))


def tanh_of_one(u):
    """(exp(u) - exp(-u)) / (exp(u) + exp(-u)): the same, into (-1, 1)."""
    return (math.exp(u) - math.exp(-u)) / (math.exp(u) + math.exp(-u))


def relu_of_one(u):
    """max(u, 0): lets positive numbers through and stops the others."""
    return u if u > 0 else 0.0


# %% practice=true
numbers = np.linspace(-4, 4, 201)
with theme.style():
    figure, axes = plt.subplots(1, 3, figsize=(9, 2.6), sharey=True)
    for ax, f in zip(axes, (sigmoid_of_one, tanh_of_one, relu_of_one), strict=True):
        z = np.array([f(u) for u in numbers])
        slope = np.gradient(z, numbers)
        ax.plot(numbers, z, color=theme.FORWARD, label="z = f(u)")
        ax.plot(numbers, slope, color=theme.GRADIENT, linestyle="--", label="slope f'(u)")
        ax.set(xlabel="u", title=f.__name__.removesuffix("_of_one"), ylim=(-1.2, 2.2))
    axes[0].set_ylabel("z and its slope")
    axes[0].legend()
    plt.show()

# %% [markdown]
# *In words: three panels. The sigmoid rises from 0 to 1, its slope is a bump of height one
# quarter. The hyperbolic tangent rises from −1 to 1, its slope is a bump of height one. ReLU is 0
# and then the line z = u, its slope is 0 and then 1.*
#
# ### Sigmoid
#
# With $z = 1/(1+e^{-u})$ the slope is $\dfrac{e^{-u}}{(1+e^{-u})^2}$. Show on paper that this can
# be written with $z$ alone, without any exponential (S0 has the result in the table "Derivation
# of activation functions"; find it yourself first). That tells you what to put into the cache.
#
# A detail that matters later: for u = −1000, `np.exp(1000)` overflows. NumPy warns, and happens
# to give the right result 0. You can avoid the warning with an exponential of something that is
# never positive.


# %% solution="sigmoid_forward"
def sigmoid_forward(u):
    """The logistic sigmoid z = 1 / (1 + exp(-u)), entry by entry.

    u : any shape
    returns z : the same shape, and cache
    """
    ### BEGIN SOLUTION
    e = np.exp(-np.abs(u))
    z = np.where(u >= 0, 1, e) / (1 + e)
    return z, z
    ### END SOLUTION


# %% check="sigmoid_forward"
check("sigmoid_forward", sigmoid_forward)


# %% solution="sigmoid_backward"
def sigmoid_backward(dz, cache):
    """The gradient of sigmoid_forward.

    dz : gradient with respect to z, and cache from sigmoid_forward
    returns du : the same shape as dz
    """
    ### BEGIN SOLUTION
    z = cache
    return dz * z * (1 - z)
    ### END SOLUTION


# %% check="sigmoid_backward"
check("sigmoid_backward", sigmoid_forward, sigmoid_backward)

# %% [markdown]
# ### Tanh
#
# NumPy has `np.tanh`. For the slope, use the quotient rule on $\tanh u = \sinh u/\cosh u$ and
# $\cosh^2 u - \sinh^2 u = 1$: again the result needs nothing but $z$.


# %% solution="tanh_forward"
def tanh_forward(u):
    """The hyperbolic tangent z = tanh(u), entry by entry.

    u : any shape
    returns z : the same shape, and cache
    """
    ### BEGIN SOLUTION
    z = np.tanh(u)
    return z, z
    ### END SOLUTION


# %% check="tanh_forward"
check("tanh_forward", tanh_forward)


# %% solution="tanh_backward"
def tanh_backward(dz, cache):
    """The gradient of tanh_forward.

    dz : gradient with respect to z, and cache from tanh_forward
    returns du : the same shape as dz
    """
    ### BEGIN SOLUTION
    z = cache
    return dz * (1 - z**2)
    ### END SOLUTION


# %% check="tanh_backward"
check("tanh_backward", tanh_forward, tanh_backward)

# %% [markdown]
# ### ReLU
#
# For u > 0 the slope is 1, for u < 0 it is 0. At u = 0 there is none; section 7 has more on that,
# and here you may choose. Beware of one trap: the slope depends on `u`, not on `dz`.


# %% solution="relu_forward"
def relu_forward(u):
    """The rectifier z = max(u, 0), entry by entry.

    u : any shape
    returns z : the same shape, and cache
    """
    ### BEGIN SOLUTION
    z = np.maximum(u, 0)
    return z, u > 0
    ### END SOLUTION


# %% check="relu_forward"
check("relu_forward", relu_forward)


# %% solution="relu_backward"
def relu_backward(dz, cache):
    """The gradient of relu_forward.

    dz : gradient with respect to z, and cache from relu_forward
    returns du : the same shape as dz
    """
    ### BEGIN SOLUTION
    positive = cache
    return dz * positive
    ### END SOLUTION


# %% check="relu_backward"
check("relu_backward", relu_forward, relu_backward)

# %% [markdown]
# The library's versions are in `course_lib/functional/sigmoid.py`, `tanh.py` and `relu.py`.

# %% [markdown]
# ## 6 The whole network
#
# Now chain them. The parameters are a list of pairs, `params = [(W1, b1), (W2, b2), …]`. After
# every linear layer comes a ReLU, **except after the last**, whose output is `y`. S0's slide
# "Complete backpropagation algorithm" has it in four steps; in our words:
#
# 1. Go forward, layer by layer, and keep every cache.
# 2. Start with `dy`, the gradient with respect to the output. It comes from the loss.
# 3. Go back through the layers in reverse order. Each takes the gradient with respect to its
#    output and its own cache, and gives the gradient with respect to its input.
# 4. On the way, collect each layer's `dW` and `db`.
#
# As a slow definition, here is what your `mlp_backward` has to agree with: nudge every single
# parameter and look at the change of $\sum_{nk} dy_{nk}\, y_{nk}$, a loss whose gradient with
# respect to `y` is just `dy`.


# %%
def parameter_gradients_by_nudging(x, params, dy, h=1e-6):
    """[(dW, db), …] as mlp_backward returns them, by two forward passes for every number."""
    gradients = []
    for pair in params:
        of_this_pair = []
        for parameter in pair:
            gradient = np.zeros(parameter.shape)
            for place in np.ndindex(*parameter.shape):
                kept = parameter[place]
                parameter[place] = kept + h
                up = np.sum(dy * mlp_forward(x, params)[0])
                parameter[place] = kept - h
                down = np.sum(dy * mlp_forward(x, params)[0])
                parameter[place] = kept
                gradient[place] = (up - down) / (2 * h)
            of_this_pair.append(gradient)
        gradients.append(tuple(of_this_pair))
    return gradients


# %% solution="mlp_forward"
def mlp_forward(x, params):
    """A multilayer perceptron: linear layers with ReLU between them, the last one linear.

    x : (N, n_0), params : [(W1, b1), …, (WL, bL)] with W_l of shape (n_{l-1}, n_l)
    returns y : (N, n_L), and cache
    """
    ### BEGIN SOLUTION
    linear_caches, relu_caches = [], []
    z = x
    for layer, (W, b) in enumerate(params, start=1):
        u, linear_cache = linear_forward(z, W, b)
        linear_caches.append(linear_cache)
        if layer < len(params):
            z, relu_cache = relu_forward(u)
            relu_caches.append(relu_cache)
    return u, (linear_caches, relu_caches)
    ### END SOLUTION


# %% check="mlp_forward"
check("mlp_forward", mlp_forward)


# %% solution="mlp_backward"
def mlp_backward(dy, cache):
    """The gradients of mlp_forward.

    dy : (N, n_L), and cache from mlp_forward
    returns dx : (N, n_0), and [(dW1, db1), …, (dWL, dbL)] in the order of params
    """
    ### BEGIN SOLUTION
    linear_caches, relu_caches = cache
    dx, dW, db = linear_backward(dy, linear_caches[-1])
    dparams = [(dW, db)]
    for linear_cache, relu_cache in zip(linear_caches[-2::-1], relu_caches[::-1], strict=True):
        du = relu_backward(dx, relu_cache)
        dx, dW, db = linear_backward(du, linear_cache)
        dparams.insert(0, (dW, db))
    return dx, dparams
    ### END SOLUTION


# %% check="mlp_backward"
check("mlp_backward", mlp_forward, mlp_backward)

# %% [markdown]
# That was backpropagation. To see what it is good for, count: how many forward passes does the
# slow definition need for a network with 6 inputs, two hidden layers of 5 and 3 outputs, and how
# many does yours need?

# %% practice=true
if ready("mlp_backward"):
    rng = np.random.default_rng(3)
    shapes = ((6, 5), (5, 5), (5, 3))
    net = [(rng.normal(size=shape), rng.normal(size=shape[1])) for shape in shapes]
    x_few, dy_few = rng.normal(size=(4, 6)), rng.normal(size=(4, 3))
    y_few, cache = mlp_forward(x_few, net)
    _, quick = mlp_backward(dy_few, cache)
    slow = parameter_gradients_by_nudging(x_few, net, dy_few)
    count = sum(W.size + b.size for W, b in net)
    print(f"nudging: {2 * count} forward passes.  yours: one forward, one backward")
    for layer, (mine, nudged) in enumerate(zip(quick, slow, strict=True), start=1):
        errors = [relative_error(a, b) for a, b in zip(mine, nudged, strict=True)]
        print(f"layer {layer}: relative error of dW {errors[0]:.1e}, of db {errors[1]:.1e}")
else:
    print("This cell waits for mlp_backward.")

# %% [markdown]
# ## 7 Spot the slip
#
# Formulas in lectures and posts contain slips, as everything does that people write. Whoever
# computes finds them. Three about this topic; for each, first say what you think holds, then run
# the cell.
#
# **The slope of ReLU at 0** (S0, "Derivation of activation functions", kind: *convention*). The
# table prints $f'(u) = 1$ for $u \ge 0$. The library takes 0 at $u = 0$. Who is right? Look at
# the slope from the right, from the left, and from both sides:

# %% practice=true
for h in (0.1, 1e-3, 1e-6):
    right = (relu_of_one(0 + h) - relu_of_one(0)) / h
    left = (relu_of_one(0) - relu_of_one(0 - h)) / h
    both = (relu_of_one(0 + h) - relu_of_one(0 - h)) / (2 * h)
    print(f"h = {h:g}: from the right {right:.2f}, from the left {left:.2f}, both {both:.2f}")
at_zero = np.sum(np.random.default_rng(4).normal(size=1_000_000) == 0)
print(f"Of a million random pre-activations, {at_zero} were exactly 0.")

# %% [markdown]
# There is no slope at 0 to be right about. Every number between 0 and 1 is the slope of a line
# that touches ReLU there from below (a *subgradient*), and each of them is accepted by the check.
# For training it makes no difference, because a pre-activation is hardly ever exactly 0. For a
# gradient check it does: nudging at a kink gives something in between, and looks like a mistake.
#
# **The index of a bias** (S1, "Output Layer", kind: *error*). Equation (4) gives the gradients
# $\nabla w^{m,i} = L'\varphi' y^i$ and $\nabla b^{m,i} = L'\varphi'$. What are the shapes?

# %% practice=true
if ready("linear_backward"):
    rng = np.random.default_rng(5)
    x_one, W_one, b_one = rng.normal(size=(1, 4)), rng.normal(size=(4, 3)), rng.normal(size=3)
    _, cache = linear_forward(x_one, W_one, b_one)
    delta = rng.normal(size=(1, 3))
    _, dW_one, db_one = linear_backward(delta, cache)
    with_index = np.tile(delta, (4, 1))  # an entry for every pair (m, i), as printed
    print("a bias for each of", b_one.size, "units; dW has", dW_one.size, "entries")
    print("the printed gradient has", with_index.size, "entries for", b_one.size, "biases")
    print("its entry is the same for every i:", bool(np.all(with_index == with_index[0])))
    print("right is one of them:", np.allclose(db_one, with_index[0]))
    print("and not their sum:   ", np.allclose(db_one, with_index.sum(axis=0)))
else:
    print("This cell waits for linear_backward.")

# %% [markdown]
# A unit has one weight per input $i$, but one bias only, so $\nabla b$ carries $m$ and no $i$.
# The value on the right-hand side is correct. Somebody who takes the index at its word and adds
# up over $i$ gets a gradient that is as many times too large as the unit has inputs.
#
# **Three meanings of n** (S1, "Output Layer", "Hidden Layers" and the list of 14 steps, kind:
# *error*). The output layer is "made of $n$ neurons", each of them adds up $\sum_{j=1}^n$ over
# the layer before, and the algorithm runs "for each layer $l \in [n, n-1, …, 1]$". Take it
# literally:

# %% practice=true
sizes = [64, 32, 10]  # 64 inputs, 32 hidden units, 10 outputs: two layers of weights
print("neurons of the output layer:        n =", sizes[-1])
print("terms of the sum of such a neuron:  n =", sizes[-2])
print("layers to run through:              n =", len(sizes) - 1)
n = sizes[-1]
try:
    np.zeros((1, sizes[-2])) @ np.zeros((n, n))
except ValueError:
    print(f"With one n for all, W is ({n}, {n}) and cannot be applied to {sizes[-2]} inputs.")

# %% [markdown]
# Three things need three names. We write `n_in`, `n_out`, and L for the number of layers.

# %% [markdown]
# ## 8 Your functions read handwriting
#
# Everything is in place. `Linear` and `ReLU` of the library keep the parameters and call a pair of
# functions; give them yours with `op=Op(forward, backward)`, and every output and every gradient of
# the network comes out of your code. Only the loss and the steps are still the library's.

# %% practice=true
if ready("linear_backward", "relu_backward"):
    rng = np.random.default_rng(0)
    my_linear, my_relu = Op(linear_forward, linear_backward), Op(relu_forward, relu_backward)
    network = Sequential(
        Linear(64, 128, rng=rng, op=my_linear),
        ReLU(op=my_relu),
        Linear(128, 10, rng=rng, op=my_linear),
    )
    history = fit(
        network,
        x_train,
        t_train,
        loss=softmax_cross_entropy,
        optimizer=SGD(network.parameters(), lr=0.05, momentum=0.9),
        epochs=25,
        batch_size=32,
        rng=rng,
        validation=(x_test, t_test),
    )
    training_curves(history, "Both losses fall: your gradients train a network")
    plt.show()
    print(f"Test images read correctly: {accuracy(network(x_test), t_test):.1%}")
else:
    print("This cell waits for linear_backward and relu_backward.")

# %% [markdown]
# *In words: two panels over the epochs, training solid, the images kept for testing dashed. Both
# losses fall steeply; then the one on training images goes on falling and the other levels off.
# The accuracies rise quickly above 90 %.*
#
# Which images does it get wrong? Would you have known?

# %% practice=true
if ready("linear_backward", "relu_backward"):
    predicted = network(x_test).argmax(axis=1)
    wrong = np.flatnonzero(predicted != t_test)[:8]
    with theme.style():
        figure, axes = plt.subplots(1, 8, figsize=(9, 1.9))
        for ax in axes:
            ax.axis("off")
        for ax, n in zip(axes, wrong, strict=False):
            ax.imshow(x_test[n].reshape(8, 8), cmap="gray_r")
            ax.set_title(f"is {t_test[n]}\nread {predicted[n]}", fontsize=9)
        figure.suptitle("Errors are mostly digits that are hard to read", x=0.02, ha="left")
        plt.show()
else:
    print("This cell waits for linear_backward and relu_backward.")

# %% [markdown]
# *In words: up to eight of the test images that the network reads wrongly, each with its true and
# its read digit above it.*
#
# ### The bug clinic
#
# Back to the five planted mistakes of section 1. In the picture below each way back, the correct
# one among them, has a letter instead of a name. Can you match the curves with the names? Write
# your diagnosis down.

# %% practice=true
shuffled = np.random.default_rng(6).permutation(len(BUGS))
letters = {letter: BUGS[i] for letter, i in zip("ABCDEF", shuffled, strict=True)}
with theme.style():
    figure, ax = plt.subplots(figsize=(7, 3.2))
    for style_number, (letter, bug) in enumerate(letters.items()):
        losses = [loss for loss, _ in curves[bug, 0]]
        marker = "osv^Dx"[style_number]
        ax.plot(range(1, len(losses) + 1), losses, marker=marker, markersize=4, label=letter)
    ax.set(xlabel="epoch", ylabel="loss on test images", yscale="log", ylim=(0.05, 20))
    ax.set_title("Six ways back: which curve is which mistake?")
    ax.legend(ncol=2)
    plt.show()

# %% [markdown]
# *In words: six curves of the loss on the test images over ten epochs, called A to F, on a
# logarithmic axis. One leaves the picture at the top. The other five fall; one of them a little
# more slowly, and four so close together that their order tells little.*

# %%
diagnosis = {"A": "", "B": "", "C": "", "D": "", "E": "", "F": ""}  # names as in BUGS

# %% practice=true
for letter, bug in letters.items():
    print(f"{letter} is {bug!r:16} you said {diagnosis[letter]!r}")

# %% [markdown]
# Apart from the sign, there is not much to go by. Now the other instrument: compare the gradient
# of each parameter with nudging, along random directions, in double precision. You have just
# built the network with all six ways back; this looks at its four parameters `W1`, `b1`, `W2`,
# `b2`.


# %% practice=true
def gradient_checks(network, x, t, rng):
    """One verdict for each parameter of the network, in order."""
    y, backward = network.forward(x, training=True)
    backward(softmax_cross_entropy(y, t)[1])

    def verdict(parameter):
        def loss_with(value):
            kept, parameter.data = parameter.data, value
            loss, _ = softmax_cross_entropy(network(x), t)
            parameter.data = kept
            return loss

        return check_gradient(loss_with, parameter.data, parameter.grad, rng)

    return [verdict(parameter) for parameter in network.parameters()]


linear, relu = own_or_library()
print(f"{'way back':16}" + "".join(f"{name:>10}" for name in ("W1", "b1", "W2", "b2")))
for bug in BUGS:
    rng = np.random.default_rng(7)
    patient = network_with(bug, linear, relu, rng, dtype="float64")
    found = gradient_checks(patient, x_train[:20].astype("float64"), t_train[:20], rng)
    print(f"{bug:16}" + "".join(f"{'ok' if result else 'WRONG':>10}" for result in found))

# %% [markdown]
# Every mistake is found, in a fraction of a second and without any training. The check even says
# where to look: if `W2` is right and `W1` is wrong, then the fault lies on the way from one to
# the other. Keep that habit: **check gradients before you train, not after.** Notebook 05 builds
# this instrument.

# %% [markdown]
# ## 9 Questions
#
# **A batch twice.** You write every row of `x` twice, one copy below the other, and do the same
# with `du`. What happens to the `dW` that `linear_backward` returns?
#
# - a: it stays the same
# - b: every entry is twice as large
# - c: every entry is half as large
# - d: it gets twice as many rows

# %% solution="answer_batch_twice"
answer_batch_twice = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_batch_twice = "b"
### END SOLUTION

# %% choice="batch_twice" key="b" points=1
check_choice("batch_twice", answer_batch_twice)

# %% [markdown]
# **Why this transpose?** A friend writes `dW = du.T @ x` and wonders why the check complains.
# Explain in a few sentences what is wrong with it, once from the shapes and once from the formula
# for a single weight. Say also in which convention your friend would be right. (Read by a person,
# 2 points.)

# %% [markdown] manual="why_transpose" points=2
# ### BEGIN SOLUTION
# Shapes: `dW` must have the shape of `W`, (n_in, n_out), because it is subtracted from it. With
# `x` (N, n_in) and `du` (N, n_out) the sum over the N samples has to be inside the product, so
# the transposed `x` must stand first; your friend gets (n_out, n_in). One weight: dL/dw_ij is the
# sum over n of x_ni times delta_nj. Row index i belongs to x and column index j to delta, which
# is entry (i, j) of x transposed times du. With samples in columns and u = W x + b the weights
# have the shape (n_out, n_in), and delta times x transposed, summed over the samples, is just
# what your friend wrote for samples in rows.
# ### END SOLUTION

# %% [markdown]
# ## 10 In PyTorch
#
# PyTorch does the same: it keeps what each operation needs on the way back, and `backward()` runs
# through them in reverse. If it is installed here, the cell compares its gradients with yours.

# %% practice=true
import importlib.util

if importlib.util.find_spec("torch") is None:
    print("PyTorch is not installed here; nothing later needs it.")
elif ready("mlp_backward"):
    import torch

    rng = np.random.default_rng(8)
    shapes = ((6, 5), (5, 3))
    net = [(rng.normal(size=shape), rng.normal(size=shape[1])) for shape in shapes]
    x_few, t_few = rng.normal(size=(4, 6)), np.array([0, 2, 1, 1])

    y_mine, cache = mlp_forward(x_few, net)
    _, mine = mlp_backward(softmax_cross_entropy(y_mine, t_few)[1], cache)

    (W1, b1), (W2, b2) = [[torch.tensor(a, requires_grad=True) for a in pair] for pair in net]
    y_torch = torch.relu(torch.tensor(x_few) @ W1 + b1) @ W2 + b2
    torch.nn.functional.cross_entropy(y_torch, torch.tensor(t_few)).backward()

    for layer, theirs in enumerate(((W1, b1), (W2, b2))):
        errors = [
            relative_error(a, b.grad.numpy()) for a, b in zip(mine[layer], theirs, strict=True)
        ]
        print(f"layer {layer + 1}: relative error of dW {errors[0]:.1e}, of db {errors[1]:.1e}")
else:
    print("This cell waits for mlp_backward.")

# %% [markdown]
# ## 11 Your cheat sheet
#
# Complete this page in your own words and keep it. Double-click to edit.
#
# | function | forward | back | what the cache must hold |
# |---|---|---|---|
# | linear | `u = x @ W + b` | `dx = …`, `dW = …`, `db = …` | … |
# | sigmoid | `z = …` | `du = dz * …` | … |
# | tanh | `z = …` | `du = dz * …` | … |
# | ReLU | `z = …` | `du = dz * …` | … |
#
# - `dz` means … and has the shape of …
# - A value used along several paths gets the … of their gradients. Examples here: …
# - The factor 1/N of a mean loss enters …, and nowhere else.
# - In books with samples in columns, my `W` is …, and my `x.T` turns into …
# - Before I train with a new way back, I …

# %% [markdown]
# ## What comes next
#
# Your functions form a chain. Real networks branch and join: a value is used twice, a layer is
# used again. **Notebook 05** turns the chain into a graph, builds the gradient check you used
# here, and shows what has to change when a weight is shared (almost nothing). **Notebook 06**
# looks at the slopes you wrote in section 5 and asks what is left of a gradient after ten of
# them.
