# %% [markdown]
# # Graphs, gradient checks, shared weights and metric learning
#
# A chain of layers has one way back. Real networks branch: a value is used in two places, a layer
# is applied again and again, two images go through the same weights. There is one idea that covers
# all of these: write the computation down as a graph, and let every node answer for itself. In this
# notebook you write the program that walks such a graph backwards. It fits on one screen, and it is
# what PyTorch and its kind do inside.
#
# Before that you build the instrument that tells whether a gradient is right, and learn when not to
# believe it. In the end your program trains a network, and you check and use losses without any
# labels to predict: one arranges images of digits in the plane, so that equal digits lie together.
#
# **Afterwards you can**
#
# - check any gradient numerically, choose the step, and tell a mistake from a kink and from noise,
# - record a computation as a graph, put it in order and differentiate it, whatever its shape,
# - say what happens to the gradient of a value that is used more than once, and prove it,
# - train weights that are shared between places, or between the two halves of a pair,
# - use losses that compare samples (contrastive, triplet) or whole sequences, and say by
#   measurement where a learned distance helps and where it does not.
#
# **You need** notebook 04 (the ways back of a linear layer and of tanh), dictionaries and loops in
# Python. What is needed of losses (notebook 02) is said again here.
#
# **Sources:** S1 "Part II: Training", sections "Hidden Layers" and "Backpropagation"; S3
# "Backpropagation and Training", slides "Chain Rule", "Key Computation: Forward-Propagation" and
# "… Backward-Propagation", "Back Propagation for MLP", "Back Propagation (X,Y): Propagation" and
# "… Also Learning", and "Loss Functions" on structured data and multiple samples. Below they are
# called S1 and S3.

# %% setup=true
import math

import numpy as np

from course_lib import functional, gradient_check, losses
from course_lib.backend import choose_device
from course_lib.datasets import load_digits
from course_lib.layers import Linear, ReLU
from course_lib.models import Sequential
from course_lib.optimizers import Adam
from course_lib.plots import slider, theme
from grader.checking import check, check_choice, guess, ready, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 A guess first
#
# In notebook 04 you compared gradients with *nudging*: move one weight by a little step h to both
# sides, and divide the change of the loss by 2h. In mathematics the slope is the limit for h → 0.
#
# A computer has about sixteen decimal digits. Here is the loss of a small network with twelve
# weights, in this usual precision. **Which h comes closest to the true gradient: 1e-1, 1e-5, 1e-10
# or 1e-15?** And how large do you think is its relative error, roughly?

# %%
guess("ps05_best_h", None)  # your guess in place of None: 1e-1, 1e-5, 1e-10 or 1e-15


# %% practice=true
def small_network(dtype):
    """Inputs, weights and targets of a network with one layer of tanh, in this precision."""
    rng = np.random.default_rng(0)
    x, W, t = rng.normal(size=(5, 4)), rng.normal(size=(4, 3)), rng.normal(size=(5, 3))
    return x.astype(dtype), W.astype(dtype), t.astype(dtype)


def loss_of_network(x, W, t):
    """Half the squared distance to the targets, a mean over the samples."""
    return 0.5 * np.sum((np.tanh(x @ W) - t) ** 2) / x.dtype.type(len(x))


def gradient_of_network(x, W, t):
    """The same differentiated by the rules of notebook 04."""
    z = np.tanh(x @ W)
    return x.T @ ((z - t) * (1 - z**2)) / len(x)


x_tiny, W_tiny, t_tiny = small_network("float64")
true_gradient = gradient_of_network(x_tiny, W_tiny, t_tiny)
print("weights:", W_tiny.size, " loss:", loss_of_network(x_tiny, W_tiny, t_tiny).round(3))


# %% [markdown]
# The next two cells try the four steps. Until your own functions exist, they use the library's.
# Come back later: then the same experiment runs on yours.


# %% practice=true fold="Choose the functions to use"
def instruments():
    """(numerical_gradient, relative_error): yours once they pass a first test."""
    if ready("numerical_gradient", "relative_error"):
        print("This runs on your functions.")
        return numerical_gradient, relative_error
    print("This runs on the library's functions; run it again when you have written yours.")
    return gradient_check.numerical_gradient, gradient_check.relative_error


# %% practice=true
nudge, error_of = instruments()
steps = (1e-1, 1e-5, 1e-10, 1e-15)
found = {h: nudge(lambda W: loss_of_network(x_tiny, W, t_tiny), W_tiny, h) for h in steps}
errors = {h: error_of(found[h], true_gradient) for h in steps}

# %% practice=true fold="Draw the accuracy of the steps"
import matplotlib.pyplot as plt

with theme.style():
    figure, ax = plt.subplots(figsize=(7, 2.6))
    ax.barh([f"h = {h:g}" for h in steps], [-np.log10(errors[h]) for h in steps], color="0.75")
    best = min(errors, key=errors.get)
    ax.barh([f"h = {best:g}"], [-np.log10(errors[best])], color=theme.GRADIENT)
    ax.set(xlabel="decimal digits of the gradient that are right", ylabel="step")
    ax.set_title("Correct digits of the gradient for four steps h")
    plt.show()
reveal("ps05_best_h", best, f"Relative error with this step: {errors[best]:.0e}.")

# %% [markdown]
# *In words: four bars, one for each step h, with the number of digits that are right. About two for
# 0.1, about ten for 1e-5, five or six for 1e-10, and less than one for 1e-15.*
#
# "The smaller, the better" is right on paper. In a computer, the smaller h is, the more digits the
# two values of the loss have in common, and their difference is made of the few that are left.
# Section 3 finds the best h by a calculation of two lines. With a wrong h, a correct gradient looks
# wrong, and you search for a mistake that is not there.

# %% claims=true
right_digits = {h: -np.log10(errors[h]) for h in steps}
claim("About two for 0.1", right_digits[1e-1], above=1.8, below=2.8, given=[0.1])
claim("about ten for 1e-5", right_digits[1e-5], above=9.3, below=11.5, given=[1e-5])
claim("five or six for 1e-10", right_digits[1e-10], above=4.5, below=6.5, given=[1e-10])
claim("less than one for 1e-15", right_digits[1e-15], below=1, given=[1e-15])

# %% [markdown]
# ## 2 The idea
#
# A gardener makes a square bed of side s. Earth is paid by area, and so is the frame by length; a
# price of 1 for each, and two sides of frame, because a wall gives the others:
#
# $$a = s\cdot s, \qquad e = s + s, \qquad L = a + e.$$
#
# How much does L change when s does? Draw what depends on what. Each value is a **node**, and an
# arrow says "is used for". Four arrows leave s: two to the area, two to the frame. Each is a way on
# which a little more of s makes a little more of L, **and what comes back along all of them is
# added up**. No node needs to know the whole picture. It is asked by its users how much they react,
# and passes that on to its inputs, with the slope of its own operation.

# %% practice=true fold="Draw the graph of the garden"
GARDEN = {
    "s": ("input", ()),
    "a": ("mul", ("s", "s")),
    "e": ("add", ("s", "s")),
    "L": ("add", ("a", "e")),
}
PLACES = {"s": (0, 0), "a": (3, 0.8), "e": (3, -0.8), "L": (6, 0)}
WAYS_BACK = [  # from, to, bend of the arrow, what comes back, where that is written
    *(("a", "s", 0.25, "3", (1.2, 0.88)), ("a", "s", 0, "3", (1.65, 0.2))),
    *(("e", "s", -0.25, "1", (1.2, -1.02)), ("e", "s", 0, "1", (1.65, -0.33))),
    *(("L", "a", 0, "1", (4.6, 0.5)), ("L", "e", 0, "1", (4.6, -0.62))),
]
with theme.style():
    figure, ax = plt.subplots(figsize=(8, 3))
    for start, end, bend, what, where in WAYS_BACK:
        arrow = {"arrowstyle": "->", "color": theme.GRADIENT, "shrinkA": 28, "shrinkB": 28}
        arrow |= {"connectionstyle": f"arc3,rad={bend}", "linewidth": 1.5}
        ax.annotate("", PLACES[end], PLACES[start], arrowprops=arrow)
        ax.text(*where, what, color=theme.GRADIENT, ha="center", size=12)
    texts = {"s": "s = 3", "a": "a = s · s\n= 9", "e": "e = s + s\n= 6", "L": "L = a + e\n= 15"}
    for node, text in texts.items():
        frame = {"boxstyle": "round,pad=0.4", "facecolor": "white", "edgecolor": theme.FORWARD}
        ax.text(*PLACES[node], text, color=theme.FORWARD, ha="center", va="center", bbox=frame)
    ax.text(0, -0.62, "ds = 3 + 3\n+ 1 + 1 = 8", color=theme.GRADIENT, ha="center", weight="bold")
    ax.text(6, -0.62, "dL = 1", color=theme.GRADIENT, ha="center", weight="bold")
    ax.set(xlim=(-0.9, 6.9), ylim=(-1.3, 1.3), title="Along four arrows something comes back to s")
    ax.axis("off")
    plt.show()

# %% [markdown]
# *In words: four boxes, s = 3, a = s·s = 9, e = s + s = 6 and L = 15. Orange arrows go back: one
# from L to a and one from L to e, each with a 1; two from a to s, each with a 3; two from e to s,
# each with a 1. Together they give ds = 8.*
#
# Check it on paper: $L = s^2 + 2s$ has the slope $2s + 2$, which is 8 at s = 3. Three rules are all
# there is:
#
# 1. **Begin with 1.** The output changes by 1 when it changes by 1.
# 2. **Each node waits until all its users have answered**, then hands its gradient to its inputs.
# 3. **A node adds up what it is handed.**
#
# The first is trivial, the second needs an *order*, and the third is forgotten so often that it
# gets a demonstration of its own (section 5). S3 draws a network as blocks and asks each for
# $\partial y/\partial x$ alone (slides "Chain Rule"). S1 calls what arrives at a unit the
# *aggregated error*, a sum over all units above it. Both are this picture.

# %% [markdown]
# ## 3 Checking a gradient
#
# ### The instrument
#
# Take a function f of an array x. Its partial derivative in element i is measured by moving that
# element alone, **to both sides**:
#
# $$\frac{\partial f}{\partial x_i} \approx \frac{f(x + h\,e_i) - f(x - h\,e_i)}{2h}$$
#
# where $e_i$ is 1 in place i and 0 elsewhere. As a definition for a vector, in the slowest way:


# %%
def slopes_of_a_vector(f, x, h):
    """Central differences for x of shape (D,), as a list of numbers."""
    slopes = []
    for i in range(len(x)):
        above = [x[k] + h if k == i else x[k] for k in range(len(x))]
        below = [x[k] - h if k == i else x[k] for k in range(len(x))]
        slopes.append((f(np.array(above)) - f(np.array(below))) / (2 * h))
    return slopes


# %% [markdown]
# Write it for an array of any shape, with the step `h`: `f` takes an array like `x` and gives one
# number. Leave `x` as it was. `np.ndindex(*x.shape)` runs over the places of all elements, whatever
# the shape.


# %% solution="numerical_gradient"
def numerical_gradient(f, x, h):
    """The gradient of f at x by central differences with step h.

    f : takes an array of the shape of x, gives one number
    x : any shape, h : positive
    returns an array like x
    """
    ### BEGIN SOLUTION
    gradient = np.zeros_like(x)
    for i in np.ndindex(*x.shape):
        above, below = x.copy(), x.copy()
        above[i] += h
        below[i] -= h
        gradient[i] = (f(above) - f(below)) / (2 * h)
    return gradient
    ### END SOLUTION


# %% check="numerical_gradient"
check("numerical_gradient", numerical_gradient)

# %% [markdown]
# Two gradients that were computed in two ways are rarely equal to the last digit. Is a difference
# of 0.001 much? It depends on the size of both, so we divide by that. In this course
#
# $$\text{relative error}(a, b) = \frac{\lVert a - b\rVert}{\max(\lVert a\rVert + \lVert b\rVert,\;
# 10^{-12})}$$
#
# where $\lVert\cdot\rVert$ is the root of the sum of *all* squared elements, for any shape. It is 0
# for equal arrays and 1 for opposite ones. The tiny number keeps two arrays of zeros from giving
# 0/0.


# %% solution="relative_error"
def relative_error(a, b):
    """Distance of two arrays of the same shape, in units of their size; a number from 0 to 1."""
    ### BEGIN SOLUTION
    distance = np.sqrt(np.sum((a - b) ** 2))
    size = np.sqrt(np.sum(a**2)) + np.sqrt(np.sum(b**2))
    return distance / max(size, 1e-12)
    ### END SOLUTION


# %% check="relative_error"
check("relative_error", relative_error)

# %% [markdown]
# ### The best step
#
# Two errors work against each other. Write $\varepsilon$ for the relative precision of a number:
# 1.1e-16 in float64, 6e-8 in float32.
#
# - **The formula.** By Taylor, $f(x \pm h) = f \pm h f' + \tfrac{h^2}{2} f'' \pm \tfrac{h^3}{6}
#   f''' + \dots$ In the central difference $f$ and $f''$ cancel, and what is left over is about
#   $\tfrac{h^2}{6}\,|f'''|$. In the one-sided difference $(f(x+h) - f(x))/h$ the term with $f''$
#   stays: $\tfrac{h}{2}\,|f''|$.
# - **Rounding.** Each value of f is off by about $\varepsilon |f|$. The difference of two such
#   values, divided by 2h (or h), is off by about $\varepsilon |f| / h$ (or $2\varepsilon |f| / h$).
#
# Let $|f|$, $|f''|$ and $|f'''|$ all be 1. Where is the sum of both errors smallest? One blank for
# each difference (no points; the cell below compares with a search).


# %% solution="best_central_step"
def best_central_step(eps):
    """The h at which h**2 / 6 + eps / h is smallest."""
    ### BEGIN SOLUTION
    return (3 * eps) ** (1 / 3)
    ### END SOLUTION


# %% solution="best_forward_step"
def best_forward_step(eps):
    """The h at which h / 2 + 2 * eps / h is smallest."""
    ### BEGIN SOLUTION
    return 2 * eps**0.5
    ### END SOLUTION


