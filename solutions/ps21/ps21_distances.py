# %% [markdown]
# # Learning distances
#
# Often there is no target, but you know which samples belong together: two photographs of one face,
# two copies of one picture. Then a network can learn a *distance*, to search and to recognise. The
# loss pulls some samples together and pushes others apart. **Which ones should it push apart?**
#
# **You need** softmax with cross-entropy (notebook 02), the hinge (03), backpropagation (06) and
# standard errors (01).

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

# %% setup=true minutes=1
import numpy as np

from course_lib.backend import choose_device
from course_lib.course.experiment import Trials, draw_intervals
from course_lib.course.in_browser import smaller_in_browser
from course_lib.course.lessons import distances as lesson
from grader.checking import check, check_choice, guess, ready, reveal, revealed

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 Pixels, and a learned distance
#
# We copy 600 small pictures of emoji and exchange the colours of each copy: what was red becomes
# blue, green becomes red, blue becomes green. You recognise almost every copy at once. A computer
# takes the original whose row of pixels has the largest cosine with that of the copy (their dot
# product, divided by both lengths). **For what fraction of the copies is it the right
# one?**

# %% guess="copies in other colours"
guess("ps21_pixels", None, between=(0, 1))  # a number from 0 to 1

# %% practice=true
by_pixels = lesson.found()
reveal("ps21_pixels", round(by_pixels["other colours"], 2), "Found among 600, by the pixels.")
lesson.draw_found() if revealed("ps21_pixels") else None

# %% [markdown]
# <details><summary>After your guess: what the figure shows</summary>
#
# The pixels find the original of only about one copy in eight. The cosine compares the colours
# place by place, and the ground covers many places.
#
# </details>
#
# A network can learn another distance. It maps each sample to a point, its **embedding**. Let a and
# b be the points of two samples, and $d = \lVert a-b\rVert$ their distance. Its gradient
# $\partial d/\partial a = (a-b)/d$ is a vector of length 1 that points away from b.
# `distance_and_direction` below computes both (0 if d = 0).
#
# If both samples belong together (same = 1), the loss pulls the points together. If not (same = 0),
# it pushes them apart until d is at least a number, the **margin**. The *contrastive loss* is the
# mean over N pairs:
#
# $$L = \frac1N \sum_n \tfrac12\Big[\text{same}_n\, d_n^2 + (1 - \text{same}_n)\,\max(0,
# \text{margin} - d_n)^2\Big]$$
#
# For example, a = (3, 4) and b = (0, 0) have d = 5. With same = 1 their loss is 12.5; with same = 0
# and the margin 7, it is ½ · 2² = 2. <!-- no claim: derived --> Find the derivative with respect to
# d in both cases, then both gradients.


# %% solution="contrastive_loss"
def distance_and_direction(a, b):
    """The distance of each pair of rows (N,), and its gradient with respect to a (N, D)."""
    d = np.sqrt(np.sum((a - b) ** 2, axis=1))
    return d, (a - b) / np.where(d > 0, d, 1).astype(a.dtype)[:, None]


def contrastive_loss(a, b, same, margin):
    """The contrastive loss of N pairs, as a mean.

    a, b : (N, D), same : (N,) of 0 and 1 or of False and True, margin : positive
    returns value (a number), da : (N, D), db : (N, D), both with the float type of a and b
    """
    ### BEGIN SOLUTION
    d, direction = distance_and_direction(a, b)
    short = np.maximum(margin - d, 0)
    value = np.mean(same * d**2 + (1 - same) * short**2) / 2
    slope = (same * d - (1 - same) * short) / len(a)
    da = slope.astype(a.dtype)[:, None] * direction
    return value, da, -da
    ### END SOLUTION


# %% check="contrastive_loss"
check("contrastive_loss", contrastive_loss)

# %% claims=true
claim(
    "the original of only about one copy in eight",
    by_pixels["other colours"],
    equals=1 / 8,
    within=0.025,
)

