# %% [markdown]
# # Backpropagation by hand
#
# A neural network is trained by gradient descent. Gradient descent needs one number for every
# weight of the network: the derivative of the loss with respect to this weight. There is an obvious
# way to measure such a derivative. Change the weight a little, run the network again, and look at
# the change of the loss. But a network with a million weights then needs about a million runs for a
# single step of training.
#
# *Backpropagation* computes all these derivatives together, in one forward pass and one backward
# pass. It applies the chain rule from the loss back to the input. The gradient at each layer is
# computed once and passed on to the layer before. In this notebook you write backpropagation
# yourself.
# At the end, a network that classifies handwritten digits trains with your functions.
#
# **Afterwards you can**
#
# - derive the gradients of a layer with the chain rule, and confirm them with finite differences,
# - write the forward and the backward pass of a linear layer, of activation functions, of softmax
#   with cross-entropy, and of a multilayer perceptron,
# - decide from the shapes where a transpose belongs,
# - say what the backward pass costs in multiplications and memory,
# - test, find and repair a faulty line in a backward pass.
#
# **You need** partial derivatives, the chain rule, matrix products, and NumPy arrays as in notebook
# 00. Notebooks 02 (losses) and 03 (gradient descent) help.

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

# %% setup=true
import matplotlib.pyplot as plt
import numpy as np

from course_lib import functional
from course_lib.backend import choose_device
from course_lib.course.figures import slider
from course_lib.datasets import load_digits
from course_lib.gradient_check import check_op, numerical_gradient, relative_error
from course_lib.layers import Linear, ReLU
from course_lib.losses import softmax_cross_entropy
from course_lib.models import Sequential
from course_lib.op import Op
from course_lib.optimizers import SGD
from course_lib.plots import label_lines, paired_differences, theme
from course_lib.training import accuracy, fit
from grader.checking import check, check_choice, guess, ready, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 A guess first
#
# The *forward pass* of a network computes the output from the input. The *loss* is a number that
# says how wrong this output is. The *backward pass* computes the gradients: the derivatives of the
# loss with respect to all weights and biases. How bad is a mistake in the backward pass?
#
# Five programmers write the backward pass of the same network. It has one hidden layer of 128 units
# with the activation function ReLU, which replaces negative numbers by 0. Each programmer makes one
# mistake:
#
# 1. *Mask:* the backward pass ignores the ReLU. The gradient also passes through hidden units that
#    were inactive (their output was 0).
# 2. *Wrong weights:* the second layer computes the gradient for the hidden units with a fixed
#    random matrix in place of its weights.
# 3. *Frozen layer:* the backward pass sets all gradients of the first layer to 0. So the random
#    initial weights of this layer never change.
# 4. *No biases:* the backward pass sets the gradients of all biases to 0. So the biases never
#    change.
# 5. *Sign:* the backward pass of the ReLU returns the negative gradient. So the gradients of the
#    first layer have the wrong sign.
#
# Each programmer trains the network on images of handwritten digits for ten *epochs* (passes
# through all training images). We repeat each training with three random seeds and take the mean of
# the three test accuracies. Random guessing would classify about 10 % of the images correctly.
#
# **How many of the five networks classify more than 90 % of the test images correctly?** Write your
# guess, a number from 0 to 5, before you go on.

# %% guess="how many wrong networks learn"
guess("ps06_bugs", None, between=(0, 5))  # your guess in place of None: a number from 0 to 5

# %% [markdown]
# The data set has 1,797 images of 8 × 8 pixels. We hold out every fifth image as the *test set*.
# `x_train` has one image per row, and `t_train` holds the *targets*, the true digits.

# %% practice=true fold="Load the digits" after=false
digits = load_digits()
order = np.random.default_rng(0).permutation(len(digits.x))
x, t = digits.x[order], digits.t[order]
test = np.arange(len(x)) % 5 == 0
x_train, t_train, x_test, t_test = x[~test], t[~test], x[test], t[test]
print("training images:", x_train.shape, " test images:", x_test.shape)

# %% [markdown]
# The next cell contains the five mistakes. **We planted them on purpose.** The forward pass is
# correct in all five networks. You do not need to open the cell. In section 8 you find out which
# network has which mistake.

# %% practice=true fold="Define the five planted mistakes"
BUGS = ("none", "mask", "wrong weights", "frozen layer", "no biases", "sign")


def network_with(bug, linear, relu, rng, dtype="float32", hidden=128):
    """A network 64-hidden-10 whose backward pass contains the planted mistake `bug`."""
    first = second = linear
    activation = relu
    random_matrix = rng.normal(0, np.sqrt(2 / hidden), size=(10, hidden)).astype(dtype)

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
        activation = Op(relu.forward, lambda dz, cache: dz)
    elif bug == "sign":
        activation = Op(relu.forward, lambda dz, cache: -relu.backward(dz, cache))
    elif bug == "frozen layer":
        first = Op(linear.forward, frozen)
    elif bug == "no biases":
        first = second = Op(linear.forward, without_bias)
    elif bug == "wrong weights":
        second = Op(linear.forward, wrong_weights)
    return Sequential(
        Linear(64, hidden, rng=rng, op=first, dtype=dtype),
        ReLU(op=activation),
        Linear(hidden, 10, rng=rng, op=second, dtype=dtype),
    )


# %% [markdown]
# We train the network with the correct backward pass and with each of the five wrong ones. The
# cells use the functions of the course library (`course_lib`). (The steps use *momentum*, a variant
# of gradient descent: [notebook 08](../ps11/ps11_momentum.ipynb).)


# %% practice=true fold="Define the training"
def own_or_library():
    """Your two pairs of functions once they pass a first test, until then the library's."""
    if ready("linear_backward", "relu_backward"):
        print("This runs with your functions.")
        return Op(linear_forward, linear_backward), Op(relu_forward, relu_backward)
    print("This runs with the library's functions. Run it again when you have written yours.")
    return (
        Op(functional.linear_forward, functional.linear_backward),
        Op(functional.relu_forward, functional.relu_backward),
    )


