"""``unbroadcast(gradient, shape) -> array``: the gradient of an array that was broadcast."""

import numpy as np

from grader.checking.contract import Case, case, function, slip, slips, step, values


def unbroadcast(gradient, shape):
    added = gradient.ndim - len(shape)
    rest = gradient.sum(axis=tuple(range(added)))
    stretched = tuple(i for i in range(len(shape)) if shape[i] == 1)
    d = rest.sum(axis=stretched)
    return np.reshape(d, shape)


def arrives(rng: np.random.Generator, of: tuple[int, ...], shape: tuple[int, ...]) -> Case:
    """A gradient of the shape ``of`` for an array of the shape ``shape``."""
    gradient = rng.uniform(0.5, 2, size=of) * rng.choice([-1.0, 1.0], size=of)
    return case(f"{shape} became {of}", gradient=np.asarray(gradient), shape=shape)


ADDED, STRETCHED = "axes that broadcasting added", "axes of size 1 that it stretched"


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    single = arrives(rng, (2, 3), (1, 3))
    single["gradient"] = single["gradient"].astype(np.float32)
    return {
        ADDED: [
            arrives(rng, (4, 3), (3,)),
            arrives(rng, (3, 3), (3,)),
            arrives(rng, (2, 4, 3), (3,)),
            arrives(rng, (2, 2, 2), (2, 2)),
        ],
        STRETCHED: [
            arrives(rng, (4, 3), (4, 1)),
            arrives(rng, (4, 3), (1, 3)),
            arrives(rng, (2, 3, 4), (1, 3, 1)),
            arrives(rng, (3, 3, 3), (1, 1, 3)),
        ],
        "added and stretched axes together": [
            arrives(rng, (2, 4, 3), (4, 1)),
            arrives(rng, (3, 2, 3), (1, 3)),
        ],
        "a single number, of shape ()": [arrives(rng, (3,), ()), arrives(rng, (2, 3), ())],
        "arrays that keep their shape": [
            arrives(rng, (2, 3), (2, 3)),
            arrives(rng, (4, 1), (4, 1)),
            arrives(rng, (), ()),
        ],
        "float32, by value": [single],
    }


exercise = function(
    unbroadcast,
    returns="an array of this shape",
    points=2,
    cases=cases,
    judge=[
        values(
            weight=4,
            cases=ADDED,
            help="""NumPy adds the missing axes in front. How many has the gradient more than the
            array, and which ones are they?""",
        ),
        values(
            weight=4,
            cases=STRETCHED,
            help="""An axis of size 1 was repeated. Sum over it, and keep it with size 1.""",
        ),
        values(
            weight=2,
            cases="added and stretched axes together",
            help="""First sum over the axes that were added. Then the remaining axes have the same
            places as in `shape`.""",
        ),
        values(
            cases="a single number, of shape ()",
            help="""A number has no axes, so all axes of the gradient were added.""",
        ),
        # A function that returns its argument satisfies it.
        values(
            cases="arrays that keep their shape",
            alone=False,
            help="""Nothing was repeated here, so there is nothing to add up.""",
        ),
        values(cases="float32, by value"),
    ],
    answers=("course_lib.graph.unbroadcast",),
    hints=(
        step(
            "Every element of the array was used several times, once for each copy. How does the "
            "chain rule combine the gradients of several uses?",
            *(ADDED, STRETCHED),
        ),
        "Compare the two shapes from the right. The axes that `gradient` has more stand in front. "
        "Of the others, those were repeated where `shape` has a 1. `sum(axis=…, keepdims=True)` "
        "keeps an axis with size 1.",
        "A smaller example: gradient = [[1, 2], [3, 4]]. For the shape (2,), one axis was added in "
        "front: [1 + 3, 2 + 4] = [4, 6]. For (2, 1), the second axis was stretched: [[1 + 2], [3 + "
        "4]] = [[3], [7]]. For (): 10.",
    ),
    mistakes=(
        *slips("""
rest = gradient.mean(axis=tuple(range(added)))
    Over the axes that were added, you take the mean. Each copy affects the output, so their
    gradients add.
d = rest.mean(axis=stretched)
    Over the axes that were stretched, you take the mean. Each copy affects the output, so their
    gradients add.
rest = gradient[(0,) * added]
    You take the gradient of the first copy only. What happens to the other copies?
rest = gradient[(-1,) * added]
    You take the gradient of the last copy only. What happens to the other copies?
stretched = ()
d = rest[tuple(slice(1) if size == 1 else slice(None) for size in shape)]
    Of an axis that was stretched, you take the first copy only. What happens to the other copies?
rest = gradient.sum(axis=tuple(range(len(shape), gradient.ndim)))
    You sum over the last axes. NumPy compares two shapes from the right and adds axes in front.
rest = gradient.sum(axis=0) if added else gradient
    You sum over one axis that was added. Broadcasting can add several.
stretched = stretched[:1]
    You sum over the first axis of size 1 only. Broadcasting can stretch several.
return np.full(shape, gradient.sum())
    Every element gets the sum over the whole gradient. Each element was copied along some axes
    only: sum over these.
return gradient
    You return the gradient as it arrives. Its shape is that of the result of broadcasting. Which
    elements of it belong to the same element of the array?
return np.sum(gradient)
    You add up everything. That is right for the shape () only. Which axes were added or stretched?
return np.resize(gradient, shape)
    You cut the gradient to the shape, so most copies are lost. Sum over the copies instead.
return d
    An axis of size 1 is lost. The result has exactly the given shape.
return d / (gradient.size / max(d.size, 1))
    You divide by the number of copies. Each copy affects the output, so their gradients add.
"""),
        *slips("""
return np.reshape(d, shape).T
    Your result is transposed. The sums take axes away, and those that remain keep their order.
return np.reshape(np.transpose(d), shape)
    Your numbers stand in other places than they should: you exchange axes before the array gets its
    shape. Which axes remain after the sums, and in which order?
"""),
        slip(
            "d = rest.sum(axis=stretched)",
            "d = rest\n    for i in stretched:\n        d = d.sum(axis=i)",
            "After the first sum the axes behind it have moved by one, so your second sum is "
            "over another axis. `keepdims=True` leaves every axis in its place.",
        ),
    ),
)
