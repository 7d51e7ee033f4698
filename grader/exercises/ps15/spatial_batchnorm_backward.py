"""``spatial_batchnorm_backward(dy, cache) -> (dx, dgamma, dbeta)``, dy (N, C, H, W)."""

import numpy as np

from grader.checking.contract import Case, Mistake, pair, slip, slips, step, values
from grader.exercises.normalisation import (
    AFTER_TEST_MODE,
    NORMALISATIONS,
    backward_mistakes,
    dgamma_from_x,
    form,
    run,
)
from grader.exercises.ps15.spatial_batchnorm_forward import FEW, batch, spatial_batchnorm_forward
from grader.exercises.ps15.spatial_batchnorm_forward import cases as forward_cases


def spatial_batchnorm_backward(dy, cache):
    x_hat, gamma, std, training = cache
    N, C, H, W = dy.shape
    dy = dy.transpose(0, 2, 3, 1).reshape(N * H * W, C)
    dgamma = (dy * x_hat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    d = gamma * dy
    mean = d.mean(axis=0)
    along = (d * x_hat).mean(axis=0)
    inner = d - mean - x_hat * along
    dx = inner / std
    kept = dx if training else gamma * dy / std
    images = kept.reshape(N, H, W, C).transpose(0, 3, 1, 2)
    return images, dgamma, dbeta


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    groups = forward_cases(rng)
    del groups["one value to a channel in training is refused"]
    return groups


MEANS = """mean = d.mean(axis=0)
    along = (d * x_hat).mean(axis=0)"""


def means_over(shape: str, axes: int | tuple[int, ...], hint: str) -> Mistake:
    """A mistake: in training the two means run over other axes of ``d`` in another shape."""
    other = f"a.reshape({shape})"
    mean = f"(0 * {other} + {other}.mean(axis={axes}, keepdims=True)).reshape(d.shape)"
    return slip(MEANS, f"mean, along = ({mean} for a in (d, d * x_hat))", hint)


exercise = pair(
    spatial_batchnorm_forward,
    spatial_batchnorm_backward,
    returns="dx, dgamma, dbeta",
    points=2,
    uses=("batchnorm_forward", "batchnorm_backward"),
    cases=cases,
    run=run,
    judge=[
        values(
            "dx",
            weight=14,
            cases=("training", FEW),
            title="dx after a training pass",
            help=(
                """The forward pass takes the mean of a channel over images and positions. Over
                which axes run the two means inside dx, and how many values has each?""",
                """Turn dy into rows of C columns as you did with x. Then dx, dgamma and dbeta are
                those of batch normalisation of rows; dx becomes images again.""",
            ),
        ),
        values(
            "dx",
            weight=2,
            cases="test mode",
            title="dx after a pass in test mode",
            help="""After a pass in test mode mean and variance are constants. By which factor, one
            for each channel, is x multiplied on its way to y?""",
        ),
        values("dgamma", weight=2),
        values("dbeta", weight=2),
    ],
    form=form("dx"),
    answers=NORMALISATIONS,
    hints=(
        step(
            """One gamma and one beta serve a channel at all its positions in all images. Which
            entries of y depend on them, and over which axes do you have to sum?""",
            "values of dgamma",
            "values of dbeta",
        ),
        """A smaller example: one image with one channel and 2 × 2 pixels, x = [[1, 3], [2, 2]],
        eps = 0: mean 2, variance ½, x_hat = √2·[[−1, 1], [0, 0]]. With gamma = 1 and dy = [[0, 4],
        [0, 0]]: dbeta = 4, dgamma = 4√2, mean(dy) = 1 and mean(dy·x_hat) = √2. dy − 1 − x_hat·√2 =
        [[1, 1], [−1, −1]], and dx is √2 times that.""",
    ),
    grows=lambda rng, n: batch(rng, "growing", (n, 2, 2, 2)),
    mistakes=(
        *slips("""
inner = d - H * W * (mean + x_hat * along)
    You divide the sums over a channel by N. How many values does a channel have, in N images of H
    times W pixels?
inner = d - N * (mean + x_hat * along)
    You divide the sums over a channel by H·W. The values of a channel come from N images.
inner = gamma * (dy - dy.mean() - x_hat * (dy * x_hat).mean())
    The means inside dx run over the channels, too. Every channel has its own mean and variance.
mean = dy.mean(axis=0)
along = (dy * x_hat).mean(axis=0)
    Only one of the three parts of dx has `gamma`. Multiply dy by gamma first, then take the means:
    they are means of gamma·dy.
"""),
        *backward_mistakes(
            unit="channel",
            letter="N·H·W",
            axis=0,
            computed="In training they are",
            only=" if training else std",
            averaged="N·H·W, the number of values in a channel",
        ),
        dgamma_from_x(spatial_batchnorm_forward, spatial_batchnorm_backward, last=False),
        *AFTER_TEST_MODE,
        *slips("""
dgamma = (dy * x_hat).sum(axis=0) / N
dbeta = dy.sum(axis=0) / N
    You divide dgamma and dbeta by the number of samples. dy already contains the mean of the loss
    over the samples, so only add up.
dgamma = (dy * x_hat).sum(axis=0) / (H * W)
dbeta = dy.sum(axis=0) / (H * W)
    dgamma and dbeta are means over the positions. A channel's gamma is used at all of them. How
    does the chain rule combine the gradients of a value that is used several times?
dgamma = (dy * x_hat * std).sum(axis=0)
    You compute dgamma with x − mean, before the division. What does the forward pass multiply by
    `gamma`?
dgamma = (dy * x_hat).reshape(N, H, W, C).sum(axis=0).transpose(2, 0, 1)
dbeta = dy.reshape(N, H, W, C).sum(axis=0).transpose(2, 0, 1)
    dgamma and dbeta have an entry for every position: you add up over the images only. All
    positions of a channel share one gamma and one beta.
dgamma = (dy * x_hat).reshape(N, H * W, C).sum(axis=1)
dbeta = dy.reshape(N, H * W, C).sum(axis=1)
    dgamma and dbeta have a row for every image: you add up over the positions only. All images
    share one gamma and one beta.
dgamma = (dy * x_hat).reshape(N, -1).sum(axis=1)
dbeta = dy.reshape(N, -1).sum(axis=1)
    dgamma and dbeta have an entry for every image: you add up over its channels and positions.
    There is one gamma and one beta for each channel.
dgamma = dy * x_hat
dbeta = dy
    dgamma and dbeta have an entry for every value. How does the chain rule combine the gradients of
    a value that is used several times?
dgamma = (dy * x_hat).sum()
dbeta = dy.sum()
    dgamma and dbeta are single numbers, sums over the channels, too. Every channel has its own.
dy = dy.reshape(-1, C)
    `dy.reshape(-1, C)` puts C neighbouring pixels into a row, not the C channels of a pixel. Turn
    dy into rows in the same way as x.
dy = dy.reshape(-1, C)
images = kept.reshape(N, C, H, W)
    `dy.reshape(-1, C)` puts C neighbouring pixels into a row, not the C channels of a pixel. Turn
    dy into rows in the same way as x, and dx back in the same way as y.
dy = dy.transpose(0, 3, 2, 1).reshape(-1, C)
    You turn dy into rows with height and width exchanged. Does the forward pass turn x into rows in
    the same way?
dy = dy.transpose(1, 0, 2, 3).reshape(-1, C)
    The channels come first before you reshape dy, so a row of C numbers lies within one channel.
    Which axis has to be the last one?
images = kept.reshape(N, C, H, W)
    `reshape` alone does not turn the rows of dx into images: in the rows the channels come last, in
    images they are axis 1.
images = kept.reshape(N, H, W, C)
    dx has the shape (N, H, W, C): the channels are last. In x they are axis 1.
images = kept.reshape(N, H, W, C).transpose(0, 2, 3, 1)
    You move the axes in the same order as before. Which order turns (N, H, W, C) into
    (N, C, H, W)?
images = kept.reshape(N, H, W, C).transpose(0, 3, 2, 1)
    In the images that you return, height and width are exchanged. Which order of axes turns
    (N, H, W, C) into (N, C, H, W)?
"""),
        means_over(
            "N, H * W, C",
            0,
            "The means inside dx run over the images only. The forward pass averages over the "
            "positions, too, and so do the means of the backward pass.",
        ),
        means_over(
            "N, H * W, C",
            1,
            "The means inside dx are those of single images. The forward pass averages over "
            "all images, so the means of the backward pass do, too.",
        ),
        means_over(
            "N, H * W, C",
            2,
            "The means inside dx run over the channels. Every channel has its own mean and "
            "variance.",
        ),
    ),
)
