# %% [markdown]
# # Margins and probabilities
#
# A classifier computes scores. Some losses ask only that the right answer leads by a *margin*.
# Others turn scores into probabilities. **Which samples still teach the network something, and can
# you believe its confidence?**
#
# **You need** softmax and cross-entropy (notebook 02), validation sets (01).


# %% opening=true
"""Three losses over the score of a sample whose right answer is yes, for scores from −4 to 3.
Hinge loss and perceptron loss are straight lines that fall to zero, the hinge loss at a score of 1
and the perceptron loss at 0. The cross-entropy is a smooth curve near the perceptron loss and never
reaches 0."""

import matplotlib.pyplot as plt
import numpy as np

from course_lib.plots import theme

u = np.linspace(-4, 3, 141)
curves = {
    "hinge loss": (np.maximum(0, 1 - u), theme.FORWARD, (-2.3, 4.0)),
    "cross-entropy": (np.log1p(np.exp(-u)), "#00785A", (0.05, 1.35)),
    "perceptron loss": (np.maximum(0, -u), "#A0527A", (-3.9, 1.6)),
}
figure, ax = plt.subplots()
for name, (loss, colour, (x, y)) in curves.items():
    ax.plot(u, loss, color=colour, linewidth=2.5)
    ax.text(x, y, name, color=colour)
ax.set(xlabel="score (below 0: the network says no)", ylabel="loss", xlim=(-4, 3.05), ylim=(0, 5.2))
ax.set_title("The right answer is yes. What does a score cost?")
plt.show()

# %% setup=true minutes=1
import numpy as np

from course_lessons import margins as lesson
from course_lib import diagnostics, losses
from course_lib.backend import choose_device
from grader.checking import check, check_choice, guess, ready, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 When is a score good enough?
#
# A network answers a question with yes or no. The sigmoid $y = 1/(1 + e^{-u})$ turns its score u
# into the probability of a yes. The right answer is **yes**, and the score is $u = 3$, so $y
# \approx 0.95$. The cross-entropy has the gradient $y - 1 \approx -0.05$ with respect to u
# (notebook 02): it still asks for a higher score.
#
# Other losses use no probabilities. S4 (“How can we train the weights?”) names the *perceptron
# loss* and the *hinge*. Let the *side* v of a sample be +1 if the right answer is yes, −1 if it is
# no. So $v u > 0$ if the score has the right sign. <!-- no claim: definition --> Both losses have
# the form
#
# $$L = \max(0,\ m - v u)$$
#
# with a *margin* m. The perceptron loss has m = 0 and asks only for the right sign. The hinge has
# m = 1 and asks for $v u \ge 1$. <!-- no claim: definition -->
#
# A linear classifier learns from 300 tumours whether one is benign: 300 steps of gradient descent,
# on each of five splits of the data. <!-- no claim: setting --> Before training, all samples have a
# gradient with the hinge. **How many of them still have a gradient that is not 0, before the last
# step: nearly all, about half, less than a fifth, or none?**

# %% guess="samples with a gradient from the hinge"
guess("ps03_left", None, among=("nearly all", "about half", "less than a fifth", "none"))

# %% [markdown]
# Our labels t are 0 (no) and 1 (yes). Write the mean loss of N samples and its gradient with
# respect to the scores, for all samples at once.


# %% solution="margin_loss"
def margin_loss(f, t, margin):
    """max(0, margin - side · f), averaged over the samples, and its gradient.

    f : (N,) scores u, t : (N,) labels 0 and 1, margin : a number, 0 or above
    returns value : a number, and df : (N,)
    Exactly at the margin, df may be either slope or any number between both.
    """
    ### BEGIN SOLUTION
    side = 2 * t - 1
    short = margin - side * f
    return np.maximum(0, short).sum() / len(f), -side * (short > 0) / len(f)
    ### END SOLUTION


# %% check="margin_loss"
check("margin_loss", margin_loss)

# %% practice=true
lesson.draw_losses()

