"""The large data sets, with small files made up here; nothing is downloaded from anywhere."""

import gzip
import hashlib
import http.server
import io
import struct
import sys
import tarfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest

from course_lib.datasets import load_cifar10, load_fashion_mnist, load_mnist
from course_lib.datasets.remote import REMOTE, Remote

NAMES = {"mnist": load_mnist, "fashion_mnist": load_fashion_mnist, "cifar10": load_cifar10}
RNG = np.random.default_rng(0)
TRAIN = (RNG.integers(0, 256, (20, 3, 4), dtype=np.uint8), np.arange(20, dtype=np.uint8) % 10)
TEST = (RNG.integers(0, 256, (7, 3, 4), dtype=np.uint8), np.arange(7, dtype=np.uint8))


def idx(array: np.ndarray) -> bytes:
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    return gzip.compress(header + array.tobytes(), mtime=0)


def cifar_batches() -> dict[str, np.ndarray]:
    names = [*(f"data_batch_{k}.bin" for k in range(1, 6)), "test_batch.bin"]
    batches = {n: RNG.integers(0, 256, (2, 3073), dtype=np.uint8) for n in names}
    for batch in batches.values():
        batch[:, 0] %= 10
    return batches


def cifar(batches: dict[str, np.ndarray]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for name, batch in batches.items():
            member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            member.size = batch.size
            archive.addfile(member, io.BytesIO(batch.tobytes()))
    return file.getvalue()


@pytest.fixture
def publish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """`publish(name, files)` writes files and makes them the ones that are known."""

    def publish_files(name: str, contents: dict[str, bytes]) -> Path:
        folder = tmp_path / "published"
        folder.mkdir(exist_ok=True)
        for file, content in contents.items():
            (folder / file).write_bytes(content)
        md5 = {f: hashlib.md5(c, usedforsecurity=False).hexdigest() for f, c in contents.items()}
        monkeypatch.setitem(REMOTE, name, Remote("http://nowhere.invalid/", md5, 1))
        return folder

    return publish_files


def idx_files(**changes: bytes) -> dict[str, bytes]:
    return {
        "train-images-idx3-ubyte.gz": idx(TRAIN[0]),
        "train-labels-idx1-ubyte.gz": idx(TRAIN[1]),
        "t10k-images-idx3-ubyte.gz": idx(TEST[0]),
        "t10k-labels-idx1-ubyte.gz": idx(TEST[1]),
        **{f"{name.replace('_', '-')}.gz": content for name, content in changes.items()},
    }


@pytest.fixture
def served(publish: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, list[str]]]:
    """Address on this machine that publishes a small MNIST, and what was asked for there."""
    folder = publish("mnist", idx_files())
    asked: list[str] = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args, directory=str(folder))

        def log_message(self, format: str, *args: Any) -> None:
            asked.append(Path(urlsplit(self.path).path).name)

    for variable in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


# --- Reading -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_idx_files_are_read(name: str, dtype: str, publish: Any) -> None:
    parts = NAMES[name](dtype, source=publish(name, idx_files()))
    for data, (images, labels) in zip(parts, (TRAIN, TEST), strict=True):
        assert data.x.dtype == dtype
        pixels = np.rint(255 * data.x).reshape(images.shape)
        np.testing.assert_array_equal(pixels, images)
        np.testing.assert_array_equal(data.t, labels)
        assert data.t.dtype == np.int64
        assert 0.0 <= data.x.min() and data.x.max() <= 1.0
        assert len(data.names) == len(set(data.names)) == 12
        assert len(set(data.classes)) == 10
        assert data.description.startswith(f"{len(labels)} ")


def test_cifar_is_read_from_the_binary_archive_channel_by_channel(publish: Any) -> None:
    batches = cifar_batches()
    folder = publish("cifar10", {"cifar-10-binary.tar.gz": cifar(batches)})
    train, test = load_cifar10(source=folder)
    assert train.x.shape == (10, 3072)
    assert test.x.shape == (2, 3072)
    records = np.concatenate([batches[f"data_batch_{k}.bin"] for k in range(1, 6)])
    np.testing.assert_array_equal(train.t, records[:, 0])
    green = np.rint(255 * train.x[3].reshape(3, 32, 32)[1]).ravel()
    np.testing.assert_array_equal(green, records[3, 1 + 1024 : 1 + 2048])
    assert train.names[1024] == "green_0_0"
    assert list(folder.iterdir()) == [folder / "cifar-10-binary.tar.gz"]  # nothing was unpacked


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"train_images_idx3_ubyte": idx(TRAIN[0].reshape(20, 12))}, "not an IDX file of bytes"),
        ({"train_images_idx3_ubyte": gzip.compress(b"text")}, "not an IDX file of bytes"),
        (
            {"t10k_labels_idx1_ubyte": gzip.compress(gzip.decompress(idx(TEST[1]))[:-1])},
            r"has 6 numbers for the shape \(7,\)",
        ),
        ({"t10k_labels_idx1_ubyte": idx(TEST[1][:-1])}, "7 pictures with 6 labels"),
        ({"t10k_labels_idx1_ubyte": idx(TEST[1] + 9)}, "labels up to 15"),
    ],
)
def test_files_that_contradict_themselves(changes: Any, message: str, publish: Any) -> None:
    with pytest.raises(ValueError, match=message):
        load_mnist(source=publish("mnist", idx_files(**changes)))


