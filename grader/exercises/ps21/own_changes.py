"""``own_changes(images, rng) -> images``: changes for the images that a scanner will take.

The student's function changes the training images, again and again. The judge trains a network on
what comes back, and measures it on fresh images of the scanner, which stay with the judge. Images
whose grey values say where they were read tell how a function has turned and moved them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from course_lessons.augmentation import HEIGHT, ROUNDS, reached, scanned, upright
from grader.checking.contract import Case, Exercise, OwnRun, case, holds
from grader.exercises.fresh_images import Fresh, share_earns
from grader.exercises.ps21.places import places
from grader.exercises.ps21.sample import sample

LOWER, UPPER = 0.70, 0.74  # accuracy on fresh images that earns nothing, and everything
SETS, IMAGES, FRESH, PROBES = 4, 300, 1000, 60


def own_changes(images, rng):
    degrees, right = (
        rng.uniform(-60, 0, (len(images), 1, 1)),
        rng.uniform(0, 4, (len(images), 1, 1)),
    )
    H, W = images.shape[2:]
    turned = sample(images, *places("rotation", degrees, H, W))
    return sample(turned, *places("shift", right, H, W))


def ramps() -> dict[str, np.ndarray]:
    """Images whose grey values grow with the row, and others whose values grow with the column."""
    steps = 0.3 + 0.7 * np.arange(HEIGHT) / (HEIGHT - 1)
    shape = (PROBES, 1, HEIGHT, HEIGHT)
    found = {"rows": steps[:, None], "columns": steps}
    return {name: np.broadcast_to(one, shape).copy() for name, one in found.items()}


def cases(rng: np.random.Generator) -> list[Case]:
    sets = []
    for _ in range(SETS):
        (x, t), (x_new, t_new) = upright(IMAGES, rng), scanned(FRESH, rng)
        seed = int(rng.integers(1 << 30))
        sets.append({"x": x, "seed": seed, "fresh": Fresh(x=x_new, t=t_new), "t": Fresh(t=t)})
    return [case(f"{SETS} sets", sets=sets, rounds=ROUNDS, **ramps())]


def run(own_changes: Any, case: Case) -> dict[str, Any]:
    found = []
    for one in case["sets"]:
        rng = np.random.default_rng(one["seed"])
        calls = [own_changes(one["x"].copy(), rng) for _ in range(case["rounds"])]
        found.append([np.array(images, "float16") for images in calls])
    seed = case["sets"][0]["seed"]
    read = {
        name: np.array(own_changes(case[name].copy(), np.random.default_rng(seed)), float)
        for name in ("rows", "columns")
    }
    return {"images": found, **read}


def observe(case: Case, out: dict[str, Any]) -> dict[str, Any]:
    """The mean accuracy on the fresh images, and how the images were turned and moved."""
    shares = []
    for rounds, one in zip(out["images"], case["sets"], strict=True):
        for images in rounds:
            if np.shape(images) != one["x"].shape:
                given = f"the shape {np.shape(images)}"
                return {"problem": f"It returned {given}; expected {one['x'].shape}."}
            if not np.isfinite(images).all():
                return {"problem": "Some grey values are nan, or infinite in float16."}
        x, fresh = [images.astype("float32") for images in rounds], one["fresh"]
        shares.append(reached(x, one["t"].t, fresh.x, fresh.t, one["seed"]))
    first, second = out["images"][0][:2]
    return {
        "problem": "",
        "fresh": float(np.mean(shares)),
        "again": bool(np.array_equal(first, second)),
        "idle": bool(np.allclose(first, case["sets"][0]["x"], atol=1e-2)),
        **read_off(out["rows"], out["columns"]),
    }


def read_off(rows: np.ndarray, columns: np.ndarray) -> dict[str, float]:
    """How images were turned (degrees, counterclockwise), moved and flipped, by the four middle
    pixels of images whose values say where they were read. Nothing, where that is not inside.
    """
    shape = (PROBES, 1, HEIGHT, HEIGHT)
    if rows.shape != shape or columns.shape != shape:
        return {}
    k = HEIGHT // 2 - 1
    parts = [a[:, 0, k : k + 2, k : k + 2] for a in (rows, columns)]
    inside = [(a > 0.3).all(axis=(1, 2)) & (a < 1.0).all(axis=(1, 2)) for a in parts]
    flat = [abs(a[:, 0, 0] + a[:, 1, 1] - a[:, 0, 1] - a[:, 1, 0]) < 0.004 for a in parts]
    good = np.all(inside + flat, axis=0)
    if good.mean() < 0.5:
        return {}
    place = [(a[good] - 0.3) / 0.7 * (HEIGHT - 1) for a in parts]  # (images, 2, 2)
    down = np.stack([a[:, 1].mean(axis=1) - a[:, 0].mean(axis=1) for a in place], axis=1)
    right = np.stack([a[..., 1].mean(axis=1) - a[..., 0].mean(axis=1) for a in place], axis=1)
    flipped = down[:, 0] * right[:, 1] < down[:, 1] * right[:, 0]
    turned = np.degrees(np.arctan2(right[:, 0] - down[:, 1], down[:, 0] + right[:, 1]))[~flipped]
    from_middle = np.stack([a.mean(axis=(1, 2)) - (HEIGHT - 1) / 2 for a in place], axis=1)
    moved = -np.sum(from_middle * right, axis=1)[~flipped]  # to the right, in the new image
    up = np.sum(from_middle * down, axis=1)[~flipped]
    found = {"flipped": float(flipped.mean())}
    for name, values in (("turned", turned), ("moved", moved), ("up", up)):
        if len(values):
            found |= {name: float(values.mean()), f"{name} spread": float(values.std())}
    return found


def accuracy(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Any:
    if got["problem"]:
        return got["problem"]
    of = f"the fresh images are right in the mean of {SETS} sets"
    return share_earns(got["fresh"], LOWER, UPPER, of)


def recognised(case: Case, got: Mapping[str, Any]) -> Sequence[str]:
    """What is wrong, where the images show it; the most important two."""
    if got["problem"] or got["fresh"] >= UPPER:
        return ()
    if got["idle"]:
        return (
            "Your function returns the images as they were. Which changes does the scanner make?",
        )
    if got["again"]:
        return (
            "Two calls return the same images. Draw new amounts with `rng` in each call, or the "
            "network sees the same 300 images in all epochs.",
        )
    if got["fresh"] < 0.13:
        return (
            "The network guesses. The labels stay where they are: does image n come back in row n, "
            "as dark as before?",
        )
    return tuple(by_the_places(got))[:2] or (
        "Compare your changed images with the validation images: is there something in one of the "
        "two sets that is not in the other?",
    )


def by_the_places(got: Mapping[str, Any]) -> list[str]:
    """What the places tell at which images were read."""
    said = []
    if got.get("flipped", 0) > 0.1:
        said.append(
            "You mirror images. Does the validation set have mirrored digits? Think of what a "
            "mirrored 2 or 5 looks like."
        )
    if "turned" not in got:
        return said
    turned, spread, moved = got["turned"], got["turned spread"], got["moved"]
    same = max(spread, 20 * got["moved spread"], 20 * got["up spread"]) < 2
    if same and max(abs(turned), 20 * abs(moved)) > 2:
        said.append(
            "All images of a call are changed by the same amounts. Give each image its own: "
            "amounts of the shape (N, 1, 1)."
        )
    elif max(abs(turned), spread) < 1:
        said.append("You do not turn the images. Which way do the validation images lean?")
    elif spread > 40 or turned < -42:
        said.append(
            f"You turn the images by {-turned:.0f} degrees clockwise in the mean, with a standard "
            f"deviation of {spread:.0f}. That is more than the scanner does."
        )
    elif abs(turned) < 18 and spread > 25:
        said.append(
            "You turn the images to both sides. Do the validation images lean to both sides?"
        )
    elif turned > 5:
        said.append(
            f"You turn the images counterclockwise, by {turned:.0f} degrees in the mean. Which way "
            "do the validation images lean, and which sign has that in `places`?"
        )
    elif turned > -20:
        said.append(
            f"You turn the images by only {-turned:.0f} degrees in the mean. Do the validation "
            "images lean that little?"
        )
    if max(abs(moved), got["moved spread"]) < 0.3:
        said.append("You do not move the images sideways. Where do the validation digits stand?")
    elif moved < 1:
        said.append(
            f"You move the images by {moved:.1f} pixels to the right in the mean. Where do the "
            "validation digits stand, and how far from the middle?"
        )
    elif moved > 3.2:
        said.append(
            f"You move the images by {moved:.1f} pixels to the right in the mean. That is more "
            "than the scanner does."
        )
    if got["up spread"] > 1.5:
        said.append(
            "You move images up or down, or turn them after they were moved far. Are there such "
            "ones?"
        )
    return said


exercise = Exercise(
    points=5,
    reference=(own_changes,),
    returns="images",
    cases=cases,
    run=OwnRun(run),
    observe=observe,
    compares=False,
    recognise=recognised,
    judge=[holds("accuracy on fresh images of the scanner", accuracy)],
    answers=("grader.exercises.ps21.own_changes", "course_lib.augmentation.sampling"),
    uses=("sample", "places"),
    hints="""
    Look at the validation images: which way do they lean, where do they stand, and are there
    mirrored ones? Begin with one change, and look at your changed images beside them.

    `amount = rng.uniform(low, high, size=(len(images), 1, 1))` gives each image its own amount for
    `places`, and `sample` reads the images there. Two changes can follow each other.

    Then change the ranges, one at a time, and compare the accuracy on the validation images.
    """,
)
