# %% [markdown]
# # Augmentation
#
# A picture of a cat that moved a little still shows a cat. A network does not know this. *Data
# augmentation* trains it on randomly changed images that keep their labels. **Which changes help,
# and how strong should they be?**
#
# **You need** arrays (notebook 00), splits and intervals (01), and training a network (06, 08).

# %% opening=true
"""Eight versions of an image of a handwritten four: as it is, shifted, rotated, sheared, cropped,
with a part cut out, flipped, and upside down."""

import matplotlib.pyplot as plt
import numpy as np

from course_lib import augmentation
from course_lib.datasets import load_mnist5000

data = load_mnist5000()
four = data.x[data.t == 4][2].reshape(1, 1, 28, 28)
rng = np.random.default_rng(3)
versions = {
    "original": four,
    "shifted": augmentation.translate(four, 6, rng),
    "rotated": augmentation.rotate(four, 35, rng),
    "sheared": augmentation.shear(four, 0.5, rng),
    "cropped": augmentation.random_crop(four, 20, rng, pad=0),
    "cut out": augmentation.cutout(four, 10, rng),
    "flipped": four[..., ::-1],
    "upside down": four[:, :, ::-1],
}
figure, axes = plt.subplots(2, 4, figsize=(6.4, 3.7))
for ax, (name, image) in zip(axes.flat, versions.items(), strict=True):
    ax.imshow(image[0, 0], cmap="Greys")
    ax.set_xlabel(name)
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set(visible=True, color="#B0B0B0")
figure.suptitle("Which of these is still a four?", x=0.01, ha="left", size=16)
plt.show()

# %% setup=true minutes=1
import numpy as np

from course_lessons import augmentation as lesson
from course_lessons.experiment import interval
from course_lib.backend import choose_device
from course_lib.training import accuracy
from grader.checking import check, guess, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 One pixel to the side
#
# A network with one hidden layer learns the 8 × 8 digits, each with a border of two zeros around
# it. <!-- no claim: setting --> It classifies about 98 % of the test images correctly. Now somebody
# bumps against the scanner: every test image moves **one pixel to the right**. Nothing is cut off.
# **What is the accuracy now?**

# %% guess="the accuracy after a shift by one pixel"
guess("ps21_one_pixel", None, between=(0, 1))  # a number from 0 to 1

# %% practice=true
x, t, test_x, test_t = lesson.digits()
plain = [lesson.trained(x, t, seed)[0] for seed in range(3)]
moved = np.zeros_like(test_x)
moved[..., 1:] = test_x[..., :-1]  # whole pixels: a slice is enough
on_moved = np.mean([accuracy(network(moved), test_t) for network in plain])
reveal("ps21_one_pixel", float(on_moved), "Mean of three seeds.")

# %% [markdown]
# A slice moves an image by whole pixels. **A rotation needs places between pixels**: it reads an
# image at a row r and a column c that are not whole numbers. Such a place lies between four pixels.
# In each direction, a pixel at the distance d has the weight 1 − d. The two weights of a pixel are
# multiplied, and the four weighted values are added: *bilinear interpolation*. **Pixels outside
# count as 0**, on all four sides.
#
# For example, an image has the rows (0, 4) and (8, 12). At row 0.5 and column 0.25, its upper row
# gives 0.75 · 0 + 0.25 · 4 = 1, its lower row 9, and half of each is 5.
# <!-- no claim: derived -->
#
# Write `sample` for images of the shape (N, C, H, W): number, channels, height, width. If `rows`
# has three axes, image n is read at its own `rows[n]`. Four lines are given.


