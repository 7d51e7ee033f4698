# %% [markdown]
# # The same in PyTorch
#
# PyTorch finds gradients by itself, which is called *autograd*. You will write a network and its
# training in PyTorch, and ask: **how do you know that it computes the same as your own code?**
#
# **You need** backpropagation (notebooks 06–08), momentum (12), Adam (13), schedules (14),
# convolution (15), batch normalisation (16) and dropout (20).

# %% setup=true minutes=1
import copy
from importlib.util import find_spec

import numpy as np

from course_lessons import pytorch as lesson
from course_lessons.convolution import emoji
from course_lib.backend import choose_device
from course_lib.losses import softmax_cross_entropy
from grader.checking import check, guess, mine, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 A network, and a missing line
#
# A training step has five lines:
#
# | step | our library | PyTorch |
# |---|---|---|
# | scores | `y, backward = model.forward(x, training=True)` | `y = model(x)` |
# | loss | `loss, dy = softmax_cross_entropy(y, t)` | `loss = cross_entropy(y, t)` |
# | old gradients away | `optimizer.zero_grad()` | `optimizer.zero_grad()` |
# | backward pass | `backward(dy)` | `loss.backward()` |
# | step | `optimizer.step()` | `optimizer.step()` |
#
# `cross_entropy` contains the softmax.

# %% [markdown]
# With all five lines of our library, a network of 64, 32 and 10 units learns the 8×8 digits for
# five epochs at the rate 0.01. It classifies about half of the test images correctly (mean of
# three seeds). Now we leave out **`optimizer.zero_grad()`**, so each backward pass adds its
# gradients to the old ones. **How many per cent are correct then?**

# %% guess="the test accuracy without zero_grad()"
guess("ps24_line", None, between=(0, 100))  # a number from 0 to 100

# %% practice=true
right, wrong = (lesson.trained(0.01, zero_grad=line)[1] for line in (True, False))
reveal("ps24_line", 100 * wrong.mean(), "Mean of three seeds, in percent.")

# %% practice=true fold="Train both loops at nine rates"
loops = {}
for name, line in (("with zero_grad()", True), ("without", False)):
    loops[name] = np.array([lesson.trained(rate, zero_grad=line)[1] for rate in lesson.RATES])
    best_rate, best = lesson.at_best_rate(zero_grad=line)
    print(f"{name}: {best.mean():.1%} of the test images at its best rate, {best_rate}")
picture = lesson.draw_rates(loops)
picture

# %% claims=true
claim("about half of the test images correctly", right.mean(), equals=0.5, within=0.08)
claim("about 90 % are correct", wrong.mean(), equals=0.9, within=0.04)
best, best_without = (lesson.at_best_rate(zero_grad=line)[1] for line in (True, False))
claim("the loop\nwith the line is ahead", best.mean() - best_without.mean(), above=0)

# %% [markdown] after="ps24_line"
# Without the line, about 90 % are correct. Each step uses the sum of all gradients so far: momentum
# with μ = 1 (notebook 12). The steps grow. With the line, 0.01 is too small.
# <!-- no claim: derived --> But with each loop at its best rate on the training images, the loop
# with the line is ahead. **A good accuracy does not show that a program is right.**

# %%
if find_spec("torch"):
    import torch
    from torch import nn
    from torch.nn.functional import cross_entropy
    from torch.utils.data import DataLoader, TensorDataset
else:
    torch = nn = lesson.StandIn()
    print("PyTorch is not installed here, so its cells wait, and are not judged here.")
    print("docs/students.md says how to install it. In the browser alone it cannot be installed.")

# %% [markdown]
# An `nn.Linear(n_in, n_out)` holds a weight matrix and a bias. A *module* is an object of a class
# derived from `nn.Module`. It holds such layers, and its `forward` says how they are used.
# `model(x)` calls `forward`, which returns the output only: autograd records the rest.
#
# Write a module with any number of layers. ReLU is `torch.relu`, dropout `nn.Dropout(drop_prob)`.
# `parameters()` finds the weights of layers that are attributes of the module or stand in an
# `nn.ModuleList([...])`, but not in a plain list.