# %% claims=true
y_3, y_10 = 1 / (1 + np.exp([-3.0, 10.0]))
claim("$y \\approx 0.95$", y_3, equals=0.95, within=0.005)
claim("gradient $y - 1 \\approx -0.05$", y_3 - 1, equals=-0.05, within=0.005, given=[1])
claim("have a gradient of about 1 in size", 1 - y_10, equals=1, within=0.001)

# %% [markdown]
# At u = 3, the hinge and the perceptron loss have stopped: their gradient is exactly 0. Where u is
# very negative, these two and the cross-entropy have a gradient of about 1 in size. Only that of
# half the squared error is almost 0 there (notebook 02).


# %% practice=true needs=false fold="Train with three losses on five splits"
def with_margin(margin):
    """Your loss with this margin once its check passes, until then the library's."""
    if ready("margin_loss"):
        return lambda f, t: margin_loss(f, t, margin)
    library = losses.binary_hinge if margin else losses.perceptron_loss
    return lambda f, t: library(f, 2.0 * t - 1)


three = {"perceptron": with_margin(0), "hinge": with_margin(1)}
three["cross-entropy"] = lesson.cross_entropy
shares = {name: [lesson.descend(loss, s, 0.1)[1] for s in range(5)] for name, loss in three.items()}
left = {name: float(np.mean([run[-1] for run in runs])) for name, runs in shares.items()}
words = "none", "less than a fifth", "about half", "nearly all"
word = words[np.searchsorted([0, 0.2, 0.8], left["hinge"])]
reveal("ps03_left", word, f"{left['hinge']:.0%} before the last step, mean of five splits.")

# %% practice=true
samples_left = lesson.draw_shares(shares)
samples_left

# %% claims=true
claim("still about 7 %", 100 * left["hinge"], equals=7, within=1.7)
perceptron = with_margin(0)
last = np.array([lesson.descend(perceptron, s, 0.1)[1][-1] for s in range(45)])
claim("With the perceptron loss, hardly any is left", np.mean(last), below=0.01)
claim("on most splits training has ended", np.mean(last == 0), above=0.6)
claim("With the cross-entropy all samples", left["cross-entropy"], above=0.999)
first = [run[0] for run in shares["hinge"]]
claim("Before training, all samples have a gradient", first, above=0.999)

# %% [markdown] after="ps03_left"
# With the hinge it is still about 7 %: those within the margin or on the wrong side. With the
# perceptron loss, hardly any is left; on most splits training has ended. With the cross-entropy all
# samples have a gradient, because a probability never reaches 1.

# %% [markdown]
# ## 2 Many classes
#
# With K classes, a sample n has a score $u_{nk}$ for each class k (the argument `scores`). The
# score of its right class $l_n$ should lead **every** other score by the margin m. S2
# (“Regularization: Add term to loss”) prints this *multi-class hinge* with m = 1:
#
# $$L = \frac1N \sum_{n=1}^N \sum_{k \ne l_n} \max(0,\ u_{nk} - u_{n l_n} + m)$$
#
# Three images and their scores for cat, car and frog (from Stanford's CS231n):
#
# | right class | cat | car | frog |
# |---|---:|---:|---:|
# | cat | 3.2 | 5.1 | −1.7 |
# | car | 1.3 | 4.9 | 2.0 |
# | frog | 2.2 | 2.5 | −3.1 |
#
# First compute the loss of the first image on paper, for m = 1. Which scores change this loss if
# they rise a little, and how fast? Then write value and gradient for all samples at once.


# %% solution="multiclass_hinge"
def multiclass_hinge(scores, labels, margin):
    """max(0, other score - right score + margin), summed over the others, averaged over samples.

    scores : (N, K), labels : (N,) whole numbers from 0 to K - 1, margin : a number above 0
    returns value : a number, and dscores : (N, K)
    Exactly at the margin, either slope is right, or any number between both.
    """
    ### BEGIN SOLUTION
    rows = np.arange(len(labels))
    near = np.maximum(0, margin + scores - scores[rows, labels][:, None])
    near[rows, labels] = 0
    dscores = (near > 0).astype(scores.dtype)
    dscores[rows, labels] = -dscores.sum(axis=1)
    return near.sum() / len(rows), dscores / len(rows)
    ### END SOLUTION