def train(network, rng, epochs=10, name="network"):
    """Gradient descent with momentum. Returns [(loss, accuracy), …] on the test set, per epoch.

    The list ends early if the loss overflows.
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
        if name:
            print(f"{name}: the loss overflowed after {len(curve)} epochs")
    return curve


# %% practice=true fold="Train the six networks with three seeds"
linear, relu = own_or_library()
curves = {}
for bug in BUGS:
    for seed in range(3):
        rng = np.random.default_rng(seed)
        network = network_with(bug, linear, relu, rng)
        curves[bug, seed] = train(network, rng, name="")  # prints nothing

# %% practice=true fold="Compare with your guess"
reached = {bug: [curves[bug, seed][-1][1] for seed in range(3)] for bug in BUGS}
above = sum(np.mean(reached[bug]) > 0.9 for bug in BUGS if bug != "none")
reveal("ps06_bugs", above, "Wrong backward passes above 90 % (mean test accuracy of 3 seeds).")

# %% practice=true fold="Draw the test accuracies" after="ps06_bugs"
with theme.style():
    figure, ax = plt.subplots(figsize=(7, 3))
    for row, bug in enumerate(reversed(BUGS)):  # a bar for the mean, a dot for each seed
        ax.barh(row, np.mean(reached[bug]), color=theme.FORWARD if bug == "none" else "0.75")
        ax.plot(reached[bug], [row] * 3, "o", color="black", markersize=4)
    ax.axvline(0.9, color=theme.INK, linestyle="--")
    ax.text(0.89, 5.6, "90 %", ha="right", va="center")
    ax.set_yticks(range(len(BUGS)), reversed(BUGS))
    ax.set(xlabel="test accuracy", ylabel="mistake", xlim=(0, 1), ylim=(-0.6, 5.9))
    ax.grid(axis="y", visible=False)
    ax.set_title(f"Test accuracy: {above} of the 5 wrong backward passes reach 90 %")
    plt.show()
print("test accuracy for the seeds 0, 1 and 2")
for bug in BUGS:
    epochs = [len(curves[bug, seed]) for seed in range(3)]
    aside = f"  the loss overflowed after {epochs} epochs" if min(epochs) < 10 else ""
    print(f"{bug:13}", "  ".join(f"{value:.3f}" for value in reached[bug]) + aside)
if above:
    print(f"Networks above 90 % with a wrong backward pass: {above}.")

# %% [markdown] after="ps06_bugs"
# *In words: a horizontal bar for each of the six backward passes. Its length is the test accuracy
# after the last completed epoch, the mean over the seeds 0, 1 and 2. A dot marks each seed. The
# network with the wrong sign is no better than random guessing. The means of the other four
# mistakes lie above the dashed line at 90 %.*
#
# Four of the five networks still learn, although some gradients are wrong. So **a good result in
# training does not show that the gradient is correct.** In these four, the second layer receives
# the correct gradients of its weights (section 8 shows this). In *frozen
# layer* this second layer learns alone: the random initial weights of the 128 hidden units are good
# enough.
#
# Only *sign* does not learn. Its second layer receives correct gradients too, but its first layer
# makes its steps in the opposite direction. The loss grows until it
# overflows (becomes too large for a floating-point number), and the training stops.

# %% [markdown] after=false
# In this notebook we test gradients with *finite differences*: we change a number a little and
# measure how much the loss changes.

# %% claims=true
claim("1,797 images of 8 × 8 pixels", len(digits.x), equals=1797, within=0.5, given=[8])
claim("wrong sign is no better than random guessing", np.mean(reached["sign"]), below=0.15)
hidden_mistakes = ("mask", "wrong weights", "frozen layer", "no biases")
with_mistakes = np.array([np.mean(reached[bug]) for bug in hidden_mistakes])
claim("Four of the five networks still learn", with_mistakes, above=0.9, given=[4, 5])
claim("other four mistakes lie above the dashed line at 90 %", with_mistakes, above=0.9, given=[4])
words = "the random initial weights of the 128 hidden units are good enough"
claim(words, reached["frozen layer"], above=0.9, given=[128])

# %% [markdown]
# ## 2 The idea
#
# ### Forward pass
#
# A network is a chain of functions. A network with one hidden layer computes
#
# - the *pre-activation* $u = x W + b$ from the input $x$, in a *linear layer*,
# - the *activation* $z = \max(u, 0)$, with the *activation function* ReLU,
# - the output $y = z V + c$, in a second linear layer,
# - the loss $L$, which compares the output $y$ with the target $t$.
#
# The weights $W$ and $V$ and the biases $b$ and $c$ are the *parameters*. The **forward pass**
# computes $u$, $z$, $y$ and $L$ in this order.
#
# The input is a batch `x` of N samples with n_in numbers each. Its shape is (N, n_in): **one sample
# per row**. A layer has n_out units. The next cell defines the linear layer with slow loops. Your
# version must compute the same.


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
# Write `linear_forward` without loops. Return `u`, and also a `cache`: the values that the backward
# pass of this layer will need. You decide what the cache contains, because only your own
# `linear_backward` (section 4) reads it. If you are not sure yet, store all three inputs.


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
# ### Backward pass
#
# We write `dW` for the **gradient of the loss with respect to W**. It is the array of all
# derivatives $\partial L/\partial w_{ij}$, so it has the same shape as `W`. In the same way `dz` is
# the gradient of the loss with respect to `z`, and so on. **The gradients of the parameters are the
# purpose of the backward pass.** Gradient descent uses them in its step `W = W - lr * dW`, where
# `lr` is the learning rate (notebook 03). The other gradients help to compute these.
#
# The **backward pass** starts at the loss and computes the gradients in reverse order. It answers
# one question for each function of the chain: *we know how the loss reacts to the output of this
# function. How does the loss react to its input?* In exact terms: let a function compute $z$ from
# $u$. Its backward function receives `dz`, the *upstream gradient*. It returns `du`, the
# *downstream gradient*. For single numbers, the chain rule gives
#
# $$\frac{\partial L}{\partial u} = \frac{\partial L}{\partial z} \cdot
# \frac{\partial z}{\partial u}.$$
#
# The factor $\partial z/\partial u$ depends only on the function itself and on the value of its
# input. The effect of all later functions is contained in the upstream gradient. So you can write
# each backward function without knowing the rest of the network. In code, every forward function
# has its own backward function:
#
# ```
# z, cache = something_forward(u)
# du       = something_backward(dz, cache)
# ```

# %% practice=true fold="Draw the forward and the backward pass"
boxes = ["linear\nu = x W + b", "ReLU\nz = max(u, 0)", "linear\ny = z V + c", "loss\nL"]
forward_labels, backward_labels = ["x", "u", "z", "y"], ["dx", "du", "dz", "dy"]
with theme.style():
    figure, ax = plt.subplots(figsize=(9, 2.9))
    ends = [0.62, 0.72, 0.62, 0.3]  # half a width of each box
    arrow = {"arrowstyle": "->", "linewidth": 2, "shrinkA": 0, "shrinkB": 0}
    ahead, back = {**arrow, "color": theme.FORWARD}, {**arrow, "color": theme.GRADIENT}
    for i, text in enumerate(boxes):
        x_box = 2.2 * i + 1.1
        frame = plt.Rectangle((x_box - ends[i], -0.45), 2 * ends[i], 0.9, fill=False, linewidth=1.2)
        ax.add_patch(frame)
        ax.text(x_box, 0, text, ha="center", va="center")
        right = x_box - ends[i]
        left = x_box - 2.2 + ends[i - 1] if i else right - 0.85
        ax.annotate("", (right, 0.2), (left, 0.2), arrowprops=ahead)
        ax.annotate("", (left, -0.2), (right, -0.2), arrowprops=back)
        middle = (left + right) / 2
        ax.text(middle, 0.32, forward_labels[i], color=theme.FORWARD, ha="center", size=12)
        ax.text(middle, -0.5, backward_labels[i], color=theme.GRADIENT, ha="center", size=12)
        for k, text in ((1, "downstream\ngradient"), (2, "upstream\ngradient")):
            if i == k:
                ax.text(middle, -1.0, text, color=theme.GRADIENT, ha="center", size=9)
        if boxes[i].startswith("linear"):
            ax.annotate("", (x_box, -0.95), (x_box, -0.45), arrowprops=back)
            of_parameters = "dW, db" if i == 0 else "dV, dc"
            ax.text(x_box, -1.2, of_parameters, color=theme.GRADIENT, ha="center", size=12)
    ax.set(xlim=(-0.5, 8.1), ylim=(-1.3, 0.7))
    ax.set_title("Every value (blue) has a gradient (orange), and so do the parameters")
    ax.axis("off")
    plt.show()

# %% [markdown]
# *In words: four boxes in a row: linear, ReLU, linear, loss. Blue arrows carry x, u, z and y from
# left to right. Orange arrows carry dy, dz, du and dx from right to left. For the ReLU, dz is the
# upstream gradient and du is the downstream gradient. From each linear box one more orange arrow
# points down, to the gradients of its parameters: dW and db, dV and dc.*
#
# ### One number through the graph
#
# We begin with a network of single numbers: one hidden unit with the weight $w$ and the bias $b$,
# and one output. The output uses $z$ twice: it is the product $v z$ plus $z$ itself. We split the
# network into single operations, because the derivative of each operation fits into one line:
#
# $$p = w x, \quad u = p + b, \quad z = \max(u, 0), \quad q = v z, \quad y = q + z, \quad
# L = \tfrac12 (y - t)^2 .$$
#
# The next figure shows the *computational graph*. Every box is an operation, and every arrow
# carries a value.

# %% practice=true fold="Define the places in the graph"
BOXES = {"×": 1, "+": 3, "max(·, 0)": 5, "× ": 8.2, "+ ": 10.2, "½(· − t)²": 12.2}
HALF = {"×": 0.2, "+": 0.2, "max(·, 0)": 0.62, "× ": 0.2, "+ ": 0.2, "½(· − t)²": 0.62}
# Where each value flows: the height, the ends of its arrow, and the places of the two names.
FLOWS = {
    "x": (0.0, 0.8, 0.4),
    "p": (1.2, 2.8, 2.0),
    "u": (3.2, 4.38, 3.75),
    "z": (5.62, 8.0, 6.15),
    "q": (8.4, 10.0, 9.2),
    "y": (10.4, 11.58, 11.0),
    "L": (12.82, 13.6, 13.3),
}
ABOVE = {"w": 1, "b": 3, "v": 8.2, "t": 12.2}  # what enters a box from above
GIVEN = {"x": 2.0, "w": 3.0, "b": -1.0, "v": -2.0, "t": 1.0}
NAMES = {"dz1": "dz₁", "dz2": "dz₂"}
ARROW = {"arrowstyle": "->", "linewidth": 1.5, "shrinkA": 0, "shrinkB": 0}


def write(ax, place, name, colour, values, new):
    """A name with its value, if it is known; in a frame, if it is new."""
    if name in values or name in FLOWS:
        known = f" = {values[name]:g}".replace("-", "−") if name in values else ""
        text = ax.text(*place, NAMES.get(name, name) + known, color=colour, size=11)
        text.set(ha="center", va="center")
        if name in new:
            text.set_bbox({"boxstyle": "round,pad=0.2", "edgecolor": colour, "facecolor": "none"})


# %% practice=true fold="Draw the graph of the small network"
def draw_graph(values, title, new=()):
    """The graph with all values that are known; those named in `new` have a frame."""
    with theme.style():
        figure, ax = plt.subplots(figsize=(8.6, 3.2))
    back, ahead = ({**ARROW, "color": colour} for colour in (theme.GRADIENT, theme.FORWARD))
    names = []  # (name, place, colour)
    for name, (left, right, at) in FLOWS.items():
        ax.annotate("", (right, 0.07), (left, 0.07), arrowprops=ahead)
        names += [(name, (at, 0.32), theme.FORWARD), (f"d{name}", (at, -0.36), theme.GRADIENT)]
        if f"d{name}" in values:
            start = 6.75 if name == "z" else right  # where the two uses of z join
            ax.annotate("", (left, -0.07), (start, -0.07), arrowprops=back)
    for name, x in ABOVE.items():
        ax.annotate("", (x - 0.08, 0.2), (x - 0.08, 0.75), arrowprops=ahead)
        names += [(name, (x, 1.32), theme.FORWARD), (f"d{name}", (x, 0.95), theme.GRADIENT)]
        if f"d{name}" in values:
            ax.annotate("", (x + 0.08, 0.75), (x + 0.08, 0.2), arrowprops=back)
    # The second use of z: a branch below the product, into the second sum.
    ax.plot([6.85, 6.85, 10.13], [0.07, -0.95, -0.95], color=theme.FORWARD, linewidth=1.5)
    ax.annotate("", (10.13, -0.2), (10.13, -0.95), arrowprops=ahead)
    names += [("dz1", (7.5, -0.36), theme.GRADIENT), ("dz2", (8.6, -1.36), theme.GRADIENT)]
    if "dz1" in values:
        ax.annotate("", (7.0, -0.07), (8.0, -0.07), arrowprops=back)
    if "dz2" in values:
        ax.plot([10.28, 10.28, 7.0], [-0.2, -1.08, -1.08], color=theme.GRADIENT, linewidth=1.5)
        ax.annotate("", (7.0, -0.5), (7.0, -1.08), arrowprops=back)
    if "dz" in values:
        ax.text(5.8, -0.78, "dz = dz₁ + dz₂", color=theme.GRADIENT, ha="center", size=11)
    for name, place, colour in names:
        write(ax, place, name, colour, values, new)
    for operation, x in BOXES.items():
        corner, width = (x - HALF[operation], -0.2), 2 * HALF[operation]
        ax.add_patch(plt.Rectangle(corner, width, 0.4, facecolor="white", edgecolor=theme.INK))
        ax.text(x, 0, operation.strip(), ha="center", va="center", size=10)
    ax.set(xlim=(-0.3, 13.9), ylim=(-1.6, 1.5))
    ax.set_title(title, loc="left")
    ax.axis("off")
    return figure


draw_graph(GIVEN, "Graph of the small network with its input, parameters and target")
plt.show()

# %% [markdown]
# *In words: six operations in a row: multiply, add, maximum with 0, multiply, add, half the squared
# difference. The input x = 2 enters on the left. From above, w = 3 enters the first multiplication,
# b = −1 the first addition, v = −2 the second multiplication, and t = 1 the loss. The arrows
# between the operations are named p, u, z, q and y. A branch leads z around the second
# multiplication, into the second addition. L leaves on the right.*

# %% [markdown]
# The given numbers are x = 2, w = 3, b = −1, v = −2 and t = 1. Take a pencil. Forward pass: compute
# $p$, $u$, $z$, $q$, $y$ and $L$ from left to right. Backward pass: the derivative of
# $\frac12 (y - t)^2$ with respect to $y$ is $y - t$, so start with $dy = y - t$. Then go from right
# to left. For each input of an operation, multiply the upstream gradient by the operation's
# derivative with respect to this input. Two gradients arrive at $z$, one from each of its uses. A
# change of $z$ changes the loss through both uses, so **add** them. **What is the gradient `dw`?**

# %% guess="the gradient dw"
guess("ps06_dw", None)  # your dw in place of None


# %% fold="Compute the gradients of the small network"
def small_network(x=2.0, w=3.0, b=-1.0, v=-2.0, t=1.0):
    """All values of the forward pass, then all gradients of the backward pass, by their names."""
    p = w * x
    u = p + b
    z = max(u, 0.0)
    q = v * z
    y = q + z
    L = 0.5 * (y - t) ** 2

    dy = y - t  # the derivative of the loss
    dq, dz2 = dy, dy  # a sum has the derivative 1 with respect to each term
    dv, dz1 = dq * z, dq * v  # v z has the derivative z with respect to v, and v to z
    dz = dz1 + dz2  # z is used twice
    du = dz if u > 0 else 0.0  # the derivative of max(u, 0) is 1 if u > 0, and 0 if u < 0
    dp, db = du, du
    dw, dx = dp * x, dp * w
    return dict(locals())


# %% practice=true
values = small_network()
reveal("ps06_dw", values["dw"], "The value of dw from the backward pass.")

# %% [markdown]
# ### Finite differences
#
# Is this `dw` correct? We can test it without any formula for the backward pass. Run the forward
# pass twice: once with $w + h$ and once with $w - h$, where $h$ is a small number. The *central
# difference* approximates the derivative:
#
# $$\frac{\partial L}{\partial w} \approx \frac{L(w + h) - L(w - h)}{2h}.$$

# %% practice=true after="ps06_dw"
h = 1e-6
difference = (small_network(w=3 + h)["L"] - small_network(w=3 - h)["L"]) / (2 * h)
print(f"backward pass:      dw = {values['dw']:.12f}")
print(f"central difference: dw = {difference:.12f}")

# %% [markdown]
# The central difference needs two forward passes for a single weight, so we use it only to test
# gradients. Here the two numbers differ only because the computer rounds: $L$ is a quadratic
# function of $w$ near this point, and for such functions the central difference is exact.
#
# Move the slider and follow the numbers: first forward in blue, then backward in orange.

# %% practice=true fold="Show the forward and the backward pass step by step" after="ps06_dw"
STEPS_IN_GRAPH = (
    ("The input, the parameters and the target are given", ""),
    *((f"Forward pass: compute {name}", name) for name in "puzqyL"),
    ("Backward pass: the loss gives dy = y − t", "dy"),
    ("Backward pass: the sum passes dy on, so dq = dy and dz₂ = dy", "dq dz2"),
    ("Backward pass: the product gives dz₁ = dq · v and dv = dq · z", "dz1 dv"),
    ("Backward pass: z is used twice, so dz = dz₁ + dz₂", "dz"),
    ("Backward pass: u > 0, so the maximum gives du = dz", "du"),
    ("Backward pass: the sum passes du on, so dp = du and db = du", "dp db"),
    ("Backward pass: the product gives dx = dp · w and dw = dp · x", "dx dw"),
)


def draw_step(step):
    """The graph with all values that are known after so many steps."""
    title, new = STEPS_IN_GRAPH[step]
    known = " ".join(names for _, names in STEPS_IN_GRAPH[: step + 1]).split()
    return draw_graph(GIVEN | {name: values[name] for name in known}, title, new.split())


slider(
    draw_step,
    range(len(STEPS_IN_GRAPH)),
    name="step",
    alt="The graph of the small network. Values appear from left to right, then gradients from "
    "right to left.",
    dpi=112,
    stills=7,
    start=len(STEPS_IN_GRAPH) - 1,
)

# %% [markdown] after="ps06_dw"
# *In words: the graph of the small network. The values appear in blue from left to right: p = 6, u
# = 5, z = 5, q = −10, y = −5, L = 18. Then the gradients appear in
# orange from right to left: dy = −6, dq = −6 and dz₂ = −6, dz₁ = 12 and dv = −30, their sum dz = 6,
# du = 6, dp = 6 and db = 6, dx = 18 and dw = 12.*

# %% [markdown]
# Five rules explain all gradients of this graph:
#
# - The **loss** ½(y − t)² has the derivative y − t. The backward pass starts with it.
# - A **sum** passes its upstream gradient on unchanged, to each of its terms.
# - A **product** gives each factor the upstream gradient times the value of the *other* factor.
# - A value that is **used several times** gets the sum of the gradients from all its uses.
# - The **maximum** max(u, 0) passes the gradient on if the unit is active (u > 0). If the unit is
#   inactive, the downstream gradient is 0.
#
# The product shows why we need a cache: `dw` is computed with the value of `x`, so `x` must be
# stored until the backward pass. The next cell sets b = −7, so that the unit is inactive.

# %% practice=true
inactive = small_network(b=-7.0)
for name in ("u", "z", "du", "dp", "db", "dw", "dx", "dv"):
    print(f"{name:2} = {inactive[name] + 0:g}")  # + 0 turns −0 into 0

# %% [markdown]
# The gradients du, dp, db, dw and dx are 0, because the maximum blocks the gradient. dv is 0 as
# well, because dv = dq · z and z = 0.
#
# <details><summary>The same gradients from one formula for the network</summary>
#
# You can also write the network as one formula and differentiate it:
#
# $$\frac{\partial L}{\partial w} = (y - t) \cdot (v + 1) \cdot f'(u) \cdot x, \qquad
# \frac{\partial L}{\partial b} = (y - t) \cdot (v + 1) \cdot f'(u), \qquad
# \frac{\partial L}{\partial v} = (y - t) \cdot z,$$
#
# where $f'(u)$ is the derivative of $f(u) = \max(u, 0)$. The factor $v + 1$ is the sum over the two
# uses of $z$. The product $(y - t)(v + 1) f'(u)$ appears in two formulas. The backward pass
# computes it once: it is $du$.
#
# </details>

# %% claims=true
claim(
    "The gradients du, dp, db, dw and dx are 0",
    sum(inactive[name] != 0 for name in ("du", "dp", "db", "dw", "dx")),
    below=0.5,
    given=[0],
)
claim("dv is 0 as well", abs(inactive["dv"]), below=1e-9, given=[0])
for name, value, other in (("dw", 12, 18), ("dx", 18, 12)):
    claim("dx = 18 and dw = 12", values[name], equals=value, within=0.1, given=[other])

# %% [markdown]
# ## 3 From the chain rule to deltas
#
# ### One layer, one sample
#
# Now a layer has several units. The inputs $x_i$ of one sample enter every unit $j$, which computes
#
# $$u_j = \sum_i x_i\, w_{ij} + b_j .$$
#
# The weight $w_{ij}$ leads from input $i$ to unit $j$. We call the gradient of the loss with
# respect to the pre-activation the *delta* of the unit: $\delta_j = \partial L/\partial u_j$. In
# code, the array of all deltas is `du`. Suppose that we know the deltas. The chain rule then gives
# three gradients:
#
# - **Weight.** $w_{ij}$ affects the loss only through $u_j$, and
#   $\partial u_j/\partial w_{ij} = x_i$. Therefore $\partial L/\partial w_{ij} = \delta_j\, x_i$.
# - **Bias.** $b_j$ affects the loss only through $u_j$, and $\partial u_j/\partial b_j = 1$.
#   Therefore $\partial L/\partial b_j = \delta_j$. (S0 treats the bias as the weight of an extra
#   input that is always 1.)
# - **Input.** $x_i$ affects the loss through *every* unit $j$, with
#   $\partial u_j/\partial x_i = w_{ij}$. The chain rule adds all these paths:
#   $\partial L/\partial x_i = \sum_j w_{ij}\,\delta_j$.
#
# ### Through an activation function
#
# Let $f$ be an activation function, such as the ReLU, and let $z_j = f(u_j)$. Then $u_j$ affects
# the loss only through $z_j$, and $\partial z_j/\partial u_j = f'(u_j)$. Therefore
# $\partial L/\partial u_j = f'(u_j)\,\partial L/\partial z_j$.

# %% [markdown]
# ### The delta recursion
#
# A network with several layers has deltas in each layer. The backward pass begins with the deltas
# of the output layer. From the deltas of each layer it computes the deltas of the layer before.
# This step is the *delta recursion*.
#
# Write the three steps below as code, for one sample and a network with one hidden layer.
#
# 1. **Output layer.** The network has $K$ outputs $y_k$, and the loss is
#    $L = \tfrac12 \sum_k (y_k - t_k)^2$. The last layer has no activation function, so $y_k = u_k$.
#    Find $\delta_k = \partial L/\partial u_k$. In the code this is `delta_next`.
# 2. **Hidden layer.** The activations $z_j = f(u_j)$ are the inputs of the next layer, which has
#    the weights $w^{\text{next}}_{jk}$ and the deltas $\delta^{\text{next}}_k$. Here the next layer
#    is the output layer, so $\delta^{\text{next}}$ is the result of step 1. Find $\delta_j$, in the
#    code `delta`. Combine two results from above: the gradient of an input, and the step through
#    $f$. The argument `derivative` contains the numbers $f'(u_j)$.
# 3. **Weights of the hidden layer.** Compute the array of $\partial L/\partial w_{ij}$ for all $i$
#    and $j$, from the $\delta_j$ of step 2 and the inputs $x_i$. `np.outer` helps.
#
# <details><summary>Hint for step 2</summary>
#
# Hidden unit $j$ affects all $K$ units of the next layer, so there is a sum over $k$. Write down
# the sum for one $j$. Which product of a matrix and a vector has these sums as its entries? What
# does the step through $f$ add?
#
# </details>


# %% solution="one_sample"
def one_sample(x, derivative, W_next, y, t):
    """The deltas of the output layer and of the hidden layer, and the hidden layer's dW.

    x          : (I,)     inputs of the hidden layer
    derivative : (J,)     f'(u_j) for the J hidden units
    W_next     : (J, K)   weight from hidden unit j to output unit k
    y, t       : (K,)     outputs and targets
    returns delta_next : (K,), delta : (J,), dW : (I, J)
    """
    ### BEGIN SOLUTION
    delta_next = y - t
    delta = derivative * (W_next @ delta_next)
    return delta_next, delta, np.outer(x, delta)
    ### END SOLUTION


# %% [markdown]
# The next two cells compare your three results with central differences, in a network with 5
# inputs, 3 outputs and 4 hidden units with the activation function tanh (section 5).
# `numerical_gradient` computes the central difference of section 2 for each entry of an array.


# %% practice=true fold="Define the comparison with central differences"
def compare(name, attempt, numerical):
    """Print whether the function `attempt` returns the gradient that central differences give."""
    try:
        mine = np.asarray(attempt())
    except NotImplementedError:
        print(f"{name:10} not written yet")
        return
    if mine.shape != numerical.shape:
        print(f"{name:10} has shape {mine.shape}, expected {numerical.shape}")
        return
    difference = np.max(np.abs(mine - numerical))
    verdict = "agrees" if difference < 1e-6 * (1 + np.max(np.abs(numerical))) else "DIFFERS"
    print(f"{name:10} {verdict:8} largest difference {difference:.0e}")


# %% practice=true fold="Compare your three formulas with central differences"
rng = np.random.default_rng(1)
x1, W1, b1 = rng.normal(size=5), rng.normal(size=(5, 4)), rng.normal(size=4)
W2, t_small = rng.normal(size=(4, 3)), rng.normal(size=3)


def small_loss(u2):
    """Half the squared distance between the output and the target."""
    return 0.5 * np.sum((u2 - t_small) ** 2)


u1 = x1 @ W1 + b1
u2 = np.tanh(u1) @ W2
delta2 = numerical_gradient(small_loss, u2, 1e-6)
delta1 = numerical_gradient(lambda u: small_loss(np.tanh(u) @ W2), u1, 1e-6)
dW1 = numerical_gradient(lambda W: small_loss(np.tanh(x1 @ W + b1) @ W2), W1, 1e-6)
derivative1 = (np.tanh(u1 + 1e-6) - np.tanh(u1 - 1e-6)) / 2e-6  # f'(u_j), by central differences
measured = {"delta_next": delta2, "delta": delta1, "dW": dW1}
for place, (name, numerical) in enumerate(measured.items()):
    compare(
        name,
        lambda place=place: one_sample(x1, derivative1, W2, u2, t_small)[place],
        numerical,
    )

# %% practice=true fold="Draw the delta recursion"
with theme.style():
    figure, ax = plt.subplots(figsize=(7.4, 3.9))
    arrow = {"arrowstyle": "->", "linewidth": 1.8, "shrinkA": 0, "shrinkB": 0}
    back = {**arrow, "color": theme.GRADIENT}
    circle = {"facecolor": "white", "edgecolor": theme.INK, "zorder": 3}
    names = {"ha": "center", "va": "center", "zorder": 4}
    unit, below = 0.36, {**names, "color": theme.GRADIENT}
    for k, height in enumerate((1.45, 0.0, -1.45), start=1):
        way = np.array([3.3, height])
        step = way / np.hypot(*way)
        ax.annotate("", 0.42 * step, way - unit * step, arrowprops=back)
        aside = (-0.25, 0.42 * np.sign(height)) if height else (0, 0.3)  # beside the arrow
        place = 0.6 * way + aside
        ax.text(*place, rf"$w^{{\rm next}}_{{j{k}}}\,\delta^{{\rm next}}_{k}$", **below, size=14)
        ax.add_patch(plt.Circle((3.3, height), unit, **circle))
        ax.text(3.3, height, f"{k}", **names, size=12)
        ax.annotate("", (3.3 + unit, height), (4.3, height), arrowprops=back)
        ax.text(4.65, height, rf"$\delta^{{\rm next}}_{k}$", **below, size=14)
    ax.add_patch(plt.Circle((0, 0), 0.42, **circle))
    ax.text(0, 0, r"$\Sigma$", **names, size=16)
    ax.annotate("", (-1.1, 0), (-0.42, 0), arrowprops=back)
    ax.add_patch(plt.Rectangle((-2.4, -0.36), 1.3, 0.72, **circle))
    ax.text(-1.75, 0, r"$\times\, f\,'(u_j)$", **names, size=13)
    ax.annotate("", (-3.2, 0), (-2.4, 0), arrowprops=back)
    ax.text(-3.45, 0, r"$\delta_j$", **below, size=14)
    ax.text(-1.0, -0.85, "hidden unit j", **names)
    ax.text(3.3, 2.05, "next layer", **names)
    ax.set(xlim=(-3.75, 4.8), ylim=(-2.0, 2.3), aspect="equal")
    ax.set_title("The delta of a hidden unit j is a sum over the K = 3 units of the next layer")
    ax.axis("off")
    plt.show()

# %% [markdown]
# *In words: all arrows point to the left. On the right, the deltas $\delta^{\text{next}}_1$,
# $\delta^{\text{next}}_2$ and $\delta^{\text{next}}_3$ enter the K = 3 units of the next layer.
# From each unit k an arrow with the product $w^{\text{next}}_{jk}\delta^{\text{next}}_k$ leads to
# the sum at hidden unit j. The sum is multiplied by $f'(u_j)$, and $\delta_j$ leaves on the left.*
#
# Step 2 gives the central equation of backpropagation, the **delta recursion**. Put its $\delta_j$
# into the formula of step 3, $\partial L/\partial w_{ij} = \delta_j x_i$. The gradient of a hidden
# weight then has three factors (S1, "Hidden Layers"):
#
# $$\delta_j = f'(u_j) \sum_k w^{\text{next}}_{jk}\, \delta^{\text{next}}_k, \qquad
# \frac{\partial L}{\partial w_{ij}} =
# \underbrace{\Big(\sum_k w^{\text{next}}_{jk}\, \delta^{\text{next}}_k\Big)}_{\text{next layer}}
# \cdot \underbrace{f'(u_j)}_{\text{this unit}} \cdot \underbrace{x_i}_{\text{its input}} .$$
#
# The backward pass uses the same weights as the forward pass. The recursion starts at the output
# layer, and every layer uses the result of the layer after it.
#
# <details><summary>The derivation of the output delta, the delta recursion and the weight
# gradient</summary>
#
# **Output delta.** With $y_k = u_k$ the loss is $L = \frac12 \sum_m (u_m - t_m)^2$.
#
# - Only the term $m = k$ depends on $u_k$. By the chain rule its derivative is
#   $\frac12 \cdot 2\,(u_k - t_k) \cdot 1$.
# - Hence $\delta_k = u_k - t_k = y_k - t_k$.
#
# **Delta recursion.** The next layer computes
# $u^{\text{next}}_k = \sum_j z_j\, w^{\text{next}}_{jk} + b^{\text{next}}_k$ with $z_j = f(u_j)$.
#
# - $u_j$ affects the loss through $z_j$, and $z_j$ affects it through all $u^{\text{next}}_k$. The
#   chain rule adds all paths:
#
#   $$\delta_j = \frac{\partial L}{\partial u_j} = \sum_k
#   \frac{\partial L}{\partial u^{\text{next}}_k} \cdot
#   \frac{\partial u^{\text{next}}_k}{\partial z_j} \cdot \frac{\partial z_j}{\partial u_j} .$$
#
# - The first factor is $\delta^{\text{next}}_k$, by definition.
# - The second factor is $w^{\text{next}}_{jk}$, because $z_j$ has this weight in the sum.
# - The third factor is $f'(u_j)$. It does not depend on $k$, so we can write it before the sum.
#
# **Weight gradient.** $w_{ij}$ affects the loss only through $u_j = \sum_m x_m w_{mj} + b_j$.
#
# - Only the term $m = i$ contains $w_{ij}$, so $\frac{\partial u_j}{\partial w_{ij}} = x_i$.
# - Hence
#
#   $$\frac{\partial L}{\partial w_{ij}} = \frac{\partial L}{\partial u_j} \cdot
#   \frac{\partial u_j}{\partial w_{ij}} = \delta_j\, x_i .$$
#
#   This is entry $(i, j)$ of the outer product of $x$ and $\delta$.
#
# </details>

# %% [markdown]
# ### Many samples
#
# All N samples of a batch use the same `W` and `b`. So each weight affects the loss along N paths,
# one per sample, and the chain rule adds these paths. Let $x_{ni}$ be input $i$ of sample $n$, and
# $\delta_{nj}$ the delta of unit $j$ for this sample. Then
#
# $$\frac{\partial L}{\partial w_{ij}} = \sum_n x_{ni}\,\delta_{nj}.$$
#
# This is a sum and not a mean. If the loss is a mean over the samples, its factor 1/N is already
# contained in the deltas. The delta recursion needs no such sum: it holds for each sample
# separately.

# %% [markdown]
# ### Rows or columns?
#
# S0, S1, S3 and S4 write a sample as a *column* and multiply from the left: $u = W x + b$. Then $W$
# has one row per output unit. We write samples as rows: `u = x @ W + b`, so our `W` is the
# transpose of theirs. Columns appear only where we quote a source.
#
# | quantity | one sample as a column (S4) | a batch in rows (here) |
# |---|---|---|
# | forward pass | $u = W x + b$ | `u = x @ W + b` |
# | shape of the weights | (n_out, n_in) | (n_in, n_out) |
# | inputs per unit (*fan-in*) | `W.shape[1]` | `W.shape[0]` |
#
# There is a third convention: `torch.nn.Linear` keeps the samples in rows, but stores the weights
# in the shape (n_out, n_in) and computes $x W^\top + b$.
#
# The shapes tell you where a transpose belongs. For example, the gradient `dW` must have the shape
# of `W`. If N, n_in and n_out are three different numbers, only one product of `x` and `du` has
# this shape. If two of the numbers are equal, several products can have the right shape. Then only
# the formula $\sum_n x_{ni}\,\delta_{nj}$ from above decides.
#
# <details><summary>The letters of the sources S0, S1 and S4</summary>
#
# This table translates the letters of the lecture texts:
#
# | here | S0 | S1 | S4 |
# |---|---|---|---|
# | pre-activation `u` | $u$ | $z$ | $z$ |
# | activation `z` | $z$ | $y$ | $v$ |
# | activation function $f$ | $f$ | $\varphi$ | $\varphi$ |
# | target `t` | $d$ | $t$ | $y$ |
# | weight $w_{ij}$ from unit $i$ to unit $j$ | $w_{ji}$ | $w^{j,i}$ | $w_{j,i}$ |
# | `dz` | | $\Delta$, "aggregated error" | |
# | `du`, the deltas | $\delta$ | $\delta = \Delta\,\varphi'$ | $\delta$ |
#
# S0 also writes the whole network as a nested function, with samples as columns. With three layers
# it is $y = f(W_3\, f(W_2\, f(W_1 x)))$. For half the squared error, the derivative of the loss
# with respect to a weight $w$ is $(y - d)^\top \partial y/\partial w$. Let $w$ lead from input $i$
# to unit $j$ of the first layer. The chain rule gives
#
# $$\frac{\partial y}{\partial w} = F_3\, W_3\, F_2\, W_2\, F_1\, e_j\, x_i .$$
#
# Here $F_l$ is the diagonal matrix of the derivatives $f'$ in layer $l$. The vector $e_j$ is 1 at
# unit $j$ and 0 elsewhere. The backward pass multiplies from the left, so it begins with the last
# layer.
#
# </details>

# %% [markdown]
# ## 4 The linear layer
#
# For this layer `du` is the upstream gradient, of shape (N, n_out). Ask the question of section 2
# again: we know how the loss reacts to `u`. How does it react to `x`, `W` and `b`? Section 3 has
# the three answers. The folded cell contains them as slow loops. Open it after your own attempt.


# %% fold="Define the gradients as slow loops"
def linear_backward_in_loops(du, x, W):
    """The gradients of linear_forward_in_loops; every += adds one path of the chain rule."""
    dx, dW, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(W.shape[1])
    for n in range(x.shape[0]):
        for j in range(W.shape[1]):
            db[j] += du[n, j]
            for i in range(x.shape[1]):
                dW[i, j] += x[n, i] * du[n, j]
                dx[n, i] += W[i, j] * du[n, j]
    return dx, dW, db


# %% [markdown]
# Write `linear_backward` without loops. Prepare it on paper: let N = 5, n_in = 3 and n_out = 2.
# Write down the shapes of `x`, `W` and `du`, then the shapes of `dx`, `dW` and `db`. For each of
# the three gradients, find the product or the sum that has the right shape. Compare your formula
# with the loops.


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
    return dx, dW, db
    ### END SOLUTION


# %% check="linear_backward"
check("linear_backward", linear_forward, linear_backward)

# %% practice=true fold="Draw the sum over the samples"
if ready("linear_backward"):
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 2.9))

        def block(left, rows, columns, colour, name, shape, row=None, column=None):
            """A matrix of squares, centred; one row or one column is filled."""
            for r in range(rows):
                for k in range(columns):
                    filled = r == row or k == column
                    corner = (left + k, rows / 2 - r - 1)
                    face = colour if filled else "white"
                    ax.add_patch(plt.Rectangle(corner, 1, 1, facecolor=face, edgecolor=colour))
            ax.text(left + columns / 2, 2.85, name, ha="center", color=colour, size=13)
            ax.text(left + columns / 2, -3.3, shape, ha="center", color=theme.INK)

        block(0, 3, 5, theme.FORWARD, "$x^\\top$", "(n_in, N) = (3, 5)", row=1)
        ax.text(6.0, 0, "·", ha="center", va="center", size=18)
        block(7, 5, 2, theme.GRADIENT, "du", "(N, n_out) = (5, 2)", column=0)
        ax.text(10.4, 0, "=", ha="center", va="center", size=14)
        block(12, 3, 2, theme.GRADIENT, "dW", "(n_in, n_out) = (3, 2)")
        ax.add_patch(plt.Rectangle((12, -0.5), 1, 1, facecolor=theme.GRADIENT))
        ax.set(xlim=(-0.3, 15.3), ylim=(-3.6, 3.6), aspect="equal")
        ax.set_title("One entry of dW: the sum of input i times delta j over all samples")
        ax.axis("off")
        plt.show()
else:
    print("This cell waits.")

# %% [markdown]
# *In words: the matrix x transposed has three rows, one per input, and five columns, one per
# sample. The matrix du has five rows, one per sample, and two columns, one per unit. Their product
# dW has three rows and two columns. One row of x transposed, one column of du and the entry of dW
# that they give are filled.*
#
#
# <details><summary>The derivation of the three gradients in matrix form</summary>
#
# A matrix product is defined by $(AB)_{ij} = \sum_n A_{in} B_{nj}$. In the loops, `dW` and `dx` are
# such sums.
#
# - $dW_{ij} = \sum_n x_{ni}\, du_{nj} = \sum_n (x^\top)_{in}\, du_{nj}$, so $dW = x^\top du$. The
#   shapes are (n_in, N) times (N, n_out).
# - $dx_{ni} = \sum_j w_{ij}\, du_{nj} = \sum_j du_{nj}\, (W^\top)_{ji}$, so $dx = du\, W^\top$. The
#   shapes are (N, n_out) times (n_out, n_in).
# - $db_j = \sum_n du_{nj}$ is the sum over the samples, the rows of $du$.
#
# So `du_next @ W_next.T` contains the sums of the delta recursion for all samples. The line
# `du = derivative * (du_next @ W_next.T)` computes all deltas of a layer.
#
# </details>
#
# `check_op` tests a gradient such as `dW` without its formula:
#
# 1. It chooses a random array `du` and uses the loss L = sum of `du * u`. The gradient of this L
#    with respect to `u` is exactly `du`.
# 2. It adds a small random array R, called a *direction*, to `W` and measures the change of L.
# 3. It compares this change with the sum of `dW * R`: each derivative times the change of its
#    weight. So one direction tests all entries of `dW` at once.
#
# It repeats this for 8 directions, also for `dx` and `db`. The cell prints the largest relative
# differences.

# %% practice=true fold="Test linear_backward with check_op"
if ready("linear_backward"):
    rng = np.random.default_rng(2)
    inputs = [rng.normal(size=shape) for shape in ((5, 3), (3, 2), (2,))]
    results = check_op(Op(linear_forward, linear_backward), inputs, rng)
    for name, result in zip(("dx", "dW", "db"), results, strict=True):
        print(f"{name}: {result}")
else:
    print("This cell waits.")

# %% [markdown]
# **The bias is a weight.** Append a column of ones to `x`, and append the bias to `W` as a last
# row. Then the product $x W$ already contains the bias. So `db` must be the last row of the new
# `dW`. The cell tests this with your functions.

# %% practice=true fold="Compare db with the last row of the new dW"
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
    print("This cell waits.")

# %% [markdown]
# ### Spot the slip
#
# Optional, for readers of S1. The fold explains two slips in S1, and the cell shows both.
#
# <details><summary>Two slips of S1: an index and a letter</summary>
#
# - **The index of a bias** (S1, "Output Layer"; an *error* of the source). Equation (4) gives the
#   gradients $\nabla w^{m,i} = L'\varphi' y^i$ and $\nabla b^{m,i} = L'\varphi'$ for unit $m$ and
#   input $i$. In our letters, the right-hand sides are $\delta_m x_i$ and $\delta_m$. A unit has
#   one weight for each input $i$, but only one bias. So $\nabla b$ has the index $m$ and no index
#   $i$. The right-hand side is correct. But if you believe the index and add the entries over $i$,
#   your gradient is too large by a factor of `n_in`, the number of inputs.
# - **Three meanings of n** (S1, "Output Layer", "Hidden Layers" and the list of 14 steps; an
#   *error* of the source). The output layer is "made of $n$ neurons". The sum over the units of the
#   layer before is $\sum_{j=1}^n$. And the algorithm runs "for each layer $l \in [n, n-1, …, 1]$".
#   These are three quantities. We write `n_in` and `n_out`, and we say "the number of layers".
#
# </details>

# %% practice=true fold="Show the effect of the first slip, and three values of n"
if ready("linear_forward"):
    rng = np.random.default_rng(5)
    x_one, W_one, b_one = rng.normal(size=(1, 4)), rng.normal(size=(4, 3)), rng.normal(size=3)
    delta = rng.normal(size=(1, 3))  # the loss is the sum of delta * u
    measured_db = numerical_gradient(
        lambda b: np.sum(delta * linear_forward(x_one, W_one, b)[0]), b_one, 1e-6
    )
    with_index = np.tile(delta, (4, 1))  # an entry for every pair (i, m), as printed
    print("biases:", b_one.size, " entries of the printed bias gradient:", with_index.size)
    for name, db_one in (
        ("entries of one i", with_index[0]),
        ("sum over i", with_index.sum(axis=0)),
    ):
        print(f"{name}, divided by central differences:", np.round(db_one / measured_db, 6))
else:
    print("This cell waits.")

sizes = [64, 32, 10]  # inputs, hidden units, outputs: two layers of weights
print("units of the output layer:           n =", sizes[-1])
print("terms in the sum of an output unit:  n =", sizes[-2])
print("layers:                              n =", len(sizes) - 1)

# %% claims=true
claim(
    "too large by a factor of `n_in`, the number of inputs",
    with_index.sum(axis=0) / measured_db / len(W_one),
    equals=1,
    within=1e-6,
)

# %% [markdown]
# ## 5 Activation functions
#
# An activation function $f$ works on each number by itself: $z = f(u)$, entry by entry. Therefore
# its backward pass also works entry by entry: `du` is `dz` times the derivative $f'(u)$ at the same
# place.
#
# | activation | formula of $f(u)$ | values |
# |---|---|---|
# | sigmoid | $\dfrac{1}{1 + e^{-u}}$ | between 0 and 1 |
# | tanh | $\dfrac{e^u - e^{-u}}{e^u + e^{-u}}$ | between −1 and 1 |
# | ReLU | $\max(u, 0)$ | 0 and above |

# %% practice=true fold="Draw the activation functions and their derivatives"
import math


def sigmoid_of_one(u):
    """The sigmoid of a single number."""
    return 1 / (1 + math.exp(-u))


def tanh_of_one(u):
    """The hyperbolic tangent of a single number."""
    return (math.exp(u) - math.exp(-u)) / (math.exp(u) + math.exp(-u))


def relu_of_one(u):
    """The ReLU of a single number."""
    return u if u > 0 else 0.0


numbers = np.linspace(-3, 3, 201)
with theme.style():
    figure, axes = plt.subplots(3, 1, figsize=(5.4, 7.2), sharex=True, sharey=True)
    functions = {"sigmoid": sigmoid_of_one, "tanh": tanh_of_one, "ReLU": relu_of_one}
    limits = {"sigmoid": "at most 1/4", "tanh": "at most 1", "ReLU": "0 or 1"}
    for ax, (name, f) in zip(axes, functions.items(), strict=True):
        z = np.array([f(u) for u in numbers])
        ax.plot(numbers, z, color=theme.FORWARD, label="f(u)")
        derivative = np.gradient(z, numbers)  # finite differences
        if name == "ReLU":
            derivative[np.abs(numbers) < 0.04] = np.nan  # no derivative at 0
        ax.plot(numbers, derivative, color=theme.GRADIENT, linestyle="--", label="f′(u)")
        ax.set(title=f"{name}: f′(u) is {limits[name]}", ylim=(-1.2, 3.2))
        ax.set_ylabel("f(u) and f′(u)")
    axes[2].set_xlabel("u")
    label_lines(*axes)
    plt.show()

# %% [markdown]
# *In words: three panels, each with an activation function and its derivative. The sigmoid rises
# from 0 to 1, and its derivative has a maximum of one quarter at u = 0. The hyperbolic tangent
# rises from −1 to 1, and its derivative has a maximum of 1 at u = 0. The ReLU is 0 for negative u
# and then the line z = u. Its derivative is 0 and then 1.*

# %% claims=true
heights = [
    np.gradient([f(u) for u in numbers], numbers).max() for f in (sigmoid_of_one, tanh_of_one)
]
claim(
    "its derivative has a maximum of one quarter at u = 0",
    heights[0],
    equals=0.25,
    within=0.01,
    given=[0],
)
claim("its derivative has a maximum of 1 at u = 0", heights[1], equals=1, within=0.02, given=[0])

# %% [markdown]
# ### Sigmoid
#
# Write `sigmoid_forward`. Return `z` and a cache with everything that the backward function needs.
# To find out what it needs, differentiate first: write $z = 1/s$ with $s = 1 + e^{-u}$ and use the
# chain rule. The derivative can be written with $z$ alone, so one array is enough for the cache.
#
# For u = −1000, `np.exp(1000)` *overflows*: NumPy gives inf and a warning. The sigmoid 1/(1 + inf)
# is then 0. This is correct (the true value rounds to 0), so the check accepts it. If you want to
# avoid the warning, write the sigmoid with e = exp(−|u|), separately for u ≥ 0 and for u < 0
# (`np.where`).


# %% solution="sigmoid_forward"
def sigmoid_forward(u):
    """The sigmoid z = 1 / (1 + exp(-u)), entry by entry.

    u : any shape
    returns z : the same shape, and cache
    float32 in, float32 out. Do not change u.
    """
    ### BEGIN SOLUTION
    e = np.exp(-np.abs(u))
    z = np.where(u >= 0, 1, e) / (1 + e)
    return z, z
    ### END SOLUTION


# %% check="sigmoid_forward"
check("sigmoid_forward", sigmoid_forward)

# %% [markdown]
# Write `sigmoid_backward` with your formula for the derivative. Return `du`: the upstream gradient
# `dz` times the derivative, entry by entry.


# %% solution="sigmoid_backward"
def sigmoid_backward(dz, cache):
    """The gradient of sigmoid_forward.

    dz : the upstream gradient, any shape, and cache from sigmoid_forward
    returns du : the same shape as dz
    float32 in, float32 out. Do not change dz or the cache.
    """
    ### BEGIN SOLUTION
    z = cache
    return dz * z * (1 - z)
    ### END SOLUTION


# %% check="sigmoid_backward"
check("sigmoid_backward", sigmoid_forward, sigmoid_backward)

# %% [markdown]
# <details><summary>The derivation of the derivative of the sigmoid</summary>
#
# - Write $z = s^{-1}$ with $s = 1 + e^{-u}$. The derivative of $s^{-1}$ with respect to $s$ is
#   $-s^{-2}$. The derivative of $s$ with respect to $u$ is $-e^{-u}$.
# - By the chain rule,
#
#   $$f'(u) = -s^{-2} \cdot (-e^{-u}) = \frac{e^{-u}}{s^2} = \frac1s \cdot \frac{e^{-u}}{s} .$$
#
# - The first factor is $z$.
# - In the second factor $e^{-u} = s - 1$, so it is $\frac{s - 1}{s} = 1 - \frac1s = 1 - z$.
# - Hence $f'(u) = z\,(1 - z)$. Its maximum is $\frac14$, at $z = \frac12$.
#
# S0 ("Derivation of activation functions") writes $f'(u) = f(u)(1 - f(u))$. Its $f(u)$ is our $z$.
#
# </details>
#
# ### ReLU
#
# Write `relu_forward`. Return `z` and a cache. Several caches are possible. Choose the one that
# stores no array besides `z`.


# %% solution="relu_forward"
def relu_forward(u):
    """The ReLU z = max(u, 0), entry by entry.

    u : any shape
    returns z : the same shape, and cache
    float32 in, float32 out. Do not change u.
    """
    ### BEGIN SOLUTION
    z = np.maximum(u, 0)
    return z, z
    ### END SOLUTION


# %% check="relu_forward"
check("relu_forward", relu_forward)

# %% [markdown]
# Write `relu_backward`. Decide which entries of `dz` pass, and return `du`. At u = 0 the check
# accepts every derivative from 0 to 1.


# %% solution="relu_backward"
def relu_backward(dz, cache):
    """The gradient of relu_forward.

    dz : the upstream gradient, any shape, and cache from relu_forward
    returns du : the same shape as dz
    float32 in, float32 out. Do not change dz or the cache.
    """
    ### BEGIN SOLUTION
    z = cache
    return dz * (z > 0)
    ### END SOLUTION


# %% check="relu_backward"
check("relu_backward", relu_forward, relu_backward)

# %% [markdown]
# ### A derivative at 0?
#
# Two sources disagree about the derivative of the ReLU at 0. S0 ("Derivation of activation
# functions") prints $f'(u) = 1$ for $u \ge 0$. The library of this course uses 0 at $u = 0$. Is one
# of the two wrong? The cell computes finite differences at 0: to the right, to the left and
# central.

# %% practice=true fold="Compute finite differences of the ReLU at 0"
for h in (0.1, 1e-3, 1e-6):
    right = (relu_of_one(0 + h) - relu_of_one(0)) / h
    left = (relu_of_one(0) - relu_of_one(0 - h)) / h
    both = (relu_of_one(0 + h) - relu_of_one(0 - h)) / (2 * h)
    print(f"h = {h:g}: to the right {right:.2f}, to the left {left:.2f}, central {both:.2f}")
all_u = Linear(64, 128, rng=np.random.default_rng(4), dtype="float32")(x_train)
at_zero = np.sum(all_u == 0)
print(f"Of {all_u.size:,} pre-activations of an untrained layer 64-128, {at_zero} are exactly 0.")

# %% [markdown]
# Neither is wrong. The value at 0 is a *convention*: authors choose it. The ReLU has no derivative
# at 0, but every number from 0 to 1 is a *subgradient* at 0: a line through the origin with this
# slope never lies above the ReLU.
#
# The choice has an effect only where a pre-activation is exactly zero. Of the pre-activations of
# this untrained layer, none is exactly zero. In other networks, rounding can give pre-activations
# that are exactly 0, both with float32 and with 16-bit numbers. For such networks, Bertoin and
# others (2021) report that the choice between 0 and 1 changes gradients and can change the test
# accuracy. The choice also matters for our tests: a central difference at u = 0 gives ½. So a
# correct backward pass that uses 0 or 1 can look wrong.

# %% claims=true
words = "Of the pre-activations of this untrained layer, none is exactly zero"
claim(words, at_zero, below=0.5, given=[1])
claim("a central difference at u = 0 gives ½", both, equals=0.5, within=0.01, given=[0])

# %% [markdown]
# ### Tanh
#
# The forward function is given. Its cache is $z$, because the derivative of tanh also needs only
# $z$.


# %%
def tanh_forward(u):
    """The hyperbolic tangent z = tanh(u), entry by entry; the cache is z."""
    z = np.tanh(u)
    return z, z


# %% [markdown]
# Find the derivative: apply the quotient rule to $\tanh u = \sinh u/\cosh u$, with $\sinh u =
# \frac12(e^u - e^{-u})$ and $\cosh u = \frac12(e^u + e^{-u})$. Then write `tanh_backward`. The cell
# below tests all three activation functions with finite differences.


# %% solution="tanh_backward"
def tanh_backward(dz, cache):
    """du, from dz and the cache of tanh_forward; all have the same shape."""
    ### BEGIN SOLUTION
    return dz * (1 - cache**2)
    ### END SOLUTION


# %% practice=true fold="Compare your activation functions with finite differences"
if ready("sigmoid_backward", "relu_backward"):
    rng = np.random.default_rng(3)
    for name, forward, backward in (
        ("sigmoid", sigmoid_forward, sigmoid_backward),
        ("ReLU", relu_forward, relu_backward),
        ("tanh", tanh_forward, tanh_backward),
    ):
        try:
            (result,) = check_op(Op(forward, backward), [rng.normal(size=(4, 3))], rng)
        except NotImplementedError:
            result = "not written yet"
        print(f"{name:8} du: {result}")
else:
    print("This cell waits.")

# %% [markdown]
# <details><summary>The derivation of the derivative of tanh</summary>
#
# - With $\sinh u = \frac12(e^u - e^{-u})$ and $\cosh u = \frac12(e^u + e^{-u})$, each is the
#   derivative of the other.
# - The quotient rule is $\left(\frac{g}{h}\right)' = \frac{g'h - g h'}{h^2}$. With $g = \sinh u$
#   and $h = \cosh u$ it gives $f'(u) = \frac{\cosh u \cosh u - \sinh u \sinh u}{\cosh^2 u}$.
# - Divide both terms by $\cosh^2 u$: $f'(u) = 1 - \frac{\sinh^2 u}{\cosh^2 u} = 1 - \tanh^2 u$.
# - Hence $f'(u) = 1 - z^2$. Its maximum is 1, at $z = 0$.
#
# S0 writes $f'(u) = 1 - \tanh^2(u)$. Its $\tanh(u)$ is our $z$.
#
# </details>
#
# The delta recursion multiplies by $f'(u)$ in every layer. For the sigmoid this factor is at most
# $\frac14$, so in a network with many sigmoid layers the first layers can receive very small
# gradients. This is the *vanishing gradient*, which [notebook
# 06](../ps08/ps08_activations.ipynb) measures.
#
# This is about half of the notebook, and a good place to stop for today.

# %% [markdown]
# ## 6 Step by step through a loss
#
# For a classifier we still need the backward pass of its loss. The *cross-entropy* loss of one
# sample is $-\log p_m$, where $p$ is the *softmax* of the outputs and $m$ is the true class
# (notebook 02). Its backward pass looks difficult. So we use the method of section 2: we split the
# forward pass into small steps with known derivatives, and go back one step at a time. The network
# has a hidden tanh layer. From here on, $e$, $s$, $p$ and $q$ have new meanings:
#
# - $u = xW + b$, then $z = \tanh u$ and $y = zV + c$, the outputs,
# - $e = \exp(y)$, then the sum over the classes $s = \sum_k e_k$ and the probabilities $p = e/s$,
# - $q = p_m$, the probability of the true class, and $l = -\log q$, the loss of each sample,
# - $L$, the mean of $l$ over the N samples.
#
# (Notebook 02 subtracts the largest output before the exponential, so that nothing overflows. Our
# numbers are small, so we leave this step out.)

# %% practice=true
STEPS = {
    "u": lambda v: v["x"] @ v["W"] + v["b"],
    "z": lambda v: np.tanh(v["u"]),
    "y": lambda v: v["z"] @ v["V"] + v["c"],
    "e": lambda v: np.exp(v["y"]),
    "s": lambda v: v["e"].sum(axis=1, keepdims=True),  # (N, 1)
    "p": lambda v: v["e"] / v["s"],  # (N, K), the probabilities
    "q": lambda v: v["p"][np.arange(len(v["t"])), v["t"]],  # (N,), p of the true class
    "l": lambda v: -np.log(v["q"]),  # (N,), the loss of each sample
    "L": lambda v: v["l"].mean(),
}

# %% practice=true fold="Compute all steps for five random samples"
rng = np.random.default_rng(9)
five_samples = {"x": rng.normal(size=(5, 4)), "t": np.array([0, 2, 1, 1, 0])}
five_samples |= {"W": rng.normal(size=(4, 6)), "b": rng.normal(size=6)}
five_samples |= {"V": rng.normal(size=(6, 3)), "c": rng.normal(size=3)}
for step, compute in STEPS.items():
    five_samples[step] = compute(five_samples)
print("shapes:", ", ".join(f"{name} {np.shape(value)}" for name, value in five_samples.items()))


def loss_from(v, name, value):
    """The loss after `name` is set to `value` and all later steps are computed again."""
    v, names = {**v, name: value}, list(STEPS)
    for step in names[names.index(name) + 1 if name in names else 0 :]:
        v[step] = STEPS[step](v)
    return v["L"]


# %% practice=true fold="Define the comparison of your lines with central differences"
def compare_lines(v):
    """Compare with central differences, from the loss back; stop at the first missing gradient."""
    try:
        found = thirteen_gradients(v)
    except NotImplementedError:
        print("The raise line is still there. Replace it by your first line.")
        return
    for name in "lqpseyzVcuWbx":
        if name not in found:
            print(f'd{name}   is next: write d["{name}"] = …, of shape {v[name].shape}')
            return
        numerical = numerical_gradient(lambda a, name=name: loss_from(v, name, a), v[name], 1e-6)
        compare(f"d{name}", lambda name=name: found[name], numerical)


# %% [markdown]
# Now write the backward pass in the cell below, **one line at a time**. Replace the `raise` line by
# `d["l"] = …` and keep the line `return d`. Run the cell. Then run `compare_lines(five_samples)`
# below the check: it compares your line with a central difference. If the line agrees, write the
# line for the step before it. The order is l, q, p, s, e, y, then z, V, c, then u, then W, b, x.
# The dictionary `v` contains all values of the forward pass.
#
# The six lines from `l` to `y` carry most of the points. The check compares each line with the
# correct result for your own earlier lines, so a wrong value costs only its own points. If a line
# stops with an error, the check leaves it out and runs the others. Then you also lose the lines
# that need its result.
#
# <details><summary>Hints for the single lines</summary>
#
# - `l`: the backward pass starts with ∂L/∂L = 1. L is the mean of N losses, so its derivative with
#   respect to each of them is 1/N.
# - `q`: the derivative of −log q is −1/q.
# - `p`: `q` picks one entry from each row. The other entries do not affect the loss, so their
#   gradient is 0.
# - `s`: all entries of a row of `p` use the same `s`. So add their contributions over the row. The
#   derivative of 1/s with respect to s is −1/s².
# - `e`: it is used in two places, in `s` and in `p`. Add both gradients.
# - `y`: the derivative of the exponential function is the exponential function.
# - All other lines: the linear layer and tanh.
#
# </details>


# %% solution="thirteen_gradients"
def thirteen_gradients(v):
    """The gradient of the mean loss with respect to each value in v, by its name.

    v : all values of the forward pass, by their names; t : (N,) holds the true classes
    returns d : the gradients d["l"], d["q"], …, d["x"], each of the shape of v["l"], v["q"], …
    The float type of the gradients is not tested. Do not change v.
    """
    d = {}
    ### BEGIN SOLUTION
    N = len(v["t"])
    d["l"] = np.full(N, 1 / N)
    d["q"] = -d["l"] / v["q"]
    d["p"] = np.zeros(v["p"].shape)
    d["p"][np.arange(N), v["t"]] = d["q"]
    d["s"] = -(d["p"] * v["e"]).sum(axis=1, keepdims=True) / v["s"] ** 2
    d["e"] = d["p"] / v["s"] + d["s"]
    d["y"] = d["e"] * v["e"]
    d["z"] = d["y"] @ v["V"].T
    d["V"] = v["z"].T @ d["y"]
    d["c"] = d["y"].sum(axis=0)
    d["u"] = d["z"] * (1 - v["z"] ** 2)
    d["W"] = v["x"].T @ d["u"]
    d["b"] = d["u"].sum(axis=0)
    d["x"] = d["u"] @ v["W"].T
    ### END SOLUTION
    return d


# %% check="thirteen_gradients"
check("thirteen_gradients", thirteen_gradients)

# %% practice=true
compare_lines(five_samples)

# %% [markdown]
# The first six lines, from `l` to `y`, give `dy`. If you substitute each of these lines into the
# next one, almost everything cancels, and a short formula for `dy` remains. The next cell prints
# this formula and compares it with your `d["y"]`. The short formula is one reason why libraries
# offer softmax and cross-entropy as a single function, such as `CrossEntropyLoss` in PyTorch.
# Another reason is that it can avoid overflow.

# %% practice=true fold="Compare your dy with the short formula"
if ready("thirteen_gradients"):
    t_five = five_samples["t"]
    short = (five_samples["p"] - np.eye(3)[t_five]) / len(t_five)
    difference = np.abs(thirteen_gradients(five_samples)["y"] - short).max()
    print("dy = (p − T)/N, where each row of T is one-hot: 1 at the true class and 0 elsewhere")
    print(f"your dy and (p − T)/N: largest difference {difference:.1e}")
else:
    print("This cell waits.")

# %% [markdown]
# <details><summary>The derivation of the gradient of softmax with cross-entropy</summary>
#
# Take one sample with the true class $m$, so $q = p_m = e_m/s$, $s = \sum_k e_k$,
# $e_k = \exp(y_k)$.
#
# - $dl = \frac1N$, because the loss is the mean of $N$ values $l$.
# - $l = -\log q$ has the derivative $-\frac1q$, so $dq = -\frac{1}{N q}$.
# - $q$ is entry $m$ of $p$. So $dp_m = dq$, and $dp_k = 0$ for all other classes.
# - $s$ affects the loss only through $q = e_m/s$, because the other $dp_k$ are 0. The derivative is
#   $-\frac{e_m}{s^2}$. With $\frac{e_m}{s} = q$ this gives
#   $ds = -dq\, \frac{e_m}{s^2} = \frac{1}{N q}\, \frac{q}{s} = \frac{1}{N s}$.
# - $e_k$ is used in $s$ (derivative 1) and in $p_k = e_k/s$ (derivative $\frac1s$). So
#   $de_k = ds + \frac{dp_k}{s}$.
# - $e_k = \exp(y_k)$ has the derivative $e_k$, so $dy_k = de_k\, e_k$.
# - For a wrong class: $dy_k = ds\, e_k = \frac{1}{N}\, \frac{e_k}{s} = \frac1N\, p_k$.
# - The true class has one more term: $\frac{dq}{s}\, e_m = dq\, q = -\frac1N$. Together
#   $dy_m = \frac1N (p_m - 1)$.
# - With $T_k = 1$ for the true class and $T_k = 0$ for the others, both results are
#   $dy_k = \frac1N (p_k - T_k)$. Such a row $T$ is called *one-hot*.
#
# S0 ("Deltas at the output layer") has this result for one sample as $y_j - d_j$. Its $y$ is our
# $p$, and its $d$ is our $T$.
#
# </details>
#
# Compare this result with the output delta of section 3. For one sample, both losses have the same
# kind of delta at the output: **prediction minus target**. For half the squared error the
# prediction is $y$. For softmax with cross-entropy the prediction is
# $p$, and the target is the one-hot $T$. With N samples, the factor 1/N enters in the first step of
# the backward pass, and in no later step.

# %% [markdown]
# ## 7 The whole network
#
# Chain your functions. The parameters are a list of pairs, `params = [(W1, b1), (W2, b2), …]`. From
# here on we number the layers: `W2`, `b2` in place of $V$, $c$. A ReLU follows every linear layer
# **except the last**, whose output is `y`. S0 ("Complete backpropagation algorithm") has four
# steps:
#
# 1. Forward pass: go through the layers and keep every cache.
# 2. Start the backward pass with `dy`.
# 3. Go through the layers in reverse order. Each function computes its downstream gradient from its
#    upstream gradient and its cache.
# 4. Collect `dW` and `db` of every layer.
#
# Write `mlp_forward` (step 1) with your `linear_forward` and `relu_forward`. Return `y` and a cache
# with the caches of all layers.


# %% solution="mlp_forward"
def mlp_forward(x, params):
    """A multilayer perceptron: linear layers with ReLU between them. The last layer is linear.

    x : (N, inputs of the first layer), params : [(W1, b1), (W2, b2), …], W of shape (n_in, n_out)
    returns y : (N, outputs of the last layer), and cache
    float32 in, float32 out. Do not change x or params.
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

