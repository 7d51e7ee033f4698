# %% [markdown]
# # Graphs, gradient checks and shared weights
#
# In notebook 06 the network was a chain of layers. Real networks branch: a value is used in two
# places, or a layer is applied several times. One idea covers both cases: write the computation as
# a *graph*, and give every node its own small backward pass. **How does a program differentiate any
# formula, and how do you know that the result is right?** We begin with the second question.
#
# **You need** notebook 06 (the backward passes of a linear layer and of tanh), and dictionaries and
# classes in Python.

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

# %% setup=true minutes=1
import numpy as np

from course_lessons import graphs as lesson
from course_lib.backend import choose_device
from course_lib.gradient_check import relative_error
from grader.checking import check, guess, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 The most accurate step
#
# To test a gradient, notebook 06 used *central differences*: change one weight by a small step h in
# both directions, and divide the change of the loss by 2h. The derivative is the limit for h → 0.
# Notebook 06 computed in float64 (about sixteen digits), with h = 1e-6. Networks usually compute in
# float32 (about seven digits). Take the loss of a small network with twelve weights in float32.
# **Which h gives the most accurate gradient: 1e-2, 1e-4, 1e-6 or 1e-8?**


# %% guess="the most accurate step"
guess("ps07_best_h", None, among=(1e-2, 1e-4, 1e-6, 1e-8))  # your guess in place of None

# %% [markdown]
# Let f be a function of an array x that returns one number. Element i of its gradient is about
#
# $$\frac{\partial f}{\partial x_i} \approx \frac{f(x+h\,\mathbf{1}_i)-f(x-h\,\mathbf{1}_i)}{2h},$$
#
# where $\mathbf{1}_i$ is an array like x, with 1 in place i and 0 elsewhere. Write it for an x of
# any shape. `np.ndindex(*x.shape)` runs over the indices of all elements.


# %% solution="numerical_gradient"
def numerical_gradient(f, x, h):
    """The gradient of f at x by central differences with step h.

    f : takes an array of the shape of x, returns one number
    x : floats, any shape, h : positive
    returns an array like x
    x must be unchanged at the end, except for rounding errors.
    """
    ### BEGIN SOLUTION
    gradient = np.zeros_like(x)
    for i in np.ndindex(*x.shape):
        step = np.zeros_like(x)
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient
    ### END SOLUTION


# %% check="numerical_gradient"
check("numerical_gradient", numerical_gradient)

# %% [markdown]
# The *relative error* of two gradients a and b is their distance divided by their size,
# $\lVert a-b\rVert/(\lVert a\rVert+\lVert b\rVert)$, where $\lVert\cdot\rVert$ is the square root
# of the sum of all squared elements.

# %% practice=true fold="Try the four steps"
loss, W, exact = lesson.small_network("float32")  # the exact gradient by notebook 06
steps = (1e-2, 1e-4, 1e-6, 1e-8)
errors = [relative_error(numerical_gradient(loss, W, h), exact) for h in steps]
reveal("ps07_best_h", steps[np.argmin(errors)], f"Smallest relative error: {min(errors):.0e}.")

# %% practice=true
picture = lesson.draw_errors(numerical_gradient)
picture

# %% claims=true
curves = lesson.error_curves(numerical_gradient)
place = {name: lesson.STEPS[curve.argmin()] for name, curve in curves.items()}
for name, step in (("float64", 7e-6), ("float32", 6e-3)):
    said, best = "7e-6 in float64 and 6e-3 in float32", lesson.best_step(name)
    claim(said, best, equals=step, within=step / 10, given=[7e-6, 6e-3])
    off = np.exp(abs(np.log(place[name] / best)))
    claim("within a factor of 2 of the best step in the figure", off, below=2)
said = "In float32, the step 1e-6 gives an error of several percent or more"
claim(said, errors[steps.index(1e-6)], above=0.05, given=[1e-6])

