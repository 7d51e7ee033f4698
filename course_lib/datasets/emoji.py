"""Small colour pictures of emoji: animals, clothing, faces and five other classes."""

import numpy as np

from course_lib.datasets.dataset import Dataset, float_type, load_arrays

SIDE = 32
LEVELS = 32  # of each colour, in the files
CLASSES = ("animal", "clothing", "face", "food", "hand", "person", "plant", "vehicle")


def load_emoji(dtype: str | type = "float32") -> tuple[Dataset, Dataset, Dataset]:
    """2,120 colour pictures of 32×32 pixels; ``x[n].reshape(3, 32, 32)`` is an image.

    Each picture shows one emoji on a plain background. Its size, its position, whether it is
    mirrored, and the colour of the background were drawn at random. No emoji is in two of the three
    sets, and neither are emoji that look almost alike: test pictures show emoji that are new.

    Source: the font Noto Color Emoji, SIL Open Font License 1.1 (``emoji_licence.txt``).

    Parameters
    ----------
    dtype : ``"float32"`` or ``"float64"``, precision of x

    Returns
    -------
    train, validation, test : x (1200, 3072), (320, 3072) and (600, 3072) in [0, 1]; t in 0 … 7, the
        same number of pictures for each class, in the order 0, 1, …, 7, 0, 1, …
    """
    train, validation, test = (_part(name, dtype) for name in ("train", "validation", "test"))
    return train, validation, test


def _part(name: str, dtype: str | type) -> Dataset:
    arrays = load_arrays(f"emoji_{name}")
    names = tuple(
        f"{colour}_{row}_{column}"
        for colour in ("red", "green", "blue")
        for row in range(SIDE)
        for column in range(SIDE)
    )
    x = arrays["x"].astype(float_type(dtype)) / (LEVELS - 1)
    return Dataset(
        x,
        arrays["t"].astype(np.int64),
        names,
        CLASSES,
        f"{len(x):,} colour pictures of emoji, 32×32 pixels, three times 0 to 1 in steps of 1/31, "
        "in the order of classes 0, 1, …, 7, 0, 1, …. Drawn with the font Noto Color Emoji 2.042, "
        "Google, SIL Open Font License 1.1.",
    )


def load_emoji_groups() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Names of the groups of the training, validation and test pictures of :func:`load_emoji`.

    Emoji of a group look almost alike, such as one hand in several colours, so a split must not
    separate them.
    """
    names = ("train", "validation", "test")
    train, validation, test = (load_arrays(f"emoji_{name}")["group"] for name in names)
    return train, validation, test