# %% [markdown]
# ## 2 Triplets
#
# For a search, only the *order* of distances matters. A **triplet** has an *anchor*
# a, a *positive* p of the same class, and a *negative* n of another class. The **triplet loss** is
# 0 if the negative is farther from the anchor than the positive, by at least a margin:
#
# $$L = \frac1N \sum \max\big(0,\; d(a, p) - d(a, n) + \text{margin}\big)$$
#
# For example, d(a, p) = 0.9, d(a, n) = 0.7 and the margin 0.5 give the loss 0.7. With d(a, n) = 1.6
# the loss is 0.
#
# Write the loss with its gradients for all three points. The maximum with 0 is a hinge: where it is
# 0, so are all gradients of this triplet.


# %% solution="triplet_loss"
def triplet_loss(anchor, positive, negative, margin):
    """The triplet loss of N triplets, as a mean.

    anchor, positive, negative : (N, D), margin : positive
    returns value (a number), da, dp, dn : (N, D) each, with the float type of the points
    """
    ### BEGIN SOLUTION
    d_p, from_p = distance_and_direction(anchor, positive)
    d_n, from_n = distance_and_direction(anchor, negative)
    short = d_p - d_n + margin
    value = np.mean(np.maximum(short, 0))
    active = (short > 0).astype(anchor.dtype)[:, None] / len(anchor)
    return value, active * (from_p - from_n), -active * from_p, active * from_n
    ### END SOLUTION


# %% check="triplet_loss"
check("triplet_loss", triplet_loss)

# %% [markdown]
# ## 3 A Siamese network
#
# Now a network learns the 8×8 digits, with two outputs, the coordinates of a point in the plane.
# All images pass through **the same weights**. S3 calls this “Siamese Learning”: one copy of the
# network for each image, like twins. So the gradient of a weight is the sum over all copies
# (notebook 07).
#
# Each step draws 40 anchors, and for each a positive with the same label. The negatives are rows of
# p, too: for anchor i, `choose` returns the number k[i] of a row with another label.


# %%
def siamese_step(network, optimizer, anchors, positives, choose, margin, loss=triplet_loss):
    """One step of training on triplets; returns the fraction of triplets with loss 0."""
    a, backward_a = network.forward(anchors, training=True)
    p, backward_p = network.forward(positives, training=True)
    k = choose(lesson.distances(a, p))
    value, da, dp, dn = loss(a, p, p[k], margin)
    np.add.at(dp, k, dn)  # the negatives are rows of p; a row may be used several times
    optimizer.zero_grad()
    backward_a.without_dx(da)
    backward_p.without_dx(dp)  # adds to the gradients of the same weights
    optimizer.step()
    return np.mean(~da.any(axis=1))


# %% practice=true fold="Train with two outputs, and draw the embedding"
places = {}


def observe(steps, network):
    if steps in (0, 30, 300):
        places[steps] = network(lesson.digits()[2])


if ready("triplet_loss"):
    lesson.embed(1, 1.0, 0, steps=300, outputs=2, step=siamese_step, observe=observe)
    picture = lesson.draw_embedding(places)
else:
    picture = "This cell waits."
picture

# %% [markdown]
# The loss never saw *which* digit an image shows, only which images belong together.
#
# Your contrastive loss can train such networks, too: a triplet is two pairs, (a, p) with same = 1
# and (a, n) with same = 0. We train with eight outputs, each loss at its best margin. A test image
# gets the digit of its nearest training image.


# %% practice=true fold="Train with both losses"
def pairs_loss(anchor, positive, negative, margin):
    """The contrastive loss of both pairs of each triplet, with its gradients."""
    N = len(anchor)
    a, b = np.concatenate([anchor, anchor]), np.concatenate([positive, negative])
    value, da, db = contrastive_loss(a, b, np.repeat([1, 0], N), margin)
    return value, da[:N] + da[N:], db[:N], db[N:]


if ready("contrastive_loss", "triplet_loss"):
    by_loss = {}
    for name, loss, margin in (("contrastive", pairs_loss, 3.0), ("triplet", triplet_loss, 0.3)):

        def step(*arguments, loss=loss):
            return siamese_step(*arguments, loss=loss)

        by_loss[name] = [lesson.accuracy(1, margin, seed, step=step) for seed in range(6)]
        print(f"{name:11} loss: test accuracy {np.mean(by_loss[name]):.2f} (mean of six seeds)")