# %% practice=true fold="Compare your formulas with a search"
grid = np.logspace(-16, 0, 16001)
blanks = {
    "central": (best_central_step, lambda h, eps: h**2 / 6 + eps / h),
    "forward": (best_forward_step, lambda h, eps: h / 2 + 2 * eps / h),
}
for name, (blank, total) in blanks.items():
    for precision, eps in (("float64", 1.1e-16), ("float32", 6e-8)):
        searched = grid[np.argmin(total(grid, eps))]
        try:
            verdict = "agrees" if abs(np.log(blank(eps) / searched)) < 0.01 else "DIFFERS"
        except NotImplementedError:
            verdict = "not written yet"
        print(f"{name}, {precision}: a search finds h = {searched:.1e}; your formula: {verdict}")

# %% [markdown]
# <details><summary>The derivation</summary>
#
# - At the smallest sum its derivative with respect to h is zero.
# - Central difference: the derivative of $h^2/6 + \varepsilon/h$ is $h/3 - \varepsilon/h^2$. It is
#   zero where $h^3 = 3\varepsilon$, so $h = \sqrt[3]{3\varepsilon}$.
# - One-sided difference: the derivative of $h/2 + 2\varepsilon/h$ is $1/2 - 2\varepsilon/h^2$. It
#   is zero where $h^2 = 4\varepsilon$, so $h = 2\sqrt{\varepsilon}$.
#
# </details>
#
# Now measure. Your two functions draw the picture, with the network of section 1, in both
# precisions; the one-sided difference is there to compare.


# %% practice=true fold="Define one-sided differences and the error"
def forward_differences(f, x, h):
    """The one-sided difference, for all elements."""
    gradient, here = np.zeros_like(x), f(x)
    for k in range(x.size):
        moved = x.copy()
        moved.flat[k] += h
        gradient.flat[k] = (f(moved) - here) / h
    return gradient


def error_curve(method, dtype, steps):
    """The relative error of a method's gradient for each step, computed in this precision."""
    x, W, t = small_network(dtype)
    exact = gradient_of_network(*(a.astype("float64") for a in (x, W, t)))
    found = [method(lambda W: loss_of_network(x, W, t), W, h) for h in steps]
    return [error_of(g.astype("float64"), exact) for g in found]


# %% practice=true fold="Draw the error over the step"
nudge, error_of = instruments()
all_steps = np.logspace(-15, 0, 46)
methods = {"both sides": (nudge, "-"), "one side": (forward_differences, ":")}
colours = {"float64": theme.FORWARD, "float32": "#CC79A7"}
error_curves = {}
with theme.style():
    figure, ax = plt.subplots(figsize=(8, 3.8))
    for name, (method, line) in methods.items():
        for dtype, colour in colours.items():
            curve = error_curves[dtype, name] = error_curve(method, dtype, all_steps)
            ax.loglog(all_steps, curve, line, color=colour, label=f"{dtype}, {name}")
            lowest = int(np.argmin(curve))
            ax.plot(all_steps[lowest], curve[lowest], "o", color=colour)
            print(f"{dtype}, {name}: best h {all_steps[lowest]:.0e}, error {curve[lowest]:.0e}")
    ax.set(xlabel="step h", ylabel="relative error", ylim=(1e-12, 2))
    ax.set_title("Too large a step: the formula errs. Too small: rounding does")
    ax.legend()
    plt.show()

# %% [markdown]
# *In words: four curves in the shape of a V over the step h, on logarithmic axes. To the right they
# rise by the error of the formula, smoothly, to the left by rounding, in a ragged line; in float32
# they end flat there, at an error of 1. In float64 the two-sided curve is lowest near 1e-5, at
# about 1e-10, the one-sided one near 1e-8, at about 1e-8. In float32 the lowest points are higher:
# the best is an error near 1e-4 at a step near 1e-2.*
#
# Compare with your formulas. What to take from the picture:
#
# - **float64, both sides, h near 1e-5**: as a rule of thumb, a correct gradient has a relative
#   error below 1e-7 there, and a wrong one above 1e-3.
# - In float32 there is hardly any room between the two: check in float64, even if you train in
#   float32.
# - The right arms have different slopes. Ten times the step is 100 times the error with two sides,
#   and 10 times with one.

# %% claims=true
best_of = {key: (all_steps[np.argmin(c)], min(c)) for key, c in error_curves.items()}
places_of = {
    ("float64", "both sides"): (1e-5, 1e-10, "two-sided curve is lowest near 1e-5, at about 1e-10"),
    ("float64", "one side"): (1e-8, 1e-8, "the one-sided one near 1e-8, at about 1e-8"),
    ("float32", "both sides"): (1e-2, 1e-4, "the best is an error near 1e-4 at a step near 1e-2"),
}
for key, (where, lowest_error, words) in places_of.items():
    claim(
        words,
        abs(np.log10(best_of[key][0] / where)),
        below=0.7,
        given=[1e-2, 1e-4, 1e-5, 1e-8, 1e-10],
    )
    claim(
        words,
        abs(np.log10(best_of[key][1] / lowest_error)),
        below=0.7,
        given=[1e-2, 1e-4, 1e-5, 1e-8, 1e-10],
    )
flat = [error_curves["float32", name][:10] for name in methods]
claim("they end flat there, at an error of 1", np.ravel(flat), equals=1, within=0.05)
for name, factor in (("both sides", 100), ("one side", 10)):
    at_3, at_2 = (np.argmin(abs(np.log10(all_steps) - p)) for p in (-3, -2))
    curve = error_curves["float64", name]
    claim(
        "Ten times the step is 100 times the error with two sides, and 10 times with one",
        curve[at_2] / curve[at_3],
        equals=factor,
        within=0.1 * factor,
        given=[10, 100],
    )

# %% [markdown]
# ### Mistake, kink or noise?
#
# A check fails in one element out of many. There are three suspects, and only one is your mistake:
#
# - **a mistake** in the gradient;
# - **a kink**: f has a corner (ReLU, |·|, a hinge) between x − h and x + h, and the difference
#   measures something in between;
# - **noise**: f is so large, compared with what this element does to it, that rounding eats the
#   difference.
#
# Three functions of one number, A, B and C, and a claimed slope for each. All three fail the check
# at h = 1e-5. **One claim is wrong; it is planted.** The table looks from the left, from the right,
# and with several steps. Which is which?

# %% practice=true
suspects = {  # name: (function, where, claimed slope there)
    "A": (lambda x: np.sin(x) + 2e9, 0.4, np.cos(0.4)),
    "B": (lambda x: x**3 - x, 0.5, 3 * 0.5**2),
    "C": (lambda x: 2 * max(x, 0.0) + 0.3 * x**2, 4e-6, 2 + 0.6 * 4e-6),
}


# %% practice=true fold="Print the differences from both sides"
print("            claimed |" + "".join(f"     h = {h:g}  " for h in (1e-3, 1e-4, 1e-5, 1e-6)))
print("                    |" + "   left   right" * 4)
for name, (f, at, claimed) in suspects.items():
    row = f"{name} at {at:<7g} {claimed:7.3f} |"
    for h in (1e-3, 1e-4, 1e-5, 1e-6):
        row += f"{(f(at) - f(at - h)) / h:7.3f} {(f(at + h) - f(at)) / h:7.3f}"
    print(row)

# %% [markdown]
# Read a row from left to right: do left and right agree with each other? With the claim? What does
# a smaller step do to them? Write "mistake", "kink" or "noise" for each.

# %% solution="diagnosis"
diagnosis = {"A": "", "B": "", "C": ""}
### BEGIN SOLUTION
diagnosis |= {"A": "noise", "B": "mistake", "C": "kink"}
### END SOLUTION

# %% practice=true fold="Compare with your diagnosis"
truth = {"A": "noise", "B": "mistake", "C": "kink"}
reasons = {
    "A": "both agree with the claim while h is large; the smaller h, the further off they are",
    "B": "left and right agree with each other at every step, and with the claim at none",
    "C": "left and right differ until h is smaller than the distance to the corner, 4e-6",
}
if all(diagnosis.values()):
    for name, answer in diagnosis.items():
        verdict = "yes" if answer == truth[name] else f"no, it is {truth[name]}"
        print(f"{name}: {answer}? {verdict}: {reasons[name]}.")
else:
    print("This cell waits for your three answers.")

# %% [markdown]
# So a failed check has a second step: **another h, and both sides for themselves.** The library's
# `check_gradient` does the same, and saves work: it does not move the elements one by one but all
# of them along a random direction v, and compares the slope along v with $\nabla f \cdot v$. That
# takes two values of f for each direction, however many elements there are, and one more at x. It
# tries 8 directions. Where one disagrees, it repeats the measurement with half the step, which
# takes two more values.

# %% practice=true
rng = np.random.default_rng(1)
W_many = rng.normal(size=(64, 128))
x_many = rng.normal(size=(8, 64)) / 8
t_many = rng.normal(size=(8, 128))


def loss_of_many(W):
    """The loss of section 1, as a function of its 8,192 weights; it counts its calls."""
    calls.append(1)
    return loss_of_network(x_many, W, t_many)


right = gradient_of_network(x_many, W_many, t_many)
one_column_wrong = right.copy()
one_column_wrong[:, 5] *= 2
print(f"one by one it would take {2 * W_many.size:,} values of f")
for name, claimed in (("right", right), ("a wrong column", one_column_wrong)):
    calls = []
    result = gradient_check.check_gradient(loss_of_many, W_many, claimed, np.random.default_rng(2))
    print(f"{name}: {result}; {len(calls)} values of f")

# %% [markdown]
# Nearly every random direction has a part in the wrong column, so it shows. Which column it is,
# only the elements tell, one by one. You check a gradient like this from now on. What remains is to
# get one.

# %% [markdown]
# ## 4 A tape and an order
#
# ### Writing the computation down
#
# From here on a graph is a dictionary. Each node has a name, and under it stand the operation and
# the names of its inputs, in their order. What is given from outside is a *leaf*. Here is the
# garden, which has the name `GARDEN` in the code:
#
# ```
# {"s": ("input", ()),          "a": ("mul", ("s", "s")),
#  "e": ("add", ("s", "s")),    "L": ("add", ("a", "e"))}
# ```
#
# There are eight operations: `add`, `sub`, `mul` (element by element, of arrays of the same shape),
# `matmul` (of matrices), `exp`, `log`, `tanh` (element by element) and `sum` (of all elements, to a
# single number). A whole network can be written with them.
#
# Nobody wants to type such a dictionary. So let Python write it while it computes: a `Value` is an
# array that knows its name, and `+`, `-`, `*`, `@` on Values compute *and take notes* on a tape.
# This is the first half of what is called automatic differentiation. Read it in one go:


# %%
class Tape:
    """What was computed so far: the graph, and the value of every node."""

    def __init__(self):
        self.graph, self.values = {}, {}

    def leaf(self, name, data):
        return self.note(name, "input", (), np.asarray(data))

    def note(self, name, operation, inputs, data):
        self.graph[name] = (operation, tuple(value.name for value in inputs))
        self.values[name] = data
        return Value(self, name)


class Value:
    """A number or an array that notes on its tape what is done with it."""

    def __init__(self, tape, name):
        self.tape, self.name = tape, name

    @property
    def data(self):
        return self.tape.values[self.name]

    def made(self, operation, *inputs, data):
        return self.tape.note(f"{operation}{len(self.tape.graph)}", operation, inputs, data)

    def __add__(self, other):
        return self.made("add", self, other, data=self.data + other.data)

    def __sub__(self, other):
        return self.made("sub", self, other, data=self.data - other.data)

    def __mul__(self, other):
        return self.made("mul", self, other, data=self.data * other.data)

    def __matmul__(self, other):
        return self.made("matmul", self, other, data=self.data @ other.data)


# %% [markdown]
# The four operations with one input are written behind the Value, as in `u.tanh()`:


# %%
def noting(operation, function):
    """A method of Value that computes `function` and takes notes."""
    return lambda self: self.made(operation, self, data=function(self.data))


Value.exp = noting("exp", np.exp)
Value.log = noting("log", np.log)
Value.tanh = noting("tanh", np.tanh)
Value.sum = noting("sum", np.sum)

# %% [markdown]
# That was all. The garden, and S3's two blocks (slide "Back Propagation for MLP": a product with W,
# then φ), written as ordinary formulas:

# %% practice=true
tape = Tape()
s = tape.leaf("s", 3.0)
cost = s * s + (s + s)
print("the garden costs", cost.data)
for node, (operation, inputs) in tape.graph.items():
    print(f"  {node:6} {operation:6} {', '.join(inputs)}")

tape = Tape()
x = tape.leaf("x", np.ones((2, 3)))
W = tape.leaf("W", np.full((3, 2), 0.1))
loss = (x @ W).tanh().sum()
print("a layer:", {node: operation for node, (operation, _) in tape.graph.items()})

# %% [markdown]
# ### An order
#
# The tape writes nodes down in the order in which they are computed. A dictionary from elsewhere
# need not: a file, a drawing or another program may list the loss first. So the first thing to do
# with a graph is to put it in order: **each node after its inputs** (a *topological order*). There
# are usually several. What counts as one, as a definition:


# %%
def is_order(order, graph):
    """Whether each node is there once, and after all of its inputs."""
    if sorted(order) != sorted(graph):
        return False
    for node, (_operation, inputs) in graph.items():
        if any(order.index(name) > order.index(node) for name in inputs):
            return False
    return True


# %% [markdown]
# With this definition you could try one permutation after the other. Twenty nodes have 2.4 · 10¹⁸
# of them: at 100,000 per second that takes more than 700,000 years. There are better ways. Write
# one. The graph has no cycles; nodes that lead nowhere belong into the list as well.
#
# <details><summary>Two ways to begin</summary>
#
# *Forwards:* which nodes can be written down at once? Which then? *Backwards:* to write a node
# down, first write down its inputs, unless they are there already (a function that calls itself).
#
# </details>


