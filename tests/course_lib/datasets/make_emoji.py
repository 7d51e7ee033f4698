"""Write course_lib/datasets/emoji_*.npz: small colour pictures of emoji from a font.

Run in the development environment, with the font of Debian's package fonts-noto-color-emoji 2.042
(``apt-get install fonts-noto-color-emoji`` on Debian 12):

``python -m tests.course_lib.datasets.make_emoji /usr/share/fonts/truetype/noto/NotoColorEmoji.ttf``

Every picture shows one emoji on a plain background. The emoji's size and position, whether it is
mirrored, the background's colour and, for hands and persons, the skin tone are drawn at random, in
the same way for training, validation and test set. The same versions of Pillow, numpy and zlib
write the same bytes.
"""

import colorsys
import hashlib
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont, features

from tests.course_lib.datasets.make import FOLDER, require_small, write

FONT_SHA256 = "e5899ed38b8ed83e08bd3ac5de09791e9d19d288333a796de1d35ad17396f1ec"
SIDE = 32
SIZES = (20, 30)  # the longer side of an emoji, in pixels
LEVELS = 32  # of each colour; with 256 the files would be 1.6 times as large
PER_CLASS = {"train": 150, "validation": 40, "test": 75}  # pictures
SHARE = {"test": 0.3, "validation": 0.15}  # of the groups of emoji
ALIKE = 0.9  # correlation of pixels above which two emoji are put into the same part
TONES = ["", *map(chr, range(0x1F3FB, 0x1F400))]
WITH_TONES = {"hand", "person"}

