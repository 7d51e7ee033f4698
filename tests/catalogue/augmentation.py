"""Augmentations of images (N, C, H, W); `sample` alone draws nothing and has a definition."""

import math
from typing import Any

import numpy as np

from tests.catalogue.operation import Draw, Operation, Refusal

H, W = 7, 6


def bilinear(image: Any, r: float, c: float) -> Any:
    """The four pixels around a place, weighted, zero outside."""
    value = np.zeros(len(image))
    for i in (math.floor(r), math.floor(r) + 1):
        for j in (math.floor(c), math.floor(c) + 1):
            if 0 <= i < image.shape[1] and 0 <= j < image.shape[2]:
                value = value + (1 - abs(r - i)) * (1 - abs(c - j)) * image[:, i, j]
    return value


def sampled(images: Any, rows: Any, columns: Any) -> Any:
    """The definition, place by place; places (h, w) are those of all images."""
    rows, columns = (np.broadcast_to(a, (len(images), *a.shape[-2:])) for a in (rows, columns))
    read = np.array(
        [
            [[bilinear(image, *place) for place in zip(*line, strict=True)]
             for line in zip(r, c, strict=True)]
            for image, r, c in zip(images, rows, columns, strict=True)
        ]
    )  # fmt: skip
    return np.moveaxis(read, 3, 1)


def row(name: str, *refused: Refusal, between: bool = False, **rest: Any) -> Operation:
    """An augmentation that moves whole pixels, or reads between them."""
    return Operation(
        name=name, package="augmentation",
        inputs=lambda draw, N, D: [draw.normal(size=(N, D, H, W))],
        rest=lambda draw, N, D: {"rng": np.random.default_rng(5), **rest},
        refused=(
            ({"images": lambda x: x[0]}, ValueError, r"expected \(N, C, H, W\)"),
            ({"images": lambda x: x.reshape(len(x), -1)}, ValueError, r"expected \(N, C, H, W\)"),
            *([({"images": lambda x: x.astype(np.uint8)}, TypeError, "divide by 255")]
              if between else []),
            *refused,
        ),
        unlike="between pixels" if between else "",
    )  # fmt: skip


def strengths(name: str) -> list[Refusal]:
    return [({name: value}, ValueError, f"{name} is") for value in (-1.0, math.nan)]


def places(*shape: Any) -> Any:
    def rest(draw: Draw, N: int, D: int) -> dict[str, Any]:
        size = [N if n == "N" else n for n in shape]
        rows, columns = draw.uniform(-3, 9, size=(2, *size))
        rows[..., 0, 0], columns[..., 0, 1] = H - 1.0, -1.0  # the outermost pixels, and beside them
        return {"rows": rows, "columns": columns}

    return rest


AUGMENTATIONS = [
    row("horizontal_flip", *(({"p": p}, ValueError, "p is") for p in (-0.1, 1.1, math.nan)), p=0.5),
    row("cutout", *(({"size": n}, ValueError, f"size is {n}") for n in (0, -2)), size=3),
    row(
        "random_crop",
        ({"size": 9, "pad": 0}, ValueError, "7×6 pixels with padding 0 is too small"),
        ({"size": 0}, ValueError, "size is 0"), ({"pad": -1}, ValueError, "pad -1"),
        ({"images": []}, ValueError, "list of images is empty"),
        ({"images": [np.ones((3, 8, 8)), np.ones((1, 8, 8))]}, ValueError, "C is 3 in"),
        ({"images": [np.ones((4, 4))]}, ValueError, r"images\[0\] has shape"),
        size=6, pad=2,
    ),
    row("translate", ({"max_shift": -1}, ValueError, "max_shift is -1"), max_shift=3),
    row("rotate", *strengths("max_degrees"), between=True, max_degrees=40.0),
    row("shear", *strengths("max_shear"), between=True, max_shear=0.7),
    row(
        "random_scale",
        *(({"short_sides": s}, ValueError, "short_sides is") for s in ((0, 4), (5, 4))),
        between=True, short_sides=(5, 5),
    ),
]  # fmt: skip
SAMPLE = [
    Operation(
        name=name, package="augmentation", definition=sampled, rest=places(*shape),
        inputs=lambda draw, N, D: [draw.normal(size=(N, D, H, W))],
        refused=[
            ({"rows": np.ones((5, 2, 2)), "columns": np.ones((2, 2))}, ValueError, "columns has"),
            ({"rows": np.ones((2, 2, 2)), "columns": np.ones((2, 2, 2))}, ValueError, "N is 5 in"),
            ({"rows": np.ones(2), "columns": np.ones(2)}, ValueError, "rows has shape"),
            ({"rows": np.ones((2, 2)), "columns": np.ones((2, 3))}, ValueError, "w is 2 in rows"),
            ({"rows": lambda r: r.astype(int)}, TypeError, "rows has dtype"),
        ],
    )
    for name, shape in (("sample", ("N", 8, 3)), ("sample at the same places", (8, 3)))
]  # fmt: skip
MIXUP = Operation(
    name="mixup", package="augmentation",
    inputs=lambda draw, N, D: [draw.normal(size=(N, D, 4, 3))],
    rest=lambda draw, N, D: {"t": np.eye(N), "rng": np.random.default_rng(5), "alpha": 0.4},
    refused=[
        ({"t": lambda t: t[:4]}, ValueError, "N is 5 in x"),
        ({"t": lambda t: t[:, 0]}, ValueError, r"t has shape \(5,\), expected \(N, K\)"),
        ({"t": np.arange(5)}, TypeError, r"t has dtype int64; .*one_hot\(t, K\)"),
        ({"x": lambda x: x.astype(np.uint8)}, TypeError, "x has dtype uint8; .* / 255"),
        *(({"alpha": a}, ValueError, f"alpha is {a}") for a in (0.0, -1.0, math.inf, math.nan)),
    ],
)  # fmt: skip