# %% [markdown]
# Write `mlp_backward` (steps 2 to 4) with your `linear_backward` and `relu_backward`. Return `dx`
# and the pairs `(dW, db)`, the first layer first.


# %% solution="mlp_backward"
def mlp_backward(dy, cache):
    """The gradients of mlp_forward.

    dy : the shape of y, and cache from mlp_forward
    returns dx : the shape of x, and [(dW1, db1), (dW2, db2), …] in the order of params
    float32 in, float32 out. Do not change dy or the arrays in the cache.
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
# The next cell compares your gradients of a small network with a central
# difference for every parameter. The *relative error* of two arrays is
# $\|a - b\| / (\|a\| + \|b\|)$, where $\|a\|^2$ is the sum of all squared entries. It is 0 for
# equal arrays and at most 1.


# %% practice=true fold="Compare mlp_backward with central differences"
def gradients_by_differences(x, params, dy):
    """[(dW, db), …] of the loss sum(dy * y), with two forward passes for every parameter."""

    def gradient(layer, which):
        def loss(moved):
            pair = [moved if i == which else kept for i, kept in enumerate(params[layer])]
            y, _ = mlp_forward(x, [*params[:layer], pair, *params[layer + 1 :]])
            return np.sum(dy * y)  # its gradient with respect to y is dy

        return numerical_gradient(loss, params[layer][which], 1e-6)

    return [(gradient(layer, 0), gradient(layer, 1)) for layer in range(len(params))]


if ready("mlp_backward"):
    rng = np.random.default_rng(3)
    shapes = ((6, 5), (5, 5), (5, 3))
    net = [(rng.normal(size=shape), rng.normal(size=shape[1])) for shape in shapes]
    x_few, dy_few = rng.normal(size=(4, 6)), rng.normal(size=(4, 3))
    y_few, cache = mlp_forward(x_few, net)
    _, mine = mlp_backward(dy_few, cache)
    numerical = gradients_by_differences(x_few, net, dy_few)
    count = sum(W.size + b.size for W, b in net)
    print(f"central differences: {2 * count} forward passes for {count} parameters")
    print("mlp_backward: one forward pass and one backward pass")
    for layer, (own, theirs) in enumerate(zip(mine, numerical, strict=True), start=1):
        errors = [relative_error(a, b) for a, b in zip(own, theirs, strict=True)]
        print(f"layer {layer}: relative error of dW {errors[0]:.1e}, of db {errors[1]:.1e}")
else:
    print("This cell waits.")

# %% [markdown]
# ### Cost in time and memory
#
# **Time.** We count the multiplications in the matrix products of the linear layers. Each layer
# computes one product in the forward pass. In the backward pass it computes two, `dx` and `dW`,
# with the same number of multiplications each. So the backward pass needs twice as many
# multiplications as the forward pass, **for any number of parameters**. It needs fewer if the first
# layer leaves out `dx`, which training does not use.
#
# **Memory.** The caches keep the input of each linear layer. The size of these inputs is
# proportional to the number of samples N in the batch. A ReLU with the cache `z` needs no memory of
# its own: the next layer keeps the same `z`, and `z > 0` shows which units were active. A cache
# with `u` or a mask is additional memory.
#
# The cell counts both for the network 64-128-10 of section 1. "All differences" means two forward
# passes per parameter.

# %% practice=true fold="Count multiplications and stored numbers"
pairs = [(64, 128), (128, 10)]  # n_in and n_out of each layer
parameters = sum((n_in + 1) * n_out for n_in, n_out in pairs)


def multiplications(left, right):
    """The number of multiplications in the product of two matrices of these shapes."""
    (rows, inner), (_, columns) = left, right
    return rows * inner * columns


print(f"{parameters:,} parameters")
print("                            multiplications                        stored")
print("samples   forward pass  backward pass  without first dx  all differences   inputs")
for N in (1, 32, 1024):
    forward = sum(multiplications((N, n_in), (n_in, n_out)) for n_in, n_out in pairs)
    for_dW = sum(multiplications((n_in, N), (N, n_out)) for n_in, n_out in pairs)
    for_dx = [multiplications((N, n_out), (n_out, n_in)) for n_in, n_out in pairs]
    backward, without_dx = for_dW + sum(for_dx), for_dW + sum(for_dx[1:])
    in_caches = sum(N * n_in for n_in, _ in pairs)
    by_differences = 2 * parameters * forward
    print(f"{N:7} {forward:14,} {backward:14,} {without_dx:17,} {by_differences:16.0e}", end=" ")
    print(f"{in_caches:8,}")

# %% [markdown]
# With 1,024 samples there are about 20 times as many stored inputs as parameters. With 32 samples
# there are fewer. So if training with a large batch exceeds the memory, a smaller batch helps.

# %% claims=true
claim(
    "there are about 20 times as many stored inputs as parameters",
    in_caches / parameters,
    equals=20,
    within=0.5,
)
fewer = 32 * sum(n_in for n_in, _ in pairs) / parameters
claim("With 32 samples there are fewer", fewer, below=1, given=[32])
words = "the backward pass needs twice as many multiplications as the forward pass"
claim(words, backward / forward, equals=2, within=0.01)

# %% [markdown]
# ## 8 Your functions classify handwritten digits
#
# The next cell trains a network by gradient descent with your `mlp_forward` and `mlp_backward`.
# Only the loss comes from the library. Each iteration takes a *minibatch*, a group of 32 or 33
# images, and makes one step `W = W - lr * dW` for every parameter.

# %% practice=true
if ready("mlp_backward"):
    rng = np.random.default_rng(0)
    shapes = ((64, 128), (128, 10))
    # The standard deviation of the initial weights comes from notebook 07.
    params = [(rng.normal(0, np.sqrt(2 / shape[0]), shape), np.zeros(shape[1])) for shape in shapes]
    for _ in range(10):  # epochs
        for batch in np.array_split(rng.permutation(len(x_train)), len(x_train) // 32):
            y, cache = mlp_forward(x_train[batch], params)
            _, dy = softmax_cross_entropy(y, t_train[batch])
            _, grads = mlp_backward(dy, cache)
            params = [
                (W - 0.1 * dW, b - 0.1 * db) for (W, b), (dW, db) in zip(params, grads, strict=True)
            ]
    correct_images = mlp_forward(x_test, params)[0].argmax(axis=1) == t_test
    print(f"test accuracy after 10 epochs: {correct_images.mean():.3f}")
else:
    print("This cell waits.")

# %% [markdown]
# Your linear and ReLU functions also work inside the layers of the course library. Its function
# `fit` records the loss and the accuracy of each epoch. The training values are means during the
# epoch, and the test values come after it. The steps use momentum, as in section 1.

# %% practice=true fold="Train with your functions in the library's layers"
if ready("linear_backward", "relu_backward"):
    rng = np.random.default_rng(0)
    my_linear, my_relu = Op(linear_forward, linear_backward), Op(relu_forward, relu_backward)
    network = Sequential(
        Linear(64, 128, rng=rng, op=my_linear),
        ReLU(op=my_relu),
        Linear(128, 10, rng=rng, op=my_linear),
    )
    optimizer = SGD(network.parameters(), lr=0.05, momentum=0.9)
    settings = {"epochs": 25, "batch_size": 32, "rng": rng}
    settings |= {"loss": softmax_cross_entropy, "optimizer": optimizer}
    history = fit(network, x_train, t_train, validation=(x_test, t_test), **settings)
else:
    print("This cell waits.")

# %% practice=true fold="Draw the loss and the accuracy"
if ready("linear_backward", "relu_backward"):
    epochs = range(1, history.epochs + 1)
    with theme.style():
        figure, axes = plt.subplots(1, 2, figsize=(8.4, 3.2))
        axes[0].plot(epochs, history.loss, label="training", color=theme.FORWARD, **theme.TRAIN)
        axes[1].plot(epochs, history.accuracy, label="training", color=theme.FORWARD, **theme.TRAIN)
        held_out = {"label": "test", "color": theme.FORWARD, **theme.VALIDATION}
        axes[0].plot(epochs, history.validation_loss, **held_out)
        axes[1].plot(epochs, history.validation_accuracy, **held_out)
        axes[0].set(xlabel="epoch", ylabel="loss", yscale="log")
        axes[0].set_title("Training loss keeps falling,\ntest loss changes less (seed 0)")
        axes[1].set(xlabel="epoch", ylabel="accuracy")
        axes[1].set_title("Both accuracies exceed 90 %\nfrom epoch 2 on (seed 0)")
        label_lines(*axes)
        plt.show()
    second = history.accuracy[1], history.validation_accuracy[1]
    print(f"After 2 epochs: training accuracy {second[0]:.1%}, test accuracy {second[1]:.1%}")
    print(f"Test accuracy after 25 epochs: {accuracy(network(x_test), t_test):.1%}")
    for name, losses in (("training", history.loss), ("test", history.validation_loss)):
        print(f"Loss after 5 and 25 epochs, {name}: {losses[4]:.3f} and {losses[-1]:.3f}")

# %% [markdown]
# *In words: two panels over the epochs. The training set is solid, the test set is dashed. Both
# losses fall steeply at first. Then the training loss continues to fall, and the test loss changes
# much less. Both accuracies are above 90 % from the second epoch on.*

# %% claims=true
claim("Both accuracies are above 90 % from the second epoch on", history.accuracy[1:], above=0.9)
claim(
    "Both accuracies are above 90 % from the second epoch on",
    history.validation_accuracy[1:],
    above=0.9,
)
for losses in (history.loss, history.validation_loss):
    claim("Both losses fall steeply at first", losses[1] / losses[0], below=0.7)
claim("the training loss continues to fall", history.loss[-1], below=0.2 * history.loss[6])
claim(
    "the test loss changes much less",
    history.validation_loss[-1],
    above=0.6 * history.validation_loss[6],
)

# %% [markdown]
# ### The gradient of a single image
#
# The *confidence* is the largest of the ten probabilities. Look at two test images: the most
# confident of those classified correctly, and of those classified wrongly. The blue bars are the
# probabilities $p$ of the forward pass. The orange bars are the gradient of the loss of this image
# with respect to the ten outputs. By section 6 it is $p - T$, where $T$ is the one-hot target.

# %% practice=true fold="Draw the probabilities and the gradients of two images"
if ready("linear_backward", "relu_backward"):
    p_test = functional.softmax(network(x_test))
    is_correct = p_test.argmax(axis=1) == t_test
    confidence = p_test.max(axis=1)
    images = {
        "correct and confident": int(np.argmax(np.where(is_correct, confidence, 0))),
        "wrong and confident": int(np.argmax(np.where(is_correct, 0, confidence))),
    }
    with theme.style():
        figure, axes = plt.subplots(3, 2, figsize=(6.4, 6.8))
        for row, (name, i) in zip(axes.T, images.items(), strict=True):
            p, true = p_test[i], t_test[i]
            row[0].imshow(x_test[i].reshape(8, 8), cmap="gray_r")
            row[0].axis("off")
            row[0].set_title(f"{name}\ntarget {true}, prediction {p.argmax()}", size=10)
            row[1].bar(range(10), p, color=theme.FORWARD)
            row[1].set(title="probabilities p", ylim=(0, 1), ylabel="probability")
            row[2].bar(range(10), p - np.eye(10)[true], color=theme.GRADIENT)
            row[2].axhline(0, color=theme.INK, linewidth=0.8)
            size = np.abs(p - np.eye(10)[true]).max()
            row[2].set(title=f"gradient p − T, largest size {size:.2f}", ylim=(-1, 1))
            row[2].set(ylabel="gradient")
            if size < 0.02:
                row[2].text(4.5, 0.1, "all entries below 0.02 in size", ha="center")
            for ax in row[1:]:
                ax.set(xticks=range(10), xlabel="digit")
                ax.set_axisbelow(True)
        plt.show()
    for name, i in images.items():
        dy_one = p_test[i] - np.eye(10)[t_test[i]]
        print(f"{name}: p − T lies between {dy_one.min():.2f} and {dy_one.max():.2f}")
else:
    print("This cell waits.")

# %% [markdown]
# *In words: two columns, each with the image of a digit, ten blue bars with the probabilities and
# ten orange bars with the gradient. On the left, one probability is almost 1, and no orange bar can
# be seen. On the right, the largest probability belongs to a wrong digit. Its orange bar
# is long and positive, and the bar of the true digit is long and negative.*
#
# At the true digit the gradient is $p - 1$, so it is negative. At every other digit it is $p$, so
# it is positive. All gradients of an image contain its `dy` as a factor. So an image that is
# **correct and confident** has a very small `dy`, and very small gradients. An image that is
# **wrong and confident** has almost the largest possible `dy`: an entry close to 1 and an entry
# close to −1.

# %% claims=true
sure, fooled = (p_test[i] for i in images.values())
true = t_test[images["wrong and confident"]]
claim("one probability is almost 1", sure.max(), above=0.99, given=[1])
claim("Its orange bar is long and positive", fooled.max(), above=0.7)
claim("the bar of the true digit is long and negative", fooled[true] - 1, below=-0.7)

# %% [markdown]
# ### The bug clinic
#
# Can you find the five mistakes of section 1 without any training? The cells below compare **the
# gradients of each backward pass** with central differences, for two images. The columns follow the
# backward pass: `dy` from the loss, `dW2`, `db2` and `dz` from the second layer, `du` from the
# ReLU, `dW1` and `db1` from the first layer. Letters replace the names of the mistakes and of the
# correct backward pass ("none"). The networks have 16 hidden units.
#
# In the table, "ok" means that the gradient agrees: the relative error is below 1e-5. A number
# means that it differs. The number is the cosine of the angle between the wrong and the correct
# gradient: 1 for the same direction, 0 for a right angle, −1 for the opposite direction. "ALL 0"
# means that the computed gradient is 0, so it has no direction.


# %% practice=true fold="Compare the gradients of all six networks"
def gradients_in_backward_pass(network, x, t):
    """All gradients that the network's own backward pass computes, from the loss back."""
    value, backward_functions, d = x, [], {}
    for layer in network.layers:
        value, backward = layer.forward(value, training=True)
        backward_functions.append(backward)
    _, d["y"] = softmax_cross_entropy(value, t)
    d["z"] = backward_functions[2](d["y"])
    d["u"] = backward_functions[1](d["z"])
    backward_functions[0](d["u"])
    names = ("W1", "b1", "W2", "b2")
    return d | {name: p.grad for name, p in zip(names, network.parameters(), strict=True)}