# %% [markdown] after="ps07_best_h"
# "The smaller, the better" is true in mathematics, but not on a computer: if h is very small, the
# two values of f agree in most of their digits, and their difference is mostly rounding error. If h
# is large, the formula itself is inaccurate. In float32, the step 1e-6 gives an error of several
# percent or more. Let ε be the largest relative rounding error of a number, 1.1e-16 in float64 and
# 6e-8 in float32. <!-- no claim: definition --> If $|f|$ and $|f'''|$ are 1, **the best step is**
# $h = \sqrt[3]{3\varepsilon}$: 7e-6 in float64 and 6e-3 in float32, within a factor of 2 of the
# best step in the figure.
#
# <details><summary>The derivation</summary>
#
# - The Taylor series is $f(x \pm h) = f \pm h f' + \tfrac{h^2}{2} f'' \pm \tfrac{h^3}{6} f''' +
#   \dots$ In the central difference, $f$ and $f''$ cancel, and $\tfrac{h^2}{6} f'''$ is left beside
#   $f'$: the error of the formula.
# - Each of the two computed values of f has an error of about $\varepsilon |f|$. Their difference
#   has up to twice as much, and the division by 2h makes it $\varepsilon |f| / h$.
# - The sum $h^2/6+\varepsilon/h$ is smallest where its derivative $h/3-\varepsilon/h^2$ is 0, so
#   $h^3=3\varepsilon$.
#
# </details>

# %% [markdown]
# ## 2 A graph and a tape
#
# Three lines of a program compute a loss L from a number s:
#
# $$a = s\cdot s, \qquad e = s + s, \qquad L = a + e.$$
#
# Each value is a **node** of a graph, and an edge leads from a value to each place where it is
# used. The nodes a and e use s twice each, so four edges leave s. Each of them starts a path on
# which s affects L. From here on, *the gradient of s* is short for $\partial L/\partial s$ (in code
# `ds`). **It is a sum with one term for each path**: the product of the derivatives along this
# path.


# %% practice=true
lesson.draw_small_graph()

# %% [markdown]
# On paper, $L=s^2+2s$ has the derivative $2s+2$, which is 8 at s = 3. The backward pass computes
# the sum without listing the paths, by three rules:
#
# 1. **Start with 1**, because the derivative of the output with respect to itself is 1.
# 2. The *users* of a node are the nodes that use its value. **A node waits until it has a gradient
#    from each user that affects the output.** Then it passes gradients on to its inputs.
# 3. **A node adds all gradients that it receives.**
#
# A frequent mistake is `=` in the place of adding: then the gradient that arrives last overwrites
# the others. In a plain chain, each value is used once, and `=` gives the right result. So tests on
# chains do not find this mistake.
#
# Python can record the graph while it computes. In the class `Number`, each number writes itself on
# a *tape*, a list that all numbers of one computation share. It also keeps its *parents*: for each
# input of its operation, a pair of the input and the **local derivative**, which is the derivative
# of the result with respect to this input. A leaf, such as s, has no parents. For `s * s`, Python
# calls `s.__mul__(s)`.

# %% [markdown]
# Write the three operations and `backward`. Which local derivatives do a + b, a · b and tanh(a)
# have? Each number stands on the tape after its inputs. In which order must `backward` go through
# the tape? Each call starts anew: the gradients of an earlier call do not count. A number that does
# not affect `self` gets the gradient 0.


