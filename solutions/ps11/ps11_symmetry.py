# %% [markdown]
# # Symmetry
#
# Two networks can have very different weights and yet the same output for every input. **How many
# different weights are the same network, and can one merge two networks into one?**
#
# **You need** matrix products, the gradients of a linear layer (notebook 06), and the usual size of
# initial weights (notebook 10). Section 4 trains your network of notebook 08, if you kept it.

# %% opening=true
"""Two rows of ten small squares, the weights from the pixels to the ten hidden units of two
networks, purple below 0 and green above. Each square of the upper row is somewhere in the lower
row, too, and about half of them have the opposite colours there."""

import matplotlib.pyplot as plt
import numpy as np

from course_lessons import symmetry as lesson
from course_lib.plots import theme
from course_lib.symmetry import make_twin

first = lesson.trained([10], seed=2)
second = lesson.random_twin(make_twin, first, np.random.default_rng(3))
figure, axes = plt.subplots(2, 10, figsize=(7, 1.7))
for row, params, name in zip(axes, (first, second), ("one network", "its twin"), strict=True):
    for ax, weights in zip(row, params[0][0].T, strict=True):
        ax.imshow(weights.reshape(8, 8), cmap=theme.SIGNED, vmin=-0.8, vmax=0.8)
        ax.set(xticks=[], yticks=[])
    row[0].set_ylabel(name, size=8)
plt.show()

# %% setup=true minutes=1
import math

import numpy as np

from course_lessons import symmetry as lesson
from course_lib.backend import choose_device
from course_lib.layers import ReLU, Sigmoid, Tanh
from course_lib.preprocessing import one_hot
from grader.checking import check, guess, mine, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 Different weights, the same outputs
#
# The first network has ten hidden tanh units and is trained to classify images of digits (8 × 8
# pixels; 1,437 images for training, 360 for testing). A network is a list, `[(W1, b1), (W2, b2)]`.
# The second network has other weights.

# %% practice=true
first = lesson.trained([10], seed=2)
second = lesson.other_weights(first)
print(lesson.compared(first, second))

# %% [markdown]
# Which changes of the weights leave the output f as it is, $f(x; \bar w) = f(x; w)$ for each input
# x (S4, “Weight-space symmetries”)? There are two:
#
# - **Order.** Unit j of a hidden layer has its column of W, its entry of b, and its row of the next
#   W. If all three move to another place, the next layer adds up the same terms.
# - **Sign.** tanh(−u) = −tanh(u). If the column and the bias of a unit change their sign, so does
#   its output. If its row of the next W changes the sign as well, the two signs cancel.
#
# We call networks that differ only in these two ways **twins**. Build one, for any number of hidden
# layers. New unit j of a layer is old unit `order[j]`, multiplied by `sign[j]`, which is 1 or −1.


# %% solution="make_twin"
def make_twin(params, orders, signs):
    """The same tanh network with its hidden units in another order and with other signs.

    params : [(W1, b1), (W2, b2), …] with W (n_in, n_out) and b (n_out,)
    orders, signs : for each hidden layer an array (m,) of places, and one of numbers 1 or -1, in
        the float type of the params
    returns the new params, in their float type; the given ones stay as they are
    """
    ### BEGIN SOLUTION
    twin = list(params)
    for layer, (order, sign) in enumerate(zip(orders, signs, strict=True)):
        (W, b), (V, c) = twin[layer], twin[layer + 1]
        twin[layer] = (W[:, order] * sign, b[order] * sign)
        twin[layer + 1] = (V[order] * sign[:, None], c)
    return twin
    ### END SOLUTION


# %% check="make_twin"
check("make_twin", make_twin)

# %% [markdown]
# **How many twins are there?** m units can stand in $m!$ orders, and each unit can have two signs.
# So if no unit is zero, and no two are equal or mirror images, there are $m! \cdot 2^m$ twins, the
# network itself included: for ten units 3,715,891,200.

# %% claims=true
claim("for ten units\n3,715,891,200", math.factorial(10) * 2**10, equals=3715891200, within=0.5)

# %% [markdown]
# ## 2 Halfway between twins
#
# The second network of section 1 is the *mirror image* of the first: W1, b1 and W2 have the
# opposite sign, b2 is the same. Take the mean of both, weight by weight. Both classify
# more than 95 % of the test images correctly. **What test accuracy does the network with the mean
# weights have?** Think of what it answers for an image.

