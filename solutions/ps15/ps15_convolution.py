# %% [markdown]
# # Convolution and pooling by hand
#
# A linear layer has its own weight for each pixel and each output. So it has to learn an eye at the
# left of an image and an equal eye at the right separately. A *convolution* uses one small set of
# weights at every place. **How can so few weights serve a whole image, and how do you know that
# their gradients are right?**
#
# **You need** the backward pass of a linear layer (notebook 06), shared weights (07), and NumPy
# slices (00). Section 6 trains with Adam (13).

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

# %% setup=true minutes=1
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from course_lessons import convolution as lesson
from course_lessons.unknown_pooling import tell_apart
from course_lib.backend import choose_device
from grader.checking import check, guess, mine, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 One filter at every place
#
# A **filter** (also *kernel*) is a small table of weights, here 3 × 3. We lay it on 3 × 3 pixels of
# a grey image, multiply each weight by the pixel under it, and add the nine products to
# one number. The numbers from all places where the filter fits form a new image, the output. Below,
# middle grey is 0 in the outputs, and lighter is positive.

# %% practice=true
lesson.draw_filters()

# %% [markdown]
# **Which filter made which output?** Write four letters, first the filter of output 1. What does
# each filter give at the left edge of a glass window, and what at its upper edge?

# %% guess="which filter made which output"
guess("ps15_filters", None, among="abcd", length=4)  # four letters in quotes, such as "abcd"

# %% [markdown]
# Write the function that makes these outputs, for an image and a filter of any size. You need no
# loop: `sliding_window_view(image, (kh, kw))` returns all windows of kh × kw pixels, as an array of
# shape (rows, columns, kh, kw).


# %% solution="filter_image"
def filter_image(image, weights):
    """The sum of weights times pixels, at every place where the filter fits.

    image : (H, W); weights : (kh, kw), no larger than the image
    returns output : a row for each row of places
    """
    ### BEGIN SOLUTION
    windows = sliding_window_view(image, weights.shape)
    return np.sum(windows * weights, axis=(2, 3))
    ### END SOLUTION


# %% check="filter_image"
check("filter_image", filter_image)

# %% practice=true
made_by = lesson.recognise(filter_image)
reveal("ps15_filters", made_by, "The filters of the outputs 1 to 4, by your function.")

# %% claims=true
patch = {"flat": np.full((3, 3), 0.5), "vertical": np.array([[0.0, 0, 1]] * 3)}
patch["horizontal"] = patch["vertical"].T
found = {
    (f, p): float(filter_image(patch[p], lesson.FILTERS[f])[0, 0]) for f in "bcd" for p in patch
}
claim(
    "Where all nine pixels are equal, b, c and d give 0",
    [abs(found[f, "flat"]) for f in "bcd"],
    below=1e-9,
    given=[0],
)
claim("so b is far from 0 at vertical edges", found["b", "vertical"], above=1.6, given=[0])
claim("and is 0 at horizontal ones", abs(found["b", "horizontal"]), below=1e-9, given=[0])

# %% [markdown] after="ps15_filters"
# Filter a computes a mean, so it blurs. Filter b subtracts the left column of pixels from the right
# one, so b is far from 0 at vertical edges and is 0 at horizontal ones. Filter c does the same with
# rows, and d compares a pixel with its eight neighbours. Where all nine pixels are equal, b, c and
# d give 0.
#
# If the image moves by a column, the output moves with it, except for the border columns. This
# is called *translation equivariance*: a filter that finds an eye finds it everywhere. A person
# chose these weights. A network *learns* its filters.

# %% [markdown]
# ## 2 A layer of filters
#
# A convolutional layer applies several filters to a batch of colour images. A colour image has
# three *channels*: red, green and blue. A filter has weights for *all* channels, and adds all its
# products and a bias to one number. So each of C_out filters makes one output channel.
#
# Eight filters of 3 × 3 turn a colour image of 16 × 16 pixels into eight channels of 14 × 14. They
# have 8 · (3 · 9 + 1) = 224 weights and biases. A linear layer with these 768 inputs and 1,568
# outputs has 1,205,792. <!-- no claim: derived -->

