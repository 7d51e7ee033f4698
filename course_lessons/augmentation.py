"""What the notebook on augmentation trains, measures and draws. Images are (N, C, H, W).

The functions that the student writes are passed in: ``sample`` reads images at places, ``places``
says which, ``random_patch`` flips, crops and scales.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from course_lessons.digits import mixed
from course_lessons.own_network import ink
from course_lib.augmentation import sample as library_sample
from course_lib.backend import to_numpy
from course_lib.datasets import load_emoji, load_mnist5000
from course_lib.layers import Flatten
from course_lib.losses import softmax_cross_entropy
from course_lib.models import Sequential, mlp
from course_lib.optimizers import SGD
from course_lib.plots import Picture, label_lines, paired_differences, theme, with_alt
from course_lib.training import History, accuracy, fit

Augment = Callable[..., Any]

LARGEST = {"degrees": 45.0, "shear": 0.4, "down": 1.5, "right": 1.5}
"""The largest changes of the camera: three standard deviations of each."""
HEIGHT = 18
"""Pixels of the images of the scanner in each direction."""
ROUNDS = 20
"""How often `reached` needs the training images changed anew; it uses each twice."""


@cache
def digits() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """1,000 digits of 12 × 12 pixels with labels, and 797 others to test.

    The images have 8 × 8 pixels and a border of two zeros.
    """
    x, t = mixed()
    x = np.pad(x.reshape(-1, 1, 8, 8), ((0, 0), (0, 0), (2, 2), (2, 2)))
    return x[:1000], t[:1000], x[1000:], t[1000:]


@cache
def mnist() -> tuple[np.ndarray, np.ndarray]:
    """5,000 images of digits with labels, 14 × 14 pixels, each the mean of four."""
    data = load_mnist5000()
    order = np.random.default_rng(5).permutation(len(data.x))
    x = data.x[order].reshape(-1, 1, 14, 2, 14, 2).mean(axis=(3, 5))
    return x.astype(np.float32), data.t[order]


def trained(
    x: np.ndarray,
    t: np.ndarray,
    seed: int,
    augment: Augment | None = None,
    *,
    epochs: int = 20,
    batch_size: int = 32,
    lr: float = 0.1,
    units: int = 64,
    validation: tuple[np.ndarray, np.ndarray] | None = None,
    network: Sequential | None = None,
) -> tuple[Sequential, History]:
    """A network with one hidden layer, or the given one, and the history of its training."""
    rng = np.random.default_rng(seed)
    network = network or Sequential(Flatten(), mlp([x[0].size, units, 10], rng=rng))
    history = fit(
        network,
        x,
        t,
        loss=softmax_cross_entropy,
        optimizer=SGD(network.parameters(), lr=lr, momentum=0.9),
        epochs=epochs,
        batch_size=batch_size,
        rng=rng,
        augment=augment,
        validation=validation,
        progress=False,
    )
    return network, history


def changed_by(x: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """Images shifted, rotated and sheared, each by its own numbers ``drawn`` (4, N).

    The numbers are shares of `LARGEST`. One reading does it all.
    """
    H, W = x.shape[2:]
    amounts = drawn.T * np.array([*LARGEST.values()])
    degrees, shear, down, right = (a.reshape(-1, 1, 1) for a in amounts.T)
    a = np.radians(degrees)
    r, c = np.arange(H)[:, None] - (H - 1) / 2 - down, np.arange(W) - (W - 1) / 2 - right
    rows = r * np.cos(a) + c * np.sin(a)
    columns = c * np.cos(a) - r * np.sin(a) - shear * rows
    where = (place.astype(x.dtype) for place in (rows + (H - 1) / 2, columns + (W - 1) / 2))
    return to_numpy(library_sample(x, *where))


@cache
def camera() -> tuple[np.ndarray, np.ndarray]:
    """The 797 test digits as the camera takes them: most are changed a little, few are much."""
    x, t = digits()[2:]
    bell = np.random.default_rng(5).normal(0, 1 / 3, size=(4, len(x)))
    return changed_by(x, bell), t


def train(strength: float, lr: float, seed: int, epochs: int = 12) -> float:
    """Accuracy on the pictures of the camera after training on 200 upright digits.

    Parameters
    ----------
    strength : every epoch changes each image anew, uniformly up to ± strength · `LARGEST`
    lr : learning rate of gradient descent with momentum 0.9 in minibatches of 25
    seed : of the images, the initial weights, their order and the changes
    epochs : how often each digit is used
    """
    rng = np.random.default_rng([seed, 1])
    x, t = digits()[:2]
    chosen = rng.permutation(len(x))[:200]

    def augment(batch: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        return changed_by(batch, rng.uniform(-strength, strength, size=(4, len(batch))))

    with np.errstate(all="ignore"):
        try:
            given: dict[str, Any] = {"epochs": epochs, "batch_size": 25, "lr": lr, "units": 32}
            augmentation = augment if strength else None
            network, _ = trained(x[chosen], t[chosen], seed, augmentation, **given)
        except FloatingPointError:
            return 0.1
    x, t = camera()
    return float(accuracy(network(x), t))


def upright(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """n drawn digits in the middle of 18 x 18 pixels, (n, 1, 18, 18), and their labels."""
    t = rng.permutation(np.arange(n) % 10)
    x = ink(t, rng).reshape(n, 1, 14, 14)
    return np.pad(x, ((0, 0), (0, 0), (2, 2), (2, 2))).astype("float32"), t


def scanned(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """n digits as the scanner takes them, and their labels."""
    x, t = upright(n, rng)
    drawn = np.zeros((4, n))  # shares of `LARGEST`
    drawn[0] = rng.uniform(-60, 0, n) / LARGEST["degrees"]
    drawn[3] = rng.uniform(0, 4, n) / LARGEST["right"]
    return changed_by(x, drawn), t


def reached(
    rounds: Sequence[np.ndarray], t: np.ndarray, x_new: np.ndarray, t_new: np.ndarray, seed: int
) -> float:
    """Accuracy on new images after 60 epochs, each on the next of the changed training sets."""
    rng = np.random.default_rng(seed)
    network = Sequential(Flatten(), mlp([x_new[0].size, 64, 10], rng=rng))
    given: dict[str, Any] = {"loss": softmax_cross_entropy, "batch_size": 32, "rng": rng}
    given |= {"optimizer": SGD(network.parameters(), lr=0.1), "progress": False, "epochs": 1}
    with np.errstate(all="ignore"):
        try:
            for epoch in range(60):
                fit(network, rounds[epoch % len(rounds)], t, **given)
        except FloatingPointError:
            return 0.1
    return float(accuracy(network(x_new), t_new))


def try_changes(own_changes: Augment, seeds: Sequence[int] = (0, 1)) -> None:
    """Print what a network reaches on 1,000 validation images with these changes, for each seed."""
    validation = scanned(1000, np.random.default_rng(21))
    for seed in seeds:
        rng = np.random.default_rng(seed)
        x, t = upright(300, rng)
        try:
            rounds = [own_changes(x.copy(), rng) for _ in range(ROUNDS)]
        except NotImplementedError:
            print("`own_changes` is not written yet.")
            return
        print(f"seed {seed}: {reached(rounds, t, *validation, seed):.3f} of the validation images")


def shifted_accuracy(
    networks: Sequence[Sequential], sample: Augment, to_the_right: Sequence[float]
) -> np.ndarray:
    """Accuracy on the test digits, moved by each number of pixels: (networks, shifts)."""
    x, t = digits()[2:]
    rows, columns = np.mgrid[:12, :12].astype(x.dtype)
    moved = [sample(x, rows, columns - x.dtype.type(by)) for by in to_the_right]
    return np.array([[float(accuracy(net(one), t)) for one in moved] for net in networks])


def confusions(network: Sequential, x: np.ndarray, t: np.ndarray) -> np.ndarray:
    """Row t, column y: which share of the digits t the network takes for a y."""
    answers = to_numpy(network(x)).argmax(axis=1)
    counts = np.array([np.bincount(answers[t == digit], minlength=10) for digit in range(10)])
    shares: np.ndarray = counts / counts.sum(axis=1, keepdims=True)
    return shares


EMOJI_RATE = 0.003
"""The rate with the highest accuracy on validation images, with changes and without."""


@cache
def emoji() -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    """Training, validation and test pictures of 16 × 16 pixels in three colours, standardised."""
    parts = load_emoji()
    small = [part.x.reshape(-1, 3, 16, 2, 16, 2).mean(axis=(3, 5)) for part in parts]
    mean, std = (f(small[0], axis=(0, 2, 3), keepdims=True) for f in (np.mean, np.std))
    pairs = zip(small, parts, strict=True)
    return tuple((((x - mean) / std).astype(np.float32), part.t) for x, part in pairs)


def emoji_trained(
    augment: Augment | None, seed: int, *, lr: float = EMOJI_RATE, validation: Any = None
) -> tuple[Sequential, History]:
    """A network with one hidden layer after 15 epochs on the training pictures, and the history."""
    x, t = emoji()[0]
    network = Sequential(Flatten(), mlp([x[0].size, 128, 8], rng=np.random.default_rng([seed, 1])))
    given: dict[str, Any] = {"epochs": 15, "lr": lr, "validation": validation, "network": network}
    return trained(x, t, seed, augment, **given)


def emoji_accuracy(
    augment: Augment | None, seed: int, *, lr: float = EMOJI_RATE, of: int = 2
) -> float:
    """Accuracy on the test pictures (or ``of=1``, validation)."""
    x, t = emoji()[of]
    return float(accuracy(emoji_trained(augment, seed, lr=lr)[0](x), t))


def emoji_losses(augment: Augment) -> dict[str, History]:
    """Trainings without and with changes; the test pictures are the new images."""
    return {
        name: emoji_trained(made, 0, validation=emoji()[2])[1]
        for name, made in (("without patches", None), ("with patches", augment))
    }


def emoji_gain(augment: Augment, seeds: int = 5) -> np.ndarray:
    """Accuracy with changes minus without on the same seed."""
    with_it, without = (
        np.array([emoji_accuracy(made, seed) for seed in range(seeds)]) for made in (augment, None)
    )
    gain: np.ndarray = with_it - without
    return gain


def two_orders(rotated: Augment) -> dict[str, np.ndarray]:
    """Accuracy on validation and on new images, (5, 2), for both orders of two steps.

    ``rotated(images, rng)`` makes four copies of each of 300 images, and a fifth validates.
    """
    x_all, t_all = mnist()
    new = x_all[3000:], t_all[3000:]
    found: dict[str, list[list[float]]] = {}
    for seed in range(5):
        rng, part = np.random.default_rng(seed), slice(300 * seed, 300 * seed + 300)
        (x, t), at = (x_all[part], t_all[part]), np.repeat(np.arange(300), 4)
        copies, mixed = rotated(x[at], rng), rng.permutation(1200)
        first, late = trained(copies[mixed[240:]], t[at][mixed[240:]], seed, epochs=15)[0], at[240:]
        second = trained(copies[240:], t[late], seed, epochs=15)[0]
        for name, network, data in (
            ("copies first, then divided", first, (copies[mixed[:240]], t[at][mixed[:240]])),
            ("divided first, then copies", second, (x[:60], t[:60])),
        ):
            judged = [float(accuracy(network(images), labels)) for images, labels in (data, new)]
            found.setdefault(name, []).append(judged)
    return {name: np.array(values) for name, values in found.items()}


def photograph() -> np.ndarray:
    """Grace Hopper (United States Navy) at half size, (1, 3, H, W) in [0, 1].

    Drawn colours where matplotlib's sample pictures are not installed.
    """
    try:
        import matplotlib.pyplot as plt
        from matplotlib.cbook import get_sample_data

        file: Any = get_sample_data("grace_hopper.jpg", asfileobj=False)
        picture = np.asarray(plt.imread(file))[::2, ::2, :3] / 255
    except Exception:  # not every installation has the sample pictures
        r, c = np.mgrid[0:1:300j, 0:1:256j]
        picture = np.stack([r, c, np.sin(20 * r) * np.cos(15 * c) / 2 + 0.5], -1)
    return np.moveaxis(picture, 2, 0)[None].astype(np.float32)


def show(ax: Any, image: np.ndarray, title: str = "") -> None:
    """Draw an image (C, H, W): grey on white, or in colours."""
    if len(image) == 1:
        ax.imshow(image[0], cmap="gray_r", vmin=0, vmax=max(1.0, float(image.max())))
    else:
        ax.imshow(np.clip(np.moveaxis(image, 0, 2), 0, 1))
    ax.set(xticks=[], yticks=[])
    ax.set_title(title, fontsize=10)
    ax.grid(False)


def draw_changes(sample: Augment, places: Augment, changes: Mapping[str, float]) -> Picture:
    """A grid and a 6 under each change, both read by the student's functions."""
    import matplotlib.pyplot as plt

    six = load_mnist5000().x[6].reshape(1, 1, 28, 28)
    lines = np.zeros((1, 1, 61, 61), np.float32)
    lines[..., 6::12, :], lines[..., 6::12] = 0.8, 0.8
    with theme.style():
        figure, axes = plt.subplots(2, len(changes) + 1, figsize=(9, 3.6))
        for row, image in zip(axes, (lines, six), strict=True):
            show(row[0], image[0], "unchanged" if image is lines else "")
            for ax, (change, amount) in zip(row[1:], changes.items(), strict=True):
                factor = 2.2 if change == "shift" and image is lines else 1  # a larger image
                where = places(change, amount * factor, *image.shape[2:])
                name = f"{change}, {amount:g}".replace("-", "−") if image is lines else ""
                show(ax, sample(image, *where)[0], name)
        figure.suptitle("A grid and a 6, read at the places of each change")
    names = ", ".join(f"{change} ({amount:g})" for change, amount in changes.items())
    return with_alt(figure, f"A grid of lines and a 6, unchanged and after a {names}.")


