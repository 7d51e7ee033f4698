# %% [markdown]
# # Dropout
#
# At every step of training, set half of the hidden units to zero, chosen at random. It sounds like
# sabotage, and S2 asks: “How can this possibly be a good idea?” **When does a network become better
# by losing its units at random, and when does it not?**
#
# **You need** the backward pass of a linear layer (06), softmax with cross-entropy (02) and
# `interval` (01).

# %% setup=true minutes=1
import numpy as np

from course_lessons import dropout as lesson
from course_lessons.experiment import interval
from course_lib.backend import choose_device
from course_lib.functional import softmax
from course_lib.op import Op
from grader.checking import check, check_choice, guess, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 Zeros and a factor
#
# In training, each hidden value x is multiplied by a random m, which is 0 with probability p and 1
# otherwise. This p is `drop_prob`, the probability of **dropping**, as in PyTorch. The mean is
# $E[m\,x] = p\cdot 0\cdot x + (1-p)\cdot 1\cdot x = (1-p)\,x$. A unit of the next layer computes a
# sum, and the mean of a sum is the sum of the means:
#
# $$E\Big[\sum_i w_i x_i m_i\Big] = \sum_i w_i x_i\,E[m_i] = (1-p)\sum_i w_i x_i$$
#
# So dropout multiplies the mean of each sum by 1 − p. At test time, S2 and S4 multiply by the
# probability of keeping a number, which is 1 − p in our letters.
# **Inverted dropout** divides the kept values by 1 − p in training instead, and test mode changes
# nothing, so it has no factor to forget. Write it for an `x` of any shape:
#
# - In training, drop each number independently, by `rng` only. In test mode draw nothing.
# - float32 stays float32. Change no argument.
# - `cache` holds what the backward pass will need, in test mode as well.


# %% solution="dropout_forward"
def dropout_forward(x, drop_prob, rng, *, training):
    """Inverted dropout: each number is 0 with probability drop_prob, the others are scaled up.

    x : any shape, drop_prob : probability of DROPPING, in [0, 1)
    returns y : shape and float type of x, and cache
    """
    ### BEGIN SOLUTION
    factors = np.ones_like(x)
    if training:
        kept = rng.random(x.shape) >= drop_prob
        factors = kept.astype(x.dtype) / (1 - drop_prob)
    y = x * factors
    return y, factors
    ### END SOLUTION


# %% check="dropout_forward"
check("dropout_forward", dropout_forward)

# %% [markdown]
# In S2's code the backward pass is “not shown”. Once the mask is drawn, each number is $y = a x$
# with a fixed factor a: 0 or 1/(1 − p), in test mode 1. Write the gradient of the loss with respect
# to x.


# %% solution="dropout_backward"
def dropout_backward(dy, cache):
    """The gradient of dropout_forward with respect to x, from dy and its cache; the shape of dy."""
    ### BEGIN SOLUTION
    return dy * cache
    ### END SOLUTION


# %% check="dropout_backward"
check("dropout_backward", dropout_forward, dropout_backward)

# %% [markdown]
# ## 2 S2's network
#
# S2's code has the other form, *vanilla dropout*, with a factor at test time. **In this section, p
# is S2's**: a comment says that p is the “probability of keeping a unit active”. The code has two
# functions. Both compute two hidden layers with ReLU, `H1` and `H2`, and from `H2` the scores
# `out`, without ReLU.
#
# - `train_step` multiplies each hidden layer by a *mask*, a new array of zeros and ones:
#   `U1 = np.random.rand(*H1.shape) < p # first dropout mask`.
# - `predict` draws no mask, but multiplies both hidden layers by p, so that “output at test time =
#   expected output at training time”.
#
# Here are both as one function. Each row of `x` is a sample, and p is called `keep_prob`.


# %%
def s2_network(x, weights, keep_prob, rng, *, training):
    """The scores of S2's network: `train_step` if training, else `predict`, which draws nothing."""
    W1, b1, W2, b2, W3, b3 = weights
    H1 = np.maximum(0, x @ W1 + b1)
    U1 = rng.random(H1.shape) < keep_prob if training else keep_prob
    H2 = np.maximum(0, (H1 * U1) @ W2 + b2)
    U2 = rng.random(H2.shape) < keep_prob if training else keep_prob
    return (H2 * U2) @ W3 + b3


# %% [markdown]
# Four such networks have learned to classify 8 × 8 images of digits, with `keep_prob=0.5`. In
# training, each pass of an image goes through another *thinned* network:

# %% practice=true fold="Send one image through three thinned networks"
x_train, t_train, x_test, t_test = lesson.digits()
s2_networks = [lesson.s2_weights(seed) for seed in range(4)]
rng = np.random.default_rng(0)
for training in (True, True, True, False):
    out = s2_network(x_test[:1], s2_networks[0], 0.5, rng, training=training)
    q = softmax(out)[0, t_test[0]]
    print(f"training={training!s:5}  probability of the true digit {q:.3f}")

# %% [markdown]
# Now somebody forgets the factor at test time, as if `keep_prob` were 1. With the factor, the
# networks classify about 97 % of the 797 test images correctly. **What is the accuracy without the
# factor? By how many percent does the cross-entropy change?**

# %% guess="accuracy and loss without the factor"
guess("ps20_accuracy", None, between=(0, 1))  # the accuracy, a number from 0 to 1
guess("ps20_loss", None)  # percent, negative if it falls

# %% practice=true fold="Evaluate the four networks with and without the factor"
right, forgotten = np.array(
    [
        [
            lesson.evaluated(s2_network(x_test, weights, keep_prob, None, training=False))
            for weights in s2_networks
        ]
        for keep_prob in (0.5, 1)
    ]
)
(accuracy, loss), (accuracy_1, loss_1) = right.mean(axis=0), forgotten.mean(axis=0)
reveal("ps20_accuracy", accuracy_1, f"Mean over the networks; with the factor {accuracy:.3f}.")
reveal("ps20_loss", round(100 * (loss_1 / loss - 1)), "Percent, of the mean over the networks.")

# %% [markdown] after="ps20_accuracy ps20_loss"
# The accuracy hardly changes, but the cross-entropy almost triples. Without the factor the
# scores are larger. The largest one mostly stays the largest, but the probabilities move towards 0
# and 1, also where the network errs. So the accuracy does not show the mistake.

# %% claims=true
claim(
    "networks classify about 97 % of the 797 test images correctly",
    np.mean(right[:, 0]),
    equals=0.97,
    within=0.01,
    given=[797],
)
claim("The accuracy hardly changes", abs(right[:, 0] - forgotten[:, 0]), below=0.02)
claim("but the cross-entropy almost triples", loss_1 / loss, equals=2.9, within=0.5)
confidence = [
    np.mean(
        [
            softmax(s2_network(x_test, w, k, None, training=False)).max(axis=1).mean()
            for w in s2_networks
        ]
    )
    for k in (0.5, 1)
]
claim(
    "the probabilities move towards 0 and 1",
    confidence[1] - confidence[0],
    above=0.01,
    given=[0, 1],
)

# %% [markdown]
# ### One letter, two meanings
#
# **The letter p.** S2's text calls the number to choose “Probability of dropping”; in S2's code, p
# is the probability of keeping. At test time, S4 takes “half the weights” on one slide, then p
# times the weights. A friend wants to drop 20 % and sets `p = 0.2` in S2's code. What happens?
#
# - a: 20 % are dropped, as the text says
# - b: 80 % are dropped, and the factor at test time does not fit
# - c: 80 % are dropped, and the factor at test time fits
# - d: 20 % are dropped, but half the weights is right after training

# %% solution="answer_letter"
answer_letter = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_letter = "c"
### END SOLUTION

# %% choice="letter" key="c" points=1
check_choice("letter", answer_letter)
# a: The code keeps a value if the random number is below p. So it keeps 20 %.
# b: 80 % is right. But both modes use the same p, so the mean of a weighted sum agrees, and a
#    comparison of the two modes does not show the mistake.
# c: The code keeps 20 %, and test mode multiplies by 0.2. Nothing looks wrong. Count the zeros
#    instead, and never test at ½ alone, where all meanings agree.
# d: Half the weights is right for ½ only: the factor is the probability of keeping.

# %% practice=true fold="Compare the means of a sum at three values of p"
rng = np.random.default_rng(6)
w, x_one = rng.normal(size=100), rng.uniform(0, 1, size=100)
for p in (0.2, 0.5, 0.8):
    kept = rng.random((20_000, 100)) < p
    in_training, by_p, by_half = ((kept * x_one) @ w).mean(), x_one @ (p * w), x_one @ (w / 2)
    print(f"p = {p}: mean in training {in_training:+.2f}", end="")
    print(f", with the weights p w {by_p:+.2f}, with half the weights {by_half:+.2f}")

