# %% [markdown]
# # Layer normalisation and shortcuts
#
# Batch normalisation keeps the size of the values from layer to layer. But in training, the output
# for an image depends on the others in its batch. **How can we normalise without a batch? And is
# this enough to train thirty layers?** Language models consist of blocks that answer both
# questions. You write one.
#
# **You need** the linear layer's backward pass (06), the cosine of two images (09), He's initial
# weights (10) and batch normalisation (16).

# %% setup=true minutes=1
import numpy as np

from course_lessons import layer_normalisation as lesson
from course_lessons.unknown_norm import tell_apart
from course_lib.backend import choose_device
from course_lib.layers import Layer
from course_lib.parameter import Parameter
from grader.checking import check, guess, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 Normalise each image
#
# *Layer normalisation* gives the values **of each image** the mean 0 and the variance 1 (batch
# normalisation: of each unit). Our network has
#
# - a linear layer 64 → 50;
# - **blocks** of layer normalisation, ReLU, and a linear layer 50 → 50 with He's initial weights;
# - layer normalisation, ReLU, and a linear layer 50 → 10.
#
# With five blocks, the test accuracy after three epochs is above 0.7 (mean of three seeds; guessing
# gives 0.1). This is at the rate 0.1, the best of 0.003, 0.01, 0.03, 0.1, 0.3 and 1. Now train
# thirty blocks, at their best rate, 0.003:

# %% practice=true
thirty = [lesson.thirty_blocks(seed) for seed in range(3)]
print("thirty blocks: test accuracy of three seeds", np.round(thirty, 2))

# %% [markdown]
# With thirty blocks, the accuracy is on average less than half of that with five (why: section 3).

# %% claims=true
five = [lesson.train("layer norm", 1.0, 0.1, seed, blocks=5) for seed in range(3)]
claim("the test accuracy after three epochs is above 0.7", np.mean(five), above=0.7)
quote = "With thirty blocks, the accuracy is on average less than half of that with five"
claim(quote, np.mean(thirty) / np.mean(five), below=0.5)


# %% claims="slow"
def at_all_rates(*network, **more):
    """Mean accuracy of three seeds at each rate."""
    return [
        np.mean([lesson.train(*network, lr, seed, **more) for seed in range(3)])
        for lr in lesson.LEARNING_RATES
    ]


lead = max(at_all_rates("layer norm", 1.0, blocks=5)) - np.mean(five)
claim("This is at the rate 0.1", lead, below=0.03, given=[0.1])
lead = max(at_all_rates("layer norm", 1.0)) - np.mean(thirty)
claim("at their best rate, 0.003", lead, below=0.03, given=[0.003])

# %% [markdown]
# `x` has the shape (N, D): N samples (rows) with D features. For row n,
#
# $$\mu_n = \frac1D\sum_{d} x_{nd}\qquad \sigma_n^2 = \frac1D\sum_{d} (x_{nd}-\mu_n)^2\qquad
# \hat x_{nd} = \frac{x_{nd}-\mu_n}{\sqrt{\sigma_n^2+\varepsilon}}\qquad
# y_{nd} = \gamma_d\,\hat x_{nd}+\beta_d$$
#
# ε is a small constant; the learned γ and β have an entry for each feature. Batch normalisation
# takes the mean over the samples, layer normalisation over the features of one sample. So a batch
# may have one image, and training and testing agree.
#
# In language models (*transformers*), `x` has the shape (N, T, D): N texts of T words with D
# features. Each word of each text is a row.
#
# Write one function for both shapes. How many means are there, and how many gammas? The cache keeps
# $\hat x$, γ and $1/\sqrt{\sigma^2+\varepsilon}$.


# %% solution="layernorm_forward"
def layernorm_forward(x, gamma, beta, *, eps):
    """Layer normalisation: every row by its own mean and (biased) variance.

    x : (N, D) or (N, T, D), a row lies along the last axis; gamma, beta : (D,)
    returns y : the shape of x, and cache; y is float32 if all arrays are
    """
    ### BEGIN SOLUTION
    mu = x.mean(axis=-1, keepdims=True)
    i = 1 / np.sqrt(x.var(axis=-1, keepdims=True) + eps)
    x_hat = (x - mu) * i
    return gamma * x_hat + beta, (x_hat, gamma, i)
    ### END SOLUTION