# %% guess="the mean of two networks"
guess("ps11_mean", None, between=(0, 1))  # a number from 0 to 1

# %% practice=true
mean = [((W + V) / 2, (b + c) / 2) for (W, b), (V, c) in zip(first, second, strict=True)]
reveal("ps11_mean", lesson.share_right(mean), "Test accuracy of the mean network.")

# %% claims=true
quote = "Both classify\nmore than 95 % of the test images correctly"
claim(quote, [lesson.share_right(first), lesson.share_right(second)], above=0.95)
quote = "The mean network gives the same output for every image"
claim(quote, np.ptp(lesson.output(mean), axis=0), below=1e-12, above=-1e-12)
quote = "its W1, b1 and W2 are 0"
largest = max(np.abs(array).max() for array in (*mean[0], mean[1][0]))
claim(quote, largest, below=1e-30, above=-1e-30, given=[0, 1, 2])
moved = np.abs(first[1][1] - second[1][1]).max()
claim("b2 is the same", moved, below=1e-30, above=-1e-30, given=[2])

# %% [markdown] after="ps11_mean"
# The mean network gives the same output for every image, because its W1, b1 and W2 are 0.

# %% [markdown]
# Follow the training loss on the straight line from the first network to its mirror image, and to
# eight random twins:

# %% practice=true
rng = np.random.default_rng(4)
twins = [lesson.random_twin(make_twin, first, rng) for _ in range(8)]
lines = [lesson.losses_between(first, twin) for twin in (second, *twins)]
picture = lesson.draw_twins(lines[0], lines[1:])
picture

# %% [markdown] after="ps11_mean"
# **The loss of this network is not convex.** A *convex* function lies, halfway between two points,
# at most as high as the mean of its values at these points. Here both ends have the same low loss,
# and on each of the nine lines there is a hill between them. S4 says what follows (“Initializing
# weights”): “Since optimization problem is non-convex, initialization matters!”

# %% claims=true
heights = np.array(lines)
quote = "on each of the nine lines there is a hill between them"
claim(quote, heights[:, 20] / heights[:, 0], above=4)
quote = "both ends have the same low loss"
claim(quote, np.ptp(heights[:, [0, -1]]), below=1e-9, above=-1e-9)

# %% [markdown]
# ## 3 Which unit is which?
#
# You get two twins with one hidden layer. Which unit of one is which unit of the other? Nobody can
# try 3.7 billion twins.
# <!-- no claim: derived -->
# Write all weights of a unit in a row: its column of W1, its bias, its row of W2. The units of one
# network are the rows of a matrix A, those of the other the rows of B. Then
# `B[j] = signs[j] * A[order[j]]` for each j.
#
# Look at the dot products $A_i \cdot B_j$ of all rows. By the inequality of Cauchy and Schwarz, the
# size of each is at most the product of the two lengths, $\|A_i\| \|B_j\|$. **Which of the dot
# products surely belongs to a unit and its image?** What does its sign say, and how do you find the
# next pair? If the networks are only similar, do the same.
#
# <details><summary>A hint</summary>
#
# Let $A_k$ be the longest unit. Its image in B is as long. What is the size of their product, and
# which products can be larger?
#
# </details>


# %% solution="match_units"
def match_units(A, B):
    """The order and signs with B[j] = signs[j] * A[order[j]], exactly or nearly.

    A, B : (m, D), a row for each unit; they stay as they are
    returns order : (m,) whole numbers, each of 0 … m-1 once, and signs : (m,) numbers 1 or -1
    """
    ### BEGIN SOLUTION
    sizes = np.abs(A @ B.T)
    order, signs = np.zeros(len(A), dtype=int), np.ones(len(A))
    for _ in range(len(A)):
        i, j = np.unravel_index(np.argmax(sizes), sizes.shape)
        order[j], signs[j] = i, -1 if A[i] @ B[j] < 0 else 1
        sizes[i], sizes[:, j] = -1, -1  # below every size that is left
    return order, signs
    ### END SOLUTION


# %% check="match_units"
check("match_units", match_units)