# %% claims=true
off_p = abs(by_p - in_training), abs(by_half - in_training)  # at p = 0.8
claim("half the weights do so only at ½", off_p[1], above=5 * off_p[0])

# %% [markdown]
# The weights p w keep the mean of training at each p; half the weights do so only at ½.

# %% [markdown]
# ## 3 All 256 networks
#
# S2 has two answers to its question. One of them: “Dropout is training a large ensemble of models
# (that share parameters)”, one for each mask. A layer of 4,096 units has 2^4096 masks. A layer of 8
# units has only 256, and you can average over all of them.
#
# A mask that keeps k of n units has the probability $(1-p)^k\,p^{\,n-k}$. Return the mean output of
# all masked networks, each weighted with the probability of its mask. The kept values are divided
# by 1 − p. (`np.ndindex(*[2] * n)` runs through all rows of n zeros and ones.)


# %% solution="mean_over_masks"
def mean_over_masks(f, z, drop_prob):
    """The mean of f(masked z) over all 2^n masks, weighted with their probabilities.

    f : network from hidden values to outputs, (n,) -> (K,), or M rows at once; z : (n,)
    drop_prob : probability of DROPPING a unit, in [0, 1)
    returns mean : (K,)
    """
    ### BEGIN SOLUTION
    mean = 0
    for mask in np.ndindex(*[2] * len(z)):
        kept = np.array(mask)
        chance = np.prod(np.where(kept == 1, 1 - drop_prob, drop_prob))
        mean = mean + chance * f(z * kept / (1 - drop_prob))
    return mean
    ### END SOLUTION


# %% check="mean_over_masks"
check("mean_over_masks", mean_over_masks)

# %% [markdown]
# Now the 8 values go through a linear layer and a softmax. Mask r of the 256 has the probability
# $\pi_r$ and gives class k the probability $q_{rk}$. There are two means: the *arithmetic* mean
# $\sum_r \pi_r q_{rk}$, and the *geometric* mean $\prod_r q_{rk}^{\pi_r}$, divided by its sum over
# the classes. **Which of them does one pass in test mode, without any mask, give exactly?**

# %% guess="what test mode gives"
guess("ps20_mean", None, among=("arithmetic", "geometric", "neither"))

# %% practice=true fold="Compute both means and test mode"
z8, networks_8 = lesson.eight_units()
compared = {}
for name, network in networks_8.items():
    logs = mean_over_masks(lambda z, network=network: np.log(network(z)), z8, 0.3)
    compared[name] = {
        "arithmetic mean": mean_over_masks(network, z8, 0.3),
        "geometric mean": np.exp(logs) / np.exp(logs).sum(),
        "test mode": network(z8),
    }
q = compared["linear"]
off = {key: abs(mean - q["test mode"]).max() for key, mean in q.items() if "mean" in key}
nearest = min(off, key=off.get)
right_one = nearest.split()[0] if off[nearest] < 1e-9 else "neither"
reveal("ps20_mean", right_one, "For the linear layer and the softmax.")

# %% practice=true fold="Print how far off the means are, and draw all networks"
print(f"2^4096 is about 10^{int(4096 * np.log10(2))}; S2 compares with about 10^82 atoms.")
for name, q in compared.items():
    off = [abs(q[f"{kind} mean"] - q["test mode"]).max() for kind in ("arithmetic", "geometric")]
    print(f"{name}: arithmetic mean off by {off[0]:.1e}, geometric mean by {off[1]:.1e}")
picture = None
if compared:
    marks = {key: values[0] for key, values in compared["linear"].items()}
    picture = lesson.draw_members(z8, networks_8["linear"], 0.3, marks)
picture

# %% claims=true
off = {}
for name, q in compared.items():
    test = q["test mode"]
    off[name] = [abs(q[f"{kind} mean"] - test).max() for kind in ("arithmetic", "geometric")]
claim("The geometric mean is test mode up to rounding", off["linear"][1], below=1e-12)
claim("the arithmetic mean is not", off["linear"][0], above=1e-3)
claim("With a ReLU in between, neither is exact", off["linear, ReLU, linear"], above=1e-3)

