# %% [markdown]
# # Backpropagation by hand
#
# To improve a network by gradient descent we need to know, for each of its weights, how the loss
# changes when that weight changes a little. The obvious way is to nudge one weight, run the
# network again and look. For a million weights that means a million runs, for a single step of
# training.
#
# Backpropagation finds all million derivatives in one run forward and one run backward. There is no
# trick in it beyond the chain rule, applied in a good order. In this notebook you write it
# yourself, one small function at a time. In the end the forward and backward passes of a network
# that learns to read handwritten digits run on your own functions.
#
# **Afterwards you can**
#
# - derive the gradients of a layer from the chain rule and confirm the derivation by numbers,
# - write the way forward and the way back of a linear layer, of sigmoid, tanh and ReLU, and of a
#   whole multilayer perceptron,
# - tell from the shapes alone where a transpose belongs, and read books that write everything the
#   other way round,
# - say what the way back costs in time and memory,
# - say why a falling loss does not prove a gradient right, and find the faulty line by what does.
#
# **You need** partial derivatives, the chain rule, matrix products, and NumPy arrays as in
# notebook 00. Notebooks 02 (losses) and 03 (gradient descent) help; what is needed of them is
# said again here.
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
from course_lib.gradient_check import check_op, numerical_gradient, relative_error
from course_lib.layers import Linear, ReLU
from course_lib.losses import softmax_cross_entropy
from course_lib.models import Sequential
from course_lib.op import Op
from course_lib.optimizers import SGD
from course_lib.plots import slider, theme, training_curves
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
# It is kept for you alone, and shown beside the result.

# %%
guess("ps04_bugs", None)  # your guess in place of None: a number from 0 to 5

# %% [markdown]
# The data first: 1,797 images of 8 × 8 pixels, of which we keep every fifth for testing. The inputs
# `x` have one image a row, so `x_train` is a matrix with 64 columns. `t` holds the targets, the
# true digit of each image.

# %% practice=true
digits = load_digits()
order = np.random.default_rng(0).permutation(len(digits.x))
x, t = digits.x[order], digits.t[order]
test = np.arange(len(x)) % 5 == 0
x_train, t_train, x_test, t_test = x[~test], t[~test], x[test], t[test]
print("training images:", x_train.shape, " test images:", x_test.shape)

# %% [markdown]
# The next cell holds the five mistakes. **They are planted on purpose.** Each is a change of one
# line in the backward pass; the forward pass is right in all of them. The cell is closed; you need
# not open it yet: we come back to it in section 9.

# %% practice=true fold="Define the five planted mistakes"
BUGS = ("none", "mask", "wrong weights", "frozen layer", "no biases", "sign")


def network_with(bug, linear, relu, rng, dtype="float32", hidden=128):
    """A network 64-hidden-10 whose way back has the planted mistake `bug`."""
    lower = upper = linear
    middle = relu
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
        Linear(64, hidden, rng=rng, op=lower, dtype=dtype),
        ReLU(op=middle),
        Linear(hidden, 10, rng=rng, op=upper, dtype=dtype),
    )


# %% [markdown]
# Now all of them are trained, each from three random starts. Until your own functions exist, this
# uses the library's. Come back later: then the very same experiment runs on yours. (The steps use
# gradient descent with *momentum*, which [notebook 08](../ps08/ps08_momentum.ipynb) introduces: a
# step also repeats a part of the step before it.)


# %% practice=true fold="Define the training"
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
        print(f"A loss overflowed after {len(curve)} epochs.")
    return curve


# %% practice=true
linear, relu = own_or_library()
curves = {}
for bug in BUGS:
    for seed in range(3):
        rng = np.random.default_rng(seed)
        curves[bug, seed] = train(network_with(bug, linear, relu, rng), rng)

# %% practice=true fold="Draw the test accuracies"
import matplotlib.pyplot as plt

reached = {bug: [curves[bug, seed][-1][1] for seed in range(3)] for bug in BUGS}
above = sum(np.mean(reached[bug]) > 0.9 for bug in BUGS if bug != "none")
with theme.style():
    figure, ax = plt.subplots(figsize=(7, 3))
    for row, bug in enumerate(reversed(BUGS)):  # a bar for the mean, a dot for each start
        ax.barh(row, np.mean(reached[bug]), color=theme.FORWARD if bug == "none" else "0.75")
        ax.plot(reached[bug], [row] * 3, "o", color="black", markersize=4)
    ax.axvline(0.9, color=theme.INK, linestyle="--", label="90 %")
    ax.set_yticks(range(len(BUGS)), reversed(BUGS))
    ax.set(xlabel="test accuracy", xlim=(0, 1))
    ax.set_title("Accuracy with one correct ('none') and five wrong backward passes")
    ax.legend(loc="lower center")
    plt.show()
reveal("ps04_bugs", above, "Wrong backward passes above 90 %, as the mean of three seeds.")

# %% [markdown]
# *In words: one bar for each backward pass, the test accuracy as the mean over the seeds 0, 1 and
# 2, and a dot for each seed. One of the wrong ones does no better than guessing. The other four
# come close to the correct one, so close that the seeds differ as much.*
#
# Was your guess lower? "None" and "only the one without biases" are natural answers. What to take
# from it: **that the loss falls does not show that the gradient is right.** A network puts up with
# a direction that is wrong in part, as long as it still points downhill. So a mistake in the way
# back does not announce itself, and what it costs you put down to the data. In this notebook every
# gradient is therefore compared with what the function itself does when its input moves a little.

# %% claims=true
claim("1,797 images of 8 × 8 pixels", len(digits.x), equals=1797, within=0.5, given=[8])
claim("One of the wrong ones does no better than guessing", reached["sign"], below=0.15)
right_ones = np.mean(
    [reached[bug] for bug in ("mask", "wrong weights", "frozen layer", "no biases")], 1
)
claim(
    "The other four come close to the correct one",
    right_ones,
    above=np.mean(reached["none"]) - 0.03,
)
claim(
    "so close that the seeds differ as much",
    np.mean(reached["none"]) - right_ones.min(),
    below=np.ptp(reached["frozen layer"]),
)

# %% [markdown]
# ## 2 The idea
#
# A network is a chain of small functions: linear map, ReLU, linear map, loss. The way back asks
# each of them the same question: *if the loss reacts like this to what you put out, how does it
# react to what you took in?* The last function answers first. Its answer is the question for the
# one before it, and so on down to the input. No function needs to know where in the network it
# stands. A function with weights also returns the gradients of its weights. These are what
# we want: gradient descent uses them for its step (notebook 03).
#
# Everywhere in this course `dz` is short for ∂L/∂z, **the gradient of the loss with respect to
# z**. It always has the same shape as `z`. The function that computes `z` from `u` gets a partner
# that computes `du` from `dz`, and that is what you are going to write, again and again:
#
# ```
# z, cache = something_forward(u)
# du       = something_backward(dz, cache)
# ```
#
# where `cache` is whatever you will need on the way back. In the picture `x` is the input, `u` a
# pre-activation, `z` the activation made from it and `y` the output.

# %% practice=true fold="Draw the forward and backward pass"
boxes = ["linear\nu = x W + b", "ReLU\nz = max(u, 0)", "linear\ny = z V + c", "loss\nL"]
above_line, below_line = ["x", "u", "z", "y", ""], ["dx", "du", "dz", "dy", ""]
with theme.style():
    figure, ax = plt.subplots(figsize=(9, 2.2))
    for i, text in enumerate(boxes):
        frame = {"boxstyle": "round,pad=0.5", "facecolor": "white"}
        ax.text(2 * i + 1, 0, text, ha="center", va="center", bbox=frame)
        arrow = {"arrowstyle": "->", "linewidth": 2}
        left, right = (2 * i - 0.3, 0.25), (2 * i + 0.3, 0.25)
        ax.annotate("", right, left, arrowprops={**arrow, "color": theme.FORWARD})
        ax.text(2 * i, 0.4, above_line[i], color=theme.FORWARD, ha="center")
        left, right = (2 * i - 0.3, -0.25), (2 * i + 0.3, -0.25)
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
# ### One number's journey
#
# Here is the smallest network that has it all: one input x, one hidden unit with the weight w and
# the bias b, one output y with the weight v and the bias c. The target is t. The network is cut
# into single operations, because each of them has a backward pass that fits into one line.
#
# ```
# p = w · x     u = p + b     z = max(u, 0)     q = v · z     y = q + c     L = ½ (y − t)²
# ```
#
# Let x = 2, w = 3, b = −1, v = −2, c = 4 and t = 1. Take a pencil and go forward: what is L? Then
# go back. The loss answers first: dy = y − t. Ask each operation in turn how the loss reacts to
# what it took in. **Which number is dw at the end?**

