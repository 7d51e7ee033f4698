# %% [markdown]
# # Arrays, shapes, CPU and GPU
#
# Everything in this course is done with arrays: blocks of numbers with a shape. An image is an
# array, and so are a batch of images, the weights of a network and their gradients. If you can read
# the shapes, you can read the network. This first notebook also shows how notebooks, checks, hints
# and guesses work. At the end your own functions classify handwritten digits without any training.
#
# **Afterwards you can**
#
# - predict the shape of an expression before you run it, and find the line where a shape is wrong,
# - replace loops over numbers by operations on whole arrays, and measure the gain in speed,
# - predict which arrays an assignment changes, and what an axis of length 1 does,
# - say which numbers the types float32 and bfloat16 cannot represent,
# - work in Colab or on your own machine without losing your work,
# - write code that runs on a CPU and on a GPU, and say when a GPU helps.
#
# **You need** a little Python: variables, functions, lists, loops. If you lack some of it, begin
# with [this list of tutorials](https://wiki.python.org/moin/BeginnersGuide/NonProgrammers). From
# mathematics you need sums, means, variances, standard deviations, exponentials, logarithms, dot
# products and matrices.
#
# **First of all**
#
# - In Colab, choose *File > Save a copy in Drive* now: what you see is not saved anywhere yet. A
#   new tab opens. Go on there.
# - Click once on this text and press **Shift + Enter**. This runs a cell and selects the next one.
#   Here the next one is folded: you see only its title, "Setup: run this first …". Run all cells in
#   their order.
# - If Python reports a NameError, or a cell does not end, restart: *Kernel > Restart Kernel*, in
#   Colab *Runtime > Restart session*. Then run the cells from the top again.
# - This notebook is too long for one evening. The end of section 5 is a good place to stop.

# %% opening=true
"""On the left, an image of a handwritten zero, eight pixels wide and eight high. On the right, the
same image as a table of eight rows of eight numbers from 0 for white to 16 for black."""

import matplotlib.pyplot as plt
import numpy as np

from course_lib.datasets import load_digits

digit = np.rint(load_digits().x[0].reshape(8, 8) * 16 / load_digits().x.max())
figure, (left, right) = plt.subplots(1, 2, figsize=(6.4, 3.3))
left.imshow(digit, cmap="Greys", vmin=0, vmax=16)
right.imshow(digit, cmap="Blues", vmax=40)
for (row, column), number in np.ndenumerate(digit):
    right.text(column, row, f"{number:g}", ha="center", va="center", size=13)
left.set_title("An image …")
right.set_title("… is an array of numbers")
for ax in (left, right):
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
plt.show()

# %% setup=true
import numpy as np

from course_lib.backend import array_namespace, choose_device, to_device, to_numpy
from course_lib.course.figures import slider
from course_lib.datasets import load_diabetes, load_digits
from course_lib.layers import Linear, ReLU
from course_lib.losses import softmax_cross_entropy
from course_lib.models import Sequential
from course_lib.optimizers import SGD
from course_lib.plots import theme
from grader.checking import check, check_choice, guess, ready, reveal

device = choose_device("auto")

# %% [markdown]
# **How a notebook works**
#
# - **Tasks** have a blue band. Replace `raise NotImplementedError` by your code. Your function must
#   not change its arguments, unless its task says so. If the task has points, the cell below calls
#   `check(...)`, which tests your function, mostly on inputs that it draws at random. Run it as
#   often as you like.
# - **Guesses** come before results. `guess(...)` stores what you expect, and `reveal(...)` shows it
#   beside the result. Cells that show more of the result wait until you have run `reveal(...)`.
#   Guesses are not graded.
# - **Folded cells** show only a title and `•••`. They draw, measure or compare something, or define
#   what is given. Run them like all other cells. To read the code, click on `•••` (on Colab:
#   double-click the title). With the keyboard, Shift+Enter in the cell above selects a folded cell,
#   and Enter opens it.
# - **Your points** are shown by the last cell, which also says where they are kept. Until you hand
#   in the notebook, nobody else sees them or your guesses.
# - **S0, S1, …** are lecture texts; “Sources” at the end lists those of this notebook.

# %% [markdown]
# ## 1 A guess first
#
# Array `a` has the shape (5,): five numbers. Array `b` has the shape (5, 1): five rows with one
# number each. **What shape does `a - b` have?**
#
# - a: none, it is an error
# - b: (5,)
# - c: (5, 1)
# - d: (5, 5)
#
# Put a letter between quotes in place of `None`, for example
# `guess("ps00_shape", "a", among="abcd")`, and run the cell. You learn more from a wrong guess
# than from none.

# %% guess="the shape of a difference"
guess("ps00_shape", None, among="abcd")  # your letter in place of None

# %% [markdown]
# The second question is about a *loss*, a number that says how wrong predictions are. `t`, of shape
# (442,), holds the *targets*: for each of 442 patients, how far the disease has advanced (scaled to
# mean 0 and variance 1).
#
# A model predicts one number per patient, as a column `y` of shape (442, 1). Suppose it is perfect:
# `y[n]` is exactly `t[n]`, for every patient. **What does `np.mean((y - t) ** 2)`, the mean squared
# error (MSE), give?**
#
# - a: an error, the shapes do not fit
# - b: 0, since all predictions are right
# - c: 1, the variance of `t`
# - d: 2

# %% guess="the error of perfect predictions"
guess("ps00_perfect", None, among="abcd")  # your letter in place of None

# %% practice=true
a, b = np.arange(5.0), np.arange(5.0).reshape(5, 1)
letters = {(5,): "b", (5, 1): "c", (5, 5): "d"}
words = {"a": "an error", "b": "the shape (5,)", "c": "the shape (5, 1)", "d": "the shape (5, 5)"}
reveal("ps00_shape", letters[(a - b).shape], "Section 2 derives the shape.", words)

patients = load_diabetes("float64")
t = (patients.t - patients.t.mean()) / patients.t.std()
y = t.reshape(-1, 1)  # perfect predictions, as a column
error = np.mean((y - t) ** 2)
words = {"a": "an error", "b": "0", "c": "1, the variance of t", "d": "2"}
reveal("ps00_perfect", {0.0: "b", 1.0: "c", 2.0: "d"}[error.round(6)], options=words)

# %% practice=true after="ps00_shape ps00_perfect"
print("a - b has the shape", (a - b).shape)
print("y", y.shape, " t", t.shape, " y - t", (y - t).shape, " mean squared error", error.round(6))

# %% [markdown] after="ps00_shape ps00_perfect"
# `y - t` is a table with 442 × 442 entries: the prediction for *every* patient minus the target of
# *every* patient. The mean of its squares (derived below the next figure) is Var(`y`) + Var(`t`) +
# (the difference of their means)². For perfect predictions that is 1 + 1 + 0: both variances are 1,
# and the means are equal.

# %% [markdown] after=false
# What happens if you train with this loss? We fit the same linear model twice; only the shape of
# `t` differs. The fit uses gradient descent: many small steps that reduce the loss (notebook 04).
# Every fifth patient is held out for testing. The means and standard deviations that scale the data
# come from the training patients alone. R² rates the predictions: 1 is perfect, 0 is no better than
# the mean of the held-out targets.


# %% practice=true fold="Define gradient descent for a linear model"
def train_linear(x, t, steps=300, lr=0.1):
    """Gradient descent on mean((y - t)**2) with y = x w + b; returns w, b and all the losses.

    Notebooks 04 and 06 explain the gradients.
    """
    rng = np.random.default_rng(0)
    w, b, losses = rng.normal(size=(x.shape[1], 1)), 0.0, []
    for _ in range(steps):
        r = x @ w + b - t
        losses.append(np.mean(r**2))
        dy = 2 * r.mean(axis=1, keepdims=True) / len(x)  # by y, for both shapes of t
        w, b = w - lr * x.T @ dy, b - lr * dy.sum()
    return w, b, losses


# %% practice=true fold="Train with both shapes of t" after="ps00_shape ps00_perfect"
held_out = np.arange(len(t)) % 5 == 0
x_train, t_train = patients.x[~held_out], patients.t[~held_out]
x = (patients.x - x_train.mean(axis=0)) / x_train.std(axis=0)
t = (patients.t - t_train.mean()) / t_train.std()
results = {}
for name, target in (("t of shape (N, 1)", t.reshape(-1, 1)), ("t of shape (N,)", t)):
    w, b, losses = train_linear(x[~held_out], target[~held_out])
    results[name] = losses, (x[held_out] @ w + b)[:, 0]
    print(f"{name:18} loss: first {losses[0]:.2f}, last {losses[-1]:.2f}")

# %% practice=true fold="Draw the losses and the predictions" after="ps00_shape ps00_perfect"
import matplotlib.pyplot as plt

with theme.style():
    figure = plt.figure(figsize=(6.4, 6))
    axes = [*figure.subplot_mosaic("AA;BC", height_ratios=(1, 1.2)).values()]
    for (name, (losses, _)), line in zip(
        results.items(), (theme.TRAIN, theme.VALIDATION), strict=True
    ):
        steps = np.arange(1, len(losses) + 1)
        axes[0].plot(steps, losses, color=theme.FORWARD, **line)
        axes[0].text(360, losses[-1], name, color=theme.FORWARD, va="center", fontsize=9)
    axes[0].set(xlabel="step", ylabel="training loss", xscale="log")
    axes[0].set_title("Training loss with both shapes of t")
    axes[0].set(xlim=(0.9, 2200), xticks=(1, 10, 100), xticklabels=(1, 10, 100))
    found = ("rise with the target", "are nearly equal")
    for ax, (name, (_, predicted)), what in zip(axes[1:], results.items(), found, strict=True):
        ax.plot([-2, 2.5], [-2, 2.5], color=theme.QUIET, linewidth=1)
        ax.text(
            1.1, 2.3, "prediction\n= target", color=theme.QUIET, ha="right", va="center", size=9
        )
        ax.plot(t[held_out], predicted, ".", color=theme.FORWARD)
        ax.set(xlabel="target (held-out patients)", ylabel="prediction", ylim=(-2, 2.9))
        ax.set_title(f"{name}:\npredictions {what}")
    plt.show()
explained = {}
for name, (_, predicted) in results.items():
    explained[name] = 1 - np.mean((predicted - t[held_out]) ** 2) / np.var(t[held_out])
    print(f"{name:18} R² = 1 - MSE / Var(t) on the held-out patients: {explained[name]:.2f}")

# %% [markdown] after="ps00_shape ps00_perfect"
# *In words: at the top, two losses fall. Below, on the left, are the predictions for the held-out
# patients against their targets, for the right shape: a cloud that rises along the diagonal. On the
# right are those for the wrong shape: all predictions are nearly the same number, whatever the
# target.*
#
# There is no error message, and the loss falls. But it is another loss: it compares each prediction
# with *all* targets. Therefore the best prediction for every patient is the mean of all targets. (A
# constant prediction has an R² of at most 0. Our fit reaches 0.01, because after 300 steps the
# predictions still differ a little.) The only mistake is one missing axis.
#
# <details><summary>The derivation</summary>
#
# - The mean over all pairs: $L = \frac{1}{N^2} \sum_n \sum_m (y_n - t_m)^2$.
# - Write $y_n - t_m = (y_n - \bar y) - (t_m - \bar t) + (\bar y - \bar t)$ and square. The mixed
#   terms sum to 0, because deviations from a mean sum to 0.
# - What remains is $L = \mathrm{Var}(y) + \mathrm{Var}(t) + (\bar y - \bar t)^2$.
# - The first term is 0 if all $y_n$ are equal, the last one if their mean is $\bar t$. So the loss
#   is smallest if every $y_n$ is $\bar t$. Then $L = \mathrm{Var}(t)$, which is 1 for `t` here.
#
# </details>

# %% [markdown]
# In this course: **say the shapes before you run the line.**

# %% claims=true
claim("For perfect predictions that is 1 + 1 + 0", error, equals=2, within=1e-9, given=[1, 0])
mixed_up = (results["t of shape (N,)"][1][:, None] - t[held_out]) ** 2
parts = np.var(results["t of shape (N,)"][1]) + np.var(t[held_out])
parts += (results["t of shape (N,)"][1].mean() - t[held_out].mean()) ** 2
claim(
    "is Var(`y`) + Var(`t`) +\n(the difference of their means)²",
    mixed_up.mean() / parts,
    equals=1,
    within=1e-9,
)
for losses, _ in results.values():
    claim("at the top, two losses fall", np.diff(losses)[:100], below=0)
claim(
    "a cloud that rises along the diagonal",
    np.corrcoef(results["t of shape (N, 1)"][1], t[held_out])[0, 1],
    above=0.6,
)
claim("all predictions are nearly the same number", results["t of shape (N,)"][1].std(), below=0.1)
claim("which is 1 for `t` here", results["t of shape (N,)"][0][-1], equals=1, within=0.02)
claim("all predictions are nearly the same number", abs(explained["t of shape (N,)"]), below=0.05)
quote = "Our fit reaches 0.01, because after 300 steps the predictions still differ a little.)"
given = [0, 0.01, 300]
claim(quote, explained["t of shape (N,)"], above=0.006, below=0.014, given=given)
w, b, _ = train_linear(x[~held_out], t[~held_out], steps=3000)
later = (x[held_out] @ w + b)[:, 0]  # nearly equal: R² is then that of one number
spread = later.std() / results["t of shape (N,)"][1].std()
claim(quote, spread, below=0.05, given=given)
unexplained = np.mean((later - t[held_out]) ** 2) / np.var(t[held_out])
claim(quote, unexplained, above=1, below=1.05, given=given)

# %% [markdown]
# ## 2 The idea
#
# An array is a block of numbers of one type (its *dtype*) with a *shape*, the tuple of the lengths
# of its *axes*. An operation such as `-` works on all numbers at once. If the two shapes are equal,
# it combines the numbers in the same places. If the shapes differ, NumPy uses **broadcasting**:
#
# 1. NumPy writes the two shapes below each other, **aligned on the right**. Where an axis is
#    missing, it puts a 1.
# 2. The two lengths in each column must be **equal, or one of them must be 1**. Otherwise there is
#    an error.
# 3. NumPy stretches an axis of length 1 to the other length: it uses the same numbers again and
#    again, without a copy.
#
# For (5,) and (5, 1):
#
# ```
#        5        missing on the left: 1, stretched to 5
#    5   1        this 1 is stretched to 5
#    -----
#    5   5
# ```
#
# So NumPy sees no mistake in `y - t` of the second guess. Move the slider, or read the pictures: an
# array's own numbers are solid, the repeated ones are pale.

# %% practice=true fold="Define the drawing of one table"
PAIRS = (((3,), (3, 1)), ((3, 4), (4,)), ((3, 4), (3, 1)), ((3, 1), (1, 4)), ((3, 4), (3,)))


def aligned(shape):
    """The shape with two axes: 1 where one is missing on the left."""
    return (1,) * (2 - len(shape)) + tuple(shape)


def entry(name, shape, place):
    """Name and index of the entry that stands in this place after stretching, such as b2."""
    lengths = aligned(shape)
    return name + "".join(str(k) for k, n in zip(place, lengths, strict=True) if n > 1)


def draw_table(ax, size, title, text, is_own):
    """A table of this size; ``text`` and ``is_own`` say what stands in a place, and whose it is."""
    for place in np.ndindex(size):
        i, j = place
        colour, ink = (theme.FORWARD, "w") if is_own(place) else ("#d3e6f3", "0.3")
        ax.add_patch(plt.Rectangle((j, -i), 0.92, 0.92, color=colour))
        ax.text(j + 0.46, 0.46 - i, text(place), ha="center", va="center", color=ink, size=8)
    ax.text(0, 1.15, title, size=11)
    ax.set(xlim=(-0.1, 4.1), ylim=(-2.2, 1.6))
    ax.set_aspect("equal")
    ax.axis("off")


