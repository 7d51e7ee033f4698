# %% [markdown]
# # Convolution and pooling by hand
#
# A linear layer gives each pixel of an image its own weight for each output. So it has to learn an
# eye at the left of the image and the same eye at the right separately. A *convolution* uses one
# small set of weights at every place of the image.
#
# In this notebook you write convolution and max pooling yourself, forwards and backwards. You need
# no new rule for the gradients. A weight that is used at many places gets the sum of the gradients
# from all its uses (notebook 07). The work is to find these uses.
#
# **Afterwards you can**
#
# - say what a filter of nine weights computes, and compute the size of its output for every stride
#   and padding,
# - write the forward and the backward pass of a convolution and of max pooling, also where windows
#   overlap,
# - say which test inputs hide a faulty backward pass, and which ones show it,
# - turn a convolution into one matrix product, and say what this costs in memory,
# - compute how many weights a convolutional network has, how many multiplications it needs, and
#   how many pixels one of its outputs depends on (its *receptive field*),
# - train such a network on colour images with your own functions.
#
# **You need** the backward pass of a linear layer (notebook 06), shared weights and gradient checks
# (07), and NumPy slices (00). Adam (12) is the optimizer of section 10. Here it is enough to know
# that it scales the step of each weight.

# %% opening=true
"""A picture of a bus, a filter of three by three numbers, negative in the upper left corner and
positive in the lower right corner, and the output, a grey image like a relief of the bus."""

import matplotlib.pyplot as plt
import numpy as np

from course_lib.datasets import load_emoji
from course_lib.plots import theme

picture = load_emoji()[2].x[47].reshape(3, 32, 32)
weights = np.array([[-1, -1, 0], [-1, 0, 1], [0, 1, 1]])
windows = np.lib.stride_tricks.sliding_window_view(picture.mean(axis=0), (3, 3))
output = np.sum(windows * weights, axis=(2, 3))
figure, axes = plt.subplots(1, 3, figsize=(6.4, 2.7), width_ratios=(1, 0.55, 1))
axes[0].imshow(np.moveaxis(picture, 0, 2))
axes[1].imshow(weights, cmap=theme.SIGNED, vmin=-1.6, vmax=1.6)
for place, weight in np.ndenumerate(weights):
    axes[1].text(*place[::-1], f"{weight}", ha="center", va="center", size=14)
limit = np.abs(output).max()
axes[2].imshow(output, cmap="gray", vmin=-limit, vmax=limit)
for ax, name in zip(axes, ("image", "nine weights", "output"), strict=True):
    ax.set_xlabel(name, size=14)
    ax.set(xticks=[], yticks=[])
    ax.grid(visible=False)
figure.suptitle("What do nine weights find in an image?", x=0.01, ha="left", size=16)
plt.show()

# %% setup=true
import time

import matplotlib.pyplot as plt
import numpy as np

from course_lib import Op, functional
from course_lib.backend import choose_device
from course_lib.course.figures import Trace, live
from course_lib.course.in_browser import smaller_in_browser
from course_lib.datasets import load_emoji
from course_lib.gradient_check import numerical_gradient, relative_error
from course_lib.layers import Conv2d, Flatten, Linear, MaxPool2d, ReLU
from course_lib.losses import softmax_cross_entropy
from course_lib.models import Sequential
from course_lib.optimizers import Adam
from course_lib.plots import paired_differences, theme
from grader.checking import check, check_choice, guess, ready, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 A guess first
#
# A **filter** (also called **kernel**) is a small table of weights, here 3 × 3. We lay the filter
# on 3 × 3 pixels of a grey image. Then we multiply each weight by the pixel under it and add the
# nine products. This gives one number. We do the same at every place of the image where the filter
# fits. The numbers form a new image, the output.
#
# The four filters below were applied to one image of a train. The four outputs are shown in another
# order. In the image, black is 0 and white is 1. In the outputs, middle grey is 0, lighter pixels
# are positive and darker pixels are negative. Each output has its own scale, so do not compare the
# brightness of two outputs.


# %% practice=true fold="Load the image; define the four filters" after=false
def filtered_image(image, weights):
    """The sum of weights times pixels, at every place where the filter fits."""
    height, width = weights.shape
    places = image.shape[0] - height + 1, image.shape[1] - width + 1
    output = np.zeros(places)
    for r, s in np.ndindex(places):
        output[r, s] = np.sum(weights * image[r : r + height, s : s + width])
    return output


train_picture = load_emoji()[2].x[7].reshape(3, 32, 32)
grey_train = train_picture.mean(axis=0)
FILTERS = {
    "a": np.full((3, 3), 1 / 9),
    "b": np.array([[-1.0, 0, 1]] * 3),
    "c": np.array([[-1.0, -1, -1], [0, 0, 0], [1, 1, 1]]),
    "d": np.array([[-1.0, -1, -1], [-1, 8, -1], [-1, -1, -1]]),
}
order = np.random.default_rng(5).permutation(sorted(FILTERS))

# %% practice=true fold="Draw the image, the filters and the four outputs" after=false
with theme.style():
    figure, axes = plt.subplots(2, 5, figsize=(6.6, 3.1))
    axes[0, 0].imshow(grey_train, cmap="gray", vmin=0, vmax=1)
    axes[0, 0].set_title("image")
    axes[1, 0].axis("off")
    for ax, (name, weights) in zip(axes[0, 1:], FILTERS.items(), strict=True):
        ax.imshow(np.zeros((3, 3)), cmap="gray_r", vmin=0, vmax=1)
        for (i, j), weight in np.ndenumerate(weights):
            written = "1/9" if name == "a" else f"{weight:.0f}".replace("-", "−")
            ax.text(j, i, written, ha="center", va="center")
        ax.set_title(f"filter {name}")
    for number, (ax, name) in enumerate(zip(axes[1, 1:], order, strict=True), start=1):
        output = filtered_image(grey_train, FILTERS[str(name)])
        limit = np.abs(output).max()
        ax.imshow(output, cmap="gray", vmin=-limit, vmax=limit)
        ax.set_title(f"output {number}")
    for ax in axes.flat:
        ax.set(xticks=[], yticks=[])
        ax.grid(visible=False)
        ax.spines[["top", "right"]].set_visible(True)
    figure.suptitle("Which filter made which output? (The order is shuffled.)", x=0.02, ha="left")
    plt.show()

# %% [markdown] after=false
# *In words: a grey image of a train with a row of windows. Four filters: in a, all weights are 1/9;
# in b, the columns are −1, 0 and 1; in c, the rows are −1, 0 and 1; in d, the middle is 8 and the
# other weights are −1. The outputs 1 to 4 are below. Output 1 shows
# lines in all directions, output 2 mostly vertical lines, output 3 horizontal lines. Output 4 is a
# soft copy of the image.*
#
# **Which filter made which output?** Write four letters, first the filter of output 1, such as
# "abcd". Look at the weights: what does each filter give at the left edge of a glass window, and
# what at its upper edge?

# %% guess="which filter made which output"
guess("ps14_filters", None, among="abcd", length=4)  # four letters in quotes, such as "abcd"

# %% practice=true
made_by = "".join(str(name) for name in order)
reveal("ps14_filters", made_by, "The filters of the outputs 1 to 4.")

# %% practice=true fold="Print what each filter computes on three small images" after="ps14_filters"
patches = {
    "same brightness": np.full((3, 3), 0.5),
    "vertical edge": np.array([[0.0, 0, 1]] * 3),
    "horizontal edge": np.array([[0.0, 0, 1]] * 3).T,
}
print(" " * 17 + "".join(f"{name:>8}" for name in FILTERS))
answers = {
    patch: [np.sum(weights * pixels) for weights in FILTERS.values()]
    for patch, pixels in patches.items()
}
for patch, values in answers.items():
    print(f"{patch:17}" + "".join(f"{value + 0:8.2f}" for value in values))

# %% [markdown] after="ps14_filters"
# - **Filter a** computes the mean of nine pixels. It blurs the image.
# - **Filter b** subtracts the left column from the right column. The result is far from 0 where
#   the brightness changes from left to right, at *vertical* edges. It is negative where the left
#   side of the edge is lighter. At a horizontal edge it is 0.
# - **Filter c** is b, turned by 90 degrees. It finds *horizontal* edges.
# - **Filter d** compares the pixel in the middle with its eight neighbours. It finds edges of every
#   direction.
#
# Where all nine pixels are equal, b, c and d give 0, because their weights sum to 0.
#
# A person chose these weights. A convolutional network *learns* them from the loss: in section 10
# you compare its filters before and after the training.

# %% claims=true
claim("At a horizontal edge it is 0", abs(answers["horizontal edge"][1]), below=1e-9, given=[0])
claim("at *vertical* edges", answers["vertical edge"][1], above=1)
claim("It finds *horizontal* edges", answers["horizontal edge"][2], above=1)

# %% [markdown]
# ## 2 The idea
#
# A linear layer does not know which pixels are neighbours. It has a weight for each pair of an
# input and an output. A convolution makes two assumptions about images:
#
# - **It is local.** Each output depends only on a small *window* of the input.
# - **Its weights are shared.** The same weights are used at every place. So the filter can find the
#   same pattern in every corner.
#
# In mathematics, a convolution flips the filter first: it exchanges left and right, and top and
# bottom. Networks do not flip the filter. Mathematicians call the operation without the flip
# *cross-correlation*. Deep learning calls it convolution. The weights are learned, so a flip would
# only change the order in which they are stored.

# %% [markdown]
# ## 3 A filter in one dimension
#
# Begin with one dimension: a signal x with six values and a filter w with three
# weights. The output has four values, because the filter fits at four places:
#
# $$y_r = w_0\, x_r + w_1\, x_{r+1} + w_2\, x_{r+2}, \qquad r = 0, 1, 2, 3$$
#
# The index r is the place of the window, and i is the place inside the window. So the output at r
# uses the input at **r + i**.


# %%
def filter_1d(x, w):
    """The output of the filter w at every place of the signal x where it fits."""
    y = np.zeros(len(x) - len(w) + 1)
    for r in range(len(y)):
        for i in range(len(w)):
            y[r] += w[i] * x[r + i]
    return y


# %% practice=true fold="Draw which values depend on each other"
def draw_signal(ax, chosen, colour, height, title):
    """Six inputs below, four outputs above; the chosen products in colour, named at a height."""
    for r, i in np.ndindex(4, 3):
        is_chosen = chosen(r, i)
        ends = [r + i, r + 1], [0, 1]
        ax.plot(*ends, color=colour if is_chosen else "0.85", linewidth=2.2 if is_chosen else 1)
        if is_chosen:
            spot = (1 - height) * (r + i) + height * (r + 1), height
            paper = {"facecolor": theme.PAPER, "edgecolor": "none", "pad": 1}
            ax.text(*spot, f"$w_{i}$", ha="center", va="center", color=colour, bbox=paper)
    for place in range(6):
        ax.text(place, -0.13, f"$x_{place}$", ha="center", va="top")
        ax.plot(place, 0, "s", color=theme.INK, markersize=6)
    for place in range(4):
        ax.text(place + 1, 1.12, f"$y_{place}$", ha="center", va="bottom")
        ax.plot(place + 1, 1, "o", color=theme.INK, markersize=7)
    ax.set(xlim=(-0.5, 5.5), ylim=(-0.45, 1.5))
    ax.set_title(title)
    ax.axis("off")


with theme.style():
    figure, axes = plt.subplots(1, 2, figsize=(6.8, 2.5))
    draw_signal(axes[0], lambda r, i: r == 2, theme.FORWARD, 0.35, "Forward: what $y_2$ depends on")
    draw_signal(
        axes[1], lambda r, i: r + i == 3, theme.GRADIENT, 0.65, "Backward: what $x_3$ affects"
    )
    plt.show()

# %% [markdown]
# *In words: two panels with six inputs below and four outputs above. Left, in blue: the output y₂
# is connected with x₂, x₃ and x₄, by the weights w₀, w₁ and w₂. Right, in orange: the input x₃ is
# connected with y₁, y₂ and y₃, by the weights w₂, w₁ and w₀.*
#
# The right panel explains the backward pass. The input $x_3$ lies in three windows: it is the last
# value in window 1, the middle value in window 2, and the first value in window 3. So $x_3$ affects
# the loss along three paths, and its gradient is the sum of three terms.

# %% [markdown]
# Write the two missing lines. `dy` is the gradient of the loss with respect to y. The loops are
# those of the forward pass, and the forward line was `y[r] += w[i] * x[r + i]`. This product has
# two factors. What does each factor get from `dy[r]`? The next cell compares your result with
# central differences.


# %% solution="filter_1d_backward"
def filter_1d_backward(dy, x, w):
    """The gradients dx and dw of filter_1d."""
    dx, dw = np.zeros(len(x)), np.zeros(len(w))
    for r in range(len(dy)):
        for i in range(len(w)):
            ### BEGIN SOLUTION
            dx[r + i] += dy[r] * w[i]
            dw[i] += dy[r] * x[r + i]
            ### END SOLUTION
    return dx, dw


