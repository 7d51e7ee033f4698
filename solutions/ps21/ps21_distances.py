# %% [markdown]
# # Learning distances, and losses between structures
#
# So far every loss compared an output with a target. Often there is no target, but you know which
# samples belong together: two photographs of one face, two changed copies of one picture. Then a
# network can learn a *distance*. It maps each sample to a point, and the loss compares points with
# each other. Search by image, face recognition and many networks that are trained without labels
# use such losses.
#
# The second half of this notebook compares structures: strings, sequences, trees and graphs. To
# compare two of them, we first have to find out which part of one corresponds to which part of the
# other.
#
# **Afterwards you can**
#
# - write the contrastive loss, the triplet loss and InfoNCE with their gradients,
# - choose the triplets from which a network still learns,
# - train a network without labels on two changed views of each picture, and measure which changes
#   it ignores,
# - compare a learned distance with plain pixels, and say what the comparison shows,
# - compare strings, sequences, trees and graphs by their cheapest match, and make such a distance a
#   loss by a soft minimum over all matches.
#
# **You need** softmax with cross-entropy (notebook 02), the hinge (03), the backward pass of a
# linear layer (06), gradient checks (07) and augmentation (13). Adam (12) is the optimizer; here
# you only need to know that it scales the step of each weight.

# %% opening=true
"""Three pictures of emoji and the question which of the last two is nearer to the first. One is the
first picture, mirrored and in other colours. The other is a different emoji on a similar ground."""

import matplotlib.pyplot as plt
import numpy as np

from course_lib.datasets import load_emoji

x = load_emoji()[2].x
pictures = np.moveaxis(x.reshape(-1, 3, 32, 32), 1, 3)
first = 41
copy = pictures[first][:, ::-1, [1, 2, 0]]
distances = np.sum((x - x[first]) ** 2, axis=1)
distances[first] = np.inf
other = pictures[int(distances.argmin())]
figure, axes = plt.subplots(1, 3, figsize=(6.4, 2.7))
for ax, image, name in zip(
    axes, (pictures[first], copy, other), ("this one", "A", "B"), strict=True
):
    ax.imshow(image)
    ax.set_xlabel(name, size=14)
    ax.set(xticks=[], yticks=[])
figure.suptitle("Which picture is nearer to the first, A or B?", x=0.01, ha="left", size=16)
plt.show()

# %% setup=true
import math

import numpy as np

from course_lib import augmentation
from course_lib.backend import choose_device
from course_lib.course.figures import slider
from course_lib.course.in_browser import smaller_in_browser
from course_lib.datasets import load_digits, load_emoji, load_mnist5000
from course_lib.gradient_check import numerical_gradient, relative_error
from course_lib.layers import Linear, ReLU
from course_lib.losses import softmax_cross_entropy
from course_lib.models import Sequential
from course_lib.optimizers import Adam
from course_lib.plots import class_points, label_lines, paired_differences, theme
from grader.checking import check, check_choice, guess, ready, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 A guess first
#
# We have 600 small pictures of emoji: faces, animals, vehicles and others, on plain grounds of
# random colours. We copy each picture and exchange its colours: what was red becomes blue, green
# becomes red, blue becomes green. You recognise almost every copy at once.
#
# Now a computer searches for the original of each copy. Each picture is a row of numbers between
# −0.5 and 0.5, the colour values of its pixels. The computer takes the original whose row has the
# largest cosine with the row of the copy (their dot product, divided by both lengths). **For what
# fraction of the copies does the computer find the right original?**

# %% guess="copies in other colours"
guess("ps21_pixels", None, between=(0, 1))  # a number from 0 to 1


# %% practice=true fold="Load the emoji; define the changes and the search"
import matplotlib.pyplot as plt


def small(x):
    """Pictures (N, 16, 16, 3) in [-0.5, 0.5] from rows of 3 * 32 * 32 numbers in [0, 1]."""
    pictures = x.reshape(-1, 3, 16, 2, 16, 2).mean(axis=(3, 5))
    return np.ascontiguousarray(np.moveaxis(pictures, 1, 3)).astype("float32") - np.float32(0.5)


def moved(pictures, down, right):
    """All pictures moved by the same shift; the border is repeated."""
    padded = np.pad(pictures, ((0, 0), (3, 3), (3, 3), (0, 0)), mode="edge")
    return padded[:, 3 - down : 19 - down, 3 - right : 19 - right]


CHANGES = {
    "other colours": lambda x: x[..., [1, 2, 0]],
    "mirrored": lambda x: x[:, :, ::-1],
    "moved by 2 pixels": lambda x: moved(x, 2, -2),
    "upside down": lambda x: x[:, ::-1],
    "quarter turn": lambda x: x.transpose(0, 2, 1, 3)[:, ::-1],
    "inverted colours": lambda x: -x,
}


def flat(pictures):
    """A row of numbers for each picture."""
    return np.ascontiguousarray(pictures).reshape(len(pictures), -1)


def cosines(a, b):
    """(N, M): the cosine of the angle between each row of a and each row of b."""
    a, b = (v / np.linalg.norm(v, axis=1, keepdims=True) for v in (a, b))
    return a @ b.T


def fraction_found(changed, originals):
    """How often the original with the largest cosine is the right one."""
    return float(np.mean(cosines(changed, originals).argmax(axis=1) == np.arange(len(originals))))


emoji_train, emoji_validation, emoji_test = load_emoji()
pictures, new_pictures = small(emoji_train.x), small(emoji_test.x)

# %% practice=true fold="Define exchanged_colours and draw_found"
shown = np.arange(0, 600, 75)


def exchanged_colours(pictures, rng):
    """The three colour channels of each picture in random order."""
    order = rng.permuted(np.tile(np.arange(3), (len(pictures), 1)), axis=1)
    return np.take_along_axis(pictures, order[:, None, None, :], axis=3)


def draw_found(rows, title):
    """Rows of pictures (name -> pictures), one below the other."""
    with theme.style():
        columns = max(len(row) for row in rows.values())
        figure, axes = plt.subplots(len(rows), columns, figsize=(6.6, 1.05 * len(rows) + 0.5))
        for line, (name, row) in zip(axes, rows.items(), strict=True):
            for ax, picture in zip(line, row, strict=True):
                ax.imshow(np.clip(picture + 0.5, 0, 1))
                ax.set(xticks=[], yticks=[])
                ax.grid(visible=False)
            line[0].set_ylabel(name, rotation=0, ha="right", va="center")
        for number, ax in enumerate(axes[-1], start=1):
            ax.set_xlabel(f"{number}")
        figure.suptitle(title, x=0.02, ha="left")
        plt.show()


# %% practice=true fold="Compare with your guess"
by_pixels = {
    name: fraction_found(flat(change(new_pictures)), flat(new_pictures))
    for name, change in CHANGES.items()
}
reveal("ps21_pixels", round(by_pixels["other colours"], 2), "Found among 600, by the pixels.")


# %% practice=true fold="Draw eight copies and what the pixels find" after="ps21_pixels"
recoloured = CHANGES["other colours"](new_pictures)
nearest = cosines(flat(recoloured[shown]), flat(new_pictures)).argmax(axis=1)
rows = {"copy": recoloured[shown], "found": new_pictures[nearest], "original": new_pictures[shown]}
found = np.sum(nearest == shown)
draw_found(rows, f"The pixels find {found} of these eight originals")

# %% [markdown] after="ps21_pixels"
# *In words: three rows of eight pictures: copies in other colours, the pictures found, and the
# originals. The pictures found have grounds similar to those of the copies, but all eight show
# another emoji.*
#
# The computer finds the original of only about one copy in eight (by chance: one in 600).
# The cosine compares the colours at each place, and in the copy they differ at
# most places.
#
# For this one change, no network is needed: the mean of the three channels is the same for a
# picture and its copy. But a search by image should ignore several
# changes at once, for example also mirroring and shifts. In section 7 a network learns such a
# distance without a single label.

# %% claims=true
words = "The computer finds the original of only about one copy in eight"
claim(words, by_pixels["other colours"], equals=1 / 8, within=0.025)
claim("but all eight show\nanother emoji", float(found), below=0.5)


def ground_distances(some):
    """(8, 600): how far the ground of each picture is from that of each changed copy."""
    return np.abs(new_pictures[None, :, 0, 0] - some[:, None, 0, 0]).mean(axis=2)


far = ground_distances(recoloured[shown])
words = "have grounds similar to those of the copies"
claim(words, np.mean(far < far[np.arange(8), nearest][:, None], axis=1), below=0.1)

# %% [markdown]
# ## 2 The idea
#
# A network $f$ maps every sample $x$ to a point $f(x)$, its **embedding**. The distance between two
# samples is the distance between their embeddings. So the network has learned a distance as soon as
# samples that belong together lie near each other, and others far apart.
#
# All samples pass through **the same weights**. S3 calls this "Siamese Learning": one copy of the
# network for each sample of a pair, like twins. The gradient of a weight is the sum of the
# contributions of all copies (notebook 07).
#
# The losses of this notebook differ in what they compare:
#
# | loss | compares | needs |
# |---|---|---|
# | contrastive loss | the two points of a pair | pairs, marked as same or different |
# | triplet loss | two distances from one *anchor* | an anchor, one of its class, one of another |
# | InfoNCE | one point with the partners of all points | pairs that belong together, no labels |
#
# All three losses pull points that belong together towards each other, and push others apart.

# %% practice=true fold="Draw attraction and repulsion"
with theme.style():
    figure, axes = plt.subplots(1, 2, figsize=(7.6, 2.7))
    spots = {"anchor": (0, 0), "same class": (1.6, 0.9), "another class": (0.9, -0.8)}
    moves = {"same class": (1.0, 0.56), "another class": (1.5, -1.33), "anchor": (0.05, 0.75)}
    for ax, title in zip(axes, ("Before a step", "Direction of a gradient step"), strict=True):
        for name, spot in spots.items():
            ax.plot(*spot, "s" if name == "another class" else "o", color=theme.FORWARD, ms=9)
            ax.annotate(name, spot, xytext=(9, 5), textcoords="offset points", size=9)
        ax.set(xlim=(-0.5, 3.4), ylim=(-1.6, 1.4), xticks=[], yticks=[], title=title)
        ax.set(xlabel="first output", ylabel="second output")
        ax.set_aspect("equal")
    for name, end in moves.items():
        arrow = {"arrowstyle": "->", "color": theme.GRADIENT, "linewidth": 2.2}
        axes[1].annotate("", end, spots[name], arrowprops=arrow)
    plt.show()

# %% [markdown]
# *In words: three points in the plane: an anchor, a point of the same class, and a point of another
# class. Each has an arrow, the direction of a gradient step. One arrow pulls the point of the same
# class towards the anchor. Another arrow pushes the point of the other
# class away from it. The third arrow moves the anchor towards its own class and away from the other
# one.*

# %% [markdown]
# ## 3 Pairs
#
# Let a and b be the embeddings of a pair, and $d = \lVert a - b\rVert$ their Euclidean distance. In
# a *positive pair* (same = 1), both samples belong to one class. The loss pulls the two points
# together, the more strongly the farther they are apart. In a *negative pair* (same = 0), they
# belong to two classes. The loss pushes them apart until their distance is at least a given number,
# the **margin**. Beyond the margin the loss is zero. The **contrastive loss** is the mean over the
# N pairs:
#
# $$L = \frac1N \sum_n \tfrac12\Big[\text{same}_n\, d_n^2 + (1 - \text{same}_n)\,\max(0,
# \text{margin} - d_n)^2\Big]$$


# %%
def contrastive_in_loops(a, b, same, margin):
    """The value of the contrastive loss, number by number."""
    total = 0.0
    for n in range(len(a)):
        d = math.sqrt(sum((a[n, k] - b[n, k]) ** 2 for k in range(a.shape[1])))
        total += 0.5 * d**2 if same[n] else 0.5 * max(0.0, margin - d) ** 2
    return total / len(a)


# %% practice=true fold="Draw the loss of a pair"
distances = np.linspace(0, 2.4, 100)
with theme.style():
    figure, axes = plt.subplots(1, 2, figsize=(8.2, 2.9), sharex=True)
    short = np.maximum(0, 1.5 - distances)
    for ax, near, far in ((axes[0], distances**2 / 2, short**2 / 2), (axes[1], distances, -short)):
        colour = theme.FORWARD if ax is axes[0] else theme.GRADIENT
        ax.plot(distances, near, color=colour, label="positive pair")
        ax.plot(distances, far, "--", color=colour, label="negative pair")
        ax.axvline(1.5, color=theme.QUIET, linewidth=1)
        place = {"transform": ax.get_xaxis_transform(), "ha": "right", "va": "top", "size": 9}
        ax.text(1.46, 0.97, "margin", color=theme.for_text(theme.QUIET), **place)
        ax.set(xlabel="distance d", xlim=(0, 3.2))
    axes[0].set(title="Loss of one pair, margin 1.5", ylabel="loss")
    axes[1].set(title="Derivative of this loss", ylabel="derivative")
    label_lines(*axes)
    plt.show()

# %% [markdown]
# *In words: two panels over the distance, for the margin 1.5, marked by a thin line.
# <!-- no claim: setting --> On the left,
# the loss of a positive pair is a parabola that rises from 0. The loss of a negative pair falls and
# is 0 from the margin on. On the right, the derivative: a rising line
# for a positive pair, and a line from −1.5 up to 0 at the margin for a negative pair.* <!-- no
# claim: derived -->

# %% [markdown]
# Write `contrastive_loss` with its gradients. They contain the derivative of the distance: by the
# chain rule, $\partial d/\partial a = (a - b)/d$. This vector has length 1 and points away from b.
#
# - A positive pair may have two identical points, so d = 0. Its gradient is 0, but code that
#   divides by d returns nan. A negative pair at d = 0 is not tested.
# - `same` holds 0 and 1, or False and True.
# - The gradients have the float type of `a` and `b`, the value any float type.
#
# <details><summary>The derivation</summary>
#
# - $d = \sqrt{\sum_k (a_k - b_k)^2}$. By the chain rule, $\partial d/\partial a_k = \tfrac{1}{2d}
#   \cdot 2 (a_k - b_k) = (a_k - b_k)/d$.
# - Positive pair: $\tfrac12 d^2$ has the derivative $d$ with respect to d, so the gradient for a is
#   $d \cdot (a - b)/d = a - b$.
# - Negative pair, closer than the margin: find the gradient in the same way. Beyond the margin it
#   is 0.
# - The distance depends only on $a - b$, so db = −da. Both are divided by N.
#
# </details>


# %% solution="contrastive_loss"
def contrastive_loss(a, b, same, margin):
    """The contrastive loss of N pairs, as a mean.

    a, b : (N, D), same : (N,) of 0 and 1 or of False and True, margin : positive
    returns value (a number), da : (N, D), db : (N, D), both with the float type of a and b
    """
    ### BEGIN SOLUTION
    N = len(a)
    same = same.astype(a.dtype)
    r = a - b
    d = np.sqrt(np.sum(r**2, axis=1))
    short = np.maximum(margin - d, 0)
    value = np.sum(same * d**2 + (1 - same) * short**2) / (2 * N)
    safe = np.where(d > 0, d, 1).astype(a.dtype)
    factor = same - (1 - same) * short / safe
    da = factor[:, None] * r / N
    return value, da, -da
    ### END SOLUTION


# %% check="contrastive_loss"
check("contrastive_loss", contrastive_loss)

# %% [markdown]
# ## 4 Triplets
#
# The contrastive loss looks at one distance at a time. This distance should be at least the margin
# in a negative pair, and 0 in a positive pair. The **triplet loss** compares two distances. A
# triplet consists of an *anchor* a, a *positive* p of the same class, and a *negative* n of another
# class. The loss is 0 if the negative is farther from the anchor than the positive, by at least a
# margin. We take the mean over N triplets. We do not square d (the FaceNet paper, see Sources,
# does):
#
# $$L = \frac1N \sum \max\big(0,\; d(a, p) - d(a, n) + \text{margin}\big)$$