# %% solution="Number"
class Number:
    """A number that records on a tape how it was computed.

    data : float, tape : a list of Numbers in the order of their computation
    parents : pairs (input, local derivative), one for each input of the operation
    """

    def __init__(self, data, tape, parents=()):
        self.data, self.tape, self.parents = data, tape, parents
        tape.append(self)

    def __add__(self, other):
        """The Number self + other, on the same tape."""
        ### BEGIN SOLUTION
        return Number(self.data + other.data, self.tape, [(self, 1.0), (other, 1.0)])
        ### END SOLUTION

    def __mul__(self, other):
        """The Number self · other, on the same tape."""
        ### BEGIN SOLUTION
        return Number(self.data * other.data, self.tape, [(self, other.data), (other, self.data)])
        ### END SOLUTION

    def tanh(self):
        """The Number tanh(self), on the same tape, also for large numbers."""
        ### BEGIN SOLUTION
        z = np.tanh(self.data)
        return Number(z, self.tape, [(self, 1 - z**2)])
        ### END SOLUTION

    def backward(self):
        """Set `gradient` of each number on the tape: the derivative of self with respect to it."""
        ### BEGIN SOLUTION
        for number in self.tape:
            number.gradient = 0.0
        self.gradient = 1.0
        for number in reversed(self.tape):
            for parent, local in number.parents:
                parent.gradient += local * number.gradient
        ### END SOLUTION


# %% check="Number"
check("Number", Number)

# %% practice=true
s = Number(3.0, [])
L = s * s + (s + s)
L.backward()
print(f"ds = {s.gradient}, on paper 2 · 3 + 2")

# %% [markdown]
# Your `backward` is the **reverse mode** of *automatic differentiation*: one pass gives the
# derivatives of one output with respect to all numbers. The **forward mode** reads the tape from
# its start. One pass gives the derivatives of all numbers with respect to one input:


# %%
def forward_mode(start):
    """For each number on the tape, its derivative with respect to the number `start`."""
    d = {}
    for number in start.tape:
        parts = [local * d[parent] for parent, local in number.parents]
        d[number] = float(number is start) + sum(parts)
    return d


# %% practice=true
print(f"ds by forward mode = {forward_mode(s)[L]}")

# %% [markdown]
# For n inputs and m outputs, forward mode needs n passes and reverse mode needs m. Training has one
# loss and many weights, so it uses reverse mode. The price is memory for the whole tape. Forward
# mode can compute d together with each value, and then needs no tape.

# %% [markdown]
# ## 3 The backward pass of a graph
#
# For arrays, the local derivative of `matmul` would be a large table, its *Jacobian matrix*, with a
# number for each element of the result and each element of an input. A program does not write it
# down. It computes directly what a node passes on: the upstream gradient times this table, a
# *vector–Jacobian product*. So a node has to keep the **name of its operation**.
#
# From here on, a node is an array with a name, and a graph is a dictionary: node → (operation,
# names of its inputs), in the order of the computation. In this form, section 2 has the leaf
# `"s": ("input", ())`, and a = s · s is `"a": ("mul", ("s", "s"))`. The folded class `Value`
# records the graph in `GRAPH` and its values in `VALUES`. It makes a name such as `matmul2` from
# the operation and the number of nodes before it.


# %% fold="Record a graph: the tape and the class Value"
GRAPH, VALUES = {}, {}  # the tape


class Value:
    """A number or an array on the tape."""

    def __init__(self, name, data, operation="input", inputs=()):
        self.name, VALUES[name] = name, np.asarray(data)
        GRAPH[name] = (operation, tuple(value.name for value in inputs))


def recorded(operation, function):
    """A method of Value that computes `function` and records the operation."""

    def method(*inputs):
        data = function(*[VALUES[value.name] for value in inputs])
        return Value(f"{operation}{len(GRAPH)}", data, operation, inputs)

    return method


Value.__add__, Value.__sub__ = recorded("add", np.add), recorded("sub", np.subtract)
Value.__mul__, Value.__matmul__ = recorded("mul", np.multiply), recorded("matmul", np.matmul)
Value.exp, Value.log = recorded("exp", np.exp), recorded("log", np.log)
Value.tanh, Value.sum = recorded("tanh", np.tanh), recorded("sum", np.sum)