# %% practice=true fold="Compare with central differences"
rng = np.random.default_rng(0)
signal, three_weights, dy_signal = rng.normal(size=6), rng.normal(size=3), rng.normal(size=4)
try:
    mine = filter_1d_backward(dy_signal, signal, three_weights)
    for name, got, f, at in (
        ("dx", mine[0], lambda v: np.sum(dy_signal * filter_1d(v, three_weights)), signal),
        ("dw", mine[1], lambda v: np.sum(dy_signal * filter_1d(signal, v)), three_weights),
    ):
        error = relative_error(got, numerical_gradient(f, at, 1e-5))
        print(f"{name}: {'agrees' if error < 1e-7 else 'DIFFERS'}, relative error {error:.0e}")
except NotImplementedError:
    print("The two lines are not written yet.")

# %% [markdown]
# <details><summary>The derivation</summary>
#
# - The product $w_i x_{r+i}$ is one term of $y_r$. Its derivative with respect to $x_{r+i}$ is
#   $w_i$, and with respect to $w_i$ it is $x_{r+i}$.
# - By the chain rule, this use of $x_{r+i}$ contributes $dy_r\, w_i$ to the gradient of $x_{r+i}$.
#   It contributes $dy_r\, x_{r+i}$ to the gradient of $w_i$.
# - The gradient of a value is the sum over all its uses. So each line must **add** (`+=`):
#   `dx[r + i] += dy[r] * w[i]` and `dw[i] += dy[r] * x[r + i]`.
#
# In formulas:
#
# - $dw_i = \sum_r dy_r\, x_{r+i}$ is a sum over all places r.
# - $dx_m = \sum_i dy_{m-i}\, w_i$ is a sum over all i for which the place m − i exists, so for
#   0 ≤ m − i ≤ 3.
#
# </details>
#
# This is the core of the backward pass of every convolution: **every product of the forward pass
# gives two products in the backward pass. One is added to the gradient of its weight, the other to
# the gradient of its input.**

# %% [markdown]
# ## 4 Two dimensions
#
# ### Channels
#
# A colour image has three numbers for each pixel: red, green and blue. We store it as three images,
# one for each colour. Each of them is a **channel**. A batch of images has the shape
# (N, C, H, W): N images, C channels, H rows and W columns. (In a shape, W is the number of columns.
# The array `W` holds the weights.)
#
# A filter has weights for *all* channels of its input. On a colour image, a 3 × 3 filter has
# 3 · 3 · 3 = 27 weights and a bias. It adds all 27 products and the bias, and gives one number for
# each place. So **each filter makes one output channel**: eight filters make eight channels.
#
# | array | shape | indices |
# |---|---|---|
# | input `x` | (N, C_in, H, W) | n image, c channel, then row and column of the pixel |
# | weights `W` | (C_out, C_in, kh, kw) | o filter, c channel, i row, j column of the filter |
# | bias `b` | (C_out,) | o filter |
# | output `u` (y above) | (N, C_out, H′, W′) | n, o, r row (0 … H′ − 1), s column (0 … W′ − 1) |
#
# ### Padding and stride
#
# - **Padding** puts zeros around the image. Padding 2 means two rows or columns of zeros on each of
#   the four sides. Without padding, the output of a filter wider than one pixel is smaller than the
#   image, and the pixels at the border lie in few windows. With padding 1 and stride 1, the output
#   of a 3 × 3 filter is as large as the image.
# - The **stride** is the step from one window to the next. With stride 2, the window moves by two
#   pixels, so the output has about half as many rows and columns.


# %% practice=true fold="Draw the windows for three settings"
def draw_windows(ax, size, width, stride, padding, title):
    """A row of pixels, and below it each window as a bar."""
    places = range(-padding, size + padding)
    for place in places:
        is_zero = place < 0 or place >= size
        face = theme.PAPER if is_zero else "#CFE3F1"
        frame = plt.Rectangle((place, 0), 1, 1, facecolor=face, edgecolor=theme.INK)
        ax.add_patch(frame)
        if is_zero:
            ax.text(place + 0.5, 0.5, "0", ha="center", va="center")
    starts = range(-padding, size + padding - width + 1, stride)
    for line, start in enumerate(starts):
        height = -0.55 - 0.5 * line
        ax.plot([start + 0.1, start + width - 0.1], [height] * 2, color=theme.FORWARD, lw=4)
    ax.text(-1, -3.05, f"{len(starts)} windows", va="center")
    ax.set(xlim=(-1.3, 7.3), ylim=(-3.6, 1.2))
    ax.set_title(title, fontsize=10)
    ax.axis("off")


with theme.style():
    figure, axes = plt.subplots(1, 3, figsize=(6.8, 2.3))
    draw_windows(axes[0], 6, 3, 1, 0, "stride 1, padding 0")
    draw_windows(axes[1], 6, 3, 1, 1, "stride 1, padding 1")
    draw_windows(axes[2], 6, 3, 2, 1, "stride 2, padding 1")
    title = "Stride and padding set the number of windows of width 3"
    figure.suptitle(title, x=0.02, ha="left")
    plt.show()

# %% [markdown]
# *In words: three times a row of six pixels, with each window as a bar below it. Stride 1 without
# padding: four windows. Stride 1 with padding 1, a zero at each end: six windows. Stride 2 with
# padding 1: three windows. The last window ends at the sixth pixel, so the zero at the right end is
# in no window.*

# %% [markdown]
# Write the formula for the number of windows along one side. `size` is the number of pixels without
# the padding, and `k` is the width of the filter. A window that would end outside the padded image
# is left out. At least one window fits. The next cell compares your formula with counting.


# %% solution="output_size"
def output_size(size, k, stride, padding):
    """How many windows of width k fit along a side with `size` pixels: an integer."""
    ### BEGIN SOLUTION
    return (size + 2 * padding - k) // stride + 1
    ### END SOLUTION


# %% practice=true fold="Compare with counting"
def counted_windows(size, k, stride, padding):
    """The number of starts from which a window of width k ends inside the padded row."""
    padded = size + 2 * padding
    return sum(start + k <= padded for start in range(0, padded, stride))


try:
    cases = list(np.ndindex(9, 5, 3, 3))
    wrong = [
        (size + 5, k + 1, stride + 1, padding)
        for size, k, stride, padding in cases
        if output_size(size + 5, k + 1, stride + 1, padding)
        != counted_windows(size + 5, k + 1, stride + 1, padding)
    ]
    print(f"{len(cases) - len(wrong)} of {len(cases)} settings agree with counting.")
    if wrong:
        print("The first that differs (size, k, stride, padding):", wrong[0])
except NotImplementedError:
    print("output_size is not written yet.")

# %% [markdown]
# <details><summary>The derivation</summary>
#
# - The padded row has size + 2·padding pixels, counted from 0. A window that starts at pixel m has
#   m + k − 1 as its last pixel. So the last possible start is size + 2·padding − k.
# - So the windows begin at the pixels 0, stride, 2·stride, … up to this number. There are
#   ⌊(size + 2·padding − k)/stride⌋ + 1 of them.
# - ⌊…⌋ rounds down: a last step that does not fit is left out, and the pixels after the last
#   window are not used.
#
# </details>
#
# ### How many weights?
#
# The input is a colour image of 16 × 16 pixels, 768 numbers. A convolution with eight 3 × 3 filters
# and padding 1 gives eight channels of 16 × 16 numbers. A linear layer could compute these outputs
# from the same inputs, too. **Divide the number of weights of the linear layer by that of the
# convolution (both with biases). What do you get?**
#
# - a: about 9
# - b: about 70
# - c: about 700
# - d: about 7,000

# %% guess="weights of a linear layer and of a convolution"
guess("ps14_weights", None, among="abcd")  # a letter in quotes, such as "a"

# %% practice=true
in_numbers, out_numbers = 3 * 16 * 16, 8 * 16 * 16
linear_weights = in_numbers * out_numbers + out_numbers
filter_weights = 8 * (3 * 3 * 3) + 8
ratio = linear_weights / filter_weights
letter = "abcd"[int(np.argmin(np.abs(np.log(ratio / np.array([9, 70, 700, 7000])))))]
options = {"a": "about 9", "b": "about 70", "c": "about 700", "d": "about 7,000"}
reveal("ps14_weights", letter, f"{linear_weights:,} against {filter_weights}.", options)

# %% [markdown] after="ps14_weights"
# The linear layer has 7,031 times as many weights. The number of weights of a convolution does not
# depend on the size of the image.
#
# Suppose that the linear layer computes the same as the convolution. Then most of its weights are
# 0, because each output uses only a window. Its other weights are copies
# of the 8 · 27 = 216 filter weights (without the biases), because all places share them. So a
# convolution is a linear layer with two restrictions, and can compute *less*.

# %% claims=true
claim("The linear layer has 7,031 times as many weights", ratio, equals=7031, within=1)

# %% [markdown]
# ## 5 The forward pass
#
# Let $x^{p}$ be the input with its padding. The output of filter o at row r and column s is
#
# $$u_{n,o,r,s} = b_o + \sum_{c}\sum_{i}\sum_{j} W_{o,c,i,j}\; x^{p}_{n,\,c,\;r \cdot
# \text{stride} + i,\;s \cdot \text{stride} + j}$$
#
# The last two indices of $x^p$ are sums. The window of output (r, s) begins at row r · stride and
# column s · stride. Inside the window, we go i rows down and j columns to the right. The next cell
# is this formula in code. `np.ndindex(2, 3)` runs through all pairs of indices, (0, 0), (0, 1), …,
# (1, 2).


# %%
def conv2d_in_loops(x, W, b, *, stride, padding):
    """The definition of the convolution, product by product."""
    C_in, kh, kw = W.shape[1:]
    zeros = (padding, padding)  # before and behind the pixels
    xp = np.pad(x, [(0, 0), (0, 0), zeros, zeros])
    tops = range(0, xp.shape[2] - kh + 1, stride)  # the first row of each window
    lefts = range(0, xp.shape[3] - kw + 1, stride)
    u = np.zeros((len(x), len(W), len(tops), len(lefts)))
    for n, o, r, s in np.ndindex(u.shape):
        u[n, o, r, s] = b[o]
        for c, i, j in np.ndindex(C_in, kh, kw):
            u[n, o, r, s] += W[o, c, i, j] * xp[n, c, r * stride + i, s * stride + j]
    return u


# %% [markdown]
# This code runs through seven indices. We call it *the seven loops*, and section 8 measures how
# slow it is. Write yours with **only two loops**, over the places i and j in the filter.
#
# Take the weights in row i and column j of a filter, one for each channel. The filter visits all
# places of the image. Which pixels do these weights multiply? They form a slice of `xp` of the
# shape (N, C_in, H′, W′). The slice starts at row i, takes every stride-th row, and has H′ rows.
# For the columns, the same holds with j and W′. Each filter o multiplies channel c of this slice by
# `W[o, c, i, j]`, adds over c, and adds the result to its channel of `u`.
#
# Write `conv2d_forward`. Images and filters need not be square. `cache` is your own choice: what
# will the backward pass need? (More loops give full points, too. But that code only copies the
# loops above, and the backward pass needs your slices.)
#
# <details><summary>Hint: the sum over the channels</summary>
#
# `np.einsum("nk,mk->nm", A, B)` computes $\sum_k A_{n,k} B_{m,k}$ for all n and m. You write the
# indices of both arrays and of the result. The sum runs over each index that is missing in the
# result. Which indices do your slice, the weights and `u` have? (You get the same by a matrix
# product: move the channels to the last axis, multiply, and move the last axis back.)
#
# </details>
# <details><summary>Hint: the end of the slice</summary>
#
# The first of the H′ rows is row i of `xp`. Which row is the last one, H′ − 1 steps later? A slice
# ends *before* its second number.
#
# </details>


# %% solution="conv2d_forward"
def conv2d_forward(x, W, b, *, stride, padding):
    """The convolution of images with C_out filters.

    x : (N, C_in, H, W), W : (C_out, C_in, kh, kw), b : (C_out,)
    stride, padding : integers, the same for rows and columns; stride >= 1, padding >= 0
    returns u : (N, C_out, H', W'), and cache
    u has the float type of x. Do not change x, W or b.
    """
    ### BEGIN SOLUTION
    (N, _, H, width), (C_out, _, kh, kw) = x.shape, W.shape
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    H_out = (H + 2 * padding - kh) // stride + 1
    W_out = (width + 2 * padding - kw) // stride + 1
    u = np.zeros((N, C_out, H_out, W_out), dtype=x.dtype)
    for i, j in np.ndindex(kh, kw):
        rows = slice(i, i + stride * (H_out - 1) + 1, stride)
        columns = slice(j, j + stride * (W_out - 1) + 1, stride)
        u += np.einsum("ncrs,oc->nors", xp[:, :, rows, columns], W[:, :, i, j])
    return u + b[:, None, None], (xp, W, stride, padding)
    ### END SOLUTION


# %% check="conv2d_forward"
check("conv2d_forward", conv2d_forward)

# %% [markdown]
# ### The object moves by one pixel
#
# An image of 16 × 16 pixels shows a square of random pixels, with black pixels all around. We move
# the square to the right by one pixel. Then we apply a convolution to both images, first with
# stride 1 and then with stride 2. The convolution has a random 3 × 3 filter and padding 1. **How
# does the output change?**
#
# - a: it moves by one pixel with stride 1, and also with stride 2
# - b: it moves by one pixel with stride 1, and stays the same with stride 2
# - c: it moves by one pixel with stride 1, and has other values with stride 2
# - d: it has other values with both strides