# %% solution="topological_order"
def topological_order(graph):
    """All nodes of the graph, each one after its inputs.

    graph : node -> (operation, inputs), in any order; leaves are ("input", ())
    returns a list
    """
    ### BEGIN SOLUTION
    order, done = [], set()

    def visit(node):
        if node in done:
            return
        done.add(node)
        for name in graph[node][1]:
            visit(name)
        order.append(node)

    for node in graph:
        visit(node)
    return order
    ### END SOLUTION


# %% check="topological_order"
check("topological_order", topological_order)

# %% practice=true fold="Put the garden in order"
if ready("topological_order"):
    upside_down = dict(reversed(GARDEN.items()))
    print("written as", list(upside_down), " in order:", topological_order(upside_down))
    print("an order:", is_order(topological_order(upside_down), upside_down))
    rng = np.random.default_rng(3)
    tried = {" ".join(rng.permutation(list(GARDEN))) for _ in range(2000)}
    right = sorted(text for text in tried if is_order(text.split(), GARDEN))
    print(f"of {len(tried)} permutations these are orders: {', '.join(right)}")
else:
    print("This cell waits for topological_order.")

# %% [markdown]
# ## 5 The way back through a graph
#
# ### One rule for each operation
#
# A node has the value y, made of the inputs a (and b), and the gradient dy has come back to it, of
# the shape of y. What does each input get? In notebook 04 you found the answers for a product of
# matrices and for tanh. S3 puts it so (slide "Key Computation: Backward-Propagation"): a block is
# handed $\partial L/\partial z$ and returns $\partial L/\partial x$ *and* $\partial L/\partial W$.
#
# | operation | y | a gets | b gets |
# |---|---|---|---|
# | `add` | a + b | dy | dy |
# | `sub` | a − b | dy | … |
# | `mul` | a · b | dy · b | … |
# | `matmul` | a b | … | … |
# | `exp` | $e^a$ | dy · $e^a$ | |
# | `log` | log a | … | |
# | `tanh` | tanh a | … | |
# | `sum` | Σ a | … | |
#
# Fill the gaps as code (no points; the cell below compares each rule with nudging). The list that
# comes back has one gradient for each input, in the shape of that input.
#
# <details><summary>The derivations</summary>
#
# Each line asks how the loss L changes when one element of an input changes.
#
# - `sub`: $y = a - b$ gives $\partial y/\partial b = -1$, so b gets −dy.
# - `mul`: $y = a b$ gives $\partial y/\partial b = a$, so b gets dy · a.
# - `matmul`: $y_{nj} = \sum_i a_{ni} b_{ij}$. The element $a_{ni}$ affects $y_{nj}$ for every j, by
#   $b_{ij}$: $\partial L/\partial a_{ni} = \sum_j dy_{nj}\, b_{ij}$, which is element (n, i) of
#   $dy\, b^\top$.
# - The element $b_{ij}$ affects $y_{nj}$ for every n, by $a_{ni}$: $\partial L/\partial b_{ij} =
#   \sum_n a_{ni}\, dy_{nj}$, which is element (i, j) of $a^\top dy$.
# - `log`: $\partial y/\partial a = 1/a$, so a gets dy / a.
# - `tanh`: $\partial y/\partial a = 1 - \tanh^2 a = 1 - y^2$, so a gets dy · (1 − y²).
# - `sum`: every element has the derivative 1, so each of them gets the number dy.
#
# </details>

# %% claims=true
orders_of_20 = np.prod(np.arange(1.0, 21))
claim(
    "Twenty nodes have 2.4 · 10¹⁸ of them", orders_of_20 / 1e18, equals=2.4, within=0.05, given=[10]
)
years = orders_of_20 / 100_000 / (365.25 * 24 * 3600)
claim("more than 700,000 years", years, above=700_000)


# %% solution="pass_back"
def pass_back(operation, dy, y, inputs):
    """What dy at the value y of a node means for each of its inputs (a list of arrays)."""
    ### BEGIN SOLUTION
    a, b = inputs[0], inputs[-1]
    if operation == "add":
        return [dy, dy]
    if operation == "sub":
        return [dy, -dy]
    if operation == "mul":
        return [dy * b, dy * a]
    if operation == "matmul":
        return [dy @ b.T, a.T @ dy]
    if operation == "exp":
        return [dy * y]
    if operation == "log":
        return [dy / a]
    if operation == "tanh":
        return [dy * (1 - y**2)]
    if operation == "sum":
        return [dy * np.ones_like(a)]
    raise ValueError(f"there is no operation {operation}")
    ### END SOLUTION


# %% practice=true fold="Compare your rules with finite differences"
OPERATIONS = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "matmul": lambda a, b: a @ b,
    "exp": np.exp,
    "log": np.log,
    "tanh": np.tanh,
    "sum": np.sum,
}


def compare_rule(operation, rng):
    """How pass_back of one operation agrees with nudging, in words."""
    forward = OPERATIONS[operation]
    shapes = {"matmul": ((2, 3), (3, 4)), "add": ((2, 3),) * 2, "sub": ((2, 3),) * 2}
    shapes |= {"mul": ((2, 3),) * 2}
    inputs = [rng.uniform(0.5, 2, size=shape) for shape in shapes.get(operation, ((2, 3),))]
    y = forward(*inputs)
    dy = rng.normal(size=np.shape(y))
    try:
        found = pass_back(operation, dy, y, inputs)
    except NotImplementedError:
        return "not written yet"
    for k, mine in enumerate(found or [None]):

        def loss(v, k=k):
            return np.sum(dy * forward(*inputs[:k], v, *inputs[k + 1 :]))

        nudged = gradient_check.numerical_gradient(loss, inputs[k], 1e-5)
        if np.shape(mine) != nudged.shape:
            return f"input {k + 1} gets the shape {np.shape(mine)}, expected {nudged.shape}"
        if gradient_check.relative_error(np.asarray(mine), nudged) > 1e-6:
            return f"input {k + 1} DIFFERS"
    return "agrees" if len(found) == len(inputs) else f"{len(inputs)} gradients are expected"


for operation in OPERATIONS:
    print(f"{operation:7}", compare_rule(operation, np.random.default_rng(4)))

# %% [markdown]
# ### A value that is used twice
#
# With rules and order, a first program for the way back is quickly written. Here is one, and there
# is a mistake in it, **planted on purpose**. It keeps, for each node, the gradient that its user
# hands down:


# %% practice=true
def first_attempt(graph, order_back):
    """The way back through a graph of sums and products of numbers; one line is wrong."""
    values = {"s": 3.0, "a": 9.0, "e": 6.0, "L": 15.0}
    d = {"L": 1.0}
    for node in order_back:
        match graph[node]:
            case ("add", (left, right)):
                d[left] = d[node]
                d[right] = d[node]
            case ("mul", (left, right)):
                d[left] = d[node] * values[right]
                d[right] = d[node] * values[left]
    return d


# %% [markdown]
# In the garden the right answer is ds = 8. What does this program find, if it goes back in the
# order L, e, a, s? (And in the order L, a, e, s, which is as good?)

# %%
guess("ps05_used_twice", None)  # your ds for the order L, e, a, s, a number

# %% practice=true fold="Run the program in both orders"
h = 1e-5
nudged = (((3 + h) ** 2 + 2 * (3 + h)) - ((3 - h) ** 2 + 2 * (3 - h))) / (2 * h)
print("nudging s:             ds =", round(nudged, 6))
print("order back L, e, a, s: ds =", first_attempt(GARDEN, ("L", "e", "a", "s"))["s"])
print("order back L, a, e, s: ds =", first_attempt(GARDEN, ("L", "a", "e", "s"))["s"])
reveal(
    "ps05_used_twice",
    first_attempt(GARDEN, ("L", "e", "a", "s"))["s"],
    "ds for the order L, e, a, s.",
)

# %% [markdown]
# `=` keeps the last of four answers, so the result even depends on which right order was taken. The
# chain rule has a sum there: $\frac{dL}{ds} = \sum_{\text{ways}} \dots$ One more character per line
# repairs the program, or rather: start every gradient at zero and **add**. In a plain chain nobody
# notices the difference, because each value is used once; that is why this mistake survives tests
# on chains.
#
# S1 has the same sum for a unit of a hidden layer (section "Hidden Layers"): its *aggregated error*
# $\Delta^m = \sum_j \delta^j w^{j,m}$ collects what all units above send back. Here is one unit z
# that three units use, as a graph:

# %% practice=true
w_above, delta = [0.5, -2.0, 1.5], [0.1, 0.4, -0.3]
tape = Tape()
z = tape.leaf("z", 0.7)
weights = [tape.leaf(f"w{j}", w) for j, w in enumerate(w_above)]
deltas = [tape.leaf(f"delta{j}", d) for j, d in enumerate(delta)]
first, second, third = [z * w * d for w, d in zip(weights, deltas, strict=True)]
loss = first + second + third  # a loss to which unit j sends back delta_j
users = [node for node, (_, inputs) in tape.graph.items() if "z" in inputs]
print("users of z:", users)
print("S1's sum over j:", round(sum(d * w for d, w in zip(delta, w_above, strict=True)), 6))

# %% [markdown]
# ### Your version
#
# What is handed to `backprop`: the graph, the value of every node, and the name of the output,
# which is a single number. What it returns: a dictionary with **the gradient of the output with
# respect to every node**, in the shape of its value. Nodes that the output does not depend on get
# zeros (they may lead nowhere, or come *after* the output). As everywhere in this course, float32
# values give float32 gradients, and nothing that was handed in is changed. As a slow definition:


# %%
def gradient_by_nudging(graph, values, output, node, h=1e-5):
    """The gradient with respect to one node: cut the graph there, nudge, compute all that follows.

    It takes the dictionary as it is written, inputs first, as a tape writes it.
    """
    functions = {"add": np.add, "sub": np.subtract, "mul": np.multiply, "matmul": np.matmul}
    functions |= {"exp": np.exp, "log": np.log, "tanh": np.tanh, "sum": np.sum}

    def output_with(moved):
        now = {}
        for name, (operation, inputs) in graph.items():
            if name == node:
                now[name] = moved
            elif operation == "input":
                now[name] = values[name]
            else:
                now[name] = functions[operation](*[now[i] for i in inputs])
        return now[output]

    return numerical_gradient(output_with, np.asarray(values[node], dtype=float), h)


# %% [markdown]
# Write yours with `topological_order` and `pass_back`. It is the three rules of section 2, and not
# many more lines.
#
# <details><summary>A trap in NumPy</summary>
#
# After `d["a"] = dy` and `d["b"] = dy` both names mean *the same array*, and `d["a"] += …` then
# changes `d["b"]` too. `d["a"] = d["a"] + …` makes a new array and is safe.
#
# </details>


# %% solution="backprop"
def backprop(graph, values, output):
    """The gradient of the output with respect to every node.

    graph : node -> (operation, inputs), values : node -> array, output : a node with one number
    returns node -> array of the shape and float type of its value
    """
    ### BEGIN SOLUTION
    d = {node: np.zeros_like(values[node]) for node in graph}
    d[output] = np.ones_like(values[output])
    for node in reversed(topological_order(graph)):
        operation, inputs = graph[node]
        if operation == "input":
            continue
        arguments = [values[name] for name in inputs]
        parts = pass_back(operation, d[node], values[node], arguments)
        for name, part in zip(inputs, parts, strict=True):
            d[name] = d[name] + part
    return d
    ### END SOLUTION


# %% check="backprop"
check("backprop", topological_order, backprop)

# %% practice=true
if ready("topological_order", "backprop"):
    values = {"s": np.array(3.0), "a": np.array(9.0), "e": np.array(6.0), "L": np.array(15.0)}
    print("the garden:", {n: float(d) for n, d in backprop(GARDEN, values, "L").items()})
else:
    print("This cell waits for topological_order and backprop.")

# %% practice=true fold="Compare with S1 and finite differences"
if ready("topological_order", "backprop"):
    d = backprop(tape.graph, tape.values, loss.name)
    print("S1's aggregated error of z:", round(float(d["z"]), 6))
    if ready("numerical_gradient", "relative_error"):
        worst = max(
            relative_error(d[n], gradient_by_nudging(tape.graph, tape.values, loss.name, n))
            for n in tape.graph
        )
        print(f"against nudging, the worst of {len(tape.graph)} nodes: {worst:.0e}")

# %% [markdown]
# ### Watch it work
#
# One neuron with a penalty on its weight: $L = (\tanh(w x + b) - t)^2 + w^2$. The weight w is used
# twice by its own square and once by the product with x, d twice by its square. The slider shows
# *your* `backprop`, one turn after the other: all nodes whose turn has not come yet are cut off
# from their inputs, so that it stops there.


# %% practice=true fold="Record a neuron and its turns"
def neuron():
    """The tape of a neuron with a penalty, and its output."""
    tape = Tape()
    x, w, b, t = (tape.leaf(n, v) for n, v in {"x": 2.0, "w": 0.5, "b": -0.4, "t": 1.0}.items())

    def named(name, value):  # a short name for the drawing
        tape.graph[name] = tape.graph.pop(value.name)
        tape.values[name] = tape.values.pop(value.name)
        return Value(tape, name)

    u = named("u", w * x)
    v = named("v", u + b)
    z = named("z", v.tanh())
    d = named("d", z - t)
    q = named("q", d * d)
    p = named("p", w * w)
    return tape, named("L", q + p)


def states(graph, values, output):
    """Pairs (node whose turn it was, your gradients so far), in your order.

    Nodes whose turn has not come are cut off from their inputs, so that your backprop stops there.
    """
    turns = [node for node in topological_order(graph)[::-1] if graph[node][1]]
    for done in range(len(turns) + 1):
        waiting = dict.fromkeys(turns[done:], ("input", ()))
        yield (turns[done - 1] if done else None), backprop(graph | waiting, values, output)


# %% practice=true fold="Draw the graph after a turn"
SPOTS = {"x": (0, 1), "w": (0, -0.9), "b": (1.5, -0.3), "u": (1.5, 0.6), "v": (3, 0.6)}
SPOTS |= {"z": (4.5, 0.6), "t": (4.5, -0.3), "d": (6, 0.6), "q": (7.5, 0.6), "p": (6, -1.1)}
SPOTS |= {"L": (9, 0)}
MEANING = {"u": "w·x", "v": "u+b", "z": "tanh v", "d": "z−t", "q": "d·d", "p": "w·w", "L": "q+p"}


