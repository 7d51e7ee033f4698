# %% [markdown]
# # Augmentation
#
# A cat that moved a little to the left is still a cat. You know that, your network does not: for
# a network of linear layers each pixel is an input of its own, and a picture that moved by one
# pixel is a different row of numbers. Collecting more photographs costs weeks. Moving the ones you
# have costs a few lines of code, and it tells the network something that the losses and the
# optimizers of the earlier notebooks do not: **which changes of the input do not change the
# answer.**
#
# In this notebook you write six such changes, measure how far the help of one of them reaches, see
# one that makes things worse, and measure the mistake that makes results look better than they are.
#
# **Afterwards you can**
#
# - mirror, shift, crop, scale, slant and turn whole batches of images, every image by a draw of
#   its own,
# - read an image between its pixels, and say why one asks where a pixel *comes from*,
# - hand an augmentation to the training loop, so that no two epochs see the same images,
# - say beforehand where you expect an augmentation to help or to harm, and measure it,
# - keep the test images honest, and use augmentation at test time as a small ensemble.
#
# **You need** NumPy arrays with four axes (notebook 00) and the splits of notebook 01. Notebook 11
# is about overfitting; a regulariser is a means against it.
#
# **Sources:** S0 "Training of neural networks – basics", slide "Outline of training a neural net";
# S2 "Training Neural Networks", slides "Regularization: Data Augmentation"; S3 "Backpropagation
# and Training", slide "Regularization of the Network". Below they are called S0, S2 and S3.

# %% setup=true
import numpy as np

from course_lib import augmentation
from course_lib.backend import choose_device
from course_lib.datasets import load_digits, load_mnist5000
from course_lib.layers import Flatten
from course_lib.losses import softmax_cross_entropy
from course_lib.models import Sequential, mlp
from course_lib.optimizers import SGD
from course_lib.plots import slider, theme
from course_lib.training import accuracy, fit
from grader.checking import check, check_choice, guess, ready, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 A guess first
#
# A network with one hidden layer learns to classify digits of 8 × 8 pixels. On test images it is
# right in about 98 of 100 cases. Now somebody bumps against the scanner: every test image is
# shifted **by one pixel**, to one side, and what comes in is white. You would hardly notice.
# **Which share does the network read now?** .95, .8, .45 or .1?

# %%
guess("ps13_one_pixel", None)  # a number from 0 to 1 in place of None

# %% [markdown]
# The data first: images as (N, H, W, C), that is number, height, width and channels, the layout of
# all functions in this notebook. Grey images have one channel.

# %% practice=true
import matplotlib.pyplot as plt

digits = load_digits()
order = np.random.default_rng(0).permutation(len(digits.x))
images, labels = digits.x[order].reshape(-1, 8, 8, 1), digits.t[order]
test = np.arange(len(images)) % 5 == 0
x_train, t_train, x_test, t_test = images[~test], labels[~test], images[test], labels[test]
print("training images:", x_train.shape, " test images:", x_test.shape)

# %% [markdown]
# The training loop of the library takes an augmentation, `fit(..., augment=...)`: every minibatch
# passes through it before the network sees it. Layers want their channels first, (N, C, H, W);
# `fit` turns the axes there and back.


# %% practice=true fold="Define train and score"
def channels_first(images):
    return np.ascontiguousarray(np.moveaxis(images, 3, 1))


def train(x, t, seed, augment=None, epochs=20, batch_size=32, validation=None, width=64, lr=0.1):
    """A network with `width` hidden units, trained on images (N, H, W, C); and the history."""
    rng = np.random.default_rng(seed)
    network = Sequential(Flatten(), mlp([x[0].size, width, 10], rng=rng))
    history = fit(
        network,
        channels_first(x),
        t,
        loss=softmax_cross_entropy,
        optimizer=SGD(network.parameters(), lr=lr, momentum=0.9),
        epochs=epochs,
        batch_size=batch_size,
        rng=rng,
        augment=augment,
        validation=validation and (channels_first(validation[0]), validation[1]),
        progress=False,
    )
    return network, history


def score(network, x, t):
    return accuracy(network(channels_first(x)), t)


# %% [markdown]
# To move all test images by the same known shift we need a function without a random number in
# it. It cuts a window out of the images with a white rim.


# %% practice=true
def moved(images, down, right, rim=3):
    """All images moved by the same shift; |down| and |right| are at most rim."""
    H, W = images.shape[1:3]
    big = np.pad(images, ((0, 0), (rim, rim), (rim, rim), (0, 0)))
    return big[:, rim - down : rim - down + H, rim - right : rim - right + W]


def shift_map(network):
    """Accuracy on the test images for all 25 shifts by up to 2 pixels."""
    far = range(-2, 3)
    return np.array([[score(network, moved(x_test, a, b), t_test) for b in far] for a in far])


plain_maps = np.array([shift_map(train(x_train, t_train, seed)[0]) for seed in range(3)])
sides = [(1, 2), (3, 2), (2, 1), (2, 3)]
one_pixel = np.array([[m[place] for place in sides] for m in plain_maps]).mean(axis=1)
reveal(
    "ps13_one_pixel",
    round(float(one_pixel.mean()), 2),
    f"Mean over four directions, {one_pixel.mean():.3f} ± {one_pixel.std(ddof=1):.3f} (standard "
    "deviation over three seeds).",
)

# %% [markdown]
# All 25 shifts at once make a **shift map**: in its centre the accuracy on test images as they are,
# around it the accuracy on shifted ones.


# %% practice=true fold="Draw a digit and the shift map"
def draw_map(ax, values, title, trained=0):
    ax.imshow(values, vmin=0, vmax=1, cmap=theme.COUNTS)
    for (i, j), value in np.ndenumerate(values):
        ink = "white" if value > 0.6 else theme.INK
        ax.text(j, i, f"{value:.2f}", ha="center", va="center", color=ink)
    if trained:
        corner, side = 2 - trained - 0.5, 2 * trained + 1
        frame = plt.Rectangle((corner, corner), side, side, fill=False, linewidth=2.5)
        frame.set_edgecolor(theme.GRADIENT)
        ax.add_patch(frame)
    ax.set(xticks=range(5), xticklabels=range(-2, 3), yticks=range(5), yticklabels=range(-2, 3))
    ax.set(xlabel="to the right (pixels)", ylabel="down (pixels)", title=title)
    ax.grid(False)


with theme.style():
    figure, axes = plt.subplots(1, 3, figsize=(8, 3.4), width_ratios=(1, 1, 2.2))
    pair = {"A digit": x_test[0], "Moved by a pixel": moved(x_test[:1], 0, 1)[0]}
    for ax, (title, image) in zip(axes[:2], pair.items(), strict=True):
        ax.imshow(image[:, :, 0], cmap="gray_r")
        ax.set(xticks=[], yticks=[])
        ax.set_title(title, fontsize=10)
        ax.spines[:].set_visible(True)
        ax.grid(False)
    draw_map(axes[2], plain_maps.mean(axis=0), "Shift map of a plain network")
    plt.show()

# %% claims=true
centre = plain_maps[:, 2, 2]
claim("right\nin about 98 of 100 cases", 100 * centre, equals=98, within=1.5, given=[100])
claim("its four neighbours are near one half", one_pixel, above=0.4)
claim("its four neighbours are near one half", one_pixel, below=0.6)
straight = np.array([[m[p] for p in ((0, 2), (4, 2), (2, 0), (2, 4))] for m in plain_maps])
claim(
    "Two pixels to one side the accuracy is about 0.1",
    straight.mean(axis=1),
    equals=0.1,
    within=0.025,
)

# %% [markdown]
# *In words: on the left a digit beside its copy that is moved by one pixel; they look alike. On the
# right 5 × 5 accuracies. The centre is near 1, its four neighbours are near one half. Two pixels to
# one side the accuracy is about 0.1, that of guessing.*
#
# One pixel is an eighth of these images, so think of a photograph that moved by an eighth of its
# width. Still the same photograph. **The network has learnt which pixels are dark for which
# digit.** Nothing in its training says that the place does not matter.

# %% [markdown]
# ## 2 The idea
#
# Call a change of the image $T$: a shift, a turn, a mirror image. If the label stays true under
# $T$, then $(T(x), t)$ is a training sample as good as $(x, t)$. Draw $T$ at random, anew for each
# image each time, and train on what comes out. The loss that is then minimised is a mean over
# draws,
#
# $$L_{\text{aug}} = \frac1N \sum_n \mathbb{E}_T\left[\,\ell\big(f(T(x_n)), t_n\big)\right],$$
#
# and each minibatch holds one draw for each of its images: a noisy estimate without bias, as a
# minibatch is one of the whole sum. Nothing else in training changes.
#
# S3 ("Regularization of the Network") sorts regularisers by where they act, and augmentation is the
# one at the **input level**; dropout acts on activations, penalties on weights, ensembles on
# decisions. S0 has it in its "Outline of training a neural net" under the preparation of data,
# after dividing them. Section 6 shows what happens to those who change that order.
#
# The formula as code: the mean over draws, for a network that was trained without them.