# %% [markdown] after="ps20_mean"
# The geometric mean is test mode up to rounding, the arithmetic mean is not. For the mask r, the
# logarithm of the softmax of class k is the score $u_{rk}$ minus a number $c_r$, the same for all
# classes:
#
# $$\log q_{rk} = u_{rk} - c_r, \qquad
# \sum_r \pi_r \log q_{rk} = \sum_r \pi_r u_{rk} - \sum_r \pi_r c_r$$
#
# Behind a linear layer, the mean score is the score of test mode, and the last sum is again the
# same for all classes. With a ReLU in between, neither is exact.

# %% [markdown]
# ## 4 Inside trained networks
#
# With 128 hidden units there are too many masks. So four networks, trained with your dropout
# (p = 0.5), average over M drawn masks at test time.

# %% practice=true fold="Train four networks and average over masks"
pair = Op(dropout_forward, dropout_backward)
networks = {p: [lesson.trained(p, seed, pair) for seed in range(4)] for p in (0, 0.5)}
masked = {M: [lesson.over_masks(one, M, seed=0) for one in networks[0.5]] for M in (1, 10, 100)}
whole = [lesson.evaluated(network(x_test)) for network in networks[0.5]]
for M, found in masked.items():
    arithmetic, geometric = np.mean(found, axis=0).round(3)
    print(f"M = {M:3}: (accuracy, loss) arithmetic mean {arithmetic}, geometric mean {geometric}")
print("one pass in test mode:", np.mean(whole, axis=0).round(3))

# %% claims=true
of_one, of_hundred = np.array(masked[1])[:, 0, 0], np.array(masked[100])
claim("A single mask costs accuracy", np.array(whole)[:, 0] - of_one, above=0.005)
near = of_hundred[:, 1].mean(axis=0) / np.mean(whole, axis=0)
claim("One pass in test mode does as well as the geometric mean", near, equals=1, within=0.1)
of_arithmetic, of_test_mode = of_hundred[:, 0, 1].mean(), np.mean(whole, axis=0)[1]
claim("its loss is better than the arithmetic mean's", of_arithmetic, above=1.2 * of_test_mode)

# %% [markdown]
# A single mask costs accuracy. One pass in test mode does as well as the geometric mean over a
# hundred masks, and its loss is better than the arithmetic mean's.
#
# S2's other answer: dropout “Forces the network to have a redundant representation” and “Prevents
# co-adaptation of features”, because no unit can rely on a particular partner. Test it: remove 60 %
# of the hidden units at random. <!-- no claim: setting -->

# %% practice=true fold="Remove units"
for p, group in networks.items():
    removed = [lesson.accuracy_without(network, 0.6, seed=0) for network in group]
    print(f"p = {p}: accuracy without 60 % of the units", np.round(removed, 2))

# %% claims=true
left = {p: [lesson.accuracy_without(n, 0.6, seed=0) for n in networks[p]] for p in networks}
about = "about 0.8 of the images are still classified correctly"
claim(about, np.mean(left[0]), equals=0.8, within=0.06)
claim("with p = 0.5 about 0.93", np.mean(left[0.5]), equals=0.93, within=0.03, given=[0.5])

# %% [markdown]
# Without dropout, about 0.8 of the images are still classified correctly, with p = 0.5 about 0.93.
# This fits S2's word “redundant”.

# %% [markdown]
# ## 5 Where does it help?
#
# S4 lists dropout under “Countermeasures” against overfitting. Here is a network that overfits: 256
# hidden units, 300 images, half of their labels wrong.

# %% practice=true
lesson.draw_losses({p: lesson.losses_of_epochs(p, lr=0.1, seed=0) for p in (0, 0.5)})

# %% claims=true
ends = [lesson.losses_of_epochs(p, lr=0.1, seed=0).validation_loss[-1] for p in (0, 0.5)]
claim("In this figure dropout helps", ends[0] - ends[1], above=0)

# %% [markdown]
# In this figure dropout helps. But one seed is no experiment, and 20 epochs at the rate 0.1 need
# not suit both sides. So repeat it with eight seeds, also with the best number of epochs of each
# side (notebook 18). Four other seeds choose these numbers. <!-- no claim: setting -->

# %% practice=true fold="Repeat it with eight seeds"
curves = {
    p: np.array([lesson.losses_of_epochs(p, 0.1, s).validation_accuracy for s in range(12)])
    for p in (0, 0.5)
}
stop = {p: of[:4].mean(axis=0).argmax() for p, of in curves.items()}
at_stop = curves[0.5][4:, stop[0.5]] - curves[0][4:, stop[0]]
at_end = curves[0.5][4:, -1] - curves[0][4:, -1]
print(f"both after 20 epochs: gain {at_end.mean():.2f}")
with_it, without = stop[0.5] + 1, stop[0] + 1
print(f"dropout after {with_it} epochs, without after {without}: gain {at_stop.mean():.2f}")