# %% [markdown]
# Now match units that are only *similar*. We train four networks from four seeds, and look at the
# network halfway between each two, first as they are and then with matched units.

# %% practice=true fold="Test accuracies halfway, as they are and matched"
found = {}
networks = [lesson.trained([10], seed=seed) for seed in range(4)]
pairs = [(a, b) for k, b in enumerate(networks) for a in networks[:k]]
matched = [(lesson.matched(match_units, make_twin, a, b), b) for a, b in pairs]
both = {"as they are": pairs, "units matched": matched}
halfway = {name: [lesson.between(a, b, 0.5) for a, b in both[name]] for name in both}
for name, those in {"the networks": networks, **halfway}.items():
    found[name] = [lesson.share_right(network) for network in those]
    print(f"{name:13} test accuracy {np.mean(found[name]):.3f}")

# %% practice=true
losses = {name: [lesson.losses_between(a, b) for a, b in both[name]] for name in both}
picture = lesson.draw_matched(losses["as they are"], losses["units matched"])
picture

# %% [markdown]
# Most of the hill between these networks is only order and sign: as they are, the networks halfway
# classify on average about 80 % of the test images correctly, and after matching about 95 %, nearly
# as many as the networks themselves (six pairs; after Ainsworth and others, 2023).

# %% claims=true
quote = "classify on average about 80 % of the test images correctly"
claim(quote, 100 * np.mean(found["as they are"]), equals=80, within=7.5)
quote = "after matching about 95 %, nearly as many"
claim(quote, np.mean(found["units matched"]), equals=0.95, within=0.025)
lost = np.mean(found["the networks"]) - np.mean(found["units matched"])
claim(quote, lost, below=0.04, given=[95])
hills = {name: np.array([loss[20] - loss[0] for loss in losses[name]]) for name in losses}
lower = hills["units matched"] / hills["as they are"]
claim("Most of the hill between these networks", lower, below=0.5)

# %% [markdown]
# ## 4 ReLU units have a scale
#
# A ReLU unit has no sign to flip, but for c > 0, relu(c u) = c relu(u). So multiply a unit's column
# of W1 and its bias by c, and divide its row of W2 by c: the output stays the same. Infinitely many
# weights are the same ReLU network.
#
# Let a be the length of the vector that leads to a unit (its column of W1 and its bias), and d the
# length of the vector that leads away (its row of W2). After scaling they are c·a and d/c. Find the
# c for which **both are equally long**, and write the function for all units at once.


# %% solution="balance_units"
def balance_units(params):
    """The same ReLU network in which each unit's two vectors are equally long.

    params : [(W1, b1), (W2, b2)]; no vector has the length 0
    returns the new params, in their float type; the given ones stay as they are
    """
    ### BEGIN SOLUTION
    (W1, b1), (W2, b2) = params
    incoming = np.sqrt(np.sum(W1**2, axis=0) + b1**2)
    outgoing = np.sqrt(np.sum(W2**2, axis=1))
    c = np.sqrt(outgoing / incoming)
    return [(W1 * c, b1 * c), (W2 / c[:, None], b2)]
    ### END SOLUTION


# %% check="balance_units"
check("balance_units", balance_units)

# %% [markdown]
# What is this good for? We train the network of notebook 08, multiply its hidden units by 16, and
# balance the result. Then we train each of the three networks for three more epochs at the rate
# 0.3.

# %% practice=true fold="Train the network of notebook 08, and three more epochs of each"
digits = lesson.digits()


def trained_from(params, seed, epochs):
    """Your network, if it is kept, trained from these weights."""
    network = mine.OwnNetwork([64, 10, 10], np.random.default_rng(0))
    for p, value in zip(network.parameters, [*params[0], *params[1]], strict=True):
        p[...] = value
    settings = {"epochs": epochs, "batch_size": 64, "rng": np.random.default_rng(seed)}
    mine.train(network, digits[:2], digits[2:], lr=0.3, **settings)
    return [tuple(network.parameters[:2]), tuple(network.parameters[2:])]


