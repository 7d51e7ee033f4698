"""Linear maps and what is made of them, maps that drop, images, and what changes the shape."""

from itertools import product
from typing import Any

import numpy as np

from course_lib import functional as F
from tests.catalogue.operation import Arrays, Draw, Pair, Refusal, settings


def normal(*shapes: Any) -> Any:
    """Inputs of these shapes; "N" and "D" stand for the numbers of samples and columns."""

    def inputs(draw: Draw, N: int, D: int) -> Arrays:
        sizes = {"N": N, "D": D}
        return [draw.normal(size=[sizes.get(n, n) for n in shape]) for shape in shapes]

    return inputs


LINEAR = normal("ND", ("D", 3), (3,))
NOT_LINEAR: tuple[Refusal, ...] = (
    ({"W": lambda W: W[:2]}, ValueError, r"n_in is 4 in x of shape \(5, 4\) but 2 in W"),
    ({"x": lambda x: x[0]}, ValueError, r"x has shape \(4,\), expected \(N, n_in\)"),
    ({"b": lambda b: b[None, :]}, ValueError, r"b has shape \(1, 3\), expected \(n_out,\)"),
    ({"x": lambda x: x.tolist()}, TypeError, "x is a list"),
)


def linear_sums(x: Any, W: Any, b: Any) -> Any:
    """The sum over the columns of a row, written out."""
    u = [
        [b_j + sum(x[n, i] * W[i, j] for i in range(len(W))) for j, b_j in enumerate(b)]
        for n in range(len(x))
    ]
    return np.reshape(u, (len(x), len(b)))


# --- A whole network of linear maps and ReLU, one weight used several times, a shortcut -------


MAPS = [
    Pair(
        name="linear", inputs=LINEAR, definition=linear_sums, refused=NOT_LINEAR,
        theirs=lambda nn, x, W, b: nn.linear(x, W.T, b),
    ),
    Pair(
        name="residual", inputs=normal("ND"),
        forward=lambda x: F.residual_forward(x, F.sigmoid_forward),
        backward=lambda dy, cache: F.residual_backward(dy, cache, F.sigmoid_backward),
        definition=lambda x: x + 1.0 / (1.0 + np.exp(-x)),
    ),
]  # fmt: skip

# --- What drops; in each call the same elements, because its generator is a copy ---------------


IMPOSSIBLE: list[Refusal] = [
    ({"drop_prob": p}, ValueError, "not of keeping") for p in (-0.1, 1.0, 1.5, float("nan"))
]


def dropping(name: str, *, training: bool) -> Pair:
    """Dropout: of single values or of weights, scaled in training or in evaluation."""
    weights, scaled = name == "dropconnect", name != "vanilla_dropout"

    def factors(shape: Any, drop_prob: float, rng: Any) -> Any:
        kept = rng.random(shape) >= drop_prob if training else scaled or 1.0 - drop_prob
        return kept / (1.0 - drop_prob) if training and scaled else kept * 1.0

    def definition(x: Any, *linear: Any, drop_prob: float, rng: Any, training: bool) -> Any:
        if weights:
            W, b = linear
            return linear_sums(x, W * factors(W.shape, drop_prob, rng), b)
        return x * factors(x.shape, drop_prob, rng)

    return Pair(
        name=f"{name} in {'training' if training else 'evaluation'}",
        inputs=LINEAR if weights else normal("ND"),
        rest=lambda draw, N, D: {
            "drop_prob": 0.3, "rng": np.random.default_rng(5), "training": training
        },
        definition=definition,
        refused=[*IMPOSSIBLE, *(NOT_LINEAR if weights else ())],
        # A mask for all samples; in evaluation nothing is kept that a shape could be compared with.
        unlike="" if weights else "batch" if training else "shapes",
    )  # fmt: skip


DROPPING = [
    dropping(name, training=training)
    for name in ("dropout", "vanilla_dropout", "dropconnect")
    for training in (True, False)
]

# --- Images -----------------------------------------------------------------------------------


IMAGES = ("N", "D", 6, 5)  # higher than wide; with stride 2 something is left over


def both(size: Any) -> tuple[int, int]:
    return size if isinstance(size, tuple) else (size, size)


