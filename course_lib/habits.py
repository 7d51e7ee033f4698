"""What a user of PyTorch types out of habit, and what to write here.

Python's own error says that an argument or an attribute does not exist. The functions here add what
does: the line of `HABITS` for that word, or the signature.
"""

import functools
import inspect
import re
import sys
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any, NoReturn, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def _table(text: str) -> dict[str, dict[str, str]]:
    """Owner -> word -> advice, from lines ``[owner]`` and ``word word: advice``.

    A line that begins with spaces continues the one above it.
    """
    table: dict[str, dict[str, str]] = {}
    words_of_owner: dict[str, str] = {}
    for line in re.sub(r"\n +", " ", text).strip().splitlines():
        words, _, advice = line.partition(": ")
        if line.startswith("["):
            table[line[1:-1]] = words_of_owner = {}
        else:
            words_of_owner |= dict.fromkeys(words.split(), advice)
    return table


# class or function -> word -> our name of the argument, or a sentence; "*": too many by place
HABITS = _table("""
[Layer]
train eval training: training is an argument here, not a mode: y, backward = model.forward(x,
    training=True) trains, model(x) evaluates
zero_grad: optimizer.zero_grad() sets the gradients to zero; fit calls it in each step
cuda device: model.to("cuda") and course_lib.backend.to_device(x, "cuda") move the model and the
    data
cpu: model.to("cpu") moves the model back
float: the layers take dtype="float32" when they are made
double: the layers take dtype="float64" when they are made
half: the layers take dtype="float32" or "float64" when they are made
requires_grad_ requires_grad trainable: give the optimizer only the parameters to train:
    SGD(model[2].parameters(), lr=0.1); Frozen(layer), of course_lib.models, keeps running
    statistics, too
weight: the weights are layer.W.data (gamma in normalising layers)
bias: the bias is layer.b.data (beta in normalising layers)
children modules named_modules: a Sequential can be iterated: for layer in model
append: model.layers is the list of layers: model.layers.append(ReLU())
add_module: assign the layer to an attribute, or use model.layers.append(…)
register_buffer: assign the array to an attribute: self.running_mean = …
register_parameter: assign it to an attribute: self.W = Parameter(…)
predict: model(x) is the output in evaluation, predict(model, x) of course_lib.training in the
    memory of a few rows
fit: course_lib.training.fit(model, x, t, …) trains it
backward: forward returns it: y, backward = model.forward(x, training=True)
summary: print(model) shows the layers, model.num_parameters() counts the parameters
inplace: leave it out, because no function changes its input
strict: leave it out: all names and shapes must fit
[Dropout]
p: drop_prob
[DropConnect]
p: drop_prob
[Conv2d]
dilation: leave it out, convolutions have no dilation here
groups: leave it out, convolutions have no groups here
padding_mode: leave it out, the padding is zeros
[BatchNorm]
affine: leave it out, gamma and beta are always there
track_running_stats: leave it out, the running statistics are always there
[Optimizer]
param_groups: optimizer.lr is the learning rate, optimizer.groups are the groups
add_param_group: list all groups when you make it: SGD([{'params': …}, …], lr=0.1)
weight_decay: AdamW shrinks weights; for the other optimizers write fit(…, penalty=lambda weights:
    l2_penalty(weights, 1e-4))
nesterov: Nesterov(model.parameters(), lr=0.1) is this method
set_to_none: leave it out, gradients are zeros afterwards
learning_rate: lr
[Parameter]
shape: write p.data.shape
dtype: write p.data.dtype
size: write p.data.size
numel: write p.data.size; model.num_parameters() counts those of a model
detach numpy item: the array is p.data, its gradient p.grad
requires_grad: give the optimizer only the parameters to train: SGD(model[2].parameters(), lr=0.1);
    Frozen(layer), of course_lib.models, keeps running statistics, too
[fit]
y targets: t
criterion loss_fn: loss
num_epochs n_epochs: epochs
scheduler: schedule
validation_data: validation
generator: rng
verbose: progress
lr: the optimizer has it: SGD(model.parameters(), lr=0.1)
shuffle: leave it out, rng draws a new order in each epoch
validation_split: split the data before: train, validation = split_indices(…), then
    validation=(x_validation, t_validation)
class_weight: the loss has it: lambda u, t: softmax_cross_entropy(u, t, weight=…)
device: model.to("cuda") and course_lib.backend.to_device(x, "cuda") move the model and the data
[softmax_cross_entropy]
ignore_index: ignore
class_weight: weight
pos_weight: weight=…, an array with a number for each class
from_logits: leave it out, u are always scores
[bce_with_logits]
weight: give a loss of your own; pos_weight is how often a positive target counts
label_smoothing: smooth the targets: a share a of them is 1/2, (1 - a) * t + a / 2
from_logits: leave it out, u are always scores
[mlp]
*: write the sizes as a list: mlp([784, 100, 10], rng=rng)
dropout p: drop_prob
batch_norm: write norm=BatchNorm
[small_cnn]
dropout p: drop_prob
batch_norm: write norm=BatchNorm
[load]
path: make the model first, then load(model, path)
[]
rng: numpy.random.default_rng(0) makes one
reduction: leave it out, a loss is the sum over outputs and the mean over samples
""")