# %%
def triplet_in_loops(anchor, positive, negative, margin):
    """The value of the triplet loss, triplet by triplet."""
    total = 0.0
    for a, p, n in zip(anchor, positive, negative, strict=True):
        total += max(0.0, math.dist(a, p) - math.dist(a, n) + margin)
    return total / len(anchor)


# %% [markdown]
# Write `triplet_loss`. The maximum with 0 is a hinge (notebook 03): a triplet that satisfies the
# margin has loss 0 and zero gradients. The anchor occurs in both distances, so `da` has two terms.
#
# - If a distance is 0, use 0 as the gradient of this distance. In section 5 the positive can be the
#   anchor itself.
# - At the kink of the hinge, every subgradient is accepted.
# - The gradients have the float type of the points, the value any float type.


# %% solution="triplet_loss"
def triplet_loss(anchor, positive, negative, margin):
    """The triplet loss of N triplets, as a mean.

    anchor, positive, negative : (N, D), margin : positive
    returns value (a number), da, dp, dn : (N, D) each, with the float type of the points
    """
    ### BEGIN SOLUTION
    N = len(anchor)
    to_p, to_n = anchor - positive, anchor - negative
    d_p = np.sqrt(np.sum(to_p**2, axis=1))
    d_n = np.sqrt(np.sum(to_n**2, axis=1))
    short = d_p - d_n + margin
    value = np.sum(np.maximum(short, 0)) / N
    active = (short > 0).astype(anchor.dtype)[:, None] / N
    from_p = active * to_p / np.where(d_p > 0, d_p, 1).astype(anchor.dtype)[:, None]
    from_n = active * to_n / np.where(d_n > 0, d_n, 1).astype(anchor.dtype)[:, None]
    return value, from_p - from_n, -from_p, from_n
    ### END SOLUTION


# %% check="triplet_loss"
check("triplet_loss", triplet_loss)

# %% [markdown]
# We compare your gradients with central differences (notebook 07).

# %% practice=true fold="Compare both losses with finite differences"
if ready("contrastive_loss", "triplet_loss"):
    rng = np.random.default_rng(7)
    a, b, c = (rng.normal(size=(6, 3)) for _ in range(3))
    same = np.array([1, 0, 0, 1, 0, 1])
    value, da, db = contrastive_loss(a, b, same, 2.5)
    in_loops = contrastive_in_loops(a, b, same, 2.5)
    print("contrastive: value as in the loops:", np.isclose(value, in_loops))
    for name, mine, f, at in (
        ("da", da, lambda v: contrastive_in_loops(v, b, same, 2.5), a),
        ("db", db, lambda v: contrastive_in_loops(a, v, same, 2.5), b),
    ):
        error = relative_error(mine, numerical_gradient(f, at, 1e-5))
        print(f"  {name}: relative error {error:.0e}")
    value, da, dp, dn = triplet_loss(a, b, c, 0.5)
    print("triplet: value as in the loops:", np.isclose(value, triplet_in_loops(a, b, c, 0.5)))
    for name, mine, f, at in (
        ("da", da, lambda v: triplet_in_loops(v, b, c, 0.5), a),
        ("dp", dp, lambda v: triplet_in_loops(a, v, c, 0.5), b),
        ("dn", dn, lambda v: triplet_in_loops(a, b, v, 0.5), c),
    ):
        error = relative_error(mine, numerical_gradient(f, at, 1e-5))
        print(f"  {name}: relative error {error:.0e}")
else:
    print("This cell waits.")

# %% [markdown]
# ## 5 Digits in the plane, and which triplets teach
#
# ### The embedding as it learns
#
# We train a network on images of digits. It has 64 inputs (8 × 8 pixels), 64 hidden units and **two
# outputs**, the coordinates of a point in the plane. The triplet loss uses only whether two images
# show the same digit, and not which digit they show. The margin is 1.
#
# Each step draws 64 anchor images, and a positive image for each (sometimes the anchor itself).
# Their embeddings are the rows of `a` and `p`. The negatives are rows of `p`, too. For anchor n we
# draw a random index `k[n]` of a row that shows another digit. The negative is `p[k[n]]`. Its
# gradient `dn[n]` is added to `dp[k[n]]`, because both belong to the same point. (`np.add.at` also
# adds correctly if an index occurs twice.)


# %% practice=true fold="Load the digits; define how triplets are drawn"
digits = load_digits("float32")
order = np.random.default_rng(0).permutation(len(digits.x))
x_digits, t_digits = digits.x[order], digits.t[order]
x_train, x_validation, x_test = np.split(x_digits, (1000, 1400))
t_train, t_validation, t_test = np.split(t_digits, (1000, 1400))


def same_class(t, anchors, rng):
    """For each anchor the index of a random sample of its class."""
    by_class = np.argsort(t, kind="stable")
    count = np.bincount(t, minlength=10)
    start = np.cumsum(count) - count
    classes = t[anchors]
    return by_class[start[classes] + (rng.random(len(anchors)) * count[classes]).astype(int)]


def distances_between(a, b):
    """(N, M): the Euclidean distance between each row of a and each row of b."""
    squares = np.sum(a**2, axis=1)[:, None] - 2 * a @ b.T + np.sum(b**2, axis=1)
    return np.sqrt(np.maximum(squares, 0))


def two_layers(inputs, rng, *, hidden=64, outputs=2, lr=0.003):
    """A network with one hidden layer, and its optimizer."""
    network = Sequential(Linear(inputs, hidden, rng=rng), ReLU(), Linear(hidden, outputs, rng=rng))
    return network, Adam(network.parameters(), lr=lr)


def random_negatives(distances, labels, rng):
    """For each anchor a random sample of another class; the distances play no role."""
    k = rng.integers(len(labels), size=len(labels))
    while np.any(again := labels[k] == labels):
        k[again] = rng.integers(len(labels), size=again.sum())
    return k


# %% practice=true
def train_triplets(
    x, t, choose, seed, *, margin=1.0, steps=600, batch=64, view=None, observe=None, **sizes
):
    """The trained network, and for each step the fraction of triplets with loss 0."""
    rng = np.random.default_rng(seed)
    network, optimizer = two_layers(x[0].size, rng, **sizes)
    without_loss = []
    for step in range(steps):
        if observe:
            observe(step, network)
        i = rng.integers(len(t), size=batch)
        anchors, positives = x[i], x[same_class(t, i, rng)]
        if view:  # a function that changes each image at random
            anchors, positives = view(anchors, rng), view(positives, rng)
        a, backward_a = network.forward(anchors, training=True)
        p, backward_p = network.forward(positives, training=True)
        distances = distances_between(a, p)
        k = choose(distances, t[i], rng)  # the negative of anchor n is the positive number k[n]
        value, da, dp, dn = triplet_loss(a, p, p[k], margin)
        np.add.at(dp, k, dn)
        optimizer.zero_grad()
        backward_a.without_dx(da)  # only the gradients of the weights: no layer lies before x
        backward_p.without_dx(dp)
        optimizer.step()
        short = np.diag(distances) - distances[np.arange(batch), k] + margin
        without_loss.append(np.mean(short <= 0))
    if observe:
        observe(steps, network)
    return network, np.array(without_loss)


# %% practice=true fold="Train, and draw the embedding of the test images"
TIMES = (0, 20, 60, 150, 300, 600)
places = {}


def observe(step, network):
    """Store the points of the test images."""
    if step in TIMES:
        places[step] = network(x_test)


def draw_places(step):
    """The test images in the plane, each drawn as its digit."""
    low, high = places[TIMES[-1]].min(axis=0) - 0.5, places[TIMES[-1]].max(axis=0) + 0.5
    with theme.style():
        figure, ax = plt.subplots(figsize=(6.8, 4.9))
        class_points(ax, places[step], t_test)
        ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]))
        ax.set(xlabel="first output", ylabel="second output")
        ax.set_title(f"Embedding of the test images after {step} steps")
    return figure


if ready("triplet_loss"):
    train_triplets(x_train, t_train, random_negatives, 0, observe=observe)
    embedding_slider = slider(
        draw_places,
        TIMES,
        name="step",
        alt="Test images as points in the plane. At first all digits are mixed. In the end most "
        "digits have a cluster of their own.",
        stills=3,
        start=TIMES[-1],
    )
else:
    embedding_slider = None
    print("This cell waits.")
embedding_slider

# %% [markdown]
# *In words: the test images as small digits in the plane, for one run (seed 0), after 0, 20, 60,
# 150, 300 and 600 steps. At first the digits overlap in one cloud. In the end the cloud has
# separated, and most digits have a cluster of their own, with some outliers.*


# %% claims=true
def own_digit(z):
    """For each test image whether the nearest other one shows the same digit."""
    distances = distances_between(z, z) + 1e9 * np.eye(len(z))
    return t_test[distances.argmin(axis=1)] == t_test


claim("At first the digits overlap in one cloud", np.mean(own_digit(places[0])), below=0.5)
compact = [np.mean(own_digit(places[600])[t_test == digit]) > 0.75 for digit in range(10)]
claim("most digits have a cluster of their own", np.sum(compact), above=5.5)

# %% [markdown]
# ### How many triplets still teach?
#
# A triplet that satisfies the margin has the gradient 0, so the network learns nothing from it.
# **What fraction of the random triplets satisfies the margin in the last 50 of 600 steps?** (In the
# first 20 steps, about a quarter of them do.)

# %% guess="triplets without a loss"
guess("ps21_without_loss", None, between=(0, 1))  # a number from 0 to 1

# %% practice=true fold="Compare with your guess"
if ready("triplet_loss"):
    runs_random = [train_triplets(x_train, t_train, random_negatives, seed) for seed in range(3)]
    late = float(np.mean([shares[-50:] for _, shares in runs_random]))
    early = float(np.mean([shares[:20] for _, shares in runs_random]))
    where = f"Last 50 steps; in the first 20 steps {early:.2f} (means over the seeds 0, 1, 2)."
    reveal("ps21_without_loss", round(late, 2), where)
else:
    print("This cell waits.")

# %% [markdown] after="ps21_without_loss"
# In a late step, about nine random triplets in ten have the gradient 0. Choosing the triplets is
# called **mining**. For each anchor we can choose the nearest sample of another class in the batch,
# the *hard negative*. No other negative of the batch gives a larger loss.

# %% claims=true
claim("about a quarter of them do", early, above=0.15, below=0.35)
claim("about nine random triplets in ten have the gradient", late, above=0.85, below=0.96)

# %% [markdown]
# ### Hard negatives
#
# Write `hard_negatives`. The samples are the N positives of the batch. Row i of `distances` holds
# the distances of anchor i to all N samples. Anchor i and sample i have the same class,
# `labels[i]`. Return for each anchor the index of the nearest sample of another class. There is
# always at least one.
#
# - The table is not symmetric in general, because anchors and samples are different images.
# - Do not write into `distances`: make a new table. Equal distances are not tested.


# %% solution="hard_negatives"
def hard_negatives(distances, labels):
    """For each anchor the index of the nearest sample of another class.

    distances : (N, N), row i belongs to anchor i; labels : (N,) integers
    returns (N,) integers
    """
    ### BEGIN SOLUTION
    same = labels[:, None] == labels[None, :]
    return np.where(same, np.inf, distances).argmin(axis=1)
    ### END SOLUTION


# %% check="hard_negatives"
check("hard_negatives", hard_negatives)

# %% [markdown]
# We compare random with hard negatives. A test image gets the digit of the nearest training
# image in the plane. We train with the margins 0.3, 1 and 3. For random and for hard negatives
# separately, we keep the margin with the best mean accuracy on 400 validation images. We report the
# accuracy on 397 test images, for the seeds 0, 1 and 2. **Guess the difference: mean test accuracy
# with hard negatives minus that with random negatives.**

# %% guess="what hard negatives change"
guess("ps21_mining", None)  # hard minus random, such as 0.01 or -0.1


# %% practice=true fold="Train with both kinds of negatives"
def nearest_neighbour_accuracy(z_known, t_known, z_new, t_new):
    """How often the nearest known point has the class of the new point."""
    return float(np.mean(t_known[distances_between(z_new, z_known).argmin(axis=1)] == t_new))


def hard(distances, labels, rng):
    """The same arguments as random_negatives."""
    return hard_negatives(distances, labels)


MARGINS = (0.3, 1.0, 3.0)
if ready("triplet_loss", "hard_negatives"):
    reached, shares_of = {}, {}
    for name, choose in (("random", random_negatives), ("hard", hard)):
        for margin in MARGINS:
            rows = []
            for seed in range(3):
                if (name, margin) == ("random", 1.0):
                    network, shares = runs_random[seed]  # trained above
                else:
                    network, shares = train_triplets(x_train, t_train, choose, seed, margin=margin)
                z = [network(x) for x in (x_train, x_validation, x_test)]
                rows.append(
                    [
                        nearest_neighbour_accuracy(z[0], t_train, z[1], t_validation),
                        nearest_neighbour_accuracy(z[0], t_train, z[2], t_test),
                    ]
                )
                shares_of[name, margin, seed] = shares
            reached[name, margin] = np.array(rows)
    best = {}
    for name in ("random", "hard"):
        means = [round(reached[name, margin][:, 0].mean(), 4) for margin in MARGINS]
        best[name] = MARGINS[int(np.argmax(means))]  # of two equal ones the smaller margin
    tests = {name: reached[name, best[name]][:, 1] for name in best}
    gains = tests["hard"] - tests["random"]
    reveal(
        "ps21_mining",
        round(float(gains.mean()), 3),
        f"Mean of three differences, standard deviation {gains.std(ddof=1):.3f}.",
    )
else:
    print("This cell waits.")

# %% practice=true fold="Repeat with more seeds, and draw" after="ps21_mining"
if ready("triplet_loss", "hard_negatives"):
    more_seeds = smaller_in_browser(more_seeds=(range(3, 10), range(3, 5)))
    more = {name: [] for name in best}
    for name, choose in (("random", random_negatives), ("hard", hard)):
        for seed in more_seeds:
            network, _ = train_triplets(x_train, t_train, choose, seed, margin=best[name])
            z, z_new = network(x_train), network(x_test)
            more[name].append(nearest_neighbour_accuracy(z, t_train, z_new, t_test))
    more_gains = np.subtract(more["hard"], more["random"])
    for name in best:
        means = [reached[name, margin][:, 0].mean().round(3) for margin in MARGINS]
        print(f"{name} negatives, margins {MARGINS}: mean validation accuracy", *means)
        print(f"  best margin {best[name]:g}, test accuracy", tests[name].round(3))
        print("  the same margin, more seeds:  ", np.round(more[name], 3))
    with theme.style():
        figure, axes = plt.subplots(1, 2, figsize=(8.2, 3.2), width_ratios=(1.3, 1))
        for name, line in (("random", "--"), ("hard", "-")):
            mean = np.mean([shares_of[name, 1.0, seed] for seed in range(3)], axis=0)
            smooth = mean.reshape(-1, 20).mean(axis=1)
            axes[0].plot(np.arange(10, 600, 20), smooth, line, color=theme.FORWARD, label=name)
        axes[0].set(xlabel="step", ylim=(0, 1), xlim=(0, 700), ylabel="fraction")
        axes[0].set_title("Triplets with loss 0, margin 1")
        last = f"seeds {more_seeds[0]}–{more_seeds[-1]}"
        paired_differences(axes[1], {"seeds 0–2": gains, last: more_gains})
        axes[1].set(xlabel="test accuracy, hard − random")
        every = np.append(gains, more_gains)
        axes[1].set_title(f"Hard ahead: {np.sum(every > 0)} of {len(every)} seeds")
        label_lines(axes[0])
        plt.show()