else:
    print("This cell waits.")

# %% claims=true
claim("Both losses reach about 0.94", np.mean(by_loss["contrastive"]), equals=0.94, within=0.015)
claim("Both losses reach about 0.94", np.mean(by_loss["triplet"]), equals=0.94, within=0.015)

# %% [markdown]
# Both losses reach about 0.94.
#
# In the figure above, each negative was drawn at random. A triplet with the loss 0 teaches nothing,
# and in the first 20 steps this is about 0.4 of the triplets. **What fraction of the triplets
# teaches nothing in the last 50 of the 300 steps?**

# %% guess="triplets that teach nothing"
guess("ps21_without_loss", None, between=(0, 1))  # a number from 0 to 1

# %% practice=true fold="Train with three seeds"
if ready("triplet_loss"):
    own = {"steps": 300, "outputs": 2, "step": siamese_step}
    random_shares = np.mean([lesson.embed(1, 1.0, seed, **own)[1] for seed in range(3)], axis=0)
    late = float(random_shares[-50:].mean())

# %% practice=true
if ready("triplet_loss"):
    reveal("ps21_without_loss", round(late, 2), "Mean of three seeds.")
else:
    print("This cell waits.")

# %% [markdown] after="ps21_without_loss"
# Nearly nine in ten triplets teach nothing in late steps: a random negative is already far enough
# from its anchor.

# %% claims=true
claim("this is about 0.4 of the triplets", random_shares[:20].mean(), equals=0.4, within=0.06)
claim("Nearly nine in ten triplets teach nothing", late, equals=0.87, within=0.03)

# %% [markdown]
# ## 4 Hard negatives
#
# Choosing the triplets that still teach is called **mining**. The *hard negative* of an anchor is
# the nearest sample of another class in the batch: no other negative gives a larger loss. Row i of
# `distances` holds the distances of anchor i to all N samples; sample i has the label of anchor i.
# Which entries may never be chosen, however small they are?


# %% solution="hard_negatives"
def hard_negatives(distances, labels):
    """For each anchor the index of the nearest sample of another class.

    distances : (N, N), row i belongs to anchor i, not to be changed; labels : (N,) integers
    returns (N,) integers
    """
    ### BEGIN SOLUTION
    same = labels[:, None] == labels[None, :]
    return np.where(same, np.inf, distances).argmin(axis=1)
    ### END SOLUTION


# %% check="hard_negatives"
check("hard_negatives", hard_negatives)

# %% [markdown]
# Do hard negatives make better networks? The next figure shows, on the left, how many triplets
# teach nothing in the training of section 3. On the right, it compares test accuracies (eight
# outputs, 80 steps). For each side we take the margin among 0.1, 0.3, 1, 3 and 10 that is best over
# six seeds, then compare on ten new seeds. Strictly, validation images should choose the margin;
# here the test images do.

# %% practice=true fold="Train with random and with hard negatives" after="ps21_without_loss"
if ready("triplet_loss", "hard_negatives"):
    shares = {"random": random_shares}
    own["nearest"] = hard_negatives
    hard_shares = [lesson.embed(lesson.BATCH, 1.0, seed, **own)[1] for seed in range(3)]
    shares["hard"] = np.mean(hard_shares, axis=0)
    reached = {}
    for name, count in (("random", 1), ("hard", lesson.BATCH)):
        means = {
            margin: np.mean([lesson.accuracy(count, margin, seed) for seed in range(10, 16)])
            for margin in lesson.OPTIONS["margin"]
        }
        best = max(means, key=means.get)
        reached[name] = np.array([lesson.accuracy(count, best, seed) for seed in range(10)])
    gains = reached["hard"] - reached["random"]
    picture = lesson.draw_mining(shares, gains)
else:
    picture = "This cell waits."
picture

# %% [markdown] after="ps21_without_loss"
# With hard negatives, more triplets teach. They are ahead for each of the ten seeds, by about 0.03
# on average. So “the harder, the better”? Section 7 returns to this.