# %% practice=true
network, _ = train(x_train, t_train, seed=0)
rng = np.random.default_rng(1)
draws = []
for _ in range(50):
    changed = augmentation.translate(x_test, 1, rng)
    draws.append(softmax_cross_entropy(network(channels_first(changed)), t_test)[0])
as_it_is = softmax_cross_entropy(network(channels_first(x_test)), t_test)[0]
print(f"loss on the test images as they are:       {as_it_is:.3f}")
print(f"mean over 50 draws of shifts by ±1 pixel:  {np.mean(draws):.3f}")
print(f"standard deviation from draw to draw:      {np.std(draws, ddof=1):.3f}")

# %% [markdown]
# The question behind every augmentation is not "does the code run" but **"would a human still give
# this label?"** Look at these, all made from the same two digits.

# %% practice=true fold="Load two digits, draw five versions"
mnist = load_mnist5000()
big_images = mnist.x.reshape(-1, 28, 28, 1)
six, three = big_images[6], big_images[3]
changes = {
    "as it is": lambda x: x,
    "shifted": lambda x: np.roll(x, (2, -3), axis=(0, 1)),
    "mirrored": lambda x: x[:, ::-1],
    "half a turn": lambda x: x[::-1, ::-1],
    "cropped": lambda x: np.kron(x[2:16, 8:22], np.ones((2, 2, 1))),
}
with theme.style():
    figure, axes = plt.subplots(2, 5, figsize=(8, 3.6))
    for row, image in zip(axes, (six, three), strict=True):
        for ax, (name, change) in zip(row, changes.items(), strict=True):
            ax.imshow(change(image)[:, :, 0], cmap="gray_r")
            ax.set_title(name, fontsize=10)
            ax.axis("off")
    figure.suptitle("Which of these keep their label?", x=0.02, ha="left")
    plt.show()

# %% [markdown]
# *In words: a 6 and a 3, each as it is, shifted, mirrored, turned by half a turn, and cropped so
# closely that a part is missing. The shifted ones are still a 6 and a 3. Half a turn makes the 6 a
# 9. The mirrored 3 is not a digit at all, and the crops could belong to several.*
#
# What keeps a label true depends on the task: a cat may be mirrored, a digit may not, a satellite
# image may be turned by any angle.

# %% [markdown]
# ## 3 Whole pixels: mirror, shift, crop
#
# Three rules hold for all six functions. **Every image draws for itself**: if a whole batch were
# moved alike, a minibatch would hold one draw instead of N, so the gradient would be noisier.
# **All draws come from the `rng` you are given**, in any order you like, so that an
# experiment can be repeated. **The images you are given stay as they are**, and the result has
# their float type (float32 stays float32); all channels of an image are treated alike.
#
# ### Mirror images
#
# S2 begins with horizontal flips. "Horizontal" means that left and right are exchanged. Slowly, for
# one image:


# %%
def mirrored_in_loops(image):
    """image (H, W, C): the pixel in column j comes from column W - 1 - j."""
    H, W, C = image.shape
    y = np.zeros_like(image)
    for i in range(H):
        for j in range(W):
            for k in range(C):
                y[i, j, k] = image[i, W - 1 - j, k]
    return y


# %% [markdown]
# Write it for a batch: each image is mirrored with probability `p`, independently of the others,
# and else left as it is. With p = 1 all are mirrored, with p = 0 none.


# %% solution="horizontal_flip"
def horizontal_flip(images, rng, p):
    """Exchange left and right, in each image with probability p.

    images : (N, H, W, C), rng : a numpy Generator, p : in [0, 1]
    returns (N, H, W, C), in the float type of the images
    """
    ### BEGIN SOLUTION
    chosen = rng.random((len(images), 1, 1, 1)) < p
    return np.where(chosen, images[:, :, ::-1], images)
    ### END SOLUTION


# %% check="horizontal_flip"
check("horizontal_flip", horizontal_flip)

# %% [markdown]
# ### Shifts
#
# An image moves by whole pixels, down by `down` and to the right by `right`; both may be negative.
# What comes in from outside is 0.


# %%
def shifted_in_loops(image, down, right):
    """y[i, j] = image[i - down, j - right], or 0 where there is no such pixel."""
    H, W, C = image.shape
    y = np.zeros_like(image)
    for i in range(H):
        for j in range(W):
            if 0 <= i - down < H and 0 <= j - right < W:
                for k in range(C):
                    y[i, j, k] = image[i - down, j - right, k]
    return y


# %% [markdown]
# Both shifts of an image are drawn independently, and all whole numbers from `-max_shift` to
# `max_shift` are equally likely, **both ends included**.


# %% solution="translate"
def translate(images, max_shift, rng):
    """Shift each image by whole pixels; what comes in is 0.

    images : (N, H, W, C), max_shift : a whole number, 0 or more
    returns (N, H, W, C), in the float type of the images
    """
    ### BEGIN SOLUTION
    N, H, W, _ = images.shape
    m = max_shift
    big = np.pad(images, ((0, 0), (m, m), (m, m), (0, 0)))
    top = rng.integers(0, 2 * m + 1, size=N)
    left = rng.integers(0, 2 * m + 1, size=N)
    return np.stack([x[a : a + H, b : b + W] for x, a, b in zip(big, top, left, strict=True)])
    ### END SOLUTION


# %% check="translate"
check("translate", translate)

# %% [markdown]
# ### Crops
#
# S2 trains on random pieces of images ("Random crops and scales"). The piece is a square of `size`
# × `size` pixels. Before it is cut, the image gets a rim of `pad` zeros on all four sides (with
# `pad=0` none). The upper left corner of the piece may lie at every place where the square fits,
# and all places are equally likely.


# %%
def crop_in_loops(image, size, top, left, pad):
    """The square whose corner is at (top, left), counted in the image with its rim."""
    H, W, C = image.shape
    y = np.zeros((size, size, C), dtype=image.dtype)
    for i in range(size):
        for j in range(size):
            r, c = top + i - pad, left + j - pad
            if 0 <= r < H and 0 <= c < W:
                y[i, j] = image[r, c]
    return y


# %% [markdown]
# A row of 5 pixels has how many places for a window of 3? Take your pencil before you draw random
# numbers. `images` is either a batch (N, H, W, C) or a **list** of images (H_i, W_i, C) of
# different sizes, as `random_scale` of section 5 will make them. Images need not be square.


# %% solution="random_crop"
def random_crop(images, size, rng, pad):
    """Cut a square out of each image, at a place of its own.

    images : (N, H, W, C), or a list of N images (H_i, W_i, C)
    size   : side of the squares, pad : width of the rim of zeros, 0 or more
    returns (N, size, size, C), in the float type of the images
    """
    ### BEGIN SOLUTION
    crops = []
    for x in images:
        x = np.pad(x, ((pad, pad), (pad, pad), (0, 0)))
        top = rng.integers(0, x.shape[0] - size + 1)
        left = rng.integers(0, x.shape[1] - size + 1)
        crops.append(x[top : top + size, left : left + size])
    return np.stack(crops)
    ### END SOLUTION


# %% check="random_crop"
check("random_crop", random_crop)

# %% [markdown]
# Two of your functions are relatives. A crop of the image's own size, from a rim of `pad`, is a
# shift by up to `pad`. Here all draws of both are counted on one image:

# %% practice=true
if ready("translate", "random_crop"):
    rng = np.random.default_rng(2)
    many = np.repeat(np.arange(1.0, 10.0).reshape(1, 3, 3, 1), 900, axis=0)
    seen = [{y.tobytes() for y in translate(many, 1, rng)}]
    seen.append({y.tobytes() for y in random_crop(many, 3, rng, 1)})
    print("different results of translate:", len(seen[0]), " of random_crop:", len(seen[1]))
    print("the same ones:", seen[0] == seen[1])
else:
    print("This cell waits for translate and random_crop.")

# %% [markdown]
# ## 4 Between the pixels
#
# A turned image needs values between the pixels of the old one. Two ideas solve this once and for
# all.
#
# **Ask where a pixel comes from.** If you send each pixel of the old image to its new place, two of
# them may land on the same pixel and another gets none: holes. Instead go through the pixels of the
# *new* image and ask for each where in the old one it is read. Every pixel gets exactly one value.
#
# **Mix the four neighbours.** The place that is read at lies between four pixels. Each of them
# counts by its nearness, in each direction: a pixel at distance $s$ has the weight $1 - s$. This is
# *bilinear* reading. In loops, with 0 for every pixel outside of the image:


# %%
def read_in_loops(image, r, c):
    """The value of image (H, W, C) at row r and column c, which need not be whole numbers."""
    H, W, C = image.shape
    i, j = int(np.floor(r)), int(np.floor(c))
    y = np.zeros(C)
    for row in (i, i + 1):
        for column in (j, j + 1):
            if 0 <= row < H and 0 <= column < W:
                y += (1 - abs(r - row)) * (1 - abs(c - column)) * image[row, column]
    return y


# %% [markdown]
# Three blanks, worth no points; the cell below tests them.
#
# 1. The mixture for one place in formulas: `p` is the 2 × 2 block of neighbours, the place lies a
#    share `s` below its upper row and a share `t` to the right of its left column.
# 2. Count rows `r` and columns `c` from the centre of the image, rows downwards. The image is
#    turned **counterclockwise** by the angle `a`: a point (r, c) then goes to $(r\cos a - c\sin
#    a,\; c\cos a + r\sin a)$. Where does the pixel at (r, c) of the new image come from? (Turn
#    back.)
# 3. Pixels are little squares that cover the image without a gap. `H` of them become `h`, over the
#    same length. The middle of old pixel k is at k, so the image begins at -1/2 and ends at H -
#    1/2. Where, in this count, is the middle of new pixel `i`?
#
# <details><summary>The derivations</summary>
#
# 1. In a row, a pixel at distance $t$ to the left of the place has the weight $1 - t$, its right
#    neighbour, at distance $1 - t$, the weight $t$. So the upper row gives
#    $(1 - t)\,p_{00} + t\,p_{01}$ and the lower row $(1 - t)\,p_{10} + t\,p_{11}$. The two rows are
#    at the distances $s$ and $1 - s$, so they are mixed with the weights $1 - s$ and $s$.
# 2. Let (r′, c′) be the place that is read. Turned by $a$ it has to arrive at (r, c):
#    $r'\cos a - c'\sin a = r$ and $c'\cos a + r'\sin a = c$.
#    Multiply the first equation by $\cos a$ and the second by $\sin a$ and add them:
#    $r'\,(\cos^2 a + \sin^2 a) = r\cos a + c\sin a$, and the bracket is 1.
#    Multiply the first by $-\sin a$ and the second by $\cos a$ and add them:
#    $c' = c\cos a - r\sin a$. (This is a turn by $-a$.)
# 3. The length of the image is H in units of old pixels, so a new pixel is H/h long. New pixel i
#    begins at $-\frac12 + i\,H/h$, and its middle lies half of its length further:
#    $-\frac12 + (i + \frac12)\,H/h$.
#
# </details>


# %% solution="mixture"
def mixture(p, s, t):
    """The bilinear mixture of the block p (2, 2) at the share s downwards and t to the right."""
    ### BEGIN SOLUTION
    above = (1 - t) * p[0, 0] + t * p[0, 1]
    below = (1 - t) * p[1, 0] + t * p[1, 1]
    return (1 - s) * above + s * below
    ### END SOLUTION


# %% solution="source_place"
def source_place(r, c, a):
    """The place (row, column) that the pixel at (r, c) is read from, for the angle a in radians."""
    ### BEGIN SOLUTION
    return r * np.cos(a) + c * np.sin(a), c * np.cos(a) - r * np.sin(a)
    ### END SOLUTION


# %% solution="old_place"
def old_place(i, h, H):
    """Where among H old pixels the middle of pixel i of h new ones lies."""
    ### BEGIN SOLUTION
    return (i + 0.5) * H / h - 0.5
    ### END SOLUTION


# %% [markdown]
# The tests: a mixture must agree with the loops; turned back and forth, a point is where it was;
# and the middles of the new pixels must be evenly spaced with the same centre as the old ones.


# %% practice=true fold="Define how a blank is tested"
def compare(name, attempt, want):
    """Print whether what the function `attempt` returns is what it has to be."""
    try:
        difference = np.max(np.abs(np.asarray(attempt(), dtype=float) - want))
    except NotImplementedError:
        print(f"{name:13} not written yet")
        return
    verdict = "agrees" if difference < 1e-9 else "DIFFERS"
    print(f"{name:13} {verdict:8} largest difference {difference:.0e}")


def turned_forth(r, c, a):
    return r * np.cos(a) - c * np.sin(a), c * np.cos(a) + r * np.sin(a)


# %% practice=true
rng = np.random.default_rng(3)
block, (s, t) = rng.random((2, 2)), rng.random(2)
r, c, a = rng.normal(size=3)
edges = np.linspace(-0.5, 4.5, 9)  # where 8 pixels begin and end that replace 5
compare("mixture", lambda: mixture(block, s, t), read_in_loops(block[..., None], s, t)[0])
compare("source_place", lambda: turned_forth(*source_place(r, c, a), a), (r, c))
compare("old_place", lambda: old_place(np.arange(8), 8, 5), (edges[1:] + edges[:-1]) / 2)

# %% [markdown]
# ## 5 Slant, turn, scale
#
# ### Shear
#
# A slanted letter is upright in its middle; above and below, its rows have slid to the side, the
# further the farther from the middle. With r and c counted **from the centre**, which is
# ((H - 1)/2, (W - 1)/2), the pixel at (r, c) is read at
#
# $$(r,\; c - s\,r),\qquad s \text{ uniform between } -\texttt{max\_shear} \text{ and }
# \texttt{max\_shear}.$$
#
# So `max_shear` says by how many pixels a row may slide further than the one above it. Reading is
# bilinear, and what lies outside of the image is 0. Only rows slide, so each pixel is a mixture of
# two neighbours in the same row. A place less than one pixel outside the image is a mixture of the
# outermost pixel and 0, so the loops below fade to 0 there. It is also accepted if you set such
# places to 0.


# %%
def slanted_in_loops(image, s):
    H, W, _ = image.shape
    y = np.zeros_like(image)
    for i in range(H):
        for j in range(W):
            r, c = i - (H - 1) / 2, j - (W - 1) / 2
            y[i, j] = read_in_loops(image, r + (H - 1) / 2, c - s * r + (W - 1) / 2)
    return y


# %% [markdown]
# Your version takes a batch. A loop over the images is fine, loops over pixels will make you wait
# in section 6. If indices outside of the image bother you: a rim of zeros, or `np.clip` and a mask.


# %% solution="shear"
def shear(images, max_shear, rng):
    """Slide the rows of each image sideways, in proportion to their distance from the centre.

    images : (N, H, W, C) floating point, max_shear : pixels per row, 0 or more
    returns (N, H, W, C), in the float type of the images
    """
    ### BEGIN SOLUTION
    N, H, W, _ = images.shape
    s = rng.uniform(-max_shear, max_shear, size=(N, 1, 1))
    r = np.arange(H)[:, None] - (H - 1) / 2
    columns = np.clip(np.arange(W) - s * r, -1, W) + 1  # in an image with a rim of one zero
    j = np.minimum(columns.astype(int), W)
    share = (columns - j)[..., None].astype(images.dtype)
    big = np.pad(images, ((0, 0), (0, 0), (1, 1), (0, 0)))
    n, i = np.arange(N)[:, None, None], np.arange(H)[:, None]
    return (1 - share) * big[n, i, j] + share * big[n, i, j + 1]
    ### END SOLUTION


# %% check="shear"
check("shear", shear)

# %% [markdown]
# ### Rotation
#
# Each image is turned about its centre by an angle of its own, **uniform between -max_degrees and
# max_degrees**, where any number in between may come, not only whole degrees. The place to read at
# is your second blank. (Whether a positive angle turns to the left or to the right makes no
# difference, because both are equally likely.) Reading is bilinear, outside is 0. Mind the unit of
# `np.sin`.
#
# A place less than one pixel outside the image is a mixture of the outermost pixel and 0, so the
# loops above fade to 0 there. It is also accepted if you set such places to 0.


# %% solution="rotate"
def rotate(images, max_degrees, rng):
    """Turn each image about its centre, by an angle uniform in ±max_degrees.

    images : (N, H, W, C) floating point, max_degrees : 0 or more
    returns (N, H, W, C), in the float type of the images
    """
    ### BEGIN SOLUTION
    N, H, W, _ = images.shape
    a = np.radians(rng.uniform(-max_degrees, max_degrees, size=(N, 1, 1)))
    r, c = np.arange(H)[:, None] - (H - 1) / 2, np.arange(W) - (W - 1) / 2
    rows = r * np.cos(a) + c * np.sin(a) + (H - 1) / 2
    columns = c * np.cos(a) - r * np.sin(a) + (W - 1) / 2
    rows, columns = np.clip(rows, -1, H) + 1, np.clip(columns, -1, W) + 1
    i, j = np.minimum(rows.astype(int), H), np.minimum(columns.astype(int), W)
    s = (rows - i)[..., None].astype(images.dtype)
    t = (columns - j)[..., None].astype(images.dtype)
    big = np.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)))
    n = np.arange(N)[:, None, None]
    above = (1 - t) * big[n, i, j] + t * big[n, i, j + 1]
    below = (1 - t) * big[n, i + 1, j] + t * big[n, i + 1, j + 1]
    return (1 - s) * above + s * below
    ### END SOLUTION