# %%
guess("ps04_journey", None)  # your dw in place of None


# %% practice=true
def journey(x=2.0, w=3.0, b=-1.0, v=-2.0, c=4.0, t=1.0):
    """All values on the way forward, then all gradients on the way back, by their names."""
    p = w * x
    u = p + b
    z = max(u, 0.0)
    q = v * z
    y = q + c
    L = 0.5 * (y - t) ** 2

    dy = y - t
    dq, dc = dy, dy  # a sum passes its gradient on to both of its terms
    dv, dz = dq * z, dq * v  # a product gives each factor the value of the other one
    du = dz * (u > 0)  # a maximum lets the gradient through to whoever won
    dp, db = du, du
    dw, dx = dp * x, dp * w
    return dict(locals())


on_the_way, h = journey(), 1e-6  # h: how far w is moved up and down
nudged = (journey(w=3 + h)["L"] - journey(w=3 - h)["L"]) / (2 * h)
print(f"back, line by line: dw = {on_the_way['dw']:.6f}")
print(f"nudging w:          dw = {nudged:.6f}")
reveal(
    "ps04_journey",
    on_the_way["dw"],
    "Seen from w: a nudge of 0.001 raises the loss by about 0.028.",
)

# %% [markdown]
# Move the slider (or read the pictures) and follow the numbers, forward in blue and back in
# orange.

# %% practice=true fold="List the steps of the journey"
OPERATIONS = ("· w", "+ b", "max( , 0)", "· v", "+ c", "½( − t)²")
STEPS_OF_JOURNEY = (
    ("The input and the weights are given", ""),
    *((f"Forward: {name} is computed", name) for name in ("p", "u", "z", "q", "y", "L")),
    ("Back: the loss answers first, dy = y − t", "dy"),
    ("Back: a sum passes dy on to q and to c", "dq dc"),
    ("Back: a product swaps: dz = dq · v, dv = dq · z", "dz dv"),
    ("Back: u was above 0, so the maximum lets dz through", "du"),
    ("Back: a sum passes du on to p and to b", "dp db"),
    ("Back: a product swaps: dx = dp · w, dw = dp · x", "dx dw"),
)


# %% practice=true fold="Draw the journey step by step"
def draw_journey(step):
    """The network with all that is known after so many steps."""
    seen = " ".join(names for _, names in STEPS_OF_JOURNEY[: step + 1]).split() + list("xwbvc")
    new = STEPS_OF_JOURNEY[step][1].split()
    with theme.style():
        figure, ax = plt.subplots(figsize=(9, 2.5))
        ax.plot([-0.7, 12.5], [0, 0], color=theme.QUIET, linewidth=1, zorder=0)

        def write(name, x, y, colour):
            if name in seen:
                weight = "bold" if name in new else "normal"
                text = f"{name} = {on_the_way[name]:g}"
                ax.text(x, y, text, ha="center", color=colour, weight=weight, size=12)

        for i, operation in enumerate(OPERATIONS):
            frame = {"boxstyle": "round,pad=0.4", "facecolor": "white"}
            ax.text(2 * i + 1, 0, operation, ha="center", va="center", bbox=frame, size=12)
            weight = operation[-1] if operation[-1] in "wbvc" else ""
            if weight:
                ax.plot([2 * i + 1] * 2, [0, 0.7], color=theme.QUIET, linewidth=1, zorder=0)
                write(weight, 2 * i + 1, 1.07, theme.FORWARD)
                write(f"d{weight}", 2 * i + 1, 0.77, theme.GRADIENT)
        for i, name in enumerate("xpuzqyL"):
            write(name, 2 * i, 0.22, theme.FORWARD)
            write(f"d{name}", 2 * i, -0.4, theme.GRADIENT)
        ax.set(xlim=(-0.9, 12.9), ylim=(-0.5, 1.3))
        ax.set_title(STEPS_OF_JOURNEY[step][0])
        ax.axis("off")
    return figure


slider(
    draw_journey,
    range(len(STEPS_OF_JOURNEY)),
    name="step",
    alt="A chain of six operations. Values appear from left to right, then gradients from right "
    "to left, ending with dw = 28.",
    dpi=100,
)

# %% [markdown]
# *In words: six boxes in a row, one for each operation, with the values p = 6, u = 5, z = 5,
# q = −10, y = −6, L = 24.5 between them in blue. They appear from left to right. Then the gradients
# appear in orange from right to left: dy = −7, dq = −7 and dc = −7, dz = 14 and dv = −35, du = 14,
# dp = 14 and db = 14, dx = 42 and dw = 28.*
#
# The backward pass starts with the derivative of the loss: $\frac12 (y - t)^2$ gives dy = y − t.
# Three patterns explain all the other gradients:
#
# - a **sum** passes its gradient on unchanged, to each of its terms;
# - a **product** swaps: each factor gets the gradient times the value of the *other* one;
# - a **maximum** lets the gradient through to the one that won, and nothing to the other.
#
# The product is why values must be kept until the way back: `dw` needs `x`. That is what the
# `cache` is for. And try `journey(b=-7.0)`: the unit is inactive then, and the gradients du, dp,
# db, dw and dx are 0.
#
# You could also have put everything into one formula and differentiated that:
# $\partial L/\partial w = (v \max(wx+b, 0) + c - t)\cdot v \cdot [wx+b>0] \cdot x$, where
# the bracket is 1 or 0. For $b$ you get the same without the $x$, for $v$ the same first factor
# again. The backward pass computes each of the shared factors once. Section 7 counts what a whole
# backward pass costs, and what a finite difference for every parameter would cost.
#
# A fourth pattern does not show in a chain: a value that is used in **several places** gets the
# sum of what comes back from them. It carries the next section.

# %% claims=true
inactive = journey(b=-7.0)
claim(
    "the gradients du, dp, db, dw and dx are 0",
    sum(inactive[name] != 0 for name in ("du", "dp", "db", "dw", "dx")),
    below=0.5,
    given=[0],
)
claim(
    "dp = 14 and db = 14, dx = 42 and dw = 28",
    on_the_way["dw"],
    equals=28,
    within=0.1,
    given=[14, 42],
)
claim(
    "dp = 14 and db = 14, dx = 42 and dw = 28",
    on_the_way["dx"],
    equals=42,
    within=0.1,
    given=[14, 28],
)
claim(
    "a nudge of 0.001 raises the loss by about 0.028",
    journey(w=3.001)["L"] - journey()["L"],
    equals=0.028,
    within=0.001,
    given=[0.001],
)