# %% check="layernorm_forward"
check("layernorm_forward", layernorm_forward)

# %% [markdown]
# For the shape (N, T, D) there are N · T means and D gammas.

# %% [markdown]
# ## 2 The backward pass
#
# Recall the backward pass of batch normalisation, with $i = 1/\sqrt{\sigma^2+\varepsilon}$:
#
# ```python
# dx = gamma * i * (dy - dy.mean(axis=0) - x_hat * (dy * x_hat).mean(axis=0))
# dgamma, dbeta = (dy * x_hat).sum(axis=0), dy.sum(axis=0)
# ```
#
# A colleague replaces each `axis=0` by `axis=-1` (in the means with `keepdims=True`). Then dγ
# and dβ are wrong. So is dx, unless all values of γ are equal.
#
# - γ and β have an entry for each feature. Along which axes must dγ and dβ be summed?
# - In batch normalisation, a mean is taken over one column, and a column has one γ. So γ can stand
#   in front of the bracket. Here a mean is taken over one row. Do all entries of a row have the
#   same γ?
#
# Write the function.


# %% solution="layernorm_backward"
def layernorm_backward(dy, cache):
    """The gradients of layernorm_forward.

    dy : the shape of x, (N, D) or (N, T, D), and cache from layernorm_forward
    returns dx : the shape of x, dgamma : (D,), dbeta : (D,); dx is float32 if all arrays are
    """
    ### BEGIN SOLUTION
    x_hat, gamma, i = cache
    d = gamma * dy
    mean = d.mean(axis=-1, keepdims=True)
    along = (d * x_hat).mean(axis=-1, keepdims=True)
    rows = tuple(range(dy.ndim - 1))
    return i * (d - mean - x_hat * along), (dy * x_hat).sum(axis=rows), dy.sum(axis=rows)
    ### END SOLUTION


# %% check="layernorm_backward"
check("layernorm_backward", layernorm_forward, layernorm_backward)

# %% [markdown]
# <details><summary>After your check: the derivation</summary>
#
# Take one row with D features. The numbers μ, σ² and $i$ belong to this row.
#
# 1. $y_d = \gamma_d \hat x_d + \beta_d$, so the gradient with respect to $\hat x_d$ is
#    $d\hat x_d = \gamma_d\, dy_d$: every feature has its own γ.
# 2. From $x$ to $\hat x$ the steps are those of batch normalisation (notebook 16), along the row:
#    $dx_d = i\,\big(d\hat x_d - \tfrac1D\sum_k d\hat x_k - \hat x_d\,\tfrac1D\sum_k d\hat x_k
#    \hat x_k\big)$.
# 3. In batch normalisation, $d\hat x_k = \gamma\,dy_k$ has the same γ for all k, so γ can be taken
#    out of the sums. Here $\gamma_k$ differs from feature to feature and stays inside.
# 4. $\gamma_d$ and $\beta_d$ are used in all rows, so their gradients are sums over the rows:
#    $d\gamma_d = \sum_{\text{rows}} dy_d\, \hat x_d$ and $d\beta_d = \sum_{\text{rows}} dy_d$.
#
# So the changed code sums dγ and dβ over the features in place of the rows, and it takes γ out of
# the means in dx.
#
# </details>

# %% [markdown]
# ## 3 Shortcuts
#
# Why do thirty blocks learn so little? The figure shows the size of their values (the root of the
# mean square) before training, and the mean cosine of the angle between the values of two images
# (all pairs of 128 images).

# %% practice=true
untrained = {"layer norm": lesson.initial("layer norm", factor=1.0)}
picture = lesson.draw_blocks(untrained)
picture

# %% claims=true
sizes, cosines = untrained["layer norm"]
claim("stays near 1", sizes[1:], equals=1, within=0.2)
claim("from about 0.7 to more than 0.95", cosines[0], equals=0.7, within=0.08, given=[0.95])
claim("from about 0.7 to more than 0.95", cosines[-1], above=0.95, given=[0.7])

# %% claims="slow"
longer = [lesson.thirty_blocks(seed, lr=0.01, epochs=20) for seed in range(3)]
quote = "three epochs are too few to learn from these"
claim(quote, np.mean(longer) / np.mean(thirty), above=1.5)