# %% practice=true
# A layer, as on S3's slide "Back Propagation for MLP": a product, then tanh.
(Value("x", np.ones((2, 3))) @ Value("W", np.full((3, 2), 0.1))).tanh()
print(GRAPH)

# %% [markdown]
# A node has computed y from its inputs a and b, and has received the upstream gradient dy. Which
# gradient does it pass to each input? By S3 ("Chain Rule"), it needs only the derivative of its own
# operation. You know `matmul` and `tanh` from notebook 06.


# %%
RULES = {  # operation: from dy, y and the inputs, the gradient for each input
    "add": lambda dy, y, a, b: [dy, dy],
    "sub": lambda dy, y, a, b: [dy, -dy],
    "mul": lambda dy, y, a, b: [dy * b, dy * a],  # the derivative for one factor is the other
    "matmul": lambda dy, y, a, b: [dy @ b.T, a.T @ dy],
    "exp": lambda dy, y, a: [dy * y],  # the derivative of exp is exp, which is y
    "log": lambda dy, y, a: [dy / a],
    "tanh": lambda dy, y, a: [dy * (1 - y**2)],
    "sum": lambda dy, y, a: [dy * np.ones_like(a)],  # every element has the derivative 1
}

# %% [markdown]
# In `x @ W + b`, NumPy *broadcasts* the bias b of shape (D,): it adds the same b to each of the N
# rows. So every element of b is used N times, and its gradient is the sum over these uses. But the
# rule for `add` passes on dy, of shape (N, D). `unbroadcast` sums over the axes that NumPy adds in
# front, and over those of size 1 that it stretches.


# %%
def unbroadcast(gradient, shape):
    """The gradient of an array of this shape that was broadcast: the sum over its copies."""
    added = gradient.ndim - len(shape)
    stretched = tuple(added + i for i, size in enumerate(shape) if size == 1)
    return gradient.sum(axis=(*range(added), *stretched)).reshape(shape)


# %% [markdown]
# Now write `backprop` by the three rules of section 2. The output is a single number, and rule 1 is
# written already.
#
# 1. Go through the nodes so that rule 2 holds.
# 2. Skip a leaf, because it has no rule. Also skip a node whose gradient is all zeros, because zero
#    times an infinite derivative is nan.
# 3. `RULES[operation](d[node], values[node], *inputs)` returns a list with one gradient for each
#    input. Here `inputs` are the *values* of the inputs.
# 4. Bring each gradient to the shape of its input with `unbroadcast`, and add it:
#    `d["a"] = d["a"] + …`.


# %% solution="backprop"
def backprop(graph, values, output):
    """The gradient of the output with respect to every node.

    graph : node -> (operation, inputs), each node after its inputs
    values : node -> array, output : name of a scalar node
    returns node -> array of the shape and float type of its value
    """
    d = {node: np.zeros_like(values[node]) for node in graph}
    d[output] = np.ones_like(values[output])
    ### BEGIN SOLUTION
    for node in reversed(graph):
        operation, inputs = graph[node]
        if inputs and np.any(d[node]):
            parts = RULES[operation](d[node], values[node], *[values[name] for name in inputs])
            for name, part in zip(inputs, parts, strict=True):
                d[name] = d[name] + unbroadcast(part, np.shape(values[name]))
    ### END SOLUTION
    return d


# %% check="backprop"
check("backprop", backprop)

# %% [markdown]
# <details><summary>The same sum in S1</summary>
#
# By S1 ("Hidden Layers"), the output of hidden unit m has the gradient $\Delta^m = \sum_j \delta^j
# w^{j,m}$, the *aggregated error*. Here $\delta^j$ is the gradient of the pre-activation of unit j,
# which multiplies that output by $w^{j,m}$ (indices, not powers). In `RULES`, $\Delta^m$ is an
# element of `dy @ b.T`.
#
# </details>