# package -> a name of PyTorch, Keras or scikit-learn -> what to write
NAMES = _table("""
[course_lib.losses]
CrossEntropyLoss cross_entropy categorical_crossentropy sparse_categorical_crossentropy:
    softmax_cross_entropy(u, t), which takes scores and labels
binary_crossentropy binary_cross_entropy BCELoss BCEWithLogitsLoss
    binary_cross_entropy_with_logits log_loss: bce_with_logits(u, t), which takes scores
HingeLoss hinge_loss: binary_hinge(f, t), of targets -1 and +1
NLLLoss: nll_loss(log_p, labels)
MSELoss mse mse_loss mean_squared_error: squared_error(y, t); it has a factor 1/2
L1Loss l1_loss mae: mean_absolute_error(y, t)
HuberLoss huber_loss SmoothL1Loss: huber(y, t, delta=1.0)
KLDivLoss kl_div: kl_divergence(log_q, p)
PoissonNLLLoss: poisson_loss(u, t)
TripletMarginLoss: triplet_loss(anchor, positive, negative, margin=1.0)
[course_lib.layers]
BatchNorm1d BatchNorm2d BatchNormalization: BatchNorm(n), for rows and for images
LayerNormalization: LayerNorm(n)
Dense: Linear(n_in, n_out, rng=rng)
Conv2D: Conv2d(n_in, n_out, 3, rng=rng)
Conv1d: Conv2d(n_in, n_out, (1, 3), rng=rng) of images with one row, (N, C, 1, T)
ConvTranspose2d: no layer; np.repeat makes images larger before a Conv2d
MaxPooling2D: MaxPool2d(2)
AveragePooling2D: AvgPool2d(2)
GlobalAveragePooling2D AdaptiveAvgPool2d: GlobalAvgPool()
Embedding RNN LSTM GRU MultiheadAttention MultiHeadAttention: a layer of your own, in a few lines,
    as docs/recipes.md shows
Identity: Sequential() of course_lib.models, without layers
Softmax: no layer, because softmax_cross_entropy takes scores; course_lib.functional has the
    function softmax
Sequential: course_lib.models.Sequential
Concatenate: course_lib.models.Concatenate
Module: Layer
SiLU: GELU, which is the nearest
[course_lib.optimizers]
RMSProp: RMSprop
Lion: an optimizer of your own, as docs/recipes.md shows
clip_grad_norm_: clip_by_norm(gradients, max_norm), or fit(…, clip_norm=1.0)
lr_scheduler StepLR CosineAnnealingLR ReduceLROnPlateau: a function of the step,
    fit(…, schedule=lambda t: warmup_cosine(t, …))
[course_lib.preprocessing]
train_test_split: split_indices(len(x), (0.8, 0.2), rng), the places of both parts
StandardScaler: standardize(x_train, x_new)
KFold: k_folds(n, k, rng)
GroupKFold: group_folds(groups, k, rng)
to_categorical: one_hot(labels, n_classes)
[course_lib.training]
DataLoader: fit(model, x, t, …) with arrays, or with any iterable of minibatches (x, t)
EarlyStopping: StopEarly(patience=5, restore=model)
ModelCheckpoint: KeepBest(model), or Checkpoint, which saves a run
LearningRateScheduler ReduceLROnPlateau: a function of the step, fit(…, schedule=lambda t:
    warmup_cosine(t, …))
f1_score precision_score recall_score: a function of sklearn.metrics, which takes
    model(x).argmax(axis=1), or fit(…, metrics=[…])
accuracy_score: accuracy(model(x), t)
""")