# %% [markdown]
# The size stays near 1, but the cosine rises from about 0.7 to more than 0.95: after thirty layers,
# the images nearly point in one direction. Only small differences between them are left, and three
# epochs are too few to learn from these. The reason is the common part of ReLU's outputs (notebook
# 09), which grows from block to block. Layer normalisation cannot remove it, because it looks at
# one image at a time.
#
# So the differences between images need a way past the layers. A block with a *shortcut* (He and
# others 2016; also residual or skip connection) **adds** its result to its input:
#
# $$y = x + f(x),\qquad f(x) = \text{ReLU}(x)\,W + b$$
#
# With He's initial weights, the mean square of $f(x)$ is on average as large as that of $x$. **By
# which factor does the mean square of the values grow over thirty blocks?** Choose the nearest:
# a: 1, b: 30, c: 1,000, d: a million or more.

# %% guess="the growth over thirty blocks"
guess("ps17_blocks", None, among="abcd")  # "a", "b", "c" or "d"

# %% practice=true
sizes, _ = lesson.initial("shortcuts", factor=1.0)
growth = (sizes[-1] / sizes[0]) ** 2
letter = next(
    name for name, limit in zip("abcd", (5, 170, 3e4, np.inf), strict=True) if growth < limit
)
words = {"a": "1", "b": "30", "c": "1,000", "d": "a million or more"}
reveal("ps17_blocks", letter, f"Geometric mean of five networks: {growth:.0e}.", words)

# %% claims=true
claim("by a factor of about 1.9 in each block", growth ** (1 / 30), equals=1.9, within=0.2)

# %% [markdown] after="ps17_blocks"
# Write $E$ for the mean over random initial weights: $E\,(x + f)^2 = E\,x^2 + 2\,E\,xf + E\,f^2$.
# The weights have mean 0, so the middle term is 0. If x and −x are equally likely, the
# ReLU leaves half of the mean square, on average. He's weights double it, so $E\,f^2 = E\,x^2$.
# On average the mean square **doubles** in each block. The geometric mean of our five networks grew
# by a factor of about 1.9 in each block. (A geometric mean is never larger than the ordinary one.)

# %% [markdown]
# ### Two remedies
#
# Both keep the mean square of the values small over L blocks.
#
# - **A factor.** Multiply the initial weights of $f$ by $s$. Then $E\,f^2 = s^2\,E\,x^2$, and the
#   mean square grows by $(1 + s^2)^L$. For $s = 1/\sqrt L$ this is $(1 + 1/L)^L$, which is below $e
#   \approx 2.72$ for every L.
# - **Layer normalisation in front of $f$** (*pre-norm*): $y = x + f(\text{LN}(x))$. However large x
#   is, the input of $f$ has the mean square 1, so $E\,f^2 = s^2$, and each block **adds** $s^2$.
#   Even for $s = 1$, L blocks add only L.

# %% [markdown]
# ## 4 A layer of your own
#
# You write the second remedy, a pre-norm block, as a layer. A layer with the agreed interface fits
# into any network (S3: “abstraction of layers”): `forward` returns the output and a **function**
# `backward`. This layer multiplies each feature of another layer's output by a learned factor:
#
# ```python
# def forward(self, x, *, training=True):
#     z, inner_backward = self.inner.forward(x, training=training)
#
#     def backward(dy):  # uses the local variables of this call of forward
#         self.factor.add_grad((dy * z).sum(axis=0))
#         return inner_backward(self.factor.data * dy)
#
#     return self.factor.data * z, backward
# ```
#
# - Each call of `forward` makes a new function `backward` with its own z. Don't store z in `self`.
#   If `forward` is called twice before `backward`, the second z would replace the first one.
# - `backward` returns `dx` and adds to the gradients of the layer's own parameters. A `Parameter` p
#   has its values in `p.data` and its gradient, at first 0, in `p.grad`. `p.add_grad(g)` **adds** g
#   to it, and `p.zero_grad()` sets it to 0.
#
# Write `forward` of a pre-norm block around **any** layer `inner`, with your two functions and
# `eps=1e-5`. x reaches y on two paths: which gradient arrives at x on each of them?