def gradients_from_forward_pass(network, x, t):
    """The same gradients by central differences; they use only the forward pass."""
    first, activation, second = network.layers
    u = first(x)
    z = activation(u)

    def loss(y):
        return softmax_cross_entropy(y, t)[0]

    def loss_with(parameter, moved):
        kept, parameter.data = parameter.data, moved
        result = loss(network(x))
        parameter.data = kept
        return result

    d = {
        "y": numerical_gradient(loss, second(z), 1e-6),
        "z": numerical_gradient(lambda z: loss(second(z)), z, 1e-6),
        "u": numerical_gradient(lambda u: loss(second(activation(u))), u, 1e-6),
    }
    for name, p in zip(("W1", "b1", "W2", "b2"), network.parameters(), strict=True):
        d[name] = numerical_gradient(lambda a, p=p: loss_with(p, a), p.data, 1e-6)
    return d


# %% practice=true fold="Print the table of the six networks"
def cosine(a, b):
    """1 for the same direction, 0 for a right angle, -1 for the opposite direction."""
    return np.sum(a * b) / (np.linalg.norm(a) * np.linalg.norm(b))


def small_network_with(bug):
    """The same small network for every mistake, in float64."""
    return network_with(bug, linear, relu, np.random.default_rng(7), "float64", hidden=16)