def missing_name(module: str) -> Callable[[str], NoReturn]:
    """``__getattr__`` of a package: the error for a name that it does not have."""

    def missing(name: str) -> NoReturn:
        problem = f"module {module!r} has no attribute {name!r}"
        if advice := NAMES[module].get(name):
            problem += f"; write {advice}"
            # Python replaces an AttributeError here by a text of its own, without the advice.
            if sys._getframe(1).f_code.co_name == "_handle_fromlist":  # from course_lib… import …
                raise ImportError(problem, name=module)
        raise AttributeError(problem)

    return missing


class Missing:
    """A word of the table as an attribute that does not exist.

    An object may still have an attribute of this name. `__getattr__` would need no such words, but
    it makes every access to every attribute slower.
    """

    def __init__(self, word: str) -> None:
        self.word = word

    def __get__(self, thing: object, kind: type) -> NoReturn:
        raise no_attribute(kind if thing is None else thing, self.word)


class Helpful:
    """Base class: a wrong argument or a word of the table is answered with what to write."""

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        if "__init__" in vars(cls):
            cls.__init__ = helpful(cls.__init__)  # type: ignore[method-assign]
        for word in HABITS.get(cls.__name__, {}):
            if word not in vars(cls):
                setattr(cls, word, Missing(word))

    def __dir__(self) -> list[str]:
        """Without the words: nobody wants them to be completed."""
        return [name for name in super().__dir__() if hasattr(self, name)]


def no_attribute(thing: object, name: str) -> AttributeError:
    """The error to raise where this object has no attribute of this name."""
    kind = thing if isinstance(thing, type) else type(thing)
    message = f"{kind.__name__!r} object has no attribute {name!r}"
    if advice := _advice(_owners(kind), name):
        message += f"; {advice}"
    return AttributeError(message, name=name, obj=thing)


def helpful(function: Callable[P, R]) -> Callable[P, R]:
    """The function, whose answer to arguments that do not fit says what to write."""

    @functools.wraps(function)
    def call(*args: P.args, **settings: P.kwargs) -> R:
        try:
            return function(*args, **settings)
        except TypeError:
            if problem := _misfit(function, args, settings):
                raise TypeError(problem) from None
            raise

    return call


def _misfit(
    function: Callable[..., Any], args: tuple[Any, ...], settings: dict[str, Any]
) -> str | None:
    """Why these arguments do not fit a function; None if they do."""
    signature = inspect.signature(function)
    try:
        signature.bind(*args, **settings)
    except TypeError:
        pass
    else:
        return None
    parameters = list(signature.parameters.values())
    where, owners = function.__name__, [function.__name__, ""]
    if parameters[0].name == "self":
        owners = _owners(type(args[0]))
        where = owners[0] if where == "__init__" else f"{owners[0]}.{where}"
        parameters, args = parameters[1:], args[1:]
    names = [p.name for p in parameters]
    by_place = [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    problems, renamed = [], set()
    for word in settings:
        if word not in names:
            advice = _advice(owners, word) or " or ".join(get_close_matches(word, names, 1))
            if advice in names:
                renamed.add(advice)
                value = repr(settings[word])
                advice = f"write {advice}={value if len(value) < 40 else '…'}"
            problems.append(f"there is no argument {word}" + (f"; {advice}" if advice else ""))
    if len(args) > len(by_place):
        others = ", ".join(f"{name}=…" for name in names[len(by_place) :])
        advice = _advice(owners, "*") or (f"give the others by name: {others}" if others else "")
        problems.append(
            f"there are {len(args)} arguments without a name, expected at most {len(by_place)}"
            + (f"; {advice}" if advice else "")
        )
    for p in parameters:
        given = p.name in settings or p.name in renamed or p.name in by_place[: len(args)]
        named = p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)
        if named and p.default is p.empty and not given:
            advice = _advice(owners, p.name)
            problems.append(f"{p.name} is missing" + (f"; {advice}" if advice else ""))
    return f"{where}: {'. '.join(problems)}. Expected {where}({_spelled(parameters)})"


def _spelled(parameters: list[inspect.Parameter]) -> str:
    """Names and defaults of parameters, with ``*`` before those that are given by name."""
    words = []
    for p in parameters:
        if p.kind is p.KEYWORD_ONLY and "*" not in words:
            words.append("*")
        default = getattr(p.default, "__name__", repr(p.default))
        words.append(p.name if p.default is p.empty else f"{p.name}={default}")
    return ", ".join(words)


def _owners(kind: type) -> list[str]:
    return [owner.__name__ for owner in kind.__mro__] + [""]


def _advice(owners: list[str], word: str) -> str:
    return next((HABITS[o][word] for o in owners if word in HABITS.get(o, {})), "")