# %% [markdown]
# ## 3 From the chain rule to deltas
#
# ### One layer, one sample
#
# Unit $j$ of a layer adds up its inputs, $u_j = \sum_i x_i w_{ij} + b_j$, where $w_{ij}$ leads from
# input $i$ to unit $j$. Call the gradient of the loss with respect to this sum $\delta_j = \partial
# L/\partial u_j$ (the *delta* of S0; in code it is `du`). Three questions, three answers:
#
# - **The weight** $w_{ij}$ affects the loss only through $u_j$, and
#   $\partial u_j / \partial w_{ij} = x_i$. By the chain rule,
#   $\partial L/\partial w_{ij} = \delta_j\, \partial u_j/\partial w_{ij} = x_i\,\delta_j$.
# - **The bias** $b_j$ is a weight whose input is always 1 (S0 draws it as an extra unit that
#   always says +1). Hence $\partial L/\partial b_j = \delta_j$.
# - **The input** $x_i$ reaches the loss through *every* unit $j$. The chain rule adds up all
#   paths: $\partial L/\partial x_i = \sum_j w_{ij}\,\delta_j$. The same weights, used in the
#   other direction.
#
# ### Through an activation
#
# Let $f$ be the activation function, such as the ReLU. If $z_j = f(u_j)$, then $u_j$ affects the
# loss only through $z_j$, and $\partial L/\partial u_j = f'(u_j)\,\partial L/\partial z_j$: each
# entry times its own derivative.
#
# ### Where the deltas begin
#
# At the output. With half the squared distance, $L = \tfrac12 \sum_k (y_k - t_k)^2$, and no
# activation behind the last layer, $y_k = u_k$, what is $\delta_k$? (S0 has the answer on the slide
# "Deltas at the output layer". Section 6 does the same for the loss of classifiers.)
#
# ### Put together
#
# Three blanks, worth no points; the cells below compare each with finite differences. For the
# second, let a hidden layer compute $z_j = f(u_j)$ and hand $z$ to the next layer with weights
# $w^{\text{next}}_{jk}$ and deltas $\delta^{\text{next}}_k$; combine the answers about the input
# and about the activation. For the third, write the answer about a weight for all $i$ and $j$ at
# once (`np.outer`).
#
# <details><summary>If the second one differs</summary>
#
# Hidden unit j affects all K units of the next layer, so there is a sum over k, of row j of
# `W_next` times `delta_next`. For all j together that is one product of a matrix and a vector. Then
# each entry is multiplied by its own derivative.
#
# </details>


# %% solution="output_delta"
def output_delta(y, t):
    """dL/du of the last layer, for L = 1/2 sum_k (y_k - t_k)^2 and y = u; all (K,)."""
    ### BEGIN SOLUTION
    return y - t
    ### END SOLUTION


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


# %% solution="weight_gradient"
def weight_gradient(x, delta):
    """dL/dW of a layer with inputs x (I,) and deltas (J,), for one sample; shape (I, J)."""
    ### BEGIN SOLUTION
    return np.outer(x, delta)
    ### END SOLUTION


# %% practice=true fold="Define the comparison"
def compare(name, attempt, nudged):
    """Print whether what the function `attempt` returns is the gradient that nudging finds."""
    try:
        mine = np.asarray(attempt())
    except NotImplementedError:
        print(f"{name:4} not written yet")
        return
    if mine.shape != nudged.shape:
        print(f"{name:4} has shape {mine.shape}, expected {nudged.shape}")
        return
    difference = np.max(np.abs(mine - nudged))
    verdict = "agrees" if difference < 1e-6 * (1 + np.max(np.abs(nudged))) else "DIFFERS"
    print(f"{name:4} {verdict:8} largest difference from nudging {difference:.0e}")


# %% practice=true
rng = np.random.default_rng(1)
x1, W1, b1 = rng.normal(size=5), rng.normal(size=(5, 4)), rng.normal(size=4)
W2, t_small = rng.normal(size=(4, 3)), rng.normal(size=3)


def small_loss(u2):
    """Half the squared distance of the output to the target."""
    return 0.5 * np.sum((u2 - t_small) ** 2)


u1 = x1 @ W1 + b1
u2 = np.tanh(u1) @ W2
delta2 = numerical_gradient(small_loss, u2, 1e-6)
delta1 = numerical_gradient(lambda u: small_loss(np.tanh(u) @ W2), u1, 1e-6)
dW1 = numerical_gradient(lambda W: small_loss(np.tanh(x1 @ W + b1) @ W2), W1, 1e-6)
compare("du2", lambda: output_delta(u2, t_small), delta2)
compare("du1", lambda: hidden_delta(delta2, W2, 1 - np.tanh(u1) ** 2), delta1)
compare("dW1", lambda: weight_gradient(x1, delta1), dW1)

# %% [markdown]
# The second blank is the central equation of backpropagation. In our letters,
#
# $$\delta_j = f'(u_j) \sum_k w^{\text{next}}_{jk}\, \delta^{\text{next}}_k .$$
#
# <details><summary>The derivation of all three</summary>
#
# The **output delta**. With $y_k = u_k$ the loss is $L = \frac12 \sum_m (u_m - t_m)^2$.
#
# - Only the term $m = k$ depends on $u_k$. By the chain rule its derivative is
#   $\frac12 \cdot 2\,(u_k - t_k) \cdot 1$.
# - Hence $\delta_k = u_k - t_k = y_k - t_k$.
#
# The **hidden delta**. The next layer computes
# $u^{\text{next}}_k = \sum_j z_j w^{\text{next}}_{jk} + b^{\text{next}}_k$ with $z_j = f(u_j)$.
#
# - $u_j$ affects the loss through $z_j$, and $z_j$ through all $u^{\text{next}}_k$. The chain rule
#   adds up all paths: $\delta_j = \frac{\partial L}{\partial u_j} = \sum_k \frac{\partial
#   L}{\partial u^{\text{next}}_k}\, \frac{\partial u^{\text{next}}_k}{\partial z_j}\,
#   \frac{\partial z_j}{\partial u_j}$.
# - The first factor is $\delta^{\text{next}}_k$, by definition.
# - The second factor is $w^{\text{next}}_{jk}$, because $z_j$ stands in that sum with this weight.
# - The third factor is $f'(u_j)$. It does not depend on $k$, so it goes in front of the sum.
#
# The **weight gradient**. $w_{ij}$ affects the loss only through $u_j = \sum_m x_m w_{mj} + b_j$.
#
# - $\frac{\partial L}{\partial w_{ij}} = \frac{\partial L}{\partial u_j}\,
#   \frac{\partial u_j}{\partial w_{ij}} = \delta_j\, x_i$, which is entry $(i, j)$ of the outer
#   product of $x$ and $\delta$.
#
# S0 writes the second equation as $\delta_j^{(l)} = \sum_k \delta_k^{(l+1)} \left( w_{kj}^{(l+1)}
# f'(u_j^{(l)}) \right)$: its $w_{kj}^{(l+1)}$ is our $w^{\text{next}}_{jk}$, with the indices in
# the other order. S4 has it for all $j$ at once: $\delta^{(\ell)} = \varphi'(\mathbf{z}^{(\ell)})
# \odot (\mathbf{W}^{(\ell+1)T} \delta^{(\ell+1)})$, where $\varphi$ is our $f$ and $\mathbf{z}$ our
# $u$, and ⊙ multiplies entry by entry.
#
# </details>
#
# `numerical_gradient` moves each number up and down by a millionth and runs everything twice. This
# *central difference* is rarely exact. At a step of 1e-6 the two values agree in about their first
# six digits, and the subtraction loses these. So a difference of 1e-9 is agreement. A wrong formula
# is off in the first digits.