# %% [markdown] after="ps21_mining"
# *In words: on the left, the fraction of triplets with loss 0 over 600 steps, for the margin 1.
# With random negatives this fraction is above 0.8 after 200 steps. With hard negatives it begins
# near zero and stays clearly lower. On the right, the differences of test accuracies, hard minus
# random, for the seeds 0 to 2 and for seven more seeds. Both means lie above 0.*
#
# One seed alone gives more than half of the mean difference, so we repeat the comparison with seven
# more seeds and the same margins. On average over these, hard negatives are ahead by about 0.04.

# %% claims=true
smooth = {
    name: np.mean([shares_of[name, 1.0, seed] for seed in range(3)], axis=0)
    for name in ("random", "hard")
}
words = "this fraction is above 0.8 after 200 steps"
claim(words, smooth["random"][200:].reshape(-1, 20).mean(axis=1), above=0.8, given=[200])
claim("it begins near zero\nand stays clearly lower", smooth["hard"][:20].mean(), below=0.1)
claim(
    "it begins near zero\nand stays clearly lower",
    smooth["hard"][-100:].mean(),
    below=smooth["random"][-100:].mean() - 0.1,
)
claim("Both means lie above 0", [gains.mean(), more_gains.mean()], above=0)
words = "One seed alone gives more than half of the mean difference"
claim(words, gains.max() / gains.sum(), above=0.5)
words = "On average over these, hard negatives are ahead by about 0.04"
claim(words, more_gains.mean(), equals=0.04, within=0.01)

# %% [markdown]
# ### Columns that do not matter
#
# Does a learned distance help if much of the input **does not matter**? We append 64 columns of
# noise to the 64 pixels of each image. The noise is drawn once for each image, between 0 and 1.5;
# the pixels lie between 0 and 1. The Euclidean distance of two input rows gives all 128 columns the
# same weight. A network can give some of them smaller weights. We train networks in five ways, with
# the margin 1:
#
# | input | outputs | negatives |
# |---|---:|---|
# | pixels | 8 | random |
# | pixels, noise | 2 | random |
# | pixels, noise | 8 | random |
# | pixels, noise | 8 | hard |
# | pixels, noise | 8 | random for 100 steps, then hard |


# %% practice=true fold="Define how negatives change during a training"
def random_first(steps):
    """Random negatives in the first steps, hard ones afterwards."""
    calls = []

    def choose(distances, labels, rng):
        calls.append(1)
        now = random_negatives if len(calls) <= steps else hard
        return now(distances, labels, rng)

    return choose


# %% practice=true fold="Measure with and without 64 columns of noise"
if ready("triplet_loss", "hard_negatives"):
    noise = np.random.default_rng(9)
    noisy, noisy_test = (
        np.hstack([x, 1.5 * noise.random(x.shape)]).astype("float32") for x in (x_train, x_test)
    )
    clean_pixels = nearest_neighbour_accuracy(x_train, t_train, x_test, t_test)
    noisy_pixels = nearest_neighbour_accuracy(noisy, t_train, noisy_test, t_test)
    weights_of, weights_before, with_noise = [], [], []
    print(f"test accuracy: pixels {clean_pixels:.3f}, pixels and noise {noisy_pixels:.3f}")
    learned_noise, spreads = {}, {}
    for name, noise_too, outputs, first in (
        ("no noise, 8 outputs, random negatives", False, 8, 600),
        ("noise, 2 outputs, random negatives", True, 2, 600),
        ("noise, 8 outputs, random negatives", True, 8, 600),
        ("noise, 8 outputs, hard negatives", True, 8, 0),
        ("noise, 8 outputs, random in the first 100 steps", True, 8, 100),
    ):
        learned_noise[name], spreads[name] = [], []
        x, new = (noisy, noisy_test) if noise_too else (x_train, x_test)
        for seed in range(3):
            network, _ = train_triplets(x, t_train, random_first(first), seed, outputs=outputs)
            z = network(new)
            right = nearest_neighbour_accuracy(network(x), t_train, z, t_test)
            learned_noise[name].append(right)
            spreads[name].append(float(z.std(axis=0).max()))
            if (outputs, first) == (8, 600) and noise_too:
                lengths = np.linalg.norm(network.layers[0].W.data, axis=1)  # one for each input
                weights_of.append((lengths[:64].mean(), lengths[64:].mean()))
                with_noise.append(network)
                before, _ = two_layers(128, np.random.default_rng(seed), outputs=8)
                lengths = np.linalg.norm(before.layers[0].W.data, axis=1)
                weights_before.append((lengths[:64].mean(), lengths[64:].mean()))
        print(f"{name:47} accuracy", np.round(learned_noise[name], 3))
    print("largest standard deviation of an output, noise, 8 outputs, hard negatives:", end=" ")
    print(np.round(spreads["noise, 8 outputs, hard negatives"], 3))
    for when, lengths in (("before training", weights_before), ("after", weights_of)):
        for title, numbers in zip(("pixels", "noise"), np.transpose(lengths), strict=True):
            print(f"mean length of the weights of an input, {title}, {when}:", numbers.round(2))
else:
    print("This cell waits.")

# %% practice=true fold="Draw the noise again, and train a classifier"
if ready("triplet_loss", "hard_negatives"):
    redrawn, moves, to_nearest = noisy_test.copy(), [], []
    redrawn[:, 64:] = 1.5 * noise.random(x_test.shape)
    for network in with_noise:
        z = network(noisy_test)
        moves.append(np.linalg.norm(network(redrawn) - z, axis=1).mean())
        to_nearest.append(np.sort(distances_between(z, z), axis=1)[:, 1].mean())  # [:, 0] is itself
    print("noise, 8 outputs, random negatives, means over the test images:")
    print("  new noise moves a point by", np.round(moves, 2), end="")
    print(", its nearest neighbour is away by", np.round(to_nearest, 2))
    classified = []
    for seed in range(3):
        rng = np.random.default_rng(seed)
        network, optimizer = two_layers(128, rng, outputs=10)
        for _ in range(600):
            i = rng.integers(len(t_train), size=64)
            y, backward = network.forward(noisy[i], training=True)
            optimizer.zero_grad()
            backward.without_dx(softmax_cross_entropy(y, t_train[i])[1])
            optimizer.step()
        classified.append(float(np.mean(network(noisy_test).argmax(axis=1) == t_test)))
    print("classifier trained with softmax, noise: accuracy", np.round(classified, 3))
else:
    print("This cell waits.")

# %% [markdown]
# - **Without noise** the learned distance with eight outputs is about as good as the pixels. Both
#   are right for about 98 % of the test images.
# - **With noise and eight outputs** (random negatives) the learned distance has a higher accuracy
#   than the pixels with noise, for each of the seeds 0, 1 and 2. The noise costs the pixels about
#   0.2, and the learned distance on average less than 0.05. A classifier trained with softmax on
#   the same labels is about as accurate, so this gain does not need triplets.
# - **With noise and two outputs** the learned distance does not help: on average it is no better
#   than the pixels with noise.
#
# The comparison is not even: the pixels use the 1,000 labels only to name the digit of the nearest
# image, but the network also learns its distance from them.
#
# <details><summary>Does the network with eight outputs ignore the noise?</summary>
#
# In part. In the first layer, training makes the weight vectors of the pixels longer, by about a
# third. Those of the noise keep about their length. So new noise still moves the point of a test
# image about as far as the nearest other test image is away.
#
# </details>
#
# **Hard negatives have a danger.** With noise, hard negatives and seed 1, the accuracy is near
# chance. All images have almost the same output: the embedding has *collapsed* to a single point.
# If negatives are nearer than the positives, a smaller embedding has a smaller loss, because
# d(a, p) − d(a, n) shrinks.
# With random negatives in the first 100 steps, no seed collapsed. This is weak evidence: without
# them, two of the three seeds did not collapse either. The FaceNet paper also reports such a
# collapse, and avoids it by negatives that violate the margin, but are farther from the anchor than
# the positive.

# %% claims=true
clean_eight, two, eight, only_hard, careful = learned_noise.values()
words = "with eight outputs is about as good as the pixels"
claim(words, np.mean(clean_eight) - clean_pixels, above=-0.02, below=0.02)
claim("right for about 98 % of the test images", clean_pixels, equals=0.98, within=0.012)
claim("right for about 98 % of the test images", np.mean(clean_eight), equals=0.98, within=0.012)
claim("has a higher accuracy\n  than the pixels with noise", eight, above=noisy_pixels)
claim("The noise costs the pixels about 0.2", clean_pixels - noisy_pixels, equals=0.2, within=0.03)
lost = np.mean(clean_eight) - np.mean(eight)
claim("the learned distance on average less than 0.05", lost, below=0.05)
of_pixels, of_noise = np.transpose(weights_of)
pixels_before, noise_before = np.transpose(weights_before)
words = "training makes the weight vectors of the pixels longer, by about a third"
claim(words, of_pixels / pixels_before, equals=1.33, within=0.12)
words = "Those of the noise keep about their length"
claim(words, of_noise / noise_before, equals=1, within=0.1)
words = "about as far as the nearest other test image is away"
claim(words, np.divide(moves, to_nearest), equals=1.05, within=0.2)
words = "A classifier trained with softmax on the same labels is about as accurate"
claim(words, np.mean(classified) - np.mean(eight), above=-0.025, below=0.025)
claim("no better\n  than the pixels with noise", np.mean(two), below=noisy_pixels + 0.01)
words = "With noise, hard negatives and seed 1, the accuracy is near\nchance"
claim(words, only_hard[1], below=0.25, given=[1])
collapsed = spreads["noise, 8 outputs, hard negatives"]
claim("All images have almost the same output", collapsed[1], below=0.1)
claim("two of the\nthree seeds did not collapse either", collapsed[::2], above=0.5)
words = "no seed collapsed"
claim(words, careful, above=max(0.9, noisy_pixels))

# %% [markdown]
# ## 6 InfoNCE: the rest of the batch as negatives
#
# Without labels we still know some pairs that belong together: two changed copies of one picture.
# They are called its *views*. Let $a_i$ and $b_i$ be the embeddings of the first and the second
# view of picture i. **Each $a_i$ has to choose its partner $b_i$ among all $b_j$ of the batch.** So
# the second views of all other pictures serve as negatives. This choice is a classification with N
# classes, so we use softmax with cross-entropy (notebook 02). The scores are cosines, divided by a
# positive number $\tau$, the *temperature*:
#
# $$s_{ij} = \frac{1}{\tau}\,\frac{a_i \cdot b_j}{\lVert a_i\rVert\,\lVert b_j\rVert}, \qquad L =
# -\frac1N \sum_i \log \frac{e^{s_{ii}}}{\sum_j e^{s_{ij}}}$$
#
# This loss is called **InfoNCE**. Today, "contrastive learning" (S3) often means a loss of this
# form. The cosine ignores the lengths of the vectors: only their directions count.


# %%
def info_nce_in_loops(a, b, temperature):
    """The value of InfoNCE, number by number."""
    total = 0.0
    for i in range(len(a)):
        scores = []
        for j in range(len(b)):
            product = sum(p * q for p, q in zip(a[i], b[j], strict=True))
            scores.append(product / math.hypot(*a[i]) / math.hypot(*b[j]) / temperature)
        total -= scores[i] - math.log(sum(math.exp(s) for s in scores))
    return total / len(a)


# %% [markdown]
# Suppose that $a_i$ has the cosines 0.8, 0.7 and −0.2 with three $b_j$. The first of them is its
# partner. For four temperatures, the next cell prints the gradient with respect to the partner's
# cosine, and the probabilities.

# %% practice=true
row = np.array([0.8, 0.7, -0.2])
for temperature in (2.0, 0.5, 0.1, 0.02):
    e = np.exp((row - row.max()) / temperature)
    p = e / e.sum()
    dcosine = (p[0] - 1) / temperature
    print(f"temperature {temperature:<4g}  gradient {dcosine:5.2f}  probabilities", p.round(3))

# %% [markdown]
# The higher the temperature, the more equal are the probabilities. The gradient of a wrong cosine
# is its probability divided by τ. So at a low temperature, almost only the nearest wrong candidate
# is pushed away, as with hard negatives. At the temperature 2 the
# gradient is small because of the factor 1/τ. At 0.02 it is small because the partner leads by 0.1,
# which is five times the temperature.

# %% claims=true
dcosine = {}
for temperature in (2.0, 0.1, 0.02):
    e = np.exp((row - row.max()) / temperature)
    dcosine[temperature] = abs(e[0] / e.sum() - 1) / temperature
for words in ("the gradient is\nsmall because of the factor 1/τ", "At 0.02 it is small because"):
    at = 0.02 if "0.02" in words else 2.0
    claim(words, dcosine[at], below=0.2 * dcosine[0.1], given=[0.02, 1])

# %% [markdown]
# **A check before training.** A batch has N = 128 pictures, and the temperature is 0.5. Suppose
# that all embeddings are equal, and not zero. What is the value of InfoNCE?
#
# - a: 0, because each $a_i$ agrees perfectly with its partner
# - b: ln 128
# - c: 1/0.5, because all cosines are 1 and are divided by the temperature
# - d: (ln 128)/0.5, because the scores are divided by the temperature

# %% solution="answer_equal_points"
answer_equal_points = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_equal_points = "b"
### END SOLUTION

# %% choice="equal_points" key="b" points=1
check_choice("equal_points", answer_equal_points)
# a: Each a_i agrees with its partner, but with all other rows just as well. So it cannot choose.
#    With plain pairs and no negatives this would indeed be the best solution: the embedding would
#    collapse to a single point.
# b: All scores of a row are equal, so the partner gets the probability 1/128, and the loss is
#    −log(1/128) = ln 128.
# c: The scores are all 1/0.5 = 2. But a softmax does not change if the same number is added to all
#    scores of a row.
# d: The temperature divides the scores, and not the loss. Equal scores stay equal, so the
#    probabilities stay 1/128 at every temperature.

# %% [markdown]
# Write `info_nce` with both gradients. Each `a_i` chooses among all `b_j`; the `b_j` choose
# nothing.
#
# - No row is zero.
# - At a temperature of 0.001 the scores reach 1000. So subtract the largest score of each row
#   before the exponential. A probability can still be 0. So take the logarithm of the *sum* of the
#   exponentials, not of the probability.
# - The gradients have the float type of `a` and `b`, the value any float type.
#
# <details><summary>The derivation</summary>
#
# - Let $\hat a_i = a_i/\lVert a_i\rVert$ and $\hat b_j = b_j/\lVert b_j\rVert$. The scores are $S =
#   \hat A \hat B^\top/\tau$: a linear layer with the input $\hat A$ and the weights $\hat
#   B^\top/\tau$.
# - Softmax with cross-entropy gives $dS = (P - I)/N$, where row i of P has the probabilities with
#   which $a_i$ chooses, and I is the identity: the right class of row i is column i.
# - So $d\hat A = dS\,\hat B/\tau$. Find $d\hat B$ in the same way.
# - Last step, from $d\hat a$ to $da$. Let δ be a small change of a. By the chain rule, it changes
#   $(a\cdot a)^{-1/2}$ by $-(a\cdot\delta)/\lVert a\rVert^3$. So the product rule gives the change
#   of $\hat a = a\,(a\cdot a)^{-1/2}$: $\;\delta/\lVert a\rVert - a\,(a\cdot \delta)/\lVert
#   a\rVert^3 = \frac{1}{\lVert a\rVert}(I - \hat a \hat a^\top)\,\delta$. The backward pass
#   multiplies by the transpose of this matrix. The matrix is symmetric, so $da$ is the product of
#   the same matrix and $d\hat a$. Write it without a D × D matrix. Which part of $d\hat a$ does it
#   remove?
#
# </details>