# %% solution="Network"
class Network(nn.Module):
    """Linear layers; behind each but the last, ReLU and then dropout.

    sizes : numbers of inputs, of units in each hidden layer, and of outputs, as in (64, 32, 10)
    drop_prob : the probability of dropping
    """

    def __init__(self, sizes, drop_prob):
        """Make the layers."""
        super().__init__()
        ### BEGIN SOLUTION
        self.layers = nn.ModuleList(map(nn.Linear, sizes[:-1], sizes[1:]))
        self.dropout = nn.Dropout(drop_prob)
        ### END SOLUTION

    def forward(self, x):
        """The scores (N, K) of the samples x (N, D), before the softmax."""
        ### BEGIN SOLUTION
        for layer in self.layers[:-1]:
            x = self.dropout(torch.relu(layer(x)))
        return self.layers[-1](x)
        ### END SOLUTION


# %% check="Network"
check("Network", Network)

# %% [markdown]
# ## 2 Batches and an epoch
#
# *Tensors* are PyTorch's arrays. A `DataLoader` cuts a data set into minibatches. In each epoch,
# you get them by a loop: `for x, t in batches:`. Samples become float32, because the weights are.
# Labels become int64, because `cross_entropy` wants that. A generator of its own decides the order,
# so the order is the same in each run, whatever else has used random numbers.


# %%
def make_batches(x, labels, batch_size, seed):
    """A DataLoader of pairs (samples, labels), mixed anew in each epoch."""
    data = TensorDataset(torch.from_numpy(x).float(), torch.from_numpy(labels).long())
    order = torch.Generator().manual_seed(seed)
    return DataLoader(data, batch_size, shuffle=True, generator=order)


# %% [markdown]
# Fill both gaps in this epoch. The five steps of section 1 belong in the loop. While the model
# computes, autograd records each operation in a graph (notebook 07). `loss.backward()` walks this
# graph back and adds the gradient of each parameter to its `.grad`. `loss.item()` is the loss as a
# number, without its graph.
#
# A module also has two *modes*: `model.train()` switches to training, `model.eval()` to evaluation.
# Nobody tells you in which mode the model comes, or whether it has old gradients.


# %% solution="train_epoch"
def train_epoch(model, batches, optimizer):
    """Train for one epoch with the softmax cross-entropy.

    batches : a DataLoader or a list; a loop over it gives pairs (x, labels) of tensors
    returns loss : a float, the mean over all samples of their losses before each step
    """
    total, n = 0.0, 0
    ### BEGIN SOLUTION
    model.train()
    ### END SOLUTION
    for x, labels in batches:
        ### BEGIN SOLUTION
        loss = cross_entropy(model(x), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        ### END SOLUTION
        total += loss.item() * len(x)  # the loss is a mean over the batch
        n += len(x)
    return total / n


# %% check="train_epoch"
check("train_epoch", train_epoch)

# %% [markdown]
# Train with your functions, now at the rate 0.3. <!-- no claim: setting --> An untrained network
# has a loss of about ln 10 ≈ 2.3 (notebook 08), so each printed loss should lie below.
# <!-- no claim: derived -->

# %% practice=true fold="Train three networks"
x, t, x_test, t_test = lesson.digits()


def trained_network(drop_prob, seed):
    """A network of 64, 32 and 10 units after five epochs at the rate 0.3, and its losses."""
    torch.manual_seed(seed)  # of the initial weights and of dropout
    model = Network((64, 32, 10), drop_prob)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.3)
    batches = make_batches(x, t, 32, seed)
    return model, [train_epoch(model, batches, optimizer) for _ in range(5)]


for seed in range(3):
    _, losses = trained_network(0.0, seed)
    print("loss by epoch:", np.round(losses, 2))

# %% [markdown]
# ## 3 Two modes
#
# In training mode, dropout drops units and multiplies the others by 1/(1 − drop_prob), and batch
# normalisation uses the statistics of the batch. In evaluation mode, nothing is dropped, and batch
# normalisation uses its running statistics. If you forget to switch, you get no error message.

# %% [markdown]
# We train a network with dropout 0.5 for five epochs. In evaluation mode it classifies about 94 %
# of the test images correctly (mean of three seeds). **How many per cent does it classify correctly
# in training mode?** The answer comes below `evaluate`.

# %% guess="the test accuracy in training mode"
guess("ps24_mode", None, between=(0, 100))  # a number from 0 to 100

# %% [markdown]
# Write a function that cannot go wrong in this way. It computes the accuracy in evaluation mode,
# and leaves the model in the mode in which it came: `model.training` is True in training mode, and
# `model.train(mode)` sets either mode. `y.argmax(dim=1)` is the place of each row's largest score.
# Within `with torch.no_grad():`, autograd records no graph, which saves memory and time.