# %% practice=true fold="Draw the five pairs of shapes"
def draw_pair(shapes):
    """Both operands stretched, and their difference."""
    with theme.style():
        figure, axes = plt.subplot_mosaic("ab;c.", figsize=(5.6, 4.8))
        try:
            result = np.broadcast_shapes(*shapes)
        except ValueError:
            result = None
        for shape, name in zip(shapes, "ab", strict=True):
            lengths = aligned(shape)
            draw_table(
                axes[name],
                result or lengths,
                f"{name}: {shape}",
                lambda place, shape=shape, name=name: entry(name, shape, place),
                lambda place, n=lengths: all(k < m for k, m in zip(place, n, strict=True)),
            )
        if result:
            a, b = shapes
            draw_table(
                axes["c"],
                result,
                f"a − b: {result}",
                lambda place: f"{entry('a', a, place)}−{entry('b', b, place)}",
                lambda place: True,
            )
        else:
            axes["c"].text(
                0, 0.5, "a − b: ValueError\n4 and 3 differ,\nand neither is 1", va="center"
            )
            axes["c"].axis("off")
        figure.suptitle("Solid: the numbers of an array. Pale: stretched, without a copy", size=10)
    return figure


slider(
    draw_pair,
    PAIRS,
    name="shapes of a and b",
    alt="Tables for two operands and their difference, for five pairs of shapes. An array's "
    "own numbers are solid blue, the repeated ones are pale. The last pair, (3, 4) and (3,), does "
    "not fit.",
    dpi=100,
    stills=len(PAIRS),
)

# %% [markdown]
# *In words: five pairs of tables, and a third table with their difference. (3,) and (3, 1): a is
# stretched down, b to the right, and the result (3, 3) holds every a minus every b. (3, 4) and
# (4,): b is repeated for every row. (3, 4) and (3, 1): b is repeated for every column. (3, 1) and
# (1, 4): both are stretched, to (3, 4). (3, 4) and (3,): an error.*
#
# Look at the last pair. The matrix has three rows, and there are three numbers, one for each row.
# Still the shapes do not fit, because they are aligned on the right, where the columns are. With
# (3, 3) and (3,) the code *would* run, and it would use the numbers for the columns. So a mistake
# can stay unnoticed when two lengths happen to be equal.
#
# You can insert an axis of length 1 where you need it. If `v` has the shape (3,), then `v[:, None]`
# is a column (3, 1), and `v[None, :]` a row (1, 3). `v.reshape(-1, 1)` makes the column, too; -1
# means: as many as are needed.

# %% [markdown]
# ## 3 Labels as rows: your first function
#
# The *label* of a sample is the number of its class. For a classifier this number is only a name:
# digit 7 is not seven times digit 1. A network has one output per class, so its outputs for a
# sample are a row. To compare the label with them, we turn it into such a row: 1 in the place of
# its class, 0 elsewhere. This row is called *one hot*. In code, labels (N,) and rows (N, K) are
# both called `t`, like all targets. In formulas, and in section 5, a row is $d$. These slow loops
# define the rows:


# %%
def one_hot_in_loops(labels, n_classes):
    """t[n, k] = 1 if labels[n] is k, else 0"""
    t = np.zeros((len(labels), n_classes))
    for n in range(len(labels)):
        for k in range(n_classes):
            if labels[n] == k:
                t[n, k] = 1
    return t


# %% [markdown]
# **What a check looks like.** Before you write your function, look at a version **with a planted
# mistake** that is easy to make, and at the output of `check`. It lists the properties that hold
# and those that do not. For one that fails it shows the smallest of the tested inputs on which it
# fails, the points that it costs, and a hint if it knows the mistake. Shapes and types earn their
# points once some values are right. Under the list there are more hints to click on: first a
# question, last a worked example. There are no secret tests: the same properties give your points,
# on other random inputs.


# %% practice=true
def with_a_planted_mistake(labels, n_classes):
    t = np.zeros((len(labels), n_classes))
    t[:, labels] = 1
    return t


check("one_hot", with_a_planted_mistake)

# %% [markdown]
# Now write your own function, without a loop. There are (at least) two good ways: *compare* each
# label with each class (in which shapes?), or *pick* rows of a matrix (which?). (`np.arange(4)` is
# the array 0, 1, 2, 3; `m[[2, 0]]` picks rows 2 and 0 of a matrix `m`.) Labels are an array of any
# integer type. The result contains floats, like the outputs of a network that it is compared with;
# `.astype(float)` converts an array. There are n_classes columns, even if a class is missing among
# the labels.


# %% solution="one_hot"
def one_hot(labels, n_classes):
    """One row per label: 1 in the label's place, else 0.

    labels : (N,), an array of integers in 0 … n_classes - 1
    returns t : (N, n_classes), of any float type
    """
    ### BEGIN SOLUTION
    return (labels[:, None] == np.arange(n_classes)).astype(float)
    ### END SOLUTION


# %% check="one_hot"
check("one_hot", one_hot)

# %% [markdown]
# Do all properties hold? Then read the library's version. Run these two lines in a new cell (in
# JupyterLab press Esc, then B; in Colab click *+ Code*):
#
# ```
# import inspect, course_lib.preprocessing as library
# print(inspect.getsource(library.one_hot))
# ```

# %% [markdown]
# ## 4 Where your code runs
#
# A notebook has two parts: a page that you see, and a *kernel*, a Python process that runs your
# code and keeps the variables. What you can lose depends on where the kernel runs. This cell says
# where yours runs:

# %% practice=true fold="Show where Python runs"
import sys

if "google.colab" in sys.modules:
    print("You are in Colab: Python runs on a machine that is lent to you for a while.")
elif sys.platform == "emscripten":
    print("You are in a browser-only notebook: Python itself runs inside this page.")
else:
    print("Python runs on this machine, or on the one that your notebook server is on.")
print("Python", sys.version.split()[0], " NumPy", np.__version__, " arrays go to:", device)

# %% [markdown]
# ### Colab, JupyterLab or the browser
#
# Open the part that fits where you work, and skip the others. In Colab remember: nothing is saved
# until you choose *File > Save a copy in Drive*, and after a break all variables are lost. (S0 has
# a slide "How to get started on Google Colaboratory"; the Colab part says what is different today.)
#
# <details><summary>Colab, click by click</summary>
#
# 1. **Open.** Click the badge "Open in Colab" at the top of this notebook. If there is none, this
#    copy does not run in Colab: use JupyterLab. You need a Google account. Colab warns that Google
#    did not write the notebook; choose *Run anyway*.
# 2. **Keep.** Choose *File > Save a copy in Drive* at once. A new tab opens with *your* copy; close
#    the old tab. **Until you do this nothing is saved.** From then on Colab saves by itself.
# 3. **GPU, if you want one.** *Runtime > Change runtime type* starts a new machine, so do it before
#    you compute. This course needs no GPU. In the same dialog, *Runtime version* chooses the
#    versions of Python and its packages; "Latest" is right.
# 4. **After a break.** After a while without activity, and after 12 hours at the latest (free
#    version), Colab takes the machine back. **Lost:** all variables, everything installed, and all
#    files on that machine, including the stored guesses and points. **Kept:** the notebook in your
#    Drive with its text, code and outputs. Run the cells from the top again.
# 5. **Hand in.** Choose *Runtime > Restart session and run all* and read the results of the checks.
#    Then choose *File > Download > Download .ipynb*, and remove the words "Copy of" that Colab puts
#    before the file's name.
#
# | S0's slide | today |
# |---|---|
# | 'New Python 3 notebook' | *File > New notebook in Drive* |
# | 'Open in Playground' (nothing is saved) | not needed: the badge has the same effect |
# | 'Hardware accelerator' to 'GPU' | a list of GPU types; which are free changes over time |
# | 'Save a copy in Drive', 'Rename...', SHIFT+RETURN | unchanged |
# | PyTorch: 'primarily developed by Facebook AI' | started there; now it belongs to a foundation |
#
# </details>
#
# <details><summary>JupyterLab on your own machine</summary>
#
# In a terminal, in the folder of the course, run `python -m pip install -e ".[notebooks]"` once,
# then `jupyter lab`. Notebooks are saved to your disk.
#
# </details>
#
# <details><summary>The browser alone (JupyterLite, if your course offers it)</summary>
#
# It needs no installation, but it is slower and has neither GPU nor PyTorch. Long experiments are
# smaller there, and print a line that says so. Your files are saved in the browser. If you clear
# its data, they are deleted: press *Download to hand in* above the notebook whenever you stop.
#
# </details>

# %% [markdown]
# ### Working in a notebook
#
# - Read an error message **from the bottom**: the last line says what is wrong, the lines above it
#   say where.
# - Stop a cell with *Kernel > Interrupt Kernel*, in Colab *Runtime > Interrupt execution*. In the
#   browser alone this has no effect: choose *Kernel > Restart Kernel* instead.
# - Add cells wherever you like. Do not change, delete or copy the cells with `check(...)`: the
#   grader needs them to find your points.
# - The kernel keeps all variables until it is restarted, even those of cells that you have deleted.
#   Your notebook will be graded in a fresh kernel, run from the top. Test this first: in Colab with
#   step 5 of “Colab, click by click”, elsewhere with “Before you hand in” at the end.
#
# Run the next cell three times. Restart the kernel and run it once more: what does it print? All
# other variables are gone, too, so now run the cells from the top.

# %% practice=true
times_run = globals().get("times_run", 0) + 1
print(f"This cell ran {times_run} time(s) since the kernel was started.")

# %% [markdown]
# ## 5 What arrays do
#
# ### Axes
#
# A *batch* in this course is mostly `(N, D)`: one *sample* per row, one *feature* per column. A
# *reduction* (sum, mean, max, …) along an axis removes that axis. For example, `x.sum(axis=0)` adds
# up over axis 0, the samples, and leaves one number for each feature. So the argument names the
# axis that **disappears**, not the one that stays. With `keepdims=True` this axis is kept with
# length 1.

# %% practice=true
table = np.array([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]])
print("table", table.shape)
print("sum(axis=0)               ", table.sum(axis=0), " shape", table.sum(axis=0).shape)
print("sum(axis=1)               ", table.sum(axis=1), "      shape", table.sum(axis=1).shape)
print("sum(axis=1, keepdims=True)", table.sum(axis=1, keepdims=True).tolist(), "(2, 1)")
print("sum()                     ", table.sum())

# %% practice=true fold="Draw both sums"
with theme.style():
    figure, axes = plt.subplots(1, 2, figsize=(8, 2.3))
    for ax, axis in zip(axes, (0, 1), strict=True):
        for (i, j), value in np.ndenumerate(table):
            ax.text(j, -i, f"{value:g}", ha="center", va="center", size=13)
        sums = table.sum(axis=axis)
        places = [(j, -2.3) for j in range(3)] if axis == 0 else [(3.6, -i) for i in range(2)]
        for (across, down), value in zip(places, sums, strict=True):
            ax.text(across, down, f"{value:g}", ha="center", va="center", size=13, weight="bold")
            tail = (across, -1.3) if axis == 0 else (2.4, down)
            tip = (across, -2.0) if axis == 0 else (3.2, down)
            arrow = {"arrowstyle": "->", "color": theme.FORWARD, "linewidth": 2}
            ax.annotate("", tip, tail, arrowprops=arrow)
        ax.set(xlim=(-0.6, 4.2), ylim=(-2.7, 0.5))
        ax.set_title(f"sum(axis={axis}): one sum for each {('column', 'row')[axis]}")
        ax.axis("off")
    plt.show()

# %% [markdown]
# *In words: the table twice. With axis 0 arrows point down each column to the sums 11, 22, 33. With
# axis 1 arrows point right along each row to the sums 6 and 60.*

# %% [markdown]
# `x - x.mean(axis=0)` subtracts from each feature its mean, because the means (D,) are aligned with
# the columns. Now write a function that divides each row by its sum, so that every row sums to 1,
# like probabilities. Which shape do the sums of the rows need?


# %% solution="rows_to_one"
def rows_to_one(x):
    """x (N, D), every row divided by its sum."""
    ### BEGIN SOLUTION
    return x / x.sum(axis=1, keepdims=True)
    ### END SOLUTION


# %% practice=true fold="Compare rows_to_one with loops"
def compare(name, attempt, expected):
    """Print whether what the function `attempt` returns has the expected values."""
    try:
        mine = np.asarray(attempt())
        same = mine.shape == np.shape(expected) and np.allclose(mine, expected)
    except NotImplementedError:
        print(f"{name}: not written yet")
    except Exception as error:  # whatever a first attempt raises
        print(f"{name}: {type(error).__name__}: {error}")
    else:
        if mine.shape != np.shape(expected):
            print(f"{name}: shape {mine.shape}, expected {np.shape(expected)}")
        else:
            print(f"{name}:", "agrees" if same else "DIFFERS from the loop")


for shape in ((4, 3), (3, 3)):
    block = np.random.default_rng(2).uniform(1, 2, size=shape)
    rows = [[v / sum(row) for v in row] for row in block]
    compare(f"rows_to_one on {shape}", lambda x=block: rows_to_one(x), rows)

# %% [markdown]
# With sums of shape (N,) the function fails on (4, 3) with a message. On (3, 3) it is wrong
# **without a message**, because the sums are aligned with the columns. So test with different
# lengths, where this mistake gives an error. Compare the numbers, too: some mistakes never give an
# error, such as the missing axis in section 1.
#
# ### Products
#
# `*` multiplies number by number, with broadcasting. `@` is the matrix product: (N, D) @ (D, K)
# gives (N, K). The two inner lengths must be equal, and they disappear.

# %%
rng = np.random.default_rng(3)
left, right = rng.normal(size=(4, 3)), rng.normal(size=(3, 2))
product = left @ right
by_hand = sum(left[1, k] * right[k, 0] for k in range(3))
print("(4, 3) @ (3, 2) ->", product.shape)
print("one entry by hand agrees:", bool(np.isclose(product[1, 0], by_hand)))

# %% [markdown]
# Notebook 02 needs three facts about a row d of `one_hot`, called the *desired output* (k and j are
# classes): $d_k^2 = d_k$, $d_k d_j = 0$ for $k \ne j$, and $\sum_k d_k = 1$. Suppose that a label
# is 10, but there are only the classes 0 to 9. Which of the three facts is then wrong for the row
# that the loops make?

# %% practice=true fold="Load the digits and test the three properties"
digits = load_digits()  # 1,797 images as rows x (N, 64), pixels 0 … 1; labels t (N,)
if ready("one_hot"):
    d = one_hot(digits.t, 10)
    print("d", d.shape)
    print("d_k squared is d_k: ", bool(np.all(d**2 == d)))
    products = d[:, :, None] * d[:, None, :]  # (N, 10, 10): d_k d_j of each sample
    print("d_k d_j is 0:       ", bool(np.all(products[:, ~np.eye(10, dtype=bool)] == 0)))
    print("sum over k is 1:    ", bool(np.all(d.sum(axis=1) == 1)))
    print("the row of a label 10 in the loops:", one_hot_in_loops([10], 10)[0])
else:
    print("This cell waits.")

# %% [markdown]
# `one_hot(t, 10).T` is (10, N), the images `x` are (N, 64). What is in row k of their product (10,
# 64)?