# %% check="rotate"
check("rotate", rotate)

# %% [markdown]
# Does it look right? Here the 6 from above passes through your functions, eight draws of each.

# %% practice=true
if ready("shear", "rotate"):
    rng = np.random.default_rng(4)
    copies = np.repeat(six[None], 8, axis=0)
    slanted, turned = shear(copies, 0.5, rng), rotate(copies, 40, rng)
else:
    print("This cell waits for shear and rotate.")

# %% practice=true fold="Draw eight images of each"
if ready("shear", "rotate"):
    with theme.style():
        figure, axes = plt.subplots(2, 8, figsize=(8, 2.5))
        for ax in axes.flat:
            ax.axis("off")
        for row, batch in zip(axes, (slanted, turned), strict=True):
            for ax, image in zip(row, batch, strict=True):
                ax.imshow(image[:, :, 0], cmap="gray_r")
        figure.suptitle(
            "Eight slants up to 0.5 (above), eight turns up to 40° (below)", fontsize=11
        )
        plt.show()

# %% [markdown]
# *In words: above, eight 6s slanted to the left or to the right by different amounts, with their
# middle in its place. Below, eight 6s turned by up to 40 degrees to both sides.*
#
# ### Scale
#
# S2 has a recipe on "Random crops and scales", which ResNet used: pick a random length L between
# 256 and 480, resize the image so that its **short side** is L, then cut a random piece of
# 224 × 224. The second half you have. For the first half, each image draws its own L, and the
# results differ in size, so they come back as a **list**.
#
# - L is a whole number; `short_sides = (lowest, highest)`, both included, all equally likely.
# - The short side gets the length L, whether that is the height or the width. The other side keeps
#   the proportions, rounded to the nearest whole number of pixels.
# - New pixel i is read at your third blank, first in one direction, then in the other. Beyond the
#   middle of the outermost pixel there is nothing to mix with: there the outermost pixel goes on,
#   so keep the place within 0 … H - 1.


# %%
def row_scaled_in_loops(row, h):
    """A row of numbers, made h pixels long."""
    H = len(row)
    y = np.zeros(h)
    for i in range(h):
        p = min(max((i + 0.5) * H / h - 0.5, 0), H - 1)
        k = int(p)
        after = min(k + 1, H - 1)
        y[i] = (1 - (p - k)) * row[k] + (p - k) * row[after]
    return y


# %% [markdown]
# Try `row_scaled_in_loops([0, 8], 4)` in your head: the four new pixels are read at -0.25, 0.25,
# 0.75 and 1.25. Shrinking works by the same formula (by more than a factor of 2 it skips pixels;
# better methods take a mean).


# %% solution="random_scale"
def random_scale(images, short_sides, rng):
    """Resize each image so that its shorter side gets a random length; proportions are kept.

    images : (N, H, W, C) floating point, short_sides : (lowest, highest), both included
    returns a list of N images (H_i, W_i, C), in the float type of the images
    """

    ### BEGIN SOLUTION
    def resized(x, length, axis):
        old = x.shape[axis]
        place = np.clip((np.arange(length) + 0.5) * old / length - 0.5, 0, old - 1)
        k = place.astype(int)
        share = (place - k).astype(x.dtype).reshape((-1, 1, 1) if axis == 0 else (1, -1, 1))
        after = np.minimum(k + 1, old - 1)
        return (1 - share) * np.take(x, k, axis) + share * np.take(x, after, axis)

    scaled = []
    for x in images:
        L = int(rng.integers(short_sides[0], short_sides[1] + 1))
        h, w = (round(side * L / min(x.shape[:2])) for side in x.shape[:2])
        scaled.append(resized(resized(x, h, 0), w, 1))
    return scaled
    ### END SOLUTION


# %% check="random_scale"
check("random_scale", random_scale)

# %% [markdown]
# Everything green? The library's versions are in `course_lib/augmentation`, to compare.

# %% [markdown]
# ## 6 Your functions in training
#
# ### How far does it reach?
#
# Back to the scanner. Now the network is trained on images that your `translate` moves by up to one
# pixel. In its shift map, the inner 3 × 3 shifts are those it has met. **What is its accuracy two
# pixels off, straight to one side?** It has just learnt that the place does not matter, or has it?

# %%
guess("ps13_two_pixels", None)  # a number from 0 to 1 in place of None

# %% [markdown]
# Networks trained with shifts up to 0, 1 and 2 pixels, from the seeds 0, 1 and 2.


# %% practice=true
def with_shift(max_shift):
    """The augmentation for `fit`: your translate, with its largest shift filled in."""
    return (lambda images, rng: translate(images, max_shift, rng)) if max_shift else None


if ready("translate"):
    maps = {0: plain_maps}
    for most in (1, 2):
        networks = [train(x_train, t_train, seed, with_shift(most))[0] for seed in range(3)]
        maps[most] = np.array([shift_map(network) for network in networks])
    far = [(0, 2), (4, 2), (2, 0), (2, 4)]
    two_off = np.array([[m[place] for place in far] for m in maps[1]]).mean(axis=1)
    inner = maps[1][:, 1:4, 1:4].mean(axis=(1, 2))
    reveal(
        "ps13_two_pixels",
        round(float(two_off.mean()), 2),
        f"Trained with ±1: two pixels off {two_off.mean():.3f} ± {two_off.std(ddof=1):.3f}, "
        f"over the inner 3 × 3 {inner.mean():.3f} ± {inner.std(ddof=1):.3f} (three seeds).",
    )
else:
    print("This cell waits for translate.")

# %% [markdown]
# Move the slider (or read the pictures): the orange frame holds the shifts met in
# training. There is none where no shift was met.


# %% practice=true fold="Draw the shift maps with a slider"
def draw_trained(most):
    with theme.style():
        figure, ax = plt.subplots(figsize=(4.2, 4.2))
        title = (
            "Trained on images as they are" if most == 0 else f"Trained with shifts up to ±{most}"
        )
        draw_map(ax, maps[most].mean(axis=0), title, trained=most)
        ax.set_title(title, fontsize=11)
    return figure


if ready("translate"):
    map_slider = slider(
        draw_trained,
        (0, 1, 2),
        name="max_shift",
        alt="Shift maps of networks trained with shifts up to 0, 1 and 2 pixels. Accuracy is "
        "high for the shifts met in training and, in the first two maps, much lower beyond them.",
        dpi=90,
    )
else:
    map_slider = None
    print("This cell waits for translate.")
map_slider

# %% [markdown]
# *In words: three shift maps. Without shifts in training only the centre is dark. With ±1 the inner
# 3 × 3 places are dark, and the places around them are much paler. With ±2 the accuracies at all 25
# places differ by less than 0.15, but the centre is paler than at first.*
#
# **Most of the help ends where the training shifts end.** Trained with ±1, the network classifies
# 93 % correctly at the nine places it has met. Two pixels to one side it classifies 33 %
# correctly (mean of the four directions; sideways more is left than up and down). That is three
# times as much as without shifts, and far less than 93 %. (A convolution
# treats all places alike by construction; a network of linear layers has to learn each of them.)
#
# **Training with shifts lowers the accuracy on unshifted images of these small digits. By how much
# depends on the network and on the number of epochs.** Trained with ±2, one network has to know
# every digit in 25 places. With 64 hidden units and 20 epochs the accuracy in the centre falls from
# 0.98 to 0.79. Is the network too small, or is the training too short?

# %% practice=true fold="Train longer, and a larger network"
if ready("translate"):
    centres = {(64, 20): maps[2][:, 2, 2]}
    for width, epochs in ((64, 80), (256, 20)):
        networks = [
            train(x_train, t_train, seed, with_shift(2), epochs, width=width)[0]
            for seed in range(3)
        ]
        centres[width, epochs] = np.array([score(network, x_test, t_test) for network in networks])
    for (width, epochs), values in centres.items():
        result = f"{values.mean():.3f} ± {values.std(ddof=1):.3f}"
        print(f"{width:3} hidden units, {epochs} epochs, shifts up to ±2: centre {result}")
else:
    print("This cell waits for translate.")

# %% claims=true
outside = np.array([[m[place] for place in far] for m in plain_maps]).mean()
claim("classifies 93 %\ncorrectly at the nine places", inner.mean(), equals=0.93, within=0.02)
claim(
    "Two pixels to one side it classifies 33 %\ncorrectly", two_off.mean(), equals=0.33, within=0.04
)
claim("three times as much as without shifts", two_off.mean() / outside, above=2.2)
claim("three times as much as without shifts", two_off.mean() / outside, below=4)
for most in (1, 2):
    claim(
        "Training with shifts lowers the accuracy on unshifted images of these small digits",
        maps[most][:, 2, 2],
        below=centre,
    )