rng, bias = np.random.default_rng(0), np.zeros(10)
he = [(rng.normal(0, np.sqrt(2 / n), size=(n, 10)), bias) for n in (64, 10)]
(W1, b1), (W2, b2) = trained = trained_from(he, seed=0, epochs=15)
large = [(16 * W1, 16 * b1), (W2 / 16, b2)]
networks, table = {"as trained": trained, "units × 16": large}, {}
networks["balanced"] = balance_units(large)
for name, params in networks.items():
    now, later = map(lesson.relu_loss, (params, trained_from(params, seed=7, epochs=3)))
    print(f"{name:11} training loss {now:.3f}, three epochs later {later:.3f}")
    table[name] = now, later

# %% [markdown]
# All three compute the same function. With the factor 16, the gradient $z^T dy$ of W2 contains a z
# that is 16 times larger, and the gradient of W1 contains W2, whose entries are 16 times smaller.
# So the rate 0.3 is far too high for W2, and it now increases the loss. The balanced network
# behaves like the trained one, whose units are roughly balanced.

# %% claims=true
now = [values[0] for values in table.values()]
claim("All three compute the same function", np.ptp(now), below=1e-9, above=-1e-9)
trained_loss, large_loss, balanced_loss = np.array(list(table.values()))
claim("it now increases the loss", large_loss[1] / large_loss[0], above=2)
quote = "The balanced network\nbehaves like the trained one"
claim(quote, balanced_loss[1] / trained_loss[1], equals=1, within=0.1)
lengths = np.hypot(np.linalg.norm(W1, axis=0), b1), np.linalg.norm(W2, axis=1)
quote = "whose units are roughly balanced"
claim(quote, np.sqrt(lengths[1] / lengths[0]), above=0.8, below=1.25)

# %% [markdown]
# ## 5 Equal units stay equal
#
# May all initial weights be zero? S3 says (“Solution: Better Weight Initialization”): “Initializing
# all the weights with zeros leads the neurons to learn the same features during training.” We train
# 32 hidden units for twenty epochs, with all weights and biases 0, for three activation functions:

# %% practice=true
from_zero = {layer.__name__: lesson.from_noise(0.0, layer) for layer in (Sigmoid, Tanh, ReLU)}
for name, run in from_zero.items():
    print(f"{name:8} W1 has changed by up to {run.moved:.3f};", end=" ")
    print(f"its columns differ by {run.apart[-1]:.0e}; test accuracy {run.accuracy[-1]:.2f}")

# %% [markdown]
# Zeros fail in two different ways. Write dy for the gradient with respect to the network's output,
# and z = φ(0) for the output of the hidden units in the first step, with the activation function φ.
# The gradient with respect to W2 is zᵀ dy, and the one with respect to z is dy W2ᵀ.
#
# - **tanh and ReLU:** φ(0) = 0, so the gradient with respect to W2 is 0. W2 is 0 as well, so the
#   gradient with respect to z is 0, and W1 does not change. Only b2 learns, and the network gives
#   all images the same answer. Its accuracy is the share of this digit in the test set.
# - **Sigmoid:** φ(0) = ½, so W2 changes in the first step, and W1 from the second step on. But all
#   units have the same output and the same outgoing weights, so they get the same gradient in every
#   step. Together they compute no more than one unit.
#
# So S3's sentence on zeros is a **simplification**: it is true for the sigmoid, while with tanh or
# ReLU the units learn nothing. The second failure does not need zeros: if all weights have one
# value and the biases are 0, gradient descent treats all units alike. It cannot break the
# *symmetry*; rounding errors can (section 6 shows how small a difference is enough).

# %% claims=true
quote = "it is true for the sigmoid, while with tanh or\nReLU the units learn nothing"
claim(quote, from_zero["Sigmoid"].moved, above=0.05)
claim(quote, from_zero["Sigmoid"].apart[-1], below=1e-9, above=-1e-9)
claim(quote, [from_zero[n].moved for n in ("Tanh", "ReLU")], below=1e-30, above=-1e-30)
tested_on = lesson.digits()[3]
always = np.array([np.mean(tested_on == digit) for digit in range(10)])
quote = "the network gives\nall images the same answer"
apart = [np.abs(from_zero[n].accuracy[-1] - always).min() for n in ("Tanh", "ReLU")]
claim(quote, apart, below=1e-9, above=-1e-9)
equal = lesson.trained([6], seed=0, init=lesson.noise(0.0, around=0.05), epochs=1)
quote = "gradient descent treats all units alike"
claim(quote, np.ptp(equal[0][0], axis=1), below=1e-9, above=-1e-9)