def draw_steps(step):
    """The graph after so many turns; the node whose turn it is has a thick frame."""
    turn, d = history[step]
    with theme.style():
        figure, ax = plt.subplots(figsize=(9, 3.2))
        for node, (_, inputs) in neuron_tape.graph.items():
            for name in inputs:
                active = node == turn
                arrow = {"arrowstyle": "<-" if active else "->", "shrinkA": 20, "shrinkB": 20}
                arrow |= {"color": theme.GRADIENT if active else "0.7", "linewidth": 1 + active}
                ax.annotate("", SPOTS[node], SPOTS[name], arrowprops=arrow)
        for node, (x, y) in SPOTS.items():
            frame = {"boxstyle": "round,pad=0.3", "facecolor": "white"}
            frame |= {"edgecolor": theme.GRADIENT if node == turn else "0.6"}
            frame |= {"linewidth": 3 if node == turn else 1}
            text = f"{node} = {MEANING[node]}" if node in MEANING else node
            ax.text(x, y, text, ha="center", va="center", bbox=frame, size=10)
            value = float(neuron_tape.values[node])
            ax.text(x, y + 0.26, f"{value:.3g}", ha="center", color=theme.FORWARD, size=10)
            if d[node]:
                ax.text(x, y - 0.42, f"{d[node]:.3g}", ha="center", color=theme.GRADIENT, size=10)
        waiting = "Begin with dL = 1" if turn is None else f"{turn} hands on what it has got"
        ax.set(xlim=(-0.7, 9.8), ylim=(-1.65, 1.5), title=f"{waiting}; users of w: u, p and p")
        ax.axis("off")
    return figure


# %% practice=true fold="Show your backprop step by step"
if ready("topological_order", "backprop"):
    neuron_tape, neuron_loss = neuron()
    history = list(states(neuron_tape.graph, neuron_tape.values, neuron_loss.name))
    watched = slider(
        draw_steps,
        range(len(history)),
        name="turn",
        alt="A graph of eleven nodes. Beginning with L, each node in turn hands its gradient to "
        "its inputs; w collects three parts.",
        dpi=90,
    )
else:
    watched = None
    print("This cell waits for topological_order and backprop.")
watched

# %% [markdown]
# *In words: a graph of eleven boxes, values in blue above them. L on the right begins with 1 in
# orange. Turn by turn a box gets a thick frame and its arrows turn orange: L hands 1 to q and p, q
# hands to d, d to z and t, z to v, v to u and b, u to w and x, and p, when its turn comes, hands
# two parts to w. The order may differ in yours.*
#
# Nothing in `backprop` knows what a layer is. It differentiates whatever can be written with the
# eight operations. For a ninth, `backprop` needs only its rule in `pass_back`, and the tape a
# method that computes it and notes it. The library's version is in `course_lib/graph/backprop.py`.

# %% [markdown]
# ## 6 One weight, many uses
#
# ### S3's chain
#
# S3 puts the same two blocks three times in a row (slides "Back Propagation (X,Y)"):
#
# $$Y_1 = W X_1,\quad Y_2 = \varphi(X_2),\quad Y_3 = W X_3,\quad Y_4 = \varphi(X_4),\quad
# Y_5 = W X_5,\quad Y_6 = \varphi(X_6)$$
#
# with $X_2 = Y_1$, $X_3 = Y_2$ and so on: what one block puts out, the next takes in. The same W
# stands in three places, and φ is the sigmoid $\frac{1}{1+e^{-x}}$. (S3 writes one sample as a
# column, so its W is the transpose of ours.) Weights are shared like this all the time: a recurrent
# network uses its W once for every word of a sentence, a convolution its filter at every place of
# an image. In our rows:
#
# ```
# z0 = x,   z1 = sigmoid(z0 @ W),   z2 = sigmoid(z1 @ W),   …,   y = zn
# ```
#
# As a definition, for a single row and without a matrix product:


# %%
def sigmoid(u):
    """1 / (1 + exp(-u)) for an array; no exponential of it overflows."""
    e = np.exp(-np.abs(u))
    return np.where(u >= 0, 1, e) / (1 + e)


def chain_of_one_row(x, W, n):
    """The last z of the chain for one row x, a list of numbers."""
    z = [float(value) for value in x]
    for _step in range(n):
        u = [sum(z[i] * float(W[i, j]) for i in range(len(z))) for j in range(len(z))]
        z = [1 / (1 + math.exp(-value)) for value in u]
    return z


# %% [markdown]
# Write it for a batch; `sigmoid` above is yours to use (large numbers do not give nan in it). Put
# into the cache what the backward pass will need, for *every* step. The result has the float type
# of `x` and `W`: float32 stays float32, here and in the backward pass.


# %% solution="shared_chain_forward"
def shared_chain_forward(x, W, n):
    """n times z = sigmoid(z @ W), beginning with z = x, always with the same W.

    x : (N, D), W : (D, D), n : 1 or more
    returns y : (N, D) with the float type of x and W, and cache
    """
    ### BEGIN SOLUTION
    zs = [x]
    for _ in range(n):
        zs.append(sigmoid(zs[-1] @ W))
    return zs[-1], (zs, W)
    ### END SOLUTION


# %% check="shared_chain_forward"
check("shared_chain_forward", shared_chain_forward)

# %% [markdown]
# ### How does the loss react to W?
#
# Forget for a moment that the W are all the same. Call them $W_1, W_2, W_3$: three matrices in
# three places, and a loss $L(W_1, W_2, W_3)$. Each of them has a gradient, and you know how to get
# it from notebook 04: $z_{k-1}^\top\, du_k$. Now let all three be W. When W moves by a little, all
# three move by the same:
#
# $$L(W + \Delta, W + \Delta, W + \Delta) \approx L + \Big\langle\frac{\partial L}{\partial W_1} +
# \frac{\partial L}{\partial W_2} + \frac{\partial L}{\partial W_3},\ \Delta\Big\rangle$$
#
# (the brackets multiply element by element and add up). What stands in front of Δ is the gradient.
# One blank, no points: given the list of the gradients of the copies, what is dW?


# %% solution="gradient_of_shared"
def gradient_of_shared(shares):
    """dL/dW for a W that stands in several places; shares[k] is dL/dW_k of its k-th copy."""
    ### BEGIN SOLUTION
    return sum(shares)
    ### END SOLUTION


# %% practice=true
def loss_of_copies(x, copies, dy):
    """sum(dy * y) of a chain with a matrix of its own in every place."""
    z = x
    for W in copies:
        z = sigmoid(z @ W)
    return np.sum(dy * z)


def shares_by_nudging(x, W, n, dy):
    """The gradient of each copy, the others standing still; by two chains for every number."""
    shares = []
    for k in range(n):
        copies = [W] * n

        def loss(moved, k=k, copies=copies):
            return loss_of_copies(x, [*copies[:k], moved, *copies[k + 1 :]], dy)

        shares.append(gradient_check.numerical_gradient(loss, W, 1e-5))
    return shares


rng = np.random.default_rng(5)
x_chain, dy_chain = rng.normal(size=(4, 2)), rng.normal(size=(4, 2))
W_chain = np.array([[2.0, -1.5], [1.0, 2.5]])
shares = shares_by_nudging(x_chain, W_chain, 3, dy_chain)
together = gradient_check.numerical_gradient(
    lambda W: loss_of_copies(x_chain, [W] * 3, dy_chain), W_chain, 1e-5
)


# %% practice=true fold="Compare with moving all copies"
try:
    error = gradient_check.relative_error(np.asarray(gradient_of_shared(shares)), together)
    print(f"moving all copies together: relative error of your answer {error:.0e}")
except NotImplementedError:
    print("gradient_of_shared is not written yet")

# %% [markdown]
# Now the way back in one go, without nudging. `shares_by_nudging` is its slow definition. Go
# through the steps from the last to the first; each has a sigmoid and a product to go back through.


# %% solution="shared_chain_backward"
def shared_chain_backward(dy, cache):
    """The gradients of shared_chain_forward.

    dy : (N, D), and cache from shared_chain_forward
    returns dx : (N, D), dW : (D, D), with the float type of x and W
    """
    ### BEGIN SOLUTION
    zs, W = cache
    dz, dW = dy, np.zeros_like(W)
    for before, z in zip(zs[-2::-1], zs[:0:-1], strict=True):
        du = dz * z * (1 - z)
        dW = dW + before.T @ du
        dz = du @ W.T
    return dz, dW
    ### END SOLUTION


# %% check="shared_chain_backward"
check("shared_chain_backward", shared_chain_forward, shared_chain_backward)

# %% [markdown]
# For your `backprop` a shared weight is no new case at all. It is a node with several users. (The
# tape has no sigmoid, but $\sigma(u) = \tfrac12 + \tfrac12\tanh(u/2)$.)

# %% practice=true
if ready("topological_order", "backprop", "shared_chain_backward"):
    tape = Tape()
    z, W = tape.leaf("x", x_chain), tape.leaf("W", W_chain)
    half = tape.leaf("half", np.full((4, 2), 0.5))
    for _ in range(3):
        z = half + half * (half * (z @ W)).tanh()
    loss = (z * tape.leaf("dy", dy_chain)).sum()
    by_graph = backprop(tape.graph, tape.values, loss.name)
    print("users of W:", [node for node, (_, inputs) in tape.graph.items() if "W" in inputs])
else:
    print("This cell waits for backprop and shared_chain_backward.")

# %% practice=true fold="Compare your chain with your graph"
if ready("topological_order", "backprop", "shared_chain_backward"):
    y_chain, cache = shared_chain_forward(x_chain, W_chain, 3)
    dx, dW = shared_chain_backward(dy_chain, cache)
    for name, mine, other in (("dx", dx, by_graph["x"]), ("dW", dW, by_graph["W"])):
        error = gradient_check.relative_error(mine, other)
        print(f"{name}: your chain against your graph, relative error {error:.0e}")

# %% [markdown]
# ### Who has how much of it?
#
# Let the chain be longer. Each use of W has its share of dW. How large is each? A chain that starts
# at $z_k$ lacks the first k uses, and nothing else. So the difference between the dW of two such
# chains is the share of a single use. Here are the norms of the shares in a chain of twelve, for
# three sizes of weights, with the seeds 0, 1 and 2 for the random numbers. One more chain, with
# seed 6, was **picked on purpose** because it behaves differently.


# %% practice=true
def shares_of_uses(pair, x, W, n, dy):
    """The norm of each use's share of dW, the first use first."""
    forward, backward = pair
    z, from_here_on = x, []
    for k in range(n):
        _, cache = forward(z, W, n - k)
        from_here_on.append(backward(dy, cache)[1])
        z, _ = forward(z, W, 1)
    without_first = [*from_here_on[1:], 0 * W]
    return [np.linalg.norm(a - b) for a, b in zip(from_here_on, without_first, strict=True)]


# %% practice=true fold="Choose the functions to use"
if ready("shared_chain_backward"):
    print("This runs on your functions.")
    pair = shared_chain_forward, shared_chain_backward
else:
    print("This runs on the library's functions; run it again when you have written yours.")
    pair = functional.shared_chain_forward, functional.shared_chain_backward

# %% practice=true fold="Draw the share of each use"
LOOKS = {0.3: (theme.GRADIENT, "o"), 1.0: ("#E69F00", "s"), 3.0: ("#CC79A7", "^")}
first_to_last = {}
with theme.style():
    figure, ax = plt.subplots(figsize=(8, 3.4))
    for seed, size in [(seed, size) for size in LOOKS for seed in range(3)] + [(6, 3.0)]:
        rng = np.random.default_rng(seed)
        x_long, dy_long, W_long = (rng.normal(size=shape) for shape in ((20, 8), (20, 8), (8, 8)))
        norms = shares_of_uses(pair, x_long, size * W_long, 12, dy_long)
        first_to_last[size, seed] = norms[0] / norms[-1]
        colour, marker = LOOKS[size] if seed != 6 else (theme.INK, "x")
        label = {0: f"weights times {size:g}", 6: "times 3, seed 6"}.get(seed)
        ax.semilogy(range(1, 13), norms, color=colour, marker=marker, markersize=4, label=label)
    ax.set(xlabel="which use of W (12 is the last one)", ylabel="norm of its share of dW")
    ax.set_title("The share of each use of W in dW")
    ax.legend(loc="lower right")
    plt.show()

# %% [markdown]
# *In words: ten curves over the uses 1 to 12, on a logarithmic axis. With weights times 0.3 the
# share of the first use is less than a millionth of the last one's for each of the three seeds.
# With weights times 1 it is less than a hundredth, with weights times 3 less than a third. In the
# chain with seed 6 it is about six times as large.*
#
# All shares go into one sum. Where the early shares are small, the last uses alone decide: a
# recurrent network then learns from the last words of a sentence and hardly from the first ones.
# With weights times 3, the first share is larger than the last one for 10 of the seeds 0 to 29;
# with the smaller weights for none. In the backward pass each use multiplies by W and by the
# derivative of the sigmoid. Larger weights make the first factor larger, but they also saturate the
# sigmoid and make the second one smaller: the mean derivative is 0.24, 0.18 and 0.07 for weights
# times 0.3, 1 and 3 (seeds 0 to 2). Where the gradient grows on average from use to use, as in the
# chain with seed 6 (by a factor of about 1.1 per use), the early shares are the largest. S3 calls
# the two cases vanishing and exploding gradients; notebook 06 measures both, and what helps.

# %% claims=true
ratios = {size: [first_to_last[size, seed] for seed in range(3)] for size in LOOKS}
claim("the first use is less than a millionth of the last one's", ratios[0.3], below=1e-6)
claim("With weights times 1 it is less than a hundredth", ratios[1.0], below=0.005, given=[1])
claim("with weights times 3 less than a third", ratios[3.0], below=1 / 3, given=[3])
claim("seed 6 it is about six times as large", first_to_last[3.0, 6], equals=6, within=0.5)