by_side = np.array([[m[place] for place in far] for m in maps[1]]).mean(axis=0)
claim("sideways more is left than up and down", min(by_side[2:]), above=max(by_side[:2]))
claim("falls from 0.98 to 0.79", centre.mean(), equals=0.98, within=0.015, given=[0.79])
claim("falls from 0.98 to 0.79", maps[2][:, 2, 2].mean(), equals=0.79, within=0.05, given=[0.98])
claim(
    "With ±2 the accuracies at all 25 places differ by less than 0.15",
    np.ptp(maps[2].mean(axis=0)),
    below=0.15,
    given=[2, 25],
)
won_back = [
    (centres[setting] - centres[64, 20]).mean() / (centre - centres[64, 20]).mean()
    for setting in ((64, 80), (256, 20))
]
claim("wins back about half of the lost accuracy", won_back, equals=0.55, within=0.13)

# %% [markdown]
# Both: over three seeds, each of four times as many epochs and four times as many hidden units wins
# back about half of the lost accuracy. So a part of the price was too little training and too small
# a network. (The learning rate was not tuned again.)
#
# ### Five hundred images, five recipes
#
# Augmentation is expected to help most where data are few. We take 500 MNIST images, made smaller
# to 14 × 14 pixels so that you need not wait, and test on 2,000 others. Before you run it: **which
# of shifts, rotations, shears, flips, and all but flips together, is best at these strengths (1
# pixel, 15 degrees, a slant of 0.3)?** Put the letters in your order: s, r, h, f, a.

# %%
guess("ps13_best_recipe", None)  # one letter: s, r, h, f or a

# %% [markdown]
# Each of five repetitions takes other training images and another start, and the same for every
# recipe, so that their differences can be paired.


# %% practice=true fold="Load images of 14 × 14 pixels"
def smaller(images):
    """28 × 28 pixels become 14 × 14, each the mean of four."""
    return images.reshape(-1, 14, 2, 14, 2, 1).mean(axis=(2, 4)).astype("float32")


order = np.random.default_rng(5).permutation(len(big_images))
x_mnist, t_mnist = smaller(big_images[order]), mnist.t[order]
x_new, t_new = x_mnist[3000:], mnist.t[order][3000:]

# %% practice=true
if ready("horizontal_flip", "translate", "rotate", "shear"):
    RECIPES = {
        "none": None,
        "shifts": lambda x, rng: translate(x, 1, rng),
        "rotations": lambda x, rng: rotate(x, 15, rng),
        "shears": lambda x, rng: shear(x, 0.3, rng),
        "flips": lambda x, rng: horizontal_flip(x, rng, 0.5),
        "all but flips": lambda x, rng: translate(shear(rotate(x, 15, rng), 0.3, rng), 1, rng),
    }
else:
    print("This cell waits for horizontal_flip, translate, rotate and shear.")

# %% practice=true fold="Train five times with each recipe"
if ready("horizontal_flip", "translate", "rotate", "shear"):
    trained = {}
    for name, augment in RECIPES.items():
        for seed in range(5):
            few = slice(500 * seed, 500 * seed + 500)
            trained[name, seed] = train(
                x_mnist[few],
                t_mnist[few],
                seed,
                augment,
                epochs=32,
                batch_size=50,
                validation=(x_new, t_new) if seed == 0 else None,
            )

# %% [markdown]
# The table has mean and standard deviation over the repetitions, and the gain over "none" paired by
# repetition, with its standard error in brackets.

# %% practice=true
if ready("horizontal_flip", "translate", "rotate", "shear"):
    reached = {
        name: np.array([score(trained[name, seed][0], x_new, t_new) for seed in range(5)])
        for name in RECIPES
    }
    letters = {"shifts": "s", "rotations": "r", "shears": "h", "flips": "f", "all but flips": "a"}
    best = max(letters, key=lambda name: reached[name].mean())
    reveal("ps13_best_recipe", letters[best], f"By the means of five repetitions: {best}.")
else:
    print("This cell waits for horizontal_flip, translate, rotate and shear.")

# %% practice=true fold="Print and draw the table"
if ready("horizontal_flip", "translate", "rotate", "shear"):
    for name, values in reached.items():
        gain = values - reached["none"]
        print(
            f"{name:14} {values.mean():.3f} ± {values.std(ddof=1):.3f}   gain "
            f"{gain.mean():+.3f} ({gain.std(ddof=1) / np.sqrt(5):.3f})"
        )
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3))
        for row, (_name, values) in enumerate(reversed(reached.items())):
            ax.plot(values, [row] * 5, "o", color=theme.FORWARD, alpha=0.5)
            ax.plot(values.mean(), row, "|", color=theme.INK, markersize=18, markeredgewidth=2.5)
        ax.axvline(reached["none"].mean(), color=theme.QUIET, linestyle="--")
        ax.set_yticks(range(len(reached)), reversed(list(reached)))
        ax.set(
            ylim=(-0.5, len(reached) - 0.5),
            xlabel="accuracy on 2,000 new images",
            title="Accuracy with five augmentations and with none (five repetitions)",
        )
        plt.show()

# %% claims=true
gains = {name: np.mean(values - reached["none"]) for name, values in reached.items()}
claim('left of "none", by about 0.04', -gains["flips"], equals=0.04, within=0.01)
others = [gains[name] for name in ("shifts", "rotations", "shears", "all but flips")]
claim("The means of the others lie to its right", others, above=0)
claim("to its right, by less than 0.025", others, below=0.025)
claim(
    'dots of shifts and of "all but flips" overlap',
    reached["all but flips"].max(),
    above=reached["shifts"].min(),
)
between = reached["shifts"] - reached["all but flips"]
claim(
    'Shifts and "all but flips" cannot be separated here',
    abs(between.mean()),
    below=3 * between.std(ddof=1) / 5**0.5,
)

# %% claims="slow"
best_of_rates = {}
for name in ("none", "shifts", "shears", "flips"):
    of_the_rates = [reached[name]]
    for lr in (0.05, 0.2):
        found = []
        for seed in range(5):
            few = slice(500 * seed, 500 * seed + 500)
            augment = RECIPES[name]
            network, _ = train(x_mnist[few], t_mnist[few], seed, augment, 32, 50, lr=lr)
            found.append(score(network, x_new, t_new))
        of_the_rates.append(np.array(found))
    best_of_rates[name] = max(of_the_rates, key=np.mean)
the_best = "With the best of the rates 0.05, 0.1 and 0.2 for each, the means of shifts and shears"
for name in ("shifts", "shears"):
    claim(
        f'{the_best} are above that of "none"',
        best_of_rates[name].mean(),
        above=best_of_rates["none"].mean(),
        given=[0.05, 0.1, 0.2],
    )
    claim(
        "differ by less than the standard deviation of either",
        abs(best_of_rates["shifts"].mean() - best_of_rates["shears"].mean()),
        below=best_of_rates[name].std(ddof=1),
    )
claim("of flips is below it", best_of_rates["flips"].mean(), below=best_of_rates["none"].mean())

# %% [markdown]
# *In words: a row for each recipe with five dots and a bar at their mean. Flips lie clearly to the
# left of "none", by about 0.04. The means of the others lie to its right, by less than 0.025; the
# dots of shifts and of "all but flips" overlap.*
#
# Read it honestly. A gain that is smaller than three times its standard error may be luck: five
# repetitions are few. Shifts and "all but flips" cannot be separated here. All recipes have the
# learning rate 0.1. With the best of the rates 0.05, 0.1 and 0.2 for each, the means of shifts and
# shears are above that of "none" and differ by less than the standard deviation of either, and that
# of flips is below it. So the table does not say which of shifts and shears is better. MNIST digits
# are centred by their makers and mostly upright, so the test images contain few of the changes that
# the network was hardened against. **An augmentation is most likely to pay if it imitates changes
# that will really come.** And flips imitate one that never comes.
#
# The curves say how augmentation works as a regulariser:

# %% practice=true fold="Draw the losses of two recipes"
if ready("horizontal_flip", "translate", "rotate", "shear"):
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3.4))
        for name, colour in (("none", theme.QUIET), ("shifts", theme.FORWARD)):
            history = trained[name, 0][1]
            epochs = np.arange(1, len(history.loss) + 1)
            ax.plot(epochs, history.loss, color=colour, label=f"{name}, training", **theme.TRAIN)
            ax.plot(
                epochs,
                history.validation_loss,
                color=colour,
                label=f"{name}, new images",
                **theme.VALIDATION,
            )
        ax.set(xlabel="epoch", ylabel="loss", yscale="log")
        ax.set_title("Loss with and without shifts (one seed)")
        ax.legend()
        plt.show()
else:
    print("This cell waits for horizontal_flip, translate, rotate and shear.")