# %% claims=true
around_u2 = [small_loss(u2 + sign * 1e-6 * np.eye(3)[0]) for sign in (1, -1)]
shared_digits = -np.log10(abs(around_u2[0] - around_u2[1]) / around_u2[0])
claim("the two values agree in about their first six digits", shared_digits, equals=6, within=1)
claim(
    "is agreement",
    [
        np.abs(found - nudged).max()
        for found, nudged in (
            (output_delta(u2, t_small), delta2),
            (hidden_delta(delta2, W2, 1 - np.tanh(u1) ** 2), delta1),
            (weight_gradient(x1, delta1), dW1),
        )
    ],
    below=5e-9,
)

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
# S0, S1, S3 and S4 write a sample as a *column* and multiply from the left, $u = W x + b$. There
# $W$ has one row per output unit. We keep samples in rows and multiply from the right, `u = x @ W +
# b`. Here `W` has one column per output unit: the one matrix is the transpose of the other. The
# slide "Backpropagation: Matrix form" of S4 has the formulas of the middle column. In our letters,
# with the input $x$:
#
# | | one sample as a column (S4) | a batch in rows (here) |
# |---|---|---|
# | forward | $u = W x + b$, with $W$ of shape (n_out, n_in) | `u = x @ W + b`, `W` (n_in, n_out) |
# | weights | $\nabla_W = \delta\, x^\top$ | yours to find |
# | input | $W^\top \delta$ | yours to find |
# | inputs per unit (fan-in) | `W.shape[1]` | `W.shape[0]` |
#
# Where does the transpose go? Ask the shapes: the gradient with respect to `W` must have the shape
# of `W`. If N, n_in and n_out are three different numbers, only one product of `x` and `du` has it.
# (If n_in = n_out, two products have it, and the formula for a single weight decides.)
#
# Letters differ as well. With this table you can read S0, S1 and S4:
#
# | here | S0 | S1 | S4 |
# |---|---|---|---|
# | `u`, pre-activation | $u$ | $z$ | $z$ |
# | `z`, activation | $z$ | $y$ | $v$ |
# | `t`, the target | $d$ | $t$ | $y$ |
# | `dz` | | $\Delta$, "aggregated error" | |
# | `du` | $\delta$ | $\delta = \Delta\,\varphi'$ | $\delta$ |

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
    u has the float type of x, W and b: float32 stays float32.
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
    They have the float type of the inputs: float32 stays float32.
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


# %% practice=true fold="Compare with the formulas of S4"
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


# %% practice=true fold="Draw the activation functions and their derivatives"
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

# %% claims=true
heights = [
    np.gradient([f(u) for u in numbers], numbers).max() for f in (sigmoid_of_one, tanh_of_one)
]
claim("its slope is a bump of height one quarter", heights[0], equals=0.25, within=0.01)
claim("its slope is a bump of height one", heights[1], equals=1, within=0.02)

# %% [markdown]
# ### Sigmoid
#
# With $z = 1/(1+e^{-u})$ the derivative is $\dfrac{e^{-u}}{(1+e^{-u})^2}$. Show on paper that this
# can be written with $z$ alone, without any exponential (S0 has the result in the table "Derivation
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
    z has the float type of u: float32 stays float32.
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
    du has the float type of dz: float32 stays float32.
    """
    ### BEGIN SOLUTION
    z = cache
    return dz * z * (1 - z)
    ### END SOLUTION


# %% check="sigmoid_backward"
check("sigmoid_backward", sigmoid_forward, sigmoid_backward)

# %% [markdown]
# <details><summary>The derivation</summary>
#
# - Write $z = s^{-1}$ with $s = 1 + e^{-u}$. The chain rule needs $\frac{dz}{ds} = -s^{-2}$ and
#   $\frac{ds}{du} = -e^{-u}$.
# - Their product is $f'(u) = \frac{e^{-u}}{s^2} = \frac1s \cdot \frac{e^{-u}}{s}$.
# - The first factor is $z$.
# - In the second factor $e^{-u} = s - 1$, so it is $\frac{s - 1}{s} = 1 - \frac1s = 1 - z$.
# - Hence $f'(u) = z\,(1 - z)$. It is largest at $z = \frac12$, where it is $\frac14$.
#
# S0's table writes it as $f'(u) = f(u)(1 - f(u))$; its $f(u)$ is our $z$.
#
# </details>

# %% [markdown]
# ### Tanh
#
# NumPy has `np.tanh`. For the derivative, use the quotient rule on $\tanh u = \sinh u/\cosh u$ and
# $\cosh^2 u - \sinh^2 u = 1$: again the result needs only $z$.


# %% solution="tanh_forward"
def tanh_forward(u):
    """The hyperbolic tangent z = tanh(u), entry by entry.

    u : any shape
    returns z : the same shape, and cache
    z has the float type of u: float32 stays float32.
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
    du has the float type of dz: float32 stays float32.
    """
    ### BEGIN SOLUTION
    z = cache
    return dz * (1 - z**2)
    ### END SOLUTION


# %% check="tanh_backward"
check("tanh_backward", tanh_forward, tanh_backward)

# %% [markdown]
# <details><summary>The derivation</summary>
#
# - $\sinh u = \frac12(e^u - e^{-u})$ and $\cosh u = \frac12(e^u + e^{-u})$. Each is the derivative
#   of the other.
# - The quotient rule, numerator: derivative of the upper times the lower, minus the upper times the
#   derivative of the lower: $\cosh u \cosh u - \sinh u \sinh u$. Denominator: $\cosh^2 u$.
# - Divide both terms by $\cosh^2 u$: $f'(u) = 1 - \frac{\sinh^2 u}{\cosh^2 u} = 1 - \tanh^2 u$.
# - Hence $f'(u) = 1 - z^2$. It is largest at $z = 0$, where it is 1. (With
#   $\cosh^2 u - \sinh^2 u = 1$ the same quotient is $1/\cosh^2 u$.)
#
# S0's table writes it as $f'(u) = 1 - \tanh^2(u)$; its $\tanh(u)$ is our $z$.
#
# </details>

# %% [markdown]
# ### ReLU
#
# For u > 0 the slope is 1, for u < 0 it is 0. At u = 0 there is none; section 8 has more on that,
# and here you may choose. Beware of one trap: the slope depends on `u`, not on `dz`.


# %% solution="relu_forward"
def relu_forward(u):
    """The rectifier z = max(u, 0), entry by entry.

    u : any shape
    returns z : the same shape, and cache
    z has the float type of u: float32 stays float32.
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
    du has the float type of dz: float32 stays float32.
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
# ## 6 Step by step through a loss
#
# You have all the parts of a classifier but its loss. The outputs `y` of a classifier become
# probabilities by the softmax, $p_k = e^{y_k} / \sum_i e^{y_i}$, and the loss is $-\log$ of the
# probability given to the true class, as a mean over the samples. Its way back looks
# forbidding. So cut the way forward into steps so small that each of them is one pattern or one
# rule of calculus, and go back one step at a time. (This also works for whatever you will invent
# yourself and find in no book.)

# %% practice=true
STEPS = {
    "u": lambda v: v["x"] @ v["W"] + v["b"],
    "z": lambda v: np.tanh(v["u"]),
    "y": lambda v: v["z"] @ v["V"] + v["c"],
    "e": lambda v: np.exp(v["y"]),
    "s": lambda v: v["e"].sum(axis=1, keepdims=True),  # (N, 1)
    "p": lambda v: v["e"] / v["s"],
    "q": lambda v: v["p"][np.arange(len(v["t"])), v["t"]],  # of each row the true class, (N,)
    "l": lambda v: -np.log(v["q"]),
    "L": lambda v: v["l"].mean(),
}


rng = np.random.default_rng(9)
values = {"x": rng.normal(size=(5, 4)), "t": np.array([0, 2, 1, 1, 0])}
values |= {"W": rng.normal(size=(4, 3)), "b": rng.normal(size=3)}
values |= {"V": rng.normal(size=(3, 3)), "c": rng.normal(size=3)}
for step, compute in STEPS.items():
    values[step] = compute(values)
print({name: np.shape(value) for name, value in values.items()})


# %% practice=true fold="Define the loss from any step"
def loss_from(v, name, value):
    """The loss when `name` has another value, and all steps after it are done again."""
    v, names = {**v, name: value}, list(STEPS)
    for step in names[names.index(name) + 1 if name in names else 0 :]:
        v[step] = STEPS[step](v)
    return v["L"]


# %% [markdown]
# Now write the way back, **one line at a time**: put `d["l"] = …` in place of the `raise` line,
# run this cell and the next one, see it agree, write the line after it. The order is l, q, p, s, e,
# y, then z, V, c, then u, then W, b, x. All that you need is in `v`, the values of the way forward:
# it is the cache.
#
# <details><summary>What to watch for</summary>
#
# - `l`: a mean over N. Each row's share of the gradient 1 is …
# - `p`: picking one entry of a row is like a maximum. The others get 0.
# - `e`: used twice, in `s` and in `p`. So write `s` first, then add up what comes back from both.
# - `s`: one number served a whole row. And 1/s has the derivative −1/s².
# - `y` and above: no new rule any more.
#
# </details>