# %% claims=true
said = "With eight seeds, dropout gains 0.13 after 20 epochs"
claim(said, at_end.mean(), equals=0.13, within=0.03, given=[20])
claim("most of this gain is gone", 1 - at_stop.mean() / at_end.mean(), above=0.5)

# %% [markdown]
# With eight seeds, dropout gains 0.13 after 20 epochs. If each side stops after its own best number
# of epochs, most of this gain is gone.
#
# Now the rate, with 20 epochs, in four situations. Each side gets its best of six rates from 0.0025
# to 0.3. <!-- no claim: setting --> Dropout also gets the best p of 0.2, 0.5 and 0.8.
# <!-- no claim: setting --> The *gain* is the test accuracy with dropout minus that without. Again
# four seeds choose and eight others are reported. <!-- no claim: setting -->

# %% practice=true fold="Train in all four situations"
situations = [(units, wrong) for units in (16, 256) for wrong in (0, 0.5)]
fair = {at: lesson.fair_gain(*at) for at in situations}
for (units, wrong), one in fair.items():
    low, high = interval(one["gains"])
    print(f"{units:3} units, {wrong} wrong: gain {low:+.3f} to {high:+.3f}", end="")
    print(f"; best (p, rate) {one['with_it']}, without {one['without']}")
picture = lesson.draw_settings({at: one["found"] for at, one in fair.items()})
picture

# %% claims=true
gains = {at: 100 * one["gains"].mean() for at, one in fair.items()}
said = "less than half of the 0.13 is left"
claim(said, 1 - gains[256, 0.5] / 13, above=0.5, given=[0.13])
best_rate = fair[256, 0.5]["without"][1]
claim(
    "the best rate is 20 times lower than 0.1", 0.1 / best_rate, equals=20, within=0.01, given=[0.1]
)
chosen = [one[side][1] for one in fair.values() for side in ("with_it", "without")]
claim("No best rate lies at an end of the list", chosen, above=0.003, below=0.2, varied=())
for at in [(256, 0), (256, 0.5)]:
    low, high = interval(fair[at]["gains"])
    claim("these eight seeds show a clear gain in none", low, below=0, varied=())
    claim("its interval contains 0", high, above=0, given=[0])
claim("With right labels the wide network gains hardly anything", gains[256, 0], below=1)
claim("With 16 units dropout costs accuracy", [gains[16, 0], gains[16, 0.5]], below=-1, given=[16])

# %% [markdown]
# No best rate lies at an end of the list. With many units and wrong labels, less than half of the
# 0.13 is left. Without dropout, the best rate is 20 times lower than 0.1.
#
# By this fair rule, these eight seeds show a clear gain in none of the four situations. Also for
# many units **and** wrong labels that they could memorise, its interval contains 0. With right
# labels the wide network gains hardly anything. With 16 units dropout costs accuracy. But eight
# seeds and 300 small images are little evidence. <!-- no claim: setting -->

# %% [markdown]
# ## 6 Which images will it get wrong?
#
# In use, units may fail, as if dropout went on after training. **Which images does a network with
# missing units get wrong?**
#
# **What you get.** `f(z)` computes scores from the values `z` of the hidden units, a row for each
# image. Without failures it classifies all these images correctly. With failures, each value is 0
# with the probability `drop_prob`, independently, and the others are divided by 1 − `drop_prob`.
#
# **What you return.** For each image a *doubt*, larger where an error is more probable. Only the
# order counts. Use your `dropout_forward` to draw masks, as in section 4. You may call `f` many
# times (a call of yours has 5 seconds).
#
# **Why the mean score does not show it.** With three units, let one score be the sum of the values
# and the other always 1. The images (6, 0, 0) and (2, 2, 2) have the same scores, 6 and 1, so the
# same confidence; over the masks, they have the same mean scores, too. <!-- no claim: derived -->
# But at `drop_prob` ½ the first is wrong with probability ½, the second only without all its units:
# ⅛. <!-- no claim: derived -->
#
# **What is marked.** You give the doubts first, then the units fail. Take one image that has become
# wrong and one that is still right. The *area under the ROC curve* (AUC) is the probability that
# the wrong one has the larger doubt (equal doubts count one half): 0.5 at random. Nobody reaches 1,
# because the failures are drawn: an image with a large doubt may be right, and one with a small
# doubt wrong. The check tries **all** masks of four drawn networks (one or two layers behind the
# mask), so it knows the best possible area, for example 0.71. It also knows the best of four simple
# rankings: by the confidence (the largest probability), by the margin (the largest score minus the
# second), by the spread of a probability or of the scores over the masks; say 0.55. Your points
# begin halfway, at 0.63, and all are yours after 80 % of the way, at 0.68.
# <!-- no claim: setting -->
#
# In the check, the hidden values of each image are multiplied by a factor of its own. Why does this
# hide the errors from the confidence?
#
# <details><summary>After your own answer</summary>
#
# A factor of 2 doubles all scores (but for biases behind the mask), so the softmax moves towards 0
# and 1. In the networks of section 4, doubled hidden values halve the mean distance of the
# confidence from 1. But the largest score stays the largest.
#
# </details>