# %% [markdown]
# ## 4 One weight, many uses
#
# S3 repeats the same two blocks three times (slides "Back Propagation (X,Y)"): $Y_1=WX_1$,
# $Y_2=\varphi(X_2)$, $Y_3=WX_3$, …, $Y_6=\varphi(X_6)$. Each output is the next input, φ is the
# sigmoid, and the same W is used in three places.
#
# Suppose that the three matrices could differ, with the loss $L(W_1,W_2,W_3)$. If the shared W
# changes by a small Δ, all three change by Δ. Then the change of the loss is nearly the sum of
# three changes, so **the gradient of a shared W is the sum of the gradients of its uses**. The cell
# runs your `backprop` with a leaf for each use (bars 1, 2 and 3), and with one leaf for W (×).


# %% practice=true
picture = lesson.draw_uses(backprop)
picture

# %% claims=true
terms, shared = lesson.gradients_of_uses(backprop, 3)
said = "Each formula is one of the bars 1, 2 and 3"
claim(said, relative_error(shared, sum(terms)), below=1e-9, given=[1, 2, 3])
norms = [np.linalg.norm(term) for term in lesson.gradients_of_uses(backprop, 12)[0]]
said = "The gradient of the first use is less than a hundredth of that of the last"
claim(said, norms[0] / norms[-1], below=0.01)

# %% [markdown]
# In the right panel, W is used twelve times. The gradient of the first use is less than a hundredth
# of that of the last. S3 calls this a *vanishing gradient* ([notebook
# 09](../ps09/ps09_activations.ipynb)). <!-- no claim: source -->
#
# <details><summary>A slip in S3: what is missing?</summary>
#
# The slide "Also Learning" gives three formulas for one W,
# $\frac{\partial L}{\partial W}=\frac{\partial L}{\partial Y_k}\frac{\partial Y_k}{\partial W}$ for
# k = 1, 3 and 5, and then a single step of gradient descent. <!-- no claim: source --> Each formula
# is one of the bars 1, 2 and 3. The slide lacks the sum (an **error**).
#
# </details>
#
# **Would training show a missing sum?** A network for digits applies its second layer three times,
# with the same W. Your `backprop` trains it in three programs. The first one takes the sum as dW.
# The second one writes `=`: it keeps only the gradient of the first use, which the backward pass
# reaches last. The third one never trains W. How much test accuracy do the last two lose?


# %% practice=true
reached = lesson.compare_trainings(backprop)

# %% claims=true
right, wrong, none = (np.mean(accuracies) for accuracies in reached.values())
lost = [100 * (right - wrong), 100 * (right - none)]
claim("Here they lose almost nothing", lost, below=0.5, varied=())
claim("at most about two percentage points", lost, below=2.4)

# %% [markdown]
# Here they lose almost nothing (with other seeds, at most about two percentage points in the mean):
# this network hardly needs W. The test accuracy does not show the mistake here, so you need a
# gradient check.

# %% [markdown]
# ## 5 A check that accepts wrong gradients
#
# A check of a gradient can be wrong, too. Your neighbour plans one for unknown layers. Each layer
# computes y = φ(x W + b) with an activation function φ, and has
#
# - `layer.forward(x, W, b)`, which returns y of shape (n, 3), for x of shape (n, 4), W (4, 3) and
#   b (3,);
# - `layer.backward(dy, x, W, b)`, which returns [dx, dW, db] for an upstream gradient dy, in the
#   shape of y;
# - `layer.dtype`, `"float64"` or `"float32"`: it computes in this type whatever it is given.
#
# φ is smooth or has kinks, as the ReLU has one at 0.
#
# Take the loss $\sum dy\cdot y$. Its derivative with respect to y is dy, so central differences
# with respect to x, W and b should agree with dx, dW and db. `errors_at` compares them at one *test
# point*, a choice of x, W, b and dy. First we try her check on right layers, and on layers with one
# fault that is easy to find: they treat the derivative φ′ as 1.