# %% check="multiclass_hinge"
check("multiclass_hinge", multiclass_hinge)

# %% practice=true fold="Compare with your number on paper"
images = np.array([[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1]])
for n, name in enumerate(("cat", "car", "frog")):
    value, ds = multiclass_hinge(images[n : n + 1], np.array([n]), 1.0)
    print(f"{name:5} loss {value:4.1f}, gradient {ds[0] + 0.0}")
print(f"mean of the three: {multiclass_hinge(images, np.arange(3), 1.0)[0]:.2f}")

# %% [markdown]
# ## 3 Can you believe the confidence?
#
# The softmax turns scores into probabilities. The *confidence* in a sample is its largest
# probability. A network is **calibrated** if its confidence is right: of all samples with
# confidence 0.8, it classifies 80 % correctly. <!-- no claim: definition -->
#
# Three networks with one hidden layer have learned to classify 8 × 8 images of digits, to which we
# added noise. They trained with cross-entropy on 500 images for 160 epochs. <!-- no claim: setting
# --> Another 200 images are for validation, and 1,097 to test. Each line of the figure is a
# network. Each dot stands for a *bin* of test images with similar confidence.

# %% practice=true
long_trained = [lesson.scores(160, seed) for seed in range(3)]
lesson.draw_reliability({"160 epochs": [found["test"] for found in long_trained]})

# %% claims=true
both = [lesson.accuracy_and_confidence(*found["test"]) for found in long_trained]
means = np.mean(both, axis=0)
claim("their mean confidence is about 0.86", means[1], equals=0.86, within=0.02)
claim("they classify about 60 % correctly", 100 * means[0], equals=60, within=3)

# %% [markdown]
# The networks are **overconfident**: the dots lie below the diagonal. Over the three networks,
# their mean confidence is about 0.86, but they classify about 60 % correctly.

# %% [markdown]
# To compare networks, we need one number. Divide the range from 0 to 1 into B bins of equal width:
# bin b (b = 0, …, B − 1) reaches from b/B up to, but without, (b + 1)/B; only the last bin also has
# its right end, 1. For the $N_b$ samples whose confidence lies in bin b, let $a_b$ be their
# accuracy and $c_b$ their mean confidence. The **calibration error** is
#
# $$C = \sum_b \frac{N_b}{N}\,|a_b - c_b|$$
#
# Write it. What does an empty bin add?


# %% solution="calibration_error"
def calibration_error(p, labels, n_bins):
    """Mean distance of accuracy and mean confidence of bins of equal width, weighted by size.

    p : (N, K) probabilities, labels : (N,) whole numbers from 0 to K - 1
    returns the calibration error : a number
    """
    ### BEGIN SOLUTION
    confidence = p.max(axis=1)
    gap = (p.argmax(axis=1) == labels) - confidence
    place = np.minimum((confidence * n_bins).astype(int), n_bins - 1)
    bins = [gap[place == b] for b in range(n_bins)]
    total = sum(abs(gaps.sum()) for gaps in bins)
    return total / len(p)
    ### END SOLUTION


# %% check="calibration_error"
check("calibration_error", calibration_error)

# %% [markdown]
# How small can this number become? We make a network that is calibrated *exactly*: we take the
# probabilities of a trained network, and draw the label of each image with these probabilities.
# **What is the calibration error, with ten bins, on 100 of these images?** (The mean over 200 draws
# of the labels.)

# %% guess="the calibration error of a calibrated network"
guess("ps03_bias", None, between=(0, 1))

# %% practice=true needs=false fold="Measure the calibrated network"
if ready("calibration_error"):
    measured = calibration_error
else:
    measured = diagnostics.calibration_error