# %% practice=true fold="Draw the ten rows as images"
if ready("one_hot"):
    counts = one_hot(digits.t, 10).sum(axis=0)
    means = one_hot(digits.t, 10).T @ digits.x / counts[:, None]
    with theme.style():
        figure, axes = plt.subplots(1, 10, figsize=(9, 1.5))
        for k, ax in enumerate(axes):
            ax.imshow(means[k].reshape(8, 8), cmap=theme.COUNTS)
            ax.set_title(f"k={k}: {counts[k]:.0f}", fontsize=9)
            ax.axis("off")
        figure.suptitle("Row k of the product, divided by the number of images of digit k")
        plt.show()
else:
    print("This cell waits.")

# %% [markdown]
# *In words: ten blurred digits, 0 to 9, each the mean of all images of its class. Above each image
# stand k and the number of images of digit k, between 174 and 183.*
#
# Row k of `one_hot(t, 10).T` has a 1 for each sample of class k, so the product adds up exactly
# those images. One matrix product does the work of a loop that contains an `if`.

# %% claims=true
claim("between 174 and 183", counts, above=173.5, below=183.5, given=[174, 183])

# %% [markdown]
# ### Parts of an array
#
# Let `x = np.zeros(4)`. The slice `v = x[0:2]` holds the first two numbers of `x`, and
# `c = x[[0, 1]]` picks the same two by a list of their places. Then we run `v[:] = 7` and
# `c[:] = 9`. What do you expect?
#
# - a: x is unchanged
# - b: x begins with 7 7
# - c: x begins with 9 9

# %% guess="what x holds afterwards"
guess("ps00_view", None, among="abc")  # your letter in place of None

# %% practice=true
x = np.zeros(4)
v = x[0:2]
c = x[[0, 1]]
v[:] = 7
c[:] = 9
words = {"a": "x is unchanged", "b": "x begins with 7 7", "c": "x begins with 9 9"}
reveal("ps00_view", {0.0: "a", 7.0: "b", 9.0: "c"}[x[0]], options=words)

# %% practice=true after="ps00_view"
print("x =", x, "  v shares memory with x:", np.shares_memory(v, x), "  c:", np.shares_memory(c, x))

# %% [markdown] after="ps00_view"
# A slice is a **view**, another way to access the same numbers. For any array `a`:
#
# | code | effect |
# |---|---|
# | `a[0:2]`, `a.T` | a view |
# | `a.reshape(…)` | mostly a view (after `.T` usually a copy: the order of the numbers changes) |
# | `a[[0, 1]]`, `a[a > 0]`, `a + b` | a new array |
# | `a += b`, `a[[0, 1]] = b` | writes into `a` |
# | `a = a + b` | a new array; the old one keeps its numbers |
#
# **A function that writes into its argument changes the caller's array.** Your functions should not
# do this, and the checks test it.

# %% [markdown]
# ### Types of numbers
#
# NumPy's floats are float64 by default. This course trains its networks in float32, which needs
# half the memory. Images are often stored in uint8, whole numbers from 0 to 255. Each type has
# limits:

# %%
total = np.array([200], "uint8") + np.array([100], "uint8")
print("uint8:   200 + 100 is", total[0], "(it counts modulo 256)")
print("float32: 2**24 + 1 is", int(np.float32(2**24) + np.float32(1)), "and 2**24 is", 2**24)
print("float64: 0.1 + 0.2 == 0.3 is", 0.1 + 0.2 == 0.3, " np.isclose:", np.isclose(0.1 + 0.2, 0.3))
tenths = np.full(1_000_000, 0.1, dtype=np.float32)
running = np.cumsum(tenths)
print("float32: a million times 0.1, one by one:", running[-1], " sum:", np.sum(tenths))
for kind in ("float32", "float64"):
    error = np.finfo(kind).eps / 2  # half of the distance from 1 to the next number
    print(f"{kind}: rounding errors up to {error:.0e} of a number: {-np.log10(error):.0f} digits")

# %% [markdown]
# Added one by one, the sum is too large by about 1 %, because each sum is rounded to the nearest
# float32 number. `np.sum` adds small blocks first and then their sums in pairs. Its relative error
# is below one millionth here. So the *order* of additions matters, and the checks allow for
# differences in the last digits.
#
# <details><summary>Why so much?</summary>
#
# - A float32 number has 23 binary digits after the point (section 8). So from 32,768 = 2¹⁵ on,
#   neighbouring numbers are at least 2¹⁵⁻²³ = 1/256 apart.
# - The nearest multiple of 1/256 to 0.1 is 26/256, so 0.1 becomes 26/256 = 0.1016.
# - About two thirds of the additions happen above 32,768, and their errors add up. (Above 65,536
#   neighbours are 1/128 apart, and 0.1 becomes 13/128, the same number.)
#
# </details>
#
# In this course's library **float32 in gives float32 out**. If one function returned float64, all
# arrays computed from its result would be float64, too, and twice as large. `np.zeros(n)` and
# `np.ones(n)` make float64 unless you say `dtype=x.dtype`.

# %% [markdown]
# ### Random numbers
#
# Every function of `course_lib` that draws random numbers receives a **generator**, `rng =
# np.random.default_rng(0)`. The same *seed* gives the same numbers. (The old `np.random.seed(0)`
# sets one seed for the whole program, so one more draw anywhere changes all later numbers.)

# %%
one, other = np.random.default_rng(0), np.random.default_rng(0)
print("same seed, same numbers:    ", one.normal(size=3).round(3), other.normal(size=3).round(3))
print("the generator has moved on: ", one.normal(size=3).round(3))

# %% claims=true
claim("the sum is too large by about 1 %", running[-1] / 1e5 - 1, equals=0.01, within=0.001)

before = running[:-1]
late = np.diff(running.astype("float64"))[before > 32768]  # what an addition adds
quote = "so 0.1 becomes 26/256 = 0.1016"
claim(quote, np.quantile(late, [0.001, 0.999]), equals=0.1016, within=0.0001, given=[0.1, 26, 256])
quote = "About two thirds of the additions happen above 32,768"
claim(quote, np.mean(before > 32768), equals=2 / 3, within=0.02, given=[32768])
quote = "Above 65,536 neighbours are 1/128 apart, and 0.1 becomes 13/128, the same number."
added = np.diff(running.astype("float64"))[before > 65536]
claim(quote, added, equals=13 / 128, within=1e-9, given=[65536, 0.1, 1, 13, 128])
claim(
    quote,
    np.spacing(np.float32(70000)),
    equals=1 / 128,
    within=1e-9,
    given=[65536, 0.1, 1, 13, 128],
)
line = np.arange(12.0).reshape(3, 4)
quote = "(after `.T` usually a copy: the order of the numbers changes)"
claim(quote, np.shares_memory(line, line.reshape(-1)), above=0.5)
claim(quote, np.shares_memory(line, line.T.reshape(-1)), below=0.5)
wide = np.ones(2, "float32") @ np.ones((2, 3)) - np.ones(3, "float32")
quote = "all arrays computed from its result would be float64, too, and twice as large"
claim(quote, wide.itemsize / np.float32(0).itemsize, equals=2, within=0.1, given=[64])
claim(
    "Its relative error\nis below one millionth", abs(float(np.sum(tenths)) / 1e5 - 1), below=1e-6
)

# %% [markdown]
# ### Ten lines
#
# Write ten functions without a loop; one line is enough for each. The cell below them compares each
# with loops. Earlier functions may help. If you are stuck for more than three minutes, go on.
# `x[rows, columns]` with two arrays of integers picks one number for each pair.
# `np.add.accumulate(x)` is the running sum of `x`; other operations of two numbers have
# `accumulate`, too.


# %% solution="at_the_labels"
def at_the_labels(p, t):
    """p (N, K), labels t (N,) -> (N,): the entry p[n, t[n]] of each row. (Why not p[:, t]?)"""
    ### BEGIN SOLUTION
    return p[np.arange(len(t)), t]
    ### END SOLUTION


# %% solution="class_counts"
def class_counts(t, n_classes):
    """Labels t (N,) -> (n_classes,): how often each class occurs (integers or floats)."""
    ### BEGIN SOLUTION
    return (t[:, None] == np.arange(n_classes)).sum(axis=0)
    ### END SOLUTION


# %% solution="predicted_labels"
def predicted_labels(y):
    """Scores y (N, K) -> (N,): each row's class with the largest score (no ties; see `argmax`)."""
    ### BEGIN SOLUTION
    return y.argmax(axis=1)
    ### END SOLUTION


# %% solution="channels_last"
def channels_last(images):
    """Images (N, C, H, W), with C colours, height H, width W -> (N, H, W, C).

    `x.transpose(2, 0, 1)` puts axis 2 first, then axes 0 and 1. (Why not `reshape`?)
    """
    ### BEGIN SOLUTION
    return images.transpose(0, 2, 3, 1)
    ### END SOLUTION


# %% solution="outer_product"
def outer_product(a, b):
    """a (N,), b (M,) -> (N, M): all products a[n] * b[m], by broadcasting."""
    ### BEGIN SOLUTION
    return a[:, None] * b
    ### END SOLUTION


# %% solution="running_maximum"
def running_maximum(x):
    """x (T,) -> (T,): at i the largest of x[0] … x[i].

    (Which function gives the larger of two numbers? It is not `np.max`.)
    """
    ### BEGIN SOLUTION
    return np.maximum.accumulate(x)
    ### END SOLUTION


# %% solution="top_labels"
def top_labels(y, k):
    """Scores y (N, K) -> (N, k): of each row the k best classes, largest score first (no ties).

    `np.argsort(a, axis=1)` gives for each row the column numbers, that of the smallest value first.
    """
    ### BEGIN SOLUTION
    return np.argsort(-y, axis=1)[:, :k]
    ### END SOLUTION


# %% solution="rows_as_columns"
def rows_as_columns(x):
    """x (N, D) -> (D, N), with x[n, d] in row d, column n. Is it `reshape` or `.T`?"""
    ### BEGIN SOLUTION
    return x.T
    ### END SOLUTION


# %% solution="above_the_diagonal"
def above_the_diagonal(x):
    """x (N, N) -> (N·(N − 1)/2,): the entries x[i, j] with i < j, row by row.

    `x[mask]` are the entries where the mask, an array of the shape of x, is True.
    """
    ### BEGIN SOLUTION
    return x[np.arange(len(x))[:, None] < np.arange(len(x))]
    ### END SOLUTION


# %% solution="weighted_means"
def weighted_means(x, w):
    """x (N, K), weights w (N, K) or (K,) -> (N,): for each row sum_k w x / sum_k w (never 0).

    (Axes can be counted from the end, as in a list. Which axis of w is right in both shapes?)
    """
    ### BEGIN SOLUTION
    return (w * x).sum(axis=1) / w.sum(axis=-1)
    ### END SOLUTION


# %% practice=true fold="Compare the ten functions with loops"
for n, k in ((4, 3), (3, 3)):
    rng = np.random.default_rng(n)
    table, w, t = rng.normal(size=(n, k)), rng.uniform(1, 2, size=(n, k)), rng.integers(0, k, n)
    a, b, images = table[:, 0], rng.normal(size=k), rng.normal(size=(2, k, n, n + 1))
    square, best = rng.normal(size=(n, n)), [sorted(range(k), key=lambda j: -r[j]) for r in table]
    N, H, W = range(n), range(n), range(n + 1)
    nhwc = [[[list(image[:, i, j]) for j in W] for i in H] for image in images]
    expected = {
        "at_the_labels": ((table, t), [table[i, t[i]] for i in N]),
        "class_counts": ((t, k), [list(t).count(j) for j in range(k)]),
        "predicted_labels": ((table,), [row[0] for row in best]),
        "channels_last": ((images,), nhwc),
        "outer_product": ((a, b), [[p * q for q in b] for p in a]),
        "running_maximum": ((a,), [max(a[: i + 1]) for i in N]),
        "top_labels": ((table, 2), [row[:2] for row in best]),
        "rows_as_columns": ((table,), [[row[j] for row in table] for j in range(k)]),
        "above_the_diagonal": ((square,), [square[i, j] for i in N for j in N if i < j]),
        "weighted_means": (
            (table, w),
            [sum(p * q) / sum(q) for p, q in zip(table, w, strict=True)],
        ),
        "weighted_means (K,)": ((table, w[0]), [sum(row * w[0]) / sum(w[0]) for row in table]),
    }
    for name, (arguments, right) in expected.items():
        function = name.split()[0]
        title = f"{name:19} {(n, k)}"
        compare(title, lambda f=function, given=arguments: globals()[f](*given), right)

# %% [markdown]
# <details><summary>Answers to the questions in the ten tasks</summary>
#
# - `p[:, t]` has the shape (N, N): it holds every row at all the labels.
# - `reshape` keeps the order of the numbers and only cuts them into other rows. So it would mix
#   colours and pixels, and in `rows_as_columns` it would mix samples and features.
# - `np.maximum` gives the larger of two numbers.
# - `w.sum(axis=-1)` adds along the last axis, which is that of k in both shapes of `w`.
#
# </details>

# %% claims=true
claim("`p[:, t]` has the shape (N, N)", table[:, t].shape, equals=n, within=0.1)
mixed = np.array_equal(table[:2].reshape(k, 2), table[:2].T)
claim("in `rows_as_columns` it would mix samples and features", mixed, below=0.5)

# %% [markdown]
# ## 6 All distances at once
#
# How far is every image from every other one? The squared distance of two points is the sum of the
# squared differences of their features. For N points `x` and M points `y`, in loops (here `d` is a
# squared distance, not the row of section 5):


# %%
def pairwise_in_loops(x, y):
    """d[n, m] = sum_k (x[n, k] - y[m, k])**2"""
    d = np.zeros((x.shape[0], y.shape[0]))
    for n in range(x.shape[0]):
        for m in range(y.shape[0]):
            for k in range(x.shape[1]):
                d[n, m] += (x[n, k] - y[m, k]) ** 2
    return d


# %% [markdown]
# There are two ways to avoid the loops.
#
# **All differences at once.** Give `x` the shape (N, 1, D) and `y` the shape (1, M, D). Which shape
# does their difference have, and along which axis do you sum it? `None` inserts an axis: `x[:,
# None, :]`.
#
# **Multiplied out.** $\sum_k (x_k - y_k)^2$ is a sum of three terms, each with a dot product. For
# all pairs together, which of them becomes a matrix product, and which shapes do the other two
# need?

# %% [markdown]
# First write the second way for a single pair:


# %% solution="sq_dist_by_dots"
def sq_dist_by_dots(a, b):
    """The squared distance of a (D,) and b (D,): dot products such as `a @ b`, without `a - b`."""
    ### BEGIN SOLUTION
    return a @ a - 2 * (a @ b) + b @ b
    ### END SOLUTION


# %% practice=true
rng = np.random.default_rng(4)
one, other = rng.normal(size=7), rng.normal(size=7)
compare("multiplied out", lambda: sq_dist_by_dots(one, other), sum((one - other) ** 2))

# %% [markdown]
# <details><summary>The derivation for one pair</summary>
#
# - Square each difference: $\sum_k (a_k - b_k)^2 = \sum_k (a_k^2 - 2 a_k b_k + b_k^2)$.
# - Split the sum into three: $\sum_k a_k^2 - 2 \sum_k a_k b_k + \sum_k b_k^2$.
# - Each of them is a dot product: of a with itself, of a with b, of b with itself.
#
# </details>

# %% [markdown]
# Now write a function for all pairs, in one of the two ways.


# %% solution="pairwise_sq_dists"
def pairwise_sq_dists(x, y):
    """Squared Euclidean distances of every row of x to every row of y.

    x : (N, D), y : (M, D), both of the same float type; the check uses points near 0
    returns d : (N, M), of this type; instead of 0, tiny negative numbers are accepted (why: below)
    """
    ### BEGIN SOLUTION
    x_sq = (x**2).sum(axis=1)
    y_sq = (y**2).sum(axis=1)
    return x_sq[:, None] - 2 * x @ y.T + y_sq
    ### END SOLUTION


