"""What a user of PyTorch types in the first hour is answered with what to write here."""

import ast
import inspect
import re
from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import numpy as np
import pytest

import course_lib
from course_lib import Parameter, layers, losses, models, optimizers, training
from course_lib.functional import linear_forward
from course_lib.habits import HABITS, NAMES, helpful
from course_lib.layers import (
    BatchNorm,
    Conv2d,
    DropConnect,
    Dropout,
    GroupNorm,
    Layer,
    LayerNorm,
    LeakyReLU,
    Linear,
    MaxPool2d,
    ReLU,
    Residual,
    RMSNorm,
    Tanh,
)
from course_lib.losses import huber, softmax_cross_entropy
from course_lib.models import Sequential, mlp, small_cnn
from course_lib.optimizers import SGD, Adam, AdamW
from course_lib.regularizers import EarlyStopping, l2_penalty
from course_lib.schedules import step_decay, warmup_cosine
from course_lib.training import (
    Checkpoint,
    KeepBest,
    StopEarly,
    accuracy,
    evaluate,
    fit,
    load,
    lr_range_test,
    minibatches,
    save,
)
from tests.course_lib.exports import exports

RNG = np.random.default_rng(0)
X, T = RNG.normal(size=(65, 4)).astype("float32"), np.arange(65) % 3
MODEL = mlp([4, 8, 3], rng=RNG)
OPTIMIZER: Any = Adam(MODEL.parameters())
LAYER: Any = MODEL
P: Any = MODEL.parameters()[0]
VALUE, _ = softmax_cross_entropy(MODEL(X), T)
BACKWARD = MODEL.forward(X, training=True)[1]


def go(model: Any = None, **changes: Any) -> Any:
    model = mlp([4, 8, 3], rng=np.random.default_rng(0)) if model is None else model
    data = {"x": changes.pop("x", X), "t": changes.pop("t", T)}
    usual: dict[str, Any] = {
        "loss": softmax_cross_entropy, "epochs": 1, "batch_size": 32, "progress": True,
        "rng": np.random.default_rng(0),
    }  # fmt: skip
    optimizer = changes.pop("optimizer", None) or SGD(model.parameters(), lr=0.1)
    return fit(model, **data, optimizer=optimizer, **{**usual, **changes})


class OnlyOutput(Layer):
    def __init__(self) -> None:
        self.inner = Linear(4, 3, rng=RNG)

    def forward(self, x: Any, *, training: bool) -> Any:
        return self.inner(x)


def define_a_module() -> Any:
    class Net(Layer):
        def forward(self, x: Any) -> Any:  # type: ignore[override]
            return x


def set_requires_grad() -> None:
    P.requires_grad = False


def set_trainable() -> None:
    LAYER[0].trainable = False


def assign_an_array() -> None:
    LAYER[0].W = np.zeros((4, 8))


Call = Callable[[], Any]

