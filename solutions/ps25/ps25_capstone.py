# %% [markdown]
# # The emoji cup: clinic and cards
#
# The emoji cup is the exam of the course, in two notebooks. In the second one you hand in a
# network. In this one you show that you can judge a training: **which number tells what is wrong
# with it, and which number tells whether a change helps?** Sections 1 to 3 examine small runs on
# digits, 4 and 5 improve a network for the emoji.
#
# **You need** notebooks 00 to 02, 04, 06, 07, 10, 13 and 16; 05, 11, 20 and 21 explain some of the
# faults.

# %% opening=true
"""Eight small panels, each with the curve of a training loss. Some fall, some stay high, one falls
and rises again. No panel says what is wrong with its run."""

import matplotlib.pyplot as plt
import numpy as np

from course_lessons import clinic
from course_lib.plots import theme

figure, axes = plt.subplots(2, 4, figsize=(6.4, 3), sharex=True)
for ax, run in zip(axes.flat, clinic.patients("Ada Lovelace"), strict=True):
    loss = np.minimum(run.train()[:, 0], 6).reshape(-1, 10).mean(axis=1)
    ax.plot(loss, color=theme.FORWARD, linewidth=2.5)
    ax.set(xticks=[], yticks=[], ylim=(-0.2, 6.2 if loss.max() > 3 else 3))
figure.suptitle("Eight trainings: what is wrong with them?", x=0.01, ha="left", size=16)
plt.show()

# %% setup=true minutes=1
import numpy as np

from course_lessons import clinic
from course_lessons import cup as lesson
from course_lessons.experiment import interval
from course_lib.backend import choose_device
from grader.checking import check, guess, reveal

device = choose_device("cpu")  # the networks of this notebook are too small to gain from a GPU

# %% [markdown]
# ## 1 What a curve does not show
#
# A ReLU network with the layers 64-32-32-10 learns 120 digits of 8×8 pixels by SGD with
# batches of 24. Here are the training losses of four runs. One run is healthy, one lacks the masks
# of its ReLUs in the backward pass (notebook 06), one has a learning rate that is far too low, and
# one has shuffled labels. Which of them can you tell apart?

# %% practice=true
recipes = {"healthy": {}, "no mask": {"mask": 0}, "low rate": {"lr": 0.0005}}
recipes |= {"shuffled": {"relabelled": 1}}
four = {title: clinic.TrainingRun({"lr": 0.08} | recipe) for title, recipe in recipes.items()}
picture = lesson.draw_losses({title: run.train() for title, run in four.items()})
picture

# %% [markdown]
# To find faults we need **measurements** of a run whose code you cannot see. Among the calls of a
# run are `run.parameters()`, the list of its arrays W1, b1, W2, b2, W3, b3 themselves, and
# `run.step()`, which takes one training step and changes these arrays.
#
# The **update ratio** of a weight matrix W says how far one step moves it, relative to its size:
# $\lVert W_\text{after} - W_\text{before} \rVert / \lVert W_\text{before} \rVert$, where
# $\lVert W \rVert$ is the root of the sum of all squared entries (`np.linalg.norm`). For example, a
# matrix of norm 5 that moves by 0.1 has the ratio 0.02. <!-- no claim: derived --> Take one step
# from where the run is now, and return the ratio of each weight matrix (it has two axes; a bias has
# one). A matrix that has not moved has the ratio 0.0, also if it consists of zeros.
# <!-- no claim: definition -->


# %% solution="update_ratio"
def update_ratio(run):
    """Relative size of one step for each weight matrix of the run: a list of numbers."""
    ### BEGIN SOLUTION
    before = [p.copy() for p in run.parameters()]
    run.step()
    ratios = []
    for old, new in zip(before, run.parameters(), strict=True):
        if old.ndim == 2:
            moved = np.linalg.norm(new - old)
            ratios.append(moved / np.linalg.norm(old) if moved > 0 else 0.0)
    return ratios
    ### END SOLUTION


# %% check="update_ratio"
check("update_ratio", update_ratio)

