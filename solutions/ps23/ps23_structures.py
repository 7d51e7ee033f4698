# %% [markdown]
# # Distances between structures
#
# A network can output more than numbers: a word, a formula, a molecule. We cannot subtract the
# right answer from it, because nobody says which parts correspond. **How do you compare two
# structures, and how does the comparison become a loss with a gradient?**
#
# **You need** softmax with its gradient (02) and shared values in a graph (07).

# %% opening=true
"""Two curves with the same two pulses at different times, one above the other. Thin lines join each
point of the upper curve with the points of the lower one that belong to it."""

import matplotlib.pyplot as plt
import numpy as np

from course_lib.plots import theme

clock = np.arange(30.0)
upper = np.exp(-0.5 * ((clock - 7) / 1.6) ** 2) - 0.8 * np.exp(-0.5 * ((clock - 18) / 1.6) ** 2)
lower = np.exp(-0.5 * ((clock - 12) / 1.6) ** 2) - 0.8 * np.exp(-0.5 * ((clock - 24) / 1.6) ** 2)
R = np.full((31, 31), np.inf)
R[0, 0] = 0
for i in range(30):
    for j in range(30):
        ways = (R[i, j], R[i, j + 1], R[i + 1, j])
        R[i + 1, j + 1] = (upper[i] - lower[j]) ** 2 + min(ways)
figure, ax = plt.subplots(figsize=(6.4, 3))
i, j = 29, 29
while i >= 0 and j >= 0:
    ax.plot([i, j], [upper[i] + 2.6, lower[j]], color=theme.QUIET, linewidth=0.8)
    step = int(np.argmin([R[i, j], R[i, j + 1], R[i + 1, j]]))
    i, j = i - (step != 2), j - (step != 1)
ax.plot(clock, upper + 2.6, "o-", color=theme.FORWARD, markersize=4)
ax.plot(clock, lower, "o-", color=theme.GRADIENT, markersize=4)
ax.axis("off")
plt.show()

# %% setup=true minutes=1
import numpy as np

from course_lessons import scanned_codes
from course_lessons import structures as lesson
from course_lib.backend import choose_device
from course_lib.losses import tree_distance
from grader.checking import check, guess, reveal

device = choose_device("cpu")  # nothing here gains from a GPU

# %% [markdown]
# ## 1 Strings: the cheapest match
#
# Somebody types terms of this course. In each a letter is missing, or one is too many:
# “gradiet”, “marogin”. We correct each to the term that differs from it at the fewest places. Where
# only one of the two has a letter, they differ, too: “gradiet” and “gradient” differ at two places.
# **What fraction of the typed words is corrected to the right term?** <!-- no claim: derived -->

# %% guess="typed words, compared place by place"
guess("ps23_places", None, between=(0, 1))  # a number from 0 to 1

# %% practice=true
by_places = lesson.corrected(lesson.places_that_differ)
reveal("ps23_places", round(by_places, 2), "336 typed words, compared with 56 terms.")

# %% [markdown]
# The **edit distance** of two strings is the smallest number of insertions, deletions and
# replacements of single letters that turn one into the other. For “graph” and “grapes” the distance
# is 2: replace h by e, insert s.
#
# A **match** pairs letters of a with letters of b, in order. Letters without a partner are deleted
# or inserted. *The distance of two structures is the cost of their cheapest match.*
#
# Look at the **last** letters. Pair them (cost 0 if they agree, else 1), delete that of a (cost 1),
# or insert that of b (cost 1). A smaller problem remains. Let $R_{ij}$ be the distance between the
# first i letters of a and the first j of b: the smallest of three numbers, each from another cell
# of the table R. Which cells? Fill this table for “ab” and “cab” on paper. Its last cell is 1:
#
# | R | – | c | ca | cab |
# |---|---|---|---|---|
# | – | 0 | 1 | ? | ? |
# | a | ? | ? | ? | ? |
# | ab | ? | ? | ? | ? |
#
# <details><summary>The rows, after your own</summary>
#
# 0 1 2 3, then 1 1 1 2, then 2 2 2 1. <!-- no claim: derived -->
#
# </details>
#
# Filling it cell by cell is called *dynamic programming*. Cell (i, j) belongs to `a[i - 1]` and
# `b[j - 1]`.


