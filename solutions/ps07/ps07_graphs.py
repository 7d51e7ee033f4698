# %% [markdown]
# # Graphs, gradient checks and shared weights
#
# In notebook 06 the network was a chain of layers. Real networks branch: one value is used in two
# places, one bias is added to every row, or one layer is applied several times. One idea covers all
# of these cases: write the computation as a *graph*, and give every node its own small backward
# pass. In this notebook you write the program that applies the chain rule to such a graph. PyTorch
# works in the same way.
#
# First you build a numerical test of a gradient, and you learn when this test misleads you. Then
# you write the backward pass of a graph, and count its operations. At the end your program trains a
# network, and you compare it with two programs that contain a mistake.
#
# **Afterwards you can**
#
# - check any gradient numerically, choose the step h, and tell a mistake from a kink and from
#   rounding noise,
# - record a computation as a graph, find a topological order, and compute all gradients,
# - explain the gradient of a value that is used more than once, for example because it is
#   broadcast,
# - say what a backward pass costs, in operations and in memory, and when forward mode is cheaper,
# - train weights that are used in several places.
#
# **You need** notebook 06 (the backward passes of a linear layer and of tanh), and dictionaries,
# loops and classes in Python. We repeat what we need about losses (notebook 02).
#
# The notebook is too long for one evening. The end of section 4 is a good place to stop.

# %% opening=true
"""A small graph. The input x leads to the value s. The nodes a and e use s, and both lead to the
loss L. From a and from e, orange dashed arrows with question marks lead back to s."""

import matplotlib.pyplot as plt

from course_lib.plots import theme

places = {"x": (0, 0), "s": (2, 0), "a": (4.4, 1), "e": (4.4, -1), "L": (6.8, 0)}
figure, ax = plt.subplots(figsize=(6.4, 2.8))
for left, right in ("xs", "sa", "se", "aL", "eL"):
    look = {"arrowstyle": "-|>,head_width=0.4", "color": theme.FORWARD, "linewidth": 2.5}
    gaps = {"shrinkA": 19, "shrinkB": 19}
    ax.annotate("", places[right], places[left], arrowprops={**look, **gaps})
for name, bend, y in (("a", 0.35, 1.1), ("e", -0.35, -1.1)):
    look = {"arrowstyle": "-|>,head_width=0.4", "color": theme.GRADIENT, "linewidth": 2.5}
    more = {"shrinkA": 19, "shrinkB": 19, "linestyle": "--", "connectionstyle": f"arc3,rad={bend}"}
    ax.annotate("", places["s"], places[name], arrowprops={**look, **more})
    ax.text(2.55, y, "?", color=theme.GRADIENT, size=22, ha="center", va="center", weight="bold")
for name, (x, y) in places.items():
    frame = {"boxstyle": "circle,pad=0.35", "facecolor": "white", "edgecolor": theme.INK}
    ax.text(x, y, name, ha="center", va="center", size=17, bbox=frame)
ax.set(xlim=(-0.6, 7.4), ylim=(-1.6, 1.6), aspect="equal")
ax.set_title("Two nodes use s. What is its gradient?")
ax.axis("off")
plt.show()

# %% setup=true
import math

import numpy as np

from course_lib import functional, gradient_check
from course_lib import graph as library_graph
from course_lib.backend import choose_device
from course_lib.course.figures import slider
from course_lib.datasets import load_digits
from course_lib.graph.backprop import BACKWARD
from course_lib.plots import label_lines, theme
from grader.checking import check, check_choice, guess, ready, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 A guess first
#
# In notebook 06 you compared gradients with *central differences*: change one weight by a small
# step h in both directions, and divide the change of the loss by 2h. The derivative is the limit
# for h → 0.
#
# In float64, a number has about sixteen decimal digits. Take the loss of a small network with
# twelve weights in float64. **Which h gives the most accurate gradient: 1e-1, 1e-5, 1e-10 or
# 1e-15?**

# %% guess="the most accurate step"
guess("ps07_best_h", None, among=(1e-1, 1e-5, 1e-10, 1e-15))  # your guess in place of None


# %% practice=true fold="Define the small network" after=false
def small_network(dtype):
    """Inputs, weights and targets of a network with one tanh layer, as arrays of this dtype."""
    rng = np.random.default_rng(0)
    x, W, t = rng.normal(size=(5, 4)), rng.normal(size=(4, 3)), rng.normal(size=(5, 3))
    return x.astype(dtype), W.astype(dtype), t.astype(dtype)


def loss_of_network(x, W, t):
    """Half the squared distance to the targets, as a mean over the samples."""
    return 0.5 * np.sum((np.tanh(x @ W) - t) ** 2) / x.dtype.type(len(x))


def gradient_of_network(x, W, t):
    """The gradient with respect to W, by the rules of notebook 04."""
    z = np.tanh(x @ W)
    return x.T @ ((z - t) * (1 - z**2)) / len(x)


x_tiny, W_tiny, t_tiny = small_network("float64")
true_gradient = gradient_of_network(x_tiny, W_tiny, t_tiny)
print("weights:", W_tiny.size, " loss:", loss_of_network(x_tiny, W_tiny, t_tiny).round(3))


# %% [markdown]
# The next cells try the four steps with the library's functions. In section 3 you write your own
# functions. Then run these cells again.


# %% practice=true fold="Choose the functions to use"
def own_or_library():
    """Your numerical_gradient and relative_error once they pass a first test."""
    if ready("numerical_gradient", "relative_error"):
        print("This runs with your functions.")
        return numerical_gradient, relative_error
    print("This runs with the library's functions. Run it again when you have written yours.")
    return gradient_check.numerical_gradient, gradient_check.relative_error


# %% practice=true fold="Try the four steps"
numerical, error_of = own_or_library()
steps = (1e-1, 1e-5, 1e-10, 1e-15)
found = {h: numerical(lambda W: loss_of_network(x_tiny, W, t_tiny), W_tiny, h) for h in steps}
errors = {h: error_of(found[h], true_gradient) for h in steps}

# %% practice=true fold="Compare with your guess"
best = min(errors, key=errors.get)
reveal("ps07_best_h", best, f"Relative error with this step: {errors[best]:.0e}.")

# %% practice=true fold="Draw the accuracy of the steps" after="ps07_best_h"
import matplotlib.pyplot as plt

with theme.style():
    figure, ax = plt.subplots(figsize=(7, 2.6))
    ax.barh([f"h = {h:g}" for h in steps], [-np.log10(errors[h]) for h in steps], color="0.75")
    ax.barh([f"h = {best:g}"], [-np.log10(errors[best])], color=theme.GRADIENT)
    ax.set(xlabel="correct decimal digits of the gradient", ylabel="step")
    ax.set_title("Correct digits of the gradient for four steps h")
    plt.show()

# %% [markdown] after="ps07_best_h"
# *In words: a horizontal bar for each of four steps h. Its length is the number of correct decimal
# digits of the gradient: about two for 0.1, about ten for 1e-5, five or six for 1e-10, and less
# than one for 1e-15.*
#
# "The smaller, the better" is true in mathematics, but not on a computer. If h is small, the two
# values of the loss agree in most of their digits. Only the last few digits contribute to the
# difference, and these contain the rounding error. With a bad h, a correct gradient looks wrong,
# and you search for a mistake that does not exist. Section 3 calculates the best h.

# %% claims=true
right_digits = {h: -np.log10(errors[h]) for h in steps}
claim("about two for 0.1", right_digits[1e-1], above=1.8, below=2.8, given=[0.1])
claim("about ten for 1e-5", right_digits[1e-5], above=9.3, below=11.5, given=[1e-5])
claim("five or six for 1e-10", right_digits[1e-10], above=4.5, below=6.5, given=[1e-10])
claim("less\nthan one for 1e-15", right_digits[1e-15], below=1, given=[1e-15])

# %% [markdown]
# ## 2 The idea
#
# A gardener plans a square flower bed with sides of s metres. Soil costs 1 per square metre, and
# edging (a low border) costs 1 per metre. Only two sides need edging, because walls stand on the
# other two. Let a be the cost of the soil, e the cost of the edging, and L the total:
#
# $$a = s\cdot s, \qquad e = s + s, \qquad L = a + e.$$
#
# How much does L change if s changes? We draw which value depends on which. Each value is a
# **node**, and an edge leads from a value to each place where it is used. The nodes a and e use s,
# and each uses it twice. So four edges leave s. Each edge starts a path on which s affects L. **The
# gradient of s is a sum with one term for each path**: the product of the derivatives along this
# path.
#
# To compute this sum, no node needs to know the paths. First a node adds the upstream gradients
# from all its *users* (the nodes that use its value). Then, for each of its inputs, it multiplies
# this total by the derivative of its operation with respect to the input, and passes the product
# on. For s · s, this derivative is the other factor, s, at both edges. In this way every path is
# counted.

# %% practice=true fold="Draw the graph of the flower bed"
GARDEN = {
    "s": ("input", ()),
    "a": ("mul", ("s", "s")),
    "e": ("add", ("s", "s")),
    "L": ("add", ("a", "e")),
}
PLACES = {"s": (0, 0), "a": (3, 0.8), "e": (3, -0.8), "L": (6, 0)}
EDGES = [  # from, to, bend of the edge, gradient passed back along it, where both are written
    *(("s", "a", 0.3, "3", (1.35, 1.0)), ("s", "a", 0, "3", (1.75, 0.22))),
    *(("s", "e", -0.3, "1", (1.35, -1.2)), ("s", "e", 0, "1", (1.75, -0.42))),
    *(("a", "L", 0, "1", (4.65, 0.62)), ("e", "L", 0, "1", (4.65, -0.8))),
]
with theme.style():
    figure, ax = plt.subplots(figsize=(8, 3))
    for start, end, bend, gradient, where in EDGES:
        edge = {"arrowstyle": "-|>", "color": theme.FORWARD, "shrinkA": 26, "shrinkB": 34}
        edge |= {"connectionstyle": f"arc3,rad={-bend}", "linewidth": 1.5}
        ax.annotate("", PLACES[end], PLACES[start], arrowprops=edge)
        ax.text(*where, f"← {gradient}", color=theme.GRADIENT, ha="center", size=13)
    texts = {"s": "s = 3", "a": "a = s · s\n= 9", "e": "e = s + s\n= 6", "L": "L = a + e\n= 15"}
    for node, text in texts.items():
        frame = {"boxstyle": "round,pad=0.4", "facecolor": "white", "edgecolor": theme.FORWARD}
        ax.text(*PLACES[node], text, color=theme.FORWARD, ha="center", va="center", bbox=frame)
    ax.text(-0.1, -0.72, "ds = 3 + 3\n+ 1 + 1 = 8", color=theme.GRADIENT, ha="center", size=11)
    ax.text(6, -0.72, "dL = 1", color=theme.GRADIENT, ha="center", size=11)
    ax.set(xlim=(-0.9, 6.9), ylim=(-1.35, 1.35))
    ax.set_title("The graph of the flower bed (blue) and its gradients (orange)")
    ax.axis("off")
    plt.show()

# %% [markdown]
# *In words: four boxes, s = 3, a = s·s = 9, e = s + s = 6 and L = 15. Blue edges lead from s to a
# twice, from s to e twice, and from a and from e to L. An orange number at each edge is the
# gradient that is passed back along it: 1 and 1 from L, 3 twice from a, 1 twice from e. The sum is
# ds = 8.*
#
# Check this on paper: $L = s^2 + 2s$ has the derivative $2s + 2$, which is 8 at s = 3. The backward
# pass through any graph follows three rules:
#
# 1. **Start with 1**, because the derivative of the output with respect to itself is 1.
# 2. **A node waits until all its users have passed a gradient to it.** Only then does it pass
#    gradients on to its inputs.
# 3. **A node adds all gradients that it receives.**
#
# The second rule needs an *order* of the nodes (section 4). If you forget the third rule, no error
# message appears: section 5 shows what happens. S3 (slides "Chain Rule") draws a chain of blocks.
# There, too, a block needs only the derivative of its own output y with respect to its own input x.

# %% [markdown]
# ## 3 Checking a gradient
#
# ### Central differences
#
# Let f be a function of an array x that returns one number. To approximate its partial derivative
# with respect to element i, change only this element, **in both directions**:
#
# $$\frac{\partial f}{\partial x_i} \approx \frac{f(x + h\,e_i) - f(x - h\,e_i)}{2h}$$
#
# Here $e_i$ is 1 in place i and 0 elsewhere. These slow loops compute it for a vector:


# %%
def central_differences_of_a_vector(f, x, h):
    """Central differences for x of shape (D,), as a list of numbers."""
    gradient = []
    for i in range(len(x)):
        above = [x[k] + h if k == i else x[k] for k in range(len(x))]
        below = [x[k] - h if k == i else x[k] for k in range(len(x))]
        gradient.append((f(np.array(above)) - f(np.array(below))) / (2 * h))
    return gradient


# %% [markdown]
# Write `numerical_gradient` for a float array of any shape, also a transposed one. `f` takes an
# array of the shape and the float type of `x`, and returns one number. `h` is the step.
# `np.ndindex(*x.shape)` runs over the indices of all elements.