# %% check="pairwise_sq_dists"
check("pairwise_sq_dists", pairwise_sq_dists)

# %% [markdown]
# ### See your shapes
#
# The two folded cells below define a tool: an array that prints the shapes of every calculation in
# which it takes part, aligned on the right. It does not print indexing and `.T`. Here it runs on
# *your* function. Use it whenever a shape is not what you expect: `debug_shapes(function, array,
# …)`.


# %% practice=true fold="Define an array that reports shapes"
class Reporting(np.ndarray):
    """An array that prints the shapes of every calculation in which it takes part."""

    def __array_ufunc__(self, ufunc, method, *inputs, **settings):
        name = ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}"
        return reported(name, getattr(ufunc, method), inputs, settings)

    def __array_function__(self, function, types, inputs, settings):
        return reported(function.__name__, function, inputs, settings)


def plain(value):
    """The same with ordinary arrays, also inside lists and tuples."""
    if isinstance(value, list | tuple):
        return type(value)(plain(one) for one in value)
    return np.asarray(value) if isinstance(value, Reporting) else value


def reported(name, function, inputs, settings):
    """Call the function on ordinary arrays, and print its operands and its result."""

    def row(shape):
        return "(" + ", ".join(f"{length:3}" for length in shape) + ")"

    inputs, settings = plain(inputs), {key: plain(value) for key, value in settings.items()}
    for number, one in enumerate(inputs):
        text = f"{type(one).__name__} of {len(one)}" if isinstance(one, list | tuple) else str(one)
        shape = row(one.shape) if isinstance(one, np.ndarray) else text
        print(f"{name if number == 0 else '':14} {shape:>24}")
    note = f"axis={settings['axis']}" if settings.get("axis") is not None else ""
    try:
        result = np.asarray(function(*inputs, **settings))
    except ValueError:
        print(f"{note:14} {'-> these do not fit':>24}")
        raise
    print(f"{note:14} {'-> ' + row(result.shape):>24}")
    return result.view(Reporting)


# %% practice=true fold="Define debug_shapes"
def debug_shapes(function, *arrays):
    """Run the function on reporting arrays; returns its result as an ordinary one."""
    try:
        return np.asarray(function(*(np.asarray(a).view(Reporting) for a in arrays)))
    except ValueError as error:
        print("ERROR:", error)


# %% practice=true
rng = np.random.default_rng(5)
x_few, y_few = rng.normal(size=(4, 3)), rng.normal(size=(2, 3))
if ready("pairwise_sq_dists"):
    print("Your function on x (4, 3) and y (2, 3):")
    debug_shapes(pairwise_sq_dists, x_few, y_few)
else:
    print("This cell waits for pairwise_sq_dists. Until then, the subtraction of section 1:")
    debug_shapes(lambda y, t: np.mean((y - t) ** 2), x_few[:, :1], x_few[:, 0])
print("\nA planted mistake: x - y without a new axis")
debug_shapes(lambda x, y: ((x - y) ** 2).sum(axis=1), x_few, y_few)

# %% [markdown]
# The operands stand below each other as in section 2, and the line with the arrow is the result.
# (`add.reduce` is a sum.) If you know what each shape *should* be, look for the mistake at the
# first line that differs.

# %% [markdown]
# ### Find the line
#
# The next function predicts a number for each row of `x` (N, D) from M rows `known` (M, D) with
# known targets `t_known` (M,):
#
# 1. Standardise both sets with the mean and the standard deviation of `known`.
# 2. Compute the squared distance $d_{nm}$ of row n of `x` to row m of `known`.
# 3. Compute $e^{-d_{nm}}$, which is large for near rows.
# 4. Divide each row by its sum. This gives the weights $p_{nm}$. (They are the *softmax* of
#    $-d_{nm}$, see section 9.)
# 5. Predict for row n the weighted mean of the known targets.
#
# `t` (N,) holds the true targets. **Three of the eight lines are wrong**; the mistakes are planted.
# The comments say what each line should compute.


# %%
def faulty_loss(x, t, known, t_known):
    mean = known.mean(axis=0)  # 1 the mean of each feature
    std = known.std(axis=1)  # 2 the standard deviation of each feature
    a, b = (x - mean) / std, (known - mean) / std  # 3 both sets, standardised
    d = pairwise_in_loops(a, b)  # 4 all squared distances
    e = np.exp(-d)  # 5 large where the distance is small
    p = e / e.sum(axis=1)  # 6 the weights: every row sums to 1
    y = p @ t_known[:, None]  # 7 the predictions, as a column
    return p, np.mean((y - t) ** 2)  # 8 the weights, and the mean squared error


# %% practice=true fold="Call it with N = M = 4 and D = 2"
rng = np.random.default_rng(13)
known_few, x_few = rng.normal(size=(4, 2)), rng.normal(size=(4, 2))
t_few = np.arange(4.0)
try:
    faulty_loss(x_few, t_few, known_few, t_few)
except ValueError as error:
    print("ERROR:", error)

# %% [markdown]
# One mistake gives this error, because M = 4 and D = 2 differ. A second one gives no message, but
# only because N = M. The third never gives one. Write down the shape of every intermediate result,
# and compare it with the comment. Then return the numbers of the three wrong lines as a list, such
# as `[1, 2, 3]`. The cell below says only whether all three are right.


# %% solution="faulty_lines"
def faulty_lines():
    """The numbers of the three wrong lines of faulty_loss."""
    ### BEGIN SOLUTION
    return [2, 6, 8]
    ### END SOLUTION


# %% practice=true fold="Compare the line numbers"
try:
    named = set(faulty_lines())
    # The sum of the squares tells whether all three are right, and does not name them.
    right = len(named) == 3 and sum(line**2 for line in named) == 104
    print("All three are right." if right else "These are not the three wrong lines.")
except NotImplementedError:
    print("Write faulty_lines in the cell above, then run this one again.")

# %% [markdown]
# Now write the function without the mistakes. You may compute the distances in any way. The check
# uses inputs in which N, M and D differ, and inputs in which they are equal.


# %% solution="neighbour_loss"
def neighbour_loss(x, t, known, t_known):
    """The weights of the known rows for each row of x, and the mean squared error.

    x : (N, D), t : (N,), known : (M, D), t_known : (M,), all float64; no row of x is far from all
    known rows, and no column of known is constant
    returns p : (N, M), loss : a number
    """
    ### BEGIN SOLUTION
    mean, std = known.mean(axis=0), known.std(axis=0)
    a, b = (x - mean) / std, (known - mean) / std
    d = pairwise_in_loops(a, b)
    e = np.exp(-d)
    p = e / e.sum(axis=1, keepdims=True)
    y = p @ t_known
    return p, np.mean((y - t) ** 2)
    ### END SOLUTION


# %% check="neighbour_loss"
check("neighbour_loss", neighbour_loss)

# %% [markdown]
# ### The gain in speed
#
# The next cells compute 100 × 100 distances in four ways: three loops, one loop over the rows, all
# differences at once, and your function. On three other sizes they compare one loop, all
# differences at once, and differences in pieces of ten rows. The times are those of this run, on
# one core of the processor.


# %% practice=true
def one_loop(x, y):
    return np.stack([((row - y) ** 2).sum(axis=1) for row in x])


def all_differences(x, y):
    return ((x[:, None, :] - y[None, :, :]) ** 2).sum(axis=2)


def in_pieces(x, y):
    """The same differences, for ten rows of x at a time."""
    return np.concatenate([all_differences(x[i : i + 10], y) for i in range(0, len(x), 10)])


# %% practice=true fold="Measure the time of each way"
import time

now = start = time.perf_counter()
while now == start:
    now = time.perf_counter()
TICK = now - start  # of this clock: in some browsers a thousandth of a second


def seconds(function, *arrays):
    """The shortest of some runs: what else the machine does only makes runs longer.

    A run is one call, or as many as take 20 ticks of the clock.
    """
    times, calls = [], 1
    while len(times) < 3 or (calls * sum(times) < 0.1 and len(times) < 100):
        start = time.perf_counter()
        for _ in range(calls):
            function(*arrays)
        taken = time.perf_counter() - start
        if taken < 20 * TICK:
            calls *= 2
        else:
            times.append(taken / calls)
    return min(times)


ways = {"three loops": pairwise_in_loops, "one loop": one_loop, "differences": all_differences}
if ready("pairwise_sq_dists"):
    ways["yours"] = pairwise_sq_dists
rng = np.random.default_rng(6)
cloud, crowd = rng.normal(size=(100, 50)), rng.normal(size=(100, 50))
right = pairwise_in_loops(cloud, crowd)
took = {name: 1e3 * seconds(way, cloud, crowd) for name, way in ways.items()}
for name, way in ways.items():
    difference = np.max(np.abs(way(cloud, crowd) - right))
    print(f"{name:12} {took[name]:8.2f} ms, largest difference from the loops {difference:.0e}")
sizes = {}
for n, D in ((10, 50), (100, 500), (1000, 50)):
    many = rng.normal(size=(n, D))
    three = one_loop, all_differences, in_pieces
    sizes[n] = np.min([[1e3 * seconds(way, many, many) for way in three] for _ in range(3)], axis=0)
    print(f"{n:4} × {n:4} distances in {D:3} dimensions: one loop {sizes[n][0]:7.2f} ms, ", end="")
    print(f"differences {sizes[n][1]:7.2f} ms, in pieces of ten rows {sizes[n][2]:7.2f} ms")

# %% practice=true fold="Draw the times"
with theme.style():
    figure, ax = plt.subplots(figsize=(7, 2.4))
    slowest = max(took.values())
    for row, (name, value) in enumerate(took.items()):
        mark, colour = ("s", theme.FORWARD) if name == "yours" else ("o", "0.5")
        ax.plot(value, row, mark, color=colour, markersize=9)
        label = f"{float(f'{value:.2g}'):,g} ms,  {float(f'{slowest / value:.2g}'):,g} ×"
        ax.text(value * 1.4, row, label, va="center")
    ax.set(xscale="log", xlabel="milliseconds (logarithmic axis)")
    ax.set_xlim(min(took.values()) / 3, slowest * 20)
    ax.set_yticks(range(len(took)), list(took))
    ax.set_ylim(len(took) - 0.5, -0.5)
    ax.set_title("Time and speed-up for 100 × 100 distances in 50 dimensions")
    plt.show()

# %% [markdown]
# *In words: a point for each way on a logarithmic axis of milliseconds, with its time and its
# speed-up over the three loops. The loops over single numbers take the longest time by far.*
#
# The first three ways do the same arithmetic, but Python starts a different number of operations.
# The three loops run their line 100 · 100 · 50 = 500,000 times. Each
# time Python looks up the operations, unpacks numbers and makes new objects. The single loop calls
# NumPy about 300 times, all differences at once three times, but on arrays of 500,000 numbers. The
# single loop and all differences at once differ little here, compared with the three loops.
#
# The last three printed lines show other sizes. In our run, with 10 × 10 distances, all differences
# at once were faster than the single loop. In the two larger examples, pieces of ten rows were
# faster than all at once, and with 100 × 100 distances the single loop, too. The arithmetic is the
# same, so the size of the array costs time. One possible reason: a large one does not fit into the
# cache, the fast memory of the processor.
#
# If your function multiplies out, two things can make it fast: it makes no array of 500,000
# numbers, and its `@` calls a library that is tuned to the processor.
#
# ### The cost in memory
#
# You compare 1,000 test images with 5,000 others, each of 784 pixels, in float32. **How much memory
# does the array of all differences, `x[:, None, :] - y`, take?** (The 5,000 images themselves take
# about 16 million bytes.)
#
# - a: as much as the images, since stretching copies nothing
# - b: about 160 million bytes
# - c: about 1,600 million bytes
# - d: about 16,000 million bytes

# %% claims=true
claim(
    "The loops over single numbers take the longest time by far.",
    [took["three loops"] / took[name] for name in took if name != "three loops"],
    above=10,
)
quote = "The single loop and all differences at once differ little here"
claim(quote, took["differences"] / took["one loop"], above=0.4, below=2.5)
quote = "with 10 × 10 distances, all differences at once were faster than the single loop"
claim(quote, sizes[10][0] / sizes[10][1], above=1.3, given=[10])
quote = "In the two larger examples, pieces of ten rows were faster than all at once"
claim(quote, [sizes[n][2] / sizes[n][1] for n in (100, 1000)], below=0.9)
quote = "with 100 × 100 distances the single loop, too"
claim(quote, sizes[100][0] / sizes[100][1], below=0.9, given=[100])


def multiplied_slowly(x, y):
    """Without `@`: einsum does not call the tuned library."""
    products = np.einsum("nd,md->nm", x, y)
    return (x**2).sum(axis=1)[:, None] - 2 * products + (y**2).sum(axis=1)


slowly = 1e3 * seconds(multiplied_slowly, cloud, crowd)
quote = "it makes no array of 500,000 numbers"
claim(quote, slowly / took["differences"], below=0.8, given=[500000])
claim("its `@` calls a library that is tuned to the processor", took["yours"] / slowly, below=0.8)

# %% guess="the memory of all differences"
guess("ps00_memory", None, among="abcd")  # your letter in place of None

# %% practice=true fold="Compute the memory and compare your guess"
shape = [max(pair) for pair in zip((1000, 1, 784), (1, 5000, 784), strict=True)]
size = np.prod(shape, dtype=np.int64) * np.dtype("float32").itemsize / 1e6
options = {"a": 16, "b": 160, "c": 1_600, "d": 16_000}  # million bytes
reveal(
    "ps00_memory",
    min(options, key=lambda letter: abs(options[letter] - size)),
    options={letter: f"about {million:,} million bytes" for letter, million in options.items()},
)

# %% practice=true after="ps00_memory"
print("differences", shape, f"{size:,.0f} million bytes")
print("multiplied out, largest array (1000, 5000)", f"{1000 * 5000 * 4 / 1e6:,.0f} million bytes")

# %% [markdown] after="ps00_memory"
# Stretching copies nothing, but the result is an array of 1,000 · 5,000 · 784 numbers: 1,000 times
# the images.

# %% [markdown]
# So is multiplying out always the better way? Look at the squared distances among 300 points. The
# distance of a point to itself should be 0.


# %% practice=true after=false fold="Compute the distances by dot products"
def multiplied_out(x, y):
    """The sum of the three terms."""
    return (x**2).sum(axis=1)[:, None] - 2 * x @ y.T + (y**2).sum(axis=1)


rng = np.random.default_rng(7)
points = rng.normal(size=(300, 50))
d = multiplied_out(points, points)
print("smallest squared distance:", d.min())
print("below zero:", np.sum(np.diag(d) < 0), "of the", len(d), "distances of a point to itself")
with np.errstate(invalid="ignore"):  # a root of a negative number is nan; NumPy would warn
    print("their roots that are nan: ", np.sum(np.isnan(np.sqrt(d))))
print("with np.maximum(d, 0):    ", np.sum(np.isnan(np.sqrt(np.maximum(d, 0)))))

# %% [markdown] after=false
# The distance of a point to itself is often not 0 here: the three terms cancel, only their rounding
# errors are left, and they can be negative. The root of a negative number is nan (not a number), so
# replace negative squared distances by 0 (`np.maximum(d, 0)`) before you take the root.
#
# How much accuracy is lost also depends on where the points are. Shifting all points by the same
# amount changes no distance, but the three terms grow with the square of the shift, and so do their
# rounding errors. The figure compares float32 distances after the shift
# with float64 distances before it.