def row_of(network):
    """A row of the table: the network's gradients beside those by central differences."""
    found = gradients_in_backward_pass(network, x_two, t_two)
    correct, row = gradients_from_forward_pass(network, x_two, t_two), ""
    for name in columns:
        if relative_error(found[name], correct[name]) < 1e-5:
            row += f"{'ok':>7}"
        elif not np.any(found[name]):
            row += f"{'ALL 0':>7}"
        else:
            row += f"{cosine(found[name], correct[name]):+7.2f}"
    return row


shuffled = np.random.default_rng(6).permutation(len(BUGS))
letters = {letter: BUGS[i] for letter, i in zip("ABCDEF", shuffled, strict=True)}
linear, relu = own_or_library()
x_two, t_two = x_test[:2].astype("float64"), t_test[:2]
columns = ("y", "W2", "b2", "z", "u", "W1", "b1")
print("  " + "".join(f"{'d' + name:>7}" for name in columns))
for letter, bug in letters.items():
    print(f"{letter} {row_of(small_network_with(bug))}")

# %% [markdown]
# Read each row from left to right. The first entry that is not "ok" shows a faulty line of the
# backward pass. A later entry can be wrong for two reasons: it was computed from a wrong gradient,
# or its own line is faulty, too. Write a name for each letter: none, mask, wrong weights, frozen
# layer, no biases or sign.