# %% solution="gradients_by_steps"
def gradients_by_steps(v):
    """The gradient of the mean loss with respect to each value in v, by its name."""
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


# %% practice=true fold="Compare your gradients step by step"
def compare_all(found, v):
    """Compare the gradients with nudging, from the loss down; stop at the first missing one."""
    for name in "lqpseyzVcuWbx":
        if name not in found:
            print(f'd{name}   is next: write d["{name}"] = …, of shape {v[name].shape}')
            return
        nudged = numerical_gradient(lambda a, name=name: loss_from(v, name, a), v[name], 1e-6)
        compare(f"d{name}", lambda name=name: found[name], nudged)


try:
    found_by_steps = gradients_by_steps(values)
except NotImplementedError:
    found_by_steps = {}
    print("The raise line is still there; the first line of yours takes its place.")
compare_all(found_by_steps, values)

# %% [markdown]
# Six of the thirteen lines lead from the loss to `dy`. Put them into each other on paper, for one
# row: nearly everything cancels, and what is left is one short formula in `p` and the true class.
# This is one reason why softmax and this loss are often written as one function, such as PyTorch's
# `CrossEntropyLoss`; numerical stability is another. (PyTorch also has two parts, `LogSoftmax` and
# `NLLLoss`.) Write it as code (no points), with the targets as rows of zeros with a single one.
#
# <details><summary>A beginning</summary>
#
# Let $m$ be the true class. With $q = e_m/s$ and $dq = -\frac{1}{Nq}$ you get
# $ds = -dq\,\frac{e_m}{s^2} = \frac{1}{N s}$.
# A wrong class has $dp_k = 0$, so $de_k = ds$ and $dy_k = ds\; e_k$. How is that written with
# $p_k$? For the true class one more term is added.
#
# </details>


# %% solution="softmax_delta"
def softmax_delta(p, t):
    """dL/dy for L = - mean_n sum_k t_nk log p_nk, p = softmax(y); both (N, K)."""
    ### BEGIN SOLUTION
    return (p - t) / len(p)
    ### END SOLUTION


# %% [markdown]
# <details><summary>The derivation</summary>
#
# For one row whose true class is $m$; $q = p_m = e_m/s$, $s = \sum_k e_k$ and $e_k = \exp(y_k)$.
#
# - $dl = \frac1N$, because the loss is the mean of $N$ values $l$.
# - $l = -\log q$ has the derivative $-\frac1q$, so $dq = -\frac{1}{N q}$.
# - $q$ is entry $m$ of $p$, so $dp_m = dq$, and $dp_k = 0$ for all other classes.
# - $s$ affects the loss through $q = e_m/s$ only (the other $dp_k$ are 0), with the derivative
#   $-\frac{e_m}{s^2}$: $ds = -dq\, \frac{e_m}{s^2} = \frac{1}{N q}\, \frac{q}{s} = \frac{1}{N s}$,
#   since $\frac{e_m}{s} = q$.
# - $e_k$ is used in $s$ (derivative 1) and in $p_k$ (derivative $\frac1s$):
#   $de_k = ds + \frac{dp_k}{s}$.
# - $y_k$ is used in $e_k = \exp(y_k)$, whose derivative is $e_k$: $dy_k = de_k\, e_k$.
# - A wrong class: $dy_k = ds\, e_k = \frac{1}{N}\, \frac{e_k}{s} = \frac1N\, p_k$.
# - The true class has the second term too, $\frac{dq}{s}\, e_m = dq\, q = -\frac1N$. Together
#   $dy_m = \frac1N (p_m - 1)$.
# - With $t_k = 1$ for the true class and 0 for the others, both are $dy_k = \frac1N (p_k - t_k)$.
#
# S0 ("Deltas at the output layer") has the result for one sample as $y_j - d_j$: its $y$ is our
# $p$, its $d$ our $t$.
#
# </details>


# %% practice=true
one_hot = np.eye(3)[values["t"]]
nudged = numerical_gradient(lambda y: loss_from(values, "y", y), values["y"], 1e-6)
compare("dy", lambda: softmax_delta(values["p"], one_hot), nudged)
_, from_library = softmax_cross_entropy(values["y"], values["t"])
print("and the library's, for comparison:")
compare("dy", lambda: from_library, nudged)

# %% [markdown]
# Compare it with your `output_delta` of section 3. Two losses that look nothing alike have the same
# delta for one sample, output minus target (S0, "Deltas at the output layer"; S1's equation (6) is
# this delta times the input). The 1/N of the mean came in at the very first step. Nothing below
# divides by N again.

# %% [markdown]
# ## 7 The whole network
#
# Now chain them. The parameters are a list of pairs, `params = [(W1, b1), (W2, b2), …]`. After
# every linear layer comes a ReLU, **except after the last**, whose output is `y`. S0's slide
# "Complete backpropagation algorithm" has it in four steps; in our words:
#
# 1. Go forward, layer by layer, and keep every cache.
# 2. Start with `dy`, the gradient with respect to the output. It comes from the loss (section 6).
# 3. Go back through the layers in reverse order. Each takes the gradient with respect to its
#    output and its own cache, and gives the gradient with respect to its input.
# 4. On the way, collect each layer's `dW` and `db`.
#
# As a slow definition, here is what your `mlp_backward` has to agree with: nudge every single
# parameter and look at the change of $\sum_{nk} dy_{nk}\, y_{nk}$, a loss whose gradient with
# respect to `y` is just `dy`.


# %%
def parameter_gradients_by_nudging(x, params, dy):
    """[(dW, db), …] as mlp_backward returns them, by two forward passes for every number."""

    def gradient(layer, which):
        def loss(moved):
            pair = [moved if i == which else kept for i, kept in enumerate(params[layer])]
            y, _ = mlp_forward(x, [*params[:layer], pair, *params[layer + 1 :]])
            return np.sum(dy * y)

        return numerical_gradient(loss, params[layer][which], 1e-6)

    return [(gradient(layer, 0), gradient(layer, 1)) for layer in range(len(params))]