# %% solution="numerical_gradient"
def numerical_gradient(f, x, h):
    """The gradient of f at x by central differences with step h.

    f : takes an array like x, returns one number
    x : floats, any shape, h : positive
    returns an array like x
    x must be unchanged at the end.
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
# Is a difference of 0.001 between two gradients large? That depends on their size, so we divide by
# it:
#
# $$\text{relative error}(a, b) = \frac{\lVert a - b\rVert}{\max(\lVert a\rVert + \lVert b\rVert,\;
# 10^{-12})}$$
#
# where $\lVert\cdot\rVert$ is the square root of the sum of *all* squared elements. The relative
# error is 0 if the arrays are equal, and 1 if $b = -a$ and a is not tiny. If both arrays are zero
# or tiny, the distance is divided by $10^{-12}$, which avoids 0/0.
# Write `relative_error`.


# %% solution="relative_error"
def relative_error(a, b):
    """Distance of two arrays of the same shape, relative to their size; a number from 0 to 1."""
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
# Two errors depend on h in opposite ways. Let $\varepsilon$ be the largest relative rounding error
# of a number: 1.1e-16 in float64, 6e-8 in float32.
#
# - **Error of the formula.** The Taylor series is $f(x \pm h) = f \pm h f' + \tfrac{h^2}{2} f'' \pm
#   \tfrac{h^3}{6} f''' + \dots$ In the central difference, $f$ and $f''$ cancel, and the error is
#   about $\tfrac{h^2}{6}\,|f'''|$. The *one-sided difference* is $(f(x+h) - f(x))/h$. There $f''$
#   does not cancel, and the error is about $\tfrac{h}{2}\,|f''|$.
# - **Rounding error.** A computed value of f has, at best, an error of about $\varepsilon |f|$. So
#   a difference of two values has an error of about $2\varepsilon |f|$. Division by 2h gives
#   $\varepsilon |f| / h$ for the central difference. Division by h gives $2\varepsilon |f| / h$ for
#   the one-sided difference.
#
# Suppose that $|f|$, $|f''|$ and $|f'''|$ are 1. Which h minimises the sum of the two errors? Write
# a formula for each difference.


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
formulas = {
    "central": (best_central_step, lambda h, eps: h**2 / 6 + eps / h),
    "forward": (best_forward_step, lambda h, eps: h / 2 + 2 * eps / h),
}
for name, (formula, total) in formulas.items():
    for precision, eps in (("float64", 1.1e-16), ("float32", 6e-8)):
        searched = grid[np.argmin(total(grid, eps))]
        try:
            verdict = "agrees" if abs(np.log(formula(eps) / searched)) < 0.01 else "DIFFERS"
        except NotImplementedError:
            verdict = "not written yet"
        print(f"{name}, {precision}: a search finds h = {searched:.1e}; your formula: {verdict}")

# %% [markdown]
# <details><summary>The derivation</summary>
#
# - At the minimum, the derivative of the sum with respect to h is zero.
# - Central difference: the derivative of $h^2/6 + \varepsilon/h$ is $h/3 - \varepsilon/h^2$. It is
#   zero if $h^3 = 3\varepsilon$, so $h = \sqrt[3]{3\varepsilon}$.
# - One-sided difference: the derivative of $h/2 + 2\varepsilon/h$ is $1/2 - 2\varepsilon/h^2$. It
#   is zero if $h^2 = 4\varepsilon$, so $h = 2\sqrt{\varepsilon}$.
#
# </details>
#
# Now we measure the total error of both differences on the network of section 1, for many steps h.
# Your `numerical_gradient` computes central differences, and `forward_differences` below computes
# one-sided differences.


# %% practice=true fold="Define one-sided differences and the error"
def forward_differences(f, x, h):
    """The gradient of f at x by one-sided differences with step h."""
    gradient, here = np.zeros_like(x), f(x)
    for k in range(x.size):
        moved = x.copy()
        moved.flat[k] += h
        gradient.flat[k] = (f(moved) - here) / h
    return gradient


def error_curve(method, dtype, steps):
    """The relative error of a method's gradient for each step, computed with this dtype."""
    x, W, t = small_network(dtype)
    exact = gradient_of_network(*(a.astype("float64") for a in (x, W, t)))
    found = [method(lambda W: loss_of_network(x, W.astype(dtype), t), W, h) for h in steps]
    return [error_of(g.astype("float64"), exact) for g in found]


# %% practice=true fold="Draw the error over the step"
numerical, error_of = own_or_library()
all_steps = np.logspace(-15, 0, 46)
methods = {"central": numerical, "one-sided": forward_differences}
colours = {"central": theme.GRADIENT, "one-sided": theme.CYCLE[2]}
error_curves = {}
with theme.style():
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.3), sharey=True)
    for ax, dtype in zip(axes, ("float64", "float32"), strict=True):
        for name, method in methods.items():
            curve = error_curves[dtype, name] = error_curve(method, dtype, all_steps)
            line = {"central": "-", "one-sided": "--"}[name]
            ax.loglog(all_steps, curve, line, color=colours[name], label=name)
            lowest = int(np.argmin(curve))
            ax.plot(all_steps[lowest], curve[lowest], "o", color=colours[name])
            print(f"{dtype}, {name}: best h {all_steps[lowest]:.0e}, error {curve[lowest]:.0e}")
        ax.set(xlabel="step h", ylim=(1e-12, 5), title=f"Finite differences in {dtype}")
    axes[0].set_ylabel("relative error of the gradient")
    label_lines(*axes)
    plt.show()

# %% [markdown]
# *In words: two panels, float64 and float32, each with two V-shaped curves of the relative error
# over the step h, on logarithmic axes. A dot marks the best step. To the
# right of the dots the curves rise smoothly, because the error of the formula grows. To the left
# they rise unevenly because of rounding. In float32 they stay at 1 at the left end: x + h is
# rounded to x. In float64 the curve of the central difference is lowest near 1e-5, at an error of
# order 1e-10, and that of the one-sided difference near 1e-8, at an error of order 1e-8. In float32
# both minima are higher. That of the central difference is near 5e-5, at a step near 5e-3.*
#
# In float64, to the right of the minimum and up to about h = 0.1, ten times the step gives 100
# times the error with the central difference, and 10 times with the one-sided difference. This
# agrees with the formulas, whose errors are proportional to h² and to h. Here $|f|$, $|f''|$ and
# $|f'''|$ are not 1. But each printed best h is within a factor of 4 of its formula. Two
# conclusions:
#
# - **Use float64, central differences, and h near 1e-5.** With these settings, the relative error
#   of a correct gradient was of order 1e-10 here. If yours is above 1e-6, look for the cause.
# - Check in float64, even if you train in float32. In float32 even a correct gradient has an error
#   near 5e-5 at the best step, so a small mistake is hard to see.

# %% claims=true
best_of = {key: (all_steps[np.argmin(c)], min(c)) for key, c in error_curves.items()}
places_of = {
    ("float64", "central"): (
        1e-5,
        1e-10,
        "central difference is lowest near 1e-5, at an error of order 1e-10",
    ),
    ("float64", "one-sided"): (
        1e-8,
        1e-8,
        "one-sided difference near 1e-8, at an error of order 1e-8",
    ),
    ("float32", "central"): (
        5e-3,
        5e-5,
        "That of the central difference is near 5e-5, at a step near 5e-3",
    ),
}
for key, (where, lowest_error, words) in places_of.items():
    for value, expected in zip(best_of[key], (where, lowest_error), strict=True):
        distance = abs(np.log10(value / expected))
        near = 0.35 if key[0] == "float32" else 0.7
        claim(words, distance, below=near, given=[5e-3, 5e-5, 1e-5, 1e-8, 1e-10])
formula_steps = [
    formulas[word][0](eps) / best_of[dtype, name][0]
    for name, word in (("central", "central"), ("one-sided", "forward"))
    for dtype, eps in (("float64", 1.1e-16), ("float32", 6e-8))
]
claim(
    "each\nprinted best h is within a factor of 4 of its formula",
    np.exp(np.max(np.abs(np.log(formula_steps)))),
    below=4,
)
lowest_errors = {key: error for key, (_, error) in best_of.items()}
smallest_32 = min(error for (dtype, _), error in lowest_errors.items() if dtype == "float32")
claim(
    "In float32\nboth minima are higher",
    [min(error_curves["float32", name]) for name in methods],
    above=max(error for (dtype, _), error in lowest_errors.items() if dtype == "float64"),
)
claim(
    "even a correct gradient has an error\n  near 5e-5 at the best step",
    abs(np.log10(smallest_32 / 5e-5)),
    below=0.35,
    given=[5e-5],
)
claim(
    "the relative error\n  of a correct gradient was of order 1e-10 here",
    abs(np.log10(lowest_errors["float64", "central"] / 1e-10)),
    below=0.7,
    given=[1e-10],
)
flat = [error_curves["float32", name][:10] for name in methods]
rising = [error_curves[key][np.argmin(error_curves[key]) + 3 :] for key in error_curves]
growth = np.concatenate([np.diff(np.log10(curve)) for curve in rising])
claim("To the\nright of the dots the curves rise smoothly", growth, above=0)
for name in methods:
    left, right = (
        np.diff(np.log10(error_curves["float64", name])[part])
        for part in (slice(16), slice(31, 43))
    )
    claim("To the left\nthey rise unevenly", np.std(left), above=np.std(right))
claim("In float32 they stay at 1 at the left end", np.ravel(flat), equals=1, within=0.05)
for name, factor in (("central", 100), ("one-sided", 10)):
    at_3, at_2 = (np.argmin(abs(np.log10(all_steps) - p)) for p in (-3, -2))
    curve = error_curves["float64", name]
    claim(
        "ten times the step gives 100 times the error with the\ncentral difference, and 10 times",
        curve[at_2] / curve[at_3],
        equals=factor,
        within=0.1 * factor,
        given=[10, 100],
    )

# %% [markdown]
# ### Mistake, kink or noise?
#
# A check fails for one element out of many. First test f itself: does it compute in float64, and
# does it return the same number for the same x? (With dropout, notebook 19, it does not.) If both
# hold and h is not too large, the usual reasons are:
#
# - **a mistake** in the gradient;
# - **a kink**: f is not differentiable at a point between x − h and x + h (such as the point 0 of
#   the ReLU or of |x|), so the central difference mixes two different derivatives;
# - **noise**: f is so large, compared with the effect of this element, that the difference consists
#   mostly of rounding error.
#
# To find out which, **change h, and compare the right difference (f(x + h) − f(x))/h with the left
# one, (f(x) − f(x − h))/h.** Section 5 has five examples.
#
# ### Fewer evaluations
#
# Differences of single elements need two values of f for each element. The library's
# `check_gradient` changes all elements along a random direction v of length 1, and compares the
# central difference m = (f(x + hv) − f(x − hv))/(2h) with c = g · v, where g is the gradient that
# you claim. It tries 8 directions. Each direction needs two values of f, for any number of
# elements. One more value, f(x), is needed for the left and the right difference.
#
# If a direction disagrees, `check_gradient` repeats it with half the step, which needs two more
# values. If it finds a kink that can explain the disagreement, it sets the direction aside.
#
# <details><summary>How half the step shows a kink</summary>
#
# Let f be smooth. If the step is halved, the central difference hardly changes, and the distance
# between the left and the right difference is halved. If the central difference changes, or the
# distance is not halved, f has a kink between x − hv and x + hv. Strong noise or a far too large h
# have the same effect, so exclude them first.
#
# </details>
#
# The printed number is the largest |m − c| / max(|m|, |c|) in the remaining directions.
# `check_gradient` accepts up to about 1e-6.
#
# <details><summary>Why this limit is far above the 1e-10 of your check</summary>
#
# A larger network with a larger loss has more rounding error. And some directions are almost
# perpendicular to the gradient: there m and c are small, and rounding counts more.
#
# </details>
#
# The next cell checks four gradients: a correct one, one with a wrong column, and the gradient of a
# sum of ReLUs with one input 2e-6 from the kink, first correct and then with a wrong element.

# %% practice=true fold="Count the values of f in a check"
rng = np.random.default_rng(1)
W_many = rng.normal(size=(64, 128))
x_many = rng.normal(size=(8, 64)) / 8
t_many = rng.normal(size=(8, 128))


def loss_of_many(W):
    """The loss of section 1 as a function of 8,192 weights; it counts its calls."""
    calls.append(1)
    return loss_of_network(x_many, W, t_many)


correct = gradient_of_network(x_many, W_many, t_many)
one_column_wrong = correct.copy()
one_column_wrong[:, 5] *= 2
print(f"central differences of all elements need {2 * W_many.size:,} values of f")
calls_of = {}
for name, claimed in (("correct", correct), ("wrong column", one_column_wrong)):
    calls = []
    result = gradient_check.check_gradient(loss_of_many, W_many, claimed, np.random.default_rng(2))
    calls_of[name] = len(calls)
    print(f"{name}: {result}; {len(calls)} values of f")

x_kink = np.array([1.0, -0.5, 2e-6, 2.0])
beside_kink = gradient_check.check_gradient(
    lambda x: np.sum(np.maximum(x, 0)),
    x_kink,
    np.where(x_kink > 0, 1.0, 0),
    np.random.default_rng(1),
)
print(f"correct, beside a kink: {beside_kink}")
wrong_element = np.array([1.1, 0, 1, 1])
wrong_beside_kink = gradient_check.check_gradient(
    lambda x: np.sum(np.maximum(x, 0)), x_kink, wrong_element, np.random.default_rng(1)
)
print(f"wrong element, beside a kink: {wrong_beside_kink}")

