# %% [markdown]
# # A network of your own
#
# Here your forward pass, loss, backward pass and update become one program of about forty lines.
# **How do you build a network so that you can trust it before you train it for long?**
#
# **You need** the backward pass of a linear layer and of the ReLU
# ([notebook 06](../ps06/ps06_backpropagation.ipynb)), cross-entropy (02), minibatches and
# standardised inputs (01).

# %% opening=true
"""Eighteen small grey images of handwritten digits. Some are dark on light, some light on dark, and
in each of them the background is brighter on another side."""

import matplotlib.pyplot as plt
import numpy as np

from course_lessons.own_network import SIDE, fresh_digits

images, _ = fresh_digits(18, np.random.default_rng(5))
figure, axes = plt.subplots(2, 9, figsize=(7, 2))
for ax, image in zip(axes.ravel(), images, strict=True):
    ax.imshow(image.reshape(SIDE, SIDE), cmap="gray")
    ax.axis("off")
figure.suptitle("Dark or light, in changing light: which digits are these?")
plt.show()

# %% setup=true minutes=1
import numpy as np

from course_lessons import own_network as lesson
from course_lessons.unknown_program import Program
from course_lib.backend import choose_device
from grader.checking import check, guess, mine, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 Digits in changing light
#
# A program draws digits with a pen, dark on light or light on dark, and each image has its own
# light. There are 3,000 training images of 14×14 pixels and 1,000 validation images.
# <!-- no claim: setting --> Below each image stands the nearest other one (smallest sum of squared
# differences): the light is similar, and the digit often another one. The label of the
# nearest image is right for about 0.2 of the validation images.
# <!-- no claim: derived -->

# %% practice=true
data = lesson.digits()
nearest = lesson.nearest_neighbour(data.x_train, data.t_train, data.x_validation)
print(f"nearest neighbour: {np.mean(nearest == data.t_validation):.3f} of the validation images")
lesson.draw_digits(data)

# %% claims=true
right = [np.mean(nearest == data.t_validation)]
for seed in range(5):
    x, t = lesson.fresh_digits(1000, np.random.default_rng(100 + seed))
    right.append(np.mean(lesson.nearest_neighbour(data.x_train, data.t_train, x) == t))
claim("is right for about 0.2 of the validation images", right, equals=0.2, within=0.04)

# %% [markdown]
# ## 2 The network
#
# Write both passes of a network of any widths: [196, 100, 10] means 196 inputs, a hidden layer of
# 100 units, and 10 outputs, the scores of the classes. Each layer computes $u = zW + b$ from its
# input z; that of the first is x. The ReLU $\max(u, 0)$ follows each layer **but the last**, and
# gives the next z.
#
# - `parameters` is one list, [W1, b1, W2, b2, …], with W of the shape (n_in, n_out). Both passes
#   use the arrays in this list, because a training changes them, and so does the check.
# - The initial values are given (notebook 10). The last W is small, so the first scores are near 0.
# - `forward` keeps in `self` what `backward` needs.
#
# Write the formulas, or call `mine.linear_backward(du, (z, W))` for dz, dW and db: yours of
# notebook 06, or else the course's. Each check ends with a line `keep(…)`: run it, and later
# notebooks use your code.


# %% solution="OwnNetwork"
class OwnNetwork:
    """Linear layers with the ReLU between them.

    widths : numbers of inputs, of units in each hidden layer, and of outputs
    rng : draws the initial weights
    parameters : [W1, b1, W2, b2, …]
    """

    def __init__(self, widths, rng):
        self.parameters = []
        for i in range(1, len(widths)):
            W = rng.normal(size=(widths[i - 1], widths[i])) * np.sqrt(2 / widths[i - 1])
            self.parameters += [W, np.zeros(widths[i])]
        self.parameters[-2] *= 0.1  # the last W

    def forward(self, x):
        """The scores u of the last layer, (N, widths[-1]), for x of shape (N, widths[0])."""
        ### BEGIN SOLUTION
        self.inputs, z = [], x
        for W, b in zip(self.parameters[::2], self.parameters[1::2], strict=True):
            self.inputs.append(z)
            u = z @ W + b
            z = np.maximum(u, 0)
        return u
        ### END SOLUTION

    def backward(self, du):
        """The gradients in the order of `parameters`, for the x of the last `forward`.

        du : the gradient of the loss at the scores, (N, widths[-1])
        """
        ### BEGIN SOLUTION
        gradients = []
        for z, W in zip(self.inputs[::-1], self.parameters[-2::-2], strict=True):
            gradients = [z.T @ du, du.sum(axis=0), *gradients]
            du = (du @ W.T) * (z > 0)
        return gradients
        ### END SOLUTION