# %% solution="mlp_forward"
def mlp_forward(x, params):
    """A multilayer perceptron: linear layers with ReLU between them, the last one linear.

    x : (N, n_0), params : [(W1, b1), …, (WL, bL)] with W_l of shape (n_{l-1}, n_l)
    returns y : (N, n_L), and cache
    y has the float type of x and params: float32 stays float32.
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
    They have the float type of the inputs: float32 stays float32.
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
# ### What it costs
#
# Count multiplications. Forward, each layer makes one matrix product; back it makes two, `dx` and
# `dW`. (The lowest one could leave out `dx`, which training does not need.) So the way back costs
# about twice the way forward, **whatever the number of weights**. And count what must be kept: the
# input of each linear layer, and for each hidden unit whether it was active.

# %% practice=true
widths = (64, 128, 10)
pairs = [(64, 128), (128, 10)]  # n_in and n_out of each layer
parameters = sum((n_in + 1) * n_out for n_in, n_out in pairs)
print(f"{parameters:,} parameters")
print("samples     forward        back  by nudging      kept")
for N in (1, 32, 1024):
    forward = N * sum(n_in * n_out for n_in, n_out in pairs)
    kept = N * (64 + 128 + 128)  # two inputs, and one mask for the hidden units
    nudging = 2 * parameters * forward
    print(f"{N:7} {forward:11,} {2 * forward:11,} {nudging:11.0e} {kept:9,}")

# %% [markdown]
# Without a backward pass nothing has to be kept: a trained network that only predicts can forget
# each layer's input as soon as its output is there. What is kept is proportional to the number of
# samples in the batch, the weights are not. With 1,024 samples this network keeps 34 times as many
# numbers as it has parameters. So if a batch does not fit into the memory of a GPU, try a smaller
# batch first.

# %% claims=true
claim(
    "With 1,024 samples this network keeps 34 times as many numbers as it has parameters",
    kept / parameters,
    equals=34,
    within=0.5,
    given=[1024],
)

# %% [markdown]
# ## 8 Spot the slip
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
print(f"Of a million normally distributed numbers, {at_zero} were exactly 0.")

# %% [markdown]
# There is no slope at 0 to be right about. Every number between 0 and 1 is the slope of a line that
# touches ReLU there from below (a *subgradient*), and each of them is accepted by the check. For
# training it hardly matters: of a million normally distributed numbers none was exactly 0. For a
# gradient check it does: a central difference at this kink gives ½, and looks like a mistake.

# %% claims=true
claim("of a million normally distributed numbers none was exactly 0", at_zero, below=0.5, given=[0])
claim("a central difference at this kink gives ½", both, equals=0.5, within=0.01)

# %% [markdown]
# **The index of a bias** (S1, "Output Layer", kind: *error*). Equation (4) gives the gradients
# $\nabla w^{m,i} = L'\varphi' y^i$ and $\nabla b^{m,i} = L'\varphi'$. What are the shapes?

# %% practice=true fold="Compare the printed gradient with db"
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

# %% claims=true
claim(
    "as many times too large as the unit has inputs",
    with_index.sum(axis=0) / db_one / len(W_one),
    equals=1,
    within=1e-6,
)

# %% [markdown]
# **Three meanings of n** (S1, "Output Layer", "Hidden Layers" and the list of 14 steps, kind:
# *error*). The output layer is "made of $n$ neurons", each of them adds up $\sum_{j=1}^n$ over
# the layer before, and the algorithm runs "for each layer $l \in [n, n-1, …, 1]$". Take it
# literally:

# %% practice=true fold="Count what n stands for"
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
# ## 9 Your functions read handwriting
#
# Everything is in place. `Linear` and `ReLU` of the library keep the parameters and call a pair of
# functions; give them yours with `op=Op(forward, backward)`, and every output of the network and
# every gradient of its parameters comes out of your code. The loss, its gradient `dy` and the steps
# (with momentum, as in section 1) are still the library's.

# %% practice=true
if ready("linear_backward", "relu_backward"):
    rng = np.random.default_rng(0)
    my_linear, my_relu = Op(linear_forward, linear_backward), Op(relu_forward, relu_backward)
    network = Sequential(
        Linear(64, 128, rng=rng, op=my_linear),
        ReLU(op=my_relu),
        Linear(128, 10, rng=rng, op=my_linear),
    )
    said = [network(x_test)]  # outputs for the test images, before training and after each epoch
    after_epoch = []  # the accuracy on the training images after each epoch
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
        callbacks=[
            lambda epoch, history: said.append(network(x_test)),
            lambda epoch, history: after_epoch.append(accuracy(network(x_train), t_train)),
        ],
    )
else:
    print("This cell waits for linear_backward and relu_backward.")

# %% practice=true fold="Draw the loss and the accuracy"
if ready("linear_backward", "relu_backward"):
    training_curves(history, "Loss and accuracy while your functions train a network")
    plt.show()
    print(f"Test accuracy after 25 epochs: {accuracy(network(x_test), t_test):.1%}")
    print(f"Epoch 1, training images, mean while learning: {history.accuracy[0]:.1%}")
    print(f"         training images, after the epoch:     {after_epoch[0]:.1%}")
    print(f"         test images, after the epoch:         {history.validation_accuracy[0]:.1%}")

# %% [markdown]
# *In words: two panels over the epochs, training solid, the held-out test images (validation)
# dashed. Both losses fall steeply; then the training loss goes on falling and the other levels off.
# Both accuracies are above 90 % from the second epoch on. (One seed, 0.)*
#
# In epoch 1 the training accuracy is far below the accuracy on the held-out images (one seed, 0).
# This is no sign that the held-out images are easier. The training value is a mean over the
# minibatches of the epoch, each measured before its step, so it includes the first steps of an
# untrained network. The held-out images are classified once, after the epoch. The last lines of the
# output show it: measured after the epoch, the training accuracy is about as high as the other.

# %% claims=true
claim("Both accuracies are above 90 % from the second epoch on", history.accuracy[1:], above=0.9)
claim(
    "Both accuracies are above 90 % from the second epoch on",
    history.validation_accuracy[1:],
    above=0.9,
)
claim(
    "In epoch 1 the training accuracy is far below the accuracy on the held-out images",
    history.accuracy[0],
    below=history.validation_accuracy[0] - 0.15,
    given=[1],
)
claim(
    "the training accuracy is about as high as the other",
    after_epoch[0] - history.validation_accuracy[0],
    above=-0.05,
)
claim(
    "the training accuracy is about as high as the other",
    after_epoch[0] - history.validation_accuracy[0],
    below=0.05,
)
claim("the training loss goes on falling", history.loss[-1], below=0.2 * history.loss[6])
claim("the other levels off", history.validation_loss[-1], above=0.6 * history.validation_loss[6])

# %% [markdown]
# Look at a single image while the network learns: the probabilities of the forward pass, and the
# gradient of its loss with respect to the ten outputs, $p - t$. (It is a test image, so this
# gradient is only looked at.) It is an image that the network classifies wrongly after two epochs
# and correctly in the end.


# %% practice=true fold="Show one image during training"
def draw_image(epoch):
    """One test image, its ten probabilities after so many epochs, and the gradient they cause."""
    p = np.exp(said[epoch][chosen] - np.max(said[epoch][chosen]))
    p = p / np.sum(p)
    true = t_test[chosen]
    with theme.style():
        figure, axes = plt.subplots(1, 3, figsize=(9, 2.3), width_ratios=(1, 2, 2))
        axes[0].imshow(x_test[chosen].reshape(8, 8), cmap="gray_r")
        axes[0].axis("off")
        axes[0].set_title(f"This is a {true}")
        axes[1].bar(range(10), p, color=theme.FORWARD)
        axes[1].set(
            title=f"forward: p, at {true}: {p[true]:.2f}", ylim=(0, 1), ylabel="probability"
        )
        axes[2].bar(range(10), p - np.eye(10)[true], color=theme.GRADIENT)
        axes[2].set(title=f"gradient p − t, at {true}: {p[true] - 1:.2f}", ylim=(-1, 1))
        axes[2].set_ylabel("gradient")
        for ax in axes[1:]:
            ax.set(xticks=range(10), xlabel="digit")
    return figure


if ready("linear_backward", "relu_backward"):
    early = said[2].argmax(axis=1) != t_test
    late = said[-1].argmax(axis=1) == t_test
    chosen = int(np.argmax(early & late))  # wrong after two epochs, right in the end
    image_slider = slider(
        draw_image,
        (0, 1, 2, 3, 4, 6, 9, 14, 19, 25),
        name="epoch",
        alt="Probabilities and gradients of one image: the larger the probability of the true "
        "digit, the closer its gradient is to 0.",
        dpi=100,
    )
else:
    image_slider = None
    print("This cell waits for linear_backward and relu_backward.")
image_slider

# %% [markdown]
# *In words: an image of a digit, ten blue bars with the probabilities, ten orange bars with the
# gradients. At first the probabilities are spread out. The gradient of the true digit is the only
# one below zero, at every epoch. In the end the true digit has the highest blue bar, and its orange
# bar is shorter than at the start. It does not reach 0, because the network remains uncertain about
# this image.*
#
# The orange bars add up to 0: the gradient of the true digit is $p - 1$, and each of the others is
# the probability of that digit. So an image that is classified correctly and with confidence has
# almost no gradient. An image that is classified wrongly and with confidence has the largest: at
# the true digit it is almost −1. The next two cells count both cases and show the images that are
# classified wrongly. Which digit would you have read?

# %% claims=true
outputs = np.array([output[chosen] for output in said])
p_chosen = np.exp(outputs - outputs.max(axis=1, keepdims=True))
p_chosen = p_chosen / p_chosen.sum(axis=1, keepdims=True)
true = t_test[chosen]
claim("In the end the true digit has the highest blue bar", p_chosen[-1, true], above=0.5)
claim(
    "its orange bar is shorter than at the start",
    1 - p_chosen[-1, true],
    below=1 - p_chosen[0, true],
)
claim("It does not reach 0", 1 - p_chosen[-1, true], above=0.05, given=[0])

# %% practice=true
if ready("linear_backward", "relu_backward"):
    p = np.exp(said[-1] - said[-1].max(axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)
    predicted, confidence = p.argmax(axis=1), p.max(axis=1)
    lengths = np.linalg.norm(p - np.eye(10)[t_test], axis=1)  # of each image's gradient
    confident = confidence > 0.85
else:
    print("This cell waits for linear_backward and relu_backward.")

# %% practice=true fold="Count and show the errors"
if ready("linear_backward", "relu_backward"):
    for name, some in (("correct", predicted == t_test), ("wrong", predicted != t_test)):
        print(
            f"{name}: {np.sum(some)} images, {np.sum(some & confident)} of them with p > 0.85,",
            end="",
        )
        print(f" mean length of their gradient {np.mean(lengths[some & confident]):.3f}")
    wrong = np.flatnonzero(predicted != t_test)[:8]
    with theme.style():
        figure, axes = plt.subplots(1, 8, figsize=(9, 1.9))
        for ax in axes:
            ax.axis("off")
        for ax, n in zip(axes, wrong, strict=False):
            ax.imshow(x_test[n].reshape(8, 8), cmap="gray_r")
            ax.set_title(f"is {t_test[n]}\nclass {predicted[n]}\np {confidence[n]:.2f}", fontsize=9)
        figure.suptitle("Test images that the network classifies wrongly", x=0.02, ha="left")
        plt.show()

# %% [markdown]
# *In words: up to eight of the test images that the network classifies wrongly. Above each of them
# stand the true digit, the digit with the highest probability, and that probability.*
#
# For this one network (seed 0), more than half of the errors have a probability above 0.85; the
# output gives the count. If these were training images, their gradients would be among the largest.

# %% claims=true
errors = predicted != t_test
claim(
    "more than half of the errors have a probability above 0.85",
    np.mean(confident[errors]),
    above=0.5,
    given=[0.85],
)
claim(
    "their gradients would be among the largest",
    np.mean(lengths[:, None] > lengths[errors & confident], axis=0),
    below=0.05,
)
claim(
    "classified correctly and with confidence has almost no gradient",
    np.mean(lengths[~errors & confident]),
    below=0.05,
)
claim(
    "An image that is classified wrongly and with confidence has the largest",
    lengths[errors & confident].min(),
    above=lengths[~errors].max(),
)

# %% [markdown]
# ### The bug clinic
#
# Back to the five planted mistakes of section 1, now in networks that run on your functions. In the
# picture below each way back, the correct one among them, has a letter instead of a name. (One
# random seed, 3.) Which curve is which mistake?

# %% practice=true fold="Draw the test loss of all six"
shuffled = np.random.default_rng(6).permutation(len(BUGS))
letters = {letter: BUGS[i] for letter, i in zip("ABCDEF", shuffled, strict=True)}
linear, relu = own_or_library()
with theme.style():
    figure, ax = plt.subplots(figsize=(7, 3.2))
    colours = [colour for colour in theme.CYCLE if colour != theme.GRADIENT]
    ax.set_prop_cycle(color=colours, marker=list("osv^Dx"))
    for letter, bug in letters.items():
        rng = np.random.default_rng(3)
        losses = [loss for loss, _ in train(network_with(bug, linear, relu, rng), rng)]
        ax.plot(range(1, len(losses) + 1), losses, markersize=5, label=letter)
    ax.set(xlabel="epoch", ylabel="loss on test images", yscale="log", ylim=(0.05, 20))
    ax.set_title("Test loss with six backward passes, one random seed")
    ax.legend(ncol=2)
    plt.show()

# %% [markdown]
# *In words: six curves of the loss on the test images over ten epochs, called A to F, on a
# logarithmic axis. One leaves the picture at the top. The other five fall. One of them stays above
# the rest, another ends a little above the last three. These three end so close together, at about
# 0.11, that their markers overlap.*

# %% claims=true
losses_of = {}
for bug in BUGS:
    rng = np.random.default_rng(3)
    losses_of[bug] = [loss for loss, _ in train(network_with(bug, linear, relu, rng), rng)]
in_the_end = sorted(losses_of[bug][-1] for bug in BUGS if bug != "sign")
claim("One leaves the picture at the top", losses_of["sign"][1], above=20)
claim("One of them stays above the rest", in_the_end[-1], above=1.2 * in_the_end[-2])
claim("another ends a little above the last three", in_the_end[-2], above=1.1 * in_the_end[-3])
claim("These three end so close together, at about 0.11", in_the_end[:3], equals=0.11, within=0.02)
claim("their markers overlap", in_the_end[2], below=1.1 * in_the_end[0])

# %% [markdown]
# Write a name for each letter between the quotes: none, mask, wrong weights, frozen layer, no
# biases or sign. Guess where you do not know. The answer comes after your second diagnosis.


# %% solution="by_curves"
by_curves = {"A": "", "B": "", "C": "", "D": "", "E": "", "F": ""}
### BEGIN SOLUTION
by_curves |= {"A": "frozen layer", "B": "wrong weights", "C": "none"}
by_curves |= {"D": "sign", "E": "mask", "F": "no biases"}
### END SOLUTION

# %% [markdown]
# Apart from the sign and the curve that stays above the rest, there is not much to go by. Now the
# other instrument. As in section 6, it goes from the loss down and compares **each gradient on the
# way** with finite differences: that of the output `y`, of the upper layer's `W2` and `b2`, of the
# hidden `z` and `u`, of the lower layer's `W1` and `b1`. No training is needed. The forward pass is
# right in all six, so the finite differences are computed once. Where a gradient is wrong, a number
# says how wrong: the cosine of the angle between what came out and what is right. It is 1 for the
# same direction, 0 for a right angle, −1 for the opposite. (A gradient whose entries are all 0 has
# no direction.)


# %% practice=true fold="Define both kinds of gradients"
def gradients_on_the_way(network, x, t):
    """What the network's own way back gives, from the loss down."""
    value, ways_back, d = x, [], {}
    for layer in network.layers:
        value, back = layer.forward(value, training=True)
        ways_back.append(back)
    _, d["y"] = softmax_cross_entropy(value, t)
    d["z"] = ways_back[2](d["y"])
    d["u"] = ways_back[1](d["z"])
    ways_back[0](d["u"])
    names = ("W1", "b1", "W2", "b2")
    return d | {name: p.grad for name, p in zip(names, network.parameters(), strict=True)}