# %% claims=true
claim("more triplets teach", shares["hard"][-50:].mean(), below=late - 0.2)
claim("They are ahead for each of the ten seeds", gains, above=0)
claim("by about 0.03\non average", gains.mean(), equals=0.03, within=0.007)

# %% [markdown]
# ## 5 All others are negatives
#
# Without labels we still know some samples that belong together: two changed copies of one picture,
# its *views*. Let $a_i$ and $b_i$ be the points of both views of picture i. **Each $a_i$ has to
# choose its partner $b_i$ among all $b_j$ of the batch**, so all other pictures are its negatives.
# This is a classification with N classes, with softmax and cross-entropy. The scores are cosines,
# divided by a positive number τ, the *temperature*:
#
# $$s_{ij} = \frac{1}{\tau}\,\frac{a_i \cdot b_j}{\lVert a_i\rVert\,\lVert b_j\rVert}, \qquad L =
# -\frac1N \sum_i \log \frac{e^{s_{ii}}}{\sum_j e^{s_{ij}}}$$
#
# This loss is called **InfoNCE**. Its gradient pushes a wrong partner away in proportion to its
# probability. Suppose that $a_i$ has the cosines 0.8, 0.7 and −0.2, and that the first one is its
# partner's. At τ = 1 the three probabilities are 0.44, 0.40 and 0.16. At τ = 0.1 they are 0.73,
# 0.27 and 0.00: almost only the nearest negative is pushed away, as with hard negatives.
# <!-- no claim: derived -->
#
# **A check before training.** A batch has N = 125 pictures, and τ = 0.2. Suppose that all points
# are equal, and not zero. What is the value of InfoNCE?
#
# - a: 0, because each $a_i$ agrees perfectly with its partner
# - b: ln 125
# - c: 1/0.2, because all cosines are 1 and are divided by the temperature
# - d: (ln 125)/0.2, because the scores are divided by the temperature

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
# b: All scores of a row are equal, so the partner gets the probability 1/125, and the loss is
#    −log(1/125) = ln 125.
# c: The scores are all 1/0.2 = 5. But a softmax does not change if the same number is added to all
#    scores of a row.
# d: The temperature divides the scores, and not the loss. Equal scores stay equal, so the
#    probabilities stay 1/125 at every temperature.


# %% fold="Softmax with cross-entropy, as in notebook 02"
def softmax_cross_entropy(scores, labels):
    """The loss, a mean over the N rows, and the gradient of the scores (N, K); labels : (N,)."""
    rows = np.arange(len(scores))
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    ds = np.exp(log_p)
    ds[rows, labels] -= 1
    return -np.mean(log_p[rows, labels]), ds / len(scores)


# %% [markdown]
# Dividing a row by its length is a layer, `unit_rows`, with a forward and a backward pass. The
# gradient loses its part along the row, because a longer row has the same cosines.
#
# <details><summary>Why the backward pass is right</summary>
#
# Let δ be a small change of a row a. By the chain rule, it changes $(a\cdot a)^{-1/2}$ by
# $-(a\cdot\delta)/\lVert a\rVert^3$. So by the product rule, $\hat a = a\,(a\cdot a)^{-1/2}$
# changes by $\delta/\lVert a\rVert - a\,(a\cdot \delta)/\lVert a\rVert^3 =
# \frac{1}{\lVert a\rVert}(I - \hat a \hat a^\top)\,\delta$, where I is the identity. The
# backward pass multiplies by the transpose of this matrix, and the matrix is symmetric.
#
# </details>


# %% fold="Divide each row by its length: forward and backward pass"
def unit_rows(a):
    """Rows of length 1, and the function from their gradient to that of a."""
    length = np.sqrt(np.sum(a**2, axis=1, keepdims=True))
    a_hat = a / length

    def backward(da_hat):
        along = np.sum(da_hat * a_hat, axis=1, keepdims=True)
        return (da_hat - along * a_hat) / length

    return a_hat, backward


# %% [markdown]
# Write InfoNCE with both gradients. `softmax_cross_entropy(scores, labels)` above returns the value
# and the gradient of the scores. What is the label of row i? The scores are a product of two
# matrices, so their backward pass has two parts (notebook 06).