# %% guess="how the output changes"
guess("ps14_moved", None, among="abcd")  # a letter in quotes, such as "a"


# %% practice=true fold="Define the comparison of the two outputs"
def moved_right(images, pixels):
    """All images moved to the right; zeros come in from the left."""
    moved = np.zeros_like(images)
    moved[..., pixels:] = images[..., : images.shape[-1] - pixels]
    return moved


def is_moved_by(first, second, pixels):
    """Whether the second output is the first one, moved to the right."""
    return bool(np.allclose(moved_right(first, pixels), second))


# %% practice=true
if ready("conv2d_forward"):
    rng = np.random.default_rng(2)
    still = np.zeros((1, 1, 16, 16))
    still[:, :, 4:11, 4:11] = rng.random((1, 1, 7, 7))
    W_one, b_one = rng.normal(size=(1, 1, 3, 3)), np.zeros(1)

    def two_outputs(pixels, stride):
        """The output for the image, and for the image moved by some pixels."""
        images = still, moved_right(still, pixels)
        return [conv2d_forward(x, W_one, b_one, stride=stride, padding=1)[0] for x in images]

    with_1 = is_moved_by(*two_outputs(1, 1), 1)
    with_2 = {pixels: is_moved_by(*two_outputs(1, 2), pixels) for pixels in (0, 1)}
    letter = "d"
    if with_1:
        letter = "a" if with_2[1] else "b" if with_2[0] else "c"
    options = {
        "a": "moves with both",
        "b": "moves with stride 1, same with stride 2",
        "c": "moves with stride 1, other values with stride 2",
        "d": "other values with both",
    }
    reveal("ps14_moved", letter, "Measured with your function.", options)
else:
    print("This cell waits.")

# %% practice=true fold="Print the outputs of other moves" after="ps14_moved"
if ready("conv2d_forward"):
    for stride, pixels, by in ((1, 1, 1), (2, 1, 0), (2, 1, 1), (2, 2, 1), (1, 5, 5), (1, 6, 6)):
        same = is_moved_by(*two_outputs(pixels, stride), by)
        print(f"stride {stride}, image moved by {pixels}: output moved by {by}? {same}")
else:
    print("This cell waits.")

# %% [markdown] after="ps14_moved"
# With stride 1, the output moves with the input. This property is called *translation
# equivariance*. It follows from the shared weights, if a window starts at every pixel. With stride
# 2, the windows start only at every second pixel. After a move by one pixel they contain other
# pixels, so in general the output has other values. After a move by two pixels, the output moves by
# one.
#
# The square is in columns 4 to 10, and its output in columns 3 to 11.
# Moved by 5 pixels, the square is in columns 9 to 15. Column 16 of its output does not exist, so
# the comparison leaves it out. All other columns move by 5, because the zeros of the padding
# replace the black pixels. Moved by 6 pixels, the square loses a column at the border, and the
# output has other values.

# %% claims=true
claim("With stride 1, the output moves with the input", float(with_1), above=0.5, given=[1])
claim("so in general the output has other values", float(with_2[0] or with_2[1]), below=0.5)
two = float(is_moved_by(*two_outputs(2, 2), 1))
claim("After a move by two pixels, the output moves by\none", two, above=0.5)
five, six = (float(is_moved_by(*two_outputs(pixels, 1), pixels)) for pixels in (5, 6))
claim("All other columns move by 5", five, above=0.5, given=[5])
words = "the square loses a column at the border, and the\noutput has other values"
claim(words, six, below=0.5)

# %% [markdown]
# ## 6 The backward pass
#
# In the forward pass, each innermost step of the loops adds a product of a weight and a pixel:
#
# ```
# u[n, o, r, s] += W[o, c, i, j] * xp[n, c, r * stride + i, s * stride + j]
# ```
#
# As in section 3, each product gives two products in the backward pass. `du[n, o, r, s]` times the
# pixel is added to `dW[o, c, i, j]`. `du[n, o, r, s]` times the weight is added to the gradient of
# the pixel. Collect the terms:
#
# - **db.** The bias $b_o$ is used for all images and at all places of channel o. So $db_o$ is the
#   sum of `du` over n, r and s.
# - **dW.** The weight $W_{o,c,i,j}$ is used for all images and at all places, too. At place (r, s)
#   of image n it meets one pixel. So $dW_{o,c,i,j}$ is a sum over n, r and s of `du` times this
#   pixel.
# - **dx.** A pixel is used by all filters o, and in all windows that contain it. In each of these
#   windows it meets a different weight. The gradients of the padding are not needed: `dx` has the
#   shape of `x`.
#
# How many windows contain a pixel? The figure shows this number for each pixel, without padding.
# With C_out filters, the gradient of the pixel has C_out times as many terms.


# %% practice=true fold="Draw how many windows contain each pixel"
def windows_of_each_pixel(size, k, stride):
    """(size, size): the number of k x k windows that contain each pixel, without padding."""
    number = np.zeros((size, size), dtype=int)
    for r in range(0, size - k + 1, stride):
        for s in range(0, size - k + 1, stride):
            number[r : r + k, s : s + k] += 1
    return number


with theme.style():
    figure, axes = plt.subplots(1, 2, figsize=(6.8, 3.6))
    for ax, stride in zip(axes, (1, 2), strict=True):
        for (row, column), count in np.ndenumerate(windows_of_each_pixel(7, 3, stride)):
            shade = {"facecolor": theme.GRADIENT, "alpha": count / 18}
            ax.add_patch(plt.Rectangle((column - 0.5, row - 0.5), 1, 1, **shade))
            ax.text(column, row, count, ha="center", va="center")
        ax.set(xlim=(-0.5, 6.5), ylim=(6.5, -0.5), xlabel="column", ylabel="row")
        ax.set(title=f"stride {stride}", aspect="equal")
        ax.grid(visible=False)
    title = "How many 3 × 3 windows contain each pixel"
    figure.suptitle(title, x=0.02, ha="left")
    plt.show()

# %% [markdown]
# *In words: two tables of 7 × 7 pixels. With stride 1, the numbers grow from 1 in the corners to 9
# in the middle. With stride 2, they are 1, 2 and 4: the four pixels whose row and column are 2 or 4
# lie in four windows, and the others in two or in one.*

# %% claims=true
one, two = windows_of_each_pixel(7, 3, 1), windows_of_each_pixel(7, 3, 2)
claim("from 1 in the corners to 9", [one[0, 0], one[0, 6]], equals=1, within=0.1, given=[9])
claim("from 1 in the corners to 9", one[3, 3], equals=9, within=0.1, given=[1])
words = "With stride 2, they are 1, 2 and 4"
claim(words, float(sorted(set(two.ravel())) == [1, 2, 4]), above=0.5, given=[2, 1, 2, 4])
words = "the four pixels whose row and column are 2 or 4\nlie in four windows"
claim(words, two[2:5:2, 2:5:2].ravel(), above=3.5, given=[2, 4])
claim("and the others in two or in one", np.sum(two > 2), equals=4, within=0.5)

# %% [markdown]
# Rows and columns work alike, so look at the rows alone. Output row r uses input row `row` if one
# row i of the filter lies on it. List all such pairs (r, i). The formula of section 5 gives the row
# of the *padded* input, but `row` counts without the padding. How do the lengths of your lists give
# the numbers in the figure? The next cell compares both.


# %% solution="uses_of_row"
def uses_of_row(row, k, stride, padding, H_out):
    """A list of all pairs (r, i), in any order: output row r uses row `row` of x with filter row i.

    The filter has k rows, and the output has H_out rows.
    """
    ### BEGIN SOLUTION
    pairs = [(r, row + padding - r * stride) for r in range(H_out)]
    return [(r, i) for r, i in pairs if 0 <= i < k]
    ### END SOLUTION


# %% practice=true fold="Compare with the outputs that change"
def measured_uses(row, size, k, stride, padding):
    """The pairs (r, i), and the number of output rows, by changing one row of an image."""
    image, weights = np.zeros((1, 1, size, 1)), 10.0 ** np.arange(k).reshape(1, 1, k, 1)
    image[0, 0, row] = 1
    u = conv2d_in_loops(
        np.pad(image, [(0, 0), (0, 0), (padding, padding), (0, 0)]),
        weights,
        np.zeros(1),
        stride=stride,
        padding=0,
    )[0, 0, :, 0]
    return [(r, round(np.log10(value))) for r, value in enumerate(u) if value], len(u)


try:
    for setting in ((3, 7, 3, 1, 0), (3, 7, 3, 2, 1), (0, 7, 3, 1, 1), (6, 8, 5, 2, 2)):
        row, size, k, stride, padding = setting
        wanted, H_out = measured_uses(*setting)
        mine = [(int(r), int(i)) for r, i in uses_of_row(row, k, stride, padding, H_out)]
        verdict = "agrees" if sorted(mine) == wanted else "DIFFERS"
        print(
            f"row {row} of {size}, k = {k}, stride {stride}, padding {padding}: {verdict}", end=""
        )
        print(f", {len(wanted)} uses")
        if verdict == "DIFFERS":
            print(f"    measured: {wanted}\n    yours:    {sorted(mine)}")
    for stride in (1, 2):
        H_out = (7 - 3) // stride + 1
        lengths = [len(uses_of_row(row, 3, stride, 0, H_out)) for row in range(7)]
        same = np.array_equal(np.outer(lengths, lengths), windows_of_each_pixel(7, 3, stride))
        print(f"figure, stride {stride}: lengths {lengths}, ", end="")
        print("their products", "agree" if same else "DIFFER")
except NotImplementedError:
    print("uses_of_row is not written yet.")

# %% [markdown]
# <details><summary>The answer</summary>
#
# Row `row` of `x` is row `row + padding` of the padded input. By section 5, row r of the output
# uses the padded row r · stride + i. So i = row + padding − r · stride. Compute this i for each r
# from 0 to H_out − 1. Keep the pairs (r, i) with 0 ≤ i < k, because only these i are rows of the
# filter.
#
# A window contains a pixel if its rows include the row of the pixel, and its columns include the
# column of the pixel. So the number in the figure is the length of the list for the row, times the
# length of the list for the column.
#
# </details>

# %% [markdown]
# Write `conv2d_backward`. The two loops over (i, j) are again enough. For one (i, j), the slice of
# `xp` holds the pixels that `W[:, :, i, j]` met in the forward pass.
#
# - Begin `dxp`, the gradient of the padded input, with zeros, and add to it. At the end cut off the
#   padding. Watch out for padding 0: `dxp[0:-0]` is empty.
# - The gradients have the float type of `x`. Do not change `du` or the arrays in the cache.
#
# <details><summary>Hint: the sums</summary>
#
# Write the formulas with all indices: $dW_{o,c,i,j} = \sum_{n,r,s} du_{n,o,r,s}\, a_{n,c,r,s}$,
# where $a$ is the slice of `xp` that belongs to (i, j). The slice of `dxp` at the same pixels has
# the indices n, c, r and s. Which products of `du` and `W` belong there, and which index do you sum
# over? Both sums can be written with `np.einsum`.
#
# </details>


# %% solution="conv2d_backward"
def conv2d_backward(du, cache):
    """The gradients of conv2d_forward.

    du : (N, C_out, H', W'), the gradient of the loss with respect to u
    returns dx : (N, C_in, H, W), dW : (C_out, C_in, kh, kw), db : (C_out,)
    """
    ### BEGIN SOLUTION
    xp, W, stride, padding = cache
    kh, kw = W.shape[2:]
    H_out, W_out = du.shape[2:]
    dxp, dW = np.zeros_like(xp), np.zeros_like(W)
    for i, j in np.ndindex(kh, kw):
        rows = slice(i, i + stride * (H_out - 1) + 1, stride)
        columns = slice(j, j + stride * (W_out - 1) + 1, stride)
        dW[:, :, i, j] = np.einsum("nors,ncrs->oc", du, xp[:, :, rows, columns])
        dxp[:, :, rows, columns] += np.einsum("nors,oc->ncrs", du, W[:, :, i, j])
    bottom, right = xp.shape[2] - padding, xp.shape[3] - padding
    return dxp[:, :, padding:bottom, padding:right], dW, du.sum(axis=(0, 2, 3))
    ### END SOLUTION


# %% check="conv2d_backward"
check("conv2d_backward", conv2d_forward, conv2d_backward)

# %% [markdown]
# ### A gradient check of your functions
#
# We compare your three gradients with central differences (notebook 07), for several strides and
# paddings. The loss is the sum of the outputs, each times a fixed random number. These random
# numbers are `du`.


# %% practice=true fold="Define the comparison with central differences"
def differences_of(forward, arrays, du, h=1e-5):
    """Central differences of sum(du * forward(*arrays)) with respect to each of the arrays."""

    def with_one_changed(place):
        def loss(v):
            changed = [v if k == place else array for k, array in enumerate(arrays)]
            return np.sum(du * forward(*changed))

        return loss

    return [numerical_gradient(with_one_changed(k), a, h) for k, a in enumerate(arrays)]


