# %% [markdown]
# # Learning distances, and losses between structures
#
# TODO: why anybody should care, in a few sentences.
#
# **Afterwards you can**
#
# - TODO: two to five things, each a verb.
#
# **You need** TODO: what is needed, and from which notebook.

# %% opening=true
"TODO: what the picture on the first screen shows, for readers who cannot see it."

import matplotlib.pyplot as plt

figure, ax = plt.subplots()
ax.plot([0, 1])  # TODO: one thing that makes people read on, and gives no guess away
ax.set_title("TODO: a neutral statement, or a question")
plt.show()

# %% setup=true
import numpy as np

from course_lib.backend import choose_device
from course_lib.plots import theme
from grader.checking import check, check_choice, guess, ready, reveal

device = choose_device("auto")

# %% [markdown]
# ## 1 A guess first
#
# TODO: the question, before anything is explained.

# %% guess="TODO: what it is about"
guess("ps15_first", None)  # TODO: what kind of answer

# %% practice=true
result = np.zeros(3).sum()  # TODO: the demonstration, on the student's functions once they exist
reveal("ps15_first", result)

# %% [markdown]
# ## 2 The idea
#
# TODO: in words, with one picture.

# %% practice=true
import matplotlib.pyplot as plt

with theme.style():
    figure, ax = plt.subplots()
    ax.plot(np.arange(3))  # TODO: the picture
    ax.set(xlabel="TODO", ylabel="TODO", title="TODO: what there is to see")
    plt.show()

# %% [markdown]
# *In words: TODO.*

# %% [markdown]
# ## 3 TODO: the topic
#
# TODO: derivation with blanks, definition in slow loops, then the student's own version.


# %% solution="contrastive_loss"
def contrastive_loss(a, b, same, margin):
    """Loss ``L = (1/N) sum_n 1/2 (same d**2 + (1 - same) max(0, margin - d)**2)``, ``d = |a - b|``.

    The loss pulls pairs of the same class together and pushes other pairs apart until their
    distance is at least the margin.

    Parameters
    ----------
    a, b : (N, D), embeddings of the two halves of N pairs
    same : (N,), 1 (or True) for pairs of the same class, 0 for others
    margin : distance beyond which other pairs have loss 0, positive

    Returns
    -------
    value : float, mean over the N pairs
    da, db : (N, D); 0 for a pair at distance 0, which has no direction

    Raises
    ------
    ValueError
        If the batch is empty, the shapes do not fit, same lies outside [0, 1] or the margin is not
        positive.
    TypeError
        If a or b is not floating point.
    """
    ### BEGIN SOLUTION  TODO: plain NumPy
    N = a.shape[0]
    xp = array_namespace(a, b, same)
    same = xp.astype(same, a.dtype, copy=False)
    d, direction = distance_and_direction(a, b)
    short = xp.maximum(float(margin) - d, 0.0)
    value = 0.5 * number(xp.sum(same * d * d + (1.0 - same) * short * short)) / N
    da = (same * d - (1.0 - same) * short)[:, None] * direction / N
    return (value, da, -da)
    ### END SOLUTION


# %% check="contrastive_loss"
check("contrastive_loss", contrastive_loss)


# %% solution="soft_dtw"
def soft_dtw(x, y, gamma):
    """Smooth minimum over alignments, ``L = -gamma * log(sum_A exp(-cost(A) / gamma))``.

    An alignment A is a path of cells (i, j) from (0, 0) to the last cell in steps of (1, 0), (0, 1)
    or (1, 1); its cost is the sum of ``|x_i - y_j|**2`` over its cells. For smaller gamma, L
    approaches the cost of the best alignment from below; it may be negative. The sum over
    exponentially many alignments is computed by two recursions of T_x · T_y steps:

    ``R[i, j] = cost[i, j] + softmin(R[i-1, j], R[i, j-1], R[i-1, j-1])``, and backwards from the
    end the probability ``E[i, j]`` that an alignment, drawn with weight ``exp(-cost(A) / gamma)``,
    takes the cell. Then ``dx_i = sum_j E[i, j] * 2 (x_i - y_j)``.

    Parameters
    ----------
    x : (T_x, D)
    y : (T_y, D), may be longer or shorter
    gamma : smoothness, in units of the cost, positive

    Returns
    -------
    value : float
    dx : (T_x, D)

    Raises
    ------
    ValueError
        If a sequence is empty, the widths differ or gamma is not positive.
    TypeError
        If a sequence is not floating point.
    """
    ### BEGIN SOLUTION  TODO: plain NumPy
    xp = array_namespace(x, y)
    gamma = float(gamma)
    r = x[:, None, :] - y[None, :, :]
    cost = to_numpy(xp.sum(r * r, axis=2)).tolist()
    R = _soft_minima(cost, gamma)
    E = xp.asarray(_cell_probabilities(R, cost, gamma), dtype=x.dtype, device=x.device)
    return (R[-1][-1], 2.0 * xp.sum(E[:, :, None] * r, axis=1))
    ### END SOLUTION