# %% [markdown]
# ## 2 Thirteen measurements
#
# `measured(run, measurement)` restarts the run and returns the value of one of these measurements.
# Those with a star train the run as usual first.
#
# | measurement | what it is | healthy |
# |---|---|---|
# | first loss | before the first step | 2 to 3 |
# | last loss\* | mean of the last 20 steps | below 0.3 |
# | gradient error | how far the gradients are from central differences | near 0 |
# | smallest update ratio | of the three weight matrices, in the first step | 0.002 to 0.01 |
# | largest update ratio | the same | 0.05 to 0.6 |
# | growth of the updates | length of the sixth step on one batch / that of the first | below 1.5 |
# | memorises 20 images | 1 if 300 steps on the same 20 bring their loss below 0.1, else 0 | 1 |
# | foreign images | share of the images in batches that are not in the training set | 0 |
# | wrong labels | share of the images in batches that have another label there | 0 |
# | one image twice\* | largest difference between two predictions for an image | 0 |
# | alone and in a batch\* | the same, one with the image alone, one with 19 others | near 0 |
# | logged minus recomputed accuracy\* | see below the table | near 0 |
# | validation minus new accuracy\* | the new images are in no set of the run | near 0 |
#
# *Logged* is the accuracy on the batches of the last 20 steps, *recomputed* that of the predictions
# for all training images after the training. In 20 healthy runs, the last two measurements were at
# most 0.06 in size; in runs with a fault they vary more. The *gradient error* is
# $\lVert g - c \rVert / (\lVert g \rVert + \lVert c \rVert)$: g are the derivatives of the loss
# along eight random directions by the run's gradients, and c those by central differences (notebook
# 07). It is 1/3 if all gradients are twice too large, and 1 at most.
# <!-- no claim: derived -->


# %%
def measured(run, measurement):
    """The value of the measurement with this name, on the run as it starts."""
    if measurement not in ("smallest update ratio", "largest update ratio"):
        return clinic.measure(run, measurement)
    run.restart()
    ratios = update_ratio(run)
    return min(ratios) if measurement.startswith("smallest") else max(ratios)


def show(runs):
    """Print all measurements of runs: a dictionary title -> run."""
    print(f"{'':32}" + "".join(f"{title:>9}" for title in runs))
    for one in clinic.MEASUREMENTS:
        print(f"{one:32}" + "".join(f"{measured(run, one):9.2g}" for run in runs.values()))


# %% practice=true
show(four)

# %% claims=true
for mask in (1, 0):
    runs = [clinic.TrainingRun({"seed": seed, "lr": 0.08, "mask": mask}) for seed in range(3)]
    reached = [(run.train(), clinic.accuracy_of(run, run.training))[1] for run in runs]
    claim("the network learns its images as the healthy one", reached, above=0.95)
ratios = [measured(four[title], "largest update ratio") for title in ("low rate", "shuffled")]
claim("differ by a factor of more than 100", ratios[1] / ratios[0], above=100)
errors = {title: measured(run, "gradient error") for title, run in four.items()}
claim("Only the gradient error shows the missing masks", errors.pop("no mask"), above=0.08)
claim("Only the gradient error shows the missing masks", [*errors.values()], below=1e-5)
ends = [measured(four[title], "last loss") for title in ("low rate", "shuffled")]
claim("stay near ln 10 = 2.3", ends, equals=2.3, within=0.1, given=[10])
drawn = np.random.default_rng(3).uniform((0.1, 0), (0.2, 0.1), (20, 2))
healthy = [
    clinic.TrainingRun({"seed": seed, "lr": lr, "dropout": drop})
    for seed, (lr, drop) in enumerate(drawn)
]


def of_healthy(measurement):
    return [measured(run, measurement) for run in healthy]