# %% claims=true
plain_run, shifted_run = trained["none", 0][1], trained["shifts", 0][1]
claim("the training images falls towards 0", plain_run.loss[-1], below=0.03, given=[0])
claim("stops falling early", np.argmin(plain_run.validation_loss), below=20)
claim(
    "With shifts the training loss falls more slowly",
    shifted_run.loss[-1],
    above=plain_run.loss[-1],
)
claim(
    "the loss on new images ends lower",
    shifted_run.validation_loss[-1],
    below=plain_run.validation_loss[-1],
)
is_above = np.array(shifted_run.loss) > np.array(shifted_run.validation_loss)
claim("lies above the other for more than half of the epochs", is_above.mean(), above=0.5)

# %% [markdown]
# *In words: loss against epochs on a logarithmic axis, for one seed. Without augmentation the loss
# on the training images falls towards 0. The loss on new images stops falling early and stays far
# above it. With shifts the training loss falls more slowly, and the loss on new images ends lower.*
#
# The training loss with augmentation is that of changed images, which are harder. It is also the
# mean over an epoch, while the weights were still worse. So the training curve may lie above the
# other: here (one seed) it lies above the other for more than half of the epochs. That is not a
# fault.
#
# ### When it hurts
#
# A mirrored 8 is an 8, a mirrored 3 is nothing at all. So who pays for the flips? Change of
# accuracy for each digit, flips against none:

# %% practice=true fold="Draw the change for each digit"
if ready("horizontal_flip", "translate", "rotate", "shear"):

    def answers(network):
        """Row t, column y: which share of the digits t the network takes for a y."""
        given = network(channels_first(x_new)).argmax(axis=1)
        return (
            np.array([np.bincount(given[t_new == t], minlength=10) for t in range(10)])
            / (np.bincount(t_new)[:, None])
        )

    moved_answers = np.array(
        [answers(trained["flips", s][0]) - answers(trained["none", s][0]) for s in range(5)]
    )
    change = np.diagonal(moved_answers, axis1=1, axis2=2)
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3))
        ax.bar(range(10), change.mean(axis=0), yerr=change.std(axis=0, ddof=1), color=theme.FORWARD)
        ax.axhline(0, color=theme.INK, linewidth=1)
        ax.set(xticks=range(10), xlabel="digit", ylabel="change of accuracy")
        ax.set_title(
            "Change of accuracy by digit, flips against none (five repetitions)", fontsize=11
        )
        plt.show()
    for digit in np.argsort(change.mean(axis=0))[:3]:
        mean, sd = change[:, digit].mean(), change[:, digit].std(ddof=1)
        more = moved_answers.mean(axis=0)[digit]
        taken = f"taken for a {more.argmax()} more often by {more.max():.3f}"
        print(f"digit {digit}: {mean:+.3f} ± {sd:.3f}, {taken}")
else:
    print("This cell waits for horizontal_flip, translate, rotate and shear.")

# %% claims=true
by_mean = change.mean(axis=0)
claim(
    "the digits 3 and 5 lose more than a tenth\non average",
    -by_mean[[3, 5]],
    above=0.1,
    given=[3, 5],
)
new_errors = moved_answers.mean(axis=0) - np.diag(by_mean)
claim(
    "most of the new errors on these two digits are 5s taken for a 3 and 3s taken for a 5",
    (new_errors[5, 3] + new_errors[3, 5]) / -(by_mean[5] + by_mean[3]),
    above=0.5,
    given=[5, 3],
)
others = np.abs(np.delete(by_mean, [3, 5]))
claim("The other eight change by less than 0.05", others, below=0.05)

# %% [markdown]
# *In words: ten bars with error bars. Two of them are long: the digits 3 and 5 lose more than a
# tenth on average, with large error bars (standard deviation over five repetitions). The other
# eight change by less than 0.05.*
#
# One might expect that 5s are confused with 2s, because a mirrored 5 looks much like a 2. The run
# says otherwise: most of the new errors on these two digits are 5s taken for a 3 and 3s taken for a
# 5 (mean of five repetitions). A possible reason: the upper half of a 3 is closed on the right,
# that of a 5 on the left, and a mirror exchanges left and right. The experiment shows which digits
# suffer; it does not show the reason.
#
# ### Would a human still give this label?
#
# Now you are the human. The next cell makes 20 images with your functions, with settings far too
# strong: turned by up to 100 degrees and slanted by up to 1. **For how many of the 20 would you
# still give the label above it?** Run it, count, and write your vote into the cell after it.

# %% practice=true fold="Make and show the 20 images"
if ready("rotate", "shear"):
    rng = np.random.default_rng(8)
    voted = np.arange(40, 60)  # two of each digit
    strong = rotate(shear(big_images[voted], 1.0, rng), 100, rng)
    with theme.style():
        figure, axes = plt.subplots(2, 10, figsize=(9, 2.4))
        for ax, image, digit in zip(axes.flat, strong, mnist.t[voted], strict=True):
            ax.imshow(image[:, :, 0], cmap="gray_r")
            ax.set_title(str(digit), fontsize=10)
            ax.axis("off")
        figure.suptitle("Would you still give these labels?", x=0.02, ha="left")
        plt.show()
else:
    print("This cell waits for rotate and shear.")

# %% [markdown]
# *In words: twenty digits, two of each, strongly turned and slanted, each with its label above it.
# Some are nearly upright, others lie on their side.*
#
# Your vote, kept like a guess and never graded:

# %%
guess("ps13_vote", None)  # a number from 0 to 20 in place of None

# %% [markdown]
# For comparison: how many of the same 20 does a network read that was trained on 2,000 other images
# as they are, and how many if its training images were changed just as strongly? Each with three
# seeds.

# %% practice=true fold="Train two networks on 2,000 images"
if ready("rotate", "shear"):
    hits = {}
    for name, augment in {
        "as they are": None,
        "strongly changed": lambda x, rng: rotate(shear(x, 1.0, rng), 100, rng),
    }.items():
        away = np.flatnonzero((order < 40) | (order >= 60))[:2000]
        for seed in range(3):
            network, _ = train(x_mnist[away], t_mnist[away], seed, augment, 12, 50)
            share = score(network, smaller(strong), mnist.t[voted])
            upright = score(network, x_new, t_new)
            hits[name, seed] = 20 * share, upright
    for name in ("as they are", "strongly changed"):
        rows = np.array([hits[name, seed] for seed in range(3)])
        print(
            f"trained on images {name:17} reads {rows[:, 0].mean():4.1f} ± "
            f"{rows[:, 0].std(ddof=1):.1f} of your 20, and {rows[:, 1].mean():.3f} of upright ones"
        )
else:
    print("This cell waits for rotate and shear.")

# %% practice=true
if ready("rotate", "shear"):
    seen_plain = float(np.mean([hits["as they are", seed][0] for seed in range(3)]))
    reveal("ps13_vote", round(seen_plain), "Of the 20, read by a network trained without changes.")

# %% claims=true
counts = {
    name: np.array([hits[name, s] for s in range(3)]).T
    for name in ("as they are", "strongly changed")
}
read, upright = zip(*counts.values(), strict=True)
claim("it classifies more of the strongly\nchanged images correctly", read[1], above=read[0])
claim("fewer of the upright ones", upright[1], below=upright[0])

# %% [markdown]
# If your vote was far below 20, some of these would be wrong labels in your training set. The
# second network shows a price, at 12 epochs and 64 hidden units: it classifies more of the strongly
# changed images correctly but fewer of the upright ones, and the images to come will be upright.
# **Strength is a setting to be tuned on validation
# images, like a rate.**
#
# ### The ResNet recipe, on a photograph
#
# A photograph that comes with matplotlib (Grace Hopper, United States Navy), with half of its
# pixels in each direction; all lengths of S2's recipe are halved too: L from 128 to 240, pieces of
# 112 × 112. Your own three functions do the rest.


# %% practice=true fold="Define where the photograph comes from"
def photograph():
    """Half-size photograph (H, W, 3) in [0, 1]; drawn colours where it is not installed."""
    try:
        from matplotlib.cbook import get_sample_data

        with get_sample_data("grace_hopper.jpg") as file:
            picture = plt.imread(file, format="jpg")
        return picture[::2, ::2, :3].astype("float32") / 255
    except Exception:  # not every installation has the sample pictures
        r, c = np.mgrid[0:1:300j, 0:1:256j]
        return np.stack([r, c, np.sin(20 * r) * np.cos(15 * c) / 2 + 0.5], -1).astype("float32")


# %% practice=true
if ready("random_scale", "random_crop", "horizontal_flip"):
    rng = np.random.default_rng(9)
    photo = photograph()
    scaled = random_scale(np.repeat(photo[None], 7, axis=0), (128, 240), rng)
    pieces = horizontal_flip(random_crop(scaled, 112, rng, 0), rng, 0.5)
else:
    print("This cell waits for random_scale, random_crop and horizontal_flip.")