# %% solution="evaluate"
def evaluate(model, batches):
    """The share of samples whose largest score is that of their label, as a float.

    Meanwhile the model is in evaluation mode, and autograd records nothing. Afterwards the mode,
    and whether autograd records, are as before.
    """
    right, n = 0, 0
    ### BEGIN SOLUTION
    mode = model.training
    model.eval()
    with torch.no_grad():
        for x, t in batches:
            right += (model(x).argmax(dim=1) == t).sum().item()
            n += len(t)
    model.train(mode)
    ### END SOLUTION
    return right / n


# %% check="evaluate"
check("evaluate", evaluate)

# %% practice=true fold="Test each network in both modes"
in_evaluation, in_training = {}, {}
test = make_batches(x_test, t_test, 100, seed=0)
for drop_prob in (0.0, 0.25, 0.5, 0.75):
    models = [trained_network(drop_prob, seed)[0] for seed in range(3)]
    in_evaluation[drop_prob] = [evaluate(model, test) for model in models]
    scores = [m.train()(torch.from_numpy(x_test)) for m in models for _ in range(10)]
    in_training[drop_prob] = [float((y.argmax(1).numpy() == t_test).mean()) for y in scores]
correct = 100 * np.mean(in_training[0.5])
reveal("ps24_mode", correct, "Mean of three seeds with ten passes each, in percent.")

# %% practice=true
picture = lesson.draw_modes(in_evaluation, in_training)
picture

# %% claims=true
if find_spec("torch"):
    means = {p: np.mean(found) for p, found in in_evaluation.items()}
    claim("about 94 % of the test images correctly", means[0.5], equals=0.94, within=0.03)
    claim("90 % are correct in evaluation mode", means[0.75], equals=0.9, within=0.04)
    means = {p: np.mean(passes) for p, passes in in_training.items()}
    claim("about 78 % in training mode", means[0.5], equals=0.78, within=0.04)
    claim("53 % in training mode", means[0.75], equals=0.53, within=0.05)

# %% [markdown] after="ps24_mode"
# With dropout 0.5 it is about 78 % in training mode, and each pass gives another number. The cause:
# about 16 of the 32 hidden units take part for each image, at random.
# <!-- no claim: derived --> In evaluation mode, all of them do. With dropout 0.75 about 8 take
# part, and the gap is wider: <!-- no claim: derived --> 90 % are correct in evaluation mode, 53 %
# in training mode.

# %% [markdown]
# ## 4 The same gradient
#
# The checks of `train_epoch` and `evaluate` notice a missing `zero_grad()` and a missing `eval()`.
# Another kind of fault sits inside the gradient, and the accuracy may not show it. For that kind,
# **compare gradients**: two programs that compute the same give the same gradients for the same
# weights and the same batch.
#
# **Measure.** The other program is `mine.OwnNetwork` of notebook 08: yours if you have kept it,
# else the course's. Its `forward(x)` returns the scores, its method `backward(dy)` the gradients.
# PyTorch's weight matrices have the shape (n_out, n_in), so each is transposed on its way in and
# out.


# %%
def own_gradients(weights, x, labels):
    """Gradients of the mean loss with respect to W1, b1, W2, …, in PyTorch's shapes."""
    sizes = [x.shape[1], *(len(b) for b in weights[1::2])]
    network = mine.OwnNetwork(sizes, np.random.default_rng(0))
    for p, w in zip(network.parameters, weights, strict=True):
        p[...] = w.T
    _, dy = softmax_cross_entropy(network.forward(x), labels)
    return [g.T for g in network.backward(dy)]


# %% practice=true fold="Compare it with autograd's gradients in two types"
sample, labels = x[:128].astype("float64"), t[:128].astype("int64")
models = [trained_network(0.0, seed)[0] for seed in range(3)]
weights = [[p.detach().double().numpy() for p in model.parameters()] for model in models]
own = [own_gradients(w, sample, labels) for w in weights]
theirs = {
    kind: lesson.gradients_in_torch(torch, models[0], sample, labels, kind)
    for kind in ("float32", "float64")
}
picture = lesson.draw_entries(own[0][2], {name: g[2] for name, g in theirs.items()})
picture