def conv_errors(shape, W_shape, stride, padding, rng):
    """The relative errors of dx, dW and db of your functions, for random arrays."""

    def forward(x, W, b):
        return conv2d_forward(x, W, b, stride=stride, padding=padding)[0]

    arrays = [rng.normal(size=size) for size in (shape, W_shape, W_shape[:1])]
    u, cache = conv2d_forward(*arrays, stride=stride, padding=padding)
    du = rng.normal(size=u.shape)
    wanted = differences_of(forward, arrays, du)
    return [relative_error(a, b) for a, b in zip(conv2d_backward(du, cache), wanted, strict=True)]


# %% practice=true
if ready("conv2d_forward", "conv2d_backward"):
    rng = np.random.default_rng(1)
    for stride, padding in ((1, 0), (1, 1), (2, 0), (2, 1), (3, 2)):
        errors = conv_errors((2, 3, 6, 5), (4, 3, 3, 2), stride, padding, rng)
        listed = "  ".join(f"{n} {e:.0e}" for n, e in zip(("dx", "dW", "db"), errors, strict=True))
        print(f"stride {stride}, padding {padding}: relative errors  {listed}")
else:
    print("This cell waits.")

# %% [markdown]
# ### At stride 1, dx is a convolution of du
#
# At stride 1, each pixel collects the gradients of all windows that contain it, each times one
# weight. These gradients are neighbours in `du`. So dx is a weighted sum over a window of `du`. The
# next cell computes it with your *forward* function:
#
# - **The filter is flipped.** In the right panel of section 3, $x_3$ collects from $y_1$, $y_2$ and
#   $y_3$ with w₂, w₁ and w₀. The index of y goes up, and the index of w goes *down*.
# - **The two channel axes of W are exchanged**, because `du` has C_out channels and `dx` has C_in.
# - **`du` is padded with k − 1 − padding zeros**, here 3 − 1 − 0 = 2. So `dx` has the shape of `x`.
#   (The padding of the forward pass must be at most k − 1.)

# %% practice=true fold="Compute dx with your forward function"
if ready("conv2d_forward", "conv2d_backward"):
    rng = np.random.default_rng(4)
    x_small, W_small = rng.normal(size=(2, 3, 6, 6)), rng.normal(size=(4, 3, 3, 3))
    u_small, cache = conv2d_forward(x_small, W_small, np.ones(4), stride=1, padding=0)
    du_small = rng.normal(size=u_small.shape)
    flipped = W_small[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)
    by_forward = conv2d_forward(du_small, flipped, np.zeros(3), stride=1, padding=2)[0]
    by_backward = conv2d_backward(du_small, cache)[0]
    print(f"relative difference of the two dx: {relative_error(by_forward, by_backward):.0e}")
else:
    print("This cell waits.")

# %% [markdown]
# ### Find the fault
#
# Another program has loops over images, filters and places. **One line is wrong**, on purpose. The
# input is already padded, and the function returns the gradient of the padded input.


# %%
def faulty_backward(du, xp, W, stride):
    kh, kw = W.shape[2:]  # 1
    dxp, dW = np.zeros_like(xp), np.zeros_like(W)  # 2
    db = du.sum(axis=(0, 2, 3))  # 3
    for n, o, r, s in np.ndindex(du.shape):  # 4
        rows = slice(r * stride, r * stride + kh)  # 5
        columns = slice(s * stride, s * stride + kw)  # 6
        dW[o] = du[n, o, r, s] * xp[n, :, rows, columns]  # 7
        dxp[n, :, rows, columns] = dxp[n, :, rows, columns] + du[n, o, r, s] * W[o]  # 8
    return dxp, dW, db  # 9


# %% [markdown]
# The author tested the function with central differences, and all three gradients agreed. The
# filters had the shape (2, 3, 3, 3), and the stride was 1. How can that be?
#
# Return two things: the number of the wrong line, and a shape (N, 3, H, W) of the padded input on
# which this test passes although the line is wrong. At least one window must fit into the input.
# The next cell runs the author's test with your shape, and then with two images of 5 × 4 pixels.


# %% solution="fault_and_blind_test"
def fault_and_blind_test():
    """The number of the wrong line, and the shape of an input on which a test does not see it."""
    ### BEGIN SOLUTION
    return 7, (1, 3, 3, 3)
    ### END SOLUTION


# %% practice=true fold="Run the author's test on your shape"
def errors_of_the_faulty(shape):
    """The relative errors of dx, dW and db of faulty_backward."""
    rng = np.random.default_rng(8)
    xp, W, b = rng.normal(size=shape), rng.normal(size=(2, 3, 3, 3)), rng.normal(size=2)

    def forward(x, W, b):
        return conv2d_in_loops(x, W, b, stride=1, padding=0)

    du = rng.normal(size=forward(xp, W, b).shape)
    wanted = differences_of(forward, [xp, W, b], du)
    got = faulty_backward(du, xp, W, 1)
    return [relative_error(a, b) for a, b in zip(got, wanted, strict=True)]


try:
    line, shape = fault_and_blind_test()
    print("The line is", "right." if line * 13 % 16 == 11 else "another one.")
    for tried in (shape, (2, 3, 5, 4)):
        errors = errors_of_the_faulty(tried)
        verdicts = ["agrees" if error < 1e-6 else "DIFFERS" for error in errors]
        named = zip(("dx", "dW", "db"), verdicts, strict=True)
        print(f"input {tried}: " + ", ".join(f"{name} {verdict}" for name, verdict in named))
except NotImplementedError:
    print("fault_and_blind_test is not written yet.")

# %% [markdown]
# <details><summary>The answer</summary>
#
# Line 7 writes with `=` in a loop over places and images, so `dW` keeps only the term of the last
# place of the last image. It must be `+=`. With one image of 3 × 3 pixels the filter fits at one
# place only. Then the sum has one term, and `=` and `+=` give the same result. So this fault shows
# with several images or several places.
#
# Other faults show only with padding, with stride 2 or more, or if the images or the filters are
# not square. For example, if loops over i and j take the slice `i : i + H_out : stride`, this slice
# is right only at stride 1 or with one row of outputs. So test these
# settings, too.
#
# In loops over i and j, the line `dW[:, :, i, j] = …` can be right: each pair (i, j) comes once,
# and the expression on the right is already the sum over all places and images.
#
# </details>

# %% [markdown]
# ## 7 Max pooling
#
# **Max pooling** keeps the largest value of each window, for each channel separately. It has no
# weights. With stride 2 the output has about half as many rows and columns, so all later layers
# have less to compute. And if we swap the largest value with another pixel of its window, the
# output of this window stays the same.
#
# Windows of size 2 with stride 2 lie side by side. Windows of size 3 with stride 2 **overlap**.


# %%
def max_pool2d_in_loops(x, *, size, stride):
    """The definition of max pooling, window by window."""
    tops = range(0, x.shape[2] - size + 1, stride)
    lefts = range(0, x.shape[3] - size + 1, stride)
    y = np.zeros((*x.shape[:2], len(tops), len(lefts)))
    for n, c, r, s in np.ndindex(y.shape):
        window = x[n, c, tops[r] : tops[r] + size, lefts[s] : lefts[s] + size]
        y[n, c, r, s] = window.max()
    return y


# %% [markdown]
# Write `max_pool2d_forward`. Two loops, over the places in the window, are again enough. There is
# no padding, and at least one window fits. If the last step does not fit, the remaining rows and
# columns are in no window. Pixels may be negative. Plan the cache with the backward pass in mind:
# it has to find the place of each maximum.


# %% solution="max_pool2d_forward"
def max_pool2d_forward(x, *, size, stride):
    """The largest value of each window of size x size pixels, in each channel.

    x : (N, C, H, W); size, stride : integers, at least 1
    returns y : (N, C, H', W') with H' = (H - size) // stride + 1, and cache
    y has the float type of x. Do not change x.
    """
    ### BEGIN SOLUTION
    N, C, H, width = x.shape
    H_out, W_out = (H - size) // stride + 1, (width - size) // stride + 1
    y = np.full((N, C, H_out, W_out), -np.inf, dtype=x.dtype)
    for i, j in np.ndindex(size, size):
        rows = slice(i, i + stride * (H_out - 1) + 1, stride)
        columns = slice(j, j + stride * (W_out - 1) + 1, stride)
        y = np.maximum(y, x[:, :, rows, columns])
    return y, (x, y, size, stride)
    ### END SOLUTION


# %% check="max_pool2d_forward"
check("max_pool2d_forward", max_pool2d_forward)

# %% [markdown]
# ### One maximum, two windows
#
# If the largest input of a window grows by a little, the maximum grows by the same amount. A small
# change of any smaller input has no effect. So in the backward pass, the gradient `dy` of a window
# goes to the place of its maximum. The other places get 0 from this window. But the same pixel can
# be the maximum of two windows.

# %% practice=true fold="Draw the path of the gradient in a row of seven pixels"
row, dy_row = np.array([1, 3, 7, 2, 4, 5, 0]), np.array([2, 3, 1])
largest = [2 * r + int(row[2 * r : 2 * r + 3].argmax()) for r in range(3)]
dx_row = np.zeros(7, dtype=int)
np.add.at(dx_row, largest, dy_row)
with theme.style():
    figure, ax = plt.subplots(figsize=(7.2, 3.1))
    for place, value in enumerate(row):
        ax.add_patch(plt.Rectangle((place, 0), 1, 1, facecolor="#CFE3F1", edgecolor=theme.INK))
        ax.text(place + 0.5, 0.5, value, ha="center", va="center", color=theme.INK, size=13)
        colour = theme.GRADIENT if dx_row[place] else theme.QUIET
        ax.text(place + 0.5, -0.4, dx_row[place], ha="center", va="center", color=colour, size=13)
    for r, place in enumerate(largest):
        left, height = 2 * r, 1.35 + 0.3 * (r % 2)
        ax.plot([left + 0.08, left + 2.92], [height] * 2, color=theme.FORWARD, linewidth=3)
        top = (left + 1.5, 2.45)
        ax.text(*top, f"dy = {dy_row[r]}", ha="center", va="bottom", color=theme.GRADIENT, size=12)
        arrow = {"arrowstyle": "->", "color": theme.GRADIENT, "linewidth": 2}
        ax.annotate("", (place + 0.5, 1.02), (top[0], 2.42), arrowprops=arrow)
    for height, name in ((1.5, "windows"), (0.5, "x"), (-0.4, "dx")):
        ax.text(-0.3, height, name, ha="right", va="center")
    ax.set(xlim=(-1.6, 7.2), ylim=(-0.8, 2.95))
    ax.set_title("Max pooling, size 3, stride 2: one pixel is the maximum of two windows")
    ax.axis("off")
    plt.show()

# %% [markdown]
# *In words: a row of seven pixels, 1, 3, 7, 2, 4, 5, 0. Three windows of width 3, drawn as bars
# above it, start at the first, third and fifth pixel. The gradients of
# the windows are 2, 3 and 1. The first two arrows both lead to the pixel 7, and the third one to
# the pixel 5. The row dx is 0, 0, 5, 0, 0, 1, 0.*
#
# The pixel 7 gets 2 + 3 = 5, because it is the maximum of two windows. A backward pass that writes
# with `=` keeps only the number that it writes last. A loop over the windows writes 3 last. If the
# windows do not overlap, this fault changes nothing. So a test with size 2 and stride 2 cannot find
# it.

# %% claims=true
claim("The pixel 7 gets 2 + 3 = 5", dx_row[2], equals=5, within=0.1, given=[7, 2, 3])
by_windows, first = np.zeros(7), np.array(largest) - [0, 2, 4]
for r in range(3):
    by_windows[2 * r : 2 * r + 3] = dy_row[r] * (np.arange(3) == first[r])
claim("A loop over the windows writes 3 last", by_windows[2], equals=3, within=0.1)

# %% [markdown]
# Write `max_pool2d_backward`.
#
# - Windows may overlap. A pixel gets the sum of the gradients of all windows whose maximum it is.
# - **Ties.** Several pixels of a window can be equally large, for example in a window of zeros
#   after a ReLU. Then the gradient of the window is divided among these pixels, with shares from 0
#   to 1 whose sum is 1. Every such rule is accepted, for example: the first pixel gets all, or all
#   get equal shares. But it is wrong if each of these pixels gets the full `dy`. The check has ties
#   only in windows that do not overlap.
# - `dx` has the float type of `x`. Do not change `dy` or the arrays in the cache.
#
# <details><summary>Hint: without a loop over the windows</summary>
#
# For one place (i, j) in the window, compare the slice of `x` with `y`. Where they are equal, this
# window has its maximum at (i, j), and its `dy` is added to the slice of `dx`. One simple rule for
# ties is that the first of several maxima gets all. For this rule you have to know which windows
# have already given their gradient away. In what array do you note this?
#
# </details>