# %% [markdown]
# ## 6 How small a difference is enough?
#
# How large must the initial weights be? We train 32 hidden tanh units for twenty epochs at the rate
# 0.2, from normal random weights with the standard deviation $10^{-9}$, a billionth. Weights of the
# usual size lead to a test accuracy of about 0.97 here. **What accuracy do weights of a billionth
# lead to?**

# %% guess="the accuracy from weights of a billionth"
guess("ps11_billionth", None, between=(0, 1))  # a number from 0 to 1

# %% practice=true
runs = {size: lesson.from_noise(size) for size in (1e-9, 1e-6, 1e-3)}
reveal("ps11_billionth", runs[1e-9].accuracy[-1], "Test accuracy after twenty epochs.")

# %% claims=true
usual = lesson.from_noise(1 / 8).accuracy[-1]
claim("a test accuracy of about 0.97", usual, equals=0.97, within=0.02)
said = "A billionth is enough at the rate 0.2"
claim(said, runs[1e-9].accuracy[-1], above=0.95, given=[0.2])
said = "we tried it, and the network still guesses"
claim(said, lesson.from_noise(1e-9, lr=0.05).accuracy[-1], below=0.3)

# %% [markdown]
# ### The smallest network
#
# Near zero, tanh(u) ≈ u, so the smallest network with one hidden layer computes $y = w_2 w_1 x$.
# Let −σ be the derivative of the loss with respect to the product $w_2 w_1$, with σ > 0: a larger
# product lowers the loss. σ hardly changes while the weights are small. The gradient of each weight
# is −σ times the other weight, so a step of gradient descent with the rate η is
#
# $$w_1 \leftarrow w_1 + \eta\sigma w_2, \qquad w_2 \leftarrow w_2 + \eta\sigma w_1.$$
#
# Add the two: **each step multiplies $w_1 + w_2$ by $1 + \eta\sigma$.** With many units, the same
# holds for several sums of weights, each with a σ of its own, and the sum with the largest σ soon
# leads. This σ is the largest *singular value* of a matrix C of the images and targets: the largest
# factor by which C lengthens a vector.
#
# <details><summary>Which matrix, and why the largest singular value?</summary>
#
# $C = x^T(t - p)/N$, with the N images x, the targets t as one-hot rows, and the frequencies p of
# the digits, which b2 learns first. With h = x W1, the gradient of W2 is $-h^T(t - p)/N = -W_1^T
# C$, and that of W1 is $-C\, W_2^T$. That of b1 is 0, because t − p has the mean 0. σ belongs to
# two unit vectors with $C v = \sigma u$ and $C^T u = \sigma v$. Write $g = W_1^T u$ and $q = W_2
# v$, two vectors with an entry for each hidden unit. A step gives $g \leftarrow g + \eta\sigma q$
# and $q \leftarrow q + \eta\sigma g$, as with two weights. With every other singular value the
# factor is smaller, so after some steps g + q is the largest of these sums.
#
# </details>

# %% practice=true
x, labels, *_ = lesson.digits()
t = one_hot(labels, 10)
sigma = np.linalg.norm(x.T @ (t - t.mean(axis=0)) / len(t), 2)  # the largest singular value
factor = (1 + 0.2 * sigma) ** 23  # an epoch has 23 steps
print(f"σ = {sigma:.2f}; predicted growth in an epoch: {factor:.1f} times")
print(f"a thousand times: {np.log(1000) / np.log(factor):.1f} epochs")

# %% practice=true
picture = lesson.draw_growth(runs, factor)
picture

# %% [markdown]
# A billionth is enough at the rate 0.2. The measured points nearly follow the predicted lines. A
# difference that is a thousand times smaller needs only two to three epochs more. So here *any*
# noise breaks the symmetry, and its size costs only epochs. A low rate needs many. At the rate 0.05
# the formula gives a factor of about $10^7$ for twenty epochs, which is too little for a billionth:
# we tried it, and the network still guesses.