# %%
def errors_at(layer, x, W, b, dy, h):
    """The relative errors of dx, dW and db at one test point, by your numerical_gradient."""
    dx, dW, db = layer.backward(dy, x, W, b)
    by_x = numerical_gradient(lambda x: np.sum(dy * layer.forward(x, W, b)), x, h)
    by_W = numerical_gradient(lambda W: np.sum(dy * layer.forward(x, W, b)), W, h)
    by_b = numerical_gradient(lambda b: np.sum(dy * layer.forward(x, W, b)), b, h)
    return [relative_error(*pair) for pair in ((dx, by_x), (dW, by_W), (db, by_b))]


def her_check(layer):
    """Whether dx agrees with central differences, for one sample of positive numbers."""
    rng = np.random.default_rng(0)
    x, W, b = rng.uniform(size=(1, 4)), rng.uniform(size=(4, 3)), rng.uniform(size=3)
    return errors_at(layer, x, W, b, np.ones((1, 3)), 1e-5)[0] < 0.01


# %% practice=true
hers = lesson.try_check(her_check)

# %% claims=true
from grader.checking.contract.families.hidden_faults import FOUND
from grader.exercises.ps07.my_check import exercise as referee

claim("Her check accepts the right layers", [accepted for accepted, _ in hers.values()], above=0.9)
rejected = np.mean([rejected for _, rejected in hers.values()])
claim("and rejects nearly all faulty ones", rejected, above=0.9)
missed = []
for seed in range(3):
    (judged,) = referee.cases(np.random.default_rng(seed))
    seen = referee.observe(judged, referee.run(her_check, judged))
    said = [one for title in seen if title.startswith("fault") for one in seen[title]]
    missed.append(1 - said.count(FOUND) / len(said))
claim("it accepts most layers\nwith five other faults", missed, above=0.7)

# %% [markdown]
# Her check accepts the right layers and rejects nearly all faulty ones. But it accepts most layers
# with five other faults, which this trial does not have. In `her_check`, h = 1e-5 is too small for
# float32 (section 1), so she takes a tolerance as large as 0.01. <!-- no claim: setting --> But a
# gradient that is 1 % too large has the relative error 0.01/2.01 = 0.005, which she accepts.
# <!-- no claim: derived -->
# **Ask of each choice in a check: could a wrong backward pass give the right numbers here?**
#
# A check can also reject a right gradient. Suppose that φ has a **kink**
# between the values that it gets for x − h and for x + h. Then the central difference mixes the
# derivatives of both sides.

# %% [markdown]
# ## 6 A check that catches five faults
#
# For badly chosen numbers, each of the five gives the right gradient, or nearly. Plan a check that
# finds them. You choose
#
# - the number n of samples, and all numbers in x, W, b and dy;
# - h (section 1: $\sqrt[3]{3\varepsilon}$) and the tolerance, by `layer.dtype`;
# - which of the three errors count;
# - what follows a disagreement: a kink near one test point is no fault, and the large step in
#   float32 meets kinks more often.
#
# Write `my_check(layer)`: True accepts, False rejects. The grader tries it on 60 pairs of layers in
# random order, 12 for each fault. One layer of a pair is right, and the other one has the fault.
# Half of all layers have both kinks and float32, the hardest case. <!-- no claim: setting -->
#
# - A pair is solved if the faulty layer is rejected and the right one is accepted. A fault earns
#   all its points with 11 solved pairs of 12, fewer with 7 to 10, else none.
#   <!-- no claim: definition -->
# - Of all right layers at most 5 % may be rejected. From there to 25 %, up to 0.6 points are
#   subtracted. <!-- no claim: definition -->
# - The smallest fault makes one of dx, dW and db 0.1 to 0.2 % too large in float64, and 1 to 2 % in
#   float32. <!-- no claim: setting -->
# - In one call of `my_check`, `layer.forward` may run at most 250 times; then it raises an
#   exception. How often does `errors_at` call it? <!-- no claim: setting -->


