from pathlib import Path

import numpy as np
import pytest

from course_lib import datasets
from course_lib.datasets import load_emoji, load_emoji_groups
from course_lib.datasets.dataset import load_arrays

FOLDER = Path(datasets.__file__).parent
PARTS = ["train", "validation", "test"]
SIZES = [1200, 320, 600]
FONT = Path("/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_shapes_names_and_precision(dtype: str) -> None:
    for data, size in zip(load_emoji(dtype), SIZES, strict=True):
        assert data.x.shape == (size, 3 * 32 * 32)
        assert data.t.shape == (size,)
        assert data.x.dtype == dtype
        assert data.t.dtype == np.int64
        assert len(data.names) == len(set(data.names)) == 3 * 32 * 32
        assert (data.x.min(), data.x.max()) == (0.0, 1.0)
    with pytest.raises(TypeError, match='expected "float32" or "float64"'):
        load_emoji("int")


def test_every_class_has_as_many_pictures_in_any_eight_in_a_row() -> None:
    for data in load_emoji():
        assert len(data.classes) == 8
        np.testing.assert_array_equal(data.t, np.arange(len(data.t)) % 8)


def test_no_emoji_and_no_group_of_similar_ones_is_in_two_parts() -> None:
    assert [len(groups) for groups in load_emoji_groups()] == SIZES
    groups = [set(part.tolist()) for part in load_emoji_groups()]
    assert [len(part) for part in groups] == [288, 78, 156]
    for i, first in enumerate(groups):
        assert not any(first & second for second in groups[i + 1 :])


def test_no_picture_occurs_twice_or_mirrored_in_another_part() -> None:
    seen: set[bytes] = set()
    for data in load_emoji():
        images = np.rint(31 * data.x).astype(np.uint8).reshape(-1, 3, 32, 32)
        here = {image.tobytes() for image in images}
        assert len(here) == len(images)
        assert not seen & (here | {image[:, :, ::-1].tobytes() for image in images})
        seen |= here


def test_red_green_and_blue_are_where_the_names_say() -> None:
    train, _, _ = load_emoji()
    assert [name.split("_")[0] for name in train.names[::1024]] == ["red", "green", "blue"]
    images = train.x.reshape(-1, 3, 32, 32)
    red, green, blue = images[train.t == train.classes.index("face")].mean(axis=(0, 2, 3))
    assert min(red, green) > blue  # most faces are yellow
    red, green, blue = images[train.t == train.classes.index("plant")].mean(axis=(0, 2, 3))
    assert green > blue


def test_the_licence_is_beside_the_data() -> None:
    licence = (FOLDER / "emoji_licence.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "Copyright 2022 Google Inc." in licence
    origin = (FOLDER / "ORIGIN.md").read_text(encoding="utf-8")
    assert all(name in origin for name in ("emoji_licence.txt", "SIL Open Font License 1.1"))


@pytest.mark.slow
def test_the_script_draws_these_pictures(tmp_path: Path) -> None:
    wanted = f"{FONT} of fonts-noto-color-emoji 2.042 is not installed"
    if not FONT.exists():
        pytest.skip(wanted)
    for package in ("PIL", "mlxtend", "sklearn"):
        pytest.importorskip(package)
    from tests.course_lib.datasets import make_emoji

    if not make_emoji.is_expected_version(FONT):
        pytest.skip(wanted)
    make_emoji.main(FONT, tmp_path)
    for part in PARTS:
        with np.load(tmp_path / f"emoji_{part}.npz") as drawn:
            stored = load_arrays(f"emoji_{part}")
            assert sorted(drawn.files) == sorted(stored)
            for key in drawn.files:
                np.testing.assert_array_equal(drawn[key], stored[key])