# %% claims=true
grown = runs[1e-9].apart[2:6] / runs[1e-9].apart[1:5]
claim("measured points nearly follow the predicted lines", grown / factor, above=0.7, below=1.3)
claim("only two to three epochs more", np.log(1000) / np.log(factor), above=2, below=3)
low = 20 * 23 * np.log10(1 + 0.05 * sigma)
claim("about $10^7$ for twenty epochs", low, equals=7, within=0.5, given=[10])

# %% [markdown]
# ## 7 Noise in two hidden layers
#
# At the rate 1 and in ten epochs, by the formula of section 6, noise of about $10^{-55}$ grows to
# 1. Now there are **two** hidden layers of 32 tanh units. Near zero, the smallest such network
# computes $y = w_3 w_2 w_1 x$. Let all three weights be w, and let −σ be the derivative of the loss
# with respect to their product. By which factor does a step at the rate η multiply w? And if w is
# ten times smaller, how many times as many steps does it need?
#
# We train for ten epochs at the rate 1, from normal random weights with the standard deviation
# $10^k$. **Above which k does the network reach a test accuracy of 0.9?** a: about −55, b: about
# −27 (half as much), c: about −3. <!-- no claim: setting -->

# %% guess="the smallest power of ten"
guess("ps11_two_layers", None, among="abc")  # a letter in quotes, such as "a"

# %% practice=true fold="Find the power by four trainings"
left = lesson.search(lr=1.0, seed=0)
letter = "c" if min(left) > -5 else "b"
words = {"a": "about −55", "b": "about −27", "c": "about −3"}
reveal("ps11_two_layers", letter, f"Four trainings leave k between {left}.", words)

# %% claims=true
claim("c: about −3", sum(left) / 2, equals=-3, within=0.7)
quote = "by the formula of section 6, noise of about $10^{-55}$ grows to\n1"
claim(quote, -230 * np.log10(1 + sigma), equals=-55, within=2, given=[1, 6, 10])

# %% [markdown] after="ps11_two_layers"
# The gradient of each weight is −σ times the product of the other two, so a step adds
# $\eta\sigma w^2$ to w. It multiplies w by $1 + \eta\sigma w$ instead of $1 + \eta\sigma$, and this
# is close to 1 while w is small: it takes about 1/(ησw) steps to grow. So ten times smaller noise
# needs ten times as many steps, or ten times the rate. <!-- no claim: derived -->

# %% [markdown]
# ## 8 Merge two networks
#
# In section 3, matching brought the networks halfway from about 80 to about 95 %. We now take
# networks with **two** hidden layers of 16 tanh units, trained from four seeds. Your neighbour
# matches both layers of the given networks in the same way, by *all* weights of each unit: its
# column of W, its bias, and its row of the next W.

# %% practice=true fold="Test accuracies halfway: as they are, and your neighbour's"
deep = [lesson.trained([16, 16], seed=seed) for seed in range(4)]
deep_pairs = [(a, b) for k, b in enumerate(deep) for a in deep[:k]]
at_once = [(lesson.matched_at_once(match_units, make_twin, a, b), b) for a, b in deep_pairs]
reached = {}
for name, those in {"as they are": deep_pairs, "your neighbour's": at_once}.items():
    reached[name] = [lesson.share_right(lesson.between(a, b, 0.5)) for a, b in those]
reached["the networks"] = [lesson.share_right(network) for network in deep]
for name, accuracies in reached.items():
    print(f"{name:16} test accuracy {np.mean(accuracies):.3f}")

# %% claims=true
of = {name: np.mean(accuracies) for name, accuracies in reached.items()}
lost = of["the networks"] - of["your neighbour's"]
claim("the accuracy stays more than 0.04 below that of the networks", lost, above=0.04)
claim("Your neighbour gains much", of["your neighbour's"] - of["as they are"], above=0.1)

# %% [markdown]
# Your neighbour gains much, but the accuracy stays more than 0.04 below that of the networks.
# Units of the first hidden layer are compared by their rows of W2, too. These lead to units of the
# second hidden layer, which stand in **another order** in the other network.
#
# Write `align_units(params, other)` for any number of hidden layers. It returns the twin of
# `params` whose units stand where similar units of `other` stand, and have their signs. Use your
# `match_units` and `make_twin`. **Which weights of a unit start or end at the same pixel,
# unit or output in both networks before any layer is matched? And which, once the layer before is
# matched?**
#
# The check merges twins, and networks with **three** hidden layers that it trains from new seeds.
# It takes the mean of your twin and `other`. The *gain* is the accuracy of this network minus that
# of the mean of `params` and `other`. For all points you need 85 % of the gain that our solution
# reaches. <!-- no claim: setting --> Up to 70 % earns nothing, and with three layers your
# neighbour's method seldom reaches more.