SOURCES = {
    "animal": """
        🐵 🐒 🦍 🦧 🐶 🐕 🦮 🐕‍🦺 🐩 🐺 🦊 🦝 🐱 🐈 🐈‍⬛ 🦁 🐯 🐅 🐆 🐴 🫎 🫏 🐎 🦄 🦓 🦌
        🦬 🐮 🐂 🐃 🐄 🐷 🐖 🐗 🐏 🐑 🐐 🐪 🐫 🦙 🦒 🐘 🦣 🦏 🦛 🐭 🐁 🐀 🐹 🐰 🐇 🐿️ 🦫 🦔
        🦇 🐻 🐻‍❄️ 🐨 🐼 🦥 🦦 🦨 🦘 🦡 🦃 🐔 🐓 🐤 🐥 🐦 🐧 🕊️ 🦅 🦆 🦢 🦉 🦤 🦩 🦚 🦜
        🐦‍⬛ 🪿 🐸 🐊 🐢 🦎 🐍 🐲 🐉 🦕 🦖 🐳 🐋 🐬 🦭 🐟 🐠 🐡 🦈 🐙 🪼 🐌 🦋 🐛 🐜 🐝 🪲
        🐞 🦗 🪳 🕷️ 🦂 🦟 🪰 🪱 🦀 🦞 🦐 🦑
    """,
    "clothing": """
        👓 🕶️ 🥽 🥼 🦺 👔 👕 👖 🧣 🧤 🧥 🧦 👗 👘 🥻 🩱 🩳 👚 👛 👜 👝 🎒 🩴 👞 👟 🥾 🥿 👠
        👡 🩰 👢 👑 👒 🎩 🎓 🧢 🪖 ⛑️ 🎽 🥋 ⛸️ 🛼 🤿
    """,
    "face": """
        😀 😃 😄 😁 😆 😅 😂 🙂 🙃 🫠 😉 😊 😇 🥰 😍 🤩 😘 😗 ☺️ 😚 😙 🥲 😋 😛 😜 🤪 😝 🤑
        🤗 🤭 🫢 🫣 🤫 🤔 🫡 🤐 🤨 😐 😑 😶 🫥 😶‍🌫️ 😏 😒 🙄 😬 😮‍💨 🤥 🫨 😌 😔 😪 🤤 😴
        😷 🤒 🤕 🤢 🤮 🤧 🥵 🥶 🥴 😵 😵‍💫 🤯 🤠 🥳 🥸 😎 🤓 🧐 😕 🫤 😟 🙁 ☹️ 😮 😯 😲 😳
        🥺 🥹 😦 😧 😨 😰 😥 😢 😭 😱 😖 😣 😞 😓 😩 😫 🥱 😤 😡 😠 🤬 😈 👿 💀 🤡 👹 👺 👽
        🤖
    """,
    "food": """
        🍇 🍈 🍉 🍊 🍋 🍌 🍍 🥭 🍎 🍏 🍐 🍑 🍒 🍓 🫐 🥝 🍅 🫒 🥥 🥑 🍆 🥔 🥕 🌽 🌶️ 🫑 🥒 🧄
        🧅 🥜 🫘 🌰 🫚 🫛 🍞 🥐 🥖 🫓 🥨 🥯 🥞 🧇 🧀 🍖 🍗 🥩 🥓 🍔 🍟 🍕 🌭 🥪 🌮 🌯 🫔 🥙
        🧆 🥚 🍳 🥘 🍲 🫕 🥣 🥗 🍿 🧈 🍱 🍘 🍙 🍚 🍛 🍜 🍝 🍠 🍢 🍣 🍤 🍥 🥮 🍡 🥟 🥠 🥡 🍦
        🍧 🍨 🍩 🍪 🎂 🍰 🧁 🥧 🍫 🍬 🍭 🍮 🍯
    """,
    "hand": """
        👋 🤚 🖐️ ✋ 🖖 🫲 🫳 🫷 🫸 👌 🤌 🤏 ✌️ 🤞 🫰 🤟 🤘 🤙 👈 👉 👆 👇 ☝️ 🫵 👍 👎 ✊
        👊 🤛 🤜 👏 🙌 🫶 👐 🤲 🤝 🙏 ✍️ 🤳 💪
    """,
    "person": """
        👶 🧒 👦 👧 🧑 👱 👨 🧔 👩 🧑‍🦰 🧑‍🦱 🧑‍🦳 🧑‍🦲 🧓 👴 👵 🙍 🙎 🙅 🙆 💁 🙋 🧏 🙇
        🤦 🤷 🧑‍⚕️ 🧑‍🎓 🧑‍🏫 🧑‍⚖️ 🧑‍🌾 🧑‍🍳 🧑‍🔧 🧑‍🏭 🧑‍💼 🧑‍🔬 🧑‍💻 🧑‍🎤
        🧑‍🎨 🧑‍✈️ 🧑‍🚀 🧑‍🚒 👮 🕵️ 💂 🥷 👷 🫅 🤴 👸 👳 👲 🧕 🤵 👰 🫄 🧑‍🍼 👼 🎅 🤶
        🦸 🦹 🧙 🧚 🧛 🧜 🧝 🧞 🧟 🧌 💆 💇 🚶 🧍 🧎 🧑‍🦯 🧑‍🦼 🧑‍🦽 🏃 💃 🕺 🧖 🧗 🤺 ⛷️
        🏂 🏌️ 🏄 🚣 🏊 ⛹️ 🏋️ 🚴 🚵 🤸 🤼 🤽 🤾 🤹 🧘
    """,
    "plant": """
        💐 🌸 💮 🪷 🏵️ 🌹 🥀 🌺 🌻 🌼 🌷 🪻 🌱 🪴 🌲 🌳 🌴 🌵 🌾 🌿 ☘️ 🍀 🍁 🍂 🍄 🎄 🎋
        🎍 🥬 🥦
    """,
    "vehicle": """
        🚂 🚃 🚄 🚅 🚆 🚇 🚈 🚊 🚝 🚞 🚋 🚌 🚍 🚎 🚐 🚑 🚒 🚓 🚔 🚕 🚖 🚗 🚘 🚙 🛻 🚚 🚛 🚜
        🏎️ 🏍️ 🛵 🦽 🦼 🛺 🚲 🛴 🛹 ⛵ 🛶 🚤 🛳️ ⛴️ 🛥️ 🚢 ✈️ 🛩️ 🛫 🛬 🚁 🚟 🚠 🚡 🚀 🛸
    """,
}


def is_expected_version(font: Path) -> bool:
    """Whether this file is the font that the pictures in the package were drawn with."""
    return hashlib.sha256(font.read_bytes()).hexdigest() == FONT_SHA256


class Emoji:
    """Pictures of emoji, as large as the font has them."""

    def __init__(self, path: Path) -> None:
        if not features.check("raqm"):
            raise SystemExit("Pillow has no raqm here: it cannot draw emoji of several characters")
        if not is_expected_version(path):
            raise SystemExit(f"{path} is another version of the font: it would make other pictures")
        self.font = ImageFont.truetype(path, 109, layout_engine=ImageFont.Layout.RAQM)

    def draw(self, text: str) -> Image.Image | None:
        """The emoji without its transparent margin; None if the font has no picture of it."""
        left, top, right, _ = self.font.getbbox(text)
        if right - left > 140:  # two pictures or more
            return None
        image = Image.new("RGBA", (140, 140))
        ImageDraw.Draw(image).text((-left, -top), text, font=self.font, embedded_color=True)
        return image.crop(image.getchannel("A").getbbox())


def with_tone(text: str, tone: str) -> str:
    """The emoji with a skin tone: it follows the first character."""
    return text[0] + tone + text[1:].removeprefix("\ufe0f") if tone else text