# %% solution="my_check"
def my_check(layer):
    """Whether the backward pass of a layer is right, by errors_at at test points of your own.

    layer : with layer.forward(x, W, b), layer.backward(dy, x, W, b) and layer.dtype
    returns True (accept) or False (reject)
    """
    ### BEGIN SOLUTION
    draw = np.random.default_rng(1).normal
    h, tolerance = (5e-3, 2e-3) if layer.dtype == "float32" else (1e-5, 1e-5)
    for _ in range(4):  # a kink spoils one point, a fault all
        x, W, b, dy = draw(size=(4, 4)), draw(size=(4, 3)), draw(size=3), draw(size=(4, 3))
        if max(errors_at(layer, x, W, b, dy, h)) < tolerance:
            return True
    return False
    ### END SOLUTION


# %% practice=true needs=false fold="Try your check in the trial of section 5"
mine = lesson.try_check(my_check)

# %% check="my_check"
check("my_check", my_check)

# %% [markdown]
# Now your check judges your own `backprop`, on a graph that uses u twice: y = u · tanh(u), with
# u = x W + b. In a second program, `=` takes the place of adding. In section 4, no accuracy showed
# this mistake.

# %% practice=true
verdicts = lesson.check_backprop(my_check, backprop)

# %% claims=true
said = "Now your check judges your own `backprop`"
claim(said, np.subtract(*np.float64(verdicts)), above=0.5)

# %% [markdown]
# <details><summary>When your check has all points: the five faults, and what hides them</summary>
#
# 1. dW or db is that of the last sample alone, as `=` in a loop over the samples gives it. A test
#    with one sample hides it.
# 2. The mean of dy takes the place of dy. A constant dy hides it.
# 3. The derivative φ′(u) is too small for u < 0. Positive numbers hide it.
#    <!-- no claim: definition -->
# 4. It is too small for |u| > 2. Small numbers hide it, and so do too few.
#    <!-- no claim: definition -->
# 5. One of dx, dW and db is a little too large. A large tolerance hides it, and so does a check of
#    the other two.
#
# A kink can make a right layer fail at one test point, but hardly at all of them: try a second one
# after a disagreement.
#
# </details>

# %% [markdown]
# ## To keep
#
# - The gradient of a value is the **sum** over all its uses: a branch, a broadcast bias, a shared
#   weight.
# - A program differentiates any formula that it can record: it needs a rule for each operation, and
#   a backward pass, which starts with 1. Reverse mode needs a pass for each output, and forward
#   mode needs one for each input.
# - You trust it after a check: central differences with h near
#   $\sqrt[3]{3\varepsilon}$, at test points chosen so that faults show.
#
# Without looking: a value is used in three places, and the program writes `=` instead of adding.
# Which gradient is left, and which tests do not find this mistake?
#
# <details><summary>Answer</summary>
#
# That of the use which the backward pass reaches last. A check of gradients on a
# plain chain does not find it, and the test accuracy did not find it here.
#
# </details>
#
# <details><summary>In PyTorch (a whole training: notebook 24)</summary>
#
# What is computed from a tensor with `requires_grad=True` stores how, as your `Number` does.
# `backward()` goes through the graph, each node after all its users, and adds the gradients. In
# contrast to your `Number`, it also adds to those of an earlier call, until `zero_grad()`.
# `torch.func.jvp` is forward mode. An operation of your own is a subclass of
# `torch.autograd.Function`, with the methods `forward` and `backward`. `torch.autograd.gradcheck`
# compares it with central differences.
#
# </details>

# %% [markdown]
# ## Sources
#
# S1 "Part II: Training", sections "Hidden Layers" and "Backpropagation"; S3 "Backpropagation and
# Training" (C. V. Jawahar, IIIT Hyderabad), slides "Chain Rule", "Back Propagation for MLP", "Back
# Propagation (X,Y): Propagation", "… Also Learning".