# %% solution="edit_distance"
def edit_distance(a, b):
    """The smallest number of insertions, deletions and replacements that turn a into b.

    a, b : strings, may be empty; for 40 letters, a recursion without a table takes years
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

# %% practice=true fold="Correct the words, and draw the table"
print("right with the edit distance:", lesson.corrected(edit_distance))
picture = lesson.draw_edit_table(edit_distance, "kitten", "sitting")
picture

# %% claims=true
claim("With the places, more than half of the words are corrected", by_places, above=0.5)
claim("with the edit distance, all of them", lesson.corrected(edit_distance), above=0.995)
claim("the distance is 2", edit_distance("graph", "grapes"), equals=2, within=0.1)

# %% [markdown] after="ps23_places"
# With the places, more than half of the words are corrected; with the edit distance, all of them.
# The marked path through the table shows a cheapest match: diagonal steps pair two letters, other
# steps insert or delete one.

# %% [markdown]
# ## 2 A minimum with a gradient
#
# How does a network output a word? A network for speech gives, for each time step, a probability of
# each letter (a softmax). Here are three time steps: <!-- no claim: setting -->
#
# | probability of | step 1 | step 2 | step 3 |
# |---|---|---|---|
# | a | 0.8 | 0.5 | 0.1 |
# | b | 0.1 | 0.4 | 0.8 |
#
# The right word is “ab”. The edit distance between it and the most probable letters, “aab”, is a
# **count**, 1. A small change of a probability usually does not change it, so its gradient is 0.
# Two changes turn it into a loss.
#
# First, the costs become real numbers, and a match has no insertions or deletions: each step is
# paired with one letter, in the order of the word, and each letter lasts for one or more steps. A
# pair costs −log of the probability of its letter. So there are two matches. In “aab” the a lasts
# for two steps: the cost is −log(0.8 · 0.5 · 0.8) = −log 0.32 = 1.14. In “abb” the b lasts for two:
# −log 0.256 = 1.36. <!-- no claim: derived --> The smaller cost has a gradient, but only with
# respect to the probabilities in “aab”. So “abb” has no influence, although it costs little more.
#
# Second, we replace the minimum of the costs $c_1, c_2, \dots$ by the **soft minimum**
#
# $$\operatorname{softmin}(c_1, c_2, \dots) = -\gamma \log \sum_k e^{-c_k/\gamma}$$
#
# with a number γ > 0. For our two matches and γ = 1, it is −log(0.32 + 0.256) = 0.55, so it uses
# the probability of **both** ways to say “ab”. At γ = 0.1 it is 1.13, almost the minimum.
# <!-- no claim: derived -->

# %% [markdown]
# Write the soft minimum and its derivative with respect to each cost, called the *weight* of this
# cost. Derive the weights first: what do they add up to? If the costs are thousands of times γ, all
# exponentials are rounded to 0. Subtracting a number from all costs subtracts it from the soft
# minimum: which number helps? Some costs may be ∞.
#
# <details><summary>The derivation of the weights, after your own</summary>
#
# Let $S = \sum_k e^{-c_k/\gamma}$. By the chain rule, $-\gamma \log S$ has the derivative
# $-\gamma \cdot \frac1S \cdot e^{-c_k/\gamma} \cdot (-\frac1\gamma) = e^{-c_k/\gamma}/S$ with
# respect to $c_k$. These weights are not negative and add up to 1.
#
# </details>


# %% solution="soft_minimum"
def soft_minimum(costs, gamma):
    """The soft minimum, and its derivative with respect to each cost.

    costs : (K,), at least one is finite; gamma : positive
    returns value (a number), weights : (K,)
    """
    ### BEGIN SOLUTION
    low = costs.min()
    e = np.exp((low - costs) / gamma)
    value = low - gamma * np.log(e.sum())
    weights = e / e.sum()
    return value, weights
    ### END SOLUTION


# %% check="soft_minimum"
check("soft_minimum", soft_minimum)

# %% [markdown]
# The weights are those of a softmax: read them as **probabilities of the matches**. Here they are
# 0.56 for “aab” and 0.44 for “abb” at γ = 1, so both matches get a gradient.
# <!-- no claim: derived -->

# %% [markdown]
# ## 3 Sequences: all alignments in one table
#
# Two recordings of one word are sequences of numbers or vectors, and at another speed a sound lasts
# longer. So nothing is deleted: an element may get several partners, as the letters of section 2
# do. *Dynamic time warping* (DTW) compares two sequences x and y. A match is an **alignment**:
# a path through the table of all pairs (i, j), from the first pair to the last. Each step moves on
# by one in x, in y, or in both. A pair costs the squared distance $\lVert x_i - y_j\rVert^2$, and a
# path the sum over its pairs. DTW is the cost of the cheapest path, and **soft-DTW** is the soft
# minimum of the costs of **all** paths.
#
# For example, x = (0, 2, 2) and y = (0, 0, 2) have these costs of pairs, and this cheapest path:
#
# | cost | $y_1=0$ | $y_2=0$ | $y_3=2$ |
# |---|---|---|---|
# | $x_1=0$ | **0** | **0** | 4 |
# | $x_2=2$ | 4 | 4 | **0** |
# | $x_3=2$ | 4 | 4 | **0** |
#
# So DTW is 0 (place by place, the cost is 4), and soft-DTW over the 13 paths with γ = 1 is −0.09.
# <!-- no claim: derived --> A distance cannot be negative, but a loss can.
#
# Two sequences of length 10 have 1.46 million alignments. But a path can reach a cell from only
# three neighbours, as in section 1. Let $R_{ij}$ be the soft minimum over all paths that end in
# cell (i, j):
#
# $$R_{ij} = \lVert x_i - y_j\rVert^2 + \operatorname{softmin}(R_{i-1,j},\, R_{i,j-1},\,
# R_{i-1,j-1})$$
#
# Soft minima may be nested like this, because $e^{-\operatorname{softmin}/\gamma}$ is the sum of
# all $e^{-c/\gamma}$. Row 0 and column 0 are ∞, except $R_{00} = 0$. The value of soft-DTW is R in
# the last cell. This table is given; it uses your `soft_minimum`.


# %%
def alignment_table(x, y, gamma):
    """The table R, and for each cell the weights of its soft minimum.

    returns R : (T_x + 1, T_y + 1), weights : (T_x + 1, T_y + 1, 3); weights[i, j] belong to the
    neighbours (i - 1, j), (i, j - 1), (i - 1, j - 1), in this order
    """
    R = np.full((len(x) + 1, len(y) + 1), np.inf)
    weights = np.zeros((*R.shape, 3))
    R[0, 0] = 0
    for i in range(1, len(x) + 1):
        for j in range(1, len(y) + 1):
            before = np.array([R[i - 1, j], R[i, j - 1], R[i - 1, j - 1]])
            value, weights[i, j] = soft_minimum(before, gamma)
            R[i, j] = np.sum((x[i - 1] - y[j - 1]) ** 2) + value
    return R, weights


# %% [markdown]
# ## 4 The gradient through the table
#
# Let $E_{ij}$ be the derivative of the value with respect to $R_{ij}$. In the last cell it is 1.
# Each other $R_{ij}$ enters the soft minima of up to three later cells, and `weights[i, j]` has the
# derivatives of the soft minimum of cell (i, j) with respect to its three neighbours: above, left,
# diagonal.
#
# Try it on paper for two sequences of length 2. Let the last cell have the weight 0.2 for the cell
# above it, 0.3 for the cell to its left and 0.5 for the diagonal one. What is E in each of the four
# cells? Hint: which neighbours of the other three are finite? <!-- no claim: setting -->
#
# <details><summary>The four numbers, after your own</summary>
#
# E is 1 in the last cell, 0.2 above it and 0.3 to its left. For these two, only the first cell is
# finite, so it has the weight 1, and they pass on all they have. The first cell gets
# 0.5 + 0.2 + 0.3 = 1. It has to be 1: all alignments begin in this cell, so all of their costs
# contain its cost. <!-- no claim: derived -->
#
# </details>
#
# In general: what does a cell pass on, how does it combine what it gets, and in which order do you
# visit the cells?

# %% [markdown]
# $R_{ij}$ is the cost of its pair plus a soft minimum, so $E_{ij}$ is also the derivative of the
# value with respect to this cost. Which costs contain $x_i$, and what are their derivatives?
# Write `soft_dtw`.


# %% solution="soft_dtw"
def soft_dtw(x, y, gamma):
    """Soft dynamic time warping: the soft minimum over all alignments.

    x : (T_x, D), y : (T_y, D), gamma : positive
    returns value, dx : (T_x, D); the float type of dx is free
    """
    ### BEGIN SOLUTION
    R, weights = alignment_table(x, y, gamma)
    E = np.zeros_like(R)
    E[-1, -1] = 1
    for i in range(len(x), 0, -1):
        for j in range(len(y), 0, -1):
            shares = E[i, j] * weights[i, j]
            E[i - 1, j] += shares[0]
            E[i, j - 1] += shares[1]
            E[i - 1, j - 1] += shares[2]
    return R[-1, -1], 2 * np.sum(E[1:, 1:, None] * (x[:, None] - y), axis=1)
    ### END SOLUTION


# %% check="soft_dtw"
check("soft_dtw", soft_dtw)

# %% practice=true
x = np.array([0.0, 1, 2, 1, 0, 0])[:, None]  # a hump: six elements, each with one entry
y = np.array([0.0, 0, 0, 1, 2, 1])[:, None]  # the same hump two steps later
picture = lesson.draw_cells(x, y, (0.02, 10.0))
picture

# %% [markdown]
# Give each alignment a probability proportional to $e^{-\text{cost}/\gamma}$. Then $E_{ij}$ is the
# probability that an alignment uses the cell (i, j), because only the costs of these alignments
# contain the cost of the cell. At γ = 0.02 nearly all probability lies on one path. At γ = 10 it
# spreads over a broad band.

# %% claims=true
paths = np.zeros((11, 11))
paths[1:, 1] = paths[1, 1:] = 1
for i in range(2, 11):
    for j in range(2, 11):
        paths[i, j] = paths[i - 1, j] + paths[i, j - 1] + paths[i - 1, j - 1]
claim(
    "Two sequences of length 10 have 1.46 million alignments",
    paths[10, 10] / 1e6,
    equals=1.46,
    within=0.01,
    given=[10],
)
narrow, broad = (lesson.cell_probabilities(x, y, gamma) for gamma in (0.02, 10.0))
said = "At γ = 0.02 nearly all probability lies on one path"
claim(said, narrow[narrow > 0.5].mean(), above=0.98, given=[0.02])
claim(
    "At γ = 10 it spreads over a broad band",
    np.sum(broad > 0.1),
    above=1.5 * np.sum(narrow > 0.1),
    given=[10],
)

# %% [markdown]
# <details><summary>A network that predicts a curve (no task needs it)</summary>
#
# A network gets the name of a word, A or B, and predicts a recording of it. Each recording of A has
# a pulse of height 1 upwards, of B downwards, but **at a random time**. The loss is the squared
# error, or your soft-DTW (γ = 0.1), whose `dx` begins the backward pass. <!-- no claim: setting -->
#
# With the squared error, the best prediction is the mean of all recordings, so the predicted pulse
# of A is only about 0.4 high. With soft-DTW, it is about 2.2 times as high (mean of six seeds): the
# loss compares only parts that are paired.
#
# </details>

# %% practice=true fold="Train with the squared error and with your soft-DTW"
predicted = {"with the squared error": lesson.learn_recordings(lesson.squared_error, 0)}
predicted["with your soft-DTW"] = lesson.learn_recordings(lambda z, y: soft_dtw(z, y, 0.1), 0)
picture = lesson.draw_predictions(predicted)
picture

# %% claims=true
from course_lib.losses import soft_dtw as library_soft_dtw

plain = [lesson.learn_recordings(lesson.squared_error, seed).max() for seed in range(6)]
aligned = [
    lesson.learn_recordings(lambda z, y: library_soft_dtw(z, y, 0.1), seed).max()
    for seed in range(6)
]
claim("is only about 0.4 high", np.mean(plain), equals=0.4, within=0.06)
said = "it is about 2.2 times as high"
claim(said, np.mean(aligned) / np.mean(plain), equals=2.2, within=0.3)

# %% [markdown]
# ## 5 Costs that are learned
#
# In section 1 each edit costs 1. But a scanner that reads codes may often lose a small letter, and
# rarely add a digit. So each kind of edit gets its own cost. There are four groups of characters:
# capital letters, small letters, digits and signs. So there are 4 kinds of insertions, 4 of
# deletions, and 16 of replacements (each group by each). Equal characters cost nothing. The edits
# turn what was **read** into the **code**: a small letter that the scanner lost is inserted.
# <!-- no claim: derived -->
#
# You do not know the scanner's costs. You have 100 *scans*. For each you know what was read, three
# codes, and which of them is right: the one that is cheapest with the scanner's own costs.
# <!-- no claim: setting -->

# %% practice=true fold="Show three scans, and choose codes with costs of 1"
rng = np.random.default_rng(0)
own_costs = scanned_codes.draw_costs(rng)
seen, fresh = (scanned_codes.draw_scans(own_costs, n, rng) for n in (100, 200))
for k in (5, 7, 9):
    edits = {code: edit_distance(seen.read[k], code) for code in seen.codes[k]}
    print(f"read: {seen.read[k]}   edits: {edits}   right: {seen.codes[k][seen.right[k]]}")
of_ones = scanned_codes.share_right(np.ones(24), fresh.matches, fresh.right)
print(f"With costs of 1, {of_ones:.2f} of 200 fresh scans of this scanner get the right code.")

# %% claims=true
shares = []
for seed in range(20):
    draws = np.random.default_rng(seed)
    of = scanned_codes.draw_scans(scanned_codes.draw_costs(draws), 100, draws)
    shares.append(scanned_codes.share_right(np.ones(24), of.matches, of.right))
said = "costs of 1 give about half of the scans the right code"
claim(said, np.mean(shares), equals=0.5, within=0.05, given=[1])

# %% [markdown]
# We take the code with the cheapest match, and in a tie the first of these codes. Over many
# scanners, costs of 1 give about half of the scans the right code (guessing: a third).
#
# The codes are short, so all matches are listed: `matches[n][c]` has a row for each of the M
# matches of scan n with its code c. The row says how many edits of each kind this match makes, so
# the shape is (M, 24). `matches[n][c] @ costs` are the costs of these matches. <!-- no claim:
# setting -->
#
# **To choose, take the minimum; to train, the soft minimum.** So the distance of a code is the
# soft minimum over its matches. By the chain rule, its gradient with respect to the costs is a mean
# of the rows, by the weights of the matches. This is given; it uses your `soft_minimum`.


# %%
def code_distances(codes, costs, gamma):
    """The distance of each code of one scan, and its gradient with respect to the costs.

    codes : three arrays (M, 24), as in `matches[n]`; costs : (24,), gamma : positive
    returns distances : (3,), gradients : (3, 24)
    """
    found = [soft_minimum(m @ costs, gamma) for m in codes]
    distances = np.array([value for value, _ in found])
    gradients = np.array([weights @ m for m, (_, weights) in zip(codes, found, strict=True)])
    return distances, gradients


# %% [markdown]
# The fraction with the right code is a count. **Which loss has a gradient with respect to the
# costs?** Suppose the loss is only the distance of the right code. Which costs of at least 0
# minimise it? So what must the loss compare? Derive its gradient with respect to the three
# distances first, then with respect to the costs.
#
# <details><summary>If you are stuck: the loss</summary>
#
# Costs of 0 minimise it. So compare all three distances: their negatives are scores, and notebook
# 02 has a loss for scores and a right class.
#
# </details>
#
# Write `learn_costs`: start with costs of 1, and make a step after each scan, in several passes
# through all scans. Take γ = 0.2 and about 20 passes, and try the learning rates 0.2 and 1.
# <!-- no claim: setting -->
#
# The check calls it for three other scanners, with 100 or 200 scans of each, and chooses the codes
# of 200 fresh scans with your costs. The lowest of the three fractions counts: points begin at 83 %
# right codes, and are full from 87 % on. <!-- no claim: setting -->
#
# A cell of your own can print the fraction for the scanner above: with
# `costs = learn_costs(seen.matches, seen.right)`, it is
# `scanned_codes.share_right(costs, fresh.matches, fresh.right)`. <!-- no claim: setting -->


# %% solution="learn_costs"
def learn_costs(matches, right):
    """Costs with which the cheapest code is the right one, for fresh scans, too.

    matches : for each scan a list of three arrays, one for each code: (M, 24)
    right : (N,), the place of the right code among the three
    returns costs : (24,), negative ones are accepted
    """
    ### BEGIN SOLUTION
    costs = np.ones(24)
    for _ in range(20):
        for codes, place in zip(matches, right, strict=True):
            distances, gradients = code_distances(codes, costs, 0.2)
            _, shares = soft_minimum(distances, 0.2)
            dcosts = gradients[place] - shares @ gradients
            costs = np.maximum(costs - 0.2 * dcosts, 0.01)
    return costs
    ### END SOLUTION


# %% check="learn_costs"
check("learn_costs", learn_costs)

# %% practice=true fold="Compare your costs with those of the scanner"
learned = np.array(learn_costs(seen.matches, seen.right))
order = np.argsort(own_costs)
print("cost / mean cost of     yours   the scanner's")
for k in (*order[:4], *order[-4:]):
    yours, of_scanner = learned[k] / learned.mean(), own_costs[k] / own_costs.mean()
    print(f"{scanned_codes.KINDS[k]:20} {yours:8.2f} {of_scanner:11.2f}")
for name, of in (("given", seen), ("fresh", fresh)):
    share = scanned_codes.share_right(learned, of.matches, of.right)
    print(f"With your costs, {share:.2f} of the {name} scans get the right code.")

# %% [markdown]
# “small by capital”: a small letter was read, and the code has a capital letter. If this is cheap,
# the scanner easily takes a capital letter for a small one. Are the cheap kinds the same in both
# columns? (A common factor of all costs changes no choice, so both are divided by their mean.)

# %% [markdown]
# ## To keep
#
# **How do you compare two structures, and how does this become a loss?** A match says which parts
# correspond. The distance is the cost of the cheapest match. Where the parts have an order, a table
# finds it. The gradient of a count is 0 wherever it exists. With real costs and a soft minimum,
# each match gets a weight, and the gradient is the weighted mean of the gradients of all matches.
# So the costs of edits can be learned, with a loss that compares the right structure with wrong
# ones.
#
# <details><summary>In PyTorch (a whole training: notebook 24)</summary>
#
# `torch.nn.CTCLoss` sums over the alignments of a sequence and its labels with tables of the same
# kind; PyTorch has no loss for trees or graphs. The soft minimum is
# `torch.logsumexp(-c / gamma, 0)` times −γ, and autograd gives its weights.
#
# </details>

# %% [markdown]
# ### Lines of the lectures: trees and graphs
#
# No task needs this part. S3 names strings, trees and graphs.
#
# <details><summary>Trees, with an example on paper</summary>
#
# A network that reads a formula outputs a tree: inner nodes are operations, leaves are letters.
# Three edits are allowed (Selkow, 1977): rename a node (cost 1), insert a whole subtree, or delete
# one (1 for each of its nodes). The roots are paired, and nothing moves. Your table finds the
# smallest cost, with the **children** of both roots in place of letters: pairing two children costs
# *their* tree distance.
#
# In (a+b)·c, the root · has the children + (over a and b) and c. The network answers a+b·c: there
# the root + has the children a and · (over b and c). As strings, they differ by two brackets. As
# trees, their distance is 6: the root changes (1), a is inserted (1), a+b becomes b·c (3), and c is
# deleted (1).
#
# </details>

# %% practice=true fold="Compare three answers as trees, and draw a match"
for formula, tree in lesson.ANSWERS.items():
    as_strings, cost = edit_distance("(a+b)·c", formula), tree_distance(lesson.CORRECT, tree)
    print(f"{formula:8} distance of the strings {as_strings}, of the trees {cost}")
answer = lesson.ANSWERS["a+b·c"]  # in each tree, the nodes count from 0
picture = lesson.draw_tree_match(lesson.CORRECT, answer, match=[(0, 0), (1, 2), (2, 3), (3, 4)])
picture

# %% [markdown]
# <details><summary>Graphs</summary>
#
# In the graph of a molecule, the nodes are atoms and the edges are bonds. A network outputs a graph
# with n nodes as a table A: a number between 0 and 1 for each pair of nodes (a sigmoid). In the
# right table B, a pair has 1 if an edge joins it, else 0. The nodes have no order, so any
# permutation π of them is a match: it pairs node i of A with node π(i) of B. Each edge stands in
# the table twice, so there is a ½:
#
# $$d(A, B) = \min_\pi \tfrac12 \sum_{ij} \big(A_{ij} - B_{\pi(i)\pi(j)}\big)^2$$
#
# If A has only 0 and 1, this counts the edges that differ under the best match. A ring of six nodes
# and the same ring with other numbers differ in 12 edges as numbered, and their distance is 0.
#
# </details>

# %% practice=true fold="Compare a ring with four graphs"
ring, compared = lesson.GRAPHS["ring"], {}
for name, B in lesson.GRAPHS.items():
    compared[name] = 0.5 * np.sum((ring - B) ** 2), lesson.graph_distance(ring, B)
picture = lesson.draw_numbered(compared)
picture

# %% claims=true
claim("trees, their distance is 6", tree_distance(lesson.CORRECT, answer), equals=6, within=0.1)
claim("they differ by two brackets", edit_distance("(a+b)·c", "a+b·c"), equals=2, within=0.1)
as_numbered, best = compared["ring, other numbers"]
claim("differ in 12 edges as numbered", as_numbered, equals=12, within=0.1)
claim("their distance is 0", best, below=0.5, given=[0])

# %% [markdown]
# ## Sources
#
# S3 "Backpropagation and Training" (C. V. Jawahar, IIIT Hyderabad), slide "Loss Functions" on
# structured data: strings, graphs, trees. Levenshtein (1966) and Wagner, Fischer (1974) on the edit
# distance; Sakoe, Chiba (1978) on dynamic time warping; Cuturi, Blondel (2017) on soft-DTW; Selkow
# (1977) on trees.