def draw_shifts(by: Sequence[float], found: Mapping[str, np.ndarray]) -> Picture:
    """Accuracy over the shift of the test images; ``found[name]`` is (seeds, shifts)."""
    import matplotlib.pyplot as plt

    colours = (theme.QUIET, theme.FORWARD)
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3.2))
        for (name, values), colour, line in zip(found.items(), colours, ("--", "-"), strict=False):
            ax.plot(by, values.mean(axis=0), line, color=colour, label=name)
        ax.set(xlabel="test images shifted to the right (pixels)", ylabel="accuracy", ylim=(0, 1))
        ax.set_title("Accuracy on shifted test images, mean of three seeds")
        label_lines(ax)
    said = "; ".join(
        f"{name}: {values.mean(axis=0)[len(by) // 2]:.2f} without a shift, "
        f"{values.mean(axis=0)[-1]:.2f} at {by[-1]:g} pixels"
        for name, values in found.items()
    )
    return with_alt(figure, f"Lines of accuracy over the shift. {said}.")


def draw_losses(histories: Mapping[str, History]) -> Picture:
    """Loss on training images (solid) and on new images (dashed) over the epochs."""
    import matplotlib.pyplot as plt

    colours = (theme.QUIET, theme.FORWARD)
    with theme.style():
        figure, ax = plt.subplots(figsize=(7, 3.2))
        for (name, past), colour in zip(histories.items(), colours, strict=True):
            epochs = range(1, past.epochs + 1)
            solid: Any = {"color": colour, "label": f"{name}, training", **theme.TRAIN}
            dashed: Any = {"color": colour, "label": f"{name}, new images", **theme.VALIDATION}
            ax.plot(epochs, past.loss, **solid)
            ax.plot(epochs, past.validation_loss, **dashed)
        ax.set(xlabel="epoch", ylabel="loss", yscale="log")
        ax.set_title("Loss on training images and on new images")
        label_lines(ax)
    ends = "; ".join(
        f"{name}: training {past.loss[-1]:.2g}, new images {past.validation_loss[-1]:.2g}"
        for name, past in histories.items()
    )
    return with_alt(figure, f"Four lines of loss over the epochs. At the end, {ends}.")