# %% solution="info_nce"
def info_nce(a, b, temperature):
    """InfoNCE of N pairs, as a mean over the rows of a.

    a, b : (N, D), temperature : positive
    returns value (a number), da : (N, D), db : (N, D), both with the float type of a and b
    """
    ### BEGIN SOLUTION
    N = len(a)
    a_length = np.sqrt(np.sum(a**2, axis=1, keepdims=True))
    b_length = np.sqrt(np.sum(b**2, axis=1, keepdims=True))
    a_hat, b_hat = a / a_length, b / b_length
    s = a_hat @ b_hat.T / temperature
    s = s - s.max(axis=1, keepdims=True)
    log_p = s - np.log(np.sum(np.exp(s), axis=1, keepdims=True))
    value = -np.mean(np.diag(log_p))
    ds = (np.exp(log_p) - np.eye(N, dtype=a.dtype)) / N
    da_hat, db_hat = ds @ b_hat / temperature, ds.T @ a_hat / temperature
    da = (da_hat - np.sum(da_hat * a_hat, axis=1, keepdims=True) * a_hat) / a_length
    db = (db_hat - np.sum(db_hat * b_hat, axis=1, keepdims=True) * b_hat) / b_length
    return value, da, db
    ### END SOLUTION


# %% check="info_nce"
check("info_nce", info_nce)

# %% practice=true fold="Compare info_nce with the loops and with finite differences"
if ready("info_nce"):
    rng = np.random.default_rng(3)
    a, b = rng.normal(size=(5, 3)), rng.normal(size=(5, 3))
    value, da, db = info_nce(a, b, 0.5)
    print("value as in the loops:", np.isclose(value, info_nce_in_loops(a, b, 0.5)))
    for name, mine, f, at in (
        ("da", da, lambda v: info_nce_in_loops(v, b, 0.5), a),
        ("db", db, lambda v: info_nce_in_loops(a, v, 0.5), b),
    ):
        error = relative_error(mine, numerical_gradient(f, at, 1e-5))
        print(f"{name}: relative error {error:.0e}")
    along = np.abs(np.sum(da * a, axis=1)).max()
    print(f"largest part of da along a: {along:.0e}")
else:
    print("This cell waits.")

# %% [markdown]
# ## 7 Two views of the emoji, no labels
#
# Now a network learns a distance for the task of section 1. A view of a picture is made by three
# random changes. The picture is mirrored with probability one half. It is shifted by up to two
# pixels in each direction, and the free places repeat the border. Its three colour channels are put
# in random order. The network has 768 inputs, 256 hidden units and 32 outputs. The temperature is
# 0.2.
#
# We train this network with several seeds. As a control, others learn from views **without** the
# third change.


# %% practice=true
def shifted_view(pictures, rng, flip=0.5, shift=2):
    """One view of each picture, mirrored or not, and shifted: rows of numbers."""
    pictures = augmentation.horizontal_flip(np.moveaxis(pictures, 3, 1), rng, flip)
    border = (shift, shift)
    pictures = np.pad(pictures, ((0, 0), (0, 0), border, border), mode="edge")
    return flat(np.moveaxis(augmentation.random_crop(pictures, 16, rng, 0), 1, 3))


def view_of_emoji(pictures, rng, **changes):
    """The same, with the colour channels in random order."""
    return shifted_view(exchanged_colours(pictures, rng), rng, **changes)


def train_views(images, view, seed, *, temperature, batch=125, lr=0.002, steps=240):
    """A network trained with InfoNCE on two views of each image, without labels."""
    rng = np.random.default_rng(seed)
    network, optimizer = two_layers(images[0].size, rng, hidden=256, outputs=32, lr=lr)
    for _ in range(steps):
        chosen = images[rng.choice(len(images), batch, replace=False)]
        a, backward_a = network.forward(view(chosen, rng), training=True)
        b, backward_b = network.forward(view(chosen, rng), training=True)
        value, da, db = info_nce(a, b, temperature)
        optimizer.zero_grad()
        backward_a.without_dx(da)
        backward_b.without_dx(db)
        optimizer.step()
    return network


# %% [markdown]
# We train on 1,200 pictures. The 600 test pictures of section 1 show other emoji. We change each
# test picture and search for its original, now by the cosine of the embeddings. We test six
# changes:
#
# - The views contain three of them: other colours, mirrored, and moved by 2 pixels down and to the
#   left (the largest shift of the views).
# - The views never contain upside down, a quarter turn, and inverted colours (as in a photographic
#   negative).
#
# The pixels find about 0.4 of the originals of upside-down copies, and 0.2 of those after a quarter
# turn. **For which of these two changes does the network find at least half of the originals?**
#
# - a: upside down only
# - b: quarter turns only
# - c: both
# - d: neither

# %% guess="changes that training never showed"
guess("ps21_ignored", None, among="abcd")  # a letter in quotes, such as "a"

# %% practice=true fold="Train six networks, and compare with your guess"
if ready("info_nce"):
    view_seeds, steps = smaller_in_browser(seeds=([0, 1, 2], [0, 1]), steps=(240, 180))
    emoji_networks, without_colours = (
        [train_views(pictures, view, seed, temperature=0.2, steps=steps) for seed in view_seeds]
        for view in (view_of_emoji, shifted_view)
    )

    def found_by(networks):
        """For each change the fraction of originals found, by each network."""
        originals = [network(flat(new_pictures)) for network in networks]
        return {
            name: [
                fraction_found(network(flat(change(new_pictures))), z)
                for network, z in zip(networks, originals, strict=True)
            ]
            for name, change in CHANGES.items()
        }

    learned, learned_without = found_by(emoji_networks), found_by(without_colours)
    untrained = found_by(
        [two_layers(768, np.random.default_rng(s), hidden=256, outputs=32)[0] for s in view_seeds]
    )
    grey = new_pictures.mean(axis=3)  # the mean of the three channels
    by_grey = {
        name: fraction_found(flat(change(new_pictures).mean(axis=3)), flat(grey))
        for name, change in CHANGES.items()
    }
    turned = [np.mean(learned[name]) >= 0.5 for name in ("upside down", "quarter turn")]
    letter = {(True, False): "a", (False, True): "b", (True, True): "c"}.get(tuple(turned), "d")
    options = {"a": "upside down", "b": "quarter turns", "c": "both", "d": "neither"}
    seeds = ", ".join(map(str, view_seeds))
    reveal("ps21_ignored", letter, f"Mean of {len(view_seeds)} networks, seeds {seeds}.", options)
else:
    print("This cell waits.")

# %% practice=true fold="Leave out a change; search with grey copies and views" after="ps21_ignored"
if ready("info_nce"):
    left_out = {}
    for name, without in (("shifts", {"shift": 0}), ("mirroring", {"flip": 0.0})):

        def view(pictures, rng, without=without):
            return view_of_emoji(pictures, rng, **without)

        left_out[name] = found_by([train_views(pictures, view, 0, temperature=0.2, steps=steps)])
        print(f"views without {name}, seed 0:", end=" ")
        print(", ".join(f"{change} {values[0]:.2f}" for change, values in left_out[name].items()))
    grey_copies = np.repeat(grey[..., None], 3, axis=3)  # the mean in all three channels
    grey_found = [
        fraction_found(f(flat(grey_copies)), f(flat(new_pictures))) for f in emoji_networks
    ]
    print(f"grey copies, network trained with all three changes: {np.mean(grey_found):.2f}")

    def at_once(x):
        """Mirrored, in other colours."""
        return CHANGES["other colours"](CHANGES["mirrored"](x))

    copies = {
        "other colours, mirrored": at_once(new_pictures),
        "all three at once": CHANGES["moved by 2 pixels"](at_once(new_pictures)),
        **{name: CHANGES[name](new_pictures) for name in ("upside down", "quarter turn")},
    }
    grey_views = [  # of each original: mirrored or not, with all 25 shifts
        flat(moved(x, down, right).mean(axis=3))
        for x in (new_pictures, CHANGES["mirrored"](new_pictures))
        for down in range(-2, 3)
        for right in range(-2, 3)
    ]
    together = {}
    for name, x in copies.items():
        similar = np.max([cosines(flat(x.mean(axis=3)), rows) for rows in grey_views], axis=0)
        together[name] = (
            np.mean([fraction_found(f(flat(x)), f(flat(new_pictures))) for f in emoji_networks]),
            fraction_found(flat(x), flat(new_pictures)),
            float(np.mean(similar.argmax(axis=1) == np.arange(len(x)))),
        )
        print(f"{name:23}  network {together[name][0]:.2f}, pixels {together[name][1]:.2f}", end="")
        print(f", mean of the channels with 50 views of each original {together[name][2]:.2f}")

# %% practice=true fold="Draw how many originals are found" after="ps21_ignored"
if ready("info_nce"):
    marks = {
        "pixels": (by_pixels, "D", theme.QUIET),
        "trained, views with\nall three changes": (learned, "o", theme.FORWARD),
        "trained, views without\nexchanged colours": (learned_without, "^", theme.CYCLE[2]),
    }
    with theme.style():
        figure, ax = plt.subplots(figsize=(6.8, 4.3))
        rows = [0, 1, 2, 3.6, 4.6, 5.6]  # a gap between the changes in the views and the others
        for place, name in zip(rows, CHANGES, strict=True):
            ax.plot([0, 1], [place, place], color="0.9", linewidth=1, zorder=0)
            for values, mark, colour in marks.values():
                dots = np.atleast_1d(values[name])
                ax.plot(dots, [place] * len(dots), mark, color=colour, ms=7, mfc="none")
        for name, (values, _, colour) in marks.items():
            spot = (np.mean(values["quarter turn"]), 4.42)
            ax.text(*spot, name, size=8.5, ha="center", va="bottom", color=theme.for_text(colour))
        ax.text(0.02, 2.8, "Never in the views:", size=9, va="center")
        ax.set(xlim=(-0.03, 1.16), ylim=(6.1, -0.5), xlabel="fraction of originals found")
        title = "All three changes in the views: more found than by pixels.\n"
        ax.set_title(title + "Views without exchanged colours: almost none in other colours")
        ax.set_xticks(np.arange(0, 1.1, 0.2).round(1))
        ax.grid(visible=False, axis="y")
        ax.set_yticks(rows, CHANGES)
        plt.show()
    every = (by_pixels, by_grey, untrained, learned, learned_without)
    print("fraction of originals found: pixels, mean of the channels, network that is not trained,")
    print("network trained with all three changes, network trained without exchanged colours")
    for change in CHANGES:
        print(f"{change:17}", *(f"{np.mean(values[change]):5.2f}" for values in every))

# %% [markdown] after="ps21_ignored"
# *In words: six rows, one for each change: three changes that the views contain, then three others.
# The network trained with all three changes finds more than nine in ten of the copies in other
# colours and of the mirrored copies, and more than half of the moved, upside-down and turned ones:
# more than the pixels in each of these rows. Trained without exchanged colours, it finds more of
# the moved, upside-down and turned ones, but almost none in other colours.*
#
# **In the three tests below, the network ignores a change less if the views leave it out.** The
# views say what does *not* matter. If the colour mattered for your task, these views would be a
# mistake.
#
# - **Trained with all three changes,** the network finds more than nine in ten of the copies in
#   other colours, and of the mirrored copies, although it has never seen these emoji. The pixels,
#   the mean of the channels and a network that is not trained do not reach this for both (printed
#   below the figure).
# - **Never shown, and yet found:** upside down and quarter turns, each more than half. Without
#   shifts in the views, each is less than one in four (seed 0). We did not test why. Inverted
#   colours fail for all distances. For the pixels they must fail: the cosine of x and −x is −1.
# - **Trained without exchanged colours,** the network finds fewer than 3 in 100 of the copies in
#   other colours, fewer than the pixels do.
# - **Trained without shifts** (seed 0, printed above the figure), it finds fewer than one in ten of
#   the moved copies. **Without mirroring** it finds about 0.7 of the mirrored ones.
#
# **All three changes at once** (printed above the figure): the network finds about half of these
# copies, the pixels almost none. But if you know the changes, no training is needed. Compare the
# mean of the channels with 50 views of each original: mirrored or not, each with all 25 shifts.
# This search must find all originals: one of the 50 views equals the copy. Of the upside-down and
# turned copies, which no view contains, it finds fewer than one in five.
#
# Does the network use only the mean of the channels, a grey picture? Then it would map a picture
# and its grey copy to the same point. But it finds the originals of only about one in six grey
# copies.

# %% practice=true fold="Draw what both distances find" after="ps21_ignored"
if ready("info_nce"):
    network = emoji_networks[0]
    changed = CHANGES["other colours"](CHANGES["mirrored"](new_pictures))[shown]
    by_network = cosines(network(flat(changed)), network(flat(new_pictures))).argmax(axis=1)
    by_pixel = cosines(flat(changed), flat(new_pictures)).argmax(axis=1)
    rows = {"copy": changed, "pixels": new_pictures[by_pixel], "learned": new_pictures[by_network]}
    counts = np.sum(by_pixel == shown), np.sum(by_network == shown)
    draw_found(rows, "Of eight originals the pixels find {}, the network {}".format(*counts))

# %% [markdown] after="ps21_ignored"
# *In words: eight mirrored copies in other colours. The pixels find pictures with similar grounds,
# and all eight are wrong. The learned distance finds the right emoji for most copies. Over all 600
# such copies, it is right for more than nine in ten.*

# %% claims=true
for name in ("other colours", "mirrored"):
    for words in (
        "finds more than nine in ten of the copies in other colours, and of the mirrored copies",
        "finds more than nine in ten of the copies in other colours and of the mirrored copies",
    ):
        claim(words, np.mean(learned[name]), above=0.9)
for name in CHANGES:
    if name != "inverted colours":
        claim("more than the pixels in each of these rows", learned[name], above=by_pixels[name])
for values in (learned, learned_without, untrained):
    claim("Inverted colours fail for all distances", values["inverted colours"], below=0.06)
for values in (by_pixels, by_grey):
    claim("Inverted colours fail for all distances", values["inverted colours"], below=0.06)
for name in ("upside down", "quarter turn"):
    claim("upside down and quarter turns, each more than half", learned[name], above=0.5)
for name in ("moved by 2 pixels", "upside down", "quarter turn"):
    words = "it finds more of\nthe moved, upside-down and turned ones"
    claim(words, np.subtract(learned_without[name], learned[name]), above=0)
fewer = learned_without["other colours"]
claim("fewer than 3 in 100 of the copies", fewer, below=0.03, given=[3, 100])
words = "Without\n  shifts in the views, each is less than one in four"
for name in ("upside down", "quarter turn"):
    claim(words, left_out["shifts"][name], below=0.25)
words = "it finds fewer than one in ten of the moved copies"
claim(words, left_out["shifts"]["moved by 2 pixels"], below=0.1)
words = "about 0.7 of the mirrored ones"
claim(words, left_out["mirroring"]["mirrored"], equals=0.7, within=0.1)
words = "the network ignores a change less if the views leave it out"
claim(words, np.mean(learned["mirrored"]) - left_out["mirroring"]["mirrored"][0], above=0.15)
words = "finds the originals of only about one in six grey copies"
claim(words, np.mean(grey_found), equals=1 / 6, within=0.04)
words = "do not reach this for both"
for values in (by_pixels, by_grey, untrained):
    both = [np.mean(values[name]) for name in ("other colours", "mirrored")]
    claim(words, min(both), below=0.9)
words = "the network finds about half of these copies, the pixels almost none"
claim(words, together["all three at once"][0], equals=0.52, within=0.1)
claim(words, together["all three at once"][1], below=0.03)
claim("This search must find all originals", together["all three at once"][2], above=0.99)
for name in ("upside down", "quarter turn"):
    words = "which no view contains, it finds fewer than one in five"
    claim(words, together[name][2], below=0.2)
words = "it is right for more than nine in ten"
claim(words, together["other colours, mirrored"][0], above=0.9)
claim("fewer than the pixels do", fewer, below=by_pixels["other colours"])
words = "about 0.4 of the originals of upside-down copies, and 0.2 of those after a quarter turn"
claim(words, by_pixels["upside down"], equals=0.4, within=0.05, given=[0.2])
claim(words, by_pixels["quarter turn"], equals=0.2, within=0.05, given=[0.4])
claim(
    "The learned distance finds the right emoji for most copies",
    np.mean(by_network == shown),
    above=0.5,
)
claim("and all eight are wrong", float(np.sum(by_pixel == shown)), below=0.5)
far = ground_distances(changed)
words = "The pixels find pictures with similar grounds"
claim(words, np.mean(far < far[np.arange(8), by_pixel][:, None], axis=1), below=0.1)