# %% practice=true fold="Draw the error over the shift" after=false
from course_lib.preprocessing import pairwise_sq_dists as centred_sq_dists

shifts = 10.0 ** np.arange(0, 5)
some = points[:60]
exact = all_differences(some, points)
methods = {"differences": all_differences, "multiplied out": multiplied_out}
if ready("pairwise_sq_dists"):
    methods["yours"] = pairwise_sq_dists
off_by = {}
with theme.style():
    figure, ax = plt.subplots(figsize=(7, 3))
    looks = ({"color": theme.FORWARD, "marker": "s"}, {"color": "0.75", "linewidth": 5})
    looks += ({"color": theme.INK, "marker": "x", "linestyle": ":", "markersize": 9},)
    for (name, way), look in zip(methods.items(), looks, strict=False):
        worst = []
        for shift in shifts:
            moved = way((some + shift).astype("float32"), (points + shift).astype("float32"))
            worst.append(np.max(np.abs(moved - exact)) / exact.max())
        off_by[name] = worst
        ax.loglog(shifts, worst, **look)
        if name != "yours":
            ax.text(shifts[-1] * 1.3, worst[-1], name, va="center")
    ax.axhline(1, color=theme.QUIET, linewidth=1)
    ax.text(1, 1.5, "error as large as the largest squared distance", color=theme.QUIET)
    if "yours" in methods:
        ax.text(shifts[-1], 3 * worst[-1], "crosses: your function", color=theme.INK, ha="right")
    ax.set(xlabel="all points moved by", ylabel="largest error /\nlargest squared distance")
    ax.set_title("Error of the squared distances after a shift (float32)")
    ax.set(xlim=(0.7, 2e5), ylim=(3e-10, 1e3))
    ax.set_xticks(shifts)
    plt.show()
print("all points moved by", "".join(f"{shift:10,.0f}" for shift in shifts))
moved = [[(part + shift).astype("float32") for part in (some, points)] for shift in shifts]
library_worst = [np.max(np.abs(centred_sq_dists(*pair) - exact)) / exact.max() for pair in moved]
for name, errors in (*off_by.items(), ("library's version", library_worst)):
    print(f"{name:19}", "".join(f"{one:10.2g}" for one in errors))
groups = points + np.where(np.arange(len(points)) % 2, 1000, -1000)[:, None]  # their mean is near 0
same = np.arange(len(points)) % 2 == np.arange(len(points))[:, None] % 2
truth, groups = all_differences(groups, groups), groups.astype("float32")
kept, lost = (
    np.max(np.abs(way(groups, groups) - truth)[same]) / truth[same].max()
    for way in (all_differences, centred_sq_dists)
)
print("two groups, moved by 1,000 and by -1,000; distances within a group: ", end="")
print(f"differences {kept:.2g}, library's version {lost:.2g}")

# %% [markdown] after=false
# *In words: the error against the shift, both axes logarithmic. For differences it hardly grows up
# to a shift of 10, then about in proportion to the shift, and it stays below 0.0003. Multiplied out
# it grows about with the square of the shift: at a shift of 1,000 it is about a quarter of the
# largest squared distance, at 10,000 more than ten times that distance. (All these errors include
# the rounding of the shifted points to float32.) If your function is there, its crosses lie on one
# of the two lines.*
#
# So multiply out if the points are not much farther from 0 than from each other (as standardised
# data are, notebook 01). If all points are far from 0, subtract their mean first. The library's
# version does that (look for `centre` in `library.pairwise_sq_dists`, printed as at the end of
# section 3). Its printed errors are about as large as those of the differences. If there are two
# groups far from each other, no shift helps both: within a group only the differences are accurate
# here (last line).

# %% [markdown]
# ## 7 A noisy curve made smooth
#
# While a network trains, its loss has one value for each step. The values go up and down, because
# each step uses other samples. A mean of `window` neighbouring values varies less. In loops:


# %%
def moving_average_in_loops(x, window):
    """y[i] = (x[i] + x[i+1] + … + x[i+window-1]) / window"""
    y = np.zeros(len(x) - window + 1)
    for i in range(len(y)):
        for k in range(window):
            y[i] += x[i + k] / window
    return y


# %% [markdown]
# How many windows of 3 lie completely inside 7 values? Only those count: nothing is filled in at
# the ends. Write the function without a loop over `i`. (A loop over the few places of the window is
# fine.) The result has the float type of `x`. If you use `np.cumsum`, compute it in float64:
# float32 loses digits (section 5).

# %% claims=true
claim("is often not 0 here", np.sum(np.diag(d) != 0), above=30, given=[0])
claim("and they can be negative", np.sum(np.diag(d) < 0), above=10)
claim("stays below 0.0003", max(off_by["differences"]), below=0.0003)
claim(
    "grows about with the square of",
    off_by["multiplied out"][3] / off_by["multiplied out"][2],
    above=30,
    below=300,
)
claim(
    "it hardly grows up\nto a shift of 10",
    off_by["differences"][1] / off_by["differences"][0],
    above=1,
    below=3,
    given=[10],
)
for k in (1, 2, 3):
    claim(
        "then about in proportion to the shift",
        off_by["differences"][k + 1] / off_by["differences"][k],
        above=3,
        below=30,
    )
claim(
    "Its\nprinted errors are about as large as those of the differences",
    np.array(library_worst) / np.array(off_by["differences"]),
    above=0.5,
    below=2,
)
quote = "within a group only the differences are accurate here"
claim(quote, kept, below=0.001)
claim(quote, lost, above=0.05)
claim(
    "at a shift of 1,000 it is about a quarter of the\nlargest squared distance",
    off_by["multiplied out"][3],
    equals=0.25,
    within=0.06,
    given=[1000],
)
claim(
    "at 10,000 more than ten times that distance",
    off_by["multiplied out"][4],
    above=10,
    given=[10000],
)


# %% solution="moving_average"
def moving_average(x, window):
    """The mean of every `window` neighbouring values.

    x : (T,), window : a whole number in 1 … T
    returns y : (T - window + 1,), with the float type of x
    """
    ### BEGIN SOLUTION
    return np.lib.stride_tricks.sliding_window_view(x, window).mean(axis=1)
    ### END SOLUTION


# %% check="moving_average"
check("moving_average", moving_average)

# %% [markdown]
# Now smooth a real curve. A small network learns the digits of section 5, and we keep the loss of
# every step. Each step uses a *minibatch* of 32 images; an *epoch* uses each image about once.


# %% practice=true fold="Define the training of a small network"
def train_small(seed, epochs, lr, stored=None):
    """A 64-32-10 network trained on minibatches of 32 digits, and the loss of every step.

    stored : a function that rounds the weights after each step (section 8), or None
    """
    rng = np.random.default_rng(seed)
    network = Sequential(Linear(64, 32, rng=rng), ReLU(), Linear(32, 10, rng=rng))
    optimizer, losses = SGD(network.parameters(), lr=lr), []
    for _epoch in range(epochs):
        order = rng.permutation(len(digits.x))
        for start in range(0, len(order) - 31, 32):
            losses.append(gradients(network, order[start : start + 32]))
            optimizer.step()
            for parameter in network.parameters() if stored else ():
                parameter.data[...] = stored(parameter.data)
    return network, np.array(losses)


def gradients(network, chosen):
    """Sets the gradients of all parameters for these images; returns the loss."""
    y, back = network.forward(digits.x[chosen], training=True)
    value, dy = softmax_cross_entropy(y, digits.t[chosen])
    for parameter in network.parameters():
        parameter.grad[...] = 0
    back(dy)
    return value


# %% practice=true
step_losses = train_small(seed=8, epochs=12, lr=0.1)[1]
print(len(step_losses), "steps, losses of the first four", step_losses[:4].round(2))


# %% practice=true fold="Draw the smoothed loss"
def draw_smoothed(window):
    """The raw losses, and their moving average, at the middle of each window."""
    smooth = moving_average(step_losses, window)
    middles = np.arange(len(smooth)) + (window - 1) / 2
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3))
        ax.plot(step_losses, color="0.7", linewidth=1)
        ax.plot(middles, smooth, color=theme.FORWARD, linewidth=1 if window == 1 else 2)
        ax.axvline(200, color=theme.QUIET, linewidth=1, linestyle=":")
        ax.text(206, 1.8, "step 200", color=theme.QUIET)
        end = len(step_losses) + 10
        if window > 1:
            ax.text(end, 0.115, "each step", color="0.45")
        name = f"mean of {window}" if window > 1 else "each step\n= mean of 1"
        ax.text(end, 0.22, name, color=theme.FORWARD, va="center")
        ax.set(xlabel="step", ylabel="loss", yscale="log", ylim=(0.02, 3), xlim=(-10, 810))
        ax.set_title(f"Loss of each step, and its mean over a window of {window}")
    return figure


if ready("moving_average"):
    for step in (200, 500):
        wide, near = step_losses[step - 150 : step + 150], step_losses[step - 15 : step + 16]
        print(f"around step {step}: mean of 300 steps {wide.mean():.3f}, ", end="")
        print(f"of 31 {near.mean():.3f}, geometric mean of 31 {np.exp(np.log(near).mean()):.3f}")
    smoothing = slider(
        draw_smoothed,
        (1, 3, 10, 30, 100, 300),
        name="window",
        alt="A noisy falling loss in grey. Its moving average in blue becomes smoother as the "
        "window grows, and shorter at both ends.",
        dpi=90,
    )
else:
    smoothing = None
    print("This cell waits.")
smoothing

# %% [markdown]
# *In words: the loss in grey falls from above 2 and goes up and down. Its moving average is blue.
# With window 1 the two are the same, with 10 the average still goes up and down. With 300 it hardly
# does, but it no longer shows the steep beginning, and it covers only a part of the steps. A dotted
# line marks step 200, where the average with 300 lies above most of the grey curve.*
#
# Move the slider to 300. **Around step 200 the blue line lies far above the middle of the grey
# curve. Why?**
#
# <details><summary>The reason</summary>
#
# - The loss falls fast at first and more slowly later: its curve is convex (it bends upwards).
# - A window reaches equally far to both sides of its middle.
# - On such a curve, the loss falls more in the k steps before the middle than in the k steps after.
# - So the mean of the window is above the value in its middle. The wider the window and the
#   stronger the bend, the larger this difference, a *bias*. The mean of a straight line has none.
#
# At step 500 the blue line only looks too high. There the curve hardly bends: the mean of 300 steps
# is close to that of 31 (printed above the figure). But the axis is logarithmic. On such an axis,
# the eye takes about the mean of the logarithms. The exponential of this mean is the *geometric
# mean*. It is smaller than the mean of the values: here 0.166 instead of 0.176.
#
# </details>
#
# How much does the noise shrink? If the noise of different steps is independent, a mean of w values
# has $1/\sqrt{w}$ of the standard deviation of one value. The reason: variances of independent
# values add, and dividing the sum by w divides its variance by w². The next cell measures this on 5
# series of pure noise. The real curve is not only noisy, it also falls. So we take its last third,
# subtract a moving average of 101 steps, and smooth what remains with each w. As a control, we do
# the same with 100 equally short series of pure noise.