def windows(x: Any, size: tuple[int, int], stride: Any) -> Any:
    """Every place of a window: its row and column in the output, and its values (N, C, kh, kw)."""
    down, right = both(stride)
    places = (
        range((x.shape[axis] - size[axis - 2]) // step + 1)
        for axis, step in ((2, down), (3, right))
    )
    for r, s in product(*places):
        rows = slice(r * down, r * down + size[0])
        yield r, s, x[:, :, rows, s * right : s * right + size[1]]


def conv2d_by_loops(x: Any, W: Any, b: Any, stride: Any = 1, padding: Any = 0) -> Any:
    rows, columns = both(padding)
    x = np.pad(x, ((0, 0), (0, 0), (rows, rows), (columns, columns)))
    found = {
        (r, s): np.stack([np.sum(part * w, axis=(1, 2, 3)) for w in W], axis=1) + b
        for r, s, part in windows(x, W.shape[2:], stride)
    }
    return in_their_places(found)


def in_their_places(found: dict[tuple[int, int], Any]) -> Any:
    height, width = (1 + max(place[k] for place in found) for k in (0, 1))
    columns = [np.stack([found[r, s] for s in range(width)], axis=-1) for r in range(height)]
    return np.stack(columns, axis=-2)


def pool_by_loops(kind: str) -> Any:
    def pool(x: Any, size: Any, stride: Any = None) -> Any:
        reduce = np.max if kind == "max" else np.mean
        parts = windows(x, both(size), stride or size)
        return in_their_places({(r, s): reduce(part, axis=(2, 3)) for r, s, part in parts})

    return pool


FLOATING = ({"x": lambda x: x.astype(np.uint8)}, TypeError, r"make images floating point .* / 255")
NO_IMAGES = ({"x": lambda x: x[0]}, ValueError, r"expected \(N, C, H, W\)")


def conv(name: str, *kernel: int, **how: Any) -> Pair:
    kh, kw = kernel or (3, 2)
    return Pair(
        name=name, inputs=normal(IMAGES, (2, "D", kh, kw), (2,)), rest=settings(**how),
        definition=conv2d_by_loops,
        theirs=lambda nn, x, W, b, **how: nn.conv2d(x, W, b, **how),
        refused=(
            FLOATING, NO_IMAGES,
            ({"stride": 0}, ValueError, f"stride is 0 x 0 and the window {kh} x {kw}, expected 1"),
            ({"padding": -1}, ValueError, "padding is -1 x -1, expected 0 or more"),
            ({"W": np.ones((2, 4, 11, 2)), "padding": 0}, ValueError, "11 x 2, but the images"),
            ({"W": np.ones((2, 4, 0, 2))}, ValueError, "the window 0 x 2, expected 1 or more"),
            ({"W": lambda W: W[:, :2]}, ValueError, "C_in is 4 in x"),
            ({"W": lambda W: W[:1]}, ValueError, "C_out is 1 in W"),
            ({"x": lambda x: x.astype(bool)}, TypeError, "make images floating point"),
        ),
    )  # fmt: skip


def pool(name: str, **how: Any) -> Pair:
    kind = name.partition("_")[0]
    return Pair(
        name=name, inputs=normal(IMAGES), rest=settings(**how), definition=pool_by_loops(kind),
        theirs=lambda nn, x, size, stride=None: getattr(nn, f"{kind}_pool2d")(x, size, stride),
        refused=(
            FLOATING, NO_IMAGES,
            ({"size": 7}, ValueError, "the window is 7 x 7, but the images"),
            *(({**sizes}, ValueError, "expected 1 or more")
              for sizes in ({"size": 0}, {"stride": 0}, {"stride": -1})),
        ),
    )  # fmt: skip


CONV = [
    conv("conv2d"), conv("conv2d with stride", stride=2, padding=1),
    conv("conv2d of rectangles", 2, 4, stride=(2, 1), padding=(0, 2)),
    conv("conv2d of single pixels", 1, 1, stride=(1, 3)),
]  # fmt: skip
IMAGE = [
    *CONV,
    *(
        pool(f"{kind}_pool2d{what}", **how)
        for kind in ("max", "avg")
        for what, how in (
            ("", {"size": 2}), (" overlapping", {"size": 3, "stride": 2}),
            (" with gaps", {"size": 2, "stride": 3}), (" of single pixels", {"size": 1}),
            (" of rectangles", {"size": (2, 3), "stride": (1, 2)}),
            (" overlapping in rows", {"size": (2, 1), "stride": (1, 2)}),
            (" overlapping in columns", {"size": (1, 2), "stride": (2, 1)}),
        )
    ),
    Pair(
        name="global_avg_pool", inputs=normal(IMAGES), theirs=lambda nn, x: x.mean((2, 3)),
        definition=lambda x: np.array([[float(sum(c.flat)) / c.size for c in n] for n in x]),
        refused=[FLOATING, ({"x": lambda x: x[..., :0]}, ValueError, "without pixels")],
    ),
    Pair(
        name="flatten", inputs=normal(IMAGES), theirs=lambda nn, x: x.flatten(1),
        definition=lambda x: np.array([list(sample.flat) for sample in x]),
        refused=[({"x": np.ones(())}, ValueError, r"expected \(N, ...\)")],
    ),
]  # fmt: skip
