"""``random_crop(images, size, rng, pad) -> crops``: a square out of each image."""

from typing import Any

import numpy as np

from course_lib.augmentation import random_crop
from grader.checking import (
    UNTOLD,
    Case,
    Exercise,
    Mistake,
    _,
    case,
    dtype,
    shapes,
    unchanged_inputs,
    values,
)
from grader.exercises.ps13.horizontal_flip import (
    UNKNOWN,
    blank,
    draws_in_words,
    in_shape,
    pictures,
    same,
)
from grader.exercises.ps13.translate import even_in_words, own_in_words

WHOLE, LIST, RIM_LIST = "crops as large as the image", "a list of images", "a list, pad = 2"
FEW, MANY, RIM = "some colour images", "many images", "many images, pad = 1"


def cases(rng: np.random.Generator) -> list[Case]:
    def batch(about: str, size: int, pad: int, *shape: int) -> Case:
        return case(
            about,
            images=pictures(rng, *shape),
            size=size,
            pad=pad,
            seed=int(rng.integers(2**31)),
        )

    listed = batch(LIST, 4, 0, 1)
    sides = ((4, 5), (6, 4), (4, 4), (5, 5), (7, 9), (9, 4))
    listed["images"] = [pictures(rng, H, W, 3) for H, W in sides]
    rimmed = batch(RIM_LIST, 5, 2, 1)
    rimmed["images"] = [pictures(rng, H, W, 2) for H, W in ((2, 3), (5, 4), (6, 7))]
    single = batch("float32, pad = 1", 3, 1, 5, 4, 3, 2)
    single["images"] = single["images"].astype(np.float32)
    return [
        batch(WHOLE, 3, 0, 2, 3, 3, 1),
        batch("one image", 2, 0, 1, 3, 4, 1),
        batch("one image, pad = 1", 3, 1, 1, 3, 4, 1),
        single,
        listed,
        rimmed,
        batch(FEW, 3, 0, 40, 6, 7, 3),
        batch(MANY, 3, 0, 1600, 5, 6, 1),
        batch(RIM, 3, 1, 1600, 3, 4, 1),
    ]


ALL = ("one image", "one image, pad = 1", "float32, pad = 1", FEW, MANY, RIM)
NO_RIM, WITH_RIM = ("one image", FEW, MANY), ("one image, pad = 1", "float32, pad = 1", RIM)


def run(random_crop: Any, case: Case) -> dict[str, Any]:
    images, size, pad = case["images"], case["size"], case["pad"]
    if len(images) != 40:
        return {"y": random_crop(images, size, np.random.default_rng(case["seed"]), pad)}
    copies = [images.copy() for call in range(5)]
    rng = np.random.default_rng(case["seed"])
    y = random_crop(images, size, rng, pad)
    later = [random_crop(copy, size, rng, pad) for copy in copies[1:]]
    again = random_crop(copies[0], size, np.random.default_rng(case["seed"]), pad)
    return {"y": y, "later": later, "again": again}


WHAT, PLACES, EVEN = "what a crop is", "the places of the crops", "how often each place comes"
OWN, DRAWS = "who draws", "the next draws"
CUT = "a piece of the image with its rim of zeros"


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """Each crop's place is found out: it is the student's draw. What they are like is judged."""
    images, size, pad, about = case["images"], case["size"], case["pad"], case["about"]
    if about == WHOLE:
        return {"y": outputs["y"]}
    like = np.empty((len(images), size, size, images[0].shape[-1]))
    y = in_shape(outputs["y"], like)
    found = {"y": blank(outputs["y"])}
    names = (WHAT, *((PLACES, EVEN, OWN) if about in (MANY, RIM) else ()))
    names += (DRAWS,) if about == FEW else ()
    if y is None:
        return found | dict.fromkeys(names, UNKNOWN)
    if about == FEW:
        found[DRAWS] = next_draws(outputs, y, images)
    if isinstance(images, list):
        each = [explained(y[n : n + 1], x[None], pad)[0] for n, x in enumerate(images)]
        return found | {WHAT: "; ".join(dict.fromkeys(each))}
    found[WHAT], places = explained(y, images, pad)
    if about not in (MANY, RIM):
        return found
    if places is None:
        return found | dict.fromkeys((PLACES, EVEN, OWN), UNTOLD)
    found[PLACES] = "; ".join(
        f"{way} from {places[:, axis].min() - pad} to {places[:, axis].max() - pad}"
        for axis, way in enumerate(("rows", "columns"))
    )
    found[OWN] = own_in_words(places)
    if found[OWN] == "one draw for all images":
        found[PLACES] = "only one"
    H, W = images.shape[1:3]
    counts = (H + 2 * pad - size + 1, W + 2 * pad - size + 1)
    found[EVEN] = even_in_words(places, counts, found[OWN])
    return found