def chain_factors(size, seed):
    """Mean derivative of the sigmoid, and by which factor a use changes the gradient on average."""
    rng = np.random.default_rng(seed)
    x, dy, W = (rng.normal(size=shape) for shape in ((20, 8), (20, 8), (8, 8)))
    outputs = [x]
    for _ in range(12):
        outputs.append(functional.shared_chain_forward(outputs[-1], size * W, 1)[0])
    dz = dy
    for z in outputs[:0:-1]:
        dz = (dz * z * (1 - z)) @ (size * W).T
    growth = (np.linalg.norm(dz) / np.linalg.norm(dy)) ** (1 / 12)
    return np.mean([z * (1 - z) for z in outputs[1:]]), growth


for size, derivative in ((0.3, 0.24), (1.0, 0.18), (3.0, 0.07)):
    claim(
        "the mean derivative is 0.24, 0.18 and 0.07 for weights times 0.3, 1 and 3",
        np.mean([chain_factors(size, seed)[0] for seed in range(3)]),
        equals=derivative,
        within=0.01,
        given=[0.3, 1, 3, *{0.24, 0.18, 0.07} - {derivative}],
    )
claim("by a factor of about 1.1 per use", chain_factors(3.0, 6)[1], equals=1.1, within=0.06)

# %% claims="slow"
for size, count in ((0.3, 0), (1.0, 0), (3.0, 10)):
    larger_first = 0
    for seed in range(30):
        rng = np.random.default_rng(seed)
        x_long, dy_long, W_long = (rng.normal(size=shape) for shape in ((20, 8), (20, 8), (8, 8)))
        norms = shares_of_uses(pair, x_long, size * W_long, 12, dy_long)
        larger_first += norms[0] > norms[-1]
    if count:
        claim(
            "With weights times 3, the first share is larger than the last one for 10 of the seeds",
            larger_first,
            equals=count,
            within=1,
            given=[3],
        )
    else:
        claim("with the smaller weights for none", larger_first, below=0.5)

# %% [markdown]
# ## 7 Losses that compare
#
# A classifier is told the class of each image. But sometimes there are too many classes (every
# person is one), or new ones come along tomorrow, and all you can say of two samples is whether
# they are *of one kind*. S3 lists losses "For Comparing Multiple Samples": contrastive, Siamese and
# triplet learning. The network, the same for all samples, maps each to a point (an *embedding*),
# and the loss speaks of distances between points only. **The two halves of a pair go through the
# same weights** (hence "Siamese twins"), so everything of section 6 applies.
#
# ### Pairs
#
# Let $d = \lVert a - b\rVert$ be the Euclidean distance of the two points of a pair. Pairs of one
# kind (same = 1) pull at each other like a spring; others (same = 0) push each other away until
# they are a *margin* apart, and then leave each other alone. The mean over the N pairs is
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
    figure, axes = plt.subplots(1, 2, figsize=(8.5, 2.9), sharex=True)
    short = np.maximum(0, 1.5 - distances)
    for ax, near, far in ((axes[0], distances**2 / 2, short**2 / 2), (axes[1], distances, -short)):
        colour = theme.FORWARD if ax is axes[0] else theme.GRADIENT
        ax.plot(distances, near, color=colour, label="one kind")
        ax.plot(distances, far, "--", color=colour, label="others")
        ax.axvline(1.5, color=theme.QUIET, linewidth=1)
        ax.legend()
    axes[0].set(title="The loss of one pair", xlabel="distance d", ylabel="loss")
    axes[1].set(title="Its slope: pull above 0, push below", xlabel="distance d", ylabel="slope")
    plt.show()

# %% [markdown]
# *In words: two panels over the distance. The loss of a pair of one kind is half a parabola that
# rises from 0; that of others falls from the left and is 0 from the margin 1.5 on. The slopes: a
# rising line for one kind, a line from −1.5 up to 0 at the margin for others.*
#
# For the gradients you need one more thing: how does d change when a moves? By the rule for a root,
# $\partial d/\partial a = (a - b)/d$, an arrow of length 1 that points away from b. Beware of d =
# 0: a pair of one kind may lie on top of itself. There the gradient of ½d² is a plain 0, and a
# program that divides by d finds nan. (What you return for *others* at d = 0, where no direction
# leads apart, is not tested.) `same` holds 0 and 1, or False and True. The gradients have the float
# type of `a` and `b`: float32 stays float32.
#
# <details><summary>The derivation</summary>
#
# - $d = \sqrt{\sum_k (a_k - b_k)^2}$. By the chain rule, $\partial d/\partial a_k = \tfrac{1}{2d}
#   \cdot 2 (a_k - b_k) = (a_k - b_k)/d$.
# - One kind: $\tfrac12 d^2$ has the derivative $d$ with respect to d, so a gets
#   $d \cdot (a - b)/d = a - b$.
# - Others, nearer than the margin: $\tfrac12 (\text{margin} - d)^2$ has the derivative
#   $-(\text{margin} - d)$, so a gets $-(\text{margin} - d)\,(a - b)/d$. Beyond the margin it gets
#   0.
# - The distance depends on $a - b$ only, so b gets the opposite of a. All are divided by N.
#
# </details>


# %% solution="contrastive_loss"
def contrastive_loss(a, b, same, margin):
    """The contrastive loss of N pairs, as a mean.

    a, b : (N, D), same : (N,) of 0 and 1 or of False and True, margin : positive
    returns value, da : (N, D), db : (N, D), both with the float type of a and b
    """
    ### BEGIN SOLUTION
    N = len(a)
    same = same.astype(a.dtype)
    r = a - b
    d = np.sqrt(np.sum(r**2, axis=1))
    short = np.maximum(margin - d, 0)
    value = np.sum(same * d**2 + (1 - same) * short**2) / (2 * N)
    safe = np.where(d > 0, d, 1).astype(a.dtype)
    slope = same - (1 - same) * short / safe
    da = slope[:, None] * r / N
    return value, da, -da
    ### END SOLUTION


# %% check="contrastive_loss"
check("contrastive_loss", contrastive_loss)

# %% [markdown]
# ### Triplets
#
# A pair needs an absolute scale: how far is far? A triplet only asks for an order. An *anchor* a, a
# *positive* p of its kind, a *negative* n of another: the negative should be farther away than the
# positive, by a margin. Here d is not squared (the FaceNet paper squares it):
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
# A hinge again: a triplet that keeps the margin costs nothing, and its gradients are 0. For the
# others, the anchor stands in both distances. (At the corner of the hinge any subgradient is
# right.) The gradients have the float type of the points: float32 stays float32.


# %% solution="triplet_loss"
def triplet_loss(anchor, positive, negative, margin):
    """The triplet loss of N triplets, as a mean.

    anchor, positive, negative : (N, D), margin : how much nearer the positive is to be
    returns value, da : (N, D), dp : (N, D), dn : (N, D), all with the float type of the points
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
# The same instrument as ever: your gradients against your nudging.

# %% practice=true fold="Compare both losses with finite differences"
if ready("contrastive_loss", "triplet_loss", "numerical_gradient", "relative_error"):
    rng = np.random.default_rng(7)
    a, b, c = (rng.normal(size=(6, 3)) for _ in range(3))
    same = np.array([1, 0, 0, 1, 0, 1])
    value, da, db = contrastive_loss(a, b, same, 2.5)
    in_loops = contrastive_in_loops(a, b, same, 2.5)
    print("contrastive: value as in loops:", np.isclose(value, in_loops))
    for name, mine, f, at in (
        ("da", da, lambda v: contrastive_in_loops(v, b, same, 2.5), a),
        ("db", db, lambda v: contrastive_in_loops(a, v, same, 2.5), b),
    ):
        error = relative_error(mine, numerical_gradient(f, at, 1e-5))
        print(f"  {name}: relative error {error:.0e}")
    value, da, dp, dn = triplet_loss(a, b, c, 0.5)
    print("triplet: value as in loops:", np.isclose(value, triplet_in_loops(a, b, c, 0.5)))
    for name, mine, f, at in (
        ("da", da, lambda v: triplet_in_loops(v, b, c, 0.5), a),
        ("dp", dp, lambda v: triplet_in_loops(a, v, c, 0.5), b),
        ("dn", dn, lambda v: triplet_in_loops(a, b, v, 0.5), c),
    ):
        error = relative_error(mine, numerical_gradient(f, at, 1e-5))
        print(f"  {name}: relative error {error:.0e}")
else:
    print("This cell waits for the two losses, numerical_gradient and relative_error.")

# %% [markdown]
# ### Strings, graphs and trees
#
# S3 lists one more family, "For Comparing Structured Data": strings, graphs, trees. There an output
# is no vector of fixed length, and two of them cannot be subtracted. What they have in common:
#
# - **A match comes first.** Which letter belongs to which, which node to which? Distances of this
#   kind are a minimum over all matches: the *edit distance* of two strings counts the fewest
#   insertions, deletions and replacements that turn one into the other; that of two trees does the
#   same with nodes; of graphs likewise, and there nobody knows a fast way.
# - **A minimum of counts has no useful gradient.** The count stays the same while the scores
#   move, and then jumps. A minimum of *costs* is continuous, but it has kinks, where the best match
#   changes.
# - **Two ways out.** Make the minimum soft, so that all matches count, the cheap ones most. Or take
#   the hinge over matches: the right structure is to cost less than *every other* by a margin, and
#   only the worst offender sends something back (a triplet loss with an enormous number of
#   negatives).
#
# The soft minimum of numbers $c_1, c_2, \dots$ is $-\gamma \log \sum_i e^{-c_i/\gamma}$. Its
# gradient is a set of probabilities, large for the small c:

# %% practice=true
costs = np.array([1.0, 1.2, 3.0])
print("costs", costs, " minimum", costs.min())
for gamma in (5.0, 1.0, 0.2, 0.02):
    soft = -gamma * np.log(np.sum(np.exp(-(costs - costs.min()) / gamma))) + costs.min()
    weights = np.exp(-(costs - costs.min()) / gamma)
    shares_of_three = (weights / weights.sum()).round(3)
    print(f"gamma = {gamma:<4g} soft minimum {soft:7.3f}  gradient", shares_of_three)

# %% [markdown]
# ### Extra: sequences
#
# The best known example is a distance between sequences: *dynamic time warping*. Two people say the
# same word at different speeds. An **alignment** is a path through the table of pairs (i, j), from
# the first pair to the last, that goes on by one step in x, in y, or in both. Its cost is the sum
# of the squared distances $\lVert x_i - y_j\rVert^2$ along it. Soft-DTW (Cuturi and Blondel, 2017)
# is the soft minimum over *all* alignments. By definition:


# %%
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
# There are 63 alignments of two sequences of length 4, and 1.46 million for length 10. But the
# last cell is reached from one of three neighbours, so the sum over all paths can be built up cell
# by cell. Let $R_{ij}$ be the soft minimum over all paths that end in cell (i, j):
#
# $$R_{ij} = \lVert x_i - y_j\rVert^2 + \operatorname{softmin}(R_{i-1,j},\, R_{i,j-1},\,
# R_{i-1,j-1})$$
#
# with a border of ∞ around the table and 0 in its corner. The value is the last R. Going back, each
# softmin hands its gradient to its three inputs, in the shares of the example above: **the way back
# through a graph**, one node per cell. What arrives at a cell is $E_{ij}$, the probability that an
# alignment takes it, and $dx_i = \sum_j E_{ij}\, 2 (x_i - y_j)$.
#
# This one is extra, for one point. Costs may be thousands of γ: take the smallest of the three out
# of the sum first, as in the cell above.


# %% solution="soft_dtw"
def soft_dtw(x, y, gamma):
    """Soft dynamic time warping: the soft minimum over all alignments.

    x : (T_x, D), y : (T_y, D), gamma : positive
    returns value, dx : (T_x, D)
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

# %% practice=true fold="Compare with the brute force"
if ready("soft_dtw"):
    rng = np.random.default_rng(8)
    print("T_x  T_y  alignments     brute force     soft_dtw    dx, relative error")
    for T_x, T_y in ((1, 3), (2, 2), (4, 4), (5, 6)):
        x, y = rng.normal(size=(T_x, 2)), rng.normal(size=(T_y, 2))
        value, dx = soft_dtw(x, y, 0.5)
        by_force = soft_dtw_by_brute_force(x, y, 0.5)
        nudged = gradient_check.numerical_gradient(
            lambda v, y=y: soft_dtw_by_brute_force(v, y, 0.5), x, 1e-5
        )
        error = gradient_check.relative_error(dx, nudged)
        count = len(alignments(T_x, T_y))
        print(f"{T_x:3}  {T_y:3}  {count:10} {by_force:15.6f} {value:12.6f}    {error:.0e}")
else:
    print("This cell waits for soft_dtw, which is extra.")

# %% [markdown]
# What is it good for? Take four pulses at different times. Their plain mean, time step by time
# step, shows none of them. Now look for a sequence that is near to all four in the sense of
# soft-DTW, by 40 steps of gradient descent on your `dx`, starting from that mean:

# %% practice=true
if ready("soft_dtw"):
    clock = np.arange(16)
    pulses = [np.exp(-0.5 * ((clock - at) / 1.2) ** 2)[:, None] for at in (4, 6.5, 9, 11)]
    plain_mean = np.mean(pulses, axis=0)
    middle = plain_mean.copy()
    for _ in range(40):
        middle = middle - 0.1 * np.mean([soft_dtw(middle, y, 0.1)[1] for y in pulses], axis=0)
else:
    print("This cell waits for soft_dtw, which is extra.")

# %% practice=true fold="Draw the pulses and both means"
if ready("soft_dtw"):
    with theme.style():
        figure, ax = plt.subplots(figsize=(7.5, 3))
        for k, y in enumerate(pulses):
            ax.plot(clock, y, color="0.75", label="four pulses" if k == 0 else None)
        ax.plot(clock, plain_mean, "--", color=theme.FORWARD, label="plain mean")
        ax.plot(clock, middle, "o-", color=theme.FORWARD, label="found with soft-DTW")
        ax.set(xlabel="time step", ylabel="value", ylim=(-0.05, 1.35))
        ax.set_title("Four pulses, their plain mean and the sequence found with soft-DTW")
        ax.legend(ncol=3, loc="upper left")
        plt.show()