# %% claims=true
rng = np.random.default_rng(8)
doubled = []
for network in networks[0.5]:
    z, f = lesson.hidden_and_scores(network)
    drawn = 2.0 * (rng.random((50, *z.shape)) < 0.5)
    for k in (1, 2):
        right = f(k * z).argmax(axis=1)
        changed = np.mean([f(k * z * m).argmax(axis=1) != right for m in drawn])
        doubled.append((1 - softmax(f(k * z)).max(axis=1).mean(), changed))
once, twice = np.array(doubled[::2]), np.array(doubled[1::2])
said = "doubled\nhidden values halve the mean distance of the confidence from 1"
claim(said, np.mean(twice[:, 0] / once[:, 0]), below=0.5, given=[1])
said = "stays the same to\nwithin a tenth"
claim(said, np.mean(twice[:, 1] / once[:, 1]), equals=1, within=0.1)


# %% solution="doubts"
def doubts(f, z, drop_prob, rng):
    """How probably a network with missing units is wrong, for each image; only the order counts.

    f : network from hidden values (M, n) to scores (M, K); z : (N, n), all classified correctly
    drop_prob : probability that a unit is missing, rng : generator for the masks
    returns doubt : (N,)
    """
    ### BEGIN SOLUTION
    right = f(z).argmax(axis=1)
    errors = np.zeros(len(z))
    for _ in range(200):
        thinned, _ = dropout_forward(z, drop_prob, rng, training=True)
        errors += f(thinned).argmax(axis=1) != right
    return errors / 200
    ### END SOLUTION


# %% check="doubts"
check("doubts", doubts)

# %% [markdown]
# <details><summary>When your check passes</summary>
#
# In the networks of section 4, the share of masks that change the class stays the same to within a
# tenth when the hidden values are doubled.
#
# </details>

# %% [markdown]
# Does this find the errors of a **whole** network, whose units are all there? We train networks
# with p = 0.5, on 300 images of which half have wrong labels, and rank the test images. <!-- no
# claim: setting --> The confidence reaches an area of about 0.8.
#
# Somebody ranks by the *spread*: the standard deviation, over 100 masks, of the probability of the
# predicted class. **Is the area of
# the spread above 0.8, between 0.5 and 0.8, or below 0.5?**

# %% guess="the area of the spread"
guess("ps20_spread", None, among=("above 0.8", "between", "below 0.5"))

# %% practice=true fold="Rank the test images of eight networks, and of four with right labels"
areas = {
    wrong: [lesson.areas_of_rankings(wrong, seed, doubts) for seed in range(n)]
    for wrong, n in ((0.5, 8), (0, 4))
}
mean = {
    wrong: {name: np.mean([one[name] for one in found]) for name in found[0]}
    for wrong, found in areas.items()
}
spread = mean[0.5]["spread of the probability"]
word = "above 0.8" if spread > 0.8 else "between" if spread > 0.5 else "below 0.5"
reveal("ps20_spread", word, f"The mean over eight networks is {spread:.2f}.")

# %% practice=true fold="Print the areas"
for wrong, of in mean.items():
    print(f"{wrong} of the labels wrong:", ", ".join(f"{name} {a:.3f}" for name, a in of.items()))