# %% [markdown]
# These gradients are right, and yet few are equal in every digit, because computers round. float32
# keeps about 7 digits, float64 about 16. <!-- no claim: source --> Each entry of a gradient is
# a sum over the samples. If large terms cancel in a sum, such as 1 and −0.99999, their rounding
# errors stay. So a small entry can have an error as large as those of the large entries.
# <!-- no claim: derived -->
#
# **A plan that fails.** `np.allclose(own, theirs)` accepts a difference up to 1e-8 + 1e-5·|theirs|.
# Now let somebody write −log(p + 1e-7) for the loss (p is the probability of the class), to avoid
# log(0). Its derivative is −1/(p + 1e-7) in place of −1/p. For p = 0.25 these differ by 4e-7 of
# their size, which the plan accepts. <!-- no claim: derived -->

# %% [markdown]
# **Plan, then write.** In which type does autograd compute? Which size do you compare a difference
# with? Up to which tolerance is it rounding? Your tools: `copy.deepcopy(model)` is a second model
# with the same weights, `model.to(dtype)` changes the type of a model itself,
# `torch.autograd.grad(loss, list(model.parameters()))` returns the gradients and leaves each
# `.grad` alone, and `g.numpy()` turns a tensor into an array.
#
# The check asks you about 28 lists of gradients, and half of them are right.
# <!-- no claim: setting --> Each of the others has one of seven faults:
#
# 1. one entry is wrong
# 2. a matrix is transposed
# 3. a bias has a row for each sample
# 4. an array is missing
# 5. all gradients are small, one array is wrong
# 6. one array is small, and it is wrong
# 7. 1e-7 in the logarithm
#
# If you accept all right lists, each fault whose lists you reject earns points: 5 and 6 twice as
# many as each of 1 to 4, and 7 four times as many. <!-- no claim: definition -->


# %% solution="same_gradients"
def same_gradients(model, x, labels, own):
    """Whether the gradients ``own`` agree with those that autograd finds. Returns True or False.

    model : float32, without dropout; its weights, their type and their .grad stay as they are
    x : (N, D), float64; labels : (N,), int64; both NumPy arrays
    own : float64 arrays; a right list has one for each of model.parameters(), for cross_entropy;
        a right array may be 0 everywhere
    """
    ### BEGIN SOLUTION
    exact = copy.deepcopy(model).double()
    loss = cross_entropy(exact(torch.from_numpy(x)), torch.from_numpy(labels))
    theirs = [g.numpy() for g in torch.autograd.grad(loss, list(exact.parameters()))]
    if [g.shape for g in own] != [g.shape for g in theirs]:
        return False
    pairs = zip(own, theirs, strict=True)
    return all(np.abs(a - b).max() <= 1e-11 * np.abs(b).max() for a, b in pairs)
    ### END SOLUTION


# %% check="same_gradients"
check("same_gradients", same_gradients)

# %% [markdown]
# Now ask your function about three trained networks.

# %% practice=true
for m, g in zip(models, own, strict=True):
    faulty = lesson.gradients_in_torch(torch, m, sample, labels, "float64", epsilon=1e-7)
    print("notebook 08:", same_gradients(m, sample, labels, g), end=", ")
    print("with p + 1e-7:", same_gradients(m, sample, labels, faulty))

# %% claims=true
if find_spec("torch"):
    apart = {}
    for kind, epsilon in (("float64", 0.0), ("float32", 0.0), ("float64", 1e-7)):
        apart[kind, epsilon] = [
            np.abs(a - b).max() / np.abs(a).max()
            for m, g in zip(models, own, strict=True)
            for a, b in zip(
                g, lesson.gradients_in_torch(torch, m, sample, labels, kind, epsilon), strict=True
            )
        ]
    quote = "differs by about 1e-15\nof its largest entry between the two right programs in float64"
    claim(quote, apart["float64", 0.0], above=1e-16, below=3e-15, given=[1e-15])
    quote = "by 1e-7 to 1e-6 in float32"
    claim(quote, apart["float32", 0.0], above=0.5e-7, below=1.5e-6, given=[1e-7, 1e-6])
    quote = "The fault in the logarithm changes it by some ten-millionths"
    claim(quote, apart["float64", 1e-7], above=1e-7, below=2e-6)

# %% [markdown]
# <details><summary>After your points: right answers and tolerances</summary>
#
# The first answers should be True, the second False. An array of gradients differs by about 1e-15
# of its largest entry between the two right programs in float64, and by 1e-7 to 1e-6 in float32.
# The fault in the logarithm changes it by some ten-millionths, which float32 cannot always tell
# from rounding.
# In float64, every tolerance from 1e-13 to 1e-8 separates them. <!-- no claim: derived -->
#
# </details>