# %% solution="max_pool2d_backward"
def max_pool2d_backward(dy, cache):
    """The gradient of max_pool2d_forward.

    dy : (N, C, H', W'), the gradient of the loss with respect to y
    returns dx : (N, C, H, W)
    """
    ### BEGIN SOLUTION
    x, y, size, stride = cache
    H_out, W_out = y.shape[2:]
    dx = np.zeros_like(x)
    waiting = np.ones(y.shape, dtype=bool)  # windows that still have their gradient
    for i, j in np.ndindex(size, size):
        rows = slice(i, i + stride * (H_out - 1) + 1, stride)
        columns = slice(j, j + stride * (W_out - 1) + 1, stride)
        is_here = waiting & (x[:, :, rows, columns] == y)
        dx[:, :, rows, columns] += dy * is_here
        waiting &= ~is_here
    return dx
    ### END SOLUTION


# %% check="max_pool2d_backward"
check("max_pool2d_backward", max_pool2d_forward, max_pool2d_backward)

# %% practice=true fold="Compare with central differences, windows overlapping or not"
if ready("max_pool2d_forward", "max_pool2d_backward"):
    rng = np.random.default_rng(3)
    for size, stride in ((2, 2), (3, 2), (3, 1)):
        x_pool = rng.normal(size=(2, 3, 7, 6))
        y_pool, cache = max_pool2d_forward(x_pool, size=size, stride=stride)
        in_loops = max_pool2d_in_loops(x_pool, size=size, stride=stride)
        dy_pool = rng.normal(size=y_pool.shape)

        def pooled(x, size=size, stride=stride):
            return max_pool2d_forward(x, size=size, stride=stride)[0]

        (wanted,) = differences_of(pooled, [x_pool], dy_pool)
        error = relative_error(max_pool2d_backward(dy_pool, cache), wanted)
        print(
            f"size {size}, stride {stride}: as in the loops: {np.allclose(y_pool, in_loops)}",
            end="",
        )
        print(f", relative error of dx {error:.0e}")
else:
    print("This cell waits.")

# %% [markdown]
# This is a good place to stop if you work in two sittings.

# %% [markdown]
# ## 8 One matrix product (im2col)
#
# With two loops, your function adds kh · kw arrays, one for each place in the filter. The same
# outputs can come from **one** matrix product. To get it, we write each window as a **row** of a
# matrix M, with C_in · kh · kw numbers. Each filter becomes a row of a matrix F, of the same
# length. Then each output is the dot product of a row of M and a row of F, plus the bias:
#
# $$U = M\, F^\top + b, \qquad M: (N \cdot H' \cdot W',\; C_\text{in} \cdot \text{kh} \cdot
# \text{kw}), \quad F: (C_\text{out},\; C_\text{in} \cdot \text{kh} \cdot \text{kw})$$
#
# So a convolution is a linear layer (notebook 06) whose samples are the windows. The step from the
# images to M is called **im2col** ("image to columns"; some programs write windows as columns).

# %% practice=true fold="Draw the matrix of an image with 4 x 4 pixels"
numbered = np.arange(16).reshape(4, 4)
starts = [(r, s) for r in range(2) for s in range(2)]
matrix = np.array([numbered[r : r + 3, s : s + 3].ravel() for r, s in starts])
shared = set(matrix[0]) & set(matrix[1])
with theme.style():
    figure, axes = plt.subplots(1, 2, figsize=(7.2, 2.3), width_ratios=(1, 2.9))
    for ax, table in zip(axes, (numbered, matrix), strict=True):
        for (row_number, column), value in np.ndenumerate(table):
            is_marked = value in shared and (ax is axes[0] or row_number < 2)
            face = "#CFE3F1" if is_marked else theme.PAPER
            spot = column, len(table) - 1 - row_number
            ax.add_patch(plt.Rectangle(spot, 1, 1, facecolor=face, edgecolor=theme.INK))
            ax.text(spot[0] + 0.5, spot[1] + 0.5, value, ha="center", va="center")
        left = -0.1 if ax is axes[0] else -2.9  # the names of the windows need some space
        ax.set(xlim=(left, table.shape[1] + 0.1), ylim=(-0.2, 4.2))
        ax.set_aspect("equal")
        ax.axis("off")
    axes[0].set_title("image")
    axes[1].set_title("matrix M: one row for each window, shared pixels in blue")
    for line, (r, s) in enumerate(starts):
        axes[1].text(-0.2, 3.5 - line, f"window ({r}, {s})", ha="right", va="center", size=9)
    plt.show()

# %% [markdown]
# *In words: left, an image of 4 × 4 pixels with the numbers 0 to 15. Right, a matrix with four rows
# and nine columns, one row for each 3 × 3 window. Six pixels are marked in blue. They lie in both
# of the first two windows, (0, 0) and (0, 1), so they are in both of the first two rows.*
#
# A pixel is copied into M once for each window that contains it. With stride 1, padding 1 and
# 3 × 3 filters, M has nine times as many numbers as the image.

# %% claims=true
claim("Six pixels are marked in blue", len(shared), above=5.5, below=6.5)

# %% [markdown]
# Write `conv2d_fast_forward`: it returns the same `u` as `conv2d_forward`, but from the product
# `M @ F.T`. The check compares only `u`, so it accepts loops, too. No later section needs this
# function. `np.lib.stride_tricks.sliding_window_view(xp, (kh, kw), axis=(2, 3))` returns all
# windows with stride 1, as an array (N, C_in, rows, columns, kh, kw), without copying a number.
# Which of them do you need? Which order of the axes does `reshape` need? And how does the
# matrix U become u?
#
# <details><summary>Hint: the order of the axes</summary>
#
# Name the axes of the windows by the indices of section 4: n, c, r, s, i, j. Which three of them
# number the rows of M, and which three the columns? The rows of U are numbered as those of M, and
# its columns by o.
#
# </details>


# %% solution="conv2d_fast_forward"
def conv2d_fast_forward(x, W, b, *, stride, padding):
    """The same as conv2d_forward, by one matrix product.

    returns u : (N, C_out, H', W'), and cache (not tested, may be None)
    """
    ### BEGIN SOLUTION
    C_out, C_in, kh, kw = W.shape
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(xp, (kh, kw), axis=(2, 3))
    windows = windows[:, :, ::stride, ::stride]
    N, _, H_out, W_out = windows.shape[:4]
    M = windows.transpose(0, 2, 3, 1, 4, 5).reshape(N * H_out * W_out, C_in * kh * kw)
    u = M @ W.reshape(C_out, -1).T + b
    return u.reshape(N, H_out, W_out, C_out).transpose(0, 3, 1, 2), M
    ### END SOLUTION


# %% check="conv2d_fast_forward"
check("conv2d_fast_forward", conv2d_fast_forward)

# %% [markdown]
# The next cells measure times on this machine, for 8 images of 16 × 16 pixels and 3 × 3 filters.
# The first layer has 3 input and 8 output channels, the second layer has 64 and 64. "The library"
# is `functional.conv2d_forward` of the course, which also uses im2col. The seven loops run for the
# first layer only: the second has about 170 times as many multiplications.


# %% practice=true fold="Measure short times"
now = start = time.perf_counter()
while now == start:
    now = time.perf_counter()
TICK = now - start  # of this clock: in some browsers a thousandth of a second


def seconds(function, *arrays, **settings):
    """The shortest time of some runs: other programs only make a run longer.

    A run is one call, or as many as take 20 ticks of the clock.
    """
    times, calls = [], 1
    while len(times) < 3 or (calls * sum(times) < 0.2 and len(times) < 200):
        start = time.perf_counter()
        for _ in range(calls):
            function(*arrays, **settings)
        taken = time.perf_counter() - start
        if taken < 20 * TICK:
            calls *= 2
            continue
        times.append(taken / calls)
        if times[0] > 0.5:
            break
    return min(times)


# %% practice=true fold="Measure times and compute memory"
ways = {"seven loops": conv2d_in_loops}
if ready("conv2d_forward"):
    ways["your conv2d_forward"] = conv2d_forward
if ready("conv2d_fast_forward"):
    ways["your conv2d_fast_forward"] = conv2d_fast_forward
ways["the library"] = functional.conv2d_forward
rng = np.random.default_rng(6)
took, memory = {}, {}
for channels in ((3, 8), (64, 64)):
    C_in, C_out = channels
    x_time = rng.normal(size=(8, C_in, 16, 16)).astype("float32")
    W_time = rng.normal(size=(C_out, C_in, 3, 3)).astype("float32")
    b_time = np.zeros(C_out, "float32")
    memory[channels] = x_time.nbytes, 4 * (8 * 16 * 16) * (C_in * 9)  # four bytes a number
    for name, way in ways.items():
        if C_in == 3 or took[name, (3, 8)] < 0.1:
            arrays = x_time, W_time, b_time
            took[name, channels] = seconds(way, *arrays, stride=1, padding=1)
for (name, channels), needed in took.items():
    print(f"{channels[0]:2} to {channels[1]:2} channels, {name:25}{1000 * needed:10.3f} ms")
for channels, (images, M) in memory.items():
    print(f"{channels[0]:2} channels: images {images / 1024:5.0f} KiB, M {M / 1024:6.0f} KiB")

# %% [markdown]
# The seven loops take more than a thousand times as long as the library.
#
# For the sums over the channels, two loops over (i, j) call NumPy nine times. With im2col, one call
# is enough. What matters more: the number of calls, or how each call computes its sum?
# Plain `np.einsum` adds in loops of its own. With `optimize=True` it calls the matrix product of a
# fast library (BLAS). The next cell measures nine sums and one product
# for the second layer, each in both ways. All four need the same number of multiplications.

# %% claims=true
loops, library = took["seven loops", (3, 8)], took["the library", (3, 8)]
claim(
    "The seven loops take more than a thousand times as long as the library",
    loops / library,
    above=1000,
)


# %% practice=true fold="Measure the sums over the channels alone"
xp_time = np.pad(x_time, [(0, 0), (0, 0), (1, 1), (1, 1)])
M_time = rng.normal(size=(8 * 16 * 16, 64 * 9)).astype("float32")
F_time = W_time.reshape(64, -1)


def nine_sums(optimize):
    """The sums over the channels of the second layer, one for each place in the filters, added."""
    total = 0
    for i, j in np.ndindex(3, 3):
        pixels, weights = xp_time[:, :, i : i + 16, j : j + 16], W_time[:, :, i, j]
        total = total + np.einsum("ncrs,oc->nors", pixels, weights, optimize=optimize)
    return total


def one_product(optimize):
    """The same number of multiplications in one product."""
    return np.einsum("mk,ok->mo", M_time, F_time, optimize=optimize)


took_sums = {
    (number, optimize): seconds(function, optimize)
    for number, function in (("nine sums", nine_sums), ("one product", one_product))
    for optimize in (False, True)
}
for (number, optimize), needed in took_sums.items():
    print(f"{number:12}optimize={optimize!s:6}{1000 * needed:10.3f} ms")

# %% [markdown]
# On the computer where we measured, nine sums with `optimize=True` are faster than one product by
# plain `np.einsum`. So here, how each call computes its sum matters more than the number of calls.
# (The layout of the arrays differs, too, and these times leave out the time to
# build M.) With many channels, as here, add `optimize=True` to your `np.einsum`.

# %% claims=true
words = "nine sums with `optimize=True` are faster than one product by\nplain `np.einsum`"
claim(words, took_sums["nine sums", True], below=took_sums["one product", False])

# %% [markdown]
# ## 9 What a layer costs and what it sees
#
# ### Multiplications
#
# The seven loops show how much work a convolution is: each innermost step is one multiplication and
# one addition, together one *multiply-add*. How many are there?
#
# Write `multiply_adds`. The next cell compares it with counting, and prints the costs of a network.
# Its first layer has 12 filters of 5 × 5, stride 2 and padding 2, on images of 16 × 16 pixels.
# Before you run that cell: with stride 1 instead of 2, by which factors would the weights and the
# multiply-adds of this layer change?


# %% solution="multiply_adds"
def multiply_adds(u_shape, W_shape):
    """The multiply-adds of a convolution for all images, from the shapes of u and W (section 4)."""
    ### BEGIN SOLUTION
    return int(np.prod(u_shape) * np.prod(W_shape[1:]))
    ### END SOLUTION


# %% practice=true fold="Compare with counting the steps; print the costs of a network"
LAYERS = {  # shapes of the output and of the weights, for one image of 16 x 16 pixels
    "5 × 5, 3 to 12 channels": ((1, 12, 8, 8), (12, 3, 5, 5)),
    "3 × 3, 12 to 24 channels": ((1, 24, 3, 3), (24, 12, 3, 3)),
    "linear, 216 to 8": ((1, 8, 1, 1), (8, 216, 1, 1)),
}
try:
    shapes = (2, 3, 5, 4), (3, 2, 3, 1)
    counted = sum(1 for _ in np.ndindex(*shapes[0], *shapes[1][1:]))
    print("small example:", multiply_adds(*shapes), "by your formula,", counted, "counted")
    weights_of = {name: int(np.prod(W)) + W[0] for name, (_, W) in LAYERS.items()}
    work_of = {name: multiply_adds(u, W) for name, (u, W) in LAYERS.items()}
    print(f"{'layer':26}{'weights':>9}{'multiply-adds':>15}")
    for name in LAYERS:
        print(f"{name:26}{weights_of[name]:9,}{work_of[name]:15,}")
except NotImplementedError:
    print("multiply_adds is not written yet.")

