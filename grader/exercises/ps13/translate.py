"""``translate(images, max_shift, rng) -> images``: each one shifted by whole pixels."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_lib.augmentation import translate
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
    BAND,
    UNKNOWN,
    blank,
    draws_in_words,
    in_shape,
    pictures,
    same,
)

FEW, MANY = "some colour images", "many images"
FIRST = 5  # images that tell whether it is worth the while to look at the others


def batch(rng: np.random.Generator, about: str, max_shift: int, *shape: int) -> Case:
    return case(
        about, images=pictures(rng, *shape), max_shift=max_shift, seed=int(rng.integers(2**31))
    )


def cases(rng: np.random.Generator) -> list[Case]:
    single = batch(rng, "float32", 1, 4, 5, 4, 2)
    single["images"] = single["images"].astype(np.float32)
    return [
        batch(rng, "max_shift = 0", 0, 2, 3, 4, 2),
        batch(rng, "one image", 1, 1, 3, 4, 1),
        single,
        batch(rng, FEW, 2, 40, 6, 7, 3),
        batch(rng, MANY, 2, 1600, 4, 5, 1),
    ]


ALL = ("one image", "float32", FEW, MANY)


def run(translate: Any, case: Case) -> dict[str, Any]:
    images, max_shift = case["images"], case["max_shift"]
    first, second = images.copy(), images.copy()
    rng = np.random.default_rng(case["seed"])
    y = translate(images, max_shift, rng)
    if len(images) > 40:
        singles = [translate(first[n : n + 1], max_shift, rng) for n in range(20)]
        return {"y": y, "singles": singles}
    if len(images) != 40:
        return {"y": y}
    y = np.array(y)
    later = translate(first, max_shift, rng)
    again = translate(second, max_shift, np.random.default_rng(case["seed"]))
    return {"y": y, "later": later, "again": again}


WHAT, RANGE, EVEN = "what comes in at the edge", "the shifts", "how often each shift comes"
OWN, DRAWS = "who draws", "the next draws"
ZEROS = "each image is shifted, and what comes in is 0"


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """Each image's shift is found out: it is the student's draw. What they are like is judged."""
    images, most = case["images"], case["max_shift"]
    if most == 0:
        return {"y": outputs["y"]}
    y = in_shape(outputs["y"], images)
    found = {"y": blank(outputs["y"])}
    names = (WHAT, *((RANGE, EVEN, OWN) if case["about"] == MANY else ()))
    names += (DRAWS,) if case["about"] == FEW else ()
    if y is None:
        return found | dict.fromkeys(names, UNKNOWN)
    if case["about"] == FEW:
        found[DRAWS] = draws_in_words(outputs, y)
    found[WHAT], shifts = explained(y, images, most)
    if case["about"] != MANY:
        if shifts is not None and np.abs(shifts).max() > most:
            found[WHAT] += ", too far away"
        return found
    if shifts is None:
        return found | dict.fromkeys((RANGE, EVEN, OWN), UNTOLD)
    found[RANGE] = "; ".join(
        f"{way} from {shifts[:, axis].min()} to {shifts[:, axis].max()}"
        for axis, way in enumerate(("down", "to the right"))
    )
    if (shifts == shifts[0]).all():
        found[RANGE] = "only one"
    if not shifts.any() and never_moved(outputs["singles"], images):
        found[WHAT] = "nothing, they come back as they were"
    found[OWN] = own_in_words(shifts)
    found[EVEN] = even_in_words(shifts + most, (2 * most + 1, 2 * most + 1), found[OWN])
    return found


def explained(y: np.ndarray, images: np.ndarray, most: int) -> tuple[str, np.ndarray | None]:
    """What was done to the images, and by how much (N, 2), as far as it is one thing."""
    H, W = images.shape[1:3]
    ways: dict[str, tuple[int, dict[str, Any]]] = {
        ZEROS: (most, {"mode": "constant"}),
        "the other side of the image comes in": (most, {"mode": "wrap"}),
        "the edge is repeated": (most, {"mode": "edge"}),
        "the image is mirrored at its edge": (most, {"mode": "reflect"}),
        "the image is mirrored behind its edge": (most, {"mode": "symmetric"}),
        "what comes in is 1": (most, {"mode": "constant", "constant_values": 1}),
    }
    for words, (far, how) in ways.items():
        shifts = shifts_between(y, images, far, how)
        if shifts is not None:
            return words, shifts
    shifts = shifts_between(y, images, max(H, W), {"mode": "constant"})
    if shifts is not None:
        return ZEROS, shifts
    return "something else", None


def never_moved(singles: list[Any], images: np.ndarray) -> bool:
    """Whether images that come alone stay where they are too: one draw may be 0, not so many."""
    y = in_shape([in_shape(one, images[:1]) for one in singles], images[: len(singles), None])
    return y is not None and bool(same(y[:, 0], images[: len(singles)]).all())


def shifts_between(
    y: np.ndarray, images: np.ndarray, far: int, how: dict[str, Any]
) -> np.ndarray | None:
    """By how much each image was shifted, if there is such a shift for all of them."""
    if len(y) > FIRST and shifts_between(y[:FIRST], images[:FIRST], far, how) is None:
        return None
    H, W = images.shape[1:3]
    rim = ((0, 0), (far, far), (far, far), (0, 0))
    try:
        padded = np.pad(images, rim, **how)
    except ValueError:
        return None
    shifts = np.full((len(y), 2), far + 1)
    left = np.arange(len(y))
    for down in range(-far, far + 1):
        for right in range(-far, far + 1):
            window = padded[:, far - down : far - down + H, far - right : far - right + W]
            hit = same(y[left], window[left])
            shifts[left[hit]] = down, right
            left = left[~hit]
            if not len(left):
                return shifts
    return None


def own_in_words(places: np.ndarray) -> str:
    """Whether images, and the two directions, draw independently; ``places`` are (N, 2)."""
    if (places == places[0]).all():
        return "one draw for all images"
    down, right = places.T
    if (down == right).all() or (down == -right).all():
        return "one number for both directions"
    if (down == 0).all() or (right == 0).all():
        return "one direction only"
    d = (places - places.mean(axis=0)) / np.maximum(places.std(axis=0), 1e-9)
    bar = BAND / np.sqrt(len(places))
    if abs(np.mean(d[:, 0] * d[:, 1])) > bar or (np.sum(places != 0, axis=1) < 2).all():
        return "the two directions depend on each other"
    if np.abs(np.mean(d[1:] * d[:-1], axis=0)).max() > bar:
        return "neighbouring images depend on each other"
    return "every image for itself, in both directions"


def even_in_words(places: np.ndarray, counts: Sequence[int], own: str) -> str:
    """Whether all places, counted from 0, are drawn equally often: by the sum of two chi squares.

    Where the range is wrong already, that says it.
    """
    ends_right = (places.min(axis=0) == 0) & (places.max(axis=0) == np.subtract(counts, 1))
    if own == "one draw for all images" or not ends_right.all():
        return UNTOLD
    total, ends = 0.0, 0.0
    for axis, n_places in enumerate(counts):
        seen = np.bincount(places[:, axis], minlength=n_places)
        want = len(places) / n_places
        total += float(np.sum((seen - want) ** 2) / want)
        ends += seen[0] + seen[-1] - 2 * want
    # At most 8 degrees of freedom: right code is above 80 with probability below 1e-13.
    if total < 80:
        return "all equally often"
    return "the outermost more often" if ends > 0 else "the outermost less often"


def shifted(images: Any, down: Any, right: Any) -> Any:
    """The shifts of `translate`: the wrong ones build on it."""
    y = np.zeros_like(images)
    H, W = images.shape[1:3]
    for n in range(len(images)):
        a, b = int(down[n]), int(right[n])
        part = images[n, max(0, -a) : H - max(0, a), max(0, -b) : W - max(0, b)]
        y[n, max(0, a) : max(0, a) + len(part), max(0, b) : max(0, b) + part.shape[1]] = part
    return y


def rolls(images: Any, max_shift: int, rng: Any) -> Any:
    down, right = rng.integers(-max_shift, max_shift + 1, size=(2, len(images)))
    return np.stack(
        [np.roll(x, (a, b), axis=(0, 1)) for x, a, b in zip(images, down, right, strict=True)]
    )


def repeats_the_edge(images: Any, max_shift: int, rng: Any) -> Any:
    down, right = rng.integers(-max_shift, max_shift + 1, size=(2, len(images)))
    m, (H, W) = max_shift, images.shape[1:3]
    big = np.pad(images, ((0, 0), (m, m), (m, m), (0, 0)), mode="edge")
    top, left = m - down, m - right
    return np.stack([x[a : a + H, b : b + W] for x, a, b in zip(big, top, left, strict=True)])


def mirrors_at_the_edge(images: Any, max_shift: int, rng: Any) -> Any:
    down, right = rng.integers(-max_shift, max_shift + 1, size=(2, len(images)))
    m, (H, W) = max_shift, images.shape[1:3]
    big = np.pad(images, ((0, 0), (m, m), (m, m), (0, 0)), mode="reflect")
    top, left = m - down, m - right
    return np.stack([x[a : a + H, b : b + W] for x, a, b in zip(big, top, left, strict=True)])


def last_excluded(images: Any, max_shift: int, rng: Any) -> Any:
    if max_shift == 0:
        return images.copy()
    down, right = rng.integers(-max_shift, max_shift, size=(2, len(images)))
    return shifted(images, down, right)


def one_too_far(images: Any, max_shift: int, rng: Any) -> Any:
    down, right = rng.integers(-max_shift - 1, max_shift + 2, size=(2, len(images)))
    return shifted(images, down, right)


def never_back(images: Any, max_shift: int, rng: Any) -> Any:
    down, right = rng.integers(0, max_shift + 1, size=(2, len(images)))
    return shifted(images, down, right)


def always_farthest(images: Any, max_shift: int, rng: Any) -> Any:
    down, right = rng.choice([-max_shift, max_shift], size=(2, len(images)))
    return shifted(images, down, right)


def rounded(images: Any, max_shift: int, rng: Any) -> Any:
    down, right = np.round(rng.uniform(-max_shift, max_shift, size=(2, len(images))))
    return shifted(images, down, right)


def cut_off(images: Any, max_shift: int, rng: Any) -> Any:
    down, right = rng.uniform(-max_shift, max_shift, size=(2, len(images))).astype(int)
    return shifted(images, down, right)


def one_draw_for_all(images: Any, max_shift: int, rng: Any) -> Any:
    down, right = rng.integers(-max_shift, max_shift + 1, size=2)
    return shifted(images, [down] * len(images), [right] * len(images))


def one_number(images: Any, max_shift: int, rng: Any) -> Any:
    shift = rng.integers(-max_shift, max_shift + 1, size=len(images))
    return shifted(images, shift, shift)


def only_sideways(images: Any, max_shift: int, rng: Any) -> Any:
    right = rng.integers(-max_shift, max_shift + 1, size=len(images))
    return shifted(images, 0 * right, right)


def only_up_and_down(images: Any, max_shift: int, rng: Any) -> Any:
    down = rng.integers(-max_shift, max_shift + 1, size=len(images))
    return shifted(images, down, 0 * down)


def wrong_axes(images: Any, max_shift: int, rng: Any) -> Any:
    down, right = rng.integers(-max_shift, max_shift + 1, size=(2, len(images)))
    turned = shifted(np.moveaxis(images, 3, 1), down, right)
    return np.moveaxis(turned, 1, 3)


def fractions(images: Any, max_shift: int, rng: Any) -> Any:
    down, right = rng.uniform(-max_shift, max_shift, size=(2, len(images), 1, 1, 1))
    i, j = np.floor(down).astype(int).ravel(), np.floor(right).astype(int).ravel()
    s, t = down % 1, right % 1
    above = (1 - t) * shifted(images, i, j) + t * shifted(images, i, j + 1)
    below = (1 - t) * shifted(images, i + 1, j) + t * shifted(images, i + 1, j + 1)
    return ((1 - s) * above + s * below).astype(images.dtype)


def own_generator(images: Any, max_shift: int, rng: Any) -> Any:
    down, right = np.random.default_rng().integers(-max_shift, max_shift + 1, (2, len(images)))
    return shifted(images, down, right)


def fixed_seed(images: Any, max_shift: int, rng: Any) -> Any:
    down, right = np.random.default_rng(0).integers(-max_shift, max_shift + 1, (2, len(images)))
    return shifted(images, down, right)


exercise = Exercise(
    name="translate",
    takes=("translate",),
    points=2,
    reference=(translate,),
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values(WHAT, weight=5, cases=ALL, title=_("each image is shifted, with zeros coming in")),
        values(RANGE, weight=3, cases=MANY, title=_("shifts go from -max_shift to max_shift")),
        values(EVEN, weight=2, cases=MANY, title=_("all shifts are equally likely")),
        values(OWN, weight=3, cases=MANY, title=_("every image draws both shifts for itself")),
        # Form: random numbers that have nothing to do with the images meet it.
        values(DRAWS, weight=2, cases=FEW, form=True, title=_("randomness comes from rng")),
        # Form: handing back the images meets this one.
        values("y", cases="max_shift = 0", form=True, title=_("max_shift = 0 changes nothing")),
        shapes("y"),
        dtype("y"),
        unchanged_inputs(),
    ],
    mistakes=[
        Mistake(
            rolls,
            hint=_(
                "What leaves the image on one side comes in on the other, as `np.roll` does it. "
                "Here zeros are to come in."
            ),
        ),
        Mistake(
            repeats_the_edge,
            hint=_("The edge is drawn out into the gap. What comes in from outside is to be 0."),
        ),
        Mistake(
            mirrors_at_the_edge,
            hint=_("A mirror image comes in at the edge. What comes in is to be 0."),
        ),
        Mistake(
            last_excluded,
            hint=_(
                "In 1,600 images no shift was +max_shift. Is the upper bound of `rng.integers` "
                "among the numbers it draws?"
            ),
        ),
        Mistake(
            one_too_far,
            hint=_("Some images are shifted by max_shift + 1. Count the shifts you can draw."),
        ),
        Mistake(
            never_back,
            hint=_("All shifts are down and to the right. Objects also move up and to the left."),
        ),
        Mistake(
            always_farthest,
            hint=_(
                "Every image is shifted by the full max_shift, never by less. What lies between "
                "-max_shift and max_shift?"
            ),
        ),
        Mistake(
            rounded,
            hint=_(
                "The two farthest shifts come half as often as the others. How long is the piece "
                "of the interval that rounds to max_shift, and how long that for 0?"
            ),
        ),
        Mistake(
            cut_off,
            hint=_(
                "The farthest shifts are hardly there and 0 comes twice as often: cutting off "
                "decimals goes towards 0. Draw whole numbers."
            ),
        ),
        Mistake(
            one_draw_for_all,
            hint=_("All images of a batch are shifted alike. Every image draws for itself."),
        ),
        Mistake(
            one_number,
            hint=_(
                "Every image moves along the diagonal: one number serves both directions. How "
                "many numbers does a shift in the plane have?"
            ),
        ),
        Mistake(
            only_sideways,
            hint=_("Images move to the sides but never up or down."),
        ),
        Mistake(
            only_up_and_down,
            hint=_("Images move up and down but never to the sides."),
        ),
        Mistake(
            wrong_axes,
            hint=_(
                "The shift goes along the wrong axes. In (N, H, W, C), which two are rows and "
                "columns?"
            ),
        ),
        Mistake(
            fractions,
            hint=_("Images are shifted by fractions of a pixel. Here shifts are whole pixels."),
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
                "Every call shifts in the same way, because the generator starts anew inside the "
                "function. Draw from the `rng` you are given."
            ),
        ),
    ],
    answers=("course_lib.augmentation.translate", "course_lib.augmentation.sampling"),
    returns="images (N, H, W, C)",
    hints=(
        _(
            "Where does the pixel in row i come from if the image moves down by 2? And what if "
            "there is no such row?"
        ),
        _(
            "y[n, i, j] = images[n, i - down, j - right] where that pixel exists, else 0, with "
            "`down` and `right` whole numbers from -max_shift to max_shift. A batch with max_shift "
            "zeros around it (`np.pad`) has all these pixels."
        ),
        _(
            "Smaller: one row [1, 2, 3] with max_shift 1 and its rim is [0, 1, 2, 3, 0]. Windows "
            "of 3 begin at 0, 1 or 2: [0, 1, 2], [1, 2, 3] and [2, 3, 0] are the shifts by "
            "+1, 0 and -1."
        ),
    ),
)