# %% solution="info_nce"
def info_nce(a, b, temperature):
    """InfoNCE of N pairs, as a mean over the rows of a.

    a, b : (N, D), no row is zero; temperature : positive
    returns value (a number), da : (N, D), db : (N, D), both with the float type of a and b
    """
    ### BEGIN SOLUTION
    a_hat, backward_a = unit_rows(a)
    b_hat, backward_b = unit_rows(b)
    scores = a_hat @ b_hat.T / temperature
    value, ds = softmax_cross_entropy(scores, np.arange(len(a)))
    ds = ds / temperature
    return value, backward_a(ds @ b_hat), backward_b(ds.T @ a_hat)
    ### END SOLUTION


# %% check="info_nce"
check("info_nce", info_nce)

# %% [markdown]
# ## 6 Two views of each emoji, no labels
#
# Now networks with 32 outputs learn a distance for the pictures of section 1. A view is mirrored
# with probability ½, shifted by up to two pixels in each direction, and has its colour channels in
# random order. Others, as a control, learn from views *without* exchanged colours. All train on
# 1,200 pictures, in batches of N = 125, with τ = 0.2. The 600 test pictures show other emoji, and
# we search for the originals of six kinds of copies. **Before you run the cell:** moved pictures
# are in the views, turned ones are not. Which are found more often?

# %% practice=true fold="Train six networks, and search for the originals"
if ready("info_nce"):
    losses = []

    def recorded(a, b, temperature):
        result = info_nce(a, b, temperature)
        losses.append(float(result[0]))
        return result

    searches = {"pixels": [by_pixels]}
    seeds = smaller_in_browser(seeds=(range(3), range(1)))
    kinds = {"views with all three changes": True, "views without exchanged colours": False}
    for name, colours in kinds.items():
        networks = [lesson.learn_views(recorded, seed, colours=colours) for seed in seeds]
        searches[name] = [lesson.found(network) for network in networks]
    after = np.mean(losses[220:240])
    print(f"InfoNCE before step 1: {losses[0]:.2f}, after 240 steps: {after:.2f}")
    picture = lesson.draw_changes(searches)
else:
    picture = "This cell waits."
picture

# %% [markdown]
# <details><summary>After the run: what the networks find</summary>
#
# Before step 1, InfoNCE is a little below the value for equal points, the question of section 5.
# After the training:
#
# - **In the views:** with all three changes, the networks find more than nine in ten of the copies
#   in other colours, and of the mirrored ones.
# - **Left out:** without exchanged colours, they find fewer than 3 in 100 copies in other colours,
#   fewer than the pixels do.
# - **Never shown, and yet found:** more than half of the upside-down and of the turned pictures,
#   nearly as many as of the moved ones. Inverted colours fail for all.
#
# **So the views push the distance to ignore their changes, at a price.** Networks that may not use
# colour find fewer moved copies (0.63, the control 0.88), upside-down ones (0.57, the control 0.87)
# and turned ones (0.60, the control 0.95). If colour matters for your task, do not exchange it.
#
# </details>

# %% claims=true
_, learned, without = searches.values()
pixels = by_pixels
for name in ("other colours", "mirrored"):
    said = "find more than nine in ten of the copies\n  in other colours, and of the mirrored ones"
    claim(said, np.mean([of[name] for of in learned]), above=0.9)
prices = {
    "moved by 2 pixels": ("moved copies (0.63, the control 0.88)", 0.63, 0.88),
    "upside down": ("upside-down ones (0.57, the control 0.87)", 0.57, 0.87),
    "quarter turn": ("turned ones (0.60, the control 0.95)", 0.6, 0.95),
}
for name, (said, with_colours, control) in prices.items():
    measured = np.mean([of[name] for of in learned])
    claim(said, measured, equals=with_colours, within=0.05, given=[control])
    measured = np.mean([of[name] for of in without])
    claim(said, measured, equals=control, within=0.05, given=[with_colours])
    if name != "moved by 2 pixels":
        ratio = np.mean([of[name] for of in learned]) / np.mean(
            [of["moved by 2 pixels"] for of in learned]
        )
        claim("nearly as many as of the moved ones", ratio, above=0.8)