# %% [markdown]
# All outputs come from **one matrix product**. Write each window (the pixels under the filter) as a
# row of a matrix M, one channel after the other, and each filter as a row of a matrix F. Then each
# output is the dot product of a row of M and a row of F, plus a bias:
#
# | array | shape | a small example |
# |:---|:---|:---|
# | N images `x`: H rows, W columns | (N, C_in, H, W) | (1, 2, 4, 4) |
# | weights `W` | (C_out, C_in, kh, kw) | (5, 2, 3, 3) |
# | windows M | (N H′ W′, C_in kh kw) | (4, 18) |
# | filters F | (C_out, C_in kh kw) | (5, 18) |
# | $U = M F^\top + b$ | (N H′ W′, C_out) | (4, 5) |
# | output `u`: H′ rows, W′ columns | (N, C_out, H′, W′) | (1, 5, 2, 2) |
#
# So **a convolution is a linear layer (notebook 06) whose samples are the windows**. The step from
# the images to M is called *im2col* ("image to columns"). For one channel of the example:

# %% practice=true
lesson.draw_matrix()

# %% [markdown]
# Two numbers say where the windows lie:
#
# - **Padding** puts rows and columns of zeros around each image, `padding` of them on each of the
#   four sides. So the filter also fits at the border.
# - The **stride** is the step from one window to the next one, down and to the right. A window that
#   would end outside the padded image is left out.
#
# How many windows lie below each other? The padded image has H + 2·padding rows, so no window
# starts below row H + 2·padding − kh. The windows start at the rows 0, stride, 2·stride, …, so
# there are
#
# $$H' = \left\lfloor\frac{H + 2\cdot\text{padding} - kh}{\text{stride}}\right\rfloor + 1,$$
#
# where ⌊…⌋ rounds down, and W′ is found in the same way. For H = 6, kh = 3, padding 1 and stride 2
# these are ⌊5/2⌋ + 1 = 3 windows. <!-- no claim: derived -->

# %% [markdown]
# Write `conv2d_forward`. Its first two lines are given: `xp` are the padded images, and `windows`
# has all their windows, in six axes: n (image), c (channel), r and s (row and column of the
# window), i and j (row and column inside it). Three of the axes number the rows of M, and three its
# columns: `transpose` puts them in order, and `reshape` reads an array with the last index changing
# fastest. How does U become u? (A plain `reshape` gives the right shape and the wrong order: take
# the rows of U apart first, and then move an axis.) The
# cache is your choice: what will the backward pass need?