# %% [markdown]
# ## 5 A whole script
#
# Now a whole program: a convolutional network (notebook 15) with batch normalisation (16), AdamW
# (13) and a falling rate (14). `nn.Sequential` calls its layers in order.


# %%
def block(n_in, n_out):
    """Layers from n_in to n_out channels; the pooling halves the sides of the images."""
    convolution = nn.Conv2d(n_in, n_out, 3, padding=1)
    return [convolution, nn.BatchNorm2d(n_out), nn.ReLU(), nn.MaxPool2d(2)]


def conv_network():
    """Two blocks and a linear layer, for images of 3 x 16 x 16 and eight classes."""
    return nn.Sequential(*block(3, 8), *block(8, 16), nn.Flatten(), nn.Linear(16 * 4 * 4, 8))


# %% [markdown]
# The training of this network has **seven rules**:
#
# 1. `cross_entropy` gets the scores;
# 2. the model **that is given** is trained, not a copy;
# 3. step j = 0, 1, … of all n steps has the rate lr·(1 + cos(πj/n))/2. In
#    `CosineAnnealingLR(optimizer, T_max=n)`, j counts the calls of its `step()`;
# 4. AdamW gets the given rate and weight decay;
# 5. training batches are computed in training mode, validation batches in evaluation mode;
# 6. the model, all images and all labels are moved to `device` (the check needs no GPU).
#    `model.to(device)` changes the model itself, `x.to(device)` returns another tensor;
# 7. at the end, the model has the weights of the epoch with the best validation accuracy (if
#    several are equal, of any of them). `model.state_dict()` holds the model's own tensors, which
#    the next step changes.
#
# This script breaks each rule by **one line**, which is wrong or stands in the wrong place. It runs
# on a CPU without an error message. (`inference_mode` is like `no_grad`.)


# %% broken="whole_training"
def broken_training(model, training, validation, *, epochs, lr, weight_decay, device):
    """A script with seven faults."""
    net = copy.deepcopy(model).to(device)
    opt = torch.optim.AdamW(model.parameters(), lr=lr)
    cosine = torch.optim.lr_scheduler.CosineAnnealingLR(opt, T_max=epochs * len(training))
    losses, accuracy = [], []
    net.train()
    for _epoch in range(epochs):
        for xb, yb in training:
            xb, yb = xb.to(device), yb.to(device)
            batch_loss = cross_entropy(net(xb).softmax(dim=1), yb)
            opt.zero_grad()
            batch_loss.backward()
            opt.step()
            losses.append(batch_loss.item())
        cosine.step()
        net.eval()
        with torch.inference_mode():
            correct = [(net(xb).argmax(dim=1) == yb).float() for xb, yb in validation]
        accuracy.append(torch.cat(correct).mean().item())
        if accuracy[-1] >= max(accuracy):
            best = net.state_dict()
    net.load_state_dict(best)
    return losses, accuracy


# %% [markdown]
# **Your task:** copy the script into `whole_training` and repair the seven lines. Say in a comment,
# for yourself, what each fault did. The check has a line for each rule, about half a point, and
# one for all results together, about 1.5. <!-- no claim: definition --> Repair rule 2 first:
# before it, rule 7 gets no ✓.