# %% practice=true fold="Draw the photograph and its pieces"
if ready("random_scale", "random_crop", "horizontal_flip"):
    with theme.style():
        figure, axes = plt.subplots(2, 4, figsize=(8, 4.2))
        shown = [("the photograph", photo)]
        shown += [(f"L = {min(x.shape[:2])}", y) for x, y in zip(scaled, pieces, strict=True)]
        for ax, (title, image) in zip(axes.flat, shown, strict=True):
            ax.imshow(np.clip(image, 0, 1))
            ax.set_title(title, fontsize=10)
            ax.axis("off")
        figure.suptitle("One photograph, seven training images", x=0.02, ha="left")
        plt.show()

# %% [markdown]
# *In words: a portrait in uniform before a flag, and seven square pieces of it, each with its L.
# The smaller L, the more of the photograph fits into the piece. Some are mirrored.*
#
# Scaling before cropping is what makes it work: the piece has always the same number of pixels, but
# the face in it does not. How many different training images does one photograph of 256 × 341
# pixels give by the original recipe, with flips?

# %% practice=true
count = 0
for L in range(256, 481):
    long_side = round(341 * L / 256)
    count += (L - 224 + 1) * (long_side - 224 + 1)
print(f"{2 * count:,} different pieces of one photograph, mirrored ones included")

# %% [markdown]
# They are not worth as much as that many photographs: neighbours among them are nearly the same,
# and all show the same person.
#
# ### Go crazy
#
# S2 ends with "Get creative for your problem!" and names translation, rotation, stretching,
# shearing and lens distortions. All of them are one line: *where does this pixel come from?* The
# reading itself is the library's `bilinear_at`, the same as in your `rotate`. Change the lines of
# `WAYS`, run their cell and the next one, and look.


# %% practice=true fold="Define pulled, which reads an image"
def pulled(image, place):
    """One image (H, W, C), read at rows and columns that `place(r, c)` gives, from -1 to 1."""
    from course_lib.augmentation.sampling import bilinear_at

    H, W, _ = image.shape
    r, c = np.mgrid[-1 : 1 : H * 1j, -1 : 1 : W * 1j].astype(image.dtype)
    rows, columns = place(r, c)
    return bilinear_at(
        image[None], (rows[None] + 1) / 2 * (H - 1), (columns[None] + 1) / 2 * (W - 1)
    )[0]


# %% practice=true
WAYS = {
    "as it is": lambda r, c: (r, c),
    "stretched": lambda r, c: (r, 1.6 * c),
    "barrel lens": lambda r, c: (
        r * (0.7 + 0.4 * (r * r + c * c)),
        c * (0.7 + 0.4 * (r * r + c * c)),
    ),
    "pincushion": lambda r, c: (
        r * (1.1 - 0.2 * (r * r + c * c)),
        c * (1.1 - 0.2 * (r * r + c * c)),
    ),
    "waves": lambda r, c: (r + 0.08 * np.sin(6 * c), c + 0.08 * np.sin(6 * r)),
    "swirl": lambda r, c: (
        r * np.cos(1 - r * r - c * c) + c * np.sin(1 - r * r - c * c),
        c * np.cos(1 - r * r - c * c) - r * np.sin(1 - r * r - c * c),
    ),
}

# %% practice=true fold="Draw a grid and an 8"
grid = np.ones((112, 112, 1), dtype="float32")
grid[::12], grid[:, ::12] = 0.3, 0.3
eight = np.kron(big_images[8], np.ones((4, 4, 1))).astype("float32")
with theme.style():
    figure, axes = plt.subplots(2, 6, figsize=(9, 3.3))
    for column, (name, place) in zip(axes.T, WAYS.items(), strict=True):
        for ax, image in zip(column, (1 - grid, eight), strict=True):
            ax.imshow(pulled(image, place)[:, :, 0], cmap="gray_r")
            ax.axis("off")
        column[0].set_title(name, fontsize=10)
    plt.show()

# %% [markdown]
# *In words: a grid of lines and an 8, as they are, stretched (here squeezed in width), bulging as
# through a barrel lens, drawn in at the sides as through a pincushion lens, in waves, and twisted
# about the centre. In the first five the 8 is easy to recognise.*
#
# ### The leak
#
# S0 divides the data first and prepares them afterwards. A friend finds it easier to augment all
# 300 images at once, four copies of each, turned at random by up to 15 degrees, and to divide the
# 1,200 results: four fifths for training, one fifth for validation. On new images the network
# has an accuracy of about 0.85. **What does your friend's validation say?**

# %%
guess("ps13_leak", None)  # a number from 0 to 1 in place of None

# %% [markdown]
# Both orders, on five different sets of 300 images, compared with the 2,000 new images that
# neither has seen. The second order divides first and turns copies of the training images alone.

# %% practice=true
if ready("rotate"):

    def four_copies(x, t, rng):
        return rotate(np.concatenate([x] * 4), 15, rng), np.concatenate([t] * 4)

    said = {"copies first, then divided": [], "divided first, then copies": []}
    for seed in range(5):
        rng = np.random.default_rng(seed)
        x, t = x_mnist[300 * seed : 300 * seed + 300], t_mnist[300 * seed : 300 * seed + 300]
        x_all, t_all = four_copies(x, t, rng)
        mixed = rng.permutation(1200)
        learn, hold = mixed[240:], mixed[:240]
        network, _ = train(x_all[learn], t_all[learn], seed, epochs=15)
        first = score(network, x_all[hold], t_all[hold]), score(network, x_new, t_new)
        x_all, t_all = four_copies(x[60:], t[60:], rng)
        network, _ = train(x_all, t_all, seed, epochs=15)
        second = score(network, x[:60], t[:60]), score(network, x_new, t_new)
        for name, result in zip(said, (first, second), strict=True):
            said[name].append(result)
else:
    print("This cell waits for rotate.")

# %% practice=true fold="Print the table of both orders"
if ready("rotate"):
    print(f"{'':28}{'validation says':>18}{'new images':>18}")
    for name, results in said.items():
        (v, n), (dv, dn) = np.mean(results, axis=0), np.std(results, axis=0, ddof=1)
        print(f"{name:28}{v:10.3f} ± {dv:.3f}{n:10.3f} ± {dn:.3f}")

# %% practice=true
if ready("rotate"):
    leaked = float(np.mean(said["copies first, then divided"], axis=0)[0])
    reveal(
        "ps13_leak", round(leaked, 2), "Validation accuracy with copies made before the division."
    )

# %% claims=true
first = np.array(said["copies first, then divided"])
second = np.array(said["divided first, then copies"])
claim(
    "On new images the network\nhas an accuracy of about 0.85",
    first[:, 1].mean(),
    equals=0.85,
    within=0.03,
)
claim("The first row promises far more than it keeps", first[:, 0], above=first[:, 1] + 0.05)
apart = second[:, 0] - second[:, 1]
claim(
    "five repetitions cannot tell whether it is wrong on\naverage",
    abs(apart.mean()),
    below=2.8 * apart.std(ddof=1) / 5**0.5,
)

# %% [markdown]
# The first row promises far more than it keeps: nearly every validation image has a sister among
# the training images, turned by another angle. The network need not read, it recognises. The
# second row is noisy, because 60 images are few: five repetitions cannot tell whether it is wrong
# on average. **Divide first. Validation and test images are never augmented at random**, or you
# measure something else.
#
# ### At test time
#
# There is one honest use: show the network several changed copies of a *test* image and average the
# probabilities it gives. It is an ensemble (notebook 11) of one network. Does it help?