CALLS: list[tuple[Call, type[Exception], str]] = [
    # layers and models
    (lambda: Sequential([ReLU()]), TypeError, r"write Sequential\(\*layers\)"),
    (lambda: Sequential(x for x in [ReLU()]), TypeError, r"write Sequential\(\*layers\)"),
    (lambda: Sequential(Tanh), TypeError, r"write Tanh\(\) instead of Tanh"),
    (lambda: Dropout(p=0.5), TypeError, r"^Dropout: there is no argument p; write drop_prob=0.5"),
    (lambda: Dropout(p=0.5), TypeError, r"rng is missing; numpy\.random\.default_rng\(0\)"),
    (lambda: Dropout(p=0.5), TypeError, r"Expected Dropout\(drop_prob, \*, rng, op=None\)$"),
    (lambda: Dropout("0.5", rng=RNG), TypeError, "drop_prob is '0.5', expected a number"),
    (lambda: Linear(4, 3), TypeError, "rng is missing; numpy"),
    (lambda: Linear(4, 3, False, rng=RNG), TypeError, "3 arguments without a name.* bias=…, rng"),
    (lambda: Linear(4, 3, RNG), TypeError, "expected at most 2; give the others by name"),
    (lambda: Linear(4.0, 3, rng=RNG), TypeError, "in_features is 4.0, expected a whole number"),
    (lambda: Linear(4, 0, rng=RNG), ValueError, "out_features is 0, expected 1 or more"),
    (lambda: Linear(4, True, rng=RNG), TypeError, "out_features is True, expected a whole"),
    (lambda: Linear(4, 3, rng=RNG, dtype="int32"), TypeError, 'expected "float32"'),
    (lambda: Linear(4, 3, rng=RNG, init="he"), TypeError, r"init\(shape, rng\), such as"),
    (lambda: Linear(4, 3, rng=RNG, op=np.dot), TypeError, r"pair, Op\(forward, backward\)"),
    (lambda: ReLU(op=(len, len)), TypeError, r"^ReLU: op is .*pair, Op\(forward, backward\)"),
    (lambda: Linear(4, 3, rng=RNG, biass=True), TypeError, "no argument biass; write bias=True"),
    (lambda: DropConnect(4, 3.0, 0.5, rng=RNG), TypeError, "out_features is 3.0, expected"),
    (lambda: Conv2d(3, 8, 3, padding="same", rng=RNG), TypeError,
     "^Conv2d: padding is 'same', .*; padding=kernel_size // 2 keeps the size"),
    (lambda: Conv2d(3, 8, 3, padding=-1, rng=RNG), ValueError, "padding is -1, expected 0"),
    (lambda: Conv2d(3, 8, 3, stride=0, rng=RNG), ValueError, "stride is 0, expected 1"),
    (lambda: Conv2d(3, 8, 3.5, rng=RNG), TypeError, "kernel_size is 3.5, expected a whole"),
    (lambda: Conv2d(3, 8, (3, 3, 3), rng=RNG), TypeError, r"kernel_size is \(3, 3, 3\), exp"),
    (lambda: Conv2d(3, 8, 3, dilation=2, rng=RNG), TypeError, "have no dilation here"),
    (lambda: MaxPool2d(0), ValueError, "kernel_size is 0, expected 1"),
    (lambda: MaxPool2d(2, stride=0), ValueError, "stride is 0, expected 1"),
    (lambda: BatchNorm(3.0), TypeError, "num_features is 3.0, expected a whole number"),
    (lambda: BatchNorm(3, affine=False), TypeError, "gamma and beta are always there"),
    (lambda: BatchNorm(3, momentum=2.0), ValueError, "momentum is 2.0, expected 0 <= mom"),
    (lambda: LayerNorm((4,)), TypeError, r"normalized_shape is \(4,\), expected a whole"),
    (lambda: RMSNorm((4,)), TypeError, r"normalized_shape is \(4,\), expected a whole"),
    (lambda: Residual(ReLU), TypeError, "expected one layer; put several into a Sequential"),
    (lambda: GroupNorm("2", 4), TypeError, "num_groups is '2', expected a number"),
    (lambda: ReLU(inplace=True), TypeError, "leave it out, because no function changes"),
    (lambda: LeakyReLU("0.1"), TypeError, "negative_slope is '0.1', expected a number"),
    (lambda: mlp(4, 8, 3, rng=RNG), TypeError, r"write the sizes as a list: mlp\(\[784"),
    (lambda: mlp(784, rng=RNG), TypeError, r"sizes is 784, expected a list such as \[784"),
    (lambda: mlp([4, 3, 3], rng=RNG, activation="relu"), TypeError, "such as ReLU, Max"),
    (lambda: mlp([4, 3, 3], rng=RNG, activation=ReLU()), TypeError, "write activation=ReLU$"),
    (lambda: mlp([4, 3], rng=RNG, norm=BatchNorm(8)), TypeError, "write norm=BatchNorm$"),
    (lambda: mlp([4, 3], rng=RNG, dropout=0.5), TypeError, "write drop_prob=0.5"),
    (lambda: small_cnn(1, 10, rng=RNG), TypeError, r"expected \(channels, height, width\)"),
    (lambda: small_cnn((28, 28), 10, rng=RNG), TypeError, r"is \(28, 28\), expected \(chan"),
    (lambda: LAYER(X, training=True), TypeError, r"write|y, backward = model\.forward\(x, tr"),
    (lambda: LAYER(X.tolist()), TypeError, r"^Linear: x is a list, .*numpy\.asarray\(x\)"),
    (lambda: LAYER(T[:, None]), TypeError, r'dtype int64; .* x\.astype\("float32"\)'),
    (lambda: LAYER.load_state_dict("model.npz"), TypeError, r"load\(model, path\) reads a file"),
    (lambda: LAYER.load_state_dict({}, strict=False), TypeError, "all names and shapes must fit"),
    (define_a_module, TypeError, r"Net: forward takes \(self, x.*expected \(self, x, \*, trai"),
    (lambda: go(OnlyOutput()), TypeError, r"forward of OnlyOutput\(inner\.W \(4, 3\).*two values"),
    (lambda: go(Sequential(OnlyOutput())), TypeError, r"forward of OnlyOutput\(.*two values"),
    # parameters, losses, gradients
    (assign_an_array, TypeError, r"W is a Parameter; write W\.data = "),
    (set_requires_grad, AttributeError, "only the parameters to train"),
    (set_trainable, AttributeError, "only the parameters to train"),
    (lambda: softmax_cross_entropy(X, T, reduction="sum"), TypeError, "reduction; leave it out"),
    (lambda: softmax_cross_entropy(X, T, ignore_index=-1), TypeError, "write ignore=-1"),
    (lambda: softmax_cross_entropy(X, T, label_smoothing="1"), TypeError, "is '1', expected a num"),
    (lambda: LAYER(np.ma.masked_array(X)), TypeError, r"x is a masked array; x\.filled\(0\.0\)"),
    (lambda: X @ P, TypeError, r"p\.data is the array"),
    (lambda: np.asarray(P), TypeError, r"p\.data is the array"),
    (lambda: Parameter([1.0, 2.0]), TypeError, r"data is a list, expected an array; numpy"),
    (lambda: Parameter(np.arange(3)), TypeError, r"dtype int64, .*data\.astype\('float32'\)"),
    (lambda: linear_forward(X, P, X[0]), TypeError, r"W is a Parameter, .*W\.data is the array"),
    (lambda: BACKWARD(VALUE), TypeError, r"value, dy = loss\(y, t\)"),
    (lambda: softmax_cross_entropy(LAYER.forward(X, training=True), T), TypeError,
     r"u is a tuple, .*y, backward = layer\.forward\(x, training=True\)"),
    (lambda: softmax_cross_entropy(linear_forward(X, X.T, X[:, 0]), T), TypeError,  # type: ignore[arg-type]
     "two names, for instance y, cache"),
    (lambda: accuracy(LAYER, T), TypeError, r"the output of a model is model\(x\)"),
    # optimizers
    (lambda: Adam(MODEL), TypeError, r"params is a Sequential.*write model\.parameters\(\)$"),
    (lambda: Adam(MODEL.parameters), TypeError, "with its parentheses"),
    (lambda: Adam(MODEL.parameters(), 1e-3), TypeError, "give the others by name: lr=…, betas"),
    (lambda: Adam(MODEL.parameters(), lr="0.1"), TypeError, "lr is '0.1', expected a number"),
    (lambda: SGD([{"params": P, "lr": "1"}], lr=1), TypeError, "group 0: lr is '1', expected"),
    (lambda: Adam(MODEL.parameters(), betas=0.9), TypeError, r"two numbers, \(0.9, 0.999\)"),
    (lambda: AdamW(MODEL.parameters(), betas=(0.9, "1")), TypeError, "betas is '1', expected"),
    (lambda: Adam(MODEL.parameters(), weight_decay=0.1), TypeError, "AdamW shrinks weights"),
    (lambda: SGD(MODEL.parameters(), lr=1, nesterov=True), TypeError, r"Nesterov\(model\.par"),
    (lambda: SGD(MODEL.parameters(), learning_rate=0.1), TypeError, "write lr=0.1"),
    (lambda: OPTIMIZER.zero_grad(set_to_none=True), TypeError, "gradients are zeros afterwards"),
    # training
    (lambda: go(loss="ce"), TypeError, r"loss is 'ce', expected a function loss\(y, t\), such as"),
    (lambda: go(loss=huber), TypeError, r"called as loss\(y, t\), but huber takes \(y, t, delta, "),
    (lambda: go(loss=accuracy), TypeError, "loss returned a float, expected two values"),
    (lambda: go(loss=lambda y, t: (1.0, 1.0)), ValueError, r"gradient of shape \(\), expected"),
    (lambda: go(optimizer=SGD), TypeError, r"write SGD\(model\.parameters\(\), lr=…\)"),
    (lambda: go(optimizer="adam"), TypeError, "optimizer is 'adam', expected an optimizer"),
    (lambda: go(model=ReLU, optimizer=OPTIMIZER), TypeError, "model is <class .* expected a layer"),
    (lambda: go(x=X.tolist()), TypeError, r"fit: x is a list, .*numpy\.asarray\(x\) makes one"),
    (lambda: go(t=T.tolist()), TypeError, r"fit: t is a list, .*numpy\.asarray\(t\) makes one"),
    (lambda: go(x=X.astype(object)), TypeError, "x has dtype object, expected numbers"),
    (lambda: go(t=T.astype(str)), TypeError, "t has dtype <U.*, expected numbers"),
    (lambda: go(x=T[:, None] * np.ones(4, int)), TypeError, "Linear: x has dtype int64"),
    (lambda: go(t=T.astype("float32")), TypeError, "labels must be integers"),
    (lambda: go(t=T[:60]), ValueError, "65 inputs and 60 targets"),
    (lambda: go(x=X[:, :3]), ValueError, r"n_in is 3 in x of shape \(32, 3\) but 4 in W"),
    (lambda: go(epochs=1.5), TypeError, "epochs is 1.5, expected a whole number"),
    (lambda: go(batch_size=32.0), TypeError, "batch_size is 32.0, expected a whole number"),
    (lambda: go(rng=np.random), TypeError, r"expected a random generator; numpy\.random\.defa"),
    (lambda: go(lr=0.1), TypeError, r"no argument lr; the optimizer has it"),
    (lambda: go(shuffle=True), TypeError, "rng draws a new order in each epoch"),
    (lambda: go(device="cuda"), TypeError, "to_device"),
    (lambda: go(validation_data=(X, T)), TypeError, "write validation=…"),
    (lambda: go(num_epochs=3), TypeError, "write epochs=3"),
    (lambda: go(validation=X), TypeError, "expected a pair of inputs and targets"),
    (lambda: go(validation=(X, T, T, T)), TypeError, "expected a pair of inputs and targets"),
    (lambda: go(validation=(X[:, :2], T)), ValueError, "does not accept the validation set: lin"),
    (lambda: go(callbacks=print), TypeError, r"expected a list; write callbacks=\[callback\]"),
    (lambda: go(callbacks=[EarlyStopping(3, 0.0)]), TypeError, r"StopEarly\(EarlyStopping\(…\)\)"),
    (lambda: go(callbacks=[Checkpoint]), TypeError, r"has the class Checkpoint.*Checkpoint\(…\)"),
    (lambda: go(callbacks=[KeepBest(MODEL)]), ValueError, "KeepBest watches validation_loss, but"),
    (lambda: go(schedule=0.1), TypeError, r"expected a function schedule\(t\), such as lambda"),
    (lambda: go(schedule=step_decay), TypeError, r"but step_decay takes \(t, \*, lr, factor, eve"),
    (lambda: go(schedule=warmup_cosine), TypeError, r"but warmup_cosine takes \(t, \*, lr, warmu"),
    (lambda: go(schedule=lambda t: "0.1"), TypeError, "returned '0.1' for step 0, expected a num"),
    (lambda: go(schedule=lambda t: None), TypeError, "returned None for step 0, expected a number"),
    (lambda: go(penalty=l2_penalty), TypeError, r"lambda weights: l2_penalty\(weights, 1e-4\)"),
    (lambda: go(clip_norm="1"), TypeError, "clip_norm is '1', expected a number"),
    (lambda: go(augment=lambda x: x), TypeError, r"augment\(x, rng\), but <lambda> takes \(x\)"),
    (lambda: go(batch_size=100, drop_last=True), ValueError, "65 samples and batch_size is 100"),
    (lambda: evaluate(MODEL, X, T, loss="ce"), TypeError, r"^evaluate: loss is 'ce', expected"),
    (lambda: evaluate(MODEL, X, T), TypeError, "^evaluate: loss is missing"),
    (lambda: lr_range_test(MODEL, X, T, loss=softmax_cross_entropy, optimizer=Adam,
                             batch_size=8, rng=RNG), TypeError, r"write Adam\(model\.param"),
    (lambda: list(minibatches(X, T, 32)), TypeError, "minibatches: rng is missing; numpy"),
    (lambda: list(minibatches(X, T, 0, RNG)), ValueError, "batch_size is 0, expected 1 or more"),
    (lambda: StopEarly(EarlyStopping), TypeError, r"write StopEarly\(patience=5\)"),
    (lambda: StopEarly(3), TypeError, r"write StopEarly\(patience=5\)"),
    (lambda: StopEarly(patience=0), ValueError, "patience is 0"),
    (lambda: go(callbacks=[StopEarly(watch="val_loss")]), ValueError, "no 'val_loss'; it"),
    (lambda: go(callbacks=[KeepBest(MODEL, watch="val_loss")]), ValueError, "it has loss, acc"),
    (lambda: Checkpoint("run.npz", OPTIMIZER, MODEL, RNG), TypeError, r"Checkpoint\(path, mod"),
    (lambda: save(MODEL.state_dict(), "model.npz"), TypeError, "pass the model itself"),
    (lambda: load("model.npz"), TypeError, r"make the model first, then load\(model, path\)"),
]  # fmt: skip