# %% solution="PreNorm"
class PreNorm(Layer):
    """A shortcut around layer normalisation and an inner layer: y = x + inner(layernorm(x)).

    n : number of features; inner : a layer whose output has the shape of its input
    """

    def __init__(self, n, inner):
        self.gamma = Parameter(np.ones(n, "float32"))
        self.beta = Parameter(np.zeros(n, "float32"))
        self.inner = inner

    def forward(self, x, *, training=True):
        """y, and the function backward(dy), which adds to the gradients and returns dx."""
        ### BEGIN SOLUTION
        h, cache = layernorm_forward(x, self.gamma.data, self.beta.data, eps=1e-5)
        z, inner_backward = self.inner.forward(h, training=training)

        def backward(dy):
            dx, dgamma, dbeta = layernorm_backward(inner_backward(dy), cache)
            self.gamma.add_grad(dgamma)
            self.beta.add_grad(dbeta)
            return dy + dx

        return x + z, backward
        ### END SOLUTION


# %% check="PreNorm"
check("PreNorm", PreNorm)

# %% [markdown]
# Along the shortcut, `dy` goes around the layers of the block and reaches x unchanged. Now train
# thirty of your blocks (with one more layer norm behind the last of them) at their best rate, 0.1.
# Beside them, train thirty blocks with the first remedy: no normalisation, the factor s = 0.18
# (about $1/\sqrt{30}$), and their best rate, 0.03.

# %% practice=true
block = lesson.PreNorm
block = PreNorm
untrained["shortcuts"] = lesson.initial("shortcuts", factor=1.0)
untrained["pre-norm"] = lesson.initial("pre-norm", factor=1.0, block=block)
untrained["shortcuts, factor 0.18"] = lesson.initial("shortcuts", factor=0.18)
deep = [lesson.train("pre-norm", 1.0, 0.1, seed, block=block) for seed in range(3)]
scaled = [lesson.train("shortcuts", 0.18, 0.03, seed) for seed in range(3)]
print("section 1, test accuracy of three seeds", np.round(thirty, 2))
print("pre-norm, the same three seeds         ", np.round(deep, 2))
print("shortcuts with the factor 0.18         ", np.round(scaled, 2))
picture = lesson.draw_blocks(untrained)
picture

# %% claims=true
said = "With each remedy, the mean accuracy of thirty blocks is more than twice that of section 1"
remedies = np.array([np.mean(deep), np.mean(scaled)])
claim(said, remedies / np.mean(thirty), above=2, given=[1])
sizes, cosines = map(np.array, zip(*untrained.values(), strict=True))
claim("size of the values rises above 5,000", sizes[1, -1], above=5000)
claim("below 10 with pre-norm", sizes[2, -1], below=10)
claim("below 1.5 with the factor", sizes[3, -1], below=1.5)
rises = cosines[:, -1] - cosines[:, 0]
claim("the cosine rises less than\nwithout them", rises[0] - rises[1:], above=0)

# %% claims="slow"
lead = max(at_all_rates("pre-norm", 1.0)) - np.mean(deep)
claim("at their best rate, 0.1", lead, below=0.03, given=[0.1])
lead = max(at_all_rates("shortcuts", 0.18)) - np.mean(scaled)
claim("their best rate, 0.03", lead, below=0.04, given=[0.03])
said = "Shortcuts alone reach only 0.1, at each of the six rates"
claim(said, at_all_rates("shortcuts", 1.0), equals=0.1, within=0.02)

# %% [markdown]
# With each remedy, the mean accuracy of thirty blocks is more than twice that of section 1.
# Shortcuts alone reach only 0.1, at each of the six rates: their loss overflows. Before training,
# the size of the values rises above 5,000 with shortcuts alone. It stays below 10 with pre-norm,
# and below 1.5 with the factor. In all three networks with shortcuts, the cosine rises less than
# without them.
#
# So thirty layers need both: a way past each layer, and values that stay small. Layer normalisation
# is one way to keep them small. Alone it is not enough.