claim("InfoNCE is a little below the value for equal points", losses[0], below=np.log(125))
few = [of["other colours"] for of in without]
claim("fewer than 3 in 100 copies in other colours", few, below=0.03, given=[3, 100])
claim("fewer than the pixels do", few, below=pixels["other colours"])
for name in ("upside down", "quarter turn"):
    said = "more than half of the upside-down and of the turned pictures"
    claim(said, np.mean([of[name] for of in learned]), above=0.5)
for of in (*learned, *without, pixels):
    claim("Inverted colours fail for all", of["inverted colours"], below=0.06)

# %% [markdown]
# ## 7 Which negatives, if some labels are wrong?
#
# Back to triplets. In section 4, the negative was the nearest one in the whole
# batch. Now we draw only 32 samples with other labels for each anchor, the *candidates*, and the
# nearest of them is its negative. With one candidate, the negative is random: if all labels are
# right, such networks reach the accuracy 0.94.
#
# Then we replace **30 % of the training labels by random digits**, in the loss only: a test image
# still gets the *right* digit of its nearest training image. **What accuracy do networks with 32
# candidates reach?** (By chance it would be 0.1.)

# %% guess="hard negatives, and labels of which some are wrong"
guess("ps21_wrong_labels", None, between=(0, 1))  # an accuracy from 0 to 1

# %% practice=true fold="Train with 1 to 32 candidates"
counts = lesson.OPTIONS["candidates"]
found = {
    name: np.array([[lesson.accuracy(n, 1.0, s, wrong=wrong) for s in range(6)] for n in counts])
    for name, wrong in (("all labels right", 0.0), ("30 % random", 0.3))
}

# %% practice=true
hardest = float(found["30 % random"][-1].mean())
reveal("ps21_wrong_labels", round(hardest, 2), "Margin 1, mean of six seeds.")

# %% practice=true after="ps21_wrong_labels"
picture = lesson.draw_candidates(found)
picture

# %% practice=true fold="Which digit do the chosen negatives show?" after="ps21_wrong_labels"
same_digit = {n: np.mean([lesson.same_digit(n, seed) for seed in range(6)]) for n in (1, 4, 32)}
for n, fraction in same_digit.items():
    print(f"{n:2} candidates: {fraction:.2f} of the negatives show the digit of their anchor")
apart = {n: lesson.mean_distance(n, 0) for n in (1, 32)}
print("mean distance of two test images, trained with 1 and 32 candidates:", *apart.values())

# %% [markdown] after="ps21_wrong_labels"
# With right labels, more candidates are better. With 30 % random labels, 32 candidates ruin the
# training. Why? An image of a 3 with the label 5 lies next to the other threes: for them it is the
# nearest sample with another label. In networks that were trained with random negatives, about half
# of the negatives chosen from 32 candidates show the digit of their anchor, of four candidates
# about one in seven. So the loss pulls a digit together and pushes it apart at once. In the end all
# images lie at nearly one point, where each triplet costs just the margin.

# %% claims=true
right, wrong = found["all labels right"].mean(axis=1), found["30 % random"].mean(axis=1)
claim("With right labels, more candidates are better", right[-1] - right[0], above=0.02)
claim("32 candidates ruin the\ntraining", wrong[-1], below=0.5 * wrong[0], given=[32])
claim("such networks reach the accuracy 0.94", right[0], equals=0.94, within=0.01)
claim(
    "about half\nof the negatives chosen from 32 candidates",
    same_digit[32],
    equals=0.5,
    within=0.07,
    given=[32],
)
claim("of four candidates\nabout one in seven", same_digit[4], equals=1 / 7, within=0.03)
claim("all\nimages lie at nearly one point", apart[32], below=0.01 * apart[1])