# %% check="OwnNetwork"
check("OwnNetwork", OwnNetwork)

# %% [markdown]
# ## 3 A step and a training
#
# One step on a batch has four parts: the scores u, the loss, the backward pass, and the update. The
# loss is the mean cross-entropy of the softmax,
#
# $$L = -\frac1N \sum_n \log y_{n, t_n}, \qquad y = \operatorname{softmax}(u), \qquad
# \frac{\partial L}{\partial u} = \frac{y - T}{N},$$
#
# where each row of T is 1 at the label and 0 elsewhere. Scores may be large: recall notebook 02 (or
# call `mine.softmax_cross_entropy(u, t)`, which returns L and du). Then each array in
# `network.parameters` moves by −lr times its gradient. The step uses only `parameters`, `forward`
# and `backward`, and changes the arrays themselves (`p -= …`): the check gives it a network whose
# other names you do not know.


# %% solution="train_step"
def train_step(network, x, t, lr):
    """One step of gradient descent on a batch; it changes network.parameters.

    network : has parameters, forward(x) and backward(du)
    x : (N, n_in), t : (N,) labels, lr : learning rate
    returns the loss of the batch before the step
    """
    ### BEGIN SOLUTION
    u = network.forward(x)
    loss, du = mine.softmax_cross_entropy(u, t)
    for p, dp in zip(network.parameters, network.backward(du), strict=True):
        p -= lr * dp
    return loss
    ### END SOLUTION


# %% check="train_step"
check("train_step", train_step)

# %% [markdown]
# In each epoch, draw an order with `rng.permutation(len(x))`, and cut it into
# batches of `batch_size`; the last one may be smaller.
# After the steps of an epoch, note three numbers in a dictionary of three lists:
#
# - `"loss"`: the mean of the losses of the batches (not weighted by their sizes, unlike in 01);
# - `"accuracy"` and `"validation"`: the accuracies on all training images and on all validation
#   images. The largest score is the answer.
#
# No step uses a validation image.


# %% solution="train"
def train(network, training, validation, *, lr, epochs, batch_size, rng):
    """Train the network on minibatches with train_step, and note how it goes.

    training, validation : pairs (x, t), x : (N, n_in) and t : (N,) labels
    rng : draws the order of the images in each epoch
    returns history : {"loss": […], "accuracy": […], "validation": […]}, a number for each epoch
    """
    x, t = training
    history = {"loss": [], "accuracy": [], "validation": []}
    ### BEGIN SOLUTION
    for _ in range(epochs):
        order = rng.permutation(len(x))
        batches = [order[i : i + batch_size] for i in range(0, len(x), batch_size)]
        history["loss"].append(np.mean([train_step(network, x[b], t[b], lr) for b in batches]))
        for name, (images, labels) in (("accuracy", training), ("validation", validation)):
            history[name].append(np.mean(network.forward(images).argmax(axis=1) == labels))
    ### END SOLUTION
    return history


# %% check="train"
check("train", train)

# %% [markdown]
# ## 4 Three tests before a long training
#
# The check of `OwnNetwork` has compared the gradients. Three more quick tests exclude most other
# faults. All use standardised inputs:

# %% practice=true
mean, std = data.x_train.mean(axis=0), data.x_train.std(axis=0)
x_train, x_validation = (data.x_train - mean) / std, (data.x_validation - mean) / std
training, validation = (x_train, data.t_train), (x_validation, data.t_validation)

# %% [markdown]
# ### The loss at the start
#
# A network with K = 10 outputs is new, and all its scores are near 0. **What is its cross-entropy
# loss before the first step?**

# %% guess="the loss before the first step"
guess("ps08_start", None, between=(0, 20))  # a number from 0 to 20

# %% practice=true
copied = OwnNetwork([196, 100, 10], np.random.default_rng(0))
first = train_step(copied, x_train, data.t_train, lr=0)
reveal("ps08_start", round(float(first), 2), "The loss of your network before the first step.")

# %% practice=true fold="Larger initial weights"
for factor in (1, 10, 100):
    network = OwnNetwork([196, 100, 10], np.random.default_rng(0))
    network.parameters[-2] *= factor
    first = train_step(network, x_train, data.t_train, lr=0)
    print(f"last W times {factor:>3}: loss {first:.2f}")