# %% [markdown]
# *In words: four grey pulses, one after the other, three of height 1 and one of 0.92 (its maximum
# lies between two time steps). Their plain mean is a low, broad hill. The sequence that 40 steps of
# gradient descent find has one clear pulse of height 0.85 among them, more than twice as high as
# the hill.*

# %% claims=true
paths = np.zeros((11, 11))  # paths[n, m] = number of alignments of lengths n and m
paths[1:, 1] = paths[1, 1:] = 1
for i in range(2, 11):
    for j in range(2, 11):
        paths[i, j] = paths[i - 1, j] + paths[i, j - 1] + paths[i - 1, j - 1]
claim(
    "There are 63 alignments of two sequences of length 4",
    len(alignments(4, 4)),
    equals=63,
    within=0.1,
    given=[4],
)
claim("1.46 million for length 10", paths[10, 10] / 1e6, equals=1.46, within=0.01, given=[10])
heights = sorted(float(y.max()) for y in pulses)
claim("one of 0.92", heights[0], equals=0.92, within=0.005)
claim("three of height 1", heights[1:], equals=1, within=1e-9)
claim("one clear pulse of height 0.85", middle.max(), equals=0.85, within=0.03)
claim("more than twice as high as the hill", middle.max() / plain_mean.max(), above=2)

# %% [markdown]
# ## 8 Spot the slip
#
# **Three gradients for one W** (S3, "Back Propagation (X,Y): Also Learning", kind: *error*). For
# the chain of section 6 the slide gives
#
# $$\frac{\partial L}{\partial W} = \frac{\partial L}{\partial Y_1}\frac{\partial Y_1}{\partial W},
# \qquad \frac{\partial L}{\partial W} = \frac{\partial L}{\partial Y_3}\frac{\partial Y_3}{\partial
# W}, \qquad \frac{\partial L}{\partial W} = \frac{\partial L}{\partial Y_5}\frac{\partial
# Y_5}{\partial W}$$
#
# and then one step, $W^{n+1} = W^n - \eta\, dL/dW$. Three right-hand sides, one left-hand side. Say
# first what you think holds: which of the three is dL/dW, or what is to be made of them?

# %%
guess("ps05_shares", None)  # "first", "second", "third", "mean" or "sum"

# %% practice=true
candidates = dict(zip(("first", "second", "third"), shares, strict=True))
candidates |= {"mean": sum(shares) / 3, "sum": shares[0] + shares[1] + shares[2]}
for name, candidate in candidates.items():
    print(f"{name:6} against nudging W: {gradient_check.relative_error(candidate, together):.0e}")
closest = min(candidates, key=lambda n: gradient_check.relative_error(candidates[n], together))
reveal("ps05_shares", closest, "The candidate nearest to the finite difference of the loss.")

# %% practice=true fold="Draw the three shares"
with theme.style():
    figure, ax = plt.subplots(figsize=(8, 3.2))
    names = ("W₁₁", "W₁₂", "W₂₁", "W₂₂")
    shades = ("#E69F00", "#CC79A7", "#56B4E9")
    for k, share in enumerate(shares):
        places = np.arange(4) * 6 + k
        ax.bar(places, share.ravel(), color=shades[k], label=f"use {k + 1} of W")
    ax.bar(np.arange(4) * 6 + 3, sum(shares).ravel(), color=theme.GRADIENT, label="their sum")
    ax.plot(np.arange(4) * 6 + 3, together.ravel(), "kx", markersize=9, label="nudging W")
    ax.axhline(0, color=theme.INK, linewidth=0.8)
    ax.set_xticks(np.arange(4) * 6 + 1.5, names)
    ax.set(xlabel="entry of W", ylabel="gradient", title="Nudging W finds the sum of the three")
    ax.legend(ncol=2)
    plt.show()

# %% [markdown]
# *In words: for each of the four entries of W four bars, the shares of the three uses and their
# sum. A cross, what nudging W finds, lies at the end of the sum in each, and at none of the
# shares.*
#
# Each line is right for a W of its own, $\partial L/\partial W_1$, $\partial L/\partial W_2$,
# $\partial L/\partial W_3$ in our notation. What is missing is the fourth line, the sum. Whoever
# programs the slide as it stands, with three assignments, keeps one of them: the planted mistake of
# section 5.

# %% [markdown]
# ## 9 Your functions at work
#
# ### A network on your tape
#
# A network that classifies digits, with a first hidden layer of 32 units and a second one that is
# applied three times, written on the tape: your `topological_order` and your `backprop` do the
# rest. The loss is cross-entropy, $\sum_k t_k (\log \sum_i e^{u_i} - u_k)$ for each image. It is
# trained by gradient descent with **momentum**: each step also contains a part (0.9) of the
# previous step; [notebook 08](../ps08/ps08_momentum.ipynb) explains it.

# %% practice=true fold="Load the digits, draw initial weights"
digits = load_digits()
shuffled = np.random.default_rng(0).permutation(len(digits.x))
x_all, t_all = digits.x[shuffled].astype("float64"), digits.t[shuffled]
test = np.arange(len(x_all)) % 5 == 0
x_train, t_train, x_test, t_test = x_all[~test], t_all[~test], x_all[test], t_all[test]
print("training images:", x_train.shape, " test images:", x_test.shape)


def first_weights(seed, hidden=32):
    """Random weights whose products keep the size of what goes in."""
    rng = np.random.default_rng(seed)
    shapes = {"V": (64, hidden), "W": (hidden, hidden), "C": (hidden, 10)}
    return {name: rng.normal(size=s) / np.sqrt(s[0]) for name, s in shapes.items()}


# %% practice=true
def record(weights, x, t):
    """The tape of the network and its loss; t holds a row of zeros and a single one per image."""
    tape = Tape()
    V, W, C = (tape.leaf(name, data) for name, data in weights.items())
    ones_down, ones_across = np.ones((10, 1)), np.ones((1, 10))
    z = (tape.leaf("x", x) @ V).tanh()
    for _ in range(3):
        z = (z @ W).tanh()
    u = z @ C
    log_of_sums = (u.exp() @ tape.leaf("down", ones_down)).log() @ tape.leaf("across", ones_across)
    terms = tape.leaf("t", t) * (log_of_sums - u)
    return tape, terms.sum() * tape.leaf("1/N", 1 / len(x)), u


# %% [markdown]
# First the check, then the training. Section 5 planted a mistake: keeping one of several shares.
# How much would it cost here? The second run has `backprop` keep only what the *last* use of W
# sends back (by the trick of giving it a copy of W in each of the other places).


# %% practice=true fold="Define the gradients with one share"
def one_share_only(weights, x, t):
    """The gradients if the other two uses of W are not counted."""
    tape, loss, _ = record(weights, x, t)
    products = [node for node, (_, inputs) in tape.graph.items() if "W" in inputs]
    for node in products[:-1]:
        left = tape.graph[node][1][0]
        tape.graph[node] = ("matmul", (left, "a copy of W"))
    tape.graph["a copy of W"] = ("input", ())
    tape.values["a copy of W"] = weights["W"]
    return loss.data, backprop(tape.graph, tape.values, loss.name)


# %% practice=true
def all_shares(weights, x, t):
    """The loss and your gradients."""
    tape, loss, _ = record(weights, x, t)
    return loss.data, backprop(tape.graph, tape.values, loss.name)


# %% practice=true fold="Define gradient descent with momentum"
def descend(gradients_of, seed, steps=80):
    """Gradient descent with momentum on all training images; losses, and accuracy in the end."""
    weights, targets = first_weights(seed), np.eye(10)[t_train]
    v = {name: 0 * w for name, w in weights.items()}
    losses_so_far = []
    for _ in range(steps):
        loss, d = gradients_of(weights, x_train, targets)
        losses_so_far.append(float(loss))
        for name in weights:
            v[name] = 0.9 * v[name] - 0.1 * d[name]
            weights[name] = weights[name] + v[name]
    said = record(weights, x_test, np.eye(10)[t_test])[2].data
    return losses_so_far, np.mean(said.argmax(axis=1) == t_test)


# %% practice=true fold="Check the gradients of all weights"
if ready("topological_order", "backprop"):
    weights = first_weights(0)
    few = x_train[:6], np.eye(10)[t_train[:6]]
    _, d = all_shares(weights, *few)
    for name in weights:
        result = gradient_check.check_gradient(
            lambda w, name=name: float(record(weights | {name: w}, *few)[1].data),
            weights[name],
            d[name],
            np.random.default_rng(1),
        )
        print(f"d{name}: {result}")
else:
    print("This cell waits for topological_order and backprop.")

# %% practice=true fold="Train with all shares and with one"
if ready("topological_order", "backprop"):
    runs = {"all three shares": all_shares, "the last use only": one_share_only}
    trained = {}
    with theme.style():
        figure, ax = plt.subplots(figsize=(7.5, 3.2))
        for (name, gradients_of), line in zip(runs.items(), ("-", ":"), strict=True):
            results = trained[name] = [descend(gradients_of, seed) for seed in range(3)]
            for k, (curve, _) in enumerate(results):
                label = name if k == 0 else None
                ax.semilogy(curve, line, color=theme.FORWARD, label=label)
            reached = [accuracy for _, accuracy in results]
            print(
                f"{name}: test accuracy {np.mean(reached):.3f} ± {np.std(reached):.3f} (3 starts)"
            )
        ax.set(xlabel="step", ylabel="loss on training images")
        ax.set_title("Training loss with all shares of dW and with one (seeds 0, 1, 2)")
        ax.legend()
        plt.show()

# %% [markdown]
# *In words: the training loss over 80 steps on a logarithmic axis, three solid curves with all
# shares and three dotted ones with the share of the last use only. All fall steeply; after the
# first ten steps the dotted ones lie above the solid ones.*
#
# Without two of the three shares of dW the loss falls more slowly, and the test accuracies differ
# by less than the spread over the three seeds. (Both statements also hold at two and three times
# the learning rate.) The dotted curve alone would not look suspicious. The gradient check finds the
# bug without a second run.

# %% claims=true
loss_curves = {name: np.array([curve for curve, _ in results]) for name, results in trained.items()}
on_test = {name: np.array([share for _, share in results]) for name, results in trained.items()}
slower, faster = loss_curves["the last use only"], loss_curves["all three shares"]
claim(
    "the loss falls more slowly",
    slower.mean(axis=0)[[20, 40, 79]],
    above=faster.mean(axis=0)[[20, 40, 79]],
)
gap = abs(on_test["the last use only"].mean() - on_test["all three shares"].mean())
claim(
    "the test accuracies differ by less than the spread over the three seeds",
    gap,
    below=max(np.std(share) for share in on_test.values()),
)
claim("All fall steeply", loss_curves["the last use only"][:, -1], below=0.1 * slower[:, 0])
later = slower[:, 10:].min(axis=0) - faster[:, 10:].max(axis=0)
claim("first ten steps the dotted ones lie above the solid ones", later, above=0)
with_bug, correct = (f(weights, *few)[1]["W"] for f in (one_share_only, all_shares))
wrong_part = gradient_check.relative_error(with_bug, correct)
claim("The gradient check finds the bug without a second run", wrong_part, above=0.1)


# %% claims="slow"
def descend_at(gradients_of, seed, rate, steps=80):
    """`descend` at another learning rate: the last loss, and test accuracy."""
    weights, targets = first_weights(seed), np.eye(10)[t_train]
    v = {name: 0 * w for name, w in weights.items()}
    for _ in range(steps):
        loss, d = gradients_of(weights, x_train, targets)
        for name in weights:
            v[name] = 0.9 * v[name] - rate * d[name]
            weights[name] = weights[name] + v[name]
    said = record(weights, x_test, np.eye(10)[t_test])[2].data
    return float(loss), np.mean(said.argmax(axis=1) == t_test)


for rate in (0.2, 0.3):
    ends = {name: np.array([descend_at(g, s, rate) for s in range(3)]) for name, g in runs.items()}
    last, every = ends["the last use only"], ends["all three shares"]
    same = "(Both statements also hold at two and three times the learning rate.)"
    claim(same, last[:, 0].mean(), above=every[:, 0].mean())
    claim(same, abs(last[:, 1].mean() - every[:, 1].mean()), below=np.ptp(every[:, 1]))

# %% [markdown]
# ### Digits, arranged by your losses
#
# Now a network with 64 inputs, 64 hidden units and **two outputs**: a place in the plane for every
# image. It is never told which digit an image shows, only which images are of one kind. Each of the
# three images of a triplet goes through the same layers, and each has a backward pass of its own;
# the library's layers add up the gradients of their weights, as you now know they must. The
# optimizer is
# **Adam**, which scales the step of each weight; [notebook 09](../ps09/ps09_adaptive.ipynb)
# explains it.


# %% practice=true fold="Define how pairs are drawn"
def partners(t, of, rng):
    """For each label in `of` a random index with that label in t."""
    by_label = np.argsort(t, kind="stable")
    count = np.bincount(t, minlength=10)
    start = np.cumsum(count) - count
    return by_label[start[of] + (rng.random(len(of)) * count[of]).astype(int)]


def different(t, of, rng):
    """For each label in `of` a random index with another label in t."""
    k = rng.integers(len(t), size=len(of))
    while np.any(t[k] == of):
        k = np.where(t[k] == of, rng.integers(len(t), size=len(of)), k)
    return k


def with_margin(loss, margin):
    """The loss with this margin."""
    return lambda *points: loss(*points, margin)


def step_of_pairs(network, x, t, rng, loss):
    """Gradients of 64 pairs, half of them of one kind."""
    i = rng.integers(len(t), size=64)
    j = np.where(np.arange(64) < 32, partners(t, t[i], rng), different(t, t[i], rng))
    a, back_a = network.forward(x[i], training=True)
    b, back_b = network.forward(x[j], training=True)
    value, da, db = loss(a, b, (t[i] == t[j]).astype(x.dtype))
    back_a(da)
    back_b(db)
    return value


