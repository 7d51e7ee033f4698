"""Normalisations: a row says along which axes the values lie that are normalised together."""

from typing import Any

import numpy as np

from tests.catalogue.operation import Arrays, Draw, Pair, Refusal

EPS = 0.02
SHAPES: tuple[Refusal, ...] = (
    ({"gamma": lambda g: g[:2]}, ValueError, "in x of shape .* but 2 in gamma"),
    ({"x": lambda x: x.tolist()}, TypeError, "x is a list"),
)


def shifted(*between: int, twice: int = 2, beta: bool = True, last: bool = False) -> Any:
    """Inputs (N, C, …) or, with C last, (N, …, C), neither centred nor of scale 1."""

    def inputs(draw: Draw, N: int, D: int) -> Arrays:
        C = twice * D
        shape = (N, *between, C) if last else (N, C, *between)
        x = 1.0 + 2.0 * draw.normal(size=shape)
        return [x, 1.0 + draw.normal(size=C), *([draw.normal(size=C)] if beta else [])]

    return inputs


def norm(
    name: str, inputs: Any, units: Any, back: Any, axis: int, *, centred: bool = True, **more: Any
) -> Pair:
    """``units(x)``: x as (units, values), and ``back`` from there; ``axis`` is that of gamma."""

    def definition(x: Any, gamma: Any, beta: Any = 0.0, *, eps: float, **rest: Any) -> Any:
        u, state = units(x), rest.get("state")
        if state and not rest["training"]:
            mean, var = (state[key][:, None] for key in ("mean", "var"))
        else:
            mean = u.mean(axis=1, keepdims=True) if centred else 0.0
            var = ((u - mean) ** 2).mean(axis=1, keepdims=True)
        channels = [-1 if a == axis % x.ndim else 1 for a in range(x.ndim)]
        x_hat = back((u - mean) / np.sqrt(var + eps), x.shape)
        y = np.reshape(gamma, channels) * x_hat + (np.reshape(beta, channels) if centred else 0.0)
        if not state:
            return y
        if not rest["training"]:
            return [y, state["mean"], state["var"]]
        new, m = (u.mean(axis=1), u.var(axis=1, ddof=1)), rest["momentum"]
        old = (state["mean"], state["var"])
        return [y, *((1.0 - m) * a + m * b for a, b in zip(old, new, strict=True))]

    return Pair(name=name, inputs=inputs, definition=definition, **more)


def columns(name: str, *positions: int, training: bool) -> Pair:
    """A unit is all that belongs to one entry of axis 1; it needs two values in training."""

    def rest(draw: Draw, N: int, D: int) -> dict[str, Any]:
        state = {"mean": draw.normal(size=2 * D), "var": 0.5 + draw.random(2 * D)}
        return {"state": state, "training": training, "momentum": 0.3, "eps": EPS}

    def theirs(nn: Any, x: Any, gamma: Any, beta: Any, *, state: Any, **how: Any) -> Any:
        new = [state[key].clone() for key in ("mean", "var")]
        y = nn.batch_norm(x, *new, gamma, beta, how["training"], how["momentum"], how["eps"])
        return [y, *new]

    short: tuple[Refusal, ...] = tuple(
        ({"x": lambda x, n=n: x[:n, :, :1, :1] if positions else x[:n]}, ValueError, message)
        for n in (0, 1)
        if training
        for message in ("one value per column has no variance", "at least 2 rows")
    )
    axes = r"expected \(N, C, H, W\)" if positions else r"expected \(N, D\)"
    return norm(
        f"{name} in {'training' if training else 'evaluation'}",
        shifted(*positions),
        lambda x: np.moveaxis(x, 1, 0).reshape(x.shape[1], -1),
        lambda u, s: np.moveaxis(u.reshape(s[1], s[0], *s[2:]), 0, 1),
        1,
        rest=rest,
        theirs=theirs,
        smallest_batch=2 if training and not positions else 1,
        refused=(
            *SHAPES,
            ({"x": lambda x: x[0]}, ValueError, axes),
            ({"state": lambda s: {**s, "var": s["var"][:1]}}, ValueError, "var"),
            *short,
        ),
        unlike="batch empty" if training else "",
    )


def rows(name: str, *steps: int, centred: bool = True) -> Pair:
    """A unit lies along the last axis."""

    def theirs(nn: Any, x: Any, *learned: Any, eps: float) -> Any:
        function = nn.layer_norm if centred else nn.rms_norm
        return function(x, x.shape[-1:], *learned, eps=eps)

    empty = {name: lambda a: a[..., :0] for name in ("x", "gamma", "beta")[: 2 + centred]}
    return norm(
        f"{name} of sequences" if steps else name,
        shifted(*steps, beta=centred, twice=1, last=True),
        lambda x: x.reshape(-1, x.shape[-1]),
        lambda u, s: u.reshape(s),
        -1,
        rest=lambda draw, N, D: {"eps": EPS},
        theirs=theirs,
        centred=centred,
        refused=(
            *SHAPES,
            ({"x": lambda x: x.reshape(-1)[: x.shape[-1]]}, ValueError, r"expected \(N, ..., D\)"),
            (empty, ValueError, "a row without values has no mean"),
        ),
    )


def groups(n: int, *positions: int) -> Pair:
    def theirs(nn: Any, x: Any, gamma: Any, beta: Any, *, groups: int, eps: float) -> Any:
        return nn.group_norm(x, groups, gamma, beta, eps)

    message = "groups is {}, expected a divisor of the"
    return norm(
        f"groupnorm of {n}{' in images' if positions else ''}",
        shifted(*positions),
        lambda x: x.reshape(x.shape[0] * n, -1),
        lambda u, s: u.reshape(s),
        1,
        rest=lambda draw, N, D: {"groups": n, "eps": EPS},
        theirs=theirs,
        refused=(
            *SHAPES,
            *(({"groups": k}, ValueError, message.format(k)) for k in (0, -2, 5, 16)),
            ({"x": lambda x: x.reshape(-1)}, ValueError, r"expected \(N, C, ...\)"),
            ({"x": lambda x: np.ones((2, 8, 0))}, ValueError, "a group without values has no mean"),
        ),
    )


NORMS: list[Pair] = [
    *(columns("batchnorm", training=training) for training in (True, False)),
    *(columns("spatial_batchnorm", 3, 2, training=training) for training in (True, False)),
    rows("layernorm"),
    rows("layernorm", 3, 2),
    rows("rmsnorm", centred=False),
    rows("rmsnorm", 3, centred=False),
    groups(1),
    groups(2),
    groups(2, 3, 2),
]