# %% claims=true
firsts = {1: [], 10: [], 100: []}
for seed in range(10):
    for factor, found in firsts.items():
        network = OwnNetwork([196, 100, 10], np.random.default_rng(seed))
        network.parameters[-2] *= factor
        found.append(train_step(network, x_train, data.t_train, lr=0))
claim("With a last W that is 100 times larger it is above 10", firsts[100], above=10, given=[100])

# %% [markdown] after="ps08_start"
# With equal scores every class has the probability 1/K, so the loss is $-\ln(1/K) = \ln K$, and for
# ten classes 2.303. <!-- no claim: derived --> With a last W that is 100 times larger it is above
# 10: the network is sure of answers, and most of them are wrong. If you see this, the initial
# weights are too large, or the inputs are not standardised. If the loss is far *below* ln K before
# any training, it is computed wrongly.

# %% [markdown]
# ### Memorise 32 images
#
# A network with about 20,000 parameters can memorise 32 images, even if their labels are drawn at
# random. <!-- no claim: setting -->

# %% practice=true
rng = np.random.default_rng(1)
few = (x_train[:32], rng.integers(0, 10, size=32))
network = OwnNetwork([196, 100, 10], rng)
memorising = [train_step(network, *few, lr=0.1) for _ in range(151)]
print("loss after 0, 10, 50 and 150 steps:", *[f"{memorising[k]:.2f}" for k in (0, 10, 50, 150)])


# %% claims=true
class WithoutMask(OwnNetwork):
    """Its backward pass goes through all units, active or not."""

    def backward(self, du):
        dz = du @ self.parameters[2].T
        return [self.inputs[0].T @ dz, dz.sum(axis=0), self.inputs[1].T @ du, du.sum(axis=0)]


class LastLayerOnly(OwnNetwork):
    """Its first layer keeps the initial weights."""

    def backward(self, du):
        W1, b1 = super().backward(du)[:2]
        return [0 * W1, 0 * b1, self.inputs[1].T @ du, du.sum(axis=0)]


def memorised(kind):
    """The loss of 32 random labels after 150 steps, and the share that is known."""
    ends = []
    for seed in range(10):
        rng = np.random.default_rng(seed)
        few = (x_train[:32], rng.integers(0, 10, size=32))
        own = kind([196, 100, 10], rng)
        for _ in range(151):
            end = train_step(own, *few, lr=0.1)
        ends.append([end, np.mean(own.forward(few[0]).argmax(axis=1) == few[1])])
    return np.transpose(ends)


said = "150 steps bring the loss below 0.05"
claim(said, memorised(OwnNetwork)[0], below=0.05, given=[150])
said = "without the ReLU in the backward pass it\nfalls nearly as far, below 0.1"
claim(said, memorised(WithoutMask)[0], below=0.1)
claim("these alone\ncan learn all labels", memorised(LastLayerOnly)[1], above=0.99)

# %% [markdown]
# With a right program, 150 steps bring the loss below 0.05. If they do not, the loss, the step or a
# gradient is wrong. But the test can't see everything: without the ReLU in the backward pass it
# falls nearly as far, below 0.1. The gradients of the last layer are right then, and these alone
# can learn all labels.

# %% [markdown]
# ### The learning rate
#
# Six epochs show whether a rate is too small, or so large that the loss stays high, explodes or
# becomes nan. To find the largest good one, add rates between the last good and the first bad one.

# %% practice=true
RATES = (0.003, 0.03, 0.1, 0.3, 1.0)
losses = {}
for lr in RATES:
    rng = np.random.default_rng(2)
    network = OwnNetwork([196, 100, 10], rng)
    with np.errstate(all="ignore"):
        tried = train(network, training, validation, lr=lr, epochs=6, batch_size=32, rng=rng)
    losses[lr] = tried["loss"]
picture = lesson.draw_rates(losses)
picture

# %% [markdown]
# ## 5 What did it learn?
#
# A network without a hidden layer is *logistic regression*, and your class contains it: its widths
# are [196, 10]. You train it, and a network with 100 hidden units, at the rate 0.1.
# <!-- no claim: setting -->
# **Which accuracy does logistic regression reach on its own training images?**

# %% guess="the accuracy of logistic regression"
guess("ps08_linear", None, between=(0, 1))  # a number from 0 to 1

# %% practice=true fold="Train both on all images"
histories = {}
for name, widths in (("no hidden layer", [196, 10]), ("100 hidden units", [196, 100, 10])):
    rng = np.random.default_rng(3)
    network = OwnNetwork(widths, rng)
    before = network.parameters[0].copy()
    settings = {"lr": 0.1, "epochs": 15, "batch_size": 32, "rng": rng}
    histories[name] = train(network, training, validation, **settings)