# %% [markdown]
# ### The gain, and a bad plan
#
# `trial(candidates, margin, seed)` trains such a network with 30 % random labels and returns its
# test accuracy. `candidates` is 1, 2, 4, 8, 16 or 32, and `margin` is 0.1, 0.3, 1, 3 or 10. The
# **gain** is the mean accuracy, over all seeds, with the best number of candidates above 1, minus
# that with one candidate, **each at its own best margin**. You will report an interval for it, from
# only **24 trainings**.
#
# For rehearsals, `lesson.made_up` invents noisy accuracies. There, one candidate reaches 0.92 at
# its best margin, 0.3, and four candidates reach 0.93 at theirs, 3. So the gain is 0.01. Your
# neighbour uses the margin 3 for both, with twelve seeds. She repeats her plan 40 times. How many
# of her 40 intervals contain 0.01? <!-- no claim: setting -->


# %% practice=true fold="The bad plan as a function"
def one_margin_for_both(trial, first=0):
    """The interval of the bad plan, with twelve seeds from `first` on."""
    seeds = range(first, first + 12)
    gain = np.array([trial(4, 3.0, s) - trial(1, 3.0, s) for s in seeds])
    half = 2.2 * gain.std(ddof=1) / np.sqrt(12)
    return gain.mean() - half, gain.mean() + half


# %% practice=true
hers = [one_margin_for_both(lesson.made_up, 12 * k) for k in range(40)]
draw_intervals(hers, truth=0.01)

# %% claims=true
claim(
    "None of the 40 intervals contains the gain", [low for low, _ in hers], above=0.01, given=[40]
)

# %% [markdown]
# None of the 40 intervals contains the gain. At the margin 3 one candidate reaches only 0.86, so
# her intervals lie around 0.93 − 0.86 = 0.07: she has measured what a bad margin costs.
# <!-- no claim: setting -->
#
# ### (a) Choose the settings
#
# Over 60 seeds, one candidate is best at the margin 1 here. With more candidates, the margins 1, 3
# and 10 are about equally good. Which numbers of candidates do you try, and which margins? How many
# seeds choose?
#
# ### (b) Report an interval
#
# Runs with the same seed have the same wrong labels and initial weights, so they are a pair. Take
# the gain of each pair, then their mean and standard error (standard deviation with `ddof=1`,
# divided by √n). Student's t says how many standard errors make an interval of 95 %: 4.3, 3.2, 2.8,
# 2.6, 2.4, 2.4, 2.3 for n = 3 to 9 pairs. <!-- no claim: definition --> How many pairs are left?
#
# ### (c) The referee
#
# Write the experiment as a function of `trial`. The check, our *referee*, repeats it in **200
# worlds**, where `trial` looks up trainings made before. <!-- no claim: setting --> In each world,
# which has its own seeds,
#
# - the best number of candidates is 2, 4 or 8; <!-- no claim: setting -->
# - the best margin of one candidate may be the next smaller or larger value; those of more
#   candidates may move in the same way, independently;
# - the gain is another: a hidden number from −0.06 to 0.06 is added to all accuracies with more
#   than one candidate, which may then lie above 1. <!-- no claim: setting -->
#
# For all points, it never asks for a 25th training, at least 85 % of its intervals contain the gain
# of their world, and their mean width is at most 0.05. <!-- no claim: setting --> Rehearse first:
# `negatives_experiment(Trials(lesson.made_up, lesson.OPTIONS, budget=24))`.


# %% solution="negatives_experiment"
def negatives_experiment(trial):
    """Ask for at most 24 trainings; return low and high of the gain of chosen negatives.

    trial : trial(candidates, margin, seed) trains; trial.options has the values of both
    """
    ### BEGIN SOLUTION
    single = {m: np.mean([trial(1, m, seed) for seed in (0, 1)]) for m in (0.3, 1.0, 3.0)}
    several = {n: np.mean([trial(n, 3.0, seed) for seed in (0, 1)]) for n in (2, 4, 8)}
    margin, count = max(single, key=single.get), max(several, key=several.get)
    gain = np.array([trial(count, 3.0, s) - trial(1, margin, s) for s in range(2, 8)])
    middle, half = gain.mean(), 2.57 * gain.std(ddof=1) / np.sqrt(len(gain))
    return middle - half, middle + half
    ### END SOLUTION


# %% check="negatives_experiment"
check("negatives_experiment", negatives_experiment)


# %% practice=true fold="Your experiment with your functions and trainings of your own"
def my_training(candidates, margin, seed):
    own = {"step": siamese_step, "nearest": hard_negatives}
    return lesson.accuracy(candidates, margin, seed, wrong=0.3, **own)