# %% [markdown]
# ## 5 Is this a layer norm?
#
# **Write `norm_is_right(layer)`, a test that finds faulty layer norms: True accepts a layer, False
# rejects it.** Other people have written layer normalisation as a layer, too, and some of these
# layers have a fault. An unknown `layer` has
#
# - `y, backward = layer.forward(x, training=…)`, as in section 4, for x of shape (N, 64) or
#   (N, T, 64);
# - the parameters `layer.gamma` and `layer.beta`, ones and zeros at first; `layer.gamma.data = …`
#   changes one, and `layer.gamma.grad` is its gradient, to which each backward pass adds;
# - `layer.eps`, a small ε of its own. It computes in float32.
#
# The colleague of section 2 compares such a layer with your functions:


# %%
def his_test(layer):
    """Whether y, dx and dgamma of one row are as in our own functions."""
    x, dy = np.random.default_rng(0).normal(size=(1, 64)), np.ones((1, 64))
    y, backward = layer.forward(x)
    right, cache = layernorm_forward(x, np.ones(64), np.zeros(64), eps=1e-5)
    right_dx, right_dgamma, _ = layernorm_backward(dy, cache)
    pairs = (y, right), (backward(dy), right_dx), (layer.gamma.grad, right_dgamma)
    return all(np.allclose(one, other, rtol=0.02, atol=0.02) for one, other in pairs)


# %% [markdown]
# The check has pairs of layers: one is right, the other has one of these six faults. Each fault has
# two kinds. A pair is told apart if your test rejects the faulty layer and accepts the right one.
#
# 1. All words of a text share a mean and a variance: one of each for all numbers, or for each
#    feature.
# 2. In training all rows share a variance, or testing uses other numbers than training.
# 3. ε is added outside the root, or forgotten.
# 4. D − 1 stands in place of D in the variance, everywhere or for y only. So y is 0.8 % too small.
#    <!-- no claim: derived -->
# 5. One of the two means in dx is missing.
# 6. γ stands outside the means in dx, or dγ is the sum of dy · y.

# %% practice=true
found = tell_apart(his_test)

# %% [markdown]
# He compares y, dx and dγ. But his test tells no pair of five faults apart, and only half of the
# pairs of one fault.
#
# Your test should tell all pairs apart. Ask of each fault: **with which shape and size of x, which
# γ, β and dy, and in which mode (`training`) does it change the numbers?** Float32 has about seven
# digits, so right layers differ a little from your functions, too: compare with the size of the
# array. <!-- no claim: source -->
# A layer computes at most **four** forward passes, and then raises an error.
# <!-- no claim: setting -->
#
# The check shows eight pairs of each fault. Eight that are told apart give a sixth of the points,
# four or fewer nothing, and five to seven a part. Of the 48 right layers, at most two may be
# rejected; more cost extra points. <!-- no claim: setting -->


# %% solution="norm_is_right"
def norm_is_right(layer):
    """Whether a layer normalisation is right, from at most four calls of its forward.

    layer : with forward(x, training=…), gamma, beta and eps; it has 64 features
    returns True (accept) or False (reject)
    """
    ### BEGIN SOLUTION
    rng = np.random.default_rng(1)
    gamma, beta = rng.normal(size=(2, 64))
    layer.gamma.data, layer.beta.data = gamma, beta
    sizes, shape, pairs = np.array([1, 0.01, 0.001])[:, None, None], (3, 4, 64), []
    for training in (True, False):
        x, dy = sizes * rng.normal(size=shape), rng.normal(size=shape)
        y, backward = layer.forward(x, training=training)
        right, cache = layernorm_forward(x, gamma, beta, eps=layer.eps)
        right_dx, right_dgamma, _ = layernorm_backward(dy, cache)
        layer.gamma.zero_grad()
        pairs += [(y, right), (backward(dy), right_dx), (layer.gamma.grad, right_dgamma)]
    return all(np.allclose(one, other, rtol=1e-3, atol=1e-3) for one, other in pairs)
    ### END SOLUTION


# %% check="norm_is_right"
check("norm_is_right", norm_is_right)

# %% [markdown]
# <details><summary>When your test has all points: what hides each fault</summary>
#
# 1. An x of shape (N, 64).
# 2. A single row or `training=False` hides the first kind, `training=True` the second.
# 3. Rows whose variance is much larger than ε.
# 4. A large tolerance.
# 5. A constant dy, or dy = y: each hides one of the two means while γ is 1.
# 6. γ = 1 and β = 0.
#
# </details>

