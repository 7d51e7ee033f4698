# %% [markdown]
# # A first network: arrays and shapes
#
# A neural network is a chain of operations on *arrays*, blocks of numbers with a *shape*. Today a
# network with your functions learns to read digits. **How does an image become an answer, and how
# do you find a wrong line?**
#
# **You need** matrix products and a little Python ([learn by
# practicing](https://wiki.python.org/moin/BeginnersGuide/NonProgrammers)). Run all cells with
# **Shift + Enter**. In Colab, first choose *File > Save a copy in Drive*.

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

# %% setup=true minutes=0.2
from importlib.util import find_spec

import numpy as np

from course_lessons import first_network as lesson
from course_lessons.unknown_distances import tell_apart
from course_lib.backend import choose_device, to_device
from grader.checking import check, guess, reveal

device = choose_device("auto")  # "cuda" where there is a GPU, else "cpu"

# %% [markdown]
# ## 1 When shapes differ
#
# (A guess is not graded. The result waits for it.)
#
# The array `t` of shape (442,) says how far a disease has advanced in 442 patients, scaled to mean
# 0 and variance 1. A model predicts these numbers exactly, but as a column `y` of shape (442, 1). A
# *loss* says how wrong predictions are. **What is the loss `np.mean((y - t) ** 2)`?**
#
# - a: an error message
# - b: 0, since all are right
# - c: 1, the variance of `t`
# - d: 2

# %% guess="perfect predictions"
guess("ps00_perfect", None, among="abcd")  # put your letter in place of None, such as "a"

# %% practice=true
t = lesson.patients()
y = t.reshape(-1, 1)  # the same numbers as a column; -1 means: as many rows as needed
loss = np.mean((y - t) ** 2)
words = {"a": "an error", "b": "0.0", "c": "1.0", "d": "2.0"}
letters = {word: letter for letter, word in words.items()}
reveal("ps00_perfect", letters[f"{loss:.1f}"], options=words)

# %% [markdown]
# **Open this after your guess.** The task below needs it.
#
# <details><summary>Broadcasting, and what y − t is</summary>
#
# If two shapes differ, NumPy uses **broadcasting**: it aligns them on the *right*, puts a 1 where
# an axis is missing, and repeats axes of length 1. All other lengths must be equal. So (5, 1) and
# (3,) give (5, 3): every row with every column. `v[:, None]` turns `v` into a column.
#
# Here `y - t` has the shape (442, 442): each prediction minus *every* target. Only the diagonal,
# which is 0, compares a patient with itself. The figure below the task shows a part of the table.
# Section 4 shows why the mean square is 2, and what this does to a training.
# <!-- no claim: derived -->
#
# </details>
#
# A network has one output per class. So a *label*, the digit of an image, becomes a *one-hot* row:
# 1 in the column of its class, 0 elsewhere. With three classes, labels [2, 0] become
# [[0, 0, 1], [1, 0, 0]].
#
# Write `one_hot` without a loop: *compare* labels with `np.arange(n_classes)`, or *pick* rows of a
# matrix, as `m[[2, 0]]` does. `a.astype(float)` makes floats.
#
# Replace `raise NotImplementedError` by your code. Run both cells; the check has hints. Your
# function must not change its inputs.


# %% solution="one_hot"
def one_hot(labels, n_classes):
    """One row for each label: 1 in the column of the label, else 0.

    labels : (N,), integers from 0 to n_classes - 1
    returns t : (N, n_classes), floats, the targets of a network
    """
    ### BEGIN SOLUTION
    classes = np.arange(n_classes)
    is_label = labels[:, None] == classes
    return is_label.astype(float)
    ### END SOLUTION


# %% check="one_hot"
check("one_hot", one_hot)

# %% practice=true
table = lesson.draw_differences(t)
table

# %% claims=true
claim("In section 1 this was 1 + 1 + 0", loss, equals=2, within=1e-9, given=[1, 0])

# %% [markdown]
# ## 2 A network learns
#
# A network learns from 1,077 images of 8 × 8 pixels from 0 to 1. It computes ten *scores* for each
# image. The training makes them similar to the rows of your `one_hot`: the loss is the mean of
# (score − row)² over a *batch* of 32 images and ten classes. Each of 1,000 *steps* takes another
# batch and changes the numbers in the network a little, so that this loss falls. The *test
# accuracy* is the share of correct answers to 360 *test images*, which are not for training.
# You write such a training in notebook 08. (`lesson` is the course's module for this notebook.)
# <!-- no claim: setting -->