# %% practice=true
def step_of_triplets(network, x, t, rng, loss):
    """Gradients of 64 triplets."""
    i = rng.integers(len(t), size=64)
    j, k = partners(t, t[i], rng), different(t, t[i], rng)
    a, back_a = network.forward(x[i], training=True)
    p, back_p = network.forward(x[j], training=True)
    n, back_n = network.forward(x[k], training=True)
    value, da, dp, dn = loss(a, p, n)
    back_a(da)
    back_p(dp)
    back_n(dn)
    return value


# %% practice=true fold="Define the training and the accuracy"
def embedding(x, t, step, loss, seed, *, outputs=2, steps=700, look=None):
    """A network 64-64-outputs trained by pairs or triplets; `look(step, network)` may watch."""
    rng = np.random.default_rng(seed)
    network = Sequential(Linear(x.shape[1], 64, rng=rng), ReLU(), Linear(64, outputs, rng=rng))
    optimizer = Adam(network.parameters(), lr=0.003)
    for number in range(steps):
        if look:
            look(number, network)
        optimizer.zero_grad()
        step(network, x, t, rng, loss)
        optimizer.step()
    if look:
        look(steps, network)
    return network


def nearest_neighbour_accuracy(z_known, t_known, z_new, t_new):
    """How often the nearest known point is of the right kind."""
    squares = np.sum(z_new**2, axis=1)[:, None] - 2 * z_new @ z_known.T
    squares = squares + np.sum(z_known**2, axis=1)
    return float(np.mean(t_known[squares.argmin(axis=1)] == t_new))


def own_losses():
    """The two losses: yours once they pass a first test."""
    if ready("contrastive_loss", "triplet_loss"):
        print("This runs on your losses.")
        return {"pairs": contrastive_loss, "triplets": triplet_loss}
    print("This runs on the library's losses; run it again when you have written yours.")
    return {"pairs": losses.contrastive_loss, "triplets": losses.triplet_loss}


# %% practice=true fold="Train and draw the embedding"
TIMES = (0, 15, 40, 100, 250, 700)
x32, x32_test = x_train.astype("float32"), x_test.astype("float32")
places = {}


def look(number, network):
    """Keep where the test images are."""
    if number in TIMES:
        places[number] = network(x32_test)


def draw_places(number):
    """The test images in the plane, each as its digit."""
    z = places[number]
    with theme.style():
        figure, ax = plt.subplots(figsize=(7.5, 5))
        for digit in range(10):
            mine = z[t_test == digit]
            colour = theme.CYCLE[digit % 7]
            ax.scatter(*mine.T, marker=f"${digit}$", s=34, color=colour, linewidths=0.3)
        known = embedded(number)
        ax.set(xlabel="first output", ylabel="second output")
        ax.set_title(f"After {number} steps: {known:.0%} have a neighbour of their own kind")
    return figure


def embedded(number):
    """Share of test images whose nearest other test image is of their kind."""
    z = places[number]
    squares = np.sum((z[:, None] - z[None]) ** 2, axis=2) + 1e9 * np.eye(len(z))
    return np.mean(t_test[squares.argmin(axis=1)] == t_test)


chosen = own_losses()
embedding(x32, t_train, step_of_triplets, with_margin(chosen["triplets"], 1.0), 0, look=look)
slider(
    draw_places,
    TIMES,
    name="step",
    alt="Test images as points in the plane. At first all digits lie mixed, in the end most digits "
    "have a cluster of their own.",
    dpi=80,
)

# %% [markdown]
# *In words: the test images as small digits in the plane, for one run (seed 0). At first the digits
# overlap in one cloud: for fewer than half of the images the nearest neighbour shows the same
# digit. Step by step the cloud opens. In the end this holds for more than 80 %, and most digits
# have an island of their own, with some strays.*
#
# ### Does it help?
#
# An image can also be compared by its 64 pixels directly, without any network: its *nearest
# neighbour* among the training images says which digit it is. Does the learned distance beat that?
# For each network the accuracy is the mean of three starts with its standard deviation. To be fair
# to two outputs, there are also the best two directions in the sense of notebook 01 (the first two
# principal components).

# %%
guess("ps05_pixels", None)  # more often right: "pixels" or "learned" (two numbers per image)


# %% practice=true fold="Define the comparison"
def principal_components(known, new, k):
    """Coordinates along the k directions in which the known samples vary most."""
    centre = known.mean(axis=0)
    directions = np.linalg.svd(known - centre, full_matrices=False)[2][:k].T
    return (known - centre) @ directions, (new - centre) @ directions


def compare(x_known, x_new, ways, seeds=(0, 1, 2)):
    """name -> accuracies of nearest neighbours; ways: name -> (step, loss, outputs)."""
    reached = {"pixels": [nearest_neighbour_accuracy(x_known, t_train, x_new, t_test)]}
    for k in sorted({outputs for _, _, outputs in ways.values()}):
        known, new = principal_components(x_known, x_new, k)
        accuracy = nearest_neighbour_accuracy(known, t_train, new, t_test)
        reached[f"{k} principal components"] = [accuracy]
    for name, (step, loss, outputs) in ways.items():
        reached[name] = []
        for seed in seeds:
            network = embedding(x_known, t_train, step, loss, seed, outputs=outputs)
            z_known, z_new = network(x_known), network(x_new)
            reached[name].append(nearest_neighbour_accuracy(z_known, t_train, z_new, t_test))
    return reached


def bars(reached, title):
    """A bar for each mean, a dot for each start."""
    with theme.style():
        figure, ax = plt.subplots(figsize=(8, 0.45 * len(reached) + 1.1))
        for row, (name, accuracies) in enumerate(reached.items()):
            learned = len(accuracies) > 1
            ax.barh(row, np.mean(accuracies), color=theme.FORWARD if learned else "0.75")
            ax.plot(accuracies, [row] * len(accuracies), "o", color="black", markersize=4)
            spread = f" ± {np.std(accuracies):.3f}" if learned else ""
            print(f"{name:26} {np.mean(accuracies):.3f}{spread}")
        ax.set_yticks(range(len(reached)), reached)
        ax.invert_yaxis()
        ax.set(xlabel="nearest neighbour is the right digit", xlim=(0, 1), title=title)
    return figure


# %% practice=true fold="Measure and draw the accuracies"
chosen = own_losses()
ways = {
    "2 numbers, by pairs": (step_of_pairs, with_margin(chosen["pairs"], 1.0), 2),
    "2 numbers, by triplets": (step_of_triplets, with_margin(chosen["triplets"], 1.0), 2),
    "8 numbers, by triplets": (step_of_triplets, with_margin(chosen["triplets"], 1.0), 8),
}
clean = compare(x32, x32_test, ways)
bars(clean, "Nearest neighbours by pixels, components and learned numbers")
plt.show()
better = "pixels" if clean["pixels"][0] > np.mean(clean["2 numbers, by triplets"]) else "learned"
reveal("ps05_pixels", better, "Two learned numbers by triplets, against 64 pixels.")

# %% [markdown]
# *In words: six bars. The 64 pixels and the eight numbers learned by triplets are right most often,
# almost equally often; then eight principal components; then the two learned numbers. Two principal
# components are far behind.*
#
# Nearest neighbours find the right digit much more often with two learned numbers than with the
# first two principal components. But none of them beats the plain pixels: their accuracy is 99 %,
# so there is little left to gain. So what is a learned distance good for? For **leaving out what
# does not matter**. Put 64 columns of pure noise beside the 64 pixels. Plain distances count all
# columns alike. The network is told which images belong together, and can learn which columns to
# ignore.

# %% practice=true fold="Measure with 64 columns of noise"
MARGINS = (0.3, 1.0, 3.0, 10.0, 30.0)
if ready("contrastive_loss", "triplet_loss"):
    noise = np.random.default_rng(9)
    noisy, noisy_test = (
        np.hstack([x, 1.5 * noise.random(x.shape)]).astype("float32") for x in (x_train, x_test)
    )
    ways = {
        f"by {kind}, margin {margin:g}": (step, with_margin(loss, margin), 8)
        for kind, step, loss in (
            ("pairs", step_of_pairs, contrastive_loss),
            ("triplets", step_of_triplets, triplet_loss),
        )
        for margin in MARGINS
    }
    with_noise = compare(noisy, noisy_test, ways)
    for name, accuracies in with_noise.items():
        print(f"{name:26} {np.mean(accuracies):.3f} ± {np.std(accuracies):.3f}")
    with theme.style():
        figure, ax = plt.subplots(figsize=(8, 3.6))
        for kind, line in (("pairs", "o--"), ("triplets", "s-")):
            rows = np.array([with_noise[f"by {kind}, margin {margin:g}"] for margin in MARGINS])
            look = {"fmt": line, "color": theme.FORWARD, "label": f"8 numbers, by {kind}"}
            ax.errorbar(MARGINS, rows.mean(axis=1), rows.std(axis=1), **look)
        for name, line in (("8 principal components", "-."), ("pixels", ":")):
            ax.axhline(with_noise[name][0], color=theme.INK, linestyle=line, label=name)
        ax.set(xscale="log", xlabel="margin", ylabel="nearest neighbour\nis the right digit")
        ax.set_xticks(MARGINS, [f"{margin:g}" for margin in MARGINS])
        ax.minorticks_off()
        ax.set_title("The same with 64 columns of noise (mean and spread of seeds 0, 1, 2)")
        ax.legend(loc="lower right")
        plt.show()
else:
    print("This cell waits for contrastive_loss and triplet_loss.")

# %% [markdown]
# *In words: two curves over five margins from 0.3 to 30, and two horizontal lines. Pixels with
# noise, the lower line, lose about a fifth of their accuracy, eight principal components about a
# tenth. The curve of the pairs begins below both lines, lies between them at margin 1, and above
# both from margin 3 on. The curve of the triplets is highest between margins 1 and 10. At margin 3
# it is less than 0.05 below the pixels without noise. At margin 30 it has fallen to the line of
# the principal components.*
#
# Here the learned distance helps: at its best margin, each of the two losses beats the pixels and
# the principal components. (With 4, 12 or 16 principal components the accuracy is lower than with
# 8.) Both losses depend on the margin, and at a single margin either loss can win: the triplets at
# 1, the pairs at 30. At their best margins the triplets are slightly better, by about 0.02, and
# they need a smaller margin. (Learning rate and number of steps are the same as in the picture
# above. They were not tuned for either loss, and the best margin is chosen on the test images. At
# margin 100, which is not shown, both are worse than at their best.)
#
# One more question decides whether such a distance is worth its price: does it also serve digits
# that it has **never seen**? Train on seven of the ten, then take one single example of each of the
# three others, and let the nearest of these three name an image.

# %%
guess("ps05_unseen", None)  # more often right on unseen digits: "pixels" or "learned"


# %% practice=true fold="Define the accuracy with one example"
def one_example_each(z, t, kinds, rng, times=20):
    """Mean accuracy when one random sample of each kind is all that is known."""
    reached = []
    for _ in range(times):
        known = np.array([rng.choice(np.flatnonzero(t == kind)) for kind in kinds])
        rest = np.setdiff1d(np.arange(len(t)), known)
        reached.append(nearest_neighbour_accuracy(z[known], t[known], z[rest], t[rest]))
    return np.mean(reached)


# %% practice=true fold="Measure on three unseen digits"
if ready("triplet_loss"):
    unseen = {"pixels": [], "learned": [], "same network, untrained": []}
    for seed in range(4):
        rng = np.random.default_rng(seed)
        kinds = rng.choice(10, size=3, replace=False)
        new = np.isin(t_train, kinds)
        known_x, known_t = x32[~new], t_train[~new]
        task = known_x, known_t, step_of_triplets, with_margin(triplet_loss, 1.0), seed
        learned, untrained = (embedding(*task, outputs=8, steps=steps) for steps in (700, 0))
        for name, z in zip(unseen, (x32[new], learned(x32[new]), untrained(x32[new])), strict=True):
            chances = np.random.default_rng(seed + 10)
            unseen[name].append(one_example_each(z, t_train[new], kinds, chances))
    for name, reached in unseen.items():
        print(f"{name:24} {np.mean(reached):.3f} ± {np.std(reached):.3f}, four choices of digits")
    winner = max(("pixels", "learned"), key=lambda name: np.mean(unseen[name]))
    reveal("ps05_unseen", winner, "Mean over four choices of three unseen digits.")
else:
    print("This cell waits for triplet_loss.")

# %% [markdown]
# With seven kinds to learn from, the network learns what tells *those* apart. For new digits its
# distance is worse than that of the pixels, in each of the four choices, and no better than that of
# the same network untrained. (With 2 or 32 numbers, or with 200 steps, it does not beat the pixels
# either.) The systems that recognise faces they have never seen were trained on thousands of
# persons. A claim such as "a learned distance generalises" is always about which kinds, and how
# many.