# %% solution="conv2d_forward"
def conv2d_forward(x, W, b, *, stride, padding):
    """The convolution of images with C_out filters.

    x : (N, C_in, H, W); W : (C_out, C_in, kh, kw); b : (C_out,)
    stride, padding : integers, the same for rows and columns; stride >= 1, padding >= 0
    returns u : (N, C_out, H', W'), and cache
    u has the float type of x. Do not change x, W or b.
    """
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = sliding_window_view(xp, W.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    ### BEGIN SOLUTION
    N, _, H_out, W_out = windows.shape[:4]
    M = windows.transpose(0, 2, 3, 1, 4, 5).reshape(N * H_out * W_out, -1)
    U = M @ W.reshape(len(W), -1).T + b
    u = U.reshape(N, H_out, W_out, len(W)).transpose(0, 3, 1, 2)
    return u, (M, W, xp.shape, stride, padding)
    ### END SOLUTION


# %% check="conv2d_forward"
check("conv2d_forward", conv2d_forward)

# %% [markdown]
# ## 3 The gradient is a sum over all uses
#
# Take one dimension first: a signal x with six values and a filter w with three weights. With r for
# the place of the window, $y_r = w_0 x_r + w_1 x_{r+1} + w_2 x_{r+2}$.

# %% practice=true
lesson.draw_uses()

# %% [markdown]
# On the right, the input $x_3$ lies in three windows and meets another weight in each of them. Let
# $dy_r$ be the gradient of the loss with respect to $y_r$. The gradient of a value is the sum over
# all its uses (notebook 07). The input $x_3$ is used three times, and each weight once for each
# place:
#
# $$dx_3 = dy_1 w_2 + dy_2 w_1 + dy_3 w_0, \qquad dw_i = \sum_{r=0}^{3} dy_r\, x_{r+i}$$
#
# In two dimensions, the matrix product does most of this. Let dU be the gradient with respect to U.
# The rows of M are the samples of a linear layer with the weights $F^\top$, so notebook 06 gives
# db, dF (transposed) and dM from dU. There db and dF are sums over the samples, here over the
# windows of all images.
#
# The last step leads from dM back to the images. im2col has copied each pixel into M, once for each
# window that contains it. So **the gradient of a pixel is the sum of all its entries in dM.**

# %% [markdown]
# Write `conv2d_backward`. First undo the last steps of your forward pass: turn du into dU. Give dM
# the axes (N, H′, W′, C_in, kh, kw). Then `dM[..., i, j]` belongs to the pixels that entry (i, j)
# of the filter has met. Where do they lie in the padded images? At the end, cut off the padding
# (with padding 0, a slice `0:-0` would be empty).
#
# <details><summary>A hint</summary>
#
# Move C_in to the second axis first. The pixels lie in H′ rows: i, i + stride, i + 2·stride, …, and
# in W′ columns that start at j. So one slice has all these pixels, none of them twice, and a loop
# over i and j is enough. The slices of other (i, j) share pixels, so add with `+=`: `=` would keep
# only what is written last.
#
# </details>


# %% solution="conv2d_backward"
def conv2d_backward(du, cache):
    """The gradients of conv2d_forward.

    du : (N, C_out, H', W'), the gradient of the loss with respect to u
    returns dx : (N, C_in, H, W), dW : (C_out, C_in, kh, kw), db : (C_out,)
    The gradients have the float type of x. Do not change du or the arrays in the cache.
    """
    ### BEGIN SOLUTION
    M, W, shape, stride, padding = cache
    (N, C_out, H_out, W_out), dxp = du.shape, np.zeros(shape, du.dtype)
    dU = du.transpose(0, 2, 3, 1).reshape(-1, C_out)
    dM = (dU @ W.reshape(C_out, -1)).reshape(N, H_out, W_out, *W.shape[1:])
    for i, j in np.ndindex(W.shape[2:]):
        rows, columns = slice(i, i + stride * H_out, stride), slice(j, j + stride * W_out, stride)
        dxp[:, :, rows, columns] += dM[..., i, j].transpose(0, 3, 1, 2)
    dx = dxp[:, :, padding : shape[2] - padding, padding : shape[3] - padding]
    return dx, (dU.T @ M).reshape(W.shape), dU.sum(axis=0)
    ### END SOLUTION


# %% check="conv2d_backward"
check("conv2d_backward", conv2d_forward, conv2d_backward)

# %% [markdown]
# **How would you know without our check?** Central differences (notebook 07) need only your forward
# pass. Here the images are not square, with stride 2 and padding 1: <!-- no claim: setting -->

# %% practice=true
errors = lesson.compare_gradients(conv2d_forward, conv2d_backward)

# %% [markdown]
# Errors below 0.000001 are rounding. <!-- no claim: setting --> Your convolutional layer is
# complete: a good place for a break.

# %% [markdown]
# ## 4 Max pooling
#
# **Max pooling** keeps the largest value of each window, in each channel separately. It has no
# weights and no padding. With stride 2, the output has about half as many rows and columns, so all
# later layers have less to compute. Windows of size 2 at stride 2 lie side by side. Windows of size
# 3 at stride 2 **overlap**.


# %%
def max_pool2d_forward(x, *, size, stride):
    """The largest value of each window of size x size pixels, in each channel, and a cache."""
    windows = sliding_window_view(x, (size, size), axis=(2, 3))
    y = windows[:, :, ::stride, ::stride].max(axis=(4, 5))
    return y, (x, y, size, stride)


# %% [markdown]
# If the largest pixel of a window grows by a little, the output grows by the same amount. A little
# change of another pixel has no effect. So the gradient dy of a window goes to its largest pixel.
# Windows of size 2 at stride 3 leave gaps, and pixels in a gap get the gradient 0. <!-- no claim:
# derived -->
#
# For example, a row of pixels is 1, 3, 7, 2, 4, 5, 0, and dy = (2, 3, 1) for its three windows of
# size 3 at stride 2. The pixel 7 is the largest one of the first two windows, so it gets 2 + 3 = 5.
# The third window passes its 1 to the pixel 5. So dx = (0, 0, 5, 0, 0, 1, 0).
# <!-- no claim: derived -->
#
# **Ties.** Several pixels of a window can be equally large, for example if a ReLU has made all of
# them 0. Then the maximum has no derivative, so central differences cannot judge, and **more than
# one answer is right**. The gradient of the window may go to one of these pixels. It may also be
# divided among them, in shares from 0 to 1 that sum to 1.

# %% [markdown]
# Write `max_pool2d_backward` with any of these rules. A loop over the windows is allowed.


# %% solution="max_pool2d_backward"
def max_pool2d_backward(dy, cache):
    """The gradient of max_pool2d_forward.

    dy : (N, C, H', W'), the gradient of the loss with respect to y
    cache : x, y, size, stride
    returns dx : (N, C, H, W), with the float type of x
    Do not change dy or the arrays in the cache.
    """
    x, y, size, stride = cache
    dx = np.zeros_like(x)
    ### BEGIN SOLUTION
    for r, s in np.ndindex(y.shape[2:]):
        window = np.s_[:, :, r * stride : r * stride + size, s * stride : s * stride + size]
        largest = x[window] == y[:, :, r, s, None, None]
        share = largest / largest.sum(axis=(2, 3), keepdims=True)
        dx[window] += share * dy[:, :, r, s, None, None]
    return dx
    ### END SOLUTION


# %% check="max_pool2d_backward"
check("max_pool2d_backward", max_pool2d_backward)

# %% [markdown]
# ## 5 A test where several answers are right
#
# Other people have written faster backward passes for max pooling, and some of them have a fault.
# An unknown `pooling` has one method, `pooling.backward(dy, x, size, stride)`, which returns dx.
# Your neighbour compares it with your own function:


# %%
def agrees(pooling, x, size, stride):
    """Whether dx is as in our own function, for a random dy."""
    y, cache = max_pool2d_forward(x, size=size, stride=stride)
    dy = np.random.default_rng(0).normal(size=y.shape)
    return bool(np.allclose(pooling.backward(dy, x, size, stride), max_pool2d_backward(dy, cache)))


def his_test(pooling):
    """Your neighbour's test: wide images, windows that overlap; high images, windows with gaps."""
    rng = np.random.default_rng(1)
    wide, high = rng.normal(size=(2, 3, 6, 10)), rng.normal(size=(2, 3, 10, 6))
    return agrees(pooling, wide, 3, 2) and agrees(pooling, high, 2, 3)


# %% [markdown]
# His two calls are well chosen: several images and channels, none square, some rows and columns
# left over. But our *referee* has pairs of poolings, one right and one faulty, with four different
# faults:

# %% practice=true
found = tell_apart(his_test)

# %% [markdown]
# His test finds none of the four, because normal random numbers are never equal. **All four are
# faults in windows with ties.** There, `agrees` would reject right poolings with another rule. A dx
# is right if each window passes on its dy by a rule of section 4 (“Ties”), and windows may differ
# in their rules. So ask: **what do *all* right dx have in common?** And ask of your image: could a
# wrong program give a right dx here? For example, a program that spreads dy equally over each
# window with a tie is right on an image of equal pixels.
#
# This cuts images into windows of size 2 at stride 2, which lie side by side:


# %%
def windows_of(a):
    """(N, C, H, W) -> (N, C, H/2, W/2, 4): the last axis has the four pixels of a window."""
    N, C, H, W = a.shape
    return a.reshape(N, C, H // 2, 2, W // 2, 2).swapaxes(3, 4).reshape(N, C, H // 2, W // 2, 4)


# %% [markdown]
# Write `pooling_is_right(pooling)`: True accepts, False rejects. All poolings of the referee pass
# your neighbour's test, so test windows with ties only: choose x and dy, call `pooling.backward`,
# and judge dx. There may be at most 1,000 numbers in x. A pooling computes at most **four**
# backward passes, and then raises an error. <!-- no claim: setting -->
#
# <details><summary>How the referee gives points</summary>
#
# The referee uses 64 pairs. For all points, at least 90 % of the pairs of *each* fault are told
# apart: the faulty pooling is rejected, and its right twin is accepted. At most 5 % of all right
# poolings are rejected. <!-- no claim: setting -->
#
# </details>


# %% solution="pooling_is_right"
def pooling_is_right(pooling):
    """Whether the backward pass of a max pooling is right where pixels tie.

    pooling : with pooling.backward(dy, x, size, stride), which returns dx; at most four calls
    returns True (accept) or False (reject)
    """
    ### BEGIN SOLUTION
    rng = np.random.default_rng(2)
    x = rng.integers(2, size=(2, 3, 8, 8)) / 2  # many ties
    dy = rng.uniform(1, 2, size=(2, 3, 4, 4))
    shares = windows_of(pooling.backward(dy, x, 2, 2)) / dy[..., None]
    smaller = windows_of(x) < windows_of(x).max(axis=-1, keepdims=True)
    are_shares = np.allclose(shares.sum(axis=-1), 1) and shares.min() >= 0
    return bool(are_shares and not shares[smaller].any())
    ### END SOLUTION


# %% check="pooling_is_right"
check("pooling_is_right", pooling_is_right)

# %% [markdown]
# <details><summary>When your test has all points: the four faults, and what hides them</summary>
#
# 1. Equally large pixels get the whole gradient each, or nothing. Images without ties hide it.
# 2. Smaller pixels get a part of the gradient, or get something although the largest get all.
#    Windows of equal pixels hide it. A test of sums alone misses the first, a test of the largest
#    pixels alone the second.
# 3. One share is 2 and another one −1, in some poolings for three or more equally large pixels
#    only. A test of sums alone misses it, and ties of two pixels hide it.
# 4. Each row of a window passes on the whole gradient, or each column. Ties in a single row, or in
#    a single column, hide it.
#
# In half of the poolings, a fault shows for one number of equally large pixels only: two, three or
# four. All right rules have three things in common: the shares of a window sum to 1,
# none is negative, and only its largest pixels get any.
#
# </details>

# %% claims=true
from grader.checking.contract.families.hidden_faults import ACCEPTED, FOUND
from grader.exercises.ps15.pooling_is_right import exercise as referee

for seed in range(2):
    (judged,) = referee.cases(np.random.default_rng(seed))
    seen = referee.observe(judged, referee.run(his_test, judged))
    said = [one for title in seen if title.startswith("fault") for one in seen[title]]
    claim("His test finds none of the four", said.count(FOUND), below=0.5)
    passed = said.count(ACCEPTED) / len(said)  # pairs of which the right one passes, too
    claim("All poolings of the referee pass\nyour neighbour's test", passed, above=0.999)
claim("His test finds none of the four", sum(found.values()), below=0.5)
claim("The referee uses 64 pairs", len(judged["poolings"]) / 2, equals=64, within=0.5)

# %% [markdown]
# ## 6 The same images, pixels reordered
#
# No task needs this part. Your functions make a network. It names the class of emoji from colour
# images of 16 × 16 pixels: 1,200 for training, 320 for validation and 600 for testing. The eight
# classes are equally frequent, so guessing reaches an accuracy of 0.125.
#
# The training of notebook 08 (yours if it is kept) needs nothing of a network but `parameters`,
# `forward` and `backward`. So a class that calls your functions fits:

# %% practice=true fold="Train a network of your functions for five epochs"


class ConvNetwork:
    """Convolution, ReLU, max pooling, convolution, ReLU, and a linear layer."""

    def __init__(self, rng):
        self.parameters = []
        for shape, n_in, n_out in (
            ((8, 3, 5, 5), 75, 8),  # (N, 8, 8, 8), after the pooling (N, 8, 3, 3)
            ((16, 8, 3, 3), 72, 16),  # (N, 16, 3, 3)
            ((144, 8), 144, 8),
        ):
            W = rng.normal(size=shape) * np.sqrt(2 / n_in)
            self.parameters += [W, np.zeros(n_out)]
        self.parameters[-2] *= 0.1

    def forward(self, x):
        W1, b1, W2, b2, W3, b3 = self.parameters
        u1, self.conv1 = conv2d_forward(x, W1, b1, stride=2, padding=2)
        self.z1 = np.maximum(u1, 0)
        y, self.pool = max_pool2d_forward(self.z1, size=3, stride=2)
        u2, self.conv2 = conv2d_forward(y, W2, b2, stride=1, padding=1)
        self.z2 = np.maximum(u2, 0)
        u, self.linear = mine.linear_forward(self.z2.reshape(len(x), -1), W3, b3)
        return u

    def backward(self, du):
        dz, dW3, db3 = mine.linear_backward(du, self.linear)
        dy, dW2, db2 = conv2d_backward(dz.reshape(self.z2.shape) * (self.z2 > 0), self.conv2)
        dz = max_pool2d_backward(dy, self.pool)
        _, dW1, db1 = conv2d_backward(dz * (self.z1 > 0), self.conv1)
        return [dW1, db1, dW2, db2, dW3, db3]


images, kinds = lesson.emoji()
pairs = [(x.astype("float64"), t) for x, t in zip(images, kinds, strict=True)]
rng = np.random.default_rng(0)
settings = {"lr": 0.2, "epochs": 5, "batch_size": 50, "rng": rng}
history = mine.train(ConvNetwork(rng), *pairs[:2], **settings)
print("loss:", np.round(history["loss"], 2), "validation:", np.round(history["validation"], 2))

# %% claims=true
ends = [history["validation"][-1]]
for seed in (1, 2):
    rng = np.random.default_rng(seed)
    ends.append(
        mine.train(ConvNetwork(rng), *pairs[:2], **settings | {"rng": rng})["validation"][-1]
    )
said = "more than 1.5 times as often right as a guess"
claim(said, np.array(ends) / 0.125, above=1.5)

# %% [markdown]
# After five epochs of gradient descent it is more than 1.5 times as often right as a guess.
#
# This network has 2,936 weights and biases. We compare it with a perceptron, which has one hidden
# layer of 64 units, and 49,736 weights and biases. The library's layers train both for ten epochs,
# with four seeds and Adam (notebook 13) at the rate 0.01. <!-- no claim: setting -->
#
# Then we **permute the pixels**: for each seed, we draw one order of the 256 pixels and apply it to
# *all* images, also those of the test.

# %% [markdown]
# **Which test accuracy falls by more than 0.05 (mean of four seeds)?** <!-- no claim: setting -->
#
# - a: that of both networks
# - b: only that of the convolutional network
# - c: only that of the perceptron
# - d: that of neither network

# %% guess="which accuracy falls"
guess("ps15_permuted", None, among="abcd")  # a letter in quotes, such as "a"

# %% practice=true fold="Train both networks on both kinds of images"
reached = {
    (name, "pixels permuted" if shuffled else "as they are"): lesson.reached_in_tests(
        name, shuffled=shuffled
    )
    for name in ("convolutional", "perceptron")
    for shuffled in (False, True)
}
lost = {
    name: reached[name, "as they are"] - reached[name, "pixels permuted"]
    for name in ("convolutional", "perceptron")
}
letter = {(True, True): "a", (True, False): "b", (False, True): "c", (False, False): "d"}[
    bool(lost["convolutional"].mean() > 0.05), bool(lost["perceptron"].mean() > 0.05)
]
words = {"a": "both", "b": "the convolutional", "c": "the perceptron", "d": "neither"}
reveal("ps15_permuted", letter, "Test accuracies without and with the permutation.", words)

# %% practice=true
picture = lesson.draw_accuracies(reached)
picture

# %% claims=true
plain, mixed = (
    [reached[name, kind] for name in ("convolutional", "perceptron")]
    for kind in ("as they are", "pixels permuted")
)
claim(
    "the convolutional network is better for each of the four seeds",
    plain[0] - plain[1],
    above=0,
)
claim("by more than 0.05 in the mean", np.mean(plain[0] - plain[1]), above=0.05)
lead = np.mean(plain[0] - plain[1])
claim("most of its lead is gone", np.mean(mixed[0] - mixed[1]), below=0.4 * lead)
said = "The mean accuracy of the perceptron hardly changes"
claim(said, abs(np.mean(lost["perceptron"])), below=0.03)
weights = {
    name: make(np.random.default_rng(0)).num_parameters() for name, make in lesson.NETWORKS.items()
}
claim("has 2,936 weights and biases", weights["convolutional"], equals=2936, within=0.5)
claim(
    "and 49,736 weights and biases",
    weights["perceptron"],
    equals=49736,
    within=0.5,
    given=[64, 768],
)
classes = [np.bincount(t, minlength=8) / len(t) for t in lesson.emoji()[1]]
claim("The eight classes are equally frequent", np.ravel(classes), above=0.12, below=0.13)

# %% [markdown] after="ps15_permuted"
# On the images as they are, the convolutional network is better for each of the four seeds, by
# more than 0.05 in the mean, although it has far fewer weights. On permuted pixels, most of its
# lead is gone, or all of it. The mean accuracy of the perceptron hardly changes: it has
# a weight for each pixel, and these weights can be permuted, too.
#
# A convolution makes two assumptions. **It is local**: neighbouring pixels belong together. **Its
# weights are shared**: the same pattern may occur at every place. A permutation breaks both.

# %% [markdown]
# ## To keep
#
# - **How can so few weights serve a whole image?** Each filter is used at every place: a
#   convolution is a linear layer whose samples are the windows.
# - The gradient of a weight or a pixel is the sum over all its uses.
# - **How do you know that the gradients are right?** Compare with central differences. Test where a
#   fault can show. Where several answers are right, test what they have in common.
#
# <details><summary>In PyTorch (a whole training: notebook 24)</summary>
#
# `torch.nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding)` and
# `torch.nn.MaxPool2d(kernel_size, stride)` are the layers; images and weights have the same order
# of axes as here. Without a given stride, `Conv2d` has stride 1, but `MaxPool2d` has the size of
# its window as its stride. `torch.nn.functional.unfold` is im2col. (In mathematics, a convolution
# also flips the filter. Without the flip, the name is *cross-correlation*.)
#
# </details>

# %% [markdown]
# ## Sources
#
# S2 "Training Neural Networks" (J. Choo, Korea University), slide "Batch Normalization", names
# convolutional layers. S3 "Backpropagation and Training" (C. V. Jawahar, IIIT Hyderabad), slides
# "Back Propagation (X,Y)", shows a shared W. LeCun and others (1989): shared weights. Chellapilla
# and others (2006): im2col.