# %% practice=true fold="Measure the noise after averaging"
if ready("moving_average"):

    def without_trend(curve):
        trend = moving_average(curve, 101)
        return curve[50 : 50 + len(trend)] - trend  # 50 values are lost on either side

    widths, rng = np.array([1, 2, 4, 8, 16]), np.random.default_rng(9)
    noise, tail = rng.normal(size=(5, 2000)), step_losses[-len(step_losses) // 3 :]
    short = [without_trend(one) for one in rng.normal(size=(100, len(tail)))]
    left = {"noise": [], "short": [], "spread": [], "real": []}
    print("window   1/sqrt(window)   5 series of noise   100 short series   real curve")
    for w in widths:
        long_ones, short_ones, (real,) = (
            [moving_average(one, w).std() / one.std() for one in series]
            for series in (noise, short, [without_trend(tail)])
        )
        row = np.mean(long_ones), np.mean(short_ones), np.std(short_ones, ddof=1), real
        for name, value in zip(left, row, strict=True):
            left[name].append(value)
        spread = f"{row[0]:.2f} ± {np.std(long_ones, ddof=1):.2f}"
        print(
            f"{w:6} {1 / np.sqrt(w):16.2f} {spread:>19} {row[1]:11.2f} ± {row[2]:.2f} {real:12.2f}"
        )
else:
    print("This cell waits.")

# %% [markdown]
# The number after ± is the standard deviation over the series. The means over the 5 series of noise
# differ from the rule by less than 0.015. The real curve differs from the mean of the 100 short
# series by less than two of their standard deviations. So in this one run we find no sign that the
# noise of one step depends on that of the step before.
#
# <details><summary>What one curve cannot show</summary>
#
# A correlation of 0.1 between neighbours would only change 0.71 to 0.74. One curve cannot show such
# a small change: for w = 2 the short series already differ by ± 0.04.
#
# </details>
#
# A mean of w values describes the middle of its window, where our figure draws it. If it is drawn
# at the newest step, the curve is (w − 1)/2 steps late, and so is its lowest point.

# %% claims=true
claim("the loss in grey falls from above 2", step_losses[:5], above=2)
rule = 1 / np.sqrt(widths)
quote = "The means over the 5 series of noise differ from the rule by less than 0.015"
claim(quote, np.max(np.abs(left["noise"] - rule)), below=0.015, given=[5])
claim(
    "by less than two of their standard deviations",
    np.abs(np.array(left["real"]) - left["short"])[1:] / left["spread"][1:],
    below=2,
)
pairs = rng.normal(size=(2, 200_000))
pairs[1] = 0.1 * pairs[0] + np.sqrt(1 - 0.1**2) * pairs[1]  # correlated
quote = "correlation of 0.1 between neighbours would only change 0.71 to 0.74"
claim(quote, pairs.mean(axis=0).std(), equals=0.74, within=0.006, given=[0.1, 0.71])
claim("One curve cannot show such a small change", (0.74 - rule[1]) / left["spread"][1], below=1.5)
quote = "for w = 2 the short series already differ by ± 0.04"
claim(quote, left["spread"][1], equals=0.04, within=0.01, given=[2])

# %% claims=true
quote = "with 10 the average still goes up and down. With 300 it hardly\ndoes"
calm = {w: np.diff(moving_average(step_losses, w)[-200:]) for w in (10, 300)}
claim(quote, np.mean(calm[10] > 0), above=0.3, below=0.7, given=[10, 300])
claim(quote, np.mean(np.abs(calm[300])), below=0.1 * np.mean(np.abs(calm[10])), given=[10, 300])
wide = moving_average(step_losses, 300)
quote = "it no longer shows the steep beginning, and it covers only a part of the steps."
claim(quote, wide[0] / step_losses[:5].mean(), below=0.5)
claim(quote, len(wide) / len(step_losses), below=0.7)
quote = "step 200, where the average with 300 lies above most of the grey curve"
claim(quote, np.mean(step_losses[175:226] < wide[50]), above=0.75, given=[200, 300])
near = moving_average(step_losses, 31)[135:]  # near[i] and wide[i] have the same middle, i + 150
middle_in_the_picture = np.exp(moving_average(np.log(step_losses), 31))[135:]
quote = "Around step 200 the blue line lies far above the middle of the grey curve."
bend, axis = (wide - near[: len(wide)])[25:76], (near - middle_in_the_picture)[25:76]
claim(quote, wide[25:76] / middle_in_the_picture[25:76], above=1.2, given=[200])
claim(quote, bend.mean(), above=3 * axis.mean(), given=[200])
bend, axis = (wide - near[: len(wide)])[325:], (near - middle_in_the_picture)[325 : len(wide)]
quote = "the mean of 300 steps is close to that of 31"
claim(quote, bend.mean() / near[325:].mean(), above=-0.05, below=0.05, given=[300, 31])
quote = "It is smaller than the mean of the values: here 0.166 instead of 0.176."
around = step_losses[485:516]
claim(quote, np.exp(np.log(around).mean()), equals=0.166, within=0.002, given=[0.176])
claim(quote, around.mean(), equals=0.176, within=0.002, given=[0.166])
quote = "At step 500 the blue line only looks too high."
claim(quote, axis.mean(), above=bend.mean(), given=[500])
claim("its curve is convex", np.diff(wide[::75], n=2), above=0)

# %% [markdown]
# ## 8 Sixteen bits per number
#
# Large networks compute most products with 16 bits per number. Two such types are common. A float
# is ±1.fraction · 2^exponent, in binary digits: for example, 1.5 = 1.1₂ · 2⁰. (0 and the numbers
# nearest to it are exceptions.) One bit is the sign, the *exponent* bits set the range, and the
# *fraction* bits set the relative distance to the next number:
#
# | type | exponent | fraction | largest number | next number after 1 |
# |---|---:|---:|---:|---:|
# | float32 | 8 bits | 23 bits | about 3·10³⁸ | 1 + 2⁻²³ |
# | float16 | 5 bits | 10 bits | 65,504 | 1 + 2⁻¹⁰ |
# | bfloat16 | 8 bits | 7 bits | about 3·10³⁸ | 1 + 2⁻⁷ |
#
# NumPy does not have bfloat16. But a bfloat16 number is a float32 number whose lower 16 bits are 0.
# So we make it from the bits of float32: `x.view(np.uint32)` reads them as integers, and
# `n.view(np.float32)` reads the integers as floats again. `0x` begins an integer in hexadecimal.
# Each digit stands for four bits, so the first four of eight digits are the upper half. Three
# operators work on bits, also on whole arrays:
#
# | operator | meaning | example |
# |---|---|---|
# | `n >> 16` | move all bits 16 places to the right | `0x3f80a3d7 >> 16` is `0x3f80` |
# | `n << 16` | move all bits 16 places to the left | `0x3f80 << 16` is `0x3f800000` |
# | `n & m` | keep the bits that are 1 in both | `0x3f80a3d7 & 0xffff` is `0xa3d7` |
#
# Use brackets, also around comparisons: `+` comes before `&` and `>>`, so `n + a & m` is `(n + a) &
# m`.

# %%
one_and_a_bit = np.array([1.0, 1.005], dtype="float32")
bits = one_and_a_bit.view(np.uint32)  # the same bits, read as integers
print([f"{n:#010x}" for n in bits.tolist()], "the bits of 1 and of 1.005")
print([f"{n:#010x}" for n in (bits >> 16).tolist()], "shifted by 16: the upper half")
print([f"{n:#010x}" for n in (bits & 0xFFFF).tolist()], "only the lower half kept")
print(np.array([0x3F810000], "uint32").view(np.float32), "0x3f810000 read as float32")

# %% [markdown]
# Write the rounding (harder, but only 1 point, because no later task needs it). Each number of `x`
# becomes the nearest number of bfloat16. For example, 1.005 lies between 1 (upper half 0x3f80) and
# its upper neighbour 1.0078125 (0x3f81). Its lower half, 0xa3d7, is more than 0x8000 (halfway), so
# 1.005 becomes 0x3f81. The sign bit needs no special care: −1.005 becomes −1.0078125. A number
# exactly halfway becomes the neighbour whose upper half is even, so that its lowest *kept* bit is
# 0: 0x3f808000 becomes 0x3f800000, but 0x3f818000 becomes 0x3f820000.
#
# If you only set the lower half to 0, you round towards 0. What must you add first? (The addition
# may change the exponent bits. An array plus a Python integer keeps its type.)


# %% solution="to_bfloat16"
def to_bfloat16(x):
    """Every number of x rounded to the nearest number of bfloat16, halfway to an even last bit.

    x : float32, of any shape, also () (an array of one number); all numbers between -3e38 and 3e38
    returns y : float32, of the same shape; the lower 16 bits of every number are 0
    """
    ### BEGIN SOLUTION
    bits = x.view(np.uint32)
    odd = (bits >> 16) & 1
    return ((bits + 0x7FFF + odd) & 0xFFFF0000).view(np.float32)
    ### END SOLUTION


# %% check="to_bfloat16"
check("to_bfloat16", to_bfloat16)

# %% [markdown]
# What does a network lose? The next cell trains the small one of section 7 for ten epochs, with the
# seeds 0, 1 and 2, at the *learning rates* 0.5 and 0.01, which set the size of the steps. After
# each step it rounds the stored weights to one of the three types. During the training the
# gradients are float32. Afterwards the cell rounds the gradients of ten minibatches and counts
#
# - entries that become 0;
# - entries that become 0 even with a *loss scale*: the loss is multiplied by 1,024, so each
#   gradient is 1,024 times larger when it is rounded (before an update, it is divided by 1,024 in
#   float32);
# - updates `w - lr * dw` that do not change a stored weight `w`.
#
# The last columns are the losses on all digits after training, one for each seed.


# %% practice=true fold="Count what vanishes in 16 bits"
def to_float16(x):
    return x.astype("float16").astype("float32")


RATES = (0.5, 0.01)
if ready("to_bfloat16"):
    kinds = {"float32": np.copy, "float16": to_float16, "bfloat16": to_bfloat16}
    vanished, final = {}, {}  # three shares and the last loss, for each rate and type
    print("shares of the non-zero entries of the gradient (means of three seeds), and the losses")
    print("rate            become 0   also with a loss scale   update lost   losses at the end")
    for lr, kind in ((lr, kind) for lr in RATES for kind in kinds):
        rounded, shares, losses = kinds[kind], np.zeros((3, 10, 3)), np.zeros(3)
        for seed in range(3):
            network, _ = train_small(seed, 10, lr, stored=rounded)
            for part in range(10):
                gradients(network, np.arange(32 * part, 32 * part + 32))
                dw = np.concatenate([p.grad.ravel() for p in network.parameters()])
                w = np.concatenate([p.data.ravel() for p in network.parameters()])
                w, dw = w[dw != 0].astype("float32"), dw[dw != 0].astype("float32")
                unchanged = rounded(w - np.float32(lr) * dw) == w
                zeros = rounded(dw) == 0, rounded(1024 * dw) == 0
                shares[seed, part] = np.mean([*zeros, unchanged], axis=1)
            losses[seed] = gradients(network, np.arange(len(digits.x)))
        vanished[lr, kind], final[lr, kind] = shares, losses
        zero, scaled, lost = shares.mean(axis=(0, 1))
        print(f"{lr:4} {kind:9} {zero:9.2%} {scaled:24.2%} {lost:13.1%}", end="  ")
        print("".join(f"{loss:8.3f}" for loss in losses))
else:
    print("This cell waits.")

# %% [markdown]
# At rate 0.5, between 1 and 2 % of the entries become 0 in float16: they are too small for this
# type. With the loss scale, fewer than 0.25 % do. (At rate 0.01 the loss is higher, the small
# entries are larger, and hardly any become 0.) In bfloat16 both shares of zeros are 0.00 %, because
# its exponent has as many bits as that of float32.
#
# Storing the weights in 16 bits loses updates: those that are small compared with the distance from
# the weight to the next number. At rate 0.5 about 45.5 % of the updates tried after the training
# are lost in bfloat16, and the loss is nearly that of float32. At rate 0.01 about 83.5 % are lost
# in bfloat16, and with each seed the loss is far above that of float32. Float16 has three more
# fraction bits: at this rate about 34 % are lost, and the loss is at most 1 % higher. To lose fewer
# updates, the weights stay in float32 while most products are computed in 16 bits (*mixed
# precision*).

# %% claims=true
zero, scaled, lost = np.moveaxis(vanished[0.5, "float16"].mean(axis=1), -1, 0)  # by seed
quote = "At rate 0.5, between 1 and 2 % of the entries become 0 in float16"
claim(quote, 100 * zero.mean(), above=1, below=2, given=[0, 0.5])
claim("With the loss scale, fewer than 0.25 % do", 100 * scaled, below=0.25)
quote = "At rate 0.01 the loss is higher, the small entries are larger, and hardly any become 0."
claim(quote, final[0.01, "float32"] / final[0.5, "float32"], above=3, given=[0, 0.01])
claim(quote, vanished[0.01, "float16"][..., 0].mean(), below=0.001, given=[0, 0.01])


def small_entries(lr, seed):
    """A tenth of the non-zero entries of the gradients of ten minibatches is below this size."""
    network, entries = train_small(seed, 10, lr)[0], []
    for part in range(10):
        gradients(network, np.arange(32 * part, 32 * part + 32))
        entries += [np.abs(p.grad[p.grad != 0]) for p in network.parameters()]
    return np.quantile(np.concatenate(entries), 0.1)


growth = [small_entries(0.01, seed) / small_entries(0.5, seed) for seed in range(3)]
claim(quote, growth, above=5, given=[0, 0.01])  # the mean entry is not larger with every seed
quote = "In bfloat16 both shares of zeros are 0.00 %"
for lr in RATES:
    claim(quote, vanished[lr, "bfloat16"][..., :2].mean(axis=(0, 1)), below=5e-5, given=[0])
claim("Storing the weights in 16 bits loses updates", lost, above=0.1, given=[16])
quote = "At rate 0.5 about 45.5 % of the updates tried after the training are lost in bfloat16"
claim(quote, vanished[0.5, "bfloat16"][..., 2].mean(), equals=0.455, within=0.08, given=[0.5])
claim(
    quote,
    final[0.5, "bfloat16"].mean() / final[0.5, "float32"].mean() - 1,
    above=-0.1,
    below=0.1,
    given=[0.5, 45.5],
)
quote = "At rate 0.01 about 83.5 % are lost in bfloat16"
claim(quote, vanished[0.01, "bfloat16"][..., 2].mean(), equals=0.835, within=0.03, given=[0.01])
quote = "with each seed the loss is far above that of float32"
claim(quote, final[0.01, "bfloat16"] / final[0.01, "float32"], above=1.15)
quote = "at this rate about 34 % are lost, and the loss is at most 1 % higher"
claim(quote, vanished[0.01, "float16"][..., 2].mean(), equals=0.34, within=0.03, given=[1])
claim(quote, 100 * (final[0.01, "float16"] / final[0.01, "float32"] - 1), below=1, given=[34])
minus = to_bfloat16(np.array([-1.005], "float32"))
claim("−1.005 becomes −1.0078125", -minus, equals=1.0078125, within=1e-9, given=[1.005])
with np.errstate(invalid="ignore"):
    far_away = neighbour_loss(x_few + 100, t_few, known_few, t_few)[0]
quote = "`neighbour_loss` can return nan if a row is far from all known rows"
claim(quote, np.isnan(far_away).mean(), equals=1, within=0.01)

# %% [markdown]
# ## 9 CPU and GPU
#
# A CPU has a few fast cores. A GPU has thousands of simple ones that all do the same on different
# numbers, which suits arrays. But a GPU computes in **its own memory**: numbers travel there, and
# results travel back. So the gain depends on how much is computed *with each number that travels*.
# Count the operations for two n × n matrices (their product has n² entries, each a sum of n
# products: 2n³ operations):

# %% practice=true
print("     n   numbers there and back    a + b: operations per number    a @ b")
for n in (10, 100, 1000, 10_000):
    travel = 3 * n * n
    print(f"{n:6} {travel:24,} {n * n / travel:31.2f} {2 * n**3 / travel:8,.0f}")

# %% [markdown]
# By this count `a + b` gains little from a trip to a GPU at any size: it has one operation for
# three numbers that travel. For the matrix product the gain grows with n. If there is a GPU here,
# the next cell measures sum and product on one core of the CPU, and on the GPU including the trip.
# It also measures the product with the numbers already on the GPU.

# %% practice=true fold="Time the product on a GPU"
if device == "cuda":
    rng = np.random.default_rng(10)
    sizes, timed = (
        (32, 128, 512, 2048),
        {"CPU, one core": [], "GPU, already there": [], "GPU, with the trip": []},
    )
    for n in sizes:
        a = rng.normal(size=(n, n)).astype("float32")
        a_there = to_device(a, "cuda")
        xp = array_namespace(a_there)
        # Asking for one number waits for the GPU, which else returns before it is done.
        timed["CPU, one core"].append(seconds(lambda a=a: a @ a))
        timed["GPU, already there"].append(seconds(lambda a=a_there: float((a @ a)[0, 0])))
        trip = seconds(lambda a=a, xp=xp: to_numpy(xp.asarray(a) @ xp.asarray(a)))
        timed["GPU, with the trip"].append(trip)
        adding = seconds(lambda a=a: a + a)
        trip = seconds(lambda a=a, xp=xp: to_numpy(xp.asarray(a) + xp.asarray(a)))
        print(f"a + b, n = {n}: CPU {1e3 * adding:.3f} ms, GPU with the trip {1e3 * trip:.3f} ms")
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3))
        for (name, values), mark in zip(timed.items(), ("s-", "o--", "o-"), strict=True):
            (line,) = ax.loglog(sizes, values, mark)
            ax.text(sizes[-1] * 1.2, values[-1], name, color=line.get_color(), va="center")
        ax.set(xlabel="n", ylabel="seconds", title="Product of two n × n matrices, measured here")
        ax.set_xlim(sizes[0] / 1.5, sizes[-1] * 12)
        plt.show()
else:
    print("There is no GPU here, and this course needs none. In Colab you can get one for this")
    print("cell: Runtime > Change runtime type, then run the notebook from the top again.")

# %% [markdown]
# *In words: with a GPU, time against n for the three ways, both axes logarithmic. Without a GPU
# there is text instead of a picture.*
#
# Starting an operation on a GPU takes some time, however small the arrays are, and so does each
# trip. Therefore the CPU can be faster for small products. Two rules follow: move the data there
# **once** and leave them there, and give the GPU large pieces of work. The networks of these
# notebooks are small, so a CPU is enough for them.

# %% [markdown]
# ### One code for both
#
# CuPy has arrays on the GPU and functions with NumPy's names. Do you have to write every function
# twice, once with `np.` and once with CuPy's `cp.`? No: ask the array. A
# [standard](https://data-apis.org/array-api/latest/) describes what array libraries have in common.
# `array_namespace(x)` gives the module whose functions fit `x`: NumPy for a NumPy array, CuPy for a
# CuPy array. The functions and layers of `course_lib` are written like this.
#
# The standard promises less than NumPy has. You can use
#
# - operators (`+ - * / @`, comparisons), indexing, and `.shape`, `.dtype`, `.T`;
# - functions of the namespace: `xp = array_namespace(a)`, then `xp.sin(a)` or `xp.mean(a, axis=0,
#   keepdims=True)`, where **`axis` and `keepdims` are named**.
#
# You cannot use
#
# - methods such as `a.mean()`;
# - `len(a)`, or a loop over the rows of `a`;
# - functions that only NumPy has;
# - `np.` itself.
#
# **The last function** (harder, but again 1 point) is the softmax, which turns scores into
# probabilities,
#
# $$y_{nk} = \frac{e^{u_{nk}}}{\sum_j e^{u_{nj}}},$$
#
# for arrays of *any* library. In loops, for one row of Python numbers:

# %%
import math


def softmax_of_one_row(u):
    """y[k] = exp(u[k]) / sum_j exp(u[j])"""
    total = sum(math.exp(score) for score in u)
    return [math.exp(score) / total for score in u]


print(softmax_of_one_row([0.0, math.log(3.0)]))