claim("first step | 2 to 3", of_healthy("first loss"), above=2, below=3)
claim("last 20 steps | below 0.3", of_healthy("last loss"), below=0.3, given=[20])
said = "in the first step | 0.002 to 0.01"
claim(said, of_healthy("smallest update ratio"), above=0.002, below=0.01)
claim("the same | 0.05 to 0.6", of_healthy("largest update ratio"), above=0.05, below=0.6)
claim("that of the first | below 1.5", of_healthy("growth of the updates"), below=1.5)
said = "bring their loss below 0.1, else 0 | 1"
claim(said, of_healthy("memorises 20 images"), above=0.5, given=[20, 0.1, 0, 1])
chance = [
    measurement(clinic.TrainingRun({"seed": seed, "lr": 0.15}))
    for measurement in (clinic.logged_minus_recomputed, clinic.validation_minus_new)
    for seed in range(20)
]
said = "In 20 healthy runs, the last two measurements were at most 0.06 in size"
claim(said, np.abs(chance).max(), below=0.06, given=[20])

# %% [markdown]
# Only the gradient error shows the missing masks: the network learns its images as the healthy one
# does. The losses of the low rate and of the shuffled labels stay near ln 10 = 2.3, the loss of
# guessing, but their largest update ratios differ by a factor of more than 100.

# %% [markdown]
# ## 3 The doctor
#
# Each fault has a **look-alike**: a run that you must tell from it. A measurement **decides** if
# its values for the fault and for its look-alike do not overlap.
#
# | fault | look-alike | what is wrong | notebook |
# |---|---|---|---|
# | learning rate too low | labels shuffled | | 04 |
# | learning rate too high | gradient of the sum | | 04 |
# | initial weights too large | learning rate too high | | 10 |
# | initial weights all zero | learning rate too low | | 11 |
# | first layer frozen | healthy | it never moves | 06 |
# | gradients not reset | labels shuffled | those of all steps add up | 06 |
# | softmax applied twice | learning rate too low | the loss is that of softmax(softmax(u)) | 02 |
# | ReLU mask missing | healthy | in the backward pass | 06 |
# | gradient of the sum | learning rate too high | the sum over the batch of 24, not its mean | 05 |
# | labels shuffled | learning rate too low | | 01 |
# | images mirrored | dropout left on | some images of the training batches | 21 |
# | dropout left on | mean of its own batch | also in predictions | 20 |
# | mean of its own batch | healthy | each predicted batch loses its own mean | 16 |
# | validation scaled twice | healthy | all images for predictions are scaled twice | 01 |
# | training images in validation | healthy | most of them | 01 |
# | healthy | ReLU mask missing | | |

# %% [markdown]
# Your name is the seed that draws eight runs for you: one is healthy, and the others have seven
# different faults. Each run has a learning rate of its own. Choose **two runs that learn** (last
# loss below 0.3), write down which fault they have, if any, and which measurement decides, and then
# open the truth about all eight.

# %% practice=true
name = "Ada Lovelace"  # your name
show(dict(enumerate(clinic.patients(name), start=1)))

# %% practice=true fold="The truth about these runs"
for number, fault in enumerate(clinic.truth(name), start=1):
    print(number, fault)

# %% [markdown]
# Now write this down as a function. `diagnose(run)` returns the fault, the measurement that
# decides, and its value. Three functions are given.


# %%
def by_the_updates(run):
    """Five faults that the update ratios help to find, and None for all other runs."""
    smallest, largest = (measured(run, f"{one} update ratio") for one in ("smallest", "largest"))
    first, error = measured(run, "first loss"), measured(run, "gradient error")
    if largest == 0:
        return "initial weights all zero", "largest update ratio", largest
    if smallest == 0:
        return "first layer frozen", "smallest update ratio", smallest
    if largest < 0.005:
        return "learning rate too low", "largest update ratio", largest
    if first > 8:
        return "initial weights too large", "first loss", first
    if largest > 2 and error < 0.01:  # a summed gradient makes huge steps, too, and has an error
        return "learning rate too high", "gradient error", error
    return None


def first_above(run, rows):
    """The first row (measurement, limit, fault) whose value is above the limit, or None."""
    for measurement, limit, fault in rows:
        value = measured(run, measurement)
        if value > limit:
            return fault, measurement, value
    return None


