"""MLP and CNN, with and without flips and crops, on the emoji: python benchmarks/emoji.py [sides].

For each side, all settings listed are trained once; the best ones on the validation set are trained
with three seeds and evaluated on the test set. Accuracies do not depend on how busy the machine
is; the times are of the processor. A quarter of an hour with one thread.
"""

import platform
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from course_lib.augmentation import horizontal_flip, random_crop
from course_lib.datasets import load_emoji
from course_lib.layers import BatchNorm
from course_lib.losses import softmax_cross_entropy
from course_lib.models import mlp, small_cnn
from course_lib.optimizers import AdamW
from course_lib.schedules import warmup_cosine
from course_lib.training import evaluate, fit

SEEDS = (0, 1, 2)
BATCH_SIZE = 50
IMAGE = (3, 32, 32)

Settings = dict[str, Any]
MLPS: list[Settings] = [
    {"hidden": hidden, "drop_prob": drop_prob, "lr": lr, "epochs": 30}
    for hidden in ((64,), (256,))
    for drop_prob in (0.0, 0.5)
    for lr in (1e-4, 3e-4, 1e-3)
]
CNNS: list[Settings] = [
    {"drop_prob": 0.0, "lr": 3e-3, "epochs": 12},
    {"drop_prob": 0.5, "lr": 3e-3, "epochs": 12},
    {"drop_prob": 0.0, "lr": 3e-3, "epochs": 24},
    {"drop_prob": 0.0, "lr": 3e-3, "epochs": 48},
]
CNNS_AUGMENTED: list[Settings] = [
    {"drop_prob": 0.0, "lr": 3e-3, "epochs": 24},
    {"drop_prob": 0.5, "lr": 3e-3, "epochs": 24},
    {"drop_prob": 0.0, "lr": 3e-3, "epochs": 48},
]


def flips_and_crops(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Mirror half of the images, and shift all of them by up to 4 pixels in both directions."""
    return random_crop(horizontal_flip(images, rng, 0.5), 32, rng, 4)


def flat(augment: Callable[..., np.ndarray]) -> Callable[..., np.ndarray]:
    """The same augmentation for rows (N, 3072)."""

    def augment_rows(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        images = augment(x.reshape(-1, *IMAGE).transpose(0, 2, 3, 1), rng)
        return images.transpose(0, 3, 1, 2).reshape(len(x), -1)

    return augment_rows


def histogram(x: np.ndarray) -> np.ndarray:
    """How often each of 64 colours occurs: what an image is without the places of its pixels."""
    levels = np.minimum((4 * x).astype(int), 3).reshape(len(x), 3, -1)
    colours = 16 * levels[:, 0] + 4 * levels[:, 1] + levels[:, 2]
    counts = [np.bincount(row, minlength=64) for row in colours]
    return np.array(counts, dtype=np.float32) / colours.shape[1]


def rows(x: np.ndarray) -> np.ndarray:
    """The data as they are."""
    return x


def images_of(x: np.ndarray) -> np.ndarray:
    """Rows as images."""
    return x.reshape(-1, *IMAGE)


def train(inputs: Any, t: np.ndarray, settings: Settings, augment: Any, seed: int) -> Any:
    """A trained network, a CNN for images, an MLP for rows, and the seconds it took."""
    settings = dict(settings)
    epochs, lr = settings.pop("epochs"), settings.pop("lr")
    rng = np.random.default_rng(seed)
    if inputs.ndim == 4:
        model = small_cnn(IMAGE, 8, rng=rng, channels=(16, 32, 64), norm=BatchNorm, **settings)
    else:
        sizes = [inputs.shape[1], *settings.pop("hidden"), 8]
        model = mlp(sizes, rng=rng, norm=BatchNorm, **settings)
        augment = flat(augment) if augment else None
    total = epochs * len(t) // BATCH_SIZE
    began = time.process_time()
    fit(
        model, inputs, t, loss=softmax_cross_entropy,
        optimizer=AdamW(model.parameters(), lr=lr, weight_decay=0.01),
        schedule=lambda step: warmup_cosine(step, lr=lr, warmup=total // 20, total=total),
        epochs=epochs, batch_size=BATCH_SIZE, augment=augment, rng=rng, progress=False,
    )  # fmt: skip
    return model, time.process_time() - began


def measure(x: list[np.ndarray], t: list[np.ndarray], tried: list[Settings], augment: Any) -> str:
    """Choose the settings on the validation set; test accuracy and seconds over the seeds."""
    found = []
    for settings in tried:
        trained = train(x[0], t[0], settings, augment, SEEDS[0])
        found.append((accuracy(trained[0], x[1], t[1]), *trained, settings))
        print(f"    validation {found[-1][0]:.3f}  {settings}", flush=True)
    _, model, seconds, best = max(found, key=lambda run: run[0])
    runs = [(model, seconds), *(train(x[0], t[0], best, augment, seed) for seed in SEEDS[1:])]
    test = [accuracy(model, x[2], t[2]) for model, _ in runs]
    seconds = statistics.mean(seconds for _, seconds in runs)
    return f"{statistics.mean(test):.3f} ± {statistics.stdev(test):.3f}  {seconds:.0f} s  {best}"


def accuracy(model: Any, x: np.ndarray, t: np.ndarray) -> float:
    """Share of samples that the model classifies correctly."""
    return evaluate(model, x, t, loss=softmax_cross_entropy)[1] or 0.0


def main() -> None:
    """Measure and print."""
    parts = load_emoji()
    sides: dict[str, tuple[Any, list[Settings], Any]] = {
        "MLP": (rows, MLPS, None),
        "MLP on the histogram of colours": (histogram, MLPS, None),
        "MLP, flips and crops": (rows, MLPS, flips_and_crops),
        "CNN": (images_of, CNNS, None),
        "CNN, flips and crops": (images_of, CNNS_AUGMENTED, flips_and_crops),
    }
    print(f"Python {platform.python_version()}, {platform.machine()}, seeds {SEEDS}")
    for name in sys.argv[1:] or sides:
        form, tried, augment = sides[name]
        x = [form(part.x) for part in parts]
        mean, std = x[0].mean(), x[0].std()
        x = [(part - mean) / std for part in x]
        result = measure(x, [part.t for part in parts], tried, augment)
        print(f"{name:32} test {result}", flush=True)


if __name__ == "__main__":
    main()