# %% practice=true
reached = float(histories["no hidden layer"]["accuracy"][-1])
reveal("ps08_linear", round(reached, 2), "Logistic regression on its training images.")

# %% practice=true fold="Draw the accuracies"
picture = lesson.draw_curves(histories)
picture

# %% claims=true
ends = {10: [], 100: []}
for seed in range(3, 8):
    for width in ends:
        rng = np.random.default_rng(seed)
        own = OwnNetwork([196, 10] if width == 10 else [196, width, 10], rng)
        found = train(own, training, validation, lr=0.1, epochs=15, batch_size=32, rng=rng)
        ends[width].append([found["accuracy"][-1], found["validation"][-1]])
flat, hidden = map(np.array, ends.values())
claim("Logistic regression stays below 0.3 even on its training images", flat[:, 0], below=0.3)
claim("above 0.75 on the validation images", hidden[:, 1], above=0.75)
claim("more than 0.05 better on\nthe training images", hidden[:, 0] - hidden[:, 1], above=0.05)

# %% [markdown] after="ps08_linear"
# Logistic regression stays below 0.3 even on its training images. The same digit occurs dark and
# light: if a dark pixel is evidence for a 3 in one image, it is evidence against a 3 in the next.
# Two hidden units can ask both questions, "is there a dark stroke?" and "is there a light one?".
# With 100 hidden units you are above 0.75 on the validation images, and more than 0.05 better on
# the training images.

# %% [markdown]
# What do the hidden units look at? Each has one weight for each pixel, so its weights are an image.
# These twelve moved most:

# %% practice=true fold="Draw their weights"
picture = lesson.draw_first_layer(network.parameters[0], before)
picture

# %% [markdown]
# After the training, a spot or stroke of positive weights lies beside one of negative weights, so a
# light that changes slowly cancels in part.

# %% [markdown]
# ## 6 Fresh images
#
# **What in these images has nothing to do with the digit?** Write `recognise`: it trains a network
# of yours on the training images, and returns a label for each new one. Widths, rates and epochs
# are your choice, and so is all that you do to the images.
#
# - The check calls it twice, each time with another `rng` and 1,000 fresh digits, for at most 5
#   seconds. <!-- no claim: setting -->
# - `x_new` has no labels. Where `train` asks for validation images, give it a few training images.
# - Accuracy earns points from 0.85 on, all from 0.91 on. <!-- no claim: setting -->
# - Choose with the validation images of `data`, over several seeds. Aim at 0.92: on 1,000
#   images the accuracy has a standard deviation of 0.01.
#   <!-- no claim: derived -->
#
# <details><summary>A hint</summary>
#
# Two things: whether the pen is darker or lighter than the paper, and the light. What does `-x`
# show? What is left of the light if you subtract from each image its own mean, and what else could
# you subtract?
#
# </details>


# %% solution="recognise"
def recognise(x_train, t_train, x_new, rng):
    """Labels of new images, by a network that is trained here.

    x_train : (3000, 196), t_train : (3000,), x_new : (M, 196), as in `data`: not standardised
    rng : for everything that is random
    returns (M,) labels
    """
    ### BEGIN SOLUTION
    A = np.column_stack([np.ones(196), *np.indices((14, 14)).reshape(2, -1)])  # planes
    z_train, z_new = mine.standardize(*(x - x @ A @ np.linalg.pinv(A) for x in (x_train, x_new)))
    z, t = np.vstack([z_train, -z_train]), np.tile(t_train, 2)  # dark and light
    own = OwnNetwork([196, 200, 10], rng)
    train(own, (z, t), (z[:100], t[:100]), lr=0.1, epochs=10, batch_size=32, rng=rng)
    return own.forward(z_new).argmax(axis=1)
    ### END SOLUTION


# %% practice=true needs=false fold="Try it on the validation images, with two seeds"
lesson.print_accuracies(recognise, data)

# %% check="recognise"
check("recognise", recognise)