# %% solution="sample"
def sample(images, rows, columns):
    """The images at real-valued places, by bilinear interpolation; outside they are 0.

    images : (N, C, H, W) floating point
    rows, columns : (h, w) for all images, or (N, h, w), or arrays of two axes or more that
        broadcast to one of these; row 0 is the middle of the first pixel
    returns (N, C, h, w), in the float type of the images
    """
    N, C, H, W = images.shape
    n, k = np.arange(N)[:, None, None, None], np.arange(C)[:, None, None]
    r, c = rows[..., None, :, :], columns[..., None, :, :]  # (1, h, w), or (N, 1, h, w)
    top, left = np.floor(r).astype(int), np.floor(c).astype(int)  # upper left of four
    # n is (N, 1, 1, 1) and k is (C, 1, 1). With whole numbers i and j in the shape of r,
    # images[n, k, i, j] is (N, C, h, w) in both cases: these pixels of each image and channel.
    ### BEGIN SOLUTION
    y = 0
    for i, j in ((top, left), (top, left + 1), (top + 1, left), (top + 1, left + 1)):
        inside = (i >= 0) & (i < H) & (j >= 0) & (j < W)
        weight = (1 - abs(r - i)) * (1 - abs(c - j)) * inside
        y = y + weight.astype(images.dtype) * images[n, k, i.clip(0, H - 1), j.clip(0, W - 1)]
    return y
    ### END SOLUTION


# %% check="sample"
check("sample", sample)

# %% claims=true
claim("fell to about 0.42 on average", on_moved, equals=0.42, within=0.08)
claim("Nothing is cut off", np.abs(test_x[..., [0, 1, -1, -2]]).max(), below=1e-9)

# %% [markdown]
# ## 2 Where does each pixel come from?
#
# If you send each old pixel to its new place, some new pixels get two values and others none. So
# ask the opposite question. For each pixel of the **new** image: from which place of the **old**
# image does it come? This is the *inverse map*. Every new pixel then gets one value, from `sample`.
# For example, an image that moves one pixel to the right is read one column further **left**.
#
# S2's slide “Get creative for your problem!” has changes such as those below. Count rows and
# columns from the centre, rows downwards. Let (r′, c′) be a point of the **old** image, and (r, c)
# one of the **new** image. The table says where an old point goes. You need the opposite: r′ and c′
# for a given r and c.
#
# | change | the old point (r′, c′) goes to (r, c) = | so it comes from |
# |---|---|---|
# | shift to the right | (r′, c′ + amount) | r′ = r, c′ = c − amount |
# | stretch | (r′, amount · c′) | r′ = r, c′ = c/amount |
# | shear | (r′, c′ + amount · r′) | ? |
# | rotation by a | (r′ cos a − c′ sin a, c′ cos a + r′ sin a) | ? |
#
# A shear slides each row sideways. A rotation turns counterclockwise. Test yours with 90 degrees:
# which old point goes to (0, 1)?
#
# A *lens* needs no solving, because it says where a new pixel comes from: from the same direction,
# but 1 + amount · ρ² times as far from the centre. Here ρ² = (r² + c²)/(H/2)², `square` in the
# code.
#
# Write the rest of `places`; shift and stretch are given. An array of amounts (N, 1, 1) gives each
# image its own.


# %% solution="places"
def places(change, amount, H, W):
    """Where the pixels of a changed image are read in the old image.

    change : "shift", "rotation", "shear", "stretch" or "lens"
    amount : a number, or (N, 1, 1), one for each image
    H, W : height and width of the images
    returns rows, columns : (H, W), or (N, H, W), for sample
    """
    r, c = np.mgrid[:H, :W] - np.reshape([(H - 1) / 2, (W - 1) / 2], (2, 1, 1))
    square = (r**2 + c**2) / (H / 2) ** 2
    a = np.radians(amount)  # the amount of a rotation is in degrees
    if change == "shift":  # to the right
        c = c - amount
    if change == "stretch":
        c = c / amount
    ### BEGIN SOLUTION
    if change == "rotation":
        r, c = r * np.cos(a) + c * np.sin(a), c * np.cos(a) - r * np.sin(a)
    if change == "shear":
        c = c - amount * r
    if change == "lens":
        r, c = (1 + amount * square) * r, (1 + amount * square) * c
    ### END SOLUTION
    return np.broadcast_arrays(r + (H - 1) / 2, c + (W - 1) / 2)


# %% check="places"
check("places", places)

# %% practice=true fold="Draw all changes: does the rotation go counterclockwise?"
amounts = {"shift": 4, "rotation": 25, "shear": 0.5, "stretch": 1.5, "lens": 0.4}
picture = lesson.draw_changes(sample, places, amounts)
picture