def test_a_cifar_archive_with_a_part_missing_or_cut(publish: Any) -> None:
    batches = cifar_batches()
    batches["data_batch_2.bin"] = batches["data_batch_2.bin"].ravel()[:-1]
    with pytest.raises(ValueError, match="6145 bytes, expected a multiple of 3073"):
        load_cifar10(source=publish("cifar10", {"cifar-10-binary.tar.gz": cifar(batches)}))
    del batches["data_batch_2.bin"]
    with pytest.raises(ValueError, match=r"no file cifar-10-batches-bin/data_batch_2\.bin"):
        load_cifar10(source=publish("cifar10", {"cifar-10-binary.tar.gz": cifar(batches)}))


# --- Getting them --------------------------------------------------------------------------


def test_downloaded_once_then_taken_from_the_cache(
    served: tuple[str, list[str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    address, asked = served
    first, _ = load_mnist(source=address, cache=tmp_path / "cache")
    assert sorted(asked) == sorted(REMOTE["mnist"].md5)
    out, err = capsys.readouterr()
    assert err == ""
    assert f"about 1 MB from {address}/" in out
    second, _ = load_mnist(source=address, cache=tmp_path / "cache")
    assert len(asked) == 4
    assert capsys.readouterr() == ("", "")
    np.testing.assert_array_equal(first.x, second.x)
    np.testing.assert_array_equal(np.rint(255 * first.x).reshape(20, 3, 4), TRAIN[0])


def test_a_file_damaged_in_the_cache_is_downloaded_again(
    served: tuple[str, list[str]], tmp_path: Path
) -> None:
    address, asked = served
    load_mnist(source=address, cache=tmp_path / "cache")
    damaged = tmp_path / "cache" / "mnist" / "train-images-idx3-ubyte.gz"
    damaged.write_bytes(b"damaged")
    load_mnist(source=address, cache=tmp_path / "cache")
    assert asked[4:] == ["train-images-idx3-ubyte.gz"]


def test_a_wrong_checksum_is_refused_wherever_the_file_comes_from(
    served: tuple[str, list[str]], tmp_path: Path
) -> None:
    address, _ = served
    folder = tmp_path / "published"
    (folder / "t10k-labels-idx1-ubyte.gz").write_bytes(idx(TEST[1][::-1]))
    with pytest.raises(ValueError, match="has another checksum"):
        load_mnist(source=address, cache=tmp_path / "cache")
    assert not (tmp_path / "cache" / "mnist" / "t10k-labels-idx1-ubyte.gz").exists()
    with pytest.raises(ValueError, match="has the MD5 checksum"):
        load_mnist(source=folder)


def test_what_is_missing_is_named(served: tuple[str, list[str]], tmp_path: Path) -> None:
    address, _ = served
    (tmp_path / "published" / "t10k-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(OSError, match=f"the download from {address}/ failed"):
        load_mnist(source=address, cache=tmp_path / "cache")
    with pytest.raises(FileNotFoundError, match=r"there is no t10k-labels-idx1-ubyte\.gz"):
        load_mnist(source=tmp_path / "published")


def test_without_pooch_the_error_says_how_to_install_it(
    publish: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = publish("mnist", idx_files())
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(ImportError, match="pip install pooch"):
        load_mnist()
    assert len(load_mnist(source=folder)[0].x) == 20  # a folder needs none


def test_the_table_is_complete() -> None:
    assert set(REMOTE) == set(NAMES)
    for remote in REMOTE.values():
        assert remote.address.startswith("https://") and remote.address.endswith("/")
        assert all(len(md5) == 32 and int(md5, 16) for md5 in remote.md5.values())
    everything = [md5 for remote in REMOTE.values() for md5 in remote.md5.values()]
    assert len(set(everything)) == len(everything) == 9