# %% practice=true
data = lesson.digits()
run = lesson.train(one_hot)
picture = lesson.draw_training(run)
picture

# %% practice=true fold="Three properties of one-hot rows"
rows = one_hot(data.labels, 10)  # d_k is the number in column k of a row
products = rows[:, :, None] * rows[:, None, :]  # d_k d_j for each image
print("d_k² is d_k:", np.all(rows**2 == rows))
print("the sum of all d_k is 1:", np.all(rows.sum(axis=1) == 1))
print("d_k d_j is 0 for j ≠ k:", np.all(products[:, ~np.eye(10, dtype=bool)] == 0))

# %% [markdown]
# ## 3 From an image to an answer
#
# The trained network is four arrays: the *weights* `W1` (64, 32) and `W2` (32, 10), and the
# *biases* `b1` (32,) and `b2` (10,). From the 64 pixels $x_i$ of an image, row after row, it
# computes 32 *hidden units* $z_j$ and then ten scores $y_k$:
#
# $$u_j=\sum_i x_i\,W_{1,ij}+b_{1,j},\qquad z_j=\max(u_j,0),\qquad
# y_k=\sum_j z_j\,W_{2,jk}+b_{2,k}.$$
#
# The function max(u, 0) is called *ReLU*. The answer is the class with the highest score. All this
# is the network's **forward pass**.
#
# Write it for N images of any size at once, without a loop. Note for each line which shape its
# result should have.
#
# - `a @ b` is the matrix product: (N, D) @ (D, K) gives (N, K).
# - `a.reshape(n, -1)` keeps the numbers in their order and cuts them into n rows.
# - `np.maximum(a, b)` takes the larger number in each place, and broadcasts.
# - `a.sum(axis=0)` adds along axis 0, and this axis **disappears**: (N, D) becomes (D,). With
#   `keepdims=True` it stays, with length 1: (1, D). In the same way, `a.argmax(axis=…)` finds the
#   index of the largest number.


# %% solution="network_forward"
def network_forward(images, W1, b1, W2, b2):
    """The forward pass of a network with one hidden layer.

    images : (N, height, width), of any size
    W1 : (height * width, H), b1 : (H,), W2 : (H, K), b2 : (K,)
    returns z : (N, H), y : (N, K), and answers : (N,), the classes with the highest scores
    z and y have the float type of the images.
    """
    ### BEGIN SOLUTION
    x = images.reshape(len(images), -1)
    u = x @ W1 + b1
    z = np.maximum(u, 0)
    y = z @ W2 + b2
    answers = y.argmax(axis=1)
    return z, y, answers
    ### END SOLUTION


# %% check="network_forward"
check("network_forward", network_forward)

# %% practice=true
z, y, answers = network_forward(data.images_test, *run.weights)
print(f"test accuracy {np.mean(answers == data.labels_test):.3f}")
picture = lesson.draw_answers(data.images_test, data.labels_test, y)
picture

# %% [markdown]
# ## 4 A loss that falls, and is wrong
#
# With the loss of section 1, a linear model learns to predict the disease from ten measurements,
# once with `t` as a column and once with `t` of shape (N,). Its predictions `y` have the shape
# (N, 1). The dots are patients *held out* of the training.

# %% practice=true
found, t_held_out = lesson.fits()
lesson.draw_fits(found, t_held_out)

# %% [markdown]
# Both losses fall, and there is no error message. But with `t` of shape (N,) each prediction is
# compared with *all* targets. The best prediction for every patient is then the mean of all
# targets, and the predictions differ far less from patient to patient.
#
# This is why the loss of section 1 was exactly 2:
#
# - The loss is the mean over all pairs: $L=\frac1{N^2}\sum_n\sum_m(y_n-t_m)^2$.
# - Write $y_n-t_m=(y_n-\bar y)-(t_m-\bar t)+(\bar y-\bar t)$, with the means $\bar y$ and $\bar t$,
#   and square it. The mixed terms sum to 0, because deviations from a mean sum to 0.
# - What remains is $L=\mathrm{Var}(y)+\mathrm{Var}(t)+(\bar y-\bar t)^2$.
# - In section 1 this was 1 + 1 + 0. It is smallest if every $y_n$ is $\bar t$.

# %% claims=true
for fit in found.values():
    claim("Both losses fall", np.diff(fit.losses)[:100], below=0)