# %% [markdown]
# ## 3 Training on changed images
#
# In section 1, the accuracy fell to about 0.42 on average. Probably the network has learned which
# **pixels** are dark for which digit: nothing in its training says that the place does not matter.
# Data augmentation changes the training. Suppose that the label t stays true if a change T is made
# to the image x. Then T(x) with the label t is another training sample. Draw T at random. With the
# network f and the loss ℓ of one image, we now minimise the mean over the N images **and over all
# draws**, written $\mathbb{E}_T$:
#
# $$\frac1N \sum_n \mathbb{E}_T\left[\,\ell\big(f(T(x_n)), t_n\big)\right]$$
#
# Each minibatch draws a T for each of its images, **anew in every epoch**.
#
# `lesson.trained(x, t, seed, augment)` trains as in section 1, but calls `augment(images, rng)` on
# each minibatch before the forward pass:


# %%
def shifted(images, rng):
    """Each image shifted by -1, 0 or 1 pixels down, and to the right."""
    down, right = rng.integers(-1, 2, size=(2, len(images), 1, 1))
    rows, columns = np.mgrid[: images.shape[2], : images.shape[3]]
    return sample(images, rows - down, columns - right)


# %% practice=true fold="Train with shifts, and test on shifted images"
by = np.arange(-2.5, 2.51, 0.5)  # pixels to the right; half pixels are possible now
moving = [lesson.trained(x, t, seed, shifted)[0] for seed in range(3)]
kinds = {"without shifts": plain, "±1": moving}
found = {name: lesson.shifted_accuracy(nets, sample, by) for name, nets in kinds.items()}
picture = lesson.draw_shifts(by, found)
picture

# %% claims=true
without, with_shifts = found.values()
claim("about 98 % of the test images", 100 * without[:, by == 0], equals=98, within=1.5)
inner = np.mean([with_shifts[:, by == one] for one in (-1, 0, 1)])
said = "about 0.9 for shifts of 0 or 1 pixel"
claim(said, inner, equals=0.9, within=0.04, given=[0, 1])
claim("only about 0.4 at two pixels", with_shifts[:, abs(by) == 2].mean(), equals=0.4, within=0.1)
falls = "falls from 0.98 to about 0.9"
claim(falls, without[:, by == 0].mean(), equals=0.98, within=0.015, given=[0.9])
claim(falls, with_shifts[:, by == 0].mean(), equals=0.9, within=0.05, given=[0.98])

# %% [markdown]
# With shifts in training, the accuracy is about 0.9 for shifts of 0 or 1 pixel, but only about 0.4
# at two pixels. So the network has learned the changes that occurred, and not that the place does
# not matter. There is a price: on images that are not shifted, the accuracy falls from 0.98 to
# about 0.9. There is more to learn, and the training was as long as before (section 6 has a longer
# one).

# %% [markdown]
# ## 4 When a change does harm
#
# S2's first example is the *horizontal flip*, which exchanges left and right. A flipped cat is a
# cat. Now we flip each training **digit** (500 of MNIST, 14 × 14 pixels) with probability ½, and
# keep its label. <!-- no claim: setting --> The test images are not flipped. **Which two digits
# lose the most accuracy?**

# %% guess="the two digits that lose most by flips"
guess("ps21_flips", None, among="0123456789", length=2)  # in quotes, the smaller one first


# %% practice=true fold="Train with and without flips"
mnist_x, mnist_t = lesson.mnist()
new = mnist_x[3000:], mnist_t[3000:]


def flipped(images, rng):
    """Each image mirrored with probability 1/2."""
    return np.where(rng.random((len(images), 1, 1, 1)) < 0.5, images[..., ::-1], images)


def on_mnist(augment, seed):
    """A network trained on 500 images of its own for each seed."""
    part = slice(500 * seed, 500 * seed + 500)
    x, t = mnist_x[part], mnist_t[part]
    return lesson.trained(x, t, seed, augment, epochs=32, batch_size=50)[0]


tables = np.array(
    [
        [lesson.confusions(on_mnist(augment, seed), *new) for augment in (None, flipped)]
        for seed in range(5)
    ]
)
more = tables[:, 1] - tables[:, 0]  # (repetition, digit, answer)
change = np.diagonal(more, axis1=1, axis2=2)
worst = np.sort(change.mean(axis=0).argsort()[:2])
reveal("ps21_flips", "".join(map(str, worst)), "Mean of five repetitions.")