# %% solution="align_units"
def align_units(params, other):
    """The twin of a tanh network whose units stand where similar units of another network stand.

    params, other : [(W1, b1), (W2, b2), …] with the same shapes
    returns the new params, the same function as params; the given ones stay as they are
    """
    ### BEGIN SOLUTION
    twin = list(params)
    for layer in range(len(params) - 1):
        A, B = (np.vstack(network[layer]).T for network in (twin, other))
        orders = [np.arange(len(b)) for _, b in params[:-1]]
        signs = [np.ones(len(b)) for _, b in params[:-1]]
        orders[layer], signs[layer] = match_units(A, B)
        twin = make_twin(twin, orders, signs)  # now the rows of the next W are in place
    return twin
    ### END SOLUTION


# %% check="align_units"
check("align_units", align_units)

# %% practice=true
aligned = [(align_units(a, b), b) for a, b in deep_pairs]
reached["yours"] = [lesson.share_right(lesson.between(a, b, 0.5)) for a, b in aligned]
print(f"yours: test accuracy {np.mean(reached['yours']):.3f}")

# %% practice=true
lines = [[lesson.losses_between(a, b) for a, b in those] for those in (deep_pairs, aligned)]
picture = lesson.draw_matched(*lines)
picture

# %% claims=true
lost = of["the networks"] - np.mean(reached["yours"])
claim("only a little below that of the networks", lost, below=0.06)
three = [lesson.trained([16, 16, 16], seed=seed, epochs=8) for seed in range(8)]
three_pairs = [(a, b) for k, b in enumerate(three) for a in three[:k]]
ways = {
    "as they are": three_pairs,
    "your neighbour's": [
        (lesson.matched_at_once(match_units, make_twin, a, b), b) for a, b in three_pairs
    ],
    "ours": [(align_units(a, b), b) for a, b in three_pairs],
}
plain, theirs, ours = (
    np.mean([lesson.share_right(lesson.between(a, b, 0.5)) for a, b in those])
    for those in ways.values()
)
quote = (
    "Up to 70 % earns nothing, and with three layers your\nneighbour's method seldom reaches more"
)
claim(quote, (theirs - plain) / (ours - plain), below=0.75, given=[70])
quote = "The hill has not gone, but it is far lower"
hill, rest = (np.array([loss.max() - max(loss[0], loss[-1]) for loss in each]) for each in lines)
claim(quote, rest / hill, above=0, below=0.4)

# %% [markdown]
# The accuracy halfway is now only a little below that of the networks. The hill has not gone, but
# it is far lower. So with two hidden layers, too, most of the hill is order and sign.

# %% [markdown]
# ## To keep
#
# - m tanh units have m!·2^m twins. A ReLU unit can also be scaled, so infinitely many weights are
#   the same ReLU network: choose the balanced ones.
# - Twins have the same loss, and a hill lies between them: the loss is not convex. Match the units
#   before you average two networks, layer by layer: compare only weights whose other end is already
#   matched.
# - Equal units stay equal. With tanh or ReLU, the hidden units never learn from zeros.
# - With one hidden layer, small differences grow by a constant factor in each step. With two, this
#   factor is close to 1 while the weights are small.
#
# **In PyTorch** (notebook 24) a `Linear` layer stores W as (n_out, n_in), so a hidden unit is a
# *row* of the first weight and a *column* of the second.

# %% [markdown]
# ## Sources
#
# S3 C. V. Jawahar (IIIT Hyderabad), “Backpropagation and Training”, slide “Solution: Better Weight
# Initialization”. S4 A. Krause (ETH Zürich), “Neural networks (continued)”, slides “Initializing
# weights”, “Weight-space symmetries”. Saxe and others, “Exact solutions to the nonlinear dynamics
# of learning in deep linear neural networks” (2014); Ainsworth and others, “Git Re-Basin” (2023).