ratio = found["t of shape (N,)"].predicted.std() / found["t of shape (N, 1)"].predicted.std()
claim("the predictions differ far less from patient to patient", ratio, below=0.5)

# %% [markdown]
# ## 5 How and where notebooks run
#
# - **`check(...)`** tests properties on new random inputs, and shows the smallest tested input that
#   fails. Grading tests the same properties.
# - **Inputs and results stay as they were** is one of them. A slice such as `x[0:2]` is a *view*:
#   if you write into it, `x` changes.
# - A notebook is a page and a *kernel*: a Python process that runs your cells and keeps all
#   variables, even those of deleted cells. Run the next cell twice. After a restart (*Kernel >
#   Restart Kernel*), all variables are lost, and you run all cells from the top. Do this before you
#   hand in.

# %% practice=true
times_run = globals().get("times_run", 0) + 1
print(f"This cell ran {times_run} time(s) since the kernel was started.")

# %% [markdown]
# JupyterLab runs the kernel on your own machine. Google's *Colab* lends you a machine, perhaps with
# a GPU.
#
# <details><summary>Colab, click by click, and what a GPU is for</summary>
#
# 1. Colab needs a Google account, and your course on GitHub. Open the notebook by its badge “Open
#    in Colab” and choose *File > Save a copy in Drive* at once. A new tab opens with your copy.
#    Close the old tab, which is not saved.
# 2. For a GPU choose *Runtime > Change runtime type* **before** you
#    compute: this starts a new machine.
# 3. After a break, Colab takes the machine back. All its variables and files are lost, your points
#    too. The notebook in your Drive stays. Run it from the top.
# 4. To hand in, choose *Runtime > Restart session and run all*, then *File > Download*.
#
# A **GPU** computes many numbers at once, in its own memory. Arrays must be moved there, and
# results back. Starting an operation and each trip take time, so a CPU is enough for small networks
# like ours.
#
# </details>

# %% practice=true fold="Run your function on a GPU, unchanged, and measure the trip"
if device == "cpu":
    print("There is no GPU here. In Colab you can choose one, and run this notebook again.")
else:
    images = to_device(data.images_test, device)  # moves an array
    scores = network_forward(images, *(to_device(w, device) for w in run.weights))[1]
    print("your function has computed an array of", type(scores).__module__)
    for name, seconds in lesson.times(device).items():
        print(f"product of two 1,000 × 1,000 matrices, {name}: {1e3 * seconds:.2f} ms")

# %% [markdown]
# ## 6 All distances at once
#
# Does reading digits need a network? The *nearest neighbour* method does not train. It compares a
# test image with all 1,077 training images, pixel by pixel, and takes the label of the most similar
# one (there are about 108 of each digit). **Is it far behind the network, a little behind, or
# ahead?** <!-- no claim: derived -->

# %% guess="the nearest neighbour beside the network"
guess("ps00_neighbour", None, among=("far behind", "a little behind", "ahead"))

# %% [markdown]
# The nearest neighbour needs the squared distances $d_{nm}=\sum_k(x_{nk}-y_{mk})^2$ of all rows n
# of `x` (N, D) to all rows m of `y` (M, D). (Here `y` are images.) There are two ways without a
# loop:
#
# - **All differences.** Which shapes of `x` and `y` broadcast to (N, M, D)? `x[:, None, :]` inserts
#   an axis.
# - **Multiplied out.** $(a-b)^2=a^2-2ab+b^2$ gives three sums. Which one is a matrix product, and
#   which shapes do the other two need?
#
# Choose one. How many numbers has the largest array of each way, for our images, and for N = 1,000,
# M = 5,000 and D = 784? Multiplied out, rounding may give tiny negative numbers in place of 0.
# `np.maximum(d, 0)` removes them.


# %% solution="pairwise_sq_dists"
def pairwise_sq_dists(x, y):
    """Squared distances of every row of x to every row of y.

    x : (N, D), y : (M, D), with D features each: floats of one dtype, such as float32
    returns d : (N, M), of this dtype
    """
    ### BEGIN SOLUTION
    x_sq = (x**2).sum(axis=1)
    y_sq = (y**2).sum(axis=1)
    products = x @ y.T
    d = x_sq[:, None] - 2 * products + y_sq
    d = np.maximum(d, 0)
    return d
    ### END SOLUTION


# %% check="pairwise_sq_dists"
check("pairwise_sq_dists", pairwise_sq_dists)