def try_doctor(doctor, name):
    """For the eight runs of a name, the truth and what the function says."""
    for run, fault in zip(clinic.patients(name), clinic.truth(name), strict=True):
        said = doctor(run)
        print(f"{'✓' if said[0] == fault else '✗'} {fault:32}{said}")


# %% [markdown]
# Eight faults are left: add a row for each to `rows`, by `rows += [...]`. Choose the measurement
# that decides, and a limit between its values for the fault and for the other runs. A row fits if
# the value is above its limit, and the first row that fits wins. So a row need not tell its fault
# from those that are found before it. For example, the last loss of a softmax applied twice is
# high; that of a rate that is too low is even higher, but such runs never come to the rows. If two
# faults raise the same measurement, the higher limit comes first. For more faults with values,
# change `name` above and run its two cells again. Try your limits with
# `try_doctor(diagnose, "Alan Turing")` and other names before you check.
#
# The grader lets your function examine sixteen runs that you have never seen: a healthy one, and
# one with each fault. Two points are for the faults, with their values, and one for measurements
# that decide: an eighth for each row. The eight runs that the given lines find earn nothing.


# %% solution="diagnose"
def diagnose(run):
    """What is wrong with the run: (fault, measurement that decides, its value)."""
    rows = [  # measurement, limit, fault
        ("wrong labels", 0.2, "labels shuffled"),
        ("foreign images", 0.2, "images mirrored"),
    ]
    ### BEGIN SOLUTION
    rows += [
        ("gradient error", 0.8, "gradient of the sum"),
        ("gradient error", 0.01, "ReLU mask missing"),
        ("growth of the updates", 3, "gradients not reset"),
        ("one image twice", 0.01, "dropout left on"),
        ("alone and in a batch", 0.01, "mean of its own batch"),
        ("last loss", 1.2, "softmax applied twice"),
        ("logged minus recomputed accuracy", 0.15, "validation scaled twice"),
        ("validation minus new accuracy", 0.065, "training images in validation"),
    ]
    ### END SOLUTION
    if found := by_the_updates(run) or first_above(run, rows):
        return found
    return "healthy", "gradient error", measured(run, "gradient error")


# %% check="diagnose"
check("diagnose", diagnose)

# %% [markdown]
# ## 4 One change at a time
#
# Now the network is healthy, and you want to improve it. The pictures of the cup are 1,520 small
# emoji in eight classes. `BASE` is a small convolutional network with a short training: a
# dictionary of four settings. All other settings have their defaults.
#
# We change one thing at a time, in **pairs**. A seed divides the pictures into 1,200 for training
# and about 310 for testing; similar drawings stay together. Both networks of a pair get
# the same division, so a hard picture is hard for both. The *difference* of a pair is the accuracy
# with the change minus that of `BASE`.

# %%
BASE = {"channels": [4, 8], "optimizer": "adamw", "lr": 0.01, "schedule": "warmup_cosine"}

# %% practice=true
ITEMS = {
    "no data normalisation": {"inputs": "raw"},
    "augmentation: flips": {"flip": 0.5},
    "initial weights: LeCun's": {"init": "lecun_normal"},
    "optimizer: SGD, rate 0.1": {"optimizer": "sgd", "lr": 0.1},
    "regularizer: weight decay": {"weight_decay": 0.1},
    "batch norm": {"norm": "batchnorm"},
    "dropout 0.3": {"dropout": 0.3},
}

# %% [markdown]
# These seven changes belong to items of the last slide of S3. For each of them we take six pairs
# (a minute for all). A change **counts** if 0 lies outside `interval(d)`, the t interval of
# 95 % of its six differences d (notebook 01). **How many of the seven changes count?**

# %% guess="how many of the seven changes count"
guess("ps25_items", None, between=(0, 7))  # a number from 0 to 7

# %% practice=true
found = {name: lesson.differences(change, range(6)) for name, change in ITEMS.items()}
intervals = {name: interval(d) for name, d in found.items()}
counted = [name for name, (low, high) in intervals.items() if not low <= 0 <= high]
reveal("ps25_items", len(counted), f"These count: {', '.join(counted) or 'none'}.")