# %% [markdown]
# ### Pictures of the same class
#
# The emoji have eight classes of equal size, such as faces and animals. Do pictures of the same
# class lie near each other? The training did not ask for that: the views only say that a picture
# belongs to its copies. The next cell measures how often the nearest training picture of a test
# picture has the same class.


# %% practice=true fold="Measure how often the nearest picture has the same class"
def same_as_nearest(z_known, z_new):
    """How often the training picture with the largest cosine has the class of the test picture."""
    nearest = cosines(z_new, z_known).argmax(axis=1)
    return float(np.mean(emoji_train.t[nearest] == emoji_test.t))


if ready("info_nce"):
    class_pixels = same_as_nearest(flat(pictures), flat(new_pictures))
    class_grey = same_as_nearest(flat(pictures.mean(axis=3)), flat(grey))
    class_learned = [
        [same_as_nearest(net(flat(pictures)), net(flat(new_pictures))) for net in networks]
        for networks in (emoji_networks, without_colours)
    ]
    error = np.sqrt(class_pixels * (1 - class_pixels) / len(new_pictures))
    print(f"chance {1 / 8:.3f}, standard error of one fraction of 600 pictures {error:.3f}")
    print(f"pixels {class_pixels:.3f}, mean of the channels {class_grey:.3f}")
    views = ("all three changes", "without exchanged colours")
    for name, rows in zip(views, class_learned, strict=True):
        print(f"learned, {name}: {np.mean(rows):.3f} ± {np.std(rows, ddof=1):.3f} (seeds {seeds})")
else:
    print("This cell waits.")

# %% [markdown]
# All four fractions are above chance, but below one in four (± is the standard deviation over the
# seeds). Each has a standard error of about 0.017 (from the 600 test pictures), so their
# differences may be chance. The loss does not ask for classes. It asks the network to distinguish a
# picture from *every* other picture of the batch, also from those of its class.

# %% claims=true
four = [class_pixels, class_grey, *(np.mean(rows) for rows in class_learned)]
claim("All four fractions are above chance", four, above=0.125 + 0.02)
claim("but below one in four", four, below=0.25)
words = "Each has a standard error of about\n0.017"
claim(words, error, equals=0.017, within=0.003)
claim("so their differences may be chance", max(four) - min(four), below=3 * error)

# %% [markdown]
# ## 8 Few labels, and classes never seen
#
# ### One label for each class
#
# Emoji of one class do not look alike. Images of the same handwritten digit do. We train on 3,000
# images of MNIST (reduced to 14 × 14 pixels) **without their labels**. The views are rotated,
# sheared and shifted a little, and the temperature is 0.5. Then a few images are labelled. A new
# image gets the digit of the nearest labelled image, by the cosine.
#
# With **one** labelled image of each digit, ten in all, the accuracy of the pixels is about 0.4.
# **What accuracy does the learned distance reach with the same ten labels?**

# %% guess="ten labels"
guess("ps21_few", None, between=(0, 1))  # an accuracy from 0 to 1


# %% practice=true fold="Load MNIST; define its views and the accuracy with few labels"
mnist = load_mnist5000()
order = np.random.default_rng(0).permutation(len(mnist.t))
mnist_images = (
    mnist.x.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)).astype("float32")[order, ..., None]
)
mnist_t = mnist.t[order]
unlabelled, t_known = mnist_images[:3000], mnist_t[:3000]
new_images, t_new = mnist_images[3000:4500], mnist_t[3000:4500]


def view_of_digits(images, rng):
    """One view of each image, as rows of numbers."""
    images = augmentation.rotate(np.moveaxis(images, 3, 1), 20, rng)
    images = augmentation.shear(images, 0.3, rng)
    return flat(augmentation.translate(images, 1, rng))


def accuracy_with(labels_each, z_known, z_new, *, classes=range(10), draws=20):
    """Mean accuracy of the nearest labelled image, for random choices of the labelled ones."""
    rng, reached = np.random.default_rng(5), []
    test = np.isin(t_new, classes)
    similar = cosines(z_new[test], z_known)  # to all images; each draw takes some of them
    for _ in range(draws):
        chosen = np.concatenate(
            [rng.choice(np.flatnonzero(t_known == c), labels_each, replace=False) for c in classes]
        )
        nearest = similar[:, chosen].argmax(axis=1)
        reached.append(np.mean(t_known[chosen][nearest] == t_new[test]))
    return float(np.mean(reached))


def accuracy_with_views(labels_each, *, classes=range(10), draws=20, views=20):
    """The same for the pixels, if views of each labelled image count as labelled, too."""
    rng, changes, reached = np.random.default_rng(5), np.random.default_rng(6), []
    test = np.isin(t_new, classes)
    for _ in range(draws):
        chosen = np.concatenate(
            [rng.choice(np.flatnonzero(t_known == c), labels_each, replace=False) for c in classes]
        )
        images = unlabelled[chosen]
        rows = [flat(images), *(view_of_digits(images, changes) for _ in range(views))]
        nearest = cosines(flat(new_images[test]), np.concatenate(rows)).argmax(axis=1)
        reached.append(np.mean(np.tile(t_known[chosen], 1 + views)[nearest] == t_new[test]))
    return float(np.mean(reached))


# %% practice=true fold="Train three networks, and compare with your guess"
LABELS = (1, 3, 10, 30, 100, 200)
if ready("info_nce"):
    digit_networks = [
        train_views(unlabelled, view_of_digits, seed, temperature=0.5) for seed in range(3)
    ]
    few_pixels = [accuracy_with(n, flat(unlabelled), flat(new_images)) for n in LABELS]
    few_learned = [
        [accuracy_with(n, network(flat(unlabelled)), network(flat(new_images))) for n in LABELS]
        for network in digit_networks
    ]
    reveal(
        "ps21_few",
        round(float(np.mean(few_learned, axis=0)[0]), 2),
        "Mean of three networks and twenty choices of the ten labelled images.",
    )
else:
    print("This cell waits.")

# %% practice=true fold="Draw the accuracy for each number of labels" after="ps21_few"
if ready("info_nce"):
    print("labelled images of each digit:", LABELS)
    print("pixels: ", np.round(few_pixels, 2))
    print("learned:", np.mean(few_learned, axis=0).round(2), "(mean of three networks)")
    not_trained, _ = two_layers(196, np.random.default_rng(0), hidden=256, outputs=32)
    few_not_trained = accuracy_with(1, not_trained(flat(unlabelled)), not_trained(flat(new_images)))
    print(f"network that is not trained, 1 labelled of each digit: {few_not_trained:.2f}")
    few_views = {n: accuracy_with_views(n) for n in (1, 3, 10)}
    for n, value in few_views.items():
        print(f"pixels, 20 views of each labelled image, {n:2} labelled of each digit: {value:.2f}")
    with theme.style():
        figure, ax = plt.subplots(figsize=(6.2, 3.2))
        for rows, name, colour in (
            ([few_pixels], "pixels", theme.QUIET),
            (few_learned, "learned", theme.FORWARD),
        ):
            line = "--" if name == "pixels" else "-"
            ax.plot(LABELS, np.mean(rows, axis=0), line, color=colour, label=name)
            for row in rows:
                ax.plot(LABELS, row, "o", color=colour, markersize=4)
        ax.set(xscale="log", ylim=(0, 1), xlim=(0.9, 500), xlabel="labelled images of each digit")
        ax.set_title("Few labels: learned is ahead; many: pixels (dots: 3 networks)")
        ax.set_ylabel("accuracy")
        ax.set_xticks(LABELS, LABELS)
        ax.minorticks_off()
        label_lines(ax)
        plt.show()

# %% [markdown] after="ps21_few"
# *In words: accuracy over the number of labelled images of each digit, from 1 to 200, on a
# logarithmic axis. The learned distance begins far above the pixels. The lines approach each other
# and cross.*
#
# With one label for each digit, the learned distance is more accurate than the pixels, by more than
# 0.15. (One network that is not trained reaches 0.33, less than the pixels.) With 200 labels for
# each digit the pixels are more accurate.
#
# The comparison is not even: the network knows the views, the pixels do not. So we let 20 views of
# each labelled image count as labelled, too (printed above the figure). With one label for each
# digit, the pixels then reach 0.56, still less than the learned distance. With three labels both
# are about equal, and with ten the pixels are more accurate. **In these three tests, the distance
# learned without labels is ahead of this control only with one label for each digit.** (We did not
# try such views with the network. They may help it, too.)

# %% claims=true
claim("the accuracy of the pixels is about 0.4", few_pixels[0], equals=0.4, within=0.05)
claim(
    "the learned distance is more accurate than the pixels, by more than\n0.15",
    np.array(few_learned)[:, 0] - few_pixels[0],
    above=0.15,
)
claim(
    "With 200 labels for each\ndigit the pixels are more accurate",
    np.array(few_learned)[:, -1],
    below=few_pixels[-1],
    given=[200],
)
words = "One network that is not trained reaches 0.33, less than the pixels"
claim(words, few_not_trained, equals=0.33, within=0.05)
claim(words, few_not_trained, below=few_pixels[0] - 0.03, given=[0.33])
words = "With one label for each digit, the pixels then reach 0.56, still less than the learned"
claim(words, few_views[1], equals=0.56, within=0.04)
claim(words, np.array(few_learned)[:, 0] - few_views[1], above=0.02, given=[0.56])
words = "With three labels both\nare about equal, and with ten the pixels are more accurate"
claim(words, np.mean(few_learned, axis=0)[1] - few_views[3], above=-0.02, below=0.02)
claim(words, few_views[10] - np.array(few_learned)[:, 2], above=0.02)
words = "is ahead of this control only with one label for each digit"
for n, column in ((3, 1), (10, 2)):
    claim(words, np.mean(few_learned, axis=0)[column] - few_views[n], below=0.02)

# %% [markdown]
# ### Digits never seen
#
# A system that recognises faces meets people who were not in its training data. So we train on
# seven of the ten digits and test on the other three. For each unseen digit one image is labelled,
# and we classify new images of these three digits.
#
# First we train **with the labels** of the seven digits: triplets with random negatives, the margin
# 1 and 32 outputs. This learned distance is no better than the pixels on average, over four choices
# of the three digits. Then we change one thing. **Which change reaches the highest accuracy on
# unseen digits?**
#
# - a: hard negatives
# - b: each image of a triplet is rotated, sheared and shifted at random
# - c: a small margin, 0.2

# %% guess="a remedy for unseen digits"
guess("ps21_unseen", None, among="abc")  # a letter in quotes, such as "a"

# %% practice=true fold="Train with each change, and compare with your guess"
ONE_CHANGE = {
    "triplets": {},
    "a": {"choose": "hard"},
    "b": {"view": view_of_digits},
    "c": {"margin": 0.2},
}
SAME = {"hidden": 256, "outputs": 32, "batch": 125, "lr": 0.002, "steps": 240}


def trained_with_labels(images, t, seed, choose="random", **change):
    """A network trained with triplets."""
    x = images if "view" in change else flat(images)
    negatives = hard if choose == "hard" else random_negatives
    return train_triplets(x, t, negatives, seed, **{**SAME, **change})[0]


if ready("triplet_loss", "hard_negatives", "info_nce"):
    unseen = {name: [] for name in ("pixels", *ONE_CHANGE, "no labels", "views")}
    draws = smaller_in_browser(choices_of_digits=(range(4), range(2)))
    for seed in draws:
        classes = np.random.default_rng(seed).choice(10, size=3, replace=False)
        seen = ~np.isin(t_known, classes)
        images, t = unlabelled[seen], t_known[seen]
        networks = {"pixels": lambda rows: rows}
        for name, change in ONE_CHANGE.items():
            networks[name] = trained_with_labels(images, t, seed, **change)
        networks["no labels"] = train_views(images, view_of_digits, seed, temperature=0.5)
        for name, network in networks.items():
            z_known, z_new = network(flat(unlabelled)), network(flat(new_images))
            unseen[name].append(accuracy_with(1, z_known, z_new, classes=classes))
        unseen["views"].append(accuracy_with_views(1, classes=classes))
    letter = max("abc", key=lambda name: np.mean(unseen[name]))
    changes = {"a": "hard negatives", "b": "changed images", "c": "margin 0.2"}
    said = f"Mean over {len(draws)} choices of three unseen digits."
    reveal("ps21_unseen", letter, said, changes)
else:
    print("This cell waits.")

# %% practice=true fold="Draw the differences to the triplets above" after="ps21_unseen"
if ready("triplet_loss", "hard_negatives", "info_nce"):
    names = {**changes, "no labels": "InfoNCE, no labels", "pixels": "pixels"}
    names["views"] = "pixels, 20 views"
    rows = {names[key]: np.subtract(unseen[key], unseen["triplets"]) for key in names}
    for key, name in {"triplets": "triplets", **names}.items():
        print(f"{name:18} accuracy:", np.round(unseen[key], 2))
    for name, difference in rows.items():
        print(f"{name:18} minus triplets: {difference.mean():5.2f} ± {difference.std(ddof=1):.2f}")
    higher = np.sum(rows[names["b"]] > 0)
    with theme.style():
        figure, ax = plt.subplots(figsize=(6.6, 2.7))
        paired_differences(ax, {changes[key]: rows[changes[key]] for key in changes})
        ax.set(xlabel="accuracy on three unseen digits, minus that of the triplets", ylabel="")
        title = f"Changed images raise the accuracy for {higher} of {len(draws)} choices of digits"
        ax.set_title(title)
        plt.show()

# %% [markdown] after="ps21_unseen"
# *In words: three rows with four dots each, the differences to the unchanged triplets. For the
# changed images, all four dots lie right of 0. For hard negatives and the margin 0.2, the means lie
# near 0.*
#
# **The changed images** raise the accuracy of the triplets for all four choices of digits. The
# other two changes, a and c, make no clear difference. A possible reason: the labels of seven
# digits only say what distinguishes *these* digits, and the network may ignore everything else. The
# changed images also say which changes do not matter, and that may hold for new digits as well.
#
# **Compared with the pixels** (printed above the figure):
#
# - The triplets with changed images are ahead for only two of the four choices.
# - InfoNCE, trained on the same images and views without labels, is more accurate than the pixels
#   for all four choices.
# - If 20 views of each labelled image count as labelled, the pixels are on average about as
#   accurate as InfoNCE (0.80 and 0.77).
#
# Four choices of digits are few. The nearest labelled image is always found by the cosine. This may
# be a disadvantage for the triplets, which are trained with the Euclidean distance.

# %% claims=true
over_triplets = {key: np.subtract(unseen[key], unseen["triplets"]) for key in names}
over_pixels = {key: np.subtract(unseen[key], unseen["pixels"]) for key in unseen}
claim("For the\nchanged images, all four dots lie right of 0", over_triplets["b"], above=0)
claim("raise the accuracy of the triplets for all four choices", over_triplets["b"], above=0)
for key in ("a", "c"):
    words = "For hard negatives and the margin 0.2, the means lie near 0"
    claim(words, over_triplets[key].mean(), above=-0.05, below=0.05, given=[0.2, 0])
    words = "The other two changes, a and c, make no clear difference"
    unclear = abs(over_triplets[key].mean()) / over_triplets[key].std(ddof=1)
    claim(words, unclear, below=1.5)
words = "is more accurate than the pixels for all\nfour choices"
claim(words, over_pixels["no labels"], above=0)
words = "on average about as accurate\n  as InfoNCE (0.80 and 0.77)"
claim(words, np.mean(unseen["views"]), equals=0.8, within=0.04, given=[0.77])
claim(words, np.mean(unseen["no labels"]), equals=0.77, within=0.04, given=[0.8])
claim("is no better than the pixels on average", over_pixels["triplets"].mean(), below=0.02)
words = "The triplets with changed images are ahead for only two of the four choices"
claim(words, float(np.sum(over_pixels["b"] > 0)), equals=2, within=0.5)