# %% practice=true
picture = lesson.draw_digits(change)
picture

# %% practice=true fold="Print what the two digits are taken for"
mean = tables.mean(axis=0)  # (without or with flips, digit, answer)
for digit, answer in (worst, worst[::-1]):
    off, on = mean[:, digit, answer]
    print(
        f"share of the {digit}s taken for a {answer}: {off:.2f} without flips, {on:.2f} with them"
    )

# %% claims=true
between = more.mean(axis=0)[5, 3] + more.mean(axis=0)[3, 5]
claim("a third of this", between / -change.mean(axis=0)[[3, 5]].sum(), above=0.3)
rest = np.delete(change.mean(axis=0), [3, 5])
behind = change.mean(axis=0)[[3, 5]] - rest.min()
claim("The digits 3 and 5 lose most", behind, below=0, given=[3, 5])

# %% [markdown] after="ps21_flips"
# The digits 3 and 5 lose most. A flipped 5 looks more like a 2 to you. But at least a third of this
# loss comes from 3s and 5s that are taken for each other, probably because the upper half of a
# flipped 5 looks like that of a 3. **Ask of every change: would a person still give this label?** A
# flipped photograph of a cat still shows a cat. A flipped sign “turn left” needs the label “turn
# right”.

# %% [markdown]
# ### Which first: copy or divide?
#
# S0's outline has two steps, “Divide all the available data into train, validation, test splits”
# and “data augmentation”. Student A makes four rotated copies of each of 300 digits, and **then**
# puts a fifth of the 1,200 copies aside for validation. <!-- no claim: setting --> Student B
# divides the 300 digits first, and copies only the training images. **Whose validation accuracy is
# too high, and by how much?** Write down a number, then run the cell. (Means of five draws; new
# images are not rotated.)

# %% practice=true fold="Train in both orders"


def rotated(images, rng):
    """Each image rotated by its own angle, up to 15 degrees."""
    angles = rng.uniform(-15, 15, size=(len(images), 1, 1))
    return sample(images, *places("rotation", angles, *images.shape[2:]))


orders = lesson.two_orders(rotated)
for name, (valid, on_new) in ((name, values.T) for name, values in orders.items()):
    print(f"{name:36} validation {valid.mean():.3f}   new images {on_new.mean():.3f}")

# %% claims=true
first, proper = orders.values()
claim("promises 0.97", first[:, 0].mean(), equals=0.97, within=0.02)
claim("reach about 0.86 on new images", first[:, 1].mean(), equals=0.86, within=0.02)
gap = proper[:, 0] - proper[:, 1]
claim("close to that on new images", abs(gap.mean()), below=0.04)

# %% [markdown]
# With the copies made first, validation promises 0.97, and the networks reach about 0.86 on new
# images: nearly every validation copy has another copy of the same image in the training set. If
# the images are divided first, the validation accuracy is close to that on new images. (On these, A
# can even be ahead: A trains on copies of nearly all 300 digits, B on those of 240.) **Divide
# first, and change only training images.**

# %% [markdown]
# ## 5 Flips, crops and scales
#
# S2's slide “Random crops and scales” has the recipe of ResNet for photographs: “1. Pick random L
# in range [256, 480] 2. Resize training image, short side = L 3. Sample random 224 × 224 patch”.
#
# Two given lines draw an L for each image and compute the height h and the width w of the scaled
# image. Where in the old image is row i of a patch that begins at row `top`? Pixels are squares
# without gaps, and both images begin at the upper edge of their first pixel.
#
# 1. Row i of the patch is row top + i of the scaled image.
# 2. The middle of this row lies top + i + ½ scaled pixels below the upper edge.
# 3. A scaled pixel is H/h old pixels high. So the middle lies (top + i + ½) · H/h old pixels below
#    the edge.
# 4. `sample` counts from the middle of the first old pixel, ½ below the edge. So it needs **(top +
#    i + ½) · H/h − ½**.
#
# For example, a column of 2 pixels that becomes 4 pixels high is read at −0.25, 0.25, 0.75 and
# 1.25. <!-- no claim: derived -->
#
# Write the rest of `random_patch` with your `sample`. Each image has its own corner, and all places
# where the patch fits are equally likely. Each image is flipped with probability p, independently
# of the others. A column of the patch is read at column c without a flip: where is it read with
# one?