promised, rng = lesson.probabilities(lesson.scores(10, 0)["test"][0]), np.random.default_rng(0)
floor = {
    n: np.mean([measured(p, lesson.labels_as_promised(p, rng), 10) for p in [promised[:n]] * 200])
    for n in (100, 1097)
}
reveal("ps03_bias", float(floor[100]), "Ten bins, 100 images, mean over 200 draws of the labels.")

# %% practice=true
for n, error in floor.items():
    print(f"{n:5} images: calibration error {error:.3f}, although the network is calibrated")

# %% claims=true
claim("is about 0.1, not 0", floor[100], equals=0.1, within=0.02, given=[0])
claim("With 1,097 images it is about 0.03", floor[1097], equals=0.03, within=0.005, given=[1097])

# %% [markdown] after="ps03_bias"
# It is about 0.1, not 0. In a bin with a few samples, the accuracy differs from the confidence by
# chance, and |…| makes every such difference count as an error. With 1,097 images it is about 0.03.

# %% [markdown]
# ## 4 A temperature
#
# After training, one number can change the confidence: divide all scores by a **temperature** T
# before the softmax. T > 1 lowers the confidence, T < 1 raises it. <!-- no claim: derived --> The
# order of the scores and the accuracy stay as they are. Choose the T with the lowest mean
# cross-entropy. This cell has a function for it, and the softmax for section 5.


# %%
def softmax(u):
    """The probabilities of each row of scores; u : (N, K)."""
    e = np.exp(u - u.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def cross_entropy(u, labels):
    """The mean cross-entropy of softmax(u), without overflow; u : (N, K)."""
    u = u - u.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(u).sum(axis=1)) - u[np.arange(len(u)), labels])


# %% [markdown]
# Find T between 0.05 and 20, to 0.1 % of its value. <!-- no claim: setting --> The loss first falls
# with T and then rises, or it only falls, or only rises. In the last two cases, return the end
# where it is lowest. If several T have equally low loss (rounding can make it exactly 0 for small
# T), return the smallest of them. One grid in steps of 0.1 % would need 6,000 calls of
# `cross_entropy`. <!-- no claim: derived --> Take a *coarse* grid, then a finer one around its
# lowest point: between which points?


# %% solution="fit_temperature"
def fit_temperature(u, labels):
    """The T from 0.05 to 20 with the lowest mean cross-entropy of softmax(u / T), to 0.1 %.

    u : (N, K) scores, labels : (N,) whole numbers from 0 to K - 1
    returns T : a number
    """
    ### BEGIN SOLUTION
    low, high = 0.05, 20.0
    for _ in range(4):
        grid = np.geomspace(low, high, 41)
        best = np.argmin([cross_entropy(u / T, labels) for T in grid])
        low, high = grid[max(best - 1, 0)], grid[min(best + 1, 40)]
    return grid[best]
    ### END SOLUTION


# %% check="fit_temperature"
check("fit_temperature", fit_temperature)

# %% [markdown]
# **On which images** do you fit T: on the 500 training images or on the 200 validation images?
# Decide before you run the next cells.

# %% practice=true needs=false fold="Fit T on both and measure the error on the test images"
if ready("fit_temperature"):
    fitted = fit_temperature
else:
    fitted = diagnostics.fit_temperature
by = {part: [fitted(*found[part]) for found in long_trained] for part in ("training", "validation")}
error_with = {"no temperature": [1, 1, 1], **by}
for name, temperatures in error_with.items():
    tests = [found["test"] for found in long_trained]
    divided = [(u / T, labels) for (u, labels), T in zip(tests, temperatures, strict=True)]
    error_with[name] = [measured(lesson.probabilities(u), labels, 10) for u, labels in divided]
    print(f"{name:15} T {np.mean(temperatures):.2f}, error {np.mean(error_with[name]):.3f}")

# %% practice=true fold="Draw the networks with both temperatures"
lesson.draw_reliability(
    {
        f"T fitted on {part} images": [
            (found["test"][0] / T, found["test"][1])
            for found, T in zip(long_trained, by[part], strict=True)
        ]
        for part in by
    }
)