# %% [markdown]
# ## 9 Strings: the cheapest way to edit
#
# A new topic starts here, so this is a good place for a break.
#
# S3 names a second family of losses, "For Comparing Structured Data": strings, graphs and trees. We
# cannot subtract one string from another, because we do not know which letters correspond to each
# other. A *match* says which parts correspond, and which are left over. Each difference has a cost.
# **The distance of two structures is the cost of their cheapest match.**
#
# The *edit distance* of two strings is the smallest number of insertions, deletions and
# replacements of single letters that turn one into the other. For example, "graph" becomes "grapes"
# by one replacement (h by e) and one insertion (s), so the distance is 2.
#
# There are very many ways to turn a string a into a string b. But there are only three ways to
# treat the **last** letters:
#
# - pair them with each other, at no cost if they agree, and at cost 1 if they differ;
# - delete the last letter of a, at cost 1;
# - insert the last letter of b, at cost 1.
#
# In each case a smaller problem of the same kind remains. Let $R_{ij}$ be the distance between the
# first i letters of a and the first j letters of b. It is the minimum of three numbers, one for
# each way, and each number uses another cell of the table R. Filling such a table cell by cell is
# called *dynamic programming*. The letters count from 1 here: in Python, the cell (i, j) belongs to
# `a[i - 1]` and `b[j - 1]`.
#
# <details><summary>The formula, if you want to compare yours</summary>
#
# $$R_{ij} = \min\big(R_{i-1,j-1} + [a_i \ne b_j],\; R_{i-1,j} + 1,\; R_{i,j-1} + 1\big)$$
#
# The bracket is 1 if the letters differ, and 0 otherwise.
#
# </details>


# %% [markdown]
# You may skip `edit_distance` (1 of the 14 points): only this section uses it. Find the three
# numbers for $R_{ij}$, then fill the table cell by cell: a plain recursion is too slow. Row 0 and
# column 0 belong to the empty word. Find out what they contain. Strings may be empty.


# %% solution="edit_distance"
def edit_distance(a, b):
    """The smallest number of insertions, deletions and replacements that turn a into b.

    a, b : strings, may be empty
    returns an int (a NumPy integer is accepted)
    """
    ### BEGIN SOLUTION
    before = list(range(len(b) + 1))
    for i, p in enumerate(a, start=1):
        row = [i]
        for j, q in enumerate(b, start=1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (p != q)))
        before = row
    return before[-1]
    ### END SOLUTION


# %% check="edit_distance"
check("edit_distance", edit_distance)

# %% [markdown]
# The figure shows the table for two words. The code calls your function for each cell, with
# the first i letters of one word and the first j letters of the other.


# %% practice=true fold="Define the table of two words, and a cheapest way through it"
def table_of_edits(a, b):
    """R[i, j], the edit distance of the first i and the first j letters."""
    return np.array(
        [[edit_distance(a[:i], b[:j]) for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    )


def cheapest_way(R, a, b):
    """The cells of one cheapest way, from the last cell back to the first."""
    i, j = len(a), len(b)
    way = [(i, j)]
    while (i, j) != (0, 0):
        if i and j and R[i, j] == R[i - 1, j - 1] + (a[i - 1] != b[j - 1]):
            i, j = i - 1, j - 1
        elif i and R[i, j] == R[i - 1, j] + 1:
            i = i - 1
        else:
            j = j - 1
        way.append((i, j))
    return way


# %% practice=true fold="Draw the table of two words"
if ready("edit_distance"):
    R = table_of_edits("kitten", "sitting")
    way = cheapest_way(R, "kitten", "sitting")
    with theme.style():
        figure, ax = plt.subplots(figsize=(4.6, 4.2))
        ax.imshow(R, cmap=theme.COUNTS, vmin=0, vmax=1.6 * R.max())
        for (i, j), value in np.ndenumerate(R):
            ax.text(j, i, f"{value}", ha="center", va="center", size=10)
        ax.plot(
            [j for _, j in way], [i for i, _ in way], color=theme.GRADIENT, linewidth=9, alpha=0.35
        )
        ax.set_xticks(range(8), ["", *"sitting"])
        ax.set_yticks(range(7), ["", *"kitten"])
        ax.set(xlabel="letters of the second word", ylabel="letters of the first word")
        ax.grid(visible=False)
        ax.set_title("Edit distance: the table, and a cheapest way")
        plt.show()
else:
    print("This cell waits.")

# %% [markdown]
# *In words: a table with a row for the empty word and one for each letter of "kitten", and with a
# column for the empty word and one for each letter of "sitting". The marked way from the upper left
# to the lower right goes along the diagonal while letters are kept or replaced, and to the right
# where a letter is inserted. The last cell contains 3.*

# %% claims=true
claim("The last cell contains\n3", float(R[-1, -1]), equals=3, within=0.1)
claim("so the distance is 2", edit_distance("graph", "grapes"), equals=2, within=0.1)

# %% [markdown]
# With such a distance we can correct words that were typed wrongly.

# %% practice=true
if ready("edit_distance"):
    known = ["gradient", "graph", "tree", "triplet", "margin", "momentum", "softmax", "sigmoid"]
    for typed in ("gradeint", "tripelt", "softmx", "sigmiod", "momemtun"):
        nearest = min(known, key=lambda word: edit_distance(typed, word))
        print(f"{typed:10} nearest word: {nearest:10} distance {edit_distance(typed, nearest)}")
else:
    print("This cell waits.")

# %% [markdown]
# The edit distance is a good *measure* of an error, for example of a network that reads words. As a
# loss it has a fault: it is a **count**. If the outputs of the network change a little, the count
# usually stays the same, so its gradient is 0; sometimes the count jumps. There are two usual
# remedies.
#
# - **Costs that are real numbers.** The cost of pairing two elements is computed from the outputs
#   of the network, for example as a squared difference, or as −log of the probability of the right
#   label. Then the cost of the cheapest match has a gradient. It still has a kink where another
#   match becomes the cheapest one. A soft minimum over all matches has no kinks (section 10).
# - **A hinge.** The network gives each structure s a cost, for example the sum of −log(probability)
#   over its parts. The correct structure must cost less than each wrong s, by at least margin(s).
#   This margin may be larger if s is farther from the correct structure:
#   $L = \max\big(0,\; \text{cost}(\text{correct}) - \min_{s \ne \text{correct}}\,(\text{cost}(s) -
#   \text{margin}(s))\big)$. For example, the
#   correct structure costs 2, and the only wrong one costs 2.5 and has the margin 1.
# <!-- no claim: derived --> Then L = 2 −
#   (2.5 − 1) = 0.5.
#   <!-- no claim: derived --> If the loss is above 0, two structures get a gradient: the correct
#   one, and the s that attains the minimum. This s is like the hard negative of section 5.

# %% [markdown]
# ## 10 Sequences: soft-DTW
#
# ### A smooth minimum over all alignments
#
# *Dynamic time warping* (DTW) compares sequences, for example recordings of two people who say the
# same word at different speeds. An **alignment** of two sequences x and y is a path through the
# table of pairs (i, j), from the first pair to the last. Each step advances by one in x, in y, or
# in both. The cost of an alignment is the sum of the squared distances $\lVert x_i - y_j\rVert^2$
# along the path. DTW is the smallest cost of an alignment.
#
# The **soft minimum** of numbers $c_1, c_2, \dots$ is $-\gamma \log \sum_k e^{-c_k/\gamma}$ with a
# number γ > 0. For a small γ, it is close to the smallest number.
# *Soft-DTW* (Cuturi and Blondel, 2017) is the soft minimum over the costs of **all** alignments.
# The next cell lists all alignments and computes soft-DTW by this definition.


# %% fold="Define soft-DTW by brute force"
def alignments(n, m):
    """All paths through an n by m table, each a list of cells."""
    if (n, m) == (1, 1):
        return [[(0, 0)]]
    ends = [(i, j) for i, j in ((n - 1, m), (n, m - 1), (n - 1, m - 1)) if i > 0 and j > 0]
    return [[*path, (n - 1, m - 1)] for i, j in ends for path in alignments(i, j)]


def soft_dtw_by_brute_force(x, y, gamma):
    """The soft minimum over the costs of all alignments."""
    costs = np.array(
        [sum(np.sum((x[i] - y[j]) ** 2) for i, j in path) for path in alignments(len(x), len(y))]
    )
    lowest = costs.min()
    return lowest - gamma * np.log(np.sum(np.exp(-(costs - lowest) / gamma)))


# %% [markdown]
# **What is soft-DTW of a sequence of six numbers with itself, with γ = 1?**
#
# - a: 0, because the distance of a thing to itself is 0
# - b: above 0, because other alignments than the diagonal have a cost
# - c: below 0

# %% guess="a sequence and itself"
guess("ps21_itself", None, among="abc")  # a letter in quotes, such as "a"

# %% practice=true
x_short = np.array([0, 1, 2, 1, 0, 0.0])[:, None]
itself = soft_dtw_by_brute_force(x_short, x_short, 1.0)
letter = "a" if abs(itself) < 1e-9 else "b" if itself > 0 else "c"
values = {"a": "0", "b": "above 0", "c": "below 0"}
reveal("ps21_itself", letter, "Soft-DTW of six numbers with themselves.", values)


# %% practice=true fold="Print soft-DTW of x with x, and of a changed x with x" after="ps21_itself"
def with_x(v, gamma=1.0):
    """Soft-DTW of v with x."""
    return soft_dtw_by_brute_force(v, x_short, gamma)


for gamma in (1.0, 0.1, 0.01):
    print(f"gamma {gamma:<4g}  x with x: {with_x(x_short, gamma):.3f}")
one_step = x_short - 0.05 * numerical_gradient(with_x, x_short, 1e-5)
print(f"gamma 1     x after one gradient step, with x: {with_x(one_step):.3f}")

# %% [markdown] after="ps21_itself"
# The soft minimum is smaller than the smallest number, because each further term makes the sum of
# exponentials larger. Here the smallest cost is 0, so the value is
# negative. After one gradient step, the changed sequence has a smaller value with x than x has with
# itself. A distance in the strict sense is never negative, and 0 only for equal things. So soft-DTW
# **is not a distance**.
#
# For γ → 0 the value approaches DTW. DTW is not one, either: it is never negative, but it is also 0
# for some sequences that differ: (0, 1) and (0, 0, 1) have an alignment without cost.

# %% claims=true
claim("so the value is\nnegative", itself, below=0)
words = "the changed sequence has a smaller value with x than x has with itself"
claim(words, with_x(one_step), below=with_x(x_short))
claim("For γ → 0 the value approaches DTW", with_x(x_short, 0.01), above=-0.1, given=[0])

# %% [markdown]
# ### A table in place of the list
#
# The next cell shows the soft minimum of three costs, and its gradient by central differences. The
# three derivatives are probabilities, which are larger for smaller costs.


# %% practice=true
def soft_minimum(costs, gamma):
    """The smallest cost is subtracted first, so that no exponential overflows."""
    return costs.min() - gamma * np.log(np.sum(np.exp((costs.min() - costs) / gamma)))


costs = np.array([1.0, 1.5, 3.0])
print("costs", costs, " minimum", costs.min())
for gamma in (5.0, 1.0, 0.2, 0.02):
    gradient = numerical_gradient(lambda c, gamma=gamma: soft_minimum(c, gamma), costs, 1e-5)
    print(f"gamma {gamma:<4g} soft minimum {soft_minimum(costs, gamma):7.3f}", end="")
    print("  gradient", (gradient + 0.0).round(3))

# %% [markdown]
# A list of all alignments is soon too long: there are 63 alignments of two sequences of length 4,
# and 1.46 million for length 10. But a path can reach a cell from only three neighbours, as in the
# table of section 9. Let $R_{ij}$ be the soft minimum over all paths that end in cell (i, j):
#
# $$R_{ij} = \lVert x_i - y_j\rVert^2 + \operatorname{softmin}(R_{i-1,j},\, R_{i,j-1},\,
# R_{i-1,j-1})$$
#
# - **Border.** Row 0 and column 0 of R are ∞, except $R_{00} = 0$.
# - **Value.** Soft-DTW is R in the last cell.
# - **Probabilities.** In this item and the next, $(k, l)$ is a cell of R, and $(i, j)$ is one of
#   its three neighbours $(k-1, l)$, $(k, l-1)$ and $(k-1, l-1)$. Let $p_{kl \to ij}$ be the
#   derivative of the soft minimum in $R_{kl}$ with respect to $R_{ij}$. The code cell before this
#   text prints three such derivatives. Derive their formula.
# - **Backward pass.** Let $E_{ij}$ be the gradient of the value with respect to $R_{ij}$. In the
#   last cell E = 1, in all others E starts at 0. Go from the last cell to the first. Each cell $(k,
#   l)$ adds $E_{kl} \cdot p_{kl \to ij}$ to the E of each of its three neighbours $(i, j)$. For
#   example, a cell with E = 0.5 and the probabilities 0.6, 0.3 and 0.1 adds 0.3, 0.15 and 0.05.
#   <!-- no claim: derived -->
# - **Result.** $R_{ij}$ is the cost of its cell plus a soft minimum. So $E_{ij}$ is also the
#   gradient with respect to this cost, and $dx_i = \sum_j E_{ij}\, 2 (x_i - y_j)$.
#
# You can also read $E_{ij}$ as a probability: draw an alignment with a probability proportional to
# $e^{-\text{cost}/\gamma}$. Then $E_{ij}$ is the probability that it passes through cell (i, j).

# %% claims=true
paths = np.zeros((11, 11))  # paths[n, m] = number of alignments of lengths n and m
paths[1:, 1] = paths[1, 1:] = 1
for i in range(2, 11):
    for j in range(2, 11):
        paths[i, j] = paths[i - 1, j] + paths[i, j - 1] + paths[i - 1, j - 1]
claim(
    "there are 63 alignments of two sequences of length 4",
    len(alignments(4, 4)),
    equals=63,
    within=0.1,
    given=[4],
)
claim("1.46 million for length 10", paths[10, 10] / 1e6, equals=1.46, within=0.01, given=[10])

# %% [markdown]
# The figure shows three tables for two short sequences: the cost of each pair, R, and E. Move the
# slider to change γ.


# %% practice=true fold="Define the three tables, from the list of all alignments"
def tables_of(x, y, gamma):
    """Three tables: the cost of each pair, R, and E."""
    cost = np.sum((x[:, None] - y[None]) ** 2, axis=2)
    R, E = np.zeros(cost.shape), np.zeros(cost.shape)
    for i, j in np.ndindex(cost.shape):
        R[i, j] = soft_dtw_by_brute_force(x[: i + 1], y[: j + 1], gamma)
    for path in alignments(*cost.shape):
        rows, columns = np.transpose(path)
        E[rows, columns] += np.exp((R[-1, -1] - cost[rows, columns].sum()) / gamma)
    return cost, R, E


y_short = np.array([0, 0, 0, 1, 2, 1.0])[:, None]
GAMMAS = (0.02, 0.1, 0.5, 2.0, 10.0)
tables = {gamma: tables_of(x_short, y_short, gamma) for gamma in GAMMAS}


# %% practice=true fold="Draw costs, cumulative table and probabilities for several gamma"
from matplotlib.colors import Normalize, TwoSlopeNorm


def draw_tables(gamma):
    """The three tables as pictures."""
    cost, R, E = tables[gamma]
    with theme.style():
        figure, axes = plt.subplots(1, 3, figsize=(7.8, 3.5), sharey=True)
        last = f"{R[-1, -1]:.2f}".replace("-", "−")
        every_R = np.array([table[1] for table in tables.values()])
        limits = (2 * every_R.min(), 2 * every_R.max())
        for ax, table, title, colours, (low, high) in (
            (axes[0], cost, "cost of a pair\n", theme.COUNTS, (0, 8)),
            (axes[1], R, "R: cumulative cost\n(green above 0, purple below)", theme.SIGNED, limits),
            (axes[2], E, "E: probability that the\nalignment uses a cell", "Oranges", (0, 1.6)),
        ):
            norm = TwoSlopeNorm(0, low, high) if low < 0 else Normalize(low, high)
            ax.pcolor(table, cmap=colours, norm=norm, edgecolor="0.85", linewidth=0.5)
            for (i, j), value in np.ndenumerate(table):
                number = f"{value:.{0 if abs(value) >= 9.95 else 1}f}".replace("-", "−")
                ax.text(j + 0.5, i + 0.5, number, ha="center", va="center", size=9)
            ax.set_title(title, size=11)
            ax.set(xlabel="j, place in y", aspect="equal", ylim=(6, 0))
            ax.set_xticks(np.arange(6) + 0.5, range(6))
            ax.set_yticks(np.arange(6) + 0.5, range(6))
            ax.grid(visible=False)
        axes[0].set_ylabel("i, place in x")
        likely = (
            "one likely alignment" if np.sum(E > 0.02) == np.sum(E > 0.5) else "many alignments"
        )
        title = f"γ = {gamma:g}: {likely}, soft-DTW {last}"
        figure.suptitle(title, x=0.02, ha="left")
    return figure


slider(
    draw_tables,
    GAMMAS,
    name="gamma",
    alt="Three tables side by side: the cost of each pair, the cumulative table, and the "
    "probability of each cell. For small gamma the probability lies on narrow paths, for large "
    "gamma it spreads over the table.",
    stills=2,
)

# %% [markdown]
# *In words: two sequences with one hump each, at different times. The cost is low where both are 0
# or both are high. Places count from 0, and R is shown without its border.
# For small γ, R is about the cost of the cheapest path to each cell. It is large in the upper
# right and lower left corners, because all paths to them contain pairs of high cost.
# For γ = 0.02 nearly all probability lies on a single path of low cost. For γ = 10 it
# spreads over a broad band along the diagonal, and the value of the last cell is far below zero.*

# %% claims=true
claim("the value of the last cell is\nfar below zero", tables[10.0][1][-1, -1], below=-10)
in_use = tables[0.02][2] > 0.5
words = "For γ = 0.02 nearly all probability lies on a single\npath of low cost"
claim(words, tables[0.02][2][in_use].mean(), above=0.98, given=[0.02])
claim(words, tables[0.02][0][in_use].sum(), below=3, given=[0.02])
broad, narrow = (np.sum(tables[gamma][2] > 0.1) for gamma in (10.0, 0.02))
claim("it spreads over a broad band along the diagonal", broad, above=1.5 * narrow)

# %% [markdown]
# ### Your version
#
# You may skip `soft_dtw` (2 of the 14 points): only section 12 uses it. It is the longest function
# of this notebook. Write the recursions for R and E from above, and return the value and `dx`. The
# gradient with respect to y is not needed.
#
# - R has one row and one column more than x and y have elements. The arrays `x` and `y` count from
#   0, so cell (i, j) of R belongs to `x[i - 1]` and `y[j - 1]`.
# - The border of R holds infinities. At least one of the three neighbours of a cell is finite.
# - Costs can be thousands of times γ. So subtract the smallest of the three numbers before you take
#   the exponential.
# - Give E the same shape as R. Row 0 and column 0 of E are not used for `dx`.
# - Every float type is accepted.


# %% solution="soft_dtw"
def soft_dtw(x, y, gamma):
    """Soft dynamic time warping: the soft minimum over all alignments.

    x : (T_x, D), y : (T_y, D), gamma : positive
    returns value, dx : (T_x, D), of any float type
    """
    ### BEGIN SOLUTION
    n, m = len(x), len(y)
    r = x[:, None, :] - y[None, :, :]
    cost = np.sum(r**2, axis=2)
    R = np.full((n + 1, m + 1), np.inf)
    R[0, 0] = 0.0
    shares = {}
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            before = [(i - 1, j), (i, j - 1), (i - 1, j - 1)]
            ways = np.array([R[cell] for cell in before])
            weights = np.exp((ways.min() - ways) / gamma)
            total = weights.sum()
            R[i, j] = cost[i - 1, j - 1] + ways.min() - gamma * math.log(total)
            shares[i, j] = list(zip(before, weights / total, strict=True))
    E = np.zeros((n + 1, m + 1))
    E[n, m] = 1.0
    for i in range(n, 0, -1):
        for j in range(m, 0, -1):
            for cell, share in shares[i, j]:
                E[cell] += E[i, j] * share
    return float(R[n, m]), 2 * np.sum(E[1:, 1:, None] * r, axis=1)
    ### END SOLUTION


# %% check="soft_dtw"
check("soft_dtw", soft_dtw)

# %% practice=true fold="Compare soft_dtw with the definition"
if ready("soft_dtw"):
    rng = np.random.default_rng(8)
    print("T_x  T_y  alignments     brute force     soft_dtw    dx, relative error")
    for T_x, T_y in ((1, 3), (2, 2), (4, 4), (5, 6)):
        x, y = rng.normal(size=(T_x, 2)), rng.normal(size=(T_y, 2))
        value, dx = soft_dtw(x, y, 0.5)
        by_force = soft_dtw_by_brute_force(x, y, 0.5)
        numerical = numerical_gradient(lambda v, y=y: soft_dtw_by_brute_force(v, y, 0.5), x, 1e-5)
        error = relative_error(dx, numerical)
        count = len(alignments(T_x, T_y))
        print(f"{T_x:3}  {T_y:3}  {count:10} {by_force:15.6f} {value:12.6f}    {error:.0e}")
else:
    print("This cell waits.")

# %% [markdown]
# ## 11 Trees and graphs
#
# ### Trees
#
# A formula or a sentence can be written as a tree. We extend the edit distance to trees (this is
# Selkow's tree distance):
#
# - We match the two roots. The cost is 1 if their labels differ, and 0 otherwise.
# - We match the children of one root with the children of the other, in order. We use **the table
#   of section 9, with subtrees in place of letters**.
# - Deleting or inserting a whole subtree costs its number of nodes. (An inner node cannot be
#   deleted alone.) Matching two subtrees costs their tree distance.


# %%
def size(tree):
    """Number of nodes; a tree is (label, child, child, …)."""
    return 1 + sum(size(child) for child in tree[1:])


def tree_distance(s, t):
    """Fewest edits that turn the tree s into t; whole subtrees are inserted or deleted."""
    a, b = s[1:], t[1:]
    R = np.zeros((len(a) + 1, len(b) + 1))
    R[1:, 0] = np.cumsum([size(child) for child in a])
    R[0, 1:] = np.cumsum([size(child) for child in b])
    for i, left in enumerate(a, 1):
        for j, right in enumerate(b, 1):
            R[i, j] = min(
                R[i - 1, j - 1] + tree_distance(left, right),
                R[i - 1, j] + size(left),
                R[i, j - 1] + size(right),
            )
    return int(R[-1, -1]) + (s[0] != t[0])


# %% [markdown]
# In the tree of a formula, the inner nodes are the operations and the leaves are the letters.
# Brackets are not nodes. For example, (a + b) · c has the root ·, with the children + and c. This
# is the correct formula. A network that reads handwritten formulas has produced three other
# answers. **Which one has the largest tree distance to the correct formula?**
#
# - a: (a + b) · d
# - b: a + b · c
# - c: (x − y) · z

# %% guess="formulas as trees"
guess("ps21_trees", None, among="abc")  # a letter in quotes, such as "a"

# %% practice=true fold="Compare with your guess"
correct = ("·", ("+", ("a",), ("b",)), ("c",))
answers = {
    "a": ("(a + b) · d", ("·", ("+", ("a",), ("b",)), ("d",))),
    "b": ("a + b · c", ("+", ("a",), ("·", ("b",), ("c",)))),
    "c": ("(x − y) · z", ("·", ("−", ("x",), ("y",)), ("z",))),
}
tree_costs = {letter: tree_distance(correct, tree) for letter, (_, tree) in answers.items()}
letter = max(tree_costs, key=tree_costs.get)
formulas = {key: formula for key, (formula, _) in answers.items()}
reveal("ps21_trees", letter, "By the tree distance.", formulas)


# %% practice=true fold="Print the distances of all answers" after="ps21_trees"
def as_string(formula):
    """A tree whose root has the letters as children: its distance is the edit distance."""
    return ("", *((letter,) for letter in formula.replace(" ", "")))


string_costs = {
    key: tree_distance(as_string("(a+b)·c"), as_string(formula))
    for key, formula in formulas.items()
}
for key, formula in formulas.items():
    print(f"{formula:12} distance of strings {string_costs[key]}, of trees {tree_costs[key]}")

# %% [markdown] after="ps21_trees"
# The two distances disagree. Answer b has the same letters in the same order; as a string, only the
# two brackets are missing. But its tree is the farthest of the three, with the distance 6: the root
# changes (1), a is inserted (1), a + b becomes b · c (3), and c is deleted (1). Answer c has four
# other symbols, so as a string it is the farthest. But its tree has the right shape.
#
# This order depends on the edits that are allowed. If a single inner node may be deleted or
# inserted, three edits lead to b: delete +, insert · above b and c, rename the root. Then c, with
# 4, is the farthest. So choose edits that fit the errors of your task.

# %% claims=true
claim("But its tree is the farthest of the three", tree_costs["b"], above=tree_costs["c"])
claim("with the distance 6", float(tree_costs["b"]), equals=6, within=0.1)
b_to_c = tree_distance(("+", ("a",), ("b",)), ("·", ("b",), ("c",)))
claim("a + b becomes b · c (3)", float(b_to_c), equals=3, within=0.1)
claim("so as a string it\nis the farthest", string_costs["c"], above=string_costs["b"])
claim("Answer c has four other symbols", float(string_costs["c"]), equals=4, within=0.1)
claim("only the\ntwo brackets are missing", float(string_costs["b"]), equals=2, within=0.1)

# %% [markdown]
# ### Graphs
#
# A graph consists of nodes, and of edges that join two nodes. In the graph of a molecule, the nodes
# are the atoms and the edges are the bonds. The nodes have no order. So a match of two graphs with
# the same number of nodes is any permutation $\pi$ of the nodes. Let A and B be the tables of the
# edges ($A_{ij}$ = 1 if there is an edge between i and j, otherwise 0). The distance counts the
# edges that differ under the best match:
#
# $$d(A, B) = \min_\pi \tfrac12 \sum_{ij} \big(A_{ij} - B_{\pi(i)\pi(j)}\big)^2$$
#
# A graph has no last node, so we cannot fill a table as in section 9. For graphs in general, no
# fast algorithm is known. For six nodes we try all 720 permutations.


# %%
def permutations(n):
    """All orders of the numbers 0, 1, …, n - 1, as lists."""
    if n == 0:
        return [[]]
    return [[*p[:k], n - 1, *p[k:]] for p in permutations(n - 1) for k in range(n)]


def costs_of_matches(A, B):
    """The table B in every order of its nodes, and for each the number of edges that differ."""
    orders = np.array(permutations(len(A)))
    moved = B[orders[:, :, None], orders[:, None, :]]  # (number of permutations, n, n)
    return moved, 0.5 * np.sum((A - moved) ** 2, axis=(1, 2))


def edges(n, pairs):
    """The table of a graph with n nodes."""
    A = np.zeros((n, n))
    for i, j in pairs:
        A[i, j] = A[j, i] = 1.0
    return A


# %% practice=true
graphs = {
    "ring": edges(6, [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 0)]),
    "ring, renumbered": edges(6, [(0, 3), (3, 1), (1, 5), (5, 2), (2, 4), (4, 0)]),
    "two triangles": edges(6, [(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3)]),
    "chain": edges(6, [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)]),
}
for name, B in graphs.items():
    plain = 0.5 * np.sum((graphs["ring"] - B) ** 2)
    best_match = costs_of_matches(graphs["ring"], B)[1].min()
    print(f"edges that differ, ring and {name:17}", end="")
    print(f"  as numbered: {plain:2.0f}   best match: {best_match:.0f}")