# %% [markdown]
# ## 7 A test for any program
#
# **Which programs are worth a long training?** Write the comparison of gradients and the tests of
# section 4 as one function, for programs with hidden code. Each has K = `program.classes`, the
# images `program.x`, their labels `program.t`, and (in a right one)
#
# - `program.loss(x, t)`, the loss of a batch;
# - `program.gradients(x, t)`, in the order of the arrays in `program.parameters`, which you may
#   change;
# - `program.step(x, t)`, which moves the arrays by −`program.lr` times the gradients.
#
# 250 such calls are allowed. <!-- no claim: setting --> The check has 20 pairs: a right
# program, and the same one with a hidden fault in the first scores, in the number that `loss`
# returns, in what a step learns, in the rate, or in the gradients. Tell all pairs apart.
# <!-- no claim: setting -->
#
# In a right program the first loss of all images is within 0.05 of that of section 4, for K
# classes, and 150 steps on the same 32 images bring it below 0.05. A fault moves the first loss by
# more than 0.8, or leaves the last loss above 0.8 or nan, or makes the gradient of an array wrong
# by more than 50 %.
#
# <details><summary>A hint for the gradients</summary>
#
# To measure each element as in notebook 07 takes too many losses. But if you move one array by a
# small d of its shape, the loss should change by the sum of `gradient * d`. A random d can make
# this sum nearly 0, and then it says little; one along the gradient does so only if that is 0.
#
# </details>


# %% claims=true
from course_lessons.unknown_program import FAULTS, UnknownProgram, random_program

first_misses, ends, wrong = {}, {}, {}
for fault in ("", *FAULTS):
    first_misses[fault], ends[fault], wrong[fault] = [], [], []
    for seed in range(100 if not fault else 20):
        numbers = random_program(np.random.default_rng(seed), fault, seed)
        one, twin = UnknownProgram(numbers), UnknownProgram({**numbers, "fault": ""})
        few = one.x[:32], one.t[:32]
        pairs = zip(one.gradients(*few), twin.gradients(*few), strict=True)
        wrong[fault].append(max(np.linalg.norm(g - r) / np.linalg.norm(r) for g, r in pairs))
        first_misses[fault].append(abs(one.loss(one.x, one.t) - np.log(one.classes)))
        for _ in range(150):
            one.step(*few)
        ends[fault].append(np.nan_to_num(one.loss(*few), nan=np.inf))
said = "the first loss of all images is within 0.05 of that of section 4"
claim(said, np.max(first_misses[""]), below=0.05, given=[4])
said = "150 steps on the same 32 images bring it below 0.05"
claim(said, np.max(ends[""]), below=0.05, given=[150, 32])
others = [f for f in FAULTS if f != "gradient"]
worst = [min(np.maximum(first_misses[f], ends[f])) for f in others]
claim("A fault moves the first loss by\nmore than 0.8", worst, above=0.8)
said = "makes the gradient of an array wrong by\nmore than 50 %"
claim(said, 100 * np.array(wrong["gradient"]), above=50)


# %% solution="worth_training"
def worth_training(program):
    """Whether a program passes the tests before a long training.

    program : as above; here x is (500, 20) and t (500,)
    returns True (accept) or False (reject)
    """
    ### BEGIN SOLUTION
    few = program.x[:32], program.t[:32]
    good = abs(program.loss(program.x, program.t) - np.log(program.classes)) < 0.4
    start, gradients = program.loss(*few), program.gradients(*few)
    for p, g in zip(program.parameters, gradients, strict=True):
        p -= 1e-6 * g
        good &= np.isclose(start - program.loss(*few), 1e-6 * np.sum(g * g), rtol=0.05, atol=0)
        p += 1e-6 * g
    for _ in range(150):
        program.step(*few)
    return bool(good and program.loss(*few) < 0.2)
    ### END SOLUTION


# %% check="worth_training"
check("worth_training", worth_training)

# %% practice=true fold="Try it on your own program"
network = OwnNetwork([196, 100, 10], np.random.default_rng(0))
# 3,000 images are more than so few steps can memorise: which of them does your test take?
own = Program(network, train_step, x_train, data.t_train, lr=0.1, classes=10)
print("Is your own program worth a long training?", worth_training(own))

# %% [markdown]
# ## To keep
#
# - A network is a list of parameters, a forward pass that keeps what the backward pass needs, and a
#   backward pass that returns the gradients in the order of the parameters.
# - Take out of the inputs what has nothing to do with the answer.
# - Test before you train: the gradients, the loss at the start (ln K), 32 images that can be
#   memorised, a few epochs at several rates.
#
# <details><summary>In PyTorch (notebook 24)</summary>
#
# Your class is an `nn.Module`, your list its `parameters()`, and autograd takes the place of
# `backward`. Your `train_step` has the same parts: scores, loss, `loss.backward()`,
# `optimizer.step()`.
#
# </details>

# %% [markdown]
# ## Sources
#
# S3 "Backpropagation and Training", slides "Back Propagation for MLP"; S4, "Backpropagation: Matrix
# form".