def next_draws(outputs: dict[str, Any], y: np.ndarray, images: np.ndarray) -> str:
    """Whether several calls crop differently, and if not, where."""
    calls = [draws_in_words({**outputs, "later": later}, y) for later in outputs["later"]]
    words = next((words for words in calls if not words.startswith("fixed")), calls[0])
    if not words.startswith("fixed"):
        return words
    (H, W), size = images.shape[1:3], y.shape[1]
    centre = [(side - size) // 2 for side in (H, W)], [(side - size + 1) // 2 for side in (H, W)]
    for i, j in ([0, 0], *centre):
        if same(y, images[:, i : i + size, j : j + size]).all():
            return f"{words}, in the {'centre' if i else 'corner'}"
    return words


def explained(y: np.ndarray, images: np.ndarray, pad: int) -> tuple[str, np.ndarray | None]:
    """What the crops were taken from, and their places (N, 2) in the image with its rim."""
    rims: dict[str, dict[str, Any]] = {CUT: {"mode": "constant"}}
    if pad:
        rims["a piece of the image with its edge repeated"] = {"mode": "edge"}
        rims["a piece of the image with a mirror around it"] = {"mode": "reflect"}
        rims["a piece of the image with its other side around it"] = {"mode": "wrap"}
        rims["a piece of the image with a rim of 1"] = {"mode": "constant", "constant_values": 1}
    for words, how in rims.items():
        places = places_of(y, images, pad, how)
        if places is not None:
            return words, places
    places = places_of(y, images, y.shape[1] - 1, {"mode": "constant"})
    if places is not None:
        return "a piece that reaches too far over the edge", places + pad - (y.shape[1] - 1)
    turned = places_of(y, np.swapaxes(images, 1, 2), pad, {"mode": "constant"})
    return ("a piece with rows and columns exchanged" if turned is not None else "else"), None


def places_of(
    y: np.ndarray, images: np.ndarray, pad: int, how: dict[str, Any]
) -> np.ndarray | None:
    """Where each crop was taken, if there is such a place for all of them."""
    size = y.shape[1]
    try:
        padded = np.pad(images, ((0, 0), (pad, pad), (pad, pad), (0, 0)), **how)
    except ValueError:
        return None
    places, left = np.zeros((len(y), 2), dtype=int), np.arange(len(y))
    for i in range(padded.shape[1] - size + 1):
        for j in range(padded.shape[2] - size + 1):
            hit = same(y[left], padded[left, i : i + size, j : j + size])
            places[left[hit]] = i, j
            left = left[~hit]
            if not len(left):
                return places
    return None


def with_rim(x: Any, pad: int) -> Any:
    """An image (H, W, C) with its rim of zeros: the wrong ones build on it."""
    return np.pad(x, ((pad, pad), (pad, pad), (0, 0)))


def cut(x: Any, top: Any, left: Any, size: int) -> Any:
    return x[int(top) : int(top) + size, int(left) : int(left) + size]


def last_excluded(images: Any, size: int, rng: Any, pad: int) -> Any:
    crops = []
    for x in images:
        x = with_rim(x, pad)
        top = rng.integers(max(x.shape[0] - size, 1))
        crops.append(cut(x, top, rng.integers(max(x.shape[1] - size, 1)), size))
    return np.stack(crops)


def always_the_corner(images: Any, size: int, rng: Any, pad: int) -> Any:
    return np.stack([cut(with_rim(x, pad), 0, 0, size) for x in images])


def always_the_centre(images: Any, size: int, rng: Any, pad: int) -> Any:
    H, W = 2 * pad - size, 2 * pad - size
    return np.stack(
        [cut(with_rim(x, pad), (x.shape[0] + H) // 2, (x.shape[1] + W) // 2, size) for x in images]
    )


def one_place_for_all(images: Any, size: int, rng: Any, pad: int) -> Any:
    top = rng.integers(min(x.shape[0] for x in images) + 2 * pad - size + 1)
    left = rng.integers(min(x.shape[1] for x in images) + 2 * pad - size + 1)
    return np.stack([cut(with_rim(x, pad), top, left, size) for x in images])


def along_the_diagonal(images: Any, size: int, rng: Any, pad: int) -> Any:
    crops = []
    for x in images:
        x = with_rim(x, pad)
        place = rng.integers(min(x.shape[:2]) - size + 1)
        crops.append(cut(x, place, place, size))
    return np.stack(crops)


def as_if_square(images: Any, size: int, rng: Any, pad: int) -> Any:
    crops = []
    for x in images:
        x = with_rim(x, pad)
        top, left = rng.integers(min(x.shape[:2]) - size + 1, size=2)
        crops.append(cut(x, top, left, size))
    return np.stack(crops)


def rounded(images: Any, size: int, rng: Any, pad: int) -> Any:
    crops = []
    for x in images:
        x = with_rim(x, pad)
        top = round(rng.uniform(0, x.shape[0] - size))
        crops.append(cut(x, top, round(rng.uniform(0, x.shape[1] - size)), size))
    return np.stack(crops)


def cut_without_rim(images: Any, size: int, rng: Any, pad: int) -> Any:
    crops = []
    for x in images:
        top = rng.integers(max(x.shape[0] - size, 0) + 1)
        left = rng.integers(max(x.shape[1] - size, 0) + 1)
        crops.append(cut(x, top, left, size))
    return np.stack(crops)


def rim_not_counted(images: Any, size: int, rng: Any, pad: int) -> Any:
    crops = []
    for x in images:
        top = rng.integers(max(x.shape[0] - size, 0) + 1)
        left = rng.integers(max(x.shape[1] - size, 0) + 1)
        crops.append(cut(with_rim(x, pad), top, left, size))
    return np.stack(crops)


def rim_on_one_side(images: Any, size: int, rng: Any, pad: int) -> Any:
    crops = []
    for x in images:
        x = np.pad(x, ((0, pad), (0, pad), (0, 0)))
        top = rng.integers(max(x.shape[0] - size, 0) + 1)
        crops.append(cut(x, top, rng.integers(max(x.shape[1] - size, 0) + 1), size))
    return np.stack(crops)


def rim_twice_as_wide(images: Any, size: int, rng: Any, pad: int) -> Any:
    crops = []
    for x in images:
        x = with_rim(x, 2 * pad)
        top = rng.integers(x.shape[0] - size + 1)
        crops.append(cut(x, top, rng.integers(x.shape[1] - size + 1), size))
    return np.stack(crops)


def edge_in_the_rim(images: Any, size: int, rng: Any, pad: int) -> Any:
    crops = []
    for x in images:
        x = np.pad(x, ((pad, pad), (pad, pad), (0, 0)), mode="edge")
        top = rng.integers(x.shape[0] - size + 1)
        crops.append(cut(x, top, rng.integers(x.shape[1] - size + 1), size))
    return np.stack(crops)


def mirror_in_the_rim(images: Any, size: int, rng: Any, pad: int) -> Any:
    crops = []
    for x in images:
        x = np.pad(x, ((pad, pad), (pad, pad), (0, 0)), mode="symmetric")
        top = rng.integers(x.shape[0] - size + 1)
        crops.append(cut(x, top, rng.integers(x.shape[1] - size + 1), size))
    return np.stack(crops)


def axes_exchanged(images: Any, size: int, rng: Any, pad: int) -> Any:
    crops = []
    for x in images:
        x = with_rim(x, pad)
        top = rng.integers(x.shape[0] - size + 1)
        crops.append(np.swapaxes(cut(x, top, rng.integers(x.shape[1] - size + 1), size), 0, 1))
    return np.stack(crops)


def no_lists(images: Any, size: int, rng: Any, pad: int) -> Any:
    N, H, W, _C = images.shape
    x = np.pad(images, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    top = rng.integers(H + 2 * pad - size + 1, size=N)
    left = rng.integers(W + 2 * pad - size + 1, size=N)
    return np.stack([cut(x[n], top[n], left[n], size) for n in range(N)])


def own_generator(images: Any, size: int, rng: Any, pad: int) -> Any:
    rng, crops = np.random.default_rng(), []
    for x in images:
        x = with_rim(x, pad)
        top = rng.integers(x.shape[0] - size + 1)
        crops.append(cut(x, top, rng.integers(x.shape[1] - size + 1), size))
    return np.stack(crops)


def fixed_seed(images: Any, size: int, rng: Any, pad: int) -> Any:
    rng, crops = np.random.default_rng(0), []
    for x in images:
        x = with_rim(x, pad)
        top = rng.integers(x.shape[0] - size + 1)
        crops.append(cut(x, top, rng.integers(x.shape[1] - size + 1), size))
    return np.stack(crops)


exercise = Exercise(
    name="random_crop",
    takes=("random_crop",),
    points=2,
    reference=(random_crop,),
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values(WHAT, weight=3, cases=NO_RIM, title=_("a crop is a piece of its image")),
        values(WHAT, weight=3, cases=WITH_RIM, title=_("around the image lies a rim of zeros")),
        values(WHAT, weight=3, cases=(LIST, RIM_LIST), title=_("a list of images will do")),
        values(PLACES, weight=3, cases=(MANY, RIM), title=_("every place can be drawn")),
        values(EVEN, weight=2, cases=(MANY, RIM), title=_("all places are equally likely")),
        values(OWN, weight=2, cases=(MANY, RIM), title=_("every image draws its own place")),
        # Form: random numbers that have nothing to do with the images meet it.
        values(DRAWS, weight=2, cases=FEW, form=True, title=_("randomness comes from rng")),
        # Form: handing back the images meets this one.
        values("y", cases=WHOLE, form=True, title=_("the only possible crop is the image")),
        shapes("y"),
        dtype("y"),
        unchanged_inputs(),
    ],
    mistakes=[
        Mistake(
            last_excluded,
            hint=_(
                "The last row and the last column of places never come. In 5 pixels, at how many "
                "places does a crop of 3 fit? Does `rng.integers` draw its upper bound?"
            ),
        ),
        Mistake(always_the_corner, hint=_("All crops come from the upper left corner.")),
        Mistake(
            always_the_centre,
            hint=_("All crops come from the centre. That is done in testing; here draw a place."),
        ),
        Mistake(
            one_place_for_all,
            hint=_("All images of a batch are cropped at the same place. Each draws its own."),
        ),
        Mistake(
            along_the_diagonal,
            hint=_(
                "A crop lies as far down as it lies to the right: one number serves both. How many "
                "numbers make a place?"
            ),
        ),
        Mistake(
            as_if_square,
            hint=_(
                "Places are drawn as if the images were square. How many rows of places are there, "
                "and how many columns?"
            ),
        ),
        Mistake(
            rounded,
            hint=_(
                "Places at the edge come half as often as the others. How long is the piece of the "
                "interval that rounds to 0, and how long that for 1?"
            ),
        ),
        Mistake(
            cut_without_rim,
            hint=_("No crop has anything of the rim. What is `pad` for?"),
        ),
        Mistake(
            rim_not_counted,
            hint=_(
                "The rim is there, but places are drawn as if it were not: they end too early. "
                "How high and wide is the image with its rim?"
            ),
        ),
        Mistake(
            rim_on_one_side,
            hint=_("The rim lies below and on the right only. It belongs on all four sides."),
        ),
        Mistake(
            rim_twice_as_wide,
            hint=_("The rim is wider than `pad`. How many zeros does a row get on each side?"),
        ),
        Mistake(
            edge_in_the_rim,
            hint=_("The rim repeats the edge of the image. It is to be 0."),
        ),
        Mistake(
            mirror_in_the_rim,
            hint=_("In the rim there is a mirror image. It is to be 0."),
        ),
        Mistake(
            axes_exchanged,
            hint=_("The crops lie on their side: rows and columns are exchanged."),
        ),
        Mistake(
            no_lists,
            hint=_(
                "A batch works, a list does not: a list has no `shape`, and its images may differ "
                "in size. What is there for every image, in both?"
            ),
        ),
        Mistake(
            own_generator,
            hint=_(
                "The draws do not come from `rng`: with the same seed they must be the same again, "
                "or no experiment can be repeated."
            ),
        ),
        Mistake(
            fixed_seed,
            hint=_(
                "Every call crops at the same places, because the generator starts anew inside the "
                "function. Draw from the `rng` you are given."
            ),
        ),
    ],
    answers=("course_lib.augmentation.random_crop", "course_lib.augmentation.sampling"),
    returns="crops (N, size, size, C)",
    hints=(
        _("A row has 5 pixels. At how many places does a window of 3 fit?"),
        _(
            "An image with its rim has H + 2·pad rows, so the first row of the crop is one of "
            "0 … H + 2·pad - size, both ends included; columns likewise. Go through the images one "
            "by one: that serves batches and lists alike."
        ),
        _(
            "Smaller: one row [1, 2, 3] with pad = 1 is [0, 1, 2, 3, 0]. Windows of 2 begin at 0, "
            "1, 2 or 3, so [0, 1], [1, 2], [2, 3] and [3, 0] come equally often."
        ),
    ),
)