# %% [markdown]
# The ring with other node numbers has distance zero under the best match. As numbered, the two
# rings have no common edge, so all 12 edges differ. The chain lacks one edge. The two triangles
# have as many edges as the ring, and each node has two neighbours, but they are another graph.
#
# **Gradient descent on the graph distance.** Again we use a soft minimum, now over all matches. Its
# gradient with respect to A is the mean of the gradients of all matches, weighted by their
# probabilities (proportional to $e^{-\text{cost}/\gamma}$). The next cell has no network: it learns
# the edge weights A themselves, from random ones between 0 and 1. The target is the ring. The cell
# runs 60 steps of gradient descent, with γ = 0.1. <!-- no claim: setting -->


# %% practice=true
def soft_graph_loss(A, B, gamma):
    """Soft minimum over all matches; returns value, dA."""
    moved, costs = costs_of_matches(A, B)
    weights = np.exp((costs.min() - costs) / gamma)
    value = costs.min() - gamma * np.log(weights.sum())
    return value, A - np.tensordot(weights / weights.sum(), moved, axes=1)


rng = np.random.default_rng(2)
A_start = np.triu(rng.random((6, 6)), 1)
A_start = A_start + A_start.T
A_path = [A_start]
for _ in range(60):
    A_path.append(A_path[-1] - 0.2 * soft_graph_loss(A_path[-1], graphs["ring"], 0.1)[1])
graph_losses = [costs_of_matches(A, graphs["ring"])[1].min() for A in A_path]
at_start = costs_of_matches(A_start, graphs["ring"])[1]
chosen = costs_of_matches(A_path[-1], graphs["ring"])[1].argmin()
print(f"distance at step 0 under the match of step 60: {at_start[chosen]:.3f}", end="")
print(f", under the best match: {at_start.min():.3f}")

# %% practice=true fold="Draw the graph as it learns"
with theme.style():
    figure, axes = plt.subplots(1, 3, figsize=(8.2, 3.0))
    angles = 2 * np.pi * np.arange(6) / 6
    spots = np.column_stack([np.cos(angles), np.sin(angles)])
    for ax, step in zip(axes, (0, 5, 60), strict=True):
        for i, j in zip(*np.triu_indices(6, 1), strict=True):
            weight = float(np.clip(A_path[step][i, j], 0, 1))
            ax.plot(*spots[[i, j]].T, color=theme.FORWARD, linewidth=4 * weight, alpha=weight)
        ax.plot(*spots.T, "o", color=theme.INK, markersize=8)
        ax.set_title(f"step {step}, distance {graph_losses[step]:.2f}", fontsize=10)
        ax.set_aspect("equal")
        ax.axis("off")
    figure.suptitle("Edge weights while they learn to form a ring", x=0.02, ha="left")
    plt.show()
same_match = []
for seed in range(3, 8):  # other random weights: is the match at the end the best at the start?
    A = np.triu(np.random.default_rng(seed).random((6, 6)), 1)
    A = A + A.T
    before = costs_of_matches(A, graphs["ring"])[1]
    for _ in range(60):
        A = A - 0.2 * soft_graph_loss(A, graphs["ring"], 0.1)[1]
    after = costs_of_matches(A, graphs["ring"])[1]
    same_match.append(bool(before[after.argmin()] - before.min() < 1e-9))
print(f"five other sets of random weights: the same match {sum(same_match)} times")
A = A_start
for _ in range(60):
    A = A - 0.2 * soft_graph_loss(A, graphs["ring"], 1.0)[1]
mixed = costs_of_matches(A, graphs["ring"])[1].min()
chances = np.exp(mixed - costs_of_matches(A, graphs["ring"])[1])
ratio = chances.max() / chances.min()
print(f"gamma 1 in place of 0.1, step 60: distance {mixed:.2f}", end="")
print(f", the best match is {ratio:.1f} times as probable as the worst")