# %% solution="random_patch"
def random_patch(images, size, short_sides, p, rng):
    """A random square of each image, scaled at random, mirrored with probability p.

    images : (N, C, H, W) floating point; size : side of the squares
    short_sides : (lowest, highest) short side of the scaled image, whole numbers, both included
    returns (N, C, size, size), in the float type of the images
    """
    N, C, H, W = images.shape
    L = rng.integers(*short_sides, size=(N, 1, 1), endpoint=True)
    h, w = H * L // min(H, W), W * L // min(H, W)  # of the scaled images
    ### BEGIN SOLUTION
    i, top, left = np.arange(size), rng.integers(0, h - size + 1), rng.integers(0, w - size + 1)
    rows = (top + i[:, None] + 0.5) * H / h - 0.5
    columns = (left + i + 0.5) * W / w - 0.5
    columns = np.where(rng.random((N, 1, 1)) < p, W - 1 - columns, columns)
    return sample(images, rows, columns)
    ### END SOLUTION


# %% check="random_patch"
check("random_patch", random_patch)

# %% [markdown]
# Here is the recipe at half size: L from 128 to 240, patches of 112. <!-- no claim: setting --> The
# label is “a face”. **For how many of the six patches would you still give it?** The cell also
# counts the patches of S2's recipe for a photograph of 256 × 341 pixels. How many do you expect?

