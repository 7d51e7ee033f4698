"""Images for exercises whose random numbers are read off the images that come back.

Right programs draw in different orders, so the numbers are determined from the returned images, and
their distribution is judged.
"""

import numpy as np

from grader.checking.contract import drawn_anew, values
from grader.checking.contract.properties import Property

# 6.7 standard deviations: right code leaves this band with probability below 2.1e-11 a case.
BAND = 6.7
DRAWS = "the next draws"
FEW, MANY = "some colour images", "many images"  # cases that say something about the draws


def from_rng(cases: str = FEW) -> Property:
    """The draws come from rng. Random numbers independent of the images satisfy it, too."""
    help = """Which generator draws your numbers? Two calls with one generator should draw different
    numbers, and two generators with the same seed the same numbers."""
    title = "randomness comes from rng"
    return drawn_anew(values(DRAWS, weight=2, cases=cases, alone=False, title=title, help=help))


def pictures(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Images without zeros, no two numbers of which are alike."""
    return rng.uniform(0.5, 1.5, size=shape)


def ramps(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Images that tell where they were read: channel 0 grows with the row, 1 with the column.

    Between pixels bilinear reading is exact for them. Further channels are noise.
    """
    images = pictures(rng, *shape)
    _N, _C, H, W = shape
    images[:, 0], images[:, 1] = 1 + np.arange(H)[:, None], 1 + np.arange(W)
    return images


def bilinear(images: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Images (N, C, H, W) read at places (N, h, w) between their pixels; outside they are zero."""
    N, C, H, W = images.shape
    padded = np.pad(images, ((0, 0), (0, 0), (2, 2), (2, 2)))
    rows, columns = np.broadcast_arrays(rows, columns)
    rows, columns = np.clip(rows, -2, H), np.clip(columns, -2, W)
    n, k = np.arange(N)[:, None, None, None], np.arange(C)[:, None, None]
    i, j = (np.floor(place).astype(int)[..., None, :, :] for place in (rows, columns))
    s, t = rows[..., None, :, :] - i, columns[..., None, :, :] - j
    i, j = i + 2, j + 2
    above = (1 - t) * padded[n, k, i, j] + t * padded[n, k, i, j + 1]
    below = (1 - t) * padded[n, k, i + 1, j] + t * padded[n, k, i + 1, j + 1]
    mixture: np.ndarray = ((1 - s) * above + s * below).astype(images.dtype)
    return mixture