# %% [markdown]
# <details><summary>The answer</summary>
#
# There are N · C_out · H′ · W′ outputs, and each of them is a sum of C_in · kh · kw products. C_out
# counts once, so the first axis of `W` is left out: `np.prod(u_shape) * np.prod(W_shape[1:])`.
#
# With stride 1, the first layer has 16 × 16 places instead of 8 × 8. So it has four times as
# many multiply-adds and the same number of weights.
#
# </details>
#
# The three layers are those of the network in section 10, for one image. The first layer has less
# than a fifth of the weights, but more than half of the multiply-adds, because it uses each weight
# at 64 places. The linear layer uses each weight once.

# %% claims=true
total_weights, total_work = sum(weights_of.values()), sum(work_of.values())
first = "5 × 5, 3 to 12 channels"
words = "The first layer has less\nthan a fifth of the weights"
claim(words, weights_of[first] / total_weights, below=0.2)
claim("but more than half of the multiply-adds", work_of[first] / total_work, above=0.5)

# %% [markdown]
# ### The receptive field
#
# An output of the first layer depends on one window of the image. An output of the second layer
# depends on a window of the first layer, and so on a larger part of the image. This part is called
# the **receptive field** of the output. Three layers with 3 × 3 filters and **stride 2** follow
# each other. **How many pixels wide is the receptive field of one output of the third layer?**

# %% guess="the receptive field of three layers"
guess("ps14_field", None)  # a number of pixels