# %% solution="whole_training"
def whole_training(model, training, validation, *, epochs, lr, weight_decay, device):
    """The script without its faults.

    model : a module; it is trained, and ends with the weights of its best epoch
    training, validation : loaders; a loop over one gives pairs (x, labels), and it has a length
    device : such as "cpu" or "cuda"; the batches come from the CPU
    returns losses : a number for each step; accuracies : a number for each epoch
    """
    ### BEGIN SOLUTION
    model.to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=weight_decay)
    steps = epochs * len(training)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=steps)
    losses, accuracies = [], []
    for _ in range(epochs):
        model.train()
        for x, labels in training:
            x, labels = x.to(device), labels.to(device)
            loss = cross_entropy(model(x), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        model.eval()
        with torch.no_grad():
            moved = [(x.to(device), labels.to(device)) for x, labels in validation]
            right = [(model(x).argmax(dim=1) == labels).float() for x, labels in moved]
        accuracies.append(torch.cat(right).mean().item())
        if accuracies[-1] == max(accuracies):
            best = copy.deepcopy(model.state_dict())
    model.load_state_dict(best)
    return losses, accuracies
    ### END SOLUTION


# %% check="whole_training"
check("whole_training", whole_training)

# %% [markdown]
# Both scripts train a network of two blocks for eight epochs on the emoji of notebook 15
# (1,200 and 320 images, eight classes). <!-- no claim: setting -->

# %% practice=true fold="Train with both scripts (three seeds)"
images, kinds = emoji()
settings = {"epochs": 8, "lr": 0.01, "weight_decay": 0.05}
by_script = {}
for script in (broken_training, whole_training):
    for seed in range(3):
        torch.manual_seed(seed)
        network = conv_network()
        training, held_out = (make_batches(images[k], kinds[k], 50, seed) for k in (0, 1))
        losses, accuracies = script(network, training, held_out, **settings, device="cpu")
        losses = np.reshape(losses, (8, -1)).mean(axis=1)  # of each epoch
        by_script.setdefault(script.__name__, []).append((losses, accuracies))
        print(f"{script.__name__}: losses", np.round(losses, 2), "best", f"{max(accuracies):.2f}")

# %% claims=true
if find_spec("torch"):
    from types import FunctionType, SimpleNamespace

    # Without its copy of the model, the optimizer has the right parameters.
    no_copy = {"copy": SimpleNamespace(deepcopy=lambda one: one)}
    half_repaired = FunctionType(broken_training.__code__, globals() | no_copy)
    ends = []
    for seed in range(3):
        torch.manual_seed(seed)
        network = conv_network()
        training, held_out = (make_batches(images[k], kinds[k], 50, seed) for k in (0, 1))
        ends.append(max(half_repaired(network, training, held_out, **settings, device="cpu")[1]))
    reached = {name: [max(found) for _, found in runs] for name, runs in by_script.items()}
    fallen = [losses[0] - losses[-1] for losses, _ in by_script["broken_training"]]
    claim("the loss stays where it was", np.abs(fallen), below=0.03)
    claim(
        "classifies about 0.45\nof the",
        np.mean(reached["whole_training"]),
        equals=0.45,
        within=0.04,
    )
    behind = np.mean(reached["whole_training"]) - np.mean(ends)
    claim("its best accuracy is lower than yours", behind, above=0, varied=())

# %% [markdown]
# In the broken script, the loss stays where it was: nothing is trained. Yours classifies about 0.45
# of the validation images correctly. Now repair the line of rule 2 in `broken_training`, that one
# alone, and run its cell and the last one again. What does such a script look like?
#
# <details><summary>After your run: what it looks like</summary>
#
# It learns, but its best accuracy is lower than yours: with six faults, it looks like a weaker
# network, not like a wrong program.
#
# </details>

# %% [markdown]
# ## To keep
#
# | ours | PyTorch |
# |---|---|
# | `model.forward(x, training=True)` | `model.train()`, then `model(x)` |
# | `Layer`, with a backward function | `nn.Module`, with `forward` only |
# | `W` (n_in, n_out) | `weight` (n_out, n_in) |
#
# **Same weights, same batch, float64: then compare the gradients, array by array, relative to the
# largest entry.** Accuracy and loss curves do not show that two programs are the same.
#
# To go on after an interruption, save the `state_dict()` of the model, of the optimizer and of the
# schedule: without the second, the averages of momentum or Adam begin at 0 again.
#
# Without looking: (1) Would `same_gradients` have found the missing `zero_grad()`? Which of the
# faults of section 5 would it find? (2) Think of each of them alone. Two change none of the
# returned losses and accuracies on a CPU. Which two?
#
# <details><summary>Answers, when you have all points</summary>
#
# (1) No. The gradient of one batch is right, and the loop adds old ones to it. Of the seven, it
# would find that of rule 1 if both are in the same mode: only there is the loss another function of
# the scores. (2) Those of rules 6 and 7: nothing has to be moved, and the best weights are used
# only at the end. The copy for rule 7 is `copy.deepcopy(model.state_dict())`.
#
# </details>

# %% [markdown]
# ## Sources
#
# S0 "Training of neural networks – basics" names PyTorch "for building/training/testing neural
# nets". S3 "Backpropagation and Training" (C. V. Jawahar, IIIT
# Hyderabad) has the lines of `torch.optim`. Paszke and others,
# "PyTorch: An Imperative Style, High-Performance Deep Learning Library" (2019).