# %% solution="by_gradients"
by_gradients = {"A": "", "B": "", "C": "", "D": "", "E": "", "F": ""}
### BEGIN SOLUTION
by_gradients |= {"A": "wrong weights", "B": "frozen layer", "C": "none"}
by_gradients |= {"D": "sign", "E": "no biases", "F": "mask"}
### END SOLUTION

# %% practice=true fold="Show the answer"
if all(by_gradients.values()):
    for letter, bug in letters.items():
        print(f"{letter} is {bug:14} your answer: {by_gradients[letter]}")
else:
    print("This cell waits for your diagnosis, a name for each letter.")

# %% [markdown]
# The table and the list of names are enough to identify all six networks. But a row that is "ok"
# everywhere shows only that the test of *this network* finds no mistake. The next cell tests the
# mask mistake again, with two special networks. In the first, all weights `W2` are 0. In the
# second, large biases make all hidden units active. The third row is the first network after five
# training steps with the mistake.

# %% practice=true fold="Test the mask mistake with two special networks"
without_weights, all_active = small_network_with("mask"), small_network_with("mask")
without_weights.layers[2].W.data = 0 * without_weights.layers[2].W.data
all_active.layers[0].b.data = all_active.layers[0].b.data + 9
special = {"W2 = 0": row_of(without_weights), "b1 + 9": row_of(all_active)}
print(" " * 7 + "".join(f"{'d' + name:>7}" for name in columns))
for name, row in special.items():
    print(f"{name:7}{row}")