# %% practice=true
rows, test_rows = data.images.reshape(-1, 64), data.images_test.reshape(-1, 64)
nearest = pairwise_sq_dists(test_rows, rows).argmin(axis=1)
neighbour_accuracy = np.mean(data.labels[nearest] == data.labels_test)
lead = neighbour_accuracy - run.accuracies[-1]
word = "ahead" if lead > 0 else "a little behind" if lead > -0.05 else "far behind"
said = f"On the 360 test images {neighbour_accuracy:.3f}; the network {run.accuracies[-1]:.3f}."
reveal("ps00_neighbour", word, said)

# %% practice=true fold="Draw images that the network got wrong"
wrong = np.flatnonzero(answers != data.labels_test)[:7]
pairs = [(data.images_test[n], data.images[nearest[n]]) for n in wrong]
network_says = [f"{data.labels_test[n]}, network: {answers[n]}" for n in wrong]
neighbours = [f"nearest: {data.labels[nearest[n]]}" for n in wrong]
picture = lesson.draw_neighbours(pairs, list(zip(network_says, neighbours, strict=True)))
picture

# %% [markdown] after="ps00_neighbour"
# Without any training, the nearest neighbour is ahead of our small network here. But for each
# answer it needs all training images, 68,928 numbers. The network needs 2,410, and its settings are
# not yet the best ones.
#
# All differences of our images are 25 million numbers, of the larger sets 3.9 billion (16 GB in
# float32). Multiplied out, the largest array has 0.39 million and 5 million.
# <!-- no claim: derived -->

# %% claims="slow"
weights = [
    [lesson.train(one_hot, width=w, steps=n, seed=s).accuracies[-1] for s in range(5)]
    for w, n in ((32, 1000), (128, 3000))
]
claim("its settings are not yet the best ones", np.subtract(weights[1], weights[0]), above=0)

# %% claims=true
small = [lesson.train(one_hot, seed=seed).accuracies[-1] for seed in range(5)]
said = "the nearest neighbour is ahead of our small network here"
claim(said, neighbour_accuracy - np.array(small), above=0.01)
claim("A network learns", small, above=0.9)
claim("68,928 numbers", data.images.size, equals=68_928, within=0.5)
claim("The network needs 2,410", sum(w.size for w in run.weights), equals=2410, within=0.5)

# %% [markdown]
# ## 7 Whose lines are right?
#
# Colleagues and language models write functions for you. Most of them run, the wrong ones too. **So
# test them.** Here is a colleague's function for all distances, and her test of it:


# %%
def her_distances(x, y):
    """Squared distances of every row of x to every row of y."""
    d = np.zeros((len(x), len(y)))
    for n in range(len(x)):
        for m in range(n):
            d[n, m] = d[m, n] = np.sum((x[n] - y[m]) ** 2)
    return d


def her_test(program):
    """Compares a function with our own."""
    x = np.eye(4)  # ones on the diagonal, else zeros
    return np.allclose(program(x, x), pairwise_sq_dists(x, x))  # equal but for rounding?


# %% practice=true
print("her test accepts her function:", her_test(her_distances))
diagonal, zeros = np.eye(2), np.zeros((2, 2))
print("her distances:", her_distances(diagonal, zeros).tolist())
print("yours:", pairwise_sq_dists(diagonal, zeros).tolist())

# %% [markdown]
# Which two of her lines are right only for x = y? Her test cannot find the fault, because its x and
# y are equal: **the inputs hide the fault.**
#
# The check has other functions of colleagues, called *programs*, in 20 pairs: one program has a
# fault, and the other one is the same without it. There are five kinds of faults, each in four
# pairs. A test *tells a pair apart* if it rejects only the program with the fault. How many does
# hers tell apart?
# <!-- no claim: setting -->

# %% practice=true
found_by_her = tell_apart(her_test)

# %% [markdown]
# Her test tells no pair apart. Write a better one, `distances_are_right(program)`: True accepts,
# False rejects. You have all points if it tells every pair apart. <!-- no claim: setting -->
#
# - It calls `program(x, y)` **at most three times**; a fourth call raises an error. You choose N,
#   M, D, the numbers and their type: `np.array([[3]], "uint8")` is a whole number of one byte.
# - The right table is `pairwise_sq_dists(x.astype(float), y.astype(float))`, but for rounding.
#   (Your own function needs floats. A right program takes x and y of any number type.)
# - An error in your test is not a rejection. For x (N, D) and y (M, D) the programs of the check
#   raise none, but `np.allclose` raises one if the shapes do not broadcast.
#
# **Ask of each call: which wrong program returns the right table here?**