# %% [markdown]
# **Range.** `exp(1000)` is too large even for float64, and `exp(-1000)` is rounded to 0. The
# definition above fails for a score of 1000, and for a row of scores near −1000. (For the same
# reason `neighbour_loss` can return nan if a row is far from all known rows.) Your function must
# not fail. One array may contain both kinds of rows, and one row may have scores 3,000 apart. The
# result does not change if you subtract the same number from all scores of a row. Which number
# avoids both an infinite term and a sum of 0?
#
# **Library.** `array_namespace` is imported. Do not use `np.`: the check calls your function with
# NumPy arrays, and then with arrays of a library that you have never seen. It was made for the
# check and offers little more than the standard promises. The result has the float type of `u`.


# %% solution="portable_softmax"
def portable_softmax(u):
    """Probabilities from scores, for the arrays of any library.

    u : (N, K) scores
    returns y : (N, K), an array of the same library, with the float type of u; rows sum to 1
    """
    ### BEGIN SOLUTION
    xp = array_namespace(u)
    e = xp.exp(u - xp.max(u, axis=1, keepdims=True))
    return e / xp.sum(e, axis=1, keepdims=True)
    ### END SOLUTION


# %% check="portable_softmax"
check("portable_softmax", portable_softmax)

# %% [markdown]
# Now try real libraries: NumPy, array_api_strict (if it is installed) and CuPy (if there is a GPU).
# array_api_strict offers the standard and nothing more. With each library, the cell runs your
# function, a version that uses `np.` and a version that uses methods. Which of them will fail?


# %% practice=true fold="Define the two other versions"
def with_np(u):
    e = np.exp(u - np.max(u, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)


def with_methods(u):
    e = array_namespace(u).exp(u - u.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


# %% practice=true fold="Try three versions on each library"
from importlib import import_module
from importlib.util import find_spec

libraries = ["numpy"] + ["array_api_strict"] * bool(find_spec("array_api_strict"))
libraries += ["cupy"] * (device == "cuda")
if ready("portable_softmax"):
    scores = np.random.default_rng(11).normal(size=(2, 3))
    for library in libraries:
        u = import_module(library).asarray(scores)
        for softmax in (portable_softmax, with_np, with_methods):
            try:
                y = softmax(u)
                outcome = f"an array of {type(y).__module__.split('.')[0]}"
                outcome += f", off by {np.max(np.abs(to_numpy(y) - with_np(scores))):.0e}"
            except Exception as error:
                outcome = f"{type(error).__name__}: {error}"
            print(f"{library:17} {softmax.__name__:17} {outcome}")
    if len(libraries) == 1:
        print("Only NumPy is here. `pip install array-api-strict` adds the strict one.")
else:
    print("This cell waits.")

# %% [markdown]
# What a function of `np.` does with an array of another library depends on that library.
# array_api_strict lets NumPy read its numbers, so `np.max(u)` is an array of *NumPy*, and `u`
# cannot be combined with it. CuPy redirects NumPy's functions, so its arrays stay on the GPU.
# Methods work only if a library happens to have them. Of these three ways, the standard promises
# only the functions of the namespace.

# %% [markdown]
# ## 10 Your functions classify handwriting
#
# Now we combine two of your functions in a **nearest-neighbour classifier**, without any training.
# To classify an image, it looks for the k most similar images among those whose digit is known, and
# lets them vote. The distances come from your `pairwise_sq_dists`, the votes from your `one_hot`.
#
# For N test images, `one_hot` of all neighbours' labels is (N·k, 10). Reshaped to (N, k, 10) and
# summed over axis 1 it is (N, 10): the votes. The digit with the most votes wins, in a tie the
# smallest digit.
#
# **How many neighbours are best?** We compare k = 2, 3, … with k = 1 on 20 random splits. In each
# split 360 images are for testing and all others are known. Some splits are easier than others, for
# every k. So we take the difference to k = 1 *within* each split: a **paired difference**.


# %% practice=true
def vote(nearest, t_known, k):
    """Votes (N, 10) of the k nearest known images; nearest (N, 100): their rows, nearest first."""
    ballots = one_hot(t_known[nearest[:, :k]].reshape(-1), 10)  # (N * k, 10)
    return ballots.reshape(len(nearest), k, 10).sum(axis=1)


# %% practice=true fold="Measure the accuracy on 20 splits"
neighbours = (1, 2, 3, 4, 5, 10, 30, 100)
ballots_seen = []  # of five neighbours: (image, its neighbours, their votes)
if ready("one_hot", "pairwise_sq_dists"):
    hits, hits_by_nearest, ties = np.zeros((3, 20, len(neighbours)))
    for seed in range(20):
        order = np.random.default_rng(seed).permutation(len(digits.x))
        test, known = order[:360], order[360:]
        d = pairwise_sq_dists(digits.x[test], digits.x[known])
        nearest = np.argsort(d, axis=1)[:, :100]
        for i, k in enumerate(neighbours):
            votes = vote(nearest, digits.t[known], k)
            hits[seed, i] = np.mean(votes.argmax(axis=1) == digits.t[test])
            most = votes == votes.max(axis=1, keepdims=True)  # more than one True: a tie
            ties[seed, i] = np.mean(most.sum(axis=1) > 1)
            labels = digits.t[known[nearest[:, :k]]]
            first = most[np.arange(len(test))[:, None], labels].argmax(axis=1)
            by_nearest = labels[np.arange(len(test)), first]
            hits_by_nearest[seed, i] = np.mean(by_nearest == digits.t[test])
        if seed < 5:
            votes = vote(nearest, digits.t[known], 5)
            ballots_seen += zip(test, known[nearest[:, :5]], votes, strict=True)
    paired = hits - hits[:, :1]  # to k = 1 on the same split
    # The splits share images; this factor of a standard error allows for that.
    correction = np.sqrt(1 + len(hits) * len(test) / len(known))
    print("                                            in corrected        better / worse /")
    print("  k    test accuracy    difference to k = 1    standard errors    equal, of 20 splits")
    for k, share, gain in zip(neighbours, hits.T, paired.T, strict=True):
        print(f"{k:3}    {share.mean():.1%} ± {share.std(ddof=1):.1%}", end="")
        if k > 1:
            error = correction * gain.std(ddof=1) / np.sqrt(len(gain))
            print(f"   {gain.mean():+8.2%} ± {gain.std(ddof=1):.2%}", end="")
            print(f"{gain.mean() / error:+14.1f}", end="")
            print(f"{np.sum(gain > 0):13} / {np.sum(gain < 0)} / {np.sum(gain == 0)}", end="")
        print()
    shares = zip(neighbours, ties.mean(axis=0), strict=True)
    print("ties:", ", ".join(f"k = {k} {share:.1%}" for k, share in shares))
    gain = (hits_by_nearest - hits[:, :1])[:, neighbours.index(10)]
    ratio_by_nearest = gain.mean() / (correction * gain.std(ddof=1) / np.sqrt(len(gain)))
    print("if the nearest image decides a tie: for k = 10 the difference to k = 1 is ", end="")
    print(f"{gain.mean():+.2%} ± {gain.std(ddof=1):.2%}, {ratio_by_nearest:+.1f} corrected errors")
else:
    print("This cell waits.")

# %% practice=true fold="Draw the paired differences"
if ready("one_hot", "pairwise_sq_dists"):
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3))
        for place, gain in enumerate(100 * paired.T[1:]):
            across = place + np.linspace(-0.2, 0.2, len(gain))
            ax.plot(across, gain, ".", color=theme.FORWARD, alpha=0.45)
            ax.plot([place - 0.3, place + 0.3], [gain.mean()] * 2, color=theme.INK, linewidth=2)
        ax.axhline(0, color=theme.QUIET, linewidth=1)
        ax.text(6.45, 0.15, "k = 1", color=theme.QUIET)
        ax.text(6.35, 100 * paired[:, -1].mean(), "mean", color=theme.INK, va="center")
        ax.set_xticks(range(7), [str(k) for k in neighbours[1:]])
        ax.set(xlabel="number of neighbours k", ylabel="percentage points", xlim=(-0.5, 7.1))
        ax.set_title("Test accuracy minus that of k = 1, on each of 20 splits")
        plt.show()

# %% [markdown]
# *In words: for k = 2, 3, 4, 5, 10, 30 and 100 a column of 20 points, one for each split, and a bar
# at their mean. A line at 0 stands for k = 1. From 2 to 5 neighbours there are points above and
# below the line. At 30 and 100 all of them lie below it.*
#
# There are no gradients, weights or epochs. Still, with 1 to 5 neighbours, this method
# classifies more than 98 % of the test digits correctly on average. (But to classify *one* image it
# needs the distances to all known images. A network does not.)
#
# The accuracies of k = 1 and k = 10, 98.6 ± 0.7 % and 97.9 ± 0.8 % (± the standard deviation over
# the splits), overlap. The paired difference says more: k = 10 is worse in most of these 20 random
# splits. As a rule of thumb, we say that two values of k differ if their mean difference is larger
# than two corrected *standard errors* (printed above). Such an error
# roughly estimates how far the mean of 20 splits is from the mean over many new sets of images.
#
# - k = 30 and 100 are worse than k = 1.
# - k = 10 would be worse by this rule (2.3). We still call it undecided, for two reasons. The value
#   depends on the rule for ties: in a tie, the smaller digit wins here;
# if the nearest image broke the tie, it would be 1.8 (last printed line). And among seven
#   comparisons, one value above 2 can occur by chance.
# - k = 2, 3, 4 and 5 differ from k = 1 by less than two: not decided either.
#
# <details><summary>The corrected standard error</summary>
#
# The standard error of a mean is the standard deviation divided by $\sqrt{20}$: for k = 10,
# 0.57/√20 = 0.13 percentage points. It estimates how far the mean of 20 splits is from that of very
# many splits of the same images. For new images it is too small, because the 20 splits reuse the
# same ones. A usual correction multiplies it by √(1 + 20 · 360/1437) = 2.5, with 360 test images
# and 1,437 known ones.
#
# </details>
#
# One thing is not tested here. The images come from 13 writers, and a random split has images of
# the same writers on both sides. On new writers the accuracy can be lower: [section 3 of notebook
# 01](../ps01/ps01_data.ipynb) keeps whole groups together.
#
# Now look at single images and their neighbours. Which errors could a person make, too?


# %% practice=true fold="Show images and their neighbours"
def draw_neighbours(place):
    """A test image, its five nearest known images and their votes."""
    image, nearest, votes = shown[place]
    with theme.style():
        figure = plt.figure(figsize=(6.4, 3.2))
        axes = [*figure.subplot_mosaic("ABCDEF;GGGGGG").values()]
        for ax, n in zip(axes[:6], (image, *nearest), strict=True):
            ax.imshow(digits.x[n].reshape(8, 8), cmap="gray_r")
            ax.set_title(str(digits.t[n]), fontsize=10)
            ax.axis("off")
        axes[0].set_title("test image", fontsize=10)
        axes[1].set_title(f"known: {digits.t[nearest[0]]}", fontsize=10)
        true, predicted = digits.t[image], votes.argmax()
        verdict = "correct" if true == predicted else "wrong"
        title = (
            f"True digit {true}, predicted {predicted} ({votes.max():.0f} of 5 votes): {verdict}"
        )
        figure.suptitle(title, size=11)
        axes[6].bar(range(10), votes, color=theme.FORWARD)
        axes[6].set(xticks=range(10), ylim=(0, 5.2), xlabel="digit", ylabel="votes")
    return figure


if ready("one_hot", "pairwise_sq_dists"):
    wrong = [one for one in ballots_seen if one[2].argmax() != digits.t[one[0]]]
    shown = [*ballots_seen[:2], *wrong[:7]]
    neighbour_slider = slider(
        draw_neighbours,
        range(len(shown)),
        name="image",
        alt="A test image on the left, its five nearest known images with their digits, and a bar "
        "for each digit with the number of votes. The first two are classified correctly, the "
        "others not.",
        dpi=100,
    )
else:
    neighbour_slider = None
    print("This cell waits.")
neighbour_slider

# %% [markdown]
# *In words: in each picture a test image, the five known images nearest to it with their digits,
# and bars for their votes. The first two are classified correctly. The others are the first seven
# wrong ones of the first five splits: in some the votes are divided, in others four of the
# five neighbours agree on the wrong digit, but never all five.*
#
# ### All distances as a picture
#
# Take twenty images of each digit, sorted by digit, and the distances among all 200 of them. The
# picture consists of 10 × 10 squares, one for each pair of digits; dark is a small distance. Before
# you look: which squares will be dark? And what would a *row* that is
# bright everywhere say about its image?

# %% practice=true
if ready("pairwise_sq_dists"):
    sorted_images = np.concatenate([np.flatnonzero(digits.t == k)[:20] for k in range(10)])
    among = pairwise_sq_dists(digits.x[sorted_images], digits.x[sorted_images])
    distances = np.sqrt(np.maximum(among, 0))
    blocks = distances.reshape(10, 20, 10, 20).sum(axis=(1, 3))  # a block for each pair of digits
    class_means = blocks / (400 - 20 * np.eye(10))  # an image's distance to itself does not count
else:
    print("This cell waits.")

# %% practice=true fold="Draw all distances and their means"
if ready("pairwise_sq_dists"):
    with theme.style():
        figure, axes = plt.subplots(1, 2, figsize=(7.4, 3.3))
        # Twelve colours and sharp cells: the picture takes a fraction of the space.
        look = {"cmap": plt.get_cmap("cividis", 12), "interpolation": "nearest"}
        look |= {"vmin": 1.2, "vmax": 4.6}
        axes[0].imshow(distances, **look)
        axes[0].set_xticks(range(10, 200, 20), range(10))
        axes[0].set_yticks(range(10, 200, 20), range(10))
        axes[0].set(xlabel="digit", ylabel="digit", title="Distances among 200 images")
        image = axes[1].imshow(class_means, **look)
        for (i, j), mean in np.ndenumerate(class_means):
            ink = "w" if mean < 2.9 else "k"
            axes[1].text(j, i, f"{mean:.1f}", ha="center", va="center", color=ink, size=8)
        axes[1].set_xticks(range(10))
        axes[1].set_yticks(range(10))
        axes[1].set(xlabel="digit", ylabel="digit", title="Mean distance of two images")
        for ax in axes:
            ax.grid(False)
        figure.colorbar(image, ax=axes, label="distance", extend="both")
        plt.show()
    lonely = digits.t[sorted_images[np.argmax(np.median(among, axis=1))]]
    print(f"The row with the largest median distance belongs to a {lonely}.")
    nearest_class = np.where(np.eye(10, dtype=bool), np.inf, class_means)
    for k, (own, row) in enumerate(zip(np.diag(class_means), nearest_class, strict=True)):
        print(f"digit {k}: mean distance within the class {own:.1f}, ", end="")
        print(f"to the nearest other class, {row.argmin()}: {row.min():.1f}")

# %% [markdown]
# *In words: on the left a square of 200 × 200 distances. Along the diagonal there are ten dark
# blocks, one for each digit. Some thin lines are brighter than the others of their digit across
# most of the picture. On the right the mean distance for each pair of digits, as numbers in a 10 ×
# 10 square. The smallest number of each row stands on the diagonal.*
#
# The dark blocks fit the high accuracy: two images of one digit are nearer to each other on average
# than two images of different digits. For the zeros the mean within the class, 1.6, is far below
# that to the nearest other class, 2.9. For the twos the two are close: 2.4 within the class, and
# 2.6 to the eights. But a mean does not decide: only the *nearest* images vote.
#
# A thin bright line is one image that is farther than usual from *most* others: perhaps bold,
# shifted or unusually written. The printed line says which digit the brightest one shows.