# %% claims=true
confidence, spread, counted = (
    np.array([one[name] for one in areas[0.5]]) for name in areas[0.5][0]
)
claim("reaches an area of about 0.8", confidence.mean(), equals=0.8, within=0.04)
claim("the spread ranks worse than chance on average", spread.mean(), below=0.5)
claim("Counting errors is a little better", (counted - confidence).mean(), above=0)
both = mean[0]["confidence"], mean[0]["errors of thinned networks"]
claim("With right labels, both reach 0.94", both, equals=0.94, within=0.03)

# %% [markdown] after="ps20_spread"
# With wrong labels, the spread ranks worse than chance on average: where all probabilities are low,
# they cannot vary much. Counting errors is a little better than the confidence on average. With
# right labels, both reach 0.94. So the masks add little to the confidence of a whole network.

# %% [markdown]
# ## To keep
#
# - Inverted dropout: `y = x * m / (1 - p)` in training, `y = x` in test mode. The backward pass is
#   `dx = dy * m / (1 - p)` with the same m. This is PyTorch's `torch.nn.Dropout(p)` (notebook 24);
#   `model.eval()` switches it off.
# - A forgotten factor spoils the probabilities, and the accuracy hardly shows it.
# - **When does a network become better by losing units?** Compare each side at its own best
#   settings. Then dropout gained little or nothing here, and cost
#   accuracy with few units.
# - If units are missing, the share of masks that change the class ranks images by doubt. In a whole
#   network the spread of a probability does not, with half of the labels wrong.

# %% [markdown]
# ### Lines of the lectures
#
# No task needs this part.
#
# S3 also lists “Dropconnect”, which drops single **weights**. Its mask, with the factor 1/(1 − p),
# is what your `dropout_forward` makes of an array of ones.


# %% fold="DropConnect: a linear layer with the weights W · mask"
def dropconnect_forward(x, W, b, drop_prob, rng, *, training):
    mask, _ = dropout_forward(np.ones_like(W), drop_prob, rng, training=training)
    return x @ (W * mask) + b, (x, W, mask)


def dropconnect_backward(dy, cache):
    x, W, mask = cache
    return dy @ (W * mask).T, (x.T @ dy) * mask, dy.sum(axis=0)  # dx, dW, db


# %% [markdown]
# <details><summary>First-layer weights, and batch normalisation</summary>
#
# On S4's slide “Effect on filters”, first-layer weights look like noise without dropout and like
# strokes “with p = 0.5”. <!-- no claim: source --> Those of section 4 are hard to tell apart, but
# with dropout fewer units are active.
#
# S3's list also has batch normalisation. In test mode it divides by a standard deviation that was
# measured in training (notebook 16). If dropout stands in front of it, the variance in training is
# larger than in test mode, because a sum of masked values also changes from mask to mask. At
# p = 0.8 the next cell finds about 7 times the variance of test mode. So put strong dropout behind
# the last batch normalisation.
#
# </details>

# %% practice=true fold="Draw first-layer weights, and compare the variance in both modes"
for p, group in networks.items():
    active = [(lesson.hidden_and_scores(network)[0] > 0).mean() for network in group]
    print(f"p = {p}: share of active units", np.round(active, 2))
rng, z = np.random.default_rng(2), lesson.hidden_and_scores(networks[0.5][0])[0]
W = rng.normal(size=(128, 50))
for p in (0.2, 0.5, 0.8):
    u = (z * (rng.random(z.shape) >= p) / (1 - p)) @ W
    ratio = u.var(axis=0).mean() / (z @ W).var(axis=0).mean()
    print(f"p = {p}: variance in training / in test mode {ratio:.1f}")
picture = lesson.draw_filters(networks[0][0], networks[0.5][0])
picture

# %% claims=true
shares = {
    p: np.array([(lesson.hidden_and_scores(n)[0] > 0).mean() for n in networks[p]])
    for p in networks
}
claim("with dropout fewer units are active", shares[0.5], below=shares[0] - 0.05)
claim("about 7 times the variance of test mode", ratio, equals=7, within=1.75)

# %% [markdown]
# ## Sources
#
# S2 "Training Neural Networks" (J. Choo, Korea University). S3
# "Backpropagation and Training" (C. V. Jawahar, IIIT Hyderabad), slide "Regularization of the
# Network". S4 "Neural networks (continued)" (A. Krause, ETH Zürich).
#
# N. Srivastava and others, "Dropout: A Simple Way to Prevent Neural Networks from Overfitting",
# 2014. L. Wan and others, "Regularization of Neural Networks using DropConnect", 2013.