def draw_digits(change: np.ndarray) -> Picture:
    """Paired changes of the accuracy on each digit, (repetitions, 10)."""
    import matplotlib.pyplot as plt

    with theme.style():
        figure, ax = plt.subplots(figsize=(6.4, 5.2))
        paired_differences(ax, {f"digit {t}": change[:, t] for t in range(10)})
        ax.set_xlabel("accuracy with flips minus without (same repetition)")
        ax.set_title("Change of the accuracy on each digit by flips in training")
    means = ", ".join(f"{t}: {mean:+.2f}" for t, mean in enumerate(change.mean(axis=0)))
    return with_alt(figure, f"Paired differences for each digit. Means: {means}.")


def draw_row(images: Sequence[np.ndarray], names: Sequence[str], title: str) -> Any:
    """A figure of images (C, H, W) side by side, with their names above."""
    import matplotlib.pyplot as plt

    with theme.style():
        figure, axes = plt.subplots(1, len(images), figsize=(9, 2.1))
        for ax, image, name in zip(axes, images, names, strict=True):
            show(ax, image, name)
        figure.suptitle(title)
    return figure


def draw_scanned(x: np.ndarray, changed: np.ndarray, count: int = 10) -> Picture:
    """Upright digits above, and digits of the scanner below."""
    import matplotlib.pyplot as plt

    with theme.style():
        figure, axes = plt.subplots(2, count, figsize=(9, 2.4), squeeze=False)
        for row, images, name in zip(axes, (x, changed), ("training", "scanner"), strict=True):
            for ax, image in zip(row, images, strict=False):
                show(ax, image)
            row[0].set_ylabel(name)
        figure.suptitle("Training images above, validation images of the scanner below")
    return with_alt(
        figure, f"{count} upright digits in the middle, and {count} digits that lean to one side."
    )


def draw_patches(photo: np.ndarray, patches: np.ndarray) -> Picture:
    """The photograph and some patches of it."""
    names = [""] * (1 + len(patches))
    figure = draw_row([photo[0], *patches], names, "A photograph and random patches of it")
    alt = f"A portrait in uniform before a flag, and {len(patches)} square patches of it, of "
    return with_alt(figure, alt + "different scales and at different places; some are mirrored.")