def nudged_on_the_way(network, x, t):
    """The same by nudging; it uses nothing but the way forward."""
    lower, middle, upper = network.layers
    u = lower(x)
    z = middle(u)

    def loss(y):
        return softmax_cross_entropy(y, t)[0]

    def loss_with(parameter, moved):
        kept, parameter.data = parameter.data, moved
        result = loss(network(x))
        parameter.data = kept
        return result

    d = {
        "y": numerical_gradient(loss, upper(z), 1e-6),
        "z": numerical_gradient(lambda z: loss(upper(z)), z, 1e-6),
        "u": numerical_gradient(lambda u: loss(upper(middle(u))), u, 1e-6),
    }
    for name, p in zip(("W1", "b1", "W2", "b2"), network.parameters(), strict=True):
        d[name] = numerical_gradient(lambda a, p=p: loss_with(p, a), p.data, 1e-6)
    return d


# %% practice=true
def cosine(a, b):
    """1: the same direction; 0: at right angles; -1: opposite."""
    return np.sum(a * b) / (np.linalg.norm(a) * np.linalg.norm(b))


# %% practice=true fold="Compare the gradients of all six"
def patient(bug):
    """The same small network for every mistake, in double precision, and two test images."""
    return network_with(bug, linear, relu, np.random.default_rng(7), "float64", hidden=16)