# %% practice=true
picture = lesson.draw_differences(found, "Difference in accuracy, one item changed, six pairs each")
picture

# %% claims=true
claim("most of the seven changes do not count", len(found) - len(counted), above=3.5)
spread = [d.std(ddof=1) for d in found.values()]
quote = "the largest standard deviation of the seven changes is above 0.03"
claim(quote, max(spread), above=0.03)

# %% [markdown] after="ps25_items"
# Six pairs show little: most of the seven changes do not count. That does not prove that they do
# nothing, and one that counts may do so by luck. The differences vary too much from pair to pair:
# the largest standard deviation of the seven changes is above 0.03. So treat a "best practice" as a
# prediction that you test.

# %% [markdown]
# **How large will the difference be in the next pairs?** Your neighbour measures six pairs. She
# computes the mean ± 1.48 standard errors, because 1.48 is Student's t for six numbers and 80 %.
# If she repeats this often, 80 % of her intervals contain the true effect. But the cards of
# section 5 ask for the mean of **six new pairs**. Her own mean is off by chance, and the new mean
# is off by chance as well. So her intervals are too narrow.
#
# Write the right interval. You have the differences d of n pairs, with the standard deviation s
# (`ddof=1`). Your interval is the mean of d, plus and minus t standard deviations of **the
# difference between your mean and that of m new differences**, which are independent of yours.


# %% solution="new_pairs_interval"
def new_pairs_interval(d, m, t):
    """Where the mean of m new differences will lie.

    d : (n,), measured differences; m : number of new ones
    t : how many standard deviations to each side
    returns low, high : two numbers
    """
    ### BEGIN SOLUTION
    variance = np.var(d, ddof=1)
    half = t * np.sqrt(variance / len(d) + variance / m)
    return np.mean(d) - half, np.mean(d) + half
    ### END SOLUTION


# %% check="new_pairs_interval"
check("new_pairs_interval", new_pairs_interval)

# %% practice=true after=false
rng = np.random.default_rng(6)
hers, new = rng.normal(size=(10_000, 6)), rng.normal(size=(10_000, 6)).mean(axis=1)
half = 1.48 * hers.std(axis=1, ddof=1) / np.sqrt(6)
contained = np.mean(np.abs(hers.mean(axis=1) - new) <= half)
print(f"The mean of six new pairs lies in {contained:.0%} of her intervals,")
ends = [new_pairs_interval(d, 6, 1.48) for d in hers]
inside = [low <= mean <= high for (low, high), mean in zip(ends, new, strict=True)]
print(f"and in {np.mean(inside):.0%} of yours (10,000 simulated ones).")

# %% claims=true
claim("So her intervals are too narrow", contained, below=0.74)
claim("So her intervals are too narrow", np.mean(inside), above=0.77)

# %% [markdown]
# ## 5 Your two cards
#
# An **experiment card** states a prediction before the experiment is made. **Find two improvements
# of `BASE` that cost no more computing, and predict what they gain in six new pairs.** The cost
# counts multiplications, and more of them help most networks. Each card changes **one** of these
# settings, and each a different one:
#
# | setting | in `BASE` | possible values |
# |---|---|---|
# | `channels` | `[4, 8]` | one number up to 64 for each of 1 to 3 blocks |
# | `activation` | `"relu"` | also `"leaky_relu"`, `"gelu"`, `"tanh"`, `"sigmoid"` |
# | `lr` | 0.01 | learning rate, up to 10 |
# | `schedule` | `"warmup_cosine"` | also `"constant"`, `"step"`, `"cosine"` |
# | `batch_size` | 50 | 25 to 600 |
# | `shift` | 0 | training pictures are shifted at random by up to so many pixels, 0 to 4 |
#
# A block is a 3×3 convolution, the activation and a pooling.
#
# **Search.** What does `BASE` lack? Measure about eight changes with six pairs each. A pair takes a
# second or two.

# %% practice=true
changes = [{"schedule": "step"}]  # put your changes here
searched = {str(change): lesson.differences(change, range(6)) for change in changes}
for change, d in zip(changes, searched.values(), strict=True):
    cost = lesson.budget_used(BASE | change) / lesson.budget_used(BASE)
    print(f"{change}: mean {d.mean():+.3f}, sd {d.std(ddof=1):.3f}, cost {cost:.2f} of BASE")