# %% claims=true
claim("for fewer than half of the images the nearest neighbour shows", embedded(0), below=0.5)
claim("In the end this holds for more than 80 %", embedded(700), above=0.8)
means = {name: np.mean(shares) for name, shares in clean.items()}
learned_8, components_8 = means["8 numbers, by triplets"], means["8 principal components"]
claim("almost equally often", abs(means["pixels"] - learned_8), below=0.015)
claim(
    "then eight principal components",
    components_8,
    above=means["2 numbers, by pairs"],
    below=learned_8,
)
claim(
    "Two principal components are far behind",
    means["2 principal components"],
    below=means["2 numbers, by triplets"] - 0.2,
)
claim("none of them beats the plain pixels", max(means.values()) - means["pixels"], below=1e-9)
claim("their accuracy is 99 %", means["pixels"], equals=0.99, within=0.005)
noise_means = {name: np.mean(shares) for name, shares in with_noise.items()}
claim(
    "lose about a fifth of their accuracy",
    1 - noise_means["pixels"] / means["pixels"],
    equals=0.2,
    within=0.03,
)
claim(
    "eight principal components about a tenth",
    1 - noise_means["8 principal components"] / components_8,
    equals=0.1,
    within=0.025,
)
line_of_components = noise_means["8 principal components"]
by_pairs = np.array([with_noise[f"by pairs, margin {margin:g}"] for margin in MARGINS])
by_triplets = np.array([with_noise[f"by triplets, margin {margin:g}"] for margin in MARGINS])
best_pairs, best_triplets = by_pairs.mean(axis=1).max(), by_triplets.mean(axis=1).max()
claim(
    "The curve of the pairs begins below both lines",
    by_pairs[0].mean(),
    below=noise_means["pixels"],
)
claim(
    "lies between them at margin 1",
    by_pairs[1].mean(),
    above=noise_means["pixels"],
    below=line_of_components,
    given=[1],
)
claim("above both from margin 3 on", by_pairs[2:].ravel(), above=line_of_components, given=[3])
claim(
    "The curve of the triplets is highest between margins 1 and 10",
    by_triplets.mean(axis=1)[1:4].max(),
    above=by_triplets.mean(axis=1)[[0, 4]].max(),
    given=[1, 10],
)
claim(
    "At margin 3\nit is less than 0.05 below the pixels without noise",
    means["pixels"] - by_triplets[2].mean(),
    below=0.05,
    given=[3],
)
claim(
    "At margin 30 it has fallen to the line of\nthe principal components",
    by_triplets[4].mean() - line_of_components,
    above=-0.02,
    below=0.02,
    given=[30],
)
for best_mean in (best_pairs, best_triplets):
    claim("each of the two losses beats the pixels and", best_mean, above=line_of_components)
claim("the triplets at 1", by_triplets[1], above=by_pairs[1].max(), given=[1])
claim("the pairs at 30", by_pairs[4], above=by_triplets[4].max(), given=[30])
claim(
    "the triplets are slightly better, by about 0.02",
    best_triplets - best_pairs,
    above=0.012,
    below=0.032,
    given=[0.02],
)
claim(
    "they need a smaller margin",
    MARGINS[by_triplets.mean(axis=1).argmax()],
    below=MARGINS[by_pairs.mean(axis=1).argmax()],
)
by_components = []
for k in (4, 8, 12, 16):
    known, new = principal_components(noisy, noisy_test, k)
    by_components.append(nearest_neighbour_accuracy(known, t_train, new, t_test))
claim(
    "(With 4, 12 or 16 principal components the accuracy is lower than with 8.)",
    np.delete(by_components, 1),
    below=by_components[1],
    given=[4, 8, 12, 16],
)
claim(
    "worse than that of the pixels, in each of the four choices",
    unseen["learned"],
    below=unseen["pixels"],
)
claim(
    "no better than that of the same network untrained",
    np.mean(unseen["learned"]) - np.mean(unseen["same network, untrained"]),
    below=0.02,
)

# %% claims="slow"
for step, loss, best_mean in (
    (step_of_pairs, contrastive_loss, best_pairs),
    (step_of_triplets, triplet_loss, best_triplets),
):
    at_100 = compare(noisy, noisy_test, {"100": (step, with_margin(loss, 100.0), 8)})["100"]
    claim("At margin 100, which is not shown, both are worse", at_100, below=best_mean, given=[100])
for outputs, steps in ((2, 700), (32, 700), (8, 200), (32, 200)):
    others = []
    for seed in range(4):
        rng = np.random.default_rng(seed)
        kinds = rng.choice(10, size=3, replace=False)
        new = np.isin(t_train, kinds)
        network = embedding(
            x32[~new],
            t_train[~new],
            step_of_triplets,
            with_margin(triplet_loss, 1.0),
            seed,
            outputs=outputs,
            steps=steps,
        )
        chances = np.random.default_rng(seed + 10)
        others.append(one_example_each(network(x32[new]), t_train[new], kinds, chances))
    claim(
        "(With 2 or 32 numbers, or with 200 steps, it does not beat the pixels either.)",
        np.mean(others),
        below=np.mean(unseen["pixels"]),
        given=[2, 32, 200],
    )

# %% [markdown]
# ## 10 Questions
#
# **Everything fails.** You check a gradient in float32, with h = 1e-7. Every element "fails", with
# a relative error somewhere between 0.1 and 1, and another value in every run with other data. What
# is the most likely reason?
#
# - a: a factor is missing in the gradient
# - b: the two values of the loss agree in all their digits but the last, so that rounding decides
# - c: the loss has a kink everywhere
# - d: the step is too large for the formula to be exact

# %% solution="answer_everything_fails"
answer_everything_fails = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_everything_fails = "b"
### END SOLUTION

# %% choice="everything_fails" key="b" points=1
check_choice("everything_fails", answer_everything_fails)
# a: A missing constant factor gives the same relative error in every run, for example 1/3 for a
#    factor of 2. Here the error changes with the data.
# b: Float32 has a relative precision of 6e-8, and with h = 1e-7 the two losses differ by hardly
#    more than that. So their difference is mostly rounding error.
# c: A kink disturbs the check if it lies between x − h and x + h. Kinks are single points, so with
#    so small a step few elements meet one.
# d: Too large a step does make the formula inexact. But h = 1e-7 is far too small for float32: in
#    section 3 the best step was near 1e-2.

# %% [markdown]
# **An order.** `{"L": ("add", ("q", "x")), "q": ("mul", ("p", "x")), "p": ("exp", ("x",)), "x":
# leaf}`. Whose gradient may be handed on *right after* that of L, on the way back?
#
# - a: that of x, because L uses x directly
# - b: that of p, because it is a single step away from x
# - c: that of q, because L is its only user
# - d: any of them, because sums do not depend on their order

# %% solution="answer_order"
answer_order = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_order = "c"
### END SOLUTION

# %% choice="order" key="c" points=1
check_choice("order", answer_order)
# a: L does use x directly, but q and p use x as well. Their shares have not arrived yet, so the
#    gradient of x is not complete.
# b: p is indeed close to x, but its only user is q. So p gets its gradient from q, and q has to
#    come first.
# c: L is the only user of q. So the gradient of q is complete after L, and it may be passed on to p
#    and x.
# d: The order of the terms does not change a sum, but all terms must be there. A node passes its
#    gradient on after all of its users have done so.

# %% [markdown]
# **Twins.** S3 lists Siamese learning: both halves of a pair go through the same network. The
# gradient of its weights for one pair is …
#
# - a: that of the first half, because both networks are the same
# - b: the mean of what comes back through the first and through the second half
# - c: the sum of what comes back through the first and through the second half
# - d: zero, because da = −db

# %% solution="answer_twins"
answer_twins = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_twins = "c"
### END SOLUTION

# %% choice="twins" key="c" points=1
check_choice("twins", answer_twins)
# a: There is only one set of weights, that is true. But the loss depends on it through both halves,
#    so the first half gives only one of two shares.
# b: The loss is a mean over pairs, not over the two halves of a pair. A change of the weights acts
#    through both halves, and the two effects add up.
# c: The weights are used twice. As for every shared weight, the gradient is the sum of the shares
#    from all uses.
# d: da = −db holds for the gradients at the two outputs. On the backward pass each half has its own
#    inputs and activations, so the two shares in general do not cancel.

# %% [markdown]
# **Silent triplets.** After some training 98 of 100 random triplets have the loss 0, and progress
# has become slow. What is the reason, and the usual remedy?
#
# - a: the margin is too large; make it smaller
# - b: triplets that keep the margin send nothing back; choose triplets that do not keep it
# - c: the hinge has a kink; smooth it
# - d: the gradients vanish in the deep layers; use a larger rate

# %% solution="answer_silent"
answer_silent = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_silent = "b"
### END SOLUTION

# %% choice="silent" key="b" points=1
check_choice("silent", answer_silent)
# a: With a smaller margin even more triplets would keep it, and more losses would be 0. A larger
#    margin would leave fewer of them at 0.
# b: The hinge is flat for triplets that keep the margin, so their gradient is 0. If you choose
#    triplets that do not keep it, each of them has a gradient.
# c: The kink is a single point. The gradient is 0 because the hinge is flat for all triplets that
#    keep the margin, and not because of the kink.
# d: The gradient of these triplets is exactly 0 at the loss, before it reaches any layer. And a
#    larger rate times 0 is still 0.

# %% [markdown]
# **Whose fault?** A friend's gradient check in float64 fails in one of 200 elements: the gradient
# says 1.0 and the central difference 0.5. The network has ReLUs. Your friend wants to divide
# something by 2. Describe two measurements that tell a kink from a mistake, and say what each would
# show in either case. (Read by a person, 2 points.)

# %% [markdown] manual="whose_fault" points=2
# ### BEGIN SOLUTION
# First, look at the slopes from the left and from the right separately. At a kink they differ (here
# probably 0 and 1, with the mean 0.5, since a unit opens within the step), and the claimed gradient
# agrees with one of them. With a mistake left and right agree with each other, and not with the
# claim. Second, change h. If the corner is not exactly at x, it drops out of the interval for a
# smaller h, and the difference jumps to the claimed 1.0; with a mistake it stays at 0.5 for every
# h, until rounding takes over. (Also good: move x a little, or other data, and see whether the same
# element still fails; a mistake fails again. One point for each measurement with what it shows in
# both cases; naming kinks without a measurement earns half a point.)
# ### END SOLUTION

# %% [markdown]
# **Comparing structures.** S3 names strings, graphs and trees as outputs that a loss has to
# compare. Choose one of them and an application. Say in your own words what a distance between two
# of them could count, why it is hard to train a network with it directly, and one way to do it all
# the same. (Read by a person, 2 points.)

# %% [markdown] manual="structures" points=2
# ### BEGIN SOLUTION
# For instance strings, in reading handwriting: the edit distance counts the fewest insertions,
# deletions and replacements that turn the output into the right text. It needs the best match of
# letters first, and it is a count: small changes of the network's scores leave it as it is or make
# it jump, so its gradient is zero or not there. Ways out: a soft minimum over all matches, weighted
# by the network's probabilities (as in soft-DTW); or a hinge which wants the right string to score
# higher than every other by a margin that grows with the edit distance; or a learned embedding of
# the structures, compared by a contrastive loss. Likewise parse trees (edits of nodes, shared
# brackets) and molecules (edits of a graph, where already the match is costly). (One point for a
# distance that fits the application, one for the difficulty together with a way out.)
# ### END SOLUTION

# %% [markdown]
# ## 11 In PyTorch
#
# PyTorch's tensors are your Values: each remembers how it was made, and `backward()` goes back in a
# topological order and adds. It adds even *between* calls: what is in `.grad` stays there until it
# is set to zero, which is why training loops do so. If PyTorch is installed here, the cells compare
# your shared chain, your garden and your triplet loss with it. (Its triplet loss adds 1e-6 to every
# coordinate of the differences, so that no distance is 0; hence the agreement in fewer digits.)

# %% practice=true
import importlib.util

if importlib.util.find_spec("torch") is None:
    print("PyTorch is not installed here; nothing later needs it.")
elif ready("shared_chain_backward", "triplet_loss", "relative_error"):
    import torch

    x_torch = torch.tensor(x_chain, requires_grad=True)
    W_torch = torch.tensor(W_chain, requires_grad=True)
    z = x_torch
    for _ in range(3):
        z = torch.sigmoid(z @ W_torch)
    (z * torch.tensor(dy_chain)).sum().backward()
    y_mine, cache = shared_chain_forward(x_chain, W_chain, 3)
    for name, mine, theirs in zip(
        ("dx", "dW"), shared_chain_backward(dy_chain, cache), (x_torch, W_torch), strict=True
    ):
        print(f"shared chain, {name}: {relative_error(mine, theirs.grad.numpy()):.0e}")

    s_torch = torch.tensor(3.0, requires_grad=True)
    for call in (1, 2):
        (s_torch * s_torch + (s_torch + s_torch)).backward()
        print(f"garden, after backward() number {call}: s.grad = {s_torch.grad.item():g}")
else:
    print("This cell waits for shared_chain_backward, triplet_loss and relative_error.")

# %% practice=true fold="Compare the triplet loss"
if importlib.util.find_spec("torch") is not None and ready(
    "shared_chain_backward", "triplet_loss", "relative_error"
):
    rng = np.random.default_rng(11)
    three = [rng.normal(size=(5, 3)) for _ in range(3)]
    tensors = [torch.tensor(v, requires_grad=True) for v in three]
    value = torch.nn.TripletMarginLoss(margin=0.5)(*tensors)
    value.backward()
    mine, *gradients = triplet_loss(*three, 0.5)
    print(f"triplet loss: {mine:.6f} here, {value.item():.6f} there")
    for name, gradient, tensor in zip(("da", "dp", "dn"), gradients, tensors, strict=True):
        print(f"  {name}: {relative_error(gradient, tensor.grad.numpy()):.0e}")

# %% [markdown]
# ## 12 Your cheat sheet
#
# Complete this page in your own words and keep it. Double-click to edit.
#
# | | formula |
# |---|---|
# | central difference | … |
# | relative error | … |
# | best h in float64, in float32 | …, … |
# | contrastive loss of a pair | … if same, … if not |
# | triplet loss | … |
# | soft minimum | … |
#
# - A gradient check fails. Mistake, kink and noise differ in …
# - A graph is a dictionary: node -> …; a leaf is …
# - On the way back a node may hand on its gradient when …
# - The way back begins with …, and a node that the output does not depend on gets …
# - A product passes back …, a difference …, exp …, log …, tanh …, a sum of all elements …
# - What comes back to a value that is used several times is …
# - A W that stands in n places has the gradient …
# - In a pair or triplet, what is shared is …, and what sends nothing back is …
# - A learned distance helped where …, and not where …
# - Distances between strings, trees or graphs begin with …, and are made differentiable by …

# %% [markdown]
# ## What comes next
#
# You can now differentiate whatever you can write down. **Notebook 06** looks at what flows back
# through many layers, and at the activations that let it through or stop it; the picture at the end
# of section 6 was the first one of it. Shared weights come back in every convolution, pairs and
# triplets whenever somebody searches by similarity. And from now on each new way back, batch
# normalisation in **notebook 10** above all, is checked with the instrument of section 3 before it
# trains anything.