# %% practice=true fold="Average over changed copies"
if ready("horizontal_flip", "translate", "rotate", "shear"):

    def probabilities(network, x):
        u = network(channels_first(x))
        e = np.exp(u - u.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    gained = {}
    print(f"{'copies':>6}{'trained without':>21}{'trained with shifts':>21}")
    for copies in (0, 1, 4, 16):
        line = f"{copies or 'none':>6}"
        for name in ("none", "shifts"):
            found = []
            for seed in range(5):
                network, rng = trained[name, seed][0], np.random.default_rng(seed)
                views = [translate(x_new, 1, rng) for _ in range(copies)] or [x_new]
                mean = np.mean([probabilities(network, view) for view in views], axis=0)
                found.append(np.mean(mean.argmax(axis=1) == t_new))
            line += f"{np.mean(found):13.3f} ± {np.std(found, ddof=1):.3f}"
            gained[name] = np.array(found) - gained.get("first " + name, found)
            gained.setdefault("first " + name, np.array(found))
        print(line)
    for name, words in (("none", "without"), ("shifts", "with shifts")):
        mean, error = gained[name].mean(), gained[name].std(ddof=1) / np.sqrt(5)
        print(f"16 copies against none, trained {words:11}: {mean:+.3f} ({error:.3f})")
else:
    print("This cell waits for horizontal_flip, translate, rotate and shear.")

# %% claims=true
claim("Even the mean over its 16 copies is lower", gained["none"], below=0, given=[16])
claim("Trained with shifts, it gains a little", gained["shifts"].mean(), above=0)
claim("Trained with shifts, it gains a little", gained["shifts"].mean(), below=0.03)

# %% [markdown]
# Read down the columns; the last lines are paired, with the standard error in brackets. One
# randomly moved copy gives a lower accuracy than the image itself, much lower for the network that
# was trained without shifts. Even the mean over its 16 copies is lower than for the image itself.
# The network was not trained on moved images, so its answers on them are too poor for averaging to
# help here. Trained with shifts, it gains a little: compare the gain
# with its standard error, and with the price, 16 times the work for each answer.

# %% [markdown]
# ## 7 Questions
#
# **Reach.** A network with one hidden layer was trained on MNIST digits (28 × 28 pixels) with
# shifts up to ±2 pixels. Test images are shifted by 4 pixels to one side. Which accuracy do you
# expect, compared with its accuracy on unshifted test images?
#
# - a: the same, because it has learnt that the place does not matter
# - b: lower by one or two points, because shifted images are a little harder
# - c: lower by far more than ten points, because it has not met such places
# - d: higher, because a shift at test time regularises as well

# %% solution="answer_reach"
answer_reach = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_reach = "c"
### END SOLUTION

# %% choice="reach" key="c" points=1
check_choice("reach", answer_reach)
# a: It has learnt the places that it met, and not that the place does not matter. A network of
#    linear layers has to learn each place.
# b: For a human, shifted images are hardly more difficult. For this network the ink now lies on
#    pixels where it never met this digit, and the accuracy falls far more.
# c: Most of the help ends where the training shifts end. In a separate run on MNIST, the accuracy
#    fell by more than 20 points (each of the seeds 0, 1, 2).
# d: A shift regularises in training, because the weights have to fit more images. At test time the
#    weights are fixed, and the image is only less like those of training.

# %% claims="slow"
x_large, falls = big_images[order].astype("float32"), []
for seed in range(3):
    network, _ = train(x_large[:2000], t_mnist[:2000], seed, with_shift(2), 20, 50)
    x_far, t_far = x_large[3000:], t_mnist[3000:]
    sides_of_4 = ((4, 0), (-4, 0), (0, 4), (0, -4))
    off = [score(network, moved(x_far, *side, rim=4), t_far) for side in sides_of_4]
    falls.append(100 * (score(network, x_far, t_far) - np.mean(off)))
claim("c: lower by far more than ten points", falls, above=20)

# %% [markdown]
# **Anew each time.** Why are the changes drawn anew in every epoch, and not once before training?
#
# - a: because the gradient of an image that was changed once is wrong
# - b: because over many epochs the network then meets many versions of each image and
#   memorises them less easily
# - c: because arrays of changed images need another data type
# - d: because the loss of a fixed set of images cannot fall

# %% solution="answer_anew"
answer_anew = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_anew = "b"
### END SOLUTION

# %% choice="anew" key="b" points=1
check_choice("anew", answer_anew)
# a: The gradient is right for the image it is computed from, changed or not. What matters is how
#    many different versions the network meets.
# b: In each epoch the network meets another version of each image. So it cannot memorise one fixed
#    set of pixels for each label.
# c: The functions keep the float type of the images, so the data type is the same either way.
# d: The loss of a fixed set falls easily, because the network can memorise it. That is a reason for
#    new draws and not an obstacle.

# %% [markdown]
# **The order of the recipe.** Somebody changes S2's recipe for a photograph of 256 × 341 pixels:
# first cut a random piece of 224 × 224 pixels, then resize it to a random L × L, then resize it to
# 224 × 224 for the network. What is different from S2's order?
#
# - a: nothing, the results are the same
# - b: every piece now shows an equally large part of the photograph, so objects have one size
# - c: the labels are no longer true
# - d: pieces can no longer lie at the edge

# %% solution="answer_order"
answer_order = ""  # put the letter between the quotes
### BEGIN SOLUTION
answer_order = "b"
### END SOLUTION

# %% choice="order" key="b" points=1
check_choice("order", answer_order)
# a: The number of pixels is the same, but not what they show. In S2's order a piece of 224 pixels
#    shows a larger part of the photograph if L is small.
# b: Each piece is 224 × 224 pixels of the photograph itself. Resizing the whole piece to L and back
#    to 224 makes it less sharp at most, but objects keep their size.
# c: The label is as true as in S2's order, because a piece of the same photograph is shown. Only
#    the variety of sizes is lost.
# d: The corner is still drawn from all places where the square fits, also at the edge. In 256 × 341
#    pixels these are 33 · 118 places.

# %% [markdown]
# **Your problem.** You are to find pneumonia in X-ray images of the chest: 2,000 images of 700
# patients, taken by two hospitals. Name one augmentation you would use and one you would not, each
# with its reason, and say how you divide the data and at which point you augment. (Read by a
# person, 2 points.)

# %% [markdown] manual="your_problem" points=2
# ### BEGIN SOLUTION
# Use, for instance: small rotations and shifts (patients do not stand exactly straight), small
# changes of scale or of brightness (devices and exposures differ between the hospitals). Not, for
# instance: vertical flips or large rotations (they never come), horizontal flips (the heart is on
# the left, and a rare mirrored anatomy is a finding), crops that may cut the diseased place away.
# The reason must be whether the label stays true and whether the change really comes. Divide by
# patient, not by image, so that images of one patient are never on both sides, and before any
# augmentation; augment only training images, drawn anew for each epoch, and choose the strength on
# validation images that are left as they are. (One point for the two augmentations with reasons,
# one for dividing first, and by patient.)
# ### END SOLUTION

# %% [markdown]
# ## 8 In PyTorch
#
# PyTorch resizes with `interpolate` and turns with `affine_grid` and `grid_sample`. With a range of
# one length your `random_scale` has nothing to draw, so the two can be compared. For `rotate` we
# must know the angle. A trick: add a channel that grows with the row and one that grows with the
# column. Turned, they tell where each pixel came from. (The check of this notebook finds your draws
# the same way.)

# %% practice=true
import importlib.util

if importlib.util.find_spec("torch") is None:
    print("PyTorch is not installed here; nothing later needs it.")
elif ready("rotate", "random_scale"):
    import torch
    from torch.nn.functional import affine_grid, grid_sample, interpolate

    rng = np.random.default_rng(10)
    x = rng.random((1, 6, 9, 2))
    mine = random_scale(x, (10, 10), rng)[0]
    theirs = interpolate(torch.tensor(x).permute(0, 3, 1, 2), mine.shape[:2], mode="bilinear")
    print(
        f"resize: largest difference {np.abs(mine - theirs[0].permute(1, 2, 0).numpy()).max():.0e}"
    )

    x = rng.random((1, 9, 9, 3))
    x[..., 0], x[..., 1] = np.arange(9)[:, None], np.arange(9)
    mine = rotate(x, 30, rng)
    down, right = (mine[0, 5, 4, :2] - 4).tolist()  # where the pixel below the centre was read
    a = np.arctan2(-right, down)
    cos, sin = np.cos(a), np.sin(a)
    matrix = torch.tensor([[[cos, -sin, 0.0], [sin, cos, 0.0]]])  # columns first, then rows
    where = affine_grid(matrix, [1, 3, 9, 9], align_corners=False)
    theirs = grid_sample(torch.tensor(x).permute(0, 3, 1, 2), where, align_corners=False)
    difference = np.abs(mine - theirs.permute(0, 2, 3, 1).numpy()).max()
    print(f"rotate: angle {np.degrees(a):+.2f} degrees, largest difference {difference:.0e}")
else:
    print("This cell waits for rotate and random_scale.")

# %% [markdown]
# In practice one uses `torchvision.transforms.v2`, where the same six are called
# `RandomHorizontalFlip`, `RandomCrop`, `RandomResize` and `RandomAffine` (which shifts, turns and
# slants in one reading; by default it takes the nearest pixel, bilinear reading is an option).

# %% [markdown]
# ## 9 Your cheat sheet
#
# Complete this page in your own words and keep it. Double-click to edit.
#
# | change | pixel (r, c) of the result is read at | what is drawn | true for cats? for digits? |
# |---|---|---|---|
# | horizontal flip | … | … | … |
# | shift | … | … | … |
# | crop with a rim | … | … | … |
# | shear | … | … | … |
# | rotation | … | … | … |
# | scale | … | … | … |
#
# - I ask where a pixel comes from, and not where it goes, because …
# - Bilinear means …
# - Before I use an augmentation, I ask …
# - It helps as far as …, and it costs …
# - First divide, then augment, because …
# - At test time …

# %% [markdown]
# ## What comes next
#
# **Notebook 14** puts everything together: one network, one data set, many means of this course,
# and a test split that is touched once. Augmentation is one of the means you may choose there, with
# a strength to be found by search on the validation split. And wherever you meet a new task, begin
# with the question of this notebook: which changes of the input leave the answer as it is?