for _ in range(5):  # gradient descent from W2 = 0, with the planted mistake
    for p in without_weights.parameters():
        p.zero_grad()
    gradients_in_backward_pass(without_weights, x_train[:32].astype("float64"), t_train[:32])
    for p in without_weights.parameters():
        p.data = p.data - 0.5 * p.grad
        p.zero_grad()
after_steps = row_of(without_weights)
print(f"5 steps{after_steps}")

# %% [markdown]
# Each of the first two rows says "ok" seven times, although the mistake is there. With `W2 = 0` the
# gradient `dz` is 0, so there is nothing to mask. With large biases the correct mask lets
# everything pass. After five training steps from `W2 = 0`, the test shows the mistake.

# %% claims=true
claim(
    'Each of the first two rows says "ok" seven times',
    sum(row.count("ok") for row in special.values()),
    equals=14,
    within=0.5,
    given=[7],
)
words = "After five training steps from `W2 = 0`, the test shows the mistake"
claim(words, after_steps.count("ok"), below=4.5, given=[0])

# %% [markdown]
# ### An unknown backward pass
#
# A colleague sends you the backward pass of a network with any number of layers. He has compared
# the `dW` and `db` of `colleague_backward` with central differences and found no mistake. **We
# planted at least one.** `stored_forward` is correct. Its cache holds the input, the weights and
# the pre-activation of each layer.


# %%
def stored_forward(x, params):
    """The network of section 7; the cache holds (z, W, u) for each layer, with u = z W + b."""
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


# %% practice=true fold="Define the test with central differences"
def errors_of(backward, samples, widths, with_dx=False, seed=0):
    """Relative errors of the gradients by their names, the last layer first."""
    rng = np.random.default_rng(seed)
    shapes = [widths[k : k + 2] for k in range(len(widths) - 1)]
    net = [(rng.normal(size=shape), rng.normal(size=shape[1])) for shape in shapes]
    x, dy = rng.normal(size=(samples, widths[0])), rng.normal(size=(samples, widths[-1]))
    dx, found = backward(dy, stored_forward(x, net)[1])
    errors = {}
    for layer in range(len(net), 0, -1):
        for which, name in ((0, "dW"), (1, "db")):

            def loss(moved, layer=layer, which=which):
                pair = list(net[layer - 1])
                pair[which] = moved
                return np.sum(dy * stored_forward(x, [*net[: layer - 1], pair, *net[layer:]])[0])

            measured = numerical_gradient(loss, net[layer - 1][which], 1e-6)
            errors[f"{name}{layer}"] = relative_error(found[layer - 1][which], measured)
    if with_dx:
        measured = numerical_gradient(lambda x: np.sum(dy * stored_forward(x, net)[0]), x, 1e-6)
        errors["dx"] = relative_error(dx, measured)
    return errors


def test_backward(backward, samples, widths, with_dx):
    """Print the test of a backward pass for a random network of these widths."""
    for name, error in errors_of(backward, samples, widths, with_dx).items():
        print(f"{name}: {'ok' if error < 1e-5 else f'DIFFERS, relative error {error:.2f}'}")


# %% [markdown]
# The next cell repeats the colleague's test: one sample, 6 inputs, 5 hidden units and 3 outputs.
# The argument `with_dx` says whether `dx` is compared. Choose other settings and run the cell
# again, until you know what is wrong.

# %% practice=true
test_backward(colleague_backward, samples=1, widths=[6, 5, 3], with_dx=False)

# %% claims=true
claim("found no mistake", max(errors_of(colleague_backward, 1, [6, 5, 3]).values()), below=1e-5)
first_wrong = [
    next(name for name, error in errors_of(colleague_backward, *s).items() if error > 1e-5)
    for s in ((4, [6, 5, 3]), (1, [6, 5, 4, 3]))
]
claim("We planted at least one", len(set(first_wrong)), above=1.5)

# %% [markdown]
# Write `repaired_backward`, the function without the mistakes. Copy the colleague's lines and
# change only the faulty ones.


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

# %% practice=true fold="Compare your function with central differences"
if ready("repaired_backward"):
    test_backward(repaired_backward, samples=4, widths=[6, 5, 4, 3], with_dx=True)
else:
    print("This cell waits.")

# %% [markdown]
# **Explain the repair.** For each line that you changed: Which gradients did it make wrong? Which
# settings of the colleague's test (one or more) hid this? Why did they hide it? (Graded by a
# person, 1 point, shared equally between the lines. A line counts if all three answers are there.)

# %% [markdown] manual="explain_repair" points=1
# ### BEGIN SOLUTION
# `dW` was the mean of the inputs times the sum of the deltas. The gradient of a weight is the sum
# over the samples of input times delta, which is another number as soon as there are two samples.
# The colleague tested with one sample, where both are the same. `dz = dz @ W.T` passed on the
# gradient before the ReLU's mask, so every layer before the last two received a wrong gradient.
# With one hidden layer this is only `dx`, which the colleague did not compare: two settings hid
# this line, one hidden layer and `with_dx=False`. (Half a point for each line, if the wrong
# gradients, the settings and the reason are there.)
# ### END SOLUTION

# %% [markdown]
# ### Why does the network with the random matrix learn?
#
# In section 1 the network with the wrong weights reached more than 90 %. But so did the network
# with the frozen layer. So this result does not show that a first layer with wrong gradients learns
# anything useful. We use only 16 hidden units here, so that a frozen layer costs accuracy, and
# compare four networks:
#
# - *correct*: with the correct backward pass,
# - *one matrix*: the second layer computes `dz` as `dy` times a fixed random matrix,
# - *new matrix*: the same, but with a new random matrix in every iteration,
# - *frozen*: the first layer never changes.
#
# With the same seed, all four have the same initial weights and the same minibatches. In the first
# three, the first layer uses a tenth of the learning rate. (The reason comes after the guess.)
#
# Is the test accuracy of *new matrix* closer to *one matrix* (a) or to *frozen* (b)?

# %% guess="which network the changing matrix resembles"
guess("ps06_matrix", None, among="ab")  # "a" or "b"


# %% practice=true fold="Define the four networks" after=false
ARMS = ("correct", "one matrix", "new matrix", "frozen")


def random_matrix_from(rng, hidden=16):
    """A matrix like the transposed initial weights of the second layer."""
    return rng.normal(0, np.sqrt(2 / hidden), size=(10, hidden)).astype("float32")


def network_of(arm, seed, first_step):
    """A network 64-16-10, the generator for its minibatches, and its random matrix."""
    rng, fresh = np.random.default_rng(seed), np.random.default_rng(100 + seed)
    one_matrix = random_matrix_from(rng)
    factor = 0 if arm == "frozen" else first_step

    def first_backward(du, cache):
        dx, dW, db = linear.backward(du, cache)
        return dx, factor * dW, factor * db  # a smaller gradient makes a smaller step

    def second_backward(du, cache):
        dx, dW, db = linear.backward(du, cache)
        if arm == "one matrix":
            dx = du @ one_matrix
        elif arm == "new matrix":
            dx = du @ random_matrix_from(fresh)
        return dx, dW, db

    first = Linear(64, 16, rng=rng, op=Op(linear.forward, first_backward), dtype="float32")
    second = Linear(16, 10, rng=rng, op=Op(linear.forward, second_backward), dtype="float32")
    return Sequential(first, ReLU(op=relu), second), rng, one_matrix


# %% practice=true fold="Define their training" after=false
def train_arm(arm, seed, first_step=0.1):
    """The network after ten epochs, and two cosines before training and after each epoch."""
    network, rng, one_matrix = network_of(arm, seed, first_step)
    first, activation, second = network.layers
    others = np.random.default_rng(200 + seed)
    measured = []

    def note(*_):
        z = activation(first(x_train[:200]))
        _, dy = softmax_cross_entropy(second(z), t_train[:200])
        matrix = random_matrix_from(others) if arm == "new matrix" else one_matrix
        W2 = second.W.data.T
        measured.append((cosine(dy @ matrix, dy @ W2), cosine(matrix, W2)))

    note()
    optimizer = SGD(network.parameters(), lr=0.05, momentum=0.9)
    settings = {"epochs": 10, "batch_size": 32, "rng": rng, "callbacks": [note], "progress": False}
    fit(network, x_train, t_train, loss=softmax_cross_entropy, optimizer=optimizer, **settings)
    return network, measured


# %% practice=true fold="Train the four networks with five seeds" after=false
arms, cosines = {arm: [] for arm in ARMS}, {}
for arm in ARMS:
    for seed in range(5):
        network, cosines[arm, seed] = train_arm(arm, seed)
        arms[arm].append(accuracy(network(x_test), t_test))
arms = {arm: np.array(values) for arm, values in arms.items()}

# %% practice=true fold="Compare with your guess"
distance = {arm: np.abs(arms["new matrix"] - arms[arm]).mean() for arm in ("one matrix", "frozen")}
letter = "a" if distance["one matrix"] < distance["frozen"] else "b"
options = {"a": "like one matrix", "b": "like frozen"}
reveal("ps06_matrix", letter, "The network with a new random matrix at each step.", options)

# %% practice=true fold="Print and draw the test accuracies" after="ps06_matrix"
for arm, values_of_arm in arms.items():
    print(f"{arm:11} test accuracy:", "  ".join(f"{value:.2f}" for value in values_of_arm))
with theme.style():
    figure, ax = plt.subplots(figsize=(7, 2.4))
    paired_differences(ax, {arm: arms[arm] - arms["frozen"] for arm in ARMS[:3]})
    ax.set(xlabel="test accuracy minus that of the frozen network with the same seed")
    ax.set(ylabel="network", title="Gain in test accuracy by training the first layer, five seeds")
    plt.show()

