"""``gradient_factors(weights, dfs, dy) -> by_f, by_W``: what each layer does to a gradient."""

from itertools import pairwise

import numpy as np

from grader.checking.contract import Case, case, function, shapes, slips, unchanged_inputs, values


def gradient_factors(weights, dfs, dy):
    dz, by_f, by_W = dy, [], []
    for W, df in zip(reversed(weights), reversed(dfs), strict=True):
        du = dz * df
        by_f.append(np.sqrt(np.sum(du**2) / np.sum(dz**2)))
        dz = du @ W.T
        by_W.append(np.sqrt(np.sum(dz**2) / np.sum(du**2)))
    return np.array(by_f[::-1]), np.array(by_W[::-1])


ONE, SEVERAL, DEEP = "one layer", "several layers", "forty layers"


def made(rng: np.random.Generator, about: str, n: int, *widths: int, size: float = 1.0) -> Case:
    return case(
        about,
        weights=[rng.normal(0.2, 0.8, size=shape) for shape in pairwise(widths)],
        dfs=[size * rng.uniform(-0.3, 0.9, size=(n, width)) for width in widths[1:]],
        dy=rng.normal(0.5, 1, size=(n, widths[-1])),
    )


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    large = made(rng, "a large gradient", 3, 2, 4, 3)
    large["dy"] *= 1e3
    return {
        ONE: [made(rng, "one layer, one sample", 1, 3, 2), made(rng, "one layer", 4, 2, 5)],
        SEVERAL: [
            made(rng, "two layers", 4, 3, 5, 2),
            made(rng, "three square layers", 4, 4, 4, 4, 4),
            made(rng, "four layers", 5, 6, 3, 7, 4, 2),
            large,
        ],
        DEEP: [made(rng, "", 3, *[5] * 41, size=0.02)],
    }


def observe(case, outputs):
    """Lists of numbers count as arrays."""
    return {
        name: np.asarray(found) if isinstance(found, list | tuple) else found
        for name, found in outputs.items()
    }


exercise = function(
    gradient_factors,
    returns="by_f, by_W",
    points=3,
    cases=cases,
    observe=observe,
    judge=[
        values(
            "by_f",
            "by_W",
            cases=ONE,
            weight=2,
            help="""Two steps: du is the product of dz and the derivative, and the next dz is du
            times the transposed weights. By which factor does each step change the norm?""",
        ),
        values(
            "by_f",
            cases=SEVERAL,
            title="several layers: by_f",
            weight=2,
            help="Which dz arrives at a layer: dy, or what the layer behind it has passed on?",
        ),
        values(
            "by_W",
            cases=SEVERAL,
            title="several layers: by_W",
            weight=2,
            help="Compare the norm after the step through W with the one directly before it.",
        ),
        values(
            "by_f",
            "by_W",
            cases=DEEP,
            help="The gradient becomes tiny in forty layers, but its factors do not.",
        ),
    ],
    form=(shapes("by_f", "by_W", cases=(ONE, SEVERAL)), unchanged_inputs()),
    answers=("grader.exercises.ps09.gradient_factors",),
    hints="""
    Begin with dz = dy at the last layer and go to the first. In each layer there are two steps, and
    each has a norm before and a norm after it.

    A smaller example: one layer, dfs = [[[½, 0]]], W = [[6, 1]], dy = [[3, 4]]. Then dz has the
    norm 5, du = [[1.5, 0]] has 1.5, and the new dz = [[9]] has 9: by_f is [0.3], and by_W is [6].
    """,
    mistakes=slips("""
return np.array(by_f), np.array(by_W)
    Your first number belongs to the last layer. Which number should stand at place 0?
return np.array(by_W[::-1]), np.array(by_f[::-1])
    Your two arrays are exchanged: the factors of the function come first.
du = dz
    The derivative of the activation function is missing. Which step leads from dz to du?
du = dz * df * (1 - df)
    `dfs` already holds the derivatives f′(u), so there is nothing to differentiate.
du = dz / df
    You divide by the derivative. The chain rule multiplies by it.
dz = dz @ W.T
    The gradient passes the activation function first, then the weights. Which array do you
    multiply by the weights?
dz = du @ W
    A gradient with respect to the inputs has one column for each input. Which of the two sides of W
    belongs to the inputs?
for W, df in zip(weights, dfs):
return np.array(by_f), np.array(by_W)
    You go from the first layer to the last. The gradient dy is given at the last one, so begin
    there.
for W, df in zip(weights, dfs):
    You begin with the first layer. The given dy belongs to the output of the last one.
for W, df in zip(weights[::-1], dfs):
    The matrices go backward, but `dfs` goes forward. Both belong to the same layer.
du = dy * df
    You begin with dy in every layer. What arrives at a layer has passed all layers behind it.
by_f.append(np.sqrt(np.sum(du**2)))
by_W.append(np.sqrt(np.sum(dz**2)))
    You return the norms themselves. A factor is the norm after a step divided by the one before it.
by_f.append(np.sum(du**2) / np.sum(dz**2))
by_W.append(np.sum(dz**2) / np.sum(du**2))
    Your factors are those of the sum of squares. The norm is its root.
by_f.append(np.sqrt(np.mean(df**2)))
    You take the root mean square of the derivatives. It is near the factor, but entries with a
    large dz count more. Measure the norms of dz and du.
by_W.append(np.sqrt(np.sum(W**2)))
    You take the norm of W. Measure instead what W does to this gradient: the norms before and after
    the step.
by_W.append(np.sqrt(np.mean(dz**2) / np.mean(du**2)))
    You compare root mean squares. Their arrays differ in size if the layer has more inputs than
    outputs. Compare the norms, the roots of the sums.
by_f.append(np.sqrt(np.sum(dz**2) / np.sum(du**2)))
    Your factor of the function is upside down: it should be the norm after the step divided by the
    one before.
by_W.append(np.sqrt(np.sum(du**2) / np.sum(dz**2)))
    Your factor of the weights is upside down: it should be the norm after the step divided by the
    one before.
by_f.append(np.sqrt(np.sum(du**2) / np.sum(dy**2)))
    You compare du with dy. The factor of one layer compares it with the dz that arrives there.
return np.array(by_f[::-1]), np.array(by_W[::-1]) * np.array(by_f[::-1])
    Your second factor is that of the whole layer. The factor of the weights compares dz with the du
    directly before it.
by_W.append(np.sqrt(np.sum(dz**2) / np.sum(dy**2)))
    You compare with dy. The factor of the weights compares dz with the du directly before it.
by_f.append(np.mean(du / dz))
    You average the ratios of the entries. Entries with a large dz should count more: compare the
    norms.
return np.cumprod(by_f)[::-1], np.cumprod(by_W)[::-1]
    You multiply the factors of several layers. Return the factor of each layer by itself.
"""),
)