# %% [markdown]
# Each random direction involves the wrong column, so the mistake shows in nearly every direction.
# To find out *which* column is wrong, use directions that change only one column. Beside the kink,
# most directions are set aside: those in which the kink can explain a disagreement. In the
# others, the correct gradient agrees and the wrong one disagrees.

# %% claims=true
claim(
    "Each direction needs two values of f, for any number of\nelements",
    calls_of["correct"],
    equals=1 + 2 * 8,
    within=0.5,
)
claim(
    "repeats it with half the step, which needs two more\nvalues",
    calls_of["wrong column"],
    equals=1 + 4 * 8,
    within=0.5,
)
claim(
    "so the mistake shows in nearly every direction",
    calls_of["wrong column"],
    above=1 + 4 * 7 - 0.5,
)
claim("most directions are set aside", beside_kink.kinks, above=8 / 2)
words = "the correct gradient agrees and the wrong one disagrees"
claim(words, beside_kink.worst, below=1e-6)
claim(words, wrong_beside_kink.worst, above=1e-3)
assert beside_kink
assert not wrong_beside_kink

# %% [markdown]
# ## 4 A tape and an order
#
# ### Writing the computation down
#
# From here on, a graph is a dictionary. Each key is the name of a node. Each entry is a pair: the
# operation of the node, and the names of its inputs in their order. A node whose value is given,
# not computed, is a *leaf*; its operation is `input`. Here is the flower bed (`GARDEN` in the
# code):
#
# ```
# {"s": ("input", ()),          "a": ("mul", ("s", "s")),
#  "e": ("add", ("s", "s")),    "L": ("add", ("a", "e"))}
# ```
#
# There are eight operations: `add`, `sub`, `mul` (element by element, with broadcasting), `matmul`
# (of matrices), `exp`, `log`, `tanh` (element by element) and `sum` (of all elements, to a single
# number). With them we can write a whole network.
#
# Python can record this dictionary during the computation. The record is called a *tape*: the
# operations in the order in which they ran, with their results. A `Value` stands for one array on
# the tape. Each operator `+`, `-`, `*` and `@` between two Values does two things: it computes the
# result, *and it writes the operation* on the tape, as a node with a name such as `mul1` (1 node
# was recorded before it). This is the first half of *automatic differentiation*:


# %%
class Tape:
    """The graph of the computation so far, and the value of every node."""

    def __init__(self):
        self.graph, self.values = {}, {}

    def leaf(self, name, data):
        return self.record(name, "input", (), np.asarray(data))

    def record(self, name, operation, inputs, data):
        self.graph[name] = (operation, tuple(value.name for value in inputs))
        self.values[name] = data
        return Value(self, name)


class Value:
    """A number or an array that records on its tape what is computed from it."""

    def __init__(self, tape, name):
        self.tape, self.name = tape, name

    @property
    def data(self):
        return self.tape.values[self.name]

    def result(self, operation, *inputs, data):
        return self.tape.record(f"{operation}{len(self.tape.graph)}", operation, inputs, data)

    def __add__(self, other):
        return self.result("add", self, other, data=self.data + other.data)

    def __sub__(self, other):
        return self.result("sub", self, other, data=self.data - other.data)

    def __mul__(self, other):
        return self.result("mul", self, other, data=self.data * other.data)

    def __matmul__(self, other):
        return self.result("matmul", self, other, data=self.data @ other.data)


# %% [markdown]
# The four operations with one input are methods of `Value`, for example `u.tanh()`:


# %%
def recorded(operation, function):
    """A method of Value that computes `function` and records the operation."""
    return lambda self: self.result(operation, self, data=function(self.data))


Value.exp = recorded("exp", np.exp)
Value.log = recorded("log", np.log)
Value.tanh = recorded("tanh", np.tanh)
Value.sum = recorded("sum", np.sum)

# %% [markdown]
# Now we can write ordinary formulas. The first one is the flower bed. The second one is a layer. S3
# draws it as two blocks (slide "Back Propagation for MLP"): a product with W, and an activation
# function φ. We add a bias b, take tanh as φ, and use the sum of all outputs as the loss.

# %% practice=true
tape = Tape()
s = tape.leaf("s", 3.0)
cost = s * s + (s + s)
print("the flower bed costs", cost.data)
for node, (operation, inputs) in tape.graph.items():
    print(f"  {node:6} {operation:6} {', '.join(inputs)}")

tape = Tape()
x = tape.leaf("x", np.ones((2, 3)))
W, b = tape.leaf("W", np.full((3, 2), 0.1)), tape.leaf("b", np.array([0.5, -0.5]))
loss = (x @ W + b).tanh().sum()
print("a layer:", {node: operation for node, (operation, _) in tape.graph.items()})

# %% [markdown]
# ### A topological order
#
# The tape records nodes in the order in which they are computed. A graph from elsewhere can have
# any order, and may list the loss first. So the first step is to find an order in which **each node
# comes after all of its inputs**. This is a *topological order*. Most graphs have several. The
# definition as code:


# %%
def is_order(order, graph):
    """Whether each node is listed once, and after all of its inputs."""
    if sorted(order) != sorted(graph):
        return False
    for node, (_operation, inputs) in graph.items():
        if any(order.index(name) > order.index(node) for name in inputs):
            return False
    return True


# %% [markdown]
# You could test all permutations of the nodes. But twenty nodes have 2.4 · 10¹⁸ of them, and a
# program that tests 100,000 per second needs more than 700,000 years. Write a faster function,
# `topological_order`. It returns a list of all nodes, also of those that no other node uses. Any
# topological order is accepted. The graph has no cycles, and its paths are short enough for
# recursion (at most a hundred nodes).
#
# <details><summary>Two ways to begin</summary>
#
# *Forwards:* which nodes can you list at once? Which nodes after these? *Backwards:* before you
# list a node, list its inputs, unless they are in the list already (a recursive function).
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

# %% practice=true fold="Find an order for the flower bed"
if ready("topological_order"):
    upside_down = dict(reversed(GARDEN.items()))
    print("listed as", list(upside_down), " in order:", topological_order(upside_down))
    print("topological order:", is_order(topological_order(upside_down), upside_down))
    rng = np.random.default_rng(3)
    tried = {" ".join(rng.permutation(list(GARDEN))) for _ in range(2000)}
    valid = sorted(text for text in tried if is_order(text.split(), GARDEN))
    print(f"topological orders among {len(tried)} permutations: {', '.join(valid)}")
else:
    print("This cell waits.")

# %% [markdown]
# ## 5 The backward pass through a graph
#
# ### One rule for each operation
#
# A node has computed the value y from its inputs a (and b). In the backward pass it has received
# the upstream gradient dy, in the shape of y. Which gradient does the node pass to each input?
# You know the answers for `matmul` and `tanh` from notebook 04. In S3 (slide "Key Computation:
# Backward-Propagation"), a block has the inputs x and W and the output z. It receives $\partial
# L/\partial z$, and returns $\partial L/\partial x$ *and* $\partial L/\partial W$.
#
# | operation | y | gradient for a | gradient for b |
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
# Complete the table as code: add the rules of the other six operations to the dictionary `rules`. A
# rule is a function without arguments that returns a list with one gradient for each input. So
# write `rules["sub"] = lambda: [dy, …]`, with your formula in place of the dots. Here all inputs of
# `add`, `sub` and `mul` have the same shape. Float32 arrays must give float32 gradients. A cell
# below checks this, and compares each rule with central differences.
#
# <details><summary>The derivations</summary>
#
# Each line answers: how does the loss L change if one element of an input changes?
#
# - `sub`: $y = a - b$ gives $\partial y/\partial b = -1$, so the gradient for b is −dy.
# - `mul`: $y = a b$ gives $\partial y/\partial b = a$, so the gradient for b is dy · a.
# - `matmul`: $y_{nj} = \sum_i a_{ni} b_{ij}$. The element $a_{ni}$ affects $y_{nj}$ for every j,
#   with the factor $b_{ij}$. So $\partial L/\partial a_{ni} = \sum_j dy_{nj}\, b_{ij}$, which is
#   element (n, i) of $dy\, b^\top$.
# - The element $b_{ij}$ affects $y_{nj}$ for every n, with the factor $a_{ni}$. So $\partial
#   L/\partial b_{ij} = \sum_n a_{ni}\, dy_{nj}$, which is element (i, j) of $a^\top dy$.
# - `log`: $\partial y/\partial a = 1/a$, so the gradient is dy / a.
# - `tanh`: $\partial y/\partial a = 1 - y^2$, so the gradient is dy · (1 − y²).
# - `sum`: every element has the derivative 1, so each element of the gradient is the number dy.
#
# </details>

# %% claims=true
orders_of_20 = np.prod(np.arange(1.0, 21))
claim(
    "twenty nodes have 2.4 · 10¹⁸ of them", orders_of_20 / 1e18, equals=2.4, within=0.05, given=[10]
)
years = orders_of_20 / 100_000 / (365.25 * 24 * 3600)
claim("more than 700,000 years", years, above=700_000)


# %% solution="pass_back"
def pass_back(operation, dy, y, inputs):
    """The gradients for all inputs of a node: a list of arrays, each in the shape of its input.

    dy : gradient of the loss with respect to y, in the shape of y
    y : the value that the node computed from `inputs`
    """
    a, b = inputs[0], inputs[-1]  # if there is only one input, a and b are the same
    rules = {"add": lambda: [dy, dy], "exp": lambda: [dy * y]}
    ### BEGIN SOLUTION
    rules |= {
        "sub": lambda: [dy, -dy],
        "mul": lambda: [dy * b, dy * a],
        "matmul": lambda: [dy @ b.T, a.T @ dy],
        "log": lambda: [dy / a],
        "tanh": lambda: [dy * (1 - y**2)],
        "sum": lambda: [dy * np.ones_like(a)],
    }
    ### END SOLUTION
    return rules[operation]()


# %% practice=true fold="Define the comparison of a rule"
def compare_rule(operation, rng):
    """Whether pass_back of one operation agrees with central differences, in words."""
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
    except KeyError:
        return "no rule yet"
    except Exception as error:
        return f"stops with {type(error).__name__}: {error}"
    if not isinstance(found, list | tuple):
        return f"expected a list of gradients, got {type(found).__name__}"
    for k, mine in enumerate(found[: len(inputs)]):

        def loss(v, k=k):
            return np.sum(dy * forward(*inputs[:k], v, *inputs[k + 1 :]))

        numerical = gradient_check.numerical_gradient(loss, inputs[k], 1e-5)
        if np.shape(mine) != numerical.shape:
            return f"gradient {k + 1} has shape {np.shape(mine)}, expected {numerical.shape}"
        if gradient_check.relative_error(np.asarray(mine), numerical) > 1e-6:
            return f"gradient {k + 1} DIFFERS"
    if len(found) != len(inputs):
        return f"expected {len(inputs)} gradients"
    singles = [np.asarray(v, dtype="float32") for v in (dy, y, *inputs)]
    for mine in pass_back(operation, *singles[:2], singles[2:]):
        if np.asarray(mine).dtype != "float32":
            return f"agrees, but float32 arrays give a {np.asarray(mine).dtype} gradient"
    return "agrees"


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

for operation in OPERATIONS:
    print(f"{operation:7}", compare_rule(operation, np.random.default_rng(4)))

# %% [markdown]
# ### Five suspects
#
# Each suspect is a function of one number, with a derivative that somebody claims at x. All five
# claims fail the check with central differences at h = 1e-5. Claim E was computed with the function
# `rule_for_tanh` (in the folded cell below). The table shows the one-sided differences from the
# left and from the right for several steps. **The causes are planted, and a cause may occur more
# than once or not at all.**


# %% practice=true fold="Define the five suspects"
def rule_for_tanh(dy, y):
    """The gradient that a node y = tanh(a) passes to its input a."""
    return dy * (1 - y**2)