# %% [markdown] after="ps06_matrix"
# *In words: a row for each of three networks, with a dot for each seed. The correct network and the
# one with a fixed matrix lie far to the right of 0, for every seed. The network with a new matrix
# lies around 0.*

# %% practice=true fold="Draw the cosines of dz" after="ps06_matrix"
with theme.style():
    figure, ax = plt.subplots(figsize=(7, 3))
    for arm, colour, line in (
        ("one matrix", theme.GRADIENT, "-"),
        ("new matrix", theme.QUIET, "--"),
    ):
        for seed in range(5):
            curve = [of_dz for of_dz, _ in cosines[arm, seed]]
            ax.plot(
                curve, color=colour, linestyle=line, linewidth=1.2, label=arm if seed == 0 else None
            )
    ax.axhline(0, color=theme.INK, linewidth=0.8)
    ax.set(xlabel="epoch", ylabel="cosine (200 images)", ylim=(-0.4, 1), xlim=(0, 10))
    ax.set_title("Cosine of random and correct dz: it rises with one matrix only (five seeds)")
    label_lines(ax)
    plt.show()
print("cosine between the random matrix and the transposed W2, five seeds")
for arm in ("one matrix", "correct"):
    for when, place in (("before training", 0), ("after 10 epochs", -1)):
        found = [cosines[arm, seed][place][1] for seed in range(5)]
        print(f"{arm + ',':11} {when}:", "  ".join(f"{c:+.2f}" for c in found))

# %% [markdown] after="ps06_matrix"
# *In words: the cosine between the wrong and the correct gradient dz over ten epochs, a line for
# each seed. With one matrix it rises from near 0 to about 0.5. With a new matrix it stays around 0,
# below 0.3 in size.*
#
# On average, *new matrix* is about as accurate as *frozen*. *One matrix* is better than *new
# matrix* for each of the five seeds, by 0.2 on average.
#
# The cosines suggest why. Call the fixed matrix B, so that the wrong `dz` is `dy @ B`. The correct
# one is `dy @ W2.T`. During training `W2.T` becomes similar to B: the printed cosines rise from
# near 0 to about 0.5. In *correct*, which does not use B, they do not rise on average. A possible
# reason, for steps on one image:
#
# 1. A step of the first layer subtracts a positive multiple of `dy @ B` from the `u` of active
#    units. So their `z` contains a positive multiple of `-dy @ B`.
# 2. The gradient `z.T @ dy` of `W2` then contains a positive multiple of `-B.T @ dy.T @ dy`.
# 3. The step of `W2` subtracts this gradient, so it moves `W2` towards `B.T`.
#
# A new matrix each time gives no fixed direction. Lillicrap and others (2016) call this effect
# *feedback alignment*. Our run shows the alignment, but not that it causes the accuracy.

# %% practice=true fold="Train with the full learning rate in the first layer" after="ps06_matrix"
dead = {(arm, factor): [] for arm in ARMS[:3] for factor in (1.0, 0.1)}
by_rate = {key: [] for key in dead}
for arm, factor in dead:
    for seed in range(5):
        network, _ = train_arm(arm, seed, first_step=factor)
        inactive_units = np.all(network.layers[0](x_train) <= 0, axis=0)
        dead[arm, factor].append(int(inactive_units.sum()))
        by_rate[arm, factor].append(accuracy(network(x_test), t_test))
print("means of five seeds      units (of 16) inactive")
print("             first layer  for all training images  test accuracy")
for (arm, factor), counts in dead.items():
    rate = "full rate" if factor == 1 else "a tenth"
    print(f"{arm:12} {rate:11} {np.mean(counts):24.1f} {np.mean(by_rate[arm, factor]):14.2f}")

# %% [markdown] after="ps06_matrix"
# With the full learning rate in the first layer, *one matrix* is on average less than 0.05 below
# *correct*. But most hidden units of *new matrix* become inactive for all training images. In the
# other two networks, fewer than half of the units do. So these inactive units alone could explain
# the low accuracy of *new matrix*. With a tenth of the rate, almost all units stay active. So we
# use a tenth above.

# %% [markdown] after=false
# **Check gradients before you train**, with several samples and layers, random weights, and active
# and inactive units. Check them again after a few steps, because special initial values can hide a
# mistake.

# %% claims=true
gain = {arm: arms[arm] - arms["frozen"] for arm in ARMS[:3]}
for arm in ("correct", "one matrix"):
    claim("lie far to the right of 0, for every seed", gain[arm], above=0.12, given=[0])
claim(
    "The network with a new matrix lies around 0",
    abs(gain["new matrix"].mean()),
    below=0.08,
    given=[0],
)
ahead = arms["one matrix"] - arms["new matrix"]
words = "is better than *new matrix* for each of the five seeds, by 0.2 on average"
claim(words, ahead, above=0.04, given=[0.2])
claim(words, ahead.mean(), equals=0.2, within=0.05)
curves_of = {
    arm: np.array([[c for c, _ in cosines[arm, s]] for s in range(5)]) for arm in ARMS[1:3]
}
words = "With one matrix it rises from near 0 to about 0.5"
claim(words, abs(curves_of["one matrix"][:, 0].mean()), below=0.15, given=[0, 0.5])
claim(words, curves_of["one matrix"][:, -1].mean(), equals=0.5, within=0.1, given=[0])
words = "With a new matrix it stays around 0, below 0.3 in size"
claim(words, np.abs(curves_of["new matrix"]).max(), below=0.3, given=[0])
words = "the printed cosines rise from near 0 to about 0.5"
of_W2 = np.array([[c for _, c in cosines["one matrix", seed]] for seed in range(5)])
claim(words, abs(of_W2[:, 0].mean()), below=0.15, given=[0, 0.5])
claim(words, of_W2[:, -1], equals=0.5, within=0.12, given=[0])
unused = [cosines["correct", seed] for seed in range(5)]
rise = np.array([series[-1][1] - series[0][1] for series in unused])
claim("which does not use B, they do not rise on average", rise.mean(), below=0.05)
claim("most hidden units of *new matrix* become inactive", dead["new matrix", 1.0], above=8.5)
for arm in ("correct", "one matrix"):
    words = "In the other two networks, fewer than half of the units do"
    claim(words, dead[arm, 1.0], below=7.5, given=[2])
for arm in ARMS[:3]:
    claim("almost all units stay active", dead[arm, 0.1], below=1.5)
lost = np.mean(by_rate["correct", 1.0]) - np.mean(by_rate["one matrix", 1.0])
words = "*one matrix* is on average less than 0.05 below"
claim(words, lost, below=0.045, given=[0.05])
words = "so that a frozen layer costs accuracy"
claim(words, arms["correct"] - arms["frozen"], above=0.1)
words = "*new matrix* is about as accurate as *frozen*"
claim(words, abs(gain["new matrix"].mean()), below=0.08)

# %% [markdown]
# ## 9 Questions
#
# **An inactive unit.** For one sample, a hidden ReLU unit has the pre-activation u = −2, so its
# activation z is 0. Which of these derivatives of the loss can be different from 0 for this sample?
#
# - a: the derivative with respect to the bias of the unit
# - b: the derivative with respect to a weight that leads into the unit
# - c: the derivative with respect to a weight that leads from the unit to the next layer
# - d: the derivative with respect to the activation z of the unit

# %% solution="answer_inactive_unit"
answer_inactive_unit = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_inactive_unit = "d"
### END SOLUTION

# %% choice="inactive_unit" key="d" points=1
check_choice("inactive_unit", answer_inactive_unit)
# a: The gradient of the bias is the delta du = f'(u) · dz. The derivative of the ReLU at u = −2
#    is 0, so du is 0.
# b: This derivative is x_i · du, and du = f'(u) · dz is 0, because the derivative of the ReLU at
#    u = −2 is 0.
# c: This derivative is z · δ_k, the activation of this unit times the delta of the next unit. The
#    activation is 0.
# d: `dz` is the sum of w_jk · δ_k over the units of the next layer. It does not depend on u. The
#    ReLU then sets the downstream gradient du to 0.

# %% [markdown]
# **The input of a backward function.** S3 ("Chain Rule") draws a network as blocks. You write the
# backward pass of a new block. The block computes y from x and has no weights. Another block uses
# the same x. The cache contains everything from your block's forward pass. What else must its
# backward function receive?
#
# - a: the target and the loss, because every gradient is a gradient of the loss
# - b: ∂L/∂y and the weights of the next layer, because the delta recursion contains them
# - c: only ∂L/∂y
# - d: ∂L/∂y and the other block's gradient for x, because both gradients are added

# %% solution="answer_block"
answer_block = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_block = "c"
### END SOLUTION

# %% choice="block" key="c" points=1
check_choice("block", answer_block)
# a: Every gradient is a gradient of the loss, that is true. But the backward pass uses the target
#    and the loss only at its start. Their effect is contained in ∂L/∂y.
# b: The delta recursion combines two blocks. The next layer uses its weights in its own backward
#    pass, and the result is the upstream gradient ∂L/∂y.
# c: By the chain rule, the block's part of ∂L/∂x follows from ∂L/∂y and the derivative of the block
#    itself. Everything that happens after y is contained in ∂L/∂y.
# d: Both gradients are added, that is true. But the sum is computed where x branches, like
#    dz = dz₁ + dz₂ in section 2. Each block returns its own part and does not know the other.

# %% [markdown]
# **The other convention.** S4 writes samples as columns: `u = W @ x + b`. Let N, n_in and n_out be
# equal, so that every product below has the right shape. What is the gradient `dW` in this
# convention?
#
# - a: `x.T @ du`
# - b: `du @ x.T`
# - c: `du.T @ x`
# - d: `x @ du.T`

# %% solution="answer_columns"
answer_columns = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_columns = "b"
### END SOLUTION

# %% choice="columns" key="b" points=1
check_choice("columns", answer_columns)
# a: This is the formula for samples in rows. Here x.T is (N, n_in) and du is (n_out, N), so the
#    product sums over inputs and units, and not over the samples.
# b: The entry (j, i) of `du @ x.T` is the sum over n of du[j, n] · x[i, n]: delta of unit j times
#    input i, summed over the samples. It stands at the place of w_ji in W.
# c: This product sums over units and inputs, not over the samples. It is correct if samples are
#    rows and W has the shape (n_out, n_in).
# d: This sums over the samples, but the inputs belong to its rows and the units to its columns: it
#    is the transpose of the gradient.

# %% [markdown]
# ## 10 In PyTorch
#
# PyTorch works in the same way. It stores the values that each operation needs for its backward
# pass. `backward()` then goes through the operations in reverse order. The gradients are stored in
# `.grad`. PyTorch **adds** each new gradient to the old content of `.grad`. So `.grad` must be
# cleared before every training step (`optimizer.zero_grad()`). If PyTorch is installed, the cell
# compares its gradients with yours. Then it repeats the forward pass and `backward()` without
# clearing `.grad`.

# %% practice=true fold="Compare with PyTorch"
import importlib.util

if importlib.util.find_spec("torch") is None:
    print("PyTorch is not installed here. No later cell needs it.")
elif ready("mlp_backward"):
    import torch

    x_few, t_few = np.random.default_rng(8).normal(size=(4, 6)), np.array([0, 2, 1, 1])
    net_two = [net[0], net[2]]  # the layers 6-5 and 5-3 of section 7
    y_mine, cache = mlp_forward(x_few, net_two)
    _, mine = mlp_backward(softmax_cross_entropy(y_mine, t_few)[1], cache)

    (W1, b1), (W2, b2) = [[torch.tensor(a, requires_grad=True) for a in pair] for pair in net_two]

    def torch_backward():
        y_torch = torch.relu(torch.tensor(x_few) @ W1 + b1) @ W2 + b2
        torch.nn.functional.cross_entropy(y_torch, torch.tensor(t_few)).backward()

    torch_backward()

    for (dW, db), (W, b) in zip(mine, ((W1, b1), (W2, b2)), strict=True):
        errors = relative_error(dW, W.grad.numpy()), relative_error(db, b.grad.numpy())
        print(f"relative error of dW {errors[0]:.1e}, of db {errors[1]:.1e}")
    torch_backward()  # without clearing .grad
    doubled = relative_error(2 * mine[0][0], W1.grad.numpy())
    print(f"after a second forward and backward pass, .grad and 2 dW: relative error {doubled:.1e}")
else:
    print("This cell waits.")

# %% [markdown]
# ## 11 Your cheat sheet
#
# Complete this page in your own words and keep it. Double-click to edit.
#
# | function | forward pass | backward pass | the cache holds |
# |---|---|---|---|
# | linear | `u = x @ W + b` | `dx = …`, `dW = …`, `db = …` | … |
# | sigmoid | `z = …` | `du = dz * …` | … |
# | tanh | `z = …` | `du = dz * …` | … |
# | ReLU | `z = …` | `du = dz * …` | … |
#
# - `dz` means … and has the shape of …
# - In the backward pass, a sum …, a product …, a maximum …
# - If a value is used in several places, its gradient is the …
# - The delta recursion is $\delta_j = …$
# - Prediction minus target is the delta at the output for two losses: …
# - Compared with the forward pass, the backward pass costs … The size of the caches is proportional
#   to …
# - The factor 1/N of a mean loss enters …, and nowhere else.
# - In books with samples as columns, `W` is … and `dW` is …
# - Before I train with a new backward pass, I …

# %% [markdown]
# ## What comes next
#
# In **notebook 05** you build backpropagation for any graph: the code itself adds the gradients of
# a value that is used several times. You also write the gradient check that you used here.
# **Notebook 06** studies how gradients become smaller or larger on their path through many layers.

# %% [markdown]
# ## Sources
#
# S0 "Training of neural networks – basics", slides on the BP algorithm; S1 "Part II:
# Training", sections on output and hidden layers; S3 "Backpropagation and Training", slides on the
# chain rule; S4 "Neural networks (continued)", slides "Computational graph" and "Backpropagation:
# Matrix form". D. Bertoin, J. Bolte, S. Gerchinovitz and
# E. Pauwels, "Numerical influence of ReLU'(0) on backpropagation", NeurIPS 2021. T. P. Lillicrap,
# D. Cownden, D. B. Tweed and C. J. Akerman, "Random synaptic feedback weights support error
# backpropagation for deep learning", Nature Communications 7, 13276, 2016.