x_two, t_two = x_test[:2].astype("float64"), t_test[:2]
right = nudged_on_the_way(patient("none"), x_two, t_two)
order = ("y", "W2", "b2", "z", "u", "W1", "b1")
print("  " + "".join(f"{'d' + name:>7}" for name in order))
for letter, bug in letters.items():
    found = gradients_on_the_way(patient(bug), x_two, t_two)
    row = ""
    for name in order:
        if relative_error(found[name], right[name]) < 1e-5:
            row += f"{'ok':>7}"
        elif not np.any(found[name]):
            row += f"{'ALL 0':>7}"
        else:
            row += f"{cosine(found[name], right[name]):+7.2f}"
    print(f"{letter} {row}")

# %% [markdown]
# Read each row from the left. The first entry that is not "ok" is where the fault sits: what stands
# before it is right, and what comes after it may only have inherited the fault. Its value says
# what kind it is. Which line of a way back turns `dy` into `dz`, which one `dz` into `du`, which
# one `du` into `dW1`? Make your second diagnosis:

# %% solution="by_gradients"
by_gradients = {"A": "", "B": "", "C": "", "D": "", "E": "", "F": ""}
### BEGIN SOLUTION
by_gradients |= {"A": "wrong weights", "B": "frozen layer", "C": "none"}
by_gradients |= {"D": "sign", "E": "no biases", "F": "mask"}
### END SOLUTION

# %% practice=true fold="Show the answer to both diagnoses"
if all(by_gradients.values()):
    for letter, bug in letters.items():
        first, second = by_curves[letter] or "no name", by_gradients[letter]
        print(f"{letter} is {bug:14} curves: {first:14} gradients: {second}")
    for how, diagnosis in (("curves", by_curves), ("gradients", by_gradients)):
        hits = sum(diagnosis[letter] == bug for letter, bug in letters.items())
        print(f"by the {how}: {hits} of 6 right (blind luck finds one on average)")
else:
    print("This cell waits for your second diagnosis, a name for each letter.")

# %% [markdown]
# With the table all six can be told apart, in a fraction of a second. And the cosines answer the
# question that section 1 left open, why the others learn at all: where the cosine is above 0, a
# small enough step still goes downhill. The case of the wrong weights is stranger. There `dz`
# begins somewhere near a right angle. Follow its cosine while the network trains, from three
# starts:

# %% practice=true fold="Measure the cosines during training"
x_many, t_many = x_train[:200].astype("float64"), t_train[:200]
cosines, alignments = {}, {}  # by seed, after 0, 1, 2 and 5 epochs
print(f"{'epochs':19}" + "".join(f"{epochs:8}" for epochs in (0, 1, 2, 5)))
for seed in range(3):
    rng = np.random.default_rng(seed)
    network = network_with("wrong weights", linear, relu, rng, "float64")
    upper = network.layers[2]
    _, back = upper.forward(np.zeros((10, len(upper.W.data))), training=True)
    random_matrix = back(np.eye(10))  # what the wrong backward pass multiplies dy by
    cosines[seed], alignments[seed] = [], []
    for more in (0, 1, 1, 3):
        if more:
            train(network, rng, epochs=more)
        found = gradients_on_the_way(network, x_many, t_many)
        cosines[seed].append(cosine(found["z"], found["y"] @ upper.W.data.T))
        alignments[seed].append(cosine(upper.W.data.T, random_matrix))
    for name, row in (("gradient dz", cosines[seed]), ("weights W2", alignments[seed])):
        print(f"seed {seed}, {name:11}" + "".join(f"{value:+8.2f}" for value in row))

# %% [markdown]
# Two rows for each seed. The first is the cosine between the wrong and the right `dz`. It begins
# near 0 and after five epochs lies between 0.2 and 0.4, so the angle shrinks from about 90 degrees
# to between 68 and 77 degrees. The second row is the cosine between the transposed weights of the
# upper layer and the random matrix. It grows from about 0 to about 0.3: the weights become more
# similar to the random matrix. So this `dz` has a component in the right direction, but the larger
# part is still perpendicular to it. (This is called *feedback alignment*, Lillicrap and others,
# 2016.) The network adapts to your mistake and hides it from you.

# %% claims=true
at_the_start, in_the_end = np.array([[row[0], row[-1]] for row in cosines.values()]).T
claim("It begins near 0", np.abs(at_the_start), below=0.12, given=[0])
claim("after five epochs lies between 0.2 and 0.4", in_the_end, above=0.2, given=[0.4])
claim("after five epochs lies between 0.2 and 0.4", in_the_end, below=0.4, given=[0.2])
final_angles = np.degrees(np.arccos(in_the_end))
for end, measured in ((68, final_angles.min()), (77, final_angles.max())):
    claim(
        "shrinks from about 90 degrees to between 68 and 77 degrees",
        measured,
        equals=end,
        within=3,
        given=[90, 68, 77],
    )
aligned = np.array(list(alignments.values()))
claim("It grows from about 0 to about 0.3", np.abs(aligned[:, 0]), below=0.1, given=[0, 0.3])
claim("It grows from about 0 to about 0.3", aligned[:, -1], equals=0.3, within=0.06, given=[0])
claim("the larger part is still perpendicular to it", np.sqrt(1 - in_the_end**2), above=in_the_end)

# %% [markdown]
# Keep the habit: **check gradients before you train, not after.** Notebook 05 builds the
# instrument.

# %% [markdown]
# ## 10 Questions
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
# a: `dW` would stay the same if the rows of `du` were half as large. A loss that is a mean over
#    twice as many samples gives such rows. Here `du` is copied unchanged.
# b: `dW` is a sum over the samples: entry (i, j) is the sum of x_ni · δ_nj over n. Every term is
#    there twice, so each entry doubles.
# c: `linear_backward` does not divide by the number of samples. If the loss is a mean, the factor
#    1/N is already in `du`, and `du` is copied unchanged.
# d: `dW` has the shape of `W`, because the product `x.T @ du` sums over the samples. It is `dx`
#    that gets twice as many rows.

# %% [markdown]
# **What a block must know.** S3 ("Chain Rule") draws a network as blocks, and says that for each
# of them we only need to find ∂y/∂x. You write the way back of a new block that computes y from x
# and has no weights. Apart from what its own way forward has kept, what must it be given?
#
# - a: the target and the loss, because every gradient is one of the loss
# - b: ∂L/∂y, and the weights of the next layer, which stand in the formula for the deltas
# - c: ∂L/∂y, and nothing else
# - d: ∂L/∂y, and how many blocks there are above it

# %% solution="answer_block"
answer_block = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_block = "c"
### END SOLUTION

# %% choice="block" key="c" points=1
check_choice("block", answer_block)
# a: Every gradient is one of the loss, that is true. But target and loss are used where the
#    backward pass begins, and their effect arrives in ∂L/∂y.
# b: The formula for hidden deltas puts two blocks together. The next layer uses its weights in its
#    own backward pass, and the result is the ∂L/∂y that arrives.
# c: By the chain rule, ∂L/∂x comes from ∂L/∂y and the block's own ∂y/∂x. Everything that happens
#    after y is already contained in ∂L/∂y.
# d: The effect of all blocks above is already contained in ∂L/∂y, however many there are. So the
#    block needs the same at every depth.

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
# what your friend wrote for samples in rows. (One point for the shapes, one for the single weight
# together with the convention.)
# ### END SOLUTION

# %% [markdown]
# ## 11 In PyTorch
#
# PyTorch does the same: it keeps what each operation needs on the way back, and `backward()` runs
# through them in reverse. The gradients end up in `.grad`. They are **added** to what is there, as
# everything that arrives at a value along several paths is, so between two steps of training they
# must be set to zero. If PyTorch is installed here, the cell compares its gradients with yours.

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
# ## 12 Your cheat sheet
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
# - Going back, a sum …, a product …, a maximum …
# - A value used along several paths gets the … of their gradients. Examples here: …
# - Output minus target is the delta of two pairs of loss and output: …
# - Compared with the way forward, the way back costs …, and what must be kept until then is …
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