# %% solution="distances_are_right"
def distances_are_right(program):
    """Whether a program for squared distances is right, from at most three calls of it.

    program : program(x, y) should return what pairwise_sq_dists returns for x and y as floats
    returns True (accept) or False (reject)
    """
    ### BEGIN SOLUTION
    pixels = np.array([[0, 200], [3, 90], [250, 7]], "uint8")
    one, several = np.array([[-1.5, 2]]), np.array([[3, 0.5], [-2, 4]])
    for x, y in ((pixels, pixels[::-1]), (one, several), (several, one)):
        want = pairwise_sq_dists(x.astype(float), y.astype(float))
        d = program(x, y)
        if d.shape != want.shape or not np.allclose(d, want):
            return False
    return True
    ### END SOLUTION


# %% check="distances_are_right"
check("distances_are_right", distances_are_right)

# %% [markdown]
# <details><summary>With all points: the five kinds of faults, and what hides them</summary>
#
# 1. The table has one axis more, which `np.allclose` hides, because it broadcasts. Or the table is
#    transposed, which x = y hides.
# 2. Only where N = M, the table is transposed, or y is taken for x. Tables that are not square hide
#    it.
# 3. An axis of length 1 disappears. Several rows in x and in y hide it.
# 4. Whole numbers keep their type. In `uint8`, 20² is 144. Floats and small numbers hide it.
# 5. The differences are not squared, or the numbers lose their signs. Zeros and ones hide it.
#
# Her lines `for m in range(n)` and `d[n, m] = d[m, n] = …` are right only where the table is its
# own mirror image, with zeros on its diagonal.
#
# </details>

# %% claims=true
from grader.checking.contract.families.hidden_faults import FOUND
from grader.exercises.ps00.distances_are_right import exercise as referee

(judged,) = referee.cases(np.random.default_rng(0))
seen = referee.observe(judged, referee.run(her_test, judged))
said = [one for title in seen if title.startswith("fault") for one in seen[title]]
claim("Her test tells no pair apart", said.count(FOUND), below=0.5)
claim("Her test tells no pair apart", sum(found_by_her.values()), below=0.5)
claim("Her test cannot find the fault", float(her_test(her_distances)), equals=1, within=0.2)
claim("programs*, in 20 pairs", len(judged["programs"]) / 2, equals=20, within=0.5)
twenty = np.array([20], "uint8")
claim("20² is 144", int((twenty**2)[0]), equals=144, within=0.5, given=[20])

# %% [markdown]
# ## To keep
#
# - Shapes are aligned on the right, and a 1 is repeated. So (N, 1) with (N,) gives (N, N),
#   **without an error**. Say the shape of a line before you run it.
# - The axis along which you add disappears. `keepdims=True` keeps it with length 1.
# - A program that runs, and even a loss that falls, can be wrong. Test it with arrays that hide
#   nothing: other lengths, other types, a single row.
#
# In PyTorch (notebook 24), arrays are *tensors* and an axis is a `dim`. They broadcast in the same
# way. `Linear` stores the transpose of our `W`.

# %% practice=true fold="The same network in PyTorch"
if find_spec("torch") is None:
    print("PyTorch is not installed here; nothing later needs it.")
else:
    import torch

    first, second = torch.nn.Linear(64, 32), torch.nn.Linear(32, 10)
    W1, b1, W2, b2 = (torch.from_numpy(w) for w in run.weights)
    first.load_state_dict({"weight": W1.T, "bias": b1})
    second.load_state_dict({"weight": W2.T, "bias": b2})
    model = torch.nn.Sequential(torch.nn.Flatten(), first, torch.nn.ReLU(), second)
    theirs = model(torch.from_numpy(data.images_test)).detach().numpy()
    print(f"largest difference from your scores: {np.abs(theirs - y).max():.0e}")

# %% [markdown]
# ## Sources
#
# S0 "Training of neural networks – basics": slides "How to get started on Google Colaboratory",
# "Programming language & DL framework" and, for one-hot rows, "Deltas at the output layer". S0's
# 'New Python 3 notebook' is *File > New notebook in Drive* now, and a badge replaces 'Open in
# Playground'. 'Rename...' and SHIFT+RETURN are unchanged. PyTorch, 'primarily developed by Facebook
# AI', belongs to a foundation today.