# %% practice=true fold="Draw six patches, and count all patches of a larger photograph"
sides = [(L, 341 * L // 256) for L in range(256, 481)]
count = 2 * sum((L - 224 + 1) * (long - 224 + 1) for L, long in sides)
print(f"256 x 341 pixels: {count:,} patches of 224 x 224, flipped ones included")
photo = lesson.photograph()
copies = np.repeat(photo, 6, axis=0)
patches = random_patch(copies, 112, (128, 240), 0.5, np.random.default_rng(9))
picture = lesson.draw_patches(photo, patches)
picture

# %% [markdown]
# A patch without a face has a wrong label, so the recipe suits photographs that are filled by their
# object.

# %% [markdown]
# ## 6 How strong?
#
# A camera shows digits that are rotated, sheared and shifted by normally distributed amounts: most
# are small, few are large. Three standard deviations are 45 degrees, a shear of 0.4 and 1.5 pixels.
# You have 200 upright digits. At **strength** s, each epoch draws each change uniformly between −s
# and s times these numbers. So the strength 1 covers each change in 99.7 % of the pictures, and the
# strength 0.4 in 77 %. <!-- no claim: derived --> How large is a typical change in the pictures,
# and at each strength? **Which of the strengths 0, 0.4 and 1 is worst after 12 epochs?**

# %% guess="the worst strength in a short training"
guess("ps21_strength", None, among=(0, 0.4, 1))

# %% practice=true fold="Train at three strengths, for 12 and for 100 epochs"
strengths = {}
for s in (0, 0.4, 1):
    for epochs, lr in ((12, 0.1), (100, 0.03)):
        runs = [lesson.train(s, lr, seed, epochs) for seed in range(3)]
        strengths[s, epochs] = np.array(runs)  # accuracies on the pictures of the camera
worst_one = min((0, 0.4, 1), key=lambda s: strengths[s, 12].mean())
reveal("ps21_strength", worst_one, "Mean of three seeds.")

# %% practice=true
print("strength   12 epochs, rate 0.1   100 epochs, rate 0.03")
for s in (0, 0.4, 1):
    print(f"{s:8}{strengths[s, 12].mean():18.2f}{strengths[s, 100].mean():24.2f}")

# %% claims=true
short = {s: values for (s, epochs), values in strengths.items() if epochs == 12}
long = {s: values for (s, epochs), values in strengths.items() if epochs == 100}
gain = np.mean(short[0.4] - short[0])
said = "After 12 epochs the strength 0.4 gains more than 0.04"
claim(said, gain, above=0.04, given=[12, 0.4])
said = "and the strength 1 does not help"
claim(said, np.mean(short[1] - short[0]), below=0.03, given=[1])
both = [np.mean(long[s] - long[0]) for s in (0.4, 1)]
claim("After 100 epochs at a lower rate both gain more than 0.1", both, above=0.1, given=[100])

# %% [markdown] after="ps21_strength"
# After 12 epochs the strength 0.4 gains more than 0.04, and the strength 1 does not help.
# A uniform number between −a and a has the standard deviation a/√3. So at strength 1 the standard
# deviation of a change is 1.7 times that of the pictures, at 0.4 only 0.7 times.
# <!-- no claim: derived --> After 100 epochs at a lower rate both gain more than 0.1. So **changes
# as strong as the largest ones in the pictures can pay in a long training at a lower rate**, and
# cost accuracy in a short one.

# %% [markdown]
# ## 7 An unknown scanner
#
# You have 300 upright digits of 18 × 18 pixels, drawn with a pen as in notebook 08. A scanner sees
# other digits, and it distorts them. <!-- no claim: setting --> **Which changes make the training
# images like those of the scanner?** Nobody tells you, but here are validation images. The scanner
# makes one or more of the changes of section 2, always in the same order (to stretch and then shear
# is not to shear and then stretch). For each change, each digit has its own amount between a
# smallest and a largest one, which may be negative.

# %% practice=true
rng = np.random.default_rng(4)
x_upright, t_upright = lesson.upright(300, rng)
x_scanned, t_scanned = lesson.scanned(1000, rng)
picture = lesson.draw_scanned(x_upright, x_scanned)
picture

# %% [markdown]
# Write `own_changes` with your `sample` and `places`; call `sample` once for each change. The
# check draws four sets of 300 digits. For each set it calls your function 20 times. A network of 64
# hidden units trains for 60 epochs on these 20 versions, each three times, with the old labels.
# Then its accuracy on 1,000 fresh images of the same scanner is measured.
# <!-- no claim: setting -->
#
# - The mean accuracy earns points from 0.70 on, and all of them from 0.74 on. Without changes it is
#   about 0.3. <!-- no claim: setting -->
# - A change that the scanner does not make usually costs accuracy, and so does one that is too
#   strong.
# - `lesson.try_changes(own_changes)` does the same with validation images. Start with one change,
#   draw what it makes beside the images above, and then find the ranges, one at a time.
# - The 80 calls have 5 seconds together, so give `places` the amounts of all images at once.
#   <!-- no claim: setting -->


# %% solution="own_changes"
def own_changes(images, rng):
    """Changed images, as the scanner may take them; each image keeps its place.

    images : (N, 1, 18, 18) grey values from 0 to 1
    rng : for everything that is random; each call draws anew
    returns (N, 1, 18, 18)
    """
    ### BEGIN SOLUTION
    N, _, H, W = images.shape
    degrees = rng.uniform(-60, 0, size=(N, 1, 1))  # clockwise
    right = rng.uniform(0, 4, size=(N, 1, 1))
    rows, columns = places("rotation", degrees, H, W)
    turned = sample(images, rows, columns)
    rows, columns = places("shift", right, H, W)
    return sample(turned, rows, columns)
    ### END SOLUTION


# %% practice=true needs=false fold="Try it on the validation images, with two seeds"
lesson.try_changes(own_changes)

# %% check="own_changes"
check("own_changes", own_changes)

# %% [markdown]
# <details><summary>When you have all points: what we measured</summary>
#
# The scanner turns each digit clockwise by 0 to 60 degrees, and then moves it by 0 to 4 pixels to
# the right. <!-- no claim: setting --> The same changes in training reach about 0.79. With digits
# that are mirrored as well, half of them, it is about 0.71. If all images get the mean change, 30
# degrees and 2 pixels, it is about 0.6: the network has learned one angle and one place.
#
# </details>


# %% claims=true
def mirrored(images, rng):
    return own_changes(flipped(images, rng), rng)


def mean_change(images, rng):
    turned = sample(images, *places("rotation", -30.0, 18, 18))
    return sample(turned, *places("shift", 2.0, 18, 18))


def mean_reached(changes):
    found = []
    for seed in range(4):
        rng = np.random.default_rng(seed)
        (x, t), (x_new, t_new) = lesson.upright(300, rng), lesson.scanned(1000, rng)
        rounds = [changes(x, rng) for _ in range(lesson.ROUNDS)]
        found.append(lesson.reached(rounds, t, x_new, t_new, seed))
    return np.mean(found)


same, with_flips = mean_reached(own_changes), mean_reached(mirrored)
claim("The same changes in training reach about 0.79", same, equals=0.79, within=0.04)
claim("half of them, it is about 0.71", with_flips, equals=0.71, within=0.05)
fixed = mean_reached(mean_change)
claim("degrees and 2 pixels, it is about 0.6", fixed, equals=0.6, within=0.05, given=[2])
plain_changes = mean_reached(lambda images, rng: images)
claim("Without changes it is about 0.3", plain_changes, equals=0.3, within=0.05)

# %% [markdown]
# ## To keep
#
# Changes can help if they occur in the images that the network will meet, and keep the label true.
# On other images they may cost accuracy. How strong they should be depends on how often large
# changes occur and on how long you train: measure it. And divide before you augment.
#
# <details><summary>In PyTorch (a whole training: notebook 24)</summary>
#
# `torch.nn.functional.grid_sample(…, align_corners=True)` is your `sample`; its places go from −1
# to 1, columns first. `torchvision.transforms.v2` has `RandomResizedCrop`, `RandomHorizontalFlip`,
# `RandomAffine` and `MixUp` (which mixes two images *and their labels*). They draw **once per
# call**: call the first three for single images, before a batch is made, and `MixUp` for a batch.
#
# </details>

# %% [markdown]
# ### Lines of the lectures
#
# No task needs this part.
#
# In small pictures of emoji of eight classes, the size, the place and the direction vary. We train
# a network with one hidden layer, with the patches of section 5 and without, each with
# the learning rate that is best for it on validation pictures. The figure shows the losses of one
# training of each kind.


# %% practice=true fold="Train with patches and without"
def patched(images, rng):
    return random_patch(images, 16, (16, 20), 0.5, rng)


gain = lesson.emoji_gain(patched)
low, high = interval(gain)
print(f"gain in accuracy: 95 % interval {low:.3f} to {high:.3f}, by seed {gain.round(3)}")
losses = lesson.emoji_losses(patched)
picture = lesson.draw_losses(losses)
picture

# %% [markdown]
# <details><summary>What these measurements say</summary>
#
# S3 lists data augmentation as regularisation at the “input level”, and so it acts. Without
# patches, the training loss falls while the loss on new images rises. With patches, the training
# loss ends higher, because so many patches are harder to memorise, and the loss on new images ends
# lower. In the mean of five seeds, the accuracy gains at most 0.045. This is one small
# network: others may gain less, or nothing.
#
# </details>

# %% claims=true
plain_run, patched_run = losses.values()
rise = plain_run.validation_loss[-1] - min(plain_run.validation_loss)
claim("while the loss on new images rises", rise, above=0.15)
ends = patched_run.validation_loss[-1] / plain_run.validation_loss[-1]
claim("the loss on new images ends lower", ends, below=0.95)
claim("the training loss ends higher", patched_run.loss[-1] / plain_run.loss[-1], above=1.5)
claim("the accuracy gains at most 0.045", gain.mean(), above=0, below=0.045)

# %% claims="slow"
for augment in (None, patched):
    on_valid = {
        lr: np.mean([lesson.emoji_accuracy(augment, seed, lr=lr, of=1) for seed in range(3)])
        for lr in (0.001, 0.003, 0.01, 0.03)
    }
    best_rate = "the learning rate that is best for it on validation pictures"
    claim(best_rate, max(on_valid.values()) - on_valid[lesson.EMOJI_RATE], below=0.015)


def left_first(x, rng):  # the same patches in distribution, from other draws
    turned = random_patch(x.swapaxes(2, 3), 16, (16, 20), 0, rng).swapaxes(2, 3)
    return np.where(rng.random((len(x), 1, 1, 1)) < 0.5, turned[..., ::-1], turned)


others = lesson.emoji_gain(left_first)
claim("the accuracy gains", others.mean(), above=0, below=0.045)

# %% [markdown]
# ## Sources
#
# S0 "Training of neural networks – basics", slide "Outline of training a neural net"; S2 "Training
# Neural Networks" (J. Choo, Korea University), slides "Regularization: Data Augmentation"; S3
# "Backpropagation and Training" (C. V. Jawahar, IIIT Hyderabad), slide "Regularization of the
# Network".