# %% claims=true
from grader.checking.contract.families.hidden_faults import FOUND
from grader.exercises.ps17.norm_is_right import exercise as referee

said = "his test tells no pair of five faults apart, and only half of the\npairs of one fault"
claim(said, sum(found.values()), equals=4, within=0.5, varied=())
for seed in range(2):
    (judged,) = referee.cases(np.random.default_rng(seed))
    seen = referee.observe(judged, referee.run(his_test, judged))
    of_faults = [seen[title].count(FOUND) for title in seen if title.startswith("fault")]
    claim(said, [sum(of_faults), max(of_faults)], equals=4, within=0.5, varied=())
claim("Of the 48 right layers", len(judged["layers"]) / 2, equals=48, within=0.5)

# %% [markdown]
# ### Lines of the lectures
#
# No task needs this part.
#
# <details><summary>Which values share a mean?</summary>
#
# S3 lists batch, layer and **group normalisation** side by side (“feature statistics level”). In
# training, they differ in which values share a mean and a variance. Group normalisation (Wu and He
# 2018) splits the channels of each image into groups of neighbours. All values of a group, at all
# positions, share a mean; γ and β belong to the channels. So the values of a group become one row
# (`reshape`), and your function normalises the rows.
#
# We change **one** number, at sample 1, channel 2 and position 1 (all count from 0), in an array of
# 4 samples, 6 channels and 4 positions. Which outputs change with batch norm, with layer norm (one
# group of all channels), and with group norm with three groups?
#
# </details>


# %% practice=true fold="Draw which outputs change"
def normalise_rows(x):
    """Your layer normalisation with gamma = 1 and beta = 0."""
    one = np.ones(x.shape[-1])
    return layernorm_forward(x, one, 0 * one, eps=1e-5)[0]


def group_norm(x, groups):
    """Group normalisation of x (N, C, …) with gamma = 1 and beta = 0."""
    return normalise_rows(x.reshape(len(x), groups, -1)).reshape(x.shape)


x = np.random.default_rng(7).normal(size=(4, 6, 4))  # samples, channels, positions
moved = x.copy()
moved[1, 2, 1] += 0.5
kinds = lesson.normalisations(normalise_rows, group_norm)
reacts = {name: np.abs(f(moved) - f(x)) > 1e-9 for name, f in kinds.items()}
picture = lesson.draw_reactions(reacts, (1, 2, 1))
picture

# %% [markdown]
# ## To keep
#
# - Layer norm: mean and variance over the features of each row. No batch, no running statistics,
#   one mode.
# - dx = i · (dx̂ − mean(dx̂) − x̂ · mean(dx̂ · x̂)) with dx̂ = γ · dy, so γ stands inside the
#   means; dγ and dβ are sums over all rows.
# - Values of the right size are not enough: after thirty ReLU layers, all images nearly point in
#   one direction. Shortcuts alone are not enough: the values grow too large. Together they are.
# - A shortcut: y = x + f(x), dx = dy + the gradient through f. Without normalisation f needs a
#   factor of about 1/√L; with pre-norm the mean square grows only by addition.
# - A test finds a fault only where it shows: choose the input for each fault.

# %% [markdown]
# <details><summary>In PyTorch (a whole training: notebook 24)</summary>
#
# `torch.nn.LayerNorm(50)` and `torch.nn.GroupNorm(4, 48)`; γ is `weight`, β is `bias`. A layer of
# your own is a `torch.nn.Module`. Its `forward` returns y alone, `x + self.inner(self.norm(x))`,
# and PyTorch records the backward pass. A transformer is built from such blocks:
# `torch.nn.TransformerEncoderLayer(…, norm_first=True)`. Many language models take
# `torch.nn.RMSNorm(50)` instead: it divides each row by its root mean square, and has no mean and
# no β.
#
# </details>

# %% [markdown]
# ## Sources
#
# S3 "Backpropagation and Training" (C. V. Jawahar, IIIT Hyderabad), slides "Regularization of the
# Network" and "Summary". Ba, Kiros, Hinton (2016): Layer Normalization. He, Zhang, Ren, Sun (2016):
# Identity Mappings in Deep Residual Networks. Wu, He (2018): Group Normalization.