# %% [markdown]
# *In words: six nodes on a circle, at three steps. At first every pair of nodes is joined by a line
# of random thickness. In the end six lines are left. They form a ring, though not in the order in
# which the nodes are drawn.*
#
# The loss did not say which node takes which place in the ring. The match that costs least at step
# 60 also costs least at step 0 (printed above). The same holds for five other sets of random
# weights. So here the start decides which ring forms. With γ = 1 in place of 0.1, from the same
# start, the distance is still above 3 at step 60. All matches then have similar probabilities, so
# every edge weight is pulled towards about 0.4, its mean over all renumbered rings.

# %% claims=true
final = A_path[-1]
claim("In the end six lines are left", float(np.sum(np.triu(final) > 0.5)), above=5.5, below=6.5)
claim("They form a ring", graph_losses[-1], below=0.01)
words = "The match that costs least at step\n60 also costs least at step 0"
claim(words, at_start[chosen] - at_start.min(), below=1e-9, given=[60, 0])
words = "The same holds for five other sets\nof random weights"
claim(words, np.mean(same_match), above=0.95)
claim("All matches then have similar probabilities", ratio, below=2)
words = "the distance is still above 3 at step 60"
claim(words, mixed, above=3, given=[60])
in_order = 0.5 * np.sum((final.round() - graphs["ring"]) ** 2)
claim("though not in the order in\nwhich the nodes are drawn", in_order, above=0.5)
ring = graphs["ring"]
match = {name: costs_of_matches(ring, B)[1].min() for name, B in graphs.items()}
as_numbered = 0.5 * np.sum((ring - graphs["ring, renumbered"]) ** 2)
renumbered = match["ring, renumbered"]
claim("has distance zero under the best match", renumbered, below=1e-9)
claim("so all 12 edges differ", as_numbered, equals=12, within=0.1)
claim("The chain lacks one edge", match["chain"], above=0.9, below=1.1)
claim("but they are another graph", match["two triangles"], above=0.5)

# %% [markdown]
# ## 12 Your functions find a typical curve
#
# Four recordings have a pulse upwards and then a pulse downwards, at different times. What does a
# *typical* recording look like? The plain mean at each time step has the smallest mean squared
# error. But it blurs the pulses, because it mixes the pulse of one recording with the flat parts of
# the others. Soft-DTW aligns the recordings first. For one curve we compute soft-DTW with each of
# the four recordings, and take the mean. 40 steps of gradient descent with your `dx` make it
# smaller. We do this twice: one run starts at the plain mean, the other run at the first recording.

# %% practice=true
if ready("soft_dtw"):
    clock = np.arange(24.0)[:, None]
    recordings = [
        np.exp(-0.5 * ((clock - rise) / 1.2) ** 2)
        - 0.8 * np.exp(-0.5 * ((clock - fall) / 1.2) ** 2)
        for rise, fall in ((4, 12), (6, 17), (8, 15), (10, 20))
    ]
    plain_mean = np.mean(recordings, axis=0)
    starts = {"plain mean": plain_mean, "first recording": recordings[0]}
    typical = {}
    for name, z in starts.items():
        for _ in range(40):
            z = z - 0.1 * np.mean([soft_dtw(z, y, 0.1)[1] for y in recordings], axis=0)
        typical[name] = z
    curves = {"the plain mean": plain_mean}
    curves.update({f"start: {name}": z for name, z in typical.items()})
    for name, z in curves.items():
        mean_value = np.mean([soft_dtw(z, y, 0.1)[0] for y in recordings])
        print(f"{name:23} highest {z.max():.2f} at step {z.argmax()}", end="")
        print(f" (above half of it for {np.sum(z > z.max() / 2)} steps)", end="")
        print(f", lowest {z.min():.2f} at step {z.argmin()}, mean soft-DTW {mean_value:.2f}")
else:
    print("This cell waits.")

# %% practice=true fold="Draw the recordings, their mean and the sequence found"
if ready("soft_dtw"):
    with theme.style():
        figure, axes = plt.subplots(1, 3, figsize=(9.2, 3.0), sharey=True)
        titles = ("Plain mean: blurred", "Soft-DTW, from the mean", "Soft-DTW, from recording 1")
        for ax, title, curve in zip(axes, titles, curves.values(), strict=True):
            for y in recordings:
                ax.plot(clock, y, color="0.75", linewidth=1)
            ax.plot(clock, curve, "o-", color=theme.FORWARD, markersize=4)
            ax.set(xlabel="time step", title=title)
        axes[0].set_ylabel("value")
        plt.show()
    print(f"recording 1: above half of its height for {np.sum(recordings[0] > 0.5)} steps")
    z, shifted = typical["first recording"], {}
    for by in (-3, 0, 3, 6):
        shifted[by] = np.mean([soft_dtw(np.roll(z, by, axis=0), y, 0.1)[0] for y in recordings])
        print(f"right panel, {by:2} steps later: mean soft-DTW {shifted[by]:.2f}")
    for _ in range(10):
        z = z - 0.1 * np.mean([soft_dtw(z, y, 0.1)[1] for y in recordings], axis=0)
    longer = np.mean([soft_dtw(z, y, 0.1)[0] for y in recordings])
    print(
        f"right panel: mean soft-DTW {shifted[0]:.3f}, after ten more gradient steps {longer:.3f}"
    )
else:
    print("This cell waits.")

# %% [markdown]
# *In words: three panels with the same four grey recordings. The plain mean, on the left, is a low
# hill and a shallow valley. The two sequences found with soft-DTW have one pulse upwards and one
# downwards. In the right panel the pulse upwards lies further to the left than in the middle.*
#
# **The shape.** From the plain mean, the pulse upwards becomes more than twice as high as the hill
# of the plain mean. The pulse downwards becomes more than twice as deep as its valley. Both pulses
# upwards are about as narrow as the pulse of a recording. The hill of the plain mean is more than
# twice as wide. So here soft-DTW keeps the width of the pulses and most of their height.
#
# **The place.** From the plain mean, the highest point ends at time step 7. The other run starts at
# the first recording, whose highest point is at time step 4. After 40 gradient steps it is still
# there. The two losses are then −2.52 and −2.40, and the second one still falls slowly.
#
# **Shifts.** If we shift the second result by three or six time steps to the right, its loss
# changes by less than 0.15. So the place of the pulses matters little: an alignment may repeat the
# elements of a flat part at almost no cost. This needs a flat part before the pulse. Shifted by
# three time steps to the left (its first three values move to the end), the result begins with its
# pulse, and the loss rises by more than 1.

# %% claims=true
mean_soft_dtw = {
    name: np.mean([soft_dtw(z, y, 0.1)[0] for y in recordings])
    for name, z in (*starts.items(), *curves.items())
}
for name in starts:
    words = "40 steps of gradient descent with your `dx` make it smaller"
    claim(words, mean_soft_dtw[f"start: {name}"], below=mean_soft_dtw[name], given=[40])
final, other = (mean_soft_dtw[f"start: {name}"] for name in starts)
words = "The two losses are then −2.52 and −2.40"
claim(words, final, equals=-2.52, within=0.05, given=[2.4, -2.4])
claim(words, other, equals=-2.4, within=0.05, given=[2.52, -2.52])
claim("the second one still falls slowly", shifted[0] - longer, above=0.002, below=0.05)
width = {name: float(np.sum(z > z.max() / 2)) for name, z in curves.items()}
words = "Both pulses upwards are about as\nnarrow as the pulse of a recording"
for name in starts:
    claim(words, width[f"start: {name}"], equals=np.sum(recordings[0] > 0.5), within=0.75)
words = "soft-DTW keeps the width of the pulses and most of their height"
for z in typical.values():
    claim(words, [z.max() / 1.0, z.min() / -0.8], above=0.7, below=1)
words = "The hill of the plain mean is more than twice as wide"
claim(words, width["the plain mean"] / np.sum(recordings[0] > 0.5), above=2)
z = typical["plain mean"]
height = z.max() / plain_mean.max()
claim("more than twice as high as the hill of the plain mean", height, above=2)
claim("more than twice as deep as its valley", z.min() / plain_mean.min(), above=2)
words = "by three or six time steps to the right, its loss changes by less than 0.15"
claim(words, [abs(shifted[by] - shifted[0]) for by in (3, 6)], below=0.15)
claim("the loss rises by more than 1", shifted[-3] - shifted[0], above=1.2, given=[1])
highest = {name: float(z.argmax()) for name, z in typical.items()}
words = "In the right panel the pulse upwards lies further to the left"
claim(words, highest["first recording"], below=highest["plain mean"])
words = "the highest point ends at time step 7"
claim(words, highest["plain mean"], equals=7, within=0.5)
words = "whose highest point is at time step 4"
claim(words, float(recordings[0].argmax()), equals=4, within=0.5)
words = "After 40 gradient steps it is still there"
claim(words, highest["first recording"], equals=4, within=0.5, given=[40])

# %% [markdown]
# ## 13 Questions
#
# **Triplets that teach.** A batch has three triplets. The margin is 0.5, both for the triplet loss
# and for the contrastive loss.
#
# | triplet | d(a, p) | d(a, n) |
# |---|---|---|
# | 1 | 0.2 | 0.6 |
# | 2 | 0.9 | 0.7 |
# | 3 | 1.0 | 1.6 |
#
# We compute the triplet loss of (a, p, n) and, separately, the contrastive loss of the negative
# pair (a, n). For each of the two losses: which *negatives* n get a gradient that is not zero?
#
# - a: triplet loss: only the negative of triplet 2; contrastive loss: none
# - b: triplet loss: the negatives of 1 and 2; contrastive loss: none
# - c: triplet loss: the negatives of 1 and 2; contrastive loss: the same two
# - d: triplet loss: all three negatives; contrastive loss: all three
# %% solution="answer_no_loss"
answer_no_loss = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_no_loss = "b"
### END SOLUTION

# %% choice="no_loss" key="b" points=1
check_choice("no_loss", answer_no_loss)
# a: In triplet 1 the negative is farther than the positive, but only by 0.4. That is less than the
#    margin 0.5, so this triplet also has a loss (0.1) and a gradient.
# b: The triplet losses max(0, d(a, p) − d(a, n) + 0.5) are 0.1, 0.7 and 0. The contrastive loss
#    only asks whether d(a, n) is below 0.5, and no negative pair is that close.
# c: The contrastive loss does not look at d(a, p). Its margin is a distance: all three d(a, n) are
#    above 0.5, so its gradients are 0.
# d: Triplet 3 satisfies the margin: 1.0 − 1.6 + 0.5 is negative. The contrastive loss of a negative
#    pair is 0 beyond the margin, and all three pairs are beyond it.

# %% [markdown]
# **Comparing structures.** S3 names strings, graphs and trees as outputs that a loss must compare.
# Choose a task in which a network outputs trees or graphs, for example reading formulas or drawing
# molecules. Make an example of your own: a correct structure and a wrong answer.
#
# - Say what your distance counts. Write down which node is matched with which, and the distance of
#   your example (1 point).
# - In your example, one output of the network changes a little, such as the probability of a label
#   at one node. What happens to the distance?
# - Write down a loss for your example, with one of the two remedies of section 9. Deletions and
#   insertions may keep the cost 1. Which nodes get a gradient from this loss? Do nodes that are
#   already right get one? (1 point, with the item before)
#
# (Graded by a person.)

# %% [markdown] manual="structures" points=2
# ### BEGIN SOLUTION
# For example formulas as trees. Correct: (a + b) · c, with the tree ·(+(a, b), c). The answer is
# (a + b) · d. The tree distance counts labels that differ and nodes that are inserted or deleted.
# The match pairs the roots ·, the nodes +, the leaves a and b with themselves, and c with d: only
# this pair costs 1, so the distance is 1.
#
# The network outputs a score for each symbol. If the score of c rises a little, but d still has the
# larger score, the answer is the same tree and the distance stays 1: the gradient is 0. When c
# overtakes d, the distance jumps to 0. A loss with a gradient: let the cost of a pair be a real
# number, for example −log of the probability that the network gives the correct symbol, and take
# the (soft) minimum over the matches. All pairs of the cheap matches get a gradient, here above all
# the leaf with d. Or a hinge: max(0, cost(correct) − min_s (cost(s) − margin(s))), where margin(s)
# is the tree distance; then the correct tree and the s with the minimum get a gradient, where they
# differ. Similar answers are possible for molecules (a match is a permutation of the atoms, the
# distance counts bonds). (One point for a distance that fits the task, with a correct count. One
# point for the constant or jumping distance together with a loss and the parts that get its
# gradient.)
# ### END SOLUTION

# %% [markdown]
# ## 14 In PyTorch
#
# PyTorch has the triplet loss as `torch.nn.TripletMarginLoss`. It adds 1e-6 to each coordinate of
# the differences. So its value can differ from yours by a few millionths.
# InfoNCE is `cross_entropy` on the table of cosines divided by τ, with
# the labels 0, 1, …, N − 1. If PyTorch is installed, the next cell compares both with your
# functions.

# %% practice=true fold="Compare with PyTorch"
import importlib.util

if importlib.util.find_spec("torch") is None:
    print("PyTorch is not installed here. No later cell needs it.")
elif ready("triplet_loss", "info_nce"):
    import torch

    rng = np.random.default_rng(11)
    three = [rng.normal(size=(5, 3)) for _ in range(3)]
    tensors = [torch.tensor(v, requires_grad=True) for v in three]
    value = torch.nn.TripletMarginLoss(margin=0.5)(*tensors)
    value.backward()
    mine, *gradients = triplet_loss(*three, 0.5)
    print(f"triplet loss: {mine:.6f} (yours), {value.item():.6f} (PyTorch)")
    for name, gradient, tensor in zip(("da", "dp", "dn"), gradients, tensors, strict=True):
        print(f"  {name}: relative error {relative_error(gradient, tensor.grad.numpy()):.0e}")
    a, b = (torch.tensor(v, requires_grad=True) for v in three[:2])
    normalise = torch.nn.functional.normalize
    scores = normalise(a, dim=1) @ normalise(b, dim=1).T / 0.5
    value = torch.nn.functional.cross_entropy(scores, torch.arange(5))
    value.backward()
    mine, *gradients = info_nce(*three[:2], 0.5)
    print(f"InfoNCE: {mine:.6f} (yours), {value.item():.6f} (PyTorch)")
    for name, gradient, tensor in zip(("da", "db"), gradients, (a, b), strict=True):
        print(f"  {name}: relative error {relative_error(gradient, tensor.grad.numpy()):.0e}")
else:
    print("This cell waits.")

# %% [markdown]
# ## 15 Your cheat sheet
#
# Complete this page in your own words and keep it. Double-click to edit.
#
# | quantity | formula |
# |---|---|
# | contrastive loss of a pair | … if same, … if not |
# | triplet loss | … |
# | InfoNCE | … |
# | soft minimum | … |
# | edit distance, one cell of the table | … |
#
# - The margin is …, the temperature is …
# - A triplet has the gradient 0 if …; mining chooses …
# - The gradient of a cosine has no part along …, because …
# - InfoNCE needs no labels. The network learns to ignore …
# - A learned distance helped where …, and a simpler distance was as good where …
# - Distances between strings, trees or graphs need … first; they get a gradient by …
# - Soft-DTW is not a distance, because …

# %% [markdown]
# ## What comes next
#
# You can now train a network without targets, by comparing samples. A convolutional network could
# replace the linear layers of section 7: **notebook 14,** optional like this one, builds
# convolution by hand. If you have not done **notebook 24** yet, do it now: it is the final project,
# in which you choose all settings of a training yourself.

# %% [markdown]
# ## Sources
#
# S3 "Backpropagation and Training", slide "Loss Functions" on multiple samples (contrastive
# learning, Siamese learning, triplet loss) and on structured data (strings, graphs, trees). Further
# sources: Hadsell, Chopra and LeCun (2006) for the contrastive loss; Schroff, Kalenichenko and
# Philbin (2015, FaceNet) for triplets; van den Oord, Li and Vinyals (2018) and Chen and others
# (2020) for InfoNCE and views; Cuturi and Blondel (2017) for soft-DTW; Selkow (1977) for trees.