picture = lesson.draw_differences(searched, "Difference in accuracy, your changes, six pairs each")
picture

# %% [markdown]
# **Measure.** Keep two changes, and measure them with 12 *new* pairs, because the best of eight has
# a mean that is too high by luck. <!-- no claim: derived --> If the interval of one does not lie
# above 0, measure another change with `range(18, 30)`.

# %% practice=true
kept = changes[:1]  # put two changes here
for change in kept:
    d = lesson.differences(change, range(6, 18))
    print(f"{change}: mean {d.mean():+.3f}, sd {d.std(ddof=1):.3f}")
    print(f'"d": {d.round(3).tolist()}')

# %% [markdown]
# A card is a dictionary with four entries:
#
# - `change`: one setting with its new value, such as `{"schedule": "step"}`.
# - `d`: its 12 differences, as printed.
# - `low`, `high`: an **80 % interval**: with a probability of 80 %, the mean of the six new
#   differences lies in it. <!-- no claim: definition --> Call `new_pairs_interval`, or type what it
#   returns. Which d, m and t does a card need? (Student's t for 80 % is 1.48 for six numbers and
#   1.36 for 12.) <!-- no claim: source -->
#
# For your submission alone, the grader draws six divisions of 2,120 pictures (600 are not yours),
# and trains a pair on each, with 1,200 pictures. <!-- no claim: setting --> Half of the points of a
# card are for its interval, which must follow from `d` and lie above 0. The other half is for the
# improvement, if the interval is right: the mean of the six new differences is above 0, too.
# <!-- no claim: definition --> The report says whether it lies in the interval. That happens about
# as often as promised: the divisions share pictures, so they are not quite independent.


# %% solution="cards"
def cards():
    """Two dictionaries with change, d, low and high; nothing is trained here."""
    ### BEGIN SOLUTION
    found = [  # 12 pairs each, in thousandths
        ({"channels": [6]}, [61, 6, 114, 150, -9, 32, 32, 16, 77, 84, 6, 22]),
        ({"batch_size": 25}, [45, 32, 58, 105, 25, 38, 52, 41, 48, 19, -3, 10]),
    ]
    two = []
    for change, thousandths in found:
        d = np.array(thousandths) / 1000
        low, high = new_pairs_interval(d, 6, 1.36)
        two.append({"change": change, "d": d, "low": low, "high": high})
    return two
    ### END SOLUTION


# %% check="cards"
check("cards", cards)

# %% [markdown]
# At home each check draws new divisions, so its answer can vary.

# %% [markdown]
# ## To keep
#
# **Which number decides?** A curve rarely does. For a fault, take the measurement whose values
# differ between the fault and its look-alike. For a change, take differences in pairs with their
# standard error. For what comes next, add the chance in your own mean to the chance in the new one.
#
# Without looking: (1) Both curves are level at ln 10. Name two measurements that tell a rate that
# is too low from shuffled labels. (2) Why is an interval for new pairs wider than one for the
# effect?
#
# <details><summary>Answers</summary>
#
# (1) The update ratio, which is far smaller at the low rate, and the share of wrong labels in the
# batches. (2) The new mean is a random number as well. Its variance is added to that of
# your own mean.
#
# </details>
#
# <details><summary>In PyTorch</summary>
#
# `torch.autograd.gradcheck` compares gradients with differences, in double precision. The
# parameters are `model.parameters()`, and `p.detach().clone()` keeps a copy for the update ratio.
# `model.eval()` before predictions switches dropout off and uses the running statistics of batch
# norm; if it is forgotten, you have two of the faults above.
#
# </details>

# %% [markdown]
# ## Sources
#
# S3 "Backpropagation and Training" (C. V. Jawahar, IIIT Hyderabad), slides "Regularization of the
# Network" and "Summary"; Karpathy (2019), "A
# recipe for training neural networks", for the order of tests in a clinic.