# %% check="soft_dtw"
check("soft_dtw", soft_dtw)


# %% solution="triplet_loss"
def triplet_loss(anchor, positive, negative, margin):
    """Loss ``L = (1/N) sum_n max(0, |anchor - positive| - |anchor - negative| + margin)``.

    The loss is 0 if the positive is nearer to the anchor than the negative by at least the margin.
    The distances are not squared.

    Parameters
    ----------
    anchor, positive, negative : (N, D), embeddings; the positive has the anchor's class
    margin : how much nearer, not negative

    Returns
    -------
    value : float, mean over the N triplets
    da, dp, dn : (N, D), for anchor, positive, negative; 0 for triplets whose loss is 0. A distance
        of 0 contributes nothing.

    Raises
    ------
    ValueError
        If the batch is empty, the shapes differ or the margin is negative.
    TypeError
        If an array is not floating point.
    """
    ### BEGIN SOLUTION  TODO: plain NumPy
    N = anchor.shape[0]
    xp = array_namespace(anchor, positive, negative)
    d_p, from_positive = distance_and_direction(anchor, positive)
    d_n, from_negative = distance_and_direction(anchor, negative)
    short = d_p - d_n + float(margin)
    value = number(xp.sum(xp.maximum(short, 0.0))) / N
    weight = xp.astype(short > 0, anchor.dtype)[:, None] / N
    return (
        value,
        weight * (from_positive - from_negative),
        -weight * from_positive,
        weight * from_negative,
    )
    ### END SOLUTION


# %% check="triplet_loss"
check("triplet_loss", triplet_loss)

# %% [markdown]
# ## 4 Spot the slip
#
# TODO: each slip of this topic with its source, its kind, and proof by running code. None? Then
# take this section out.

# %% [markdown]
# ## 5 Your functions TODO
#
# TODO: what they do on real data.

# %% practice=true
if ready("triplet_loss"):
    print("TODO")
else:
    print("This cell waits.")

# %% [markdown]
# ## 6 Questions
#
# **TODO.** A question.
#
# - a: TODO
# - b: TODO

# %% solution="answer_first"
answer_first = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_first = "a"  # TODO
### END SOLUTION

# %% choice="first" key="a" points=1
check_choice("first", answer_first)
# a: TODO: what speaks for it, or against it.
# b: TODO.

# %% [markdown]
# **TODO.** A question to be answered in words. (Read by a person, 2 points.)

# %% [markdown] manual="second" points=2
# ### BEGIN SOLUTION
# TODO: what a good answer says, and what earns how much.
# ### END SOLUTION

# %% [markdown]
# ## 7 In PyTorch
#
# TODO: the same there.

# %% practice=true
import importlib.util

if importlib.util.find_spec("torch") is None:
    print("PyTorch is not installed here; nothing later needs it.")
elif ready("triplet_loss"):
    print("TODO: the comparison")
else:
    print("This cell waits.")

# %% [markdown]
# ## 8 Your cheat sheet
#
# Complete this page in your own words and keep it. Double-click to edit.
#
# TODO: one page with gaps.

# %% [markdown]
# ## What comes next
#
# TODO: what the next notebooks build on this one.

# %% [markdown]
# ## Sources
#
# TODO: S0 to S4 by slide or section title.