suspects = {  # name: (function, place x, claimed derivative at x)
    "A": (lambda x: 2 * max(x, 0.0) + 0.3 * x**2, 4e-6, 2 + 0.6 * 4e-6),
    "B": (lambda x: 3 * max(x, 0.0) + x**2, 2e-4, 1.5 + 2 * 2e-4),
    "C": (lambda x: np.sin(x) + 2e9, 0.4, np.cos(0.4)),
    "D": (lambda x: abs(x - 0.5) + x, 0.5, 2.0),
    "E": (np.tanh, 0.6, rule_for_tanh(1.0, 0.6)),
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
# Read each row from left to right. Do the left and the right difference agree with each other? Do
# they agree with the claim? What changes if the step becomes smaller? Write "mistake", "kink" or
# "noise" for each suspect. If a row shows signs of two causes, decide which of them explains why
# the *claim* fails.

# %% solution="diagnosis"
diagnosis = {"A": "", "B": "", "C": "", "D": "", "E": ""}
### BEGIN SOLUTION
diagnosis |= {"A": "kink", "B": "mistake", "C": "noise", "D": "kink", "E": "mistake"}
### END SOLUTION


# %% practice=true fold="Compare with your diagnosis"
def cause_of(f, at, claimed):
    """Why the claim fails, and what shows it. The tests come in the order noise, kink, mistake."""
    h = 1e-6
    left, right = (f(at) - f(at - h)) / h, (f(at + h) - f(at)) / h
    if np.finfo(float).eps * abs(f(at)) / h > 0.01 * abs(claimed):
        return (
            "noise",
            "both sides agree with the claim at h = 1e-3, but rounding moves both away at small h",
        )
    if abs(left - right) > 0.01 * abs(claimed):
        return "kink", "left and right differ at every h, and the claim is one of the two"
    if abs(left - claimed) > 0.01 * abs(claimed):
        return "mistake", f"for small h both sides agree on {left:.3f}, and the claim does not"
    return "kink", "both sides agree with the claim once h is smaller than the distance to the kink"


if all(diagnosis.values()):
    for name, answer in diagnosis.items():
        truth, reason = cause_of(*suspects[name])
        verdict = "correct" if answer == truth else f"the correct answer is {truth}"
        print(f"{name}: {answer}: {verdict}. Reason: {reason}.")
else:
    print("This cell waits for your five answers.")

# %% [markdown]
# <details><summary>What was wrong with E</summary>
#
# The rule $dy\,(1 - y^2)$ is correct. But the backward pass called this rule with the input a in
# place of the output y, so the result was $1 - a^2$. Both arrays have the same shape, so no error
# message shows this mistake.
#
# </details>

# %% claims=true
at_suspects = [((f(x + 1e-5) - f(x - 1e-5)) / 2e-5, claimed) for f, x, claimed in suspects.values()]
errors_of_suspects = [abs(a - b) / (abs(a) + abs(b)) for a, b in at_suspects]
claim(
    "All five\nclaims fail the check with central differences at h = 1e-5",
    errors_of_suspects,
    above=1e-3,
    given=[1e-5],
)
for name, answer in {
    "A": "kink",
    "B": "mistake",
    "C": "noise",
    "D": "kink",
    "E": "mistake",
}.items():
    assert cause_of(*suspects[name])[0] == answer

# %% [markdown]
# ### A value that is used twice
#
# With these rules and an order, we can write a first program for the backward pass. The one below
# contains a mistake, **planted on purpose**. When a user passes a gradient to a node, the program
# stores this gradient for the node:


# %% practice=true
def first_attempt(graph, backward_order):
    """The backward pass of a graph of sums and products of numbers, with a planted mistake."""
    values = {"s": 3.0, "a": 9.0, "e": 6.0, "L": 15.0}
    d = {"L": 1.0}
    for node in backward_order:
        match graph[node]:  # takes the first case that fits, and names its parts
            case ("add", (left, right)):
                d[left] = d[node]
                d[right] = d[node]
            case ("mul", (left, right)):
                d[left] = d[node] * values[right]
                d[right] = d[node] * values[left]
    return d


# %% [markdown]
# For the flower bed, the correct gradient is ds = 8. Which ds does this program find if it goes
# through the nodes in the order L, e, a, s? (The cell below also tries the order L, a, e, s. In
# both orders, users come before their inputs.)

# %% guess="ds in the given order"
guess("ps07_used_twice", None)  # your ds for the order L, e, a, s, a number

# %% practice=true fold="Run the program in both orders"
found_in_order = {o: first_attempt(GARDEN, o.split())["s"] for o in ("L e a s", "L a e s")}
reveal("ps07_used_twice", found_in_order["L e a s"], "ds for the order L, e, a, s.")

# %% practice=true fold="Print ds for both orders" after="ps07_used_twice"
h = 1e-5
central = (((3 + h) ** 2 + 2 * (3 + h)) - ((3 - h) ** 2 + 2 * (3 - h))) / (2 * h)
print("central difference:  ds =", round(central, 6))
for name, ds in found_in_order.items():
    print(f"order {name}:       ds =", ds)

# %% [markdown] after="ps07_used_twice"
# The node s receives four gradients, but `=` keeps only the last one. So the result even depends on
# which valid order we choose. The chain rule contains a sum over all uses of s, that is, over all
# edges that leave s. To repair the program, start every gradient at zero and **add**. In a plain
# chain, each value is used once, and `=` and adding give the same result. Therefore tests on chains
# do not find this mistake.

# %% [markdown]
# ### The same sum in S1
#
# S1 has this sum for a hidden unit (section "Hidden Layers"). Let z be the output of unit m.
# Unit j of the next layer multiplies z by the weight $w^{j,m}$, and $\delta^j$ is the gradient with
# respect to the pre-activation of unit j. (Here j and m are indices, not powers.) Then the gradient
# with respect to z is $\Delta^m = \sum_j \delta^j w^{j,m}$, which S1 calls the *aggregated error*
# of unit m. The next cell records one unit z that three units use, and prints S1's sum. Your
# `backprop` is compared with it below.

# %% practice=true fold="Record a unit with three users"
w_next, delta = [0.5, -2.0, 1.5], [0.1, 0.4, -0.3]
unit_tape = Tape()
z = unit_tape.leaf("z", 0.7)
w_leaves = [unit_tape.leaf(f"w{j}", w) for j, w in enumerate(w_next)]
delta_leaves = [unit_tape.leaf(f"delta{j}", d) for j, d in enumerate(delta)]
first, second, third = [z * w * d for w, d in zip(w_leaves, delta_leaves, strict=True)]
unit_loss = first + second + third  # a loss for which unit j has the gradient delta_j
users = [node for node, (_, inputs) in unit_tape.graph.items() if "z" in inputs]
print("users of z:", users)
print("S1's sum over j:", round(sum(d * w for d, w in zip(delta, w_next, strict=True)), 6))

# %% [markdown]
# ### Broadcasting uses an array many times
#
# In `x @ W + b`, the product has the shape (N, D), and the bias b has the shape (D,). NumPy
# *broadcasts* b: it adds the same b to each of the N rows. So every element of b is used N times,
# and its gradient is a sum over N uses. But the rule for `add` passes on dy, of the shape (N, D).
# To get the gradient of b, add the rows of dy.
#
# NumPy compares two shapes **from the right**. It can do two things to either array: it *adds*
# missing axes in front, and it *stretches* axes of size 1. For example, the shapes (N, 1) and (D,)
# give (N, D), and elements of both are repeated. These loops add the gradients of all copies of an
# element:


# %%
def unbroadcast_in_loops(gradient, shape):
    """The sum over the copies of each element, number by number."""
    d = np.zeros(shape)
    for place in np.ndindex(*gradient.shape):
        behind = place[len(place) - len(shape) :]  # without the axes added in front
        own = tuple(0 if size == 1 else i for i, size in zip(behind, shape, strict=True))
        d[own] += gradient[place]
    return d


# %% [markdown]
# Write `unbroadcast` without a loop over the elements. `gradient` has the shape of the result of
# broadcasting. `shape` is the shape of the array before broadcasting; it is `()` if that array is a
# single number. Which axes do you sum over? Return an array of *exactly* the shape `shape` (for
# `()`, a NumPy number is also accepted). If nothing was broadcast, the result equals `gradient`.


# %% solution="unbroadcast"
def unbroadcast(gradient, shape):
    """The gradient of an array of this shape that was broadcast: the sum over its copies.

    gradient : array of the shape of the result of broadcasting, shape : tuple of numbers
    returns an array of exactly this shape
    """
    ### BEGIN SOLUTION
    added = gradient.ndim - len(shape)
    stretched = tuple(added + i for i, size in enumerate(shape) if size == 1)
    return gradient.sum(axis=(*range(added), *stretched)).reshape(shape)
    ### END SOLUTION


# %% check="unbroadcast"
check("unbroadcast", unbroadcast)

# %% [markdown]
# ### Your version
#
# Write `backprop` with `topological_order`, `pass_back` and `unbroadcast`. Its inputs are the
# graph, the value of every node, and the name of the output. The value of the output is a single
# number. `backprop` returns a dictionary with **the gradient of the output with respect to every
# node**. Each gradient has the shape and the float type of the node's value.
#
# Follow the three rules of section 2. A few lines are enough. Your `pass_back` must have all eight
# rules. Also:
#
# - Rule 1 starts with an array: `np.ones_like(values[output])`. A leaf has no rule and passes
#   nothing on.
# - If `add`, `sub` or `mul` has broadcast an input, apply `unbroadcast` to the gradient of this
#   input.
# - The gradient is zero for each node that does not affect the output. Such a node may be unused,
#   or it may come *after* the output. It passes nothing on, and no other node waits for it.
# - A node whose gradient is all zeros passes nothing on. (Zero times an infinite derivative would
#   be nan.)
# - The output may be a leaf. The arguments stay unchanged.
#
# <details><summary>A trap in NumPy</summary>
#
# After `d["a"] = dy` and `d["b"] = dy`, both names refer to *the same array*. Then `d["a"] += …`
# changes `d["b"]` as well. `d["a"] = d["a"] + …` creates a new array and is safe.
#
# </details>


# %% solution="backprop"
def backprop(graph, values, output):
    """The gradient of the output with respect to every node.

    graph : node -> (operation, inputs), values : node -> array, output : name of a scalar node
    returns node -> array of the shape and float type of its value
    """
    ### BEGIN SOLUTION
    d = {node: np.zeros_like(values[node]) for node in graph}
    d[output] = np.ones_like(values[output])
    for node in reversed(topological_order(graph)):
        operation, inputs = graph[node]
        if operation == "input" or not np.any(d[node]):
            continue
        arguments = [values[name] for name in inputs]
        parts = pass_back(operation, d[node], values[node], arguments)
        for name, part in zip(inputs, parts, strict=True):
            d[name] = d[name] + unbroadcast(part, np.shape(values[name]))
    return d
    ### END SOLUTION


# %% check="backprop"
check("backprop", topological_order, backprop)

# %% [markdown]
# The next cells compare your gradients with ds = 8 of the flower bed, with S1's sum, and with a
# slow method. This method changes the value of one node by a small step, and computes all later
# nodes again.


# %% practice=true fold="Define the slow gradient of one node"
def numerical_gradient_of_node(graph, values, output, node, h=1e-5):
    """Central differences with respect to one node: cut the graph there and compute what follows.

    The dictionary must list inputs before the nodes that use them, as a tape does.
    """
    functions = {"add": np.add, "sub": np.subtract, "mul": np.multiply, "matmul": np.matmul}
    functions |= {"exp": np.exp, "log": np.log, "tanh": np.tanh, "sum": np.sum}

    def output_with(changed):
        now = {}
        for name, (operation, inputs) in graph.items():
            if name == node:
                now[name] = changed
            elif operation == "input":
                now[name] = values[name]
            else:
                now[name] = functions[operation](*[now[i] for i in inputs])
        return now[output]

    return numerical_gradient(output_with, np.asarray(values[node], dtype=float), h)


# %% practice=true fold="Compare with S1 and central differences"
if ready("topological_order", "backprop"):
    values = {"s": np.array(3.0), "a": np.array(9.0), "e": np.array(6.0), "L": np.array(15.0)}
    print("the flower bed:", {n: float(d) for n, d in backprop(GARDEN, values, "L").items()})
    unit = unit_tape.graph, unit_tape.values, unit_loss.name
    d = backprop(*unit)
    print("S1's aggregated error of z:", round(float(d["z"]), 6))
    if ready("numerical_gradient", "relative_error"):
        worst = max(relative_error(d[n], numerical_gradient_of_node(*unit, n)) for n in d)
        print(f"largest relative error of the {len(d)} nodes of S1's unit: {worst:.0e}")
else:
    print("This cell waits.")

# %% [markdown]
# ### Your backprop, step by step
#
# Our example is one neuron with a penalty on its weight: $L = (\tanh(w x + b) - t)^2 + w^2$. The
# weight w is used once in the product with x and twice in its own square. The difference $r =
# \tanh(w x + b) - t$ is used twice in its square. The slider shows all gradients after each step of
# *your* `backprop`. In each step, one more node passes its gradient on to its inputs.


# %% practice=true fold="Record a neuron and the steps of backprop"
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
    r = named("r", z - t)
    q = named("q", r * r)
    p = named("p", w * w)
    return tape, named("L", q + p)


def gradients_by_step(graph, values, output):
    """Pairs (node that has passed on its gradient, all gradients so far), in your order.

    backprop passes nothing on from a leaf. So the nodes that still wait are made leaves here.
    """
    nodes = [node for node in topological_order(graph)[::-1] if graph[node][1]]
    for done in range(len(nodes) + 1):
        waiting = dict.fromkeys(nodes[done:], ("input", ()))
        yield (nodes[done - 1] if done else None), backprop(graph | waiting, values, output)


# %% practice=true fold="Draw an edge of the graph"
from matplotlib.patches import FancyBboxPatch

SPOTS = {"x": (0, 1.3), "w": (0, -1.45), "b": (3.5, 0), "u": (1.75, 1.3), "v": (3.5, 1.3)}
SPOTS |= {"z": (5.25, 1.3), "t": (7, 0), "r": (7, 1.3), "q": (8.75, 1.3), "p": (7, -1.45)}
SPOTS |= {"L": (8.75, -0.1)}
MEANING = {"u": "w·x", "v": "u + b", "z": "tanh v", "r": "z − t", "q": "r·r", "p": "w·w"}
MEANING |= {"L": "q + p"}


def signed(number):
    return f"{number:+.2f}".replace("-", "−")


def draw_edge(ax, boxes, start, end, bend, numbers):
    """An edge with its local derivative, and with the gradient passed back if it is active."""
    local, share = numbers
    arrow = {"patchA": boxes[start], "patchB": boxes[end], "shrinkA": 1, "shrinkB": 1}
    arrow |= {"arrowstyle": "-|>" if share is None else "<|-"}
    arrow |= {"color": "0.65" if share is None else theme.GRADIENT}
    arrow |= {"linewidth": 1 if share is None else 2.2, "connectionstyle": f"arc3,rad={bend}"}
    ax.annotate("", SPOTS[end], SPOTS[start], arrowprops=arrow)
    (x0, y0), (x1, y1) = SPOTS[start], SPOTS[end]
    x, y = (x0 + x1) / 2 + bend * (y1 - y0) / 2, (y0 + y1) / 2 - bend * (x1 - x0) / 2
    steep = abs(y1 - y0) > abs(x1 - x0) / 2  # numbers beside the edge, else above and below it
    away, apart, ha = (0.16, -0.33, "center") if bend == 0 else (0.16, 0.25, "center")
    if bend > 0:
        away, apart = -away, -apart
    if steep:
        x, away, apart, ha = x + 0.2, 0.06, -0.3, "left"
    text = {"size": 9, "ha": ha, "va": "center", "zorder": 5}
    text |= {"bbox": {"facecolor": "white", "edgecolor": "none", "pad": 0}}
    ax.text(x, y + away, f"×{local:.2f}".replace("-", "−"), color="0.3", **text)
    if share is not None:
        ax.text(x, y + away + apart, signed(share), color=theme.GRADIENT, **text)


# %% practice=true fold="Draw the graph after a step"
def draw_steps(step):
    """The graph after so many steps; the node of the last step has a thick frame."""
    current, d = history[step]
    with theme.style():
        figure, ax = plt.subplots(figsize=(8, 4.1))
        boxes = {}
        for node, (x, y) in SPOTS.items():
            now = node == current
            look = {"boxstyle": "round,pad=0,rounding_size=0.1", "facecolor": "white", "zorder": 3}
            look |= {"edgecolor": theme.GRADIENT if now else "0.6", "linewidth": 3 if now else 1}
            boxes[node] = ax.add_patch(FancyBboxPatch((x - 0.52, y - 0.38), 1.04, 0.76, **look))
            name = f"{node} = {MEANING[node]}" if node in MEANING else node
            value = signed(float(neuron_tape.values[node]))
            gradient = f"d = {signed(float(d[node]))}" if d[node] else ""
            text = {"ha": "center", "va": "center", "size": 9, "zorder": 4}
            ax.text(x, y + 0.23, name, **text)
            ax.text(x, y, value, color=theme.FORWARD, **text)
            ax.text(x, y - 0.24, gradient, color=theme.GRADIENT, weight="bold", **text)
        for node, (operation, inputs) in neuron_tape.graph.items():
            values = [neuron_tape.values[name] for name in inputs]
            y = neuron_tape.values[node]
            locals_ = BACKWARD[operation](1.0, y, *values) if inputs else ()
            bends = (0.18, -0.18) if len(set(inputs)) < len(inputs) else (0, 0)
            for name, local, bend in zip(inputs, locals_, bends, strict=False):
                share = float(d[node] * local) if node == current else None
                draw_edge(ax, boxes, name, node, bend, (float(local), share))
        done = "Start with dL = 1" if current is None else f"{current} passes its gradient on"
        ax.set(xlim=(-0.7, 9.45), ylim=(-2.4, 1.9))
        ax.set_title(f"{done}. In each box: value, and d = gradient so far", size=11)
        ax.axis("off")
    return figure


# %% practice=true fold="Show your backprop step by step"
if ready("topological_order", "backprop"):
    neuron_tape, neuron_loss = neuron()
    history = list(gradients_by_step(neuron_tape.graph, neuron_tape.values, neuron_loss.name))
    watched = slider(
        draw_steps,
        range(len(history)),
        name="step",
        alt="A graph of eleven nodes. From L on, one node after the other passes gradients to its "
        "inputs. The gradient of w is the sum of three of them, two from p and one from u.",
        dpi=90,
        start=len(history) - 1,
    )
else:
    watched = None
    print("This cell waits.")
watched

# %% [markdown]
# *In words: a graph of eleven boxes. Each box has its value in blue and its gradient so far in
# orange. At each edge stands its local derivative, in grey. L starts with the gradient 1. Then one
# box per step has a thick frame. Orange arrows lead from it to its inputs, each with the product of
# gradient and local derivative: L to q and p, q twice to r, r to z and t, z to v, v to u and b, u
# to w and x, and p twice to w. Your order may differ.*
#
# `backprop` does not know what a layer is. It differentiates everything that can be written with
# the eight operations. For a ninth operation, add its rule to `pass_back` and a method to `Value`.

# %% [markdown]
# ## 6 What a backward pass costs
#
# The chain rule multiplies derivatives along a path. We can multiply them from the loss to the
# weights, as `backprop` does, or from the weights to the loss. The second way is called **forward
# mode**. Choose one weight. Each node then has its value y and also the derivative $\dot y$ of y
# with respect to *this* weight. The node computes $\dot y$ from the values and the derivatives of
# its inputs. So forward mode goes through the nodes in the order in which their values are
# computed. Four rules are enough for a network of tanh units with a quadratic loss (`-t` is a
# leaf):
#
# $$y = a + b:\ \ \dot y = \dot a + \dot b, \qquad y = a\,b:\ \ \dot y = \dot a\, b + a\, \dot b,$$
#
# $$y = \tanh a:\ \ \dot y = (1 - y^2)\, \dot a, \qquad y = \textstyle\sum_k a_k:\ \ \dot y =
# \sum_k \dot a_k$$
#
# The rule for a b holds for the product of elements and for the matrix product. The code keeps the
# $\dot y$ of each node in `dots`. At the start, `dots` holds only those of the leaves: 1 at the
# place of the chosen weight, and 0 at all other places. For the flower bed, $\dot s = 1$ gives
# $\dot a = 1\cdot 3 + 3\cdot 1 = 6$, $\dot e = 1 + 1 = 2$ and $\dot L = 6 + 2 = 8$, as in section
# 2.


# %%
def forward_mode(graph, values, dots):
    """The derivatives of all nodes; `dots` has those of the leaves: 1 at one place, else 0."""
    rules = {
        "add": lambda y, a, b, da, db: da + db,
        "mul": lambda y, a, b, da, db: da * b + a * db,
        "matmul": lambda y, a, b, da, db: da @ b + a @ db,
        "tanh": lambda y, a, da: (1 - y**2) * da,
        "sum": lambda y, a, da: np.sum(da),
    }
    dots = dict(dots)
    for node, (operation, inputs) in graph.items():  # in the order of the tape
        if inputs:
            arguments = [values[name] for name in inputs] + [dots[name] for name in inputs]
            dots[node] = rules[operation](values[node], *arguments)
    return dots


# %% [markdown]
# One pass in forward mode gives the derivative of the loss with respect to **one** weight. One
# backward pass gives the derivatives with respect to **all** weights, and to the inputs of the
# network. What does a backward pass cost? As the unit, we take one *evaluation*: computing the
# loss, without any derivative.
#
# Our network has 64 inputs, a hidden layer of 64 tanh units and 10 outputs. It has 4,810 weights
# and biases. The cell below your guess evaluates the network on 20 samples of random numbers, and
# then runs a backward pass. As the cost, it counts multiplications and values of tanh, but no
# additions. **How many evaluations cost as much as one backward pass?**

# %% guess="the cost of a backward pass"
guess("ps07_cost", None, between=(0.1, 5000))  # a number of evaluations, from 0.1 to 5000


# %% practice=true fold="Count the operations of an evaluation and of each pass"
class Counted(np.ndarray):
    """An array that counts multiplications and values of tanh where NumPy computes them."""

    operations = 0

    def __array_ufunc__(self, function, method, *inputs, **options):
        plain = [np.asarray(value) for value in inputs]
        result = np.asarray(getattr(function, method)(*plain, **options))
        if function in (np.multiply, np.square, np.power, np.tanh):
            Counted.operations += result.size
        if function is np.matmul:
            Counted.operations += result.size * plain[0].shape[-1]
        return result.view(Counted)


def layers_on_tape(inputs, hidden, n=20, kind=np.ndarray):
    """The tape of a network with one hidden layer and a quadratic loss, and its loss."""
    rng, tape = np.random.default_rng(0), Tape()
    shapes = {"x": (n, inputs), "V": (inputs, hidden), "b": (hidden,)}
    shapes |= {"C": (hidden, 10), "c": (10,), "-t": (n, 10)}
    x, V, b, C, c, minus_t = (tape.leaf(k, rng.normal(size=s) / 8) for k, s in shapes.items())
    tape.values = {name: value.view(kind) for name, value in tape.values.items()}
    r = (x @ V + b).tanh() @ C + c + minus_t
    return tape, (r * r).sum()


def operations(inputs, hidden):
    """Operations of an evaluation, of one pass in forward mode, and of a backward pass."""
    so_far = [Counted.operations]
    tape, loss = layers_on_tape(inputs, hidden, kind=Counted)
    so_far.append(Counted.operations)
    # Ones at all places: the number of operations does not depend on what the leaves hold.
    dots = {name: np.ones_like(tape.values[name]) for name in ("x", "V", "b", "C", "c", "-t")}
    forward_mode(tape.graph, tape.values, dots)
    so_far.append(Counted.operations)
    library_graph.backprop(tape.graph, tape.values, loss.name)  # the library's
    so_far.append(Counted.operations)
    return np.diff(so_far)


one_evaluation, _, one_backward = operations(64, 64)

# %% practice=true fold="Compare with your guess"
cost = round(float(one_backward / one_evaluation), 1)
reveal("ps07_cost", cost, "Operations of one backward pass, divided by those of one evaluation.")

# %% practice=true fold="Draw the cost of all derivatives" after="ps07_cost"
widths = np.array([4, 8, 16, 32, 64, 128])
D = widths * widths + widths + 10 * widths + 10  # the elements of V, b, C and c
unit, along_one, back = np.transpose([operations(k, k) for k in widths])
cost_of_forward_mode, cost_of_backprop = 1 + D * along_one / unit, 1 + back / unit
print(f"one backward pass, in evaluations: {(back / unit).round(2)}")
print(f"one pass in forward mode:          {(along_one / unit).round(2)}")
with theme.style():
    figure, ax = plt.subplots(figsize=(7.5, 3.3))
    twice = {"markerfacecolor": "none", "markersize": 10, "color": theme.CYCLE[3]}
    ax.loglog(D, 2 * D, "s", label="central differences", **twice)
    ax.loglog(
        D, cost_of_forward_mode, "o-", color=theme.FORWARD, markersize=4, label="forward mode"
    )
    both = "evaluation and\nbackward pass"
    ax.loglog(D, cost_of_backprop, "^-", color=theme.GRADIENT, markersize=5, label=both)
    ax.set(xlabel="number D of weights and biases", ylabel="cost, in evaluations")
    ax.set(ylim=(1, 1e5), title="Cost of the derivatives with respect to all weights")
    label_lines(ax)
    plt.show()

# %% [markdown] after="ps07_cost"
# *In words: the cost over the number of weights, on logarithmic axes. Central differences and
# forward mode lie almost on one rising line, with a cost of 2 evaluations per weight. The
# evaluation and the backward pass together stay near 3.*

# %% practice=true fold="Compare forward mode with your backprop" after="ps07_cost"
if ready("topological_order", "unbroadcast", "backprop"):
    cost_tape, cost_loss = layers_on_tape(64, 64)
    d = backprop(cost_tape.graph, cost_tape.values, cost_loss.name)
    leaves = ("x", "V", "b", "C", "c", "-t")
    for name, place in (("V", (3, 5)), ("b", (7,)), ("C", (2, 9))):
        still = {leaf: np.zeros_like(cost_tape.values[leaf]) for leaf in leaves}
        still[name][place] = 1
        along = forward_mode(cost_tape.graph, cost_tape.values, still)[cost_loss.name]
        print(f"{name}{list(place)}: forward mode {along:.6f}, backprop {d[name][place]:.6f}")
else:
    print("This cell waits.")

# %% practice=true fold="Count the numbers on the tape" after="ps07_cost"
computed = {}
for n in (20, 200):
    tape, _ = layers_on_tape(64, 64, n)
    computed[n] = sum(tape.values[node].size for node, (_, i) in tape.graph.items() if i)
    print(f"{n} samples: {computed[n]:,} computed numbers on the tape, {D[4]:,} weights and biases")

# %% [markdown] after="ps07_cost"
# For each product in the evaluation, the backward pass computes two products, one for each factor.
# So in this count the evaluation and the backward pass together cost about as much as 3
# evaluations, **whatever the number of weights**. (Without the gradient with respect to the inputs,
# which training does not need, the backward pass of this network costs about 1.15 evaluations.) For
# all D weights, central differences need 2D evaluations, and our `forward_mode` costs about as
# much.
#
# The price of the backward pass is **memory**. Its rules use the arrays of the evaluation, so the
# tape keeps them. The tape grows with the number of samples, but the number of weights does not.
# With 20 samples, the computed arrays have fewer numbers than the weights. With 200 samples, they
# have more than nine times as many. Forward mode can do with less: a program that computes y and
# $\dot y$ together can delete both after their last use.
#
# Which way is cheaper depends on two numbers: the number of outputs, and the number of values with
# respect to which we want derivatives. A backward pass starts at *one* output and gives its
# derivatives with respect to all values. Forward mode starts at *one* value and gives the
# derivatives of all outputs. Training has one output, the loss, and many weights.

# %% claims=true
weights_and_biases = sum(cost_tape.values[name].size for name in ("V", "b", "C", "c"))
assert weights_and_biases == D[4]
claim("It has 4,810 weights\nand biases", weights_and_biases, equals=4810, within=0.5)
claim("together stay near 3", cost_of_backprop, equals=3, within=0.2)
claim("together cost about as much as 3\nevaluations", cost_of_backprop, equals=3, within=0.2)
without_images = (one_backward - 20 * 64 * 64) / one_evaluation  # the product dy @ V.T is left out
words = "the backward pass of this network costs about 1.15 evaluations"
claim(words, without_images, equals=1.15, within=0.01)
claim(
    "the computed arrays have fewer numbers than the weights", computed[20], below=D[4], given=[20]
)
claim("they\nhave more than nine times as many", computed[200] / D[4], above=9, given=[200])
claim(
    "with a cost of 2 evaluations per weight",
    cost_of_forward_mode[2:] / D[2:],
    equals=2,
    within=0.05,
)
claim(
    "For\nall D weights, central differences need 2D evaluations, and our `forward_mode` costs",
    cost_of_forward_mode[2:] / (2 * D[2:]),
    equals=1,
    within=0.05,
    given=[2],
)

# %% [markdown]
# ## 7 One weight, many uses
#
# ### S3's chain
#
# S3 repeats the same two blocks three times (slides "Back Propagation (X,Y)"):
#
# $$Y_1 = W X_1,\quad Y_2 = \varphi(X_2),\quad Y_3 = W X_3,\quad Y_4 = \varphi(X_4),\quad
# Y_5 = W X_5,\quad Y_6 = \varphi(X_6)$$
#
# Here φ is the sigmoid $\frac{1}{1+e^{-x}}$. The output of each block is the input of the next:
# $X_2 = Y_1$, $X_3 = Y_2$ and so on. The same W is used in three places.
#
# Such shared weights are frequent. A *recurrent network* reads a sentence word by word, and uses
# the same W for each word. A convolution uses its filter at every place of an image.
#
# S3 writes one sample as a column, and we write samples as rows. So our W is the transpose of S3's
# W, and the chain is:
#
# ```
# z0 = x,   z1 = sigmoid(z0 @ W),   z2 = sigmoid(z1 @ W),   …,   y = zn
# ```
#
# The definition for a single row, without a matrix product:


# %%
def sigmoid(u):
    """1 / (1 + exp(-u)) for an array, written so that no exponential overflows."""
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
# Write `shared_chain_forward`, the chain for a batch, with `sigmoid` from above. The backward pass
# needs values from *every* step: store them in the cache. `y` has the float type of `x` and `W`.


# %% solution="shared_chain_forward"
def shared_chain_forward(x, W, n):
    """Apply z = sigmoid(z @ W) n times to z = x, always with the same W.

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
# First suppose that the three matrices could differ. Call them $W_1, W_2, W_3$, and the loss
# $L(W_1, W_2, W_3)$. You know the gradient of each from notebook 06: $z_{k-1}^\top\, du_k$, where
# $u_k = z_{k-1} W_k$ and $du_k$ is the gradient with respect to $u_k$. Now all three are the same
# W. If W changes by a small Δ, all three change by Δ:
#
# $$L(W + \Delta, W + \Delta, W + \Delta) \approx L + \Big\langle\frac{\partial L}{\partial W_1} +
# \frac{\partial L}{\partial W_2} + \frac{\partial L}{\partial W_3},\ \Delta\Big\rangle$$
#
# The brackets mean: multiply element by element, then add all products. So the gradient of a W that
# is used in three places is **the sum of the gradients of its three copies**. The folded cells
# below test this with central differences: they change one copy at a time, and then all copies
# together.


# %% practice=true fold="Change one copy of W at a time"
def loss_of_copies(x, copies, dy):
    """sum(dy * y) of a chain in which every place has its own matrix."""
    z = x
    for W in copies:
        z = sigmoid(z @ W)
    return np.sum(dy * z)


def numerical_contributions(x, W, n, dy):
    """The gradient of each copy by central differences; the other copies are fixed."""
    contributions = []
    for k in range(n):
        copies = [W] * n

        def loss(changed, k=k, copies=copies):
            return loss_of_copies(x, [*copies[:k], changed, *copies[k + 1 :]], dy)

        contributions.append(gradient_check.numerical_gradient(loss, W, 1e-5))
    return contributions


rng = np.random.default_rng(5)
x_chain, dy_chain = rng.normal(size=(4, 2)), rng.normal(size=(4, 2))
W_chain = np.array([[2.0, -1.5], [1.0, 2.5]])
contributions = numerical_contributions(x_chain, W_chain, 3, dy_chain)
together = gradient_check.numerical_gradient(
    lambda W: loss_of_copies(x_chain, [W] * 3, dy_chain), W_chain, 1e-5
)


# %% practice=true fold="Compare with a change of all copies"
error = gradient_check.relative_error(sum(contributions), together)
print(f"sum of the three gradients against a change of all copies: relative error {error:.0e}")

# %% [markdown]
# Write `shared_chain_backward`, without central differences. Go through the steps from the last to
# the first. Each step consists of a product and a sigmoid, so you need the backward pass of both.
# The sigmoid $z = \sigma(u)$ has the derivative $\sigma'(u) = z(1 - z)$. `dy` has the float type of
# `x` and `W`.


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
# Your `backprop` can do the same without a change, because a shared weight is a node with several
# users. (The tape has no sigmoid, so we write $\sigma(u) = \tfrac12 + \tfrac12\tanh(u/2)$.)

# %% practice=true fold="Record the chain on a tape, with one node for W"
if ready("topological_order", "backprop", "shared_chain_backward"):
    tape = Tape()
    z, W = tape.leaf("x", x_chain), tape.leaf("W", W_chain)
    half = tape.leaf("half", 0.5)
    for _ in range(3):
        z = half + half * (half * (z @ W)).tanh()
    loss = (z * tape.leaf("dy", dy_chain)).sum()
    by_graph = backprop(tape.graph, tape.values, loss.name)
    print("users of W:", [node for node, (_, inputs) in tape.graph.items() if "W" in inputs])
else:
    print("This cell waits.")

# %% practice=true fold="Compare your chain with your graph"
if ready("topological_order", "backprop", "shared_chain_backward"):
    y_chain, cache = shared_chain_forward(x_chain, W_chain, 3)
    dx, dW = shared_chain_backward(dy_chain, cache)
    for name, mine, other in (("dx", dx, by_graph["x"]), ("dW", dW, by_graph["W"])):
        error = gradient_check.relative_error(mine, other)
        print(f"{name}: relative error between your chain and your graph {error:.0e}")

# %% [markdown]
# ### A filter is a shared weight
#
# A *convolution* uses its weights at every place of its input. The simplest one has one dimension.
# A **filter** w with three numbers slides over a signal x:
#
# $$y_i = w_0 x_i + w_1 x_{i+1} + w_2 x_{i+2} \qquad \text{for every place } i$$
#
# The filter w is a shared weight, like the W of the chain. The chain uses W in three steps, one
# after the other. The convolution uses w at all places of x. If every place had its own copy of w,
# the gradient of copy i would be $dy_i\,(x_i, x_{i+1}, x_{i+2})$.


# %% practice=true
def filtered(x, w):
    """The filter w at every place of the signal x at which it fits."""
    return np.array([x[i : i + len(w)] @ w for i in range(len(x) - len(w) + 1)])


# %% [markdown]
# What is the gradient of the loss with respect to w? Write `filter_gradient`. `size` is the length
# of w. The cell below compares your gradient with central differences. Notebook 14 does the same
# for images.


# %% solution="filter_gradient"
def filter_gradient(dy, x, size):
    """The gradient of w, of shape (size,); dy has one entry for each place."""
    ### BEGIN SOLUTION
    return sum(dy[i] * x[i : i + size] for i in range(len(dy)))
    ### END SOLUTION


# %% practice=true fold="Compare with central differences"
rng = np.random.default_rng(6)
signal, kernel, dy_signal = rng.normal(size=12), rng.normal(size=3), rng.normal(size=10)
try:
    dw = np.asarray(filter_gradient(dy_signal, signal, 3))
    numbers = gradient_check.numerical_gradient(
        lambda w: np.sum(dy_signal * filtered(signal, w)), kernel, 1e-5
    )
    if dw.shape == (3,):
        print(f"relative error of your dw: {gradient_check.relative_error(dw, numbers):.0e}")
    else:
        print(f"your dw has the shape {dw.shape}, the filter has the shape (3,)")
except NotImplementedError:
    print("filter_gradient is not written yet")

# %% [markdown]
# ### How much does each use contribute?
#
# How large are the terms of the sum dW in a longer chain? To find the term of the first use, we
# compute dW for two chains. The first chain starts at x and uses W twelve times. The second one
# starts at the same numbers $z_1$, now a fixed input, and uses W eleven times:
#
# ```
# x --W--> z1 --W--> z2 --W--> ... --W--> z12     dW has 12 terms
#          z1 --W--> z2 --W--> ... --W--> z12     dW has 11 terms: use 1 is missing
# ```
#
# The difference of the two dW is the term of use 1. The other terms are found in the same way. The
# figure shows the norms of the terms for random weights times 0.3, 1 and 3, each with the seeds 0,
# 1 and 2.


# %% practice=true fold="Define the norms of the terms and of the gradients"
def norms_along_the_chain(pair, x, W, n, dy):
    """The norms of the terms of dW (uses 1 to n), and of the gradients at z0 to zn."""
    forward, backward = pair
    z, from_here_on, gradients = x, [], []
    for k in range(n):
        _, cache = forward(z, W, n - k)
        dz, dW = backward(dy, cache)
        gradients.append(np.linalg.norm(dz))
        from_here_on.append(dW)
        z, _ = forward(z, W, 1)
    without_first = [*from_here_on[1:], 0 * W]
    terms = [np.linalg.norm(a - b) for a, b in zip(from_here_on, without_first, strict=True)]
    return terms, [*gradients, np.linalg.norm(dy)]


# %% practice=true fold="Choose the functions to use"
if ready("shared_chain_backward"):
    print("This runs with your functions.")
    pair = shared_chain_forward, shared_chain_backward
else:
    print("This runs with the library's functions. Run it again when you have written yours.")
    pair = functional.shared_chain_forward, functional.shared_chain_backward

# %% practice=true fold="Draw the contribution of each use"
sizes_of_W = (0.3, 1.0, 3.0)
first_to_last, derivatives, x_to_y = {}, {}, {}


def drawn(seed):
    """x, dy and W of a chain, before W is multiplied by a size."""
    rng = np.random.default_rng(seed)
    return (rng.normal(size=shape) for shape in ((20, 8), (20, 8), (8, 8)))


def long_chain(size, seed):
    """The norms of the twelve terms, and of the thirteen gradients."""
    x, dy, W = drawn(seed)
    return norms_along_the_chain(pair, x, size * W, 12, dy)


def mean_derivative(size, seed):
    """The mean of z(1 - z) over all places of the chain of twelve uses."""
    x, _, W = drawn(seed)
    z = np.array([pair[0](x, size * W, k)[0] for k in range(1, 13)])
    return np.mean(z * (1 - z))


with theme.style():
    figure, axes = plt.subplots(3, 1, figsize=(6.4, 6.6), sharex=True, sharey=True)
    for ax, size in zip(axes, sizes_of_W, strict=True):
        for seed in range(3):
            norms, gradients = long_chain(size, seed)
            first_to_last[size, seed] = norms[0] / norms[-1]
            x_to_y[size, seed] = gradients[0] / gradients[-1]
            ax.semilogy(range(1, 13), norms, ".-", color=theme.GRADIENT, linewidth=1)
        derivatives[size] = [mean_derivative(size, seed) for seed in range(3)]
        print(f"weights times {size:g}: mean of z(1 - z) {np.round(derivatives[size], 3)}")
        quotients = [f"{x_to_y[size, seed]:.1e}" for seed in range(3)]
        print("  norm of the gradient at x, divided by that at y:", *quotients)
        quotients = [f"{first_to_last[size, seed]:.1e}" for seed in range(3)]
        print("  norm of the first term of dW, divided by that of the last:", *quotients)
        ax.set(xticks=(1, 4, 8, 12), title=f"weights times {size:g}")
    axes[2].set_xlabel("use of W (12: the last)")
    axes[1].set_ylabel("norm of its term in dW")
    figure.suptitle("Terms of dW in a chain of twelve uses", x=0.01, ha="left")
    plt.show()

# %% [markdown]
# *In words: three panels with three curves each, for the seeds 0, 1 and 2, on a logarithmic axis,
# over the uses 1 to 12. With weights times 0.3, the term of the first use is less than a millionth
# of that of the last use. With weights times 1 it is less than a hundredth, and with weights times
# 3 less than a third.*
#
# If the early terms are tiny, the last uses determine dW almost alone.
#
# In the backward pass, each use multiplies the gradient by W and by the derivative of the sigmoid,
# z(1 − z). Larger weights increase the first factor. But they also move many inputs of the sigmoid
# to where it is almost flat, and so reduce the second one: the printed mean of z(1 − z) falls as
# the weights grow. Between 0.3 and 3 the first factor wins: for each seed, the gradient shrinks
# most with weights times 0.3 and least with weights times 3. In all nine chains of the figure, the
# norm of the gradient at x is less than a third of that at y. S3 calls gradients that shrink from
# use to use *vanishing gradients*, and gradients that grow *exploding gradients*. Notebook 08
# measures both, and shows what helps.
#
# Can the gradient also grow? The next, optional cell counts the chains in which its norm is larger
# at x than at y, over the seeds 0 to 29. It also prints the norms of one such chain, from y back to
# x. They become larger overall, but not in every step.

# %% practice=true fold="Optional: count chains whose gradient grows"
for size in sizes_of_W:
    chains = [long_chain(size, seed)[1] for seed in range(30)]
    growing = sum(gradients[0] > gradients[-1] for gradients in chains)
    print(
        f"weights times {size:g}: the gradient is larger at x than at y for {growing} of 30 seeds"
    )
print("weights times 3, seed 6: norms of the gradient from y back to x:")
print(np.round(chains[6][::-1], 1))

# %% claims=true
ratios = {size: [first_to_last[size, seed] for seed in range(3)] for size in sizes_of_W}
claim("the term of the first use is less than a millionth", ratios[0.3], below=1e-6)
claim("With weights times 1 it is less than a hundredth", ratios[1.0], below=0.005, given=[1])
claim("with weights times\n3 less than a third", ratios[3.0], below=1 / 3, given=[3])
for small, large in ((0.3, 1.0), (1.0, 3.0)):
    fall = np.subtract(derivatives[small], derivatives[large])
    claim("the printed mean of z(1 − z) falls as\nthe weights grow", fall, above=0, given=[1])
claim(
    "the\nnorm of the gradient at x is less than a third of that at y",
    list(x_to_y.values()),
    below=1 / 3,
)
words = "the gradient shrinks most with weights times 0.3 and least with weights times 3"
for small, large in ((0.3, 1.0), (1.0, 3.0)):
    times = [x_to_y[large, seed] / x_to_y[small, seed] for seed in range(3)]
    claim(words, times, above=5, given=[0.3, 3])
claim("They become larger overall, but not in every step", chains[6][0] / chains[6][-1], above=2)
claim("They become larger overall, but not in every step", np.max(np.diff(chains[6])), above=0)

# %% [markdown]
# ## 8 Spot the slip
#
# **Three gradients for one W.** The slide "Back Propagation (X,Y): Also Learning" of S3 contains an
# error. For the chain of section 7, it gives three formulas
#
# $$\frac{\partial L}{\partial W} = \frac{\partial L}{\partial Y_1}\frac{\partial Y_1}{\partial W},
# \qquad \frac{\partial L}{\partial W} = \frac{\partial L}{\partial Y_3}\frac{\partial Y_3}{\partial
# W}, \qquad \frac{\partial L}{\partial W} = \frac{\partial L}{\partial Y_5}\frac{\partial
# Y_5}{\partial W}$$
#
# and then a single step, $W \leftarrow W - \eta\, dL/dW$. But the three right-hand sides are in
# general different, so they cannot all be $\partial L/\partial W$. Section 7 has derived the
# correct gradient, their sum.
#
# A programmer follows the slide: the backward pass goes through the blocks, and each of the three
# formulas assigns its result to `dW` with `=` as soon as its upstream gradient is known. **Which
# use of W remains in `dW` at the end: the first ($Y_1 = W X_1$), the second, or the third?**

# %% guess="the use that remains"
guess("ps07_shares", None, among=("first", "second", "third"))  # "first", "second" or "third"


# %% practice=true fold="Run the backward pass with three assignments"
def backprop_with_assignment(tape, loss):
    """A backward pass with a planted mistake: `=` in the place of adding."""
    found = {loss.name: np.ones(())}
    for node, (operation, inputs) in reversed(tape.graph.items()):  # users before their inputs
        if inputs:
            data = [tape.values[name] for name in inputs]
            parts = BACKWARD[operation](found[node], tape.values[node], *data)  # the library's
            for k, part in enumerate(parts):
                found[inputs[k]] = library_graph.unbroadcast(part, data[k].shape)
    return found


tape = Tape()
z, W = tape.leaf("x", x_chain), tape.leaf("W", W_chain)
half = tape.leaf("half", 0.5)
for _ in range(3):
    z = half + half * (half * (z @ W)).tanh()
loss = (z * tape.leaf("dy", dy_chain)).sum()
assigned = backprop_with_assignment(tape, loss)["W"]
candidates = dict(zip(("first", "second", "third"), contributions, strict=True))
errors_of = {n: gradient_check.relative_error(c, assigned) for n, c in candidates.items()}
closest = min(candidates, key=errors_of.get)

# %% practice=true fold="Compare with your guess"
reveal("ps07_shares", closest, "The use of W in dW after three assignments.")

# %% practice=true fold="Print the error of each use" after="ps07_shares"
for name, error in errors_of.items():
    print(f"{name:6} relative error {error:.0e}")
error = gradient_check.relative_error(sum(contributions), together)
print(f"sum of all three against a central difference: {error:.0e}")

# %% practice=true fold="Draw the three contributions" after="ps07_shares"
with theme.style():
    figure, ax = plt.subplots(figsize=(8, 3.2))
    names = ("W₁₁", "W₁₂", "W₂₁", "W₂₂")
    shades = ("#E69F00", "#CC79A7", "#56B4E9", theme.GRADIENT)
    bars = [*contributions, sum(contributions)]
    for k, (contribution, words) in enumerate(zip(bars, ("1", "2", "3", "sum"), strict=True)):
        places = np.arange(4) * 5.5 + k
        ax.bar(places, contribution.ravel(), color=shades[k])
        for place, height in zip(places, contribution.ravel(), strict=True):
            side = {"ha": "center", "va": "bottom" if height > 0 else "top"}
            away = 2 + 4 * (words == "sum")
            offset = {"xytext": (0, np.sign(height) * away), "textcoords": "offset points"}
            ax.annotate(words, (place, height), size=9, **side, **offset)
    ax.plot(np.arange(4) * 5.5 + 3, together.ravel(), "x", color=theme.INK, markersize=8)
    ax.axhline(0, color=theme.INK, linewidth=0.8)
    ax.set_xticks(np.arange(4) * 5.5 + 1.5, names)
    ax.margins(y=0.15)
    ax.set(xlabel="entry of W", ylabel="gradient")
    ax.set_title("Terms of use 1, 2 and 3 of W, their sum, and the central difference (×)")
    plt.show()

# %% [markdown] after="ps07_shares"
# *In words: for each of the four entries of W there are four bars: the terms of the three uses of
# W, and their sum. A cross marks the central difference. For each entry, the cross lies at the end
# of the bar of the sum. It lies at the end of no other bar.*
#
# Each of the three formulas is correct if every use has its own matrix. The slide lacks a fourth
# formula, the sum. With three assignments, dW is exactly the term of the **first** use. The
# backward pass goes from the last use to the first, so the first use assigns last. Section 5
# planted the same mistake: `=` in place of adding.

# %% claims=true
sum_error = gradient_check.relative_error(sum(contributions), together)
for words in (
    "the cross lies at the end of the bar of the sum",
    "The slide lacks a fourth formula, the sum",
):
    claim(words, sum_error, below=1e-6)
to_cross = [np.min(abs(c - together)) for c in contributions]
claim("It lies at the end of no other bar", to_cross, above=0.015)
claim(
    "With three assignments, dW is exactly the term of the **first** use",
    errors_of["first"],
    below=1e-6,
)
assert closest == "first"

# %% [markdown]
# ## 9 Your functions at work
#
# ### A network on your tape
#
# Now your `topological_order`, `unbroadcast` and `backprop` train a network that classifies digits.
# Its first hidden layer has 32 units. Its second hidden layer is applied three times, with the same
# W and the same bias b. For one image with the scores u and the one-hot target t, the loss is the
# cross-entropy $\sum_k t_k (\log \sum_i e^{u_i} - u_k)$. We use the mean over the images. We train
# with gradient descent with **momentum**: each step also adds 0.9 times the previous step
# ([notebook 11](../ps11/ps11_momentum.ipynb)). The learning rate is 0.1, and there are 80 steps.

# %% practice=true fold="Load the digits, draw initial weights"
digits = load_digits()
shuffled = np.random.default_rng(0).permutation(len(digits.x))
x_all, t_all = digits.x[shuffled].astype("float64"), digits.t[shuffled]
test = np.arange(len(x_all)) % 5 == 0
x_train, t_train, x_test, t_test = x_all[~test], t_all[~test], x_all[test], t_all[test]
print("training images:", x_train.shape, " test images:", x_test.shape)


def initial_weights(seed, hidden=32):
    """Random weights with the variance 1 / (number of inputs)."""
    rng = np.random.default_rng(seed)
    shapes = {"V": (64, hidden), "W": (hidden, hidden), "C": (hidden, 10)}
    weights = {name: rng.normal(size=s) / np.sqrt(s[0]) for name, s in shapes.items()}
    return weights | {"b": np.zeros(hidden), "c": np.zeros(10)}


# %% practice=true
def record(weights, x, t):
    """The tape of the network, its loss and its scores u; the rows of t are one-hot targets."""
    tape = Tape()
    V, W, C, b, c = (tape.leaf(name, data) for name, data in weights.items())
    z = (tape.leaf("x", x) @ V).tanh()
    for _ in range(3):
        z = (z @ W + b).tanh()
    u = z @ C + c
    log_of_sums = (u.exp() @ tape.leaf("ones", np.ones((10, 1)))).log()  # (N, 1), broadcast below
    terms = tape.leaf("t", t) * (log_of_sums - u)
    return tape, terms.sum() * tape.leaf("1/N", 1 / len(x)), u


# %% [markdown]
# First we check the gradients. Then we train with three programs for the backward pass, each with
# the seeds 0 to 4. The first program is yours. The other two contain a planted mistake:
#
# - **`=` in the place of adding**: the mistake of section 5, at *every* node;
# - **one use of W**: dW is only the term of the last use of W. All other gradients are correct.
#   This can happen if a hand-written backward pass computes dW at the last use of the layer only.
#
# **Which of the two wrong programs reaches a mean test accuracy above 0.9 over the five seeds: both
# (a), only the program with `=` (b), only the program with one use of W (c), or neither (d)?**

# %% guess="the accuracy of two wrong programs"
guess("ps07_mistakes", None, among="abcd")  # a, b, c or d, between quotes


# %% practice=true fold="Define the two wrong backward passes"
def assigned_gradients(weights, x, t):
    """The loss, and gradients with `=` in the place of adding."""
    tape, loss, _ = record(weights, x, t)
    return loss.data, backprop_with_assignment(tape, loss)


def last_use_only(weights, x, t):
    """The loss, and gradients without the terms of the first two uses of W in dW."""
    tape, loss, _ = record(weights, x, t)
    d = backprop(tape.graph, tape.values, loss.name)
    product = [node for node, (_, inputs) in tape.graph.items() if "W" in inputs][-1]
    z = tape.graph[product][1][0]
    return loss.data, d | {"W": tape.values[z].T @ d[product]}


# %% practice=true fold="Define your backward pass, with all uses of W"
def all_uses(weights, x, t):
    """The loss, and the gradients of all nodes."""
    tape, loss, _ = record(weights, x, t)
    return loss.data, backprop(tape.graph, tape.values, loss.name)


# %% practice=true fold="Define the check of all gradients"
def checked(gradients_of, weights, data):
    """For each array of weights: what check_gradient says about its gradient."""
    _, d = gradients_of(weights, *data)
    results = {}
    for name in weights:

        def loss(w, name=name):
            return float(record(weights | {name: w}, *data)[1].data)

        rng = np.random.default_rng(1)
        results[name] = gradient_check.check_gradient(loss, weights[name], d[name], rng)
    return results


# %% practice=true fold="Define gradient descent with momentum"
def descend(gradients_of, seed, steps=80):
    """Train on all training images; returns the loss in each step and the final test accuracy."""
    weights, targets = initial_weights(seed), np.eye(10)[t_train]
    v = {name: 0 * w for name, w in weights.items()}
    losses_so_far = []
    for _ in range(steps):
        loss, d = gradients_of(weights, x_train, targets)
        losses_so_far.append(float(loss))
        for name in weights:
            v[name] = 0.9 * v[name] - 0.1 * d[name]
            weights[name] = weights[name] + v[name]
    scores = record(weights, x_test, np.eye(10)[t_test])[2].data
    return losses_so_far, np.mean(scores.argmax(axis=1) == t_test)


# %% practice=true fold="Check the gradients of all weights" after=false
if ready("topological_order", "unbroadcast", "backprop"):
    weights = initial_weights(0)
    few = x_train[:6], np.eye(10)[t_train[:6]]
    for name, result in checked(all_uses, weights, few).items():
        print(f"d{name}: {result}")
else:
    print("This cell waits.")

# %% practice=true fold="Train with three backward passes, seeds 0 to 4"
if ready("topological_order", "unbroadcast", "backprop"):
    runs = {"all uses": all_uses, "one use of W": last_use_only, "=": assigned_gradients}
    trained = {name: [descend(f, seed) for seed in range(5)] for name, f in runs.items()}
    reached = {name: np.array([a for _, a in results]) for name, results in trained.items()}
    learns = reached["="].mean() > 0.9, reached["one use of W"].mean() > 0.9
    answer = {(True, True): "a", (True, False): "b", (False, True): "c"}.get(learns, "d")
    options = {"a": "both", "b": "only =", "c": "only one use of W", "d": "neither"}
    reveal("ps07_mistakes", answer, "Mean test accuracy above 0.9, seeds 0 to 4.", options)
else:
    print("This cell waits.")

# %% practice=true fold="Draw the training losses" after="ps07_mistakes"
if ready("topological_order", "unbroadcast", "backprop"):
    looks = {"all uses": (theme.FORWARD, "-"), "one use of W": (theme.CYCLE[3], "--")}
    looks |= {"=": (theme.CYCLE[2], ":")}
    with theme.style():
        figure, ax = plt.subplots(figsize=(7.5, 3.4))
        for name, (colour, line) in looks.items():
            for k, (curve, _) in enumerate(trained[name]):
                words = {"=": "= instead of +="}.get(name, name)
                label = words if k == 0 else None
                ax.semilogy(curve, line, color=colour, linewidth=1.2, label=label)
        ax.set(xlabel="step", ylabel="training loss")
        ax.set_title("Training loss with three programs for the backward pass, five seeds each")
        label_lines(ax)
        plt.show()
    for name in runs:
        print(
            f"{name:12}: test accuracy {reached[name].mean():.3f}, each seed",
            reached[name].round(3),
        )
    for name, results in trained.items():
        losses = np.mean([curve for curve, _ in results], axis=0)[[19, 39, 79]]
        print(f"{name:12}: mean training loss in the steps 20, 40 and 80", losses.round(3))
    lead = reached["one use of W"] - reached["all uses"]
    print(
        f"one use of W minus all uses, same seed: mean {lead.mean():+.3f}, "
        f"standard deviation {lead.std(ddof=1):.3f}, ",
        end="",
    )
    print(f"higher for {np.sum(lead > 0)} of 5 seeds")
    half = 2.78 * lead.std(ddof=1) / np.sqrt(5)  # 2.78: Student's t with 4 degrees of freedom
    print(f"95 % interval of the mean difference: {lead.mean():+.3f} ± {half:.3f}")

# %% [markdown] after="ps07_mistakes"
# *In words: the training loss over 80 steps on a logarithmic axis, five curves for each program.
# With `=`, the five curves stay near 2.3. The other ten fall below 0.1. After the first ten steps,
# the curves with one use of W lie above those with all uses.*

# %% practice=true fold="Check the gradients of the two wrong programs" after="ps07_mistakes"
if ready("topological_order", "unbroadcast", "backprop"):
    for words, wrong in (("=", assigned_gradients), ("one use of W", last_use_only)):
        for name, result in checked(wrong, weights, few).items():
            print(f"{words:12}: d{name}: {result}")
    other_targets = few[0], np.roll(few[1], 1, axis=1)
    change = {}
    for words, program in (("all uses", all_uses), ("=", assigned_gradients)):
        dW, other_dW = (program(weights, *data)[1]["W"] for data in (few, other_targets))
        change[words] = gradient_check.relative_error(dW, other_dW)
        print(
            f"{words:12}: relative error between dW and dW with other targets {change[words]:.0e}"
        )

# %% [markdown] after="ps07_mistakes"
# **`=` stops the training.** The loss uses the scores u twice: in the exponential, and in the
# difference. With `=`, only the gradient from the exponential remains, because it arrives last. In
# this gradient, the target t occurs only as the sum $\sum_k t_k$, which is 1 for every target. So
# the target no longer affects the gradient, as the last printed line shows for dW. The gradients of
# *all* weights are wrong, and the accuracy stays near that of guessing, 0.1.
#
# **The mistake "one use of W" stays hidden.** Two of the three terms of dW are missing. (Section 8
# kept the first use, and this program keeps the last one.) The training loss falls more slowly, but
# it also falls below 0.1. Here the test accuracy does not show the mistake: the printed 95 %
# interval of the mean difference contains 0. So with five seeds we could only notice a mean
# difference above about 0.013, half the width of the interval. (The seeds change only the initial
# weights. The test images are always the same.)
#
# The gradient check finds this mistake without any training. It agrees for four of the five arrays,
# and disagrees for dW in all 8 directions.

# %% claims=true
loss_curves = {name: np.array([curve for curve, _ in results]) for name, results in trained.items()}
slower, faster = loss_curves["one use of W"], loss_curves["all uses"]
claim(
    "The training loss falls more slowly",
    (slower - faster)[:, [20, 40, 79]].min(),
    above=0,
)
claim("With `=`, the five curves stay near 2.3", loss_curves["="][:, -1], equals=2.3, within=0.15)
claim(
    "The other ten fall below 0.1", np.ravel([slower[:, -1], faster[:, -1]]), below=0.1, given=[10]
)
later = slower[:, 10:].min(axis=0) - faster[:, 10:].max(axis=0)
claim("the curves with one use of W lie above those with all uses", later, above=0)
claim("stays near that of guessing, 0.1", reached["="].mean(), equals=0.1, within=0.025)
claim(
    "interval of the mean\ndifference contains 0",
    abs(lead.mean()),
    below=half,
    given=[0],
)
claim("above about 0.013, half the width of the interval", half, equals=0.013, within=0.003)
wrong_checks = checked(last_use_only, weights, few)
agreeing = [name for name, result in wrong_checks.items() if result]
assert "W" not in agreeing
claim("It agrees for four of the five arrays", len(agreeing), equals=4, within=0.5)
claim("disagrees for dW in all 8 directions", wrong_checks["W"].judged, equals=8, within=0.5)
all_wrong = [not result for result in checked(assigned_gradients, weights, few).values()]
claim("The gradients of *all* weights are\nwrong", np.mean(all_wrong), above=0.9)
claim("So the target no longer\naffects the gradient", change["="], below=1e-9)
assert change["all uses"] > 0.1

# %% [markdown]
# ## 10 Questions
#
# **Everything fails.** You check a gradient in float32, with h = 1e-7. The relative error is above
# 0.5, and with other data it is again large, but different. What is the most likely reason?
#
# - a: a constant factor is missing in the gradient
# - b: the two values of the loss agree in almost all digits, so their difference is mostly rounding
#   error
# - c: the loss has a kink at every element
# - d: the step is too large, so the error of the formula dominates

# %% solution="answer_everything_fails"
answer_everything_fails = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_everything_fails = "b"
### END SOLUTION

# %% choice="everything_fails" key="b" points=1
check_choice("everything_fails", answer_everything_fails)
# a: A missing constant factor gives the same relative error in every element and for all data, for
#    example 1/3 for a factor of 2. Here the error changes with the data.
# b: Float32 has a relative precision of 6e-8, and with h = 1e-7 the two losses differ by little
#    more than that. So their difference is mostly rounding error.
# c: A kink disturbs the check only if it lies between x − h and x + h. Kinks are single points, so
#    with such a small step few elements meet one.
# d: If the step is too large, the error of the formula does dominate. But h = 1e-7 is far too small
#    for float32: in section 3 the best step was near 5e-3.

# %% claims=true
float32_errors = []
for seed in range(3):
    rng = np.random.default_rng(seed)
    data = [rng.normal(size=shape).astype("float32") for shape in ((5, 4), (4, 3), (5, 3))]
    numbers = gradient_check.numerical_gradient(
        lambda W, data=data: loss_of_network(data[0], W, data[2]), data[1], 1e-7
    )
    exact = gradient_of_network(*(array.astype("float64") for array in data))
    float32_errors.append(gradient_check.relative_error(numbers.astype("float64"), exact))
claim("The relative error is above\n0.5", float32_errors, above=0.5)
claim("with other data it is again large, but different", np.ptp(float32_errors), above=0.05)

# %% [markdown]
# **An order.** Let the graph be `{"L": ("add", ("q", "x")), "q": ("mul", ("p", "x")), "p": ("exp",
# ("x",)), "x": ("input", ())}`. In the backward pass, L is the first node. Which node can be the
# next to pass on its gradient?
#
# - a: x, because L uses x directly
# - b: p, because it is a single step away from x
# - c: q, because L is its only user
# - d: any of them, because the order of the terms does not change a sum

# %% solution="answer_order"
answer_order = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_order = "c"
### END SOLUTION

# %% choice="order" key="c" points=1
check_choice("order", answer_order)
# a: L does use x directly, but q and p use x as well. Their contributions are still missing, so
#    the gradient of x is not complete.
# b: p is indeed close to x, but its only user is q. So p receives its gradient from q, and q must
#    come first.
# c: L is the only user of q. So the gradient of q is complete after L, and it may be passed on to p
#    and x.
# d: The order of the terms does not change a sum, but all terms must be there. A node passes its
#    gradient on after all of its users have done so.

# %% [markdown]
# **A robot arm.** A program computes the heights of 1,000 points on a robot arm from the angles of
# 3 joints. All its operations are smooth. You need all 3,000 derivatives of the heights with
# respect to the angles. Which method needs the fewest passes through the graph, if an evaluation
# counts as one pass?
#
# - a: backward passes, because they give all derivatives at once
# - b: forward mode, one pass for each angle
# - c: central differences, because the program has few inputs
# - d: backward passes and forward mode need the same number of passes

# %% solution="answer_cost"
answer_cost = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_cost = "b"
### END SOLUTION

# %% choice="cost" key="b" points=1
check_choice("cost", answer_cost)
# a: A backward pass starts at one output. It gives all derivatives of this output, so you would
#    need 1,000 backward passes.
# b: A pass in forward mode gives the derivatives of all outputs with respect to one input. There
#    are 3 inputs, so 3 passes are enough.
# c: With few inputs, central differences are indeed possible: they need 6 passes. Forward mode
#    needs 3, and it has no error from a step h.
# d: They would need the same number if there were as many inputs as outputs. Here there are 3
#    inputs and 1,000 outputs.

# %% [markdown]
# **A kink or a mistake?** A friend's gradient check in float64 fails in one of 200 elements: the
# gradient is 1.0 and the central difference is 0.5. The network has ReLUs, and no pre-activation is
# exactly 0, so x does not lie exactly on a kink. Your friend wants to divide the gradient by 2.
# Describe two measurements that distinguish a kink from a mistake. For each measurement, say which
# numbers you expect with a kink, and which with a mistake. (Graded by a person, 2 points.)

# %% [markdown] manual="kink_or_mistake" points=2
# ### BEGIN SOLUTION
# First, compute the one-sided differences from the left and from the right. If a kink lies within
# the step on one side, they differ: the other side agrees with the gradient, 1.0, and the side with
# the kink gives 0.0, because their mean is 0.5. With a mistake, left and right are both about 0.5,
# not 1.0. Second, make h smaller. The kink is not exactly at x, so it lies
# outside the interval for a small h, and the difference becomes the claimed 1.0. With a mistake it
# stays at 0.5, until rounding errors dominate. (Also good: change x a little, or use other data,
# and see whether the same element fails again. With a mistake it does. One point for each
# measurement together with its result in both cases; half a point for naming kinks without a
# measurement.)
# ### END SOLUTION

# %% [markdown]
# ## 11 In PyTorch
#
# A PyTorch tensor stores how it was computed, as the tape does for a `Value`. `backward()` goes
# through the graph in reverse topological order and adds the gradients. PyTorch also adds *between*
# calls: `.grad` keeps its content until it is cleared. Therefore training loops clear it before
# every step. If PyTorch is installed, the next cell compares it with your shared chain and with the
# flower bed.

# %% practice=true fold="Compare with PyTorch"
import importlib.util

if importlib.util.find_spec("torch") is None:
    print("PyTorch is not installed here. No later cell needs it.")
elif ready("shared_chain_backward", "relative_error"):
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
        print(f"shared chain, {name}: error {relative_error(mine, theirs.grad.numpy()):.0e}")

    s_torch = torch.tensor(3.0, requires_grad=True)
    for call in (1, 2):
        (s_torch * s_torch + (s_torch + s_torch)).backward()
        print(f"flower bed, after backward() number {call}: s.grad = {s_torch.grad.item():g}")
else:
    print("This cell waits.")

# %% [markdown]
# ## 12 Your cheat sheet
#
# Complete this page in your own words and keep it. Double-click to edit.
#
# | quantity | formula |
# |---|---|
# | central difference | … |
# | relative error | … |
# | best h in float64, in float32 | …, … |
# | gradient of a bias of shape (D,), from dy of shape (N, D) | … |
# | gradient of a filter, from all places i | … |
#
# - A gradient check fails. A mistake, a kink and noise differ in …
# - A graph is a dictionary: node -> …; a leaf is …
# - In the backward pass, a node may pass its gradient on when …
# - The backward pass starts with …, and a node that does not affect the output has the gradient …
# - Gradients for the inputs: of a product of elements …, a matrix product …, a difference …, exp …,
#   log …, tanh …, a sum of all elements …
# - The gradient of a value that is used several times is …
# - A W that is used in n places has the gradient …
# - An array that was broadcast has the gradient …
# - All D derivatives cost … evaluations with central differences. One evaluation and its backward
#   pass together cost about …, and they need memory for …
# - Forward mode is cheaper if …
# - `=` in the place of adding keeps …, and a test on … does not find it

# %% [markdown]
# ## What comes next
#
# You can now differentiate everything that you can write with the eight operations. **Notebook 08**
# studies how the gradient changes on its path through many layers, and how the activation functions
# affect it. The long chains of section 7 were a first example. Weights are also shared in every
# convolution (**notebook 14**), and when one network processes both images of a pair (**notebook
# 21**). From now on, check every new backward pass as in section 3 before you train with it, for
# example for batch normalisation (**notebook 15**).

# %% [markdown]
# ## Sources
#
# S1 "Part II: Training", sections "Hidden Layers" and "Backpropagation"; S3
# "Backpropagation and Training", slides "Chain Rule", "Key Computation: Forward-Propagation" and "…
# Backward-Propagation", "Back Propagation for MLP", "Back Propagation (X,Y): Propagation" and "…
# Also Learning".