def source_line(call: Call) -> str:
    """What is called, short enough for a test's name."""
    text = inspect.getsource(call).strip().removeprefix("(lambda: ")
    return re.sub(r"\W+", "_", text)[:40]


@pytest.mark.parametrize(
    ("call", "kind", "message"), CALLS, ids=[source_line(call) for call, *_ in CALLS]
)
def test_a_wrong_call_says_what_to_write(
    call: Call, kind: type[Exception], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(kind, match=message):
        call()
    assert capsys.readouterr().out == ""  # before a progress bar was drawn


WORDS = [(owner, word) for owner in HABITS for word in HABITS[owner] if owner]
OBJECTS: dict[str, Any] = {"Layer": MODEL, "Optimizer": OPTIMIZER, "Parameter": P}


@pytest.mark.parametrize(("owner", "word"), WORDS)
def test_every_habit_of_the_table_is_answered(owner: str, word: str) -> None:
    """As an attribute or as an argument; a name that the library has would never be looked up."""
    packages = (layers, losses, models, optimizers, training)
    thing = {n: t for package in packages for n, t in exports(package).items()}.get(
        owner, Parameter
    )
    advice = HABITS[owner][word]
    names = inspect.signature(thing).parameters
    if advice.isidentifier():
        assert advice in names
    if owner in OBJECTS:
        with pytest.raises(AttributeError, match=f"no attribute '{word}'; {re.escape(advice)}$"):
            getattr(OBJECTS[owner], word)
    elif word in names:
        pass  # it is needed, and missing
    elif word != "*":
        with pytest.raises(TypeError, match=rf"^{owner}: there is no argument {word}; "):
            thing(**{word: 1})


def test_a_name_that_exists_nowhere_is_pythons_own_error() -> None:
    with pytest.raises(AttributeError, match=r"^'Sequential' object has no attribute 'nothing'$"):
        LAYER.nothing  # noqa: B018
    assert not hasattr(MODEL, "train") and getattr(P, "shape", None) is None


def test_an_error_inside_of_a_function_is_not_explained_away() -> None:
    @helpful
    def function(x: Any) -> Any:
        return x + "text"

    with pytest.raises(TypeError, match="unsupported operand"):
        function(1)
    assert str(inspect.signature(Linear)).startswith("(in_features: int, out_features: int, *, ")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("from course_lib.losses import CrossEntropyLoss", "write softmax_cross_entropy"),
        ("from course_lib.layers import BatchNorm1d", r"write BatchNorm\(n\)"),
        ("import course_lib.losses; course_lib.losses.mse", "write squared_error"),
        ("from course_lib.training import DataLoader", "any iterable of minibatches"),
        ("from course_lib.preprocessing import train_test_split", "write split_indices"),
    ],
)
def test_a_name_of_another_library_is_answered(line: str, words: str) -> None:
    with pytest.raises(ImportError if line.startswith("from") else AttributeError, match=words):
        exec(line)


PUBLIC = {
    name: thing
    for module in iter_modules(course_lib.__path__, "course_lib.")
    for name, thing in exports(import_module(module.name)).items()
}


@pytest.mark.parametrize(("package", "names"), NAMES.items(), ids=NAMES)
def test_the_names_to_write_exist(package: str, names: dict[str, str]) -> None:
    module = import_module(package)
    for name, advice in names.items():
        assert not hasattr(module, name)
        for call in re.findall(r"\w+\((?:[^()]|\([^()]*\))*\)", advice.replace("…", "*more")):
            typed = ast.parse(call, mode="eval").body
            assert isinstance(typed, ast.Call) and isinstance(typed.func, ast.Name)
            if typed.func.id in PUBLIC and "*more" not in call:  # can be typed as it stands
                by_name = {str(word.arg): None for word in typed.keywords}
                inspect.signature(PUBLIC[typed.func.id]).bind(*typed.args, **by_name)
    with pytest.raises(AttributeError, match=f"module '{package}' has no attribute 'nonsense'"):
        module.nonsense  # noqa: B018
