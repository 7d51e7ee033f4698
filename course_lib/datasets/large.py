"""MNIST, Fashion-MNIST and CIFAR-10 in full; downloaded once, checked, and kept."""

import gzip
import struct
import tarfile
from pathlib import Path

import numpy as np

from course_lib.datasets.dataset import Dataset, colour_names, float_type, pixel_names
from course_lib.datasets.remote import (
    CIFAR10_ARCHIVE,
    TEST_IMAGES,
    TEST_LABELS,
    TRAIN_IMAGES,
    TRAIN_LABELS,
    fetch,
)

DIGITS = tuple(str(digit) for digit in range(10))
CLOTHES = (
    *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
    *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
)
THINGS = (
    *("airplane", "automobile", "bird", "cat", "deer"),
    *("dog", "frog", "horse", "ship", "truck"),
)
RECORD = 1 + 3 * 32 * 32  # bytes of one CIFAR-10 sample: its label, then red, green, blue


def load_mnist(
    dtype: str | type = "float32",
    *,
    source: str | Path | None = None,
    cache: str | Path | None = None,
) -> tuple[Dataset, Dataset]:
    """70,000 handwritten digits of 28×28 pixels; ``x[n].reshape(28, 28)`` is an image.

    Parameters
    ----------
    dtype : ``"float32"`` or ``"float64"``, precision of x
    source : a folder that has the four files, or another address that publishes them
    cache : folder for downloaded files

    Returns
    -------
    train, test : x (60000, 784) and (10000, 784) in [0, 1], from white to ink; t in 0 … 9

    Raises
    ------
    ImportError
        If something is to be downloaded and pooch is not installed: ``pip install pooch``.
    FileNotFoundError, ValueError, OSError
        If a file is missing, damaged, or cannot be downloaded.
    """
    return _idx_pair(
        "mnist", source, cache, dtype, DIGITS,
        "handwritten digits, 28×28 pixels, ink per pixel from 0 to 1 in steps of 1/255. Y. LeCun, "
        "C. Cortes and C. Burges, The MNIST database of handwritten digits, 1998.",
    )  # fmt: skip


def load_fashion_mnist(
    dtype: str | type = "float32",
    *,
    source: str | Path | None = None,
    cache: str | Path | None = None,
) -> tuple[Dataset, Dataset]:
    """70,000 pictures of clothes, loaded in the same way as `load_mnist`.

    Parameters
    ----------
    dtype, source, cache : as in `load_mnist`

    Returns
    -------
    train, test : x (60000, 784) and (10000, 784) in [0, 1]; t in 0 … 9
    """
    return _idx_pair(
        "fashion_mnist", source, cache, dtype, CLOTHES,
        "pictures of clothes, 28×28 pixels, grey from 0 to 1 in steps of 1/255. H. Xiao, K. Rasul "
        "and R. Vollgraf, Fashion-MNIST, 2017, MIT licence.",
    )  # fmt: skip


def load_cifar10(
    dtype: str | type = "float32",
    *,
    source: str | Path | None = None,
    cache: str | Path | None = None,
) -> tuple[Dataset, Dataset]:
    """60,000 colour pictures of 32×32 pixels; ``x[n].reshape(3, 32, 32)`` is an image.

    The archive in binary form is read. The archive for Python is a pickle, which could run code.

    Parameters
    ----------
    dtype, source, cache : as in `load_mnist`

    Returns
    -------
    train, test : x (50000, 3072) and (10000, 3072) in [0, 1]; t in 0 … 9
    """
    paths = fetch("cifar10", source, cache)
    folder = "cifar-10-batches-bin"
    with tarfile.open(paths[CIFAR10_ARCHIVE], "r:gz") as archive:  # read, never unpacked
        batches = [_records(archive, f"{folder}/data_batch_{k}.bin") for k in range(1, 6)]
        test = _records(archive, f"{folder}/test_batch.bin")
    text = (
        "colour pictures of 32×32 pixels, three times 0 to 1 in steps of 1/255. A. Krizhevsky, "
        "Learning Multiple Layers of Features from Tiny Images, 2009."
    )
    train, held_out = (
        _dataset(records[:, 1:], records[:, 0], dtype, colour_names(32), THINGS, text)
        for records in (np.concatenate(batches), test)
    )
    return train, held_out


def _idx_pair(
    name: str,
    source: str | Path | None,
    cache: str | Path | None,
    dtype: str | type,
    classes: tuple[str, ...],
    text: str,
) -> tuple[Dataset, Dataset]:
    paths = fetch(name, source, cache)
    parts = []
    for images, labels in [(TRAIN_IMAGES, TRAIN_LABELS), (TEST_IMAGES, TEST_LABELS)]:
        x, t = read_idx(paths[images], axes=3), read_idx(paths[labels], axes=1)
        names = pixel_names(*x.shape[1:])
        parts.append(_dataset(x.reshape(len(x), -1), t, dtype, names, classes, text))
    return parts[0], parts[1]


def read_idx(path: Path, axes: int) -> np.ndarray:
    """Bytes of a gzipped IDX file: two zeros, the type 8, the number of axes, their lengths.

    Raises
    ------
    ValueError
        If the header differs from this, or the number of values does not match the header.
    """
    with gzip.open(path) as file:
        content = file.read()
    if content[:4] != bytes([0, 0, 8, axes]) or len(content) < 4 + 4 * axes:
        raise ValueError(f"{path.name} is not an IDX file of bytes with {axes} axes")
    shape = struct.unpack(f">{axes}I", content[4 : 4 + 4 * axes])
    values = np.frombuffer(content, np.uint8, offset=4 + 4 * axes)
    if values.size != int(np.prod(shape, dtype=np.int64)):
        raise ValueError(f"{path.name} has {values.size} numbers for the shape {shape}")
    return values.reshape(shape)


def _records(archive: tarfile.TarFile, name: str) -> np.ndarray:
    try:
        file = archive.extractfile(name)
    except KeyError:
        file = None
    if file is None:
        raise ValueError(f"{CIFAR10_ARCHIVE} has no file {name}")
    content = np.frombuffer(file.read(), np.uint8)
    if content.size == 0 or content.size % RECORD:
        raise ValueError(f"{name} has {content.size} bytes, expected a multiple of {RECORD}")
    return content.reshape(-1, RECORD)


def _dataset(
    x: np.ndarray,
    t: np.ndarray,
    dtype: str | type,
    names: tuple[str, ...],
    classes: tuple[str, ...],
    text: str,
) -> Dataset:
    if len(x) != len(t) or t.max(initial=0) >= len(classes):
        raise ValueError(f"{len(x)} pictures with {len(t)} labels up to {t.max(initial=0)}")
    scaled = x.astype(float_type(dtype)) / 255
    return Dataset(scaled, t.astype(np.int64), names, classes, f"{len(x):,} {text}")