# %% claims=true
none, training, validation = (np.array(error_with[k]) for k in ("no temperature", *by))
said = "The T of the training images is far below 1"
claim(said, by["training"], below=0.2, given=[1])
claim("makes the error even larger", training - none, above=0.07)
said = "the networks classify all of these images correctly"
claim(
    said, [lesson.accuracy_and_confidence(*one["training"])[0] for one in long_trained], above=0.999
)
share = np.mean(validation) / np.mean(none)
claim("brings the error down to about a tenth", share, above=0.05, below=0.17)
claim("about that of a calibrated network", np.mean(validation) / floor[1097], below=1.5)

# %% [markdown]
# The T of the training images is far below 1 and makes the error even larger: the networks classify
# all of these images correctly, so on them a smaller T has a smaller loss. The validation images
# are as new as the test images. Their T brings the error down to about a tenth, about that of a
# calibrated network with as many images.
#
# ### A remedy during training
#
# *Label smoothing* changes the targets. A share ε of the probability is divided equally among all K
# classes: in the target row, the right class gets $1 - ε + ε/K$ and each other class $ε/K$. The
# cross-entropy is lowest where the softmax equals the target row. With ε = 0, no finite scores
# reach this, so the loss always asks for a larger lead.

# %% [markdown]
# **The lead.** The right score leads all others by the same number. Which lead has the lowest
# cross-entropy for smoothed targets with ε = 0.1 and K = 10? (The probabilities of two classes have
# the ratio $e^{u_k}/e^{u_j}$.)
#
# - a: 1
# - b: about 2.3
# - c: about 4.5
# - d: none: the larger, the better

# %% solution="answer_lead"
answer_lead = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_lead = "c"
### END SOLUTION

# %% choice="lead" key="c" points=1
check_choice("lead", answer_lead)
# a: This is the margin of the hinge. Which two probabilities does the target row have here?
# b: log 10 = 2.3 is the loss of ten equal scores. Take the logarithm of the ratio of the two
#    probabilities in the target row.
# c: The probabilities are 0.91 and 0.01, and log 91 = 4.5. So smoothing asks for a lead of this
#    size, no more: it is a cross-entropy with a kind of margin.
# d: This holds for ε = 0 only.

# %% [markdown]
# ## 5 What a probability is for
#
# A margin is enough to name a class. A *decision* needs more. A classifier says for a patient: ill
# with the probability 0.1. To send an ill patient away costs 20, an examination costs 1, whether
# the patient is ill or not. <!-- no claim: setting -->
#
# | the patient is | send away | examine |
# |---|---|---|
# | healthy | 0 | 1 |
# | ill | 20 | 1 |
#
# The *expected cost* of an action is the sum of its column, weighted by the probabilities: 0.9 · 0
# + 0.1 · 20 = 2 for the first, and 1 for the second. So the patient is examined, although *healthy*
# is far more probable. If the right probability is 0.01, the first action costs only 0.2. Wrong
# probabilities lead to wrong actions even where the most probable class is right.
# <!-- no claim: derived -->

# %% practice=true fold="Decide with the networks of section 3, with and without the temperature"
table = np.full((10, 11), 1.0)  # a digit that is named wrongly costs 1
table[np.arange(10), np.arange(10)] = 0.0
table[:, 10] = 0.3  # to ask a person costs 0.3
paid = []
for found, T in zip(long_trained, by["validation"], strict=True):
    (u, labels), row = found["test"], []
    for p in (lesson.probabilities(u), lesson.probabilities(u / T)):
        actions = np.argmin(p @ table, axis=1)
        row += [table[labels, actions].mean(), np.mean(actions == 10)]
    paid.append(row)
    print("cost {:.2f}, asks in {:.0%}; with T: cost {:.2f}, asks in {:.0%}".format(*row))

# %% claims=true
before, asked, after, asks = np.transpose(paid)
claim("the three networks pay less with their temperature", after, below=before)
claim(
    "ask a person about three times as often", np.mean(asks) / np.mean(asked), equals=3, within=0.75
)

