import io

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_lib.plots.pictures import pixels, png


def read(data: bytes) -> np.ndarray:
    return np.rint(255 * plt.imread(io.BytesIO(data), format="png")[..., :3]).astype(int)


@pytest.mark.parametrize("shape", [(1, 1), (3, 5), (50, 7)])
def test_few_colours_are_kept_exactly(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(0)
    image = rng.integers(0, 256, (200, 3))[rng.integers(0, 200, shape)].astype(np.uint8)
    np.testing.assert_array_equal(read(png(image)), image)


def test_many_colours_become_near_ones_and_the_most_frequent_stays() -> None:
    rng = np.random.default_rng(0)
    image = rng.integers(0, 256, (40, 40, 3)).astype(np.uint8)
    image[:20] = 251  # more paper than anything else, and not at the corner of its cell
    back = read(png(image))
    # 801 colours into 64, four values of each channel: cells of 64.
    assert np.max(np.abs(back - image.astype(int))) < 64
    np.testing.assert_array_equal(back[:20], 251)


def test_a_drawing_takes_less_than_half_of_what_matplotlib_writes() -> None:
    figure, ax = plt.subplots(figsize=(4, 3))
    x = np.linspace(0, 9, 100)
    ax.plot(x, np.sin(x), "o-")
    image = pixels(figure, 80)
    assert image.shape == (240, 320, 3)
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=80)
    assert len(png(image)) < 0.5 * len(file.getvalue())
    assert np.max(np.abs(read(png(image)) - image.astype(int))) < 16