def alike(images: list[Image.Image]) -> np.ndarray:
    """Largest correlation (N, N) of the pixels of two emoji, mirrored or not, at the same size."""
    small = []
    for image in images:
        side = max(image.size)
        square = Image.new("RGBA", (side, side), "white")
        square.alpha_composite(image, ((side - image.width) // 2, (side - image.height) // 2))
        small.append(np.asarray(square.convert("RGB").resize((24, 24), Image.Resampling.BOX)))
    pixels = np.stack(small).astype(np.float64)

    def normalised(x: np.ndarray) -> np.ndarray:
        x = x.reshape(len(x), -1)
        x = x - x.mean(axis=1, keepdims=True)
        return x / np.linalg.norm(x, axis=1, keepdims=True)

    plain, mirrored = normalised(pixels), normalised(pixels[:, :, ::-1])
    return np.maximum(plain @ plain.T, plain @ mirrored.T)


def grouped(names: list[str], images: list[Image.Image]) -> dict[str, str]:
    """For each emoji the first one of its group; emoji that look alike are in the same group."""
    first = list(range(len(names)))
    for i, j in np.argwhere(np.tril(alike(images) > ALIKE, -1)):
        old, new = first[i], first[j]
        first = [new if k == old else k for k in first]
    return {name: names[k] for name, k in zip(names, first, strict=True)}


def split(
    emoji: Emoji, rng: np.random.Generator
) -> tuple[dict[str, dict[str, list[str]]], dict[str, str]]:
    """Emoji by part and class, and the group of each; no group is in two parts."""
    classes = {name: text.split() for name, text in SOURCES.items()}
    names = [one for members in classes.values() for one in members]
    assert len(names) == len(set(names))
    images = [image for image in map(emoji.draw, names) if image is not None]
    group = grouped(names, images)
    part_of: dict[str, str] = {}
    for members in classes.values():
        counts = Counter(group[one] for one in members)
        # The faces with a common base are more than half of all faces: they are for training.
        part_of |= {one: "train" for one, n in counts.items() if n > len(members) / 4}
        groups = [one for one in counts if one not in part_of]
        order = [groups[k] for k in rng.permutation(len(groups))]
        n_test, n_validation = (round(SHARE[p] * len(order)) for p in ("test", "validation"))
        for k, one in enumerate(order):
            later = "validation" if k < n_test + n_validation else "train"
            part_of[one] = "test" if k < n_test else later
    parts = {
        part: {
            name: [one for one in members if part_of[group[one]] == part]
            for name, members in classes.items()
        }
        for part in PER_CLASS
    }
    return parts, group


def scene(image: Image.Image, rng: np.random.Generator) -> np.ndarray:
    """The emoji at a random place on a random plain colour: (3, 32, 32), whole numbers below 32."""
    size = rng.integers(SIZES[0], SIZES[1] + 1)
    w, h = (max(1, round(length * size / max(image.size))) for length in image.size)
    if rng.random() < 0.5:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    # Colours times alpha ("RGBa"), so that invisible pixels have no share in the mean.
    small = np.asarray(image.convert("RGBa").resize((w, h), Image.Resampling.BOX)) / 255
    top, left = rng.integers(0, SIDE - h + 1), rng.integers(0, SIDE - w + 1)
    colour = colorsys.hsv_to_rgb(rng.random(), rng.random(), 0.3 + 0.7 * rng.random())
    picture = np.ones((SIDE, SIDE, 3)) * colour
    place = picture[top : top + h, left : left + w]
    place[...] = place * (1 - small[..., 3:]) + small[..., :3]
    return np.rint((LEVELS - 1) * picture.clip(0, 1)).astype(np.uint8).transpose(2, 0, 1)


def views(
    emoji: Emoji, members: list[str], tones: bool, rng: np.random.Generator
) -> Iterator[tuple[str, np.ndarray]]:
    """Pictures of these emoji in turn, without end: ``emoji, picture``."""
    for one in cycle(members):
        tone = TONES[rng.integers(len(TONES))] if tones else ""
        image = emoji.draw(with_tone(one, tone)) or emoji.draw(one)
        assert image is not None
        yield one, scene(image, rng)


def main(font: Path, folder: Path = FOLDER) -> None:
    """Write three files and say how large they are, and what is in them."""
    emoji, rng = Emoji(font), np.random.default_rng(0)
    parts, group = split(emoji, rng)
    for part, n in PER_CLASS.items():
        sources = [
            views(emoji, members, name in WITH_TONES, rng) for name, members in parts[part].items()
        ]
        drawn = [next(source) for _ in range(n) for source in sources]  # one of each class in turn
        write(
            f"emoji_{part}",
            folder=folder,
            x=np.stack([picture.ravel() for _, picture in drawn]),
            t=np.tile(np.arange(len(sources), dtype=np.uint8), n),
            group=np.array([group[one] for one, _ in drawn]),
        )
        print({name: len({*members}) for name, members in parts[part].items()})
    require_small(folder)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]))