# %% [markdown]
# To ask a person costs 0.3, a wrong answer 1: the three networks pay less with their temperature,
# and ask a person about three times as often.
#
# **A second fault.** Something else may be wrong, too. The scores of one class may all be too low,
# so that its mean probability is below its share of the samples. To repair this, add a number $c_k$
# to all scores of class k. The gradient of the mean cross-entropy with respect to $c_k$ is the mean
# of $y_{nk} - t_{nk}$ over the samples (notebook 02; $t_{nk}$ is 1 for the right class, else 0). At
# the minimum it is 0:
#
# $$\frac1N \sum_n y_{nk} = \text{share of class } k \text{ among the labels.}$$
#
# If class k has the mean probability 0.1 and the share 0.2, adding log 2 to its scores doubles
# $e^{u_k}$. <!-- no claim: derived --> Its mean probability rises, though not quite to 0.2: the
# softmax divides by a larger sum. <!-- no claim: derived --> With a temperature, the scores are
# divided by T afterwards, so the same change of the probabilities needs T log 2.
# <!-- no claim: derived -->

# %% [markdown]
# **Six classifiers** wait in the check, each with 400 validation samples, new samples and a table
# of costs: too sure, not sure enough, one class too low, two with a wrong confidence **and** one
# class too low, and one with nothing wrong. Your function is not told which one it gets: it repairs
# the scores by the validation samples, and decides for the new ones. The check knows the right
# probabilities, so it knows the lowest cost. It compares your cost with that of the cheapest
# decisions that lack a needed repair or use no probabilities: 70 % of the possible saving earns all
# points, 35 % or less none. <!-- no claim: setting --> So T and the shifts need two or three
# digits, not more. <!-- no claim: setting -->
#
# Two faults at once: after the shift another T is best, and after the new T another shift. How do
# you find both?


# %% solution="decide"
def decide(u, labels, new, costs):
    """The action with the lowest expected cost for each new sample.

    u : (N, K) scores and labels : (N,) of the validation samples, each class among them
    new : (M, K) scores of samples without labels, from the same classifier
    costs : (K, A), of each action if the right class is k
    returns actions : (M,) whole numbers from 0 to A - 1
    """
    ### BEGIN SOLUTION
    share = np.bincount(labels, minlength=u.shape[1]) / len(labels)
    c = np.zeros(u.shape[1])
    for _ in range(5):
        T = fit_temperature(u + c, labels)
        c = c + T * np.log(share / softmax((u + c) / T).mean(axis=0))
    p = softmax((new + c) / T)
    return np.argmin(p @ costs, axis=1)
    ### END SOLUTION


# %% check="decide"
check("decide", decide)

# %% [markdown]
# ## To keep
#
# - With the perceptron loss, only misclassified samples still teach the network something; with the
#   hinge also those within the margin, with the cross-entropy all.
# - After a long training with cross-entropy, the confidence is often too high. Measure the
#   calibration error on new images, and fit a temperature on validation data.
# - A decision needs the right probabilities: take the action with the lowest expected cost.
#
# <details><summary>In PyTorch (a whole training: notebook 24)</summary>
#
# `torch.nn.functional.multi_margin_loss(scores, labels, margin=1.0)` is your `multiclass_hinge`
# divided by K. `torch.nn.functional.cross_entropy(u, labels, label_smoothing=0.1)` smooths the
# targets. Both average over the samples. A temperature is `u / T`.
#
# </details>

# %% [markdown]
# ## Sources
#
# S2 "Training Neural Networks" (J. Choo, Korea University), slide "Regularization: Add term to
# loss"; S3 "Backpropagation and Training" (C. V. Jawahar, IIIT Hyderabad), slide "Loss Functions";
# S4 "Neural networks (continued)" (A. Krause, ETH Zürich), slide "How can we train the weights?";
# Guo and others (2017), arXiv 1706.04599; Szegedy and others (2016), arXiv 1512.00567; CS231n
# (Stanford), notes on linear classification.
