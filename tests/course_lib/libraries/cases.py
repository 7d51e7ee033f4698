"""Every public function of the library that takes arrays, called once for any kind of arrays.

A case gets a `Kit` that makes its inputs and returns whatever the functions return. Functions are
looked up when a case runs, so that a test can see which ones it calls.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from course_lib import (
    Op,
    Parameter,
    augmentation,
    descent,
    diagnostics,
    ensembles,
    graph,
    initializers,
    losses,
    models,
    optimizers,
    preprocessing,
    regularizers,
    symmetry,
    training,
)
from course_lib import functional as F
from course_lib import gradient_check as checks
from course_lib.layers import BatchNorm, GroupNorm, Tanh
from course_lib.optimizers import SGD, Adam
from course_lib.regularizers import EarlyStopping
from tests.catalogue import OPERATIONS
from tests.course_lib.graph.tapes import TAPES
from tests.course_lib.libraries.library import Kit, moved_to

Case = Callable[[Kit], Any]


def rows(kit: Kit) -> Any:
    return kit.normal(5, 4)


def targets(kit: Kit) -> Any:
    return kit.normal(5, 4, seed=1)


def spread(kit: Kit) -> Any:
    """Correlated features of different scales."""
    return kit.array(kit.rng(1).normal(size=(30, 4)) @ kit.rng(2).normal(size=(4, 4)) + 2.0)


PREPROCESSING: dict[str, Case] = {
    "one_hot": lambda kit: preprocessing.one_hot(kit.labels(6, 4), kit.whole(4)),
    "pairwise_sq_dists": lambda kit: preprocessing.pairwise_sq_dists(rows(kit), kit.normal(3, 4)),
    "standardize": lambda kit: [
        preprocessing.standardize_apply(spread(kit), preprocessing.standardize_fit(spread(kit))),
        *preprocessing.standardize(spread(kit), rows(kit)),
    ],
    "whiten": lambda kit: [
        preprocessing.whiten_apply(spread(kit), preprocessing.whiten_fit(spread(kit), eps))
        for eps in (0.0, kit.number(0.1))
    ],
    "indices": lambda kit: [
        kit.array(part)
        for part in (
            *preprocessing.minibatch_indices(kit.whole(9), kit.whole(4), kit.rng()),
            *preprocessing.split_indices(kit.whole(9), (0.5, 0.5), kit.rng()),
            *(part for fold in preprocessing.k_folds(kit.whole(9), 2, kit.rng()) for part in fold),
            *(
                part
                for fold in preprocessing.group_folds(kit.labels(9, 4), 2, kit.rng())
                for part in fold
            ),
        )
    ],
}


def hessian(kit: Kit) -> Any:
    A = kit.rng().normal(size=(4, 4))
    return kit.array(A @ A.T)


def hidden_layer(kit: Kit) -> Any:
    return [(kit.normal(3, 5), kit.normal(5)), (kit.normal(5, 2), kit.normal(2))]


def through_graphs(kit: Kit) -> Any:
    results = []
    for tape in TAPES:
        leaves = {leaf: kit.array(a) for leaf, a in tape.leaves().items()}
        order = graph.topological_order(tape.graph)
        values = graph.evaluate_graph(tape.graph, leaves)
        results.append((order, values, graph.backprop(tape.graph, values, "L")))
    sums = [
        graph.unbroadcast(kit.normal(3, 2, 7, 6), shape) for shape in ((), (7, 1), (3, 1, 7, 6))
    ]
    return results, sums


DESCENT: dict[str, Case] = {
    "gradient_descent": lambda kit: descent.gradient_descent(
        lambda w: w * w, kit.normal(3), kit.number(0.1), kit.whole(4)
    ),
    "accumulated_gradient": lambda kit: descent.accumulated_gradient(
        kit.normal(4), [(rows(kit), kit.normal(5))], descent.mean_gradient
    ),
    "max_stable_lr": lambda kit: descent.max_stable_lr(hessian(kit)),
    "best_lr": lambda kit: descent.best_lr(hessian(kit)),
    "mean_gradient": lambda kit: descent.mean_gradient(kit.normal(4), rows(kit), kit.normal(5)),
    "momentum": lambda kit: [
        descent.growth(kit.number(0.1), kit.number(0.7), kit.number(3.0)),
    ],
    "taylor_change": lambda kit: descent.taylor_change(
        kit.normal(4), hessian(kit), kit.number(0.1)
    ),
    "graph": through_graphs,
    "diagnostics": lambda kit: [
        diagnostics.fit_temperature(rows(kit), kit.labels(5, 4)),
        diagnostics.calibration_error(F.softmax(rows(kit)), kit.labels(5, 4)),
    ],
    "symmetry": lambda kit: [
        symmetry.make_twin(
            hidden_layer(kit),
            [kit.array([3, 1, 4, 0, 2])],
            [kit.array(np.array([-1.0, 1.0, -1.0, -1.0, 1.0]))],
        ),
        symmetry.match_units(rows(kit), -rows(kit)),
        symmetry.balance_units(hidden_layer(kit)),
    ],
    "translate integers": lambda kit: augmentation.translate(
        kit.array(np.arange(3 * 7 * 6 * 2, dtype=np.uint8).reshape(3, 2, 7, 6)), 3, kit.rng()
    ),
    "is_weight": lambda kit: [
        optimizers.is_weight(Parameter(a)) for a in (rows(kit), rows(kit)[0, :])
    ],
    "regularizers": lambda kit: [
        regularizers.l1_penalty([rows(kit), kit.normal(3)], kit.number(0.3)),
        regularizers.l2_penalty([rows(kit), kit.normal(3)], kit.number(0.3)),
        regularizers.elastic_net_penalty([rows(kit)], kit.number(0.3), kit.number(0.7)),
        regularizers.soft_threshold(rows(kit), kit.number(0.3)),
        regularizers.stopped_minimum(*map(kit.number, (1.5, 0.8, 0.1)), kit.whole(7)),
    ],
    "bias_variance": lambda kit: [
        ensembles.bias_variance(rows(kit), kit.normal(4)),
        ensembles.ensemble_variance(kit.number(2.0), kit.number(0.3), kit.whole(5)),
    ],
}


# They return arrays of their generator's library; a network takes them along to its device.
INITIALIZERS: dict[str, Case] = {
    "initializers": lambda kit: [
        kit.array(getattr(initializers, name)(shape, kit.rng()))
        for name in (
            "lecun_normal", "glorot_uniform", "glorot_normal", "he_uniform", "he_normal"
        )
        for shape in ((3, 4), (2, 3, 3, 3))
    ],
    "gain_of": lambda kit: [
        initializers.gain_of(np.tanh), initializers.linear_output_variance(kit.whole(4), 0.5, 1.0),
        initializers.linear_gradient_variance(kit.whole(4), kit.number(0.5), kit.number(1.0)),
    ],
}  # fmt: skip


def classifier(kit: Kit) -> Any:
    """A model with running statistics and masks, smooth, so that libraries stay together."""
    return moved_to(
        kit.library,
        models.mlp(
            [4, 6, 3], rng=kit.rng(), activation=Tanh, drop_prob=0.2, dtype=kit.dtype,
            norm=lambda n: BatchNorm(n, dtype=kit.dtype),
        ),
    )  # fmt: skip


def trained(kit: Kit) -> Any:
    # Near a gradient of 0, Adam magnifies roundings by 1/eps: with 1e-3 libraries stay together.
    model, x, t = classifier(kit), kit.normal(20, 4), kit.labels(20, 3)
    history = training.fit(
        model, x, t, loss=losses.softmax_cross_entropy, epochs=3, batch_size=8, rng=kit.rng(),
        optimizer=Adam(model.parameters(), lr=0.02, eps=1e-3), progress=False, validation=(x, t),
        penalty=lambda weights: regularizers.l2_penalty(weights, 1e-3), clip_norm=0.5,
        callbacks=[training.StopEarly(EarlyStopping(patience=2, min_delta=0.0), restore=model)],
    )  # fmt: skip
    judged = training.evaluate(model, x, t, loss=losses.softmax_cross_entropy)
    y = training.predict(model, x, batch_size=8)
    found = [history.loss, history.accuracy, history.validation_loss, judged, y]
    return [*found, *(p.data for p in model.parameters())]


def trained_with_several_inputs_and_weights(kit: Kit) -> Any:
    first, second = classifier(kit), classifier(kit)
    model = models.Sequential(
        models.Parallel(models.Frozen(first), second), models.Concatenate(), Tanh()
    )
    x = kit.normal(20, 4), kit.normal(20, 4, seed=1)
    t, weight = kit.labels(20, 6), kit.positive(20)
    history = training.fit(
        model, x, t, loss=losses.softmax_cross_entropy, epochs=3, batch_size=8, rng=kit.rng(),
        optimizer=SGD(second.parameters(), lr=0.05), progress=False, validation=(x, t, weight),
        sample_weight=weight,
    )  # fmt: skip
    return [history.loss, history.accuracy, history.validation_loss, training.predict(model, x)]


def images_trained_with_augmentation(kit: Kit) -> Any:
    model = moved_to(
        kit.library,
        models.small_cnn(
            (4, 6, 5), 3, rng=kit.rng(), channels=(2,), activation=Tanh, dtype=kit.dtype,
            norm=lambda C: GroupNorm(2, C, dtype=kit.dtype),
        ),
    )  # fmt: skip
    x, t = kit.normal(2, 4, 6, 5), kit.labels(2, 3)
    history = training.fit(
        model, x, t, loss=losses.softmax_cross_entropy, epochs=2, batch_size=2, rng=kit.rng(),
        optimizer=SGD(model.parameters(), lr=0.05, momentum=0.9), progress=False,
        augment=lambda pictures, rng: augmentation.horizontal_flip(pictures, rng, 0.5),
    )  # fmt: skip
    return [history.loss, *(p.data for p in model.parameters())]


def trained_step_by_step(kit: Kit) -> Any:
    model, x, t = classifier(kit), kit.normal(20, 4), kit.labels(20, 3)
    optimizer = SGD(model.parameters(), lr=0.1)
    settings: dict[str, Any] = {"loss": losses.softmax_cross_entropy, "optimizer": optimizer}
    found = [
        training.train_step(model, batch, targets, clip_norm=kit.number(0.3), **settings)
        for batch, targets in training.minibatches(x, t, 8, kit.rng(), drop_last=True)
    ]
    return [*found, *(p.data for p in model.parameters())]


def looked_into(kit: Kit) -> Any:
    model, x, t = classifier(kit), kit.normal(20, 4), kit.labels(20, 3)
    loss = losses.softmax_cross_entropy
    found = training.lr_range_test(
        model, x, t, loss=loss, optimizer=SGD(model.parameters(), lr=1.0), batch_size=5,
        rng=kit.rng(), lowest=1e-4, highest=0.1, steps=6,
    )  # fmt: skip
    return (
        training.layer_outputs(model, x),
        training.layer_gradients(model, x, t, loss=loss),
        found.losses,
        training.accuracy(model(x), t),
        training.accuracy(model(x), preprocessing.one_hot(t, 3)),
        training.confusion_matrix(model(x), t),
    )


def saved_and_loaded(kit: Kit) -> Any:
    model, other = classifier(kit), classifier(kit)
    model.forward(kit.normal(5, 4), training=True)
    with tempfile.TemporaryDirectory() as folder:
        training.save(model, Path(folder) / "model.npz")
        training.load(other, Path(folder) / "model.npz")
    return other(kit.normal(5, 4))


TRAINING: dict[str, Case] = {
    "fit": trained,
    "fit with augmentation": images_trained_with_augmentation,
    "inspection": looked_into,
    "fit, several inputs": trained_with_several_inputs_and_weights,
    "train_step": trained_step_by_step,
    "files": saved_and_loaded,
}


def gradients_checked(kit: Kit) -> Any:
    """In double precision whatever the kit's: that is what a check wants."""
    kit = Kit(kit.library)
    x = rows(kit)
    xp = kit.library.xp

    def f(v: Any) -> float:
        return float(xp.sum(v * v))

    check = checks.check_gradient(f, x, 2.0 * x, kit.rng())
    wrong = checks.check_gradient(f, x, x, kit.rng())
    linear = Op(F.linear_forward, F.linear_backward)
    of_op = checks.check_op(linear, [x, kit.normal(4, 3), kit.normal(3)], kit.rng())
    model = moved_to(kit.library, models.mlp([4, 3, 2], rng=kit.rng()))
    of_op += tuple(checks.check_layer(model, x, kit.rng()).values())
    gradient = checks.numerical_gradient(f, x, kit.number(1e-5))
    return (
        bool(check), bool(wrong), [bool(c) for c in of_op],
        checks.relative_error(x, targets(kit)), checks.relative_error(gradient, 2.0 * x) < 1e-8,
    )  # fmt: skip


CHECKS: dict[str, Case] = {"gradient_check": gradients_checked}

CASES: dict[str, Case] = {
    **{row.name: row.on for row in OPERATIONS}, **PREPROCESSING,
    **DESCENT, **INITIALIZERS, **TRAINING, **CHECKS,
}  # fmt: skip

# What is in double precision by its contract.
DOUBLE = {row.name for row in OPERATIONS if "double" in row.unlike} | {"one_hot", "gradient_check"}


def leaves(result: Any) -> list[Any]:
    """Arrays, numbers and words in a nested result, in order."""
    if isinstance(result, dict):
        return [leaf for key in result for leaf in (key, *leaves(result[key]))]
    if isinstance(result, list | tuple):
        return [leaf for part in result for leaf in leaves(part)]
    return [result]


def is_floating(array: Any) -> bool:
    return "float" in str(array.dtype)