# %% claims=true
reached = hits.mean(axis=0)
claim("classifies more than 98 % of the test digits correctly", reached[:5], above=0.98)
quote = "From 2 to 5 neighbours there are points above and below the line"
claim(quote, paired[:, 1:5].max(axis=0), above=0, given=[2, 5])
claim(quote, paired[:, 1:5].min(axis=0), below=0, given=[2, 5])
claim("At 30 and 100 all of them lie below it.", paired[:, 6:], below=0, given=[30, 100])
quote = "The accuracies of k = 1 and k = 10, 98.6 ± 0.7 % and 97.9 ± 0.8 %"
stated = [[98.6, 97.9], [0.7, 0.8]]
shown_numbers = 100 * np.array([reached[[0, 5]], hits[:, [0, 5]].std(axis=0, ddof=1)])
claim(quote, shown_numbers - stated, above=-0.06, below=0.06, given=[1, 10, *np.ravel(stated)])
quote = "k = 10 is worse in most of these 20 random splits"
claim(quote, (paired[:, 5] < 0).sum(), above=13, given=[10, 20])
errors_of_means = paired[:, 1:].std(axis=0, ddof=1) / np.sqrt(20)
ratios = paired[:, 1:].mean(axis=0) / errors_of_means
quote = "for k = 10, 0.57/√20 = 0.13 percentage points"
claim(quote, 100 * errors_of_means[4], equals=0.13, within=0.01, given=[10, 0.57, 20])
by_distance = np.argsort(pairwise_sq_dists(digits.x, digits.x), axis=1)
rng = np.random.default_rng(100)


def gains_on(images):
    """Accuracy of k = 10 minus that of k = 1, on 20 random splits of these images."""
    gains = []
    for _ in range(20):
        order = rng.permutation(images)
        test, is_known = order[: len(order) // 5], np.zeros(len(digits.x), bool)
        is_known[order[len(order) // 5 :]] = True
        nearest = np.stack([row[is_known[row]][:10] for row in by_distance[test]])
        predicted = [vote(nearest, digits.t, k).argmax(axis=1) for k in (1, 10)]
        one, ten = np.mean(predicted == digits.t[test], axis=1)
        gains.append(ten - one)
    return np.array(gains)


means = [gains_on(np.arange(len(digits.x))).mean() for _ in range(40)]
quote = "how far the mean of 20 splits is from that of very\nmany splits of the same images"
claim(quote, np.std(means, ddof=1) / errors_of_means[4], above=0.7, below=1.4, given=[20])
halves = [np.array_split(rng.permutation(len(digits.x)), 2) for _ in range(40)]  # no image in both
halves = np.array([[gains_on(half) for half in pair] for pair in halves])
between = np.sqrt(np.mean(np.diff(halves.mean(axis=2), axis=1) ** 2) / 2)
uncorrected = halves.std(axis=2, ddof=1).mean() / np.sqrt(20)
claim("For new images it is too small", between / uncorrected, above=1.5)
quote = (
    "roughly estimates how far the mean of 20 splits is from the mean over many new sets of images"
)
claim(quote, between / (correction * uncorrected), above=0.6, below=1.4, given=[20])
quote = "multiplies it by √(1 + 20 · 360/1437) = 2.5"
claim(quote, correction, equals=2.5, within=0.05, given=[1, 20, 360, 1437])
quote = "k = 30 and 100 are worse than k = 1."
claim(quote, -ratios[5:] / correction, above=3, given=[30, 100, 1])
quote = "k = 10 would be worse by this rule (2.3)."
claim(quote, -ratios[4] / correction, equals=2.3, within=0.15, given=[10])
claim("it would be 1.8 (last printed line)", -ratio_by_nearest, equals=1.8, within=0.15)
quote = "k = 2, 3, 4 and 5 differ from k = 1 by less than two: not decided either."
claim(quote, np.abs(ratios[:4]) / correction, below=1.8, given=[2, 3, 4, 5, 1])
apart = np.where(np.eye(10, dtype=bool), np.inf, class_means).min(axis=1)
within = np.diag(class_means)
claim("The smallest number of each row stands on the diagonal.", within, below=apart)
quote = "the mean within the class, 1.6, is far below that to the nearest other class, 2.9"
claim(quote, within[0], equals=1.6, within=0.05, given=[2.9])
claim(quote, apart[0], equals=2.9, within=0.05, given=[1.6])
quote = "2.4 within the class, and 2.6 to the eights"
claim(quote, within[2], equals=2.4, within=0.05, given=[2.6])
claim(quote, class_means[2, 8], equals=2.6, within=0.05, given=[2.4])
votes_for_wrong = [votes.max() for _, _, votes in shown[2:]]
claim("in some the votes are divided", min(votes_for_wrong), below=2.5)
claim(
    "four of the\nfive neighbours agree on the wrong digit",
    max(votes_for_wrong),
    equals=4,
    within=0.1,
)
bright = distances[np.argmax(np.median(distances, axis=1))]
claim("farther than usual from *most* others", np.mean(bright > np.median(distances)), above=0.7)
its_digit = distances[digits.t[sorted_images] == lonely].mean(axis=0)
claim(
    "brighter than the others of their digit across\nmost of",
    np.mean(bright > its_digit),
    above=0.6,
)

# %% [markdown]
# ## 11 Questions
#
# **A row's maximum.** `u` holds scores of shape (10, 10): ten samples, ten classes. Somebody
# computes the softmax with `e = np.exp(u - u.max(axis=1))` and divides each row of `e` by its sum.
# So all rows sum to 1. Are the probabilities right?
#
# - a: there are none, because (10, 10) and (10,) do not fit
# - b: yes, each row's own maximum was subtracted
# - c: in general no, a different number was subtracted from each column
# - d: yes, the same number was subtracted from all entries

# %% solution="answer_row_maximum"
answer_row_maximum = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_row_maximum = "c"
### END SOLUTION

# %% choice="row_maximum" key="c" points=1
check_choice("row_maximum", answer_row_maximum)
# a: It would be an error if the lengths differed, for example (10, 7) and (10,). Here both are 10,
#    so NumPy broadcasts without a message.
# b: Each maximum has to stand beside its row, in the shape (10, 1). That needs `keepdims=True`. The
#    shape (10,) is aligned on the right, with the columns.
# c: The shape (10,) is aligned on the right, with the columns. So the maximum of row j is
#    subtracted from column j, without a message. The softmax of a row stays the same only if
#    the same number is subtracted from all its scores.
# d: That would be `u.max()`, without an axis. With `axis=1` there are ten maxima, one for each row.

# %% [markdown]
# **Whose numbers?** A function receives floats `x` of shape (1000, 20). It computes `first =
# x.T[:5]`, then `first -= first.mean(axis=1, keepdims=True)`, and returns `first`. What does its
# caller find?
#
# - a: `x` is as it was, since `first` is a variable of the function
# - b: the first five columns of `x` are changed
# - c: the first five rows of `x` are changed
# - d: an error, since an argument cannot be changed

# %% solution="answer_whose_numbers"
answer_whose_numbers = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_whose_numbers = "b"
### END SOLUTION

# %% choice="whose_numbers" key="b" points=1
check_choice("whose_numbers", answer_whose_numbers)
# a: The name `first` belongs to the function, but `.T` and the slice are views of `x`'s memory.
#    `first = first - …` would make a new array; `-=` writes into `x`.
# b: Row i of `x.T` is column i of `x`. Both `.T` and the slice are views of the same memory, and
#    `-=` writes into it. So the caller finds the first five columns of `x` changed.
# c: The slice takes rows of `x.T`, and these are the columns of `x`.
# d: A function cannot make the caller's name `x` stand for another array. But it can write into the
#    array, and NumPy gives no error.

# %% [markdown]
# **An evening in Colab.** A notebook on a web page has a badge "Open in Colab". You clicked on it
# and chose *File > Save a copy in Drive*. A new tab opened. You went back to the old tab, worked
# there for two hours and closed both. Where is your work in the morning?
#
# - a: in the copy in your Drive, since Colab saves by itself
# - b: on the machine with the GPU, which waits for you
# - c: in the repository that the badge points to
# - d: nowhere

# %% solution="answer_evening_in_colab"
answer_evening_in_colab = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_evening_in_colab = "d"
### END SOLUTION

# %% choice="evening_in_colab" key="d" points=1
check_choice("evening_in_colab", answer_evening_in_colab)
# a: Colab saves your copy by itself, but the copy is the new tab. The old tab is still the notebook
#    that the badge opened, and that one is not saved.
# b: The machine is lent for a while. Colab takes it back after a break, and all variables and files
#    on it are lost.
# c: The badge reads the notebook from the repository. Colab does not write your changes back there.
# d: You worked in the old tab, which is not saved. The copy in your Drive is as old as the moment
#    when you made it. By the morning Colab has taken the machine back, with all variables.

# %% [markdown]
# **A disappointing GPU.** A program sends two arrays of 100 million numbers to the GPU, adds them
# there, and fetches the 100 million sums. On the CPU it then computes 30 more operations with each
# sum, and the mean of all results. It is slower than a program without a GPU. What would help most?
#
# - a: float64, because GPUs are built for large numbers
# - b: a faster GPU, because adding is what takes the time
# - c: computing the 30 operations and the mean on the GPU, too, and fetching only the mean
# - d: sending the arrays in 1,000 small pieces

# %% solution="answer_disappointing_gpu"
answer_disappointing_gpu = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_disappointing_gpu = "c"
### END SOLUTION

# %% choice="disappointing_gpu" key="c" points=1
check_choice("disappointing_gpu", answer_disappointing_gpu)
# a: float64 doubles the bytes that travel, and most GPUs compute more slowly in float64 than in
#    float32. The range of float32 is large enough here.
# b: An addition is one operation for three numbers that travel. Most of the time goes into the
#    trips between the two memories, and a faster GPU does not shorten them.
# c: Now 31 operations share the trip there that one had alone, and only one number travels back.
#    Numbers that are on the GPU already should stay there.
# d: The same bytes travel, and each piece adds the fixed time of a transfer.

# %% [markdown]
# **Two ways to a distance.** You have computed squared distances from differences, `x[:, None, :] -
# y`, and by multiplying out. Compare in a few sentences what the two ways need in memory and what
# they lose in accuracy. Name a situation in which memory decides which way you choose, and one in
# which accuracy does. (Read by a person: 1 point for memory and 1 point for accuracy, each with its
# situation.)

# %% [markdown] manual="two_ways" points=2
# ### BEGIN SOLUTION
# Memory: the differences are an array of shape (N, M, D), D times as large as the result; for
# thousands of images it may not fit into memory. Multiplied out, nothing larger than the result (N,
# M) or the data is made, and most of the work is a matrix product, which is fast. Accuracy:
# the squares of the differences have small rounding errors and are never negative.
# Multiplied out, two large numbers nearly cancel when points are close together, or far from the
# origin; what is left is rounding error, which can be negative (nan after a root) or larger than
# the distance itself, above all in float32. So: multiply out for many points with many features
# around 0 (standardised data, a nearest-neighbour search); differences for few points, for points
# far from the origin that cannot be moved, or where tiny distances matter. (One point for memory
# with a fitting situation, one for accuracy with one.)
# ### END SOLUTION

# %% [markdown]
# ## 12 In PyTorch
#
# PyTorch's arrays are called tensors. Broadcasting, views and axes (`dim`) follow almost the same
# rules, so the mistake of section 1 is possible there, too. Some things differ: `torch.tensor`
# makes float32 of Python floats, PyTorch's `one_hot` gives whole numbers, and a tensor can be on a
# GPU. If PyTorch is installed here, the cell compares its functions with yours.

# %% practice=true
if find_spec("torch") is None:
    print("PyTorch is not installed here; nothing later needs it.")
elif ready("one_hot", "pairwise_sq_dists", "moving_average"):
    import torch

    rng = np.random.default_rng(12)
    x, y = rng.normal(size=(5, 4)), rng.normal(size=(3, 4))
    labels, curve = np.array([2, 0, 1]), rng.normal(size=20)
    by_torch = {
        "one_hot": torch.nn.functional.one_hot(torch.tensor(labels), 4),
        "pairwise_sq_dists": torch.cdist(torch.tensor(x), torch.tensor(y)) ** 2,
        "moving_average": torch.tensor(curve).unfold(0, 6, 1).mean(dim=1),
    }
    mine = {
        "one_hot": one_hot(labels, 4),
        "pairwise_sq_dists": pairwise_sq_dists(x, y),
        "moving_average": moving_average(curve, 6),
    }
    for name, tensor in by_torch.items():
        difference = np.max(np.abs(mine[name] - tensor.numpy()))
        print(f"{name:18} {tensor.dtype!s:14} largest difference {difference:.0e}")
    shared = torch.from_numpy(curve)  # a view: the same memory, no copy
    curve[0] = 99
    print("from_numpy sees the change made in NumPy:", bool(shared[0] == 99))
else:
    print("This cell waits.")

# %% [markdown]
# PyTorch does not follow the standard everywhere: `torch.max` with an axis returns two tensors. But
# `array_namespace` gives a wrapper around PyTorch that follows it, so `portable_softmax` works on a
# tensor, too. PyTorch can even differentiate it.

# %% practice=true
if find_spec("torch") is None:
    print("PyTorch is not installed here; nothing later needs it.")
elif ready("portable_softmax"):
    import torch

    u = torch.tensor([[0.0, 1.0, 2.0], [1000.0, 0.0, -1000.0]], requires_grad=True)
    y = portable_softmax(u)
    print(type(y), "agrees with torch.softmax:", torch.allclose(y, torch.softmax(u, dim=1)))
    y[0, 0].backward()
    print("gradient of the first probability with respect to its row:", u.grad[0].numpy())
else:
    print("This cell waits.")

# %% [markdown]
# ## 13 Your cheat sheet
#
# Complete this page in your own words and keep it. Double-click to edit.
#
# | I want | I write | shape |
# |---|---|---|
# | one number per row of `x` (N, D), as a column | `x.sum(axis=…, keepdims=…)` | … |
# | every row of `x` minus every row of `y` (M, D) | `x[…] - y[…]` | … |
# | the labels as rows | `one_hot(t, K)` | … |
# | the sum over the samples of each class | `one_hot(t, K).… @ x` | … |
#
# - Shapes are aligned on the …; lengths fit if …
# - A slice is a …, so writing into it …
# - (N, 1) minus (N,) has the shape …, so a mean squared error of the two compares …
# - float32 holds about … digits; `np.zeros(n)` has the dtype …
# - bfloat16 has the range of …; weights stay in float32, because small updates …
# - Multiplied-out distances can be … because …
# - A moving average of w values divides the standard deviation of independent noise by …; drawn at
#   the newest step, it is … steps late
# - A GPU is worth the trip if …
# - A function for arrays of any library gets its functions from `array_namespace(…)`, and passes
#   `axis` and `keepdims` by …
# - In Colab, before anything else, I …; after a disconnect I have lost … and still have …

# %% [markdown]
# ## What comes next
#
# **Notebook 01** prepares data: it splits them, standardises them (mean 0 and variance 1 for each
# feature), whitens them, and cuts them into minibatches. It also shows which careless step makes
# pure noise look predictable. **Notebook 02** turns `one_hot` and softmax into losses. In
# **notebook 06** your own network learns the same digits. Keep the accuracy of your nearest
# neighbours for comparison.

# %% [markdown]
# ## Sources
#
# S0 "Training of neural networks – basics", slides "How to get started on Google Colaboratory" and
# "Programming language & DL framework" ("Learn by practicing"); for one_hot and softmax also
# "Deltas at the output layer". S0 always means these slides. The corrected standard error: C.
# Nadeau and Y. Bengio, "Inference for the generalization error", Machine Learning 52 (2003).
