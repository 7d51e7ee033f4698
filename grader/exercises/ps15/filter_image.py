"""``filter_image(image, weights) -> output``: one filter at every place of a grey image."""

import numpy as np

from grader.checking.contract import Case, case, function, loop, slip, slips, step, values
from grader.exercises.ps15.conv2d_forward import away_from_zero

SQUARE, OBLONG = "square images and filters", "images or filters that are not square"
VALUES = (SQUARE, OBLONG)


def filter_image(image, weights):
    height, width = image.shape
    kh, kw = weights.shape
    rows = height - kh + 1
    columns = width - kw + 1
    output = np.zeros((rows, columns), image.dtype)
    for r in range(rows):
        for s in range(columns):
            window = image[r : r + kh, s : s + kw]
            output[r, s] = np.sum(weights * window)
    return output


def drawn(
    rng: np.random.Generator, about: str, image: tuple[int, int], filter: tuple[int, int]
) -> Case:
    return case(about, image=away_from_zero(rng, image), weights=away_from_zero(rng, filter))


def integer_weights(made: Case) -> Case:
    return made | {"weights": np.rint(2 * made["weights"]).astype(int)}


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    return {
        SQUARE: [
            drawn(rng, "3 x 3 pixels, 2 x 2 weights", (3, 3), (2, 2)),
            drawn(rng, "6 x 6 pixels, 3 x 3 weights", (6, 6), (3, 3)),
            drawn(rng, "a filter as large as the image", (3, 3), (3, 3)),
            drawn(rng, "a single weight", (3, 3), (1, 1)),
        ],
        OBLONG: [
            drawn(rng, "a wide image", (3, 5), (2, 2)),
            drawn(rng, "a high image, a wide filter", (5, 4), (2, 3)),
            integer_weights(drawn(rng, "a high filter, of integers", (4, 4), (3, 2))),
        ],
    }


def growing(rng: np.random.Generator, n: int) -> Case:
    return drawn(rng, "growing", (n, 4), (2, 2))


exercise = function(
    filter_image,
    returns="output",
    points=2,
    cases=cases,
    judge=[
        values("output", weight=3, cases=SQUARE),
        values(
            "output",
            weight=2,
            cases=OBLONG,
            help="""Height and width are two numbers, for the image and for the filter. Which of
            your lines uses one of them for both, or exchanges them?""",
        ),
    ],
    answers=("grader.exercises.ps15.filter_image", "course_lib.functional.conv2d"),
    hints=(
        step(
            """Compute one number first, that of the place at the upper left: multiply the filter by
            the pixels under it, element by element, and add the products. Over which axes of the
            windows does this sum run?""",
            *VALUES,
        ),
        step(
            """A smaller example: the image [[1, 2, 3], [4, 5, 6]] and the filter [[1, 0], [0, 2]]
            give the output [[11, 14]], because 1·1 + 5·2 = 11 and 2·1 + 6·2 = 14.""",
            *VALUES,
        ),
        loop("""
        for r, s in np.ndindex(rows, columns):
            for i, j in np.ndindex(weights.shape):
                output[r, s] += weights[i, j] * image[r + i, s + j]
        """),
    ),
    grows=growing,
    mistakes=(
        *slips("""
output[r, s] = np.mean(weights * window)
    You return the mean of the products of a window. The output is their sum.
output[r, s] = np.sum(weights[::-1, ::-1] * window)
    You flip the filter, as mathematicians do in a convolution. In deep learning it is not flipped:
    the first weight multiplies the first pixel of the window.
output[r, s] = np.sum(weights.reshape(kw, kh).T * window)
    You read the weights in the wrong order. The filter lies on the image as it is written.
output[r, s] = np.sum(weights) * np.sum(window)
    You multiply two sums. Each weight is multiplied by the pixel under it; then the products are
    added.
output[r, s] = np.sum(window)
    The weights are missing: you add the pixels of each window.
output[r, s] = (weights * window)[-1, -1]
    Each output contains its last product alone. A loop over the weights has to add: `+=`.
rows = height - kh
columns = width - kw
    Your output lacks its last row and column. If the filter is as large as the image, how many
    places are there?
rows = height - kh
    Your output lacks its last row. If the filter is as high as the image, how many rows of places
    are there?
columns = width - kw
    Your output lacks its last column. If the filter is as wide as the image, how many places lie
    side by side?
rows = height // kh
columns = width // kw
window = image[r * kh : r * kh + kh, s * kw : s * kw + kw]
    Your windows lie side by side. Neighbouring places of the filter are one pixel apart.
output = np.zeros(image.shape, image.dtype)
    Your output is as large as the image. At how many places does the filter fit?
return output.T
    Rows and columns of the output are exchanged.
"""),
        slip(
            "kh, kw = weights.shape",
            "kw, kh = weights.shape",
            "You exchange height and width of the filter. Which of the two comes first in a shape?",
        ),
    ),
)