# %% practice=true fold="Define the measurement of a receptive field" after=false
def measured_field(kernels, strides, width=200):
    """The columns of the input that get a gradient from one output, by your backward passes."""
    image = np.zeros((1, 1, 1, width))
    caches, u = [], image
    for k, stride in zip(kernels, strides, strict=True):
        u, cache = conv2d_forward(u, np.ones((1, 1, 1, k)), np.zeros(1), stride=stride, padding=0)
        caches.append(cache)
    du = np.zeros_like(u)
    du[..., u.shape[-1] // 2] = 1
    for cache in reversed(caches):
        du, _, _ = conv2d_backward(du, cache)
    return int(np.count_nonzero(du))


# %% practice=true
if ready("conv2d_forward", "conv2d_backward"):
    field = measured_field([3, 3, 3], [2, 2, 2])
    reveal("ps14_field", field, "Measured: the columns that get a gradient from one output.")
else:
    print("This cell waits.")

# %% practice=true fold="Compute the places of all units" after="ps14_field"
deepest, strides_shown = 4, (1, 2)
pyramid = {}  # places of the units, and ends of the lines between them
for depth in range(1, deepest + 1):
    for stride in strides_shown:
        units, dots, links = {0}, [], []
        for level in range(depth, -1, -1):
            scale = stride**level
            dots += [(unit * scale, level) for unit in sorted(units)]
            below = {unit * stride + i for unit in units for i in (-1, 0, 1)}
            if level:
                for unit in sorted(units):
                    for i in (-1, 0, 1):
                        under = (unit * stride + i) * stride ** (level - 1)
                        links += [(unit * scale, level), (under, level - 1), (np.nan, np.nan)]
            units = below
        pyramid[depth, stride] = np.array(dots, float), np.array(links, float)


# %% practice=true fold="Draw the receptive field, live" after="ps14_field"
def filled(which):
    """(depths, strides, T, 2): all settings, made equally long with nan."""
    longest = max(len(both[which]) for both in pyramid.values())
    table = np.full((deepest, 2, longest, 2), np.nan)
    for (depth, stride), both in pyramid.items():
        table[depth - 1, stride - 1, : len(both[which])] = both[which]
    return table


with theme.style():
    figure, ax = plt.subplots(figsize=(6.4, 3.2))
    ax.set(xlim=(-16.5, 26), xticks=range(-15, 16, 5), ylim=(-0.4, deepest + 0.4))
    ax.grid(visible=False)
    ax.set(xlabel="column of the image, seen from the middle")
    ax.set_yticks(range(deepest + 1), ["image", *(f"layer {n + 1}" for n in range(deepest))])
    ax.set_title("What one output of the last layer sees, filters of width 3")
    dot_places, link_places = filled(0), filled(1)
    traces = [
        Trace(ax, link_places[..., 0], link_places[..., 1], color="#9EC5DD", width=1.0),
        Trace(ax, dot_places[..., 0], dot_places[..., 1], width=0, marker=6),
    ]
    for setting, (dots, _) in pyramid.items():  # the width of the field, beside its last column
        last = np.full((deepest, 2, 1), np.nan)
        last[setting[0] - 1, setting[1] - 1] = dots[:, 0].max()
        seen = f"{np.sum(dots[:, 1] == 0)} columns"
        traces.append(Trace(ax, last, 0 * last, width=0, marker=6, label=seen))
says = [
    [
        f"{depth} layers, stride {stride}: one output sees "
        f"{np.sum(pyramid[depth, stride][0][:, 1] == 0)} columns of the image."
        for stride in strides_shown
    ]
    for depth in range(1, deepest + 1)
]
live(
    figure,
    {"layers": np.arange(1, deepest + 1), "stride": np.array(strides_shown)},
    traces,
    says=says,
    start={"layers": 3, "stride": 2},
    alt="One output at the top, connected with three units of the layer below, and so on down to "
    "the columns of the image, for one to four layers and the strides 1 and 2",
)

# %% [markdown] after="ps14_field"
# *In words: one output of the last layer at the top, and below it all outputs on which it depends,
# down to the image. You choose the number of layers and the stride. For three layers with stride 2,
# these are 3 outputs of layer 2, 7 outputs of layer 1 and 15 columns of the image.*

# %% [markdown]
# To compute the receptive field, go from the first layer to the last. Keep two numbers. The first
# is the width of the field so far. The second is the *step*: the distance, in pixels, between the
# fields of two neighbouring outputs. Without any layer, both numbers are 1. A layer with a filter
# (or pooling window) of width k takes k neighbouring outputs of the layer before. By how much does
# the field grow? And what happens to the step? Write the two lines.


# %% solution="receptive_field"
def receptive_field(kernels, strides):
    """The width of the receptive field of one output of the last of these layers."""
    field, step = 1, 1
    for k, stride in zip(kernels, strides, strict=True):
        ### BEGIN SOLUTION
        field += (k - 1) * step
        step *= stride
        ### END SOLUTION
    return field


# %% practice=true fold="Compare with the measurement" after="ps14_field"
if ready("conv2d_forward", "conv2d_backward"):
    try:
        fields = {}
        for kernels, strides in (
            ([3, 3, 3], [1, 1, 1]),
            ([7], [1]),
            ([3, 3, 3], [2, 2, 2]),
            ([5, 3, 3], [2, 2, 1]),
        ):
            fields[tuple(kernels)] = mine = receptive_field(kernels, strides)
            print(f"widths {kernels}, strides {strides}: {mine} by your formula, ", end="")
            print(measured_field(kernels, strides), "measured")
    except NotImplementedError:
        print("receptive_field is not written yet.")
else:
    print("This cell waits.")

# %% [markdown] after="ps14_field"
# The two lines are `field += (k - 1) * step` and, below it, `step *= stride`. The last of k
# neighbouring outputs is k − 1 steps away from the first one. The windows of two neighbouring
# outputs of this layer are `stride` inputs apart. So the step is multiplied by `stride`.
#
# Three layers of 3 × 3 with stride 1 see 7 × 7 pixels, as one layer with a 7 × 7 filter does. With
# one channel everywhere, they have 3 · 9 = 27 weights, and the one layer has 49.
#
# With stride 2 the field is 15 pixels wide, because the step doubles in each layer. The last line
# printed above has the widths and strides of the network in section 10: its field of 17 pixels is
# wider than the images there (16).

# %% claims=true
claim("see 7 × 7 pixels", measured_field([3, 3, 3], [1, 1, 1]), equals=7, within=0.1, given=[7])
claim("With stride 2 the field is 15 pixels wide", field, equals=15, within=0.1, given=[2])
whole = measured_field([5, 3, 3], [2, 2, 1])
claim("its field of 17 pixels", whole, equals=17, within=0.1)

# %% [markdown]
# ## 10 Your functions classify emoji
#
# The task: name the class of an emoji. There are eight classes, such as animal, face and food, all
# equally frequent in each set. So a constant answer is right in one of eight cases. We have 1,200
# training, 320 validation and 600 test images. No emoji is in two of the sets: the test images show
# emoji that the network has never seen. We reduce the images to 16 × 16 pixels, so that each
# training takes seconds.
#
# Three networks:
#
# - **The convolutional network** has two convolutions, an overlapping max pooling between them, and
#   a linear layer: 5,264 weights (with the biases).
# - **The small perceptron** has one hidden layer of 7 units. With 5,447 weights it has about as
#   many as the convolutional network.
# - **The large perceptron** has 64 hidden units and 49,736 weights, more than nine times as many.


# %% practice=true
def convolutional(rng, conv=None, pool=None):
    """conv, pool: an Op, your pair of functions (forward, backward); None: the library's."""
    return Sequential(
        Conv2d(3, 12, 5, stride=2, padding=2, rng=rng, op=conv),  # (N, 12, 8, 8)
        ReLU(),
        MaxPool2d(3, stride=2, op=pool),  # (N, 12, 3, 3)
        Conv2d(12, 24, 3, padding=1, rng=rng, op=conv),  # (N, 24, 3, 3)
        ReLU(),
        Flatten(),  # (N, 216)
        Linear(216, 8, rng=rng),
    )


def perceptron(hidden, rng):
    """A network with one hidden layer on all 768 numbers of an image."""
    return Sequential(Flatten(), Linear(768, hidden, rng=rng), ReLU(), Linear(hidden, 8, rng=rng))


# %% practice=true fold="Load the emoji; define the training"
def small(x):
    """Images (N, 3, 16, 16) in [-0.5, 0.5] from rows of 3 * 32 * 32 numbers in [0, 1]."""
    return x.reshape(-1, 3, 16, 2, 16, 2).mean(axis=(3, 5)).astype("float32") - np.float32(0.5)


sets = load_emoji()
emoji_x, emoji_t = [small(part.x) for part in sets], [part.t for part in sets]


def train(network, lr, seed, epochs, batch=50, images=emoji_x):
    """Adam. Returns (training, validation, test) accuracy after each number of epochs."""
    optimizer = Adam(network.parameters(), lr=lr)
    rng = np.random.default_rng(100 + seed)
    reached = []
    for epoch in range(1, max(epochs) + 1):
        order = rng.permutation(len(emoji_t[0]))
        for start in range(0, len(order), batch):
            chosen = order[start : start + batch]
            y, backward = network.forward(images[0][chosen], training=True)
            _, dy = softmax_cross_entropy(y, emoji_t[0][chosen])
            optimizer.zero_grad()
            backward(dy)
            optimizer.step()
        if epoch in epochs:
            right = [network(x).argmax(axis=1) == t for x, t in zip(images, emoji_t, strict=True)]
            reached.append([float(np.mean(one)) for one in right])
    return np.array(reached)


NETWORKS = {
    "convolutional": lambda rng: convolutional(rng),
    "small perceptron": lambda rng: perceptron(7, rng),
    "large perceptron": lambda rng: perceptron(64, rng),
}
sizes = {
    name: sum(p.data.size for p in make(np.random.default_rng(0)).parameters())
    for name, make in NETWORKS.items()
}
print("numbers of weights:", ", ".join(f"{name} {size:,}" for name, size in sizes.items()))

# %% [markdown]
# First, **your functions train the network** for one epoch, beside the library's functions. Both
# start with the same weights and see the same images in the same order.

# %% practice=true fold="Train one epoch with your functions and with the library's"
if ready("conv2d_backward", "max_pool2d_backward"):
    yours = Op(conv2d_forward, conv2d_backward), Op(max_pool2d_forward, max_pool2d_backward)
    five, network = emoji_x[0][:5], convolutional(np.random.default_rng(0), *yours)
    start = time.perf_counter()
    y, backward = network.forward(five, training=True)
    backward(np.ones_like(y))
    estimate = (time.perf_counter() - start) * len(emoji_x[0]) / len(five)
    if estimate > 100:
        print(
            f"With your functions an epoch would take up to {estimate:.0f} seconds. Use two loops."
        )
    for name, ops in (("your functions", yours), ("the library", (None, None))):
        if ops[0] is None or estimate <= 100:
            start = time.perf_counter()
            network = convolutional(np.random.default_rng(0), *ops)
            reached = train(network, 0.003, 0, epochs=(1,))[0]
            needed = time.perf_counter() - start
            print(f"{name:15} training accuracy {reached[0]:.3f}, validation", end="")
            print(f" {reached[1]:.3f} after one epoch, {needed:.1f} seconds")
else:
    print("This cell waits.")

# %% [markdown]
# For the comparison, the library's layers train the networks. They compute the same as your
# functions. There are 36 trainings: 3 networks, the learning rates 0.001, 0.003, 0.01 and 0.03, and
# the seeds 0, 1 and 2. <!-- no claim: setting --> Each is measured after 5, 10, 20 and 30 epochs.
# For each network we keep the rate and the number of epochs with the best mean *validation*
# accuracy. After this choice, we measure the test accuracy. The next cell may run for more than a
# minute.
#
# **By how much is the test accuracy of the convolutional network higher than the accuracy of the
# small perceptron?** (A negative number means: lower.)

# %% guess="convolutional network and small perceptron"
guess("ps14_emoji", None)  # a difference of accuracies, such as 0.02 or -0.02


# %% practice=true fold="Train the three networks with four rates and three seeds"
RATES, SEEDS, most = smaller_in_browser(
    rates=((0.001, 0.003, 0.01, 0.03), (0.003, 0.01)), seeds=(range(3), range(2)), epochs=(30, 20)
)
EPOCHS = [epochs for epochs in (5, 10, 20, 30) if epochs <= most]


def searched(make, rates, images_of):
    """The rate and epochs that validation chooses; (seeds, sets) the accuracies with them."""
    runs = {
        lr: np.array(
            [
                train(make(np.random.default_rng(seed)), lr, seed, EPOCHS, images=images_of[seed])
                for seed in SEEDS
            ]
        )
        for lr in rates
    }  # rate: (seeds, numbers of epochs, sets)
    validated = {(lr, k): runs[lr][:, k, 1].mean() for lr in rates for k in range(len(EPOCHS))}
    lr, k = max(validated, key=validated.get)
    return (lr, EPOCHS[k]), runs[lr][:, k]


chosen, training_of, test_of, seconds_of = {}, {}, {}, {}
for name, make in NETWORKS.items():
    start = time.perf_counter()
    chosen[name], accuracies = searched(make, RATES, [emoji_x] * len(SEEDS))
    training_of[name], test_of[name] = accuracies[:, 0], accuracies[:, 2]
    seconds_of[name] = (time.perf_counter() - start) / (len(SEEDS) * len(RATES))

# %% practice=true
gain_small = test_of["convolutional"] - test_of["small perceptron"]
gain_large = test_of["convolutional"] - test_of["large perceptron"]
spread = gain_small.std(ddof=1)
wins = int(np.sum(gain_small > 0))
reveal(
    "ps14_emoji",
    round(float(gain_small.mean()), 3),
    f"Mean over {len(SEEDS)} seeds, standard deviation {spread:.3f}; positive on {wins} of them.",
)

# %% practice=true fold="Print and draw the test accuracies" after="ps14_emoji"
for name in NETWORKS:
    lr, epochs = chosen[name]
    print(f"{name:17} {sizes[name]:6,} weights, rate {lr:g}, {epochs:2} epochs: accuracy", end="")
    print(f" training {training_of[name].mean():.3f},", end="")
    print(f" test {test_of[name].mean():.3f} ± {test_of[name].std(ddof=1):.3f}", end="")
    print(f", {seconds_of[name]:.1f} s a training")
with theme.style():
    figure, ax = plt.subplots(figsize=(6.6, 2.3))
    paired_differences(ax, {"small perceptron": gain_small, "large perceptron": gain_large})
    ax.set(xlabel="convolutional minus the other, test accuracy", ylabel="compared with")
    ax.set_title("Difference of the test accuracies on each seed")
    plt.show()

# %% [markdown] after="ps14_emoji"
# *In words: two rows with three dots each: the test accuracy of the convolutional network minus the
# one of the small perceptron, and minus the one of the large perceptron. All six dots lie to the
# right of 0.*
#
# The convolutional network is better than both perceptrons on each of the three seeds. Its mean
# accuracy is more than 0.05 higher than each of theirs. All three networks fit their training
# images much better than new ones (they overfit). The gap between training and test accuracy is
# largest for the large perceptron, which has more than nine times as many weights. But the number
# of weights need not be the cause: the convolutional network also has other layers, and the small
# perceptron was trained at another rate.
#
# The printed standard deviations are over three seeds, with one test set. Other test images would
# change the accuracies. With 600 images, the *standard error* of an accuracy of 0.3 is about
# 0.019. <!-- no claim: derived --> For the difference of two such accuracies on separate test sets
# it is 0.026. <!-- no claim: derived --> Here both networks see the same images. If they often fail
# on the same ones, the standard error of their difference is smaller than that.
# Both mean differences are more than twice 0.026.
#
# The convolutional network also costs time. For one image, its forward pass needs less than twice
# as many multiply-adds as that of the large perceptron (82,656 against 49,664). But its training
# takes more than twice as long.

# %% claims=true
shares = [np.bincount(t, minlength=8) / len(t) for t in emoji_t]
claim("equally frequent in each set", np.ravel(shares), above=0.12, below=0.13)
claim("a constant answer is right in one of eight cases", shares[2].max(), below=0.13)
claim("5,264 weights", sizes["convolutional"], equals=5264, within=0.5)
claim("With 5,447 weights", sizes["small perceptron"], equals=5447, within=0.5)
claim(
    "has 64 hidden units and 49,736 weights",
    sizes["large perceptron"],
    equals=49736,
    within=0.5,
    given=[64],
)
for gain in (gain_small, gain_large):
    words = "All six dots lie to the\nright of 0"
    claim(words, gain, above=0)
    claim("is better than both perceptrons on each of the three seeds", gain, above=0)
    claim("Its mean\naccuracy is more than 0.05 higher", gain.mean(), above=0.05)
    claim(
        "Both mean differences are more than twice\n0.026",
        gain.mean() / 0.026,
        above=2,
        given=[0.026],
    )
words = "the small perceptron was trained at another rate"
claim(words, chosen["small perceptron"][0], above=2 * chosen["large perceptron"][0])
nine = sizes["large perceptron"] / sizes["convolutional"]
claim("more than nine times as many", nine, above=9)
longer = seconds_of["convolutional"] / seconds_of["large perceptron"]
claim("But its training\ntakes more than twice as long", longer, above=2)
large_work = emoji_x[0][0].size * 64 + 64 * 8
words = "needs less than twice\nas many multiply-adds"
claim(words, total_work / large_work, below=2)
claim("82,656 against 49,664", total_work, equals=82656, within=0.5, given=[49664])
claim("82,656 against 49,664", large_work, equals=49664, within=0.5, given=[82656])
excess = {name: (training_of[name] - test_of[name]).mean() for name in NETWORKS}
words = "All three networks fit their training\nimages much better than new ones"
claim(words, list(excess.values()), above=0.15)
words = "The gap between training and test accuracy is\nlargest for the large perceptron"
claim(
    words,
    excess["large perceptron"],
    above=max(excess["convolutional"], excess["small perceptron"]),
)

# %% [markdown]
# ### Do the networks use the order of the pixels?
#
# For each of the seeds 0, 1 and 2, we draw one permutation of the 256 pixels and apply it to *all*
# images of the three sets. Most neighbours are now far apart. We train the convolutional network
# and the large perceptron on these images. Again we choose the settings, the rate (here only 0.003
# or 0.01) and the epochs, by the validation accuracy. The next cell may
# run for half a minute. **Which test accuracy falls by more than 0.05 (mean of three seeds)?**
#
# - a: that of both networks
# - b: only that of the convolutional network
# - c: only that of the large perceptron
# - d: that of neither network

# %% guess="which accuracy falls"
guess("ps14_permuted", None, among="abcd")  # a letter in quotes, such as "a"


# %% practice=true fold="Permute the pixels and train both networks"
def permuted(x, order):
    """The pixels of all images in another order, the same for each image and channel."""
    return x.reshape(len(x), 3, 256)[:, :, order].reshape(x.shape)


pixel_orders = [np.random.default_rng(seed).permutation(16 * 16) for seed in SEEDS]
permuted_x = [[permuted(x, pixel_order) for x in emoji_x] for pixel_order in pixel_orders]
rates = smaller_in_browser(rates=((0.003, 0.01), [0.003]))
chosen_permuted, test_permuted, control_of = {}, {}, {}
for name in ("convolutional", "large perceptron"):
    chosen_permuted[name], accuracies = searched(NETWORKS[name], rates, permuted_x)
    test_permuted[name] = accuracies[:, 2]
    lr, epochs = chosen[name]
    control_of[name] = [
        train(NETWORKS[name](np.random.default_rng(seed)), lr, seed, (epochs,), images=images)[0, 2]
        for seed, images in zip(SEEDS, permuted_x, strict=True)
    ]

# %% practice=true
falls = [np.mean(test_of[name] - test_permuted[name]) > 0.05 for name in test_permuted]
letter = {(True, True): "a", (True, False): "b", (False, True): "c", (False, False): "d"}[
    bool(falls[0]), bool(falls[1])
]
options = {"a": "both", "b": "the convolutional", "c": "the large perceptron", "d": "neither"}
reveal("ps14_permuted", letter, "The test accuracies without and with the permutation.", options)

# %% practice=true fold="Print the test accuracies on both kinds of images" after="ps14_permuted"
lost = {name: test_of[name] - accuracy for name, accuracy in test_permuted.items()}
lost_control = {name: test_of[name] - accuracy for name, accuracy in control_of.items()}
for name, accuracy in test_permuted.items():
    for images, values, (lr, epochs) in (
        ("as they are", test_of[name], chosen[name]),
        ("pixels permuted", accuracy, chosen_permuted[name]),
    ):
        print(f"{name:17} {images:16}{values.mean():.3f} ± {values.std(ddof=1):.3f}", end="")
        print(f" (rate {lr:g}, {epochs} epochs)")
    print(f"    falls on each seed by {', '.join(f'{fall:.3f}' for fall in lost[name])}")
for name, losses in lost_control.items():
    lr, epochs = chosen[name]
    print(f"control: {name}, pixels permuted, rate {lr:g}, {epochs} epochs")
    print(f"    falls on each seed by {', '.join(f'{fall:.3f}' for fall in losses)}")

# %% [markdown] after="ps14_permuted"
# The convolutional network loses accuracy on each of the three seeds. A likely reason: its windows
# now contain pixels from all parts of the image. The mean accuracy of the large perceptron falls by
# less than half as much. The control trains both networks with the settings of the ordinary images,
# so that only the images differ. There the convolutional network loses accuracy on each seed, too,
# and the accuracy of the large perceptron hardly changes.
#
# In the large perceptron, each unit has one weight for each pixel and channel, and all of them are
# initialised from one distribution. So the permutation only acts like another draw of the initial
# weights. With equal settings, it changes the accuracy only by chance.
# Its small fall on three seeds might come from the changed settings. But with the two settings on
# the ordinary images and twelve seeds, the mean difference was within two standard errors of 0 (the
# optional cell below repeats this).
#
# More than half of the convolutional network's lead over the large perceptron is gone. Its layers
# and its number of weights are the same as before, so they alone do not explain the lead. The
# permutation takes away the reason for both assumptions of section 2. So we cannot say which of
# them matters more.

# %% claims=true
words = "The convolutional network loses accuracy on each of the three seeds"
claim(words, lost["convolutional"], above=0)
words = "There the convolutional network loses accuracy on each seed, too"
claim(words, lost_control["convolutional"], above=0)
words = "The mean accuracy of the large perceptron falls by\nless than half as much"
claim(words, np.mean(lost["convolutional"]) / 2 - np.mean(lost["large perceptron"]), above=0)
words = "the accuracy of the large perceptron hardly changes"
claim(words, np.max(np.abs(lost_control["large perceptron"])), below=0.01)
changed = chosen["large perceptron"] != chosen_permuted["large perceptron"]
claim("might come from the changed settings", float(changed), above=0.5)
claim("Its small fall on three seeds", np.mean(lost["large perceptron"]), above=0, given=[3])
lead_left = np.mean(test_permuted["convolutional"] - test_permuted["large perceptron"])
words = "More than half of the convolutional network's lead over the large perceptron is gone"
claim(words, lead_left, below=gain_large.mean() / 2)

# %% practice=true fold="Optional: the two settings, twelve seeds (a minute)" after=false
REPEAT = False  # True trains 24 networks


def differences_of_settings(seeds=range(12)):
    """Of the large perceptron's accuracies with the two settings, on the ordinary images."""
    settings = chosen["large perceptron"], chosen_permuted["large perceptron"]
    both = [
        [
            train(perceptron(64, np.random.default_rng(seed)), lr, seed, (epochs,))[0, 2]
            for lr, epochs in settings
        ]
        for seed in seeds
    ]
    return -np.diff(both)[:, 0]


if REPEAT:
    differences = differences_of_settings()
    error = differences.std(ddof=1) / np.sqrt(len(differences))
    print(f"mean difference {differences.mean():+.4f}, standard error {error:.4f}")
else:
    print("Write REPEAT = True to repeat the comparison with twelve seeds.")

# %% claims="slow"
differences = differences_of_settings()
standard_error = np.std(differences, ddof=1) / np.sqrt(len(differences))
claim(
    "the mean difference was within two standard errors of 0",
    abs(np.mean(differences)) / standard_error,
    below=2,
    given=[0],
)

# %% [markdown]
# ### The filters before and after the training
#
# A filter of the first layer has three channels, so we can show it as a colour image of 5 × 5
# pixels. Grey is the weight 0, and all filters have the same colour scale. Here your functions
# train the network again (the library's, if yours need 8 seconds or more an epoch). As a
# control, the same network is trained on images with permuted pixels (by the library's
# functions). The next cell may run for 20 seconds.

# %% practice=true fold="Train once more; measure the filters of the first layer"
lr, epochs = chosen["convolutional"]
ops = (None, None)
if ready("conv2d_backward", "max_pool2d_backward") and estimate < 8:
    ops = Op(conv2d_forward, conv2d_backward), Op(max_pool2d_forward, max_pool2d_backward)
print("trained with", "the library's functions" if ops[0] is None else "your functions")
network = convolutional(np.random.default_rng(0), *ops)
filters_before = network.layers[0].W.data.copy()
with_seed_0 = train(network, lr, 0, epochs=(epochs,))[0]
filters_after = network.layers[0].W.data
control = convolutional(np.random.default_rng(0))  # the same weights at the start
train(control, lr, 0, epochs=(epochs,), images=permuted_x[0])
filters_control = control.layers[0].W.data
three = {
    "before": filters_before,
    "after": filters_after,
    "after, pixels permuted": filters_control,
}


def alike(filters):
    """The correlation of each weight with its right and its lower neighbour."""
    beside = filters[..., :-1].ravel(), filters[..., 1:].ravel()
    below = filters[..., :-1, :].ravel(), filters[..., 1:, :].ravel()
    return np.corrcoef(np.concatenate([beside, below], axis=1))[0, 1]


sizes_of_weights = [np.sqrt(np.mean(f**2)) for f in three.values()]
neighbours_alike = [alike(f) for f in three.values()]
print("test accuracy:", with_seed_0[2].round(3))
for when, size, likeness in zip(three, sizes_of_weights, neighbours_alike, strict=True):
    print(f"{when:23} root mean square of the weights {size:.3f},", end=" ")
    print(f"correlation of neighbouring weights {likeness:.3f}")

# %% practice=true fold="Draw the first six filters, with the correlation of each row"
limit = max(np.abs(filters).max() for filters in three.values())
with theme.style():
    figure, axes = plt.subplots(3, 6, figsize=(6.4, 4.5))
    rows = zip(axes, three.items(), neighbours_alike, strict=True)
    for line, (when, filters), likeness in rows:
        for ax, one in zip(line, filters, strict=False):  # six of the twelve filters
            ax.imshow(0.5 + 0.5 * np.moveaxis(one, 0, 2) / limit)
            ax.axis("off")
        name = f"{when}: correlation of neighbouring weights {likeness:.2f}".replace("-", "−")
        # The name is wider than its filter. It must not push the second filter away.
        line[0].text(-0.5, -0.8, name, size=11).set_in_layout(False)
    title = "Filters 1 to 6 of the first layer, before and after the training"
    figure.suptitle(title, x=0.02, ha="left")
    plt.show()

# %% [markdown]
# *In words: three rows of six filters: before the training, after it, and after the training on
# permuted pixels. Before the training they look like coloured noise. After it, the colours are
# stronger, and some filters have larger patches of similar colours. On permuted pixels, the colours
# become stronger, too, but neighbouring pixels do not become alike. The correlation above each row
# is that of all twelve filters.*
#
# We pair each weight with its right and its lower neighbour in the same channel. The correlation
# of these pairs is 1 if neighbours are equal, and near 0 if they are independent.
# Before the training it is near 0. On ordinary images, it is above
# 0.2 afterwards, so the filters have become smoother. On images with permuted pixels, it stays
# within 0.1 of 0. In both trainings the root mean square of the weights grows. So here the smooth
# filters come from the images, where neighbouring pixels are alike. Figure and numbers come from
# one run of each (seed 0).

# %% claims=true
claim("Before the training it is near 0", abs(neighbours_alike[0]), below=0.1, given=[0])
claim("it is above\n0.2 afterwards", neighbours_alike[1], above=0.2)
claim("it stays\nwithin 0.1 of 0", abs(neighbours_alike[2]), below=0.1, given=[0])
for words in (
    "In both trainings the root mean square of the weights grows",
    "the colours are\nstronger",
    "the colours\nbecome stronger, too",
):
    claim(words, min(sizes_of_weights[1:]), above=sizes_of_weights[0])
claim("patches of similar colours", neighbours_alike[1], above=neighbours_alike[0])
words = "neighbouring pixels do not become alike"
claim(words, neighbours_alike[2], below=neighbours_alike[1] / 2)

# %% [markdown]
# ## 11 Questions
#
# **Shapes.** A convolution gets `x` of the shape (8, 3, 20, 20) and `W` of the shape (16, 3, 5, 5),
# with stride 2 and padding 2. What are the shapes of `u`, `dW` and `db`?
#
# - a: u (8, 16, 10, 10), dW (16, 3, 5, 5), db (16,)
# - b: u (8, 16, 9, 9), dW (16, 3, 5, 5), db (16,)
# - c: u (8, 16, 10, 10), dW (8, 16, 3, 5, 5), db (8, 16)
# - d: u (8, 16, 10, 10), dW (16, 3, 5, 5), db (16, 10, 10)

# %% solution="answer_conv_shapes"
answer_conv_shapes = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_conv_shapes = "a"
### END SOLUTION

# %% choice="conv_shapes" key="a" points=1
check_choice("conv_shapes", answer_conv_shapes)
# a: (20 + 2·2 − 5) / 2 is 9.5. It is rounded down to 9, and there is one more window than steps:
#    10. A gradient has the shape of the array to which it belongs.
# b: 9 is the number of steps from one window to the next. There is one more window than steps.
# c: All images use the same filters. Their contributions are added, so dW and db have no axis for
#    the images.
# d: All places of a channel use the same bias. So db is a sum over the places, too.

# %% [markdown]
# **Overlapping windows.** Max pooling with size 3 and stride 1 gets the row 1, 5, 2, 4, 3. The
# gradients of its three outputs are 1, 2 and 4. Which row is dx?
#
# - a: 0, 2, 0, 4, 0
# - b: 0, 3, 0, 4, 0
# - c: 1, 3, 7, 6, 4
# - d: 0, 1, 0, 4, 0

# %% solution="answer_pooling_row"
answer_pooling_row = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_pooling_row = "b"
### END SOLUTION

# %% choice="pooling_row" key="b" points=1
check_choice("pooling_row", answer_pooling_row)
# a: The second window overwrites the gradient of the first one. The pixel 5 is the maximum of both,
#    so it gets 1 + 2.
# b: The windows (1, 5, 2) and (5, 2, 4) have the maximum 5, which gets 1 + 2 = 3. The window
#    (2, 4, 3) has the maximum 4, which gets 4.
# c: Here each pixel gets the gradients of all windows that contain it. Only the maximum of a window
#    affects its output.
# d: The gradient of the second window is lost. A pixel can be the maximum of several windows.

# %% [markdown]
# **Receptive field.** A network has a 3 × 3 convolution with stride 1, then max pooling with size 2
# and stride 2, then a 3 × 3 convolution with stride 1. How wide is the receptive field of one
# output?
#
# - a: 5 pixels
# - b: 6 pixels
# - c: 8 pixels
# - d: 10 pixels

# %% solution="answer_field_width"
answer_field_width = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_field_width = "c"
### END SOLUTION

# %% choice="field_width" key="c" points=1
check_choice("field_width", answer_field_width)
# a: Two 3 × 3 convolutions alone see 5 pixels. The pooling adds one more, and its stride doubles
#    what the last layer adds.
# b: The pooling window is counted, but not its stride. After it, two neighbouring values are two
#    pixels apart.
# c: The field is 3 after the first layer, and 3 + 1 = 4 after the pooling. Now the step is 2, so
#    the last layer adds 2 · 2 = 4.
# d: Here the pooling doubles the field, 2 · 3 = 6, and the last layer adds 4. But a pooling window
#    takes two neighbours that are one pixel apart, so it adds (2 − 1) · 1 pixel: 3 + 1 = 4.

# %% [markdown]
# **Where sharing does not fit.** A hospital has a table with one row for each patient. Its 30
# columns are age, weight, blood values and others, in a random order. Somebody applies a
# one-dimensional convolution along the 30 columns.
#
# - Which two assumptions does a convolution make, and why does neither fit this table? (1 point)
# - Then the 30 columns are permuted, with one permutation for all patients. A convolutional network
#   and a perceptron are trained anew. This is repeated with several seeds, each with another
#   permutation. For each network, do you expect a lower, a higher or the same mean test accuracy as
#   before the permutation? Why? Compare with the images of section 10. (1 point)
#
# (Graded by a person.)

# %% [markdown] manual="where_sharing_fits" points=2
# ### BEGIN SOLUTION
# A convolution assumes that neighbouring inputs belong together (it is local), and that the same
# pattern means the same at every place (shared weights). In the table, the order of the columns is
# random, so a window mixes columns that have nothing in common. And a column has its own unit and
# its own meaning: a weight that fits the age does not fit the blood pressure.
#
# Permuted columns: a perceptron has a weight for each column, so the permutation only renames its
# weights. Its accuracies differ no more than between seeds. In the convolutional network, the
# windows now contain other columns. The images of section 10 lost accuracy in this way, because
# neighbouring pixels belong together. On this table we expect no systematic loss, because the first
# order was random, too. (One point for both assumptions, each with a reason that
# uses the table. One point for a correct expectation for both networks, each with its reason, and
# for the difference from the images.)
# ### END SOLUTION

# %% [markdown]
# ## 12 In PyTorch
#
# PyTorch uses the same shapes and the same order of axes: `torch.nn.functional.conv2d(x, W, b,
# stride=…, padding=…)` and `max_pool2d(x, kernel_size, stride)`. As layers they are called
# `torch.nn.Conv2d(in_channels, out_channels, kernel_size)` and `torch.nn.MaxPool2d`. Without a
# given stride, `Conv2d` has stride 1, but `MaxPool2d` has the size of its window as its stride.
# If PyTorch is installed, the next cell compares values and gradients
# with your functions, and the time of one forward pass.

# %% practice=true fold="Compare with PyTorch"
import importlib.util

if importlib.util.find_spec("torch") is None:
    print("PyTorch is not installed here. No later cell needs it.")
elif ready("conv2d_backward", "max_pool2d_backward"):
    import torch

    rng = np.random.default_rng(11)
    arrays = [rng.normal(size=size) for size in ((4, 3, 16, 16), (8, 3, 3, 3), (8,))]
    tensors = [torch.tensor(array, requires_grad=True) for array in arrays]
    u_torch = torch.nn.functional.conv2d(*tensors, stride=2, padding=1)
    y_torch = torch.nn.functional.max_pool2d(u_torch, 3, 2)
    y_torch.sum().backward()
    u, conv_cache = conv2d_forward(*arrays, stride=2, padding=1)
    y, pool_cache = max_pool2d_forward(u, size=3, stride=2)
    gradients = conv2d_backward(max_pool2d_backward(np.ones_like(y), pool_cache), conv_cache)
    print(f"output: relative difference {relative_error(y, y_torch.detach().numpy()):.0e}")
    for name, mine, tensor in zip(("dx", "dW", "db"), gradients, tensors, strict=True):
        print(f"{name}: relative difference {relative_error(mine, tensor.grad.numpy()):.0e}")
    torch.set_num_threads(1)
    with torch.no_grad():
        theirs = seconds(torch.nn.functional.conv2d, *tensors, stride=2, padding=1)
    own = seconds(conv2d_forward, *arrays, stride=2, padding=1)
    print(f"forward pass: {1000 * own:.2f} ms (yours), {1000 * theirs:.2f} ms (PyTorch)")
else:
    print("This cell waits.")

# %% [markdown]
# ## 13 Your cheat sheet
#
# Complete this page in your own words and keep it. Double-click to edit.
#
# | quantity | formula |
# |---|---|
# | output u[n, o, r, s] | … |
# | number of windows along a side | … |
# | db, dW | …, a sum over … |
# | gradient of one pixel | …, a sum over … |
# | max pooling, gradient of one pixel | … |
# | number of weights, number of multiply-adds | …, … |
# | receptive field: what a layer adds | … |
#
# - Shared weights mean that …; their gradient is …
# - A filter has weights for … channels and makes … channel(s).
# - Without padding, the output …; with stride 2, the output …
# - If the input moves by one pixel, the output … (stride 1), … (stride 2).
# - A test of a backward pass needs … images, … places, and for pooling … windows, because …
# - im2col makes a convolution … It costs …
# - A convolution assumes … and …

# %% [markdown]
# ## What comes next
#
# **Notebook 15** normalises the channels of images, with statistics over all images and places of a
# channel. **Notebook 20** moves, flips and crops the emoji, and trains a convolutional network with
# them. In the final project, **notebook 24**, you may use convolutions in your own network.

# %% [markdown]
# ## Sources
#
# S2 "Training Neural Networks", slide "Batch Normalization", names convolutional layers. S3
# "Backpropagation and Training", slides "Back Propagation (X,Y)", shows a shared W. No lecture text
# treats convolutions further. Other sources: LeCun and others (1989) for convolutional networks
# with shared weights; Ranzato and others (2007) for max pooling; Krizhevsky, Sutskever and Hinton
# (2012, AlexNet) for overlapping pooling; Chellapilla, Puri and Simard (2006) for the convolution
# as one matrix product; Dumoulin and Visin (2016), "A guide to convolution arithmetic for deep
# learning".