if ready("negatives_experiment", "triplet_loss", "hard_negatives"):
    low, high = negatives_experiment(Trials(my_training, lesson.OPTIONS, budget=24))
    print(f"the gain lies between {low:.3f} and {high:.3f}")
else:
    print("This cell waits.")

# %% [markdown]
# <details><summary>When you have your own interval: what 1,800 trainings say</summary>
#
# With 60 seeds for each setting, <!-- no claim: setting --> the gain is about 0.025, with four
# candidates. It differs by about 0.02 from seed to seed. The hardest negatives, 32 candidates, lose
# about 0.6 against random ones. At the margin 1 for both sides, the gain would seem to be 0.022,
# and at 10 it would seem to be 0.088. So where labels are wrong, *moderately* hard
# negatives are best. The paper on FaceNet, which made triplets known, also
# avoids the hardest ones.
#
# </details>

# %% claims=true
from importlib.resources import files

table = np.load(files("grader.exercises.ps21") / "negatives_experiment.npy") / 10_000
mean = table.mean(axis=2)
best = mean.max(axis=1)
claim("the gain is about 0.025", best[1:].max() - best[0], equals=0.025, within=0.005)
claim("with four\ncandidates", float(counts[int(best.argmax())]), equals=4, within=0.1)
spread = np.std(table[2, 3] - table[0, 2], ddof=1)
claim("It differs by about 0.02 from seed to seed", spread, equals=0.02, within=0.005)
claim("lose\nabout 0.6 against random ones", best[0] - best[-1], equals=0.6, within=0.06)
said = "At the margin 1 for both sides, the gain would seem to be 0.022"
claim(said, mean[2, 2] - mean[0, 2], equals=0.022, within=0.004, given=[1])
claim(
    "at 10 it would seem to be 0.088",
    mean[2, 4] - mean[0, 4],
    equals=0.088,
    within=0.008,
    given=[10],
)
said = "one candidate is best at the margin 1 here"
claim(said, float(mean[0].argmax()), equals=2, within=0.1, given=[1])
said = "the margins 1, 3\nand 10 are about equally good"
claim(said, np.ptp(mean[2, 2:]), below=0.006, given=[1, 3, 10])

# %% [markdown]
# ## To keep
#
# **Which samples should a loss push apart?** Those from which the network still learns: a triplet
# that satisfies the margin has the gradient 0. Hard negatives teach most while all labels are
# right. Where some are wrong, the hardest negatives are the errors, so take moderately hard ones,
# and tune the margin with them. Without labels, all other pictures of the batch are negatives, and
# the views push
# the distance to ignore their changes.
#
# Without looking: the margin is 0.5, and a triplet has d(a, p) = 0.2 and d(a, n) = 0.6. Does
# its negative get a gradient from the triplet loss? And the pair (a, n) from the contrastive loss
# with the margin 0.5?
#
# <details><summary>Answers</summary>
#
# From the triplet loss yes: 0.2 − 0.6 + 0.5 = 0.1 is positive. From the contrastive loss no:
# 0.6 is beyond its margin, which is a distance of its own.
#
# </details>
#
# <details><summary>In PyTorch</summary>
#
# `torch.nn.TripletMarginLoss(margin=…)` is the triplet loss; it adds 1e-6 to each difference.
# `torch.nn.CosineEmbeddingLoss` is a contrastive loss with cosines. InfoNCE is
# `torch.nn.functional.cross_entropy` on the table of cosines divided by τ, with the labels
# `torch.arange(N)`.
#
# </details>

# %% [markdown]
# ## Sources
#
# S3 "Backpropagation and Training" (C. V. Jawahar, IIIT Hyderabad), slide "Loss Functions" on
# multiple samples: contrastive learning, Siamese learning, triplet loss. Hadsell, Chopra, LeCun
# (2006) on the contrastive loss; Schroff, Kalenichenko, Philbin (2015, FaceNet) on triplets, with
# squared distances; van den Oord, Li, Vinyals (2018) and Chen and others (2020) on InfoNCE and
# views.
